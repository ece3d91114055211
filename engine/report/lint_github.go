package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
)

// In a workflow command % \r \n are escaped, and in its properties what parts
// them too.
var (
	githubText     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// LintGitHub writes the findings as workflow commands of GitHub Actions, which
// shows them beside the lines of a pull request.
func LintGitHub(w io.Writer, f Findings) error {
	for _, d := range f.List {
		command := "error"
		if d.Severity == diag.Warning {
			command = "warning"
		}
		var properties []string
		add := func(name, value string) { properties = append(properties, name+"="+githubProperty.Replace(value)) }
		if d.File != "" {
			add("file", githubFile(f.path(d.File)))
		}
		if d.Line > 0 {
			add("line", strconv.Itoa(d.Line))
			add("col", strconv.Itoa(max(d.Col, 1)))
			if d.EndCol > d.Col {
				add("endColumn", strconv.Itoa(d.EndCol-1)) // it counts the last character in
			}
		}
		add("title", d.Code)
		if _, err := fmt.Fprintf(w, "::%s %s::%s\n", command, strings.Join(properties, ","), githubText.Replace(advice(d))); err != nil {
			return err
		}
	}
	return nil
}

// githubFile is a file's name with the line ends that GitHub reads back, and no
// other character that a log would obey.
func githubFile(name string) string {
	lines := strings.Split(name, "\n")
	for i := range lines {
		lines[i] = printable(lines[i])
	}
	return strings.Join(lines, "\n")
}
