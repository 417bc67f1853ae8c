"""SQLCipher in the place of SQLite, once a key is held: then every file is opened by it, never by two libraries at once.

Two copies of SQLite on one file drop each other's locks (docs/hazards.md, durability).
"""

import contextlib
import functools
import os
import sqlite3
from pathlib import Path
from types import ModuleType
from typing import Any

from itbcalc.errors import LogUnavailableError
from itbcalc.log.folders import key_path, next_key_path

_errors: list[type[Exception]] = [sqlite3.Error]
_held: list[bytes] = []  # keys unlocked since the program began; they leave memory with it

Connection = Any  # of either library: SQLCipher's has no types, and the same methods


def hold(key: bytes) -> None:
    """From now on files encrypted with this key are read and written, and new ones made. Raises LogUnavailableError without SQLCipher."""
    _library()
    if key in _held:
        _held.remove(key)
    _held.insert(0, key)  # a new file fits every key


def hold_older(key: bytes) -> None:
    """The same of a key under which nothing new is made: what was encrypted with it before can be read. Raises as `hold`."""
    _library()
    if key not in _held:
        _held.append(key)


def holds_a_key() -> bool:
    """Whether any key is held."""
    return bool(_held)


def let_go(key: bytes | None = None) -> None:
    """Forgets this key, or every one."""
    _held[:] = [] if key is None else [each for each in _held if each != key]


def fits(path: Path, key: bytes) -> bool:
    """Whether the file at `path` is encrypted with this key; one that is not there is not."""
    try:
        connection = _connected(path, "ro", 5, key)
    except errors():
        return False
    with contextlib.closing(connection):
        return _is_read(connection)


def is_encrypted(path: Path) -> bool:
    """Whether the log at `path` is encrypted: its key lies beside it.

    Where only the next one does, somebody was interrupted while it was being encrypted: the file itself tells then.
    """
    # Asked before each connection: os.access makes no error of what is not there.
    return os.access(key_path(path), os.F_OK) or (
        os.access(next_key_path(path), os.F_OK) and not _is_plain(path)
    )


def is_locked(path: Path) -> bool:
    """Whether the log at `path` is encrypted, and no key is held that opens it."""
    if not is_encrypted(path):
        return False
    opens = _held and (not path.exists() or any(fits(path, key) for key in _held) or _is_plain(path))
    return not opens


def is_of_another_key(path: Path) -> bool:
    """Whether keys are held, and the file at `path` is no plain one and opens with none of them: an older key may."""
    return bool(_held) and path.exists() and not _is_plain(path) and not any(fits(path, key) for key in _held)


def opened(path: Path, *, mode: str, timeout: float) -> Connection:
    """A connection to the file at `path`: decrypted by whichever key fits, or plain. `mode` is "ro", "rw" or "rwc".

    Raises LogUnavailableError for an encrypted log whose key is not held, and the errors of the library.
    """
    return _opened(path, mode, timeout)[0]


def opened_copy(source: Path, target: Path) -> tuple[Connection, Connection]:
    """Connections to copy a file by: both plain, or both with the one key. Raises as `opened`."""
    reading, key = _opened(source, "ro", 5)
    try:
        return reading, _connected(target, "rwc", 5, key)
    except BaseException:
        reading.close()
        raise


def errors() -> tuple[type[Exception], ...]:
    """What the libraries raise that are loaded: SQLCipher's as soon as it may be asked for anything."""
    return tuple(_errors)


def _opened(path: Path, mode: str, timeout: float) -> tuple[Connection, bytes | None]:
    if not _held and is_encrypted(path):
        raise LogUnavailableError("encrypted", str(path))
    for key in () if not _held or _is_begun_plain(path, mode) else _held:
        connection = _connected(path, mode, timeout, key)
        if _is_read(connection):
            return connection, key
        connection.close()
    return _connected(path, mode, timeout, None), None


def _is_begun_plain(path: Path, mode: str) -> bool:
    """Whether an empty file becomes a plain one: a log is made with its key, what lies beside it is opened without."""
    return mode != "rwc" and path.exists() and not path.stat().st_size


def _connected(path: Path, mode: str, timeout: float, key: bytes | None) -> Connection:
    library = _library() if _held or key is not None else sqlite3
    connection = library.connect(
        f"{_uri(path.absolute())}?mode={mode}", uri=True, timeout=timeout, isolation_level=None
    )
    if key is not None:
        connection.execute(
            "PRAGMA cipher_log_level = NONE"
        )  # what goes wrong is said in our words, not on standard error
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    return connection


_uri = functools.lru_cache(maxsize=16)(Path.as_uri)  # asked for at each connection


def _is_read(connection: Connection) -> bool:
    """Whether the key fits: with another the file is no database. A new file fits every key."""
    try:
        connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    except errors() as error:
        return getattr(error, "sqlite_errorname", "") != "SQLITE_NOTADB"
    return True


def _is_plain(path: Path) -> bool:
    """Asked of the library: to open the file otherwise, and close it, would drop locks that it holds."""
    try:
        with contextlib.closing(_connected(path, "ro", 5, None)) as connection:
            return _is_read(connection)
    except errors():
        return True  # what is not there is not encrypted


def _library() -> ModuleType:
    try:
        from sqlcipher3 import dbapi2
    except ImportError as error:
        raise LogUnavailableError("no_cipher", "") from error
    if dbapi2.Error not in _errors:
        _errors.append(dbapi2.Error)
    module: ModuleType = dbapi2
    return module
