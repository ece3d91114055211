package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/expectation"
)

// junitElements is what junit-10.xsd says, the schema that Jenkins' xUnit plugin
// refuses documents by and the strictest that is widely used: of each element
// its attributes, the elements inside it, and whether it holds text.
var junitElements = map[string]junitElement{
	"testsuites": {attributes: "name time tests failures errors", children: "testsuite"},
	"testsuite": {attributes: "name! tests! failures! errors! group time skipped timestamp hostname id package file log url",
		children: "testsuite properties testcase system-out system-err"},
	"testcase": {attributes: "name! time classname group",
		children: "skipped error failure rerunFailure rerunError flakyFailure flakyError system-out system-err"},
	"failure":    {attributes: "type message", text: true},
	"error":      {attributes: "type message", text: true},
	"skipped":    {attributes: "type message", text: true},
	"properties": {children: "property"},
	"property":   {attributes: "name! value!"},
	"system-out": {text: true},
	"system-err": {text: true},
}

type junitElement struct {
	attributes string // a ! behind the ones that must be there
	children   string
	text       bool
}

// junitTime is that of the elements testsuites and testsuite.
var junitTime = regexp.MustCompile(`^(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?$`)

// junitProblem says how a document is not as the schema says, nil when it is.
func junitProblem(text string) error {
	decoder := xml.NewDecoder(strings.NewReader(text))
	var open []string
	for {
		token, err := decoder.Token()
		switch {
		case errors.Is(err, io.EOF) && decoder.InputOffset() == int64(len(text)):
			return nil
		case err != nil:
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if err := startProblem(open, token); err != nil {
				return fmt.Errorf("line %d: %w", strings.Count(text[:decoder.InputOffset()], "\n")+1, err)
			}
			open = append(open, token.Name.Local)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if text := strings.TrimSpace(string(token)); text != "" && (len(open) == 0 || !junitElements[open[len(open)-1]].text) {
				return fmt.Errorf("the text %q stands in %v", text, open)
			}
		}
	}
}

func startProblem(open []string, start xml.StartElement) error {
	name := start.Name.Local
	element, known := junitElements[name]
	switch {
	case start.Name.Space != "":
		return fmt.Errorf("%s is of the namespace %s", name, start.Name.Space)
	case !known:
		return fmt.Errorf("there is no element %s", name)
	case len(open) == 0 && name != "testsuites":
		return fmt.Errorf("the document begins with %s", name)
	case len(open) > 0 && !slices.Contains(strings.Fields(junitElements[open[len(open)-1]].children), name):
		return fmt.Errorf("%s may not stand in %s", name, open[len(open)-1])
	}
	stated := map[string]bool{}
	for _, a := range start.Attr {
		attribute := a.Name.Local
		stated[attribute] = true
		if !slices.Contains(strings.Fields(strings.ReplaceAll(element.attributes, "!", "")), attribute) {
			return fmt.Errorf("%s has no attribute %s", name, attribute)
		}
		if attribute == "time" && name != "testcase" && !junitTime.MatchString(a.Value) {
			return fmt.Errorf("the time %q of %s is none", a.Value, name)
		}
	}
	for _, attribute := range strings.Fields(element.attributes) {
		if must, ok := strings.CutSuffix(attribute, "!"); ok && !stated[must] {
			return fmt.Errorf("%s lacks its attribute %s", name, must)
		}
	}
	return nil
}

// Whatever lint, check, run and test have to say in JUnit's form is valid.
func TestJUnitIsValidAgainstItsSchema(t *testing.T) {
	documents := map[string]func(io.Writer) error{
		"lint":         func(w io.Writer) error { return LintJUnit(w, oddFindings) },
		"lint nothing": func(w io.Writer) error { return LintJUnit(w, Findings{}) },
		"lint clean":   func(w io.Writer) error { return LintJUnit(w, Findings{Files: []string{"specs/a.yaml"}}) },
		"test nothing": func(w io.Writer) error { return TestsJUnit(w, nil) },
		"test":         func(w io.Writer) error { return TestsJUnit(w, testResults) },
	}
	for name, r := range results() {
		documents["result "+name] = func(w io.Writer) error { return JUnit(w, r) }
	}
	for name, write := range documents {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if err := junitProblem(b.String()); err != nil {
			t.Errorf("%s: %v\n%s", name, err, b.String())
		}
	}
}

var oddFindings = Findings{Files: []string{"specs/a.yaml", "specs/\x1b[1m\n.yaml"}, List: diag.List{
	{Code: "no-such-file", Severity: diag.Error, Message: "no spec found"},
	{Pos: diag.Pos{File: "specs/a.yaml", Line: 3, Col: 9}, Code: "unknown-key", Severity: diag.Error, Message: "]]> & \x00\x1b", Suggestion: "<b>\nor \xff"},
	{Pos: diag.Pos{File: "specs/a.yaml", Line: 4}, Code: "unused-var", Severity: diag.Warning, Message: "nothing uses it"},
}}

var testResults = []expectation.TestResult{
	{Suite: "orders", Table: "orders", Rule: "total >= 0", Pos: diag.Pos{File: "expectations/orders.yaml", Line: 5, Col: 9}, Rows: 1},
	{Suite: "orders", Table: "orders", Index: 1, Rule: "note != \"<\x1b]]>\"", Pos: diag.Pos{File: "expectations/orders.yaml", Line: 6, Col: 9}, Rows: 2, Faults: []expectation.TestFault{
		{Row: 0, ShouldFail: true, Truth: "unknown", Values: []expectation.TestValue{{Name: "note", Text: "NULL"}}}, {Row: 1, Error: "division by zero"}}},
	{Suite: "<users>", Table: "users", Rule: "count() > 1", Pos: diag.Pos{File: "expectations/users.yaml", Line: 5}, Rows: 2, IsTable: true, Faults: []expectation.TestFault{{Row: -1, Truth: "false"}}},
}

// The test of the schema finds what is wrong.
func TestJUnitProblems(t *testing.T) {
	const suite = `<testsuite name="a" tests="1" failures="0" errors="0">`
	for document, want := range map[string]string{
		`<testsuites>` + suite + `<testcase name="x"><system-out>said</system-out></testcase></testsuite></testsuites>`: "",
		`<testsuites>` + suite + `<testcase name="x" file="f"/></testsuite></testsuites>`:                               "testcase has no attribute file",
		`<testsuites>` + suite + `<testcase classname="x"/></testsuite></testsuites>`:                                   "testcase lacks its attribute name",
		`<testsuites><testsuite name="a" tests="1" failures="0"/></testsuites>`:                                         "testsuite lacks its attribute errors",
		`<testsuites><testcase name="x"/></testsuites>`:                                                                 "testcase may not stand in testsuites",
		`<testsuites time="soon"/>`:                                                 `the time "soon" of testsuites is none`,
		`<testsuites>text</testsuites>`:                                             `the text "text" stands in [testsuites]`,
		`<testsuites>` + suite + `<warning/></testsuite></testsuites>`:              "there is no element warning",
		`<testsuites xmlns="urn:x"/>`:                                               "testsuites is of the namespace urn:x",
		suite + `</testsuite>`:                                                      "the document begins with testsuite",
		`<testsuites>` + suite + `</testsuites>`:                                    "element <testsuite> closed by </testsuites>",
		`<testsuites>` + suite + "<testcase name='\x1b'/></testsuite></testsuites>": "illegal character code",
	} {
		if err := junitProblem(document); want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %s", document, err, want)
		}
	}
}
