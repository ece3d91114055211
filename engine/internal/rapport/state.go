package rapport

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/spec"
)

// state is what queries found in the database after a run.
type state struct {
	Rows      map[string]int64            // table -> count(*)
	Stamps    map[string]map[string]int64 // snapshot -> as_of -> rows
	Streaming []tally                     // plan_stream_tv
	MeanHours string                      // watch_hours_30d of usage_agg_30d, as French writes it
	Training  int64                       // rows of trainingSQL
	Live      string                      // a digest of usage_agg_30d
	Stamped   string                      // a digest of its snapshot at the first month
	Relations string                      // what \dt prints
	// Differ counts, by snapshot, customers whose row at the second month is
	// not that of the first.
	Differ map[string]int64
	// Relabelled counts customers whose live label is not the one of the first
	// month; Example is the first of them.
	Relabelled int64
	Example    struct{ Customer, First, Live string }
}

// tally counts the rows that hold a value.
type tally struct {
	Value string // NULL for none
	Rows  int64
}

// trainingSQL is how a model's data are read.
const trainingSQL = `SELECT u.*, s.monthly_fee, s.months_active, l.churn_label
FROM usage_agg_30d_snapshots AS u
JOIN subscriptions_profile_snapshots AS s USING (user_id, as_of)
JOIN labels_snapshots AS l USING (user_id, as_of)
WHERE as_of = DATE '2024-01-31'`

// look asks the database what it holds.
func look(ctx context.Context, db *database.DB, p *plan.Plan) (s state, err error) {
	session, err := db.Session(ctx)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	q := &queries{ctx: ctx, session: session}
	s = state{Rows: map[string]int64{}, Stamps: map[string]map[string]int64{}, Differ: map[string]int64{}}
	for _, t := range p.Tables {
		s.Rows[t.Name] = q.number("SELECT count(*) FROM " + quote(t.Name))
	}
	for _, sn := range p.Snapshots {
		of := map[string]int64{}
		q.each(func(v []any) { of[v[0].(string)] = v[1].(int64) }, "SELECT as_of::text, count(*) FROM "+quote(sn.Name)+" GROUP BY as_of")
		s.Stamps[sn.Name] = of
		s.Differ[sn.Name] = q.number(fmt.Sprintf("SELECT count(*) FROM %[1]s AS a JOIN %[1]s AS b USING (user_id) WHERE a.as_of = '%[2]s' AND b.as_of = '%[3]s' AND %[4]s IS DISTINCT FROM %[5]s",
			quote(sn.Name), asOfs[0], asOfs[1], copied("a", sn), copied("b", sn)))
	}
	q.each(func(v []any) { s.Streaming = append(s.Streaming, tally{v[0].(string), v[1].(int64)}) },
		"SELECT coalesce(plan_stream_tv::text, 'NULL'), count(*) FROM subscriptions GROUP BY plan_stream_tv ORDER BY plan_stream_tv DESC NULLS LAST")
	s.MeanHours = q.text("SELECT replace(round(avg(watch_hours_30d), 2)::text, '.', ',') FROM usage_agg_30d")
	s.Training = q.number("SELECT count(*) FROM (" + trainingSQL + ") AS t")
	s.Live = q.digest("usage_agg_30d AS t")
	s.Stamped = q.digest("(SELECT * FROM usage_agg_30d_snapshots WHERE as_of = '" + asOfs[0] + "') AS t")
	relabelled := " FROM labels AS l JOIN labels_snapshots AS a USING (user_id) WHERE a.as_of = '" + asOfs[0] + "' AND a.churn_label IS DISTINCT FROM l.churn_label"
	s.Relabelled = q.number("SELECT count(*)" + relabelled)
	q.each(func(v []any) {
		s.Example.Customer, s.Example.First, s.Example.Live = v[0].(string), v[1].(string), v[2].(string)
	},
		"SELECT user_id, a.churn_label::text, l.churn_label::text"+relabelled+` ORDER BY user_id COLLATE "C" LIMIT 1`)
	s.Relations = q.relations()
	return s, q.err
}

// copied is the row of what a snapshot holds beside its key.
func copied(alias string, s plan.Snapshot) string {
	var names []string
	for _, c := range s.Columns {
		if c != dialect.AsOfColumn {
			names = append(names, alias+"."+quote(c))
		}
	}
	return "ROW(" + strings.Join(names, ", ") + ")"
}

func quote(name string) string { return dialect.For(spec.Postgres).Quote(name) }

// queries keeps the first error of several queries.
type queries struct {
	ctx     context.Context
	session *database.Session
	err     error
}

func (q *queries) each(do func([]any), text string, args ...any) {
	if q.err != nil {
		return
	}
	if err := q.session.Rows(q.ctx, func(_ []string, v []any) error { do(v); return nil }, text, args...); err != nil {
		q.err = fmt.Errorf("%s: %w", text, err)
	}
}

func (q *queries) number(text string) (n int64) {
	q.each(func(v []any) { n = v[0].(int64) }, text)
	return n
}

func (q *queries) text(text string) (s string) {
	q.each(func(v []any) { s = v[0].(string) }, text)
	return s
}

// digest is the start of the MD5 of every row, each as text, by customer.
func (q *queries) digest(from string) string {
	return q.text(`SELECT left(md5(string_agg(t::text, E'\n' ORDER BY user_id COLLATE "C")), 12) FROM ` + from)
}
