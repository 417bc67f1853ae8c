"""The therapy of a program file: every mode as it is read, and every schedule that contradicts itself.

Class of docs/hazards.md: S7 (segments that overlap, leave gaps, last too long, cross midnight; days of 23 and 25 h).
"""

from fractions import Fraction
from typing import Any

import pytest

from itbcalc.compute.schedule import (
    Flex,
    FlexDay,
    FlexStep,
    MinimumRate,
    PatientBolus,
    PeriodicBolus,
    Schedule,
    SimpleContinuous,
    SingleBolus,
    Stopped,
)
from itbcalc.errors import FieldEntryError, ItbcalcError, RefusedError
from itbcalc.program import Program, complete_program, load_toml, read_program, read_schedule
from itbcalc.quantities.clock import TimeOfDay, Weekday
from itbcalc.quantities.kinds import as_daily_dose, as_dose, as_duration, as_flow_rate
from itbcalc.say import refusal_words
from tests.itbcalc.programs import (
    NIGHT,
    QUIET_FLEX,
    QUIET_PERIODIC,
    check_of,
    document_of,
    library,
    new_therapy,
    severities,
    step,
    table_of,
)
from tests.vectors.reading import quantity

SM2 = {"system.pump": "synchromed-ii-40", "system.tubing_volume": "0.140 mL"}
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def read(changes: dict[str, Any]) -> Program:
    return complete_program(read_program(table_of(changes), library()))


def schedule_of(changes: dict[str, Any]) -> Schedule:
    new = read(changes).new
    assert new is not None
    return new.schedule


def refusal(changes: dict[str, Any]) -> tuple[str, str, str]:
    """Place, rule and words of the first refusal."""
    with pytest.raises(ItbcalcError) as caught:
        read(changes)
    error = caught.value
    assert isinstance(error, RefusedError | FieldEntryError)
    rule = error.rule if isinstance(error, RefusedError) else str(error.entry.problem)
    return error.field, rule, refusal_words(error)


def dose(text: str) -> Any:
    return as_dose(quantity(text))


def daily(text: str) -> Any:
    return as_daily_dose(quantity(text))


def days(text: str) -> Any:
    return as_duration(quantity(text))


# --- every mode as it is read


def test_a_simple_continuous_therapy_holds_its_daily_dose() -> None:
    assert schedule_of({"new.daily_dose": "0.46 mg/day"}) == SimpleContinuous(daily("460 mcg/day"))


def test_a_flex_therapy_holds_its_steps_and_its_basal() -> None:
    schedule = schedule_of(NIGHT)

    assert schedule == Flex(
        FlexDay((FlexStep(TimeOfDay(1320), days("1/3 day"), dose("140 mcg")),), daily("300 mcg/day"), True)
    )


def test_steps_on_top_of_the_basal_are_read_as_such() -> None:
    schedule = schedule_of(QUIET_FLEX)

    assert isinstance(schedule, Flex)
    assert not schedule.every_day.replaces_basal


def test_steps_that_fill_the_day_need_no_basal() -> None:
    filled = [step("06:00", "16 h", "200 mcg"), step("22:00", "8 h", "140 mcg")]

    schedule = schedule_of(new_therapy("flex", steps=filled))

    assert isinstance(schedule, Flex)
    assert schedule.every_day.basal is None
    assert [each.dose for each in schedule.every_day.steps] == [dose("200 mcg"), dose("140 mcg")]


def test_a_basal_of_nothing_may_be_said_and_needs_no_word_on_what_it_gives_way_to() -> None:
    schedule = schedule_of(new_therapy("flex", basal="0 mcg/day", steps=[step("06:00", "1 h", "60 mcg")]))

    assert isinstance(schedule, Flex)
    assert schedule.every_day.basal == daily("0 mcg/day")


def test_days_that_differ_are_kept_in_the_order_of_the_week_with_all_their_own() -> None:
    sunday = {"basal": "240 mcg/day", "steps": []}
    saturday = {
        "basal": "300 mcg/day",
        "steps": [step("09:00", "2 h", "50 mcg")],
        "steps_replace_basal": True,
    }

    schedule = schedule_of({**QUIET_FLEX, "new.days": {"sun": sunday, "sat": saturday}})

    assert isinstance(schedule, Flex)
    assert [weekday for weekday, _ in schedule.differing] == [Weekday.SAT, Weekday.SUN]
    assert schedule.day(Weekday.SAT) == FlexDay(
        (FlexStep(TimeOfDay(540), days("1/12 day"), dose("50 mcg")),), daily("300 mcg/day"), True
    )
    assert schedule.day(Weekday.SUN) == FlexDay((), daily("240 mcg/day"))
    assert schedule.day(Weekday.FRI) == schedule.every_day


def test_a_usual_day_without_steps_may_stand_beside_a_day_with_some() -> None:
    saturday = {
        "basal": "400 mcg/day",
        "steps": [step("09:00", "2 h", "50 mcg")],
        "steps_replace_basal": True,
    }

    schedule = schedule_of(new_therapy("flex", basal="400 mcg/day", steps=[], days={"sat": saturday}))

    assert isinstance(schedule, Flex)
    assert schedule.every_day.steps == ()
    assert len(schedule.day(Weekday.SAT).steps) == 1


