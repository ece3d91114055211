package expectation

var columnValuesToMatchLikePatternList = Kind{
	Name:      "expect_column_values_to_match_like_pattern_list",
	Doc:       "One of several LIKE patterns, or each of them, matches every text of the column as a whole.",
	Params:    []Param{columnParam, {Name: "like_pattern_list", Type: ParamTexts, Required: true, Doc: "The patterns, one or more."}, matchOn},
	Mostly:    true,
	Condition: true,
	Notes:     []string{likeNote, likeBackslash, "NULL is missing, never unexpected.", "An empty like_pattern_list is an error, as it is in Great Expectations."},
	Example:   `{column: code, like_pattern_list: ['PX-%', 'LT-%']}`,
	AsRule:    `code startsWith "PX-" or code startsWith "LT-"`,
	compile: func(c *call) {
		column, _, ok := c.textColumn("only text matches a pattern")
		if !ok {
			return
		}
		if patterns, ok := c.wantTexts("like_pattern_list"); ok {
			c.matchLike(column, patterns, false)
		}
	},
}
