package coerce

import (
	"bytes"
	"math"
	"strconv"
)

// exactDigits is how many significant digits every double gives back.
const exactDigits = 15

// powers are the powers of ten that a double holds exactly.
var powers = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// exact makes a numeric a value of SQLite, whose decimals are doubles: one
// that a double does not give back is refused. An integral one is an integer
// where it fits, as SQLite itself would store it.
func (c *Coercer) exact(negative bool, whole, fraction []byte, v *Value) Code {
	if len(trimZerosRight(fraction)) == 0 {
		fraction = nil
	}
	if len(whole)+len(fraction) <= exactDigits {
		// Fifteen digits and a power of ten are exact, so one division rounds
		// as reading the text would.
		n := int64(0)
		for _, d := range whole {
			n = n*10 + int64(d-'0')
		}
		for _, d := range fraction {
			n = n*10 + int64(d-'0')
		}
		if negative {
			n = -n
		}
		if len(fraction) == 0 {
			*v = Value{Kind: Int, Int: n}
			return ""
		}
		*v = Value{Kind: Float, Float: float64(n) / powers[len(fraction)], Text: c.plain(n < 0, whole, fraction)}
		return ""
	}
	text := c.plain(negative, whole, fraction)
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil || !c.givesBack(f, whole, fraction) {
		return NumericNotExact
	}
	if len(fraction) == 0 {
		if n, err := strconv.ParseInt(string(text), 10, 64); err == nil {
			*v = Value{Kind: Int, Int: n}
			return ""
		}
	}
	*v = Value{Kind: Float, Float: f, Text: text}
	return ""
}

// givesBack tells whether the shortest text that reads as f is the number
// whole.fraction, whose sign f has.
func (c *Coercer) givesBack(f float64, whole, fraction []byte) bool {
	// d.ddde+-dd
	shortest := strconv.AppendFloat(c.shortest[:0], math.Abs(f), 'e', -1, 64)
	mantissa, exponentText, _ := bytes.Cut(shortest, []byte{'e'})
	first, rest := mantissa[:1], mantissa[1:]
	if len(rest) > 0 {
		rest = rest[1:] // the point
	}
	exponent, ok := scanExponent(exponentText)
	if !ok {
		return false
	}
	// The digits of the number from its first one that is not 0.
	head, tail := whole, fraction
	want := len(whole) - 1
	if len(whole) == 0 {
		head, tail = nil, trimZerosLeft(fraction)
		want = -1 - (len(fraction) - len(tail))
	}
	return exponent == want && sameDigits(first, rest, head, tail)
}

// sameDigits tells whether the digits of a then b are those of c then d, zeros
// at the end aside.
func sameDigits(a, b, c, d []byte) bool {
	digit := func(i int, x, y []byte) byte {
		switch {
		case i < len(x):
			return x[i]
		case i < len(x)+len(y):
			return y[i-len(x)]
		}
		return '0'
	}
	for i := range max(len(a)+len(b), len(c)+len(d)) {
		if digit(i, a, b) != digit(i, c, d) {
			return false
		}
	}
	return true
}

// double takes a number as the double next to it, but neither infinity nor a 0
// that was none.
func (c *Coercer) double(cell []byte, v *Value) Code {
	if c.decimal != nil {
		var ok bool
		if cell, ok = c.unmark(cell); !ok {
			return BadNumber
		}
	}
	n, ok := scanNumber(cell)
	if !ok {
		return BadNumber
	}
	f, err := strconv.ParseFloat(string(cell), 64)
	if err != nil {
		return DoubleOverflow // the only error of a number that was scanned
	}
	if f == 0 {
		if len(trimZerosLeft(n.whole))+len(trimZerosLeft(n.fraction)) > 0 {
			return DoubleOverflow
		}
		*v = Value{Kind: Float, Text: zeroText}
		return ""
	}
	if cell[0] == '+' {
		cell = cell[1:]
	}
	*v = Value{Kind: Float, Float: f, Text: cell}
	return ""
}

var zeroText = []byte("0")
