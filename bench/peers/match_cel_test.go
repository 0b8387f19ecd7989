package main

import (
	"fmt"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"

	"github.com/millrace/millrace/routing/index/workload"
)

// openCEL compiles each filter with cel-go and evaluates all of them on each message.
func openCEL(filters []workload.Filter, messages []workload.Message) (func(i int) int, error) {
	env, err := cel.NewEnv(cel.Variable("m", cel.MapType(cel.StringType, cel.DynType)))
	if err != nil {
		return nil, err
	}
	var programs []cel.Program
	for _, f := range filters {
		program, err := celProgram(env, f)
		if err != nil {
			return nil, err
		}
		programs = append(programs, program)
	}
	return func(i int) (hits int) {
		values := map[string]any{"m": environment(messages[i])}
		for _, program := range programs {
			if truth, _, err := program.Eval(values); err == nil && truth == types.True {
				hits++
			}
		}
		return hits
	}, nil
}

func celProgram(env *cel.Env, f workload.Filter) (cel.Program, error) {
	var all []string
	for _, c := range f {
		all = append(all, celCondition(c))
	}
	ast, issues := env.Compile(strings.Join(all, " && "))
	if issues.Err() != nil {
		return nil, issues.Err()
	}
	return env.Program(ast)
}

func celCondition(c workload.Condition) string {
	switch c.Op {
	case workload.In:
		return fmt.Sprintf("m.%s in [%s]", c.Key, quotedList(c.Texts))
	case workload.Prefix:
		return fmt.Sprintf("m.%s.startsWith(%q)", c.Key, c.Texts[0])
	case workload.Differs:
		return fmt.Sprintf("m.%s != %q", c.Key, c.Texts[0])
	case workload.Exists:
		return fmt.Sprintf("has(m.%s)", c.Key)
	case workload.Below:
		return fmt.Sprintf("m.%s < double(%v)", c.Key, c.Number)
	case workload.From:
		return fmt.Sprintf("m.%s >= double(%v)", c.Key, c.Number)
	}
	return fmt.Sprintf("m.%s == %q", c.Key, c.Texts[0])
}
