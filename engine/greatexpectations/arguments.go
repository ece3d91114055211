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
	isDefault := func(d string) bool { return d != "" && value.Text.V == d }
	switch {
	case name == "row_condition" || name == "condition_parser":
		// Read together, by condition.
	case leftOut[name]:
		if value.Kind != spec.NodeNull {
			c.dropped[name]++
		}
		if name == "parse_strings_as_datetimes" && value.Kind == spec.NodeBool && value.Bool {
			c.note("parse_strings_as_datetimes is left out: declare the column as a date or a timestamp, and a text beside it is one")
		}
	case name == "exact_match" && value.Kind == spec.NodeNull:
		// Great Expectations takes null for false, and pipe for its default.
		c.args = append(c.args, pair(name, boolNode(false)))
	case i >= 0 && (c.kind.Params[i].Required || value.Kind != spec.NodeNull && !isDefault(c.kind.Params[i].Default)):
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
// 1.x lets the table have further columns.
func (c *conversion) exactMatch() {
	const name = "exact_match"
	if c.kind.Name != "expect_table_columns_to_match_set" || !c.modern || c.stored.Get("kwargs").Get(name) != nil {
		return
	}
	c.args = append(c.args, pair(name, boolNode(false)))
	c.note("exact_match is false unless stated in Great Expectations 1.x, and true in 0.x and in pipe: it is stated now")
}

// condition carries row_condition over: as it is where pipe reads its language,
// else as a rule beside the expectation.
func (c *conversion) condition() bool {
	kwargs := c.stored.Get("kwargs")
	condition, parser := kwargs.Get("row_condition"), orNullNode(kwargs.Get("condition_parser"))
	if condition == nil || condition.Kind == spec.NodeNull || textOf(condition) == "" && condition.Kind == spec.NodeText {
		return true // condition_parser does nothing by itself
	}
	if c.modern && strings.HasPrefix(c.kind.Name, "expect_table_row_count_") {
		c.note("Great Expectations 1.2 ignores row_condition here; pipe heeds it")
	}
	var read *filter
	var err error
	l := threeValued
	switch {
	case condition.Kind == spec.NodeMap && textOf(condition.Get("type")) == "pass_through" && textOf(parser) == "pandas":
		read, err = pandas(textOf(condition.Get("pass_through_filter")))
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
	if err != nil {
		c.fail(err.Error(), "write where: with a rule that says the same")
		return false
	}
	where := read.rule(l)
	c.columns = read.names(nil)
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

// prose carries over what people wrote: the description, or else the notes, as
// the description; the rest beside the arguments, where pipe keeps it.
func (c *conversion) prose() {
	meta := c.stored.Get("meta")
	description := textOf(c.stored.Get("description"))
	if description == "" {
		description = textOf(c.stored.Get("expectation_context").Get("description"))
	}
	notes, inMeta := c.stored.Get("notes"), false
	if notes == nil || notes.Kind == spec.NodeNull {
		notes, inMeta = meta.Get("notes"), true
		if content := notes.Get("content"); content != nil {
			notes = content
		}
	}
	words := lines(notes)
	taken := false
	if description == "" && words != "" {
		description, taken = words, true
	}
	if description = strings.TrimSpace(description); description != "" {
		c.beside = append(c.beside, pair("description", textNode(description)))
	}
	if words != "" && !taken && !inMeta {
		c.args = append(c.args, pair("notes", notes))
	}
	rest := &spec.Node{Kind: spec.NodeMap}
	for _, p := range pairs(meta) {
		if !(p.Key.V == "notes" && inMeta && taken) {
			rest.Pairs = append(rest.Pairs, p)
		}
	}
	if len(rest.Pairs) > 0 {
		c.args = append(c.args, pair("meta", rest))
	}
}

// lines are notes as text: Great Expectations keeps one text or a list of them.
func lines(n *spec.Node) string {
	if n == nil {
		return ""
	}
	var list []string
	for _, item := range n.Items {
		if item.Kind != spec.NodeText {
			return ""
		}
		list = append(list, item.Text.V)
	}
	return strings.TrimSpace(textOf(n) + strings.Join(list, "\n"))
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

// comment makes the comment that stands where the expectation would.
func (c *conversion) comment() {
	const indent = "      "
	text := fmt.Sprintf("[%d] %s was not carried over: %s", c.out.Index, c.out.Name, c.out.Reason)
	if c.out.Cure != "" {
		text += "\n    " + strings.ReplaceAll(c.out.Cure, "\n", "\n    ")
	}
	item := "- " + scalar(c.out.Name) + ": " + flow(orMap(c.stored.Get("kwargs")))
	for _, key := range []string{"severity", "description"} {
		if n := c.stored.Get(key); n != nil && n.Kind != spec.NodeNull {
			item += "\n  " + key + ": " + flow(n)
		}
	}
	c.out.text = comment(text+"\n"+item, indent)
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
