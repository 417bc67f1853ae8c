"""Which key opens an encrypted log, and which library opens what."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from itbcalc.errors import LogUnavailableError
from itbcalc.log import cipher
from itbcalc.log.folders import key_path, next_key_path

sqlcipher = pytest.importorskip("sqlcipher3").dbapi2

KEY, OTHER, THIRD = bytes(range(32)), bytes(32), bytes(range(1, 33))
BEGINNING = b"SQLite format 3\0"


@pytest.fixture(autouse=True)
def no_key_is_held() -> Iterator[None]:
    yield
    cipher.let_go()


def made(path: Path, key: bytes | None = None) -> Path:
    """A file with one table, encrypted or plain. Quick: nothing of it is synced."""
    with closing(sqlcipher.connect(str(path), isolation_level=None)) as connection:
        if key is not None:
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("CREATE TABLE entry (seq INTEGER)")
    return path


def filled(path: Path, mode: str) -> None:
    """Opens what lies at `path`, and makes a table in it."""
    with closing(cipher.opened(path, mode=mode, timeout=1)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("CREATE TABLE more (seq INTEGER)")


def is_read(path: Path) -> bool:
    with closing(cipher.opened(path, mode="rw", timeout=1)) as connection:
        return bool(connection.execute("SELECT count(*) FROM entry").fetchone() == (0,))


def test_before_any_key_is_held_the_right_one_is_told_from_another(path: Path) -> None:
    made(path, KEY)

    assert cipher.fits(path, KEY)
    assert not cipher.fits(path, OTHER)
    assert not cipher.fits(path.with_name("none"), KEY)


def test_without_the_library_no_key_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)

    with pytest.raises(LogUnavailableError) as refused:
        cipher.hold(bytes(32))

    assert refused.value.reason == "no_cipher"
    assert not cipher.holds_a_key()


PLAIN = """
import sqlite3, sys
from pathlib import Path
from itbcalc.log.sqlite_file import faults
from itbcalc.log.store import SqliteLog
SqliteLog(Path(sys.argv[1]), create=True).close()
assert "sqlcipher3" not in sys.modules
from sqlcipher3 import dbapi2
assert dbapi2.Error not in faults()
from itbcalc.log import cipher
cipher.hold(bytes(32))
assert {dbapi2.Error, sqlite3.Error} <= set(faults())
"""


def test_a_plain_log_needs_no_cipher_and_its_faults_are_known_with_the_first_key(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PLAIN, str(tmp_path / "titration.itblog")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_an_encrypted_file_is_opened_while_its_key_is_held_and_else_said_to_be_encrypted(path: Path) -> None:
    made(path, KEY)
    key_path(path).touch()

    with pytest.raises(LogUnavailableError) as refused:
        cipher.opened(path, mode="rw", timeout=1)
    assert refused.value.reason == "encrypted"

    cipher.hold(KEY)
    assert is_read(path)


def test_a_plain_file_is_opened_whether_a_key_is_held_or_not(path: Path) -> None:
    made(path)

    assert is_read(path)
    cipher.hold(KEY)
    assert is_read(path)


def test_two_libraries_never_have_files_open_at_once(path: Path) -> None:
    made(path)

    with closing(cipher.opened(path, mode="rw", timeout=1)) as connection:
        assert isinstance(connection, sqlite3.Connection)
    cipher.hold(KEY)
    with closing(cipher.opened(path, mode="rw", timeout=1)) as connection:
        assert isinstance(connection, sqlcipher.Connection)


def test_of_several_keys_the_last_is_that_of_what_is_made_and_each_opens_its_own(tmp_path: Path) -> None:
    for key in (KEY, OTHER, THIRD):
        cipher.hold(key)
        filled(tmp_path / key.hex(), "rwc")
    cipher.hold(OTHER)
    filled(tmp_path / "again", "rwc")
    cipher.hold_older(bytes(range(3, 35)))
    filled(tmp_path / "still", "rwc")

    assert [cipher.fits(tmp_path / key.hex(), key) for key in (KEY, OTHER, THIRD)] == [True] * 3
    assert cipher.fits(tmp_path / "again", OTHER)
    assert cipher.fits(tmp_path / "still", OTHER)


def test_what_an_older_key_encrypted_is_read(path: Path) -> None:
    made(path, KEY)
    cipher.hold(OTHER)
    cipher.hold_older(KEY)
    cipher.hold_older(KEY)

    assert is_read(path)


def test_one_key_is_forgotten_or_all(tmp_path: Path) -> None:
    first, second = made(tmp_path / "first", KEY), made(tmp_path / "second", OTHER)
    cipher.hold(KEY)
    cipher.hold(OTHER)

    cipher.let_go(OTHER)
    assert cipher.holds_a_key()
    assert is_read(first)
    assert cipher.is_of_another_key(second)

    cipher.let_go()
    assert not cipher.holds_a_key()


def test_what_was_begun_plain_stays_so_and_what_is_made_is_encrypted(tmp_path: Path) -> None:
    cipher.hold(KEY)
    begun, log = tmp_path / "begun", tmp_path / "log"
    for path, mode in ((begun, "rw"), (log, "rwc")):
        path.touch()
        filled(path, mode)

    assert begun.read_bytes().startswith(BEGINNING)
    assert not log.read_bytes().startswith(BEGINNING)
    assert cipher.fits(log, KEY)


def test_a_copy_is_under_the_key_of_what_it_was_made_of(tmp_path: Path) -> None:
    source, target = made(tmp_path / "source", KEY), tmp_path / "target"
    cipher.hold(OTHER)
    cipher.hold_older(KEY)

    reading, writing = cipher.opened_copy(source, target)
    with closing(reading), closing(writing):
        reading.backup(writing)

    assert cipher.fits(target, KEY)


# --- what is said of a file


@pytest.mark.parametrize(
    "beside", [(), ("key",), ("next",), ("key", "next")], ids=str
)  # in one order in every worker
@pytest.mark.parametrize("file", ["plain", "encrypted", "missing"])
def test_a_log_is_encrypted_where_its_key_lies_beside_it(
    beside: tuple[str, ...], file: str, path: Path
) -> None:
    """Where only the next key does, the change was interrupted before the log was replaced, or after: the file tells."""
    for name, place in (("key", key_path(path)), ("next", next_key_path(path))):
        if name in beside:
            place.touch()
    if file != "missing":
        made(path, KEY if file == "encrypted" else None)

    encrypted = "key" in beside or ("next" in beside and file == "encrypted")
    assert cipher.is_encrypted(path) is encrypted
    assert cipher.is_locked(path) is encrypted  # no key is held


@pytest.mark.parametrize(
    ("file", "held", "locked", "of_another"),
    [
        (KEY, KEY, False, False),
        (KEY, OTHER, True, True),
        ("plain", OTHER, False, False),  # put there by hand: it is read as it is
        ("missing", OTHER, False, False),
        (KEY, None, True, False),
        ("plain", None, True, False),
        ("missing", None, True, False),
    ],
    ids=[
        *("its own key is held", "another key", "plain, another key", "missing, another key"),
        *("no key", "plain, no key", "missing, no key"),
    ],
)
def test_a_log_beside_its_key_is_locked_until_that_is_held(
    file: bytes | str, held: bytes | None, locked: bool, of_another: bool, path: Path
) -> None:
    key_path(path).touch()
    if file != "missing":
        made(path, file if isinstance(file, bytes) else None)
    if held is not None:
        cipher.hold(held)

    assert (cipher.is_locked(path), cipher.is_of_another_key(path)) == (locked, of_another)


def test_a_log_without_a_key_is_never_locked(path: Path) -> None:
    made(path)
    assert not cipher.is_locked(path)

    cipher.hold(KEY)
    assert not cipher.is_locked(path)
    assert not cipher.is_of_another_key(path)


def test_while_no_key_is_held_no_log_is_one_of_another_key(path: Path) -> None:
    made(path)

    assert not cipher.is_of_another_key(path)
    assert not cipher.is_of_another_key(path.with_name("none"))
