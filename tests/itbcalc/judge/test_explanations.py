"""What is offered where little was read: which, in which order, with which value, and what is only a hint.

Of the quiet program: 460 mcg/day at 500 mcg/mL, 0.92 mL/day; 38 mL above the alarm from 10 Nov 2026, 09:00.
"""

from fractions import Fraction

import pytest

from itbcalc.judge.check import explanations_of
from itbcalc.judge.explanations import Explanation, Explanations
from itbcalc.judge.reasons import Reason
from tests.itbcalc.judge.bridged import BRIDGED
from tests.itbcalc.programs import NIGHT, QUIET_PERIODIC, Changes, check_of, library, new_therapy, step

F = Fraction
Named = tuple[str, str, Fraction | int | None]
"""Why, where, and the value as a bare number; None where no single number says it."""

# 187.5 + 140 + 20 = 347.5 mcg/day: 140 mcg from 22:00 to 06:00, 20 from 12:00 to 13:00, and 12.5 mcg/h besides
TWO_STEPS = new_therapy(
    "flex",
    basal="300 mcg/day",
    steps=[step("22:00", "8 h", "140 mcg"), step("12:00", "1 h", "20 mcg")],
    steps_replace_basal=True,
)
# 06:00 to 07:00 to 08:00, and 22:00 to midnight
THREE_STEPS = new_therapy(
    "flex",
    basal="300 mcg/day",
    steps=[step("06:00", "1 h", "20 mcg"), step("07:00", "1 h", "30 mcg"), step("22:00", "2 h", "50 mcg")],
    steps_replace_basal=True,
)
SMALL_BASAL = new_therapy(
    "flex", basal="10 mcg/day", steps=[step("22:00", "15 h", "300 mcg")], steps_replace_basal=True
)
NOON = step("12:00", "1 h", "20 mcg")


def with_saturday(usual: dict[str, str], *saturday: dict[str, str]) -> Changes:
    """One step on the usual days, others on Saturday, where the basal runs on beside them."""
    day = {"basal": "300 mcg/day", "steps": list(saturday), "steps_replace_basal": False}
    return new_therapy(
        "flex", basal="300 mcg/day", steps=[usual], steps_replace_basal=True, days={"sat": day}
    )


def explained(changes: Changes, shown: Changes) -> Explanations:
    return explanations_of(
        check_of({**changes, **{f"readouts.{name}": value for name, value in shown.items()}}), library()
    )


def named(explanation: Explanation) -> Named:
    offered = explanation.offered
    return str(explanation.reason), explanation.place if offered is None else offered.place, explanation.value


@pytest.mark.parametrize(
    ("changes", "shown", "expected"),
    [
        pytest.param(
            # 470.5 to 471.5: nothing plausible, the shortest number
            {}, {"daily_dose": "471 mcg/day"}, [("nearest", "new.daily_dose", 471)], id="any-number",
        ),
        pytest.param(
            # 0.925 mL/day is printed as 0.92, rounded to the even digit, and as 0.93: 460 / 0.925 mcg/mL, 0.925 x 500 mcg/day
            {}, {"flow_rate": "0.92 mL/day", "daily_volume": "0.93 mL"},
            [("nearest", "new.concentration", F("460") / F("0.925")), ("nearest", "new.daily_dose", F("462.5"))],
            id="just-between-two-digits",
        ),
        pytest.param(
            # 640 / 600 = 1.0667, and 640.0 was read: only cut off is it 1.06
            {"new.concentration": "600 mcg/mL", "current.concentration": "600 mcg/mL"},
            {"daily_dose": "640.0 mcg/day", "flow_rate": "1.06 mL/day"},
            [("digits_transposed", "new.daily_dose", 640)], id="cut-off",
        ),
        pytest.param(
            # the same flow alone: 1.055 to 1.065 are 633 to 639 mcg/day, or 460 / 1.065 = 431.9 mcg/mL to 436; that the
            # programmer cuts off is supposed only where nothing else gives it
            {"new.concentration": "600 mcg/mL", "current.concentration": "600 mcg/mL"},
            {"flow_rate": "1.06 mL/day"},
            [("nearest", "new.concentration", 432), ("nearest", "new.daily_dose", 633)], id="rather-rounded",
        ),
        pytest.param(
            # 38 / 0.92 = 41.3 days
            {}, {"days_to_alarm": "42 day"},
            [
                ("rounds_days_up", "", None),
                # 39 mL are 42.39; 510 mcg/mL 42.13; 450 mcg/day 42.22
                ("neighbouring_key", "reservoir.low_alarm", 1),
                ("neighbouring_key", "new.concentration", 510),
                ("neighbouring_key", "new.daily_dose", 450),
            ],
            id="days-rounded-up",
        ),
        pytest.param(
            # 50 days and the day on which they end: 38 / 50 = 0.76 mL/day to 38 / 50.625: 605.3 to 612.8 mcg/mL
            {}, {"days_to_alarm": "50 day", "low_alarm_date": "2026-12-30"},
            [("nearest", "new.concentration", 606), ("nearest", "new.daily_dose", 376)], id="a-day-and-days",
        ),
        pytest.param(
            # 165 x 24 / 400 = 9.9 h; ten times as much
            BRIDGED, {"bridge_duration": "0.99 h", "concentration": "2000 mcg/mL"},
            [
                ("decimal_point_moved", "current.concentration", 50),
                ("decimal_point_moved", "bridge.dose", 4000),
                ("read_out_decimal_point_moved", "readouts.bridge_duration", None),
            ],
            id="misread",
        ),
        pytest.param(
            # 38 / 0.23 = 165.2 days without a bridge: 24 Apr
            BRIDGED,
            {
                "bridge_duration": "0 min", "concentration": "2000 mcg/mL", "flow_rate": "0.230 mL/day",
                "low_alarm_date": "2027-04-24",
            },
            [("bridge_left_out", "", None)], id="no-bridge-and-its-day",
        ),
    ],
)  # fmt: skip
def test_what_is_offered_and_in_which_order(changes: Changes, shown: Changes, expected: list[Named]) -> None:
    found = explained(changes, shown)

    assert [named(each) for each in found.found] == expected
    assert found.hints == ()


