package doctor_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/lib/pq" // the driver of the databases that are made ready

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/doctor"
	"github.com/streamflow/pipe/engine/internal/pgtest"
	"github.com/streamflow/pipe/engine/run"
)

const shop = `version: 1
name: shop
targets:
  pg: {driver: postgres, url: '${{ env.PG }}'}
tables:
  customers:
    source: customers.csv
    primary_key: [id]
    columns: {id: integer, name: text}
  orders:
    source: orders.csv
    primary_key: [id]
    columns:
      id: integer
      customer: {type: integer, references: customers.id}
`

// patient is a project and a database for it.
type patient struct {
	t     *testing.T
	owner *sql.DB
	url   string // of the user that pipe works as
	role  string
}

// newPatient makes a database that a role of no privileges may connect to.
func newPatient(t *testing.T) *patient {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"shop.yaml": shop, "customers.csv": "id,name\n1,Ada\n", "orders.csv": "id,customer\n10,1\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	address := pgtest.Database(t)
	owner, err := sql.Open("postgres", address)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	p := &patient{t: t, owner: owner, role: "doctor_" + strings.ReplaceAll(strings.TrimPrefix(u.Path, "/"), "-", "_")}
	p.exec("CREATE ROLE " + p.role + " LOGIN PASSWORD 'hunter2'")
	t.Cleanup(func() {
		p.exec("DROP OWNED BY " + p.role + " CASCADE")
		p.exec("DROP ROLE " + p.role)
		if err := owner.Close(); err != nil {
			t.Error(err)
		}
	})
	u.User = url.UserPassword(p.role, "hunter2")
	p.url = u.String()
	return p
}

func (p *patient) exec(query string) {
	p.t.Helper()
	if _, err := p.owner.Exec(query); err != nil {
		p.t.Fatalf("%s: %v", query, err)
	}
}

func (p *patient) env(name string) string {
	if name == "PG" {
		return p.url
	}
	return ""
}

// finding is what is found of one thing, as STATE says; cure.
func (p *patient) finding(what string) string {
	p.t.Helper()
	e := doctor.Examine(context.Background(), doctor.Request{Project: os.DirFS("."), Spec: "shop.yaml", Env: p.env, Host: "here", Reports: "reports"})
	var told []string
	for _, f := range e.Findings {
		line := fmt.Sprintf("%s %s; %s", f.State, f.Says, strings.ReplaceAll(f.Cure, "\n", "; "))
		if strings.Contains(line, "hunter2") || strings.Contains(line, p.role) {
			p.t.Errorf("%s is no text for the public: %s", f.What, line)
		}
		if f.What == what {
			told = append(told, line)
		}
	}
	if len(told) == 0 {
		p.t.Errorf("nothing is said of %s: %+v", what, e.Findings)
	}
	return strings.Join(told, " | ")
}

func (p *patient) want(what, want string) {
	p.t.Helper()
	if got := p.finding(what); got != want {
		p.t.Errorf("%s:\ngot  %s\nwant %s", what, got, want)
	}
}

func (p *patient) compile() *engine.Compiled {
	p.t.Helper()
	c, err := engine.Compile(engine.Request{Project: os.DirFS("."), Spec: "shop.yaml", Env: p.env})
	if err != nil {
		p.t.Fatal(err)
	}
	return c
}

// load runs the spec as pipe's user, and says how that ended.
func (p *patient) load() *run.Result {
	p.t.Helper()
	c := p.compile()
	db, err := database.Open(context.Background(), c.Target, "pipe test", database.ReadWrite)
	if err != nil {
		p.t.Fatal(err)
	}
	r := run.Run(context.Background(), c.Plan, db, run.Options{RunID: run.NewID(time.Now()), Host: "here", User: "test", PID: os.Getpid()})
	if err := db.Close(); err != nil {
		p.t.Error(err)
	}
	return r
}

