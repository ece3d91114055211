package sqlitefunc

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"

	"modernc.org/sqlite"
)

// Register gives the functions to every connection that d opens from now on.
func Register(d *sqlite.Driver) error {
	aggregates := []struct {
		name string
		args int32
		make func() aggregate
	}{
		{"pipe_median", 1, func() aggregate { return &median{} }},
		{"pipe_stddev", 1, func() aggregate { return &stddev{} }},
		{"pipe_quantile", 2, func() aggregate { return &quantile{} }},
		{"pipe_percentile", 2, func() aggregate { return &percentile{} }},
		{"pipe_sum", 1, func() aggregate { return &sum{} }},
		{"pipe_mean", 1, func() aggregate { return &mean{} }},
	}
	for _, f := range aggregates {
		impl := &sqlite.FunctionImpl{NArgs: f.args, Deterministic: true,
			MakeAggregate: func(sqlite.FunctionContext) (sqlite.AggregateFunction, error) { return running{f.make()}, nil }}
		if err := d.RegisterFunction(f.name, impl); err != nil {
			return fmt.Errorf("registering %s: %w", f.name, err)
		}
	}
	call := func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		return round(args[0], args[1]), nil
	}
	if err := d.RegisterDeterministicScalarFunction("pipe_round", 2, call); err != nil {
		return fmt.Errorf("registering pipe_round: %w", err)
	}
	for _, register := range []func(*sqlite.Driver) error{registerMatches, registerValues, registerNumbers} {
		if err := register(d); err != nil {
			return err
		}
	}
	return nil
}

// aggregate takes the values of a group one by one.
type aggregate interface {
	add(x float64, args []driver.Value)
	result() driver.Value
}

// fallible is an aggregate that may have no result: the values are finite, and
// what is computed of them is beyond the doubles. An infinity would hide that,
// since every value lies within any number of infinite deviations.
type fallible interface{ fault() error }

// running makes an aggregate one of SQLite's. It is never used as a window.
type running struct{ aggregate }

func (r running) Step(_ *sqlite.FunctionContext, args []driver.Value) error {
	switch v := args[0].(type) {
	case nil:
	case float64:
		r.add(v, args)
	case int64:
		r.add(float64(v), args)
	default:
		return fmt.Errorf("%v is not a number", v)
	}
	return nil
}

func (r running) WindowInverse(*sqlite.FunctionContext, []driver.Value) error {
	return fmt.Errorf("not a window function")
}

func (r running) WindowValue(*sqlite.FunctionContext) (driver.Value, error) {
	if f, ok := r.aggregate.(fallible); ok {
		if err := f.fault(); err != nil {
			return nil, err
		}
	}
	return r.result(), nil
}
func (r running) Final(*sqlite.FunctionContext) {}

type median struct{ values []float64 }

func (m *median) add(x float64, _ []driver.Value) { m.values = append(m.values, x) }

func (m *median) result() driver.Value {
	n := len(m.values)
	if n == 0 {
		return nil
	}
	slices.Sort(m.values)
	low, high := m.values[(n-1)/2], m.values[n/2]
	if low == high {
		return low
	}
	return low + float64(0.5*(high-low))
}

// stddev keeps the sums of Youngs and Cramer, as PostgreSQL does.
type stddev struct {
	n, sum, squares float64
	infinite        bool // a value is
}

func (s *stddev) add(x float64, _ []driver.Value) {
	s.infinite = s.infinite || math.IsInf(x, 0)
	before := s.n
	s.n++
	s.sum += x
	if before > 0 {
		// The conversions keep processors from fusing a product into a sum.
		t := float64(x*s.n) - s.sum
		s.squares += float64(t*t) / float64(s.n*before)
	}
}

func (s *stddev) fault() error {
	if s.infinite || !math.IsInf(s.sum, 0) && !math.IsInf(s.squares, 0) && !math.IsNaN(s.squares) {
		return nil
	}
	return fmt.Errorf("value out of range: the standard deviation is beyond what a double holds")
}

func (s *stddev) result() driver.Value {
	if s.n < 2 || math.IsNaN(s.squares) {
		return nil
	}
	return math.Sqrt(s.squares / (s.n - 1))
}

type quantile struct {
	q      float64
	values []sample
}

// sample is a value as SQLite gave it, and its order.
type sample struct {
	x     float64
	given driver.Value
}

// compare orders integers as such: their doubles may be equal.
func (s sample) compare(o sample) int {
	m, okM := s.given.(int64)
	n, okN := o.given.(int64)
	if okM && okN {
		return cmp.Compare(m, n)
	}
	return cmp.Compare(s.x, o.x)
}

func (a *quantile) add(x float64, args []driver.Value) {
	switch q := args[1].(type) {
	case float64:
		a.q = q
	case int64:
		a.q = float64(q)
	}
	a.values = append(a.values, sample{x, args[0]})
}

func (a *quantile) result() driver.Value {
	n := len(a.values)
	if n == 0 {
		return nil
	}
	slices.SortFunc(a.values, sample.compare)
	i := int(math.Ceil(a.q * float64(n)))
	return a.values[min(max(i, 1), n)-1].given
}

// round works on the shortest decimal form of x, in which 1.005 is 1.005.
func round(x, n driver.Value) driver.Value {
	decimals, ok := n.(int64)
	if !ok {
		return nil
	}
	f, ok := x.(float64)
	if i, whole := x.(int64); whole {
		f, ok = float64(i), true
	}
	if !ok {
		return nil
	}
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return f
	}
	v, ok := new(big.Rat).SetString(strconv.FormatFloat(f, 'f', -1, 64))
	if !ok {
		return nil
	}
	// FloatString rounds halves away from zero.
	rounded, err := strconv.ParseFloat(v.FloatString(int(decimals)), 64)
	if err != nil {
		return nil
	}
	return rounded + 0 // -0 becomes 0
}
