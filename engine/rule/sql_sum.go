package rule

// holdsSum tells whether x is an exact sum, or may be one: a number that SQLite
// cannot always hold.
func holdsSum(x node) bool {
	switch x := x.(type) {
	case *aggregate:
		return x.function == "sum" && x.t != double
	case *choice:
		return holdsSum(x.a) || holdsSum(x.b)
	case *fallback:
		return holdsSum(x.a) || holdsSum(x.b)
	}
	return false
}

// summand writes an operand of CompareSums.
func (w *writer) summand(x node) string {
	if l := literalOf(x); l != nil && l.known {
		return w.d.SumLiteral(l.value)
	}
	return w.within(x, adding)
}

// anyOf writes `sum(x) in [...]`.
func (w *writer) anyOf(x *in) (string, int) {
	var list []string
	for _, l := range x.list {
		list = append(list, w.d.CompareSums(w.summand(x.x), "=", w.summand(l)))
	}
	sql := balanced(list, "OR")
	if x.negated {
		return "NOT (" + sql + ")", notLevel
	}
	return sql, orLevel
}

// betweenSums writes `sum(n) in low..high`.
func (w *writer) betweenSums(x *between) (string, int) {
	operand := w.summand(x.x)
	sql := w.d.CompareSums(operand, ">=", w.summand(x.low)) + " AND " + w.d.CompareSums(operand, "<=", w.summand(x.high))
	if x.negated {
		return "NOT (" + sql + ")", notLevel
	}
	return sql, andLevel
}
