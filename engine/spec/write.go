package spec

import "strings"

// YAML writes a column's declaration without its name, on one line, with the
// keys that it was given.
func (c *Column) YAML() string {
	keys := flowKeys{}
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
	return keys.behind("type", Quote(c.Type.V.String()))
}

// YAML writes a source on one line, with the keys that it was given.
func (s *Source) YAML() string {
	keys := flowKeys{}
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
	return keys.behind("path", Quote(s.Path.V))
}

// flowKeys are the keys of a mapping on one line.
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

// behind writes the mapping; what has no other key is its first value alone.
func (k flowKeys) behind(key, value string) string {
	if len(k) == 0 {
		return value
	}
	return "{" + key + ": " + value + ", " + strings.Join(k, ", ") + "}"
}
