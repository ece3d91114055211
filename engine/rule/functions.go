package rule

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// signatures are the functions of the language as people call them. Functions
// of one row first, then aggregates.
var signatures = map[string]string{
	"lower":        "lower(text)",
	"upper":        "upper(text)",
	"trim":         "trim(text)",
	"length":       "length(text)",
	"abs":          "abs(number)",
	"round":        "round(number) or round(number, 2)",
	"date":         `date("2024-01-31"), date(text) or date(timestamp)`,
	"year":         "year(date)",
	"month":        "month(date)",
	"days_between": "days_between(from, to)",
	"text":         "text(x) of an integer, a boolean, a date, a timestamp or a uuid",
	"number":       "number(text)",
	"integer":      "integer(text) or integer(number)",
	"exists_in":    `exists_in(x, "table.column")`,

	"count":          "count() or count(condition)",
	"count_distinct": "count_distinct(column) or count_distinct(column, condition)",
	"sum":            "sum(number) or sum(number, condition)",
	"mean":           "mean(number) or mean(number, condition)",
	"min":            "min(column) or min(column, condition)",
	"max":            "max(column) or max(column, condition)",
	"stddev":         "stddev(number) or stddev(number, condition)",
	"median":         "median(number) or median(number, condition)",
	"quantile":       "quantile(number, 0.9) or quantile(number, 0.9, condition)",
	"null_fraction":  "null_fraction(column) or null_fraction(column, condition)",
	"unique":         "unique(column, ...)",
	"row_count":      `row_count("table")`,
}

var aggregateNames = map[string]bool{
	"count": true, "count_distinct": true, "sum": true, "mean": true, "min": true, "max": true, "stddev": true,
	"median": true, "quantile": true, "null_fraction": true, "unique": true, "row_count": true,
}

func isFunction(name string) bool { return signatures[name] != "" }

