package expectation

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

// argument is the value of an argument, nil when it is absent or null.
func (c *call) argument(name string) *spec.Node {
	n := c.e.Args.Get(name)
	if n == nil || n.Kind == spec.NodeNull {
		return nil
	}
	return n
}

// checkTexts refuses arguments with a character that PostgreSQL cannot store and
// at which SQLite ends a text. Regular expressions, which may name it in more
// ways, are told of where they are read.
func (c *call) checkTexts() {
	refuse := func(t spec.Text) {
		if before, _, found := strings.Cut(t.V, "\x00"); found {
			c.list.Add(t.At(utf8.RuneCountInString(before)), "bad-literal", "a text may not hold the character U+0000, which PostgreSQL cannot store").
				Suggest("leave it out")
		}
	}
	var check func(*spec.Node)
	check = func(n *spec.Node) {
		refuse(n.Text)
		for _, item := range n.Items {
			check(item)
		}
		for _, pair := range n.Pairs {
			refuse(pair.Key)
			check(pair.Value)
		}
	}
	if c.e.Args == nil {
		return
	}
	for _, pair := range c.e.Args.Pairs {
		if pair.Key.V != "regex" && pair.Key.V != "regex_list" {
			check(pair.Value)
		}
	}
}

var oneWord = regexp.MustCompile(`^\w+$`)

func (c *call) wrongType(n *spec.Node, name, want string) {
	is := shape(n)
	if n.Kind == spec.NodeList && (strings.HasPrefix(want, "a list") || strings.HasPrefix(want, "a pair")) {
		is = "a list of " + strconv.Itoa(len(n.Items))
	}
	d := c.list.Add(n.Pos, "wrong-type", "%s must be %s, and this is %s", name, want, is).Width(len([]rune(n.Text.V)))
	_, err := strconv.ParseInt(n.Text.V, 10, 64)
	isText := want == "text" || strings.HasPrefix(want, "the name of")
	switch {
	case isText && (n.Kind == spec.NodeInt || n.Kind == spec.NodeNum || n.Kind == spec.NodeBool):
		d.Suggest("write it in quotes: %q", n.Text.V)
	case isText && n.Kind == spec.NodeList && len(n.Items) == 1 && n.Items[0].Kind == spec.NodeText:
		d.Suggest("write %s", n.Items[0].Text.V)
	case n.Kind == spec.NodeText && want == "true or false":
		d.Suggestion = diag.DidYouMean(n.Text.V, []string{"true", "false"})
	case n.Kind == spec.NodeText && want == "a whole number" && err == nil:
		d.Suggest("write it without quotes: %s", n.Text.V)
	case n.Kind == spec.NodeText && strings.HasPrefix(want, "a list of") && oneWord.MatchString(n.Text.V):
		d.Suggest("write [%s]", n.Text.V)
	}
}

// shape names what a node is, in messages.
func shape(n *spec.Node) string {
	switch n.Kind {
	case spec.NodeNull:
		if n.Text.V == "" {
			return "empty"
		}
		return "null"
	case spec.NodeList:
		return "a list"
	case spec.NodeMap:
		return "a mapping"
	case spec.NodeBool:
		return "a boolean"
	case spec.NodeInt, spec.NodeNum:
		return "the number " + n.Text.V
	}
	return "text"
}

// column reads the name of a column.
func (c *call) column(name string) (rule.Column, bool) {
	n := c.e.Args.Get(name)
	if n == nil {
		return rule.Column{}, false // told by checkNames
	}
	return c.columnAt(n, name)
}

func (c *call) columnAt(n *spec.Node, name string) (rule.Column, bool) {
	if n.Kind != spec.NodeText {
		c.wrongType(n, name, "the name of a column")
		return rule.Column{}, false
	}
	var names []string
	for _, col := range c.Columns {
		if col.Name == n.Text.V {
			return col, col.Type.Kind != "" // one whose type cannot be read is told where it is declared
		}
		names = append(names, col.Name)
	}
	d := c.list.Add(n.Pos, "unknown-column", "table %q has no column %q", c.Table, n.Text.V).Width(len([]rune(n.Text.V)))
	if d.Suggestion = diag.DidYouMean(n.Text.V, names); d.Suggestion == "" {
		d.Suggest("its columns are %s", joined(names))
	}
	return rule.Column{}, false
}

// columns reads two or more names of different columns.
func (c *call) columns(name string) ([]rule.Column, bool) {
	n := c.e.Args.Get(name)
	if n == nil {
		return nil, false
	}
	if n.Kind != spec.NodeList || len(n.Items) < 2 {
		c.wrongType(n, name, "a list of two columns or more")
		return nil, false
	}
	var list []rule.Column
	ok := true
	for _, item := range n.Items {
		col, found := c.columnAt(item, name)
		if found && slices.ContainsFunc(list, func(x rule.Column) bool { return x.Name == col.Name }) {
			c.list.Add(item.Pos, "stated-twice", "column %s stands twice", col.Name).Suggest("leave it out")
			found = false
		}
		ok = ok && found
		list = append(list, col)
	}
	return list, ok
}

// integer reads a whole number; nil when it is absent or null.
func (c *call) integer(name string) (*int64, bool) {
	n := c.argument(name)
	if n == nil {
		return nil, true
	}
	v, err := strconv.ParseInt(n.Text.V, 10, 64)
	if n.Kind != spec.NodeInt || err != nil {
		c.wrongType(n, name, "a whole number")
		return nil, false
	}
	return &v, true
}

// boolean reads true or false; other when it is absent or null.
func (c *call) boolean(name string, other bool) (value, ok bool) {
	n := c.argument(name)
	if n == nil {
		return other, true
	}
	if n.Kind != spec.NodeBool {
		c.wrongType(n, name, "true or false")
		return other, false
	}
	return n.Bool, true
}

