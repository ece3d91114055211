package spec_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

var update = flag.Bool("update", false, "write the wanted diagnostics of testdata anew")

// files makes a project directory of an archive's files but "want".
func files(a *txtar.Archive) fstest.MapFS {
	fsys := fstest.MapFS{}
	for _, f := range a.Files {
		if f.Name != "want" {
			fsys[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return fsys
}

// told writes diagnostics as the want files hold them.
func told(list diag.List) string {
	var b strings.Builder
	for _, d := range list {
		fmt.Fprintf(&b, "%s: %s: %s\n", d.Pos, d.Code, d.Message)
		if d.Suggestion != "" {
			fmt.Fprintf(&b, "    %s\n", d.Suggestion)
		}
	}
	return b.String()
}

// Each archive holds files of a project and what reading them must tell. The
// archive's comment may begin with "paths: ..." to read those only.
func TestReadTells(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives in testdata: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var paths []string
			first, _, _ := strings.Cut(string(archive.Comment), "\n")
			if list, ok := strings.CutPrefix(first, "paths:"); ok {
				paths = strings.Fields(list)
			}
			fsys := files(archive)
			_, read, list := spec.ReadProject(fsys, paths)
			checkInside(t, fsys, list)
			got := told(list)
			if *update {
				setWant(t, name, archive, got)
				return
			}
			want := ""
			for _, f := range archive.Files {
				if f.Name == "want" {
					want = string(f.Data)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s", diff)
			}
			for _, d := range list {
				if d.Line > 0 && !contains(read, d.File) {
					t.Errorf("%s is told in a file that was not given back for its caret", d.Pos)
				}
			}
		})
	}
}

func contains(read []spec.File, name string) bool {
	for _, f := range read {
		if f.Path == name {
			return true
		}
	}
	return false
}

func setWant(t *testing.T, name string, archive *txtar.Archive, got string) {
	t.Helper()
	kept := archive.Files[:0]
	for _, f := range archive.Files {
		if f.Name != "want" {
			kept = append(kept, f)
		}
	}
	archive.Files = append(kept, txtar.File{Name: "want", Data: []byte(got)})
	if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// checkInside holds that a caret can be drawn for every diagnostic.
func checkInside(t *testing.T, fsys fs.FS, list diag.List) {
	t.Helper()
	for _, d := range list {
		if d.Line == 0 {
			continue
		}
		text, err := fs.ReadFile(fsys, d.File)
		if err != nil {
			t.Errorf("%v: the file is not there: %v", d, err)
			continue
		}
		lines := strings.Split(strings.TrimPrefix(string(text), "\uFEFF"), "\n")
		if d.Line < 1 || d.Line > len(lines) {
			t.Errorf("%v: the file has %d lines", d, len(lines))
			continue
		}
		width := utf8.RuneCountInString(strings.TrimSuffix(lines[d.Line-1], "\r"))
		if d.Col < 1 || max(d.Col, d.EndCol) > width+1 || d.EndCol != 0 && d.EndCol <= d.Col {
			t.Errorf("%v, to column %d: the line has %d characters", d, d.EndCol, width)
		}
	}
}
