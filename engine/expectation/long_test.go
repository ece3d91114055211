package expectation_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/internal/pgtest"
	"github.com/streamflow/pipe/engine/spec"
)

// longSuite holds lists that no limit may cut short: the last value of each
// list decides.
func longSuite() *txtar.Archive {
	var values, pairs, weights []string
	for i := range 12000 {
		values = append(values, fmt.Sprint(i))
	}
	for i := range 5000 {
		pairs = append(pairs, fmt.Sprintf("[%d, %d]", i+7000, i))
	}
	for range 2000 {
		weights = append(weights, "0.0005")
	}
	list := strings.Join(values, ", ")
	suite := "tables:\n  t: {primary_key: [id], columns: {id: integer, n: integer}}\nsuites:\n  - table: t\n    expectations:\n"
	for _, e := range []string{
		"expect_column_values_to_be_in_set: {column: n, value_set: [" + list + "]}",
		"expect_column_values_to_not_be_in_set: {column: n, value_set: [" + list + "]}",
		"expect_column_distinct_values_to_be_in_set: {column: n, value_set: [" + list + "]}",
		"expect_column_distinct_values_to_contain_set: {column: n, value_set: [" + list + "]}",
		"expect_column_most_common_value_to_be_in_set: {column: n, value_set: [" + list + "], ties_okay: true}",
		"expect_column_pair_values_to_be_in_set: {column_A: n, column_B: id, value_pairs_set: [" + strings.Join(pairs, ", ") + "]}",
		"expect_column_kl_divergence_to_be_less_than: {column: id, partition_object: {values: [" + strings.Join(values[3000:5000], ", ") +
			"], weights: [" + strings.Join(weights, ", ") + "]}, threshold: 8}",
	} {
		suite += "      - " + e + "\n"
	}
	return &txtar.Archive{Files: []txtar.File{{Name: "suite.yaml", Data: []byte(suite)}, {Name: "rows/t", Data: []byte("4999, 11999\n")}}}
}

func TestLongLists(t *testing.T) {
	c := read(t, longSuite())
	testLong(t, c, inSQLite(t, c))
	t.Run("postgres", func(t *testing.T) {
		pool, err := sql.Open("postgres", pgtest.Database(t))
		if err != nil {
			t.Fatal(err)
		}
		defer pool.Close()
		testLong(t, c, fill(t, pool, dialect.For(spec.Postgres), c))
	})
}

func testLong(t *testing.T, c suiteCase, db database) {
	t.Helper()
	want := []string{"1 elements, 0 missing, 0 unexpected", "1 elements, 0 missing, 1 unexpected", "success", "failure: n holds 1 of the values",
		"success", "1 elements, 0 missing, 0 unexpected", "success: the divergence of id is 7.6009"}
	c.each(func(s *spec.Suite, e *spec.Expectation) {
		compiled, list := expectation.Compile(e, s, c.context(s, db.dialect))
		if list.HasErrors() {
			t.Fatal(list)
		}
		if got := verdict(t, db, compiled); !strings.Contains(got, want[e.Index]) {
			t.Errorf("%s on %s: want %s, got %.300s", compiled.Kind, db.dialect.Driver(), want[e.Index], got)
		}
	})
}
