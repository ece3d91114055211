package profile

import (
	"cmp"
	"hash/maphash"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/coerce"
	"github.com/streamflow/pipe/engine/spec"
)

// seed makes hashes differ from run to run. No figure depends on it: that a
// column is unique is claimed only when all hashes differ, and equal values
// have equal hashes.
var seed = maphash.MakeSeed()

// budget is how many more values all columns together may remember.
type budget struct{ left int64 }

// tally counts the different values of a column, and tells whether they are
// unique.
type tally struct {
	seen     map[uint64]struct{}
	most     int64 // counted values, beyond which there are "more"
	isKey    bool  // uniqueness is worth more memory than a count is
	repeated bool
	more     bool
	unsure   bool // gave up before it knew whether the values are unique
	left     *budget
}

func newTally(isKey bool, left *budget) *tally {
	return &tally{seen: map[uint64]struct{}{}, most: exactDistinct, isKey: isKey, left: left}
}

func (t *tally) add(value []byte) { t.addHash(maphash.Bytes(seed, value)) }

func (t *tally) addHash(h uint64) {
	if t.seen == nil {
		return
	}
	if _, again := t.seen[h]; again {
		t.repeated = true
	} else {
		t.seen[h] = struct{}{}
		t.left.left--
	}
	if int64(len(t.seen)) <= t.most || t.isKey && !t.repeated && t.left.left > 0 {
		return
	}
	t.more = true
	t.unsure = !t.repeated
	t.left.left += int64(len(t.seen))
	t.seen = nil
}

func (t *tally) unique() Answer {
	switch {
	case t.repeated:
		return No
	case t.unsure || !t.isKey:
		return Unknown
	}
	return Yes
}

// figures gathers what is told of one column of a file.
type figures struct {
	column   *Column
	tally    *tally
	values   map[string]int64 // nil when there are too many, or none are kept
	min, max bound
	shape    *shape
	scratch  []byte
}

// bound is the least or the greatest value so far.
type bound struct {
	number float64 // orders most numbers without looking at their digits
	text   string
	known  bool
}

func newFigures(c *Column, left *budget) *figures {
	f := &figures{column: c, tally: newTally(isKeyType(c.Type.Kind), left)}
	switch c.Type.Kind {
	case spec.KindText:
		f.shape = &shape{}
		f.values = map[string]int64{}
	case spec.KindInteger, spec.KindBigint, spec.KindBoolean:
		f.values = map[string]int64{}
	}
	return f
}

// take counts one typed value.
func (f *figures) take(v *coerce.Value) {
	if v.Kind == coerce.Null {
		f.column.Nulls++
		return
	}
	text := f.text(v)
	f.tally.add(text)
	f.keep(text)
	switch v.Kind {
	case coerce.Text:
		n := int64(utf8.RuneCount(text))
		if first := f.column.Longest == 0 && f.column.Shortest == 0 && !f.min.known; first || n < f.column.Shortest {
			f.column.Shortest = n
		}
		f.column.Longest = max(f.column.Longest, n)
		f.min.known = true
		f.shape.add(text)
	case coerce.Int, coerce.Float, coerce.Decimal, coerce.Date, coerce.Timestamp, coerce.Timestamptz:
		f.bound(v.Kind, text)
	}
}

// text is the canonical text of a value: equal values have equal texts.
func (f *figures) text(v *coerce.Value) []byte {
	switch v.Kind {
	case coerce.Bool:
		f.scratch = strconv.AppendBool(f.scratch[:0], v.Bool)
	case coerce.Int:
		f.scratch = strconv.AppendInt(f.scratch[:0], v.Int, 10)
	case coerce.Float:
		f.scratch = strconv.AppendFloat(f.scratch[:0], v.Float+0, 'g', -1, 64)
	case coerce.Decimal:
		return shortDecimal(v.Text)
	default:
		return v.Text
	}
	return f.scratch
}

// shortDecimal takes away the zeros at the end of a fraction, which coerce
// keeps.
func shortDecimal(digits []byte) []byte {
	point := slices.Index(digits, '.')
	if point < 0 {
		return digits
	}
	end := len(digits)
	for digits[end-1] == '0' {
		end--
	}
	if digits[end-1] == '.' {
		end--
	}
	if s := digits[:end]; string(s) != "-0" {
		return s
	}
	return digits[1:2]
}

func (f *figures) keep(text []byte) {
	if f.values == nil {
		return
	}
	if n, known := f.values[string(text)]; known {
		f.values[string(text)] = n + 1
		return
	}
	if len(f.values) == FewValues || len(text) > longestValue {
		f.values = nil
		return
	}
	f.values[string(text)] = 1
}

func (f *figures) bound(kind coerce.Kind, text []byte) {
	var number float64
	if kind == coerce.Int || kind == coerce.Float || kind == coerce.Decimal {
		// Beyond a double it is an infinity, and the digits decide.
		number, _ = strconv.ParseFloat(string(text), 64)
	}
	if !f.min.known || f.min.compare(number, text, kind) > 0 {
		f.min = bound{number, string(text), true}
	}
	if !f.max.known || f.max.compare(number, text, kind) < 0 {
		f.max = bound{number, string(text), true}
	}
}

func (b *bound) compare(number float64, text []byte, kind coerce.Kind) int {
	if b.number != number {
		return cmp.Compare(b.number, number)
	}
	if b.text == string(text) {
		return 0
	}
	switch kind {
	case coerce.Int, coerce.Float, coerce.Decimal:
		x, okX := new(big.Rat).SetString(b.text)
		y, okY := new(big.Rat).SetString(string(text))
		if okX && okY {
			return x.Cmp(y)
		}
	}
	return strings.Compare(b.text, string(text))
}

// finish writes what was counted into the column.
func (f *figures) finish() {
	c := f.column
	c.Distinct, c.MoreDistinct, c.Unique = int64(len(f.tally.seen)), f.tally.more, f.tally.unique()
	if c.MoreDistinct {
		c.Distinct = f.tally.most
	}
	if f.min.known && f.min.text+f.max.text != "" {
		c.Min, c.Max = f.min.text, f.max.text
	}
	for text, n := range f.values {
		c.Values = append(c.Values, Value{text, n})
	}
	sortValues(c.Values)
	if f.shape != nil {
		c.Shape = f.shape.expression()
	}
}

// sortValues puts the most frequent first.
func sortValues(list []Value) {
	slices.SortFunc(list, func(a, b Value) int { return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.Text, b.Text)) })
}
