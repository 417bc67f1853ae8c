"""The commands that read programs: `check`, of one file or of many, `audit` of a table, and `schedule`."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from itbcalc.cli.calls import nearest_file
from itbcalc.cli.faults import FaultyFileError, SaidFault, fault_of, faults_json, guarded, refuse
from itbcalc.cli.looking import explanations_in
from itbcalc.cli.shared import (
    STATUS_FINE,
    STATUS_REFUSED,
    STATUS_STOP,
    library_of,
    print_json,
    say_self_test_failed,
    self_test_of_start,
)
from itbcalc.say.catalogue import _

if TYPE_CHECKING:
    from itbcalc.judge.check import Checked
    from itbcalc.library.records import Library
    from itbcalc.program import Program, ProgramReading
    from itbcalc.program.programs_table import ProgramRow
    from itbcalc.say import Message
    from itbcalc.say.many import FileCheck

    Reader = Callable[[Mapping[str, Any], Library], ProgramReading]

STANDARD_INPUT = "-"


def program_in(file: str, library: "Library", read: "Reader") -> "tuple[dict[str, Any], Program]":
    """The table of a program file, or of standard input, and the program in it. Raises FaultyFileError with all faults."""
    from itbcalc.errors import RefusedError
    from itbcalc.program.toml_file import MAX_FILE_BYTES, parse_toml
    from itbcalc.program.toml_lines import line_of

    raw = b""
    try:
        raw = _held_in(file, MAX_FILE_BYTES)
        table = parse_toml(raw)
        faults = (reading := read(table, library)).faults
    except RefusedError as error:
        faults = (error,)
    if faults:
        text = raw.decode("utf-8", errors="replace")
        raise FaultyFileError([fault_of(each, file, line_of(text, each)) for each in faults])
    return table, reading.program


def check_command(files: Sequence[str], *, log: str | None, as_json: bool, working: bool) -> int:
    """`itbcalc check`: one file as it always was, or held against a log; several with a summary."""
    return guarded(lambda: _check(files, log, as_json=as_json, working=working), as_json=as_json)


def _check(files: Sequence[str], log: str | None, *, as_json: bool, working: bool) -> int:
    from itbcalc.errors import RefusedError

    if not files:
        raise RefusedError("file", "", "missing")
    twice = [file for number, file in enumerate(files) if file in files[:number]]
    if twice:
        raise RefusedError("file", twice[0], "file_twice")
    if len(files) > 1:
        if log is not None:
            raise RefusedError("log", log, "log_with_several")
        return _check_many(files, as_json=as_json)
    return _check_one(files[0], log, as_json=as_json, working=working)


def _check_one(file: str, log: str | None, *, as_json: bool, working: bool) -> int:
    from itbcalc.library.records import Severity
    from itbcalc.say.answer_report import message_json, message_lines
    from itbcalc.say.report import check_document, check_text

    self_test = self_test_of_start()
    library, ours = library_of(self_test)
    checked, beside = _held(file, log, library)
    explanations = explanations_in(checked, library)
    if as_json:
        document = check_document(checked, library, file, explanations)
        print_json({**document, "findings": [*ours, *map(message_json, beside), *document["findings"]]})
    else:
        text = check_text(checked, library, Path(file).stem, working=working, explanations=explanations)
        click.echo("\n\n".join([*map(message_lines, beside), text]))
    if not self_test.passed:
        return say_self_test_failed(self_test)
    stops = any(message.severity is Severity.STOP for message in beside)
    return STATUS_STOP if stops else _status(checked)


def _held(file: str, log: str | None, library: "Library") -> "tuple[Checked, tuple[Message, ...]]":
    """The check of a file, with a log held against it; and what that says beside. Raises FaultyFileError, LogError."""
    from itbcalc.cli.log_shared import Opened, unlock_named
    from itbcalc.errors import RefusedError
    from itbcalc.program import read_program
    from itbcalc.visits.against_log import held_or_said
    from itbcalc.visits.recording import CheckedStep

    if log is None:
        return _checked(file, library), ()
    from itbcalc.judge.check import check

    if not Path(log).exists():
        raise RefusedError("log", log, "no_such_log")
    unlock_named({"log_file": log})
    now = datetime.now(UTC)
    table, program = program_in(file, library, read_program)
    step = CheckedStep(table, check(program, library, now=now), library)
    held = held_or_said(step, Path(log), now, Opened(Path(log), create=False))
    return held.shown, held.beside


def _checked(file: str, library: "Library") -> "Checked":
    from itbcalc.judge.check import check
    from itbcalc.program import read_program

    return check(program_in(file, library, read_program)[1], library, now=datetime.now(UTC))


def _status(checked: "Checked") -> int:
    from itbcalc.say.many import stops

    return STATUS_STOP if stops(checked) else STATUS_FINE


def _check_many(files: Sequence[str], *, as_json: bool) -> int:
    """Each file by itself, and all in one summary; the status is the worst of them."""
    from itbcalc.say.many import files_text

    def one(file: str) -> "Callable[[Library], Checked]":
        return lambda library: _checked(file, library)

    return _many("check", "files", [(file, one(file)) for file in files], files_text, as_json=as_json)


def _many(
    command: str,
    counted: str,
    works: "Sequence[tuple[str, Callable[[Library], Checked]]]",
    text: "Callable[[Sequence[FileCheck], Library], str]",
    *,
    as_json: bool,
) -> int:
    """Does one check after the other, and says all in one summary."""
    from itbcalc.say.many import FileCheck, many_document
    from itbcalc.say.report import check_document

    self_test = self_test_of_start()
    library, ours = library_of(self_test)
    checks, documents, faults, status = (
        list[FileCheck](),
        list[dict[str, Any]](),
        list[SaidFault](),
        STATUS_FINE,
    )
    for name, work in works:
        try:
            checked = work(library)
        except FaultyFileError as error:
            checks.append(FileCheck(name))
            documents.append({"file": name, **faults_json(error.faults)})
            faults += error.faults
            continue
        checks.append(FileCheck(name, checked))
        status = max(status, _status(checked))
        if as_json:
            documents.append(check_document(checked, library, name))
    if as_json:
        print_json(many_document(command, counted, checks, documents, ours))
    else:
        click.echo(text(checks, library))
    if faults:
        status = refuse(faults, as_json=False)
    return say_self_test_failed(self_test) if not self_test.passed and status != STATUS_REFUSED else status


def audit_command(file: str | None, *, as_json: bool) -> int:
    """`itbcalc audit`: the programs in the rows of a table, each checked as a file of its own."""
    return guarded(lambda: _audit(file, as_json=as_json), as_json=as_json)


def _audit(file: str | None, *, as_json: bool) -> int:
    from itbcalc.errors import RefusedError
    from itbcalc.program.programs_table import MAX_TABLE_BYTES, program_rows
    from itbcalc.say.many import many_text

    if file is None:
        raise RefusedError("file", "", "missing")
    raw = _held_in(file, MAX_TABLE_BYTES)
    rows = program_rows(raw)

    def one(row: "ProgramRow") -> "Callable[[Library], Checked]":
        return lambda library: _checked_row(file, row, library)

    works = [(row.name or f"{Path(file).name}:{row.line}", one(row)) for row in rows]
    return _many("audit", "programs", works, many_text, as_json=as_json)


def _checked_row(file: str, row: "ProgramRow", library: "Library") -> "Checked":
    from itbcalc.judge.check import check
    from itbcalc.program import read_program

    reading = read_program(row.table, library)
    if reading.faults:
        raise FaultyFileError([fault_of(each, file, row.line) for each in reading.faults])
    return check(reading.program, library, now=datetime.now(UTC))


def _held_in(file: str, most: int) -> bytes:
    """What a file or standard input holds; where there is no such file, those with nearly its name are said."""
    from itbcalc.errors import RefusedError
    from itbcalc.program.toml_file import read_file

    if file == STANDARD_INPUT:
        return sys.stdin.buffer.read(most + 1)
    try:
        return read_file(Path(file), most)
    except RefusedError as error:
        near = () if os.path.lexists(file) else nearest_file(Path(file))
        if not near:
            raise
        raise RefusedError("file", file, "file_near", known=", ".join(map(str, near))) from error


def schedule_command(file: str | None, *, elsewhere: str | None, as_json: bool, working: bool) -> int:
    """`itbcalc schedule`: the new schedule of a program file."""
    return guarded(lambda: _schedule(file, elsewhere, as_json=as_json, working=working), as_json=as_json)


def _schedule(file: str | None, elsewhere: str | None, *, as_json: bool, working: bool) -> int:
    from itbcalc.errors import RefusedError
    from itbcalc.judge.check import check
    from itbcalc.judge.pump_clock import times_elsewhere
    from itbcalc.program import read_schedule
    from itbcalc.say.answer_report import has_stop
    from itbcalc.say.report import schedule_document, schedule_messages, schedule_text

    if file is None:
        raise RefusedError("file", "", "missing")
    self_test = self_test_of_start()
    library, ours = library_of(self_test)
    program = program_in(file, library, read_schedule)[1]
    checked = check(program, library)
    therapy = checked.calculation.new_therapy
    moved = times_elsewhere(program, therapy, elsewhere) if elsewhere is not None else ()
    if as_json:
        document = schedule_document(checked, library)
        if elsewhere is not None:
            document["results"]["elsewhere"] = [{"pump": here, "patient": there} for here, there in moved]
        print_json({**document, "findings": [*ours, *document["findings"]]})
    else:
        click.echo(schedule_text(therapy, schedule_messages(checked, library), working=working))
        for here, there in moved:
            line = _("{pump} on the pump is {there} in {zone}", pump=here, there=there, zone=elsewhere)
            click.echo(f"  {line}")
    if not self_test.passed:
        return say_self_test_failed(self_test)
    stops = [finding for finding in checked.findings if finding.place.partition(".")[0] == "new"]
    return STATUS_STOP if has_stop(stops) else STATUS_FINE
