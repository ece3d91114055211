package rule

import "github.com/streamflow/pipe/engine/diag"

// inexact warns where == or != compares what a database adds up in an order of
// its own: the last digits differ from one to the other, and from one plan of
// the same database to the next.
func (c *checker) inexact(op string, sides ...node) {
	if op != "==" && op != "!=" {
		return
	}
	for _, x := range sides {
		a := summed(x)
		if a == nil {
			continue
		}
		d := c.add(a.place, "inexact", "%s adds up doubles, and its last digits are the database's own: %s may hold today and not tomorrow", a.written, op)
		d.Severity = diag.Warning
		d.Suggest("round it, as in round(%s, 2) %s ..., or ask for a range with >= and <=", a.written, op)
		return
	}
}

// summed finds in what is computed the aggregate that adds up doubles. Where
// all values are equal, or none is, a deviation is 0 to the last digit, so that
// it is not one of them.
func summed(x node) *aggregate {
	switch x := x.(type) {
	case *aggregate:
		if (x.function == "sum" || x.function == "mean") && x.args[0].typ() == double {
			return x
		}
	case *convert:
		return summed(x.x)
	case *negative:
		return summed(x.x)
	case *arithmetic:
		if a := summed(x.a); a != nil {
			return a
		}
		return summed(x.b)
	}
	return nil
}
