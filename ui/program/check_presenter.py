"""Which words and values does the check panel show for these texts? No Qt."""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Protocol

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.compute.working import Worked
from itbcalc.errors import Refusal
from itbcalc.judge.check import Checked, check
from itbcalc.judge.comparing import Compared
from itbcalc.judge.figures import used_figures
from itbcalc.judge.verdicts import Verdict
from itbcalc.library.records import Library
from itbcalc.program import Program, ProgramReading, read_program
from itbcalc.quantities.display import (
    duration_text,
    exact_text,
    moment_text,
    number_shown,
    shown,
    shown_change,
    unit_text,
)
from itbcalc.quantities.entry import Entered
from itbcalc.quantities.instants import Instant
from itbcalc.quantities.kinds import DURATION, PERCENTAGE, exactly
from itbcalc.quantities.units import Quantity
from itbcalc.say import (
    VERDICT_WORDS,
    figure_name,
    figure_source,
    place_words,
    refusal_words,
    value_text,
    verdict_words,
)
from itbcalc.say.report import all_messages, step_lines
from itbcalc.say.sheet import rows_verdict, rows_words
from itbcalc.say.therapy_report import flow_text, therapy_working
from ui.cards import card_of
from ui.engine import Engine
from ui.program.places import field_place, is_schedule_place
from ui.program.rows import SHOWN_UNITS, VALUE_ROWS, Row
from ui.program.texts import Texts, table_of
from ui.program.tip_picture import tip_picture
from ui.states import Card, CheckState, FieldState, RowState, WorkingText

WORKING_WIDTH = 41

RowValue = Quantity | datetime | str
_MINUTES_PER_DAY = 1440
_OFFSET = re.compile(r"(Z|[+-][0-9]{2}:[0-9]{2})$")
TONES: Mapping[Verdict, str] = {
    Verdict.MATCH: "match",
    Verdict.MATCH_TRUNCATED: "match",
    Verdict.MISMATCH: "differs",
    Verdict.CANNOT_TELL: "open",
}


class CheckView(Protocol):
    """What the presenter asks of the panel."""

    def show_state(self, state: CheckState) -> None:
        """Shows exactly this state."""


class CheckPresenter:
    """Recomputes everything at every change of a text."""

    def __init__(self, view: CheckView, engine: Engine) -> None:
        self.view = view
        self.engine = engine
        self.texts = Texts()
        self.checked: Checked | None = None
        self.unread: tuple[str, ...] = ()
        self.cards: tuple[Card, ...] = ()

    def texts_changed(self, texts: Texts) -> None:
        """The clinician typed: everything shown is recomputed or cleared."""
        self.texts = texts
        self.checked, self.cards = None, ()
        if texts.empty or self.engine.read_only:
            self.view.show_state(CheckState(cards=tuple(profile_cards(self.engine)), empty=texts.empty))
            return
        reading = read_program(table_of(texts), self.engine.library, SHOWN_UNITS)
        checked = check(reading.program, self.engine.library, now=self.engine.now())
        self.checked = checked
        self.unread = tuple(
            place_words(place) for place in (*problems_of(reading.refusals, texts.typed), *reading.missing)
        )
        state = _state(checked, reading, texts, self.engine)
        self.cards = state.cards
        self.view.show_state(state)

    def engine_changed(self, engine: Engine) -> None:
        """The library was read anew (a figure was confirmed)."""
        self.engine = engine
        self.texts_changed(self.texts)

    def file_table(self) -> dict[str, Any]:
        """The program file of the present texts, every quantity with its unit, every moment with its offset."""
        table = table_of(self.texts, with_units=True)
        if self.checked is not None:
            for place, instant in _instants(self.checked.program):
                section, key = place.split(".")
                if not _OFFSET.search(
                    table[section][key]
                ):  # an offset that was typed is kept as it was typed
                    table[section][key] = instant.moment.isoformat(timespec="minutes")
        return table


