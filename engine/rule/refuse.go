package rule

import (
	"fmt"

	"github.com/expr-lang/expr/ast"
)

// refuse tells that a part of expr's grammar is no part of the rule language,
// and what works instead.
func (c *checker) refuse(n ast.Node) node {
	what, cure := c.refusal(n)
	at := spanOf(n)
	if at.to <= at.from {
		at.from = start(n)
		at.to = at.from
	}
	if m, ok := n.(*ast.MemberNode); ok {
		at.from = min(start(m), at.from)
	}
	c.add(at, "unsupported", "%s", what).Suggestion = cure
	return bad(span{start(n), max(at.to, start(n))})
}

// calledByName says how a method is written as a function.
func calledByName(n ast.Node) string {
	if call, ok := n.(*ast.CallNode); ok {
		if m, ok := call.Callee.(*ast.MemberNode); ok {
			name, isName := m.Property.(*ast.StringNode)
			if of, isColumn := m.Node.(*ast.IdentifierNode); isName && isColumn && isFunction(name.Value) {
				return fmt.Sprintf("write %s(%s)", name.Value, of.Value)
			}
		}
	}
	return "write lower(x) and not x | lower()"
}

func (c *checker) refusal(n ast.Node) (what, cure string) {
	switch n := n.(type) {
	case *ast.BinaryNode:
		switch n.Operator {
		case "..":
			return "a range stands to the right of in only", "write x in 1..5"
		case "**", "^":
			return "there is no power in a rule", fmt.Sprintf("write %[1]s * %[1]s", c.plainName(n.Left))
		}
		return "the operator " + n.Operator + " is no part of the rule language", ""
	case *ast.ArrayNode:
		return "a list stands to the right of in only", `write x in ["a", "b"]`
	case *ast.MapNode:
		return "there are no mappings in a rule", "name columns and literals only"
	case *ast.MemberNode, *ast.ChainNode:
		return "nothing but vars has members", "write vars.as_of; a column is named without its table"
	case *ast.SliceNode:
		return "there are no slices in a rule", fmt.Sprintf(`write %[1]s startsWith "a" or %[1]s endsWith "a"`, c.plainName(n.Node))
	case *ast.CallNode, *ast.BuiltinNode:
		return "functions are called by name, with all arguments in parentheses", calledByName(n)
	case *ast.VariableDeclaratorNode:
		return "there are no variables in a rule", "write the expression where it is used"
	case *ast.SequenceNode:
		return "a rule is one expression", "join conditions with and"
	case *ast.PredicateNode, *ast.PointerNode:
		return "there are no predicates in a rule", "a rule looks at one row; write a table rule with an aggregate"
	case *ast.BytesNode:
		return "there are no bytes in a rule", `write a text: "..."`
	}
	return "this is no part of the rule language", ""
}

// plainName is the column that a tree is; x, as in an example, of any other.
func (c *checker) plainName(n ast.Node) string {
	if name, ok := n.(*ast.IdentifierNode); ok && c.scope.column(name.Value) != nil {
		return name.Value
	}
	return "x"
}
