package profile

import (
	"bufio"
	"io"
	"path/filepath"
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

// Declaration is a table of a spec, as a profile's rows would declare it.
type Declaration struct {
	Profile *Profile
	// Path is the path of the source as the spec states it, templates and all;
	// "" for the file's own.
	Path string
	// References are the columns of other tables, as table.column, that columns
	// reference.
	References map[string]string
	// MaxRejects quarantines malformed rows up to this number; 0 leaves a load
	// to fail on the first.
	MaxRejects int64
	// Comments stand above the declaration, each on a line of its own. With
	// LeftOut the declaration is itself a comment: they say why.
	Comments []string
	LeftOut  bool
}

// WriteTables prints declarations as the tables of a fragment. At least one of
// them must not be left out.
func WriteTables(w io.Writer, list []Declaration) error {
	out := &yamlWriter{Writer: bufio.NewWriter(w)}
	out.tables("", list)
	return out.Flush()
}

func (w *yamlWriter) tables(prefix string, list []Declaration) {
	w.line("%stables:", prefix)
	for i, d := range list {
		if i > 0 {
			w.line("")
		}
		for _, comment := range d.Comments {
			w.line("%s  # %s", prefix, oneLine(comment))
		}
		if d.LeftOut {
			w.table(&d, prefix+"  # ")
		} else {
			w.table(&d, prefix+"  ")
		}
	}
}

func (w *yamlWriter) table(d *Declaration, prefix string) {
	line := func(format string, args ...any) { w.line(prefix+format, args...) }
	p := d.Profile
	line("%s:", spec.Quote(p.Table))
	if p.Source != nil {
		if len(p.Left) > 0 {
			line("  # The file has columns that are left out here, and no load takes it so: rename them in it.")
		}
		if d.Path == "" && !filepath.IsLocal(p.Source.Path) {
			line("  # Outside the project, where no spec may lead: move the file, or give its path as a var of type path.")
		}
		line("  source: %s", p.Source.yaml(d.Path))
	}
	switch {
	case len(p.Key) > 0:
		note := ""
		if p.KeyFound {
			note = "   # unique in these rows: is it meant to be?"
		}
		line("  primary_key: %s%s", flow(p.Key), note)
	case p.Source != nil:
		line("  # No column, nor any combination of up to %d, is unique and without NULL: a table that is loaded needs", longestKey)
		line("  # a primary_key. Say which columns identify a row. Rows that are equal in")
		line("  # every column are two here, though a load makes them one.")
	}
	if d.MaxRejects > 0 {
		line("  # So many rows of the file are malformed, the first on line %d [%s]: they are set aside and told.", p.FirstMalformed, p.FirstCode)
		line("  on_bad_row: quarantine")
		line("  max_rejects: %d", d.MaxRejects)
	}
	line("  columns:")
	for _, c := range p.Columns {
		note := ""
		if c.Note != "" {
			note = "   # " + oneLine(c.Note)
		}
		line("    %s: %s%s", spec.Quote(c.Name), c.yaml(d.References[c.Name]), note)
	}
}

// Verbatim makes a text one that a spec takes as it stands where it takes
// templates: what would begin one is made a template that gives it.
func Verbatim(text string) string {
	if !strings.Contains(text, "${{") {
		return text
	}
	return "${{ " + quoted(text) + " }}"
}

// yaml declares the source. template is the path as a spec would have it, ""
// for the file's own.
func (s *Source) yaml(template string) string {
	var keys []string
	if s.Delimiter != 0 && s.Delimiter != ',' {
		keys = append(keys, "delimiter: "+spec.Quote(string(s.Delimiter)))
	}
	if s.Quote != 0 && s.Quote != '"' {
		keys = append(keys, "quote: "+spec.Quote(string(s.Quote)))
	}
	if s.Encoding != "" {
		keys = append(keys, "encoding: "+spec.Quote(s.Encoding))
	}
	if !s.Header {
		keys = append(keys, "header: false")
	}
	path := template
	if path == "" {
		path = Verbatim(s.Path)
	}
	if len(keys) == 0 {
		return spec.Quote(path)
	}
	return "{path: " + spec.Quote(path) + ", " + strings.Join(keys, ", ") + "}"
}

func (c *Column) yaml(references string) string {
	var keys []string
	if references != "" {
		keys = append(keys, "references: "+spec.Quote(references))
	}
	if c.Format != "" {
		keys = append(keys, "formats: ["+spec.Quote(c.Format)+"]")
	}
	if c.Decimal != 0 {
		keys = append(keys, "decimal: "+spec.Quote(string(c.Decimal)))
	}
	if c.Thousands != 0 {
		keys = append(keys, "thousands: "+spec.Quote(string(c.Thousands)))
	}
	if len(c.NullValues) > 0 {
		keys = append(keys, "null_values: "+flow(c.NullValues))
	}
	if c.Trim {
		keys = append(keys, "trim: true")
	}
	if len(keys) == 0 {
		return spec.Quote(c.Type.String())
	}
	return "{type: " + spec.Quote(c.Type.String()) + ", " + strings.Join(keys, ", ") + "}"
}