def profile_cards(engine: Engine) -> Iterator[Card]:
    """What was refused of the clinic's own profiles."""
    for error in engine.profile_errors:
        yield Card(
            "own_profile_refused",
            "warning",
            "▲",
            "Warning",
            "A profile of the clinic was not read",
            f"{refusal_words(error)}. The built-in library is used alone.",
        )


def _state(checked: Checked, reading: ProgramReading, texts: Texts, engine: Engine) -> CheckState:
    program, calculation = checked.program, checked.calculation
    problems = problems_of(reading.refusals, texts.typed)
    readings = reading_of(program.entries, texts.typed)
    readings |= moment_readings(program, texts)
    fields = {
        place: FieldState(readings.get(place, ""), problems.get(place, ""))
        for place in {*problems, *readings}
    }
    cards = _all_cards(checked, problems, reading.missing, engine)
    counts, tone = _counted(cards)
    return CheckState(
        fields=fields,
        rows={row.key: _row_state(row, checked, problems) for row in VALUE_ROWS},
        dead_volume=" or ".join(
            _distinct(shown(c.dead_volume.value) for c in checked.calculations if c.dead_volume)
        ),
        since_last_change=_since_last_change(program),
        bridge_hint=_bridge_hint(checked),
        cards=cards,
        workings=_workings(checked, engine.library),
        tip=tip_picture(checked),
        empty=False,
        summary=_summary(checked, calculation),
        counts=counts,
        counts_tone=tone,
        therapy=_therapy_words(program, engine.library),
    )


def problems_of(refusals: Sequence[Refusal], typed: Mapping[str, str]) -> dict[str, str]:
    """The first refusal of each field; parts of the catheter stand at its one field, rows of a schedule at theirs."""
    problems: dict[str, str] = {}
    for refusal in refusals:
        place = "system.catheter" if refusal.field.startswith("system.catheter") else refusal.field
        place = "bridge.dose" if place == "bridge" else place
        place = "system.pump" if place.startswith("system.pump.") else place
        place = field_place(typed, place) if is_schedule_place(place) or ".days." in place else place
        problems.setdefault(place, refusal_words(refusal))
    return problems


def _all_cards(
    checked: Checked, problems: Mapping[str, str], missing: Sequence[str], engine: Engine
) -> tuple[Card, ...]:
    """The worst first; what cannot be read stands behind the stops, what is still missing at the end."""
    found = tuple(_cards(checked, problems, engine.library))
    stops = [card for card in found if card.severity == "stop"]
    rest = [card for card in found if card.severity != "stop"]
    return (*profile_cards(engine), *stops, *_refusal_cards(problems), *rest, *_missing_card(missing))


def _missing_card(missing: Sequence[str]) -> Iterator[Card]:
    if missing:
        words = ", ".join(place_words(place) for place in missing)
        yield Card("incomplete", "info", "○", "Note", "Not complete yet", f"Still needed: {words}.")


def _counted(cards: Sequence[Card]) -> tuple[str, str]:
    """`✗ 2 stops  ▲ 1 warning`, and the tone of the gravest; a slip that explains is no finding of its own."""
    counts = {
        severity: sum(card.severity == severity and card.code != "slip" for card in cards)
        for severity in ("stop", "warning")
    }
    signs = {"stop": "✗", "warning": "▲"}
    words = [f"{signs[s]} {n} {s}{'s' if n > 1 else ''}" for s, n in counts.items() if n]
    return "   ".join(words), "differs" if counts["stop"] else "open" if counts["warning"] else ""


def _therapy_words(program: Program, library: Library) -> str:
    """Drug and mode of the new therapy."""
    if program.new is None:
        return ""
    with_boluses = " with patient boluses" if program.new.patient_bolus is not None else ""
    return f"{library.drugs[program.new.drug].name}, {program.new.schedule.mode.words}{with_boluses}"


