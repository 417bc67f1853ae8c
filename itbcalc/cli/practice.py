"""The commands of practice: `itbcalc practice ...`. Texts in, words or one document out; what is played is played in `practice`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from itbcalc import __version__
from itbcalc.cli.calls import HELP_NAMES, CarefulCommand, CarefulGroup
from itbcalc.cli.shared import json_option, print_json
from itbcalc.say.catalogue import _

if TYPE_CHECKING:
    from itbcalc.library.records import Library
    from itbcalc.practice.run import Run
    from itbcalc.practice.run_file import Replayed

STATUS_FINE, STATUS_UNUSABLE = 0, 2


class CommandAnswer(NamedTuple):
    """What a command comes to: results for the document, lines to be read, and its status."""

    results: dict[str, Any]
    lines: list[str]
    status: int = STATUS_FINE


Given = Mapping[str, Any]
Command = Callable[[Given], CommandAnswer]

_LONGEST_CERTIFICATE = 20_000_000  # characters; one with its picture has some hundred thousand
_CERTIFICATE = click.Option(
    ["--certificate"], metavar="FILE", help="Write the certificate as HTML; FILE.html."
)


def practice_group(guarded: Callable[..., int]) -> click.Group:
    """The group `practice`; `guarded` ends a refusal in its words and status 2."""
    group = CarefulGroup(
        "practice",
        context_settings=HELP_NAMES,
        help="Titrate a virtual patient who cannot be hurt: list, run, score, verify, new; find slips: sheets, hunt.",
    )
    for name, (words, params, work) in _COMMANDS.items():
        group.add_command(
            CarefulCommand(
                name,
                callback=_calling(name, work, guarded),
                params=[*params, json_option()],
                help=words,
                epilog=f"Example: itbcalc practice {name} {_EXAMPLES[name]}".rstrip(),
                context_settings=HELP_NAMES,
            )
        )
    return group


def _calling(name: str, work: Command, guarded: Callable[..., int]) -> Callable[..., int]:
    def call(*, as_json: bool, **given: Any) -> int:  # click's own
        def do() -> int:
            results, lines, status = work(given)
            if as_json:
                document = {"itbcalc": __version__, "command": f"practice {name}", "results": results}
                print_json({**document, "working": [], "findings": []})
            else:
                click.echo("\n".join(lines))
            return status

        return guarded(do, as_json=as_json)

    return call


def _list(_given: Given) -> CommandAnswer:
    """Every scenario with its goal; one that cannot be used is named with what is wrong, and the status says so."""
    from itbcalc.practice.parameters import NOT_VALIDATED
    from itbcalc.practice.run_file import hidden_by_built_in, own_scenarios, unfinished_words
    from itbcalc.practice.scenario_reading import ScenarioError, read_scenario, scenario_paths
    from itbcalc.say.therapy_report import folded

    library = _library()
    lines, listed, status = [NOT_VALIDATED, ""], list[dict[str, Any]](), STATUS_FINE
    for name, path in scenario_paths(own_scenarios()).items():
        try:
            scenario = read_scenario(path, library)
        except ScenarioError as error:
            listed.append(
                {"name": name, "faults": [{"place": at, "reason": why} for at, why in error.faults]}
            )
            lines += [
                _("{scenario}: cannot be used", scenario=name),
                *(f"    {at}: {why}" for at, why in error.faults),
            ]
            status = STATUS_UNUSABLE
            continue
        unfinished = unfinished_words(scenario.title)
        if unfinished:
            listed.append({"name": name, "unfinished": unfinished})
            lines += [_("{scenario}: not finished", scenario=name), f"    {unfinished}"]
            continue
        listed.append(
            {"name": name, "title": scenario.title, "goal": scenario.goal, "points": scenario.points}
        )
        lines += [f"{name}: {scenario.title}", folded(f"    {scenario.goal}", 4)]
    ignored = [{"file": str(path), "reason": why} for path, why in hidden_by_built_in().items()]
    for each in ignored:
        lines.append(f"{each['file']}: {each['reason']}")
        status = STATUS_UNUSABLE
    return CommandAnswer({"scenarios": listed, "ignored": ignored, "note": NOT_VALIDATED}, lines, status)


def _run(given: Given) -> CommandAnswer:
    """Plays a scenario by a script."""
    from itbcalc.practice.debrief import debrief_text
    from itbcalc.practice.moves import read_script
    from itbcalc.practice.play import begin, play
    from itbcalc.practice.run_file import own_scenarios, refuse_unfinished, run_results, write_run
    from itbcalc.practice.scenario_reading import read_scenario_named
    from itbcalc.quantities.entry import read_count
    from itbcalc.visits.recording import visible_text

    library = _library()
    _refuse_other_page(given)
    scenario = read_scenario_named(_required(given, "scenario"), library, own_scenarios())
    refuse_unfinished(scenario)
    moves = read_script(Path(_required(given, "script")), library)
    seed = None if given["seed"] is None else _at("seed", lambda: read_count(_required(given, "seed")))
    trainee = visible_text("trainee", given["trainee"] or "")
    run = play(begin(scenario, library, seed, trainee, scripted=True), moves)
    lines = [debrief_text(run, library)]
    if given["out"] is not None:
        target = Path(_required(given, "out"))
        write_run(run, target)
        lines += ["", _("The run was written to {file}.", file=target)]
    lines += _write_certificate(given, run, library)
    return CommandAnswer(run_results(run), lines)


def _score(given: Given) -> CommandAnswer:
    """Plays the runs of files again, holds them against their logs and scores them."""
    from itbcalc.practice.debrief import aside_words, debrief_text, score_line
    from itbcalc.practice.overview import csv_text, overview
    from itbcalc.practice.run_file import run_results
    from itbcalc.safe_files import write_new

    library = _library()
    _refuse_other_page(given)
    paths = [Path(name) for name in given["runs"]]
    if not paths:
        _required({"run": ""}, "run")
    runs = [_read_run(path, given["scenario"], library) for path in paths]
    found = overview(runs)
    lines = [found.note]
    for path, line in zip(paths, found.lines, strict=True):
        aside = aside_words(line.replayed.run, line.replayed.debriefed)
        lines.append(f"{path}: {line.label}, {score_line(line.score)}. {aside}")
    lines += found.remarks
    if len(runs) == 1:
        lines = [debrief_text(runs[0].run, library, runs[0].debriefed), *found.remarks]
        lines += _write_certificate(given, runs[0].run, library, runs[0].debriefed)
    if given["csv"] is not None:
        target = Path(_required(given, "csv"))
        write_new(target, [csv_text(found).encode("utf-8")])
        lines += ["", _("The overview was written to {file}.", file=target)]
    bars = [
        {"scenario": bar.scenario, "criterion": bar.criterion, "earned": bar.earned, "runs": bar.runs}
        for bar in found.bars
    ]
    results = [
        {"file": str(path), "itbcalc": each.version, **run_results(each.run, each.debriefed)}
        for path, each in zip(paths, runs, strict=True)
    ]
    remarks = list(found.remarks)
    return CommandAnswer({"runs": results, "criteria": bars, "remarks": remarks, "note": found.note}, lines)


def _verify(given: Given) -> CommandAnswer:
    """Holds a certificate against the run that it is of."""
    from itbcalc.errors import RefusedError
    from itbcalc.practice.certificate import is_certificate_of, log_words
    from itbcalc.safe_files import read_plain

    library = _library()
    paths = [Path(_required(given, name)) for name in ("page", "run")]
    try:
        raw = read_plain(paths[0], 4 * _LONGEST_CERTIFICATE)
    except OSError as error:
        detail = error.strerror or ""
        raise RefusedError("certificate", str(paths[0]), "file_unreadable", detail=detail) from error
    replayed = _read_run(paths[1], given["scenario"], library)
    page = raw[: _LONGEST_CERTIFICATE + 1].decode("utf-8", errors="replace")
    if not is_certificate_of(page, replayed.run, library, replayed.debriefed):
        detail = _("{file} is no certificate of it", file=paths[0].name)
        raise RefusedError("certificate", paths[0].name, "practice_run_differs", detail=detail)
    log = log_words(replayed.run)
    lines = [
        _(
            "{page} is the certificate of {run}, word for word.",
            page=paths[0].name,
            run=paths[1].name,
        ),
        log,
    ]
    remarks = [replayed.about_scenario] if replayed.about_scenario else []
    return CommandAnswer({"holds": True, "log": log, "remarks": remarks}, [*lines, *remarks])


def _sheets(given: Given) -> CommandAnswer:
    """Writes a set of ten orders to be checked by eye, and the file for the answers."""
    from itbcalc.errors import RefusedError
    from itbcalc.practice.hunt import MADE_UP, answers_text, set_text, sheets
    from itbcalc.practice.hunt_score import LARGEST_SEED
    from itbcalc.quantities.entry import read_count
    from itbcalc.safe_files import write_new

    library = _library()
    seed = _at("seed", lambda: read_count(_required(given, "seed")))
    if seed > LARGEST_SEED:
        raise RefusedError("seed", str(seed), "practice_whole", least="0", most=str(LARGEST_SEED))
    folder, with_program = Path(_required(given, "folder")), bool(given["with_program"])
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        f"set-{seed}.txt": set_text(seed, library),
        f"set-{seed}-answers.toml": answers_text(seed, with_program=with_program),
    }
    if with_program:
        texts |= {
            f"set-{seed}-sheet-{each.number:02}.toml": each.program_file() for each in sheets(seed, library)
        }
    for name, text in texts.items():
        write_new(folder / name, [text.encode("utf-8")])
    files = [str(folder / name) for name in texts]
    lines = [MADE_UP, "", *(_("Written: {file}", file=file) for file in files)]
    return CommandAnswer({"seed": seed, "with_program": with_program, "files": files, "note": MADE_UP}, lines)


def _hunt(given: Given) -> CommandAnswer:
    """Holds what trainees found against what was planted."""
    from itbcalc.practice.hunt import MADE_UP
    from itbcalc.practice.hunt_score import class_lines, hunt_csv, hunt_remarks, hunt_score, read_answers
    from itbcalc.safe_files import write_new

    library = _library()
    paths = [Path(name) for name in given["answers"]]
    if not paths:
        _required({"answers": ""}, "answers")
    scores = [hunt_score(read_answers(path, library), library) for path in paths]
    summed, remarks = class_lines(scores), hunt_remarks(scores)
    lines = [MADE_UP, ""]
    for each in scores:
        lines.append(each.words)
        lines += [
            "    " + _("missed: sheet {number}, {slip}", number=sheet.number, slip=sheet.slip.words)
            for sheet in each.misses
            if sheet.slip
        ]
        lines += [
            "    " + _("false alarm: sheet {number}", number=sheet.number) for sheet in each.false_alarms
        ]
    lines += ["", *(each.words for each in summed), *remarks]
    if given["csv"] is not None:
        target = Path(_required(given, "csv"))
        write_new(target, [hunt_csv(scores).encode("utf-8")])
        lines += ["", _("The table was written to {file}.", file=target)]
    trainees = [
        {
            "file": each.answers.file,
            "trainee": each.answers.trainee,
            "seed": each.answers.seed,
            "with_program": each.answers.with_program,
            "slips": each.slips,
            "hits": [sheet.number for sheet in each.hits],
            "named": each.named,
            "misses": [{"sheet": sheet.number, "slip": str(sheet.slip)} for sheet in each.misses],
            "false_alarms": [sheet.number for sheet in each.false_alarms],
            "minutes": str(each.answers.minutes),
            "in_time": each.in_time,
        }
        for each in scores
    ]
    whole = [
        {
            "with_program": each.with_program,
            "sets": each.trainees,
            "slips": each.slips,
            "hits": each.hits,
            "named": each.named,
            "false_alarms": each.false_alarms,
            "clean": each.clean,
            "minutes": str(each.minutes),
        }
        for each in summed
    ]
    return CommandAnswer({"trainees": trainees, "class": whole, "remarks": remarks, "note": MADE_UP}, lines)


def _response(_: Given) -> CommandAnswer:
    """What a screening bolus does to 300 virtual patients, beside what is published."""
    from itbcalc.practice.parameters import NOT_VALIDATED
    from itbcalc.practice.response import DOSES, PEOPLE, STAGES, response, response_lines

    found = tuple(response(mcg) for mcg in DOSES)
    results = [
        {"bolus": f"{each.mcg} mcg", "came_to": {str(stage): each.came_to[stage] for stage in STAGES}}
        for each in found
    ]
    lines = [NOT_VALIDATED, "", *response_lines(found, _library())]
    return CommandAnswer({"people": PEOPLE, "responses": results, "note": NOT_VALIDATED}, lines)


def _new(given: Given) -> CommandAnswer:
    """Writes a commented scenario to be made one's own."""
    from itbcalc.errors import RefusedError
    from itbcalc.practice.run_file import own_scenarios
    from itbcalc.practice.scenario_reading import ENDING, scenario_paths
    from itbcalc.practice.table import is_name
    from itbcalc.resources import resource_path
    from itbcalc.safe_files import write_new

    name = _required(given, "name")
    if not is_name(name):
        raise RefusedError("name", name, "practice_name")
    if name in scenario_paths():
        raise RefusedError("name", name, "practice_twice")
    folder = own_scenarios() if given["folder"] is None else Path(_required(given, "folder"))
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}{ENDING}"
    write_new(target, [(resource_path() / "practice" / "template.toml").read_bytes()])
    lines = [_("Written: {file}", file=target), _("Change it, its title first, then: itbcalc practice list")]
    return CommandAnswer({"file": str(target)}, lines)


