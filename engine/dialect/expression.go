package dialect

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

// Expressions are the parts of a dialect that stand inside expressions. Every
// argument that is SQL must be an atom (a name, a literal, a call) or stand in
// parentheses; what comes back is to be put in parentheses by the caller
// wherever it stands beside an operator. A filter is a condition on rows that
// an aggregate is restricted to, empty for all rows.
//
// What a method returns means the same on every database: unknown is NULL,
// text is compared by code point, moments are UTC, and arithmetic is that of
// IEEE doubles.
type Expressions interface {
	// Bool is a truth value.
	Bool(b bool) string
	// Moment is a literal of a date, timestamp or timestamptz, given in its
	// canonical text.
	Moment(kind spec.Kind, canonical string) string
	// UUID is a literal, given in lower case.
	UUID(canonical string) string

	// Double casts a number to an IEEE double.
	Double(x string) string
	// DoubleLiteral is a number literal that is read as a double beside one.
	DoubleLiteral(digits string) string
	// CompareNumber compares an exact number with a literal of any length,
	// exactly. op is one of = <> < <= > >=.
	CompareNumber(x, op, digits string) string
	// Number is a literal of an exact number.
	Number(digits string) string
	// ExactLiteral tells whether the database holds a number literal as it is
	// written, so that it may stand in an IN list.
	ExactLiteral(digits string) bool
	// Divide divides two doubles: x/0 is an infinity, 0/0 is NULL.
	Divide(a, b string) string
	// Remainder is a - b*trunc(a/b); its sign is a's, and NULL where b is 0.
	Remainder(a, b string) string
	// NoNaN makes a double that is not a number NULL.
	NoNaN(x string) string
	// Round rounds a double half away from zero to n decimals, as its shortest
	// decimal form reads.
	Round(x string, n int) string

	// CodePoints makes text that is compared by code point: equal, ordered and
	// grouped, whatever the collation of its column, and without the padding of
	// a character(n).
	CodePoints(x string) string
	Lower(x string) string  // A-Z only
	Upper(x string) string  // a-z only
	Length(x string) string // in characters
	// LengthByBytes is a condition on the number of bytes of x, cheaper than that
	// on the characters, that is true only where Length(x) op n is, and unknown
	// where that is; empty where there is none.
	LengthByBytes(x, op, n string) string
	Trim(x string) string // the ASCII white space at both ends
	Contains(x, part string) string
	StartsWith(x, part string) string
	EndsWith(x, part string) string
	// Matches tells whether a part of x matches.
	Matches(x string, re Regexp) string

	Casts

	// Widen makes a date a timestamp, or either a timestamptz.
	Widen(x string, from, to spec.Kind) string
	// Day is the calendar day, a date, of a date, timestamp or timestamptz.
	Day(x string, kind spec.Kind) string
	Year(day string) string
	Month(day string) string
	// DaysBetween is the number of days from a to b, both dates.
	DaysBetween(a, b string) string

	// When is a where cond is true, b where it is false, NULL where it is
	// unknown.
	When(cond, a, b string) string

	Sums

	Median(x string, filter string) string  // of a double
	Stddev(x string, filter string) string  // of a double; of a sample
	Quantile(x, q, filter string) string    // the smallest value that reaches the share q
	Share(part, whole string) string        // of two counts, a double; NULL where whole is 0
	Output(x string, kind spec.Kind) string // a value that drivers give as a plain scalar
	// ColumnNames is a query of one row with one output, columns: a JSON array
	// of the names of the table's columns in their order.
	ColumnNames(table string) string
}

// Filtered restricts an aggregate to the rows for which filter holds; an empty
// filter leaves it alone.
func Filtered(aggregate, filter string) string {
	if filter == "" {
		return aggregate
	}
	return aggregate + " FILTER (WHERE " + filter + ")"
}

func (postgres) Bool(b bool) string { return strings.ToUpper(strconv.FormatBool(b)) }

