package script

import (
	"slices"
	"strings"
)

// sortLines orders rows by their cells, so that a table reads the same from
// every database.
func sortLines(lines [][]string) {
	slices.SortFunc(lines, func(a, b []string) int {
		return strings.Compare(strings.Join(a, "\x00"), strings.Join(b, "\x00"))
	})
}
