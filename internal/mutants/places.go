package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
)

// mutation is one small change of one file: the bytes from start to end make room for text.
type mutation struct {
	file       string // from the module's root, with slashes
	pkg        string // its import path
	kind       string
	where      string // the function that it is in
	line       int
	start, end int
	text       string
}

// apply returns the file's text with the mutation.
func (m *mutation) apply(source string) string {
	return source[:m.start] + m.text + source[m.end:]
}

// finder walks the syntax tree of a file and collects its mutations.
type finder struct {
	set     *token.FileSet
	source  string
	file    string
	pkg     string
	where   string
	results []string // the types of what the function around returns
	loops   []ast.Node
	list    []mutation
}

// mutationsOf returns every mutation of a file, in the order of their places.
func mutationsOf(file, pkg, source string) ([]mutation, error) {
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, file, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	f := finder{set: set, source: source, file: file, pkg: pkg}
	for _, d := range tree.Decls {
		f.declaration(d)
	}
	slices.SortStableFunc(f.list, func(a, b mutation) int { return a.start - b.start })
	return f.list, nil
}

// declaration walks functions, constants and variables; types and imports have nothing to mutate.
func (f *finder) declaration(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Body != nil {
			f.where = nameOf(d)
			f.function(d.Type, d.Body)
		}
	case *ast.GenDecl:
		f.where = ""
		for _, s := range d.Specs {
			if s, ok := s.(*ast.ValueSpec); ok {
				for _, v := range s.Values {
					f.walk(v)
				}
			}
		}
	}
}

// function walks a body with the results of its own function.
func (f *finder) function(t *ast.FuncType, body *ast.BlockStmt) {
	results, loops := f.results, f.loops
	f.results, f.loops = nil, nil
	if t.Results != nil {
		for _, r := range t.Results.List {
			for range max(len(r.Names), 1) {
				f.results = append(f.results, f.textOf(r.Type))
			}
		}
	}
	f.block(body.Lbrace+1, body.List)
	f.walk(body)
	f.results, f.loops = results, loops
}

// walk visits what is below a node, functions and loops with what is theirs.
func (f *finder) walk(root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case nil:
			return false
		case *ast.FuncLit:
			f.function(n.Type, n.Body)
			return false
		case *ast.ArrayType, *ast.StructType, *ast.InterfaceType:
			return false
		case *ast.ForStmt, *ast.RangeStmt:
			if n != root {
				f.loop(n)
				return false
			}
		}
		return f.node(n)
	})
}

// loop walks a loop, in which a break may become a continue.
func (f *finder) loop(n ast.Node) {
	f.loops = append(f.loops, n)
	f.walk(n)
	f.loops = f.loops[:len(f.loops)-1]
}

// add notes a mutation of what stands from one place to another.
func (f *finder) add(kind string, from, to token.Pos, text string) {
	at := f.set.Position(from)
	end := f.set.Position(to).Offset
	if f.source[at.Offset:end] == text {
		return
	}
	f.list = append(f.list, mutation{
		file: f.file, pkg: f.pkg, kind: kind, where: f.where, line: at.Line, start: at.Offset, end: end, text: text,
	})
}

func (f *finder) textOf(n ast.Node) string {
	return f.source[f.set.Position(n.Pos()).Offset:f.set.Position(n.End()).Offset]
}

// nameOf names a function as people do: (*Engine).Close.
func nameOf(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return d.Name.Name
	}
	t, star := d.Recv.List[0].Type, false
	for {
		switch u := t.(type) {
		case *ast.StarExpr:
			t, star = u.X, true
		case *ast.IndexExpr:
			t = u.X
		case *ast.IndexListExpr:
			t = u.X
		case *ast.Ident:
			if star {
				return "(*" + u.Name + ")." + d.Name.Name
			}
			return u.Name + "." + d.Name.Name
		default:
			return d.Name.Name
		}
	}
}
