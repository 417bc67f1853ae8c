"""A titration log of forty steps over two years, written through the same code as the window writes.

As a program it draws the pictures of the docs from it:

    QT_QPA_PLATFORM=offscreen python -m tests.demonstration docs/pictures
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from itbcalc.desk.asked import asked_of
from itbcalc.desk.writer import LogWriter
from itbcalc.judge.check import check
from itbcalc.library.own import read_library_or_built_in
from itbcalc.library.records import Library
from itbcalc.log.entries import Entry
from itbcalc.log.store import SqliteLog
from itbcalc.program import complete_program, read_program
from itbcalc.resources import resource_path
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.observations import Goal, Observation, Scored, SideEffect
from itbcalc.visits.recording import CheckedStep, Signature
from itbcalc.visits.second_check import settings_of

PATIENT = "P-0390"  # one that is like no patient of an example
NURSE, PHYSICIAN = Signature("M. Levi", "pump nurse"), Signature("B. Amsel", "physician")
BEGIN = datetime(2024, 11, 4, 9, 0, tzinfo=UTC)
HIP_LEFT, HIP_RIGHT, ANKLE = "left hip adductors", "right hip adductors", "left ankle plantar flexors"
GOALS = (("sit 2 h in the wheelchair", "3", "2"), ("dress with one helper", "2", "2"))

# Days since the step before, new daily dose in mcg/day, concentration in mcg/mL, what else: refill, bridge, down.
STEPS: tuple[tuple[int, str, str, str], ...] = (
    (0, "100", "500", "refill"),
    (2, "115", "500", ""),
    (3, "130", "500", ""),
    (7, "145", "500", ""),
    (14, "160", "500", ""),
    (14, "176", "500", ""),
    (21, "190", "500", ""),
    (21, "205", "500", "refill"),
    (21, "220", "500", ""),
    (21, "240", "500", ""),
    (21, "260", "500", ""),
    (21, "280", "500", "refill"),
    (21, "300", "500", ""),
    (21, "320", "500", ""),
    (14, "340", "500", ""),
    (14, "350", "500", "refill"),
    (21, "350", "2000", "bridge"),
    (21, "370", "2000", ""),
    (21, "390", "2000", ""),
    (21, "410", "2000", ""),
    (14, "430", "2000", ""),
    (14, "450", "2000", ""),
    (10, "405", "2000", "down"),
    (14, "405", "2000", "refill"),
    (21, "420", "2000", ""),
    (21, "430", "2000", ""),
    (21, "440", "2000", ""),
    (21, "450", "2000", ""),
    (21, "460", "2000", "refill"),
    (21, "470", "2000", ""),
    (21, "480", "2000", ""),
    (21, "490", "2000", ""),
    (21, "500", "2000", ""),
    (21, "510", "2000", "refill"),
    (21, "520", "2000", ""),
    (21, "530", "2000", ""),
    (14, "540", "2000", ""),
    (14, "540", "2000", "refill"),
    (21, "550", "2000", ""),
    (21, "560", "2000", ""),
)
# After which steps he was examined: tone left and right, ankle, spasms, pain, goals reached.
SEEN: Mapping[int, tuple[str, str, str, str, str, tuple[str, str]]] = {
    1: ("4", "4", "3", "4", "6", ("-2", "-2")),
    4: ("3", "4", "3", "3", "6", ("-2", "-1")),
    8: ("3", "3", "3", "3", "5", ("-1", "-1")),
    12: ("3", "2", "2", "2", "4", ("-1", "-1")),
    17: ("2", "2", "2", "2", "4", ("-1", "0")),
    22: ("1", "1+", "1+", "1", "3", ("0", "0")),
    26: ("1+", "1+", "1+", "1", "3", ("0", "0")),
    31: ("1+", "1", "1+", "1", "2", ("0", "1")),
    36: ("1", "1", "1+", "1", "2", ("1", "1")),
    40: ("1", "1", "1", "0", "2", ("1", "1")),
}


AMENDED = 29  # the step whose volume was typed wrong


@dataclass
class Clock:
    """The clock of the workstation, set by hand."""

    now: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.now


def library() -> Library:
    """The library as it comes."""
    return read_library_or_built_in(resource_path(), Path("/nonexistent"))[0]


def programs() -> Iterator[tuple[datetime, dict[str, Any], str]]:
    """Each step: when, its program as typed, and what else was done."""
    at, before, strength, last = BEGIN, "90", "500", BEGIN - timedelta(days=3)
    for days, dose, concentration, what in STEPS:
        at += timedelta(days=days)
        yield at, _program(at, last, (before, strength), (dose, concentration)), what
        before, strength, last = dose, concentration, at


def write_log(path: Path) -> None:
    """Writes the whole course: steps, read-backs, second checks, observations, an amendment and a void."""
    clock = Clock()
    writer, figures = LogWriter(path, clock), library()
    for number, (at, table, what) in enumerate(programs(), start=1):
        clock.now = at + timedelta(minutes=5)
        step = _checked(table, figures)
        entry = _recorded(writer, step, refilled=what in ("refill", "bridge"))
        if number == AMENDED:
            clock.now += timedelta(minutes=2)
            _amended(writer, entry, table, figures)
        if what in ("bridge", "down"):
            clock.now += timedelta(minutes=6)
            writer.second_check(entry.entry_id, settings_of(entry), "", PHYSICIAN, figures)
        clock.now += timedelta(minutes=5)
        writer.read_back(entry.entry_id, "running", "", NURSE)
        if number in SEEN:
            clock.now += timedelta(minutes=20)
            writer.observe(PATIENT, _observation(number), None, NURSE, meant=False)
        if what == "down":
            _voided_by_mistake(writer, clock, step)


def _checked(table: dict[str, Any], figures: Library) -> CheckedStep:
    program = complete_program(read_program(table, figures))
    assert program.reservoir.at is not None
    return CheckedStep(table, check(program, figures, now=program.reservoir.at.moment), figures)


def _amended(writer: LogWriter, entry: Entry, table: dict[str, Any], figures: Library) -> None:
    """The volume after the refill was typed wrong: the entry is amended, and stays to be seen."""
    right = {**table, "reservoir": {**table["reservoir"], "filled": "38 mL"}}
    step = _checked(right, figures)
    answers = {finding.key: "as agreed with Dr Amsel" for finding in asked_of(step)}
    writer.amend_step(entry.entry_id, step, answers, "38 mL were filled", NURSE)


def _recorded(writer: LogWriter, step: CheckedStep, *, refilled: bool) -> Entry:
    answers = {finding.key: "as agreed with Dr Amsel" for finding in asked_of(step)}
    return writer.record(step, answers, NURSE, refilled=refilled)


def _voided_by_mistake(writer: LogWriter, clock: Clock, step: CheckedStep) -> None:
    """The same step recorded twice: the second entry is voided, and stays to be seen."""
    clock.now += timedelta(minutes=1)
    twice = _recorded(writer, step, refilled=False)
    clock.now += timedelta(minutes=2)
    writer.void(twice.entry_id, "recorded twice", NURSE)


def _observation(number: int) -> Observation:
    left, right, ankle, spasms, pain, reached = SEEN[number]
    drowsy = [SideEffect("drowsiness", "moderate")] if number == 22 else []
    return Observation(
        scored=[
            Scored("modified_ashworth", left, HIP_LEFT),
            Scored("modified_ashworth", right, HIP_RIGHT),
            Scored("modified_ashworth", ankle, ANKLE),
            Scored("penn_spasm_frequency", spasms),
            Scored("pain_nrs", pain),
        ],
        goals=[Goal(*goal, score) for goal, score in zip(GOALS, reached, strict=True)],
        side_effects=drowsy,
    )


def _program(at: datetime, last: datetime, old: tuple[str, str], new: tuple[str, str]) -> dict[str, Any]:
    """The program of one step, as a nurse types it."""
    tables: dict[str, Any] = {
        "system": {
            "pump": "synchromed-ii-40",
            "tubing_volume": "0.140 mL",
            "catheter": {"length": "89 cm", "volume_per_length": "0.0022 mL/cm"},
        },
        "reservoir": {"filled": "40 mL", "low_alarm": "2 mL", "at": at.isoformat(), "zone": "Europe/London"},
        "patient": {
            "ref": PATIENT,
            "spasticity_origin": "spinal",
            "age_years": 41,
            "jurisdiction": "uk",
            "last_change": last.isoformat(),
        },
        "current": _therapy(*old),
        "new": _therapy(*new),
    }
    return tables | ({"bridge": {"dose": f"{old[0]} mcg/day"}} if old[1] != new[1] else {})


def _therapy(dose: str, concentration: str) -> dict[str, str]:
    return {
        "drug": "baclofen",
        "concentration": f"{concentration} mcg/mL",
        "mode": "simple-continuous",
        "daily_dose": f"{dose} mcg/day",
    }


# --- the pictures of the docs


# Picture, panel and example.
PICTURED = (
    ("check.png", "check", "06-mistyped-concentration.toml"),
    ("schedule.png", "schedule", "18-night-flex.toml"),
    ("every-hour.png", "schedule", "16-every-hour-for-once-a-day.toml"),
)


def draw(folder: Path) -> None:
    """The log in the window and the visit sheet of its bridge, as `log.png` and `visit-sheet.png` in `folder`."""
    from PySide6.QtWidgets import QApplication

    from ui import rail
    from ui.app import App

    app = QApplication.instance() or QApplication(["itbcalc", "-style", "Fusion"])
    assert isinstance(app, QApplication)
    owner = App(app)
    owner.window.resize(1280, 800)
    owner.window.show()
    owner.load()
    owner.window.show_panel("log")
    desk = owner.room(rail.log)
    _wait(app, lambda: not desk.panel.reading)
    desk.presenter.patient_chosen(PATIENT)
    _wait(app, lambda: not desk.panel.reading)
    desk.panel.table.selectRow(2)
    _wait(app, lambda: False, seconds=1.5)  # the picture is drawn a little later
    owner.window.grab().save(str(folder / "log.png"))
    with closing(SqliteLog(desk.writer.path)) as log:
        bridge = next(entry for entry in log.entries() if entry.kind == EntryKind.CONCENTRATION_CHANGED)
    _page(desk.sheet(bridge.entry_id)[0]).save(str(folder / "visit-sheet.png"))
    desk.stop()
    for name, panel, example in PICTURED:
        owner.program.open_example(example)
        owner.window.show_panel(panel)
        _wait(app, lambda: False, seconds=1)
        owner.window.grab().save(str(folder / name))
    _draw_practice(owner, folder)


def _draw_practice(owner: Any, folder: Path) -> None:
    """A run of a scenario while it is played, a course that was left beside it, and its debrief."""
    from tests.ui.pages import MainPage
    from tests.ui.practice_pages import PracticePage

    owner.window.show_panel("practice")
    _wait(owner.app, lambda: False, seconds=0.5)
    practice = PracticePage(MainPage(owner))
    practice.begin("Rising need after two good years")
    practice.look_at("tone")
    practice.program(new__daily_dose="300")
    asking = practice.record()
    asking.answer_all("as the ward asks")
    practice.confirm(asking)
    practice.let_pass("5 day")
    practice.go_back_before(2)
    practice.look_at("x-ray")
    practice.press("repair")
    practice.let_pass("4 day")
    _wait(owner.app, lambda: False, seconds=1)
    owner.window.grab().save(str(folder / "practice.png"))
    practice.press("debrief")
    practice.answer("practiceEnd", "endRun")
    _wait(owner.app, lambda: False, seconds=1)
    owner.window.grab().save(str(folder / "debrief.png"))


def _wait(app: Any, done: Any, *, seconds: float = 10) -> None:  # Qt, and a question
    end = time.monotonic() + seconds
    while time.monotonic() < end and not done():
        app.processEvents()


def _page(html: str) -> Any:  # an image
    """The first page of a sheet, as large as it is read on the screen."""
    from PySide6.QtCore import QSizeF
    from PySide6.QtGui import QImage, QPainter, QTextDocument

    image = QImage(1240, 1754, QImage.Format.Format_RGB32)  # A4 at 150 dots an inch
    image.setDotsPerMeterX(5906)
    image.setDotsPerMeterY(5906)
    image.fill(0xFFFFFFFF)
    document = QTextDocument()
    document.documentLayout().setPaintDevice(image)
    document.setHtml(html)
    document.setDocumentMargin(80)
    document.setPageSize(QSizeF(image.size()))
    painter = QPainter(image)
    painter.setClipRect(image.rect())
    document.drawContents(painter)
    painter.end()
    return image.scaledToWidth(930)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        os.environ["ITBCALC_DATA_DIR"] = os.environ["ITBCALC_CONFIG_DIR"] = name
        write_log(Path(name) / "titration.itblog")
        draw(Path(sys.argv[1]))
        os._exit(0)  # threads of Qt need not be waited for
