-- ingest_month as of 2024-01-31: every statement that a run may execute on postgres.
-- Made by pipe plan from specs/ingest_month.yaml.
--   as_of = 2024-01-31
--   seed_dir = data/seeds/month_000
--
-- A run types the cells of the files itself; here rows come from where you say:
--   psql -v fill=FILL.sql -f SCRIPT
-- executes FILL.sql when the staging tables are there and empty. What a run refuses
-- stops the script; expectations are shown, and judged by whoever reads them.
\set ON_ERROR_STOP on
SET client_encoding = 'UTF8';
SET search_path = "public";
SET timezone = 'UTC';

-- What a run knows from its flags and files. Set your own with psql -v NAME=VALUE.
\if :{?allow_older} \else \set allow_older 'false' \endif
-- the file of subscriptions has add_on_security:
\if :{?subscriptions_has_9} \else \set subscriptions_has_9 'true' \endif
-- --snapshots keep was given:
\if :{?snapshots_keep} \else \set snapshots_keep 'false' \endif
-- the run:
\if :{?run_id}
\else
SELECT 'psql-' || to_char(clock_timestamp(), 'YYYYMMDD"T"HH24MISSUS') AS run_id \gset
\endif


-- =============================================================================
-- prepare: committed before anything is loaded
-- =============================================================================

-- -----------------------------------------------------------------------------
-- prepare.records: Create pipe's own tables
-- asked for by specs/ingest_month.yaml:1:1

-- pipe's own schema
CREATE SCHEMA IF NOT EXISTS pipe;

CREATE TABLE IF NOT EXISTS pipe.runs (
  run_id text PRIMARY KEY,
  spec text NOT NULL,
  as_of date
);

-- -----------------------------------------------------------------------------
-- prepare.setup: Run db/init/001_schema.sql
-- asked for by specs/ingest_month.yaml:15:9
-- needs prepare.records

CREATE TABLE IF NOT EXISTS users (user_id text PRIMARY KEY, signup_date text, user_gender text, user_is_senior text, has_family text, has_dependents text);
CREATE TABLE IF NOT EXISTS subscriptions (user_id text PRIMARY KEY, months_active text, plan_stream_tv text, plan_stream_movies text, contract_type text, paperless_billing text, monthly_fee text, total_paid text, net_service text, add_on_security text);
CREATE TABLE IF NOT EXISTS usage_agg_30d (user_id text PRIMARY KEY, watch_hours_30d text, avg_session_mins_7d text, unique_devices_30d text, skips_7d text, rebuffer_events_7d text);
CREATE TABLE IF NOT EXISTS payments_agg_90d (user_id text PRIMARY KEY, failed_payments_90d text);
CREATE TABLE IF NOT EXISTS support_agg_90d (user_id text PRIMARY KEY, support_tickets_90d text, ticket_avg_resolution_hrs_90d text);
CREATE TABLE IF NOT EXISTS labels (user_id text PRIMARY KEY, churn_label text);
CREATE TABLE IF NOT EXISTS subscriptions_profile_snapshots (user_id text, as_of date, PRIMARY KEY (user_id, as_of));
CREATE TABLE IF NOT EXISTS usage_agg_30d_snapshots (user_id text, as_of date, PRIMARY KEY (user_id, as_of));
CREATE TABLE IF NOT EXISTS payments_agg_90d_snapshots (user_id text, as_of date, PRIMARY KEY (user_id, as_of));
CREATE TABLE IF NOT EXISTS support_agg_90d_snapshots (user_id text, as_of date, PRIMARY KEY (user_id, as_of));
CREATE TABLE IF NOT EXISTS labels_snapshots (user_id text, as_of date, PRIMARY KEY (user_id, as_of));
-- the six tables of a month and their snapshots
;


-- =============================================================================
-- stage: side by side, seen by this run only
-- =============================================================================

-- -----------------------------------------------------------------------------
-- stage.users: Load data/seeds/month_000/users.csv into staging
-- asked for by specs/pipeline.yaml:2:3
-- needs prepare.setup

-- what a killed run may have left
DROP TABLE IF EXISTS pipe."stage_users";

-- the staging of users
CREATE UNLOGGED TABLE pipe."stage_users" (
  user_id text,
  signup_date text,
  user_gender text,
  user_is_senior text,
  has_family text,
  has_dependents text,
  _line bigint
);

-- load here: data/seeds/month_000/users.csv into pipe."stage_users", the line of each row last
--   COPY pipe."stage_users" ("user_id", "signup_date", "user_gender", "user_is_senior", "has_family", "has_dependents", "_line") FROM STDIN

-- -----------------------------------------------------------------------------
-- stage.subscriptions: Load data/seeds/month_000/subscriptions.csv into staging
-- asked for by specs/pipeline.yaml:13:3
-- needs prepare.setup

-- what a killed run may have left
DROP TABLE IF EXISTS pipe."stage_subscriptions";

