"""The power goes while entries are written: whatever the disk kept of what was not yet synced, no acknowledged entry is lost.

SQLite (that of apsw) writes through a file system that takes down every write, sync, creation and removal, with the
store's own settings and statements. From what was taken down, states of the disk are made as a loss of power could
leave them: what was synced is there; of what was not, all, nothing, a beginning, or any of its sectors. Each state is
opened by the store as after a restart.

A rough model: the drive keeps what it said it synced, and writes no sector that it was not told to.
"""

import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw
import pytest

from itbcalc.errors import LogError
from itbcalc.log.entries import Entry
from itbcalc.log.sqlite_file import SETTINGS, STATEMENTS
from itbcalc.log.statements import row_of
from itbcalc.log.store import MemoryLog, SqliteLog
from tests.itbcalc.log.logs import LOG_ID, draft

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its file system is modelled on Unix")

SECTOR = 512
BEFORE, AFTER = 2, 22  # entries before the first that is taken down, and after the last


@dataclass
class Happened:
    """One thing that happened to the disk. `file` is a number for each file that ever was, `name` where it stood."""

    what: str  # write, truncate, sync, create, unlink, sync folder, acknowledged
    file: int = 0
    offset: int = 0
    data: bytes = b""
    name: str = ""


class Tape(apsw.VFS):
    """A file system that passes everything on to the real one, and takes it down."""

    def __init__(self, name: str) -> None:
        self.happened: list[Happened] = []
        self.numbers: dict[str, int] = {}
        self.vfs_name = name
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> "Taped":  # noqa: N802  # SQLite's own name
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        if not Path(path).exists():
            self.numbers[path] = len(self.happened) + 1
            self.happened.append(Happened("create", self.numbers[path], name=path))
        return Taped(self, self.numbers.setdefault(path, 0), name, flags)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802
        super().xDelete(name, sync)
        self.happened.append(Happened("unlink", self.numbers[name], name=name))
        if sync:
            self.happened.append(Happened("sync folder"))


class Taped(apsw.VFSFile):
    """A file of it."""

    def __init__(self, tape: Tape, number: int, name: Any, flags: list[int]) -> None:
        self._tape, self._number = tape, number
        self._is_journal = bool(flags[0] & apsw.SQLITE_OPEN_MAIN_JOURNAL)
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        super().xWrite(data, offset)
        self._tape.happened.append(Happened("write", self._number, offset, bytes(data)))

    def xTruncate(self, size: int) -> None:  # noqa: N802
        super().xTruncate(size)
        self._tape.happened.append(Happened("truncate", self._number, size))

    def xSync(self, flags: int) -> None:  # noqa: N802
        super().xSync(flags)
        self._tape.happened.append(Happened("sync", self._number))
        if self._is_journal:  # the first time, SQLite on Unix syncs the folder of a new journal too
            self._tape.happened.append(Happened("sync folder"))


@dataclass
class Disk:
    """What is on the disk for certain, and what may be, at one moment of a tape."""

    files: dict[int, bytes]
    names: dict[str, int]
    pending: dict[int, list[Happened]] = field(default_factory=dict)
    pending_names: list[Happened] = field(default_factory=list)

    def happens(self, each: Happened) -> None:
        if each.what in ("write", "truncate"):
            self.pending.setdefault(each.file, []).append(each)
        elif each.what == "sync":
            self.files[each.file] = applied(self.files.get(each.file, b""), self.pending.pop(each.file, []))
        elif each.what == "sync folder":
            self.names = renamed(self.names, self.pending_names)
            self.pending_names = []
        elif each.what in ("create", "unlink"):
            self.pending_names.append(each)

    def after_power_loss(self, choose: random.Random) -> dict[str, bytes]:
        """The files that somebody finds: their names and contents."""
        names = renamed(self.names, self.pending_names[: choose.randint(0, len(self.pending_names))])
        return {
            name: applied(self.files.get(number, b""), kept(self.pending.get(number, []), choose))
            for name, number in names.items()
        }


def applied(content: bytes, done: list[Happened]) -> bytes:
    made = bytearray(content)
    for each in done:
        if each.what == "truncate":
            del made[each.offset :]
            continue
        if len(made) < each.offset:
            made.extend(bytes(each.offset - len(made)))
        made[each.offset : each.offset + len(each.data)] = each.data
    return bytes(made)


def renamed(names: dict[str, int], done: list[Happened]) -> dict[str, int]:
    found = dict(names)
    for each in done:
        if each.what == "create":
            found[each.name] = each.file
        else:
            found.pop(each.name, None)
    return found


