"""Playing: what each move does and how long it takes, what is refused, and what going back keeps."""

from fractions import Fraction

import pytest

from itbcalc.errors import RefusedError
from itbcalc.practice.faults import FaultKind
from itbcalc.practice.moves import read_move, read_script
from itbcalc.practice.observing import Examination
from itbcalc.practice.play import begin, do, play, preview
from itbcalc.practice.run import GRID, charted_implant
from itbcalc.practice.scenario_reading import read_scenario
from itbcalc.practice.score import score
from itbcalc.say import refusal_words
from itbcalc.visits.entry_kinds import EntryKind
from tests.itbcalc.practice.making import daily_dose
from tests.itbcalc.practice.playing import (
    NAMES,
    SCRIPTS,
    after,
    library,
    move,
    scripted,
    start,
    table_of,
    written,
)

RAISE = {"do": "program", "new": {"daily_dose": "130 mcg/day"}}
LATER = {"do": "advance", "by": "1 day"}
HOUR = Fraction(1, 24)


def refused(run, **table):
    with pytest.raises(RefusedError) as raised:
        do(run, move(**table))
    return raised.value


@pytest.mark.parametrize("name", NAMES)
def test_the_same_moves_give_the_same_run(name):
    moves = read_script(SCRIPTS / f"{name}-good.toml", library())

    again = play(start(name), moves)

    assert again.log.head() == scripted(name, "good").log.head()
    assert (again.course.effect_site == scripted(name, "good").course.effect_site).all()


def test_another_seed_is_another_patient_where_the_patient_is_drawn(tmp_path):
    table = table_of("kink")
    del table["hidden"]["average_patient"]
    written(tmp_path, table)
    found = read_scenario(tmp_path / "changed.toml", library())

    assert begin(found, library(), 1).traits.clearance != begin(found, library(), 2).traits.clearance
    assert begin(found, library()).seed == found.seed


def test_a_move_does_not_change_the_run_it_is_made_in():
    run = start("adult-spinal")

    after(run, RAISE)

    assert run.at == 0
    assert run.decisions == ()
    assert run.dose_in_force.magnitude == 100


# --- time


@pytest.mark.parametrize(
    ("table", "takes"),
    [
        ({"do": "observe", "what": "tone"}, Fraction(20, 1440)),
        ({"do": "observe", "what": "x-ray"}, Fraction(45, 1440)),
        (RAISE, 2 * GRID),
        ({"do": "look", "new": {"daily_dose": "130 mcg/day"}}, GRID),
        ({"do": "read_back"}, GRID),
        ({"do": "advance", "by": "20 h"}, 20 * HOUR),
        ({"do": "repair"}, 1),
        ({"do": "hint"}, 0),
        ({"do": "reveal"}, 0),
    ],
)
def test_a_move_takes_its_time(table, takes):
    assert after(start("adult-spinal"), table).at == takes


def test_the_moment_is_the_patients_across_a_change_of_the_clocks():
    run = start("cerebral-child")

    assert run.moment.isoformat() == "2026-03-16T08:00:00-05:00"
    over = start("adult-spinal")
    assert over.moment_at(Fraction(0)).isoformat() == "2026-03-09T10:00:00-04:00"


def test_the_end_is_the_end():
    run = after(start("adult-spinal"), {"do": "advance", "by": "end"})

    assert run.over
    assert refused(run, **LATER).rule == "practice_over"
    assert refused(run, do="observe", what="tone").rule == "practice_over"
    assert after(run, {"do": "hint"}, {"do": "back", "to": 1}).at == 0


def test_nothing_takes_longer_than_is_left():
    run = after(start("adult-spinal"), {"do": "advance", "by": "335 h"})

    error = refused(run, **LATER)

    assert error.rule == "practice_no_time"
    assert "1 h" in refusal_words(error)


def test_no_time_is_no_advance():
    assert refused(start("adult-spinal"), do="advance", by="0 h").rule == "zero"


def test_what_happens_by_itself_is_told_when_time_passes_over_it():
    run = after(start("flies-home"), {"do": "advance", "by": "4 day"})

    assert "Day 4: He is at the airport and flies home." in run.decisions[-1].words


def test_a_patient_who_is_away_cannot_be_reached_until_the_return():
    run = after(start("flies-home"), {"do": "advance", "by": "4 day"})

    error = refused(run, do="observe", what="tone")
    back = after(run, {"do": "advance", "by": "51 day"}, {"do": "observe", "what": "tone"})

    assert "27 Dec 2026 10:00" in refusal_words(error)
    assert back.decisions[-1].observed is not None


