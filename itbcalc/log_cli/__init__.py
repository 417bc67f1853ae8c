"""The commands of the log: `itbcalc log ...`. Texts in, words or one document out; what is done is done in `titration`."""

import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from itbcalc import __version__

if TYPE_CHECKING:
    from itbcalc.titration.entries import Draft, Entry, Head
    from itbcalc.titration.recording import Signature
    from itbcalc.titration.store import SqliteLog

Given = Mapping[str, Any]
Command = Callable[[Given], "tuple[dict[str, Any], list[str], int]"]

STATUS_FINE, STATUS_BAD = 0, 1
# What is wrong with a log that a backup may take the place of.
_PUT_BACK_OVER = ("empty", "malformed", "not_a_log", "disk_error", "no_file")

_LOG = click.Option(
    ["--log", "log_file"], metavar="PATH", help="The log; without it that of this workstation."
)
_AUTHOR = click.Option(["--author"], help="Who writes the entry.")
_ROLE = click.Option(["--role"], default="", help="As what: nurse, physician …")
_REASON = click.Option(["--reason"], help="Why.")
_ENTRY = click.Argument(["entry"], required=False, default=None)
_JSON = click.Option(["--json", "as_json"], is_flag=True, help="One JSON document on standard output.")


def log_group(guarded: Callable[..., int]) -> click.Group:
    """The group `log`; `guarded` ends a refusal in its words and status 2."""
    group = click.Group("log", help="The titration log: write steps, read, verify, copy, put back.")
    for name, (words, params, work) in _COMMANDS.items():
        group.add_command(
            click.Command(
                name, callback=_calling(name, work, guarded), params=[*params, _LOG, _JSON], help=words
            )
        )
    return group


def _calling(name: str, work: Command, guarded: Callable[..., int]) -> Callable[..., int]:
    def call(*, as_json: bool, **given: Any) -> int:  # click's own
        def do() -> int:
            results, lines, status = work(given)
            if as_json:
                document = {"itbcalc": __version__, "command": f"log {name}", "results": results}
                sys.stdout.write(
                    json.dumps({**document, "working": [], "findings": []}, ensure_ascii=False, indent=1)
                    + "\n"
                )
            else:
                click.echo("\n".join(lines))
            return status

        return guarded(do, as_json=as_json)

    return call


# --- writing


def _add(given: Given) -> "tuple[dict[str, Any], list[str], int]":
    """Checks a program file and records the step."""
    from itbcalc.check import check
    from itbcalc.errors import RefusedError
    from itbcalc.library.own import own_folder, read_library_or_built_in
    from itbcalc.program import complete_program, load_toml, read_program
    from itbcalc.resources import resource_path
    from itbcalc.selftest import require, run_self_test
    from itbcalc.titration.recording import CheckedStep, step_draft

    require(run_self_test())
    if given["file"] is None:
        raise RefusedError("file", "", "missing")
    library, _ = read_library_or_built_in(resource_path(), own_folder())
    table = load_toml(Path(given["file"]))
    program = complete_program(read_program(table, library))
    step = CheckedStep(table, check(program, library, now=datetime.now(UTC)), library)
    draft = step_draft(
        step,
        dict(given["answer"]),
        _signature(given),
        datetime.now().astimezone(),
        refilled=given["refilled"],
    )
    entry = _append(given, draft, create=True)
    return (
        _entry_json(entry),
        [*_saved(entry), "Not complete yet: read back that the pump runs (itbcalc log read-back)."],
        STATUS_FINE,
    )


def _read_back(given: Given) -> "tuple[dict[str, Any], list[str], int]":
    """Records what the programmer showed of the pump after the update."""
    from itbcalc.titration.recording import read_back_draft

    with _opened(given) as log:
        step = _entry_named(log, given["entry"])
    state, note = given["state"] or "", _visible(given, "note")
    draft = read_back_draft(step, state, note, _signature(given), datetime.now().astimezone())
    entry = _append(given, draft)
    status = STATUS_FINE if given["state"] == "running" else STATUS_BAD
    warned = [] if status == STATUS_FINE else ["The step is not complete: the pump was not seen running."]
    return _entry_json(entry), [*_saved(entry), *warned], status


