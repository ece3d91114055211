package profile

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/coerce"
	"github.com/streamflow/pipe/engine/source"
	"github.com/streamflow/pipe/engine/spec"
)

const (
	// longestKey is how many columns a key has at most.
	longestKey = 3
	// keyColumns is how many columns are combined to find a key.
	keyColumns = 10
)

// nameRank is how little a column's name looks like a key's: 0 for the table's
// own id.
func nameRank(table, name string) int {
	name, table = strings.ToLower(name), strings.ToLower(table)
	singular := strings.TrimSuffix(table, "s")
	switch {
	case name == "id", name == table+"_id", name == singular+"_id", name == singular+"id":
		return 0
	case strings.HasSuffix(name, "_id"), name == "uuid", name == "key":
		return 1
	case strings.HasSuffix(name, "id"), strings.HasSuffix(name, "_key"), strings.HasSuffix(name, "_code"),
		strings.HasSuffix(name, "_no"), strings.HasSuffix(name, "_number"), name == "code", name == "number":
		return 2
	}
	return 3
}

// IsKeyNamed tells whether the key is one column whose name is that of a key,
// so that uniqueness is not all that speaks for it.
func (p *Profile) IsKeyNamed() bool {
	return len(p.Key) == 1 && nameRank(p.Table, p.Key[0]) < 3
}

// candidates are the columns that a key may be made of, the likeliest first.
func (p *Profile) candidates() []int {
	var list []int
	for i, c := range p.Columns {
		isText := c.Type.Kind == spec.KindText
		if isKeyType(c.Type.Kind) && c.Nulls == 0 && p.leftOut(i) == "" && !(isText && (c.Shortest == 0 || c.Longest > longestValue)) {
			list = append(list, i)
		}
	}
	rank := func(i int) int {
		if p.Columns[i].Type.Kind == spec.KindDate {
			return 4 // alone, a date is a key by chance more often than not
		}
		return nameRank(p.Table, p.Columns[i].Name)
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(rank(a), rank(b)) })
	return list
}

// single is the column that is a key by itself, "" when there is none.
func (p *Profile) single() string {
	for _, i := range p.candidates() {
		if p.Columns[i].Unique == Yes {
			return p.Columns[i].Name
		}
	}
	return ""
}

// key finds what serves as a primary key in the file: one column, or the
// shortest combination of columns that is unique. Rows that are equal in every
// column are two rows here, though a load makes them one: whether they are the
// same thing told twice is for people to say, who alone know what a row is.
func (f *file) key(p *Profile) ([]string, error) {
	if name := p.single(); name != "" {
		return []string{name}, nil
	}
	columns := p.combinable()
	for size := 2; size <= min(longestKey, len(columns)); size++ {
		found, err := f.unique(p, combinations(columns, size))
		if err != nil || found == nil {
			if err != nil {
				return nil, err
			}
			continue
		}
		slices.Sort(found) // in the order of the file
		var names []string
		for _, i := range found {
			names = append(names, p.Columns[i].Name)
		}
		return names, nil
	}
	return nil, nil
}

// combinable are the candidates with several values, in the file's order among
// those equally likely.
func (p *Profile) combinable() []int {
	var list []int
	for _, i := range p.candidates() {
		if c := p.Columns[i]; c.Distinct > 1 && c.Unique == No {
			list = append(list, i)
		}
	}
	return list[:min(len(list), keyColumns)]
}

// combinations are the ways to choose size of the columns, the likeliest first.
func combinations(columns []int, size int) [][]int {
	if size == 0 {
		return [][]int{nil}
	}
	var list [][]int
	for i := range columns {
		for _, rest := range combinations(columns[i+1:], size-1) {
			list = append(list, append([]int{columns[i]}, rest...))
		}
	}
	return list
}

// unique reads the file once more for the first of the combinations that no two
// rows agree in; nil when there is none, or when it would take more memory than
// is meant for it.
func (f *file) unique(p *Profile, combinations [][]int) ([]int, error) {
	left := &budget{rememberedValues}
	var open []*combination
	for _, columns := range combinations {
		if !p.mayBeUnique(columns) {
			continue
		}
		t := newTally(true, left)
		t.most = 0
		open = append(open, &combination{columns, t})
	}
	if len(open) == 0 {
		return nil, nil
	}
	row := make([]uint64, len(p.Columns))
	var v coerce.Value
	var joined maphash.Hash
	joined.SetSeed(seed)
	err := f.read(func(record *source.Record) error {
		for i := range row {
			field := &record.Fields[i]
			// It fitted when it was read before.
			f.cells[i].Cell(field.Bytes, field.Quoted, &v)
			row[i] = hashOf(&v)
		}
		for _, c := range open {
			joined.Reset()
			for _, i := range c.columns {
				maphash.WriteComparable(&joined, row[i])
			}
			c.tally.addHash(joined.Sum64())
		}
		open = slices.DeleteFunc(open, func(c *combination) bool { return c.tally.seen == nil })
		return nil
	}, nil)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	return open[0].columns, nil
}

type combination struct {
	columns []int
	tally   *tally
}

// mayBeUnique tells whether the columns have values enough for all rows.
func (p *Profile) mayBeUnique(columns []int) bool {
	ways := int64(1)
	for _, i := range columns {
		if p.Columns[i].MoreDistinct {
			return true
		}
		ways *= p.Columns[i].Distinct
	}
	return ways >= p.Rows
}
