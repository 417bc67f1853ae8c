"""The score: each kind of criterion earned and lost, with its reason and the decisions it speaks of."""

import dataclasses
from fractions import Fraction
from pathlib import Path

import pytest
from msgspec.structs import replace

from itbcalc.practice.criteria import Criterion, CriterionKind, Harm, OutcomeScale, When, Which, wanted
from itbcalc.practice.faults import FaultKind
from itbcalc.practice.model import Sedation, WithdrawalStage
from itbcalc.practice.observing import Examination
from itbcalc.practice.score import JUDGES, score
from itbcalc.quantities.entry import read_quantity
from itbcalc.quantities.kinds import CONCENTRATION, DAILY_DOSE
from tests.itbcalc.practice.making import volume
from tests.itbcalc.practice.playing import after, scripted, start

HOUR = Fraction(1, 24)
END = {"do": "advance", "by": "end"}
DAY = {"do": "advance", "by": "25 h"}
TONE = {"do": "observe", "what": "tone"}
LOOK_AT_HER = {"do": "observe", "what": "vital-signs"}
READ_BACK = {"do": "read_back"}


def raised(dose, **more):
    return {"do": "program", "new": {"daily_dose": f"{dose} mcg/day"}, **more}


def dose(text):
    return read_quantity(text, DAILY_DOSE).quantity


def judged(run, kind, **given):
    criterion = Criterion(id="c", words="w", points=10, kind=kind, source=("BOS16",), given=given)
    (found,) = score(dataclasses.replace(run, scenario=replace(run.scenario, criteria=(criterion,)))).judged
    return found


OVER_THE_LABEL = raised(150, reasons={"dose_step_above_label": "r"})
NIGHTLY = {
    "mode": "flex",
    "basal": "240 mcg/day",
    "steps": [{"start": "22:00", "duration": "8 h", "dose": "100 mcg"}],
    "steps_replace_basal": True,
}


@pytest.mark.parametrize(
    ("moves", "earned"),
    [([raised(130)], True), ([OVER_THE_LABEL], False), ([raised(130), DAY, raised(169)], True)],
)
def test_step_within(moves, earned):
    """30 % of 100 are 30: the bound belongs to the label."""
    found = judged(after(start("adult-spinal"), *moves), CriterionKind.STEP_WITHIN, limit="TIT-ADULT-SP")

    assert found.earned is earned
    assert found.points == (10 if earned else 0)


def test_a_limit_of_another_patient_is_not_crossed():
    run = after(start("adult-spinal"), OVER_THE_LABEL)

    assert judged(run, CriterionKind.STEP_WITHIN, limit="TIT-CHILD").earned


def test_no_finding():
    soon = raised(150, reasons={"increase_too_soon": "he insists"})
    run = after(start("adult-spinal"), raised(130), {"do": "advance", "by": "12 h"}, soon)

    lost = judged(run, CriterionKind.NO_FINDING, finding="increase_too_soon")

    assert not lost.earned
    assert lost.decisions == (3,)
    assert judged(run, CriterionKind.NO_FINDING, finding="dose_multiplied").earned


def test_no_stop_overridden():
    run = after(start("bridge-up"), raised(400))
    assert judged(run, CriterionKind.NO_STOP_OVERRIDDEN).earned

    lost = judged(scripted("bridge-up", "bad"), CriterionKind.NO_STOP_OVERRIDDEN)

    assert not lost.earned
    assert "no bridge runs it out" in lost.reason


@pytest.mark.parametrize(
    ("which", "least", "most", "earned"),
    [
        (Which.FIRST, 130, 130, True),
        (Which.LAST, 130, 130, False),
        (Which.LAST, 160, 160, True),
        (Which.ALL, 130, 160, True),
        (Which.ALL, 131, 160, False),
        (Which.ALL, 130, 159, False),
    ],
)
def test_dose_between(which, least, most, earned):
    run = after(start("adult-spinal"), raised(130), DAY, raised(160))

    found = judged(
        run,
        CriterionKind.DOSE_BETWEEN,
        of=which,
        least=dose(f"{least} mcg/day"),
        most=dose(f"{most} mcg/day"),
    )

    assert found.earned is earned


