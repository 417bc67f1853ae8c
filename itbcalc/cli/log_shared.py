"""What the commands of the log share: opening it, the texts of options, how an entry is shown."""

import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from itbcalc.cli.checking import program_in
from itbcalc.say.catalogue import N_, _, plural

if TYPE_CHECKING:
    from itbcalc.library.records import Library
    from itbcalc.log.chain import Seen
    from itbcalc.log.entries import Draft, Entry, Head
    from itbcalc.log.store import Guard, TitrationLog
    from itbcalc.log.waiting import Waits
    from itbcalc.visits.recording import CheckedStep, Signature

Given = Mapping[str, Any]
Answer = tuple[dict[str, Any], list[str], int]  # results for the document, lines to be read, exit status
Command = Callable[[Given], Answer]

STATUS_FINE, STATUS_BAD = 0, 1


def whole_head_of(log: "TitrationLog") -> "Head":
    """Where the log ends, once it is clear that it is whole. Raises LogDamagedError."""
    from itbcalc.log.chain import whole_head

    return whole_head(log.verify(progress))


def not_whole(log: "TitrationLog", seen: "Seen | None" = None) -> list[str]:
    """A line that says so where the log is not whole; of a newer one that it cannot be verified. Raises LogError.

    `seen` is given each entry that was verified.
    """
    from itbcalc.say import refusal_words

    if log.too_new is not None:
        return [refusal_words(log.too_new)]
    damage = log.verify(seen=seen).damage
    return [] if damage is None else [_("NOT WHOLE: {trouble}", trouble=refusal_words(damage))]


def looked_whole(log: "TitrationLog") -> tuple[list[str], int]:
    """What is to be said first of a log that is shown, and the status: a newer one is said, and is not damaged. Raises LogError."""
    warned = not_whole(log)
    return warned, STATUS_BAD if warned and log.too_new is None else STATUS_FINE


class Opened:
    """The log of a command, closed when the command is done with it."""

    def __init__(self, path: Path, *, create: bool) -> None:
        self._path, self._create = path, create
        self._log: TitrationLog | None = None

    def __enter__(self) -> "TitrationLog":
        from itbcalc.log.places import open_log
        from itbcalc.safe_files import make_folder

        if self._create:
            make_folder(self._path.parent)
        self._log = open_log(self._path, create=self._create)
        return self._log

    def __exit__(self, *_: object) -> None:
        if self._log is not None:
            self._log.close()


def opened(given: Given, *, create: bool = False) -> Opened:
    """The log that the command names, to be used in a `with`."""
    return Opened(path_of(given), create=create)


def path_of(given: Given) -> Path:
    """The log that the command names; without one that of this workstation. Raises RefusedError."""
    from itbcalc.log.folders import log_path

    return log_path() if given["log_file"] is None else Path(required(given, "log_file", called="log"))


def file_of(given: Given) -> Path:
    """The log that the command names, where it lies in a file. Raises RefusedError."""
    from itbcalc.errors import RefusedError
    from itbcalc.log.places import is_on_server

    path = path_of(given)
    if is_on_server(path):
        raise RefusedError("log", str(path), "on_a_server")
    return path


def unlock_named(given: Given) -> None:
    """Unlocks the log of the command where it is encrypted: by ITBCALC_LOG_PASSPHRASE, or asked on the terminal.

    Raises RefusedError, LogUnavailableError.
    """
    from itbcalc.log.encrypting import is_locked, unlock

    path = path_of(given)
    if is_locked(path):
        unlock(path, asked_passphrase("ITBCALC_LOG_PASSPHRASE", _("Passphrase of the log")))


def asked_passphrase(variable: str, words: str, *, twice: bool = False) -> str:
    """A passphrase from a variable of the environment, or typed unseen. Raises RefusedError where neither can be."""
    from itbcalc.errors import RefusedError

    named = os.environ.get(variable)
    if named is not None:
        return named
    if not sys.stdin.isatty():
        raise RefusedError("passphrase", "", "passphrase_not_asked", known=variable)
    return str(click.prompt(words, hide_input=True, confirmation_prompt=twice, err=True))


def backup_folder(given: Given) -> Path:
    """Where backups go: the folder named, or the one beside the log."""
    from itbcalc.log.folders import BACKUPS

    return path_of(given).parent / BACKUPS if given["folder"] is None else Path(required(given, "folder"))


