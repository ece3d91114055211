package coerce

// months are the English names of the months; three letters abbreviate them.
var months = [...]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

// parts are what a format's directives read that makes a moment only at the
// end.
type parts struct {
	dayOfYear int
	afternoon bool // %p read PM
	twelve    bool // %p was read
	fine      bool // %f has more than six digits
}

// read reads a whole cell by the format. The code is empty, BadTimestamp or
// TimestampPrecision.
func (f *format) read(cell []byte, m *moment) Code {
	var p parts
	for i := range f.ops {
		n, ok := f.ops[i].read(cell, m, &p)
		if !ok {
			return BadTimestamp
		}
		cell = cell[n:]
	}
	if len(cell) > 0 {
		return BadTimestamp
	}
	if p.twelve {
		if m.hour < 1 || m.hour > 12 {
			return BadTimestamp
		}
		m.hour %= 12
		if p.afternoon {
			m.hour += 12
		}
	}
	if p.dayOfYear > 0 {
		for m.month, m.day = 1, p.dayOfYear; m.month < 12 && m.day > daysIn(m.year, m.month); m.month++ {
			m.day -= daysIn(m.year, m.month)
		}
	}
	switch {
	case !m.isDate() || !m.isTime():
		return BadTimestamp
	case p.fine:
		return TimestampPrecision
	}
	return ""
}

// read reads what the op stands for at the start of text and gives its length.
func (o *op) read(text []byte, m *moment, p *parts) (n int, ok bool) {
	switch o.directive {
	case 0:
		n = len(o.literal)
		return n, len(text) >= n && string(text[:n]) == o.literal
	case 'b', 'B':
		return readMonth(text, m)
	case 'p':
		if len(text) < 2 || text[1]|0x20 != 'm' || text[0]|0x20 != 'a' && text[0]|0x20 != 'p' {
			return 0, false
		}
		p.twelve, p.afternoon = true, text[0]|0x20 == 'p'
		return 2, true
	case 'z':
		n = m.readOffset(text)
		return n, n > 0
	case 'Z':
		if len(text) < 3 || string(text[:3]) != "UTC" && string(text[:3]) != "GMT" {
			return 0, false
		}
		m.hasOffset = true
		return 3, true
	}
	return o.readNumber(text, m, p)
}

func readMonth(text []byte, m *moment) (n int, ok bool) {
	for i, name := range months {
		if len(text) < 3 || !folds(text[:3], name[:3]) {
			continue
		}
		m.month = i + 1
		if len(text) >= len(name) && folds(text[:len(name)], name) {
			return len(name), true
		}
		return 3, true
	}
	return 0, false
}

func (o *op) readNumber(text []byte, m *moment, p *parts) (n int, ok bool) {
	blank := 0
	if o.directive == 'e' && len(text) > 0 && text[0] == ' ' {
		text = text[1:] // a day of one digit is padded with a blank
		blank = 1
	}
	width := digitsOf(o.directive) - blank
	value := 0
	for n < len(text) && n < width && text[n]-'0' <= 9 {
		value = value*10 + int(text[n]-'0')
		n++
	}
	least := 1
	if o.directive == 'Y' || o.directive == 'y' || o.fixed && o.directive != 'f' {
		least = width
	}
	if n < least {
		return 0, false
	}
	switch o.directive {
	case 'Y':
		m.year = value
	case 'y': // as POSIX has it
		if m.year = 1900 + value; value < 69 {
			m.year += 100
		}
	case 'm':
		m.month = value
	case 'd', 'e':
		m.day = value
	case 'j':
		p.dayOfYear = value
		return n, value > 0
	case 'H', 'I':
		m.hour = value
	case 'M':
		m.minute = value
	case 'S':
		m.second = value
	case 'f':
		m.micro = micros(text[:n])
		for !o.fixed && n < len(text) && text[n]-'0' <= 9 {
			p.fine = true
			n++
		}
	}
	return n + blank, true
}

// digitsOf is how many digits a directive reads at most, 0 when it reads none.
func digitsOf(directive byte) int {
	switch directive {
	case 'Y':
		return 4
	case 'f':
		return 6
	case 'j':
		return 3
	case 'y', 'm', 'd', 'e', 'H', 'I', 'M', 'S':
		return 2
	}
	return 0
}
