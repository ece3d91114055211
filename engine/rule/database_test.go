package rule_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"testing"

	_ "github.com/lib/pq"
	"modernc.org/sqlite"

	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/internal/pgtest"
	"github.com/streamflow/pipe/engine/internal/sqlitefunc"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

type connector struct{ d *sqlite.Driver }

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.d.Open(":memory:") }
func (c connector) Driver() driver.Driver                        { return c.d }

// database is a real database that holds the table t of these tests.
type database struct {
	*sql.Conn
	dialect dialect.Dialect
}

// inSQLite is a database in memory.
func inSQLite(t testing.TB) database {
	t.Helper()
	d := &sqlite.Driver{}
	if err := sqlitefunc.Register(d); err != nil {
		t.Fatal(err)
	}
	db := database{connection(t, sql.OpenDB(connector{d})), sqliteDialect}
	fill(t, db)
	return db
}

// inPostgres is a database on a real server; the test is skipped without one.
func inPostgres(t testing.TB) database {
	t.Helper()
	pool, err := sql.Open("postgres", pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	db := database{connection(t, pool), postgres}
	execute(t, db.Conn, "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'")
	fill(t, db)
	return db
}

func connection(t testing.TB, pool *sql.DB) *sql.Conn {
	t.Helper()
	t.Cleanup(func() { pool.Close() })
	c, err := pool.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func execute(t testing.TB, c *sql.Conn, query string) {
	t.Helper()
	if _, err := c.ExecContext(context.Background(), query); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

var columns = []rule.Column{
	{Name: "id", Type: spec.Type{Kind: spec.KindInteger}},
	{Name: "n", Type: spec.Type{Kind: spec.KindInteger}, Nullable: true},
	{Name: "big", Type: spec.Type{Kind: spec.KindBigint}, Nullable: true},
	{Name: "x", Type: spec.Type{Kind: spec.KindNumeric}, Nullable: true},
	{Name: "f", Type: spec.Type{Kind: spec.KindDouble}, Nullable: true},
	{Name: "s", Type: spec.Type{Kind: spec.KindText}, Nullable: true},
	{Name: "u", Type: spec.Type{Kind: spec.KindText}, Nullable: true},
	{Name: "flag", Type: spec.Type{Kind: spec.KindBoolean}, Nullable: true},
	{Name: "date", Type: spec.Type{Kind: spec.KindDate}, Nullable: true},
	{Name: "ts", Type: spec.Type{Kind: spec.KindTimestamp}, Nullable: true},
	{Name: "tz", Type: spec.Type{Kind: spec.KindTimestamptz}, Nullable: true},
	{Name: "k", Type: spec.Type{Kind: spec.KindUUID}, Nullable: true},
	{Name: "count", Type: spec.Type{Kind: spec.KindInteger}, Nullable: true},
	{Name: "m", Type: spec.Type{Kind: spec.KindText}, Nullable: true},
}

// rows are SQL literals that both databases read, in the order of columns.
var rows = []string{
	`1, 3, 9007199254740993, 0.1, 0.1, 'abc', 'ABC', TRUE, '2024-01-31', '2024-01-31 00:00:00', '2024-01-31 00:00:00+00', '00000000-0000-4000-8000-000000000001', 1, '2024-02-29'`,
	`2, -7, -5, 24.483650766787413, 1e300, 'a%c', 'a_c', FALSE, '2024-02-29', '2024-02-29 23:59:59.5', '2024-02-29 23:30:00.25+00', '00000000-0000-4000-8000-0000000000ab', 2, ' 12'`,
	`3, 0, 0, 0, -0.5, '', 'É', TRUE, '1999-12-31', '2023-12-31 12:00:00', '2023-12-31 23:59:59+00', '00000000-0000-4000-8000-000000000001', 5, '+1.25e1'`,
	`4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL`,
	`5, 5, 100, 2.5, 2.5, ' It''s ', 'é', FALSE, '2024-03-01', '2024-03-01 00:00:00', '2024-03-01 00:00:00+00', '00000000-0000-4000-8000-000000000002', 9, '12'`,
	`6, 5, 7, -2.5, -2.5, 'Zebra', 'apple', NULL, '2024-01-01', NULL, NULL, NULL, 9, '2023-02-29'`,
}

func fill(t testing.TB, db database) {
	t.Helper()
	create := "CREATE TEMPORARY TABLE " + db.dialect.Quote("t") + " ("
	for i, c := range columns {
		if i > 0 {
			create += ", "
		}
		create += db.dialect.Quote(c.Name) + " " + db.dialect.Type(c.Type)
	}
	execute(t, db.Conn, create+")")
	for _, r := range rows {
		execute(t, db.Conn, "INSERT INTO t VALUES ("+r+")")
	}
	execute(t, db.Conn, "CREATE TEMPORARY TABLE other (a integer, name text, day date)")
	execute(t, db.Conn, "INSERT INTO other VALUES (3, 'abc', '2024-01-31'), (NULL, NULL, NULL)")
	execute(t, db.Conn, "CREATE TEMPORARY TABLE empty (a integer)")
}

var scope = rule.Scope{
	Table:   "t",
	Columns: columns,
	Tables: map[string][]rule.Column{
		"other": {
			{Name: "a", Type: spec.Type{Kind: spec.KindInteger}},
			{Name: "name", Type: spec.Type{Kind: spec.KindText}},
			{Name: "day", Type: spec.Type{Kind: spec.KindDate}},
		},
		"empty": {{Name: "a", Type: spec.Type{Kind: spec.KindInteger}}},
	},
	Vars: map[string]rule.Var{
		"as_of":  {Type: spec.VarMonthEnd, Value: "2024-01-31", Known: true},
		"limit":  {Type: spec.VarNumber, Value: "2.50", Known: true},
		"mode":   {Type: spec.VarEnum, Value: "abc", Known: true},
		"strict": {Type: spec.VarBoolean, Value: "true", Known: true},
		"later":  {Type: spec.VarDate},
	},
}

var (
	postgres      = dialect.For(spec.Postgres)
	sqliteDialect = dialect.For(spec.SQLite)
)
