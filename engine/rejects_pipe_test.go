//go:build unix

package engine_test

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A pipe gives its rows once. What is found bad behind its end is told without
// its line.
func TestRejectsOfAPipe(t *testing.T) {
	onBoth(t, func(t *testing.T, target string) {
		dir := items(t, "")
		fifo := filepath.Join(dir, "items.csv")
		if err := os.Remove(fifo); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(fifo, 0o600); err != nil {
			t.Fatal(err)
		}
		written := make(chan error, 1)
		go func() { written <- os.WriteFile(fifo, []byte("id,n,note\n1,1,\n1,2,\n2,x,\n3,3,\n"), 0o600) }()
		exits(t, 0, dir, itemsRun(target)...)
		if err := <-written; err != nil {
			t.Fatal(err)
		}
		got := told(t, exits(t, 0, dir, "rejects", "spec.yaml", "--target", target, "--format", "json"))
		for i := range got {
			got[i].Value = strings.TrimSuffix(got[i].Value, ".00") // as the database writes it
		}
		want := []reject{
			{Table: "items", Code: "bad_integer", File: "items.csv", Column: "n", Value: "x", Line: 4, Offset: 20, Original: "2,x,"},
			{Table: "items", Code: "duplicate_key", File: "items.csv", Column: "id", Value: "1", Line: 2, Offset: -1},
			{Table: "items", Code: "duplicate_key", File: "items.csv", Column: "id", Value: "1", Line: 3, Offset: -1},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// An archive that another takes the place of while its members are read gives
// a month of which one half is old: nothing lands.
func TestAnArchiveThatIsReplacedWhileItIsRead(t *testing.T) {
	onBoth(t, func(t *testing.T, target string) {
		dir := t.TempDir()
		month := func(path, text string) {
			write(t, filepath.Join(dir, path), string(archiveOf(t, map[string]string{"a.csv": text, "c.csv": text})))
		}
		month("month.zip", "id,n\n1,1\n")
		month("next.zip", "id,n\n1,2\n")
		table := func(name, source, more string) string {
			return "  " + name + ": {source: " + source + ", primary_key: [id], columns: {id: integer, n: {type: integer" + more + "}}}\n"
		}
		// As many pipes as files are read at a time: they keep the last member waiting.
		write(t, filepath.Join(dir, "spec.yaml"), "version: 1\nname: months\ntables:\n"+table("a", "month.zip/a.csv", "")+
			table("b", "b.csv", "")+table("b2", "b2.csv", "")+table("b3", "b3.csv", "")+table("b4", "b4.csv", "")+table("c", "month.zip/c.csv", ""))
		pipes := []string{"b.csv", "b2.csv", "b3.csv", "b4.csv"}
		for _, name := range pipes {
			if err := syscall.Mkfifo(filepath.Join(dir, name), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		run := []string{"run", "spec.yaml", "--target", target, "--report", "none"}
		swap := func(from string) {
			swapped := make(chan struct{})
			for i, name := range pipes {
				go func() {
					f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY, 0) // when it is read
					if err != nil {
						return
					}
					if i == 0 {
						if from != "" {
							time.Sleep(time.Second) // the first member is read
							_ = os.Rename(filepath.Join(dir, from), filepath.Join(dir, "month.zip"))
						}
						close(swapped)
					}
					<-swapped
					_, _ = f.WriteString("id,n\n1,1\n")
					_ = f.Close()
				}()
			}
		}
		swap("")
		exits(t, 0, dir, run...)
		swap("next.zip")
		out := exits(t, 3, dir, run...)
		if !strings.Contains(out, "source_changed") || !strings.Contains(strings.Join(strings.Fields(out), " "), "month.zip was replaced while the run read it") {
			t.Errorf("it is told as\n%s", out)
		}
		if got := ask(t, target, "SELECT a.n, c.n FROM a, c"); cmp.Diff([]string{"1|1"}, got) != "" {
			t.Errorf("the tables hold %s", got)
		}
	})
}

func archiveOf(t *testing.T, members map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range members {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
