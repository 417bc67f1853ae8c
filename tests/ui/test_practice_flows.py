"""Practice as a trainee uses it: a scenario is begun, looked at, programmed through the real check, and talked over."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QLabel, QLineEdit, QPushButton

from itbcalc.desk.writer import LogWriter
from itbcalc.log.folders import log_path
from itbcalc.practice.parameters import NOT_VALIDATED
from itbcalc.practice.run_file import runs_folder
from tests.ui.log_pages import AskingPage, LogPage, record
from tests.ui.pages import LEFT, MainPage, child, wait_for
from tests.ui.pdf_reading import read_pdf
from tests.ui.practice_pages import PracticePage, desk
from tests.ui.test_first_look import at
from ui.practice import notice
from ui.widgets.basics import ScrollArea

pytestmark = pytest.mark.gui

BRIDGE_UP = "From 500 to 2000 mcg/mL"
KINK = "Rising need after two good years"
ADULT = "Routine adult spinal titration"
FLIES = "A patient who flies home"
# 0.140 + 89 × 0.0022 = 0.3358 mL at 400 ÷ 500 = 0.8 mL/day: 0.41975 day = 10 h 4 min.
BRIDGE_TEXT = "bridge duration 10 h 4 min"


@pytest.fixture(autouse=True)
def no_backup_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The backup that the window makes by itself would change the clinical log; here only practice acts."""
    monkeypatch.setattr(LogWriter, "backup_due", lambda _: False)


@pytest.fixture
def practice(main: MainPage) -> PracticePage:
    return PracticePage(main)


# --- in a narrow window


def test_in_a_narrow_window_a_run_lies_below_itself_and_nothing_beside_the_edge(
    main: MainPage, practice: PracticePage
):
    at(main, 960, 540)
    begins = child(practice.page, QLabel, "practice:title")
    assert begins.visibleRegion().boundingRect().size() == begins.size()  # not scrolled past its heading

    practice.begin(KINK)
    look, told = (
        child(practice.page, kind, f"practice:{name}")
        for kind, name in ((QPushButton, "order"), (QLabel, "situation"))
    )
    for size, beside in (
        ((960, 540), False),
        ((1024, 768), False),
        ((1920, 1080), True),
        ((960, 540), False),
    ):
        at(main, *size)
        area = next(each for each in main.window.findChildren(ScrollArea) if each.isAncestorOf(practice.page))
        assert area.horizontalScrollBar().maximum() == 0, size
        right = look.mapTo(main.window, look.rect().bottomRight())
        assert right.x() < size[0], size
        assert (told.mapTo(main.window, told.rect().topLeft()).y() < right.y() + 60) is beside, size


# --- the list


def test_the_list_names_every_scenario_and_says_what_practice_is(practice: PracticePage):
    titles = [title for title, _ in practice.scenarios]

    assert len(titles) == 22
    assert {BRIDGE_UP, KINK, ADULT, FLIES} <= set(titles)
    assert {played for _, played in practice.scenarios} == {"not played yet"}
    assert "a patient who cannot be hurt" in practice.text("about")
    practice.choose(KINK)
    assert practice.text("goal") == "What is to be learned is said after the first run, in the debrief."


def test_that_it_is_not_validated_stands_on_the_band_in_the_core_s_own_words(practice: PracticePage):
    assert notice.NOT_VALIDATED == NOT_VALIDATED
    assert practice.band == f"PRACTICE Virtual patient. {NOT_VALIDATED}"


@pytest.mark.parametrize("year", [2020, 2031])
def test_the_check_goes_by_the_clock_of_the_virtual_patient(practice: PracticePage, year: int):
    """The run stands in July 2026: whatever the workstation's clock says, that is neither long ago nor to come."""
    engine = practice.main.owner.engine
    engine.replace(replace(engine.engine, now=lambda: datetime(year, 1, 1, tzinfo=UTC)))
    practice.begin(KINK)
    practice.program(new__daily_dose="420")

    codes = [each.code for each in practice.main.check.findings]
    assert codes
    assert not [code for code in codes if code.startswith("time_of_change")]