def _refusal_cards(problems: Mapping[str, str]) -> Iterator[Card]:
    """What could not be read, in full: beside a narrow field there is room for its beginning only."""
    for place, problem in problems.items():
        title = f"Not read: {place_words(place)}"
        yield Card(
            "refused", "stop", "✗", "Not read", title, f"{problem[:1].upper()}{problem[1:]}.", place=place
        )


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
    if not unit or entry.unit == unit:
        return ""
    return f"= {exact_text(entry.quantity)}"


def _instants(program: Program) -> list[tuple[str, Instant]]:
    """The moments that could be read, by place."""
    offered = (
        ("reservoir.at", program.reservoir.at),
        ("patient.last_change", program.patient.last_change),
        ("patient.first_dose", program.patient.first_dose),
        ("system.implanted", program.system.implanted),
    )
    return [(place, instant) for place, instant in offered if instant is not None]


def moment_readings(program: Program, texts: Texts) -> dict[str, str]:
    """How a moment was read, where it was not typed in the form it is shown in."""
    readings = {place: moment_text(instant.moment) for place, instant in _instants(program)}
    return {
        place: f"= {text}"
        for place, text in readings.items()
        if texts.typed.get(place, "").strip(" ") != text
    }


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
    differing = sum(compared.verdict is Verdict.MISMATCH for compared in checked.read_outs)
    parts = [f"flow rate {shown(flow.value)}" if flow else f"daily dose {shown(dose.value)}" if dose else ""]
    if checked.read_outs:
        parts.append(
            f"{differing} of {len(checked.read_outs)} read-outs differ" if differing else "read-outs agree"
        )
    return ", ".join(part for part in parts if part)


# --- rows


def _row_state(row: Row, checked: Checked, problems: Mapping[str, str]) -> RowState:
    calculation = checked.calculation
    compared = next((c for c in checked.read_outs if f"readouts.{c.read_out.name}" == row.programmer), None)
    verdict, tone = _rows_verdict(checked) if row.key == "mode" else _verdict(row, compared, problems)
    now, new, change = _row_values(row, checked)
    return RowState(
        now=_cell(now),
        new=" or ".join(_distinct(_cell(value) for value in new)),
        change=change if not row.now or calculation.dose_change or calculation.concentration_ratio else "",
        verdict=verdict,
        tone=tone,
        copy_text=" or ".join(_distinct(_copied(value) for value in new)),
    )


def _rows_verdict(checked: Checked) -> tuple[str, str]:
    """What the rows of the programmer come to, in the row of the mode."""
    worst = rows_verdict(checked)
    return ("", "") if worst is None else (rows_words(worst), TONES[worst])


def _verdict(row: Row, compared: Compared | None, problems: Mapping[str, str]) -> tuple[str, str]:
    if not row.programmer:
        return "", ""
    if row.programmer in problems:
        return "✗ not readable", "refused"
    if compared is None:
        return "– not read", ""
    if not compared.computed and compared.verdict is Verdict.CANNOT_TELL:
        return "– not yet", ""
    return verdict_words(compared.verdict), TONES[compared.verdict]


