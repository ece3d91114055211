package report

import (
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/run"
)

// quoted writes a value inside a sentence: texts in quotes.
func quoted(v any) string {
	text := valueText(v)
	if _, ok := v.(string); ok {
		text = strconv.Quote(text)
	}
	return cutEnd(text, 30)
}

// mostOften words the most frequent unexpected values, three at most; nothing
// where no value stands in two rows, or where there is but NULL.
func mostOften(e *run.Expectation, written func(any) string) string {
	counts := e.Result.PartialUnexpectedCounts
	if len(counts) == 0 || counts[0].Count < 2 || len(counts) == 1 && counts[0].Value == nil {
		return ""
	}
	var parts []string
	for _, c := range counts[:min(len(counts), 3)] {
		value := "NULL"
		if c.Value != nil {
			value = written(c.Value)
		}
		times := " times"
		if c.Count == 1 {
			times = " time"
		}
		parts = append(parts, value+" "+thousands(c.Count)+times)
	}
	if len(counts) > 3 {
		parts = append(parts, "…")
	}
	return strings.Join(parts, ", ")
}
