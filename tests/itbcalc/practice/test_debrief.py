"""The debrief: the timeline to be drawn, the decisions with what was found, the truth, the experts; and the warning."""

import numpy as np
import pytest

from itbcalc.library.records import Severity
from itbcalc.practice.debrief import (
    course_between,
    debrief,
    debrief_text,
    source_words,
    timeline,
    timelines,
    truth,
)
from itbcalc.practice.moves import MoveKind
from itbcalc.practice.parameters import NOT_VALIDATED
from tests.itbcalc.practice.playing import NAMES, after, library, scripted, start


def test_the_timeline_goes_from_the_start_to_now_and_not_before():
    run = after(start("kink"), {"do": "advance", "by": "2 day"})

    stretch = timeline(run).stretch

    assert stretch.days[0] == pytest.approx(0)
    assert stretch.days[-1] == pytest.approx(2)
    assert len(stretch.days) == 2 * 288 + 1


def test_the_dose_drawn_is_what_reaches_the_tip():
    # without a bridge 1200 mcg/day for 12 h 24 min, then 300 again
    stretch = timeline(scripted("bridge-down", "bad")).stretch
    hours = stretch.days * 24

    assert set(np.unique(np.round(stretch.rate_mcg_per_day[hours < 12.3], 6))) == {1200}
    assert set(np.unique(np.round(stretch.rate_mcg_per_day[hours > 12.5], 6))) == {300}


def test_arrays_of_a_stretch_are_of_one_length():
    run = scripted("adult-spinal", "good")
    stretch = course_between(run, run.at / 4, run.at / 2)

    lengths = {
        len(getattr(stretch, name))
        for name in (
            "days",
            "rate_mcg_per_day",
            "effect_site_ng_per_ml",
            "ashworth",
            "penn",
            "excess",
            "withdrawal",
        )
    }

    assert len(lengths) == 1
    assert stretch.note == NOT_VALIDATED


def test_every_decision_has_its_mark_and_a_stop_shows_on_it():
    marks = timeline(scripted("bridge-down", "bad")).marks

    assert [(mark.number, mark.kind) for mark in marks] == [
        (1, MoveKind.PROGRAM),
        (2, MoveKind.READ_BACK),
        (3, MoveKind.ADVANCE),
    ]
    assert marks[0].gravest is Severity.STOP
    assert marks[1].gravest is None


def test_the_courses_that_were_left_stand_beside_the_one_taken():
    run = after(
        start("adult-spinal"),
        {"do": "program", "new": {"daily_dose": "130 mcg/day"}},
        {"do": "advance", "by": "3 day"},
        {"do": "back", "to": 1},
        {"do": "advance", "by": "1 day"},
    )

    taken, left = timelines(run)

    assert taken.left_at == 0
    assert left.left_at == 1
    assert len(left.marks) == 2
    assert left.stretch.days[-1] > taken.stretch.days[-1]


def test_the_truth_names_what_was_hidden():
    found = dict(truth(after(start("kink"), {"do": "repair"})))

    assert found["Catheter kink"] == "from 6 days before the start, until 24 h after the start"
    assert found["Lived on"] == "250 mcg/day"


def test_the_truth_tells_the_count_from_the_volume():
    found = dict(truth(start("nineteen-left")))

    assert found["In the reservoir"] == "19 mL"
    assert found["By the pump's count"] == "6 mL"
    assert found["The pump"] == "stands still"


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
