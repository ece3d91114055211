package spec

import (
	"strings"
	"unicode/utf8"
)

// flow walks the characters of a scalar that is quoted, or goes on over several
// lines, as they are written, beside the characters that YAML makes of them.
type flow struct {
	d            *document
	value        []rune
	line, column int // of the next character, the column 0-based
	written      []rune
	places       []place
	read         int // how many characters of the value are found
}

// placeFlow finds the characters of a scalar in the file: behind its quote,
// which is 0 for a plain one. Escapes are one character of the value, and YAML
// joins lines by a blank, or by line ends where blank lines stand between. It
// leaves the text without places when the file does not hold what YAML read.
func (d *document) placeFlow(t *Text, quote rune) {
	f := &flow{d: d, value: []rune(t.V), line: t.Pos.Line, column: t.Pos.Col - 1, written: []rune(d.lines[t.Pos.Line-1])}
	for f.read < len(f.value) {
		rest := f.written[min(f.column, len(f.written)):]
		switch {
		case len(strings.TrimLeft(string(rest), " \t")) == 0:
			if !f.fold() {
				return
			}
		case quote == '\'' && rest[0] == quote:
			if len(rest) < 2 || !f.take('\'', 2) {
				return
			}
		case quote == '"' && rest[0] == '\\' && len(rest) == 1: // the line end is escaped
			if !f.next() {
				return
			}
		case quote == '"' && rest[0] == '\\':
			if !f.take(f.value[f.read], 2+digits[rest[1]]) {
				return
			}
		case !f.take(rest[0], 1):
			return
		}
	}
	t.places = f.places
}

// digits are how many hexadecimal digits follow an escape.
var digits = map[rune]int{'x': 2, 'u': 4, 'U': 8}

// take reads one character of the value that is written with n.
func (f *flow) take(r rune, n int) bool {
	if f.read >= len(f.value) || f.value[f.read] != r {
		return false
	}
	f.mark()
	f.read++
	f.column += n
	return true
}

// mark gives the next character of the value its place, unless that follows from
// the one before.
func (f *flow) mark() {
	p := place{f.read, f.line, f.column + 1}
	if n := len(f.places); n > 0 {
		if last := f.places[n-1]; last.line == p.line && last.col+p.offset-last.offset == p.col {
			return
		}
	}
	f.places = append(f.places, p)
}

// fold goes on to the next line with text. What joins the lines stands where
// the first of them ends. Blanks inside quotes at the end of a line are not
// part of the value, but those before the closing quote are.
func (f *flow) fold() bool {
	blanks := 0
	for f.column+blanks < len(f.written) && f.read+blanks < len(f.value) && f.value[f.read+blanks] == f.written[f.column+blanks] {
		blanks++
	}
	if f.read+blanks == len(f.value) {
		f.mark()
		f.read += blanks
		return true
	}
	f.mark()
	breaks, first := 0, f.line
	for {
		if !f.next() {
			return false
		}
		breaks++
		if f.column < len(f.written) {
			break
		}
	}
	want := " "
	if breaks > 1 {
		want = strings.Repeat("\n", breaks-1)
	}
	n := utf8.RuneCountInString(want)
	if f.read+n > len(f.value) || string(f.value[f.read:f.read+n]) != want {
		return false
	}
	for i := 1; i < n; i++ { // each line end stands on a line of its own
		f.places = append(f.places, place{f.read + i, first + i, 1})
	}
	f.read += n
	return true
}

// next goes to the first character of the next line that is no blank.
func (f *flow) next() bool {
	if f.line >= len(f.d.lines) {
		return false
	}
	f.line++
	text := f.d.lines[f.line-1]
	f.written = []rune(text)
	f.column = len(f.written) - utf8.RuneCountInString(strings.TrimLeft(text, " \t"))
	return true
}
