"""A verdict claims only what was shown: at the bedside it never says that all agrees where it does not.

Every expected value was worked by hand from the numbers in the comments.
"""

from typing import Any

import pytest

from itbcalc.say import rows_messages, whole_line, whole_words
from itbcalc.say.report import read_out_messages
from tests.itbcalc.programs import (
    NIGHT,
    QUIET_FLEX,
    QUIET_PERIODIC,
    check_of,
    document_of,
    new_therapy,
    step,
)

# 460 mcg/day of 500 mcg/mL, 0.92 mL/day: 38 / 0.92 = 41.3 days from 10 Nov 2026 09:00
ALARM = {"low_alarm_date": "2026-12-21"}
CLOCK = {"pump_clock": "10 Nov 2026 09:00"}
# 368 mcg/day of 500 mcg/mL: 0.736 mL/day; 38 / 0.736 = 51.63 days from 10 Nov 2026 09:00
LOW = {"new.daily_dose": "368 mcg/day"}
# working day 300 x 18/24 + 135 = 360 mcg; weekend 300: the mean 2400 / 7 = 342.86 mcg/day
WEEKEND = new_therapy(
    "flex",
    basal="300 mcg/day",
    steps=[step("08:00", "6 h", "135 mcg")],
    steps_replace_basal=True,
    days={day: {"basal": "300 mcg/day", "steps": []} for day in ("sat", "sun")},
)
# three steps in the place of a basal of 240 mcg/day
THREE = new_therapy(
    "flex",
    basal="240 mcg/day",
    steps=[step("06:00", "4 h", "60 mcg"), step("12:00", "4 h", "50 mcg"), step("22:00", "8 h", "100 mcg")],
    steps_replace_basal=True,
)


