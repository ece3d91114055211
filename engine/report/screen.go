package report

import (
	"io"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
)

// TextOptions say how a text for people is laid out.
type TextOptions struct {
	// Color allows ANSI colours. The caller decides: a terminal, and no NO_COLOR.
	Color bool
	// Width is the number of columns; 0 means 80, and less than 40 is taken as
	// 40. No line of a summary is wider, but for the paths of files that were
	// written and for queries: these are to be copied, so they stay whole.
	Width int
	// Reports are the paths of the documents that were written, named at the end of a summary.
	Reports []string
	// Rejects is the command that lists all bad rows of the run, told beside the
	// first of them; empty where there is none.
	Rejects string
}

const (
	defaultWidth = 80
	leastWidth   = 40
	// Beyond this, figures stand too far from their names to be read together.
	mostWidth = 110
)

func (o TextOptions) width() int {
	if o.Width == 0 {
		return defaultWidth
	}
	return max(o.Width, leastWidth)
}

type style string

const (
	plain  style = ""
	bold   style = "\x1b[1m"
	dim    style = "\x1b[2m"
	red    style = "\x1b[31m"
	green  style = "\x1b[32m"
	yellow style = "\x1b[33m"
)

const resetStyle = "\x1b[0m"

// span is a piece of a line in one style.
type span struct {
	text  string
	style style
}

// screen collects lines of at most width cells.
type screen struct {
	b     strings.Builder
	width int
	color bool
}

func newScreen(o TextOptions) *screen { return &screen{width: o.width(), color: o.Color} }

// flush writes everything at once, so that a summary is never torn apart by
// another writer.
func (s *screen) flush(w io.Writer) error {
	_, err := io.WriteString(w, s.b.String())
	return err
}

// line writes one line; what does not fit is cut at its end. Callers shorten
// long names themselves, where they know what may be left out.
func (s *screen) line(spans ...span) {
	for len(spans) > 0 {
		last := &spans[len(spans)-1]
		last.text = strings.TrimRight(last.text, " ")
		if last.text != "" {
			break
		}
		spans = spans[:len(spans)-1]
	}
	room := s.width
	for _, p := range spans {
		text := cutEnd(printable(p.text), room)
		room -= displayWidth(text)
		s.styled(text, p.style)
	}
	s.b.WriteByte('\n')
}

// items writes a label and a list behind it; a line ends between items only.
func (s *screen) items(margin int, label string, st style, items []string) {
	hang := margin + displayWidth(label)
	if hang > s.width/2 {
		hang = margin + 2
	}
	line := label
	for i, item := range items {
		item = cutMiddle(printable(item), s.width-hang-1)
		if i < len(items)-1 {
			item += ","
		}
		if i > 0 && margin+displayWidth(line)+1+displayWidth(item) > s.width || i == 0 && margin+displayWidth(line)+displayWidth(item) > s.width {
			s.line(span{strings.Repeat(" ", margin), plain}, span{line, st})
			line = strings.Repeat(" ", hang-margin) + item
			continue
		}
		if i > 0 {
			line += " "
		}
		line += item
	}
	s.line(span{strings.Repeat(" ", margin), plain}, span{line, st})
}

// whole writes a text that people copy (a path, a query): it is never cut or
// broken, and the terminal wraps it where it must. The label stands before it
// where both fit, else on a line of its own.
func (s *screen) whole(margin int, label span, text string) {
	pad := strings.Repeat(" ", margin)
	lines := strings.Split(diag.PrintableLines(strings.TrimRight(text, "\n")), "\n")
	s.b.WriteString(pad)
	if label.text != "" {
		s.styled(label.text, label.style)
		if len(lines) == 1 && margin+displayWidth(label.text)+1+displayWidth(lines[0]) <= s.width {
			s.b.WriteString(" " + lines[0] + "\n")
			return
		}
		pad += "  "
		s.b.WriteString("\n" + pad)
	}
	s.b.WriteString(strings.Join(lines, "\n"+pad) + "\n")
}

func (s *screen) styled(text string, st style) {
	if !s.color || st == plain || text == "" {
		s.b.WriteString(text)
		return
	}
	s.b.WriteString(string(st) + text + resetStyle)
}

func (s *screen) blank() { s.b.WriteByte('\n') }

// text writes a text of any length, wrapped, with the given margin.
func (s *screen) text(margin int, st style, text string) {
	for _, line := range wrap(text, s.width-margin) {
		s.line(span{strings.Repeat(" ", margin), plain}, span{line, st})
	}
}

// labelled writes a label and, behind it, a text that hangs at its column.
func (s *screen) labelled(margin int, label span, st style, text string) {
	hang := margin + displayWidth(label.text)
	for i, line := range wrap(text, s.width-hang) {
		if i == 0 {
			s.line(span{strings.Repeat(" ", margin), plain}, label, span{line, st})
			continue
		}
		s.line(span{strings.Repeat(" ", hang), plain}, span{line, st})
	}
}

// ends writes left and, at the right margin, right. The last span of left is
// cut in its middle when there is no room.
func (s *screen) ends(left []span, right span) {
	w := min(s.width, mostWidth)
	need := displayWidth(printable(right.text))
	used := 0
	for i := range left {
		left[i].text = printable(left[i].text)
		used += displayWidth(left[i].text)
	}
	if need == 0 {
		s.line(left...)
		return
	}
	last := len(left) - 1
	if over := used + 2 + need - w; over > 0 {
		had := displayWidth(left[last].text)
		left[last].text = cutMiddle(left[last].text, max(had-over, min(had, 12)))
		used -= had - displayWidth(left[last].text)
	}
	gap := span{strings.Repeat(" ", max(2, w-used-need)), plain}
	s.line(append(left, gap, right)...)
}
