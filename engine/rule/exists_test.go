package rule_test

import (
	"context"
	"strings"
	"testing"
)

// PostgreSQL answers exists_in from a hash table wherever it stands, and so
// reads the other table once.
func TestExistsInIsHashed(t *testing.T) {
	db := inPostgres(t)
	execute(t, db.Conn, "INSERT INTO other SELECT g, g::text FROM generate_series(10, 20000) g")
	execute(t, db.Conn, "ANALYZE other")
	for _, text := range []string{`exists_in(n, "other.a")`, `exists_in(big, "other.a")`, `exists_in(s, "other.name")`, `n > 7 or not exists_in(lower(s), "other.name")`} {
		condition := "((" + compile(t, text).SQL(postgres) + ") IS FALSE)"
		for _, query := range []string{
			"SELECT count(*) FILTER (WHERE " + condition + ") FROM t",
			"SELECT id FROM t WHERE " + condition,
		} {
			if plan := explain(t, db, query); !strings.Contains(plan, "hashed SubPlan") {
				t.Errorf("%s is planned as\n%s", query, plan)
			}
		}
	}
}

func explain(t *testing.T, db database, query string) string {
	t.Helper()
	found, err := db.QueryContext(context.Background(), "EXPLAIN (VERBOSE, COSTS OFF) "+query)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	var lines []string
	for found.Next() {
		var line string
		if err := found.Scan(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
