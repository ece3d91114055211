package doctor

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/source"
	"github.com/streamflow/pipe/engine/spec"
	"github.com/streamflow/pipe/engine/vars"
)

func (x *examiner) dotenv() {
	switch d := x.Dotenv; {
	case d.Err != nil:
		x.add(Fail, ".env", "it cannot be read", "each line must be NAME=value; quote values with spaces or # in them")
	case d.Found:
		x.add(OK, ".env", "read, "+count(d.Variables, "variable")+"; what the environment says wins", "")
	default:
		x.add(OK, ".env", "there is none; the environment alone is asked", "")
	}
}

func (x *examiner) readSpec() {
	if x.Spec == "" {
		says, cure := message(x.NoSpec)
		x.add(Fail, "spec", says, cure)
		return
	}
	s, list, err := engine.Read(x.Project, x.Spec)
	if err != nil {
		says, cure := message(err)
		x.add(Fail, "spec", says, cure)
		return
	}
	x.spec, x.broken = s, list.HasErrors()
	faults := 0
	for _, d := range list {
		if d.Severity == diag.Error {
			faults++
		}
	}
	found := count(len(s.Files), "file")
	cure := "pipe lint " + diag.Printable(x.Spec) + " tells them"
	switch {
	case faults > 0:
		x.add(Fail, "spec", found+" with "+count(faults, "error"), cure)
	case len(list) > 0:
		x.add(Warn, "spec", found+" with "+count(len(list), "warning"), cure)
	default:
		x.add(OK, "spec", found+" without findings", "")
	}
}

// resolveTarget finds the target even of a spec that has errors elsewhere.
func (x *examiner) resolveTarget() {
	s := x.spec
	if s == nil {
		s = &spec.Spec{}
	}
	t, declared, err := engine.ResolveTarget(s, x.Request.Target, x.Env)
	if err != nil {
		if x.spec == nil && x.Request.Target == "" {
			return // no spec, no target: that is told already
		}
		says, cure := message(err)
		x.add(Fail, "target", says, cure)
		return
	}
	x.target, x.known = t, true
	says := string(t.Driver) + ", from --target"
	if declared != nil {
		x.Examination.Target = t.Name
		says = fmt.Sprintf("%s (%s)", t.Name, t.Driver)
	}
	x.add(OK, "target", says, "")
}

// compile makes the plan, with examples for vars that are not given: its steps
// and statements are the same whatever their values.
func (x *examiner) compile() {
	if x.spec == nil {
		return
	}
	x.findLacking()
	given := maps.Clone(x.Vars)
	if given == nil {
		given = map[string]string{}
	}
	var asked []string
	for _, v := range x.spec.Vars {
		if _, ok := given[v.Name.V]; !ok && !v.Default.Set {
			given[v.Name.V] = vars.Example(v)
			asked = append(asked, v.Name.V)
		}
	}
	values, err := vars.Resolve(x.spec, given, x.Env)
	switch {
	case err != nil && x.broken:
		x.add(Skipped, "vars", "the spec has errors", "")
		return
	case err != nil:
		says, cure := message(err)
		x.add(Fail, "vars", says, cure)
		return
	case len(asked) > 0:
		x.add(OK, "vars", fmt.Sprintf("a run must be given %s", strings.Join(asked, ", ")), "")
	default:
		x.add(OK, "vars", count(len(values.Printed()), "var")+", each with a value", "")
	}
	if x.broken || !x.known {
		x.add(Skipped, "plan", "it needs a spec without errors and a target", "")
		return
	}
	compiled, err := engine.Compile(engine.Request{Project: x.Project, Spec: x.Spec, Vars: given, Target: x.Request.Target, Env: x.Env})
	if err != nil {
		says, cure := message(err)
		x.add(Fail, "plan", says, cure)
		return
	}
	x.plan = compiled.Plan
	x.add(OK, "plan", count(len(x.plan.Steps), "step")+" over "+count(len(x.plan.Tables), "table")+" and "+count(len(x.plan.Snapshots), "snapshot"), "")
}

// findLacking finds the vars that have no value, and whose values need one
// that has none.
func (x *examiner) findLacking() {
	x.lacking = map[string]bool{}
	for grown := true; grown; {
		grown = false
		for _, v := range x.spec.Vars {
			name := v.Name.V
			if _, ok := x.Vars[name]; ok || x.lacking[name] {
				continue
			}
			if !v.Default.Set || x.lacks(v.Default) {
				x.lacking[name], grown = true, true
			}
		}
	}
}

