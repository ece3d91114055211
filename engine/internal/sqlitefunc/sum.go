package sqlitefunc

import (
	"database/sql/driver"
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"

	"modernc.org/sqlite"
)

// exactDigits is how many digits of a decimal every double gives back.
const exactDigits = 15

// largest is the largest number of that many digits.
const largest = 999_999_999_999_999

var powers = func() (p [exactDigits + 1]float64) {
	p[0] = 1
	for i := range exactDigits {
		p[i+1] = p[i] * 10
	}
	return p
}()

// total adds numbers without rounding. A double stands for the decimal that it
// reads as, so that 0.1 + 0.2 is 0.3. Its zero value is a sum of nothing.
type total struct {
	n     int64
	scale int // that the last fraction was found to have
	// parts are sums of whole numbers by their decimal scale: that of scale 2
	// are hundredths.
	parts [exactDigits + 1]wide
	// rest are sums of numbers of more digits, by their exponent of ten.
	rest map[int]*big.Int
	// infinite is the sum of infinities, 0 when there are none.
	infinite float64
}

// wide is a 128-bit integer, which 2^64 additions cannot exhaust.
type wide struct {
	high int64
	low  uint64
}

func (w *wide) add(n int64) {
	low, carry := bits.Add64(w.low, uint64(n), 0)
	w.low = low
	w.high += n>>63 + int64(carry)
}

func (w wide) big() *big.Int {
	b := new(big.Int).Lsh(big.NewInt(w.high), 64)
	return b.Add(b, new(big.Int).SetUint64(w.low))
}

func (t *total) addDouble(f float64) {
	t.n++
	if f == math.Trunc(f) && math.Abs(f) <= largest {
		t.parts[0].add(int64(f))
		return
	}
	if m, ok := scaled(f, t.scale); ok {
		t.parts[t.scale].add(m)
		return
	}
	for scale := range powers {
		if m, ok := scaled(f, scale); ok {
			t.scale = scale
			t.parts[scale].add(m)
			return
		}
	}
	t.addLong(f)
}

// scaled gives the m of f = m / 10^scale, where it has no more digits than a
// double gives back: there is one decimal of so few digits, and dividing two
// numbers that are exact rounds as reading it would.
func scaled(f float64, scale int) (m int64, ok bool) {
	rounded := math.Round(f * powers[scale])
	if math.Abs(rounded) > largest || rounded/powers[scale] != f {
		return 0, false
	}
	return int64(rounded), true
}

// addLong adds a double of sixteen or seventeen digits, or one far from 1.
func (t *total) addLong(f float64) {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		t.infinite += f
		return
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	m, _ := strconv.ParseInt(whole+fraction, 10, 64) // seventeen digits at most
	e, _ := strconv.Atoi(exponent)
	e -= len(fraction)
	if t.rest == nil {
		t.rest = map[int]*big.Int{}
	}
	if t.rest[e] == nil {
		t.rest[e] = new(big.Int)
	}
	t.rest[e].Add(t.rest[e], big.NewInt(m))
}

// value is the sum as m / 10^scale.
func (t *total) value() (m *big.Int, scale int) {
	for k, part := range t.parts {
		if part != (wide{}) {
			scale = k
		}
	}
	for e := range t.rest {
		scale = max(scale, -e)
	}
	m = new(big.Int)
	add := func(n *big.Int, exponent int) { m.Add(m, new(big.Int).Mul(n, power(scale+exponent))) }
	for k, part := range t.parts[:min(len(t.parts), scale+1)] {
		add(part.big(), -k)
	}
	for e, n := range t.rest {
		add(n, e)
	}
	return m, scale
}

func power(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// sum is pipe_sum.
type sum struct{ total }

func (s *sum) add(x float64, args []driver.Value) { s.take(x, args[0]) }

// take adds x, which SQLite gave as v.
func (t *total) take(x float64, v driver.Value) {
	if n, ok := v.(int64); ok {
		t.n++
		t.parts[0].add(n)
		return
	}
	t.addDouble(x)
}

func (s *sum) result() driver.Value {
	switch {
	case s.n == 0:
		return nil
	case s.infinite != 0:
		return s.infinite
	}
	m, scale := s.value()
	return number(new(big.Rat).SetFrac(m, power(scale)), scale)
}

// number is a decimal as SQLite can hold it: an integer, else a double that
// reads as it, else its digits.
func number(r *big.Rat, scale int) driver.Value {
	if r.IsInt() && r.Num().IsInt64() {
		return r.Num().Int64()
	}
	f, _ := r.Float64()
	if read, ok := new(big.Rat).SetString(strconv.FormatFloat(f, 'e', -1, 64)); ok && read.Cmp(r) == 0 {
		return f
	}
	digits := r.FloatString(scale)
	if scale > 0 {
		digits = strings.TrimRight(strings.TrimRight(digits, "0"), ".")
	}
	return digits
}

// mean is pipe_mean.
type mean struct{ total }

func (a *mean) add(x float64, args []driver.Value) { a.take(x, args[0]) }

func (a *mean) result() driver.Value {
	switch {
	case a.n == 0:
		return nil
	case a.infinite != 0:
		return a.infinite
	}
	m, scale := a.value()
	f, _ := new(big.Rat).SetFrac(m, power(scale).Mul(power(scale), big.NewInt(a.n))).Float64()
	return f
}

// registerNumbers gives the functions of numbers as pipe_sum gives them.
func registerNumbers(d *sqlite.Driver) error {
	compare := func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		return compare(args[0], args[1]), nil
	}
	if err := d.RegisterDeterministicScalarFunction("pipe_compare", 2, compare); err != nil {
		return fmt.Errorf("registering pipe_compare: %w", err)
	}
	double := func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		return double(args[0]), nil
	}
	if err := d.RegisterDeterministicScalarFunction("pipe_double", 1, double); err != nil {
		return fmt.Errorf("registering pipe_double: %w", err)
	}
	return nil
}

// exact is the number that a value of SQLite stands for; nil for NULL and for
// what is none.
func exact(v driver.Value) *big.Rat {
	switch v := v.(type) {
	case int64:
		return new(big.Rat).SetInt64(v)
	case float64:
		if r, ok := new(big.Rat).SetString(strconv.FormatFloat(v, 'e', -1, 64)); ok {
			return r
		}
	case string:
		if r, ok := new(big.Rat).SetString(v); ok {
			return r
		}
	}
	return nil
}

// compare is pipe_compare.
func compare(a, b driver.Value) driver.Value {
	x, y := exact(a), exact(b)
	if x == nil || y == nil {
		return nil
	}
	return int64(x.Cmp(y))
}

// double is pipe_double.
func double(v driver.Value) driver.Value {
	if f, ok := v.(float64); ok {
		return f
	}
	r := exact(v)
	if r == nil {
		return nil
	}
	f, _ := r.Float64()
	return f
}
