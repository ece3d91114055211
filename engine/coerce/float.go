package coerce

import (
	"bytes"
	"strconv"
)

// exactDigits is how many significant digits every double gives back.
const exactDigits = 15

// powers are the powers of ten up to that many digits, which a double holds
// exactly.
var powers = [exactDigits + 1]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// exact makes a numeric a value of SQLite, whose decimals are doubles: one
// that a double does not give back is refused. An integral one is an integer
// where it fits, as SQLite itself would store it.
func (c *Coercer) exact(negative bool, whole, fraction []byte, v *Value) Code {
	fraction = trimZerosRight(fraction)
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
	if err != nil {
		return NumericNotExact // beyond a double
	}
	// The shortest text that reads as f is as plain as the number's own.
	c.digits = strconv.AppendFloat(c.digits[:0], f, 'f', -1, 64)
	if !bytes.Equal(c.digits, text) {
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
