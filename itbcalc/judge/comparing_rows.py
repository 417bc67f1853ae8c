"""Do the rows of the schedule agree, as the programmer lists them, and do they add up to the day?

Each row is held against the ways in which it may be listed: a step whole or cut at midnight, its dose alone or all
that is delivered while it runs. A row is read where its amount and its end were shown; what no row shows of a kind of
day is a part that was not read.
"""

import bisect
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial

from msgspec import Struct, field
from msgspec.structs import replace

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.listed_rows import ListedRow, listed_rows
from itbcalc.compute.profile import DAY, WEEK
from itbcalc.compute.schedule import Flex, PeriodicBolus
from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.judge.comparing import Compared, is_false_zero, shows, told
from itbcalc.judge.verdicts import Doubt, Verdict
from itbcalc.program import ReadOut, StepRow
from itbcalc.program.read_outs import Value, cell_name, definition_of, rows_meant
from itbcalc.quantities.clock import Weekday
from itbcalc.quantities.kinds import DAILY_DOSE, DURATION, VOLUME, exactly
from itbcalc.quantities.units import Quantity

AGREES = (Verdict.MATCH, Verdict.MATCH_TRUNCATED)
_RATES = ("dose_rate", "flow_rate")
_AMOUNTS = ("dose", *_RATES)
_NOTHING = Fraction(0)
_WHOLE_WEEK = tuple(Weekday)
Range = tuple[Fraction, Fraction]


class Span(Struct, frozen=True, order=True):
    """A part of the day that no row shows, in days from midnight; `days` are the weekdays on which, where they differ."""

    start: Fraction
    end: Fraction
    days: tuple[Weekday, ...] = ()


class ComparedRows(Struct, frozen=True):
    """All rows of the programmer's list together.

    `read` counts the rows of which amount and end were shown, each once; `unread` is what is left of each kind of
    day; `repeated` holds the numbers of rows that are there already, with the number of that row; `days` are the
    weekdays of which a row shows that they run as they should, and as no other day; `differing` are those of which
    all rows were read, and one differs.
    """

    verdict: Verdict
    doubt: Doubt | None = None
    read: int = 0
    unread: tuple[Span, ...] = ()
    repeated: tuple[tuple[int, int], ...] = ()
    days: frozenset[Weekday] = frozenset()
    differing: frozenset[Weekday] = frozenset()

    @property
    def rows(self) -> int:
        """How many rows there would be, had all been read."""
        return self.read + len(self.unread)


class _Row(Struct, frozen=True):
    """A row of the programmer and what it is held against; without `listed` there is nothing."""

    row: StepRow
    cells: tuple[Compared, ...]
    listed: ListedRow | None

    def agree(self, *names: str) -> bool:
        """Whether a cell of one of these names was read and agrees."""
        return any(cell_name(each.read_out) in names and each.verdict in AGREES for each in self.cells)

    @property
    def differs(self) -> bool:
        """Whether one of its cells does."""
        return any(each.verdict is Verdict.MISMATCH for each in self.cells)

    @property
    def doubts(self) -> Iterator[Doubt]:
        """Why it cannot be told of some of its cells; few digits of an amount will do where another shows as much, a zero never."""
        told = self.agree(*_AMOUNTS)
        for each in self.cells:
            is_few_digits = each.doubt is Doubt.COARSE and not is_false_zero(each.read_out, each.computed)
            shown_besides = is_few_digits and cell_name(each.read_out) in _AMOUNTS and told
            if each.doubt is not None and not shown_besides:
                yield each.doubt


def compare_rows(
    read_outs: Sequence[ReadOut], calculation: Calculation, others: Mapping[str, Compared]
) -> tuple[dict[str, Compared], ComparedRows | None]:
    """The cells of the rows by name, and the rows together; None where none was read.

    `others` are the read-outs that are no rows, by name: some settle what a row may mean.
    """
    by_row: dict[StepRow, list[ReadOut]] = {}
    for read_out in read_outs:
        if read_out.row is not None:
            by_row.setdefault(read_out.row, []).append(read_out)
    if not by_row:
        return {}, None
    rows = [_compared_row(row, cells, calculation, others) for row, cells in by_row.items()]
    cells = {cell.read_out.name: cell for row in rows for cell in row.cells}
    return cells, _together(rows, calculation, others)


def days_read(rows: ComparedRows | None, others: Mapping[str, Compared]) -> frozenset[Weekday]:
    """The weekdays of which the dose was read and agrees: by name, or because all rows of the week were read."""
    if rows is not None and rows.verdict in AGREES:
        return frozenset(Weekday)
    return frozenset(day for day in Weekday if _agrees(others, (f"days.{day}.daily_dose",)))


