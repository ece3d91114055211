package profile

import (
	"context"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/coerce"
	"github.com/streamflow/pipe/engine/source"
	"github.com/streamflow/pipe/engine/spec"
)

// Reference is a column of one file whose values are all found in the key of
// another, by whose name it goes.
type Reference struct {
	Table, Column string
	// Parent is the table of the key, and Key its only column.
	Parent, Key string
}

// References finds the columns that reference the key of another of the files:
// by their names (orders.customer_id and customers.customer_id or customers.id),
// and because every value of every row was found there. Where several tables
// would do and no name decides, there is none, and the column's Note says so.
// No references lead round in a circle.
//
// A column that references a key of another type gets the key's type.
//
// Errors: those of File.
func References(ctx context.Context, profiles []*Profile) ([]Reference, error) {
	candidates := referenceCandidates(profiles)
	keys := map[*Profile]map[uint64]struct{}{}
	for _, c := range candidates {
		if _, known := keys[c.parent]; known {
			continue
		}
		var err error
		if keys[c.parent], err = keyValues(ctx, c.parent); err != nil {
			return nil, err
		}
	}
	for _, p := range profiles {
		of := slices.DeleteFunc(slices.Clone(candidates), func(c *candidate) bool { return c.child != p })
		if err := lookUp(ctx, p, of, keys); err != nil {
			return nil, err
		}
	}
	return choose(slices.DeleteFunc(candidates, func(c *candidate) bool { return !c.found })), nil
}

// candidate is a column that may reference a key.
type candidate struct {
	child, parent *Profile
	column        *Column
	named         bool // the column bears the parent's name
	found         bool // every value was found
}

func (c *candidate) key() *Column { return c.parent.Column(c.parent.Key[0]) }

// anonymous are names of keys that say nothing of what they are keys of.
var anonymous = []string{"id", "key", "uuid", "guid", "code", "no", "nr", "number", "name"}

func referenceCandidates(profiles []*Profile) []*candidate {
	var list []*candidate
	for _, child := range profiles {
		for i := range child.Columns {
			column := &child.Columns[i]
			if column.Distinct == 0 || !isKeyType(column.Type.Kind) || column.Type.Kind == spec.KindDate ||
				len(child.Key) == 1 && child.Key[0] == column.Name && bearsName(child.Table, column.Name) {
				continue
			}
			for _, parent := range profiles {
				if parent == child || child.Source == nil || parent.Source == nil || len(parent.Key) != 1 || parent.Rows > rememberedValues {
					continue
				}
				key := parent.Column(parent.Key[0])
				if !reads(column.Type.Kind, key.Type.Kind) {
					continue
				}
				named := bearsName(parent.Table, column.Name)
				same := strings.EqualFold(key.Name, column.Name) && !slices.Contains(anonymous, strings.ToLower(key.Name))
				if key.Type.Kind != spec.KindDate && (same || named && slices.Contains(anonymous, strings.ToLower(key.Name))) {
					list = append(list, &candidate{child: child, parent: parent, column: column, named: named})
				}
			}
		}
	}
	return list
}

// reads tells whether what was found to be of one type may be declared as
// another without losing a digit: 007 is no integer.
func reads(found, declared spec.Kind) bool {
	return found == declared || declared == spec.KindText || found == spec.KindInteger && declared == spec.KindBigint
}

// bearsName tells whether a column's name is a table's, in the singular or the
// plural, and a word for keys: customer_id for customers.
func bearsName(table, column string) bool {
	table, column = strings.ToLower(table), strings.ToLower(column)
	stems := []string{table, strings.TrimSuffix(table, "s"), strings.TrimSuffix(table, "es")}
	if stem, ok := strings.CutSuffix(table, "ies"); ok {
		stems = append(stems, stem+"y")
	}
	for _, stem := range stems {
		for _, word := range anonymous {
			if column == stem+"_"+word || column == stem+word {
				return true
			}
		}
	}
	return false
}

// reread opens a file again that was profiled.
func reread(ctx context.Context, p *Profile) *file {
	return &file{ctx: ctx, path: p.From, options: source.Options{Delimiter: p.Source.Delimiter, Quote: p.Source.Quote,
		Encoding: p.Source.Encoding, Header: p.Source.Header}}
}

// position is where a column stands in the file, which may have columns that
// the profile left out.
func (f *file) position(column string) (int, error) {
	r, err := f.open()
	if err != nil {
		return 0, err
	}
	at := slices.Index(r.Header(), column)
	if err := r.Close(); err != nil {
		return 0, err
	}
	if at < 0 {
		return 0, fmt.Errorf("%s: %w: it has no column %q any more", f.path, source.ErrChanged, column)
	}
	return at, nil
}

