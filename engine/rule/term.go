package rule

import (
	"slices"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// Term is a column, or a function of one, that Go code makes rules of. What it
// makes means what the same rule would mean if a user wrote it.
type Term struct {
	x       node
	columns []string
}

// Of is a column as a term.
func Of(c Column) Term {
	return Term{&column{base{t: typeOf(c.Type)}, c.Name}, []string{c.Name}}
}

// RowCount is count(), as a term.
func RowCount() Term {
	return Term{&aggregate{base: base{t: integer}, function: "count", written: "count()"}, nil}
}

// Call is a function of the language applied to t, without the checks that a
// rule's text goes through: t must fit, as Takes tells.
func (t Term) Call(function string) Term {
	x := t.x
	switch function {
	case "length":
		return Term{&call{base{t: integer}, function, []node{x}}, t.columns}
	case "count_distinct":
		return t.aggregate(function, integer, x)
	case "sum", "min", "max":
		return t.aggregate(function, x.typ(), x)
	case "stddev", "median":
		return t.aggregate(function, double, asDouble(x))
	}
	return t.aggregate(function, double, x) // mean, null_fraction, unique_fraction
}

func (t Term) aggregate(function string, result typ, x node) Term {
	written := function + "(" + t.columns[0] + ")"
	return Term{&aggregate{base: base{t: result}, function: function, args: []node{x}, written: written}, t.columns}
}

// IsNumber tells whether the term can be computed with.
func (t Term) IsNumber() bool { return t.x.typ().isNumber() }

// IsText tells whether the term is text.
func (t Term) IsText() bool { return t.x.typ() == text }

// IsOrdered tells whether values of the term have an order and bounds can be
// stated for them: numbers, dates and timestamps.
func (t Term) IsOrdered() bool { return t.x.typ().isNumber() || t.x.typ().isMoment() }

// Type names the type in messages: "a number", "text".
func (t Term) Type() string { return t.x.typ().String() }

// Literal is a value beside a term, checked and canonical.
type Literal struct{ l *literal }

// IsZero tells whether there is no literal.
func (v Literal) IsZero() bool { return v.l == nil }

// Text is the canonical text of the value.
func (v Literal) Text() string { return v.l.value }

// Compare orders two literals of one term.
func (v Literal) Compare(o Literal) int {
	if v.l.t.isNumber() {
		return compareDigits(v.l.value, o.l.value)
	}
	return slices.Compare([]byte(v.l.value), []byte(o.l.value))
}

// Value reads a YAML scalar as a value that stands beside the term. what names
// it in messages.
func (t Term) Value(n *spec.Node, what string) (Literal, diag.List) {
	var list diag.List
	wrong := func() (Literal, diag.List) {
		d := list.Add(n.Pos, "type-mismatch", "%s is %s, and %s is %s", what, nodeType(n), t.name(), t.x.typ())
		if l := (&literal{value: n.Text.V, known: true}); n.Kind == spec.NodeInt || n.Kind == spec.NodeNum || n.Kind == spec.NodeText {
			l.t = text
			if n.Kind != spec.NodeText {
				l.t = exact
			}
			d.Suggestion = asType(l, t.x.typ())
		} else if n.Kind == spec.NodeBool && t.x.typ() == text {
			d.Suggest("write %q", n.Text.V)
		}
		if d.Suggestion == "" {
			d.Suggestion = meantConstant(n, t.x.typ())
		}
		return Literal{}, list
	}
	kind := t.x.typ()
	at := span{}
	switch n.Kind {
	case spec.NodeBool:
		if kind != boolean {
			return wrong()
		}
		value := "false"
		if n.Bool {
			value = "true"
		}
		return Literal{&literal{base{boolean, at}, value, true}}, nil
	case spec.NodeInt, spec.NodeNum:
		if !kind.isNumber() {
			return wrong()
		}
		return t.number(n, what)
	case spec.NodeText:
		switch {
		case kind == text:
			return Literal{&literal{base{text, at}, n.Text.V, true}}, nil
		case kind.readsText():
			value, why := readText(n.Text.V, kind)
			if at, ok := atUTC(n.Text.V); ok && kind == timestamp {
				value, why = at, "" // a timestamp has no zone: as everywhere, it is taken for UTC
			}
			if why != "" {
				list.Add(n.Pos, "bad-literal", "%s is %q, which is not %s: %s", what, n.Text.V, kind, why).Suggestion = meantDay(n.Text.V, kind)
				return Literal{}, list
			}
			return Literal{&literal{base{kind, at}, value, true}}, nil
		}
	}
	return wrong()
}

func (t Term) number(n *spec.Node, what string) (Literal, diag.List) {
	var list diag.List
	value, err := digits(n.Text.V)
	if err != nil {
		list.Add(n.Pos, "bad-literal", "%s is %s: %s", what, n.Text.V, err)
		return Literal{}, list
	}
	kind := exact
	if n.Kind == spec.NodeInt {
		kind = integer
	}
	if t.x.typ() == double {
		kind = double
	}
	return Literal{&literal{base{kind, span{}}, value, true}}, nil
}

// name is how messages name the term.
func (t Term) name() string {
	if a, ok := t.x.(*aggregate); ok {
		return a.written
	}
	if c, ok := t.x.(*call); ok {
		return c.function + "(" + t.columns[0] + ")"
	}
	return t.columns[0]
}

// meantConstant says which of YAML's constants a text without quotes was meant
// to be where a value of a type is wanted; "" for none.
func meantConstant(n *spec.Node, t typ) string {
	if n.Kind != spec.NodeText {
		return ""
	}
	if t == boolean {
		return diag.DidYouMean(n.Text.V, []string{"true", "false", "null"})
	}
	return diag.DidYouMean(n.Text.V, []string{"null"})
}

func nodeType(n *spec.Node) string {
	switch n.Kind {
	case spec.NodeNull:
		return "null"
	case spec.NodeBool:
		return "a boolean"
	case spec.NodeInt, spec.NodeNum:
		return "a number"
	case spec.NodeList:
		return "a list"
	case spec.NodeMap:
		return "a mapping"
	}
	return "text"
}

func (t Term) rule(root node) *Rule {
	r := &Rule{root: root, columns: t.columns}
	if a, ok := t.x.(*aggregate); ok {
		r.aggregates = []*aggregate{a}
	}
	return r
}

// Compare is the rule `t op v`; op is one of == != < <= > >=.
func (t Term) Compare(op string, v Literal) *Rule {
	return t.rule(&comparison{base{t: boolean}, sqlOperators[op], t.x, v.l})
}

// CompareTo is the rule `t op o`, and nil when the two have no common type.
func (t Term) CompareTo(op string, o Term) *Rule {
	c := newChecker(spec.Text{}, &Scope{})
	a, b, kind := c.unify(t.x, o.x, span{}, "")
	if kind == invalid {
		return nil
	}
	return &Rule{root: &comparison{base{t: boolean}, sqlOperators[op], a, b}, columns: append(slices.Clone(t.columns), o.columns...)}
}

// In is the rule `t in [...]`. In an empty list is nothing: the rule is false
// for every value, and unknown for NULL.
func (t Term) In(list []Literal) *Rule {
	if len(list) == 0 {
		return t.rule(&comparison{base{t: boolean}, "<>", t.x, t.x})
	}
	n := &in{base: base{t: boolean}, x: t.x}
	for _, v := range list {
		n.list = append(n.list, v.l)
	}
	return t.rule(n)
}

// NotNull is the rule `t != nil`.
func (t Term) NotNull() *Rule { return t.rule(&isNull{base{t: boolean}, t.x, true}) }

// Not is the rule `not r`.
func Not(r *Rule) *Rule {
	n := *r
	n.root = &not{base{t: boolean}, r.root}
	return &n
}

// And is the conjunction of rules that are all of one table and all about rows
// or all about the table. It is nil of nothing; nil rules are left out.
func And(rules ...*Rule) *Rule { return combine("AND", rules) }

// Or is the disjunction; see And.
func Or(rules ...*Rule) *Rule { return combine("OR", rules) }

func combine(op string, rules []*Rule) *Rule {
	var all *Rule
	for _, r := range rules {
		if r == nil {
			continue
		}
		if all == nil {
			one := *r
			all = &one
			continue
		}
		all.root = &logic{base{t: boolean}, op, all.root, r.root}
		all.columns = slices.Clone(all.columns)
		for _, name := range r.columns {
			if !slices.Contains(all.columns, name) {
				all.columns = append(all.columns, name)
			}
		}
		all.aggregates = append(slices.Clone(all.aggregates), r.aggregates...)
		all.reads = slices.Clone(all.reads)
		for _, name := range r.reads {
			if !slices.Contains(all.reads, name) {
				all.reads = append(all.reads, name)
			}
		}
	}
	return all
}
