package file

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// several are the files that a pattern matches, read one after the other.
type several struct {
	paths []string
	log   *slog.Logger
}

// isPattern reports whether a path is a pattern: it looks like one, and no file is called so.
func isPattern(path string) bool {
	_, err := os.Lstat(path)
	return strings.ContainsAny(path, `*?[`) && err != nil
}

// openSeveral finds the files that are there, the oldest first: so rotated logs are in order.
func openSeveral(pattern string, log *slog.Logger) (several, error) {
	paths, err := filepath.Glob(pattern)
	if err != nil {
		return several{}, fmt.Errorf("%s: %w; want *, ? and [a-z] to stand for parts of names", pattern, err)
	}
	written := make(map[string]time.Time, len(paths))
	paths = slices.DeleteFunc(paths, func(path string) bool {
		info, err := os.Stat(path)
		if err == nil {
			written[path] = info.ModTime()
		}
		return err == nil && info.IsDir()
	})
	if len(paths) == 0 {
		return several{}, fmt.Errorf("%s: no file matches", pattern)
	}
	slices.SortFunc(paths, func(a, b string) int {
		return cmp.Or(written[a].Compare(written[b]), cmp.Compare(a, b))
	})
	return several{paths, log}, nil
}

// run reads the files. What is wrong with one of them keeps no other from being read.
func (s several) run(ctx context.Context, make func(name string) *reader) (unread int, err error) {
	var errs []error
	for _, path := range s.paths {
		if ctx.Err() != nil {
			s.log.Warn("stopped before a file", "file", path)
			continue
		}
		n, err := s.one(ctx, path, make)
		unread += n
		if err != nil && ctx.Err() == nil {
			s.log.Warn("a file was not read to its end", "file", path, "error", err)
			errs = append(errs, err)
		}
	}
	return unread, errors.Join(errs...)
}

func (s several) one(ctx context.Context, path string, make func(name string) *reader) (int, error) {
	in, err := openPath(path, s.log)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	s.log.Info("reading a file", "file", path)
	return in.run(ctx, make)
}

func (several) Close() error { return nil }
