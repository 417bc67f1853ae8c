"""A run as a file: what was played, so that it can be played again, scored and verified."""

import functools
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from itbcalc import __version__
from itbcalc.errors import RefusedError
from itbcalc.library.records import Library
from itbcalc.log.chain import verified, whole_head
from itbcalc.log.folders import data_folder
from itbcalc.practice.debrief import debrief
from itbcalc.practice.moves import read_moves
from itbcalc.practice.parameters import NOT_VALIDATED
from itbcalc.practice.play import begin, play
from itbcalc.practice.run import Run
from itbcalc.practice.scenario import Scenario
from itbcalc.practice.scenario_reading import (
    ENDING,
    read_scenario_named,
    read_scenario_text,
    scenario_paths,
)
from itbcalc.program import load_toml
from itbcalc.program.toml_file import BareNumber
from itbcalc.resources import resource_path
from itbcalc.safe_files import read_plain, write_new

FORMAT = "itbcalc practice run 1"
MOST_BYTES = 20_000_000
_SCRIPT = "script"  # there, and true, where a script made the moves
_KEYS = ("format", "note", "itbcalc", "scenario", "seed", "trainee", "moves", "debriefed", "results", "log")
_VERSION = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){1,3}([.+-]?[a-z0-9]{1,12}){0,2}")


class Replayed(Struct, frozen=True):
    """A run read from a file and played again. `version` is that of the program that wrote it.

    `debriefed` is how often its debrief had been read before it went on, `file` the name of its file. `same` is whether
    its results come out as they stand in the file: they may not where another version wrote it. `carried` is whether the
    scenario was known from the file alone.
    """

    run: Run
    version: str
    debriefed: int = 0
    file: str = ""
    same: bool = True
    carried: bool = False

    @property
    def about_version(self) -> str:
        """What is to be said where another version of the program wrote the run; else nothing."""
        if self.version == __version__:
            return ""
        outcome = (
            "the results are the same" if self.same else "the results in it are others, and do not count"
        )
        return f"Written by itbcalc {self.version}, played again with itbcalc {__version__}: {outcome}."

    @property
    def about_scenario(self) -> str:
        """What is to be said where nobody but the file vouches for the scenario; else nothing."""
        if not self.carried:
            return ""
        played = self.run.scenario
        return (
            f"Its scenario, {played.name}, is not on this computer; the one in the run's own file was played. Hold its "
            f"SHA-256 against that of the scenario you gave out: {played.digest}."
        )


def practice_folder() -> Path:
    """Where practice is kept: beside the clinical log, never in it."""
    return data_folder() / "practice"


def own_scenarios() -> Path:
    """Where the clinic's own scenarios lie."""
    return practice_folder() / "scenarios"


def runs_folder() -> Path:
    """Where the window keeps the runs that were played."""
    return practice_folder() / "runs"


def hidden_by_built_in() -> dict[Path, str]:
    """The clinic's own scenarios that are never played, as a built-in one has their name; with that in words."""
    built_in = scenario_paths()
    return {
        path: f"ignored: a built-in scenario is called {path.stem}; give the file another name"
        for path in sorted(own_scenarios().glob(f"*{ENDING}"))
        if path.stem in built_in
    }


def unfinished_words(title: str) -> str:
    """Why a scenario of this title is not offered yet: it is still that of the template. Empty where it is not."""
    if title != _template_title():
        return ""
    return "Its title is still that of the template: write what it is about, then it is offered."


def refuse_unfinished(scenario: Scenario) -> None:
    """Raises RefusedError where a scenario still has the title of the template."""
    if unfinished_words(scenario.title):
        raise RefusedError("scenario", scenario.name, "practice_unfinished")


@functools.cache
def _template_title() -> str:
    table = load_toml(resource_path("practice", "template.toml"))
    return _text(table, "title")


def run_document(run: Run, debriefed: int = 0) -> dict[str, Any]:
    """The run as JSON: what is needed to play it again, what came of it, and its log.

    `debriefed` is how often its debrief was read before it went on.
    """
    head = run.log.head()
    made_by = {_SCRIPT: True} if run.scripted else {}
    return {
        "format": FORMAT,
        "note": NOT_VALIDATED,
        "itbcalc": __version__,
        **made_by,
        "scenario": _scenario_table(run.scenario),
        "seed": run.seed,
        "trainee": run.trainee,
        "moves": [_plain(move.table) for move in run.moves],
        "debriefed": debriefed,
        "results": run_results(run, debriefed),
        "log": {
            "log_id": head.log_id,
            "entries": [written.decode("utf-8") for written in run.log.written()],
            "head": head.hash,
        },
    }


def _scenario_table(scenario: Scenario) -> dict[str, str]:
    """A scenario that does not come with the program goes with its run, whole."""
    named = {"name": scenario.name, "title": scenario.title, "digest": scenario.digest}
    return named if scenario.name in scenario_paths() else {**named, "text": scenario.text}


