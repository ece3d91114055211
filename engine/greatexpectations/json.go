package greatexpectations

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// maxDepth bounds how deep values nest; no suite comes near it.
const maxDepth = 200

// document reads one JSON text into nodes that know their places.
type document struct {
	file  string
	text  []byte
	lines []int // the offset at which each line begins
	dec   *json.Decoder
	list  diag.List
	// last is the place of the offset counted: a suite may be one long line, of
	// which each character is counted once.
	last    diag.Pos
	counted int
}

// readJSON reads one JSON value. Keys stated twice, a lone half of a surrogate
// pair and all else that another reader could understand otherwise are faults.
func readJSON(file string, text []byte) (*spec.Node, diag.List) {
	d := &document{file: file, text: bytes.TrimPrefix(text, []byte("\ufeff")), lines: []int{0}}
	for i, b := range d.text {
		if b == '\n' {
			d.lines = append(d.lines, i+1)
		}
	}
	if !utf8.Valid(d.text) {
		d.add(d.invalid(), "bad-json", "the file is not UTF-8").Suggest("save it as UTF-8, as JSON wants it")
		return nil, d.list
	}
	if err := json.Unmarshal(d.text, new(json.RawMessage)); err != nil {
		d.syntax(err)
		return nil, d.list
	}
	d.dec = json.NewDecoder(bytes.NewReader(d.text))
	d.dec.UseNumber()
	root := d.value(0)
	return root, d.list
}

func (d *document) invalid() int {
	for i := 0; i < len(d.text); {
		r, size := utf8.DecodeRune(d.text[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return 0
}

func (d *document) pos(offset int) diag.Pos {
	offset = max(0, min(offset, len(d.text)))
	line := sort.SearchInts(d.lines, offset+1)
	from, col := d.lines[line-1], 1
	if d.last.Line == line && d.counted <= offset {
		from, col = d.counted, d.last.Col
	}
	d.counted, d.last = offset, diag.Pos{File: d.file, Line: line, Col: col + utf8.RuneCount(d.text[from:offset])}
	return d.last
}

func (d *document) add(offset int, code, format string, args ...any) *diag.Diagnostic {
	return d.list.Add(d.pos(offset), code, format, args...)
}

var pythonNumber = regexp.MustCompile(`^-?(NaN|Infinity)`)

// syntax words a fault of syntax; the decoder's offset is that of the byte
// behind the one at fault.
func (d *document) syntax(err error) {
	var fault *json.SyntaxError
	at := len(d.text)
	if errors.As(err, &fault) {
		at = max(0, int(fault.Offset)-1)
	}
	switch {
	case len(bytes.TrimSpace(d.text)) == 0:
		d.add(0, "bad-json", "the file is empty").Suggest("name the suite's JSON file")
	case bytes.TrimSpace(d.text)[0] != '{' && bytes.TrimSpace(d.text)[0] != '[':
		d.add(0, "bad-json", "the file is not JSON").Suggest("Great Expectations keeps suites as JSON, most often in a folder named expectations")
	case errors.As(err, &fault) && strings.Contains(err.Error(), "unexpected end"):
		d.add(len(d.text), "bad-json", "the JSON ends too early").Suggest("the file may have been cut off; export the suite again")
	default:
		// Python writes these words, and JSON has none for them.
		if word := pythonNumber.Find(d.text[at:]); word != nil || at > 0 && pythonNumber.Match(d.text[at-1:]) {
			d.add(at, "bad-json", "NaN and Infinity are no JSON, though Python writes them").Suggest("write null for an open bound, or remove the value")
			return
		}
		d.list.Add(d.pos(at), "bad-json", "%s", err)
	}
}

// next gives the next token and where it begins.
func (d *document) next() (json.Token, int) {
	at := int(d.dec.InputOffset())
	for at < len(d.text) && strings.IndexByte(" \t\r\n,:", d.text[at]) >= 0 {
		at++
	}
	token, err := d.dec.Token()
	if err != nil && !errors.Is(err, io.EOF) {
		// The whole text was found valid, so that only the depth can be at fault.
		d.list.Add(d.pos(at), "bad-json", "%s", err)
	}
	return token, at
}

func (d *document) value(depth int) *spec.Node {
	token, at := d.next()
	n := &spec.Node{Kind: spec.NodeNull, Pos: d.pos(at)}
	if depth > maxDepth {
		d.list.Add(d.pos(at), "bad-json", "values nest deeper than %d levels", maxDepth)
		return n
	}
	switch token := token.(type) {
	case bool:
		n.Kind, n.Bool = spec.NodeBool, token
		n.Text.V = map[bool]string{true: "true", false: "false"}[token]
	case json.Number:
		n.Kind, n.Text.V = spec.NodeInt, string(token)
		if strings.ContainsAny(string(token), ".eE") {
			n.Kind = spec.NodeNum
		}
	case string:
		n.Kind, n.Text.V = spec.NodeText, token
		d.surrogates(at, token)
	case json.Delim:
		if token == '{' {
			d.object(n, depth)
		} else {
			d.array(n, depth)
		}
	}
	n.Text.Pos = n.Pos
	return n
}

func (d *document) array(n *spec.Node, depth int) {
	n.Kind = spec.NodeList
	for d.dec.More() && !d.list.HasErrors() {
		n.Items = append(n.Items, d.value(depth+1))
	}
	d.next()
}

func (d *document) object(n *spec.Node, depth int) {
	n.Kind = spec.NodeMap
	seen := map[string]bool{}
	for d.dec.More() && !d.list.HasErrors() {
		token, at := d.next()
		key, _ := token.(string)
		d.surrogates(at, key)
		if seen[key] {
			d.add(at, "duplicate-key", "the key %q stands twice in one object, and readers of JSON take the one or the other", key).
				Width(utf8.RuneCountInString(key) + 2).Suggest("remove one")
		}
		seen[key] = true
		n.Pairs = append(n.Pairs, spec.Pair{Key: spec.Text{V: key, Pos: d.pos(at), Set: true}, Value: d.value(depth + 1)})
	}
	d.next()
}

var (
	halfPair   = regexp.MustCompile(`\\u[dD][89a-fA-F]`)
	unknownHex = regexp.MustCompile(`\\u[fF]{3}[dD]`)
)

// surrogates finds half a surrogate pair, which the decoder replaces by U+FFFD
// without a word.
func (d *document) surrogates(at int, value string) {
	if !strings.ContainsRune(value, utf8.RuneError) {
		return
	}
	written := string(d.text[at:d.dec.InputOffset()])
	meant := strings.Count(written, "\ufffd") + len(unknownHex.FindAllString(written, -1))
	if strings.Count(value, "\ufffd") > meant && halfPair.MatchString(written) {
		d.add(at, "bad-json", "this text holds half a character: \\uD800 to \\uDFFF mean something in pairs only").Suggest("write the character itself")
	}
}
