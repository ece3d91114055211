package lint

import (
	"slices"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// testColumn holds that the rows of a suite's tests have columns of its table:
// a misspelt one would be NULL, and the test would test something else.
var testColumn = rule{"test-column", func(s *spec.Spec, list *diag.List) {
	for _, suite := range s.Suites {
		columns := relationColumns(s, suite.Table.V)
		if len(columns) == 0 {
			continue
		}
		for _, test := range suite.Tests {
			for _, row := range test.Rows {
				for _, cell := range row.Pairs {
					if !slices.Contains(columns, cell.Key.V) {
						at(list, cell.Key, "test-column", "%s has no column %q", suite.Table.V, cell.Key.V).Suggest("%s", nearestOf(cell.Key.V, columns))
					}
				}
			}
		}
	}
}}