-- the staging of subscriptions
CREATE UNLOGGED TABLE pipe."stage_subscriptions" (
  user_id text,
  months_active text,
  plan_stream_tv text,
  plan_stream_movies text,
  contract_type text,
  paperless_billing text,
  monthly_fee text,
  total_paid text,
  net_service text,
  add_on_security text,
  _line bigint
);

-- load here: data/seeds/month_000/subscriptions.csv into pipe."stage_subscriptions", the line of each row last
--   COPY pipe."stage_subscriptions" ("user_id", "months_active", "plan_stream_tv", "plan_stream_movies", "contract_type", "paperless_billing", "monthly_fee", "total_paid", "net_service", "add_on_security", "_line") FROM STDIN

-- -----------------------------------------------------------------------------
-- stage.usage_agg_30d: Load data/seeds/month_000/usage_agg_30d.csv into staging
-- asked for by specs/pipeline.yaml:31:3
-- needs prepare.setup

-- what a killed run may have left
DROP TABLE IF EXISTS pipe."stage_usage_agg_30d";

-- the staging of usage_agg_30d
CREATE UNLOGGED TABLE pipe."stage_usage_agg_30d" (
  user_id text,
  watch_hours_30d text,
  avg_session_mins_7d text,
  unique_devices_30d text,
  skips_7d text,
  rebuffer_events_7d text,
  _line bigint
);

-- load here: data/seeds/month_000/usage_agg_30d.csv into pipe."stage_usage_agg_30d", the line of each row last
--   COPY pipe."stage_usage_agg_30d" ("user_id", "watch_hours_30d", "avg_session_mins_7d", "unique_devices_30d", "skips_7d", "rebuffer_events_7d", "_line") FROM STDIN

-- -----------------------------------------------------------------------------
-- stage.payments_agg_90d: Load data/seeds/month_000/payments_agg_90d.csv into staging
-- asked for by specs/pipeline.yaml:42:3
-- needs prepare.setup

-- what a killed run may have left
DROP TABLE IF EXISTS pipe."stage_payments_agg_90d";

-- the staging of payments_agg_90d
CREATE UNLOGGED TABLE pipe."stage_payments_agg_90d" (
  user_id text,
  failed_payments_90d text,
  _line bigint
);

-- load here: data/seeds/month_000/payments_agg_90d.csv into pipe."stage_payments_agg_90d", the line of each row last
--   COPY pipe."stage_payments_agg_90d" ("user_id", "failed_payments_90d", "_line") FROM STDIN

-- -----------------------------------------------------------------------------
-- stage.support_agg_90d: Load data/seeds/month_000/support_agg_90d.csv into staging
-- asked for by specs/pipeline.yaml:49:3
-- needs prepare.setup

-- what a killed run may have left
DROP TABLE IF EXISTS pipe."stage_support_agg_90d";

-- the staging of support_agg_90d
CREATE UNLOGGED TABLE pipe."stage_support_agg_90d" (
  user_id text,
  support_tickets_90d text,
  ticket_avg_resolution_hrs_90d text,
  _line bigint
);

-- load here: data/seeds/month_000/support_agg_90d.csv into pipe."stage_support_agg_90d", the line of each row last
--   COPY pipe."stage_support_agg_90d" ("user_id", "support_tickets_90d", "ticket_avg_resolution_hrs_90d", "_line") FROM STDIN

-- -----------------------------------------------------------------------------
-- stage.labels: Load data/seeds/month_000/labels.csv into staging
-- asked for by specs/pipeline.yaml:57:3
-- needs prepare.setup

-- what a killed run may have left
DROP TABLE IF EXISTS pipe."stage_labels";

-- the staging of labels
CREATE UNLOGGED TABLE pipe."stage_labels" (
  user_id text,
  churn_label text,
  _line bigint
);

-- load here: data/seeds/month_000/labels.csv into pipe."stage_labels", the line of each row last
--   COPY pipe."stage_labels" ("user_id", "churn_label", "_line") FROM STDIN
\if :{?fill} \i :fill \endif


-- =============================================================================
-- publish: one transaction: all of it or nothing
-- =============================================================================
BEGIN;

-- -----------------------------------------------------------------------------
-- gate.users: Look for rows of users that may not be merged
-- asked for by specs/pipeline.yaml:4:5
-- needs stage.users, stage.subscriptions, stage.usage_agg_30d, stage.payments_agg_90d, stage.support_agg_90d, stage.labels

-- is a key staged twice?
SELECT EXISTS (SELECT 1 FROM pipe."stage_users" GROUP BY "user_id" HAVING count(*) > 1) AS users_duplicates \gset
\if :{?users_duplicates} \else \set users_duplicates false \endif

-- each row is a problem: rows of one key that differ
-- when a key of users is staged twice
\if :users_duplicates
SELECT 'duplicate_key' AS code, max("_line") AS line, 'user_id' AS "column", "user_id" AS value, min("_line") AS other_line
FROM pipe."stage_users"
GROUP BY "user_id"
HAVING count(*) > 1;
\endif
\if :users_duplicates
SELECT count(*) > 0 AS _problems FROM (
SELECT 'duplicate_key' AS code, max("_line") AS line, 'user_id' AS "column", "user_id" AS value, min("_line") AS other_line
FROM pipe."stage_users"
GROUP BY "user_id"
HAVING count(*) > 1
) AS problems \gset
\if :_problems
DO $pipe$ BEGIN RAISE EXCEPTION USING MESSAGE = 'there are rows of one key that differ'; END $pipe$;
\endif
\endif

