package expectation

import (
	"strings"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

// Parameters of patterns.
var (
	matchOn = Param{Name: "match_on", Type: ParamOption, Default: "any", Options: []string{"any", "all"},
		Doc: "Whether a value must match any of the patterns, or all."}
	likeEscape = Param{Name: "escape", Type: ParamText, Default: `\`,
		Doc: "The character that makes the next one of the pattern stand for itself."}
)

// Notes of patterns.
const (
	regexNote = "The pattern is a regular expression in RE2's syntax and is looked for anywhere in the text: ^ and $ tie it to the ends. " +
		"What the databases could not answer alike, such as a look-ahead or a back-reference, lint refuses with its place. " +
		`Great Expectations hands the pattern to what it runs on: there . may take a line feed (PostgreSQL), \w, \d and \s other alphabets (PostgreSQL, Python), and \b may be a backspace (PostgreSQL). ` +
		`Here . does not without (?s), the classes are ASCII, and \b is the edge of a word.`
	likeNote      = "% is any characters, none among them, _ is one character, and every other one is itself: case matters, on SQLite too, where LIKE itself is blind to it."
	likeBackslash = `A backslash makes the next character stand for itself, as in PostgreSQL.`
	likeEscapes   = likeBackslash + " The argument escape names another character for that."
	noneMatches   = "A value is unexpected when any of the patterns matches it."
	notIgnored    = "Great Expectations ignores it; no pattern of the list may match"
)

// textColumn reads the argument column, which must be text; what says why:
// "only text matches a pattern".
func (c *call) textColumn(what string) (rule.Column, rule.Term, bool) {
	column, ok := c.column("column")
	if !ok {
		return rule.Column{}, rule.Term{}, false
	}
	t := rule.Of(column)
	if !t.IsText() {
		c.list.Add(c.e.Args.Get("column").Pos, "type-mismatch", "%s is %s, and %s", column.Name, t.Type(), what).
			Suggest("name a text column")
		return rule.Column{}, rule.Term{}, false
	}
	return column, t, true
}

// wantText reads an argument that must be text.
func (c *call) wantText(name string) (spec.Text, bool) {
	n := c.e.Args.Get(name)
	if n == nil {
		return spec.Text{}, false // told by checkNames
	}
	if n.Kind != spec.NodeText {
		c.wrongType(n, name, "text")
		return spec.Text{}, false
	}
	return n.Text, true
}

// wantTexts reads a list of one text or more.
func (c *call) wantTexts(name string) ([]spec.Text, bool) {
	n := c.e.Args.Get(name)
	if n == nil {
		return nil, false // told by checkNames
	}
	if n.Kind != spec.NodeList {
		c.wrongType(n, name, "a list of texts")
		return nil, false
	}
	if len(n.Items) == 0 {
		c.list.Add(n.Pos, "wrong-value", "%s is empty, so that there is nothing to match", name).Suggest("list one pattern or more")
		return nil, false
	}
	var list []spec.Text
	ok := true
	for _, item := range n.Items {
		if item.Kind != spec.NodeText {
			c.wrongType(item, "each of "+name, "text")
			ok = false
			continue
		}
		list = append(list, item.Text)
	}
	return list, ok
}

// matchRegexps makes the expectation one of regular expressions that match the
// column's values, or with none that do not.
func (c *call) matchRegexps(column rule.Column, t rule.Term, patterns []spec.Text, none bool) {
	var conditions []string
	for _, p := range patterns {
		r, faults := t.Matches(p)
		c.list = append(c.list, faults...)
		if r != nil {
			conditions = append(conditions, r.Operand(c.Dialect))
		}
	}
	if len(conditions) == len(patterns) {
		c.matchRows(column.Name, conditions, patterns, none)
	}
}

// matchLike is matchRegexps for LIKE patterns.
func (c *call) matchLike(column rule.Column, patterns []spec.Text, none bool) {
	escape, ok := c.escape()
	if !ok {
		return
	}
	var conditions []string
	for _, p := range patterns {
		if endsInEscape(p.V, escape) {
			c.list.Add(p.At(utf8.RuneCountInString(p.V)-1), "bad-pattern", "the pattern ends in its escape %s, which stands before nothing", escape).
				Suggest("write %s%s for the character itself, or name another escape", escape, escape)
			continue
		}
		conditions = append(conditions, "("+c.Dialect.Like(c.Dialect.Quote(column.Name), p.V, escape)+")")
	}
	if len(conditions) == len(patterns) {
		c.matchRows(column.Name, conditions, patterns, none)
	}
}

// escape reads the escape of LIKE patterns: one character.
func (c *call) escape() (string, bool) {
	n := c.argument("escape")
	if n == nil {
		return likeEscape.Default, true
	}
	if n.Kind != spec.NodeText || utf8.RuneCountInString(n.Text.V) != 1 {
		c.wrongType(n, "escape", "one character")
		return "", false
	}
	return n.Text.V, true
}

// endsInEscape tells whether the last character of a pattern is an escape that
// is not escaped itself.
func endsInEscape(pattern, escape string) bool {
	escaped := false
	for _, r := range pattern {
		escaped = !escaped && string(r) == escape
	}
	return escaped
}

// matchRows counts the values that match: any of the conditions, or all of
// them, or with none not one of them.
func (c *call) matchRows(column string, conditions []string, patterns []spec.Text, none bool) {
	op, verb, which := " OR ", " matches ", ""
	if hasParam(c.kind, matchOn.Name) {
		on, ok := c.option(matchOn.Name)
		if !ok {
			return
		}
		if on == "all" {
			op = " AND "
		}
		which = on + " of "
	}
	condition := conditions[0]
	if len(conditions) > 1 {
		condition = "(" + strings.Join(conditions, op) + ")"
	}
	missing := c.Dialect.Quote(column) + " IS NULL"
	truth := " IS FALSE"
	switch {
	case none:
		truth = " IS TRUE"
		if len(patterns) > 1 {
			which = "one of "
		}
	default:
		verb = " does not match "
		if len(patterns) == 1 {
			which = ""
		}
	}
	c.countRows(rows{unexpected: condition + truth, missing: missing}, []string{column},
		said(column+verb+which+written(patterns))+" in {unexpected_count} of {considered} {rows}{share}")
}

func hasParam(k *Kind, name string) bool {
	for _, p := range k.Params {
		if p.Name == name {
			return true
		}
	}
	return false
}

// written lists patterns in a sentence, the first few of them.
func written(patterns []spec.Text) string {
	var list []string
	for i, p := range patterns {
		if i == 4 {
			list = append(list, "...")
			break
		}
		list = append(list, "`"+p.V+"`")
	}
	return joined(list)
}