# --- what they share


def _library() -> "Library":
    """The built-in figures, without the clinic's own: the same run everywhere."""
    from itbcalc.ask.selftest import require, run_self_test
    from itbcalc.library.reading import read_library
    from itbcalc.resources import resource_path

    require(run_self_test())
    return read_library(resource_path())


def _read_run(path: Path, scenario: str | None, library: "Library") -> "Replayed":
    """The run in a file, of the scenario of its name, or of the one that is said."""
    from itbcalc.practice.run_file import own_scenarios, read_document, read_run, replayed
    from itbcalc.practice.scenario_reading import read_scenario_named

    if scenario is None:
        return read_run(path, library, own_scenarios())
    name = _required({"scenario": scenario}, "scenario")
    found = read_scenario_named(name, library, own_scenarios())
    return replayed(read_document(path), found, library, path.name)


def _refuse_other_page(given: Given) -> None:
    """A certificate is HTML: under another ending it would not open, or as something else."""
    from itbcalc.errors import RefusedError

    if given["certificate"] is not None:
        name = _required(given, "certificate")
        if Path(name).suffix.lower() not in (".html", ".htm"):
            raise RefusedError("certificate", name, "practice_certificate")


def _write_certificate(given: Given, run: "Run", library: "Library", debriefed: int = 0) -> Sequence[str]:
    from itbcalc.practice.certificate import certificate
    from itbcalc.safe_files import write_new

    if given["certificate"] is None:
        return ()
    target = Path(_required(given, "certificate"))
    page = certificate(run, library, datetime.now().astimezone(), debriefed=debriefed)
    write_new(target, [page.encode("utf-8")])
    return ("", _("The certificate was written to {file}.", file=target))


