package dialect

import "github.com/streamflow/pipe/engine/spec"

// Casts read values of one type as values of another. What cannot be read is
// NULL and never an error, whatever the text.
type Casts interface {
	// Cast reads x, of kind from, as a value of kind to: text as a double, a
	// bigint or a date, a numeric or a double as a bigint, and a bigint, a
	// boolean, a moment or a uuid as text. x may be written several times.
	Cast(x string, from, to spec.Kind) string
}

// TextOf tells which texts are read as a value of a kind: double, bigint or
// date. A bigint must besides lie within 64 bits.
//
// Numbers are written as in a cell that is loaded: sign, digits, point,
// exponent. Up to 100 digits on either side of the point and exponents up to
// 199 keep every one within the range of a double.
func TextOf(kind spec.Kind) Regexp {
	switch kind {
	case spec.KindDouble:
		return doubleText
	case spec.KindBigint:
		return integerText
	}
	return dateText
}

var (
	doubleText  = mustParse(`^[+-]?(?:[0-9]{1,100}(?:\.[0-9]{0,100})?|\.[0-9]{1,100})(?:[eE][+-]?0{0,9}1?[0-9]{1,2})?$`)
	integerText = mustParse(`^[+-]?[0-9]{1,100}$`)
	dateText    = mustParse(`^(?:` + anyYear + `-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|` + leapYear + `-02-29)$`)
)

const (
	anyYear  = `(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)` // but 0000
	leapYear = `(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)`
)

func mustParse(pattern string) Regexp {
	re, fault := ParseRegexp(pattern)
	if fault != nil {
		panic(fault.Message) // a constant of this file
	}
	return re
}

func (d postgres) Cast(x string, from, to spec.Kind) string {
	switch {
	case to == spec.KindText:
		return "CAST(" + x + " AS text)"
	case from != spec.KindText:
		whole := x + " = trunc(" + x + ") AND " + x + " >= -9223372036854775808 AND " + x + " < 9223372036854775808"
		return "CASE WHEN " + whole + " THEN " + x + "::bigint END"
	case to == spec.KindBigint:
		within := x + "::numeric BETWEEN -9223372036854775808 AND 9223372036854775807"
		return "CASE WHEN " + d.Matches(x, integerText) + " THEN CASE WHEN " + within + " THEN " + x + "::bigint END END"
	}
	return "CASE WHEN " + d.Matches(x, TextOf(to)) + " THEN " + x + "::" + d.Type(spec.Type{Kind: to}) + " END"
}

func (d sqlite) Cast(x string, from, to spec.Kind) string {
	switch {
	case to == spec.KindText && from == spec.KindBoolean:
		return "CASE " + x + " WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
	case to == spec.KindText && from == spec.KindBigint:
		return "CAST(" + x + " AS TEXT)"
	case to == spec.KindText: // moments and uuids are text
		return x
	case from != spec.KindText:
		return "CASE WHEN " + x + " = CAST(" + x + " AS INTEGER) THEN CAST(" + x + " AS INTEGER) END"
	}
	read := x
	switch to {
	case spec.KindDouble:
		read = "pipe_read_double(" + x + ")"
	case spec.KindBigint:
		read = "pipe_read_bigint(" + x + ")"
	}
	return "CASE WHEN " + d.Matches(x, TextOf(to)) + " THEN " + read + " END"
}
