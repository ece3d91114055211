package rule

// mostTried bounds the texts of a list on which a condition is tried.
const mostTried = 200

// lists tells whether c lists the only texts that its column may hold, and o is
// false of none of them, nor of NULL. The database gives every function and
// comparison of text the same operand, the column's text by code point, so that
// what equals a text of the list is that text letter for letter.
func (c Conjunct) lists(o Conjunct) bool {
	if c.claim.op != "IN" || !c.claim.isTexts() || !isOfText(o.x, c.claim.column) {
		return false
	}
	for _, v := range append([]any{nil}, c.claim.texts()...) {
		if truth, err := o.of(c.claim.column, v); truth == False || err != nil {
			return false
		}
	}
	return true
}

// excludes tells whether o forbids nothing but texts of which c is false.
func (c Conjunct) excludes(o Conjunct) bool {
	if o.claim.op != "NOT IN" || !o.claim.isTexts() || !isOfText(c.x, o.claim.column) {
		return false
	}
	for _, v := range o.claim.texts() {
		if truth, err := c.of(o.claim.column, v); truth != False || err != nil {
			return false
		}
	}
	return true
}

// isTexts tells a list of texts of a column, short enough to be tried.
func (c claim) isTexts() bool {
	return c.column != "" && c.t == text && !c.length && c.isList() && len(c.values) <= mostTried
}

func (c claim) texts() []any {
	var list []any
	for _, v := range c.values {
		list = append(list, v)
	}
	return list
}

// of evaluates the condition on a row that holds nothing but v.
func (c Conjunct) of(column string, v any) (Truth, error) {
	e := &evaluation{row: Row{column: v}}
	truth, err := e.value(c.x)
	return truthOf(truth), err
}

// isOfText tells whether x depends on nothing but one column of text, by
// operations that never fail in a database.
func isOfText(x node, name string) bool {
	all := func(list ...node) bool {
		for _, x := range list {
			if !isOfText(x, name) {
				return false
			}
		}
		return true
	}
	switch x := x.(type) {
	case *literal:
		return x.known
	case *column:
		return x.name == name && x.t == text
	case *logic:
		return all(x.a, x.b)
	case *isNull:
		return all(x.x)
	case *in:
		for _, l := range x.list {
			if !l.known {
				return false
			}
		}
		return all(x.x)
	case *call:
		return (x.function == "length" || x.function == "trim" || x.function == "lower" || x.function == "upper") && all(x.args...)
	case *not, *comparison, *between, *search:
		return all(operandsOf(x)...)
	}
	return false
}

// quick writes a condition so that most rows are settled by something cheaper.
func (w *writer) quick(x node) string {
	sql := w.within(x, atom)
	c, ok := x.(*comparison)
	if !ok {
		return sql
	}
	f, ok := c.a.(*call)
	l := literalOf(c.b)
	if !ok || l == nil || !l.known || len(f.args) != 1 {
		return sql
	}
	if _, isColumn := f.args[0].(*column); !isColumn {
		return sql
	}
	first := ""
	switch {
	case f.function == "length":
		first = w.d.LengthByBytes(w.within(f.args[0], atom), c.op, l.value)
	case f.function == "trim" && c.op == "<>" && l.value == "":
		// Text that begins with a character beyond the blanks has one that is none.
		first = w.compared(f.args[0], adding) + " >= '!'"
	}
	if first == "" {
		return sql
	}
	return "(" + first + " OR " + sql + ")"
}