def results(changes: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
    """The results of a check with these read-outs; each read-out, and each cell of the rows, by its name."""
    typed = {f"readouts.{name}": value for name, value in shown.items()}
    found = document_of(check_of({**changes, **typed}))["results"]
    cells = [cell for each in found["readouts"] for cell in each.get("cells", [])]
    return {**found, "readouts": {each["name"]: each for each in (*found["readouts"], *cells)}}


def told(changes: dict[str, Any], shown: dict[str, Any], name: str) -> tuple[str, str | None]:
    """The verdict on a read-out, and the reason why it cannot be told."""
    read_out = results(changes, shown)["readouts"][name]
    return read_out["verdict"], read_out.get("reason")


# --- any-of is no match


@pytest.mark.parametrize("dose", ["360.0 mcg/day", "300.0 mcg/day"])
def test_the_dose_of_a_weekday_is_not_that_of_the_week(dose: str) -> None:
    assert told(WEEKEND, {"daily_dose": dose}, "daily_dose") == ("cannot_tell", "one_of_several")


def test_which_days_were_not_read_is_said() -> None:
    sunday = {**WEEKEND, "new.days": {"sun": {"basal": "250 mcg/day", "steps": []}}}
    checked = check_of({**sunday, "readouts.daily_dose": "250.0 mcg/day"})

    (message,) = read_out_messages(checked)

    # (6 x 360 + 250) / 7 = 344.29
    assert message.detail == (
        "This is Sunday's dose; Monday to Saturday were not read. The mean of the week is 344.3 mcg/day."
    )


def test_the_dose_of_a_weekday_agrees_once_all_rows_of_the_week_were_read() -> None:
    rows = [
        {"day": "mon", "start": "08:00", "end": "14:00", "dose": "135.0 mcg"},
        {"day": "mon", "start": "14:00", "end": "08:00", "dose_rate": "12.50 mcg/h"},
        {"day": "mon", "start": "00:00", "end": "08:00", "dose_rate": "12.50 mcg/h"},
        {"day": "mon", "start": "14:00", "end": "00:00", "dose_rate": "12.50 mcg/h"},
        {"day": "sat", "start": "00:00", "end": "00:00", "dose_rate": "12.50 mcg/h"},
    ]
    whole_days = [rows[0], *rows[2:]]

    assert told(WEEKEND, {"daily_dose": "360.0 mcg/day", "steps": whole_days}, "daily_dose") == (
        "match",
        None,
    )


def test_a_dose_with_all_patient_boluses_tells_once_the_volume_without_them_was_read() -> None:
    # 400 + 4 x 50 = 600; without them 400 / 500 = 0.8 mL
    boluses = {"dose": "50 mcg", "duration": "5 min", "lockout": "6 h", "per_day": 4}
    changes = {"new.daily_dose": "400 mcg/day", "new.patient_bolus": boluses}

    assert told(changes, {"daily_dose": "600.0 mcg/day"}, "daily_dose") == ("cannot_tell", "one_of_several")
    settled = {"daily_dose": "600.0 mcg/day", "daily_volume": "0.800 mL"}
    assert told(changes, settled, "daily_dose") == ("match", None)
    wrong = {"daily_dose": "600.0 mcg/day", "daily_volume": "1.200 mL"}
    assert told(changes, wrong, "daily_dose") == ("cannot_tell", "one_of_several")


# --- a rate is a rate; what a dose means another read-out tells


def test_a_step_that_replaced_the_basal_is_no_match_for_one_on_top_of_it() -> None:
    # on top: 400/24 + 60 = 76.67 mcg/h. In its place 60 mcg/h, and 400 x 23/24 + 60 = 443.3 mcg/day
    row = {"start": "06:00", "duration": "1 h", "dose": "60.0 mcg"}

    assert told(QUIET_FLEX, {"steps": [row]}, "steps.1.dose") == ("cannot_tell", "one_of_several")
    replaced = {"daily_dose": "443.3 mcg/day", "steps": [row], **ALARM}
    assert results(QUIET_FLEX, replaced)["verdict"] == "differs"
    added = {"daily_dose": "460.0 mcg/day", "steps": [row], **ALARM, **CLOCK}
    assert told(QUIET_FLEX, added, "steps.1.dose") == ("match", None)
    assert results(QUIET_FLEX, added)["verdict"] == "agrees"


def test_a_rate_that_differs_does_not_tell_what_the_dose_of_its_row_means() -> None:
    # on top: 400/24 + 60 = 76.67 mcg/h, in place of the basal 60
    row = {"start": "06:00", "duration": "1 h", "dose": "60.0 mcg"}

    agreeing, other = ({"steps": [{**row, "dose_rate": rate}]} for rate in ("76.7 mcg/h", "99.0 mcg/h"))

    assert told(QUIET_FLEX, agreeing, "steps.1.dose") == ("match", None)
    assert told(QUIET_FLEX, other, "steps.1.dose") == ("cannot_tell", "one_of_several")


def test_a_rate_that_would_show_more_drug_alike_does_not_tell_what_the_dose_of_its_row_means() -> None:
    # 14.4/24 = 0.6 mcg of basal: 60.6 mcg/h prints as 61, 61.2 too, 60 does not
    little = {**QUIET_FLEX, "new.basal": "14.4 mcg/day"}
    row = {"start": "06:00", "duration": "1 h", "dose": "60.0 mcg"}

    rounded, exact = ({"steps": [{**row, "dose_rate": rate}]} for rate in ("61 mcg/h", "60.6 mcg/h"))

    assert told(little, rounded, "steps.1.dose") == ("cannot_tell", "one_of_several")
    assert told(little, exact, "steps.1.dose") == ("match", None)


def test_a_rate_that_would_show_less_drug_alike_does_not_tell_what_the_dose_of_its_row_means() -> None:
    # 12/24 = 0.5 mcg of basal and 60.4: 60.9 mcg/h cut off are 60, as 60.4 are; 61.4 are not
    little = {**QUIET_FLEX, "new.basal": "12 mcg/day", "new.steps.1.dose": "60.4 mcg"}
    row = {"start": "06:00", "duration": "1 h", "dose": "60.4 mcg"}

    cut_off, exact = ({"steps": [{**row, "dose_rate": rate}]} for rate in ("60 mcg/h", "60.9 mcg/h"))

    assert told(little, cut_off, "steps.1.dose") == ("cannot_tell", "one_of_several")
    assert told(little, exact, "steps.1.dose") == ("match", None)


@pytest.mark.parametrize(
    ("basal", "mean", "expected"),
    [
        # 18/24 = 0.75 mcg in the step, a seventh of it 0.107 in the mean: 77.0 and 77.1 tell it. (6 x 78 + 71) / 7 = 77
        ("18 mcg/day", "77.0 mcg/day", ("match", None)),
        # 14.4/24 = 0.6 mcg, a seventh 0.086: 73.4 cut off may be either. (6 x 74.4 + 67.4) / 7 = 73.4
        ("14.4 mcg/day", "73.4 mcg/day", ("cannot_tell", "one_of_several")),
    ],
)
def test_the_mean_of_the_week_tells_what_a_step_means_by_a_seventh_of_it(
    basal: str, mean: str, expected: tuple[str, str | None]
) -> None:
    day = {"basal": basal, "steps_replace_basal": False}
    usual, saturday = (
        {**day, "steps": [{"start": "06:00", "duration": "1 h", "dose": dose}]}
        for dose in ("60 mcg", "53 mcg")
    )
    new = {"drug": "baclofen", "concentration": "500 mcg/mL", "mode": "flex", **usual}
    row = {"day": "mon", "start": "06:00", "duration": "1 h", "dose": "60.0 mcg"}

    shown = {"daily_dose": mean, "steps": [row]}

    assert told({"new": {**new, "days": {"sat": saturday}}}, shown, "steps.1.dose") == expected


def test_a_daily_dose_with_too_few_digits_does_not_tell_what_a_step_means() -> None:
    # 400/24 = 16.7 mcg of basal in the step: 0.5 mg/day stands for 450 to 550 mcg/day
    row = {"start": "06:00", "duration": "1 h", "dose": "60.0 mcg"}

    shown = {"daily_dose": "0.5 mg/day", "steps": [row]}

    assert told(QUIET_FLEX, shown, "steps.1.dose") == ("cannot_tell", "one_of_several")


# --- a part is not the whole


def rows_of_three(*numbers: int) -> list[dict[str, str]]:
    rows = [
        {"start": "06:00", "duration": "4 h", "dose": "60.0 mcg"},
        {"start": "12:00", "duration": "4 h", "dose": "50.0 mcg"},
        {"start": "22:00", "duration": "8 h", "dose": "100.0 mcg"},
    ]
    return [rows[number - 1] for number in numbers]


# 240 x 8/24 + 60 + 50 + 100 = 290 mcg/day
THREE_DOSE = {"daily_dose": "290.0 mcg/day"}


def test_two_of_three_rows_are_a_part_and_the_rest_is_named() -> None:
    shown = {**THREE_DOSE, "steps": rows_of_three(1, 2)}
    checked = check_of({**THREE, **{f"readouts.{name}": value for name, value in shown.items()}})

    (message,) = rows_messages(checked.rows)

    assert told(THREE, shown, "steps") == ("cannot_tell", "part")
    assert told(THREE, shown, "steps.2.dose") == ("match", None)
    assert message.detail == "2 of 3 rows read; 22:00 to 06:00 not read."
    assert results(THREE, shown)["not_read"] == ["pump_clock", "low_alarm_date"]
    assert results(THREE, shown)["verdict"] == "incomplete"


def test_all_steps_and_the_dose_of_the_day_are_the_whole() -> None:
    assert told(THREE, {**THREE_DOSE, "steps": rows_of_three(1, 2, 3)}, "steps") == ("match", None)


def test_without_the_dose_of_the_day_what_runs_between_the_steps_was_not_read() -> None:
    checked = check_of({**THREE, "readouts.steps": rows_of_three(1, 2, 3)})

    (message,) = rows_messages(checked.rows)

    assert message.detail == "3 of 5 rows read; 10:00 to 12:00, 16:00 to 22:00 not read."


def test_the_same_row_twice_counts_once_and_is_said() -> None:
    checked = check_of({**THREE, "readouts": {**THREE_DOSE, "steps": rows_of_three(1, 2, 2)}})

    part, again = rows_messages(checked.rows)

    assert part.detail == "2 of 3 rows read; 22:00 to 06:00 not read."
    assert again.text == "Row 3 of the programmer is row 2 again. It counts once."


@pytest.mark.parametrize(
    "row",
    [
        {"start": "22:00"},
        {"start": "22:00", "end": "06:00"},  # no amount
        {"start": "22:00", "dose": "140.0 mcg"},  # no end
        {"start": "22:00", "dose_rate": "17.50 mcg/h"},
    ],
)
def test_a_row_without_its_amount_or_its_end_is_no_row_read(row: dict[str, str]) -> None:
    shown = {"daily_dose": "340.0 mcg/day", "steps": [row]}

    assert told(NIGHT, shown, "steps.1.start") == ("match", None)
    assert told(NIGHT, shown, "steps") == ("cannot_tell", "part")


def test_a_row_ends_where_the_next_one_begins() -> None:
    rows = [
        {"start": "00:00", "dose_rate": "17.50 mcg/h"},
        {"start": "06:00", "dose_rate": "12.50 mcg/h"},
        {"start": "22:00", "dose_rate": "17.50 mcg/h"},
    ]

    assert told(NIGHT, {"steps": rows}, "steps") == ("match", None)


def test_each_kind_of_day_needs_its_rows() -> None:
    monday = {"day": "mon", "start": "08:00", "end": "14:00", "dose": "135.0 mcg"}
    checked = check_of({**WEEKEND, "readouts": {"daily_dose": "342.9 mcg/day", "steps": [monday]}})

    (message,) = rows_messages(checked.rows)

    # two unknown basals, and one mean
    assert "00:00 to 24:00 on Saturday, Sunday" in message.detail
    assert "14:00 to 08:00 on Monday to Friday" in message.detail


# --- coarse print


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("0 mg/day", ("cannot_tell", "coarse")),
        ("0.4 mg/day", ("cannot_tell", "coarse")),  # 0.05 of 0.368: 13.6 %
        ("0.3 mg/day", ("cannot_tell", "coarse")),  # cut off, 0.1 of 0.368
        ("0.37 mg/day", ("match", None)),  # 0.005 of 0.368: 1.4 %
        ("0.36 mg/day", ("match_truncated", None)),  # 0.01 of 0.368: 2.7 %
        ("15 mcg/h", ("match", None)),  # 15.33 mcg/h: 0.5 of it are 3.3 %
        ("16 mcg/h", ("mismatch", None)),
    ],
)
def test_coarse_print_proves_little_and_a_zero_nothing(shown: str, expected: tuple[str, str | None]) -> None:
    assert told(LOW, {"daily_dose": shown}, "daily_dose") == expected


