"""Every scenario by its two scripts: who knows what to do earns at least 90 %, and the mistake shows its harm."""

from fractions import Fraction
from pathlib import Path

import pytest

from itbcalc.practice.criteria import CriterionKind
from itbcalc.practice.model import Sedation, WithdrawalStage
from itbcalc.practice.moves import read_script
from itbcalc.practice.play import play
from itbcalc.practice.run import GRID
from itbcalc.practice.score import score
from tests.itbcalc.practice import held_back
from tests.itbcalc.practice.playing import NAMES, SCRIPTS, library, scripted, start

OVERDOSE, WITHDRAWAL = "overdose", "withdrawal"
# What the mistake of each scenario brings, as the literature it is about has it.
HARM = {
    "adult-spinal": OVERDOSE,
    "aspirated": WITHDRAWAL,
    "bridge-down": OVERDOSE,
    "bridge-up": WITHDRAWAL,
    "cerebral-child": OVERDOSE,
    "every-hour": OVERDOSE,
    "first-dose": OVERDOSE,
    "first-dose-long": OVERDOSE,
    "flies-home": WITHDRAWAL,
    "guest-from-abroad": WITHDRAWAL,
    "kink": OVERDOSE,
    "long-stop": OVERDOSE,
    "low-ratio": OVERDOSE,
    "minutes-hours": OVERDOSE,
    "night-spasms": OVERDOSE,
    "nineteen-left": OVERDOSE,
    "pocket-fill": OVERDOSE,
    "second-check": OVERDOSE,
    "stopped-update": WITHDRAWAL,
    "tubing-volume": OVERDOSE,
    "withdrawal-260": WITHDRAWAL,
    "wrong-concentration": OVERDOSE,
}


def worst(run):
    return run.course.worst(run.model_time(Fraction(0)), run.model_time(run.at))


def test_every_scenario_has_its_two_scripts_and_no_script_is_left_over():
    expected = {f"{name}-{kind}.toml" for name in NAMES for kind in ("good", "bad")}

    assert {path.name for path in SCRIPTS.glob("*")} == expected
    assert set(HARM) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_good_run_earns_at_least_ninety_percent_and_harms_nobody(name):
    run = scripted(name, "good")

    assert run.over
    assert score(run).percent >= 90
    assert worst(run).sedation is Sedation.AWAKE
    if name != "withdrawal-260":  # where it is there when the trainee comes
        assert worst(run).withdrawal is WithdrawalStage.NONE


@pytest.mark.parametrize("name", NAMES)
def test_the_bad_run_shows_the_harm_and_earns_at_most_half(name):
    run = scripted(name, "bad")

    assert run.over
    assert score(run).percent <= 50
    harmed = worst(run).sedation if HARM[name] == OVERDOSE else worst(run).withdrawal
    assert harmed.rank > 0


@pytest.mark.parametrize("name", NAMES)
def test_the_harm_of_the_bad_run_costs_points(name):
    lost = {each.criterion.id for each in score(scripted(name, "bad")).judged if not each.earned}

    assert lost & {"no-overdose", "no-withdrawal", "over"}


@pytest.mark.parametrize("name", NAMES)
def test_what_harms_is_worth_a_quarter_and_more(name):
    criteria = scripted(name, "good").scenario.criteria

    assert max(each.points for each in criteria if each.kind is CriterionKind.NO_HARM) >= 25


@pytest.mark.parametrize("name", NAMES)
def test_serious_harm_in_the_bad_run_limits_it_and_the_decision_is_named(name):
    found, run = score(scripted(name, "bad")), scripted(name, "bad")
    serious = worst(run).sedation.rank >= Sedation.SLOW_BREATHING.rank
    serious = serious or worst(run).withdrawal is WithdrawalStage.SEVERE

    assert found.harmed is serious
    assert found.percent <= 45
    acted = any(each.programmed is not None for each in run.decisions)
    lost = [each for each in found.judged if each.criterion.kind is CriterionKind.NO_HARM and not each.earned]
    if acted and HARM[name] == OVERDOSE:
        assert any(each.decisions and "Decision" in each.reason for each in lost)


# --- what the debriefs say in figures, worked by hand, comes out of the runs


