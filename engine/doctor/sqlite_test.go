package doctor_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/doctor"
)

// examineSQLite looks at a project in the working folder whose database has a
// path of its own.
func examineSQLite(t *testing.T, path string) *doctor.Examination {
	t.Helper()
	files := map[string]string{"a.csv": "id\n1\n", "shop.yaml": `version: 1
name: shop
tables: {a: {source: a.csv, primary_key: [id], columns: {id: integer}}}
`}
	for name, text := range files {
		if _, err := os.Stat(name); err == nil {
			continue
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return doctor.Examine(t.Context(), doctor.Request{Project: os.DirFS("."), Spec: "shop.yaml", Reports: "reports", Host: "h",
		Target: "sqlite:" + path, Env: func(string) string { return "" }})
}

// said gives the findings of one thing, a line each.
func said(e *doctor.Examination, what string) string {
	var lines []string
	for _, f := range e.Findings {
		if f.What == what {
			lines = append(lines, string(f.State)+" "+f.Says+" -> "+f.Cure)
		}
	}
	return strings.Join(lines, "\n")
}

// Of a database that is not there yet, doctor says what the first run makes, and
// what stands in its way.
func TestWhereADatabaseWillLie(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("file", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", "link"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("data", 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, want string }{
		{"a.db", "OK the file and its folder can be written -> "},
		{"data/a.db", "OK the file and its folder can be written -> "},
		{"data/2024/01/a.db", "OK the first run can make the folder of data/2024/01/a.db, and the file -> "},
		{filepath.Join(t.TempDir(), "new", "a.db"), "OK the first run can make the folder of a.db, and the file -> "},
		{"link/a.db", "FAIL the folder of link/a.db cannot be made: link leads nowhere -> remove what is in the way, or name another path"},
	} {
		if got := said(examineSQLite(t, c.path), "privileges"); got != c.want {
			t.Errorf("%s: %q, want %q", c.path, got, c.want)
		}
	}
	if got := said(examineSQLite(t, "file/a.db"), "database"); !strings.HasPrefix(got, "FAIL opening file/a.db: not a directory") {
		t.Errorf("below a file: %q", got)
	}
	if err := os.WriteFile("reports", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := said(examineSQLite(t, "a.db"), "disk"), "FAIL the folder of the reports cannot be made: reports is a file"; !strings.HasPrefix(got, want) {
		t.Errorf("a file named reports: %q, want %q", got, want)
	}
}

// small makes the working folder one of a disk of its own.
func small(t *testing.T, options string) {
	t.Helper()
	folder := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder).CombinedOutput(); err != nil {
		t.Skipf("no disk can be mounted here: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", folder).CombinedOutput(); err != nil {
			t.Errorf("unmounting %s: %v: %s", folder, err, out)
		}
	})
	t.Chdir(folder)
}

// A disk that is full is told before a run is, of the project and of the database
// wherever it lies.
func TestAFullDisk(t *testing.T) {
	small(t, "size=4m")
	if got, want := said(examineSQLite(t, filepath.Join(t.TempDir(), "a.db")), "disk"), "FAIL 4.2 MB free for the project -> make room on that disk"; !strings.HasPrefix(got, want) {
		t.Errorf("a small project disk: %q, want %q", got, want)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if got, want := said(examineSQLite(t, filepath.Join(here, "new", "a.db")), "disk"), "FAIL 4.2 MB free for a.db -> make room on that disk"; !strings.HasPrefix(got, want) {
		t.Errorf("a small database disk: %q, want %q", got, want)
	}
}

// A disk with room for pipe and hardly for what is loaded is a warning.
func TestADiskThatAMonthMayFill(t *testing.T) {
	small(t, "size=64m")
	text := "id\n" + strings.Repeat("1234567\n", 1<<20) // 8 MiB
	if err := os.WriteFile("a.csv", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := said(examineSQLite(t, "a.db"), "disk"), "WARN 58.7 MB free for the project, and a run may need 86.0 MB -> make room on that disk"; !strings.HasPrefix(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