@pytest.mark.parametrize(
    ("dose", "verdict"),
    [
        ("20", "match"),  # 1 of 20 is a twentieth: cut off, 19 would be below
        ("10", "match"),  # 0.5 of 10 is a twentieth
        ("9", "cannot_tell"),
    ],
)
def test_more_than_a_twentieth_left_open_is_coarse(dose: str, verdict: str) -> None:
    changes = {"new.daily_dose": f"{dose} mcg/day"}

    assert told(changes, {"daily_dose": f"{dose} mcg/day"}, "daily_dose")[0] == verdict


def test_a_coarse_print_says_what_it_stands_for() -> None:
    (message,) = read_out_messages(check_of({**LOW, "readouts.daily_dose": "0.4 mg/day"}))

    assert message.detail == (
        "The programmer shows 0.4 mg/day, which stands for 0.35 mg/day to 0.45 mg/day: "
        "too few digits for 0.368 mg/day."
    )


def test_a_zero_is_a_match_for_what_is_zero() -> None:
    assert told(new_therapy("stopped"), {"daily_dose": "0 mcg/day"}, "daily_dose") == ("match", None)


def test_a_duration_that_is_set_is_printed_as_it_is() -> None:
    # 8 h are no 8 h 20 min, although these would be rounded to 8 h
    longer = {**NIGHT, "new.steps.1.duration": "8 h 20 min"}
    row = [{"start": "22:00", "duration": "8 h"}]

    assert told(NIGHT, {"steps": row}, "steps.1.duration") == ("match", None)
    assert told(longer, {"steps": row}, "steps.1.duration") == ("mismatch", None)


# --- what was left open


def test_what_depends_on_a_tubing_volume_left_open_has_that_reason() -> None:
    bridged = {
        "new.concentration": "2000 mcg/mL",
        "bridge.dose": "400 mcg/day",
        "system.pump": "synchromed-ii-40",
    }
    shown = {"bridge_volume": "0.33 mL"}

    assert told({**bridged, "system.tubing_volume": None}, shown, "bridge_volume") == (
        "cannot_tell",
        "open_input",
    )


