package engine

import (
	"fmt"
	"strings"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
	"github.com/streamflow/pipe/engine/vars"
)

// ResolveTarget finds the target that the caller chose, or else the spec, and
// expands its templates; those of other targets are left alone. declared is nil
// when chosen is a URL.
func ResolveTarget(s *spec.Spec, chosen string, env func(string) string) (t database.Target, declared *spec.Target, err error) {
	defer func() {
		// Named, because a role's own search path may begin with the schema of
		// pipe's records: a role called pipe has one.
		if t.Driver == spec.Postgres && t.Schema == "" {
			t.Schema = "public"
		}
	}()
	if t, ok, err := database.ParseTarget(chosen); ok || err != nil {
		if err != nil {
			return t, nil, &UsageError{Message: err.Error()}
		}
		return t, nil, nil
	}
	name := chosen
	if name == "" {
		if name, err = defaultTarget(s, env); err != nil {
			return t, nil, err
		}
	}
	if strings.Contains(name, "://") {
		// Not repeated: it may come from the environment, with a password.
		return t, nil, &UsageError{Message: "the spec's target is a URL, and it takes a name", Hint: "give the URL with --target, or as the url of one of the spec's targets"}
	}
	var names []string
	for _, d := range s.Targets {
		names = append(names, d.Name.V)
		if d.Name.V == name {
			declared = d
		}
	}
	if declared == nil {
		hint := diag.DidYouMean(name, names)
		if hint == "" {
			hint = "the spec's targets are " + strings.Join(names, ", ") + "; a postgres:// URL or sqlite:FILE will do as well"
		}
		if len(names) == 0 {
			hint = "the spec declares no targets; give --target with a postgres:// URL or sqlite:FILE"
		}
		if strings.ContainsAny(name, "@=:/") {
			// It was meant as a URL, or as libpq's key=value, and may hold a password.
			return t, nil, &UsageError{Message: "the target is neither the name of one nor a URL that pipe knows", Hint: hint}
		}
		return t, nil, &UsageError{Message: fmt.Sprintf("no target %q", name), Hint: hint}
	}
	t, err = expandTarget(declared, env)
	return t, declared, err
}

func defaultTarget(s *spec.Spec, env func(string) string) (string, error) {
	switch {
	case s.Target.Set:
		return vars.ExpandEnv(s.Target, env)
	case len(s.Targets) == 1:
		return s.Targets[0].Name.V, nil
	}
	if len(s.Targets) > 0 {
		var names []string
		for _, t := range s.Targets {
			names = append(names, t.Name.V)
		}
		return "", &UsageError{Message: fmt.Sprintf("the spec has %d targets, and none by default", len(names)),
			Hint: fmt.Sprintf("give --target %s, or write target: %s into the spec", strings.Join(names, ", or --target "), names[0])}
	}
	return "", &UsageError{Message: "the spec names no target", Hint: "give --target with a postgres:// URL or sqlite:FILE, or declare targets in the spec"}
}

func expandTarget(d *spec.Target, env func(string) string) (database.Target, error) {
	t := database.Target{Name: d.Name.V, Driver: d.Driver.V}
	var list diag.List
	for _, f := range []struct {
		from spec.Text
		to   *string
	}{{d.URL, &t.URL}, {d.Host, &t.Host}, {d.Port, &t.Port}, {d.User, &t.User}, {d.Password, &t.Password},
		{d.Database, &t.Database}, {d.Schema, &t.Schema}, {d.SSLMode, &t.SSLMode}, {d.Path, &t.Path}} {
		if !f.from.Set {
			continue
		}
		text, err := vars.ExpandEnv(f.from, env)
		if l, ok := diag.AsList(err); ok {
			list = append(list, l...)
		} else if err != nil {
			return t, err
		}
		*f.to = text
	}
	if strings.Contains(t.Host, ",") {
		list.Add(d.Host.Pos, "bad-value", "the host of target %q names several servers: a run's connections must all reach one; name the one that takes writes", t.Name)
	}
	if t.URL != "" {
		if err := database.CheckURL(t.URL); err != nil {
			list.Add(d.URL.Pos, "bad-value", "the url of target %q %v", t.Name, err)
		}
	}
	for _, name := range []struct {
		what, text string
		from       spec.Text
	}{{"schema", t.Schema, d.Schema}, {"database", t.Database, d.Database}, {"user", t.User, d.User}} {
		if t.Driver == spec.Postgres && len(name.text) > 63 {
			// Cut short, it would name another one.
			list.Add(name.from.Pos, "name-too-long", "the %s of target %q has %d bytes, and PostgreSQL cuts names after 63", name.what, t.Name, len(name.text))
		}
	}
	if t.Schema == "$user" || t.Schema == "pg_temp" {
		// Quoted or not, a search path takes them for the role's own schema and for that of temporary tables.
		list.Add(d.Schema.Pos, "reserved-name", "the schema of target %q is %s, which PostgreSQL takes for another one in every session", t.Name, t.Schema).
			Suggest("name the schema that the tables are in")
	}
	if t.Driver == spec.SQLite && t.Path == "" && len(list) == 0 {
		list.Add(d.Name.Pos, "missing-key", "target %q has driver sqlite and no path", t.Name)
	}
	if t.Driver == spec.SQLite && t.Path != "" && leadsOut(t.Path) {
		list.Add(d.Path.Pos, "outside-project", "the path of target %q leads out of the project directory", t.Name).
			Suggest("only the caller may lead there, with --target sqlite:FILE")
	}
	return t, list.Err()
}
