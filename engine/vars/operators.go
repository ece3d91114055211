package vars

import (
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/streamflow/pipe/engine/spec"
)

func (c *compiler) unary(n *ast.UnaryNode) expression {
	e := c.expr(n.Node)
	at := c.at(n)
	switch n.Operator {
	case "not", "!":
		if !c.want(e, kindBool, n.Operator, at) {
			return expression{}
		}
		return expression{kind: kindBool, eval: func(s *scope) (any, *fault) {
			v, f := e.present(s)
			if f != nil {
				return nil, f
			}
			return !v.(bool), nil
		}}
	case "-", "+":
		if e.kind != invalid && !e.kind.isNumber() {
			c.add(at, codeType, "%s needs a number, not %s", n.Operator, e.kind)
			return expression{}
		}
		zero := constant(kindInt, int64(0))
		return c.computed(n.Operator, zero, e, at)
	}
	return c.refuse(n, "the operator "+n.Operator, "use and, or, not and comparisons")
}

// want refuses an operand of another kind and tells whether to go on.
func (c *compiler) want(e expression, k kind, operator string, at place) bool {
	if e.kind == k || e.kind == invalid {
		return e.kind == k
	}
	c.add(at, codeType, "%s needs %s, not %s", operator, k, e.kind)
	return false
}

func (c *compiler) binary(n *ast.BinaryNode) expression {
	at := c.at(n)
	switch n.Operator {
	case "in":
		return c.in(n)
	case "..":
		return c.refuse(n, "ranges outside in", "write vars.x in 1..5")
	}
	left, right := c.expr(n.Left), c.expr(n.Right)
	switch n.Operator {
	case "and", "&&", "or", "||":
		ok := c.want(left, kindBool, n.Operator, at)
		if !c.want(right, kindBool, n.Operator, at) || !ok {
			return expression{}
		}
		return logical(n.Operator == "or" || n.Operator == "||", left, right)
	case "==", "!=", "<", "<=", ">", ">=":
		return c.comparison(n.Operator, left, right, at)
	case "??":
		return c.coalesce(left, right, at)
	case "contains", "startsWith", "endsWith", "matches":
		return c.textTest(n.Operator, left, right, at)
	case "+", "-", "*", "/", "%", "**", "^":
		return c.arithmetic(n.Operator, left, right, at)
	}
	return c.refuse(n, "the operator "+n.Operator, "use arithmetic, comparisons, and, or, not, in, ?? and ?:")
}

func logical(stop bool, left, right expression) expression {
	return expression{kind: kindBool, eval: func(s *scope) (any, *fault) {
		v, f := left.present(s)
		if f != nil || v.(bool) == stop {
			return v, f
		}
		return right.present(s)
	}}
}

func (c *compiler) arithmetic(operator string, left, right expression, at place) expression {
	if left.kind == invalid || right.kind == invalid {
		return expression{}
	}
	if operator == "+" && left.kind == kindText && right.kind == kindText {
		return expression{kind: kindText, eval: func(s *scope) (any, *fault) {
			a, b, f := both(s, left, right)
			if f != nil {
				return nil, f
			}
			return a.(string) + b.(string), nil
		}}
	}
	if left.kind.isNumber() && right.kind.isNumber() {
		return c.computed(operator, left, right, at)
	}
	d := c.add(at, codeType, "%s cannot be used between %s and %s", operator, left.kind, right.kind)
	switch {
	case left.kind == kindDate || right.kind == kindDate:
		d.Suggest("use add_months(d, n), months_since(a, b) or format_date(d, \"%%Y-%%m\")")
	case operator == "+":
		d.Suggest("use sprintf to put values into a text")
	default:
		d.Suggest("env values are text; declare a var of type integer or number")
	}
	return expression{}
}

func (c *compiler) computed(operator string, left, right expression, at place) expression {
	if left.kind == invalid || right.kind == invalid {
		return expression{}
	}
	if operator == "^" {
		operator = "**"
	}
	k := kindNum
	if left.kind == kindInt && right.kind == kindInt && operator != "/" && operator != "**" {
		k = kindInt
	}
	if operator == "%" && k != kindInt {
		c.add(at, codeType, "%% needs two integers")
		return expression{}
	}
	return expression{kind: k, eval: func(s *scope) (any, *fault) {
		a, b, f := both(s, left, right)
		if f != nil {
			return nil, f
		}
		v, err := arithmetic(operator, a, b)
		if err != nil {
			return nil, &fault{at: at, code: codeFailed, message: err.Error()}
		}
		return v, nil
	}}
}