def test_a_periodic_bolus_holds_bolus_interval_and_first_time() -> None:
    assert schedule_of(QUIET_PERIODIC) == PeriodicBolus(
        bolus=dose("15 mcg"),
        duration=days("5/1440 day"),
        every=days("1/4 day"),
        first=TimeOfDay(360),
        basal=daily("400 mcg/day"),
        replaces_basal=False,
    )


def test_a_periodic_bolus_without_a_basal_is_read() -> None:
    schedule = schedule_of({**QUIET_PERIODIC, "new.basal": None, "new.bolus_replaces_basal": None})

    assert isinstance(schedule, PeriodicBolus)
    assert schedule.basal is None


def test_a_single_bolus_is_read() -> None:
    schedule = schedule_of(
        new_therapy(
            "single-bolus", bolus="25 mcg", duration="10 min", basal="460 mcg/day", bolus_replaces_basal=True
        )
    )

    assert schedule == SingleBolus(
        bolus=dose("25 mcg"), duration=days("10/1440 day"), basal=daily("460 mcg/day"), replaces_basal=True
    )


def test_a_minimum_rate_is_the_pumps_where_it_is_published() -> None:
    # SynchroMed II: 0.006 mL/day
    assert schedule_of({**new_therapy("minimum-rate"), **SM2}) == MinimumRate(
        as_flow_rate(quantity("0.006 mL/day"))
    )


def test_a_minimum_rate_is_the_typed_one_where_one_is_typed() -> None:
    schedule = schedule_of({**new_therapy("minimum-rate", flow_rate="0.05 mL/day"), **SM2})

    assert schedule == MinimumRate(as_flow_rate(quantity("0.05 mL/day")))


def test_a_stopped_pump_is_a_mode() -> None:
    assert schedule_of(new_therapy("stopped")) == Stopped()


def test_a_patient_bolus_comes_on_top_of_any_mode() -> None:
    bolus = {"dose": "10 mcg", "duration": "5 min", "lockout": "6 h", "per_day": 3}

    for changes in ({}, QUIET_FLEX, QUIET_PERIODIC, NIGHT):
        new = read({**changes, "new.patient_bolus": bolus}).new

        assert new is not None
        assert new.patient_bolus == PatientBolus(dose("10 mcg"), days("5/1440 day"), days("1/4 day"), 3)


@pytest.mark.parametrize(("typed", "count"), [(1, 1), ("3", 3), (1000, 1000)])
def test_boluses_per_day_are_a_whole_number_bare_or_as_text(typed: Any, count: int) -> None:
    bolus = {"dose": "10 mcg", "duration": "10 s", "lockout": "1 min", "per_day": typed}

    new = read({"new.patient_bolus": bolus}).new

    assert new is not None
    assert new.patient_bolus is not None
    assert new.patient_bolus.per_day == count


def test_the_therapy_in_force_may_run_in_any_mode() -> None:
    flex = {**QUIET_FLEX["new"], "basal": "340 mcg/day"}

    current = read({"current": flex}).current

    assert current is not None
    assert isinstance(current.schedule, Flex)


@pytest.mark.parametrize(
    ("changes", "place", "typed"),
    [
        ({**NIGHT, "new.steps": [step("22:00", "480 min", "0.14 mg")]}, "new.steps.1.dose", "0.14 mg"),
        ({**NIGHT, "new.basal": "12.5 mcg/h"}, "new.basal", "12.5 mcg/h"),
        ({**QUIET_PERIODIC, "new.every": "360 min"}, "new.every", "360 min"),
        ({**QUIET_PERIODIC, "new.every": "0.25 day"}, "new.every", "0.25 day"),
    ],
)
def test_what_was_typed_is_kept_beside_what_was_read(changes: dict[str, Any], place: str, typed: str) -> None:
    program = read(changes)

    assert program.entries[place].text == typed


# --- what is missing


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        (new_therapy("flex"), {"new.steps"}),
        (new_therapy("flex", steps=[{}]), {f"new.steps.1.{key}" for key in ("start", "duration", "dose")}),
        ({**QUIET_FLEX, "new.steps_replace_basal": None}, {"new.steps_replace_basal"}),
        ({**QUIET_FLEX, "new.days": {"sat": {"basal": "400 mcg/day"}}}, {"new.days.sat.steps"}),
        (
            {
                **QUIET_FLEX,
                "new.days": {"sat": {"basal": "400 mcg/day", "steps": [step("06:00", "1 h", "60 mcg")]}},
            },
            {"new.days.sat.steps_replace_basal"},
        ),
        (
            new_therapy("periodic-bolus"),
            {f"new.{key}" for key in ("bolus", "duration", "every", "first")},
        ),
        ({**QUIET_PERIODIC, "new.bolus_replaces_basal": None}, {"new.bolus_replaces_basal"}),
        (new_therapy("single-bolus"), {"new.bolus", "new.duration"}),
        (
            new_therapy("single-bolus", bolus="25 mcg", duration="10 min", basal="460 mcg/day"),
            {"new.bolus_replaces_basal"},
        ),
        (new_therapy("minimum-rate"), {"new.flow_rate"}),  # the clinic's pump has none published
        (
            {"new.patient_bolus": {}},
            {f"new.patient_bolus.{key}" for key in ("dose", "duration", "lockout", "per_day")},
        ),
        ({**QUIET_FLEX, "new.drug": None, "new.concentration": None}, {"new.drug", "new.concentration"}),
        ({**QUIET_FLEX, "new.mode": None}, {"new.mode"}),
    ],
)
def test_what_a_mode_needs_has_no_default(changes: dict[str, Any], missing: set[str]) -> None:
    reading = read_program(table_of(changes), library())

    assert not reading.refusals
    assert set(reading.missing) == missing
    assert reading.program.new is None


