package coerce

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/spec"
)

// Message says in a sentence what is wrong with a cell of a column and what to
// do. value is the cell as it stands in the file.
func Message(code Code, c *spec.Column, value string) string {
	problem, cure := describe(code, c, value)
	if fix := shape(c, value); fix != "" && isForm(code) {
		cure = fix
	}
	if cure != "" {
		problem += ": " + cure
	}
	return strings.Replace(problem, "{}", show(value), 1)
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
func describe(code Code, c *spec.Column, value string) (problem, cure string) {
	switch code {
	case BadInteger, IntegerFraction, IntegerOverflow, BadNumber, NumericPrecision, NumericScale, NumericNotExact, DoubleOverflow:
		return describeNumber(code, c, value)
	case BadBoolean:
		return "{} is not a boolean (true false t f 1 0 yes no, in any case)", fmt.Sprintf("declare %s: {type: boolean, true_values: [...], false_values: [...]} with this word in one of them", spec.Quote(c.Name.V))
	case BadUUID:
		if digits := strings.Trim(value, "{}"); len(digits) == 32 && strings.Trim(strings.ToLower(digits), "0123456789abcdef") == "" {
			cure = fmt.Sprintf("write it as %s-%s-%s-%s-%s", digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
		}
		return "{} is not a uuid, which is 8-4-4-4-12 hexadecimal digits", cure
	case InvalidText:
		if i := strings.IndexFunc(value, beyondLatin1); i >= 0 && utf8.ValidString(value) && !strings.Contains(value, "\x00") {
			r, _ := utf8.DecodeRuneInString(value[i:])
			return fmt.Sprintf("{} holds U+%04X, which the database, whose encoding is LATIN1, cannot keep", r), "load one that was created with ENCODING 'UTF8'"
		}
		return "{} holds a NUL byte or is not UTF-8", "declare the file's encoding"
	case NullInKey:
		return fmt.Sprintf("%s is part of the primary key, which takes no NULL and no blank", c.Name.V), "fill the cell in, or leave the row out"
	case NullNotAllowed:
		return fmt.Sprintf("%s is declared nullable: false, and the cell {} is NULL", c.Name.V), "fill it in, or remove nullable: false"
	}
	return describeMoment(code, c, value)
}

// declared writes the column's declaration with a change to it.
func declared(c *spec.Column, change func(*spec.Column)) string {
	changed := *c
	change(&changed)
	return spec.Quote(c.Name.V) + ": " + changed.YAML()
}

// nullWords are words that files hold where they have nothing to say.
var nullWords = []string{"na", "n/a", "#n/a", "null", "<null>", "none", "nil", "nan", "-", "--", "?", ".", `\n`, "unknown", "missing", "inf", "-inf", "+inf", "infinity", "-infinity", "+infinity"}

// shape looks at how a cell is written for a cure that fits it better.
func shape(c *spec.Column, value string) string {
	trimmed := strings.Trim(value, " \t")
	trim := func(c *spec.Column) { c.Trim = spec.Value[bool]{V: true, Set: true} }
	switch {
	case trimmed == "" && value != "":
		return "it is made of spaces; declare " + declared(c, trim) + " to have it blank"
	case trimmed != value && !c.Trim.V:
		return "it has spaces around it; declare " + declared(c, trim)
	case slices.Contains(nullWords, strings.ToLower(trimmed)):
		return "if it means NULL, declare " + declared(c, func(c *spec.Column) {
			c.NullValues = append(slices.Clone(c.NullValues), spec.Text{V: trimmed, Set: true})
		})
	}
	cure := ""
	if c.Type.V.IsNumber() {
		cure = numberShape(c, trimmed)
	} else {
		cure = momentShape(c, trimmed)
	}
	if cure == "" {
		cure = stranger(trimmed)
	}
	return cure
}

// stranger names the first character that looks like a plain one, or like none
// at all, and is none.
func stranger(value string) string {
	for _, r := range value {
		name, plain := "", ""
		switch {
		case r < utf8.RuneSelf || unicode.IsLetter(r):
			continue
		case r == '\u2212':
			name, plain = "a minus sign of typesetters", "-"
		case unicode.Is(unicode.Pd, r):
			name, plain = "a dash of typesetters", "-"
		case unicode.IsSpace(r):
			name = "a space that is none of the keyboard's, which trim does not take away"
		case unicode.IsDigit(r):
			name, plain = "a digit of another script", "0 to 9"
		case !unicode.IsPrint(r):
			name = "a character that does not show"
		default:
			continue
		}
		if plain == "" {
			return fmt.Sprintf("it holds U+%04X, %s; leave it out of the file", r, name)
		}
		return fmt.Sprintf("it holds U+%04X, %s; write %s in the file", r, name, plain)
	}
	return ""
}
