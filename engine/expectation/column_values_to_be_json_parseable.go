package expectation

import "encoding/json"

var columnValuesToBeJSONParseable = Kind{
	Name:      "expect_column_values_to_be_json_parseable",
	Doc:       "Every text of the column is a JSON document.",
	Params:    []Param{columnParam},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"A document is what RFC 8259 says: an object, a list, a string, a number, true, false or null, with white space around it. NaN and Infinity, which Python reads, are none.",
		"NULL is missing. The values are looked at by pipe itself, each different one once.",
	},
	Example: `{column: contents}`,
	compile: func(c *call) {
		if column, _, ok := c.textColumn("only text is JSON"); ok {
			c.testValues(column, Test{Name: "json"}, column.Name+" is not JSON")
		}
	},
}

func jsonTest(string) (Asker, error) {
	return func(value string) (bool, error) { return json.Valid([]byte(value)), nil }, nil
}
