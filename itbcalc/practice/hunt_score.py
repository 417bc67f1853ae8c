"""Who found how many of the planted slips: hits, misses, false alarms and time, for each trainee and for the class?"""

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import tomli_w
from msgspec import Struct

from itbcalc.errors import RefusedError
from itbcalc.library.records import Library
from itbcalc.practice.hunt import MADE_UP, SHEETS, Place, SlipSheet, sheets
from itbcalc.practice.table import PracticeReader
from itbcalc.program import load_toml
from itbcalc.quantities.display import decimal_text
from itbcalc.visits.authors import same_name
from itbcalc.visits.transfer import safe_cell

MINUTES = 10  # in which a set is to be done
LARGEST_SEED = 2**31 - 1
COLUMNS = (
    "note",
    "file",
    "trainee",
    "seed",
    "with_program",
    "slips",
    "hits",
    "named",
    "misses",
    "false_alarms",
    "minutes",
    "in_time",
    "missed_slips",
)
_KEYS = ("trainee", "seed", "with_program", "minutes", "sheet")


class SheetAnswers(Struct, frozen=True):
    """What a trainee wrote down: for each sheet where the slip is, `None` where there is none, "" where it was not said."""

    trainee: str
    seed: int
    with_program: bool
    minutes: Fraction
    marked: Mapping[int, str | None]
    file: str = ""


class HuntScore(Struct, frozen=True):
    """The answers held against the set. A hit is a planted slip that was marked; `named` are those marked at their place."""

    answers: SheetAnswers
    hits: tuple[SlipSheet, ...]
    misses: tuple[SlipSheet, ...]
    false_alarms: tuple[SlipSheet, ...]
    named: int

    @property
    def slips(self) -> int:
        """How many were planted."""
        return len(self.hits) + len(self.misses)

    @property
    def in_time(self) -> bool:
        """Whether it took no longer than it may."""
        return self.answers.minutes <= MINUTES

    @property
    def minutes_text(self) -> str:
        """`9.5`, to a tenth; what is over the time is rounded up, so that it never reads as in time."""
        tenths = self.answers.minutes * 10
        return decimal_text(self.answers.minutes if self.in_time else Fraction(math.ceil(tenths), 10), 1)

    @property
    def words(self) -> str:
        """`Anna, without the program: found 3 of 5 (2 named rightly), 1 false alarm, 9.5 min`."""
        answers = self.answers
        late = "" if self.in_time else f", over the {MINUTES} min"
        return (
            f"{answers.trainee or 'not named'}, {_help_words(with_program=answers.with_program)}: found {len(self.hits)} of "
            f"{self.slips} ({self.named} named rightly), {_alarms_words(len(self.false_alarms))}, "
            f"{self.minutes_text} min{late}"
        )


class ClassLine(Struct, frozen=True):
    """All who did it with the program, or without: sums, and the mean of their times."""

    with_program: bool
    trainees: int
    slips: int
    hits: int
    named: int
    false_alarms: int
    clean: int
    minutes: Fraction

    @property
    def words(self) -> str:
        """`Without the program, 3 sets: found 8 of 15 (53 %), 2 false alarms in 15 sheets without a slip, 8.7 min in the mean`."""
        share = decimal_text(Fraction(100 * self.hits, self.slips), 0)
        help_words = _help_words(with_program=self.with_program).capitalize()
        return (
            f"{help_words}, {self.trainees} set{'' if self.trainees == 1 else 's'}: found {self.hits} of {self.slips} "
            f"({share} %; {self.named} named rightly), {_alarms_words(self.false_alarms)} in {self.clean} sheets without a "
            f"slip, {decimal_text(self.minutes, 1)} min in the mean"
        )


def _alarms_words(alarms: int) -> str:
    return f"{alarms} false alarm{'' if alarms == 1 else 's'}"


def _help_words(*, with_program: bool) -> str:
    return "with the program" if with_program else "without the program"


def read_answers(path: Path, library: Library) -> SheetAnswers:
    """The answers of a file. Raises the first refusal with its place, or RefusedError for the first thing missing."""
    table = load_toml(path)
    reader = PracticeReader(table, library, {})
    reader.refuse_unknown("", table, _KEYS)
    trainee = reader.text("trainee", table, required=False) or ""
    seed = reader.whole("seed", table, 0, LARGEST_SEED)
    with_program = reader.yes_or_no("with_program", table)
    minutes = reader.number("minutes", table)
    marked = dict(_marked(reader, table))
    lacking = [number for number in range(1, SHEETS + 1) if number not in marked]
    if reader.refusals:
        raise reader.refusals[0]
    if reader.missing or lacking or seed is None or minutes is None or with_program is None:
        where = reader.missing[0] if reader.missing else f"sheet {lacking[0]}" if lacking else "with_program"
        raise RefusedError(where, "", "missing")
    return SheetAnswers(trainee, seed, with_program, minutes, marked, path.name)


