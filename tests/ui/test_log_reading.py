"""Reading a patient's history in the window: who, what, what became of it, the picture, two dates, a backup."""

import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from itbcalc.desk.writer import LogWriter
from itbcalc.log.anchors import Anchor
from itbcalc.log.backup import make_backup
from itbcalc.log.entries import Draft
from itbcalc.log.folders import BACKUPS, key_path, log_path
from itbcalc.log.store import MemoryLog, SqliteLog, make_log
from itbcalc.visits.entry_kinds import EntryKind
from tests.demonstration import BEGIN, PATIENT, library, write_log
from tests.ui.conftest import NOW
from tests.ui.log_pages import AskingPage, LogPage, RestorePage, record
from tests.ui.pages import MainPage, child, wait_for
from ui.beside import Beside
from ui.log import listing
from ui.log.entry_table import EntryTable
from ui.log.panel import LogPanel
from ui.log.presenter import LogPresenter
from ui.log.put_back import compared_with_log
from ui.log.states import HEADINGS, LogRow

pytestmark = pytest.mark.gui

SIMPLE = "01-routine-increase.toml"
HOME, RIGHT, LEFT, END = Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_End
WRITING = ("readBack", "secondCheck", "observe", "amend", "void", "backUp")


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log of forty steps."""
    path = tmp_path_factory.mktemp("demonstration") / "titration.itblog"
    write_log(path)
    return path


@pytest.fixture(autouse=True)
def no_backup_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The backup that the window makes by itself is an entry too: here only what somebody does is counted."""
    monkeypatch.setattr(LogWriter, "backup_due", lambda _: False)


@pytest.fixture
def at_the_log(demonstration: Path, open_window: Callable[[], MainPage]) -> Callable[[], LogPage]:
    """Opens the window at the log of forty steps."""

    def opening() -> LogPage:
        log_path().parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(demonstration, log_path())
        return LogPage(open_window())

    return opening


@pytest.fixture
def log(at_the_log: Callable[[], LogPage]) -> LogPage:
    """The log of forty steps, its patient chosen."""
    page = at_the_log()
    page.search(PATIENT)
    return page


def put_log(entries: list[tuple[str, str]]) -> None:
    """Puts a log of read-backs in place: the patient and the note of each."""
    memory = MemoryLog()
    for number, (patient, note) in enumerate(entries, start=1):
        memory.append(
            Draft(
                entry_id=f"00000000-0000-4000-8000-{number:012}",
                kind=EntryKind.READ_BACK_RECORDED,
                recorded_at=NOW,
                author="M. Levi",
                patient=patient,
                body={"of": "", "state": "running", "note": note},
            )
        )
    make_log(log_path(), memory.head().log_id, memory.written())


