package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
)

// kinds are all kinds of column types, as they are written.
var kinds = []Kind{KindText, KindInteger, KindBigint, KindNumeric, KindDouble, KindBoolean, KindDate, KindTimestamp, KindTimestamptz, KindUUID}

// meantTypes are the type names of other tools and what they are called here.
var meantTypes = map[string]Kind{
	"string": KindText, "str": KindText, "varchar": KindText, "char": KindText, "character": KindText, "character varying": KindText,
	"nvarchar": KindText, "clob": KindText, "object": KindText, "enum": KindText,
	"int": KindInteger, "int4": KindInteger, "int32": KindInteger, "smallint": KindInteger, "int2": KindInteger, "tinyint": KindInteger,
	"serial": KindInteger, "int8": KindBigint, "int64": KindBigint, "long": KindBigint, "bigserial": KindBigint,
	"float": KindDouble, "float4": KindDouble, "float8": KindDouble, "float64": KindDouble, "real": KindDouble, "double precision": KindDouble,
	"decimal": KindNumeric, "dec": KindNumeric, "number": KindNumeric, "money": KindNumeric,
	"bool": KindBoolean, "datetime": KindTimestamp, "datetime64": KindTimestamp, "timestamp without time zone": KindTimestamp,
	"timestamp with time zone": KindTimestamptz, "guid": KindUUID, "uniqueidentifier": KindUUID,
}

var typeCall = regexp.MustCompile(`^([^()]+?)\s*\(\s*([^()]*?)\s*\)$`)

// String writes the type as a spec does.
func (t Type) String() string {
	switch {
	case t.Kind != KindNumeric || t.Precision == 0:
		return string(t.Kind)
	case t.Scale == 0:
		return fmt.Sprintf("numeric(%d)", t.Precision)
	}
	return fmt.Sprintf("numeric(%d,%d)", t.Precision, t.Scale)
}

// ColumnTypes are the types of columns; numeric may be followed by a precision
// and a scale, as in numeric(10,2).
func ColumnTypes() []string { return words(kinds) }

// ParseType reads a column type; not ok when the text is none.
func ParseType(text string) (t Type, ok bool) {
	t, problem, _ := parseType(text)
	return t, problem == ""
}

// parseType reads a column type. When it is none, problem says why and cure
// what to write.
func parseType(text string) (t Type, problem, cure string) {
	base, arguments := text, ""
	if m := typeCall.FindStringSubmatch(text); m != nil {
		base, arguments = m[1], m[2]
	}
	kind := Kind(base)
	if !slices.Contains(kinds, kind) {
		return t, fmt.Sprintf("the type %q is not known; it is one of %s", text, typeList()), meantType(base, arguments)
	}
	t.Kind = kind
	if base == text {
		return t, "", ""
	}
	if kind != KindNumeric {
		return t, fmt.Sprintf("the type %s takes nothing in parentheses", kind), "write " + string(kind)
	}
	precision, scale, stated := strings.Cut(arguments, ",")
	var err, scaleErr error
	t.Precision, err = strconv.Atoi(strings.TrimSpace(precision))
	if stated {
		t.Scale, scaleErr = strconv.Atoi(strings.TrimSpace(scale))
	}
	switch {
	case err != nil || scaleErr != nil:
		return t, fmt.Sprintf("%q: numeric takes a precision and a scale, both integers", text), `write "numeric(10,2)"`
	case t.Precision < 1 || t.Precision > 1000:
		return t, fmt.Sprintf("%q: the precision must lie between 1 and 1000", text), ""
	case t.Scale < 0 || t.Scale > t.Precision:
		return t, fmt.Sprintf("%q: the scale must lie between 0 and the precision", text), ""
	}
	return t, "", ""
}

func typeList() string {
	var list []string
	for _, k := range kinds {
		if list = append(list, string(k)); k == KindNumeric {
			list = append(list, "numeric(p,s)")
		}
	}
	return strings.Join(list, ", ")
}

func meantType(base, arguments string) string {
	lower := strings.ToLower(strings.Join(strings.Fields(base), " "))
	kind, ok := meantTypes[lower]
	if !ok {
		var list []string
		for _, k := range kinds {
			list = append(list, string(k))
		}
		if kind = Kind(lower); !slices.Contains(kinds, kind) {
			kind = Kind(diag.Nearest(base, list))
		}
	}
	switch {
	case kind == "":
		return ""
	case kind == KindNumeric && arguments != "":
		return fmt.Sprintf("did you mean \"numeric(%s)\"?", arguments)
	}
	return fmt.Sprintf("did you mean %q?", string(kind))
}