def test_the_dose_that_counts_is_the_one_the_pump_was_given():
    run = scripted("every-hour", "bad")
    bounds = {"least": dose("260 mcg/day"), "most": dose("260 mcg/day")}

    assert not judged(run, CriterionKind.DOSE_BETWEEN, of=Which.LAST, **bounds).earned
    assert not judged(run, CriterionKind.DOSE_AT_END, **bounds).earned


def test_dose_at_end_is_that_of_the_chart_where_nobody_programmed():
    run = start("adult-spinal")
    bounds = {"least": dose("100 mcg/day"), "most": dose("100 mcg/day")}

    assert judged(run, CriterionKind.DOSE_AT_END, **bounds).earned
    assert not judged(after(run, raised(130)), CriterionKind.DOSE_AT_END, **bounds).earned


@pytest.mark.parametrize(
    ("place", "text", "earned"),
    [
        ("system.tubing_volume", "0.140 mL", True),
        ("system.tubing_volume", "140 uL", True),
        ("system.tubing_volume", "0.199 mL", False),
        ("new.mode", "simple-continuous", True),
        ("new.mode", "flex", False),
        ("bridge.dose", "100 mcg/day", False),
    ],
)
def test_typed(place, text, earned):
    found = judged(
        scripted("tubing-volume", "good"), CriterionKind.TYPED, of=Which.FIRST, place=place, text=wanted(text)
    )

    assert found.earned is earned


def test_bridged():
    aspirated = {
        "do": "program",
        "new": {"concentration": "2000 mcg/mL", "daily_dose": "400 mcg/day"},
        "bridge": {"aspirated": True},
        "refill": {"filled": "40 mL", "vial": "2000 mcg/mL"},
        "reasons": {"time_without_drug": "seen", "concentration_change_without_bridge": "seen"},
    }

    assert judged(scripted("bridge-up", "good"), CriterionKind.BRIDGED).earned
    assert judged(after(start("bridge-up"), aspirated), CriterionKind.BRIDGED).earned
    assert not judged(scripted("bridge-up", "bad"), CriterionKind.BRIDGED).earned
    assert not judged(after(start("bridge-up"), raised(400)), CriterionKind.BRIDGED).earned


@pytest.mark.parametrize(
    ("moves", "earned"),
    [
        ([raised(130), READ_BACK], True),
        ([raised(130), {"do": "advance", "by": "50 min"}, READ_BACK], True),
        ([raised(130), {"do": "advance", "by": "60 min"}, READ_BACK], False),
        ([raised(130), READ_BACK, DAY, raised(160)], False),
        ([READ_BACK, raised(130)], False),
        ([READ_BACK], False),
    ],
)
def test_read_back(moves, earned):
    assert judged(after(start("adult-spinal"), *moves), CriterionKind.READ_BACK, within=HOUR).earned is earned


def test_a_pump_that_was_read_back_and_left_standing_earns_nothing():
    run = after(start("stopped-update"), raised(330), READ_BACK, END)

    found = judged(run, CriterionKind.READ_BACK, within=HOUR)

    assert not found.earned
    assert "left standing" in found.reason


@pytest.mark.parametrize(
    ("readouts", "earned"),
    [
        ({"daily_dose": "260 mcg/day"}, True),
        ({"daily_dose": "0.26 mg/day"}, True),
        ({"concentration": "500 mcg/mL"}, False),
        ({}, False),
    ],
)
def test_page_compared(readouts, earned):
    looked = after(start("night-spasms"), {"do": "look", "new": NIGHTLY})
    run = after(looked, {"do": "program", "new": NIGHTLY, "readouts": readouts})

    assert judged(run, CriterionKind.PAGE_COMPARED).earned is earned


def test_a_page_that_nobody_looked_at_was_not_compared():
    """Typed from the order alone; and a look serves one programming."""
    change = {"new": NIGHTLY, "readouts": {"daily_dose": "260 mcg/day"}}
    blind = after(start("night-spasms"), {"do": "program", **change})
    again = after(start("night-spasms"), {"do": "look", "new": NIGHTLY}, {"do": "program", **change}, DAY)
    again = after(again, {"do": "program", **change})

    assert "nobody looked" in judged(blind, CriterionKind.PAGE_COMPARED).reason
    assert judged(again, CriterionKind.PAGE_COMPARED).decisions == (4,)


