package main

import (
	"strings"

	"github.com/nats-io/nats-server/v2/server/gsl"

	"github.com/millrace/millrace/routing/index/workload"
)

// subjectKeys are the tokens of a subject, in order.
var subjectKeys = []string{"deviceId", "serial", "asset", "kind", "site", "line"}

func onlyEqualities(w workload.Workload) string {
	if w.Name == "W3" {
		return "a subject has equalities only"
	}
	return ""
}

// openSubjects is the list of the server: a filter is a subject with a * for each property that it
// does not look at. Ranges are left out.
func openSubjects(filters []workload.Filter, messages []workload.Message) (func(i int) int, error) {
	list := gsl.NewSublist[int]()
	for i, f := range filters {
		if err := list.Insert(subjectOf(f), i); err != nil {
			return nil, err
		}
	}
	var subjects []string
	for _, m := range messages {
		tokens := map[string]string{}
		for _, p := range m {
			tokens[p[0]] = p[1]
		}
		subjects = append(subjects, joinTokens(tokens, "-"))
	}
	hits := 0
	count := func(int) { hits++ }
	return func(i int) int {
		hits = 0
		list.Match(subjects[i], count)
		return hits
	}, nil
}

func subjectOf(f workload.Filter) string {
	tokens := map[string]string{}
	for _, c := range f {
		if c.Op == workload.Equal {
			tokens[c.Key] = c.Texts[0]
		}
	}
	return joinTokens(tokens, "*")
}

func joinTokens(tokens map[string]string, missing string) string {
	var all []string
	for _, k := range subjectKeys {
		token := missing
		if text, there := tokens[k]; there {
			token = text
		}
		all = append(all, token)
	}
	return strings.Join(all, ".")
}
