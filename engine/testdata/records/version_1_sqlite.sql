BEGIN TRANSACTION;
CREATE TABLE pipe_expectation_results (
  run_id text NOT NULL,
  suite text NOT NULL,
  position bigint NOT NULL,
  name text NOT NULL,
  table_name text NOT NULL,
  expectation text NOT NULL,
  severity text NOT NULL,
  success boolean NOT NULL,
  element_count bigint,
  unexpected_count bigint,
  observed text,
  error text,
  PRIMARY KEY (run_id, suite, position)
);
INSERT INTO "pipe_expectation_results" VALUES('20261128T065000Z-40f2c3bc','points',0,'points[0]','points','rule','error',1,3,0,NULL,NULL);
CREATE TABLE pipe_files (
  run_id text NOT NULL,
  table_name text NOT NULL,
  as_of date,
  path text NOT NULL,
  sha256 text NOT NULL,
  bytes bigint NOT NULL,
  PRIMARY KEY (run_id, table_name)
);
INSERT INTO "pipe_files" VALUES('20261128T065000Z-40f2c3bc','points','2024-01-31','bad.csv','b0cfb1acf3ae9f5cb936e0cd7694781591f5df3daec1f36b766fe6617cd9fe37',56);
CREATE TABLE pipe_ledgers (
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
  absent bigint NOT NULL,
  PRIMARY KEY (run_id, table_name)
);
INSERT INTO "pipe_ledgers" VALUES('20261128T065000Z-40f2c3bc','points','2024-01-31',8,5,0,3,3,0,0,0);
CREATE TABLE pipe_meta (
  version integer NOT NULL
);
INSERT INTO "pipe_meta" VALUES(1);
CREATE TABLE pipe_overrides (
  run_id text NOT NULL,
  flag text NOT NULL,
  os_user text NOT NULL,
  at TEXT NOT NULL,
  detail text NOT NULL
);
CREATE TABLE pipe_rejects (
  run_id text NOT NULL,
  position bigint NOT NULL,
  table_name text NOT NULL,
  code text NOT NULL,
  place text NOT NULL,
  column_name text NOT NULL,
  value text NOT NULL,
  message text NOT NULL,
  original text NOT NULL,
  PRIMARY KEY (run_id, position)
);
INSERT INTO "pipe_rejects" VALUES('20261128T065000Z-40f2c3bc',0,'points','bad_integer','bad.csv:3','n','two','"two" is not an integer, which is an optional sign and digits','2,two,');
INSERT INTO "pipe_rejects" VALUES('20261128T065000Z-40f2c3bc',1,'points','invalid_utf8','bad.csv:8','n','','field 2 is not UTF-8; if the file comes from an older Windows program, declare encoding: windows-1252','6,�');
INSERT INTO "pipe_rejects" VALUES('20261128T065000Z-40f2c3bc',2,'points','duplicate_key','bad.csv:5','id','4','id "4": another row of this key, line 6, says something else; one of the two must go','');
INSERT INTO "pipe_rejects" VALUES('20261128T065000Z-40f2c3bc',3,'points','duplicate_key','bad.csv:6','id','4','id "4": another row of this key, line 5, says something else; one of the two must go','');
INSERT INTO "pipe_rejects" VALUES('20261128T065000Z-40f2c3bc',4,'points','orphan','bad.csv:7','of','99','of "99" is in no row that it references; load that row too, or take this one out','');
INSERT INTO "pipe_rejects" VALUES('20261128T065000Z-ac1ddbf2',0,'points','bad_integer','a.zip/worse.csv:2','n','x','"x" is not an integer, which is an optional sign and digits','1,x,');
INSERT INTO "pipe_rejects" VALUES('20261128T065000Z-ac1ddbf2',1,'points','bad_integer','a.zip/worse.csv:3','n','x','"x" is not an integer, which is an optional sign and digits','2,x,');
INSERT INTO "pipe_rejects" VALUES('20261128T065000Z-ac1ddbf2',2,'points','bad_integer','a.zip/worse.csv:4','n','x','"x" is not an integer, which is an optional sign and digits','3,x,');
INSERT INTO "pipe_rejects" VALUES('20261128T065000Z-ac1ddbf2',3,'points','bad_integer','a.zip/worse.csv:5','n','x','"x" is not an integer, which is an optional sign and digits','4,x,');
INSERT INTO "pipe_rejects" VALUES('20261128T065000Z-ac1ddbf2',4,'points','bad_integer','a.zip/worse.csv:6','n','x','"x" is not an integer, which is an optional sign and digits','5,x,');
INSERT INTO "pipe_rejects" VALUES('20261128T065000Z-ac1ddbf2',5,'points','bad_integer','a.zip/worse.csv:7','n','x','"x" is not an integer, which is an optional sign and digits','6,x,');
CREATE TABLE pipe_runs (
  run_id text PRIMARY KEY,
  spec text NOT NULL,
  as_of date,
  status text NOT NULL,
  published boolean NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
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
INSERT INTO "pipe_runs" VALUES('20261128T065000Z-40f2c3bc','points','2024-01-31','succeeded',1,'2026-11-28T06:50:00.903Z','2026-11-28T06:50:00.916Z',27,'vm',27882,'root','dev','22a70627f7386767bfcf0a93c9713b00da93ccc2921ccc6f0c35a598de3912e0','','','{"format_version":1,"kind":"run","run_id":"20261128T065000Z-40f2c3bc","spec":"points","as_of":"2024-01-31","status":"succeeded","published":true,"dry_run":false,"target":{"driver":"sqlite","name":"v1.db"},"vars":{"as_of":"2024-01-31","file":"bad.csv"},"started_at":"2026-11-28T06:50:00.888Z","duration_ms":27,"tables":[{"name":"points","source":{"path":"bad.csv","sha256":"b0cfb1acf3ae9f5cb936e0cd7694781591f5df3daec1f36b766fe6617cd9fe37","bytes":56,"same_as":null},"rows":{"read":8,"rejected":5,"collapsed":0,"loaded":3,"inserted":3,"updated":0,"unchanged":0,"absent":0},"nulls":{"of":1}}],"checks":{"declared":1,"evaluated":1,"passed":1,"warned":0,"failed":0},"expectations":[{"suite":"points","table":"points","index":0,"name":"points[0]","expectation":"rule","arguments":{},"rule":"n \u003e= 0","severity":"error","success":true,"error":null,"at":"spec.yaml:18:42","message":"0 of 3 rows have `n \u003e= 0` false","result":{"element_count":3,"missing_count":0,"unexpected_count":0,"unexpected_percent":0,"unexpected_percent_nonmissing":0,"unexpected_percent_total":0,"missing_percent":0,"observed_value":null,"partial_unexpected_list":[],"partial_unexpected_counts":[],"unexpected_rows":[]},"sql":"SELECT * FROM `points` WHERE (`n` \u003e= 0) IS FALSE"}],"snapshots":[{"name":"points_months","as_of":"2024-01-31","inserted":3,"kept":0,"added":0,"changed":0,"missing":0}],"steps":[{"id":"prepare.records","kind":"prepare","needs":[],"status":"succeeded","duration_ms":12},{"id":"prepare.tables","kind":"prepare","needs":["prepare.records"],"status":"succeeded","duration_ms":0},{"id":"gate.as_of","kind":"gate","needs":["prepare.records"],"status":"succeeded","duration_ms":0},{"id":"stage.points","kind":"stage","needs":["gate.as_of","prepare.tables"],"status":"succeeded","duration_ms":0},{"id":"gate.points","kind":"gate","needs":["stage.points"],"status":"succeeded","duration_ms":0},{"id":"merge.points","kind":"merge","needs":["gate.points"],"status":"succeeded","duration_ms":0},{"id":"check.points","kind":"check","needs":["merge.points"],"status":"succeeded","duration_ms":0},{"id":"snapshot.points_months","kind":"snapshot","needs":["merge.points"],"status":"succeeded","duration_ms":0},{"id":"record","kind":"record","needs":["check.points","gate.as_of","gate.points","merge.points","prepare.records","prepare.tables","snapshot.points_months","stage.points"],"status":"succeeded","duration_ms":0}],"rejects_total":5,"rejects":[{"table":"points","code":"bad_integer","at":"bad.csv:3","column":"n","value":"two","line":"2,two,","message":"\"two\" is not an integer, which is an optional sign and digits"},{"table":"points","code":"invalid_utf8","at":"bad.csv:8","column":"n","value":"","line":"6,\ufffd","message":"field 2 is not UTF-8; if the file comes from an older Windows program, declare encoding: windows-1252"},{"table":"points","code":"duplicate_key","at":"bad.csv:5","column":"id","value":"4","line":"","message":"id \"4\": another row of this key, line 6, says something else; one of the two must go"},{"table":"points","code":"duplicate_key","at":"bad.csv:6","column":"id","value":"4","line":"","message":"id \"4\": another row of this key, line 5, says something else; one of the two must go"},{"table":"points","code":"orphan","at":"bad.csv:7","column":"of","value":"99","line":"","message":"of \"99\" is in no row that it references; load that row too, or take this one out"}],"attempts":1,"error":null}');
INSERT INTO "pipe_runs" VALUES('20261128T065000Z-ac1ddbf2','points','2024-01-31','failed',0,'2026-11-28T06:50:00.955Z','2026-11-28T06:50:00.971Z',14,'vm',27893,'root','dev','d1e7226015ff394f733364647d5961be5903727a10f3a307c5151ce15ccde965','gate.points','table points: 6 of 7 rows are bad, and max_rejects allows 5','{"format_version":1,"kind":"run","run_id":"20261128T065000Z-ac1ddbf2","spec":"points","as_of":"2024-01-31","status":"failed","published":false,"dry_run":false,"target":{"driver":"sqlite","name":"v1.db"},"vars":{"as_of":"2024-01-31","file":"a.zip/worse.csv"},"started_at":"2026-11-28T06:50:00.952Z","duration_ms":14,"tables":[{"name":"points","source":{"path":"a.zip/worse.csv","sha256":"0f5b90ae3eb49d02485273c175cf9fd5dee0a564b797d7410fc68274db102c03","bytes":45,"same_as":null},"rows":{"read":7,"rejected":6,"collapsed":0,"loaded":0,"inserted":0,"updated":0,"unchanged":0,"absent":0},"nulls":{"of":1}}],"checks":{"declared":1,"evaluated":0,"passed":0,"warned":0,"failed":0},"expectations":[],"snapshots":[{"name":"points_months","as_of":"2024-01-31","inserted":0,"kept":0,"added":0,"changed":0,"missing":0}],"steps":[{"id":"prepare.records","kind":"prepare","needs":[],"status":"succeeded","duration_ms":5},{"id":"prepare.tables","kind":"prepare","needs":["prepare.records"],"status":"succeeded","duration_ms":1},{"id":"gate.as_of","kind":"gate","needs":["prepare.records"],"status":"succeeded","duration_ms":0},{"id":"stage.points","kind":"stage","needs":["gate.as_of","prepare.tables"],"status":"succeeded","duration_ms":0},{"id":"gate.points","kind":"gate","needs":["stage.points"],"status":"failed","duration_ms":0},{"id":"merge.points","kind":"merge","needs":["gate.points"],"status":"skipped","duration_ms":0},{"id":"check.points","kind":"check","needs":["merge.points"],"status":"skipped","duration_ms":0},{"id":"snapshot.points_months","kind":"snapshot","needs":["merge.points"],"status":"skipped","duration_ms":0},{"id":"record","kind":"record","needs":["check.points","gate.as_of","gate.points","merge.points","prepare.records","prepare.tables","snapshot.points_months","stage.points"],"status":"skipped","duration_ms":0}],"rejects_total":6,"rejects":[{"table":"points","code":"bad_integer","at":"a.zip/worse.csv:2","column":"n","value":"x","line":"1,x,","message":"\"x\" is not an integer, which is an optional sign and digits"},{"table":"points","code":"bad_integer","at":"a.zip/worse.csv:3","column":"n","value":"x","line":"2,x,","message":"\"x\" is not an integer, which is an optional sign and digits"},{"table":"points","code":"bad_integer","at":"a.zip/worse.csv:4","column":"n","value":"x","line":"3,x,","message":"\"x\" is not an integer, which is an optional sign and digits"},{"table":"points","code":"bad_integer","at":"a.zip/worse.csv:5","column":"n","value":"x","line":"4,x,","message":"\"x\" is not an integer, which is an optional sign and digits"},{"table":"points","code":"bad_integer","at":"a.zip/worse.csv:6","column":"n","value":"x","line":"5,x,","message":"\"x\" is not an integer, which is an optional sign and digits"},{"table":"points","code":"bad_integer","at":"a.zip/worse.csv:7","column":"n","value":"x","line":"6,x,","message":"\"x\" is not an integer, which is an optional sign and digits"}],"attempts":1,"error":{"code":"too_many_rejects","message":"table points: 6 of 7 rows are bad, and max_rejects allows 5","step":"gate.points","at":"spec.yaml:10:18","sqlstate":"","hint":"mend the file, or raise max_rejects"}}');
CREATE TABLE pipe_snapshots (
  run_id text NOT NULL,
  snapshot text NOT NULL,
  as_of date NOT NULL,
  inserted bigint NOT NULL,
  kept bigint NOT NULL,
  added bigint NOT NULL,
  changed bigint NOT NULL,
  missing bigint NOT NULL,
  PRIMARY KEY (run_id, snapshot)
);
INSERT INTO "pipe_snapshots" VALUES('20261128T065000Z-40f2c3bc','points_months','2024-01-31',3,0,0,0,0);
CREATE TABLE `points` (
  `id` INTEGER NOT NULL,
  `n` INTEGER,
  `of` INTEGER,
  PRIMARY KEY (`id`),
  FOREIGN KEY (`of`) REFERENCES `points` (`id`)
);
INSERT INTO "points" VALUES(1,1,NULL);
INSERT INTO "points" VALUES(3,3,1);
INSERT INTO "points" VALUES(7,7,3);
CREATE TABLE `points_months` (
  `id` INTEGER NOT NULL,
  `as_of` TEXT NOT NULL,
  `n` INTEGER,
  `of` INTEGER,
  PRIMARY KEY (`id`, `as_of`)
);
INSERT INTO "points_months" VALUES(1,'2024-01-31',1,NULL);
INSERT INTO "points_months" VALUES(3,'2024-01-31',3,1);
INSERT INTO "points_months" VALUES(7,'2024-01-31',7,3);
COMMIT;
