"""The panel of refills: a view of the log with everybody by the day of the refill, overdue first and for ever."""

import csv
import io
import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from html import unescape
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QMessageBox

from itbcalc.cli.main import run
from itbcalc.desk.writer import LogWriter
from itbcalc.library.clinic_days import ClinicDays
from itbcalc.log.folders import log_path
from itbcalc.log.store import SqliteLog, TitrationLog
from itbcalc.quantities.instants import read_instant
from itbcalc.visits.against_log import held_against_log
from itbcalc.visits.history import standings
from itbcalc.visits.recording import (
    followup_ended_draft,
    read_back_draft,
    step_draft,
    visit_booked_draft,
    void_draft,
)
from itbcalc.visits.refill_list import RefillList
from tests.benchmarks.bench_refills import made_store
from tests.itbcalc.every_kind import NURSE, answers_to
from tests.itbcalc.programs import table_of
from tests.itbcalc.visits.histories import at, at_dose, checked_step, record
from tests.itbcalc.visits.test_refill_visit import drawing_off, fill
from tests.ui.keys import CountedKeys
from tests.ui.log_pages import AskingPage, LogPage
from tests.ui.pages import MainPage, child, wait_for
from tests.ui.refills_pages import RefillsPage
from ui import rail
from ui.refills.panel import RefillsPanel

pytestmark = pytest.mark.gui


