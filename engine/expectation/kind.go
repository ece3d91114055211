package expectation

// Kind is one kind of expectation: all that lint, plan, the JSON Schema and the
// reference page know of it. There is one file per kind, holding one value.
type Kind struct {
	// Name is the key that users write: "rule", or the Great Expectations name.
	Name string
	// Doc says in one sentence what is expected.
	Doc    string
	Params []Param
	// Mostly tells whether it takes a share of rows that must be as expected.
	Mostly bool
	// Condition tells whether it takes where, or row_condition.
	Condition bool
	// Refused are arguments that Great Expectations takes and ignores, and why
	// pipe does not take them.
	Refused map[string]string
	// Notes say, a sentence each, what is counted, what NULL does, where
	// versions of Great Expectations differ and where pipe differs from it; the
	// reference page prints them.
	Notes []string
	// Example is its arguments in YAML's flow form, for the table parcels of
	// engine/internal/reference/project/spec.yaml; a test lints and judges it.
	Example string
	// AsRule is a rule that says the same of that example; empty when none does.
	AsRule string

	compile func(*call)
}

// Param is an argument of a kind.
type Param struct {
	Name     string
	Type     ParamType
	Required bool
	Default  string // as written in YAML; empty: none
	Options  []string
	Doc      string
}

// ParamType is what an argument takes.
type ParamType string

// The types of arguments.
const (
	ParamColumn  ParamType = "column"  // the name of a column of the table
	ParamColumns ParamType = "columns" // two or more of them
	ParamOrder   ParamType = "order"   // one of them, or a list of one or more
	ParamTable   ParamType = "table"   // the name of another table of the spec
	ParamText    ParamType = "text"
	ParamTexts   ParamType = "texts"
	ParamInteger ParamType = "integer"
	ParamBoolean ParamType = "boolean"
	ParamOption  ParamType = "option" // one of Options
	ParamValue   ParamType = "value"  // a value of the tested column, or null
	ParamValues  ParamType = "values" // a list of them
	ParamNumber  ParamType = "number"
	ParamPairs   ParamType = "pairs"   // a list of lists of two values each
	ParamMapping ParamType = "mapping" // with keys of its own, which Doc names
)

// Parameters that many kinds share.
var (
	columnParam = Param{Name: "column", Type: ParamColumn, Required: true, Doc: "The tested column."}
	strictMin   = Param{Name: "strict_min", Type: ParamBoolean, Default: "false", Doc: "Whether min_value itself is out of bounds."}
	strictMax   = Param{Name: "strict_max", Type: ParamBoolean, Default: "false", Doc: "Whether max_value itself is out of bounds."}
	minValue    = Param{Name: "min_value", Type: ParamValue, Doc: "The lowest value in bounds; without it there is no lower bound."}
	maxValue    = Param{Name: "max_value", Type: ParamValue, Doc: "The highest value in bounds; without it there is no upper bound."}
	minCount    = Param{Name: "min_value", Type: ParamInteger, Doc: "The lowest number in bounds; without it there is no lower bound."}
	maxCount    = Param{Name: "max_value", Type: ParamInteger, Doc: "The highest number in bounds; without it there is no upper bound."}
	valueSet    = Param{Name: "value_set", Type: ParamValues, Required: true, Doc: "The values of the set; null stands for no set at all."}

	bounds = []Param{columnParam, minValue, maxValue, strictMin, strictMax}
)

// common are the arguments that every Great Expectations name takes. They say
// nothing of the data: they are kept and change nothing.
var common = map[string]bool{
	"meta": true, "notes": true, "result_format": true, "catch_exceptions": true, "include_config": true, "id": true,
	"parse_strings_as_datetimes": true, // a text beside a date column always is one
}
