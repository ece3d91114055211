package source

import "bytes"

// lookAhead is how far behind a damaged text in quotes its end is looked for.
const lookAhead = 64 << 10

// doubts is how many lines of rest, which begins behind a line with damaged
// quotes, may be part of a text in quotes. The quote that is too many or too few
// may have closed a text or opened one, so both readings are followed, until one
// of them meets quotes that it cannot explain, or both are between rows. least is
// how many lines are doubted at least; atEOF tells that the file ends with rest.
func (r *Reader) doubts(rest []byte, least int, atEOF bool) int {
	if len(rest) > lookAhead {
		rest, atEOF = rest[:lookAhead], false
	}
	closed, open := reading{}, reading{at: inText}
	opened := 0 // lines until the text that may be open ended where one may
	n := 0
	for len(rest) > 0 {
		end := bytes.IndexByte(rest, '\n') + 1
		if end == 0 {
			if !atEOF {
				break
			}
			end = len(rest)
		}
		r.follow(&closed, rest[:end])
		r.follow(&open, rest[:end])
		rest = rest[end:]
		n++
		if opened == 0 && open.fits {
			opened = n
		}
		switch {
		case n < least:
		case open.wrong && opened == 0 && least == 0:
			return 0
		case closed.settled() && open.settled():
			return n
		}
	}
	switch {
	case opened == 0 && (atEOF || closed.settled()):
		return least // nothing says that a text was open
	case atEOF && !closed.settled():
		return max(opened, least) // a text that nothing closes is none
	}
	return n
}

// reading is one way to read lines on: from between two rows, or from within a
// text in quotes.
type reading struct {
	at    standing
	wrong bool // it met quotes that cannot stand where they do
	fits  bool // a text in quotes ended where one may
}

// standing is where a reading stands.
type standing int

const (
	atField standing = iota // before the first character of a field
	inPlain                 // in a field without quotes
	inText                  // between quotes
	behind                  // behind a quote that closes a text, or is the first of two
)

// settled tells that no text hides rows from the reading, or that it is none.
func (w *reading) settled() bool { return w.wrong || w.at == atField }

// follow reads a line with its end on.
func (r *Reader) follow(w *reading, line []byte) {
	text := trimCR(bytes.TrimSuffix(line, newline))
	for !w.wrong && len(text) > 0 {
		switch {
		case bytes.HasPrefix(text, r.quote):
			switch w.at {
			case atField, behind:
				w.at = inText
			case inText:
				w.at = behind
			case inPlain:
				w.wrong = true
			}
			text = text[len(r.quote):]
		case w.at != inText && bytes.HasPrefix(text, r.delimiter):
			w.fits = w.fits || w.at == behind
			w.at = atField
			text = text[len(r.delimiter):]
		default:
			w.wrong = w.at == behind
			if w.at == atField {
				w.at = inPlain
			}
			text = text[1:]
		}
	}
	if w.wrong {
		return
	}
	w.fits = w.fits || w.at == behind
	if w.at != inText {
		w.at = atField
	}
}