// functionNames are all names, sorted.
func functionNames() []string {
	names := make([]string, 0, len(signatures))
	for name := range signatures {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// invocation is a call being checked.
type invocation struct {
	name string
	at   span // of the whole call
	word span // of its name
	args []ast.Node
}

func (c *checker) call(n *ast.CallNode) node {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok || len(n.Arguments) > 0 && start(n.Arguments[0]) < spanOf(n).from {
		return c.refuse(n)
	}
	word := spanOf(n)
	i := invocation{callee.Value, span{word.from, c.closing(word.from)}, word, n.Arguments}
	switch {
	case !isFunction(i.name):
		d := c.add(word, "unknown-function", "there is no function %q", i.name)
		d.Suggestion = c.unknownFunction(i)
		bare := len(c.bare)
		for _, arg := range n.Arguments {
			c.expression(arg) // for its own faults
		}
		c.bare = c.bare[:bare] // it may have been meant as an aggregate
		return bad(i.at)
	case aggregateNames[i.name]:
		return c.aggregate(i)
	}
	switch i.name {
	case "lower", "upper", "trim":
		return c.ofText(i, text)
	case "length":
		return c.ofText(i, integer)
	case "abs", "round":
		return c.ofNumber(i)
	case "date":
		return c.date(i)
	case "text", "number", "integer":
		return c.cast(i)
	case "exists_in":
		return c.existsIn(i)
	}
	return c.ofDays(i)
}

// elsewhere says how a function that people know from elsewhere is called here.
var elsewhere = map[string]string{
	"avg": "mean(x)", "average": "mean(x)", "len": "length(x)", "char_length": "length(x)", "std": "stddev(x)", "stdev": "stddev(x)",
	"stddev_samp": "stddev(x)", "coalesce": "a ?? b", "ifnull": "a ?? b", "nvl": "a ?? b", "isnull": "x == nil", "is_null": "x == nil",
	"percentile": "quantile(x, 0.9)", "nunique": "count_distinct(x)", "distinct": "count_distinct(x) or unique(x)", "if": "condition ? a : b",
	"datediff": "days_between(from, to)", "tolower": "lower(x)", "toupper": "upper(x)",
	"int": "integer(x)", "to_number": "number(x)", "float": "number(x)", "str": "text(x)", "string": "text(x)", "to_char": "text(x)", "to_date": "date(x)",
	"cast": "text(x), number(x), integer(x) or date(x)", "try_cast": "text(x), number(x), integer(x) or date(x)",
	"exists": `exists_in(x, "table.column")`, "regexp_like": `x matches "^[a-z]+$"`, "regexp_match": `x matches "^[a-z]+$"`, "match": `x matches "^[a-z]+$"`,
}

// plainArguments are one or two arguments that hold no call and no text.
var plainArguments = regexp.MustCompile(`^[^(]*\(\s*([^(),"'\x60]+?)\s*(?:,\s*([^(),"'\x60]+?)\s*)?\)$`)

var exampleName = regexp.MustCompile(`\bx\b`)

// unknownFunction says what to write for a call of a function that there is not,
// with its own arguments.
func (c *checker) unknownFunction(i invocation) string {
	lower := strings.ToLower(i.name)
	if lower == "now" || lower == "today" || lower == "current_date" {
		return c.insteadOfToday()
	}
	if other := elsewhere[lower]; other != "" {
		m := plainArguments.FindStringSubmatch(c.source(i.at))
		switch {
		case m == nil:
		case other == "a ?? b" && m[2] != "":
			other = "(" + m[1] + " ?? " + m[2] + ")"
		case other != "a ?? b":
			other = exampleName.ReplaceAllLiteralString(other, m[1])
		}
		return "write " + other
	}
	if near := diag.DidYouMean(i.name, functionNames()); near != "" {
		return near
	}
	return "the functions are " + strings.Join(functionNames(), ", ")
}

// insteadOfToday names the vars that are days: a rule means the same whenever it
// runs.
func (c *checker) insteadOfToday() string {
	var days []string
	for name, v := range c.scope.Vars {
		if v.Type == spec.VarDate || v.Type == spec.VarMonthEnd {
			days = append(days, "vars."+name)
		}
	}
	slices.Sort(days)
	if len(days) == 0 {
		return "a rule means the same whenever it runs: declare a var of type date, and compare with it"
	}
	return "write " + strings.Join(days, " or ")
}

// arity tells whether the call has least to most arguments.
func (c *checker) arity(i invocation, least, most int) bool {
	if n := len(i.args); n >= least && n <= most {
		return true
	}
	for _, arg := range i.args {
		c.expression(arg)
	}
	c.add(i.word, "wrong-arguments", "%s does not take %s", i.name, plural(len(i.args), "argument")).Suggest("write %s", signatures[i.name])
	return false
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

func (c *checker) ofText(i invocation, result typ) node {
	if !c.arity(i, 1, 1) {
		return bad(i.at)
	}
	x := c.expression(i.args[0])
	if !c.want(x, text, i.name) {
		return bad(i.at)
	}
	return &call{base{result, i.at}, i.name, []node{x}}
}

func (c *checker) ofNumber(i invocation) node {
	most := 1
	if i.name == "round" {
		most = 2
	}
	if !c.arity(i, 1, most) {
		return bad(i.at)
	}
	x := c.expression(i.args[0])
	ok := c.wantNumber(x, i.name)
	args := []node{x}
	if ok {
		args[0] = asDouble(x)
	}
	if len(i.args) == 2 {
		n := c.expression(i.args[1])
		l := literalOf(n)
		if n.typ() != invalid && (l == nil || l.t != integer || !l.known || len(l.value) > 2 || l.value[0] == '-' || len(l.value) == 2 && l.value > "15") {
			c.add(n.at(), "wrong-arguments", "the decimals that round keeps are a whole number from 0 to 15").Suggest("write round(%s, 2)", c.describe(x))
			return bad(i.at)
		}
		ok = ok && n.typ() != invalid
		args = append(args, n)
	}
	if !ok {
		return bad(i.at)
	}
	return &call{base{double, i.at}, i.name, args}
}

// day is an argument that a calendar day is taken of: a moment, or a text
// literal that is one.
func (c *checker) day(x node, what string) (node, bool) {
	if l := literalOf(x); l != nil && l.t == text {
		x = c.read(l, date)
	}
	if x.typ() == invalid {
		return x, false
	}
	if !x.typ().isMoment() {
		d := c.add(x.at(), "type-mismatch", "%s takes a date, and %s is %s", what, c.describe(x), x.typ())
		if d.Suggest("declare the column as date, or write a literal: \"2024-01-31\""); x.typ() == text {
			d.Suggest("declare the column as date, or write date(%s): of a text that is no date it is unknown", c.describe(x))
		}
		return x, false
	}
	if x.typ() != date {
		x = &call{base{date, x.at()}, "date", []node{x}}
	}
	return x, true
}

func (c *checker) date(i invocation) node {
	if !c.arity(i, 1, 1) {
		return bad(i.at)
	}
	before := len(c.aggregates)
	x := c.expression(i.args[0])
	if x.typ() == text && literalOf(x) == nil {
		return c.castOf(i, x, before)
	}
	x, ok := c.day(x, i.name)
	if !ok {
		return bad(i.at)
	}
	if l := literalOf(x); l != nil {
		return &literal{base{date, i.at}, l.value, l.known}
	}
	return x
}

func (c *checker) ofDays(i invocation) node {
	n := 1
	if i.name == "days_between" {
		n = 2
	}
	if !c.arity(i, n, n) {
		return bad(i.at)
	}
	args, ok := []node{}, true
	for _, arg := range i.args {
		x, fits := c.day(c.expression(arg), i.name)
		ok = ok && fits
		args = append(args, x)
	}
	if !ok {
		return bad(i.at)
	}
	return &call{base{integer, i.at}, i.name, args}
}

func (c *checker) unknownVar(property *ast.StringNode) {
	names := make([]string, 0, len(c.scope.Vars))
	for name := range c.scope.Vars {
		names = append(names, name)
	}
	sort.Strings(names)
	d := c.add(spanOf(property), "unknown-var", "there is no var %q", property.Value)
	if d.Suggestion = diag.DidYouMean(property.Value, names); d.Suggestion == "" {
		d.Suggestion = "declare it under vars"
		if len(names) > 0 {
			d.Suggestion = fmt.Sprintf("the vars are %s", strings.Join(names, ", "))
		}
	}
}
