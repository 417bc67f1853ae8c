"""Does a checked step fit what the log holds of its patient: the therapy recorded last, the line, and the pseudonym itself?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.line import Filling, Line, Plug, cut, primed, volume_before_last
from itbcalc.compute.profile import time_to_deliver
from itbcalc.compute.reservoir import ByLog
from itbcalc.errors import LogUnavailableError
from itbcalc.judge.check import Checked, check
from itbcalc.judge.dose_history import (
    DoseInForce,
    ScoreSeen,
    increases_without_effect,
    yearly_rise_findings,
)
from itbcalc.judge.findings import FindingCode
from itbcalc.judge.guardrails import rules_of
from itbcalc.judge.refill_findings import two_readings
from itbcalc.library.records import Library, LimitQuantity
from itbcalc.log.entries import Entry
from itbcalc.log.store import TitrationLog
from itbcalc.log.waiting import may_wait
from itbcalc.look_alikes import shape_of_pseudonym
from itbcalc.program import Program
from itbcalc.quantities.display import days_and_hours_text, number_shown, shown
from itbcalc.quantities.kinds import (
    DAILY_DOSE,
    DURATION,
    VOLUME,
    DailyDose,
    as_daily_dose,
    as_duration,
    as_volume,
    exactly,
)
from itbcalc.say import Message, finding_message, not_held_message
from itbcalc.say.catalogue import _
from itbcalc.say.log import (
    before_the_last_message,
    counted_volume_message,
    example_message,
    found_stopped_message,
    in_place_of_the_last_message,
    let_go_message,
    look_alike_message,
    named_patient_message,
    not_filled_message,
    old_drug_message,
    other_patient_message,
    other_system_message,
    other_therapy_message,
    other_volume_message,
    raised_earlier_message,
    raised_since_message,
    recorded_before_message,
)
from itbcalc.say.places import ORIGIN_WORDS
from itbcalc.say.table import line_words
from itbcalc.visits.entry_body import results_today
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.entry_words import therapy_words
from itbcalc.visits.examples import example_of
from itbcalc.visits.following import Followed, FollowedStep, Measured, NotKnownError, being_typed
from itbcalc.visits.history import (
    Standing,
    current_therapy,
    effective,
    in_force,
    last_change,
    last_increase,
    last_raise,
    new_therapy,
    standings,
)
from itbcalc.visits.observations import scale_series
from itbcalc.visits.privacy import suspected
from itbcalc.visits.recording import CheckedStep, step_kind
from itbcalc.visits.refill_visit import (
    RefillVisit,
    last_measured,
    measured_by,
    refill_visit,
)
from itbcalc.visits.refills import ended_by
from itbcalc.visits.sending import waiting_of
from itbcalc.visits.state import held_in_line
from itbcalc.visits.typed import leaves, table_of

_HELD_AGAINST = ("concentration", "daily_dose")


def against_log(checked: Checked, log: TitrationLog, now: datetime, library: Library) -> tuple[Message, ...]:
    """What does not fit: another therapy in force than the one recorded last before the step, a later one that is recorded already, old drug that is still in the line, or a pseudonym that is new but looks like one that is not.

    Raises LogError.
    """
    patient = checked.program.patient.ref
    if not patient:
        return ()
    found = standings(log.entries(patient))
    if not found:
        return _of_a_new_pseudonym(patient, log)
    last = in_force(found, min(now, _moment_of(checked, now)))
    return (
        *(() if last is None else _other_therapy(checked, last)),
        *_before_the_last(found, _moment_of(checked, now)),
        *_old_drug(checked, found, now, library),
        *_of_one_let_go(checked, found, now),
        *_empty_earlier(checked, found, library),
        *_of_history(checked, found, now, library),
        *_raised_earlier(checked, found, now, library),
        *_raised_since(checked, found, now, library),
    )


def held_against_log(
    step: CheckedStep, log: TitrationLog | None, now: datetime, *, amends: Entry | None = None
) -> CheckedStep:
    """A checked step with what its log says beside it, and with what its refill tells; `log` is None where there is none yet.

    An amendment is only asked what its refill tells, and whether it puts a later step in force: the rest was asked of the step.
    Raises LogError.
    """
    program, library = step.checked.program, step.library
    found = [] if log is None or not program.patient.ref else standings(log.entries(program.patient.ref))
    refill = refill_visit(program, found, library, instead_of="" if amends is None else amends.entry_id)
    told = () if refill is None else tuple(finding_message(each, library) for each in refill.findings)
    held = replace(step, refill=refill)
    if amends is not None:
        found = [each for each in found if each.entry.entry_id != amends.entry_id]
        moved = _moved(found, effective(amends), _moment_of(step.checked, now))
        return replace(_counted_by_log(held, found, now), beside=(*told, *moved))
    if log is None:
        doubts = pseudonym_in_doubt(program.patient.ref, None) if program.patient.ref else ()
        return replace(held, beside=(*told, *doubts))
    beside = (*against_log(step.checked, log, now, library), *_recorded_before(step, found))
    return replace(_counted_by_log(held, found, now), beside=(*told, *beside))


def _counted_by_log(step: CheckedStep, found: Sequence[Standing], now: datetime) -> CheckedStep:
    """The check with what the log knows of the reservoir: as the list of refills will count once it is recorded."""
    checked, library = step.checked, step.library
    kind = step_kind(checked, refilled=False)
    by_log, filled = (
        _reservoir_by_log(checked, each, found, library, step.refill)
        for each in (kind, EntryKind.RESERVOIR_REFILLED)
    )
    if by_log is None and filled is None:
        return step
    as_recorded, as_refill = (
        checked if each is None else check(checked.program, library, now, by_log=each)
        for each in (by_log, filled)
    )
    looks_filled = _looks_filled(checked, found, library)
    return replace(step, checked=as_recorded, as_refill=as_refill, looks_filled=looks_filled)


def _reservoir_by_log(
    checked: Checked,
    kind: EntryKind,
    found: Sequence[Standing],
    library: Library,
    refill: RefillVisit | None = None,
) -> ByLog | None:
    """What the log knows of the reservoir as a step of this kind begins; None where it knows no more than was typed."""
    at, typed = checked.calculation.inputs.at, checked.calculation.inputs.filled
    if at is None or typed is None or not found:
        return None
    before = [each for each in found if _is_before(each, at.moment)]
    typed_now = being_typed(kind, at.moment, max(each.entry.seq for each in found) + 1)

    def measured() -> Measured | None:
        now = None if refill is None else measured_by(typed_now.entry.seq, refill)
        return now if now is not None and now.known else last_measured(before, library)

    followed = Followed([*before, typed_now], at.moment, library, measured)
    if len(followed.steps) == 1:  # this one alone
        return None
    followed.take_as_read(checked.program, checked.calculation)
    try:
        return followed.filled_anew(typed, at.moment) if followed.step.fills else followed.reservoir_by_log()
    except NotKnownError:
        return None


def held_or_said(
    step: CheckedStep, path: Path, now: datetime, opened: AbstractContextManager[TitrationLog]
) -> CheckedStep:
    """A checked step held against the log at `path`, which may not be there yet; `opened` opens it.

    That its figures are those of a bundled example is said too. Where its server is away the step may be recorded all the same: that it was not held against the log is said beside
    it, and stays in its entry. Raises LogError.
    """
    if not path.exists():
        held = held_against_log(step, None, now)
        return replace(held, beside=(*_of_an_example(step), *held.beside))
    patient = step.checked.program.patient.ref
    try:
        with opened as log:
            held, said = (
                held_against_log(step, log, now),
                differs_from_log(step.checked, log, now, step.library),
            )
    except LogUnavailableError as error:
        if not may_wait(path, error):
            raise
        held = held_against_log(step, None, now)
        said = (not_held_message(),)
    return replace(held, beside=(*_of_an_example(step), *held.beside, *said, *waiting_of(path, patient)))


def _of_an_example(step: CheckedStep) -> tuple[Message, ...]:
    example = example_of(step.checked.program, step.library)
    return (example_message(example),) if example else ()


def differs_from_log(
    checked: Checked, log: TitrationLog, now: datetime, library: Library
) -> tuple[Message, ...]:
    """What else is not as the last step left it, never a question: patient, system, and the volume where nothing was drawn off.

    Raises LogError.
    """
    program, moment = checked.program, _moment_of(checked, now)
    found = standings(log.entries(program.patient.ref)) if program.patient.ref else []
    followed = _followed_until(found, moment, library)
    try:
        if followed.in_force is None:
            return ()
        day = _day_if_not_filled(checked, found, library)
        return (
            *_other_patient(program, followed.step, moment),
            *_other_system(checked, followed.step),
            *_other_volume(checked, followed, library, day),
        )
    except NotKnownError:
        return ()


def _followed_until(found: Sequence[Standing], moment: datetime, library: Library) -> Followed:
    """What the steps before a moment left."""
    return Followed([each for each in found if _is_before(each, moment)], moment, library)


def _is_before(standing: Standing, moment: datetime) -> bool:
    """A step of that very moment is not counted: it may be the same one, recorded before."""
    return not standing.is_step or effective(standing.entry) < moment


def _other_patient(program: Program, last: FollowedStep, moment: datetime) -> tuple[Message, ...]:
    """The spasticity is of another origin, or the age cannot be that of the same patient."""
    was, now, differing = last.program.patient, program.patient, list[str]()
    if was.origin is not None and now.origin is not None and was.origin is not now.origin:
        what, old, typed = _("spasticity"), ORIGIN_WORDS[was.origin], ORIGIN_WORDS[now.origin]
        differing.append(_("{what} {was}, now {typed}", what=what, was=old, typed=typed))
    if was.age_years is not None and now.age_years is not None:
        years = last.at.days_until(moment) / _DAYS_A_YEAR
        if not was.age_years <= now.age_years <= was.age_years + years + 1:
            ages = [number_shown(each) for each in (was.age_years, now.age_years)]
            differing.append(_("{what} {was}, now {typed}", what=_("age"), was=ages[0], typed=ages[1]))
    return (other_patient_message(last.number, "; ".join(differing)),) if differing else ()


_DAYS_A_YEAR = Fraction(1461, 4)


def _other_system(checked: Checked, last: FollowedStep) -> tuple[Message, ...]:
    typed, left = checked.calculation.inputs, last.inputs
    pairs = (
        (_("pump tubing"), left.tubing_volume, typed.tubing_volume),
        (_("catheter"), left.catheter_volume, typed.catheter_volume),
        (
            _("volume that is to be left") if typed.constant_flow else _("low-reservoir alarm"),
            left.low_alarm,
            typed.low_alarm,
        ),
    )
    differing = [
        _("{what} {was}, now {typed}", what=what, was=shown(was), typed=shown(now))
        for what, was, now in pairs
        if was is not None and now is not None and was != now
    ]
    was, now = last.program.system.pump, checked.program.system.pump
    if was is not None and now is not None and was.id != now.id:
        differing.insert(0, _("{what} {was}, now {typed}", what=_("pump"), was=was.name, typed=now.name))
    return (other_system_message(last.number, "; ".join(differing)),) if differing else ()


def _day_if_not_filled(checked: Checked, found: Sequence[Standing], library: Library) -> date | None:
    """The last day for the refill, if the step fills nothing: counted from the last fill of the log."""
    kind = step_kind(checked, refilled=False)
    if kind is not EntryKind.DOSE_STEP_RECORDED:
        return None
    by_log = _reservoir_by_log(checked, kind, found, library)
    counted = replace(checked.calculation.inputs, by_log=by_log)
    moment = None if by_log is None else checked.calculation.varied(counted).latest_refill_date
    return None if moment is None else moment.date()


def _other_volume(
    checked: Checked, followed: Followed, library: Library, day: date | None
) -> tuple[Message, ...]:
    """At a refill the volume expected before it is what would be wrong, otherwise any other one.

    `day` is the last one for the refill where nothing was filled, in spite of what was typed.
    """
    program, typed = checked.program, checked.calculation.inputs.filled
    if typed is None or checked.calculation.inputs.tubing_holds is not Filling.OLD:
        return ()  # another pump: nothing was ever counted of its reservoir
    left, apart, number = (
        followed.volume_left(),
        two_readings(rules_of(program, library)),
        followed.step.number,
    )
    as_expected = left.least - apart <= typed.magnitude <= left.most + apart
    if program.refill is not None and program.refill.drawn_off is not None:
        return (not_filled_message(number, shown(typed)),) if as_expected else ()
    if program.refill is not None:
        return ()
    bounds = dict.fromkeys((left.least, left.most))
    told = [shown(as_volume(exactly(each, VOLUME))) for each in bounds]
    if as_expected:
        in_doubt = followed.step.found_stopped and typed.magnitude > left.least + apart
        return (found_stopped_message(number, told[0], told[-1], shown(typed)),) if in_doubt else ()
    expected = _("{least} to {most}", least=told[0], most=told[-1]) if len(told) > 1 else told[0]
    is_more = typed.magnitude > left.most + apart
    return (other_volume_message(number, expected, shown(typed), day if is_more else None),)


def pseudonym_in_doubt(patient: str, log: TitrationLog | None) -> tuple[Message, ...]:
    """What makes doubt that a pseudonym is one, or that of this patient; nothing where the log knows it. Raises LogError."""
    if log is not None and log.latest(1, patient):
        return ()
    return _of_a_new_pseudonym(patient, log)


def _of_a_new_pseudonym(patient: str, log: TitrationLog | None) -> tuple[Message, ...]:
    if suspected(patient):
        return (named_patient_message(patient),)
    known = [] if log is None else log.patients(limit=10_000)
    shape = shape_of_pseudonym(patient)
    drawn_alike = [seen for seen in known if shape_of_pseudonym(seen.patient) == shape]
    alike = drawn_alike or [seen for seen in known if one_slip_apart(seen.patient, patient)]
    return tuple(
        look_alike_message(patient, seen.patient, seen.entries, drawn_alike=bool(drawn_alike))
        for seen in alike[:1]
    )


def _recorded_before(step: CheckedStep, found: Sequence[Standing]) -> Iterator[Message]:
    """The same program, word for word, of the same moment: a step that is in the log already."""
    typed = dict(leaves(step.table))
    for each in found:
        if each.is_step and each.holds and dict(leaves(table_of(each.entry))) == typed:
            yield recorded_before_message(each.entry.seq)
            return


def one_slip_apart(first: str, second: str) -> bool:
    """Whether one character typed, left out, changed, or two neighbours swapped, makes one of the other."""
    first, second = sorted((first.casefold(), second.casefold()), key=len)
    start = next((n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), len(first))
    ours, theirs = first[start:], second[start:]
    if len(first) == len(second):
        swapped = ours[:2] == theirs[1::-1] and ours[2:] == theirs[2:] and len(ours) > 1
        return bool(ours) and (ours[1:] == theirs[1:] or swapped)
    return ours == theirs[1:]


def _other_therapy(checked: Checked, last: Standing) -> tuple[Message, ...]:
    recorded, typed = new_therapy(last.entry), results_today(checked).get("current", {})
    if not any(name in typed for name in _HELD_AGAINST):
        return ()  # nothing is typed yet: the therapy now is asked for, and not another one
    if all(_exact(recorded, name) == _exact(typed, name) for name in _HELD_AGAINST):
        return ()
    texts = [therapy_words(each) for each in (recorded, typed)]
    return (other_therapy_message(last.entry.seq, effective(last.entry), *texts),)


def _before_the_last(found: Sequence[Standing], moment: datetime) -> tuple[Message, ...]:
    """The step that stays in force although this one is written down after it."""
    last = _last_after(found, moment)
    return () if last is None else (before_the_last_message(*_in_words(last)),)


def _moved(found: Sequence[Standing], was: datetime, now: datetime) -> tuple[Message, ...]:
    """Where another date of a step makes another step of the others `found` the one in force, or no longer so."""
    before, after = _last_after(found, was), _last_after(found, now)
    if before is None:
        return _before_the_last(found, now)
    return (in_place_of_the_last_message(*_in_words(before)),) if after is None else ()


def _last_after(found: Sequence[Standing], moment: datetime) -> Entry | None:
    """The last step that takes effect after a moment."""
    later = [each.entry for each in found if each.is_step and each.holds and effective(each.entry) > moment]
    return max(later, key=lambda entry: (effective(entry), entry.seq), default=None)


def _in_words(entry: Entry) -> tuple[int, datetime, str]:
    return entry.seq, effective(entry), therapy_words(new_therapy(entry))


def _old_drug(
    checked: Checked, found: Sequence[Standing], now: datetime, library: Library
) -> tuple[Message, ...]:
    """What the log has in the line as the step begins, where the step takes it for something else.

    A step of that very moment is not counted: it may be the same one, recorded before.
    """
    calculation, by_log = checked.calculation, _line_by_log(checked, found, now, library)
    if by_log is None:
        return ()
    others = by_log.others
    line = _after_the_prime(by_log.line, calculation)
    old = [plug for plug in line if plug.concentration in others]
    if not old:
        return ()
    return (
        old_drug_message(
            by_log.entry,
            line_words(held_in_line(old)),
            _leaves_by_itself(line, others, calculation),
            _as_a_bridge(old, calculation),
        ),
    )


class _LineByLog(Struct, frozen=True):
    """What the log has in the line once the step has done by hand what it says, and which drugs of it the step does not know of."""

    line: tuple[Plug, ...]
    others: frozenset[Fraction]
    entry: int  # the number of the step in force


def line_by_log(checked: Checked, log: TitrationLog, now: datetime, library: Library) -> tuple[Plug, ...]:
    """What the log has in the line as the step begins, from the tip on, before its prime; nothing where the step takes it for the same.

    Raises LogError.
    """
    patient = checked.program.patient.ref
    by_log = _line_by_log(checked, standings(log.entries(patient)), now, library) if patient else None
    return by_log.line if by_log is not None and by_log.others else ()


def _line_by_log(
    checked: Checked, found: Sequence[Standing], now: datetime, library: Library
) -> _LineByLog | None:
    calculation, moment = checked.calculation, _moment_of(checked, now)
    held = calculation.old_concentration
    followed = _followed_until(found, moment, library)
    new = calculation.inputs.new_concentration
    if followed.in_force is None or held is None or new is None:
        return None
    try:
        catheter, tubing = followed.step.parts
        before_it = _as_it_really_was(followed.line(), followed.step, calculation)
    except NotKnownError:
        return None
    parts = (
        (calculation.inputs.catheter_holds, tuple(cut(before_it, _NOTHING, catheter))),
        (calculation.inputs.tubing_holds, tuple(cut(before_it, catheter, catheter + tubing))),
    )
    kept = [plug for filling, plugs in parts if filling is Filling.OLD for plug in plugs]
    by_hand = {Filling.NEW: new.magnitude, Filling.NONE: _NOTHING}
    line = Line(
        Plug(plug.volume, by_hand.get(filling, plug.concentration))
        for filling, plugs in parts
        for plug in plugs
    )
    others = frozenset(plug.concentration for plug in kept) - {held.magnitude}
    return _LineByLog(line.plugs, others, followed.in_force.entry.seq)


def _as_it_really_was(line: Iterable[Plug], last: FollowedStep, calculation: Calculation) -> tuple[Plug, ...]:
    """A line by the log, where the step says that another concentration than the log's was filled: it was there since then."""
    really, programmed = calculation.inputs.current_really, last.inputs.new_concentration
    if really is None or programmed is None or programmed != calculation.inputs.current_concentration:
        return tuple(line)
    return tuple(
        replace(plug, concentration=really.magnitude) if plug.concentration == programmed.magnitude else plug
        for plug in line
    )


