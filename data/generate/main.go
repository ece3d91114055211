package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// options say what to make.
type options struct {
	customers int
	months    int
	seed      uint64
	out       string // the folder that gets month_000, month_001, ...
}

// shipped are the options that data/seeds is made with.
var shipped = options{customers: 2000, months: 2, seed: 20240131, out: filepath.Join("data", "seeds")}

func main() {
	o := shipped
	flag.IntVar(&o.customers, "customers", o.customers, "how many customers")
	flag.IntVar(&o.months, "months", o.months, "how many months, each a folder of its own")
	flag.Uint64Var(&o.seed, "seed", o.seed, "the same seed gives the same bytes")
	flag.StringVar(&o.out, "out", o.out, "the folder that gets month_000, month_001, ...")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "generate: %q is not a flag; see -help\n", flag.Arg(0))
		os.Exit(2)
	}
	if o.customers < 1 || uint64(o.customers) > identities || o.months < 1 || o.months > 999 {
		fmt.Fprintf(os.Stderr, "generate: -customers must be between 1 and %d, -months between 1 and 999\n", uint64(identities))
		os.Exit(2)
	}
	if err := write(o); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// write makes the folders and files of all months in one pass over the
// customers.
func write(o options) (err error) {
	var months []month
	defer func() {
		for _, m := range months {
			err = errors.Join(err, m.close())
		}
	}()
	for i := range o.months {
		m, openErr := openMonth(filepath.Join(o.out, fmt.Sprintf("month_%03d", i)))
		months = append(months, m)
		if openErr != nil {
			return openErr
		}
	}
	for i := range o.customers {
		c := newCustomer(o.seed, uint64(i))
		for m := range months {
			if m > 0 {
				c.nextMonth(o.seed, m)
			}
			if err := months[m].add(c); err != nil {
				return err
			}
		}
	}
	return nil
}

// month is the open files of one month, in the order of tables.
type month struct {
	files   []*os.File
	buffers []*bufio.Writer
	line    []byte
}

func openMonth(folder string) (month, error) {
	var m month
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return m, err
	}
	for _, t := range tables {
		f, err := os.Create(filepath.Join(folder, t.name+".csv"))
		if err != nil {
			return m, err
		}
		w := bufio.NewWriterSize(f, 1<<16)
		m.files, m.buffers = append(m.files, f), append(m.buffers, w)
		if _, err := io.WriteString(w, t.header+"\n"); err != nil {
			return m, err
		}
	}
	return m, nil
}

func (m *month) add(c *customer) error {
	for i, t := range tables {
		m.line = append(m.line[:0], c.id...)
		m.line = append(t.row(m.line, c), '\n')
		if _, err := m.buffers[i].Write(m.line); err != nil {
			return err
		}
	}
	return nil
}

func (m *month) close() error {
	var all error
	for i := range m.files {
		all = errors.Join(all, m.buffers[i].Flush(), m.files[i].Close())
	}
	return all
}
