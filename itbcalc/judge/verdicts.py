"""How does a read-out stand to the recomputed value, why can it not be told, and how grave is that?"""

from collections.abc import Iterable
from enum import StrEnum

from itbcalc.library.records import Severity


class Verdict(StrEnum):
    """How a read-out stands to the recomputed value, the least grave first.

    The values stand in the JSON output and find the words.

    Attributes:
        sign: stands before the words.
        severity: that of the message it is worth; None where it is worth none.
    """

    sign: str
    severity: Severity | None

    MATCH = "match", "✓", None
    MATCH_TRUNCATED = "match_truncated", "✓", Severity.INFO
    CANNOT_TELL = "cannot_tell", "?", Severity.CAUTION
    MISMATCH = "mismatch", "✗", Severity.STOP

    def __new__(cls, value: str, sign: str, severity: Severity | None) -> "Verdict":
        """A verdict that is its own text in the JSON output."""
        verdict = str.__new__(cls, value)
        verdict._value_ = value
        verdict.sign, verdict.severity = sign, severity
        return verdict

    @property
    def stops(self) -> bool:
        """Whether it is a stop, which the exit status of a check says."""
        return self.severity is Severity.STOP


class Doubt(StrEnum):
    """Why it cannot be told whether a read-out agrees. The values stand in the JSON output and find the words.

    Attributes:
        OPEN_INPUT: it depends on something that was left open, or is not known yet.
        COARSE: so few digits are printed that more than a twentieth of the value is left open.
        ONE_OF_SEVERAL: it may stand for several things, and fits some of them.
        PART: it is a part of what has to agree.
    """

    OPEN_INPUT = "open_input"
    COARSE = "coarse"
    ONE_OF_SEVERAL = "one_of_several"
    PART = "part"


def gravest(verdicts: Iterable[Verdict]) -> Verdict | None:
    """The gravest of several verdicts; None of none."""
    return max(verdicts, key=tuple(Verdict).index, default=None)
