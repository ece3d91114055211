package greatexpectations

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/spec"
)

// WriteYAML writes the suite, as a file that an entry includes.
func (i *Imported) WriteYAML(w io.Writer) error {
	var b strings.Builder
	b.WriteString(comment(fmt.Sprintf("Suite %s of %s, from %s: %s.", spec.Quote(i.Suite), i.from(), filepath.Base(i.file), i.summary()), ""))
	if i.Carried() < len(i.Expectations) {
		b.WriteString(comment("What was not stands at its place as a comment, with the reason.", ""))
	}
	if i.notes != "" {
		b.WriteString(comment(i.notes, ""))
	}
	if i.Carried() == 0 {
		b.WriteString(comment("A suite needs an expectation, so that this file is none yet.", ""))
	} else {
		b.WriteString(head(i.Table, i.Suite))
	}
	for _, o := range i.Expectations {
		b.WriteString(o.text)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// reportWidth is how wide a line of the report grows, as far as its words let it.
const reportWidth = 80

// WriteReport writes, for people, what was carried over and what was not.
func (i *Imported) WriteReport(w io.Writer) error {
	r := &reportWriter{}
	r.line("", "%s: suite %s of %s, for the table %s", i.file, spec.Quote(i.Suite), i.from(), spec.Quote(i.Table))
	if i.Guess != "" {
		r.line("", "the table's name is a guess from %s; --table NAME says it", i.Guess)
	}
	r.line("", "%s", i.summary())
	for _, remark := range i.Remarks {
		r.line("", "%s", remark)
	}
	for _, o := range i.Expectations {
		if o.Carried {
			continue
		}
		r.b.WriteByte('\n')
		r.line("", "%s: [%d] %s", o.Pos, o.Index, spec.Quote(o.Name))
		r.line("  ", "not carried over: %s", o.Reason)
		for line := range strings.Lines(o.Cure) {
			r.line("  ", "%s", line)
		}
	}
	for _, o := range i.Expectations {
		if !o.Carried || len(o.Notes) == 0 {
			continue
		}
		r.b.WriteByte('\n')
		r.line("", "%s: [%d] %s", o.Pos, o.Index, spec.Quote(o.Name))
		for _, note := range o.Notes {
			r.line("  ", "%s", note)
		}
	}
	if len(i.LeftOut) > 0 {
		var list []string
		for _, key := range slices.Sorted(maps.Keys(i.LeftOut)) {
			list = append(list, fmt.Sprintf("%s (%d)", spec.Quote(key), i.LeftOut[key]))
		}
		r.b.WriteByte('\n')
		r.line("", "left out, since no verdict depends on it: %s", strings.Join(list, ", "))
	}
	_, err := io.WriteString(w, r.b.String())
	return err
}

var onOneLine = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ")

type reportWriter struct{ b strings.Builder }

// line writes a paragraph at an indentation.
func (r *reportWriter) line(indent, format string, args ...any) {
	r.b.WriteString(wrap(fmt.Sprintf(format, args...), indent, reportWidth))
}

// wrap breaks a paragraph between words; what goes on stands two characters
// further in.
func wrap(text, indent string, most int) string {
	var b strings.Builder
	width := 0
	for _, word := range strings.Split(printable(onOneLine.Replace(strings.TrimSpace(text))), " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case width == 0:
			b.WriteString(indent)
			width = len(indent)
		case width+1+n > most:
			b.WriteString("\n" + indent + "  ")
			width = len(indent) + 2
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += n
	}
	return b.String() + "\n"
}
