"""The commands that copy the log: out, in, to a backup and back."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from itbcalc.cli.log_shared import (
    STATUS_FINE,
    Answer,
    Given,
    asked_passphrase,
    backup_folder,
    entry_named,
    file_of,
    head_json,
    library_in_use,
    opened,
    path_of,
    recorded,
    required,
    saved,
    signature_or_program,
    whole_head_of,
    written_to,
)
from itbcalc.say.catalogue import N_, _, plural

# What is wrong with a log that a backup may take the place of.
_PUT_BACK_OVER = ("empty", "malformed", "not_a_log", "disk_error", "no_file")


def anchor(given: Given) -> Answer:
    """Where the log ends now, as one line to be kept elsewhere: only of a log that is whole.

    Saved in a file it has left the program: that is recorded.
    """
    from itbcalc.log.anchors import Anchor, write_anchor
    from itbcalc.visits.recording import anchor_draft

    with opened(given) as log:
        head = whole_head_of(log)
        line = Anchor(head).line
        if given["target"] is None:
            return {"anchor": line}, [line], STATUS_FINE
        target, signature = Path(required(given, "target")), signature_or_program(given)
        write_anchor(target, Anchor(head))
        draft = anchor_draft(head, "file", signature, datetime.now().astimezone())
        told, why_not = recorded(log, draft)
    return (
        {"anchor": line, "file": str(target)},
        [line, _("written to {file}", file=target), *told, *why_not],
        STATUS_FINE,
    )


def sheet(given: Given) -> Answer:
    """Writes the visit sheet of a step as a page of HTML, with an anchor of the log as it is now."""
    from itbcalc.log.anchors import Anchor
    from itbcalc.safe_files import write_new
    from itbcalc.visits.visit import visit_of
    from itbcalc.visits.visit_sheet import visit_sheet

    target = Path(required(given, "target"))
    with opened(given) as log:
        head = whole_head_of(log)
        library = library_in_use()
        visit = visit_of(log, entry_named(log, given["entry"]), library)
    now = datetime.now().astimezone()
    page = visit_sheet(visit.step, visit.around, visit.checked, library, Anchor(head), now)
    write_new(target, [page.encode("utf-8")])
    return {"file": str(target)}, written_to(given, target), STATUS_FINE


def card(given: Given) -> Answer:
    """Writes the card of a patient, four on a page of HTML."""
    return _patient_paper("card", given)


def letter(given: Given) -> Answer:
    """Writes the letter to a colleague as a page of HTML."""
    return _patient_paper("letter", given)


def _patient_paper(kind: str, given: Given) -> Answer:
    from itbcalc.errors import RefusedError
    from itbcalc.safe_files import write_new
    from itbcalc.visits.history import standings
    from itbcalc.visits.patient_paper import patient_paper

    patient, target = required(given, "ref"), Path(required(given, "target"))
    with opened(given) as log:
        whole_head_of(log)
        found = standings(log.entries(patient))
    if not any(each.is_step for each in found):
        raise RefusedError("ref", patient, "no_step_of", known=patient)
    library = library_in_use()
    page = patient_paper(kind, found, library, datetime.now().astimezone())
    write_new(target, [page.encode("utf-8")])
    draft = library.clinic.paper_reviewed_by is None or library.clinic.paper_reviewed_on is None
    lines = [*written_to(given, target), *([_(_PAPER_IS_A_DRAFT, keys=_REVIEWED_KEYS)] if draft else [])]
    return {"file": str(target), "draft": draft}, lines, STATUS_FINE


_PAPER_IS_A_DRAFT = N_("It is marked as a draft until clinic.toml says who reviewed it ({keys}).")
_REVIEWED_KEYS = "paper_reviewed_by, paper_reviewed_on"


def export(given: Given) -> Answer:
    """Writes the whole log as a file for others."""
    from itbcalc.visits.transfer import write_export
    from itbcalc.visits.whose import plain_copy

    target = Path(required(given, "target"))
    with opened(given) as log:
        head = whole_head_of(log)
        write_export(log, head, target, as_csv=given["as_csv"])
    lines = [
        plural(
            "{count} entry written to {file}", "{count} entries written to {file}", head.count, file=target
        ),
        *plain_copy(path_of(given)),
    ]
    return {"file": str(target), "head": head_json(head)}, lines, STATUS_FINE


def read_in(given: Given) -> Answer:
    """Reads an export in, where there is no log yet; refuses what does not verify."""
    from itbcalc.log.places import begin_log
    from itbcalc.visits.recording import import_draft
    from itbcalc.visits.transfer import read_export

    path = path_of(given)
    source = Path(required(given, "source"))
    head, contents = read_export(source)
    signature = signature_or_program(given)
    begin_log(path, head.log_id, contents)
    with opened(given) as log:
        found = whole_head_of(log)
        entry = log.append(import_draft(source.name, found, datetime.now().astimezone(), signature))
        found = log.head()
    read = plural("{count} entry read in", "{count} entries read in", found.count - 1)
    return {"head": head_json(found)}, [read, *saved(entry)], STATUS_FINE


def backup(given: Given) -> Answer:
    """Makes a verified copy, then lets older ones go by the rule."""
    from itbcalc.log.keeping import keep
    from itbcalc.log.places import in_file
    from itbcalc.visits.recording import backup_draft

    folder, now, signature = backup_folder(given), datetime.now().astimezone(), signature_or_program(given)
    with opened(given) as log:
        why_not: list[str] = []
        kept = keep(
            in_file(log, path_of(given)),
            folder,
            now,
            lambda path, head: why_not.extend(
                recorded(log, backup_draft(path.name, head, now, signature))[1]
            ),
        )
    lines = [_("copied and verified: {file}", file=kept.path), *why_not]
    lines += [_("no longer needed, removed: {file}", file=old.name) for old in kept.removed]
    return {"backup": str(kept.path), "removed": [old.name for old in kept.removed]}, lines, STATUS_FINE


def restore(given: Given) -> Answer:
    """Compares a backup with the log; with --yes puts it back and sets the log aside."""
    from itbcalc.log.backup import compare
    from itbcalc.log.encrypting import read_older
    from itbcalc.say import refusal_words
    from itbcalc.visits.putting_back import put_back

    backup, path = Path(required(given, "source")), file_of(given)
    if given["recovery_key"]:
        read_older(backup, given["recovery_key"])
    found = compare(None, backup)
    lines = [
        plural(
            "backup: {count} entry, to {moment}",
            "backup: {count} entries, to {moment}",
            found.backup.count,
            moment=found.backup.recorded_at,
        )
    ]
    lines += _compared(path, backup) if path.exists() else []
    if not given["yes"]:
        return (
            {"restored": False, "aside": ""},
            [*lines, _("Nothing was changed. Add --yes to put the backup back.")],
            STATUS_FINE,
        )
    aside, not_written = put_back(backup, path, datetime.now(UTC), signature_or_program(given))
    kept = "" if aside is None else aside.name
    lines.append(_("Put back; what was there is kept as {file}.", file=kept) if kept else _("Put back."))
    if not_written is not None:
        lines.append(_("It is not recorded in the log: {reason}", reason=refusal_words(not_written)))
    return {"restored": True, "aside": str(aside or "")}, lines, STATUS_FINE


def _compared(path: Path, backup: Path) -> list[str]:
    """The log in use beside the backup. Raises LogError where the log in use is not to be set aside."""
    from contextlib import closing

    from itbcalc.errors import LogDamagedError, LogUnavailableError
    from itbcalc.log.backup import compare
    from itbcalc.log.store import SqliteLog
    from itbcalc.say import refusal_words

    try:
        with closing(SqliteLog(path)) as log:
            found = compare(log, backup)
            damage = log.verify().damage
    except (LogDamagedError, LogUnavailableError) as error:
        reason = "no_file" if path.is_dir() else getattr(error, "reason", "malformed")
        if reason not in _PUT_BACK_OVER:
            raise
        return [_("log in use: {trouble}", trouble=refusal_words(error))]
    assert found.log is not None
    lines = [
        plural(
            "log in use: {count} entry, to {moment}",
            "log in use: {count} entries, to {moment}",
            found.log.count,
            moment=found.log.recorded_at,
        )
    ]
    if damage is not None:
        lines.append(_("log in use: {trouble}", trouble=refusal_words(damage)))
    more = found.log.count - found.backup.count
    if found.log.log_id != found.backup.log_id:
        lines.append(_("They are different logs."))
    elif found.parts_after:
        lines.append(_("They differ from entry {number} on.", number=found.parts_after))
    elif more > 0:
        lines.append(
            plural("The backup lacks the last entry.", "The backup lacks the last {count} entries.", more)
        )
    elif more < 0:
        lines.append(
            plural(
                "The log in use lacks the last entry.",
                "The log in use lacks the last {count} entries.",
                -more,
            )
        )
    else:
        lines.append(_("They are the same."))
    return lines


def encrypt(given: Given) -> Answer:
    """Puts an encrypted copy in the place of the log; its recovery key is shown before."""
    from itbcalc.log.encrypting import encrypt_log

    path = file_of(given)
    with opened(given):  # says what is wrong with it before a passphrase is asked
        pass
    secret = asked_passphrase(_NEW, _("New passphrase of the log"), twice=True)
    printed, aside = encrypt_log(path, secret, datetime.now(UTC), _typed_back)
    lines = [
        _("Encrypted."),
        *_recovery_lines(printed),
        _(
            "The plain log is kept as {file}, and backups made before are plain too: remove them when you have opened"
            " the encrypted one.",
            file=aside.name,
        ),
    ]
    return {"recovery_key": printed, "aside": str(aside)}, lines, STATUS_FINE


def new_key(given: Given) -> Answer:
    """Puts a copy under another key in the place of an encrypted log: for when somebody leaves who knew the passphrase."""
    from itbcalc.errors import RefusedError
    from itbcalc.log.encrypting import change_key, is_encrypted

    path = file_of(given)
    if not is_encrypted(path):
        raise RefusedError("log", str(path), "not_encrypted")
    old = asked_passphrase("ITBCALC_LOG_PASSPHRASE", _("Passphrase of the log until now"))
    new = asked_passphrase(_NEW, _("New passphrase of the log"), twice=True)
    printed, aside = change_key(path, old, new, datetime.now(UTC), _typed_back)
    lines = [
        _("The log has another key."),
        *_recovery_lines(printed),
        _(
            "The log as it was is kept as {file}. It and the backups made before are opened by the older key alone: keep"
            " the older recovery key as long as you keep them. Make a backup now.",
            file=aside.name,
        ),
    ]
    return {"recovery_key": printed, "aside": str(aside)}, lines, STATUS_FINE


def _recovery_lines(printed: str) -> tuple[str, str]:
    return (
        _(_NEEDED, key=printed),
        _(
            "Keep it under lock and key; who knows the passphrase can see it again (itbcalc log passphrase"
            " --show-recovery-key)."
        ),
    )


_NEEDED = N_("Recovery key, needed when the passphrase is lost: {key}")


def _typed_back(printed: str) -> str:
    """Shows the recovery key before the log is replaced, and has it typed back: then it stands on paper.

    Where nobody sits at a terminal it is shown all the same: whoever is interrupted has seen it.
    """
    import click

    click.echo(_(_NEEDED, key=printed), err=True)
    if not sys.stdin.isatty():
        return printed
    click.echo(_("Write it down or print it now."), err=True)
    return str(click.prompt(_("Type it back, from the paper; nothing was changed yet"), err=True))


def passphrase(given: Given) -> Answer:
    """Gives an encrypted log another passphrase: by the old one, or by the recovery key."""
    from itbcalc.log.encrypting import change_passphrase, recovery_key_of, unlock_with_recovery_key

    path, printed = file_of(given), given["recovery_key"]
    if given["show_recovery_key"]:
        key = recovery_key_of(path, asked_passphrase("ITBCALC_LOG_PASSPHRASE", _("Passphrase of the log")))
        return (
            {"recovery_key": key},
            [_("Recovery key: {key}", key=key), _("Keep it under lock and key.")],
            STATUS_FINE,
        )
    old = "" if printed else asked_passphrase("ITBCALC_LOG_PASSPHRASE", _("Passphrase of the log"))
    new = asked_passphrase(_NEW, _("New passphrase of the log"), twice=True)
    if printed:
        unlock_with_recovery_key(path, printed, new)
    else:
        change_passphrase(path, old, new)
    return {"changed": True}, [_("The passphrase was changed; the recovery key stays the same.")], STATUS_FINE


_NEW = "ITBCALC_LOG_NEW_PASSPHRASE"