def required(given: Given, name: str, *, called: str = "") -> str:
    """The text of an option that must be there. Raises RefusedError."""
    from itbcalc.errors import RefusedError

    text = visible_option(given, name)
    if not text or text.startswith("--"):  # the next option is no text
        raise RefusedError(called or name, "", "missing")
    return text


def visible_option(given: Given, name: str) -> str:
    """The text of an option, or nothing; refused where it holds what cannot be seen."""
    from itbcalc.visits.recording import visible_text

    return visible_text(name, str(given.get(name) or ""))


def entry_named(log: "TitrationLog", name: str | None) -> "Entry":
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


def progress(count: int) -> bool:
    """How far a long work has come, on standard error."""
    click.echo(plural("{count} entry …", "{count} entries …", count), err=True)
    return True


def named_in(*texts: str) -> list[str]:
    """A word about what looks like a person in a text that was written: it stays."""
    from itbcalc.visits.privacy import suspected

    found = suspected(" \n ".join(texts))
    if not found:
        return []
    looks = _(
        "This looks like a person: {names}. What is written stays; void it if it must not.",
        names=", ".join(found),
    )
    return [looks]


def saved(entry: "Entry") -> list[str]:
    """Only said of what was read back from the disk."""
    from itbcalc.visits.entry_kinds import definition

    kind = definition(entry.kind).words
    return [_("Saved: entry {number}, {kind}, {id}", number=entry.seq, kind=kind, id=entry.entry_id)]


def seen(text: str) -> str:
    """What is in a log may have been written by anybody: nothing of it reaches the terminal as a command to it."""
    from itbcalc.quantities.entry import visible

    return visible(text, len(text))


def entry_json(entry: "Entry") -> dict[str, Any]:
    """What names an entry, for the document."""
    content = entry.content
    return {key: content[key] for key in ("seq", "entry_id", "kind", "patient", "author", "recorded_at")} | {
        "hash": entry.hash,
    }


def head_json(head: "Head") -> dict[str, Any]:
    """Where a log ends, for the document."""
    return {"log_id": head.log_id, "count": head.count, "hash": head.hash, "recorded_at": head.recorded_at}


def append(given: Given, draft: "Draft", guard: "Guard | None" = None, *, create: bool = False) -> "Entry":
    """Writes an entry unless `guard` refuses, and returns it as it was read back. Raises LogError, RefusedError."""
    from itbcalc.visits.authors import own_name
    from itbcalc.visits.begun import expect_not_vanished, remember_begun

    if create:
        expect_not_vanished(path_of(given))
    with opened(given, create=create) as log:
        entry = log.append(draft, own_name(draft, guard))
    remember_begun(path_of(given))
    return entry


def written_to(given: Given, target: object) -> list[str]:
    """Where something of the log was written to, in plain; said of an encrypted one."""
    from itbcalc.visits.whose import plain_copy

    return [_("written to {file}", file=target), *plain_copy(path_of(given))]


def still_waiting(given: Given) -> list[str]:
    """Lines that say so where entries wait, and are not in the log or not known to be."""
    from itbcalc.log.waiting import Waiting
    from itbcalc.say import waiting_words

    found = Waiting(path_of(given)).all()
    not_known = sum(each.not_known for each in found)
    said = waiting_words(len(found) - not_known, not_known)
    return [*said, _(_HOW_TO_SEND)] if said else []


_HOW_TO_SEND = N_("Send it when the server is back: itbcalc log send")


def append_new(given: Given, draft: "Draft") -> Answer:
    """Writes an entry that needs no other; where the server of the log is away it waits. Raises LogError, RefusedError."""
    return _append_or_wait(given, draft, create=True)


def entry_or_waiting(given: Given) -> "Entry":
    """The entry that the command names: of the log, or by its id one that waits for the server. Raises LogError, RefusedError."""
    from itbcalc.log.places import is_on_server
    from itbcalc.log.waiting import Waiting

    path = path_of(given)
    for each in Waiting(path).all() if is_on_server(path) else ():
        if each.draft.entry_id == given["entry"]:
            return each.entry
    with opened(given) as log:
        return entry_named(log, given["entry"])


