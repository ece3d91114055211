package lint

import (
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// literalPassword warns of a password that everyone who reads the spec can
// read. No view shows it: what a spec gives for carets ends where it begins.
var literalPassword = rule{"literal-password", func(s *spec.Spec, list *diag.List) {
	const cure = "put it in the environment or .env and write '${{ env.PGPASSWORD }}'"
	for _, t := range s.Targets {
		for _, secret := range t.Secrets() {
			what := "the password of target %s stands in the spec"
			if secret.Pos == t.URL.Pos {
				what = "the URL of target %s has a password in it"
			}
			list.Warn(secret.Pos, "literal-password", what, t.Name.V).Suggest(cure)
		}
	}
}}
