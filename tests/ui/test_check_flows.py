"""What a clinician does with the check panel, through the real window."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from itbcalc.desk.fields import PLACES
from itbcalc.desk.program_files import example_path, examples, save_program
from itbcalc.desk.texts import Texts
from itbcalc.program import load_toml

pytestmark = pytest.mark.gui

MISTYPED = "06-mistyped-concentration.toml"
BRIDGED = "02-500-to-2000-bridged.toml"
# The mistyped concentration as she types it, field by field.
TYPED = {
    "system.pump": "SynchroMed II 40 mL",
    "system.tubing_volume": "0.140",
    "system.catheter": "0.1958 mL",
    "patient.ref": "P-0147",
    "reservoir.filled": "40",
    "reservoir.low_alarm": "2",
    "reservoir.at": "22 Nov 2026 09:30",
    "patient.last_change": "8 Nov 2026 10:00",
    "patient.age_years": "34",
    "reservoir.zone": "Asia/Jerusalem",
    "current.concentration": "500",
    "new.concentration": "2000",
    "current.daily_dose": "250",
    "new.daily_dose": "285",
    "readouts.daily_dose": "285",
    "readouts.flow_rate": "0.570",
    "readouts.low_alarm_date": "28 Jan 2027",
    "bridge.dose": "250",
    "readouts.bridge_duration": "16 h 7 min",
}
# Results are shown without trailing zeros; a programmer that shows no more than these digits proves little.
FEW_DIGITS = dict.fromkeys(("0.2 mL/day", "0.2 mL", "0.8 mL/day"), "? cannot tell")
CHOSEN = {"patient.spasticity_origin": "spinal", "patient.jurisdiction": "us"}


# --- from the empty window to an answer


def test_an_empty_window_offers_every_example_and_shows_no_value(main):
    assert main.check.offers_examples
    assert main.check.examples == [name for name, _ in examples()]
    assert main.check.results == {}
    assert main.check.verdicts == {}
    assert main.check.findings == []


def test_the_window_says_what_it_is_not_and_that_its_self_test_passed(main):
    assert "does not program a pump and proposes no dose" in main.notice
    assert "self-test passed" in main.status
    assert main.banner == ""


def test_typing_with_the_keyboard_alone_names_the_old_concentration(main):
    # GIVEN the keyboard in the first field
    main.press("Alt+P")
    visited = []

    # WHEN she goes through the panel with Tab and types what she knows
    for _ in range(200):
        place = main.keyboard.objectName().removeprefix("field:")
        if place in visited:
            break
        visited.append(place)
        if place in CHOSEN:
            main.check.choose(place, CHOSEN[place])
        elif place in TYPED and isinstance(main.keyboard, QLineEdit):
            main.write(TYPED[place])
        main.tab()

    # THEN everything arrived in its field, and the slip is named
    assert main.check.texts == TYPED | CHOSEN
    assert main.check.verdict("flow_rate") == "✗ differs"
    assert main.check.verdict("daily_dose") == "✓ match"
    assert main.check.verdict("bridge_duration") == "✓ match"
    main.check.open_all_rows()
    assert main.check.verdict("empty_date") == "– not read"
    slip = main.check.finding("slip")
    assert "old concentration" in slip.detail
    assert "500 mcg/mL" in slip.detail


def test_each_example_is_one_click_away_and_answered(main):
    for name, _ in examples():
        assert main.check.offers_examples
        main.check.open_example(name)

        assert not main.check.offers_examples
        assert main.check.result("flow_rate"), name
        assert name in main.message
        assert main.recent == []
        main.press("Ctrl+N")


def test_the_worst_finding_stands_first(main):
    main.check.open_example(MISTYPED)

    ranks = ["stop", "warning", "caution", "info"]
    severities = [ranks.index(finding.severity) for finding in main.check.findings]
    assert severities[0] == 0
    assert main.check.findings[0].title.startswith("✗")


def test_a_differing_value_is_marked_in_its_field(main):
    main.check.open_example(MISTYPED)

    assert main.check.tone("readouts.flow_rate") == "differs"
    assert main.check.tone("readouts.daily_dose") == ""


# --- live, nothing stale


def test_every_keystroke_answers_anew(main):
    main.check.open_example(MISTYPED)

    main.check.type_into("new.daily_dose", "300")
    assert main.check.result("flow_rate") == "0.15 mL/day"

    main.press("Backspace")
    assert main.check.result("flow_rate") == "0.015 mL/day"

    main.press("Backspace")
    main.press("Backspace")
    assert main.check.result("flow_rate") == ""


def test_clearing_the_window_leaves_nothing(main):
    main.check.open_example(MISTYPED)

    main.press("Ctrl+N")

    assert main.check.texts == {}
    assert main.check.results == {}
    assert main.check.verdicts == {}
    assert main.check.findings == []
    assert main.check.changes == {}
    assert main.check.working == ""
    assert not any(main.check.notes.values())
    assert main.check.offers_examples
    assert main.chips == []


def test_pressing_aspirated_says_for_how_long_nothing_comes(main):
    main.check.open_example("03-500-to-2000-no-bridge.toml")
    assert main.check.finding("concentration_change_without_bridge")

    assert main.check.line_words == "0.3358 mL of 500 mcg/mL"  # 0.14 mL, and 89 cm x 0.0022 mL/cm

    main.check.say_what_was_done("aspirated")

    assert (main.check.texts["line.tubing"], main.check.texts["line.catheter"]) == ("old", "none")
    assert main.keyboard.objectName() == "field:line.prime.volume"
    assert main.check.line_words == "0.14 mL of 500 mcg/mL · 0.1958 mL of no drug"
    assert main.check.finding("time_without_drug")
    assert main.check.finding(
        "concentration_change_without_bridge"
    )  # what the tubing kept is still to be bridged

    main.check.say_what_was_done("nothing")

    assert "line.tubing" not in main.check.texts
    assert not main.check.finding("time_without_drug")


def test_a_prime_that_cannot_be_read_is_not_taken_for_none(main):
    main.check.open_example("03-500-to-2000-no-bridge.toml")
    main.check.say_what_was_done("aspirated")

    main.write("0,19")

    assert main.check.tone("line.prime.volume") == "refused"
    assert main.check.finding("refused").title == "✗ Not read: volume of the priming bolus"
    assert not main.check.finding("time_without_drug")
    assert main.check.line_words == ""


@pytest.mark.parametrize(
    ("key", "holds", "keyboard"),
    [
        ("revised", ("old", "none"), "system.catheter"),
        ("pump", ("none", "old"), "system.pump"),
        ("system", ("none", "none"), "system.pump"),
    ],
)
def test_what_was_done_fills_in_what_the_line_holds_and_leads_to_what_must_be_typed(
    key, holds, keyboard, main
):
    main.check.open_example("03-500-to-2000-no-bridge.toml")

    main.check.say_what_was_done(key)

    assert (main.check.texts["line.tubing"], main.check.texts["line.catheter"]) == holds
    assert main.keyboard.objectName() == f"field:{keyboard}"


def test_a_concentration_put_right_is_held_against_what_was_really_delivered(main):
    main.check.open_example("03-500-to-2000-no-bridge.toml")

    main.check.say_what_was_done("really")

    assert main.keyboard.objectName() == "field:current.really.concentration"
    main.write("2000")
    assert not main.check.finding(
        "concentration_change_without_bridge"
    )  # what is in the line is what is meant


# --- the working


def test_the_working_follows_the_field_that_has_the_keyboard(main):
    main.check.open_example(MISTYPED)

    main.check.line("readouts.flow_rate").setFocus()
    assert "285" in main.check.working
    assert "0.1425" in main.check.working

    main.check.line("readouts.bridge_duration").setFocus()
    assert "16 h 7 min" in main.check.working
    assert "bridge" in main.check.working_title.lower()


def test_alt_down_and_alt_up_go_through_the_rows(main):
    main.check.open_example(MISTYPED)
    main.check.line("readouts.flow_rate").setFocus()
    before = main.check.working_title

    main.press("Alt+Down")
    assert main.check.working_title != before

    main.press("Alt+Up")
    assert main.check.working_title == before


def test_a_click_on_a_value_shows_its_working(main):
    main.check.open_example(MISTYPED)

    main.check.select_row("daily_volume")

    assert "volume" in main.check.working_title


# --- undo and redo


def test_undo_takes_back_field_by_field_and_redo_brings_it_again(main):
    main.check.type_into("new.daily_dose", "460")
    main.check.type_into("new.concentration", "500")
    assert main.check.result("flow_rate") == "0.92 mL/day"

    main.press("Ctrl+Z")
    assert main.check.texts == {"new.daily_dose": "460"}
    assert main.check.result("flow_rate") == ""

    main.press("Ctrl+Z")
    assert main.check.texts == {}

    main.press("Ctrl+Z")
    assert main.message == "Nothing to undo"

    main.press("Ctrl+Shift+Z")
    main.press("Ctrl+Shift+Z")
    assert main.check.texts == {"new.daily_dose": "460", "new.concentration": "500"}
    assert main.check.result("flow_rate") == "0.92 mL/day"

    main.press("Ctrl+Shift+Z")
    assert main.message == "Nothing to redo"


def test_another_file_is_another_history(main):
    main.check.type_into("new.daily_dose", "460")
    main.owner.program.open_example(MISTYPED)
    main.give_up()
    assert main.check.text_of("new.daily_dose") == "285"

    main.press("Ctrl+Z")

    assert main.message == "Nothing to undo"
    assert main.check.text_of("new.daily_dose") == "285"


def test_what_was_typed_after_opening_an_example_is_undone_to_the_example(main):
    main.check.open_example(MISTYPED)
    before = main.check.texts
    main.check.type_into("new.daily_dose", "300")
    main.check.type_into("readouts.flow_rate", "0.15")

    main.press("Ctrl+Z")
    main.press("Ctrl+Z")
    assert main.check.texts == before

    main.press("Ctrl+Y")
    main.press("Ctrl+Y")
    assert main.check.verdict("flow_rate") == "✓ match"


def test_undo_after_clearing_brings_everything_back(main):
    main.check.open_example(MISTYPED)
    before = main.check.texts

    main.press("Ctrl+N")
    main.press("Ctrl+Z")

    assert main.check.texts == before
    assert main.check.verdict("flow_rate") == "✗ differs"


def test_typing_after_undo_forgets_what_was_undone(main):
    main.check.type_into("new.daily_dose", "460")
    main.press("Ctrl+Z")

    main.check.type_into("new.daily_dose", "5")
    main.press("Ctrl+Shift+Z")

    assert main.check.texts == {"new.daily_dose": "5"}


def test_undo_on_a_side_panel_changes_nothing_that_is_not_seen(main):
    main.check.open_example(MISTYPED)
    before = main.check.texts
    dilute = main.question("dilute")
    dilute.type_into("stock", "2000")

    main.press("Ctrl+Z")
    main.press("Ctrl+Z")

    assert main.check.texts == before
    assert dilute.text_of("stock") == ""


# --- copying


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ("flow_rate", "readouts.flow_rate"),
        ("daily_volume", "readouts.daily_volume"),
        ("low_alarm_date", "readouts.low_alarm_date"),
        ("empty_date", "readouts.empty_date"),
        ("bridge_duration", "readouts.bridge_duration"),
        ("bridge_flow_rate", "readouts.bridge_flow_rate"),
        ("bridge_volume", "readouts.bridge_volume"),
        ("bridge_drug", "readouts.bridge_drug"),
    ],
)
def test_a_copied_result_carries_its_unit_and_pasted_as_read_out_it_agrees(row, place, main):
    main.check.open_example(BRIDGED)
    main.check.select_row(row)

    main.press("Ctrl+Shift+C")
    copied = QGuiApplication.clipboard().text()
    assert copied == main.check.result(row).replace(",", "")
    assert copied in main.message
    main.check.paste_into(place, copied)

    assert main.check.text_of(place) == copied
    assert main.check.verdict(row) in ("✓ match", FEW_DIGITS.get(copied))


def test_a_large_result_is_copied_without_grouping(main):
    main.check.open_example(BRIDGED)
    main.check.type_into("system.catheter", "2 mL")
    main.check.select_row("bridge_drug")
    assert main.check.result("bridge_drug") == "1,070 mcg"  # 2.14 mL x 500

    main.press("Ctrl+Shift+C")

    assert QGuiApplication.clipboard().text() == "1070 mcg"


def test_nothing_is_copied_where_nothing_stands(main):
    QGuiApplication.clipboard().setText("before")
    main.check.line("readouts.flow_rate").setFocus()

    main.press("Ctrl+Shift+C")

    assert QGuiApplication.clipboard().text() == "before"
    assert main.message == "No result in the selected row"


def test_the_copy_key_on_a_side_panel_copies_nothing_of_the_check(main):
    main.check.open_example(BRIDGED)
    QGuiApplication.clipboard().setText("before")
    main.show_panel("questions")

    main.press("Ctrl+Shift+C")

    assert QGuiApplication.clipboard().text() == "before"


# --- who it is about


def test_the_header_says_who_it_is_about_and_the_title_of_the_window_does_not(main):
    main.check.open_example(MISTYPED)

    assert "P-0147" in main.chips[0]
    assert main.title == "itbcalc"


def test_the_header_says_nothing_that_could_not_be_read(main):
    main.window.resize(1280, 800)
    main.check.open_example(MISTYPED)
    assert main.chips == ["P-0147", "34 y · spinal", "US rules"]

    main.check.type_into("patient.age_years", ".5")

    assert main.chips == ["P-0147", "spinal", "US rules"]


def test_the_header_counts_the_gravest_findings(main):
    main.check.open_example(MISTYPED)
    stops = [finding for finding in main.check.findings if finding.severity == "stop"]

    assert f"✗ {len(stops)} stop" in main.summary

    main.press("Ctrl+N")
    assert main.summary == ""


def test_every_place_of_the_panel_has_its_field(main):
    for place in PLACES:
        assert main.check.text_of(place) == ""


# --- the screening trial before a first dose


def test_where_a_therapy_begins_the_screening_trial_is_asked_for_bolus_by_bolus(main):
    """Twice 50 mcg, whose effect lasted 6 h: 100 mcg/day beside the dose that is typed."""
    check = main.check
    check.open_example("22-first-dose-after-screening.toml")
    assert check.results["label_first_dose:new"] == "100 mcg/day"
    assert check.field("screening.boluses.3.dose").isVisible()
    assert not check.shows_field("screening.boluses.4.dose")

    check.type_into("screening.boluses.2.effect", "9 h")
    assert check.results["label_first_dose:new"] == "50 mcg/day"
    assert check.finding("first_dose_above_label") is not None

    check.type_into("screening.boluses.3.dose", "75")
    assert check.shows_field("screening.boluses.4.dose")
    assert check.finding("first_dose_above_label") is None, "a bolus without its time is not read yet"


def test_a_trial_of_eight_boluses_is_typed_and_opened_and_one_of_nine_refused_with_its_reason(main, tmp_path):
    """The last that had an effect counts: 8 x 12.5 = 100 mcg, twice of it 200 mcg/day."""
    table = load_toml(example_path("22-first-dose-after-screening.toml"))
    given = [
        {"dose": f"{each} mcg", "at": f"2026-11-0{day}T09:00+01:00", "effect": "6 h"}
        for day, each in enumerate(["12.5", "25", "37.5", "50", "62.5", "75", "87.5", "100"], start=1)
    ]
    table["reservoir"]["at"] = table["patient"]["first_dose"] = "2026-11-12T09:00+01:00"
    eight, nine = tmp_path / "eight.toml", tmp_path / "nine.toml"
    save_program(eight, table | {"screening": {"boluses": given}})
    save_program(nine, table | {"screening": {"boluses": [*given, given[-1]]}})

    main.owner.program.open_file(eight)
    assert main.check.results["label_first_dose:new"] == "200 mcg/day"
    of_the_trial = [place for place in PLACES if place.startswith("screening.")]
    assert len(of_the_trial) == 8 * 4  # dose, time, effect, adverse reaction
    assert all(main.check.shows_field(place) for place in of_the_trial)
    assert main.check.text_of("screening.boluses.8.dose") == "100"

    main.owner.program.open_file(nine)
    assert "9 screening boluses: at most 8" in main.message_box.informativeText()


def test_of_a_running_therapy_no_screening_trial_is_asked(main):
    main.check.open_example("01-routine-increase.toml")

    assert not main.check.shows_field("screening.boluses.1.dose")


def test_where_an_increase_seems_too_soon_it_is_asked_when_the_dose_was_last_raised(main):
    check = main.check
    check.open_example("15-second-increase-too-soon.toml")
    assert check.finding("increase_too_soon") is not None
    assert check.field("patient.last_increase").isVisible()

    check.type_into("patient.last_increase", "1 Oct 2026 10:00")

    assert check.finding("increase_too_soon") is None
    assert check.field("patient.last_increase").isVisible()


def test_elsewhere_nobody_is_asked_when_the_dose_was_last_raised(main):
    main.check.open_example("01-routine-increase.toml")

    assert not main.check.field("patient.last_increase").isVisible()


# --- what only some pumps and some refills need


def test_the_flow_on_the_implant_card_is_asked_of_a_pump_of_fixed_flow_alone(main):
    """500 mcg/mL at 0.52 mL/day are 260 mcg/day; at the 0.5 mL/day of its model they would be 250."""
    check = main.check
    check.open_example("01-routine-increase.toml")
    flow = check.field("system.fixed_flow_rate")
    assert not flow.isVisible()

    check.type_into("system.pump", "IsoMed 20 mL, 0.5 mL/day")
    check.line("new.daily_dose").setFocus()
    assert flow.isVisible()
    check.type_into("system.fixed_flow_rate", "0.52")
    check.type_into("readouts.low_alarm_date", "")
    main.tab()

    assert not {"low_alarm_date", "bridge_dose"} & set(check.rows), "it has neither alarm nor bridge"

    assert "At 0.52 mL/day" in check.finding("constant_flow_pump").detail


LATE = (  # fields that most changes do not need: what brings them, and what is typed there
    ("readouts.dead_volume", "0.31"),
    ("readouts.empty_date", "12 Mar 2027"),
    ("system.eri_seen", "3 May 2026 09:00"),
    ("line.prime.volume", "0.2"),
)


@pytest.mark.parametrize(("place", "text"), LATE, ids=[place for place, _ in LATE])
def test_a_field_that_is_cleared_to_be_typed_anew_keeps_the_keyboard_until_one_leaves_it(main, place, text):
    """Where it folded away with its last character, the next one went into another field: into the concentration now."""
    now = {"current.concentration": "500", "current.daily_dose": "285"}
    main.owner.program.show_texts(Texts({**now, place: text}))
    line = main.check.line(place)
    line.setFocus()

    main.press("End")
    for _ in text:
        main.press("Backspace")
    assert main.keyboard is line
    main.write("7")

    assert main.check.texts == {**now, place: "7"}
    main.press("Backspace")
    for _ in range(2):  # behind a prime it is asked how long it lasts
        main.tab()
    assert not main.check.shows_field(place)


@pytest.mark.parametrize("begun", ["Codman 3000, 30", "synchromed iii 4"])
def test_what_is_done_with_a_half_typed_pump_takes_the_fields_that_it_needs(main, begun):
    """A pump of fixed flow has its own flow asked for: that field is made in the middle of Record, Save and Print."""
    for place, text in (("concentration", "500"), ("daily_dose", "285")):
        main.check.type_into(f"current.{place}", text)
        main.check.type_into(f"new.{place}", text)
    main.check.line("system.pump").setFocus()
    main.write(begun)

    table = main.owner.program.file_table()

    assert table["system"]["pump"] == {"C": "codman-3000", "s": "synchromed-iii-40"}[begun[0]]
    assert main.check.shows_field("system.fixed_flow_rate") is (begun[0] == "C")


def test_withdrawal_while_the_alarm_was_silent_can_be_said(main):
    check = main.check
    check.open_example("01-routine-increase.toml")
    check.type_into("refill.drawn_off", "2.7")
    assert check.finding("alarm_after_early_withdrawal") is None

    check.choose("refill.withdrawal", "yes")

    assert "21 of 88 patients" in check.finding("alarm_after_early_withdrawal").detail
