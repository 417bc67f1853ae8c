"""Which store keeps a log? A path names it: a file of SQLite, or the connection file of a server."""

from collections.abc import Iterable
from pathlib import Path

from itbcalc.errors import RefusedError
from itbcalc.log.folders import SERVER_SUFFIX
from itbcalc.log.store import SqliteLog, TitrationLog, make_log


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


def is_on_server(path: Path) -> bool:
    """Whether `path` is the connection file of a log on a server."""
    return path.suffix == SERVER_SUFFIX


def in_file(log: TitrationLog, path: Path) -> SqliteLog:
    """The log, where it is one in a file: what is copied as a file and put back. Raises RefusedError."""
    if not isinstance(log, SqliteLog):
        raise RefusedError("log", str(path), "on_a_server")
    return log
