"""How does a run go on: what each move does, how long it takes, and how it is taken back?

Same scenario, seed and moves: same run.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from msgspec.structs import replace

from itbcalc.errors import FieldEntryError, RefusedError
from itbcalc.library.records import Library
from itbcalc.practice.faults import CATHETER_FAULTS, Fault, FaultKind
from itbcalc.practice.moves import Change, Move, MoveKind
from itbcalc.practice.observing import Examination, Observed, duration_of
from itbcalc.practice.programming import (
    Programming,
    Situation,
    is_counted_empty,
    programming,
    therapy_afterwards,
)
from itbcalc.practice.refill_visit import refill_words, residual_words
from itbcalc.practice.run import GRID, Run
from itbcalc.practice.run_log import seen_body
from itbcalc.practice.scenario import Scenario, ScenarioEvent
from itbcalc.practice.supply import Interrogated, PortAspirated, Programmed, PumpEvent, Refilled
from itbcalc.quantities.display import duration_text, moment_text, shown
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.recording import READ_BACK_STATES, step_body, step_kind

# How long it takes in the game; chosen for teaching, as the times of the examinations are.
LOOKING = GRID
PROGRAMMING = 2 * GRID
READING_BACK = GRID
REPAIRING = Fraction(1)

_RUNNING, _STOPPED, _ = READ_BACK_STATES
_FREE = (MoveKind.HINT, MoveKind.BACK, MoveKind.REVEAL)  # what takes no time and is always possible


def begin(
    scenario: Scenario,
    library: Library,
    seed: int | None = None,
    trainee: str = "",
    *,
    scripted: bool = False,
) -> Run:
    """The run at the start of `scenario`; without a seed that of the scenario, whose patient its author meant.

    `scripted`: its moves come from a script, not from somebody at the window; the run says so for ever.
    """
    current = scenario.program.current
    assert current is not None
    return Run(
        scenario=scenario,
        library=library,
        seed=scenario.seed if seed is None else seed,
        trainee=trainee,
        scripted=scripted,
        events=(Programmed(Fraction(0), current),),
        faults=scenario.hidden.faults,
        table=scenario.table,
    )


def situation_of(run: Run) -> Situation:
    """What the programmer holds now."""
    return Situation(run.table, run.moment, run.scenario.zone, run.believed)


def preview(run: Run, change: Change) -> Programming:
    """What the real check says of a change, and what the programmer's page shows; nothing is done.

    Raises RefusedError, FieldEntryError as for a program file.
    """
    acting = [each for each in run.scenario.programmer if not (each.until_seen and run.page_seen)]
    return programming(situation_of(run), change, acting, run.library)


def do(run: Run, move: Move) -> Run:
    """The run after `move`. Raises RefusedError where it is not possible, or a finding has no answer."""
    if move.kind is MoveKind.BACK:
        return _back(run, move)
    if move.kind not in _FREE:
        _refuse_where_impossible(run, move)
    return dataclasses.replace(_DOING[move.kind](run, move), moves=(*run.moves, move))


def play(run: Run, moves: Sequence[Move]) -> Run:
    """The run after all of `moves`. Raises RefusedError, FieldEntryError with the place of the move, `move.3.by`."""
    for number, move in enumerate(moves, start=1):
        try:
            run = do(run, move)
        except RefusedError as error:
            raise RefusedError(
                _place(number, error.field), error.typed, error.rule, **error.values
            ) from error
        except FieldEntryError as error:
            raise FieldEntryError(_place(number, error.field), error.entry) from error
    return run


def _place(number: int, field: str) -> str:
    """Where in a script it is: `do` is the move itself."""
    return f"move.{number}" if field == "do" else f"move.{number}.{field.removeprefix('move.')}"


def _refuse_where_impossible(run: Run, move: Move) -> None:
    if run.over:
        raise RefusedError("do", str(move.kind), "practice_over")
    if run.away_until is not None and move.kind not in (MoveKind.ADVANCE, MoveKind.LIST):
        until = moment_text(run.moment_at(run.away_until))
        raise RefusedError("do", str(move.kind), "practice_is_away", until=until)


def _back(run: Run, move: Move) -> Run:
    """Before the decision `to`, as if it and all later ones had not been; the course that was left is kept."""
    if not 1 <= move.to <= len(run.decisions):
        raise RefusedError("to", str(move.to), "practice_no_decision", known=str(len(run.decisions)))
    gone = [each.entry_id for each in run.decisions[move.to - 1 :] if each.entry_id]
    target = run.earlier[move.to - 1]
    moves, branches = (*run.moves, move), (*run.branches, run)
    after = dataclasses.replace(target, moves=moves, branches=branches, drafts=run.drafts)
    for entry_id in gone:
        after = after.noted(EntryKind.ENTRY_VOIDED, {"of": entry_id, "reason": "taken back in practice"})
    return after


# --- what each move does


def _observe(run: Run, move: Move) -> Run:
    assert move.what is not None
    read_out = _interrogated(run) if move.what is Examination.PUMP_LOG else run
    after = dataclasses.replace(read_out, at=_ends(run, duration_of(move.what)))
    observed = after.look_at(move.what)
    shows = after.shown_by(observed)
    after = after.noted(EntryKind.OBSERVATION_RECORDED, seen_body(observed))
    entry_id = after.drafts[-1].entry_id
    words = (*_seen_words(observed), *_at_the_refill(run, after, observed))
    return after.decided(run, move, words, observed=observed, shows=shows, entry_id=entry_id)


def _look(run: Run, move: Move) -> Run:
    assert move.change is not None
    made = preview(run, move.change)
    after = dataclasses.replace(run, at=_ends(run, LOOKING), page_seen=True)
    page = ", ".join(f"{name.replace('_', ' ')} {text}" for name, text in made.page.items())
    return after.decided(run, move, (f"The programmer shows: {page}.",), programming=made)


def _program(run: Run, move: Move) -> Run:
    assert move.change is not None
    made = preview(run, move.change)
    body = step_body(made.step, move.change.reasons)
    now = run.model_time(run.at)
    after = dataclasses.replace(
        run,
        at=_ends(run, PROGRAMMING),
        events=(*run.events, *_pump_events(made, now)),
        faults=_faults_after_session(run.faults, now),
        table=_table_after(run, made),
    )
    after = after.noted(step_kind(made.checked, refilled=move.change.refill is not None), body)
    return after.decided(
        run, move, (_programmed_words(made),), programming=made, entry_id=after.drafts[-1].entry_id
    )


def _read_back(run: Run, move: Move) -> Run:
    after = dataclasses.replace(_interrogated(run), at=_ends(run, READING_BACK))
    state = _RUNNING if after.running else _STOPPED
    words = ("The pump runs." if after.running else "The pump does NOT run.",)
    of = next((each.entry_id for each in reversed(run.decisions) if each.programmed is not None), "")
    if not of:
        return after.decided(run, move, words, state=state)
    after = after.noted(EntryKind.READ_BACK_RECORDED, {"of": of, "state": state, "note": ""})
    return after.decided(run, move, words, state=state, entry_id=after.drafts[-1].entry_id)


def _advance(run: Run, move: Move) -> Run:
    by = run.left if move.by is None else move.by
    if not by:
        raise RefusedError("by", str(move.table.get("by", "")), "zero")
    ends = _ends(run, by)
    told = tuple(_event_words(event) for event in run.scenario.events if run.at < event.at <= ends)
    return dataclasses.replace(run, at=ends).decided(run, move, (f"{duration_text(by)} pass.", *told))


def _repair(run: Run, move: Move) -> Run:
    """The surgeon revises the catheter: its faults end then. Nothing else of the system is touched."""
    ends = _ends(run, REPAIRING)
    time = run.model_time(ends)
    mended = tuple(
        replace(fault, ends=time) if fault.kind in CATHETER_FAULTS and fault.lasts_at(time) else fault
        for fault in run.faults
    )
    words = "The catheter was explored; nothing was wrong with it."
    if mended != run.faults:
        words = "The catheter was revised."
    return dataclasses.replace(run, faults=mended, at=ends).decided(run, move, (words,))


def _hint(run: Run, move: Move) -> Run:
    if len(run.hints) >= len(run.scenario.hints):
        raise RefusedError("do", str(move.kind), "practice_no_hint")
    return run  # the move itself is what counts


def _reveal(run: Run, _: Move) -> Run:
    return run


def _list(run: Run, move: Move) -> Run:
    """The list of refills: of the last step, or of what is in force from before the start; whatever is really in the pump."""
    ends = _ends(run, LOOKING)
    last = next((each.programmed for each in reversed(run.decisions) if each.programmed is not None), None)
    words: tuple[str, ...] = ("By the pump's count the reservoir is empty.",)
    if last is not None:
        words = refill_words(last.checked.calculation)
    elif not is_counted_empty(situation_of(run)):
        words = refill_words(preview(run, Change()).checked.calculation)
    return dataclasses.replace(run, at=ends).decided(run, move, words)


def _fault(run: Run, move: Move) -> Run:
    """The instructor sets a fault; its times count from now on."""
    assert move.fault is not None
    now = run.model_time(run.at)
    ends = None if move.fault.ends is None else move.fault.ends + now
    return dataclasses.replace(
        run, faults=(*run.faults, replace(move.fault, begins=move.fault.begins + now, ends=ends))
    )


_DOING: Mapping[MoveKind, Callable[[Run, Move], Run]] = {
    MoveKind.OBSERVE: _observe,
    MoveKind.LOOK: _look,
    MoveKind.PROGRAM: _program,
    MoveKind.READ_BACK: _read_back,
    MoveKind.ADVANCE: _advance,
    MoveKind.REPAIR: _repair,
    MoveKind.HINT: _hint,
    MoveKind.REVEAL: _reveal,
    MoveKind.FAULT: _fault,
    MoveKind.LIST: _list,
}


# --- what they share


def _ends(run: Run, takes: Fraction) -> Fraction:
    if takes > run.left:
        raise RefusedError("do", "", "practice_no_time", left=duration_text(run.left))
    return run.at + takes


def _interrogated(run: Run) -> Run:
    return dataclasses.replace(run, events=(*run.events, Interrogated(run.model_time(run.at))))


def _pump_events(made: Programming, now: Fraction) -> list[PumpEvent]:
    program, events = made.made.program, list[PumpEvent]()
    if made.change.refill is not None:
        events.append(Refilled(now, made.change.refill.filled, made.change.refill.vial))
    if made.empties_catheter:
        events.append(PortAspirated(now))
    assert program.new is not None
    return [*events, Programmed(now, program.new, made.before())]


def _faults_after_session(faults: Sequence[Fault], now: Fraction) -> tuple[Fault, ...]:
    """A session is interrupted once: the next one goes through."""
    return tuple(
        replace(fault, ends=now + GRID)
        if fault.kind is FaultKind.INTERRUPTED_SESSION and fault.lasts_at(now)
        else fault
        for fault in faults
    )


def _table_after(run: Run, made: Programming) -> dict[str, Any]:
    """What the programmer holds afterwards: what the pump was really given, and when."""
    calculation, patient = made.made.calculation, dict(run.table["patient"])
    if calculation.current_dose != calculation.new_dose:
        patient["last_change"] = run.moment.isoformat()
    if calculation.current_dose is not None and not calculation.current_dose.magnitude:
        patient.setdefault("first_dose", run.moment.isoformat())
    return {
        "system": made.step.table["system"],
        "reservoir": {"low_alarm": made.step.table["reservoir"]["low_alarm"]},
        "patient": patient,
        "current": therapy_afterwards(made.made_table["new"]),
    }


def _seen_words(observed: Observed) -> tuple[str, ...]:
    """What was seen, line by line; of the muscle groups those of one value together."""
    if observed.examination is not Examination.TONE:
        return observed.words
    groups: dict[str, list[str]] = {}
    for group, value in observed.values.items():
        groups.setdefault(value, []).append(group)
    return tuple(f"{value}: {', '.join(named)}" for value, named in sorted(groups.items(), reverse=True))


def _at_the_refill(run: Run, after: Run, observed: Observed) -> tuple[str, ...]:
    """What the refill visit says of the volume that was drawn off."""
    if observed.examination is not Examination.RESERVOIR or is_counted_empty(situation_of(run)):
        return ()
    program = preview(run, Change()).checked.program
    return residual_words(program, after.supply, observed.at, run.library)


def _programmed_words(made: Programming) -> str:
    dose, change, bridge = made.page.get("daily_dose"), made.change, made.made.program.bridge
    parts = [f"The pump was programmed{'' if dose is None else f' to {dose}'}."]
    if change.refill is not None:
        parts.append(f"The reservoir was filled with {change.refill.filled_text}.")
    if made.empties_catheter:
        parts.append("The old drug was aspirated from the catheter.")
    if made.prime is not None:
        assert made.prime.duration is not None
        over = duration_text(made.prime.duration.magnitude)
        parts.append(f"A priming bolus of {shown(made.prime.volume)} ran over {over}.")
    if bridge is not None and bridge.dose is not None:
        lasts = made.page.get("bridge_duration")
        parts.append(f"A bridge runs at {shown(bridge.dose)}{'' if lasts is None else f' for {lasts}'}.")
    return " ".join(parts)


def _event_words(event: ScenarioEvent) -> str:
    return f"Day {int(event.at) + 1}: {event.words}"
