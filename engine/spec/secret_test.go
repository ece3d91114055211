package spec_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// Whatever is found in a file, and however badly it is written, no line is
// shown with the password in it; what stands before it is.
func TestSourceHidesPasswords(t *testing.T) {
	for _, tc := range []struct{ name, line, shown string }{
		{"plain", "  a: {driver: postgres, host: h, password: hunter2}", "  a: {driver: postgres, host: h, password: ***"},
		{"quoted", `  a: {driver: postgres, "password": "hun ter, 2", host: h}`, `  a: {driver: postgres, "password": ***`},
		{"number", "  a: {driver: postgres, password: 12345678}", "  a: {driver: postgres, password: ***"},
		{"block", "  a:\n    driver: postgres\n    password: |-\n      hunter2", "  a:\n    driver: postgres\n    password: |-\n      ***"},
		{"folded", "  a:\n    driver: postgres\n    password: >-\n      hunter2", "  a:\n    driver: postgres\n    password: >-\n      ***"},
		{"url", "  a: {driver: postgres, url: 'postgres://ana:hunter2@h/db'}", "  a: {driver: postgres, url: '***"},
		{"query", "  a: {driver: postgres, url: 'postgres://ana@h/db?sslmode=require&password=hunter2'}", "  a: {driver: postgres, url: '***"},
		{"half a template", "  a: {driver: postgres, url: 'postgres://${{ env.U }}:hunter2@h/db'}", "  a: {driver: postgres, url: '***"},
		{"unreadable", "  a: {driver: postgres, password: 'hunter2", "  a: {driver: postgres, password: ***"},
		{"template", "  a: {driver: postgres, password: '${{ env.P }}', host: h}", "  a: {driver: postgres, password: '${{ env.P }}', host: h}"},
		{"template in a URL", "  a: {driver: postgres, url: 'postgres://u:${{ env.P }}@h/db'}", "  a: {driver: postgres, url: 'postgres://u:${{ env.P }}@h/db'}"},
		{"a column", "  users: {columns: {password: {type: text}}}", "  users: {columns: {password: {type: text}}}"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			const head = "version: 1\ntargets:\n"
			fsys := fstest.MapFS{"specs/e.yaml": &fstest.MapFile{Data: []byte(head + tc.line + "\n")}}
			s, _ := spec.Read(fsys, "specs/e.yaml")
			_, files, _ := spec.ReadProject(fsys, nil)
			text, known := s.Source("specs/e.yaml")
			if !known || len(files) != 1 {
				t.Fatalf("known %v, %d files", known, len(files))
			}
			for _, got := range []string{text, files[0].Text} {
				if diff := cmp.Diff(head+tc.shown+"\n", got); diff != "" {
					t.Errorf("shown (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// A finding before the password has its caret, one behind it no line.
func TestCaretsAroundAPassword(t *testing.T) {
	fsys := fstest.MapFS{"specs/e.yaml": &fstest.MapFile{Data: []byte("version: 1\ntargets:\n  a: {drivr: postgres, password: hunter2, hots: h}\n")}}
	s, list := spec.Read(fsys, "specs/e.yaml")
	var b strings.Builder
	if err := diag.Fprint(&b, list, s.Source); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "password: ***\n          ^~~~~\n") || !strings.Contains(b.String(), `unknown key "hots"`) || strings.Contains(b.String(), "hunter") {
		t.Errorf("shown:\n%s", b.String())
	}
}
