package rule

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// aggregate gives the value of a function of all rows.
func (e *evaluation) aggregate(a *aggregate) (any, error) {
	switch a.function {
	case "row_count":
		rows, err := e.rowsOf(a.table)
		return whole(len(rows)), err
	case "unique":
		return e.unique(a)
	case "count":
		return e.count(a)
	}
	if a.where != nil {
		e = &evaluation{data: e.data, table: e.table, rows: e.rows}
		if err := e.restrict(a.where); err != nil {
			return nil, err
		}
	}
	values, rows, err := e.values(a)
	if err != nil {
		return nil, err
	}
	switch a.function {
	case "count_distinct":
		return whole(distinct(values)), nil
	case "null_fraction":
		return share(rows-len(values), rows), nil
	case "filled_fraction":
		return share(len(values), rows), nil
	case "unique_fraction":
		if len(values) == 0 {
			return 0.0, nil
		}
		return share(distinct(values), len(values)), nil
	}
	if len(values) == 0 {
		return nil, nil
	}
	switch a.function {
	case "sum":
		return sum(values), nil
	case "mean":
		return mean(values), nil
	case "min":
		return slices.MinFunc(values, compareValues), nil
	case "max":
		return slices.MaxFunc(values, compareValues), nil
	case "stddev":
		return stddev(values), nil
	case "median":
		return median(values), nil
	case "quantile":
		return quantile(values, a.quantile)
	}
	return nil, fmt.Errorf("the aggregate %s has no evaluation", a.function)
}

// rowsOf gives the rows of a table that the rule reads, its own among them.
func (e *evaluation) rowsOf(table string) ([]Row, error) {
	if table == e.table {
		return e.data.Rows, nil
	}
	rows, ok := e.data.Tables[table]
	if !ok {
		return nil, fmt.Errorf("the rule reads the table %s, of which no rows are given", table)
	}
	return rows, nil
}

// restrict leaves the rows for which a condition is true.
func (e *evaluation) restrict(where node) error {
	var rows []Row
	for _, row := range e.rows {
		v, err := e.of(row, where)
		if err != nil {
			return err
		}
		if v == true {
			rows = append(rows, row)
		}
	}
	e.rows = rows
	return nil
}

// of evaluates an expression on one row.
func (e *evaluation) of(row Row, x node) (any, error) {
	inner := &evaluation{data: e.data, table: e.table, row: row}
	return inner.value(x)
}

func (e *evaluation) count(a *aggregate) (any, error) {
	if len(a.args) == 0 {
		return whole(len(e.rows)), nil
	}
	n := 0
	for _, row := range e.rows {
		v, err := e.of(row, a.args[0])
		if err != nil {
			return nil, err
		}
		if v == true {
			n++
		}
	}
	return whole(n), nil
}

// values are those of the aggregate's argument that are not NULL, and how many
// rows were looked at.
func (e *evaluation) values(a *aggregate) (values []any, rows int, err error) {
	for _, row := range e.rows {
		if a.where != nil {
			if chosen, err := e.of(row, a.where); err != nil {
				return nil, 0, err
			} else if chosen != true {
				continue
			}
		}
		v, err := e.of(row, a.args[0])
		if err != nil {
			return nil, 0, err
		}
		rows++
		if v != nil {
			values = append(values, v)
		}
	}
	return values, rows, nil
}

// unique tells whether no two rows agree in all columns. A NULL agrees with
// nothing.
func (e *evaluation) unique(a *aggregate) (any, error) {
	seen := map[string]bool{}
	for _, row := range e.rows {
		var key strings.Builder
		isNull := false
		for _, arg := range a.args {
			v, err := e.of(row, arg)
			if err != nil {
				return nil, err
			}
			isNull = isNull || v == nil
			fmt.Fprintf(&key, "%q,", keyOf(v))
		}
		if isNull {
			continue
		}
		if seen[key.String()] {
			return false, nil
		}
		seen[key.String()] = true
	}
	return true, nil
}

// keyOf is a text that equal values of one type share.
func keyOf(v any) string {
	switch v := v.(type) {
	case *big.Rat:
		return v.RatString()
	case float64:
		return strconv.FormatFloat(v+0, 'g', -1, 64) // -0 is 0
	}
	return fmt.Sprint(v)
}

func distinct(values []any) int {
	seen := map[string]bool{}
	for _, v := range values {
		seen[keyOf(v)] = true
	}
	return len(seen)
}

func share(part, all int) any {
	if all == 0 {
		return nil
	}
	return float64(part) / float64(all)
}

// sum is exact for exact numbers; doubles are added in the order of the rows.
func sum(values []any) any {
	if _, ok := values[0].(float64); ok {
		total := 0.0
		for _, v := range values {
			total += v.(float64)
		}
		return orNull(total)
	}
	total := new(big.Rat)
	for _, v := range values {
		total.Add(total, v.(*big.Rat))
	}
	return total
}

// mean of exact numbers is the double nearest to the exact mean.
func mean(values []any) any {
	switch total := sum(values).(type) {
	case float64:
		return orNull(total / float64(len(values)))
	case *big.Rat:
		f, _ := new(big.Rat).Quo(total, whole(len(values))).Float64()
		return f
	}
	return nil
}

// stddev is that of a sample, by Youngs and Cramer: two values at least.
func stddev(values []any) any {
	if len(values) < 2 {
		return nil
	}
	n, total, squares := 0.0, 0.0, 0.0
	for _, v := range values {
		n++
		total += v.(float64)
		if n > 1 {
			t := float64(v.(float64)*n) - total
			squares += float64(t*t) / float64(n*(n-1))
		}
	}
	return orNull(math.Sqrt(squares / (n - 1)))
}

func sorted(values []any) []any {
	list := slices.Clone(values)
	slices.SortStableFunc(list, compareValues)
	return list
}

// median is halfway between the two values in the middle.
func median(values []any) any {
	list := sorted(values)
	low, high := list[(len(list)-1)/2].(float64), list[len(list)/2].(float64)
	if low == high {
		return low
	}
	return orNull(low + float64(0.5*(high-low)))
}

// quantile is the smallest value that at least the share q of all do not exceed.
func quantile(values []any, digits string) (any, error) {
	q, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return nil, fmt.Errorf("reading the share of a quantile: %w", err)
	}
	n := len(values)
	i := int(math.Ceil(q * float64(n)))
	return sorted(values)[min(max(i, 1), n)-1], nil
}