SELECT max(as_of)::text AS published_as_of, coalesce(max(as_of) > DATE '2024-01-31', false) AS as_of_older FROM pipe.runs \gset
\if :{?as_of_older} \else \set as_of_older false \endif

-- refuses when as_of_older holds: {published_as_of} was published already; 2024-01-31 would take the live tables back (older_as_of, exit 4); --allow-older overrides
\if :as_of_older
\if :allow_older
\else
DO $pipe$ BEGIN RAISE EXCEPTION USING MESSAGE = '{published_as_of} was published already; 2024-01-31 would take the live tables back'; END $pipe$;
\endif
\endif

-- -----------------------------------------------------------------------------
-- merge.users: Merge the staged rows into users
-- asked for by specs/pipeline.yaml:2:3
-- needs gate.users

-- does the table hold rows?
SELECT NOT EXISTS (SELECT 1 FROM users) AS users_empty \gset
\if :{?users_empty} \else \set users_empty false \endif

-- fill the empty table
-- when users is empty
\if :users_empty
INSERT INTO users ("user_id", "signup_date", "user_gender", "user_is_senior", "has_family", "has_dependents")
SELECT "user_id", "signup_date", "user_gender", "user_is_senior", "has_family", "has_dependents" FROM pipe."stage_users";
\endif

-- write the new and the changed rows, and no other
-- when users holds rows
\if :users_empty
\else
INSERT INTO users ("user_id", "signup_date", "user_gender", "user_is_senior", "has_family", "has_dependents")
SELECT "user_id", "signup_date", "user_gender", "user_is_senior", "has_family", "has_dependents" FROM pipe."stage_users"
ON CONFLICT (user_id) DO UPDATE SET signup_date = EXCLUDED.signup_date;
\endif

-- -----------------------------------------------------------------------------
-- gate.subscriptions: Look for rows of subscriptions that may not be merged
-- asked for by specs/pipeline.yaml:15:5
-- needs stage.users, stage.subscriptions, stage.usage_agg_30d, stage.payments_agg_90d, stage.support_agg_90d, stage.labels

-- is a key staged twice?
SELECT EXISTS (SELECT 1 FROM pipe."stage_subscriptions" GROUP BY "user_id" HAVING count(*) > 1) AS subscriptions_duplicates \gset
\if :{?subscriptions_duplicates} \else \set subscriptions_duplicates false \endif

-- each row is a problem: rows of one key that differ
-- when a key of subscriptions is staged twice
\if :subscriptions_duplicates
SELECT 'duplicate_key' AS code, max("_line") AS line, 'user_id' AS "column", "user_id" AS value, min("_line") AS other_line
FROM pipe."stage_subscriptions"
GROUP BY "user_id"
HAVING count(*) > 1;
\endif
\if :subscriptions_duplicates
SELECT count(*) > 0 AS _problems FROM (
SELECT 'duplicate_key' AS code, max("_line") AS line, 'user_id' AS "column", "user_id" AS value, min("_line") AS other_line
FROM pipe."stage_subscriptions"
GROUP BY "user_id"
HAVING count(*) > 1
) AS problems \gset
\if :_problems
DO $pipe$ BEGIN RAISE EXCEPTION USING MESSAGE = 'there are rows of one key that differ'; END $pipe$;
\endif
\endif

-- -----------------------------------------------------------------------------
-- merge.subscriptions: Merge the staged rows into subscriptions
-- asked for by specs/pipeline.yaml:13:3
-- needs gate.subscriptions, merge.users

-- does the table hold rows?
SELECT NOT EXISTS (SELECT 1 FROM subscriptions) AS subscriptions_empty \gset
\if :{?subscriptions_empty} \else \set subscriptions_empty false \endif

-- fill the empty table
-- when subscriptions is empty
\if :subscriptions_empty
INSERT INTO subscriptions ("user_id", "months_active", "plan_stream_tv", "plan_stream_movies", "contract_type", "paperless_billing", "monthly_fee", "total_paid", "net_service", "add_on_security")
SELECT "user_id", "months_active", "plan_stream_tv", "plan_stream_movies", "contract_type", "paperless_billing", "monthly_fee", "total_paid", "net_service", "add_on_security" FROM pipe."stage_subscriptions";
\endif