def kept(pending: list[Happened], choose: random.Random) -> list[Happened]:
    """What the disk kept of this: all, nothing, a beginning of it whose last write may be torn, or any of the sectors."""
    how = choose.randrange(4)
    if how == 0:
        return pending
    if how == 1:
        return []
    if how == 2:
        beginning = pending[: choose.randint(0, len(pending))]
        return [*beginning[:-1], *(list(sectors(beginning[-1]))[:1] if beginning else [])]
    return [piece for each in pending for piece in sectors(each) if choose.random() < 0.5]


def sectors(each: Happened) -> Iterator[Happened]:
    if each.what != "write":
        yield each
        return
    at = 0
    while at < len(each.data):
        length = SECTOR - (each.offset + at) % SECTOR
        yield Happened("write", each.file, each.offset + at, each.data[at : at + length])
        at += length


# --- writing


def entries() -> list[Entry]:
    """A whole log, some of its entries larger than a page."""
    log = MemoryLog(LOG_ID)
    for number in range(1, AFTER + 1):
        log.append(draft(number, body={"note": "x" * (number % 4 * 2500)}))
    return list(log.entries())


ENTRIES = entries()


def taped(folder: Path, **changed: str) -> tuple[Disk, list[Happened]]:
    """The disk before, and what happened while the entries were written, each over a connection of its own.

    `changed` are settings other than the store's.
    """
    path = folder / "titration.itblog"
    log = SqliteLog(path, create=True, log_id=LOG_ID)
    for number in range(1, BEFORE + 1):
        log.append(draft(number, body={"note": "x" * (number % 4 * 2500)}))
    before = Disk({0: path.read_bytes()}, {path.name: 0})
    tape = Tape(f"tape of {folder.name}")
    for entry in ENTRIES[BEFORE:]:
        with closing(apsw.Connection(str(path), vfs=tape.vfs_name)) as connection:
            for name, value, _ in SETTINGS:
                connection.execute(f"PRAGMA {name} = {changed.get(name, value)}").fetchall()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(STATEMENTS.insert, row_of(entry))
            connection.execute("COMMIT")
        tape.happened.append(Happened("acknowledged"))
    tape.unregister()
    assert list(SqliteLog(path).written()) == [entry.written for entry in ENTRIES]
    for each in tape.happened:
        each.name = Path(each.name).name
    return before, tape.happened


# --- after the restart


def is_lost(files: dict[str, bytes], acknowledged: int, folder: Path) -> bool:
    """Whether an acknowledged entry is not there, or the log is not whole, or holds what was never written."""
    for left in folder.iterdir():
        left.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    try:
        with closing(SqliteLog(folder / "titration.itblog")) as log:
            found = log.verify()
            written = list(log.written())
    except LogError:
        return True
    right = [entry.written for entry in ENTRIES[: len(written)]]
    return not (found.whole and written == right and acknowledged <= len(written) <= acknowledged + 1)


def lost(tmp_path: Path, count: int, seed: int, **changed: str) -> int:
    """In how many of `count` states of the disk something is lost."""
    choose = random.Random(seed)  # noqa: S311  # the same states at every run
    (tmp_path / "tape").mkdir()
    before, happened = taped(tmp_path / "tape", **changed)
    moments = sorted(choose.randrange(len(happened) + 1) for _ in range(count))
    disk, at, acknowledged, missed = before, 0, BEFORE, 0
    memory = Path("/dev/shm")  # noqa: S108  # what was on the disk may lie in memory now: it is only read
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path) as name:
        for moment in moments:
            for each in happened[at:moment]:
                disk.happens(each)
                acknowledged += each.what == "acknowledged"
            at = moment
            missed += is_lost(disk.after_power_loss(choose), acknowledged, Path(name))
    return missed


def test_no_acknowledged_entry_is_lost_in_a_thousand_losses_of_power(tmp_path: Path) -> None:
    assert lost(tmp_path, 1000, seed=20261125) == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_no_acknowledged_entry_is_lost_in_ten_thousand_losses_of_power(seed: int, tmp_path: Path) -> None:
    assert lost(tmp_path, 1000, seed=seed) == 0


@pytest.mark.parametrize(
    ("setting", "value", "at_least"),
    [
        pytest.param("synchronous", "OFF", 100, id="nothing is synced"),
        # The journal is removed, its removal not synced: when it comes back, it undoes the last entry.
        pytest.param("synchronous", "FULL", 10, id="the folder is not synced"),
        pytest.param("journal_mode", "OFF", 10, id="no journal"),
    ],
)
def test_with_a_setting_that_is_known_to_be_unsafe_entries_are_lost(
    setting: str, value: str, at_least: int, tmp_path: Path
) -> None:
    assert lost(tmp_path, 300, seed=1, **{setting: value}) >= at_least