def test_a_seed_that_is_none_is_refused_in_words(practice: PracticePage):
    for typed in ("one", "1.5", "-3", "1000000001", "٣"):
        practice.begin(KINK, seed=typed)

        assert practice.page is practice.root.list_page
        assert f"‘{typed}’" in practice.text("problem")
        assert "a seed is a whole number from 0 to 1,000,000,000" in practice.text("problem")


def test_a_seed_that_was_typed_gives_another_patient_than_the_scenario_s_own(practice: PracticePage):
    practice.begin(ADULT, seed="7")
    presenter = desk(practice.main).presenter

    assert presenter is not None
    assert presenter.run is not None
    assert presenter.run.seed == 7


# --- playing


def test_a_scenario_begins_with_its_situation_its_chart_and_its_clock(practice: PracticePage):
    practice.begin(KINK)

    assert practice.clock == "6 Jul 2026 09:00"
    assert practice.text("left") == "21 days left"
    assert "For about a week his spasms have come back" in practice.text("situation")
    assert "Pump: SynchroMed II 40 mL, 500 mcg/mL" in practice.text("chart")
    assert practice.text("inForce") == "Programmed: 250 mcg/day, 500 mcg/mL, simple continuous"
    assert practice.decisions == []


def test_looking_takes_its_time_and_says_so_beforehand(practice: PracticePage):
    practice.begin(KINK)
    offered = child(practice.page, QComboBox, "field:exam")
    words = [offered.itemText(line) for line in range(offered.count())]

    practice.look_at("x-ray")

    assert "X-ray (45 min)" in words
    assert practice.clock == "6 Jul 2026 09:45"
    assert practice.seen == ["X-ray: catheter: catheter kink"]


def test_time_goes_on_by_a_button(practice: PracticePage):
    practice.begin(KINK)
    assert practice.clock == "6 Jul 2026 09:00"
    for button, clock in (
        ("advance:1 h", "6 Jul 2026 10:00"),
        ("advance:6 h", "6 Jul 2026 16:00"),
        ("advance:1 day", "7 Jul 2026 16:00"),
        ("advance:3 day", "10 Jul 2026 16:00"),
        ("advance:7 day", "17 Jul 2026 16:00"),
        ("nextEvent", "27 Jul 2026 09:00"),  # nothing happens by itself before its end, after 21 days
    ):
        practice.press(button)

        assert practice.clock == clock, button


def test_the_next_event_is_the_one_the_scenario_brings_and_then_only_time_can_pass(practice: PracticePage):
    practice.begin(FLIES)
    practice.press("nextEvent")

    assert practice.clock == "5 Nov 2026 10:00"
    assert "He is at the airport" in practice.decisions[-1]
    assert "The patient is out of reach until 27 Dec 2026 10:00" in practice.text("note")
    assert not any(practice.can_press(name) for name in ("order", "program", "readBack", "repair"))
    assert practice.can_press("advance:1 h")


def test_a_duration_is_typed_and_refused_in_words_where_it_is_none(practice: PracticePage):
    practice.begin(KINK)
    practice.let_pass("36 h")
    assert practice.clock == "7 Jul 2026 21:00"

    practice.let_pass("a while")
    assert "has no number" in practice.text("said")
    practice.let_pass("30 day")
    assert "there is not that much time left" in practice.text("said")
    assert practice.clock == "7 Jul 2026 21:00"


def test_a_hint_is_counted_and_there_are_no_more_than_there_are(practice: PracticePage):
    practice.begin(BRIDGE_UP)
    practice.press("hint")
    assert practice.text("hints").startswith("1. What is in tubing and catheter is still the old drug.")
    assert "hints: 1" in practice.text("aside")

    practice.press("hint")
    assert "hints: 2" in practice.text("aside")
    assert not practice.can_press("hint")


# --- the real check


