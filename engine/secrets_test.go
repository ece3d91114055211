package engine_test

import (
	"context"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/internal/pgtest"
)

// Each part of the password begins with the mark, which survives every way of
// quoting and encoding: wherever a part of it stands, the mark does.
const (
	mark     = "xK9"
	password = `xK9a'xK9b"xK9c:xK9d/xK9e@xK9f#xK9g%41xK9h?xK9i\xK9j$xK9k xK9l;xK9m{xK9n}éxK9o`
)

const secretsSpec = `version: 1
name: secrets
retries: 1
vars: {file: {type: path, default: good.csv}, any: {type: text, default: x}}
targets:
  fields: {driver: postgres, host: '${{ env.T_HOST }}', port: '${{ env.T_PORT }}', user: '${{ env.T_USER }}', password: '${{ env.T_PASSWORD }}',
           database: '${{ env.T_DATABASE }}', sslmode: '${{ env.T_SSLMODE ?? "prefer" }}', setup: ['${{ env.T_SETUP ?? "none.sql" }}']}
  url: {driver: postgres, url: '${{ env.T_URL }}'}
  broken: {driver: postgres, url: '${{ env.T_URL }}', setup: [broken.sql]}
target: '${{ env.T ?? "url" }}'
tables:
  secret_rows:
    source: '${{ vars.file }}'
    primary_key: [k]
    columns: {k: integer, v: text}
suites:
  - table: secret_rows
    expectations: [{rule: 'v != "never" and v != vars.any'}]
`

// secretive is a project, and a role of the server whose password is to be
// found nowhere.
type secretive struct {
	t        *testing.T
	dir      string
	admin    *url.URL // of the database, as an administrator
	role     *url.URL // of the database, as the role
	fields   []string // the environment of the target "fields"
	logged   string   // how long the server's log was at the beginning
	seen     strings.Builder
	mu       sync.Mutex
	sessions int
	titles   int // that were seen blanked
}

