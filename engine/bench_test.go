package engine_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/internal/pgtest"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/run"
)

// benchRows is how many rows the tables of benchmarks hold.
const benchRows = 1_000_000

// subscriptions is a table of the shape that is shipped, as SQL of its columns
// over i, and expectations of rows of every kind: each column has several.
const subscriptionsColumns = "user_id text, months_active integer, plan_stream_tv boolean, contract_type text, monthly_fee numeric, " +
	"total_paid numeric, net_service text, add_on_security boolean, signup_date date, watch_hours double precision, sessions integer, region text"

const subscriptionsRow = "'u' || (10000000 + i), i % 73, CASE WHEN i % 5 = 0 THEN NULL ELSE i % 2 = 0 END, CASE i % 3 WHEN 0 THEN 'Month-to-month' WHEN 1 THEN 'One year' ELSE 'Two year' END, " +
	"18.25 + (i % 400) * 0.25, (18.25 + (i % 400) * 0.25) * (i % 73), CASE i % 5 WHEN 0 THEN 'No' WHEN 1 THEN 'DSL' ELSE 'Fiber optic' END, " +
	"CASE WHEN i % 7 = 0 THEN NULL ELSE i % 4 = 0 END, '2021-03-04', (i % 1000) / 7.0, i % 500, CASE WHEN i % 2 = 0 THEN 'north' ELSE 'south' END"

func subscriptionsSuite() string {
	var b strings.Builder
	rule := func(format string, args ...any) { fmt.Fprintf(&b, "  - rule: "+format+"\n", args...) }
	kind := func(name, args string) { fmt.Fprintf(&b, "  - %s: {%s}\n", name, args) }
	for _, c := range []string{"user_id", "months_active", "contract_type", "monthly_fee", "total_paid", "net_service", "signup_date", "watch_hours", "sessions", "region"} {
		kind("expect_column_values_to_not_be_null", "column: "+c)
	}
	kind("expect_column_values_to_not_be_null", "column: plan_stream_tv, mostly: 0.5")
	kind("expect_column_values_to_not_be_null", "column: add_on_security, mostly: 0.5")
	for _, c := range []string{"months_active", "monthly_fee", "total_paid", "watch_hours", "sessions"} {
		kind("expect_column_values_to_be_between", "column: "+c+", min_value: 0, max_value: 100000")
		rule("%s >= 0", c)
		rule("%s < 1000000", c)
		rule("%s != -1", c)
	}
	kind("expect_column_values_to_be_between", `column: signup_date, min_value: "2010-01-01", max_value: "2030-01-01"`)
	rule(`signup_date >= date("2000-01-01")`)
	rule(`signup_date < date("2040-01-01")`)
	for c, set := range map[string]string{"contract_type": "[Month-to-month, One year, Two year]", "net_service": `[DSL, Fiber optic, "No"]`, "region": "[north, south]"} {
		kind("expect_column_values_to_be_in_set", "column: "+c+", value_set: "+set)
		kind("expect_column_values_to_not_be_in_set", "column: "+c+`, value_set: ["", unknown, n/a]`)
		kind("expect_column_value_lengths_to_be_between", "column: "+c+", min_value: 1, max_value: 20")
	}
	kind("expect_column_value_lengths_to_equal", "column: user_id, value: 9")
	kind("expect_column_values_to_not_be_in_set", `column: user_id, value_set: ["", unknown]`)
	rule(`user_id startsWith "u"`)
	kind("expect_column_pair_values_a_to_be_greater_than_b", "column_A: total_paid, column_B: monthly_fee, or_equal: true, mostly: 0.9")
	rule("total_paid >= monthly_fee or months_active < 1")
	rule("total_paid == 0 or months_active > 0")
	rule(`net_service == "No" or plan_stream_tv != nil`)
	rule(`net_service != "No" or plan_stream_tv == nil`)
	fmt.Fprintf(&b, "  - {rule: monthly_fee < 150, where: 'net_service == \"DSL\"'}\n")
	fmt.Fprintf(&b, "  - {rule: monthly_fee < 150, where: 'contract_type == \"Two year\"'}\n")
	for _, c := range []string{"contract_type", "net_service", "region", "user_id"} {
		rule(`trim(%s) != ""`, c)
	}
	fmt.Fprintf(&b, "  - {rule: monthly_fee > 20, mostly: 0.9}\n")
	fmt.Fprintf(&b, "  - {rule: watch_hours > 0.1, mostly: 0.9}\n")
	return b.String()
}

