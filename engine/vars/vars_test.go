package vars_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
	"github.com/streamflow/pipe/engine/vars"
)

// text stands on line 1 from column 1 on, so that a diagnostic's column is the
// number of a character in it.
func text(v string) spec.Text {
	return spec.Verbatim(v, diag.Pos{File: "specs/s.yaml", Line: 1, Col: 1})
}

func declare(name string, t spec.VarType) *spec.Var {
	return &spec.Var{Name: text(name), Type: spec.Value[spec.VarType]{V: t, Set: true}}
}

func withDefault(name string, t spec.VarType, value string) *spec.Var {
	v := declare(name, t)
	v.Default = text(value)
	return v
}

func enum(name string, values ...string) *spec.Var {
	v := declare(name, spec.VarEnum)
	for _, w := range values {
		v.Values = append(v.Values, text(w))
	}
	return v
}

// secret is what no message may ever hold.
const secret = "hunter2"

func environment(name string) string {
	return map[string]string{"USER": "ada", "EMPTY": "", "SECRET": secret, "DAY": "2024-02-29", "NOTADAY": secret, "HOOK": "https://h/" + secret}[name]
}

// everyType is a spec with a var of each type, and their values.
func everyType(t testing.TB) *vars.Values {
	t.Helper()
	s := &spec.Spec{Vars: []*spec.Var{
		declare("as_of", spec.VarMonthEnd), declare("day", spec.VarDate), declare("region", spec.VarText), declare("n", spec.VarInteger),
		declare("rate", spec.VarNumber), declare("full", spec.VarBoolean), declare("dir", spec.VarPath), enum("size", "small", "large"),
	}}
	v, err := vars.Resolve(s, map[string]string{"as_of": "2024-02-29", "day": "2024-01-15", "region": "Eu", "n": "7", "rate": "0.10",
		"full": "TRUE", "dir": "/data/x", "size": "small"}, environment)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestExpand(t *testing.T) {
	tests := []struct{ text, want string }{
		{"plain", "plain"},
		{"", ""},
		{"$ and { and } and $$ are letters", "$ and { and } and $$ are letters"},
		{"${{vars.as_of}}", "2024-02-29"},
		{"${{ vars.dir }}/users_${{ vars.region }}.csv", "/data/x/users_Eu.csv"},
		{"é${{ vars.region }}é", "éEué"},
		{`${{ vars["region"] }}`, "Eu"},

		// Printing: numbers given keep their digits.
		{"${{ vars.n }} ${{ vars.rate }} ${{ vars.full }} ${{ vars.size }}", "7 0.10 true small"},
		{"${{ 0.50 }} ${{ 1_000 }} ${{ vars.rate * 2 }} ${{ 7 / 2 }} ${{ 6 / 2 }} ${{ 1e30 * 1 }}", "0.50 1000 0.2 3.5 3 1e+30"},

		// The dates that a monthly run needs.
		{`${{ sprintf("data/seeds/month_%03d", months_since(vars.as_of, "2024-01-31")) }}`, "data/seeds/month_001"},
		{`${{ months_since("2023-12-01", vars.as_of) }}`, "-2"},
		{`${{ format_date(vars.as_of, "%Y-%m") }}`, "2024-02"},
		{`${{ format_date("2024-03-05", "%d/%m/%y %b %B %a %A %e %j %F 100%%") }}`, "05/03/24 Mar March Tue Tuesday  5 065 2024-03-05 100%"},
		{`${{ month_end(vars.day) }}`, "2024-01-31"},
		{`${{ add_months("2024-01-31", 1) }}`, "2024-02-29"},
		{`${{ add_months(vars.as_of, -12) }}`, "2023-02-28"},
		{`${{ add_months(vars.as_of, 1) }}`, "2024-03-29"},
		{`${{ month_end(add_months(vars.as_of, 1)) }}`, "2024-03-31"},
		{`${{ vars.as_of >= "2024-01-31" }} ${{ "2024-03-31" > vars.as_of }} ${{ vars.as_of == date("2024-02-29") }} ${{ vars.as_of != vars.day }}`, "true true true true"},
		{`${{ vars.as_of in ["2024-01-31", "2024-02-29"] }}`, "true"},
		{`${{ vars.as_of == env.DAY }} ${{ month_end(env.DAY) }}`, "true 2024-02-29"},

		{`${{ lower(vars.region) }} ${{ upper(vars.region) }} ${{ trim("  x ") }} ${{ trim("--x-", "-") }} ${{ replace("a.b.c", ".", "/") }}`, "eu EU x x a/b/c"},
		{`${{ vars.region | lower() }}`, "eu"},
		{`${{ sprintf("%s|%5s|%-3d|%x|%.2f|%v|%t|%q|%%", vars.as_of, "a", 7, 255, 1, vars.rate, vars.full, "q") }}`, `2024-02-29|    a|7  |ff|1.00|0.10|true|"q"|%`},

		{`${{ vars.n > 5 && vars.n < 10 ? "mid" : "out" }}`, "mid"},
		{`${{ 5 < vars.n < 10 }} ${{ vars.n in 1..7 }} ${{ vars.n not in [1, 2] }} ${{ not vars.full }} ${{ vars.rate == 0.1 }}`, "true true true false true"},
		{`${{ vars.region contains "u" and vars.region startsWith "E" and vars.region endsWith "u" or false }}`, "true"},
		{`${{ vars.region matches "^E.$" }} ${{ vars.region + "-" + vars.size }} ${{ -vars.n + 2 * 3 % 4 }} ${{ 2 ** 3 }}`, "true Eu-small -5 8"},

		// What looks like the end inside quotes is not the end.
		{`${{ "}}" }}x`, "}}x"},
		{"${{ '}}' + \"\\\"}}\" + `}}\\` }}", `}}"}}}}\`},
		{`${{ "${{" }} ${{ "{{" }}`, `${{ {{`},

		// env is nil when unset or empty.
		{`${{ env.USER }}@${{ env.HOST ?? "localhost" }}`, "ada@localhost"},
		{`${{ env.EMPTY ?? "blank is unset" }}`, "blank is unset"},
		{`${{ env.HOST ?? env.EMPTY ?? env.USER }}`, "ada"},
		{`${{ env.HOST == nil }} ${{ env.USER != nil }} ${{ env.HOST == "x" }} ${{ env.HOST in ["x"] }}`, "true true false false"},
		{`${{ env.HOST != nil ? "set" : "unset" }}`, "unset"},
		{`${{ (env.HOST ?? "a") + "b" }}`, "ab"},
	}
	v := everyType(t)
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, err := v.Expand(text(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// report writes diagnostics as columns, message and cure, one a line.
func report(err error) string {
	list, ok := diag.AsList(err)
	if !ok {
		return fmt.Sprintf("not a list: %v", err)
	}
	var lines []string
	for _, d := range list {
		lines = append(lines, strings.TrimRight(fmt.Sprintf("%d-%d %s [%s] %s", d.Col, d.EndCol, d.Message, d.Code, d.Suggestion), " "))
	}
	return strings.Join(lines, "\n")
}

func TestFaultsOfTemplates(t *testing.T) {
	tests := []struct{ text, want string }{
		// Form.
		{"a ${{ vars.n", "3-6 this template does not end [template-unclosed] close it with }} (a }} inside quotes does not count)"},
		{`${{ "a }}`, "1-4 this template does not end [template-unclosed] close it with }} (a }} inside quotes does not count)"},
		{"é${{  }}", "2-9 this template is empty [template-syntax] write an expression such as ${{ vars.as_of }}"},
		{"{{ vars.n }}", "1-3 {{ does not belong to a template [template-syntax] templates are written ${{ ... }}; for the characters themselves write ${{ \"{{\" }}"},
		{"vars.n }}", "8-10 }} does not belong to a template [template-syntax] templates are written ${{ ... }}; for the characters themselves write ${{ \"}}\" }}"},
		{"${HOME}/x", "1-3 ${ does not belong to a template [template-syntax] templates are written ${{ ... }}; for the characters themselves write ${{ \"${\" }}"},
		{"${{ vars.n + }}", `13-14 this template cannot be read: it ends where more is wanted [template-syntax]`},
		{"${{ vars.n ! }}", `12-13 this template cannot be read: "!" is not expected here [template-syntax]`},
		{`${{ env.A ?? "x" + "y" }}`, `18-19 this template cannot be read: Operator (+) and coalesce expressions (??) cannot be mixed. Wrap either by parentheses. [template-syntax]`},

		// Names.
		{"x/${{ vars.asof }}", `12-16 there is no var "asof" [unknown-var] did you mean "as_of"?`},
		{"${{ vars.zzzzzz }}", `10-16 there is no var "zzzzzz" [unknown-var] vars: as_of, day, region, n, rate, full, dir, size`},
		{"${{ as_of }}", `5-10 "as_of" is not a name that templates know [unknown-name] write vars.as_of`},
		{"${{ HOME }}", `5-9 "HOME" is not a name that templates know [unknown-name] write env.HOME`},
		{"${{ eu }}", `5-7 "eu" is not a name that templates know [unknown-name] write vars.eu or env.EU, or quote it: "eu"`},
		{"${{ lower }}", `5-10 "lower" is not a name that templates know [unknown-name] lower is a function: write lower(text)`},
		{"${{ vars }}", `5-9 vars alone is not a value [unknown-name] name what you want of it: vars.name`},
		{"${{ vars.n.x }}", `12-13 only vars and env have names inside [unknown-name] write vars.name or env.NAME`},
		{"${{ months_sinse(vars.as_of, vars.day) }}", `5-17 there is no function "months_sinse" [unknown-function] did you mean "months_since"?`},
		{"${{ now() }}", `5-8 there is no function "now" [unknown-function] functions: add_months, date, format_date, lower, month_end, months_since, replace, sprintf, trim, upper`},
		{"${{ all([1], # > 0) }}", "5-8 there is no function \"all\" [unknown-function] functions: add_months, date, format_date, lower, month_end, months_since, replace, sprintf, trim, upper\n" +
			`9-10 templates do not have lists [template-syntax] a list can only stand behind in: vars.region in ["eu", "us"]`},

		// Arguments.
		{"${{ lower() }}", "5-10 lower takes 1 argument, not 0 [template-argument] write lower(text)"},
		{`${{ months_since(vars.as_of) }}`, `5-17 months_since takes 2 arguments, not 1 [template-argument] write months_since(d, "2024-01-31")`},
		{"${{ lower(vars.n) }}", "11-17 argument 1 of lower must be text, not an integer [template-argument] write lower(text)"},
		{`${{ months_since(vars.as_of, "2024-02-30") }}`, `30-42 "2024-02-30" is no such day in the calendar [template-type]`},
		{`${{ add_months("31/01/2024", 1) }}`, `16-28 "31/01/2024" is not a date written like 2024-01-31 [template-type]`},
		{`${{ format_date(vars.as_of, "%H") }}`, `29-33 a date cannot be written with %H; the directives are %Y %m %d %y %b %B %a %A %e %j %F %% [template-argument] write format_date(d, "%Y-%m")`},
		{`${{ sprintf("%03d", "1") }}`, `21-24 %03d does not write text [template-argument] write sprintf("data/month_%03d", n)`},
		{`${{ sprintf("%d") }}`, `13-17 the format has 1 % and there are 0 values for it [template-argument] write sprintf("data/month_%03d", n)`},
		{`${{ sprintf("%k", 1) }}`, `13-17 the format has no %k; it may have %d %s %v %q %x %f %e %g %t [template-argument] write sprintf("data/month_%03d", n)`},
		{`${{ sprintf("%9999d", 1) }}`, `13-21 %9999d is not flags, a width and a precision of up to three digits [template-argument] write sprintf("data/month_%03d", n)`},
		{"${{ lower(nil) }}", "11-14 lower cannot take nil [template-argument]"},

		// Types.
		{`${{ vars.n == "7" }}`, `12-14 an integer and text cannot be compared [template-type]`},
		{`${{ vars.as_of > "2024-02-30" }}`, `18-30 "2024-02-30" is no such day in the calendar [template-type]`},
		{`${{ vars.size == "smal" }}`, `18-24 "smal" is not a value of vars.size [template-type] did you mean "small"?`},
		{"${{ vars.full > false }}", "15-16 booleans have no order [template-type] use == or !="},
		{"${{ env.HOST > nil }}", "14-15 nil has no order [template-type] test it with == nil or != nil"},
		{"${{ vars.as_of + 1 }}", `16-17 + cannot be used between a date and an integer [template-type] use add_months(d, n), months_since(a, b) or format_date(d, "%Y-%m")`},
		{`${{ "a" + vars.n }}`, "9-10 + cannot be used between text and an integer [template-type] use sprintf to put values into a text"},
		{"${{ env.PORT * 2 }}", "14-15 * cannot be used between text and an integer [template-type] env values are text; declare a var of type integer or number"},
		{"${{ vars.rate % 2 }}", "15-16 % needs two integers [template-type]"},
		{"${{ not vars.n }}", "5-8 not needs a boolean, not an integer [template-type]"},
		{"${{ vars.n and true }}", "12-15 and needs a boolean, not an integer [template-type]"},
		{`${{ vars.full ? 1 : "a" }}`, "5-14 one side is an integer and the other text; both must be of one type [template-type]"},
		{`${{ vars.n ?? 1 }}`, "12-14 the left side of ?? is never nil [template-type] leave ?? and what follows out; only env.X can be nil"},
		{"${{ nil }}", "5-8 this template gives nil; it must give a value [template-type]"},
		{`${{ vars.region matches "(" }}`, "25-28 this pattern cannot be read: error parsing regexp: missing closing ): `(` [template-type]"},
		{`${{ vars.region in "eu" }}`, `17-19 in needs a list or a range behind it [template-type] write ["eu", "us"] or 1..5`},
		{"${{ vars.region in 1..5 }}", "17-19 a range holds integers [template-type] compare with >= and <="},
		{"${{ 1..5 }}", "6-8 templates do not have ranges outside in [template-syntax] write vars.x in 1..5"},
		{"${{ vars.region[0:2] }}", "16-17 templates do not have slices [template-syntax] use format_date for a part of a date, or declare a var of its own"},
		{"${{ vars.region.trim() }}", "17-21 templates do not have methods [template-syntax] write the function first: lower(vars.region)"},
		{"${{ {a: 1} }}", `5-6 templates do not have maps [template-syntax] use a condition: vars.region == "eu" ? "a" : "b"`},
		{"${{ let x = 1; x }}", "9-10 templates do not have let [template-syntax] declare a var with this default instead"},

		// Several at once.
		{"${{ vars.asof }}/${{ env.HOST + vars.regio }}", "10-14 there is no var \"asof\" [unknown-var] did you mean \"as_of\"?\n38-43 there is no var \"regio\" [unknown-var] did you mean \"region\"?"},

		// Evaluation.
		{"${{ env.HOST }}", `1-16 env.HOST is not set [env-not-set] set it or add ?? "default"`},
		{"x ${{ env.EMPTY }} ${{ upper(env.HOST) }}", "3-19 env.EMPTY is not set [env-not-set] set it or add ?? \"default\"\n30-38 env.HOST is not set [env-not-set] set it or add ?? \"default\""},
		{"${{ env.HOST ?? env.EMPTY }}", `1-29 env.HOST and env.EMPTY are not set [env-not-set] set it or add ?? "default"`},
		{"${{ vars.full ? nil : \"x\" }}", `1-29 this template gives nil [env-not-set] add a default: ?? "text"`},
		{"${{ vars.n / 0 }}", "12-13 division by zero [template-failed]"},
		{"${{ 9223372036854775807 + vars.n }}", "25-26 the result does not fit 64 bits [template-failed]"},
		{"${{ add_months(vars.as_of, 999999) }}", "5-15 add_months: the result is not in the years 1 to 9999 [template-failed]"},
		{"${{ month_end(env.SECRET) }}", "15-25 argument 1 of month_end is not a date written like 2024-01-31 [template-failed]"},
		{"${{ vars.as_of > env.SECRET }}", "16-17 a text beside a date is not a date written like 2024-01-31 [template-failed]"},
		{"${{ sprintf(env.SECRET, 1) }}", "5-12 sprintf: the format has 0 % and there is 1 value for it [template-failed]"},
		{"${{ format_date(vars.as_of, env.SECRET + \"%\") }}", "5-16 format_date: the format ends in a lone %; write %% for the character itself [template-failed]"},
	}
	v := everyType(t)
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, err := v.Expand(text(tt.text))
			if err == nil {
				t.Fatalf("no fault found, it gave %q", got)
			}
			if diff := cmp.Diff(tt.want, report(err)); diff != "" {
				t.Error(diff)
			}
			if strings.Contains(err.Error(), secret) {
				t.Errorf("a value of the environment is told: %v", err)
			}
		})
	}
}

func TestPlacesInTextsThatAreNotVerbatim(t *testing.T) {
	v := everyType(t)
	folded := spec.Text{V: "some text ${{ vars.asof }}", Pos: diag.Pos{File: "s.yaml", Line: 4, Col: 9}, Set: true}
	_, err := v.Expand(folded)
	list, _ := diag.AsList(err)
	if len(list) != 1 || list[0].Pos != folded.Pos || list[0].EndCol != 0 {
		t.Errorf("got %v, want one finding at %v without a width", list, folded.Pos)
	}
}

func TestExpandEnv(t *testing.T) {
	got, err := vars.ExpandEnv(text(`${{ env.USER }}:${{ env.PORT ?? "5432" }}`), environment)
	if err != nil || got != "ada:5432" {
		t.Errorf("got %q, %v", got, err)
	}
	_, err = vars.ExpandEnv(text("${{ vars.region }}"), environment)
	want := "5-16 vars cannot be used here: a target may use env only [template-not-allowed] use env.REGION, or choose between several targets with --target"
	if diff := cmp.Diff(want, report(err)); diff != "" {
		t.Error(diff)
	}
}

func TestUses(t *testing.T) {
	used, env, list := vars.Uses(text(`${{ vars.a }}/${{ vars["b"] + lower(vars.a) }} ${{ env.X ?? env.Y ?? env.X }} ${{ vars. }}`))
	if diff := cmp.Diff([]string{"a", "b"}, used); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"X", "Y"}, env); diff != "" {
		t.Error(diff)
	}
	if len(list) != 1 {
		t.Errorf("the broken template gave %v", list)
	}
}

