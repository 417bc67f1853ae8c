"""The pictures: what is drawn is what the table says, and both are read without a mouse and without colours."""

import itertools
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QImage, QPainter, QPen
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from itbcalc.library.workstation import Look
from tests.ui.pages import PlotPage, child, turn_wheel, wait_for
from ui.states import Curve, Picture
from ui.widgets.above_axes import Legend, MarkWords

pytestmark = pytest.mark.gui

NIGHT = "18-night-flex.toml"
BRIDGED = "04-2000-to-500-bridged.toml"
NO_BRIDGE = "05-2000-to-500-no-bridge.toml"
LEFT, RIGHT, HOME, END = Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End


def curves_of(plot: PlotPage) -> list[Curve]:
    """What is to be drawn."""
    return list(plot.root.picture.curves)


def drawn(canvas: QWidget) -> dict[str, tuple[list[float], list[float]]]:
    """What is drawn: edges and levels of each line, by its style."""
    return {
        style: tuple([float(number) for number in data] for data in line.getOriginalDataset())
        for style, line in canvas.lines.items()
        if line.isVisible()
    }


def steps(edges: list[float], levels: list[float]) -> list[tuple[float, float]]:
    """Where the line goes to another level, and to which."""
    pairs = zip(edges[1:], levels, levels[1:], strict=False)
    return [(edge, after) for edge, before, after in pairs if before != after]


# --- what is drawn


def test_the_day_is_drawn_as_steps_at_the_dose_per_hour(main):
    main.check.open_example(NIGHT)
    day = main.go_to_schedule().day

    # 240 / 24 = 10 mcg/h, 100 / 8 = 12.5 mcg/h from 22:00 to 06:00; now 10 mcg/h all day
    assert drawn(day.wait_until_drawn()) == {
        "solid": ([0.0, 0.25, 22 / 24, 1.0], [12.5, 10.0, 12.5]),
        "dashed": ([0.0, 1.0], [10.0]),
    }


def test_at_a_keystroke_the_lines_follow(main):
    main.check.open_example(NIGHT)
    schedule = main.go_to_schedule()
    canvas = schedule.day.wait_until_drawn()

    schedule.type_into("new.steps.1.dose", "160")  # 160 / 8 = 20 mcg/h

    assert drawn(canvas)["solid"][1] == [20.0, 10.0, 20.0]


def test_the_table_of_the_day_is_the_picture_hour_by_hour(main):
    main.check.open_example(NIGHT)
    day = main.go_to_schedule().day
    day.wait_until_drawn()

    day.press_table()

    assert day.shows_table
    assert day.headings == ["hour", "new, mcg", "now, mcg"]
    for line, (hour, *doses) in enumerate(day.rows):
        assert hour == f"{line:02}:00 to {line + 1:02}:00"
        for curve, dose in zip(curves_of(day), doses, strict=True):
            level = [y for x, y in curve.points if x <= line / 24][-1]
            assert float(dose) == level  # steady within the hour: mcg/h and mcg are the same number

    day.press_table()
    assert not day.shows_table


def test_the_table_follows_what_is_typed(main):
    main.check.open_example(NIGHT)
    schedule = main.go_to_schedule()
    schedule.day.wait_until_drawn()
    schedule.day.press_table()

    schedule.type_into("new.steps.1.dose", "160")

    assert schedule.day.rows[23] == ("23:00 to 24:00", "20", "10")


def test_the_table_can_be_asked_for_before_anything_is_drawn(main):
    main.check.open_example(NIGHT)
    day = main.go_to_schedule().day

    day.press_table()

    assert len(day.rows) == 24


def test_back_to_500_without_a_bridge_is_drawn_four_times_too_high_for_twelve_hours(main):
    # By hand, as in the example: 300 x 2000 / 500 = 1200 mcg/day for 0.31 x 500 / 300 = 31/60 day = 12 h 24 min
    main.check.open_example(NO_BRIDGE)
    canvas = main.tip.wait_until_drawn()

    lines = drawn(canvas)
    loose, meant = lines["solid"], lines["dotted"]
    assert steps(*loose) == [(0.0, 1200.0), (31 / 60, 300.0)]
    assert steps(*meant) == []
    assert "plug flow, mixing not modelled" in main.tip.about
    assert "furthest off: 4 times the intended dose for 12 h 24 min" in main.tip.about
    assert "until then 465 mcg too much" in main.tip.about  # 900 x 31/60


