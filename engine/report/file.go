package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/run"
)

// Write writes the documents of a run into dir, which is made when it is not
// there: first the failing rows of each unmet expectation as CSV, then
// <spec>_<as_of>.md and .json, which name them. A run that published something
// owns its month's name; every other run adds its run id, so that it never
// overwrites one that did. Each file appears whole or not at all. paths are
// what was written, the Markdown document first; r learns the paths of the CSV files.
func Write(dir string, p *plan.Plan, r *run.Result) (paths []string, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the folder of the reports: %w", err)
	}
	sweep(dir)
	stem := Stem(r)
	rows, err := FailingRows(dir, stem, r)
	if err != nil {
		return rows, err
	}
	var text bytes.Buffer
	if err := Markdown(&text, p, r); err != nil {
		return rows, err
	}
	document, err := document(r)
	if err != nil {
		return rows, err
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, document, "", "  "); err != nil {
		return rows, fmt.Errorf("write the result as JSON: %w", err)
	}
	indented.WriteByte('\n')
	for _, f := range []struct {
		ending string
		text   []byte
	}{{".md", text.Bytes()}, {".json", indented.Bytes()}} {
		path := filepath.Join(dir, stem+f.ending)
		if err := writeWhole(path, f.text); err != nil {
			return append(paths, rows...), err
		}
		paths = append(paths, filepath.ToSlash(path))
	}
	return append(paths, rows...), nil
}

// Ready tells why a report cannot be written into dir, as far as that can be seen
// without making it: nil when it seems that it can.
func Ready(dir string) error {
	for {
		info, err := os.Stat(dir)
		switch {
		case err == nil && !info.IsDir():
			return fmt.Errorf("%s is no folder", filepath.ToSlash(dir))
		case err == nil:
			return tryOut(dir)
		case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) || filepath.Dir(dir) == dir:
			return err
		}
		dir = filepath.Dir(dir)
	}
}

func tryOut(dir string) error {
	f, err := os.CreateTemp(dir, begun)
	if err != nil {
		var path *fs.PathError // its name is nobody's
		if errors.As(err, &path) {
			err = path.Err
		}
		return fmt.Errorf("nothing can be made in the folder %s: %w", filepath.ToSlash(dir), err)
	}
	closing, removing := f.Close(), os.Remove(f.Name())
	if errors.Is(removing, fs.ErrNotExist) {
		removing = nil // another run swept it
	}
	return errors.Join(closing, removing)
}

// Stem is the name of a run's documents without folder and ending.
func Stem(r *run.Result) string {
	stem := fileName(r.Spec)
	if r.AsOf != "" {
		stem += "_" + fileName(r.AsOf)
	}
	if r.Status != run.Succeeded && r.RunID != "" {
		stem += "_" + fileName(r.RunID)
	}
	return stem
}

// fileName makes any name part of a file's name on every system: letters,
// digits, points and dashes stay, anything else becomes an underscore.
func fileName(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, s)
	if strings.HasPrefix(s, ".") || s == "" {
		s = "_" + strings.TrimPrefix(s, ".")
	}
	// File systems end names at 255 bytes, and three names make one.
	for len(s) > 60 {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}

// begun is the pattern of files that are being written; each has its place and
// name a moment later.
const begun = ".report-*"

// sweep removes what a process left behind that was killed while it wrote. It
// does not ask whether a file's writer still lives: that can be told of no
// process on another machine, and a writer that finds its file gone writes it
// again.
func sweep(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // what is written next says what is wrong with the folder
	}
	for _, e := range entries {
		if left, err := filepath.Match(begun, e.Name()); left && err == nil {
			_ = os.Remove(filepath.Join(dir, e.Name())) // another may have been faster
		}
	}
}

// sweeps is how often one file is begun anew because another process swept it:
// every run sweeps once, and a file takes milliseconds.
const sweeps = 100

// writeWhole writes a file beside its place and moves it there, so that nobody
// reads half of it.
func writeWhole(path string, text []byte) error {
	var err error
	for range sweeps {
		if err = writeOnce(path, text); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		if _, gone := os.Stat(filepath.Dir(path)); gone != nil {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.ToSlash(path), err)
	}
	return nil
}

// writeOnce fails with fs.ErrNotExist when the file is swept before it is done.
func writeOnce(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), begun)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		// The rest of a file that could not be written is of no use to anyone.
		_ = os.Remove(f.Name())
	}
	return err
}

// FailingRows writes a CSV file for each expectation that is not met and has
// failing rows: key columns, values, brought (whether this run brought the
// row; blank where that is not known, as of a row without a key or of a
// snapshot) and at, the file:line that did (empty when it did not). A NULL is an unquoted blank, the
// empty text a quoted one. It sets Expectation.FailingRows and gives the paths.
func FailingRows(dir, stem string, r *run.Result) (paths []string, err error) {
	taken := map[string]bool{}
	for i := range r.Expectations {
		e := &r.Expectations[i]
		if e.Success || len(e.Failing) == 0 {
			continue
		}
		base := stem + "_" + fileName(e.Suite) + "_" + strconv.Itoa(e.Index)
		name := base
		// Two suites may have one name once it is made fit for files, and some
		// file systems do not tell capitals from small letters.
		for n := 2; taken[strings.ToLower(name)]; n++ {
			name = base + "_" + strconv.Itoa(n)
		}
		taken[strings.ToLower(name)] = true
		path := filepath.Join(dir, name+".csv")
		if err := writeWhole(path, failingCSV(e.Failing, traced(r, e, e.Failing))); err != nil {
			return paths, err
		}
		e.FailingRows = filepath.ToSlash(path)
		paths = append(paths, e.FailingRows)
	}
	return paths, nil
}

func failingCSV(rows []run.UnexpectedRow, traced bool) []byte {
	var b bytes.Buffer
	var heads []any
	for _, f := range columnsOf(rows[0]) {
		heads = append(heads, f.Name)
	}
	csvLine(&b, append(heads, "brought", "at"))
	for _, row := range rows {
		var cells []any
		for _, f := range columnsOf(row) {
			cells = append(cells, f.V)
		}
		var brought, at any
		if traced {
			brought = row.At != ""
		}
		if row.At != "" {
			at = row.At
		}
		csvLine(&b, append(cells, brought, at))
	}
	return b.Bytes()
}

// columnsOf are the key and the values of a row, a key that was tested once.
func columnsOf(row run.UnexpectedRow) run.Fields {
	fields := slices.Clone(row.Key)
	for _, f := range row.Values {
		if !slices.ContainsFunc(row.Key, func(k run.Field) bool { return k.Name == f.Name }) {
			fields = append(fields, f)
		}
	}
	return fields
}

func csvLine(b *bytes.Buffer, cells []any) {
	for i, v := range cells {
		if i > 0 {
			b.WriteByte(',')
		}
		if v == nil {
			continue
		}
		text := valueText(v)
		if text == "" || strings.ContainsAny(text, ",\"\r\n") || strings.TrimSpace(text) != text {
			text = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
		}
		b.WriteString(text)
	}
	b.WriteByte('\n')
}
