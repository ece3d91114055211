package rule_test

import (
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

// What is added up from doubles is compared with a range, or rounded; what is
// exact is compared as anyone likes.
func TestInexactComparisonsAreWarnedOf(t *testing.T) {
	columns := []rule.Column{{Name: "d", Type: spec.Type{Kind: spec.KindDouble}}, {Name: "n", Type: spec.Type{Kind: spec.KindNumeric}}, {Name: "i", Type: spec.Type{Kind: spec.KindInteger}}}
	for text, at := range map[string]string{
		"sum(d) == 1":                "sum(d)",
		"1 != mean(d)":               "mean(d)",
		"sum(n * 1.1) == 1":          "sum(n * 1.1)",
		"i != nil and n == 1":        "",
		"sum(d) / count() == 1":      "sum(d)",
		"sum(i) == -sum(d)":          "sum(d)",
		"sum(d) >= 1":                "",
		"round(sum(d), 2) == 1":      "",
		"sum(n) == 1":                "",
		"mean(i) == 1":               "",
		"max(d) == 1":                "",
		"stddev(d) == 0":             "",
		"count(d == 1) == 1":         "",
		"sum(n) == 1 and max(d) > 2": "",
	} {
		_, list := rule.Compile(source(text), rule.Scope{Table: "t", Columns: columns})
		got := ""
		for _, d := range list {
			if d.Code == "inexact" && d.Severity == diag.Warning {
				got = text[d.Col-1 : d.EndCol-1]
			} else {
				t.Errorf("%s: %v", text, d)
			}
		}
		if got != at {
			t.Errorf("%s: the warning is about %q, want %q", text, got, at)
		}
		if at != "" && !strings.Contains(list[0].Suggestion, "round("+at+", 2)") {
			t.Errorf("%s: %s", text, list[0].Suggestion)
		}
	}
}
