"""A dose after none: a first dose, or a restart after a stop; and the hours from one increase to the next."""

from typing import Any

import pytest

from itbcalc.program import read_program
from itbcalc.say.message import Message
from itbcalc.say.report import finding_messages
from itbcalc.say.sheet import system_values
from itbcalc.say.table import printed_rows
from tests.itbcalc.programs import check_of, library, severities, table_of

STOPPED = {"drug": "baclofen", "concentration": "500 mcg/mL", "mode": "stopped"}
NEW_SYSTEM = {"patient.last_change": None, "line": {"tubing": "new", "catheter": "new"}}
# The change is at 2026-11-10T09:00+01:00.


def restarted_at(dose: str, **changes: Any) -> dict[str, Any]:
    return {"current": STOPPED, "new.daily_dose": f"{dose} mcg/day", **changes}


def message(changes: dict[str, Any], code: str) -> Message:
    return next(each for each in finding_messages(check_of(changes), library()) if each.code == code)


@pytest.mark.parametrize("dose", ["648", "1320"])  # 27 and 55 mcg/h x 24 h, the overdoses of 1991
def test_the_restarts_after_a_holiday_that_ended_in_overdose_are_stopped(dose: str) -> None:
    assert severities(check_of(restarted_at(dose)))["restart_above_starting_dose"] == "stop"


@pytest.mark.parametrize(
    ("stopped", "code"),
    [
        ("2026-11-09T09:00:00+01:00", "restart_after_stop"),  # 24 h
        ("2026-11-09T08:59:59+01:00", "restart_above_starting_dose"),  # a second more
        (None, "restart_above_starting_dose"),  # nobody knows
    ],
)
def test_after_a_day_at_most_the_dose_of_before_is_no_stop(stopped: str | None, code: str) -> None:
    found = severities(check_of(restarted_at("460", **{"patient.last_change": stopped})))

    assert [each for each in found if each.startswith("restart_")] == [code]


def test_a_stop_of_unknown_length_asks_when_it_was() -> None:
    said = message(restarted_at("460", **{"patient.last_change": None}), "restart_above_starting_dose")

    assert "last change" in said.detail
    assert "200 mcg/day" in said.detail


def test_how_long_it_stood_is_said() -> None:
    """13 Oct 10:00 +02:00 to 10 Nov 09:00 +01:00 is 28 days."""
    assert "28 days" in message(restarted_at("460"), "restart_above_starting_dose").detail


@pytest.mark.parametrize(
    "began",
    [
        {"patient.last_change": None, "patient.first_dose": "2026-11-10T09:00+01:00"},
        {"patient.last_change": None, "patient.first_dose": "2026-11-10T08:00+00:00"},  # the same moment
        NEW_SYSTEM,
    ],
)
def test_a_first_dose_after_implantation_is_no_restart(began: dict[str, Any]) -> None:
    """Twice 50 mcg."""
    found = severities(check_of(restarted_at("100", **began)))

    assert found.get("first_dose") == "info"
    assert not [code for code in found if code.startswith("restart_")]
    assert "stop" not in found.values()


@pytest.mark.parametrize(
    "began",
    [
        {"patient.first_dose": "2026-09-01T09:00+02:00"},  # weeks ago
        {**NEW_SYSTEM, "patient.last_change": "2026-10-13T10:00+02:00"},  # something ran before
        {
            "patient.last_change": None,
            "line": {"tubing": "new", "catheter": "old"},
        },  # old drug in the catheter
    ],
)
def test_a_therapy_that_ran_before_is_no_first_dose(began: dict[str, Any]) -> None:
    found = severities(check_of(restarted_at("100", **began)))

    assert "first_dose" not in found
    assert "restart_after_stop" in found


def test_a_restart_of_another_drug_is_not_held_against_doses_of_baclofen() -> None:
    morphine = {"current.drug": "morphine", "current.mode": "stopped", "current.daily_dose": None}

    found = severities(check_of({**morphine, "new.drug": "morphine", "new.daily_dose": "1200 mcg/day"}))

    assert "restart_after_stop" in found
    assert "restart_above_starting_dose" not in found


# --- from increase to increase


@pytest.mark.parametrize(
    ("raised", "stops"),
    [
        ("2026-11-09T09:00:01+01:00", True),  # a second less than 24 h
        ("2026-11-09T09:00:00+01:00", False),
        ("2026-10-01T09:00:00+02:00", False),
    ],
)
def test_a_dose_restored_after_a_decrease_counts_from_the_last_increase(raised: str, stops: bool) -> None:
    changes = {"patient.last_increase": raised, "patient.last_change": "2026-11-10T03:00+01:00"}

    assert ("increase_too_soon" in severities(check_of(changes))) is stops


def test_where_only_the_last_change_is_said_it_may_have_been_a_decrease_and_that_is_asked() -> None:
    changes = {"patient.last_change": "2026-11-10T03:00+01:00"}

    said = message(changes, "increase_too_soon")

    assert said.severity == "stop"
    assert "if the last change was a decrease" in said.detail


def test_the_last_increase_stands_on_the_sheet() -> None:
    changes = {"patient.last_increase": "2026-10-01T09:00+02:00"}

    assert ("last increase", "1 Oct 2026 09:00") in system_values(check_of(changes))
    assert not read_program(table_of(changes), library()).refusals


# --- pumps of fixed flow

CARD = {"system.pump": "isomed-20-05", "system.tubing_volume": "0.1 mL"}


