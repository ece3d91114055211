package spec

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/streamflow/pipe/engine/diag"
)

// Read reads an entry and everything it includes. The tree is never nil: with
// faults it holds what could be read, so that lint can go on. The list is
// sorted and holds the faults of form only; what names mean to each other is
// package lint's.
//
// fsys is rooted at the project directory, and entry is a slash-separated path
// in it.
func Read(fsys fs.FS, entry string) (*Spec, diag.List) {
	entry = path.Clean(entry)
	r := &reader{
		fsys: fsys,
		spec: &Spec{
			Entry:   entry,
			Name:    Text{V: strings.TrimSuffix(path.Base(entry), path.Ext(entry))},
			Retries: Value[int]{V: 3},
		},
		defined: map[string]definition{},
		read:    map[string]bool{entry: true},
	}
	text, ok := r.load(entry, diag.Pos{File: entry})
	if ok {
		d, root := parseIn(fsys, entry, text, &r.faults)
		r.spec.Unread = Unread{Definitions: d.broken, Entry: d.broken}
		if root != nil {
			r.include(d, r.entry(d, root))
			s := r.spec
			s.IsBare = len(s.Tables)+len(s.Suites)+len(s.Snapshots)+len(r.faults) == 0 && !s.Unread.Definitions
		} else if len(r.faults) == 0 {
			r.faults.Add(d.at(1, 1), "missing-key", "this file is empty, and an entry needs the key \"version\"").Suggest("version: 1")
		}
	}
	r.faults = withoutLost(r.faults)
	ClampWidths(r.faults, r.spec.Files)
	r.faults.Sort()
	return r.spec, r.faults
}

// withoutLost leaves out that nothing stands behind a key where YAML fails in
// one of the two lines below it: what it holds is there, and not indented.
func withoutLost(faults diag.List) diag.List {
	return slices.DeleteFunc(faults, func(lost diag.Diagnostic) bool {
		return lost.Code == "empty-value" && slices.ContainsFunc(faults, func(d diag.Diagnostic) bool {
			return d.Code == "syntax" && d.File == lost.File && d.Line > lost.Line && d.Line <= lost.Line+2
		})
	})
}

// reader builds one Spec.
type reader struct {
	fsys    fs.FS
	spec    *Spec
	faults  diag.List
	defined map[string]definition // by kind of name and name
	read    map[string]bool       // paths
}

// load reads a file's text and keeps it with the spec. What cannot be read is
// told at pos.
func (r *reader) load(file string, pos diag.Pos) (string, bool) {
	text, ok := readText(r.fsys, file, pos, &r.faults)
	if ok {
		r.spec.Files = append(r.spec.Files, File{Path: file, Text: text})
	}
	return text, ok
}

func readText(fsys fs.FS, file string, pos diag.Pos, faults *diag.List) (string, bool) {
	if !utf8.ValidString(file) {
		faults.Add(pos, "no-such-file", "the name of %s is not UTF-8", file).Suggest("rename the file")
		return "", false
	}
	if !fs.ValidPath(file) {
		faults.Add(pos, "outside-project", "%s does not lie in the project directory", file).
			Suggest("start pipe in the project directory, or name it with -C")
		return "", false
	}
	if info, err := fs.Stat(fsys, file); err == nil && info.Size() > maxFile {
		faults.Add(pos, "too-large", "%s has %d bytes, and a spec file may have %d (%d MiB)", file, info.Size(), maxFile, maxFile>>20).
			Suggest("data belongs in a source; split tables and suites into several files")
		return "", false
	}
	data, err := fs.ReadFile(fsys, file)
	if isOutside(err) {
		faults.Add(pos, "outside-project", "%s", readProblem(file, err)).Suggest("copy the file into the project")
		return "", false
	}
	if err != nil {
		fault := faults.Add(pos, "no-such-file", "%s", readProblem(file, err))
		if near := nearestFile(fsys, file); near != "" {
			fault.Suggest("did you mean %q?", near)
		}
		return "", false
	}
	// A byte order mark is no text: columns count from behind it.
	return strings.TrimPrefix(string(data), "\uFEFF"), true
}

// maxFile is how many bytes a spec file may have: far beyond any real one, far
// below what takes the memory of a machine.
const maxFile = 8 << 20

// fragment reads an included file's definitions.
func (r *reader) fragment(d *document, root *yaml.Node) {
	if find(root, "table") != nil && find(root, "expectations") != nil && find(root, "suites") == nil {
		d.faults.Add(d.pos(root), "misplaced-key", "this is a suite, and suites stand in a list of that name").
			Suggest("write suites: above it, a dash before its first key, and indent the others like that")
		r.suite(d, root)
		return
	}
	d.object(root, fragmentObject, d.at(1, 1), func(key string, n *yaml.Node) { r.definitions(d, key, n) })
}

// versionAnywhere is cheap and lets no entry slip, not even one that misspells
// the word; versionAtTop judges a file that cannot be parsed.
var (
	versionAnywhere = regexp.MustCompile(`[vV][a-zA-Z]{4,8}["']?\s*:`)
	versionAtTop    = regexp.MustCompile(`(?m)^["']?version["']?\s*:`)
)

// IsEntry tells whether a file's text is an entry's: it has the key version at
// its top. Text that is not YAML is judged by its looks, so that a broken entry
// is not taken for a fragment.
func IsEntry(text string) bool { return isEntryIn(nil, "", text) }

// isEntryIn is IsEntry of a file that may be parsed already.
func isEntryIn(fsys fs.FS, path, text string) bool {
	text = strings.TrimPrefix(text, "\uFEFF")
	if !versionAnywhere.MatchString(text) {
		return false
	}
	var told diag.List
	d, root := parseIn(fsys, path, text, &told)
	if (root == nil || d.broken) && versionAtTop.MatchString(text) {
		return true
	}
	return root != nil && (find(root, "version") != nil || misspeltVersion(root) != nil)
}

// IsFragment tells whether a file's text is surely a fragment's: it has keys,
// and all of them are ones that fragments have.
func IsFragment(text string) bool {
	var told diag.List
	d, root := parse("", strings.TrimPrefix(text, "\uFEFF"), &told)
	if root == nil || d.broken || root.Kind != yaml.MappingNode || len(root.Content) == 0 {
		return false
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if !fragmentObject.has(root.Content[i].Value) {
			return false
		}
	}
	return true
}

// misspeltVersion finds the key of a file that was meant to make it an entry.
func misspeltVersion(root *yaml.Node) *yaml.Node {
	if root.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if key := root.Content[i].Value; !entryObject.has(key) && diag.Nearest(key, entryObject.names()) == "version" {
			return root.Content[i]
		}
	}
	return nil
}

// looksLikeEntry tells whether a file without a version has keys that only
// entries have: it was meant to be one.
func looksLikeEntry(root *yaml.Node) bool {
	return root.Kind == yaml.MappingNode && slices.ContainsFunc([]string{"targets", "vars", "include", "as_of", "setup"}, func(key string) bool {
		return find(root, key) != nil
	})
}
