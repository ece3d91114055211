package engine_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/streamflow/pipe/engine/diag"
)

// slips are faults of syntax that a line of YAML may get.
var slips = map[string]func(line string) string{
	"a bracket":         func(line string) string { return line + " [" },
	"a brace":           func(line string) string { return line + " {" },
	"a second colon":    func(line string) string { return line + " a: b" },
	"a quote":           func(line string) string { return strings.Replace(line, ": ", ": \"", 1) },
	"a single quote":    func(line string) string { return strings.Replace(line, ": ", ": '", 1) },
	"a tab":             func(line string) string { return "\t" + strings.TrimLeft(line, " ") },
	"a blank less":      func(line string) string { return strings.TrimPrefix(line, " ") },
	"a blank more":      func(line string) string { return " " + line },
	"no end":            func(line string) string { return strings.TrimRight(line, "]}\"'") },
	"no colon":          func(line string) string { return strings.Replace(line, ":", "", 1) },
	"a lone word":       func(line string) string { return line + "\nword" },
	"a bracket closed":  func(line string) string { return line + " ]" },
	"an anchor":         func(line string) string { return strings.Replace(line, ": ", ": *", 1) },
	"a percent":         func(line string) string { return strings.Replace(line, ": ", ": %", 1) },
	"an item":           func(line string) string { return strings.Replace(line, ": ", ": - ", 1) },
	"an unknown escape": func(line string) string { return strings.Replace(line, ": ", `: "\d" `, 1) },
}

// withSlips gives projects in which one line of one file has one slip that is a
// fault of syntax, and what lint says of them: every line has some of the slips.
func withSlips(project fstest.MapFS, each func(what, file string, changed fstest.MapFS, list diag.List)) (n int) {
	names := slices.Sorted(maps.Keys(slips))
	for _, file := range slices.Sorted(maps.Keys(project)) {
		lines := strings.Split(string(project[file].Data), "\n")
		for i, line := range lines {
			if trimmed := strings.TrimSpace(line); trimmed == "" || trimmed[0] == '#' {
				continue
			}
			for at, name := range names {
				slipped := slices.Clone(lines)
				if slipped[i] = slips[name](line); at%5 != i%5 || slipped[i] == line || filepath.Ext(file) != ".yaml" {
					continue
				}
				changed := maps.Clone(project)
				changed[file] = &fstest.MapFile{Data: []byte(strings.Join(slipped, "\n"))}
				list := findingsOf(changed)
				if !slices.ContainsFunc(list, isSyntax) {
					continue // it is YAML still, of another meaning
				}
				n++
				each(fmt.Sprintf("%s on line %d of %s: %s", name, i+1, file, slipped[i]), file, changed, list)
			}
		}
	}
	return n
}

func isSyntax(d diag.Diagnostic) bool { return d.Code == "syntax" }

// A fault of syntax makes nothing wrong that is right: wherever it stands, only
// faults of syntax are told, and of its own file.
func TestAFaultOfSyntaxIsToldAlone(t *testing.T) {
	clean := shippedSpecs(t)
	if list := findingsOf(clean); len(list) > 0 {
		t.Fatalf("the shipped specs have findings: %v", list)
	}
	alone := 0
	n := withSlips(clean, func(what, file string, changed fstest.MapFS, list diag.List) {
		if len(list) == 1 {
			alone++
		}
		for _, d := range list {
			checkInside(t, changed, d)
			if !isSyntax(d) || d.File != file {
				t.Errorf("%s\n%v", what, d)
			}
		}
	})
	if n < 300 || alone < n {
		t.Errorf("of %d slips %d are told once", n, alone)
	}
}

// A fault of syntax hides as little as may be: the mistakes of other files, and
// most of those in the same file, are told beside it, and no others.
func TestMistakesBesideAFaultOfSyntax(t *testing.T) {
	project := shippedSpecs(t)
	for _, m := range mistakes {
		f := project[m.file]
		f.Data = []byte(strings.Replace(string(f.Data), m.right, strings.ReplaceAll(m.wrong, "»", ""), 1))
	}
	type finding struct{ file, code, message string }
	of := func(list diag.List) map[finding]bool {
		found := map[finding]bool{}
		for _, d := range list {
			if !isSyntax(d) {
				found[finding{d.File, d.Code, d.Message}] = true
			}
		}
		return found
	}
	all := of(findingsOf(project))
	told := 0
	n := withSlips(project, func(what, file string, _ fstest.MapFS, list diag.List) {
		found := of(list)
		told += len(found)
		for f := range found {
			if !all[f] {
				t.Errorf("%s\n%v", what, f)
			}
		}
	})
	if share := float64(told) / float64(n*len(all)); share < 0.5 {
		t.Errorf("beside %d faults of syntax, %.0f %% of %d mistakes are told", n, 100*share, len(all))
	}
}