-- write the new and the changed rows, and no other
-- when subscriptions holds rows
\if :subscriptions_empty
\else
PREPARE pipe_stmt AS
INSERT INTO subscriptions ("user_id", "months_active", "plan_stream_tv", "plan_stream_movies", "contract_type", "paperless_billing", "monthly_fee", "total_paid", "net_service", "add_on_security")
SELECT "user_id", "months_active", "plan_stream_tv", "plan_stream_movies", "contract_type", "paperless_billing", "monthly_fee", "total_paid", "net_service", "add_on_security" FROM pipe."stage_subscriptions"
ON CONFLICT (user_id) DO UPDATE SET months_active = EXCLUDED.months_active, add_on_security = CASE WHEN $1 THEN EXCLUDED.add_on_security ELSE subscriptions.add_on_security END;
EXECUTE pipe_stmt(:'subscriptions_has_9');
DEALLOCATE pipe_stmt;
\endif

-- -----------------------------------------------------------------------------
-- gate.usage_agg_30d: Look for rows of usage_agg_30d that may not be merged
-- asked for by specs/pipeline.yaml:33:5
-- needs stage.users, stage.subscriptions, stage.usage_agg_30d, stage.payments_agg_90d, stage.support_agg_90d, stage.labels

-- is a key staged twice?
SELECT EXISTS (SELECT 1 FROM pipe."stage_usage_agg_30d" GROUP BY "user_id" HAVING count(*) > 1) AS usage_agg_30d_duplicates \gset
\if :{?usage_agg_30d_duplicates} \else \set usage_agg_30d_duplicates false \endif

-- each row is a problem: rows of one key that differ
-- when a key of usage_agg_30d is staged twice
\if :usage_agg_30d_duplicates
SELECT 'duplicate_key' AS code, max("_line") AS line, 'user_id' AS "column", "user_id" AS value, min("_line") AS other_line
FROM pipe."stage_usage_agg_30d"
GROUP BY "user_id"
HAVING count(*) > 1;
\endif
\if :usage_agg_30d_duplicates
SELECT count(*) > 0 AS _problems FROM (
SELECT 'duplicate_key' AS code, max("_line") AS line, 'user_id' AS "column", "user_id" AS value, min("_line") AS other_line
FROM pipe."stage_usage_agg_30d"
GROUP BY "user_id"
HAVING count(*) > 1
) AS problems \gset
\if :_problems
DO $pipe$ BEGIN RAISE EXCEPTION USING MESSAGE = 'there are rows of one key that differ'; END $pipe$;
\endif
\endif

-- -----------------------------------------------------------------------------
-- merge.usage_agg_30d: Merge the staged rows into usage_agg_30d
-- asked for by specs/pipeline.yaml:31:3
-- needs gate.usage_agg_30d, merge.users

-- does the table hold rows?
SELECT NOT EXISTS (SELECT 1 FROM usage_agg_30d) AS usage_agg_30d_empty \gset
\if :{?usage_agg_30d_empty} \else \set usage_agg_30d_empty false \endif

-- fill the empty table
-- when usage_agg_30d is empty
\if :usage_agg_30d_empty
INSERT INTO usage_agg_30d ("user_id", "watch_hours_30d", "avg_session_mins_7d", "unique_devices_30d", "skips_7d", "rebuffer_events_7d")
SELECT "user_id", "watch_hours_30d", "avg_session_mins_7d", "unique_devices_30d", "skips_7d", "rebuffer_events_7d" FROM pipe."stage_usage_agg_30d";
\endif

-- write the new and the changed rows, and no other
-- when usage_agg_30d holds rows
\if :usage_agg_30d_empty
\else
INSERT INTO usage_agg_30d ("user_id", "watch_hours_30d", "avg_session_mins_7d", "unique_devices_30d", "skips_7d", "rebuffer_events_7d")
SELECT "user_id", "watch_hours_30d", "avg_session_mins_7d", "unique_devices_30d", "skips_7d", "rebuffer_events_7d" FROM pipe."stage_usage_agg_30d"
ON CONFLICT (user_id) DO UPDATE SET watch_hours_30d = EXCLUDED.watch_hours_30d;
\endif

-- -----------------------------------------------------------------------------
-- gate.payments_agg_90d: Look for rows of payments_agg_90d that may not be merged
-- asked for by specs/pipeline.yaml:44:5
-- needs stage.users, stage.subscriptions, stage.usage_agg_30d, stage.payments_agg_90d, stage.support_agg_90d, stage.labels

-- is a key staged twice?
SELECT EXISTS (SELECT 1 FROM pipe."stage_payments_agg_90d" GROUP BY "user_id" HAVING count(*) > 1) AS payments_agg_90d_duplicates \gset
\if :{?payments_agg_90d_duplicates} \else \set payments_agg_90d_duplicates false \endif

-- each row is a problem: rows of one key that differ
-- when a key of payments_agg_90d is staged twice
\if :payments_agg_90d_duplicates
SELECT 'duplicate_key' AS code, max("_line") AS line, 'user_id' AS "column", "user_id" AS value, min("_line") AS other_line
FROM pipe."stage_payments_agg_90d"
GROUP BY "user_id"
HAVING count(*) > 1;
\endif
\if :payments_agg_90d_duplicates
SELECT count(*) > 0 AS _problems FROM (
SELECT 'duplicate_key' AS code, max("_line") AS line, 'user_id' AS "column", "user_id" AS value, min("_line") AS other_line
FROM pipe."stage_payments_agg_90d"
GROUP BY "user_id"
HAVING count(*) > 1
) AS problems \gset
\if :_problems
DO $pipe$ BEGIN RAISE EXCEPTION USING MESSAGE = 'there are rows of one key that differ'; END $pipe$;
\endif
\endif