def _void(given: Given) -> "tuple[dict[str, Any], list[str], int]":
    """Says that an entry does not hold; it stays in the log."""
    from itbcalc.titration.history import voided_ids
    from itbcalc.titration.recording import void_draft

    reason = _required(given, "reason")
    with _opened(given) as log:
        named = _entry_named(log, given["entry"])
        voided = voided_ids(log.entries())
    draft = void_draft(named, reason, voided, _signature(given), datetime.now().astimezone())
    entry = _append(given, draft)
    return _entry_json(entry), _saved(entry), STATUS_FINE


def _append(given: Given, draft: "Draft", *, create: bool = False) -> "Entry":
    with _opened(given, create=create) as log:
        return log.append(draft)


def _signature(given: Given) -> "Signature":
    from itbcalc.titration.recording import Signature

    return Signature(_required(given, "author"), _visible(given, "role"))


# --- reading


def _list(given: Given) -> "tuple[dict[str, Any], list[str], int]":
    """One line an entry."""
    from itbcalc.titration.history import voided_ids

    with _opened(given) as log:
        voided = voided_ids(log.entries())
        entries = list(log.entries(given["patient"]))
        head = log.head()
    lines = [_line(entry, voided) for entry in entries] or ["No entries."]
    results = {
        "entries": [{**_entry_json(entry), "voided": entry.entry_id in voided} for entry in entries],
        "head": _head_json(head),
    }
    return results, lines, STATUS_FINE


def _show(given: Given) -> "tuple[dict[str, Any], list[str], int]":
    """One entry, whole."""
    with _opened(given) as log:
        entry = _entry_named(log, given["entry"])
    text = "\n".join(
        map(_seen, json.dumps(entry.content, ensure_ascii=False, indent=1, sort_keys=True).split("\n"))
    )
    return {"entry": dict(entry.content), "hash": entry.hash}, [text, f"hash {entry.hash}"], STATUS_FINE


def _verify(given: Given) -> "tuple[dict[str, Any], list[str], int]":
    """Follows the chain from the first entry to the last, and holds it against an anchor."""
    from itbcalc.titration.anchors import AnchorVerdict, held_against, read_anchor
    from itbcalc.words import anchor_words, refusal_words

    anchor = None if given["anchor"] is None else read_anchor(given["anchor"])
    with _opened(given) as log:
        found = log.verify(_progress)
        verdict = held_against(anchor, log, found)
    results: dict[str, Any] = {"whole": found.whole, "head": _head_json(found.head)}
    if found.damage is not None:
        words = refusal_words(found.damage)
        return {**results, "damage": words}, [f"NOT WHOLE: {words}"], STATUS_BAD
    lines = [f"whole: {found.head.count:,} entries, head {found.head.hash}"]
    lines.append(anchor_words(verdict))
    if verdict is None:
        return results, lines, STATUS_FINE
    status = STATUS_FINE if verdict is AnchorVerdict.AGREES else STATUS_BAD
    return {**results, "anchor": str(verdict)}, lines, status


def _anchor(given: Given) -> "tuple[dict[str, Any], list[str], int]":
    """Where the log ends now, as one line to be kept elsewhere: only of a log that is whole."""
    from itbcalc.titration.anchors import Anchor

    with _opened(given) as log:
        line = Anchor(_whole_head(log)).line
    return {"anchor": line}, [line], STATUS_FINE


# --- copies


def _export(given: Given) -> "tuple[dict[str, Any], list[str], int]":
    """Writes the whole log as a file for others."""
    from itbcalc.titration.transfer import write_export

    target = Path(_required(given, "target"))
    with _opened(given) as log:
        head = _whole_head(log)
        write_export(log, head, target, as_csv=given["as_csv"])
    return (
        {"file": str(target), "head": _head_json(head)},
        [f"{head.count:,} entries written to {target}"],
        STATUS_FINE,
    )


def _import(given: Given) -> "tuple[dict[str, Any], list[str], int]":
    """Reads an export in, where there is no log yet; refuses what does not verify."""
    from itbcalc.errors import RefusedError
    from itbcalc.titration.store import make_log
    from itbcalc.titration.transfer import read_export

    path = _path(given)
    head, contents = read_export(Path(_required(given, "source")))
    if path.exists():
        raise RefusedError("log", str(path), "log_exists")
    make_log(path, head.log_id, contents)
    with _opened(given) as log:
        found = _whole_head(log)
    return {"head": _head_json(found)}, [f"{found.count:,} entries read in"], STATUS_FINE