def test_the_tip_has_a_band_and_marks_where_the_drug_changes_and_arrives(main):
    main.check.open_example(NO_BRIDGE)
    main.tip.wait_until_drawn()
    picture = main.tip.root.picture

    # earliest: 0.31 mL at 0.6 mL/day and 14.5 % more; latest: 0.199 + 0.17 = 0.369 mL and 14.5 % less
    assert picture.band == pytest.approx((0.31 / 0.6 / 1.145, 0.369 / 0.6 / 0.855), rel=1e-3)
    assert picture.marks == ((0.0, "change"), (31 / 60, "new drug arrives 14 Oct 2026 02:24"))
    assert "the new drug is at the tip 14 Oct 2026 02:24" in main.tip.root.accessibleDescription()
    assert len(main.tip.wait_until_drawn().marks) == 3
    assert "band: tubing 0.14 mL to 0.199 mL, flow ±14.5 %" in main.tip.about


def test_the_tip_as_a_table_has_a_row_for_each_change(main):
    main.check.open_example(NO_BRIDGE)
    main.tip.wait_until_drawn()

    main.tip.press_table()

    # 13 Oct 14:00 and 12 h 24 min; a twelfth of what is drawn stands before the change
    assert main.tip.headings == ["from", "without a bridge", "intended"]
    assert [row[1:] for row in main.tip.rows] == [
        ("300 mcg/day (2,000 mcg/mL)", "300 mcg/day (2,000 mcg/mL)"),
        ("1,200 mcg/day (2,000 mcg/mL)", "300 mcg/day (500 mcg/mL)"),
        ("300 mcg/day (500 mcg/mL)", "300 mcg/day (500 mcg/mL)"),
    ]
    assert [row[0] for row in main.tip.rows[1:]] == ["13 Oct 2026 14:00", "14 Oct 2026 02:24"]


def test_with_a_bridge_three_lines_are_drawn(main):
    main.check.open_example(BRIDGED)
    canvas = main.tip.wait_until_drawn()

    assert [curve.name for curve in curves_of(main.tip)] == [
        "with the bridge",
        "without a bridge",
        "intended",
    ]
    assert set(drawn(canvas)) == {"solid", "dashed", "dotted"}


def test_the_first_tick_says_which_day_it_is(main):
    main.check.open_example(NO_BRIDGE)  # from 13 Oct 14:00 on
    main.tip.wait_until_drawn()

    ticks = [words for _, words in main.tip.root.picture.ticks]
    assert ticks[0] == "13 Oct 15:00"
    assert ticks[1] == "18:00"
    assert "14 Oct" in ticks


def test_without_a_moment_the_ticks_say_how_long_after_the_change(main):
    main.check.open_example(NO_BRIDGE)
    main.check.type_into("reservoir.at", "tomorrow")
    main.tip.wait_until_drawn()

    ticks = [words for _, words in main.tip.root.picture.ticks]
    assert ticks[:3] == ["change", "+3 h", "+6 h"]
    assert main.tip.root.picture.marks[-1][1] == "new drug arrives +12 h 24 min"


@pytest.mark.parametrize("width", [320, 500, 900])
@pytest.mark.parametrize("arrives", [0.01, 0.2, 0.9, 1.0])
def test_words_of_marks_never_stand_on_one_another(arrives, width, qapp):
    """By name: `change` at 0 stands left of its line, half outside of the panes, rather than on the arrival."""
    words = MarkWords(QFont())
    words.setGeometry(60, 0, width, 20)
    words.show_span(-0.08, 1.0)
    words.show_marks([(0.0, "change"), (arrives, "new drug arrives 14 Oct 2026 02:24")], QColor(), QPen())

    places = words.places()

    assert places[-1][1] == "new drug arrives 14 Oct 2026 02:24"
    assert all(not one.intersects(other) for (one, _), (other, _) in itertools.pairwise(places))
    assert all(place.left() >= -60 and place.right() <= width for place, _ in places)
    assert len(places) == 2


def test_a_legend_goes_on_in_the_next_line_where_there_is_no_room(qapp):
    legend = Legend(QFont())
    legend.fit_into(200)
    legend.show_entries([(QPen(), "with the bridge"), (QPen(), "without a bridge")], QColor())

    (first, _, _), (second, _, _) = legend.places()
    assert (first.x(), second.x()) == (0, 0)
    assert second.y() > first.y()


