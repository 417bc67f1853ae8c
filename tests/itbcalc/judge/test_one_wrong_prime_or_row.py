"""The one wrong input, where a prime runs, where rows list every stretch of the day, and where something is counted otherwise.

The values are those of a hand; the laws alter any prime, and any time of a step, by whatever amount.
"""

import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from itbcalc.compute.calculation import Calculation
from itbcalc.judge.check import Checked, check, explanations_of
from itbcalc.judge.explanations import Explanation
from itbcalc.judge.inputs import typed_inputs
from itbcalc.program import complete_program, read_program
from itbcalc.say.explanations import explanations_message
from tests.itbcalc.judge.generated import Table, primed_program, program, with_prime, with_stretches
from tests.itbcalc.judge.test_one_wrong_input import Altered, altered, is_offered
from tests.itbcalc.programs import NOW, check_table, library

SYSTEM: Table = {
    "system": {
        "pump": "synchromed-ii-40",
        "tubing_volume": "0.140 mL",
        "catheter": {"volume": "0.19 mL"},
    },
    "reservoir": {
        "filled": "40 mL",
        "low_alarm": "2 mL",
        "at": "2026-11-29T10:20+01:00",
        "zone": "Europe/Berlin",
    },
}


def continuous(strength: int, dose: int) -> Table:
    return {
        "drug": "baclofen",
        "concentration": f"{strength} mcg/mL",
        "mode": "simple-continuous",
        "daily_dose": f"{dose} mcg/day",
    }


# Old 500, new 2000 mcg/mL, 300 mcg/day: 0.6 and 0.15 mL/day. The tubing holds 0.14 mL of the old drug; a prime of 0.19 mL
# fills the catheter: bridge 0.14 x 500 / 300 = 0.2333 day = 5 h 36 min. 20 min = 0.0139 day; 10:20 is 0.4306 of a day.
# Alarm (38 - 0.19 - 0.14) / 0.15 + 0.2333 + 0.0139 + 0.4306 = 251.81 days after 29 Nov: 7 Aug 2027.
PRIMED: Table = {
    **SYSTEM,
    "current": continuous(500, 300),
    "new": continuous(2000, 300),
    "line": {"tubing": "old", "catheter": "none", "prime": {"volume": "0.19 mL", "duration": "20 min"}},
    "bridge": {"dose": "300 mcg/day"},
}
# A new system, 100 mcg/day at 2000 mcg/mL: (38 - 0.19) / 0.05 = 756.2 days, 24 Dec 2028; with 0.33 mL 753.4, 21 Dec.
NEW_SYSTEM: Table = {
    **SYSTEM,
    "current": continuous(2000, 100),
    "new": continuous(2000, 100),
    "line": {"tubing": "new", "catheter": "none", "prime": {"volume": "0.19 mL", "duration": "20 min"}},
}
WITH_BOLUSES: Table = {
    **SYSTEM,
    "current": continuous(2000, 320),
    "new": {
        **continuous(2000, 320),
        "patient_bolus": {"dose": "15 mcg", "duration": "5 min", "lockout": "6 h", "per_day": 3},
    },
}
SINGLE_BOLUS: Table = {
    **SYSTEM,
    "current": continuous(2000, 320),
    "new": {
        "drug": "baclofen",
        "concentration": "2000 mcg/mL",
        "mode": "single-bolus",
        "basal": "320 mcg/day",
        "bolus": "50 mcg",
        "duration": "10 min",
        "bolus_replaces_basal": False,
    },
}


def checked_with(table: Table, shown: Table) -> Checked:
    return check_table({**table, "readouts": shown})


def first_explanation(checked: Checked) -> Explanation:
    return explanations_of(checked, library()).found[0]


