"""What goes wrong with the disk, the file or another program: what the user reads then, and what is true of the log.

Real faults wherever they can be made: locks of another connection, a file that may not grow, files cut off. Only a
commit that reports failure, and a read-back that differs, are put in at the border to SQLite, by a connection that
behaves in all else as SQLite's own.
"""

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

import itbcalc
from itbcalc.errors import LogError, LogUnavailableError
from itbcalc.log import sqlite_file, store
from itbcalc.log.store import SqliteLog
from itbcalc.say import refusal_words
from itbcalc.say.refusals import LOG_WORDS
from tests.itbcalc.log.logs import contents, draft, entry_id, sqlite_log, stand_alone_break


def words_of(work: Callable[[], object]) -> str:
    """What the user reads."""
    with pytest.raises(LogError) as refused:
        work()
    return refusal_words(refused.value)


def whole_with(path: Path, count: int) -> bool:
    """Whether the log in the file is whole, with so many entries, by SQLite's own check and both verifiers."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with closing(SqliteLog(path)) as log:
        found = log.verify()
        assert stand_alone_break(log.written(), found.head.log_id) is None
        return found.whole and found.head.count == count


# --- locked


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Locks are waited for 50 ms instead of 5 s."""
    monkeypatch.setattr(sqlite_file, "BUSY_MS", 50)


@pytest.mark.parametrize("lock", ["EXCLUSIVE", "IMMEDIATE"])
def test_a_log_that_another_program_writes_is_said_to_be_locked(
    lock: str, path: Path, impatient: None
) -> None:
    log = sqlite_log(path, 2)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(f"BEGIN {lock}")

        words = words_of(lambda: log.append(draft(3)))

    assert words == (
        "the log is being written by another window or workstation; nothing was written, try again"
    )
    assert whole_with(path, 2)
    assert log.append(draft(3)).seq == 3


def test_a_log_that_another_program_reads_is_not_written(path: Path, impatient: None) -> None:
    log = sqlite_log(path, 2)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        reading = other.execute("SELECT * FROM entry")
        reading.fetchone()

        words = words_of(
            lambda: log.append(draft(3))
        )  # refused at the commit: the reader must not see half of it
        reading.close()

    assert "nothing was written, try again" in words
    assert whole_with(path, 2)


def test_an_id_that_stands_in_the_log_does_not_hide_a_lock(path: Path, impatient: None) -> None:
    log = sqlite_log(path, 2)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        words = words_of(lambda: log.append(draft(2, author="somebody else")))

    assert "nothing was written" in words


def test_a_lock_is_waited_for(path: Path) -> None:
    log = sqlite_log(path, 2)
    script = (
        "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('BEGIN EXCLUSIVE'); print(flush=True); time.sleep(0.5); c.execute('COMMIT')"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()

        assert log.append(draft(3)).seq == 3


# --- full


def test_a_full_disk_is_said_and_leaves_the_log_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = sqlite_log(path, 2)
    with closing(sqlite3.connect(path)) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    monkeypatch.setattr(store, "SETTINGS", (*store.SETTINGS, ("max_page_count", str(pages), pages)))

    words = words_of(lambda: log.append(draft(3, body={"note": "x" * 50_000})))

    assert words == "the disk is full; nothing was written"
    assert whole_with(path, 2)
    monkeypatch.undo()
    assert log.append(draft(3)).seq == 3


def test_a_full_disk_while_a_log_is_filled_step_by_step(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = sqlite_log(path)
    limit = 300 * 1024 // 4096  # 300 KiB
    monkeypatch.setattr(store, "SETTINGS", (*store.SETTINGS, ("max_page_count", str(limit), limit)))

    acknowledged: list[int] = []

    def fill() -> None:
        for number in range(1, 100):
            acknowledged.append(log.append(draft(number, body={"note": "x" * 5_000})).seq)

    with pytest.raises(LogUnavailableError) as refused:
        fill()

    assert refused.value.reason == "full"
    assert len(acknowledged) > 30  # 300 KiB hold more than thirty entries of 5 KiB
    assert whole_with(path, len(acknowledged))


# --- may not be written


@contextmanager
def somebody_without_rights() -> Iterator[None]:
    """Root may write everything: for the length of a test, nobody."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that others may enter too, which pytest's own they may not."""
    if sys.platform == "win32":
        pytest.skip("rights are of another kind there")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


READ_ONLY = "the log or its folder may not be written; nothing was written"


@pytest.mark.parametrize("what", ["file", "folder", "both"])
def test_what_may_not_be_written_is_said_and_can_be_read(what: str, open_folder: Path) -> None:
    path = open_folder / "log"
    log = sqlite_log(path, 2)
    log.append(draft(3))  # so that all that is loaded at the first writing is loaded
    path.chmod(0o444 if what in ("file", "both") else 0o666)
    open_folder.chmod(0o555 if what in ("folder", "both") else 0o777)

    with somebody_without_rights():
        words = words_of(lambda: log.append(draft(4)))
        opened = SqliteLog(path)
        read = list(opened.written())

    assert words == READ_ONLY
    assert read == contents(3)
    path.chmod(0o644)
    assert whole_with(path, 3)


def test_a_log_cannot_be_made_where_nothing_may_be_written(open_folder: Path) -> None:
    open_folder.chmod(0o555)

    with somebody_without_rights():
        words = words_of(lambda: SqliteLog(open_folder / "log", create=True))
        deeper = words_of(lambda: SqliteLog(open_folder / "deeper" / "log", create=True))

    assert words == deeper == READ_ONLY
    assert list(open_folder.iterdir()) == []


def test_a_log_that_may_not_be_read_is_said_to_be_closed(open_folder: Path) -> None:
    path = open_folder / "log"
    sqlite_log(path, 2).close()
    path.chmod(0o000)

    with somebody_without_rights():
        words = words_of(lambda: SqliteLog(path))

    assert words.startswith("the log cannot be opened: ")


# --- not a log, or not whole


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"x", "this file is not a titration log", id="one byte"),
        pytest.param(b"%PDF-1.7\n" * 1000, "this file is not a titration log", id="another file"),
        pytest.param(
            b"SQLite format 3\x00" + bytes(4080), "this file is not a titration log", id="only its beginning"
        ),
        pytest.param(b"", "the file of the log is empty; it was left as it is", id="nothing"),
    ],
)
def test_what_is_no_log_is_left_as_it_is(content: bytes, words: str, path: Path) -> None:
    path.write_bytes(content)

    for create in (False, True):
        assert words_of(lambda create=create: SqliteLog(path, create=create)).startswith(words)

    assert path.read_bytes() == content


