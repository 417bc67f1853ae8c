"""What only the history of a patient can say. The moments are counted from 1 January 2026."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from itbcalc.judge.dose_history import (
    DoseInForce,
    ScoreSeen,
    early_withdrawal_finding,
    increases_without_effect,
    yearly_rise_findings,
)
from itbcalc.judge.guardrails import Rules
from itbcalc.program import Patient
from itbcalc.quantities.kinds import (
    DAILY_DOSE,
    RATIO,
    VOLUME,
    DailyDose,
    Volume,
    as_daily_dose,
    as_volume,
    exactly,
)
from itbcalc.say import finding_message
from tests.itbcalc.programs import library

RULES = Rules(library(), Patient())


def on(days: int) -> datetime:
    return datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=days)


def dose(mcg_per_day: str) -> DailyDose:
    return as_daily_dose(exactly(Fraction(mcg_per_day), DAILY_DOSE))


def history(*doses: tuple[int, str]) -> list[DoseInForce]:
    return [DoseInForce(on(days), dose(each)) for days, each in doses]


def ml(text: str) -> Volume:
    return as_volume(exactly(Fraction(text), VOLUME))


def scores(*values: tuple[int, str, int]) -> list[ScoreSeen]:
    return [ScoreSeen(on(days), scale, Fraction(value)) for days, scale, value in values]


# --- a rise within a year


@pytest.mark.parametrize(
    ("doses", "found"),
    [
        # first dose at day 0; 300 in force a year before the last
        (history((0, "100"), (300, "300"), (700, "350"), (900, "400")), False),  # 100 more: the bound
        (history((0, "100"), (300, "300"), (700, "350"), (900, "400.1")), True),
        # in one step, and in many
        (history((0, "100"), (300, "300"), (900, "420")), True),
        # within the first 18 months every dose rises: 548 days
        (history((0, "100"), (100, "300"), (548, "420")), False),
        (history((0, "100"), (100, "300"), (549, "420")), True),
        (history((0, "500"), (900, "420")), False),  # the dose has come down
        # a year are 365 days: what came into force just then was in force a year ago, a day later it was not
        (history((0, "100"), (300, "290"), (535, "350"), (900, "400.1")), False),
        (history((0, "100"), (300, "290"), (536, "350"), (900, "400.1")), True),
        ([], False),
    ],
)
def test_a_rise_is_held_against_a_year_and_only_after_18_months(
    doses: list[DoseInForce], found: bool
) -> None:
    """Heetla 2009: more than 100 mcg/day within a year, after 18 months."""
    assert bool(list(yearly_rise_findings(doses, on(0), RULES))) is found


def test_what_was_in_force_a_year_ago_is_said_and_how_much_more_it_is() -> None:
    doses = history((0, "100"), (300, "300"), (700, "350"), (900, "420"))

    (finding,) = yearly_rise_findings(doses, on(0), RULES)

    assert finding.values == {"old": dose("300"), "new": dose("420"), "gained": dose("120")}


@pytest.mark.parametrize(("beyond", "found"), [(timedelta(0), False), (timedelta(microseconds=1), True)])
def test_18_months_are_over_as_exactly_as_moments_are_known(beyond: timedelta, found: bool) -> None:
    doses = [*history((0, "100"), (100, "300")), DoseInForce(on(548) + beyond, dose("420"))]

    assert bool(list(yearly_rise_findings(doses, on(0), RULES))) is found


@pytest.mark.parametrize(
    ("begun", "doses", "severity"),
    [
        # a log that is younger than the therapy: its first dose is typed
        (-800, history((0, "300"), (200, "401")), "warning"),
        (-800, history((0, "300"), (200, "400")), None),
        (-300, history((0, "300"), (200, "420")), None),  # 500 days: every dose rises then
        # not typed, and the log does not reach back 18 months: it may be tolerance
        (None, history((0, "300"), (200, "401")), "caution"),
        (None, history((0, "300"), (548, "401")), "caution"),
        (None, history((0, "300"), (549, "401")), "warning"),
        (None, history((0, "300"), (200, "400")), None),
    ],
)
def test_a_log_that_begins_after_the_therapy_is_not_taken_for_its_beginning(
    begun: int | None, doses: list[DoseInForce], severity: str | None
) -> None:
    found = list(yearly_rise_findings(doses, None if begun is None else on(begun), RULES))

    assert [finding_message(each, library()).severity for each in found] == (
        [] if severity is None else [severity]
    )


# --- increases that change nothing

FIVE_MONTHS = history((0, "200"), (30, "260"), (90, "350"), (150, "460"))


@pytest.mark.parametrize(
    ("scored", "found"),
    [
        (scores((0, "ashworth", 3), (150, "ashworth", 3)), True),
        (scores((0, "ashworth", 3), (150, "ashworth", 4)), True),
        (scores((0, "ashworth", 3), (150, "ashworth", 2)), False),  # better
        (scores((0, "ashworth", 3), (0, "penn", 3), (150, "ashworth", 3), (150, "penn", 2)), False),
        (scores((0, "ashworth", 3)), False),  # nobody has scored since
        (scores((149, "ashworth", 3)), False),
        # on the day of the first increase, and on that of the last; nobody since the last but one
        (scores((30, "ashworth", 3), (150, "ashworth", 3)), True),
        (scores((31, "ashworth", 3), (150, "ashworth", 3)), False),
        (scores((0, "ashworth", 3), (149, "ashworth", 3)), False),
        # the last score before, and the last after
        (scores((0, "ashworth", 4), (20, "ashworth", 3), (150, "ashworth", 3)), True),
        (scores((0, "ashworth", 3), (20, "ashworth", 4), (150, "ashworth", 3)), False),
        (scores((0, "ashworth", 3), (150, "ashworth", 3), (170, "ashworth", 2)), False),
        (scores((0, "ashworth", 3), (150, "ashworth", 2), (170, "ashworth", 3)), True),
        ([], False),
    ],
)
def test_after_three_increases_without_a_better_score_the_catheter_is_thought_of(
    scored: list[ScoreSeen], found: bool
) -> None:
    """200 to 460 mcg/day in five months."""
    (*findings,) = increases_without_effect(FIVE_MONTHS, scored, RULES)

    assert [finding_message(each, library()).title for each in findings] == (
        ["3 increases within a year without a better score: think of the catheter"] if found else []
    )
    assert all("200 mcg/day to 460 mcg/day" in finding_message(each, library()).detail for each in findings)


@pytest.mark.parametrize(
    "doses",
    [
        history((0, "200"), (30, "260"), (90, "350")),  # two
        history((0, "200"), (30, "260"), (90, "350"), (150, "300")),  # and a decrease
        history((0, "200"), (30, "260"), (90, "350"), (500, "460")),  # in more than a year
        history((0, "200"), (30, "260"), (90, "350"), (395, "460")),  # the first just 365 days before
        history((0, "200"), (30, "260"), (60, "260"), (90, "350")),  # and the same dose anew
    ],
)
def test_two_increases_are_no_reason_yet(doses: list[DoseInForce]) -> None:
    scored = scores((0, "ashworth", 3), (500, "ashworth", 3))

    assert not list(increases_without_effect(doses, scored, RULES))


def test_three_increases_within_365_days_are_enough() -> None:
    doses = history((0, "200"), (31, "260"), (90, "350"), (395, "460"))
    scored = scores((0, "ashworth", 3), (395, "ashworth", 3))

    (finding,) = increases_without_effect(doses, scored, RULES)

    assert finding.values == {"count": exactly(3, RATIO), "old": dose("200"), "new": dose("460")}


# --- withdrawal before the alarm


@pytest.mark.parametrize(
    ("alarm", "left", "found"),
    [
        ("2", "2.7", True),
        ("3.9", "4.1", True),
        ("4", "4.1", False),  # no higher alarm is published
        ("2", "2", False),  # the alarm had come
    ],
)
def test_where_withdrawal_came_early_it_is_said_that_an_alarm_at_4_ml_has_helped(
    alarm: str, left: str, found: bool
) -> None:
    """Rigoli 2004: 21 of 88, with 2.1 to 3.8 mL left."""
    finding = early_withdrawal_finding(ml(alarm), ml(left), RULES)

    assert (finding is not None) is found
    if finding is not None:
        assert "none with the alarm at 4 mL" in finding_message(finding, library()).detail
        assert "21 of 88 patients" in finding_message(finding, library()).detail
