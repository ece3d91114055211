package profile

import (
	"fmt"

	"github.com/streamflow/pipe/engine/source"
)

// MalformedRows says in a sentence without its full stop which rows of a file
// no load could take and why; "" where there are none.
func MalformedRows(p *Profile) string {
	if p.Malformed == 0 {
		return ""
	}
	return fmt.Sprintf("%s, which a load would refuse; the first on line %d [%s]: %s",
		counted(p.Malformed, "malformed row"), p.FirstMalformed, p.FirstCode, p.FirstWhy)
}

// MalformedHelp names what most likely makes rows readable that are malformed
// for this code, one of those of a source.RowError: an option of pipe suggest,
// or that they be mended. It has no full stop.
func MalformedHelp(code string) string {
	switch code {
	case source.InvalidUTF8:
		return "--encoding windows-1252, if that is how the file is written, as older Windows programs do"
	case source.InvalidEncoding, source.NULByte:
		return "--encoding, which says how the file is written: utf-8, windows-1252, latin1, utf-16, utf-16le or utf-16be"
	case source.ShortRow, source.LongRow:
		return "--delimiter, if it is not the right one that parts the cells; else mend the rows. pipe explain " + code + " tells more"
	case source.BadQuote, source.UnterminatedQuote, source.FieldTooLong, source.RowTooLong:
		return "--quote, if another character stands around texts; else mend the rows. pipe explain " + code + " tells more"
	}
	return "mend the rows; pipe explain " + code + " tells more"
}
