"""The class: one line a run, and what of a scenario is missed most."""

import csv
import io
from fractions import Fraction

from itbcalc import __version__
from itbcalc.practice.overview import COLUMNS, csv_text, overview
from itbcalc.practice.run_file import Replayed
from tests.itbcalc.practice.playing import after, scripted, start

BAD, GOOD = scripted("bridge-down", "bad"), scripted("bridge-down", "good")


def rows(*runs):
    return list(csv.DictReader(io.StringIO(csv_text(overview([Replayed(run, "0.1.0") for run in runs])))))


def test_one_line_a_run():
    first, second = rows(BAD, GOOD)

    assert tuple(first) == COLUMNS
    assert first["note"] == "Teaching model, not validated, never for a decision."
    assert (first["scenario"], first["points"], first["percent"]) == ("bridge-down", "40", "40.0")
    assert first["worst_sedation"] == "sedated"
    assert first["missed"] == "bridge no-overdose"
    assert second["missed"] == ""


def test_help_is_counted():
    run = after(
        start("kink", trainee="A"), {"do": "hint"}, {"do": "advance", "by": "1 day"}, {"do": "back", "to": 1}
    )

    (line,) = rows(run)

    assert (line["trainee"], line["hints"], line["taken_back"], line["over"]) == ("A", "1", "1", "no")


def test_a_name_that_a_spreadsheet_would_compute_is_only_a_name():
    (line,) = rows(start("kink", trainee="=1+2"))

    assert line["trainee"] == "'=1+2"


def test_each_criterion_over_all_runs_of_its_scenario():
    found = overview([Replayed(run, "0.1.0") for run in (BAD, GOOD, GOOD, scripted("kink", "good"))])

    shares = {(bar.scenario, bar.criterion): bar.share for bar in found.bars}

    assert shares["bridge-down", "bridge"] == Fraction(2, 3)
    assert shares["bridge-down", "refilled"] == 1
    assert shares["kink", "found"] == 1
    assert [bar.scenario for bar in found.bars] == ["bridge-down"] * 5 + ["kink"] * 5


def test_the_same_moves_under_two_names_are_said():
    moves = [move.table for move in scripted("kink", "good").moves]
    runs = [after(start("kink", trainee=name), *moves) for name in ("Anna", "Ben")]
    other = after(start("kink", trainee="Cara"), *moves[:-1])

    found = overview([Replayed(run, "0.1.0", file=f"{run.trainee}.json") for run in (*runs, other)])

    said = [each for each in found.remarks if "two names" in each]
    assert said == ["Ben.json and Anna.json hold the same moves under two names: Ben and Anna."]


def retold(moves):
    """The same moves in other words: other units, other reasons, other case, with a hint and a step taken back."""
    inspected, stopped, advanced, *rest = moves
    told = {
        **stopped,
        "new": {
            key: "0.14 mg/day" if key == "daily_dose" else value for key, value in stopped["new"].items()
        },
        "reasons": dict.fromkeys(stopped.get("reasons", {}), "because"),
    }
    return [{"do": "hint"}, inspected, told, {"do": "back", "to": 2}, told, {**advanced, "by": "4 h"}, *rest]


def test_the_same_moves_in_other_words_under_two_names_are_said():
    first = [
        {"do": "observe", "what": "tone"},
        {
            "do": "program",
            "new": {"daily_dose": "140 mcg/day"},
            "reasons": {"dose_step_maybe_above_label": "as agreed"},
        },
        {"do": "advance", "by": "240 min"},
    ]
    runs = [
        after(start("adult-spinal", trainee="Anna"), *first),
        after(start("adult-spinal", trainee="Ben"), *retold(first)),
    ]
    other = after(start("adult-spinal", trainee="Cara"), *first[:-1], {"do": "advance", "by": "241 min"})

    found = overview([Replayed(run, __version__, file=f"{run.trainee}.json") for run in (*runs, other)])

    assert found.remarks == ("Ben.json and Anna.json hold the same moves under two names: Ben and Anna.",)


def test_one_wait_cut_in_two_is_the_same_wait():
    look, wait = {"do": "observe", "what": "tone"}, {"do": "advance", "by": "4 h"}
    halves = [{"do": "advance", "by": "90 min"}, {"do": "advance", "by": "150 min"}]
    runs = [
        after(start("kink", trainee="Anna"), wait, look),
        after(start("kink", trainee="Ben"), *halves, look),
        after(start("kink", trainee="Cara"), halves[0], look, halves[1]),
    ]

    found = overview([Replayed(run, __version__, file=f"{run.trainee}.json") for run in runs])

    assert found.remarks == ("Ben.json and Anna.json hold the same moves under two names: Ben and Anna.",)


def test_a_name_in_other_letters_is_the_same_trainee():
    runs = [
        after(start("kink", trainee=name), {"do": "observe", "what": "tone"}) for name in ("Anna", " anna")
    ]

    found = overview(
        [Replayed(run, __version__, file=name) for run, name in zip(runs, ("a", "b"), strict=True)]
    )

    assert found.remarks == ("b is the same run as a: it counts twice here.",)
