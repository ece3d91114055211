package rule

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// checker turns expr's tree into nodes and tells every fault on the way. A
// subtree at fault becomes a node of type invalid, of which nothing more is
// said.
type checker struct {
	text  spec.Text
	runes []rune
	scope *Scope
	list  diag.List

	inside     string // the aggregate whose arguments are being checked
	columns    []string
	bare       []*column // outside any aggregate
	aggregates []*aggregate
	reads      []string
}

func newChecker(t spec.Text, s *Scope) *checker {
	return &checker{text: t, runes: []rune(t.V), scope: s}
}

// add tells a fault at a span of the rule's text.
func (c *checker) add(s span, code, format string, args ...any) *diag.Diagnostic {
	pos := c.text.At(min(s.from, len(c.runes)))
	d := c.list.Add(pos, code, format, args...)
	if end := c.text.At(min(s.to, len(c.runes))); c.text.IsVerbatim() && s.to > s.from && end.Line == pos.Line {
		d.Width(end.Col - pos.Col)
	}
	return d
}

// last is the fault that was told last.
func (c *checker) last() *diag.Diagnostic { return &c.list[len(c.list)-1] }

func bad(s span) node { return &literal{base: base{invalid, s}} }

func spanOf(n ast.Node) span { return span{n.Location().From, n.Location().To} }

// join is the span from a's first to b's last character.
func join(a, b span) span { return span{min(a.from, b.from), max(a.to, b.to)} }

