package rule_test

import (
	"context"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/spec"
)

// A text is read as the same number, whole number or date by both databases,
// or by neither.
func TestTextsAreReadAlike(t *testing.T) {
	here, there := inSQLite(t), inPostgres(t)
	random := rand.New(rand.NewPCG(3, 5))
	texts := []string{"9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "2.", ".5", ".", "+.5e-3", "1e199", "1e200", "1e0199", "1_000",
		"Infinity", "nan", "0x10", " 1", "1 ", "", "-0", "1e", strings.Repeat("9", 100), strings.Repeat("9", 101), strings.Repeat("9", 96) + "e199", "." + strings.Repeat("0", 93) + "1e-199", strings.Repeat("0", 81) + "9223372036854775807", "0000-01-01", "0001-01-01", "9999-12-31", "2000-02-29", "1900-02-29",
		"2023-02-29", "2024-04-31", "2024-1-1", "2024-01-01 ", "infinity", "2024-01-01\n", "١"}
	for len(texts) < 3000 {
		texts = append(texts, randomNumeral(random), randomDay(random))
	}
	for _, kind := range []spec.Kind{spec.KindDouble, spec.KindBigint, spec.KindDate} {
		a, b := readAs(t, here, texts, kind), readAs(t, there, texts, kind)
		read := 0
		for i, text := range texts {
			if a[i] != b[i] {
				t.Errorf("%q as a %s: SQLite reads %s, PostgreSQL %s", text, kind, a[i], b[i])
			}
			if a[i] != "unknown" {
				read++
			}
		}
		if read < 100 {
			t.Errorf("only %d texts were read as a %s", read, kind)
		}
	}
}

func readAs(t *testing.T, db database, texts []string, kind spec.Kind) []string {
	t.Helper()
	rows := make([]string, len(texts))
	for i, s := range texts {
		rows[i] = "(" + strconv.Itoa(i) + ", " + dialect.Text(s) + ")"
	}
	x := db.dialect.Output("("+db.dialect.Cast("x", spec.KindText, kind)+")", kind)
	found, err := db.QueryContext(context.Background(), "WITH v (i, x) AS (VALUES "+strings.Join(rows, ", ")+") SELECT "+x+" FROM v ORDER BY i")
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	var list []string
	for found.Next() {
		var v any
		if err := found.Scan(&v); err != nil {
			t.Fatal(err)
		}
		if f, ok := v.(float64); ok {
			list = append(list, strconv.FormatFloat(f, 'g', -1, 64))
		} else {
			list = append(list, plain(v))
		}
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

func randomNumeral(r *rand.Rand) string {
	var b strings.Builder
	for range 1 + r.IntN(20) {
		b.WriteString(pick(r, "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"))
		if r.IntN(12) == 0 {
			b.WriteString(pick(r, ".", "e", "E", "-", "+", "e-", "e+"))
		}
	}
	return pick(r, "", "", "-", "+", ".") + b.String()
}

func randomDay(r *rand.Rand) string {
	two := func(most int) string { return string([]byte{byte('0' + r.IntN(most)), byte('0' + r.IntN(10))}) }
	return two(10) + two(10) + "-" + two(2) + "-" + two(4)
}
