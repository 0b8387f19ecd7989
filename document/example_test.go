package document_test

import (
	"fmt"

	"github.com/millrace/millrace/document"
	"github.com/millrace/millrace/module"
)

// Every mistake comes back at once, with its place and what would be right.
func ExampleParse() {
	kinds, err := module.NewRegistry(
		module.Spec{Name: "console", Summary: "Prints messages", New: accepting},
		module.Spec{Name: "logger", Summary: "Writes messages", New: accepting},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	text := `modules:
  - name: screen
    module: consol
    capacity: 0
links:
  - source: scren
    sink: screen
`
	_, err = document.Parse("gateway.yaml", []byte(text), kinds, document.Options{})
	fmt.Println(err)
	// Output:
	// gateway.yaml:3:13: modules[0].module: unknown module "consol"; did you mean "console"? known are "console", "logger"
	// gateway.yaml:4:15: modules[0].capacity: the number 0 is out of range; want a whole number from 1 to 1048576
	// gateway.yaml:6:13: links[0].source: no module is named "scren"; did you mean "screen"?
}
