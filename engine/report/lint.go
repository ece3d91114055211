package report

import (
	"path"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
)

// Findings is what a lint found, for documents that programs read.
type Findings struct {
	// List is sorted.
	List diag.List
	// Files are the files that were read, with findings or without.
	Files []string
	// Folder is the project directory inside the repository that a view's
	// reader knows, slash-separated; empty when it is the repository.
	Folder string
	// Version is the program's.
	Version string
}

// path is where the repository has a file of the project.
func (f Findings) path(file string) string { return path.Join(f.Folder, file) }

// perFile calls each with every file that was read or has findings, in the
// order of their names, and its findings. Those of no file come last.
func (f Findings) perFile(each func(file string, list diag.List)) {
	of := map[string]diag.List{}
	names := slices.Clone(f.Files)
	for _, d := range f.List {
		of[d.File] = append(of[d.File], d)
		names = append(names, d.File)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) > 0 && names[0] == "" {
		names = append(names[1:], "")
	}
	for _, name := range names {
		each(name, of[name])
	}
}

// advice is what a finding says beside its place: what is wrong, and on lines
// of their own what to do.
func advice(d diag.Diagnostic) string {
	text := printable(d.Message)
	for _, line := range strings.Split(d.Suggestion, "\n") {
		if line != "" {
			text += "\n" + printable(line)
		}
	}
	return text
}
