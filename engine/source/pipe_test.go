//go:build unix

package source

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func namedPipe(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rows.csv")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestNamedPipe(t *testing.T) {
	path := namedPipe(t)
	go func() {
		w, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Error(err)
			return
		}
		for _, part := range []string{"a,", "b\n1,", "2\n3,4", "\n"} {
			time.Sleep(5 * time.Millisecond)
			if _, err := w.WriteString(part); err != nil {
				t.Error(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}()
	r := open(t, path, Options{Header: true})
	if diff := cmp.Diff([]string{"2@4: [1] [2]", "3@8: [3] [4]"}, told(t, r)); diff != "" {
		t.Error(diff)
	}
	if !r.Once() || r.Size() != 0 || r.Info().SHA256 == "" {
		t.Errorf("once %v, size %d, %+v", r.Once(), r.Size(), r.Info())
	}
}

// Nobody need write to a pipe: whoever waits for it can be called off.
func TestWaitingIsEnded(t *testing.T) {
	soon := func() context.Context {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
		t.Cleanup(cancel)
		return ctx
	}
	begun := time.Now()
	path := namedPipe(t)
	if _, err := Open(soon(), path, Options{Header: true}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("no writer: %v", err)
	}
	w, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if _, err := Open(soon(), path, Options{Header: true}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a writer that writes nothing: %v", err)
	}
	if _, err := w.WriteString("a,b\n" + strings.Repeat("1,2\n", 10)); err != nil {
		t.Fatal(err)
	}
	r, err := Open(soon(), path, Options{})
	if err == nil {
		err = errors.Join(last(r), r.Close())
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a writer that stops: %v", err)
	}
	endless, err := Open(soon(), "/dev/zero", Options{})
	if err == nil {
		err = errors.Join(last(endless), endless.Close())
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a line without end: %v", err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}