# --- without colours


@pytest.mark.parametrize("name", [NIGHT, BRIDGED, NO_BRIDGE])
def test_lines_differ_by_their_dashes_and_not_by_colour_alone(name, main):
    main.check.open_example(name)
    if name == NIGHT:
        main.show_panel("schedule")
    plot = main.schedule.day if name == NIGHT else main.tip
    canvas = plot.wait_until_drawn()

    pens = [line.opts["pen"].style() for style, line in canvas.lines.items() if line.isVisible()]
    assert len(pens) == len(set(pens)) == len(curves_of(plot)) > 1
    legend = plot.legend
    for curve in curves_of(plot):
        assert legend[curve.name] == canvas.lines[curve.style].opts["pen"]  # it looks as the line does


def test_a_legend_names_each_line_by_its_sample(main):
    main.check.open_example(NIGHT)
    day = main.go_to_schedule().day
    canvas = day.wait_until_drawn()

    assert {words: pen.style() for words, pen in day.legend.items()} == {
        "new": Qt.PenStyle.SolidLine,
        "now": Qt.PenStyle.DashLine,
    }
    assert canvas.lefts[0].labelText == "mcg/h"


# --- the cursor


def test_the_arrow_keys_move_the_cursor_and_it_reads_every_line(main):
    main.check.open_example(NIGHT)
    day = main.go_to_schedule().day

    assert day.go(HOME) == "00:00   new 12.5 mcg/h · now 10 mcg/h"
    assert day.go(RIGHT) == "00:15   new 12.5 mcg/h · now 10 mcg/h"  # a quarter of an hour a key
    assert day.go(*[RIGHT] * 23) == "06:00   new 10 mcg/h · now 10 mcg/h"
    assert day.go(LEFT) == "05:45   new 12.5 mcg/h · now 10 mcg/h"
    assert day.go(END) == "24:00   new 12.5 mcg/h · now 10 mcg/h"
    assert day.go(RIGHT) == "24:00   new 12.5 mcg/h · now 10 mcg/h"
    assert day.go(HOME, LEFT).startswith("00:00")


def test_the_cursor_over_the_tip_reads_moments_and_strengths(main):
    main.check.open_example(NO_BRIDGE)

    assert main.tip.go(END).endswith(
        "without a bridge 300 mcg/day (500 mcg/mL) · intended 300 mcg/day (500 mcg/mL)"
    )
    before = main.tip.go(HOME)
    assert before.startswith("13 Oct 2026 1")
    assert "without a bridge 300 mcg/day (2,000 mcg/mL)" in before


def test_what_the_cursor_reads_is_never_cut_without_a_sign_of_it(main):
    main.check.open_example(NO_BRIDGE)
    read = main.tip.go(END)
    shown = child(main.tip.root, QLabel, f"{main.tip.root.objectName()}:cursor")

    assert shown.text().endswith("…")  # there is no room for all of it
    assert shown.fontMetrics().horizontalAdvance(shown.text()) <= shown.width()
    assert shown.toolTip() == read


def test_the_cursor_forgets_what_it_read_with_the_next_keystroke(main):
    main.check.open_example(NIGHT)
    schedule = main.go_to_schedule()
    assert schedule.day.go(HOME)

    schedule.type_into("new.steps.1.dose", "160")

    assert schedule.day.cursor == ""


def test_the_cursor_follows_the_calendar_over_a_change_of_the_clocks():
    from ui.widgets.canvas import where_text

    start = datetime(2026, 10, 24, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))  # 25 Oct 03:00 becomes 02:00

    assert where_text(Picture(start=start), 0.5) == "25 Oct 2026 00:00"
    assert where_text(Picture(start=start), 1.0) == "25 Oct 2026 11:00"


def test_before_a_line_begins_the_cursor_says_nothing_of_it():
    from ui.widgets.canvas import value_at

    curve = Curve("new", ((0.0, 1.0), (0.5, 2.0)), ("one", "two"))

    assert [value_at(curve, x) for x in (-0.1, 0.0, 0.49, 0.5, 9.0)] == ["", "one", "one", "two", "two"]


def test_the_wheel_over_a_picture_changes_nothing(main):
    main.check.open_example(NIGHT)
    canvas = main.go_to_schedule().day.wait_until_drawn()
    before = canvas.panes[0].viewRange()

    for notches in (-3, 1, 5):
        turn_wheel(canvas.viewport(), notches)

    assert canvas.panes[0].viewRange() == before


