package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/millrace/millrace/routing/index/workload"
)

// naiveHits evaluates every filter on every message, as the workload's words are meant.
func naiveHits(filters []workload.Filter, messages []workload.Message) (hits []int) {
	for _, m := range messages {
		n := 0
		for _, f := range filters {
			if !slices.ContainsFunc(f, func(c workload.Condition) bool { return !holds(c, m) }) {
				n++
			}
		}
		hits = append(hits, n)
	}
	return hits
}

func holds(c workload.Condition, m workload.Message) bool {
	i := slices.IndexFunc(m, func(p [2]string) bool { return p[0] == c.Key })
	if i < 0 {
		return false
	}
	value := m[i][1]
	number, err := strconv.ParseFloat(value, 64)
	switch c.Op {
	case workload.Equal, workload.In:
		return slices.Contains(c.Texts, value)
	case workload.Prefix:
		return strings.HasPrefix(value, c.Texts[0])
	case workload.Differs:
		return value != c.Texts[0]
	case workload.Below:
		return err == nil && number < c.Number
	case workload.From:
		return err == nil && number >= c.Number
	}
	return true
}