def run_results(run: Run, debriefed: int = 0) -> dict[str, Any]:
    """What came of a run, for the commands and the file; `debriefed` as for `run_document`."""
    told = debrief(run)
    return {
        "scenario": run.scenario.name,
        "title": run.scenario.title,
        "seed": run.seed,
        "trainee": run.trainee,
        "over": run.over,
        "points": told.score.points,
        "possible": told.score.possible,
        "percent": {
            "exact": str(told.score.percent),
            "unit": "%",
            "text": f"{float(told.score.percent):.0f} %",
        },
        "hints": len(run.hints),
        "taken_back": run.times_back,
        "instructed": run.instructed,
        "debriefed": debriefed,
        "worst": {"sedation": str(told.worst.sedation), "withdrawal": str(told.worst.withdrawal)},
        "criteria": [
            {
                "id": each.criterion.id,
                "words": each.criterion.words,
                "points": each.points,
                "possible": each.criterion.points,
                "reason": each.reason,
                "decisions": list(each.decisions),
                "source": list(each.criterion.source),
            }
            for each in told.score.judged
        ],
        "decisions": [
            {
                "number": each.number,
                "at": each.moment.isoformat(timespec="minutes"),
                "title": each.title,
                "words": list(each.words),
                "findings": [
                    {"code": message.code, "severity": str(message.severity), "text": message.text}
                    for message in each.found
                ],
                "reasons": dict(each.reasons),
            }
            for each in told.decisions
        ],
        "note": NOT_VALIDATED,
    }


def write_run(run: Run, target: Path, debriefed: int = 0) -> None:
    """Writes the run into a file where there is none: whole, or not at all. Raises LogUnavailableError."""
    text = json.dumps(run_document(run, debriefed), ensure_ascii=False, indent=1)
    write_new(target, [text.encode("utf-8"), b"\n"])


class RunHeader(Struct, frozen=True):
    """What a run file says of itself, for a list; nothing of it is verified."""

    scenario: str
    title: str
    seed: int
    trainee: str
    percent: Fraction
    hints: int
    instructed: bool
    over: bool


