"""The schedule's presenter, without a window: whole states in, whole states out."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from itbcalc.ask.selftest import SelfTest
from itbcalc.desk.schedule_texts import is_schedule_place
from itbcalc.desk.texts import Texts
from itbcalc.quantities.clock import Weekday
from tests.ui.nasty import NASTY, named
from tests.ui.test_check_presenter import EXAMPLES, example, with_text
from tests.ui.test_schedule_places import FLEX, PATIENT, PERIODIC, WEEKEND
from tests.ui.views import RecordingScheduleView
from ui.engine import Engine
from ui.program.assessment import assess, read_texts
from ui.program.schedule_presenter import SchedulePresenter
from ui.states import Curve, DayState, FieldState, ListedState, Picture, ScheduleState

NIGHT = "18-night-flex.toml"
ISMP = "16-every-hour-for-once-a-day.toml"
RECALL = "17-minutes-for-hours.toml"
PERIODIC_FILE = "19-periodic-bolus.toml"
PATIENT_FILE = "20-patient-bolus.toml"
WEEKENDS = "21-quieter-weekends.toml"
BOTH = {"current.concentration": "500", "current.daily_dose": "240", "new.concentration": "500"}


def state_of(
    texts: Texts, engine: Engine, *, weekday: Weekday = Weekday.MON, zone: str = ""
) -> ScheduleState:
    """The state computed from scratch, with what the check has found."""
    view = RecordingScheduleView()
    presenter = SchedulePresenter(view)
    presenter.weekday, presenter.travel_zone = weekday, zone
    presenter.show(assess(texts, engine))
    return view.last


def typed_state(typed: dict[str, str], engine: Engine) -> ScheduleState:
    """The state at a keystroke, before the check."""
    view = RecordingScheduleView()
    SchedulePresenter(view).show(read_texts(Texts(typed), engine))
    return view.last


# --- what is shown


def test_a_night_flex_is_shown_whole_at_the_keystroke(engine):
    # By hand: 240 / 24 = 10 mcg/h; 100 / 8 = 12.5 mcg/h; 16 x 10 + 100 = 260 mcg = 0.52 mL of 500 mcg/mL;
    # 12.5 x 24 / 500 = 0.6 mL/day, 10 x 24 / 500 = 0.48 mL/day = 0.8 of it; 22:00 is 22/24 of the day.
    state = typed_state(BOTH | FLEX, engine)

    assert state == ScheduleState(
        fields={},
        steps={"new.steps.1": ("until 06:00", "12.5 mcg/h", "0.6 mL/day")},
        totals=(
            ("daily dose", "240 mcg/day", "260 mcg/day"),
            ("volume per day", "0.48 mL", "0.52 mL"),
            ("highest flow", "0.48 mL/day", "0.6 mL/day"),
            ("lowest flow", "0.48 mL/day", "0.48 mL/day"),
        ),
        change="+8.333 %",
        day=Picture(
            curves=(
                Curve(
                    "new",
                    ((0.0, 12.5), (0.25, 10.0), (22 / 24, 12.5)),
                    ("12.5 mcg/h", "10 mcg/h", "12.5 mcg/h"),
                    "solid",
                ),
                Curve("now", ((0.0, 10.0),), ("10 mcg/h",), "dashed"),
            ),
            unit="mcg/h",
            about="on the pump's clock; the dose per hour while it runs",
            ticks=tuple((hour / 24, f"{hour:02}:00") for hour in range(0, 25, 3)),
            headings=("hour", "new, mcg", "now, mcg"),
            words="new: 00:00 to 06:00 12.5 mcg/h, 06:00 to 22:00 10 mcg/h, 22:00 to 24:00 12.5 mcg/h; "
            "now: 00:00 to 24:00 10 mcg/h",
        ),
        week=tuple(
            DayState(day, "260 mcg", ((0.0, 1.0), (0.25, 0.8), (22 / 24, 1.0)))
            for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
        ),
        boluses={"current": "", "new": ""},
        waits=True,  # for the check
    )


def test_the_table_of_the_day_holds_the_dose_of_each_hour(engine):
    rows = typed_state(BOTH | FLEX, engine).day.rows

    night, day = [*range(6), 22, 23], range(6, 22)
    assert [row[0] for row in rows] == [f"{hour:02}:00 to {hour + 1:02}:00" for hour in range(24)]
    assert {rows[hour][1] for hour in night} == {"12.5"}
    assert {rows[hour][1] for hour in day} == {"10"}
    assert {row[2] for row in rows} == {"10"}


def test_steps_on_top_of_the_basal_add_to_it(engine):
    # 240 + 100 = 340 mcg/day; in the step 10 + 12.5 = 22.5 mcg/h = 1.08 mL/day
    state = typed_state(BOTH | FLEX | {"new.steps_replace_basal": "add"}, engine)

    assert state.totals[0] == ("daily dose", "240 mcg/day", "340 mcg/day")
    assert state.steps == {"new.steps.1": ("until 06:00", "22.5 mcg/h", "1.08 mL/day")}


def test_days_that_differ_are_drawn_one_by_one_and_give_a_mean_and_a_week(engine):
    # 5 x 260 + 2 x (200 less 22:00 to 06:00 as typed, none): Saturday and Sunday 200, but the step of Friday ends on
    # Saturday 06:00: 12.5 x 6 + 200 x 18/24 = 225 mcg; Sunday 200; Monday 10 x 22 + 12.5 x 2 = 245; four days of 260.
    # 4 x 260 + 225 + 200 + 245 = 1710 mcg, 244.2857... a day.
    typed = BOTH | FLEX | WEEKEND

    state = typed_state(typed, engine)

    assert state.totals[:2] == (
        ("daily dose, mean", "240 mcg/day", "244.3 mcg/day"),
        ("per week", "", "1,710 mcg"),
    )
    doses = {day.name: day.dose for day in state.week}
    assert doses == {
        "Mon": "245 mcg",
        **dict.fromkeys(("Tue", "Wed", "Thu", "Fri"), "260 mcg"),
        "Sat": "225 mcg",
        "Sun": "200 mcg",
    }
    assert [day.name for day in state.week if day.differs] == ["Mon", "Sat", "Sun"]


def test_another_day_is_drawn_on_demand(engine):
    monday = state_of(example(WEEKENDS), engine)
    saturday = state_of(example(WEEKENDS), engine, weekday=Weekday.SAT)

    assert monday.day.curves[0].texts == ("12.5 mcg/h", "22.5 mcg/h", "12.5 mcg/h")  # 135 / 6 = 22.5
    assert saturday.day.curves[0].texts == ("12.5 mcg/h",)
    assert saturday.day.about.startswith("Sat, on the pump's clock")
    assert replace(saturday, day=monday.day) == monday


EVERY_THIRD_DAY = {
    **BOTH,
    "new.mode": "periodic-bolus",
    "new.basal": "0",
    "new.bolus": "40",
    "new.duration": "10 min",
    "new.every": "72 h",
    "new.first": "08:00",
}


def test_a_bolus_every_third_day_is_drawn_on_three_days_and_runs_on_the_first(engine):
    week = typed_state(EVERY_THIRD_DAY, engine).week

    assert [(day.name, day.dose) for day in week] == [
        ("day 1", "40 mcg"),
        ("day 2", "0 mcg"),
        ("day 3", "0 mcg"),
    ]
    assert [level for _, level in week[0].levels] == [0, 1, 0]
    assert [day.levels for day in week[1:]] == [((0.0, 0.0),)] * 2


def test_boluses_that_wander_are_drawn_until_the_days_repeat(engine):
    # every 36 h from 08:00: 08:00, 20:00 of the next day, then none until 08:00 of the fourth
    week = typed_state(EVERY_THIRD_DAY | {"new.every": "36 h"}, engine).week

    assert [day.dose for day in week] == ["40 mcg", "40 mcg", "0 mcg"]


def test_periodic_boluses_are_counted_and_their_times_named(engine):
    state = state_of(example(PERIODIC_FILE), engine)

    assert state.boluses["new"] == "4 boluses in 24 h: 00:00, 06:00, 12:00, 18:00"
    # 40 mcg in 10 min = 240 mcg/h and the basal of 160 / 24 = 6.667 mcg/h
    assert state.day.curves[0].texts[:2] == ("246.7 mcg/h", "6.667 mcg/h")


@pytest.mark.parametrize(
    ("every", "words"),
    [
        ("6 min", "240 boluses in 24 h"),
        ("7 h", "3.429 boluses in 24 h"),
        ("2 h", f"12 boluses in 24 h: {', '.join(f'{hour:02}:00' for hour in range(0, 24, 2))}"),
        ("1 h", "24 boluses in 24 h"),
    ],
)
def test_many_boluses_and_uneven_ones_are_only_counted(every, words, engine):
    typed = BOTH | PERIODIC | {"new.every": every, "new.duration": "1 min"}

    assert typed_state(typed, engine).boluses["new"] == words


def test_patient_boluses_stand_beside_the_daily_dose(engine):
    totals = {name: values for name, *values in state_of(example(PATIENT_FILE), engine).totals}

    assert totals["daily dose"] == ["300 mcg/day", "330 mcg/day"]
    assert totals["with all patient boluses"] == ["", "375 mcg/day"]  # 330 + 3 x 15


def test_stopped_is_drawn_as_nothing_and_comes_to_nothing(engine):
    state = typed_state(BOTH | {"new.mode": "stopped"}, engine)

    assert state.totals[0] == ("daily dose", "240 mcg/day", "0 mcg/day")
    assert state.change == "\N{MINUS SIGN}100 %"
    assert state.day.curves[0] == Curve("new", ((0.0, 0.0),), ("0 mcg/h",), "solid")


# --- how the fields were read


@pytest.mark.parametrize(
    ("place", "text", "reading"),
    [
        ("new.steps.1.dose", "0.35 mg", "= 350 mcg"),
        ("new.steps.1.dose", "100", ""),
        ("new.steps.1.dose", "100 mcg", ""),
        ("new.basal", "0.35 mg/day", "= 350 mcg/day"),
        ("new.steps.1.duration", "8 h", ""),
    ],
)
def test_a_unit_typed_is_read_back_in_that_of_the_field(place, text, reading, engine):
    field = typed_state(BOTH | FLEX | {place: text}, engine).fields.get(place, FieldState())

    assert field == FieldState(reading=reading)


def test_a_reading_on_other_days_stands_in_their_group(engine):
    state = typed_state(BOTH | FLEX | WEEKEND | {"new.groups.1.basal": "0.2 mg/day"}, engine)

    assert state.fields == {"new.groups.1.basal": FieldState(reading="= 200 mcg/day")}


WRONG = [
    ("new.basal", ".5", "‘.5’: write a digit before the point"),
    ("new.steps.1.start", "22.00", "‘22.00’ is not a time of day"),
    ("new.steps.1.start", "10 pm", "24 hours"),
    ("new.steps.1.start", "24:00", "midnight is the beginning of a day"),
    ("new.steps.1.duration", "8", "‘8’ has no unit"),
    ("new.steps.1.duration", "25 h", "25 h is longer than a day"),
    ("new.steps.1.dose", "1,000", "a comma can be read two ways"),
    ("new.steps.1.dose", "0", "zero has no meaning here"),
    ("new.groups.1.days", "weekend", "‘weekend’ is not a day of the week"),
    ("new.groups.1.basal", "-5", "no sign belongs here"),
    ("new.patient_bolus.lockout", "4 min", "4 min is shorter than the bolus itself"),
    ("new.patient_bolus.per_day", "3.5", "a whole number is needed"),
    ("readouts.steps.1.start", "6", "‘6’ is not a time of day"),
    ("readouts.steps.1.dose_rate", "12,5", "a comma can be read two ways"),
]


@pytest.mark.parametrize(("place", "text", "words"), WRONG)
def test_what_cannot_be_read_is_said_beside_its_field_with_what_was_typed(place, text, words, engine):
    typed = BOTH | FLEX | WEEKEND | PATIENT | {"readouts.steps.1.start": "22:00"}
    assert not any(field.problem for field in typed_state(typed, engine).fields.values())

    state = typed_state(typed | {place: text}, engine)

    assert {field for field, held in state.fields.items() if held.problem} == {place}
    assert words in state.fields[place].problem
    assert state.fields[place].tone == "refused"


def test_a_bolus_longer_than_its_interval_is_refused_at_its_duration(engine):
    state = typed_state(BOTH | PERIODIC | {"new.duration": "7 h"}, engine)

    assert state.fields["new.duration"].problem == "7 h is longer than the interval between boluses (6 h)"


NEEDED = FieldState(needed=True)


@pytest.mark.parametrize(
    ("typed", "missing"),
    [
        ({"new.mode": "flex"}, ["new.steps.1.start"]),
        (
            {"new.mode": "flex", "new.steps.2.start": "22:00"},
            ["new.steps.2.duration", "new.steps.2.dose"],
        ),
        ({**FLEX, "new.steps_replace_basal": ""}, ["new.steps_replace_basal"]),
        ({"new.mode": "periodic-bolus"}, ["new.bolus", "new.duration", "new.every", "new.first"]),
        ({"new.mode": "single-bolus"}, ["new.bolus", "new.duration"]),
        ({"new.mode": "minimum-rate"}, ["new.flow_rate"]),
        (
            {"new.daily_dose": "240", "new.patient_bolus.dose": "15"},
            ["new.patient_bolus.duration", "new.patient_bolus.lockout", "new.patient_bolus.per_day"],
        ),
    ],
)
def test_what_is_still_needed_is_named_and_is_no_fault(typed, missing, engine):
    state = typed_state(BOTH | typed, engine)

    assert dict(state.fields) == dict.fromkeys(missing, NEEDED)
    assert NEEDED.tone == ""
    assert not any(new for _, _, new in state.totals)


# --- nothing stale


def test_verdicts_and_findings_of_before_are_gone_at_the_first_keystroke(engine):
    view = RecordingScheduleView()
    presenter = SchedulePresenter(view)
    # a read-out that differs: a finding beside rows that agree
    texts = with_text(example(NIGHT), "readouts.daily_dose", "999.0")
    presenter.show(assess(texts, engine))
    assert view.last.listed[2].verdict == "✓ match"
    assert view.last.cards

    presenter.show(read_texts(with_text(texts, "new.steps.1.dose", "10"), engine))

    # 10 / 8 = 1.25 mcg/h
    assert view.last.listed == {
        1: ListedState("06:00 to 22:00, 10 mcg/h, 160 mcg"),
        2: ListedState("22:00 to 06:00, 1.25 mcg/h, 10 mcg"),
    }
    assert view.last.cards == ()


@pytest.mark.parametrize("name", EXAMPLES)
def test_clearing_leaves_nothing_of_an_example(name, engine):
    view = RecordingScheduleView()
    presenter = SchedulePresenter(view)
    presenter.show(read_texts(example(name), engine))
    assert view.last.totals

    presenter.show(read_texts(Texts(), engine))

    shown = view.last
    assert shown == ScheduleState(day=shown.day, boluses={"current": "", "new": ""})
    assert (shown.day.curves, shown.day.words) == ((), "")


OF_SCHEDULE = [
    (name, place)
    for name in EXAMPLES
    for place in example(name).typed
    if is_schedule_place(place) and place.startswith("new.")
]


@pytest.mark.parametrize(("name", "place"), OF_SCHEDULE)
def test_with_a_malformed_field_nothing_is_left_of_its_therapy(name, place, engine):
    for nasty in NASTY[:4]:
        state = state_of(with_text(example(name), place, nasty), engine)

        assert not any(new for _, _, new in state.totals), nasty
        assert (state.change, state.steps, state.week, state.boluses["new"]) == ("", {}, (), "")
        assert [curve.name for curve in state.day.curves] == ["now"]
        problems = [field.problem for field in state.fields.values() if field.problem]
        parts = re.split("[ ,]", nasty) if place.endswith(".days") else [nasty]  # each a day of its own
        assert any(named(part) in problem for problem in problems for part in parts), nasty
        assert not any("match" in row.verdict for row in state.listed.values())


edits = st.lists(
    st.tuples(
        st.sampled_from(
            [*FLEX, *WEEKEND, *PERIODIC, *PATIENT, "readouts.steps.1.start", "new.concentration"]
        ),
        st.sampled_from(
            [
                "",
                "flex",
                "periodic-bolus",
                "stopped",
                "replace",
                "add",
                "8 h",
                "22:00",
                "40",
                "sat",
                *NASTY[:5],
            ]
        ),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(["", *EXAMPLES[-6:]]), changes=edits)
def test_a_state_depends_on_the_texts_alone_and_not_on_what_was_typed_before(name, changes, engine):
    view = RecordingScheduleView()
    presenter = SchedulePresenter(view)
    texts = example(name) if name else Texts()
    for place, text in changes:
        texts = with_text(texts, place, text)
        presenter.show(read_texts(texts, engine))
    presenter.show(assess(texts, engine))

    assert view.last == state_of(texts, engine)


# --- row against row


def test_each_row_of_the_programmer_has_beside_it_what_it_should_show(engine):
    state = state_of(example(NIGHT), engine)

    # 16 h at 10 mcg/h are 160 mcg
    assert state.listed == {
        1: ListedState("06:00 to 22:00, 10 mcg/h, 160 mcg", "✓ match", "match"),
        2: ListedState("22:00 to 06:00, 12.5 mcg/h, 100 mcg", "✓ match", "match"),
    }


def test_a_row_of_one_weekday_is_held_against_that_day(engine):
    listed = state_of(example(WEEKENDS), engine).listed

    assert listed[1].recomputed == "08:00 to 14:00, 22.5 mcg/h, 135 mcg"
    assert listed[2].recomputed.endswith("12.5 mcg/h, 300 mcg")  # Saturday: all day, not 00:00 to 08:00


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("readouts.steps.2.dose", "99.0"),
        ("readouts.steps.2.dose_rate", "12.40"),
        ("readouts.steps.2.end", "07:00"),
    ],
)
def test_a_row_takes_the_gravest_verdict_of_its_cells(place, text, engine):
    listed = state_of(with_text(example(NIGHT), place, text), engine).listed

    assert (listed[1].verdict, listed[1].tone) == ("✓ match", "match")
    assert (listed[2].verdict, listed[2].tone) == ("✗ differs", "differs")


def test_empty_rows_of_the_list_do_not_count(engine):
    typed = {place.replace("steps.2", "steps.3"): text for place, text in example(NIGHT).typed.items()}
    typed = {place: text for place, text in typed.items() if place != "readouts.steps.3.start"}

    listed = state_of(Texts({**typed, "readouts.steps.3.start": "22:00"}), engine).listed

    assert {number: row.verdict for number, row in listed.items()} == {1: "✓ match", 3: "✓ match"}


def test_a_row_of_a_day_that_is_none_is_not_readable_and_nothing_should_stand_there(engine):
    listed = typed_state(
        BOTH | FLEX | {"readouts.steps.1.day": "x", "readouts.steps.1.start": "22:00"}, engine
    ).listed

    assert listed == {1: ListedState(recomputed="", verdict="✗ not readable", tone="refused")}


# --- what the check has found


def test_only_findings_about_the_schedule_stand_here(engine):
    codes = {card.code for card in state_of(example(ISMP), engine).cards}

    assert "slip" in codes
    assert not codes & {"unverified_figure", "incomplete"}


@pytest.mark.parametrize(
    ("name", "why"),
    [(ISMP, "60 mcg may be programmed every hour"), (RECALL, "6 min as interval between boluses")],
)
def test_the_published_accidents_stop_here_too_and_are_explained(name, why, engine):
    cards = state_of(example(name), engine).cards

    assert cards[0].severity == "stop"
    assert "The daily dose on the programmer differs" in cards[0].title
    assert why in next(card.detail for card in cards if card.code == "slip")


def test_the_ismp_stop_names_both_totals(engine):
    # 200 + 60 = 260 mcg/day; 200 + 24 x 60 = 1640 mcg/day
    card = state_of(example(ISMP), engine).cards[0]

    assert "1640 mcg/day" in card.detail
    assert "260 mcg/day" in card.detail


# --- travelling


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        # 10 Nov 2026 in New York is UTC-5; Tokyo UTC+9, Kolkata UTC+5:30
        ("Asia/Tokyo", "06:00 is 20:00 there, 22:00 is 12:00 there"),
        (" Asia/Kolkata ", "06:00 is 16:30 there, 22:00 is 08:30 there"),
        ("America/New_York", "06:00 is 06:00 there, 22:00 is 22:00 there"),
        ("Tokyo", "‘Tokyo’ is not a known time zone; write it as Asia/Tokyo"),
        ("  ", ""),
    ],
)
def test_the_steps_are_said_by_the_clock_of_where_the_patient_goes(zone, words, engine):
    assert state_of(example(NIGHT), engine, zone=zone).travel == words


def test_travelling_needs_a_moment_and_a_flow_that_changes(engine):
    without = with_text(example(NIGHT), "reservoir.at", "some day")
    assert state_of(without, engine, zone="Asia/Tokyo").travel == "the time of the change is needed first"

    steady = state_of(example("01-routine-increase.toml"), engine, zone="Asia/Tokyo")
    assert steady.travel == "the flow is the same all day: nothing shifts"


# --- when nothing may be computed


def test_after_a_failed_self_test_no_text_brings_a_value(engine):
    failed = replace(engine, self_test=SelfTest(90, ("flow-100-at-500",)))

    for name in EXAMPLES:
        assert state_of(example(name), failed) == ScheduleState()
