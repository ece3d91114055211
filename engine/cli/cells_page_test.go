package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/streamflow/pipe/engine/coerce"
	"github.com/streamflow/pipe/engine/spec"
)

// Each row of the tables of docs/cells.md is what becomes of a cell.
func TestCellsPage(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "docs", "cells.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows, inTable := 0, false
	for i, line := range strings.Split(string(text), "\n") {
		if line == "| in the file | declared | becomes |" {
			inTable = true
			continue
		}
		if inTable = inTable && strings.HasPrefix(line, "| "); !inTable || strings.HasPrefix(line, "| ---") {
			continue
		}
		rows++
		parts := strings.Split(strings.TrimSuffix(strings.TrimPrefix(line, "| "), " |"), " | ")
		if len(parts) != 3 {
			t.Fatalf("docs/cells.md:%d: %d columns", i+1, len(parts))
		}
		for _, driver := range []spec.Driver{spec.Postgres, spec.SQLite} {
			if got := becomes(t, parts[0], quotedText(parts[1]), driver); got != parts[2] && !strings.HasPrefix(parts[2], got+", ") {
				t.Errorf("docs/cells.md:%d: %s as %s becomes %s on %s, not %s", i+1, parts[0], parts[1], got, driver, parts[2])
			}
		}
	}
	if rows < 60 {
		t.Errorf("docs/cells.md has only %d such rows", rows)
	}
}

func quotedText(s string) string { return strings.Trim(s, "`") }

// becomes reads a cell as a column is declared, and writes the value as the
// page does.
func becomes(t *testing.T, cell, declared string, driver spec.Driver) string {
	t.Helper()
	project := fstest.MapFS{"spec.yaml": {Data: []byte("version: 1\nname: page\ntables:\n  t:\n    columns:\n      c: " + declared + "\n")}}
	s, list := spec.Read(project, "spec.yaml")
	if list.HasErrors() {
		t.Fatalf("%s: %v", declared, list)
	}
	c, err := coerce.New(s.Tables[0].Columns[0], nil, false, driver)
	if err != nil {
		t.Fatalf("%s: %v", declared, err)
	}
	if cell = quotedText(cell); cell == "(blank)" {
		cell = ""
	}
	bare, quoted := strings.CutPrefix(cell, `"`)
	if quoted {
		cell = strings.TrimSuffix(bare, `"`)
	}
	var v coerce.Value
	code := c.Cell([]byte(cell), quoted, &v)
	switch {
	case code != "":
		return "bad row: `" + string(code) + "`"
	case v.Kind == coerce.Null:
		return "NULL"
	case v.Kind == coerce.Bool:
		return map[bool]string{true: "`true`", false: "`false`"}[v.Bool]
	case v.Kind == coerce.Text && len(v.Text) == 0:
		return "(the empty text)"
	case v.Kind == coerce.Float && s.Tables[0].Columns[0].Type.V.Kind == spec.KindNumeric:
		// SQLite keeps no zeros behind; the value is the same.
		p, err := coerce.New(s.Tables[0].Columns[0], nil, false, spec.Postgres)
		if err != nil {
			t.Fatal(err)
		}
		p.Cell([]byte(cell), quoted, &v)
	case v.Kind == coerce.Int && s.Tables[0].Columns[0].Type.V.Kind == spec.KindNumeric:
		return becomes(t, cell, declared, spec.Postgres)
	}
	return "`" + string(v.AppendCopy(nil)) + "`"
}
