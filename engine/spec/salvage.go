package spec

import (
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/streamflow/pipe/engine/diag"
)

// A file with a fault of syntax is read on in pieces: its keys at the top, and of
// tables, suites, snapshots, vars and targets what is in them. Pieces that cannot
// be read are told and left out, so that one slip does not hide all others of
// its file. Nothing is told of what may stand in a piece that was left out: the
// document is broken, and Spec.Unread tells lint.

// most bounds what is read in pieces, each with the lines before it blank.
const (
	mostText   = 256 << 10
	mostPieces = 500
	mostJoined = 4 // pieces that are read as one, if the first cannot be read alone
)

// topKey is a key that may stand at the top of a file, and holder one whose
// value is read in pieces too.
var (
	topKey = func() *regexp.Regexp {
		return regexp.MustCompile(`^["']?(?:` + strings.Join(append(entryObject.names(), fragmentObject.names()...), "|") + `)["']?:(?:\s|$)`)
	}
	holder = regexp.MustCompile(`^["']?(?:tables|suites|snapshots|vars|targets)["']?:\s*(?:#.*)?$`)
	// elsewhere is what makes a piece mean another thing alone than in its file:
	// anchors, documents and directives.
	elsewhere = regexp.MustCompile(`(?m)&|^---|^\.\.\.|^%`)
)

// piece is some lines of a file, from is its first and to the one behind it,
// both from 0. Under a header, its line is read before them.
type piece struct{ from, to int }

const noHeader = -1

// salvage reads what can be read of a file whose fault of syntax was told last.
// It tells the faults of all pieces in its place. The root is nil when no piece
// can be read, or the fault lies in none of them.
func (d *document) salvage() *yaml.Node {
	if len(d.content) > mostText || elsewhere.MatchString(d.content) || len(*d.faults) == 0 {
		return nil
	}
	last := len(*d.faults) - 1
	s := &salvager{document: d, whole: (*d.faults)[last], left: mostPieces}
	root := s.read(noHeader, piece{0, len(d.lines)}, topKey())
	if root == nil || len(s.told) == 0 || len(root.Content) == 0 {
		return nil
	}
	*d.faults = append((*d.faults)[:last], s.told...)
	return root
}

type salvager struct {
	*document
	whole diag.Diagnostic // the fault of the file as one
	told  diag.List
	left  int // pieces that may still be read
}

// read reads the pieces that begin with key, and gives all together as one; nil
// when there are too many of them, or only one.
func (s *salvager) read(header int, all piece, key *regexp.Regexp) *yaml.Node {
	pieces := s.cut(all, key)
	if s.left -= len(pieces); len(pieces) < 2 || s.left < 0 {
		return nil
	}
	var whole *yaml.Node
	for i := 0; i < len(pieces); i++ {
		p := pieces[i]
		node, faults := s.alone(header, p)
		for j := i + 1; node == nil && j < min(len(pieces), i+mostJoined); j++ {
			// Lines that can be read with the next ones were not cut at a key, but in
			// a text or a list of several lines.
			if node, _ = s.alone(header, piece{p.from, pieces[j].to}); node != nil {
				i = j
			}
		}
		if node == nil && header == noHeader {
			node = s.inside(p)
		}
		if node == nil {
			s.tell(p, faults)
			continue
		}
		whole = joined(whole, node)
	}
	return whole
}

// inside reads a piece that cannot be read as one by the pieces below its key.
func (s *salvager) inside(p piece) *yaml.Node {
	header := p.from
	for header < p.to && isBlank(s.lines[header]) {
		header++
	}
	if header == p.to || !holder.MatchString(s.lines[header]) {
		return nil
	}
	first := header + 1
	for first < p.to && isBlank(s.lines[first]) {
		first++
	}
	if first == p.to {
		return nil
	}
	line := s.lines[first]
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
	for _, other := range s.lines[first:p.to] {
		if !isBlank(other) && !strings.HasPrefix(other, indent) {
			return nil // it belongs to the key above or below: who knows
		}
	}
	key := regexp.MustCompile(`^` + indent + `(?:"[^"]*"|'[^']*'|[^\s#"'{\[-][^#"'{\[]*):(?:\s|$)`)
	if strings.HasPrefix(line, indent+"- ") {
		key = regexp.MustCompile(`^` + indent + `- `)
	}
	before := len(s.told)
	node := s.read(header, piece{header + 1, p.to}, key)
	if len(s.told) == before {
		return nil // the fault lies in none of them
	}
	if node == nil { // all of it is told, and nothing could be read
		node = &yaml.Node{Kind: yaml.MappingNode}
	}
	return node
}

// cut parts lines where key begins one. What stands before the first belongs to
// it when it is blank.
func (s *salvager) cut(all piece, key *regexp.Regexp) []piece {
	var list []piece
	from, seen := all.from, false
	for i := all.from; i < all.to; i++ {
		if key.MatchString(s.lines[i]) && seen {
			list = append(list, piece{from, i})
			from = i
		}
		seen = seen || !isBlank(s.lines[i])
	}
	return append(list, piece{from, all.to})
}

func isBlank(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || strings.HasPrefix(line, "#")
}

// alone reads a piece, and gives what is wrong with it otherwise. A piece that
// is blank is an empty mapping.
func (s *salvager) alone(header int, p piece) (*yaml.Node, diag.List) {
	lines := make([]string, p.to)
	if header != noHeader {
		lines[header] = s.lines[header]
	}
	blank := true
	for i := p.from; i < p.to; i++ {
		lines[i] = s.lines[i]
		blank = blank && isBlank(s.lines[i])
	}
	if blank {
		return &yaml.Node{Kind: yaml.MappingNode}, nil
	}
	var faults diag.List
	part := newDocument(s.path, strings.Join(lines, "\n")+"\n", &faults)
	root, err := part.decode()
	if err != nil || root == nil || root.Kind != yaml.MappingNode {
		return nil, faults
	}
	return root, nil
}

// tell tells the fault of a piece: that of the whole file where it lies in it,
// since more of the file was looked at for it.
func (s *salvager) tell(p piece, faults diag.List) {
	if s.whole.Line > p.from && s.whole.Line <= p.to || len(faults) == 0 {
		faults = diag.List{s.whole}
	}
	s.told = append(s.told, faults...)
}

// joined puts the keys of b behind those of a; of a key that holds others and
// that both begin with, what is in it.
func joined(a, b *yaml.Node) *yaml.Node {
	if a == nil {
		return b
	}
	if len(a.Content) == 2 && len(b.Content) == 2 && a.Content[0].Line == b.Content[0].Line && a.Content[1].Kind == b.Content[1].Kind {
		a.Content[1].Content = append(a.Content[1].Content, b.Content[1].Content...)
		return a
	}
	a.Content = append(a.Content, b.Content...)
	return a
}
