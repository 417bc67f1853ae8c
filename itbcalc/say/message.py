"""One thing said to the clinician, and how its weight is shown: never by colour alone."""

from collections.abc import Iterable, Mapping
from functools import reduce

from msgspec import Struct

from itbcalc.library.records import Severity
from itbcalc.say.catalogue import N_, Worded, _

SEVERITY_WORDS = Worded(
    {
        Severity.STOP: N_("Stop"),
        Severity.WARNING: N_("Warning"),
        Severity.CAUTION: N_("Caution"),
        Severity.INFO: N_("Note"),
    }
)
SEVERITY_SIGNS: Mapping[Severity, str] = {
    Severity.STOP: "✗",
    Severity.WARNING: "▲",
    Severity.CAUTION: "●",
    Severity.INFO: "○",
}


class Message(Struct, frozen=True):
    """One finding in words: what it is, why, and where its limit comes from.

    `subject` says in a few words what it is about, where several of one kind are better said as one.
    """

    code: str
    severity: Severity
    title: str
    detail: str
    source: str = ""
    place: str = ""
    subject: str = ""

    @property
    def text(self) -> str:
        """Title and detail as one text."""
        title = self.title if self.title.endswith("?") else f"{self.title}."
        return f"{title} {self.detail}" if self.detail else title


def by_severity(messages: Iterable[Message]) -> list[Message]:
    """The worst first, otherwise in the order found."""
    return sorted(messages, key=lambda message: -message.severity.rank)


def alternatives(texts: Iterable[str]) -> str:
    """`0.199 mL or 0.138 mL`; nothing where there are none."""
    listed = list(texts)
    return (
        reduce(lambda some, another: _("{some} or {another}", some=some, another=another), listed)
        if listed
        else ""
    )
