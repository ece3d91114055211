package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/plan"
)

// oldestServer is the oldest version of PostgreSQL that pipe works on.
const oldestServer = 14

// server looks at what the server is. Its time zone is not asked: every
// session of pipe works in UTC.
func (x *examiner) server(ctx context.Context, s *database.Session) error {
	found, err := s.One(ctx, `SELECT current_setting('server_version_num')::integer AS number, split_part(current_setting('server_version'), ' ', 1) AS version,
       current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS standby`)
	if err != nil {
		return err
	}
	number, _ := found["number"].(int64)
	version := fmt.Sprint("PostgreSQL ", found["version"])
	switch {
	case number/10000 < oldestServer:
		x.add(Fail, "database", fmt.Sprintf("%s is older than %d", version, oldestServer), "use a newer server")
	case !dialect.HasCharacters(fmt.Sprint(found["encoding"])):
		x.add(Fail, "database", fmt.Sprintf("%s, and the database's encoding is %v, not UTF8", version, found["encoding"]),
			"create it again with ENCODING 'UTF8' TEMPLATE template0")
	case isTrue(found["standby"]):
		x.add(Fail, "database", version+" is a standby, which cannot be written", "name the primary as the target's host")
	default:
		x.add(OK, "database", fmt.Sprintf("%s, %v; its time zone does not matter", version, found["encoding"]), "")
	}
	return nil
}

// grants are the privileges that the target's user has on a schema or a table.
type grants struct {
	there bool
	may   map[string]bool
}

// onSchema asks for the privileges on a schema.
func onSchema(ctx context.Context, s *database.Session, name string) (grants, error) {
	return ask(ctx, s, `SELECT n.oid IS NOT NULL AS there, coalesce(has_schema_privilege(n.oid, 'USAGE'), false) AS "USAGE", coalesce(has_schema_privilege(n.oid, 'CREATE'), false) AS "CREATE"
FROM (SELECT $1::text AS name) AS w LEFT JOIN pg_namespace AS n ON n.nspname = w.name`, name)
}

// onTable asks for the privileges on a table.
func onTable(ctx context.Context, s *database.Session, schema, name string) (grants, error) {
	return ask(ctx, s, `SELECT c.oid IS NOT NULL AS there,
       coalesce(has_table_privilege(c.oid, 'SELECT'), false) AS "SELECT", coalesce(has_table_privilege(c.oid, 'INSERT'), false) AS "INSERT",
       coalesce(has_table_privilege(c.oid, 'UPDATE'), false) AS "UPDATE", coalesce(has_table_privilege(c.oid, 'REFERENCES'), false) AS "REFERENCES"
FROM (SELECT $1::text AS schema, $2::text AS name) AS w
LEFT JOIN (pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace) ON n.nspname = w.schema AND c.relname = w.name`, schema, name)
}

func ask(ctx context.Context, s *database.Session, query string, args ...any) (grants, error) {
	found, err := s.One(ctx, query, args...)
	if err != nil {
		return grants{}, err
	}
	g := grants{there: isTrue(found["there"]), may: map[string]bool{}}
	for name, v := range found {
		g.may[name] = isTrue(v)
	}
	return g, nil
}

// without are those of the wanted privileges that are lacking.
func (g grants) without(wanted ...string) []string {
	return slices.DeleteFunc(wanted, func(name string) bool { return g.may[name] })
}

// privileges asks for what the statements of the plan need.
func (x *examiner) privileges(ctx context.Context, s *database.Session) error {
	if x.plan == nil {
		x.add(Skipped, "privileges", "without a plan it is not known which are needed", "")
		return nil
	}
	var lacking []string
	lack := func(names []string, on string) {
		if len(names) > 0 {
			lacking = append(lacking, "GRANT "+strings.Join(names, ", ")+" ON "+on)
		}
	}
	// PostgreSQL asks for CREATE even where IF NOT EXISTS finds what it names.
	mine, err := ask(ctx, s, `SELECT has_database_privilege(current_database(), 'CREATE') AS "CREATE"`)
	if err != nil {
		return err
	}
	lack(mine.without("CREATE"), "DATABASE")
	own, err := onSchema(ctx, s, "pipe")
	if err != nil {
		return err
	}
	if own.there {
		lack(own.without("USAGE", "CREATE"), "SCHEMA pipe")
	}
	schema, err := onSchema(ctx, s, x.plan.Schema)
	if err != nil {
		return err
	}
	if !schema.there {
		x.add(Fail, "privileges", "the target's schema does not exist, and pipe does not make it", "CREATE SCHEMA, or mend the target's schema")
		return nil
	}
	lack(schema.without("USAGE"), "the target's schema")
	if err := x.tablePrivileges(ctx, s, schema, lack); err != nil {
		return err
	}
	if len(lacking) > 0 {
		x.add(Fail, "privileges", "the target's user lacks "+count(len(lacking), "grant"), strings.Join(lacking, "\n"))
		return nil
	}
	x.add(OK, "privileges", "the target's user may do what the plan does", "")
	return nil
}

func (x *examiner) tablePrivileges(ctx context.Context, s *database.Session, schema grants, lack func([]string, string)) error {
	creates := x.plan.Step("prepare.setup") != nil
	look := func(name string, wanted ...string) error {
		g, err := onTable(ctx, s, x.plan.Schema, name)
		if err != nil {
			return err
		}
		creates = creates || !g.there
		if g.there {
			lack(g.without(wanted...), name)
		}
		return nil
	}
	for _, t := range x.plan.Tables {
		wanted := []string{"SELECT"}
		if t.Loaded {
			wanted = append(wanted, "INSERT", "UPDATE")
		}
		if x.isReferenced(t) {
			wanted = append(wanted, "REFERENCES")
		}
		if err := look(t.Name, wanted...); err != nil {
			return err
		}
	}
	for _, t := range x.plan.Snapshots {
		if err := look(t.Name, "SELECT", "INSERT", "UPDATE"); err != nil {
			return err
		}
	}
	if creates {
		lack(schema.without("CREATE"), "the target's schema")
	}
	return nil
}

// isReferenced tells whether a table is one that others refer to: whoever makes
// those needs to be allowed to.
func (x *examiner) isReferenced(t plan.Table) bool {
	for _, other := range x.spec.Tables {
		for _, c := range other.Columns {
			if c.References != nil && c.References.Table == t.Name {
				return true
			}
		}
	}
	return false
}
