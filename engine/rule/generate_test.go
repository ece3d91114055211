package rule_test

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

// wide are the columns of the tables that generated rules look at: two of each
// type, so that columns meet columns.
var wide = []rule.Column{
	{Name: "n", Type: spec.Type{Kind: spec.KindInteger}}, {Name: "m", Type: spec.Type{Kind: spec.KindInteger}},
	{Name: "big", Type: spec.Type{Kind: spec.KindBigint}}, {Name: "long", Type: spec.Type{Kind: spec.KindBigint}},
	{Name: "x", Type: spec.Type{Kind: spec.KindNumeric}}, {Name: "y", Type: spec.Type{Kind: spec.KindNumeric}},
	{Name: "f", Type: spec.Type{Kind: spec.KindDouble}}, {Name: "g", Type: spec.Type{Kind: spec.KindDouble}},
	{Name: "s", Type: spec.Type{Kind: spec.KindText}}, {Name: "u", Type: spec.Type{Kind: spec.KindText}},
	{Name: "flag", Type: spec.Type{Kind: spec.KindBoolean}}, {Name: "ok", Type: spec.Type{Kind: spec.KindBoolean}},
	{Name: "d", Type: spec.Type{Kind: spec.KindDate}}, {Name: "e", Type: spec.Type{Kind: spec.KindDate}},
	{Name: "ts", Type: spec.Type{Kind: spec.KindTimestamp}}, {Name: "ts2", Type: spec.Type{Kind: spec.KindTimestamp}},
	{Name: "tz", Type: spec.Type{Kind: spec.KindTimestamptz}}, {Name: "tz2", Type: spec.Type{Kind: spec.KindTimestamptz}},
	{Name: "k", Type: spec.Type{Kind: spec.KindUUID}}, {Name: "j", Type: spec.Type{Kind: spec.KindUUID}},
}

