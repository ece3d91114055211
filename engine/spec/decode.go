package spec

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/streamflow/pipe/engine/diag"
)

// wrongType tells that what stands at n is not what the key wants.
func (d *document) wrongType(n *yaml.Node, what, wanted, cure string) {
	if d.bad[n] {
		return
	}
	if n.Kind == yaml.ScalarNode && scalarKind(n) == NodeNull {
		found := "is empty"
		if n.Value != "" {
			found = "is " + n.Value
		}
		if cure == "" {
			cure = "give it a value, or remove the key"
		}
		d.faults.Add(d.pos(n), "empty-value", "%s %s; it must be %s", what, found, wanted).Width(len(n.Value)).Suggest("%s", cure)
		return
	}
	fault := d.faults.Add(d.pos(n), "wrong-type", "%s must be %s, this is %s", what, wanted, kindName(n))
	if n.Kind == yaml.ScalarNode {
		fault.Width(utf8.RuneCountInString(first(n.Value)))
		if isPlain(n) {
			fault.Width(utf8.RuneCountInString(n.Value))
		}
	}
	fault.Suggest("%s", cure)
}

// badValue tells that a scalar has the right kind and a value that is not allowed.
func (d *document) badValue(t Text, cure, format string, args ...any) {
	d.faults.Add(t.Pos, "bad-value", format, args...).Width(t.width()).Suggest("%s", cure)
}

// words reads any scalar as its own text: 010, NO, 2024-01-31 stay as written.
// Null is an error.
func (d *document) words(n *yaml.Node, what, cure string) (Text, bool) {
	if d.bad[n] {
		return Text{}, false
	}
	if n.Kind != yaml.ScalarNode || scalarKind(n) == NodeNull {
		d.wrongType(n, what, "text", cure)
		return Text{}, false
	}
	return d.text(n), true
}

// prose reads a text that may have several lines: a rule, a description.
func (d *document) prose(n *yaml.Node, what string) (Text, bool) {
	t, ok := d.words(n, what, "")
	if !ok {
		return t, false
	}
	// The line end that a | block leaves is the block's, not the text's.
	t.V = strings.TrimRight(t.V, "\n")
	if strings.TrimSpace(t.V) == "" {
		d.faults.Add(t.Pos, "empty-value", "%s is empty", what).Suggest("give it a value, or remove the key")
		return Text{}, false // told once: nobody has to read it
	}
	return t, true
}

// expression reads a rule or a condition. A # behind a blank ends a value that has
// no quotes, also inside the quotes of the expression's own texts.
func (d *document) expression(n *yaml.Node, what string) (Text, bool) {
	t, ok := d.prose(n, what)
	if !ok || !isPlain(n) || strings.Count(t.V, `"`)%2 == 0 && strings.Count(t.V, "'")%2 == 0 {
		return t, ok
	}
	end := t.At(utf8.RuneCountInString(t.V) - 1)
	rest := d.textFrom(end.Line, end.Col+1)
	if blanks := len(rest) - len(strings.TrimLeft(rest, " \t")); blanks > 0 && strings.HasPrefix(rest[blanks:], "#") {
		d.faults.Add(d.at(end.Line, end.Col+1+blanks), "syntax", "a # behind a blank begins a comment, so that %s ends before it, inside a text", what).
			Suggest("quote the whole value")
		return Text{}, false
	}
	return t, ok
}

// line reads a text of one line: a name, a path.
func (d *document) line(n *yaml.Node, what string) (Text, bool) {
	t, ok := d.prose(n, what)
	if ok && strings.ContainsAny(t.V, "\n\r\x00") {
		d.badValue(t, "write it on one line", "%s holds a line break or NUL", what)
		return t, false
	}
	return t, ok
}

