CREATE SCHEMA pipe;
CREATE TABLE pipe.expectation_results (
    run_id text NOT NULL,
    suite text NOT NULL,
    "position" bigint NOT NULL,
    name text NOT NULL,
    table_name text NOT NULL,
    expectation text NOT NULL,
    severity text NOT NULL,
    success boolean NOT NULL,
    element_count bigint,
    unexpected_count bigint,
    observed text,
    error text
);
CREATE TABLE pipe.files (
    run_id text NOT NULL,
    table_name text NOT NULL,
    as_of date,
    path text NOT NULL,
    sha256 text NOT NULL,
    bytes bigint NOT NULL
);
CREATE TABLE pipe.ledgers (
    run_id text NOT NULL,
    table_name text NOT NULL,
    as_of date,
    rows_read bigint NOT NULL,
    rejected bigint NOT NULL,
    collapsed bigint NOT NULL,
    loaded bigint NOT NULL,
    inserted bigint NOT NULL,
    updated bigint NOT NULL,
    unchanged bigint NOT NULL,
    absent bigint NOT NULL
);
CREATE TABLE pipe.meta (
    version integer NOT NULL
);
CREATE TABLE pipe.overrides (
    run_id text NOT NULL,
    flag text NOT NULL,
    os_user text NOT NULL,
    at timestamp with time zone NOT NULL,
    detail text NOT NULL
);
CREATE TABLE pipe.rejects (
    run_id text NOT NULL,
    "position" bigint NOT NULL,
    table_name text NOT NULL,
    code text NOT NULL,
    place text NOT NULL,
    column_name text NOT NULL,
    value text NOT NULL,
    message text NOT NULL,
    original text NOT NULL
);
CREATE TABLE pipe.runs (
    run_id text NOT NULL,
    spec text NOT NULL,
    as_of date,
    status text NOT NULL,
    published boolean NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    duration_ms bigint,
    host text NOT NULL,
    pid bigint NOT NULL,
    os_user text NOT NULL,
    pipe_version text NOT NULL,
    plan_hash text NOT NULL,
    step text,
    error text,
    result text
);
CREATE TABLE pipe.snapshots (
    run_id text NOT NULL,
    snapshot text NOT NULL,
    as_of date NOT NULL,
    inserted bigint NOT NULL,
    kept bigint NOT NULL,
    added bigint NOT NULL,
    changed bigint NOT NULL,
    missing bigint NOT NULL
);
CREATE TABLE public.points (
    id integer NOT NULL,
    n integer,
    of integer
);
CREATE TABLE public.points_months (
    id integer NOT NULL,
    as_of date NOT NULL,
    n integer,
    of integer
);
INSERT INTO pipe.expectation_results VALUES ('20261128T065004Z-3ca98848', 'points', 0, 'points[0]', 'points', 'rule', 'error', true, 3, 0, NULL, NULL);
INSERT INTO pipe.files VALUES ('20261128T065004Z-3ca98848', 'points', '2024-01-31', 'bad.csv', 'b0cfb1acf3ae9f5cb936e0cd7694781591f5df3daec1f36b766fe6617cd9fe37', 56);
INSERT INTO pipe.ledgers VALUES ('20261128T065004Z-3ca98848', 'points', '2024-01-31', 8, 5, 0, 3, 3, 0, 0, 0);
INSERT INTO pipe.meta VALUES (1);
INSERT INTO pipe.rejects VALUES ('20261128T065004Z-3ca98848', 0, 'points', 'bad_integer', 'bad.csv:3', 'n', 'two', '"two" is not an integer, which is an optional sign and digits', '2,two,');
INSERT INTO pipe.rejects VALUES ('20261128T065004Z-3ca98848', 1, 'points', 'invalid_utf8', 'bad.csv:8', 'n', '', 'field 2 is not UTF-8; if the file comes from an older Windows program, declare encoding: windows-1252', '6,�');
INSERT INTO pipe.rejects VALUES ('20261128T065004Z-3ca98848', 2, 'points', 'duplicate_key', 'bad.csv:5', 'id', '4', 'id "4": another row of this key, line 6, says something else; one of the two must go', '');
INSERT INTO pipe.rejects VALUES ('20261128T065004Z-3ca98848', 3, 'points', 'duplicate_key', 'bad.csv:6', 'id', '4', 'id "4": another row of this key, line 5, says something else; one of the two must go', '');
INSERT INTO pipe.rejects VALUES ('20261128T065004Z-3ca98848', 4, 'points', 'orphan', 'bad.csv:7', 'of', '99', 'of "99" is in no row that it references; load that row too, or take this one out', '');
INSERT INTO pipe.rejects VALUES ('20261128T065004Z-85fad36a', 0, 'points', 'bad_integer', 'a.zip/worse.csv:2', 'n', 'x', '"x" is not an integer, which is an optional sign and digits', '1,x,');
INSERT INTO pipe.rejects VALUES ('20261128T065004Z-85fad36a', 1, 'points', 'bad_integer', 'a.zip/worse.csv:3', 'n', 'x', '"x" is not an integer, which is an optional sign and digits', '2,x,');
INSERT INTO pipe.rejects VALUES ('20261128T065004Z-85fad36a', 2, 'points', 'bad_integer', 'a.zip/worse.csv:4', 'n', 'x', '"x" is not an integer, which is an optional sign and digits', '3,x,');
INSERT INTO pipe.rejects VALUES ('20261128T065004Z-85fad36a', 3, 'points', 'bad_integer', 'a.zip/worse.csv:5', 'n', 'x', '"x" is not an integer, which is an optional sign and digits', '4,x,');
INSERT INTO pipe.rejects VALUES ('20261128T065004Z-85fad36a', 4, 'points', 'bad_integer', 'a.zip/worse.csv:6', 'n', 'x', '"x" is not an integer, which is an optional sign and digits', '5,x,');
INSERT INTO pipe.rejects VALUES ('20261128T065004Z-85fad36a', 5, 'points', 'bad_integer', 'a.zip/worse.csv:7', 'n', 'x', '"x" is not an integer, which is an optional sign and digits', '6,x,');
INSERT INTO pipe.runs VALUES ('20261128T065004Z-3ca98848', 'points', '2024-01-31', 'succeeded', true, '2026-11-28 06:50:04.240814+00', '2026-11-28 06:50:04.278419+00', 192, 'vm', 28190, 'root', 'dev', 'f88c92e7ab1acfaa976bd45bf162257122e25d3eab514b0699b95a901622d825', '', '', '{"format_version":1,"kind":"run","run_id":"20261128T065004Z-3ca98848","spec":"points","as_of":"2024-01-31","status":"succeeded","published":true,"dry_run":false,"target":{"driver":"postgres","name":"127.0.0.1:34879/postgres"},"vars":{"as_of":"2024-01-31","file":"bad.csv"},"started_at":"2026-11-28T06:50:04.082Z","duration_ms":192,"tables":[{"name":"points","source":{"path":"bad.csv","sha256":"b0cfb1acf3ae9f5cb936e0cd7694781591f5df3daec1f36b766fe6617cd9fe37","bytes":56,"same_as":null},"rows":{"read":8,"rejected":5,"collapsed":0,"loaded":3,"inserted":3,"updated":0,"unchanged":0,"absent":0},"nulls":{"of":1}}],"checks":{"declared":1,"evaluated":1,"passed":1,"warned":0,"failed":0},"expectations":[{"suite":"points","table":"points","index":0,"name":"points[0]","expectation":"rule","arguments":{},"rule":"n \u003e= 0","severity":"error","success":true,"error":null,"at":"spec.yaml:18:42","message":"0 of 3 rows have `n \u003e= 0` false","result":{"element_count":3,"missing_count":0,"unexpected_count":0,"unexpected_percent":0,"unexpected_percent_nonmissing":0,"unexpected_percent_total":0,"missing_percent":0,"observed_value":null,"partial_unexpected_list":[],"partial_unexpected_counts":[],"unexpected_rows":[]},"sql":"SELECT * FROM \"points\" WHERE (\"n\" \u003e= 0) IS FALSE"}],"snapshots":[{"name":"points_months","as_of":"2024-01-31","inserted":3,"kept":0,"added":0,"changed":0,"missing":0}],"steps":[{"id":"prepare.records","kind":"prepare","needs":[],"status":"succeeded","duration_ms":89},{"id":"prepare.tables","kind":"prepare","needs":["prepare.records"],"status":"succeeded","duration_ms":0},{"id":"gate.as_of","kind":"gate","needs":["prepare.records"],"status":"succeeded","duration_ms":0},{"id":"stage.points","kind":"stage","needs":["gate.as_of","prepare.tables"],"status":"succeeded","duration_ms":20},{"id":"gate.tables","kind":"gate","needs":["stage.points"],"status":"succeeded","duration_ms":0},{"id":"gate.points","kind":"gate","needs":["gate.tables","stage.points"],"status":"succeeded","duration_ms":3},{"id":"merge.points","kind":"merge","needs":["gate.points"],"status":"succeeded","duration_ms":4},{"id":"check.points","kind":"check","needs":["merge.points"],"status":"succeeded","duration_ms":0},{"id":"snapshot.points_months","kind":"snapshot","needs":["gate.tables","merge.points"],"status":"succeeded","duration_ms":3},{"id":"record","kind":"record","needs":["check.points","gate.as_of","gate.points","gate.tables","merge.points","prepare.records","prepare.tables","snapshot.points_months","stage.points"],"status":"succeeded","duration_ms":0}],"rejects_total":5,"rejects":[{"table":"points","code":"bad_integer","at":"bad.csv:3","column":"n","value":"two","line":"2,two,","message":"\"two\" is not an integer, which is an optional sign and digits"},{"table":"points","code":"invalid_utf8","at":"bad.csv:8","column":"n","value":"","line":"6,\ufffd","message":"field 2 is not UTF-8; if the file comes from an older Windows program, declare encoding: windows-1252"},{"table":"points","code":"duplicate_key","at":"bad.csv:5","column":"id","value":"4","line":"","message":"id \"4\": another row of this key, line 6, says something else; one of the two must go"},{"table":"points","code":"duplicate_key","at":"bad.csv:6","column":"id","value":"4","line":"","message":"id \"4\": another row of this key, line 5, says something else; one of the two must go"},{"table":"points","code":"orphan","at":"bad.csv:7","column":"of","value":"99","line":"","message":"of \"99\" is in no row that it references; load that row too, or take this one out"}],"attempts":1,"error":null}');
INSERT INTO pipe.runs VALUES ('20261128T065004Z-85fad36a', 'points', '2024-01-31', 'failed', false, '2026-11-28 06:50:04.375485+00', '2026-11-28 06:50:04.44127+00', 67, 'vm', 28233, 'root', 'dev', '4ff1b2d54a288b2d63311e1860dcda3c33fe0256444e121ba1e593c449d5650e', 'gate.points', 'table points: 6 of 7 rows are bad, and max_rejects allows 5', '{"format_version":1,"kind":"run","run_id":"20261128T065004Z-85fad36a","spec":"points","as_of":"2024-01-31","status":"failed","published":false,"dry_run":false,"target":{"driver":"postgres","name":"127.0.0.1:34879/postgres"},"vars":{"as_of":"2024-01-31","file":"a.zip/worse.csv"},"started_at":"2026-11-28T06:50:04.346Z","duration_ms":67,"tables":[{"name":"points","source":{"path":"a.zip/worse.csv","sha256":"0f5b90ae3eb49d02485273c175cf9fd5dee0a564b797d7410fc68274db102c03","bytes":45,"same_as":null},"rows":{"read":7,"rejected":6,"collapsed":0,"loaded":0,"inserted":0,"updated":0,"unchanged":0,"absent":0},"nulls":{"of":1}}],"checks":{"declared":1,"evaluated":0,"passed":0,"warned":0,"failed":0},"expectations":[],"snapshots":[{"name":"points_months","as_of":"2024-01-31","inserted":0,"kept":0,"added":0,"changed":0,"missing":0}],"steps":[{"id":"prepare.records","kind":"prepare","needs":[],"status":"succeeded","duration_ms":3},{"id":"prepare.tables","kind":"prepare","needs":["prepare.records"],"status":"succeeded","duration_ms":5},{"id":"gate.as_of","kind":"gate","needs":["prepare.records"],"status":"succeeded","duration_ms":0},{"id":"stage.points","kind":"stage","needs":["gate.as_of","prepare.tables"],"status":"succeeded","duration_ms":28},{"id":"gate.tables","kind":"gate","needs":["stage.points"],"status":"rolled_back","duration_ms":0},{"id":"gate.points","kind":"gate","needs":["gate.tables","stage.points"],"status":"failed","duration_ms":1},{"id":"merge.points","kind":"merge","needs":["gate.points"],"status":"skipped","duration_ms":0},{"id":"check.points","kind":"check","needs":["merge.points"],"status":"skipped","duration_ms":0},{"id":"snapshot.points_months","kind":"snapshot","needs":["gate.tables","merge.points"],"status":"skipped","duration_ms":0},{"id":"record","kind":"record","needs":["check.points","gate.as_of","gate.points","gate.tables","merge.points","prepare.records","prepare.tables","snapshot.points_months","stage.points"],"status":"skipped","duration_ms":0}],"rejects_total":6,"rejects":[{"table":"points","code":"bad_integer","at":"a.zip/worse.csv:2","column":"n","value":"x","line":"1,x,","message":"\"x\" is not an integer, which is an optional sign and digits"},{"table":"points","code":"bad_integer","at":"a.zip/worse.csv:3","column":"n","value":"x","line":"2,x,","message":"\"x\" is not an integer, which is an optional sign and digits"},{"table":"points","code":"bad_integer","at":"a.zip/worse.csv:4","column":"n","value":"x","line":"3,x,","message":"\"x\" is not an integer, which is an optional sign and digits"},{"table":"points","code":"bad_integer","at":"a.zip/worse.csv:5","column":"n","value":"x","line":"4,x,","message":"\"x\" is not an integer, which is an optional sign and digits"},{"table":"points","code":"bad_integer","at":"a.zip/worse.csv:6","column":"n","value":"x","line":"5,x,","message":"\"x\" is not an integer, which is an optional sign and digits"},{"table":"points","code":"bad_integer","at":"a.zip/worse.csv:7","column":"n","value":"x","line":"6,x,","message":"\"x\" is not an integer, which is an optional sign and digits"}],"attempts":1,"error":{"code":"too_many_rejects","message":"table points: 6 of 7 rows are bad, and max_rejects allows 5","step":"gate.points","at":"spec.yaml:10:18","sqlstate":"","hint":"mend the file, or raise max_rejects"}}');
INSERT INTO pipe.snapshots VALUES ('20261128T065004Z-3ca98848', 'points_months', '2024-01-31', 3, 0, 0, 0, 0);
INSERT INTO public.points VALUES (1, 1, NULL);
INSERT INTO public.points VALUES (3, 3, 1);
INSERT INTO public.points VALUES (7, 7, 3);
INSERT INTO public.points_months VALUES (1, '2024-01-31', 1, NULL);
INSERT INTO public.points_months VALUES (3, '2024-01-31', 3, 1);
INSERT INTO public.points_months VALUES (7, '2024-01-31', 7, 3);
ALTER TABLE ONLY pipe.expectation_results
    ADD CONSTRAINT expectation_results_pkey PRIMARY KEY (run_id, suite, "position");
ALTER TABLE ONLY pipe.files
    ADD CONSTRAINT files_pkey PRIMARY KEY (run_id, table_name);
ALTER TABLE ONLY pipe.ledgers
    ADD CONSTRAINT ledgers_pkey PRIMARY KEY (run_id, table_name);
ALTER TABLE ONLY pipe.rejects
    ADD CONSTRAINT rejects_pkey PRIMARY KEY (run_id, "position");
ALTER TABLE ONLY pipe.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (run_id);
ALTER TABLE ONLY pipe.snapshots
    ADD CONSTRAINT snapshots_pkey PRIMARY KEY (run_id, snapshot);
ALTER TABLE ONLY public.points_months
    ADD CONSTRAINT points_months_pkey PRIMARY KEY (id, as_of);
ALTER TABLE ONLY public.points
    ADD CONSTRAINT points_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.points
    ADD CONSTRAINT points_of_fkey FOREIGN KEY (of) REFERENCES public.points(id);