// pools are the values that are hard to treat alike, by kind, in their
// canonical text.
var pools = map[spec.Kind][]string{
	spec.KindInteger: {"0", "1", "-1", "2", "3", "5", "7", "10", "-7", "100", "2147483647", "-2147483648"},
	spec.KindBigint: {"0", "1", "-1", "3", "2147483648", "9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740993",
		"9223372036854775807", "9223372036854775806", "-9223372036854775808", "1000000000000"},
	spec.KindNumeric: {"0", "1", "-1", "0.1", "0.2", "0.3", "0.5", "-0.5", "2.5", "-2.5", "1.005", "24.483650766787413", "0.30000000000000004", "12345678901234.56",
		"99999999.99", "0.0000000001", "9007199254740993", "9223372036854775807", "-9223372036854775808", "10000000000000000000000",
		"0.000000000000000000000000000000123", "-123456.789", "1e-7", "123456789012345680000", "4.35", "0.07", "19.99"},
	spec.KindDouble: {"0", "-0", "1", "-1", "0.1", "0.2", "0.30000000000000004", "-0.5", "2.5", "1.005", "1e300", "-1e300", "1e-300", "5e-324", "2.2250738585072014e-308",
		"1.7976931348623157e308", "9007199254740993", "1e22", "3", "0.49999999999999994", "123456.789", "-7"},
	spec.KindText: {"", " ", "a", "A", "abc", "ABC", " abc ", "aBc", "Zebra", "apple", "é", "É", "e\u0301", "ß", "İ", "😀", "😀a", "\uffee", "%", "_", "a%c", "a_c", `\`, `\%`,
		"'", `"`, "It's", "\t", "a\nb", "\u00a0a", "0", "1", "-1.5", "2024-01-31", "2024-02-30", "true", "nil", "NULL", "abcabc", "  ", "\v\f", "x'y''z", "12.50", "1e3", "+7", ".5", "9999999999999999999"},
	spec.KindBoolean: {"true", "false"},
	spec.KindDate: {"0001-01-01", "1582-10-14", "1899-12-31", "1900-02-28", "1900-03-01", "1970-01-01", "1999-12-31", "2000-02-29", "2023-12-31", "2024-01-01", "2024-01-31",
		"2024-02-29", "2024-03-01", "2024-12-31", "9999-12-31"},
	spec.KindTimestamp: {"0001-01-01 00:00:00", "1969-12-31 23:59:59.999999", "1970-01-01 00:00:00", "2023-12-31 23:59:59.999999", "2024-01-01 00:00:00", "2024-01-31 00:00:00",
		"2024-01-31 00:00:00.5", "2024-02-29 12:30:00.000001", "2024-02-29 23:59:59", "9999-12-31 23:59:59.999999"},
	spec.KindTimestamptz: {"1970-01-01 00:00:00+00", "2023-12-31 23:59:59.999999+00", "2024-01-01 00:00:00+00", "2024-01-31 00:00:00+00", "2024-01-31 00:00:00.5+00",
		"2024-02-29 23:30:00.25+00", "2024-12-31 23:59:59+00"},
	spec.KindUUID: {"00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-0000000000ab", "ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-0000-0000-000000000000"},
}

// generator makes rules and tables of the bytes that it is given; when they
// are used up, of zeros, which end every choice.
type generator struct {
	bytes []byte
	// inexact tells that the rule adds doubles, whose sum depends on the order.
	inexact bool
}

func (g *generator) pick(n int) int {
	if len(g.bytes) == 0 {
		return 0
	}
	b := g.bytes[0]
	g.bytes = g.bytes[1:]
	return int(b) % n
}

func (g *generator) of(list ...string) string { return list[g.pick(len(list))] }

func (g *generator) pool(kind spec.Kind) string { return g.of(pools[kind]...) }

// table is rows of canonical texts, "NULL" for NULL, at most eight.
func (g *generator) table() [][]string {
	rows := make([][]string, 1+g.pick(8))
	for i := range rows {
		for _, c := range wide {
			v := "NULL"
			if choice := g.pick(8); choice > 1 || choice == 0 && i%2 == 0 {
				v = g.cell(c.Type.Kind, choice == 7)
			}
			rows[i] = append(rows[i], v)
		}
	}
	return rows
}

// cell is a value of a kind that every database can hold; made up rather than
// from the pool if so asked.
func (g *generator) cell(kind spec.Kind, made bool) string {
	switch {
	case kind == spec.KindText && made:
		return g.pool(kind) + g.pool(kind)
	case kind == spec.KindText:
		return g.pool(kind)
	case !made:
		return g.pool(kind)
	}
	switch kind {
	case spec.KindInteger, spec.KindBigint:
		return strconv.Itoa(g.pick(256)*g.pick(256) - g.pick(256))
	case spec.KindNumeric:
		return g.decimal()
	case spec.KindDouble:
		return g.decimal() + "e" + strconv.Itoa(g.pick(40)-20)
	}
	return g.pool(kind)
}

// decimal is a number of at most 15 digits, which a double gives back.
func (g *generator) decimal() string {
	n := (g.pick(256)<<32 + g.pick(256)<<24 + g.pick(256)<<16 + g.pick(256)<<8 + g.pick(256)) >> g.pick(40)
	scale := g.pick(6)
	s := new(big.Rat).SetFrac(big.NewInt(int64(n)), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)).FloatString(scale)
	if g.pick(3) == 2 {
		s = "-" + s
	}
	return s
}

// rule is the text of a row rule.
func (g *generator) rule() string { return g.truth(4) }

// column is the name of a column of one of the kinds.
func (g *generator) column(kinds ...spec.Kind) string {
	var names []string
	for _, c := range wide {
		for _, kind := range kinds {
			if c.Type.Kind == kind {
				names = append(names, c.Name)
			}
		}
	}
	return g.of(names...)
}

var comparisons = []string{"==", "!=", "<", "<=", ">", ">="}

var patterns = []string{"^a", "b+", "[a-z]+$", "(?i)abc", "^$", "^.$", `\d`, "é|É", `\s`, "^.{3}$", "[^a]", `\ba`, "(?s)^a.b$", `^\W`, "(ab|c)*$"}

