package fault

import "strings"

// DidYouMean returns `did you mean "x"?` for the known word nearest to the one written, or "" when
// none is near enough to be a slip of the pen. A word that differs in case alone always counts.
func DidYouMean(written string, known []string) string {
	if len(written) > 64 {
		return ""
	}
	best, least := "", min(len(written)/3+1, len(written)-1) // at least one byte in common
	for _, k := range known {
		if len(k) > 64 {
			continue
		}
		d := distance(strings.ToLower(written), strings.ToLower(k))
		if d < least || (d == least && best == "") {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return `did you mean "` + best + `"?`
}

// distance is the optimal string alignment distance: insertions, deletions, substitutions and
// swaps of neighbours (Damerau 1964, restricted).
func distance(a, b string) int {
	before, prev, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, prev, row = prev, row, before
	}
	return prev[len(b)]
}
