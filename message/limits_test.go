package message

import (
	"testing"

	"github.com/millrace/millrace/internal/arena"
)

// What is written here for readers is what holds.
func TestDefaultsAreTheArenas(t *testing.T) {
	written := Limits{DefaultProperties, DefaultPropertyBytes, DefaultContent}
	if held := (Limits{arena.DefaultProperties, arena.DefaultPropertyBytes, arena.DefaultContent}); written != held {
		t.Errorf("written %+v, held %+v", written, held)
	}
}
