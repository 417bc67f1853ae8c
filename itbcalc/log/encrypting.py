"""A log that cannot be read without its passphrase: made so, unlocked, and unlocked again when the passphrase is lost."""

import contextlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from itbcalc.errors import LogError, LogUnavailableError, RefusedError
from itbcalc.log import cipher
from itbcalc.log.backup import restore, verify_file
from itbcalc.log.chain import whole_head
from itbcalc.log.folders import key_path
from itbcalc.log.keys import (
    new_key,
    read_key_file,
    read_recovery_key,
    recovery_key,
    rewrap_key_file,
    write_key_file,
)
from itbcalc.log.places import is_on_server
from itbcalc.log.store import SqliteLog, make_log
from itbcalc.log.tries import Patience
from itbcalc.safe_files import remove_quietly


def is_locked(path: Path) -> bool:
    """Whether the log at `path` is encrypted and its key is not held."""
    return is_encrypted(path) and not cipher.holds_a_key()


def is_encrypted(path: Path) -> bool:
    """Whether the log at `path` is encrypted: a key file lies beside it."""
    return not is_on_server(path) and key_path(path).exists()


def encrypt_log(
    path: Path, passphrase: str, at: datetime, typed_back: Callable[[str], str] | None = None
) -> tuple[str, Path]:
    """Puts an encrypted copy in the place of a whole log; returns its recovery key, and where the plain log lies now.

    `typed_back` is shown the recovery key before anything is changed, and returns it as somebody typed it off the
    paper; where that is another, nothing is encrypted. The plain log and its backups stay until somebody removes them. Raises RefusedError, LogError.
    """
    if key_path(path).exists():
        raise RefusedError("log", str(path), "encrypted_already")
    head = whole_head(verify_file(path))
    key = new_key()
    if typed_back is not None and read_recovery_key(typed_back(recovery_key(key))) != key:
        raise RefusedError("recovery_key", "", "recovery_key_mistyped")
    made = path.with_name(f".{path.name}.encrypted")
    remove_quietly(made)
    cipher.hold(key)
    try:
        with contextlib.closing(SqliteLog(path)) as log:
            make_log(made, head.log_id, log.written())
        write_key_file(key_path(path), key, passphrase)
        aside = restore(made, path, at)
    except (LogError, RefusedError):
        cipher.let_go()
        raise
    finally:
        remove_quietly(made)
    assert aside is not None  # there was a log
    return recovery_key(key), aside


def unlock(path: Path, passphrase: str) -> None:
    """Holds the key of the log at `path` until the program ends. Raises RefusedError, LogUnavailableError."""
    cipher.hold(_key_by(path, passphrase))


def unlock_with_recovery_key(path: Path, printed: str, passphrase: str) -> None:
    """Unlocks a log by its printed recovery key, and gives it a new passphrase. Raises RefusedError, LogError."""
    key = read_recovery_key(printed)
    cipher.hold(key)
    try:
        with contextlib.closing(SqliteLog(path)) as log:
            log.head()
    except LogError as error:
        cipher.let_go()
        raise RefusedError("recovery_key", "", "recovery_key_of_another_log") from error
    rewrap_key_file(key_path(path), key, passphrase)


def change_passphrase(path: Path, old: str, new: str) -> None:
    """Gives an encrypted log another passphrase. Raises RefusedError, LogUnavailableError."""
    rewrap_key_file(key_path(path), _key_by(path, old), new)


def recovery_key_of(path: Path, passphrase: str) -> str:
    """The recovery key of the log at `path`, for who knows its passphrase. Raises RefusedError, LogUnavailableError."""
    return recovery_key(_key_by(path, passphrase))


def _key_by(path: Path, passphrase: str) -> bytes:
    """The key of the log at `path`, by its passphrase. Raises RefusedError, also for too many tries; LogUnavailableError."""
    patience = Patience(key_path(path))
    patience.attempt("log")
    try:
        key = read_key_file(key_path(path), passphrase)
    except LogUnavailableError:
        patience.succeeded("log")  # that the file cannot be read is nobody's try
        raise
    patience.succeeded("log")
    return key
