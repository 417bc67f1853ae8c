"""When the server is away: what is recorded waits, is said to be not in the log, and is sent once."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from itbcalc.errors import EntryAlreadyLoggedError, LogUnavailableError
from itbcalc.log import postgres
from itbcalc.log.entries import Draft
from itbcalc.log.postgres import PostgresLog
from itbcalc.log.store import MemoryLog
from itbcalc.log.waiting import Waiting
from tests.itbcalc.cli.test_cli import Command
from tests.itbcalc.log.cluster import Cluster, new_cluster
from tests.itbcalc.log.logs import LOG_ID, contents, draft, entry_id
from tests.itbcalc.programs import example

NURSE = ("--author", "A. Nurse")


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[Cluster]:
    """A server that may be stopped."""
    made = new_cluster()
    yield made
    made.end()


@pytest.fixture
def server_log(own_cluster: Cluster, data_folder: Path) -> PostgresLog:
    """The log of this workstation: five entries on a server."""
    data_folder.mkdir()
    return own_cluster.log(data_folder, contents(5))


@pytest.fixture
def away(own_cluster: Cluster, server_log: PostgresLog) -> Iterator[Any]:
    """The server, stopped; `away()` starts it again."""
    own_cluster.stop()
    back = []

    def start() -> None:
        if not back:
            own_cluster.start()
            back.append(True)

    yield start
    start()


def drafts(waiting: Waiting) -> list[Draft]:
    return [each.draft for each in waiting.all()]


@pytest.fixture
def waiting(tmp_path: Path) -> Waiting:
    return Waiting(tmp_path / "titration.itbserver")


def test_what_waits_comes_back_as_it_was_put(waiting: Waiting) -> None:
    assert drafts(waiting) == []

    waiting.put(
        draft(2, body={"note": "ü “quiet”", "list": [1, None, {"a": True}]}, library={"digest": "ab"})
    )
    waiting.put(draft(1))

    again = Waiting(waiting.path.with_name("titration.itbserver"))
    assert drafts(again) == [
        draft(2, body={"note": "ü “quiet”", "list": [1, None, {"a": True}]}, library={"digest": "ab"}),
        draft(1),
    ]
    assert stat.S_IMODE(waiting.path.stat().st_mode) == 0o600


def test_what_no_log_would_take_does_not_wait(waiting: Waiting) -> None:
    with pytest.raises(TypeError):
        waiting.put(draft(1, body={"dose": 0.5}))
    with pytest.raises(LogUnavailableError):
        waiting.put(draft(1, body={"note": "a\0b"}))

    assert drafts(waiting) == []


def test_what_is_sent_has_its_own_moment_and_waits_no_longer(waiting: Waiting) -> None:
    log = MemoryLog(LOG_ID)
    waiting.put(draft(1))
    waiting.put(draft(2))
    log.append(draft(3))  # by somebody else, later

    sent = list(waiting.send(log))

    assert [(each.entry.seq, each.stood_there) for each in sent] == [(2, False), (3, False)]
    assert [entry.content["recorded_at"][14:16] for entry in log.entries()] == ["03", "01", "02"]
    assert [entry.content["clock_went_back"] for entry in log.entries()] == [False, True, False]
    assert drafts(waiting) == []
    assert log.verify().whole
    assert list(waiting.send(log)) == []


def test_what_stands_in_the_log_already_is_found_and_not_written_twice(waiting: Waiting) -> None:
    log = MemoryLog(LOG_ID)
    log.append(draft(1))
    log.append(draft(2))
    waiting.put(draft(2))  # it was not known whether it stands there

    (sent,) = waiting.send(log)

    assert (sent.entry.seq, sent.stood_there) == (2, True)
    assert log.head().count == 2
    assert drafts(waiting) == []


def test_what_is_not_known_is_looked_up_and_then_waits_no_longer_or_is_known_to_be_absent(
    waiting: Waiting,
) -> None:
    log = MemoryLog(LOG_ID)
    log.append(draft(1))
    for number in (1, 2):
        waiting.put(draft(number), not_known=True)
    waiting.put(draft(3))

    found = waiting.look_up(log)

    assert [(each.entry.seq, each.stood_there) for each in found] == [(1, True)]
    assert [(each.draft.entry_id, each.not_known) for each in waiting.all()] == [
        (entry_id(2), False),
        (entry_id(3), False),
    ]
    assert log.head().count == 1  # nothing was written


def test_another_entry_of_the_same_id_is_not_taken_for_it(waiting: Waiting) -> None:
    log = MemoryLog(LOG_ID)
    log.append(draft(1, author="somebody else"))
    waiting.put(draft(1))

    with pytest.raises(EntryAlreadyLoggedError):
        list(waiting.send(log))

    assert drafts(waiting) == [draft(1)]


def test_what_could_not_be_sent_goes_on_waiting(waiting: Waiting, monkeypatch: pytest.MonkeyPatch) -> None:
    log = MemoryLog(LOG_ID)
    for number in (1, 2, 3):
        waiting.put(draft(number))
    real = log.append

    def until_the_second(each: Any, guard: Any = None) -> Any:
        if each.entry_id == entry_id(2):
            raise LogUnavailableError("server_away")
        return real(each, guard)

    with monkeypatch.context() as away:
        away.setattr(log, "append", until_the_second)
        with pytest.raises(LogUnavailableError):
            list(waiting.send(log))
    assert drafts(waiting) == [draft(2), draft(3)]

    list(waiting.send(log))

    assert [entry.entry_id for entry in log.entries()] == [entry_id(number) for number in (1, 2, 3)]


# --- by command


def test_a_step_recorded_while_the_server_is_away_waits_and_is_sent_by_hand(
    server_log: PostgresLog, away: Any, itbcalc: Command
) -> None:
    step = f"log add {example('01')} --yes-an-example"

    ran = itbcalc(step, *NURSE)

    assert ran.status == 1
    assert ran.out.startswith("NOT IN THE LOG")
    assert "not held against what the log holds" in ran.out
    listed = itbcalc("log waiting")
    assert listed.status == 1
    assert "1 entry is NOT IN THE LOG" in listed.out
    assert itbcalc("log send").status == 1  # it is still away
    assert len(itbcalc("log waiting", "--json").results["waiting"]) == 1
    away()
    assert server_log.head().count == 5

    sent = itbcalc("log send")

    assert sent.status == 0
    assert sent.out.startswith("Saved: entry 6")
    assert itbcalc("log waiting").out == "Nothing waits.\n"
    assert itbcalc("log send").out == "Nothing waits.\n"
    assert server_log.head().count == 6
    assert PostgresLog(server_log.path).verify().whole


def test_what_others_wrote_of_the_patient_meanwhile_is_said(
    server_log: PostgresLog, away: Any, itbcalc: Command, own_cluster: Cluster, tmp_path: Path
) -> None:
    assert itbcalc("log observe P-1 --score penn_spasm_frequency 2", *NURSE).status == 1
    away()
    other = PostgresLog(own_cluster.named(tmp_path / "other.itbserver", "room_2"))
    later = draft(6).recorded_at.replace(year=2100)
    other.append(draft(6, patient="P-1", recorded_at=later))

    sent = itbcalc("log send")

    assert "While it waited others wrote of P-1: entry 6." in sent.out


def test_an_entry_of_which_nothing_is_known_waits_and_is_found(
    server_log: PostgresLog, itbcalc: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = postgres.PostgresLog.append

    def lost(self: PostgresLog, each: Any, guard: Any = None) -> Any:
        real(self, each, guard)
        raise LogUnavailableError("not_known", each.entry_id)

    with monkeypatch.context() as once:
        once.setattr(postgres.PostgresLog, "append", lost)
        ran = itbcalc("log observe P-1 --score penn_spasm_frequency 2", *NURSE)
    assert (ran.status, ran.out[:9]) == (1, "NOT KNOWN")
    said = itbcalc("log list").out
    assert "Of 1 entry it is NOT KNOWN whether it is in the log" in said
    assert "NOT IN THE LOG" not in said  # nobody knows that

    sent = itbcalc("log send")

    assert sent.out == "It stood in the log already, and was not written again: entry 6\n"
    assert server_log.head().count == 6


def test_what_needs_an_entry_of_the_log_does_not_wait(away: Any, itbcalc: Command) -> None:
    for line in ("log void 5 --reason mistaken", "log read-back 5 --state running"):
        ran = itbcalc(line, *NURSE)
        assert ran.status == 2
        assert "cannot be reached" in ran.err

    assert itbcalc("log waiting").status == 0


def test_a_log_in_a_file_has_nothing_that_waits(itbcalc: Command, path: Path) -> None:
    ran = itbcalc(f"log observe P-1 --score penn_spasm_frequency 2 --log {path}", *NURSE)

    assert ran.status == 0
    assert itbcalc(f"log send --log {path}").out == "Nothing waits.\n"
    assert [each.name for each in path.parent.glob("*.waiting")] == []


def test_a_visit_and_the_end_of_follow_up_wait_by_command_too(
    itbcalc: Command, away: Any, server_log: PostgresLog
) -> None:
    booked = itbcalc("log book P-0102 --at 2027-03-01T10:00+01:00", *NURSE)
    ended = itbcalc("log end-followup P-0103 --reason moved", *NURSE)

    assert "NOT IN THE LOG" in booked.out
    assert "NOT IN THE LOG" in ended.out
    kinds = [each.draft.kind for each in Waiting(server_log.path).all()]
    assert kinds == ["visit_booked", "followup_ended"]
    away()
    assert itbcalc("log send").status == 0
    assert [entry.kind for entry in server_log.entries()][5:] == kinds


def test_a_read_back_and_a_second_check_wait_behind_the_step_they_are_of(
    itbcalc: Command, away: Any, server_log: PostgresLog
) -> None:
    itbcalc(f"log add {example('01')} --yes-an-example", *NURSE)
    step = itbcalc("log waiting", "--json").results["waiting"][0]["entry_id"]

    read = itbcalc(f"log read-back {step} --state running", *NURSE)
    checked = itbcalc(
        f"log second-check {step} --author B.Other --setting new.mode simple-continuous",
        *("--setting", "new.daily_dose", "386 mcg/day", "--setting", "new.concentration", "2000 mcg/mL"),
    )

    assert (read.status, "NOT IN THE LOG" in read.out) == (1, True)
    assert (checked.status, "NOT IN THE LOG" in checked.out) == (1, True)
    assert "typed 386 mcg/day, recorded 368 mcg/day" in checked.out  # what differs is said at once
    away()
    assert itbcalc("log send").status == 0
    kinds = [entry.kind for entry in server_log.entries()][5:]
    assert kinds == ["dose_step_recorded", "read_back_recorded", "second_check_recorded"]
    assert [str(entry.body.get("of")) for entry in server_log.entries()][6:] == [step, step]
