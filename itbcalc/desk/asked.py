"""What has to be answered before a step is recorded?"""

from msgspec import Struct

from itbcalc.say import SEVERITY_WORDS
from itbcalc.say.catalogue import _
from itbcalc.say.log import EXAMPLE, OF_A_PSEUDONYM, PSEUDONYM_CONFIRMED
from itbcalc.visits.recording import CheckedStep, keyed, messages_of, needs_an_answer


class AskedFinding(Struct, frozen=True):
    """A finding that needs an answer before the step is recorded; `key` names it among all that were found.

    `ticked` is the answer where a tick is enough, beside the words `tick`; both are empty where a reason is typed.
    `word` is the answer where no reason will do: it has to be typed.
    """

    key: str
    severity: str
    text: str
    source: str
    tick: str = ""
    ticked: str = ""
    word: str = ""


def asked_of(step: CheckedStep) -> tuple[AskedFinding, ...]:
    """Every stop, warning and difference of a check, each by itself."""
    return tuple(
        AskedFinding(
            key,
            SEVERITY_WORDS[message.severity],
            message.text,
            message.source,
            *_tick_for(message.code),
            word=_("yes") if message.code == EXAMPLE else "",
        )
        for key, message in keyed(messages_of(step)).items()
        if needs_an_answer(message)
    )


def pseudonym_tick() -> str:
    """What is ticked beside a pseudonym that looks like a name, or like another one."""
    return _("It is the pseudonym, and is meant as it stands")


def _tick_for(code: str) -> tuple[str, str]:
    return (pseudonym_tick(), _(PSEUDONYM_CONFIRMED)) if code in OF_A_PSEUDONYM else ("", "")
