package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"unsafe"

	"modernc.org/sqlite"
	"modernc.org/sqlite/vtab"

	"github.com/streamflow/pipe/engine/coerce"
)

// openWith opens a pool through a driver value, without registering its name
// for the whole process.
func openWith(d *sqlite.Driver, dsn string) *sql.DB { return sql.OpenDB(connector{d, dsn}) }

type connector struct {
	driver *sqlite.Driver
	dsn    string
}

// Connect opens a connection.
func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }

// Driver gives the driver.
func (c connector) Driver() driver.Driver { return c.driver }

// feeding is a load under way.
type feeding struct {
	feed Feed
	err  error
}

// rowsModule makes a load readable as a virtual table. Its columns are bare:
// the types were decided by coerce, and SQLite may not decide again.
type rowsModule struct{ state *sqliteState }

// Create declares the table: USING pipe_rows(number of columns).
func (m rowsModule) Create(ctx vtab.Context, args []string) (vtab.Table, error) {
	if len(args) != 4 {
		return nil, fmt.Errorf("pipe_rows takes the number of columns")
	}
	var n int
	if _, err := fmt.Sscan(args[3], &n); err != nil {
		return nil, fmt.Errorf("pipe_rows takes the number of columns: %w", err)
	}
	columns := make([]string, n)
	for i := range columns {
		columns[i] = fmt.Sprintf("c%d", i)
	}
	if err := ctx.Declare("CREATE TABLE rows (" + strings.Join(columns, ", ") + ")"); err != nil {
		return nil, err
	}
	return rowsTable{m.state, args[2]}, nil
}

// Connect is Create.
func (m rowsModule) Connect(ctx vtab.Context, args []string) (vtab.Table, error) {
	return m.Create(ctx, args)
}

type rowsTable struct {
	state *sqliteState
	name  string
}

// BestIndex says that there is one way to read: from first to last.
func (rowsTable) BestIndex(info *vtab.IndexInfo) error {
	info.EstimatedCost, info.EstimatedRows = 1e6, 1e6
	return nil
}

// Open begins to read the load that is under way.
func (t rowsTable) Open() (vtab.Cursor, error) {
	t.state.mu.Lock()
	defer t.state.mu.Unlock()
	f := t.state.feed[t.name]
	if f == nil {
		return nil, fmt.Errorf("no load is under way for %s", t.name)
	}
	return &rowsCursor{from: f}, nil
}

// Disconnect has nothing to free.
func (rowsTable) Disconnect() error { return nil }

// Destroy has nothing to free.
func (rowsTable) Destroy() error { return nil }

type rowsCursor struct {
	from *feeding
	row  *Row
	n    int64
}

// Filter goes to the first row.
func (c *rowsCursor) Filter(int, string, []vtab.Value) error { return c.Next() }

// Next goes to the next row.
func (c *rowsCursor) Next() error {
	c.row, c.from.err = c.from.feed()
	c.n++
	return c.from.err
}

// Eof tells whether the last row is behind.
func (c *rowsCursor) Eof() bool { return c.row == nil }

// Column gives a typed cell; the last column is the line.
func (c *rowsCursor) Column(i int) (vtab.Value, error) {
	if i == len(c.row.Values) {
		return c.row.Line, nil
	}
	v := &c.row.Values[i]
	switch v.Kind {
	case coerce.Null:
		return nil, nil
	case coerce.Bool:
		if v.Bool {
			return int64(1), nil
		}
		return int64(0), nil
	case coerce.Int:
		return v.Int, nil
	case coerce.Float:
		return v.Float, nil
	case coerce.Decimal:
		return nil, fmt.Errorf("a numeric that is no double reached SQLite: %s", v.Text)
	}
	if len(v.Text) == 0 {
		return "", nil
	}
	// SQLite copies the text before this row is left behind.
	return unsafe.String(&v.Text[0], len(v.Text)), nil
}

// Rowid numbers the rows.
func (c *rowsCursor) Rowid() (int64, error) { return c.n, nil }

// Close has nothing to free: the feed belongs to the load.
func (c *rowsCursor) Close() error { return nil }