# --- keys of another mode, and unknown ones

OTHER_MODES = [
    (QUIET_FLEX, "daily_dose", "460 mcg/day", "simple continuous"),
    (QUIET_FLEX, "bolus", "20 mcg", "periodic bolus, single bolus"),
    (QUIET_FLEX, "every", "4 h", "periodic bolus"),
    (QUIET_FLEX, "first", "06:00", "periodic bolus"),
    (QUIET_FLEX, "duration", "10 min", "periodic bolus, single bolus"),
    (QUIET_FLEX, "bolus_replaces_basal", True, "periodic bolus, single bolus"),
    (QUIET_FLEX, "flow_rate", "0.05 mL/day", "minimum rate"),
    (QUIET_PERIODIC, "daily_dose", "460 mcg/day", "simple continuous"),
    (QUIET_PERIODIC, "steps", [], "flex"),
    (QUIET_PERIODIC, "days", {}, "flex"),
    (QUIET_PERIODIC, "steps_replace_basal", True, "flex"),
    (new_therapy("single-bolus", bolus="25 mcg", duration="10 min"), "every", "4 h", "periodic bolus"),
    (new_therapy("single-bolus", bolus="25 mcg", duration="10 min"), "first", "06:00", "periodic bolus"),
    (new_therapy("stopped"), "daily_dose", "460 mcg/day", "simple continuous"),
    (new_therapy("stopped"), "basal", "460 mcg/day", "flex, periodic bolus, single bolus"),
    (new_therapy("minimum-rate", flow_rate="0.05 mL/day"), "basal", "1 mcg/day", "flex, periodic bolus"),
    ({}, "basal", "240 mcg/day", "flex, periodic bolus, single bolus"),
    ({}, "steps", [], "flex"),
    ({}, "bolus", "20 mcg", "periodic bolus, single bolus"),
]


@pytest.mark.parametrize(("changes", "key", "value", "owners"), OTHER_MODES)
def test_a_key_of_another_mode_is_refused_and_the_mode_is_named(
    changes: dict[str, Any], key: str, value: Any, owners: str
) -> None:
    place, rule, words = refusal({**changes, f"new.{key}": value})

    assert (place, rule) == (f"new.{key}", "key_of_other_mode")
    assert owners in words


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({**QUIET_FLEX, "new.step": []}, "new.step"),
        ({**QUIET_FLEX, "new.Basal": "1 mcg/day"}, "new.Basal"),
        ({**QUIET_FLEX, "new.steps": [{**step("06:00", "1 h", "60 mcg"), "end": "07:00"}]}, "new.steps.1.end"),
        ({**QUIET_FLEX, "new.steps": [{**step("06:00", "1 h", "60 mcg"), "rate": "x"}]}, "new.steps.1.rate"),
        ({**QUIET_FLEX, "new.days": {"sat": {"steps": [], "basal": "1 mcg/day", "mode": "flex"}}}, "new.days.sat.mode"),
        ({**QUIET_FLEX, "new.days": {"sat": {"steps": [], "basal": "1 mcg/day", "drug": "x"}}}, "new.days.sat.drug"),
        (
            {"new.patient_bolus": {"dose": "1 mcg", "duration": "5 min", "lockout": "6 h", "per_day": 1, "max": 3}},
            "new.patient_bolus.max",
        ),
        ({**QUIET_PERIODIC, "new.interval": "4 h"}, "new.interval"),
    ],
)  # fmt: skip
def test_a_key_that_nobody_knows_is_refused_by_its_name(changes: dict[str, Any], place: str) -> None:
    field, rule, words = refusal(changes)

    assert (field, rule) == (place, "unknown_key")
    assert place.rsplit(".", 1)[-1] in words


# --- S7: schedules that contradict themselves


def flex(*steps: dict[str, str], **keys: Any) -> dict[str, Any]:
    return new_therapy("flex", steps=list(steps), **keys)


def beside(*steps: dict[str, str], **keys: Any) -> dict[str, Any]:
    """Steps in the place of a basal."""
    return flex(*steps, basal="240 mcg/day", steps_replace_basal=True, **keys)


def day(*steps: dict[str, str]) -> dict[str, Any]:
    return {"basal": "240 mcg/day", "steps": list(steps), "steps_replace_basal": True}


