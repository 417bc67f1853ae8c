"""The quick questions as commands: what each answers, an example of it, and what its options mean."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from itbcalc.cli.calls import HELP_NAMES, CarefulCommand
from itbcalc.cli.faults import fault_of, faults_in, guarded, refuse, usage_faults
from itbcalc.cli.shared import (
    STATUS_FINE,
    STATUS_STOP,
    json_option,
    library_of,
    print_json,
    say_self_test_failed,
    self_test_of_start,
)

if TYPE_CHECKING:
    from itbcalc.ask.questions import Answer


class QuestionCommand(NamedTuple):
    """A question: what it answers, its options that take one text each, and a call as an example."""

    words: str
    options: tuple[str, ...]
    example: str


class OptionWords(NamedTuple):
    """What an option means, and what is written behind it."""

    words: str
    metavar: str


_DOSE, _FLOW, _STRENGTH, _VOLUME = "MCG/DAY", "ML/DAY", "MCG/ML", "ML"
OPTION_WORDS: Mapping[str, OptionWords] = {
    "accuracy": OptionWords(
        "How far off what it shows the pump may run: adds the earliest times, or is what a refill is held against.",
        "%",
    ),
    "alarm": OptionWords("The volume at which the low-reservoir alarm sounds; 0 mL is accepted.", _VOLUME),
    "aspirated": OptionWords("The volume found at the refill.", _VOLUME),
    "bridge-dose": OptionWords("The daily dose during the bridge; without it the old dose.", _DOSE),
    "catheter": OptionWords("What the catheter holds; said together with --tubing.", "old|new|none"),
    "catheter-volume": OptionWords("The volume inside the catheter.", _VOLUME),
    "concentration": OptionWords("The concentration of the drug.", _STRENGTH),
    "days": OptionWords("How many days the pump ran; a bare number, decimals allowed.", "DAYS"),
    "dead-volume": OptionWords("The volume of tubing and catheter together.", _VOLUME),
    "dose": OptionWords("The daily dose.", _DOSE),
    "duration": OptionWords("How long the prime takes; adds its flow rate.", "DURATION"),
    "filled": OptionWords("The volume after the last refill.", _VOLUME),
    "flow-rate": OptionWords("The flow rate of the pump.", _FLOW),
    "from": OptionWords("From which moment on; adds the dates. With its offset, or with --zone.", "MOMENT"),
    "injected": OptionWords("The volume that was injected at the refill.", _VOLUME),
    "measured": OptionWords("The volume found in the reservoir right after it.", _VOLUME),
    "molar-mass": OptionWords("The molar mass, where amount of substance is asked for or given.", "G/MOL"),
    "new-concentration": OptionWords("The concentration that was filled.", _STRENGTH),
    "new-dose": OptionWords("The daily dose from now on.", _DOSE),
    "old-concentration": OptionWords("The concentration still in the line.", _STRENGTH),
    "old-dose": OptionWords("The daily dose until now.", _DOSE),
    "patient-bolus": OptionWords(
        "One patient bolus: a dose beside --dose, a volume beside --flow-rate.", "MCG|ML"
    ),
    "patient-boluses-per-day": OptionWords("How many of them are allotted in 24 h; a bare number.", "COUNT"),
    "percent": OptionWords("The step in percent, down with a minus; a bare number, or with %.", "PERCENT"),
    "prime-volume": OptionWords("The volume of the priming bolus as programmed.", _VOLUME),
    "pump": OptionWords("A pump of the library (`itbcalc pumps`), whose accuracy and limits count.", "ID"),
    "steps": OptionWords("How many such steps, at most 100; a bare number.", "COUNT"),
    "stock": OptionWords("The concentration at hand.", _STRENGTH),
    "target": OptionWords("The concentration that is wanted.", _STRENGTH),
    "to": OptionWords("The daily dose that is wanted.", _DOSE),
    "tubing": OptionWords("What the pump's tubing holds; said together with --catheter.", "old|new|none"),
    "tubing-volume": OptionWords("The volume inside the pump's own tubing.", _VOLUME),
    "volume": OptionWords("The volume in the reservoir, or to be made.", _VOLUME),
    "zone": OptionWords("The patient's time zone, such as Asia/Jerusalem.", "ZONE"),
}

_AT_REST = '--dose "350 mcg/day" --concentration "2000 mcg/mL"'
QUESTIONS: Mapping[str, QuestionCommand] = {
    "flow-rate": QuestionCommand(
        "Flow rate of a daily dose at a concentration.", ("dose", "concentration"), f"flow-rate {_AT_REST}"
    ),
    "daily-dose": QuestionCommand(
        "Daily dose of a flow rate at a concentration.",
        ("flow-rate", "concentration"),
        'daily-dose --flow-rate "0.175 mL/day" --concentration "2000 mcg/mL"',
    ),
    "constant-flow": QuestionCommand(
        "The mixture that gives a daily dose on a pump of fixed flow, and how it is made up.",
        ("dose", "flow-rate", "stock", "volume"),
        'constant-flow --dose "350 mcg/day" --flow-rate "0.5 mL/day" --stock "2000 mcg/mL" --volume "20 mL"',
    ),
    "refill": QuestionCommand(
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
            "pump",
        ),
        f'refill --volume "20 mL" --alarm "2 mL" {_AT_REST} --from 2026-11-22T09:30 --zone Asia/Jerusalem',
    ),
    "residual": QuestionCommand(
        "Aspirated against expected volume at a refill.",
        ("filled", "aspirated", "days", "flow-rate", "dose", "concentration", "pump", "accuracy"),
        f'residual --filled "20 mL" --aspirated "4.5 mL" --days 92 {_AT_REST} --pump synchromed-ii-20',
    ),
    "pocket": QuestionCommand(
        "Right after a refill: what was injected against what is found in the reservoir.",
        ("injected", "measured", "pump"),
        'pocket --injected "40 mL" --measured "37.5 mL" --pump synchromed-ii-40',
    ),
    "catheter": QuestionCommand(
        "Volume inside a catheter; repeat both options for segments.",
        (),
        'catheter --length "89 cm" --volume-per-length "0.0022 mL/cm"',
    ),
    "bridge": QuestionCommand(
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
        'bridge --old-concentration "500 mcg/mL" --new-concentration "2000 mcg/mL" --old-dose "250 mcg/day"'
        ' --new-dose "285 mcg/day" --tubing-volume "0.140 mL" --catheter-volume "0.1958 mL"',
    ),
    "prime": QuestionCommand(
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
        'prime --dead-volume "0.3358 mL" --concentration "2000 mcg/mL" --duration "20 min"',
    ),
    "convert": QuestionCommand(
        "A quantity in another unit.", ("to", "molar-mass"), 'convert "0.5 mg/mL" --to mcg/mL'
    ),
    "dilute": QuestionCommand(
        "Stock and diluent for a volume at a target concentration.",
        ("stock", "target", "volume"),
        'dilute --stock "2000 mcg/mL" --target "500 mcg/mL" --volume "20 mL"',
    ),
    "mix": QuestionCommand(
        "Volume, drug and concentration of several parts together.",
        (),
        'mix --part "10 mL" "2000 mcg/mL" --part "10 mL" "0 mcg/mL"',
    ),
    "titrate": QuestionCommand(
        "A daily dose after percentage steps, or the change to another dose.",
        ("dose", "percent", "steps", "to"),
        'titrate --dose "100 mcg/day" --percent +15 --steps 3',
    ),
}


def question_command(name: str) -> click.Command:
    """The command of a quick question."""
    question = QUESTIONS[name]
    params: list[click.Parameter] = [_option(name, option) for option in question.options]
    if name == "catheter":
        length = "The length of the catheter, or of a segment."
        per = "What one centimetre of it holds."
        params.append(click.Option(["--length"], multiple=True, metavar="CM", help=length))
        params.append(click.Option(["--volume-per-length"], multiple=True, metavar="ML/CM", help=per))
    if name == "mix":
        words = "A part with its volume and concentration; repeated for each; without drug, 0 mcg/mL."
        params.append(
            click.Option(["--part"], nargs=2, multiple=True, metavar="VOLUME CONCENTRATION", help=words)
        )
        words = "The drug of each part, in their order; of several drugs each has its own concentration."
        params.append(click.Option(["--drug"], multiple=True, metavar="NAME", help=words))
    if name == "convert":
        params.insert(0, click.Argument(["quantity_text"], required=False, default=None, metavar="QUANTITY"))
    return CarefulCommand(
        name,
        callback=_asking(name),
        params=[*params, json_option()],
        help=question.words,
        epilog=f"Example: itbcalc {question.example}",
        context_settings=HELP_NAMES,
    )


def _option(command: str, name: str) -> click.Option:
    """An option that takes one text: twice given, both are seen, and refused."""
    words = OPTION_WORDS[name]
    if (command, name) == ("convert", "to"):
        words = OptionWords("The unit that is wanted.", "UNIT")
    return click.Option(
        [f"--{name}", name.replace("-", "_") + "_text"],
        multiple=True,
        metavar=words.metavar,
        help=words.words,
        shell_complete=_pump_ids if name == "pump" else None,
    )


def _pump_ids(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    from itbcalc.cli.log_shared import library_in_use

    return [name for name in library_in_use().pumps if name.startswith(incomplete)]


def _asking(name: str) -> Callable[..., int]:
    def ask(*, as_json: bool, **given: Any) -> int:  # click's own
        return _asked(name, given, as_json=as_json)

    return ask


def _asked(name: str, given: Mapping[str, Any], *, as_json: bool) -> int:
    """Answers a question, or says everything that is wrong with the call and with its texts."""
    from itbcalc.ask.form import FormRefusedError
    from itbcalc.errors import RefusedError

    faults = list(usage_faults())
    texts = {
        option.removesuffix("_text"): given_texts
        for option, given_texts in given.items()
        if option.endswith("_text")
    }
    twice = {field: held[1] for field, held in texts.items() if isinstance(held, tuple) and len(held) > 1}
    faults += [fault_of(RefusedError(field, typed, "given_twice")) for field, typed in twice.items()]
    try:
        answer = _answer(name, {field: _first(held) for field, held in texts.items()}, given)
    except FormRefusedError as error:
        return refuse([*faults, *faults_in(error)], as_json=as_json)
    if faults:
        return refuse(faults, as_json=as_json)
    return guarded(lambda: _print_answer(name, answer, as_json=as_json), as_json=as_json)


def _first(held: str | Sequence[str] | None) -> str | None:
    return held if held is None or isinstance(held, str) else next(iter(held), None)


def _answer(name: str, texts: Mapping[str, str | None], given: Mapping[str, Any]) -> "Answer":
    from itbcalc.ask.form import Form
    from itbcalc.ask.questions import QUESTIONS as ANSWERS
    from itbcalc.ask.questions import catheter, mix

    form: Form = Form(texts)
    if name == "catheter":
        return catheter(form, given["length"], given["volume_per_length"])
    if name == "mix":
        return mix(form, given["part"], given["drug"])
    return ANSWERS[name](form)


def _print_answer(name: str, answer: "Answer", *, as_json: bool) -> int:
    from itbcalc.ask.judgement import judged
    from itbcalc.say.answer_report import answer_document, answer_text, has_stop

    self_test = self_test_of_start(name)
    library, ours = library_of(self_test)
    judgement = judged(answer, library)
    if as_json:
        document = answer_document(name, judgement.answer, judgement.library)
        print_json({**document, "findings": [*ours, *document["findings"]]})
    else:
        click.echo(answer_text(judgement.answer, judgement.library))
    if not self_test.passed:
        return say_self_test_failed(self_test)
    return STATUS_STOP if has_stop(judgement.answer.findings) else STATUS_FINE