func (g *generator) truth(depth int) string {
	if depth <= 0 {
		return g.simpleTruth()
	}
	switch g.pick(14) {
	case 13:
		return g.exists()
	case 12:
		return g.text(depth-1) + " matches " + strconv.Quote(g.of(patterns...))
	case 1:
		return "not (" + g.truth(depth-1) + ")"
	case 2:
		return "(" + g.truth(depth-1) + ") and (" + g.truth(depth-1) + ")"
	case 3:
		return "(" + g.truth(depth-1) + ") or (" + g.truth(depth-1) + ")"
	case 4:
		return "(" + g.truth(depth-1) + ") " + g.of("==", "!=") + " (" + g.truth(depth-1) + ")"
	case 5:
		return "(" + g.truth(depth-1) + ") ? (" + g.truth(depth-1) + ") : (" + g.truth(depth-1) + ")"
	case 6:
		return "((" + g.truth(depth-1) + ") ?? (" + g.truth(depth-1) + "))"
	case 7:
		return "(" + g.truth(depth-1) + ") " + g.of("==", "!=") + " nil"
	case 8:
		return g.number(depth-1) + " " + g.of(comparisons...) + " " + g.number(depth-1)
	case 9:
		return g.text(depth-1) + " " + g.of(comparisons...) + " " + g.text(depth-1)
	case 10:
		return g.text(depth-1) + " " + g.of("contains", "startsWith", "endsWith") + " " + g.text(depth-1)
	case 11:
		return g.day(depth-1) + " " + g.of(comparisons...) + " " + g.day(depth-1)
	}
	return g.simpleTruth()
}

// other is a table beside t, whose rows never change.
var other = []rule.Column{{Name: "a", Type: spec.Type{Kind: spec.KindInteger}}, {Name: "b", Type: spec.Type{Kind: spec.KindText}},
	{Name: "c", Type: spec.Type{Kind: spec.KindNumeric}}, {Name: "d", Type: spec.Type{Kind: spec.KindDate}}}

var otherRows = [][]string{{"0", "abc", "0.1", "2024-02-29"}, {"NULL", "NULL", "NULL", "NULL"}, {"3", "", "9007199254740993", "NULL"}, {"-7", "É", "2.5", "0001-01-01"}}

// exists looks a value up in a column of its type, of t or of other.
func (g *generator) exists() string {
	kind := wide[g.pick(len(wide))].Type.Kind
	x, in := g.column(kind), "t."+g.column(kind)
	if g.pick(2) == 1 {
		switch kind {
		case spec.KindInteger, spec.KindBigint, spec.KindNumeric:
			in = g.of("other.a", "other.c")
		case spec.KindText:
			x, in = g.of(x, "lower("+x+")", "trim("+x+")"), "other.b"
		case spec.KindDate:
			x, in = g.of(x, "date(ts)", "date(s)"), "other.d"
		}
	}
	return g.of("", "not ") + "exists_in(" + x + `, "` + in + `")`
}

// simpleTruth is a condition on columns and literals.
func (g *generator) simpleTruth() string {
	switch g.pick(12) {
	case 1:
		return g.column(spec.KindBoolean)
	case 2:
		return g.wholeColumn() + g.of(" in ", " not in ") + g.integerList()
	case 3:
		return g.column(spec.KindNumeric, spec.KindBigint, spec.KindDouble) + g.of(" in ", " not in ") + "[" + g.literal() + ", " + g.literal() + ", " + g.literal() + "]"
	case 4:
		return g.column(spec.KindText) + g.of(" in ", " not in ") + "[" + g.quoted(spec.KindText) + ", " + g.quoted(spec.KindText) + "]"
	case 5:
		return g.column(spec.KindDate) + " " + g.of(comparisons...) + " " + g.quoted(spec.KindDate)
	case 6:
		return g.column(spec.KindTimestamp) + " " + g.of(comparisons...) + " " + g.quoted(g.moment())
	case 7:
		return g.column(spec.KindTimestamptz) + " " + g.of(comparisons...) + " " + g.quoted(spec.KindTimestamptz)
	case 8:
		return g.column(spec.KindUUID) + " " + g.of(comparisons...) + " " + g.of(g.quoted(spec.KindUUID), g.column(spec.KindUUID))
	case 9:
		return g.moments() + " " + g.of(comparisons...) + " " + g.moments()
	case 10:
		return g.anyColumn() + " " + g.of("==", "!=") + " nil"
	case 11:
		return g.literal() + " " + g.of("<", "<=") + " " + g.numberColumn() + " " + g.of("<", "<=") + " " + g.literal()
	}
	return g.numberColumn() + " " + g.of(comparisons...) + " " + g.of(g.literal(), g.numberColumn())
}

