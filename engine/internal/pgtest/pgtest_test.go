package pgtest_test

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/streamflow/pipe/engine/internal/pgtest"
)

func open(t *testing.T, server string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestEachTestHasADatabaseOfItsOwn(t *testing.T) {
	first, second := open(t, pgtest.Database(t)), open(t, pgtest.Database(t))
	if _, err := first.Exec("CREATE TABLE users (user_id text)"); err != nil {
		t.Fatal(err)
	}
	var seen bool
	if err := second.QueryRow("SELECT to_regclass('users') IS NOT NULL").Scan(&seen); err != nil || seen {
		t.Errorf("the other database has the table: %v, %v", seen, err)
	}
}

func TestADatabaseIsDroppedWhenItsTestEnds(t *testing.T) {
	var name string
	t.Run("a test that leaves a connection open", func(t *testing.T) {
		text := pgtest.Database(t)
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		name = strings.TrimPrefix(u.Path, "/")
		db, err := sql.Open("postgres", text)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Ping(); err != nil {
			t.Fatal(err)
		}
	})
	var left int
	if err := open(t, pgtest.Server(t)).QueryRow("SELECT count(*) FROM pg_database WHERE datname = $1", name).Scan(&left); err != nil {
		t.Fatal(err)
	}
	if name == "" || left != 0 {
		t.Errorf("database %q is still there", name)
	}
}

// TestMain lets the test binary stand for a process that starts a cluster and
// is killed.
func TestMain(m *testing.M) {
	if os.Getenv("PGTEST_START_AND_HANG") == "" {
		os.Exit(m.Run())
	}
	c, err := pgtest.Start()
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println(c.URL)
	time.Sleep(time.Hour)
}

func TestAClusterEndsWithTheProcessThatStartedIt(t *testing.T) {
	if _, err := pgtest.Binaries(); err != nil {
		t.Skip(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), "PGTEST_START_AND_HANG=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 1000)
	n, _ := out.Read(line)
	u, err := url.Parse(strings.TrimSpace(string(line[:n])))
	if err != nil || u.Host == "" {
		t.Fatalf("the process said %q", line[:n])
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		conn, err := net.Dial("tcp", u.Host)
		if err != nil {
			return
		}
		conn.Close()
		if time.Now().After(deadline) {
			t.Fatal("the cluster outlives the process that started it")
		}
	}
}

func TestStopRemovesEverything(t *testing.T) {
	if _, err := pgtest.Binaries(); err != nil {
		t.Skip(err)
	}
	c, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	var folder string
	if err := open(t, c.URL).QueryRow("SHOW data_directory").Scan(&folder); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.Stop(), c.Stop()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is still there: %v", folder, err)
	}
}
