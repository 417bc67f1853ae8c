"""Confirming an unverified figure from the manual."""

import tomllib

import pytest

from itbcalc.library.records import Grade
from itbcalc.quantities.display import exact_text
from itbcalc.say import GRADE_WORDS, figure_name
from tests.ui.pages import ConfirmPage

pytestmark = pytest.mark.gui

EXAMPLE = "01-routine-increase.toml"


@pytest.fixture
def figure(main):
    """An example is open, and the first figure it offers to confirm."""
    main.check.open_example(EXAMPLE)
    acts = [act for act in main.check.offered_acts if act.startswith("confirm:")]
    assert acts, "the example uses no unverified figure any more: choose another"
    return main.owner.engine.library.figure(acts[0].removeprefix("confirm:"))


@pytest.fixture
def dialog(main, figure):
    main.check.press_act(f"confirm:{figure.address}")
    return ConfirmPage(main)


def test_the_dialog_fills_in_nothing_but_the_name_of_the_figure(dialog, figure):
    assert dialog.typed == {"value": "", "reference": "", "by": ""}
    assert figure_name(figure) in dialog.about
    assert exact_text(figure.quantity) in dialog.about


def test_an_empty_confirmation_is_refused_with_the_reason(dialog, config_folder):
    dialog.confirm()

    assert dialog.is_open
    assert dialog.problem
    assert not (config_folder / "confirmed.toml").exists()


@pytest.mark.parametrize("value", [".5", "0,5", "1e3", "five", "5 kg"])
def test_a_value_that_cannot_be_read_is_refused_by_name(value, dialog, config_folder):
    dialog.fill(value=value, reference="manual, p. 11", by="A. Nurse")

    dialog.confirm()

    assert dialog.is_open
    assert f"‘{value}’" in dialog.problem
    assert not (config_folder / "confirmed.toml").exists()


@pytest.mark.parametrize("missing", ["reference", "by"])
def test_who_looked_and_where_must_be_said(missing, dialog, figure, config_folder):
    given = {"value": figure.text, "reference": "manual, p. 11", "by": "A. Nurse"}
    dialog.fill(**{name: text for name, text in given.items() if name != missing})

    dialog.confirm()

    assert dialog.is_open
    assert dialog.problem
    assert not (config_folder / "confirmed.toml").exists()


def test_a_confirmed_figure_is_the_clinics_own_and_no_longer_offered(main, dialog, figure, config_folder):
    dialog.fill(value=figure.text, reference="implant manual M123456, p. 11", by="A. Nurse")

    dialog.confirm()

    assert main.dialog is None
    assert main.message == "Confirmed and saved"
    assert f"confirm:{figure.address}" not in main.check.offered_acts
    confirmed = main.owner.engine.library.figure(figure.address)
    assert confirmed.grade is Grade.CLINIC
    (written,) = tomllib.loads((config_folder / "confirmed.toml").read_text(encoding="utf-8"))["confirmed"]
    assert written["figure"] == figure.address
    assert written["by"] == "A. Nurse"
    assert written["on"] == "2026-11-22"


def test_a_figure_found_to_be_another_is_used_at_once_and_named_as_the_clinics_own(main):
    # GIVEN a check that uses the accuracy of the pump
    main.check.open_example(EXAMPLE)
    accuracy = main.owner.engine.library.pumps["synchromed-ii-20"].accuracy
    main.check.select_row("low_alarm_date")
    before = main.check.working
    assert exact_text(accuracy.quantity) in before

    # WHEN the clinic finds 10 % in its manual
    main.owner.program.views.check_panel.act_requested.emit(f"confirm:{accuracy.address}")
    dialog = ConfirmPage(main)
    dialog.fill(value="10 %", reference="manual, p. 3", by="A. Nurse")
    dialog.confirm()

    # THEN the worst case is worked with it
    assert main.dialog is None
    assert main.check.working != before
    assert "10 %" in main.check.working
    assert GRADE_WORDS[Grade.CLINIC] in main.check.working_origin


def test_escape_confirms_nothing(main, dialog, figure, config_folder):
    dialog.fill(value=figure.text, reference="manual", by="A. Nurse")

    main.close_dialog()

    assert not (config_folder / "confirmed.toml").exists()
    assert f"confirm:{figure.address}" in main.check.offered_acts


def test_what_a_side_panel_answered_is_answered_anew(main):
    # GIVEN a step held against a published limit
    titrate = main.question("titrate")
    for name, text in {"dose": "100", "percent": "50"}.items():
        titrate.type_into(name, text)
    assert "German label" in titrate.finding("dose_step_above_label").source

    # WHEN the clinic finds 20 % in its label
    main.owner.program.views.check_panel.act_requested.emit("confirm:limits.de.TIT-DE.recommended_maximum")
    dialog = ConfirmPage(main)
    dialog.fill(value="20 %", reference="label, p. 2", by="A. Nurse")
    dialog.confirm()

    # THEN another limit is the first that nobody doubts
    assert main.dialog is None
    assert "Expert panel" in titrate.finding("dose_step_above_label").source


def test_a_folder_that_cannot_be_written_is_said(dialog, figure, config_folder, monkeypatch):
    def refused(*_: object, **__: object) -> None:
        raise OSError(13, "Permission denied")

    monkeypatch.setattr("itbcalc.safe_files.tempfile.mkstemp", refused)
    dialog.fill(value=figure.text, reference="manual", by="A. Nurse")

    dialog.confirm()

    assert dialog.is_open
    assert "Permission denied" in dialog.problem
