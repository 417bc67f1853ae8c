"""A server that is stopped, and workstations that are killed, in the midst of work: nothing acknowledged is lost."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from itbcalc.log.postgres import PostgresLog
from tests.itbcalc.log.cluster import Cluster, new_cluster
from tests.itbcalc.log.logs import stand_alone_says, write_export

# Appends, each entry again until it stands there; prints each only when it was acknowledged.
WRITER = """
import sys, time, uuid
from datetime import datetime
from pathlib import Path
from itbcalc.errors import EntryAlreadyLoggedError, LogUnavailableError
from itbcalc.log.entries import Draft
from itbcalc.log.postgres import PostgresLog
log = None
for _ in range(int(sys.argv[2])):
    draft = Draft(entry_id=str(uuid.uuid4()), kind="dose_step_recorded", recorded_at=datetime.now().astimezone(),
                  author="A", patient="P", body={"note": "x" * 3000})
    while True:
        try:
            log = log or PostgresLog(Path(sys.argv[1]), create=True)
            entry = log.append(draft)
        except EntryAlreadyLoggedError:
            entry = log.find(draft.entry_id)
        except LogUnavailableError as error:
            if error.reason not in ("server_away", "not_known", "locked"):
                raise
            time.sleep(0.05)
            continue
        break
    print(entry.seq, entry.entry_id, flush=True)
"""


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[Cluster]:
    """A server that may be stopped."""
    made = new_cluster()
    yield made
    made.end()


@pytest.fixture
def file(own_cluster: Cluster, tmp_path: Path) -> Path:
    """The connection file; each writer has one of its own, as each workstation has."""
    return own_cluster.empty(tmp_path / "titration.itbserver")


class Writers:
    """Workstations, each with a file into which it says what was acknowledged."""

    def __init__(self, own_cluster: Cluster, folder: Path) -> None:
        self.own_cluster, self.folder = own_cluster, folder
        self._running: list[tuple[subprocess.Popen[bytes], Path]] = []
        self.said: list[Path] = []

    def begin(self, count: int) -> None:
        number = len(self.said)
        said = self.folder / f"said {number}"
        file = self.own_cluster.named(self.folder / f"room {number}.itbserver")
        with said.open("wb") as out, (self.folder / f"wrong {number}").open("wb") as wrong:
            command = [sys.executable, "-c", WRITER, str(file), str(count)]
            self._running.append((subprocess.Popen(command, stdout=out, stderr=wrong), said))
        self.said.append(said)

    def kill_one(self, choose: random.Random) -> None:
        at_work = [each for each, _ in self._running if each.poll() is None]
        if at_work:
            choose.choice(at_work).send_signal(signal.SIGKILL)

    @property
    def at_work(self) -> bool:
        return any(each.poll() is None for each, _ in self._running)

    def finished(self) -> list[int]:
        """How each ended, when all have."""
        return [each.wait(timeout=500) for each, _ in self._running]

    def acknowledged(self) -> list[tuple[int, str]]:
        """What was printed to the end of its line."""
        lines = [line for said in self.said for line in said.read_text().splitlines(keepends=True)]
        return [
            (int(number), name) for number, name in (line.split() for line in lines if line.endswith("\n"))
        ]

    def complaints(self) -> str:
        return "".join(each.read_text() for each in self.folder.glob("wrong *"))


def whole(file: Path) -> list[tuple[int, str]]:
    """Number and id of every entry of a log that both verifiers find whole."""
    with closing(PostgresLog(file)) as log:
        assert log.verify().whole
        found = [(entry.seq, entry.entry_id) for entry in log.entries()]
        export = write_export(file.with_name("export"), log)
    assert stand_alone_says(export)[0] == 0
    assert [number for number, _ in found] == list(range(1, len(found) + 1))
    assert len({name for _, name in found}) == len(found)
    return found


def stop_in_mid_work(own_cluster: Cluster, file: Path, times: int, *, writers: int, count: int) -> None:
    """Stops the server as a crash would; the writers go on by themselves when it is back."""
    choose = random.Random(20261129)  # noqa: S311  # when to stop
    rooms = Writers(own_cluster, file.parent)
    for _ in range(writers):
        rooms.begin(count)
    for _ in range(times):
        time.sleep(choose.uniform(0.2, 1.0))
        own_cluster.stop("immediate")
        own_cluster.start()
    assert rooms.finished() == [0] * writers
    assert rooms.complaints() == ""
    found = whole(file)
    assert sorted(rooms.acknowledged()) == found  # each acknowledged once, each once in the log
    assert len(found) == writers * count


def kill_in_mid_work(own_cluster: Cluster, file: Path, *, writers: int, count: int) -> None:
    """Kills writers at random; each is followed by another until all have been begun."""
    choose = random.Random(20261130)  # noqa: S311  # whom to kill, and when
    rooms = Writers(own_cluster, file.parent)
    for _ in range(writers):
        rooms.begin(count)
    killed = 0
    while rooms.at_work:
        time.sleep(choose.uniform(0.2, 1.5))
        rooms.kill_one(choose)
        killed += 1
        if killed < writers:
            rooms.begin(count)
    assert rooms.complaints() == ""
    found = whole(file)
    acknowledged = rooms.acknowledged()
    assert set(acknowledged) <= set(found)
    assert len(acknowledged) == len(set(acknowledged)) > 0
    # Of what was not acknowledged at most the one at work each time can stand there.
    assert len(found) - len(acknowledged) <= killed


def test_nothing_acknowledged_is_lost_when_the_server_stops_in_mid_work(
    own_cluster: Cluster, file: Path
) -> None:
    stop_in_mid_work(own_cluster, file, 2, writers=2, count=20)


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_in_twenty_stops(own_cluster: Cluster, file: Path) -> None:
    stop_in_mid_work(own_cluster, file, 20, writers=4, count=150)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_nothing_acknowledged_is_lost_when_workstations_are_killed(own_cluster: Cluster, file: Path) -> None:
    kill_in_mid_work(own_cluster, file, writers=2, count=15)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_six_workstations_of_two_hundred_entries_are_killed_at_random(
    own_cluster: Cluster, file: Path
) -> None:
    kill_in_mid_work(own_cluster, file, writers=6, count=200)


def test_several_workstations_write_one_chain(own_cluster: Cluster, file: Path) -> None:
    rooms = Writers(own_cluster, file.parent)
    for _ in range(3):
        rooms.begin(15)

    assert rooms.finished() == [0, 0, 0]
    assert sorted(rooms.acknowledged()) == whole(file)
    assert len(whole(file)) == 45
