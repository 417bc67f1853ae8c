"""Between the fields of a schedule and the table of a program file, both ways. No window."""

import pytest

from itbcalc.desk.fields import SHOWN_UNITS
from itbcalc.desk.program_files import example_path, open_program, save_program
from itbcalc.desk.schedule_texts import (
    field_place,
    is_schedule_place,
    row_tables,
    row_typed,
    therapy_table,
    therapy_typed,
    unit_at,
    weekdays_in,
)
from itbcalc.desk.texts import Texts, table_of, texts_of
from itbcalc.program import load_toml, read_program
from itbcalc.say import refusal_words
from tests.ui.test_check_presenter import EXAMPLES
from ui.engine import Engine
from ui.program.assessment import problems_of

FLEX = {
    "new.mode": "flex",
    "new.basal": "240",
    "new.steps_replace_basal": "replace",
    "new.steps.1.start": "22:00",
    "new.steps.1.duration": "8 h",
    "new.steps.1.dose": "100",
}
WEEKEND = {"new.groups.1.days": "sat sun", "new.groups.1.basal": "200"}
PERIODIC = {
    "new.mode": "periodic-bolus",
    "new.basal": "160",
    "new.bolus": "40",
    "new.duration": "10 min",
    "new.every": "6 h",
    "new.first": "06:00",
    "new.bolus_replaces_basal": "add",
}
PATIENT = {
    "new.patient_bolus.dose": "15",
    "new.patient_bolus.duration": "5 min",
    "new.patient_bolus.lockout": "6 h",
    "new.patient_bolus.per_day": "3",
}
A_STEP = {"start": "22:00", "duration": "8 h", "dose": "100"}
A_STEP_WITH_UNIT = {**A_STEP, "dose": "100 mcg"}
# (what is typed, the table in the units of the fields, the table of a file)
MODES = [
    pytest.param({}, {}, {}, id="simple continuous: the daily dose is of the check panel"),
    pytest.param(
        FLEX,
        {"mode": "flex", "basal": "240", "steps": [A_STEP], "steps_replace_basal": True},
        {"mode": "flex", "basal": "240 mcg/day", "steps": [A_STEP_WITH_UNIT], "steps_replace_basal": True},
        id="flex",
    ),
    pytest.param(
        FLEX | {"new.steps_replace_basal": "add"} | WEEKEND,
        {
            "mode": "flex",
            "basal": "240",
            "steps": [A_STEP],
            "steps_replace_basal": False,
            "days": {"sat": {"basal": "200", "steps": []}, "sun": {"basal": "200", "steps": []}},
        },
        {
            "mode": "flex",
            "basal": "240 mcg/day",
            "steps": [A_STEP_WITH_UNIT],
            "steps_replace_basal": False,
            "days": {
                "sat": {"basal": "200 mcg/day", "steps": []},
                "sun": {"basal": "200 mcg/day", "steps": []},
            },
        },
        id="flex with other days",
    ),
    pytest.param(
        PERIODIC,
        {
            "mode": "periodic-bolus",
            "basal": "160",
            "bolus": "40",
            "duration": "10 min",
            "every": "6 h",
            "first": "06:00",
            "bolus_replaces_basal": False,
        },
        {
            "mode": "periodic-bolus",
            "basal": "160 mcg/day",
            "bolus": "40 mcg",
            "duration": "10 min",
            "every": "6 h",
            "first": "06:00",
            "bolus_replaces_basal": False,
        },
        id="periodic bolus",
    ),
    pytest.param(
        {"new.mode": "single-bolus", "new.bolus": "0.05 mg", "new.duration": "5 min"},
        {"mode": "single-bolus", "bolus": "0.05 mg", "duration": "5 min"},
        {"mode": "single-bolus", "bolus": "0.05 mg", "duration": "5 min"},
        id="single bolus",
    ),
    pytest.param(
        {"new.mode": "minimum-rate", "new.flow_rate": "0.048"},
        {"mode": "minimum-rate", "flow_rate": "0.048"},
        {"mode": "minimum-rate", "flow_rate": "0.048 mL/day"},
        id="minimum rate",
    ),
    pytest.param({"new.mode": "stopped"}, {"mode": "stopped"}, {"mode": "stopped"}, id="stopped"),
    pytest.param(
        PATIENT,
        {"patient_bolus": {"dose": "15", "duration": "5 min", "lockout": "6 h", "per_day": 3}},
        {"patient_bolus": {"dose": "15 mcg", "duration": "5 min", "lockout": "6 h", "per_day": 3}},
        id="patient bolus",
    ),
]