def periodic(**keys: Any) -> dict[str, Any]:
    return {**QUIET_PERIODIC, **{f"new.{key}": value for key, value in keys.items()}}


def patient(**keys: Any) -> dict[str, Any]:
    bolus = {"dose": "10 mcg", "duration": "5 min", "lockout": "6 h", "per_day": 3}
    return {"new.patient_bolus": {**bolus, **keys}}


A_HOUR = step("06:00", "1 h", "60 mcg")
NO_BASAL = "gap_without_basal"
OVERLAP = "steps_overlap"
S7: dict[str, tuple[dict[str, Any], str, str, str]] = {  # changes, place, rule, what the words name
    # overlaps
    "two steps of one start": (beside(A_HOUR, step("06:00", "2 h", "9 mcg")), "new.steps.2.start", OVERLAP, "06:00"),
    "the same step twice": (beside(A_HOUR, A_HOUR), "new.steps.2.start", OVERLAP, "06:00"),
    "a step inside another": (
        beside(step("06:00", "4 h", "60 mcg"), step("08:00", "1 h", "9 mcg")), "new.steps.2.start", OVERLAP, "08:00",
    ),
    "an overlap of a minute": (
        beside(step("06:00", "61 min", "60 mcg"), step("07:00", "1 h", "9 mcg")), "new.steps.2.start", OVERLAP, "07:01",
    ),
    "an overlap of a second": (
        beside(step("06:00", "3601 s", "60 mcg"), step("07:00", "1 h", "9 mcg")),
        "new.steps.2.start", OVERLAP, "07:00:01",
    ),
    "steps out of order that overlap": (
        beside(step("07:00", "1 h", "60 mcg"), step("06:00", "2 h", "9 mcg")), "new.steps.1.start", OVERLAP, "07:00",
    ),
    "an overlap on top of a basal": (
        flex(A_HOUR, step("06:30", "1 h", "9 mcg"), basal="240 mcg/day", steps_replace_basal=False),
        "new.steps.2.start", OVERLAP, "06:30",
    ),
    "the third of three overlaps": (
        beside(A_HOUR, step("08:00", "3 h", "9 mcg"), step("10:00", "1 h", "9 mcg")),
        "new.steps.3.start", OVERLAP, "10:00",
    ),
    # midnight
    "a step over midnight into the first": (
        beside(step("22:00", "8 h", "100 mcg"), step("05:00", "2 h", "9 mcg")), "new.steps.2.start", OVERLAP, "05:00",
    ),
    "a step over midnight by a minute into the first": (
        beside(step("23:00", "61 min", "100 mcg"), step("00:00", "2 h", "9 mcg")),
        "new.steps.2.start", OVERLAP, "00:01",
    ),
    "the part after midnight said twice": (
        beside(step("22:00", "8 h", "100 mcg"), step("00:00", "6 h", "75 mcg")),
        "new.steps.2.start", "step_said_twice", "past midnight until 06:00",
    ),
    "the part after midnight said twice and shorter": (
        beside(step("22:00", "8 h", "100 mcg"), step("00:00", "2 h", "25 mcg")),
        "new.steps.2.start", "step_said_twice", "past midnight until 06:00",
    ),
    "a step of nearly a day into one before it": (
        beside(step("12:00", "23 h 30 min", "100 mcg"), step("11:15", "30 min", "9 mcg")),
        "new.steps.2.start", OVERLAP, "11:30",
    ),
    "the usual day runs into Saturday": (
        beside(step("22:00", "4 h", "100 mcg"), days={"sat": day(step("01:00", "1 h", "9 mcg"))}),
        "new.days.sat.steps.1.start", OVERLAP, "01:00",
    ),
    "Saturday runs into the usual Sunday": (
        beside(step("01:00", "1 h", "9 mcg"), days={"sat": day(step("22:00", "4 h", "100 mcg"))}),
        "new.steps.1.start", OVERLAP, "01:00",
    ),
    "Sunday runs into Monday": (
        beside(step("01:00", "1 h", "9 mcg"), days={"sun": day(step("22:00", "4 h", "100 mcg"))}),
        "new.steps.1.start", OVERLAP, "01:00",
    ),
    "Friday said twice on Saturday": (
        beside(A_HOUR, days={"fri": day(step("22:00", "8 h", "9 mcg")), "sat": day(step("00:00", "6 h", "9 mcg"))}),
        "new.days.sat.steps.1.start", "step_said_twice", "past midnight until 06:00",
    ),
    "an overlap on one day only": (
        beside(A_HOUR, days={"wed": day(A_HOUR, step("06:59", "1 h", "9 mcg"))}),
        "new.days.wed.steps.2.start", OVERLAP, "06:59",
    ),
    # gaps
    "one step and no basal": (flex(A_HOUR), "new.basal", NO_BASAL, "07:00 to 24:00"),
    "a gap of a minute": (
        flex(step("06:00", "16 h", "100 mcg"), step("22:01", "7 h 59 min", "50 mcg")),
        "new.basal", NO_BASAL, "22:00 to 22:01",
    ),
    "a gap before midnight": (flex(step("00:00", "23 h", "100 mcg")), "new.basal", NO_BASAL, "23:00 to 24:00"),
    "a gap of a second": (flex(step("06:00", "86399 s", "100 mcg")), "new.basal", NO_BASAL, "05:59:59 to 06:00"),
    "a gap on Saturday": (
        flex(step("00:00", "24 h", "100 mcg"), days={"sat": {"steps": [step("08:00", "16 h", "9 mcg")]}}),
        "new.days.sat.basal", NO_BASAL, "Sat 00:00 to 08:00",
    ),
    "a Saturday of nothing": (
        flex(step("00:00", "24 h", "100 mcg"), days={"sat": {"steps": []}}),
        "new.days.sat.basal", NO_BASAL, "Sat 00:00 to 24:00",
    ),
    "a usual day with a gap beside a Saturday with a basal": (
        flex(A_HOUR, days={"sat": day(A_HOUR)}), "new.basal", NO_BASAL, "07:00 to 24:00",
    ),
    # too long
    "a step of more than a day": (beside(step("06:00", "25 h", "60 mcg")), "new.steps.1.duration", "longer_than_a_day", "25 h"),
    "a step of a day and a second": (
        beside(step("06:00", "86401 s", "60 mcg")), "new.steps.1.duration", "longer_than_a_day", "86401 s",
    ),
    "a step of 8 days for 8 hours": (
        beside(step("22:00", "8 day", "60 mcg")), "new.steps.1.duration", "longer_than_a_day", "8 day",
    ),
    "steps of 26 h together": (
        beside(step("06:00", "13 h", "60 mcg"), step("19:00", "13 h", "9 mcg")), "new.steps", "steps_exceed_day", "26 h",
    ),
    "steps of 24 h and a minute": (
        beside(step("06:00", "12 h", "60 mcg"), step("18:00", "12 h 1 min", "9 mcg")),
        "new.steps", "steps_exceed_day", "24 h",
    ),
    "a Saturday of 25 h": (
        beside(A_HOUR, days={"sat": day(step("00:00", "20 h", "60 mcg"), step("20:00", "5 h", "9 mcg"))}),
        "new.days.sat.steps", "steps_exceed_day", "25 h",
    ),
    "289 steps": (
        beside(*(step(f"{n // 60:02}:{n % 60:02}", "1 min", "1 mcg") for n in range(289))),
        "new.steps", "too_many_steps", "288",
    ),
    "a single bolus of more than a day": (
        new_therapy("single-bolus", bolus="25 mcg", duration="25 h"), "new.duration", "longer_than_a_day", "25 h",
    ),
    # boluses against their interval
    "a bolus longer than its interval": (
        periodic(duration="7 h"), "new.duration", "bolus_longer_than_interval", "6 h",
    ),
    "a bolus longer by a second": (
        periodic(duration="21601 s"), "new.duration", "bolus_longer_than_interval", "6 h",
    ),
    "an interval of 6 s for 6 h": (
        periodic(every="6 s", duration="5 s"), "new.every", "interval_too_short", "6 s",
    ),
    "an interval of 59 s": (periodic(every="59 s", duration="5 s"), "new.every", "interval_too_short", "59 s"),
    "a lockout shorter than the bolus": (
        patient(duration="10 min", lockout="5 min"), "new.patient_bolus.lockout", "lockout_shorter_than_bolus", "10 min",
    ),
    "a lockout of 6 min for 6 h": (
        patient(duration="10 min", lockout="6 min"), "new.patient_bolus.lockout", "lockout_shorter_than_bolus", "10 min",
    ),
    "more boluses than fit into a day": (
        patient(duration="1 h", lockout="1 h", per_day=25), "new.patient_bolus.per_day", "boluses_exceed_day", "25",
    ),
    "a thousand and one boluses": (
        patient(duration="1 s", lockout="1 min", per_day=1001), "new.patient_bolus.per_day", "out_of_range", "1,000",
    ),
    "no bolus a day": (patient(per_day=0), "new.patient_bolus.per_day", "out_of_range", "1"),
    # nothing at all
    "no step": (beside(), "new.steps", "no_steps", "add one"),
    "a week without a step": (
        beside(A_HOUR, days={key: day() for key in WEEK}), "new.steps", "no_steps", "add one",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "place", "rule", "named"), S7.values(), ids=S7)
