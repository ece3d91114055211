package spec

import "github.com/streamflow/pipe/engine/diag"

// Verbatim gives a text whose characters stand one behind the other on one
// line, from pos on: for texts that do not come from a YAML file. v must not
// hold a line break.
func Verbatim(v string, pos diag.Pos) Text {
	return Text{V: v, Pos: pos, Set: true, places: []place{{0, pos.Line, pos.Col}}}
}
