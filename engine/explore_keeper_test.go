//go:build explore

package engine

import (
	"testing"

	"github.com/millrace/millrace/internal/atom"
	"github.com/millrace/millrace/internal/explore"
	"github.com/millrace/millrace/internal/explore/exploretest"
)

// Memory comes free while the keeper looks: it has seen it, or is to look again.
func TestExploreEngineKeeper(t *testing.T) {
	exploretest.Exhaust(t, func(x *explore.Run) {
		var free atom.Bool
		k := &keeper{trim: func() { free.Store(false) }}
		k.arm()
		x.Go("keeper", k.look)
		x.Go("releaser", func() { free.Store(true); k.arm() })
		x.Finally(func() { x.Check(!free.Load() || k.armed.Load(), "nobody is to look for what is free") })
	})
}
