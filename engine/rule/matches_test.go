package rule_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/streamflow/pipe/engine/dialect"
)

var regexpFor = flag.Duration("regexp", 0, "how long to try random regular expressions; 0 tries a few hundred")

// A pattern that compiles matches the same texts in Go, in SQLite and in
// PostgreSQL, whatever it is made of.
func TestRegularExpressionsAgree(t *testing.T) {
	here, there := inSQLite(t), inPostgres(t)
	random := rand.New(rand.NewPCG(7, 11))
	until := time.Now().Add(*regexpFor)
	tried, matched, asked := 0, 0, 0
	for tried < 400 || time.Now().Before(until) {
		pattern := randomPattern(random, 5)
		re, fault := dialect.ParseRegexp(pattern)
		if fault != nil {
			continue // refused, as a user would be told
		}
		tried++
		texts := make([]string, 40)
		for i := range texts {
			texts[i] = randomText(random)
		}
		inGo := regexp.MustCompile(pattern)
		sqlite, postgres := ask(t, here, re, texts), ask(t, there, re, texts)
		for i, text := range texts {
			want := inGo.MatchString(text)
			asked++
			if want {
				matched++
			}
			if sqlite[i] != want || postgres[i] != want {
				t.Fatalf("%q on %q: Go says %v, SQLite %v, PostgreSQL %v to\n%s", pattern, text, want, sqlite[i], postgres[i], there.dialect.Matches("x", re))
			}
		}
	}
	t.Logf("%d patterns, %d of %d texts matched", tried, matched, asked)
}

// ask tells for each text whether it matches.
func ask(t *testing.T, db database, re dialect.Regexp, texts []string) []bool {
	t.Helper()
	rows := make([]string, len(texts))
	for i, s := range texts {
		rows[i] = "(" + strconv.Itoa(i) + ", " + dialect.Text(s) + ")"
	}
	query := "WITH v (i, x) AS (VALUES " + strings.Join(rows, ", ") + ") SELECT i FROM v WHERE " + db.dialect.Matches("x", re)
	found, err := db.QueryContext(context.Background(), query)
	if err != nil {
		t.Fatalf("%q: %v\n%s", re, err, db.dialect.Matches("x", re))
	}
	defer found.Close()
	answers := make([]bool, len(texts))
	for found.Next() {
		var i int
		if err := found.Scan(&i); err != nil {
			t.Fatal(err)
		}
		answers[i] = true
	}
	if err := found.Err(); err != nil {
		t.Fatalf("%q: %v\n%s", re, err, db.dialect.Matches("x", re))
	}
	return answers
}

var letters = []string{"a", "b", "B", "k", "K", "\u212a", "s", "ſ", "é", "É", "_", "1", "-", " ", "\n", "\t", "\v", "\r", "\u00a0", "\u2028", "ß", "ẞ", "😀", "]", "^", "{", "'", "\\"}

func pick(r *rand.Rand, from ...string) string { return from[r.IntN(len(from))] }

func randomText(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(7) {
		b.WriteString(letters[r.IntN(len(letters))])
	}
	return b.String()
}

// randomPattern makes patterns of everything that RE2 has; some do not compile.
func randomPattern(r *rand.Rand, depth int) string {
	if depth == 0 || r.IntN(6) == 0 {
		return randomAtom(r)
	}
	sub := func() string { return randomPattern(r, depth-1) }
	switch r.IntN(12) {
	case 0, 1, 2, 3:
		return sub() + sub()
	case 4:
		return "(?:" + sub() + "|" + sub() + ")"
	case 5:
		return sub() + "|" + sub()
	case 6, 7:
		return "(" + sub() + ")" + pick(r, "{0,20}", "{3,12}", "{40}", "{300}", "*", "+", "?", "*?", "+?", "??", "{2}", "{0,1}", "{1,}", "{0,3}", "{2,}?", "{0}", "{0,0}")
	case 8:
		return "(?" + pick(r, "i", "s", "m", "is", "im", "sm", "ism", "-i", "i-s", "U") + ":" + sub() + ")"
	case 9:
		return randomAtom(r) + pick(r, "{0,30}", "{260,}", "*", "+", "?", "{2}", "{1,2}", "{0,2}?", "{,2}")
	case 10:
		return "(?P<n>" + sub() + ")"
	}
	return "(?" + pick(r, "i", "s", "m") + ")" + sub()
}

func randomAtom(r *rand.Rand) string {
	switch r.IntN(10) {
	case 0:
		return pick(r, "^", "$", `\A`, `\z`, `\b`, `\B`)
	case 1:
		return pick(r, `\d`, `\w`, `\s`, `\D`, `\W`, `\S`, ".")
	case 2:
		return pick(r, `\pL`, `\p{Lu}`, `\P{Ll}`, `\p{Greek}`, `[[:alpha:]]`, `[^[:space:]]`, `[[:^word:]]`, `[\pL\d]`)
	case 3, 4:
		class := "["
		if r.IntN(3) == 0 {
			class += "^"
		}
		for range 1 + r.IntN(3) {
			class += pick(r, `a-c`, `\d`, `\W`, `A-Z`, `\s`, `é-ÿ`, `\n`, `\]`, `\-`, `\^`, `_`, `[:digit:]`, `\x{1F5FF}-\x{1F6FF}`, `k`, `\\`, `0-\x{ffff}`)
		}
		return class + "]"
	case 5:
		return pick(r, "()", "(|a)", "(a|)", "(?:)", `\Q.*\E`, `\x41`, `\x{e9}`, `\n`, `\t`, `\.`, `\\`, `'`)
	}
	return regexp.QuoteMeta(letters[r.IntN(len(letters))])
}
