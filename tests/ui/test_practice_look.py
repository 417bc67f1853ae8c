"""Practice looks different at a glance, in words, stripes and colours, wherever it is in front."""

import itertools
from collections import Counter

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from itbcalc.library.workstation import Look
from tests.ui.pages import MainPage, child
from tests.ui.practice_pages import PracticePage
from tests.ui.test_look import ENOUGH, ON_GROUNDS, contrast
from ui.practice.band import PracticeBand
from ui.theme import DARK, LIGHT, PRACTICE_DARK, PRACTICE_LIGHT, Colours, practice_of

BRIDGE_UP = "From 500 to 2000 mcg/mL"
AROUND = ("header", "rail", "footer")


def ground_of(widget: QWidget) -> str:
    """The colour that most of it has, as it is on the screen."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = Counter(
        image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 2)
    )
    return QColor(pixels.most_common(1)[0][0]).name()


def edges_along(image: QImage, y: int, until: int) -> int:
    """How often dark and light change along a line: stripes, whatever their colour."""
    light = [image.pixelColor(x, y).lightness() > 127 for x in range(until)]
    return sum(one is not other for one, other in itertools.pairwise(light))


def settled(main: MainPage) -> None:
    """The panels of the check are dressed after their first paint."""
    QTest.qWait(1)


@pytest.mark.parametrize(
    "colours", [pytest.param(PRACTICE_LIGHT, id="light"), pytest.param(PRACTICE_DARK, id="dark")]
)
def test_every_text_of_practice_can_be_read_on_every_ground_it_stands_on(colours: Colours):
    too_weak = {
        f"{text} on {ground}": round(contrast(getattr(colours, text), getattr(colours, ground)), 2)
        for text, grounds in ON_GROUNDS.items()
        for ground in grounds
        if contrast(getattr(colours, text), getattr(colours, ground)) < ENOUGH
    }

    assert too_weak == {}


def test_practice_has_grounds_and_an_accent_of_its_own_in_either_look():
    for real in (LIGHT, DARK):
        practised = practice_of(real)
        for name in ("ground", "card", "rail", "accent", "selected"):
            assert getattr(practised, name) != getattr(real, name), name


@pytest.mark.gui
@pytest.mark.parametrize("look", [Look.LIGHT, Look.DARK])
def test_the_band_is_seen_and_the_colours_around_are_others(main: MainPage, look: Look):
    main.window.look_requested.emit(look)
    before = {name: ground_of(child(main.window, QWidget, name)) for name in AROUND}
    practice = PracticePage(main)
    colours = practice_of(main.owner.house.colours)

    band = child(main.window, PracticeBand, "practiceBand")
    assert band.width() == main.window.width()
    assert band.height() >= 34
    image = band.grab().toImage()
    # Stripes of 14 pixels and as much between them: over 150 pixels there are ten edges, a flat band has none.
    assert edges_along(image, image.height() // 2, 150) >= 8
    assert "PRACTICE" in practice.band
    assert main.title == "itbcalc: PRACTICE"
    assert child(main.window, QLabel, "practiceChip").isVisible()
    for name in AROUND:
        now = ground_of(child(main.window, QWidget, name))
        assert now == colours.rail
        assert now != before[name]
    assert ground_of(practice.root) in (colours.ground, colours.card)


@pytest.mark.gui
def test_everything_looks_as_before_when_practice_is_not_in_front(main: MainPage):
    before = {name: ground_of(child(main.window, QWidget, name)) for name in AROUND}
    practice = PracticePage(main)
    main.show_panel("questions")

    assert {name: ground_of(child(main.window, QWidget, name)) for name in AROUND} == before
    assert practice.band == ""
    assert main.title == "itbcalc"
    assert not child(main.window, QLabel, "practiceChip").isVisible()


@pytest.mark.gui
def test_the_check_looks_like_practice_while_it_programs_a_virtual_pump_and_no_longer(main: MainPage):
    scroll = child(main.check.root, QWidget, "checkScroll")
    real = ground_of(scroll)
    practice = PracticePage(main)
    practice.begin(BRIDGE_UP)
    practice.press("program")
    settled(main)

    assert "PRACTICE" in practice.band
    assert main.mode.startswith("Practice:")
    practised = ground_of(scroll)
    assert practised == PRACTICE_LIGHT.card
    assert practised != real
    for panel in ("schedule", "log", "help"):  # nobody forgets it there
        main.show_panel(panel)
        assert "PRACTICE" in practice.band

    practice.press_on_band("leave")
    main.show_panel("check")
    settled(main)
    assert practice.band == ""
    assert ground_of(scroll) == real


@pytest.mark.gui
def test_a_change_of_the_look_keeps_practice_marked(main: MainPage):
    practice = PracticePage(main)
    main.window.look_requested.emit(Look.DARK)

    assert ground_of(child(main.window, QWidget, "header")) == PRACTICE_DARK.rail
    assert "PRACTICE" in practice.band


@pytest.mark.gui
@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)])
def test_nothing_of_the_pages_is_cut_off(main: MainPage, size: tuple[int, int]):
    main.window.resize(*size)
    practice = PracticePage(main)
    practice.begin("Rising need after two good years")
    practice.look_at("tone")
    practice.let_pass("2 day")
    settled(main)

    page = practice.root.play_page
    inside = page.rect()
    for name in (
        "tone",
        "order",
        "program",
        "go",
        "nextEvent",
        "act",
        "skip",
        "debrief",
        "save",
        "back",
        "instructor",
    ):
        button = child(page, QWidget, f"practice:{name}")
        place = button.geometry().translated(
            button.parentWidget().mapTo(page, button.parentWidget().rect().topLeft())
        )
        assert inside.contains(place), name
        assert button.width() >= button.sizeHint().width(), name


@pytest.mark.gui
def test_a_small_window_stays_small_and_every_button_can_be_scrolled_into_sight(main: MainPage):
    main.window.resize(800, 500)
    practice = PracticePage(main)
    practice.begin("Rising need after two good years")
    settled(main)

    assert main.window.size().toTuple() == (800, 500)
    page = practice.root.play_page
    for name in ("order", "program", "go", "nextEvent", "debrief", "save"):
        button = child(page, QWidget, f"practice:{name}")
        button.setFocus()
        settled(main)
        assert not button.visibleRegion().isEmpty(), name


@pytest.mark.gui
@pytest.mark.parametrize("width", [900, 1280])
def test_the_notice_is_never_cut_in_a_narrow_window(main: MainPage, width: int):
    practice = PracticePage(main)
    practice.begin(BRIDGE_UP)
    practice.press("program")
    practice.main.window.resize(width, 600)
    QTest.qWait(20)

    words = child(practice.main.window, QLabel, "practiceBand:words")
    assert words.isVisible()
    room = words.contentsRect()
    assert words.heightForWidth(words.width()) <= words.height()
    longest = max(words.text().split(), key=len)
    assert words.fontMetrics().horizontalAdvance(longest) <= room.width()