def read_header(path: Path) -> RunHeader:
    """What a run file says of itself, without playing it again. Raises RefusedError."""
    document = read_document(path)
    try:
        results = document["results"]
        return RunHeader(
            scenario=scenario_name(document),
            title=_text(results, "title"),
            seed=int(document["seed"]),
            trainee=_text(document, "trainee"),
            percent=Fraction(_text(results["percent"], "exact")),
            hints=int(results["hints"]),
            instructed=bool(results["instructed"]),
            over=bool(results["over"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise RefusedError(
            "file", path.name, "practice_not_a_run", detail="its results are not whole"
        ) from error


def read_run(path: Path, library: Library, own: Path | None = None) -> Replayed:
    """The run in a file, of a scenario known by its name or carried in the file, played again and held against its log.

    `own` is the folder of scenarios beside the built-in ones. Raises RefusedError, ScenarioError, LogDamagedError.
    """
    document = read_document(path)
    name, text = scenario_name(document), _table(document, "scenario").get("text")
    if text is None or name in scenario_paths(own):
        return replayed(document, read_scenario_named(name, library, own), library, path.name)
    carried = read_scenario_text(_text(_table(document, "scenario"), "text").encode("utf-8"), name, library)
    return replace(replayed(document, carried, library, path.name), carried=True)


def read_document(path: Path) -> dict[str, Any]:
    """What a run file holds, by its shape alone. Raises RefusedError."""
    try:
        raw = read_plain(path, MOST_BYTES)
    except OSError as error:
        raise RefusedError("file", str(path), "file_unreadable", detail=error.strerror or "") from error
    if len(raw) > MOST_BYTES:
        raise RefusedError("file", path.name, "file_too_large")
    try:
        document = json.loads(raw.decode("utf-8"), parse_float=BareNumber, object_pairs_hook=_without_twins)
    except (ValueError, RecursionError) as error:
        raise RefusedError("file", path.name, "practice_not_a_run", detail="it is not JSON") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise RefusedError("file", path.name, "practice_not_a_run", detail=f"it does not begin with {FORMAT}")
    lacking = [key for key in _KEYS if key not in document]
    if lacking:
        raise RefusedError("file", path.name, "practice_not_a_run", detail=f"without {', '.join(lacking)}")
    _refuse_strange(document, (*_KEYS, _SCRIPT), "it")
    return document


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A table of JSON in which no key stands twice: of two values one would be read and the other shown."""
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [key for key, _ in pairs]
        twice = next(key for key in names if names.count(key) > 1)
        raise RefusedError("file", twice[:40], "practice_run_differs", detail=f"{twice[:40]!r} stands twice")
    return table


def _refuse_strange(table: Mapping[str, Any], known: Sequence[str], holder: str) -> None:
    strange = [key for key in table if key not in known]
    if strange:
        detail = f"{holder} holds {strange[0][:40]!r}, which no run has"
        raise RefusedError("file", strange[0][:40], "practice_run_differs", detail=detail)


def scenario_name(document: Mapping[str, Any]) -> str:
    """The name of the scenario that was played."""
    return _text(_table(document, "scenario"), "name")


def replayed(document: Mapping[str, Any], scenario: Scenario, library: Library, file: str = "") -> Replayed:
    """The run of a file, played again; everything that stands in the file is held against what comes out.

    Raises RefusedError where the scenario has changed since or the run comes out otherwise, LogDamagedError where the
    chain of its log does not hold.
    """
    if _text(_table(document, "scenario"), "digest") != scenario.digest:
        raise RefusedError("scenario", scenario.name, "practice_other_scenario")
    seed = document["seed"]
    if type(seed) is not int:
        raise RefusedError("seed", str(seed), "practice_not_a_run", detail="its seed is no whole number")
    begun = begin(
        scenario, library, seed, _text(document, "trainee"), scripted=document.get(_SCRIPT, False) is True
    )
    run = play(begun, read_moves(document["moves"], library))
    debriefed, version = _debriefed(document), _text(document, "itbcalc")
    if document.get(_SCRIPT, True) is not True:
        detail = "how it was made is neither said nor left out"
        raise RefusedError(_SCRIPT, str(document[_SCRIPT])[:40], "practice_run_differs", detail=detail)
    _hold_words(document, scenario)
    _hold_log(document, run)
    same = _same(document["results"], run_results(run, debriefed))
    if version == __version__ and not same:
        raise RefusedError(
            "results", run.identity.log_id, "practice_run_differs", detail="its results are others"
        )
    return Replayed(run, version, debriefed, file, same)


def _debriefed(document: Mapping[str, Any]) -> int:
    held = document["debriefed"]
    if type(held) is not int or held < 0:
        detail = "how often its debrief was read is no number"
        raise RefusedError("debriefed", str(held)[:40], "practice_run_differs", detail=detail)
    return held


def _hold_words(document: Mapping[str, Any], scenario: Scenario) -> None:
    """What a reader sees first, and no log vouches for."""
    if document["note"] != NOT_VALIDATED:
        raise RefusedError(
            "note", str(document["note"])[:40], "practice_run_differs", detail="its note is another"
        )
    held, ours = _table(document, "scenario"), _scenario_table(scenario)
    if dict(held) not in (ours, {key: ours[key] for key in ("name", "title", "digest")}):
        detail = "the name or title of its scenario is another, or more stands there"
        raise RefusedError("scenario", scenario.name, "practice_run_differs", detail=detail)
    if not _VERSION.fullmatch(_text(document, "itbcalc")):
        detail = "its version is none of this program"
        raise RefusedError("itbcalc", document["itbcalc"][:40], "practice_run_differs", detail=detail)


def _same(held: object, ours: object) -> bool:
    """Whether two values are the same JSON: true is not 1 there."""
    texts = [json.dumps(each, sort_keys=True, default=repr) for each in (held, ours)]
    return texts[0] == texts[1]


def _hold_log(document: Mapping[str, Any], run: Run) -> None:
    log = _table(document, "log")
    _refuse_strange(log, ("log_id", "entries", "head"), "its log")
    entries, log_id = log.get("entries"), _text(log, "log_id")
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise RefusedError("log", "", "practice_not_a_run", detail="its log is no list of entries")
    written = [entry.encode("utf-8") for entry in entries]
    head = whole_head(verified(written, log_id))
    if head.hash != log.get("head"):
        raise RefusedError("log", log_id, "practice_run_differs", detail="its log ends elsewhere")
    ours = list(run.log.written())
    if log_id != run.identity.log_id or len(ours) != len(written):
        raise RefusedError("log", log_id, "practice_run_differs", detail="its log is of another run")
    version = _text(document, "itbcalc")
    if any(json.loads(entry).get("program") != version for entry in written):
        raise RefusedError("itbcalc", version, "practice_run_differs", detail="its log is of another version")
    if version != __version__:
        return  # another version may find other words; the score is that of this one
    if ours != written:
        number = next(n for n, (a, b) in enumerate(zip(ours, written, strict=True), start=1) if a != b)
        raise RefusedError("log", log_id, "practice_run_differs", detail=f"entry {number} is another")


def _table(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = document[key]
    if not isinstance(value, Mapping):
        raise RefusedError(key, str(value)[:40], "not_a_table")
    return value


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str):
        raise RefusedError(key, str(value)[:40], "not_text")
    return value


def _plain(value: object) -> Any:  # noqa: ANN401  # JSON
    """A value of a script as JSON writes it; a number with a point keeps its digits, a date becomes text."""
    if isinstance(value, BareNumber):
        return float(value.text)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
