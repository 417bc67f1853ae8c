"""Scores, goals and side effects: what may be written, the T-score against hand arithmetic, what is drawn."""

import tomllib
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itbcalc.errors import ItbcalcError, RefusedError
from itbcalc.log.store import MemoryLog
from itbcalc.resources import resource_path
from itbcalc.say import refusal_words
from itbcalc.visits.body_words import observation_words
from itbcalc.visits.history import standings
from itbcalc.visits.observations import (
    Goal,
    Observation,
    Scored,
    SideEffect,
    observation_body,
    score_series,
    t_score,
)
from itbcalc.visits.recording import Signature, observation_draft, void_draft
from itbcalc.visits.scales import all_scales
from tests.itbcalc.log.logs import BEGIN, LOG_ID

NURSE = Signature("A. Nurse", "nurse")
HIP = "left hip adductors"


def goal(score: str, importance: str = "1", difficulty: str = "1", name: str = "stand to transfer") -> Goal:
    return Goal(name, importance, difficulty, score)


# --- scales

# The values of each scale, as its paper prints them.
VALUES = {
    "modified_ashworth": ["0", "1", "1+", "2", "3", "4"],
    "penn_spasm_frequency": ["0", "1", "2", "3", "4"],
    "penn_spasm_severity": ["1", "2", "3"],
    "pain_nrs": [str(number) for number in range(11)],
}
WRONG = ["", " ", "-1", "5", "1.5", "1 +", "+1", "1-", "11", "two", "٢", "1e0", "2\u200b", "10.0", "01"]


@pytest.mark.parametrize("scale", VALUES)
def test_a_scale_has_the_values_of_its_paper(scale: str) -> None:
    assert [each.value for each in all_scales().scales[scale].values] == VALUES[scale]


@pytest.mark.parametrize(("scale", "value"), [(s, v) for s, values in VALUES.items() for v in values])
def test_a_value_of_the_scale_is_written_with_its_version(scale: str, value: str) -> None:
    site = HIP if scale == "modified_ashworth" else ""
    with_spasms = [Scored("penn_spasm_frequency", "2")] if scale == "penn_spasm_severity" else []

    body = observation_body(Observation([*with_spasms, Scored(scale, value, site)]))

    version = all_scales().scales[scale].version
    assert body["scales"][-1] == {"scale": scale, "version": version, "site": site, "value": value}


@pytest.mark.parametrize(("scale", "value"), list(product(VALUES, WRONG)))
def test_what_is_no_value_of_the_scale_is_refused_with_those_it_has(scale: str, value: str) -> None:
    if value in VALUES[scale]:
        return
    site = HIP if scale == "modified_ashworth" else ""
    with pytest.raises(RefusedError) as refused:
        observation_body(
            Observation([Scored("penn_spasm_frequency", "3"), Scored(scale, value, site)])
            if scale == "penn_spasm_severity"
            else Observation([Scored(scale, value, site)])
        )

    words = refusal_words(refused.value)
    assert f"its values are {', '.join(VALUES[scale])}" in words
    assert refused.value.field.startswith("scored.")


@pytest.mark.parametrize(
    ("observation", "words"),
    [
        (Observation(), "nothing is given"),
        (Observation(note="   "), "nothing is given"),
        (Observation([Scored("ashworth", "2", HIP)]), "not a scale known here"),
        (Observation([Scored("modified_ashworth", "2")]), "the muscle group is needed"),
        (Observation([Scored("modified_ashworth", "2", "left ear")]), "not a muscle group known here"),
        (Observation([Scored("pain_nrs", "2", HIP)]), "not scored by muscle group"),
        (Observation([Scored("pain_nrs", "2"), Scored("pain_nrs", "2")]), "given twice"),
        (Observation([Scored("penn_spasm_severity", "2")]), "only with a spasm frequency above 0"),
        (
            Observation([Scored("penn_spasm_frequency", "0"), Scored("penn_spasm_severity", "2")]),
            "only with a spasm frequency above 0",
        ),
        (Observation(goals=[goal("3")]), "-2, -1, 0, 1, 2"),
        (Observation(goals=[goal("")]), "-2, -1, 0, 1, 2"),
        (Observation(goals=[goal("0", "4")]), "0, 1, 2, 3"),
        (Observation(goals=[goal("0", "1", "-1")]), "0, 1, 2, 3"),
        (Observation(goals=[goal("0", name="  ")]), "what the goal is, is needed"),
        (Observation(goals=[goal("0")] * 13), "12 at most"),
        (Observation(side_effects=[SideEffect("sleepy", "mild")]), "not on the list"),
        (Observation(side_effects=[SideEffect("drowsiness", "some")]), "mild, moderate, severe"),
        (Observation(side_effects=[SideEffect("drowsiness", "mild")] * 2), "given twice"),
    ],
)
def test_what_makes_no_observation_is_refused(observation: Observation, words: str) -> None:
    with pytest.raises(RefusedError) as refused:
        observation_body(observation)

    assert words in refusal_words(refused.value)


