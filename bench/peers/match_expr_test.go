package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"github.com/millrace/millrace/routing/index/workload"
)

// environment is a message the way expression languages want it, its numbers read beforehand.
func environment(m workload.Message) map[string]any {
	values := map[string]any{}
	for _, p := range m {
		values[p[0]] = p[1]
		if n, err := strconv.ParseFloat(p[1], 64); err == nil {
			values[p[0]] = n
		}
	}
	return values
}

// openExpr compiles each filter with expr-lang/expr and runs all of them on each message.
func openExpr(filters []workload.Filter, messages []workload.Message) (func(i int) int, error) {
	var programs []*vm.Program
	for _, f := range filters {
		program, err := expr.Compile(exprOf(f), expr.AllowUndefinedVariables(), expr.AsBool())
		if err != nil {
			return nil, err
		}
		programs = append(programs, program)
	}
	var machine vm.VM
	return func(i int) (hits int) {
		values := environment(messages[i])
		for _, program := range programs {
			if truth, err := machine.Run(program, values); err == nil && truth == true {
				hits++
			}
		}
		return hits
	}, nil
}

func exprOf(f workload.Filter) string {
	var all []string
	for _, c := range f {
		all = append(all, exprCondition(c))
	}
	return strings.Join(all, " && ")
}

func exprCondition(c workload.Condition) string {
	switch c.Op {
	case workload.In:
		return fmt.Sprintf("%s in [%s]", c.Key, quotedList(c.Texts))
	case workload.Prefix:
		return fmt.Sprintf("%s startsWith %q", c.Key, c.Texts[0])
	case workload.Differs:
		return fmt.Sprintf("%s != nil && %s != %q", c.Key, c.Key, c.Texts[0])
	case workload.Exists:
		return c.Key + " != nil"
	case workload.Below:
		return fmt.Sprintf("%s < %v", c.Key, c.Number)
	case workload.From:
		return fmt.Sprintf("%s >= %v", c.Key, c.Number)
	}
	return fmt.Sprintf("%s == %q", c.Key, c.Texts[0])
}

func quotedList(texts []string) string {
	var all []string
	for _, t := range texts {
		all = append(all, strconv.Quote(t))
	}
	return strings.Join(all, ", ")
}
