package sqlitefunc_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"math"
	"testing"

	"modernc.org/sqlite"

	"github.com/streamflow/pipe/engine/internal/sqlitefunc"
)

type connector struct{ d *sqlite.Driver }

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.d.Open(":memory:") }
func (c connector) Driver() driver.Driver                        { return c.d }

func TestFunctions(t *testing.T) {
	d := &sqlite.Driver{}
	if err := sqlitefunc.Register(d); err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector{d})
	defer db.Close()
	for _, tt := range []struct {
		query string
		want  any
	}{
		{"SELECT pipe_median(column1) FROM (VALUES (1), (NULL), (4), (2), (3))", 2.5},
		{"SELECT pipe_median(column1) FROM (VALUES (3), (1), (2))", 2.0},
		{"SELECT pipe_median(column1) FROM (VALUES (NULL))", nil},
		{"SELECT pipe_median(column1) FILTER (WHERE column1 > 1) FROM (VALUES (1), (2), (3))", 2.5},
		{"SELECT pipe_stddev(column1) FROM (VALUES (2), (4), (4), (4), (5), (5), (7), (9))", 2.138089935299395},
		{"SELECT pipe_stddev(column1) FROM (VALUES (2), (NULL))", nil},
		{"SELECT pipe_quantile(column1, 0.5) FROM (VALUES (4), (1), (3), (2), (NULL))", int64(2)},
		{"SELECT pipe_quantile(column1, 0) FROM (VALUES (4), (1.5))", 1.5},
		{"SELECT pipe_quantile(column1, 1) FROM (VALUES (4), (1.5))", int64(4)},
		{"SELECT pipe_quantile(column1, 0.5) FROM (VALUES (NULL))", nil},
		{"SELECT pipe_sum(column1) FROM (VALUES (0.1), (0.2), (NULL))", 0.3},
		{"SELECT pipe_sum(column1) FROM (VALUES (9007199254740993), (2.0))", int64(9007199254740995)},
		{"SELECT pipe_sum(column1) FROM (VALUES (9223372036854775807), (9223372036854775807), (-9223372036854775807))", int64(9223372036854775807)},
		{"SELECT pipe_sum(column1) FROM (VALUES (9223372036854775807), (1))", "9223372036854775808"},
		{"SELECT pipe_sum(column1) FROM (VALUES (-9223372036854775808), (-0.5))", "-9223372036854775808.5"},
		{"SELECT pipe_sum(column1) FROM (VALUES (24.483650766787413), (-24.483650766787413))", int64(0)},
		{"SELECT pipe_sum(column1) FROM (VALUES (1e22), (0.05), (-1e22))", 0.05},
		{"SELECT pipe_sum(column1) FROM (VALUES (1e300), (1e-20), (-1e300))", 1e-20},
		{"SELECT pipe_sum(column1) FROM (VALUES (9e999), (1))", math.Inf(1)},
		{"SELECT pipe_sum(column1) FROM (VALUES (NULL))", nil},
		{"SELECT pipe_mean(column1) FROM (VALUES (0.1), (0.2), (0.3))", 0.2},
		{"SELECT pipe_mean(column1) FROM (VALUES (9223372036854775807), (9223372036854775807))", 9223372036854775807.0},
		{"SELECT pipe_mean(column1) FROM (VALUES (NULL))", nil},
		{"SELECT pipe_compare('9223372036854775808', 9223372036854775807)", int64(1)},
		{"SELECT pipe_compare(0.3, '0.30000000000000000001')", int64(-1)},
		{"SELECT pipe_compare(2, 2.0)", int64(0)},
		{"SELECT pipe_compare(NULL, 1)", nil},
		{"SELECT pipe_double('9223372036854775808.5')", 9223372036854775808.0},
		{"SELECT pipe_double(3)", 3.0},
		{"SELECT pipe_double(NULL)", nil},
		{"SELECT pipe_round(2.5, 0)", 3.0},
		{"SELECT pipe_round(-2.5, 0)", -3.0},
		{"SELECT pipe_round(1.005, 2)", 1.01},
		{"SELECT pipe_round(0.49999999999999994, 0)", 0.0},
		{"SELECT pipe_round(-0.2, 0)", 0.0},
		{"SELECT pipe_round(NULL, 2)", nil},
	} {
		var got any
		if err := db.QueryRow(tt.query).Scan(&got); err != nil {
			t.Errorf("%s: %v", tt.query, err)
		} else if got != tt.want {
			t.Errorf("%s = %v (%T), want %v", tt.query, got, got, tt.want)
		}
	}
}

// An infinity is no result of finite values: PostgreSQL refuses one, too.
func TestResultsBeyondDoublesAreErrors(t *testing.T) {
	d := &sqlite.Driver{}
	if err := sqlitefunc.Register(d); err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector{d})
	defer db.Close()
	for query, fails := range map[string]bool{
		"SELECT pipe_stddev(column1) FROM (VALUES (1e300), (-1e300))":                   true,
		"SELECT pipe_stddev(column1) FROM (VALUES (1.7e308), (1.7e308), (1))":           true,
		"SELECT pipe_stddev(column1) FROM (VALUES (1e150), (-1e150))":                   false,
		"SELECT pipe_stddev(column1) FROM (VALUES (9e999), (1))":                        false,
		"SELECT pipe_percentile(column1, 0.5) FROM (VALUES (-1.7e308), (1.7e308))":      true,
		"SELECT pipe_percentile(column1, 0.5) FROM (VALUES (-9e999), (1.7e308), (2))":   false,
		"SELECT pipe_percentile(column1, 0.5) FROM (VALUES (1.7e308), (1.75e308))":      false,
		"SELECT pipe_percentile(column1, 0.25) FROM (VALUES (9e999), (9e999), (9e999))": false,
	} {
		var got any
		if err := db.QueryRow(query).Scan(&got); (err != nil) != fails {
			t.Errorf("%s = %v, %v", query, got, err)
		}
	}
}
