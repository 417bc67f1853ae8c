"""Light and dark: every text can be read on its ground. WCAG 2.2, relative luminance and contrast ratio."""

import shutil
from collections import Counter

import pytest
from PySide6.QtGui import QColor, QImage, QPixmapCache
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from itbcalc.library.workstation import Look
from itbcalc.resources import resource_path
from ui import theme
from ui.theme import Colours, colours_for, practice_of

ENOUGH = 4.5
ON_GROUNDS = {
    "text": (
        "ground",
        "card",
        "rail",
        "field",
        "selected",
        "stop_ground",
        "warning_ground",
        "caution_ground",
    ),
    "quiet": ("ground", "card", "field", "selected", "stop_ground", "warning_ground", "caution_ground"),
    "accent": ("ground", "card", "stop_ground", "warning_ground", "caution_ground"),
    "on_accent": ("accent",),
    "stop": ("card", "ground", "stop_ground"),
    "warning": ("card", "selected", "warning_ground"),
    "caution": ("card", "caution_ground"),
    "good": ("card", "selected"),
}
ALL_COLOURS = [
    pytest.param(colours, id=name) for name, colours in vars(theme).items() if isinstance(colours, Colours)
]


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_gives_the_published_extremes():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the grey that just fails


@pytest.mark.parametrize("colours", ALL_COLOURS)
def test_every_text_colour_can_be_read_on_every_ground_it_stands_on(colours):
    too_weak = {
        f"{text} on {ground}": round(contrast(getattr(colours, text), getattr(colours, ground)), 2)
        for text, grounds in ON_GROUNDS.items()
        for ground in grounds
        if contrast(getattr(colours, text), getattr(colours, ground)) < ENOUGH
    }

    assert too_weak == {}


@pytest.mark.parametrize("colours", ALL_COLOURS)
def test_borders_and_states_can_be_seen_on_every_ground(colours: Colours):
    """WCAG 2.2, 1.4.11: 3 to 1 for the edge of a field, the circle of a choice, where the keyboard is, and what is refused."""
    too_weak = {
        f"{edge} on {ground}": round(contrast(getattr(colours, edge), getattr(colours, ground)), 2)
        for edge in ("field_border", "accent", "stop")
        for ground in ("field", "card", "ground", "selected", "stop_ground")
        if contrast(getattr(colours, edge), getattr(colours, ground)) < 3
    }

    assert too_weak == {}


@pytest.mark.gui
@pytest.mark.parametrize("look", [look for look in Look if look is not Look.SYSTEM])
def test_the_circle_of_a_choice_and_its_dot_can_be_seen(look, qapp):
    """As it is painted: somewhere from the middle to the edge stand two colours of 3 to 1, chosen or not."""
    theme.apply(qapp, look)
    holder = QWidget()
    buttons = [QRadioButton("Running", holder), QRadioButton("Stopped", holder)]
    column = QVBoxLayout(holder)
    for button in buttons:
        column.addWidget(button)
    buttons[0].setChecked(True)
    holder.resize(160, 60)

    for button in buttons:
        image = button.grab().toImage()
        middle = image.height() // 2
        line = [image.pixelColor(x, middle).name() for x in range(2, 18)]
        ground = image.pixelColor(image.width() - 2, 1).name()
        assert max(contrast(colour, ground) for colour in line) >= 3, (button.text(), line)
    qapp.setStyleSheet("")


@pytest.mark.parametrize("look", [Look.CONTRAST, Look.CONTRAST_DARK])
def test_in_the_look_of_high_contrast_every_text_has_seven_to_one_in_practice_too(look):
    """WCAG 2.2, 1.4.6."""
    for colours in (colours_for(look), practice_of(colours_for(look))):
        for text, grounds in ON_GROUNDS.items():
            for ground in grounds:
                assert contrast(getattr(colours, text), getattr(colours, ground)) >= 7, (text, ground)
        assert contrast(colours.border, colours.ground) >= 7


@pytest.mark.gui
@pytest.mark.parametrize("look", [Look.LIGHT, Look.DARK, Look.CONTRAST])
def test_every_text_on_the_screen_can_be_read(look, main):
    main.window.look_requested.emit(look)
    main.window.resize(1280, 800)
    main.check.open_example("06-mistyped-concentration.toml")
    main.check.paste_into("new.daily_dose", ".5")
    assert weak_texts(main.window) == {}

    page = main.question("residual")
    for name, text in {"filled": "20", "aspirated": "4", "days": "60", "flow_rate": "0,1"}.items():
        page.type_into(name, text)
    assert weak_texts(main.window) == {}

    main.press("Ctrl+N")
    main.check.open_example("21-quieter-weekends.toml")
    schedule = main.go_to_schedule()
    schedule.type_listed(2, dose_rate="1")  # it differs
    main.wait_for_the_check()
    schedule.paste_into("new.patient_bolus.dose", ".5")
    schedule.day.wait_until_drawn()
    main.wait_for_the_check()
    assert weak_texts(main.window) == {}

    schedule.show_days(1)
    schedule.paste_into("new.groups.1.days", "weekend")
    schedule.day.wait_until_drawn()
    main.wait_for_the_check()
    assert weak_texts(main.window) == {}


def weak_texts(window: QWidget) -> dict[str, float]:
    """What can hardly be read where it stands, with its contrast."""
    QApplication.processEvents()
    image = window.grab().toImage()
    found = {
        f"{type(widget).__name__} {widget.text()!r}": contrast(
            ink_of(widget), ground_of(widget, window, image)
        )
        for widget in texts_on(window)
    }
    assert found
    return {words: round(ratio, 2) for words, ratio in found.items() if ratio < ENOUGH}


def texts_on(window: QWidget) -> list[QLabel | QLineEdit | QPushButton | QToolButton]:
    found = [
        widget
        for kind in (QLabel, QLineEdit, QPushButton, QToolButton)
        for widget in window.findChildren(kind)
        if widget.isVisible() and widget.text() and not widget.visibleRegion().isEmpty()
    ]
    assert len(found) > 30
    return found


def ink_of(widget: QWidget) -> str:
    return widget.palette().color(widget.foregroundRole()).name()


def ground_of(widget: QWidget, window: QWidget, image: QImage) -> str:
    """The colour that covers most of the widget's rectangle, as painted."""
    seen = widget.visibleRegion().boundingRect()
    corner = widget.mapTo(window, seen.topLeft())
    colours = Counter(
        QColor(image.pixel(corner.x() + x, corner.y() + y)).name()
        for x in range(0, seen.width(), 2)
        for y in range(0, seen.height(), 2)
    )
    return colours.most_common(1)[0][0]


@pytest.mark.parametrize(
    "folder", ["Müller", "O'Neill", 'the "new" one', "#4 100%20 {a}; b)", "病院 Ωмед", "back\\slash"]
)
def test_a_ticked_box_is_drawn_alike_in_every_folder(qtbot, tmp_path, monkeypatch, folder):
    """An empty box looks like No."""
    drawn = []
    shutil.copytree(resource_path("icons"), tmp_path / folder / "icons")
    for icons in (resource_path("icons"), tmp_path / folder / "icons"):
        monkeypatch.setattr(theme, "resource_path", lambda *parts, icons=icons: icons)
        theme.apply(QApplication.instance(), Look.LIGHT)
        QPixmapCache.clear()
        box = QCheckBox()
        qtbot.addWidget(box)
        box.setChecked(True)
        drawn.append(box.grab().toImage())

    assert drawn[0] == drawn[1]
