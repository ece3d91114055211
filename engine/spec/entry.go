package spec

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/streamflow/pipe/engine/diag"
)

// wordy is what names may look like that become part of a file name or are
// typed in a shell; identifier is what an expression can name.
var (
	wordy      = regexp.MustCompile(`^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$`)
	identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// isTemplate tells whether a text holds a template, so that its literal value
// is not known here.
func isTemplate(t Text) bool { return strings.Contains(t.V, "${{") }

// entry reads an entry's own keys; it returns the include patterns.
func (r *reader) entry(d *document, root *yaml.Node) (include []Text) {
	s := r.spec
	d.object(root, entryObject, d.at(1, 1), func(key string, n *yaml.Node) {
		switch key {
		case "version":
			var version Value[int]
			if d.integer(n, "version", 0, 1<<30, &version) && version.V != 1 {
				d.badValue(d.text(n), "write version: 1", "version %d is not known: this pipe reads version 1", version.V)
			}
		case "name":
			if name, ok := d.line(n, "name"); ok {
				s.Name = name
				if !wordy.MatchString(name.V) {
					d.badValue(name, "use letters, digits, _, - and .", "name %q cannot be part of a report's file name", name.V)
				}
			}
		case "description":
			s.Description, _ = d.prose(n, "description")
		case "as_of":
			s.AsOf, _ = d.line(n, "as_of")
		case "vars":
			d.named(n, "vars", "var", func(name Text, n *yaml.Node) { r.variable(d, name, n) })
			if n.Kind == yaml.SequenceNode { // told, and plain enough to go on with
				for _, item := range n.Content {
					if item.Kind == yaml.ScalarNode && !d.bad[item] {
						s.Vars = append(s.Vars, &Var{Name: d.text(item)})
					}
				}
			}
		case "targets":
			d.named(n, "targets", "target", func(name Text, n *yaml.Node) { r.target(d, name, n) })
		case "target":
			s.Target, _ = d.line(n, "target")
		case "setup":
			s.Setup = d.list(n, "setup", true)
			r.checkSetup(d, s.Setup)
		case "include":
			include = d.list(n, "include", true)
		case "timeout":
			d.duration(n, "timeout", &s.Timeout)
		case "retries":
			d.integer(n, "retries", 0, 100, &s.Retries)
		default:
			r.definitions(d, key, n)
		}
	})
	return include
}

// definitions reads the keys that entries and fragments share.
func (r *reader) definitions(d *document, key string, n *yaml.Node) {
	switch key {
	case "tables":
		d.named(n, "tables", "table", func(name Text, n *yaml.Node) { r.table(d, name, n) })
	case "snapshots":
		d.named(n, "snapshots", "snapshot", func(name Text, n *yaml.Node) { r.snapshot(d, name, n) })
	case "suites":
		items, ok := d.items(n, "suites")
		if ok && len(items) == 0 {
			d.faults.Add(d.pos(n), "empty-value", "suites is an empty list").Suggest("list a suite, or remove the key")
		}
		for _, item := range items {
			r.suite(d, item)
		}
	}
}

// define notes that a name is taken; it is false, and told, when another
// definition took it before.
func (r *reader) define(d *document, space, what string, name Text) bool {
	key := space + "\x00" + name.V
	if before, taken := r.defined[key]; taken {
		d.faults.Add(name.Pos, "defined-twice", "%s %q is defined twice; first as %s at %s", what, name.V, before.what, before.pos).
			Width(name.width()).Suggest("rename or remove one")
		return false
	}
	r.defined[key] = definition{what, name.Pos}
	return true
}

// definition is the first place that took a name.
type definition struct {
	what string
	pos  diag.Pos
}

var varTypes = []VarType{VarText, VarInteger, VarNumber, VarBoolean, VarDate, VarMonthEnd, VarPath, VarEnum}

// meantVarTypes are the words that people write for the types of vars.
var meantVarTypes = map[string]VarType{"string": VarText, "str": VarText, "int": VarInteger, "bigint": VarInteger, "float": VarNumber, "double": VarNumber,
	"numeric": VarNumber, "decimal": VarNumber, "bool": VarBoolean, "file": VarPath, "dir": VarPath, "folder": VarPath, "month": VarMonthEnd, "choice": VarEnum}

func (r *reader) variable(d *document, name Text, n *yaml.Node) {
	v := &Var{Name: name}
	if !identifier.MatchString(name.V) {
		d.badValue(name, "use letters, digits and _, not a digit first", "the var name %q cannot be used in a template", name.V)
	}
	if r.define(d, "var", "the var", name) {
		r.spec.Vars = append(r.spec.Vars, v)
	}
	if n.Kind == yaml.ScalarNode {
		choose(d, n, "the var type", varTypes, meantVarTypes, &v.Type)
		return
	}
	d.object(n, varObject, name.Pos, func(key string, n *yaml.Node) {
		switch key {
		case "type":
			choose(d, n, "the var type", varTypes, meantVarTypes, &v.Type)
		case "values":
			if items, ok := d.items(n, "values"); ok {
				v.Values = []Text{}
				for _, item := range items {
					if t, ok := d.words(item, "an item of values", "quote it"); ok {
						v.Values = append(v.Values, t)
					}
				}
			}
		case "pattern":
			v.Pattern, _ = d.line(n, "pattern")
		case "default":
			v.Default, _ = d.words(n, "default", `write "" for an empty text, or remove the key to require the var`)
		case "description":
			v.Description, _ = d.prose(n, "description")
		}
	})
	r.checkVar(d, v, n)
}

func (r *reader) checkVar(d *document, v *Var, n *yaml.Node) {
	if !v.Type.Set {
		return
	}
	values, pattern := find(n, "values"), find(n, "pattern")
	switch {
	case v.Type.V == VarEnum && values == nil:
		d.faults.Add(v.Type.Pos, "missing-key", `an enum var needs the key "values"`).Width(len(v.Type.V)).Suggest("list its values: values: [a, b]")
	case v.Type.V == VarEnum && v.Values != nil && len(v.Values) == 0 && len(values.Content) == 0:
		d.faults.Add(d.pos(values), "empty-value", "values is an empty list").Suggest("list the values")
	case v.Type.V != VarEnum && values != nil:
		d.faults.Add(d.pos(values), "misplaced-key", "values belongs to type: enum, this var is %s", v.Type.V).Suggest("write type: enum, or remove values")
	}
	if v.Type.V != VarText && pattern != nil {
		d.faults.Add(d.pos(pattern), "misplaced-key", "pattern belongs to type: text, this var is %s", v.Type.V).Suggest("remove pattern")
	}
}

// meantDrivers are the words that people write for the drivers.
var meantDrivers = map[string]Driver{"postgresql": Postgres, "pg": Postgres, "psql": Postgres, "sqlite3": SQLite, "embedded": SQLite}

var sslModes = []string{"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}

func (r *reader) target(d *document, name Text, n *yaml.Node) {
	t := &Target{Name: name}
	if !wordy.MatchString(name.V) {
		d.badValue(name, "use letters, digits, _, - and .", "the target name %q cannot be told from a URL", name.V)
	}
	if r.define(d, "target", "the target", name) {
		r.spec.Targets = append(r.spec.Targets, t)
	}
	texts := map[string]*Text{"url": &t.URL, "host": &t.Host, "port": &t.Port, "user": &t.User, "database": &t.Database,
		"schema": &t.Schema, "sslmode": &t.SSLMode, "path": &t.Path}
	ok := d.object(n, targetObject, name.Pos, func(key string, n *yaml.Node) {
		switch key {
		case "driver":
			choose(d, n, "the driver", []Driver{Postgres, SQLite}, meantDrivers, &t.Driver)
		case "password": // may hold anything, and may be empty
			t.Password, _ = d.words(n, "password", `write "" for an empty password`)
		case "setup":
			t.Setup = d.list(n, "setup", true)
			r.checkSetup(d, t.Setup)
		default:
			*texts[key], _ = d.line(n, key)
		}
	})
	if ok {
		d.checkTarget(t, n)
	}
}

func (d *document) checkTarget(t *Target, n *yaml.Node) {
	parts := []string{"host", "port", "user", "password", "database", "schema", "sslmode"}
	misplaced := func(key, why, cure string) {
		if at := find(n, key); at != nil {
			d.faults.Add(d.pos(at), "misplaced-key", "%s %s", key, why).Suggest("%s", cure)
		}
	}
	switch t.Driver.V {
	case SQLite:
		for _, key := range append([]string{"url"}, parts...) {
			misplaced(key, "belongs to a postgres target, this one is sqlite", "a sqlite target has a path; remove "+key)
		}
		if find(n, "path") == nil && !t.Path.Set {
			d.faults.Add(t.Name.Pos, "missing-key", `a sqlite target needs the key "path"`).Width(t.Name.width()).Suggest("path: .pipe/%s.db", t.Name.V)
		}
	case Postgres:
		misplaced("path", "belongs to a sqlite target, this one is postgres", "remove it, or write driver: sqlite")
		if t.URL.Set {
			for _, key := range parts[:5] {
				if find(n, key) != nil {
					misplaced(key, "stands beside url, which states it too", "keep one of them")
				}
			}
		}
	}
	if t.SSLMode.Set && !isTemplate(t.SSLMode) && !slices.Contains(sslModes, t.SSLMode.V) {
		d.badValue(t.SSLMode, diag.DidYouMean(t.SSLMode.V, sslModes), "sslmode %q is not known; it is one of %s", t.SSLMode.V, strings.Join(sslModes, ", "))
	}
	if port, err := strconv.Atoi(t.Port.V); t.Port.Set && !isTemplate(t.Port) && (err != nil || port < 1 || port > 65535) {
		d.badValue(t.Port, "PostgreSQL's own is 5432", "port must be a number from 1 to 65535, this is %q", t.Port.V)
	}
}