def test_a_schedule_that_contradicts_itself_is_refused_with_the_place_named(
    changes: dict[str, Any], place: str, rule: str, named: str
) -> None:
    field, found, words = refusal(changes)

    assert (field, found) == (place, rule)
    assert named in words
    assert words.isprintable()


S7_NEIGHBOURS: dict[str, dict[str, Any]] = {
    "one step after the other": beside(A_HOUR, step("07:00", "1 h", "9 mcg")),
    "steps out of order": beside(step("07:00", "1 h", "9 mcg"), A_HOUR),
    "a step until midnight and one from it": beside(step("22:00", "2 h", "25 mcg"), step("00:00", "6 h", "75 mcg")),
    "a step over midnight until the first": beside(step("22:00", "8 h", "9 mcg"), step("06:00", "1 h", "9 mcg")),
    "a step of a whole day": flex(step("06:00", "24 h", "100 mcg")),
    "steps that fill the day": flex(step("06:00", "16 h", "100 mcg"), step("22:00", "8 h", "50 mcg")),
    "a gap said to hold nothing": flex(A_HOUR, basal="0 mcg/day"),
    "Saturday said to hold nothing": flex(
        step("00:00", "24 h", "100 mcg"), days={"sat": {"basal": "0 mcg/day", "steps": []}}
    ),
    "the usual day runs until Saturday's first": beside(
        step("22:00", "4 h", "100 mcg"), days={"sat": day(step("02:00", "1 h", "9 mcg"))}
    ),
    "288 steps": beside(*(step(f"{n // 60:02}:{n % 60:02}", "1 min", "1 mcg") for n in range(288))),
    "a bolus as long as its interval": periodic(duration="6 h"),
    "an interval of a minute": periodic(every="1 min", duration="5 s"),
    "a lockout as long as the bolus": patient(duration="10 min", lockout="10 min"),
    "boluses that fill the day": patient(duration="1 h", lockout="1 h", per_day=24),
}  # fmt: skip


