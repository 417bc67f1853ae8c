"""What is played and shown, without a window."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import pytest

from itbcalc.desk.texts import Texts, table_of
from itbcalc.errors import RefusedError
from itbcalc.library.reading import read_library
from itbcalc.library.records import Library
from itbcalc.practice.run import Run
from itbcalc.practice.run_file import own_scenarios, read_run, runs_folder
from itbcalc.resources import resource_path
from ui.practice.fields import Answers, change_table, refilled_in, still_in_place, texts_for
from ui.practice.presenter import PracticePresenter, Report
from ui.practice.run_states import Refused, read_seed
from ui.practice.states import DebriefState, Drawing, ListState, OverviewState, PlayState

T = TypeVar("T")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class View:
    """Remembers what it was told to show; works at once."""

    def __init__(self) -> None:
        self.listed = ListState()
        self.played = PlayState()
        self.grew_from: float | None = None
        self.debriefed = DebriefState()
        self.overviewed = OverviewState()
        self.said: list[tuple[str, str]] = []
        self.stop_after = 1000

    def show_list(self, state: ListState) -> None:
        self.listed = state

    def show_play(self, state: PlayState, grows_from: float | None) -> None:
        self.played, self.grew_from = state, grows_from

    def show_debrief(self, state: DebriefState) -> None:
        self.debriefed = state

    def show_overview(self, state: OverviewState) -> None:
        self.overviewed = state

    def say(self, words: str, tone: str = "") -> None:
        self.said.append((words, tone))

    def read_beside(self, words: str, work: Callable[[Report], T], then: Callable[[T], None]) -> None:
        assert words
        then(work(lambda done, _: done < self.stop_after))


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library(resource_path())


@pytest.fixture
def view() -> View:
    return View()


@pytest.fixture
def presenter(view: View, library: Library) -> Iterator[PracticePresenter]:
    made = PracticePresenter(view, library, lambda: NOW)
    made.list_wanted()
    yield made
    made.close_run()


def run_of(presenter: PracticePresenter) -> Run:
    assert presenter.run is not None
    return presenter.run


# --- the seed


@pytest.mark.parametrize(
    ("typed", "seed"), [("", None), ("  ", None), ("0", 0), (" 42 ", 42), ("1000000000", 10**9)]
)
def test_a_seed_is_a_whole_number_or_the_scenario_s_own(typed: str, seed: int | None):
    assert read_seed(typed) == seed


@pytest.mark.parametrize("typed", ["x", "1e3", "-1", "+1", "1000000001", "1,000", "²"])
def test_anything_else_is_refused(typed: str):
    with pytest.raises(RefusedError) as refused:
        read_seed(typed)
    assert refused.value.field == "seed"


def test_the_same_seed_is_the_same_patient_and_another_is_another(presenter: PracticePresenter):
    courses = []
    for seed in ("5", "5", "6"):
        presenter.start("adult-spinal", seed, "")
        courses.append(run_of(presenter).traits)

    assert courses[0] == courses[1] != courses[2]


# --- moves


def test_what_takes_time_grows_from_where_it_began_and_a_look_or_a_step_back_does_not(
    presenter: PracticePresenter, view: View
):
    presenter.start("kink", "", "")
    presenter.advance("2 day")
    assert view.grew_from == 0.0
    presenter.order("x-ray")
    assert view.grew_from is None
    presenter.advance("1 day")
    assert view.grew_from is not None
    presenter.go_back(1)
    assert view.grew_from is None


def test_what_is_refused_leaves_the_run_as_it_was(presenter: PracticePresenter, view: View):
    presenter.start("kink", "", "")
    before = run_of(presenter)
    presenter.advance("22 day")

    assert run_of(presenter) is before
    assert view.said == [("there is not that much time left: the scenario ends in 21 days", "refused")]


def test_time_that_was_stopped_is_as_if_only_so_much_had_been_let_pass(presenter: PracticePresenter):
    presenter.start("kink", "", "")
    presenter.hint()
    presenter.advance("4 day")
    presenter.act_at(1.5001)

    run = run_of(presenter)
    assert run.at == Fraction(3, 2)
    assert [str(move.kind) for move in run.moves] == ["hint", "advance"]
    assert run.times_back == 0
    presenter.act_at(1.5)  # at its end: nothing is to be cut
    assert run_of(presenter).at == Fraction(3, 2)


def test_an_event_that_was_not_reached_when_time_was_stopped_has_not_been(presenter: PracticePresenter):
    presenter.start("flies-home", "", "")
    presenter.advance("4 day")
    assert "He is at the airport" in run_of(presenter).decisions[-1].words[-1]
    presenter.act_at(2.9)

    assert run_of(presenter).at == 2 + Fraction(21 * 60 + 35, 1440)  # 2.9 days, down to five minutes
    assert len(run_of(presenter).decisions[-1].words) == 1
    assert run_of(presenter).away_until is None


def test_every_hint_is_in_the_state_and_none_after_the_last(presenter: PracticePresenter, view: View):
    presenter.start("bridge-up", "", "")
    presenter.hint()
    presenter.hint()
    assert len(view.played.hints) == 2
    assert view.played.hints_left == 0
    presenter.hint()

    assert view.said == [("there are no more hints", "refused")]


def test_nothing_hidden_is_in_the_state_of_a_trainee(presenter: PracticePresenter, view: View):
    presenter.start("kink", "", "")
    presenter.advance("3 day")
    lanes = [lane.name for lane in view.played.drawing.lanes]
    told = repr((dataclasses.replace(view.played, title="", drawing=Drawing()), lanes))

    assert view.played.hidden == ()
    assert "kink" not in told.lower()


# --- between the run and the fields


def test_the_fields_hold_what_the_programmer_holds(presenter: PracticePresenter):
    presenter.start("bridge-up", "", "")
    typed = presenter.fields().typed

    assert typed["current.daily_dose"] == typed["new.daily_dose"] == "400"
    assert typed["current.concentration"] == "500"
    assert typed["reservoir.filled"] == "4"
    assert typed["reservoir.at"] == "4 May 2026 09:00"
    assert typed["system.catheter"] == "89 cm × 0.0022 mL/cm"


def test_the_fields_of_every_scenario_are_a_change_of_nothing(presenter: PracticePresenter, view: View):
    for row in view.listed.rows:
        presenter.start(row.name, "", "")
        texts = texts_for(run_of(presenter))
        table = table_of(texts, with_units=True)
        found = change_table(table, texts, texts, Answers())

        assert set(found) <= {"system", "new", "reservoir"}, row.name
        assert not refilled_in(texts, texts), row.name


def test_after_a_look_only_what_goes_on_by_itself_is_another(presenter: PracticePresenter):
    presenter.start("bridge-up", "", "")
    before = presenter.fields()
    typed = Texts({**before.typed, "new.daily_dose": "410", "reservoir.filled": "40 mL"}, before.kept)
    presenter.do({"do": "read_back"})
    after = still_in_place(typed, before, presenter.fields())

    assert after.typed["reservoir.at"] == "4 May 2026 09:05"
    assert after.typed["reservoir.filled"] == "40 mL"
    assert after.typed["new.daily_dose"] == "410"


@pytest.mark.parametrize("place", ["current.daily_dose", "patient.ref", "reservoir.zone", "reservoir.at"])
def test_what_only_the_scenario_says_is_refused_when_it_is_changed(presenter: PracticePresenter, place: str):
    presenter.start("bridge-up", "", "")
    before = presenter.fields()
    texts = Texts({**before.typed, place: "1"}, before.kept)

    with pytest.raises(RefusedError) as refused:
        change_table(table_of(texts, with_units=True), texts, before, Answers())
    assert (refused.value.field, refused.value.rule) == (place, "practice_fixed")


def test_a_change_that_cannot_be_read_is_refused_with_its_place(presenter: PracticePresenter):
    presenter.start("bridge-up", "", "")
    before = presenter.fields()
    texts = Texts({**before.typed, "new.daily_dose": "1,5"}, before.kept)
    asked: list[object] = []
    presenter.ask(table_of(texts, with_units=True), texts, before, Answers(), asked.append)

    assert isinstance(asked[0], Refused)
    assert asked[0].words.startswith("New daily dose:")


# --- afterwards


def test_a_run_is_kept_once_and_comes_out_the_same_from_its_file(
    presenter: PracticePresenter, library: Library
):
    presenter.start("kink", "", "A. T.")
    presenter.order("x-ray")
    presenter.debrief()
    presenter.debrief()

    kept = list(runs_folder().iterdir())
    assert [path.name for path in kept] == ["kink-109-1.itbrun"]
    again = read_run(kept[0], library).run
    assert [each.words for each in again.decisions] == [each.words for each in run_of(presenter).decisions]


def test_another_try_after_the_debrief_is_another_run(presenter: PracticePresenter):
    presenter.start("kink", "", "")
    presenter.order("x-ray")
    presenter.debrief()
    presenter.go_back(1)
    presenter.debrief()

    assert sorted(path.name for path in runs_folder().iterdir()) == ["kink-109-1.itbrun", "kink-109-2.itbrun"]


def test_with_an_instructor_s_help_no_score_counts_as_the_best(presenter: PracticePresenter, view: View):
    presenter.start("kink", "", "")
    presenter.set_revealed(revealed=True)
    presenter.advance("21 day")
    presenter.debrief()
    presenter.list_wanted()

    assert {row.best for row in view.listed.rows} == {""}


def test_tone_is_a_table_of_groups_with_what_was_there_before(presenter: PracticePresenter, view: View):
    presenter.start("withdrawal-260", "", "")
    assert view.played.tone.rows == ()
    presenter.order("tone")
    first = view.played.tone
    assert len(first.rows) == 11  # the groups of one side in resources/scales.toml
    assert first.rows[0][0] == "shoulder adductors"
    assert view.played.seen[0][2] == "in the table below"
    assert "→" not in first.words
    presenter.advance("1 day")
    presenter.order("tone")

    again = view.played.tone
    assert again.words.count("→") == 1
    for (group, left, right), (same, left_then, right_then) in zip(again.rows, first.rows, strict=True):
        assert group == same
        assert left.startswith(f"{left_then} → ")
        assert right.startswith(f"{right_then} → ")


def test_that_the_debrief_was_read_is_counted_once_the_run_goes_on(
    presenter: PracticePresenter, view: View, library: Library
):
    presenter.start("kink", "", "")
    presenter.order("tone")
    presenter.debrief()
    presenter.back_to_patient()
    presenter.debrief()  # nothing was done meanwhile
    assert "debrief" not in view.debriefed.aside
    presenter.back_to_patient()
    presenter.go_back(1)
    assert "debrief read before going on: 1" in view.played.aside
    presenter.order("x-ray")
    presenter.debrief()

    assert "debrief read before going on: 1" in view.debriefed.aside
    pages: list[str] = []
    presenter.certificate("", pages.append)
    assert "debrief read before going on: 1" in pages[0]
    last = max(runs_folder().iterdir())
    assert read_run(last, library).debriefed == 1
    presenter.open_run(last)
    presenter.order("tone")
    assert "debrief read before going on: 2" in view.played.aside
    presenter.start("kink", "", "")
    assert "debrief" not in view.played.aside


def test_an_untouched_template_is_not_offered(presenter: PracticePresenter, view: View):
    folder = own_scenarios()
    folder.mkdir(parents=True)
    template = resource_path("practice", "template.toml").read_bytes()
    (folder / "mine.toml").write_bytes(template)
    (folder / "kink.toml").write_bytes(template)
    presenter.list_wanted()

    faults = {row.name: row.fault for row in view.listed.rows if row.fault}
    assert faults["mine"].startswith("Not finished.")
    assert faults["kink.toml"].startswith("Ignored: a built-in scenario is called kink")
    assert "A title" not in [row.title for row in view.listed.rows]
    presenter.start("mine", "", "")
    assert "not finished" in view.listed.problem


def test_a_run_that_is_left_is_kept_to_go_on_with_but_is_no_score_yet(
    presenter: PracticePresenter, view: View
):
    presenter.start("kink", "", "")
    presenter.list_wanted()  # nothing was done: nothing is kept
    assert not runs_folder().exists()
    presenter.order("x-ray")
    presenter.list_wanted()
    kept = list(runs_folder().iterdir())
    assert len(kept) == 1
    assert {row.best for row in view.listed.rows} == {""}

    presenter.open_run(kept[0])
    presenter.advance("20 day")
    assert len(run_of(presenter).decisions) == 2


def test_a_foreign_file_among_the_runs_keeps_nobody_from_playing(presenter: PracticePresenter, view: View):
    runs_folder().mkdir(parents=True)
    (runs_folder() / "notes.itbrun").write_text("not JSON", encoding="utf-8")
    presenter.list_wanted()

    assert len(view.listed.rows) == 22


def test_a_class_that_is_stopped_shows_what_it_has_read(
    presenter: PracticePresenter, view: View, tmp_path: Path
):
    paths = []
    for who in ("A", "B", "C"):
        presenter.start("kink", "", who)
        paths.append(tmp_path / f"{who}.itbrun")
        presenter.save_run(paths[-1])
    view.stop_after = 2
    presenter.open_class(paths)

    assert [row[1] for row in view.overviewed.rows] == ["A", "B"]
    assert view.overviewed.problems == ("Stopped after 2 of 3 files.",)


def test_a_scenario_of_one_s_own_that_is_wrong_is_listed_with_its_fault(
    presenter: PracticePresenter, view: View
):
    own = runs_folder().parent / "scenarios"
    own.mkdir(parents=True)
    (own / "mine.toml").write_text('title = "Mine"\n', encoding="utf-8")
    presenter.list_wanted()
    row = next(row for row in view.listed.rows if row.name == "mine")

    assert row.fault.startswith("Cannot be used.")
    assert "goal" in row.fault
