"""The label's own arithmetic beside a first dose: twice the effective screening bolus, or once where its effect lasted."""

from typing import Any

import pytest

from itbcalc.judge.check import Checked
from itbcalc.library.records import Severity
from itbcalc.program import read_program
from itbcalc.quantities.display import fraction_text
from itbcalc.say import place_words
from itbcalc.say.report import check_document, check_text, finding_messages
from itbcalc.say.sheet import system_values
from tests.itbcalc.programs import check_of, library, severities, table_of

STOPPED = {"drug": "baclofen", "concentration": "500 mcg/mL", "mode": "stopped"}


def bolus(dose: str, day: int, effect: str | None = "6 h", **more: Any) -> dict[str, Any]:
    """A bolus at nine o'clock on a day of November 2026; the change is on the 10th, also at nine."""
    given = {"dose": f"{dose} mcg", "at": f"2026-11-{day:02d}T09:00+01:00", **more}
    return given if effect is None else {**given, "effect": effect}


def began(*boluses: dict[str, Any], dose: str = "100", **changes: Any) -> Checked:
    return check_of(
        {
            "current": STOPPED,
            "new.daily_dose": f"{dose} mcg/day",
            "patient.last_change": None,
            "screening": {"boluses": list(boluses)},
            **changes,
        }
    )


def by_label(checked: Checked) -> tuple[str, str]:
    """The least and the most, in mcg/day."""
    results = check_document(checked, library())["results"]
    return results["label_first_dose_least"]["exact"], results["label_first_dose_most"]["exact"]


@pytest.mark.parametrize(
    ("jurisdiction", "effect", "label"),
    [
        ("us", "8 h", ("100", "100")),  # twice 50
        ("us", "8 h 1 min", ("50", "50")),  # once
        ("de", "12 h", ("100", "100")),
        ("de", "12 h 1 min", ("50", "50")),
        ("uk", "12 h", ("100", "100")),
        ("uk", "13 h", ("50", "50")),
        (None, "8 h", ("100", "100")),  # within the hours of every label
        (None, "10 h", ("50", "100")),  # beyond those of the US alone
        (None, "13 h", ("50", "50")),
        ("us", None, ("50", "100")),  # nobody says how long
    ],
)
def test_the_label_takes_the_bolus_twice_or_once_where_its_effect_lasted_beyond_its_hours(
    jurisdiction: str | None, effect: str | None, label: tuple[str, str]
) -> None:
    assert by_label(began(bolus("50", 8, effect), **{"patient.jurisdiction": jurisdiction})) == label


def test_after_an_adverse_reaction_it_is_once() -> None:
    assert by_label(began(bolus("50", 8, "6 h", adverse_reaction=True))) == ("50", "50")
    assert by_label(began(bolus("50", 8, "6 h", adverse_reaction=False))) == ("100", "100")


def test_the_last_bolus_that_had_an_effect_counts() -> None:
    """Twice 75; the 100 mcg after it did nothing more."""
    checked = began(bolus("50", 6, "0 h"), bolus("75", 7), bolus("100", 8, "0 min"))

    assert by_label(checked) == ("150", "150")


@pytest.mark.parametrize(
    ("dose", "code", "severity"),
    [("100", "first_dose_by_label", "info"), ("100.1", "first_dose_above_label", "warning")],
)
def test_a_first_dose_above_it_is_warned_of_and_at_it_only_noted(dose: str, code: str, severity: str) -> None:
    found = severities(began(bolus("50", 8), dose=dose))

    assert found[code] == severity
    assert not [each for each in found if each.startswith(("restart_", "first_dose")) and each != code]


def test_where_once_or_twice_cannot_be_told_a_dose_is_above_only_beyond_twice() -> None:
    said = began(bolus("50", 8, None), dose="90")

    assert "first_dose_by_label" in severities(said)
    message = next(each for each in finding_messages(said, library()) if each.code == "first_dose_by_label")
    assert "50 mcg/day or 100 mcg/day" in message.detail
    assert message.source


def test_where_no_bolus_had_an_effect_nothing_is_computed_and_that_is_a_warning() -> None:
    checked = began(bolus("50", 7, "0 h"), bolus("100", 8, "0 h"))

    assert severities(checked)["screening_without_effect"] == "warning"
    assert "label_first_dose_most" not in check_document(checked, library())["results"]


@pytest.mark.parametrize(("hour", "close"), [("09:00:00", False), ("08:59:59", True)])
def test_boluses_less_than_a_day_apart_are_pointed_out(hour: str, close: bool) -> None:
    second = {"dose": "75 mcg", "at": f"2026-11-08T{hour}+01:00", "effect": "6 h"}

    said = finding_messages(began(bolus("50", 7), second), library())
    assert [each.place for each in said if each.code == "screening_boluses_close"] == (
        ["screening.boluses.2.at"] if close else []
    )


@pytest.mark.parametrize(("dose", "above"), [("100", False), ("100.1", True)])
def test_a_bolus_above_the_largest_of_a_trial_is_warned_of(dose: str, above: bool) -> None:
    assert ("bolus_above_limit" in severities(began(bolus(dose, 8)))) is above


