package main

import (
	"errors"

	"golang.org/x/sys/windows"
)

// catchBrokenPipes has nothing to do: on Windows a write to a closed pipe just returns an error.
func catchBrokenPipes() {}

func brokenPipe(err error) bool {
	return errors.Is(err, windows.ERROR_BROKEN_PIPE) || errors.Is(err, windows.ERROR_NO_DATA)
}
