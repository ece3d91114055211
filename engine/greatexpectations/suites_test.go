package greatexpectations_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Whole suites of both generations, with every expectation of their core.
func TestImportWholeSuites(t *testing.T) {
	for _, name := range []string{"rides_0.18", "rides_1.x"} {
		t.Run(name, func(t *testing.T) {
			for _, got := range result(t, name+".json", read(t, name+".json"), "") {
				file := filepath.Join("testdata", name+"."+strings.TrimPrefix(filepath.Ext(got.Name), "."))
				if *update {
					if err := os.WriteFile(file, got.Data, 0o644); err != nil {
						t.Fatal(err)
					}
					continue
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got.Data), "\n")); diff != "" {
					t.Errorf("%s (-want +got):\n%s", file, diff)
				}
			}
		})
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}