# --- each row


def _compared_row(
    row: StepRow, cells: Sequence[ReadOut], calculation: Calculation, others: Mapping[str, Compared]
) -> _Row:
    """The cells of a row, held together against the one way of listing it that fits best."""
    ways = rows_meant(row, calculation.new_therapy)
    best = max(ways, key=partial(_fitting, cells), default=None)
    if best is None:
        return _Row(row, tuple(_without_counterpart(cell, calculation) for cell in cells), None)
    compared = [_compared_cell(cell, cells, best, ways) for cell in cells]
    made = _Row(row, tuple(compared), best)
    is_settled = partial(_is_settled, made, best, ways, calculation.new_therapy, others)
    return _Row(row, tuple(_settled(cell, is_settled) for cell in compared), best)


def _without_counterpart(cell: ReadOut, calculation: Calculation) -> Compared:
    absent = definition_of(cell).is_absent(calculation)
    return Compared(
        cell,
        (),
        Verdict.MISMATCH if absent else Verdict.CANNOT_TELL,
        None if absent else Doubt.OPEN_INPUT,
    )


def _compared_cell(
    cell: ReadOut, cells: Sequence[ReadOut], best: ListedRow, ways: Sequence[ListedRow]
) -> Compared:
    """A cell against `best`; a dose that may be that of a part of a step, or of all of it, cannot be told."""
    name = cell_name(cell)
    computed: tuple[Value, ...] = best.cells(name)
    verdict, doubt = told(cell, computed)
    if name == "dose" and not best.is_step and verdict is not Verdict.MISMATCH:
        rest = [each for each in cells if each is not cell]
        whole = (way for way in ways if way.is_step and all(_agrees_with(each, way) for each in rest))
        more = tuple(value for way in whole for value in way.cells(name) if value not in computed)
        if more:
            return Compared(cell, computed + more, Verdict.CANNOT_TELL, Doubt.ONE_OF_SEVERAL)
    return Compared(cell, computed, verdict, doubt)


def _agrees_with(cell: ReadOut, listed: ListedRow) -> bool:
    return any(shows(cell, value) is not Verdict.MISMATCH for value in listed.cells(cell_name(cell)))


def _fitting(cells: Sequence[ReadOut], listed: ListedRow) -> tuple[int, int]:
    """How many cells of a row agree with one way of listing it, and how many of them to the last digit."""
    verdicts = [{shows(cell, value) for value in listed.cells(cell_name(cell))} for cell in cells]
    return sum(each != {Verdict.MISMATCH} for each in verdicts), sum(
        Verdict.MATCH in each for each in verdicts
    )


def _settled(cell: Compared, is_settled: Callable[[], bool]) -> Compared:
    """A dose that may be the step alone or all that is delivered, once another read-out leaves only these."""
    name = cell_name(cell.read_out)
    if cell.doubt is not Doubt.ONE_OF_SEVERAL or name != "dose" or not is_settled():
        return cell
    fitting = [value for value in cell.computed if shows(cell.read_out, value) is not Verdict.MISMATCH]
    verdict, doubt = told(cell.read_out, fitting)
    return Compared(cell.read_out, tuple(fitting), verdict, doubt)


def _is_settled(
    row: _Row,
    listed: ListedRow,
    ways: Sequence[ListedRow],
    therapy: TherapyValues,
    others: Mapping[str, Compared],
) -> bool:
    """Whether a rate of the same row, or the dose or volume of the day, would show it if another dose ran there."""
    doses = {dose for way in ways for dose in (way.dose, way.alone) if dose is not None}
    apart = min((abs(one - other) for one in doses for other in doses if one != other), default=_NOTHING)
    if any(_rate_tells(each, listed, apart) for each in row.cells):
        return True
    of_the_mean = apart / (7 if therapy.differs_by_weekday else 1)
    return any(_mean_tells(others.get(name), therapy, of_the_mean) for name in _MEANS)


def _rate_tells(cell: Compared, listed: ListedRow, apart: Fraction) -> bool:
    """Whether it is a rate that agrees, and would not with so much more or less in the row."""
    name = cell_name(cell.read_out)
    if name not in _RATES or cell.verdict not in AGREES:
        return False
    other_doses = (replace(listed, dose=listed.dose + apart), replace(listed, dose=listed.dose - apart))
    return not any(_agrees_with(cell.read_out, other) for other in other_doses)


