package expectation_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamflow/pipe/engine/expectation"
)

// Drivers give one value in many types; the verdict is one.
func TestVerdictOfRows(t *testing.T) {
	percent := func(p float64) *float64 { return &p }
	judge := expectation.Judge{Kind: expectation.JudgeRows, Mostly: 2.0 / 3, Sentence: "x is {low} in {unexpected_count} of {considered} {rows}{share}"}
	for _, tt := range []struct {
		outputs map[string]any
		want    expectation.Verdict
	}{
		{map[string]any{"element_count": int64(4), "missing_count": int64(1), "unexpected_count": int64(1)},
			expectation.Verdict{Success: true, ElementCount: 4, MissingCount: 1, UnexpectedCount: 1, UnexpectedPercent: percent(33.33333333333333), UnexpectedPercentTotal: percent(25), MissingPercent: percent(25),
				Sentence: "x is {low} in 1 of 3 rows (33.33 %); 1 row is missing (NULL)"}},
		{map[string]any{"element_count": []byte("3"), "missing_count": float64(0), "unexpected_count": json.Number("2")},
			expectation.Verdict{ElementCount: 3, UnexpectedCount: 2, UnexpectedPercent: percent(66.66666666666666), UnexpectedPercentTotal: percent(66.66666666666666), MissingPercent: percent(0),
				Sentence: "x is {low} in 2 of 3 rows (66.67 %)"}},
		{map[string]any{"element_count": "7043000", "missing_count": int64(0), "unexpected_count": int64(1)},
			expectation.Verdict{Success: true, ElementCount: 7043000, UnexpectedCount: 1, UnexpectedPercent: percent(1.0 / 7043000 * 100), UnexpectedPercentTotal: percent(1.0 / 7043000 * 100), MissingPercent: percent(0),
				Sentence: "x is {low} in 1 of 7,043,000 rows (below 0.01 %)"}},
		{map[string]any{"element_count": int64(2), "missing_count": int64(2), "unexpected_count": int64(0)},
			expectation.Verdict{Success: true, ElementCount: 2, MissingCount: 2, UnexpectedPercentTotal: percent(0), MissingPercent: percent(100), Sentence: "there is no row to judge; 2 rows are missing (NULL)"}},
		{map[string]any{"element_count": int64(2), "missing_count": int64(0)},
			expectation.Verdict{Sentence: "the query gave no unexpected_count"}},
	} {
		if diff := cmp.Diff(tt.want, judge.Verdict(tt.outputs)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tt.outputs, diff)
		}
	}
}

func TestVerdictOfTruth(t *testing.T) {
	judge := expectation.Judge{Kind: expectation.JudgeTruth, Observed: []string{"a0"}, Sentence: "it is {truth}: {a0}"}
	for _, tt := range []struct {
		success, value any
		want           expectation.Verdict
	}{
		{true, []byte("24.4836507667874130"), expectation.Verdict{Success: true, Observed: json.Number("24.483650766787413"), Sentence: "it is true: 24.483650766787413"}},
		{int64(1), int64(-1234567), expectation.Verdict{Success: true, Observed: int64(-1234567), Sentence: "it is true: -1,234,567"}},
		{int64(0), math.Inf(-1), expectation.Verdict{Observed: "-Infinity", Sentence: `it is false: "-Infinity"`}},
		{nil, nil, expectation.Verdict{Sentence: "it is unknown: NULL"}},
		{false, "{truth}", expectation.Verdict{Observed: "{truth}", Sentence: `it is false: "{truth}"`}},
		{[]byte("t"), []byte("true"), expectation.Verdict{Success: true, Observed: "true", Sentence: `it is true: "true"`}},
	} {
		if diff := cmp.Diff(tt.want, judge.Verdict(map[string]any{"success": tt.success, "a0": tt.value})); diff != "" {
			t.Errorf("%v, %v (-want +got):\n%s", tt.success, tt.value, diff)
		}
	}
}
