package database

import (
	"modernc.org/sqlite"

	"github.com/streamflow/pipe/engine/internal/sqlitefunc"
)

// registerFunctions gives SQLite the functions that the dialect relies on.
func registerFunctions(d *sqlite.Driver) error {
	if err := sqlitefunc.Register(d); err != nil {
		return err
	}
	return sqlitefunc.RegisterNumber(d)
}
