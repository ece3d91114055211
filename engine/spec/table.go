package spec

import (
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

func (r *reader) table(d *document, name Text, n *yaml.Node) {
	t := &Table{Name: name, OnBadRow: Value[BadRowPolicy]{V: FailOnBadRow}}
	d.checkLength(name, "a table name")
	if r.define(d, "relation", "the table", name) {
		r.spec.Tables = append(r.spec.Tables, t)
	}
	ok := d.object(n, tableObject, name.Pos, func(key string, n *yaml.Node) {
		switch key {
		case "source":
			t.Source = d.source(n)
		case "primary_key":
			t.PrimaryKey = d.names(n, "primary_key")
			t.KeyTold = len(t.PrimaryKey) == 0
		case "columns":
			d.named(n, "columns", "column", func(name Text, n *yaml.Node) {
				if d.checkLength(name, "a column name") {
					t.Columns = append(t.Columns, d.column(name, n))
				}
			})
			t.ColumnsTold = len(t.Columns) == 0
		case "on_bad_row":
			choose(d, n, "on_bad_row", []BadRowPolicy{FailOnBadRow, Quarantine}, nil, &t.OnBadRow)
		case "max_rejects":
			d.limit(n, &t.MaxRejects)
		case "description":
			t.Description, _ = d.prose(n, "description")
		}
	})
	if !ok {
		return
	}
	limit := find(n, "max_rejects")
	switch {
	case t.OnBadRow.V == Quarantine && limit == nil:
		d.faults.Add(t.OnBadRow.Pos, "missing-key", `on_bad_row: quarantine needs the key "max_rejects"`).Width(len(t.OnBadRow.V)).
			Suggest("say how many bad rows are still a good load: max_rejects: 0.1%%, or a number of rows")
	case t.OnBadRow.V == FailOnBadRow && limit != nil && (find(n, "on_bad_row") == nil || t.OnBadRow.Set):
		d.faults.Add(d.pos(limit), "misplaced-key", "max_rejects without on_bad_row: quarantine: the first bad row fails the run anyway").
			Suggest("add on_bad_row: quarantine, or remove max_rejects")
	}
	for _, c := range t.Columns {
		if t.IsKey(c.Name.V) && !c.Nullable.Set {
			c.Nullable.V = false // keys never
		}
	}
}

var limitText = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?\s*%$|^[0-9]+$`)

func (d *document) limit(n *yaml.Node, into *Value[Limit]) {
	t, ok := d.line(n, "max_rejects")
	if !ok {
		return
	}
	number, isPercent := strings.CutSuffix(t.V, "%")
	limit := Limit{Text: t.V, IsPercent: isPercent}
	var err error
	if isPercent {
		limit.Percent, err = strconv.ParseFloat(strings.TrimSpace(number), 64)
	} else {
		limit.Rows, err = strconv.ParseInt(number, 10, 64)
	}
	if err != nil || !limitText.MatchString(t.V) || limit.Percent > 100 {
		d.badValue(t, "write 25 or 0.1%", "max_rejects must be a number of rows or a percentage from 0%% to 100%%, this is %q", t.V)
		return
	}
	*into = Value[Limit]{V: limit, Pos: t.Pos, Set: true}
}

func (d *document) source(n *yaml.Node) *Source {
	s := &Source{
		Pos:       d.pos(n),
		Format:    Value[string]{V: "csv"},
		Delimiter: Value[rune]{V: ','},
		Quote:     Value[rune]{V: '"'},
		Encoding:  Value[string]{V: "utf-8"},
		Header:    Value[bool]{V: true},
	}
	if n.Kind == yaml.ScalarNode {
		var ok bool
		if s.Path, ok = d.line(n, "source"); ok {
			s.Pos = s.Path.Pos
		}
		return s
	}
	d.object(n, sourceObject, s.Pos, func(key string, n *yaml.Node) {
		switch key {
		case "path":
			s.Path, _ = d.line(n, "path")
		case "format":
			choose(d, n, "the format", []string{"csv"}, map[string]string{"tsv": "csv", "text/csv": "csv", "txt": "csv"}, &s.Format)
		case "delimiter":
			d.character(n, "delimiter", &s.Delimiter)
		case "quote":
			d.character(n, "quote", &s.Quote)
		case "encoding":
			if t, ok := d.line(n, "encoding"); ok {
				s.Encoding = Value[string]{V: t.V, Pos: t.Pos, Set: true}
			}
		case "null_values":
			s.NullValues = d.cellWords(n, "null_values")
		case "header":
			d.boolean(n, "header", &s.Header)
		case "allow_empty":
			d.boolean(n, "allow_empty", &s.AllowEmpty)
		}
	})
	return s
}

func (d *document) column(name Text, n *yaml.Node) *Column {
	c := &Column{Name: name, Nullable: Value[bool]{V: true}, Decimal: Value[rune]{V: '.'}}
	if n.Kind == yaml.ScalarNode {
		d.columnType(n, c)
		return c
	}
	d.object(n, columnObject, name.Pos, func(key string, n *yaml.Node) {
		switch key {
		case "type":
			d.columnType(n, c)
		case "references":
			c.References = d.reference(n)
		case "optional":
			d.boolean(n, "optional", &c.Optional)
		case "nullable":
			d.boolean(n, "nullable", &c.Nullable)
		case "null_values":
			c.NullValues = d.cellWords(n, "null_values")
		case "true_values":
			c.TrueValues = d.cellWords(n, "true_values")
		case "false_values":
			c.FalseValues = d.cellWords(n, "false_values")
		case "formats":
			c.Formats = d.list(n, "formats", false)
		case "source_tz":
			c.SourceTZ, _ = d.line(n, "source_tz")
		case "decimal":
			d.character(n, "decimal", &c.Decimal)
		case "thousands":
			d.character(n, "thousands", &c.Thousands)
		case "trim":
			d.boolean(n, "trim", &c.Trim)
		case "description":
			c.Description, _ = d.prose(n, "description")
		}
	})
	return c
}

func (d *document) columnType(n *yaml.Node, c *Column) {
	t, ok := d.line(n, "the type of column "+c.Name.V)
	if !ok {
		return
	}
	parsed, problem, cure := parseType(t.V)
	if problem != "" {
		d.faults.Add(t.Pos, "bad-type", "%s", problem).Width(t.width()).Suggest("%s", cure)
		return
	}
	c.Type = Value[Type]{V: parsed, Pos: t.Pos, Set: true}
}

// reference reads table.column. A table whose name holds a dot cannot be
// referenced: where its name ends would be a guess.
func (d *document) reference(n *yaml.Node) *Reference {
	t, ok := d.line(n, "references")
	if !ok {
		return nil
	}
	parts := strings.Split(t.V, ".")
	if len(parts) != 2 || parts[0] == "" || parts[1] == "" {
		cure := "write table.column"
		if len(parts) == 1 {
			cure = "name the column too: " + t.V + "." + "<its primary key>"
		}
		d.badValue(t, cure, "references must be one table and one of its columns, this is %q", t.V)
		return nil
	}
	return &Reference{Text: t, Table: parts[0], Column: parts[1]}
}