def rates(run):
    """What came into the CSF, from the start of the scenario on: pairs of days from the start and mcg/day."""
    before = run.scenario.hidden.before
    return [
        (each.start - before, each.end - before, each.rate) for each in run.supply.inputs if each.end > before
    ]


def test_without_a_bridge_upwards_a_quarter_comes_for_forty_hours():
    # 0.3358 mL at 0.2 mL/day of 500 mcg/mL: 100 mcg/day for 1.679 days
    assert rates(scripted("bridge-up", "bad"))[0] == (0, Fraction("1.679"), 100)


def test_without_a_bridge_downwards_four_times_the_dose_comes():
    # 0.31 mL at 0.6 mL/day of 2000 mcg/mL: 1200 mcg/day for 31/60 day = 12 h 24 min
    assert rates(scripted("bridge-down", "bad"))[0] == (0, Fraction(31, 60), 1200)


@pytest.mark.parametrize(("name", "dose"), [("bridge-up", 400), ("bridge-down", 300)])
def test_with_a_bridge_the_tip_notices_nothing(name, dose):
    assert {rate for _, _, rate in rates(scripted(name, "good"))} == {dose}


def test_an_hour_for_a_day_is_sixteen_hundred_and_forty():
    begin, end = Fraction(1), Fraction(2)
    given = sum(
        (min(b, end) - max(a, begin)) * rate
        for a, b, rate in rates(scripted("every-hour", "bad"))
        if b > begin and a < end
    )
    # 200 + 24 × 60, on any whole day once the line runs
    assert given == 1640


def test_minutes_for_hours_are_nine_thousand_seven_hundred():
    begin, end = Fraction(1), Fraction(2)
    given = sum(
        (min(b, end) - max(a, begin)) * rate
        for a, b, rate in rates(scripted("minutes-hours", "bad"))
        if b > begin and a < end
    )
    # 100 + 240 × 40
    assert given == 9700


@pytest.mark.parametrize(("kind", "beyond"), [("good", 0), ("bad", 118)])
def test_the_prime_of_the_old_card_pushes_118_mcg_past_the_tip(kind, beyond):
    run = scripted("tubing-volume", kind)
    primed = Fraction(20, 1440)
    began = next(each.at for each in run.decisions if each.programmed is not None)

    given = sum((b - a) * rate for a, b, rate in rates(run) if began <= a and b <= began + primed)

    # (0.199 − 0.140) × 2000 = 118 mcg
    assert given == beyond


def test_nineteen_millilitres_are_found():
    looked = next(
        each for each in scripted("nineteen-left", "good").decisions if "reservoir" in str(each.move.what)
    )

    # 0.09 mL/day for 267 h is 1 mL of 20; by the count 70 days are 6.3 mL, and half an hour counts no tenth
    assert looked.observed.values["aspirated_volume"] == "19 mL"
    assert looked.observed.values["expected_volume"] == "13.7 mL"


def test_an_aspirated_catheter_gives_nothing_for_thirty_hours_and_a_quarter_for_a_day():
    # 0.19 mL of liquor at 0.15 mL/day are 19/15 day, 0.14 mL of 500 mcg/mL 14/15 day at 75 mcg/day; then the whole dose.
    found = rates(scripted("aspirated", "bad"))

    assert found[0] == (0, Fraction(19, 15), 0)
    assert found[1] == (Fraction(19, 15), Fraction(33, 15), 75)
    assert found[2][2] == 300


def test_the_prime_of_an_aspirated_catheter_gives_no_drug_and_the_bridge_goes_on_at_the_dose_of_before():
    run = scripted("aspirated", "good")
    began = next(each.at for each in run.decisions if each.programmed is not None)

    # 0.19 mL of CSF leave in the 20 min of the prime, 0.14 mL of 500 mcg/mL at 300 mcg/day in 0.14 × 500 / 300 = 7/30 day.
    assert [each for each in rates(run) if each[0] >= began] == [
        (began, began + Fraction(20, 1440), 0),
        (began + Fraction(20, 1440), run.scenario.lasts + GRID, 300),
    ]


def test_two_fifths_of_a_refill_are_missed_at_once():
    looked = next(each for each in scripted("pocket-fill", "good").decisions if each.observed is not None)

    assert looked.observed.values == {"aspirated_volume": "12 mL", "expected_volume": "20 mL"}


