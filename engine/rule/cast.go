package rule

import "github.com/streamflow/pipe/engine/spec"

// casts are the functions that read a value as one of another type, and what
// they read.
var casts = map[string]struct {
	to   typ
	from []typ
}{
	"text":    {text, []typ{integer, boolean, date, timestamp, timestamptz, uuid}},
	"number":  {double, []typ{text}},
	"integer": {integer, []typ{text, exact, double}},
	"date":    {date, []typ{text}},
}

// cast checks text(x), number(x) and integer(x); date(x) comes from elsewhere. What cannot be read is
// unknown.
func (c *checker) cast(i invocation) node {
	if !c.arity(i, 1, 1) {
		return bad(i.at)
	}
	before := len(c.aggregates)
	return c.castOf(i, c.expression(i.args[0]), before)
}

// castOf is a cast of x; before is how many aggregates there were before x.
func (c *checker) castOf(i invocation, x node, before int) node {
	if x.typ() == invalid {
		return bad(i.at)
	}
	if literalOf(x) != nil {
		c.add(x.at(), "constant", "%s reads a column, and %s is the same for every row", i.name, c.describe(x)).
			Suggest("write the value itself")
		return bad(i.at)
	}
	if len(c.aggregates) > before {
		c.add(i.word, "unsupported", "%s stands around an aggregate", i.name).Suggest("put it inside: min(%s(x))", i.name)
		return bad(i.at)
	}
	wanted := casts[i.name]
	for _, from := range wanted.from {
		if x.typ() == from {
			return &cast{base{wanted.to, i.at}, x}
		}
	}
	d := c.add(x.at(), "type-mismatch", "%s does not read %s, which %s is", i.name, x.typ(), c.describe(x))
	switch {
	case x.typ() == wanted.to || i.name == "number" && x.typ().isNumber():
		d.Message = c.describe(x) + " is " + x.typ().String() + " already"
		d.Suggest("write %s without %s(...)", c.describe(x), i.name)
	case i.name == "text":
		d.Message = "a number with decimals has no text of its own: 2.5 and 2.50 are one number"
		d.Suggest("compare the number, or write text(integer(%s)) of whole numbers", c.describe(x))
	default:
		d.Suggest("write %s", signatures[i.name])
	}
	return bad(i.at)
}

func (w *writer) cast(x *cast) string {
	from, to := x.x.typ().kind(), x.t.kind()
	if from == spec.KindText {
		w.patterns = append(w.patterns, "read as "+string(to))
	}
	return w.d.Cast(w.within(x.x, atom), from, to)
}
