package report

import (
	"fmt"
	"io"

	"github.com/streamflow/pipe/engine/diag"
)

// LintJUnit writes the findings as test cases, a suite for each file that was
// read. A warning is a passed case that says so, and a file without findings
// has one passed case. A finding's place stands in the name of its case.
func LintJUnit(w io.Writer, f Findings) error {
	doc := junitSuites{Name: "pipe lint", Time: "0"}
	f.perFile(func(file string, list diag.List) {
		s := junitSuite{Name: f.path(file)}
		if file == "" {
			s.Name = "project"
		}
		if len(list) == 0 {
			s.Cases = []junitCase{{Name: "no findings", Class: s.Name}}
		}
		for _, d := range list {
			s.Cases = append(s.Cases, lintCase(s.Name, d))
		}
		doc.Suites = append(doc.Suites, s)
	})
	return writeJUnit(w, doc)
}

func lintCase(suite string, d diag.Diagnostic) junitCase {
	c := junitCase{Name: d.Code, Class: suite}
	if d.Line > 0 {
		c.Name = fmt.Sprintf("%d:%d %s", d.Line, max(d.Col, 1), d.Code)
	}
	text := printable(d.Pos.String()) + "\n" + advice(d)
	if d.Severity == diag.Warning {
		c.Out = &junitOut{"warning: " + text}
	} else {
		c.Failure = &junitFault{Type: d.Code, Message: printable(d.Message), Text: text}
	}
	return c
}
