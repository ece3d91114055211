package rule

import (
	"strings"

	"github.com/expr-lang/expr/ast"
)

// maxDepth bounds how deep the operations of a rule nest. SQLite evaluates no
// expression that is more than 1000 deep, and one operation of a rule becomes up
// to four of SQL, inside those that count the rows.
const maxDepth = 150

// tooDeep is the first part of a rule that lies deeper than maxDepth; nil is
// none. Operands of and, as of or, lie side by side, however many they are, and
// pairs of not or of minus are nothing: see balanced and unary.
func tooDeep(n ast.Node, depth int) ast.Node {
	if depth > maxDepth {
		return n
	}
	depth++
	var parts []ast.Node
	switch n := n.(type) {
	case *ast.UnaryNode:
		parts = append(parts, innermost(n).Node)
	case *ast.BinaryNode:
		parts = operands(n)
		depth += balancedDepth(len(parts)) - 1
	case *ast.ConditionalNode:
		parts = append(parts, n.Cond, n.Exp1, n.Exp2)
	case *ast.CallNode:
		parts = append(parts, n.Arguments...)
	case *ast.ArrayNode:
		parts = append(parts, n.Nodes...)
	}
	for _, part := range parts {
		if found := tooDeep(part, depth); found != nil {
			return found
		}
	}
	return nil
}

// innermost is the last of the nots, or of the signs, that begin with n.
func innermost(n *ast.UnaryNode) *ast.UnaryNode {
	for {
		inner, ok := n.Node.(*ast.UnaryNode)
		if !ok || isNot(inner) != isNot(n) {
			return n
		}
		n = inner
	}
}

func isNot(n *ast.UnaryNode) bool { return n.Operator == "not" || n.Operator == "!" }

// operands are what an operator stands between: all of a chain of ands or ors,
// and else two.
func operands(n *ast.BinaryNode) []ast.Node {
	op := logicOf(n)
	if op == "" {
		return []ast.Node{n.Left, n.Right}
	}
	var list []ast.Node
	for _, side := range []ast.Node{n.Left, n.Right} {
		if inner, ok := side.(*ast.BinaryNode); ok && logicOf(inner) == op {
			list = append(list, operands(inner)...)
			continue
		}
		list = append(list, side)
	}
	return list
}

// logicOf is "AND" or "OR", and empty of another operator.
func logicOf(n *ast.BinaryNode) string {
	switch n.Operator {
	case "and", "&&":
		return "AND"
	case "or", "||":
		return "OR"
	}
	return ""
}

// flat is how many operands of a chain are written side by side, which to the
// databases are that many inside one another.
const flat = 16

// balanced joins conditions by AND or OR so that they do not nest deeply, however
// many they are.
func balanced(conditions []string, op string) string {
	if len(conditions) <= flat {
		return strings.Join(conditions, " "+op+" ")
	}
	half := len(conditions) / 2
	return "(" + balanced(conditions[:half], op) + ") " + op + " (" + balanced(conditions[half:], op) + ")"
}

// balancedDepth is how deep n conditions nest when balanced has joined them.
func balancedDepth(n int) int {
	if n <= flat {
		return n - 1
	}
	return 1 + balancedDepth(n-n/2)
}