def _required(given: Given, name: str) -> str:
    from itbcalc.errors import RefusedError
    from itbcalc.visits.recording import visible_text

    text = visible_text(name, str(given.get(name) or ""))
    if not text or text.startswith("--"):  # the next option is no text
        raise RefusedError(name, "", "missing")
    return text


def _at(field: str, read: Callable[[], int]) -> int:
    from itbcalc.errors import EntryError, FieldEntryError

    try:
        return read()
    except EntryError as error:
        raise FieldEntryError(field, error) from error


_EXAMPLES: Mapping[str, str] = {
    "list": "",
    "run": "first-dose --script moves.toml --out run.json",
    "score": "run.json --certificate certificate.html",
    "verify": "certificate.html run.json",
    "sheets": "--seed 7 --folder sheets --with-program",
    "hunt": "answers.toml --csv class.csv",
    "response": "",
    "new": "our-scenario",
}

_COMMANDS: Mapping[str, tuple[str, tuple[click.Parameter, ...], Command]] = {
    "list": ("Every scenario with its goal.", (), _list),
    "run": (
        "Play a scenario by a script, and say what it was worth and why.",
        (
            click.Argument(["scenario"], required=False, default=None),
            click.Option(["--script"], metavar="FILE", help="The moves, as TOML."),
            click.Option(["--seed"], metavar="NUMBER", help="Another virtual patient than the scenario's."),
            click.Option(["--trainee"], default="", help="Who plays; it stands on the certificate."),
            click.Option(["--out"], metavar="FILE", help="Write the run into a new file."),
            _CERTIFICATE,
        ),
        _run,
    ),
    "score": (
        "Play the runs of files again, verify their logs and score them; several: an overview.",
        (
            click.Argument(["runs"], nargs=-1, metavar="RUN..."),
            click.Option(["--scenario"], metavar="FILE", help="The scenario, where it is one of your own."),
            click.Option(["--csv"], metavar="FILE", help="Write the overview as a table."),
            _CERTIFICATE,
        ),
        _score,
    ),
    "verify": (
        "Hold a certificate against the file of its run.",
        (
            click.Argument(["page"], required=False, default=None, metavar="CERTIFICATE"),
            click.Argument(["run"], required=False, default=None, metavar="RUN"),
            click.Option(["--scenario"], metavar="FILE", help="The scenario, where it is one of your own."),
        ),
        _verify,
    ),
    "sheets": (
        "Write ten orders with what the programmer shows, slips planted in some, to be found in ten minutes.",
        (
            click.Option(["--seed"], metavar="NUMBER", help="Which set: the same number is the same set."),
            click.Option(["--folder"], metavar="FOLDER", help="Where to."),
            click.Option(
                ["--with-program"],
                is_flag=True,
                help="With each sheet as a program file, to be checked here.",
            ),
        ),
        _sheets,
    ),
    "hunt": (
        "Who found how many of the planted slips: each trainee, and the class with and without the program.",
        (
            click.Argument(["answers"], nargs=-1, metavar="ANSWERS..."),
            click.Option(["--csv"], metavar="FILE", help="Write the table."),
        ),
        _hunt,
    ),
    "response": (
        "What a screening bolus of 50, 75 and 100 mcg does to 300 virtual patients, beside what is published.",
        (),
        _response,
    ),
    "new": (
        "Write a commented scenario to be made your own.",
        (
            click.Argument(["name"], required=False, default=None),
            click.Option(["--folder"], metavar="FOLDER", help="Where; without it where `list` finds it."),
        ),
        _new,
    ),
}
