package spec

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/work"
)

// defaultFolders are where a project keeps its specs and suites.
var defaultFolders = []string{"specs", "expectations"}

// ReadProject reads every entry that the paths concern, for lint. A path is a
// file, or a folder whose .yaml and .yml files are meant; without paths the
// project's default folders are. An entry among them is read. A fragment among
// them is read through the entries that include it, which are looked for in the
// default folders too; one that no entry includes is told.
//
// The files are all that were read, each once, for carets: without literal
// passwords.
func ReadProject(fsys fs.FS, paths []string) ([]*Spec, []File, diag.List) {
	p := &project{fsys: remember(fsys), texts: map[string]string{}, named: map[string]bool{}}
	for _, name := range paths {
		p.collect(path.Clean(name), true)
	}
	if len(paths) == 0 {
		for _, folder := range defaultFolders {
			p.collect(folder, false)
		}
		if len(p.files) == 0 && len(p.faults) == 0 {
			p.faults.Add(diag.Pos{}, "no-such-file", "no spec found: there are no YAML files in specs or expectations").
				Suggest("start pipe in the project directory, or name the files to lint")
		}
	}
	specs := p.readEntries()
	p.faults.Sort()
	secrets := map[string][]Text{}
	for _, s := range specs {
		for _, t := range s.Targets {
			for _, secret := range t.Secrets() {
				secrets[secret.Pos.File] = append(secrets[secret.Pos.File], secret)
			}
		}
	}
	for i, f := range p.files {
		p.files[i].Text = show(f.Text, secrets[f.Path])
	}
	return specs, p.files, p.faults
}

// project is what ReadProject has found so far.
type project struct {
	fsys   fs.FS
	files  []File            // asked for, then what they include, each once
	texts  map[string]string // of every file read, asked for or not
	faults diag.List
	// named are the files that entries include which cannot be parsed, as far as
	// can be seen.
	named map[string]bool
}

// add keeps a file that was asked for or included.
func (p *project) add(file, text string) {
	if _, known := p.texts[file]; !known {
		p.files = append(p.files, File{Path: file, Text: text})
	}
	p.texts[file] = text
}

// collect adds a file, or the YAML files under a folder. Hidden folders are not
// entered. A missing path is told only when it was asked for by name.
func (p *project) collect(name string, asked bool) {
	files := p.under(name, asked)
	type read struct {
		text   string
		ok     bool
		faults diag.List
	}
	found := make([]read, len(files))
	work.Each(len(files), func(i int) {
		r := &found[i]
		r.text, r.ok = readText(p.fsys, files[i], diag.Pos{File: files[i]}, &r.faults)
	})
	for i, r := range found {
		p.faults = append(p.faults, r.faults...)
		if r.ok {
			p.add(files[i], r.text)
		}
	}
}

func (p *project) under(name string, asked bool) []string {
	if !fs.ValidPath(name) {
		return []string{name} // readText tells it
	}
	info, err := fs.Stat(p.fsys, name)
	if err != nil {
		if !asked && errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return []string{name}
	}
	if !info.IsDir() {
		return []string{name}
	}
	var files []string
	err = fs.WalkDir(p.fsys, name, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			p.faults.Add(diag.Pos{File: file}, "no-such-file", "%s", readProblem(file, err))
			return nil
		case entry.IsDir() && file != name && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case !entry.IsDir() && slices.Contains([]string{".yaml", ".yml"}, path.Ext(file)):
			files = append(files, file)
		}
		return nil
	})
	if err != nil {
		p.faults.Add(diag.Pos{File: name}, "no-such-file", "%s", readProblem(name, err))
	}
	if asked && len(files) == 0 && err == nil {
		p.faults.Add(diag.Pos{File: name}, "no-such-file", "there are no YAML files in %s", name)
	}
	return files
}

