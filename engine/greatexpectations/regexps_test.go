package greatexpectations

import (
	"regexp/syntax"
	"slices"
	"strings"
	"testing"
)

// Whatever the pattern, the reader ends; and of what the parser of Go finds in
// it nothing stays untold that other engines understand otherwise.
func FuzzDifferences(f *testing.F) {
	for _, pattern := range []string{`^[A-Z]{2}-[0-9]{3}$`, `a.b[.]\.\Q.\E$`, `(?:(?s:a.)b|(?s).)c.`, `\bword\B`, `(?i-s:.)(?P<n>.)`, `[]^\]].`,
		`[[:alpha:]\d]`, `((?s).).`, `[^]]`, `(?s)(?-s).`, `\x41`, `\p{Greek}.`, `[[:^alpha:].]`, `[`, `\`, `(?`, `(?s`, `\Q`} {
		f.Add(pattern)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		found, dollar := differences(pattern)
		tree, err := syntax.Parse(pattern, syntax.Perl)
		if err != nil {
			return
		}
		var look func(re *syntax.Regexp)
		look = func(re *syntax.Regexp) {
			switch {
			case re.Op == syntax.OpAnyCharNotNL && !slices.Contains(found, dotDiffers) && !strings.Contains(pattern, "["): // [^\n] is one too
				t.Errorf("%q holds a . that takes no line feed, which was not told", pattern)
			case (re.Op == syntax.OpWordBoundary || re.Op == syntax.OpNoWordBoundary) && !slices.Contains(found, edgeDiffers):
				t.Errorf("%q holds the edge of a word, which was not told", pattern)
			case re.Op == syntax.OpEndText && re.Flags&syntax.WasDollar != 0 && !dollar:
				t.Errorf("%q holds a $, which was not told", pattern)
			}
			for _, sub := range re.Sub {
				look(sub)
			}
		}
		look(tree)
	})
}
