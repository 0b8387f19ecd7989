package routing_test

import (
	"fmt"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/property"
	"github.com/millrace/millrace/routing"
)

func ExampleTable() {
	table := routing.NewTable[string](property.NewKeys(0))
	table.Set("sensor", "logger", "the logger's queue", filter.Filter{})
	before := table.Snapshot()
	table.Set(routing.Any, "console", "the console's queue", filter.Filter{})

	show := func(r routing.Route[string]) {
		print := func(target string) { fmt.Print("[", target, "]") }
		r.Own.EachAlways(print)
		r.Any.EachAlways(print)
		fmt.Println()
	}
	show(before.Route("sensor"))
	show(table.Snapshot().Route("sensor"))
	show(table.Snapshot().Route("anyone"))
	// Output:
	// [the logger's queue]
	// [the logger's queue][the console's queue]
	// [the console's queue]
}