# --- programming through the real check


def test_a_stop_needs_a_reason_and_is_then_carried_out():
    change = {"do": "program", "new": {"daily_dose": "600 mcg/day"}}
    error = refused(start("adult-spinal"), **change)

    reasons = {"dose_multiplied": "r"}
    run = after(start("adult-spinal"), {**change, "reasons": reasons})

    assert error.rule == "unanswered"
    assert "dose_multiplied" in refusal_words(error)
    assert run.dose_in_force.magnitude == 600
    assert {each.code for each in run.decisions[-1].programming.messages} >= set(reasons)


def test_a_reason_for_what_was_not_found_is_refused():
    assert refused(start("adult-spinal"), **RAISE, reasons={"dose_multiplied": "x"}).rule == "no_such_finding"


def test_an_increase_within_a_day_of_the_last_is_a_stop():
    run = after(start("adult-spinal"), RAISE, {"do": "advance", "by": "20 h"})

    error = refused(run, do="program", new={"daily_dose": "150 mcg/day"})

    assert "increase_too_soon" in refusal_words(error)


def test_a_quantity_without_its_unit_is_refused_by_its_field():
    from itbcalc.errors import FieldEntryError

    with pytest.raises(FieldEntryError) as raised:
        after(start("adult-spinal"), {"do": "program", "new": {"daily_dose": "130"}})

    assert raised.value.field == "new.daily_dose"


def test_looking_at_the_page_changes_nothing_in_the_pump():
    look = {"do": "look", "new": {"daily_dose": "130 mcg/day"}}

    run = after(start("adult-spinal"), look)

    assert run.decisions[-1].programming.page["daily_dose"] == "130 mcg/day"
    assert run.decisions[-1].programmed is None
    assert run.dose_in_force.magnitude == 100
    assert len(run.log.head().hash) == 64
    assert run.log.head().count == 0


def test_the_programmer_holds_the_new_therapy_afterwards():
    run = after(start("adult-spinal"), RAISE, LATER)

    assert run.table["current"]["daily_dose"] == "130 mcg/day"
    assert run.table["patient"]["last_change"] == "2026-03-09T10:00:00-04:00"


def test_a_first_dose_is_remembered_as_such():
    run = scripted("first-dose", "good")

    assert run.table["patient"]["first_dose"] == "2026-03-02T09:20:00-05:00"


def test_the_volume_that_the_programmer_counts_goes_into_the_check():
    run = after(start("adult-spinal"), {"do": "advance", "by": "10 day"})

    made = preview(run, move(**RAISE).change)

    # 38 mL less 10 days at 100 / 500 = 0.2 mL/day
    assert made.step.table["reservoir"]["filled"] == "36 mL"


def test_what_the_programmer_makes_of_it_shows_on_its_page_and_in_the_pump():
    flex = {
        "mode": "flex",
        "basal": "200 mcg/day",
        "steps": [{"start": "06:00", "duration": "1 h", "dose": "60 mcg"}],
        "steps_replace_basal": False,
    }
    run = after(start("every-hour"), {"do": "program", "new": flex})

    made = run.decisions[-1].programming

    assert made.checked.calculation.new_dose.magnitude == 260
    assert made.page["daily_dose"] == "1640 mcg/day"
    assert run.table["current"]["mode"] == "periodic-bolus"


def test_typing_what_the_page_shows_makes_the_check_stop():
    flex = {
        "mode": "flex",
        "basal": "200 mcg/day",
        "steps": [{"start": "06:00", "duration": "1 h", "dose": "60 mcg"}],
        "steps_replace_basal": False,
    }

    error = refused(start("every-hour"), do="program", new=flex, readouts={"daily_dose": "1640 mcg/day"})

    assert error.rule == "unanswered"


def test_a_slip_on_the_page_is_put_right_once_it_was_seen():
    periodic = {
        "mode": "periodic-bolus",
        "basal": "100 mcg/day",
        "bolus": "40 mcg",
        "duration": "5 min",
        "every": "6 h",
        "first": "06:00",
        "bolus_replaces_basal": False,
    }
    run = start("minutes-hours")

    assert preview(run, move(do="look", new=periodic).change).page["daily_dose"] == "9700 mcg/day"
    seen = after(run, {"do": "look", "new": periodic})
    assert preview(seen, move(do="look", new=periodic).change).page["daily_dose"] == "260 mcg/day"


