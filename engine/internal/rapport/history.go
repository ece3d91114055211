package rapport

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/run"
)

// month is one shipped month, loaded.
type month struct {
	AsOf   string
	Plan   *plan.Plan
	Result *run.Result
	After  state // of the database, once it was loaded
}

// history is what was done to the database, in this order: the first month;
// the first month again; the second month with hours written as minutes; the
// second month; the first month once more.
type history struct {
	Months  [2]*month
	Again   *run.Result // unchanged
	Spoiled *run.Result // its checks failed
	Older   *run.Result // refused
	// AfterSpoiled is the database once the spoiled month was rolled back.
	AfterSpoiled state
}

// asOfs are the month ends of data/seeds/month_000 and month_001.
var asOfs = [2]string{"2024-01-31", "2024-02-29"}

// live runs the history on an empty database.
func live(ctx context.Context, url string) (h *history, err error) {
	folder, err := os.MkdirTemp("", "rapport-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if err := spoil("data/seeds/month_001", folder); err != nil {
		return nil, err
	}
	h = &history{}
	for _, do := range []struct {
		as     string
		seeds  string
		status run.Status
		keep   func(*month)
	}{
		{asOfs[0], "", run.Succeeded, func(m *month) { h.Months[0] = m }},
		{asOfs[0], "", run.Unchanged, func(m *month) { h.Again = m.Result }},
		{asOfs[1], folder, run.ChecksFailed, func(m *month) { h.Spoiled, h.AfterSpoiled = m.Result, m.After }},
		{asOfs[1], "", run.Succeeded, func(m *month) { h.Months[1] = m }},
		{asOfs[0], "", run.Refused, func(m *month) { h.Older = m.Result }},
	} {
		m, err := load(ctx, url, do.as, do.seeds)
		if err != nil {
			return nil, fmt.Errorf("month of %s: %w", do.as, err)
		}
		if m.Result.Status != do.status {
			err = fmt.Errorf("month of %s: the run ended as %s, and the report tells of one that ended as %s", do.as, m.Result.Status, do.status)
			if m.Result.Error != nil {
				err = fmt.Errorf("%w: %w", err, m.Result.Error)
			}
			return nil, err
		}
		do.keep(m)
	}
	return h, nil
}

// load runs one month, from its own folder of seeds when seeds is empty.
func load(ctx context.Context, url, asOf, seeds string) (m *month, err error) {
	given := map[string]string{"as_of": asOf}
	if seeds != "" {
		given["seed_dir"] = seeds
	}
	// Nothing of this machine's environment enters the report.
	env := func(string) string { return "" }
	c, err := engine.Compile(engine.Request{Project: os.DirFS("."), Spec: entry, Vars: given, Target: url, Env: env})
	if err != nil {
		return nil, err
	}
	db, err := database.Open(ctx, c.Target, "rapport", database.ReadWrite)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	m = &month{AsOf: asOf, Plan: c.Plan}
	m.Result = run.Run(ctx, c.Plan, db, run.Options{RunID: run.NewID(time.Now()), Version: "rapport", Host: "localhost", User: "rapport", PID: os.Getpid()})
	m.After, err = look(ctx, db, m.Plan)
	return m, err
}

// spoil copies a month with watch_hours_30d in minutes: the mistake that the
// report shows being caught.
func spoil(from, to string) error {
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return err
	}
	path := filepath.Join(to, suiteTable+".csv")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	at := slices.Index(rows[0], "watch_hours_30d")
	if at < 0 {
		return fmt.Errorf("%s has no column watch_hours_30d", path)
	}
	for _, row := range rows[1:] {
		hours, err := strconv.ParseFloat(row[at], 64)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		row[at] = strconv.FormatFloat(60*hours, 'f', -1, 64)
	}
	var out bytes.Buffer
	if err := csv.NewWriter(&out).WriteAll(rows); err != nil {
		return err
	}
	return os.WriteFile(path, out.Bytes(), 0o644)
}
