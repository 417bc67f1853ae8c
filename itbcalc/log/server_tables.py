"""The tables of a log on PostgreSQL: what the server itself refuses, and who may do what.

`itbcalc log server init` prints this, and docs/it.md tells whoever looks after the server what to do with it.
"""

import re
from collections.abc import Sequence
from typing import Any

from itbcalc.errors import LogDamagedError, LogUnavailableError
from itbcalc.log.statements import statements

VERSION = 1  # of the tables
LOCK = 1230258764  # "ITBL": whoever holds it writes
OWNER, WRITER, READER = "itbcalc_owner", "itbcalc_writer", "itbcalc_reader"
STATEMENTS = statements("itbcalc.entry", lambda name: f"%({name})s")

TABLES = """\
CREATE SCHEMA itbcalc;
CREATE TABLE itbcalc.log (
    one integer NOT NULL PRIMARY KEY CHECK (one = 1),
    log_id text NOT NULL CHECK (log_id ~ '^[0-9a-f]{32}$'),
    version integer NOT NULL
);
CREATE TABLE itbcalc.entry (
    seq bigint NOT NULL PRIMARY KEY,
    entry_id text NOT NULL UNIQUE,
    patient text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    recorded_at text NOT NULL,
    hash text NOT NULL UNIQUE,
    bytes bytea NOT NULL,
    received_at timestamp with time zone NOT NULL,
    received_from text NOT NULL
);
CREATE INDEX entry_of_patient ON itbcalc.entry (patient, seq);
"""

