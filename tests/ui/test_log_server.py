"""The log on a server, in the window: whose it is, what others write, and what waits while the server is away."""

import socket
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest

from itbcalc.errors import LogUnavailableError
from itbcalc.log import server as to_server
from itbcalc.log.entries import Draft
from itbcalc.log.folders import log_path
from itbcalc.log.places import open_log
from itbcalc.log.postgres import PostgresLog
from itbcalc.log.waiting import Waiting
from itbcalc.visits.recording import Signature, read_back_draft
from tests.itbcalc.log.cluster import Cluster, new_cluster
from tests.ui.log_pages import AskingPage, LogPage, WaitingBandPage, record
from tests.ui.pages import MainPage, wait_for
from tests.ui.refills_pages import RefillsPage
from ui import watching

pytestmark = pytest.mark.gui

SIMPLE = "01-routine-increase.toml"
PATIENT = "P-0101"
NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[Cluster]:
    """A server that may be stopped."""
    made = new_cluster()
    yield made
    made.end()


@pytest.fixture
def server(own_cluster: Cluster, config_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """The log of this workstation is on a server, in which nobody wrote yet; what others write is soon seen."""
    monkeypatch.setattr(watching, "LOOK_EVERY_MS", 50)
    folder = config_folder / "data"
    folder.mkdir()
    own_cluster.empty(folder / "titration.itbserver")
    return own_cluster


@pytest.fixture
def main(server: Cluster, open_window: Callable[[], MainPage]) -> MainPage:
    return open_window()


@pytest.fixture
def away(server: Cluster) -> Iterator[Callable[[], None]]:
    """`away()` stops the server; at the end of the test it is there again."""
    stopped = []

    def stop() -> None:
        stopped.append(True)
        server.stop()

    yield stop
    if stopped and not (server.folder / "data" / "postmaster.pid").exists():
        server.start()


def count() -> int:
    return open_log(log_path()).head().count


def record_away(main: MainPage, state: str = "") -> str:
    """Records a step of the example and reads back, where `state` says how; what is said of the step."""
    main.check.open_example(SIMPLE)
    main.press("Ctrl+R")
    asking = AskingPage(main, "recordDialog")
    asking.fill(author="M. Levi", role="nurse")
    asking.answer_all("agreed with Dr B")
    asking.write()
    said = main.dismissed()
    reading = AskingPage(main, "readBackDialog")
    if state:
        reading.choose(state)
        reading.write()
        main.dismissed()
    else:
        reading.cancel()
    return said


def test_whose_log_it_is_and_where_stands_in_the_panel(main: MainPage, server: Cluster) -> None:
    record(main, SIMPLE)

    log = LogPage(main)

    assert log.whose == f"The log of all workstations: postgres on {server.folder}; this one writes as room_1"
    assert len(log.rows) == 2


def test_what_another_workstation_writes_is_shown_and_nothing_typed_is_lost(
    main: MainPage, server: Cluster, tmp_path: Path
) -> None:
    record(main, SIMPLE)
    log = LogPage(main)
    log.search("P-01")
    log.root.anchor.setText("itbcalc-anchor 1 half ty")

    other = PostgresLog(server.named(tmp_path / "other.itbserver", "room_2"))
    other.append(read_back_draft(next(other.entries()), "stopped", "", Signature("B. Amsel"), NOW))

    wait_for(lambda: len(log.rows) == 3)
    assert log.rows[0]["by"] == "B. Amsel"
    assert log.root.patients.search.text() == "P-01"
    assert log.anchor == "itbcalc-anchor 1 half ty"


def test_dates_that_were_typed_stay_when_another_workstation_writes(
    main: MainPage, server: Cluster, tmp_path: Path
) -> None:
    record(main, SIMPLE)
    log = LogPage(main)
    log.choose_patient(PATIENT)
    log.press("showCompare")
    QTest.keyClicks(log.root.compare.then, "1 Nov 2026")

    other = PostgresLog(server.named(tmp_path / "other.itbserver", "room_2"))
    step = next(other.entries())
    same = {
        key: step.content[key]
        for key in ("kind", "patient", "author", "effective_at", "program", "library", "body")
    }
    other.append(Draft(entry_id=str(uuid.uuid4()), recorded_at=NOW, **same))
    wait_for(lambda: len(log.rows) == 3)

    assert log.compared_dates[0].endswith("1 Nov 2026")


def test_while_the_server_is_away_a_step_waits_in_red_and_is_sent_by_hand(
    main: MainPage, server: Cluster, away: Callable[[], None]
) -> None:
    record(main, SIMPLE)
    away()

    said = record_away(main)

    assert said.startswith("Not in the log\nNOT IN THE LOG: its server cannot be reached.")
    assert "Do not write it again" in said
    band = WaitingBandPage(main)
    assert band.words == "1 entry is NOT IN THE LOG: it waits to be sent."
    main.show_panel("questions")
    assert band.words  # in every panel
    log = LogPage(main)
    (line,) = log.waiting
    assert (PATIENT in line, "M. Levi" in line) == (True, True)
    assert "cannot be reached" in log.trouble
    main.check.open_example(SIMPLE)
    assert main.check.verdicts  # checks go on

    refused = band.send()
    assert "What was not sent still waits" in refused
    assert band.words
    server.start()
    assert count() == 2

    sent = band.send()

    assert "Saved: entry 3" in sent
    assert band.words == ""
    assert count() == 3
    assert log.waiting == []
    wait_for(lambda: len(log.rows) == 3)


def test_a_server_that_is_silent_does_not_hold_up_the_window_and_the_step_waits(
    main: MainPage, away: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    away()
    record_away(main, "running")  # who refuses does so at once
    monkeypatch.setattr(to_server, "ANSWER_WITHIN_S", 2)
    ticks, said = list[float](), set[str]()
    ticking = QTimer(main.window)
    ticking.timeout.connect(lambda: (ticks.append(time.monotonic()), said.add(main.message)))

    with socket.create_server(("127.0.0.1", 0)) as listening:  # takes every connection and says nothing
        log_path().write_text(
            f'[server]\nhost = "127.0.0.1"\nport = {listening.getsockname()[1]}\ndatabase = "d"\nuser = "u"\n'
            'root_certificate = "r"\ncertificate = "c"\nkey = "k"\n',
            "utf-8",
        )
        ticking.start(50)
        told = record_away(main, "running")
        ticking.stop()

    assert told.startswith("Not in the log")
    assert len(Waiting(log_path()).all()) == 4
    assert "Asking the server of the log …" in said
    asked = ticks[-1] - ticks[0]
    assert max(later - earlier for earlier, later in pairwise(ticks)) < asked / 3  # it was painted meanwhile
    assert asked < 2 * 4  # it was waited for once, not at each question


def test_the_check_says_that_it_was_not_held_against_the_log_and_what_waits(
    main: MainPage, away: Callable[[], None]
) -> None:
    record(main, SIMPLE)
    away()

    record_away(main)
    main.check.open_example(SIMPLE)

    def said() -> list[str]:
        return [finding.title for finding in main.check.findings]

    wait_for(lambda: any("not held against what the log holds" in title for title in said()))
    assert any("does not hold all that was recorded here" in title for title in said())


def test_what_was_read_last_stays_in_sight_while_the_server_is_away(
    main: MainPage, server: Cluster, away: Callable[[], None]
) -> None:
    record(main, SIMPLE)
    log = LogPage(main)
    assert len(log.rows) == 2
    away()

    wait_for(lambda: "cannot be reached" in log.trouble)

    assert "Shown is the log as it was at" in log.trouble
    assert len(log.rows) == 2
    assert not log.can_press("void")
    assert log.can_press("observe")  # it may wait
    server.start()
    wait_for(lambda: not log.trouble)


def test_the_refills_read_last_stay_in_sight_while_the_server_is_away(
    main: MainPage, server: Cluster, away: Callable[[], None]
) -> None:
    record(main, SIMPLE)
    refills = RefillsPage(main)
    assert refills.patients == [PATIENT]
    main.show_panel("check")
    away()

    refills = RefillsPage(main)

    assert "Shown is the list as it was read at" in refills.trouble
    assert refills.patients == [PATIENT]
    server.start()
    main.show_panel("check")
    refills = RefillsPage(main)
    assert (refills.trouble, refills.patients) == ("", [PATIENT])


def test_of_a_log_that_was_never_read_nobody_is_listed_while_its_server_is_away(
    main: MainPage, away: Callable[[], None]
) -> None:
    away()

    refills = RefillsPage(main)

    assert refills.trouble.startswith("The server of the log cannot be reached. Nobody is listed.")
    assert refills.patients == []
    assert not refills.can_press("print")


def test_the_read_back_of_a_step_that_waits_waits_behind_it_and_both_are_sent(
    main: MainPage, server: Cluster, away: Callable[[], None]
) -> None:
    away()

    record_away(main, "running")

    band = WaitingBandPage(main)
    assert band.words == "2 entries are NOT IN THE LOG: they wait to be sent."
    server.start()
    assert "Saved: entry 2" in band.send()
    step, read_back = open_log(log_path()).entries()
    assert (read_back.kind, read_back.body["of"]) == ("read_back_recorded", step.entry_id)
    log = LogPage(main)
    wait_for(lambda: len(log.rows) == 2)
    assert log.waiting == []


def test_a_step_that_was_read_before_is_read_back_while_the_server_is_away(
    main: MainPage, server: Cluster, away: Callable[[], None]
) -> None:
    record(main, SIMPLE, state="")
    log = LogPage(main)
    assert len(log.rows) == 1
    away()
    wait_for(lambda: "cannot be reached" in log.trouble)

    log.select(0)
    log.press("readBack")
    reading = AskingPage(main, "readBackDialog")
    reading.choose("running")
    reading.write()

    assert "NOT IN THE LOG" in main.dismissed()
    server.start()
    assert "Saved: entry 2" in WaitingBandPage(main).send()
    assert count() == 2


def test_an_observation_may_wait_too_and_a_void_is_refused_in_words(
    main: MainPage, away: Callable[[], None]
) -> None:
    record(main, SIMPLE)
    log = LogPage(main)
    log.select(1)
    log.press("void")
    voiding = AskingPage(main, "voidDialog")
    voiding.fill(author="M. Levi", reason="mistaken")
    away()
    voiding.write()
    assert "cannot be reached; nothing was written" in voiding.problem
    voiding.cancel()

    log.press("observe")
    asking = AskingPage(main, "observationDialog")
    asking.fill(patient=PATIENT, author="M. Levi", **{"score.pain_nrs": "4"})
    asking.write()

    assert "NOT IN THE LOG" in main.dismissed()
    assert len(Waiting(log_path()).all()) == 1


def test_what_is_not_known_is_said_and_looked_up_when_the_server_is_back(
    main: MainPage, server: Cluster, away: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    record(main, SIMPLE)
    real = PostgresLog.append

    def lost(self: PostgresLog, *given: object) -> None:
        real(self, *given)  # type: ignore[arg-type]
        away()
        raise LogUnavailableError("not_known", "")

    with monkeypatch.context() as once:
        once.setattr(PostgresLog, "append", lost)
        said = record_away(main)
    band = WaitingBandPage(main)
    assert said.startswith("Not known\nNOT KNOWN whether it is in the log")
    assert band.words.startswith("Of 1 entry it is NOT KNOWN whether it is in the log")

    server.start()

    wait_for(lambda: band.words == "")  # it was found, without being asked for
    assert LogPage(main).verdict == "It stood in the log already, and was not written again: entry 3"
    assert count() == 3


def test_a_window_that_is_opened_anew_says_what_still_waits(
    main: MainPage, open_window: Callable[[], MainPage], away: Callable[[], None]
) -> None:
    away()
    record_away(main)
    main.window.hide()

    assert WaitingBandPage(open_window()).words.startswith("1 entry is NOT IN THE LOG")