def _row_values(row: Row, checked: Checked) -> tuple[RowValue | None, list[RowValue | None], str]:
    """The value now, the values new (one for each reading left open), and the change in words."""
    first, all_of = checked.calculation, checked.calculations
    if row.key == "concentration":
        return None, [], _times(first.concentration_ratio)
    if row.key == "daily_dose":
        change = shown_change(first.dose_change.value) if first.dose_change else ""
        return _scheduled_dose(first.old_therapy), [_scheduled_dose(first.new_therapy)], change
    if row.key == "mode":
        return None, [], _mode_change(first)
    if row.key == "flow_rate":
        return flow_text(first.old_therapy), [flow_text(first.new_therapy)], _flow_change(first)
    if row.key == "daily_volume":
        return _value(first.old_daily_volume), [_value(first.new_daily_volume)], ""
    if row.key == "bridge_dose":
        return None, [], ""
    if row.key == "unbridged":
        times = " or ".join(_distinct(c.unbridged_duration.text for c in all_of if c.unbridged_duration))
        return None, [_value(first.unbridged_dose)], f"for {times}" if times else ""
    readers: dict[str, Callable[[Calculation], RowValue | None]] = {
        "arrival": _arrival_text,
        "low_alarm_date": lambda c: c.low_alarm_date,
        "low_alarm_date_worst": lambda c: c.low_alarm_date_worst,
        "empty_date": lambda c: c.empty_date,
        "latest_refill_date": lambda c: c.latest_refill_date,
        "bridge_duration": lambda c: _value(c.bridge_duration),
        "bridge_flow_rate": lambda c: _value(c.bridge_flow_rate),
        "bridge_volume": lambda c: _value(c.dead_volume) if c.bridge_duration else None,
        "bridge_drug": lambda c: _value(c.bridge_drug),
        "prime_volume": lambda c: _value(c.dead_volume),
        "prime_dose": lambda c: _value(c.system_priming_dose),
    }
    return None, [readers[row.key](c) for c in all_of], _beside(row.key, checked)


def _beside(key: str, checked: Checked) -> str:
    """What stands in the change column of a row that has no change."""
    calculation = checked.calculation
    if (
        key == "arrival"
        and checked.program.system.pump is not None  # without its accuracy the range would be too narrow
        and calculation.arrival_date
        and calculation.arrival_earliest
        and calculation.arrival_latest
    ):
        earliest, latest = calculation.arrival_earliest.value, calculation.arrival_latest.value
        return f"in {math.floor(earliest.magnitude * 24)} to {math.ceil(latest.magnitude * 24)} h"
    if key == "low_alarm_date" and calculation.time_to_alarm:
        return f"in {calculation.time_to_alarm.text}"
    if key == "low_alarm_date_worst" and calculation.inputs.accuracy is not None:
        return f"flow {shown_change(calculation.inputs.accuracy)}"
    if key == "empty_date" and calculation.time_to_empty:
        return f"in {calculation.time_to_empty.text}"
    if key == "latest_refill_date" and calculation.time_to_latest_refill:
        limit, time = calculation.time_to_latest_refill
        words = {"alarm": "the alarm", "drug": "drug limit", "pump": "pump limit"}[str(limit)]
        return f"{words}, {time.text}" if limit == "alarm" else f"{time.text}, {words}"
    if key == "prime_volume" and calculation.dead_volume and calculation.inputs.catheter_volume is not None:
        return f"catheter: {shown(calculation.inputs.catheter_volume)}"
    if key == "prime_dose" and calculation.system_priming_dose and calculation.catheter_priming_dose:
        return f"catheter: {shown(calculation.catheter_priming_dose.value)}"
    return ""


def _value(worked: Worked[Any] | None) -> Quantity | None:
    return worked.value if worked else None


def _scheduled_dose(therapy: TherapyValues) -> Quantity | None:
    """The dose of a schedule; where it is typed, none."""
    return None if therapy.is_simple else therapy.dose


def _mode_change(calculation: Calculation) -> str:
    old, new = calculation.old_therapy.schedule, calculation.new_therapy.schedule
    if old is None or new is None:
        return ""
    return "same" if old.mode is new.mode else f"{old.mode.words} before"


def _arrival_text(calculation: Calculation) -> RowValue | None:
    """The moment the new drug is at the tip, to the minute: it is a matter of hours."""
    date = calculation.arrival_date
    return None if date is None else moment_text(date)


def _cell(value: RowValue | None) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return value_text(value)


def _copied(value: RowValue | None) -> str:
    """As shown, but without grouping, so that it can be typed in again."""
    return _cell(value).replace(",", "")


def _times(worked: Worked[Any] | None) -> str:
    if worked is None:
        return ""
    return "same" if worked.value.magnitude == 1 else f"× {shown(worked.value)}"


