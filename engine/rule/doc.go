// Package rule compiles the rule language: expr-lang text is parsed, every name
// and type in it is checked against the declared columns, and what is left is
// SQL. All faults of a rule are told at once, each at its own characters.
//
// Only expr's grammar is used. Its checker stops at the first fault and its VM
// has two truth values; rules have three, and the database evaluates them.
//
// A rule means the same on every database:
//   - An operand that is NULL makes a comparison, a test, `in` and arithmetic
//     unknown; and, or, not are SQL's; `x == nil` and `x != nil` are never
//     unknown; `c ? a : b` is unknown where c is.
//   - Comparing a column with a literal is exact. Arithmetic (+ - * / %, unary
//     minus, abs, round) is that of IEEE doubles: x/0 is an infinity, 0/0 and
//     x%0 are unknown. A result too large for a double is an error on
//     PostgreSQL, so that the expectation fails as not evaluated, and an
//     infinity on SQLite.
//   - A NaN or an infinity is never loaded. Where a table of PostgreSQL held one
//     before, it compares as PostgreSQL has it: NaN equals NaN and is greater
//     than every number.
//   - `x matches "re"` has RE2's syntax and meaning; see dialect.Regexp.
//   - number, integer and date of a text that cannot be read are unknown; see
//     dialect.Reads.
//   - exists_in(x, "t.c") is unknown where x is, and else true or false: a NULL
//     in the other column is nobody's equal.
//   - Integers and numerics are added exactly, and their mean is the double
//     nearest to the exact one. Doubles are added as the database does, in the
//     order in which it finds the rows, on which the last digits depend.
//   - Text is compared by code point. lower and upper change A-Z and a-z only.
//   - A text literal beside a date, timestamp, timestamptz or uuid is read as one.
//
// Eval and EvalTable evaluate a rule in Go, by the checked tree and not by its
// SQL. A fuzz test holds that Go, SQLite and PostgreSQL find the same rows true,
// false and unknown, and the same aggregates.
//
// It may import diag, spec and dialect.
package rule
