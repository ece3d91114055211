package spec

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/streamflow/pipe/engine/diag"
)

// named walks a mapping of names to things: tables, vars, columns.
func (d *document) named(n *yaml.Node, what, item string, each func(name Text, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.wrongType(n, what, "a mapping of names", "write name: ... for each "+item)
		return
	}
	if len(n.Content) == 0 && !d.bad[n] {
		d.faults.Add(d.pos(n), "empty-value", "%s is an empty mapping", what).Suggest("name something in it, or remove the key")
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := d.text(n.Content[i])
		switch {
		case d.bad[n.Content[i]]:
			continue
		case name.V == "":
			d.faults.Add(name.Pos, "empty-value", "an empty name in %s", what).Suggest("name the %s", item)
			continue
		case strings.ContainsAny(name.V, "\x00\n\r"):
			d.badValue(name, "choose another name", "a name in %s holds a line break or NUL", what)
			continue
		}
		d.warnInvisible(n.Content[i], name, what)
		each(name, n.Content[i+1])
	}
}

// warnInvisible warns of a name with a character that nobody sees: a no-break
// space that an editor put into the indentation is part of the name. Between
// quotes it is meant.
func (d *document) warnInvisible(n *yaml.Node, name Text, what string) {
	if d.ascii || !isPlain(n) {
		return
	}
	offset := 0
	for _, r := range name.V {
		if r != ' ' && unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			d.faults.Warn(name.At(offset), "invisible-character", "a name in %s holds the character U+%04X, which nobody sees", what, r).
				Width(1).Suggest("remove it, or quote the name if files have it too")
			return
		}
		offset++
	}
}

// object walks the keys of a mapping whose keys the format gives. It tells
// unknown and missing keys; each is called for the known ones. at is where a
// missing key is told.
func (d *document) object(n *yaml.Node, o Object, at diag.Pos, each func(key string, value *yaml.Node)) bool {
	if n.Kind != yaml.MappingNode {
		d.wrongType(n, o.Name, "a mapping", "its keys: "+strings.Join(o.names(), ", ")+o.also)
		return false
	}
	n = d.gathered(n, o)
	misspelt := map[string]bool{}
	known, unknown := false, false // whether it has keys of this object, and keys that are none of it
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch before, rest, _ := strings.Cut(key.Value, ":"); {
		case d.bad[key]:
		case o.has(key.Value):
			known = true
			each(key.Value, n.Content[i+1])
		case rest != "" && o.has(before) && isPlain(key) && holdsNothing(n.Content[i+1]):
			value := d.missingBlank(key, before, rest)
			known = true
			if find(n, before) == nil {
				misspelt[before] = true
				each(before, value)
			}
		default:
			// What was surely meant is read as if it stood there, so that nothing
			// else is told of what the slip alone made missing.
			meant, value := d.unknownKey(key, o), n.Content[i+1]
			if meant != "" && !misspelt[meant] && find(n, meant) == nil && !holdsNothing(value) {
				each(meant, value)
			}
			misspelt[meant] = true
			known, unknown = known || meant != "", true
		}
	}
	for _, key := range o.Required {
		if find(n, key) == nil && !d.bad[n] && !misspelt[key] && (known || !unknown) && !(d.broken && (o.Name == entryObject.Name || o.Name == fragmentObject.Name)) {
			d.faults.Add(at, "missing-key", "%s needs the key %q", o.Name, key)
		}
	}
	return true
}

// missingBlank tells of {type:date}, which is one key to YAML, without a value,
// and gives the value that it was meant to have.
func (d *document) missingBlank(key *yaml.Node, before, rest string) *yaml.Node {
	d.faults.Add(d.pos(key), "unknown-key", "a blank is missing behind the colon of %q, so YAML takes all of it for a key", before).
		Width(utf8.RuneCountInString(key.Value)).Suggest("write %s: %s", before, rest)
	value := *key
	value.Value, value.Column = rest, key.Column+utf8.RuneCountInString(before)+1
	return &value
}

// parted gives a mapping whose keys are words as it was meant where a blank is
// missing behind a colon, which it tells.
func (d *document) parted(n *yaml.Node) *yaml.Node {
	mended := *n
	mended.Content = nil
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		before, rest, _ := strings.Cut(key.Value, ":")
		if rest == "" || !wordy.MatchString(before) || !isPlain(key) || !holdsNothing(value) || d.bad[key] {
			mended.Content = append(mended.Content, key, value)
			continue
		}
		value = d.missingBlank(key, before, rest)
		if find(n, before) == nil {
			word := *key
			word.Value = before
			mended.Content = append(mended.Content, &word, value)
		}
	}
	return &mended
}

// holdsNothing tells whether there is nothing behind a key.
func holdsNothing(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && scalarKind(n) == NodeNull || n.Kind != yaml.ScalarNode && n.Kind != yaml.AliasNode && len(n.Content) == 0
}

// unknownKey tells a key that an object does not have, what was meant, and
// where it belongs. It returns the key that was probably meant, or "".
func (d *document) unknownKey(key *yaml.Node, o Object) string {
	fault := d.faults.Add(d.pos(key), "unknown-key", "unknown key %q in %s", key.Value, o.Name).Width(utf8.RuneCountInString(key.Value))
	if o.Name == fragmentObject.Name {
		fault.Message += ": a file without version holds tables, suites and snapshots only"
	}
	var cures []string
	meant := diag.Nearest(key.Value, o.names())
	if meant != "" {
		cures = append(cures, `did you mean "`+meant+`"?`)
	}
	var homes []string
	for _, other := range objects {
		if other.Name != o.Name && other.has(key.Value) {
			homes = append(homes, other.Name)
		}
	}
	// A key such as description belongs nearly everywhere: that helps nobody.
	if len(homes) > 0 && len(homes) <= 2 {
		cures = append(cures, `"`+key.Value+`" is a key of `+strings.Join(homes, " and of "))
	}
	if len(cures) == 0 {
		cures = append(cures, "its keys: "+strings.Join(o.names(), ", ")+o.also)
	}
	fault.Suggest("%s", strings.Join(cures, " "))
	return meant
}

// find gives the value of a key in a mapping node, nil when there is none.
func find(n *yaml.Node, key string) *yaml.Node {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				return n.Content[i+1]
			}
		}
	}
	return nil
}