def _of_one_let_go(checked: Checked, found: Sequence[Standing], now: datetime) -> tuple[Message, ...]:
    """The log says that nobody here follows the patient any more: is it this one, and does the step bring the patient back?"""
    ended = ended_by(found, now)
    if ended is None:
        return ()
    is_before = _moment_of(checked, now) < effective(ended.entry)
    return (let_go_message(ended.entry.seq, effective(ended.entry), stays_off=is_before),)


def _empty_earlier(checked: Checked, found: Sequence[Standing], library: Library) -> tuple[Message, ...]:
    """A volume that was counted and not measured: what the pump may have delivered too much since the fill is missing in it.

    Nothing of a fill, and of a volume beyond the one expected: something was filled.
    """
    calculation, kind = checked.calculation, step_kind(checked, refilled=False)
    own, typed = calculation.empty_date_worst, calculation.inputs.filled
    if own is None or typed is None or kind is not EntryKind.DOSE_STEP_RECORDED:
        return ()
    by_log = _reservoir_by_log(checked, kind, found, library)
    if by_log is None or by_log.left is None or _looks_filled(checked, found, library):
        return ()
    again = calculation.varied(replace(calculation.inputs, by_log=by_log))
    earlier = again.empty_date_worst
    if earlier is None or earlier.date() >= own.date():
        return ()
    fill = next(
        each.entry
        for each in found
        if each.is_step and each.holds and effective(each.entry) == by_log.known_at
    )
    by, said = again.latest_refill_date, calculation.latest_refill_date
    refill_by = by.date() if by is not None and said is not None and by < said else None
    missing = as_volume(typed - by_log.left)
    return (counted_volume_message(fill.seq, by_log.known_at, missing, earlier, own, refill_by),)


