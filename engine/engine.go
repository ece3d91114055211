package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/lint"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/spec"
	"github.com/streamflow/pipe/engine/vars"
	"github.com/streamflow/pipe/engine/work"
)

// Request says what to compile.
type Request struct {
	// Project is the project directory.
	Project fs.FS
	// Spec is the entry's path inside it, slash-separated.
	Spec string
	Vars map[string]string
	// Target is a name from the spec's targets or a URL; empty for the spec's own choice.
	Target string
	// Env answers "" for a variable that is not set.
	Env func(string) string
	// ChecksOnly compiles the suites alone, for a target that is only looked at.
	ChecksOnly bool
}

// Compiled is a spec ready to run.
type Compiled struct {
	Spec *spec.Spec
	Plan *plan.Plan
	// Target holds secrets: it is opened, never printed.
	Target database.Target
	// Warnings are the findings that do not stop a run.
	Warnings diag.List
}

// UsageError says that the caller asked wrongly.
type UsageError struct{ Message, Hint string }

// Error gives the message and the hint.
func (e *UsageError) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + "; " + e.Hint
}

// Read reads a spec and says everything that is wrong with it.
func Read(project fs.FS, entry string) (*spec.Spec, diag.List, error) {
	info, err := fs.Stat(project, entry)
	if err != nil {
		return nil, nil, missingSpec(project, entry, err)
	}
	if info.IsDir() {
		return nil, nil, &UsageError{Message: entry + " is a folder, not a spec", Hint: "name the entry file in it, such as specs/ingest_month.yaml"}
	}
	if text, err := fs.ReadFile(project, entry); err == nil && spec.IsFragment(string(text)) {
		return nil, nil, &UsageError{Message: entry + " is a fragment, a part of a spec", Hint: "name the entry that includes it: the file with version: 1"}
	}
	s, list := spec.Read(project, entry)
	list = append(list, Lint(s)...)
	list.Sort()
	return s, list, nil
}

// Lint says what is wrong with a spec beyond its form: names, types and rules.
func Lint(s *spec.Spec) diag.List { return lint.Run(s, expectation.Lint) }

// LintAll is Lint of several specs, several at a time.
func LintAll(specs []*spec.Spec) diag.List {
	found := make([]diag.List, len(specs))
	work.Each(len(specs), func(i int) { found[i] = Lint(specs[i]) })
	return slices.Concat(found...)
}

func missingSpec(project fs.FS, entry string, err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return &UsageError{Message: fmt.Sprintf("cannot read the spec %s: %v", entry, err)}
	}
	hint := "name an entry file of the project, such as specs/ingest_month.yaml"
	var names []string
	// Only a suggestion: a folder that cannot be read gives none.
	_ = fs.WalkDir(project, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || strings.Count(p, "/") > 3 || strings.HasPrefix(path.Base(p), ".") && p != "." {
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if ext := path.Ext(p); ext == ".yaml" || ext == ".yml" {
			names = append(names, p)
		}
		return nil
	})
	if near := diag.DidYouMean(entry, names); near != "" {
		hint = near
	}
	return &UsageError{Message: fmt.Sprintf("no spec %s", entry), Hint: hint}
}

// Compile reads a spec and makes its plan for a target. Its error is a
// diag.List when the spec is at fault, and a *UsageError or *vars.UsageError
// when the caller is.
func Compile(r Request) (*Compiled, error) {
	s, list, err := Read(r.Project, r.Spec)
	if err != nil {
		return nil, err
	}
	c := &Compiled{Spec: s, Warnings: list}
	if list.HasErrors() {
		return c, list
	}
	values, err := vars.Resolve(s, r.Vars, r.Env)
	if err != nil {
		return c, err
	}
	var declared *spec.Target
	if c.Target, declared, err = ResolveTarget(s, r.Target, r.Env); err != nil {
		return c, err
	}
	in := plan.Input{Spec: s, Vars: values, Driver: c.Target.Driver, Schema: c.Target.Schema, ChecksOnly: r.ChecksOnly}
	if !r.ChecksOnly {
		if in.Setup, err = setupFiles(r.Project, s, declared); err != nil {
			return c, err
		}
	}
	c.Plan, err = plan.Compile(in)
	return c, err
}

// setupFiles reads the entry's setup files, then the target's: each glob in
// name order, no file twice.
func setupFiles(project fs.FS, s *spec.Spec, target *spec.Target) ([]plan.SetupFile, error) {
	patterns := slices.Clone(s.Setup)
	if target != nil {
		patterns = append(patterns, target.Setup...)
	}
	var files []plan.SetupFile
	var list diag.List
	seen := map[string]bool{}
	for _, p := range patterns {
		names, err := fs.Glob(project, path.Clean(p.V))
		if err != nil {
			list.Add(p.Pos, "bad-glob", "setup %q is no pattern of file names: %v", p.V, err)
			continue
		}
		if len(names) == 0 {
			list.Add(p.Pos, "setup-nothing", "setup %q matches no file", p.V).Suggest("setup paths are relative to the project directory")
		}
		slices.Sort(names)
		for _, name := range names {
			if seen[name] {
				continue
			}
			seen[name] = true
			text, err := fs.ReadFile(project, name)
			if isOutside(err) {
				list.Add(p.Pos, "outside-project", "the setup file %s leads out of the project directory by a symbolic link", name).Suggest("copy the file into the project")
				continue
			}
			if err != nil {
				list.Add(p.Pos, "setup-unreadable", "cannot read the setup file %s: %v", name, err)
				continue
			}
			files = append(files, plan.SetupFile{Path: name, Text: strings.TrimPrefix(string(text), "\ufeff"), Pos: p.Pos})
		}
	}
	return files, list.Err()
}
