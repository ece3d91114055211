package reference

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing/fstest"
	"time"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/run"
)

// project holds the tables that the examples are about.
//
//go:embed project
var project embed.FS

// table is the one that every example is about.
const table = "parcels"

// Finding is what a run found of a kind's example, and of the rule that says
// the same where there is one.
type Finding struct {
	Example run.Expectation
	Rule    *run.Expectation
}

// Try runs the examples of all kinds on a target, given by its URL, and gives
// what was found by the names of the kinds.
func Try(ctx context.Context, target string) (findings map[string]Finding, err error) {
	folder, err := os.MkdirTemp("", "reference-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	entry, err := unpack(folder)
	if err != nil {
		return nil, err
	}
	compiled, err := engine.Compile(engine.Request{Spec: "spec.yaml", Target: target, Vars: map[string]string{"folder": folder},
		Project: fstest.MapFS{"spec.yaml": {Data: []byte(entry)}, "examples.yaml": {Data: []byte(examples())}}, Env: func(string) string { return "" }})
	if list, faulty := diag.AsList(err); faulty && compiled != nil {
		var b strings.Builder
		if err := diag.Fprint(&b, list, compiled.Spec.Source); err != nil {
			return nil, err
		}
		return nil, errors.New("the examples do not lint:\n" + b.String())
	}
	if err != nil {
		return nil, err
	}
	db, err := database.Open(ctx, compiled.Target, "reference", database.ReadWrite)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	result := run.Run(ctx, compiled.Plan, db, run.Options{RunID: run.NewID(time.Now()), Version: "reference", Host: "localhost", User: "reference", PID: os.Getpid()})
	if result.Error != nil {
		return nil, fmt.Errorf("running the examples: %w", result.Error)
	}
	return found(result.Expectations), nil
}

// unpack writes the rows to a folder and gives the spec that reads them there.
func unpack(folder string) (string, error) {
	for _, name := range []string{"parcels.csv", "depots.csv"} {
		text, err := project.ReadFile("project/" + name)
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			return "", err
		}
	}
	text, err := project.ReadFile("project/spec.yaml")
	if err != nil {
		return "", err
	}
	entry := strings.ReplaceAll(string(text), "source: ", "source: ${{ vars.folder }}/")
	return strings.Replace(entry, "\ntables:", "\ninclude: [examples.yaml]\nvars: {folder: {type: path}}\ntables:", 1), nil
}

// asRule is behind the name of a kind whose rule is tried.
const asRule = " as a rule"

// examples is a suite of every example and every rule. They only warn, so that
// the run publishes whatever they find.
func examples() string {
	var b strings.Builder
	b.WriteString("suites:\n  - table: " + table + "\n    expectations:\n")
	for _, g := range expectation.Groups {
		for _, k := range g.Kinds {
			fmt.Fprintf(&b, "      - %s: %s\n        name: %s\n        severity: warn\n", k.Name, k.Example, k.Name)
			if k.AsRule != "" {
				fmt.Fprintf(&b, "      - rule: %s\n        name: %s\n        severity: warn\n", quoted(k.AsRule), k.Name+asRule)
			}
		}
	}
	return b.String()
}

// quoted is a text in YAML's single quotes.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func found(list []run.Expectation) map[string]Finding {
	findings := map[string]Finding{}
	for _, e := range list {
		name, isRule := strings.CutSuffix(e.Name, asRule)
		f := findings[name]
		if isRule {
			f.Rule = &e
		} else {
			f.Example = e
		}
		findings[name] = f
	}
	return findings
}
