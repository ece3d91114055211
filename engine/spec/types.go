package spec

import (
	"math/big"
	"strings"
	"time"

	"github.com/streamflow/pipe/engine/diag"
)

// Value is a decoded leaf and where it stands. Set is false when the key was
// absent and V is the documented default.
type Value[T any] struct {
	V   T
	Pos diag.Pos
	Set bool
}

// Spec is one entry file with everything it includes, in the order read.
type Spec struct {
	// Entry is the entry's path inside the project directory, slash-separated.
	Entry       string
	Files       []File // the entry first, then includes in the order they were read
	Name        Text
	Description Text
	AsOf        Text // a template; not Set when the entry states none
	Vars        []*Var
	Targets     []*Target
	Target      Text // a template: the name of the default target
	Setup       []Text
	Tables      []*Table
	Suites      []*Suite
	Snapshots   []*Snapshot
	Timeout     Value[time.Duration] // 0: none
	Retries     Value[int]
	Unread      Unread
	// IsBare says that neither the entry nor what it includes defines anything, and
	// that the reader has told nothing that would explain it.
	IsBare bool
}

// Unread says of what a part may stand where the reader could not read on, as
// behind a fault of syntax: that it is not in the tree proves nothing.
type Unread struct {
	Definitions bool // tables, suites and snapshots
	Entry       bool // vars, targets and the other keys of the entry
}

// File is a file that was read, kept for carets.
type File struct {
	Path string // inside the project directory, slash-separated
	Text string
}

// Source gives the text of a file of the spec, for diag.Fprint: as it stands,
// but without literal passwords.
func (s *Spec) Source(path string) (string, bool) {
	for _, f := range s.Files {
		if f.Path == path {
			return show(f.Text, s.secrets(path)), true
		}
	}
	return "", false
}

// secrets are the literal passwords that stand in a file.
func (s *Spec) secrets(path string) []Text {
	var list []Text
	for _, t := range s.Targets {
		for _, secret := range t.Secrets() {
			if secret.Pos.File == path {
				list = append(list, secret)
			}
		}
	}
	return list
}

// Table finds a table by name, nil when there is none.
func (s *Spec) Table(name string) *Table {
	for _, t := range s.Tables {
		if t.Name.V == name {
			return t
		}
	}
	return nil
}

// Snapshot finds a snapshot by name, nil when there is none.
func (s *Spec) Snapshot(name string) *Snapshot {
	for _, t := range s.Snapshots {
		if t.Name.V == name {
			return t
		}
	}
	return nil
}

// VarType is the declared type of a var.
type VarType string

// The types of vars.
const (
	VarText     VarType = "text"
	VarInteger  VarType = "integer"
	VarNumber   VarType = "number"
	VarBoolean  VarType = "boolean"
	VarDate     VarType = "date"
	VarMonthEnd VarType = "month_end"
	VarPath     VarType = "path"
	VarEnum     VarType = "enum"
)

// Var declares a value that the caller gives with --var.
type Var struct {
	Name        Text
	Type        Value[VarType]
	Values      []Text // enum only
	Pattern     Text   // text only: a RE2 expression the whole value must match
	Default     Text   // a template; not Set when the var is required
	Description Text
}

// Driver names a database driver.
type Driver string

// The drivers.
const (
	Postgres Driver = "postgres"
	SQLite   Driver = "sqlite"
)

// Target is a database that a spec may be run on. All texts may be templates
// over env (not vars).
type Target struct {
	Name     Text
	Driver   Value[Driver]
	URL      Text
	Host     Text
	Port     Text
	User     Text
	Password Text
	Database Text
	Schema   Text
	SSLMode  Text
	Path     Text // sqlite
	Setup    []Text
}

// BadRowPolicy says what a row that does not fit does to its run.
type BadRowPolicy string

// The policies.
const (
	FailOnBadRow BadRowPolicy = "fail"
	Quarantine   BadRowPolicy = "quarantine"
)

// Limit is a number of rows or a share of the rows read.
type Limit struct {
	Rows    int64
	Percent float64 // 0..100, used when IsPercent
	// Text is the limit as written: "0.1%" or "25".
	Text      string
	IsPercent bool
}

// Allows tells whether so many rejects of the rows read are within the limit.
// A share is compared exactly, as it is written: 0.1% of 7,000 rows are 7.
func (l Limit) Allows(rejected, read int64) bool {
	if !l.IsPercent {
		return rejected <= l.Rows
	}
	share, ok := new(big.Rat).SetString(strings.TrimSpace(strings.TrimSuffix(l.Text, "%")))
	if !ok {
		return false // the reader of specs lets nothing else through
	}
	most := share.Mul(share, new(big.Rat).SetInt64(read))
	return new(big.Rat).SetInt(new(big.Int).Mul(big.NewInt(rejected), big.NewInt(100))).Cmp(most) <= 0
}

