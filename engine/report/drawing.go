package report

import (
	"io"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/plan"
)

// Drawing writes the pipeline in ASCII: from the files through staging into
// one transaction of merges (parents above what refers to them), checks,
// snapshots and the record. It is drawn from the steps of the plan, at most
// width columns wide (0: 80).
func Drawing(w io.Writer, p *plan.Plan, width int) error {
	if width == 0 {
		width = defaultWidth
	}
	d := &drawing{p: p, width: max(width, leastWidth)}
	d.prepare()
	d.stage()
	d.publish()
	_, err := io.WriteString(w, strings.Join(d.lines, "\n")+"\n")
	return err
}

type drawing struct {
	p     *plan.Plan
	width int
	lines []string
}

// arrowColumn is where the arrows between the phases stand.
const arrowColumn = 6

func (d *drawing) add(line string) {
	d.lines = append(d.lines, strings.TrimRight(takeCells(line, d.width), " "))
}

func (d *drawing) arrow(label string) {
	pad := strings.Repeat(" ", arrowColumn)
	d.add(pad + "|  " + label)
	d.add(pad + "v")
}

func (d *drawing) of(kind plan.StepKind) []plan.Step {
	var steps []plan.Step
	for _, s := range d.p.Steps {
		if s.Kind == kind {
			steps = append(steps, s)
		}
	}
	return steps
}

// list writes items behind a label; a line ends between items only.
func (d *drawing) list(label string, items []string, room int) []string {
	var lines []string
	line := label
	for i, item := range items {
		if i < len(items)-1 {
			item += ","
		}
		item = asciiCut(printable(item), room-displayWidth(label)-1)
		if line != label && displayWidth(line)+1+displayWidth(item) > room {
			lines = append(lines, line)
			line = strings.Repeat(" ", displayWidth(label))
		}
		if line != label && strings.TrimSpace(line) != "" {
			line += " "
		}
		line += item
	}
	return append(lines, line)
}

func (d *drawing) prepare() {
	steps := d.of(plan.Prepare)
	if len(steps) == 0 {
		return
	}
	var titles []string
	for _, s := range steps {
		titles = append(titles, lowerFirst(s.Title))
	}
	for _, line := range d.list("prepare   ", titles, d.width) {
		d.add(line)
	}
	d.arrow("committed")
}

