package vars

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// kind is the type of an expression. Values of each kind are held as: string,
// int64, number, bool, Date, and absent for what is not there.
type kind string

const (
	invalid   kind = "" // of an expression with a fault, to tell each fault once
	kindText  kind = "text"
	kindInt   kind = "an integer"
	kindNum   kind = "a number"
	kindBool  kind = "a boolean"
	kindDate  kind = "a date"
	kindNil   kind = "nil"
	kindRange kind = "a range"
	kindList  kind = "a list"
)

func (k kind) isNumber() bool { return k == kindInt || k == kindNum }

// number keeps the digits of a value that was written down.
type number struct {
	value float64
	text  string // empty when computed
}

// absent is nil, and remembers which variables it came from.
type absent struct{ names []string }

func (a absent) String() string {
	switch len(a.names) {
	case 0:
		return "this template gives nil"
	case 1:
		return a.names[0] + " is not set"
	}
	last := len(a.names) - 1
	return strings.Join(a.names[:last], ", ") + " and " + a.names[last] + " are not set"
}

// textOf prints a value as templates do. It must not be given absent.
func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case number:
		if v.text != "" {
			return v.text
		}
		if a := math.Abs(v.value); a != 0 && (a < 1e-6 || a >= 1e21) {
			return strconv.FormatFloat(v.value, 'g', -1, 64)
		}
		return strconv.FormatFloat(v.value, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case Date:
		return v.String()
	}
	return ""
}

func kindOf(v any) kind {
	switch v.(type) {
	case string:
		return kindText
	case int64:
		return kindInt
	case number:
		return kindNum
	case bool:
		return kindBool
	case Date:
		return kindDate
	}
	return kindNil
}

func floatOf(v any) float64 {
	if i, ok := v.(int64); ok {
		return float64(i)
	}
	return v.(number).value
}

// rationalOf gives a number's decimal value exactly, so that 0.1 given equals
// 0.1 written. Exponents are those of a double: the result stays small.
func rationalOf(v any) *big.Rat {
	r, _ := new(big.Rat).SetString(textOf(v))
	return r
}

// compare orders two values of comparable kinds; a text beside a date is read
// as a date.
func compare(a, b any) (int, error) {
	switch x := a.(type) {
	case string:
		if y, ok := b.(Date); ok {
			d, err := ParseDate(x)
			return d.Compare(y), err
		}
		return strings.Compare(x, b.(string)), nil
	case Date:
		y, err := dateFrom(b)
		return x.Compare(y), err
	case bool:
		if x == b.(bool) {
			return 0, nil
		}
		return 1, nil
	}
	return rationalOf(a).Cmp(rationalOf(b)), nil
}

// dateFrom takes a date, or a text that is one.
func dateFrom(v any) (Date, error) {
	if d, ok := v.(Date); ok {
		return d, nil
	}
	return ParseDate(v.(string))
}

// arithmetic computes a operator b. Integers stay integers except through / and
// **; an integer that does not fit 64 bits is an error, never another number.
func arithmetic(operator string, a, b any) (any, error) {
	x, xInt := a.(int64)
	y, yInt := b.(int64)
	if xInt && yInt && operator != "/" && operator != "**" {
		p, q, r := big.NewInt(x), big.NewInt(y), new(big.Int)
		switch operator {
		case "+":
			r.Add(p, q)
		case "-":
			r.Sub(p, q)
		case "*":
			r.Mul(p, q)
		case "%":
			if y == 0 {
				return nil, fmt.Errorf("division by zero")
			}
			r.Rem(p, q)
		}
		if !r.IsInt64() {
			return nil, fmt.Errorf("the result does not fit 64 bits")
		}
		return r.Int64(), nil
	}
	f, g := floatOf(a), floatOf(b)
	var r float64
	switch operator {
	case "+":
		r = f + g
	case "-":
		r = f - g
	case "*":
		r = f * g
	case "/":
		if g == 0 {
			return nil, fmt.Errorf("division by zero")
		}
		r = f / g
	case "**":
		r = math.Pow(f, g)
	}
	if math.IsInf(r, 0) || math.IsNaN(r) {
		return nil, fmt.Errorf("the result is not a finite number")
	}
	return number{value: r}, nil
}
