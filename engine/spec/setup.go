package spec

import (
	"io/fs"
	"path"
	"strings"
)

// checkSetup tells of setup files that are not there: a run would stop at them.
func (r *reader) checkSetup(d *document, patterns []Text) {
	for _, p := range patterns {
		if strings.Contains(p.V, "${{") || !fs.ValidPath(path.Clean(p.V)) {
			continue // told elsewhere
		}
		names, err := fs.Glob(r.fsys, path.Clean(p.V))
		switch {
		case err != nil:
			d.faults.Add(p.Pos, "bad-glob", "setup %q is no pattern of file names: %v", p.V, err).Width(p.width())
		case len(names) == 0 && leadsOut(r.fsys, p.V):
			d.faults.Add(p.Pos, "outside-project", "setup %q leads out of the project directory by a symbolic link", p.V).Width(p.width()).
				Suggest("copy the files into the project")
		case len(names) == 0:
			fault := d.faults.Add(p.Pos, "setup-nothing", "setup %q matches no file", p.V).Width(p.width()).
				Suggest("setup paths are relative to the project directory")
			if near := nearestFile(r.fsys, path.Clean(p.V)); near != "" {
				fault.Suggest("did you mean %q?", near)
			}
		}
	}
}
