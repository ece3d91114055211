package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/run"
)

// JSON writes a result as one line: the contract's document.
func JSON(w io.Writer, r *run.Result) error {
	text, err := document(r)
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// document is the JSON form of a result. Lists are never null, and a check has
// no tables, snapshots and steps at all.
func document(r *run.Result) ([]byte, error) {
	c := *r
	c.Vars = orEmpty(c.Vars)
	c.Tables = list(c.Tables)
	for i := range c.Tables {
		c.Tables[i].Nulls = orEmpty(c.Tables[i].Nulls)
	}
	c.Expectations = list(c.Expectations)
	for i := range c.Expectations {
		e := &c.Expectations[i]
		e.Arguments = orEmpty(e.Arguments)
		e.Result.PartialUnexpectedList = list(e.Result.PartialUnexpectedList)
		e.Result.PartialUnexpectedCounts = list(e.Result.PartialUnexpectedCounts)
		e.Result.UnexpectedRows = list(e.Result.UnexpectedRows)
	}
	c.Snapshots = list(c.Snapshots)
	c.Steps = list(c.Steps)
	for i := range c.Steps {
		c.Steps[i].Needs = list(c.Steps[i].Needs)
	}
	c.Rejects = list(c.Rejects)
	var v any = c
	if c.Kind == kindCheck {
		v = checkDocument{Result: c}
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write the result as JSON: %w", err)
	}
	return readableJSON(text), nil
}

// checkDocument hides the keys that a check does not have: a field nearer to
// the top wins over the embedded one, and these are left out when nil.
type checkDocument struct {
	run.Result
	Tables    *struct{} `json:"tables,omitempty"`
	Snapshots *struct{} `json:"snapshots,omitempty"`
	Steps     *struct{} `json:"steps,omitempty"`
}

// list is a copy of s that is not nil.
func list[T any](s []T) []T { return append([]T{}, s...) }

func orEmpty[V any](m map[string]V) map[string]V {
	if m == nil {
		return map[string]V{}
	}
	return m
}

// Decode reads a result that JSON wrote. Numbers of the data keep their
// digits. A document of another version is refused.
func Decode(text []byte) (*run.Result, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var r run.Result
	if err := d.Decode(&r); err != nil {
		return nil, fmt.Errorf("this is not the JSON document of a run: %w", err)
	}
	if r.FormatVersion != 1 {
		return nil, fmt.Errorf("the document has format_version %d; this pipe reads 1: use the pipe that wrote it", r.FormatVersion)
	}
	return &r, nil
}

// PlanJSON writes a plan as an indented document.
func PlanJSON(w io.Writer, p *plan.Plan) error {
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return fmt.Errorf("write the plan as JSON: %w", err)
	}
	_, err = w.Write(append(readableJSON(text), '\n'))
	return err
}

// readableJSON makes the JSON of encoding/json fit for people, its meaning
// unchanged: the \u003c, \u003e and \u0026 that are written for web pages are
// < > & again, since rules and SQL are full of them; and what a terminal would
// obey, such as the marks that reverse the direction of writing, is escaped.
func readableJSON(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			if i+6 <= len(text) {
				if c, ok := htmlEscapes[string(text[i+1:i+6])]; ok {
					out = append(out, c)
					i += 5
					continue
				}
			}
			out = append(out, text[i], text[i+1]) // an escaped backslash is passed as a pair
			i++
		case text[i] < 0x7f:
			out = append(out, text[i])
		default:
			r, size := utf8.DecodeRune(text[i:])
			if isShown(r) {
				out = append(out, text[i:i+size]...)
			} else {
				for _, unit := range utf16.Encode([]rune{r}) {
					out = fmt.Appendf(out, "\\u%04x", unit)
				}
			}
			i += size - 1
		}
	}
	return out
}

var htmlEscapes = map[string]byte{"u003c": '<', "u003e": '>', "u0026": '&'}