@pytest.mark.parametrize("changes", S7_NEIGHBOURS.values(), ids=S7_NEIGHBOURS)
def test_a_schedule_just_beside_a_contradiction_is_read(changes: dict[str, Any]) -> None:
    assert read(changes).new is not None


# --- S7: days of 23 and 25 hours

# At 09:00 on the day before the clocks change. 400 mcg/day and 60 mcg at 06:00, or four times 15 mcg, make 0.92 mL/day.
# The alarm comes after the same hours as ever, by the clock an hour later or earlier, and so does the next step.
CLOCKS: dict[
    str, tuple[str, str, str, str]
] = {  # zone, change, day of 23 or 25 h: the alarm by the patient's clock
    "Berlin, 25 h": ("Europe/Berlin", "2026-10-24T09:00+02:00", "2026-10-26T08:00:00+01:00", "05:00"),
    "Berlin, 23 h": ("Europe/Berlin", "2027-03-27T09:00+01:00", "2027-03-29T10:00:00+02:00", "07:00"),
    "New York, 25 h": ("America/New_York", "2026-10-31T09:00-04:00", "2026-11-02T08:00:00-05:00", "05:00"),
    "New York, 23 h": ("America/New_York", "2027-03-13T09:00-05:00", "2027-03-15T10:00:00-04:00", "07:00"),
    "Sydney, 23 h": ("Australia/Sydney", "2026-10-03T09:00+10:00", "2026-10-05T10:00:00+11:00", "07:00"),
    "Lord Howe, 23.5 h": (
        "Australia/Lord_Howe",
        "2026-10-03T09:00+10:30",
        "2026-10-05T09:30:00+11:00",
        "06:30",
    ),
}


@pytest.mark.parametrize(("zone", "at", "alarm", "step_at"), CLOCKS.values(), ids=CLOCKS)
@pytest.mark.parametrize("schedule", [QUIET_FLEX, QUIET_PERIODIC], ids=["flex", "periodic"])
def test_a_day_of_23_or_25_hours_has_no_more_and_no_less_of_the_schedule(
    schedule: dict[str, Any], zone: str, at: str, alarm: str, step_at: str
) -> None:
    """S7. 2 x 0.92 = 1.84 mL above the alarm last 48 h on the pump's clock, whatever the clocks around it do."""
    moments = {"reservoir.at": at, "reservoir.zone": zone, "patient.last_change": None}

    checked = check_of({**schedule, **moments, "reservoir.filled": "3.84 mL"})

    results = document_of(checked)["results"]
    assert results["time_to_alarm"]["exact"] == "2"
    assert results["low_alarm_date"]["at"] == alarm
    found = [each for each in document_of(checked)["findings"] if each["code"] == "clock_changes"]
    assert len(found) == 1
    assert step_at in found[0]["text"]


def test_class_s7_has_its_cases() -> None:
    assert len(S7) + 2 * len(CLOCKS) >= 40
    assert len(S7) >= 40


# --- other texts and shapes that are refused

LIST = "steps_shape"


