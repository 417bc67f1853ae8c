"""How does a log of an older version come to the newest? By numbered steps, in one transaction, behind a copy of it."""

import contextlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from itbcalc.errors import LogUnavailableError
from itbcalc.log.chain import Verified, verified_table, whole_head
from itbcalc.log.entries import Head
from itbcalc.log.sqlite_file import (
    FIRST_VERSION,
    READING_SETTINGS,
    SETTINGS,
    STATEMENTS,
    FileIdentity,
    connect,
    copy_synced,
    identify,
    transaction,
)
from itbcalc.log.statements import stored
from itbcalc.safe_files import put_in_place, remove_quietly


class Migration(Struct, frozen=True):
    """What makes the tables those of `version`: statements of SQLite. They may not touch what an entry holds."""

    version: int
    statements: tuple[str, ...]


# In order, each one version further; a log on somebody's disk may have to go through all of them.
MIGRATIONS: tuple[Migration, ...] = ()


def newest_version(migrations: Sequence[Migration]) -> int:
    """The version to which they lead."""
    return FIRST_VERSION + len(migrations)


def migrate(path: Path, opened: FileIdentity, migrations: Sequence[Migration]) -> FileIdentity:
    """Brings the log at `path`, which must still be the one that was opened, to the newest version.

    A verified copy of the older version is put beside it first, `<name>.version-<n>-<entries>-<head>`. Whatever goes
    wrong leaves the log as it was. Raises LogUnavailableError, LogDamagedError, and `faults()`.
    """
    known = newest_version(migrations)
    with contextlib.closing(connect(path, SETTINGS)) as connection:
        with transaction(connection):  # nobody else can write from here on
            before = identify(connection, path, known)
            if before.log_id != opened.log_id:
                raise LogUnavailableError("replaced", str(path))
            head = whole_head(_verified(connection, before))
            if before.version < known:  # else another window was faster
                _copy_beside(path, before, head)
            for migration in migrations[before.version - FIRST_VERSION :]:
                for statement in migration.statements:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {migration.version}")
            after = identify(connection, path, known)
            if whole_head(_verified(connection, after)) != head:
                raise LogUnavailableError("not_migrated", str(path))
        connection.execute("COMMIT")
    return after


def _verified(connection: sqlite3.Connection, identity: FileIdentity) -> Verified:
    return verified_table(map(stored, connection.execute(STATEMENTS.all_rows)), identity.log_id)


def _copy_beside(path: Path, before: FileIdentity, head: Head) -> None:
    """The same log has the same name, so that a migration that is tried again leaves one copy."""
    copy = path.with_name(f"{path.name}.version-{before.version}-{head.count}-{head.hash[:8]}")
    part = copy.with_name(f"{copy.name}.part")
    try:
        remove_quietly(part)
        copy_synced(path, part)
        with contextlib.closing(connect(part, READING_SETTINGS)) as connection:
            if whole_head(_verified(connection, before)) != head:
                raise LogUnavailableError("not_migrated", str(path))
        put_in_place(part, copy)
    finally:
        remove_quietly(part)