func both(s *scope, left, right expression) (a, b any, f *fault) {
	if a, f = left.present(s); f == nil {
		b, f = right.present(s)
	}
	return a, b, f
}

// comparison: nil equals nil only, and has no order.
func (c *compiler) comparison(operator string, left, right expression, at place) expression {
	if !c.comparable(operator, left, right, at) {
		return expression{}
	}
	return expression{kind: kindBool, eval: func(s *scope) (any, *fault) {
		if operator == "==" || operator == "!=" {
			equal, f := equals(s, left, right, at)
			return equal == (operator == "=="), f
		}
		a, b, f := both(s, left, right)
		if f != nil {
			return nil, f
		}
		order, err := compare(a, b)
		if err != nil {
			return nil, &fault{at: at, code: codeFailed, message: "a text beside a date is " + err.Error()}
		}
		switch operator {
		case "<":
			return order < 0, nil
		case "<=":
			return order <= 0, nil
		case ">":
			return order > 0, nil
		}
		return order >= 0, nil
	}}
}

func equals(s *scope, left, right expression, at place) (bool, *fault) {
	a, f := left.eval(s)
	if f != nil {
		return false, f
	}
	b, f := right.eval(s)
	if f != nil {
		return false, f
	}
	_, noA := a.(absent)
	_, noB := b.(absent)
	if noA || noB {
		return noA && noB, nil
	}
	order, err := compare(a, b)
	if err != nil {
		return false, &fault{at: at, code: codeFailed, message: "a text beside a date is " + err.Error()}
	}
	return order == 0, nil
}

// comparable tells whether two operands can be compared and reports why not.
func (c *compiler) comparable(operator string, left, right expression, at place) bool {
	l, r := left.kind, right.kind
	if l == invalid || r == invalid {
		return false
	}
	equality := operator == "==" || operator == "!=" || operator == "in"
	if l == kindNil || r == kindNil {
		if !equality {
			c.add(at, codeType, "nil has no order").Suggest("test it with == nil or != nil")
		}
		return equality
	}
	switch {
	case l.isNumber() && r.isNumber(), l == kindDate && r == kindDate:
		return true
	case l == kindText && r == kindText:
		return c.enumValue(left, right) && c.enumValue(right, left)
	case l == kindBool && r == kindBool:
		if !equality {
			c.add(at, codeType, "booleans have no order").Suggest("use == or !=")
		}
		return equality
	case l == kindDate && r == kindText:
		return c.dateLiteral(right)
	case l == kindText && r == kindDate:
		return c.dateLiteral(left)
	}
	c.add(at, codeType, "%s and %s cannot be compared", l, r)
	return false
}

// enumValue refuses a comparison that can never hold.
func (c *compiler) enumValue(enum, other expression) bool {
	text, isLiteral := other.literal.(string)
	if enum.enum == nil || !isLiteral {
		return true
	}
	if slices.ContainsFunc(enum.enum.Values, func(v spec.Text) bool { return v.V == text }) {
		return true
	}
	var values []string
	for _, v := range enum.enum.Values {
		values = append(values, v.V)
	}
	c.add(other.at, codeType, "%q is not a value of vars.%s", text, enum.enum.Name.V).Suggest("%s", suggestion(text, values, "values: "))
	return false
}

func (c *compiler) dateLiteral(e expression) bool {
	text, isLiteral := e.literal.(string)
	if !isLiteral {
		return true
	}
	if _, err := ParseDate(text); err != nil {
		c.add(e.at, codeType, "%q is %v", text, err)
		return false
	}
	return true
}

