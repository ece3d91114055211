package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/streamflow/pipe/engine/run"
	"github.com/streamflow/pipe/engine/spec"
)

func TestJSON(t *testing.T) {
	for _, name := range []string{"succeeded", "checks_failed", "bad_rows", "check"} {
		golden(t, "json/"+name+".json", func(b *bytes.Buffer) error { return JSON(b, results()[name]) })
	}
}

// What a run keeps of itself is its JSON document: showing it later must show the same.
func TestJSONReadsBackToTheSameResult(t *testing.T) {
	for name, r := range results() {
		var first, second bytes.Buffer
		if err := JSON(&first, r); err != nil {
			t.Fatal(err)
		}
		back, err := Decode(first.Bytes())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(r, back, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(run.Error{}, "Exit"), cmpopts.IgnoreUnexported(run.Error{}), cmpopts.IgnoreFields(run.Expectation{}, "Failing")); diff != "" {
			t.Errorf("%s is not what was written (-want +got):\n%s", name, diff)
		}
		if err := JSON(&second, back); err != nil {
			t.Fatal(err)
		}
		if first.String() != second.String() {
			t.Errorf("%s is written differently the second time", name)
		}
	}
}

func TestJSONHasNoNullListsAndACheckHasNoTables(t *testing.T) {
	keys := func(r *run.Result) map[string]json.RawMessage {
		var b bytes.Buffer
		if err := JSON(&b, r); err != nil {
			t.Fatal(err)
		}
		if strings.Count(b.String(), "\n") != 1 {
			t.Error("the document is one line")
		}
		m := map[string]json.RawMessage{}
		if err := json.Unmarshal(b.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	m := keys(&run.Result{FormatVersion: 1, Kind: "run"})
	for _, key := range []string{"tables", "expectations", "snapshots", "steps", "rejects"} {
		if string(m[key]) != "[]" {
			t.Errorf("%s of an empty run is %s, want []", key, m[key])
		}
	}
	if string(m["error"]) != "null" || string(m["vars"]) != "{}" {
		t.Errorf("error is %s and vars %s, want null and {}", m["error"], m["vars"])
	}
	m = keys(&run.Result{FormatVersion: 1, Kind: "check"})
	for _, key := range []string{"tables", "snapshots", "steps"} {
		if _, ok := m[key]; ok {
			t.Errorf("a check has no %s", key)
		}
	}
}

func TestDecodeRefusesWhatItDoesNotKnow(t *testing.T) {
	for text, want := range map[string]string{
		`{"format_version":2}`: "format_version 2",
		`[]`:                   "not the JSON document of a run",
		``:                     "not the JSON document of a run",
	} {
		if _, err := Decode([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want an error that says %q", text, err, want)
		}
	}
}

func TestUnescapeHTMLLeavesEscapedBackslashesAlone(t *testing.T) {
	for _, v := range []string{`a < b && c > d`, `\u003c`, `\\u003e`, `"\u0026"`, `C:\u0026`, "\u2028"} {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var back string
		if err := json.Unmarshal(readableJSON(text), &back); err != nil || back != v {
			t.Errorf("%q became %q (%v)", v, back, err)
		}
	}
}

func TestMarkdown(t *testing.T) {
	p := monthPlan(spec.Postgres)
	for _, name := range []string{"succeeded", "checks_failed", "bad_rows", "quarantine"} {
		golden(t, "markdown/"+name+".md", func(b *bytes.Buffer) error { return Markdown(b, p, results()[name]) })
	}
}

// A cell of the data must not become markup, nor another cell of the table.
func TestMarkdownKeepsDataInItsCell(t *testing.T) {
	for in, want := range map[string]string{
		"a|b":            "`a\\|b`",
		"`tick`":         "`` `tick` ``",
		"two\nlines":     "`two lines`",
		"":               "",
		"<b>":            "`<b>`",
		"esc\x1b[31mred": "`esc\\x1b[31mred`",
	} {
		if got := mdCode(in); got != want {
			t.Errorf("%q is %s, want %s", in, got, want)
		}
	}
	if got, want := mdSentence("3 rows have `a_b < c|d` false, *see* x_y"), "3 rows have `a_b < c\\|d` false, \\*see\\* x_y"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := mdText("a|b *c* <script> [x](y)\n# h"), `a\|b \*c\* &lt;script> \[x\](y) \# h`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWriteNamesFilesByMonthAndRun(t *testing.T) {
	for name, want := range map[string][]string{
		"succeeded": {"ingest_month_2024-01-31.json", "ingest_month_2024-01-31.md"},
		"unchanged": {"ingest_month_2024-01-31_20260105T081502-7f3a.json", "ingest_month_2024-01-31_20260105T081502-7f3a.md"},
		"checks_failed": {"ingest_month_2024-02-29_20260301T060000-91bc.json", "ingest_month_2024-02-29_20260301T060000-91bc.md",
			"ingest_month_2024-02-29_20260301T060000-91bc_subscriptions_0.csv", "ingest_month_2024-02-29_20260301T060000-91bc_subscriptions_1.csv"},
	} {
		dir := filepath.Join(t.TempDir(), "made", "reports")
		r := results()[name]
		paths, err := Write(dir, monthPlan(spec.Postgres), r)
		if err != nil {
			t.Fatal(err)
		}
		var got, told []string
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			got = append(got, e.Name())
		}
		for _, p := range paths {
			told = append(told, filepath.Base(p))
		}
		slices.Sort(told)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: files (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(want, told); diff != "" {
			t.Errorf("%s: told paths (-want +got):\n%s", name, diff)
		}
		text, err := os.ReadFile(filepath.Join(dir, want[0]))
		if err != nil {
			t.Fatal(err)
		}
		back, err := Decode(text)
		if err != nil {
			t.Fatal(err)
		}
		if name == "checks_failed" && !strings.HasSuffix(back.Expectations[2].FailingRows, "_subscriptions_0.csv") {
			t.Errorf("the document does not name the failing rows: %q", back.Expectations[2].FailingRows)
		}
	}
}

func TestWriteRemovesWhatAKilledRunHadBegun(t *testing.T) {
	dir := t.TempDir()
	left := filepath.Join(dir, ".report-123")
	if err := os.WriteFile(left, []byte("ha"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(dir, monthPlan(spec.Postgres), results()["succeeded"]); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is still there: %v", left, err)
	}
}

// Runs that write into one folder remove each other's begun files; every
// document is there and whole all the same.
func TestWriteIsSafeBesideOtherRuns(t *testing.T) {
	const runs = 8
	dir := t.TempDir()
	var group sync.WaitGroup
	for i := range runs {
		group.Go(func() {
			r := *results()["succeeded"]
			r.Spec = fmt.Sprint("ingest_", i)
			for range 20 {
				paths, err := Write(dir, monthPlan(spec.Postgres), &r)
				if err != nil {
					t.Error(err)
				}
				for _, path := range paths {
					if text, err := os.ReadFile(path); err != nil || !bytes.HasSuffix(text, []byte("\n")) {
						t.Errorf("%s: %d bytes, %v", path, len(text), err)
					}
				}
			}
		})
	}
	group.Wait()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2*runs {
		t.Errorf("%d files, want %d: %v", len(entries), 2*runs, entries)
	}
}

func TestFailingRowsTellNullFromEmptyText(t *testing.T) {
	r := &run.Result{Expectations: []run.Expectation{
		{Suite: "a/b", Index: 0, Failing: []run.UnexpectedRow{
			{Key: run.Fields{{Name: "user_id", V: "x,\"y\""}}, Values: run.Fields{{Name: "fee", V: json.Number("24.483650766787413")}, {Name: "note", V: ""}}, At: "users.csv:2"},
			{Key: run.Fields{{Name: "user_id", V: " lead"}}, Values: run.Fields{{Name: "fee", V: nil}, {Name: "note", V: "two\nlines"}}},
		}},
		{Suite: "A_B", Index: 0, Failing: []run.UnexpectedRow{{Key: run.Fields{{Name: "k", V: true}}}}},
		{Suite: "passed", Success: true, Failing: []run.UnexpectedRow{{Key: run.Fields{{Name: "k", V: true}}}}},
	}}
	paths, err := FailingRows(t.TempDir(), "s", r)
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) != 2 || filepath.Base(paths[0]) != "s_a_b_0.csv" || filepath.Base(paths[1]) != "s_A_B_0_2.csv" {
		t.Fatalf("paths %q: names must be fit for files and differ in more than case", paths)
	}
	text, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	want := "user_id,fee,note,brought,at\n\"x,\"\"y\"\"\",24.483650766787413,\"\",true,users.csv:2\n\" lead\",,\"two\nlines\",false,\n"
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if r.Expectations[0].FailingRows != paths[0] || r.Expectations[2].FailingRows != "" {
		t.Error("each expectation that is not met names its own file, and no other does")
	}
}

// A snapshot's rows come from its table or from an earlier run, and rows without
// a key from anywhere: nothing is said of who brought them.
func TestNobodySaysWhoBroughtWhatIsNotKnown(t *testing.T) {
	row := run.UnexpectedRow{Key: run.Fields{{Name: "id", V: json.Number("1")}}, Values: run.Fields{{Name: "fee", V: json.Number("-1")}}}
	bare := run.UnexpectedRow{Values: row.Values}
	for _, c := range []struct {
		table     string
		row       run.UnexpectedRow
		csv, seen string
	}{
		{"fees", row, "id,fee,brought,at\n1,-1,false,\n", "(not brought by this run)"},
		{"fees", bare, "fee,brought,at\n-1,,\n", ""},
		{"fees_history", row, "id,fee,brought,at\n1,-1,,\n", ""},
	} {
		rows := []run.UnexpectedRow{c.row}
		r := &run.Result{Kind: "run", Snapshots: []run.Snapshot{{Name: "fees_history"}}, Checks: run.Checks{Declared: 1, Evaluated: 1, Failed: 1},
			Expectations: []run.Expectation{{Suite: "s", Table: c.table, Failing: rows, Result: run.Found{UnexpectedCount: 1, UnexpectedRows: rows}}}}
		var b bytes.Buffer
		if err := Summary(&b, nil, r, TextOptions{}); err != nil {
			t.Fatal(err)
		}
		if seen := strings.Contains(b.String(), "brought by this run"); seen != (c.seen != "") || strings.Contains(b.String(), " at\n") != seen {
			t.Errorf("%s:\n%s", c.table, b.String())
		}
		if got := string(failingCSV(rows, traced(r, &r.Expectations[0], rows))); got != c.csv {
			t.Errorf("%s: got %q, want %q", c.table, got, c.csv)
		}
	}
}

func TestStemIsSafeForFiles(t *testing.T) {
	for in, want := range map[string]string{
		"../../etc/passwd": "_._.._etc_passwd", "monthly load": "monthly_load", "月次": "月次", "": "_", ".hidden": "_hidden", `a\b:c*`: "a_b_c_",
	} {
		if got := Stem(&run.Result{Spec: in, Status: run.Succeeded}); got != want || strings.ContainsAny(got, `/\`) {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
	if got := Stem(&run.Result{Spec: strings.Repeat("é", 400), Status: run.Succeeded}); len(got) > 60 || !strings.HasPrefix(got, "é") {
		t.Errorf("a long name becomes %d bytes", len(got))
	}
}

func TestJUnit(t *testing.T) {
	for _, name := range []string{"check", "refused"} {
		golden(t, "junit/"+name+".xml", func(b *bytes.Buffer) error {
			err := JUnit(b, results()[name])
			var doc junitSuites
			if broken := xml.Unmarshal(b.Bytes(), &doc); broken != nil {
				t.Errorf("%s is not XML: %v", name, broken)
			}
			return err
		})
	}
}

func runRows() []RunRow {
	at := time.Date(2026, 1, 5, 8, 15, 2, 0, time.UTC)
	return []RunRow{
		{RunID: "20260105T081502Z-7f3a91bc", Spec: "ingest_month", AsOf: "2024-01-31", Status: run.Succeeded, Published: true, Started: at, DurationMS: 812, Read: 42258, Inserted: 42258, Host: "db1", User: "ana"},
		{RunID: "20260301T060000Z-91bc0c1d", Spec: "ingest_month", AsOf: "2024-02-29", Status: run.ChecksFailed, Started: at.AddDate(0, 2, 0), DurationMS: 1543, Read: 42258, Host: "db1", User: "ana"},
		{RunID: "20260301T060502Z-0c1d7f3a", Spec: "ingest_month", AsOf: "2024-02-29", Status: "running", Started: at.AddDate(0, 2, 1), Host: "db1", User: "ben, \"the\" bot"},
	}
}

func TestRuns(t *testing.T) {
	for _, format := range []string{"text", "json", "csv"} {
		golden(t, "runs/runs."+format, func(b *bytes.Buffer) error { return Runs(b, runRows(), format, TextOptions{Width: 80}) })
	}
	golden(t, "runs/wide.text", func(b *bytes.Buffer) error { return Runs(b, runRows(), "", TextOptions{Width: 130}) })
	golden(t, "runs/none.text", func(b *bytes.Buffer) error { return Runs(b, nil, "text", TextOptions{}) })
	if err := Runs(&bytes.Buffer{}, nil, "yaml", TextOptions{}); err == nil || !strings.Contains(err.Error(), "text, json or csv") {
		t.Errorf("an unknown format must name the known ones, got %v", err)
	}
}

func TestShowIsTheSummaryOfTheKeptDocument(t *testing.T) {
	r := checksFailedResult()
	var kept, shown, summary bytes.Buffer
	if err := JSON(&kept, r); err != nil {
		t.Fatal(err)
	}
	back, err := Decode(kept.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := Show(&shown, back, "text", TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := Summary(&summary, nil, r, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(summary.String(), shown.String()); diff != "" {
		t.Errorf("(-summary +shown):\n%s", diff)
	}
}
