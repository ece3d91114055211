package sqlitefunc

import (
	"database/sql/driver"
	"fmt"
	"math"
	"math/big"
	"strconv"

	"modernc.org/sqlite"
)

// RegisterNumber gives what takes numbers for the decimals that were loaded to
// every connection that d opens from now on.
//
// pipe_number(x) is a number's shortest text that reads back as the same number,
// without an exponent. What is no number stays as it is.
//
// pipe_sum_is(total, x, ...) tells whether decimals add up to a total, a text of
// digits; NULL where one of them is NULL.
func RegisterNumber(d *sqlite.Driver) error {
	call := func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		switch v := args[0].(type) {
		case float64:
			return strconv.FormatFloat(v, 'f', -1, 64), nil
		case int64:
			return strconv.FormatInt(v, 10), nil
		default:
			return v, nil
		}
	}
	if err := d.RegisterDeterministicScalarFunction("pipe_number", 1, call); err != nil {
		return fmt.Errorf("registering pipe_number: %w", err)
	}
	sum := func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) { return sumIs(args) }
	if err := d.RegisterDeterministicScalarFunction("pipe_sum_is", -1, sum); err != nil {
		return fmt.Errorf("registering pipe_sum_is: %w", err)
	}
	return nil
}

func sumIs(args []driver.Value) (driver.Value, error) {
	if len(args) == 0 {
		return nil, fmt.Errorf("pipe_sum_is takes a total and numbers")
	}
	text, _ := args[0].(string)
	total, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, fmt.Errorf("%v is no total", args[0])
	}
	sum, infinite := new(big.Rat), false
	for _, arg := range args[1:] {
		switch v := arg.(type) {
		case nil:
			return nil, nil
		case int64:
			sum.Add(sum, new(big.Rat).SetInt64(v))
		case float64:
			if math.IsInf(v, 0) {
				infinite = true
				continue
			}
			decimal, _ := new(big.Rat).SetString(strconv.FormatFloat(v, 'e', -1, 64))
			sum.Add(sum, decimal)
		default:
			return nil, fmt.Errorf("%v is not a number", v)
		}
	}
	return !infinite && sum.Cmp(total) == 0, nil
}