@pytest.fixture(autouse=True)
def no_backup_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here only what somebody does is an entry."""
    monkeypatch.setattr(LogWriter, "backup_due", lambda _: False)


def step(patient: str, dose: str, **more: object) -> dict[str, object]:
    """A step of 10 Nov 2026 09:00 in Berlin, at 500 mcg/mL, of a pump with 1 mL of residual volume and ±14.5 %."""
    return table_of({**at_dose(dose), "patient.ref": patient, **more})


@pytest.fixture
def three(config_folder: Path) -> Iterator[SqliteLog]:
    """By hand, at 22 Nov 2026.

    P-0401: 10 mL at 400 / 500 = 0.8 mL/day: worst case (10 − 1) / (0.8 × 1.145) = 9.825 days, 20 Nov 04:48.
    P-0402: 40 mL at 460 / 500 = 0.92 mL/day: worst case 39 / (0.92 × 1.145) = 37.02 days, 17 Dec; alarm 38 / 0.92 = 41.3 days, 21 Dec.
    P-0403: no volume was recorded.
    """
    log_path().parent.mkdir(parents=True, exist_ok=True)
    with closing(SqliteLog(log_path(), create=True)) as log:
        record(log, step("P-0402", "460 mcg/day"), refilled=True)
        record(log, step("P-0403", "460 mcg/day", **{"reservoir.filled": None}))
        record(log, step("P-0401", "400 mcg/day", **{"reservoir.filled": "10 mL"}), refilled=True)
        yield log


def test_without_a_log_it_says_how_somebody_comes_onto_the_list(main: MainPage) -> None:
    page = RefillsPage(main)

    assert page.rows == []
    assert page.empty.startswith("Nobody is on this list yet. Check a dose change, then press Record")
    assert not any(page.can_press(name) for name in ("print", "csv", "calendar", "nextStep", "log"))
    assert not log_path().exists()


def test_overdue_first_then_who_has_no_known_day_then_by_day(three: SqliteLog, main: MainPage) -> None:
    page = RefillsPage(main)

    assert [(row["Patient"], row["Refill by"], row["Days left"], row["Limited by"]) for row in page.rows] == [
        ("P-0401", "20 Nov 2026", "OVERDUE by 2 days", "worst case"),
        ("P-0403", "not known", "", "no volume of the reservoir is recorded"),
        ("P-0402", "17 Dec 2026", "25 days left", "worst case"),
    ]
    assert page.rows[2]["Alarm"] == "21 Dec 2026"
    assert page.rows[2]["Therapy in force"] == "460 mcg/day at 500 mcg/mL"
    assert page.rows[2]["Pump"] == "NOT READ BACK"
    assert page.counts == "✗ 1 overdue   ▲ 1 without a known day"
    assert page.whose.startswith(f"{log_path()}: 3 entries, the last written 10 Nov 2026")
    assert page.spoken(0).startswith("P-0401  OVERDUE by 2 days  refill by 20 Nov 2026")


def test_a_pump_at_the_end_of_its_life_is_marked_in_the_list_and_said_below_it(
    three: SqliteLog, main: MainPage
) -> None:
    """Implanted on 20 May 2020, 7 years, planned 6 months ahead: from 20 Nov 2026 on. Indicator on 1 Nov 2026: 90 days, 30 Jan 2027."""
    pump = {"system.pump": "synchromed-ii-40", "system.tubing_volume": "0.140 mL"}
    implanted = {**pump, "system.implanted": "2020-05-20T09:00+02:00"}
    record(three, step("P-0404", "460 mcg/day", **implanted), refilled=True)
    eri = {**implanted, "system.eri_seen": "2026-11-01T09:00+01:00"}
    record(three, step("P-0405", "460 mcg/day", **eri), refilled=True)
    page = RefillsPage(main)

    told = {row["Patient"]: row["Pump"] for row in page.rows}
    assert told["P-0402"] == "NOT READ BACK"
    assert told["P-0404"] == told["P-0405"] == "NOT READ BACK ▲ replace"
    page.select("P-0404")
    assert page.note == "pump lasts to 20 May 2027 at the latest, PLAN ITS REPLACEMENT"
    page.select("P-0405")
    assert page.note == "pump lasts to 30 Jan 2027 at the latest, PLAN ITS REPLACEMENT"


def test_the_replacement_indicator_is_typed_in_the_check(main: MainPage) -> None:
    main.check.open_example("01-routine-increase.toml")
    main.check.type_into("system.eri_seen", "1 Oct 2026 09:00")
    assert main.check.tone("system.eri_seen") == ""
    assert main.owner.program.file_table()["system"]["eri_seen"] == "2026-10-01T09:00-05:00"

    main.check.type_into("system.eri_seen", "soon")
    assert "soon" in main.check.note("system.eri_seen")


def test_the_list_is_that_of_the_command(
    three: SqliteLog, main: MainPage, capsys: pytest.CaptureFixture[str]
) -> None:
    page = RefillsPage(main)

    run(["refills", "--at", "2026-11-22T12:00+00:00", "--json"])
    listed = json.loads(capsys.readouterr().out)["results"]["refills"]
    assert page.patients == [each["patient"] for each in listed]


def test_who_is_no_longer_followed_leaves_the_list_and_is_found_by_the_filter(
    three: SqliteLog, main: MainPage
) -> None:
    end = at("2026-11-21T09:00+01:00")
    three.append(followup_ended_draft("P-0401", "moved", end, NURSE, end))
    page = RefillsPage(main)

    assert page.patients == ["P-0403", "P-0402"]
    page.show_only("ended")
    assert page.patients == ["P-0401"]


def test_a_search_and_a_filter_show_a_part(three: SqliteLog, main: MainPage) -> None:
    page = RefillsPage(main)

    page.search("0402")
    assert page.patients == ["P-0402"]
    page.search("worst case")
    assert page.patients == ["P-0401", "P-0402"]
    page.show_only("overdue")
    assert page.patients == ["P-0401"]
    page.search("nobody of that name")
    assert page.empty == "Nobody on this list fits the search and the filter."


def test_what_is_to_be_done_stands_out_in_its_row(config_folder: Path, main: MainPage) -> None:
    """P-0401, 13 mL at 0.916 mL/day, has 2 days left and is not booked; P-0402 booked on the day after the last, 18 Dec; P-0403 as it should be."""
    log_path().parent.mkdir(parents=True, exist_ok=True)
    now = at("2026-11-10T09:30+01:00")
    with closing(SqliteLog(log_path(), create=True)) as log:
        record(log, step("P-0401", "400 mcg/day", **{"reservoir.filled": "14 mL"}), refilled=True)
        record(log, step("P-0402", "460 mcg/day"), refilled=True)
        running = record(log, step("P-0403", "460 mcg/day"), refilled=True)
        log.append(read_back_draft(running, "running", "", NURSE, now))
        log.append(visit_booked_draft("P-0402", read_instant("2026-12-18T09:00+01:00"), NURSE, now))
    page = RefillsPage(main)
    model = page.root.refills

    def marked(line: int) -> list[str]:
        cells = [
            model.index(line, n).data(Qt.ItemDataRole.ForegroundRole) for n in range(model.columnCount())
        ]
        return [heading for heading, cell in zip(page.headings, cells, strict=True) if cell is not None]

    assert page.patients == ["P-0401", "P-0402", "P-0403"]
    assert [marked(line) for line in range(3)] == [["Visit", "Pump"], ["Visit", "Pump"], []]


def test_a_patient_whose_only_step_was_voided_is_named_above_the_list(
    config_folder: Path, main: MainPage
) -> None:
    log_path().parent.mkdir(parents=True, exist_ok=True)
    now = at("2026-11-10T09:30+01:00")
    with closing(SqliteLog(log_path(), create=True)) as log:
        wrong = record(log, step("P-0401", "400 mcg/day"), refilled=True)
        log.append(visit_booked_draft("P-0401", read_instant("2026-12-18T09:00+01:00"), NURSE, now))
        log.append(void_draft(wrong, "another patient", NURSE, now))
    page = RefillsPage(main)

    assert page.rows == []
    assert page.without_a_step == (
        "P-0401  NO STEP HOLDS ANY MORE: the last was voided by entry 3. A visit is booked for 18 Dec 2026 09:00: "
        "void entry 2 too if nobody comes."
    )


def test_whose_day_is_not_known_is_in_every_filter_by_day(three: SqliteLog, main: MainPage) -> None:
    """A list of those who are soon due must not be short of somebody of whom nobody knows."""
    page = RefillsPage(main)
    page.show_only("soon")

    assert page.patients == ["P-0401", "P-0403"]
    page.select("P-0403")
    assert page.note == "no volume of the reservoir is recorded"


def test_enter_leads_to_the_check_filled_from_the_log(three: SqliteLog, main: MainPage) -> None:
    page = RefillsPage(main)
    page.select("P-0402")
    page.key(Qt.Key.Key_Return)

    wait_for(lambda: main.check.text_of("current.daily_dose") == "460")
    assert main.heading == "Check"
    assert main.check.text_of("patient.ref") == "P-0402"


def test_control_and_enter_lead_to_the_entries_of_the_patient(three: SqliteLog, main: MainPage) -> None:
    page = RefillsPage(main)
    page.select("P-0402")
    page.key(Qt.Key.Key_Return, control=True)

    log = LogPage(main)
    assert main.heading == "Titration log"
    assert log.patient == "P-0402"
    assert [row["no."] for row in log.rows] == ["1"]


def test_down_in_the_search_goes_to_the_first_found_and_enter_opens_it(
    three: SqliteLog, main: MainPage
) -> None:
    """Whoever was selected before: what was searched for is meant."""
    page = RefillsPage(main)
    page.select("P-0402")
    main.press("Ctrl+F")
    main.write("worst case")
    assert page.patients == ["P-0401", "P-0402"]
    main.press("Down")
    main.press("Return")

    wait_for(lambda: main.check.text_of("patient.ref") == "P-0401")


def test_enter_in_the_search_opens_nobody_where_several_are_found(three: SqliteLog, main: MainPage) -> None:
    """The keyboard is then in the table, on the first: the next Enter opens."""
    page = RefillsPage(main)
    main.press("Ctrl+F")
    main.write("p-04")
    main.press("Return")
    assert len(page.patients) == 3
    assert main.heading == "Refills"
    main.press("Return")

    wait_for(lambda: main.check.text_of("patient.ref") == page.patients[0])


def test_enter_in_the_search_begins_with_the_one_who_is_left(three: SqliteLog, main: MainPage) -> None:
    page = RefillsPage(main)
    assert len(page.rows) == 3
    main.press("Ctrl+F")
    main.write("0402")
    main.press("Return")

    wait_for(lambda: main.check.text_of("current.daily_dose") == "460")
    assert page.patients == ["P-0402"]


def test_table_calendar_and_paper_hold_the_same_days(
    three: SqliteLog, main: MainPage, tmp_path: Path
) -> None:
    page = RefillsPage(main)
    shown = page.rows

    page.press("csv")
    main.type_file_name(str(tmp_path / "list.csv"))
    page.press("calendar")
    main.type_file_name(str(tmp_path / "list.ics"))
    wait_for(lambda: main.dialog is not None)
    main.close_dialog()  # one of them has no day
    written = list(csv.DictReader(io.StringIO((tmp_path / "list.csv").read_text(encoding="utf-8"))))
    calendar = (tmp_path / "list.ics").read_text(encoding="utf-8")
    presenter = main.owner.room(rail.refills).presenter

    assert [row["refill_by"] for row in written] == ["2026-11-20", "", "2026-12-17"]
    assert "DTSTART;VALUE=DATE:20261120" in calendar
    assert "DTSTART;VALUE=DATE:20261217" in calendar
    assert presenter.not_in_calendar() == ("P-0403",)
    assert all(cell in presenter.sheet() for row in shown for cell in row.values())


def test_paper_of_a_part_says_that_it_is_one(three: SqliteLog, main: MainPage) -> None:
    page = RefillsPage(main)
    assert len(page.rows) == 3
    assert "the list was filtered" not in main.owner.room(rail.refills).presenter.sheet()

    page.search("0402")
    assert "1 of 3 patients: the list was filtered" in main.owner.room(rail.refills).presenter.sheet()


def test_what_another_window_writes_is_shown(three: SqliteLog, main: MainPage) -> None:
    page = RefillsPage(main)
    assert len(page.rows) == 3

    record(three, step("P-0404", "400 mcg/day"))
    main.show_panel("check")
    main.show_panel("refills")
    assert "P-0404" in page.patients


def test_a_damaged_log_lists_nobody_and_says_why(config_folder: Path, main: MainPage) -> None:
    log_path().parent.mkdir(parents=True, exist_ok=True)
    log_path().write_bytes(b"not a log at all" * 100)
    page = RefillsPage(main)

    assert page.rows == []
    assert "Nobody is listed" in page.trouble


def test_an_entry_that_was_changed_is_said_and_the_list_is_not_called_whole(
    three: SqliteLog, main: MainPage
) -> None:
    """The log is verified before it is listed: here the second entry was changed from outside, and is still well written."""
    with closing(sqlite3.connect(log_path())) as connection:
        connection.execute("DROP TRIGGER entry_update")
        connection.execute(
            "UPDATE entry SET bytes = CAST(REPLACE(CAST(bytes AS TEXT), '460 mcg/day', '461 mcg/day') AS BLOB)"
            " WHERE seq = 2"
        )
        connection.commit()
    page = RefillsPage(main)

    assert page.trouble.startswith("NOT WHOLE: ")
    assert page.trouble in unescape(main.owner.room(rail.refills).presenter.sheet())
    assert page.patients == ["P-0401", "P-0403", "P-0402"]

    page.press("calendar")  # it would move somebody's day
    wait_for(lambda: main.dialog is not None)
    assert not isinstance(main.dialog, QFileDialog)
    main.close_dialog()


def test_reading_is_stopped_and_gone_on_with(
    three: SqliteLog, main: MainPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the log never ends, until it is stopped."""
    follow, endless = RefillList.follow, [True]

    def slow(held: RefillList, log: TitrationLog, going: Callable[[int, int], bool]) -> bool:
        while endless and going(1, 3):
            time.sleep(0.01)
        return not endless and follow(held, log, going)

    monkeypatch.setattr(RefillList, "follow", slow)
    page = RefillsPage(main)
    panel = child(main.window, RefillsPanel, "refillsPanel")
    wait_for(lambda: panel.whose.text() == "reading the log… 1 of 3 entries")
    QApplication.processEvents()  # the button has its place now
    QTest.mouseClick(panel.stop_reading, Qt.MouseButton.LeftButton)

    assert page.rows == []
    assert page.trouble.startswith("Reading was stopped. Nobody is listed")
    assert not page.can_press("print")
    endless.clear()
    page.press("readOn")
    assert page.patients == ["P-0401", "P-0403", "P-0402"]
    assert not page.trouble


