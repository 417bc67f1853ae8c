"""The commands that list what the library holds, the clinic's own among it: `pumps`, `catheters`, `drugs`, `limits`."""

from collections.abc import Callable

import click

from itbcalc.cli.calls import HELP_NAMES, CarefulCommand
from itbcalc.cli.faults import guarded
from itbcalc.cli.shared import (
    STATUS_FINE,
    json_option,
    library_of,
    print_json,
    say_self_test_failed,
    self_test_of_start,
)

_WORDS = {
    "pumps": "The pumps that are known, each figure with its source and grade.",
    "catheters": "The catheters that are known, each figure with its source and grade.",
    "drugs": "The drugs and the strengths on their vials, each with its source and grade.",
    "limits": "The published limits, for whom each holds, with its source and grade.",
}


def known_commands() -> list[click.Command]:
    """A command for each list."""
    return [
        CarefulCommand(
            name,
            callback=_listing(name),
            params=[json_option()],
            help=words,
            epilog=f"Example: itbcalc {name} --json",
            context_settings=HELP_NAMES,
        )
        for name, words in _WORDS.items()
    ]


def _listing(name: str) -> Callable[..., int]:
    def listed(*, as_json: bool) -> int:
        return guarded(lambda: _list(name, as_json=as_json), as_json=as_json)

    return listed


def _list(name: str, *, as_json: bool) -> int:
    from itbcalc.say.answer_report import document
    from itbcalc.say.known import known_json, known_text

    self_test = self_test_of_start()
    library, ours = library_of(self_test)
    if as_json:
        about = {"library": {"version": library.version, "digest": library.digest}}
        print_json(document(name, known_json(name, library), findings=ours) | about)
    else:
        click.echo(known_text(name, library))
    return STATUS_FINE if self_test.passed else say_self_test_failed(self_test)
