package rule

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

var sqlOperators = map[string]string{"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}

func (c *checker) compare(op string, place span, a, b node) node {
	at := join(a.at(), b.at())
	if a.typ() == null || b.typ() == null {
		return c.compareNil(op, place, a, b)
	}
	a, b, t := c.unify(a, b, place, "they cannot be compared")
	if t == invalid || literalOf(a) != nil && literalOf(b) != nil && !c.keeps(a, b) {
		return bad(at)
	}
	if t == boolean && op != "==" && op != "!=" {
		c.add(place, "type-mismatch", "booleans have no order").Suggest("compare them with == or !=")
		return bad(at)
	}
	c.inexact(op, a, b)
	return &comparison{base{boolean, at}, sqlOperators[op], a, b}
}

func (c *checker) compareNil(op string, place span, a, b node) node {
	at := join(a.at(), b.at())
	x := a
	if a.typ() == null {
		x = b
	}
	switch {
	case x.typ() == invalid:
		return bad(at)
	case x.typ() == null:
		c.add(place, "constant", "nil is compared with itself")
		return bad(at)
	case op != "==" && op != "!=":
		c.add(place, "type-mismatch", "%s with nil is never known", op).Suggest("write == nil or != nil")
		return bad(at)
	}
	return &isNull{base{boolean, at}, x, op == "!="}
}

// unify makes a and b values of one type without changing what they are, or
// tells at place why they are not: "a is text and 5 is a number: they ...".
func (c *checker) unify(a, b node, place span, consequence string) (node, node, typ) {
	s, t := a.typ(), b.typ()
	la, lb := literalOf(a), literalOf(b)
	switch {
	case s == invalid || t == invalid:
		return a, b, invalid
	case s.isNumber() && t.isNumber():
		if s == double || t == double {
			return asDouble(a), asDouble(b), double
		}
		return a, b, max(s, t) // integer < exact
	case s == t:
		return a, b, s
	case s.isMoment() && t.isMoment():
		w := max(s, t) // date < timestamp < timestamptz
		return widen(a, w), widen(b, w), w
	case s.readsText() && lb != nil && t == text:
		read := c.read(lb, s)
		return a, read, c.widest(s, read)
	case t.readsText() && la != nil && s == text:
		read := c.read(la, t)
		return read, b, c.widest(t, read)
	}
	at := place
	if lb != nil {
		at = b.at()
	} else if la != nil {
		at = a.at()
	}
	if c.isQuotedColumn(la) {
		at = a.at()
	}
	day := c.bareDay(s, b)
	if day != "" {
		at = b.at()
	} else if day = c.bareDay(t, a); day != "" {
		at = a.at()
	}
	d := c.add(at, "type-mismatch", "%s is %s and %s is %s: %s", c.describe(a), s, c.describe(b), t, consequence)
	switch {
	case day != "":
		d.Suggest("write it in quotes: %q", day)
	case c.quotedColumn(d, la), c.quotedColumn(d, lb):
	case lb != nil:
		d.Suggestion = asType(lb, s)
	case la != nil:
		d.Suggestion = asType(la, t)
	}
	return a, b, invalid
}

var dayText = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)

// bareDay is a day that stands beside a date without quotes, where it is a
// subtraction: 2024-01-31. It is "" for anything else.
func (c *checker) bareDay(beside typ, x node) string {
	if written := c.source(x.at()); beside.isMoment() && x.typ().isNumber() && dayText.MatchString(written) {
		return written
	}
	return ""
}

var plainName = regexp.MustCompile(`^[\pL_$][\pL\pN_$]*$`)

// isQuotedColumn tells whether x is a text that names a column, which people
// who know SQL put into quotes.
func (c *checker) isQuotedColumn(x node) bool {
	l, ok := x.(*literal)
	return ok && l != nil && l.t == text && l.known && c.scope.column(l.value) != nil &&
		strings.ContainsAny(c.source(span{l.place.from, l.place.from + 1}), "\"'`")
}

// quotedColumn suggests the column where x is one in quotes, and tells whether
// it is.
func (c *checker) quotedColumn(d *diag.Diagnostic, x node) bool {
	if !c.isQuotedColumn(x) {
		return false
	}
	name := x.(*literal).value
	if d.Suggest("a column is named without quotes: %s", name); !plainName.MatchString(name) {
		d.Suggest("a rule cannot name the column %q, whose name is not letters, digits and _; an expectation of a Great Expectations name can", name)
	}
	return true
}

func (c *checker) widest(t typ, read node) typ {
	if read.typ() == invalid {
		return invalid
	}
	return t
}

// asType says how a literal is written as a value of type t, or nothing.
func asType(l *literal, t typ) string {
	switch {
	case !l.known:
		return ""
	case t == text && l.t != text:
		return "write " + strconv.Quote(l.value)
	case t.isNumber() && l.t == text:
		if n, err := digits(l.value); err == nil {
			return "write " + n
		}
	case t == boolean:
		switch strings.ToLower(l.value) {
		case "1", "true", "yes":
			return "write true"
		case "0", "false", "no":
			return "write false"
		}
	case t.isMoment():
		return `write a date as text: "2024-01-31"`
	}
	return ""
}

func literalOf(x node) *literal {
	l, ok := x.(*literal)
	if !ok {
		return nil
	}
	return l
}

// read reads a text literal as a value of type t.
func (c *checker) read(l *literal, t typ) node {
	if !l.known {
		return &literal{base{t, l.place}, "", false}
	}
	value, why := readText(l.value, t)
	if why != "" {
		d := c.add(l.place, "bad-literal", "%q is not %s: %s", l.value, t, why)
		if !c.quotedColumn(d, l) {
			d.Suggestion = meantDay(l.value, t)
		}
		return bad(l.place)
	}
	return &literal{base{t, l.place}, value, true}
}

