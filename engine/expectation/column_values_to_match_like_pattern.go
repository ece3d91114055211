package expectation

import "github.com/streamflow/pipe/engine/spec"

var columnValuesToMatchLikePattern = Kind{
	Name:      "expect_column_values_to_match_like_pattern",
	Doc:       "A LIKE pattern matches every text of the column as a whole.",
	Params:    []Param{columnParam, {Name: "like_pattern", Type: ParamText, Required: true, Doc: "The pattern."}, likeEscape},
	Mostly:    true,
	Condition: true,
	Notes:     []string{likeNote, likeEscapes, "NULL is missing, never unexpected."},
	Example:   `{column: code, like_pattern: '__-%'}`,
	AsRule:    `code matches "^..-"`,
	compile: func(c *call) {
		column, _, ok := c.textColumn("only text matches a pattern")
		if !ok {
			return
		}
		if pattern, ok := c.wantText("like_pattern"); ok {
			c.matchLike(column, []spec.Text{pattern}, false)
		}
	},
}