// manyWords are 1,100 characters.
var manyWords = func() string {
	var b strings.Builder
	for n := uint32(1); b.Len() < 1100; n++ {
		fmt.Fprintf(&b, "%08x ", n*2654435761)
	}
	return b.String()[:1100]
}()

// wide is a table of 40 columns, and a not null and a range for 30 of them.
func wide() (columns, row, suite string) {
	var c, r, s []string
	for n := range 40 {
		kind, value := "integer", fmt.Sprintf("i %% %d", n+2)
		if n%4 == 3 {
			kind, value = "text", fmt.Sprintf("'value ' || (i %% %d)", n+2)
		}
		c = append(c, fmt.Sprintf("c%d %s", n, kind))
		r = append(r, value)
		if len(s) < 60 {
			s = append(s, fmt.Sprintf("  - expect_column_values_to_not_be_null: {column: c%d}\n", n))
			if kind == "integer" {
				s = append(s, fmt.Sprintf("  - rule: c%d in 0..100\n", n))
			} else {
				s = append(s, fmt.Sprintf("  - expect_column_value_lengths_to_be_between: {column: c%d, min_value: 7, max_value: 20}\n", n))
			}
		}
	}
	return strings.Join(c, ", "), strings.Join(r, ", "), strings.Join(s, "")
}

// note is a text of a thousand characters that no database makes much shorter.
var note = "substr('" + manyWords + "', 1 + i % 100, 1000)"

// What sixty expectations of rows cost, in scans of the table by count(*).
func BenchmarkSixtyExpectations(b *testing.B) {
	wideColumns, wideRow, wideSuite := wide()
	for _, table := range []struct{ name, columns, row, suite string }{
		{"12 columns", subscriptionsColumns, subscriptionsRow, subscriptionsSuite()},
		{"40 columns", wideColumns, wideRow, wideSuite},
		{"40 columns and 1 KB of text", wideColumns + ", note text", wideRow + ", " + note, wideSuite},
	} {
		b.Run(table.name+"/postgres", func(b *testing.B) {
			benchmark(b, pgtest.Database(b), "generate_series(1, %d) AS s(i)", table.columns, table.row, table.suite)
		})
		b.Run(table.name+"/sqlite", func(b *testing.B) {
			benchmark(b, "sqlite:"+filepath.Join(b.TempDir(), "bench.db"), "(WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < %d) SELECT i FROM s)",
				table.columns, table.row, table.suite)
		})
	}
}

func benchmark(b *testing.B, target, series, columns, row, suite string) {
	ctx := context.Background()
	parsed, _, err := database.ParseTarget(target)
	if err != nil {
		b.Fatal(err)
	}
	db, err := database.Open(ctx, parsed, "bench", database.ReadWrite)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	}()
	session := func(do func(*database.Session) error) {
		s, err := db.Session(ctx)
		if err != nil {
			b.Fatal(err)
		}
		if err := do(s); err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
	session(func(s *database.Session) error {
		return s.Exec(ctx, "CREATE TABLE t ("+columns+"); INSERT INTO t SELECT "+row+" FROM "+fmt.Sprintf(series, benchRows)+"; ANALYZE t")
	})
	p := compiled(b, "version: 1\nname: bench\ntables: {t: {columns: {"+strings.NewReplacer("double precision", "double", " ", ": ", ", ", ", ").Replace(columns)+"}}}\nsuites:\n- table: t\n  expectations:\n"+suite, target)
	j := p.Steps[0].Actions[0].(plan.Judge)
	if len(j.Expectations) != 60 {
		b.Fatalf("%d expectations", len(j.Expectations))
	}
	var plain, checked time.Duration
	for b.Loop() {
		start := time.Now()
		session(func(s *database.Session) error {
			_, err := s.One(ctx, "SELECT count(*) AS n FROM t")
			return err
		})
		plain += time.Since(start)
		start = time.Now()
		r := run.Check(ctx, p, db, run.Options{})
		checked += time.Since(start)
		if r.Checks.Passed != 60 {
			for _, e := range r.Expectations {
				if !e.Success {
					b.Errorf("%s %s %v: %s", e.Expectation, e.Rule, e.Arguments, e.Sentence)
				}
			}
			b.FailNow()
		}
	}
	b.ReportMetric(float64(plain.Milliseconds())/float64(b.N), "count-ms")
	b.ReportMetric(float64(checked.Milliseconds())/float64(b.N), "check-ms")
	b.ReportMetric(float64(checked)/float64(plain), "scans")
}
