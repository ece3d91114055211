package coerce

// moment is a date, or a time of day on one, as it was written.
type moment struct {
	year, month, day     int
	hour, minute, second int
	micro                int
	offset               int // seconds east of UTC
	hasOffset            bool
}

const (
	secondsPerDay = 24 * 60 * 60
	maxOffset     = 16*60*60 - 1 // PostgreSQL's
)

// isDate tells whether the date is in the calendar, from year 1 to 9999.
func (m *moment) isDate() bool {
	return m.year >= 1 && m.year <= 9999 && m.month >= 1 && m.month <= 12 && m.day >= 1 && m.day <= daysIn(m.year, m.month)
}

func (m *moment) isTime() bool {
	return m.hour <= 23 && m.minute <= 59 && m.second <= 59
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// seconds counts from 1970-01-01 00:00:00 as if the moment were in UTC.
func (m *moment) seconds() int64 {
	return days(m.year, m.month, m.day)*secondsPerDay + int64(m.hour)*3600 + int64(m.minute)*60 + int64(m.second)
}

// days counts from 1970-01-01 in the Gregorian calendar, whose years it starts
// in March so that the leap day is the last.
func days(year, month, day int) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	era := year / 400 // year is 0 or more
	ofEra := year % 400
	ofYear := (153*(month-3)+2)/5 + day - 1
	return int64(era)*146097 + int64(ofEra*365+ofEra/4-ofEra/100+ofYear) - 719468
}

// at sets the date and time of day that are n seconds from 1970-01-01
// 00:00:00; not ok outside the years 1 to 9999.
func (m *moment) at(n int64) (ok bool) {
	if n < days(1, 1, 1)*secondsPerDay || n >= days(10000, 1, 1)*secondsPerDay {
		return false
	}
	day := n/secondsPerDay + 719468
	n %= secondsPerDay
	if n < 0 {
		n += secondsPerDay
		day--
	}
	m.hour, m.minute, m.second = int(n/3600), int(n/60%60), int(n%60)
	era, ofEra := int(day/146097), int(day%146097)
	ofEraYear := (ofEra - ofEra/1460 + ofEra/36524 - ofEra/146096) / 365
	ofYear := ofEra - (365*ofEraYear + ofEraYear/4 - ofEraYear/100)
	month := (5*ofYear + 2) / 153
	m.day = ofYear - (153*month+2)/5 + 1
	m.month = month + 3
	m.year = era*400 + ofEraYear
	if m.month > 12 {
		m.month -= 12
		m.year++
	}
	return true
}

// twoDigits reads the number of two digits at text[i:], -1 when it is none.
func twoDigits(text []byte, i int) int {
	a, b := text[i]-'0', text[i+1]-'0'
	if a > 9 || b > 9 {
		return -1
	}
	return int(a)*10 + int(b)
}

// isoDate reads 2024-01-31 at the start of text.
func (m *moment) isoDate(text []byte) bool {
	if len(text) < 10 || text[4] != '-' || text[7] != '-' {
		return false
	}
	century, year := twoDigits(text, 0), twoDigits(text, 2)
	m.month, m.day = twoDigits(text, 5), twoDigits(text, 8)
	m.year = century*100 + year
	return century >= 0 && year >= 0 && m.isDate()
}

// isoTime reads 23:59:59, a fraction and an offset.
func (m *moment) isoTime(text []byte) Code {
	if len(text) < 8 || text[2] != ':' || text[5] != ':' {
		return BadTimestamp
	}
	m.hour, m.minute, m.second = twoDigits(text, 0), twoDigits(text, 3), twoDigits(text, 6)
	if m.hour < 0 || m.minute < 0 || m.second < 0 || !m.isTime() {
		return BadTimestamp
	}
	text = text[8:]
	fine := false
	if len(text) > 0 && text[0] == '.' {
		n := 1
		for n < len(text) && text[n]-'0' <= 9 {
			n++
		}
		if n == 1 {
			return BadTimestamp
		}
		if fine = n-1 > 6; !fine {
			m.micro = micros(text[1:n])
		}
		text = text[n:]
	}
	if n := m.readOffset(text); n < len(text) {
		return BadTimestamp
	}
	if fine {
		return TimestampPrecision
	}
	return ""
}

// micros reads at most six digits of a fraction.
func micros(digits []byte) int {
	n := 0
	for i := range 6 {
		n *= 10
		if i < len(digits) {
			n += int(digits[i] - '0')
		}
	}
	return n
}

