package report

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/streamflow/pipe/engine/diag"
)

// diagnostic is one finding in the contract's JSON: 1-based, columns in
// characters.
type diagnostic struct {
	File       string `json:"file"`
	Line       int    `json:"line"`
	Column     int    `json:"column"`
	EndColumn  int    `json:"end_column"`
	Code       string `json:"code"`
	Severity   string `json:"severity"`
	Message    string `json:"message"`
	Suggestion string `json:"suggestion"`
}

// Diagnostics writes the findings of lint as the contract's JSON document. A
// finding without a width ends where it begins; one about a whole file stands
// at its beginning.
func Diagnostics(w io.Writer, l diag.List) error {
	found := make([]diagnostic, len(l))
	for i, d := range l {
		column := max(d.Col, 1)
		found[i] = diagnostic{d.File, max(d.Line, 1), column, max(d.EndCol, column), d.Code, string(d.Severity), d.Message, d.Suggestion}
	}
	text, err := json.Marshal(struct {
		FormatVersion int          `json:"format_version"`
		Diagnostics   []diagnostic `json:"diagnostics"`
	}{1, found})
	if err != nil {
		return fmt.Errorf("write the findings as JSON: %w", err)
	}
	_, err = w.Write(append(readableJSON(text), '\n'))
	return err
}
