package coerce

import (
	"bytes"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// Coercer reads the cells of one column. It holds scratch space, so that one
// goroutine uses it at a time.
type Coercer struct {
	kind    spec.Kind
	reads   Kind
	nulls   [][]byte
	trim    bool
	isText  bool
	onNull  Code // what a NULL is: "" when it fits
	onBlank Code // what a quoted blank of a text column is: "" when it is the empty string

	// Numbers.
	most             uint64 // the largest integer
	precision, scale int
	isSQLite         bool
	latin1           bool   // see InLatin1
	decimal          []byte // nil when cells are written with a point and no marks
	thousands        []byte

	// Booleans.
	trueWords, falseWords [][]byte

	// Dates and times. No formats: ISO.
	formats []format
	zone    *zone

	scratch  []byte // the value's own text
	unmarked []byte // a number without its marks
	digits   []byte // a number without its exponent, or as a double gives it back
}

// New makes the Coercer of a column. nulls are the source's null words, nil
// for none but the blank cell; the column's own win. key tells that the column
// is part of the primary key, driver which database the values go to.
//
// The error is a diag.List of what the column's declaration gets wrong.
func New(col *spec.Column, nulls []spec.Text, key bool, driver spec.Driver) (*Coercer, error) {
	t := col.Type.V
	c := &Coercer{
		kind: t.Kind, reads: kinds[t.Kind], isText: t.Kind == spec.KindText, trim: col.Trim.V,
		precision: t.Precision, scale: t.Scale, isSQLite: driver == spec.SQLite,
	}
	var faults diag.List
	if col.NullValues != nil {
		nulls = col.NullValues
	}
	c.nulls = words(nulls)
	switch {
	case key:
		c.onNull, c.onBlank = NullInKey, NullInKey
	case col.Nullable.Set && !col.Nullable.V:
		c.onNull = NullNotAllowed
	}
	c.checkKeys(col, &faults)
	switch t.Kind {
	case spec.KindInteger, spec.KindBigint, spec.KindNumeric, spec.KindDouble:
		c.setMarks(col, &faults)
	case spec.KindBoolean:
		c.setWords(col, &faults)
	case spec.KindDate, spec.KindTimestamp, spec.KindTimestamptz:
		c.setFormats(col, &faults)
	}
	if c.reads == Null {
		faults.Add(col.Type.Pos, "bad-type", "column %s has the type %q, whose cells cannot be read", col.Name.V, t.Kind)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return c, nil
}

// checkKeys refuses keys that say nothing about the column's type: ignoring
// one would read cells otherwise than its author thinks.
func (c *Coercer) checkKeys(col *spec.Column, faults *diag.List) {
	refuse := func(pos diag.Pos, key, kinds string) {
		faults.Add(pos, "cell-option", "%s is for %s columns, and column %s is %s", key, kinds, col.Name.V, c.kind).
			Suggest("remove %s, or change the type", key)
	}
	isMoment := c.kind == spec.KindDate || c.kind == spec.KindTimestamp || c.kind == spec.KindTimestamptz
	if len(col.Formats) > 0 && !isMoment {
		refuse(col.Formats[0].Pos, "formats", "date and timestamp")
	}
	if col.SourceTZ.Set && c.kind != spec.KindTimestamptz {
		refuse(col.SourceTZ.Pos, "source_tz", "timestamptz")
	}
	if col.Decimal.Set && !col.Type.V.IsNumber() {
		refuse(col.Decimal.Pos, "decimal", "number")
	}
	if col.Thousands.Set && !col.Type.V.IsNumber() {
		refuse(col.Thousands.Pos, "thousands", "number")
	}
	if len(col.TrueValues) > 0 && c.kind != spec.KindBoolean {
		refuse(col.TrueValues[0].Pos, "true_values", "boolean")
	}
	if len(col.FalseValues) > 0 && c.kind != spec.KindBoolean {
		refuse(col.FalseValues[0].Pos, "false_values", "boolean")
	}
}

func words(list []spec.Text) [][]byte {
	var out [][]byte
	for _, w := range list {
		if w.V != "" { // a blank is NULL anyway
			out = append(out, []byte(w.V))
		}
	}
	return out
}

func isOneOf(cell []byte, list [][]byte) bool {
	for _, w := range list {
		if bytes.Equal(cell, w) {
			return true
		}
	}
	return false
}

// Cell reads a cell into v. The empty Code means that it fits; else v is not
// to be used. What v.Text points to is valid until the cell's own bytes change
// or Cell is called again.
func (c *Coercer) Cell(cell []byte, quoted bool, v *Value) Code {
	if c.trim {
		cell = bytes.Trim(cell, " \t")
	}
	if len(cell) == 0 {
		if quoted && c.isText {
			*v = Value{Kind: Text, Text: cell}
			return c.onBlank
		}
		*v = Value{}
		return c.onNull
	}
	if len(c.nulls) > 0 && !(quoted && c.isText) && isOneOf(cell, c.nulls) {
		*v = Value{}
		return c.onNull
	}
	// Direct calls, so that v need not be on the heap.
	switch c.reads {
	case Text:
		return c.text(cell, v)
	case Int:
		return c.integer(cell, v)
	case Decimal:
		return c.numeric(cell, v)
	case Float:
		return c.double(cell, v)
	case Bool:
		return c.boolean(cell, v)
	case Date:
		return c.date(cell, v)
	case UUID:
		return c.uuid(cell, v)
	}
	return c.timestamp(cell, v)
}

// kinds say what the cells of each kind of column are read as.
var kinds = map[spec.Kind]Kind{
	spec.KindText:        Text,
	spec.KindInteger:     Int,
	spec.KindBigint:      Int,
	spec.KindNumeric:     Decimal,
	spec.KindDouble:      Float,
	spec.KindBoolean:     Bool,
	spec.KindDate:        Date,
	spec.KindTimestamp:   Timestamp,
	spec.KindTimestamptz: Timestamptz,
	spec.KindUUID:        UUID,
}

// InLatin1 tells that the values go to a database that keeps the characters up to
// U+00FF only. A text with any other is InvalidText.
func (c *Coercer) InLatin1() { c.latin1 = true }

func beyondLatin1(c rune) bool { return c > 0xff }

func (c *Coercer) text(cell []byte, v *Value) Code {
	if bytes.IndexByte(cell, 0) >= 0 || !utf8.Valid(cell) || c.latin1 && bytes.IndexFunc(cell, beyondLatin1) >= 0 {
		return InvalidText
	}
	*v = Value{Kind: Text, Text: cell}
	return ""
}

// uuid takes 8-4-4-4-12 hexadecimal digits in any case, with braces or none.
func (c *Coercer) uuid(cell []byte, v *Value) Code {
	if n := len(cell); n == 38 && cell[0] == '{' && cell[n-1] == '}' {
		cell = cell[1 : n-1]
	}
	if len(cell) != 36 {
		return BadUUID
	}
	text := append(c.scratch[:0], cell...)
	c.scratch = text
	for i, b := range cell {
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if b != '-' {
				return BadUUID
			}
		case b >= 'A' && b <= 'F':
			text[i] = b + 'a' - 'A'
		case b >= '0' && b <= '9', b >= 'a' && b <= 'f':
		default:
			return BadUUID
		}
	}
	*v = Value{Kind: UUID, Text: text}
	return ""
}