def test_a_change_is_programmed_through_the_real_check_with_bridge_and_refill(practice: PracticePage):
    practice.begin(BRIDGE_UP, trainee="A. T.")
    practice.program(new__concentration="2000", bridge__dose="400", reservoir__filled="40 mL")
    assert practice.main.check.result("flow_rate") == "0.2 mL/day"  # 400 ÷ 2000
    assert practice.main.check.result("bridge_duration") == "10 h 4 min"

    practice.press_on_band("look")
    assert BRIDGE_TEXT in practice.band
    assert practice.main.check.text_of("reservoir.at") == "4 May 2026 09:05"  # looking took five minutes
    asking = practice.record()
    assert asking.about == "P-TRAINING-05: 400 mcg/day → 400 mcg/day, 500 mcg/mL → 2,000 mcg/mL"
    practice.confirm(asking)
    practice.answer("practiceReadBack", "readBackNow")

    assert practice.main.panel == "practice"
    assert practice.decisions == [
        "Looked at the programmer's page. The programmer shows: concentration 2000 mcg/mL, daily …",
        "Programmed. The pump was programmed to 400 mcg/day. The reservoir was filled with 40 mL. "
        "A bridge runs at 400 mcg/day for 10 h 4 min.",
        "Read back. The pump runs.",
    ]
    assert practice.text("inForce") == "Programmed: 400 mcg/day, 2000 mcg/mL, simple continuous"


def test_a_stop_needs_a_reason_and_without_it_nothing_is_programmed(practice: PracticePage):
    practice.begin(BRIDGE_UP)
    practice.program(new__concentration="2000", reservoir__filled="40 mL")
    asking = practice.record()
    assert any("no bridge runs it out" in words for words in asking.asked)

    practice.confirm(asking)
    assert "needs" in asking.problem or "reason" in asking.problem
    asking.answer_all("tried on purpose")
    practice.confirm(asking)
    practice.answer("practiceReadBack", "notNow")

    assert practice.decisions == [
        "Programmed. The pump was programmed to 400 mcg/day. The reservoir was filled with 40 mL."
    ]


@pytest.mark.parametrize(
    ("place", "text", "words"),
    [
        ("current.daily_dose", "300", "in practice this is as it is"),
        ("patient.age_years", "12", "in practice this is as it is"),
        ("reservoir.at", "5 May 2026 09:00", "in practice this is as it is"),
    ],
)
def test_what_is_as_it_is_cannot_be_changed(practice: PracticePage, place: str, text: str, words: str):
    practice.begin(BRIDGE_UP)
    practice.press("program")
    practice.main.check.paste_into(place, text)
    practice.main.press("Ctrl+R")
    wait_for(lambda: practice.main.dialog is not None)

    assert words in practice.main.message_box.informativeText()


def test_another_volume_without_a_refill_is_refused(practice: PracticePage):
    practice.begin(BRIDGE_UP)
    practice.program(reservoir__filled="40 mL")
    asking = practice.record()
    child(asking.root, QLabel, "recordDialog:practice")
    asking.root.refilled.setChecked(False)  # type: ignore[attr-defined]  # the dialog
    practice.confirm(asking)

    assert "only after a refill" in asking.problem


def test_a_prime_beside_a_bridge_is_refused_and_the_dialog_stays(practice: PracticePage):
    practice.begin(BRIDGE_UP)
    practice.program(new__concentration="2000", bridge__dose="400", reservoir__filled="40 mL")
    asking = practice.record()
    asking.fill(prime="20 min")
    practice.confirm(asking)

    assert "a prime and a bridge at once" in asking.problem
    assert asking.root.isVisible()


def test_the_programmer_s_page_goes_when_the_settings_change(practice: PracticePage):
    practice.begin(BRIDGE_UP)
    practice.press("program")
    practice.press_on_band("look")
    assert "daily dose 400 mcg/day" in practice.band

    practice.main.check.paste_into("readouts.daily_dose", "400")
    assert "daily dose 400 mcg/day" in practice.band
    practice.main.check.paste_into("new.daily_dose", "420")
    assert "daily dose 400 mcg/day" not in practice.band
    assert "look at the programmer's page anew" in practice.band


