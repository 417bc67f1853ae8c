"""Who works here, with which passphrase, and whom does a pseudonym stand for? In a file apart from the log.

Passphrases keep one operator from writing under the name of another at this workstation. They do not keep the owner
of the disk from the file: what protects it there is the encryption of the disk.
"""

import contextlib
import secrets
import sqlite3
import time
import unicodedata
import uuid
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

from argon2 import PasswordHasher
from msgspec import Struct
from msgspec.structs import asdict, replace

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
    accepted_passphrase,
    hash_of,
    is_weaker,
    matches,
    standard_hasher,
)
from itbcalc.log.sqlite_file import SETTINGS, connect, faults, log_error, transaction
from itbcalc.log.tries import Patience
from itbcalc.quantities.instants import read_date
from itbcalc.safe_files import make_private, name_finished, remove_quietly

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


class Operator(Struct, frozen=True):
    """Somebody who may unlock the window and signs what is written."""

    id: str
    name: str
    role: str
    active: bool = True


class OperatorChange(Struct, frozen=True):
    """What was done to an operator; `change` is a word of the log: added, name, role, passphrase, deactivated."""

    operator: Operator
    change: str

    @property
    def body(self) -> dict[str, Json]:
        """The body of the entry `operator_changed` (docs/log-format.md)."""
        who = self.operator
        return {"operator": {"id": who.id, "name": who.name, "role": who.role}, "change": self.change}


class Identity(Struct, frozen=True):
    """Whom a pseudonym stands for. `born` is a date as YYYY-MM-DD, or nothing."""

    pseudonym: str
    name: str
    born: str = ""
    note: str = ""


