"""The commands. Texts in, one document or a plain page out; nothing is computed here.

Exit status: 0 nothing worse than a warning, 1 a stop or a mismatch, 2 input refused, 3 the program itself failed.
"""

import os
import sys
from collections.abc import Sequence

import click

from itbcalc import __version__
from itbcalc.cli.calls import HELP_NAMES, CarefulCommand, CarefulGroup, any_file
from itbcalc.cli.faults import SaidFault, guarded, refuse
from itbcalc.cli.questions import QUESTIONS, question_command
from itbcalc.cli.shared import (
    STATUS_FAILED,
    STATUS_FINE,
    STATUS_REFUSED,
    json_option,
    print_json,
    say_self_test_failed,
    self_test_of_start,
)
from itbcalc.say.catalogue import _

_ELSEWHERE = click.Option(
    ["--elsewhere", "elsewhere"], metavar="ZONE", help="When it runs by the clock of another time zone."
)
_WORKING = click.Option(["--working"], is_flag=True, help="Show how each value was reached.")


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit status."""
    as_json = "--json" in arguments
    try:
        return int(
            group(*arguments[:1]).main(args=list(arguments), prog_name="itbcalc", standalone_mode=False) or 0
        )
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return STATUS_REFUSED
    except click.UsageError as error:
        return refuse([_usage_fault(error)], as_json=as_json)
    except click.exceptions.Exit as stopped:
        return stopped.exit_code
    except (click.Abort, KeyboardInterrupt):
        return STATUS_REFUSED
    except BrokenPipeError:
        return _unheard()
    except Exception as error:  # noqa: BLE001  # whatever it is: a status of its own, and no trace on the terminal
        return _failed(error, as_json=as_json)


def _usage_fault(error: click.UsageError) -> SaidFault:
    name = str(getattr(error, "option_name", None) or "")
    return SaidFault(name.lstrip("-").replace("-", "_"), name, error.format_message())


def _unheard() -> int:
    """Whoever reads the output has left; what is still to be written goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return STATUS_FAILED


def _failed(error: Exception, *, as_json: bool) -> int:
    from itbcalc.cli.failure import failure_words

    refuse([SaidFault("", "", failure_words(error))], as_json=as_json)
    return STATUS_FAILED


def group(named: str = "") -> click.Group:
    """Every command, with its arguments and options; where a question is `named`, that one alone."""
    found = CarefulGroup(
        "itbcalc",
        help="Independent cross-check of intrathecal baclofen pump dose changes. Without a command: the window.",
        epilog="Of each command: itbcalc COMMAND --help",
        context_settings=HELP_NAMES,
    )
    for command in [question_command(named)] if named in QUESTIONS else _commands():
        found.add_command(command)
    return click.version_option(__version__, message="%(version)s")(found)


def _commands() -> list[click.Command]:
    # Here, not above: a question does without them, and asks for an answer at once.
    from itbcalc.cli.checking import audit_command, check_command, schedule_command
    from itbcalc.cli.known import known_commands
    from itbcalc.cli.log import log_group, refills_command
    from itbcalc.cli.practice import practice_group

    return [
        *map(question_command, QUESTIONS),
        CarefulCommand(
            "check",
            callback=check_command,
            params=[
                click.Argument(["files"], nargs=-1, metavar="FILE...", shell_complete=any_file),
                click.Option(
                    ["--log"],
                    metavar="PATH",
                    help="Hold one file against the log of its patient: the dates are the log's.",
                ),
                json_option(),
                _WORKING,
            ],
            help="Check program files: recompute everything and compare it with the read-outs."
            " `-` is standard input; several files have one summary.",
            epilog="Example: itbcalc check program.toml --working",
            context_settings=HELP_NAMES,
        ),
        CarefulCommand(
            "schedule",
            callback=schedule_command,
            params=[
                click.Argument(["file"], required=False, default=None, shell_complete=any_file),
                _ELSEWHERE,
                json_option(),
                _WORKING,
            ],
            help="The new schedule of a program file, or of its [new] table alone: totals, segments, hours.",
            epilog="Example: itbcalc schedule program.toml --elsewhere Asia/Tokyo",
            context_settings=HELP_NAMES,
        ),
        CarefulCommand(
            "audit",
            callback=audit_command,
            params=[
                click.Argument(["file"], required=False, default=None, shell_complete=any_file),
                json_option(),
            ],
            help="Check many programs in one table (CSV): one in a row, the columns named as the keys of a program file.",
            epilog="Example: itbcalc audit programs.csv",
            context_settings=HELP_NAMES,
        ),
        *known_commands(),
        log_group(guarded),
        refills_command(guarded),
        practice_group(guarded),
        CarefulCommand(
            "self-test",
            callback=_self_test,
            params=[json_option()],
            help="Recompute the reference cases.",
            epilog="Example: itbcalc self-test",
            context_settings=HELP_NAMES,
        ),
    ]


def _self_test(*, as_json: bool) -> int:
    return guarded(lambda: _self_tested(as_json=as_json), as_json=as_json)


def _self_tested(*, as_json: bool) -> int:
    self_test = self_test_of_start()
    if as_json:
        from itbcalc.say.answer_report import document

        results = {"cases": self_test.cases, "failed": list(self_test.failed), "passed": self_test.passed}
        print_json(document("self-test", results))
    elif self_test.passed:
        click.echo(_("self-test passed: {count} reference cases recomputed", count=self_test.cases))
    return STATUS_FINE if self_test.passed else say_self_test_failed(self_test)
