package greatexpectations

import (
	"errors"
	"strings"
	"testing"
)

// What pandas selects, the rule selects, where NULL is false to a comparison
// and true to !=; what cannot be said exactly is refused.
func TestPandas(t *testing.T) {
	for query, want := range map[string]string{
		`x > 5`:                                 `x > 5`,
		`x > 5 and y == "a"`:                    `x > 5 and y == "a"`,
		`(x > 5) & (y == 'a') | z < -1.5e3`:     `(x > 5 and y == "a") or z < -1.5e3`,
		`x > 5 or y == 1 and z == 2`:            `x > 5 or (y == 1 and z == 2)`,
		`x != 5`:                                `x == nil or x != 5`,
		`not x != 5`:                            `x == 5`,
		`not x > 5`:                             `x == nil or x <= 5`,
		`not (x > 5 and y == 1)`:                `x == nil or x <= 5 or y == nil or y != 1`,
		`~(x > 5 | y.isnull())`:                 `(x == nil or x <= 5) and y != nil`,
		`x < y`:                                 `x < y`,
		`x != y`:                                `x == nil or y == nil or x != y`,
		`0 < x <= 5`:                            `x > 0 and x <= 5`,
		`5 != x`:                                `x == nil or x != 5`,
		`x in [1, 2]`:                           `x in [1, 2]`,
		`x in ("a", 'b',)`:                      `x in ["a", "b"]`,
		`x not in ['a']`:                        `x == nil or x not in ["a"]`,
		`not x not in ['a']`:                    `x in ["a"]`,
		`x.isna() or y.notna() and z.notnull()`: `x == nil or (y != nil and z != nil)`,
		`flag`:                                  `flag`,
		`~flag & paid == True`:                  `not flag and paid == true`,
		"`x` == 1":                              `x == 1`,
		`x == "it's \u00e9"`:                    "",
		`x == "say 'hi'"`:                       `x == "say 'hi'"`,
		`x == 'say "hi"'`:                       `x == "say \"hi\""`,
		`x == "日本"`:                             `x == "日本"`,
		"":                                      "",
		`x = 5`:                                 "",
		`x == [1, 2]`:                           "",
		`x in []`:                               "",
		`x in y`:                                "",
		`x in (1)`:                              "",
		`x + 1 > 5`:                             "",
		`x > 5 - 3`:                             "",
		`x * 2 == y`:                            "",
		`x > @limit`:                            "",
		`x.str.len() > 3`:                       "",
		`x.str.contains("a")`:                   "",
		`abs(x) > 3`:                            "",
		`x[0] == 1`:                             "",
		`index > 5`:                             "",
		`x == None`:                             "",
		`x is None`:                             "",
		`x == nan`:                              "",
		`"a" "b" == x`:                          "",
		`x == "a\n"`:                            "",
		"`a b` == 1":                            "",
		`(x > 5`:                                "",
		`x > 5)`:                                "",
		`x >`:                                   "",
		`(x) == 5`:                              "",
		`~x == 5`:                               "",
		`x > 5 in [True]`:                       "",
		`5`:                                     "",
		`x > 1_000`:                             "",
		`x > 0x10`:                              "",
		`x > 5 if y else z`:                     "",
		`x; y`:                                  "",
	} {
		c, err := pandas(query)
		got := ""
		var refused *refusal
		if err == nil {
			got = c.rule(twoValued)
		} else if !errors.As(err, &refused) {
			t.Errorf("%s: %v", query, err)
		}
		if got != want {
			t.Errorf("%s\ngot  %s (%v)\nwant %s", query, got, err, want)
		}
	}
}

func FuzzPandas(f *testing.F) {
	f.Add(`(x > 5 | ~paid) & kind not in ['a', 'b'] and not d < '2020-01-01'`)
	f.Add("`a b`.isna() or 0 < x != y")
	f.Fuzz(func(t *testing.T, query string) {
		c, err := pandas(query)
		if err != nil {
			return
		}
		if rule := c.rule(twoValued); strings.TrimSpace(rule) == "" || len(c.names(nil)) == 0 && !strings.ContainsAny(rule, "0123456789\"tf") {
			t.Errorf("%q became %q", query, rule)
		}
	})
}