// items gives the items of a list; each cure says how a lone value is listed.
func (d *document) items(n *yaml.Node, what string) ([]*yaml.Node, bool) {
	if n.Kind != yaml.SequenceNode {
		cure := ""
		if n.Kind == yaml.MappingNode {
			cure = "begin each of its items with a dash: - a"
			if what == "suites" && len(n.Content) > 0 {
				cure = "begin each suite with a dash and its table: - table: " + n.Content[0].Value
			}
		}
		if n.Kind == yaml.ScalarNode && scalarKind(n) != NodeNull {
			t := d.text(n)
			quote := first(d.textFrom(d.pos(n).Line, d.pos(n).Col))
			switch {
			case isPlain(n) && !strings.ContainsAny(t.V, "#[]{},\n"):
				cure = "write [" + t.V + "]"
			case (quote == `"` || quote == "'") && !strings.ContainsAny(t.V, "\n\\\"'"):
				cure = "write [" + quote + t.V + quote + "]"
			default:
				cure = "write it as a list: [a, b]"
			}
		}
		d.wrongType(n, what, "a list", cure)
		return nil, false
	}
	return n.Content, !d.bad[n]
}

// list reads a list of names or paths. With alone, one text stands for a list
// of one.
func (d *document) list(n *yaml.Node, what string, alone bool) []Text {
	if alone && n.Kind == yaml.ScalarNode {
		if t, ok := d.line(n, what); ok {
			return []Text{t}
		}
		return nil
	}
	items, ok := d.items(n, what)
	if !ok && n.Kind == yaml.ScalarNode && scalarKind(n) != NodeNull && !d.bad[n] {
		return []Text{d.text(n)} // told, and plain enough to go on with
	}
	if !ok {
		return nil
	}
	if len(items) == 0 {
		d.faults.Add(d.pos(n), "empty-value", "%s is an empty list", what).Suggest("list something, or remove the key")
	}
	var list []Text
	for _, item := range items {
		if t, ok := d.line(item, "an item of "+what); ok {
			list = append(list, t)
		}
	}
	return list
}

// names reads a list of names, each of which may stand in it once.
func (d *document) names(n *yaml.Node, what string) []Text {
	var list []Text
	for _, t := range d.list(n, what, false) {
		if i := slices.IndexFunc(list, func(u Text) bool { return u.V == t.V }); i >= 0 {
			d.faults.Add(t.Pos, "stated-twice", "%s names %q twice; first on line %d", what, t.V, list[i].Pos.Line).Width(t.width()).Suggest("remove one")
			continue
		}
		if d.checkLength(t, "a column name") {
			list = append(list, t)
		}
	}
	return list
}

// cellWords reads a list of words that cells may hold. It is never nil when the
// key was there: an empty list says "no word at all".
func (d *document) cellWords(n *yaml.Node, what string) []Text {
	items, ok := d.items(n, what)
	if !ok {
		return nil
	}
	list := []Text{}
	for _, item := range items {
		if item.Kind == yaml.ScalarNode && !d.bad[item] && strings.EqualFold(item.Value, "null") {
			list = append(list, d.text(item)) // the word that files hold, not YAML's null
			continue
		}
		if t, ok := d.words(item, "an item of "+what, `quote it: "" for an empty cell, "~" for a tilde`); ok {
			list = append(list, t)
		}
	}
	return list
}

// meantBooleans are the words that YAML once took for booleans.
var meantBooleans = map[string]string{"yes": "true", "y": "true", "on": "true", "no": "false", "n": "false", "off": "false"}

func (d *document) boolean(n *yaml.Node, what string, into *Value[bool]) {
	if n.Kind != yaml.ScalarNode || scalarKind(n) != NodeBool {
		cure := "write true or false"
		if strings.EqualFold(n.Value, "true") || strings.EqualFold(n.Value, "false") {
			cure = "remove the quotes"
		} else if meant, ok := meantBooleans[strings.ToLower(n.Value)]; ok {
			cure = "write " + meant + ": to YAML, " + n.Value + " is text"
		}
		d.wrongType(n, what, "true or false", cure)
		return
	}
	*into = Value[bool]{V: strings.EqualFold(n.Value, "true"), Pos: d.pos(n), Set: true}
}

func (d *document) integer(n *yaml.Node, what string, low, high int, into *Value[int]) bool {
	if n.Kind != yaml.ScalarNode || scalarKind(n) != NodeInt {
		cure := ""
		if intPlain.MatchString(n.Value) {
			cure = "remove the quotes"
		}
		d.wrongType(n, what, "an integer", cure)
		return false
	}
	v, err := strconv.Atoi(strings.TrimPrefix(n.Value, "+"))
	if t := d.text(n); err != nil || v < low || v > high {
		d.badValue(t, "", "%s must lie between %d and %d, this is %s", what, low, high, n.Value)
		return false
	}
	*into = Value[int]{V: v, Pos: d.pos(n), Set: true}
	return true
}