def _looks_filled(checked: Checked, found: Sequence[Standing], library: Library) -> bool:
    """Whether more is in the reservoir than can be left of the last fill: something was filled, whatever the program says."""
    typed, at = checked.calculation.inputs.filled, checked.calculation.inputs.at
    if typed is None or at is None:
        return False
    try:
        left = _followed_until(found, at.moment, library).volume_left()
    except (NotKnownError, IndexError):
        return False
    return bool(typed.magnitude > left.most + two_readings(rules_of(checked.program, library)))


def _moment_of(checked: Checked, now: datetime) -> datetime:
    """When the step takes effect, where it says so."""
    at = checked.program.reservoir.at
    return now if at is None else at.moment


def _after_the_prime(line: Sequence[Plug], calculation: Calculation) -> tuple[Plug, ...]:
    new, prime = calculation.inputs.new_concentration, calculation.inputs.prime_volume
    assert new is not None
    return primed(line, Plug(_NOTHING if prime is None else prime.magnitude, new.magnitude)).line


def _leaves_by_itself(line: Sequence[Plug], others: Set[Fraction], calculation: Calculation) -> str:
    """How long until the last of it has left, if nothing is done; empty where it never does or that is not known."""
    course = calculation.course(bridged=False)
    if course is None:
        return ""
    time = time_to_deliver([course], volume_before_last(line, lambda plug: plug.concentration in others))
    return "" if time is None else days_and_hours_text(as_duration(exactly(time, DURATION)))