// readOffset reads Z, +hh, +hhmm or +hh:mm at the start of text and gives its
// length, 0 when there is none.
func (m *moment) readOffset(text []byte) int {
	if len(text) == 0 {
		return 0
	}
	if text[0] == 'Z' || text[0] == 'z' {
		m.hasOffset = true
		return 1
	}
	if text[0] != '+' && text[0] != '-' || len(text) < 3 {
		return 0
	}
	hours, minutes, n := twoDigits(text, 1), 0, 3
	switch {
	case len(text) >= 6 && text[3] == ':' && twoDigits(text, 4) >= 0:
		minutes, n = twoDigits(text, 4), 6
	case len(text) >= 5 && twoDigits(text, 3) >= 0:
		minutes, n = twoDigits(text, 3), 5
	}
	offset := hours*3600 + minutes*60
	if hours < 0 || minutes > 59 || offset > maxOffset {
		return 0
	}
	m.offset, m.hasOffset = offset, true
	if text[0] == '-' {
		m.offset = -offset
	}
	return n
}

// date reads 2024-01-31, or what the declared formats say.
func (c *Coercer) date(cell []byte, v *Value) Code {
	var m moment
	if c.formats == nil {
		if len(cell) == 10 && m.isoDate(cell) {
			*v = Value{Kind: Date, Text: cell}
			return ""
		}
		// The same format with a month or a day of one digit.
		if m = (moment{}); isoFormat.read(cell, &m) != "" {
			return BadDate
		}
	} else if code := c.byFormats(cell, &m); code != "" {
		return code
	}
	c.scratch = m.appendDate(c.scratch[:0])
	*v = Value{Kind: Date, Text: c.scratch}
	return ""
}

// timestamp reads 2024-01-31 23:59:59.123456 with a blank or a T, or what the
// declared formats say, and an offset or a zone for a timestamptz.
func (c *Coercer) timestamp(cell []byte, v *Value) Code {
	var m moment
	switch {
	case c.formats != nil:
		if code := c.byFormats(cell, &m); code != "" {
			return code
		}
	case len(cell) < 19 || cell[10] != ' ' && cell[10] != 'T' || !m.isoDate(cell):
		return BadTimestamp
	default:
		if code := m.isoTime(cell[11:]); code != "" {
			return code
		}
	}
	if c.reads == Timestamp {
		if m.hasOffset {
			return BadTimestamp
		}
		c.scratch = m.appendTimestamp(c.scratch[:0])
		*v = Value{Kind: Timestamp, Text: c.scratch}
		return ""
	}
	if code := c.toUTC(&m); code != "" {
		return code
	}
	c.scratch = append(m.appendTimestamp(c.scratch[:0]), "+00"...)
	*v = Value{Kind: Timestamptz, Text: c.scratch}
	return ""
}

// toUTC moves a moment to UTC by its own offset, else by the declared zone.
func (c *Coercer) toUTC(m *moment) Code {
	local := m.seconds()
	if !m.hasOffset {
		if c.zone == nil {
			return TimestampNoOffset
		}
		var code Code
		if m.offset, code = c.zone.offset(local); code != "" {
			return code
		}
	}
	if !m.at(local - int64(m.offset)) {
		return BadTimestamp
	}
	m.offset, m.hasOffset = 0, true
	return ""
}

func (m *moment) appendDate(dst []byte) []byte {
	dst = appendTwo(appendTwo(dst, m.year/100), m.year%100)
	dst = appendTwo(append(dst, '-'), m.month)
	return appendTwo(append(dst, '-'), m.day)
}

// appendTimestamp writes no needless zeros in the fraction, so that one time
// has one text.
func (m *moment) appendTimestamp(dst []byte) []byte {
	dst = append(m.appendDate(dst), ' ')
	dst = append(appendTwo(dst, m.hour), ':')
	dst = append(appendTwo(dst, m.minute), ':')
	dst = appendTwo(dst, m.second)
	if m.micro == 0 {
		return dst
	}
	dst = append(dst, '.')
	dst = appendTwo(appendTwo(appendTwo(dst, m.micro/10000), m.micro/100%100), m.micro%100)
	return trimZerosRight(dst)
}

func appendTwo(dst []byte, n int) []byte { return append(dst, '0'+byte(n/10), '0'+byte(n%10)) }
