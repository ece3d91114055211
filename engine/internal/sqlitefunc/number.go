package sqlitefunc

import (
	"database/sql/driver"
	"fmt"
	"strconv"

	"modernc.org/sqlite"
)

// RegisterNumber gives pipe_number(x) to every connection that d opens from now
// on: a number's shortest text that reads back as the same number, without an
// exponent: the digits that were loaded. What is no number stays as it is.
func RegisterNumber(d *sqlite.Driver) error {
	call := func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		switch v := args[0].(type) {
		case float64:
			return strconv.FormatFloat(v, 'f', -1, 64), nil
		case int64:
			return strconv.FormatInt(v, 10), nil
		default:
			return v, nil
		}
	}
	if err := d.RegisterDeterministicScalarFunction("pipe_number", 1, call); err != nil {
		return fmt.Errorf("registering pipe_number: %w", err)
	}
	return nil
}
