package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/report"
)

// odd is what makes documents invalid: each finding has something that one of
// the formats must write in another way.
var odd = report.Findings{
	Files:   []string{"specs/a.yaml", "specs/clean.yaml", "suites/où, 100%:1.yaml"},
	Folder:  "sub folder",
	Version: "1.2.3",
	List: diag.List{
		{Code: "no-such-file", Severity: diag.Error, Message: "no spec found"},
		{Pos: diag.Pos{File: "specs/a.yaml", Line: 3, Col: 9}, EndCol: 14, Code: "unknown-key", Severity: diag.Error, Message: `unknown key "tabel"`, Suggestion: "did you mean \"table\"?\nor a suite?"},
		{Pos: diag.Pos{File: "specs/a.yaml", Line: 4, Col: 2}, Code: "literal-password", Severity: diag.Warning, Message: "50% of <it> & ]]> is secret"},
		{Pos: diag.Pos{File: "specs/gone.yaml"}, Code: "no-such-file", Severity: diag.Error, Message: "there is no file\x1b[31m"},
		{Pos: diag.Pos{File: "suites/où, 100%:1.yaml", Line: 1, Col: 1}, EndCol: 2, Code: "unknown-key", Severity: diag.Error, Message: "a{3} and [x](1)"},
	},
}

func written(t *testing.T, write func(io.Writer, report.Findings) error, f report.Findings) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A workflow command is one line; its message keeps colons, its properties
// keep nothing that parts them.
func TestLintGitHub(t *testing.T) {
	want := `::error title=no-such-file::no spec found
::error file=sub folder/specs/a.yaml,line=3,col=9,endColumn=13,title=unknown-key::unknown key "tabel"%0Adid you mean "table"?%0Aor a suite?
::warning file=sub folder/specs/a.yaml,line=4,col=2,title=literal-password::50%25 of <it> & ]]> is secret
::error file=sub folder/specs/gone.yaml,title=no-such-file::there is no file\x1b[31m
::error file=sub folder/suites/où%2C 100%25%3A1.yaml,line=1,col=1,endColumn=1,title=unknown-key::a{3} and [x](1)
`
	if diff := cmp.Diff(want, written(t, report.LintGitHub, odd)); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
	if got := written(t, report.LintGitHub, report.Findings{Files: []string{"a.yaml"}}); got != "" {
		t.Errorf("without findings: %q", got)
	}
}

