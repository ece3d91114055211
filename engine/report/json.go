package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

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
	return unescapeHTML(text), nil
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
	_, err = w.Write(append(unescapeHTML(text), '\n'))
	return err
}

// unescapeHTML turns the \u003c, \u003e and \u0026 that encoding/json writes
// for web pages back into < > &: rules and SQL are full of them.
func unescapeHTML(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			out = append(out, text[i])
			continue
		}
		if i+6 <= len(text) {
			if c, ok := htmlEscapes[string(text[i+1:i+6])]; ok {
				out = append(out, c)
				i += 5
				continue
			}
		}
		out = append(out, text[i], text[i+1]) // an escaped backslash is passed as a pair
		i++
	}
	return out
}

var htmlEscapes = map[string]byte{"u003c": '<', "u003e": '>', "u0026": '&'}
