//go:build unix

package engine_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

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