@pytest.mark.parametrize(
    ("changes", "place", "rule"),
    [
        ({**QUIET_FLEX, "new.steps": "06:00"}, "new.steps", LIST),
        ({**QUIET_FLEX, "new.steps": A_HOUR}, "new.steps", LIST),
        ({**QUIET_FLEX, "new.steps": ["06:00"]}, "new.steps", LIST),
        ({**QUIET_FLEX, "new.steps": [A_HOUR, 3]}, "new.steps", LIST),
        ({**QUIET_FLEX, "new.steps": True}, "new.steps", LIST),
        ({**QUIET_FLEX, "new.days": {"sat": {"basal": "1 mcg/day", "steps": "none"}}}, "new.days.sat.steps", LIST),
        ({**QUIET_FLEX, "new.days": []}, "new.days", "not_a_table"),
        ({**QUIET_FLEX, "new.days": {"sat": []}}, "new.days.sat", "not_a_table"),
        ({**QUIET_FLEX, "new.days": {"sat": "none"}}, "new.days.sat", "not_a_table"),
        ({**QUIET_FLEX, "new.days": {"saturday": day()}}, "new.days.saturday", "unknown_weekday"),
        ({**QUIET_FLEX, "new.days": {"Sat": day()}}, "new.days.Sat", "unknown_weekday"),
        ({**QUIET_FLEX, "new.days": {"sa": day()}}, "new.days.sa", "unknown_weekday"),
        ({**QUIET_FLEX, "new.days": {"6": day()}}, "new.days.6", "unknown_weekday"),
        ({**QUIET_FLEX, "new.days": {"weekend": day()}}, "new.days.weekend", "unknown_weekday"),
        ({**QUIET_FLEX, "new.steps_replace_basal": "true"}, "new.steps_replace_basal", "not_true_or_false"),
        ({**QUIET_FLEX, "new.steps_replace_basal": 1}, "new.steps_replace_basal", "not_true_or_false"),
        ({**QUIET_PERIODIC, "new.bolus_replaces_basal": "no"}, "new.bolus_replaces_basal", "not_true_or_false"),
        ({"new.patient_bolus": "10 mcg"}, "new.patient_bolus", "not_a_table"),
        ({"new.patient_bolus": [{}]}, "new.patient_bolus", "not_a_table"),
        (patient(per_day="three"), "new.patient_bolus.per_day", "no_number"),
        (patient(per_day="2.5"), "new.patient_bolus.per_day", "not_whole"),
        (patient(per_day=True), "new.patient_bolus.per_day", "no_number"),
        (patient(per_day=-3), "new.patient_bolus.per_day", "out_of_range"),
        (patient(per_day=10**30), "new.patient_bolus.per_day", "out_of_range"),
        (patient(per_day="3 a day"), "new.patient_bolus.per_day", "unit_unknown"),
        # zero where it has no meaning
        ({**QUIET_FLEX, "new.steps": [step("06:00", "1 h", "0 mcg")]}, "new.steps.1.dose", "zero"),
        ({**QUIET_FLEX, "new.steps": [step("06:00", "0 h", "60 mcg")]}, "new.steps.1.duration", "zero"),
        (periodic(bolus="0 mcg"), "new.bolus", "zero"),
        (periodic(duration="0 min"), "new.duration", "zero"),
        (periodic(every="0 h"), "new.every", "zero"),
        (patient(dose="0 mcg"), "new.patient_bolus.dose", "zero"),
        (patient(lockout="0 h"), "new.patient_bolus.lockout", "zero"),
        (new_therapy("minimum-rate", flow_rate="0 mL/day"), "new.flow_rate", "zero"),
        # units missing or of another kind
        ({**QUIET_FLEX, "new.steps": [step("06:00", "1 h", "60")]}, "new.steps.1.dose", "unit_missing"),
        ({**QUIET_FLEX, "new.steps": [step("06:00", "1", "60 mcg")]}, "new.steps.1.duration", "unit_missing"),
        ({**QUIET_FLEX, "new.steps": [step("06:00", "1 h", "60 mcg/h")]}, "new.steps.1.dose", "unit_of_another_kind"),
        ({**QUIET_FLEX, "new.steps": [step("06:00", "1 h", "60 mcg/day")]}, "new.steps.1.dose", "unit_of_another_kind"),
        ({**QUIET_FLEX, "new.steps": [step("06:00", "1 h", "0.1 mL")]}, "new.steps.1.dose", "unit_of_another_kind"),
        ({**QUIET_FLEX, "new.basal": "400 mcg"}, "new.basal", "unit_of_another_kind"),
        ({**QUIET_FLEX, "new.basal": "0.8 mL/day"}, "new.basal", "unit_of_another_kind"),
        (periodic(bolus="15 mcg/day"), "new.bolus", "unit_of_another_kind"),
        (periodic(bolus="15"), "new.bolus", "unit_missing"),
        (periodic(every="6"), "new.every", "unit_missing"),
        (periodic(every="6 hr"), "new.every", "unit_unknown"),
        (periodic(every="06:00"), "new.every", "malformed_number"),
        (periodic(first="6 h"), "new.first", "time_of_day"),
        (periodic(first="6:00 am"), "new.first", "time_am_pm"),
        (periodic(first=6), "new.first", "time_not_text"),
        ({**QUIET_FLEX, "new.steps": [step("24:00", "1 h", "60 mcg")]}, "new.steps.1.start", "time_midnight"),
        ({**QUIET_FLEX, "new.steps": [step("6:00", "1 h", "60 mcg")]}, "new.steps.1.start", "time_of_day"),
        ({**QUIET_FLEX, "new.steps": [{**A_HOUR, "dose": 60}]}, "new.steps.1.dose", "not_text"),
        ({**QUIET_FLEX, "new.steps": [step("06:00", "1 h 60 min", "60 mcg")]}, "new.steps.1.duration", "compound"),
    ],
)  # fmt: skip
def test_a_shape_a_text_or_a_zero_that_means_nothing_is_refused(
    changes: dict[str, Any], place: str, rule: str
) -> None:
    field, found, words = refusal(changes)

    assert (field, found) == (place, rule)
    assert words.isprintable()


