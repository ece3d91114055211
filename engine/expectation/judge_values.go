package expectation

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/streamflow/pipe/engine/spec"
)

// Gathered says which output of JudgeTruth holds values of a column and how
// often each occurs: a JSON array of [value as text, count], the first of them
// only. They are the observed value.
type Gathered struct {
	Output string    `json:"output"`
	Kind   spec.Kind `json:"kind"` // how the texts are to be read
	// Counts puts the counts into the details, as value_counts.
	Counts bool `json:"counts,omitempty"`
}

// counted is a value of a column and the number of rows that have it.
type counted struct {
	value any
	n     int64
}

// read gives the values of an output.
func (g *Gathered) read(output any) ([]counted, error) {
	var rows [][2]any
	if err := readJSON(output, &rows); err != nil {
		return nil, err
	}
	var list []counted
	for _, row := range rows {
		text, isText := row[0].(string)
		n, isCount := integer(row[1])
		if !isText || !isCount {
			return nil, fmt.Errorf("%v is no value and its count", row)
		}
		list = append(list, counted{valueOf(text, g.Kind), n})
	}
	return list, nil
}

// readJSON reads an output that is a JSON text.
func readJSON(output, into any) error {
	switch text := output.(type) {
	case []byte:
		return json.Unmarshal(text, into)
	case string:
		return json.Unmarshal([]byte(text), into)
	}
	return fmt.Errorf("%v is no JSON text", output)
}

// valueOf reads the text of a column's value: one of the kinds of
// Verdict.Observed. Both databases say the same.
func valueOf(text string, kind spec.Kind) any {
	switch kind {
	case spec.KindBoolean:
		return text == "true"
	case spec.KindDouble:
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return plain(f)
		}
	case spec.KindInteger, spec.KindBigint, spec.KindNumeric:
		return plain(json.Number(text))
	}
	return text
}

// observe puts the gathered values into the verdict, and their words into
// words, as {values}.
func (g *Gathered) observe(v *Verdict, outputs map[string]any, words map[string]string) {
	found, err := g.read(outputs[g.Output])
	if err != nil {
		v.Success, v.Sentence = false, "the values could not be read: "+err.Error()
		return
	}
	values, counts := []any{}, []any{}
	said := "nothing"
	for i, c := range found {
		values = append(values, c.value)
		counts = append(counts, map[string]any{"value": c.value, "count": c.n})
		switch {
		case i == 0:
			said = spoken(c.value)
		case i < maxSpoken:
			said += ", " + spoken(c.value)
		case i == maxSpoken:
			said += ", ..."
		}
	}
	v.Observed = values
	if g.Counts {
		v.Details = map[string]any{"value_counts": counts}
	}
	words["values"] = said
}

// maxSpoken is how many values a sentence names.
const maxSpoken = 8

// number reads an output as a double; ok is false for NULL and what is no
// number.
func number(v any) (x float64, ok bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int64:
		return float64(v), true
	case []byte:
		return number(string(v))
	case json.Number:
		return number(v.String())
	case string:
		x, err := strconv.ParseFloat(v, 64)
		return x, err == nil || math.IsInf(x, 0)
	}
	return 0, false
}
