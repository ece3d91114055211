package sqlitefunc

import (
	"database/sql/driver"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"modernc.org/sqlite"
)

func registerValues(d *sqlite.Driver) error {
	if err := d.RegisterDeterministicScalarFunction("pipe_like", 3, like); err != nil {
		return fmt.Errorf("registering pipe_like: %w", err)
	}
	return nil
}

// like is pipe_like(text, pattern, escape): LIKE as PostgreSQL has it.
func like(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	pattern, okPattern := args[1].(string)
	escape, okEscape := args[2].(string)
	if !okPattern || !okEscape {
		return nil, fmt.Errorf("pipe_like takes texts as its pattern and escape, and %v or %v is none", args[1], args[2])
	}
	var text string
	switch v := args[0].(type) {
	case nil:
		return nil, nil
	case string:
		text = v
	case []byte:
		text = string(v)
	default:
		return nil, fmt.Errorf("pipe_like takes a text, and %v is none", v)
	}
	if isLike(text, pattern, escape) {
		return int64(1), nil
	}
	return int64(0), nil
}

// isLike matches by code point. After a % that was followed by something that
// did not match, it goes back to that % once, and to no earlier one: nothing is
// lost by that, and it takes time in proportion to the product of the lengths.
func isLike(text, pattern, escape string) bool {
	back, backText := -1, 0 // behind the last %, and what of text it has not taken
	t, p := 0, 0
	for t < len(text) {
		if p < len(pattern) && pattern[p] == '%' && escape != "%" {
			p++
			back, backText = p, t
			continue
		}
		if nt, np, ok := step(text[t:], pattern[p:], escape); ok {
			t, p = t+nt, p+np
			continue
		}
		if back < 0 {
			return false
		}
		_, size := utf8.DecodeRuneInString(text[backText:])
		backText += size
		t, p = backText, back
	}
	for p < len(pattern) && pattern[p] == '%' && escape != "%" {
		p++
	}
	return p == len(pattern)
}

// step matches one character of text with the start of a pattern that is no %,
// and tells how many bytes each takes.
func step(text, pattern, escape string) (inText, inPattern int, ok bool) {
	if pattern == "" {
		return 0, 0, false
	}
	r, size := utf8.DecodeRuneInString(text)
	wanted, inPattern := utf8.DecodeRuneInString(pattern)
	switch {
	case pattern[:inPattern] == escape && inPattern < len(pattern):
		next, n := utf8.DecodeRuneInString(pattern[inPattern:])
		return size, inPattern + n, r == next
	case wanted == '_':
		return size, inPattern, true
	}
	return size, inPattern, r == wanted
}

// percentile interpolates between the two values on either side of the share q.
type percentile struct {
	q      float64
	values []float64
}

func (a *percentile) add(x float64, args []driver.Value) {
	switch q := args[1].(type) {
	case float64:
		a.q = q
	case int64:
		a.q = float64(q)
	}
	a.values = append(a.values, x)
}

func (a *percentile) fault() error {
	x, ok := a.result().(float64)
	if !ok || !math.IsInf(x, 0) || slices.ContainsFunc(a.values, func(v float64) bool { return math.IsInf(v, 0) }) {
		return nil
	}
	return fmt.Errorf("value out of range: a percentile of values so far apart is beyond what a double holds")
}

func (a *percentile) result() driver.Value {
	n := len(a.values)
	if n == 0 {
		return nil
	}
	slices.Sort(a.values)
	// The conversions keep processors from fusing a product into a sum.
	at := float64(a.q * float64(n-1))
	low, high := a.values[int(math.Floor(at))], a.values[int(math.Ceil(at))]
	if low == high {
		return low
	}
	return low + float64((at-math.Floor(at))*(high-low))
}
