package expectation

import (
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/rule"
)

// judgeTable makes the expectation a table rule: its truth, and its aggregates
// as the observed value. sentence knows {a0}, {a1} and so on for them.
func (c *call) judgeTable(r *rule.Rule, sentence string) {
	outputs := []Output{{"success", r.SQLWhere(c.Dialect, c.where)}}
	judge := Judge{Kind: JudgeTruth, Mostly: 1, Sentence: sentence}
	for i, a := range r.Aggregates(c.Dialect, c.where) {
		name := "a" + strconv.Itoa(i)
		outputs = append(outputs, Output{name, a.SQL})
		judge.Observed = append(judge.Observed, name)
		judge.Labels = append(judge.Labels, a.Written)
		if a.IsTruth {
			judge.Truths = append(judge.Truths, name)
		}
	}
	c.out.Judge = judge
	c.out.Reads = r.Reads()
	c.notePatterns(r, c.where)
	if r.Fuses() {
		c.out.Scan = outputs
		return
	}
	from := ""
	if r.Scans() {
		from = " FROM " + c.Dialect.Quote(c.Table)
	}
	c.query(outputs, from)
}

// query makes the outputs a query of their own.
func (c *call) query(outputs []Output, from string) {
	var list []string
	for _, o := range outputs {
		list = append(list, o.SQL+" AS "+o.Name)
		c.out.Outputs = append(c.out.Outputs, o.Name)
	}
	c.out.Query = "SELECT " + strings.Join(list, ", ") + from
}

// statistic is the compile function of a kind that wants a function of one
// column within bounds. An aggregate of nothing is not within any.
func statistic(function, words string) func(*call) {
	return func(c *call) {
		column, ok := c.column("column")
		if !ok {
			return
		}
		t := rule.Of(column)
		switch function {
		case "count_distinct", "unique_fraction", "filled_fraction":
		case "min", "max":
			ok = c.ordered(t, column.Name)
		default:
			if ok = t.IsNumber(); !ok {
				c.list.Add(c.e.Args.Get("column").Pos, "type-mismatch", "%s is %s, and there is no %s of that", column.Name, t.Type(), words).
					Suggest("name a column of numbers")
			}
		}
		if !ok {
			return
		}
		t = t.Call(function)
		read := c.limits
		if function == "count_distinct" {
			read = c.counts
		}
		b, ok := read(t)
		if !ok {
			return
		}
		c.warnReversed(b)
		c.judgeTable(b.rule(t), "the "+words+" of "+said(column.Name)+" is {a0}, wanted is "+b.String())
	}
}

// ordered tells whether a column can have bounds.
func (c *call) ordered(t rule.Term, name string) bool {
	if t.IsOrdered() {
		return true
	}
	c.list.Add(c.e.Args.Get("column").Pos, "type-mismatch", "%s is %s, and bounds are for numbers and dates", name, t.Type()).
		Suggest("list the values instead: expect_column_values_to_be_in_set")
	return false
}

// warnReversed warns of bounds that nothing meets. Great Expectations takes them
// for a failure, not for a fault.
func (c *call) warnReversed(b limits) {
	if b.isReversed() {
		c.list.Warn(c.e.Args.Get("min_value").Pos, "reversed-bounds", "min_value %s is above max_value %s: this can never be met",
			b.low.Text(), b.high.Text()).Suggest("swap them")
	}
	c.warnEmpty(b)
}