func TestResolve(t *testing.T) {
	s := &spec.Spec{Vars: []*spec.Var{
		// Declared before what it uses.
		withDefault("seed_dir", spec.VarPath, `${{ sprintf("data/seeds/month_%03d", months_since(vars.as_of, "2024-01-31")) }}`),
		declare("as_of", spec.VarMonthEnd),
		withDefault("region", spec.VarText, `${{ env.REGION ?? "eu" }}`),
		withDefault("limit", spec.VarInteger, "10"),
		withDefault("below", spec.VarPath, "${{ vars.root }}/x"), declare("root", spec.VarPath),
	}}
	v, err := vars.Resolve(s, map[string]string{"as_of": "2024-02-29", "limit": "+0012", "root": "/data"}, environment)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"seed_dir": "data/seeds/month_001", "as_of": "2024-02-29", "region": "eu", "limit": "12", "root": "/data", "below": "/data/x"}
	if diff := cmp.Diff(want, v.Printed()); diff != "" {
		t.Error(diff)
	}
	if d, ok := v.Date("as_of"); !ok || d != (vars.Date{Year: 2024, Month: 2, Day: 29}) {
		t.Errorf("as_of is %v, %v", d, ok)
	}
	if _, ok := v.Date("region"); ok {
		t.Error("region is not a date")
	}
	for _, tt := range []struct {
		text string
		want bool
	}{{"plain", false}, {"${{ vars.root }}", true}, {"${{ vars.below }}/users.csv", true}, {"${{ vars.region }}", false},
		// A date and a number of the caller lead nowhere.
		{"${{ vars.as_of }}", false}, {"${{ vars.seed_dir }}/users.csv", false}, {"${{ vars.limit }}", false}} {
		if got := v.FromCaller(text(tt.text)); got != tt.want {
			t.Errorf("FromCaller(%s) is %v", tt.text, got)
		}
	}
}

