package sqlitefunc_test

import (
	"database/sql"
	"testing"

	"modernc.org/sqlite"

	"github.com/streamflow/pipe/engine/internal/sqlitefunc"
)

// What exact sums cost beside SQLite's own, over 1,000,000 rows.
func BenchmarkSum(b *testing.B) {
	d := &sqlite.Driver{}
	if err := sqlitefunc.Register(d); err != nil {
		b.Fatal(err)
	}
	db := sql.OpenDB(connector{d})
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE t AS WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 1000000)
		SELECT i, (i % 10007) / 100.0 AS cents, i / 7.0 AS long FROM r`); err != nil {
		b.Fatal(err)
	}
	for _, tt := range []struct{ name, query string }{
		{"builtin/integers", "SELECT sum(i) FROM t"},
		{"exact/integers", "SELECT pipe_sum(i) FROM t"},
		{"builtin/cents", "SELECT sum(cents) FROM t"},
		{"exact/cents", "SELECT pipe_sum(cents) FROM t"},
		{"mean/cents", "SELECT pipe_mean(cents) FROM t"},
		{"exact/seventeen digits", "SELECT pipe_sum(long) FROM t"},
	} {
		b.Run(tt.name, func(b *testing.B) {
			for range b.N {
				var v any
				if err := db.QueryRow(tt.query).Scan(&v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