def test_a_flow_rate_where_the_flow_changes_is_one_of_several() -> None:
    assert told(NIGHT, {"flow_rate": "0.68 mL/day"}, "flow_rate") == ("cannot_tell", "one_of_several")


# --- the whole


@pytest.mark.parametrize(
    ("changes", "shown", "verdict", "not_read"),
    [
        ({}, {}, "incomplete", ["daily_dose", "low_alarm_date"]),
        ({}, {"daily_dose": "460.0 mcg/day"}, "incomplete", ["low_alarm_date"]),
        ({}, {"daily_dose": "460.0 mcg/day", **ALARM}, "agrees", []),
        ({}, {"flow_rate": "0.920 mL/day", **ALARM}, "incomplete", ["daily_dose"]),
        ({}, {"flow_rate": "0.920 mL/day", "concentration": "500 mcg/mL", **ALARM}, "agrees", []),
        ({}, {"daily_dose": "461.0 mcg/day", **ALARM}, "differs", []),
        ({}, {"daily_dose": "0 mg/day", **ALARM}, "incomplete", []),
        (new_therapy("stopped"), {"daily_dose": "0 mcg/day"}, "agrees", []),
        (QUIET_FLEX, {"daily_dose": "460.0 mcg/day", **ALARM}, "incomplete", ["steps", "pump_clock"]),
    ],
)
def test_the_whole_agrees_only_where_all_that_is_needed_was_read(
    changes: dict[str, Any], shown: dict[str, Any], verdict: str, not_read: list[str]
) -> None:
    found = results(changes, shown)

    assert (found["verdict"], found["not_read"]) == (verdict, not_read)


def test_a_change_of_concentration_needs_concentration_dose_bridge_and_alarm() -> None:
    changes = {"new.concentration": "2000 mcg/mL", "bridge.dose": "400 mcg/day"}

    assert results(changes, {})["not_read"] == [
        "concentration",
        "daily_dose",
        "bridge_duration",
        "low_alarm_date",
    ]


@pytest.mark.parametrize(
    ("changes", "shown", "words"),
    [
        ({}, {"daily_dose": "460.0 mcg/day", **ALARM}, "✓ everything needed was read and agrees"),
        ({}, {}, "? 2 of 2 still to be read: daily dose, low-reservoir alarm date"),
        (
            {},
            {
                "daily_dose": "46.0 mcg/day",
                "flow_rate": "0.184 mL/day",
                "concentration": "500 mcg/mL",
                **ALARM,
            },
            "✗ 2 of 4 read-outs differ: daily dose, flow rate",
        ),
        (
            {},
            {"daily_dose": "0 mg/day"},
            "? the one read-out cannot tell: daily dose; 1 of 2 still to be read: low-reservoir alarm date",
        ),
    ],
)
def test_the_whole_is_said_in_one_line(changes: dict[str, Any], shown: dict[str, Any], words: str) -> None:
    checked = check_of({**changes, **{f"readouts.{name}": value for name, value in shown.items()}})

    assert whole_words(checked) == words
    assert len(whole_line(checked, 80)) <= 80


def test_a_difference_is_a_finding_of_the_document_with_its_place() -> None:
    document = document_of(check_of({"readouts.daily_dose": "46.0 mcg/day"}))

    (found,) = [each for each in document["findings"] if each["code"] == "readout_differs"]

    assert (found["severity"], found["place"]) == ("stop", "readouts.daily_dose")
    assert {"file", "pump", "ref", "at", "library"} <= set(document)


def test_a_bolus_with_its_basal_and_without_it_are_told_apart_by_the_daily_dose() -> None:
    # 15 mcg, or with 5 min of 400 mcg/day 16.39; 4 x 15 + 400 = 460
    row = {"start": "12:00", "end": "12:05", "dose": "15.00 mcg"}

    assert told(QUIET_PERIODIC, {"daily_dose": "460.0 mcg/day", "steps": [row]}, "steps.1.dose") == (
        "match",
        None,
    )


# 460 mcg/day of 500 mcg/mL as before, primed with 0.33 mL first: 40 - 0.33 - 2 = 37.67 mL at 0.92 mL/day, 40.95 days from
# 10 Nov 2026 09:00; 0.33 mL of 500 mcg/mL are 165 mcg
PRIMED = {"line": {"tubing": "none", "catheter": "none", "prime": {"volume": "0.330 mL"}}}
SETTINGS = {"daily_dose": "460.0 mcg/day", "low_alarm_date": "2026-12-21"}


@pytest.mark.parametrize(
    ("shown", "verdict", "not_read"),
    [
        ({}, "incomplete", ["prime_volume"]),
        ({"prime_volume": "0.330 mL"}, "agrees", []),
        ({"prime_dose": "165.0 mcg"}, "agrees", []),
        ({"prime_volume": "0.190 mL"}, "differs", []),
    ],
)
def test_a_prime_that_nobody_read_is_not_green(
    shown: dict[str, str], verdict: str, not_read: list[str]
) -> None:
    """A new system, primed: the programmer may hold another priming bolus, and nothing else of it would show that."""
    found = results(PRIMED, {**SETTINGS, **shown})

    assert (found["verdict"], found["not_read"]) == (verdict, not_read)


def test_no_alarm_date_is_asked_of_a_pump_that_has_none() -> None:
    found = results({"system.pump": "isomed-35-10", "reservoir.filled": "35 mL"}, {})

    assert (found["verdict"], found["not_read"]) == ("incomplete", ["concentration", "flow_rate"])


