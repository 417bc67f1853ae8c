"""What do all read-outs come to, in one line?"""

from collections.abc import Iterator, Sequence

from itbcalc.judge.whole import Whole, WholeVerdict
from itbcalc.say.catalogue import _, plural
from itbcalc.say.places import read_out_words

_SIGNS = {WholeVerdict.AGREES: "✓", WholeVerdict.DIFFERS: "✗", WholeVerdict.INCOMPLETE: "?"}


def whole_words(whole: Whole) -> str:
    """The verdict of the whole with its sign: what differs, what is still to be read, or that all needed agrees.

    That everything needed was read and agrees is said where it is so, and nowhere else.
    """
    return f"{_SIGNS[whole.verdict]} {'; '.join(_parts(whole, named=True))}"


def whole_line(whole: Whole, width: int) -> str:
    """The same in one line of `width` characters: without the names where there is no room for them."""
    words = whole_words(whole)
    if len(words) <= width:
        return words
    return f"{_SIGNS[whole.verdict]} {'; '.join(_parts(whole, named=False))}"


def _parts(whole: Whole, *, named: bool) -> Iterator[str]:
    if whole.verdict is WholeVerdict.AGREES:
        yield _("everything needed was read and agrees")
    if whole.differing:
        words = plural(
            "{count} of {all} read-outs differs",
            "{count} of {all} read-outs differ",
            len(whole.differing),
            all=len(whole.read),
        )
        yield _with_names(words, whole.differing, named=named)
    if whole.open:
        words = plural(
            "{count} of {all} read-outs cannot be told",
            "{count} of {all} read-outs cannot be told",
            len(whole.open),
            all=len(whole.read),
        )
        yield _with_names(words, whole.open, named=named)
    if whole.not_read:
        words = plural(
            "{count} of {all} still to be read",
            "{count} of {all} still to be read",
            len(whole.not_read),
            all=len(whole.needed),
        )
        yield _with_names(words, whole.not_read, named=named)


def _with_names(words: str, names: Sequence[str], *, named: bool) -> str:
    if not named:
        return words
    return _("{words}: {names}", words=words, names=", ".join(read_out_words(name) for name in names))
