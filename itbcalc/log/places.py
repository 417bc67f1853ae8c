"""Which store keeps a log? A path names it: a file of SQLite, or the connection file of a server."""

from collections.abc import Iterable
from pathlib import Path

from itbcalc.errors import LogUnavailableError, RefusedError
from itbcalc.log.folders import SERVER_SUFFIX, waiting_path
from itbcalc.log.store import SqliteLog, TitrationLog, make_log
from itbcalc.safe_files import written_when


def open_log(path: Path, *, create: bool = False) -> TitrationLog:
    """The log at `path`; begins it where there is none and `create` says so.

    Raises LogUnavailableError, LogTooNewError, LogDamagedError.
    """
    if not is_on_server(path):
        return SqliteLog(path, create=create)
    from itbcalc.log.postgres import PostgresLog

    return PostgresLog(path, create=create)


def begin_log(path: Path, log_id: str, written: Iterable[bytes]) -> None:
    """Begins a log at `path` with verified entries, where there is none: with all of them, or not at all.

    Raises RefusedError where there is a log already, LogError.
    """
    if is_on_server(path):
        from itbcalc.log.postgres import begin
        from itbcalc.log.server import read_server_file

        begin(read_server_file(path), log_id, written)
    elif path.exists():
        raise RefusedError("log", str(path), "log_exists")
    else:
        make_log(path, log_id, written)


def mark_of(path: Path) -> object:
    """Something that is another one after somebody wrote into the log at `path`, its server went away or came back, or what waits changed.

    It is asked for every few seconds: the file is not opened, and a server is asked one thing.
    """
    if not is_on_server(path):
        return written_when(path)
    from itbcalc.log.postgres import last_hash
    from itbcalc.log.server import read_server_file

    try:
        found = last_hash(read_server_file(path))
    except LogUnavailableError as error:
        found = error.reason
    return found, written_when(waiting_path(path))


def place_of(path: Path) -> str:
    """Where the log lies, for people: a file, or a database on a server."""
    if not is_on_server(path):
        return str(path)
    from itbcalc.log.server import read_server_file

    try:
        return read_server_file(path).place
    except LogUnavailableError:
        return str(path)


def is_on_server(path: Path) -> bool:
    """Whether `path` is the connection file of a log on a server."""
    return path.suffix == SERVER_SUFFIX


def in_file(log: TitrationLog, path: Path) -> SqliteLog:
    """The log, where it is one in a file: what is copied as a file and put back. Raises RefusedError."""
    if not isinstance(log, SqliteLog):
        raise RefusedError("log", str(path), "on_a_server")
    return log
