"""The search for what would explain a difference, as somebody at a terminal waits for it."""

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from itbcalc.judge.check import Checked
    from itbcalc.judge.explanations import Explanations
    from itbcalc.library.records import Library

_PATIENCE = 1.0  # seconds without a sign


def explanations_in(
    checked: "Checked", library: "Library", clock: Callable[[], float] = time.monotonic
) -> "Explanations":
    """What the search comes to. After a second a terminal is told that it goes on; Ctrl+C gives it up, the verdicts stay."""
    from itbcalc.judge.check import search_of
    from itbcalc.judge.explanations import Explanations
    from itbcalc.say.catalogue import _

    search, begun, is_said = search_of(checked, library), clock(), not sys.stderr.isatty()
    try:
        while (found := search.piece()) is None:
            if not is_said and clock() - begun > _PATIENCE:
                click.echo(
                    _("Looking for what would explain it… Ctrl+C ends that; the verdicts stay."), err=True
                )
                is_said = True
    except KeyboardInterrupt:
        return Explanations(complete=False, given_up=True)
    return found
