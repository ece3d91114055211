package rule

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/dialect"
)

// orNull is a double, or NULL for what is not a number.
func orNull(f float64) any {
	if math.IsNaN(f) {
		return nil
	}
	return f
}

// compute is an operator on doubles. The conversions keep processors from
// fusing a product into a sum, which would round once less than databases do.
func compute(op string, a, b float64) float64 {
	switch op {
	case "+":
		return a + b
	case "-":
		return a - b
	case "*":
		return a * b
	case "/":
		if b == 0 { // whatever its sign: the infinity has a's
			return a * math.Inf(1)
		}
		return a / b
	}
	if b == 0 {
		return math.NaN()
	}
	return a - float64(b*math.Trunc(float64(a/b)))
}

func find(op, s, part string) bool {
	switch op {
	case "contains":
		return strings.Contains(s, part)
	case "startsWith":
		return strings.HasPrefix(s, part)
	}
	return strings.HasSuffix(s, part)
}

func match(x *matches, s string) (any, error) {
	if !x.known {
		return nil, errNoVar
	}
	re, err := regexp.Compile(x.re.String())
	if err != nil {
		return nil, fmt.Errorf("reading a regular expression that was read before: %w", err)
	}
	return re.MatchString(s), nil
}

// castValue reads a value as one of another type, NULL where it is none.
func castValue(v any, from, to typ) any {
	if to == text {
		switch v := v.(type) {
		case *big.Rat:
			return v.Num().String() // integers only
		case bool:
			return strconv.FormatBool(v)
		}
		return v
	}
	if from != text {
		r, ok := v.(*big.Rat)
		if f, isDouble := v.(float64); isDouble {
			r = new(big.Rat).SetFloat64(f) // nil for an infinity
			ok = r != nil
		}
		if !ok || !r.IsInt() || !r.Num().IsInt64() {
			return nil
		}
		return r
	}
	return readAs(v.(string), to)
}

// readAs reads a text as a double, an integer or a date.
func readAs(s string, to typ) any {
	if !dialect.Reads(s, to.kind()) {
		return nil
	}
	switch to {
	case double:
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return nil
		}
		return f
	case integer:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return nil
		}
		return new(big.Rat).SetInt64(n)
	}
	return s
}

// convertValue changes a value's type, not the value.
func convertValue(v any, from, to typ) any {
	if to == double {
		if r, ok := v.(*big.Rat); ok {
			f, _ := r.Float64()
			return f
		}
		return v
	}
	s := v.(string)
	if from == date {
		s += " 00:00:00"
	}
	if to == timestamptz {
		s += "+00"
	}
	return s
}

// callFunction calls a function of one row with values none of which is NULL.
func callFunction(x *call, args []any) (any, error) {
	switch x.function {
	case "lower":
		return changeCase(args[0].(string), 'A', 'Z'), nil
	case "upper":
		return changeCase(args[0].(string), 'a', 'z'), nil
	case "trim":
		return strings.Trim(args[0].(string), " \t\n\v\f\r"), nil
	case "length":
		return whole(utf8.RuneCountInString(args[0].(string))), nil
	case "abs":
		return math.Abs(args[0].(float64)), nil
	case "round":
		n := 0
		if len(args) == 2 {
			n = int(args[1].(*big.Rat).Num().Int64())
		}
		return roundDecimal(args[0].(float64), n), nil
	case "date":
		return args[0].(string)[:len(time.DateOnly)], nil
	case "year":
		return digitsOf(args[0].(string)[:4])
	case "month":
		return digitsOf(args[0].(string)[5:7])
	case "days_between":
		return daysBetween(args[0].(string), args[1].(string))
	}
	return nil, fmt.Errorf("the function %s has no evaluation", x.function)
}

func whole(n int) *big.Rat { return new(big.Rat).SetInt64(int64(n)) }

// changeCase changes the case of the ASCII letters from first to last.
func changeCase(s string, first, last byte) string {
	b := []byte(s)
	for i, c := range b {
		if c >= first && c <= last {
			b[i] = c ^ 0x20
		}
	}
	return string(b)
}

// roundDecimal rounds half away from zero the decimal that a double reads as.
func roundDecimal(f float64, n int) float64 {
	if math.IsInf(f, 0) {
		return f
	}
	r, _ := new(big.Rat).SetString(strconv.FormatFloat(f, 'g', -1, 64))
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil))
	r.Mul(r, scale)
	half := big.NewRat(1, 2)
	if r.Sign() < 0 {
		half.Neg(half)
	}
	r.Add(r, half)
	r.SetInt(new(big.Int).Quo(r.Num(), r.Denom())) // toward zero
	rounded, _ := r.Quo(r, scale).Float64()
	return rounded
}

func digitsOf(s string) (any, error) {
	n, err := strconv.Atoi(s)
	if err != nil {
		return nil, fmt.Errorf("a date is not in canonical form: %w", err)
	}
	return whole(n), nil
}

func daysBetween(from, to string) (any, error) {
	a, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return nil, fmt.Errorf("a date is not in canonical form: %w", err)
	}
	b, err := time.Parse(time.DateOnly, to)
	if err != nil {
		return nil, fmt.Errorf("a date is not in canonical form: %w", err)
	}
	return whole(int((b.Unix() - a.Unix()) / (24 * 60 * 60))), nil
}