# --- what must be read where something is taken away, or nothing is programmed


PATIENT_BOLUS = {"dose": "10 mcg", "duration": "10 min", "lockout": "4 h", "per_day": 3}


def test_that_patient_boluses_are_taken_away_must_be_seen() -> None:
    """The dose without them is the same whether the programmer still allows three a day or none."""
    changes = {"current.patient_bolus": PATIENT_BOLUS}
    shown = {"concentration": "500 mcg/mL", "daily_dose": "460 mcg/day", **ALARM}

    found = results(changes, shown)

    assert (found["verdict"], found["not_read"]) == ("incomplete", ["patient_bolus.per_day"])
    assert results(changes, {**shown, "patient_bolus": {"per_day": 0}})["verdict"] == "agrees"
    assert results(changes, {**shown, "patient_bolus": {"per_day": 3}})["verdict"] == "differs"


# a pump that runs at 0.5 mL/day, always; 250 mcg/day of 500 mcg/mL is that
FIXED = {
    "system.pump": "isomed-20-05",
    "reservoir.filled": "20 mL",
    "current.daily_dose": "250 mcg/day",
    "new.daily_dose": "250 mcg/day",
}


def test_patient_boluses_that_stay_must_be_seen_where_the_strength_changes() -> None:
    # Another strength: what a bolus of as many mcg brings is another volume. 40 mL with 2 mL of alarm, line 0.33 mL at 500:
    # bridge 0.33 x 500 / 400 = 0.4125 days; then 460 + 3 x 15 = 505 of 2000 mcg/mL a day: 149 x 0.2525 = 37.6225 mL, and
    # 0.0475 mL are left: one bolus, 0.0075, and 0.04 / 0.23 day = 4 h 10 min. 149 days 14 h 4 min after 10 Nov 2026 09:00:
    # 8 Apr 2027 23:04 by the clock of winter, 9 Apr 00:04 by that of summer.
    bolus = {"dose": "15 mcg", "duration": "5 min", "lockout": "6 h", "per_day": 3}
    stay = {"current.patient_bolus": bolus, "new.patient_bolus": bolus}
    another = {**stay, "system.tubing_volume": "0.140 mL", "system.pump": "synchromed-ii-40"}
    another |= {"new.concentration": "2000 mcg/mL", "bridge.dose": "400 mcg/day"}
    shown = {"concentration": "2000 mcg/mL", "daily_dose": "460.0 mcg/day", "bridge_duration": "9 h 54 min"}
    alarm = {"low_alarm_date": "2027-04-09"}

    numbers = [f"patient_bolus.{name}" for name in ("dose", "duration", "lockout", "per_day")]
    found = results(another, {**shown, **alarm})
    assert (found["verdict"], found["not_read"]) == ("incomplete", numbers)
    assert results(another, {**shown, **alarm, "patient_bolus": bolus})["verdict"] == "agrees"
    other = {**bolus, "lockout": "6 min"}
    assert results(another, {**shown, **alarm, "patient_bolus": other})["verdict"] == "differs"
    # of the same strength nothing of them is set anew
    assert not set(numbers) & {*results(stay, {"daily_dose": "460.0 mcg/day"})["not_read"]}


def test_of_a_pump_of_fixed_flow_its_card_and_the_strength_are_needed() -> None:
    found = results(FIXED, {})

    assert (found["verdict"], found["not_read"]) == ("incomplete", ["concentration", "flow_rate"])
    found = results(FIXED, {"concentration": "500 mcg/mL", "flow_rate": "0.5 mL/day"})
    assert (found["verdict"], found["not_read"]) == ("agrees", [])
    assert found["readouts"]["flow_rate"]["verdict"] == "match"


@pytest.mark.parametrize(
    ("changes", "shown", "verdict"),
    [
        # the next model runs at 1.0, and 0.5 rounds up to 1: the card of another pump
        ({}, {"concentration": "500 mcg/mL", "flow_rate": "1 mL/day"}, "incomplete"),
        ({}, {"concentration": "500 mcg/mL", "flow_rate": "1.0 mL/day"}, "differs"),
        ({}, {"concentration": "500 mcg/mL", "flow_rate": "0 mL/day"}, "incomplete"),
        ({}, {"concentration": "2000 mcg/mL", "flow_rate": "0.5 mL/day"}, "differs"),
        # 240 / 500 = 0.48: what the pump gives is 250 mcg/day, whatever was meant
        (
            {"new.daily_dose": "240 mcg/day"},
            {"concentration": "500 mcg/mL", "flow_rate": "0.5 mL/day"},
            "incomplete",
        ),
    ],
)
def test_another_card_another_strength_or_another_dose_never_agrees(
    changes: dict[str, Any], shown: dict[str, Any], verdict: str
) -> None:
    assert results({**FIXED, **changes}, shown)["verdict"] == verdict


def test_a_programmer_that_shows_rightly_what_is_wrong_is_not_all_well() -> None:
    """The catheter was emptied and is not primed: 0.19 mL of nothing at 460 / 500 = 0.92 mL/day, 4 h 57 min without drug.

    Every read-out agrees with what was typed, and the last line still says what stands against it.
    """
    emptied = {"line": {"tubing": "old", "catheter": "none"}, "readouts.daily_dose": "460.0 mcg/day"}
    shown = {**ALARM, "prime_volume": "0 mL"}
    checked = check_of({**emptied, **{f"readouts.{name}": value for name, value in shown.items()}})

    assert str(checked.whole.verdict) == "agrees"
    assert whole_words(checked) == "✗ everything needed was read and agrees, but 1 stop stands"