def test_no_number_of_a_long_list_is_cut(three: SqliteLog, main: MainPage) -> None:
    """Each column but the last is as wide as its longest text."""
    for number in range(70):
        record(three, step(f"P-0{500 + number}", "400 mcg/day"))
    record(three, step("P-0999-with-a-long-pseudonym", "12.0625 mcg/day"))
    page = RefillsPage(main)
    plain, bold = page.root.table.font(), page.root.table.font()
    bold.setBold(True)

    for column, heading in enumerate(page.headings[:-1]):
        width = QFontMetrics(plain if column else bold).horizontalAdvance
        longest = max(width(row[heading]) for row in page.rows)
        assert page.root.table.columnWidth(column) > longest


@pytest.mark.slow
def test_three_hundred_patients_do_not_hold_the_window_up(config_folder: Path, main: MainPage) -> None:
    """20,100 entries; the processor time of the window's own thread in each turn, while they are read, shown and gone through."""
    made_store(log_path())
    turns: list[float] = []
    main.show_panel("refills")
    panel = child(main.window, RefillsPanel, "refillsPanel")
    while panel.reading:
        begin = time.thread_time()
        QApplication.processEvents()
        turns.append(time.thread_time() - begin)
        time.sleep(0.001)
    for _ in range(6):  # with what each one's pump delivered
        begin = time.thread_time()
        QTest.keyClick(panel.table, Qt.Key.Key_Down)
        QApplication.processEvents()
        turns.append(time.thread_time() - begin)

    assert panel.trend.holds_any
    assert len(RefillsPage(main).rows) == 300
    assert max(turns) < 0.1


