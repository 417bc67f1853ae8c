"""What may be wrong without anybody knowing: faults of catheter, pump, refill and programming."""

from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from itbcalc.errors import RefusedError
from itbcalc.quantities.display import duration_text


class FaultKind(StrEnum):
    """The faults, spelled as in scenario files (they are in people's files: never rename)."""

    KINK = "catheter-kink"
    DISCONNECTION = "catheter-disconnection"
    POCKET_FILL = "pocket-fill"
    OVER_INFUSION = "over-infusion"
    MOTOR_STALL = "motor-stall"
    WRONG_CONCENTRATION = "wrong-concentration"
    MISSED_REFILL = "missed-refill"
    INTERRUPTED_SESSION = "interrupted-session"
    DISCHARGE = "discharge-on-restart"

    @property
    def words(self) -> str:
        """`catheter kink`."""
        return self.value.replace("-", " ")


class FoundBy(StrEnum):
    """The first study that shows a fault of the catheter; `NOTHING`: none of them does."""

    X_RAY = "x-ray"
    PORT_ASPIRATION = "port-aspiration"
    DYE_STUDY = "dye-study"
    NOTHING = "nothing"


CATHETER_FAULTS = (FaultKind.KINK, FaultKind.DISCONNECTION)
# What the value of a fault is; a kind that is not named here has none.
_MEANING = {
    FaultKind.KINK: "the part of the flow that still passes, from 0 to below 1,",
    FaultKind.POCKET_FILL: "the part of the volume that goes into the pocket, above 0 and at most 1,",
    FaultKind.OVER_INFUSION: "how many times the programmed flow runs, above 1,",
    FaultKind.WRONG_CONCENTRATION: "what is really in the vials in mcg/mL, above 0,",
    FaultKind.DISCHARGE: "the volume that comes at once in mL, above 0,",
}


class Fault(Struct, frozen=True, kw_only=True):
    """A fault from `begins` to `ends` (days of the run; None: to its end, or until something ends it).

    `value` is what its kind needs: of a kink the part of the flow that still passes, of an over-infusion the
    multiple of the flow, of a pocket fill the part of the volume that goes astray, of a wrong concentration what is
    really in the vials (mcg/mL), of a discharge the volume (mL) that comes at the next programming which lets the pump
    run. A fault of refills or of programming touches those that happen while it lasts.
    `found_by` fixes which study shows a fault of the catheter; without it that is drawn from published shares.

    Raises RefusedError where the value is not one of its kind, or the end does not come after the beginning.
    """

    kind: FaultKind
    begins: Fraction
    ends: Fraction | None = None
    value: Fraction | None = None
    found_by: FoundBy | None = None

    def __post_init__(self) -> None:
        if not self._value_fits():
            accepted = _MEANING.get(self.kind, "no value")
            raise RefusedError(
                "value", _text(self.value), "fault_value", kind=self.kind.words, accepted=accepted
            )
        if self.begins < 0 or (self.ends is not None and self.ends <= self.begins):
            ends = "" if self.ends is None else duration_text(self.ends)
            raise RefusedError("ends", ends, "fault_times", kind=self.kind.words)

    def lasts_at(self, time: Fraction) -> bool:
        """Whether it is there at `time` (days)."""
        return self.begins <= time and (self.ends is None or time < self.ends)

    def _value_fits(self) -> bool:
        if self.kind not in _MEANING or self.value is None:
            return self.kind not in _MEANING and self.value is None
        return {
            FaultKind.KINK: 0 <= self.value < 1,
            FaultKind.POCKET_FILL: 0 < self.value <= 1,
            FaultKind.OVER_INFUSION: self.value > 1,
            FaultKind.WRONG_CONCENTRATION: self.value > 0,
            FaultKind.DISCHARGE: self.value > 0,
        }[self.kind]


def _text(value: Fraction | None) -> str:
    return "" if value is None else f"{float(value):.6g}"
