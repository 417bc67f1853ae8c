"""What stands on the screen at the first look: the verdict in words, the rows that this change needs, and the picture."""

import itertools

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QFrame, QLabel, QLineEdit, QScrollArea, QWidget

from itbcalc.library.workstation import Look
from tests.ui.pages import child, children

pytestmark = pytest.mark.gui

DIFFERS = "06-mistyped-concentration.toml"  # two read-outs differ, with a bridge
BRIDGED = "04-2000-to-500-bridged.toml"
UNBRIDGED = "05-2000-to-500-no-bridge.toml"
PLAIN = "01-routine-increase.toml"
# What a screen leaves at 100, 125, 150 and 200 %, from 960 x 540 on.
SCREENS = [
    (960, 540),  # 1920 x 1080 at 200 %
    (1024, 768),
    (1092, 614),  # 1366 x 768 at 125 %
    (1280, 720),  # 1920 x 1080 at 150 %
    (1280, 800),
    (1366, 768),
    (1536, 864),  # 1920 x 1080 at 125 %
    (1920, 1080),
]


def at(main, width, height):
    main.window.resize(width, height)
    QApplication.processEvents()
    QApplication.processEvents()


def place_of(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def is_whole(widget: QWidget) -> bool:
    """Whether all of the widget is on the screen."""
    return widget.isVisible() and widget.visibleRegion().boundingRect().size() == widget.size()


def is_whole_text(label: QLabel) -> bool:
    """Whether all that a label says has room in it, on as many lines as it may take."""
    room = label.contentsRect()
    wraps = Qt.TextFlag.TextWordWrap if label.wordWrap() else Qt.TextFlag.TextSingleLine
    needed = label.fontMetrics().boundingRect(QRect(0, 0, room.width(), 0), wraps, label.text())
    return needed.width() <= room.width() and needed.height() <= room.height()


# --- the verdict


def test_the_header_says_what_differs_in_words(main):
    main.check.open_example(DIFFERS)

    assert main.whole == (
        "✗ 2 of 4 read-outs differ: flow rate, low-reservoir alarm date; 1 of 4 still to be read: concentration"
    )

    main.check.type_into("readouts.concentration", "2000")
    main.check.type_into("readouts.flow_rate", "0.1425")
    main.check.type_into("readouts.low_alarm_date", "14 Aug 2027")

    assert main.whole == "✓ everything needed was read and agrees"

    main.press("Ctrl+N")
    assert main.whole == ""


def test_where_there_is_no_room_for_every_name_those_that_differ_are_kept(main):
    main.check.open_example(DIFFERS)
    label = child(main.window, QLabel, "whole")

    at(main, 1280, 800)
    assert label.text() == (
        "✗ 2 of 4 read-outs differ: flow rate, low-reservoir alarm date; 1 of 4 still to be read"
    )

    at(main, 960, 540)
    assert label.text().startswith("✗ 2 of 4 read-outs differ")
    assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width()


@pytest.mark.parametrize("size", [(1280, 800), (960, 540)])
def test_the_count_in_the_header_leads_to_the_gravest_finding(size, main):
    at(main, *size)
    main.check.open_example(DIFFERS)
    main.press("Alt+C")

    main.count_in_the_header()

    assert main.keyboard is children(main.check.root, QFrame, "finding:")[0]
    assert is_whole(main.keyboard)


# --- the rows


def test_only_the_rows_that_this_change_needs_stand_in_the_table(main):
    main.check.open_example(PLAIN)
    plain = main.check.rows
    assert "bridge_dose" not in plain
    assert "daily_volume" not in plain

    main.check.type_into("new.concentration", "1000")

    assert set(main.check.rows) - set(plain) >= {"bridge_dose", "unbridged_dose"}


def test_a_row_in_which_something_is_typed_stays_when_the_others_are_closed_again(main):
    main.check.open_example(PLAIN)
    main.check.open_other_rows()
    main.check.type_into("readouts.daily_volume", "0.9")
    assert "pump_clock" in main.check.rows

    main.check.open_other_rows()

    assert "daily_volume" in main.check.rows
    assert "pump_clock" not in main.check.rows
    assert main.check.verdict("daily_volume").startswith("✗")


def test_the_line_that_opens_says_how_many_rows_it_holds(main):
    before = len(main.check.rows)
    words = main.check.words_of_the_other_rows

    main.check.open_other_rows()

    assert words == f"not needed here: {len(main.check.rows) - before} rows ▸"
    assert main.check.words_of_the_other_rows.endswith("▾")


def test_rows_are_28_pixels_high(main):
    at(main, 1280, 800)
    main.check.open_example(DIFFERS)
    tops = sorted(
        place_of(main.check.line(place), main.window).top()
        for place in ("readouts.flow_rate", "readouts.low_alarm_date")
    )
    assert tops[1] - tops[0] == 28


def test_a_refusal_appears_below_its_row_and_moves_nothing_above(main):
    at(main, 1280, 800)
    main.check.open_example(DIFFERS)
    above = [
        main.check.field(place)
        for place in ("system.pump", "reservoir.at", "new.concentration", "readouts.daily_dose")
    ]
    before = [place_of(widget, main.window) for widget in above]
    below = place_of(main.check.line("readouts.flow_rate"), main.window)

    main.check.type_into("readouts.daily_dose", "28,5")
    QApplication.processEvents()

    assert [place_of(widget, main.window) for widget in above] == before
    note = child(main.check.root, QLabel, "note:daily_dose")
    assert before[-1].bottom() < place_of(note, main.window).top()
    assert (
        place_of(note, main.window).bottom()
        < place_of(main.check.line("readouts.flow_rate"), main.window).top()
    )

    main.check.type_into("readouts.daily_dose", "285")
    QApplication.processEvents()
    assert place_of(main.check.line("readouts.flow_rate"), main.window) == below


def test_columns_never_move_and_inputs_of_one_column_have_one_width(main):
    at(main, 1280, 800)
    main.check.open_other_rows()
    columns = {}

    def look():
        QApplication.processEvents()
        for row in ("concentration", "daily_dose", "mode", "flow_rate", "low_alarm_date", "pump_clock"):
            for column, place in enumerate((f"current.{row}", f"new.{row}", f"readouts.{row}")):
                for kind in (QLineEdit, QComboBox):
                    field = main.check.root.findChild(kind, f"field:{place}")
                    if field is not None and field.isVisible():
                        seen = place_of(field, main.window)
                        columns.setdefault(column, set()).add((seen.left(), seen.width()))

    look()
    main.check.open_example(DIFFERS)
    look()
    for place, text in (
        ("new.daily_dose", "185.185"),
        ("new.concentration", "2 mg/mL"),
        ("readouts.daily_dose", "0.285 mg/day"),
        ("readouts.pump_clock", "22 Nov 2026 09:30"),
        ("readouts.flow_rate", "0,5"),
        ("system.tubing_volume", ""),
    ):
        main.check.type_into(place, text)
        look()

    assert {column: len(seen) for column, seen in columns.items()} == {0: 1, 1: 1, 2: 1}


def test_nothing_typed_is_cut(main):
    at(main, 1280, 800)
    main.check.open_other_rows()
    for place, text in (
        ("current.daily_dose", "185.185"),
        ("new.daily_dose", "1185.185"),
        ("readouts.flow_rate", "0.570 mL/day"),
        ("readouts.pump_clock", "22 Nov 2026 09:30"),
        ("system.catheter", "89 cm × 0.0022 mL/cm"),
        ("system.pump", "SynchroMed III 40 mL"),
        ("reservoir.at", "22 Nov 2026 09:30"),
        ("reservoir.zone", "Asia/Jerusalem"),
    ):
        main.check.type_into(place, text)
        field = main.check.line(place)
        room = field.width() - field.textMargins().right() - 2 * 8
        assert field.fontMetrics().horizontalAdvance(text) <= room, (place, text)
    mode = main.check.field("current.mode")
    assert mode.fontMetrics().horizontalAdvance("simple continuous") <= mode.width() - 28


def test_nothing_computed_is_cut(main):
    at(main, 1280, 800)
    main.check.open_other_rows()
    for example in (
        "05-2000-to-500-no-bridge.toml",
        "07-two-tubing-volumes.toml",
        "13-aspirated-and-primed.toml",
        "21-quieter-weekends.toml",
        "22-first-dose-after-screening.toml",
    ):
        main.owner.program.open_example(example)
        QApplication.processEvents()

        labels = [
            label
            for beginning in ("change:", "result:")
            for label in children(main.check.root, QLabel, beginning)
            if label.isVisible()
        ]
        assert any(label.text() for label in labels)
        cut = [
            (label.objectName(), label.text())
            for label in labels
            if label.fontMetrics().horizontalAdvance(label.text()) > label.contentsRect().width()
        ]
        assert cut == [], example


def test_what_is_long_to_say_of_a_change_stands_whole_below_its_row(main):
    """Example 13: 0.1958 mL of 2,000 mcg/mL are 391.6 mcg; 0.14 mL of them are 500: 0.0558 x 2000 + 70 = 181.6 mcg."""
    main.check.open_example("13-aspirated-and-primed.toml")

    assert main.check.change("prime_dose") == ""
    assert main.check.note("prime_dose") == "in the catheter 181.6 mcg"


def test_the_heads_of_the_columns_stay_while_the_table_is_scrolled(main):
    at(main, 960, 540)
    main.check.open_example(DIFFERS)
    main.check.open_other_rows()
    scroll = child(main.check.root, QScrollArea, "checkScroll")
    bar = scroll.verticalScrollBar()

    bar.setValue(bar.maximum() // 2)
    QApplication.processEvents()

    heads = child(main.check.root, QFrame, "columnHeads")
    assert is_whole(heads)
    assert place_of(heads, main.window).top() - place_of(scroll, main.window).top() < 3


# --- what is in sight


@pytest.mark.parametrize("example", [DIFFERS, BRIDGED, "13-aspirated-and-primed.toml"])
def test_table_and_picture_are_in_sight_at_1280_x_800_with_a_bridge(example, main):
    at(main, 1280, 800)
    main.check.open_example(example)
    canvas = main.tip.wait_until_drawn()
    QApplication.processEvents()

    assert is_whole(canvas)
    assert all(is_whole(child(main.check.root, QLabel, f"verdict:{row}")) for row in main.check.rows)


def test_findings_working_and_the_whole_picture_are_in_sight_at_1920_x_1080(main):
    at(main, 1920, 1080)
    main.check.open_example(DIFFERS)
    canvas = main.tip.wait_until_drawn()
    assert main.check.findings
    QApplication.processEvents()

    assert is_whole(canvas)
    assert is_whole(child(main.check.root, QWidget, "workingText"))
    assert all(is_whole(card) for card in children(main.check.root, QFrame, "finding:")[:4])


@pytest.mark.parametrize("look", [Look.LIGHT, Look.DARK, Look.CONTRAST])
def test_nothing_is_clipped_and_the_first_stop_is_in_sight(look, main):
    main.window.look_requested.emit(look)
    for size in SCREENS:
        main.press("Ctrl+N")
        at(main, *size)
        main.check.open_example(UNBRIDGED)
        assert main.check.findings
        QApplication.processEvents()

        stop = children(main.check.root, QFrame, "finding:")[0]
        assert main.check.findings[0].severity == "stop"
        assert is_whole(stop), size
        scroll = child(main.check.root, QScrollArea, "checkScroll")
        assert scroll.horizontalScrollBar().maximum() == 0, size
        assert is_whole(child(main.check.root, QLabel, "verdict:flow_rate")), size
        assert [words for label in labels_on(main.window) if (words := cut(label))] == [], size
        assert overlapping(main.window) == [], size


def labels_on(window: QWidget) -> list[QLabel]:
    return [
        label
        for label in window.findChildren(QLabel)
        if label.isVisible() and label.text() and not label.visibleRegion().isEmpty()
    ]


def cut(label: QLabel) -> str:
    """What a label says, where it has not the room for it."""
    words = label.text().replace("&", "")
    room = label.contentsRect()
    if label.wordWrap():
        return words if label.heightForWidth(label.width()) > label.height() else ""
    widest = max(map(label.fontMetrics().horizontalAdvance, words.split("\n")))
    return words if widest > room.width() + 1 else ""


def overlapping(window: QWidget) -> list[str]:
    """Labels of the header that lie on one another."""
    header = child(window, QWidget, "header")
    shown = sorted((place_of(label, window) for label in labels_on(header)), key=QRect.left)
    return [f"{one} {two}" for one, two in itertools.pairwise(shown) if one.intersects(two)]