# --- apart from the real work


def play_a_whole_run(practice: PracticePage) -> None:
    practice.begin(BRIDGE_UP, trainee="A. T.")
    practice.look_at("tone")
    practice.program(new__concentration="2000", bridge__dose="400", reservoir__filled="40 mL")
    practice.confirm(practice.record())
    practice.answer("practiceReadBack", "readBackNow")
    practice.let_pass("2 day")
    practice.go_back_before(4)
    practice.press("nextEvent")
    practice.press("debrief")
    practice.press("verify")


def test_a_whole_run_makes_no_clinical_log(practice: PracticePage):
    play_a_whole_run(practice)

    assert practice.text("score") == "100 of 100 points, 100 %"
    assert not log_path().exists()
    assert [path.name for path in log_path().parent.iterdir()] == ["practice"]


def test_a_whole_run_leaves_a_clinical_log_byte_for_byte_as_it_was(main: MainPage):
    record(main, "01-routine-increase.toml")
    before = log_path().read_bytes()
    main.trigger("New check")

    play_a_whole_run(PracticePage(main))
    main.show_panel("log")

    assert log_path().read_bytes() == before


def test_what_was_typed_before_comes_back_with_its_history(main: MainPage):
    main.check.type_into("new.daily_dose", "123")
    main.check.type_into("new.concentration", "500")
    before = main.check.texts
    practice = PracticePage(main)
    practice.begin(BRIDGE_UP)
    practice.program(new__daily_dose="410")
    assert main.check.texts["new.daily_dose"] == "410"

    practice.press_on_band("leave")
    assert main.panel == "practice"
    main.show_panel("check")
    assert main.check.texts == before
    assert main.mode == ""
    assert practice.band == ""

    main.press("Ctrl+Z")
    assert main.check.texts == {"new.daily_dose": "123"}


def test_an_entry_that_is_being_amended_is_amended_on_after_practice(main: MainPage):
    record(main, "01-routine-increase.toml")
    log = LogPage(main)
    log.select(1)
    log.press("amend")
    assert main.mode.startswith("Amending entry 1")
    mode = main.mode
    practice = PracticePage(main)
    practice.begin(BRIDGE_UP)
    practice.press("program")
    assert main.mode.startswith("Practice:")

    practice.press_on_band("leave")
    main.show_panel("check")
    assert main.mode == mode


@pytest.mark.parametrize("command", ["Save…", "Print…", "Save as PDF…", "Identity…"])
def test_nothing_of_practice_becomes_a_paper_or_a_file_of_the_real_work(practice: PracticePage, command: str):
    practice.begin(BRIDGE_UP)
    practice.press("program")
    practice.main.trigger(command.rstrip("…"))

    assert practice.main.dialog is None
    assert "this is practice, with a virtual patient" in practice.main.message


def test_a_new_check_leaves_practice_and_its_look(practice: PracticePage):
    practice.begin(BRIDGE_UP)
    practice.press("program")
    practice.main.trigger("New check")

    assert practice.main.check.texts == {}
    assert practice.band == ""
    assert not desk(practice.main).programming


def test_an_example_that_is_opened_ends_practice_and_what_was_typed_is_asked_about(main: MainPage):
    main.check.type_into("new.daily_dose", "123")
    practice = PracticePage(main)
    practice.begin(BRIDGE_UP)
    practice.press("program")
    main.owner.program.open_example("01-routine-increase.toml")

    assert not desk(main).programming
    assert main.asks_to_discard
    main.give_up()
    assert main.check.texts["patient.ref"] == "P-0101"
    assert practice.band == ""


def test_record_is_real_again_when_practice_was_left(main: MainPage):
    practice = PracticePage(main)
    practice.begin(BRIDGE_UP)
    practice.press("program")
    practice.press_on_band("leave")
    main.show_panel("check")
    record(main, "01-routine-increase.toml", state="")

    assert log_path().exists()


