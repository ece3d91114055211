package greatexpectations

import (
	"slices"

	"github.com/streamflow/pipe/engine/spec"
)

// The types that a column may have which is compared with a literal.
var (
	numbers  = []spec.Kind{spec.KindNumeric, spec.KindBigint, spec.KindInteger, spec.KindDouble}
	texts    = []spec.Kind{spec.KindText, spec.KindDate, spec.KindTimestamp, spec.KindTimestamptz, spec.KindUUID}
	dates    = []spec.Kind{spec.KindDate, spec.KindTimestamp, spec.KindTimestamptz}
	booleans = []spec.Kind{spec.KindBoolean}
)

// types are the types that a condition lets its columns have: one beside a
// number is a number. A column that it says nothing of is absent. alike gives
// each column that is compared with others one of them, the same for all that
// must be of one type.
func (c *filter) types() (found map[string][]spec.Kind, alike map[string]string, err error) {
	found, alike = map[string][]spec.Kind{}, map[string]string{}
	var beside [][2]string
	if err := c.collect(found, &beside); err != nil {
		return nil, nil, err
	}
	for _, p := range beside {
		into, from := p[0], p[1]
		if alike[into] == "" {
			alike[into] = into
		}
		if alike[from] == "" {
			alike[from] = from
		}
		into, from = alike[into], alike[from]
		for name, first := range alike {
			if first == from {
				alike[name] = into
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, p := range beside {
			for _, p := range [][2]string{p, {p[1], p[0]}} {
				if kinds := found[p[0]]; kinds != nil && found[p[1]] == nil {
					found[p[1]], changed = kinds, true
				}
			}
		}
	}
	for _, p := range beside {
		if a, b := found[p[0]], found[p[1]]; a != nil && a[0] != b[0] {
			return nil, nil, refuse("row_condition compares %s with %s and takes one for %s, the other for %s", p[0], p[1], family(a[0]), family(b[0]))
		}
	}
	return found, alike, nil
}

func (c *filter) collect(found map[string][]spec.Kind, beside *[][2]string) error {
	for _, kid := range c.kids {
		if err := kid.collect(found, beside); err != nil {
			return err
		}
	}
	switch {
	case c.op == "true":
		return narrow(found, c.left, booleans)
	case !c.left.column:
		return nil
	}
	for _, o := range c.right {
		if o.column {
			*beside = append(*beside, [2]string{c.left.text, o.text})
		} else if err := narrow(found, c.left, o.types()); err != nil {
			return err
		}
	}
	return nil
}

// types are those of the columns that a literal can stand beside.
func (o operand) types() []spec.Kind {
	switch {
	case o.text[0] == '"':
		return texts
	case o.text == "true" || o.text == "false":
		return booleans
	}
	return numbers
}

// narrow takes a column to be of one of the types; there is an error when it
// stands beside something of others too.
func narrow(found map[string][]spec.Kind, column operand, kinds []spec.Kind) error {
	before := found[column.text]
	if before != nil && before[0] != kinds[0] {
		return refuse("row_condition takes %s for %s and for %s", column.text, family(before[0]), family(kinds[0]))
	}
	found[column.text] = kinds
	return nil
}

// family names what the values of a type are, to people.
func family(kind spec.Kind) string {
	switch {
	case slices.Contains(numbers, kind):
		return "a number"
	case slices.Contains(dates, kind):
		return "a date"
	case kind == spec.KindBoolean:
		return "a boolean"
	case kind == spec.KindUUID:
		return "a uuid"
	}
	return "text"
}