// option reads one of the parameter's options; its default when it is absent.
func (c *call) option(name string) (string, bool) {
	i := slices.IndexFunc(c.kind.Params, func(p Param) bool { return p.Name == name })
	p := c.kind.Params[i]
	n := c.argument(name)
	if n == nil {
		return p.Default, true
	}
	if n.Kind == spec.NodeText && slices.Contains(p.Options, n.Text.V) {
		return n.Text.V, true
	}
	d := c.list.Add(n.Pos, "wrong-value", "%s is one of %s", name, joined(p.Options)).Width(len([]rune(n.Text.V)))
	d.Suggestion = diag.DidYouMean(n.Text.V, p.Options)
	return "", false
}

// texts reads a list of texts; nil when it is null.
func (c *call) texts(name string) ([]string, bool) {
	n := c.e.Args.Get(name)
	if n == nil {
		return nil, false
	}
	if n.Kind == spec.NodeNull {
		return nil, true
	}
	if n.Kind != spec.NodeList {
		c.wrongType(n, name, "a list of texts")
		return nil, false
	}
	list, ok := []string{}, true
	for _, item := range n.Items {
		if item.Kind != spec.NodeText {
			c.wrongType(item, "each of "+name, "text")
			ok = false
			continue
		}
		list = append(list, item.Text.V)
	}
	return list, ok
}

// items reads an argument that must be a list, or null: then given is false.
func (c *call) items(name, want string) (items []*spec.Node, given, ok bool) {
	n := c.e.Args.Get(name)
	switch {
	case n == nil: // told by checkNames
		return nil, false, false
	case n.Kind == spec.NodeNull:
		return nil, false, true
	case n.Kind != spec.NodeList:
		c.wrongType(n, name, want)
		return nil, false, false
	}
	return n.Items, true, true
}

// values reads a list of different values that stand beside a term; given is
// false when it is null.
func (c *call) values(name string, t rule.Term) (list []rule.Literal, given, ok bool) {
	items, given, ok := c.items(name, "a list of values")
	if !given {
		return nil, false, ok
	}
	seen := map[string]bool{}
	for _, item := range items {
		if item.Kind == spec.NodeNull {
			c.list.Add(item.Pos, "null-in-set", "%s holds null: in SQL nothing is equal to it, and Great Expectations then passes whatever the data", name).
				Suggest("leave it out; NULL is never unexpected here, and expect_column_values_to_not_be_null asks about it")
			ok = false
			continue
		}
		v, faults := t.Value(item, "each of "+name)
		c.list = append(c.list, faults...)
		if len(faults) > 0 {
			ok = false
			continue
		}
		if key := same(t, v); !seen[key] {
			seen[key] = true
			list = append(list, v)
		}
	}
	return list, true, ok
}

// same is one text for all literals of a term that are equal: 1 and 1.0 are.
func same(t rule.Term, v rule.Literal) string {
	if t.IsNumber() {
		return decimal(v.Text())
	}
	return v.Text()
}

// isMisspelt tells whether an argument of another name was meant to be this one;
// that it is missing is then no news.
func (c *call) isMisspelt(name string) bool {
	var known []string
	for _, p := range c.kind.Params {
		known = append(known, p.Name)
	}
	if c.e.Args == nil {
		return false
	}
	return slices.ContainsFunc(c.e.Args.Pairs, func(p spec.Pair) bool {
		return !slices.Contains(known, p.Key.V) && nearestArgument(p.Key.V, known) == name
	})
}

// nearestArgument is the argument that a name was meant to be: the nearest, or
// one that begins with it, as min_value does with min.
func nearestArgument(name string, known []string) string {
	if near := diag.Nearest(name, known); near != "" {
		return near
	}
	if i := slices.IndexFunc(known, func(k string) bool { return strings.HasPrefix(k, name+"_") }); i >= 0 {
		return known[i]
	}
	return ""
}

// wantInteger reads a whole number that must be there.
func (c *call) wantInteger(name string) (rule.Literal, bool) {
	n, ok := c.integer(name)
	if ok && n == nil && c.e.Args.Get(name) != nil {
		c.wrongType(c.e.Args.Get(name), name, "a whole number")
	}
	if n == nil {
		return rule.Literal{}, false
	}
	v, faults := rule.RowCount().Value(c.argument(name), name)
	c.list = append(c.list, faults...)
	return v, len(faults) == 0
}

// table reads the name of a table of the spec.
func (c *call) table(name string) (string, bool) {
	n := c.e.Args.Get(name)
	if n == nil {
		return "", false
	}
	if n.Kind != spec.NodeText {
		c.wrongType(n, name, "the name of a table")
		return "", false
	}
	if _, ok := c.Tables[n.Text.V]; ok || n.Text.V == c.Table {
		return n.Text.V, true
	}
	d := c.list.Add(n.Pos, "unknown-table", "there is no table %q", n.Text.V).Width(len([]rune(n.Text.V)))
	tables := slices.Sorted(maps.Keys(c.Tables))
	if d.Suggestion = diag.DidYouMean(n.Text.V, tables); d.Suggestion == "" {
		d.Suggest("the tables are %s", joined(tables))
	}
	return "", false
}

// joined lists names in a sentence.
func joined(names []string) string { return strings.Join(names, ", ") }

// literals lists values in a sentence, the first few of them.
func literals(list []rule.Literal) string {
	if len(list) == 0 {
		return "nothing"
	}
	var names []string
	for i, v := range list {
		if i == 8 {
			names = append(names, "...")
			break
		}
		names = append(names, v.Text())
	}
	return joined(names)
}
