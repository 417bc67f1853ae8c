"""The power goes while something is put back, encrypted, gets another key, waits or is sent: what of it is found after the restart?

What a process asked of the system is taken from strace, and states of the disk are made of it as `test_power_loss.py` does,
with names that are given, moved and taken away: those that the folder was not synced for are kept up to any of them.
"""

import codecs
import dataclasses
import random
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from itbcalc.errors import LogError, RefusedError
from itbcalc.log import cipher, encrypting
from itbcalc.log.store import SqliteLog
from tests.itbcalc.log.logs import sqlite_log
from tests.itbcalc.log.sweeping import Ended, Sweep, expect_strace
from tests.itbcalc.log.test_power_loss import Disk, Happened
from tests.itbcalc.log.test_sweeps import (
    BEGIN,
    begin_putting_back,
    begin_waiting,
    check_put,
    check_put_back,
    check_sent,
)

OLD, NEW = "correct horse battery", "a new one, longer"
AT = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
_CALL = re.compile(r"(?P<name>\w+)\((?P<told>.*)\)\s+= (?P<answer>-?\d+)")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_FILE = re.compile(r"^\d+<(?P<path>[^>]*)>")
KEYS = f"""
from datetime import UTC, datetime
from itbcalc.log import keys
from itbcalc.log.encrypting import change_key, encrypt_log
keys.MEMORY_KIB, keys.PASSES = 19_456, 1
OLD, NEW, AT = {OLD!r}, {NEW!r}, datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
{{work}}
"""


@pytest.fixture(autouse=True)
def no_key_is_held() -> Iterator[None]:
    yield
    cipher.let_go()


def begin_plain(path: Path) -> None:
    sqlite_log(path, 3).close()


def begin_encrypted(path: Path) -> None:
    begin_plain(path)
    encrypting.encrypt_log(path, OLD, AT)
    cipher.let_go()
    for plain in path.parent.glob("*.aside-*"):
        plain.unlink()


def opened_by(path: Path) -> str:
    """The passphrase that opens the log of three entries; none where it is plain."""
    for passphrase in ("", OLD, NEW):
        cipher.let_go()
        try:
            if passphrase:
                encrypting.unlock(path, passphrase)
            with closing(SqliteLog(path)) as log:
                if log.verify().whole and log.head().count == 3:
                    return passphrase
        except (LogError, RefusedError):
            pass
        finally:
            path.with_name(f"{path.name}.key.tries").unlink(missing_ok=True)
    raise AssertionError(f"nothing opens the log among {sorted(each.name for each in path.parent.iterdir())}")


def check_encrypted(path: Path, ended: Ended) -> None:
    assert opened_by(path) in ((OLD,) if ended.said == "Saved" else (OLD, ""))


def check_other_key(path: Path, ended: Ended) -> None:
    assert opened_by(path) in ((NEW,) if ended.said == "Saved" else (NEW, OLD))


DONE: dict[str, tuple[Callable[[Path], None], str, Callable[[Path, Ended], None]]] = {
    "waits": (begin_waiting, "Waiting(server(path)).put(draft(4))", check_put),
    "sent": (begin_waiting, "list(Waiting(server(path)).send(SqliteLog(path)))", check_sent),
    "put back": (begin_putting_back, "put_it_back(path)", check_put_back),
    "encrypted": (begin_plain, "encrypt_log(path, OLD, AT)", check_encrypted),
    "another key": (begin_encrypted, "change_key(path, OLD, NEW, AT)", check_other_key),
}


def read(text: str) -> bytes:
    """What strace shows between quotation marks."""
    return codecs.escape_decode(text.encode("ascii"))[0]  # type: ignore[no-any-return, attr-defined]