def test_a_total_that_the_programmer_does_not_show_was_not_compared():
    """What was typed agrees with the order, but the page says 1640 mcg/day."""
    morning = {
        "mode": "flex",
        "basal": "200 mcg/day",
        "steps": [{"start": "06:00", "duration": "1 h", "dose": "60 mcg"}],
        "steps_replace_basal": False,
    }
    made_up = {"do": "program", "new": morning, "readouts": {"daily_dose": "260 mcg/day"}}

    assert not judged(after(start("every-hour"), made_up), CriterionKind.PAGE_COMPARED).earned


@pytest.mark.parametrize(("waits", "earned"), [("5 h", True), ("6 h", False)])
def test_refilled(waits, earned):
    refill = {"do": "program", "refill": {"filled": "40 mL", "vial": "2000 mcg/mL"}}
    run = after(start("flies-home"), {"do": "advance", "by": waits}, refill)

    assert judged(run, CriterionKind.REFILLED, by=6 * HOUR).earned is earned


@pytest.mark.parametrize(
    ("vial", "wanted", "earned"),
    [
        ("2000 mcg/mL", None, True),
        ("2000 mcg/mL", "2000 mcg/mL", True),
        ("2 mg/mL", "2000 mcg/mL", True),
        ("2000 mcg/mL", "500 mcg/mL", False),
        ("500 mcg/mL", None, False),
        ("500 mcg/mL", "500 mcg/mL", False),
    ],
)
def test_a_refill_is_of_what_the_pump_is_programmed_for_and_of_what_was_meant(vial, wanted, earned):
    run = after(start("flies-home"), {"do": "program", "refill": {"filled": "20 mL", "vial": vial}})
    given = {} if wanted is None else {"vial": read_quantity(wanted, CONCENTRATION).quantity}

    assert judged(run, CriterionKind.REFILLED, by=6 * HOUR, **given).earned is earned


def test_a_second_refill_from_the_wrong_vial_counts_too():
    first, second = (
        {"do": "program", "refill": {"filled": "20 mL", "vial": f"{each} mcg/mL"}} for each in (2000, 500)
    )
    run = after(start("flies-home"), first, second)

    found = judged(run, CriterionKind.REFILLED, by=6 * HOUR)

    assert not found.earned
    assert found.decisions == (2,)
    assert "500 mcg/mL filled, 2000 mcg/mL programmed" in found.reason


def test_a_bridge_for_another_drug_than_was_filled_in_is_none():
    change = {
        "do": "program",
        "new": {"concentration": "2000 mcg/mL", "daily_dose": "400 mcg/day"},
        "bridge": {"dose": "400 mcg/day"},
        "refill": {"filled": "40 mL", "vial": "500 mcg/mL"},
    }

    assert not judged(after(start("bridge-up"), change), CriterionKind.BRIDGED).earned


def primed(tubing="0.140 mL", prime="20 min"):
    return {
        "do": "program",
        "system": {"tubing_volume": tubing},
        "new": {"mode": "simple-continuous", "daily_dose": "150 mcg/day"},
        "reasons": {"restart_after_stop": "r"},
        **({} if prime is None else {"prime": prime}),
    }


@pytest.mark.parametrize(
    ("moves", "earned"),
    [
        ([primed()], True),
        ([primed(tubing="0.199 mL")], False),
        ([primed(prime=None)], False),
        ([primed(prime="1 s")], False),  # 0.33 mL
        ([primed(prime="19 min")], False),  # 0.33 × 1440 ÷ 19 = 25.0 mL/day; the pump runs 24 at most
        ([{"do": "advance", "by": "50 min"}, primed()], True),
        ([{"do": "advance", "by": "51 min"}, primed()], False),
        ([primed(), primed()], False),
    ],
)
def test_primed(moves, earned):
    """0.140 and 0.19 mL are 0.33 mL; with 0.199 mL it is 0.389."""
    given = {"least": volume("0.32"), "most": volume("0.34"), "by": HOUR}
    run = after(start("tubing-volume"), *moves[:-1])
    last = moves[-1] if len(moves) == 1 or moves[0]["do"] == "advance" else {**moves[-1], "reasons": {}}

    assert judged(after(run, last), CriterionKind.PRIMED, **given).earned is earned