func TestResolveRefusesTheCaller(t *testing.T) {
	asOf := declare("as_of", spec.VarMonthEnd)
	asOf.Description = text("Last day of the\nmonth to load.")
	code := declare("code", spec.VarText)
	code.Pattern = text("[A-Z]{2}|x")
	tests := []struct {
		name  string
		vars  []*spec.Var
		given string
		want  vars.UsageError
	}{
		{"unknown", []*spec.Var{asOf}, "asof=2024-01-31", vars.UsageError{Var: "asof", Message: `the spec declares no var "asof"`, Hint: `did you mean "as_of"?`}},
		{"unknown and nothing near", []*spec.Var{asOf, code}, "zzzzzzzzz=1", vars.UsageError{Var: "zzzzzzzzz", Message: `the spec declares no var "zzzzzzzzz"`, Hint: "it declares: as_of, code"}},
		{"unknown where none is declared", nil, "x=1", vars.UsageError{Var: "x", Message: `the spec declares no var "x"`, Hint: "the spec declares none"}},
		{"missing", []*spec.Var{asOf, withDefault("seed_dir", spec.VarPath, "data/${{ vars.as_of }}")}, "", vars.UsageError{Var: "as_of", Message: "var as_of has no value: it is required",
			Hint: "give --var as_of=...; the spec's vars:\n  as_of     month_end  required  # Last day of the month to load.\n  seed_dir  path       default data/${{ vars.as_of }}"}},
		{"two missing", []*spec.Var{asOf, code}, "", vars.UsageError{Var: "as_of", Message: "vars as_of, code have no value: they are required",
			Hint: "give --var as_of=... --var code=...; the spec's vars:\n  as_of  month_end  required  # Last day of the month to load.\n  code   text       required"}},
		{"not a month's end", []*spec.Var{asOf}, "as_of=2024-01-30", vars.UsageError{Var: "as_of", Message: `--var as_of=2024-01-30: "2024-01-30" is not the last day of its month`,
			Hint: "that is 2024-01-31; write --var as_of=2024-01-31"}},
		{"beyond the month's end", []*spec.Var{asOf}, "as_of=2024-02-31", vars.UsageError{Var: "as_of", Message: `--var as_of=2024-02-31: "2024-02-31" is no such day in the calendar`,
			Hint: "the last day of that month is 2024-02-29; write --var as_of=2024-02-29"}},
		{"a month", []*spec.Var{asOf}, "as_of=2024-02", vars.UsageError{Var: "as_of", Message: `--var as_of=2024-02: "2024-02" is not a date written like 2024-01-31`,
			Hint: "the last day of that month is 2024-02-29; write --var as_of=2024-02-29"}},
		{"another way to write a day", []*spec.Var{declare("day", spec.VarDate)}, "day=31/01/2024", vars.UsageError{Var: "day", Message: `--var day=31/01/2024: "31/01/2024" is not a date written like 2024-01-31`}},
		{"integer", []*spec.Var{declare("n", spec.VarInteger)}, "n=1.0", vars.UsageError{Var: "n", Message: `--var n=1.0: "1.0" is not an integer`, Hint: "write digits only, such as 12"}},
		{"integer too large", []*spec.Var{declare("n", spec.VarInteger)}, "n=9223372036854775808", vars.UsageError{Var: "n", Message: `--var n=9223372036854775808: "9223372036854775808" does not fit an integer of 64 bits`}},
		{"number", []*spec.Var{declare("n", spec.VarNumber)}, "n=1,5", vars.UsageError{Var: "n", Message: `--var n=1,5: "1,5" is not a number`, Hint: "write it with digits and a point, such as 0.25"}},
		{"number too large", []*spec.Var{declare("n", spec.VarNumber)}, "n=1e999", vars.UsageError{Var: "n", Message: `--var n=1e999: "1e999" is out of the range of a double`, Hint: "write it with digits and a point, such as 0.25"}},
		{"boolean", []*spec.Var{declare("b", spec.VarBoolean)}, "b=maybe", vars.UsageError{Var: "b", Message: `--var b=maybe: "maybe" is not a boolean`, Hint: "write true or false"}},
		{"enum", []*spec.Var{enum("size", "small", "large")}, "size=Small", vars.UsageError{Var: "size", Message: `--var size=Small: "Small" is not one of its values`, Hint: `did you mean "small"?; write --var size=small`}},
		{"pattern", []*spec.Var{code}, "code=ABC", vars.UsageError{Var: "code", Message: `--var code=ABC: "ABC" does not match its pattern [A-Z]{2}|x`}},
		{"a URL with a password", []*spec.Var{code}, "code=postgres://u:" + secret + "@h/d", vars.UsageError{Var: "code",
			Message: "--var code is a URL with a user or a password in it, and vars are printed and kept with every run", Hint: "a target's url or password is the place for a secret"}},
		{"a password that was not encoded", []*spec.Var{declare("dir", spec.VarPath)}, "dir=postgres://u:1/" + secret + "@h/d", vars.UsageError{Var: "dir",
			Message: "--var dir is a URL with a user or a password in it, and vars are printed and kept with every run", Hint: "a target's url or password is the place for a secret"}},
		{"empty path", []*spec.Var{declare("dir", spec.VarPath)}, "dir=", vars.UsageError{Var: "dir", Message: `--var dir=: "" is empty; a path is wanted`, Hint: "write . for the project directory"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			given := map[string]string{}
			if name, value, ok := strings.Cut(tt.given, "="); ok {
				given[name] = value
			}
			_, err := vars.Resolve(&spec.Spec{Vars: tt.vars}, given, environment)
			var usage *vars.UsageError
			if !errors.As(err, &usage) {
				t.Fatalf("got %v", err)
			}
			if diff := cmp.Diff(tt.want, *usage); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestResolveFindsFaultsOfTheSpec(t *testing.T) {
	tests := []struct {
		name string
		vars []*spec.Var
		want string
	}{
		{"a default from the environment is not shown", []*spec.Var{withDefault("day", spec.VarDate, "${{ env.SECRET }}")},
			"1-0 this default is not a date written like 2024-01-31, and var day has type date [var-default]"},
		{"a URL of the environment", []*spec.Var{withDefault("u", spec.VarText, "${{ env.HOOK }}")},
			"1-0 this default is a URL from the environment, which may hold a secret, and vars are printed and kept with every run [var-default] a target's url is the place for it"},
		{"a URL with a password", []*spec.Var{withDefault("u", spec.VarText, "https://u:"+secret+"@h")},
			"1-0 this default is a URL with a user or a password in it, and vars are printed and kept with every run [var-default] a target's url or password is the place for a secret"},
		{"all of them are told", []*spec.Var{withDefault("a", spec.VarText, "${{ env.HOST }}"), withDefault("b", spec.VarText, "${{ vars.a }}"), withDefault("c", spec.VarInteger, "x")},
			"1-16 env.HOST is not set [env-not-set] set it or add ?? \"default\"\n1-0 \"x\" is not an integer, and var c has type integer [var-default] write digits only, such as 12"},
		{"a ring", []*spec.Var{withDefault("a", spec.VarText, "${{ vars.b }}"), withDefault("b", spec.VarText, "${{ vars.a }}")},
			"1-0 the defaults of these vars need each other: a -> b -> a [var-cycle] give one of them a default that does not use the others, or none"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := vars.Resolve(&spec.Spec{Vars: tt.vars}, nil, environment)
			if diff := cmp.Diff(tt.want, report(err)); diff != "" {
				t.Error(diff)
			}
			if strings.Contains(fmt.Sprint(err), secret) {
				t.Errorf("a value of the environment is told: %v", err)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	badPattern := declare("code", spec.VarText)
	badPattern.Pattern = text("(")
	source := func(path string) []*spec.Table { return []*spec.Table{{Source: &spec.Source{Path: text(path)}}} }
	tests := []struct {
		name string
		spec *spec.Spec
		want string
	}{
		{"nothing wrong, and no environment is needed", &spec.Spec{
			AsOf: text("${{ vars.as_of }}"), Vars: []*spec.Var{declare("as_of", spec.VarMonthEnd), withDefault("d", spec.VarDate, "${{ vars.as_of }}"), withDefault("n", spec.VarInteger, "3")},
			Targets: []*spec.Target{{Host: text(`${{ env.HOST ?? "localhost" }}`), User: text("${{ env.POSTGRES_USER }}")}},
			Target:  text("${{ env.PIPE_TARGET }}"), Setup: []spec.Text{text("db/init/*.sql")}, Tables: source("${{ vars.as_of }}/users.csv")}, ""},
		{"as_of", &spec.Spec{AsOf: text("${{ vars.asof }}"), Vars: []*spec.Var{declare("as_of", spec.VarMonthEnd)}}, `10-14 there is no var "asof" [unknown-var] did you mean "as_of"?`},
		{"source", &spec.Spec{Tables: source("${{ vars.dir }}/x")}, `10-13 there is no var "dir" [unknown-var] the spec declares none`},
		{"target", &spec.Spec{Targets: []*spec.Target{{Path: text("${{ vars.dir }}")}}}, "5-13 vars cannot be used here: a target may use env only [template-not-allowed] use env.DIR, or choose between several targets with --target"},
		{"setup", &spec.Spec{Setup: []spec.Text{text("é/${{ vars.dir }}.sql")}}, "3-6 setup takes no templates: the same SQL is run for every month [template-not-allowed] write the path out, or use a glob"},
		{"pattern", &spec.Spec{Vars: []*spec.Var{badPattern}}, "1-2 this pattern cannot be read: missing closing ) [var-pattern] a pattern is a regular expression; write \\ before a character that is meant as itself"},
		{"literal default", &spec.Spec{Vars: []*spec.Var{withDefault("d", spec.VarMonthEnd, "2024-01-30")}}, `1-0 "2024-01-30" is not the last day of its month, and var d has type month_end [var-default] that is 2024-01-31`},
		{"constant default", &spec.Spec{Vars: []*spec.Var{withDefault("d", spec.VarDate, `${{ lower("X") }}`)}}, `1-0 this default is not a date written like 2024-01-31, and var d has type date [var-default]`},
		{"type of a default", &spec.Spec{Vars: []*spec.Var{declare("n", spec.VarInteger), withDefault("d", spec.VarDate, "${{ vars.n + 1 }}")}}, `1-18 this default gives an integer, and var d has type date [var-default]`},
		{"itself", &spec.Spec{Vars: []*spec.Var{withDefault("a", spec.VarText, "x${{ vars.a }}")}}, "1-0 the defaults of these vars need each other: a -> a [var-cycle] give one of them a default that does not use the others, or none"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, report(vars.Check(tt.spec))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzExpand(f *testing.F) {
	for _, s := range []string{
		"plain", "${{ vars.as_of }}", `${{ sprintf("m_%03d", months_since(vars.as_of, "2024-01-31")) }}`, `${{ env.A ?? "}}" }}é${{ 1/0 }}`, "${{", "{{ x }}",
		`${{ vars.n in [1, 2] ? add_months(vars.day, -1) : "2024-01-31" }}`, "${{ all([1], # > 0) }}", "${{ if true {1} else {2} }}", "${{ \"\\u00e9\" matches `x` }}", "${{ 1 |",
	} {
		f.Add(s)
	}
	v := everyType(f)
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "\r\n") {
			return // Verbatim texts are one line
		}
		length := len([]rune(s))
		_, err := v.Expand(text(s))
		list, ok := diag.AsList(err)
		if err != nil && (!ok || len(list) == 0) {
			t.Fatalf("%q: the error is no list: %v", s, err)
		}
		for _, d := range list {
			if d.Col < 1 || d.Col > length || d.EndCol > length+1 {
				t.Fatalf("%q: %d-%d lies outside the text: %v", s, d.Col, d.EndCol, d)
			}
		}
		_, _, _ = vars.Uses(text(s)) // must not panic
	})
}