def _as_a_bridge(old: Sequence[Plug], calculation: Calculation) -> tuple[str, str]:
    """How long a bridge for it lasts at the present dose; empty where several drugs lie there, or none."""
    dose, strengths = calculation.real_current_dose, {plug.concentration for plug in old}
    if dose is None or not dose.magnitude or len(strengths) > 1 or not max(strengths):
        return "", ""
    drug = sum(plug.drug for plug in old)
    return shown(dose), days_and_hours_text(as_duration(exactly(drug / dose.magnitude, DURATION)))


def _of_history(
    checked: Checked, found: Sequence[Standing], now: datetime, library: Library
) -> tuple[Message, ...]:
    """What only the doses and scores of the log can say of this step; of baclofen, for which the rules are."""
    program, dose, moment = checked.program, checked.calculation.new_dose, _moment_of(checked, now)
    if program.new is None or program.new.drug != "baclofen" or dose is None:
        return ()
    steps = [each.entry for each in found if each.is_step and each.holds and effective(each.entry) < moment]
    before = sorted(steps, key=effective)
    doses = [(effective(entry), _daily_dose(entry)) for entry in before]
    history = [
        *(DoseInForce(since, each) for since, each in doses if each is not None),
        DoseInForce(moment, dose),
    ]
    scores = [
        ScoreSeen(seen, series.name, value)
        for series in scale_series(found)
        for seen, value, _ in series.points
    ]
    rules = rules_of(program, library)
    begun = _therapy_began(program, before)
    said = (*yearly_rise_findings(history, begun, rules), *increases_without_effect(history, scores, rules))
    return tuple(finding_message(each, library) for each in said)


