package spec

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/streamflow/pipe/engine/diag"
)

// failure is what yaml.v3 knows about a syntax error but does not tell: its
// error text has no column, and its line is another one for several kinds.
type failure struct {
	problem string
	at      diag.Pos // where it was noticed
	context diag.Pos // where what it belongs to began; zero when unknown
}

// lastFailure reads the parser's own marks. They are private, so this goes
// through reflection, which can read but not change them; yaml.v3 is frozen at
// v3.0.1, and the tests of broken files hold that the marks are found. Without
// them the error's own line is what is left.
func (d *document) lastFailure(decoder *yaml.Decoder, err error) failure {
	f := failure{problem: strings.TrimPrefix(err.Error(), "yaml: ")}
	_, after, found := strings.Cut(f.problem, ": ")
	if found && strings.HasPrefix(f.problem, "line ") {
		f.problem = after
	}
	f.at = d.at(1, 1)
	parser := reflect.ValueOf(decoder).Elem().FieldByName("parser")
	if parser.Kind() != reflect.Pointer || parser.IsNil() {
		return f
	}
	if strings.HasPrefix(f.problem, "unknown anchor") {
		f.at, _ = d.mark(field(parser.Elem(), "event", "start_mark"))
		return f
	}
	f.at, _ = d.mark(field(parser.Elem(), "parser", "problem_mark"))
	if context := field(parser.Elem(), "parser", "context"); context.IsValid() && context.String() != "" {
		f.context, _ = d.mark(field(parser.Elem(), "parser", "context_mark"))
	}
	return f
}

func field(v reflect.Value, names ...string) reflect.Value {
	for _, name := range names {
		if v.Kind() != reflect.Struct {
			return reflect.Value{}
		}
		v = v.FieldByName(name)
	}
	return v
}

// mark turns a 0-based mark into a place that lies inside the file.
func (d *document) mark(v reflect.Value) (diag.Pos, bool) {
	line, column := field(v, "line"), field(v, "column")
	if !line.IsValid() || !column.IsValid() {
		return d.at(1, 1), false
	}
	return d.inside(int(line.Int())+1, int(column.Int())+1), true
}

// inside moves the end of the file onto the end of its last line with text,
// where a caret can be drawn.
func (d *document) inside(line, column int) diag.Pos {
	if line >= len(d.lines) {
		line = len(d.lines)
		if line > 1 && d.lines[line-1] == "" {
			line--
		}
		column = len([]rune(d.lines[line-1])) + 1
	}
	return d.at(line, column)
}

// syntaxError tells in the user's terms what yaml.v3 could not parse.
func (d *document) syntaxError(decoder *yaml.Decoder, err error) {
	f := d.lastFailure(decoder, err)
	say := func(pos diag.Pos, problem, cure string) {
		d.faults.Add(pos, "syntax", "%s", problem).Suggest("%s", cure)
	}
	if d.isOddBlank(f.at.Line) || d.isOddBlank(f.at.Line-1) || d.isOddBlank(f.context.Line) {
		return
	}
	rest := d.textFrom(f.at.Line, f.at.Col)
	switch {
	case strings.Contains(f.problem, "',' or ']'"):
		d.unclosed(f, "[", "]")
	case strings.Contains(f.problem, "',' or '}'"):
		d.unclosed(f, "{", "}")
	case strings.Contains(f.problem, "unexpected end of stream"), strings.Contains(f.problem, "unexpected document indicator"):
		say(f.context, "this quote is never closed", "close it on the same line")
	case strings.Contains(f.problem, "tab character"), strings.Contains(f.problem, "start any token") && strings.HasPrefix(rest, "\t"):
		say(f.at, "a tab in the indentation, where YAML allows spaces only", "indent with spaces")
	case strings.Contains(f.problem, "start any token"):
		say(f.at, "a plain value cannot begin with "+first(rest), "quote the value")
	case strings.Contains(f.problem, "mapping values are not allowed"):
		d.misplacedColon(f)
	case strings.Contains(f.problem, "did not find expected key"), strings.Contains(f.problem, "'-' indicator"):
		d.misplaced(f)
	case strings.Contains(f.problem, "could not find expected ':'"):
		say(f.context, "this is a key without a value: a colon and a space are missing behind it", "write key: value, or - item in a list")
	case strings.Contains(f.problem, "block sequence entries"):
		say(f.at, "a list item cannot stand on its key's line", "begin the list on the next line, or write [a, b]")
	case strings.Contains(f.problem, "unknown anchor"):
		say(f.at, "the alias "+word(rest)+" names an anchor that is not defined above", "define it with &, or quote the value")
	case strings.Contains(f.problem, "unknown escape"):
		say(f.at, `an escape that YAML does not know; inside double quotes a backslash must be written \\`, "use single quotes, in which a backslash is itself")
	case strings.Contains(f.problem, "expected comment or line break"):
		say(f.at, "text behind the end of a value, or behind the > or | that begins a block of text", "quote the whole value")
	case strings.Contains(f.problem, "alphabetic or numeric"):
		say(f.context, "YAML reads & as an anchor, * as an alias and ! as a tag, and this is none", "quote the whole value")
	case strings.Contains(f.problem, "node content"):
		say(f.at, "a value is missing before this", `write "" for an empty text`)
	case strings.Contains(f.problem, "document start") && slices.Contains(d.lines[:f.at.Line-1], "..."):
		say(f.at, "text behind the end of the document (...)", "remove the ... line, or what follows it")
	case strings.Contains(f.problem, "document start"):
		say(f.at, "this line does not belong to what stands above it", "begin the file's keys in one column, each with a colon and a space behind it")
	default:
		say(f.at, "this is not YAML: "+f.problem, "quote the value if it is meant as text")
	}
}