@pytest.mark.parametrize(
    ("table", "shown", "value"),
    [
        (NEW_SYSTEM, {"prime_volume": "0.330 mL", "low_alarm_date": "2028-12-21"}, "0.33"),
        # no old drug is left, so no bridge runs: (38 - 0.33) / 0.15 + 0.0139 + 0.4306 = 251.58 days
        (
            PRIMED,
            {"prime_volume": "0.330 mL", "bridge_duration": "0 min", "low_alarm_date": "2027-08-07"},
            "0.33",
        ),
        # 0.33 - 0.228 = 0.102 mL of the old drug: x 500 / 300 = 0.17 day = 4 h 5 min
        (
            PRIMED,
            {"prime_volume": "0.228 mL", "bridge_duration": "4 h 5 min", "low_alarm_date": "2027-08-07"},
            "0.228",
        ),
    ],
)
def test_another_volume_of_the_prime_is_found(table: Table, shown: Table, value: str) -> None:
    found = first_explanation(checked_with(table, shown))

    assert found.offered is not None
    assert (found.offered.place, found.value) == ("line.prime.volume", Fraction(value))


def test_another_duration_of_the_prime_is_found() -> None:
    # 20 h are 0.8333 day: 251.81 - 0.0139 + 0.8333 = 252.63 days after 29 Nov
    shown = {"prime_volume": "0.190 mL", "bridge_duration": "5 h 36 min", "low_alarm_date": "2027-08-08"}
    found = first_explanation(checked_with(PRIMED, shown))

    assert found.offered is not None
    assert (found.offered.place, found.value, found.reason) == (
        "line.prime.duration",
        20 * 60,
        "hours_for_minutes",
    )


@pytest.mark.parametrize(
    ("table", "shown", "reason"),
    [
        # (38 - 0.14) / 0.15 + 0.2333 + 0.4306 = 253.06 days after 29 Nov
        (
            PRIMED,
            {"prime_volume": "0.000 mL", "bridge_duration": "5 h 36 min", "low_alarm_date": "2027-08-09"},
            "prime_left_out",
        ),
        # 0.33 x 500 / 300 = 0.55 day; (38 - 0.19 - 0.33) / 0.15 + 0.55 + 0.0139 + 0.4306 = 250.86 days
        (
            PRIMED,
            {"prime_volume": "0.190 mL", "bridge_duration": "13 h 12 min", "low_alarm_date": "2027-08-06"},
            "whole_line_bridged",
        ),
        # the catheter after the prime: the tubing's 0.14 mL x 500 = 70 mcg, and 0.05 mL x 2000 = 100 mcg behind it
        (PRIMED, {"prime_volume": "0.190 mL", "prime_dose": "170.0 mcg"}, "held_in_catheter"),
        # 38 mL x 2000 / 320 = 237.5 days from 10:20: 24 July, as if nobody called for a bolus
        (
            WITH_BOLUSES,
            {
                "daily_dose": "320.0 mcg/day",
                "patient_bolus": {"dose": "15.0 mcg", "per_day": 3},
                "low_alarm_date": "2027-07-24",
            },
            "patient_boluses_left_out",
        ),
        # 320 + 50 = 370 mcg
        (SINGLE_BOLUS, {"daily_dose": "370.0 mcg/day", "bolus": "50.0 mcg"}, "first_day"),
    ],
)
def test_what_is_left_out_or_counted_otherwise_is_named_first(
    table: Table, shown: Table, reason: str
) -> None:
    assert first_explanation(checked_with(table, shown)).reason == reason


# 0.33 mL x 500 = 165 mcg of the old drug: at 510 mcg/day 7 h 46 min, at 510 mg/day 0.47 min
BRIDGED: Table = {
    **SYSTEM,
    "current": continuous(500, 510),
    "new": continuous(2000, 510),
    "bridge": {"dose": "510 mcg/day"},
}


def test_a_zero_may_be_what_a_number_was_rounded_to() -> None:
    shown = {"bridge_duration": "0 min", "bridge_volume": "0.330 mL"}
    found = first_explanation(checked_with(BRIDGED, shown))

    assert found.offered is not None
    assert (found.offered.place, found.value) == ("bridge.dose", 510_000)


def test_of_a_zero_that_agrees_as_far_as_it_goes_another_number_is_named() -> None:
    # `0 mg/day` stands for 490 mcg/day and for 49: only the flow tells, 49 / 2000 = 0.0245 mL/day
    table = {**SYSTEM, "current": continuous(2000, 490), "new": continuous(2000, 490)}
    shown = {"concentration": "2000 mcg/mL", "daily_dose": "0 mg/day", "flow_rate": "0.0245 mL/day"}
    found = first_explanation(checked_with(table, shown))

    assert found.offered is not None
    assert (found.offered.place, found.value) == ("new.daily_dose", 49)