# --- for those who listen


def test_the_picture_is_said_in_words(main):
    main.check.open_example(NIGHT)
    day = main.go_to_schedule().day

    assert day.root.accessibleName() == "The day"
    assert day.words == (
        "new: 00:00 to 06:00 12.5 mcg/h, 06:00 to 22:00 10 mcg/h, 22:00 to 24:00 12.5 mcg/h; "
        "now: 00:00 to 24:00 10 mcg/h"
    )


def test_tab_reaches_the_picture_and_its_buttons(main):
    main.check.open_example(NIGHT)
    schedule = main.go_to_schedule()
    canvas = schedule.day.wait_until_drawn()
    schedule.line("readouts.steps.3.dose").setFocus()

    reached = []
    while not isinstance(main.tab(), QLineEdit) and len(reached) < 20:
        reached.append(main.keyboard.objectName())

    assert [name for name in reached if name.startswith("day:")] == [
        "day:asTable",
        "day:copy",
        "day:png",
        "day:svg",
        canvas.objectName(),
    ]


# --- ways out of it


def test_the_picture_is_saved_as_png_and_svg(main, tmp_path):
    main.check.open_example(NIGHT)
    day = main.go_to_schedule().day
    day.wait_until_drawn()

    for kind in ("png", "svg"):
        day.press_save(kind)
        assert [Path(name).name for name in main.file_dialog.selectedFiles()] == [f"picture.{kind}"]
        main.type_file_name(str(tmp_path / "day"))
        assert main.message == f"Saved day.{kind}"

    image = QImage(str(tmp_path / "day.png"))
    assert (image.width(), image.height()) == (1000, 420)
    assert len(colours(image)) > 2
    drawing = QSvgRenderer(str(tmp_path / "day.svg"))
    assert drawing.isValid()
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    drawing.render(painter)
    painter.end()
    assert len(colours(image)) > 2
    words = (tmp_path / "day.svg").read_text(encoding="utf-8")
    assert "mcg/h" in words
    assert "12:00" in words


def test_a_picture_that_cannot_be_written_is_said(main, tmp_path):
    main.check.open_example(NIGHT)
    day = main.go_to_schedule().day
    day.wait_until_drawn()

    main.owner.door.write_picture(tmp_path / "no such folder" / "day.svg", day.root.write_svg)
    assert "day.svg was not written" in main.message_box.text()
    main.close_dialog()

    main.owner.door.write_picture(tmp_path / "no such folder" / "day.png", day.root.write_png)
    assert "day.png was not written" in main.message_box.text()


def test_a_saved_picture_of_the_tip_says_what_it_is_and_what_it_assumes(main, tmp_path):
    main.check.open_example("05-2000-to-500-no-bridge.toml")
    main.tip.wait_until_drawn()

    main.tip.press_save("svg")
    main.type_file_name(str(tmp_path / "tip"))

    words = " ".join(re.findall(r">([^<>]+)</text>", (tmp_path / "tip.svg").read_text(encoding="utf-8")))
    assert "What leaves the catheter tip" in words
    assert "plug flow, mixing not modelled" in words


def test_copy_puts_the_picture_and_the_table_as_text_on_the_clipboard(main):
    main.check.open_example(NIGHT)
    day = main.go_to_schedule().day
    day.wait_until_drawn()

    day.press_copy()

    assert day.cursor == "copied, with its numbers as text"  # said where it was asked for
    held = QGuiApplication.clipboard().mimeData()
    lines = held.text().splitlines()
    assert lines[0] == "hour\tnew, mcg\tnow, mcg"
    assert lines[24] == "23:00 to 24:00\t12.5\t10"
    assert len(lines) == 25
    assert held.hasImage()
    assert QGuiApplication.clipboard().image().width() == 1000


def colours(image: QImage) -> set[int]:
    return {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}


# --- when there is nothing, or another look


def test_without_curves_there_is_no_picture_and_it_comes_back(main):
    main.check.open_example(NIGHT)
    schedule = main.go_to_schedule()
    schedule.day.wait_until_drawn()

    schedule.type_into("new.basal", ".5")
    schedule.show_therapy("current")
    main.show_panel("check")
    main.check.type_into("current.daily_dose", "")
    main.show_panel("schedule")
    assert not schedule.day.shown
    assert schedule.nothing_drawn
    assert schedule.day.words == ""

    main.press("Ctrl+Z")
    main.press("Ctrl+Z")
    assert schedule.day.shown
    assert schedule.nothing_drawn == ""
    assert drawn(schedule.day.wait_until_drawn())["solid"][1] == [12.5, 10.0, 12.5]


