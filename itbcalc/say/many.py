"""What do the checks of many files come to? A line for each, what stops, and the sum."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from itbcalc.judge.check import Checked
from itbcalc.judge.whole import WholeVerdict
from itbcalc.library.records import Library, Severity
from itbcalc.quantities.entry import visible
from itbcalc.say import SEVERITY_SIGNS
from itbcalc.say.answer_report import document, has_stop
from itbcalc.say.catalogue import N_, _, plural
from itbcalc.say.report import finding_messages, read_out_messages
from itbcalc.say.therapy_report import WIDTH, Table
from itbcalc.say.whole import whole_line

REFUSED, WITH_STOP = "refused", "with_stop"
_NOT_READ = N_("not checked: it is refused")


class FileCheck(Struct, frozen=True):
    """A file and its check; None where the file was refused."""

    file: str
    checked: Checked | None = None


def many_document(
    command: str, counted: str, checks: Sequence[FileCheck], documents: Sequence[Table], ours: Sequence[Table]
) -> Table:
    """The JSON document of several programs: how many of each verdict, and in `checks` the document of each.

    `counted` names what each is: `files`, or `programs` in a table.
    """
    counts = _counts(checks)
    results = {counted: len(checks), **{str(each): counts[each] for each in (*WholeVerdict, REFUSED)}}
    results[WITH_STOP] = _with_stop(checks)
    return document(command, results, findings=ours) | {"checks": list(documents)}


def many_text(checks: Sequence[FileCheck], library: Library, *, hint: str = "") -> str:
    """The same for the terminal: each file with its verdict and what stops, the sum as the last line."""
    blocks = ["\n".join(_lines(check, library)) for check in checks]
    return "\n\n".join([*blocks, *filter(None, [hint]), _sum(checks)])


def files_text(checks: Sequence[FileCheck], library: Library) -> str:
    """The checks of several files for the terminal."""
    return many_text(checks, library, hint=_("Each by itself, with its values: itbcalc check FILE"))


def _lines(check: FileCheck, library: Library) -> Iterator[str]:
    yield visible(check.file, len(check.file))
    if check.checked is None:
        yield f"  ✗ {_(_NOT_READ)}"
        return
    for message in (*finding_messages(check.checked, library), *read_out_messages(check.checked)):
        if message.severity is Severity.STOP:
            stop = f"{SEVERITY_SIGNS[Severity.STOP]} {message.title}"
            yield from textwrap.wrap(stop, WIDTH, initial_indent="  ", subsequent_indent="    ")
    yield f"  {whole_line(check.checked, WIDTH - 2)}"


def _counts(checks: Sequence[FileCheck]) -> Mapping[str, int]:
    return Counter(REFUSED if each.checked is None else str(each.checked.whole.verdict) for each in checks)


def stops(checked: Checked) -> bool:
    """Whether a check has anything that stops: a finding, or a read-out that differs."""
    return has_stop(checked.findings) or any(each.verdict.stops for each in checked.read_outs)


def _with_stop(checks: Sequence[FileCheck]) -> int:
    return sum(each.checked is not None and stops(each.checked) for each in checks)


def _sum(checks: Sequence[FileCheck]) -> str:
    counts = _counts(checks)
    return _(
        "{files}: {stops} with a stop; {agrees} agree, {differs} differ, {incomplete} still to be read, {refused} not checked",
        files=plural("{count} program", "{count} programs", len(checks)),
        stops=str(_with_stop(checks)),
        agrees=str(counts[WholeVerdict.AGREES]),
        differs=str(counts[WholeVerdict.DIFFERS]),
        incomplete=str(counts[WholeVerdict.INCOMPLETE]),
        refused=str(counts[REFUSED]),
    )
