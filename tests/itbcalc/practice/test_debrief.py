"""The debrief: the decisions with what was found, the truth, the experts; and the warning."""

import numpy as np
import pytest

from itbcalc.practice.debrief import (
    debrief,
    debrief_text,
    source_words,
    truth,
)
from itbcalc.practice.parameters import NOT_VALIDATED
from itbcalc.practice.supply import PumpCode
from tests.itbcalc.practice.playing import NAMES, after, library, scripted, start


def test_the_dose_of_the_course_is_what_reaches_the_tip():
    # without a bridge 1200 mcg/day for 12 h 24 min, then 300 again
    run = scripted("bridge-down", "bad")
    hours = run.course.hours - 24 * float(run.scenario.hidden.before)
    per_day = np.round(24 * run.course.rate, 6)

    assert set(np.unique(per_day[(hours >= 0) & (hours < 12.3)])) == {1200}
    assert set(np.unique(per_day[(hours > 12.5) & (hours <= 24 * float(run.at))])) == {300}


def test_the_truth_names_what_was_hidden():
    found = dict(truth(after(start("kink"), {"do": "repair"})))

    assert found["Catheter kink"] == "from 6 days before the start, until 24 h after the start"
    assert found["Lived on"] == "250 mcg/day"


def test_the_truth_tells_the_count_from_the_volume():
    found = dict(truth(start("nineteen-left")))

    assert found["In the reservoir"] == "19 mL"
    assert found["By the pump's count"] == "13.7 mL"
    assert found["The pump"] == "stands still; it is not to be trusted"


def test_a_pump_that_was_stopped_is_not_said_to_run():
    run = scripted("nineteen-left", "good")
    found = dict(truth(run))

    assert found["The pump"] == "stands still; it is not to be trusted"
    assert found["Discharge on restart"].endswith("2 mL would have come at once; the pump was not started")
    assert not any(entry.code is PumpCode.RUNNING_AGAIN for entry in run.supply.pump_log)
    assert after(
        start("nineteen-left"), *(move.table for move in run.moves[:-1]), {"do": "read_back"}
    ).decisions[-1].words == ("The pump does NOT run.",)


def test_a_pump_that_was_started_against_advice_is_said_to_have_given_it_at_once():
    found = dict(truth(scripted("nineteen-left", "bad")))

    assert found["The pump"] == "runs; it is not to be trusted"
    assert found["Discharge on restart"].endswith("2 mL came at once when the pump was started")


def test_what_the_programmer_did_is_told():
    told = dict(debrief(scripted("every-hour", "bad")).truth)

    assert "repeated the 60 mcg every hour" in told["The programmer"]


def test_reasons_and_findings_stand_with_their_decision():
    told = debrief(scripted("bridge-up", "bad")).decisions[0]

    assert told.reasons == (("concentration_change_without_bridge", "it is the same dose"),)
    assert "concentration_change_without_bridge" in {message.code for message in told.found}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["good", "bad"])
def test_the_text_says_that_it_is_a_teaching_model_and_fits_a_page(name, kind):
    text = debrief_text(scripted(name, kind), library())

    assert NOT_VALIDATED in text
    assert max(len(line) for line in text.split("\n")) <= 80


def test_every_source_stands_with_its_title():
    run = scripted("nineteen-left", "good")
    text = " ".join(debrief_text(run, library()).split())

    for expert in run.scenario.experts:
        for key in expert.source:
            assert source_words(key, library()) in text
