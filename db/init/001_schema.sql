-- The six tables of a StreamFlow month. One row per customer in each.
--
-- The same text runs on PostgreSQL 14 and newer and on SQLite, any number of
-- times: it creates what is missing and touches nothing that exists. pipe runs
-- it before every load (`setup` in specs/ingest_month.yaml), and the postgres
-- container runs it once when its volume is new.
--
-- Snapshot tables are not here: pipe creates them from specs/snapshots.yaml.
-- A new table may be added here or only in specs/pipeline.yaml, from whose
-- columns pipe then creates it.

-- Who the customers are.
CREATE TABLE IF NOT EXISTS users (
    user_id        TEXT PRIMARY KEY,
    signup_date    DATE,
    user_gender    TEXT,
    user_is_senior BOOLEAN,
    has_family     BOOLEAN,
    has_dependents BOOLEAN
);

-- What they subscribe to. The streaming plans are NULL for customers without
-- internet: no answer, which is not the same as False.
CREATE TABLE IF NOT EXISTS subscriptions (
    user_id               TEXT REFERENCES users (user_id),
    months_active         INT,
    plan_stream_tv        BOOLEAN,
    plan_stream_movies    BOOLEAN,
    contract_type         TEXT,
    paperless_billing     BOOLEAN,
    monthly_fee           NUMERIC,
    total_paid            NUMERIC,
    net_service           TEXT,
    -- Foreseen, and in no file yet: they stay NULL until a file brings them.
    add_on_security       BOOLEAN,
    add_on_backup         BOOLEAN,
    add_on_device_protect BOOLEAN,
    add_on_support        BOOLEAN,
    PRIMARY KEY (user_id)
);

-- How they used the service in the last 30 (or 7) days.
CREATE TABLE IF NOT EXISTS usage_agg_30d (
    user_id             TEXT REFERENCES users (user_id),
    watch_hours_30d     NUMERIC,
    avg_session_mins_7d NUMERIC,
    unique_devices_30d  INT,
    skips_7d            INT,
    rebuffer_events_7d  INT,
    PRIMARY KEY (user_id)
);

-- Payments that failed in the last 90 days.
CREATE TABLE IF NOT EXISTS payments_agg_90d (
    user_id             TEXT REFERENCES users (user_id),
    failed_payments_90d INT,
    PRIMARY KEY (user_id)
);

-- Support tickets of the last 90 days and how long they took, in hours.
CREATE TABLE IF NOT EXISTS support_agg_90d (
    user_id                       TEXT REFERENCES users (user_id),
    support_tickets_90d           INT,
    ticket_avg_resolution_hrs_90d NUMERIC,
    PRIMARY KEY (user_id)
);

-- Whether the customer left: what a churn model learns to foretell.
CREATE TABLE IF NOT EXISTS labels (
    user_id     TEXT REFERENCES users (user_id),
    churn_label BOOLEAN,
    PRIMARY KEY (user_id)
);