def test_every_figure_of_the_scales_has_a_grade_and_a_source_that_resolves() -> None:
    table = tomllib.loads(resource_path("scales.toml").read_text(encoding="utf-8"))
    sources = tomllib.loads(resource_path("sources.toml").read_text(encoding="utf-8"))

    figures = [*table["scale"], table["goals"], *table["side_effects"]["effects"]]
    assert len(figures) > 15
    for figure in figures:
        assert figure["grade"] in ("seen", "secondary", "unverified")
        assert figure["source"] or figure["grade"] == "unverified"
        assert set(figure["source"]) <= set(sources)


# --- goals


@pytest.mark.parametrize(
    ("goals", "expected"),
    [
        # one goal: 50 + 10 x
        ([goal("-2")], "30.0"),
        ([goal("-1")], "40.0"),
        ([goal("0")], "50.0"),
        ([goal("1")], "60.0"),
        ([goal("2")], "70.0"),
        # one goal: its weight changes nothing, 10 w x / sqrt(0.7 w2 + 0.3 w2) = 10 x
        ([goal("1", "3", "3")], "60.0"),
        # two: 50 + 20 / sqrt(0.7 x 2 + 0.3 x 4) = 50 + 20 / sqrt(2.6) = 50 + 12.403...
        ([goal("1"), goal("1")], "62.4"),
        ([goal("2"), goal("-2")], "50.0"),
        # three: 50 - 30 / sqrt(2.1 + 2.7) = 50 - 30 / 2.19089 = 50 - 13.693
        ([goal("-1")] * 3, "36.3"),
        # four: 50 + 40 / sqrt(2.8 + 4.8) = 50 + 40 / 2.75681 = 50 + 14.5095
        ([goal("1")] * 4, "64.5"),
        # weights 6 and 1: 10 (6 - 1) / sqrt(0.7 x 37 + 0.3 x 49) = 50 / sqrt(40.6) = 50 / 6.37181 = 7.84706
        ([goal("1", "3", "2"), goal("-1", "1", "1")], "57.8"),
        # weights 9 and 0: only the first counts, 10 x 9 x 2 / sqrt(0.7 x 81 + 0.3 x 81) = 20
        ([goal("2", "3", "3"), goal("-2", "0", "3")], "70.0"),
        # all weights 0: each counts as 1
        ([goal("1", "0", "3"), goal("1", "2", "0")], "62.4"),
    ],
)
def test_the_t_score_is_that_of_the_corrected_formula(goals: list[Goal], expected: str) -> None:
    assert t_score(goals) == expected
    gas = observation_body(Observation(goals=goals))["gas"]
    assert gas == {"version": "turner-stokes-2009-erratum", "t_score": expected}


def test_without_a_goal_there_is_no_t_score() -> None:
    with pytest.raises(ValueError, match="goal"):
        t_score([])
    assert observation_body(Observation([Scored("pain_nrs", "3")]))["gas"] == {}


GOALS = st.lists(
    st.builds(
        goal,
        st.sampled_from(["-2", "-1", "0", "1", "2"]),
        st.sampled_from(["0", "1", "2", "3"]),
        st.sampled_from(["0", "1", "2", "3"]),
    ),
    min_size=1,
    max_size=12,
)