func (c *checker) expression(n ast.Node) node {
	switch n := n.(type) {
	case *ast.NilNode:
		return &literal{base: base{null, spanOf(n)}, known: true}
	case *ast.BoolNode:
		return &literal{base{boolean, spanOf(n)}, c.source(spanOf(n)), true}
	case *ast.IntegerNode:
		return c.number(spanOf(n), n.Value)
	case *ast.FloatNode:
		return c.number(spanOf(n), 0)
	case *ast.StringNode:
		return c.textLiteral(n)
	case *ast.IdentifierNode:
		return c.name(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ConditionalNode:
		return c.choice(n)
	case *ast.CallNode:
		return c.call(n)
	case *ast.MemberNode:
		return c.member(n)
	}
	return c.refuse(n)
}

func (c *checker) textLiteral(n *ast.StringNode) node {
	if strings.Contains(n.Value, "${{") {
		c.template(spanOf(n))
		return bad(spanOf(n))
	}
	if strings.ContainsRune(n.Value, 0) {
		c.add(spanOf(n), "bad-literal", "a text may not hold the character U+0000, which PostgreSQL cannot store")
		return bad(spanOf(n))
	}
	return &literal{base{text, spanOf(n)}, n.Value, true}
}

// constants are the values that are words.
var constants = []string{"nil", "true", "false"}

func (c *checker) name(n *ast.IdentifierNode) node {
	at := spanOf(n)
	if found := c.scope.column(n.Value); found != nil {
		return c.column(found, at)
	}
	d := c.add(at, "unknown-column", "table %q has no column %q", c.scope.Table, n.Value)
	switch strings.ToLower(n.Value) {
	case "null", "none", "nil":
		d.Suggest("write nil")
		return bad(at)
	case "true", "false":
		d.Suggest("write it in lower case")
		return bad(at)
	}
	if _, ok := c.scope.Vars[n.Value]; ok {
		d.Suggest("write vars.%s", n.Value)
		return bad(at)
	}
	names := make([]string, 0, len(c.scope.Columns))
	for _, col := range c.scope.Columns {
		names = append(names, col.Name)
	}
	switch near := diag.DidYouMean(n.Value, names); {
	case near != "":
		d.Suggestion = near
	case diag.Nearest(n.Value, constants) != "":
		d.Suggestion = diag.DidYouMean(n.Value, constants)
	case isFunction(n.Value):
		d.Suggest("a function is called with parentheses: %s", signatures[n.Value])
	default:
		d.Suggest("its columns are %s", strings.Join(names, ", "))
	}
	return bad(at)
}

func (c *checker) column(found *Column, at span) *column {
	col := &column{base{typeOf(found.Type), at}, found.Name}
	if !slices.Contains(c.columns, found.Name) {
		c.columns = append(c.columns, found.Name)
	}
	if c.inside == "" {
		c.bare = append(c.bare, col)
	}
	return col
}

// unary checks a chain of nots, or of signs, at once: pairs of them are nothing.
func (c *checker) unary(n *ast.UnaryNode) node {
	odd := n.Operator != "+"
	inner := innermost(n)
	for m := n; m != inner; m = m.Node.(*ast.UnaryNode) {
		odd = odd != (m.Node.(*ast.UnaryNode).Operator != "+")
	}
	x := c.expression(inner.Node)
	at := join(spanOf(n), x.at())
	switch n.Operator {
	case "not", "!":
		if !c.want(x, boolean, n.Operator) {
			if x.typ() == invalid || x.typ() == null {
				return bad(at)
			}
			if d := c.last(); !c.quotedColumn(d, x) {
				cure := strings.TrimPrefix(c.asCondition(x), "compare it: ")
				d.Suggest("not binds to %s alone; put a comparison into parentheses: not (%s)", c.describe(x), cure)
			}
			return bad(at)
		}
		if !odd {
			return x
		}
		switch x := x.(type) {
		case *in:
			if !x.negated {
				return &in{base{boolean, at}, x.x, x.list, true}
			}
		case *between:
			if !x.negated {
				return &between{base{boolean, at}, x.x, x.low, x.high, true}
			}
		}
		return &not{base{boolean, at}, x}
	}
	if !c.wantNumber(x, "unary "+n.Operator) {
		return bad(at)
	}
	if !odd {
		return x
	}
	if l, ok := x.(*literal); ok {
		t := l.t
		if t == exact && l.value == beyondInteger {
			t = integer
		}
		return &literal{base{t, at}, negate(l.value), l.known}
	}
	return &negative{base{double, at}, asDouble(x)}
}

func (c *checker) binary(n *ast.BinaryNode) node {
	switch n.Operator {
	case "and", "&&", "or", "||":
		return c.logic(n)
	case "in":
		return c.in(n)
	case "matches":
		return c.matches(n)
	case "..":
		return c.refuse(n)
	}
	a, b := c.expression(n.Left), c.expression(n.Right)
	switch n.Operator {
	case "==", "!=", "<", "<=", ">", ">=":
		return c.compare(n.Operator, spanOf(n), a, b)
	case "+", "-", "*", "/", "%":
		return c.arithmetic(n.Operator, spanOf(n), a, b)
	case "contains", "startsWith", "endsWith":
		return c.search(n.Operator, a, b)
	case "??":
		return c.fallback(a, b, spanOf(n))
	}
	return c.refuse(n)
}

func (c *checker) logic(n *ast.BinaryNode) node {
	a, b := c.expression(n.Left), c.expression(n.Right)
	okA, okB := c.want(a, boolean, n.Operator), c.want(b, boolean, n.Operator)
	at := join(a.at(), b.at())
	if !okA || !okB {
		return bad(at)
	}
	return &logic{base{boolean, at}, logicOf(n), a, b}
}

func (c *checker) arithmetic(op string, place span, a, b node) node {
	at := join(a.at(), b.at())
	if op == "+" && a.typ() == text && b.typ() == text {
		c.add(place, "unsupported", "texts cannot be joined in a rule").Suggest("compare each column by itself")
		return bad(at)
	}
	okA, okB := c.wantNumber(a, op), c.wantNumber(b, op)
	if !okA || !okB {
		return bad(at)
	}
	if l, ok := b.(*literal); ok && op == "%" && l.known && !isNonZero(l) {
		c.add(l.at(), "constant", "the remainder of a division by 0 is never known")
		return bad(at)
	}
	return &arithmetic{base{double, at}, op, asDouble(a), asDouble(b)}
}

func (c *checker) search(op string, x, part node) node {
	at := join(x.at(), part.at())
	okX, okPart := c.want(x, text, op), c.want(part, text, op)
	if !okX || !okPart {
		return bad(at)
	}
	return &search{base{boolean, at}, op, x, part}
}

func (c *checker) choice(n *ast.ConditionalNode) node {
	cond, a, b := c.expression(n.Cond), c.expression(n.Exp1), c.expression(n.Exp2)
	at := join(cond.at(), join(a.at(), b.at()))
	if !c.want(cond, boolean, "?:") {
		return bad(at)
	}
	switch {
	case a.typ() == null && b.typ() == null:
		c.add(a.at(), "type-mismatch", "both answers of ?: are nil")
		return bad(at)
	case a.typ() == null:
		return &choice{base{b.typ(), at}, cond, a, b}
	case b.typ() == null:
		return &choice{base{a.typ(), at}, cond, a, b}
	}
	a, b, t := c.unify(a, b, b.at(), "both answers of ?: must be of one type")
	if t == invalid || !c.keeps(a, b) {
		return bad(at)
	}
	return &choice{base{t, at}, cond, a, b}
}

func (c *checker) fallback(a, b node, place span) node {
	at := join(a.at(), b.at())
	if a.typ() == null || b.typ() == null {
		c.add(place, "type-mismatch", "nil beside ?? does nothing").Suggest("leave it out")
		return bad(at)
	}
	a, b, t := c.unify(a, b, place, "both sides of ?? must be of one type")
	if t == invalid || !c.keeps(a, b) {
		return bad(at)
	}
	return &fallback{base{t, at}, a, b}
}

// want tells whether x is of type t, and tells the fault when it is not.
func (c *checker) want(x node, t typ, what string) bool {
	if x.typ() == t {
		return true
	}
	if x.typ() == invalid {
		return false
	}
	d := c.add(x.at(), "type-mismatch", "%s takes %s, and %s is %s", what, t, c.describe(x), x.typ())
	if t == boolean && !c.quotedColumn(d, x) {
		d.Suggestion = c.asCondition(x)
	}
	return false
}

func (c *checker) wantNumber(x node, what string) bool {
	if x.typ().isNumber() {
		return true
	}
	if x.typ() == invalid {
		return false
	}
	d := c.add(x.at(), "type-mismatch", "%s takes numbers, and %s is %s", what, c.describe(x), x.typ())
	if c.quotedColumn(d, x) {
		return false
	}
	if x.typ().isMoment() && (what == "-" || what == "+") {
		d.Suggest("write days_between(a, b) for the days from a to b")
	}
	return false
}

// asCondition says how something that is not true or false is asked about.
func (c *checker) asCondition(x node) string {
	name := c.operand(x)
	switch t := x.typ(); {
	case t == null:
		return "write x == nil or x != nil"
	case t.isNumber():
		return "compare it: " + name + " > 0"
	case t == text:
		return "compare it: " + name + ` == "..."`
	}
	return "compare it, or ask " + name + " != nil"
}

// operand is x as it stands beside an operator in a suggestion: as written, or by
// the letter x where that is long.
func (c *checker) operand(x node) string {
	name := c.describe(x)
	if strings.HasSuffix(name, "...") {
		return "x"
	}
	switch x.(type) {
	case *choice, *fallback:
		return "(" + name + ")"
	}
	return name
}

// describe is x as written, shortened.
func (c *checker) describe(x node) string {
	s := strings.Join(strings.Fields(c.source(x.at())), " ")
	if r := []rune(s); len(r) > 40 {
		s = string(r[:37]) + "..."
	}
	return s
}