def test_every_field_of_the_list_has_a_name_that_is_heard(main: MainPage) -> None:
    page = RefillsPage(main)

    assert page.root.search.accessibleName() == "search the list"
    assert page.root.filter.accessibleName() == "who is shown"
    assert page.root.table.accessibleName() == "refills, overdue first"


# --- what is written from here


def sign(asking: AskingPage) -> None:
    asking.fill(author="M. Levi", role="nurse")


def test_a_visit_is_booked_and_cancelled(three: SqliteLog, main: MainPage) -> None:
    """10:00 on the clocks of Berlin, whatever this computer's are."""
    page = RefillsPage(main)
    page.select("P-0402")
    assert page.rows[2]["Visit"] == "not booked"
    assert not page.can_press("cancel")

    page.press("book")
    asking = AskingPage(main, "bookVisitDialog")
    assert asking.about == "P-0402: a visit for the refill, times of Europe/Berlin"
    sign(asking)
    asking.fill(at="2 Dec 2026 10:00")
    asking.write()
    assert page.rows[2]["Visit"] == "booked 2 Dec 2026 10:00"

    page.press("cancel")
    asking = AskingPage(main, "cancelVisitDialog")
    sign(asking)
    asking.fill(reason="ill")
    asking.write()
    assert page.rows[2]["Visit"] == "not booked"
    assert [each.entry.kind for each in standings(three.entries("P-0402"))][-2:] == [
        "visit_booked",
        "visit_cancelled",
    ]


