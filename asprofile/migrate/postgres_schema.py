"""The tables of a journal in PostgreSQL: those that it has in SQLite, with PostgreSQL's types.

Not here: indices (``ledger_found``), which are the same for both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asprofile.migrate.states import MigrationState

if TYPE_CHECKING:
    from asprofile.migrate.store import Database

SCHEMA_NAME: Final = "asprofile"
SCHEMA_VERSION: Final = 2
"""The only row of the table ``journal``. Who writes brings an earlier one, from EARLIEST on, to this; a later one is
refused.
"""
EARLIEST: Final = 1
"""Without the tables of workers."""
RUN_LOCK: Final = 0x4153504D
"""Key of the advisory lock that whoever writes holds, alone or, if workers, together: ``ASPM``."""
_MAKING: Final = RUN_LOCK + 1

_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS setting(name text PRIMARY KEY, value text)",
    "CREATE TABLE IF NOT EXISTS state(code integer PRIMARY KEY, name text NOT NULL, meaning text NOT NULL)",
    "CREATE TABLE IF NOT EXISTS kind(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sop_class text NOT NULL,"
    " transfer_syntax text NOT NULL, UNIQUE(sop_class, transfer_syntax))",
    "CREATE TABLE IF NOT EXISTS directory(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " path bytea NOT NULL UNIQUE)",
    # Room in each page for the rows as a run changes them.
    "CREATE TABLE IF NOT EXISTS object(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, state integer NOT NULL,"
    " epoch integer NOT NULL, tries integer NOT NULL, kind bigint NOT NULL REFERENCES kind,"
    " directory bigint NOT NULL REFERENCES directory, name bytea NOT NULL, uid text NOT NULL, hash bigint NOT NULL,"
    " size bigint NOT NULL, stamp bigint NOT NULL, start bigint NOT NULL, identity bigint NOT NULL, study text,"
    " series text, date text, status integer, comment text, digest bytea, time double precision)"
    " WITH (fillfactor = 85)",
    "CREATE TABLE IF NOT EXISTS again(object bigint NOT NULL REFERENCES object, directory bigint NOT NULL,"
    " name bytea NOT NULL, size bigint NOT NULL, stamp bigint NOT NULL)",
    "CREATE TABLE IF NOT EXISTS other(directory bigint NOT NULL, name bytea NOT NULL, is_wrong integer NOT NULL,"
    " reason text NOT NULL, PRIMARY KEY(directory, name))",
    "CREATE TABLE IF NOT EXISTS commitment(uid text PRIMARY KEY, asked double precision NOT NULL,"
    " answered double precision, outcome text, objects text NOT NULL)",
    "CREATE TABLE IF NOT EXISTS evidence(object bigint NOT NULL REFERENCES object, time double precision NOT NULL,"
    " what text NOT NULL)",
    "CREATE INDEX IF NOT EXISTS evidence_object ON evidence(object)",
    "CREATE INDEX IF NOT EXISTS again_object ON again(object)",
    'CREATE TABLE IF NOT EXISTS turn(object bigint PRIMARY KEY, place text COLLATE "C" NOT NULL)',
    "CREATE OR REPLACE FUNCTION file_name(bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$"
    " BEGIN RETURN convert_from($1, 'UTF8'); EXCEPTION WHEN OTHERS THEN RETURN encode($1, 'escape'); END $$",
    "CREATE OR REPLACE VIEW objects AS SELECT object.id, state.name AS state, file_name(directory.path) AS directory,"
    " file_name(object.name) AS name, sop_class, transfer_syntax, uid, size, tries, status, comment,"
    " to_timestamp(time) AS time FROM object JOIN state ON state.code = object.state"
    " JOIN kind ON kind.id = object.kind JOIN directory ON directory.id = object.directory",
    "CREATE TABLE IF NOT EXISTS journal(version integer NOT NULL)",
    "CREATE TABLE IF NOT EXISTS block(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, epoch integer NOT NULL"
    " DEFAULT 0, done boolean NOT NULL DEFAULT false, owner bigint, lease_until timestamptz NOT NULL"
    " DEFAULT '-infinity', objects bigint[] NOT NULL)",
    "CREATE INDEX IF NOT EXISTS block_open ON block(id) WHERE NOT done",
    "CREATE TABLE IF NOT EXISTS slot(number integer PRIMARY KEY, owner bigint, lease_until timestamptz NOT NULL"
    " DEFAULT '-infinity')",
    "CREATE TABLE IF NOT EXISTS pace(next_at timestamptz NOT NULL)",
    "CREATE TABLE IF NOT EXISTS worker(id bigint PRIMARY KEY, host text NOT NULL, pid integer NOT NULL,"
    " began timestamptz NOT NULL, seen timestamptz NOT NULL, ended boolean NOT NULL DEFAULT false,"
    " associations integer NOT NULL DEFAULT 0, stored bigint NOT NULL DEFAULT 0, failed bigint NOT NULL DEFAULT 0)",
)


def create_tables(db: Database) -> None:
    """Make what is not there, within a transaction; two programs may do so at once."""
    db.execute("SELECT pg_advisory_xact_lock(?)", (_MAKING,))
    db.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA_NAME}")
    for table in _TABLES:
        db.execute(table)
    states = [(int(one), one.words, one.meaning) for one in MigrationState]
    db.executemany("INSERT INTO state VALUES (?, ?, ?) ON CONFLICT DO NOTHING", states)
    if not db.execute("SELECT EXISTS(SELECT 1 FROM pace)").fetchone()[0]:
        db.execute("INSERT INTO pace VALUES (clock_timestamp())")
    if not db.execute("SELECT EXISTS(SELECT 1 FROM journal)").fetchone()[0]:
        db.execute("INSERT INTO journal VALUES (?)", (SCHEMA_VERSION,))
    db.execute("UPDATE journal SET version = ? WHERE version < ?", (SCHEMA_VERSION, SCHEMA_VERSION))
