package run

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"slices"

	"github.com/streamflow/pipe/engine/coerce"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/source"
)

// keySeed makes hashes of keys; they are compared within one process only.
var keySeed = maphash.MakeSeed()

// parentKeys are the keys of rejected rows that other rows may refer to, so
// that an orphan can be told from one whose parent was in the file and is bad
// itself. They are kept as hashes, eight bytes a row: two keys of one hash
// would do no more than word a message wrongly.
type parentKeys []uint64

func (p *parentKeys) add(v *coerce.Value) {
	if v.Kind != coerce.Null {
		*p = append(*p, keyHash(v))
	}
}

// frozen are the keys as they are now, in order, to be searched.
func (p parentKeys) frozen() parentKeys {
	sorted := slices.Clone(p)
	slices.Sort(sorted)
	return sorted
}

// has looks into frozen keys.
func (p parentKeys) has(v *coerce.Value) bool {
	_, found := slices.BinarySearch(p, keyHash(v))
	return found
}

// keyHash is one for all spellings of a value: 1.50 is 1.5.
func keyHash(v *coerce.Value) uint64 {
	text := v.AppendCopy(nil)
	if (v.Kind == coerce.Decimal || v.Kind == coerce.Float) && bytes.IndexByte(text, '.') >= 0 && !bytes.ContainsAny(text, "eE") {
		text = bytes.TrimRight(bytes.TrimRight(text, "0"), ".")
	}
	return maphash.Bytes(keySeed, text)
}

// parentKey reads the key of a table's rows.
type parentKey struct {
	field int
	cells *coerce.Coercer
	value coerce.Value
}

// parentKeyOf gives nil for a table that no other, nor itself, refers to.
// fields are where the columns stand in the file.
func (x *execution) parentKeyOf(l plan.Load, fields []int) (*parentKey, error) {
	if !x.referenced[l.Name] || len(l.Table.PrimaryKey) != 1 {
		return nil, nil
	}
	for i, c := range l.Table.Columns {
		if c.Name.V != l.Table.PrimaryKey[0].V || fields[i] < 0 {
			continue
		}
		cells, err := coerce.New(c, l.Table.Source.NullValues, true, x.plan.Dialect)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name.V, err)
		}
		return &parentKey{field: fields[i], cells: cells}, nil
	}
	return nil, nil
}

// of is the key of a row, where it has one that can be read.
func (k *parentKey) of(record *source.Record) (*coerce.Value, bool) {
	if k == nil || record == nil || k.field >= len(record.Fields) {
		return nil, false
	}
	f := record.Fields[k.field]
	return &k.value, k.cells.Cell(f.Bytes, f.Quoted, &k.value) == ""
}

// referencedTables are the tables that a column of a loaded one refers to.
func referencedTables(p *plan.Plan) map[string]bool {
	tables := map[string]bool{}
	for _, s := range p.Steps {
		for _, a := range s.Actions {
			l, ok := a.(plan.Load)
			if !ok {
				continue
			}
			for _, c := range l.Table.Columns {
				if c.References != nil {
					tables[c.References.Table] = true
				}
			}
		}
	}
	return tables
}