@given(GOALS)
def test_scores_turned_round_mirror_the_t_score_at_50(goals: list[Goal]) -> None:
    mirrored = [goal(str(-int(each.score)), each.importance, each.difficulty) for each in goals]

    # each is rounded to a tenth, halves up: their sum may be a tenth off
    assert abs(Fraction(t_score(goals)) + Fraction(t_score(mirrored)) - 100) <= Fraction(1, 10)


@given(GOALS)
def test_all_weights_alike_are_no_weights(goals: list[Goal]) -> None:
    plain, heavy = ([goal(each.score, *weight) for each in goals] for weight in (("1", "1"), ("3", "2")))

    assert t_score(plain) == t_score(heavy)


# --- entries


def observed(log: MemoryLog, day: int, observation: Observation) -> str:
    at = BEGIN + timedelta(days=day)
    return log.append(observation_draft("P-1", observation, None, NURSE, at)).entry_id


def test_an_observation_is_told_in_one_line() -> None:
    body = observation_body(
        Observation(
            [Scored("modified_ashworth", "1+", HIP), Scored("penn_spasm_frequency", "2")],
            [goal("1")],
            [SideEffect("drowsiness", "mild")],
        )
    )

    assert observation_words(body) == "MAS 1+ left hip adductors · Penn 2 · GAS 60.0 · mild drowsiness"


def test_scores_over_time_are_means_of_ranks_and_leave_out_what_does_not_hold() -> None:
    log = MemoryLog(LOG_ID)
    right = "right hip adductors"
    observed(
        log, 0, Observation([Scored("modified_ashworth", "3", HIP), Scored("modified_ashworth", "1+", right)])
    )
    wrong = observed(log, 1, Observation([Scored("modified_ashworth", "4", HIP)]))
    observed(log, 2, Observation([Scored("pain_nrs", "7")], [goal("1")]))
    log.append(void_draft(log.find(wrong), "another patient", NURSE, BEGIN + timedelta(days=3)))  # type: ignore[arg-type]

    found = {series.name: series for series in score_series(standings(log.entries("P-1")))}

    assert set(found) == {"Modified Ashworth", "Pain, numeric rating", "GAS T-score"}
    # 3 is rank 4 of 0 to 5, 1+ is rank 2: their mean is 3
    assert found["Modified Ashworth"].points == ((BEGIN, Fraction(3), "3.0, mean of 2"),)
    assert found["Pain, numeric rating"].points == ((BEGIN + timedelta(days=2), Fraction(7), "7"),)
    assert found["GAS T-score"].points[0][2] == "60.0"


def test_a_mean_is_rounded_once_halves_up() -> None:
    log = MemoryLog(LOG_ID)
    groups = ("left hip adductors", "right hip adductors", "left knee flexors", "right knee flexors")
    # ranks 4, 4, 4 and 1: 13/4 = 3.25
    graded = zip(groups, ("3", "3", "3", "1"), strict=True)
    observed(log, 0, Observation([Scored("modified_ashworth", grade, group) for group, grade in graded]))

    (series,) = score_series(standings(log.entries("P-1")))

    assert series.points == ((BEGIN, Fraction(13, 4), "3.3, mean of 4"),)


def test_an_observation_is_not_of_the_future_and_has_a_patient() -> None:
    seen = Observation([Scored("pain_nrs", "7")])
    with pytest.raises(RefusedError, match="in_the_future"):
        observation_draft("P-1", seen, BEGIN + timedelta(minutes=1), NURSE, BEGIN)
    with pytest.raises(RefusedError, match="missing"):
        observation_draft(" ", seen, None, NURSE, BEGIN)
    before: datetime = BEGIN - timedelta(days=2)
    assert observation_draft("P-1", seen, before, NURSE, BEGIN).effective_at == before.astimezone().isoformat(
        timespec="minutes"
    )


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_whatever_is_typed_is_refused_in_words_or_on_the_scale(scale: str, value: str, site: str) -> None:
    words = ""
    try:
        observation_body(Observation([Scored(scale, value, site)]))
    except ItbcalcError as error:
        words = refusal_words(error)

    assert words or value in VALUES[scale]
