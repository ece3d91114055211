package expectation

var columnValuesToNotMatchLikePatternList = Kind{
	Name:      "expect_column_values_to_not_match_like_pattern_list",
	Doc:       "None of several LIKE patterns matches any text of the column.",
	Params:    []Param{columnParam, {Name: "like_pattern_list", Type: ParamTexts, Required: true, Doc: "The patterns, one or more."}},
	Refused:   map[string]string{"match_on": notIgnored},
	Mostly:    true,
	Condition: true,
	Notes:     []string{noneMatches, likeNote, likeBackslash, "NULL is missing, never unexpected.", "An empty like_pattern_list is an error, as it is in Great Expectations."},
	Example:   `{column: code, like_pattern_list: ['% ', ' %']}`,
	AsRule:    `not (code endsWith " " or code startsWith " ")`,
	compile: func(c *call) {
		column, _, ok := c.textColumn("only text matches a pattern")
		if !ok {
			return
		}
		if patterns, ok := c.wantTexts("like_pattern_list"); ok {
			c.matchLike(column, patterns, true)
		}
	},
}
