package profile

import (
	"fmt"
	"strings"

	"github.com/streamflow/pipe/engine/coerce"
	"github.com/streamflow/pipe/engine/spec"
)

// readsAsRow tells whether the header is a value of every column that is no
// text, and there is one: then it may be the first row of a file without a
// header. A boolean's words are too short to tell, as t and no are.
func (f *file) readsAsRow(p *Profile) bool {
	reads := false
	for i := range p.Columns {
		c := &p.Columns[i]
		if c.Type.Kind == spec.KindText {
			continue
		}
		var v coerce.Value
		if f.cells[i].Cell([]byte(c.Name), false, &v) != "" || v.Kind == coerce.Null {
			return false
		}
		reads = reads || c.Type.Kind != spec.KindBoolean
	}
	return reads
}

// HeaderReadsAsRow says, in a sentence without its full stop, that the first
// line of a file may be no header; "" where nothing tells so.
func HeaderReadsAsRow(p *Profile) string {
	if !p.HeaderReadsAsRow {
		return ""
	}
	const shown, longest = 3, 20
	var names []string
	for _, c := range p.Columns[:min(len(p.Columns), shown)] {
		name := []rune(c.Name)
		if len(name) > longest {
			name = append(name[:longest], '…')
		}
		names = append(names, string(name))
	}
	if len(p.Columns) > shown {
		names = append(names, "…")
	}
	return fmt.Sprintf("its first line (%s) reads as a row, and as the header it is not loaded", strings.Join(names, ", "))
}