def test_the_check_shows_no_tip_where_nothing_is_known_of_it(main):
    assert not main.tip.shown
    main.check.open_example(NO_BRIDGE)
    assert main.tip.shown

    main.check.type_into("new.concentration", ".5")
    assert not main.tip.shown

    main.press("Ctrl+N")
    assert not main.tip.shown


def test_another_look_draws_the_picture_anew(main):
    main.window.look_requested.emit(Look.LIGHT)
    main.check.open_example(NIGHT)
    canvas = main.go_to_schedule().day.wait_until_drawn()
    light = canvas.dates.textPen().color().name()
    lines = drawn(canvas)

    main.window.look_requested.emit(Look.DARK)
    QApplication.processEvents()

    dark = canvas.dates.textPen().color().name()
    assert light != dark
    assert dark == canvas.palette().color(canvas.foregroundRole()).name()
    assert drawn(canvas) == lines


# --- what draws is loaded late

UNTIL_DRAWN = """
import sys, time
from pathlib import Path
from PySide6.QtWidgets import QApplication
from ui.app import App
app = QApplication(["itbcalc", "-style", "Fusion"])
owner = App(app)
owner.window.show()
owner.load()
owner.window.show_panel("schedule")
app.processEvents()
assert "pyqtgraph" not in sys.modules, "loaded before there is a picture"
owner.program.open_example("18-night-flex.toml")
assert "pyqtgraph" not in sys.modules, "loaded before the answer is on the screen"
owner.window.show_panel("schedule")
until = time.monotonic() + 30
while "pyqtgraph" not in sys.modules and time.monotonic() < until:
    app.processEvents()
assert "pyqtgraph" in sys.modules
import PySide6.QtCore
assert "QUrlQuery" not in vars(PySide6.QtCore), "all of Qt was copied"
import os
os._exit(0)
"""


def test_what_draws_is_not_loaded_before_the_first_picture(tmp_path, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setenv("ITBCALC_CONFIG_DIR", str(tmp_path))
    done = subprocess.run([sys.executable, "-c", UNTIL_DRAWN], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


PARTS = """
import sys
from ui.widgets.plotting import pg
assert "PySide6.QtOpenGLWidgets" not in sys.modules, "all of pyqtgraph was loaded"
from PySide6 import QtTest
from pyqtgraph.graphicsItems.ROI import ROI
from pyqtgraph.widgets.SpinBox import SpinBox
assert callable(QtTest.QTest.qWait)
assert (ROI.__module__, SpinBox.__module__) == ("pyqtgraph.graphicsItems.ROI", "pyqtgraph.widgets.SpinBox")
try:
    pg.PlotWidget
except AttributeError:
    sys.exit(0)
sys.exit("a control that no picture has is there")
"""


def test_what_no_picture_needs_is_not_loaded_with_the_first_and_can_be_later(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    done = subprocess.run([sys.executable, "-c", PARTS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


COPIED = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ui.app import App
app = QApplication(["itbcalc", "-style", "Fusion"])
owner = App(app)
owner.window.show()
owner.load()
owner.program.open_example("18-night-flex.toml")
owner.window.show_panel("schedule")
def copy_and_quit():
    owner.program.views.schedule_panel._day.copy()
    assert app.clipboard().mimeData().hasImage()
    app.quit()
QTimer.singleShot(0, copy_and_quit)
sys.exit(app.exec())
"""


def test_the_program_ends_in_peace_with_a_picture_on_the_clipboard(tmp_path, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setenv("ITBCALC_CONFIG_DIR", str(tmp_path))
    done = subprocess.run([sys.executable, "-c", COPIED], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_picture_saved_leaves_no_window_behind(main, tmp_path, qapp):
    main.check.open_example(NIGHT)
    day = main.go_to_schedule().day
    day.wait_until_drawn()
    before = set(qapp.topLevelWidgets())

    day.root.write_png(tmp_path / "day.png")
    day.root.write_svg(tmp_path / "day.svg")
    day.root.copy()

    wait_for(lambda: set(qapp.topLevelWidgets()) <= before)
