"""A reservoir whose pump has run at the upper end of its accuracy ever since a volume was really known: since a fill.

What a later step says is in the reservoir was counted, by the programmer or the log: what the pump may have delivered too
much before it is in no count, and goes on being missing. Volumes are in mL, as bare fractions.
"""

import dataclasses
from fractions import Fraction

from msgspec import Struct

_NOTHING = Fraction(0)


class Between(Struct, frozen=True):
    """A volume (mL) between two bounds: of what was delivered, `most` where every allotted patient bolus was taken."""

    least: Fraction
    most: Fraction

    def at_most(self, there: "Between") -> "Between":
        """No more than there is."""
        return Between(min(self.least, there.least), min(self.most, there.most))

    def less(self, delivered: "Between") -> "Between":
        """What is left; never below nothing."""
        return Between(max(self.least - delivered.most, _NOTHING), max(self.most - delivered.least, _NOTHING))

    def plus(self, other: "Between") -> "Between":
        """Both together."""
        return Between(self.least + other.least, self.most + other.most)

    def nearest(self, volume: Fraction) -> Fraction:
        """The volume between the bounds that is nearest to this one."""
        return min(max(volume, self.least), self.most)


NONE_DELIVERED = Between(_NOTHING, _NOTHING)


@dataclasses.dataclass(slots=True)
class RunningFast:
    """What may be left where `factor` times what was programmed is delivered.

    `since` is the step that filled it. `said` is the volume that was said last, `there` what then may have been left of it, `programmed` what was programmed
    since; None where nobody can tell.
    """

    since: int
    said: Fraction
    factor: Fraction
    there: Fraction = dataclasses.field(init=False)
    programmed: Between | None = NONE_DELIVERED

    def __post_init__(self) -> None:
        self.there = self.said

    @property
    def left(self) -> Fraction | None:
        """What may be left, below nothing where more would have been delivered than was there; None is not known."""
        return None if self.programmed is None else self.there - self.factor * self.programmed.most

    def deliver(self, programmed: Between | None) -> None:
        """So much more was programmed; None: nobody can tell."""
        if self.programmed is not None:
            self.programmed = None if programmed is None else self.programmed.plus(programmed)

    def expects(self, volume: Fraction, tolerance: Fraction) -> bool:
        """Whether a volume is the one that is counted, within `tolerance`."""
        gone = self.said - volume
        return self.programmed is not None and abs(self.programmed.nearest(gone) - gone) <= tolerance

    def say(self, volume: Fraction, tolerance: Fraction) -> None:
        """A step that fills nothing says how much is there: which patient boluses were taken follows, not how fast the pump ran.

        More than was counted is nowhere: nothing was filled. Further above it than two readings lie apart, `tolerance`, the
        volume tells nothing of the boluses either.
        """
        gone = self.said - volume
        if self.programmed is None:
            taken = max(gone, _NOTHING)
        elif self.programmed.least - gone > tolerance:
            taken = self.programmed.most
        else:
            taken = self.programmed.nearest(gone)
        self.there -= self.factor * taken + max(gone - taken, _NOTHING)
        if taken - gone > tolerance:
            volume = self.said - taken
        self.said, self.programmed = volume, NONE_DELIVERED
