package dialect

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Regexp is a regular expression in RE2's syntax, that of Go's package regexp,
// which every database can answer alike. Whether it matches is asked of any
// part of a text.
//
// PostgreSQL is given it in its own syntax, written anew from the parsed tree
// and never from the text: classes are spelt out, since \d, \w, \s and \b of
// PostgreSQL follow the locale; (?i) becomes classes too, since folding follows
// the locale; (?s), (?m) and laziness are gone, because the tree says what they
// mean; and no group captures.
type Regexp struct {
	pattern string
	are     string // PostgreSQL's advanced regular expression
}

// String is the pattern as written.
func (r Regexp) String() string { return r.pattern }

// RegexpFault says why a pattern cannot be used. From and To are the characters
// of the pattern that are at fault.
type RegexpFault struct {
	From, To      int
	Message, Cure string
}

// The limits of a pattern. Beyond them PostgreSQL takes long to compile it or
// finds it "too complex", and an expectation that lints must not fail for that.
const (
	maxPattern     = 1000     // characters
	maxTranslated  = 16 << 10 // bytes
	maxStates      = 3000     // characters and classes, repetitions written out
	maxNested      = 800      // the same where a repetition repeats what may be empty
	maxEdges       = 100      // the same where that holds the edge of a word or a line
	maxRepetitions = 255      // that PostgreSQL counts
)

// ParseRegexp reads a pattern, or says what is wrong with it.
func ParseRegexp(pattern string) (Regexp, *RegexpFault) {
	length := utf8.RuneCountInString(pattern)
	whole := RegexpFault{From: 0, To: length}
	if length > maxPattern {
		whole.Message = fmt.Sprintf("the regular expression has %d characters; the limit is %d", length, maxPattern)
		whole.Cure = "split it into several expectations"
		return Regexp{}, &whole
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return Regexp{}, syntaxFault(pattern, err)
	}
	t := &translation{}
	states := t.alternatives(tree)
	switch {
	case t.fault != "":
		whole.Message, whole.Cure = t.fault, t.cure
		return Regexp{}, &whole
	case states > t.limit() || t.Len() > maxTranslated:
		whole.Message = "the regular expression is too large for PostgreSQL once its repetitions and classes are written out"
		whole.Cure = "repeat less often, or ask about the length with length(x)"
		return Regexp{}, &whole
	}
	return Regexp{pattern, t.String()}, nil
}

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
		fmt.Fprintf(t, "{%d}%s", maxRepetitions, once)
		least -= maxRepetitions
		most = max(most-maxRepetitions, -1)
	}
	for most > maxRepetitions {
		fmt.Fprintf(t, "{%d,%d}%s", least, maxRepetitions, once)
		most -= maxRepetitions
		least = 0
	}
	switch {
	case most < 0:
		fmt.Fprintf(t, "{%d,}", least)
	case least == most:
		fmt.Fprintf(t, "{%d}", least)
	default:
		fmt.Fprintf(t, "{%d,%d}", least, most)
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
		fmt.Fprintf(t, `\u%04X`, r)
	default:
		fmt.Fprintf(t, `\U%08X`, r)
	}
}

// syntaxFault words a fault of syntax and finds its place, which the parser
// does not tell: the shortest beginning of the pattern that has the same fault
// ends with what is at fault.
func syntaxFault(pattern string, err error) *RegexpFault {
	var told *syntax.Error
	if !errors.As(err, &told) {
		return &RegexpFault{To: utf8.RuneCountInString(pattern), Message: "the regular expression does not compile: " + err.Error()}
	}
	from, to := 0, len(pattern)
	switch told.Code {
	case syntax.ErrMissingParen: // behind the longest beginning that is whole
		for n := range pattern {
			if _, err := syntax.Parse(pattern[:n], syntax.Perl); err == nil {
				from = n
			}
		}
		to = min(from+1, to)
	case syntax.ErrTrailingBackslash:
		from = to - 1
	default:
		to = shortest(pattern, told)
		from = max(0, to-len(told.Expr))
		if told.Code == syntax.ErrUnexpectedParen {
			from = to - 1
		}
	}
	f := &RegexpFault{From: utf8.RuneCountInString(pattern[:from]), To: utf8.RuneCountInString(pattern[:to])}
	f.Message, f.Cure = wording(told)
	return f
}

// shortest is the length of the shortest beginning of the pattern with the
// fault told.
func shortest(pattern string, told *syntax.Error) int {
	for n := range pattern {
		var e *syntax.Error
		if _, err := syntax.Parse(pattern[:n], syntax.Perl); errors.As(err, &e) && e.Code == told.Code &&
			(e.Expr == told.Expr || told.Code == syntax.ErrUnexpectedParen) {
			return n
		}
	}
	return len(pattern)
}

// wording says what is wrong, and what works instead of what other regular
// expressions have and RE2 has not.
func wording(e *syntax.Error) (message, cure string) {
	what := strconv.Quote(e.Expr)
	switch e.Code {
	case syntax.ErrMissingParen:
		return "a parenthesis of the regular expression is not closed", `close it with ), or write \( for the character`
	case syntax.ErrUnexpectedParen:
		return "a parenthesis is closed that was not opened", `write \) for the character`
	case syntax.ErrMissingBracket:
		return "a class of the regular expression is not closed", `close it with ], or write \[ for the character`
	case syntax.ErrTrailingBackslash:
		return "the regular expression ends with a backslash", `write \\ for the character`
	case syntax.ErrMissingRepeatArgument:
		return e.Expr + " repeats nothing", `write \` + e.Expr + " for the character"
	case syntax.ErrInvalidRepeatOp:
		return e.Expr + " repeats a repetition", "put the inner one into parentheses: (?:a*)*; possessive quantifiers (a*+) do not exist here"
	case syntax.ErrInvalidRepeatSize:
		return e.Expr + " repeats more than 1000 times, or backwards", "repeat less often"
	case syntax.ErrInvalidCharRange:
		return "there is no such range or class: " + e.Expr, `a range goes up, as in [a-z]; the classes are \d \w \s, [[:alpha:]] and its like, and \p{L} and its like`
	case syntax.ErrInvalidPerlOp:
		switch {
		case strings.HasPrefix(e.Expr, "(?=") || strings.HasPrefix(e.Expr, "(?!") || strings.HasPrefix(e.Expr, "(?<"):
			return "there is no look-ahead or look-behind in a regular expression here", `say it with two conditions: x matches "a" and not (x matches "b")`
		}
		return "there is no " + what, "a group is (...) or (?:...), flags are (?i), (?s) and (?m)"
	case syntax.ErrInvalidEscape:
		if len(e.Expr) > 1 && e.Expr[1] >= '1' && e.Expr[1] <= '9' {
			return "there are no back-references in a regular expression here", "name what is repeated"
		}
		switch e.Expr {
		case `\Z`:
			return `there is no \Z`, "write $"
		case `\y`, `\m`, `\M`, `\<`, `\>`:
			return "there is no " + e.Expr, `write \b for the edge of a word`
		case `\h`:
			return `there is no \h`, `write [ \t]`
		case `\R`:
			return `there is no \R`, `write \r?\n`
		}
		return "there is no escape " + e.Expr, `a backslash stands before punctuation, or begins one of \d \w \s \b \D \W \S \B \t \n \r \f \v \A \z \x41 \x{1F600} \pL \p{Greek}`
	}
	return "the regular expression does not compile: " + e.Error(), ""
}
