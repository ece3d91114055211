package spec

import "strings"

// YAML writes a column's declaration without its name, on one line, with the
// keys that it was given.
func (c *Column) YAML() string { return c.keys().flow() }

// Lines writes the same as lines of a block mapping.
func (c *Column) Lines() []string { return c.keys() }

func (c *Column) keys() flowKeys {
	keys := flowKeys{"type: " + Quote(c.Type.V.String())}
	if c.References != nil {
		keys.text("references", c.References.Text)
	}
	keys.truth("optional", c.Optional)
	keys.truth("nullable", c.Nullable)
	keys.list("null_values", c.NullValues)
	keys.list("true_values", c.TrueValues)
	keys.list("false_values", c.FalseValues)
	keys.list("formats", c.Formats)
	keys.text("source_tz", c.SourceTZ)
	keys.character("decimal", c.Decimal)
	keys.character("thousands", c.Thousands)
	keys.truth("trim", c.Trim)
	keys.text("description", c.Description)
	return keys
}

// YAML writes a source on one line, with the keys that it was given.
func (s *Source) YAML() string {
	keys := flowKeys{"path: " + Quote(s.Path.V)}
	if s.Format.Set {
		keys.add("format", Quote(s.Format.V))
	}
	keys.character("delimiter", s.Delimiter)
	keys.character("quote", s.Quote)
	if s.Encoding.Set {
		keys.add("encoding", Quote(s.Encoding.V))
	}
	keys.list("null_values", s.NullValues)
	keys.truth("header", s.Header)
	keys.truth("allow_empty", s.AllowEmpty)
	return keys.flow()
}

// flowKeys are the keys of a mapping with their values, the first of which may
// stand for all of it.
type flowKeys []string

func (k *flowKeys) add(key, value string) { *k = append(*k, key+": "+value) }

func (k *flowKeys) text(key string, t Text) {
	if t.Set {
		k.add(key, Quote(t.V))
	}
}

func (k *flowKeys) truth(key string, v Value[bool]) {
	switch {
	case v.Set && v.V:
		k.add(key, "true")
	case v.Set:
		k.add(key, "false")
	}
}

func (k *flowKeys) character(key string, v Value[rune]) {
	if v.Set {
		k.add(key, Quote(string(v.V)))
	}
}

func (k *flowKeys) list(key string, texts []Text) {
	if texts == nil {
		return
	}
	var quoted []string
	for _, t := range texts {
		quoted = append(quoted, Quote(t.V))
	}
	k.add(key, "["+strings.Join(quoted, ", ")+"]")
}

// flow writes the mapping on one line; what has one key is its value alone.
func (k flowKeys) flow() string {
	if len(k) == 1 {
		_, value, _ := strings.Cut(k[0], ": ")
		return value
	}
	return "{" + strings.Join(k, ", ") + "}"
}
