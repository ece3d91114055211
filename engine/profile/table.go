package profile

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/spec"
)

// TableOptions say which table is looked at.
type TableOptions struct {
	Table string
	// Columns and Key are those that a spec declares; without columns, the
	// database's own.
	Columns []dialect.Column
	Key     []string
	// Tell is told in a sentence what is about to be scanned; nil for nobody.
	Tell func(string)
}

// UnknownTableError says that the target has no such table.
type UnknownTableError struct {
	Table, Where string
	Tables       []string // that it has
}

// Error names the table and the target.
func (e *UnknownTableError) Error() string {
	return fmt.Sprintf("%s has no table or view %q", e.Where, e.Table)
}

// columnsPerScan bounds the outputs of one query: PostgreSQL gives 1664 at
// most.
const columnsPerScan = 200

// Table looks at every row of a table or view, in one read-only transaction
// that sees one state of it: one scan for all columns, one more for each column
// of few values, and one for the texts that may have a shape.
//
// Errors: *UnknownTableError, *EmptyError, those of package database, or the
// context's.
func Table(ctx context.Context, db *database.DB, o TableOptions) (p *Profile, err error) {
	s, err := db.Session(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.BeginReadOnly(ctx); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Rollback(ctx)) }()
	t := &table{ctx: ctx, s: s, d: dialect.For(db.Target.Driver), tell: o.Tell}
	if t.tell == nil {
		t.tell = func(string) {}
	}
	p = &Profile{Table: o.Table, From: fmt.Sprintf("table %s of %s", o.Table, db.Target.Where()), Declared: len(o.Columns) > 0}
	if err := t.describe(p, o, db.Target.Where()); err != nil {
		return nil, err
	}
	if err := t.figures(p); err != nil {
		return nil, err
	}
	if p.Rows == 0 {
		return nil, &EmptyError{From: p.From, What: "row"}
	}
	if err := t.values(p); err != nil {
		return nil, err
	}
	if err := t.shapes(p); err != nil {
		return nil, err
	}
	if p.Key == nil {
		if name := p.single(); name != "" {
			p.Key, p.KeyFound = []string{name}, true
		}
	}
	return p, nil
}

// table is one table in its transaction.
type table struct {
	ctx  context.Context
	s    *database.Session
	d    dialect.Dialect
	tell func(string)
}

// describe finds the table's columns, their types and the primary key.
func (t *table) describe(p *Profile, o TableOptions, where string) error {
	var known []string
	if err := t.rows(t.d.Relations(), func(v []any) { known = append(known, text(v[0])) }); err != nil {
		return err
	}
	if !slices.Contains(known, o.Table) {
		return &UnknownTableError{Table: o.Table, Where: where, Tables: known}
	}
	types := map[string]string{}
	places := map[int64]string{}
	var names []string
	err := t.rows(t.d.RelationColumns(o.Table), func(v []any) {
		name := text(v[0])
		names = append(names, name)
		types[name] = text(v[1])
		if place := integer(v[2]); place > 0 {
			places[place] = name
		}
	})
	if err != nil {
		return err
	}
	p.Key = slices.Clone(o.Key)
	for place := int64(1); len(o.Key) == 0 && places[place] != ""; place++ {
		p.Key = append(p.Key, places[place])
	}
	for _, c := range o.Columns {
		if _, ok := types[c.Name]; !ok {
			p.Left = append(p.Left, Omission{c.Name, "which the spec declares and the table does not have"})
			continue
		}
		p.Columns = append(p.Columns, Column{Name: c.Name, Type: c.Type})
	}
	for _, name := range names {
		if len(o.Columns) > 0 {
			break
		}
		if kind, ok := typeOf(types[name], t.d.Driver()); ok {
			p.Columns = append(p.Columns, Column{Name: name, Type: kind})
		} else {
			why := "which has no type"
			if types[name] != "" {
				why = "whose type " + types[name] + " is none that a spec declares"
			}
			p.Left = append(p.Left, Omission{name, why})
		}
	}
	if slices.ContainsFunc(p.Key, func(name string) bool { return p.Column(name) == nil }) {
		p.Key = nil
	}
	return p.leaveUnnameable()
}

var databaseType = regexp.MustCompile(`^([a-z ]+?) ?(?:\(([0-9]+)(?:, ?([0-9]+))?\))?( without time zone| with time zone)?$`)

// typeOf is the type that a spec declares for one of the database's.
func typeOf(name string, driver spec.Driver) (spec.Type, bool) {
	m := databaseType.FindStringSubmatch(name)
	if m == nil {
		return spec.Type{}, false
	}
	t := spec.Type{Kind: kinds[m[1]]}
	switch {
	case m[1] == "timestamp" && m[4] == " with time zone":
		t.Kind = spec.KindTimestamptz
	case m[1] == "integer" && driver == spec.SQLite:
		t.Kind = spec.KindBigint // SQLite's integers have 64 bits
	case t.Kind == spec.KindNumeric && m[2] != "":
		t.Precision, _ = strconv.Atoi(m[2]) // digits, by the expression
		t.Scale, _ = strconv.Atoi(m[3])     // "" is 0
	}
	return t, t.Kind != ""
}

