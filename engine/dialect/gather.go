package dialect

import (
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

// Gather is a scalar that gives the rows of a query as text: a JSON array with
// an array of the items for each row, in the query's order. items are
// expressions over the query's columns. The query should have a LIMIT: all of it
// becomes one value.
func Gather(d Dialect, items []string, query string) string {
	list := strings.Join(items, ", ")
	if d.Driver() == spec.Postgres {
		return "(SELECT COALESCE(json_agg(json_build_array(" + list + ")), '[]')::text FROM (" + query + ") AS pipe_gathered)"
	}
	return "(SELECT json_group_array(json_array(" + list + ")) FROM (" + query + ") AS pipe_gathered)"
}
