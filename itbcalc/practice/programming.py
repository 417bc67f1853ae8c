"""What comes of a change typed in practice: the real check of it, and what the programmer makes of it?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.compute.bolus import priming_dose
from itbcalc.compute.calculation import Calculation
from itbcalc.compute.line import Filling
from itbcalc.compute.profile import Stretch
from itbcalc.compute.schedule import InfusionMode
from itbcalc.compute.working import Worked
from itbcalc.errors import RefusedError
from itbcalc.judge.check import Checked, check
from itbcalc.library.records import Library
from itbcalc.practice.moves import Change
from itbcalc.practice.scenario import ProgrammerFault
from itbcalc.practice.supply import bolus_stretch, bridge_stretch
from itbcalc.program import complete_program, read_program
from itbcalc.program.records import LineAtChange, Prime
from itbcalc.quantities.display import decimal_text, half_up, hours_text, in_unit
from itbcalc.quantities.kinds import DURATION, as_duration, as_volume, exactly
from itbcalc.quantities.units import Quantity, ureg
from itbcalc.say import Message
from itbcalc.visits.recording import CheckedStep, messages_of

_DECIMALS = 3  # of a programmer's page
_VOLUME_DECIMALS = 2  # of the volume a programmer counts
_SMALLEST = Fraction(1, 100)
_PAGE = (  # from top to bottom
    "concentration",
    "daily_dose",
    "daily_volume",
    "bridge_duration",
    "bridge_volume",
    "prime_volume",
    "prime_dose",
    "low_alarm_date",
)


class Situation(Struct, frozen=True):
    """What the programmer holds: the tables of a program file, the moment, and the volume it believes in (mL)."""

    table: Mapping[str, Any]
    moment: datetime
    zone: str
    believed: Fraction


class Programming(Struct, frozen=True):
    """A change as typed and checked, and as the programmer makes it.

    `page` is what the programmer shows before it is confirmed, by the names of read-outs, and `printed` its numbers, exactly
    as printed; `makes` says what the programmer made of the change, where that is not what was typed.
    """

    step: CheckedStep
    made: Checked
    made_table: Mapping[str, Any]
    page: Mapping[str, str]
    printed: Mapping[str, Quantity]
    messages: tuple[Message, ...]
    makes: tuple[ProgrammerFault, ...]
    change: Change

    @property
    def checked(self) -> Checked:
        """The check of what was typed."""
        return self.step.checked

    @property
    def prime(self) -> Prime | None:
        """The priming bolus: of the line as it was said, or through tubing and catheter.

        Raises RefusedError where the volume of tubing and catheter is not known, or how long it runs.
        """
        line, calculation = self.made.program.line, self.made.calculation
        if line is not None and line.prime is not None:
            if line.prime.duration is None:
                raise RefusedError("line.prime.duration", "", "missing")
            return line.prime
        if self.change.prime is None:
            return None
        if calculation.dead_volume is None:
            raise RefusedError("system.tubing_volume", "", "missing")
        return Prime(calculation.dead_volume.value, as_duration(exactly(self.change.prime, DURATION)))

    @property
    def empties_catheter(self) -> bool:
        """Whether the catheter was aspirated through its port."""
        return self.made.program.line_at_change.catheter is Filling.NONE

    def before(self) -> tuple[Stretch, ...]:
        """What the pump runs first: a prime, then a bridge, as the programmer reckons them.

        Raises RefusedError where the volume it reckons with is not known.
        """
        calculation, prime = self.made.calculation, self.prime
        inputs, volume = calculation.inputs, calculation.bridge_volume
        stretches = list[Stretch]()
        if prime is not None:
            assert prime.duration is not None
            assert inputs.new_concentration is not None
            dose = priming_dose(prime.volume, inputs.new_concentration).value
            stretches.append(bolus_stretch(dose, inputs.new_concentration, prime.duration))
        if calculation.bridge_runs:
            if volume is None:
                raise RefusedError("system.tubing_volume", "", "missing")
            assert inputs.current_concentration is not None
            assert inputs.bridge_dose is not None
            bridge = bridge_stretch(volume, inputs.current_concentration, inputs.bridge_dose)
            stretches.append(bridge.moved(stretches[-1].end) if stretches else bridge)
        return tuple(stretches)


def programming(
    situation: Situation, change: Change, programmer: Sequence[ProgrammerFault], library: Library
) -> Programming:
    """Checks `change` as the real check does, and works out what the programmer makes of it. Raises what a program file raises."""
    if change.prime is not None and "bridge" in change.tables:
        raise RefusedError("prime", "", "practice_prime_and_bridge")
    if change.prime is not None and "prime" in change.tables.get("line", {}):
        raise RefusedError("prime", "", "practice_two_primes")
    table = typed_table(situation, change)
    program = complete_program(read_program(table, library))
    checked = check(replace(program, primes_whole_line=change.prime is not None), library)
    _refuse_other_line(checked.program.line)
    step = CheckedStep(table, checked, library)
    acting = [each for each in programmer if each.when_mode in ("", table["new"].get("mode"))]
    made_table: Mapping[str, Any] = table
    for each in acting:
        made_table = _laid_over(made_table, each.makes)
    bare = {key: value for key, value in made_table.items() if key != "readouts"}
    made = check(complete_program(read_program(bare, library)), library) if acting else checked
    page, printed = programmer_page(made.calculation, primed=change.prime is not None)
    return Programming(step, made, bare, page, printed, tuple(messages_of(step)), tuple(acting), change)


def is_counted_empty(situation: Situation) -> bool:
    """Whether the programmer counts less in the reservoir than it can show."""
    return situation.believed < _SMALLEST


def _refuse_other_line(line: LineAtChange | None) -> None:
    """Pump and catheter stay where they are; the catheter may be aspirated."""
    if line is None:
        return
    for part, holds, possible in (
        ("tubing", line.tubing, (Filling.OLD,)),
        ("catheter", line.catheter, (Filling.OLD, Filling.NONE)),
    ):
        if holds not in possible:
            raise RefusedError(f"line.{part}", str(holds), "practice_line")


def typed_table(situation: Situation, change: Change) -> dict[str, Any]:
    """The tables of a program file: what is in force, with the change laid over it."""
    held, tables = situation.table, change.tables
    filled = _volume_text(situation.believed) if change.refill is None else change.refill.filled_text
    current = held["current"]
    kept = {key: current[key] for key in ("drug", "concentration", "mode")}
    new = tables.get("new")
    whole: dict[str, Any] = {
        "system": {**held["system"], **tables.get("system", {})},
        "reservoir": {
            **held["reservoir"],
            **tables.get("reservoir", {}),
            "filled": filled,
            "at": situation.moment.isoformat(),
            "zone": situation.zone,
        },
        "patient": held["patient"],
        "current": {**current, **tables.get("current", {})},
        "new": dict(current) if new is None else {**kept, **new},
    }
    return whole | {key: tables[key] for key in ("line", "bridge", "readouts") if key in tables}


def programmer_page(calculation: Calculation, *, primed: bool) -> tuple[dict[str, str], dict[str, Quantity]]:
    """What the programmer shows before it is confirmed, by the names of read-outs: as it may be typed again, and exactly."""
    new, inputs, bridge = calculation.new_therapy, calculation.inputs, calculation.bridge_duration
    prime: Quantity | None = inputs.prime_volume
    prime_dose = _value(calculation.prime_dose)
    if primed:
        prime, prime_dose = _value(calculation.dead_volume), None
        if prime is not None and inputs.new_concentration is not None:
            prime_dose = priming_dose(as_volume(prime), inputs.new_concentration).value
    numbers: dict[str, tuple[Quantity | None, str]] = {
        "concentration": (inputs.new_concentration, "mcg/mL"),
        "daily_dose": (new.dose, "mcg/day"),
        "daily_volume": (_value(new.daily_volume), "mL"),
        "bridge_volume": (None if bridge is None else calculation.bridge_volume, "mL"),
        "prime_volume": (prime, "mL"),
        "prime_dose": (prime_dose, "mcg"),
    }
    printed = {
        name: _as_printed(quantity, unit)
        for name, (quantity, unit) in numbers.items()
        if quantity is not None
    }
    page = {name: _number(quantity, numbers[name][1]) for name, quantity in printed.items()}
    if bridge is not None:
        page["bridge_duration"] = hours_text(bridge.value).replace(",", "")
    if calculation.low_alarm_date is not None:
        page["low_alarm_date"] = calculation.low_alarm_date.date().isoformat()
    return {name: page[name] for name in _PAGE if name in page}, printed


def therapy_afterwards(new: Mapping[str, Any]) -> dict[str, Any]:
    """What is in force once a change has run: a single bolus leaves its basal behind."""
    if new.get("mode") != InfusionMode.SINGLE_BOLUS:
        return dict(new)
    kept = {key: new[key] for key in ("drug", "concentration")}
    if "basal" not in new:
        return {**kept, "mode": str(InfusionMode.STOPPED)}
    return {**kept, "mode": str(InfusionMode.SIMPLE_CONTINUOUS), "daily_dose": new["basal"]}


def _laid_over(table: Mapping[str, Any], makes: Mapping[str, Any]) -> dict[str, Any]:
    """`makes` in place of what was typed: a new therapy of another mode whole, else key by key."""
    made = dict(table)
    for name, held in makes.items():
        other_mode = name == "new" and "mode" in held
        made[name] = dict(held) if other_mode else {**table[name], **held}
    return made


def _volume_text(volume: Fraction) -> str:
    """The programmer's count, down to its last digit; a volume below that is refused as zero is."""
    return f"{decimal_text(volume // _SMALLEST * _SMALLEST, _VOLUME_DECIMALS)} mL"


def _value(worked: Worked[Any] | None) -> Quantity | None:
    return None if worked is None else worked.value


def _as_printed(quantity: Quantity, unit: str) -> Quantity:
    """The quantity that stands there: rounded at the last digit of the page, and exact from there on."""
    steps = 10**_DECIMALS
    return ureg.Quantity(Fraction(half_up(in_unit(quantity, unit) * steps), steps), unit)


def _number(quantity: Quantity, unit: str) -> str:
    """Without the commas of our own display, which no field accepts."""
    return f"{decimal_text(in_unit(quantity, unit), _DECIMALS).replace(',', '')} {unit}"
