package expectation

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Verdict is what an expectation found, and whether that is as expected.
type Verdict struct {
	Success         bool
	ElementCount    int64 // rows left by where; JudgeRows
	MissingCount    int64 // of these, rows not considered
	UnexpectedCount int64
	// UnexpectedPercent is 0 to 100 of the rows considered, nil of none.
	UnexpectedPercent *float64
	// UnexpectedPercentTotal and MissingPercent are 0 to 100 of all rows, nil of
	// none.
	UnexpectedPercentTotal, MissingPercent *float64
	// Observed is nil, bool, int64, float64, json.Number, string, a list, or a
	// map of these.
	Observed any
	Sentence string
	Details  any
	// Fault is why there is no verdict: the expectation cannot be evaluated,
	// and every other field is empty. It is empty when there is a verdict.
	Fault string
}

// Err is the fault as an error, nil when there is a verdict.
func (v Verdict) Err() error {
	if v.Fault == "" {
		return nil
	}
	return errors.New(v.Fault)
}

// Verdict judges. outputs are values as drivers give them, by output name.
func (j Judge) Verdict(outputs map[string]any) Verdict {
	for _, f := range j.Faults {
		if holds, _ := boolean(outputs[f.Output]); holds {
			return Verdict{Fault: Judge{Sentence: f.Message}.word(outputs, nil)}
		}
	}
	switch j.Kind {
	case JudgeRows:
		return j.rows(outputs)
	case JudgeColumns:
		return j.columns(outputs)
	case JudgeDivergence:
		return j.divergence(outputs)
	case JudgeNoRows:
		return j.noRows(outputs)
	case JudgeComparison:
		return j.comparison(outputs)
	case JudgeQuantiles:
		return j.quantiles(outputs)
	}
	return j.truth(outputs)
}

func (j Judge) rows(outputs map[string]any) Verdict {
	v := Verdict{}
	for name, into := range map[string]*int64{"element_count": &v.ElementCount, "missing_count": &v.MissingCount, "unexpected_count": &v.UnexpectedCount} {
		n, ok := integer(outputs[name])
		if !ok && (name != "missing_count" || !j.NoMissing) {
			return Verdict{Sentence: fmt.Sprintf("the query gave no %s", name)}
		}
		*into = n
	}
	if v.ElementCount > 0 {
		unexpected := float64(v.UnexpectedCount) / float64(v.ElementCount) * 100
		missing := float64(v.MissingCount) / float64(v.ElementCount) * 100
		v.UnexpectedPercentTotal, v.MissingPercent = &unexpected, &missing
	}
	considered := v.ElementCount - v.MissingCount
	share := ""
	if considered > 0 {
		// Divided first, as Great Expectations does: 2 of 3 are 66.66666666666666.
		percent := float64(v.UnexpectedCount) / float64(considered) * 100
		v.UnexpectedPercent = &percent
		v.Success = float64(considered-v.UnexpectedCount)/float64(considered) >= j.Mostly
		if v.UnexpectedCount > 0 {
			share = " (" + percentage(percent) + " %)"
		}
	} else {
		v.Success = true
	}
	rows, have := "rows", "have"
	if considered == 1 {
		rows = "row"
	}
	if v.UnexpectedCount == 1 {
		have = "has"
	}
	v.Sentence = j.word(outputs, map[string]string{"considered": grouped(considered), "rows": rows, "have": have, "share": share})
	if considered == 0 {
		v.Sentence = "there is no row to judge"
	}
	switch v.MissingCount {
	case 0:
	case 1:
		v.Sentence += "; 1 row is missing (NULL)"
	default:
		v.Sentence += "; " + grouped(v.MissingCount) + " rows are missing (NULL)"
	}
	return v
}

func (j Judge) truth(outputs map[string]any) Verdict {
	v := Verdict{}
	truth := "unknown"
	if success, known := boolean(outputs["success"]); known {
		v.Success, truth = success, strconv.FormatBool(success)
	}
	values := map[string]any{}
	for _, name := range j.Observed {
		values[name] = plain(outputs[name])
		if b, known := boolean(outputs[name]); known && slices.Contains(j.Truths, name) {
			values[name] = b
		}
	}
	switch {
	case len(j.Observed) == 1:
		v.Observed = values[j.Observed[0]]
	case len(j.Observed) > 1:
		object := map[string]any{}
		for i, name := range j.Observed {
			object[j.Labels[i]] = values[name]
		}
		v.Observed = object
	}
	for name, value := range outputs {
		if _, ok := values[name]; !ok {
			values[name] = plain(value)
		}
	}
	words := map[string]string{"truth": truth}
	if j.Gathered != nil {
		if j.Gathered.observe(&v, outputs, words); v.Sentence != "" {
			return v
		}
	}
	v.Sentence = j.word(values, words)
	return v
}

// said is text that stands in a sentence as it is: what a user wrote, braces and
// all.
func said(text string) string { return strings.ReplaceAll(text, "{", "{{") }

// word fills the sentence's places in one pass, so that what is filled in is
// never read as a place itself. Two braces stand for one.
func (j Judge) word(outputs map[string]any, words map[string]string) string {
	pairs := []string{"{{", "{"}
	for name, value := range outputs {
		pairs = append(pairs, "{"+name+"}", spoken(value))
	}
	for name, value := range words {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(j.Sentence)
}

// integer reads a count; numerics come as text.
func integer(v any) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case int:
		return int64(v), true
	case int32:
		return int64(v), true
	case float64:
		return int64(v), v == math.Trunc(v)
	case []byte:
		return integer(string(v))
	case json.Number:
		return integer(v.String())
	case string:
		n, err := strconv.ParseInt(v, 10, 64)
		return n, err == nil
	}
	return 0, false
}

func boolean(v any) (value, known bool) {
	switch v := v.(type) {
	case bool:
		return v, true
	case []byte:
		return boolean(string(v))
	case string:
		b, err := strconv.ParseBool(v)
		return b, err == nil
	}
	n, ok := integer(v)
	return n != 0, ok
}

// plain makes a driver's value one of the kinds of Verdict.Observed. Numerics
// keep their digits, trailing zeros apart: both databases say 12.5.
func plain(v any) any {
	switch v := v.(type) {
	case []byte:
		return plain(json.Number(v))
	case json.Number:
		s := v.String()
		if !json.Valid([]byte(s)) || strings.ContainsAny(s, `"[{tfn`) {
			return s
		}
		if strings.Contains(s, ".") && !strings.ContainsAny(s, "eE") {
			s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
		}
		return json.Number(s)
	case float64:
		switch { // JSON has no number for these
		case math.IsNaN(v):
			return "NaN"
		case math.IsInf(v, 1):
			return "Infinity"
		case math.IsInf(v, -1):
			return "-Infinity"
		}
		return v
	case int:
		return int64(v)
	case int32:
		return int64(v)
	}
	return v
}

// spoken is a value inside a sentence.
func spoken(v any) string {
	switch v := plain(v).(type) {
	case nil:
		return "NULL"
	case int64:
		return grouped(v)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case json.Number:
		if n, ok := integer(v); ok {
			return grouped(n)
		}
		return v.String()
	case string:
		return strconv.Quote(v)
	case bool:
		return strconv.FormatBool(v)
	default:
		return fmt.Sprint(v)
	}
}

// grouped writes 7043 as 7,043.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// percentage has two decimals at most, and never says 0 of something.
func percentage(p float64) string {
	if p < 0.01 {
		return "below 0.01"
	}
	if p > 99.99 && p < 100 {
		return "above 99.99"
	}
	s := strconv.FormatFloat(p, 'f', 2, 64)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}
