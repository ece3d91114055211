package profile

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/streamflow/pipe/engine/spec"
)

// WriteOptions say what WriteSuite prints.
type WriteOptions struct {
	// Declare prints the table's declaration as YAML of its own, so that the
	// whole is a fragment that stands alone; else it is a comment, which is left
	// out when a spec declares the table already.
	Declare bool
}

// WriteSuite prints the suite that Suggest makes of a profile as YAML that
// lint accepts beside a declaration of the table, with what was observed in
// comments. The same profile gives the same bytes.
func WriteSuite(w io.Writer, p *Profile, o WriteOptions) error {
	out := &yamlWriter{Writer: bufio.NewWriter(w)}
	list := Suggest(p)
	out.head(p, list)
	switch {
	case o.Declare:
		out.tables("", []Declaration{{Profile: p}})
	case !p.Declared:
		out.line("#")
		out.line("# The table, as these rows would declare it:")
		out.line("#")
		out.tables("# ", []Declaration{{Profile: p}})
	}
	out.suite(p, list)
	return out.Flush()
}

// fewRows is the number of rows below which a reader is warned of chance.
const fewRows = 100

// yamlWriter keeps the first error for Flush, as bufio does.
type yamlWriter struct{ *bufio.Writer }

func (w *yamlWriter) line(format string, args ...any) {
	// Told by Flush.
	_, _ = fmt.Fprintf(w, format+"\n", args...)
}

func (w *yamlWriter) head(p *Profile, list []Suggestion) {
	if p.Malformed > 0 {
		w.line("# Suggested by pipe suggest from %s: %s of %s.", oneLine(p.From), group(p.Rows), counted(p.Rows+p.Malformed, "row"))
		w.line("# Left out: %s.", oneLine(MalformedRows(p)))
		w.line("# To read them: %s.", MalformedHelp(p.FirstCode))
	} else {
		w.line("# Suggested by pipe suggest from %s: %s, every one of them read.", oneLine(p.From), counted(p.Rows, "row"))
	}
	if headless := HeaderReadsAsRow(p); headless != "" {
		w.line("# Look: %s. If it is one: --no-header.", oneLine(headless))
	}
	for _, left := range p.Left {
		w.line("# Left out: column %s, %s.", oneLine(left.Column), oneLine(left.Why))
	}
	w.line("# All of it holds on these rows, and warns only. Keep what must stay true, delete the rest, and take")
	w.line("# \"severity: warn\" away where a breach must stop the load.")
	if p.Rows < fewRows {
		w.line("# Few rows, %d: what they have in common may be chance.", p.Rows)
	}
	for _, s := range list {
		if s.Kind == "expect_column_values_to_be_in_set" {
			w.line("# Values of columns that have few stand here as in the data: look at them before you share this file.")
			break
		}
	}
}

// oneLine makes a text fit for a comment.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) && r != '\ufeff' {
			return r
		}
		return '?'
	}, text)
}

func (w *yamlWriter) suite(p *Profile, list []Suggestion) {
	w.line("suites:")
	w.line("  - table: %s", spec.Quote(p.Table))
	w.line("    expectations:")
	last := ""
	for _, s := range list {
		if s.Column != last {
			w.line("")
			w.line("      # %s", facts(p.Column(s.Column)))
			last = s.Column
		}
		if s.Why != "" {
			w.line("      # %s", oneLine(s.Why))
		}
		if s.Rule != "" {
			w.line("      - rule: %s", plainOrSingle(s.Rule))
		} else {
			w.line("      - %s: %s", s.Kind, arguments(s.Args))
		}
		w.line("        name: %s", spec.Quote(s.Name))
		w.line("        severity: warn")
	}
}

// facts are what was observed of a column, in one line.
func facts(c *Column) string {
	parts := []string{oneLine(c.Name) + ": " + c.Type.String()}
	switch {
	case c.MoreDistinct:
		parts = append(parts, "more than "+counted(c.Distinct, "different value"))
	default:
		parts = append(parts, counted(c.Distinct, "different value"))
	}
	switch {
	case c.Min == "":
	case c.Min == c.Max:
		parts = append(parts, c.Min)
	default:
		parts = append(parts, c.Min+" to "+c.Max)
	}
	if c.Type.Kind == spec.KindText && c.Longest > 0 {
		parts = append(parts, between(c.Shortest, c.Longest))
	}
	if c.Type.Kind == spec.KindBoolean {
		for _, v := range c.Values {
			parts = append(parts, group(v.N)+" "+v.Text)
		}
	}
	if c.Nulls == 0 {
		parts = append(parts, "never NULL")
	} else {
		parts = append(parts, counted(c.Nulls, "NULL"))
	}
	if isKeyType(c.Type.Kind) && c.Unique == Unknown {
		parts = append(parts, "too many values to tell whether they are unique")
	}
	return strings.Join(parts, "; ")
}

// between words the lengths of texts.
func between(shortest, longest int64) string {
	if shortest == longest {
		return counted(longest, "character")
	}
	return group(shortest) + " to " + counted(longest, "character")
}

func arguments(args []Argument) string {
	var parts []string
	for _, a := range args {
		value := a.Number
		switch {
		case a.Numbers:
			value = "[" + strings.Join(a.List, ", ") + "]"
		case a.List != nil:
			value = flow(a.List)
		case value == "":
			value = spec.Quote(a.Text)
		}
		parts = append(parts, a.Name+": "+value)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// flow is a list of texts on one line.
func flow(texts []string) string {
	var parts []string
	for _, t := range texts {
		parts = append(parts, spec.Quote(t))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// plainOrSingle writes a rule: bare where YAML reads it so, else in single
// quotes, in which a rule's own quotes and backslashes stay as they are.
func plainOrSingle(rule string) string {
	if !strings.Contains(rule, ": ") && !strings.Contains(rule, " #") && !strings.HasSuffix(rule, ":") {
		return rule
	}
	return "'" + strings.ReplaceAll(rule, "'", "''") + "'"
}
