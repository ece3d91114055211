package dialect

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
)

// translation writes a tree as an advanced regular expression. Its methods give
// the number of states that what they wrote takes.
type translation struct {
	strings.Builder
	fault, cure string
	nested      bool // a repetition repeats what may be empty
	edges       bool // and that holds the edge of a word or a line
}

// limit is the most states that PostgreSQL is sure to compile.
func (t *translation) limit() int {
	switch {
	case t.edges:
		return maxEdges
	case t.nested:
		return maxNested
	}
	return maxStates
}

func (t *translation) refuse(fault, cure string) int {
	if t.fault == "" {
		t.fault, t.cure = fault, cure
	}
	return 0
}

// alternatives writes what stands between parentheses.
func (t *translation) alternatives(re *syntax.Regexp) int {
	if re.Op != syntax.OpAlternate {
		return t.sequence(re)
	}
	states := 0
	for i, sub := range re.Sub {
		if i > 0 {
			t.WriteByte('|')
		}
		states += t.sequence(sub)
	}
	return states
}

// sequence writes what stands between bars.
func (t *translation) sequence(re *syntax.Regexp) int {
	states := 0
	switch re.Op {
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			states += t.sequenceItem(sub)
		}
		return states
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			states += t.character(r, re.Flags&syntax.FoldCase != 0)
		}
		return states
	}
	return t.sequenceItem(re)
}

func (t *translation) sequenceItem(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		return t.sequence(re)
	case syntax.OpStar:
		return t.repeat(re.Sub[0], 0, -1)
	case syntax.OpPlus:
		return t.repeat(re.Sub[0], 1, -1)
	case syntax.OpQuest:
		return t.repeat(re.Sub[0], 0, 1)
	case syntax.OpRepeat:
		return t.repeat(re.Sub[0], re.Min, re.Max)
	}
	return t.atom(re)
}

// atom writes what a quantifier may follow.
func (t *translation) atom(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		if len(re.Rune) == 1 {
			return t.character(re.Rune[0], re.Flags&syntax.FoldCase != 0)
		}
	case syntax.OpCharClass:
		return t.class(re.Rune)
	case syntax.OpAnyChar:
		t.WriteByte('.')
		return 1
	case syntax.OpAnyCharNotNL:
		t.WriteString(`[^\n]`)
		return 1
	case syntax.OpCapture:
		return t.group(re.Sub[0])
	case syntax.OpEmptyMatch:
		t.WriteString("(?:)")
		return 1
	case syntax.OpNoMatch:
		return t.refuse("a class of the regular expression holds no character, so that it never matches", "leave it out")
	case syntax.OpBeginText:
		t.WriteString("^")
		return 1
	case syntax.OpEndText:
		t.WriteString("$")
		return 1
	case syntax.OpBeginLine: // nothing but a line feed stands before
		t.WriteString(`(?<![^\n])`)
		return 2
	case syntax.OpEndLine:
		t.WriteString(`(?![^\n])`)
		return 2
	case syntax.OpWordBoundary:
		t.WriteString("(?:(?<!" + word + ")(?=" + word + ")|(?<=" + word + ")(?!" + word + "))")
		return 8
	case syntax.OpNoWordBoundary:
		t.WriteString("(?:(?<!" + word + ")(?!" + word + ")|(?<=" + word + ")(?=" + word + "))")
		return 8
	}
	return t.group(re)
}

const word = "[0-9A-Za-z_]"

func (t *translation) group(re *syntax.Regexp) int {
	t.WriteString("(?:")
	states := t.alternatives(re)
	t.WriteByte(')')
	return states
}

// repeat writes a repetition. PostgreSQL counts to 255, so a longer one is a
// sequence of several.
func (t *translation) repeat(sub *syntax.Regexp, least, most int) int {
	switch {
	case most == 0 || least == 0 && takesNothing(sub):
		return t.atom(&syntax.Regexp{Op: syntax.OpEmptyMatch})
	case takesNothing(sub): // an anchor that holds once holds twice
		return t.group(sub)
	}
	if most != 1 && mayBeEmpty(sub) {
		t.nested = true
		t.edges = t.edges || holdsEdge(sub)
	}
	from := t.Len()
	states := t.atom(sub)
	once := t.String()[from:]
	switch {
	case least == 0 && most < 0:
		t.WriteByte('*')
	case least == 1 && most < 0:
		t.WriteByte('+')
	case least == 0 && most == 1:
		t.WriteByte('?')
	default:
		t.count(once, least, most)
	}
	return states * max(least, most, 1)
}

