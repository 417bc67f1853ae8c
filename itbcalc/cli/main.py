"""The commands. Texts in, one document or a plain page out; nothing is computed here.

Exit status: 0 nothing worse than a warning, 1 a stop or a mismatch, 2 input refused, 3 the program itself failed.
"""

import itertools
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from itbcalc import __version__
from itbcalc.cli.log import log_group, refills_command
from itbcalc.cli.practice import practice_group

if TYPE_CHECKING:
    from itbcalc.ask.questions import Answer
    from itbcalc.ask.selftest import SelfTest
    from itbcalc.library.records import Library

# Command -> (what it answers, its single-text options). Lists are added in `_commands`.
_ASKED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "flow-rate": ("Flow rate of a daily dose at a concentration.", ("dose", "concentration")),
    "daily-dose": ("Daily dose of a flow rate at a concentration.", ("flow-rate", "concentration")),
    "constant-flow": (
        "The mixture that gives a daily dose on a pump of fixed flow, and how it is made up.",
        ("dose", "flow-rate", "stock", "volume"),
    ),
    "refill": (
        "Time and date of the low-reservoir alarm and of emptiness.",
        (
            "volume",
            "alarm",
            "flow-rate",
            "dose",
            "concentration",
            "patient-bolus",
            "patient-boluses-per-day",
            "accuracy",
            "from",
            "zone",
        ),
    ),
    "residual": (
        "Aspirated against expected volume at a refill.",
        ("filled", "aspirated", "days", "flow-rate", "dose", "concentration", "pump"),
    ),
    "catheter": ("Volume inside a catheter; repeat both options for segments.", ()),
    "bridge": (
        "The bridge after a change of concentration, and what the tip receives without it.",
        (
            "old-concentration",
            "new-concentration",
            "old-dose",
            "new-dose",
            "bridge-dose",
            "dead-volume",
            "tubing-volume",
            "catheter-volume",
            "tubing",
            "catheter",
            "prime-volume",
        ),
    ),
    "prime": (
        "Volume and drug of a priming bolus, and what of it reaches the patient.",
        (
            "dead-volume",
            "tubing-volume",
            "catheter-volume",
            "concentration",
            "duration",
            "tubing",
            "catheter",
            "old-concentration",
            "prime-volume",
        ),
    ),
    "convert": ("A quantity in another unit.", ("to", "molar-mass")),
    "dilute": ("Stock and diluent for a volume at a target concentration.", ("stock", "target", "volume")),
    "mix": ("Volume, drug and concentration of several parts together.", ()),
    "titrate": (
        "A daily dose after percentage steps, or the change to another dose.",
        ("dose", "percent", "steps", "to"),
    ),
}
_JSON = click.Option(["--json", "as_json"], is_flag=True, help="One JSON document on standard output.")
_ELSEWHERE = click.Option(
    ["--elsewhere", "elsewhere"], metavar="ZONE", help="When it runs by the clock of another time zone."
)
_WORKING = click.Option(["--working"], is_flag=True, help="Show how each value was reached.")

STATUS_FINE, STATUS_STOP, STATUS_REFUSED, STATUS_FAILED = 0, 1, 2, 3


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit status."""
    as_json = "--json" in arguments
    try:
        empty = _given_empty(arguments)
        if empty is not None:
            return _refuse_empty(*empty, as_json=as_json)
        return int(group().main(args=list(arguments), prog_name="itbcalc", standalone_mode=False) or 0)
    except click.UsageError as error:
        typed = error.option_name if isinstance(error, click.NoSuchOption) else ""
        return _refuse(_option_of(error), typed, error.format_message(), as_json=as_json)
    except click.exceptions.Exit as stopped:
        return stopped.exit_code
    except (click.Abort, KeyboardInterrupt):
        return STATUS_REFUSED
    except BrokenPipeError:
        return _unheard()
    except Exception as error:  # noqa: BLE001  # whatever it is: a status of its own, and no trace on the terminal
        return _failed(error, as_json=as_json)


def _given_empty(arguments: Sequence[str]) -> tuple[str, str] | None:
    """The first option behind which nothing stands, and what was typed there: it would pass for one left out."""
    for option, following in itertools.pairwise([*arguments, "end"]):
        name, equals, value = option.partition("=")
        given = value if equals else following
        if name.startswith("--") and not given.strip(" "):
            return name, given
    return None


def _refuse_empty(option: str, typed: str, *, as_json: bool) -> int:
    from itbcalc.errors import RefusedError
    from itbcalc.say import refusal_words

    field = option.lstrip("-").replace("-", "_")
    return _refuse(field, typed, refusal_words(RefusedError(field, typed, "empty")), as_json=as_json)


def _unheard() -> int:
    """Whoever reads the output has left; what is still to be written goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return STATUS_FAILED


def _failed(error: Exception, *, as_json: bool) -> int:
    from itbcalc.cli.failure import failure_words

    _refuse("", "", failure_words(error), as_json=as_json)
    return STATUS_FAILED


