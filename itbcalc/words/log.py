"""What verifying a log proves, and what it cannot know."""

from collections.abc import Mapping

_WITHOUT_ANCHOR = (
    "Without an anchor it cannot be known whether entries were cut off at the end, an older copy was put back, "
    "or all was written anew."
)
ANCHOR_PROOF = (
    "Held against the log later, this line shows whether all that stands in it up to here is still there, unchanged. "
    "It says nothing of what is written later, and not whether what was written is true."
)
_ANCHOR_WORDS: Mapping[str, str] = {
    "agrees": "The anchor agrees: nothing before it was changed.",
    "other_log": "The anchor is of another log.",
    "cut_off": "Entries are missing at the end: the anchor counts more than there are.",
    "rewritten": "What stood before the anchor was changed.",
}


def anchor_words(verdict: str | None) -> str:
    """What an anchor says of a log that is whole; without one, what is not known."""
    return _WITHOUT_ANCHOR if verdict is None else _ANCHOR_WORDS[verdict]
