package spec

// object is one kind of mapping of the format. The tables below are the
// contract's: what a mapping may hold, in the contract's order.
type object struct {
	name     string // "a table"
	keys     []string
	required []string
	// also says what the keys cannot list.
	also string
}

var (
	entryObject = object{"an entry", []string{"version", "name", "description", "as_of", "vars", "targets", "target", "setup",
		"include", "tables", "suites", "snapshots", "timeout", "retries"}, []string{"version"}, ""}
	fragmentObject = object{"a fragment", []string{"tables", "suites", "snapshots"}, nil, ""}
	varObject      = object{"a var", []string{"type", "values", "pattern", "default", "description"}, []string{"type"}, ""}
	targetObject   = object{"a target", []string{"driver", "url", "host", "port", "user", "password", "database", "schema", "sslmode",
		"path", "setup"}, []string{"driver"}, ""}
	tableObject = object{"a table", []string{"source", "primary_key", "columns", "on_bad_row", "max_rejects", "description"}, nil, ""}
	// sourceObject is the long form; a source may be its path alone.
	sourceObject = object{"a source", []string{"path", "format", "delimiter", "quote", "encoding", "null_values", "header",
		"allow_empty"}, []string{"path"}, ""}
	// columnObject is the long form; a column may be its type alone.
	columnObject = object{"a column", []string{"type", "references", "optional", "nullable", "null_values", "true_values",
		"false_values", "formats", "source_tz", "decimal", "thousands", "trim", "description"}, []string{"type"}, ""}
	suiteObject = object{"a suite", []string{"table", "name", "expectations", "tests"}, []string{"table", "expectations"}, ""}
	// expectationObject holds, beside these, one Great Expectations name.
	expectationObject = object{"an expectation", []string{"rule", "name", "mostly", "where", "severity", "description"}, nil,
		", or a Great Expectations name (expect_...)"}
	ruleTestObject = object{"a test", []string{"rule", "rows", "fails"}, []string{"rule", "rows", "fails"}, ""}
	snapshotObject = object{"a snapshot", []string{"from", "columns", "description"}, []string{"from"}, ""}
)

// objects are all kinds of mappings, to say where a misplaced key belongs.
var objects = []object{entryObject, varObject, targetObject, tableObject, sourceObject, columnObject, suiteObject,
	expectationObject, ruleTestObject, snapshotObject}
