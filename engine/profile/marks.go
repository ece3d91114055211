package profile

import (
	"bytes"
	"fmt"
	"strings"
)

// marks are what the points and commas in the numbers of a column say. One that
// stands once, before three digits and behind one to three, may part thousands
// or begin the fraction: 1.234. Any other says which it does, by itself (12,5
// and 0.125) or beside the other (1.234,56).
type marks struct {
	fraction map[byte]bool // some cell's fraction begins with the mark for sure
	parts    map[byte]bool // some cell's thousands are parted by the mark for sure
	either   string        // the first cell of which nobody can tell
	groups   int           // of the first cell that has only parted thousands
	varied   bool          // another cell has another number of groups
}

func newMarks() marks { return marks{fraction: map[byte]bool{}, parts: map[byte]bool{}} }

// look takes a cell that some reading took for a number.
func (m *marks) look(cell []byte) {
	digits := bytes.TrimPrefix(cell, []byte("-"))
	points, commas := bytes.Count(digits, []byte(".")), bytes.Count(digits, []byte(","))
	groups := 1
	switch mark := byte('.'); {
	case points+commas == 0:
	case points > 0 && commas > 0:
		other := byte(',')
		if bytes.LastIndexByte(digits, '.') < bytes.LastIndexByte(digits, ',') {
			mark, other = ',', '.'
		}
		m.fraction[mark], m.parts[other] = true, true
		return
	default:
		if commas > 0 {
			mark = ','
		}
		if points+commas > 1 {
			m.parts[mark] = true
			groups += points + commas
			break
		}
		at := bytes.IndexByte(digits, mark)
		if at == 0 || at > 3 || digits[0] == '0' || len(digits)-at-1 != 3 {
			m.fraction[mark] = true
			return
		}
		if m.either == "" {
			m.either = string(cell)
		}
		groups++
	}
	if m.groups == 0 {
		m.groups = groups
	}
	m.varied = m.varied || groups != m.groups
}

// decide tells whether decimal begins fractions and thousands, 0 for none, parts
// thousands in a column whose every cell can be read so; or why that is not sure.
// Where all else is silent, a point begins a fraction, unless the file has
// numbers with a comma.
func (m *marks) decide(decimal, thousands byte, context marksOfFile) (sure bool, why string) {
	switch {
	case m.fraction[decimal], thousands == 0 && m.either == "":
		return true, ""
	case m.parts[thousands] && m.varied:
		return true, ""
	case m.parts[thousands]:
		return false, "numbers with marks between thousands, or the names of something: all have one shape"
	case thousands == 0 && decimal == '.' && !context.comma:
		return true, ""
	}
	plain := strings.NewReplacer(".", "", ",", "").Replace(m.either)
	return false, fmt.Sprintf("numbers, but %s may be %s or %s: say which with decimal and thousands", m.either, plain, strings.Replace(m.either, ",", ".", 1))
}

// marksOfFile is what the other columns of a file, and what parts its cells, say
// of its numbers.
type marksOfFile struct {
	comma bool // fractions may well begin with a comma
}

// marksOf puts together what all columns of a file say. A file with semicolons
// has them where commas stand in numbers.
func marksOf(guesses []*guess, delimiter rune) marksOfFile {
	point, comma := false, false
	for _, g := range guesses {
		point, comma = point || g.marks.fraction['.'], comma || g.marks.fraction[',']
	}
	return marksOfFile{comma: comma || delimiter == ';' && !point}
}