@pytest.mark.parametrize(("typed", "shown", "filed"), MODES)
def test_what_is_typed_stands_in_the_file_and_comes_back(typed, shown, filed):
    assert therapy_table(typed, "new") == shown
    assert therapy_table(typed, "new", with_units=True) == filed
    assert therapy_typed(filed, "new") == typed
    assert therapy_typed(shown, "new") == typed


@pytest.mark.parametrize(("typed", "shown", "filed"), MODES)
def test_the_therapy_now_is_written_alike(typed, shown, filed):
    now = {place.replace("new.", "current."): text for place, text in typed.items()}

    assert therapy_table(now, "current") == shown
    assert therapy_typed(filed, "current") == now


def test_what_belongs_to_another_mode_waits_and_is_not_written():
    typed = FLEX | PERIODIC | {"new.flow_rate": "0.048"}  # the mode is the last: periodic bolus

    assert therapy_table(typed, "new") == therapy_table(PERIODIC, "new")
    assert "steps" not in therapy_table(typed | {"new.mode": "stopped"}, "new")
    assert therapy_table(typed | {"new.mode": "single-bolus"}, "new").keys() == {
        "mode",
        "basal",
        "bolus",
        "duration",
        "bolus_replaces_basal",
    }


def test_simple_continuous_is_the_mode_that_is_not_chosen():
    assert therapy_typed({"mode": "simple-continuous", "daily_dose": "240 mcg/day"}, "new") == {}


def test_a_mode_that_nobody_knows_is_kept_for_the_reader_to_refuse():
    typed = therapy_typed({"mode": "side-by-side"}, "new")

    assert typed == {"new.mode": "side-by-side"}
    assert therapy_table(typed, "new") == {"mode": "side-by-side"}


def test_blanks_are_nothing_typed():
    typed = {"new.mode": "flex", "new.steps.1.start": "  ", "new.steps.2.start": " 22:00 "}

    assert therapy_table(typed, "new") == {"mode": "flex", "steps": [{"start": "22:00"}]}


def test_no_step_yet_is_nothing_said_and_beside_other_days_it_is_none():
    assert therapy_table({"new.mode": "flex"}, "new") == {"mode": "flex"}
    assert therapy_table({"new.mode": "flex"} | WEEKEND, "new")["steps"] == []


# --- the weekdays


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("sat sun", ["sat", "sun"]),
        ("Sat, Sun", ["sat", "sun"]),
        ("mon-fri", ["mon", "tue", "wed", "thu", "fri"]),
        ("mon-wed sat", ["mon", "tue", "wed", "sat"]),
        ("fri", ["fri"]),
        # what is no weekday stays, and is refused by its own name
        ("weekend", ["weekend"]),
        ("fri-mon", ["fri-mon"]),
        ("mon-mon", ["mon-mon"]),
        ("sat sat", ["sat", "sat twice"]),
        ("mon-wed tue", ["mon", "tue", "wed", "tue twice"]),
    ],
)
def test_weekdays_are_read_one_by_one_or_from_the_first_to_the_last(text, days):
    assert weekdays_in(text) == days


def test_days_that_run_the_same_come_back_as_one_group_and_others_as_another():
    quiet, busy = {"basal": "200 mcg/day", "steps": []}, {"basal": "300 mcg/day", "steps": []}

    typed = therapy_typed({"mode": "flex", "days": {"sat": quiet, "wed": busy, "sun": quiet}}, "new")

    assert typed == {
        "new.mode": "flex",
        "new.groups.1.days": "sat sun",
        "new.groups.1.basal": "200",
        "new.groups.2.days": "wed",
        "new.groups.2.basal": "300",
    }


