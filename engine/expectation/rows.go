package expectation

import (
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/rule"
)

// rows are the conditions, in SQL, of a kind that looks at single rows. Each
// must stand well beside AND.
type rows struct {
	unexpected string
	missing    string // empty: every row is considered
	// rule is false of exactly the unexpected rows; nil when only SQL says which
	// they are.
	rule *rule.Rule
}

// rowsOf is about the rows for which r is false; those for which it is unknown
// are missing.
func (c *call) rowsOf(r *rule.Rule) rows {
	x := r.Operand(c.Dialect)
	return rows{unexpected: x + " IS FALSE", missing: x + " IS NULL", rule: r}
}

// columnRows is about the values of one column, those that are NULL apart.
func (c *call) columnRows(column string, r *rule.Rule, found string) {
	c.countRows(rows{unexpected: r.Operand(c.Dialect) + " IS FALSE", missing: c.Dialect.Quote(column) + " IS NULL", rule: r},
		[]string{column}, said(found)+" in {unexpected_count} of {considered} {rows}{share}")
}

// countRows makes the expectation one of single rows, counted in the table's
// one scan.
func (c *call) countRows(r rows, shown []string, sentence string) {
	filter := c.filter()
	count := func(condition string) string { return dialect.Filtered("count(*)", both(filter, condition)) }
	c.out.Scan = []Output{{"element_count", count("")}}
	if r.missing != "" {
		c.out.Scan = append(c.out.Scan, Output{"missing_count", count(r.missing)})
	}
	c.out.Scan = append(c.out.Scan, Output{"unexpected_count", count(r.unexpected)})
	c.out.Failing = both(filter, r.unexpected)
	c.out.Row = c.row(r, filter)
	c.notePatterns(r.rule, c.where)
	c.judgeRows(r.missing == "", shown, sentence)
}

// notePatterns keeps the regular expressions of rules, nil ones among them.
func (c *call) notePatterns(rules ...*rule.Rule) {
	for _, r := range rules {
		if r != nil {
			c.out.Patterns = union(c.out.Patterns, r.Patterns())
		}
	}
}

// row says of single rows what the plan needs to know to ask several
// expectations at once.
func (c *call) row(r rows, filter string) *Row {
	row := &Row{Filter: filter, Missing: r.missing}
	if r.rule != nil {
		row.Expected = r.rule.Conjuncts(c.Dialect)
	} else {
		row.Expected = []rule.Conjunct{{SQL: "(NOT (" + r.unexpected + "))", Cost: 2}}
	}
	for _, column := range c.Columns {
		switch isNull := c.Dialect.Quote(column.Name) + " IS NULL"; isNull {
		case r.unexpected:
			row.NotNull = column.Name
			row.Expected = []rule.Conjunct{{SQL: c.Dialect.Quote(column.Name) + " IS NOT NULL"}}
		case r.missing:
			row.MissingColumns, row.MissingIsNull = []string{column.Name}, true
		}
	}
	if row.MissingColumns == nil && r.rule != nil && r.missing == r.rule.Operand(c.Dialect)+" IS NULL" {
		if columns, total, strict := r.rule.Unknown(); total {
			row.MissingColumns, row.MissingIsNull = append([]string{}, columns...), strict
		}
	}
	return row
}

func (c *call) judgeRows(noMissing bool, shown []string, sentence string) {
	if c.mostly < 1 {
		sentence += "; mostly " + strconv.FormatFloat(c.mostly, 'f', -1, 64) + " allows " + percentageOf(1-c.mostly) + " %"
	}
	c.out.Judge = Judge{Kind: JudgeRows, Mostly: c.mostly, NoMissing: noMissing, Sentence: sentence}
	c.out.Shown, c.out.Tested = shown, c.tested(shown)
	if c.where != nil {
		c.out.Shown = union(shown, c.where.Columns())
	}
}

// tested are those of the columns shown whose values are what is unexpected.
func (c *call) tested(shown []string) []string {
	for _, p := range c.kind.Params {
		if p.Type == ParamColumn && len(shown) > 0 {
			if p.Name == "column" {
				return shown[:1]
			}
			c.out.Pair = true
		}
	}
	return shown
}

// percentageOf writes a share as a percentage, as it was stated.
func percentageOf(share float64) string {
	return strconv.FormatFloat(share*100, 'g', 12, 64)
}

// filter is the condition on rows as SQL that stands well beside AND; empty
// when there is none.
func (c *call) filter() string {
	if c.where == nil {
		return ""
	}
	return c.where.Operand(c.Dialect)
}

// both joins two conditions, either of which may be empty.
func both(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " AND " + b
}

// clause is a WHERE with its space before it, or nothing.
func clause(condition string) string {
	if condition == "" {
		return ""
	}
	return " WHERE " + condition
}

func union(a, b []string) []string {
	all := append([]string{}, a...)
	for _, name := range b {
		found := false
		for _, x := range all {
			found = found || x == name
		}
		if !found {
			all = append(all, name)
		}
	}
	return all
}

// isNull and isNotNull are conditions on columns, joined by op.
func (c *call) each(columns []string, condition, op string) string {
	var list []string
	for _, name := range columns {
		list = append(list, c.Dialect.Quote(name)+condition)
	}
	sql := strings.Join(list, " "+op+" ")
	if len(list) > 1 {
		sql = "(" + sql + ")"
	}
	return sql
}
