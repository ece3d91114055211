package spec

import (
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// The YAML 1.2 core rules for plain scalars. yaml.v3 still reads some as YAML
// 1.1 did (0777, 1_000, dates), so kinds are decided here.
var (
	intPlain     = regexp.MustCompile(`^[-+]?[0-9]+$`)
	numberPlain  = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)
	oddNumber    = regexp.MustCompile(`^[-+]?(0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[0-9]+(_[0-9]+)+(\.[0-9]*)?|\.(inf|Inf|INF))$|^\.(nan|NaN|NAN)$`)
	leadingZeros = regexp.MustCompile(`^[-+]?0[0-9]`)
)

// scalarKind is the kind of a scalar. A number in a notation that JSON does not
// have is text here; oddNumber knows it.
func scalarKind(n *yaml.Node) NodeKind {
	if !isPlain(n) {
		return NodeText
	}
	switch n.Value {
	case "", "~", "null", "Null", "NULL":
		return NodeNull
	case "true", "True", "TRUE", "false", "False", "FALSE":
		return NodeBool
	}
	switch {
	case !strings.Contains("+-.0123456789", n.Value[:1]):
		return NodeText // nearly all scalars
	case intPlain.MatchString(n.Value):
		return NodeInt
	case numberPlain.MatchString(n.Value):
		return NodeNum
	}
	return NodeText
}

// kindName says in a sentence what a node is.
func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch scalarKind(n) {
	case NodeNull:
		return "empty"
	case NodeBool:
		return "a boolean"
	case NodeInt, NodeNum:
		return "a number"
	}
	return "text"
}

// node reads a value of free form.
func (d *document) node(n *yaml.Node) *Node {
	out := &Node{Pos: d.pos(n)}
	if d.bad[n] {
		out.Kind = NodeNull
		return out
	}
	switch n.Kind {
	case yaml.SequenceNode:
		out.Kind = NodeList
		for _, item := range n.Content {
			out.Items = append(out.Items, d.node(item))
		}
	case yaml.MappingNode:
		out.Kind = NodeMap
		for i := 0; i+1 < len(n.Content); i += 2 {
			out.Pairs = append(out.Pairs, Pair{Key: d.text(n.Content[i]), Value: d.node(n.Content[i+1])})
		}
	default:
		out.Kind = scalarKind(n)
		out.Text = d.text(n)
		d.freeScalar(out, n)
	}
	return out
}

// freeScalar settles a free scalar's value: numbers become the JSON number of
// the same digits, and notations whose meaning readers disagree on are refused.
func (d *document) freeScalar(out *Node, n *yaml.Node) {
	refuse := func(problem, cure string) {
		out.Told = true
		d.faults.Add(out.Pos, "bad-number", "%s is %s", n.Value, problem).Width(out.Text.width()).Suggest("%s", cure)
	}
	switch {
	case out.Kind == NodeBool:
		out.Bool = strings.EqualFold(n.Value, "true")
	case isPlain(n) && oddNumber.MatchString(n.Value):
		refuse("a notation that YAML readers understand differently", "write a plain decimal number, or quote it if it is text")
	case out.Kind != NodeInt && out.Kind != NodeNum:
	case leadingZeros.MatchString(n.Value):
		refuse("a number with leading zeros, which are lost in a number", "quote it if it is text, or write it without them")
	default:
		if v := jsonNumber(n.Value); v != n.Value {
			out.Text.V, out.Text.places = v, nil
		}
	}
}

// jsonNumber writes +5, .5 and 5. as JSON has them: 5, 0.5 and 5.0.
func jsonNumber(s string) string {
	sign := ""
	switch s[0] {
	case '+':
		s = s[1:]
	case '-':
		sign, s = "-", s[1:]
	}
	if s[0] == '.' {
		s = "0" + s
	}
	digits, exponent := s, ""
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		digits, exponent = s[:i], s[i:]
	}
	if strings.HasSuffix(digits, ".") {
		digits += "0"
	}
	return sign + digits + exponent
}