STEPS = [
    pytest.param(
        # 300 x 16/24 + 140 without the second; 7.5 mcg less of the basal, of a dose, or 36 min more of 12.5 mcg/h
        TWO_STEPS, {"daily_dose": "340.0 mcg/day"},
        [
            ("step_left_out", "new.steps.2", None),
            ("nearest", "new.basal", 288),
            ("nearest", "new.steps.1.duration", 516),
            ("nearest", "new.steps.1.dose", F("132.5")),
            ("nearest", "new.steps.2.duration", 96),
            ("nearest", "new.steps.2.dose", F("12.5")),
        ],
        id="a-step-left-out-by-its-dose",
    ),
    pytest.param(
        # 300 in the step, 10 x 9/24 = 3.75 beside it. None at all, or a thousandth, too little to be printed: a 24th of it,
        # 0.42, would be too, and is less likely than nothing
        SMALL_BASAL, {"daily_dose": "300 mcg/day", "basal": "0 mcg/day"},
        [("left_out", "new.basal", 0), ("mcg_for_mg", "new.basal", F("0.01"))], id="a-basal-left-out",
    ),
    pytest.param(
        TWO_STEPS, {"daily_dose": "340.0 mcg/day", "steps": [{"start": "06:00", "end": "22:00"}]},
        [("step_left_out", "new.steps.2", None)], id="a-step-left-out-by-its-row",
    ),
    pytest.param(
        # no time is new: it lasts until the other begins
        TWO_STEPS,
        {"steps": [{"start": "12:00", "end": "22:00", "dose": "20.00 mcg"}, {"start": "22:00", "end": "06:00"}]},
        [("nearest", "new.steps.2.duration", 600)], id="until-the-next",
    ),
    pytest.param(
        # no time is missing: the one after it begins at 07:00 still
        THREE_STEPS,
        {"steps": [
            {"start": "06:00", "end": "06:30"}, {"start": "06:30", "end": "07:00"},
            {"start": "07:00", "end": "08:00"},
        ]},
        [("nearest", "new.steps.1.duration", 30)], id="before-the-next",
    ),
    pytest.param(
        # only the basal behind it was read, from 04:00: eight hours from 20:00, or six from 22:00
        NIGHT, {"steps": [{"start": "04:00", "dose_rate": "12.50 mcg/h"}]},
        [("neighbouring_key", "new.steps.1.start", 20 * 60), ("nearest", "new.steps.1.duration", 360)],
        id="by-what-comes-after",
    ),
    pytest.param(
        NIGHT, {"steps": [{"start": "10:00", "end": "18:00"}, {"start": "18:00", "end": "10:00"}]},
        [("am_for_pm", "new.steps.1.start", 10 * 60)], id="am-for-pm",
    ),
    pytest.param(
        # Friday's night ends at 05:00: it is the night of every day, which lasts seven hours or begins at 21:00
        with_saturday(step("22:00", "8 h", "140 mcg")),
        {"steps": [{"day": "sat", "start": "00:00", "end": "05:00"}, {"day": "sat", "start": "05:00", "end": "00:00"}]},
        [("neighbouring_key", "new.steps.1.duration", 420), ("neighbouring_key", "new.steps.1.start", 21 * 60)],
        id="the-night-before",
    ),
    pytest.param(
        with_saturday(NOON, NOON),
        {"steps": [{"day": "sat", "start": "12:00", "end": "13:30"}, {"day": "mon", "start": "12:00", "end": "13:00"}]},
        [("nearest", "new.days.sat.steps.1.duration", 90)], id="on-saturday",
    ),
    pytest.param(
        with_saturday(NOON, NOON),
        {"steps": [
            {"day": "sat", "start": "12:00", "end": "13:00"}, {"day": "mon", "start": "12:00", "end": "13:30"},
            {"day": "mon", "start": "13:30", "end": "12:00"},
        ]},
        [("nearest", "new.steps.1.duration", 90)], id="on-the-usual-days",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "shown", "expected"), STEPS)