func (g *generator) moment() spec.Kind {
	return []spec.Kind{spec.KindTimestamp, spec.KindDate}[g.pick(2)]
}

func (g *generator) moments() string {
	return g.column(spec.KindDate, spec.KindTimestamp, spec.KindTimestamptz)
}

func (g *generator) anyColumn() string { return wide[g.pick(len(wide))].Name }

func (g *generator) wholeColumn() string { return g.column(spec.KindInteger, spec.KindBigint) }

func (g *generator) numberColumn() string {
	return g.column(spec.KindInteger, spec.KindBigint, spec.KindNumeric, spec.KindDouble)
}

func (g *generator) integerList() string {
	if g.pick(2) == 1 {
		low := g.pick(20) - 10
		return fmt.Sprintf("%d..%d", low, low+g.pick(12))
	}
	return "[" + g.of(pools[spec.KindInteger]...) + ", " + g.of(pools[spec.KindInteger]...) + "]"
}

// literal is a number that stands beside a column, of any length.
func (g *generator) literal() string {
	switch g.pick(5) {
	case 1:
		return written(g.pool(spec.KindNumeric))
	case 2:
		return positiveZero(g.pool(spec.KindDouble))
	case 3:
		return g.decimal()
	case 4:
		return g.of("0.1000000000000000000001", "9007199254740992.5", "123456789012345678901234567890.5", "-0.30000000000000000001", "24.4836507667874130001", "9223372036854775808.0")
	}
	return g.pool(spec.KindInteger)
}

// short is a number that a double gives back: what stands inside an expression
// is one on SQLite.
func (g *generator) short() string {
	switch g.pick(3) {
	case 1:
		return g.decimal()
	case 2:
		return positiveZero(g.pool(spec.KindDouble))
	}
	return g.pool(spec.KindInteger)
}

// written is a number as a rule writes it: a whole number that 64 bits do not
// hold takes a point.
func written(s string) string {
	if n, ok := new(big.Int).SetString(s, 10); ok && (!n.IsInt64() || s == "-9223372036854775808") {
		return s + ".0"
	}
	return s
}

func positiveZero(s string) string { return strings.TrimPrefix(s, "-") }

func (g *generator) quoted(kind spec.Kind) string { return strconv.Quote(g.pool(kind)) }

func (g *generator) number(depth int) string {
	if depth <= 0 {
		return g.of(g.numberColumn(), g.short(), g.numberColumn())
	}
	switch g.pick(13) {
	case 12:
		return g.of("number", "integer") + "(" + g.textColumn() + ")"
	case 11:
		return "integer(" + g.of(g.column(spec.KindNumeric, spec.KindDouble), "("+g.numberColumn()+" / 3)", "round(x, 2)") + ")"
	case 1:
		return "(" + g.number(depth-1) + g.of(" + ", " - ", " * ", " / ") + g.number(depth-1) + ")"
	case 2:
		return "(" + g.number(depth-1) + g.of(" / ", " % ") + g.of(g.number(depth-1), "3") + ")"
	case 3:
		return "(-(" + g.number(depth-1) + "))"
	case 4:
		return "abs(" + g.number(depth-1) + ")"
	case 5:
		return "round(" + g.number(depth-1) + g.of("", ", 0", ", 2", ", 7", ", 15") + ")"
	case 6:
		return "length(" + g.text(depth-1) + ")"
	case 7:
		return g.of("year", "month") + "(" + g.day(depth-1) + ")"
	case 8:
		return "days_between(" + g.day(depth-1) + ", " + g.day(depth-1) + ")"
	case 9:
		return "((" + g.truth(depth-1) + ") ? " + g.number(depth-1) + " : " + g.number(depth-1) + ")"
	case 10:
		return "(" + g.number(depth-1) + " ?? " + g.number(depth-1) + ")"
	}
	return g.numberColumn()
}