// Table is a target table and, when Source is not nil, the file it is loaded
// from.
type Table struct {
	Name        Text
	Source      *Source
	PrimaryKey  []Text
	Columns     []*Column // as written
	OnBadRow    Value[BadRowPolicy]
	MaxRejects  Value[Limit]
	Description Text
	// KeyTold and ColumnsTold say that the reader has told what is wrong with
	// primary_key and columns, so that none was read.
	KeyTold, ColumnsTold bool
}

// Column finds a column by name, nil when there is none.
func (t *Table) Column(name string) *Column {
	for _, c := range t.Columns {
		if c.Name.V == name {
			return c
		}
	}
	return nil
}

// IsKey tells whether the named column is part of the primary key.
func (t *Table) IsKey(name string) bool {
	for _, k := range t.PrimaryKey {
		if k.V == name {
			return true
		}
	}
	return false
}

// Source is a data file and how to read it.
type Source struct {
	Pos        diag.Pos
	Path       Text // a template
	Format     Value[string]
	Delimiter  Value[rune]
	Quote      Value[rune]
	Encoding   Value[string]
	NullValues []Text // nil: [""], the default
	Header     Value[bool]
	AllowEmpty Value[bool]
}

// IsReservedOnSQLite tells whether SQLite, or pipe's own tables there, have taken
// a table's name.
func IsReservedOnSQLite(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasPrefix(lower, "pipe_") || strings.HasPrefix(lower, "sqlite_")
}

// Kind is the kind of a column type.
type Kind string

// The kinds of column types.
const (
	KindText        Kind = "text"
	KindInteger     Kind = "integer" // 32 bits
	KindBigint      Kind = "bigint"  // 64 bits
	KindNumeric     Kind = "numeric"
	KindDouble      Kind = "double"
	KindBoolean     Kind = "boolean"
	KindDate        Kind = "date"
	KindTimestamp   Kind = "timestamp"
	KindTimestamptz Kind = "timestamptz"
	KindUUID        Kind = "uuid"
)

// Type is a column type. Precision is 0 for a numeric without one.
type Type struct {
	Kind      Kind
	Precision int
	Scale     int
}

// IsNumber tells whether values of the type can be added up.
func (t Type) IsNumber() bool {
	switch t.Kind {
	case KindInteger, KindBigint, KindNumeric, KindDouble:
		return true
	}
	return false
}

// Reference names the column that a column's values must exist in.
type Reference struct {
	Text   Text // "users.user_id", as written
	Table  string
	Column string
}

// Column is one column of a table and how its cells are read.
type Column struct {
	Name        Text
	Type        Value[Type]
	References  *Reference
	Optional    Value[bool]
	Nullable    Value[bool]
	NullValues  []Text // nil: the source's
	TrueValues  []Text
	FalseValues []Text
	Formats     []Text // strftime
	SourceTZ    Text
	Decimal     Value[rune]
	Thousands   Value[rune] // 0: none
	Trim        Value[bool]
	Description Text
}

// Severity says what an unmet expectation does to its run.
type Severity string

// The severities of expectations.
const (
	SeverityError Severity = "error"
	SeverityWarn  Severity = "warn"
)

// Suite is the expectations of one table or snapshot.
type Suite struct {
	Pos          diag.Pos
	Name         Text // the table's name when not Set
	Table        Text
	Expectations []*Expectation
	Tests        []*RuleTest
}

// Expectation is one entry of a suite: a rule, or a Great Expectations name
// with its arguments. Exactly one of Rule and Kind is set.
type Expectation struct {
	Pos   diag.Pos
	Index int // 0-based, in its suite
	Rule  Text
	Kind  Text  // "expect_column_values_to_be_between"
	Args  *Node // the arguments of Kind: a mapping, or nil
	// Beside are keys of Args that do not stand among the arguments, which is told.
	Beside      []Text
	Name        Text
	Mostly      Value[float64]
	Where       Text
	Severity    Value[Severity]
	Description Text
}

// RuleTest is a unit test of a rule: rows given, failing rows wanted.
type RuleTest struct {
	Pos   diag.Pos
	Rule  Text
	Rows  []*Node // mappings
	Fails []Value[int]
}

// Snapshot is a table of as-of copies. Its key is its table's primary key and
// as_of.
type Snapshot struct {
	Name        Text
	From        Text
	Columns     []Text // nil: all of the table's but the key
	Description Text
}