def test_the_window_closes_without_asking_where_only_practice_stands_in_the_fields(practice: PracticePage):
    practice.begin(BRIDGE_UP)
    practice.program(new__daily_dose="410")

    assert practice.main.window.close()


def test_a_run_that_is_not_over_is_kept_when_the_window_closes(practice: PracticePage):
    practice.begin(KINK)
    practice.look_at("x-ray")
    practice.main.window.close()

    assert [path.name for path in runs_folder().iterdir()] == ["kink-109-1.itbrun"]


# --- try otherwise


def test_a_decision_is_taken_back_and_both_courses_are_drawn(practice: PracticePage):
    practice.begin(KINK)
    practice.press("repair")
    practice.let_pass("3 day")
    assert {style for _, styles in practice.drawn for style in styles} == {"solid"}

    practice.go_back_before(1)
    assert practice.decisions == []
    assert practice.clock == "6 Jul 2026 09:00"
    practice.let_pass("4 day")

    assert [styles for _, styles in practice.drawn] == [["solid", "dashed"]] * 4
    assert "taken back: 1" in practice.text("aside")
    solid, dashed = (trace.values[-1] for trace in practice.course.drawing.lanes[1].traces)
    assert dashed > solid + 10  # mended after a day the drug arrives again: the effect comes back


def test_one_of_several_courses_that_were_left_is_chosen(practice: PracticePage):
    practice.begin(KINK)
    for by in ("1 day", "2 day"):
        practice.let_pass(by)
        practice.go_back_before(1)
    assert practice.drawn[0][1] == ["solid", "dashed", "dashed"]

    practice.root.play_page.branches.choose("0")
    wait_for(lambda: practice.drawn[0][1] == ["solid", "dashed"])

    assert practice.course.drawing.lanes[0].traces[1].days[-1] == pytest.approx(1)


# --- the instructor


def test_the_hidden_state_is_shown_only_after_a_question_and_the_run_says_so(practice: PracticePage):
    practice.begin(KINK)
    assert "dotted" not in {style for _, styles in practice.drawn for style in styles}
    practice.press("instructor")
    practice.answer("practiceInstructor", "showHidden")

    assert "Catheter kink from 6 days before the start" in practice.text("hidden")
    assert practice.drawn[0][1] == ["solid", "dotted"]
    shown, hidden = (trace.values[-1] for trace in practice.course.drawing.lanes[0].traces)
    # The programme brings 250 mcg/day to the tip; the kink lets 0.3 of it pass.
    assert shown == pytest.approx(250)
    assert hidden == pytest.approx(75)
    assert "an instructor looked behind the scenes" in practice.text("aside")

    practice.press("instructor")
    assert practice.text("hidden") == ""
    assert "an instructor looked behind the scenes" in practice.text("aside")


def test_an_instructor_sets_a_fault_or_is_told_why_not(practice: PracticePage):
    practice.begin(BRIDGE_UP)
    practice.press("instructor")
    practice.answer("practiceInstructor", "showHidden")
    practice.press("fault")
    dialog = child(practice.main.window, QDialog, "faultDialog")
    child(dialog, QLineEdit, "field:value").setText("3")
    QTest.mouseClick(child(dialog, QPushButton, "setFault"), LEFT)
    wait_for(lambda: not practice.root.busy)
    assert "from 0 to below 1" in child(dialog, QLabel, "faultDialog:problem").text()

    child(dialog, QLineEdit, "field:value").setText("0.25")
    QTest.mouseClick(child(dialog, QPushButton, "setFault"), LEFT)
    wait_for(lambda: not practice.root.busy)
    practice.let_pass("1 day")

    hidden = practice.course.drawing.lanes[0].traces[1].values[-1]
    assert hidden == pytest.approx(100)  # a quarter of 400


# --- the course grows