@pytest.mark.parametrize(
    ("first", "second", "place"),
    [
        ("sat sat", "", "new.groups.1.days"),
        ("sat sun", "sun", "new.groups.2.days"),
        ("mon-fri", "wed", "new.groups.2.days"),
    ],
)
def test_a_weekday_given_twice_is_refused_where_it_stands_the_second_time(first, second, place, engine):
    typed = FLEX | {"new.groups.1.days": first, "new.groups.1.basal": "200"}
    typed |= {"new.groups.2.days": second, "new.groups.2.basal": "220"} if second else {}

    refused = problems(typed, engine)

    assert [*refused] == [place]
    assert "twice" in refused[place]


def test_a_group_without_days_is_refused_where_the_days_belong(engine):
    assert [*problems(FLEX | {"new.groups.1.basal": "200"}, engine)] == ["new.groups.1.days"]


# --- refusals go back to the row that was typed


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ("new.steps.1.start", "new.steps.2.start"),  # the first row is empty
        ("new.steps.2.dose", "new.steps.4.dose"),  # and so is the third
        ("new.steps.2", "new.steps.4.start"),
        ("new.steps", "new.steps.1.start"),
        ("new.steps.3.dose", "new.steps.3.dose"),  # more than were typed
        ("new.basal", "new.basal"),
        ("new.days.sat.steps.1.duration", "new.groups.1.steps.3.duration"),
        ("new.days.sat.basal", "new.groups.1.basal"),
        ("new.days.sat", "new.groups.1.days"),
        ("new.days.sun.steps", "new.groups.1.steps.1.start"),
        ("new.days.8.5.basal", "new.groups.2.basal"),  # not a day, and with a point in it
        ("new.days.8.5", "new.groups.2.days"),
        ("new.days.fri.basal", "new.days.fri.basal"),  # in no group
        ("new.patient_bolus", "new.patient_bolus.dose"),
        ("new.patient_bolus.lockout", "new.patient_bolus.lockout"),
        ("readouts.steps.1.end", "readouts.steps.3.end"),
        ("current.steps.1.dose", "current.steps.1.dose"),
    ],
)
def test_a_place_of_the_file_is_found_in_the_field_it_was_typed_into(place, field):
    typed = {
        "new.mode": "flex",
        "new.steps.2.start": "06:00",
        "new.steps.4.start": "22:00",
        "new.groups.1.days": "sat sun",
        "new.groups.1.steps.3.start": "08:00",
        "new.groups.2.days": "8.5",
        "readouts.steps.3.start": "06:00",
    }

    assert field_place(typed, place) == field


def test_empty_rows_are_skipped_and_the_refusal_stands_in_the_row_that_was_typed(engine):
    typed = {key: text for key, text in FLEX.items() if "steps.1" not in key}
    typed |= {"new.steps.3.start": "22:00", "new.steps.3.duration": "8 h", "new.steps.3.dose": "100"}
    assert len(therapy_table(typed, "new")["steps"]) == 1
    assert problems(typed, engine) == {}

    refused = problems(typed | {"new.steps.3.dose": ".5"}, engine)

    assert [*refused] == ["new.steps.3.dose"]
    assert "‘.5’" in refused["new.steps.3.dose"]


def test_steps_that_overlap_are_refused_in_the_row_of_the_later_one(engine):
    typed = FLEX | {"new.steps.4.start": "05:00", "new.steps.4.duration": "2 h", "new.steps.4.dose": "20"}

    refused = problems(typed, engine)

    assert [*refused] == ["new.steps.4.start"]  # 22:00 lasts until 06:00
    assert "before the one at 22:00 ends, at 06:00" in refused["new.steps.4.start"]


def test_a_gap_on_other_days_is_refused_at_their_own_basal(engine):
    refused = problems(FLEX | {"new.groups.1.days": "sat"}, engine)

    assert [*refused] == ["new.groups.1.basal"]
    assert "Sat" in refused["new.groups.1.basal"]


def test_a_choice_that_is_none_is_refused_and_not_taken_for_another(engine):
    refused = problems(FLEX | {"new.steps_replace_basal": "perhaps"}, engine)

    assert [*refused] == ["new.steps_replace_basal"]