// readEntries reads the entries among the files, and those elsewhere in the
// default folders that include one of the fragments among the files.
func (p *project) readEntries() []*Spec {
	var specs []*Spec
	var fragments []File
	included := map[string]bool{}
	keep := func(s *Spec, faults diag.List) {
		specs = append(specs, s)
		p.faults = append(p.faults, faults...)
		if len(s.Files) > 0 && !p.parses(s.Files[0]) {
			p.nameIncluded(s.Files[0])
		}
		for _, f := range s.Files {
			included[f.Path] = true
			p.add(f.Path, f.Text)
		}
	}
	type read struct {
		isEntry bool
		spec    *Spec
		faults  diag.List
	}
	asked := slices.Clone(p.files)
	found := make([]read, len(asked))
	work.Each(len(asked), func(i int) {
		if f := asked[i]; isEntryIn(p.fsys, f.Path, f.Text) {
			found[i].isEntry = true
			found[i].spec, found[i].faults = Read(p.fsys, f.Path)
		}
	})
	for i, r := range found {
		if r.isEntry {
			keep(r.spec, r.faults)
		} else {
			fragments = append(fragments, asked[i])
		}
	}
	for _, file := range p.otherEntries() {
		s, faults := Read(p.fsys, file)
		if slices.ContainsFunc(fragments, func(f File) bool {
			return slices.ContainsFunc(s.Files, func(read File) bool { return read.Path == f.Path })
		}) {
			keep(s, faults)
		}
	}
	if len(specs) == 0 {
		for _, f := range fragments {
			if !p.parses(f) {
				p.named[f.Path] = true // it may be the entry
				p.nameIncluded(f)
			}
		}
	}
	for _, f := range fragments {
		if included[f.Path] {
			continue
		}
		var told diag.List // by orphan or Read
		if _, root := parseIn(p.fsys, f.Path, f.Text, &told); root != nil && looksLikeEntry(root) {
			keep(Read(p.fsys, f.Path))
		} else {
			p.orphan(f, root, told)
		}
	}
	return specs
}

// parses tells whether a file is YAML, or no text at all.
func (p *project) parses(f File) bool {
	var told diag.List // by Read, or orphan
	d, root := parseIn(p.fsys, f.Path, f.Text, &told)
	return root != nil && !d.broken || len(told) == 0 || !isText(f.Text)
}

// yamlName is what looks like the name, or the pattern, of YAML files.
var yamlName = regexp.MustCompile(`[^\s\[\],"']+\.ya?ml\b`)

// nameIncluded keeps the files that an entry names which cannot be parsed, so
// that its fault is not told again of each of them.
func (p *project) nameIncluded(f File) {
	for _, pattern := range yamlName.FindAllString(f.Text, -1) {
		files, _, _, _ := expand(p.fsys, path.Dir(f.Path), pattern)
		for _, file := range files {
			p.named[file] = true
		}
	}
}

// otherEntries finds the entries in the default folders that were not asked for.
func (p *project) otherEntries() []string {
	var entries []string
	for _, folder := range defaultFolders {
		for _, file := range p.under(folder, false) {
			if _, known := p.texts[file]; known {
				continue
			}
			var untold diag.List // of a file that was not asked for
			text, ok := readText(p.fsys, file, diag.Pos{File: file}, &untold)
			if ok && isEntryIn(p.fsys, file, text) {
				entries = append(entries, file)
			}
		}
	}
	return entries
}

// orphan tells a fragment that nothing includes, and its own faults of form. Of a
// file that is none at all only these are told.
func (p *project) orphan(f File, root *yaml.Node, told diag.List) {
	isFragment := root != nil && root.Kind == yaml.MappingNode || root == nil && (len(told) == 0 || isText(f.Text))
	if isFragment {
		p.notIncluded(f)
	}
	r := &reader{fsys: p.fsys, spec: &Spec{}, defined: map[string]definition{}}
	if d, root := parseIn(p.fsys, f.Path, f.Text, &r.faults); root != nil {
		r.fragment(d, root)
	}
	ClampWidths(r.faults, []File{f})
	p.faults = append(p.faults, r.faults...)
}

// isText tells whether a file holds text that could be YAML.
func isText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// notIncluded tells a fragment that nothing includes.
func (p *project) notIncluded(f File) {
	if p.named[f.Path] {
		return
	}
	p.faults.Add(diag.Pos{File: f.Path, Line: 1, Col: 1}, "not-included",
		"no entry includes this file, so nothing in it is ever run").
		Suggest(`add it to the "include" of an entry; or, if it is one itself, give it "version: 1"`)
}
