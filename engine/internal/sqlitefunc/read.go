package sqlitefunc

import (
	"database/sql/driver"
	"fmt"
	"strconv"

	"modernc.org/sqlite"
)

// registerReads gives the functions that read a text as a number. SQLite's own
// CAST takes rubbish for 0 and does not round every double correctly.
func registerReads(d *sqlite.Driver) error {
	for name, read := range map[string]func(string) driver.Value{"pipe_read_double": readDouble, "pipe_read_bigint": readBigint} {
		call := func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
			if text, ok := args[0].(string); ok {
				return read(text), nil
			}
			return nil, nil
		}
		if err := d.RegisterDeterministicScalarFunction(name, 1, call); err != nil {
			return fmt.Errorf("registering %s: %w", name, err)
		}
	}
	return nil
}

func readDouble(text string) driver.Value {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil
	}
	return f
}

func readBigint(text string) driver.Value {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil
	}
	return n
}