-- -----------------------------------------------------------------------------
-- merge.payments_agg_90d: Merge the staged rows into payments_agg_90d
-- asked for by specs/pipeline.yaml:42:3
-- needs gate.payments_agg_90d, merge.users

-- does the table hold rows?
SELECT NOT EXISTS (SELECT 1 FROM payments_agg_90d) AS payments_agg_90d_empty \gset
\if :{?payments_agg_90d_empty} \else \set payments_agg_90d_empty false \endif

-- fill the empty table
-- when payments_agg_90d is empty
\if :payments_agg_90d_empty
INSERT INTO payments_agg_90d ("user_id", "failed_payments_90d")
SELECT "user_id", "failed_payments_90d" FROM pipe."stage_payments_agg_90d";
\endif

-- write the new and the changed rows, and no other
-- when payments_agg_90d holds rows
\if :payments_agg_90d_empty
\else
INSERT INTO payments_agg_90d ("user_id", "failed_payments_90d")
SELECT "user_id", "failed_payments_90d" FROM pipe."stage_payments_agg_90d"
ON CONFLICT (user_id) DO UPDATE SET failed_payments_90d = EXCLUDED.failed_payments_90d;
\endif

-- -----------------------------------------------------------------------------
-- gate.support_agg_90d: Look for rows of support_agg_90d that may not be merged
-- asked for by specs/pipeline.yaml:51:5
-- needs stage.users, stage.subscriptions, stage.usage_agg_30d, stage.payments_agg_90d, stage.support_agg_90d, stage.labels

-- is a key staged twice?
SELECT EXISTS (SELECT 1 FROM pipe."stage_support_agg_90d" GROUP BY "user_id" HAVING count(*) > 1) AS support_agg_90d_duplicates \gset
\if :{?support_agg_90d_duplicates} \else \set support_agg_90d_duplicates false \endif

-- each row is a problem: rows of one key that differ
-- when a key of support_agg_90d is staged twice
\if :support_agg_90d_duplicates
SELECT 'duplicate_key' AS code, max("_line") AS line, 'user_id' AS "column", "user_id" AS value, min("_line") AS other_line
FROM pipe."stage_support_agg_90d"
GROUP BY "user_id"
HAVING count(*) > 1;
\endif
\if :support_agg_90d_duplicates
SELECT count(*) > 0 AS _problems FROM (
SELECT 'duplicate_key' AS code, max("_line") AS line, 'user_id' AS "column", "user_id" AS value, min("_line") AS other_line
FROM pipe."stage_support_agg_90d"
GROUP BY "user_id"
HAVING count(*) > 1
) AS problems \gset
\if :_problems
DO $pipe$ BEGIN RAISE EXCEPTION USING MESSAGE = 'there are rows of one key that differ'; END $pipe$;
\endif
\endif

-- -----------------------------------------------------------------------------
-- merge.support_agg_90d: Merge the staged rows into support_agg_90d
-- asked for by specs/pipeline.yaml:49:3
-- needs gate.support_agg_90d, merge.users

-- does the table hold rows?
SELECT NOT EXISTS (SELECT 1 FROM support_agg_90d) AS support_agg_90d_empty \gset
\if :{?support_agg_90d_empty} \else \set support_agg_90d_empty false \endif

-- fill the empty table
-- when support_agg_90d is empty
\if :support_agg_90d_empty
INSERT INTO support_agg_90d ("user_id", "support_tickets_90d", "ticket_avg_resolution_hrs_90d")
SELECT "user_id", "support_tickets_90d", "ticket_avg_resolution_hrs_90d" FROM pipe."stage_support_agg_90d";
\endif

-- write the new and the changed rows, and no other
-- when support_agg_90d holds rows
\if :support_agg_90d_empty
\else
INSERT INTO support_agg_90d ("user_id", "support_tickets_90d", "ticket_avg_resolution_hrs_90d")
SELECT "user_id", "support_tickets_90d", "ticket_avg_resolution_hrs_90d" FROM pipe."stage_support_agg_90d"
ON CONFLICT (user_id) DO UPDATE SET support_tickets_90d = EXCLUDED.support_tickets_90d;
\endif

-- -----------------------------------------------------------------------------
-- gate.labels: Look for rows of labels that may not be merged
-- asked for by specs/pipeline.yaml:59:5
-- needs stage.users, stage.subscriptions, stage.usage_agg_30d, stage.payments_agg_90d, stage.support_agg_90d, stage.labels

-- is a key staged twice?
SELECT EXISTS (SELECT 1 FROM pipe."stage_labels" GROUP BY "user_id" HAVING count(*) > 1) AS labels_duplicates \gset
\if :{?labels_duplicates} \else \set labels_duplicates false \endif