def group() -> click.Group:
    """Every command, with its arguments and options."""
    found = click.Group(
        "itbcalc",
        help="Independent cross-check of intrathecal baclofen pump dose changes. Without a command: the window.",
    )
    for command in _commands():
        found.add_command(command)
    return click.version_option(__version__, message="%(version)s")(found)


def _commands() -> list[click.Command]:
    commands = [_asked_command(name, words, options) for name, (words, options) in _ASKED.items()]
    file_argument = click.Argument(["file"], required=False, default=None)
    commands.append(
        click.Command(
            "check",
            callback=_check,
            params=[file_argument, _JSON, _WORKING],
            help="Check a program file: recompute everything and compare it with the read-outs.",
        )
    )
    commands.append(
        click.Command(
            "schedule",
            callback=_schedule,
            params=[click.Argument(["file"], required=False, default=None), _ELSEWHERE, _JSON, _WORKING],
            help="The new schedule of a program file, or of its [new] table alone: totals, segments, hours.",
        )
    )
    commands.append(log_group(_guarded))
    commands.append(refills_command(_guarded))
    commands.append(practice_group(_guarded))
    commands.append(
        click.Command("self-test", callback=_self_test, params=[_JSON], help="Recompute the reference cases.")
    )
    return commands


def _asked_command(name: str, words: str, options: Sequence[str]) -> click.Command:
    params: list[click.Parameter] = [
        click.Option([f"--{option}", option.replace("-", "_") + "_text"], multiple=True) for option in options
    ]
    if name == "catheter":
        params += [
            click.Option(["--length"], multiple=True),
            click.Option(["--volume-per-length"], multiple=True),
        ]
    if name == "mix":
        params.append(click.Option(["--part"], nargs=2, multiple=True, metavar="VOLUME CONCENTRATION"))
    if name == "convert":
        params.insert(0, click.Argument(["quantity_text"], required=False, default=None, metavar="QUANTITY"))
    return click.Command(name, callback=_asking(name), params=[*params, _JSON], help=words)


def _asking(name: str) -> Callable[..., int]:
    def ask(*, as_json: bool, **given: Any) -> int:
        as_json = as_json or any("--json" in texts for texts in given.values() if texts)
        return _guarded(lambda: _answer(name, given, as_json=as_json), as_json=as_json)

    return ask


def _answer(name: str, given: Mapping[str, Any], *, as_json: bool) -> int:
    from itbcalc.ask.form import Form
    from itbcalc.ask.questions import QUESTIONS, catheter, mix

    tested = _tested()
    form = Form(
        {
            option.removesuffix("_text"): _only(option.removesuffix("_text"), texts)
            for option, texts in given.items()
            if option.endswith("_text")
        }
    )
    if name == "catheter":
        answer = catheter(form, given["length"], given["volume_per_length"])
    elif name == "mix":
        answer = mix(form, given["part"])
    else:
        answer = QUESTIONS[name](form)
    return _print_answer(name, answer, tested, as_json=as_json)


def _only(field: str, texts: str | Sequence[str] | None) -> str | None:
    """The one text given for an option: of two, neither may silently win, and the next option is no text."""
    from itbcalc.errors import RefusedError

    if texts is None or isinstance(texts, str):
        return texts
    if any(text.startswith("--") for text in texts):
        raise RefusedError(field, "", "missing")
    if len(texts) > 1:
        raise RefusedError(field, texts[1], "given_twice")
    return texts[0] if texts else None


def _print_answer(name: str, answer: "Answer", tested: "SelfTest", *, as_json: bool) -> int:
    from itbcalc.ask.judgement import judged
    from itbcalc.say.report import answer_document, answer_text, has_stop

    library, ours = _library(tested)
    judgement = judged(answer, library)
    if as_json:
        document = answer_document(name, judgement.answer, judgement.library)
        _print_json({**document, "findings": [*ours, *document["findings"]]})
    else:
        click.echo(answer_text(judgement.answer, judgement.library))
    if not tested.passed:
        return _say_self_test_failed(tested)
    return STATUS_STOP if has_stop(judgement.answer.findings) else STATUS_FINE


def _check(file: str | None, *, as_json: bool, working: bool) -> int:
    return _guarded(lambda: _check_file(file, as_json=as_json, working=working), as_json=as_json)


def _check_file(file: str | None, *, as_json: bool, working: bool) -> int:
    from itbcalc.errors import RefusedError
    from itbcalc.judge.check import check
    from itbcalc.program import read_program_file
    from itbcalc.say.report import check_document, check_text, has_stop

    if file is None:
        raise RefusedError("file", "", "missing")
    tested = _tested()
    library, ours = _library(tested)
    checked = check(read_program_file(Path(file), library), library, now=datetime.now(UTC))
    if as_json:
        document = check_document(checked, library, str(file))
        _print_json({**document, "findings": [*ours, *document["findings"]]})
    else:
        click.echo(check_text(checked, library, Path(file).stem, working=working))
    if not tested.passed:
        return _say_self_test_failed(tested)
    differs = any(compared.verdict.stops for compared in checked.read_outs)
    return STATUS_STOP if differs or has_stop(checked.findings) else STATUS_FINE


