"""How often does the slip that was made stand first among what is offered? A table by kind of slip and by mode.

Programs of every mode are drawn, one slip of a kind is made in each, and everything that the programmer then shows is
read. The slips are made here by their own rules: nothing is taken from what the program finds plausible.

    python -m tests.itbcalc.judge.planted [COUNT [SEED]]
"""

import dataclasses
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from msgspec.structs import replace

from itbcalc.compute.calculation import Calculation, Inputs
from itbcalc.compute.listed_rows import listed_rows
from itbcalc.compute.schedule import Flex, PeriodicBolus
from itbcalc.judge.check import Checked, check, explanations_of
from itbcalc.judge.explanations import Explanation
from itbcalc.judge.inputs import SolvableInput, typed_inputs
from itbcalc.program import Program, complete_program, read_program
from itbcalc.quantities.clock import TimeOfDay
from itbcalc.quantities.kinds import CONCENTRATION, DAILY_DOSE, DOSE, LENGTH, VOLUME, as_volume, exactly
from tests.itbcalc.judge.generated import (
    MODES,
    Table,
    primed_program,
    program,
    shown_by,
    with_prime,
    with_stretches,
)
from tests.itbcalc.programs import NOW, library

Slip = tuple[str, Fraction]
"""A place of the program file, and the value that stands in the programmer instead."""

KEYS = "1234567890"


@dataclass(frozen=True)
class Case:
    """A check in which one slip was made; `place` is empty for one that is no single number."""

    kind: str
    mode: str
    checked: Checked
    place: str
    value: Fraction | None
    reason: str = ""


def _of_kind(inputs: list[SolvableInput], *kinds: Any) -> list[SolvableInput]:
    return [each for each in inputs if each.kind in kinds]


def elsewhere(chance: random.Random, inputs: list[SolvableInput], program: Program) -> Slip | None:
    """The number of another field."""
    offered = chance.choice(_of_kind(inputs, DAILY_DOSE, DOSE))
    others = [each for each in program.entries.items() if each[0] != offered.place]
    numbers = [
        Fraction(each.number_text)
        for place, each in others
        if " " not in each.number_text and ("concentration" in place or "dose" in place)
    ]
    return offered.place, chance.choice(numbers)


def previous(chance: random.Random, inputs: list[SolvableInput], program: Program) -> Slip | None:
    """What was before."""
    by_place = {each.place: each for each in inputs}
    pairs = [
        (f"new.{name}", by_place[f"current.{name}"].value)
        for name in ("concentration",)
        if f"current.{name}" in by_place
    ]
    before = program.entries.get("current.daily_dose")
    if "new.daily_dose" in by_place and before is not None:
        pairs.append(("new.daily_dose", Fraction(before.quantity.magnitude)))
    return chance.choice(pairs) if pairs else None


def marketed(chance: random.Random, _: list[SolvableInput], __: Program) -> Slip:
    return "new.concentration", Fraction(chance.choice((500, 1000, 2000)))


def published(chance: random.Random, _: list[SolvableInput], __: Program) -> Slip:
    """The other tubing volume of the pump, its other alarm volume, or its whole reservoir."""
    choices = (("system.tubing_volume", "0.199"), ("reservoir.low_alarm", "4"), ("reservoir.filled", "40"))
    place, text = chance.choice(choices)
    return place, Fraction(text)


def units(chance: random.Random, inputs: list[SolvableInput], _: Program) -> Slip:
    """Per hour for per day, mg for mcg, centimetres for inches, minutes for hours, am for pm."""
    offered = chance.choice(inputs)
    factors: list[Fraction] = []
    if offered.is_time_of_day:
        return offered.place, (offered.value + 720) % 1440
    if offered.kind in (DAILY_DOSE, DOSE, CONCENTRATION):
        factors += [Fraction(1000), Fraction(1, 1000)]
    if offered.kind is DAILY_DOSE:
        factors += [Fraction(24), Fraction(1, 24)]
    if offered.kind is LENGTH:
        factors += [Fraction("2.54"), 1 / Fraction("2.54")]
    if offered.whole and offered.kind is not None:
        factors += [Fraction(60), Fraction(1, 60)]
    return offered.place, offered.value * chance.choice(factors or [Fraction(1)])


