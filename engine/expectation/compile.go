package expectation

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

// Context is what an expectation is compiled against.
type Context struct {
	Suite   string
	Table   string // the table or snapshot it looks at
	Columns []rule.Column
	Tables  map[string][]rule.Column // every table and snapshot of the spec
	Key     []string
	Dialect dialect.Dialect
	Vars    map[string]rule.Var
	// IsSnapshot tells that Table is a snapshot: its rows are of many dates.
	IsSnapshot bool
}

// Compile checks one expectation and makes its SQL. The Compiled is of use only
// when the list holds no errors. suite may be nil.
func Compile(e *spec.Expectation, suite *spec.Suite, c Context) (Compiled, diag.List) {
	if c.Suite == "" && suite != nil {
		c.Suite = suite.Name.V
	}
	b := &call{Context: c, e: e, mostly: 1}
	b.out = Compiled{Suite: c.Suite, Table: c.Table, Index: e.Index, Name: e.Name.V, Severity: string(e.Severity.V),
		Description: e.Description.V, Arguments: map[string]any{}}
	if !e.Name.Set || e.Name.V == "" {
		b.out.Name = fmt.Sprintf("%s[%d]", c.Suite, e.Index)
	}
	b.run()
	if b.where != nil { // a condition may look into another table too
		b.out.Reads = append(b.out.Reads, b.where.Reads()...)
	}
	if b.out.Judge.Kind != JudgeRows {
		b.out.Judge.NoMissing = true
	}
	b.dropTold(e.Args)
	b.list.Sort()
	return b.out, b.list
}

// dropTold takes back what was said of values that the reader of the spec has
// refused: one fault is told once.
func (c *call) dropTold(n *spec.Node) {
	if n == nil {
		return
	}
	if n.Told {
		c.list = slices.DeleteFunc(c.list, func(d diag.Diagnostic) bool { return d.Pos == n.Pos })
	}
	for _, item := range n.Items {
		c.dropTold(item)
	}
	for _, pair := range n.Pairs {
		c.dropTold(pair.Value)
	}
}

// Check is what lint asks: the faults that Compile would tell, whatever the
// database.
func Check(e *spec.Expectation, suite *spec.Suite, c Context) diag.List {
	c.Dialect = dialect.For(spec.Postgres)
	_, list := Compile(e, suite, c)
	return list
}

// call is one expectation being compiled.
type call struct {
	Context
	e      *spec.Expectation
	kind   *Kind
	list   diag.List
	out    Compiled
	mostly float64
	where  *rule.Rule // nil: all rows
}

func (c *call) run() {
	if c.e.Rule.Set {
		c.kind, c.out.Kind, c.out.Rule, c.out.Pos = &ruleKind, ruleKind.Name, c.e.Rule.V, c.e.Rule.Pos
		c.conditions()
		c.kind.compile(c)
		return
	}
	c.out.Kind, c.out.Pos = c.e.Kind.V, c.e.Kind.Pos
	if arguments, ok := c.e.Args.JSON().(map[string]any); ok {
		c.out.Arguments = arguments
	}
	if c.kind = Lookup(c.e.Kind.V); c.kind == nil || c.kind == &ruleKind {
		c.unknownKind()
		return
	}
	c.checkNames()
	c.checkTexts()
	c.checkResultFormat()
	c.conditions()
	c.kind.compile(c)
}

func (c *call) unknownKind() {
	name := c.e.Kind.V
	var names []string
	for _, k := range Catalogue {
		names = append(names, k.Name)
	}
	d := c.list.Add(c.e.Kind.Pos, "unknown-expectation", "there is no expectation %q", name).Width(len(name))
	if d.Suggestion = diag.DidYouMean(name, names); d.Suggestion == "" {
		d.Suggest("the expectations are rule and Great Expectations' own names, such as expect_column_values_to_not_be_null")
	}
}