_MEANS = ("daily_dose", "daily_volume")


def _mean_tells(compared: Compared | None, therapy: TherapyValues, apart: Fraction) -> bool:
    """Whether the mean dose or volume was read, agrees, and would show a dose that is so much higher or lower."""
    if compared is None or compared.verdict not in AGREES or compared.others:
        return False
    if therapy.dose is None or therapy.concentration is None:
        return False
    dose = therapy.dose.magnitude
    return all(
        not _shows_dose(compared.read_out, each, therapy.concentration.magnitude)
        for each in (dose + apart, dose - apart)
    )


def _shows_dose(read_out: ReadOut, dose: Fraction, strength: Fraction) -> bool:
    """Whether it shows this dose a day (mcg), or its volume, as a volume or as a flow."""
    entered = read_out.entered
    if entered is None:
        return False
    values: list[Quantity] = [exactly(dose, DAILY_DOSE), exactly(dose / strength, VOLUME)]
    values.append(values[1] / exactly(DAY, DURATION))
    same = [each for each in values if each.dimensionality == entered.quantity.dimensionality]
    return any(shows(read_out, each) is not Verdict.MISMATCH for each in same)


# --- all of them together


def _together(rows: Sequence[_Row], calculation: Calculation, others: Mapping[str, Compared]) -> ComparedRows:
    therapy = calculation.new_therapy
    repeated = tuple(_repeated(rows))
    again = {number for number, _ in repeated}
    once = [row for row in rows if row.row.number not in again]
    read = [row for row in once if _is_read(row, once)]
    unread = tuple(sorted(_unread(read, therapy, others if read else {})))
    verdicts = {cell.verdict for row in rows for cell in row.cells}
    doubts = [doubt for row in once for doubt in row.doubts]
    days = frozenset(day for day in Weekday if _is_seen(day, read, therapy))
    made = partial(ComparedRows, read=len(read), unread=unread, repeated=repeated, days=days)
    if Verdict.MISMATCH in verdicts:
        return made(Verdict.MISMATCH, differing=frozenset(_differing_days(once)))
    if therapy.profile is None:
        return made(Verdict.CANNOT_TELL, Doubt.OPEN_INPUT)
    if unread and tuple(_unread([*read, *(row for row in once if any(row.doubts))], therapy, others)):
        return made(Verdict.CANNOT_TELL, Doubt.PART)
    if doubts or unread:
        return made(Verdict.CANNOT_TELL, doubts[0] if doubts else Doubt.PART)
    truncated = Verdict.MATCH_TRUNCATED in verdicts
    return made(Verdict.MATCH_TRUNCATED if truncated else Verdict.MATCH)


def _differing_days(rows: Sequence[_Row]) -> Iterator[Weekday]:
    """The weekdays of which rows that name them last a whole day, and one of them differs."""
    for day in Weekday:
        named = [row for row in rows if row.row.day is day]
        if any(row.differs for row in named) and sum(map(_lasts, named)) >= DAY:
            yield day


def _lasts(row: _Row) -> Fraction:
    """How long a row runs by what was read of it, in days; nothing where its end was not read."""
    for each in row.cells:
        name, read_out = cell_name(each.read_out), each.read_out
        if name == "end" and read_out.at_time is not None:
            return (read_out.at_time.days - row.row.start.days) % DAY or DAY
        if name == "duration" and read_out.entered is not None:
            return Fraction(read_out.entered.quantity.magnitude)
    return _NOTHING


def _repeated(rows: Sequence[_Row]) -> Iterator[tuple[int, int]]:
    """The rows that stand there already, cell for cell."""
    seen: dict[object, int] = {}
    for row in rows:
        shown = frozenset(
            (
                cell_name(each.read_out),
                each.read_out.at_time,
                None if each.read_out.entered is None else each.read_out.entered.quantity,
            )
            for each in row.cells
        )
        first = seen.setdefault((row.row.day, shown), row.row.number)
        if first != row.row.number:
            yield row.row.number, first


def _is_read(row: _Row, rows: Iterable[_Row]) -> bool:
    """Whether its amount and its end were shown and agree; where the next row begins just then, that shows the end."""
    if row.listed is None or row.differs or any(row.doubts):
        return False
    if row.agree("dose") and row.agree(*_RATES):
        return True
    if not row.agree("dose", *_RATES):
        return False
    return row.agree("duration", "end") or _is_followed(row.listed, row, rows)


