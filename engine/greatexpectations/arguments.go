package greatexpectations

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/spec"
)

func pairs(n *spec.Node) []spec.Pair {
	if n == nil {
		return nil
	}
	return n.Pairs
}

// kindNamed finds a kind. Old suites write one name with capitals.
func kindNamed(name string) *expectation.Kind {
	for _, k := range expectation.Catalogue {
		if strings.EqualFold(k.Name, name) && k.Name != "rule" {
			return k
		}
	}
	return nil
}

func (c *conversion) fail(reason, cure string) { c.out.Reason, c.out.Cure = reason, cure }

func (c *conversion) note(format string, args ...any) {
	c.out.Notes = append(c.out.Notes, fmt.Sprintf(format, args...))
}

// argument carries one argument over; false when its value is not known before
// Great Expectations runs.
func (c *conversion) argument(name string, value *spec.Node) bool {
	if parameter, found := parameterIn(value, 0); found {
		c.fail(fmt.Sprintf("%s is the parameter %s, whose value Great Expectations is given when it runs", name, flow(parameter)),
			"write the value"+c.given(parameter)+"; or declare a var and write a rule with vars.NAME")
		return false
	}
	i := slices.IndexFunc(c.kind.Params, func(p expectation.Param) bool { return p.Name == name })
	switch {
	case name == "row_condition" || name == "condition_parser":
		// Read together, by condition.
	case told[name] != "":
		return c.tell(name, value)
	case leftOut[name]:
		if value.Kind != spec.NodeNull {
			c.dropped[name]++
		}
	case name == "exact_match" && value.Kind == spec.NodeNull:
		// Great Expectations takes null for false, and pipe for its default.
		c.args = append(c.args, pair(name, boolNode(false)))
	case i >= 0 && (c.kind.Params[i].Required || value.Kind != spec.NodeNull && !isDefault(c.kind.Params[i], value)):
		c.args = append(c.args, pair(name, value))
	case i >= 0 || value.Kind == spec.NodeNull:
		// Absent, or its default: nothing to write.
	case (name == "strict_min" || name == "strict_max") && value.Kind == spec.NodeBool && !value.Bool:
		// The default, also where the kind takes no such argument.
	case name == "mostly":
		if !isOne(value) {
			c.beside = append(c.beside, pair(name, value))
		}
	case name == "allow_cross_type_comparisons" && value.Kind == spec.NodeBool && !value.Bool:
		// The default.
	default:
		c.args = append(c.args, pair(name, value)) // pipe says why it does not take it
	}
	return true
}

// isDefault tells whether a value is what the argument is without it. The text
// "false" is not: pipe refuses it, and Great Expectations takes it for true.
func isDefault(p expectation.Param, value *spec.Node) bool {
	kinds := map[expectation.ParamType][]spec.NodeKind{expectation.ParamBoolean: {spec.NodeBool},
		expectation.ParamInteger: {spec.NodeInt}, expectation.ParamNumber: {spec.NodeInt, spec.NodeNum}}[p.Type]
	if kinds == nil {
		kinds = []spec.NodeKind{spec.NodeText}
	}
	return p.Default != "" && value.Text.V == p.Default && slices.Contains(kinds, value.Kind)
}

// told are arguments that pipe leaves out though they can bear on a verdict:
// what to know of each is said where it is stated.
var told = map[string]string{
	"parse_strings_as_datetimes": "declare the column as a date or a timestamp, and a text beside it is one",
	"auto":                       "the other arguments are what a profiler once estimated, and nothing estimates them anew",
	"windows":                    "it says how values of parameters are drawn from earlier runs, and no argument here has one",
}

// tell leaves an argument of told out; false when it is not of its type.
func (c *conversion) tell(name string, value *spec.Node) bool {
	switch {
	case value.Kind == spec.NodeNull || value.Kind == spec.NodeBool && !value.Bool && name != "windows":
		return true
	case value.Kind != spec.NodeBool && name != "windows":
		c.fail(fmt.Sprintf("%s is %s, and must be true or false", name, flow(value)), "write "+name+": true or "+name+": false, without quotes")
		return false
	}
	c.dates = c.dates || name == "parse_strings_as_datetimes"
	c.note("%s is left out: %s", name, told[name])
	return true
}

// estimated refuses auto: true where the suite does not hold what was estimated.
func (c *conversion) estimated() bool {
	kwargs := c.stored.Get("kwargs")
	if auto := kwargs.Get("auto"); auto == nil || !auto.Bool {
		return true
	}
	for _, p := range c.kind.Params {
		n := kwargs.Get(p.Name)
		if n != nil && n.Kind != spec.NodeNull && p.Type != expectation.ParamColumn && p.Type != expectation.ParamColumns && !isDefault(p, n) {
			return true
		}
	}
	c.fail("auto: true has a profiler estimate the arguments, and the suite does not hold what it found", "state them, or look at what pipe suggest finds")
	return false
}

// isOne tells whether a value is the number 1, however it is written.
func isOne(n *spec.Node) bool {
	if n.Kind != spec.NodeInt && n.Kind != spec.NodeNum {
		return false
	}
	v, err := strconv.ParseFloat(n.Text.V, 64)
	return err == nil && v == 1
}

