package expectation

import (
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

// decimal reads a number; fallback, digits, when it is absent or null and not
// required.
func (c *call) decimal(name, fallback string) (rule.Literal, bool) {
	n := c.e.Args.Get(name)
	if c.argument(name) == nil && fallback != "" {
		n = &spec.Node{Kind: spec.NodeNum, Text: spec.Text{V: fallback}}
	}
	if n == nil {
		return rule.Literal{}, false // told by checkNames
	}
	if n.Kind != spec.NodeInt && n.Kind != spec.NodeNum {
		c.wrongType(n, name, "a number")
		return rule.Literal{}, false
	}
	v, faults := rule.RowCount().Value(n, name)
	c.list = append(c.list, faults...)
	return v, len(faults) == 0
}

// numberColumn reads the argument column, which must hold numbers.
func (c *call) numberColumn(words string) (rule.Column, rule.Term, bool) {
	column, ok := c.column("column")
	if !ok {
		return rule.Column{}, rule.Term{}, false
	}
	t := rule.Of(column)
	if !t.IsNumber() {
		c.list.Add(c.e.Args.Get("column").Pos, "type-mismatch", "%s is %s, and there is no %s of that", column.Name, t.Type(), words).
			Suggest("name a column of numbers")
		return rule.Column{}, rule.Term{}, false
	}
	return column, t, true
}

// statisticSQL is a function of the column over the rows that are counted.
func (c *call) statisticSQL(t rule.Term, function string) string {
	return t.Call(function).NotNull().Aggregates(c.Dialect, nil)[0].SQL
}

// spread compares each value with statistics of all values.
type spread struct {
	column string
	// statistics are of the rows that are counted, each an aggregate; their
	// names are what unexpected calls them.
	statistics []Output
	// unexpected is the condition of an unexpected value, of the value, a double,
	// and of a statistic by its name.
	unexpected func(x string, statistic func(name string) string) string
	fault      *Fault
}

// countSpread makes the expectation one of rows compared with statistics of
// all rows that are counted. The statistics are computed once, beside the rows;
// in the condition of the failing rows each is a query of its own.
func (c *call) countSpread(s spread, sentence string) {
	name, table, filter := c.Dialect.Quote(s.column), c.Dialect.Quote(c.Table), c.filter()
	x := c.Dialect.Double(name)
	beside := s.unexpected(x, func(name string) string { return c.free("pipe_" + name) })
	outputs := []string{"count(*) AS element_count", dialect.Filtered("count(*)", name+" IS NULL") + " AS missing_count",
		dialect.Filtered("count(*)", beside) + " AS unexpected_count"}
	c.out.Outputs = []string{"element_count", "missing_count", "unexpected_count"}
	var statistics []string
	for _, o := range s.statistics {
		statistics = append(statistics, o.SQL+" AS "+c.free("pipe_"+o.Name))
	}
	if s.fault != nil {
		outputs = append(outputs, "max("+c.free("pipe_"+s.fault.Output)+") AS "+s.fault.Output)
		c.out.Outputs = append(c.out.Outputs, s.fault.Output)
	}
	c.out.Query = "SELECT " + strings.Join(outputs, ", ") + " FROM " + table + " CROSS JOIN (SELECT " + strings.Join(statistics, ", ") +
		" FROM " + table + clause(filter) + ") AS pipe_statistics" + clause(filter)
	c.out.Failing = both(filter, s.unexpected(x, func(name string) string {
		for _, o := range s.statistics {
			if o.Name == name {
				return "(SELECT " + o.SQL + " FROM " + table + clause(filter) + ")"
			}
		}
		return "NULL"
	}))
	c.judgeRows(false, []string{s.column}, sentence)
	if s.fault != nil {
		c.out.Judge.Faults = []Fault{*s.fault}
	}
}

// isConstant is 1 where all values of the column, two or more, are the same: a
// standard deviation computed of them need not be exactly 0.
func (c *call) isConstant(column string) string {
	name := c.Dialect.Quote(column)
	return "CASE WHEN count(" + name + ") > 1 AND min(" + name + ") = max(" + name + ") THEN 1 ELSE 0 END"
}

// free is a name that no column of the table has, whatever its case.
func (c *call) free(name string) string {
	for slices.ContainsFunc(c.Columns, func(x rule.Column) bool { return strings.EqualFold(x.Name, name) }) {
		name += "_"
	}
	return name
}