// takesNothing tells whether re is made of anchors only, so that it matches
// nothing but the empty text.
func takesNothing(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpEndText, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return true
	case syntax.OpConcat, syntax.OpAlternate, syntax.OpCapture, syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !takesNothing(sub) })
	}
	return false
}

// mayBeEmpty tells whether re matches the empty text somewhere.
func mayBeEmpty(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpStar, syntax.OpQuest:
		return true
	case syntax.OpRepeat:
		return re.Min == 0 || mayBeEmpty(re.Sub[0])
	case syntax.OpCapture, syntax.OpPlus:
		return mayBeEmpty(re.Sub[0])
	case syntax.OpConcat:
		return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !mayBeEmpty(sub) })
	case syntax.OpAlternate:
		return slices.ContainsFunc(re.Sub, mayBeEmpty)
	}
	return takesNothing(re)
}

// holdsEdge tells whether the edge of a word or a line stands in re.
func holdsEdge(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpBeginLine, syntax.OpEndLine, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return true
	}
	return slices.ContainsFunc(re.Sub, holdsEdge)
}

// count writes {least,most} behind once, and once again for every further 255.
func (t *translation) count(once string, least, most int) {
	for least > maxRepetitions {
		t.WriteString(fmt.Sprintf("{%d}%s", maxRepetitions, once))
		least -= maxRepetitions
		most = max(most-maxRepetitions, -1)
	}
	for most > maxRepetitions {
		t.WriteString(fmt.Sprintf("{%d,%d}%s", least, maxRepetitions, once))
		most -= maxRepetitions
		least = 0
	}
	switch {
	case most < 0:
		t.WriteString(fmt.Sprintf("{%d,}", least))
	case least == most:
		t.WriteString(fmt.Sprintf("{%d}", least))
	default:
		t.WriteString(fmt.Sprintf("{%d,%d}", least, most))
	}
}

// character writes a character, and with fold whatever differs from it in case
// only.
func (t *translation) character(r rune, fold bool) int {
	if fold {
		class := []rune{r, r}
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			class = append(class, f, f)
		}
		if len(class) > 2 {
			return t.class(class)
		}
	}
	t.escape(r, `\^$.|?*+()[]{}`)
	return 1
}

// class writes a set of characters, given as pairs of first and last. One that
// reaches the last character of all is written as what it leaves out. U+0000 is
// left out of either, since no text of PostgreSQL holds it.
func (t *translation) class(ranges []rune) int {
	if len(ranges) == 0 {
		return t.atom(&syntax.Regexp{Op: syntax.OpNoMatch})
	}
	open := "["
	if ranges[len(ranges)-1] == unicode.MaxRune {
		open = "[^"
		ranges = complement(ranges)
	}
	if len(ranges) > 0 && ranges[0] == 0 {
		ranges = append([]rune{1}, ranges[1:]...)
		if ranges[1] == 0 {
			ranges = ranges[2:]
		}
	}
	switch {
	case len(ranges) == 0 && open == "[":
		return t.refuse(noNUL, "leave it out")
	case len(ranges) == 0:
		t.WriteByte('.')
		return 1
	}
	t.WriteString(open)
	for i := 0; i < len(ranges); i += 2 {
		t.escape(ranges[i], inClass)
		if ranges[i] < ranges[i+1] {
			t.WriteByte('-')
			t.escape(ranges[i+1], inClass)
		}
	}
	t.WriteByte(']')
	return 1
}

const noNUL = "the character U+0000 stands in no text of PostgreSQL"

// complement is what ascending ranges that reach the last character leave out.
func complement(ranges []rune) []rune {
	var out []rune
	next := rune(0)
	for i := 0; i < len(ranges); i += 2 {
		if ranges[i] > next {
			out = append(out, next, ranges[i]-1)
		}
		next = ranges[i+1] + 1
	}
	return out
}

// inClass are the characters that may mean something in a class.
const inClass = `\[]^-:.=`

// escape writes a character that stands for itself, where the characters of
// special do not.
func (t *translation) escape(r rune, special string) {
	switch {
	case r == 0:
		t.refuse(noNUL, "leave it out")
	case r == '\n':
		t.WriteString(`\n`)
	case r == '\t':
		t.WriteString(`\t`)
	case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', r == '_', r == ' ', r > unicode.MaxASCII && unicode.IsPrint(r):
		t.WriteRune(r)
	case r > ' ' && r < 0x7f:
		if strings.ContainsRune(special, r) {
			t.WriteByte('\\')
		}
		t.WriteRune(r)
	case r <= 0xffff:
		t.WriteString(fmt.Sprintf(`\u%04X`, r))
	default:
		t.WriteString(fmt.Sprintf(`\U%08X`, r))
	}
}