def digits(chance: random.Random, inputs: list[SolvableInput], _: Program) -> Slip | None:
    """A digit dropped, doubled, swapped with its neighbour, or the key beside it; the point moved."""
    return _by_fingers(
        chance, chance.choice(_of_kind(inputs, DAILY_DOSE, DOSE, CONCENTRATION, VOLUME, LENGTH))
    )


def _by_fingers(chance: random.Random, offered: SolvableInput) -> Slip | None:
    assert offered.entered is not None
    number = offered.entered.number_text
    text = chance.choice((_dropped, _doubled, _swapped, _beside, _moved))(chance, number)
    if not text or text.startswith("0") or text == number or not Fraction(text):
        return None
    return offered.place, offered.value * Fraction(text) / Fraction(number)


def _dropped(chance: random.Random, number: str) -> str:
    at = chance.randrange(len(number))
    return number[:at] + number[at + 1 :]


def _doubled(chance: random.Random, number: str) -> str:
    at = chance.randrange(len(number))
    return number[:at] + number[at] + number[at:] if number[at] != "." else ""


def _swapped(chance: random.Random, number: str) -> str:
    at = chance.randrange(len(number) - 1) if len(number) > 1 else 0
    pair = number[at : at + 2]
    return number[:at] + pair[::-1] + number[at + 2 :] if "." not in pair else ""


def _beside(chance: random.Random, number: str) -> str:
    at = chance.randrange(len(number))
    if number[at] == ".":
        return ""
    key = KEYS.index(number[at]) + chance.choice((-1, 1))
    return number[:at] + KEYS[key] + number[at + 1 :] if 0 <= key < len(KEYS) else ""


def _moved(chance: random.Random, number: str) -> str:
    value = Fraction(number) * chance.choice((Fraction(10), Fraction(1, 10)))
    return f"{float(value):.6f}".rstrip("0").rstrip(".")


def of_the_step(chance: random.Random, inputs: list[SolvableInput], program: Program) -> Slip | None:
    """Down for up, the step alone, the percentage for the dose."""
    before, new = program.entries.get("current.daily_dose"), program.entries.get("new.daily_dose")
    if before is None or new is None:
        return None
    old, step = (
        Fraction(before.quantity.magnitude),
        Fraction(new.quantity.magnitude - before.quantity.magnitude),
    )
    value = chance.choice((old - step, abs(step), abs(step) / old * 100))
    return ("new.daily_dose", value) if value > 0 else None


def prime(chance: random.Random, inputs: list[SolvableInput], program: Program) -> Slip:
    """The whole line primed for the catheter alone, or another volume by a slip of the fingers; hours for minutes."""
    by_place = {each.place: each for each in inputs if each.place.startswith("line.prime")}
    if chance.random() < 0.2:
        return "line.prime.duration", by_place["line.prime.duration"].value * 60
    if chance.random() < 0.5:
        tubing, catheter = program.system.tubing_volume, program.system.catheter_volume
        assert tubing is not None
        assert catheter is not None
        return "line.prime.volume", Fraction(tubing.magnitude + catheter.value.magnitude)
    return _by_fingers(chance, by_place["line.prime.volume"]) or ("line.prime.volume", Fraction(1))


def stretch(chance: random.Random, inputs: list[SolvableInput], _: Program) -> Slip | None:
    """When a step begins, or how long it lasts: am for pm, another step's time, a digit of the clock, hours for minutes."""
    offered = chance.choice([each for each in inputs if each.step is not None and each.whole])
    if not offered.is_time_of_day:
        return offered.place, offered.value * chance.choice((Fraction(60), Fraction(1, 60), Fraction(1, 2)))
    hour, minute = divmod(int(offered.value), 60)
    others = [int(each.value) for each in inputs if each.is_time_of_day]
    swapped = int(f"{hour:02}"[::-1])
    clocks = [(int(offered.value) + 720) % 1440, chance.choice(others), swapped * 60 + minute]
    value = chance.choice(clocks)
    return (offered.place, Fraction(value)) if value < 1440 else None


