package expectation

var columnValuesToBeOfType = Kind{
	Name:    "expect_column_values_to_be_of_type",
	Doc:     "The column has a certain type in the database.",
	Params:  []Param{columnParam, {Name: "type_", Type: ParamText, Required: true, Doc: "The name of the type, as INTEGER."}},
	Refused: typeRefused,
	Notes:   []string{typeNote, typeCase, typeJSONB, typeSQLite},
	Example: `{column: code, type_: TEXT}`,
	compile: func(c *call) {
		column, ok := c.column("column")
		name, read := c.wantText("type_")
		if !ok || !read {
			return
		}
		c.knownType(c.e.Args.Get("type_"), name.V)
		c.ofType(column, []string{name.V}, false)
	},
}
