import { DatabaseSync } from 'node:sqlite'
import { chainStart } from './chain.ts'

/** `osfj`: what a SQLite file says of itself when it is a journal of osferry. */
export const applicationId = 0x6f73666a
/** Grows with every change of the tables. */
export const schemaVersion = 1

/**
 * The texts are the records: everything else is made from them, so that nothing can be changed beside the chain. `marks` are
 * the links of the chain that are no events: runs, and locks that were taken over. `head` is the last link: without it nobody
 * would miss records at the end. The views are for people with sqlite3.
 */
const tables = `
CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  text TEXT NOT NULL,
  hash TEXT NOT NULL,
  run TEXT GENERATED ALWAYS AS (text ->> '$.run') VIRTUAL
) STRICT;
CREATE INDEX events_of_run ON events (run);
CREATE TABLE marks (ordinal INTEGER PRIMARY KEY, text TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
CREATE TABLE head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;
INSERT INTO head VALUES (1, 0, 0, '${chainStart}');
CREATE TRIGGER event_is_head AFTER INSERT ON events BEGIN
  UPDATE head SET seq = new.seq, hash = new.hash;
END;
CREATE TRIGGER mark_is_head AFTER INSERT ON marks BEGIN
  UPDATE head SET ordinal = new.ordinal, hash = new.hash;
END;
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events BEGIN
  SELECT RAISE(ABORT, 'records of a journal are not changed');
END;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events BEGIN
  SELECT RAISE(ABORT, 'records of a journal are not deleted');
END;
CREATE TRIGGER marks_are_not_changed BEFORE UPDATE ON marks BEGIN
  SELECT RAISE(ABORT, 'records of a journal are not changed');
END;
CREATE TRIGGER marks_are_not_deleted BEFORE DELETE ON marks BEGIN
  SELECT RAISE(ABORT, 'records of a journal are not deleted');
END;
CREATE VIEW runs AS
SELECT text ->> '$.run.id' AS id, text ->> '$.run.startedAt' AS started_at, text ->> '$.run.actor' AS actor,
  text ->> '$.run.version' AS version, text ->> '$.run.plan' AS plan
FROM marks WHERE text ->> '$.kind' = 'run' ORDER BY ordinal;
CREATE VIEW steps AS
SELECT seq, run, text ->> '$.at' AS at, text ->> '$.node' AS node, text ->> '$.body.phase' AS phase,
  text ->> '$.body.uses' AS uses, text ->> '$.body.attempt' AS attempt, text ->> '$.body.type' AS type
FROM events WHERE text ->> '$.body.uses' IS NOT NULL ORDER BY seq;
`

/** Makes the tables of an empty file and lets it say what it is. */
export function createTables(database: DatabaseSync): void {
  database.exec(
    `BEGIN; ${tables} PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}; COMMIT;`,
  )
}

/** True when the tables are those that this version makes: with other triggers the chain would be written wrongly. */
export function hasOwnTables(database: DatabaseSync): boolean {
  const own = new DatabaseSync(':memory:')
  try {
    createTables(own)
    return schemaOf(own) === schemaOf(database)
  } finally {
    own.close()
  }
}

function schemaOf(database: DatabaseSync): string {
  const rows = database
    .prepare(`SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY name`)
    .all()
  return JSON.stringify(rows)
}