def filled_answers(answers: SheetAnswers) -> str:
    """The answers as a file, to be read again by `read_answers`; minutes to a tenth."""
    sheet = [
        {"number": number, "slip": where is not None, **({"where": where} if where else {})}
        for number, where in answers.marked.items()
    ]
    return tomli_w.dumps(
        {
            "trainee": answers.trainee,
            "seed": answers.seed,
            "with_program": answers.with_program,
            "minutes": Decimal(decimal_text(answers.minutes, 1)),
            "sheet": sheet,
        }
    )


def _marked(reader: PracticeReader, table: Mapping[str, Any]) -> Iterator[tuple[int, str | None]]:
    seen = set[int]()
    for place, sheet in reader.tables("sheet", table):
        reader.refuse_unknown(place, sheet, ("number", "slip", "where"))
        number = reader.whole(f"{place}.number", sheet, 1, SHEETS)
        slip = reader.yes_or_no(f"{place}.slip", sheet)
        where = reader.choice(f"{place}.where", sheet, ("", *Place), "practice_choice") or ""
        if slip is None:
            reader.misses(f"{place}.slip")
        if number in seen:
            reader.refuse(f"{place}.number", str(number), "practice_twice")
        if number is not None:
            seen.add(number)
            yield number, where if slip else None


def hunt_score(answers: SheetAnswers, library: Library) -> HuntScore:
    """The answers held against the set of their seed."""
    given = sheets(answers.seed, library)
    marked = {sheet.number for sheet in given if answers.marked[sheet.number] is not None}
    planted = [(sheet, sheet.slip) for sheet in given if sheet.slip is not None]
    named = sum(answers.marked[sheet.number] == slip.place for sheet, slip in planted)
    return HuntScore(
        answers,
        hits=tuple(sheet for sheet, _ in planted if sheet.number in marked),
        misses=tuple(sheet for sheet, _ in planted if sheet.number not in marked),
        false_alarms=tuple(sheet for sheet in given if sheet.slip is None and sheet.number in marked),
        named=named,
    )


def class_lines(scores: Sequence[HuntScore]) -> tuple[ClassLine, ...]:
    """The class without the program and with it, whichever there are."""
    lines = []
    for with_program in (False, True):
        those = [each for each in scores if each.answers.with_program is with_program]
        if those:
            slips = sum(each.slips for each in those)
            lines.append(
                ClassLine(
                    with_program,
                    len(those),
                    slips,
                    sum(len(each.hits) for each in those),
                    sum(each.named for each in those),
                    sum(len(each.false_alarms) for each in those),
                    SHEETS * len(those) - slips,
                    sum((each.answers.minutes for each in those), Fraction(0)) / len(those),
                )
            )
    return tuple(lines)


def hunt_remarks(scores: Sequence[HuntScore]) -> list[str]:
    """What a teacher should know before she believes a table: a set done twice, and one set of answers under two names.

    Which of two files came first they do not tell.
    """
    said = list[str]()
    for number, each in enumerate(scores):
        answers = each.answers
        others = [held.answers for held in scores[:number] if held.answers.seed == answers.seed]
        own = next((held for held in others if same_name(held.trainee, answers.trainee)), None)
        alike = next((held for held in others if _same_sheets(held, answers)), None)
        if own is not None:
            said.append(
                f"{own.file} and {answers.file}: {_whose(answers)} did set {answers.seed} twice; the second time it was known."
            )
        elif alike is not None:
            said.append(
                f"{alike.file} and {answers.file} hold the same answers in the same minutes under two names: "
                f"{_whose(alike)} and {_whose(answers)}."
            )
    return said


def _same_sheets(one: SheetAnswers, other: SheetAnswers) -> bool:
    return (one.marked, one.minutes) == (other.marked, other.minutes)


def _whose(answers: SheetAnswers) -> str:
    return answers.trainee.strip() or "not named"


def hunt_csv(scores: Sequence[HuntScore]) -> str:
    """One line a trainee and set. What a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in scores:
        answers = each.answers
        missed = " ".join(str(sheet.slip) for sheet in each.misses)
        cells = (
            MADE_UP,
            answers.file,
            answers.trainee,
            str(answers.seed),
            "yes" if answers.with_program else "no",
            str(each.slips),
            str(len(each.hits)),
            str(each.named),
            str(len(each.misses)),
            str(len(each.false_alarms)),
            each.minutes_text,
            "yes" if each.in_time else "no",
            missed,
        )
        writer.writerow([safe_cell(cell) for cell in cells])
    return out.getvalue()
