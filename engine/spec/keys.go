package spec

import "slices"

// Object is one kind of mapping of the format: what it may hold, in the order of
// the documentation. The reader, the messages and the JSON Schema read it.
type Object struct {
	Name string // "a table"
	Keys []Key
	// Required are the keys without which it cannot be understood.
	Required []string
	// also says what the keys cannot list.
	also string
}

// Key is one key of an Object.
type Key struct {
	Name  string
	Shape Shape
	Doc   string   // a sentence for an editor
	Words []string // of the shape Word: what it may be
	// Of is the Object in a Mapping, a List of objects or an Inline; its place
	// in Format.
	Of string
}

// Shape is what the value of a key looks like.
type Shape string

// The shapes of values.
const (
	Line        Shape = "line"       // text of one line
	Prose       Shape = "prose"      // text
	Word        Shape = "word"       // one of a few words
	Bool        Shape = "boolean"    // true or false
	Whole       Shape = "integer"    // a whole number
	Fraction    Shape = "share"      // a number from 0 to 1
	Scalar      Shape = "scalar"     // any text, number or boolean, as written
	Lines       Shape = "lines"      // a list of texts
	LineOrLines Shape = "line_lines" // a text, or a list of texts
	CellWords   Shape = "cell_words" // a list of scalars, as written
	Named       Shape = "named"      // a mapping of names to objects
	NamedLine   Shape = "named_line" // a mapping of names to objects or texts
	Objects     Shape = "objects"    // a list of objects
	ObjectOr    Shape = "object_or"  // an object, or a text
	Rows        Shape = "rows"       // a list of mappings of columns to values
	Numbers     Shape = "numbers"    // a list of whole numbers
	TypeName    Shape = "type"       // the type of a column
	Limited     Shape = "limit"      // rows, or a percentage
)

func (o Object) names() []string {
	var list []string
	for _, k := range o.Keys {
		list = append(list, k.Name)
	}
	return list
}

func (o Object) has(key string) bool {
	return slices.ContainsFunc(o.Keys, func(k Key) bool { return k.Name == key })
}

const description = "What it is, for people."

var definitionKeys = []Key{
	{Name: "tables", Shape: Named, Of: "table", Doc: "The tables, by name."},
	{Name: "suites", Shape: Objects, Of: "suite", Doc: "What tables and snapshots are expected to be like."},
	{Name: "snapshots", Shape: Named, Of: "snapshot", Doc: "Copies of tables, stamped with as_of, by name."},
}

