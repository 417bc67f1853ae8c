"""A second person's check, amendments and voids: what they need, what becomes of the entry, what stays visible."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from itbcalc.errors import FieldEntryError, ItbcalcError, RefusedError
from itbcalc.judge.check import check
from itbcalc.log.entries import Entry
from itbcalc.log.store import MemoryLog
from itbcalc.program import complete_program, load_toml, read_program
from itbcalc.say import refusal_words
from itbcalc.visits.history import (
    Standing,
    changed_between,
    holds,
    in_force,
    new_therapy,
    not_voided,
    standings,
    still_holds,
)
from itbcalc.visits.observations import Observation, Scored
from itbcalc.visits.recording import (
    CheckedStep,
    Signature,
    amended_observation_draft,
    amended_step_draft,
    anchor_draft,
    observation_draft,
    read_back_draft,
    second_check_draft,
    step_draft,
    void_draft,
)
from itbcalc.visits.second_check import settings_of
from itbcalc.visits.typed import leaves, table_of
from tests.itbcalc.log.logs import BEGIN, LOG_ID
from tests.itbcalc.programs import example, library

FIRST, SECOND = Signature("M. Levi", "nurse"), Signature("B. Amsel", "physician")
ROUTINE, BRIDGED, FLEX, EVERY = "01", "02", "18", [f"{number:02}" for number in range(1, 22)]


def checked(name: str, **changes: str) -> CheckedStep:
    """An example, with other texts at some places (`new__daily_dose`)."""
    table: dict[str, Any] = load_toml(example(name))
    for place, text in changes.items():
        section, _, key = place.partition("__")
        table[section][key] = text
    program = complete_program(read_program(table, library()))
    return CheckedStep(table, check(program, library(), now=BEGIN), library())


def answers(step: CheckedStep) -> dict[str, str]:
    """A reason for whatever needs one."""
    from itbcalc.visits.recording import keyed, messages_of, needs_an_answer

    return {key: "agreed" for key, message in keyed(messages_of(step)).items() if needs_an_answer(message)}


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog(LOG_ID)


def recorded(log: MemoryLog, name: str = ROUTINE, minutes: int = 0, **changes: str) -> Entry:
    step = checked(name, **changes)
    at = BEGIN + timedelta(minutes=minutes)
    return log.append(step_draft(step, answers(step), FIRST, at, refilled=False))


def second(log: MemoryLog, step: Entry, typed: dict[str, str], who: Signature = SECOND) -> Entry:
    at = BEGIN + timedelta(hours=1)
    return log.append(second_check_draft(step, typed, who, at, library=library()))


def of(log: MemoryLog, entry: Entry) -> Standing:
    return next(each for each in standings(log.entries()) if each.entry.entry_id == entry.entry_id)


# --- the program out of an entry


@pytest.mark.parametrize("name", EVERY)
def test_the_program_of_an_entry_reads_as_the_file_it_came_from(name: str, log: MemoryLog) -> None:
    table = load_toml(example(name))

    again = table_of(recorded(log, name))

    assert dict(leaves(again)) == dict(leaves(table))
    assert read_program(again, library()) == read_program(table, library())


# --- second check


def test_the_settings_of_a_step_are_those_that_are_programmed(log: MemoryLog) -> None:
    assert settings_of(recorded(log, BRIDGED)) == {
        "new.concentration": "2000 mcg/mL",
        "new.mode": "simple-continuous",
        "new.daily_dose": "400 mcg/day",
        "bridge.dose": "400 mcg/day",
    }
    assert list(settings_of(recorded(log, FLEX))) == [
        "new.concentration",
        "new.mode",
        "new.basal",
        "new.steps.1.start",
        "new.steps.1.duration",
        "new.steps.1.dose",
        "new.steps_replace_basal",
    ]


@pytest.mark.parametrize(
    ("typed", "verdicts"),
    [
        ({}, "agrees agrees agrees"),
        ({"new.daily_dose": "0.368 mg/day"}, "agrees agrees agrees"),  # 0.368 x 1000 = 368
        ({"new.concentration": "2 mg/mL"}, "agrees agrees agrees"),
        ({"new.daily_dose": "386 mcg/day"}, "agrees agrees differs"),
        ({"new.daily_dose": "368 mcg/h"}, "agrees agrees differs"),
        ({"new.daily_dose": " 368 mcg/day "}, "agrees agrees agrees"),
        ({"new.concentration": "500 mcg/mL"}, "differs agrees agrees"),
        ({"new.mode": "flex"}, "agrees differs agrees"),
        ({"new.mode": "Simple continuous"}, "agrees agrees agrees"),
    ],
)
def test_each_setting_is_compared_as_a_quantity_and_both_are_kept(
    typed: dict[str, str], verdicts: str, log: MemoryLog
) -> None:
    step = recorded(log)

    entry = second(log, step, {**settings_of(step), **typed})

    found = entry.body["typed"]
    assert [each["field"] for each in found] == ["new.concentration", "new.mode", "new.daily_dose"]
    assert " ".join(each["verdict"] for each in found) == verdicts
    for each in found:
        assert each["recorded"] == settings_of(step)[each["field"]]
        assert each["typed"] == typed.get(each["field"], each["recorded"])
    assert entry.body["agreed"] is ("differs" not in verdicts)
    assert of(log, step).second_check == ("agreed" if "differs" not in verdicts else "differs")


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"new.daily_dose": ""}, "new.daily_dose", "needed"),
        ({"new.daily_dose": "  "}, "new.daily_dose", "needed"),
        ({"new.daily_dose": "368"}, "new.daily_dose", "has no unit"),
        ({"new.daily_dose": "3,68 mg/day"}, "new.daily_dose", "a comma can be read two ways"),
        ({"new.daily_dose": "368 mcg"}, "new.daily_dose", "the unit does not belong here"),
        ({"new.daily_dose": "-368 mcg/day"}, "new.daily_dose", "no sign belongs here"),
        ({"new.concentration": "many"}, "new.concentration", "has no number"),
        ({"new.bolus": "3 mcg"}, "new.bolus", "no such setting"),
    ],
)
def test_a_setting_that_cannot_be_read_is_refused_and_nothing_is_written(
    typed: dict[str, str], field: str, words: str, log: MemoryLog
) -> None:
    step = recorded(log)

    with pytest.raises(ItbcalcError) as refused:
        second(log, step, {**settings_of(step), **typed})

    assert isinstance(refused.value, RefusedError | FieldEntryError)
    assert refused.value.field == field
    assert words in refusal_words(refused.value)
    assert log.head().count == 1


@pytest.mark.parametrize(
    "name", ["M. Levi", "m. levi", " M.  LEVI ", "Ｍ. Levi", "m.levi", "M Levi", "Levi, M.", "M. Lévi"]
)
def test_the_second_person_is_another(name: str, log: MemoryLog) -> None:
    step = recorded(log)

    with pytest.raises(RefusedError) as refused:
        second(log, step, settings_of(step), Signature(name))

    assert "another person" in refusal_words(refused.value)


@pytest.mark.parametrize("name", EVERY)
def test_every_step_can_be_checked_by_typing_it_again(name: str, log: MemoryLog) -> None:
    step = recorded(log, name)

    entry = second(log, step, settings_of(step))

    assert entry.body["agreed"] is True


@pytest.mark.parametrize(
    "place", ["new.steps.1.start", "new.steps.1.duration", "new.steps.1.dose", "new.steps_replace_basal"]
)
def test_a_step_of_the_day_that_differs_is_named(place: str, log: MemoryLog) -> None:
    other = {"start": "23:00", "duration": "7 h", "dose": "110 mcg", "steps_replace_basal": "false"}
    step = recorded(log, FLEX)

    entry = second(log, step, {**settings_of(step), place: other[place.rpartition(".")[2]]})

    assert [each["field"] for each in entry.body["typed"] if each["verdict"] == "differs"] == [place]


def test_only_a_step_is_checked_a_second_time(log: MemoryLog) -> None:
    read_back = log.append(read_back_draft(recorded(log), "running", "", FIRST, BEGIN))

    with pytest.raises(RefusedError, match="not_a_step"):
        second(log, read_back, {})


# --- amendment


def amended(log: MemoryLog, entry: Entry, step: CheckedStep, reason: str = "mistyped") -> Entry:
    at = BEGIN + timedelta(hours=2)
    return log.append(amended_step_draft(entry, step, SECOND, at, answers=answers(step), reason=reason))


def test_an_amended_step_says_what_changed_and_takes_the_place_of_the_old_one(log: MemoryLog) -> None:
    step = recorded(log)
    log.append(read_back_draft(step, "running", "", FIRST, BEGIN))

    entry = amended(log, step, checked(ROUTINE, new__daily_dose="352 mcg/day"))

    assert entry.body["changes"] == [{"field": "new.daily_dose", "was": "368 mcg/day", "now": "352 mcg/day"}]
    assert (entry.body["of"], entry.body["of_kind"]) == (step.entry_id, "dose_step_recorded")
    assert new_therapy(entry)["daily_dose"]["exact"] == "352"
    old, new = of(log, step), of(log, entry)
    assert (old.holds, old.amended_by, new.holds, new.is_step) == (False, entry, True, True)
    assert (old.incomplete, new.incomplete, new.read_back) == (False, False, "running")
    force = in_force(standings(log.entries()), datetime.fromisoformat("2027-01-01T00:00:00+00:00"))
    assert force is not None
    assert force.entry == entry


def test_a_voided_amendment_lets_the_old_step_hold_again(log: MemoryLog) -> None:
    step = recorded(log)
    entry = amended(log, step, checked(ROUTINE, new__daily_dose="352 mcg/day"))
    log.append(void_draft(entry, "it was right before", SECOND, BEGIN + timedelta(hours=3)))

    assert of(log, step).holds
    assert not of(log, entry).holds


def test_a_step_is_amended_once_and_then_its_amendment(log: MemoryLog) -> None:
    step = recorded(log)
    entry = amended(log, step, checked(ROUTINE, new__daily_dose="352 mcg/day"))

    with pytest.raises(RefusedError) as refused:
        still_holds(step, log.entries())
    assert "amend entry 2" in refusal_words(refused.value)
    still_holds(entry, log.entries())
    again = amended(log, entry, checked(ROUTINE, new__daily_dose="360 mcg/day"))
    assert of(log, again).holds
    assert again.body["changes"][0]["was"] == "352 mcg/day"


@pytest.mark.parametrize(
    ("name", "changes", "reason", "words"),
    [
        (ROUTINE, {}, "mistyped", "nothing to amend"),
        (ROUTINE, {"new__daily_dose": "352 mcg/day"}, "  ", "needed"),
        (ROUTINE, {"patient__ref": "P-0777"}, "mistyped", "not the patient of the entry (P-0101)"),
    ],
)
def test_an_amendment_needs_a_change_a_reason_and_the_same_patient(
    name: str, changes: dict[str, str], reason: str, words: str, log: MemoryLog
) -> None:
    step = recorded(log)

    with pytest.raises(RefusedError) as refused:
        amended(log, step, checked(name, **changes), reason)

    assert words in refusal_words(refused.value)
    assert log.head().count == 1


def test_an_observation_is_amended_as_a_whole(log: MemoryLog) -> None:
    seen = Observation([Scored("pain_nrs", "7")], note="before physiotherapy")
    entry = log.append(observation_draft("P-1", seen, None, FIRST, BEGIN))

    right = Observation([Scored("pain_nrs", "4")], note="before physiotherapy")
    made = log.append(amended_observation_draft(entry, right, SECOND, BEGIN, reason="read the wrong line"))

    assert made.body["changes"] == [{"field": "scales.1.value", "was": "7", "now": "4"}]
    assert made.content["effective_at"] == entry.content["effective_at"]
    assert of(log, entry).amended_by == made
    with pytest.raises(RefusedError, match="not_an_observation"):
        amended_observation_draft(recorded(log), right, SECOND, BEGIN, reason="x")


# --- void, and what differs


def test_what_happened_with_the_log_itself_is_not_voided(log: MemoryLog) -> None:
    step = recorded(log)
    taken = log.append(anchor_draft(log.head(), "file", FIRST, BEGIN))
    void = log.append(void_draft(step, "wrong patient", FIRST, BEGIN))

    for entry in (taken, void):
        with pytest.raises(RefusedError) as refused:
            void_draft(entry, "why not", FIRST, BEGIN)
        assert "cannot be voided" in refusal_words(refused.value)


def test_what_differs_between_two_steps_is_told_typed_and_recomputed(log: MemoryLog) -> None:
    first = recorded(log)
    later = recorded(log, new__daily_dose="400 mcg/day")

    found = {each.field: (each.was, each.now) for each in changed_between(first, later)}

    # 368 / 2000 = 0.184 mL/day, 400 / 2000 = 0.2 mL/day
    assert found["new.daily_dose"] == ("368 mcg/day", "400 mcg/day")
    assert found["results.new.flow_rate"] == ("0.184 mL/day", "0.2 mL/day")
    assert "new.concentration" not in found


def test_what_another_window_voided_meanwhile_is_not_written_upon(log: MemoryLog) -> None:
    step = recorded(log)
    amending = amended_step_draft(
        step,
        checked(ROUTINE, new__daily_dose="352 mcg/day"),
        SECOND,
        BEGIN,
        answers=answers(checked(ROUTINE, new__daily_dose="352 mcg/day")),
        reason="mistyped",
    )
    log.append(void_draft(step, "wrong patient", FIRST, BEGIN))  # between looking and writing

    for draft, guard in (
        (amending, holds(step)),
        (void_draft(step, "again", FIRST, BEGIN), not_voided(step)),
    ):
        with pytest.raises(RefusedError) as refused:
            log.append(draft, guard)
        assert "voided already" in refusal_words(refused.value)
    assert log.head().count == 2


@pytest.mark.parametrize("typed", ["evening", "25:00", "22.00"])
def test_a_word_that_is_no_setting_is_refused_and_is_no_difference(typed: str, log: MemoryLog) -> None:
    step = recorded(log, FLEX)
    settings = settings_of(step)
    assert settings["new.steps.1.start"] == "22:00"

    with pytest.raises(FieldEntryError):
        second(log, step, {**settings, "new.steps.1.start": typed})

    for place, words in (("new.mode", "simple"), ("new.steps_replace_basal", "maybe")):
        with pytest.raises(RefusedError):
            second(log, step, {**settings, place: words})

    differs = second(log, step, {**settings, "new.steps.1.start": "21:00"})
    assert differs.body["agreed"] is False
