"""A check on paper: one plain page with inputs, results, findings, working and room for signatures."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any

from msgspec import Struct

from itbcalc.compute.working import Worked
from itbcalc.judge.check import Checked
from itbcalc.library.records import Library
from itbcalc.program.records import ScreeningBolus
from itbcalc.quantities.display import exact_text, moment_text, number_shown, shown
from itbcalc.say import place_words, whole_words
from itbcalc.say.answer_report import step_lines
from itbcalc.say.catalogue import _
from itbcalc.say.message import Message
from itbcalc.say.paper import page
from itbcalc.say.places import FILLING_WORDS, MODE_WORDS, ORIGIN_WORDS
from itbcalc.say.report import all_messages
from itbcalc.say.table import ResultRow, printed_rows, result_rows, working_steps
from itbcalc.say.therapy_report import SCHEDULE_NEW, SCHEDULE_NOW, schedule_lines

_WORKING_WIDTH = 67


class Row(Struct, frozen=True):
    """One line of the table: what it is of, now, new, what changes, what the programmer shows, the verdict; in words."""

    label: str
    now: str = ""
    new: str = ""
    change: str = ""
    programmer: str = ""
    verdict: str = ""


def check_sheet(checked: Checked, library: Library, printed_at: datetime, unread: Sequence[str] = ()) -> str:
    """The sheet of a check: what matters first, the working last, room for two signatures.

    `unread` names what was not given or not readable: a sheet of half a check says so at its head.
    """
    return page(
        "check",
        ref=checked.program.patient.ref,
        patient=patient_words(checked),
        printed=printed_at,
        unread=unread,
        whole=whole_words(checked),
        messages=all_messages(checked, library),
        rows=check_rows(checked),
        schedules=running_schedules(checked),
        system=system_values(checked),
        library=library,
        working=working_pairs(result_rows(checked)),
    )


def question_sheet(
    title: str,
    *,
    asked: Sequence[tuple[str, str]],
    answered: Sequence[tuple[str, str]],
    messages: Sequence[Message],
    working: Sequence[Worked[Any]],
    library: Library,
    printed_at: datetime,
) -> str:
    """The sheet of a quick question: what was asked and answered, each as name and text, findings and working."""
    return page(
        "question",
        title=title,
        printed=printed_at,
        asked=asked,
        answered=answered,
        messages=messages,
        working=_in_pairs(working),
        library=library,
    )


def patient_words(checked: Checked) -> str:
    """`51 years · spinal · US rules · times of America/Chicago`, as far as it is known."""
    patient, at = checked.program.patient, checked.program.reservoir.at
    about = [
        "" if patient.age_years is None else _("{age} years", age=number_shown(patient.age_years)),
        ORIGIN_WORDS[patient.origin] if patient.origin else "",
        _("{jurisdiction} rules", jurisdiction=patient.jurisdiction.upper()) if patient.jurisdiction else "",
        _("times of {zone}", zone=at.moment.tzinfo) if at is not None and at.zone_named else "",
    ]
    return " · ".join(part for part in about if part)


def check_rows(checked: Checked) -> list[Row]:
    """The rows of the one table of results (`say/table.py`), as lines of the sheet."""
    return [
        Row(row.words, row.current, row.new_text, row.change, row.programmer, row.verdict)
        for row in printed_rows(checked)
    ]


def running_schedules(checked: Checked) -> list[tuple[str, list[str]]]:
    """The day as it runs, now and new, for modes that have one: its title and its lines."""
    first = checked.calculation
    therapies = ((SCHEDULE_NOW, first.current_therapy), (SCHEDULE_NEW, first.new_therapy))
    return [
        (_(title, mode=MODE_WORDS[therapy.schedule.mode]), lines)
        for title, therapy in therapies
        if therapy.schedule is not None and (lines := schedule_lines(therapy))
    ]


def system_values(checked: Checked) -> list[tuple[str, str]]:
    """Pump, catheter, reservoir and moments with their names, as typed."""
    program = checked.program
    rows = [(place_words("system.pump"), program.system.pump.name)] if program.system.pump else []
    rows += [
        (place_words(place), exact_text(entry.quantity))
        for place, entry in program.entries.items()
        if place.startswith(("system.", "reservoir.", "line.", "current.really."))
    ]
    if program.line is not None or (program.bridge is not None and program.bridge.aspirated):
        held = program.line_at_change
        rows += [
            (place_words("line.tubing"), FILLING_WORDS[held.tubing]),
            (place_words("line.catheter"), FILLING_WORDS[held.catheter]),
        ]
    moments = (
        ("reservoir.at", program.reservoir.at),
        ("patient.last_change", program.patient.last_change),
        ("patient.last_increase", program.patient.last_increase),
        ("patient.first_dose", program.patient.first_dose),
    )
    rows += [
        (place_words(place), moment_text(instant.moment)) for place, instant in moments if instant is not None
    ]
    return rows + [
        (place_words(f"screening.boluses.{number}"), _bolus_words(bolus))
        for number, bolus in enumerate(program.screening, start=1)
    ]


def _bolus_words(bolus: ScreeningBolus) -> str:
    """`50 mcg, 10 Nov 2026 09:00, effect 5 h`."""
    effect = _("effect not said") if bolus.effect is None else _("effect {time}", time=shown(bolus.effect))
    parts = [exact_text(bolus.dose), moment_text(bolus.at.moment), effect]
    return ", ".join([*parts, _("adverse reaction")] if bolus.adverse_reaction else parts)


def working_pairs(rows: Iterable[ResultRow]) -> list[tuple[str, str]]:
    """Every step behind these rows, two and two beside each other, in their order."""
    return _in_pairs(working_steps(rows))


def _in_pairs(working: Iterable[Worked[Any]]) -> list[tuple[str, str]]:
    steps = ["\n".join(step_lines(step, _WORKING_WIDTH)) for step in working]
    return list(zip_longest(steps[::2], steps[1::2], fillvalue=""))
