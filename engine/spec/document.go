package spec

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/streamflow/pipe/engine/diag"
)

// document is one YAML file: its lines for places, and the faults told so far.
type document struct {
	path    string
	content string
	lines   []string      // without their ends
	ascii   bool          // every character is one byte
	starts  map[int][]int // else where characters begin, of the lines asked for: a file may be one long line
	tagged  bool          // a ! stands somewhere, so tags may
	faults  *diag.List
	broken  bool // a part of it, or all, could not be read
	// bad holds nodes whose fault is told already, so that decoding passes
	// over them without a second one.
	bad map[*yaml.Node]bool
}

// parse reads the only YAML document of a file. Where its syntax is broken, that
// is told, and the root holds what stands in the pieces that can be read; it is
// nil when there are none.
func parse(path, text string, faults *diag.List) (*document, *yaml.Node) {
	d := newDocument(path, text, faults)
	if d.broken = !d.checkCharacters(text); d.broken {
		return d, nil
	}
	root, err := d.decode()
	if err != nil {
		d.broken = true
		if pieces := d.salvage(); pieces != nil {
			root = pieces
		}
	}
	if root == nil {
		return d, nil
	}
	var done map[*yaml.Node]bool
	if strings.Contains(text, "*") { // else no alias is in it, and no node stands in two places
		if !d.checkAliases(root) {
			d.broken = true
			return d, nil
		}
		done = map[*yaml.Node]bool{}
	}
	d.checkNodes(root, done)
	return d, root
}

func newDocument(path, text string, faults *diag.List) *document {
	d := &document{path: path, content: text, faults: faults, starts: map[int][]int{}, bad: map[*yaml.Node]bool{}}
	d.ascii, d.tagged = utf8.RuneCountInString(text) == len(text), strings.Contains(text, "!")
	d.lines = strings.Split(text, "\n")
	for i, line := range d.lines {
		d.lines[i] = strings.TrimSuffix(line, "\r")
	}
	return d
}

// decode gives the root of the only document, nil when there is none. Its error
// is a fault of syntax, which it tells; what stands before it may be the root.
func (d *document) decode() (*yaml.Node, error) {
	decoder := yaml.NewDecoder(strings.NewReader(d.content))
	var first, second yaml.Node
	switch err := decode(decoder, &first); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		d.syntaxError(decoder, err)
		return nil, err
	}
	err := decode(decoder, &second)
	switch {
	case errors.Is(err, io.EOF):
		err = nil
	case err == nil:
		d.broken = true // what it holds is not read
		d.faults.Add(d.at(second.Line, second.Column), "multiple-documents",
			"a second YAML document begins here, and a file holds only one").
			Suggest("move it to a file of its own, or remove the ---")
	default:
		d.syntaxError(decoder, err)
	}
	return first.Content[0], err
}

// decode guards against the panics that yaml.v3 keeps for its own broken
// invariants: on a user's file they are a fault of syntax like any other.
func decode(decoder *yaml.Decoder, into *yaml.Node) (err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("yaml: %v", broken)
		}
	}()
	return decoder.Decode(into)
}

func (d *document) at(line, column int) diag.Pos {
	return diag.Pos{File: d.path, Line: line, Col: column}
}

// checkCharacters refuses what YAML cannot hold, and the line ends that only
// YAML knows: with them every later line number would differ from an editor's.
func (d *document) checkCharacters(text string) bool {
	line, column := 1, 1
	for i, r := range text {
		problem, cure := "", ""
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			problem, cure = "this is not UTF-8", "save the file as UTF-8"
			if strings.HasPrefix(text, "\xFF\xFE") || strings.HasPrefix(text, "\xFE\xFF") {
				problem = "this file is UTF-16"
			}
		case r == '\r' && !strings.HasPrefix(text[i:], "\r\n"):
			problem, cure = "a lone carriage return, which YAML takes for a line end", `write \r inside double quotes, or end lines with \n`
		case r == '\u0085' || r == '\u2028' || r == '\u2029':
			problem, cure = fmt.Sprintf("the character U+%04X, which YAML takes for a line end", r),
				fmt.Sprintf(`write \u%04X inside double quotes`, r)
		case r < ' ' && r != '\t' && r != '\n' && r != '\r', r >= 0x7F && r < 0xA0, r == 0xFFFE, r == 0xFFFF:
			problem, cure = fmt.Sprintf("the control character U+%04X", r), fmt.Sprintf(`remove it, or write \u%04X inside double quotes`, r)
		}
		if problem != "" {
			d.faults.Add(d.at(line, column), "syntax", "%s", problem).Suggest("%s", cure)
			return false
		}
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return true
}

