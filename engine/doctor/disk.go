package doctor

import (
	"fmt"
	"path/filepath"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/spec"
)

const (
	// Less than this, in bytes, and hardly a report can be written.
	leastSpace = 50 << 20
	// A load takes about as many times the size of its files on disk: staging,
	// the table, its indexes and the log.
	spacePerByte = 4
)

// room is what to do where there is little.
const room = "make room on that disk, or move to another"

// disk looks for room in the project, and where a SQLite database lies.
func (x *examiner) disk() {
	folders := []struct{ what, path string }{{"the project", "."}}
	if x.known && x.target.Driver == spec.SQLite {
		if folder, _, err := nearest(filepath.Dir(x.target.Path)); err == nil { // else it is told already
			folders = append(folders, struct{ what, path string }{where(x.target), folder})
		}
	}
	need := uint64(leastSpace)
	if x.plan != nil {
		var bytes int64
		for _, step := range x.plan.Steps {
			for _, action := range step.Actions {
				if load, ok := action.(plan.Load); ok {
					bytes += fileSize(load.Source)
				}
			}
		}
		need += uint64(bytes) * spacePerByte
	}
	least, seen := uint64(0), false
	for _, f := range folders {
		free, err := freeSpace(f.path)
		switch {
		case err != nil:
			continue
		case free < leastSpace:
			x.add(Fail, "disk", fmt.Sprintf("%s free for %s", size(int64(free)), f.what), room)
			return
		case free < need:
			x.add(Warn, "disk", fmt.Sprintf("%s free for %s, and a run may need %s", size(int64(free)), f.what, size(int64(need))), room)
			return
		}
		if !seen || free < least {
			least, seen = free, true
		}
	}
	if !seen {
		x.add(Skipped, "disk", "this system does not tell how much is free", "")
		return
	}
	if engine.LookAtReports(x.Reports) != nil {
		x.add(Fail, "disk", "the folder of the reports leads out of the project directory by a symbolic link", "remove the link, or lead there with pipe run --report "+x.Reports)
		return
	}
	reports, _, err := nearest(x.Reports)
	if err != nil {
		x.add(Fail, "disk", "the folder of the reports cannot be made: "+err.Error(), "remove what is in the way, or give pipe run --report DIR")
		return
	}
	if err := writable(reports); err != nil {
		x.add(Fail, "disk", "the folder of the reports cannot be written", "let the user of pipe write in it, or give pipe run --report DIR")
		return
	}
	x.add(OK, "disk", size(int64(least))+" free, and reports can be written", "")
}
