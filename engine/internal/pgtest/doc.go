// Package pgtest gives tests a real PostgreSQL: the server that
// PIPE_TEST_POSTGRES names, or a private cluster made from the machine's own
// binaries, and a fresh database for each test.
//
// Nothing is mocked, so what a test says of PostgreSQL is true of PostgreSQL.
// Where none can be had a test is skipped, unless PIPE_TEST_REQUIRE_POSTGRES is
// set (make test sets it): then it fails.
//
// It is for tests only and imports nothing of the engine.
package pgtest
