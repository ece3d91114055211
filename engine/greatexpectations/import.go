package greatexpectations

import (
	"fmt"

	"github.com/streamflow/pipe/engine/diag"
)

// Imported is a suite carried over.
type Imported struct {
	// Suite is its name in Great Expectations, Version the version that wrote
	// it, empty where the file does not tell.
	Suite, Version string
	// Table is the table that the suite is about; Guess says where its name was
	// found when the caller gave none.
	Table, Guess string
	// Expectations are in the order of the file.
	Expectations []Outcome
	// LeftOut counts the arguments and keys that pipe has no use for.
	LeftOut map[string]int
	// Remarks say what is worth knowing of the suite as a whole.
	Remarks []string

	file, notes string
}

// Import reads a suite of Great Expectations. file is its name, for places; table
// is the table that the suite is about, guessed when empty. The list holds what
// is wrong with the file; with errors in it there is no suite.
func Import(file string, text []byte, table string) (*Imported, diag.List) {
	s, list := readSuite(file, text)
	if list.HasErrors() {
		return nil, list
	}
	i := &Imported{Suite: s.name, Version: s.version, Table: table, LeftOut: map[string]int{}, Remarks: s.remarks, file: file, notes: s.notes}
	if table == "" {
		i.Table, i.Guess = s.guessTable()
	}
	if list = append(list, s.headFaults(i.Table, table != "")...); list.HasErrors() {
		return nil, list
	}
	for _, key := range s.unused {
		i.LeftOut[key]++
	}
	for n, item := range s.items {
		c := &conversion{head: head(i.Table, i.Suite), table: i.Table, generation: s.generations[n], stored: item, parameters: s.parameters, dropped: map[string]int{}}
		c.out.Index = n
		o := c.convert()
		for key, count := range c.dropped {
			if o.Carried {
				i.LeftOut[key] += count
			}
		}
		i.Expectations = append(i.Expectations, o)
	}
	i.remarkOnRegexps()
	return i, nil
}

// Carried counts the expectations that were carried over.
func (i *Imported) Carried() int {
	n := 0
	for _, o := range i.Expectations {
		if o.Carried {
			n++
		}
	}
	return n
}

func (i *Imported) summary() string {
	return fmt.Sprintf("%d of %d expectations carried over", i.Carried(), len(i.Expectations))
}

// from says which Great Expectations wrote the suite.
func (i *Imported) from() string {
	if i.Version == "" {
		return "Great Expectations"
	}
	return "Great Expectations " + onOneLine.Replace(i.Version)
}