def _raised_earlier(
    checked: Checked, found: Sequence[Standing], now: datetime, library: Library
) -> tuple[Message, ...]:
    """Beside an increase too soon after the last change: when the log has the dose raised last, where that change was a decrease.

    Nothing where the change that is typed is of another day than the log's: it may be one that the log does not hold.
    """
    if not any(
        each.code is FindingCode.INCREASE_TOO_SOON and each.place == "patient.last_change"
        for each in checked.findings
    ):
        return ()
    typed, moment = checked.program.patient.last_change, _moment_of(checked, now)
    steps = _followed_until(found, moment, library).steps
    lowered, raised = last_change(steps), last_raise(steps)
    if typed is None or lowered is None or raised is None:
        return ()
    if effective(lowered.entry).astimezone(typed.moment.tzinfo).date() != typed.moment.date():
        return ()
    return (raised_earlier_message(lowered.entry.seq, raised.entry.seq, effective(raised.entry)),)


def _therapy_began(program: Program, before: Sequence[Entry]) -> datetime | None:
    """The first dose: as it was typed, or the first step of the log where nothing ran before it. None where it is not known."""
    if program.patient.first_dose is not None:
        return program.patient.first_dose.moment
    if not before:
        return None
    ran, _ = _exact(current_therapy(before[0]), "daily_dose")
    return effective(before[0]) if ran and not Fraction(ran) else None


