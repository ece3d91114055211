package vars

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// refusal says why a type does not take a value. Neither sentence holds the
// value itself, which may come from the environment.
type refusal struct {
	message string // goes behind the value: `is not an integer`
	hint    string
	// value is a value of the type that was likely meant; empty: none.
	value string
	// secret: the value itself may not be repeated.
	secret bool
}

var (
	integerText = regexp.MustCompile(`^[+-]?[0-9]+$`)
	numberText  = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$`)
)

// userinfo is what stands in a URL between :// and @.
var userinfo = regexp.MustCompile(`://[^\s/?#]*@|\bpostgres(ql)?://[^\s]*@`)

// holdsSecret refuses a URL that holds a user or a password, and with all of
// them any URL: vars are printed, and kept with every run.
func holdsSecret(text string, anyURL bool) *refusal {
	switch {
	case userinfo.MatchString(text):
		return &refusal{message: "is a URL with a user or a password in it, and vars are printed and kept with every run",
			hint: "a target's url or password is the place for a secret", secret: true}
	case anyURL && strings.Contains(text, "://"):
		return &refusal{message: "is a URL from the environment, which may hold a secret, and vars are printed and kept with every run",
			hint: "a target's url is the place for it", secret: true}
	}
	return nil
}

// parseValue reads a var's value from its text.
func parseValue(v *spec.Var, text string) (any, *refusal) {
	if refused := holdsSecret(text, false); refused != nil {
		return nil, refused
	}
	switch v.Type.V {
	case spec.VarInteger:
		i, err := strconv.ParseInt(text, 10, 64)
		switch {
		case !integerText.MatchString(text):
			return nil, &refusal{message: "is not an integer", hint: "write digits only, such as 12"}
		case err != nil:
			return nil, &refusal{message: "does not fit an integer of 64 bits"}
		}
		return i, nil
	case spec.VarNumber:
		n, err := parseNumber(text)
		if err != nil {
			return nil, &refusal{message: err.Error(), hint: "write it with digits and a point, such as 0.25"}
		}
		return n, nil
	case spec.VarBoolean:
		switch strings.ToLower(text) {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
		return nil, &refusal{message: "is not a boolean", hint: "write true or false"}
	case spec.VarDate, spec.VarMonthEnd:
		return parseDay(v.Type.V, text)
	case spec.VarEnum:
		var values []string
		for _, w := range v.Values {
			if w.V == text {
				return text, nil
			}
			values = append(values, w.V)
		}
		return nil, &refusal{message: "is not one of its values", hint: suggestion(text, values, "values: "), value: diag.Nearest(text, values)}
	}
	return parseText(v, text)
}

func parseNumber(text string) (number, error) {
	if !numberText.MatchString(text) {
		return number{}, fmt.Errorf("is not a number")
	}
	f, err := strconv.ParseFloat(text, 64)
	mantissa, _, _ := strings.Cut(strings.ToLower(text), "e")
	if err != nil || math.IsInf(f, 0) || (f == 0 && strings.Trim(mantissa, "+-.0") != "") {
		return number{}, fmt.Errorf("is out of the range of a double")
	}
	return number{f, strings.TrimPrefix(text, "+")}, nil
}

func parseDay(t spec.VarType, text string) (any, *refusal) {
	d, err := ParseDate(text)
	if err != nil {
		r := &refusal{message: "is " + err.Error()}
		if len(text) == len("2024-01-31") && isDateShaped(text) {
			// A day beyond the month's end: its month may still be a good one.
			if first, err := ParseDate(text[:8] + "01"); err == nil {
				r.hint, r.value = "the last day of that month is "+first.MonthEnd().String(), first.MonthEnd().String()
			}
		} else if first, err := ParseDate(text + "-01"); err == nil && t == spec.VarMonthEnd {
			r.hint, r.value = "the last day of that month is "+first.MonthEnd().String(), first.MonthEnd().String()
		}
		return nil, r
	}
	if end := d.MonthEnd(); t == spec.VarMonthEnd && d != end {
		return nil, &refusal{message: "is not the last day of its month", hint: "that is " + end.String(), value: end.String()}
	}
	return d, nil
}

// parseText reads text and path.
func parseText(v *spec.Var, text string) (any, *refusal) {
	switch {
	case strings.ContainsRune(text, 0):
		return nil, &refusal{message: "holds a NUL character"}
	case v.Type.V == spec.VarPath && text == "":
		return nil, &refusal{message: "is empty; a path is wanted", hint: "write . for the project directory"}
	case v.Pattern.Set:
		re, err := wholePattern(v.Pattern.V)
		if err != nil {
			return nil, &refusal{message: "cannot be checked: its pattern is not a regular expression"}
		}
		if !re.MatchString(text) {
			return nil, &refusal{message: "does not match its pattern " + v.Pattern.V}
		}
	}
	return text, nil
}

func wholePattern(pattern string) (*regexp.Regexp, error) {
	// Compiled alone first: "a)(b" must not become good through the brackets.
	if _, err := regexp.Compile(pattern); err != nil {
		return nil, err
	}
	return regexp.Compile(`\A(?:` + pattern + `)\z`)
}
