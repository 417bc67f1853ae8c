"""A log on a server: which one, how it is reached, and what its errors mean. The words of the database are its tables'.

A connection file names the server, `titration.itbserver`. It holds no password: a workstation shows its certificate.
"""

import contextlib
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from itbcalc.errors import LogError, LogUnavailableError, RefusedError

if TYPE_CHECKING:
    import psycopg

LOCK_WAIT_MS = 5000
ANSWER_WITHIN_S = 5  # while connecting: it may take what is said to it and stay silent
_LARGEST_FILE = 10_000
_NEEDED = ("host", "database", "user")
_CERTIFICATES = ("root_certificate", "certificate", "key")
_KNOWN = {*_NEEDED, *_CERTIFICATES, "port"}
# A workstation that is cut off in the midst of writing must not keep the others waiting for long: the server looks after
# it, and ends what it left. Names are those of the server's own settings.
_OF_A_SESSION = {
    "search_path": "pg_catalog",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "20s",
}


class Server(Struct, frozen=True):
    """Where a log lies: a host with the certificates to trust it and be trusted, or a folder with the server's socket."""

    host: str
    database: str
    user: str
    port: int
    certificates: Mapping[str, Path]

    @property
    def is_socket(self) -> bool:
        """Whether it is on this machine, reached without a network."""
        return self.host.startswith("/")

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return f"{self.database} on {self.host}"

    def parameters(self) -> dict[str, Any]:
        """What libpq is told; over a network always with both certificates, never with less."""
        told: dict[str, Any] = {
            "host": self.host,
            "port": self.port,
            "dbname": self.database,
            "user": self.user,
            "application_name": "itbcalc",
            "client_encoding": "UTF8",
            "connect_timeout": ANSWER_WITHIN_S,
            "tcp_user_timeout": 10_000,
            "gssencmode": "disable",
            "options": " ".join(f"-c {name}={value}" for name, value in _OF_A_SESSION.items()),
        }
        if self.is_socket:
            return {**told, "sslmode": "disable"}
        root, certificate, key = (str(self.certificates[name]) for name in _CERTIFICATES)
        return {**told, "sslmode": "verify-full", "sslrootcert": root, "sslcert": certificate, "sslkey": key}


def read_server_file(path: Path) -> Server:
    """The server that a connection file names; paths in it are of its own folder. Raises LogUnavailableError."""
    try:
        with path.open("rb") as file:
            table = tomllib.loads(file.read(_LARGEST_FILE).decode("utf-8"))
    except FileNotFoundError as error:
        raise LogUnavailableError("missing", str(path)) from error
    except (OSError, ValueError) as error:
        raise LogUnavailableError("server_file", f"{path} ({error})") from error
    if set(table) != {"server"} or not isinstance(table["server"], dict):
        raise LogUnavailableError("server_file", f"{path} (it has one table, [server])")
    return _server(table["server"], path)


def _server(table: Mapping[str, object], path: Path) -> Server:
    texts = {key: value for key, value in table.items() if isinstance(value, str) and value.isprintable()}
    port = table.get("port", 5432)
    wanted = _NEEDED if texts.get("host", "").startswith("/") else (*_NEEDED, *_CERTIFICATES)
    wrong = [
        *(f"{key} has no place in it" for key in table if key not in _KNOWN),
        *(f"{key} is missing" for key in wanted if not texts.get(key)),
        *(["port is a number"] if type(port) is not int or not 0 < port < 65536 else []),
    ]
    if wrong or type(port) is not int:
        raise LogUnavailableError("server_file", f"{path} ({'; '.join(wrong)})")
    certificates = {key: path.parent / texts[key] for key in _CERTIFICATES if key in texts}
    return Server(texts["host"], texts["database"], texts["user"], port, certificates)


def connected(server: Server, *, writing: bool) -> "contextlib.closing[psycopg.Connection[Any]]":
    """A connection to be used in a `with`, in a transaction that only reads, or one that writes.

    One that reads sees the log as it was at one moment; one that writes sees at each statement what others committed
    before it. Raises the driver's errors, LogUnavailableError without the driver.
    """
    psycopg = driver()
    from itbcalc.log.impatient import ImpatientConnection

    connection = ImpatientConnection.connect(**server.parameters())
    connection.read_only = not writing
    level = psycopg.IsolationLevel
    connection.isolation_level = level.READ_COMMITTED if writing else level.REPEATABLE_READ
    return contextlib.closing(connection)


def driver() -> ModuleType:
    """Psycopg, loaded only where a log is on a server. Raises LogUnavailableError."""
    try:
        import psycopg
    except ImportError as error:
        raise LogUnavailableError("no_driver") from error
    return psycopg


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """The driver's errors leave as ours."""
    try:
        yield
    except driver().Error as error:
        raise server_error(error) from error


def apply_script(connection_words: str, script: str) -> None:
    """Has an administrator carry out a script: `connection_words` are libpq's, without a password in them.

    Raises RefusedError for words that are none or hold a password, LogUnavailableError.
    """
    from psycopg.conninfo import conninfo_to_dict

    psycopg = driver()
    try:
        words = conninfo_to_dict(connection_words)
    except psycopg.Error as error:
        raise RefusedError("apply", connection_words, "no_connection_words") from error
    if "password" in words:
        raise RefusedError("apply", "", "password_in_words")  # never shown back
    with translated(), psycopg.connect(connection_words, connect_timeout=ANSWER_WITHIN_S) as connection:
        connection.execute(script)


def server_error(error: Exception) -> LogError:
    """The driver's error as one of ours: the one place where they are translated."""
    if isinstance(error, LogError):
        return error
    state = getattr(error, "sqlstate", None) or ""
    said = " ".join(str(error).split())
    if not state:
        reason = "server_certificate" if _is_about_trust(said) else "server_away"
        return LogUnavailableError(reason, said)
    reason = next((ours for theirs, ours in _REASONS if state.startswith(theirs)), "unknown")
    return LogUnavailableError(reason, said)


def _is_about_trust(said: str) -> bool:
    """Whether the two did not trust one another: that has no code, for it happens before the server can send one."""
    return any(
        word in said
        for word in ("certificate", "private key", "SSL", "TLS", "pg_hba.conf", "authentication failed")
    )


_REASONS = (
    ("55P03", "locked"),
    ("25P03", "server_away"),  # we were idle for too long in the midst of it, and were sent away
    ("53100", "full"),
    ("25006", "server_copy"),
    ("42501", "server_not_allowed"),
    ("42P01", "server_without_log"),
    ("3F000", "server_without_log"),
    ("3D000", "server_without_log"),
    ("28", "server_certificate"),
    ("08", "server_away"),
    ("57P", "server_away"),
    ("53", "server_away"),
    ("23", "refused"),
    ("P0001", "refused"),
)