class Taken:
    """What was taken down of a process, as what happened to the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)
        self.live = {each.name: number for number, each in enumerate(sorted(folder.iterdir()), start=1)}
        self.disk = Disk(
            {number: (folder / name).read_bytes() for name, number in self.live.items()}, dict(self.live)
        )
        self.happened: list[Happened] = []
        self.at: dict[str, int] = {}  # where an open file is written next
        self._count = len(self.live)

    def call(self, line: str) -> None:
        found = _CALL.match(line)
        if found is None or found["answer"].startswith("-"):
            return
        name, told = found["name"], found["told"]
        texts = [read(each) for each in _TEXT.findall(told)]
        named = [self._name(each.decode()) for each in texts] if name not in ("write", "pwrite64") else []
        file = _FILE.match(told)
        path = "" if file is None else self._name(file["path"])
        number = self.live.get(path or "", 0)
        if name == "openat" and named[-1]:
            self._opened(named[-1], told)
        elif name == "write" and file is not None and file["path"].startswith("pipe:"):
            if texts[0].startswith(b"Saved"):
                self._did("acknowledged")
        elif name == "write" and number:
            self._did("write", number, self.at.get(path or "", 0), texts[0])
            self.at[path or ""] = self.at.get(path or "", 0) + len(texts[0])
        elif name == "pwrite64" and number:
            self._did("write", number, int(told.rsplit(", ", 1)[1]), texts[0])
        elif name == "ftruncate" and number:
            self._did("truncate", number, int(told.rsplit(", ", 1)[1]))
        elif name in ("fsync", "fdatasync"):
            self._did("sync", number) if number else self._did("sync folder")
        elif name in ("unlink", "unlinkat") and named[-1]:
            self._did("unlink", self.live.pop(named[-1]), name=named[-1])
        elif name == "link" and named[0] and named[1]:
            self.live[named[1]] = self.live[named[0]]
            self._did("create", self.live[named[1]], name=named[1])
        elif name.startswith("rename") and named[0] and named[1]:
            self._moved(named[0], named[1])

    def _opened(self, name: str, told: str) -> None:
        self.at[name] = 0
        if name not in self.live and "O_CREAT" in told:
            self._count += 1
            self.live[name] = self._count
            self._did("create", self._count, name=name)
        elif "O_TRUNC" in told:
            self._did("truncate", self.live[name], 0)

    def _moved(self, first: str, second: str) -> None:
        """One step: no loss of power leaves half of it. What is there under the new name is as good as made by that."""
        number = self.live.pop(first)
        self.live[second] = number
        self.happened.append(Happened("move", number, name=second, data=first.encode()))

    def _name(self, path: str) -> str:
        return path.removeprefix(f"{self.folder}/") if path.startswith(f"{self.folder}/") else ""

    def _did(self, what: str, file: int = 0, offset: int = 0, data: bytes = b"", name: str = "") -> None:
        self.happened.append(Happened(what, file, offset, data, name))


def after(taken: Taken, moment: int, choose: random.Random) -> dict[str, bytes]:
    """The files that somebody finds who comes back after the power went at this moment."""
    disk = Disk(dict(taken.disk.files), dict(taken.disk.names))
    for each in taken.happened[:moment]:
        if each.what == "move":
            disk.pending_names.append(dataclasses.replace(each, what="create"))
            disk.pending_names.append(Happened("unlink", name=each.data.decode()))
        else:
            disk.happens(each)
    return disk.after_power_loss(choose)


def states(what: str, folder: Path, count: int, *, not_done: str = "") -> int:
    """Makes and checks so many states; how much happened to the disk. What is `not_done` is taken out, as if nobody had asked for it."""
    begin, work, check = DONE[what]
    sweep = Sweep(folder, begin, KEYS.format(work=BEGIN.format(work=work)))
    try:
        path, ended, seen = sweep.run("-s", "10000000")
    finally:
        sweep.close()
    assert ended.said == "Saved", ended
    taken = Taken(folder / "first")
    taken.folder = str(path.parent)
    for line in seen.splitlines():
        taken.call(line)
    assert sum(each.what == "acknowledged" for each in taken.happened) == 1
    taken.happened = [each for each in taken.happened if each.what != not_done]
    choose = random.Random(20261129)  # noqa: S311  # the same states at every run
    for number in range(count):
        moment = choose.randrange(len(taken.happened) + 1)
        acknowledged = any(each.what == "acknowledged" for each in taken.happened[:moment])
        left = folder / f"left-{number}"
        left.mkdir()
        for name, content in after(taken, moment, choose).items():
            (left / name).write_bytes(content)
        check(left / path.name, dataclasses.replace(ended, said="Saved" if acknowledged else ""))
        cipher.let_go()
    return len(taken.happened)


@pytest.mark.parametrize("what", DONE)
@pytest.mark.parametrize("count", [10, pytest.param(500, marks=pytest.mark.slow)])
def test_nothing_that_was_acknowledged_is_lost_when_the_power_goes(
    what: str, count: int, tmp_path: Path
) -> None:
    expect_strace()

    happened = states(what, tmp_path, count)

    assert happened > 20
    print(what, happened, "things that happened to the disk,", count, "states")


@pytest.mark.parametrize(
    ("what", "not_done"), [("waits", "sync"), ("put back", "sync"), ("put back", "sync folder")]
)
def test_without_what_makes_it_last_something_is_lost(what: str, not_done: str, tmp_path: Path) -> None:
    expect_strace()

    with pytest.raises((AssertionError, LogError, TypeError)):  # what is torn is read as nothing
        states(what, tmp_path, 60, not_done=not_done)