def test_a_trial_before_it_makes_a_dose_after_none_the_first_one_unless_something_ran_before() -> None:
    again = began(bolus("50", 8), **{"patient.last_change": "2026-10-13T10:00+02:00"})

    assert "first_dose_by_label" in severities(began(bolus("50", 8)))
    assert "restart_after_stop" in severities(again)
    assert "label_first_dose_most" not in check_document(again, library())["results"]


def test_a_running_therapy_is_not_held_against_the_trial() -> None:
    checked = check_of({"screening": {"boluses": [bolus("50", 8)]}})

    assert not [code for code in severities(checked) if "first_dose" in code or "screening" in code]


def test_the_trial_of_another_drug_is_not_held_against_a_label_of_baclofen() -> None:
    morphine = {"current.drug": "morphine", "new.drug": "morphine"}

    checked = began(bolus("50", 8), **morphine)

    assert "label_first_dose_most" not in check_document(checked, library())["results"]
    assert severities(checked)["first_dose"] == Severity.INFO


def test_the_yardstick_stands_beside_the_typed_dose_and_is_no_proposal() -> None:
    lines = check_text(began(bolus("50", 8)), library()).splitlines()
    row = next(number for number, line in enumerate(lines) if line.startswith("daily dose"))

    assert lines[row].split()[-2:] == ["100", "mcg/day"]
    assert lines[row + 1].split() == ["first", "dose", "by", "the", "label", "100", "mcg/day"]
    assert lines[row + 2].strip() == "after 50 mcg: a yardstick"


def test_the_working_names_the_bolus_and_how_many_times() -> None:
    steps = check_document(began(bolus("50", 8)), library())["working"]
    step = next(each for each in steps if each["name"] == "first daily dose by the label")

    assert step["numbers"] == "50 mcg × 2 ÷ 1 day"


def test_the_boluses_stand_on_the_sheet() -> None:
    checked = began(bolus("50", 7, None), bolus("75", 8, adverse_reaction=True))

    assert ("screening bolus 1", "50 mcg, 7 Nov 2026 09:00, effect not said") in system_values(checked)
    assert ("screening bolus 2", "75 mcg, 8 Nov 2026 09:00, effect 6 h, adverse reaction") in system_values(
        checked
    )


@pytest.mark.parametrize(
    ("screening", "field", "rule"),
    [
        ({"boluses": "50 mcg"}, "screening.boluses", "boluses_shape"),
        ({"boluses": [bolus("50", day) for day in range(1, 10)]}, "screening.boluses", "too_many_boluses"),
        ({"boluses": ["50 mcg"]}, "screening.boluses", "boluses_shape"),
        ({"trial": []}, "screening.trial", "unknown_key"),
        ({"boluses": [bolus("50", 8, route="port")]}, "screening.boluses.1.route", "unknown_key"),
        ({"boluses": [bolus("50", 8, "6")]}, "screening.boluses.1.effect", "unit_missing"),
        ({"boluses": [bolus("0", 8)]}, "screening.boluses.1.dose", "zero"),
        (
            {"boluses": [bolus("50", 8, adverse_reaction="drowsy")]},
            "screening.boluses.1.adverse_reaction",
            "not_true_or_false",
        ),
        ({"boluses": [bolus("50", 8), bolus("75", 7)]}, "screening.boluses.1.at", "dates_out_of_order"),
        ({"boluses": [bolus("50", 7), bolus("75", 11)]}, "screening.boluses.2.at", "dates_out_of_order"),
    ],
)
def test_what_is_no_trial_is_refused_by_its_place(screening: dict[str, Any], field: str, rule: str) -> None:
    refusals = read_program(table_of({"screening": screening}), library()).refusals

    assert [each.field for each in refusals] == [field]
    assert rule in (
        getattr(refusals[0], "rule", ""),
        str(getattr(getattr(refusals[0], "entry", None), "problem", "")),
    )


def test_a_field_of_the_trial_is_named_in_words() -> None:
    assert place_words("screening.boluses.2.effect") == "screening bolus 2: how long the effect lasted"
    assert place_words("screening.boluses.1") == "screening bolus 1"


@pytest.mark.parametrize("left_out", ["dose", "at"])
def test_dose_and_time_of_a_bolus_are_needed(left_out: str) -> None:
    given = {key: text for key, text in bolus("50", 8).items() if key != left_out}

    assert read_program(table_of({"screening": {"boluses": [given]}}), library()).missing == (
        f"screening.boluses.1.{left_out}",
    )


def test_while_one_bolus_cannot_be_read_no_yardstick_stands_on_the_screen() -> None:
    table = table_of({"screening": {"boluses": [bolus("50", 7), bolus("7.5.", 8)]}})

    assert read_program(table, library()).program.screening == ()


def test_a_dose_is_exact() -> None:
    """Twice 33.3 mcg."""
    assert (
        by_label(began(bolus("33.3", 8)))[1]
        == fraction_text(began(bolus("33.3", 8)).calculation.label_first_doses[0].value)
        == "333/5"
    )
