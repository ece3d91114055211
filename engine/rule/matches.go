package rule

import (
	"fmt"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/spec"
)

// matches checks `x matches "re"`. The pattern is a literal, so that it is known
// before anything runs.
func (c *checker) matches(n *ast.BinaryNode) node {
	x, pattern := c.expression(n.Left), c.expression(n.Right)
	at := join(x.at(), pattern.at())
	ok := c.want(x, text, "matches")
	l := literalOf(pattern)
	switch {
	case pattern.typ() == invalid:
		return bad(at)
	case l == nil || l.t != text:
		d := c.add(pattern.at(), "type-mismatch", "the right side of matches is a text literal, and %s is none", c.describe(pattern)).
			Suggest("write %s matches \"^[a-z]+$\"", c.operand(x))
		if pattern.typ() == text {
			d.Suggestion += fmt.Sprintf(", or ask %s contains %s", c.operand(x), c.operand(pattern))
		}
		return bad(at)
	case !ok:
		return bad(at)
	case !l.known:
		if v, isVar := c.varOf(n.Right); isVar && v.Default.Set {
			if _, fault := dialect.ParseRegexp(v.Default.V); fault != nil {
				c.list = append(c.list, atFault(v.Default, fault)...)
				return bad(at)
			}
		}
		return &matches{base: base{boolean, at}, x: x}
	}
	re, fault := dialect.ParseRegexp(l.value)
	if fault == nil {
		return &matches{base{boolean, at}, x, re, true}
	}
	place := pattern.at()
	if s, isText := n.Right.(*ast.StringNode); isText {
		place = c.insideText(s, fault.From, fault.To)
	}
	c.add(place, "bad-regexp", "%s", fault.Message).Suggestion = fault.Cure
	return bad(at)
}

// insideText is where the characters from from to to of a text literal's value
// stand in the rule.
func (c *checker) insideText(n *ast.StringNode, from, to int) span {
	whole := spanOf(n)
	if whole.from >= len(c.runes) {
		return whole
	}
	var starts []int // of each character of the value, and of the closing quote
	i := whole.from + 1
	for quote := c.runes[whole.from]; i < len(c.runes); {
		doubled := quote == '`' && i+1 < len(c.runes) && c.runes[i+1] == quote
		if c.runes[i] == quote && !doubled {
			break
		}
		starts = append(starts, i)
		switch {
		case c.runes[i] == quote:
			i += 2
		case c.runes[i] == '\\' && quote != '`':
			i += escapeLength(c.runes[i:])
		default:
			i++
		}
	}
	starts = append(starts, i)
	if len(starts) != utf8.RuneCountInString(n.Value)+1 || to >= len(starts) {
		return whole
	}
	return span{starts[from], starts[to]}
}

// escapeLength is the number of characters of the escape that begins s, as
// expr's lexer reads them.
func escapeLength(s []rune) int {
	if len(s) < 2 {
		return len(s)
	}
	switch s[1] {
	case 'x':
		return 4
	case 'u':
		if len(s) > 2 && s[2] == '{' {
			for i, r := range s {
				if r == '}' {
					return i + 1
				}
			}
		}
		return 6
	case 'U':
		return 10
	case '0', '1', '2', '3':
		return 4
	}
	return 2
}

// Matches is the rule `t matches pattern`; t must be text. The faults of a
// pattern that cannot be used stand at its own characters, and the Rule is nil
// then.
func (t Term) Matches(pattern spec.Text) (*Rule, diag.List) {
	re, fault := dialect.ParseRegexp(pattern.V)
	if fault == nil {
		return t.rule(&matches{base{t: boolean}, t.x, re, true}), nil
	}
	return nil, atFault(pattern, fault)
}

// atFault tells a fault of a pattern at its own characters.
func atFault(pattern spec.Text, fault *dialect.RegexpFault) diag.List {
	var list diag.List
	at := pattern.At(fault.From)
	d := list.Add(at, "bad-regexp", "%s", fault.Message)
	d.Suggestion = fault.Cure
	if end := pattern.At(fault.To); pattern.IsVerbatim() && end.Line == at.Line && end.Col > at.Col {
		d.Width(end.Col - at.Col)
	}
	return list
}

// varOf is the var that vars.x names.
func (c *checker) varOf(n ast.Node) (Var, bool) {
	m, ok := n.(*ast.MemberNode)
	if !ok {
		return Var{}, false
	}
	property, ok := m.Property.(*ast.StringNode)
	if !ok {
		return Var{}, false
	}
	v, ok := c.scope.Vars[property.Value]
	return v, ok
}