def test_no_more_is_offered_than_the_reservoir_holds() -> None:
    # 320 + 3 x 15 = 365 mcg a day: a date of 320 would need 2 + 38 x 365 / 320 = 45.3 mL in a reservoir of 40 mL
    shown = {"daily_dose": "320.0 mcg/day", "low_alarm_date": "2027-07-24"}
    found = explanations_of(checked_with(WITH_BOLUSES, shown), library()).found

    assert "reservoir.filled" not in {each.offered.place for each in found if each.offered is not None}


def test_of_a_bridge_that_is_named_as_needless_nothing_else_is_said() -> None:
    table = {
        **SYSTEM,
        "current": {**continuous(4000, 958), "really": {"concentration": "2000 mcg/mL"}},
        "new": continuous(2000, 472),
    }
    checked = checked_with(table, {"daily_dose": "472.0 mcg/day", "bridge_duration": "33 h 34 min"})

    assert "bridge_shown_but_not_needed" in {each.code for each in checked.findings}
    assert explanations_message(explanations_of(checked, library()), checked) is None


def test_a_bridge_for_the_whole_line_that_the_date_contradicts_is_a_hint_beside_a_number_nobody_typed() -> (
    None
):
    # 0.33 x 500 / 300 = 0.55 day = 13 h 12 min, but the 7th is the date of the bridge of 0.14 mL
    shown = {"prime_volume": "0.190 mL", "bridge_duration": "13 h 12 min", "low_alarm_date": "2027-08-07"}
    checked = checked_with(PRIMED, shown)

    message = explanations_message(explanations_of(checked, library()), checked)

    assert message is not None
    assert message.detail.startswith(
        "The bridge may be for the whole dead volume, although less old drug is left in it: that would give bridge duration, "
        "but contradicts low-reservoir alarm date."
    )


def test_a_bridge_for_the_whole_line_is_named_while_the_tubing_volume_is_open() -> None:
    # of the 0.140 mL: 0.33 x 500 / 300 = 13 h 12 min, on 6 Aug, as above; of the 0.199 mL it would be 15 h 34 min
    system = {key: value for key, value in SYSTEM["system"].items() if key != "tubing_volume"}
    shown = {"prime_volume": "0.190 mL", "bridge_duration": "13 h 12 min", "low_alarm_date": "2027-08-06"}
    found = first_explanation(checked_with({**PRIMED, "system": system}, shown))

    assert found.reason == "whole_line_bridged"


def test_a_bridge_for_the_whole_line_is_named_where_the_programmer_counts_whole_days_too() -> None:
    # 0.33 x 500 / 300 = 0.55 day = 13 h 12 min; (38 - 0.19 - 0.33) / 0.15 + 0.55 + 0.0139 = 250.43 days from 20:20 end on
    # 7 Aug, 250 of them on the 6th
    shown = {"prime_volume": "0.190 mL", "bridge_duration": "13 h 12 min", "low_alarm_date": "2027-08-06"}
    in_the_evening = {"reservoir": {**PRIMED["reservoir"], "at": "2026-11-29T20:20+01:00"}}
    found = first_explanation(checked_with({**PRIMED, **in_the_evening}, shown))

    assert (found.reason, found.convention.whole_days) == ("whole_line_bridged", True)


# --- rows that list every stretch of the day

STEPPED: Table = {
    **SYSTEM,
    "current": continuous(500, 300),
    "new": {
        "drug": "baclofen",
        "concentration": "500 mcg/mL",
        "mode": "flex",
        "basal": "240 mcg/day",  # 10 mcg/h; 30 mcg in 2 h are 15 mcg/h, 100 mcg in 8 h 12.5 mcg/h
        "steps": [
            {"start": "06:00", "duration": "2 h", "dose": "30 mcg"},
            {"start": "22:00", "duration": "8 h", "dose": "100 mcg"},
        ],
        "steps_replace_basal": True,
    },
}


