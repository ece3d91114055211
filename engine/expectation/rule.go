package expectation

import (
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/rule"
)

var ruleKind = Kind{
	Name:      "rule",
	Doc:       "A rule is true: of every row, or, when it holds an aggregate, of the whole table.",
	Params:    []Param{{Name: "rule", Type: ParamText, Required: true, Doc: "The rule, as expr-lang."}},
	Mostly:    true,
	Condition: true,
	compile:   compileRule,
}

func compileRule(c *call) {
	r, list := rule.Compile(c.e.Rule, c.scope())
	c.list = append(c.list, list...)
	if r == nil {
		return
	}
	words := said("`" + strings.Join(strings.Fields(r.Text()), " ") + "`")
	c.out.Reads = r.Reads()
	if !r.IsTable() {
		c.countRows(c.rowsOf(r), r.Columns(), "{unexpected_count} of {considered} {rows}{share} {have} "+words+" false")
		return
	}
	if c.e.Mostly.Set {
		c.list.Add(c.e.Mostly.Pos, "unsupported-argument", "a rule about the whole table does not take mostly").
			Suggest("leave it out, or count: count(condition) >= 0.95 * count()")
		return
	}
	if columns, ok := r.Unique(); ok {
		c.countDuplicates(columns, "OR", "{unexpected_count} of {considered} {rows}{share} {have} "+words+" false")
		return
	}
	sentence := words + " is {truth}"
	for i, a := range r.Aggregates(c.Dialect, c.where) {
		sentence += map[bool]string{true: ": ", false: ", "}[i == 0] + said(a.Written) + " is {a" + strconv.Itoa(i) + "}"
	}
	c.judgeTable(r, sentence)
}
