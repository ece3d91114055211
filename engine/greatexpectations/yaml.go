package greatexpectations

import (
	"strings"
	"unicode"

	"github.com/streamflow/pipe/engine/spec"
)

// lineWidth is how wide a line of the result grows before it is broken.
const lineWidth = 100

// flow writes a value on one line.
func flow(n *spec.Node) string {
	switch n.Kind {
	case spec.NodeNull:
		return "null"
	case spec.NodeBool, spec.NodeInt, spec.NodeNum:
		return n.Text.V
	case spec.NodeText:
		return spec.Quote(n.Text.V)
	}
	return strings.Join(flowParts(n), " ")
}

// flowParts are the parts of a list or mapping between which a line may break.
func flowParts(n *spec.Node) []string {
	var parts []string
	open, closing := "[", "]"
	if n.Kind == spec.NodeMap {
		open, closing = "{", "}"
		for _, p := range n.Pairs {
			parts = append(parts, spec.Quote(p.Key.V)+": "+flow(p.Value))
		}
	}
	for _, item := range n.Items {
		parts = append(parts, flow(item))
	}
	if len(parts) == 0 {
		return []string{open + closing}
	}
	for i := range parts[:len(parts)-1] {
		parts[i] += ","
	}
	parts[0] = open + parts[0]
	parts[len(parts)-1] += closing
	return parts
}

// keyValue writes a key and its value, a long value over several lines, at an
// indentation.
func keyValue(key string, n *spec.Node, indent string) string {
	line := indent + spec.Quote(key) + ":"
	if n.Kind != spec.NodeList && n.Kind != spec.NodeMap {
		return line + " " + flow(n) + "\n"
	}
	var b strings.Builder
	for _, part := range flowParts(n) {
		if len(line)+1+len(part) > lineWidth && len(line) > len(indent)+4 {
			b.WriteString(line + "\n")
			line = indent + "   "
		}
		line += " " + part
	}
	return b.String() + line + "\n"
}

// entry writes one expectation as an item of a suite.
func entry(name string, args *spec.Node, beside []spec.Pair) string {
	const dash, inner, deep = "      - ", "        ", "          "
	var b strings.Builder
	if line := dash + spec.Quote(name) + ": " + flow(args); len(line) <= lineWidth {
		b.WriteString(line + "\n")
	} else {
		b.WriteString(dash + spec.Quote(name) + ":\n")
		for _, p := range args.Pairs {
			b.WriteString(keyValue(p.Key.V, p.Value, deep))
		}
	}
	for _, p := range beside {
		b.WriteString(keyValue(p.Key.V, p.Value, inner))
	}
	return b.String()
}

// comment writes text as comment lines at an indentation.
func comment(text, indent string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		b.WriteString(strings.TrimRight(indent+"# "+printable(line), " ") + "\n")
	}
	return b.String()
}

// printable is a text whose other characters are question marks.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) && r != '\ufeff' {
			return r
		}
		return '?'
	}, s)
}
