package dialect

import (
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

// RowSumIs tells whether several columns of a row (quoted names) add up to a
// number, given in digits; it is unknown where one of them is NULL. exact tells
// that all are integers or numerics: decimals are then added as decimals, so
// that 0.1 and 0.2 make 0.3. Other sums are of doubles.
func RowSumIs(d Dialect, columns []string, digits string, exact bool) string {
	postgres := d.Driver() == spec.Postgres
	if exact && !postgres {
		return "pipe_sum_is(" + Text(digits) + ", " + strings.Join(columns, ", ") + ")"
	}
	var summands []string
	for _, name := range columns {
		if exact {
			name += "::numeric" // integers would overflow
		} else {
			name = d.Double(name)
		}
		summands = append(summands, name)
	}
	if !exact {
		digits = d.Double("(" + d.DoubleLiteral(digits) + ")")
	}
	return strings.Join(summands, " + ") + " = " + digits
}