def test_after_a_single_bolus_its_basal_is_in_force():
    bolus = {
        "mode": "single-bolus",
        "basal": "100 mcg/day",
        "bolus": "25 mcg",
        "duration": "10 min",
        "bolus_replaces_basal": False,
    }
    run = after(start("adult-spinal"), {"do": "program", "new": bolus})

    assert run.table["current"] == {
        "drug": "baclofen",
        "concentration": "500 mcg/mL",
        "mode": "simple-continuous",
        "daily_dose": "100 mcg/day",
    }


def test_after_a_single_bolus_alone_nothing_is_in_force():
    bolus = {"mode": "single-bolus", "bolus": "25 mcg", "duration": "10 min"}
    run = after(
        start("first-dose"), {"do": "program", "new": bolus, "reasons": _answers("first-dose", bolus)}
    )

    assert run.table["current"] == {"drug": "baclofen", "concentration": "500 mcg/mL", "mode": "stopped"}
    # 25 mcg in 10 min, from a line that is full
    assert run.supply.rate_at(run.model_time(Fraction(0))) == 25 * 144


def _answers(name, new):
    """A reason for everything that needs one."""
    found = preview(start(name), move(do="look", new=new).change).messages
    return {each.code: "r" for each in found if each.severity in ("stop", "warning")}


def test_what_fills_the_line_needs_its_volume(tmp_path):
    """A pump whose tubing volume nobody has published: the programmer has nothing to reckon with."""
    table = table_of("adult-spinal")
    table["program"]["system"]["pump"] = "synchromed-iii-20"
    table["program"]["reservoir"]["filled"] = "15 mL"
    del table["program"]["system"]["tubing_volume"]
    table["hidden"]["tubing_volume"] = "0.15 mL"
    run = begin(read_scenario(written(tmp_path, table), library()), library())

    error = refused(run, **RAISE, prime="20 min")

    assert (error.field, error.rule) == ("system.tubing_volume", "missing")
    assert after(run, RAISE).dose_in_force.magnitude == 130


def test_a_prime_and_a_bridge_at_once_are_refused():
    error = refused(
        start("bridge-up"),
        do="program",
        new={"concentration": "2000 mcg/mL", "daily_dose": "400 mcg/day"},
        bridge={"dose": "400 mcg/day"},
        prime="20 min",
    )

    assert error.rule == "practice_prime_and_bridge"


CHANGE = {"do": "program", "new": {"concentration": "2000 mcg/mL", "daily_dose": "300 mcg/day"}}
PRIMED = {"tubing": "old", "catheter": "none", "prime": {"volume": "0.19 mL", "duration": "12 min"}}


def test_a_prime_of_the_line_runs_before_the_bridge():
    run = after(
        start("aspirated"),
        {
            **CHANGE,
            "line": PRIMED,
            "bridge": {"dose": "300 mcg/day"},
            "refill": {"filled": "40 mL", "vial": "2000 mcg/mL"},
        },
    )

    # 0.19 mL in 12 min are 22.8 mL/day; what is left of the old drug runs at 300 / 500 = 0.6 mL/day
    flows = [(each.start, each.flow) for each in run.supply.programmed if each.end > each.start]
    prime, bridge = (each for each in flows if each[0] >= run.model_time(Fraction(0)))
    assert prime == (run.model_time(Fraction(0)), Fraction("22.8"))
    assert bridge == (run.model_time(Fraction(0)) + Fraction(12, 1440), Fraction("0.6"))


@pytest.mark.parametrize(
    ("line", "rest", "field", "rule"),
    [
        ({"tubing": "new", "catheter": "old"}, {}, "line.tubing", "practice_line"),
        ({"tubing": "old", "catheter": "new"}, {}, "line.catheter", "practice_line"),
        (PRIMED, {"prime": "20 min"}, "prime", "practice_two_primes"),
        (
            {**PRIMED, "prime": {"volume": "0.19 mL"}},
            {"bridge": {"dose": "300 mcg/day"}, "refill": {"filled": "40 mL", "vial": "2000 mcg/mL"}},
            "line.prime.duration",
            "missing",
        ),
    ],
)
def test_of_the_line_only_the_catheter_is_emptied_and_one_prime_runs(line, rest, field, rule):
    error = refused(start("aspirated"), **CHANGE, line=line, **rest)

    assert (error.field, error.rule) == (field, rule)


def test_the_list_of_refills_is_looked_at_while_the_patient_is_away():
    run = after(start("flies-home"), {"do": "advance", "by": "10 day"}, {"do": "list"})

    # (9 − 2) mL at 0.25 mL/day: 28 days from 2 November
    assert "Alarm 30 Nov 2026." in run.decisions[-1].words
    assert run.at == 10 + GRID