// maxAliased is how many nodes a file may hold once its aliases are written
// out: far beyond any real spec, far below what takes the memory of a machine.
const maxAliased = 100_000

// checkAliases refuses aliases that contain themselves and files that explode
// when written out; after it a walk over the nodes always ends. It puts the
// aliased node in the place of each alias.
func (d *document) checkAliases(root *yaml.Node) bool {
	sizes := map[*yaml.Node]int{} // -1: being walked
	aliases := false
	var size func(n *yaml.Node) int
	size = func(n *yaml.Node) int {
		if known, ok := sizes[n]; ok {
			return known
		}
		sizes[n] = -1
		total := 1
		for i, child := range n.Content {
			alias := child
			if child.Kind == yaml.AliasNode {
				aliases = true
				child = child.Alias
			}
			s := size(child)
			if s < 0 {
				d.faults.Add(d.at(alias.Line, alias.Column), "alias-cycle",
					"the alias *%s stands inside the very value that it names", alias.Value).
					Width(1 + utf8.RuneCountInString(alias.Value)).Suggest("write the value out")
				child, s = &yaml.Node{Kind: yaml.ScalarNode, Line: alias.Line, Column: alias.Column}, 1
				d.bad[child] = true
			}
			n.Content[i] = child
			total = min(total+s, maxAliased+1)
		}
		sizes[n] = total
		return total
	}
	if size(root) > maxAliased && aliases {
		d.faults.Add(d.at(1, 1), "alias-bomb", "this file holds more than %d values when its aliases are written out", maxAliased).
			Suggest("use fewer aliases")
		return false
	}
	return true
}

// checkNodes tells what is wrong whatever a node means: tags, merge keys, keys
// that are not scalars, duplicate keys, values that a comma split in two. Pairs
// that cannot be used are taken out of their mapping.
func (d *document) checkNodes(n *yaml.Node, done map[*yaml.Node]bool) {
	if done[n] {
		return
	}
	if done != nil {
		done[n] = true
	}
	if d.tagged && !d.bad[n] && d.isTagged(n) {
		d.bad[n] = true
		d.faults.Add(d.pos(n), "tag", "YAML reads what begins with ! as a tag, and tags are not used here").
			Suggest(`quote the whole value: "!..."`)
	}
	if n.Kind == yaml.MappingNode {
		d.joinSplitValues(n)
		d.checkKeys(n)
	}
	for _, child := range n.Content {
		d.checkNodes(child, done)
	}
}

func (d *document) isTagged(n *yaml.Node) bool {
	if n.Style&yaml.TaggedStyle != 0 {
		return true
	}
	// The tag "!" alone leaves no trace in the node, and nothing else begins so.
	return strings.HasPrefix(d.textFrom(n.Line, n.Column), "!")
}