def _schedule(file: str | None, *, elsewhere: str | None, as_json: bool, working: bool) -> int:
    return _guarded(
        lambda: _schedule_of_file(file, elsewhere, as_json=as_json, working=working), as_json=as_json
    )


def _schedule_of_file(file: str | None, elsewhere: str | None, *, as_json: bool, working: bool) -> int:
    from itbcalc.errors import RefusedError
    from itbcalc.judge.check import check
    from itbcalc.judge.pump_clock import times_elsewhere
    from itbcalc.program import read_schedule_file
    from itbcalc.say.report import has_stop, schedule_document, schedule_messages, schedule_text

    if file is None:
        raise RefusedError("file", "", "missing")
    tested = _tested()
    library, ours = _library(tested)
    program = read_schedule_file(Path(file), library)
    checked = check(program, library)
    therapy = checked.calculation.new_therapy
    moved = times_elsewhere(program, therapy, elsewhere) if elsewhere is not None else ()
    if as_json:
        document = schedule_document(checked, library)
        if elsewhere is not None:
            document["results"]["elsewhere"] = [{"pump": here, "patient": there} for here, there in moved]
        _print_json({**document, "findings": [*ours, *document["findings"]]})
    else:
        click.echo(schedule_text(therapy, schedule_messages(checked, library), working=working))
        for here, there in moved:
            click.echo(f"  {here} on the pump is {there} in {elsewhere}")
    if not tested.passed:
        return _say_self_test_failed(tested)
    stops = [finding for finding in checked.findings if finding.place.partition(".")[0] == "new"]
    return STATUS_STOP if has_stop(stops) else STATUS_FINE


def _self_test(*, as_json: bool) -> int:
    tested = _tested()
    if as_json:
        from itbcalc.say.report import document

        results = {"cases": tested.cases, "failed": list(tested.failed), "passed": tested.passed}
        _print_json(document("self-test", results))
    elif tested.passed:
        click.echo(f"self-test passed: {tested.cases} reference cases recomputed")
    return STATUS_FINE if tested.passed else _say_self_test_failed(tested)


def _tested() -> "SelfTest":
    from itbcalc.ask.selftest import run_self_test

    return run_self_test()


def _say_self_test_failed(tested: "SelfTest") -> int:
    from itbcalc.errors import SelfTestError
    from itbcalc.say import self_test_words

    click.echo(self_test_words(SelfTestError(tested.failed)), err=True)
    return STATUS_STOP


def _library(tested: "SelfTest") -> "tuple[Library, list[dict[str, Any]]]":
    """The library with the clinic's own profiles, and what the program has to say of itself, as JSON findings.

    Profiles that were refused are named and left out.
    """
    from itbcalc.judge.findings import Finding, FindingCode, profile_refused
    from itbcalc.library.own import own_folder, read_library_or_built_in
    from itbcalc.resources import resource_path
    from itbcalc.say import finding_message, refusal_words
    from itbcalc.say.report import message_json

    library, refused = read_library_or_built_in(resource_path(), own_folder())
    found = []
    if not tested.passed:
        counts = {"failed": str(len(tested.failed)), "cases": str(tested.cases)}
        found.append(Finding(code=FindingCode.SELF_TEST_FAILED, values=counts))
    for error in refused:
        click.echo(f"profile not read: {refusal_words(error)}", err=True)
        found.append(profile_refused(error))
    return library, [message_json(finding_message(finding, library)) for finding in found]


def _guarded(work: Callable[[], int], *, as_json: bool) -> int:
    """Runs `work`; a refusal ends in its words and status 2."""
    from itbcalc.ask.form import FormRefusedError
    from itbcalc.errors import FieldEntryError, ItbcalcError, RefusedError
    from itbcalc.say import refusal_words, typed_of

    try:
        return work()
    except FormRefusedError as error:
        first = error.refusals[0]
        return _refuse(first.field, typed_of(first), refusal_words(first), as_json=as_json)
    except (RefusedError, FieldEntryError) as error:
        return _refuse(error.field, typed_of(error), refusal_words(error), as_json=as_json)
    except ItbcalcError as error:
        return _refuse("", "", refusal_words(error), as_json=as_json)


def _refuse(field: str, typed: str, reason: str, *, as_json: bool) -> int:
    if as_json:
        _print_json({"error": {"field": field, "typed": typed, "reason": reason}})
    click.echo(f"{field}: {reason}" if field else reason, err=True)
    return STATUS_REFUSED


def _option_of(error: click.UsageError) -> str:
    name = getattr(error, "option_name", None)
    return str(name).lstrip("-").replace("-", "_") if name else ""


def _print_json(document: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
