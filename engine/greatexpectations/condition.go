package greatexpectations

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

// filter is a condition on rows, whatever it was written in: it is about
// columns and literals alone, so that a rule can say it.
type filter struct {
	op    string // and, or, not, null, true, in, or a comparison
	kids  []*filter
	left  operand
	right []operand // one, or the list of in
}

// operand is a column or a literal, as a rule writes it.
type operand struct {
	text   string
	column bool
}

// logic says what a comparison with NULL is in the language that the condition
// was written in.
type logic int

const (
	threeValued logic = iota // unknown, as in SQL and in a rule
	twoValued                // false, and true for !=, as in pandas
)

var opposite = map[string]string{"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}

// rule writes the condition as a rule that is true of exactly the rows of which
// the condition is.
func (c *filter) rule(l logic) string { return c.write(l, false) }

func (c *filter) write(l logic, negated bool) string {
	switch c.op {
	case "not":
		return c.kids[0].write(l, !negated)
	case "and", "or":
		op := c.op
		if negated {
			op = map[string]string{"and": "or", "or": "and"}[op]
		}
		var parts []string
		for _, kid := range c.kids {
			part := kid.write(l, negated)
			if strings.Contains(part, " or ") && op == "and" || strings.Contains(part, " and ") && op == "or" {
				part = "(" + part + ")"
			}
			parts = append(parts, part)
		}
		return strings.Join(parts, " "+op+" ")
	case "null":
		return c.left.text + map[bool]string{false: " == nil", true: " != nil"}[negated]
	case "true":
		return map[bool]string{false: "", true: "not "}[negated] + c.left.text
	case "in":
		var list []string
		for _, o := range c.right {
			list = append(list, o.text)
		}
		set := "[" + strings.Join(list, ", ") + "]"
		if negated {
			return c.orNull(l, c.left.text+" not in "+set)
		}
		return c.left.text + " in " + set
	}
	op := c.op
	if negated {
		op = opposite[op]
	}
	text := c.left.text + " " + op + " " + c.right[0].text
	if (c.op == "!=") != negated {
		return c.orNull(l, text)
	}
	return text
}

// orNull adds the rows in which a column is NULL, where the language of the
// condition takes them.
func (c *filter) orNull(l logic, text string) string {
	if l == threeValued {
		return text
	}
	var parts []string
	for _, o := range append([]operand{c.left}, c.right...) {
		if part := o.text + " == nil"; o.column && (len(parts) == 0 || parts[0] != part) {
			parts = append(parts, part)
		}
	}
	return strings.Join(append(parts, text), " or ")
}

// refusal says why a condition cannot be written as a rule.
type refusal struct{ why string }

func (r *refusal) Error() string { return r.why }

func refuse(format string, args ...any) error { return &refusal{fmt.Sprintf(format, args...)} }

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func columnOperand(name string) (operand, error) {
	if !identifier.MatchString(name) {
		return operand{}, refuse("a rule cannot name the column %q", name)
	}
	return operand{name, true}, nil
}

// textOperand writes a text literal of a rule.
func textOperand(s string) (operand, error) {
	for _, r := range s {
		if r < ' ' || r == 0x7f {
			return operand{}, refuse("the text %q holds a control character", s)
		}
	}
	return operand{`"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`, false}, nil
}

var operators = map[string]bool{"==": true, "!=": true, "<": true, "<=": true, ">": true, ">=": true, "IN": true, "NOT_IN": true}

// structured reads the form of later versions 1.x, in which a condition is an
// object.
func structured(n *spec.Node) (*filter, error) {
	if n.Kind != spec.NodeMap {
		return nil, refuse("a part of row_condition is no object")
	}
	kind := textOf(n.Get("type"))
	if err := closed(n, kind); err != nil {
		return nil, err
	}
	switch kind {
	case "and", "or":
		list := n.Get("conditions")
		if list == nil || list.Kind != spec.NodeList || len(list.Items) == 0 {
			return nil, refuse("row_condition joins no conditions")
		}
		c := &filter{op: kind}
		for _, item := range list.Items {
			kid, err := structured(item)
			if err != nil {
				return nil, err
			}
			c.kids = append(c.kids, kid)
		}
		return c, nil
	case "nullity":
		left, err := structuredColumn(n.Get("column"))
		if err != nil {
			return nil, err
		}
		is := n.Get("is_null")
		if is == nil || is.Kind != spec.NodeBool {
			return nil, refuse("row_condition does not say whether is_null")
		}
		c := &filter{op: "null", left: left}
		if !is.Bool {
			c = &filter{op: "not", kids: []*filter{c}}
		}
		return c, nil
	case "comparison":
		return structuredComparison(n)
	case "pass_through":
		return nil, refuse("row_condition passes %s on to the engine that Great Expectations runs on", flow(orNullNode(n.Get("pass_through_filter"))))
	default:
		return nil, refuse("row_condition is of the type %q, which is not known here", kind)
	}
}

// conditionKeys are the keys that a condition of each type may have, beside its
// type.
var conditionKeys = map[string][]string{"and": {"conditions"}, "or": {"conditions"}, "nullity": {"column", "is_null"},
	"comparison": {"column", "operator", "parameter"}, "pass_through": {"pass_through_filter"}}

// closed refuses a condition with a key that its type has not: it could turn
// what the others say into its opposite.
func closed(n *spec.Node, kind string) error {
	known, found := conditionKeys[kind]
	for _, p := range n.Pairs {
		if found && p.Key.V != "type" && !slices.Contains(known, p.Key.V) {
			return refuse("row_condition has the key %s, which a condition of the type %s has not", spec.Quote(p.Key.V), kind)
		}
	}
	return nil
}

func structuredComparison(n *spec.Node) (*filter, error) {
	left, err := structuredColumn(n.Get("column"))
	if err != nil {
		return nil, err
	}
	op, parameter := textOf(n.Get("operator")), orNullNode(n.Get("parameter"))
	if !operators[op] {
		return nil, refuse("row_condition has the operator %q, which is not known here", op)
	}
	if op == "IN" || op == "NOT_IN" {
		if parameter.Kind != spec.NodeList || len(parameter.Items) == 0 {
			return nil, refuse("the parameter of %s is no list of values", op)
		}
		c := &filter{op: "in", left: left}
		for _, item := range parameter.Items {
			o, err := literal(item)
			if err != nil {
				return nil, err
			}
			c.right = append(c.right, o)
		}
		if op == "NOT_IN" {
			c = &filter{op: "not", kids: []*filter{c}}
		}
		return c, nil
	}
	var right operand
	if parameter.Kind == spec.NodeMap {
		right, err = structuredColumn(parameter)
	} else {
		right, err = literal(parameter)
	}
	if err != nil {
		return nil, err
	}
	return &filter{op: op, left: left, right: []operand{right}}, nil
}

func structuredColumn(n *spec.Node) (operand, error) {
	if n == nil || n.Kind != spec.NodeMap || n.Get("name") == nil || n.Get("name").Kind != spec.NodeText || len(n.Pairs) != 1 {
		return operand{}, refuse("row_condition does not name its column as {name: ...}")
	}
	return columnOperand(n.Get("name").Text.V)
}

func literal(n *spec.Node) (operand, error) {
	switch n.Kind {
	case spec.NodeBool, spec.NodeInt, spec.NodeNum:
		return operand{n.Text.V, false}, nil
	case spec.NodeText:
		return textOperand(n.Text.V)
	}
	return operand{}, refuse("row_condition compares with %s", flow(n))
}

func textOf(n *spec.Node) string {
	if n == nil || n.Kind != spec.NodeText {
		return ""
	}
	return n.Text.V
}

func orNullNode(n *spec.Node) *spec.Node {
	if n == nil {
		return &spec.Node{Kind: spec.NodeNull}
	}
	return n
}

// names adds the columns that the condition is about.
func (c *filter) names(list []string) []string {
	for _, o := range append([]operand{c.left}, c.right...) {
		if o.column && !slices.Contains(list, o.text) {
			list = append(list, o.text)
		}
	}
	for _, kid := range c.kids {
		list = kid.names(list)
	}
	return list
}
