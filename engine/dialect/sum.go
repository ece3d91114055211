package dialect

import "strconv"

// Sums are the parts of a dialect that add. A Sum of exact numbers is exact on
// every database; on SQLite it may be more than a number there can be, so that
// it is compared and made a double by methods of its own.
type Sums interface {
	// Sum adds exact numbers.
	Sum(x, filter string) string
	// Mean is the double nearest to the mean of exact numbers.
	Mean(x, filter string) string
	// SumDoubles and MeanDoubles add as the database does: in the order in which
	// it finds the rows, on which the last digits depend.
	SumDoubles(x, filter string) string
	MeanDoubles(x, filter string) string
	// CompareSums compares exact numbers that are a Sum, made of one, or a
	// SumLiteral.
	CompareSums(a, op, b string) string
	SumLiteral(digits string) string
	// DoubleOfSum is Double of such a number.
	DoubleOfSum(x string) string
}

// meanScale is the number of decimals that PostgreSQL divides a sum to. A
// double has none beyond them, so the quotient, rounded there and then to a
// double, is the double nearest to the exact one; that of avg has sixteen digits,
// which are not always enough.
const meanScale = 400

func (postgres) Sum(x, filter string) string { return Filtered("sum("+x+")", filter) }

func (d postgres) Mean(x, filter string) string {
	return "(round(" + d.Sum(x, filter) + ", " + strconv.Itoa(meanScale) + ") / NULLIF(" + Filtered("count("+x+")", filter) + ", 0))::double precision"
}

func (d postgres) SumDoubles(x, filter string) string { return d.Sum(x, filter) }
func (postgres) MeanDoubles(x, filter string) string  { return Filtered("avg("+x+")", filter) }

func (postgres) CompareSums(a, op, b string) string { return a + " " + op + " " + b }
func (postgres) SumLiteral(digits string) string    { return digits }
func (d postgres) DoubleOfSum(x string) string      { return d.Double(x) }

func (sqlite) Sum(x, filter string) string         { return Filtered("pipe_sum("+x+")", filter) }
func (sqlite) Mean(x, filter string) string        { return Filtered("pipe_mean("+x+")", filter) }
func (sqlite) SumDoubles(x, filter string) string  { return Filtered("sum("+x+")", filter) }
func (sqlite) MeanDoubles(x, filter string) string { return Filtered("avg("+x+")", filter) }

func (sqlite) CompareSums(a, op, b string) string {
	return "pipe_compare(" + a + ", " + b + ") " + op + " 0"
}

func (d sqlite) SumLiteral(digits string) string {
	if d.ExactLiteral(digits) {
		return d.Number(digits)
	}
	return Text(digits)
}

func (sqlite) DoubleOfSum(x string) string { return "pipe_double(" + x + ")" }
