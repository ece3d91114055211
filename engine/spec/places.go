package spec

import (
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/streamflow/pipe/engine/diag"
)

// pos is where a node's value begins: behind an anchor, but at an opening
// quote or bracket.
func (d *document) pos(n *yaml.Node) diag.Pos {
	line, column := n.Line, n.Column
	if line > len(d.lines) { // an empty value at the end of the file
		return d.inside(line, column)
	}
	if n.Anchor != "" && strings.HasPrefix(d.textFrom(line, column), "&"+n.Anchor) {
		column += 1 + utf8.RuneCountInString(n.Anchor)
		rest := d.textFrom(line, column)
		column += len(rest) - len(strings.TrimLeft(rest, " \t"))
	}
	return d.at(line, column)
}

// text gives a scalar with the places of its characters.
func (d *document) text(n *yaml.Node) Text {
	t := Text{V: n.Value, Pos: d.pos(n), Set: true}
	switch n.Style &^ yaml.TaggedStyle {
	case yaml.LiteralStyle:
		d.placeLiteral(&t)
	case yaml.FoldedStyle:
		d.placeFolded(&t)
	case yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle:
		// Behind the opening quote, whether the text is verbatim or not.
		quote := first(d.textFrom(t.Pos.Line, t.Pos.Col))
		if quote != `"` && quote != `'` {
			break
		}
		t.Pos.Col++
		if strings.HasPrefix(d.textFrom(t.Pos.Line, t.Pos.Col), t.V+quote) {
			t.places = []place{{0, t.Pos.Line, t.Pos.Col}} // nearly all
		} else {
			d.placeFlow(&t, rune(quote[0]))
		}
	case 0:
		if strings.HasPrefix(d.textFrom(t.Pos.Line, t.Pos.Col), t.V) {
			t.places = []place{{0, t.Pos.Line, t.Pos.Col}}
		} else if strings.ContainsAny(t.V, " \n") {
			d.placeFlow(&t, 0)
		}
	}
	return t
}

// placeLiteral finds the lines of a block after its | line: each stands in the
// file as it is, behind the block's indentation.
func (d *document) placeLiteral(t *Text) {
	lines := strings.Split(strings.TrimRight(t.V, "\n"), "\n")
	var places []place
	offset, indent := 0, 0
	for i, line := range lines {
		number := t.Pos.Line + 1 + i
		if number > len(d.lines) || !strings.HasSuffix(d.lines[number-1], line) {
			return
		}
		written := d.lines[number-1]
		if line != "" {
			indent = len(written) - len(line)
		}
		places = append(places, place{offset, number, min(indent, len(written)) + 1})
		offset += utf8.RuneCountInString(line) + 1
	}
	t.places = places
	t.Pos.Line, t.Pos.Col = places[0].line, places[0].col
}

// placeFolded finds the lines of a block after its > line: YAML has joined them
// by blanks, or by line ends where blank lines or deeper ones stand.
func (d *document) placeFolded(t *Text) {
	v, indent := strings.TrimRight(t.V, "\n"), -1
	var places []place
	offset, done := 0, 0 // in characters, and in bytes
	for number := t.Pos.Line + 1; done < len(v); number++ {
		if number > len(d.lines) {
			return
		}
		line := d.lines[number-1]
		if strings.Trim(line, " ") == "" {
			continue
		}
		if indent < 0 {
			indent = len(line) - len(strings.TrimLeft(line, " "))
		}
		if len(line) < indent || !strings.HasPrefix(v[done:], line[indent:]) {
			return
		}
		places = append(places, place{offset, number, indent + 1})
		done += len(line) - indent
		offset += utf8.RuneCountInString(line[indent:])
		// What joins it to the next line stands at its end, and on blank lines.
		joint := v[done:]
		switch joint = joint[:len(joint)-len(strings.TrimLeft(joint, "\n"))]; {
		case joint == "" && strings.HasPrefix(v[done:], " "):
			joint = " "
		case joint == "" && done < len(v):
			return
		}
		for i := range joint {
			if i > 0 {
				places = append(places, place{offset + i, number + i, 1})
			}
		}
		done, offset = done+len(joint), offset+len(joint)
	}
	if len(places) == 0 || places[0].offset > 0 {
		return
	}
	t.places = places
	t.Pos.Line, t.Pos.Col = places[0].line, places[0].col
}

// width is how many characters of its first line the caret should cover.
func (t Text) width() int {
	if !t.IsVerbatim() {
		return 1
	}
	v, _, _ := strings.Cut(t.V, "\n")
	return utf8.RuneCountInString(v)
}

// ClampWidths ends findings at the end of their line: a value may go on over
// several lines, or stand there shorter or longer than it is.
func ClampWidths(list diag.List, files []File) {
	if len(list) == 0 {
		return
	}
	lines := map[string][]string{}
	for _, f := range files {
		lines[f.Path] = strings.Split(f.Text, "\n")
	}
	for i := range list {
		d := &list[i]
		if d.EndCol == 0 || d.Line < 1 || d.Line > len(lines[d.File]) {
			continue
		}
		d.EndCol = min(d.EndCol, utf8.RuneCountInString(strings.TrimSuffix(lines[d.File][d.Line-1], "\r"))+1)
		if d.EndCol <= d.Col {
			d.EndCol = 0
		}
	}
}