# --- what would look alike


# The night flex of 340 mcg/day was in force; now 340 mcg/day around the clock: 0.68 mL/day, 14.17 mcg/h;
# 38 / 0.68 = 55.88 days from 10 Nov 2026 09:00
BACK_TO_SIMPLE = {"current": NIGHT["new"], "new.daily_dose": "340 mcg/day"}
NIGHT_ROWS = [
    {"start": "22:00", "end": "06:00", "dose_rate": "17.50 mcg/h"},
    {"start": "06:00", "end": "22:00", "dose_rate": "12.50 mcg/h"},
]


@pytest.mark.parametrize(
    ("shown", "verdict", "not_read"),
    [
        ({}, "incomplete", ["flow_rate"]),
        ({"flow_rate": "0.680 mL/day"}, "agrees", []),
        ({"basal": "340.0 mcg/day"}, "agrees", []),
        ({"basal": "300.0 mcg/day"}, "differs", []),
        ({"steps": [{"start": "00:00", "end": "00:00", "dose_rate": "14.17 mcg/h"}]}, "agrees", []),
        ({"steps": NIGHT_ROWS}, "differs", []),
    ],
)
def test_a_schedule_left_running_with_the_dose_of_the_new_flow_is_not_green(
    shown: dict[str, Any], verdict: str, not_read: list[str]
) -> None:
    alike = {"daily_dose": "340.0 mcg/day", "low_alarm_date": "2027-01-05"}
    found = results(BACK_TO_SIMPLE, {**alike, **shown})

    assert (found["verdict"], found["not_read"]) == (verdict, not_read)


# 500 to 2,000 mcg/mL, the line filled with the new drug: 400 / 2000 = 0.2 mL/day; 38 / 0.2 = 190 days from 10 Nov 2026
FILLED_LINE = {
    "new.concentration": "2000 mcg/mL",
    "new.daily_dose": "400 mcg/day",
    "line": {"tubing": "new", "catheter": "new"},
}


@pytest.mark.parametrize(
    ("shown", "verdict", "not_read"),
    [
        ({}, "incomplete", ["bridge_duration"]),
        ({"bridge_duration": "0 min"}, "agrees", []),
        ({"bridge_duration": "9 h 54 min"}, "differs", []),
    ],
)
def test_that_no_bridge_runs_must_be_seen_where_the_concentration_changes(
    shown: dict[str, str], verdict: str, not_read: list[str]
) -> None:
    """A bridge that is programmed by habit would give four times too little or too much, for hours."""
    alike = {"concentration": "2000 mcg/mL", "daily_dose": "400.0 mcg/day", "low_alarm_date": "2027-05-19"}
    found = results(FILLED_LINE, {**alike, "prime_volume": "0 mL", **shown})

    assert (found["verdict"], found["not_read"]) == (verdict, not_read)


def test_a_weekend_on_friday_and_saturday_does_not_pass_for_saturday_and_sunday() -> None:
    # 2400 / 7 / 500 = 0.6857 mL/day; 38 mL from Tuesday 10 Nov 2026 09:00 last until 4 Jan 2027
    rows = [
        {"day": "mon", "start": "08:00", "end": "14:00", "dose": "135.0 mcg"},
        {"day": "mon", "start": "00:00", "end": "08:00", "dose_rate": "12.50 mcg/h"},
        {"day": "mon", "start": "14:00", "end": "00:00", "dose_rate": "12.50 mcg/h"},
        {"day": "sat", "start": "00:00", "end": "00:00", "dose_rate": "12.50 mcg/h"},
    ]
    shown = {"daily_dose": "342.9 mcg/day", "low_alarm_date": "2027-01-04", "steps": rows, **CLOCK}
    days = {day: {"daily_dose": "360.0 mcg/day"} for day in ("tue", "wed", "thu")}

    assert results(WEEKEND, {**shown, "days": days})["not_read"] == [
        "days.fri.daily_dose",
        "days.sun.daily_dose",
    ]
    swapped = {"fri": {"daily_dose": "300.0 mcg/day"}, "sun": {"daily_dose": "360.0 mcg/day"}}
    assert results(WEEKEND, {**shown, "days": {**days, **swapped}})["verdict"] == "differs"
    right = {"fri": {"daily_dose": "360.0 mcg/day"}, "sun": {"daily_volume": "0.600 mL"}}
    assert results(WEEKEND, {**shown, "days": {**days, **right}})["verdict"] == "agrees"


def test_a_row_that_is_alike_on_every_day_shows_no_weekday() -> None:
    """At night both kinds of day run alike: of a Sunday's night nothing follows for its day."""
    night = {"day": "sun", "start": "00:00", "end": "08:00", "dose_rate": "12.50 mcg/h"}

    assert "days.sun.daily_dose" in results(WEEKEND, {"steps": [night]})["not_read"]


def test_a_day_of_which_all_rows_differ_was_read() -> None:
    """Saturday was left as a working day: 360 mcg instead of 300. It is no row that is still to be read."""
    working = [
        {"start": "00:00", "end": "08:00", "dose_rate": "12.50 mcg/h"},
        {"start": "08:00", "end": "14:00", "dose_rate": "22.50 mcg/h"},
        {"start": "14:00", "end": "00:00", "dose_rate": "12.50 mcg/h"},
    ]
    rows = [{"day": "sat", **row} for row in working]
    found = results(WEEKEND, {"steps": rows})

    assert found["verdict"] == "differs"
    assert "days.sat.daily_dose" not in found["not_read"]
    assert "days.sun.daily_dose" in found["not_read"]
    # half of its rows are not the day
    assert "days.sat.daily_dose" in results(WEEKEND, {"steps": rows[:2]})["not_read"]


