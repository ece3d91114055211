package spec

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
)

// include reads the files that an entry names, in the order named and, within
// one pattern, in name order.
func (r *reader) include(d *document, patterns []Text) {
	for _, pattern := range patterns {
		files, meant, problem, cure := expand(r.fsys, path.Dir(d.path), pattern.V)
		if problem != "" {
			code := "bad-include"
			if len(files) == 0 && strings.HasPrefix(problem, nothing) {
				code = "include-nothing"
			}
			d.faults.Add(pattern.Pos, code, "%s", problem).Width(pattern.width()).Suggest("%s", cure)
			// What was surely meant is read as if it were named, so that nothing is
			// told of what the slip alone left out.
			files = nil
			if meant != "" && meant != r.spec.Entry {
				files, _, _, _ = expand(r.fsys, ".", meant)
			}
			if len(files) == 0 && !strings.ContainsAny(pattern.V, "*?[") { // the file that it names had something in it
				r.spec.Unread.Definitions = true
			}
		}
		for _, file := range files {
			r.includeFile(d, pattern, file)
		}
	}
}

func (r *reader) includeFile(d *document, pattern Text, file string) {
	if file == r.spec.Entry {
		d.faults.Add(pattern.Pos, "include-entry", "%q includes this file itself", pattern.V).Width(pattern.width()).
			Suggest("name the fragments so that the pattern leaves the entry out")
		return
	}
	if r.read[file] {
		return
	}
	r.read[file] = true
	text, ok := readText(r.fsys, file, pattern.Pos, &r.faults)
	if !ok {
		r.spec.Unread.Definitions = true
		return
	}
	if isEntryIn(r.fsys, file, text) {
		d.faults.Add(pattern.Pos, "include-entry", "%s is an entry (it has a version) and cannot be included", file).Width(pattern.width()).
			Suggest("remove its version to make it a fragment, or leave it out of the pattern")
		return
	}
	r.spec.Files = append(r.spec.Files, File{Path: file, Text: text})
	fragment, root := parseIn(r.fsys, file, text, &r.faults)
	r.spec.Unread.Definitions = r.spec.Unread.Definitions || fragment.broken
	if root != nil {
		r.fragment(fragment, root)
	} else if !toldIn(r.faults, file) {
		r.faults.Add(fragment.at(1, 1), "empty-value", "this file is included and holds nothing").Suggest("add tables, suites or snapshots, or remove the file")
	}
}

func toldIn(list diag.List, file string) bool {
	for _, fault := range list {
		if fault.File == file {
			return true
		}
	}
	return false
}

// nothing begins the message about a pattern that matches no file.
const nothing = "no file matches "

// expand gives the files that an include pattern matches, in name order; or what
// is wrong, and the path that was probably meant.
func expand(fsys fs.FS, dir, pattern string) (files []string, meant, problem, cure string) {
	if strings.Contains(pattern, "${{") {
		return nil, "", "include takes no templates: which files make up a spec never depends on a run", "write the path out"
	}
	full := path.Join(dir, pattern)
	if path.IsAbs(pattern) || !fs.ValidPath(full) {
		return nil, "", fmt.Sprintf("%q leads out of the project directory", pattern), "include files of the project, relative to this file"
	}
	matches, err := fs.Glob(fsys, full)
	if errors.Is(err, path.ErrBadPattern) {
		return nil, "", fmt.Sprintf("%q is not a pattern", pattern), "in a pattern * matches a part of a name, and [ ] a set of characters"
	}
	if err != nil {
		return nil, "", fmt.Sprintf("%q cannot be looked up: %v", pattern, err), ""
	}
	folder := ""
	for _, match := range matches {
		if info, err := fs.Stat(fsys, match); err == nil && info.IsDir() {
			folder = match
			continue
		}
		files = append(files, match)
	}
	switch {
	case len(files) > 0:
		return files, "", "", ""
	case folder != "":
		return nil, folder + "/*.yaml", fmt.Sprintf("%s is a folder", folder), fmt.Sprintf("name its files: %s/*.yaml", strings.TrimSuffix(pattern, "/"))
	}
	if leadsOut(fsys, full) {
		return nil, "", fmt.Sprintf("%q leads out of the project directory by a symbolic link", pattern), "include files of the project, relative to this file"
	}
	cure = "paths are relative to this file"
	if meant = cmp.Or(nearestPattern(fsys, full), fromProject(fsys, pattern)); meant != "" {
		cure = fmt.Sprintf("did you mean %q? Paths are relative to this file", relative(dir, meant))
	}
	return nil, meant, nothing + full, cure
}

