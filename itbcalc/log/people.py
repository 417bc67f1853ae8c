"""Who works here, with which passphrase, and whom does a pseudonym stand for? In a file apart from the log.

Passphrases keep one operator from writing under the name of another at this workstation. They do not keep the owner
of the disk from the file: what protects it there is the encryption of the disk.
"""

import contextlib
import os
import secrets
import sqlite3
import time
import unicodedata
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher

from itbcalc.errors import (
    EntryError,
    FieldEntryError,
    LogUnavailableError,
    PeopleUnavailableError,
    RefusedError,
)
from itbcalc.log.canonical import Json
from itbcalc.log.entries import LONGEST_TEXT
from itbcalc.log.passphrases import (
    Patience,
    accepted_passphrase,
    hash_of,
    is_weaker,
    matches,
    standard_hasher,
)
from itbcalc.log.safe_files import name_finished, remove_quietly
from itbcalc.log.sqlite_file import SETTINGS, connect, log_error
from itbcalc.quantities.instants import read_date

APPLICATION_ID = 1230258768  # "ITBP"
FORMAT = 1


class Role(StrEnum):
    """As what somebody writes entries (they are in people's logs: never rename)."""

    PHYSICIAN = "physician"
    PUMP_NURSE = "pump nurse"
    NURSE = "nurse"
    PHARMACIST = "pharmacist"
    PHYSIOTHERAPIST = "physiotherapist"
    TRAINEE = "trainee"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody who may unlock the window and signs what is written."""

    id: str
    name: str
    role: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class OperatorChange:
    """What was done to an operator; `change` is a word of the log: added, name, role, passphrase, deactivated."""

    operator: Operator
    change: str

    @property
    def body(self) -> dict[str, Json]:
        """The body of the entry `operator_changed` (docs/log-format.md)."""
        who = self.operator
        return {"operator": {"id": who.id, "name": who.name, "role": who.role}, "change": self.change}


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a pseudonym stands for. `born` is a date as YYYY-MM-DD, or nothing."""

    pseudonym: str
    name: str
    born: str = ""
    note: str = ""


