package report

import (
	"slices"
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
	return text
}

// visible writes a value that its markup sets apart: blanks alone in quotes.
func visible(v any) string {
	if text := plainText(v); strings.TrimSpace(text) != "" {
		return text
	}
	return quoted(v)
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

// mostOften words the most frequent unexpected values, at most so many, each in
// at most so many cells; nothing where no value stands in two rows, or where
// there is but NULL. Long values are cut in their middle, since those that
// begin alike often end differently; where two read the same even so, the
// second and those behind it are left out.
func mostOften(e *run.Expectation, most, cells int, written func(any) string, marked func(string) string) string {
	counts := e.Result.PartialUnexpectedCounts
	if len(counts) == 0 || counts[0].Count < 2 || len(counts) == 1 && counts[0].Value == nil {
		return ""
	}
	var told, parts []string
	for _, c := range counts[:min(len(counts), most)] {
		value := "NULL"
		if c.Value != nil {
			value = marked(cutMiddle(printable(written(c.Value)), cells))
		}
		if slices.Contains(told, value) {
			break
		}
		told = append(told, value)
		times := " times"
		if c.Count == 1 {
			times = " time"
		}
		parts = append(parts, value+" ("+thousands(c.Count)+times+")")
	}
	if len(counts) > len(parts) {
		parts = append(parts, "…")
	}
	return strings.Join(parts, ", ")
}

// mostOften writes the line of the most frequent values: as many as it holds,
// and the first of them on several lines when it does not fit.
func (s *screen) mostOften(e *run.Expectation) {
	const label = "most often: "
	asIs := func(text string) string { return text }
	for most := 3; most > 0; most-- {
		text := mostOften(e, most, 40, quoted, asIs)
		if text == "" {
			return
		}
		if most == 1 || displayWidth(label+text) <= s.width-4 {
			s.labelled(4, span{label, dim}, plain, text)
			return
		}
	}
}