// oddBlank is a character that looks like a space and is none to YAML, in the
// indentation of a line or behind the colon of its key.
var oddBlank = regexp.MustCompile(`^(?: *| *(?:- +)?[\w-]+:)([\x{A0}\x{2000}-\x{200B}\x{202F}\x{205F}\x{3000}])`)

// isOddBlank tells of such a character in a line where YAML fails: editors and web
// pages put it into what is copied.
func (d *document) isOddBlank(line int) bool {
	if d.ascii || line < 1 || line > len(d.lines) {
		return false
	}
	m := oddBlank.FindStringSubmatchIndex(d.lines[line-1])
	if m == nil {
		return false
	}
	text := d.lines[line-1]
	blank, _ := utf8.DecodeRuneInString(text[m[2]:])
	d.faults.Add(d.at(line, utf8.RuneCountInString(text[:m[2]])+1), "syntax", "the character U+%04X, which looks like a space and is none to YAML", blank).
		Width(1).Suggest("type the blanks again")
	return true
}

// unclosed tells a [ or { that is not closed, or that a value without quotes
// seems to have closed: in {rule: x in [1]} the value ends before [1].
func (d *document) unclosed(f failure, open, end string) {
	if d.closedTooLate(f) {
		return
	}
	rest, line := d.textFrom(f.at.Line, f.at.Col), ""
	if f.at.Line <= len(d.lines) {
		line = d.lines[f.at.Line-1]
	}
	before := strings.TrimSpace(strings.TrimSuffix(line, rest))
	if opens := first(rest); (opens == "[" || opens == "{") && before != "" && !strings.ContainsAny(before[len(before)-1:], ",:[]{}\"'-") {
		d.faults.Add(f.at, "syntax", "a %s inside a value that has no quotes: within [ ] and { } YAML takes it for the beginning of another value", opens).
			Suggest("quote the whole value, as in {rule: 'x in [1, 2]'}")
		return
	}
	at := f.context
	if !strings.HasPrefix(d.textFrom(at.Line, at.Col), open) {
		at = f.at
	}
	d.faults.Add(at, "syntax", "this %s is not closed, or a comma is missing: line %d column %d does not continue it", open, f.at.Line, f.at.Col).
		Suggest("add %s where it ends", end)
}

// misplacedColon tells `a: b: c` from a key that is indented under a value.
func (d *document) misplacedColon(f failure) {
	before := strings.TrimSpace(string([]rune(d.lines[f.at.Line-1])[:min(f.at.Col-1, len([]rune(d.lines[f.at.Line-1])))]))
	if d.closedTooLate(f) {
		return
	}
	if strings.Contains(before, ": ") || strings.HasSuffix(before, ":") {
		d.faults.Add(f.at, "syntax", "a second colon with a space behind it, which would make the value a key").
			Suggest("quote the value")
		return
	}
	if d.blankMissing(f.at.Line) {
		return
	}
	indent := len(d.lines[f.at.Line-1]) - len(strings.TrimLeft(d.lines[f.at.Line-1], " "))
	d.faults.Add(d.at(f.at.Line, indent+1), "syntax", "this line is indented under a line that already has a value").
		Suggest("indent it like the key it belongs beside, or quote the value if the line continues it")
}

// keyWithoutBlank is a line such as source:t.csv, which is text to YAML.
var keyWithoutBlank = regexp.MustCompile(`^ *(?:- +)?([A-Za-z_][\w-]*):([^\s:]\S*)\s*$`)

