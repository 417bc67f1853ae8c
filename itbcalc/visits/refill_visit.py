"""What does a refill tell of the time since the last one: what was drawn off, against what should have been left?

Counted by the log from the last fill through every step since. Nothing is guessed: what cannot be counted is not known, with
the reason. It is written into the body of the step (docs/log-format.md) and read from there again.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import datetime
from fractions import Fraction
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.compute.reservoir import delivered_flow_rate, delivered_ratio, delivered_ratio_by_reading
from itbcalc.judge.findings import Finding, FindingCode, Values
from itbcalc.judge.guardrails import Rules, rules_of
from itbcalc.judge.refill_findings import (
    Residual,
    reading_error,
    residual_findings,
    run_dry_values,
    two_readings,
    was_empty,
)
from itbcalc.library.records import Library, PumpKind
from itbcalc.log.canonical import Json
from itbcalc.log.entries import PRACTICE, Entry
from itbcalc.program import Patient, Program, read_program
from itbcalc.quantities.display import number_shown, shown
from itbcalc.quantities.instants import Instant
from itbcalc.quantities.kinds import (
    DURATION,
    RATIO,
    VOLUME,
    Duration,
    FlowRate,
    Ratio,
    Volume,
    as_duration,
    as_ratio,
    as_volume,
    exactly,
)
from itbcalc.say.catalogue import N_, _
from itbcalc.visits.entry_body import dated, exact_in, given, moment_in, valued
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.following import Followed, Measured, NotKnownError, SinceFill
from itbcalc.visits.history import Standing, effective
from itbcalc.visits.running_fast import Between
from itbcalc.visits.typed import table_of, typed_in

ABOVE, BELOW = "above", "below"  # in people's logs: never rename
_OUTSIDE = {FindingCode.DELIVERED_TOO_MUCH: ABOVE, FindingCode.DELIVERED_TOO_LITTLE: BELOW}
_NOTHING = Fraction(0)
_DRAWN_OFF = "refill.drawn_off"
_NO_MOMENT = N_("the time of the change is not typed")
_OTHER_PUMP = N_("the pump is another one than that of entry {number}")


class RefillVisit(Struct, frozen=True, kw_only=True):
    """What was drawn off, and what that says of the time since the last fill; None is not known, and `not_known` says why.

    Attributes:
        fill: the id of the entry that filled last, and `fill_number` its number.
        filled: what was in the reservoir then.
        expected_least, expected_most: what should be left, every allotted patient bolus taken, and none.
        ratio: delivered over programmed; None where the two differ, and of a pump that ran dry or was found empty.
        ratio_least, ratio_most: the same within the reading of the syringe and the patient boluses; of a pump that was found
            empty only the least is known.
        true_flow: the mean flow since the fill, of a pump of fixed flow; not recorded, for it follows from what is.
        ran_dry: when all was to be delivered, at the earliest known; then `without_drug` is the time since then.
        findings: what it may mean.
        outside: `above` or `below` where the ratio lies beyond the accuracy of the pump; empty where it does not.
    """

    drawn_off: Volume
    fill: str = ""
    fill_number: int | None = None
    filled: Volume | None = None
    expected_least: Volume | None = None
    expected_most: Volume | None = None
    ratio: Ratio | None = None
    ratio_least: Ratio | None = None
    ratio_most: Ratio | None = None
    true_flow: FlowRate | None = None
    ran_dry: datetime | None = None
    without_drug: Duration | None = None
    findings: tuple[Finding, ...] = ()
    outside: str = ""
    not_known: str = ""

    @property
    def expected(self) -> Volume | None:
        """What should be left, where patient boluses make no difference."""
        return self.expected_most if self.expected_least == self.expected_most else None

    @property
    def difference(self) -> Volume | None:
        """Drawn off less expected: above zero, too little was delivered."""
        return None if self.expected is None else as_volume(self.drawn_off - self.expected)


class RefillSeen(Struct, frozen=True):
    """A refill of the log at which something was drawn off, and what it told."""

    standing: Standing
    visit: RefillVisit

    @property
    def at(self) -> datetime:
        """When it was."""
        return effective(self.standing.entry)


def refill_visit(
    program: Program, found: Sequence[Standing], library: Library, *, instead_of: str = ""
) -> RefillVisit | None:
    """What the refill in a program tells, by all entries of its patient (`found`); None where nothing was drawn off.

    `instead_of` is the id of the entry that it amends: its own earlier wording is no fill before it.
    """
    visit = _counted(program, found, library, instead_of)
    if visit is None or not visit.outside:
        return visit
    last = next(
        (each for each in refills_seen(found, library) if each.standing.entry.entry_id == visit.fill), None
    )
    if last is None or last.visit.outside != visit.outside:
        return visit
    return replace(visit, findings=(*visit.findings, _twice(visit, last.visit)))


def refills_seen(found: Sequence[Standing], library: Library) -> tuple[RefillSeen, ...]:
    """Every refill of a patient at which something was drawn off and that holds, the earliest first.

    What it told is as recorded, unless the log has learnt something of the time before it since: then it is counted anew.
    """
    return tuple(reversed(list(_latest_seen(found, library))))


def last_refill_seen(found: Sequence[Standing], library: Library) -> RefillSeen | None:
    """The last of them; those before it are not counted."""
    return next(_latest_seen(found, library), None)


def followed_as_measured(found: Sequence[Standing], moment: datetime, library: Library) -> Followed:
    """The steps up to a moment, with what was found delivered until then."""

    def measured() -> Measured | None:
        until = [each for each in found if not each.is_step or effective(each.entry) <= moment]
        return last_measured(until, library)

    return Followed(found, moment, library, measured)


def last_measured(found: Sequence[Standing], library: Library) -> Measured | None:
    """What the last refill of which that is known found delivered: one that could not be counted makes no fast pump slower."""
    measured = (measured_at(each) for each in _latest_seen(found, library))
    return next((each for each in measured if each is not None and each.known), None)


def measured_at(seen: RefillSeen | None) -> Measured | None:
    """What a refill found delivered; of a reservoir that was found empty, what it was at least."""
    return None if seen is None else measured_by(seen.standing.entry.seq, seen.visit)


def measured_by(number: int, visit: RefillVisit) -> Measured:
    """The same of a refill that has this number, or will have it."""
    return Measured(number, visit.ratio or visit.ratio_least, visit.true_flow, visit.outside == ABOVE)


def _latest_seen(found: Sequence[Standing], library: Library) -> Iterator[RefillSeen]:
    """The latest first, each counted when it is asked for."""
    steps = [each for each in found if each.is_step and each.holds and PRACTICE not in each.entry.body]
    for each in sorted(steps, key=lambda each: (effective(each.entry), each.entry.seq), reverse=True):
        visit = _visit_of(each, found, library)
        if visit is not None:
            yield RefillSeen(each, visit)


def _counted(
    program: Program, found: Sequence[Standing], library: Library, instead_of: str
) -> RefillVisit | None:
    drawn = None if program.refill is None else program.refill.drawn_off
    if drawn is None:
        return None
    if program.reservoir.at is None:
        return RefillVisit(drawn_off=drawn, not_known=_(_NO_MOMENT))
    moment, rules = program.reservoir.at.moment, rules_of(program, library)
    before = [each for each in found if _lies_before(each, moment, instead_of)]
    try:
        since = Followed(before, moment, library).since_fill(
            two_readings(rules), drawn.magnitude if was_empty(drawn, rules) else _NOTHING
        )
        if since.step.program.system.pump != program.system.pump:
            raise NotKnownError(_(_OTHER_PUMP, number=since.step.number))
    except NotKnownError as unknown:
        return RefillVisit(drawn_off=drawn, not_known=unknown.reason)
    return _told(drawn, since, moment, rules)


def _lies_before(standing: Standing, moment: datetime, instead_of: str) -> bool:
    """Whether an entry is of the time before the refill; what is no step says something of one, and is kept."""
    return standing.entry.entry_id != instead_of and (
        not standing.is_step or effective(standing.entry) < moment
    )


def _told(drawn: Volume, since: SinceFill, moment: datetime, rules: Rules) -> RefillVisit:
    """What the volume drawn off tells, where all since the fill can be counted."""
    filled, programmed = as_volume(exactly(since.filled, VOLUME)), since.delivered
    visit = RefillVisit(
        drawn_off=drawn,
        fill=since.step.standing.entry.entry_id,
        fill_number=since.step.number,
        filled=filled,
        expected_least=as_volume(exactly(since.filled - programmed.most, VOLUME)),
        expected_most=as_volume(exactly(since.filled - programmed.least, VOLUME)),
        true_flow=_true_flow(filled, drawn, since.step.at, moment, rules),
    )
    if drawn > filled:
        values: Values = {"aspirated": drawn, "filled": filled}
        found = Finding(code=FindingCode.ASPIRATED_ABOVE_FILLED, place=_DRAWN_OFF, values=values)
        return replace(visit, findings=(found,))
    if since.dry_after is None:
        return _with_ratio(visit, programmed, rules, None)
    empty = as_duration(exactly(since.dry_after, DURATION))
    dry = empty, as_duration(exactly(since.step.at.days_until(moment) - since.dry_after, DURATION))
    if since.filled < programmed.least:
        return _run_dry(visit, since, dry, rules)
    return _with_ratio(visit, programmed, rules, dry)


def _true_flow(
    filled: Volume, drawn: Volume, since: Instant, moment: datetime, rules: Rules
) -> FlowRate | None:
    """Of a pump of fixed flow, by what left it; of one that was found empty nobody knows since when."""
    days, pump = since.days_until(moment), rules.pump
    if pump is None or pump.kind is not PumpKind.CONSTANT_FLOW or was_empty(drawn, rules) or not days:
        return None
    return delivered_flow_rate(as_volume(filled - drawn), as_duration(exactly(days, DURATION))).value


def _run_dry(
    visit: RefillVisit, since: SinceFill, dry: tuple[Duration, Duration], rules: Rules
) -> RefillVisit:
    """Of a pump that ran dry a ratio would say nothing: a day, and a time without drug."""
    empty, without = dry
    assert visit.filled is not None
    values = run_dry_values(visit.filled, visit.drawn_off, empty, without, rules)
    found = Finding(code=FindingCode.EXPECTED_BELOW_ZERO, place=_DRAWN_OFF, values=values)
    return replace(visit, ran_dry=since.step.at.after(empty), without_drug=without, findings=(found,))


def _with_ratio(
    visit: RefillVisit, programmed: Between, rules: Rules, dry: tuple[Duration, Duration] | None
) -> RefillVisit:
    """With the ratio, its interval, and what lies beyond the accuracy whether patient boluses were taken or not."""
    filled, drawn, fewest, most = visit.filled, visit.drawn_off, visit.expected_least, visit.expected_most
    assert filled is not None
    assert fewest is not None
    assert most is not None
    if not programmed.most:
        reason = _("nothing was to be delivered since entry {number}", number=visit.fill_number)
        return replace(visit, not_known=reason)
    reading = reading_error(rules) or as_volume(exactly(_NOTHING, VOLUME))
    empty = was_empty(drawn, rules)
    ratio = delivered_ratio(filled, drawn, fewest).value if fewest == most else None
    least = delivered_ratio_by_reading(filled, drawn, fewest, reading)[0].value
    found = [*_beyond(ABOVE, filled, drawn, fewest, rules, dry=dry)]
    highest = None
    if programmed.least:
        highest = delivered_ratio_by_reading(filled, drawn, most, reading)[1].value
        found += _beyond(BELOW, filled, drawn, most, rules, dry=dry)
    return replace(
        visit,
        ratio=None if empty else ratio,
        ratio_least=None if least.magnitude < 0 else least,
        ratio_most=None if empty else highest,
        findings=tuple(found),
        outside=_outside(found[0]) if found else "",
    )


def _outside(finding: Finding) -> str:
    """On which side of the accuracy of the pump; empty where it is not beyond it, or that is not known."""
    if finding.code is FindingCode.FOUND_EMPTY:
        beyond = finding.limit is not None or finding.figure is not None
        return ABOVE if beyond and finding.above else ""
    return _OUTSIDE.get(finding.code, "")


def _beyond(
    side: str,
    filled: Volume,
    drawn: Volume,
    expected: Volume,
    rules: Rules,
    *,
    dry: tuple[Duration, Duration] | None,
) -> Iterator[Finding]:
    """What is found on one side, where `expected` was left."""
    residual = Residual(filled, drawn, expected, delivered_ratio(filled, drawn, expected).value, *(dry or ()))
    for finding in residual_findings(residual, rules):
        if finding.above is (side == ABOVE):
            yield replace(finding, place=_DRAWN_OFF)


def _twice(visit: RefillVisit, before: RefillVisit) -> Finding:
    values: Values = {"ratio": ratio_words(visit), "before": ratio_words(before)}
    return Finding(
        code=FindingCode.DELIVERED_OUTSIDE_TWICE,
        place=_DRAWN_OFF,
        values=values,
        above=visit.outside == ABOVE,
    )


def ratio_words(visit: RefillVisit) -> str:
    """`0.82 (0.80 to 0.84)`: the delivered ratio with its interval; `at least 1.9` of a pump found empty; or nothing."""
    ends = [
        number_shown(Fraction(each.magnitude))
        for each in (visit.ratio_least, visit.ratio_most)
        if each is not None
    ]
    if visit.ratio is None and visit.ratio_most is None and visit.ratio_least is not None:
        return _("at least {ratio}", ratio=ends[0])
    if len(ends) < 2:
        return "" if visit.ratio is None else shown(visit.ratio)
    if visit.ratio is None:
        return _("{least} to {most}", least=ends[0], most=ends[1])
    return _("{ratio} ({least} to {most})", ratio=shown(visit.ratio), least=ends[0], most=ends[1])


# --- in the log


def refill_body(visit: RefillVisit) -> dict[str, Json]:
    """As the body of the step holds it; findings stand beside, with their answers."""
    values = {
        "drawn_off": valued("mL", visit.drawn_off),
        "filled": valued("mL", visit.filled),
        "expected_least": valued("mL", visit.expected_least),
        "expected_most": valued("mL", visit.expected_most),
        "difference": valued("mL", visit.difference),
        "delivered_ratio": valued("1", visit.ratio),
        "delivered_ratio_least": valued("1", visit.ratio_least),
        "delivered_ratio_most": valued("1", visit.ratio_most),
        "ran_dry": dated(visit.ran_dry),
        "time_without_drug": valued("day", visit.without_drug),
    }
    texts = {"fill": visit.fill, "outside": visit.outside, "not_known": visit.not_known}
    return given(values) | {name: text for name, text in texts.items() if text}


def _visit_of(standing: Standing, found: Sequence[Standing], library: Library) -> RefillVisit | None:
    """What a recorded refill told; None where nothing was drawn off."""
    recorded = standing.entry.body.get("refill")
    if isinstance(recorded, Mapping) and not _touched(standing, found):
        return _with_true_flow(_recorded(recorded, found), standing, found, library)
    if "refill" not in typed_in(standing.entry):
        return None
    program = read_program(table_of(standing.entry), library).program
    return _counted(program, found, library, standing.entry.entry_id)


def _with_true_flow(
    visit: RefillVisit | None, standing: Standing, found: Sequence[Standing], library: Library
) -> RefillVisit | None:
    """Of a pump of the library: another has no fixed flow."""
    if visit is None or visit.filled is None:
        return visit
    fill = next((effective(each.entry) for each in found if each.entry.entry_id == visit.fill), None)
    if fill is None:
        return visit
    at = Instant(fill, zone_named=False)
    pump = library.pumps.get(str(typed_in(standing.entry).get("system", {}).get("pump", "")))
    rules = Rules(library, Patient(), pump)
    flow = _true_flow(visit.filled, visit.drawn_off, at, effective(standing.entry), rules)
    return replace(visit, true_flow=flow)


def _touched(standing: Standing, found: Sequence[Standing]) -> bool:
    """Whether something was written after a refill that concerns the steps before it."""
    number, at = standing.entry.seq, effective(standing.entry)
    before = [
        each
        for each in found
        if each.is_step and each.entry.entry_id != standing.entry.entry_id and effective(each.entry) < at
    ]
    later = [
        *(each.entry for each in before),
        *(each.voided_by for each in before),
        *(each.amended_by for each in before),
        *_read_backs(found, {each.entry.entry_id for each in before}),
    ]
    return any(entry is not None and entry.seq > number for entry in later)


def _read_backs(found: Sequence[Standing], of: Set[str]) -> Iterator[Entry]:
    """Those of some steps: a pump that was found stopped is counted otherwise."""
    for each in found:
        if each.entry.kind == EntryKind.READ_BACK_RECORDED and each.entry.body.get("of") in of:
            yield each.entry


def _recorded(body: Mapping[str, Any], found: Sequence[Standing]) -> RefillVisit | None:
    """As it was recorded; None for what is none: a whole chain may hold nonsense."""
    drawn = _volume(body, "drawn_off")
    if drawn is None:
        return None
    fill, without = str(body.get("fill", "")), _exact(body, "time_without_drug", "day")
    ran_dry = body.get("ran_dry")
    return RefillVisit(
        drawn_off=drawn,
        fill=fill,
        fill_number=next((each.entry.seq for each in found if each.entry.entry_id == fill), None),
        filled=_volume(body, "filled"),
        expected_least=_volume(body, "expected_least"),
        expected_most=_volume(body, "expected_most"),
        ratio=_ratio(body, "delivered_ratio"),
        ratio_least=_ratio(body, "delivered_ratio_least"),
        ratio_most=_ratio(body, "delivered_ratio_most"),
        ran_dry=moment_in(ran_dry.get("at")) if isinstance(ran_dry, Mapping) else None,
        without_drug=None if without is None else as_duration(exactly(without, DURATION)),
        outside=str(body.get("outside", "")),
        not_known=str(body.get("not_known", "")),
    )


def _exact(body: Mapping[str, Any], name: str, unit: str) -> Fraction | None:
    value = body.get(name)
    return exact_in(value) if isinstance(value, Mapping) and value.get("unit") == unit else None


def _volume(body: Mapping[str, Any], name: str) -> Volume | None:
    exact = _exact(body, name, "mL")
    return None if exact is None else as_volume(exactly(exact, VOLUME))


def _ratio(body: Mapping[str, Any], name: str) -> Ratio | None:
    exact = _exact(body, name, "1")
    return None if exact is None else as_ratio(exactly(exact, RATIO))