// What doctor calls lacking is what a run fails for, and with the grants that
// it names the run succeeds.
func TestGrantsThatAreNamedAreEnough(t *testing.T) {
	p := newPatient(t)
	p.exec("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
	p.want("privileges", "FAIL the target's user lacks 2 grants; GRANT CREATE ON DATABASE; GRANT CREATE ON the target's schema")
	if r := p.load(); r.Error == nil {
		t.Errorf("a run succeeds without these grants")
	}
	p.exec("DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO " + p.role + "', current_database()); END $$")
	p.exec("GRANT CREATE ON SCHEMA public TO " + p.role)
	p.want("privileges", "OK the target's user may do what the plan does; ")
	p.want("tables", "OK none exists yet; a run makes all 2; ")
	p.want("records", "OK none yet; the first run makes pipe's own tables; ")
	if r := p.load(); r.Error != nil {
		t.Fatalf("the run fails for %+v", r.Error)
	}
	p.want("tables", "OK all 2 exist and fit their declarations; ")
	p.want("records", "OK pipe's own tables are there, version 2; ")
	p.want("locks", "OK free; ")
	p.want("runs", "OK 1 run recorded, none left interrupted; the last succeeded; ")

	p.exec("ALTER TABLE orders OWNER TO CURRENT_USER")
	p.want("privileges", "FAIL the target's user lacks 1 grant; GRANT SELECT, INSERT, UPDATE ON orders")
	p.exec("GRANT SELECT, INSERT, UPDATE ON orders TO " + p.role)
	p.want("privileges", "OK the target's user may do what the plan does; ")
	if r := p.load(); r.Error != nil {
		t.Errorf("with the grants that were named the run fails for %+v", r.Error)
	}
	p.exec("ALTER TABLE customers ALTER name TYPE integer USING 1")
	if got := p.finding("table"); !strings.HasPrefix(got, "FAIL customers.name is declared text, and is integer; ") {
		t.Error(got)
	}
	p.exec("UPDATE pipe.meta SET version = 99")
	p.want("records", "FAIL pipe's own tables are version 99, made by a newer pipe; this one knows them up to version 2; use that pipe, or a newer one")
	p.exec("UPDATE pipe.meta SET version = 1")
	p.want("records", "OK pipe's own tables are version 1; the next run brings them to version 2; ")
	p.exec("REVOKE USAGE ON SCHEMA pipe FROM " + p.role)
	p.exec("ALTER SCHEMA pipe OWNER TO CURRENT_USER")
	p.exec("REVOKE ALL ON SCHEMA pipe FROM " + p.role)
	if got := p.finding("privileges"); !strings.Contains(got, "GRANT USAGE, CREATE ON SCHEMA pipe") {
		t.Error(got)
	}
	if got := p.finding("records"); !strings.HasPrefix(got, "FAIL pipe's own tables may not be read; GRANT ") {
		t.Error(got)
	}
}

// The holder of a lock is told, and the lock is not taken to find it.
func TestLocksAreLookedAt(t *testing.T) {
	p := newPatient(t)
	p.exec("DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO " + p.role + "', current_database()); END $$")
	p.exec("GRANT CREATE ON SCHEMA public TO " + p.role)
	if r := p.load(); r.Error != nil {
		t.Fatal(r.Error)
	}
	c, ctx := p.compile(), context.Background()
	id := run.NewID(time.Now())
	p.exec("INSERT INTO pipe.runs (run_id, spec, status, published, started_at, host, pid, os_user, pipe_version, plan_hash) VALUES ('" + id + "', 'shop', 'running', false, now() + interval '1 hour', 'there', 7, 'x', 'x', 'x')")
	db, err := database.Open(ctx, c.Target, "pipe "+id, database.ReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	s, err := db.Session(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Lock(ctx, c.Plan.Locks, database.Holder{Run: id, Host: "there", PID: 7}, 0, nil); err != nil {
		t.Fatal(err)
	}
	if got := p.finding("locks"); !strings.HasPrefix(got, "WARN table customers is being loaded by run "+id+" (on there, process 7") {
		t.Error(got)
	}
	p.want("runs", "OK 2 runs recorded, none left interrupted; the last running; ")
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	p.want("locks", "OK free; ")
	p.want("runs", "WARN run "+id+" was interrupted, and none succeeded since; it changed no table; run it again")
	var states []string
	rows, err := p.owner.Query("SELECT status FROM pipe.runs ORDER BY started_at")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var state string
		if err := rows.Scan(&state); err != nil {
			t.Fatal(err)
		}
		states = append(states, state)
	}
	if !slices.Equal(states, []string{"succeeded", "running"}) {
		t.Errorf("looking has changed the records: %q", states)
	}
}

// A target that does not answer is told by its kind, without its name.
func TestTargetsThatDoNotAnswer(t *testing.T) {
	p := newPatient(t)
	good := p.url
	for _, tc := range []struct{ change, want string }{
		{"port", "FAIL nothing listens at the target's host and port; start the server (docker compose up -d --wait), or mend host and port"},
		{"database", "FAIL the server has no such database; create it, or mend the target's database"},
	} {
		u, err := url.Parse(good)
		if err != nil {
			t.Fatal(err)
		}
		if tc.change == "port" {
			u.Host, u.RawQuery = "127.0.0.1:1", "sslmode=disable"
		} else {
			u.Path = "/nowhere"
		}
		p.url = u.String()
		p.want("database", tc.want)
	}
	p.url = good
}