def test_the_list_says_where_the_reservoir_is_counted_as_empty():
    run = after(start("flies-home"), {"do": "advance", "by": "40 day"}, {"do": "list"})

    assert run.decisions[-1].words == ("By the pump's count the reservoir is empty.",)


def test_what_was_really_in_the_pump_is_said_to_the_check():
    said = {"really": {"concentration": "500 mcg/mL"}}
    new = {"concentration": "500 mcg/mL", "daily_dose": "230 mcg/day"}
    made = preview(start("wrong-concentration"), move(do="look", current=said, new=new).change)

    # 800 × 500 / 2000 = 200; 230 / 200 is 15 % more
    assert made.checked.calculation.dose_change.value.magnitude == 15
    assert made.made.program.current.concentration.magnitude == 2000


def test_aspirating_takes_the_old_drug_out_of_the_catheter():
    run = after(
        start("bridge-up"),
        {
            "do": "program",
            "new": {"concentration": "2000 mcg/mL", "daily_dose": "400 mcg/day"},
            "bridge": {"aspirated": True},
            "refill": {"filled": "40 mL", "vial": "2000 mcg/mL"},
            "reasons": {"time_without_drug": "seen", "concentration_change_without_bridge": "seen"},
        },
    )

    # the catheter alone: 89 × 0.0022 × 500 mcg
    assert run.supply.balance.aspirated == Fraction("97.9")


def test_what_is_on_the_vial_goes_into_the_reservoir_whatever_was_typed():
    run = after(start("flies-home"), {"do": "program", "refill": {"filled": "40 mL", "vial": "500 mcg/mL"}})

    assert run.supply.true_concentration_at(run.model_time(run.at)) == 500


# --- looking and mending


def test_an_examination_shows_a_fault_only_where_it_would_else_have_come_out_otherwise():
    run = start("kink")

    x_ray = after(run, {"do": "observe", "what": "x-ray"}).decisions[-1]
    reservoir = after(run, {"do": "observe", "what": "reservoir"}).decisions[-1]

    assert [fault.kind for fault in x_ray.shows] == [FaultKind.KINK]
    assert reservoir.shows == ()
    assert reservoir.observed.values["aspirated_volume"] != reservoir.observed.values["expected_volume"]


def test_a_revised_catheter_lets_the_whole_dose_through_again():
    run = after(start("kink"), {"do": "repair"}, LATER)

    assert run.decisions[0].words == ("The catheter was revised.",)
    assert run.supply.rate_at(run.model_time(run.at)) == 250


def test_a_healthy_catheter_is_explored_for_nothing():
    run = after(start("adult-spinal"), {"do": "repair"})

    assert "nothing was wrong" in run.decisions[0].words[0]


def test_muscle_groups_of_one_value_are_named_together():
    run = after(start("adult-spinal"), {"do": "observe", "what": "tone"})

    values = run.decisions[-1].observed.values
    assert len(run.decisions[-1].words) == len(set(values.values()))


def test_reading_the_pump_out_wakes_a_motor_that_waits_for_it():
    run = start("nineteen-left")

    assert not run.running
    assert after(run, {"do": "observe", "what": "pump-log"}).running


# --- going back


def test_going_back_undoes_the_decision_and_all_after_it():
    run = after(
        start("adult-spinal"), {"do": "observe", "what": "tone"}, RAISE, LATER, {"do": "back", "to": 2}
    )

    assert [each.number for each in run.decisions] == [1]
    assert run.at == Fraction(20, 1440)
    assert run.dose_in_force.magnitude == 100
    assert run.times_back == 1


def test_both_courses_are_kept_side_by_side():
    run = after(start("adult-spinal"), RAISE, {"do": "advance", "by": "end"}, {"do": "back", "to": 1})
    run = after(run, {"do": "program", "new": {"daily_dose": "110 mcg/day"}}, {"do": "advance", "by": "end"})

    (left,) = run.branches

    assert left.dose_in_force.magnitude == 130
    assert run.dose_in_force.magnitude == 110
    assert left.course.ashworth[-1] < run.course.ashworth[-1]


def test_a_course_taken_anew_is_the_same_course():
    once = after(start("kink"), LATER, {"do": "observe", "what": "vital-signs"})
    again = after(once, {"do": "back", "to": 1}, LATER, {"do": "observe", "what": "vital-signs"})

    assert again.decisions[-1].observed == once.decisions[-1].observed
    assert (again.course.effect_site == once.course.effect_site).all()


