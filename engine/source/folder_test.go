package source

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// place makes a folder with a file, another one outside, and links.
func place(t *testing.T) (dir string) {
	t.Helper()
	top := t.TempDir()
	dir = filepath.Join(top, "project")
	for _, d := range []string{filepath.Join(dir, "sub"), filepath.Join(top, "project-twin")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"in.csv", "sub/in.csv", "../out.csv", "../project-twin/out.csv"} {
		text := "inside"
		if name[:2] == ".." {
			text = "outside"
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"rel": "sub/in.csv", "abs": filepath.Join(dir, "in.csv"), "out": "../out.csv", "absout": filepath.Join(top, "out.csv"),
		"dir": "sub", "up": "..", "loop": "loop", "chain": "out", "sub/back": "../in.csv", "sub/back2": "../../out.csv", "dead": "none", "deadout": "../none", "twin": "../project-twin"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestAFolderIsNotLeft(t *testing.T) {
	dir := place(t)
	f, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for name, want := range map[string]string{"in.csv": "", "sub/in.csv": "", "rel": "", "abs": "", "dir/in.csv": "", "sub/back": "", filepath.Join(dir, "in.csv"): "", "up/project/in.csv": "",
		"out": "outside", "absout": "outside", "up/out.csv": "outside", "chain": "outside", "sub/back2": "outside", "deadout": "outside", "up/none": "outside", "twin/out.csv": "outside",
		"twin": "outside", "../project-twin/out.csv": "outside", "/etc/passwd": "outside", "none": "missing", "none/none": "missing", "dead": "missing", "in.csv/x": "other", "loop": "other"} {
		file, err := f.OpenFile(name)
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case want == "outside" && !isOutside(err), want == "missing" && !errors.Is(err, fs.ErrNotExist), want == "other" && (err == nil || isOutside(err)):
			t.Errorf("%s: %v, want %s", name, err, want)
		}
		if file == nil {
			continue
		}
		if text, err := io.ReadAll(file); err != nil || string(text) != "inside" {
			t.Errorf("%s holds %q, %v", name, text, err)
		}
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := fs.ReadFile(f, "chain"); !isOutside(err) {
		t.Errorf("as a file system: %v", err)
	}
}

// Whoever changes a link between the look and the opening gains nothing.
func TestAFolderIsNotLeftByALinkThatIsSwapped(t *testing.T) {
	dir := place(t)
	f, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	over := make(chan struct{})
	swapped := make(chan struct{})
	go func() {
		defer close(swapped)
		for i := 0; ; i++ {
			select {
			case <-over:
				return
			default:
			}
			next := filepath.Join(dir, "next")
			// Errors show as a link that is not swapped this time.
			_ = os.Symlink([]string{"in.csv", "../out.csv"}[i%2], next)
			_ = os.Rename(next, filepath.Join(dir, "swap"))
		}
	}()
	opened := 0
	for deadline := time.Now().Add(300 * time.Millisecond); time.Now().Before(deadline); {
		file, err := f.OpenFile("swap")
		if err != nil {
			continue
		}
		opened++
		if text, err := io.ReadAll(file); err != nil || !bytes.Equal(text, []byte("inside")) {
			t.Errorf("read %q, %v", text, err)
		}
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}
	close(over)
	<-swapped
	if opened == 0 {
		t.Error("it was never opened")
	}
}
