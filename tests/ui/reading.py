"""What a panel must show for a state, and what it shows: to be compared as wholes."""

from dataclasses import dataclass

from itbcalc.desk.fields import PLACES
from tests.ui.pages import CheckPage, Finding, QuestionPage, SchedulePage
from ui.program.check_table import is_long
from ui.program.rows import VALUE_ROWS
from ui.states import Card, CheckState, QuestionState, ScheduleState


@dataclass(frozen=True)
class CheckReading:
    """Everything on the check panel that follows from the texts."""

    results: dict[str, str]
    changes: dict[str, str]
    verdicts: dict[str, str]
    dead_volume: str
    findings: list[Finding]
    refused: set[str]


@dataclass(frozen=True)
class ScheduleReading:
    """Everything on the schedule panel that follows from the texts, the chosen day and the travel."""

    totals: list[tuple[str, str, str]]
    change: str
    beside: dict[str, tuple[str, ...]]
    day: str
    week: str
    listed: dict[int, tuple[str, str]]
    findings: list[Finding]
    refused: set[str]
    travel: str


@dataclass(frozen=True)
class QuestionReading:
    """Everything on a question that follows from the texts."""

    results: list[str]
    findings: list[Finding]
    working: str
    refused: set[str]


def check_reading(page: CheckPage, places: list[str]) -> CheckReading:
    """What is read on the panel, with all rows open."""
    page.open_all_rows()
    dead_volume, results = page.dead_volume, dict(page.results)
    results.pop("bridge_volume", None)  # the dead volume, beside the row of that name
    return CheckReading(
        results=results,
        changes=dict(page.changes),
        verdicts=dict(page.verdicts),
        dead_volume=dead_volume,
        findings=page.findings,
        refused={place for place in places if page.tone(place) == "refused"},
    )


def check_expected(state: CheckState) -> CheckReading:
    """What must be read for `state`."""
    rows = {key: row for key, row in state.rows.items() if key in state.there}
    cells = {f"{key}:{which}": getattr(row, which) for key, row in rows.items() for which in ("now", "new")}
    return CheckReading(
        results={name: text for name, text in cells.items() if text},
        changes={
            row.key: change
            for row in VALUE_ROWS
            if (change := rows[row.key].change if row.key in rows else "") and not is_long(row, change)
        },
        verdicts={key: row.verdict for key, row in rows.items() if row.verdict},
        dead_volume=state.dead_volume,
        findings=[_finding(card) for card in state.cards],
        refused={place for place in PLACES if place in state.fields and state.fields[place].problem},
    )


def schedule_reading(page: SchedulePage) -> ScheduleReading:
    """What is read on the schedule."""
    return ScheduleReading(
        totals=[(name, *values) for name, values in page.totals.items()],
        change=page.change,
        beside=dict(page.all_beside),
        day=page.day.words if page.day.shown else "",
        week=page.week,
        listed=dict(page.all_listed),
        findings=page.findings,
        refused={place for place in page.root.fields() if page.tone(place) == "refused"},
        travel=page.travel_words,
    )


def schedule_expected(page: SchedulePage, state: ScheduleState) -> ScheduleReading:
    """What must be read for `state`."""
    grave = [card for card in state.cards if card.severity in ("stop", "warning")]
    lesser = [card for card in state.cards if card not in grave]
    return ScheduleReading(
        totals=[(f"{name[0].upper()}{name[1:]}", now, new) for name, now, new in state.totals],
        change=state.change,
        beside={place: texts for place, texts in state.steps.items() if any(texts)},
        day=state.day.words,
        week=", ".join(f"{day.name} {day.dose}" for day in state.week),
        listed={
            number: (row.recomputed, row.verdict)
            for number, row in state.listed.items()
            if row.recomputed or row.verdict
        },
        findings=[_finding(card) for card in (*grave, *lesser)],
        refused={
            place for place in page.root.fields() if place in state.fields and state.fields[place].problem
        },
        travel=state.travel,
    )


def question_reading(page: QuestionPage) -> QuestionReading:
    """What is read on a question."""
    names = [ask.name for ask in page.root.question.asks]
    return QuestionReading(
        results=list(page.results.values()),
        findings=page.findings,
        working=page.working,
        refused={name for name in names if page.tone(name) == "refused"},
    )


def question_expected(state: QuestionState) -> QuestionReading:
    """What must be read for `state`."""
    return QuestionReading(
        results=[text for _, text, _ in state.results],
        findings=[_finding(card) for card in state.cards],
        working=state.working.text,
        refused={name for name, field in state.fields.items() if field.problem},
    )


def _finding(card: Card) -> Finding:
    return Finding(card.code, card.severity, f"{card.sign} {card.title}", card.detail, card.source)