def test_a_ratio_of_sixty_five_per_cent_is_found():
    looked = scripted("low-ratio", "good").decisions[0]

    # 42 days of 0.6 mL/day are 25.2 mL of 40; 0.65 of them 16.38
    assert looked.observed.values == {"aspirated_volume": "23.6 mL", "expected_volume": "14.8 mL"}


def test_the_pump_of_the_traveller_is_empty_on_the_day_worked_out():
    run = scripted("flies-home", "bad")
    stretches = [each for each in run.supply.pumped if not each.flow]

    # 9 mL at 0.25 mL/day: 36 days
    assert stretches[0].start == 36


def test_the_refill_visit_says_the_ratio_of_a_kink_and_what_it_may_mean():
    _, _, ratio, meaning = scripted("low-ratio", "good").decisions[0].words

    # (40 − 23.6) / 25.2 = 0.651; the two readings may be 0.25 mL off each: ± 0.5 / 25.2 = ± 0.020
    assert ratio == "Delivered of what was programmed: 0.65 (0.63 to 0.67 by the reading of the syringe)."
    assert meaning.startswith("Warning: Less was delivered than programmed.")


def test_a_wrong_concentration_corrected_at_the_old_dose_gives_four_times_as_much_at_once():
    good, bad = (rates(scripted("wrong-concentration", kind)) for kind in ("good", "bad"))

    # 500 mcg/mL at 800 / 2000 = 0.4 mL/day are 200 mcg/day; at 800 / 500 = 1.6 mL/day they are 800, as the line holds 500 too
    assert bad[0][2] == 800
    assert [rate for _, _, rate in good] == [200, 230]


def test_the_list_tells_the_guest_when_the_pump_must_be_refilled():
    run = scripted("guest-from-abroad", "good")
    before, after = (each.words for each in run.decisions if each.move.kind == "list")

    # (6 − 2) / 0.25 = 16 days from 16 March
    assert before[:2] == ("Refill by 1 Apr 2026 (the low-reservoir alarm).", "Alarm 1 Apr 2026.")
    # 0.33 mL of the bridge in 1.32 days, (20 − 0.33 − 2) mL at 0.125 mL/day in 141.36: 142.68 days from 10:05 on 16 March
    assert after[1] == "Alarm 6 Aug 2026."


def test_the_pump_of_the_guest_is_empty_on_the_day_worked_out():
    dry = next(each for each in scripted("guest-from-abroad", "bad").supply.pumped if not each.flow)

    # 6 / 0.25 = 24 days
    assert dry.start == 24


def test_the_stopped_pump_is_found_and_set_right():
    run = scripted("stopped-update", "good")

    assert [each.state for each in run.decisions if each.state] == ["stopped", "running"]
    assert run.running
    assert not scripted("stopped-update", "bad").running


# The last ten were held back at first, and looked at while the model was still tuned; `held_back.py` has ten that were not.
@pytest.mark.parametrize(
    "seed",
    [1, 2, 3, 5, 8, 9001, 9002, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(9003, 9011))],
)
@pytest.mark.parametrize("name", NAMES)
def test_with_another_seed_it_is_another_patient_and_knowing_still_pays(name, seed):
    runs = [
        play(start(name, seed=seed), read_script(SCRIPTS / f"{name}-{kind}.toml", library()))
        for kind in ("good", "bad")
    ]

    assert runs[0].traits != scripted(name, "good").traits
    # A patient more sensitive than most may be drowsy even then; what is done right still earns its points.
    good, bad = (score(run).percent for run in runs)
    assert good >= 75
    assert good - bad >= 25


@pytest.mark.slow
def test_the_docs_print_what_came_of_patients_that_nobody_had_looked_at():
    docs = (Path(__file__).parents[3] / "docs" / "practice-model.md").read_text(encoding="utf-8")

    assert "\n".join(held_back.lines()) in docs


def test_the_same_seed_is_the_same_course():
    first, again, other = (start("bridge-up", seed=seed) for seed in (7, 7, 8))

    assert first.traits == again.traits != other.traits
    assert (first.course.csf == again.course.csf).all()