func (g *generator) text(depth int) string {
	if depth <= 0 {
		return g.of(g.column(spec.KindText), g.quoted(spec.KindText))
	}
	switch g.pick(6) {
	case 5:
		return "text(" + g.of(g.column(spec.KindInteger, spec.KindBigint), g.column(spec.KindBoolean), g.moments(), g.column(spec.KindUUID)) + ")"
	case 1, 2:
		return g.of("lower", "upper", "trim") + "(" + g.text(depth-1) + ")"
	case 3:
		return "((" + g.truth(depth-1) + ") ? " + g.text(depth-1) + " : " + g.of(g.text(depth-1), "nil") + ")"
	case 4:
		return "(" + g.text(depth-1) + " ?? " + g.text(depth-1) + ")"
	}
	return g.column(spec.KindText)
}

// textColumn is a column of text, or what a function makes of one.
func (g *generator) textColumn() string {
	return g.of("", "lower", "upper", "trim") + "(" + g.column(spec.KindText) + ")"
}

// day is a date, or something that has one.
func (g *generator) day(depth int) string {
	if depth <= 0 {
		return g.of(g.moments(), "date("+g.quoted(spec.KindDate)+")")
	}
	switch g.pick(5) {
	case 4:
		return "date(" + g.textColumn() + ")"
	case 1:
		return "date(" + g.moments() + ")"
	case 2:
		return "((" + g.truth(depth-1) + ") ? " + g.day(0) + " : " + g.day(0) + ")"
	case 3:
		return "(" + g.day(depth-1) + " ?? " + g.day(0) + ")"
	}
	return g.moments()
}

// tableRule is the text of a table rule.
func (g *generator) tableRule() string {
	rule := g.assertion()
	for range g.pick(3) {
		rule += g.of(" and ", " or ") + g.assertion()
	}
	return rule
}

func (g *generator) assertion() string {
	switch g.pick(8) {
	case 1:
		return "unique(" + g.of("n", "s", "x", "f", "s, d", "k, n", "flag", "tz, ts, u") + ")"
	case 2:
		return g.of("min", "max") + "(" + g.of("s", "u", "lower(s)") + ") " + g.of(comparisons...) + " " + g.quoted(spec.KindText)
	case 3:
		return g.of("min", "max") + "(" + g.of("d", "e", "date(ts)") + ") " + g.of(comparisons...) + " " + g.quoted(spec.KindDate)
	case 4:
		return g.of("min", "max") + "(" + g.of("ts", "ts2") + ") " + g.of(comparisons...) + " " + g.quoted(spec.KindTimestamp)
	case 5:
		return g.statistic() + g.of(" == ", " != ") + "nil"
	case 6:
		return g.statistic() + g.of(" + ", " - ", " * ", " / ") + g.statistic() + " " + g.of(comparisons...) + " " + g.short()
	case 7:
		return g.statistic() + " " + g.of(comparisons...) + " " + g.statistic()
	}
	return g.statistic() + " " + g.of(comparisons...) + " " + g.literal()
}

// statistic is an aggregate that is a number.
func (g *generator) statistic() string {
	exact := []string{"n", "m", "big", "long", "x", "y", "length(s)", "year(d)", "(x ?? y)", "(n ?? x)", "(flag ? big : n)"}
	double := []string{"f", "g", "n / 2", "x * 3", "abs(x)", "round(f, 2)"}
	switch g.pick(10) {
	case 1:
		return "count(" + g.truth(2) + ")"
	case 2:
		return "count_distinct(" + g.anyColumn() + g.condition() + ")"
	case 3:
		return "sum(" + g.of(exact...) + g.condition() + ")"
	case 4:
		return "mean(" + g.of(exact...) + g.condition() + ")"
	case 5:
		return g.of("min", "max") + "(" + g.of(append(exact, double...)...) + g.condition() + ")"
	case 6:
		return g.of("stddev", "median") + "(" + g.of(append(exact, double...)...) + g.condition() + ")"
	case 7:
		return "quantile(" + g.of(append(exact, double...)...) + ", " + g.of("0", "0.5", "0.9", "1", "0.25", "0.333") + g.condition() + ")"
	case 8:
		return "null_fraction(" + g.anyColumn() + g.condition() + ")"
	case 9:
		g.inexact = true
		return g.of("sum", "mean") + "(" + g.of(double...) + g.condition() + ")"
	}
	return g.of("count()", `row_count("t")`, `row_count("other")`)
}

// condition is that of an aggregate, or none.
func (g *generator) condition() string {
	if g.pick(3) == 2 {
		return ", " + g.truth(1)
	}
	return ""
}
