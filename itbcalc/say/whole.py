"""What do all read-outs come to, in one line?"""

from collections.abc import Iterator, Sequence

from itbcalc.judge.whole import Whole, WholeVerdict
from itbcalc.say.catalogue import _, plural
from itbcalc.say.places import read_out_words

_SIGNS = {WholeVerdict.AGREES: "✓", WholeVerdict.DIFFERS: "✗", WholeVerdict.INCOMPLETE: "?"}


_DIFFERING, _OPEN, _NOT_READ = "differing", "open", "not_read"
_EVERY = (_DIFFERING, _OPEN, _NOT_READ)


def whole_words(whole: Whole) -> str:
    """The verdict of the whole with its sign: what differs, what is still to be read, or that all needed agrees.

    That everything needed was read and agrees is said where it is so, and nowhere else.
    """
    return _worded(whole, _EVERY)


def whole_lines(whole: Whole) -> tuple[str, ...]:
    """The same at several lengths, the longest first: with every name, with those that differ, with none."""
    return tuple(dict.fromkeys(_worded(whole, named) for named in (_EVERY, (_DIFFERING, _OPEN), ())))


def whole_line(whole: Whole, width: int) -> str:
    """The same in one line of `width` characters: with as many names as there is room for, first what was not read."""
    worded = (_worded(whole, named) for named in (_EVERY, (_NOT_READ,), ()))
    return next((words for words in worded if len(words) <= width), _worded(whole, ()))


def _worded(whole: Whole, named: Sequence[str]) -> str:
    return f"{_SIGNS[whole.verdict]} {'; '.join(_parts(whole, named))}"


def _parts(whole: Whole, named: Sequence[str]) -> Iterator[str]:
    if whole.verdict is WholeVerdict.AGREES:
        yield _("everything needed was read and agrees")
    if whole.differing:
        words = plural(
            "{count} of {all} read-outs differs",
            "{count} of {all} read-outs differ",
            len(whole.differing),
            all=len(whole.read),
        )
        if len(whole.read) == 1:
            words = _("the one read-out differs")
        yield _with_names(words, whole.differing if _DIFFERING in named else ())
    if whole.open:
        words = plural(
            "{count} of {all} read-outs cannot be told",
            "{count} of {all} read-outs cannot be told",
            len(whole.open),
            all=len(whole.read),
        )
        if len(whole.read) == 1:
            words = _("the one read-out cannot be told")
        yield _with_names(words, whole.open if _OPEN in named else ())
    if whole.not_read:
        words = plural(
            "{count} of {all} still to be read",
            "{count} of {all} still to be read",
            len(whole.not_read),
            all=len(whole.needed),
        )
        yield _with_names(words, whole.not_read if _NOT_READ in named else ())


def _with_names(words: str, names: Sequence[str]) -> str:
    if not names:
        return words
    return _("{words}: {names}", words=words, names=", ".join(read_out_words(name) for name in names))
