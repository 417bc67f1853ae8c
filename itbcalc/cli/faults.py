"""What is wrong with a call or a file: all of it at once, each with its place and what to write instead."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from itbcalc.cli.shared import STATUS_REFUSED, print_json
from itbcalc.errors import ItbcalcError

if TYPE_CHECKING:
    from itbcalc.errors import Refusal

_FAULTS = "itbcalc.faults"


class SaidFault(NamedTuple):
    """One thing that was refused: its field, the text as typed, the reason, and where it stands in which file."""

    field: str
    typed: str
    reason: str
    file: str = ""
    line: int | None = None


class FaultyFileError(ItbcalcError):
    """A file of which something was refused; `.faults` has each, with its line."""

    def __init__(self, faults: Sequence[SaidFault]) -> None:
        super().__init__("; ".join(fault.reason for fault in faults))
        self.faults = tuple(faults)


def usage_faults() -> list[SaidFault]:
    """What is wrong with the options of this call, before any of their texts is read."""
    found: list[SaidFault] = click.get_current_context().meta.setdefault(_FAULTS, [])
    return found


def fault_of(refusal: "Refusal", file: str = "", line: int | None = None) -> SaidFault:
    """A refusal in words."""
    from itbcalc.say import refusal_words, typed_of

    return SaidFault(refusal.field, typed_of(refusal), refusal_words(refusal), file, line)


def faults_in(error: ItbcalcError) -> list[SaidFault]:
    """Everything an error says was refused."""
    from itbcalc.ask.form import FormRefusedError
    from itbcalc.errors import FieldEntryError, RefusedError
    from itbcalc.say import refusal_words

    if isinstance(error, FaultyFileError):
        return list(error.faults)
    if isinstance(error, FormRefusedError):
        return [fault_of(refusal) for refusal in error.refusals]
    if isinstance(error, RefusedError | FieldEntryError):
        return [fault_of(error)]
    return [SaidFault("", "", refusal_words(error))]


def guarded(work: Callable[[], int], *, as_json: bool) -> int:
    """Runs `work`, unless the call itself is at fault; a refusal ends in its words and status 2."""
    faults = usage_faults()
    if faults:
        return refuse(faults, as_json=as_json)
    try:
        return work()
    except ItbcalcError as error:
        return refuse(faults_in(error), as_json=as_json)


def refuse(faults: Iterable[SaidFault], *, as_json: bool) -> int:
    """Says each fault on a line of standard error, each text once; and as the one JSON document, if asked."""
    once: dict[tuple[str, ...], SaidFault] = {}
    for fault in faults:
        once.setdefault(
            (fault.file, str(fault.line), fault.field or fault.reason, fault.typed.strip(" ")), fault
        )
    said = list(once.values())
    if as_json:
        print_json(faults_json(said))
    for fault in said:
        click.echo(_line(fault), err=True)
    return STATUS_REFUSED


def faults_json(faults: Sequence[SaidFault]) -> dict[str, Any]:
    """`{error}`, the first of them; where there are several, `errors` holds each with its file and line."""
    first = faults[0]
    document: dict[str, Any] = {"error": {"field": first.field, "typed": first.typed, "reason": first.reason}}
    if len(faults) > 1:
        document["errors"] = [fault._asdict() for fault in faults]
    return document


def _line(fault: SaidFault) -> str:
    from itbcalc.quantities.entry import visible

    file = visible(fault.file, len(fault.file))
    where = f"{file}:{fault.line}" if fault.line is not None else file
    said = ": ".join(part for part in (where, fault.field, fault.reason) if part)
    option = "" if fault.file else _option_named(fault.field, written=bool(fault.typed))
    return f"{said} ({option})" if option else said


def _option_named(field: str, *, written: bool) -> str:
    """The option of this command that fills a field, where it is written otherwise than the field; of one that is missing with what it takes."""
    context = click.get_current_context(silent=True)
    option = f"--{field.replace('_', '-')}"
    found = [each for each in context.command.params if option in each.opts] if context else []
    if not found or (written and "_" not in field):
        return ""
    return option if written else f"{option} {found[0].metavar or ''}".rstrip()
