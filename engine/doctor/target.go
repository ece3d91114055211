package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/spec"
)

// targetState asks the target what it is, what it allows and what it holds, in
// one transaction that cannot write.
func (x *examiner) targetState(ctx context.Context) {
	if !x.known {
		x.add(Skipped, "database", "the target is not known", "")
		return
	}
	db, err := database.Open(ctx, x.target, "pipe doctor", database.Glance)
	if x.target.Driver == spec.SQLite && errors.Is(err, fs.ErrNotExist) {
		x.add(OK, "database", where(x.target)+" is made by the first run", "")
		x.folder()
		return
	}
	if err != nil {
		x.unreached(err)
		return
	}
	err = x.inTransaction(ctx, db)
	if err == nil {
		err = x.runs(ctx, db)
	}
	if err := errors.Join(err, db.Close()); err != nil && !errors.Is(err, errStop) {
		x.add(Fail, "database", "it answered, and then a question failed: "+stateOf(err), "pipe check asks the same and shows the server's own words")
	}
}

// stateOf is what an error of a database says without names.
func stateOf(err error) string {
	var fault *database.Fault
	if errors.As(err, &fault) && fault.State != "" {
		return fault.State
	}
	return "no code"
}

// inTransaction makes the checks of one state of the target.
func (x *examiner) inTransaction(ctx context.Context, db *database.DB) error {
	s, err := db.Session(ctx)
	if err != nil {
		return err
	}
	if err = s.BeginReadOnly(ctx); err == nil {
		err = x.examine(ctx, s)
		err = errors.Join(err, s.Rollback(context.WithoutCancel(ctx)))
	}
	return errors.Join(err, s.Close())
}

