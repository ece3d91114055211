package rule_test

import (
	"context"
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/rule"
)

// nested writes something around a rule's text again and again.
func nested(begin, before, after string, times int) string {
	return strings.Repeat(before, times) + begin + strings.Repeat(after, times)
}

// Whatever compiles can be evaluated, however long or deep it is: SQLite holds
// no expression that is deeper than 1000. Everything else is told with a place.
func TestDepth(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { testDepth(t, inSQLite(t)) })
	t.Run("postgres", func(t *testing.T) { testDepth(t, inPostgres(t)) })
}

func testDepth(t *testing.T, db database) {
	for _, c := range []struct {
		name, begin, before, after, end string
		most                            int // how often it may be written; 0: as often as the length allows
	}{
		{name: "or", begin: "n == 0", after: " or n == 1"},
		{name: "and", begin: "n == 0", after: " && n == 1"},
		{name: "or to the right", begin: "n == 0", before: "n == 1 or (", after: ")"},
		{name: "not", begin: "flag", before: "not "},
		{name: "exclamation mark", begin: "flag", before: "!"},
		{name: "minus", begin: "x", before: "-", end: " > 0"},
		{name: "not of parentheses", begin: "flag", before: "not (", after: ")"},
		{name: "plus", begin: "n", after: " + 1", end: " > 0", most: 149},
		{name: "plus of infinities", begin: "n / x", after: " + 1", end: " > 0", most: 148},
		{name: "remainder", begin: "n", after: " % 7", end: " > 0"},
		{name: "product to the right", begin: "n", before: "2 * (", after: ")", end: " > 0", most: 149},
		{name: "lower", begin: "s", before: "lower(", after: ")", end: ` == "a"`, most: 149},
		{name: "trim", begin: "s", before: "trim(", after: ")", end: ` == "a"`, most: 149},
		{name: "abs", begin: "n", before: "abs(", after: ")", end: " > 0", most: 149},
		{name: "round", begin: "n", before: "round(", after: ", 2)", end: " > 0", most: 149},
		{name: "alternatives", begin: "1", before: "flag ? 0 : ", end: " > 0", most: 149},
		{name: "fallback", begin: "n", after: " ?? n", end: " > 0", most: 149},
		{name: "equal truths", begin: "flag", before: "flag == (", after: ")", most: 150},
		{name: "ands inside ors", begin: "flag", before: "flag or (flag and (", after: "))", most: 75},
		{name: "a fraction's denominator", begin: "n", before: "1 / (", after: ")", end: " > 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			write := func(times int) string { return nested(c.begin, c.before, c.after, times) + c.end }
			if c.end != "" {
				write = func(times int) string { return "(" + nested(c.begin, c.before, c.after, times) + ")" + c.end }
			}
			longest := (10_000 - len(c.begin) - len(c.end) - 2) / (len(c.before) + len(c.after))
			times := c.most
			if times == 0 {
				times = longest
			}
			for ; times > 0; times = times * 9 / 10 {
				r, list := rule.Compile(source(write(times)), scope)
				if r == nil {
					if c.most > 0 || len(list) != 1 || list[0].Code != "rule-too-long" || list[0].Suggestion == "" {
						t.Fatalf("%d times: %v", times, list)
					}
					continue
				}
				t.Logf("%d times", times)
				var n int
				sql := "SELECT count(*) FILTER (WHERE NOT (" + r.SQL(db.dialect) + ")) FROM t"
				if err := db.QueryRowContext(context.Background(), sql).Scan(&n); err != nil {
					t.Errorf("%d times: %v", times, err)
				}
				break
			}
			if c.most == 0 || c.most >= longest {
				return
			}
			r, list := rule.Compile(source(write(c.most+1)), scope)
			if r != nil || len(list) != 1 || list[0].Code != "rule-too-long" || list[0].EndCol == 0 || list[0].Suggestion == "" {
				t.Errorf("%d times: %v", c.most+1, list)
			}
		})
	}
}

// Pairs of not and of minus are nothing, and what stands behind them is checked.
func TestPairs(t *testing.T) {
	for text, wanted := range map[string]string{
		"not not flag":    "flag",
		"!!!flag":         "not flag",
		"- -x > 0":        "x > 0",
		"-(-(-x)) > 0":    "-x > 0",
		"not not (n > 1)": "n > 1",
	} {
		if got, want := compile(t, text).SQL(sqliteDialect), compile(t, wanted).SQL(sqliteDialect); got != want {
			t.Errorf("%s becomes %s and not %s", text, got, want)
		}
	}
	for _, text := range []string{"not not s", "- -s > 0", "not not n", "--flag == 1"} {
		if r, _ := rule.Compile(source(text), scope); r != nil {
			t.Errorf("%s compiles", text)
		}
	}
}