def test_somebody_elses_database_is_no_log(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE entry (seq INTEGER)")
    before = path.read_bytes()

    assert words_of(lambda: SqliteLog(path, create=True)).startswith("this file is not a titration log")
    assert path.read_bytes() == before


def test_a_missing_log_is_said_with_its_place(path: Path) -> None:
    assert words_of(lambda: SqliteLog(path)) == f"there is no log at {path}"


def test_a_folder_in_the_place_of_the_log_is_said(path: Path) -> None:
    path.mkdir()

    for create in (False, True):
        assert words_of(lambda create=create: SqliteLog(path, create=create)).startswith(
            "the log cannot be opened: "
        )


def test_a_log_cut_off_anywhere_is_never_taken_for_a_whole_one(path: Path) -> None:
    sqlite_log(path, 60).close()
    whole = path.read_bytes()
    cuts = [*range(0, len(whole), 1999), len(whole) - 1]

    for length in cuts:
        path.write_bytes(whole[:length])
        try:
            with closing(SqliteLog(path)) as log:
                said = "whole" if log.verify().whole else "damaged"
        except LogError as error:
            said = refusal_words(error)

        assert said != "whole"
        assert path.stat().st_size == length  # and nothing was repaired away
    assert len(cuts) > 20


def test_a_log_cut_off_is_said_to_be_damaged(path: Path) -> None:
    log = sqlite_log(path, 60)
    path.write_bytes(path.read_bytes()[:-4096])

    assert words_of(lambda: log.append(draft(61))).startswith(
        "the file of the log is damaged; nothing was written, put back a backup: "
    )


# --- a commit that reports failure, a read-back that differs: at the border to SQLite


class Border:
    """Connections of SQLite's own kind, with what a test wants to happen at certain statements."""

    def __init__(self) -> None:
        self.before: dict[str, Callable[[], None]] = {}
        self.after: dict[str, Callable[[], None]] = {}
        border = self

        class Connection(sqlite3.Connection):
            def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
                begin = statement.split(maxsplit=1)[0].upper()
                border.before.get(begin, _nothing)()
                done = super().execute(statement, *values)
                border.after.get(begin, _nothing)()
                return done

        self.connection = Connection


def _nothing() -> None:
    return None


def failing(words: str, name: str) -> Callable[[], None]:
    def fail() -> None:
        error = sqlite3.OperationalError(words)
        error.sqlite_errorname = name
        raise error

    return fail


@pytest.fixture
def border(monkeypatch: pytest.MonkeyPatch) -> Border:
    border, connect = Border(), sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *a, **k: connect(*a, **{"factory": border.connection, **k})
    )
    return border


IO_ERROR = failing("disk I/O error", "SQLITE_IOERR_DIR_FSYNC")


def test_a_commit_reported_as_failed_is_looked_for_and_not_written_twice(path: Path, border: Border) -> None:
    log = sqlite_log(path, 2)
    border.after["COMMIT"] = IO_ERROR

    entry = log.append(draft(3))

    border.after.clear()
    assert (entry.seq, entry.entry_id) == (3, entry_id(3))
    assert whole_with(path, 3)
    assert log.append(draft(4)).seq == 4