// examine makes the checks of a target that answers. Its error is that of a
// target which answers no longer.
func (x *examiner) examine(ctx context.Context, s *database.Session) error {
	server, allowed := x.sqlite, x.fileAllowed
	if x.target.Driver == spec.Postgres {
		server, allowed = x.server, x.privileges
	}
	for _, check := range []func(context.Context, *database.Session) error{server, allowed, x.tables, x.records, x.locks} {
		if err := check(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// unreached tells why a target does not answer. The server's own words are
// left out: they name hosts, users and databases.
func (x *examiner) unreached(err error) {
	var fault *database.Fault
	if !errors.As(err, &fault) || x.target.Driver == spec.SQLite {
		x.add(Fail, "database", strings.ReplaceAll(err.Error(), x.target.Path, where(x.target)), "")
		return
	}
	says, cure := "the target does not answer", "pipe runs shows the server's own words"
	for _, known := range []struct{ sign, says, cure string }{
		{"connection refused", "nothing listens at the target's host and port", "start the server (docker compose up -d --wait), or mend host and port"},
		{"no such host", "no machine has the name of the target's host", "mend the target's host, or the variable that it comes from"},
		{"timeout", "the target's host does not answer in time", "a firewall may be in the way, or host and port name another machine"},
		{"deadline exceeded", "the target's host does not answer in time", "a firewall may be in the way, or host and port name another machine"},
		{"SSL", "server and target do not agree on TLS", "mend the target's sslmode"},
		{"(28", "the server refuses the target's user or password", "mend user and password, or the variables that they come from"},
		{"(3D000)", "the server has no such database", "create it, or mend the target's database"},
		{"(42501)", "the target's user may not connect to the database", "GRANT CONNECT ON DATABASE ... TO the target's user"},
		{"(53300)", "the server has no connection left", "end some, or raise max_connections"},
		{"(57P03)", "the server is starting up or shutting down", "try again in a moment"},
	} {
		if strings.Contains(fault.Error(), known.sign) {
			says, cure = known.says, known.cure
			break
		}
	}
	x.add(Fail, "database", says, cure)
}

func (x *examiner) sqlite(ctx context.Context, s *database.Session) error {
	found, err := s.One(ctx, "SELECT sqlite_version() AS version")
	if err != nil {
		return err
	}
	x.add(OK, "database", fmt.Sprintf("SQLite %v, %s holds %s", found["version"], where(x.target), size(fileSize(x.target.Path))), "")
	return nil
}

// fileAllowed looks whether a SQLite database, and the files that SQLite
// keeps beside it, can be written.
func (x *examiner) fileAllowed(context.Context, *database.Session) error {
	if err := writable(x.target.Path); err != nil {
		x.add(Fail, "privileges", where(x.target)+" cannot be written", "let the user of pipe write the file and its folder")
		return nil
	}
	x.folder()
	return nil
}

// folder looks whether files can be made where a SQLite database lies or will.
func (x *examiner) folder() {
	folder, whole, err := nearest(filepath.Dir(x.target.Path))
	if err != nil {
		x.add(Fail, "privileges", "the folder of "+where(x.target)+" cannot be made: "+err.Error(), "remove what is in the way, or name another path")
		return
	}
	if err := writable(folder); err != nil {
		x.add(Fail, "privileges", "the folder of "+where(x.target)+" cannot be written", "let the user of pipe write in it, or name another path")
		return
	}
	says := "the file and its folder can be written"
	if !whole {
		says = "the first run can make the folder of " + where(x.target) + ", and the file"
	}
	x.add(OK, "privileges", says, "")
}

// records looks at pipe's own tables.
func (x *examiner) records(ctx context.Context, s *database.Session) error {
	records := dialect.For(x.target.Driver).Records()
	found, err := s.One(ctx, records.Exist())
	if err == nil && !isTrue(found["known"]) {
		x.add(OK, "records", "none yet; the first run makes pipe's own tables", "")
		return nil
	}
	if err == nil {
		found, err = s.One(ctx, "SELECT max(version) AS version FROM "+records.Name("meta"))
	}
	var fault *database.Fault
	if errors.As(err, &fault) && fault.State == "42501" {
		x.add(Fail, "records", "pipe's own tables may not be read", "GRANT USAGE, CREATE ON SCHEMA pipe\nGRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA pipe")
		return errStop
	}
	if err != nil {
		return err
	}
	switch version, _ := found["version"].(int64); {
	case version > dialect.RecordsVersion:
		x.add(Fail, "records", fmt.Sprintf("pipe's own tables are version %d, made by a newer pipe; this one knows them up to version %d", version, dialect.RecordsVersion),
			"use that pipe, or a newer one")
		return nil
	case version < dialect.RecordsVersion:
		x.add(OK, "records", fmt.Sprintf("pipe's own tables are version %d; the next run brings them to version %d", version, dialect.RecordsVersion), "")
		return nil
	}
	x.add(OK, "records", fmt.Sprintf("pipe's own tables are there, version %d", dialect.RecordsVersion), "")
	return nil
}

// errStop ends the checks of a target whose transaction is lost; what is wrong
// has been told.
var errStop = errors.New("no more can be asked")

// locks tells who loads the tables now.
func (x *examiner) locks(ctx context.Context, s *database.Session) error {
	if x.plan == nil {
		x.add(Skipped, "locks", "without a plan they are not known", "")
		return nil
	}
	holders, err := s.Holders(ctx, x.plan.Locks, x.Host)
	if err != nil {
		return err
	}
	if len(holders) == 0 {
		x.add(OK, "locks", "free", "")
		return nil
	}
	x.add(Warn, "locks", (&database.HeldError{Holder: holders[0]}).Error(), "wait for it, or give pipe run --wait 10m")
	return nil
}

// runs tells of the runs that were killed and that no later one made good.
func (x *examiner) runs(ctx context.Context, db *database.DB) error {
	records, err := engine.Runs(ctx, db, x.Host)
	if err != nil {
		return err
	}
	broken := interrupted(records)
	switch {
	case len(records) == 0:
		x.add(OK, "runs", "none is recorded yet", "")
	case len(broken) == 0:
		x.add(OK, "runs", count(len(records), "run")+" recorded, none left interrupted; the last "+records[0].Status, "")
	default:
		r := broken[0]
		month := ""
		if r.AsOf != "" {
			month = " as of " + r.AsOf
		}
		if r.Step != "" {
			month += " at " + r.Step
		}
		x.add(Warn, "runs", fmt.Sprintf("run %s%s was interrupted, and none succeeded since", r.RunID, month), "it changed no table; run it again")
	}
	return nil
}

// interrupted are the runs that ended without a word, and after which none of
// the same spec and as-of came to an end.
func interrupted(records []engine.RunRecord) []engine.RunRecord {
	var broken []engine.RunRecord
	done := map[[2]string]bool{}
	for _, r := range records { // the newest first
		key := [2]string{r.Spec, r.AsOf}
		switch {
		case r.Status != "interrupted":
			done[key] = done[key] || r.Published || r.Status == "unchanged" || r.Status == "running"
		case !done[key]:
			broken = append(broken, r)
			done[key] = true
		}
	}
	return broken
}

// isTrue reads a truth as either database gives it.
func isTrue(v any) bool { return v == true || v == int64(1) }

// nearest is the nearest folder on the way to path that exists; whole tells that
// it is path itself. Its error says what stands where a folder would have to be
// made.
func nearest(path string) (folder string, whole bool, err error) {
	for whole = true; ; whole = false {
		info, err := os.Stat(path)
		name := filepath.Base(path)
		parent := filepath.Dir(path)
		switch {
		case err == nil && info.IsDir(), parent == path:
			return path, whole, nil
		case err == nil:
			return path, whole, errors.New(name + " is a file")
		}
		if _, err := os.Lstat(path); err == nil {
			return path, whole, errors.New(name + " leads nowhere")
		}
		path = parent
	}
}

// fileSize is the size of a file in bytes, 0 where there is none.
func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}