def test_the_flow_on_the_implant_card_counts_instead_of_the_published_one() -> None:
    """460 / 500 = 0.92 mL/day is the flow of this very pump; at 0.5 mL/day, the model's, 500 x 0.5 = 250 mcg/day."""
    by_model = check_of(CARD)
    by_card = check_of({**CARD, "system.fixed_flow_rate": "0.92 mL/day"})
    by_another = message({**CARD, "system.fixed_flow_rate": "0.5 mL/day"}, "constant_flow_pump")

    assert severities(by_model)["constant_flow_pump"] == "warning"
    assert "constant_flow_pump" not in severities(by_card)
    assert (
        "At 0.5 mL/day, which dates follow, this mixture gives 250 mcg/day; the dose typed needs 920 mcg/mL."
        in by_another.detail
    )


@pytest.mark.parametrize(
    ("flow", "dose", "empty"),
    [
        ("0.5 mL/day", "100 mcg/day", "20 Dec 2026"),
        ("0.5 mL/day", "460 mcg/day", "20 Dec 2026"),
        ("0.4 mL/day", "100 mcg/day", "30 Dec 2026"),
    ],
)
def test_the_day_a_pump_of_fixed_flow_is_empty_is_that_of_its_flow_and_not_of_the_dose_typed(
    flow: str, dose: str, empty: str
) -> None:
    """20 mL from 10 Nov 2026: 40 days at 0.5, 50 at 0.4 mL/day; 100/500 = 0.2 mL/day would be 100 days, and dry for 60."""
    changes = {**CARD, "system.fixed_flow_rate": flow, "reservoir.filled": "20 mL", "new.daily_dose": dose}
    checked = check_of({**changes, "current.daily_dose": dose})
    rows = {row.key: row for row in printed_rows(checked)}

    assert rows["empty_date"].new[0].startswith(empty)
    said = next(each for each in finding_messages(checked, library()) if each.code == "constant_flow_pump")
    assert f"At {flow}, which dates follow" in said.detail


@pytest.mark.parametrize(
    ("dose", "strength", "warned"),
    [
        # 0.52 x 577 = 300.04 mcg/day; 300 / 0.52 = 576.92 mcg/mL: each as it can be written
        ("300", "577", False),
        ("300.04", "577", False),
        ("300.1", "577", False),  # 577.1 would be needed, 577 is as near as it is written
        ("301", "577", True),  # 578.8
        ("300", "576", False),  # 299.52, which is written 300
        ("300", "575", True),  # 299
        ("300.00", "576.8", True),  # 299.936, and 576.92: beyond half of the last digit of either
    ],
)
def test_a_mixture_for_a_measured_flow_is_right_as_finely_as_it_is_written(
    dose: str, strength: str, warned: bool
) -> None:
    changes = {
        **CARD,
        "system.fixed_flow_rate": "0.52 mL/day",
        "new.concentration": f"{strength} mcg/mL",
        "new.daily_dose": f"{dose} mcg/day",
    }

    assert ("constant_flow_pump" in severities(check_of(changes))) is warned


@pytest.mark.parametrize(
    ("old", "new", "dose", "stopped"),
    [
        # at 0.5 mL/day: 250 to 1000 mcg/day while 300 is typed both times; 250 to 499.5, not yet twice; 250 to 125, half
        ("500", "2000", "300", "The new mixture gives 4 times the dose of the old one"),
        ("500", "999", "300", None),
        ("500", "1000", "300", "The new mixture gives 2 times the dose of the old one"),
        ("500", "250", "200", "The old mixture gives 2 times the dose of the new one"),
        # the same mixture: 250 mcg/day where 125 and 126 are typed
        ("500", "500", "125", "The mixture gives 2 times the dose typed"),
        ("500", "500", "126", None),
        ("500", "500", "500", "The dose typed is 2 times what the mixture gives"),
    ],
)
def test_a_mixture_that_gives_twice_the_dose_at_a_fixed_flow_is_a_stop_whatever_dose_was_typed(
    old: str, new: str, dose: str, stopped: str | None
) -> None:
    typed = f"{dose} mcg/day"
    changes = {
        **CARD,
        "system.fixed_flow_rate": "0.5 mL/day",
        "current.daily_dose": typed,
        "new.daily_dose": typed,
    }
    strengths = {"current.concentration": f"{old} mcg/mL", "new.concentration": f"{new} mcg/mL"}
    found = finding_messages(check_of({**changes, **strengths}), library())
    said = [each for each in found if each.code == "dose_multiplied"]

    assert [each.title for each in said] == ([] if stopped is None else [stopped])
    assert all(each.severity == "stop" for each in said)


def test_a_pump_without_an_alarm_says_nothing_of_one() -> None:
    withdrawn = {**CARD, "refill": {"drawn_off": "2.7 mL", "withdrawal": True}}

    assert "alarm_after_early_withdrawal" not in severities(check_of(withdrawn))
    rows = {row.key: row for row in printed_rows(check_of({**CARD, "reservoir.filled": "20 mL"}))}
    assert rows["latest_refill_date"].change.endswith(", 2 mL left")


def test_a_pump_whose_flow_is_programmed_has_no_flow_on_a_card() -> None:
    (refused,) = read_program(table_of({"system.fixed_flow_rate": "0.5 mL/day"}), library()).refusals

    assert refused.field == "system.fixed_flow_rate"


def test_a_pump_without_an_alarm_is_refilled_by_when_it_is_empty() -> None:
    rows = {
        row.key: row
        for row in printed_rows(
            check_of({**CARD, "reservoir.filled": "20 mL", "reservoir.low_alarm": "0 mL"})
        )
    }

    assert "low_alarm_date" not in rows
    assert rows["latest_refill_date"].change.endswith(", empty")