// in takes a list of literals or other single values, or a range of integers.
func (c *compiler) in(n *ast.BinaryNode) expression {
	left, at := c.expr(n.Left), c.at(n)
	var items []expression
	test := "=="
	switch right := n.Right.(type) {
	case *ast.ArrayNode:
		for _, item := range right.Nodes {
			items = append(items, c.expr(item))
		}
	case *ast.BinaryNode:
		if right.Operator == ".." {
			test = ".."
			items = []expression{c.expr(right.Left), c.expr(right.Right)}
		}
	}
	if items == nil {
		c.add(at, codeType, "in needs a list or a range behind it").Suggest(`write ["eu", "us"] or 1..5`)
		return expression{}
	}
	ok := true
	for _, item := range items {
		if test == ".." && (item.kind != kindInt && item.kind != invalid || !left.kind.isNumber() && left.kind != invalid) {
			c.add(at, codeType, "a range holds integers").Suggest("compare with >= and <=")
			return expression{}
		}
		ok = c.comparable("in", left, item, at) && ok
	}
	if !ok || left.kind == invalid {
		return expression{}
	}
	if test == ".." {
		return logical(false, c.comparison(">=", left, items[0], at), c.comparison("<=", left, items[1], at))
	}
	return expression{kind: kindBool, eval: func(s *scope) (any, *fault) {
		for _, item := range items {
			if equal, f := equals(s, left, item, at); f != nil || equal {
				return equal, f
			}
		}
		return false, nil
	}}
}

func (c *compiler) coalesce(left, right expression, at place) expression {
	if left.kind == invalid || right.kind == invalid {
		return expression{}
	}
	if !left.nullable {
		c.add(at, codeType, "the left side of ?? is never nil").Suggest("leave ?? and what follows out; only env.X can be nil")
		return expression{}
	}
	k, ok := c.join(left, right, at)
	if !ok {
		return expression{}
	}
	return expression{kind: k, nullable: right.nullable, eval: func(s *scope) (any, *fault) {
		v, f := left.eval(s)
		a, missing := v.(absent)
		if f != nil || !missing {
			return v, f
		}
		w, f := right.eval(s)
		if b, ok := w.(absent); ok {
			return absent{append(slices.Clone(a.names), b.names...)}, f
		}
		return w, f
	}}
}

func (c *compiler) conditional(n *ast.ConditionalNode) expression {
	condition := c.expr(n.Cond)
	yes, no := c.expr(n.Exp1), c.expr(n.Exp2)
	// The parser puts ?: behind its end, so faults are shown at its condition.
	at := condition.at
	ok := c.want(condition, kindBool, "a condition", at)
	k, joined := c.join(yes, no, at)
	if !ok || !joined {
		return expression{at: at}
	}
	return expression{kind: k, nullable: yes.nullable || no.nullable, at: at, eval: func(s *scope) (any, *fault) {
		v, f := condition.present(s)
		if f != nil {
			return nil, f
		}
		if v.(bool) {
			return yes.eval(s)
		}
		return no.eval(s)
	}}
}

// join is the kind of a value that is one or the other.
func (c *compiler) join(a, b expression, at place) (kind, bool) {
	switch {
	case a.kind == invalid || b.kind == invalid:
		return invalid, false
	case a.kind == b.kind || b.kind == kindNil:
		return a.kind, true
	case a.kind == kindNil:
		return b.kind, true
	case a.kind.isNumber() && b.kind.isNumber():
		return kindNum, true
	}
	c.add(at, codeType, "one side is %s and the other %s; both must be of one type", a.kind, b.kind)
	return invalid, false
}

func (c *compiler) textTest(operator string, left, right expression, at place) expression {
	ok := c.want(left, kindText, operator, at)
	if !c.want(right, kindText, operator, at) || !ok {
		return expression{}
	}
	test := map[string]func(string, string) bool{
		"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix,
	}[operator]
	if operator == "matches" {
		pattern, isLiteral := right.literal.(string)
		if !isLiteral {
			c.add(right.at, codeType, "matches needs its pattern written out")
			return expression{}
		}
		re, err := regexp.Compile(pattern)
		if err != nil {
			c.add(right.at, codeType, "this pattern cannot be read: %v", err)
			return expression{}
		}
		test = func(s, _ string) bool { return re.MatchString(s) }
	}
	return expression{kind: kindBool, eval: func(s *scope) (any, *fault) {
		a, b, f := both(s, left, right)
		if f != nil {
			return nil, f
		}
		return test(a.(string), b.(string)), nil
	}}
}
