package expectation

import "github.com/streamflow/pipe/engine/spec"

var columnValuesToMatchRegex = Kind{
	Name: "expect_column_values_to_match_regex",
	Doc:  "A regular expression matches a part of every text of the column.",
	Params: []Param{columnParam, {Name: "regex", Type: ParamText, Default: "(?s).*",
		Doc: "The regular expression."}},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		regexNote,
		"NULL is missing, never unexpected.",
		"Without regex every text matches, as in Great Expectations; lint warns of it.",
	},
	Example: `{column: code, regex: '^[A-Z]{2}-[0-9]{3}$'}`,
	AsRule:  `code matches "^[A-Z]{2}-[0-9]{3}$"`,
	compile: func(c *call) {
		column, t, ok := c.textColumn("only text matches a regular expression")
		if !ok {
			return
		}
		pattern := spec.Text{V: "(?s).*"}
		if n := c.argument("regex"); n == nil {
			c.list.Warn(c.e.Kind.Pos, "checks-nothing", "there is no regex, so that every text matches").Width(len(c.kind.Name)).
				Suggest("add regex: '^[A-Z]+$'")
		} else if pattern, ok = c.wantText("regex"); !ok {
			return
		}
		c.matchRegexps(column, t, []spec.Text{pattern}, false)
	},
}