func newSecretive(t *testing.T) *secretive {
	t.Helper()
	admin, err := url.Parse(pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	s := &secretive{t: t, dir: t.TempDir(), admin: admin}
	s.logged = strings.TrimSpace(s.query("SELECT coalesce((pg_stat_file(" + serverLog + ", true)).size, 0)"))
	name := "secret_" + strings.TrimPrefix(admin.Path, "/pipe_test_")
	s.sql("CREATE ROLE "+name+" LOGIN PASSWORD '"+strings.ReplaceAll(password, "'", "''")+"'",
		"ALTER ROLE "+name+" SET log_statement = 'all'", "ALTER ROLE "+name+" SET log_min_error_statement = 'debug1'",
		"GRANT CREATE ON DATABASE "+strings.TrimPrefix(admin.Path, "/")+" TO "+name, "GRANT CREATE ON SCHEMA public TO "+name)
	t.Cleanup(func() { s.sql("DROP OWNED BY "+name, "DROP ROLE "+name) })
	role := *admin
	role.User = url.UserPassword(name, password)
	s.role = &role
	s.fields = []string{"T=fields", "T_HOST=" + admin.Hostname(), "T_PORT=" + admin.Port(), "T_USER=" + name, "T_PASSWORD=" + password,
		"T_DATABASE=" + strings.TrimPrefix(admin.Path, "/")}
	write(t, filepath.Join(s.dir, "spec.yaml"), strings.Replace(secretsSpec, `, setup: ['${{ env.T_SETUP ?? "none.sql" }}']`, "", 1))
	write(t, filepath.Join(s.dir, "good.csv"), "k,v\n1,a\n2,b\n")
	write(t, filepath.Join(s.dir, "never.csv"), "k,v\n1,never\n")
	write(t, filepath.Join(s.dir, "bad.csv"), "k,v\none,a\n")
	var rows strings.Builder
	for i := range 150_000 {
		fmt.Fprintf(&rows, "%d,row %d\n", i, i)
	}
	write(t, filepath.Join(s.dir, "long.csv"), "k,v\n"+rows.String())
	write(t, filepath.Join(s.dir, "broken.sql"), "CREATE TABLE IF NOT EXISTS a (b integer);\nALTER ROLE CURRENT_USER PASSWORD '"+
		strings.ReplaceAll(password, "'", "''")+"' NONSENSE;\n")
	return s
}

// sql executes statements as the administrator.
func (s *secretive) sql(statements ...string) {
	s.t.Helper()
	db, session := open(s.t, s.admin.String(), "administrator")
	defer done(s.t, db, session)
	for _, text := range statements {
		if err := session.Exec(context.Background(), text); err != nil {
			s.t.Fatalf("%s: %v", text, err)
		}
	}
}

// query gives the rows of a query of the administrator as text.
func (s *secretive) query(text string) string {
	s.t.Helper()
	db, session := open(s.t, s.admin.String(), "administrator")
	defer done(s.t, db, session)
	var b strings.Builder
	err := session.Rows(context.Background(), func(_ []string, v []any) error {
		fmt.Fprintln(&b, v...)
		return nil
	}, text)
	if err != nil {
		s.t.Fatalf("%s: %v", text, err)
	}
	return b.String()
}

func (s *secretive) keep(what, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(&s.seen, "\n--- %s\n%s", what, text)
}

// pipe runs a command to its end and keeps what it wrote and what ps and the
// server showed of it meanwhile. It gives the output.
func (s *secretive) pipe(want int, env []string, args ...string) string {
	s.t.Helper()
	cmd, out := pipe(s.dir, args...)
	cmd.Env = append(cmd.Env, env...)
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	watched := make(chan struct{})
	over := make(chan struct{})
	go func() {
		defer close(watched)
		blanked := !strings.Contains(strings.Join(args, " "), mark)
		for {
			// The program blanks its title when it begins; it begins a moment after it is started.
			title, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", cmd.Process.Pid))
			if !blanked && strings.Contains(string(title), "**@") {
				blanked = true
				s.titles++
			}
			if err == nil && blanked {
				s.keep("ps", string(title))
			}
			select {
			case <-over:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	_ = cmd.Wait()
	close(over)
	<-watched
	if got := cmd.ProcessState.ExitCode(); got != want {
		s.t.Errorf("pipe %q: exit %d, want %d\n%s", args, got, want, out)
	}
	s.keep("pipe "+args[0][:min(len(args[0]), 6)], out.String())
	return out.String()
}

// watch keeps what the server shows of its sessions until the test ends.
func (s *secretive) watch() (stop func()) {
	db, session := open(s.t, s.admin.String(), "watcher")
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			err := session.Rows(context.Background(), func(_ []string, v []any) error {
				s.sessions++
				// The setup of this test holds the password itself, and the server shows what it executes.
				if text := fmt.Sprintln(v...); !strings.Contains(text, "ALTER ROLE CURRENT_USER") {
					s.keep("pg_stat_activity", text)
				}
				return nil
			}, "SELECT application_name, usename, query FROM pg_stat_activity WHERE application_name LIKE 'pipe %' AND datname = current_database()")
			if err != nil {
				s.keep("watcher", err.Error())
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	return func() {
		cancel()
		<-ended
		done(s.t, db, session)
	}
}

// nowhere is the end of it: everything that is left of all commands is looked
// through for the mark.
func (s *secretive) nowhere() {
	s.t.Helper()
	files := 0
	err := filepath.WalkDir(filepath.Join(s.dir, "reports"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		s.keep(path, string(text))
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	records := 0
	for table := range strings.FieldsSeq(s.query("SELECT tablename FROM pg_tables WHERE schemaname = 'pipe'")) {
		text := s.query("SELECT t::text FROM pipe." + table + " AS t")
		records += strings.Count(text, "\n")
		s.keep("record "+table, text)
	}
	if files == 0 || records == 0 || s.sessions == 0 || s.titles == 0 {
		s.t.Errorf("%d reports, %d records, %d sessions and %d titles were looked at: some are missing", files, records, s.sessions, s.titles)
	}
	for line := range strings.SplitSeq(s.seen.String(), "\n") {
		if strings.Contains(line, mark) {
			s.t.Errorf("a part of the password: %.300s", line)
		}
	}
}

// rawURL is the role's URL with the password as it stands, which is no URL.
func (s *secretive) rawURL(password string) string {
	return "postgres://" + s.role.User.Username() + ":" + password + "@" + s.role.Host + s.role.Path
}

func TestThePasswordIsNowhere(t *testing.T) {
	s := newSecretive(t)
	stop := s.watch()
	good := s.role.String()
	byURL := []string{"T_URL=" + good}
	with := func(more ...string) []string { return append(append([]string{}, s.fields...), more...) }
	elsewhere := func(change func(u *url.URL)) []string {
		u := *s.role
		change(&u)
		return []string{"T_URL=" + u.String()}
	}
	query := func(text string) []string { return elsewhere(func(u *url.URL) { u.RawQuery = text }) }

	// What goes well.
	for _, env := range [][]string{byURL, s.fields, {"PGPASSWORD=" + password, "T_URL=" + strings.Replace(good, ":"+url.UserPassword("", password).String()[1:], "", 1)}} {
		s.pipe(0, env, "run", "spec.yaml")
	}
	s.pipe(0, nil, "run", "spec.yaml", "--target", good, "--format", "json")
	s.pipe(0, nil, "run", "spec.yaml", "--target="+good, "--dry-run")
	for _, args := range [][]string{{"check", "spec.yaml"}, {"plan", "spec.yaml"}, {"plan", "spec.yaml", "--format", "sql"}, {"plan", "spec.yaml", "--format", "json"},
		{"graph", "spec.yaml"}, {"runs", "spec.yaml"}, {"runs", "spec.yaml", "--format", "json"}, {"doctor", "spec.yaml"}, {"suggest", "secret_rows", "spec.yaml"}, {"lint"}} {
		want := map[string]int{"lint": 1}[args[0]] // there is no folder specs
		s.pipe(want, byURL, args...)
		s.pipe(want, s.fields, args...)
	}

	// What fails in the target.
	for name, c := range map[string]struct {
		exit int
		env  []string
	}{
		"wrong password":   {3, elsewhere(func(u *url.URL) { u.User = url.UserPassword(u.User.Username(), "xK9 wrong") })},
		"wrong, by fields": {3, with("T_PASSWORD=xK9 wrong")},
		"unknown user":     {3, elsewhere(func(u *url.URL) { u.User = url.UserPassword("nobody", password) })},
		"no such database": {3, elsewhere(func(u *url.URL) { u.Path = "/nothing" })},
		"nothing listens":  {3, elsewhere(func(u *url.URL) { u.Host = "127.0.0.1:1" })},
		"no such host":     {3, elsewhere(func(u *url.URL) { u.Host = "nowhere.invalid" })},
		"no such sslmode":  {3, query("sslmode=bogus")},
		"TLS":              {3, query("sslmode=require")},
		"certificates":     {3, query("sslmode=verify-full&sslrootcert=/nowhere")},
		"bad setting":      {3, query("connect_timeout=soon")},
		"unknown setting":  {3, query("nonsense=1")},
		"server's options": {3, query("options=-c%20nonsense%3D1")},
		"big port":         {1, elsewhere(func(u *url.URL) { u.Host = u.Hostname() + ":99999" })},
		"fields, port":     {3, with("T_PORT=many")},
		"fields, sslmode":  {3, with("T_SSLMODE=bogus")},
		"fields, database": {3, with("T_DATABASE=nothing")},
		"not encoded":      {1, []string{"T_URL=" + s.rawURL(password)}},
		"a part of a path": {1, []string{"T_URL=" + s.rawURL("12/xK9")}},
		"a fragment":       {1, []string{"T_URL=" + s.rawURL("12#xK9")}},
		"a query":          {1, []string{"T_URL=" + s.rawURL("12?xK9")}},
		"two at":           {1, []string{"T_URL=" + s.rawURL("12@xK9/a")}},
		"another scheme":   {1, []string{"T_URL=mysql://u:xK9@h/d"}},
		"no scheme":        {1, []string{"T_URL=xK9"}},
		"libpq's words":    {1, []string{"T_URL=host=h password=xK9"}},
		"a URL as name":    {2, []string{"T=" + good}},
		"words as name":    {2, []string{"T=host=h password=xK9"}},
		"no scheme, name":  {2, []string{"T=user:xK9@host/db"}},
	} {
		t.Log(name)
		s.pipe(c.exit, c.env, "run", "spec.yaml")
		s.pipe(map[int]int{1: 1, 2: 2, 3: 3}[c.exit], c.env, "check", "spec.yaml", "--format", "json")
		s.pipe(1, c.env, "doctor", "spec.yaml")
		for _, pair := range c.env {
			if text, ok := strings.CutPrefix(pair, "T_URL="); ok && strings.Contains(text, ":") {
				want := 3
				if c.exit == 1 {
					want = 2
				}
				s.pipe(want, nil, "run", "spec.yaml", "--target", text)
				s.pipe(want, nil, "runs", "spec.yaml", "--target", text)
			}
		}
	}

	// What is typed in the wrong place.
	for _, args := range [][]string{
		{"run", "spec.yaml", good}, {"run", good}, {good}, {"run", "spec.yaml", "--tarket", good}, {"run", "spec.yaml", "--tarket=" + good}, {"--target=" + good, "run"},
		{"run", "spec.yaml", "--var", good}, {"run", "spec.yaml", "--var", "any=" + good}, {"run", "spec.yaml", "--var", "none=" + good}, {"run", "spec.yaml", "--format", good},
		{"run", "spec.yaml", "--wait", good}, {"explain", good}, {"plan", "spec.yaml", "--target", s.rawURL("12/xK9")}, {"show", good, "spec.yaml"},
	} {
		s.pipe(2, byURL, args...)
	}

	// What fails on the way.
	s.pipe(1, byURL, "run", "spec.yaml", "--var", "file=never.csv")
	s.pipe(1, s.fields, "run", "spec.yaml", "--var", "file=bad.csv", "--format", "json")
	s.pipe(3, byURL, "run", "spec.yaml", "--var", "file=missing.csv")
	s.pipe(1, append([]string{"T=broken"}, byURL...), "run", "spec.yaml")
	s.pipe(1, append([]string{"T=broken"}, byURL...), "run", "spec.yaml", "--dry-run", "--format", "json")
	s.pipe(3, byURL, "run", "spec.yaml", "--var", "file=long.csv", "--timeout", "150ms")
	s.sql("REVOKE CREATE ON SCHEMA public FROM "+s.role.User.Username(), "DROP TABLE secret_rows")
	s.pipe(3, byURL, "run", "spec.yaml")
	s.sql("GRANT CREATE ON SCHEMA public TO " + s.role.User.Username())
	s.held(func() { s.pipe(4, byURL, "run", "spec.yaml") })
	s.ended(func() { s.pipe(0, s.fields, "run", "spec.yaml", "--var", "file=long.csv") })
	s.pipe(0, byURL, "runs", "spec.yaml")

	stop()
	s.serverLog()
	s.nowhere()
}

// held does something while another run holds the table.
func (s *secretive) held(do func()) {
	s.t.Helper()
	db, session := open(s.t, s.admin.String(), "pipe 20240101T000000Z-00000000")
	defer done(s.t, db, session)
	me := database.Holder{Run: "20240101T000000Z-00000000", Host: "elsewhere", PID: 7, Started: time.Now()}
	if err := session.Lock(context.Background(), []string{"stage_secret_rows"}, me, 0, func(database.Holder, time.Duration, time.Duration) {}); err != nil {
		s.t.Fatal(err)
	}
	do()
}

// ended does something while an administrator ends a session of the role once.
func (s *secretive) ended(do func()) {
	s.t.Helper()
	once := make(chan struct{})
	go func() {
		defer close(once)
		for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
			if s.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '"+s.role.User.Username()+"' AND query LIKE 'COPY%' LIMIT 1") != "" {
				return
			}
		}
	}()
	do()
	<-once
}

// serverLog is where a cluster of our own keeps its log.
const serverLog = "current_setting('data_directory') || '/../log'"

// serverLog keeps the log of a cluster of our own.
func (s *secretive) serverLog() {
	s.t.Helper()
	text := s.query("SELECT pg_read_file(" + serverLog + ", " + s.logged + ", 100000000, true)")
	if !strings.Contains(text, "COPY") {
		s.t.Log("the server's log could not be read: it is no cluster of our own")
		return
	}
	for line := range strings.SplitSeq(text, "\n") {
		// The statements of this test's own, and of the setup that holds the password.
		if !strings.Contains(line, "ALTER ROLE CURRENT_USER") && !strings.Contains(line, "CREATE ROLE") {
			s.keep("server log", line+"\n")
		}
	}
}
