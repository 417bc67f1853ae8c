"""Every panel on the screens of a clinic: nothing clipped, no bar to the side, at every scale.

A window knows its scale before it is made: each other scale is tried in a process of its own. A screen of 144 dots an
inch is one of 150 %.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from tests.ui.test_first_look import at, cut, labels_on

pytestmark = pytest.mark.gui

EXAMPLE = "21-quieter-weekends.toml"
SIZES = [(960, 540), (1024, 768), (1280, 800), (1366, 768), (1920, 1080)]
REFUSED = {"readouts.daily_dose": "28,5", "new.concentration": "20oo", "reservoir.zone": "Jerusalm"}
PANELS = ("check", "schedule", "questions", "refills", "log", "practice", "settings", "help", "welcome")
AROUND_A_TEXT = 18  # pixels of a field that are border, padding and margin
LIST_ARROW = 24  # and of a list, with its arrow
SCALE = "test_the_other_process_has_the_scale_it_was_given"
FIRST_LOOK = "tests/ui/test_first_look.py::test_nothing_is_clipped_and_the_first_stop_is_in_sight"


def test_nothing_is_clipped_in_any_panel(main):
    main.check.open_example(EXAMPLE)
    for panel in PANELS:
        main.window.show_panel(panel)
        for size in SIZES:
            at(main, *size)

            assert clipped(main.window) == [], (panel, size)


@pytest.mark.parametrize("size", SIZES[:3], ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_is_clipped_while_nothing_is_typed_and_while_much_is_refused(size, main):
    at(main, *size)
    assert clipped(main.window) == []

    main.check.open_example("06-mistyped-concentration.toml")
    for place, text in REFUSED.items():
        main.check.paste_into(place, text)
    assert len(main.check.findings) > len(REFUSED)
    at(main, *size)

    assert clipped(main.window) == []


@pytest.mark.parametrize("size", SIZES[:3], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_examples_of_what_is_seldom_needed_are_not_cut(size, main):
    main.check.open_seldom_fields()
    at(main, *size)

    assert clipped(main.window) == []


@pytest.mark.skipif("ITBCALC_SCALE_TRIED" in os.environ, reason="this is the other process already")
@pytest.mark.parametrize(
    "scale",
    [
        pytest.param({"QT_SCALE_FACTOR": "1.25"}, id="125 %", marks=pytest.mark.slow),
        pytest.param({"QT_FONT_DPI": "144"}, id="150 %, 144 dpi", marks=pytest.mark.slow),
        pytest.param({"QT_SCALE_FACTOR": "2"}, id="200 %"),
    ],
)
def test_nothing_is_clipped_at_another_scale(scale, tmp_path):
    tried = ("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'tried'}")
    which = (
        f"{FIRST_LOOK}[light]",
        f"{__file__}::test_nothing_is_clipped_in_any_panel",
        f"{__file__}::{SCALE}",
    )
    done = subprocess.run(
        [sys.executable, *tried, *which],
        check=False,
        cwd=Path(__file__).parents[2],
        env=os.environ | scale | {"ITBCALC_SCALE_TRIED": "1"},
        capture_output=True,
        text=True,
    )

    assert "3 passed" in done.stdout, done.stdout[-2000:]


def test_the_other_process_has_the_scale_it_was_given(qapp):
    """Or the test above would try the same again."""
    asked = os.environ.get("QT_SCALE_FACTOR") or int(os.environ.get("QT_FONT_DPI", "96")) / 96

    assert qapp.primaryScreen().devicePixelRatio() == float(asked)


def clipped(window: QWidget) -> list[str]:
    """Everything visible that has less room than it needs, or that would have to be scrolled to the side."""
    QApplication.processEvents()
    return [
        *(f"label {words!r}" for label in labels_on(window) if (words := cut(label))),
        *(
            f"button {each.text()!r}"
            for each in shown(window, QAbstractButton)
            if each.text() and is_small(each)
        ),
        *(
            f"field {each.objectName()}: {hidden}"
            for each in shown(window, QLineEdit)
            if (hidden := unseen(each))
        ),
        *(f"list {each.objectName()}" for each in shown(window, QComboBox) if is_list_small(each)),
        *(f"bar of {each.objectName()}" for each in shown(window, QAbstractScrollArea) if has_bar(each)),
    ]


def shown(window: QWidget, kind: type) -> list:
    return [each for each in window.findChildren(kind) if not each.visibleRegion().isEmpty()]


def is_small(button: QAbstractButton) -> bool:
    needed = button.sizeHint()
    return button.width() < needed.width() or button.height() < needed.height()


def unseen(field: QLineEdit) -> str:
    """The text of a field, or its example, where it is wider than the field."""
    text = field.text() or field.placeholderText()
    room = field.width() - field.textMargins().right() - AROUND_A_TEXT
    return text if field.fontMetrics().horizontalAdvance(text) > room else ""


def is_list_small(box: QComboBox) -> bool:
    return box.fontMetrics().horizontalAdvance(box.currentText()) > box.width() - LIST_ARROW


def has_bar(area: QAbstractScrollArea) -> bool:
    """A working is scrolled to the side: its lines are formulas and are never broken."""
    return not isinstance(area, QPlainTextEdit) and area.horizontalScrollBar().maximum() > 0
