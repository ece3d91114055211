package lint

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// lookAlike holds that names which nobody can tell apart are not two: an é of one
// character and one of two, and what has an invisible character in it.
var lookAlike = rule{"look-alike", func(s *spec.Spec, list *diag.List) {
	sameNames(s, visible, func(what string, name, other spec.Text) {
		at(list, name, "look-alike", "the %s %+q and %+q look the same, and are two to every database", what, other.V, name.V).
			Suggest("write both alike, or rename one; the other is at %s", other.Pos)
	})
}}

// visible is what people see of a name: composed, without what takes no room.
func visible(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", r) {
			return -1
		}
		if r == '\u00a0' {
			return ' '
		}
		return r
	}, norm.NFC.String(name))
}
