"""What do all read-outs come to, in one line?"""

from collections.abc import Iterator, Sequence

from itbcalc.judge.check import Checked
from itbcalc.judge.whole import ROWS, Whole, WholeVerdict
from itbcalc.library.records import Severity
from itbcalc.quantities.clock import Weekday
from itbcalc.say.catalogue import _, plural
from itbcalc.say.findings import severity_of
from itbcalc.say.places import days_words, read_out_words

_SIGNS = {WholeVerdict.AGREES: "✓", WholeVerdict.DIFFERS: "✗", WholeVerdict.INCOMPLETE: "?"}


_DIFFERING, _OPEN, _NOT_READ = "differing", "open", "not_read"
_EVERY = (_DIFFERING, _OPEN, _NOT_READ)


def stops_of(checked: Checked) -> int:
    """How many stops a check found, beside what differs."""
    return sum(severity_of(finding) is Severity.STOP for finding in checked.findings)


def whole_words(checked: Checked) -> str:
    """The verdict of the whole with its sign: what differs, what is still to be read, or that all needed agrees.

    That everything needed was read and agrees is said where it is so, and nowhere else; never without the stops that
    stand: a programmer may show rightly what is wrong.
    """
    return _worded(checked, _EVERY, stops_of(checked))


def whole_lines(checked: Checked, stops: int) -> tuple[str, ...]:
    """The same at several lengths, the longest first: with every name, with those that differ, with none.

    `stops` counts all that stand in the window, what the log says among them. Where they stand beside what agrees, the
    shortest begins with them: whatever of it is cut, that all agrees is never left alone.
    """
    lines = [_worded(checked, named, stops) for named in (_EVERY, (_DIFFERING, _OPEN), ())]
    if checked.whole.verdict is WholeVerdict.AGREES and stops:
        words = plural(
            "{count} stop stands; all that was needed agrees",
            "{count} stops stand; all that was needed agrees",
            stops,
        )
        lines.append(f"{_SIGNS[WholeVerdict.DIFFERS]} {words}")
    return tuple(dict.fromkeys(lines))


def whole_line(checked: Checked, width: int) -> str:
    """The same in one line of `width` characters: with as many names as there is room for, first what was not read."""
    worded = [_worded(checked, named, stops_of(checked)) for named in (_EVERY, (_NOT_READ,), ())]
    return next((words for words in worded if len(words) <= width), worded[-1])


def _worded(checked: Checked, named: Sequence[str], stops: int) -> str:
    verdict = checked.whole.verdict
    sign = _SIGNS[verdict]
    if verdict is WholeVerdict.AGREES:
        sign = "✗" if stops else "?" if checked.whole.open else sign
    return f"{sign} {'; '.join(_parts(checked.whole, named, stops))}"


def _parts(whole: Whole, named: Sequence[str], stops: int) -> Iterator[str]:
    if whole.verdict is WholeVerdict.AGREES and not stops:
        yield _("everything needed was read and agrees")
    elif whole.verdict is WholeVerdict.AGREES:
        yield plural(
            "everything needed was read and agrees, but {count} stop stands",
            "everything needed was read and agrees, but {count} stops stand",
            stops,
        )
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
            "{count} of {all} read-outs cannot tell",
            "{count} of {all} read-outs cannot tell",
            len(whole.open),
            all=len(whole.read),
        )
        if len(whole.read) == 1:
            words = _("the one read-out cannot tell")
        yield _with_names(words, whole.open if _OPEN in named else ())
    if whole.gives_another_dose and not (whole.differing or whole.open or whole.not_read):
        yield _("what was read agrees, but the pump does not give the dose typed")
    if whole.not_read:
        words = plural(
            "{count} of {all} still to be read",
            "{count} of {all} still to be read",
            len(whole.not_read),
            all=len(whole.needed),
        )
        yield _with_names(words, whole.not_read if _NOT_READ in named else (), whole.days_not_read)


def _with_names(words: str, names: Sequence[str], days: Sequence[Weekday] = ()) -> str:
    """What is said, with the read-outs it is said of; of the rows, which `days` they are of, where not of all."""
    if not names:
        return words
    named = (_rows_of(days) if days and name == ROWS else read_out_words(name) for name in names)
    return _("{words}: {names}", words=words, names=", ".join(named))


def _rows_of(days: Sequence[Weekday]) -> str:
    return _("{place} on {day}", place=read_out_words(ROWS), day=days_words(days))
