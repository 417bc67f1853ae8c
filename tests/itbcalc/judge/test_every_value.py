"""A law: what is offered of an input are the values that give what is shown, from the first to the last, and none else.

Not drawn but tried one after another: small programs with so little in the reservoir that the alarm comes on the first days,
where every run of a bolus or a step counts. Each value of one input is put in, the program is computed anew, and what the
programmer would show then is noted. For each thing that any value shows, and for the days before and after, the search is
asked: every value that gives it must lie in what is offered, its ends must give it, and what lies just beyond must not.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.working import Worked
from itbcalc.judge.check import check
from itbcalc.judge.explanations import read_sheet
from itbcalc.judge.inputs import SolvableInput, StepPlace, typed_inputs
from itbcalc.judge.solving import Interval, found_by
from itbcalc.judge.wrong_input import (
    AS_A_RULE,
    AsTyped,
    Convention,
    Trials,
    conditions_of,
    may_give_without,
    narrowed,
)
from itbcalc.program import complete_program, read_program
from itbcalc.program.read_outs import definition_of
from itbcalc.quantities.kinds import Duration
from itbcalc.quantities.units import Quantity
from tests.itbcalc.programs import NOW, Changes, library, step, table_of

A_HAIR, A_LITTLE = Fraction(1, 10**7), Fraction(1, 10**3)  # of the value: a moment is a whole second
A_SLIP = 1000  # so many times too much or too little: further off is not looked to the last digit
DAYS = ("low_alarm_date", "days_to_alarm")
WHOLE_DAYS, CUT_OFF = Convention(whole_days=True), Convention(cut_off=True)


# --- what a programmer would show: two things where it is just between them


def texts(name: str, calculation: Calculation, convention: Convention) -> set[str]:
    if name in ("low_alarm_date", "empty_date"):
        return {day.isoformat() for day in days_of(name, calculation, convention)}
    if name == "days_to_alarm":
        return {f"{day} day" for day in whole_days(calculation.time_to_alarm)}
    if name == "bridge_duration":
        duration = calculation.bridge_duration
        minutes = Fraction(0) if duration is None else Fraction(duration.value.magnitude) * 1440
        return {f"{each} min" for each in rounded(minutes, convention)}
    amounts: dict[str, tuple[Quantity | None, str]] = {
        "daily_dose": (calculation.new_therapy.dose, "mcg/day"),
        "daily_volume": (volume.value if (volume := calculation.new_daily_volume) else None, "mL"),
    }
    amount, unit = amounts[name]
    if amount is None:
        return set()
    return {f"{each / 1000:.3f} {unit}" for each in rounded(amount.magnitude * 1000, convention)}


def rounded(number: Fraction, convention: Convention) -> set[int]:
    half = Fraction(0) if convention.cut_off else Fraction(1, 2)
    return {int((number + half) // 1), int(-((half - number) // 1)) - (1 if convention.cut_off else 0)}


def whole_days(time: Worked[Duration] | None) -> set[int]:
    days = None if time is None else Fraction(time.value.magnitude)
    return set() if days is None else {int(days // 1), int(-(-days // 1)) - 1}


def days_of(name: str, calculation: Calculation, convention: Convention) -> set[date]:
    levels = {
        "low_alarm_date": (calculation.low_alarm_date, calculation.time_to_alarm),
        "empty_date": (calculation.empty_date, calculation.time_to_empty),
    }
    moment, time = levels[name]
    at = calculation.inputs.at
    assert at is not None
    if moment is None:
        return set()
    if convention.whole_days:
        return {at.moment.date() + timedelta(days=each) for each in whole_days(time)}
    return {moment.date(), (moment - timedelta(microseconds=1)).date()}


# --- the law


@dataclass(frozen=True)
class Case:
    """A program, one input of it, and the values that are tried: of an input that is no whole number in parts of it.

    `read` are the read-outs, those together that are joined by `+`; of each so many texts are asked about, and with `beyond`
    the days before and after all of them.
    """

    changes: Changes
    place: str
    values: Sequence[int | Fraction]
    read: tuple[str, ...] = ("low_alarm_date",)
    most: int = 3
    beyond: bool = True
    convention: Convention = AS_A_RULE


Shown = Mapping[str, str]


class Tried:
    """An input of a program, at every value that is asked for."""

    def __init__(self, case: Case) -> None:
        program = complete_program(read_program(table_of(case.changes), library()))
        self.calculation = Calculation(check(program, library(), NOW).calculation.inputs)
        inputs = typed_inputs(program, self.calculation.inputs)
        (self.offered,) = (each for each in inputs if each.place == case.place)
        self._convention = case.convention
        self._at: dict[Fraction, Calculation | None] = {}

    def at(self, value: Fraction) -> Calculation | None:
        if value not in self._at:
            put = self.offered.put(self.calculation.inputs, value) if value in self.offered.domain else None
            self._at[value] = None if put is None else self.calculation.varied(put)
        return self._at[value]

    def texts(self, name: str, value: Fraction) -> set[str]:
        tried = self.at(value)
        return set() if tried is None else texts(name, tried, self._convention)

    def shown(self, names: Sequence[str], value: Fraction) -> Iterator[tuple[str, ...]]:
        """All that may be shown together."""
        return itertools.product(*(self.texts(name, value) for name in names))

    def gives(self, shown: Shown, value: Fraction) -> bool:
        return all(text in self.texts(name, value) for name, text in shown.items())


def offered_for(case: Case, shown: Shown) -> tuple[Interval, ...]:
    """The values of the input that are found for what is shown."""
    program = complete_program(read_program({**table_of(case.changes), "readouts": dict(shown)}, library()))
    checked = check(program, library(), NOW)
    calculation = Calculation(checked.calculation.inputs)
    (offered,) = (each for each in typed_inputs(program, calculation.inputs) if each.place == case.place)
    typed = AsTyped(calculation, lambda each, of: definition_of(each).values(of, each))
    read = read_sheet(checked.read_outs).all
    assert len(read) == len(shown), [each.verdict for each in checked.read_outs]
    return found_by(narrowed(Trials(offered, typed), conditions_of(read, case.convention)))


def asked(case: Case, tried: Tried, values: Sequence[Fraction]) -> Iterator[Shown]:
    """What is shown by values from the lowest to the highest, and the days before and after all of them."""
    for together in case.read:
        names = together.split("+")
        found = {each for value in values for each in tried.shown(names, value)}
        shown = [dict(zip(names, each, strict=True)) for each in sorted(found)]
        assert len(shown) > 1, shown
        last, apart = len(shown) - 1, max(min(case.most, len(shown)) - 1, 1)
        yield from (shown[number * last // apart] for number in range(apart + 1))
        if together == "low_alarm_date" and case.beyond:
            for each, by in ((shown[0], -1), (shown[-1], 1)):
                yield {together: (date.fromisoformat(each[together]) + timedelta(days=by)).isoformat()}


def mistakes(case: Case) -> Iterator[str]:
    tried = Tried(case)
    unit = 1 if tried.offered.whole else tried.offered.value
    values = [Fraction(each) * unit for each in case.values]
    for shown in asked(case, tried, values):
        parts = offered_for(case, shown)
        for value in values:
            if tried.gives(shown, value) and not any(value in part for part in parts):
                yield f"{float(value)} gives {shown} and is not in {parts}"
        for value, is_inside in itertools.chain.from_iterable(_ends(part, tried.offered) for part in parts):
            if tried.gives(shown, value) != is_inside:
                yield f"{float(value)} is {'in' if is_inside else 'just out'}side of what is offered for {shown}: {parts}"


def _ends(part: Interval, offered: SolvableInput) -> Iterator[tuple[Fraction, bool]]:
    """Both ends, and what lies just beyond them."""
    domain = offered.domain
    for end, outwards in ((part.low, -1), (part.high, 1)):
        if end is None or (
            not offered.whole and not offered.value < end * A_SLIP < offered.value * A_SLIP**2
        ):
            continue
        if offered.whole or part.low != part.high:
            yield end if offered.whole else end - outwards * end * A_HAIR, True
        if end not in (domain.low, domain.high):
            yield end + outwards * (1 if offered.whole else end * A_LITTLE), False


# --- the programs: 500 mcg/mL, alarm at 2 mL, the change on Tuesday, 10 Nov 2026, at 09:00


def above(volume: str) -> Changes:
    """So many mL above the alarm."""
    return {"reservoir.filled": f"{2 + float(volume):.4f} mL"}


def boluses(every: str, first: str, duration: str, *, replaces: bool) -> Changes:
    """0.2 mL a day of basal, and 0.09 mL each."""
    return {
        "new.mode": "periodic-bolus",
        "new.daily_dose": None,
        "new.basal": "100 mcg/day",
        "new.bolus": "45 mcg",
        "new.duration": duration,
        "new.every": every,
        "new.first": first,
        "new.bolus_replaces_basal": replaces,
    }


NIGHT, MORNING = step("22:00", "5 h", "110 mcg"), step("06:00", "2 h", "40 mcg")
"""0.044 and 0.04 mL an hour."""


def flex(*steps: dict[str, str], days: Mapping[str, Sequence[dict[str, str]]] | None = None) -> Changes:
    """0.01 mL an hour of basal; steps in its place."""
    day = {"basal": "120 mcg/day", "steps_replace_basal": True}
    new: dict[str, Any] = {"drug": "baclofen", "concentration": "500 mcg/mL", "mode": "flex"}
    new |= {**day, "steps": list(steps)}
    if days is not None:
        new["days"] = {name: {**day, "steps": list(held)} for name, held in days.items()}
    return {"new": new}


CONTINUOUS: Changes = {"new.daily_dose": "100 mcg/day"}
PATIENT: Changes = {
    "new.patient_bolus": {"dose": "45 mcg", "duration": "30 min", "lockout": "4 h", "per_day": 3}
}
# 0.33 mL x 1000 / 300 = 26.4 h: to 11:24 on the 11th
BRIDGED: Changes = {"current.concentration": "1000 mcg/mL", "bridge": {"dose": "300 mcg/day"}}
PRIME: Changes = {
    "line": {"tubing": "old", "catheter": "none", "prime": {"volume": "0.19 mL", "duration": "20 min"}}
}
SUMMER_ENDS: Changes = {"reservoir.at": "2026-10-24T15:00+02:00"}
DAY = range(1440)
LESS: Changes = {"new.basal": "600 mcg/day", "new.bolus": "9 mcg"}
INTERVALS = sorted({*range(1, 100), *range(100, 1450, 20), *range(1500, 86401, 700)})
"""Those that divide the day are among them: 1 to 720 min."""


def parts(low: str, high: str, count: int) -> list[Fraction]:
    """So many parts of a value from one to another, unevenly so that no round number is among them."""
    begin, end = Fraction(low), Fraction(high)
    return [begin + (end - begin) * Fraction(7 * number + 1, 7 * count) for number in range(count)]


CASES = {
    # At midnight 0.125 mL of basal and two or three boluses.
    "first": Case({**boluses("6 h", "06:00", "2 h", replaces=False), **above("0.35")}, "new.first", DAY),
    "first-every-5-h": Case(
        {**boluses("5 h", "06:00", "2 h", replaces=True), **above("0.3")}, "new.first", DAY
    ),
    "first-every-2-days": Case(
        {**boluses("2 day", "10:00", "3 h", replaces=True), **above("0.17")}, "new.first", DAY
    ),
    "first-as-summer-time-ends": Case(
        {**boluses("4 h", "06:00", "2 h", replaces=True), **SUMMER_ENDS, **above("0.9")}, "new.first", DAY
    ),
    "first-after-a-bridge": Case(
        {**boluses("6 h", "06:00", "2 h", replaces=True), **BRIDGED, **above("0.585")}, "new.first", DAY
    ),
    "every": Case(
        {**boluses("6 h", "06:00", "90 min", replaces=False), **above("1.07")},
        "new.every",
        range(1, 420),
        ("low_alarm_date", "daily_dose"),
        beyond=False,
    ),
    "every-after-a-bridge": Case(
        {**boluses("5 h", "14:00", "90 min", replaces=True), **BRIDGED, **above("1.6")},
        "new.every",
        range(1, 300),
        beyond=False,
    ),
    # By midnight 0.125 mL of basal and one bolus or two: an interval may be two months, and it is the same.
    "every-of-two-boluses": Case(
        {**boluses("6 h", "12:00", "90 min", replaces=False), **above("0.3")}, "new.every", INTERVALS, DAYS
    ),
    # 0.018 mL in 2 h, where the basal alone would be 0.1 mL: the longer the interval, the more of it
    "every-where-the-boluses-are-less": Case(
        {**boluses("6 h", "12:00", "2 h", replaces=True), **LESS, **above("0.9")},
        "new.every",
        INTERVALS,
        (*DAYS, "daily_dose"),
    ),
    "every-where-each-bolus-lasts-a-day": Case(
        {**boluses("2 day", "12:00", "30 h 30 s", replaces=False), **above("0.52")}, "new.every", INTERVALS
    ),
    # 11 h of basal are 0.0917 mL; a bolus at 20:00 that is over by midnight 0.09 mL, and basal before or after it.
    "duration": Case(
        {**boluses("5 h", "20:00", "90 min", replaces=True), **above("0.2")},
        "new.duration",
        range(1, 301),
        ("low_alarm_date", "daily_dose", "low_alarm_date+daily_dose"),
    ),
    "duration-on-top": Case(
        {**boluses("6 h", "22:00", "90 min", replaces=False), **above("0.36")}, "new.duration", range(1, 361)
    ),
    "bolus": Case(
        {**boluses("6 h", "20:00", "90 min", replaces=False), **above("0.29")},
        "new.bolus",
        parts("0", "4", 40),
        (*DAYS, "daily_dose"),
    ),
    # By midnight 0.13 mL of basal and two of five hours of a step, 0.088 mL.
    "start": Case({**flex(NIGHT, MORNING), **above("0.25")}, "new.steps.1.start", DAY),
    "start-after-a-bridge": Case(
        {**flex(NIGHT, MORNING), **BRIDGED, **above("0.56")}, "new.steps.1.start", DAY
    ),
    "start-as-summer-time-ends": Case(
        {**flex(NIGHT, MORNING), **SUMMER_ENDS, **above("0.6")}, "new.steps.1.start", DAY
    ),
    "start-of-one-day": Case(
        {**flex(NIGHT, days={"tue": [NIGHT, MORNING]}), **above("0.25")}, "new.days.tue.steps.1.start", DAY
    ),
    "start-of-the-usual-day": Case(
        {**flex(NIGHT, MORNING, days={"wed": [MORNING]}), **above("0.25")}, "new.steps.2.start", DAY
    ),
    "lasting": Case(
        {**flex(NIGHT, MORNING), **above("0.25")},
        "new.steps.1.duration",
        range(1, 481),
        ("low_alarm_date", "daily_dose", "daily_volume", "low_alarm_date+daily_volume"),
    ),
    "lasting-after-a-bridge": Case(
        {**flex(NIGHT, MORNING), **BRIDGED, **above("0.56")}, "new.steps.1.duration", range(1, 481)
    ),
    "lasting-of-one-day": Case(
        {**flex(MORNING, days={"wed": [NIGHT], "sat": []}), **above("0.55")},
        "new.days.wed.steps.1.duration",
        range(1, 481),
        ("low_alarm_date", "daily_dose"),
    ),
    "lasting-in-the-morning": Case(
        {**flex(MORNING), **above("0.45")},
        "new.steps.1.duration",
        range(1, 1440, 3),
        ("low_alarm_date", "daily_dose"),
    ),
    "dose-of-a-step": Case(
        {**flex(NIGHT, MORNING), **above("0.25")},
        "new.steps.1.dose",
        parts("0", "4", 40),
        ("low_alarm_date", "daily_dose"),
    ),
    "basal": Case(
        {**flex(NIGHT, MORNING), **above("0.25")},
        "new.basal",
        parts("0", "6", 60),
        ("low_alarm_date", "daily_dose"),
    ),
    # By midnight 0.125 mL of basal, and three boluses of 0.09 mL at 09:00, 13:00 and 17:00.
    "lockout": Case(
        {**CONTINUOUS, **PATIENT, **above("0.33")}, "new.patient_bolus.lockout", range(1, 1441, 3)
    ),
    "lockout-of-5-h": Case(
        {**CONTINUOUS, **PATIENT, "new.patient_bolus.lockout": "5 h", **above("0.33")},
        "new.patient_bolus.lockout",
        (*range(1, 60), *range(60, 1441, 20)),
    ),
    "lockout-after-a-bridge": Case(
        {**CONTINUOUS, **PATIENT, **BRIDGED, **above("0.65")}, "new.patient_bolus.lockout", range(1, 1441, 3)
    ),
    "patient-bolus-lasting": Case(
        {**CONTINUOUS, **PATIENT, "new.patient_bolus.lockout": "7 h", **above("0.33")},
        "new.patient_bolus.duration",
        range(1, 421),
    ),
    "per-day": Case(
        {**CONTINUOUS, **PATIENT, "new.patient_bolus.lockout": "30 min", **above("0.33")},
        "new.patient_bolus.per_day",
        range(1, 49),
        DAYS,
    ),
    "per-day-after-a-bridge": Case(
        {**CONTINUOUS, **PATIENT, **BRIDGED, "new.patient_bolus.lockout": "30 min", **above("0.65")},
        "new.patient_bolus.per_day",
        range(1, 49),
    ),
    "patient-bolus": Case(
        {**CONTINUOUS, **PATIENT, **above("0.33")}, "new.patient_bolus.dose", parts("0", "4", 40), DAYS
    ),
    "strength": Case(
        {**boluses("6 h", "20:00", "90 min", replaces=False), **PATIENT, **above("0.58")},
        "new.concentration",
        parts("0.2", "5", 50),
        (*DAYS, "daily_volume"),
    ),
    "bridge-dose": Case(
        {**flex(NIGHT, MORNING), **BRIDGED, **above("0.56")},
        "bridge.dose",
        parts("0.2", "5", 60),
        (*DAYS, "bridge_duration"),
    ),
    "bridge-dose-with-boluses": Case(
        {**CONTINUOUS, **PATIENT, **BRIDGED, **above("0.65")}, "bridge.dose", parts("0.2", "5", 60)
    ),
    "bridge-dose-before-boluses": Case(
        {**boluses("6 h", "06:00", "2 h", replaces=True), **BRIDGED, **above("0.58")},
        "bridge.dose",
        parts("0.2", "5", 60),
    ),
    "old-strength": Case(
        {**flex(NIGHT, MORNING), **BRIDGED, **above("0.56")},
        "current.concentration",
        parts("0.55", "5", 60),
        ("low_alarm_date", "bridge_duration"),
    ),
    "catheter": Case(
        {**flex(NIGHT, MORNING), **BRIDGED, **above("0.56")},
        "system.catheter.volume",
        parts("0", "5", 60),
        ("low_alarm_date", "bridge_duration", "low_alarm_date+bridge_duration"),
    ),
    "prime": Case(
        {**CONTINUOUS, **BRIDGED, **PRIME, **above("0.6")},
        "line.prime.volume",
        parts("0.05", "3", 60),
        ("low_alarm_date", "bridge_duration"),
    ),
    # As typed it has pushed all of the old drug out, 0.19 mL of the catheter and 0.14 mL of tubing: with less a bridge runs.
    "prime-that-leaves-no-bridge": Case(
        {**CONTINUOUS, **BRIDGED, **PRIME, "line.prime.volume": "0.35 mL", **above("0.6")},
        "line.prime.volume",
        parts("0.05", "1.5", 60),
    ),
    "prime-lasting": Case(
        {**CONTINUOUS, **BRIDGED, **PRIME, **above("0.6")}, "line.prime.duration", range(1, 1441, 3)
    ),
    "filled": Case(
        {**CONTINUOUS, **PATIENT, **above("0.6")},
        "reservoir.filled",
        parts("0.8", "2", 40),
        (*DAYS, "empty_date"),
    ),
    "alarm": Case(
        {**CONTINUOUS, **PATIENT, **above("0.6")}, "reservoir.low_alarm", parts("0", "1.2", 40), DAYS
    ),
    "moment": Case({**flex(NIGHT, MORNING), **above("0.25")}, "reservoir.at", range(-3000, 3000, 11)),
    # A Wednesday without its night: 0.46 mL last a day or less, by when in the week they begin.
    "moment-in-a-week": Case(
        {**flex(NIGHT, MORNING, days={"wed": [MORNING]}), **above("0.46")},
        "reservoir.at",
        range(-3000, 6000, 37),
        ("days_to_alarm",),
    ),
    "moment-as-summer-time-ends": Case(
        {**flex(NIGHT, MORNING), **SUMMER_ENDS, **above("0.54")}, "reservoir.at", range(-1500, 3000, 11)
    ),
    "moment-by-whole-days": Case(
        {**flex(NIGHT, MORNING), **above("0.25")},
        "reservoir.at",
        range(-3000, 3000, 11),
        convention=WHOLE_DAYS,
    ),
    "lasting-by-whole-days": Case(
        {**flex(NIGHT, MORNING), **above("0.46")},
        "new.steps.1.duration",
        range(1, 481),
        convention=WHOLE_DAYS,
    ),
    "first-by-whole-days": Case(
        {**boluses("2 day", "10:00", "3 h", replaces=True), **above("0.24")},
        "new.first",
        DAY,
        convention=WHOLE_DAYS,
    ),
    "dose-cut-off": Case(
        {**flex(NIGHT, MORNING), **above("0.25")},
        "new.steps.1.dose",
        parts("0", "4", 40),
        ("daily_dose", "daily_volume"),
        convention=CUT_OFF,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_offered_is_what_gives_what_is_shown_from_the_first_value_to_the_last(case: str) -> None:
    assert not list(mistakes(CASES[case]))


# --- a step that nobody entered


@pytest.mark.parametrize("strength", ["0.2", "0.25", "0.3", "0.55"])
@pytest.mark.parametrize("number", [1, 2])
def test_a_step_left_out_is_said_to_give_the_days_and_doses_that_it_gives_and_no_other(
    strength: str, number: int
) -> None:
    changes = {**flex(NIGHT, MORNING), **above(strength)}
    program = complete_program(read_program(table_of(changes), library()))
    calculation = Calculation(check(program, library(), NOW).calculation.inputs)
    place, left = StepPlace(None, number), [NIGHT, MORNING][2 - number]
    without = check(
        complete_program(read_program(table_of({**changes, **flex(left)}), library())), library(), NOW
    )
    given = {
        name: texts(name, without.calculation, AS_A_RULE) for name in (*DAYS, "daily_dose", "daily_volume")
    }
    asked = {
        "low_alarm_date": {f"2026-11-{day}" for day in range(10, 17)},
        "days_to_alarm": {f"{day} day" for day in range(6)},
        # 120 mcg/day by itself, 110 mcg in the place of 25, 40 in the place of 10
        "daily_dose": {"205.000 mcg/day", "150.000 mcg/day", "235.000 mcg/day", "120.000 mcg/day"},
        "daily_volume": {"0.410 mL", "0.300 mL", "0.470 mL", "0.240 mL"},
    }
    for name, shown in asked.items():
        assert given[name] <= shown
        for text in shown:
            read = complete_program(read_program({**table_of(changes), "readouts": {name: text}}, library()))
            conditions = conditions_of(read_sheet(check(read, library(), NOW).read_outs).all)
            typed = AsTyped(calculation, lambda each, of: definition_of(each).values(of, each))
            assert may_give_without(typed, place, conditions) == (text in given[name]), text
