package redact

import (
	"encoding/json"
	"html"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// forms returns how a value may be written, folded, each once.
func forms(value string) []string {
	asJSON, _ := json.Marshal(value) // cannot fail: a string always has a JSON form
	all := []string{
		value,
		strings.ToUpper(value),
		unquoted(strconv.Quote(value)),
		unquoted(strconv.QuoteToASCII(value)),
		unquoted(string(asJSON)),
		html.EscapeString(value),
		url.PathEscape(value),
		url.QueryEscape(value),
		strings.TrimSpace(value),
		strings.ReplaceAll(value, `'`, `''`),
		strings.ReplaceAll(value, `"`, `""`),
		strings.ReplaceAll(value, `]`, `]]`),
	}
	if strings.ContainsAny(value, `/\`) {
		all = append(all, filepath.Clean(value))
	}
	for i, form := range all {
		all[i] = fold(strings.ToValidUTF8(form, "\uFFFD"))
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return slices.DeleteFunc(all, func(form string) bool { return form == "" })
}

func unquoted(s string) string { return s[1 : len(s)-1] }