@pytest.mark.parametrize(
    ("mode", "dose", "flow", "verdict"),
    [
        # 0.048 mL/day of 500 mcg/mL are 24 mcg/day
        ({"flow_rate": "0.048 mL/day"}, "24.0 mcg/day", "0.048 mL/day", "match"),
        ({"flow_rate": "0.048 mL/day"}, "24.0 mcg/day", "0.480 mL/day", "mismatch"),
        (None, "0.0 mcg/day", "0.000 mL/day", "match"),
        (None, "0.0 mcg/day", "0.048 mL/day", "mismatch"),
    ],
)
def test_at_the_minimum_rate_and_stopped_there_is_one_flow(
    mode: dict[str, str] | None, dose: str, flow: str, verdict: str
) -> None:
    therapy = new_therapy("stopped") if mode is None else new_therapy("minimum-rate", **mode)

    assert told(therapy, {"daily_dose": dose, "flow_rate": flow}, "flow_rate") == (verdict, None)


def test_where_every_day_has_the_same_dose_its_rows_must_be_seen() -> None:
    """At the weekend the step begins two hours later: 300 x 18/24 + 135 = 360 mcg on every day."""
    later = new_therapy(
        "flex",
        basal="300 mcg/day",
        steps=[step("08:00", "6 h", "135 mcg")],
        steps_replace_basal=True,
        days={
            day: {
                "basal": "300 mcg/day",
                "steps": [step("10:00", "6 h", "135 mcg")],
                "steps_replace_basal": True,
            }
            for day in ("sat", "sun")
        },
    )
    # 360 / 500 = 0.72 mL/day; 38 / 0.72 = 52.78 days from 10 Nov 2026 09:00
    shown = {
        **CLOCK,
        "daily_dose": "360.0 mcg/day",
        "low_alarm_date": "2027-01-02",
        "days": {
            day: {"daily_dose": "360.0 mcg/day"} for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        },
    }
    rows = [
        {"day": day, "start": begin, "end": end, "dose": "135.0 mcg"}
        for day, begin, end in [
            *((day, "08:00", "14:00") for day in ("mon", "tue", "wed", "thu", "fri")),
            *((day, "10:00", "16:00") for day in ("sat", "sun")),
        ]
    ]

    without_friday = [row for row in rows if row["day"] != "fri"]
    found = results(later, {**shown, "steps": without_friday})
    assert (found["verdict"], found["not_read"]) == ("incomplete", ["steps"])
    assert results(later, {**shown, "steps": rows})["verdict"] == "agrees"


def test_a_single_bolus_is_shown_by_no_row() -> None:
    """The day that is listed is that of the basal: 12.5 mcg/h all round, whatever bolus came before it."""
    once = new_therapy(
        "single-bolus", basal="300 mcg/day", bolus="50 mcg", duration="10 min", bolus_replaces_basal=False
    )
    # 50 mcg are 0.1 mL: 37.9 / 0.6 = 63.17 days from 10 Nov 2026 09:00
    rows = [{"start": "00:00", "end": "00:00", "dose_rate": "12.50 mcg/h"}]
    shown = {"daily_dose": "300.0 mcg/day", "low_alarm_date": "2027-01-12", "steps": rows}

    found = results(once, shown)
    assert (found["verdict"], found["not_read"]) == ("incomplete", ["bolus", "bolus_duration"])
    read = {**shown, "bolus": "50.0 mcg", "bolus_duration": "10 min"}
    assert results(once, read)["verdict"] == "agrees"


@pytest.mark.parametrize(
    ("end", "rate", "verdict"),
    [
        ("10:00", "10.00 mcg/h", "agrees"),
        ("09:00", "10.00 mcg/h", "differs"),
        ("10:00", "12.50 mcg/h", "differs"),
    ],
)
def test_what_runs_between_two_steps_may_be_listed_over_midnight_as_a_whole(
    end: str, rate: str, verdict: str
) -> None:
    by_day = new_therapy(
        "flex", basal="240 mcg/day", steps=[step("10:00", "8 h", "100 mcg")], steps_replace_basal=True
    )
    # 240 x 16/24 + 100 = 260 mcg, 0.52 mL/day; 73 days from 10 Nov 2026 09:00 take 37.96 of 38 mL
    rows = [
        {"start": "18:00", "end": end, "dose_rate": rate},
        {"start": "10:00", "end": "18:00", "dose_rate": "12.50 mcg/h"},
    ]
    shown = {**CLOCK, "daily_dose": "260.0 mcg/day", "low_alarm_date": "2027-01-22", "steps": rows}

    assert results(by_day, shown)["verdict"] == verdict


def test_what_runs_before_midnight_goes_on_after_it_only_where_the_next_day_runs_so() -> None:
    """12.5 mcg/h, and on Saturday 15: from Thursday to Friday nothing changes at midnight, from Saturday to Sunday it does."""
    saturday = {"basal": "360 mcg/day", "steps": [], "steps_replace_basal": True}
    later = new_therapy(
        "flex",
        basal="300 mcg/day",
        steps=[step("08:00", "6 h", "135 mcg")],
        steps_replace_basal=True,
        days={"sat": saturday},
    )
    on_thursday = {"day": "thu", "start": "14:00", "end": "08:00", "dose_rate": "12.50 mcg/h"}
    on_saturday = {"day": "sat", "start": "14:00", "end": "08:00", "dose_rate": "15.00 mcg/h"}

    assert told(later, {"steps": [on_thursday]}, "steps.1.end") == ("match", None)
    assert told(later, {"steps": [on_saturday]}, "steps.1.end")[0] == "mismatch"


