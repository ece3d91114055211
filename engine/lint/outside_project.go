package lint

import (
	"path"
	"regexp"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// outsideProject holds that paths written in a spec stay inside the project
// directory. Only the caller may lead elsewhere, with --var or --target, so a
// path is judged by what stands before its first template.
var outsideProject = rule{"outside-project", func(s *spec.Spec, list *diag.List) {
	for _, t := range s.Tables {
		if t.Source != nil {
			checkPath(t.Source.Path, list)
		}
	}
	setup := s.Setup
	for _, t := range s.Targets {
		setup = append(setup[:len(setup):len(setup)], t.Setup...)
		checkPath(t.Path, list)
	}
	for _, p := range setup {
		checkPath(p, list)
	}
	for _, v := range s.Vars {
		if v.Type.V == spec.VarPath {
			checkPath(v.Default, list)
		}
	}
}}

var drive = regexp.MustCompile(`^[A-Za-z]:[\\/]|^\\`)

func checkPath(p spec.Text, list *diag.List) {
	if !p.Set {
		return
	}
	literal, _, isTemplate := strings.Cut(p.V, "${{")
	if isTemplate {
		// The part of a name that a template goes on with is no folder yet.
		literal = literal[:strings.LastIndex(literal, "/")+1]
	}
	clean := path.Clean(literal)
	switch {
	case path.IsAbs(literal) || drive.MatchString(literal):
		at(list, p, "outside-project", "%q is an absolute path, and paths in a spec stay inside the project directory", p.V).
			Suggest("write it relative to the project directory; the caller may lead elsewhere with --var")
	case clean == ".." || strings.HasPrefix(clean, "../"):
		at(list, p, "outside-project", "%q leads out of the project directory", p.V).
			Suggest("paths are relative to the project directory, not to this file")
	}
}
