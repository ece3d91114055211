package database

import (
	"database/sql/driver"
	"fmt"
	"strconv"

	"modernc.org/sqlite"

	"github.com/streamflow/pipe/engine/internal/sqlitefunc"
)

// registerFunctions gives SQLite the functions that the dialect relies on.
func registerFunctions(d *sqlite.Driver) error {
	if err := sqlitefunc.Register(d); err != nil {
		return err
	}
	scalars := []struct {
		name string
		args int32
		do   func(args []driver.Value) (driver.Value, error)
	}{
		{"pipe_number", 1, numberText},
	}
	for _, f := range scalars {
		do := f.do
		call := func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) { return do(args) }
		if err := d.RegisterDeterministicScalarFunction(f.name, f.args, call); err != nil {
			return fmt.Errorf("registering %s: %w", f.name, err)
		}
	}
	return nil
}

// numberText gives a number's shortest text that reads back as the same
// number, without an exponent: the digits that were loaded.
func numberText(args []driver.Value) (driver.Value, error) {
	switch v := args[0].(type) {
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	default:
		return v, nil
	}
}