def test_programming_is_no_refill():
    assert not judged(after(start("flies-home"), raised(500)), CriterionKind.REFILLED, by=6 * HOUR).earned


@pytest.mark.parametrize(
    ("moves", "given", "earned"),
    [
        ([TONE, raised(130)], {"when": When.BEFORE}, True),
        ([raised(130), TONE], {"when": When.BEFORE}, False),
        ([raised(130), TONE], {"when": When.AFTER}, True),
        ([TONE, raised(130)], {"when": When.AFTER}, False),
        ([TONE], {"when": When.ANY}, True),
        ([LOOK_AT_HER], {"when": When.ANY}, False),
        ([TONE], {"when": When.AFTER}, False),
        (
            [raised(130), {"do": "advance", "by": "24 h"}, TONE],
            {"when": When.AFTER, "within": Fraction(1)},
            True,
        ),
        ([raised(130), DAY, TONE], {"when": When.AFTER, "within": Fraction(1)}, False),
        ([raised(130), DAY, TONE], {"when": When.AFTER, "from": Fraction(1)}, True),
        ([raised(130), TONE], {"when": When.AFTER, "from": 8 * HOUR}, False),
        ([raised(130), DAY, raised(160), TONE], {"when": When.AFTER}, False),
        ([raised(130), TONE, DAY, raised(160), TONE], {"when": When.AFTER}, True),
    ],
)
def test_observed(moves, given, earned):
    run = after(start("adult-spinal"), *moves)

    assert judged(run, CriterionKind.OBSERVED, what=(Examination.TONE,), **given).earned is earned


def test_before_the_first_programming_each_of_them_is_needed():
    run = after(start("adult-spinal"), TONE, raised(130))
    both = (Examination.TONE, Examination.VITAL_SIGNS)

    lost = judged(run, CriterionKind.OBSERVED, what=both, when=When.BEFORE)

    assert not lost.earned
    assert "vital signs" in lost.reason


@pytest.mark.parametrize(
    ("moves", "earned"),
    [
        ([{"do": "observe", "what": "x-ray"}], True),
        ([{"do": "observe", "what": "port-aspiration"}], True),
        ([{"do": "observe", "what": "reservoir"}], False),
        ([{"do": "advance", "by": "71 h"}, {"do": "observe", "what": "x-ray"}], True),
        ([{"do": "advance", "by": "72 h"}, {"do": "observe", "what": "x-ray"}], False),
        ([{"do": "repair"}, {"do": "observe", "what": "x-ray"}], False),
        ([], False),
    ],
)
def test_fault_found(moves, earned):
    """What an X-ray shows, an aspiration after it shows as well; once it is mended, there is nothing to be found."""
    run = after(start("kink"), *moves)

    assert judged(run, CriterionKind.FAULT_FOUND, fault=FaultKind.KINK, by=Fraction(3)).earned is earned


@pytest.mark.parametrize(
    ("moves", "earned"), [([{"do": "repair"}], True), ([DAY, {"do": "repair"}], False), ([], False)]
)
def test_repaired(moves, earned):
    assert judged(after(start("kink"), *moves), CriterionKind.REPAIRED, by=Fraction(2)).earned is earned


@pytest.mark.parametrize(
    ("scale", "least", "most", "earned"),
    [
        (OutcomeScale.ASHWORTH, "1.5", "3.0", True),
        (OutcomeScale.ASHWORTH, "0", "1.5", False),
        (OutcomeScale.ASHWORTH, "3.0", "4", False),
        (OutcomeScale.PENN, "0.5", "3", True),
    ],
)
def test_outcome(scale, least, most, earned):
    run = after(start("adult-spinal"), END)

    found = judged(
        run, CriterionKind.OUTCOME, scale=scale, at=None, least=Fraction(least), most=Fraction(most)
    )

    assert found.earned is earned


def test_an_outcome_is_not_known_before_its_time():
    run = after(start("adult-spinal"), DAY)
    bounds = {"least": Fraction(0), "most": Fraction(4), "scale": OutcomeScale.ASHWORTH}

    assert not judged(run, CriterionKind.OUTCOME, at=Fraction(2), **bounds).earned
    assert judged(run, CriterionKind.OUTCOME, at=Fraction(1), **bounds).earned