def append_after(given: Given, entry: "Entry", draft: "Draft", guard: "Guard") -> Answer:
    """Writes what tells of an earlier entry: never before that one, so where it waits this waits behind it.

    Raises LogError, RefusedError.
    """
    from itbcalc.log.waiting import Waiting, waits_here

    if waits_here(entry):
        return _waits(draft, Waiting(path_of(given)).put(draft))
    return _append_or_wait(given, draft, guard)


def _append_or_wait(
    given: Given, draft: "Draft", guard: "Guard | None" = None, *, create: bool = False
) -> Answer:
    from itbcalc.errors import LogUnavailableError
    from itbcalc.log.waiting import put_waiting

    try:
        entry = append(given, draft, guard, create=create)
    except LogUnavailableError as error:
        return _waits(draft, put_waiting(path_of(given), draft, error))
    return entry_json(entry), saved(entry), STATUS_FINE


def _waits(draft: "Draft", waits: "Waits") -> Answer:
    from itbcalc.say import waits_words

    results = {"waits": True, "entry_id": draft.entry_id, "not_known": waits.not_known}
    return results, [waits_words(not_known=waits.not_known), _(_HOW_TO_SEND)], STATUS_BAD


def expect_a_step(given: Given, field: str) -> None:
    """Refuses a patient of whom the log holds no step; while its server is away that cannot be looked up, and is not asked.

    Raises RefusedError, LogError.
    """
    from itbcalc.errors import LogUnavailableError, RefusedError
    from itbcalc.log.waiting import may_wait
    from itbcalc.visits.history import standings

    patient = given[field]
    try:
        with opened(given) as log:
            if not any(each.is_step for each in standings(log.entries(patient))):
                raise RefusedError(field, patient, "no_step_of", known=patient)
    except LogUnavailableError as error:
        if not may_wait(path_of(given), error):
            raise


def recorded(log: "TitrationLog", draft: "Draft") -> tuple[list[str], list[str]]:
    """Writes down what was done: what is said of that, or why it could not be written down; it is done all the same."""
    from itbcalc.errors import LogError
    from itbcalc.say import refusal_words
    from itbcalc.visits.authors import own_name

    try:
        return saved(log.append(draft, own_name(draft))), []
    except LogError as error:
        return [], [_("It is not recorded in the log: {reason}", reason=refusal_words(error))]


def signature_of(given: Given) -> "Signature":
    """Who writes: an operator with a passphrase where there are operators, else whoever is named. Raises RefusedError."""
    from itbcalc.errors import RefusedError
    from itbcalc.log.folders import people_path
    from itbcalc.visits.authors import same_name
    from itbcalc.visits.people import People
    from itbcalc.visits.recording import Signature

    author = required(given, "author")
    if not people_path().exists():
        return Signature(author, visible_option(given, "role"))
    named = [
        each for each in People(people_path()).operators() if each.active and same_name(each.name, author)
    ]
    if not named:
        raise RefusedError("author", author, "not_an_operator")
    passphrase = asked_passphrase("ITBCALC_PASSPHRASE", _("Passphrase of {operator}", operator=named[0].name))
    operator = People(people_path()).check(named[0].id, passphrase)
    return Signature(operator.name, str(operator.role), "passphrase")


def signature_or_program(given: Given) -> "Signature":
    """Who writes; where nobody is named, the program itself. Raises RefusedError."""
    from itbcalc.visits.recording import BY_ITSELF

    return signature_of(given) if given["author"] else BY_ITSELF


def table_checked(given: Given) -> "CheckedStep":
    """The program file of the command, checked as `itbcalc check` does. Raises RefusedError, SelfTestError."""
    from itbcalc.ask.selftest import require, run_self_test
    from itbcalc.errors import RefusedError
    from itbcalc.judge.check import check
    from itbcalc.program import read_program
    from itbcalc.visits.recording import CheckedStep

    require(run_self_test())
    if given["file"] is None:
        raise RefusedError("file", "", "missing")
    library = library_in_use()
    table, program = program_in(given["file"], library, read_program)
    return CheckedStep(table, check(program, library, now=datetime.now(UTC)), library)


def library_in_use() -> "Library":
    """The library with the clinic's own profile, or the built-in one where that is refused."""
    from itbcalc.library.own import own_folder, read_library_or_built_in
    from itbcalc.resources import resource_path

    return read_library_or_built_in(resource_path(), own_folder())[0]
