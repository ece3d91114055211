package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/run"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Cases    []junitCase `xml:"testcase"`
}

// junitCase has no attributes but those of the schemas that readers of JUnit
// refuse documents by: a place stands in its text.
type junitCase struct {
	Name    string      `xml:"name,attr"`
	Class   string      `xml:"classname,attr"`
	Failure *junitFault `xml:"failure"`
	Error   *junitFault `xml:"error"`
	// Out tells of a warning, which is no failure.
	Out *junitOut `xml:"system-out"`
}

type junitFault struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}

type junitOut struct {
	Text string `xml:",cdata"`
}

// JUnit writes the expectations of a result as test cases, a suite each. A
// warning is a passed case that says so; an expectation that could not be
// evaluated, whatever its severity, and whatever kept the run from its
// expectations, is an error. Errors stand first in their suite.
func JUnit(w io.Writer, r *run.Result) error {
	doc := junitSuites{Name: r.Spec, Time: strconv.FormatFloat(milliseconds(r.DurationMS).Seconds(), 'f', 3, 64)}
	index := map[string]int{}
	for i := range r.Expectations {
		e := &r.Expectations[i]
		n, ok := index[e.Suite]
		if !ok {
			n = len(doc.Suites)
			index[e.Suite] = n
			doc.Suites = append(doc.Suites, junitSuite{Name: e.Suite})
		}
		doc.Suites[n].Cases = append(doc.Suites[n].Cases, junitExpectation(e))
	}
	for _, s := range doc.Suites {
		slices.SortStableFunc(s.Cases, func(a, b junitCase) int { return cmp.Compare(erred(b), erred(a)) })
	}
	if all := causes(r); len(all) > 0 && r.Status != run.ChecksFailed {
		s := junitSuite{Name: "pipe"}
		for _, e := range all {
			name := e.Code
			if e.Step != "" {
				name = e.Step
			}
			s.Cases = append(s.Cases, junitCase{Name: name, Class: r.Spec,
				Error: &junitFault{Type: e.Code, Message: e.Message, Text: strings.TrimSpace(strings.Join(wrap(e.At+"\n"+e.Hint, 100), "\n"))}})
		}
		doc.Suites = append(doc.Suites, s)
	}
	return writeJUnit(w, doc)
}

func erred(c junitCase) int {
	if c.Error != nil {
		return 1
	}
	return 0
}

// writeJUnit adds up the suites of a document and writes it, with nothing in it
// that a terminal would obey.
func writeJUnit(w io.Writer, doc junitSuites) error {
	doc.Name = printable(doc.Name)
	for i := range doc.Suites {
		s := &doc.Suites[i]
		s.Name = printable(s.Name)
		for n := range s.Cases {
			c := &s.Cases[n]
			c.Name, c.Class = printable(c.Name), printable(c.Class)
			for _, f := range []*junitFault{c.Failure, c.Error} {
				if f != nil {
					f.Message, f.Text = printable(f.Message), diag.PrintableLines(f.Text)
				}
			}
			if c.Out != nil {
				c.Out.Text = diag.PrintableLines(c.Out.Text)
			}
			s.Tests++
			if c.Failure != nil {
				s.Failures++
			}
			if c.Error != nil {
				s.Errors++
			}
		}
		doc.Tests, doc.Failures, doc.Errors = doc.Tests+s.Tests, doc.Failures+s.Failures, doc.Errors+s.Errors
	}
	text, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return fmt.Errorf("write JUnit: %w", err)
	}
	_, err = io.WriteString(w, xml.Header+string(text)+"\n")
	return err
}

func junitExpectation(e *run.Expectation) junitCase {
	c := junitCase{Name: e.Name, Class: e.Suite}
	if e.Success {
		return c
	}
	said := printable(e.Sentence)
	switch {
	case e.Error != nil:
		c.Error = &junitFault{Type: e.Expectation, Message: printable(*e.Error), Text: printable(e.At)}
	case e.Severity == "warn":
		c.Out = &junitOut{"warning: " + said + "\n" + printable(e.At) + "\n" + junitRows(e)}
	default:
		c.Failure = &junitFault{Type: e.Expectation, Message: said, Text: printable(e.At) + "\n" + junitRows(e)}
	}
	return c
}

// junitRows lists the failing rows that a result shows, and where all are.
func junitRows(e *run.Expectation) string {
	var lines []string
	if e.Rule != "" {
		lines = append(lines, "rule: "+e.Rule)
	}
	if e.Note != "" {
		lines = append(lines, "note: "+e.Note)
	}
	for _, row := range e.Result.UnexpectedRows {
		var parts []string
		for _, name := range shownNames(row) {
			parts = append(parts, name+"="+valueSpan(fieldOf(row, name)).text)
		}
		if row.At != "" {
			parts = append(parts, "at "+row.At)
		}
		lines = append(lines, strings.Join(parts, "  "))
	}
	switch {
	case e.FailingRows != "":
		lines = append(lines, "all of them: "+e.FailingRows)
	case e.SQL != "":
		lines = append(lines, "this query finds them: "+e.SQL)
	}
	for i := range lines {
		lines[i] = printable(strings.ReplaceAll(lines[i], "\n", " "))
	}
	return strings.Join(lines, "\n")
}
