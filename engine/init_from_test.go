package engine_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Files with decimal commas and points between thousands become a project that
// loads what they say, on both databases, and nothing that they may not say.
func TestInitReadsGermanNumbers(t *testing.T) {
	onBoth(t, func(t *testing.T, target string) {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "data"), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "data", "konten.csv"), "konto;betrag;satz;menge;stand\n"+
			"1;1.234,56;12,5;1.000;31.01.2024\n"+
			"2;-99,90;0,125;2.500;01.02.2024\n"+
			"3;1.000.000,00;7;999;29.02.2024\n"+
			"4;;-0,5;;01.03.2024\n")
		said := exits(t, 0, dir, "init", "--from", "data", "--name", "bank")
		if !strings.Contains(said, "konten.menge is text; why stands beside it in specs/tables.yaml.") {
			t.Errorf("it does not say which column is text:\n%s", said)
		}
		exits(t, 0, dir, "lint")
		exits(t, 0, dir, "run", "specs/bank.yaml", "--target", target, "--report", "none")
		for question, want := range map[string]string{
			"SELECT count(*) FROM konten WHERE konto = 1 AND betrag = 1234.56 AND satz = 12.5 AND menge = '1.000' AND stand = '2024-01-31'": "1",
			"SELECT count(*) FROM konten WHERE konto = 2 AND betrag = -99.9 AND satz = 0.125 AND menge = '2.500' AND stand = '2024-02-01'":  "1",
			"SELECT count(*) FROM konten WHERE konto = 3 AND betrag = 1000000 AND satz = 7 AND menge = '999' AND stand = '2024-02-29'":      "1",
			"SELECT count(*) FROM konten WHERE konto = 4 AND betrag IS NULL AND satz = -0.5 AND stand = '2024-03-01' AND menge IS NULL":     "1",
			"SELECT count(*) FROM konten": "4",
		} {
			if got := ask(t, target, question); !slices.Equal(got, []string{want}) {
				t.Errorf("%s: %q, want %s", question, got, want)
			}
		}
	})
}

// What a mended file is to be added with is what pipe suggest --declare prints.
func TestInitSaysHowAFileIsAddedLater(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "data", "a.csv"), "id,v\n1,2\n")
	write(t, filepath.Join(dir, "data", "b.csv"), "id,id\n1,2\n")
	said := exits(t, 1, dir, "init", "--from", "data", "--name", "shop")
	if words := strings.Join(strings.Fields(said), " "); !strings.Contains(words, "pipe suggest --declare data/b.csv then prints its table, to be added to specs/tables.yaml") {
		t.Errorf("it does not say what to do:\n%s", said)
	}
	exits(t, 0, dir, "run", "specs/shop.yaml", "--report", "none")
	write(t, filepath.Join(dir, "data", "b.csv"), "id,w\n1,2\n")
	declared := exits(t, 0, dir, "suggest", "--declare", "data/b.csv")
	table := declared[strings.Index(declared, "tables:\n")+len("tables:\n") : strings.Index(declared, "suites:\n")]
	lines := slices.DeleteFunc(strings.SplitAfter(table, "\n"), func(line string) bool { return strings.HasPrefix(line, "#") })
	tables := filepath.Join(dir, "specs", "tables.yaml")
	before, err := os.ReadFile(tables)
	if err != nil {
		t.Fatal(err)
	}
	write(t, tables, string(before)+"\n"+strings.Join(lines, ""))
	exits(t, 0, dir, "lint")
	if said := exits(t, 0, dir, "run", "specs/shop.yaml", "--report", "none"); !strings.Contains(said, "b ") {
		t.Errorf("the table is not loaded:\n%s", said)
	}
}

// A file without a header is told: its first row would be lost in silence.
func TestInitTellsOfAFirstLineThatReadsAsARow(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "data", "people.csv"), "17,alice,2024-01-01\n22,bob,2024-01-02\n33,carl,2024-01-03\n")
	said := strings.Join(strings.Fields(exits(t, 0, dir, "init", "--from", "data", "--name", "shop")), " ")
	for _, want := range []string{
		"people: its first line (17, alice, 2024-01-01) reads as a row, and as the header it is not loaded.",
		"pipe suggest --no-header --declare data/people.csv prints the table.",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	if declared := exits(t, 0, dir, "suggest", "--no-header", "--declare", "data/people.csv"); !strings.Contains(declared, "header: false") || strings.Contains(declared, "reads as a row") {
		t.Errorf("the table is not declared without a header:\n%s", declared)
	}
}