def test_the_course_grows_and_can_be_paused_stepped_and_skipped_with_keys(practice: PracticePage):
    practice.begin(KINK, pace="8000")
    practice.let_pass("4 day")
    course = practice.course
    wait_for(lambda: course.until > 0)
    assert course.growing
    assert course.hasFocus()
    assert practice.decisions == []  # what comes of it is said when it has come
    assert not practice.can_press("program")

    QTest.keyClick(course, Qt.Key.Key_Space)
    assert course.paused
    here = course.until
    QTest.keyClick(course, Qt.Key.Key_Right)
    assert course.until == pytest.approx(here + 4 / 24)
    assert course.paused

    QTest.keyClick(course, Qt.Key.Key_End)
    assert not course.growing
    assert practice.clock == "10 Jul 2026 09:00"
    assert practice.decisions == ["Let time pass. 4 days pass."]


def test_time_is_stopped_where_something_has_to_be_done(practice: PracticePage):
    practice.begin(KINK, pace="8000")
    practice.let_pass("4 day")
    course = practice.course
    QTest.keyClick(course, Qt.Key.Key_Space)
    while course.until < 1:
        QTest.keyClick(course, Qt.Key.Key_Right)
    seen = course.until * 1440
    practice.press("act")

    presenter = desk(practice.main).presenter
    assert presenter is not None
    assert presenter.run is not None
    assert -0.001 < seen - float(presenter.run.at * 1440) < 5  # the model's five minutes, rounded down
    assert presenter.run.times_back == 0  # what was not seen has not been
    assert practice.can_press("program")


# --- afterwards


def test_the_debrief_gives_the_points_with_reasons_and_sources_and_the_run_is_kept(practice: PracticePage):
    play_a_whole_run(practice)

    judged = practice.rows("judged")
    assert {row[0] for row in judged} == {"✓"}
    bridged = next(row for row in judged if "bridged" in row[2])
    earned, _, possible = bridged[1].partition(" of ")
    assert earned == possible
    assert "BOS16: Boster et al." in bridged[2]
    assert "A change of concentration at a refill needs a bridge" in practice.text("experts")
    assert "taken back: 1" in practice.text("debriefAside")
    assert [path.name for path in runs_folder().iterdir()] == ["bridge-up-105-1.itbrun"]
    assert "bridge-up-105-1.itbrun was played again and comes out the same" in practice.text("debriefSaid")

    practice.press("debriefToList")
    assert dict(practice.scenarios)[BRIDGE_UP] == "best 100 %, played 1×"


def test_the_debrief_before_the_end_is_asked_about(practice: PracticePage):
    practice.begin(BRIDGE_UP)
    practice.press("debrief")
    practice.answer("practiceEnd", "endRun")

    assert practice.text("score") == "0 of 100 points, 0 %"
    assert practice.text("worst").startswith("Ended early, with ")
    assert "what would have come is not known" in practice.text("worst")
    practice.press("toPatient")
    assert practice.clock == "4 May 2026 09:00"
    assert "debrief" not in practice.text("aside")
    practice.look_at("tone")
    assert "debrief read before going on: 1" in practice.text("aside")


def test_the_certificate_is_a_pdf_that_says_what_it_is(practice: PracticePage, tmp_path: Path):
    play_a_whole_run(practice)
    practice.press("certificate")
    target = tmp_path / "certificate.pdf"
    practice.main.type_file_name(str(target))
    wait_for(lambda: "Written" in practice.text("debriefSaid"))

    text = " ".join("".join(read_pdf(target).pages).split())
    assert NOT_VALIDATED in text
    assert "a practice run" in text  # the fi of certificate is one letter on paper
    assert "100 of 100 points" in text
    assert "A. T." in text


def test_a_run_is_saved_opened_again_and_a_changed_file_is_refused(practice: PracticePage, tmp_path: Path):
    play_a_whole_run(practice)
    practice.press("saveRun")
    target = tmp_path / "mine.itbrun"
    practice.main.type_file_name(str(target))
    wait_for(target.exists)
    practice.press("debriefToList")
    practice.press("open")
    practice.open_files([target])
    assert practice.text("score") == "100 of 100 points, 100 %"

    text = target.read_text(encoding="utf-8")
    target.write_text(text.replace('"dose": "400 mcg/day"', '"dose": "410 mcg/day"'), encoding="utf-8")
    practice.press("debriefToList")
    practice.press("open")
    practice.open_files([target])
    assert "does not come out as it stands in the file" in practice.text("problem")