// share reads a number above 0, up to 1: a share of 0 would pass whatever is there.
func (d *document) share(n *yaml.Node, what string, into *Value[float64]) {
	if kind := scalarKind(n); n.Kind != yaml.ScalarNode || kind != NodeInt && kind != NodeNum {
		cure := "write a number such as 0.99"
		if percent, err := strconv.ParseFloat(strings.TrimSuffix(n.Value, "%"), 64); err == nil && strings.HasSuffix(n.Value, "%") && percent > 0 && percent <= 100 {
			cure = "write a share, not a percentage: " + strconv.FormatFloat(percent/100, 'g', 6, 64)
		}
		if numberPlain.MatchString(n.Value) {
			cure = "remove the quotes"
		}
		d.wrongType(n, what, "a number from 0 to 1", cure)
		return
	}
	v, err := strconv.ParseFloat(n.Value, 64)
	if t := d.text(n); err != nil || v < 0 || v > 1 {
		cure := ""
		if v > 1 && v <= 100 {
			cure = "write a share, not a percentage: " + strconv.FormatFloat(v/100, 'g', 6, 64)
		}
		d.badValue(t, cure, "%s must be a number from 0 to 1, this is %s", what, n.Value)
		return
	}
	if v == 0 {
		d.badValue(d.text(n), "write a share above 0, such as 0.5; severity: warn is what fails no run", "%s of 0 is met whatever the data are", what)
		return
	}
	*into = Value[float64]{V: v, Pos: d.pos(n), Set: true}
}

func (d *document) duration(n *yaml.Node, what string, into *Value[time.Duration]) {
	t, ok := d.line(n, what)
	if !ok {
		return
	}
	v, err := time.ParseDuration(t.V)
	if err != nil || v <= 0 {
		cure := "write a length of time such as 10m or 1h30m"
		if seconds, isNumber := strconv.Atoi(t.V); isNumber == nil && seconds > 0 {
			cure = "give the unit: " + t.V + "s for seconds, " + t.V + "m for minutes"
		}
		d.badValue(t, cure, "%s must be a length of time, this is %q", what, t.V)
		return
	}
	*into = Value[time.Duration]{V: v, Pos: t.Pos, Set: true}
}

// character reads a text of exactly one character.
func (d *document) character(n *yaml.Node, what string, into *Value[rune]) {
	t, ok := d.words(n, what, "quote the character")
	if !ok {
		return
	}
	r, size := utf8.DecodeRuneInString(t.V)
	if size == 0 || size != len(t.V) || r == '\n' || r == '\r' || r == 0 {
		cure := "write one character in quotes"
		if t.V == `\t` || strings.EqualFold(t.V, "tab") {
			cure = `write "\t" in double quotes`
		}
		d.badValue(t, cure, "%s must be one character, this is %q", what, t.V)
		return
	}
	*into = Value[rune]{V: r, Pos: t.Pos, Set: true}
}

// choose reads a text that must be one of a few words. meant maps words that
// people write to the word of ours.
func choose[T ~string](d *document, n *yaml.Node, what string, words []T, meant map[string]T, into *Value[T]) bool {
	t, ok := d.line(n, what)
	if !ok {
		return false
	}
	if slices.Contains(words, T(t.V)) {
		*into = Value[T]{V: T(t.V), Pos: t.Pos, Set: true}
		return true
	}
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = string(w)
	}
	cure := diag.DidYouMean(t.V, list)
	if w, ok := meant[strings.ToLower(t.V)]; ok {
		cure = `did you mean "` + string(w) + `"?`
	}
	d.badValue(t, cure, "%s %q is not known; it is one of %s", what, t.V, strings.Join(list, ", "))
	return false
}

// checkLength refuses names that a database would cut short.
func (d *document) checkLength(t Text, what string) bool {
	if len(t.V) > maxName {
		d.faults.Add(t.Pos, "name-too-long", "%s of %d bytes; PostgreSQL cuts names after %d", what, len(t.V), maxName).
			Width(t.width()).Suggest("choose a shorter name")
		return false
	}
	return true
}

// maxName is how many bytes of a name PostgreSQL keeps.
const maxName = 63