func (postgres) Moment(kind spec.Kind, canonical string) string {
	return strings.ToUpper(string(kind)) + " " + Text(canonical)
}

func (postgres) UUID(canonical string) string { return "UUID " + Text(canonical) }

func (postgres) Double(x string) string { return x + "::double precision" }

func (postgres) DoubleLiteral(digits string) string { return digits }

func (postgres) CompareNumber(x, op, digits string) string { return x + " " + op + " " + digits }

func (postgres) Number(digits string) string { return digits }

func (postgres) ExactLiteral(string) bool { return true }

// Divide never lets PostgreSQL divide by zero, which is an error there: where b
// is 0, a is multiplied by infinity instead, which gives the infinity of its
// sign, and NaN for 0. Each operand is written as seldom as possible, since it
// may be a division itself.
func (postgres) Divide(a, b string) string {
	return "NULLIF(" + a + " * CASE " + b + " = 0 WHEN TRUE THEN 'Infinity'::double precision WHEN FALSE THEN 1 END / COALESCE(NULLIF(" + b + ", 0), 1), 'NaN')"
}

func (postgres) Remainder(a, b string) string {
	return "NULLIF(" + a + " - " + b + " * trunc(" + a + " / NULLIF(" + b + ", 0)), 'NaN')"
}

func (postgres) NoNaN(x string) string { return "NULLIF(" + x + ", 'NaN')" }

// Round goes through text: a cast from double to numeric keeps 15 digits only,
// and round(double) rounds halves to even.
func (postgres) Round(x string, n int) string {
	return "round(" + x + "::text::numeric, " + strconv.Itoa(n) + ")::double precision"
}

func (postgres) CodePoints(x string) string { return x + `::text COLLATE "C"` }

func (d postgres) Lower(x string) string { return "lower(" + d.CodePoints(x) + ")" }
func (d postgres) Upper(x string) string { return "upper(" + d.CodePoints(x) + ")" }

// Length and Trim say what their argument is: PostgreSQL has other functions of
// these names for bytes, bits and text searches.
func (d postgres) Length(x string) string { return "length(" + d.CodePoints(x) + ")" }

// LengthByBytes: a character is one to four bytes. Of a lower bound that is not
// small, few texts are so long that their bytes tell.
func (d postgres) LengthByBytes(x, op, n string) string {
	bytes := "octet_length(" + d.CodePoints(x) + ")"
	least, err := strconv.Atoi(n)
	switch {
	case op == "<" || op == "<=":
		return bytes + " " + op + " " + n
	case err != nil || least < 0 || least > 5:
		return ""
	case op == ">":
		return bytes + " > " + strconv.Itoa(4*least)
	case op == ">=" && least > 0:
		return bytes + " > " + strconv.Itoa(4*(least-1))
	}
	return ""
}

func (d postgres) Trim(x string) string {
	return "btrim(" + d.CodePoints(x) + `, E' \t\n\x0B\f\r')`
}

func (d postgres) Contains(x, part string) string {
	return "strpos(" + d.CodePoints(x) + ", " + part + ") > 0"
}
func (d postgres) StartsWith(x, part string) string {
	return "starts_with(" + d.CodePoints(x) + ", " + part + ")"
}
func (d postgres) EndsWith(x, part string) string {
	return "right(" + d.CodePoints(x) + ", length(" + part + ")) = " + part
}

// Matches compares by code point, so that classes are what they spell out.
func (d postgres) Matches(x string, re Regexp) string {
	return d.CodePoints(x) + " ~ " + Text(re.are)
}

func (postgres) Widen(x string, from, to spec.Kind) string {
	if from == spec.KindDate {
		x += "::timestamp"
	}
	if to == spec.KindTimestamptz {
		x += " AT TIME ZONE 'UTC'"
	}
	return x
}

func (postgres) Day(x string, kind spec.Kind) string {
	switch kind {
	case spec.KindTimestamp:
		return x + "::date"
	case spec.KindTimestamptz:
		return "(" + x + " AT TIME ZONE 'UTC')::date"
	}
	return x
}

