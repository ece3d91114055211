package cli_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A page is a Markdown file of the documentation, as far as tests look at it:
// its fenced blocks and its links.
type page struct {
	path   string
	blocks []block
	links  []string
}

// A block is one fenced block. What the test does with it, beyond what its
// language says, stands in an HTML comment on the line before:
//
//	<!-- file: PATH -->            the reader writes the block to a file
//	<!-- append: PATH -->          the reader adds it at the end of a file
//	<!-- lint: entry -->           it is an entry as it stands
//	<!-- lint: fragment -->        the shipped entry includes it, and nothing else
//	<!-- lint: with pipeline -->   the same, with the shipped tables
//	<!-- lint: none: REASON -->    it cannot be read alone
type block struct {
	line int // of its opening fence
	lang string
	note string
	text string
}

// A command is a line that a reader types, and what the page says comes of it.
type command struct {
	line int
	text string
	exit int
	want []string
}

var (
	noteComment = regexp.MustCompile(`^\s*<!-- ((?:file|append|lint): .*) -->$`)
	fence       = regexp.MustCompile("^\\s*```(.*)$")
	link        = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	exitComment = regexp.MustCompile(`\s+# exit (\d+)$`)
)

func readPage(path, text string) (page, error) {
	p := page{path: path}
	var open *block
	note := ""
	for i, line := range strings.Split(text, "\n") {
		if m := fence.FindStringSubmatch(line); m != nil {
			if open == nil {
				open = &block{line: i + 1, lang: m[1], note: note}
			} else {
				p.blocks = append(p.blocks, *open)
				open = nil
			}
			note = ""
			continue
		}
		if open != nil {
			open.text += line + "\n"
			continue
		}
		for _, m := range link.FindAllStringSubmatch(line, -1) {
			p.links = append(p.links, m[1])
		}
		if m := noteComment.FindStringSubmatch(line); m != nil {
			note = m[1]
		} else if strings.TrimSpace(line) != "" {
			note = ""
		}
	}
	if open != nil {
		return p, fmt.Errorf("%s:%d: the block does not end", path, open.line)
	}
	return p, nil
}

// action splits the block's note: what to do, and with what.
func (b block) action() (verb, object string) {
	verb, object, _ = strings.Cut(b.note, ": ")
	return verb, object
}

// commands are those of a console block: lines after "$ ", each with its
// output, and a wanted exit code other than 0 in a comment behind it. A sh
// block has commands alone.
func (b block) commands() []command {
	var list []command
	for i, line := range strings.Split(strings.TrimSuffix(b.text, "\n"), "\n") {
		text, typed := strings.CutPrefix(line, "$ ")
		if b.lang == "sh" {
			text, typed = line, strings.TrimSpace(line) != ""
		}
		if !typed {
			if last := len(list) - 1; last >= 0 {
				list[last].want = append(list[last].want, line)
			}
			continue
		}
		c := command{line: b.line + 1 + i}
		if m := exitComment.FindStringSubmatch(text); m != nil {
			c.exit, _ = strconv.Atoi(m[1])
			text = strings.TrimSuffix(text, m[0])
		}
		c.text, _, _ = strings.Cut(text, "   # ")
		list = append(list, c)
	}
	return list
}

// What differs from one run of a command to the next.
var (
	runID    = regexp.MustCompile(`\d{8}T\d{6}Z-[0-9a-f]{8}`)
	moment   = regexp.MustCompile(`\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?`)
	duration = regexp.MustCompile(`\b[\d,.]+ (µs|ms|s|min)\b`)
	speed    = regexp.MustCompile(`[\d,]+ rows per second`)
	spaces   = regexp.MustCompile(`\s+`)
)

// alike makes lines of different runs comparable.
func alike(line string) string {
	line = runID.ReplaceAllString(line, "RUN")
	line = moment.ReplaceAllString(line, "MOMENT")
	line = duration.ReplaceAllString(line, "TIME")
	line = speed.ReplaceAllString(line, "N rows per second")
	return strings.TrimSpace(spaces.ReplaceAllString(line, " "))
}

// shown tells whether the output has the wanted lines: in their order, and
// without others between them unless a line "..." says so; a line may end in
// "..." too. It answers with the
// first chunk of lines that is missing. ids learns which run of the output
// stands for which run of the page.
func shown(want, output []string, ids map[string]string) (missing []string) {
	at := 0
	for len(want) > 0 {
		n := 0
		for n < len(want) && strings.TrimSpace(want[n]) != "..." {
			n++
		}
		chunk := want[:n]
		for len(chunk) > 0 && strings.TrimSpace(chunk[len(chunk)-1]) == "" {
			chunk = chunk[:len(chunk)-1]
		}
		next := find(chunk, output, at)
		if next < 0 {
			return chunk
		}
		for i, line := range chunk {
			typed, real := runID.FindAllString(line, -1), runID.FindAllString(output[next+i], -1)
			for j := range typed {
				ids[typed[j]] = real[j]
			}
		}
		at = next + len(chunk)
		want = want[min(n+1, len(want)):]
	}
	return nil
}

func find(chunk, lines []string, from int) int {
	for at := from; at+len(chunk) <= len(lines); at++ {
		same := true
		for i := range chunk {
			same = same && isShown(alike(chunk[i]), alike(lines[at+i]))
		}
		if same {
			return at
		}
	}
	return -1
}

// isShown compares one line; one that ends in "..." is the start of the other.
func isShown(want, got string) bool {
	start, cut := strings.CutSuffix(want, "...")
	return want == got || cut && start != "" && strings.HasPrefix(got, strings.TrimSpace(start))
}
