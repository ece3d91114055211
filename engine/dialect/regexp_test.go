package dialect_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/spec"
)

// What a pattern becomes for PostgreSQL.
func TestRegexpForPostgres(t *testing.T) {
	for pattern, want := range map[string]string{
		`^a.c$`:             `^a[^\n]c$`,
		`(?s)a.c`:           `a.c`,
		`(?m)^a$`:           `(?<![^\n])a(?![^\n])`,
		`\d+?`:              `[0-9]+`,
		`[^\d]`:             `[^0-9]`,
		`(?i)k`:             "[Kk\u212a]",
		`(a|bc)+`:           `(?:a|bc)+`,
		`a{3}`:              `a{3}`,
		`a{2,600}`:          `a{2,255}a{0,255}a{0,90}`,
		`a{600,}`:           `a{255}a{255}a{90,}`,
		`a{300,900}`:        `a{255}a{45,255}a{0,255}a{0,135}`,
		`(?:^)*`:            `(?:)`,
		`(?:\n|[\x00-é])`:   `[\u0001-é]`,
		`[\x{1F600}-😃\]]`:   `[\]😀-😃]`,
		`it's \Q.*\E`:       `it''s \.\*`,
		"\u00a0[\\r\\v-]a-": `\u00A0[\u000B\u000D\-]a-`,
		`(?P<year>\d{4})-`:  `(?:[0-9]{4})-`,
	} {
		re, fault := dialect.ParseRegexp(pattern)
		if fault != nil {
			t.Errorf("%s: %s", pattern, fault.Message)
			continue
		}
		want = `x::text COLLATE "C" ~ '` + want + "'"
		if got := dialect.For(spec.Postgres).Matches("x", re); got != want {
			t.Errorf("%s:\n got %s\nwant %s", pattern, got, want)
		}
	}
}

// Whatever the pattern, it is either Go's or refused at characters of its own.
func FuzzParseRegexp(f *testing.F) {
	for _, seed := range []string{`^a(b|c)*$`, `(?i)\bk{2,300}`, `[^\pL]`, `(?=a)`, `\1`, `a**`, `(`, `)`, `[`, `x{1001}`, `\`, `(?<n>a)`, "é(?P<é>", `[[:foo:]]`, "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		if !utf8.ValidString(pattern) {
			t.Skip("a text of a YAML file is valid UTF-8")
		}
		re, fault := dialect.ParseRegexp(pattern)
		if fault != nil {
			if fault.From < 0 || fault.From > fault.To || fault.To > utf8.RuneCountInString(pattern) || fault.Message == "" {
				t.Fatalf("%q: %+v", pattern, *fault)
			}
			return
		}
		if _, err := regexp.Compile(pattern); err != nil {
			t.Fatalf("%q: %v", pattern, err)
		}
		if re.String() != pattern || strings.ContainsRune(dialect.For(spec.Postgres).Matches("x", re), 0) {
			t.Fatalf("%q becomes %q", pattern, dialect.For(spec.Postgres).Matches("x", re))
		}
	})
}