// kinds are the types of both databases by the names they have there.
var kinds = map[string]spec.Kind{
	"text": spec.KindText, "character varying": spec.KindText, "varchar": spec.KindText, "character": spec.KindText, "char": spec.KindText,
	"nvarchar": spec.KindText, "clob": spec.KindText,
	"smallint": spec.KindInteger, "integer": spec.KindInteger, "int": spec.KindBigint, "bigint": spec.KindBigint,
	"numeric": spec.KindNumeric, "decimal": spec.KindNumeric,
	"real": spec.KindDouble, "double precision": spec.KindDouble, "double": spec.KindDouble, "float": spec.KindDouble,
	"boolean": spec.KindBoolean, "bool": spec.KindBoolean, "date": spec.KindDate, "timestamp": spec.KindTimestamp, "datetime": spec.KindTimestamp,
	"uuid": spec.KindUUID,
}

// figures scans the table once, or once for each part of a very wide one.
func (t *table) figures(p *Profile) error {
	scans := (len(p.Columns) + columnsPerScan - 1) / columnsPerScan
	t.tell(fmt.Sprintf("scanning %s: %s for the figures of %s", p.From, counted(int64(scans), "query"), counted(int64(len(p.Columns)), "column")))
	var kept []Column
	for columns := range slices.Chunk(p.Columns, columnsPerScan) {
		found, err := t.s.One(t.ctx, dialect.ProfileColumns(t.d, relation(p.Table, columns)))
		if err != nil {
			return err
		}
		p.Rows = integer(found["rows"])
		for i, c := range columns {
			get := func(what string) any { return found["c"+strconv.Itoa(i)+"_"+what] }
			if odd := integer(get("odd")); odd > 0 {
				p.Left = append(p.Left, Omission{c.Name, fmt.Sprintf("which holds %s of another type than %s", counted(odd, "value"), c.Type)})
				continue
			}
			n := integer(get("n"))
			c.Nulls, c.Distinct = p.Rows-n, integer(get("distinct"))
			c.Shortest, c.Longest = integer(get("short")), integer(get("long"))
			c.Min, c.Max = text(get("min")), text(get("max"))
			if isKeyType(c.Type.Kind) {
				c.Unique = No
				if c.Distinct == n {
					c.Unique = Yes
				}
			}
			kept = append(kept, c)
		}
	}
	if p.Columns = kept; len(kept) == 0 {
		return &EmptyError{From: p.From, What: "column that a spec can declare"}
	}
	if slices.ContainsFunc(p.Key, func(name string) bool { return p.Column(name) == nil }) {
		p.Key = nil
	}
	return nil
}

// values asks for the values of columns that have few.
func (t *table) values(p *Profile) error {
	for i := range p.Columns {
		c := &p.Columns[i]
		isKept := c.Type.Kind == spec.KindText && c.Longest <= longestValue || c.Type.Kind == spec.KindBoolean ||
			c.Type.Kind == spec.KindInteger || c.Type.Kind == spec.KindBigint
		if !isKept || c.Distinct > FewValues || c.Distinct == 0 {
			continue
		}
		query := dialect.ProfileValues(t.d, relation(p.Table, nil), dialect.Column{Name: c.Name, Type: c.Type}, FewValues+1)
		err := t.rows(query, func(v []any) { c.Values = append(c.Values, Value{text(v[0]), integer(v[1])}) })
		if err != nil {
			return err
		}
		sortValues(c.Values)
	}
	return nil
}

// shapes reads the texts that may have a shape, every one of them.
func (t *table) shapes(p *Profile) error {
	var asked []Column
	var learn []*shape
	var into []*Column
	for i := range p.Columns {
		c := &p.Columns[i]
		if c.Type.Kind == spec.KindText && c.Longest > 0 && !c.isSet(p.Rows) && c.Longest <= longestShape {
			asked, learn, into = append(asked, *c), append(learn, &shape{}), append(into, c)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	t.tell(fmt.Sprintf("reading the texts of %s for their shapes: %s", counted(int64(len(asked)), "column"), counted(p.Rows, "row")))
	var scratch []byte
	err := t.rows(dialect.ProfileTexts(t.d, relation(p.Table, asked)), func(v []any) {
		for i, s := range learn {
			if v[i] != nil {
				scratch = append(scratch[:0], text(v[i])...)
				s.add(scratch)
			}
		}
	})
	for i, s := range learn {
		into[i].Shape = s.expression()
	}
	return err
}

// relation is what a query needs to know of the table.
func relation(name string, columns []Column) dialect.Table {
	t := dialect.Table{Name: name}
	for _, c := range columns {
		t.Columns = append(t.Columns, dialect.Column{Name: c.Name, Type: c.Type})
	}
	return t
}

func (t *table) rows(query string, each func(values []any)) error {
	return t.s.Rows(t.ctx, func(_ []string, values []any) error {
		each(values)
		return nil
	}, query)
}

// text is a value that a query gives as text, "" for NULL.
func text(v any) string {
	s, _ := v.(string)
	return s
}

// integer is a value that a query gives as a whole number, 0 for NULL.
func integer(v any) int64 {
	switch v := v.(type) {
	case int64:
		return v
	case int32:
		return int64(v)
	}
	return 0
}