def _flow_change(calculation: Calculation) -> str:
    old, new = calculation.old_flow_rate, calculation.new_flow_rate
    if old is None or new is None:
        return ""
    percent = (
        (Fraction(new.value.magnitude) - Fraction(old.value.magnitude)) / Fraction(old.value.magnitude) * 100
    )
    return "same" if not percent else shown_change(_percent(percent))


def _percent(number: Fraction) -> Quantity:
    return exactly(number, PERCENTAGE)


def _distinct(texts: Iterator[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text]


# --- findings and working


def _cards(checked: Checked, problems: Mapping[str, str], library: Library) -> Iterator[Card]:
    addresses = [
        (figure.address, figure_name(figure).lower())
        for _, figure in used_figures(checked.program, library)
        if figure.is_unverified
    ]
    waiting = {
        f"readouts.{c.read_out.name}"
        for c in checked.read_outs
        if c.verdict is Verdict.CANNOT_TELL and not c.computed
    }
    for message in all_messages(checked, library):
        if message.code == "cannot_tell" and message.place in waiting:
            continue  # its row says "not yet": something it needs is still being typed
        if message.code == "concentration_change_without_bridge" and "bridge.dose" in problems:
            continue  # a bridge is typed, but not readable: that is what is said
        acts: tuple[tuple[str, str], ...] = ()
        if message.code == "unverified_figure":
            acts = tuple((f"confirm:{address}", f"Confirm {text}…") for address, text in addresses)
        yield card_of(message, acts)


def _workings(checked: Checked, library: Library) -> dict[str, WorkingText]:
    calculation = checked.calculation
    offered: dict[str, tuple[str, tuple[Worked[Any] | None, ...]]] = {
        "concentration": ("ratio of concentrations", (calculation.concentration_ratio,)),
        "daily_dose": (
            "daily dose",
            (
                calculation.new_therapy.daily_dose,
                calculation.new_therapy.dose_with_patient_boluses,
                calculation.old_therapy.daily_dose,
                calculation.dose_change,
            ),
        ),
        "flow_rate": (
            "flow rate",
            (
                calculation.new_therapy.peak_flow_rate,
                *_lowest_flow(calculation.new_therapy),
                calculation.old_therapy.peak_flow_rate,
                *_lowest_flow(calculation.old_therapy),
            ),
        ),
        "daily_volume": ("daily volume", (calculation.new_daily_volume, calculation.old_daily_volume)),
        "low_alarm_date": (
            "low-reservoir alarm",
            (calculation.time_to_alarm, calculation.time_to_alarm_worst),
        ),
        "low_alarm_date_worst": ("alarm, worst case", (calculation.time_to_alarm_worst,)),
        "empty_date": ("empty", (calculation.time_to_empty,)),
        "latest_refill_date": (
            "refill no later than",
            (calculation.time_to_latest_refill[1] if calculation.time_to_latest_refill else None,),
        ),
        "bridge_duration": ("bridge duration", _each(checked, "bridge_duration")),
        "bridge_flow_rate": ("bridge flow rate", (calculation.bridge_flow_rate,)),
        "bridge_dose": ("bridge flow rate", (calculation.bridge_flow_rate,)),
        "bridge_volume": (
            "bridge volume",
            (*_each(checked, "dead_volume"), checked.program.system.catheter_volume),
        ),
        "bridge_drug": (
            "bridge drug",
            (*_each(checked, "bridge_drug"), calculation.bridge_dose_shown_at_new_concentration),
        ),
        "mode": ("daily dose of the schedule", therapy_working(calculation.new_therapy)),
        "arrival": (
            "new drug at the tip",
            (
                *_each(checked, "arrival"),
                calculation.arrival_earliest,
                calculation.arrival_latest,
                calculation.tip_missing,
            ),
        ),
        "unbridged": (
            "the tip without a bridge",
            (calculation.unbridged_dose, *_each(checked, "unbridged_duration"), calculation.unbridged_ratio),
        ),
        "prime_volume": (
            "priming volume",
            (*_each(checked, "dead_volume"), checked.program.system.catheter_volume),
        ),
        "prime_dose": ("priming dose", (calculation.system_priming_dose, calculation.catheter_priming_dose)),
    }
    origins = _known_origins(checked, library)
    return {
        key: _working_text(title, tuple(step for step in steps if step is not None), checked, origins, key)
        for key, (title, steps) in offered.items()
        if any(step is not None for step in steps)
    }


def _lowest_flow(therapy: TherapyValues) -> tuple[Worked[Any], ...]:
    """The lowest flow, where it is another than the highest."""
    lowest = therapy.lowest_flow_rate
    return () if lowest is None or therapy.is_steady else (lowest,)


def _each(checked: Checked, name: str) -> tuple[Worked[Any] | None, ...]:
    return tuple(getattr(calculation, name) for calculation in checked.calculations)


def _working_text(
    title: str,
    steps: tuple[Worked[Any], ...],
    checked: Checked,
    origins: Mapping[tuple[str, Fraction], str],
    key: str,
) -> WorkingText:
    blocks = ["\n".join(step_lines(step, WORKING_WIDTH)) for step in steps]
    compared = next((c for c in checked.read_outs if c.read_out.name == key), None)
    if compared is not None:
        blocks.append(_as_printed(compared))
    moment = getattr(checked.calculation, key, None)
    if isinstance(moment, datetime):
        start = checked.program.reservoir.at
        counted = f"from {moment_text(start.moment)}: " if start else ""
        blocks.append(f"{counted}{moment_text(moment)}\nin the patient's calendar")
    return WorkingText(title, "\n\n".join(blocks), _origins(steps, origins))


def _as_printed(compared: Compared) -> str:
    """Which values the read-out stands for, and where the recomputed one lies."""
    entered = compared.read_out.entered
    verdict = VERDICT_WORDS[compared.verdict]
    if entered is None or not compared.computed or isinstance(compared.computed[0], datetime):
        return f"programmer: {compared.read_out.printed} ({verdict})"
    half = entered.resolution / 2
    low, high = entered.quantity - half, entered.quantity + half
    computed = [value for value in compared.computed if isinstance(value, Quantity)]
    lines = [
        f"programmer: {compared.read_out.printed} stands for",
        f"  {_bound_text(low)} to {_bound_text(high)}",
    ]
    lines += [f"recomputed: {value_text(value)} ({verdict})" for value in computed]
    return "\n".join(lines)


def _bound_text(bound: Quantity) -> str:
    """One end of what a read-out stands for; a duration in minutes, with their half."""
    if bound.dimensionality != DURATION.unit.dimensionality:
        return exact_text(bound)
    return f"{number_shown(Fraction(bound.magnitude) * _MINUTES_PER_DAY)} min"


def _known_origins(checked: Checked, library: Library) -> dict[tuple[str, Fraction], str]:
    """Where each value that may be put in comes from, in words: typed before published."""
    known: dict[tuple[str, Fraction], str] = {}
    for entry in checked.program.entries.values():
        known[_value_key(entry.quantity)] = f"{exact_text(entry.quantity)} as typed"
    for _, figure in used_figures(checked.program, library):
        known.setdefault(
            _value_key(figure.quantity), f"{exact_text(figure.quantity)}: {figure_source(figure, library)}"
        )
    return known


def _value_key(quantity: Quantity) -> tuple[str, Fraction]:
    """Equal for equal values: each kind has but one unit here."""
    return unit_text(quantity), quantity.magnitude


def _origins(steps: tuple[Worked[Any], ...], known: Mapping[tuple[str, Fraction], str]) -> str:
    """Where each number put in comes from: typed, published, or computed in another row."""
    operands = (operand for step in steps for operand in step.operands)
    words = (known.get(_value_key(quantity), f"{name} computed") for name, quantity in operands)
    return " · ".join(dict.fromkeys(words))
