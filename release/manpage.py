"""The page of the manual, made from the commands themselves.

python -m release.manpage prints it; `man -l` shows it.
"""

import gzip
import inspect
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from itbcalc import __version__
from itbcalc.cli.main import group

_ABOUT = (
    "itbcalc is an offline, independent cross-check for dose changes of implanted intrathecal baclofen pumps. It stands"
    " beside the vendor's programmer: it does not program a pump and proposes no dose. Without a command, or with the"
    " name of a program file alone, it opens its window."
)
_STATUS = (
    ("0", "Nothing worse than a warning."),
    ("1", "A stop, a read-out that differs, or a self-test that failed."),
    ("2", "Input refused; nothing was computed."),
    ("3", "The program itself failed; a line says where its report lies."),
)
_ENVIRONMENT = (
    ("ITBCALC_DATA_DIR", "The folder of the log, its backups and the operators."),
    ("ITBCALC_CONFIG_DIR", "The folder of the clinic's own profiles."),
    ("ITBCALC_LANGUAGE", "The language of the words, where a catalogue is there."),
)


def manual_page(epoch: int) -> str:
    """The page in roff, dated by `epoch` (seconds), so that the same source gives the same page."""
    found = group()
    day = f"{datetime.fromtimestamp(epoch, UTC):%Y-%m-%d}"
    lines = [
        f'.TH ITBCALC 1 "{day}" "itbcalc {__version__}" "User commands"',
        ".SH NAME",
        "itbcalc \\- cross\\-check of intrathecal baclofen pump dose changes",
        ".SH SYNOPSIS",
        ".B itbcalc",
        "[\\fIFILE.toml\\fR]",
        ".br",
        ".B itbcalc",
        "\\fICOMMAND\\fR [\\fIOPTIONS\\fR]",
        ".SH DESCRIPTION",
        _said(_ABOUT),
        ".SH COMMANDS",
        *_commands(found, "itbcalc"),
        ".SH EXIT STATUS",
        *_terms(_STATUS),
        ".SH ENVIRONMENT",
        *_terms(_ENVIRONMENT),
    ]
    return "\n".join(lines) + "\n"


def write_manual_page(path: Path, epoch: int) -> None:
    """The page, packed as a system wants it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(manual_page(epoch).encode(), mtime=epoch))


def _commands(found: click.Group, inside: str) -> Iterator[str]:
    for name, command in found.commands.items():
        call = f"{inside} {name}"
        if isinstance(command, click.Group):
            yield from _commands(command, call)
            continue
        context = click.Context(command, info_name=call, **command.context_settings)
        yield f".SS {_said(' '.join([call, *command.collect_usage_pieces(context)]))}"
        yield _said(inspect.cleandoc(command.help or ""))
        options = [param.get_help_record(context) for param in command.get_params(context)]
        yield from _terms([record for record in options if record])
        yield ".PP"
        yield _said(command.epilog or "")


def _terms(terms: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, words in terms:
        yield ".TP"
        yield f".B {_said(term)}"
        yield _said(words)


def _said(text: str) -> str:
    """A text in which nothing is taken for a request or a mark of roff."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace('"', "\\(dq")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    sys.stdout.write(manual_page(int(datetime.now(UTC).timestamp())))