def stretches(*rows: tuple[str, str, str]) -> list[Table]:
    return [{"start": start, "end": end, "dose_rate": f"{rate} mcg/h"} for start, end, rate in rows]


@pytest.mark.parametrize(
    ("rows", "dose", "place", "value"),
    [
        (
            (("06:00", "06:30", "10.000"), ("06:30", "08:30", "15.000"), ("08:30", "22:00", "10.000")),
            "270.0",
            "new.steps.1.start",
            6 * 60 + 30,
        ),
        (
            (("06:00", "18:00", "10.000"), ("18:00", "20:00", "15.000"), ("20:00", "22:00", "10.000")),
            "270.0",
            "new.steps.1.start",
            18 * 60,
        ),
        # 30 mcg in 1.75 h: 17.143 mcg/h; a quarter of an hour more of the basal: 272.5 mcg
        (
            (("06:00", "07:45", "17.143"), ("07:45", "22:00", "10.000")),
            "272.5",
            "new.steps.1.duration",
            105,
        ),
        # 30 mcg in a third of an hour: 90 mcg/h; 100 min more of the basal: 16.7 mcg
        (
            (("06:00", "06:20", "90.000"), ("06:20", "22:00", "10.000")),
            "286.7",
            "new.steps.1.duration",
            20,
        ),
    ],
)
def test_a_step_that_begins_or_ends_otherwise_is_found_among_all_stretches_of_the_day(
    rows: tuple[tuple[str, str, str], ...], dose: str, place: str, value: int
) -> None:
    night = ("00:00", "06:00", "12.500"), ("22:00", "00:00", "12.500")
    shown = {"daily_dose": f"{dose} mcg/day", "steps": stretches(night[0], *rows, night[1])}
    found = first_explanation(checked_with(STEPPED, shown))

    assert found.offered is not None
    assert (found.offered.place, found.value) == (place, value)


def test_a_step_of_one_day_is_found_although_other_days_know_its_time() -> None:
    # Sunday's 30 mcg run from 06:00 to 08:00, 15 mcg/h, and are shown from 12:00 on: other days change at these times
    usual = [
        {"start": "12:00", "duration": "2 h", "dose": "40 mcg"},
        {"start": "18:00", "duration": "2 h", "dose": "40 mcg"},
    ]
    basal = {"basal": "240 mcg/day", "steps_replace_basal": True}
    days = {
        "sat": {"steps": [{"start": "06:00", "duration": "2 h", "dose": "40 mcg"}], **basal},
        "sun": {"steps": [{"start": "06:00", "duration": "2 h", "dose": "30 mcg"}], **basal},
    }
    new = {"drug": "baclofen", "concentration": "500 mcg/mL", "mode": "flex", "steps": usual, **basal}
    edges = {
        "mon": (("00:00", 10), ("12:00", 20), ("14:00", 10), ("18:00", 20), ("20:00", 10)),
        "sat": (("00:00", 10), ("06:00", 20), ("08:00", 10)),
        "sun": (("00:00", 10), ("12:00", 15), ("14:00", 10)),
    }
    rows = [
        {"day": day, "start": start, "dose_rate": f"{rate}.000 mcg/h"}
        for day, each in edges.items()
        for start, rate in each
    ]
    shown = {"steps": rows}
    table = {**SYSTEM, "current": continuous(500, 300), "new": {**new, "days": days}}

    found = first_explanation(checked_with(table, shown))

    assert found.offered is not None
    assert (found.offered.place, found.value) == ("new.days.sun.steps.1.start", 12 * 60)


def test_a_step_too_small_to_be_printed_may_be_in_mg_or_left_out() -> None:
    # 2 h of 15 mcg/h beside 22 h of 10 mcg/h; without it, or with 0.03 mcg, 220.0 mcg are printed
    day = {"basal": "240 mcg/day", "steps_replace_basal": True, "steps": STEPPED["new"]["steps"][:1]}
    table = {**STEPPED, "new": {**STEPPED["new"], **day}}
    found = explanations_of(checked_with(table, {"daily_dose": "220.0 mcg/day"}), library()).found

    of_the_step = [each.reason for each in found if each.offered and each.offered.place == "new.steps.1.dose"]
    assert of_the_step == ["left_out", "mcg_for_mg"]


