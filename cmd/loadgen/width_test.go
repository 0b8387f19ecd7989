package main

import (
	"testing"

	"github.com/millrace/millrace/internal/cli/clitest"
)

func TestHelpFitsIntoEightyColumns(t *testing.T) { clitest.HelpFits(t, newRoot(&app{})) }
