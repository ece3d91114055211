package reference_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/internal/pgtest"
	"github.com/streamflow/pipe/engine/internal/reference"
)

// The page is what the catalogue says now.
func TestPageIsCurrent(t *testing.T) {
	want, err := reference.Generate(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile(filepath.Join("../../..", reference.Path))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(have), "\n"), strings.Split(string(want), "\n")); diff != "" {
		t.Errorf("%s is not current; make reference writes it again (-have +want):\n%s", reference.Path, diff)
	}
}

// Every kind has an example and notes, and every sentence of it is one.
func TestEveryKindIsExplained(t *testing.T) {
	for _, g := range expectation.Groups {
		for _, k := range g.Kinds {
			if k.Example == "" {
				t.Errorf("%s has no example", k.Name)
			}
			if len(k.Notes) == 0 {
				t.Errorf("%s has no notes", k.Name)
			}
			for _, note := range k.Notes {
				if !strings.HasSuffix(note, ".") {
					t.Errorf("%s: the note %q is no sentence", k.Name, note)
				}
			}
		}
	}
}

// A rule finds what the example that it stands for finds, and PostgreSQL finds
// what SQLite finds.
func TestExamples(t *testing.T) {
	targets := map[string]string{"sqlite": "sqlite:" + filepath.ToSlash(filepath.Join(t.TempDir(), "reference.db"))}
	// Without a server, SQLite alone is asked.
	t.Run("server", func(t *testing.T) { targets["postgres"] = pgtest.Server(t) })
	if targets["postgres"] == "" {
		delete(targets, "postgres")
	} else {
		targets["postgres"] = pgtest.Database(t)
	}
	found := map[string]map[string]reference.Finding{}
	for name, target := range targets {
		findings, err := reference.Try(context.Background(), target)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		found[name] = findings
		for kind, f := range findings {
			if f.Example.Error != nil {
				t.Errorf("%s on %s cannot be evaluated: %s", kind, name, *f.Example.Error)
			}
			if f.Rule == nil {
				continue
			}
			if f.Rule.Success != f.Example.Success {
				t.Errorf("%s on %s: %v, and the rule %v: %s", kind, name, f.Example.Success, f.Rule.Success, f.Rule.Sentence)
			}
			if f.Example.SQL != "" && f.Rule.SQL != "" && f.Rule.Result.UnexpectedCount != f.Example.Result.UnexpectedCount {
				t.Errorf("%s on %s: %d rows are unexpected, and to the rule %d", kind, name, f.Example.Result.UnexpectedCount, f.Rule.Result.UnexpectedCount)
			}
		}
	}
	for kind, f := range found["postgres"] {
		if other := found["sqlite"][kind]; other.Example.Success != f.Example.Success || other.Example.Sentence != f.Example.Sentence {
			t.Errorf("%s: PostgreSQL says %q, and SQLite %q", kind, f.Example.Sentence, other.Example.Sentence)
		}
	}
}