def test_what_is_not_to_be_filled_is_not():
    filled, left = scripted("nineteen-left", "bad"), scripted("nineteen-left", "good")

    assert not judged(filled, CriterionKind.NOT_REFILLED).earned
    assert judged(filled, CriterionKind.NOT_REFILLED).decisions == (1,)
    assert judged(left, CriterionKind.NOT_REFILLED).earned


def test_the_list_of_refills_was_looked_at_in_time():
    run, by = scripted("guest-from-abroad", "good"), {"by": 5 * HOUR / 60}
    late = after(start("guest-from-abroad"), TONE, {"do": "list"})

    assert judged(run, CriterionKind.LISTED, **by).earned
    assert not judged(late, CriterionKind.LISTED, **by).earned
    assert judged(late, CriterionKind.LISTED, **by).decisions == (2,)
    assert not judged(scripted("guest-from-abroad", "bad"), CriterionKind.LISTED, **by).earned


def test_the_next_refill_lies_after_a_time_or_does_not():
    # Worst case: (20 − 1.4 left over) / 1.145 = 16.245 mL by the count; 0.33 mL in 1.32 days, the rest at 0.125 mL/day: 128.6 days
    run = scripted("guest-from-abroad", "good")

    assert judged(run, CriterionKind.REFILL_AFTER, at=Fraction(128)).earned
    assert not judged(run, CriterionKind.REFILL_AFTER, at=Fraction(129)).earned
    assert not judged(scripted("guest-from-abroad", "bad"), CriterionKind.REFILL_AFTER, at=None).earned


def test_no_harm_is_by_stage_and_kind():
    sedated, moderate = scripted("bridge-down", "bad"), scripted("flies-home", "bad")

    assert not judged(sedated, CriterionKind.NO_HARM, harm=Harm.OVERDOSE, most=Sedation.AWAKE).earned
    assert not judged(sedated, CriterionKind.NO_HARM, harm=Harm.OVERDOSE, most=Sedation.DROWSY).earned
    assert judged(sedated, CriterionKind.NO_HARM, harm=Harm.OVERDOSE, most=Sedation.SEDATED).earned
    assert judged(sedated, CriterionKind.NO_HARM, harm=Harm.WITHDRAWAL, most=WithdrawalStage.NONE).earned
    given = {"harm": Harm.WITHDRAWAL, "most": WithdrawalStage.MILD}
    assert not judged(moderate, CriterionKind.NO_HARM, **given).earned
    assert judged(moderate, CriterionKind.NO_HARM, harm=Harm.WITHDRAWAL, most=WithdrawalStage.MODERATE).earned


def test_harm_before_the_time_said_does_not_count():
    run = scripted("withdrawal-260", "good")
    given = {"harm": Harm.WITHDRAWAL, "most": WithdrawalStage.NONE}

    assert not judged(run, CriterionKind.NO_HARM, **given).earned
    assert judged(run, CriterionKind.NO_HARM, **given, **{"from": Fraction(1)}).earned


def test_of_a_run_that_was_broken_off_no_harm_is_not_known():
    run = after(start("adult-spinal"), DAY)

    found = judged(run, CriterionKind.NO_HARM, harm=Harm.OVERDOSE, most=Sedation.COMA)

    assert not found.earned
    assert "not known" in found.reason


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (CriterionKind.STEP_WITHIN, {"limit": "TIT-ADULT-SP"}),
        (CriterionKind.NO_FINDING, {"finding": "increase_too_soon"}),
        (CriterionKind.NO_STOP_OVERRIDDEN, {}),
        (CriterionKind.READ_BACK, {"within": HOUR}),
        (CriterionKind.PAGE_COMPARED, {}),
        (CriterionKind.BRIDGED, {}),
    ],
)
def test_who_does_nothing_earns_nothing_for_programming(kind, given):
    assert not judged(after(start("adult-spinal"), END), kind, **given).earned


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (CriterionKind.STEP_WITHIN, {"limit": "TIT-ADULT-SP"}),
        (CriterionKind.NO_FINDING, {"finding": "increase_too_soon"}),
    ],
)
def test_a_programming_that_changes_nothing_is_no_step_to_be_judged(kind, given):
    assert not judged(after(start("adult-spinal"), {"do": "program"}, END), kind, **given).earned


