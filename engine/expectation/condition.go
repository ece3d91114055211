package expectation

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

// conditionForm is the whole of Great Expectations' condition language for SQL:
// one column, and one comparison with a literal or the question whether it is
// null. Great Expectations reads as far as that and drops what follows; here it
// must be all.
var conditionForm = regexp.MustCompile(`^\s*col\(\s*("[^"]*"|'[^']*')\s*\)\s*(?:(\.not[nN]ull\(\s*\))|(==|!=|<=|>=|<|>)\s*(?:([+-]?[\d.]+(?:[eE][+-]?\d+)?)|date\(\s*("[^"]*"|'[^']*')\s*\)|("[^"]*"|'[^']*')))`)

// rowCondition compiles row_condition; nil when it is at fault.
func (c *call) rowCondition(n, parser *spec.Node) *rule.Rule {
	if !c.conditionParser(n, parser) {
		return nil
	}
	if n.Kind != spec.NodeText {
		c.wrongType(n, "row_condition", `text, as in col("country") == "CA"`)
		return nil
	}
	m := conditionForm.FindStringSubmatchIndex(n.Text.V)
	if m == nil {
		c.list.Add(n.Pos, "bad-condition", `a row_condition is col("name").notNull() or col("name"), a comparison and one literal`).
			Suggest("write where: with a rule, which can say more")
		return nil
	}
	if rest := strings.TrimSpace(n.Text.V[m[1]:]); rest != "" {
		offset := m[1] + strings.Index(n.Text.V[m[1]:], rest)
		c.list.Add(c.placeIn(n, offset), "bad-condition", "%q follows the condition, and Great Expectations ignores it", rest).
			Suggest("write where: with a rule, which knows and, or and not")
		return nil
	}
	part := func(i int) (string, int) {
		if m[2*i] < 0 {
			return "", -1
		}
		return n.Text.V[m[2*i]:m[2*i+1]], m[2*i]
	}
	name, at := part(1)
	column, ok := c.columnAt(&spec.Node{Kind: spec.NodeText, Pos: c.placeIn(n, at+1), Text: spec.Text{V: name[1 : len(name)-1]}}, "column")
	if !ok {
		return nil
	}
	term := rule.Of(column)
	if _, at := part(2); at >= 0 {
		return term.NotNull()
	}
	op, _ := part(3)
	literal := &spec.Node{Kind: spec.NodeText}
	for i := 4; i <= 6; i++ {
		value, at := part(i)
		if at < 0 {
			continue
		}
		if i == 4 {
			literal.Kind = spec.NodeNum
		} else {
			value, at = value[1:len(value)-1], at+1
		}
		literal.Text, literal.Pos = spec.Text{V: value}, c.placeIn(n, at)
	}
	v, faults := term.Value(literal, "the literal")
	c.list = append(c.list, faults...)
	if len(faults) > 0 {
		return nil
	}
	if !term.IsOrdered() && !term.IsText() && op != "==" && op != "!=" {
		c.list.Add(n.Pos, "type-mismatch", "%s is %s, which has no order", column.Name, term.Type())
		return nil
	}
	return term.Compare(op, v)
}

// placeIn is the place of a byte offset in the text of a node.
func (c *call) placeIn(n *spec.Node, offset int) diag.Pos {
	return n.Text.At(utf8.RuneCountInString(n.Text.V[:offset]))
}

// conditionParser wants the parser named, as Great Expectations does.
func (c *call) conditionParser(condition, parser *spec.Node) bool {
	if parser == nil || parser.Kind == spec.NodeNull {
		c.list.Add(condition.Pos, "missing-argument", "row_condition needs condition_parser").
			Suggest("add condition_parser: great_expectations, or write where: with a rule")
		return false
	}
	switch parser.Text.V {
	case "great_expectations", "great_expectations__experimental__":
		return true
	case "pandas", "spark":
		c.list.Add(parser.Pos, "wrong-value", "the condition parser %s reads code that no database runs", parser.Text.V).
			Suggest("write where: with a rule")
	default:
		c.list.Add(parser.Pos, "wrong-value", "there is no condition parser %q", parser.Text.V).
			Suggest("write condition_parser: great_expectations")
	}
	return false
}
