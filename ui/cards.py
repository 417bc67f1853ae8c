"""Messages as the cards that panels show. No Qt."""

from collections.abc import Sequence

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


def counted(cards: Sequence[Card]) -> tuple[str, str]:
    """`✗ 2 stops  ▲ 1 warning`, and the tone of the gravest; a slip that explains is no finding of its own."""
    counts = {
        severity: sum(card.severity == severity and card.code != "slip" for card in cards)
        for severity in ("stop", "warning")
    }
    signs = {"stop": "✗", "warning": "▲"}
    words = [f"{signs[s]} {n} {s}{'s' if n > 1 else ''}" for s, n in counts.items() if n]
    return "   ".join(words), "differs" if counts["stop"] else "open" if counts["warning"] else ""
