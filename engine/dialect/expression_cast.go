package dialect

import (
	"regexp"
	"strconv"

	"github.com/streamflow/pipe/engine/spec"
)

// Casts read values of one type as values of another. What cannot be read is
// NULL and never an error, whatever the text.
type Casts interface {
	// Cast reads x, of kind from, as a value of kind to: text as a double, a
	// bigint or a date, a numeric or a double as a bigint, and a bigint, a
	// boolean, a moment or a uuid as text. x may be written several times.
	Cast(x string, from, to spec.Kind) string
}

// Reads tells whether Cast reads a text as a value of a kind: double, bigint or
// date. A bigint must besides lie within 64 bits.
//
// Numbers are written as in a cell that is loaded: sign, digits, point,
// exponent. No more than 100 characters and exponents up to 199 keep every one
// within the range of a double; the length is asked apart, since PostgreSQL
// takes eight times as long to count in a regular expression.
func Reads(text string, kind spec.Kind) bool {
	return len(text) <= maxRead && inGo[kind].MatchString(text)
}

const maxRead = 100 // characters, all of them ASCII

var texts = map[spec.Kind]Regexp{
	spec.KindDouble: mustParse(`^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?0*1?[0-9]{1,2})?$`),
	spec.KindBigint: mustParse(`^[+-]?[0-9]+$`),
	spec.KindDate:   mustParse(`^(?:` + anyYear + `-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|` + leapYear + `-02-29)$`),
}

var inGo = map[spec.Kind]*regexp.Regexp{
	spec.KindDouble: regexp.MustCompile(texts[spec.KindDouble].pattern),
	spec.KindBigint: regexp.MustCompile(texts[spec.KindBigint].pattern),
	spec.KindDate:   regexp.MustCompile(texts[spec.KindDate].pattern),
}

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

// readable is the condition that a text is read as a value of a kind.
func readable(d Expressions, x string, kind spec.Kind) string {
	found := d.Matches(x, texts[kind])
	if kind == spec.KindDate {
		return found
	}
	return "length(" + x + ") <= " + strconv.Itoa(maxRead) + " AND " + found
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
		return "CASE WHEN " + readable(d, x, to) + " THEN CASE WHEN " + within + " THEN " + x + "::bigint END END"
	}
	return "CASE WHEN " + readable(d, x, to) + " THEN " + x + "::" + d.Type(spec.Type{Kind: to}) + " END"
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
	return "CASE WHEN " + readable(d, x, to) + " THEN " + read + " END"
}
