package engine

import (
	"errors"
	"io/fs"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/source"
)

// Project is a project directory as Request wants it: what a spec writes finds
// nothing outside of it, symbolic links included.
func Project(dir string) (fs.FS, error) { return source.OpenFolder(dir) }

// LookAtReports tells where the folder of reports that no caller chose leads out
// of the working folder: nil when it lies inside, and nothing is made.
func LookAtReports(dir string) error {
	var list diag.List
	if leadsOut(dir) {
		list.Add(diag.Pos{File: dir}, "outside-project", "the folder of the reports leads out of the project directory by a symbolic link").
			Suggest("remove the link, or lead there with --report %s; --report none writes none", dir)
	}
	return list.Err()
}

// leadsOut tells whether a path, whose templates are expanded, leads out of the
// working folder, by itself or by a symbolic link. A folder that cannot be
// looked at is told when something is read in it.
func leadsOut(path string) bool {
	folder, err := source.OpenFolder(".")
	if err != nil {
		return false
	}
	defer folder.Close()
	_, err = folder.Inside(path)
	return isOutside(err)
}

func isOutside(err error) bool {
	_, ok := errors.AsType[*source.OutsideError](err)
	return ok
}
