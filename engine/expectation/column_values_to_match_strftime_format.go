package expectation

import (
	"errors"

	"github.com/streamflow/pipe/engine/coerce"
)

var columnValuesToMatchStrftimeFormat = Kind{
	Name:      "expect_column_values_to_match_strftime_format",
	Doc:       "Every text of the column is a date or a time written in a certain format.",
	Params:    []Param{columnParam, {Name: "strftime_format", Type: ParamText, Required: true, Doc: "The format, in the directives of strftime."}},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"All of the text must be read by the format, and be a day that the calendar has and a time of day. A format without a year reads days of 1900, as Python does.",
		"The directives are " + coerce.PatternDirectives + ". Those that Python's strptime does not know (%D %e %F %R %T) are refused, as in Great Expectations; %a %A %w %U %W %G %u %V %c %x %X are refused too, though it knows them.",
		"A number may lack its leading zeros, but not beside other digits: %Y%m%d reads 20240131 only. Names of months are English, in any case. White space must be what the format writes.",
		"NULL is missing. The values are looked at by pipe itself, each different one once.",
	},
	Example: `{column: booked, strftime_format: "%Y-%m-%d"}`,
	compile: func(c *call) {
		column, _, ok := c.textColumn("only text is written in a format")
		format, read := c.wantText("strftime_format")
		if !ok || !read {
			return
		}
		if _, problem := coerce.ParsePattern(format.V); problem != "" || format.V == "" {
			if problem == "" {
				problem = "it is empty"
			}
			c.list.Add(c.e.Args.Get("strftime_format").Pos, "date-format", "the format %q: %s", format.V, problem).
				Suggest(`write one such as "%%Y-%%m-%%d"`)
			return
		}
		c.testValues(column, Test{"strftime", format.V}, column.Name+" is not written as `"+format.V+"`")
	},
}

func strftimeTest(format string) (Asker, error) {
	pattern, problem := coerce.ParsePattern(format)
	if problem != "" {
		return nil, errors.New(problem)
	}
	return func(value string) (bool, error) { return pattern.Matches(value), nil }, nil
}
