package coerce

import (
	"bytes"
	"math"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// setMarks takes the characters that numbers are written with.
func (c *Coercer) setMarks(col *spec.Column, faults *diag.List) {
	if p := col.Type.V; p.Kind == spec.KindNumeric && (p.Precision < 0 || p.Scale < 0 || p.Scale > p.Precision) {
		faults.Add(col.Type.Pos, "bad-type", "the type of column %s is %s, whose scale must lie between 0 and its precision", col.Name.V, p)
	}
	c.most = math.MaxInt64
	if c.kind == spec.KindInteger {
		c.most = math.MaxInt32
	}
	decimal, thousands := col.Decimal.V, col.Thousands.V
	if decimal == 0 {
		decimal = '.'
	}
	if decimal == '.' && thousands == 0 {
		return
	}
	for _, mark := range []struct {
		key string
		v   spec.Value[rune]
	}{{"decimal", col.Decimal}, {"thousands", col.Thousands}} {
		if mark.v.V != 0 && strings.ContainsRune("0123456789+-eE", mark.v.V) {
			faults.Add(mark.v.Pos, "cell-option", "%s of column %s cannot be %q, which is part of a number itself", mark.key, col.Name.V, mark.v.V)
		}
	}
	if decimal == thousands {
		faults.Add(col.Thousands.Pos, "cell-option", "decimal and thousands of column %s are both %q", col.Name.V, decimal).
			Suggest("they must differ; decimal is a point where it is not declared")
	}
	c.decimal = []byte(string(decimal))
	if thousands != 0 {
		c.thousands = []byte(string(thousands))
	}
}

// unmark writes a number that has marks of its own with a point and without
// marks. The marks must part groups of three digits, or there are none; not ok
// when they do not. What is no number else stays as it is and is found out.
func (c *Coercer) unmark(cell []byte) (text []byte, ok bool) {
	if len(cell) == 0 {
		return nil, false
	}
	text = c.unmarked[:0]
	defer func() { c.unmarked = text }()
	rest := cell
	if rest[0] == '-' || rest[0] == '+' {
		text = append(text, rest[0])
		rest = rest[1:]
	}
	group, marked := 0, false
	for len(rest) > 0 {
		switch b := rest[0]; {
		case b-'0' <= 9:
			text = append(text, b)
			rest = rest[1:]
			group++
		case c.thousands != nil && bytes.HasPrefix(rest, c.thousands):
			if group == 0 || group > 3 || marked && group != 3 {
				return text, false
			}
			rest = rest[len(c.thousands):]
			group, marked = 0, true
		case bytes.HasPrefix(rest, c.decimal):
			text = append(text, '.')
			return append(text, c.behind(rest[len(c.decimal):])...), !marked || group == 3
		default:
			return append(text, c.behind(rest)...), !marked || group == 3
		}
	}
	return text, !marked || group == 3
}

// behind is what follows the decimal mark. A point in it is another's mark.
func (c *Coercer) behind(rest []byte) []byte {
	if bytes.IndexByte(rest, '.') >= 0 {
		return badTail
	}
	return rest
}

var badTail = []byte("?")
