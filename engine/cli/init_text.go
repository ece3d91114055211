package cli

import (
	"fmt"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/scaffold"
)

// showProject says what was written, what is to be decided, and what to type
// next.
func (c *command) showProject(folder string, p *scaffold.Project, written, left []scaffold.File) error {
	var b strings.Builder
	wide := 0
	for _, f := range written {
		wide = max(wide, len([]rune(f.Path)))
	}
	wide = min(wide, 36)
	b.WriteString("wrote\n")
	for _, f := range written {
		b.WriteString(strings.TrimRight(fmt.Sprintf("  %-*s  %s", wide, diag.Printable(f.Path), f.What), " ") + "\n")
	}
	for _, f := range left {
		p.Notes = append(p.Notes, fmt.Sprintf("%s was there and is left as it is. It should have these lines: %s.", f.Path, strings.Join(meaningful(f.Text), " ")))
	}
	if len(p.Notes) > 0 {
		b.WriteString("\nlook at\n")
		for _, note := range p.Notes {
			fold(&b, "  - ", diag.Printable(note), width(c.stdout))
		}
	}
	b.WriteString("\nnext\n")
	for _, line := range nextCommands(folder, p) {
		b.WriteString("  " + line + "\n")
	}
	_, err := fmt.Fprint(c.stdout, b.String())
	return err
}

// meaningful are the lines that are no comments.
func meaningful(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && (!strings.HasPrefix(line, "#") || strings.Contains(line, "=")) {
			lines = append(lines, line)
		}
	}
	return lines
}

func nextCommands(folder string, p *scaffold.Project) []string {
	words := func(args []string) string {
		line := ""
		for _, arg := range args {
			line += " " + scaffold.ShellWord(arg)
		}
		return line
	}
	var list []string
	if folder != "" {
		list = append(list, "cd "+scaffold.ShellWord(folder))
	}
	list = append(list, "pipe lint")
	if p.Then != nil {
		return append(list, "pipe run"+words(p.Run), "pipe run"+words(p.Then))
	}
	return append(list, "pipe run"+words(p.Run)+" --dry-run", "pipe run"+words(p.Run))
}

// fold writes a text in lines of a width, indented under its bullet.
func fold(b *strings.Builder, bullet, text string, width int) {
	line := bullet
	indent := strings.Repeat(" ", len(bullet))
	empty := true
	for word := range strings.FieldsSeq(text) {
		if !empty && len([]rune(line))+1+len([]rune(word)) > width {
			b.WriteString(line + "\n")
			line, empty = indent, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	b.WriteString(line + "\n")
}
