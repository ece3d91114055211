package scaffold

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/streamflow/pipe/engine/spec"
	"github.com/streamflow/pipe/engine/vars"
)

// A folder's name that tells its month becomes a template, which gives that
// very folder for that month, and the next one's for the next.
func TestFolders(t *testing.T) {
	for _, tt := range []struct{ folder, given, asOf, next string }{
		{"data/2024-01", "", "2024-01-31", "data/2024-02"},
		{"data/2024_01_31", "", "2024-01-31", "data/2024_02_29"},
		{"2024/01", "", "2024-01-31", "2024/02"},
		{"in/202401/csv", "", "2024-01-31", "in/202402/csv"},
		{"export_20240131.d", "", "2024-01-31", "export_20240229.d"},
		{"50% of 2024.12", "", "2024-12-31", "50% of 2025.01"},
		{`it's "2024-01"`, "", "2024-01-31", `it's "2024-02"`},
		{"day-2024-01-15", "", "2024-01-15", ""},
		{"data/2023-13", "", "", ""},
		{"data/9999-01", "", "", ""},
		{"data/120240131", "", "", ""},
		{"data/month_000", "", "", ""},
		{"data", "2024-01-31", "", ""},
		{"data/month_000", "2024-01-31", "2024-01-31", "data/month_001"},
		{"data/m9", "2024-02-29", "2024-02-29", "data/m10"},
		{"%d/month_099", "2024-02-29", "2024-02-29", "%d/month_100"},
	} {
		p, ok := dated(tt.folder)
		if !ok && tt.given != "" {
			p, ok = numbered(tt.folder, date(t, tt.given))
		}
		if ok != (tt.asOf != "") {
			t.Errorf("%s: found %v, %+v", tt.folder, ok, p)
		}
		if !ok {
			continue
		}
		if p.asOf.String() != tt.asOf {
			t.Errorf("%s is taken for %s, want %s", tt.folder, p.asOf, tt.asOf)
		}
		if got := folderOf(t, p.template, p.asOf); got != tt.folder {
			t.Errorf("%s: %s gives %s", tt.folder, p.template, got)
		}
		if tt.next == "" {
			continue
		}
		next, err := p.asOf.AddMonths(1)
		if err != nil {
			t.Fatal(err)
		}
		if got := folderOf(t, p.template, next.MonthEnd()); got != tt.next {
			t.Errorf("%s: a month on, %s gives %s, want %s", tt.folder, p.template, got, tt.next)
		}
	}
}

// A month in a file's name is none of its table's name.
func TestFiles(t *testing.T) {
	for _, tt := range []struct{ file, day, name, next string }{
		{"data/orders_2024-01.csv", "2024-01-31", "orders.csv", "orders_2024-02.csv"},
		{"2024-01 orders.csv", "2024-01-31", "orders.csv", "2024-02 orders.csv"},
		{"shop_20240131_all.tsv", "2024-01-31", "shop_all.tsv", "shop_20240229_all.tsv"},
		{"data/visits/2024.01.csv", "2024-01-31", "visits.csv", "2024.02.csv"},
		{"in/2024-01.zip/orders.csv", "", "in/2024-01.zip/orders.csv", ""},
		{"orders_2024-13.csv", "", "orders_2024-13.csv", ""},
		{"orders.csv", "", "orders.csv", ""},
	} {
		day, name, ok := MonthOf(tt.file)
		if day != tt.day || name != tt.name || ok != (tt.day != "") {
			t.Errorf("%s is of %q and named %q", tt.file, day, name)
		}
		if p, ok := datedFile(tt.file); ok {
			next, err := p.asOf.AddMonths(1)
			if err != nil {
				t.Fatal(err)
			}
			if got := folderOf(t, p.template, next.MonthEnd()); got != tt.next {
				t.Errorf("%s: a month on it is %s, want %s", tt.file, got, tt.next)
			}
		}
	}
}

func FuzzFolder(f *testing.F) {
	f.Add("data/2024-01")
	f.Add("20240131%s")
	f.Add("a/month_007")
	f.Fuzz(func(t *testing.T, folder string) {
		if strings.ContainsFunc(folder, func(r rune) bool { return r < ' ' || r > '~' }) {
			return // no folder that is offered
		}
		p, ok := dated(folder)
		if !ok {
			if p, ok = numbered(folder, date(t, "2024-01-31")); !ok {
				return
			}
		}
		if got := folderOf(t, p.template, p.asOf); got != folder {
			t.Errorf("%q: %s gives %q", folder, p.template, got)
		}
	})
}

func date(t *testing.T, text string) vars.Date {
	t.Helper()
	d, err := vars.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// folderOf expands a template as a run would.
func folderOf(t *testing.T, template string, asOf vars.Date) string {
	t.Helper()
	text := fmt.Sprintf("version: 1\nvars:\n  as_of: date\n  seed_dir: {type: text, default: %s}\n", spec.Quote(template))
	s, list := spec.Read(fstest.MapFS{"spec.yaml": {Data: []byte(text)}}, "spec.yaml")
	if list.HasErrors() {
		t.Fatalf("%v in\n%s", list, text)
	}
	values, err := vars.Resolve(s, map[string]string{"as_of": asOf.String()}, func(string) string { return "" })
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return values.Printed()["seed_dir"]
}

// A project is named after its folder as far as that can be part of file names.
func TestName(t *testing.T) {
	for folder, want := range map[string]string{
		"Shop": "shop", "my shop (2)": "my_shop_2", "..": "pipeline", "/": "pipeline", "日本": "日本", "tables": "pipeline", "-x": "x", "": "pipeline",
	} {
		if got := Name(folder); got != want {
			t.Errorf("Name(%q) = %q, want %q", folder, got, want)
		}
		if why := CheckName(Name(folder)); why != "" {
			t.Errorf("%q: %s", Name(folder), why)
		}
	}
}
