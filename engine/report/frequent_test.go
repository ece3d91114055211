package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/run"
)

func TestMostOften(t *testing.T) {
	long := strings.Repeat("https://example.org/", 5)
	for _, c := range []struct {
		name   string
		counts []run.ValueCount
		want   string
	}{
		{"numbers and texts", []run.ValueCount{{Value: json.Number("-5"), Count: 3000}, {Value: "-5", Count: 2}, {Count: 1}},
			`    most often: -5 (3,000 times), "-5" (2 times), NULL (1 time)`},
		{"blanks", []run.ValueCount{{Value: "", Count: 2}, {Value: " ", Count: 2}}, `    most often: "" (2 times), " " (2 times)`},
		{"no value twice", []run.ValueCount{{Value: "a", Count: 1}}, ""},
		{"texts that begin alike", []run.ValueCount{{Value: long + "a", Count: 9}, {Value: long + "b", Count: 8}, {Value: long + "c", Count: 7}},
			"    most often: \"https://example.or…tps://example.org/a\" (9 times), …"},
		{"texts that end alike too", []run.ValueCount{{Value: long + "a" + long, Count: 9}, {Value: long + "b" + long, Count: 8}},
			"    most often: \"https://example.or…ttps://example.org/\" (9 times), …"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScreen(TextOptions{Width: 80})
			s.mostOften(&run.Expectation{Result: run.Found{PartialUnexpectedCounts: c.counts}})
			if got := strings.TrimSuffix(s.b.String(), "\n"); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// Two values that differ are never told as if they were one.
func TestMostOftenTellsValuesApart(t *testing.T) {
	long := strings.Repeat("x", 60)
	text := func(counts ...run.ValueCount) string {
		asIs := func(s string) string { return s }
		return mostOften(&run.Expectation{Result: run.Found{PartialUnexpectedCounts: counts}}, 3, 20, quoted, asIs)
	}
	if got, want := text(run.ValueCount{Value: long + "1", Count: 2}, run.ValueCount{Value: long + "2", Count: 2}), `"xxxxxxxx…xxxxxxxx1" (2 times), "xxxxxxxx…xxxxxxxx2" (2 times)`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := text(run.ValueCount{Value: long + "1" + long, Count: 2}, run.ValueCount{Value: long + "2" + long, Count: 2}), `"xxxxxxxx…xxxxxxxxx" (2 times), …`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