func (x *examiner) lacks(t spec.Text) bool {
	used, _, _ := vars.Uses(t)
	return slices.ContainsFunc(used, func(name string) bool { return x.lacking[name] })
}

// sources looks for the files that a run would read, and at their headers as
// far as the file alone tells of them.
func (x *examiner) sources(ctx context.Context) {
	if x.plan == nil {
		x.add(Skipped, "sources", "without a plan their paths are not known", "")
		return
	}
	var found, unknown, missing int
	var bytes int64
	var says, cure string // of the first that is missing
	for _, step := range x.plan.Steps {
		for _, action := range step.Actions {
			load, ok := action.(plan.Load)
			if !ok {
				continue
			}
			if x.lacks(load.Table.Source.Path) {
				unknown++
				continue
			}
			size, err := look(ctx, load)
			if err != nil {
				if missing++; missing == 1 {
					says, cure = err.Error(), fmt.Sprintf("table %s reads it, as %s says", load.Name, load.Table.Source.Pos)
				}
				continue
			}
			found++
			bytes += size
		}
	}
	if missing > 1 {
		cure += "; " + count(missing-1, "other file") + " cannot be read either"
	}
	if missing > 0 {
		x.add(Fail, "sources", says, cure)
	} else if found > 0 {
		x.add(OK, "sources", count(found, "file")+" can be read, "+size(bytes), "")
	}
	if unknown > 0 {
		var names []string
		for _, v := range x.spec.Vars {
			if !v.Default.Set && x.lacking[v.Name.V] {
				names = append(names, "--var "+v.Name.V+"="+vars.Example(v))
			}
		}
		x.add(Skipped, "sources", "the paths of "+count(unknown, "table")+" depend on vars that are not given",
			"give them, as "+strings.Join(names, " ")+", to look at the files too")
	}
}

// look opens a source and reads its header. A pipe is left alone: what is read
// of it here a run would miss.
func look(ctx context.Context, l plan.Load) (bytes int64, err error) {
	if info, err := os.Stat(l.Source); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return 0, nil
	}
	from := l.Table.Source
	reader, err := source.Open(ctx, l.Source, source.Options{Delimiter: from.Delimiter.V, Quote: from.Quote.V, Encoding: from.Encoding.V,
		Header: from.Header.V, Columns: len(l.Columns), Inside: l.Inside})
	if err != nil {
		return 0, err
	}
	return fileSize(l.Source), reader.Close()
}

// message takes an error apart: what is wrong, and what to do.
func message(err error) (says, cure string) {
	var asked *engine.UsageError
	var varUsage *vars.UsageError
	switch {
	case err == nil:
		return "", ""
	case errors.As(err, &asked):
		return asked.Message, asked.Hint
	case errors.As(err, &varUsage):
		return varUsage.Message, varUsage.Hint
	}
	if list, ok := diag.AsList(err); ok && len(list) > 0 {
		cure = list[0].Suggestion
		says = list[0].Message
		if len(list) > 1 {
			says += fmt.Sprintf(" (and %d more)", len(list)-1)
		}
		if at := list[0].Pos.String(); at != "" {
			cure = strings.TrimPrefix(cure+"\nsee "+at, "\n")
		}
		return says, cure
	}
	return err.Error(), ""
}

// Reason is an error that a finding shows as what is wrong and what to do.
func Reason(says, cure string) error { return &engine.UsageError{Message: says, Hint: cure} }

// where names a SQLite file without the folders outside the project.
func where(t database.Target) string {
	path := filepath.ToSlash(filepath.Clean(t.Path))
	if filepath.IsLocal(filepath.FromSlash(path)) {
		return path
	}
	return filepath.ToSlash(filepath.Base(path))
}

// count writes a number of things: 1 file, 2 files.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// size writes a number of bytes for people.
func size(bytes int64) string {
	switch {
	case bytes < 1000:
		return fmt.Sprintf("%d bytes", bytes)
	case bytes < 1000*1000:
		return fmt.Sprintf("%d kB", bytes/1000)
	case bytes < 1000*1000*1000:
		return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(bytes)/1e9)
}