def two(run, first, second):
    """The run judged by two criteria, of which the second needs the first."""
    pair = (
        Criterion(id="one", words="the first", points=10, source=("BOS16",), **first),
        Criterion(id="two", words="the second", points=10, source=("BOS16",), needs=("one",), **second),
    )
    return score(dataclasses.replace(run, scenario=replace(run.scenario, criteria=pair))).judged


@pytest.mark.parametrize(("moves", "earned"), [([TONE], True), ([], False)])
def test_a_criterion_earns_nothing_without_what_it_needs(moves, earned):
    looked = {"kind": CriterionKind.OBSERVED, "given": {"what": (Examination.TONE,), "when": When.ANY}}
    bounds = {"least": dose("100 mcg/day"), "most": dose("100 mcg/day")}
    at_end = {"kind": CriterionKind.DOSE_AT_END, "given": bounds}

    first, second = two(after(start("adult-spinal"), *moves), looked, at_end)

    assert (first.earned, second.earned) == (earned, earned)
    assert ("earns nothing without: the first" in second.reason) is not earned


def test_after_serious_harm_a_run_is_worth_at_most_forty_percent():
    tenfold = raised(1000, reasons={"dose_multiplied": "r"})
    low = {"do": "program", "new": {"mode": "simple-continuous", "daily_dose": "25 mcg/day"}}
    low["reasons"] = {"restart_after_stop": "r"}
    watch = [READ_BACK, {"do": "advance", "by": "9 h"}, LOOK_AT_HER]
    run = after(start("first-dose"), low, *watch, {"do": "advance", "by": "16 h"}, tenfold, *watch, END)

    found = score(run)
    lost = next(each for each in found.judged if each.criterion.id == "no-overdose")

    assert found.points == 60
    assert found.harmed
    assert found.percent == 40
    assert "slow breathing" in lost.reason
    assert "at most 40 %" in lost.reason


def test_harm_that_is_not_serious_limits_nothing():
    found = score(scripted("cerebral-child", "bad"))

    assert not found.harmed
    assert not next(each for each in found.judged if each.criterion.id == "no-overdose").earned


def test_the_decision_before_the_harm_is_named():
    lost = next(
        each for each in score(scripted("cerebral-child", "bad")).judged if each.criterion.id == "no-overdose"
    )

    # 200 on the first day, 450 two days later: the second one did it
    assert lost.decisions == (3,)
    assert "Decision 3, 18 Mar 2026 08:10: programmed 450 mcg/day." in lost.reason


def test_who_came_drowsy_was_not_made_drowsy():
    """A sensitive patient on the dose that she came with; the same dose again does no harm."""
    run = after(start("bridge-down", seed=471), raised(300), END)
    given = {"harm": Harm.OVERDOSE, "most": Sedation.AWAKE}

    assert run.course.at(Fraction(0)).sedation is Sedation.DROWSY
    assert judged(run, CriterionKind.NO_HARM, **given).earned


def test_harm_is_told_of_a_run_that_was_broken_off():
    run = after(start("adult-spinal"), *[OVER_THE_LABEL], {"do": "advance", "by": "2 day"})
    bad = scripted("bridge-down", "bad")
    early = after(start("bridge-down"), bad.decisions[0].move.table, {"do": "advance", "by": "1 day"})
    given = {"harm": Harm.OVERDOSE, "most": Sedation.AWAKE}

    assert "At worst in the model: sedated" in judged(early, CriterionKind.NO_HARM, **given).reason
    assert "what harm comes later is not known" in judged(run, CriterionKind.NO_HARM, **given).reason


def test_points_add_up_and_every_reason_is_said():
    found = score(scripted("bridge-down", "bad"))

    assert found.points == 40
    assert found.possible == 100
    assert found.percent == 40
    assert all(each.reason.endswith(".") for each in found.judged)


def test_every_kind_is_tried_here():
    text = Path(__file__).read_text(encoding="utf-8")

    assert [kind for kind in JUDGES if f"CriterionKind.{kind.name}" not in text] == []


@pytest.mark.parametrize("kind", ["good", "bad"])
def test_a_limit_is_named_in_words_and_not_by_its_id(kind):
    (step,) = [each for each in score(scripted("adult-spinal", kind)).judged if each.criterion.id == "steps"]

    assert "the step of 30 % (Expert panel)" in step.reason
    assert "TIT-" not in step.reason
