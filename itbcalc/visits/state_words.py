"""The state from the log as a clinician would say it, and as a JSON table."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from itbcalc.quantities.display import date_text, moment_text, shown
from itbcalc.say.answer_report import line_json, moment_json
from itbcalc.say.catalogue import N_, Worded, _
from itbcalc.say.table import NO_MIXING, line_words
from itbcalc.say.therapy_report import quantity_json
from itbcalc.visits.entry_kinds import definition
from itbcalc.visits.entry_words import mark_words, therapy_words
from itbcalc.visits.history import new_therapy
from itbcalc.visits.state import PumpState

LIMIT_WORDS = Worded(
    {
        "alarm": N_("the low-reservoir alarm"),
        "empty": N_("no more than is to be left in the reservoir"),
        "empty_worst": N_("empty in the worst case"),
        "stability": N_("how long the drug may stay in the pump"),
        "pump": N_("the pump's own interval"),
    }
)


def state_lines(state: PumpState) -> Iterator[str]:
    """Line by line; what is not known stands last, each with its reason."""
    entry = state.standing.entry
    yield _("{patient} at {moment}", patient=entry.patient, moment=moment_text(state.moment))
    yield _(
        "In force since {since}: {therapy} (entry {number}, {what})",
        since=moment_text(state.since),
        therapy=therapy_words(new_therapy(entry)),
        number=entry.seq,
        what=definition(state.standing.of_kind).words,
    )
    mark = mark_words(state.standing)
    if mark:
        yield mark
    if state.line is not None:
        yield _("In the line, from the tip: {line} ({how})", line=line_words(state.line), how=_(NO_MIXING))
    if state.tip_dose is not None:
        yield _("Leaves the tip now: {dose}", dose=shown(state.tip_dose))
    yield from _reservoir_lines(state)
    if state.not_known:
        yield _("Not known")
        yield from (_("  {what}", what=each) for each in state.not_known)


def state_json(state: PumpState) -> dict[str, Any]:
    """By name; null is what is not known."""
    left, dates = state.volume_left, state.dates
    quantities = {
        "daily_dose": state.daily_dose,
        "tip_dose": state.tip_dose,
        "expected_volume": state.expected_volume,
        "expected_volume_least": None if left is None else left.least,
        "expected_volume_most": None if left is None else left.most,
    }
    moments = {
        "at": state.moment,
        "since": state.since,
        "low_alarm_date": None if dates is None else dates.low_alarm,
        "empty_date": None if dates is None else dates.empty,
        "empty_date_worst": None if dates is None else dates.empty_worst,
        "latest_refill_date": None if dates is None else dates.latest_refill,
    }
    return {
        "patient": state.standing.entry.patient,
        "entry": state.standing.entry.seq,
        **{name: _moment(moment) for name, moment in moments.items()},
        **{
            name: None if quantity is None else quantity_json(quantity)
            for name, quantity in quantities.items()
        },
        "line": None if state.line is None else line_json(state.line),
        "latest_refill_limit": None if dates is None else str(dates.limit),
        "read_back": state.standing.read_back,
        "not_known": list(state.not_known),
    }


def _moment(moment: datetime | None) -> dict[str, Any] | None:
    return None if moment is None else moment_json(moment)


def _reservoir_lines(state: PumpState) -> Iterator[str]:
    left, dates = state.volume_left, state.dates
    if state.expected_volume is not None:
        yield _("Expected in the reservoir: {volume}", volume=shown(state.expected_volume))
    elif left is not None:
        yield _(
            "Expected in the reservoir: {least} to {most}", least=shown(left.least), most=shown(left.most)
        )
    if dates is None:
        return
    if dates.low_alarm is not None:
        yield _("Low-reservoir alarm: {moment}", moment=moment_text(dates.low_alarm))
    if dates.empty is not None:
        yield _("Empty: {moment}", moment=moment_text(dates.empty))
    if dates.empty_worst is not None:
        yield _("Empty in the worst case: {moment}", moment=moment_text(dates.empty_worst))
    yield _(
        "Refill no later than {date} ({limit})",
        date=date_text(dates.latest_refill),
        limit=LIMIT_WORDS[dates.limit],
    )
