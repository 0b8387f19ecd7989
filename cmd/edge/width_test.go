package main

import (
	"testing"

	"github.com/millrace/millrace/internal/cli/clitest"
	"github.com/millrace/millrace/modules/standard"
)

func TestHelpFitsIntoEightyColumns(t *testing.T) {
	kinds, err := standard.Registry()
	if err != nil {
		t.Fatal(err)
	}
	clitest.HelpFits(t, newRoot(kinds, streams{}))
}