# The bodies of the functions; a server whose own are others is not written into.
_FUNCTIONS = {
    "append_only": """
BEGIN
    RAISE EXCEPTION 'append only';
END
""",
    # It takes the lock too: whoever writes with a program of his own must not write between two lines of another's.
    "entry_next": f"""
DECLARE
    last record;
    said json := convert_from(NEW.bytes, 'UTF8')::json;
BEGIN
    PERFORM pg_advisory_xact_lock({LOCK});
    SELECT COALESCE(MAX(seq), 0) AS seq INTO last FROM itbcalc.entry;
    IF NEW.seq IS DISTINCT FROM last.seq + 1 THEN
        RAISE EXCEPTION 'not the next entry';
    END IF;
    IF said ->> 'prev_hash' IS DISTINCT FROM
        COALESCE((SELECT hash FROM itbcalc.entry WHERE seq = last.seq), repeat('0', 64)) THEN
        RAISE EXCEPTION 'it does not follow the entry before it';
    END IF;
    IF NEW.hash IS DISTINCT FROM encode(sha256('\\x00'::bytea || NEW.bytes), 'hex') THEN
        RAISE EXCEPTION 'its hash is not that of its bytes';
    END IF;
    IF (said ->> 'log_id', said ->> 'seq', said ->> 'entry_id', said ->> 'patient', said ->> 'kind',
        said ->> 'recorded_at')
        IS DISTINCT FROM ((SELECT log_id FROM itbcalc.log), NEW.seq::text, NEW.entry_id, NEW.patient, NEW.kind,
        NEW.recorded_at) THEN
        RAISE EXCEPTION 'its columns are not what its bytes hold';
    END IF;
    NEW.received_at := clock_timestamp();
    NEW.received_from := session_user || ' at ' || COALESCE(host(inet_client_addr()), 'the server itself');
    RETURN NEW;
END
""",  # noqa: S608  # a number of ours
}
# Trigger, table, when, function.
_TRIGGERS = (
    ("log_kept", "log", "BEFORE UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "append_only"),
    ("entry_kept", "entry", "BEFORE UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "append_only"),
    ("entry_next", "entry", "BEFORE INSERT", "ROW", "entry_next"),
)


def server_script(workstations: Sequence[str] = ()) -> str:
    """What makes the tables and roles of a log in a new database, and a login for each workstation. Raises ValueError."""
    strange = [name for name in workstations if not re.fullmatch("[a-z][a-z0-9_]{0,62}", name)]
    if strange:
        raise ValueError(strange[0])
    made = [_role(OWNER), _role(WRITER), _role(READER), "", TABLES]
    made += [
        f"CREATE FUNCTION itbcalc.{name}() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $${body}$$;"
        for name, body in _FUNCTIONS.items()
    ]
    for name, table, when, each, function in _TRIGGERS:
        made.append(
            f"CREATE TRIGGER {name} {when} ON itbcalc.{table} FOR EACH {each} EXECUTE FUNCTION itbcalc.{function}();"
        )
        made.append(f"ALTER TABLE itbcalc.{table} ENABLE ALWAYS TRIGGER {name};")
    made += [_RIGHTS, *map(_login, workstations)]
    return "\n".join(["BEGIN;", *made, "COMMIT;", ""])


def _role(name: str) -> str:
    return (
        f"DO $$BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}')"
        f" THEN CREATE ROLE {name} NOLOGIN; END IF; END$$;"
    )


def _login(name: str) -> str:
    return (
        f"DO $$BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}')"
        f" THEN CREATE ROLE {name} LOGIN; END IF; END$$;\nGRANT {WRITER} TO {name};"
    )


_RIGHTS = f"""
ALTER SCHEMA itbcalc OWNER TO {OWNER};
ALTER TABLE itbcalc.log OWNER TO {OWNER};
ALTER TABLE itbcalc.entry OWNER TO {OWNER};
ALTER FUNCTION itbcalc.append_only() OWNER TO {OWNER};
ALTER FUNCTION itbcalc.entry_next() OWNER TO {OWNER};
REVOKE ALL ON SCHEMA public FROM PUBLIC;
DO $$BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO {WRITER}, {READER}', current_database());
END$$;
GRANT USAGE ON SCHEMA itbcalc TO {WRITER}, {READER};
GRANT SELECT ON itbcalc.log, itbcalc.entry TO {WRITER}, {READER};
GRANT INSERT (one, log_id, version) ON itbcalc.log TO {WRITER};
GRANT INSERT (seq, entry_id, patient, kind, recorded_at, hash, bytes) ON itbcalc.entry TO {WRITER};
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA itbcalc FROM PUBLIC;
"""  # noqa: S608  # names of ours
_FOUND_FUNCTIONS = """
SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'itbcalc'::regnamespace
"""
_FOUND_TRIGGERS = """
SELECT tgname, relname, tgenabled::text, proname FROM pg_trigger
JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE relnamespace = 'itbcalc'::regnamespace AND NOT tgisinternal
"""
_ALWAYS = "A"


def guards_stand(connection: Any) -> bool:  # noqa: ANN401  # the driver's connection
    """Whether the triggers that refuse rewriting are all there, always at work, and do what they did."""
    functions = dict(connection.execute(_FOUND_FUNCTIONS).fetchall())
    triggers = set(connection.execute(_FOUND_TRIGGERS).fetchall())
    wanted = {(name, table, _ALWAYS, function) for name, table, _, _, function in _TRIGGERS}
    return triggers >= wanted and all(functions.get(name) == body for name, body in _FUNCTIONS.items())


def identify(connection: Any) -> tuple[str, int] | None:  # noqa: ANN401
    """Id of the log and version of its tables; None where no log was begun in them. Raises LogDamagedError."""
    rows = connection.execute("SELECT log_id, version FROM itbcalc.log").fetchall()
    if not rows:
        return None
    if len(rows) > 1:
        raise LogDamagedError(1, "the log has more than one id")
    return str(rows[0][0]), int(rows[0][1])


def lasting(connection: Any) -> None:  # noqa: ANN401
    """Has the server keep what is committed on its disk before it says so. Raises LogUnavailableError where it does not."""
    connection.execute("SET LOCAL synchronous_commit = on")
    ((synced,),) = connection.execute("SELECT current_setting('fsync')").fetchall()
    if synced != "on":
        raise LogUnavailableError("settings_did_not_take", f"fsync is {synced} on the server")
