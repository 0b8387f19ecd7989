package main

import (
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
)

const forAll fs.FileMode = 0o002 // everybody may write

// warnOfExposed says where others than the operator could have written the document, which is as
// powerful as a program.
func warnOfExposed(log *slog.Logger, path string) {
	if runtime.GOOS == "windows" || path == "-" { // whose modes say nothing; which is no file
		return
	}
	for _, why := range exposed(path) {
		log.Warn("others may change what this gateway does", "because", why)
	}
}

// exposed says how everybody could write to a document: to the file, or to the folder that it is in
// under one of its names, unless that has a sticky bit.
func exposed(path string) (whys []string) {
	names := []string{path}
	if real, err := filepath.EvalSymlinks(path); err == nil && real != path {
		names = append(names, real)
	}
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode()&forAll != 0 {
		whys = append(whys, fmt.Sprintf("everybody may write to %s; chmod o-w takes that away", path))
	}
	met := make(map[string]bool)
	for _, name := range names {
		folder := filepath.Dir(name)
		info, err := os.Stat(folder)
		if err != nil || met[folder] || info.Mode()&forAll == 0 || info.Mode()&fs.ModeSticky != 0 {
			continue
		}
		met[folder] = true
		whys = append(whys, fmt.Sprintf("everybody may replace files in the folder %s; chmod o-w, or +t, takes that away",
			folder))
	}
	return whys
}
