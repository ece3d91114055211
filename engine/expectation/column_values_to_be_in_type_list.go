package expectation

var columnValuesToBeInTypeList = Kind{
	Name:    "expect_column_values_to_be_in_type_list",
	Doc:     "The column has one of several types in the database.",
	Params:  []Param{columnParam, {Name: "type_list", Type: ParamTexts, Required: true, Doc: "The names of the types; null allows any."}},
	Refused: typeRefused,
	Notes:   []string{typeNote, typeCase, typeJSONB, "A type_list that is null passes whatever the type, an empty one never; lint warns of both.", typeSQLite},
	Example: `{column: code, type_list: [TEXT, VARCHAR]}`,
	compile: func(c *call) {
		column, ok := c.column("column")
		names, read := c.texts("type_list")
		if !ok || !read {
			return
		}
		n := c.e.Args.Get("type_list")
		switch {
		case names == nil:
			c.list.Warn(n.Pos, "checks-nothing", "type_list is null, so that any type is as expected").Suggest("list the types that it may have")
		case len(names) == 0:
			c.list.Warn(n.Pos, "never-met", "type_list is empty, so that no type is as expected").Suggest("list the types that it may have")
		}
		for i, name := range names {
			c.knownType(n.Items[i], name)
		}
		c.ofType(column, names, names == nil)
	},
}
