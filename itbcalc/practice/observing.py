"""What is seen of the virtual patient, the pump and the catheter when somebody looks - and how long looking takes."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

import numpy as np
from msgspec import Struct, field

from itbcalc.practice.faults import CATHETER_FAULTS, Fault, FoundBy
from itbcalc.practice.model import (
    MOST_POINTS,
    Sedation,
    SimulatedCourse,
    State,
    WithdrawalStage,
    ashworth_points,
    relaxation,
)
from itbcalc.practice.parameters import NOT_VALIDATED, exact_parameter, parameter
from itbcalc.practice.patient import PatientTraits, normal, uniform
from itbcalc.practice.supply import PumpCode, Supply
from itbcalc.quantities.display import decimal_text, duration_text
from itbcalc.visits.scales import all_scales

MINUTES_PER_DAY = 1440
_ARMS = ("shoulder", "elbow", "wrist", "finger")
# From which unrounded Ashworth score on each value of the modified scale is read, with 1+ as 1.5: half way between two.
_MODIFIED = ((3.5, "4"), (2.5, "3"), (1.75, "2"), (1.25, "1+"), (0.5, "1"))


class Examination(StrEnum):
    """What can be ordered, spelled as in scenario files and scripts (never rename)."""

    TONE = "tone"
    SPASMS = "spasms"
    PAIN = "pain"
    VITAL_SIGNS = "vital-signs"
    RESERVOIR = "reservoir"
    PORT = "port-aspiration"
    X_RAY = "x-ray"
    ROTOR = "rotor-study"
    DYE = "dye-study"
    PUMP_LOG = "pump-log"

    @property
    def words(self) -> str:
        """`vital signs`."""
        return self.value.replace("-", " ") if self is not Examination.X_RAY else "X-ray"


class Observed(Struct, frozen=True):
    """What an examination showed at `at` (days of the run): a text under each name. Simulated: `note` says so.

    Tone has the muscle groups as names, spasms and pain the id of their scale.
    """

    examination: Examination
    at: Fraction
    values: Mapping[str, str]
    note: str = field(default=NOT_VALIDATED)

    @property
    def words(self) -> tuple[str, ...]:
        """Each value as a line: `blood pressure: normal`."""
        return tuple(f"{name.replace('_', ' ')}: {value}" for name, value in self.values.items())


class _Seen(Struct, frozen=True):
    """All that an examination may look at."""

    at: Fraction
    traits: PatientTraits
    state: State
    supply: Supply
    faults: tuple[Fault, ...]

    def noise(self, *what: object) -> float:
        """From the standard normal distribution: the same for the same patient, question and minute."""
        return normal(self.traits.seed, *what, self.minute)

    @property
    def minute(self) -> int:
        return int(self.at * MINUTES_PER_DAY)


def duration_of(examination: Examination) -> Fraction:
    """How long it takes, in days."""
    return exact_parameter(f"takes_{examination.value.replace('-', '_')}") / MINUTES_PER_DAY


def observe(  # noqa: PLR0917  # in the order in which a run knows them
    examination: Examination,
    at: Fraction,
    traits: PatientTraits,
    course: SimulatedCourse,
    supply: Supply,
    faults: Sequence[Fault] = (),
) -> Observed:
    """What the examination shows at `at`, a time within the course: the same for the same patient and minute."""
    present = tuple(fault for fault in faults if fault.lasts_at(at))
    seen = _Seen(at, traits, course.at(at), supply, present)
    return Observed(examination, at, MappingProxyType(dict(_EXAMINATIONS[examination](seen))))


def found_by(fault: Fault, seed: int) -> FoundBy:
    """The first study that shows a fault of the catheter: as the fault says, or drawn from the published shares."""
    if fault.found_by is not None:
        return fault.found_by
    share = uniform(seed, "found-by", fault.kind, fault.begins)
    for study, name in zip(FoundBy, ("x_ray_finds", "port_finds", "dye_finds"), strict=False):
        share -= parameter(name)
        if share < 0:
            return study
    return FoundBy.NOTHING


# --- the patient


def _tone(seen: _Seen) -> dict[str, str]:
    return {group: _modified(_group_points(seen, group)) for group in all_scales().muscle_groups}


def _group_points(seen: _Seen, group: str) -> float:
    """The Ashworth score of one group as it is read, unrounded: the arms see less of the drug."""
    arm = any(name in group for name in _ARMS)
    share = parameter(f"arms_{seen.traits.origin}") if arm else 1.0
    if not share:
        return 0.0
    apart = parameter("ashworth_group_spread") * normal(seen.traits.seed, "group", group)
    before = min(max(share * seen.traits.ashworth + apart, 0.0), MOST_POINTS)
    ratio = seen.state.effect_site / seen.state.half_effect * (parameter("arms_see") if arm else 1.0)
    points = ashworth_points(before, relaxation(np.array([ratio])), np.array([seen.state.withdrawal]))
    return float(points[0]) + parameter("ashworth_reading_spread") * seen.noise("tone", group)


def _modified(points: float) -> str:
    return next((value for above, value in _MODIFIED if points >= above), "0")


def _spasms(seen: _Seen) -> dict[str, str]:
    return {"penn_spasm_frequency": str(_half_up(seen.state.penn))}


def _pain(seen: _Seen) -> dict[str, str]:
    points = seen.traits.pain * (1 - parameter("pain_response") * seen.state.relaxed)
    return {"pain_nrs": str(_half_up(points))}


def _vital_signs(seen: _Seen) -> dict[str, str]:
    sedation, withdrawal = seen.state.sedation, seen.state.withdrawal_stage
    slow = sedation.rank >= Sedation.SLOW_BREATHING.rank
    severe = withdrawal is WithdrawalStage.SEVERE
    return {
        "awareness": _AWARENESS[sedation] if not severe else "confused",
        "breathing": "slow and shallow" if slow else "normal",
        "blood_pressure": "low" if withdrawal.rank >= WithdrawalStage.MODERATE.rank else "normal",
        "temperature": "high fever" if severe else "low" if sedation is Sedation.COMA else "normal",
        "signs": ", ".join(_signs(seen)) or "none",
    }


def _signs(seen: _Seen) -> list[str]:
    withdrawal = seen.state.withdrawal_stage.rank
    signs = {
        "itching without rash": withdrawal >= WithdrawalStage.MILD.rank,
        "numbness or tingling": withdrawal >= WithdrawalStage.MODERATE.rank,
        "rigidity": withdrawal >= WithdrawalStage.SEVERE.rank,
        "weak legs": seen.state.relaxed >= parameter("weak_above"),
    }
    return [sign for sign, there in signs.items() if there]


_AWARENESS = {
    Sedation.AWAKE: "awake",
    Sedation.DROWSY: "drowsy",
    Sedation.SEDATED: "hard to wake",
    Sedation.SLOW_BREATHING: "hard to wake",
    Sedation.COMA: "not to be woken",
}


# --- pump and catheter


def _reservoir(seen: _Seen) -> dict[str, str]:
    return {
        "aspirated_volume": _volume(seen.supply.reservoir_at(seen.at)),
        "expected_volume": _volume(seen.supply.believed_at(seen.at)),
    }


def _port(seen: _Seen) -> dict[str, str]:
    blocked = _shown(seen, FoundBy.PORT_ASPIRATION) is not None
    fails = uniform(seen.traits.seed, "port", seen.minute) < parameter("port_fails")
    return {"csf": "no" if blocked or fails else "yes"}


def _x_ray(seen: _Seen) -> dict[str, str]:
    return _catheter(seen, FoundBy.X_RAY)


def _dye(seen: _Seen) -> dict[str, str]:
    return _catheter(seen, FoundBy.DYE_STUDY)


def _catheter(seen: _Seen, study: FoundBy) -> dict[str, str]:
    fault = _shown(seen, study)
    return {"catheter": "nothing found" if fault is None else fault.kind.words}


def _shown(seen: _Seen, study: FoundBy) -> Fault | None:
    """The fault of the catheter that this study shows: what an earlier one shows, a later one shows as well."""
    studies = list(FoundBy)
    for fault in seen.faults:
        if fault.kind in CATHETER_FAULTS:
            first = found_by(fault, seen.traits.seed)
            if studies.index(first) <= studies.index(study):
                return fault
    return None


def _rotor(seen: _Seen) -> dict[str, str]:
    programmed = next(part for part in reversed(seen.supply.programmed) if part.start <= seen.at)
    turns = programmed.flow > 0 and not _stalled(seen)
    return {"rotor": "turns" if turns else "stands still"}


def _stalled(seen: _Seen) -> bool:
    motor = (PumpCode.STALLED, PumpCode.RUNNING_AGAIN)
    codes = [each.code for each in seen.supply.pump_log if each.at <= seen.at and each.code in motor]
    return bool(codes) and codes[-1] is PumpCode.STALLED


def _pump_log(seen: _Seen) -> dict[str, str]:
    entries = [each for each in seen.supply.pump_log if each.at <= seen.at]
    lines = {
        str(number): f"{_since_the_beginning(each.at)}: {each.code.words}"
        for number, each in enumerate(entries, start=1)
    }
    return {**lines, "expected_volume": _volume(seen.supply.believed_at(seen.at))}


def _since_the_beginning(at: Fraction) -> str:
    minutes = Fraction(int(at * MINUTES_PER_DAY), MINUTES_PER_DAY)
    return f"after {duration_text(minutes)}" if minutes else "at the beginning"


def _volume(volume: Fraction) -> str:
    return f"{decimal_text(volume, 1)} mL"


def _half_up(points: float) -> int:
    return int(max(points, 0.0) + 0.5)


_EXAMINATIONS: Mapping[Examination, Callable[[_Seen], dict[str, str]]] = {
    Examination.TONE: _tone,
    Examination.SPASMS: _spasms,
    Examination.PAIN: _pain,
    Examination.VITAL_SIGNS: _vital_signs,
    Examination.RESERVOIR: _reservoir,
    Examination.PORT: _port,
    Examination.X_RAY: _x_ray,
    Examination.ROTOR: _rotor,
    Examination.DYE: _dye,
    Examination.PUMP_LOG: _pump_log,
}
