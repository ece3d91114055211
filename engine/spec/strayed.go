package spec

import (
	"slices"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/streamflow/pipe/engine/diag"
)

// gathered puts under a key that holds names what stands behind it and is not
// indented so: tables behind tables:, a column behind the columns of its table. It
// tells the first of them, and what they hold is read.
func (d *document) gathered(n *yaml.Node, o Object) *yaml.Node {
	odd := false
	for i := 0; i+1 < len(n.Content); i += 2 {
		odd = odd || !o.has(n.Content[i].Value)
	}
	if !odd {
		return n
	}
	whole := *n
	whole.Content = nil
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		to := i + 2
		if k, holds := o.holder(key.Value); holds && (isEmpty(value) || value.Kind == yaml.MappingNode) && !d.bad[value] {
			for to+1 < len(n.Content) && d.isStray(o, k, n.Content[to], n.Content[to+1]) {
				to += 2
			}
		}
		if strays := n.Content[i+2 : to]; len(strays) > 0 {
			cure := "indent it under "
			if len(strays) > 2 {
				cure = "indent it and what follows under "
			}
			d.faults.Add(d.pos(strays[0]), "unknown-key", "unknown key %q in %s", strays[0].Value, o.Name).
				Width(utf8.RuneCountInString(strays[0].Value)).Suggest("%s", cure+key.Value)
			value = &yaml.Node{Kind: yaml.MappingNode, Line: key.Line, Column: key.Column, Content: slices.Concat(value.Content, strays)}
		}
		whole.Content = append(whole.Content, key, value)
		i = to - 2
	}
	if len(whole.Content) == len(n.Content) {
		return n
	}
	d.bad[&whole] = d.bad[n]
	return &whole
}

// holder gives a key under which names stand.
func (o Object) holder(name string) (Key, bool) {
	for _, k := range o.Keys {
		if k.Name == name {
			return k, k.Shape == Named || k.Shape == NamedLine
		}
	}
	return Key{}, false
}

// isStray tells whether a key that an object does not have is, by what it holds, a
// name that belongs under another key of it.
func (d *document) isStray(o Object, holder Key, key, value *yaml.Node) bool {
	if d.bad[key] || d.bad[value] || o.has(key.Value) {
		return false
	}
	if value.Kind == yaml.ScalarNode {
		_, isType := ParseType(value.Value)
		return isType && holder.Of == "column" && diag.Nearest(key.Value, o.names()) == ""
	}
	held := Format()[holder.Of]
	for i := 0; i+1 < len(value.Content); i += 2 {
		if !held.has(value.Content[i].Value) {
			return false
		}
	}
	return value.Kind == yaml.MappingNode && len(value.Content) > 0
}
