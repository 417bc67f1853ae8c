"""What a refill told, as a clinician would say it, and as a JSON table; a line a refill where several are listed."""

from collections.abc import Iterator, Sequence
from typing import Any

from itbcalc.library.records import Severity
from itbcalc.quantities.display import date_text, shown
from itbcalc.quantities.kinds import as_volume
from itbcalc.say import Message
from itbcalc.say.answer_report import moment_json
from itbcalc.say.catalogue import _
from itbcalc.say.therapy_report import quantity_json
from itbcalc.visits.body_words import OUTSIDE_WORDS
from itbcalc.visits.refill_visit import RefillSeen, RefillVisit, ratio_words


def refill_visit_lines(visit: RefillVisit) -> Iterator[str]:
    """Drawn off, expected and the difference; the ratio with its interval; what is not known, with the reason."""
    yield _("Drawn off: {volume}", volume=shown(visit.drawn_off))
    expected = expected_words(visit)
    if expected:
        yield _(
            "Expected: {volume}, counted from entry {number} ({filled} filled)",
            volume=expected,
            number=visit.fill_number if visit.fill_number is not None else "?",
            filled="?" if visit.filled is None else shown(visit.filled),
        )
    if visit.difference is not None:
        yield _("Difference: {difference}", difference=difference_words(visit))
    ratio = ratio_words(visit)
    if ratio:
        yield _("Delivered: {ratio} times the programmed volume", ratio=ratio)
    if visit.true_flow is not None:
        yield _("True flow since the fill: {flow}", flow=shown(visit.true_flow))
    if visit.outside:
        yield OUTSIDE_WORDS.get(visit.outside, visit.outside)
    if visit.ran_dry is not None and visit.without_drug is not None:
        yield _(
            "To be empty on {date}: {time} without drug",
            date=date_text(visit.ran_dry),
            time=shown(visit.without_drug),
        )
    if visit.not_known:
        yield _("Not known: {reason}", reason=visit.not_known)


def refill_message(visit: RefillVisit) -> Message:
    """The same as a note beside what is found."""
    return Message(
        "refill_told",
        Severity.INFO,
        _("What was drawn off"),
        " · ".join(refill_visit_lines(visit)),
        place="refill.drawn_off",
    )


def short_words(visit: RefillVisit) -> str:
    """`expected 4.1 mL, delivered 0.99 (0.98 to 1.01) times the programmed volume`, beside the field; or why that is not known."""
    expected = expected_words(visit)
    parts = (
        _("expected {volume}", volume=expected) if expected else "",
        delivered_words(visit),
        _("not known: {reason}", reason=visit.not_known) if visit.not_known else "",
    )
    return ", ".join(filter(None, parts))


def delivered_words(visit: RefillVisit) -> str:
    """`delivered 0.99 (0.98 to 1.01) times the programmed volume`; empty where it is not known."""
    ratio = ratio_words(visit)
    return _("delivered {ratio} times the programmed volume", ratio=ratio) if ratio else ""


def expected_words(visit: RefillVisit) -> str:
    """`4.1 mL`, or `3.2 mL to 4.1 mL` where patient boluses make a difference; empty where it is not known."""
    if visit.expected is not None:
        return shown(visit.expected)
    if visit.expected_least is None or visit.expected_most is None:
        return ""
    return _("{least} to {most}", least=shown(visit.expected_least), most=shown(visit.expected_most))


def difference_words(visit: RefillVisit) -> str:
    """`0.9 mL more than expected`; empty where it is not known."""
    difference = visit.difference
    if difference is None:
        return ""
    volume = shown(as_volume(abs(difference)))
    if not difference.magnitude:
        return _("none")
    if difference.magnitude > 0:
        return _("{volume} more than expected", volume=volume)
    return _("{volume} less than expected", volume=volume)


def refill_history_lines(refills: Sequence[RefillSeen]) -> Iterator[str]:
    """Every refill at which something was drawn off, a line each, the earliest first; nothing where there is none."""
    if refills:
        yield _("Refills")
    yield from (_("  {what}", what=seen_line(each)) for each in refills)


def seen_line(seen: RefillSeen) -> str:
    """`12 May 2027  entry 7  drawn off 4.4 mL, expected 4.1 mL  0.99 (0.98 to 1.01)`."""
    visit, expected = seen.visit, expected_words(seen.visit)
    drawn = shown(visit.drawn_off)
    volumes = (
        _("drawn off {drawn}, expected {expected}", drawn=drawn, expected=expected)
        if expected
        else _("drawn off {drawn}", drawn=drawn)
    )
    parts = (
        date_text(seen.at),
        _("entry {number}", number=seen.standing.entry.seq),
        volumes,
        delivered_words(visit),
        OUTSIDE_WORDS.get(visit.outside, visit.outside),
        visit.not_known,
    )
    return "  ".join(filter(None, parts))


def refill_visit_json(visit: RefillVisit) -> dict[str, Any]:
    """By name; null is what is not known."""
    quantities = {
        "drawn_off": visit.drawn_off,
        "filled_before": visit.filled,
        "expected_volume": visit.expected,
        "expected_volume_least": visit.expected_least,
        "expected_volume_most": visit.expected_most,
        "difference": visit.difference,
        "delivered_ratio": visit.ratio,
        "delivered_ratio_least": visit.ratio_least,
        "delivered_ratio_most": visit.ratio_most,
        "delivered_flow_rate": visit.true_flow,
        "time_without_drug": visit.without_drug,
    }
    return {
        **{name: None if each is None else quantity_json(each) for name, each in quantities.items()},
        "fill_entry": visit.fill_number,
        "ran_dry": None if visit.ran_dry is None else moment_json(visit.ran_dry),
        "outside": visit.outside,
        "not_known": [visit.not_known] if visit.not_known else [],
    }


def seen_json(seen: RefillSeen) -> dict[str, Any]:
    """The same, of a refill in the log."""
    return {
        "entry": seen.standing.entry.seq,
        "at": moment_json(seen.at),
        **refill_visit_json(seen.visit),
    }
