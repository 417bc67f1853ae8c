"""What a clinician does with the schedule, through the real window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from itbcalc.desk.program_files import save_program
from itbcalc.desk.schedule_texts import REPLACES
from itbcalc.desk.texts import Texts, table_of
from itbcalc.program import load_toml
from tests.ui.nasty import COUNTS, NASTY, named, nasty_for
from tests.ui.pages import MainPage, child, wait_for
from tests.ui.reading import schedule_expected, schedule_reading
from tests.ui.test_schedule_places import FLEX, PATIENT, PERIODIC, WEEKEND
from tests.ui.test_schedule_presenter import state_of

pytestmark = pytest.mark.gui

NIGHT = "18-night-flex.toml"
ISMP = "16-every-hour-for-once-a-day.toml"
WEEKENDS = "21-quieter-weekends.toml"
# By hand, as in the example: 16 h of 240 / 24 = 10 mcg/h and 100 mcg make 260 mcg/day.
NIGHT_TOTAL = ("240 mcg/day", "260 mcg/day")


@pytest.fixture
def night(main):
    """The night flex of the examples, with the schedule in front."""
    main.check.open_example(NIGHT)
    main.go_to_schedule()
    return main


def open_texts(main: MainPage, tmp_path, typed: dict[str, str]) -> None:
    """Opens a program file that holds these texts."""
    path = tmp_path / "case.toml"
    save_program(path, table_of(Texts(typed), with_units=True))
    main.owner.program.open_file(path)


# --- typed from nothing


def test_a_night_flex_is_typed_by_keyboard_alone(main):
    # GIVEN the two concentrations and the dose now, typed in the check panel
    main.press("Alt+C")
    for text in ("500", "500", "", "240"):
        main.write(text)
        main.tab()

    # WHEN she goes on in the schedule without the mouse
    main.press("Ctrl+2")
    schedule = main.schedule
    main.press("Alt+N")
    wait_for(lambda: main.keyboard.objectName() == "which:new")
    main.tab()
    assert main.keyboard.objectName() == "field:new.mode"
    main.write("flex")
    main.tab()
    assert main.keyboard.objectName() == "moreDays:new"
    main.tab()
    main.write("240")
    main.press("Return")
    main.write("take")  # its place
    main.tab()
    for text in ("22:00", "8 h", "100"):
        main.write(text)
        main.press("Return")

    # THEN it comes to what the example comes to
    assert schedule.texts == FLEX
    assert schedule.totals["Daily dose"] == NIGHT_TOTAL
    assert schedule.change == "+8.333 %"
    assert schedule.beside(1) == ("until 06:00", "12.5 mcg/h", "0.6 mL/day")
    assert schedule.week.startswith("Mon 260 mcg, Tue 260 mcg")
    assert schedule.nothing_drawn == ""
    main.press("Ctrl+1")
    assert main.check.result("daily_dose") == "260 mcg/day"
    assert main.check.result("flow_rate") == "0.48 to 0.6 mL/day"


def test_an_empty_schedule_says_what_it_needs_and_shows_nothing(main):
    schedule = main.go_to_schedule()

    assert "as soon as a therapy is whole" in schedule.nothing_drawn
    assert schedule.totals == {}
    assert schedule.week == ""
    assert not schedule.day.shown
    assert schedule.texts == {}


def test_what_is_missing_is_asked_for_and_is_not_refused(main):
    schedule = main.go_to_schedule()
    schedule.choose_mode("flex")
    assert schedule.note("new.steps.1.start") == "still needed"

    schedule.type_into("new.steps.1.start", "22:00")

    assert schedule.note("new.steps.1.start") == "still needed"  # how long it lasts, and its dose
    assert schedule.tone("new.steps.1.start") == schedule.tone("new.steps.1.dose") == ""
    main.wait_for_the_check()
    assert not any(finding.severity == "stop" for finding in schedule.findings)


def test_enter_goes_from_field_to_field_down_the_rows(night):
    night.schedule.line("new.steps.1.start").setFocus()
    reached = []
    for _ in range(4):
        night.press("Return")
        reached.append(night.keyboard.objectName().removeprefix("field:"))

    assert reached == [
        "new.steps.1.duration",
        "new.steps.1.dose",
        "new.steps.2.start",
        "new.steps.2.duration",
    ]


def test_a_row_is_added_when_the_last_is_filled(main):
    schedule = main.go_to_schedule()
    schedule.choose_mode("flex")
    assert schedule.rows_shown() == 3

    for number in range(1, 16):  # more than any pump takes, and more than there are at the beginning
        schedule.type_into(f"new.steps.{number}.start", f"{number:02}:00")

        assert schedule.rows_shown() == max(3, number + 1)

    schedule.type_into("new.steps.15.start", "")
    assert schedule.rows_shown() == 15


def test_a_row_is_added_to_the_programmers_list_when_the_last_is_filled(main):
    schedule = main.go_to_schedule()

    for number in range(1, 6):
        schedule.type_listed(number, start=f"0{number}:00")

    assert schedule.line("readouts.steps.6.start").isVisible()
    assert schedule.texts["readouts.steps.5.start"] == "05:00"


def test_ctrl_delete_takes_a_row_out_and_undo_brings_it_back(main):
    schedule = main.go_to_schedule()
    schedule.choose_mode("flex")
    rows = {1: ("06:00", "1 h", "10"), 2: ("12:00", "2 h", "20"), 3: ("18:00", "3 h", "30")}
    for number, texts in rows.items():
        schedule.type_step(number, *texts)
        main.wait_for_the_check()
    before = schedule.texts

    schedule.take_out_row(2)

    assert schedule.texts == {
        "new.mode": "flex",
        **{
            f"new.steps.1.{key}": text
            for key, text in zip(("start", "duration", "dose"), rows[1], strict=True)
        },
        **{
            f"new.steps.2.{key}": text
            for key, text in zip(("start", "duration", "dose"), rows[3], strict=True)
        },
    }
    main.press("Ctrl+Z")
    assert schedule.texts == before


def test_ctrl_delete_outside_a_row_takes_nothing_out(night):
    before = night.schedule.texts
    for place in ("new.basal", "readouts.steps.1.start", "travel"):
        line = night.schedule.line(place)
        line.setFocus()
        line.deselect()
        line.end(False)
        night.press("Ctrl+Delete")

    assert night.schedule.texts == before


# --- other days


def test_other_days_are_typed_and_have_their_own_tab(night):
    schedule = night.schedule
    schedule.add_other_days("sat sun")
    schedule.type_basal("200", group=1)
    schedule.choose_day(6)

    # Sunday: no step, 200 mcg; Saturday still has the end of Friday's: 12.5 x 6 + 200 x 18/24 = 225
    assert schedule.week.endswith("Fri 260 mcg, Sat 225 mcg, Sun 200 mcg")
    assert "Daily dose, mean" in schedule.totals
    assert schedule.totals["Per week"] == ("", "1,710 mcg")  # 245 on Monday, 4 x 260, 225, 200
    assert schedule.day.words.startswith("new: 00:00 to 24:00 8.333 mcg/h")

    schedule.show_days(0)
    assert schedule.line("new.basal").isVisible()
    schedule.show_days(1)
    assert schedule.line("new.groups.1.days").isVisible()
    assert not schedule.line("new.basal").isVisible()


def test_the_steps_of_other_days_have_their_own_values_beside_them(night):
    schedule = night.schedule
    schedule.add_other_days("mon-fri")
    schedule.type_basal("240", group=1)
    schedule.say_steps("add", group=1)
    schedule.type_step(1, "10:00", "2 h", "30", group=1)

    # on top of 10 mcg/h another 15 mcg/h: 25 mcg/h = 1.2 mL/day of 500 mcg/mL
    assert schedule.beside(1, group=1) == ("until 12:00", "25 mcg/h", "1.2 mL/day")
    assert schedule.beside(1) == ("until 06:00", "12.5 mcg/h", "0.6 mL/day")


def test_a_weekday_given_twice_is_refused_beside_the_second(night):
    schedule = night.schedule
    schedule.add_other_days("sat")
    schedule.type_basal("200", group=1)
    schedule.add_other_days("sun sat")
    schedule.type_basal("220", group=2)

    assert schedule.tone("new.groups.2.days") == "refused"
    assert schedule.tone("new.groups.1.days") == ""
    assert "sat twice" in schedule.note("new.groups.2.days")
    assert schedule.totals["Daily dose"] == ("240 mcg/day", "")


# --- one program in two panels


def test_a_mode_chosen_in_the_check_stands_in_the_schedule_and_the_other_way_round(main):
    schedule = main.go_to_schedule()
    main.show_panel("check")
    main.check.choose("new.mode", "periodic-bolus")
    main.check.choose("current.mode", "stopped")
    assert (schedule.text_of("new.mode"), schedule.text_of("current.mode")) == ("periodic-bolus", "stopped")

    main.show_panel("schedule")
    schedule.choose_mode("flex")
    schedule.show_therapy("current")
    schedule.choose_mode("minimum-rate", "current")
    main.wait_for_the_check()

    assert (main.check.text_of("new.mode"), main.check.text_of("current.mode")) == ("flex", "minimum-rate")


def test_a_schedule_made_after_a_mode_was_chosen_shows_it(main):
    main.check.choose("new.mode", "single-bolus")

    assert main.go_to_schedule().text_of("new.mode") == "single-bolus"


def test_the_daily_dose_of_the_check_is_computed_in_a_schedule_and_comes_back_with_the_simple_mode(main):
    # GIVEN a simple therapy
    main.check.open_example(NIGHT)
    main.check.choose("new.mode", "")
    main.check.type_into("new.daily_dose", "350")
    assert main.check.result("flow_rate") == "0.7 mL/day"  # 350 / 500

    # WHEN a schedule is chosen, what was typed gives way to what the schedule comes to
    main.check.choose("new.mode", "flex")
    assert not main.check.line("new.daily_dose").isVisible()
    assert main.check.result("daily_dose") == "260 mcg/day"

    # THEN with the simple mode it is back
    main.check.choose("new.mode", "")
    assert main.check.line("new.daily_dose").isVisible()
    assert main.check.text_of("new.daily_dose") == "350"
    assert main.check.result("daily_dose") == ""
    assert main.check.result("flow_rate") == "0.7 mL/day"


def test_a_dose_that_waits_is_not_seen_while_the_schedule_is_not_whole(main):
    main.check.type_into("new.daily_dose", "350")

    main.check.choose("new.mode", "flex")

    assert not main.check.line("new.daily_dose").isVisible()
    assert main.check.result("daily_dose") == ""


def test_undo_and_redo_go_over_both_panels(main):
    # GIVEN something typed in each panel
    main.check.open_example(NIGHT)
    opened = main.check.texts
    main.check.type_into("current.daily_dose", "230")
    schedule = main.go_to_schedule()
    schedule.type_into("new.steps.1.dose", "120")
    main.wait_for_the_check()
    # 160 + 120 = 280
    assert schedule.totals["Daily dose"] == ("230 mcg/day", "280 mcg/day")

    # WHEN it is undone in the schedule, THEN step by step what was typed in either panel goes
    main.press("Ctrl+Z")
    assert schedule.totals["Daily dose"] == ("230 mcg/day", "260 mcg/day")
    main.press("Ctrl+Z")
    assert schedule.totals["Daily dose"] == NIGHT_TOTAL
    assert main.check.texts == opened

    main.press("Ctrl+Shift+Z")
    main.press("Ctrl+Shift+Z")
    assert schedule.totals["Daily dose"] == ("230 mcg/day", "280 mcg/day")

    # and in the check panel as well
    main.show_panel("check")
    main.press("Ctrl+Z")
    assert schedule.text_of("new.steps.1.dose") == "100"


def test_undo_brings_back_a_mode_with_all_its_fields(night):
    night.schedule.choose_mode("stopped")
    night.wait_for_the_check()
    assert night.schedule.totals["Daily dose"] == ("240 mcg/day", "0 mcg/day")

    while night.schedule.text_of("new.mode") != "flex":
        night.press("Ctrl+Z")

    assert night.schedule.totals["Daily dose"] == NIGHT_TOTAL


def test_undo_where_the_patient_travels_undoes_what_was_typed_there_alone(night):
    before = night.schedule.texts
    night.schedule.travel_to("Asia/Tokyo")

    night.press("Ctrl+Z")

    assert {place: t for place, t in night.schedule.texts.items() if place != "travel"} == before
    assert night.schedule.travel_words == ""


# --- what was typed a moment ago


def test_what_was_just_typed_is_not_lost_by_going_to_the_check(night):
    night.hold_the_check()
    night.schedule.type_into("new.steps.1.dose", "120")
    assert night.owner.program.check_waits

    night.press("Ctrl+1")
    assert night.check.result("daily_dose") == "280 mcg/day"
    night.check.type_into("current.daily_dose", "230")

    assert night.schedule.text_of("new.steps.1.dose") == "120"


def test_what_was_just_typed_is_saved(night, tmp_path):
    night.hold_the_check()
    night.schedule.type_into("new.steps.1.dose", "120")

    night.owner.program.save_to(tmp_path / "case.toml")

    assert load_toml(tmp_path / "case.toml")["new"]["steps"][0]["dose"] == "120 mcg"


def test_what_was_just_typed_is_printed(night):
    night.hold_the_check()
    night.schedule.type_into("new.steps.1.dose", "120")

    assert "280 mcg/day" in night.owner.program.sheet()


def test_what_was_just_typed_is_undone_alone(night):
    night.schedule.type_into("new.basal", "480")
    night.wait_for_the_check()
    night.hold_the_check()
    night.schedule.type_into("new.steps.1.dose", "120")

    night.press("Ctrl+Z")

    assert (night.schedule.text_of("new.basal"), night.schedule.text_of("new.steps.1.dose")) == ("480", "100")


def test_the_window_does_not_close_over_what_was_just_typed(night):
    night.hold_the_check()
    night.schedule.type_into("new.steps.1.dose", "120")

    night.window.close()

    assert night.asks_to_discard
    night.close_dialog()


# --- nothing stale


def test_the_header_counts_nothing_until_the_check_has_answered(main):
    main.check.open_example(ISMP)
    schedule = main.go_to_schedule()
    assert main.summary == "✗ 1 stop"

    main.hold_the_check()
    schedule.type_into("new.steps.1.dose", "50")

    assert main.owner.program.check_waits
    assert main.summary == ""
    assert schedule.findings == []
    main.wait_for_the_check()
    assert main.summary == "✗ 1 stop"
    # 200 + 50
    assert "250 mcg/day" in schedule.findings[0].detail


def test_at_every_keystroke_the_day_is_drawn_anew(night):
    line = night.schedule.line("new.steps.1.dose")
    line.setFocus()
    line.end(False)

    night.press("Backspace")  # 10 mcg in 8 h
    assert night.schedule.beside(1)[1] == "1.25 mcg/h"
    assert night.schedule.totals["Daily dose"] == ("240 mcg/day", "170 mcg/day")

    night.press("Backspace")
    night.press("Backspace")
    assert night.schedule.beside(1) == ("", "", "")
    assert night.schedule.totals["Daily dose"] == ("240 mcg/day", "")
    assert night.schedule.week == ""


def test_another_file_leaves_nothing_of_the_schedule(main):
    main.check.open_example(WEEKENDS)
    schedule = main.go_to_schedule()
    schedule.show_days(1)
    schedule.travel_to("Asia/Tokyo")
    assert schedule.travel_words

    main.owner.program.open_example(NIGHT)
    main.go_to_schedule()

    assert schedule.line("new.basal").isVisible()  # the tab of the weekend is gone with it
    assert schedule.text_of("travel") == ""
    assert schedule.travel_words == ""
    assert {place: text for place, text in schedule.texts.items() if place.startswith("new.")} == FLEX
    assert schedule.totals["Daily dose"] == NIGHT_TOTAL

    main.owner.program.open_example("01-routine-increase.toml")
    assert schedule.texts == {}
    main.go_to_schedule()
    assert schedule.all_beside == {}
    assert schedule.all_listed == {}


def test_clearing_the_window_clears_the_schedule(night):
    night.schedule.travel_to("Asia/Tokyo")

    night.press("Ctrl+N")

    assert night.go_to_schedule().texts == {}
    assert night.schedule.totals == {}
    assert night.schedule.week == ""
    assert night.schedule.findings == []
    assert night.schedule.text_of("travel") == ""
    assert night.schedule.travel_words == ""
    assert not night.schedule.day.shown


# --- the programmer's list


def test_a_row_is_held_against_its_own_as_it_is_typed(night):
    schedule = night.schedule
    assert schedule.listed(2) == ("22:00 to 06:00, 12.5 mcg/h, 100 mcg", "✓ match")

    night.hold_the_check()
    schedule.type_listed(2, dose="90.0")
    assert schedule.listed(2) == ("22:00 to 06:00, 12.5 mcg/h, 100 mcg", "")
    night.wait_for_the_check()

    assert schedule.listed(2)[1] == "✗ differs"
    assert schedule.listed(1)[1] == "✓ match"
    night.show_panel("check")
    assert night.check.verdict("mode") == "✗ rows differ"


def test_a_row_of_which_a_cell_is_refused_agrees_with_nothing(night):
    """Its dose may be that of another day: no match stands beside it."""
    assert night.schedule.listed(2)[1] == "✓ match"

    night.schedule.type_listed(2, day="mon-fri")
    night.wait_for_the_check()

    assert night.schedule.listed(2) == ("", "✗ not readable")


def test_a_list_may_give_the_steps_alone(night):
    for key in ("start", "end", "dose_rate"):
        night.schedule.type_listed(1, **{key: ""})
    night.wait_for_the_check()

    assert night.schedule.listed(1) == ("", "")
    assert night.schedule.listed(2)[1] == "✓ match"
    assert night.check.verdict("mode") == "✓ rows match"


# --- the accidents


def test_sixty_every_hour_for_once_each_morning_stops_on_both_panels(main):
    # 200 + 60 = 260 ordered; 200 + 24 x 60 = 1640 on the programmer: 6.3 times as much
    main.check.open_example(ISMP)

    in_the_check = main.check.findings[0], main.check.finding("slip")
    schedule = main.go_to_schedule()
    for stop, slip in (in_the_check, (schedule.findings[0], schedule.finding("slip"))):
        assert stop.severity == "stop"
        assert "1640 mcg/day" in stop.detail
        assert "260 mcg/day" in stop.detail
        assert "60 mcg may be programmed every hour" in slip.detail
    assert main.summary == "✗ 1 stop"
    assert schedule.totals["Daily dose"][1] == "260 mcg/day"


def test_the_boluses_of_a_day_are_counted_where_the_interval_is_typed(main):
    main.check.open_example("17-minutes-for-hours.toml")
    schedule = main.go_to_schedule()
    assert schedule.boluses() == "4 boluses in 24 h: 00:00, 06:00, 12:00, 18:00"

    schedule.type_into("new.every", "6 min")

    assert schedule.boluses() == "240 boluses in 24 h"
    # 100 + 240 x 40 = 9700
    assert schedule.totals["Daily dose"] == ("230 mcg/day", "9,700 mcg/day")


# --- files


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(FLEX | WEEKEND, id="flex"),
        pytest.param(PERIODIC, id="periodic bolus"),
        pytest.param(
            {"new.mode": "single-bolus", "new.bolus": "50", "new.duration": "5 min"}, id="single bolus"
        ),
        pytest.param({"new.mode": "minimum-rate", "new.flow_rate": "0.048"}, id="minimum rate"),
        pytest.param({"new.mode": "stopped"}, id="stopped"),
        pytest.param(PATIENT, id="patient bolus"),
    ],
)
def test_a_schedule_typed_is_saved_and_read_back(typed, main, tmp_path):
    # GIVEN a schedule typed field by field
    main.check.type_into("new.concentration", "500")
    schedule = main.go_to_schedule()
    schedule.choose_mode(typed.get("new.mode", ""))
    for place, text in typed.items():
        if place == "new.groups.1.days":
            schedule.add_other_days(text)
        elif text in {value for value, _ in REPLACES}:
            schedule.choose(place, text)
        elif place != "new.mode":
            schedule.type_into(place, text)
    assert schedule.texts == typed
    shown = schedule.totals

    # WHEN it is saved and opened again after everything was cleared
    main.owner.program.save_to(tmp_path / "mine.toml")
    main.press("Ctrl+N")
    assert schedule.texts == {}
    main.owner.program.open_file(tmp_path / "mine.toml")
    main.go_to_schedule()

    # THEN everything is there
    assert schedule.texts == typed
    assert schedule.totals == shown


# --- wrong input

BASE = {"current.concentration": "500", "current.daily_dose": "240", "new.concentration": "500"}
ROWS = {f"readouts.steps.1.{key}": "" for key in ("day", "start", "end", "dose_rate", "dose")}
SINGLE = {"new.mode": "single-bolus", "new.bolus": "50", "new.duration": "5 min"}
PAGES = {
    "flex": BASE | FLEX | WEEKEND,
    "days with steps": BASE
    | FLEX
    | {"new.groups.1.days": "sat", "new.groups.1.steps_replace_basal": "add", "new.groups.1.basal": "200"}
    | {"new.groups.1.steps.1.start": "08:00", "new.groups.1.steps.1.duration": "1 h"}
    | {"new.groups.1.steps.1.dose": "20"},
    "periodic bolus": BASE | PERIODIC,
    "single bolus": BASE | SINGLE,
    "minimum rate": BASE | {"new.mode": "minimum-rate", "new.flow_rate": "0.048"},
    "patient bolus": BASE | {"new.daily_dose": "240"} | PATIENT,
    "the programmer's list": BASE | FLEX | {"readouts.steps.1.start": "22:00", "readouts.steps.1.day": "mon"},
}
CHOSEN = ("mode", "steps_replace_basal", "bolus_replaces_basal")
# Two words are two days, and a refusal names the first that is none.
ONE_WORD = [text for text in NASTY if " " not in text and "," not in text]


def typed_fields(typed: dict[str, str]) -> list[str]:
    places = {**typed, **(ROWS if "readouts.steps.1.start" in typed else {})}
    of_check = ("current.concentration", "current.daily_dose", "new.concentration", "new.daily_dose")
    return [place for place in places if place not in of_check and place.rpartition(".")[2] not in CHOSEN]


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("name", PAGES)
def test_wrong_input_in_the_schedule_is_refused_where_it_stands(name, count, main, tmp_path, engine):
    open_texts(main, tmp_path, PAGES[name])
    schedule = main.go_to_schedule()
    opened = dict(main.owner.program.texts.typed)
    for position, place in enumerate(typed_fields(PAGES[name])):
        if "new.groups.1.days" in PAGES[name]:
            schedule.show_days(1 if ".groups." in place else 0)
        offered = ONE_WORD if place.endswith(".days") else NASTY
        for nasty in nasty_for(position, count, offered):
            main.hold_the_check()
            schedule.paste_into(place, nasty)

            # at the keystroke: what was typed stays, is marked and named, and no result is left
            assert schedule.text_of(place) == nasty
            assert schedule.tone(place) == "refused", (place, nasty)
            assert named(nasty) in schedule.note(place), (place, nasty)
            if place.startswith("new."):
                assert not any(new for _, new in schedule.totals.values()), (place, nasty)
                assert schedule.week == ""
                assert schedule.all_beside == {}
            assert main.summary == ""

            # and with the check: exactly what follows from the texts
            main.wait_for_the_check()
            expected = state_of(Texts({**opened, place: nasty}, main.owner.program.texts.kept), engine)
            assert schedule_reading(schedule) == schedule_expected(schedule, expected), (place, nasty)
            assert main.summary.startswith("✗"), (place, nasty)
        schedule.paste_into(place, opened[place]) if place in opened else schedule.type_into(place, "")
        main.wait_for_the_check()
    assert dict(main.owner.program.texts.typed) == opened


def test_the_therapy_now_refuses_wrong_input_as_the_new_one_does(main, tmp_path):
    typed = {place.replace("new.", "current."): text for place, text in (FLEX | WEEKEND).items()}
    open_texts(main, tmp_path, {"current.concentration": "500", **typed})
    schedule = main.go_to_schedule()
    schedule.show_therapy("current")
    assert schedule.totals["Daily dose, mean"] == ("244.3 mcg/day", "")

    for place, text in (
        ("current.basal", "1,000"),
        ("current.steps.1.dose", ".5"),
        ("current.steps.1.start", "24:00"),
    ):
        schedule.paste_into(place, text)

        assert schedule.tone(place) == "refused"
        assert f"‘{text}’" in schedule.note(place)
        assert schedule.totals == {}
        schedule.paste_into(place, typed[place])

    assert schedule.totals["Daily dose, mean"] == ("244.3 mcg/day", "")


def test_a_choice_of_the_schedule_takes_no_typed_text(night):
    for place in ("new.mode", "new.steps_replace_basal", "new.bolus_replaces_basal"):
        assert not night.schedule.field(place).isEditable()


def test_fields_of_no_mode_in_front_are_not_seen(night):
    schedule = night.schedule
    for mode, seen, unseen in (
        ("", (), ("new.basal", "new.steps.1.start", "new.bolus", "new.flow_rate")),
        (
            "flex",
            ("new.basal", "new.steps_replace_basal", "new.steps.1.start"),
            ("new.bolus", "new.flow_rate"),
        ),
        ("periodic-bolus", ("new.basal", "new.bolus_replaces_basal", "new.every"), ("new.steps.1.start",)),
        ("single-bolus", ("new.basal", "new.bolus", "new.duration"), ("new.steps.1.start", "new.flow_rate")),
        ("minimum-rate", ("new.flow_rate",), ("new.basal", "new.bolus")),
        ("stopped", (), ("new.basal", "new.bolus", "new.flow_rate", "new.steps.1.start")),
    ):
        schedule.choose_mode(mode)

        assert [place for place in seen if not schedule.field(place).isVisible()] == [], mode
        assert [place for place in unseen if schedule.field(place).isVisible()] == [], mode


def test_a_patient_bolus_may_be_typed_while_a_read_out_of_the_bridge_differs(main):
    main.check.open_example("04-2000-to-500-bridged.toml")
    main.check.type_into("readouts.bridge_duration", "5 h")
    schedule = main.go_to_schedule()

    for key, text in (("dose", "15"), ("duration", "5 min"), ("lockout", "6 h"), ("per_day", "3")):
        schedule.type_into(f"new.patient_bolus.{key}", text)
        main.wait_for_the_check()
        assert main.banner == ""


# --- travelling


def test_the_steps_are_said_by_the_clock_over_there(night):
    night.schedule.travel_to("Asia/Tokyo")
    # New York in November is UTC-5, Tokyo UTC+9
    assert night.schedule.travel_words == "06:00 is 20:00 there, 22:00 is 12:00 there"

    night.schedule.travel_to("Tokio")
    assert "‘Tokio’ is not a known time zone" in night.schedule.travel_words

    night.schedule.travel_to("")
    assert night.schedule.travel_words == ""


# --- the keys of the panels


def test_the_copy_key_copies_nothing_of_the_check_that_is_not_seen(night):
    QGuiApplication.clipboard().setText("before")

    night.press("Ctrl+Shift+C")

    assert QGuiApplication.clipboard().text() == "before"


def test_the_link_beside_the_mode_leads_to_the_schedule(main):
    QTest.mouseClick(child(main.check.root, QPushButton, "scheduleLink"), Qt.MouseButton.LeftButton)

    assert main.panel == "schedule"


def test_a_row_of_times_alone_is_no_word_about_its_dose(main):
    main.check.open_example(NIGHT)
    schedule = main.go_to_schedule()
    for key in ("dose_rate", "dose"):
        schedule.paste_into(f"readouts.steps.2.{key}", "")
    main.wait_for_the_check()

    assert schedule.listed(1)[1] == "✓ match"
    assert schedule.listed(2)[1] == "✓ times match"