def test_what_does_not_give_the_flow_that_is_shown_explains_nothing() -> None:
    # without its step the day has 22 h of 10 mcg/h, 220 mcg; its flows are 0.48 mL/day, and 0.44 in the mean
    table = {**STEPPED, "new": {**STEPPED["new"], "steps": STEPPED["new"]["steps"][:1]}}
    shown = {"daily_dose": "220.0 mcg/day", "flow_rate": "0.900 mL/day"}
    without = explanations_of(checked_with(table, {"daily_dose": "220.0 mcg/day"}), library()).found
    found = explanations_of(checked_with(table, shown), library()).found

    assert "left_out" in {each.reason for each in without}
    assert "left_out" not in {each.reason for each in found}
    assert all("flow_rate" in each.explains for each in found)


def test_what_gives_the_flow_that_is_shown_as_well_is_named() -> None:
    # the basal typed as 480 mcg/day, 0.96 mL/day: 22 h of it and 30 mcg are 470 mcg
    table = {**STEPPED, "new": {**STEPPED["new"], "steps": STEPPED["new"]["steps"][:1]}}
    shown = {"daily_dose": "470.0 mcg/day", "flow_rate": "0.960 mL/day"}
    found = explanations_of(checked_with(table, shown), library()).found

    assert [(each.offered.place, each.value) for each in found if each.offered] == [("new.basal", 480)]


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        # 14 h of 10 mcg/h, 30 and 100 mcg: 270 mcg, 11.25 mcg/h all round
        (
            {
                "daily_dose": "270.0 mcg/day",
                "steps": [{"start": "00:00", "end": "00:00", "dose_rate": "11.250 mcg/h"}],
            },
            "one_flow",
        ),
        (
            {
                "daily_dose": "240.0 mcg/day",
                "steps": [{"start": "00:00", "end": "00:00", "dose_rate": "10.000 mcg/h"}],
            },
            "steps_left_out",
        ),
    ],
)
def test_a_day_without_its_steps_is_named(shown: Table, reason: str) -> None:
    assert first_explanation(checked_with(STEPPED, shown)).reason == reason


def test_patient_boluses_that_were_not_taken_away_are_named() -> None:
    # 38 mL x 2000 / (320 + 3 x 15) = 208.2 days from 10:20: 25 June; without them 24 July
    table = {**WITH_BOLUSES, "current": WITH_BOLUSES["new"], "new": continuous(2000, 320)}
    shown = {"daily_dose": "320.0 mcg/day", "low_alarm_date": "2027-06-25", "patient_bolus": {"per_day": 3}}

    assert first_explanation(checked_with(table, shown)).reason == "previous_patient_boluses"


# --- weekdays

# From 22:00 100 mcg in 8 h, 12.5 mcg/h, in the place of 10 mcg/h: 260 mcg a day. After a day without the step there are
# 240 - 20 + 25 = 245, on the first without it 240 - 60 + 75 = 255, on the next 240.
NIGHTLY = {"start": "22:00", "duration": "8 h", "dose": "100 mcg"}
WITHOUT = {"steps": [], "basal": "240 mcg/day"}


def without_on(*days: str) -> Table:
    new = {
        "drug": "baclofen",
        "concentration": "500 mcg/mL",
        "mode": "flex",
        "basal": "240 mcg/day",
        "steps": [NIGHTLY],
        "steps_replace_basal": True,
        "days": dict.fromkeys(days, WITHOUT),
    }
    return {**SYSTEM, "current": continuous(500, 250), "new": new}