// checkNames tells of arguments that the kind does not take, and of missing
// ones that it requires.
func (c *call) checkNames() {
	known := []string{}
	for _, p := range c.kind.Params {
		known = append(known, p.Name)
		if p.Required && c.e.Args.Get(p.Name) == nil && !c.isMisspelt(p.Name) {
			c.list.Add(c.e.Kind.Pos, "missing-argument", "%s needs %s", c.kind.Name, p.Name).Width(len(c.kind.Name)).
				Suggest("add %s: %s", p.Name, placeholder(p.Type))
		}
	}
	if c.e.Args == nil {
		return
	}
	if c.kind.Mostly {
		known = append(known, "mostly")
	}
	if c.kind.Condition {
		known = append(known, "row_condition", "condition_parser")
	}
	for _, pair := range c.e.Args.Pairs {
		name := pair.Key.V
		if slices.Contains(known, name) || common[name] || slices.ContainsFunc(c.e.Beside, func(told spec.Text) bool { return told.Pos == pair.Key.Pos }) {
			continue
		}
		why, refused := c.kind.Refused[name]
		switch {
		case refused:
			c.list.Add(pair.Key.Pos, "unsupported-argument", "%s does not take %s: %s", c.kind.Name, name, why).Width(len(name))
		case slices.Contains(besides, name):
			c.list.Add(pair.Key.Pos, "unknown-argument", "%s has no argument %q: it stands beside the expectation, not among its arguments", c.kind.Name, name).
				Width(len(name)).Suggest("move it out of the braces, below %s", c.kind.Name)
		case name == "mostly":
			c.list.Add(pair.Key.Pos, "unsupported-argument", "%s does not take mostly: it is not about single rows", c.kind.Name).Width(len(name))
		case name == "row_condition" || name == "condition_parser":
			c.list.Add(pair.Key.Pos, "unsupported-argument", "%s takes no condition: it is not about rows", c.kind.Name).Width(len(name))
		default:
			d := c.list.Add(pair.Key.Pos, "unknown-argument", "%s has no argument %q", c.kind.Name, name).Width(len(name))
			if near := nearestArgument(name, known); near != "" {
				d.Suggest("did you mean %q?", near)
			} else {
				sort.Strings(known)
				d.Suggest("its arguments are %s", joined(known))
			}
		}
	}
}

// besides are keys of an expectation that are no arguments.
var besides = []string{"name", "severity", "where", "description"}

func placeholder(t ParamType) string {
	switch t {
	case ParamColumns, ParamTexts, ParamValues:
		return "[...]"
	case ParamPairs:
		return "[[...]]"
	case ParamMapping:
		return "{...}"
	case ParamInteger, ParamNumber:
		return "1"
	}
	return "..."
}

// conditions reads mostly and the condition on rows, each stated beside the
// expectation or among its arguments; package spec has told when it is both.
func (c *call) conditions() {
	inner := c.e.Args.Get("mostly")
	c.mostly = 1
	switch {
	case inner != nil && c.kind.Mostly:
		c.mostly = c.share(inner)
	case c.e.Mostly.Set && !c.kind.Mostly:
		c.list.Add(c.e.Mostly.Pos, "unsupported-argument", "%s does not take mostly: it is not about single rows", c.kind.Name)
	case c.e.Mostly.Set:
		c.mostly = c.e.Mostly.V
	}
	condition, parser := c.e.Args.Get("row_condition"), c.e.Args.Get("condition_parser")
	stated := condition != nil && condition.Kind != spec.NodeNull
	switch {
	case c.e.Where.Set && !c.kind.Condition:
		c.list.Add(c.e.Where.Pos, "unsupported-argument", "%s takes no condition: it is not about rows", c.kind.Name).Suggest("leave where out")
	case c.e.Where.Set:
		c.where = c.rowRule(c.e.Where, "a condition")
	case stated && c.kind.Condition:
		c.where = c.rowCondition(condition, parser)
	case parser != nil && parser.Kind != spec.NodeNull && c.kind.Condition:
		c.list.Add(parser.Pos, "unsupported-argument", "condition_parser does nothing without row_condition").Suggest("leave it out")
	}
}

func (c *call) share(n *spec.Node) float64 {
	value, err := strconv.ParseFloat(strings.TrimSuffix(n.Text.V, "%"), 64)
	if n.Kind != spec.NodeInt && n.Kind != spec.NodeNum || err != nil || value < 0 || value > 1 {
		d := c.list.Add(n.Pos, "wrong-type", "mostly is a number from 0 to 1").Width(len(n.Text.V)).Suggest("write mostly: 0.95")
		switch {
		case err == nil && value > 1 && value <= 100:
			d.Suggest("write a share, not a percentage: mostly: %s", strconv.FormatFloat(value/100, 'g', 6, 64))
		case err == nil && n.Kind == spec.NodeText && value >= 0 && value <= 1:
			d.Suggest("remove the quotes")
		}
		return 1
	}
	if value == 0 {
		c.list.Add(n.Pos, "bad-value", "mostly of 0 is met whatever the data are").
			Suggest("write a share above 0, such as 0.5; severity: warn is what fails no run")
		return 1
	}
	return value
}

// rowRule compiles a rule that must be about single rows.
func (c *call) rowRule(t spec.Text, what string) *rule.Rule {
	r, list := rule.Compile(t, c.scope())
	c.list = append(c.list, list...)
	if r == nil {
		return nil
	}
	if r.IsTable() {
		c.list.Add(t.Pos, "table-rule", "%s is about single rows, and this holds an aggregate", what).Suggest("compare columns with literals")
		return nil
	}
	return r
}

func (c *call) scope() rule.Scope {
	return rule.Scope{Table: c.Table, Columns: c.Columns, Tables: c.Tables, Vars: c.Vars}
}
