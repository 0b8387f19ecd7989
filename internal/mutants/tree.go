package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// pkg is what the go command says of a package.
type pkg struct {
	ImportPath, Dir, Name                     string
	GoFiles, Imports                          []string
	TestGoFiles, XTestGoFiles                 []string
	TestImports, XTestImports, IgnoredGoFiles []string
}

func (p *pkg) tested() bool { return len(p.TestGoFiles)+len(p.XTestGoFiles) > 0 }

// product tells whether a package is more than a helper of tests or an example.
func (p *pkg) product() bool {
	return !strings.HasSuffix(p.Name, "test") && !strings.Contains(p.ImportPath+"/", "/examples/")
}

// explored tells whether a package has tests of every interleaving, which need a tag.
func (p *pkg) explored() bool {
	return slices.ContainsFunc(p.IgnoredGoFiles, func(name string) bool {
		return strings.HasPrefix(name, "explore") && strings.HasSuffix(name, "_test.go")
	})
}

// tree is the module's packages.
type tree struct {
	root string
	list []pkg
}

func readTree(ctx context.Context, root string) (*tree, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-json=ImportPath,Dir,Name,GoFiles,Imports,"+
		"TestGoFiles,XTestGoFiles,TestImports,XTestImports,IgnoredGoFiles", "./...")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	t := &tree{root: root}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return t, nil
		case err != nil:
			return nil, err
		}
		t.list = append(t.list, p)
	}
}

func (t *tree) find(path string) *pkg {
	for i := range t.list {
		if t.list[i].ImportPath == path {
			return &t.list[i]
		}
	}
	return nil
}

// importers returns the packages whose tests a package takes part in, the nearest first. What only
// tests import is not passed on by them.
func (t *tree) importers(path string) (tests []string) {
	reached := map[string]bool{path: true}
	listed := map[string]bool{path: true}
	for grew := true; grew; {
		grew = false
		var next []string
		for _, p := range t.list {
			imports := slices.ContainsFunc(p.Imports, func(s string) bool { return reached[s] })
			only := slices.ContainsFunc(append(p.TestImports, p.XTestImports...), func(s string) bool { return reached[s] })
			if imports && !reached[p.ImportPath] {
				next = append(next, p.ImportPath)
			}
			if (imports || only) && !listed[p.ImportPath] && p.tested() {
				listed[p.ImportPath] = true
				tests = append(tests, p.ImportPath)
			}
		}
		for _, s := range next {
			reached[s], grew = true, true
		}
	}
	return tests
}

// mutations returns every mutation of the module's packages, file by file.
func (t *tree) mutations() (list []mutation, err error) {
	for _, p := range t.list {
		if !p.product() {
			continue
		}
		for _, name := range p.GoFiles {
			file, err := filepath.Rel(t.root, filepath.Join(p.Dir, name))
			if err != nil {
				return nil, err
			}
			source, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err != nil {
				return nil, err
			}
			some, err := mutationsOf(filepath.ToSlash(file), p.ImportPath, string(source))
			if err != nil {
				return nil, err
			}
			list = append(list, some...)
		}
	}
	return list, nil
}
