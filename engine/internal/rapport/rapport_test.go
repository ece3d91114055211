package rapport_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/internal/pgtest"
	"github.com/streamflow/pipe/engine/internal/rapport"
)

// The committed report is what both months give today, made on a database of
// its own.
func TestCommittedReportIsCurrent(t *testing.T) {
	database := pgtest.Database(t)
	t.Chdir("../../..")
	if err := exec.Command("git", "-c", "safe.directory=*", "rev-parse", "--git-dir").Run(); err != nil {
		t.Skipf("the report lists what git tracks, and this is no checkout: %v", err)
	}
	want, err := rapport.Generate(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile(rapport.Path)
	if err != nil {
		t.Fatal(err)
	}
	if difference := rapport.Difference(have, want); difference != "" {
		t.Errorf("%s is not current; make rapport writes it again\n%s", rapport.Path, difference)
	}
}

func TestDifferenceShowsTheFirstDifferingLines(t *testing.T) {
	for _, c := range []struct{ name, have, want, shown string }{
		{"equal", "a\nb\n", "a\nb\n", ""},
		{"a line", "a\nb\nc\n", "a\nx\nc\n", "reports/rapport_tp2.md:2\n- b\n+ x\n"},
		{"the end", "a\n", "a\nb\n", "reports/rapport_tp2.md:2\n- \n+ b\nreports/rapport_tp2.md:3\n- (the end)\n+ \n"},
		{"only some", strings.Repeat("a\n", 9), strings.Repeat("b\n", 9), strings.Join([]string{
			"reports/rapport_tp2.md:1\n- a\n+ b\n", "reports/rapport_tp2.md:2\n- a\n+ b\n", "reports/rapport_tp2.md:3\n- a\n+ b\n",
			"reports/rapport_tp2.md:4\n- a\n+ b\n", "reports/rapport_tp2.md:5\n- a\n+ b\n"}, "")},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := rapport.Difference([]byte(c.have), []byte(c.want)); got != c.shown {
				t.Errorf("got\n%s\nwant\n%s", got, c.shown)
			}
		})
	}
}
