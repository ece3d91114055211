package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/run"
	"github.com/streamflow/pipe/engine/spec"
)

func TestSummary(t *testing.T) {
	p := monthPlan(spec.Postgres)
	for name, r := range results() {
		t.Run(name, func(t *testing.T) {
			o := TextOptions{Width: 80}
			if name == "checks_failed" {
				r.Expectations[2].FailingRows = "reports/ingest_month_2024-02-29_20260301T060000-91bc_subscriptions_0.csv"
			}
			if !r.DryRun && r.Kind == "run" {
				o.Reports = []string{"reports/ingest_month_2024-01-31.md", "reports/ingest_month_2024-01-31.json"}
			}
			golden(t, "summary/"+name+".txt", func(b *bytes.Buffer) error { return Summary(b, p, r, o) })
		})
	}
}

// Rejects were not there already, and a run that brought nothing else says so.
func TestSummarySaysWhyNothingWasWritten(t *testing.T) {
	for _, c := range []struct {
		rows run.Rows
		want string
	}{
		{run.Rows{Read: 2, Loaded: 2, Unchanged: 2}, "every row was there already: nothing was written"},
		{run.Rows{Read: 2, Loaded: 1, Unchanged: 1, Rejected: 1}, "every row that was not rejected was there already: nothing was written"},
		{run.Rows{Read: 2, Rejected: 2}, "every row was rejected: nothing was written"},
	} {
		var b bytes.Buffer
		r := &run.Result{Kind: "run", Status: run.Unchanged, Published: true, RejectsTotal: c.rows.Rejected, Tables: []run.Table{{Name: "t", Rows: c.rows}}}
		if err := Summary(&b, nil, r, TextOptions{}); err != nil {
			t.Fatal(err)
		}
		if line := strings.Split(b.String(), "\n")[1]; strings.TrimSpace(line) != c.want {
			t.Errorf("%+v: %q, want %q", c.rows, line, c.want)
		}
	}
}

// A line that is too wide is broken by the terminal and takes the tables apart.
func TestSummaryKeepsToItsWidth(t *testing.T) {
	p := monthPlan(spec.Postgres)
	wide := monthResult()
	wide.Spec = "月次取込月次取込月次取込月次取込月次取込月次取込"
	wide.Tables[0].Name = strings.Repeat("a_table_of_a_very_long_name_", 4)
	wide.Snapshots[0].Name = strings.Repeat("スナップショット", 9)
	wide.Error = &run.Error{Code: "x", Message: strings.Repeat("m", 300), At: strings.Repeat("d/", 90) + "f.yaml:1:1", Hint: strings.Repeat("あ", 200)}
	all := results()
	all["wide"] = wide
	for name, r := range all {
		for _, width := range []int{1, 40, 52, 80, 120, 200} {
			var b bytes.Buffer
			if err := Summary(&b, p, r, TextOptions{Width: width}); err != nil {
				t.Fatal(err)
			}
			for _, line := range strings.Split(b.String(), "\n") {
				copied := strings.Contains(line, "SELECT") // a query stays whole
				if got := displayWidth(line); got > max(width, 40) && !copied {
					t.Errorf("%s at %d columns: %d cells: %s", name, width, got, line)
				}
			}
		}
	}
}

// What a data file holds must not command the terminal.
func TestSummaryShowsControlCharactersAsText(t *testing.T) {
	var b bytes.Buffer
	if err := Summary(&b, nil, badRowsResult(), TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "\x1b") {
		t.Errorf("an escape sequence of the data came through:\n%q", b.String())
	}
}

func TestSummaryColoursOnlyWhenAsked(t *testing.T) {
	golden(t, "summary/checks_failed.ansi", func(b *bytes.Buffer) error {
		return Summary(b, monthPlan(spec.Postgres), checksFailedResult(), TextOptions{Color: true})
	})
}

func TestPrintError(t *testing.T) {
	golden(t, "error.txt", func(b *bytes.Buffer) error {
		for _, r := range []*run.Result{badRowsResult(), refusedResult(), interruptedResult()} {
			for _, e := range causes(r) {
				if err := PrintError(b, e, TextOptions{}); err != nil {
					return err
				}
				b.WriteString("\n")
			}
		}
		return PrintError(b, run.Error{Code: "no_spec", Message: `there is no specs/ingest_mont.yaml`, Hint: `did you mean "specs/ingest_month.yaml"?`}, TextOptions{})
	})
}