// lowerFirst makes a sentence part of a list.
func lowerFirst(s string) string {
	if len(s) > 1 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'a' && s[1] <= 'z' {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}

// head writes what a part of the drawing is, with a text that hangs behind it.
func (d *drawing) head(label, text string) {
	label = padded(label, hangColumn)
	for _, line := range wrap(text, d.width-hangColumn) {
		d.add(label + line)
		label = strings.Repeat(" ", hangColumn)
	}
}

// hangColumn is where the text of each part begins.
const hangColumn = 10

// arrows draws each pair as "from --> to".
func (d *drawing) arrows(pairs [][2]string) {
	left := 0
	for _, q := range pairs {
		left = max(left, displayWidth(printable(q[0])))
	}
	left = max(8, min(left, (d.width-hangColumn-5)/2))
	for _, q := range pairs {
		d.add(strings.Repeat(" ", hangColumn) + padded(asciiCut(printable(q[0]), left), left) + " --> " + asciiCut(printable(q[1]), d.width-hangColumn-left-5))
	}
}

// asciiCut is cutMiddle with two dots, which every font has.
func asciiCut(s string, w int) string {
	if displayWidth(s) <= w {
		return s
	}
	return strings.Replace(cutMiddle(s, w-1), "…", "..", 1)
}

// stage draws each file and the staging it goes to.
func (d *drawing) stage() {
	var sources []string
	var pairs [][2]string
	for _, s := range d.p.Steps {
		for _, a := range s.Actions {
			if load, ok := a.(plan.Load); ok {
				sources = append(sources, load.Source)
				pairs = append(pairs, [2]string{load.Source, "staging of " + load.Name})
			}
		}
	}
	if len(pairs) == 0 {
		return
	}
	text := "each file read once, each cell typed"
	if folder := sharedFolder(sources); folder != "" {
		text = "from " + folder + ", " + text
		for i := range pairs {
			pairs[i][0] = strings.TrimPrefix(pairs[i][0], folder)
		}
	}
	d.head("stage", text)
	d.arrows(pairs)
	d.arrow("all files are in")
}

// sharedFolder is the folder that all paths lie in, with its slash; empty when
// they lie in several.
func sharedFolder(paths []string) string {
	folder := paths[0][:strings.LastIndex(paths[0], "/")+1]
	for _, p := range paths {
		if p[:strings.LastIndex(p, "/")+1] != folder {
			return ""
		}
	}
	return folder
}

func padded(s string, w int) string { return s + strings.Repeat(" ", max(0, w-displayWidth(s))) }

// publish draws the one transaction as a box.
func (d *drawing) publish() {
	inside := &drawing{p: d.p, width: d.width - 4}
	inside.merges()
	inside.checks()
	inside.snapshots()
	if len(d.of(plan.Record)) > 0 {
		inside.next()
		inside.head("record", "the run, its files, ledgers and verdicts")
	}
	if len(inside.lines) == 0 {
		return
	}
	d.add(ruled("+-- publish: one transaction ", d.width))
	for _, line := range inside.lines {
		d.add("| " + padded(line, d.width-4) + " |")
	}
	d.add(ruled("+-- commit: all of it or nothing ", d.width))
}

func ruled(label string, width int) string {
	return label + strings.Repeat("-", max(0, width-1-displayWidth(label))) + "+"
}

// next puts an arrow between two parts of the box.
func (d *drawing) next() {
	if len(d.lines) == 0 {
		return
	}
	pad := strings.Repeat(" ", arrowColumn-2)
	d.add(pad + "|")
	d.add(pad + "v")
}

// merges draws the tables as a tree: below each table those that refer to it.
func (d *drawing) merges() {
	tables, parents := references(d.p)
	if len(tables) == 0 {
		return
	}
	d.head("merge", "no key twice, no orphan; only rows that differ are written")
	drawn := map[string]bool{}
	var draw func(table, lead string, children string)
	draw = func(table, lead, children string) {
		drawn[table] = true
		note := ""
		if others := parents[table]; len(others) > 1 {
			note = "  (and " + strings.Join(others[:len(others)-1], ", ") + ")"
		}
		d.add("          " + lead + printable(table+note))
		var below []string
		for _, t := range tables {
			if ps := parents[t]; len(ps) > 0 && ps[len(ps)-1] == table && !drawn[t] {
				below = append(below, t)
			}
		}
		for i, t := range below {
			if i == len(below)-1 {
				draw(t, children+"`-- ", children+"    ")
			} else {
				draw(t, children+"+-- ", children+"|   ")
			}
		}
	}
	for _, t := range tables {
		if len(parents[t]) == 0 {
			draw(t, "", "")
		}
	}
	for _, t := range tables { // a plan has no cycles; were there one, nothing would be left out
		if !drawn[t] {
			draw(t, "", "")
		}
	}
}

// references gives the tables that are merged, in plan order, and for each the
// tables that it comes after, the last merged last. What a table waits for only
// through another is not listed.
func references(p *plan.Plan) (tables []string, parents map[string][]string) {
	parents = map[string][]string{}
	for _, s := range p.Steps {
		if s.Kind == plan.Merge && s.Table != "" && !slices.Contains(tables, s.Table) {
			tables = append(tables, s.Table)
		}
	}
	for _, table := range tables {
		var found []string
		seen := map[string]bool{}
		var follow func(id string)
		follow = func(id string) {
			s := p.Step(id)
			if s == nil || seen[id] {
				return
			}
			seen[id] = true
			if s.Table != table && s.Table != "" {
				if s.Kind == plan.Merge && !slices.Contains(found, s.Table) {
					found = append(found, s.Table)
				}
				return
			}
			for _, need := range s.Needs {
				follow(need)
			}
		}
		for _, s := range p.Steps {
			if s.Table == table && (s.Kind == plan.Merge || s.Kind == plan.Gate) {
				follow(s.ID)
			}
		}
		slices.SortFunc(found, func(a, b string) int { return slices.Index(tables, a) - slices.Index(tables, b) })
		parents[table] = found
	}
	return tables, parents
}

func (d *drawing) checks() {
	var items []string
	for _, s := range d.p.Steps {
		for _, a := range s.Actions {
			if j, ok := a.(plan.Judge); ok && len(j.Expectations) > 0 {
				items = append(items, j.Table+" "+thousands(int64(len(j.Expectations))))
			}
		}
	}
	if len(items) == 0 {
		return
	}
	d.next()
	for _, line := range d.list("check     ", items, d.width) {
		d.add(line)
	}
}

func (d *drawing) snapshots() {
	if len(d.p.Snapshots) == 0 {
		return
	}
	d.next()
	text := "copies of the tables as they stand"
	if d.p.AsOf != "" {
		text += ", as of " + d.p.AsOf
	}
	d.head("snapshot", text)
	var pairs [][2]string
	for _, s := range d.p.Snapshots {
		pairs = append(pairs, [2]string{s.From, s.Name})
	}
	d.arrows(pairs)
}
