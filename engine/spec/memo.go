package spec

import (
	"io/fs"
	"maps"
	"slices"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/streamflow/pipe/engine/diag"
)

// memo is a file system that reads every file, folder and YAML tree once, for
// as long as one project is read: a hundred entries may include the same
// fragments. Nothing changes a tree once it is parsed. It may be used by
// several goroutines.
type memo struct {
	fs.FS
	mu      sync.Mutex
	texts   map[string]once[[]byte]
	folders map[string]once[[]fs.DirEntry]
	trees   map[string]tree
}

// once is what an answer was.
type once[T any] struct {
	value T
	err   error
}

// tree is what parse found in a text.
type tree struct {
	text   string
	d      document
	root   *yaml.Node
	faults diag.List
}

func remember(fsys fs.FS) *memo {
	return &memo{FS: fsys, texts: map[string]once[[]byte]{}, folders: map[string]once[[]fs.DirEntry]{}, trees: map[string]tree{}}
}

// ReadFile is that of fs.ReadFileFS; the bytes are not to be changed.
func (m *memo) ReadFile(name string) ([]byte, error) {
	return ask(m, m.texts, name, fs.ReadFile)
}

// ReadDir is that of fs.ReadDirFS.
func (m *memo) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := ask(m, m.folders, name, fs.ReadDir)
	return slices.Clone(entries), err // fs.Glob and others may sort it
}

// Stat is that of fs.StatFS.
func (m *memo) Stat(name string) (fs.FileInfo, error) { return fs.Stat(m.FS, name) }

func ask[T any](m *memo, known map[string]once[T], name string, read func(fs.FS, string) (T, error)) (T, error) {
	m.mu.Lock()
	answer, ok := known[name]
	m.mu.Unlock()
	if !ok {
		answer.value, answer.err = read(m.FS, name)
		m.mu.Lock()
		known[name] = answer
		m.mu.Unlock()
	}
	return answer.value, answer.err
}

// parseIn is parse, once for each file of a memo.
func parseIn(fsys fs.FS, path, text string, faults *diag.List) (*document, *yaml.Node) {
	m, ok := fsys.(*memo)
	if !ok {
		return parse(path, text, faults)
	}
	m.mu.Lock()
	t, known := m.trees[path]
	m.mu.Unlock()
	if !known || t.text != text {
		t = tree{text: text}
		var d *document
		d, t.root = parse(path, text, &t.faults)
		t.d = *d
		m.mu.Lock()
		m.trees[path] = t
		m.mu.Unlock()
	}
	*faults = append(*faults, t.faults...)
	d := t.d
	d.faults, d.starts, d.bad = faults, map[int][]int{}, maps.Clone(t.d.bad)
	return &d, t.root
}
