package dialect

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"strconv"
	"strings"
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
	if strings.HasPrefix(e.Expr, "(?=") || strings.HasPrefix(e.Expr, "(?!") || strings.HasPrefix(e.Expr, "(?<=") || strings.HasPrefix(e.Expr, "(?<!") {
		return "there is no look-ahead or look-behind in a regular expression here", `say it with two conditions: x matches "a" and not (x matches "b")`
	}
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
		return "there is no " + what, "a group is (...) or (?:...), flags are (?i), (?s) and (?m)"
	case syntax.ErrInvalidNamedCapture:
		return "there is no group " + what, "a group has a name of letters, digits and _, which no other has: (?P<name>...)"
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