var (
	entryObject = Object{Name: "an entry", Required: []string{"version"}, Keys: []Key{
		{Name: "version", Shape: Whole, Doc: "The version of the format: 1. A file with it is an entry; one without is a fragment."},
		{Name: "name", Shape: Line, Doc: "The name in reports and records; the file's unless stated."},
		{Name: "description", Shape: Prose, Doc: description},
		{Name: "as_of", Shape: Line, Doc: "The date under which a month is kept, as a template: '${{ vars.as_of }}'. Required with snapshots."},
		{Name: "vars", Shape: NamedLine, Of: "var", Doc: "What the caller may set with --var, by name."},
		{Name: "targets", Shape: Named, Of: "target", Doc: "The databases, by name."},
		{Name: "target", Shape: Line, Doc: "The target to use, by name; a template may use env."},
		{Name: "setup", Shape: LineOrLines, Doc: "SQL files or globs that run before every load, in name order; they must bear being run again."},
		{Name: "include", Shape: LineOrLines, Doc: "Fragments or globs of them, relative to this file."},
		definitionKeys[0], definitionKeys[1], definitionKeys[2],
		{Name: "timeout", Shape: Line, Doc: "How long a run may take, such as 45m; then it is rolled back."},
		{Name: "retries", Shape: Whole, Doc: "How often transient database errors are tried again (3)."},
	}}
	fragmentObject = Object{Name: "a fragment", Keys: definitionKeys}
	varObject      = Object{Name: "a var", Required: []string{"type"}, Keys: []Key{
		{Name: "type", Shape: Word, Words: words(varTypes), Doc: "What it may be; month_end is the last day of a month."},
		{Name: "values", Shape: CellWords, Doc: "The values of an enum."},
		{Name: "pattern", Shape: Line, Doc: "A regular expression that the whole text must match."},
		{Name: "default", Shape: Scalar, Doc: "A text or a template; without it the var is required."},
		{Name: "description", Shape: Prose, Doc: "Shown when the var is missing or wrong."},
	}}
	targetObject = Object{Name: "a target", Required: []string{"driver"}, Keys: []Key{
		{Name: "driver", Shape: Word, Words: words([]Driver{Postgres, SQLite}), Doc: "postgres (14 or newer) or sqlite."},
		{Name: "url", Shape: Line, Doc: "The URL of a PostgreSQL server, instead of host, port, user, password and database."},
		{Name: "host", Shape: Line, Doc: "The server's name or address."},
		{Name: "port", Shape: Scalar, Doc: "The server's port."},
		{Name: "user", Shape: Line, Doc: "The role to connect as."},
		{Name: "password", Shape: Scalar, Doc: "The role's password, from the environment: '${{ env.POSTGRES_PASSWORD }}'."},
		{Name: "database", Shape: Line, Doc: "The database's name."},
		{Name: "schema", Shape: Line, Doc: "Where the tables are (public)."},
		{Name: "sslmode", Shape: Line, Doc: "As libpq has it (prefer)."},
		{Name: "path", Shape: Line, Doc: "The file of an SQLite database; created if need be."},
		{Name: "setup", Shape: LineOrLines, Doc: "SQL files added to the entry's setup for this target."},
	}}
	tableObject = Object{Name: "a table", Keys: []Key{
		{Name: "source", Shape: ObjectOr, Of: "source", Doc: "The file it is loaded from; without one the table is checked and snapshotted, not loaded."},
		{Name: "primary_key", Shape: Lines, Doc: "The columns that tell its rows apart."},
		{Name: "columns", Shape: NamedLine, Of: "column", Doc: "Its columns: a type, or an object, by name."},
		{Name: "on_bad_row", Shape: Word, Words: words([]BadRowPolicy{FailOnBadRow, Quarantine}), Doc: "What a row that does not fit does (fail)."},
		{Name: "max_rejects", Shape: Limited, Doc: "How many bad rows quarantine sets aside before the run fails: rows, or a share such as 0.1%."},
		{Name: "description", Shape: Prose, Doc: description},
	}}
	// sourceObject is the long form; a source may be its path alone.
	sourceObject = Object{Name: "a source", Required: []string{"path"}, Keys: []Key{
		{Name: "path", Shape: Line, Doc: "A file, or a member of an archive: month.zip/users.csv."},
		{Name: "format", Shape: Word, Words: []string{"csv"}, Doc: "By the file's name unless stated."},
		{Name: "delimiter", Shape: Scalar, Doc: "One character (,)."},
		{Name: "quote", Shape: Scalar, Doc: "One character (\")."},
		{Name: "encoding", Shape: Line, Doc: "utf-8, windows-1252, latin1, utf-16, utf-16le or utf-16be."},
		{Name: "null_values", Shape: CellWords, Doc: "Cells that mean NULL, beside blank ones."},
		{Name: "header", Shape: Bool, Doc: "Whether the first row names the columns (true)."},
		{Name: "allow_empty", Shape: Bool, Doc: "Whether a file without rows is no error (false)."},
	}}
	// columnObject is the long form; a column may be its type alone.
	columnObject = Object{Name: "a column", Required: []string{"type"}, Keys: []Key{
		{Name: "type", Shape: TypeName, Doc: "text, integer, bigint, numeric, numeric(p,s), double, boolean, date, timestamp, timestamptz or uuid."},
		{Name: "references", Shape: Line, Doc: "table.column: that table is merged first, and every value must be there."},
		{Name: "optional", Shape: Bool, Doc: "Whether the file may lack it (false)."},
		{Name: "nullable", Shape: Bool, Doc: "Whether it may be NULL (true; a key's columns never)."},
		{Name: "null_values", Shape: CellWords, Doc: "Cells that mean NULL, instead of the source's."},
		{Name: "true_values", Shape: CellWords, Doc: "Words for true, beside the usual ones."},
		{Name: "false_values", Shape: CellWords, Doc: "Words for false, beside the usual ones."},
		{Name: "formats", Shape: Lines, Doc: "How dates and timestamps are written: \"%d/%m/%Y\"."},
		{Name: "source_tz", Shape: Line, Doc: "The zone of a timestamptz that is written without offset: Europe/Paris."},
		{Name: "decimal", Shape: Scalar, Doc: "The decimal mark (.)."},
		{Name: "thousands", Shape: Scalar, Doc: "The mark between thousands (none)."},
		{Name: "trim", Shape: Bool, Doc: "Whether blanks around the cell are dropped (false)."},
		{Name: "description", Shape: Prose, Doc: description},
	}}
	suiteObject = Object{Name: "a suite", Required: []string{"table", "expectations"}, Keys: []Key{
		{Name: "table", Shape: Line, Doc: "A table or a snapshot."},
		{Name: "name", Shape: Line, Doc: "The suite's name; the table's unless stated."},
		{Name: "expectations", Shape: Objects, Of: "expectation", Doc: "What is expected."},
		{Name: "tests", Shape: Objects, Of: "test", Doc: "Examples: rows for a rule, and which of them fail it."},
	}}
	// expectationObject holds, beside these, one Great Expectations name.
	expectationObject = Object{Name: "an expectation", also: ", or a Great Expectations name (expect_...)", Keys: []Key{
		{Name: "rule", Shape: Scalar, Doc: "A sentence that should be true of each row, or with aggregates of the table: monthly_fee >= 0."},
		{Name: "name", Shape: Line, Doc: "Its name in reports; the suite's with a number unless stated."},
		{Name: "mostly", Shape: Fraction, Doc: "The share of rows that must be as expected (1)."},
		{Name: "where", Shape: Scalar, Doc: "A rule: the rows to look at (all)."},
		{Name: "severity", Shape: Word, Words: words([]Severity{SeverityError, SeverityWarn}), Doc: "error rolls the run back; warn is told and changes nothing."},
		{Name: "description", Shape: Prose, Doc: description},
	}}
	ruleTestObject = Object{Name: "a test", Required: []string{"rule", "rows", "fails"}, Keys: []Key{
		{Name: "rule", Shape: Scalar, Doc: "The rule under test."},
		{Name: "rows", Shape: Rows, Doc: "Rows, each a mapping of columns to values; a column left out is NULL."},
		{Name: "fails", Shape: Numbers, Doc: "Which of the rows fail the rule, counted from 0."},
	}}
	snapshotObject = Object{Name: "a snapshot", Required: []string{"from"}, Keys: []Key{
		{Name: "from", Shape: Line, Doc: "The table that it copies."},
		{Name: "columns", Shape: Lines, Doc: "The columns that it copies beside the key (all)."},
		{Name: "description", Shape: Prose, Doc: description},
	}}
)

// objects are all kinds of mappings, to say where a misplaced key belongs.
var objects = []Object{entryObject, varObject, targetObject, tableObject, sourceObject, columnObject, suiteObject,
	expectationObject, ruleTestObject, snapshotObject}

// Format is every kind of mapping, by the name that Key.Of uses.
func Format() map[string]Object {
	return map[string]Object{"entry": entryObject, "fragment": fragmentObject, "var": varObject, "target": targetObject, "table": tableObject,
		"source": sourceObject, "column": columnObject, "suite": suiteObject, "expectation": expectationObject, "test": ruleTestObject,
		"snapshot": snapshotObject}
}

func words[T ~string](list []T) []string {
	var out []string
	for _, w := range list {
		out = append(out, string(w))
	}
	return out
}