// relative writes a path of the project as a file in dir has to.
func relative(dir, name string) string {
	if rel, err := filepath.Rel(filepath.FromSlash(dir), filepath.FromSlash(name)); err == nil {
		return filepath.ToSlash(rel)
	}
	return name
}

// nearestPattern finds what a pattern that matches nothing was probably meant to
// be: its folders by their nearest names, its * with the ending that YAML files
// have, or the nearest file. It is "" when nothing is near.
func nearestPattern(fsys fs.FS, pattern string) string {
	folder, last := ".", path.Base(pattern)
	for _, name := range strings.Split(path.Dir(pattern), "/") {
		next := path.Join(folder, name)
		if info, err := fs.Stat(fsys, next); err != nil || !info.IsDir() {
			if next = nearestIn(fsys, next, fs.FileMode.IsDir); next == "" {
				return ""
			}
		}
		folder = next
	}
	endings := []string{last, strings.TrimSuffix(last, path.Ext(last)) + ".yaml", strings.TrimSuffix(last, path.Ext(last)) + ".yml"}
	for _, name := range endings {
		name = path.Join(folder, name)
		if found, err := fs.Glob(fsys, name); name != pattern && err == nil && len(found) > 0 {
			return name
		}
	}
	return nearestFile(fsys, path.Join(folder, last))
}

// fromProject is a pattern that matches files when it is read as most other
// paths of a spec are, relative to the project directory; or "".
func fromProject(fsys fs.FS, pattern string) string {
	pattern = path.Clean(pattern)
	if found, err := fs.Glob(fsys, pattern); err != nil || len(found) == 0 {
		return ""
	}
	return pattern
}

func readProblem(file string, err error) string {
	if isOutside(err) {
		return file + " leads out of the project directory by a symbolic link"
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "there is no file " + file
	}
	var inside *fs.PathError
	if errors.As(err, &inside) {
		err = inside.Err
	}
	return fmt.Sprintf("%s cannot be read: %v", file, err)
}

// isOutside tells the error of a file system that its folder is left by a
// symbolic link.
func isOutside(err error) bool {
	var outside interface{ OutsideProject() bool }
	return errors.As(err, &outside) && outside.OutsideProject()
}

// leadsOut tells whether what a pattern begins with, up to its first * ? or [,
// is no part of a file system because a symbolic link leads out of it.
func leadsOut(fsys fs.FS, pattern string) bool {
	if at := strings.IndexAny(pattern, `*?[\`); at >= 0 {
		pattern = path.Dir(pattern[:at] + "x")
	}
	_, err := fs.Stat(fsys, path.Clean(pattern))
	return isOutside(err)
}

// nearestFile finds the existing file that a path was probably meant to be; ""
// when there is something of that very name.
func nearestFile(fsys fs.FS, file string) string {
	return nearestIn(fsys, file, fs.FileMode.IsRegular)
}

// nearestIn is nearestFile of what has a certain kind.
func nearestIn(fsys fs.FS, name string, isKind func(fs.FileMode) bool) string {
	var names []string
	entries, err := fs.ReadDir(fsys, path.Dir(name))
	if err != nil {
		return ""
	}
	for _, entry := range entries {
		if entry.Name() == path.Base(name) {
			return ""
		}
		if isKind(entry.Type()) {
			names = append(names, entry.Name())
		}
	}
	if near := diag.Nearest(path.Base(name), names); near != "" {
		return path.Join(path.Dir(name), near)
	}
	return ""
}
