"""Messages as the cards that panels show. No Qt."""

from itbcalc.say import SEVERITY_SIGNS, SEVERITY_WORDS, Message
from ui.states import Card


def card_of(message: Message, acts: tuple[tuple[str, str], ...] = ()) -> Card:
    """A message as a card."""
    return Card(
        code=message.code,
        severity=str(message.severity),
        sign=SEVERITY_SIGNS[message.severity],
        word=SEVERITY_WORDS[message.severity],
        title=message.title,
        detail=message.detail,
        source=message.source,
        place=message.place,
        acts=acts,
    )
