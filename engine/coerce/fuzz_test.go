package coerce

import (
	"math/big"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/spec"
)

// FuzzCell holds every kind to this on any bytes: no panic, a value of the
// column's kind or a code with a sentence, and a canonical text that means
// what the cell means and reads as itself.
func FuzzCell(f *testing.F) {
	for i, b := range benched {
		f.Add([]byte(b.cell), uint8(i), false, uint8(0))
	}
	for i, cell := range []string{"1.234.567,89", "-0.00", "1e-20", ".5", "9223372036854775808", "2024-02-29 23:59:59.100+05:30", "{123E4567-E89B-12D3-A456-426614174000}", "31/01/2024", "No", "9007199254740993", "0.1e1"} {
		f.Add([]byte(cell), uint8(i), true, uint8(i))
	}
	kinds := []spec.Kind{spec.KindText, spec.KindInteger, spec.KindBigint, spec.KindNumeric, spec.KindDouble, spec.KindBoolean, spec.KindDate, spec.KindTimestamp, spec.KindTimestamptz, spec.KindUUID}
	f.Fuzz(func(t *testing.T, cell []byte, which uint8, quoted bool, variant uint8) {
		col := column(kinds[int(which)%len(kinds)])
		driver := spec.Postgres
		if variant&1 != 0 {
			driver = spec.SQLite
		}
		vary(col, variant)
		c := coercer(t, col, driver)
		var v Value
		before := string(cell)
		code := c.Cell(cell, quoted, &v)
		if string(cell) != before {
			t.Fatalf("the cell %q was changed to %q", before, cell)
		}
		if code != "" {
			if m := Message(code, col, before); strings.Contains(m, "does not fit") {
				t.Fatalf("%s has no sentence", code)
			}
			return
		}
		meansTheSame(t, before, col, &v)
	})
}

func vary(col *spec.Column, variant uint8) {
	kind := col.Type.V.Kind
	col.Trim = set(variant&2 != 0)
	if variant&4 == 0 {
		return
	}
	switch kind {
	case spec.KindNumeric:
		col.Type.V.Precision, col.Type.V.Scale = 10, 2
	case spec.KindInteger, spec.KindDouble:
		col.Decimal, col.Thousands = set(','), set('.')
	case spec.KindDate:
		col.Formats = texts("%d/%m/%Y", "%Y%m%d", "%b %e %y", "%Y-%j")
	case spec.KindTimestamp:
		col.Formats = texts("%d/%m/%Y %I:%M:%S %p", "%F %T.%f")
	case spec.KindTimestamptz:
		col.SourceTZ = texts("Europe/Paris")[0]
	}
}

// meansTheSame compares a value with the cell that it was read from, by other
// means than package coerce's.
func meansTheSame(t *testing.T, cell string, col *spec.Column, v *Value) {
	text := string(v.Text)
	if col.Trim.V {
		cell = strings.Trim(cell, " \t")
	}
	number := cell
	if col.Thousands.V != 0 {
		number = strings.ReplaceAll(strings.ReplaceAll(cell, ".", ""), ",", ".")
	}
	switch v.Kind {
	case Null:
		if cell != "" {
			t.Fatalf("%q is NULL", cell)
		}
	case Text:
		if text != cell || !utf8.ValidString(text) {
			t.Fatalf("%q is the text %q", cell, text)
		}
	case Bool:
		is, ok := map[string]bool{"true": true, "t": true, "1": true, "yes": true, "false": false, "f": false, "0": false, "no": false}[strings.ToLower(cell)]
		if !ok || is != v.Bool {
			t.Fatalf("%q is %v", cell, v.Bool)
		}
	case Int:
		want, ok := new(big.Rat).SetString(number)
		if !ok {
			// math/big takes no huge exponent; nought times anything is nought.
			mantissa, _, _ := strings.Cut(strings.ToLower(number), "e")
			if want, ok = new(big.Rat).SetString(mantissa); ok {
				ok = want.Sign() == 0
			}
		}
		if !ok || want.Cmp(new(big.Rat).SetInt64(v.Int)) != 0 {
			t.Fatalf("%q is %d", cell, v.Int)
		}
	case Float:
		isSame(t, cell, number, text)
		if f, err := strconv.ParseFloat(text, 64); err != nil || f != v.Float {
			t.Fatalf("%q is %v beside the text %s", cell, v.Float, text)
		}
		if col.Type.V.Kind == spec.KindNumeric {
			isSame(t, cell, number, strconv.FormatFloat(v.Float, 'g', -1, 64))
		}
	case Decimal:
		isSame(t, cell, number, text)
		stable(t, text, spec.KindNumeric)
	case Date:
		isMoment(t, cell, time.DateOnly, text)
		stable(t, text, spec.KindDate)
	case Timestamp:
		isMoment(t, cell, "2006-01-02 15:04:05.999999", text)
		stable(t, text, spec.KindTimestamp)
	case Timestamptz:
		isMoment(t, cell, "2006-01-02 15:04:05.999999-07", text)
		stable(t, text, spec.KindTimestamptz)
	case UUID:
		if text != strings.ToLower(strings.Trim(cell, "{}")) {
			t.Fatalf("%q is the uuid %s", cell, text)
		}
	}
}

// isSame compares two decimal texts as numbers.
func isSame(t *testing.T, cell, number, text string) {
	if len(number) > 400 { // exponents may make it very long
		return
	}
	want, ok := new(big.Rat).SetString(number)
	if !ok {
		// math/big takes no huge exponent; nought times anything is nought.
		mantissa, _, _ := strings.Cut(strings.ToLower(number), "e")
		if want, ok = new(big.Rat).SetString(mantissa); ok {
			ok = want.Sign() == 0
		}
	}
	got, gotOK := new(big.Rat).SetString(text)
	if !ok || !gotOK || want.Cmp(got) != 0 {
		t.Fatalf("%q is %s", cell, text)
	}
}

// stable tells a canonical text that is not its own.
func stable(t *testing.T, text string, kind spec.Kind) {
	if got := told(coercer(t, column(kind), spec.Postgres), text, false); got != text {
		t.Fatalf("%s read again is %s", text, got)
	}
}

// isMoment holds a text to package time's view of it, and a cell written in
// ISO to being the same moment.
func isMoment(t *testing.T, cell, layout, text string) {
	got, err := time.Parse(layout, text)
	if err != nil || got.Format(layout) != text {
		t.Fatalf("%q is %s, which package time reads as %v: %v", cell, text, got, err)
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05Z07:00"} {
		if want, err := time.Parse(layout, cell); err == nil && !strings.HasSuffix(cell, "z") && !want.Equal(got) {
			t.Fatalf("%q is %s", cell, text)
		}
	}
}