KINDS: dict[str, Callable[[random.Random, list[SolvableInput], Program], Slip | None]] = {
    "elsewhere": elsewhere,
    "previous": previous,
    "marketed": marketed,
    "published": published,
    "unit": units,
    "digits": digits,
    "step": of_the_step,
    "prime": prime,
    "stretch": stretch,
}
STRUCTURE = "structure"
IN_MODES = {"step": ("simple-continuous",), "stretch": ("flex", "weekdays")}
"""Where a kind is not of every mode."""


def structural(chance: random.Random, inputs: Inputs) -> tuple[str, Inputs] | None:
    """A slip that is no single number: what it is called, and what would be programmed."""
    found: list[tuple[str, Inputs]] = [
        ("alarm_not_subtracted", replace(inputs, low_alarm=as_volume(exactly(0, VOLUME))))
    ]
    if inputs.bridge_dose is not None:
        found.append(("bridge_left_out", replace(inputs, bridge_dose=None)))
    if inputs.prime_volume is not None:
        found.append(("prime_left_out", replace(inputs, prime_volume=None, prime_duration=None)))
    if inputs.new_patient_bolus is not None:
        found.append(("patient_boluses_left_out", replace(inputs, new_patient_bolus=None)))
    schedule = inputs.new_schedule
    if isinstance(schedule, PeriodicBolus):
        name = "basal_added_for_replaced" if schedule.replaces_basal else "basal_replaced_for_added"
        other = replace(schedule, replaces_basal=not schedule.replaces_basal)
        found.append((name, replace(inputs, new_schedule=other)))
    if isinstance(schedule, Flex) and schedule.differing:
        found.append(("days_left_out", replace(inputs, new_schedule=Flex(schedule.every_day))))
    if isinstance(schedule, Flex):
        replaces = schedule.every_day.replaces_basal
        name = "basal_added_for_replaced" if replaces else "basal_replaced_for_added"
        days = tuple(
            (day, dataclasses.replace(held, replaces_basal=not replaces)) for day, held in schedule.differing
        )
        flex = Flex(dataclasses.replace(schedule.every_day, replaces_basal=not replaces), days)
        found.append((name, replace(inputs, new_schedule=flex)))
    return chance.choice(found)


def _rows(calculation: Calculation) -> list[dict[str, str]]:
    """The steps of the day as the programmer lists them: when they begin, and what flows while they run."""
    rows = []
    for row in listed_rows(calculation.new_therapy):
        start, rate = row.cell("start"), row.cell("dose_rate")
        if (
            row.is_step
            and isinstance(start, TimeOfDay)
            and rate is not None
            and not isinstance(rate, TimeOfDay)
        ):
            per_hour = Fraction(rate.magnitude) / 24
            scaled = int(per_hour * 100 + Fraction(1, 2))
            rows.append({"start": start.text, "dose_rate": f"{scaled // 100}.{scaled % 100:02} mcg/h"})
    return rows


def planted(count: int, first_seed: int = 0) -> Iterator[Case]:
    """So many slips, evenly by kind and mode, each of which shows in a read-out."""
    names = (*KINDS, STRUCTURE)
    wanted = [(kind, mode) for kind in names for mode in IN_MODES.get(kind, MODES)]
    seed, made = first_seed, 0
    while made < count:
        kind, mode = wanted[made % len(wanted)]
        case = _planted(random.Random(seed), kind, mode)  # noqa: S311  # reproducible cases, no secret
        seed += 1
        if case is not None:
            made += 1
            yield case