func (d *document) checkKeys(n *yaml.Node) {
	first, twice := map[string]*yaml.Node{}, map[string][]*yaml.Node{}
	var kept []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := d.pos(key)
		switch {
		case key.Kind != yaml.ScalarNode:
			d.faults.Add(at, "wrong-type", "a key must be text, this is %s", kindName(key)).
				Suggest("quote what begins with [ or {")
		case key.Tag == "!!merge" && key.Style&yaml.TaggedStyle == 0:
			d.faults.Add(at, "merge-key", "merge keys (<<) are not used here").Width(2).Suggest("write the keys out")
		case first[key.Value] != nil:
			d.faults.Add(at, "duplicate-key", "the key %q stands here for the second time; first on line %d", key.Value, first[key.Value].Line).
				Width(utf8.RuneCountInString(key.Value)).Suggest("keep one of them")
			twice[key.Value] = append(twice[key.Value], value)
		default:
			first[key.Value] = key
			kept = append(kept, key, value)
		}
	}
	for i := 0; len(twice) > 0 && i+1 < len(kept); i += 2 {
		if others := twice[kept[i].Value]; len(others) > 0 && !d.bad[kept[i+1]] {
			kept[i+1] = d.together(kept[i+1], others)
		}
	}
	n.Content = kept
}

// together is what the values of a key that stands more than once say together,
// so that nothing is told of what only one of them holds: the first that is not
// empty, and what others of its kind have beside it.
func (d *document) together(value *yaml.Node, others []*yaml.Node) *yaml.Node {
	whole := *value
	whole.Content = slices.Clone(value.Content)
	has := map[string]bool{} // the keys of a mapping, the items of a list
	for _, other := range others {
		if isEmpty(&whole) {
			whole = *other
			whole.Content = slices.Clone(other.Content)
			continue
		}
		step := map[yaml.Kind]int{yaml.MappingNode: 2, yaml.SequenceNode: 1}[whole.Kind]
		if step == 0 || other.Kind != whole.Kind || d.bad[other] {
			continue
		}
		if len(has) == 0 {
			for i := 0; i < len(whole.Content); i += step {
				has[written(whole.Content[i])] = true
			}
		}
		for i := 0; i < len(other.Content); i += step {
			if part := written(other.Content[i]); !has[part] {
				has[part] = true
				whole.Content = append(whole.Content, other.Content[i:i+step]...)
			}
		}
	}
	return &whole
}

// written is one text for nodes that say the same.
func written(n *yaml.Node) string {
	var b strings.Builder
	var write func(n *yaml.Node)
	write = func(n *yaml.Node) {
		fmt.Fprintf(&b, "%d%q", n.Kind, n.Value)
		for _, child := range n.Content {
			write(child)
		}
		b.WriteByte(';')
	}
	write(n)
	return b.String()
}

// joinSplitValues mends what YAML makes of {type: numeric(10,2)}: the pair
// "type: numeric(10" and a key "2)" without a value. It tells how to write it.
func (d *document) joinSplitValues(n *yaml.Node) {
	if n.Style&yaml.FlowStyle == 0 {
		return
	}
	for i := 1; i < len(n.Content); i += 2 {
		value := n.Content[i]
		open := strings.Count(value.Value, "(") - strings.Count(value.Value, ")")
		if !isPlain(value) || open <= 0 {
			continue
		}
		whole, j := value.Value, i+1
		for ; open > 0 && j+1 < len(n.Content) && isPlain(n.Content[j]) && isEmpty(n.Content[j+1]); j += 2 {
			part := n.Content[j]
			open += strings.Count(part.Value, "(") - strings.Count(part.Value, ")")
			whole += ", " + part.Value
		}
		if open != 0 {
			continue
		}
		if last := n.Content[j-2]; last.Line == value.Line {
			// As the user wrote it, spaces and all.
			from := []rune(d.textFrom(value.Line, value.Column))
			whole = string(from[:min(len(from), last.Column-value.Column+utf8.RuneCountInString(last.Value))])
		}
		d.faults.Add(d.pos(value), "unquoted-comma", "inside { } a comma ends the value, so YAML splits %s in two", whole).
			Width(utf8.RuneCountInString(whole)).Suggest("quote it: %q", whole)
		mended := *value
		mended.Value, mended.Style = whole, yaml.DoubleQuotedStyle
		n.Content[i] = &mended
		n.Content = append(n.Content[:i+1], n.Content[j:]...)
	}
}

func isPlain(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style&^yaml.FlowStyle == 0
}

// isEmpty tells whether nothing at all is written where the node stands.
func isEmpty(n *yaml.Node) bool { return isPlain(n) && n.Value == "" }