func (postgres) Year(day string) string         { return "extract(year FROM " + day + ")::integer" }
func (postgres) Month(day string) string        { return "extract(month FROM " + day + ")::integer" }
func (postgres) DaysBetween(a, b string) string { return b + " - " + a }
func (postgres) When(cond, a, b string) string  { return when(cond, "TRUE", a, "FALSE", b) }
func (postgres) Share(part, whole string) string {
	return part + "::double precision / NULLIF(" + whole + ", 0)"
}
func (postgres) Median(x string, filter string) string {
	return Filtered("percentile_cont(0.5) WITHIN GROUP (ORDER BY "+x+")", filter)
}

func (postgres) Stddev(x string, filter string) string {
	return Filtered("stddev_samp("+x+")", filter)
}

func (postgres) Quantile(x, q, filter string) string {
	return Filtered("percentile_disc("+q+") WITHIN GROUP (ORDER BY "+x+")", filter)
}

// Output gives moments and uuids as text, since drivers make values of their
// own kinds of them.
func (postgres) Output(x string, kind spec.Kind) string {
	switch kind {
	case spec.KindDate, spec.KindTimestamp, spec.KindTimestamptz, spec.KindUUID:
		return "(" + x + ")::text"
	}
	return x
}

// ColumnNames looks for the table where the search path finds it, as every other
// statement does.
func (d postgres) ColumnNames(table string) string {
	return "SELECT COALESCE(json_agg(attname::text ORDER BY attnum), '[]')::text AS columns FROM pg_attribute WHERE attrelid = " +
		Text(d.Quote(table)) + "::regclass AND attnum > 0 AND NOT attisdropped"
}

