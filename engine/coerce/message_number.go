package coerce

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

func describeNumber(code Code, c *spec.Column, value string) (problem, cure string) {
	t := c.Type.V
	switch code {
	case BadInteger:
		return "{} is not an integer, which is an optional sign and digits" + marksOf(c), ""
	case IntegerFraction:
		return "{} has a fraction; an integer takes none", fraction(c, value)
	case IntegerOverflow:
		if t.Kind == spec.KindInteger {
			return "{} is too large for an integer (-2147483648 to 2147483647)", "declare the column bigint"
		}
		return "{} is too large for a bigint (-9223372036854775808 to 9223372036854775807)", "declare the column numeric"
	case BadNumber:
		return "{} is not a number, which is a sign, digits, a point and an exponent, with nothing between" + marksOf(c), ""
	case NumericPrecision:
		if t.Precision == 0 {
			return "{} has more digits before the point than a numeric holds (131072), or an exponent beyond 16383", "write it smaller, or declare the column double"
		}
		return fmt.Sprintf("{} has more digits before the point than %s holds (%d)", t, t.Precision-t.Scale), "declare a larger precision" + ifExponent(value)
	case NumericScale:
		if t.Precision == 0 {
			return "{} has more digits behind the point than a numeric holds (16383)", "declare the column double"
		}
		return fmt.Sprintf("{} has more digits behind the point than %s holds (%d), and nothing is rounded", t, t.Scale), "declare a larger scale, or round in the file" + ifExponent(value)
	case NumericNotExact:
		return "{} cannot be kept exactly on SQLite, whose numbers are doubles of 15 to 17 digits", "load it into PostgreSQL, or declare the column double to have it rounded"
	}
	return "{} is beyond what a double holds (about 5e-324 to 1.8e308)", "declare the column numeric"
}

// ifExponent doubts an exponent that makes a number very large or very small.
func ifExponent(value string) string {
	if n, ok := scanNumber([]byte(value)); ok && n.hasExponent && (n.exponent > 100 || n.exponent < -100) {
		return ", if the exponent is right"
	}
	return ""
}

// marksOf says how the column writes its numbers, where that is not the usual.
func marksOf(c *spec.Column) string {
	var marks []string
	if c.Decimal.V != 0 && c.Decimal.V != '.' {
		marks = append(marks, fmt.Sprintf("decimal: %q", string(c.Decimal.V)))
	}
	if c.Thousands.V != 0 {
		marks = append(marks, fmt.Sprintf("thousands: %q between groups of three digits", string(c.Thousands.V)))
	}
	if marks == nil {
		return ""
	}
	return " (the column is declared with " + strings.Join(marks, " and ") + ")"
}

var inGroups = regexp.MustCompile(`^[+-]?\d{1,3}([.,]\d{3})+$`)

// fraction offers the integer of 3.0, and nothing of 3.5. A point before three
// digits may be one that parts thousands: which it is only the author knows.
func fraction(c *spec.Column, value string) string {
	n, ok := scanNumber([]byte(value))
	if !ok || n.hasExponent || len(n.whole) == 0 || len(trimZerosRight(n.fraction)) > 0 {
		if inGroups.MatchString(value) && c.Thousands.V == 0 {
			return thousandsOf(c, value) + "; else declare the column numeric"
		}
		return "declare the column numeric"
	}
	whole, _, _ := strings.Cut(value, ".")
	cure := "write " + strings.TrimPrefix(whole, "+") + ", or declare the column numeric"
	if inGroups.MatchString(value) && c.Thousands.V == 0 {
		return thousandsOf(c, value) + "; else " + cure
	}
	return cure
}

// thousandsOf offers the reading of 1.234 as one thousand and more.
func thousandsOf(c *spec.Column, value string) string {
	mark := value[len(value)-4]
	return fmt.Sprintf("if it means %s, declare %s", strings.ReplaceAll(value, string(mark), ""), declared(c, func(c *spec.Column) {
		c.Thousands = spec.Value[rune]{V: rune(mark), Set: true}
		if c.Decimal = (spec.Value[rune]{}); mark == '.' {
			c.Decimal = spec.Value[rune]{V: ',', Set: true}
		}
	}))
}

// numberShape looks for the marks of other countries, for exponents and for units.
func numberShape(c *spec.Column, value string) string {
	isInteger := c.Type.V.Kind == spec.KindInteger || c.Type.V.Kind == spec.KindBigint
	for _, marks := range []struct{ decimal, thousands rune }{{'.', ','}, {',', 0}, {',', '.'}, {',', ' '}, {',', '\u00a0'}, {',', '\u202f'}, {'.', '\''}} {
		coercer := Coercer{decimal: []byte(string(marks.decimal))}
		if marks.thousands != 0 {
			coercer.thousands = []byte(string(marks.thousands))
		}
		text, ok := coercer.unmark([]byte(value))
		if !ok || string(text) == value {
			continue
		}
		if n, ok := scanNumber(text); ok && !(isInteger && n.hasPoint) {
			return "declare " + declared(c, func(c *spec.Column) {
				c.Decimal, c.Thousands = spec.Value[rune]{}, spec.Value[rune]{}
				if marks.decimal != '.' {
					c.Decimal = spec.Value[rune]{V: marks.decimal, Set: true}
				}
				if marks.thousands != 0 {
					c.Thousands = spec.Value[rune]{V: marks.thousands, Set: true}
				}
			}) + " if that is how the file writes numbers"
		}
	}
	n, isNumber := scanNumber([]byte(value))
	switch {
	case isNumber && n.hasExponent && isInteger:
		return "an integer takes no exponent" + writtenOut(n)
	case strings.Trim(value, "0123456789,. '+-") == "" && strings.ContainsAny(value, ",'"):
		return "its marks do not part groups of three digits, so it may be damaged; look at what wrote it"
	case strings.HasPrefix(value, "(") && strings.HasSuffix(value, ")"), strings.HasSuffix(value, "-"):
		return "write a minus before the digits, if that is what is meant"
	case strings.Contains(value, "_"):
		return "write the digits without _"
	case strings.ContainsAny(value, "%$€£"):
		return "leave the sign of a unit out of the file"
	}
	return ""
}

// writtenOut offers the integer of 1.5e3.
func writtenOut(n number) string {
	if n.exponent > 18 || n.exponent < 0 {
		return ""
	}
	var c Coercer
	if c.expand(&n) != "" || len(trimZerosRight(n.fraction)) > 0 {
		return ""
	}
	digits := string(trimZerosLeft(n.whole))
	if i, err := strconv.ParseInt(digits, 10, 64); err == nil {
		if n.negative {
			i = -i
		}
		return fmt.Sprintf("; write %d", i)
	}
	return ""
}