def _backup(given: Given) -> "tuple[dict[str, Any], list[str], int]":
    """Makes a verified copy, then lets older ones go by the rule."""
    from itbcalc.titration.backup import make_backup, thin_out

    folder, now = _backup_folder(given), datetime.now(UTC)
    with _opened(given) as log:
        path = make_backup(log, folder, now)
    gone = thin_out(folder, now)
    lines = [f"copied and verified: {path}", *(f"no longer needed, removed: {old.name}" for old in gone)]
    return {"backup": str(path), "removed": [old.name for old in gone]}, lines, STATUS_FINE


def _restore(given: Given) -> "tuple[dict[str, Any], list[str], int]":
    """Compares a backup with the log; with --yes puts it back and sets the log aside."""
    from itbcalc.titration.backup import compare, restore

    backup, path = Path(_required(given, "source")), _path(given)
    found = compare(None, backup)
    lines = [f"backup: {found.backup.count:,} entries, to {found.backup.recorded_at}"]
    lines += _compared(path, backup) if path.exists() else []
    if not given["yes"]:
        return (
            {"restored": False, "aside": ""},
            [*lines, "Nothing was changed. Add --yes to put the backup back."],
            STATUS_FINE,
        )
    aside = restore(backup, path, datetime.now(UTC))
    lines.append("Put back." if aside is None else f"Put back; what was there is kept as {aside.name}.")
    return {"restored": True, "aside": str(aside or "")}, lines, STATUS_FINE


def _compared(path: Path, backup: Path) -> list[str]:
    """The log in use beside the backup. Raises LogError where the log in use is not to be set aside."""
    from contextlib import closing

    from itbcalc.errors import LogDamagedError, LogUnavailableError
    from itbcalc.titration.backup import compare
    from itbcalc.titration.store import SqliteLog
    from itbcalc.words import refusal_words

    try:
        with closing(SqliteLog(path)) as log:
            found = compare(log, backup)
            damage = log.verify().damage
    except (LogDamagedError, LogUnavailableError) as error:
        reason = "no_file" if path.is_dir() else getattr(error, "reason", "malformed")
        if reason not in _PUT_BACK_OVER:
            raise
        return [f"log in use: {refusal_words(error)}"]
    assert found.log is not None
    lines = [f"log in use: {found.log.count:,} entries, to {found.log.recorded_at}"]
    if damage is not None:
        lines.append(f"log in use: {refusal_words(damage)}")
    more = found.log.count - found.backup.count
    if found.log.log_id != found.backup.log_id:
        lines.append("They are different logs.")
    elif found.parts_after:
        lines.append(f"They differ from entry {found.parts_after} on.")
    elif more:
        lacking, last = ("backup", more) if more > 0 else ("log in use", -more)
        lines.append(f"The {lacking} lacks the last {last:,} entries.")
    else:
        lines.append("They are the same.")
    return lines


# --- what they share


def _whole_head(log: "SqliteLog") -> "Head":
    """Where the log ends, once it is clear that it is whole. Raises LogDamagedError."""
    from itbcalc.titration.chain import whole_head

    return whole_head(log.verify(_progress))


class _Opened:
    """The log of a command, closed when the command is done with it."""

    def __init__(self, path: Path, *, create: bool) -> None:
        self._path, self._create = path, create
        self._log: SqliteLog | None = None

    def __enter__(self) -> "SqliteLog":
        from itbcalc.titration.store import SqliteLog

        if self._create:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        self._log = SqliteLog(self._path, create=self._create)
        return self._log

    def __exit__(self, *_: object) -> None:
        if self._log is not None:
            self._log.close()


def _opened(given: Given, *, create: bool = False) -> _Opened:
    return _Opened(_path(given), create=create)


def _path(given: Given) -> Path:
    from itbcalc.titration.places import log_path

    return log_path() if given["log_file"] is None else Path(_required(given, "log_file", called="log"))


def _backup_folder(given: Given) -> Path:
    from itbcalc.titration.places import BACKUPS

    return _path(given).parent / BACKUPS if given["folder"] is None else Path(_required(given, "folder"))


def _required(given: Given, name: str, *, called: str = "") -> str:
    from itbcalc.errors import RefusedError

    text = _visible(given, name)
    if not text or text.startswith("--"):  # the next option is no text
        raise RefusedError(called or name, "", "missing")
    return text


def _visible(given: Given, name: str) -> str:
    """The text of an option, or nothing; refused where it holds what cannot be seen."""
    from itbcalc.titration.recording import visible_text

    return visible_text(name, str(given.get(name) or ""))