def _is_followed(listed: ListedRow, row: _Row, rows: Iterable[_Row]) -> bool:
    """Whether another row of that list begins where this one should end."""
    end = (listed.start + listed.duration) % DAY
    followers = (each.listed for each in rows if each is not row and each.row.day == row.row.day)
    return any(each is not None and each.start == end for each in followers)


# --- what no row shows


def _unread(read: Sequence[_Row], therapy: TherapyValues, others: Mapping[str, Compared]) -> Iterator[Span]:
    """The parts of each kind of day that no row shows, and that no dose of the day settles."""
    kinds = _kinds(therapy)
    covered, steps = _joined(_covered(read, therapy)), _joined(_steps(therapy))
    gaps = {days: _Gaps(*_gaps(days, covered, steps, therapy)) for days in kinds}
    only_basal = [days for days in kinds if gaps[days].basal and not _day_is_known(days, therapy, others)]
    mean_agrees = _agrees(others, _MEANS, by_name=True)
    for days in kinds:
        if days in only_basal and not (mean_agrees and len(only_basal) == 1):
            yield from gaps[days].basal
        yield from gaps[days].steps


class _Gaps(Struct, frozen=True):
    """What no row shows of a kind of day: where the basal runs alone, and where a step or bolus does."""

    basal: tuple[Span, ...] = field(default=())
    steps: tuple[Span, ...] = field(default=())


def _is_seen(day: Weekday, read: Sequence[_Row], therapy: TherapyValues) -> bool:
    """Whether the rows of a weekday show that it runs as its own kind of day, and as no other."""
    own = [row.listed for row in read if row.row.day is day and row.listed is not None]
    others = [days[0] for days in _kinds(therapy) if day not in days]
    return bool(own) and all(
        any(not _is_listed(each, listed_rows(therapy, other)) for each in own) for other in others
    )


def _is_listed(row: ListedRow, rows: Iterable[ListedRow]) -> bool:
    return any((row.start, row.duration, row.dose) == (each.start, each.duration, each.dose) for each in rows)


def _kinds(therapy: TherapyValues) -> tuple[tuple[Weekday, ...], ...]:
    """The weekdays that run alike, together."""
    schedule = therapy.schedule
    if not isinstance(schedule, Flex) or not schedule.differing:
        return (_WHOLE_WEEK,)
    kinds: dict[object, list[Weekday]] = {}
    for day in Weekday:
        kinds.setdefault(schedule.day(day), []).append(day)
    return tuple(tuple(days) for days in kinds.values())


def _kind_of(row: StepRow, therapy: TherapyValues) -> tuple[Weekday, ...]:
    """The weekdays for which a row stands: all that run as its own, or as most do where none is named."""
    schedule = therapy.schedule
    if not isinstance(schedule, Flex) or not schedule.differing:
        return _WHOLE_WEEK
    own = schedule.every_day if row.day is None else schedule.day(row.day)
    return tuple(day for day in Weekday if schedule.day(day) == own)


def _gaps(
    days: Sequence[Weekday], covered: Sequence[Range], steps: Sequence[Range], therapy: TherapyValues
) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    if therapy.profile is None:
        return (), ()
    every_day = len(days) == len(Weekday)
    of_basal, of_steps = dict[Range, list[Weekday]](), dict[Range, list[Weekday]]()
    for day in days[:1] if every_day else days:
        begin = Fraction(day.number)
        for stretch in therapy.profile.day(day):
            left = _without((begin + stretch.start, begin + stretch.end), covered)
            for low, high in left:
                for low_alone, high_alone in _without((low, high), steps):
                    of_basal.setdefault((low_alone - begin, high_alone - begin), []).append(day)
                for low_step, high_step in _within((low, high), steps):
                    of_steps.setdefault((low_step - begin, high_step - begin), []).append(day)
    basal, stepped = (
        [Span(start, end, () if every_day else tuple(on)) for (start, end), on in found.items()]
        for found in (of_basal, of_steps)
    )
    return tuple(_over_midnight(basal)), tuple(_over_midnight(stepped))


def _covered(read: Sequence[_Row], therapy: TherapyValues) -> Iterator[Range]:
    """What the rows show of the week; a row of the usual day nothing of where the night of another day runs into it."""
    for row in read:
        if row.listed is not None:
            for day in _kind_of(row.row, therapy):
                if row.row.day is not None or _runs_so(row.listed, day, therapy):
                    yield from _in_week(day, row.listed.start, row.listed.duration)


