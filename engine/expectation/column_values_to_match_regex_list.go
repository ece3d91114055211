package expectation

var columnValuesToMatchRegexList = Kind{
	Name: "expect_column_values_to_match_regex_list",
	Doc:  "One of several regular expressions, or each of them, matches a part of every text of the column.",
	Params: []Param{columnParam, {Name: "regex_list", Type: ParamTexts, Required: true, Doc: "The regular expressions, one or more."},
		matchOn},
	Mostly:    true,
	Condition: true,
	Notes:     []string{regexNote, "NULL is missing, never unexpected.", "An empty regex_list is an error, as it is in Great Expectations."},
	Example:   `{column: code, regex_list: ['^PX-', '^LT-'], match_on: any}`,
	AsRule:    `code matches "^PX-" or code matches "^LT-"`,
	compile: func(c *call) {
		column, t, ok := c.textColumn("only text matches a regular expression")
		if !ok {
			return
		}
		if patterns, ok := c.wantTexts("regex_list"); ok {
			c.matchRegexps(column, t, patterns, false)
		}
	},
}
