package explain

import "strings"

// width is that of a terminal line, with room for a margin.
const width = 78

// Text is the topic for a terminal of 80 columns.
func (t Topic) Text() string {
	var b strings.Builder
	b.WriteString(t.Code + ": " + t.Title + "\n\n")
	for _, line := range fill(t.Cause) {
		b.WriteString("  " + line + "\n")
	}
	b.WriteString("\n  What to do: ")
	for i, line := range fill("What to do: " + t.Cure) {
		if i == 0 {
			line = strings.TrimPrefix(line, "What to do: ")
		} else {
			line = "  " + line
		}
		b.WriteString(line + "\n")
	}
	section := func(name string, files []File) {
		for _, f := range files {
			b.WriteString("\n  " + name)
			if head := heading(f); head != "" {
				b.WriteString("  (" + head + ")")
			}
			b.WriteString("\n")
			for line := range strings.Lines(shown(f)) {
				b.WriteString("    " + line)
			}
		}
	}
	section("Wrong", t.Wrong)
	section("Right", t.Right)
	return b.String()
}

// Page is every topic as one Markdown page.
func Page() string {
	var b strings.Builder
	b.WriteString("# Codes\n\nEvery finding of `pipe lint`, every bad row and every failed run has a code that never changes its meaning.\n" +
		"`pipe explain CODE` prints what stands here. This page is made by `make reference`, and its examples are tested.\n")
	group := func(title, lead string, has func(Topic) bool) {
		b.WriteString("\n## " + title + "\n\n" + lead + "\n")
		for _, t := range Topics() {
			if has(t) {
				b.WriteString(t.markdown())
			}
		}
	}
	group("Findings of lint", "Where an example shows the expectations of a suite only, its table is `orders` with the columns `id` (integer), `customer` (text),\n"+
		"`total` (numeric), `placed` (date) and `paid` (boolean).", func(t Topic) bool { return t.IsFinding() })
	group("Bad rows and failed runs", "An example is a column's type and a cell of the file.", func(t Topic) bool { return !t.IsFinding() })
	return b.String()
}

// IsFinding tells whether the code is one of lint's, not of a row or a run.
func (t Topic) IsFinding() bool {
	if len(t.Wrong) > 0 {
		return t.Wrong[0].Path != Cell
	}
	return strings.Contains(t.Code, "-")
}

func (t Topic) markdown() string {
	var b strings.Builder
	b.WriteString("\n### " + t.Code + "\n\n**" + upperFirst(t.Title) + ".** " + t.Cause + "\n\n" + t.Cure + "\n")
	for i, files := range [][]File{t.Wrong, t.Right} {
		for _, f := range files {
			b.WriteString("\n" + []string{"Wrong", "Right"}[i])
			if head := heading(f); head != "" {
				b.WriteString(", " + head)
			}
			language := "yaml"
			if f.Path == Cell {
				language = "text"
			}
			b.WriteString(":\n\n```" + language + "\n" + shown(f) + "```\n")
		}
	}
	return b.String()
}

func heading(f File) string {
	if f.Path == Cell {
		return ""
	}
	return f.Path
}

// shown is a file's text; of a cell, its column and itself, so that a blank one
// is seen.
func shown(f File) string {
	if f.Path != Cell {
		return f.Text
	}
	declared, cell, _ := strings.Cut(strings.TrimSuffix(f.Text, "\n"), "\n")
	if cell == "" {
		cell = "(blank)"
	}
	return "column  " + declared + "\ncell    " + cell + "\n"
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// fill breaks a paragraph into lines.
func fill(s string) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && len(line)+1+len(word) > width-2 {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
