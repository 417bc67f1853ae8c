"""Quick questions in the window: what is chosen counts like what is typed."""

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.pages import MainPage

pytestmark = pytest.mark.gui
CHANGE = {
    "old_concentration": "500",
    "new_concentration": "2000",
    "old_dose": "300",
    "new_dose": "300",
    "bridge_dose": "300",
    "tubing_volume": "0.14",
    "catheter_volume": "0.19",
}


def test_the_bridge_asks_what_tubing_and_catheter_hold(main: MainPage) -> None:
    """0.33 x 500 / 300 = 11/20 day; after aspiration and a prime of 0.19 mL 0.14 x 500 / 300 = 7/30 day."""
    bridge = main.question("bridge", "bridge")
    for name, text in CHANGE.items():
        bridge.type_into(name, text)
    assert bridge.results["bridge duration"] == "13 h 12 min"

    bridge.choose("tubing", "old")
    assert bridge.results == {}
    assert bridge.note("catheter") == "needed"

    bridge.choose("catheter", "none")
    assert bridge.finding("time_without_drug") is not None

    bridge.type_into("prime_volume", "0.19")
    assert bridge.finding("time_without_drug") is None
    assert bridge.results["bridge duration"] == "5 h 36 min"
    assert bridge.results["line, from the tip"] == "0.14 mL at 500 mcg/mL, 0.19 mL at 2,000 mcg/mL"

    bridge.clear()
    assert bridge.text_of("tubing") == ""
    assert bridge.asks_for_input


def test_residual_is_held_against_the_accuracy_of_the_pump_that_is_chosen(main: MainPage) -> None:
    """100 days of 0.17 mL/day from 20 mL leave 3; 1 drawn off: 19/17 = 1.118 times, within 114.5 % and beyond 110 %."""
    residual = main.question("reservoir", "residual")
    for name, text in {"filled": "20", "aspirated": "1", "days": "100", "flow_rate": "0.17"}.items():
        residual.type_into(name, text)

    residual.choose("pump", "synchromed-ii-20")
    assert residual.finding("delivered_too_much") is None

    residual.choose("pump", "medstream-20")
    assert residual.finding("delivered_too_much") is not None


@pytest.mark.parametrize(
    ("panel", "first"),
    [("reservoir", "field:volume"), ("mixing", "field:quantity"), ("bridge", "field:old_concentration")],
)
def test_whoever_opens_the_questions_can_type_at_once(panel, first, main):
    main.window.show_panel(panel)

    assert QApplication.focusWidget().objectName() == first