// Every file is a suite, every finding a case, and a file without findings a
// case that passes.
func TestLintJUnit(t *testing.T) {
	text := written(t, report.LintJUnit, odd)
	var doc struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suites   []struct {
			Name  string `xml:"name,attr"`
			Cases []struct {
				Name    string `xml:"name,attr"`
				Failure *struct {
					Type    string `xml:"type,attr"`
					Message string `xml:"message,attr"`
					Text    string `xml:",chardata"`
				} `xml:"failure"`
				Out string `xml:"system-out"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	var got []string
	for _, s := range doc.Suites {
		for _, c := range s.Cases {
			line := s.Name + " | " + c.Name + " | "
			if c.Failure != nil {
				line += c.Failure.Type + " | " + c.Failure.Message + " | " + c.Failure.Text
			}
			got = append(got, line+c.Out)
		}
	}
	want := []string{
		`sub folder/specs/a.yaml | 3:9 unknown-key | unknown-key | unknown key "tabel" | specs/a.yaml:3:9` + "\nunknown key \"tabel\"\ndid you mean \"table\"?\nor a suite?",
		"sub folder/specs/a.yaml | 4:2 literal-password | warning: specs/a.yaml:4:2\n50% of <it> & ]]> is secret",
		"sub folder/specs/clean.yaml | no findings | ",
		`sub folder/specs/gone.yaml | no-such-file | no-such-file | there is no file\x1b[31m | specs/gone.yaml` + "\n" + `there is no file\x1b[31m`,
		"sub folder/suites/où, 100%:1.yaml | 1:1 unknown-key | unknown-key | a{3} and [x](1) | suites/où, 100%:1.yaml:1:1\na{3} and [x](1)",
		"project | no-such-file | no-such-file | no spec found | \nno spec found",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cases (-want +got):\n%s", diff)
	}
	if doc.Tests != 6 || doc.Failures != 4 {
		t.Errorf("%d tests and %d failures, want 6 and 4", doc.Tests, doc.Failures)
	}
}

// sarif is the part of a SARIF log that the specification asks for.
type sarif struct {
	Schema  string `json:"$schema"`
	Version string
	Runs    []struct {
		Tool struct {
			Driver struct {
				Name, Version string
				Rules         []struct {
					ID               string
					ShortDescription struct{ Text string }
				}
			}
		}
		ColumnKind string
		Results    []struct {
			RuleID    string
			RuleIndex *int
			Level     string
			Message   struct{ Text string }
			Locations []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI string }
					Region           *struct{ StartLine, StartColumn, EndColumn int }
				}
			}
		}
	}
}

// Each finding is a result of a rule that the log describes, its place a
// relative URI that leads back to the file and a region that begins at 1.
func TestLintSARIF(t *testing.T) {
	var log sarif
	if err := json.Unmarshal([]byte(written(t, report.LintSARIF, odd)), &log); err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || !strings.HasSuffix(log.Schema, "/sarif-schema-2.1.0.json") || len(log.Runs) != 1 {
		t.Fatalf("the log is version %q with schema %q and %d runs", log.Version, log.Schema, len(log.Runs))
	}
	r := log.Runs[0]
	if r.Tool.Driver.Name != "pipe" || r.Tool.Driver.Version != "1.2.3" || r.ColumnKind != "unicodeCodePoints" {
		t.Errorf("the run is by %+v and counts %s", r.Tool.Driver, r.ColumnKind)
	}
	ids := []string{}
	for _, rule := range r.Tool.Driver.Rules {
		ids = append(ids, rule.ID+": "+rule.ShortDescription.Text)
	}
	if diff := cmp.Diff([]string{"literal-password: a password stands in the spec", "no-such-file: a file that cannot be read", "unknown-key: a key that means nothing here"}, ids); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	if len(r.Results) != len(odd.List) {
		t.Fatalf("%d results of %d findings", len(r.Results), len(odd.List))
	}
	for i, d := range odd.List {
		got := r.Results[i]
		if got.RuleID != d.Code || got.RuleIndex == nil || r.Tool.Driver.Rules[*got.RuleIndex].ID != d.Code || got.Level != string(d.Severity) {
			t.Errorf("result %d is %+v", i, got)
		}
		if d.File == "" {
			if len(got.Locations) != 0 {
				t.Errorf("result %d has a place, and its finding none", i)
			}
			continue
		}
		at := got.Locations[0].PhysicalLocation
		u, err := url.Parse(at.ArtifactLocation.URI)
		if err != nil || u.IsAbs() || u.Path != path.Join("sub folder", d.File) {
			t.Errorf("result %d is at %q, which is no relative URI of %s (%v)", i, at.ArtifactLocation.URI, d.File, err)
		}
		switch region := at.Region; {
		case d.Line == 0 && region != nil, d.Line > 0 && region == nil:
			t.Errorf("result %d: region %+v", i, region)
		case region != nil && (region.StartLine != d.Line || region.StartColumn != d.Col || region.EndColumn != max(d.Col, d.EndCol)):
			t.Errorf("result %d: region %+v", i, *region)
		}
	}
	if got, want := r.Results[4].Message.Text, `a{{3}} and \[x\](1)`; got != want {
		t.Errorf("what SARIF reads as a placeholder and a link is written %s, want %s", got, want)
	}
}

// Without findings the documents are whole: lists are empty, not missing.
func TestLintDocumentsWithoutFindings(t *testing.T) {
	var log map[string]any
	if err := json.Unmarshal([]byte(written(t, report.LintSARIF, report.Findings{})), &log); err != nil {
		t.Fatal(err)
	}
	run := log["runs"].([]any)[0].(map[string]any)
	if results, ok := run["results"].([]any); !ok || len(results) != 0 {
		t.Errorf("results are %v", run["results"])
	}
	if got := written(t, report.LintJUnit, report.Findings{}); !strings.Contains(got, `<testsuites name="pipe lint" tests="0" failures="0" errors="0" time="0"></testsuites>`) {
		t.Errorf("JUnit: %s", got)
	}
}

// Lines and columns of the JSON document begin at 1, for every finding.
func TestDiagnosticsBeginAtOne(t *testing.T) {
	var b bytes.Buffer
	if err := report.Diagnostics(&b, odd.List); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Diagnostics []struct {
			Line, Column int
			EndColumn    int `json:"end_column"`
		}
	}
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range doc.Diagnostics {
		got = append(got, fmt.Sprint(d.Line, d.Column, d.EndColumn))
	}
	if want := []string{"1 1 1", "3 9 14", "4 2 2", "1 1 1", "1 1 2"}; !slices.Equal(got, want) {
		t.Errorf("places %q, want %q", got, want)
	}
}