def _runs_so(row: ListedRow, day: Weekday, therapy: TherapyValues) -> bool:
    """Whether on this weekday no more and no less flows while it runs; where the day before is of another kind."""
    schedule, profile, concentration = therapy.schedule, therapy.profile, therapy.concentration
    if not isinstance(schedule, Flex) or profile is None or concentration is None:
        return True
    week = tuple(Weekday)
    before, after = week[day.number - 1], week[(day.number + 1) % len(week)]
    beside = (before,) if row.start + row.duration <= DAY else (before, after)
    if all(schedule.day(each) == schedule.day(day) for each in beside):
        return True
    end = row.start + row.duration
    flowing = (*profile.day(day), *(stretch.moved(DAY) for stretch in profile.day(after)))
    volume = sum(
        max(_NOTHING, min(end, each.end) - max(row.start, each.start)) * each.flow for each in flowing
    )
    return bool(volume * concentration.magnitude == row.dose)


def _steps(therapy: TherapyValues) -> Iterator[Range]:
    """Where in the week a step or a bolus runs."""
    schedule = therapy.schedule
    for day in Weekday:
        if isinstance(schedule, Flex):
            for step in schedule.day(day).steps:
                yield from _in_week(day, step.start.days, step.duration.magnitude)
        elif isinstance(schedule, PeriodicBolus):
            every, duration = schedule.every.magnitude, schedule.duration.magnitude
            start = schedule.first.days % every if schedule.divides_the_day else schedule.first.days
            while start < 1:
                yield from _in_week(day, start, duration)
                start += every


def _in_week(day: Weekday, start: Fraction, duration: Fraction) -> Iterator[Range]:
    """A run that begins on a day of the week; what runs past Sunday goes on at Monday."""
    begin = day.number + start
    end = begin + duration
    yield begin, min(end, WEEK)
    if end > WEEK:
        yield _NOTHING, end - WEEK


def _joined(ranges: Iterable[Range]) -> list[Range]:
    """In order, those that touch or overlap as one."""
    joined: list[Range] = []
    for low, high in sorted(ranges):
        if joined and low <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], high)
        else:
            joined.append((low, high))
    return joined


def _without(whole: Range, taken: Sequence[Range]) -> Iterator[Range]:
    """What is left of a range."""
    at, end = whole
    for low, high in _meeting(whole, taken):
        if low > at:
            yield at, low
        at = max(at, high)
    if at < end:
        yield at, end


def _within(whole: Range, taken: Sequence[Range]) -> Iterator[Range]:
    """The parts of a range that are taken."""
    for low, high in _meeting(whole, taken):
        yield max(low, whole[0]), min(high, whole[1])


def _meeting(whole: Range, taken: Sequence[Range]) -> Iterator[Range]:
    """Those of `taken`, which are in order and apart, that meet a range."""
    first = bisect.bisect_right(taken, whole[0], key=lambda each: each[1])
    return itertools.takewhile(lambda each: each[0] < whole[1], itertools.islice(taken, first, None))


def _over_midnight(spans: Iterable[Span]) -> Iterator[Span]:
    """What is left before and after midnight of the same days, as one."""
    kept = list(spans)
    early = {each.days: each for each in kept if each.start == 0 and each.end < DAY}
    late = {each.days: each for each in kept if each.end == DAY and each.start > 0}
    both = early.keys() & late.keys()
    for each in kept:
        if each.days not in both or each not in (early[each.days], late[each.days]):
            yield each
    for days in both:
        yield Span(late[days].start, early[days].end, days)


# --- what the doses of the day settle


def _day_is_known(days: Sequence[Weekday], therapy: TherapyValues, others: Mapping[str, Compared]) -> bool:
    """Whether what runs beside the steps of a kind of day was read: as its basal, or in the dose of such a day."""
    basals = {_basal(day, therapy) for day in Weekday}
    if len(basals) == 1 and _agrees(others, ("basal",)):
        return True
    return any(_agrees(others, _day_names(day)) for day in days)


def _basal(day: Weekday, therapy: TherapyValues) -> Fraction | None:
    schedule = therapy.schedule
    if not isinstance(schedule, Flex):
        return None
    basal = schedule.day(day).basal
    return None if basal is None else basal.magnitude


def _day_names(day: Weekday) -> tuple[str, str]:
    return f"days.{day}.daily_dose", f"days.{day}.daily_volume"


def _agrees(others: Mapping[str, Compared], names: Iterable[str], *, by_name: bool = False) -> bool:
    """Whether one of the read-outs of these names agrees; `by_name`: with what its name means."""
    found = (others[name] for name in names if name in others)
    return any(each.verdict in AGREES and not (by_name and each.others) for each in found)
