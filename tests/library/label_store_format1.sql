-- A label store of format 1, as the first release writes it.
PRAGMA application_id = 1347570252;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE heads (id TEXT PRIMARY KEY, ride TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "heads" VALUES('a109ddae-b7be-44a4-9fd9-fc4769c3f6d2','ride_3');
INSERT INTO "heads" VALUES('f9949797-62ba-434f-a9d8-4d307177a269','ride_4');
INSERT INTO "heads" VALUES('35a8c190-3064-47c4-a98b-6ebfb4ecfce8','ride_5');
CREATE TABLE journal (
        n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, edit TEXT NOT NULL, chain TEXT NOT NULL) STRICT;
INSERT INTO "journal" VALUES(1,'dd14df96-29ad-4e09-ae29-0060d1953441','{"after":{"label":"fall","start_s":1,"stop_s":2.5},"author":"anna","before":null,"content_hash":"","group":"","id":"dd14df96-29ad-4e09-ae29-0060d1953441","kind":"annotation","layer":"","parents":[],"reason":"","ride":"ride_1","signal_hash":"","subject":"883cbe97-dafb-4e71-aab6-0b3d24186855","takes_back":"","utc":"2026-11-21T22:00:00Z"}','4304774495a6f8324fa8f0cd38eb8ac2');
INSERT INTO "journal" VALUES(2,'62141f8c-0a8a-4d4a-9b77-a2ca974bb85c','{"after":{"label":"fall","start_s":2,"stop_s":3.5},"author":"anna","before":null,"content_hash":"","group":"","id":"62141f8c-0a8a-4d4a-9b77-a2ca974bb85c","kind":"annotation","layer":"","parents":[],"reason":"","ride":"ride_2","signal_hash":"","subject":"04e7b024-8a65-465e-9db1-cf45e088b4b5","takes_back":"","utc":"2026-11-21T22:00:00Z"}','3e5631f896ce8b5668735ea713ef0202');
INSERT INTO "journal" VALUES(3,'a109ddae-b7be-44a4-9fd9-fc4769c3f6d2','{"after":{"label":"fall","start_s":3,"stop_s":4.5},"author":"anna","before":{"label":"fall","start_s":1,"stop_s":2.5},"content_hash":"","group":"","id":"a109ddae-b7be-44a4-9fd9-fc4769c3f6d2","kind":"annotation","layer":"","parents":["dd14df96-29ad-4e09-ae29-0060d1953441"],"reason":"","ride":"ride_3","signal_hash":"","subject":"883cbe97-dafb-4e71-aab6-0b3d24186855","takes_back":"","utc":"2026-11-21T22:00:00Z"}','121d74e3476dc3a65d081d67743d4a04');
INSERT INTO "journal" VALUES(4,'f9949797-62ba-434f-a9d8-4d307177a269','{"after":null,"author":"anna","before":{"label":"fall","start_s":2,"stop_s":3.5},"content_hash":"","group":"","id":"f9949797-62ba-434f-a9d8-4d307177a269","kind":"annotation","layer":"","parents":["62141f8c-0a8a-4d4a-9b77-a2ca974bb85c"],"reason":"","ride":"ride_4","signal_hash":"","subject":"04e7b024-8a65-465e-9db1-cf45e088b4b5","takes_back":"","utc":"2026-11-21T22:00:00Z"}','6ad1cd36605c64f4252b63bb570cee3e');
INSERT INTO "journal" VALUES(5,'35a8c190-3064-47c4-a98b-6ebfb4ecfce8','{"after":{"label":"fall","start_s":5,"stop_s":6.5},"author":"anna","before":null,"content_hash":"","group":"","id":"35a8c190-3064-47c4-a98b-6ebfb4ecfce8","kind":"annotation","layer":"","parents":[],"reason":"","ride":"ride_5","signal_hash":"","subject":"1d2fe400-f0fc-4b86-a96c-2042a934262e","takes_back":"","utc":"2026-11-21T22:00:00Z"}','63410a58ceec66f027bd8bf8b88dbc56');
CREATE TABLE superseded (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO "superseded" VALUES('62141f8c-0a8a-4d4a-9b77-a2ca974bb85c');
INSERT INTO "superseded" VALUES('dd14df96-29ad-4e09-ae29-0060d1953441');
CREATE INDEX heads_by_ride ON heads (ride);
CREATE TRIGGER journal_is_kept BEFORE UPDATE ON journal
        BEGIN SELECT RAISE(ABORT, 'edits are never changed'); END;
CREATE TRIGGER journal_stays BEFORE DELETE ON journal
        BEGIN SELECT RAISE(ABORT, 'edits are never removed'); END;
COMMIT;