// keyValues are the hashes of all values of a file's key.
func keyValues(ctx context.Context, p *Profile) (map[uint64]struct{}, error) {
	f := reread(ctx, p)
	key := p.Column(p.Key[0])
	at, err := f.position(key.Name)
	if err != nil {
		return nil, err
	}
	cells, err := coerce.New(key.declared(), nil, false, spec.Postgres)
	if err != nil {
		return nil, fmt.Errorf("column %s: %w", key.Name, err)
	}
	seen := make(map[uint64]struct{}, p.Rows)
	var v coerce.Value
	err = f.read(func(record *source.Record) error {
		cells.Cell(record.Fields[at].Bytes, record.Fields[at].Quoted, &v)
		seen[hashOf(&v)] = struct{}{}
		return nil
	}, nil)
	return seen, err
}

// lookUp reads a file once to find the values of its columns in the keys.
func lookUp(ctx context.Context, p *Profile, list []*candidate, keys map[*Profile]map[uint64]struct{}) error {
	if len(list) == 0 {
		return nil
	}
	f := reread(ctx, p)
	at := make([]int, len(list))
	cells := make([]*coerce.Coercer, len(list))
	for i, c := range list {
		var err error
		if at[i], err = f.position(c.column.Name); err != nil {
			return err
		}
		if cells[i], err = coerce.New(c.asKey().declared(), nil, false, spec.Postgres); err != nil {
			return fmt.Errorf("column %s: %w", c.column.Name, err)
		}
		c.found = true
	}
	var v coerce.Value
	return f.read(func(record *source.Record) error {
		for i, c := range list {
			if !c.found {
				continue
			}
			field := record.Fields[at[i]]
			if code := cells[i].Cell(field.Bytes, field.Quoted, &v); code != "" {
				c.found = false
			} else if v.Kind != coerce.Null {
				_, c.found = keys[c.parent][hashOf(&v)]
			}
		}
		return nil
	}, nil)
}

// asKey is the column as it would be declared to reference the key.
func (c *candidate) asKey() *Column {
	column := *c.column
	column.Type = c.key().Type
	return &column
}

// choose decides between references that all hold, and makes the columns of
// the type of their keys.
func choose(found []*candidate) []Reference {
	parents := map[*Column][]*candidate{}
	for _, c := range found {
		parents[c.column] = append(parents[c.column], c)
	}
	leads := map[*Profile][]*Profile{} // child -> parents
	decided := map[*Column]bool{}
	var list []Reference
	// Names that fit decide first: what they lead to may not be led back from.
	for _, named := range []bool{true, false} {
		for _, c := range found {
			if c.named != named || decided[c.column] || reaches(leads, c.parent, c.child) {
				continue
			}
			if others := rivals(c, parents[c.column], found); len(others) > 0 {
				c.column.Note = "every value is also in " + strings.Join(others, " and in ") + ": say which one it references"
				continue
			}
			decided[c.column] = true
			leads[c.child] = append(leads[c.child], c.parent)
			list = append(list, Reference{Table: c.child.Table, Column: c.column.Name, Parent: c.parent.Table, Key: c.parent.Key[0]})
			c.column.become(c.key().Type)
		}
	}
	return list
}

// rivals are the keys that a column may as well reference: those of its other
// parents, and its own where each holds all of the other.
func rivals(c *candidate, parents, found []*candidate) []string {
	if c.named {
		return nil
	}
	var others []string
	for _, other := range parents {
		if len(parents) > 1 {
			others = append(others, other.parent.Table+"."+other.parent.Key[0])
		}
	}
	for _, back := range found {
		if len(others) == 0 && back.child == c.parent && back.parent == c.child && back.column == c.key() && c.child.Key[0] == c.column.Name {
			return []string{c.parent.Table + "." + c.parent.Key[0] + ", and the other way round"}
		}
	}
	return others
}

// reaches tells whether references lead from one table to another.
func reaches(leads map[*Profile][]*Profile, from, to *Profile) bool {
	return from == to || slices.ContainsFunc(leads[from], func(next *Profile) bool { return reaches(leads, next, to) })
}

// become gives the column the type of a key in which all its values are. Bounds
// and shapes that were found for another type say nothing any more.
func (c *Column) become(t spec.Type) {
	if c.Type == t {
		return
	}
	if t.Kind == spec.KindText {
		c.Min, c.Max, c.Format, c.Decimal, c.Thousands, c.Values = "", "", "", 0, 0, nil
	}
	c.Type, c.Note, c.Shape = t, "", ""
}

// hashOf is that of a value of a key's type.
func hashOf(v *coerce.Value) uint64 {
	if v.Kind == coerce.Int {
		return maphash.Comparable(seed, v.Int)
	}
	return maphash.Bytes(seed, v.Text)
}
