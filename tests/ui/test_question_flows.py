"""Quick questions in the window: what is chosen counts like what is typed."""

import pytest

from tests.ui.pages import MainPage
from tests.ui.pdf_reading import read_pdf

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
    bridge = main.question("bridge")
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
    """100 days of 0.157 mL/day from 20 mL leave 4.3; 2.5 drawn off: 17.5/15.7 = 1.115 times, within 114.5 % and beyond 110 %."""
    residual = main.question("residual")
    for name, text in {"filled": "20", "aspirated": "2.5", "days": "100", "flow_rate": "0.157"}.items():
        residual.type_into(name, text)

    residual.choose("pump", "synchromed-ii-20")
    assert residual.finding("delivered_too_much") is None

    residual.choose("pump", "medstream-20")
    assert residual.finding("delivered_too_much") is not None


def test_whoever_opens_the_questions_can_type_at_once(main):
    main.press("Ctrl+3")
    assert main.keyboard.objectName() == "field:volume"

    main.choose_question("Bridge")
    assert main.keyboard.objectName() == "field:old_concentration"


def test_the_present_values_of_the_program_are_offered_and_never_filled_in(main):
    """Example 02: 500, then 2,000 mcg/mL; 400 mcg/day; 0.14 mL and 89 cm x 0.0022 mL/cm = 0.1958 mL."""
    main.check.open_example("02-500-to-2000-bridged.toml")
    bridge = main.question("bridge")
    assert bridge.root.texts() == {}
    assert bridge.offers("old_concentration") == ["500"]
    assert bridge.offers("new_concentration") == ["2000"]
    assert bridge.offers("catheter_volume") == ["0.1958"]

    for name, text in (("old_concentration", "500"), ("new_concentration", "2000"), ("old_dose", "400")):
        bridge.take(name, text)
    bridge.take("new_dose", "400")
    bridge.take("dead_volume", "0.3358")

    assert bridge.results["bridge duration"] == "10 h 4 min"  # 0.3358 / 0.8 day, as in the check
    assert bridge.offers("old_concentration") == []

    assert main.question("titrate").offers("dose") == ["400"]
    main.press("Ctrl+1")
    main.check.type_into("current.daily_dose", "410")
    assert main.question("titrate").offers("dose") == ["410"]


def test_the_question_in_sight_is_printed_with_answer_and_working(main, tmp_path):
    """10 of 2,000 mcg/mL make 40 mL of 500 with 30 mL of diluent."""
    dilute = main.question("dilute")
    main.press("Ctrl+Shift+P")
    assert main.message == "Nothing to print yet"

    for name, text in (("stock", "2000"), ("target", "500"), ("volume", "40")):
        dilute.type_into(name, text)
    main.press("Ctrl+Shift+P")
    main.type_file_name(str(tmp_path / "dilute.pdf"))

    words = "".join(read_pdf(tmp_path / "dilute.pdf").pages).replace("\t", " ")
    for expected in ("Dilute", "Stock: 2000 mcg/mL", "10 mL", "30 mL", "Working", "does not program a pump"):
        assert expected in words, expected
