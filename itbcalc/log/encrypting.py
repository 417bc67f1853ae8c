"""A log that cannot be read without its passphrase: made so, unlocked, and unlocked again when the passphrase is lost."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from itbcalc.errors import LogError, LogUnavailableError, RefusedError
from itbcalc.log import cipher
from itbcalc.log.backup import restore, verify_file
from itbcalc.log.chain import whole_head
from itbcalc.log.cipher import is_encrypted, is_locked
from itbcalc.log.folders import key_path, next_key_path
from itbcalc.log.keys import (
    new_key,
    read_key_file,
    read_recovery_key,
    recovery_key,
    rewrap_key_file,
    write_key_file,
)
from itbcalc.log.passphrases import accepted_passphrase
from itbcalc.log.sqlite_file import SETTINGS, connect, faults, log_error, roll_back, transaction
from itbcalc.log.store import SqliteLog, make_log
from itbcalc.log.tries import Patience
from itbcalc.safe_files import put_in_place, remove_quietly

__all__ = [
    "change_key",
    "change_passphrase",
    "encrypt_log",
    "is_encrypted",
    "is_locked",
    "recovery_key_of",
    "unlock",
    "unlock_with_recovery_key",
]


def encrypt_log(
    path: Path,
    passphrase: str,
    at: datetime,
    typed_back: Callable[[str], str] | None = None,
    key: bytes | None = None,
) -> tuple[str, Path]:
    """Puts an encrypted copy in the place of a whole log; returns its recovery key, and where the plain log lies now.

    `typed_back` is shown the recovery key before anything is changed, and returns it as somebody typed it off the
    paper; where that is another, nothing is encrypted. The plain log and its backups stay until somebody removes them.
    Raises RefusedError, LogError.
    """
    if is_encrypted(path):
        raise RefusedError("log", str(path), "encrypted_already")
    whole_head(verify_file(path))
    key = _seen(key or new_key(), typed_back)
    return recovery_key(key), _put_under(path, key, passphrase, at)


def change_key(
    path: Path,
    old: str,
    new: str,
    at: datetime,
    typed_back: Callable[[str], str] | None = None,
    *,
    key: bytes | None = None,
) -> tuple[str, Path]:
    """Puts a copy under another key in the place of an encrypted log: who left knows neither it nor its passphrase.

    Otherwise as `encrypt_log`. What was there, and the backups made before, are opened by the older key alone.
    """
    if old == new:
        raise RefusedError("passphrase", "", "passphrase_same")
    accepted_passphrase(new)
    cipher.hold(_key_by(path, old))
    key = _seen(key or new_key(), typed_back)
    return recovery_key(key), _put_under(path, key, new, at)


def _seen(key: bytes, typed_back: Callable[[str], str] | None) -> bytes:
    if typed_back is not None and read_recovery_key(typed_back(recovery_key(key))) != key:
        raise RefusedError("recovery_key", "", "recovery_key_mistyped")
    return key


def _put_under(path: Path, key: bytes, passphrase: str, at: datetime) -> Path:
    """Puts a copy of the log under `key` in its place; returns where what was there lies now.

    At every moment a key lies beside the log that opens it: the next one is written down first, and takes the place of
    the one before when the log was replaced. Nobody writes into the log meanwhile.
    """
    made, next_key = path.with_name(f".{path.name}.encrypted"), next_key_path(path)
    remove_quietly(made)
    cipher.hold(key)
    try:
        with _nobody_writes(path), contextlib.closing(SqliteLog(path)) as log:
            head = whole_head(log.verify())
            make_log(made, head.log_id, log.written())
            remove_quietly(next_key)
            write_key_file(next_key, key, passphrase)
            aside = restore(made, path, at)
    except (LogError, RefusedError):
        if not cipher.fits(path, key):  # else it was replaced, and only that was not made to last
            remove_quietly(next_key)
            cipher.let_go(key)
        raise
    finally:
        remove_quietly(made)
    _finish(path)
    assert aside is not None  # there was a log
    return aside


@contextlib.contextmanager
def _nobody_writes(path: Path) -> Iterator[None]:
    """Others can read the log meanwhile, and wait with what they have to write; then they find another in its place."""
    try:
        with contextlib.closing(connect(path, SETTINGS)) as connection, transaction(connection):
            yield
            roll_back(connection)
    except faults() as error:
        raise log_error(error) from error


def _finish(path: Path) -> None:
    """The next key takes the place of the one before. Where that fails it stays beside it, and opens the log all the same."""
    with contextlib.suppress(OSError):
        put_in_place(next_key_path(path), key_path(path))


def unlock(path: Path, passphrase: str) -> None:
    """Holds the key of the log at `path` until the program ends. Raises RefusedError, LogUnavailableError."""
    cipher.hold(_key_by(path, passphrase))


def read_older(backup: Path, printed: str) -> None:
    """Holds the key of a backup that is older than the key of its log: it is put back under that of the log.

    Raises RefusedError where the printed key is none or another's, LogUnavailableError without SQLCipher.
    """
    key = read_recovery_key(printed)
    if backup.exists() and not cipher.fits(backup, key):
        raise RefusedError("recovery_key", "", "recovery_key_of_another_log")
    cipher.hold_older(key)


def unlock_with_recovery_key(path: Path, printed: str, passphrase: str) -> None:
    """Unlocks a log by its printed recovery key, and gives it a new passphrase. Raises RefusedError, LogError."""
    key = read_recovery_key(printed)
    cipher.hold(key)
    try:
        with contextlib.closing(SqliteLog(path)) as log:
            log.head()
    except LogError as error:
        cipher.let_go(key)
        raise RefusedError("recovery_key", "", "recovery_key_of_another_log") from error
    if next_key_path(path).exists():
        _finish(path)
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
    found, wrong = dict[Path, bytes](), None
    for file in filter(Path.exists, (next_key_path(path), key_path(path))):
        try:
            found[file] = read_key_file(file, passphrase)
        except RefusedError as error:
            wrong = error
        except LogUnavailableError:
            patience.succeeded("log")  # that the file cannot be read is nobody's try
            raise
    if wrong is not None and not found:
        raise wrong
    patience.succeeded("log")
    return _fitting(path, found)


def _fitting(path: Path, found: Mapping[Path, bytes]) -> bytes:
    """The key that opens the log: somebody may have been interrupted while it was changed, before the log was replaced or after."""
    for file, key in found.items():
        if cipher.fits(path, key):
            if file == next_key_path(path):
                _finish(path)
            return key
    if not found:
        raise LogUnavailableError("key_file", str(key_path(path)))
    if len(found) == 1 and next_key_path(path).exists() and key_path(path).exists():
        raise RefusedError("passphrase", "", "passphrase_of_other_key")
    return [*found.values()][-1]  # the log itself is damaged, or gone: that is said where it is opened