def test_every_refused_step_is_named_not_only_the_first() -> None:
    steps = [step("6:00", "1 h", "60 mcg"), step("08:00", "1 h", "60"), step("10:00", "25 h", "60 mcg")]

    reading = read_program(table_of(beside(*steps)), library())

    assert [each.field for each in reading.refusals] == [
        "new.steps.1.start",
        "new.steps.2.dose",
        "new.steps.3.duration",
    ]
    assert reading.program.new is None


def test_a_refused_schedule_in_force_is_named_as_the_one_in_force() -> None:
    reading = read_program(table_of({"current": beside(A_HOUR, A_HOUR)["new"]}), library())

    assert [each.field for each in reading.refusals] == ["current.steps.2.start"]


# --- rows of the programmer


@pytest.mark.parametrize(
    ("rows", "place", "rule"),
    [
        ("22:00", "readouts.steps", "rows_shape"),
        ([1], "readouts.steps", "rows_shape"),
        ([{"end": "06:00"}], "readouts.steps.1.start", "missing"),
        ([{"start": "22:00", "ends": "06:00"}], "readouts.steps.1.ends", "unknown_key"),
        ([{"start": "10 pm"}], "readouts.steps.1.start", "time_am_pm"),
        ([{"start": "22:00"}, {"start": "06:00", "end": "6"}], "readouts.steps.2.end", "time_of_day"),
        ([{"start": "22:00", "day": "Saturday"}], "readouts.steps.1.day", "unknown_weekday"),
        ([{"start": "22:00", "dose": "140 mcg/h"}], "readouts.steps.1.dose", "unit_of_another_kind"),
        ([{"start": "22:00", "dose_rate": "140 mcg"}], "readouts.steps.1.dose_rate", "unit_of_another_kind"),
        ([{"start": "22:00", "duration": "8"}], "readouts.steps.1.duration", "unit_missing"),
        ([{"start": "22:00", "flow_rate": "0.8"}], "readouts.steps.1.flow_rate", "unit_missing"),
        ([{"start": 22}], "readouts.steps.1.start", "time_not_text"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused(rows: Any, place: str, rule: str) -> None:
    field, found, _ = refusal({**NIGHT, "readouts.steps": rows})

    assert (field, found) == (place, rule)


# --- a file with the new therapy alone, for `schedule`

ALONE = """\
drug = "baclofen"
concentration = "500 mcg/mL"
mode = "flex"
basal = "300 mcg/day"
steps = [ { start = "22:00", duration = "8 h", dose = "140 mcg" } ]
steps_replace_basal = true
"""


@pytest.mark.parametrize("text", [ALONE, f"[new]\n{ALONE}"], ids=["bare", "with its name"])
def test_the_new_therapy_alone_is_enough_for_its_schedule(tmp_path: Any, text: str) -> None:
    path = tmp_path / "new.toml"
    path.write_text(text, encoding="utf-8")

    program = complete_program(read_schedule(load_toml(path), library()))

    assert program.new is not None
    assert program.new.schedule == schedule_of(NIGHT)
    assert program.current is None


def test_a_whole_program_is_read_whole_also_for_its_schedule(tmp_path: Any) -> None:
    path = tmp_path / "program.toml"
    path.write_text(f"[new]\n{ALONE}\n[current]\ndrug = 'baclofen'\n", encoding="utf-8")

    with pytest.raises(RefusedError) as caught:
        complete_program(read_schedule(load_toml(path), library()))

    assert caught.value.rule == "missing"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "new.mode"),
        ('mode = "flex"\n', "new.drug"),
        (ALONE.replace("22:00", "10 pm"), "new.steps.1.start"),
        (ALONE.replace("steps_replace_basal = true", ""), "new.steps_replace_basal"),
        (ALONE + 'daily_dose = "340 mcg/day"\n', "new.daily_dose"),
        (ALONE + 'pump = "synchromed-ii-40"\n', "new.pump"),
        (ALONE.replace('"flex"', '"flexible"'), "new.mode"),
        ('[new]\nmode = "minimum-rate"\ndrug = "baclofen"\nconcentration = "500 mcg/mL"\n', "new.flow_rate"),
    ],
)
def test_a_schedule_alone_is_refused_with_its_place(tmp_path: Any, text: str, field: str) -> None:
    path = tmp_path / "new.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises((RefusedError, FieldEntryError)) as caught:
        complete_program(read_schedule(load_toml(path), library()))

    assert caught.value.field == field


def test_a_therapy_is_read_the_same_from_a_file_and_from_a_table(tmp_path: Any) -> None:
    path = tmp_path / "new.toml"
    path.write_text(ALONE, encoding="utf-8")

    assert load_toml(path) == NIGHT["new"]


def test_a_quiet_schedule_provokes_nothing() -> None:
    assert severities(check_of(QUIET_FLEX)) == {}
    assert severities(check_of(QUIET_PERIODIC)) == {}
    assert document_of(check_of(NIGHT))["results"]["new"]["daily_dose"]["exact"] == str(Fraction(340))