def spoil(number: int) -> None:
    """Overwrites the bytes of one entry, as somebody with the file in hand could."""
    with closing(sqlite3.connect(log_path(), isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE entry SET bytes = CAST('no entry' AS BLOB) WHERE seq = ?", (number,))


# --- who


def test_patients_are_listed_with_how_much_is_known_of_them(at_the_log: Callable[[], LogPage]):
    log = at_the_log()

    assert log.patients == [("All patients", "newest first"), (PATIENT, "95 entries · 29 Sep 2026")]
    assert log.patient == "All patients"
    assert log.about == "95 entries"
    assert "Choose a patient" in log.no_dose


def test_whoever_was_written_of_last_stands_first(main: MainPage):
    put_log([("P-0001", ""), ("P-0002", ""), ("", "of no patient"), ("P-0001", "")])
    log = LogPage(main)

    # 22 Nov 2026 is the clock of these tests
    assert log.patients == [
        ("All patients", "newest first"),
        ("P-0001", "2 entries · 22 Nov 2026"),
        ("P-0002", "1 entry · 22 Nov 2026"),
    ]
    assert [row["no."] for row in log.rows] == ["4", "3", "2", "1"]


def test_typing_finds_one_patient_and_several_are_left_to_be_chosen(main: MainPage):
    put_log([("P-0011", ""), ("P-0012", ""), ("Q-0012", "")])
    log = LogPage(main)

    log.search("p-00")
    assert [who for who, _ in log.patients] == ["P-0012", "P-0011"]
    assert log.patient == ""
    assert log.rows == []
    assert log.about == "2 patients: type more, or choose one with the arrow keys"

    log.key_in_search(Qt.Key.Key_Down)
    assert log.patient == "P-0012"
    assert [row["no."] for row in log.rows] == ["2"]
    log.key_in_search(Qt.Key.Key_Down)
    assert [row["no."] for row in log.rows] == ["1"]
    log.key_in_search(Qt.Key.Key_Up)
    assert [row["no."] for row in log.rows] == ["2"]

    log.search("q")
    assert log.patient == "Q-0012"
    assert [row["no."] for row in log.rows] == ["3"]

    log.search("x")
    assert log.patients == []
    assert log.about == "No patient’s pseudonym holds ‘x’."


def test_a_pseudonym_typed_whole_is_meant_though_others_hold_it_too(main: MainPage):
    put_log([("P-1", ""), ("P-10", ""), ("P-11", "")])
    log = LogPage(main)

    log.search("p-1")

    assert log.patient == "P-1"
    assert [row["no."] for row in log.rows] == ["1"]


def test_the_list_is_walked_by_the_arrow_keys(main: MainPage):
    put_log([("P-0001", ""), ("P-0002", "")])
    log = LogPage(main)

    log.choose_patient("P-0001")

    assert log.about == "1 of 2 entries"
    assert "patient" not in log.columns
    log.choose_patient("All patients")
    assert log.about == "2 entries"
    assert "patient" in log.columns


def test_of_a_long_log_the_newest_are_shown_and_more_on_request(main: MainPage):
    put_log([(f"P-{number % 7}", "") for number in range(1, 1_102)])
    log = LogPage(main)
    assert len(log.rows) == 500
    assert log.rows[0]["no."] == "1101"
    assert log.about == "500 of 1,101 entries"
    assert log.more == "Show 500 more"

    log.press("more")
    assert len(log.rows) == 1000
    log.press("more")
    assert [log.rows[line]["no."] for line in (0, -1)] == ["1101", "1"]
    assert log.more == ""


# --- what became of it


def test_what_does_not_hold_is_struck_through_and_says_why(log: LogPage):
    rows = {row["no."]: line for line, row in enumerate(log.rows)}

    struck = [number for number, line in rows.items() if log.struck_through(line)]
    assert struck == ["68", "55"]
    assert "AMENDED by entry 69, M. Levi, 24 Feb 2026 09:07: 38 mL were filled" in log.tip(rows["68"], "what")
    assert "VOIDED by entry 56, M. Levi, 28 Oct 2025 09:19: recorded twice" in log.tip(rows["55"], "what")


def test_every_kind_is_said_in_words(log: LogPage):
    what = {row["no."]: row["what"] for row in log.rows}

    assert what["1"] == "refill"
    assert what["37"] == "concentration change"
    assert what["38"] == "second check: agreed"
    assert what["56"] == "void: recorded twice"
    assert what["69"] == "amendment of a refill: 38 mL were filled"
    assert what["95"] == (
        "observation: MAS 1 left hip adductors · MAS 1 right hip adductors · MAS 1 left ankle plantar flexors · "
        "Penn 0 · NRS 2 · GAS 62.3"
    )
    assert {row["no."]: row["2nd check"] for row in log.rows if row["2nd check"]} == {
        "37": "agreed",
        "52": "agreed",
    }


def test_entries_about_the_log_itself_are_said_in_words(main: MainPage):
    memory = MemoryLog()
    bodies = {
        EntryKind.OPERATOR_CHANGED: {
            "operator": {"id": "1", "name": "M. Levi", "role": "nurse"},
            "change": "added",
        },
        EntryKind.ANCHOR_TAKEN: {"count": 7, "head": "0", "where": "file"},
        EntryKind.BACKUP_MADE: {"file": "a.backup", "entries": 8, "head": "0"},
        EntryKind.LOG_IMPORTED: {"file": "b.itbexport", "entries": 9, "head": "0"},
    }
    for number, (kind, body) in enumerate(bodies.items()):
        memory.append(Draft(entry_id=f"{number}", kind=kind, recorded_at=NOW, author="itbcalc", body=body))
    make_log(log_path(), memory.head().log_id, memory.written())
    log = LogPage(main)

    assert [row["what"] for row in log.rows] == [
        "log read in: b.itbexport, 9 entries",
        "backup made: a.backup, 8 entries",
        "anchor taken: 7 entries, on a file",
        "operator: M. Levi added",
    ]
    assert not log.can_press("void")


def test_an_entry_whole_says_what_was_changed_seen_and_typed_again(log: LogPage):
    log.select_number("69")
    assert "volume after the refill: 40 mL → 38 mL" in log.entry

    log.select_number("3")
    assert "sit 2 h in the wheelchair: -2  (importance 3, difficulty 2)" in log.entry

    log.select_number("38")
    assert "daily dose: 350 mcg/day  agrees" in log.entry


def test_a_clock_that_went_back_is_said(main: MainPage):
    memory = MemoryLog()
    for name, at in (("1", NOW), ("2", BEGIN)):
        memory.append(
            Draft(entry_id=name, kind=EntryKind.DOSE_STEP_RECORDED, recorded_at=at, author="M. Levi")
        )
    make_log(log_path(), memory.head().log_id, memory.written())
    log = LogPage(main)

    assert "Its moment is before that of the entry before" in log.entry
    assert "Its moment is before" in log.tip(0, "what")
    assert "Its moment is before" not in log.tip(1, "what")


# --- the picture


def test_the_dose_is_drawn_in_steps_with_the_scores_beneath(log: LogPage):
    canvas = log.dose.wait_until_drawn()
    edges, levels = (list(map(float, data)) for data in canvas.lines["solid"].getOriginalDataset())

    # 4 Nov 2024: 100; after 2, 3, 7, 14 and 14 days 115, 130, 145, 160, 176; at the end 560
    assert edges[1:7] == [0.0, 2.0, 5.0, 12.0, 26.0, 40.0]
    assert levels[1:7] == [100.0, 115.0, 130.0, 145.0, 160.0, 176.0]
    assert edges[0] < 0  # before the first step ran what it changed
    assert levels[0] == 90.0
    # neither what was voided nor what was amended is drawn twice
    assert (len(levels), levels[-1]) == (41, 560.0)
    lanes = log.dose.root.picture.lanes
    assert [(lane.name, lane.low, lane.high) for lane in lanes] == [
        ("MAS", 0, 5),
        ("Penn", 0, 4),
        ("NRS", 0, 10),
        ("GAS T", 20, 70),
    ]
    assert len({lane.shape for lane in lanes}) == 4
    assert [y for _, y in lanes[1].points] == [4, 3, 3, 2, 2, 1, 1, 1, 1, 0]


def test_the_name_of_each_lane_has_room_beside_it(log: LogPage):
    canvas = log.dose.wait_until_drawn()

    widest = canvas.fontMetrics().horizontalAdvance("GAS T 70")
    assert len(canvas.lefts) == 5
    assert all(left.rect().width() > widest for left in canvas.lefts)


def test_refills_and_concentrations_have_signs_of_their_own(log: LogPage):
    log.dose.wait_until_drawn()
    signs = log.dose.root.picture.signs

    assert [sign.words for sign in signs if sign.shape == "diamond"] == [
        "concentration 2,000 mcg/mL from 19 Jul 2025"
    ]
    assert [sign.x for sign in signs if sign.shape == "triangle"] == [0, 82, 166, 236, 372, 477, 582, 652]
    assert log.dose.legend["refilled"] == "t1"  # a triangle, as pyqtgraph calls it
    assert log.dose.legend["concentration changed"] == "d"


def test_the_arrow_keys_go_from_event_to_event_and_read_everything(log: LogPage):
    dose = log.dose
    assert dose.go(HOME).endswith("   daily dose 90 mcg/day before")
    assert dose.go(RIGHT) == "4 Nov 2024 09:00   daily dose 100 mcg/day · refilled 4 Nov 2024"

    # ranks 5, 5, 4: 14/3; GAS: 50 − 200 / √(0.7 · 52 + 0.3 · 100) = 25.46
    assert dose.go(RIGHT) == (
        "4 Nov 2024 09:30   daily dose 100 mcg/day · MAS 4.7, mean of 3 (4 Nov 2024) · Penn 4 (4 Nov 2024) · "
        "NRS 6 (4 Nov 2024) · GAS T 25.5 (4 Nov 2024) · refilled 4 Nov 2024"
    )
    assert dose.go(RIGHT).startswith("6 Nov 2024 09:00   daily dose 115 mcg/day · MAS 4.7")
    assert dose.go(LEFT, LEFT).startswith("4 Nov 2024 09:00")
    assert "daily dose 560 mcg/day" in dose.go(END)


def test_the_picture_is_zoomed_by_keys_buttons_and_the_wheel_with_control(log: LogPage):
    canvas = log.dose.wait_until_drawn()
    whole = canvas.span

    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.span[1] - canvas.span[0] == pytest.approx((whole[1] - whole[0]) / 2)
    QTest.keyClick(canvas, Qt.Key.Key_Minus)
    assert canvas.span == pytest.approx(whole)

    press_in(log.dose.root, "zoomIn")
    press_in(log.dose.root, "zoomIn")
    assert canvas.span[1] - canvas.span[0] == pytest.approx((whole[1] - whole[0]) / 4)
    low, high = canvas.panes[0].viewRange()[0]
    assert (low, high) == pytest.approx(canvas.span)
    log.dose.go(END)  # what is shown comes after the cursor
    assert canvas.span[1] == pytest.approx(whole[1])
    press_in(log.dose.root, "zoomAll")
    assert canvas.span == whole

    turn(canvas.viewport(), Qt.KeyboardModifier.NoModifier)
    assert canvas.span == whole
    turn(canvas.viewport(), Qt.KeyboardModifier.ControlModifier)
    assert canvas.span[1] - canvas.span[0] == pytest.approx((whole[1] - whole[0]) / 2)


def test_the_picture_as_a_table_has_a_row_for_each_moment(log: LogPage):
    log.dose.wait_until_drawn()
    log.dose.press_table()

    assert log.dose.headings == [
        "date",
        "daily dose",
        "what",
        "Modified Ashworth",
        "Penn spasm frequency",
        "Pain, numeric rating",
        "GAS T-score",
    ]
    assert len(log.dose.rows) == 50  # 40 steps and 10 observations
    assert log.dose.rows[:3] == [
        ("4 Nov 2024 09:00", "100 mcg/day", "refill", "", "", "", ""),
        ("4 Nov 2024 09:30", "", "", "4.7, mean of 3", "4", "6", "25.5"),
        ("6 Nov 2024 09:00", "115 mcg/day", "dose step", "", "", "", ""),
    ]


def test_a_saved_picture_of_the_log_holds_all_lanes(log: LogPage, tmp_path: Path):
    log.dose.wait_until_drawn()

    log.dose.root.write_svg(tmp_path / "dose.svg")

    words = (tmp_path / "dose.svg").read_text(encoding="utf-8")
    for name in ("MAS 5", "Penn 4", "NRS 10", "GAS T 70", "400"):
        assert name in words


def test_without_two_moments_there_is_no_picture_but_what_to_do(main: MainPage):
    record(main, SIMPLE)
    log = LogPage(main)

    log.choose_patient("P-0101")

    assert not log.dose.shown
    assert "second step" in log.no_dose


# --- two dates


def test_the_last_two_steps_are_compared_without_being_asked(log: LogPage):
    log.press("showCompare")

    assert log.compared_dates == ("8 Sep 2026 10:00", "29 Sep 2026 10:00")
    assert log.compared[0] == (
        "step",
        "entry 91, 8 Sep 2026 10:00",
        "entry 93, 29 Sep 2026 10:00",
        "",
    )
    # 560 / 550 − 1 = 1/55; 550 / 2000 = 0.275 and 560 / 2000 = 0.28 mL/day
    rows = {row[0]: row[1:] for row in log.compared}
    assert log.compared[1] == ("daily dose", "550 mcg/day", "560 mcg/day", "+1.818 %")
    assert rows["flow rate"] == ("0.275 mL/day", "0.28 mL/day", "+1.818 %")


def test_two_typed_dates_are_compared_to_their_ends(log: LogPage):
    log.press("showCompare")

    log.compare("5 Nov 2024", "2024-11-06")
    assert log.compared[1] == ("daily dose", "100 mcg/day", "115 mcg/day", "+15 %")
    assert log.date_problems == ("", "")

    log.compare("6 Nov 2024 08:59", "6 Nov 2024 09:00")
    assert log.compared[1] == ("daily dose", "100 mcg/day", "115 mcg/day", "+15 %")

    log.compare("7 Nov 2024", "8 Nov 2024")
    assert log.compared == []
    assert log.compared_about == "At both moments entry 4 was in force: nothing to compare."


def test_the_concentration_is_compared_too(log: LogPage):
    log.press("showCompare")

    log.compare("18 Jul 2025", "19 Jul 2025")

    rows = {row[0]: row[1:] for row in log.compared}
    assert "daily dose" not in rows  # 350 mcg/day before and after
    assert rows["concentration"] == ("500 mcg/mL", "2000 mcg/mL", "+300 %")
    assert rows["flow rate"] == ("0.7 mL/day", "0.175 mL/day", "\N{MINUS SIGN}75 %")


def test_a_date_that_cannot_be_read_is_refused_beside_its_field(log: LogPage):
    log.press("showCompare")
    for text in ("", "11/12/2024", "yesterday", "31 Feb 2025", "6 Nov 2024 25:00"):
        log.compare("6 Nov 2024", "29 Sep 2026")
        assert log.date_problems == ("", "")

        log.compare(text, "29 Sep 2026")

        assert log.date_problems[0] != "", text
        assert log.date_problems[1] == "", text
        assert log.compared == [], text


def test_before_the_first_step_nothing_was_in_force(log: LogPage):
    log.press("showCompare")

    log.compare("3 Nov 2024", "29 Sep 2026")

    assert log.date_problems[0] == f"‘3 Nov 2024’: no dose step of {PATIENT} was in force then"


def test_what_is_compared_goes_as_soon_as_a_date_is_edited(log: LogPage):
    log.press("showCompare")
    assert log.compared

    QTest.keyClick(log.root.compare.then, Qt.Key.Key_End)
    QTest.keyClicks(log.root.compare.then, "1")

    assert log.compared == []


def test_what_changed_since_an_entry_is_listed_in_words(log: LogPage):
    log.press("showSince")
    log.select_number("89")

    assert log.since_about == f"After entry 89 of {PATIENT} (refill, 18 Aug 2026 09:05): 6 entries"
    assert [row[0] for row in log.since] == ["90", "91", "92", "93", "94", "95"]
    assert log.since[1] == ("91", "8 Sep 2026 09:05", "dose step, 550 mcg/day")
    log.select_number("54")
    assert log.since[0] == ("55", "28 Oct 2025 09:17", "dose step, 405 mcg/day (does not hold any more)")
    log.select_number("95")
    assert log.since_about.endswith(": nothing")
    assert log.since == []


def test_steps_of_two_patients_are_never_compared(main: MainPage):
    record(main, "01-routine-increase.toml")
    main.press("Ctrl+1")
    main.owner.program.open_example("10-decrease-for-side-effects.toml")
    main.press("Ctrl+R")
    asking = AskingPage(main, "recordDialog")
    asking.fill(author="M. Levi")
    asking.answer_all("agreed")
    asking.write()
    AskingPage(main, "readBackDialog").cancel()
    log = LogPage(main)
    log.choose_patient("All patients")
    log.press("showCompare")

    log.compare("1 Jan 2020", "1 Jan 2030")

    assert log.compared == []
    assert "choose a patient" in log.compared_about


def test_of_a_long_history_it_is_said_that_only_a_part_was_compared(
    at_the_log: Callable[[], LogPage], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(listing, "OF_ONE", 20)
    log = at_the_log()
    log.search(PATIENT)
    assert log.more == "Show 20 more"
    log.press("showCompare")

    log.compare("1 Jan 2025", "1 Sep 2026")  # the first is of an entry that is not shown

    assert log.compared == []
    assert log.compared_about == "Only the entries shown were looked through: Show 20 more first."


# --- what can be done


def test_only_what_is_possible_can_be_pressed(log: LogPage):
    acts = ("readBack", "secondCheck", "observe", "amend", "void", "sheet")
    possible = {
        "93": {"readBack", "secondCheck", "observe", "amend", "void", "sheet"},  # a step
        "95": {"observe", "amend", "void"},  # an observation
        "94": {"observe", "void"},  # a read-back
        "55": {"observe"},  # voided
        "68": {"observe", "void"},  # amended
    }
    for number, expected in possible.items():
        log.select_number(number)

        assert {name for name in acts if log.can_press(name)} == expected, number


@pytest.mark.parametrize(
    ("name", "signal", "carries_entry"),
    [
        ("readBack", "read_back_requested", True),
        ("secondCheck", "second_check_requested", True),
        ("observe", "observe_requested", False),
        ("amend", "amend_requested", True),
        ("void", "void_requested", True),
        ("printSheet", "sheet_requested", True),
        ("saveSheet", "sheet_pdf_requested", True),
        ("export", "export_requested", None),
        ("backUp", "backup_requested", None),
        ("copyAnchor", "anchor_requested", None),
        ("saveAnchor", "anchor_save_requested", None),
    ],
)
def test_each_button_asks_for_its_own(
    demonstration: Path, qapp: QApplication, name: str, signal: str, carries_entry: bool | None
):
    holder = QWidget()  # without the desk, which would ask on
    panel, asked = LogPanel(demonstration, holder), list[tuple[object, ...]]()
    presenter = LogPresenter(panel, demonstration, lambda: NOW, library)
    panel.follow(presenter)
    presenter.patient_chosen(PATIENT)
    wait_for(lambda: not panel.reading)
    panel.table.selectRow(2)
    getattr(panel, signal).connect(lambda *values: asked.append(values))

    action = panel.findChild(QAction, f"log:{name}")
    (action.trigger if action is not None else child(panel, QPushButton, f"log:{name}").click)()

    expected = {True: (panel.selected(),), False: (PATIENT,), None: ()}[carries_entry]
    assert [values[: len(expected)] for values in asked] == [expected]
    holder.deleteLater()


@pytest.mark.parametrize("by", ["M. Levi", "M. Levi-Rosenbaum, pump nurse of ward 3"])
def test_at_the_smallest_window_what_happened_is_not_cut(log: LogPage, by: str):
    """However long the name of the author is, which gives way then."""
    log.main.window.resize(1280, 800)
    table = log.root.findChild(EntryTable, "log:table")
    assert table is not None
    rows = [
        LogRow(
            "id",
            (
                "95",
                "29 Sep 2026 09:30",
                PATIENT,
                what,
                "1,560 mcg/day",
                "2,000 mcg/mL",
                by,
                "running",
                "agreed",
            ),
        )
        for what in ("second check: agreed", "second check: DIFFERS", "read-back: stopped")
    ]
    table.show_entries(rows, one_patient=False)
    QApplication.processEvents()

    letters = table.fontMetrics().horizontalAdvance
    what = table.columnWidth(HEADINGS.index("what"))
    assert all(letters(row.cells[HEADINGS.index("what")]) + 8 <= what for row in rows)
    whole = table.columnWidth(HEADINGS.index("by")) >= letters(by)
    assert whole is (by == "M. Levi")


def test_at_the_smallest_window_no_button_is_cut(log: LogPage):
    log.main.window.resize(1280, 800)
    QApplication.processEvents()

    for button in log.root.findChildren(QPushButton):
        if button.isVisible():
            assert button.width() >= button.minimumSizeHint().width(), button.objectName()
            corner = button.mapTo(log.root, button.rect().bottomRight())
            assert log.root.rect().contains(corner), button.objectName()


def test_an_anchor_is_read_from_a_file_and_held_against_the_log(log: LogPage, tmp_path: Path):
    with closing(SqliteLog(log_path())) as held:
        line = Anchor(held.head()).line
    kept = tmp_path / "anchor.txt"
    kept.write_text(f"{line}\n", encoding="ascii")
    other = tmp_path / "notes.txt"
    other.write_text("an anchor of mine", encoding="ascii")

    log.press("anchorFromFile")
    log.main.type_file_name(str(other))
    assert log.anchor == ""
    assert "itbcalc-anchor" in log.verdict

    log.press("anchorFromFile")
    log.main.type_file_name(str(kept))
    assert log.anchor == line
    assert "The anchor agrees" in log.verify(log.anchor)


# --- a log in trouble


def test_a_damaged_entry_is_said_and_the_others_can_be_read(at_the_log: Callable[[], LogPage]):
    log = at_the_log()
    spoil(90)
    log.search(PATIENT)

    assert "entry 90" in log.trouble
    assert "What can still be read is shown" in log.trouble
    numbers = [row["no."] for row in log.rows]
    assert "90" not in numbers
    assert len(numbers) == 94
    assert log.about.startswith("94 entries that can be read")
    log.select_number("93")
    assert not any(log.can_press(name) for name in WRITING)
    assert log.can_press("sheet")
    assert log.can_press("restore")


def test_the_last_entry_damaged_does_not_hide_the_others(at_the_log: Callable[[], LogPage]):
    log = at_the_log()
    spoil(95)
    log.search(PATIENT[:4])

    assert "entry 95" in log.trouble
    assert log.patient == PATIENT
    assert log.rows[0]["no."] == "94"


def test_damage_that_only_verifying_finds_is_said_from_then_on(log: LogPage):
    with closing(sqlite3.connect(log_path(), isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(
            "UPDATE entry SET bytes = CAST(REPLACE(CAST(bytes AS TEXT), 'M. Levi', 'N. Levi') AS BLOB) WHERE seq = 2"
        )
    assert log.trouble == ""

    assert "NOT WHOLE" in log.verify()

    assert "The log is damaged" in log.trouble
    log.select_number("93")
    assert not any(log.can_press(name) for name in WRITING)


def test_a_log_of_a_newer_program_is_not_written(log: LogPage):
    with closing(sqlite3.connect(log_path(), isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version = 9")
    log.search(PATIENT)

    assert "newer" in log.trouble
    assert len(log.rows) == 95
    assert not any(log.can_press(name) for name in WRITING)
    assert log.can_press("restore")


# --- putting a backup back


@pytest.fixture
def backed_up(at_the_log: Callable[[], LogPage]) -> LogPage:
    """A backup of the 95 entries, and one more entry since."""
    page = at_the_log()
    with closing(SqliteLog(log_path())) as held:
        make_backup(held, log_path().parent / BACKUPS, NOW)
    page.search(PATIENT)
    page.select_number("93")
    page.press("void")
    voiding = AskingPage(page.main, "voidDialog")
    voiding.fill(reason="of another patient", author="Dr B")
    voiding.write()
    assert page.rows[0]["no."] == "96"
    return page


def test_a_backup_is_put_back_after_a_comparison_and_a_typed_word(backed_up: LogPage):
    log = backed_up
    log.press("restore")
    restoring = RestorePage(log.main)
    assert restoring.backups == ["22 Nov 2026 12:00 · 95 entries"]
    assert not restoring.can_confirm

    words = restoring.compare()
    assert "The backup is whole: 95 entries, the last of 29 Sep 2026." in words
    assert "No longer in the log, only in the file set aside: 1 entry" in words
    assert f"96 · 22 Nov 2026 12:00 · {PATIENT} · void: of another patient" in words
    restoring.confirm("yes")
    assert not restoring.can_put_back
    restoring.confirm("restore")
    assert restoring.can_put_back

    said = restoring.put_back()

    aside = log_path().with_name(f"{log_path().name}.aside-20261122T120000Z")
    assert said == f"The backup is now the log: {log_path().name}. What stood there is kept as {aside.name}."
    with closing(SqliteLog(aside)) as kept:
        assert kept.head().count == 96
    restoring.close()
    assert log.rows[0]["no."] == "95"


def test_a_damaged_log_is_set_aside_and_the_backup_takes_its_place(backed_up: LogPage):
    log = backed_up
    spoil(40)
    log.search(PATIENT)
    assert log.trouble
    log.press("restore")
    restoring = RestorePage(log.main)

    restoring.compare()
    restoring.confirm("restore")
    restoring.put_back()
    restoring.close()

    assert log.trouble == ""
    assert len(log.rows) == 95
    assert [path.name for path in log_path().parent.glob("*.aside-*")] == [
        f"{log_path().name}.aside-20261122T120000Z"
    ]


def test_a_backup_that_is_not_whole_cannot_be_put_back(backed_up: LogPage, tmp_path: Path):
    log = backed_up
    no_log = tmp_path / "notes.backup"
    no_log.write_text("notes of somebody", encoding="ascii")
    log.press("restore")
    restoring = RestorePage(log.main)
    restoring.choose_file(no_log)

    assert restoring.compare().startswith("This backup cannot be put back: ")
    assert not restoring.can_confirm
    restoring.choose(0)
    assert restoring.words == "Not compared yet."
    restoring.close()


@pytest.mark.usefixtures("backed_up")
def test_a_plain_backup_of_an_encrypted_log_is_said_to_be_plain():
    key_path(log_path()).write_bytes(b"a wrapped key")
    backup = next((log_path().parent / BACKUPS).glob("*.backup"))

    words = compared_with_log(log_path(), backup, lambda _: True).words

    assert "It is not encrypted itself" in words
    key_path(log_path()).unlink()
    assert "NOT ENCRYPTED" not in compared_with_log(log_path(), backup, lambda _: True).words


def test_a_lost_log_is_put_back_from_its_backup(backed_up: LogPage):
    log = backed_up
    log_path().unlink()
    log.main.show_panel("check")
    log = LogPage(log.main)
    assert "press Record" in log.about

    log.press("restore")
    restoring = RestorePage(log.main)
    assert "There is no log now: nothing is lost." in restoring.compare()
    restoring.confirm("restore")
    assert "Nothing stood there before." in restoring.put_back()
    restoring.close()

    assert log.about == "95 of 96 entries"  # the last one says that it was put back


def test_without_a_backup_the_dialog_says_what_to_do(at_the_log: Callable[[], LogPage]):
    log = at_the_log()
    log.press("restore")
    restoring = RestorePage(log.main)

    assert restoring.words == "There is no backup beside this log. Choose another file."
    assert restoring.backups == []
    restoring.close()


# --- beside the window


def test_only_the_answer_to_what_was_asked_last_is_given(qapp: QApplication):
    holder = QWidget()
    beside, go_on, answers = Beside(holder), threading.Event(), list[str]()

    def slow() -> str:
        go_on.wait(10)
        return "slow"

    beside.do(slow, answers.append)
    beside.do(lambda: "never begun", answers.append)
    beside.do(lambda: "last", answers.append)
    go_on.set()
    wait_for(lambda: not beside.busy)

    assert answers == ["last"]
    holder.deleteLater()


def test_that_it_reads_is_said_only_where_it_takes_long(log: LogPage):
    panel, go_on, found = log.root, threading.Event(), list[int]()
    about = log.about

    panel.read_beside(lambda: go_on.wait(10), lambda _: found.append(1))
    assert panel.about.text() == about
    wait_for(lambda: panel.about.text() == "reading…")
    go_on.set()
    wait_for(lambda: found == [1])


def test_tab_reaches_every_part_of_the_panel(log: LogPage):
    main = log.main
    log.dose.wait_until_drawn()
    log.select_number("93")
    log.root.patients.search.setFocus()
    start, reached = main.keyboard, list[str]()
    while True:
        main.tab()
        if main.keyboard is start or len(reached) > 60:
            break
        reached.append(main.keyboard.objectName())

    for name in (
        "log:patients",
        "log:table",
        "log:entry",
        "log:readBack",
        "log:secondCheck",
        "log:observe",
        "log:amend",
        "log:void",
        "log:sheet",
        "log:dose:zoomIn",
        "log:dose:canvas",
        "log:verify",
        "field:log.anchor",
        "log:anchorFromFile",
        "log:anchor",
        "log:export",
        "log:backUp",
        "log:restore",
    ):
        assert name in reached, name


def test_one_key_goes_to_the_search(log: LogPage):
    log.select_number("93")
    log.root.table.setFocus()

    log.main.press("Ctrl+F")
    log.main.write("Q")

    assert log.about == "No patient’s pseudonym holds ‘Q’."  # what stood there was typed over


def test_everything_has_a_name_for_those_who_listen(log: LogPage):
    panel = log.root

    for widget in (panel.patients.search, panel.patients.list, panel.table, panel.whole, panel.anchor):
        assert widget.accessibleName()
    index = panel.table.model().index([row["no."] for row in log.rows].index("55"), 0)
    assert index.data(Qt.ItemDataRole.AccessibleDescriptionRole).startswith("VOIDED by entry 56")


def test_the_anchor_is_copied_from_its_menu(log: LogPage):
    log.press("copyAnchor")

    assert QGuiApplication.clipboard().text().startswith("itbcalc-anchor 1 ")


def press_in(parent: QWidget, name: str) -> None:
    QTest.mouseClick(child(parent, QPushButton, f"{parent.objectName()}:{name}"), Qt.MouseButton.LeftButton)


def turn(widget: QWidget, modifier: Qt.KeyboardModifier) -> None:
    """One notch of the wheel, away from the hand."""
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(widget.mapToGlobal(middle.toPoint())),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