# Operators stay for ever: entries name them.
_TABLES = (
    """CREATE TABLE operator (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    folded_name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    passphrase_hash TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1))
) STRICT""",
    """CREATE TABLE identity (
    pseudonym TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    born TEXT NOT NULL,
    note TEXT NOT NULL
) STRICT""",
    "CREATE TRIGGER operator_stays BEFORE DELETE ON operator BEGIN SELECT RAISE(ABORT, 'never deleted'); END",
)
_OPERATOR = "SELECT id, name, role, active FROM operator"
_KEEP_HASH = "UPDATE operator SET passphrase_hash = :passphrase_hash WHERE id = :id"
_IDENTITIES = "SELECT pseudonym, name, born, note FROM identity ORDER BY pseudonym"
_ADD_IDENTITY = "INSERT INTO identity (pseudonym, name, born, note) VALUES (:pseudonym, :name, :born, :note)"
_CHANGE_IDENTITY = "UPDATE identity SET name = :name, born = :born, note = :note WHERE pseudonym = :pseudonym"
# As for the log; besides, what is deleted is overwritten with zeros, and nothing is put down in other files.
_SETTINGS = (*SETTINGS, ("secure_delete", "ON", 1), ("temp_store", "MEMORY", 2))


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
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`hasher` and `clock`, in seconds, are for tests: they make what takes long short."""
        self.path = path
        self._hasher = hasher or standard_hasher()
        self._patience = Patience(path, clock)

    # --- operators

    def operators(self) -> list[Operator]:
        """All that were ever added, by name; those deactivated among them."""
        with self._reading() as connection:
            if connection is None:
                return []
            rows = connection.execute(f"{_OPERATOR} ORDER BY folded_name").fetchall()
        return [_operator(row) for row in rows]

    def add(self, name: str, role: str, passphrase: str, *, acting: Operator | None = None) -> OperatorChange:
        """Adds an operator. The first needs nobody; each further one an `acting` operator. Raises RefusedError."""
        name, role = _name(name), _role(role)
        added = Operator(str(uuid.uuid4()), name, role)
        kept = hash_of(self._hasher, accepted_passphrase(passphrase))
        with self._writing() as connection:
            if connection.execute("SELECT id FROM operator").fetchone() is not None:
                _refuse_unless_active(connection, acting)
            _refuse_taken(connection, name)
            connection.execute(
                """INSERT INTO operator (id, name, folded_name, role, passphrase_hash, active)
                VALUES (:id, :name, :folded_name, :role, :passphrase_hash, 1)""",
                {
                    "id": added.id,
                    "name": name,
                    "folded_name": name.casefold(),
                    "role": role,
                    "passphrase_hash": kept,
                },
            )
        return OperatorChange(added, "added")

    def change_name(self, operator_id: str, name: str, *, acting: Operator | None) -> OperatorChange:
        """Another name; entries keep the one they were written under. Raises RefusedError."""
        name = _name(name)
        with self._writing() as connection:
            _refuse_unless_active(connection, acting)
            before = _active(connection, operator_id)
            if name.casefold() != before.name.casefold():
                _refuse_taken(connection, name)
            connection.execute(
                "UPDATE operator SET name = :name, folded_name = :folded_name WHERE id = :id",
                {"id": operator_id, "name": name, "folded_name": name.casefold()},
            )
        return OperatorChange(replace(before, name=name), "name")

    def change_role(self, operator_id: str, role: str, *, acting: Operator | None) -> OperatorChange:
        """Another role; entries keep the one they were written in. Raises RefusedError."""
        role = _role(role)
        with self._writing() as connection:
            _refuse_unless_active(connection, acting)
            before = _active(connection, operator_id)
            connection.execute(
                "UPDATE operator SET role = :role WHERE id = :id", {"id": operator_id, "role": role}
            )
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
            connection.execute(_KEEP_HASH, {"id": operator_id, "passphrase_hash": kept})
        with _of_people():
            self._patience.succeeded(operator_id)
        return OperatorChange(changed, "passphrase")

    def deactivate(self, operator_id: str, *, acting: Operator | None) -> OperatorChange:
        """Somebody leaves: no more unlocking and signing. The last one cannot. Raises RefusedError."""
        with self._writing() as connection:
            _refuse_unless_active(connection, acting)
            leaving = _active(connection, operator_id)
            others = "SELECT id FROM operator WHERE active = 1 AND id <> :id"
            if connection.execute(others, {"id": operator_id}).fetchone() is None:
                raise RefusedError("operator", leaving.name, "last_operator")
            connection.execute("UPDATE operator SET active = 0 WHERE id = :id", {"id": operator_id})
        return OperatorChange(replace(leaving, active=False), "deactivated")

    def check(self, operator_id: str, passphrase: str) -> Operator:
        """The active operator whose passphrase this is.

        Raises RefusedError: no such operator, wrong, or tried too often in a row (also for the right one).
        """
        found, kept = self._kept(operator_id)
        if not passphrase:
            raise RefusedError("passphrase", "", "missing")
        with _of_people():
            self._patience.attempt(operator_id)
        if not matches(self._hasher, kept, passphrase):
            raise RefusedError("passphrase", "", "passphrase_wrong", known=found.name)
        with _of_people():
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
        with self._writing() as connection:
            replaced = connection.execute(_CHANGE_IDENTITY, asdict(known)).rowcount
            if not replaced:
                connection.execute(_ADD_IDENTITY, asdict(known))
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
            rows = connection.execute(_IDENTITIES).fetchall()
        return [Identity(*row) for row in rows]

    def erase_identity(self, pseudonym: str) -> bool:
        """Forgets whom a pseudonym stands for: its bytes are gone from the file. False where nothing was known."""
        if self.identity(pseudonym) is None:
            return False
        with self._writing() as connection:
            gone = {"pseudonym": _normal(pseudonym)}
            connection.execute("DELETE FROM identity WHERE pseudonym = :pseudonym", gone)
        self._write_anew()
        return True

    # --- the file

    def _write_anew(self) -> None:
        """Writes the whole file anew, without gaps: SQLite overwrites what is deleted, not what it only moved about."""
        with self._translated(), self._connected() as connection:
            connection.execute("VACUUM")

    def _kept(self, operator_id: str) -> tuple[Operator, str]:
        with self._reading() as connection:
            if connection is None:
                raise RefusedError("operator", operator_id, "no_operator")
            found = _active(connection, operator_id)
            kept = "SELECT passphrase_hash FROM operator WHERE id = :id"
            ((passphrase_hash,),) = connection.execute(kept, {"id": operator_id}).fetchall()
        return found, str(passphrase_hash)

    def _hash_anew(self, operator_id: str, passphrase: str) -> None:
        """With today's parameters. That it cannot be written keeps nobody from working."""
        kept = hash_of(self._hasher, passphrase)
        with contextlib.suppress(PeopleUnavailableError), self._writing() as connection:
            connection.execute(_KEEP_HASH, {"id": operator_id, "passphrase_hash": kept})

    def _connected(self) -> contextlib.closing[sqlite3.Connection]:
        return contextlib.closing(connect(self.path, _SETTINGS))

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """A connection, or None where there is no file yet."""
        if not self.path.exists():
            yield None
            return
        with self._translated(), self._connected() as connection:
            _identify(connection, self.path)
            yield connection

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it, or nothing."""
        with self._translated():
            if not self.path.exists():
                _make(self.path)
            with self._connected() as connection:
                _identify(connection, self.path)
                with transaction(connection):
                    yield connection
                connection.execute("COMMIT")

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except faults(LogUnavailableError) as error:
            raise _ours(error) from error


@contextlib.contextmanager
def _of_people() -> Iterator[None]:
    """What goes wrong with the file of tries is said as of the people's file, beside which it lies."""
    try:
        yield
    except LogUnavailableError as error:
        raise _ours(error) from error