def test_an_entry_found_after_a_commit_reported_as_failed_is_made_to_last(
    path: Path, border: Border, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, lasting = sqlite_log(path, 2), list[Path]()
    monkeypatch.setattr(store, "sync_folder", lasting.append)

    log.append(draft(3))
    assert lasting == []  # SQLite has seen to that

    border.after["COMMIT"] = IO_ERROR
    log.append(draft(4))
    assert lasting == [path.parent]


def test_a_commit_that_failed_is_said_and_can_be_tried_again(path: Path, border: Border) -> None:
    log = sqlite_log(path, 2)
    border.before["COMMIT"] = IO_ERROR

    words = words_of(lambda: log.append(draft(3)))

    border.before.clear()
    assert words == (
        "the disk reported an error; look for the entry in the log before you write it again: disk I/O error"
    )
    assert whole_with(path, 2)
    assert log.append(draft(3)).seq == 3


NOT_READ_BACK = (
    f"the entry could not be read back; do not rely on it before it stands in the log: {entry_id(3)}"
)


@pytest.mark.parametrize("reported", ["done", "failed"])
def test_an_entry_that_cannot_be_looked_for_is_never_said_to_be_written_or_not(
    reported: str, path: Path, border: Border
) -> None:
    log = sqlite_log(path, 2)

    def committed() -> None:
        border.before["SELECT"] = failing("database is locked", "SQLITE_BUSY")
        if reported == "failed":
            IO_ERROR()

    border.after["COMMIT"] = committed

    words = words_of(lambda: log.append(draft(3)))

    border.before.clear()
    assert words.startswith(NOT_READ_BACK)
    assert "nothing was written" not in words.partition(entry_id(3))[0]


def test_an_entry_that_reads_back_otherwise_is_not_saved(path: Path, border: Border) -> None:
    log, forged = sqlite_log(path, 2), contents(2)[0].replace(b"A. Nurse", b"B. Nurse")

    def written_over() -> None:
        border.after.clear()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("DROP TRIGGER entry_update")
            other.execute("UPDATE entry SET bytes = ? WHERE seq = 3", (forged,))

    border.after["COMMIT"] = written_over

    assert words_of(lambda: log.append(draft(3))) == NOT_READ_BACK


def test_an_entry_that_is_gone_when_it_is_read_back_is_not_saved(path: Path, border: Border) -> None:
    log = sqlite_log(path, 2)
    before = path.read_bytes()

    def put_back() -> None:
        border.after.clear()
        path.write_bytes(before)

    border.after["COMMIT"] = put_back

    assert words_of(lambda: log.append(draft(3))) == NOT_READ_BACK


# --- the words


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("SQLITE_BUSY", "locked"),
        ("SQLITE_BUSY_SNAPSHOT", "locked"),
        ("SQLITE_LOCKED", "locked"),
        ("SQLITE_FULL", "full"),
        ("SQLITE_READONLY", "read_only"),
        ("SQLITE_READONLY_DIRECTORY", "read_only"),
        ("SQLITE_PERM", "read_only"),
        ("SQLITE_CANTOPEN_ISDIR", "cannot_open"),
        ("SQLITE_NOTADB", "not_a_log"),
        ("SQLITE_CORRUPT_INDEX", "malformed"),
        ("SQLITE_IOERR_FSYNC", "disk_error"),
        ("SQLITE_CONSTRAINT_TRIGGER", "refused"),
        ("SQLITE_ERROR", "unknown"),
        (PermissionError(13, "Permission denied"), "read_only"),
        (OSError(30, "Read-only file system"), "read_only"),
        (OSError(28, "No space left on device"), "full"),
        (OSError(5, "Input/output error"), "disk_error"),
        (OSError("no number"), "disk_error"),
    ],
)
def test_every_error_becomes_one_of_ours(error: str | OSError, reason: str) -> None:
    if isinstance(error, str):
        named = sqlite3.OperationalError("in SQLite's words")
        named.sqlite_errorname = error
        error = named  # type: ignore[assignment]

    ours = sqlite_file.log_error(error)  # type: ignore[arg-type]

    assert isinstance(ours, LogUnavailableError)
    assert ours.reason == reason
    assert refusal_words(ours) == LOG_WORDS[reason].format(detail=ours.detail)


def test_every_reason_raised_has_words() -> None:
    sources = Path(itbcalc.__file__).parent.rglob("*.py")
    raised = {
        reason
        for source in sources
        for reason in re.findall(
            r"(?:LogUnavailableError|MeanwhileError)\(\s*\"(\w+)\"", source.read_text("utf-8")
        )
    }
    translated = {reason for _, reason in sqlite_file.REASONS} | set(sqlite_file.REASON_OF_ERRNO.values())

    assert len(raised) > 8
    assert (raised | translated | {"unknown"}) - set(LOG_WORDS) == set()