// asDouble makes a number a double.
func asDouble(x node) node {
	if x.typ() == double {
		return x
	}
	if l := literalOf(x); l != nil {
		return &literal{base{double, l.place}, l.value, l.known}
	}
	return &convert{base{double, x.at()}, x}
}

// widen makes a moment of type t of an earlier kind of moment.
func widen(x node, t typ) node {
	if x.typ() == t {
		return x
	}
	l := literalOf(x)
	if l == nil {
		return &convert{base{t, x.at()}, x}
	}
	value := l.value
	if l.known && l.t == date {
		value += " 00:00:00"
	}
	if l.known && t == timestamptz {
		value += "+00"
	}
	return &literal{base{t, l.place}, value, l.known}
}

func (c *checker) in(n *ast.BinaryNode) node {
	x := c.expression(n.Left)
	switch right := n.Right.(type) {
	case *ast.ArrayNode:
		return c.inList(x, right)
	case *ast.BinaryNode:
		if right.Operator == ".." {
			return c.inRange(x, right)
		}
	}
	c.add(span{start(n.Right), spanOf(n.Right).to}, "unsupported", "the right side of in is a list of literals or a range").
		Suggest(`write %[1]s in ["a", "b"] or %[1]s in 1..5`, c.operand(x))
	return bad(join(x.at(), spanOf(n.Right)))
}

func (c *checker) inList(x node, right *ast.ArrayNode) node {
	at := join(x.at(), span{spanOf(right).from, c.closing(spanOf(right).from)})
	if len(right.Nodes) == 0 {
		c.add(spanOf(right), "constant", "the list is empty, so nothing is in it")
		return bad(at)
	}
	if !c.keeps(x) {
		return bad(at)
	}
	if x.typ() == null {
		c.add(x.at(), "type-mismatch", "nil in a list is never known").Suggest("name the column that is looked up: x in [...]")
		return bad(at)
	}
	result, ok := &in{base{boolean, at}, x, nil, false}, x.typ() != invalid
	for _, item := range right.Nodes {
		v := c.expression(item)
		switch l := literalOf(v); {
		case v.typ() == invalid:
			ok = false
		case l == nil:
			c.add(v.at(), "unsupported", "%s is not a literal: a list holds literals only", c.describe(v)).
				Suggest("write %s == %s", c.operand(x), c.operand(v))
			ok = false
		case l.t == null:
			c.add(v.at(), "type-mismatch", "nil inside a list matches nothing").Suggest("write %[1]s == nil or %[1]s in [...]", c.operand(x))
			ok = false
		case x.typ() != invalid:
			other, v, t := c.unify(x, l, v.at(), "it can never be in the list")
			if t != invalid && other.typ() != x.typ() && !t.isNumber() {
				c.add(x.at(), "constant", "%s is a literal: only a column is looked up in a list of another type", c.describe(x))
				t = invalid
			}
			if t == invalid {
				ok = false
				continue
			}
			result.list = append(result.list, v.(*literal))
		}
	}
	if !ok {
		return bad(at)
	}
	return result
}

func (c *checker) inRange(x node, right *ast.BinaryNode) node {
	low, high := c.expression(right.Left), c.expression(right.Right)
	at := join(x.at(), join(low.at(), high.at()))
	ok := x.typ() != invalid
	for _, v := range []node{low, high} {
		if v.typ() == invalid {
			ok = false
		} else if literalOf(v) == nil || v.typ() != integer {
			c.add(v.at(), "type-mismatch", "a range goes from one whole number literal to another").
				Suggest("write %[1]s >= %[2]s and %[1]s <= %[3]s", c.operand(x), c.operand(low), c.operand(high))
			ok = false
		}
	}
	if ok && x.typ() != integer {
		c.add(x.at(), "type-mismatch", "%s is not a whole number, and a range holds whole numbers only", c.describe(x)).
			Suggest("write %[1]s >= %[2]s and %[1]s <= %[3]s", c.operand(x), c.operand(low), c.operand(high))
		ok = false
	}
	if !ok {
		return bad(at)
	}
	l, h := literalOf(low), literalOf(high)
	if l.known && h.known && compareDigits(l.value, h.value) > 0 {
		c.add(low.at(), "constant", "the range is empty: %s is above %s", l.value, h.value)
		return bad(at)
	}
	return &between{base{boolean, at}, x, l, h, false}
}

// member is vars.x, and nothing else.
func (c *checker) member(n *ast.MemberNode) node {
	at := span{start(n), spanOf(n).to}
	root, ok := n.Node.(*ast.IdentifierNode)
	property, isName := n.Property.(*ast.StringNode)
	if !ok || !isName || root.Value != "vars" || n.Optional {
		return c.refuse(n)
	}
	v, ok := c.scope.Vars[property.Value]
	if !ok {
		c.unknownVar(property)
		return bad(at)
	}
	switch v.Type {
	case spec.VarInteger, spec.VarNumber:
		t := exact
		if v.Type == spec.VarInteger {
			t = integer
		}
		value, err := digits(v.Value)
		if v.Known && err != nil {
			c.add(at, "bad-literal", "vars.%s is %q: %s", property.Value, v.Value, err)
			return bad(at)
		}
		return &literal{base{t, at}, value, v.Known}
	case spec.VarBoolean:
		return &literal{base{boolean, at}, v.Value, v.Known}
	case spec.VarDate, spec.VarMonthEnd:
		return &literal{base{date, at}, v.Value, v.Known}
	}
	return &literal{base{text, at}, v.Value, v.Known}
}
