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
//   - Text is compared by code point. lower and upper change A-Z and a-z only.
//   - A text literal beside a date, timestamp, timestamptz or uuid is read as one.
//
// It may import diag, spec and dialect.
package rule