def _planted(chance: random.Random, kind: str, mode: str) -> Case | None:
    is_primed = kind == "prime" or (kind == STRUCTURE and chance.random() < 0.25)
    table = primed_program(chance, mode) if is_primed else program(chance, mode)
    reading = read_program(table, library())
    if reading.refusals or reading.missing:
        return None
    inputs = check(reading.program, library(), NOW).calculation.inputs
    offered = list(typed_inputs(reading.program, inputs))
    place, value, reason, varied = "", None, "", None
    if kind == STRUCTURE:
        slip = structural(chance, inputs)
        reason, varied = slip if slip is not None else ("", None)
    else:
        made = KINDS[kind](chance, offered, reading.program)
        if made is not None:
            place, value = made
            (wrong,) = [each for each in offered if each.place == place] or [None]
            fits = wrong is not None and value in wrong.domain and (not wrong.whole or value.denominator == 1)
            varied = wrong.put(inputs, value) if wrong is not None and fits else None
    if varied is None:
        return None
    table["readouts"] = _shown(mode, Calculation(varied), is_primed=is_primed, stretches=kind == "stretch")
    reading = read_program(table, library())
    if reading.refusals:
        return None
    checked = check(complete_program(reading), library(), NOW)
    differs = any(each.verdict == "mismatch" for each in checked.read_outs)
    return Case(kind, mode, checked, place, value, reason) if differs else None


def _shown(mode: str, calculation: Calculation, *, is_primed: bool, stretches: bool) -> Table:
    if is_primed:
        return with_prime(calculation)
    if stretches:
        return with_stretches(calculation)
    rows = {"steps": _rows(calculation)} if mode == "flex" else {}
    return {**shown_by(calculation), **rows}


def place_among(case: Case, found: Sequence[Explanation]) -> int | None:
    """Which of the explanations is the slip that was made, from 1; None where it is none of them."""
    for number, each in enumerate(found, start=1):
        if case.reason and each.reason == case.reason and each.offered is None:
            return number
        if each.offered is not None and (each.offered.place, each.value) == (case.place, case.value):
            return number
    return None


@dataclass(frozen=True)
class Rates:
    """How many slips were made, stood first, and among the first three; by kind and mode.

    `upsetting` counts what was offered although it does not explain all that differs, or upsets what agrees.
    """

    made: Counter[tuple[str, str]]
    first: Counter[tuple[str, str]]
    among_three: Counter[tuple[str, str]]
    upsetting: int = 0

    def of(self, counted: Counter[tuple[str, str]]) -> float:
        return counted.total() / self.made.total()

    @property
    def table(self) -> str:
        """In per cent: first / among three."""
        lines = ["kind        " + "".join(f"{mode:>20}" for mode in MODES)]
        for kind in (*KINDS, STRUCTURE):
            cells = [self._cell(kind, mode) for mode in MODES]
            lines.append(f"{kind:12}" + "".join(f"{cell:>20}" for cell in cells))
        lines.append(
            f"all {self.made.total():,}: first {self.of(self.first):.1%}, "
            f"among three {self.of(self.among_three):.1%}; offered, and upsets something: {self.upsetting}"
        )
        return "\n".join(lines)

    def _cell(self, kind: str, mode: str) -> str:
        made = self.made[kind, mode]
        if not made:
            return "-"
        return f"{self.first[kind, mode] / made:.0%} / {self.among_three[kind, mode] / made:.0%}"


def rates(count: int, first_seed: int = 0) -> Rates:
    made, first, among_three = (
        Counter[tuple[str, str]](),
        Counter[tuple[str, str]](),
        Counter[tuple[str, str]](),
    )
    upsetting = 0
    for case in planted(count, first_seed):
        offered = explanations_of(case.checked, library()).found
        at = place_among(case, offered)
        made[case.kind, case.mode] += 1
        first[case.kind, case.mode] += at == 1
        among_three[case.kind, case.mode] += at is not None and at <= 3
        differing = {each.read_out.name for each in case.checked.read_outs if each.verdict == "mismatch"}
        upsetting += sum(set(each.explains) != differing or bool(each.contradicts) for each in offered)
    return Rates(made, first, among_three, upsetting)


if __name__ == "__main__":
    print(rates(*map(int, sys.argv[1:] or ["290"])).table)
