package vars

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// expression is a checked expression and how to evaluate it.
type expression struct {
	kind kind
	// nullable tells that it may give absent; kindNil always does.
	nullable bool
	// literal is the value when it stands in the template itself.
	literal any
	// enum is the declaration of an enum var, to check what it is compared with.
	enum *spec.Var
	at   place
	eval func(*scope) (any, *fault)
}

// scope is what a template is evaluated over.
type scope struct {
	vars map[string]any
	env  func(string) string
}

// fault is an error of evaluation at a place. It never holds a value: values
// may come from the environment.
type fault struct {
	at                        place
	code, message, suggestion string
}

// compiler checks one text's templates.
type compiler struct {
	text spec.Text
	// declared are the vars that may be used; envOnly refuses them all.
	declared []*spec.Var
	envOnly  bool
	start    int // of the expression at hand, in characters of the text
	source   []rune
	list     diag.List
}

// part is a piece of a text after checking.
type part struct {
	literal    string
	expression *expression // nil for literal characters
}

// compile checks every template of the text and answers with its parts. The
// parts may be evaluated only when the list is empty.
func (c *compiler) compile() ([]part, diag.List) {
	pieces, list := split(c.text)
	c.list = list
	var parts []part
	for _, p := range pieces {
		if !p.template {
			parts = append(parts, part{literal: p.literal})
			continue
		}
		node, faults := p.parse(c.text)
		c.list = append(c.list, faults...)
		if node == nil {
			continue
		}
		c.start, c.source = p.start, p.source
		e := c.expr(node)
		switch e.kind {
		case kindNil:
			c.add(e.at, codeType, "this template gives nil; it must give a value")
		case kindRange, kindList:
			c.add(e.at, codeType, "this template gives %s; it must give one value", e.kind)
		}
		e.at = p.place()
		parts = append(parts, part{expression: &e})
	}
	return parts, c.list
}

func (c *compiler) add(at place, code, format string, args ...any) *diag.Diagnostic {
	return report(&c.list, c.text, at, code, format, args...)
}

// at gives a node's own token, which for an operator is the operator.
func (c *compiler) at(n ast.Node) place {
	l := n.Location()
	return place{c.start + l.From, max(1, l.To-l.From)}
}

// expr checks a node. A faulty one has kind invalid, which is at peace with
// everything, so that one fault is told once.
func (c *compiler) expr(n ast.Node) expression {
	e := c.node(n)
	if e.at == (place{}) {
		e.at = c.at(n)
	}
	return e
}

func (c *compiler) node(n ast.Node) expression {
	switch n := n.(type) {
	case *ast.StringNode:
		return constant(kindText, n.Value)
	case *ast.IntegerNode:
		return constant(kindInt, int64(n.Value))
	case *ast.FloatNode:
		return constant(kindNum, number{n.Value, c.digits(n)})
	case *ast.BoolNode:
		return constant(kindBool, n.Value)
	case *ast.NilNode:
		return expression{kind: kindNil, nullable: true, eval: func(*scope) (any, *fault) { return absent{}, nil }}
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ConditionalNode:
		return c.conditional(n)
	case *ast.ChainNode:
		return c.expr(n.Node)
	case *ast.MemberNode:
		return c.member(n)
	case *ast.IdentifierNode:
		return c.identifier(n)
	case *ast.CallNode:
		if id, ok := n.Callee.(*ast.IdentifierNode); ok {
			return c.call(n, id.Value, n.Arguments)
		}
		return c.refuse(n, "methods", "write the function first: lower(vars.region)")
	case *ast.BuiltinNode:
		return c.call(n, n.Name, n.Arguments)
	}
	what, cure := unavailable(n)
	return c.refuse(n, what, cure)
}

func constant(k kind, v any) expression {
	return expression{kind: k, literal: v, eval: func(*scope) (any, *fault) { return v, nil }}
}

// digits are a number's characters, when they are plain ones.
func (c *compiler) digits(n ast.Node) string {
	l := n.Location()
	if l.From < 0 || l.To > len(c.source) || l.From >= l.To {
		return ""
	}
	text := strings.ReplaceAll(string(c.source[l.From:l.To]), "_", "")
	if v, err := parseNumber(text); err == nil {
		return v.text
	}
	return ""
}

