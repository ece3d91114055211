package expectation

import (
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

var columnPairValuesToBeInSet = Kind{
	Name: "expect_column_pair_values_to_be_in_set",
	Doc:  "The values of two columns are together one of a set of pairs.",
	Params: []Param{columnA, columnB,
		{Name: "value_pairs_set", Type: ParamPairs, Required: true, Doc: "The pairs [a, b]; null in a pair is NULL, and null instead of the list stands for no set at all."},
		pairIgnore},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"A row with a NULL on one side is unexpected when the other side is in no pair; when it is in one, nobody can tell, and the row counts as expected, as in Great Expectations on databases.",
		"It takes a condition; Great Expectations crashes on one.",
	},
	Example: `{column_A: kind, column_B: paid, value_pairs_set: [[parcel, true], [letter, true]]}`,
	AsRule:  `(kind == "parcel" and paid == true) or (kind == "letter" and paid == true)`,
	compile: func(c *call) {
		a, okA := c.column("column_A")
		b, okB := c.column("column_B")
		ignore, okIgnore := c.option("ignore_row_if")
		if !okA || !okB || !okIgnore {
			return
		}
		names := []string{a.Name, b.Name}
		x := rows{missing: c.ignoredPair(names, ignore)}
		pairs, given, ok := c.pairs("value_pairs_set", rule.Of(a), rule.Of(b))
		switch {
		case !ok:
			return
		case !given:
			c.list.Warn(c.e.Args.Get("value_pairs_set").Pos, "checks-nothing", "value_pairs_set is null, so that nothing is ever unexpected").
				Suggest("list the pairs that may occur")
			x.unexpected = c.Dialect.Bool(false) + " = " + c.Dialect.Bool(true)
		case len(pairs) == 0:
			c.warnEmptySet("value_pairs_set", 0)
			x.unexpected = c.Dialect.Bool(true) + " = " + c.Dialect.Bool(true)
		default:
			x.unexpected = "(" + anyOf(pairs) + ") IS FALSE"
		}
		if x.missing != "" {
			x.unexpected = "NOT " + x.missing + " AND " + x.unexpected
		}
		c.countRows(x, union(nil, names), said(a.Name+" and "+b.Name)+" are none of the "+strconv.Itoa(len(pairs))+" pairs in {unexpected_count} of {considered} {rows}{share}")
	},
}

// ignoredPair is the condition of rows that ignore_row_if sets aside; empty when
// there are none.
func (c *call) ignoredPair(names []string, ignore string) string {
	switch ignore {
	case "both_values_are_missing":
		return c.each(names, " IS NULL", "AND")
	case "either_value_is_missing":
		return c.each(names, " IS NULL", "OR")
	}
	return ""
}

// anyOf is the disjunction of conditions that stand well beside OR. It is
// balanced: SQLite takes no expression that nests 1000 deep, as a plain chain of
// so many would.
func anyOf(list []string) string {
	if len(list) <= 100 {
		return strings.Join(list, " OR ")
	}
	half := len(list) / 2
	return "(" + anyOf(list[:half]) + ") OR (" + anyOf(list[half:]) + ")"
}

// pairs reads a list of pairs of values beside two terms, each as the condition
// that the terms are these; given is false when it is null.
func (c *call) pairs(name string, a, b rule.Term) (list []string, given, ok bool) {
	items, given, ok := c.items(name, "a list of pairs")
	if !given {
		return nil, false, ok
	}
	for _, item := range items {
		if item.Kind != spec.NodeList || len(item.Items) != 2 {
			c.wrongType(item, "each of "+name, "a pair [a, b]")
			ok = false
			continue
		}
		left, fitsA := c.is(item.Items[0], a, name)
		right, fitsB := c.is(item.Items[1], b, name)
		if ok = ok && fitsA && fitsB; ok {
			list = append(list, rule.And(left, right).Operand(c.Dialect))
		}
	}
	return list, true, ok
}

// is makes the rule that a term has a value, which may be null.
func (c *call) is(n *spec.Node, t rule.Term, name string) (*rule.Rule, bool) {
	if n.Kind == spec.NodeNull {
		return rule.Not(t.NotNull()), true
	}
	v, faults := t.Value(n, "a value of "+name)
	c.list = append(c.list, faults...)
	if len(faults) > 0 {
		return nil, false
	}
	return t.Compare("==", v), true
}
