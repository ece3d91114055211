package coerce

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/spec"
)

// Message says in a sentence what is wrong with a cell and what to do. value is
// the cell as it stands in the file.
func Message(code Code, col, value string, t spec.Type) string {
	shown := show(value)
	problem, cure := describe(code, col, value, t)
	if fix := shape(col, value, t); fix != "" && isForm(code) {
		cure = fix
	}
	if cure != "" {
		problem += ": " + cure
	}
	return strings.Replace(problem, "{}", shown, 1)
}

// show quotes a cell, cut where it is long.
func show(value string) string {
	const most = 60
	if utf8.RuneCountInString(value) > most {
		return strconv.Quote(string([]rune(value)[:most])) + "..."
	}
	return strconv.Quote(value)
}

// isForm tells the codes of cells that are not written as their type is.
func isForm(code Code) bool {
	switch code {
	case BadInteger, BadNumber, BadBoolean, BadDate, BadTimestamp, BadUUID:
		return true
	}
	return false
}

// describe gives the sentence, with {} where the cell stands, and the cure.
func describe(code Code, col, value string, t spec.Type) (problem, cure string) {
	switch code {
	case BadInteger:
		return "{} is not an integer, which is an optional sign and digits", ""
	case IntegerFraction:
		return "{} has a fraction; an integer takes none", wholeOr(value) + "declare the column numeric"
	case IntegerOverflow:
		if t.Kind == spec.KindInteger {
			return "{} is too large for an integer (-2147483648 to 2147483647)", "declare the column bigint"
		}
		return "{} is too large for a bigint (-9223372036854775808 to 9223372036854775807)", "declare the column numeric"
	case BadNumber:
		return "{} is not a number, which is a sign, digits, a point and an exponent, with nothing between", ""
	case NumericPrecision:
		if t.Precision == 0 {
			return "{} has more digits before the point than a numeric holds (131072), or an exponent beyond 16383", "write it smaller, or declare the column double"
		}
		return fmt.Sprintf("{} has more digits before the point than %s holds (%d)", typeName(t), t.Precision-t.Scale), "declare a larger precision"
	case NumericScale:
		if t.Precision == 0 {
			return "{} has more digits behind the point than a numeric holds (16383)", "declare the column double"
		}
		return fmt.Sprintf("{} has more digits behind the point than %s holds (%d), and nothing is rounded", typeName(t), t.Scale), "declare a larger scale, or round in the file"
	case NumericNotExact:
		return "{} cannot be kept exactly on SQLite, whose numbers are doubles of 15 to 17 digits", "load it into PostgreSQL, or declare the column double to have it rounded"
	case DoubleOverflow:
		return "{} is beyond what a double holds (about 5e-324 to 1.8e308)", "declare the column numeric"
	case BadBoolean:
		return "{} is not a boolean (true false t f 1 0 yes no, in any case)", fmt.Sprintf("declare %s: {type: boolean, true_values: [...], false_values: [...]} with this word in one of them", col)
	case BadUUID:
		return "{} is not a uuid, which is 8-4-4-4-12 hexadecimal digits", ""
	case InvalidText:
		return "{} holds a NUL byte or is not UTF-8", "declare the file's encoding"
	case NullInKey:
		return fmt.Sprintf("%s is part of the primary key, which takes no NULL and no blank", col), "fill the cell in, or leave the row out"
	case NullNotAllowed:
		return fmt.Sprintf("%s is declared nullable: false, and the cell %s is NULL", col, "{}"), "fill it in, or remove nullable: false"
	}
	return describeMoment(code, value, t)
}

func describeMoment(code Code, value string, t spec.Type) (problem, cure string) {
	switch code {
	case BadDate:
		if isoShape.MatchString(value) {
			return "{} is in no calendar", "there is no such day in that month; mend it in the file"
		}
		return "{} is not a date as the column writes them, or is in no calendar", "without formats a date is written 2024-01-31"
	case AmbiguousDate:
		return "{} is one date by one of the declared formats and another by another", "declare the one format that the file is written in"
	case BadTimestamp:
		if t.Kind == spec.KindTimestamp {
			if m, code := isoMoment(value); code == "" && m.hasOffset {
				return "{} has an offset, and a timestamp keeps none", "declare the column timestamptz"
			}
			return "{} is not a timestamp as the column writes them, or is in no calendar", "without formats it is written 2024-01-31 23:59:59.123456"
		}
		return "{} is not a timestamp as the column writes them, or is in no calendar", "without formats it is written 2024-01-31 23:59:59.123456+00:00"
	case AmbiguousTimestamp:
		return "{} is one time by one of the declared formats and another by another", "declare the one format that the file is written in"
	case TimestampPrecision:
		return "{} is finer than a microsecond, the most that is kept, and nothing is rounded", "write six digits of the second at most"
	case TimestampNoOffset:
		return "{} has no offset, so which moment it is cannot be told", "write it with one (+00:00), or declare source_tz: Europe/Paris, or UTC"
	case TimestampGap:
		return "{} never was in the column's source_tz: the clocks went forward over it", "write the time with its offset"
	case TimestampOverlap:
		return "{} was twice in the column's source_tz: the clocks went back over it", "write the time with its offset"
	}
	return fmt.Sprintf("{} does not fit (%s)", code), ""
}