# --- a weekday that had a day of its own

# From a quieter Sunday to the same day all week: 300 x 18/24 + 135 = 360 mcg/day of 500 mcg/mL, 0.72 mL/day.
EVERY_DAY = [step("08:00", "6 h", "135 mcg")]
SUNDAY_GOES = new_therapy("flex", basal="300 mcg/day", steps=EVERY_DAY, steps_replace_basal=True)


def from_sunday(basal: str, steps: list[dict[str, str]]) -> dict[str, Any]:
    """The change, where Sunday was such a day until now."""
    sunday = {"basal": basal, "steps": steps, "steps_replace_basal": True}
    return {**SUNDAY_GOES, "current": {**SUNDAY_GOES["new"], "days": {"sun": sunday}}}


# Sunday of before: 299.2 x 18/24 + 135 = 359.4 mcg, by which the mean of the week would be 359.91 mcg/day: shown as 360.
NEARLY = from_sunday("299.2 mcg/day", EVERY_DAY)
# The same dose an hour later.
LATER = from_sunday("300 mcg/day", [step("09:00", "6 h", "135 mcg")])
ROWS_READ = [
    {"start": "08:00", "dose": "135 mcg"},
    {"start": "14:00", "dose": "225 mcg"},  # 18 h of 300 mcg/day
]
# 38 / 0.72 = 52.8 days from 10 Nov 2026 09:00
ALL_OF_IT = {"daily_dose": "360 mcg/day", "steps": ROWS_READ, "low_alarm_date": "2027-01-02", **CLOCK}


@pytest.mark.parametrize(
    ("changes", "shown", "verdict", "not_read"),
    [
        (NEARLY, {}, "incomplete", ["days.sun.daily_dose"]),
        (NEARLY, {"days.sun.daily_dose": "360.0 mcg/day"}, "agrees", []),
        (NEARLY, {"days.sun.daily_dose": "359.4 mcg/day"}, "differs", []),
        (NEARLY, {"days.sun.daily_dose": "0.36 mg/day"}, "incomplete", ["steps"]),  # so would be 359.4
        (LATER, {}, "incomplete", ["days.sun.daily_dose"]),
        (LATER, {"days.sun.daily_dose": "360.0 mcg/day"}, "incomplete", ["steps"]),
        (
            LATER,
            {"steps": [{**row, "day": "sun"} for row in ROWS_READ]},
            "agrees",
            [],
        ),
        (SUNDAY_GOES, {}, "agrees", []),
    ],
)
def test_a_weekday_that_had_a_day_of_its_own_must_be_seen_by_itself(changes, shown, verdict, not_read):
    """The dose of the week, or of one of its days, need not show that it is gone."""
    found = results(changes, {**ALL_OF_IT, **shown})

    assert (found["verdict"], found["not_read"]) == (verdict, not_read)


@pytest.mark.parametrize(
    ("shown", "unread"),
    [
        # the usual day was listed and agrees: which rows are still missing would not be known
        ({}, "rows of the schedule on Sunday"),
        ({"steps": None}, "rows of the schedule"),
    ],
)
def test_of_which_weekday_rows_are_still_to_be_read_is_said(shown, unread):
    read = {**ALL_OF_IT, "days.sun.daily_dose": "360.0 mcg/day", **shown}
    typed = {f"readouts.{name}": value for name, value in read.items() if value is not None}

    assert whole_words(check_of({**LATER, **typed})) == f"? 1 of 5 still to be read: {unread}"


def test_a_weekday_that_stays_as_it_was_need_not_be_seen():
    """Sunday keeps its 300 mcg/day; of the others nothing stood by itself."""
    quiet = {"sun": {"basal": "300 mcg/day", "steps": []}}
    before = {**SUNDAY_GOES["new"], "days": quiet, "steps": [step("08:00", "6 h", "120 mcg")]}
    now = {**SUNDAY_GOES["new"], "days": quiet}

    needed = results({"new": now, "current": before}, {})["not_read"]
    assert needed.count("steps") == 1
    assert set(needed) >= {"days.mon.daily_dose", "days.sun.daily_dose"}  # the days differ


def test_few_digits_of_a_dose_will_do_where_the_row_shows_its_rate() -> None:
    """0.95 to 1.05 mcg is more than 5 % of 0.979 to either side; 3.92 mcg/h is told to 1/800."""
    therapy = new_therapy(
        "flex",
        basal="94 mcg/day",  # 3.9167 mcg/h, 0.979 mcg in a quarter of an hour
        steps=[step("00:15", "23 h 45 min", "400 mcg")],
        steps_replace_basal=True,
    )
    short = {"start": "00:00", "end": "00:15", "dose": "1.0 mcg"}
    long = {"start": "00:15", "end": "00:00", "dose": "400.0 mcg"}

    assert told(therapy, {"steps": [short, long]}, "steps")[0] == "cannot_tell"
    assert told(therapy, {"steps": [{**short, "dose_rate": "3.92 mcg/h"}, long]}, "steps")[0] == "match"
    assert told(therapy, {"steps": [{**short, "dose_rate": "4.92 mcg/h"}, long]}, "steps")[0] == "mismatch"
    zero = {**short, "dose": "0 mcg", "dose_rate": "3.92 mcg/h"}  # a step that is not there would show it too
    assert told(therapy, {"steps": [zero, long]}, "steps")[0] == "cannot_tell"
