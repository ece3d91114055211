package profile

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

// shape learns how the texts of a column are built: runs of letters and digits
// between signs. Two descriptions are kept, and the finer one that all texts
// share wins: runs of one class each (2024-AB: digits, -, upper-case letters),
// and runs of letters and digits together (a1b2-cd: letters and digits, -,
// letters and digits).
type shape struct {
	n          int64
	fine       []run
	coarse     []run
	noFine     bool
	noCoarse   bool
	isAddress  bool // every text looks like an e-mail address
	isLocation bool // every text looks like a URL
	scratch    []run
}

// class is a set of kinds of characters.
type class uint8

const (
	digit class = 1 << iota
	upper
	lower
	sign // a character that stands for itself
)

// run is a piece of a text: one sign, or letters and digits of a class.
type run struct {
	class       class
	text        string // what stands there in every text; "" when it differs
	short, long int
}

// mostRuns is the number of runs beyond which a text is prose.
const mostRuns = 12

var (
	address  = regexp.MustCompile(addressShape)
	location = regexp.MustCompile(locationShape)
)

// Shapes that are known by name. They hold what the databases' regular
// expressions read as RE2 does.
const (
	addressShape  = `^[^@ ]+@[^@ ]+[.][^@ ]+$`
	locationShape = `^https?://[^ ]+$`
)

func classOf(b byte) class {
	switch {
	case b >= '0' && b <= '9':
		return digit
	case b >= 'A' && b <= 'Z':
		return upper
	case b >= 'a' && b <= 'z':
		return lower
	}
	return sign
}

// add takes one text.
func (s *shape) add(text []byte) {
	s.n++
	if s.n == 1 {
		s.isAddress, s.isLocation = true, true
	}
	isShort := len(text) <= longestShape
	s.isAddress = s.isAddress && isShort && isOneLine(text) && address.Match(text)
	s.isLocation = s.isLocation && isShort && isOneLine(text) && location.Match(text)
	s.fine, s.noFine = s.merge(s.fine, s.noFine, text, func(a, b class) bool { return a == b })
	s.coarse, s.noCoarse = s.merge(s.coarse, s.noCoarse, text, func(class, class) bool { return true })
}

func isOneLine(text []byte) bool { return !bytes.ContainsAny(text, "\r\n\v\f\u0085\u2028\u2029") }

// merge widens a description so that it fits one more text; gone when there is
// none that says anything.
func (s *shape) merge(known []run, gone bool, text []byte, same func(a, b class) bool) ([]run, bool) {
	if gone {
		return nil, true
	}
	runs, ok := split(s.scratch[:0], text, same)
	s.scratch = runs
	if !ok {
		return nil, true
	}
	if s.n == 1 {
		return append([]run(nil), runs...), false
	}
	if len(runs) != len(known) {
		return nil, true
	}
	for i := range runs {
		k, r := &known[i], &runs[i]
		if (k.class == sign || r.class == sign) && k.text != r.text || k.class != r.class && !same(k.class, r.class) {
			return nil, true
		}
		if k.text != r.text {
			k.text = ""
		}
		k.class |= r.class
		k.short, k.long = min(k.short, r.short), max(k.long, r.long)
	}
	return known, false
}

// split cuts a text into runs. Only printable ASCII has a shape.
func split(runs []run, text []byte, same func(a, b class) bool) ([]run, bool) {
	if len(text) == 0 || len(text) > longestValue {
		return runs, false
	}
	for i := 0; i < len(text); {
		if text[i] < ' ' || text[i] > '~' || len(runs) == mostRuns {
			return runs, false
		}
		first := classOf(text[i])
		all, end := first, i+1
		for first != sign && end < len(text) {
			next := classOf(text[end])
			if next == sign || !same(first, next) {
				break
			}
			all |= next
			end++
		}
		runs = append(runs, run{class: all, text: string(text[i:end]), short: end - i, long: end - i})
		i = end
	}
	return runs, true
}

// expression is the shape as a regular expression, "" when none says more than
// that there is a text.
func (s *shape) expression() string {
	switch {
	case s.n == 0:
		return ""
	case s.isAddress:
		return addressShape
	case s.isLocation:
		return locationShape
	case !s.noFine && isTelling(s.fine):
		return write(s.fine)
	case !s.noCoarse && isTelling(s.coarse):
		return write(s.coarse)
	}
	return ""
}

// isTelling tells whether runs look like the form of a code rather than like
// words that happen to be alike: they have a digit or a sign beside blanks, or
// every text is equally long.
func isTelling(runs []run) bool {
	telling, fixed, words := false, true, 0
	for _, r := range runs {
		switch {
		case r.class == sign && r.text == " ":
			words++
		case r.class == sign || r.class&digit != 0:
			telling = true
		}
		fixed = fixed && r.short == r.long
	}
	return telling && words < 2 || fixed && words == 0
}

func write(runs []run) string {
	var b strings.Builder
	b.WriteByte('^')
	for _, r := range runs {
		if r.text != "" && (r.class == sign || r.class&digit == 0) {
			b.WriteString(literal(r.text))
			continue
		}
		b.WriteByte('[')
		for _, c := range []struct {
			class class
			set   string
		}{{upper, "A-Z"}, {lower, "a-z"}, {digit, "0-9"}} {
			if r.class&c.class != 0 {
				b.WriteString(c.set)
			}
		}
		b.WriteByte(']')
		switch {
		case r.short != r.long:
			b.WriteByte('+')
		case r.short > 1:
			b.WriteString("{" + strconv.Itoa(r.short) + "}")
		}
	}
	b.WriteByte('$')
	return b.String()
}

// literal writes a text as itself. Signs stand in brackets rather than behind
// backslashes, so that nothing need be doubled where the expression is quoted.
func literal(text string) string {
	var b strings.Builder
	for i := range len(text) {
		switch c := text[i]; c {
		case '.', '*', '+', '?', '(', ')', '[', '{', '}', '|', '$':
			b.WriteString("[" + string(c) + "]")
		case '^', '\\', ']':
			b.WriteString(`\` + string(c))
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
