package profile

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"github.com/streamflow/pipe/engine/coerce"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// A reading is one way to read every cell of a column: a type and, for moments
// and numbers, how they are written.
type reading struct {
	kind      spec.Kind
	format    string
	decimal   rune // 0: the point
	thousands rune // 0: none
	// plain refuses cells that the type would take, but that say by the way they
	// are written that they are no such value.
	plain func(cell []byte) bool

	cells   *coerce.Coercer
	misfits int64
	first   int64 // line of the first misfit
	// exact refuses what is no double, to the digit; nil but for numerics.
	exact   *coerce.Coercer
	inexact bool // some cell is no double, to the digit
}

// fewMisfits is how many cells that do not fit a reading survives, so that it
// can be told what a text column nearly is.
const fewMisfits = 20

// readings are the ways to read, the first that fits wins. Of moments in other
// forms than ISO's none may win while another one fits as well.
var readings = []reading{
	{kind: spec.KindBoolean},
	{kind: spec.KindBigint, plain: isPlainInteger},
	{kind: spec.KindNumeric, plain: isPlainDecimal},
	{kind: spec.KindNumeric, decimal: ',', plain: isPlainDecimal},
	{kind: spec.KindNumeric, decimal: ',', thousands: '.', plain: isPlainDecimal},
	{kind: spec.KindNumeric, thousands: ',', plain: isPlainDecimal},
	{kind: spec.KindDouble, plain: isPlainNumber},
	{kind: spec.KindUUID},
	{kind: spec.KindDate},
	{kind: spec.KindTimestamp},
	{kind: spec.KindTimestamptz},
	{kind: spec.KindDate, format: "%d.%m.%Y"},
	{kind: spec.KindDate, format: "%d/%m/%Y"},
	{kind: spec.KindDate, format: "%m/%d/%Y"},
	{kind: spec.KindDate, format: "%Y/%m/%d"},
	{kind: spec.KindDate, format: "%d-%m-%Y"},
	{kind: spec.KindDate, format: "%m-%d-%Y"},
	{kind: spec.KindDate, format: "%d %b %Y"},
	{kind: spec.KindDate, format: "%d-%b-%Y"},
	{kind: spec.KindDate, format: "%b %d, %Y"},
	{kind: spec.KindTimestamp, format: "%Y-%m-%d %H:%M"},
	{kind: spec.KindTimestamp, format: "%Y/%m/%d %H:%M:%S"},
	{kind: spec.KindTimestamp, format: "%d.%m.%Y %H:%M:%S"},
	{kind: spec.KindTimestamp, format: "%d.%m.%Y %H:%M"},
	{kind: spec.KindTimestamp, format: "%d/%m/%Y %H:%M:%S"},
	{kind: spec.KindTimestamp, format: "%m/%d/%Y %H:%M:%S"},
	{kind: spec.KindTimestamp, format: "%d/%m/%Y %H:%M"},
	{kind: spec.KindTimestamp, format: "%m/%d/%Y %H:%M"},
}

// A leading zero or plus belongs to the name of something, as in a postcode or
// a telephone number: as a number it would be lost.
func isPlainNumber(cell []byte) bool {
	if len(cell) > 0 && cell[0] == '-' {
		cell = cell[1:]
	}
	return len(cell) > 0 && cell[0] != '+' && (cell[0] != '0' || len(cell) < 2 || cell[1] < '0' || cell[1] > '9')
}

func isPlainDecimal(cell []byte) bool {
	return isPlainNumber(cell) && bytes.IndexByte(cell, 'e') < 0 && bytes.IndexByte(cell, 'E') < 0
}

func isPlainInteger(cell []byte) bool {
	return isPlainDecimal(cell) && bytes.IndexByte(cell, '.') < 0
}

// nullWords are what programs write for a value that is not there.
var nullWords = []string{"NULL", "null", "Null", "NA", "N/A", "n/a", "NaN", "nan", "None", "none", `\N`, "-", "--", "?", "#N/A"}

// guess finds the type of one column of a file.
type guess struct {
	name     string
	readings []reading // those that still fit

	cells   int64 // that are neither blank nor a word for NULL
	words   []string
	padded  bool  // some cell has blanks around it
	dotted  bool  // some cell has a point
	marks   marks // of the cells that are numbers
	truths  [2]bool
	spelled bool // some cell says true, false, yes or no, not 1 or 0
	full    bool // some cell says true or false in full
	largest uint64
}

func newGuess(name string) (*guess, error) {
	g := &guess{name: name, marks: newMarks()}
	for _, r := range readings {
		var err error
		if r.cells, err = coerce.New(r.column(name), nil, false, spec.Postgres); err != nil {
			return nil, fmt.Errorf("column %s: %w", name, err)
		}
		if r.kind == spec.KindNumeric {
			if r.exact, err = coerce.New(r.column(name), nil, false, spec.SQLite); err != nil {
				return nil, fmt.Errorf("column %s: %w", name, err)
			}
		}
		g.readings = append(g.readings, r)
	}
	return g, nil
}

// column declares a column as a spec would for the reading.
func (r *reading) column(name string) *spec.Column {
	c := &spec.Column{Name: verbatim(name), Type: spec.Value[spec.Type]{V: spec.Type{Kind: r.kind}, Set: true},
		Nullable: spec.Value[bool]{V: true}, Decimal: spec.Value[rune]{V: '.'}}
	if r.format != "" {
		c.Formats = []spec.Text{verbatim(r.format)}
	}
	if r.decimal != 0 {
		c.Decimal = spec.Value[rune]{V: r.decimal, Set: true}
	}
	if r.thousands != 0 {
		c.Thousands = spec.Value[rune]{V: r.thousands, Set: true}
	}
	return c
}