def test_there_is_no_going_back_to_what_was_not():
    error = refused(start("adult-spinal"), do="back", to=1)

    assert error.rule == "practice_no_decision"


def test_what_was_taken_back_stands_in_the_log_as_voided():
    run = after(start("adult-spinal"), RAISE, {"do": "back", "to": 1})

    kinds = [entry.kind for entry in run.log.entries()]
    first, second = run.log.entries()

    assert kinds == [EntryKind.DOSE_STEP_RECORDED, EntryKind.ENTRY_VOIDED]
    assert second.body["of"] == first.entry_id
    assert run.log.verify().whole


# --- hints and the instructor


def test_hints_come_one_by_one_are_counted_and_end():
    run = after(start("adult-spinal"), {"do": "hint"}, RAISE, {"do": "hint"})

    assert run.hints == run.scenario.hints[:2]
    assert refused(run, do="hint").rule == "practice_no_hint"
    assert len(after(run, {"do": "back", "to": 1}).hints) == 2


def test_hints_and_going_back_cost_no_points():
    with_help = after(start("bridge-up"), {"do": "hint"}, LATER, {"do": "back", "to": 1})
    with_help = play(with_help, read_script(SCRIPTS / "bridge-up-good.toml", library()))

    assert score(with_help).percent == score(scripted("bridge-up", "good")).percent == 100


def test_an_instructor_sets_a_fault_from_now_on_and_it_is_known_that_he_did():
    run = after(start("adult-spinal"), LATER)
    set_by_hand = after(run, {"do": "fault", "kind": "catheter-disconnection", "begins": "6 h"}, LATER)

    assert set_by_hand.faults[-1].begins == run.at + 6 * HOUR
    assert set_by_hand.supply.rate_at(set_by_hand.at) == 0
    assert set_by_hand.instructed
    assert not run.instructed


@pytest.mark.parametrize(
    ("table", "field", "words"),
    [
        ({"do": "dance"}, "move.do", "write advance"),
        ({}, "move.do", "not given"),
        ({"do": "observe", "what": "smell"}, "move.what", "tone, spasms"),
        ({"do": "observe"}, "move.what", "not given"),
        ({"do": "advance", "by": "2"}, "move.by", "no unit"),
        ({"do": "advance", "by": "1 day", "to": 2}, "move.to", "not known here"),
        ({"do": "back", "to": "two"}, "move.to", "a whole number"),
        ({"do": "program", "current": {"drug": "x"}}, "move.current.drug", "not known here"),
        ({"do": "program", "reservoir": {"filled": "3 mL"}}, "move.reservoir.filled", "not known here"),
        ({"do": "program", "refill": {"filled": "40 mL"}}, "move.refill.vial", "not given"),
        ({"do": "program", "refill": {"filled": "0 mL", "vial": "500 mcg/mL"}}, "move.refill.filled", "zero"),
        ({"do": "program", "prime": "20"}, "move.prime", "no unit"),
        ({"do": "program", "reasons": {"x": 1}}, "move.reasons.x", "write it as text"),
        ({"do": "fault", "kind": "catheter-kink", "begins": "0 h"}, "move.value", "catheter kink"),
        ("observe", "move", "a table is needed"),
    ],
)
def test_a_move_that_cannot_be_read_is_refused_by_its_place(table, field, words):
    from itbcalc.errors import FieldEntryError

    with pytest.raises((RefusedError, FieldEntryError)) as raised:
        read_move(table, library())

    assert raised.value.field == field
    assert words in refusal_words(raised.value)


def test_every_examination_can_be_ordered_in_every_scenario():
    for name in NAMES:
        for what in Examination:
            decision = after(start(name), {"do": "observe", "what": str(what)}).decisions[-1]
            assert decision.words
            assert decision.observed.note == "Teaching model, not validated, never for a decision."


def test_the_chart_may_say_otherwise_than_it_is():
    charted = charted_implant(start("withdrawal-260").scenario)

    assert charted.reservoir.magnitude == Fraction("3.5")
    assert charted_implant(start("tubing-volume").scenario).tubing_volume.magnitude == Fraction("0.14")


def test_the_page_is_exact_as_it_is_printed():
    # Three decimals stand there.
    made = preview(start("adult-spinal"), move(do="look", new={"daily_dose": "114.28968 mcg/day"}).change)

    assert made.page["daily_dose"] == "114.29 mcg/day"
    assert made.printed["daily_dose"] == daily_dose("114.29")
    assert made.made.calculation.new_dose == daily_dose("114.28968")