-- each row is a problem: rows of one key that differ
-- when a key of labels is staged twice
\if :labels_duplicates
SELECT 'duplicate_key' AS code, max("_line") AS line, 'user_id' AS "column", "user_id" AS value, min("_line") AS other_line
FROM pipe."stage_labels"
GROUP BY "user_id"
HAVING count(*) > 1;
\endif
\if :labels_duplicates
SELECT count(*) > 0 AS _problems FROM (
SELECT 'duplicate_key' AS code, max("_line") AS line, 'user_id' AS "column", "user_id" AS value, min("_line") AS other_line
FROM pipe."stage_labels"
GROUP BY "user_id"
HAVING count(*) > 1
) AS problems \gset
\if :_problems
DO $pipe$ BEGIN RAISE EXCEPTION USING MESSAGE = 'there are rows of one key that differ'; END $pipe$;
\endif
\endif

-- -----------------------------------------------------------------------------
-- merge.labels: Merge the staged rows into labels
-- asked for by specs/pipeline.yaml:57:3
-- needs gate.labels, merge.users

-- does the table hold rows?
SELECT NOT EXISTS (SELECT 1 FROM labels) AS labels_empty \gset
\if :{?labels_empty} \else \set labels_empty false \endif

-- fill the empty table
-- when labels is empty
\if :labels_empty
INSERT INTO labels ("user_id", "churn_label")
SELECT "user_id", "churn_label" FROM pipe."stage_labels";
\endif

-- write the new and the changed rows, and no other
-- when labels holds rows
\if :labels_empty
\else
INSERT INTO labels ("user_id", "churn_label")
SELECT "user_id", "churn_label" FROM pipe."stage_labels"
ON CONFLICT (user_id) DO UPDATE SET churn_label = EXCLUDED.churn_label;
\endif

-- -----------------------------------------------------------------------------
-- check.users: Check the expectations of users
-- asked for by expectations/users.yaml:2:5
-- needs merge.labels, merge.payments_agg_90d, merge.subscriptions, merge.support_agg_90d, merge.usage_agg_30d, merge.users

-- judged by one scan of users:
--   users[1]: count() >= 1000 (error, expectations/users.yaml:5:15)
--         element_count = n0
SELECT count(*) AS n0
FROM users;

-- judged by a query of its own:
--   users[0]: unique(user_id) (error, expectations/users.yaml:4:15)
SELECT true AS success;

-- when users[0] is not met, its failing rows:
--   SELECT user_id, 0 AS line FROM users
--   WHERE NOT (true)
--   LIMIT 10000

-- when the scan fails, users[1] alone:
--   SELECT count(*) AS element_count
--   FROM users

-- when users[1] is not met, its failing rows:
--   SELECT user_id, 0 AS line FROM users
--   WHERE NOT (true)
--   LIMIT 10000

-- -----------------------------------------------------------------------------
-- check.subscriptions: Check the expectations of subscriptions
-- asked for by expectations/subscriptions.yaml:2:5
-- needs merge.labels, merge.payments_agg_90d, merge.subscriptions, merge.support_agg_90d, merge.usage_agg_30d, merge.users

-- judged by one scan of subscriptions:
--   subscriptions[0]: months_active >= 0 (error, expectations/subscriptions.yaml:4:15)
--         element_count = n0
--   subscriptions[1]: monthly_fee >= 0 and total_paid >= 0 (error, expectations/subscriptions.yaml:5:15)
--         element_count = n0
--   subscriptions[2]: count() >= 1000 and mean(monthly_fee) < 200 (error, expectations/subscriptions.yaml:6:15)
--         element_count = n0
SELECT count(*) AS n0
FROM subscriptions;

-- when the scan fails, subscriptions[0] alone:
--   SELECT count(*) AS element_count
--   FROM subscriptions

-- when subscriptions[0] is not met, its failing rows:
--   SELECT user_id, 0 AS line FROM subscriptions
--   WHERE NOT (true)
--   LIMIT 10000

-- when the scan fails, subscriptions[1] alone:
--   SELECT count(*) AS element_count
--   FROM subscriptions

-- when subscriptions[1] is not met, its failing rows:
--   SELECT user_id, 0 AS line FROM subscriptions
--   WHERE NOT (true)
--   LIMIT 10000

-- when the scan fails, subscriptions[2] alone:
--   SELECT count(*) AS element_count
--   FROM subscriptions

-- when subscriptions[2] is not met, its failing rows:
--   SELECT user_id, 0 AS line FROM subscriptions
--   WHERE NOT (true)
--   LIMIT 10000

-- -----------------------------------------------------------------------------
-- check.usage_agg_30d: Check the expectations of usage_agg_30d
-- asked for by expectations/usage_agg_30d.yaml:2:5
-- needs merge.labels, merge.payments_agg_90d, merge.subscriptions, merge.support_agg_90d, merge.usage_agg_30d, merge.users

-- judged by one scan of usage_agg_30d:
--   usage_agg_30d[0]: watch_hours_30d >= 0 (error, expectations/usage_agg_30d.yaml:4:15)
--         element_count = n0
--   usage_agg_30d[1]: avg_session_mins_7d >= 0 (error, expectations/usage_agg_30d.yaml:5:15)
--         element_count = n0
SELECT count(*) AS n0
FROM usage_agg_30d;

