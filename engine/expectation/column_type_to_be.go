package expectation

import (
	"strings"
)

var columnTypeToBe = Kind{
	Name:    "expect_column_type_to_be",
	Doc:     "The column has a certain type in the database.",
	Params:  []Param{columnParam, {Name: "type_", Type: ParamText, Required: true, Doc: "The name of the type, as INTEGER, in any case."}},
	Refused: typeRefused,
	Notes: []string{typeNote, "Case does not matter, and a blank is an underscore: double precision is DOUBLE_PRECISION. A name that no type has fails, as in Great Expectations; lint warns of it.",
		"A column that the database does not have fails; one that the spec does not declare is refused.", typeSQLite},
	Example: `{column: code, type_: text}`,
	compile: func(c *call) {
		column, ok := c.column("column")
		name, read := c.wantText("type_")
		if !ok || !read {
			return
		}
		upper := strings.ToUpper(strings.ReplaceAll(name.V, " ", "_"))
		c.knownType(c.e.Args.Get("type_"), upper)
		c.ofType(column, []string{upper}, false)
	},
}
