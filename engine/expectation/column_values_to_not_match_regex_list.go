package expectation

var columnValuesToNotMatchRegexList = Kind{
	Name:      "expect_column_values_to_not_match_regex_list",
	Doc:       "None of several regular expressions matches a part of any text of the column.",
	Params:    []Param{columnParam, {Name: "regex_list", Type: ParamTexts, Required: true, Doc: "The regular expressions, one or more."}},
	Refused:   map[string]string{"match_on": notIgnored},
	Mostly:    true,
	Condition: true,
	Notes: []string{noneMatches, regexNote, "NULL is missing, never unexpected.",
		"An empty regex_list is an error, as it is in Great Expectations."},
	Example: `{column: code, regex_list: ['^\s', '\s$']}`,
	AsRule:  `not (code matches "^\\s" or code matches "\\s$")`,
	compile: func(c *call) {
		column, t, ok := c.textColumn("only text matches a regular expression")
		if !ok {
			return
		}
		if patterns, ok := c.wantTexts("regex_list"); ok {
			c.matchRegexps(column, t, patterns, true)
		}
	},
}