func (sqlite) Bool(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func (sqlite) Moment(_ spec.Kind, canonical string) string { return Text(canonical) }

func (sqlite) UUID(canonical string) string { return Text(canonical) }

func (sqlite) Double(x string) string { return "CAST(" + x + " AS REAL)" }

func (sqlite) DoubleLiteral(digits string) string {
	if strings.ContainsAny(digits, ".eE") {
		return digits
	}
	return digits + ".0"
}

// CompareNumber knows that a number in SQLite is a 64-bit integer or a double
// whose shortest decimal form is the number that was meant. A literal that
// neither can hold lies strictly between two such numbers, so it is replaced
// by its nearer neighbour and the operator by one that means the same.
func (d sqlite) CompareNumber(x, op, digits string) string {
	if d.ExactLiteral(digits) {
		return x + " " + op + " " + d.Number(digits)
	}
	switch op {
	case "=":
		return x + " <> " + x // never, and unknown where x is
	case "<>":
		return x + " = " + x
	}
	neighbour := nearestDouble(digits)
	wanted, _ := new(big.Rat).SetString(digits)
	found, _ := new(big.Rat).SetString(neighbour)
	if op[0] == '<' {
		op = "<"
		if found.Cmp(wanted) < 0 {
			op = "<="
		}
	} else {
		op = ">"
		if found.Cmp(wanted) > 0 {
			op = ">="
		}
	}
	return x + " " + op + " " + d.DoubleLiteral(neighbour)
}

// Number writes a whole number of 64 bits as an integer, however many zeros
// stand behind its point: as a double it might be another number.
func (sqlite) Number(digits string) string {
	if r, ok := new(big.Rat).SetString(digits); ok && r.IsInt() && r.Num().IsInt64() {
		return r.Num().String()
	}
	return digits
}

func (d sqlite) ExactLiteral(digits string) bool {
	if _, err := strconv.ParseInt(d.Number(digits), 10, 64); err == nil {
		return true
	}
	wanted, ok := new(big.Rat).SetString(digits)
	if !ok {
		return false
	}
	found, ok := new(big.Rat).SetString(nearestDouble(digits))
	return ok && found.Cmp(wanted) == 0
}

// nearestDouble is the shortest decimal form of the double nearest to digits.
func nearestDouble(digits string) string {
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return digits // out of range: rule refuses such literals
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// Divide: see PostgreSQL's. SQLite gives NULL for x/0 and for what is not a
// number.
func (sqlite) Divide(a, b string) string {
	return a + " * CASE " + b + " = 0 WHEN 1 THEN 9e999 WHEN 0 THEN 1.0 END / COALESCE(NULLIF(" + b + ", 0), 1.0)"
}

func (sqlite) Remainder(a, b string) string { return a + " - " + b + " * trunc(" + a + " / " + b + ")" }

func (sqlite) NoNaN(x string) string { return x }

func (sqlite) Round(x string, n int) string { return "pipe_round(" + x + ", " + strconv.Itoa(n) + ")" }

func (sqlite) CodePoints(x string) string { return x + " COLLATE BINARY" }

func (sqlite) Lower(x string) string  { return "lower(" + x + ")" }
func (sqlite) Upper(x string) string  { return "upper(" + x + ")" }
func (sqlite) Length(x string) string { return "length(" + x + ")" }

// LengthByBytes has none: SQLite counts characters as fast as bytes.
func (sqlite) LengthByBytes(string, string, string) string { return "" }

func (sqlite) Trim(x string) string { return "trim(" + x + ", char(32, 9, 10, 11, 12, 13))" }

func (sqlite) Contains(x, part string) string { return "instr(" + x + ", " + part + ") > 0" }

func (d sqlite) StartsWith(x, part string) string {
	return "substr(" + x + ", 1, length(" + part + ")) = " + d.CodePoints(part)
}

// EndsWith: a start before the text makes substr give less than part is long,
// so nothing shorter than part ever equals it.
func (d sqlite) EndsWith(x, part string) string {
	return "substr(" + x + ", length(" + x + ") - length(" + part + ") + 1) = " + d.CodePoints(part)
}

func (sqlite) Matches(x string, re Regexp) string {
	return "pipe_matches(" + x + ", " + Text(re.pattern) + ")"
}

func (sqlite) Widen(x string, from, to spec.Kind) string {
	if from == spec.KindDate {
		x += " || ' 00:00:00'"
	}
	if to == spec.KindTimestamptz {
		x += " || '+00'"
	}
	return x
}

func (sqlite) Day(x string, kind spec.Kind) string {
	if kind == spec.KindDate {
		return x
	}
	return "substr(" + x + ", 1, 10)"
}

func (sqlite) Year(day string) string  { return "CAST(substr(" + day + ", 1, 4) AS INTEGER)" }
func (sqlite) Month(day string) string { return "CAST(substr(" + day + ", 6, 2) AS INTEGER)" }

func (sqlite) DaysBetween(a, b string) string {
	return "CAST(julianday(" + b + ") - julianday(" + a + ") AS INTEGER)"
}

func (sqlite) When(cond, a, b string) string { return when(cond, "1", a, "0", b) }

func (sqlite) Share(part, whole string) string {
	return "CAST(" + part + " AS REAL) / NULLIF(" + whole + ", 0)"
}

// Median, Stddev, Quantile and Round call functions that package database
// registers on every connection.
func (sqlite) Median(x string, filter string) string {
	return Filtered("pipe_median("+x+")", filter)
}

func (sqlite) Stddev(x string, filter string) string {
	return Filtered("pipe_stddev("+x+")", filter)
}

func (sqlite) Quantile(x, q, filter string) string {
	return Filtered("pipe_quantile("+x+", "+q+")", filter)
}

func (sqlite) Output(x string, _ spec.Kind) string { return x }

func (sqlite) ColumnNames(table string) string {
	return "SELECT json_group_array(name) AS columns FROM (SELECT name FROM pragma_table_info(" + Text(table) + ") ORDER BY cid)"
}

func when(cond, yes, a, no, b string) string {
	return "CASE " + cond + " WHEN " + yes + " THEN " + a + " WHEN " + no + " THEN " + b + " END"
}
