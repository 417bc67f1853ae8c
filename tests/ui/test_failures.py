"""When something is wrong with the program itself, or with the clinic's own files: said, and nothing answered."""

import json
import sys
from pathlib import Path

import pytest

import ui.engine
from itbcalc.ask.selftest import run_self_test
from itbcalc.desk.fields import PLACES
from itbcalc.errors import LibraryError
from itbcalc.resources import resource_path

pytestmark = pytest.mark.gui

EXAMPLE = "06-mistyped-concentration.toml"


# --- the self-test


@pytest.fixture
def one_changed_digit(fixed_clock, monkeypatch, tmp_path):
    """A reference case says 1/6 where it said 1/5."""
    path = tmp_path / "reference_cases.json"
    document = json.loads(resource_path("reference_cases.json").read_text(encoding="utf-8"))
    first = document["cases"][0]
    assert first["expected"] == {"flow_rate": "1/5"}
    first["expected"]["flow_rate"] = "1/6"
    path.write_text(json.dumps(document), encoding="utf-8")
    monkeypatch.setattr("ui.engine.run_self_test", lambda: run_self_test(path))
    return str(first["id"])


def test_a_failed_self_test_is_said_and_names_the_case(one_changed_digit, main):
    assert "self-test failed" in main.banner
    assert one_changed_digit in main.banner
    assert "FAILED" in main.status


def test_after_a_failed_self_test_nothing_is_computed(one_changed_digit, main):
    main.owner.program.open_example(EXAMPLE)

    assert main.check.results == {}
    assert main.check.verdicts == {}
    assert main.check.findings == []
    assert main.check.working == ""


def test_after_a_failed_self_test_nothing_can_be_typed(one_changed_digit, main):
    for place in PLACES:
        assert not main.check.field(place).isEnabled(), place
    main.show_panel("questions")
    assert not any(card.isEnabled() for card in main.window.panel("questions").cards)


def test_after_a_failed_self_test_nothing_is_saved_or_printed(one_changed_digit, main, tmp_path):
    main.owner.program.open_example(EXAMPLE)

    main.owner.program.save_to(tmp_path / "case.toml")
    assert "Not saved" in main.message

    main.press("Ctrl+P")
    assert main.dialog is None
    assert list(tmp_path.glob("case.*")) == []


# --- an error of ours


@pytest.fixture
def breaking(main, monkeypatch):
    """The window with answers on two panels; the next keystroke in the check breaks the presenter."""
    monkeypatch.setattr(sys, "excepthook", main.owner.broke)
    dilute = main.question("dilute")
    for name, text in {"stock": "2000", "target": "500", "volume": "20"}.items():
        dilute.type_into(name, text)
    main.show_panel("check")
    main.check.open_example(EXAMPLE)

    def broken(*_: object, **__: object) -> None:
        raise AssertionError("an assumption that does not hold")

    monkeypatch.setattr("ui.program.assessment.check", broken)
    main.check.type_into("new.daily_dose", "3")
    return main


def test_an_error_of_ours_clears_every_answer(breaking, capsys):
    assert breaking.check.results == {}
    assert breaking.check.verdicts == {}
    assert breaking.check.findings == []
    assert breaking.check.working == ""
    assert breaking.question("dilute").results == {}


def test_an_error_of_ours_is_said_with_its_details(breaking, capsys):
    assert "made an error of its own" in breaking.banner
    box = breaking.message_box
    assert "made an error of its own" in box.text()
    assert "an assumption that does not hold" in box.detailedText()
    assert "Traceback" in box.detailedText()


def test_an_error_of_ours_leaves_what_was_typed(breaking, capsys):
    assert breaking.check.text_of("new.daily_dose") == "3"
    assert breaking.check.text_of("patient.ref") == "P-0147"


def test_after_an_error_of_ours_no_keystroke_brings_an_answer_back(breaking, monkeypatch, capsys, tmp_path):
    monkeypatch.undo()  # what broke would work again
    breaking.close_dialog()

    breaking.check.type_into("new.daily_dose", "300")
    dilute = breaking.question("dilute")
    dilute.type_into("volume", "30")

    assert breaking.check.results == {}
    assert dilute.results == {}
    assert breaking.banner
    breaking.owner.program.save_to(tmp_path / "case.toml")
    assert not (tmp_path / "case.toml").exists()


# --- the library and the clinic's own profiles


def test_a_broken_profile_of_the_clinic_is_said_and_the_rest_works(open_window, config_folder):
    (config_folder / "pumps").mkdir()
    (config_folder / "pumps" / "own.toml").write_text("[own\n", encoding="utf-8")

    main = open_window()

    finding = main.check.finding("own_profile_refused")
    assert "own.toml" in finding.detail
    assert "built-in library" in finding.detail
    main.check.open_example(EXAMPLE)
    assert main.check.finding("own_profile_refused")
    assert main.check.verdict("flow_rate") == "✗ differs"


def test_a_broken_library_is_said_and_nothing_can_be_typed(open_window, monkeypatch):
    def no_library() -> None:
        raise LibraryError("pumps/medtronic.toml", "not valid TOML")

    monkeypatch.setattr(ui.engine, "load_engine", no_library)

    main = open_window()

    assert "pumps/medtronic.toml" in main.banner
    assert not main.check.field("new.daily_dose").isEnabled()
    main.owner.program.open_example(EXAMPLE)
    assert main.check.results == {}
    for panel in ("questions", "help"):
        main.show_panel(panel)


def test_settings_that_make_no_sense_are_ignored(open_window, config_folder):
    Path(config_folder, "window.ini").write_text(
        "[General]\nlook=purple\npanel=nowhere\ngeometry=wrong\nrecent=/nowhere/x.toml\n", encoding="utf-8"
    )

    main = open_window()

    assert main.panel == "check"
    assert main.recent == []
    assert main.banner == ""
