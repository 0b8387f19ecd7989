package main

import (
	"reflect"
	"testing"
	"testing/fstest"

	"github.com/millrace/millrace/report"
)

func TestCachesAreReadAsTheKernelTellsThem(t *testing.T) {
	tree := fstest.MapFS{}
	add := func(index, level, kind, size string) {
		tree[index+"/level"] = &fstest.MapFile{Data: []byte(level + "\n")}
		tree[index+"/type"] = &fstest.MapFile{Data: []byte(kind + "\n")}
		tree[index+"/size"] = &fstest.MapFile{Data: []byte(size + "\n")}
	}
	add("index0", "1", "Data", "48K")
	add("index1", "1", "Instruction", "32K")
	add("index2", "2", "Unified", "1024K")
	add("index3", "3", "Unified", "")
	want := []report.Cache{{Name: "L1d", Bytes: 48 << 10}, {Name: "L1i", Bytes: 32 << 10}, {Name: "L2", Bytes: 1 << 20}}
	if got := cachesIn(tree); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
