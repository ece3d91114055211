package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/lib/pq"
)

// The environment variables that steer the tests.
const (
	// ServerVariable names a server where databases may be created, by URL.
	ServerVariable = "PIPE_TEST_POSTGRES"
	// RequireVariable makes a missing PostgreSQL a failure, when not empty.
	RequireVariable = "PIPE_TEST_REQUIRE_POSTGRES"
)

// shared starts one cluster for all tests of this process. Nobody stops it:
// its watchdog does when the process ends.
var shared = sync.OnceValues(func() (*Cluster, error) { return Start() })

// Server gives the URL of a PostgreSQL server where the test may create
// databases. The test is skipped, or fails, where there is none.
func Server(t testing.TB) string {
	t.Helper()
	if text := os.Getenv(ServerVariable); text != "" {
		u, err := url.Parse(text)
		if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
			// The text is not shown: it may hold a password.
			t.Fatalf("%s is not a URL such as postgres://user:password@localhost:5432/postgres", ServerVariable)
		}
		return text
	}
	c, err := shared()
	if err != nil {
		if os.Getenv(RequireVariable) != "" {
			t.Fatalf("this test needs PostgreSQL: %v", err)
		}
		t.Skipf("this test needs PostgreSQL: %v", err)
	}
	return c.URL
}

// Database gives the URL of a new, empty database that is dropped when the
// test ends, whoever is still connected to it.
func Database(t testing.TB) string {
	t.Helper()
	database, drop, err := Create(Server(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := drop(); err != nil {
			t.Fatal(err)
		}
	})
	return database
}

// Create makes a new, empty database on the server that a URL names. It gives
// the URL of the database and the function that drops it, whoever is still
// connected to it.
func Create(server string) (database string, drop func() error, err error) {
	u, err := url.Parse(server)
	if err != nil {
		// The text is not shown: it may hold a password.
		return "", nil, fmt.Errorf("%s: not a URL", ServerVariable)
	}
	name := "pipe_test_" + strings.ToLower(rand.Text())
	// template0, because nobody can be connected to it: a connection to the
	// template makes CREATE DATABASE fail.
	if err := execute(server, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		return "", nil, err
	}
	u.Path, u.RawPath = "/"+name, ""
	return u.String(), func() error { return execute(server, "DROP DATABASE "+name+" WITH (FORCE)") }, nil
}

func execute(server, statement string) error {
	db, err := sql.Open("postgres", server)
	if err == nil {
		defer db.Close()
		// Its own context: a test's is over when its cleanup runs.
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		_, err = db.ExecContext(ctx, statement)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