_METADATA = sa.MetaData()
_OPERATORS = sa.Table(
    "operator",
    _METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("folded_name", sa.Text, nullable=False, unique=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("passphrase_hash", sa.Text, nullable=False),
    sa.Column("active", sa.Integer, sa.CheckConstraint("active IN (0, 1)"), nullable=False),
    sqlite_strict=True,
)
_IDENTITIES = sa.Table(
    "identity",
    _METADATA,
    sa.Column("pseudonym", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("born", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sqlite_strict=True,
)
# Operators stay for ever: entries name them.
_TRIGGER = (
    "CREATE TRIGGER operator_stays BEFORE DELETE ON operator BEGIN SELECT RAISE(ABORT, 'never deleted'); END"
)
# As for the log; besides, what is deleted is overwritten with zeros, and nothing is put down in other files.
_SETTINGS = (*SETTINGS, ("secure_delete", "ON", 1), ("temp_store", "MEMORY", 2))
_FAULTS = (sa.exc.DBAPIError, sqlite3.Error, OSError, UnicodeDecodeError, LogUnavailableError)


class People:
    """The operators and identities of this workstation. Every call has a connection of its own.

    A file that is not there holds nobody; the first thing written makes it. Every call may raise
    PeopleUnavailableError.
    """

    def __init__(
        self,
        path: Path,
        *,
        hasher: PasswordHasher | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`hasher` and `clock`, in seconds, are for tests: they make what takes long short."""
        self.path = path
        self._hasher = hasher or standard_hasher()
        self._patience = Patience(clock)
        self._engine = _engine(path)

    # --- operators

    def operators(self) -> list[Operator]:
        """All that were ever added, by name; those deactivated among them."""
        with self._reading() as connection:
            if connection is None:
                return []
            rows = connection.execute(sa.select(_OPERATORS).order_by(_OPERATORS.c.folded_name)).all()
        return [_operator(row) for row in rows]

    def add(self, name: str, role: str, passphrase: str, *, acting: Operator | None = None) -> OperatorChange:
        """Adds an operator. The first needs nobody; each further one an `acting` operator. Raises RefusedError."""
        name, role = _name(name), _role(role)
        added = Operator(str(uuid.uuid4()), name, role)
        kept = hash_of(self._hasher, accepted_passphrase(passphrase))
        with self._writing() as connection:
            if connection.execute(sa.select(_OPERATORS.c.id)).first() is not None:
                _refuse_unless_active(connection, acting)
            _refuse_taken(connection, name)
            row = {"id": added.id, "name": name, "folded_name": name.casefold(), "role": role}
            connection.execute(sa.insert(_OPERATORS), [{**row, "passphrase_hash": kept, "active": 1}])
        return OperatorChange(added, "added")

    def change_name(self, operator_id: str, name: str, *, acting: Operator | None) -> OperatorChange:
        """Another name; entries keep the one they were written under. Raises RefusedError."""
        name = _name(name)
        with self._writing() as connection:
            _refuse_unless_active(connection, acting)
            before = _active(connection, operator_id)
            if name.casefold() != before.name.casefold():
                _refuse_taken(connection, name)
            _update(connection, operator_id, name=name, folded_name=name.casefold())
        return OperatorChange(replace(before, name=name), "name")

    def change_role(self, operator_id: str, role: str, *, acting: Operator | None) -> OperatorChange:
        """Another role; entries keep the one they were written in. Raises RefusedError."""
        role = _role(role)
        with self._writing() as connection:
            _refuse_unless_active(connection, acting)
            before = _active(connection, operator_id)
            _update(connection, operator_id, role=role)
        return OperatorChange(replace(before, role=role), "role")

    def change_passphrase(
        self, operator_id: str, passphrase: str, *, acting: Operator | None, old: str = ""
    ) -> OperatorChange:
        """A new passphrase. One's own needs the `old` one; a forgotten one is replaced by somebody else.

        Raises RefusedError; its field is `old` where the old one is wrong.
        """
        new = accepted_passphrase(passphrase)
        if acting is not None and acting.id == operator_id:
            try:
                self.check(operator_id, old)
            except RefusedError as error:
                raise RefusedError("old", "", error.rule, **error.values) from error
        kept = hash_of(self._hasher, new)
        with self._writing() as connection:
            _refuse_unless_active(connection, acting)
            changed = _active(connection, operator_id)
            _update(connection, operator_id, passphrase_hash=kept)
        self._patience.succeeded(operator_id)
        return OperatorChange(changed, "passphrase")

    def deactivate(self, operator_id: str, *, acting: Operator | None) -> OperatorChange:
        """Somebody leaves: no more unlocking and signing. The last one cannot. Raises RefusedError."""
        with self._writing() as connection:
            _refuse_unless_active(connection, acting)
            leaving = _active(connection, operator_id)
            others = sa.select(_OPERATORS.c.id).where(
                _OPERATORS.c.active == 1, _OPERATORS.c.id != operator_id
            )
            if connection.execute(others).first() is None:
                raise RefusedError("operator", leaving.name, "last_operator")
            _update(connection, operator_id, active=0)
        return OperatorChange(replace(leaving, active=False), "deactivated")

    def check(self, operator_id: str, passphrase: str) -> Operator:
        """The active operator whose passphrase this is.

        Raises RefusedError: no such operator, wrong, or tried too often in a row (also for the right one).
        """
        found, kept = self._kept(operator_id)
        if not passphrase:
            raise RefusedError("passphrase", "", "missing")
        self._patience.ask(operator_id)
        if not matches(self._hasher, kept, passphrase):
            self._patience.failed(operator_id)
            raise RefusedError("passphrase", "", "passphrase_wrong", known=found.name)
        self._patience.succeeded(operator_id)
        if is_weaker(kept, self._hasher):
            self._hash_anew(operator_id, passphrase)
        return found

    # --- identities

    def set_identity(self, pseudonym: str, name: str, born: str = "", note: str = "") -> Identity:
        """Says whom a pseudonym stands for, or says it anew. Raises RefusedError, FieldEntryError for the date."""
        known = Identity(
            _needed("pseudonym", pseudonym), _needed("name", name), _birth_date(born), _seen("note", note)
        )
        row = {"name": known.name, "born": known.born, "note": known.note}
        which = _IDENTITIES.c.pseudonym == known.pseudonym
        with self._writing() as connection:
            replaced = connection.execute(sa.update(_IDENTITIES).where(which).values(**row)).rowcount
            if not replaced:
                connection.execute(sa.insert(_IDENTITIES), [{"pseudonym": known.pseudonym, **row}])
        if replaced:
            self._write_anew()
        return known

    def identity(self, pseudonym: str) -> Identity | None:
        """Whom a pseudonym stands for, or None where nobody said."""
        return next((known for known in self.identities() if known.pseudonym == _normal(pseudonym)), None)

    def identities(self) -> list[Identity]:
        """All of them, by pseudonym."""
        with self._reading() as connection:
            if connection is None:
                return []
            rows = connection.execute(sa.select(_IDENTITIES).order_by(_IDENTITIES.c.pseudonym)).all()
        return [Identity(*row) for row in rows]

    def erase_identity(self, pseudonym: str) -> bool:
        """Forgets whom a pseudonym stands for: its bytes are gone from the file. False where nothing was known."""
        if self.identity(pseudonym) is None:
            return False
        with self._writing() as connection:
            connection.execute(sa.delete(_IDENTITIES).where(_IDENTITIES.c.pseudonym == _normal(pseudonym)))
        self._write_anew()
        return True

    # --- the file

    def _write_anew(self) -> None:
        """Writes the whole file anew, without gaps: SQLite overwrites what is deleted, not what it only moved about."""
        with self._translated(), self._engine.connect() as connection:
            connection.exec_driver_sql("VACUUM")

    def _kept(self, operator_id: str) -> tuple[Operator, str]:
        with self._reading() as connection:
            if connection is None:
                raise RefusedError("operator", operator_id, "no_operator")
            row = connection.execute(_one_active(operator_id)).first()
        if row is None:
            raise RefusedError("operator", operator_id, "no_operator")
        return _operator(row), str(row.passphrase_hash)

    def _hash_anew(self, operator_id: str, passphrase: str) -> None:
        """With today's parameters. That it cannot be written keeps nobody from working."""
        kept = hash_of(self._hasher, passphrase)
        with contextlib.suppress(PeopleUnavailableError), self._writing() as connection:
            _update(connection, operator_id, passphrase_hash=kept)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sa.Connection | None]:
        """A connection, or None where there is no file yet."""
        if not self.path.exists():
            yield None
            return
        with self._translated(), self._engine.connect() as connection:
            _identify(connection, self.path)
            yield connection

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """A transaction: all of it, or nothing."""
        with self._translated():
            if not self.path.exists():
                _make(self.path)
            with self._engine.connect() as connection:
                _identify(connection, self.path)
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.exec_driver_sql("COMMIT")
                except BaseException:
                    with contextlib.suppress(sa.exc.DBAPIError):
                        connection.exec_driver_sql("ROLLBACK")
                    raise

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except _FAULTS as error:
            raise _ours(error) from error


def _ours(error: Exception) -> PeopleUnavailableError:
    """The database's error as ours, by the log's own table."""
    ours = log_error(error)
    if not isinstance(ours, LogUnavailableError):
        return PeopleUnavailableError("unknown", str(ours))
    return PeopleUnavailableError("not_people" if ours.reason == "not_a_log" else ours.reason, ours.detail)


def _make(path: Path) -> None:
    """An empty file, that nobody but its owner reads, under its own name only when it is finished."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    engine = _engine(part)
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            _METADATA.create_all(connection, checkfirst=False)
            connection.exec_driver_sql(_TRIGGER)
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version = {FORMAT}")
            connection.exec_driver_sql("COMMIT")
        with contextlib.suppress(FileExistsError):  # another window made it meanwhile
            name_finished(part, path)
    finally:
        engine.dispose()
        remove_quietly(part)


def _engine(path: Path) -> sa.Engine:
    return sa.create_engine(
        "sqlite://",
        creator=partial(connect, path, _SETTINGS),
        poolclass=sa.NullPool,
        isolation_level="AUTOCOMMIT",
    )


def _identify(connection: sa.Connection, path: Path) -> None:
    """Refuses a file that is something else, or of a newer format."""
    if connection.exec_driver_sql("PRAGMA application_id").scalar_one() != APPLICATION_ID:
        raise PeopleUnavailableError("not_people", str(path))
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if version != FORMAT:
        raise PeopleUnavailableError("too_new", f"format {version}; this one knows {FORMAT}")


# --- rows


def _one_active(operator_id: str) -> sa.Select[Any]:
    return sa.select(_OPERATORS).where(_OPERATORS.c.id == operator_id, _OPERATORS.c.active == 1)


def _operator(row: sa.Row[Any]) -> Operator:
    return Operator(row.id, row.name, row.role, bool(row.active))


def _active(connection: sa.Connection, operator_id: str) -> Operator:
    row = connection.execute(_one_active(operator_id)).first()
    if row is None:
        raise RefusedError("operator", operator_id, "no_operator")
    return _operator(row)


def _refuse_unless_active(connection: sa.Connection, acting: Operator | None) -> None:
    if acting is None or connection.execute(_one_active(acting.id)).first() is None:
        raise RefusedError("operator", acting.name if acting else "", "needs_operator")


def _refuse_taken(connection: sa.Connection, name: str) -> None:
    same = sa.select(_OPERATORS.c.id).where(_OPERATORS.c.folded_name == name.casefold())
    if connection.execute(same).first() is not None:
        raise RefusedError("name", name, "name_taken")


def _update(connection: sa.Connection, operator_id: str, **values: str | int) -> None:
    connection.execute(sa.update(_OPERATORS).where(_OPERATORS.c.id == operator_id).values(**values))


# --- what is typed


def _name(text: str) -> str:
    return " ".join(_needed("name", text).split())


def _role(text: str) -> str:
    if text not in list(Role):
        rule = "unknown_role" if text else "missing"
        raise RefusedError("role", text, rule, known=", ".join(Role))
    return text


def _birth_date(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return read_date(text).isoformat()
    except EntryError as error:
        raise FieldEntryError("born", error) from error


def _needed(field: str, text: str) -> str:
    text = _seen(field, text)
    if not text:
        raise RefusedError(field, text, "missing")
    return text


def _seen(field: str, text: str) -> str:
    """What was typed, blanks around it trimmed, in normalization form C as in the log."""
    text = _normal(text)
    if not text.isprintable():
        raise RefusedError(field, text, "invisible")
    if len(text) > LONGEST_TEXT:
        raise RefusedError(field, text, "too_long", limit=str(LONGEST_TEXT))
    return text


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()
