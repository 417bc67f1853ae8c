"""What has to be answered before a step is recorded?"""

from dataclasses import dataclass

from itbcalc.say import SEVERITY_WORDS
from itbcalc.visits.recording import CheckedStep, keyed, messages_of, needs_an_answer


@dataclass(frozen=True, slots=True)
class AskedFinding:
    """A finding that needs an answer before the step is recorded; `key` names it among all that were found."""

    key: str
    severity: str
    text: str
    source: str


def asked_of(step: CheckedStep) -> tuple[AskedFinding, ...]:
    """Every stop, warning and difference of a check, each by itself."""
    return tuple(
        AskedFinding(key, SEVERITY_WORDS[message.severity], message.text, message.source)
        for key, message in keyed(messages_of(step)).items()
        if needs_an_answer(message)
    )
