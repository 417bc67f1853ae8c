"""Ten sheets with planted slips: the same for a seed for ever, each slip to be seen, and honestly counted."""

import csv
import functools
import io
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from itbcalc.errors import FieldEntryError, RefusedError
from itbcalc.judge.check import check
from itbcalc.judge.verdicts import Verdict
from itbcalc.practice.hunt import FEWEST, MOST, SHEETS, Place, SlipKind, answers_text, set_text, sheets
from itbcalc.practice.hunt_score import (
    SheetAnswers,
    class_lines,
    hunt_csv,
    hunt_remarks,
    hunt_score,
    read_answers,
)
from itbcalc.program import complete_program, load_toml, read_program
from tests.itbcalc.practice.playing import library

SEEDS = range(30)


@functools.cache
def given(seed=7):
    return sheets(seed, library())


def answers(seed=7, trainee="Anna", minutes="9.5", *, with_program=False, file="a.toml", **marked):
    """`s2="dose"`: sheet 2 has a slip, in the dose; what is not named has none."""
    held = {number: marked.get(f"s{number}") for number in range(1, SHEETS + 1)}
    return SheetAnswers(trainee, seed, with_program, Fraction(minutes), held, file)


def scored(*args, **known):
    return hunt_score(answers(*args, **known), library())


def test_a_set_is_the_same_for_its_seed_for_ever():
    assert [(sheet.number, sheet.slip) for sheet in given() if sheet.slip is not None] == [
        (2, SlipKind.PREVIOUS_DOSE),
        (3, SlipKind.OLD_CONCENTRATION),
        (4, SlipKind.BRIDGE_LEFT_OUT),
        (6, SlipKind.PER_HOUR),
        (7, SlipKind.PREVIOUS_DOSE),
        (10, SlipKind.OLD_CONCENTRATION),
    ]
    assert set_text(7, library()) == set_text(7, library()) != set_text(8, library())


def test_the_page_of_the_second_sheet_is_that_of_the_dose_before():
    # Ordered 296, still 370: 370/500 = 0.74 mL/day; (18 - 2)/0.74 = 21.62 days after 2 Jun 10:00 are 24 Jun.
    sheet = given()[1]

    assert sheet.order["new"]["daily_dose"] == "296 mcg/day"
    assert sheet.page == {
        "concentration": "500 mcg/mL",
        "daily_dose": "370 mcg/day",
        "daily_volume": "0.74 mL",
        "low_alarm_date": "2026-06-24",
    }


def test_the_page_of_a_sheet_without_a_slip_is_that_of_its_order():
    # (0.14 + 0.17) x 500 / 445 = 0.34831 day, 8 h 21.6 min; 445/2000 = 0.2225 mL/day
    sheet = given()[4]

    assert sheet.slip is None
    assert sheet.page["bridge_duration"] == "8 h 22 min"
    assert sheet.page["bridge_volume"] == "0.31 mL"
    assert sheet.page["daily_volume"] == "0.223 mL"


@pytest.mark.parametrize("seed", SEEDS)
def test_some_are_planted_and_nobody_can_count_them(seed):
    planted = [sheet for sheet in given(seed) if sheet.slip is not None]

    assert FEWEST <= len(planted) <= MOST
    assert [sheet.number for sheet in given(seed)] == list(range(1, SHEETS + 1))


def test_every_kind_of_slip_is_planted_somewhere_and_every_number_of_them():
    sets = [given(seed) for seed in SEEDS]

    assert {sheet.slip for each in sets for sheet in each} == {None, *SlipKind}
    assert {sum(sheet.slip is not None for sheet in each) for each in sets} == {4, 5, 6}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_check_sees_every_planted_slip_and_raises_no_false_alarm(seed, tmp_path):
    for sheet in given(seed):
        path = tmp_path / f"{sheet.number}.toml"
        path.write_text(sheet.program_file(), encoding="utf-8")
        checked = check(complete_program(read_program(load_toml(path), library())), library())

        differs = any(each.verdict is Verdict.MISMATCH for each in checked.read_outs)
        # A bridge left out shows nothing of its own but the alarm date; where that is the same day, it is what is not there.
        assert differs is (sheet.slip is not None), (sheet.number, sheet.slip)


def test_what_is_printed_tells_nobody_where_the_slips_are():
    text = set_text(7, library())

    assert "slip" not in text
    assert all(str(kind) not in text for kind in SlipKind)
    assert text.count("The programmer shows") == SHEETS


# --- the answers


def test_hits_misses_and_false_alarms():
    # Planted: 2, 3, 4, 6, 7, 10. Marked: 2 at its place, 3 elsewhere, 6 without a place, and 1 and 9 for nothing.
    found = scored(s2=Place.DOSE, s3=Place.DOSE, s6="", s1=Place.ALARM, s9="")

    assert [sheet.number for sheet in found.hits] == [2, 3, 6]
    assert [sheet.number for sheet in found.misses] == [4, 7, 10]
    assert [sheet.number for sheet in found.false_alarms] == [1, 9]
    assert found.named == 1
    assert found.words == (
        "Anna, without the program: found 3 of 6 (1 named rightly), 2 false alarms, 9.5 min"
    )


