package expectation

var queryResultsToMatchComparison = Kind{
	Name: "expect_query_results_to_match_comparison",
	Doc:  "Two queries of one's own give the same rows, in any order.",
	Params: []Param{
		{Name: "base_query", Type: ParamText, Required: true, Doc: "One query, with {batch} in the place of the table."},
		{Name: "comparison_query", Type: ParamText, Required: true, Doc: "The query to compare it with, on the same database."}},
	Mostly: true,
	Refused: map[string]string{
		"comparison_data_source_name": "both queries are executed on the one target",
	},
	Notes: []string{
		"The share of matching rows is their number over that of the longer result; two empty results match. A row that stands twice must stand twice in both.",
		"The order of columns matters and their names do not. Two NULLs match, 1 matches 1.0, and a date matches the midnight that begins it.",
		"All rows are compared; Great Expectations stops at 200 of each. Of every different row of base_query 24 bytes are held in memory.",
		"The queries are executed where nothing can be written, and after every table and snapshot of the spec is up to date.",
	},
	Example: "{base_query: \"SELECT DISTINCT origin FROM {batch}\", comparison_query: \"SELECT name FROM depots\"}",
	compile: func(c *call) {
		base, ok := c.userQuery("base_query")
		n := len(c.list)
		comparison, fits := c.userQuery("comparison_query")
		if fits {
			c.list = c.list[:n] // it need not name the table
		}
		if !ok || !fits {
			return
		}
		c.out.Own = &Own{Base: base, Comparison: comparison}
		c.out.Reads = c.others()
		c.out.Judge = Judge{Kind: JudgeComparison, Mostly: c.mostly}
	},
}