-- when the scan fails, usage_agg_30d[0] alone:
--   SELECT count(*) AS element_count
--   FROM usage_agg_30d

-- when usage_agg_30d[0] is not met, its failing rows:
--   SELECT user_id, 0 AS line FROM usage_agg_30d
--   WHERE NOT (true)
--   LIMIT 10000

-- when the scan fails, usage_agg_30d[1] alone:
--   SELECT count(*) AS element_count
--   FROM usage_agg_30d

-- when usage_agg_30d[1] is not met, its failing rows:
--   SELECT user_id, 0 AS line FROM usage_agg_30d
--   WHERE NOT (true)
--   LIMIT 10000

-- -----------------------------------------------------------------------------
-- check.payments_agg_90d: Check the expectations of payments_agg_90d
-- asked for by expectations/payments_agg_90d.yaml:2:5
-- needs merge.labels, merge.payments_agg_90d, merge.subscriptions, merge.support_agg_90d, merge.usage_agg_30d, merge.users

-- judged by one scan of payments_agg_90d:
--   payments_agg_90d[0]: failed_payments_90d in 0..90 (error, expectations/payments_agg_90d.yaml:4:15)
--         element_count = n0
SELECT count(*) AS n0
FROM payments_agg_90d;

-- when the scan fails, payments_agg_90d[0] alone:
--   SELECT count(*) AS element_count
--   FROM payments_agg_90d

-- when payments_agg_90d[0] is not met, its failing rows:
--   SELECT user_id, 0 AS line FROM payments_agg_90d
--   WHERE NOT (true)
--   LIMIT 10000

-- -----------------------------------------------------------------------------
-- check.support_agg_90d: Check the expectations of support_agg_90d
-- asked for by expectations/support_agg_90d.yaml:2:5
-- needs merge.labels, merge.payments_agg_90d, merge.subscriptions, merge.support_agg_90d, merge.usage_agg_30d, merge.users

-- judged by one scan of support_agg_90d:
--   support_agg_90d[0]: support_tickets_90d >= 0 (error, expectations/support_agg_90d.yaml:4:15)
--         element_count = n0
SELECT count(*) AS n0
FROM support_agg_90d;

-- when the scan fails, support_agg_90d[0] alone:
--   SELECT count(*) AS element_count
--   FROM support_agg_90d

-- when support_agg_90d[0] is not met, its failing rows:
--   SELECT user_id, 0 AS line FROM support_agg_90d
--   WHERE NOT (true)
--   LIMIT 10000

-- -----------------------------------------------------------------------------
-- check.labels: Check the expectations of labels
-- asked for by expectations/labels.yaml:2:5
-- needs merge.labels, merge.payments_agg_90d, merge.subscriptions, merge.support_agg_90d, merge.usage_agg_30d, merge.users

-- judged by one scan of labels:
--   labels[0]: churn_label != nil (error, expectations/labels.yaml:4:15)
--         element_count = n0
SELECT count(*) AS n0
FROM labels;

-- when the scan fails, labels[0] alone:
--   SELECT count(*) AS element_count
--   FROM labels

-- when labels[0] is not met, its failing rows:
--   SELECT user_id, 0 AS line FROM labels
--   WHERE NOT (true)
--   LIMIT 10000

-- -----------------------------------------------------------------------------
-- snapshot.subscriptions_profile_snapshots: Stamp subscriptions as of 2024-01-31 into subscriptions_profile_snapshots
-- asked for by specs/snapshots.yaml:2:3
-- needs check.labels, check.payments_agg_90d, check.subscriptions, check.support_agg_90d, check.usage_agg_30d, check.users

-- is the month stamped?
SELECT EXISTS (SELECT 1 FROM subscriptions_profile_snapshots WHERE as_of = DATE '2024-01-31') AS subscriptions_profile_snapshots_stamped \gset
\if :{?subscriptions_profile_snapshots_stamped} \else \set subscriptions_profile_snapshots_stamped false \endif

-- copy the table as it stands
-- when subscriptions_profile_snapshots is not stamped for this month and snapshots_keep does not hold
\if :subscriptions_profile_snapshots_stamped
\else
\if :snapshots_keep
\else
INSERT INTO subscriptions_profile_snapshots (user_id, as_of)
SELECT user_id, DATE '2024-01-31'
FROM subscriptions;
\endif
\endif

-- -----------------------------------------------------------------------------
-- snapshot.usage_agg_30d_snapshots: Stamp usage_agg_30d as of 2024-01-31 into usage_agg_30d_snapshots
-- asked for by specs/snapshots.yaml:3:3
-- needs check.labels, check.payments_agg_90d, check.subscriptions, check.support_agg_90d, check.usage_agg_30d, check.users

