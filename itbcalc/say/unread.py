"""What is said of texts that could not be read, or are still missing, while a program is being typed?"""

from collections.abc import Iterable

from itbcalc.library.records import Severity
from itbcalc.say.catalogue import _
from itbcalc.say.message import Message
from itbcalc.say.places import place_words


def refused_message(place: str, problem: str) -> Message:
    """A text that was refused: `problem` says why, in the words of its refusal."""
    return Message(
        code="refused",
        severity=Severity.STOP,
        title=_("Not read: {place}", place=place_words(place)),
        detail=f"{problem[:1].upper()}{problem[1:]}.",
        place=place,
    )


def incomplete_message(missing: Iterable[str]) -> Message:
    """What nobody has typed yet, by place: no fault, but nothing is complete without it."""
    words = ", ".join(place_words(place) for place in missing)
    return Message(
        code="incomplete",
        severity=Severity.INFO,
        title=_("Not complete yet"),
        detail=_("Still needed: {places}.", places=words),
    )
