"""Which words and values does the check panel show for these texts? No Qt."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from msgspec.structs import replace

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.line import Plug
from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.compute.working import Worked, value_of
from itbcalc.desk.dates import said_plainly
from itbcalc.desk.fields import DATED, SHOWN_UNITS
from itbcalc.desk.schedule_texts import field_place, is_schedule_place
from itbcalc.desk.texts import Texts
from itbcalc.judge.check import Checked
from itbcalc.judge.comparing import Compared
from itbcalc.judge.figures import used_figures
from itbcalc.judge.findings import FindingCode
from itbcalc.judge.verdicts import Verdict
from itbcalc.judge.whole import WholeVerdict
from itbcalc.library.records import Library
from itbcalc.program import Program
from itbcalc.program.read_outs import SINGLE_READ_OUTS
from itbcalc.quantities.display import (
    duration_text,
    exact_number,
    exact_text,
    in_unit,
    moment_text,
    shown,
    unit_text,
    with_unit,
)
from itbcalc.quantities.entry import Entered
from itbcalc.quantities.units import Quantity
from itbcalc.say import (
    VERDICT_WORDS,
    computed_text,
    figure_source,
    stands_for,
    whole_lines,
    whole_words,
)
from itbcalc.say.answer_report import step_lines
from itbcalc.say.table import ResultRow, result_row
from ui.program.assessment import Assessment, instants_of
from ui.program.rows import VALUE_ROWS, CheckRow
from ui.program.tip_picture import tip_picture_of
from ui.states import CheckState, FieldState, Picture, PlugState, RowState, WorkingText

T = TypeVar("T")
WORKING_WIDTH = 36
_BY_KEY = {row.key: row for row in VALUE_ROWS}

RowValue = Quantity | datetime | str
_MINUTES_PER_DAY = 1440
_NOT_AT_FIXED_FLOW = (
    "low_alarm_date",
    "low_alarm_date_worst",
    "days_to_alarm",
    "bridge_dose",
    "bridge_duration",
)
NOT_READABLE = "✗ not readable"
TONES: Mapping[Verdict, str] = {
    Verdict.MATCH: "match",
    Verdict.MATCH_TRUNCATED: "match",
    Verdict.MISMATCH: "differs",
    Verdict.CANNOT_TELL: "open",
}


_WHOLE_TONES: Mapping[WholeVerdict, str] = {
    WholeVerdict.AGREES: "match",
    WholeVerdict.DIFFERS: "differs",
    WholeVerdict.INCOMPLETE: "open",
}


class CheckView(Protocol):
    """What the presenter asks of the panel."""

    def show_state(self, state: CheckState) -> None:
        """Shows exactly this state."""


class CheckPresenter:
    """Shows what is found of the texts, or nothing where nothing was checked."""

    def __init__(self, view: CheckView) -> None:
        self.view = view
        self._shown: tuple[Assessment, CheckState] | None = None

    def show(self, found: Assessment) -> None:
        """What stands in the fields was read and checked: everything shown follows from that, or is cleared.

        Once it is known what would explain a difference, only the findings of the same check are other ones.
        """
        if found.checked is None:
            self._shown = None
            self.view.show_state(CheckState(cards=found.cards, empty=found.texts.empty))
            return
        before = self._shown
        if before is not None and _same_but_for_cards(before[0], found):
            state = replace(before[1], cards=found.cards)
        else:
            state = _state(found, found.checked, self._tip_of(found, found.checked))
        self._shown = found, state
        self.view.show_state(state)

    def _tip_of(self, now: Assessment, checked: Checked) -> Callable[[], Picture] | None:
        """The picture of the tip, made when it is drawn; the same one while nothing that it shows has changed."""
        if self._shown is not None:
            found, state = self._shown
            before = found.checked
            if (
                before is not None
                and before.calculation is checked.calculation
                and before.program.reservoir.at == checked.program.reservoir.at
                and found.line_by_log == now.line_by_log
            ):
                return state.tip_of
        return tip_picture_of(_through_the_line_of_the_log(checked, now.line_by_log))


def _same_but_for_cards(before: Assessment, found: Assessment) -> bool:
    return (
        before.checked is found.checked
        and before.told == found.told
        and before.line_by_log == found.line_by_log
    )


def _through_the_line_of_the_log(checked: Checked, line: tuple[Plug, ...]) -> Checked:
    """The same change into what the log has in the line, where it knows of something else: for bar and picture of the tip."""
    if not line:
        return checked
    calculations = (each.varied(replace(each.inputs, held=line)) for each in checked.calculations)
    return replace(checked, calculations=tuple(calculations))


def whole_of(found: Assessment) -> tuple[tuple[str, ...], str]:
    """What all read-outs come to, at several lengths, the longest first; and its tone."""
    checked = found.checked
    if checked is None:
        return (), ""
    stops = sum(card.severity == "stop" for card in found.cards)
    verdict = checked.whole.verdict
    tone = _WHOLE_TONES[verdict]
    if verdict is WholeVerdict.AGREES:
        tone = "differs" if stops else "open" if checked.whole.open else tone
    return whole_lines(checked, stops), tone if checked.read_outs else ""


def _state(found: Assessment, checked: Checked, tip_of: Callable[[], Picture] | None) -> CheckState:
    program, calculation = checked.program, checked.calculation
    problems, library = found.problems, found.engine.library
    readings = reading_of(program.entries, found.texts.typed)
    readings |= moment_readings(program, found.texts) | dict(found.told)
    if (since := _since_last_change(program)) and "patient.last_change" not in problems:
        readings["patient.last_change"] = since
    fields = {
        place: FieldState(
            readings.get(place, ""),
            problems.get(place, ""),
            mark=(mark := found.marks.get(place, "")),
            is_usual=bool(mark) and mark == found.usual_mark,
        )
        for place in {*problems, *readings, *found.marks}
    }
    computed = _OnceAsked(_BY_KEY, lambda key: result_row(key, checked))
    there = [row for row in VALUE_ROWS if _is_there(row, computed, calculation, found.texts)]
    return CheckState(
        fields=fields,
        rows=_OnceAsked(_BY_KEY, lambda key: _row_state(_BY_KEY[key], computed[key], calculation, problems)),
        there=frozenset(row.key for row in there),
        needed=frozenset(row.key for row in there if _is_needed(row, computed, checked, found.texts)),
        dead_volume=" or ".join(
            _distinct(shown(c.dead_volume.value) for c in checked.calculations if c.dead_volume)
        ),
        bridge_hint=_bridge_hint(checked),
        cards=found.cards,
        workings=_Workings(computed, checked, library),
        tip_of=tip_of,
        empty=False,
        summary=_summary(checked, calculation),
        therapy=_therapy_words(program, library),
        line=_line_of(_through_the_line_of_the_log(checked, found.line_by_log).calculation),
        tubing_share=_tubing_share(calculation),
        fixed_flow=calculation.inputs.constant_flow,
        now=_now_words(found.now),
        offers=_offers(program, found.texts),
        begins=program.is_first_dose,
        too_soon=any(
            found.code is FindingCode.INCREASE_TOO_SOON and found.place == "patient.last_change"
            for found in checked.findings
        ),
    )


def _now_words(moment: datetime | None) -> str:
    """`now, 22 Nov 09:30`: what stands in the field of the moment while no other is typed."""
    return "" if moment is None else f"now, {moment_text(moment).replace(f' {moment.year}', '')}"


def _offers(program: Program, texts: Texts) -> dict[str, tuple[str, ...]]:
    """What is published where it is more than one, by field: any but what stands there already is one click away."""
    pump, place = program.system.pump, "system.tubing_volume"
    published = () if pump is None else pump.tubing_volume
    if len(published) < 2:
        return {}
    typed = program.system.tubing_volume if texts.typed.get(place) else None
    rest = sorted(figure.quantity for figure in published if typed is None or figure.quantity != typed)
    return {place: tuple(exact_number(in_unit(volume, SHOWN_UNITS[place])) for volume in rest)}


def _line_of(calculation: Calculation) -> tuple[PlugState, ...]:
    """What the line holds, from the pump to the tip: after the prime, where one is given."""
    held, inputs = calculation.line_after_prime, calculation.inputs
    other = inputs.new_concentration if inputs.held else None
    volume = sum((part.volume.magnitude for part in held or ()), Fraction(0))
    if held is None or not volume:
        return ()
    return tuple(
        PlugState(
            float(part.volume.magnitude / volume),
            f"{shown(part.volume)} of {shown(part.concentration) if part.concentration.magnitude else 'no drug'}",
            _held(part.concentration, calculation.old_concentration, other),
        )
        for part in reversed(held)
    )


def _tubing_share(calculation: Calculation) -> float:
    tubing, dead = calculation.inputs.tubing_volume, value_of(calculation.dead_volume)
    return 0.0 if tubing is None or dead is None or not dead.magnitude else float((tubing / dead).magnitude)


def _held(concentration: Quantity, old: Quantity | None, new: Quantity | None) -> str:
    """`new` is given where more than the old drug may lie beside it."""
    if not concentration.magnitude:
        return "none"
    is_new = concentration != old if new is None else concentration == new
    return "new" if is_new else "old"


def _therapy_words(program: Program, library: Library) -> str:
    """Drug and mode of the new therapy."""
    if program.new is None:
        return ""
    with_boluses = " with patient boluses" if program.new.patient_bolus is not None else ""
    return f"{library.drugs[program.new.drug].name}, {program.new.schedule.mode.words}{with_boluses}"


def reading_of(entries: Mapping[str, Entered], typed: Mapping[str, str]) -> dict[str, str]:
    """How each typed value was read, by field, where that is not what stands there already."""
    return {
        field_place(typed, place) if is_schedule_place(place) else place: words
        for place, entry in entries.items()
        if (words := _reading(place, entry))
    }


def _reading(place: str, entry: Entered) -> str:
    """How a typed value was read, where that is not what stands there already."""
    unit = SHOWN_UNITS.get(re.sub(r"days\.\w+\.", "", place), "")
    if entry.of_a_vial:
        return f"= {with_unit(exact_number(in_unit(entry.quantity, 'mg/mL')), 'mg/mL')}, {exact_text(entry.quantity)}"
    if not unit or entry.unit == unit:
        return ""
    return f"= {exact_text(entry.quantity)}"


def moment_readings(program: Program, texts: Texts) -> dict[str, str]:
    """How a moment was read, where it was not typed in the form it is shown in."""
    readings = {place: moment_text(instant.moment) for place, instant in instants_of(program)}
    plainly = {place: said_plainly(texts.typed.get(place, "")) for place in DATED - set(readings)}
    readings |= {place: text for place, text in plainly.items() if text != texts.typed.get(place, "")}
    typed = {place: texts.typed.get(place, "").strip(" ") for place in readings}
    return {place: f"= {text}" for place, text in readings.items() if typed[place] and typed[place] != text}


def _since_last_change(program: Program) -> str:
    at, last = program.reservoir.at, program.patient.last_change
    if at is None or last is None:
        return ""
    days = last.days_until(at.moment)
    return f"{duration_text(days)} ago"


def _bridge_hint(checked: Checked) -> str:
    ratio = checked.calculation.concentration_ratio
    if ratio is None:
        return ""
    if not checked.calculation.concentration_changes:
        return "not needed: the concentration stays the same"
    return "old drug in tubing and catheter runs out first"


def _summary(checked: Checked, calculation: Calculation) -> str:
    """The one line a screen reader hears after a change."""
    flow, dose = calculation.new_flow_rate, calculation.new_therapy.daily_dose
    parts = [f"flow rate {shown(flow.value)}" if flow else f"daily dose {shown(dose.value)}" if dose else ""]
    if checked.read_outs:
        parts.append(whole_words(checked))
    return ", ".join(part for part in parts if part)


# --- rows


class _OnceAsked(Mapping[str, T]):
    """Something for each key, made when it is first asked for: what nobody sees is not computed."""

    def __init__(self, keys: Collection[str], make: Callable[[str], T]) -> None:
        self._keys, self._make = keys, make
        self._made: dict[str, T] = {}

    def __getitem__(self, key: str) -> T:
        if key not in self._keys:
            raise KeyError(key)
        if key not in self._made:
            self._made[key] = self._make(key)
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def _row_state(
    row: CheckRow, computed: ResultRow, calculation: Calculation, problems: Mapping[str, str]
) -> RowState:
    """The cells that are computed; the others are typed, and already on the screen."""
    verdict, tone = _verdict(row, computed, problems)
    new = () if _is_typed(row.new, calculation.new_therapy) else computed.new
    return RowState(
        now="" if _is_typed(row.now, calculation.current_therapy) else computed.current,
        new=" or ".join(new),
        change=computed.change,
        verdict=verdict,
        tone=tone,
        copy_text=_copied(" or ".join(new)),
    )


def _is_there(
    row: CheckRow, computed: Mapping[str, ResultRow], calculation: Calculation, texts: Texts
) -> bool:
    """Of a row that comes and goes: whether it has a value, or its read-out is expected or typed already.

    A pump of fixed flow has neither alarm nor bridge: there a row of them stands only with what was typed into it.
    """
    if row.key in _NOT_AT_FIXED_FLOW and calculation.inputs.constant_flow:
        return any(texts.typed.get(place) for place in row.places)
    if not row.comes_and_goes:
        return True
    if not row.programmer:
        return bool(computed[row.key].new)
    return bool(texts.typed.get(row.programmer)) or SINGLE_READ_OUTS[row.key].is_expected(calculation)


def _is_needed(row: CheckRow, computed: Mapping[str, ResultRow], checked: Checked, texts: Texts) -> bool:
    """Whether this change needs the row: it was typed, must be read, or says what no other place says.

    That nothing goes wrong on the way to the tip (no time without drug, no drug with the prime) is no news.
    """
    if any(texts.typed.get(place) for place in row.places) or row.key in checked.whole.needed:
        return True
    changes, bridged = (
        checked.calculation.concentration_changes,
        checked.calculation.inputs.bridge_dose is not None,
    )
    if row.key == "bridge_dose":
        return changes
    if row.key == "unbridged_dose":
        return changes and not bridged
    spoken_for = not row.comes_and_goes or row.programmer or row.detail
    return not spoken_for and not _is_nothing(computed[row.key])


def _is_nothing(computed: ResultRow) -> bool:
    """Whether the value is zero in every reading of what was left open."""
    values = computed.figures_of(0).values() if len(computed.new) == 1 else ()
    return bool(values) and all(isinstance(value, Quantity) and not value.magnitude for value in values)


def _is_typed(place: str, therapy: TherapyValues) -> bool:
    """Whether a cell is typed: the daily dose only where it does not follow from a schedule."""
    return bool(place) and (therapy.is_simple or not place.endswith(".daily_dose"))


def _verdict(row: CheckRow, computed: ResultRow, problems: Mapping[str, str]) -> tuple[str, str]:
    if row.programmer in problems:
        return NOT_READABLE, "refused"
    if computed.judged is None:
        return "– not read" if row.programmer else "", ""
    return computed.verdict, TONES[computed.judged]


def _copied(text: str) -> str:
    """As shown, but without grouping, so that it can be typed in again."""
    return text.replace(",", "")


def _distinct(texts: Iterator[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text]


# --- working


class _Workings(Mapping[str, WorkingText]):
    """The working of each row that has one, by its key: written out when somebody looks at it."""

    def __init__(self, rows: Mapping[str, ResultRow], checked: Checked, library: Library) -> None:
        self._rows, self._checked, self._library = rows, checked, library

    def __getitem__(self, key: str) -> WorkingText:
        row = self._rows[key]
        if not row.working:
            raise KeyError(key)
        return _working_text(row, self._checked, self._library)

    def __contains__(self, key: object) -> bool:
        row = self._rows.get(str(key))
        return row is not None and bool(row.working)

    def __iter__(self) -> Iterator[str]:
        return (key for key, row in self._rows.items() if row.working)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _working_text(row: ResultRow, checked: Checked, library: Library) -> WorkingText:
    working = row.working
    blocks = ["\n".join(step_lines(step, WORKING_WIDTH)) for step in working]
    if row.compared is not None:
        blocks.append(_as_printed(row.compared))
    moment = getattr(checked.calculation, row.key, None)
    if isinstance(moment, datetime):
        start = checked.program.reservoir.at
        counted = f"from {moment_text(start.moment)}: " if start else ""
        blocks.append(f"{counted}{moment_text(moment)}\nin the patient's calendar")
    return WorkingText(row.working_title, "\n\n".join(blocks), _origins(working, checked, library))


def _as_printed(compared: Compared) -> str:
    """Which values the read-out stands for, and where the recomputed one lies."""
    entered = compared.read_out.entered
    verdict = VERDICT_WORDS[compared.verdict]
    if entered is None or not compared.computed or isinstance(compared.computed[0], datetime):
        return f"programmer: {compared.read_out.printed} ({verdict})"
    low, high = stands_for(compared.read_out)
    computed = [value for value in compared.computed if isinstance(value, Quantity)]
    lines = [
        f"programmer: {compared.read_out.printed} stands for",
        f"  {low} to {high}",
    ]
    lines += [f"recomputed: {computed_text(compared, value)} ({verdict})" for value in computed]
    return "\n".join(lines)


def _value_key(quantity: Quantity) -> tuple[str, Fraction]:
    """Equal for equal values: each kind has but one unit here."""
    return unit_text(quantity), quantity.magnitude


def _origins(steps: Sequence[Worked[Any]], checked: Checked, library: Library) -> str:
    """Where each number put in comes from: typed, published, or computed in another row."""
    operands = [operand for step in steps for operand in step.operands]
    numbers = {quantity.magnitude for _, quantity in operands}
    known = dict[tuple[str, Fraction], str]()
    for _, figure in used_figures(checked.program, library):
        if figure.quantity.magnitude in numbers:
            said = f"{exact_text(figure.quantity)}: {figure_source(figure, library)}"
            known.setdefault(_value_key(figure.quantity), said)
    for entry in checked.program.entries.values():  # what was typed comes before what is published
        if entry.quantity.magnitude in numbers:
            known[_value_key(entry.quantity)] = f"{exact_text(entry.quantity)} as typed"
    words = (known.get(_value_key(quantity), f"{name} computed") for name, quantity in operands)
    return " · ".join(dict.fromkeys(words))