func unavailable(n ast.Node) (what, cure string) {
	switch n.(type) {
	case *ast.ArrayNode:
		return "lists", "a list can only stand behind in: vars.region in [\"eu\", \"us\"]"
	case *ast.MapNode:
		return "maps", "use a condition: vars.region == \"eu\" ? \"a\" : \"b\""
	case *ast.SliceNode:
		return "slices", "use format_date for a part of a date, or declare a var of its own"
	case *ast.VariableDeclaratorNode:
		return "let", "declare a var with this default instead"
	case *ast.SequenceNode:
		return "several expressions in one template", "write a template for each"
	case *ast.PointerNode, *ast.PredicateNode:
		return "predicates", "compare values one by one with and, or"
	}
	return "this part of the language", "use operators and the functions " + functionList()
}

func (c *compiler) refuse(n ast.Node, what, cure string) expression {
	c.add(c.at(n), codeSyntax, "templates do not have %s", what).Suggest("%s", cure)
	return expression{}
}

// member checks vars.x and env.X.
func (c *compiler) member(n *ast.MemberNode) expression {
	base, name, ok := member(n)
	if !ok || (base != "vars" && base != "env") {
		if near := diag.Nearest(base, []string{"vars", "env"}); ok && near != "" {
			c.add(c.at(n.Node), codeName, "%q is not a name that templates know", base).Suggest("did you mean %q?", near)
			return expression{}
		}
		c.add(c.at(n), codeName, "only vars and env have names inside").Suggest("write vars.name or env.NAME")
		return expression{}
	}
	at := c.at(n.Node)
	at.width = max(at.width, c.at(n.Property).offset+c.at(n.Property).width-at.offset)
	if base == "env" {
		return expression{kind: kindText, nullable: true, at: at, eval: func(s *scope) (any, *fault) {
			if v := s.env(name); v != "" {
				return v, nil
			}
			return absent{[]string{"env." + name}}, nil
		}}
	}
	if c.envOnly {
		c.add(at, codePlace, "vars cannot be used here: a target may use env only").
			Suggest("use env.%s, or choose between several targets with --target", strings.ToUpper(name))
		return expression{}
	}
	i := slices.IndexFunc(c.declared, func(v *spec.Var) bool { return v.Name.V == name })
	if i < 0 {
		names := varNames(c.declared)
		c.add(c.at(n.Property), codeVar, "there is no var %q", name).Suggest("%s", suggestion(name, names, "vars: "))
		return expression{}
	}
	v := c.declared[i]
	e := expression{kind: kindOfVar(v.Type.V), at: at, eval: func(s *scope) (any, *fault) { return s.vars[name], nil }}
	if v.Type.V == spec.VarEnum {
		e.enum = v
	}
	return e
}

func (c *compiler) identifier(n *ast.IdentifierNode) expression {
	d := c.add(c.at(n), codeName, "%q is not a name that templates know", n.Value)
	switch {
	case n.Value == "vars" || n.Value == "env":
		d.Message = n.Value + " alone is not a value"
		d.Suggest("name what you want of it: %s.name", n.Value)
	case slices.Contains(varNames(c.declared), n.Value) && !c.envOnly:
		d.Suggest("write vars.%s", n.Value)
	case slices.Contains(functionNames(), n.Value):
		d.Suggest("%s is a function: write %s", n.Value, functions[n.Value].usage)
	case n.Value == strings.ToUpper(n.Value):
		d.Suggest("write env.%s", n.Value)
	default:
		d.Suggest("write vars.%s or env.%s, or quote it: %q", n.Value, strings.ToUpper(n.Value), n.Value)
	}
	return expression{}
}

func varNames(declared []*spec.Var) []string {
	var names []string
	for _, v := range declared {
		names = append(names, v.Name.V)
	}
	return names
}

// suggestion names the nearest, or all of them.
func suggestion(name string, names []string, label string) string {
	if s := diag.DidYouMean(name, names); s != "" {
		return s
	}
	if len(names) == 0 {
		return "the spec declares none"
	}
	return label + strings.Join(names, ", ")
}

func kindOfVar(t spec.VarType) kind {
	switch t {
	case spec.VarInteger:
		return kindInt
	case spec.VarNumber:
		return kindNum
	case spec.VarBoolean:
		return kindBool
	case spec.VarDate, spec.VarMonthEnd:
		return kindDate
	}
	return kindText
}

// present evaluates an expression whose value must be there.
func (e expression) present(s *scope) (any, *fault) {
	v, f := e.eval(s)
	if f != nil {
		return nil, f
	}
	if a, ok := v.(absent); ok {
		return nil, unset(e.at, a)
	}
	return v, nil
}

func unset(at place, a absent) *fault {
	f := &fault{at: at, code: codeUnset, message: a.String(), suggestion: `add a default: ?? "text"`}
	if len(a.names) > 0 {
		f.suggestion = `set it or add ?? "default"`
	}
	return f
}