// blankMissing tells a key:value above a line, which makes a text of what was
// meant as a key, and of the lines below it its continuation.
func (d *document) blankMissing(line int) bool {
	for line--; line > 0; line-- {
		text := d.lines[line-1]
		if trimmed := strings.TrimSpace(text); trimmed == "" || trimmed[0] == '#' {
			continue
		}
		m := keyWithoutBlank.FindStringSubmatchIndex(text)
		if m == nil || strings.HasPrefix(text[m[4]:], "//") {
			return false
		}
		key, value := text[m[2]:m[3]], text[m[4]:m[5]]
		d.faults.Add(d.at(line, m[2]+1), "syntax", "a blank is missing behind the colon of %q, so YAML takes all of it for text", key).
			Width(utf8.RuneCountInString(key+":"+value)).Suggest("write %s: %s", key, value)
		return true
	}
	return false
}

func (d *document) misplaced(f failure) {
	before := string([]rune(d.lines[f.at.Line-1])[:min(f.at.Col-1, len([]rune(d.lines[f.at.Line-1])))])
	if strings.TrimSpace(before) != "" {
		if d.closedTooLate(f) {
			return
		}
		fault := d.faults.Add(f.at, "syntax", "text behind the end of a value").Suggest("quote the whole value")
		if strings.HasSuffix(before, `"`) && strings.Contains(before, `"`+"${{") {
			fault.Message = "the value ends at the double quote before this, inside its template"
			fault.Suggest(`write single quotes around the whole value: '${{ env.X ?? "y" }}'`)
		}
		return
	}
	what, cure := "this line is indented like nothing above it", "indent it like the line it belongs beside"
	if f.context.Line > 0 && f.context.Col == f.at.Col {
		what, cure = "a list and keys are mixed at one indentation", "indent the list items, or the keys, under their own key"
	}
	d.faults.Add(f.at, "syntax", "%s", what).Suggest("%s", cure)
}

// closedTooLate tells a quote that was closed only where the next one began.
func (d *document) closedTooLate(f failure) bool {
	opened, ok := d.openedAbove(f.at.Line)
	if ok {
		d.faults.Add(opened, "syntax", "this quote is closed only on line %d", f.at.Line).Suggest("close it on the same line")
	}
	return ok
}

// openedAbove finds the quote that a forgotten closing quote left open: one that
// begins a value on a line above, and that the next quote of its kind, on this
// line, has closed.
func (d *document) openedAbove(line int) (diag.Pos, bool) {
	var quote byte
	var opened diag.Pos
	for number, text := range d.lines[:line] {
		before := byte(' ') // the last character that is no blank
		for i := 0; i < len(text); i++ {
			c := text[i]
			switch {
			case quote != 0 && c == '\\' && quote == '"':
				i++
			case quote != 0 && c == quote && quote == '\'' && strings.HasPrefix(text[i+1:], "'"):
				i++
			case quote != 0 && c == quote:
				if number+1 == line && opened.Line < line {
					return opened, true
				}
				quote, before = 0, c
			case quote != 0:
			case c == '#' && (i == 0 || text[i-1] == ' '):
				i = len(text)
			case (c == '"' || c == '\'') && strings.IndexByte(" :-[{,", before) >= 0:
				quote, opened = c, d.at(number+1, utf8.RuneCountInString(text[:i])+1)
			case c != ' ' && c != '\t':
				before = c
			}
		}
	}
	return diag.Pos{}, false
}

// textFrom gives what stands on a line from a column on, "" outside the file.
func (d *document) textFrom(line, column int) string {
	if line < 1 || line > len(d.lines) || column < 1 {
		return ""
	}
	text := d.lines[line-1]
	starts, known := d.starts[line]
	if !known && !d.ascii {
		starts = characterStarts(text)
		d.starts[line] = starts
	}
	switch {
	case starts == nil && column <= len(text):
		return text[column-1:]
	case column <= len(starts):
		return text[starts[column-1]:]
	}
	return ""
}

// characterStarts gives the byte at which each character of a line begins; nil
// for plain ASCII, where both count alike.
func characterStarts(text string) []int {
	if utf8.RuneCountInString(text) == len(text) {
		return nil
	}
	var starts []int
	for i := range text {
		starts = append(starts, i)
	}
	return starts
}

// first is the first character of s.
func first(s string) string {
	for i := range s {
		if i > 0 {
			return s[:i]
		}
	}
	return s
}

// word is s up to the first blank or separator.
func word(s string) string {
	if i := strings.IndexAny(s, " \t,]}:"); i >= 0 {
		return s[:i]
	}
	return s
}