def test_a_stopped_pump_with_patient_boluses_is_refused_at_the_bolus(engine):
    assert [*problems({"new.mode": "stopped"} | PATIENT, engine)] == ["new.patient_bolus.dose"]


def problems(typed: dict[str, str], engine: Engine) -> dict[str, str]:
    """The refusals of a new therapy, by field."""
    table = table_of(Texts({**typed, "new.concentration": "500"}))
    return problems_of(read_program(table, engine.library, SHOWN_UNITS).refusals, typed, engine.library)


# --- the programmer's list


ROWS = [
    {"day": "mon", "start": "06:00", "end": "22:00", "dose_rate": "10.00 mcg/h"},
    {"start": "22:00", "end": "06:00", "dose_rate": "12.50 mcg/h", "dose": "100.0 mcg"},
]


def test_the_programmers_rows_are_written_with_their_units_and_come_back():
    typed = row_typed(ROWS)

    assert typed["readouts.steps.1.dose_rate"] == "10.00"
    assert typed["readouts.steps.2.dose"] == "100.0"
    assert row_tables(typed, with_units=True) == ROWS


def test_a_row_left_empty_is_no_row_and_a_day_may_be_written_large():
    typed = {"readouts.steps.2.day": "Sat", "readouts.steps.2.start": "00:00", "readouts.steps.3.dose": " "}

    assert row_tables(typed) == [{"day": "sat", "start": "00:00"}]


# --- units


@pytest.mark.parametrize(
    ("place", "unit"),
    [
        ("new.daily_dose", "mcg/day"),
        ("current.basal", "mcg/day"),
        ("new.groups.2.basal", "mcg/day"),
        ("new.days.sat.basal", "mcg/day"),
        ("new.steps.12.dose", "mcg"),
        ("new.groups.1.steps.1.dose", "mcg"),
        ("new.patient_bolus.dose", "mcg"),
        ("current.bolus", "mcg"),
        ("readouts.steps.1.dose", "mcg"),
        ("readouts.steps.1.dose_rate", "mcg/h"),
        ("new.flow_rate", "mL/day"),
        # a time says its own
        ("new.steps.1.duration", ""),
        ("new.steps.1.start", ""),
        ("new.every", ""),
        ("new.patient_bolus.lockout", ""),
        # of the check panel
        ("bridge.dose", ""),
        ("readouts.bridge_dose", ""),
    ],
)
def test_each_field_shows_the_unit_it_is_read_in_and_a_time_shows_none(place, unit):
    assert unit_at(place) == unit


@pytest.mark.parametrize(
    ("place", "is_one"),
    [
        ("new.mode", True),
        ("new.steps.1.dose", True),
        ("current.groups.1.days", True),
        ("readouts.steps.1.day", True),
        ("new.patient_bolus.dose", True),
        ("new.daily_dose", False),
        ("new.concentration", False),
        ("readouts.flow_rate", False),
        ("bridge.dose", False),
    ],
)
def test_the_schedule_knows_its_own_places(place, is_one):
    assert is_schedule_place(place) is is_one


# --- files


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_survives_saving_and_opening(name, engine, tmp_path):
    texts = open_program(example_path(name), engine.library)

    save_program(tmp_path / name, table_of(texts, with_units=True))
    again = open_program(tmp_path / name, engine.library)

    assert again.typed == texts.typed
    before = read_program(load_toml(example_path(name)), engine.library)
    after = read_program(load_toml(tmp_path / name), engine.library)
    assert [refusal_words(refusal) for refusal in after.refusals] == []
    assert (after.program.current, after.program.new) == (before.program.current, before.program.new)
    assert values_of(after) == values_of(before)


def values_of(reading):
    return {place: entry.quantity for place, entry in reading.program.entries.items()}


def test_nothing_of_a_schedule_stays_behind_in_what_is_kept_of_a_file():
    table = load_toml(example_path("21-quieter-weekends.toml"))

    emptied = Texts({}, texts_of(table).kept)

    assert table_of(emptied).get("new", {}).keys() <= {"drug", "mode"}
    assert "steps" not in table_of(emptied).get("readouts", {})
