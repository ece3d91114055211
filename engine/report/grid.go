package report

import "strings"

// column is a column of a grid.
type column struct {
	head  string
	right bool // numbers
	// shrink allows cells to be cut in their middle where there is no room.
	shrink bool
}

// grid is a table of cells: a row may be shorter than the columns.
type grid struct {
	margin  int
	columns []column
	rows    [][]span
}

const leastCell = 8

// grid writes a table. Where it does not fit, the gaps, then the cells that
// may, are made smaller; where that is not enough each row is written as
// lines of its own.
func (s *screen) grid(g grid) {
	widths, gap, ok := g.layout(s.width)
	if !ok {
		s.stacked(g)
		return
	}
	heads := make([]span, len(g.columns))
	for i, c := range g.columns {
		heads[i] = span{c.head, dim}
	}
	if strings.TrimSpace(joinHeads(g)) != "" {
		s.row(g, heads, widths, gap)
	}
	for _, row := range g.rows {
		s.row(g, row, widths, gap)
	}
}

// layout decides the widths of the columns and of the gaps between them; ok
// is false when there is no way.
func (g grid) layout(width int) (widths []int, gap int, ok bool) {
	widths, gap = g.widths(), 2
	room := width - g.margin
	if total(widths, gap) > room {
		gap = 1
	}
	for total(widths, gap) > room {
		widest := -1
		for i, c := range g.columns {
			if c.shrink && widths[i] > leastCell && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return nil, 0, false
		}
		widths[widest]--
	}
	return widths, gap, true
}

// fits tells whether every cell can be shown whole.
func (g grid) fits(width int) bool { return total(g.widths(), 1) <= width-g.margin }

func joinHeads(g grid) string {
	var b strings.Builder
	for _, c := range g.columns {
		b.WriteString(c.head)
	}
	return b.String()
}

func (g grid) widths() []int {
	widths := make([]int, len(g.columns))
	for i, c := range g.columns {
		widths[i] = displayWidth(printable(c.head))
	}
	for _, row := range g.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], displayWidth(printable(cell.text)))
		}
	}
	return widths
}

func total(widths []int, gap int) int {
	sum := gap * (len(widths) - 1)
	for _, w := range widths {
		sum += w
	}
	return sum
}

func (s *screen) row(g grid, row []span, widths []int, gap int) {
	spans := []span{{strings.Repeat(" ", g.margin), plain}}
	for i, cell := range row {
		text := cutMiddle(printable(cell.text), widths[i])
		pad := strings.Repeat(" ", widths[i]-displayWidth(text))
		between := ""
		if i > 0 {
			between = strings.Repeat(" ", gap)
		}
		if g.columns[i].right {
			spans = append(spans, span{between + pad, plain}, span{text, cell.style})
		} else {
			spans = append(spans, span{between, plain}, span{text, cell.style}, span{pad, plain})
		}
	}
	s.line(spans...)
}

// stacked writes each row as its first cell and, below it, the others with
// their heads.
func (s *screen) stacked(g grid) {
	for _, row := range g.rows {
		first := cutMiddle(printable(row[0].text), s.width-g.margin)
		s.line(span{strings.Repeat(" ", g.margin), plain}, span{first, row[0].style})
		var parts []string
		for i, cell := range row[1:] {
			if cell.text != "" {
				parts = append(parts, strings.TrimSpace(g.columns[i+1].head+" "+cell.text))
			}
		}
		s.items(g.margin+2, "", plain, parts)
	}
}
