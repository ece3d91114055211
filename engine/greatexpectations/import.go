package greatexpectations

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

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
	i := &Imported{Suite: s.name, Version: s.version, Table: table, LeftOut: map[string]int{}, file: file, notes: s.notes}
	if table == "" {
		i.Table, i.Guess = s.guessTable()
	}
	for _, key := range s.unknown {
		i.LeftOut[key]++
	}
	for n, item := range s.items {
		c := &conversion{table: i.Table, modern: s.modern, stored: item, parameters: s.parameters, dropped: map[string]int{}}
		c.out.Index = n
		o := c.convert()
		for key, count := range c.dropped {
			if o.Carried {
				i.LeftOut[key] += count
			}
		}
		i.Expectations = append(i.Expectations, o)
	}
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
	return "Great Expectations " + i.Version
}

// WriteYAML writes the suite, as a file that an entry includes.
func (i *Imported) WriteYAML(w io.Writer) error {
	var b strings.Builder
	b.WriteString(comment(fmt.Sprintf("Suite %s of %s, from %s: %s.", scalar(i.Suite), i.from(), filepath.Base(i.file), i.summary()), ""))
	if i.Carried() < len(i.Expectations) {
		b.WriteString(comment("What was not stands at its place as a comment, with the reason.", ""))
	}
	if i.notes != "" {
		b.WriteString(comment(i.notes, ""))
	}
	if i.Carried() == 0 {
		b.WriteString(comment("A suite needs an expectation, so that this file is none yet.", ""))
	} else {
		b.WriteString("suites:\n  - table: " + scalar(i.Table) + "\n")
		if i.Suite != i.Table {
			b.WriteString("    name: " + scalar(i.Suite) + "\n")
		}
		b.WriteString("    expectations:\n")
	}
	for _, o := range i.Expectations {
		b.WriteString(o.text)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteReport writes, for people, what was carried over and what was not.
func (i *Imported) WriteReport(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: suite %s of %s, for the table %s\n", i.file, scalar(i.Suite), i.from(), scalar(i.Table))
	if i.Guess != "" {
		fmt.Fprintf(&b, "the table's name is a guess from %s; --table NAME says it\n", i.Guess)
	}
	b.WriteString(i.summary() + "\n")
	for _, o := range i.Expectations {
		if o.Carried {
			continue
		}
		fmt.Fprintf(&b, "\n%s: [%d] %s was not carried over\n  %s\n", o.Pos, o.Index, o.Name, o.Reason)
		if o.Cure != "" {
			b.WriteString("  " + strings.ReplaceAll(o.Cure, "\n", "\n  ") + "\n")
		}
	}
	for _, o := range i.Expectations {
		for _, note := range o.Notes {
			if o.Carried {
				fmt.Fprintf(&b, "\n%s: [%d] %s\n  %s\n", o.Pos, o.Index, o.Name, note)
			}
		}
	}
	if len(i.LeftOut) > 0 {
		var list []string
		for _, key := range slices.Sorted(maps.Keys(i.LeftOut)) {
			list = append(list, fmt.Sprintf("%s (%d)", key, i.LeftOut[key]))
		}
		fmt.Fprintf(&b, "\nleft out, since no verdict depends on it: %s\n", strings.Join(list, ", "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