def test_a_class_is_shown_as_a_table_and_bars_and_saved_as_csv(practice: PracticePage, tmp_path: Path):
    play_a_whole_run(practice)
    practice.press("debriefToList")
    practice.begin(BRIDGE_UP, trainee="B. U.")
    practice.press("debrief")
    practice.answer("practiceEnd", "endRun")
    practice.press("debriefToList")
    broken = tmp_path / "broken.itbrun"
    broken.write_text("{}", encoding="utf-8")
    practice.press("class")
    practice.open_files([*sorted(runs_folder().iterdir()), broken])

    assert practice.text("classAbout") == "2 runs of 1 scenarios"
    assert [row[:2] for row in practice.rows("class")] == [
        ("bridge-up-105-1.itbrun", "A. T."),
        ("bridge-up-105-2.itbrun", "B. U."),
    ]
    assert "broken.itbrun" in practice.text("classProblems")
    bars = practice.root.overview_page.bars.accessibleDescription()
    assert "The change of concentration was bridged: 1 of 2" in bars
    practice.press("csv")
    target = tmp_path / "class.csv"
    practice.main.type_file_name(str(target))
    lines = target.read_text(encoding="utf-8").splitlines()
    assert [line.removeprefix(f'"{NOT_VALIDATED}"').split(",")[1:4] for line in lines] == [
        ["file", "scenario", "trainee"],
        ["bridge-up-105-1.itbrun", "bridge-up", "A. T."],
        ["bridge-up-105-2.itbrun", "bridge-up", "B. U."],
    ]


def test_a_run_is_saved_among_the_runs_under_a_free_name(practice: PracticePage):
    play_a_whole_run(practice)
    practice.press("saveRun")
    dialog = practice.main.window.findChild(QFileDialog)
    assert dialog is not None

    assert Path(dialog.directory().absolutePath()) == runs_folder()
    assert [Path(name).name for name in dialog.selectedFiles()] == ["bridge-up-105-2.itbrun"]
    dialog.reject()


def test_another_person_finds_nothing_of_the_run(practice: PracticePage):
    practice.begin(BRIDGE_UP)
    practice.program(new__daily_dose="410")
    practice.main.owner.clear_for_another()
    wait_for(lambda: not practice.root.busy)

    assert practice.main.check.texts == {}
    presenter = desk(practice.main).presenter
    assert presenter is not None
    assert presenter.run is None


def test_a_second_question_is_asked_by_the_same_dialog_as_in_the_real_record(practice: PracticePage):
    practice.begin(BRIDGE_UP, trainee="A. T.")
    practice.press("program")
    asking: AskingPage = practice.record()

    assert asking.root.windowTitle() == "PRACTICE: program the virtual pump"
    assert "the clinical log is not touched" in child(asking.root, QLabel, "recordDialog:practice").text()
    assert child(asking.root, QLineEdit, "field:author").text() == "A. T."


# --- when nothing can be relied on


def test_after_an_error_of_the_program_no_number_of_practice_stays(practice: PracticePage):
    practice.begin(BRIDGE_UP)
    main = practice.main
    main.owner.broke(RuntimeError, RuntimeError("made on purpose"), None)

    assert not practice.root.play_page.isVisible()
    assert "Nothing is played" in child(practice.root, QLabel, "practice:waiting").text()
    main.close_dialog()


def test_a_copy_whose_self_test_failed_plays_nothing(main: MainPage):
    engine = main.owner.engine.engine
    main.owner.engine.replace(replace(engine, self_test=replace(engine.self_test, failed=("one",))))
    main.show_panel("practice")

    panel = desk(main).panel
    assert not panel.is_built
    assert "Nothing is played" in child(panel, QLabel, "practice:waiting").text()