def test_a_visit_after_the_last_day_says_that_it_is_too_late(three: SqliteLog, main: MainPage) -> None:
    page = RefillsPage(main)
    page.select("P-0402")
    page.press("book")
    asking = AskingPage(main, "bookVisitDialog")
    sign(asking)
    asking.fill(at="18 Dec 2026 10:00")
    asking.write()

    assert page.rows[2]["Visit"] == "TOO LATE, booked 18 Dec 2026 10:00"
    page.show_only("not_booked")
    assert "P-0402" in page.patients


@pytest.mark.parametrize(
    "typed",
    ["", "tomorrow", "32 Dec 2026 10:00", "2 Dec 2026", "2 Dec 2026 25:00", "21 Nov 2026 10:00", "1/2/26"],
)
def test_what_is_no_time_to_come_books_nothing(three: SqliteLog, main: MainPage, typed: str) -> None:
    page = RefillsPage(main)
    page.select("P-0402")
    page.press("book")
    asking = AskingPage(main, "bookVisitDialog")
    sign(asking)
    asking.fill(at=typed)
    asking.write()

    assert asking.problem.startswith("Not saved: ")
    asking.cancel()
    assert three.head().count == 3


def test_an_end_of_follow_up_takes_off_the_list(three: SqliteLog, main: MainPage) -> None:
    page = RefillsPage(main)
    page.select("P-0401")
    page.press("end")
    asking = AskingPage(main, "endFollowUpDialog")
    sign(asking)
    asking.write()
    assert "reason" in asking.problem  # nothing is chosen beforehand

    choice = child(asking.root, QComboBox, "field:reason")
    choice.setCurrentIndex(choice.findData("moved"))
    asking.write()
    assert page.patients == ["P-0403", "P-0402"]


