package cli

import (
	"io"
	"slices"
	"strings"
	"testing"
)

func testApp() *command { return &command{stdout: io.Discard, stderr: io.Discard} }

// Whatever the order in which flags and arguments are typed, the command sees
// its flags.
func TestFlagsStandAnywhere(t *testing.T) {
	for _, tc := range []struct{ typed, read string }{
		{"run spec --var a=b", "run --var a=b -- spec"},
		{"run --var a=b spec", "run --var a=b -- spec"},
		{"run --var=a=b spec --dry-run", "run --var=a=b --dry-run -- spec"},
		{"run spec -C dir --var a=b", "-C dir run --var a=b -- spec"},
		{"run spec -- --var", "run -- spec --var"},
		{"run spec --var --dry-run", "run --var --dry-run -- spec"},
		{"show - x", "show -- - x"},
		{"lint", "lint"},
		{"", ""},
	} {
		got, err := flagsFirst(testApp().app(), strings.Fields(tc.typed))
		if err != nil {
			t.Errorf("%s: %v", tc.typed, err)
		}
		if read := strings.Join(got, " "); read != tc.read {
			t.Errorf("%s\nis read as %s\nwant       %s", tc.typed, read, tc.read)
		}
	}
}

// No word of a command line is lost or invented, and a line in order stays so.
func FuzzFlagsFirst(f *testing.F) {
	for _, line := range []string{"run spec --var a=b", "run --var=a=b -- spec --x", "-C dir runs", "show - --format json", "--", "run --var", "=", "--= run", "run -", "run -h"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		app := testApp().app()
		typed := strings.Split(line, " ")
		got, err := flagsFirst(app, typed)
		if err != nil {
			return
		}
		again, err := flagsFirst(app, got)
		if err != nil || !slices.Equal(got, again) {
			t.Fatalf("%q is read as %q, and that as %q (%v)", typed, got, again, err)
		}
		if want, have := words(typed), words(got); !slices.Equal(want, have) {
			t.Fatalf("%q is read as %q", typed, got)
		}
	})
}

// words are the words of a line in their own order, but for the "--" that
// parts flags from arguments.
func words(line []string) []string {
	sorted := slices.DeleteFunc(slices.Clone(line), func(w string) bool { return w == "--" })
	slices.Sort(sorted)
	return sorted
}
