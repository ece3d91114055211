package expectation

import (
	"github.com/streamflow/pipe/engine/rule"
)

// limits are bounds on a term.
type limits struct {
	low, high             rule.Literal // zero: none
	strictLow, strictHigh bool
}

// limits reads min_value, max_value and, where the kind takes them, strict_min
// and strict_max.
func (c *call) limits(t rule.Term) (limits, bool) {
	var b limits
	ok := true
	for name, into := range map[string]*rule.Literal{"min_value": &b.low, "max_value": &b.high} {
		n := c.argument(name)
		if n == nil {
			continue
		}
		v, faults := t.Value(n, name)
		c.list = append(c.list, faults...)
		ok = ok && len(faults) == 0
		*into = v
	}
	var fine bool
	if b.strictLow, fine = c.boolean("strict_min", false); !fine {
		ok = false
	}
	if b.strictHigh, fine = c.boolean("strict_max", false); !fine {
		ok = false
	}
	return b, ok
}

// bounded tells whether there is a bound at all: Great Expectations takes its
// absence for a fault where single values are tested.
func (c *call) bounded(b limits) bool {
	if b.isOpen() && !c.isMisspelt("min_value") && !c.isMisspelt("max_value") {
		c.list.Add(c.e.Kind.Pos, "missing-argument", "%s needs min_value, max_value or both", c.kind.Name).Width(len(c.kind.Name)).
			Suggest("add min_value: 0")
	}
	return !b.isOpen()
}

// counts reads bounds that are whole numbers.
func (c *call) counts(t rule.Term) (limits, bool) {
	_, low := c.integer("min_value")
	_, high := c.integer("max_value")
	if !low || !high {
		return limits{}, false
	}
	return c.limits(t)
}

// isReversed tells whether nothing can be within the bounds because they are
// the wrong way round.
func (b limits) isReversed() bool {
	return !b.low.IsZero() && !b.high.IsZero() && b.low.Compare(b.high) > 0
}

// warnEmpty warns of equal bounds one of which does not count itself: nothing is
// within them.
func (c *call) warnEmpty(b limits) {
	if (b.strictLow || b.strictHigh) && !b.low.IsZero() && !b.high.IsZero() && b.low.Compare(b.high) == 0 {
		c.list.Warn(c.e.Args.Get("min_value").Pos, "reversed-bounds", "nothing is %s: this can never be met", b).
			Suggest("leave out strict_min and strict_max, or move a bound")
	}
}

func (b limits) isOpen() bool { return b.low.IsZero() && b.high.IsZero() }

// rule is that the term is within the bounds; that it is not NULL when there
// are none.
func (b limits) rule(t rule.Term) *rule.Rule {
	if b.isOpen() {
		return t.NotNull()
	}
	var low, high *rule.Rule
	if !b.low.IsZero() {
		low = t.Compare(map[bool]string{true: ">", false: ">="}[b.strictLow], b.low)
	}
	if !b.high.IsZero() {
		high = t.Compare(map[bool]string{true: "<", false: "<="}[b.strictHigh], b.high)
	}
	return rule.And(low, high)
}

// String words the bounds: "from 0 to 200", "above 0 and below 200", "at least
// 0", "any value".
func (b limits) String() string {
	low, high := "", ""
	if !b.low.IsZero() {
		low = map[bool]string{true: "above ", false: "at least "}[b.strictLow] + b.low.Text()
	}
	if !b.high.IsZero() {
		high = map[bool]string{true: "below ", false: "at most "}[b.strictHigh] + b.high.Text()
	}
	switch {
	case low == "" && high == "":
		return "any value"
	case low == "" || high == "":
		return low + high
	case !b.strictLow && !b.strictHigh:
		return "from " + b.low.Text() + " to " + b.high.Text()
	}
	return low + " and " + high
}
