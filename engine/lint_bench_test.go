package engine_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/spec"
)

// benchSpecs is how many entries the linted project has.
const benchSpecs = 100

// BenchmarkLint reads and lints a project of 100 entries as pipe lint does.
// Each has the six tables and the snapshots of the shipped spec: tables has them
// in the entry, own in fragments of each entry and with them 40 expectations,
// shared includes the same fragments in all.
func BenchmarkLint(b *testing.B) {
	for _, kind := range []string{"tables", "own", "shared"} {
		b.Run(kind, func(b *testing.B) {
			project := os.DirFS(manySpecs(b, kind))
			var bytes, expectations int
			for b.Loop() {
				specs, files, list := spec.ReadProject(project, nil)
				list = append(list, engine.LintAll(specs)...)
				if len(list) > 0 || len(specs) != benchSpecs {
					b.Fatalf("%d specs, and findings: %v", len(specs), list)
				}
				bytes, expectations = 0, 0
				for _, f := range files {
					bytes += len(f.Text)
				}
				for _, s := range specs {
					for _, suite := range s.Suites {
						expectations += len(suite.Expectations)
					}
				}
			}
			b.ReportMetric(float64(bytes)/1e6, "MB_yaml")
			b.ReportMetric(float64(expectations), "expectations")
		})
	}
}

// manySpecs makes a project of many entries from the shipped spec.
func manySpecs(b *testing.B, kind string) string {
	b.Helper()
	dir := b.TempDir()
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			b.Fatal(err)
		}
		return string(text)
	}
	write := func(name, text string) {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	write("db/init/001_schema.sql", "") // need only be there
	suites, err := fs.Glob(os.DirFS(".."), "expectations/*.yaml")
	if err != nil {
		b.Fatal(err)
	}
	fragments := append(suites, "specs/pipeline.yaml", "specs/snapshots.yaml")
	if kind == "shared" {
		for _, f := range fragments {
			write(f, read(f))
		}
	}
	const include = "include: [pipeline.yaml, ../expectations/*.yaml, snapshots.yaml]"
	for i := range benchSpecs {
		name := fmt.Sprintf("entry_%03d", i)
		entry := strings.Replace(read("specs/ingest_month.yaml"), "name: ingest_month", "name: "+name, 1)
		switch kind {
		case "tables":
			entry = strings.Replace(entry, include, "", 1) + read("specs/pipeline.yaml") + read("specs/snapshots.yaml")
		case "own":
			entry = strings.Replace(entry, include, "include: ["+name+"/*.yaml]", 1)
			for _, f := range fragments {
				write(filepath.Join("specs", name, filepath.Base(f)), read(f))
			}
		}
		write(filepath.Join("specs", name+".yaml"), entry)
	}
	return dir
}
