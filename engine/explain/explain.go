package explain

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/txtar"
)

//go:embed codes/*.txtar
var codes embed.FS

// Topic is what there is to say of one code.
type Topic struct {
	Code  string // stable, as in a finding: "unknown-key"
	Title string // a few words, without a full stop
	Cause string // a paragraph: what happened and why it is a fault
	Cure  string // a paragraph: what to do
	// Wrong and Right are the files of the example; both are empty where a fault
	// needs more than a spec to show.
	Wrong, Right []File
}

// File is one file of an example. Path is empty for the expectations of a suite
// on the table orders, whose columns are id, customer, total, placed and paid.
type File struct{ Path, Text string }

// Cell is the Path of an example that is one cell of a file: the type of its
// column on the first line, as YAML, and the cell on the second.
const Cell = "cell"

// Topics are all topics, by code. They are not to be changed.
var Topics = sync.OnceValue(func() []Topic {
	entries, err := codes.ReadDir("codes")
	if err != nil {
		panic(err) // they are part of the program
	}
	var all []Topic
	for _, entry := range entries {
		text, err := codes.ReadFile(path.Join("codes", entry.Name()))
		if err != nil {
			panic(err)
		}
		all = append(all, read(strings.TrimSuffix(entry.Name(), ".txtar"), text))
	}
	return all
})

// Lookup finds the topic of a code.
func Lookup(code string) (Topic, bool) {
	all := Topics()
	i := slices.IndexFunc(all, func(t Topic) bool { return t.Code == code })
	if i < 0 {
		return Topic{}, false
	}
	return all[i], true
}

func read(code string, text []byte) Topic {
	archive := txtar.Parse(text)
	t := Topic{Code: code}
	paragraphs := strings.Split(strings.TrimSpace(string(archive.Comment)), "\n\n")
	if len(paragraphs) != 3 {
		panic(fmt.Sprintf("codes/%s.txtar has %d paragraphs; a title, a cause and a cure are wanted", code, len(paragraphs)))
	}
	flow := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	t.Title, t.Cause, t.Cure = flow(paragraphs[0]), flow(paragraphs[1]), flow(paragraphs[2])
	for _, f := range archive.Files {
		side, name, _ := strings.Cut(f.Name, "/")
		file := File{name, string(f.Data)}
		if side == "wrong" {
			t.Wrong = append(t.Wrong, file)
		} else {
			t.Right = append(t.Right, file)
		}
	}
	return t
}