def _entry_named(log: "SqliteLog", name: str | None) -> "Entry":
    """The entry with this number or id."""
    from itbcalc.errors import RefusedError

    if not name:
        raise RefusedError("entry", "", "missing")
    found = log.find(name)
    if found is None and name.isascii() and name.isdigit() and len(name) <= 15:
        found = log.at(int(name))
    if found is None:
        raise RefusedError("entry", name, "no_such_entry")
    return found


def _progress(count: int) -> bool:
    click.echo(f"{count:,} entries …", err=True)
    return True


def _saved(entry: "Entry") -> list[str]:
    """Only said of what was read back from the disk."""
    return [f"Saved: entry {entry.seq}, {entry.kind.replace('_', ' ')}, {entry.entry_id}"]


def _line(entry: "Entry", voided: set[str]) -> str:
    mark = "  VOIDED" if entry.entry_id in voided else ""
    parts = (
        f"{entry.seq:>6}",
        str(entry.content["recorded_at"])[:16].replace("T", " "),
        entry.patient,
        entry.kind.replace("_", " "),
    )
    return "  ".join(_seen(part) for part in (*parts, _what(entry)) if part) + mark


def _seen(text: str) -> str:
    """What is in a log may have been written by anybody: nothing of it reaches the terminal as a command to it."""
    from itbcalc.quantities.entry import visible

    return visible(text, len(text))


def _what(entry: "Entry") -> str:
    """The dose of a step, the state of a read-back, the reason of a correction."""
    body = entry.body
    place: object = body
    for key in ("results", "new", "daily_dose", "text"):
        place = place.get(key) if isinstance(place, dict) else None
    return str(place or body.get("state") or body.get("reason") or "")


def _entry_json(entry: "Entry") -> dict[str, Any]:
    content = entry.content
    return {key: content[key] for key in ("seq", "entry_id", "kind", "patient", "author", "recorded_at")} | {
        "hash": entry.hash
    }


def _head_json(head: "Head") -> dict[str, Any]:
    return {"log_id": head.log_id, "count": head.count, "hash": head.hash, "recorded_at": head.recorded_at}


_COMMANDS: Mapping[str, tuple[str, tuple[click.Parameter, ...], Command]] = {
    "add": (
        "Check a program file and record the step; warnings and stops need an answer.",
        (
            click.Argument(["file"], required=False, default=None),
            _AUTHOR,
            _ROLE,
            click.Option(
                ["--answer"], nargs=2, multiple=True, metavar="CODE REASON", help="The reason for a finding."
            ),
            click.Option(["--refilled"], is_flag=True, help="The reservoir was refilled."),
        ),
        _add,
    ),
    "read-back": (
        "Record that the pump was seen running (stopped, not_read) after the update.",
        (
            _ENTRY,
            click.Option(["--state"], metavar="running|stopped|not_read"),
            click.Option(["--note"], default=""),
            _AUTHOR,
            _ROLE,
        ),
        _read_back,
    ),
    "void": (
        "Say that an entry does not hold, and why; it stays in the log.",
        (_ENTRY, _REASON, _AUTHOR, _ROLE),
        _void,
    ),
    "list": ("One line an entry.", (click.Option(["--patient"], help="Of one patient."),), _list),
    "show": ("One entry, whole.", (_ENTRY,), _show),
    "verify": (
        "Follow the chain to its end.",
        (click.Option(["--anchor"], help="The line of an anchor."),),
        _verify,
    ),
    "anchor": ("Where the log ends now, as a line to be kept elsewhere.", (), _anchor),
    "export": (
        "Write the whole log to a new file.",
        (
            click.Argument(["target"], required=False, default=None),
            click.Option(
                ["--csv", "as_csv"], is_flag=True, help="As a table, which cannot be read in again."
            ),
        ),
        _export,
    ),
    "import": (
        "Read an export in where there is no log yet.",
        (click.Argument(["source"], required=False, default=None),),
        _import,
    ),
    "backup": (
        "Make a verified copy, and let older ones go.",
        (click.Argument(["folder"], required=False, default=None),),
        _backup,
    ),
    "restore": (
        "Compare a backup with the log; with --yes put it back.",
        (
            click.Argument(["source"], required=False, default=None),
            click.Option(["--yes"], is_flag=True, help="Put it back."),
        ),
        _restore,
    ),
}