def _ours(error: Exception) -> PeopleUnavailableError:
    """The database's error as ours, by the log's own table."""
    ours = log_error(error)
    if not isinstance(ours, LogUnavailableError):
        return PeopleUnavailableError("unknown", str(ours))
    return PeopleUnavailableError("not_people" if ours.reason == "not_a_log" else ours.reason, ours.detail)


def _make(path: Path) -> None:
    """An empty file, that nobody else may read, under its own name only when it is finished."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        make_private(part)
        with contextlib.closing(connect(part, _SETTINGS)) as connection:
            with transaction(connection):
                for statement in _TABLES:
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {FORMAT}")
            connection.execute("COMMIT")
        with contextlib.suppress(FileExistsError):  # another window made it meanwhile
            name_finished(part, path)
    finally:
        remove_quietly(part)


def _identify(connection: sqlite3.Connection, path: Path) -> None:
    """Refuses a file that is something else, or of a newer format."""
    ((application,),) = connection.execute("PRAGMA application_id").fetchall()
    if application != APPLICATION_ID:
        raise PeopleUnavailableError("not_people", str(path))
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    if version != FORMAT:
        raise PeopleUnavailableError("too_new", f"format {version}; this one knows {FORMAT}")


# --- rows


def _operator(row: tuple[str, str, str, int]) -> Operator:
    operator_id, name, role, active = row
    return Operator(operator_id, name, role, bool(active))


def _found_active(connection: sqlite3.Connection, operator_id: str) -> Operator | None:
    row = connection.execute(f"{_OPERATOR} WHERE id = :id AND active = 1", {"id": operator_id}).fetchone()
    return None if row is None else _operator(row)


def _active(connection: sqlite3.Connection, operator_id: str) -> Operator:
    found = _found_active(connection, operator_id)
    if found is None:
        raise RefusedError("operator", operator_id, "no_operator")
    return found


def _refuse_unless_active(connection: sqlite3.Connection, acting: Operator | None) -> None:
    if acting is None or _found_active(connection, acting.id) is None:
        raise RefusedError("operator", acting.name if acting else "", "needs_operator")


def _refuse_taken(connection: sqlite3.Connection, name: str) -> None:
    same = "SELECT id FROM operator WHERE folded_name = :folded_name"
    if connection.execute(same, {"folded_name": name.casefold()}).fetchone() is not None:
        raise RefusedError("name", name, "name_taken")


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
