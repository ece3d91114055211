package cli_test

import (
	"archive/zip"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Files as they come: whatever is in them, what pipe init makes of them lints
// and loads every row that can be split into cells.
func TestInitFromAwkwardFiles(t *testing.T) {
	tests := []struct {
		name, file, text string
		declares         []string // lines of specs/tables.yaml
		says             string
	}{
		{"byte order mark", "a.csv", "\ufeffid,name\n1,x\n2,y\n", []string{"id: integer", "primary_key: [id]"}, ""},
		{"windows-1252 in the header", "a.csv", "id,pr\xe9nom\n1,x\n", []string{"encoding: windows-1252", `"prénom": text`}, "is read as windows-1252"},
		{"windows-1252 in some rows", "a.csv", "id,name\n1,Ren\xe9\n2,x\n", []string{"encoding: windows-1252"}, "is read as windows-1252"},
		{"windows-1252 in all rows", "a.csv", "id;name\n1;\xc9lise\n", []string{`delimiter: ";"`, "encoding: windows-1252"}, "is read as windows-1252"},
		{"UTF-16", "a.csv", "\xff\xfei\x00d\x00\n\x001\x00\n\x00", []string{"encoding: utf-16"}, ""},
		{"CRLF and no last line end", "a.csv", "id,name\r\n1,x\r\n2,y", []string{"name: text"}, ""},
		{"tabs", "a.tsv", "id\tname\n1\tx\n", []string{`delimiter: "\t"`}, ""},
		{"pipes", "a.csv", "id|name\n1|x,y\n", []string{`delimiter: "|"`}, ""},
		{"lines in quotes", "a.csv", "id,text\n1,\"two\nlines, \"\"quoted\"\"\"\n2,\n", []string{"text: text"}, ""},
		{"leading zeros", "a.csv", "id,zip_area\n1,00501\n2,99999\n", []string{"zip_area: text"}, ""},
		{"months that two formats read", "a.csv", "id,day\n1,01/02/2024\n2,03/04/2024\n", []string{"day: text   # a date, but both"}, ""},
		{"more digits than a double", "a.csv", "id,v\n1,0.12345678901234567890123\n2,1.5\n", []string{"v: text   # a number of more digits"}, "has more digits than SQLite keeps"},
		{"more digits, with a comma", "a.csv", "id;v\n1;0,12345678901234567890123\n2;1,5\n", []string{"v: text   # a number of more digits"}, "has more digits than SQLite keeps"},
		{"larger than a bigint", "a.csv", "id,v\n1,92233720368547758079\n2,1\n", []string{"v: text"}, ""},
		{"words for NULL", "a.csv", "id,v\n1,NA\n2,1\n", []string{"v: {type: integer, null_values: [NA]}"}, ""},
		{"blanks around numbers", "a.csv", "id,v\n1, 7\n2,1 \n", []string{"v: {type: integer, trim: true}"}, ""},
		{"words of YAML and SQL", "a.csv", "id,select,no,\"x: y\",#c,1st,\"a b\",count\n1,a,b,c,d,e,f,g\n", []string{`"no": text`, `"x: y": text`, "count: text"}, ""},
		{"a key of two columns", "a.csv", "day,station,v\n2024-01-01,n,1\n2024-01-01,s,2\n2024-01-02,n,3\n2024-01-02,s,1\n2024-01-03,n,3\n", []string{"primary_key: [day, station]"}, "is a row identified by day and station?"},
		{"a column as_of", "a.csv", "id,as_of\n1,2023-01-01\n", []string{"as_of: date"}, ""},
		{"a template in a name", "${{ x }}.csv", "id\n1\n", []string{"id: integer"}, ""},
		{"quotes and a percent sign in a name", `it's 5% "off" #1.csv`, "id\n1\n", []string{"id: integer"}, ""},
		{"a name that is no letter", "日本.csv", "id\n1\n", []string{"  t:"}, ""},
		{"a name of SQL", "select.csv", "id\n1\n", []string{"  select:"}, ""},
		{"a long name", strings.Repeat("long_", 20) + ".csv", "id\n1\n", []string{"  long_long_long_long_long_long_long_long_long_lon:"}, ""},
		{"rows that cannot be split", "a.csv", "id,v\n1,a\n2,b,c\n3\n4,d\n", []string{"on_bad_row: quarantine", "max_rejects: 2"}, "2 malformed rows, the first on line 3 [long_row]"},
	}
	for _, folder := range []string{"2024-01", "in", "50% of it's"} {
		for _, tt := range tests {
			t.Run(folder+"/"+tt.name, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				data := filepath.Join(dir, folder)
				if err := os.Mkdir(data, 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(data, tt.file), []byte(tt.text), 0o644); err != nil {
					t.Fatal(err)
				}
				said := pipe(t, dir, "init", "--from", folder, "--name", "load")
				if !strings.Contains(strings.Join(strings.Fields(said), " "), tt.says) {
					t.Errorf("it does not say %q:\n%s", tt.says, said)
				}
				tables, err := os.ReadFile(filepath.Join(dir, "specs", "tables.yaml"))
				if err != nil {
					t.Fatal(err)
				}
				for _, line := range tt.declares {
					if !strings.Contains(string(tables), line) {
						t.Errorf("the tables have no %q:\n%s", line, tables)
					}
				}
				if found := pipe(t, dir, "lint"); strings.Contains(found, "warning") {
					t.Errorf("lint says:\n%s", found)
				}
				load := []string{"run", "specs/load.yaml", "--report", "none"}
				if folder == "2024-01" {
					load = append(load, "--var", "as_of=2024-01-31")
				}
				if ran := pipe(t, dir, load...); !strings.Contains(ran, "expectations passed") {
					t.Errorf("the run says:\n%s", ran)
				}
			})
		}
	}
}

// Of a zip archive its CSV files are read; the spec finds every month's archive.
func TestInitFromArchives(t *testing.T) {
	dir := t.TempDir()
	for month, rows := range map[string]string{"2024-01": "1,x\n2,y\n", "2024-02": "2,y\n3,z\n"} {
		file, err := os.Create(filepath.Join(dir, month+".zip"))
		if err != nil {
			t.Fatal(err)
		}
		z := zip.NewWriter(file)
		for name, text := range map[string]string{"orders.csv": "id,name\n" + rows, "visits_" + month + ".csv": "id,minutes\n1,5\n",
			"__MACOSX/._orders.csv": "\x00", "readme.txt": "none of it"} {
			w, err := z.Create(name)
			if err == nil {
				_, err = w.Write([]byte(text))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(z.Close(), file.Close()); err != nil {
			t.Fatal(err)
		}
	}
	said := strings.Join(strings.Fields(pipe(t, dir, "init", "--from", "2024-01.zip", "--name", "load")), " ")
	if !strings.Contains(said, "Not read, since no CSV file by name: 2024-01.zip/readme.txt.") {
		t.Errorf("it says:\n%s", said)
	}
	pipe(t, dir, "lint")
	pipe(t, dir, "run", "specs/load.yaml", "--var", "as_of=2024-01-31")
	ran := strings.Join(strings.Fields(pipe(t, dir, "run", "specs/load.yaml", "--var", "as_of=2024-02-29")), " ")
	if !strings.Contains(ran, "orders 2 1 0 1 1 0") {
		t.Errorf("the next month:\n%s", ran)
	}
}

// pipe runs a command in a project directory. It must end well.
func pipe(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("pipe", append([]string{"-C", dir}, args...)...)
	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("pipe %s: %v\n%s", strings.Join(args, " "), err, output)
	}
	return string(output)
}