def _daily_dose(entry: Entry) -> DailyDose | None:
    exact, unit = _exact(new_therapy(entry), "daily_dose")
    return as_daily_dose(exactly(Fraction(exact), DAILY_DOSE)) if exact and unit == "mcg/day" else None


_NOTHING = Fraction(0)


def _exact(values: Mapping[str, Mapping[str, str]], name: str) -> tuple[str, str]:
    value = values.get(name, {})
    return value.get("exact", ""), value.get("unit", "")


def _raised_since(
    checked: Checked, found: Sequence[Standing], now: datetime, library: Library
) -> tuple[Message, ...]:
    """An increase too soon after one of the log, where what was typed of earlier changes does not show it."""
    change, at, moment = (
        checked.calculation.dose_change,
        checked.program.reservoir.at,
        _moment_of(checked, now),
    )
    if at is None or change is None or change.value.magnitude <= 0:
        return ()
    if any(each.code is FindingCode.INCREASE_TOO_SOON for each in checked.findings):
        return ()
    raised = last_increase(_followed_until(found, moment, library).steps)
    if raised is None:
        return ()
    gap = exactly(-at.days_until(effective(raised.entry)), DURATION)
    crossed = rules_of(checked.program, library).crossed(LimitQuantity.TIME_BETWEEN_INCREASES, gap)
    return tuple(
        raised_since_message(
            finding_message(
                each.finding(FindingCode.INCREASE_TOO_SOON, "patient.last_increase", {"gap": gap}), library
            ),
            raised.entry.seq,
            effective(raised.entry),
        )
        for each in crossed[:1]
    )
