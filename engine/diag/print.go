package diag

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Fprint writes every finding as editors read it, each followed by the source
// line and a caret under the exact characters:
//
//	expectations/users.yaml:4:15: error: unknown column "agee" [unknown-column]
//	    - rule: agee >= 0
//	            ^~~~
//	  did you mean "age"?
//
// source gives a file's text; a file it does not know is printed without its
// line.
func Fprint(w io.Writer, l List, source func(file string) (string, bool)) error {
	return FprintWidth(w, l, source, 0)
}

// FprintWidth writes what Fprint does in lines of at most width characters: it
// breaks sentences between words and shows of a long source line what stands
// around the caret. What people copy (words without a space, a patch below a
// suggestion) stays whole. Less than 40 is taken as 40; 0 breaks nothing.
func FprintWidth(w io.Writer, l List, source func(file string) (string, bool), width int) error {
	if width > 0 {
		width = max(width, leastWidth)
	}
	files := sources{source, map[string][]string{}}
	for _, d := range l {
		if _, err := io.WriteString(w, d.render(files, width)); err != nil {
			return err
		}
	}
	return nil
}

const (
	leastWidth = 40
	margin     = "    " // of the source line, and of a message's further lines
)

func (d Diagnostic) render(files sources, width int) string {
	var b strings.Builder
	head := ""
	if s := d.Pos.String(); s != "" {
		head = s + ": "
	}
	head += fmt.Sprintf("%s: %s", d.Severity, d.Message)
	if d.Code != "" {
		head += " [" + d.Code + "]"
	}
	b.WriteString(wrap(Printable(head), "", margin, width))
	if line, ok := files.line(d.Pos); ok {
		length := 1
		if d.EndCol > d.Col {
			length = d.EndCol - d.Col
		}
		shown, before, length := excerpt([]rune(line), d.Col-1, length, width-len(margin))
		fmt.Fprintf(&b, "%s%s\n%s%s^%s\n", margin, shown, margin, strings.Repeat(" ", before), strings.Repeat("~", length-1))
	}
	if d.Suggestion != "" {
		b.WriteString(wrap(PrintableLines(d.Suggestion), "  ", margin, width))
	}
	return b.String()
}

// wrap breaks the lines of a text between words, the first piece of a line
// after indent and the others after hang. A line that begins with a blank or
// the sign of a patch stays whole.
func wrap(text, indent, hang string, width int) string {
	var b strings.Builder
	for _, line := range strings.Split(text, "\n") {
		if width <= 0 || strings.IndexAny(line, " -+") == 0 || len(indent)+utf8.RuneCountInString(line) <= width {
			b.WriteString(indent + line + "\n")
			continue
		}
		used := 0
		for i, word := range strings.Split(line, " ") {
			n := utf8.RuneCountInString(word)
			switch {
			case i == 0:
				b.WriteString(indent)
				used = len(indent)
			case used+1+n > width:
				b.WriteString("\n" + hang)
				used = len(hang)
			default:
				b.WriteByte(' ')
				used++
			}
			b.WriteString(word)
			used += n
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// excerpt gives at most width characters of a line around the length ones from
// start, how many of them stand before these, and how many of these are shown.
// A width of 0 or less gives the whole line. What is no letter on a terminal
// (a tab, an escape sequence) becomes one, so that the caret points right.
func excerpt(line []rune, start, length, width int) (shown string, before, visible int) {
	for i, r := range line {
		switch {
		case r == '\t':
			line[i] = ' '
		case !IsShown(r):
			line[i] = utf8.RuneError
		}
	}
	visible = max(1, min(length, len(line)-start))
	if width <= 0 || len(line) <= width {
		return string(line), start, visible
	}
	// Without its indentation a line says as much.
	for len(line) > width && start > 0 && line[0] == ' ' {
		line, start = line[1:], start-1
	}
	from := 0
	// The beginning of a line tells most, as long as what follows the caret is seen too.
	if seen := max(width/4, min(visible, width/2)); len(line) > width && start+seen >= width || start >= width {
		from = min(start-width/3, len(line)+1-width) // a caret may stand behind the last
	}
	to := min(len(line), from+width)
	part := append([]rune{}, line[from:to]...)
	end := len(part)
	if to < len(line) {
		end--
		part[end] = '…'
	}
	if from > 0 {
		part[0] = '…'
	}
	return string(part), start - from, max(1, min(visible, end-(start-from)))
}

// sources gives lines of files; each file is taken apart once.
type sources struct {
	source func(file string) (string, bool)
	lines  map[string][]string
}

func (s sources) line(p Pos) (string, bool) {
	if p.Line < 1 || p.Col < 1 || s.source == nil {
		return "", false
	}
	lines, known := s.lines[p.File]
	if !known {
		if text, ok := s.source(p.File); ok {
			lines = strings.Split(text, "\n")
		}
		s.lines[p.File] = lines
	}
	if p.Line > len(lines) {
		return "", false
	}
	line := strings.TrimRight(lines[p.Line-1], "\r")
	// A caret may stand just behind the last character, never farther.
	return line, p.Col <= utf8.RuneCountInString(line)+1
}