def test_marking_all_is_no_way_out():
    found = scored(**{f"s{number}": "" for number in range(1, 11)})

    assert len(found.hits) == 6
    assert len(found.false_alarms) == 4


def test_more_than_ten_minutes_are_said():
    assert scored(minutes="10").in_time
    assert "over the 10 min" in scored(minutes="10.1").words


def test_a_moment_too_late_never_reads_as_in_time():
    # 10.01 min are 0.6 s too late; to a tenth they would read 10.
    late = scored(minutes="10.01")

    assert late.words.endswith("10.1 min, over the 10 min")
    assert next(csv.DictReader(io.StringIO(hunt_csv([late]))))["minutes"] == "10.1"
    assert scored(minutes="9.94").words.endswith("9.9 min")


def test_a_class_with_and_without_the_program():
    # Set 7 has six slips, set 8 its own number; without: 2 and 3 of 6 found, 8 and 11 min; with: 5 of 6, 6 min.
    those = [
        scored(trainee="Anna", minutes="8", s2="", s3=""),
        scored(trainee="Ben", minutes="11", s2="", s3="", s4="", s1=""),
        scored(trainee="Cara", minutes="6", with_program=True, s2="", s3="", s4="", s6="", s7=Place.DOSE),
    ]

    assert [each.words for each in class_lines(those)] == [
        "Without the program, 2 sets: found 5 of 12 (42 %; 0 named rightly), 1 false alarm in 8 sheets without a slip, "
        "9.5 min in the mean",
        "With the program, 1 set: found 5 of 6 (83 %; 1 named rightly), 0 false alarms in 4 sheets without a slip, 6 min in the mean",
    ]


def test_who_does_a_set_twice_is_named():
    those = [
        scored(),
        scored(file="b.toml", with_program=True),
        scored(trainee="Ben", minutes="9"),
        scored(seed=8),
    ]

    assert hunt_remarks(those) == ["a.toml and b.toml: Anna did set 7 twice; the second time it was known."]


def test_the_same_trainee_in_other_letters_is_one():
    those = [
        scored(),
        scored(file="b.toml", trainee=" ANNA "),
        scored(file="c.toml", trainee="Anne", minutes="9"),
    ]

    assert hunt_remarks(those) == ["a.toml and b.toml: ANNA did set 7 twice; the second time it was known."]


def test_the_same_answers_in_the_same_minutes_under_two_names_are_said():
    those = [
        scored(s2=""),
        scored(file="b.toml", trainee="Ben", s2=""),
        scored(file="c.toml", trainee="Cara", s3=""),
        scored(file="d.toml", trainee="Dora", s2="", minutes="9"),
    ]

    assert hunt_remarks(those) == [
        "a.toml and b.toml hold the same answers in the same minutes under two names: Anna and Ben."
    ]


def test_the_table_of_a_class():
    rows = list(csv.DictReader(io.StringIO(hunt_csv([scored(trainee="=1+1", s2=Place.DOSE, s1="")]))))

    assert rows[0]["trainee"] == "'=1+1"
    assert (rows[0]["slips"], rows[0]["hits"], rows[0]["named"]) == ("6", "1", "1")
    assert (rows[0]["misses"], rows[0]["false_alarms"], rows[0]["in_time"]) == ("5", "1", "yes")
    assert rows[0]["missed_slips"].split()[0] == "old-concentration"


# --- the file of answers


def filled(tmp_path, *changes, seed=7):
    text = answers_text(seed, with_program=False)
    text = text.replace("# minutes = ", "minutes = 9.5").replace("# slip = false", "slip = false")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path = tmp_path / "answers.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_file_that_is_filled_in_is_read(tmp_path):
    path = filled(
        tmp_path, ('trainee = ""', 'trainee = "Anna"'), ("slip = false", 'slip = true\nwhere = "dose"')
    )

    assert read_answers(path, library()) == answers(s1=Place.DOSE, file="answers.toml")


def test_the_file_as_it_is_written_is_not_taken_for_answers(tmp_path):
    path = tmp_path / "answers.toml"
    path.write_text(answers_text(7, with_program=True), encoding="utf-8")

    with pytest.raises(RefusedError) as raised:
        read_answers(path, library())
    assert raised.value.rule == "missing"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (("minutes = 9.5", 'minutes = "9.5"'), "practice_number"),
        (("number = 2", "number = 1"), "practice_twice"),
        (("number = 2", "number = 11"), "practice_whole"),
        (("slip = false", 'slip = true\nwhere = "pump"'), "practice_choice"),
        (("slip = false", 'slip = "no"'), "not_true_or_false"),
        (("seed = 7", "seed = -1"), "practice_whole"),
        (("seed = 7", "seed = 7\nother = 1"), "unknown_key"),
        (("\n[[sheet]]\nnumber = 10\nslip = false", ""), "missing"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, change, rule):
    with pytest.raises((RefusedError, FieldEntryError)) as raised:
        read_answers(filled(tmp_path, change), library())
    assert raised.value.rule == rule


def test_the_orders_lie_at_real_times():
    for seed in SEEDS:
        for sheet in given(seed):
            assert datetime.fromisoformat(sheet.order["reservoir"]["at"]).astimezone(UTC).year == 2026
