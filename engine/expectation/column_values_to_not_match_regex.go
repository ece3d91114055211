package expectation

import "github.com/streamflow/pipe/engine/spec"

var columnValuesToNotMatchRegex = Kind{
	Name:      "expect_column_values_to_not_match_regex",
	Doc:       "A regular expression matches no part of any text of the column.",
	Params:    []Param{columnParam, {Name: "regex", Type: ParamText, Required: true, Doc: "The regular expression."}},
	Mostly:    true,
	Condition: true,
	Notes:     []string{regexNote, "NULL is missing, never unexpected."},
	Example:   `{column: code, regex: '\s'}`,
	AsRule:    `not (code matches "\\s")`,
	compile: func(c *call) {
		column, t, ok := c.textColumn("only text matches a regular expression")
		if !ok {
			return
		}
		if pattern, ok := c.wantText("regex"); ok {
			c.matchRegexps(column, t, []spec.Text{pattern}, true)
		}
	},
}
