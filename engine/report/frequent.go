package report

import (
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/run"
)

// quoted writes a value inside a sentence: texts in quotes.
func quoted(v any) string {
	text := plainText(v)
	if _, ok := v.(string); ok {
		text = strconv.Quote(text)
	}
	return cutEnd(text, 40)
}

// plainText writes the values of several columns as "name value, name value".
func plainText(v any) string {
	fields, ok := v.(run.Fields)
	if !ok {
		return valueText(v)
	}
	var parts []string
	for _, f := range fields {
		parts = append(parts, f.Name+" "+valueText(f.V))
	}
	return strings.Join(parts, ", ")
}

// mostOften words the most frequent unexpected values, at most so many; nothing
// where no value stands in two rows, or where there is but NULL.
func mostOften(e *run.Expectation, most int, written func(any) string) string {
	counts := e.Result.PartialUnexpectedCounts
	if len(counts) == 0 || counts[0].Count < 2 || len(counts) == 1 && counts[0].Value == nil {
		return ""
	}
	var parts []string
	for _, c := range counts[:min(len(counts), most)] {
		value := "NULL"
		if c.Value != nil {
			value = written(c.Value)
		}
		times := " times"
		if c.Count == 1 {
			times = " time"
		}
		parts = append(parts, value+" ("+thousands(c.Count)+times+")")
	}
	if len(counts) > most {
		parts = append(parts, "…")
	}
	return strings.Join(parts, ", ")
}