// look takes one cell. Blanks around it are put aside: if the column is no
// text, they will be trimmed.
func (g *guess) look(cell []byte, line int64) {
	if trimmed := bytes.Trim(cell, " \t"); len(trimmed) != len(cell) {
		cell, g.padded = trimmed, true
	}
	if len(cell) == 0 || len(g.readings) == 0 {
		g.cells += int64(min(len(cell), 1))
		return
	}
	if i := slices.IndexFunc(nullWords, func(w string) bool { return w == string(cell) }); i >= 0 {
		if !slices.Contains(g.words, nullWords[i]) {
			g.words = append(g.words, nullWords[i])
		}
		return
	}
	g.cells++
	kept, isNumber := g.readings[:0], false
	for _, r := range g.readings {
		fits := g.fits(&r, cell)
		isNumber = isNumber || fits && r.kind == spec.KindNumeric
		if !fits {
			if r.misfits == 0 {
				r.first = line
			}
			r.misfits++
		}
		if r.misfits <= fewMisfits {
			kept = append(kept, r)
		}
	}
	if g.readings = kept; isNumber {
		g.marks.look(cell)
	}
}

func (g *guess) fits(r *reading, cell []byte) bool {
	var v coerce.Value
	if r.plain != nil && !r.plain(cell) || r.cells.Cell(cell, false, &v) != "" {
		return false
	}
	switch r.kind {
	case spec.KindBoolean:
		if v.Bool {
			g.truths[1] = true
		} else {
			g.truths[0] = true
		}
		g.spelled = g.spelled || cell[0] > '9'
		g.full = g.full || len(cell) > 3
	case spec.KindBigint:
		g.largest = max(g.largest, magnitude(v.Int))
	case spec.KindNumeric:
		g.dotted = g.dotted || bytes.IndexByte(cell, '.') >= 0
		r.inexact = r.inexact || r.exact.Cell(cell, false, &v) != ""
	case spec.KindDouble:
		g.dotted = g.dotted || bytes.IndexByte(cell, '.') >= 0
	}
	return true
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return uint64(-(n + 1)) + 1
	}
	return uint64(n)
}

// roomy is the largest integer that is not declared as a bigint: half of what
// an integer holds, since next month's may be larger.
const roomy = 1 << 30

var codeName = regexp.MustCompile(`(?i)(^|_)(zip|zipcode|postcode|postal_code|plz|phone|telephone|mobile|iban|ssn)($|_)`)

// column says what was found, in a file whose columns say so much together.
func (g *guess) column(file marksOfFile) Column {
	c := Column{Name: g.name, Type: spec.Type{Kind: spec.KindText}}
	switch {
	case g.cells == 0:
		c.Note = "blank in every row: nothing tells its type"
		if len(g.words) > 0 {
			c.NullValues, c.Note = g.words, "no row has a value: nothing tells its type"
		}
		return c
	case codeName.MatchString(g.name):
		return c
	}
	fitting := slices.DeleteFunc(slices.Clone(g.readings), func(r reading) bool { return r.misfits > 0 })
	r, note := g.choose(fitting, file)
	c.Note = note
	if r == nil {
		if note == "" {
			c.Note = g.nearly()
		}
		return c
	}
	c.Type.Kind, c.Format, c.Trim, c.NullValues = r.kind, r.format, g.padded, g.words
	c.Decimal, c.Thousands, c.Inexact = r.decimal, r.thousands, r.inexact
	if r.kind == spec.KindBigint && g.largest <= roomy {
		c.Type.Kind = spec.KindInteger
	}
	return c
}

// choose takes the first reading that fits; nil for text, perhaps with the
// reason.
func (g *guess) choose(fitting []reading, file marksOfFile) (*reading, string) {
	var found *reading
	unsure := ""
	for i := range fitting {
		r := &fitting[i]
		switch {
		case r.kind == spec.KindBoolean && !(g.full || g.spelled && g.truths[0] && g.truths[1]),
			r.kind == spec.KindDouble && (!g.dotted || unsure != ""):
			continue
		case r.kind == spec.KindNumeric:
			if len(g.marks.fraction)+len(g.marks.parts) == 0 && g.marks.either == "" {
				return nil, "whole numbers of more than 18 digits are the names of something, not amounts"
			}
			sure, why := g.marks.decide(byte(cmp.Or(r.decimal, '.')), byte(r.thousands), file)
			switch {
			case !sure:
				unsure = why
				continue
			case r.inexact:
				return r, "has more digits than a double: on SQLite such rows are bad rows"
			}
			return r, ""
		case r.format == "":
			return r, ""
		case found != nil:
			return nil, fmt.Sprintf("a %s, but both %s and %s read every cell: say which in formats", found.kind, found.format, r.format)
		default:
			found = r
		}
	}
	if found == nil {
		return nil, unsure
	}
	return found, ""
}

// nearly tells of a text column that almost all of its cells would fit another
// type.
func (g *guess) nearly() string {
	for _, r := range g.readings {
		if r.misfits == 0 || r.misfits*20 > g.cells || r.kind == spec.KindBoolean || r.decimal != 0 || r.thousands != 0 || r.kind == spec.KindDouble {
			continue
		}
		kind := r.kind
		if kind == spec.KindBigint && g.largest <= roomy {
			kind = spec.KindInteger
		}
		cells := "cells do not"
		if r.misfits == 1 {
			cells = "cell does not"
		}
		return fmt.Sprintf("would be %s, but %d %s fit, the first on line %d", kind, r.misfits, cells, r.first)
	}
	return ""
}

func verbatim(text string) spec.Text { return spec.Verbatim(text, diag.Pos{}) }
