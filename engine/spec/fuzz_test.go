package spec_test

import (
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/streamflow/pipe/engine/spec"
)

// FuzzRead holds that no text makes the reader panic or hang, that each
// diagnostic lies inside its file, and that every character of every rule does.
func FuzzRead(f *testing.F) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if file.Name != "want" {
				f.Add(file.Data, contract["specs/pipeline.yaml"])
			}
		}
	}
	for _, text := range contract {
		f.Add([]byte("version: 1\ninclude: b.yaml\n"), text)
	}
	f.Fuzz(func(t *testing.T, entry []byte, fragment string) {
		fsys := fstest.MapFS{"specs/a.yaml": {Data: entry}, "specs/b.yaml": {Data: []byte(fragment)}}
		s, list := spec.Read(fsys, "specs/a.yaml")
		if s == nil {
			t.Fatal("no tree")
		}
		checkInside(t, fsys, list)
		_, _, list = spec.ReadProject(fsys, nil)
		checkInside(t, fsys, list)
		for _, suite := range s.Suites {
			for _, e := range suite.Expectations {
				for i := range []rune(e.Rule.V) {
					if at := e.Rule.At(i); at.Line < 1 || at.Col < 1 {
						t.Fatalf("character %d of %q is at %v", i, e.Rule.V, at)
					}
				}
			}
		}
	})
}
