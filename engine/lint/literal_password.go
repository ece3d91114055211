package lint

import (
	"net/url"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
	"github.com/streamflow/pipe/engine/vars"
)

// literalPassword warns of a password that everyone who reads the spec can
// read. It tells the line without a column: the line would be printed to show
// the column, and the password with it.
var literalPassword = rule{"literal-password", func(s *spec.Spec, list *diag.List) {
	const cure = "put it in the environment or .env and write '${{ env.PGPASSWORD }}'"
	for _, t := range s.Targets {
		if t.Password.V != "" && !vars.HasTemplate(t.Password) {
			list.Warn(lineOf(t.Password), "literal-password", "the password of target %s stands in the spec", t.Name.V).Suggest(cure)
		}
		if holdsPassword(t.URL.V) {
			list.Warn(lineOf(t.URL), "literal-password", "the URL of target %s has a password in it", t.Name.V).Suggest(cure)
		}
	}
}}

func lineOf(t spec.Text) diag.Pos {
	return diag.Pos{File: t.Pos.File, Line: t.Pos.Line}
}

// holdsPassword tells whether a URL has a literal password. A template in its
// place is not one; it is taken out, since no URL is written like it.
func holdsPassword(text string) bool {
	if !strings.Contains(text, "://") {
		return false
	}
	for {
		before, rest, found := strings.Cut(text, "${{")
		if !found {
			break
		}
		_, after, _ := strings.Cut(rest, "}}")
		text = before + after
	}
	u, err := url.Parse(text)
	if err != nil || u.User == nil {
		return false
	}
	password, _ := u.User.Password()
	return password != "" || u.Query().Get("password") != ""
}
