package diag

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Nearest returns the candidate that name was most likely meant to be, or ""
// when none is near enough. Case and the separators - and _ do not count.
func Nearest(name string, candidates []string) string {
	folded := fold(name)
	length := utf8.RuneCountInString(folded)
	best, bestDistance := "", (length+2)/3+1
	for _, c := range slices.Sorted(slices.Values(candidates)) {
		candidate := fold(c)
		if n := utf8.RuneCountInString(candidate) - length; c == name || n > bestDistance || -n > bestDistance {
			continue // its length alone is as far away
		}
		// Of two that are equally near, it is the one that begins alike.
		d := distance(folded, candidate)
		if d < bestDistance || d == bestDistance && best != "" && alike(folded, candidate) > alike(folded, fold(best)) {
			best, bestDistance = c, d
		}
	}
	return best
}

// alike is how many bytes two names have in common at their beginning.
func alike(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// DidYouMean returns `did you mean "x"?` for the nearest candidate, or "".
func DidYouMean(name string, candidates []string) string {
	if n := Nearest(name, candidates); n != "" {
		return `did you mean "` + Printable(n) + `"?`
	}
	return ""
}

var joined = strings.NewReplacer("-", "", "_", "", " ", "")

func fold(s string) string { return joined.Replace(strings.ToLower(s)) }

// distance is the optimal string alignment distance: insertions, deletions,
// substitutions and swaps of neighbours each cost one.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	var before []int
	prev := make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(x); i++ {
		cur := make([]int, len(y)+1)
		cur[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
		before, prev = prev, cur
	}
	return prev[len(y)]
}
