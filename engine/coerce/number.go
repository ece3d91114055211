package coerce

import "math"

// PostgreSQL's limits of a numeric: digits before and behind the point.
const (
	maxWhole    = 131072
	maxFraction = 16383
)

// maxExponent bounds the exponent of a numeric, which is written out.
const maxExponent = maxFraction

// number is a decimal number by its parts: whole.fraction e exponent. Both
// parts may be empty, not at once.
type number struct {
	negative    bool
	hasPoint    bool
	hasExponent bool
	whole       []byte
	fraction    []byte
	exponent    int // clamped to +-1e6
}

// scanNumber takes sign, digits, point, digits and exponent, and nothing else.
func scanNumber(text []byte) (n number, ok bool) {
	i := 0
	if i < len(text) && (text[i] == '-' || text[i] == '+') {
		n.negative = text[i] == '-'
		i++
	}
	start := i
	for i < len(text) && text[i]-'0' <= 9 {
		i++
	}
	n.whole = text[start:i]
	if i < len(text) && text[i] == '.' {
		i++
		n.hasPoint = true
		start = i
		for i < len(text) && text[i]-'0' <= 9 {
			i++
		}
		n.fraction = text[start:i]
	}
	if len(n.whole)+len(n.fraction) == 0 {
		return n, false
	}
	if i < len(text) && text[i]|0x20 == 'e' {
		n.hasExponent = true
		if n.exponent, ok = scanExponent(text[i+1:]); !ok {
			return n, false
		}
		i = len(text)
	}
	return n, i == len(text)
}

func scanExponent(text []byte) (exponent int, ok bool) {
	negative := false
	if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
		negative = text[0] == '-'
		text = text[1:]
	}
	if len(text) == 0 {
		return 0, false
	}
	for _, d := range text {
		if d -= '0'; d > 9 {
			return 0, false
		} else if exponent = exponent*10 + int(d); exponent > 1e6 {
			exponent = 1e6
		}
	}
	if negative {
		exponent = -exponent
	}
	return exponent, true
}

func trimZerosLeft(digits []byte) []byte {
	for len(digits) > 0 && digits[0] == '0' {
		digits = digits[1:]
	}
	return digits
}

func trimZerosRight(digits []byte) []byte {
	for len(digits) > 0 && digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	return digits
}

// integer takes an optional sign and digits.
func (c *Coercer) integer(cell []byte, v *Value) Code {
	if c.decimal != nil {
		var ok bool
		if cell, ok = c.unmark(cell); !ok {
			return BadInteger
		}
	}
	i, negative := 0, false
	if cell[0] == '-' || cell[0] == '+' {
		negative = cell[0] == '-'
		i++
	}
	first := i
	var n uint64
	for ; i < len(cell); i++ {
		d := cell[i] - '0'
		if d > 9 {
			break
		}
		if n > math.MaxInt64/10 {
			return overflow(cell[i:])
		}
		n = n*10 + uint64(d)
	}
	if i < len(cell) || i == first {
		return notInteger(cell)
	}
	if !negative {
		if n > c.most {
			return IntegerOverflow
		}
		*v = Value{Kind: Int, Int: int64(n)}
		return ""
	}
	if n > c.most+1 {
		return IntegerOverflow
	}
	*v = Value{Kind: Int, Int: -int64(n)}
	return ""
}

// overflow judges an integer that is too large so far by the digits left.
func overflow(rest []byte) Code {
	if n, ok := scanNumber(rest); !ok || n.negative || n.hasExponent {
		return BadInteger
	} else if n.hasPoint {
		return IntegerFraction
	}
	return IntegerOverflow
}

func notInteger(cell []byte) Code {
	if n, ok := scanNumber(cell); ok && n.hasPoint && !n.hasExponent {
		return IntegerFraction
	}
	return BadInteger
}

// numeric takes a number as its digits stand; nothing is rounded.
func (c *Coercer) numeric(cell []byte, v *Value) Code {
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
	if n.hasExponent {
		if code := c.expand(&n); code != "" {
			return code
		}
	}
	whole, fraction := trimZerosLeft(n.whole), n.fraction
	wholeLimit, fractionLimit := maxWhole, maxFraction
	if c.precision > 0 {
		wholeLimit, fractionLimit = c.precision-c.scale, c.scale
		// Zeros that the type has no place for say nothing.
		if len(fraction) > c.scale && len(trimZerosRight(fraction[c.scale:])) == 0 {
			fraction = fraction[:c.scale]
		}
	}
	switch {
	case len(whole) > wholeLimit:
		return NumericPrecision
	case len(fraction) > fractionLimit:
		return NumericScale
	}
	if c.isSQLite {
		return c.exact(n.negative, whole, fraction, v)
	}
	*v = Value{Kind: Decimal, Text: c.canonical(cell, n, whole, fraction)}
	return ""
}

// expand writes the exponent of n out in digits.
func (c *Coercer) expand(n *number) Code {
	switch {
	case n.exponent > maxExponent:
		return NumericPrecision
	case n.exponent < -maxExponent:
		return NumericScale
	}
	digits := append(append(c.digits[:0], n.whole...), n.fraction...)
	point := len(n.whole) + n.exponent
	if point < 0 {
		n0 := len(digits)
		for range -point {
			digits = append(digits, '0')
		}
		copy(digits[-point:], digits[:n0])
		for i := range -point {
			digits[i] = '0'
		}
		point = 0
	}
	for len(digits) < point {
		digits = append(digits, '0')
	}
	c.digits = digits
	n.whole, n.fraction = digits[:point], digits[point:]
	return ""
}

// canonical gives the plain digits: no plus, no needless zeros in front, a
// digit on both sides of a point, no exponent, no minus before zero. It is the
// cell itself when that is so already.
func (c *Coercer) canonical(cell []byte, n number, whole, fraction []byte) []byte {
	minus := n.negative && !(len(whole) == 0 && len(trimZerosLeft(fraction)) == 0)
	size := max(len(whole), 1) + len(fraction)
	if minus {
		size++
	}
	if len(fraction) > 0 {
		size++
	}
	// With a digit before its point and no exponent, a cell that is not
	// canonical is longer than what it becomes.
	if size == len(cell) && len(n.whole) > 0 && !n.hasExponent {
		return cell
	}
	return c.plain(minus, whole, fraction)
}

// plain writes a number in its canonical form into the scratch.
func (c *Coercer) plain(minus bool, whole, fraction []byte) []byte {
	text := c.scratch[:0]
	if minus {
		text = append(text, '-')
	}
	if len(whole) == 0 {
		text = append(text, '0')
	}
	text = append(text, whole...)
	if len(fraction) > 0 {
		text = append(append(text, '.'), fraction...)
	}
	c.scratch = text
	return text
}