@pytest.mark.parametrize(
    ("table", "doses", "reason", "place"),
    [
        (without_on("sat", "sun"), {"sat": 260, "sun": 260, "mon": 260}, "days_left_out", ""),
        (
            without_on("sat", "sun"),
            {"fri": 255, "sat": 240, "sun": 245, "mon": 260},
            "days_shifted",
            "",
        ),
        (
            without_on("sat", "sun"),
            {"sat": 260, "sun": 255, "mon": 245},
            "day_left_out",
            "new.days.sat",
        ),
        (without_on("sun"), {"sat": 255, "sun": 245, "mon": 260}, "wrong_weekday", "new.days.sun"),
        (without_on("sun"), {"sun": 260, "mon": 255, "tue": 245}, "wrong_weekday", "new.days.sun"),
    ],
)
def test_days_of_the_week_that_were_left_out_or_exchanged_are_named_first(
    table: Table, doses: dict[str, int], reason: str, place: str
) -> None:
    shown = {"days": {day: {"daily_dose": f"{dose}.0 mcg/day"} for day, dose in doses.items()}}
    found = first_explanation(checked_with(table, shown))

    assert (found.reason, found.place) == (reason, place)


# --- laws

LAWS = [(3, 1), pytest.param(300, 10**6, marks=pytest.mark.slow)]


def drawn(count: int, seed: int, table_of: Any, is_altered: Any, read_of: Any) -> Iterator[Altered]:
    """So many programs, each with one input altered so that a read-out differs."""
    made = 0
    while made < count:
        seed += 1
        chance = random.Random(seed)  # noqa: S311  # reproducible cases, no secret
        table = table_of(chance)
        reading = read_program(table, library())
        if reading.refusals or reading.missing:
            continue
        inputs = check(reading.program, library(), NOW).calculation.inputs
        offered = chance.choice([each for each in typed_inputs(reading.program, inputs) if is_altered(each)])
        value = altered(chance, offered)
        put = offered.put(inputs, value) if value in offered.domain else None
        if put is None:
            continue
        reading = read_program({**table, "readouts": read_of(Calculation(put))}, library())
        if reading.refusals:
            continue
        checked = check(complete_program(reading), library(), NOW)
        if any(each.verdict == "mismatch" for each in checked.read_outs):
            made += 1
            yield Altered(seed, checked, offered, value)


@pytest.mark.parametrize(("count", "seed"), LAWS)
@pytest.mark.parametrize("number", ["volume", "duration"])
def test_whichever_prime_runs_it_lies_in_what_is_offered(count: int, seed: int, number: str) -> None:
    for case in drawn(
        count, seed, primed_program, lambda each: each.place == f"line.prime.{number}", with_prime
    ):
        found = explanations_of(case.checked, library())

        assert is_offered(case, found), (case.seed, float(case.value))


@pytest.mark.parametrize("mode", ["flex", "weekdays"])
@pytest.mark.parametrize(("count", "seed"), LAWS)
def test_whenever_a_step_runs_it_is_found_among_all_stretches_of_the_day(
    count: int, seed: int, mode: str
) -> None:
    cases = drawn(
        count,
        seed,
        lambda chance: program(chance, mode),
        lambda each: each.step is not None and each.whole,
        with_stretches,
    )
    for case in cases:
        found = explanations_of(case.checked, library())

        assert is_offered(case, found), (case.seed, case.offered.place, float(case.value))


def test_a_step_that_runs_as_long_as_rows_that_were_there_already_say_is_found() -> None:
    # until 22:00, where the night begins: 30 mcg in 16 h are 1.875 mcg/h; 270 - 14 x 10 = 130 mcg
    rows = ("00:00", "06:00", "12.500"), ("06:00", "22:00", "1.875"), ("22:00", "00:00", "12.500")
    found = first_explanation(
        checked_with(STEPPED, {"daily_dose": "130.0 mcg/day", "steps": stretches(*rows)})
    )

    assert found.offered is not None
    assert (found.offered.place, found.value) == ("new.steps.1.duration", 16 * 60)


def test_a_bridge_for_the_whole_line_leaves_the_tubing_as_it_is() -> None:
    # 0.33 x 500 / 300 = 13 h 12 min, on 6 Aug as above; the programmer holds the tubing and the whole as they were typed
    shown = {
        "prime_volume": "0.190 mL",
        "bridge_duration": "13 h 12 min",
        "bridge_volume": "0.330 mL",
        "tubing_volume": "0.140 mL",
        "dead_volume": "0.330 mL",
    }

    assert first_explanation(checked_with(PRIMED, shown)).reason == "whole_line_bridged"
