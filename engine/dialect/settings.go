package dialect

import "github.com/streamflow/pipe/engine/spec"

// Setting is one of the settings of a PostgreSQL session.
type Setting struct {
	Name, Value string
	// Means says that statements mean something else under another value: it
	// is set whatever anyone asks for. Else an explicit wish of the caller wins.
	Means bool
}

// SessionSettings are what every session of pipe has, whatever the server, the
// database and the role have by default: the same statements give the same rows
// and the same reports everywhere. schema is where the tables are; "public" when
// empty.
func SessionSettings(schema string) []Setting {
	if schema == "" {
		schema = "public"
	}
	return []Setting{
		{"search_path", For("postgres").Quote(schema), true},
		// How literals and moments are read and written.
		{"timezone", "UTC", true},
		{"datestyle", "ISO, MDY", true},
		{"intervalstyle", "postgres", true},
		{"standard_conforming_strings", "on", true},
		{"backslash_quote", "safe_encoding", true},
		{"bytea_output", "hex", true},
		{"extra_float_digits", "1", true},
		{"array_nulls", "on", true},
		{"xmloption", "content", true},
		{"lc_monetary", "C", true},
		{"lc_numeric", "C", true},
		{"lc_time", "C", true},
		// x = NULL is unknown, and names are quoted where they must be.
		{"transform_null_equals", "off", true},
		{"quote_all_identifiers", "off", true},
		// Each statement sees what was committed before it: guards rely on it.
		{"default_transaction_isolation", "read committed", true},
		{"default_transaction_deferrable", "off", true},
		// A run has a timeout of its own; while it reads files its connections are idle.
		{"statement_timeout", "0", false},
		{"idle_session_timeout", "0", false},
		{"idle_in_transaction_session_timeout", "0", false},
		{"client_min_messages", "warning", false},
	}
}

// Session are the settings as the statements that make them, for a script.
func Session(driver spec.Driver, schema string) []string {
	if driver != spec.Postgres {
		return nil
	}
	var list []string
	for _, s := range SessionSettings(schema) {
		value := Text(s.Value)
		if s.Name == "search_path" {
			value = s.Value // a name, not a text
		}
		list = append(list, "SET "+s.Name+" = "+value)
	}
	return list
}

// HasCharacters tells whether texts in an encoding of PostgreSQL's mean what they
// mean elsewhere: their length counts characters, and their order by bytes is
// that of their code points. In SQL_ASCII a text is bytes, and most other
// encodings have an order of their own.
func HasCharacters(encoding string) bool { return encoding == "UTF8" || encoding == "LATIN1" }