def test_one_step_that_begins_or_ends_otherwise_is_named_by_the_rows(
    changes: Changes, shown: Changes, expected: list[Named]
) -> None:
    assert [named(each) for each in explained(changes, shown).found] == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            [
                {"start": "06:00", "end": "06:05"}, {"start": "06:05", "end": "14:00"},
                {"start": "14:00", "end": "14:05"}, {"start": "14:05"},
            ],
            ("nearest", "new.every", 8 * 60), id="every-eight-hours",
        ),
        pytest.param(
            [{"start": "05:00", "end": "05:05"}, {"start": "05:05", "end": "11:00"}, {"start": "11:00", "end": "11:05"}],
            ("neighbouring_key", "new.first", 5 * 60), id="from-five",
        ),
        pytest.param(
            [{"start": "06:00", "end": "06:30"}, {"start": "06:30", "end": "12:00"}],
            ("nearest", "new.duration", 30), id="half-an-hour",
        ),
    ],
)  # fmt: skip
def test_boluses_are_named_by_the_rows_between_which_the_basal_runs(
    rows: list[dict[str, str]], expected: Named
) -> None:
    # every 6 h from 06:00, 5 min each
    assert [named(each) for each in explained(QUIET_PERIODIC, {"steps": rows}).found] == [expected]


# --- hints


@pytest.mark.parametrize(
    ("shown", "reason", "value"),
    [
        # 460 / 24 and 460 x 24, beside the flow of 460
        ("19.17 mcg/day", "dose_per_day_for_per_hour", F(460, 24)),
        ("11040 mcg/day", "dose_per_hour_for_per_day", 11_040),
    ],
)
def test_what_upsets_what_agrees_is_a_hint_and_says_so(
    shown: str, reason: str, value: Fraction | int
) -> None:
    found = explained({}, {"daily_dose": shown, "flow_rate": "0.920 mL/day", "concentration": "500 mcg/mL"})

    assert found.found == ()
    (hint,) = found.hints
    assert named(hint) == (reason, "new.daily_dose", value)
    assert (hint.explains, hint.contradicts) == (("daily_dose",), ("flow_rate",))


def test_of_many_hints_those_that_upset_nothing_are_kept_five_at_most() -> None:
    # 0.92 mL/day is the old strength, 8 h 37 min the new dose in the bridge, 24 Apr the bridge left out
    shown = {
        "concentration": "2000 mcg/mL",
        "daily_dose": "460 mcg/day",
        "flow_rate": "0.920 mL/day",
        "bridge_duration": "8 h 37 min",
        "low_alarm_date": "2027-04-24",
    }

    hints = explained(BRIDGED, shown).hints

    assert [named(each)[0] for each in hints] == [
        *("bridge_left_out", "tubing_left_out", "catheter_left_out"),  # each gives the day
        "am_for_pm",  # twelve hours later it is a day later
        "bridge_at_new_dose",
    ]
    assert not any(each.contradicts for each in hints)


def test_a_dose_that_would_last_for_thousands_of_years_gives_no_day() -> None:
    # 38 mL at 0.0001 mcg/day, 500 mcg/mL: 190 million days
    typed = {**NIGHT, "current.daily_dose": "0.0001 mcg/day"}

    hints = explained(typed, {"daily_dose": "0.0001 mcg/day", "low_alarm_date": "2026-12-01"}).hints

    assert (named(hints[0]), hints[0].explains) == (
        ("previous_dose", "new.daily_dose", None),
        ("daily_dose",),
    )


# --- dates alone fit many things


@pytest.mark.parametrize(
    ("explains", "alone"),
    [
        (("low_alarm_date",), True),
        (("low_alarm_date", "empty_date", "days_to_alarm"), True),
        (("daily_dose",), False),
        (("low_alarm_date", "daily_dose"), False),
    ],
)
def test_what_explains_only_days_rests_on_them_alone(explains: tuple[str, ...], alone: bool) -> None:
    assert Explanation(reason=Reason.NEAREST, explains=explains).rests_on_days_alone == alone