// parameterIn looks for an evaluation or suite parameter in a value.
func parameterIn(n *spec.Node, depth int) (*spec.Node, bool) {
	if p := n.Get("$PARAMETER"); p != nil {
		return p, true
	}
	for _, p := range n.Pairs {
		if found, ok := parameterIn(p.Value, depth+1); ok {
			return found, true
		}
	}
	for _, item := range n.Items {
		if found, ok := parameterIn(item, depth+1); ok {
			return found, true
		}
	}
	return nil, false
}

// given tells the value that the suite gives to a parameter, if it does; a run
// of Great Expectations may give another.
func (c *conversion) given(parameter *spec.Node) string {
	value := c.parameters.Get(textOf(parameter))
	if value == nil {
		return ""
	}
	return ", which is " + flow(value) + " in the suite"
}

// exactMatch states what an absent argument means where the generations differ:
// 1.x lets the table have further columns. False when the file does not tell
// which generation runs the suite.
func (c *conversion) exactMatch() bool {
	const name = "exact_match"
	if c.kind.Name != "expect_table_columns_to_match_set" || c.stored.Get("kwargs").Get(name) != nil {
		return true
	}
	switch c.generation {
	case old:
		return true // true, as in pipe
	case modern:
		c.args = append(c.args, pair(name, boolNode(false)))
		c.note("exact_match is false unless stated in Great Expectations 1.x, and true in 0.x and in pipe: it is stated now")
		return true
	}
	c.fail("exact_match is not stated: 0.x takes that for true and 1.x for false, and the file does not agree with itself on which of them wrote it",
		"add exact_match: true or exact_match: false to its kwargs")
	return false
}

// condition carries row_condition over: as it is where pipe reads its language,
// else as a rule beside the expectation.
func (c *conversion) condition() bool {
	kwargs := c.stored.Get("kwargs")
	condition, parser := kwargs.Get("row_condition"), orNullNode(kwargs.Get("condition_parser"))
	if condition == nil || condition.Kind == spec.NodeNull || textOf(condition) == "" && condition.Kind == spec.NodeText {
		return true // condition_parser does nothing by itself
	}
	if c.generation == modern && strings.HasPrefix(c.kind.Name, "expect_table_row_count_") {
		c.note("Great Expectations 1.2 ignores row_condition here; pipe heeds it")
	}
	var read *filter
	var err error
	l := threeValued
	switch {
	case condition.Kind == spec.NodeMap && textOf(condition.Get("type")) == "pass_through" && textOf(parser) == "pandas":
		if err = closed(condition, "pass_through"); err == nil {
			read, err = pandas(textOf(condition.Get("pass_through_filter")))
		}
		l = twoValued
	case condition.Kind == spec.NodeMap:
		read, err = structured(condition)
	case textOf(parser) == "pandas":
		read, err = pandas(textOf(condition))
		l = twoValued
	default:
		c.args = append(c.args, pair("row_condition", condition))
		if parser.Kind != spec.NodeNull {
			c.args = append(c.args, pair("condition_parser", parser))
		}
		return true
	}
	if err == nil {
		c.columns = read.names(nil)
		c.types, c.alike, err = read.types()
	}
	if err != nil {
		c.fail(err.Error(), "write where: with a rule that says the same")
		return false
	}
	where := read.rule(l)
	c.beside = append(c.beside, pair("where", textNode(where)))
	return true
}

// severity carries the severity over. Great Expectations' info has no place of
// its own: it fails nothing, and neither does warn.
func (c *conversion) severity() bool {
	n := c.stored.Get("severity")
	if n == nil || n.Kind == spec.NodeNull {
		return true
	}
	switch textOf(n) {
	case "critical":
		return true
	case "info":
		c.note("its severity info became warn")
		fallthrough
	case "warning":
		c.beside = append(c.beside, pair("severity", textNode("warn")))
		return true
	}
	c.fail(fmt.Sprintf("there is no severity %s", flow(n)), "write severity: error or severity: warn")
	return false
}

// ordered are the arguments in the order in which the kind declares them.
func (c *conversion) ordered() []spec.Pair {
	rank := func(p spec.Pair) int {
		if i := slices.IndexFunc(c.kind.Params, func(k expectation.Param) bool { return k.Name == p.Key.V }); i >= 0 {
			return i
		}
		return len(c.kind.Params)
	}
	slices.SortStableFunc(c.args, func(a, b spec.Pair) int { return rank(a) - rank(b) })
	order := []string{"mostly", "where", "severity", "description"}
	slices.SortStableFunc(c.beside, func(a, b spec.Pair) int { return slices.Index(order, a.Key.V) - slices.Index(order, b.Key.V) })
	return c.args
}

func orMap(n *spec.Node) *spec.Node {
	if n == nil {
		return &spec.Node{Kind: spec.NodeMap}
	}
	return n
}

func pair(key string, value *spec.Node) spec.Pair {
	return spec.Pair{Key: spec.Text{V: key, Set: true}, Value: value}
}

func textNode(s string) *spec.Node {
	return &spec.Node{Kind: spec.NodeText, Text: spec.Text{V: s, Set: true}}
}

func boolNode(v bool) *spec.Node {
	return &spec.Node{Kind: spec.NodeBool, Bool: v, Text: spec.Text{V: fmt.Sprint(v)}}
}