-- is the month stamped?
SELECT EXISTS (SELECT 1 FROM usage_agg_30d_snapshots WHERE as_of = DATE '2024-01-31') AS usage_agg_30d_snapshots_stamped \gset
\if :{?usage_agg_30d_snapshots_stamped} \else \set usage_agg_30d_snapshots_stamped false \endif

-- copy the table as it stands
-- when usage_agg_30d_snapshots is not stamped for this month and snapshots_keep does not hold
\if :usage_agg_30d_snapshots_stamped
\else
\if :snapshots_keep
\else
INSERT INTO usage_agg_30d_snapshots (user_id, as_of)
SELECT user_id, DATE '2024-01-31'
FROM usage_agg_30d;
\endif
\endif

-- -----------------------------------------------------------------------------
-- snapshot.payments_agg_90d_snapshots: Stamp payments_agg_90d as of 2024-01-31 into payments_agg_90d_snapshots
-- asked for by specs/snapshots.yaml:4:3
-- needs check.labels, check.payments_agg_90d, check.subscriptions, check.support_agg_90d, check.usage_agg_30d, check.users

-- is the month stamped?
SELECT EXISTS (SELECT 1 FROM payments_agg_90d_snapshots WHERE as_of = DATE '2024-01-31') AS payments_agg_90d_snapshots_stamped \gset
\if :{?payments_agg_90d_snapshots_stamped} \else \set payments_agg_90d_snapshots_stamped false \endif

-- copy the table as it stands
-- when payments_agg_90d_snapshots is not stamped for this month and snapshots_keep does not hold
\if :payments_agg_90d_snapshots_stamped
\else
\if :snapshots_keep
\else
INSERT INTO payments_agg_90d_snapshots (user_id, as_of)
SELECT user_id, DATE '2024-01-31'
FROM payments_agg_90d;
\endif
\endif

-- -----------------------------------------------------------------------------
-- snapshot.support_agg_90d_snapshots: Stamp support_agg_90d as of 2024-01-31 into support_agg_90d_snapshots
-- asked for by specs/snapshots.yaml:5:3
-- needs check.labels, check.payments_agg_90d, check.subscriptions, check.support_agg_90d, check.usage_agg_30d, check.users

-- is the month stamped?
SELECT EXISTS (SELECT 1 FROM support_agg_90d_snapshots WHERE as_of = DATE '2024-01-31') AS support_agg_90d_snapshots_stamped \gset
\if :{?support_agg_90d_snapshots_stamped} \else \set support_agg_90d_snapshots_stamped false \endif

-- copy the table as it stands
-- when support_agg_90d_snapshots is not stamped for this month and snapshots_keep does not hold
\if :support_agg_90d_snapshots_stamped
\else
\if :snapshots_keep
\else
INSERT INTO support_agg_90d_snapshots (user_id, as_of)
SELECT user_id, DATE '2024-01-31'
FROM support_agg_90d;
\endif
\endif

-- -----------------------------------------------------------------------------
-- snapshot.labels_snapshots: Stamp labels as of 2024-01-31 into labels_snapshots
-- asked for by specs/snapshots.yaml:6:3
-- needs check.labels, check.payments_agg_90d, check.subscriptions, check.support_agg_90d, check.usage_agg_30d, check.users

-- is the month stamped?
SELECT EXISTS (SELECT 1 FROM labels_snapshots WHERE as_of = DATE '2024-01-31') AS labels_snapshots_stamped \gset
\if :{?labels_snapshots_stamped} \else \set labels_snapshots_stamped false \endif

-- copy the table as it stands
-- when labels_snapshots is not stamped for this month and snapshots_keep does not hold
\if :labels_snapshots_stamped
\else
\if :snapshots_keep
\else
INSERT INTO labels_snapshots (user_id, as_of)
SELECT user_id, DATE '2024-01-31'
FROM labels;
\endif
\endif

-- -----------------------------------------------------------------------------
-- record: Record the run
-- asked for by specs/ingest_month.yaml:1:1
-- needs snapshot.labels_snapshots, snapshot.payments_agg_90d_snapshots, snapshot.subscriptions_profile_snapshots, snapshot.support_agg_90d_snapshots, snapshot.usage_agg_30d_snapshots

-- the run
PREPARE pipe_stmt AS
INSERT INTO pipe.runs (run_id, spec, as_of)
VALUES ($1, 'ingest_month', DATE '2024-01-31')
ON CONFLICT (run_id) DO NOTHING;
EXECUTE pipe_stmt(:'run_id');
DEALLOCATE pipe_stmt;

COMMIT;

-- -----------------------------------------------------------------------------
-- however the run ended

-- drop the staging of users
DROP TABLE IF EXISTS pipe."stage_users";

-- -----------------------------------------------------------------------------
-- when the run did not publish, in a transaction of its own

-- the failed run:
-- with run_id
--   INSERT INTO pipe.runs (run_id, spec) VALUES ($1, 'ingest_month')

-- -----------------------------------------------------------------------------
-- when the answer to COMMIT was lost

-- whether the run was published:
-- with run_id
--   SELECT EXISTS (SELECT 1 FROM pipe.runs WHERE run_id = $1) AS is_published
