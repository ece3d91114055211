package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/streamflow/pipe/engine/expectation"
)

// Tests writes what the tests of rules came to: those that failed, with the rows
// that are not as they say, and a line of figures.
func Tests(w io.Writer, results []expectation.TestResult, o TextOptions) error {
	s := newScreen(o)
	failed := 0
	for i := range results {
		r := &results[i]
		if r.Passed() {
			continue
		}
		failed++
		s.line(span{"✗ ", red}, span{cutMiddle(testPlace(r)+": ", s.width-2), plain}, span{oneLine(r.Rule), bold})
		for _, f := range r.Faults {
			s.text(4, plain, faultText(r, f))
		}
		s.blank()
	}
	switch {
	case len(results) == 0:
		s.line(span{"! ", yellow}, span{"no tests: no suite here has any", plain})
	case failed == 0:
		s.line(span{"✓ ", green}, span{count(int64(len(results)), "test"), plain}, span{" passed", green})
	default:
		s.line(span{"✗ ", red}, span{count(int64(len(results)), "test") + ": ", plain},
			span{thousands(int64(len(results)-failed)) + " passed", green}, span{", ", plain}, span{thousands(int64(failed)) + " failed", red})
	}
	return s.flush(w)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func testPlace(r *expectation.TestResult) string {
	return fmt.Sprintf("%s:%d", r.Pos.File, r.Pos.Line)
}

// faultSentence says how a row is not as the test says.
func faultSentence(r *expectation.TestResult, f expectation.TestFault) string {
	switch {
	case f.Error != "" && r.IsTable:
		return "the rule could not be evaluated: " + f.Error
	case f.Error != "":
		return fmt.Sprintf("row %d: the rule could not be evaluated: %s", f.Row, f.Error)
	case r.IsTable:
		return fmt.Sprintf("the rule should hold of the %s, and is %s", count(int64(r.Rows), "row"), f.Truth)
	case f.ShouldFail && f.Truth == "unknown":
		return fmt.Sprintf("row %d should fail, and the rule is unknown (NULL): such a row is missing, not failing", f.Row)
	case f.ShouldFail:
		return fmt.Sprintf("row %d should fail, and the rule is %s", f.Row, f.Truth)
	}
	return fmt.Sprintf("row %d should not fail, and the rule is %s", f.Row, f.Truth)
}

// faultText is the sentence and the values that it is about.
func faultText(r *expectation.TestResult, f expectation.TestFault) string {
	text := faultSentence(r, f)
	for i, v := range f.Values {
		text += map[bool]string{true: ": ", false: ", "}[i == 0] + v.Name + " = " + v.Text
	}
	return text
}

type testDocument struct {
	FormatVersion int          `json:"format_version"`
	Kind          string       `json:"kind"`
	Counts        testCounts   `json:"counts"`
	Tests         []testRecord `json:"tests"`
}

type testCounts struct {
	Declared int `json:"declared"`
	Passed   int `json:"passed"`
	Failed   int `json:"failed"`
}

type testRecord struct {
	Suite   string      `json:"suite"`
	Table   string      `json:"table"`
	Index   int         `json:"index"`
	Rule    string      `json:"rule"`
	At      string      `json:"at"`
	Rows    int         `json:"rows"` // given
	Success bool        `json:"success"`
	Faults  []testFault `json:"faults"`
}

type testFault struct {
	Row        *int           `json:"row"` // null for a rule about the table
	At         string         `json:"at"`
	ShouldFail bool           `json:"should_fail"`
	Truth      string         `json:"truth"`
	Values     map[string]any `json:"values"`
	Error      *string        `json:"error"`
	Message    string         `json:"message"`
}

// TestsJSON writes them as one line: the document that docs/commands.md
// describes.
func TestsJSON(w io.Writer, results []expectation.TestResult) error {
	doc := testDocument{FormatVersion: 1, Kind: "test", Tests: []testRecord{}}
	for i := range results {
		r := &results[i]
		record := testRecord{r.Suite, r.Table, r.Index, r.Rule, r.Pos.String(), r.Rows, r.Passed(), []testFault{}}
		for _, f := range r.Faults {
			record.Faults = append(record.Faults, faultRecord(r, f))
		}
		doc.Tests = append(doc.Tests, record)
		if doc.Counts.Declared++; r.Passed() {
			doc.Counts.Passed++
		} else {
			doc.Counts.Failed++
		}
	}
	text, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("write the tests as JSON: %w", err)
	}
	_, err = w.Write(append(readableJSON(text), '\n'))
	return err
}

func faultRecord(r *expectation.TestResult, f expectation.TestFault) testFault {
	record := testFault{At: f.Pos.String(), ShouldFail: f.ShouldFail, Truth: f.Truth, Values: map[string]any{}, Message: faultSentence(r, f)}
	if f.Row >= 0 {
		record.Row = &f.Row
	}
	if f.Error != "" {
		record.Error = &f.Error
	}
	for _, v := range f.Values {
		record.Values[v.Name] = v.JSON
	}
	return record
}

// TestsJUnit writes them as test cases, a suite each.
func TestsJUnit(w io.Writer, results []expectation.TestResult) error {
	doc := junitSuites{Name: "pipe test", Time: "0"}
	index := map[string]int{}
	for i := range results {
		r := &results[i]
		n, ok := index[r.Suite]
		if !ok {
			n = len(doc.Suites)
			index[r.Suite] = n
			doc.Suites = append(doc.Suites, junitSuite{Name: r.Suite})
		}
		c := junitCase{Name: fmt.Sprintf("tests[%d] %s", r.Index, printable(oneLine(r.Rule))), Class: r.Suite}
		for _, f := range r.Faults {
			line := printable(faultText(r, f))
			if c.Failure == nil {
				c.Failure = &junitFault{Type: "test", Message: line, Text: printable(r.Pos.String())}
			}
			c.Failure.Text += "\n" + line
		}
		doc.Suites[n].Cases = append(doc.Suites[n].Cases, c)
	}
	return writeJUnit(w, doc)
}