// wholeOr offers the integer of 3.0, and nothing of 3.5.
func wholeOr(value string) string {
	n, ok := scanNumber([]byte(value))
	if !ok || n.hasExponent || len(n.whole) == 0 || len(trimZerosRight(n.fraction)) > 0 {
		return ""
	}
	whole, _, _ := strings.Cut(value, ".")
	return "write " + strings.TrimPrefix(whole, "+") + ", or "
}

// nullWords are words that files hold where they have nothing to say.
var nullWords = []string{"na", "n/a", "#n/a", "null", "<null>", "none", "nil", "nan", "-", "--", "?", ".", `\n`, "unknown", "missing"}

// shape looks at how a cell is written for a cure that fits it better.
func shape(col, value string, t spec.Type) string {
	trimmed := strings.Trim(value, " \t")
	switch {
	case trimmed != value && trimmed == "":
		return fmt.Sprintf("it is made of spaces; declare %s: {type: %s, trim: true} to have it blank", col, typeName(t))
	case trimmed != value:
		return fmt.Sprintf("it has spaces around it; declare %s: {type: %s, trim: true}", col, typeName(t))
	case slices.Contains(nullWords, strings.ToLower(value)):
		return fmt.Sprintf("if it means NULL, declare %s: {type: %s, null_values: [%q]}", col, typeName(t), value)
	}
	if t.IsNumber() {
		return numberShape(col, value, t)
	}
	var fitting []string
	for _, f := range otherFormats(t.Kind) {
		var m moment
		if f.read([]byte(value), &m) == "" {
			fitting = append(fitting, fmt.Sprintf("%s: {type: %s, formats: [%q]}", col, t.Kind, f.text))
		}
	}
	if len(fitting) > 0 {
		return "if it is written so on purpose, declare " + strings.Join(fitting, " or ")
	}
	if _, code := isoMoment(value); t.Kind == spec.KindDate && code == "" {
		return "it has a time of day; declare the column timestamp, or leave the time out"
	}
	return ""
}

// numberShape looks for the marks of other countries and for units.
func numberShape(col, value string, t spec.Type) string {
	for _, marks := range []struct {
		decimal, thousands rune
		text               string
	}{
		{'.', ',', `thousands: ","`},
		{',', 0, `decimal: ","`},
		{',', '.', `decimal: ",", thousands: "."`},
		{',', ' ', `decimal: ",", thousands: " "`},
		{',', '\u00a0', `decimal: ",", thousands: "\u00a0"`},
		{',', '\u202f', `decimal: ",", thousands: "\u202f"`},
		{'.', '\'', `thousands: "'"`},
	} {
		c := Coercer{decimal: []byte(string(marks.decimal))}
		if marks.thousands != 0 {
			c.thousands = []byte(string(marks.thousands))
		}
		text, ok := c.unmark([]byte(value))
		if !ok || string(text) == value {
			continue
		}
		if n, ok := scanNumber(text); ok && (t.Kind != spec.KindInteger && t.Kind != spec.KindBigint || !n.hasPoint) {
			return fmt.Sprintf("declare %s: {type: %s, %s} if that is how the file writes numbers", col, typeName(t), marks.text)
		}
	}
	if strings.ContainsAny(value, "%$€£") {
		return "leave the sign of a unit out of the file"
	}
	return ""
}

// typeName writes a type as it must stand inside a YAML flow mapping.
func typeName(t spec.Type) string {
	if s := t.String(); strings.Contains(s, "(") {
		return strconv.Quote(s)
	}
	return t.String()
}

// isoMoment reads an ISO timestamp with or without an offset.
func isoMoment(value string) (m moment, code Code) {
	if len(value) < 19 || !m.isoDate([]byte(value)) || value[10] != ' ' && value[10] != 'T' {
		return m, BadTimestamp
	}
	return m, m.isoTime([]byte(value[11:]))
}

// otherFormats are formats that files are often written in.
func otherFormats(kind spec.Kind) []format {
	var list []string
	switch kind {
	case spec.KindDate:
		list = []string{"%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d", "%d %b %Y", "%b %d, %Y", "%d-%b-%Y", "%d-%b-%y"}
	case spec.KindTimestamp:
		list = []string{"%Y-%m-%d", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%Y/%m/%d %H:%M:%S"}
	case spec.KindTimestamptz:
		list = []string{"%Y-%m-%d %H:%M:%S %Z", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S.%f %Z"}
	}
	var formats []format
	for _, text := range list {
		formats = append(formats, mustFormat(text))
	}
	return formats
}

// isoShape is a text that is written like a day, whether there is one or not.
var isoShape = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