@pytest.mark.parametrize(
    "typed", ["yesterday", "31 Feb 2026 10:00", "22 Nov 2026 25:00", "22 Nov 2036 09:30", "1/2/26"]
)
def test_what_is_no_time_or_still_to_come_ends_no_follow_up(
    three: SqliteLog, main: MainPage, typed: str
) -> None:
    """An end next year must not take a patient off the list today."""
    page = RefillsPage(main)
    page.select("P-0401")
    page.press("end")
    asking = AskingPage(main, "endFollowUpDialog")
    sign(asking)
    choice = child(asking.root, QComboBox, "field:reason")
    choice.setCurrentIndex(choice.findData("moved"))
    asking.fill(at=typed)
    asking.write()

    assert asking.problem.startswith("Not saved: ")
    asking.cancel()
    assert three.head().count == 3


def test_a_week_with_more_than_the_clinic_has_places_is_said(
    three: SqliteLog, main: MainPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is overdue counts into the week of today, which begins on 16 Nov; the clinic here has no place at all."""
    monkeypatch.setattr(ClinicDays, "places_from", lambda *_: 0)
    main.window.resize(1280, 760)
    page = RefillsPage(main)

    assert len(page.rows) == 3
    assert page.weeks[0] == (
        "week 47 of 2026, from 16 Nov 2026  1 due  1 of them to book  0 booked  0 places  TOO MANY"
    )
    assert page.root.too_full.text() == "▲ 2 weeks are too full"
    assert not page.root.weeks.isVisibleTo(page.root)

    main.window.resize(900, 420)  # no room for bars: then it is said
    wait_for(lambda: page.weeks == [])
    assert "week 47 of 2026, from 16 Nov 2026" in page.root.weeks.text()
    assert page.root.weeks.isVisibleTo(page.root)


def test_the_bars_of_the_weeks_are_drawn(three: SqliteLog, main: MainPage) -> None:
    """A bar stands where something is due or booked, and nowhere else: week 47 holds one refill, week 48 none."""
    main.window.resize(1280, 760)
    page = RefillsPage(main)
    assert len(page.rows) == 3
    shown = page.root.bars.grab().toImage()
    width = page.root.bars.width() / len(page.weeks)

    def colours(week: int) -> int:
        x, foot = int((week + 0.5) * width), page.root.bars.height() - 18
        ratio = shown.devicePixelRatio()
        return len({shown.pixel(int(x * ratio), int(y * ratio)) for y in range(foot - 30, foot)})

    assert len(page.weeks) == 5
    assert colours(0) > 1
    assert colours(1) == 1
    assert colours(4) > 1


# --- what the pump delivered


@pytest.fixture
def refilled(config_folder: Path) -> Iterator[SqliteLog]:
    """P-0301: 40 mL, 1 mL a day; after 20 days 23 mL drawn off, 17 of 20 delivered: 85 %; and the same once more."""
    log_path().parent.mkdir(parents=True, exist_ok=True)
    with closing(SqliteLog(log_path(), create=True)) as log:
        record(log, fill("2026-09-10T09:00+02:00", patient__last_change=None), refilled=True)
        for begin in ("2026-09-30T09:00+02:00", "2026-10-20T09:00+02:00"):
            step = held_against_log(
                checked_step(drawing_off("23 mL", begin, patient__last_change=None)), log, at(begin)
            )
            log.append(step_draft(step, answers_to(step), NURSE, at(begin), refilled=False))
        yield log


def test_every_refill_of_the_patient_selected_is_in_the_picture_and_read_by_the_arrow_keys(
    refilled: SqliteLog, main: MainPage
) -> None:
    main.window.resize(1280, 760)
    page = RefillsPage(main)
    assert [row["Delivered"] for row in page.rows] == ["▲ 85 %"]

    first, last = page.trend
    assert page.root.trend_title.text() == "P-0301: what the pump delivered, refill by refill"
    assert first.startswith(
        "30 Sep 2026  entry 2  drawn off 23 mL, expected 20 mL  delivered 0.85 (0.825 to 0.875) times the programmed volume"
    )
    assert page.root.trend_read.text() == last
    QTest.keyClick(page.root.trend, Qt.Key.Key_Left)
    assert page.root.trend_read.text() == first
    QTest.keyClick(page.root.trend, Qt.Key.Key_Left)
    assert page.root.trend_read.text() == first


def test_two_refills_in_a_row_outside_say_what_to_think_of(refilled: SqliteLog, main: MainPage) -> None:
    page = RefillsPage(main)
    assert len(page.rows) == 1

    wait_for(lambda: "two refills in a row" in page.note)
    assert page.note.startswith("▲ Less was delivered than programmed.")
    assert "occluded catheter" in page.note


@pytest.mark.parametrize(
    ("exact", "label"), [("7", "700 %"), ("1" + "0" * 400, "> 1,000 %"), ("-3", "−300 %")]
)
def test_a_ratio_far_off_stands_at_the_edge_and_says_so(
    refilled: SqliteLog, main: MainPage, exact: str, label: str
) -> None:
    """A chain may be whole and hold a number that nobody measured: nothing breaks by it."""
    last = refilled.at(3)
    assert last is not None
    refill = {**last.body["refill"], "delivered_ratio": {"exact": exact, "unit": "1"}}
    begin = at("2026-11-10T09:00+01:00")
    step = checked_step(drawing_off("23 mL", "2026-11-10T09:00+01:00", patient__last_change=None))
    made = step_draft(step, answers_to(step), NURSE, begin, refilled=True)
    refilled.append(replace(made, body={**made.body, "body_format": 2, "refill": refill}))
    main.window.resize(1280, 760)
    page = RefillsPage(main)

    wait_for(lambda: len(page.trend) == 3)
    picture = page.root.trend
    assert picture.state.points[-1].label == label
    assert 0 <= picture.state.points[-1].percent <= 200

    log = LogPage(main)  # whose picture has it too
    log.choose_patient("P-0301")
    assert log.root.dose.picture.curves


def test_the_row_of_the_patient_stays_in_sight_when_the_picture_takes_its_room(
    refilled: SqliteLog, main: MainPage
) -> None:
    for number in range(40):  # due before P-0301, whom the last row is of
        record(refilled, step(f"P-0{500 + number}", "400 mcg/day", **{"reservoir.filled": "9 mL"}))
    main.window.resize(1280, 760)
    page = RefillsPage(main)
    assert page.patients.index("P-0301") > 20
    page.select("P-0301")

    wait_for(lambda: page.trend != [])
    table = page.root.table
    wait_for(lambda: table.viewport().rect().contains(table.visualRect(table.currentIndex()).center()))


def test_who_was_never_refilled_has_no_picture(three: SqliteLog, main: MainPage) -> None:
    page = RefillsPage(main)
    page.select("P-0402")

    assert page.trend == []


def test_booking_takes_few_keys(three: SqliteLog, main: MainPage) -> None:
    page = RefillsPage(main)
    page.select("P-0401")
    page.press("book")
    sign(AskingPage(main, "bookVisitDialog"))
    AskingPage(main, "bookVisitDialog").fill(at="24 Nov 2026 10:00")
    AskingPage(main, "bookVisitDialog").write()  # from now on nobody signs again
    main.show_panel("check")
    keys = CountedKeys(main)

    keys.press("Ctrl+4")
    wait_for(lambda: len(page.rows) == 3)
    keys.type("0402")
    keys.press("Ctrl+B")
    wait_for(lambda: main.dialog is not None)
    keys.type("2 Dec 2026 10:00")
    keys.press("Return")

    wait_for(lambda: [row["Visit"] for row in page.rows] == ["booked 2 Dec 2026 10:00"])
    assert keys.told("booking") <= 30


# --- of one patient


def test_a_journey_says_what_it_means_for_the_pump(three: SqliteLog, main: MainPage) -> None:
    """P-0402 is empty in the worst case on 17 Dec: a return on the 20th is 3 days too late, one on the 10th leaves 6 days."""
    page = RefillsPage(main)
    page.select("P-0402")
    page.press("journey")
    asking = AskingPage(main, "journeyDialog")
    assert asking.about == "P-0402: away from home, times of Europe/Berlin"

    asking.fill(leaves="1 Dec 2026 08:00", returns="20.12.2026 18:00", zone="Asia/Tokyo")
    asking.write()
    told = asking.text("journeyDialog:found")
    assert "is away from 1 Dec 2026 08:00 to 20 Dec 2026 18:00, times of Europe/Berlin" in told
    assert "THE REFILL IS DUE WHILE AWAY" in told
    assert "THE PUMP IS EMPTY IN THE WORST CASE BEFORE THE RETURN" in told
    assert "at noon there it shows 04:00 of 1 Dec 2026" in told  # 12:00 in Tokyo is 04:00 in Berlin

    asking.fill(returns="10 Dec 2026 18:00")
    asking.write()
    told = asking.text("journeyDialog:found")
    assert "The refill is not due before the return." in told
    assert "The return may fail for 6 days" in told
    assert three.head().count == 3


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("leaves", "soon"),
        ("returns", "30 Nov 2026 08:00"),
        ("returns", ""),
        ("zone", "Tokio"),
        ("delay", "a week"),
    ],
)
def test_a_journey_that_cannot_be_read_is_refused_at_its_field(
    three: SqliteLog, main: MainPage, field: str, typed: str
) -> None:
    page = RefillsPage(main)
    page.select("P-0402")
    page.press("journey")
    asking = AskingPage(main, "journeyDialog")
    asking.fill(**{"leaves": "1 Dec 2026 08:00", "returns": "20 Dec 2026 18:00", field: typed})
    asking.write()

    told = asking.text("journeyDialog:found")
    assert "away from" not in told
    assert typed in told
    focused = asking.root.focusWidget()
    assert focused is not None
    assert focused.objectName() == f"field:{field}"


def test_card_and_letter_are_of_what_was_seen_to_run(three: SqliteLog, main: MainPage) -> None:
    page = RefillsPage(main)
    page.select("P-0402")
    page.press("card")
    assert isinstance(main.dialog, QMessageBox)
    assert "nobody has seen the pump run after entry 1" in main.dialog.informativeText()
    main.close_dialog()

    entry = three.at(1)
    assert entry is not None
    three.append(read_back_draft(entry, "running", "", NURSE, at("2026-11-21T09:00+01:00")))
    sheet = main.owner.room(rail.refills).presenter.patient_paper("P-0402", "card")
    assert sheet.count("I have a baclofen pump") == 4
    assert "DRAFT, to be reviewed by a clinician" in sheet
    page.select("P-0402")
    page.press("letter")
    assert main.dialog is not None
    assert main.dialog.objectName() == "printPreview"
    main.close_dialog()


@pytest.mark.parametrize("kind", ["card", "letter"])
def test_a_step_of_the_log_leads_to_the_card_and_the_letter_too(
    three: SqliteLog, main: MainPage, kind: str
) -> None:
    entry = three.at(1)
    assert entry is not None
    three.append(read_back_draft(entry, "running", "", NURSE, at("2026-11-21T09:00+01:00")))
    log = LogPage(main)
    log.select_number("1")
    log.press(kind)

    assert main.dialog is not None
    assert main.dialog.objectName() == "printPreview"
    main.close_dialog()

    log.select_number("2")  # P-0403, of which nobody has seen the pump run
    log.press(kind)
    assert isinstance(main.dialog, QMessageBox)
    assert "nobody has seen the pump run after entry 2" in main.dialog.informativeText()
    main.close_dialog()


def test_before_an_implant_a_page_of_visits_a_year(main: MainPage) -> None:
    page = RefillsPage(main)
    page.press("beforeImplant")
    asking = AskingPage(main, "beforeImplantDialog")
    asking.fill(dose="350")
    asking.write()
    assert asking.problem

    choice = child(asking.root, QComboBox, "field:jurisdiction")
    choice.setCurrentIndex(choice.findData("us"))
    asking.write()
    assert main.dialog is not None
    assert main.dialog.objectName() == "printPreview"
    main.close_dialog()
    sheet = main.owner.room(rail.refills).presenter.before_implant("350", "us")
    assert "SynchroMed II 40 mL" in sheet
    assert "every 180 days" in sheet
