package filter_test

import (
	"fmt"

	"github.com/millrace/millrace/filter"
	"github.com/millrace/millrace/message"
	"github.com/millrace/millrace/property"
)

func ExampleParsePattern() {
	f, err := filter.ParsePattern([]byte(`{"kind": ["cpu", "memory"], "value": [{"numeric": [">", 30]}]}`))
	if err != nil {
		panic(err)
	}
	fmt.Println(f)

	keys := property.NewKeys(0)
	matcher := filter.Compile(f, keys)
	var probe filter.Probe
	for _, value := range []string{"42.5", "7", "hot"} {
		m, err := message.New(map[string]string{"kind": "cpu", "value": value}, nil)
		if err != nil {
			panic(err)
		}
		fmt.Println(value, matcher.Match(m.Properties(), &probe) == filter.True)
	}
	fmt.Println("not numbers:", probe.NotNumbers)
	// Output:
	// kind IN ('cpu', 'memory') AND value > 30
	// 42.5 true
	// 7 false
	// hot false
	// not numbers: 1
}

// All mistakes come back at once, each with its place.
func ExampleParsePattern_mistakes() {
	_, err := filter.ParsePattern([]byte(`{"kind": "cpu", "value": [{"numerc": [">", 30]}]}`))
	fmt.Println(err)
	// Output:
	// kind: conditions cannot be a string; want an array of conditions: ["cpu"]
	// value[0].numerc: unknown condition "numerc"; did you mean "numeric"?
}

func ExampleFilter() {
	hot := filter.And(
		filter.In("kind", "cpu", "gpu"),
		filter.Or(filter.AtLeast("value", 90), filter.Exists("alarm")),
		filter.Not(filter.Prefix("source", "test-")),
	)
	fmt.Println(hot)
	// Output:
	// kind IN ('cpu', 'gpu') AND (value >= 90 OR EXISTS(alarm)) AND source NOT LIKE 'test-%'
}
