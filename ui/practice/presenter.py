"""What is played, and what of it is shown. No Qt: work goes beside the window, states come back to the view."""

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.desk.asked import AskedFinding, asked_of
from itbcalc.desk.texts import Texts
from itbcalc.errors import ItbcalcError
from itbcalc.judge.check import Checked
from itbcalc.library.records import Library
from itbcalc.practice.certificate import certificate
from itbcalc.practice.moves import MoveKind, read_move
from itbcalc.practice.overview import Overview, csv_text, overview
from itbcalc.practice.play import preview
from itbcalc.practice.run import GRID, Run
from itbcalc.practice.run_file import Replayed, own_scenarios, read_run, write_run
from ui.practice.fields import Answers, change_table, texts_for
from ui.practice.run_states import (
    Played,
    Refused,
    Shown,
    begun,
    debrief_state,
    keep_run,
    looked_at,
    moved,
    overview_state,
    proposed_path,
    read_list,
    refused,
    until_next_event,
    verdict_of,
)
from ui.practice.states import DebriefState, ListState, OverviewState, PlayState

T = TypeVar("T")
Report = Callable[[int, int], bool]  # how many of how many are done; False: stop
MINUTES = 1440


class PracticeView(Protocol):
    """What the presenter asks of the panel."""

    def show_list(self, state: ListState) -> None:
        """Shows the scenarios."""

    def show_play(self, state: PlayState, grows_from: float | None) -> None:
        """Shows the run; its course grows from that day on, or stands there at once."""

    def show_debrief(self, state: DebriefState) -> None:
        """Shows what is said after a run."""

    def show_overview(self, state: OverviewState) -> None:
        """Shows several runs."""

    def say(self, words: str, tone: str = "") -> None:
        """Says what came of something, on the page in front."""

    def read_beside(self, words: str, work: Callable[[Report], T], then: Callable[[T], None]) -> None:
        """Does `work` beside the window, which says `words` meanwhile and may give it up."""


class Asked(Struct, frozen=True):
    """A change before it is programmed: what the check says of it, and what of that needs a reason."""

    checked: Checked
    findings: tuple[AskedFinding, ...]


class PracticePresenter:
    """One run at a time. `kept` is the file of the run as it stands, None where it is in none."""

    def __init__(self, view: PracticeView, library: Library, now: Callable[[], datetime]) -> None:
        self.view = view
        self.library = library
        self.now = now
        self.run: Run | None = None
        self.kept: Path | None = None
        self._list = ListState()
        self._shown = Shown()
        self._overview: Overview | None = None
        self._debrief_read = False  # of the run as it stands: if it goes on, that is counted

    # --- the list

    def list_wanted(self) -> None:
        """Shows what can be played; a run that is left is kept."""
        self.keep_unfinished()
        self.view.read_beside("Reading the scenarios", lambda _: read_list(self.library), self._show_list)

    def start(self, name: str, seed_text: str, trainee: str) -> None:
        """Begins a scenario; an empty seed is the scenario's own."""
        self._shown, self._debrief_read = Shown(), False
        work = partial(begun, name, seed_text, trainee, self.library)
        self.view.read_beside("Beginning", lambda _: work(), self._on_begun)

    # --- moves

    def do(self, table: Mapping[str, Any], *, grows: bool = False) -> None:
        """Does a move, as it is written in a script."""
        work = partial(moved, self._playing(), table, self.library, self._shown_next())
        self.view.read_beside("Playing", lambda _: work(), partial(self._on_played, grows=grows))

    def order(self, examination: str) -> None:
        """Orders an examination, or looks at the list of refills; it takes its time."""
        if examination == MoveKind.LIST:
            self.do({"do": examination})
            return
        self.do({"do": "observe", "what": examination})  # what was seen counts, not the minutes it took

    def advance(self, by: str) -> None:
        """Lets time pass, as typed."""
        self.do({"do": "advance", "by": by.strip()}, grows=True)

    def advance_to_next_event(self) -> None:
        """Lets time pass until the scenario brings something, or to its end."""
        self.advance(until_next_event(self._playing()))

    def act_at(self, day: float) -> None:
        """Time was let pass, and is stopped at `day`: what came after it has not been, and was not seen."""
        run = self._playing()
        before, last = run.earlier[-1], run.decisions[-1]
        steps = math.floor((day - float(before.at)) / float(GRID))  # down: what comes after was not seen
        by = max(steps * GRID, GRID)
        if last.move.kind is not MoveKind.ADVANCE or by >= last.ends - last.at:
            self.refresh()
            return
        table = {"do": "advance", "by": f"{int(by * MINUTES)} min"}
        work = partial(moved, before, table, self.library, self._shown_next())
        self.view.read_beside("Playing", lambda _: work(), partial(self._on_played, grows=False))

    def go_back(self, number: int) -> None:
        """Takes back a decision and all after it; the course that is left stays in the picture."""
        self._shown = replace(self._shown, compared=-1)
        self.do({"do": "back", "to": number})

    def hint(self) -> None:
        """One more hint, which is counted."""
        self.do({"do": "hint"})

    def set_revealed(self, *, revealed: bool) -> None:
        """Shows the hidden state to an instructor, which is marked in the run, or hides it again."""
        self._shown = replace(self._shown, revealed=revealed)
        if revealed:
            self.do({"do": "reveal"})
        else:
            self.refresh()

    def compare(self, number: int) -> None:
        """Which of the courses that were left is drawn beside the course taken; -1 for the last ones."""
        self._shown = replace(self._shown, compared=number)
        self.refresh()

    def set_fault(self, table: Mapping[str, Any], then: Callable[[str], None]) -> None:
        """An instructor sets a fault from now on; `then` gets why not, or nothing."""
        self._do_asked({"do": "fault", **table}, then)

    def refresh(self) -> None:
        """Shows the run as it is."""
        run, shown = self._playing(), self._shown
        self.view.read_beside("Drawing", lambda _: looked_at(run, shown), self._on_played)

    # --- programming

    def fields(self) -> Texts:
        """What the fields of the check hold before a change."""
        return texts_for(self._playing())

    def ask(
        self,
        table: Mapping[str, Any],
        texts: Texts,
        before: Texts,
        answers: Answers,
        then: Callable[[Asked | Refused], None],
    ) -> None:
        """What would have to be answered about the change in the fields; `then` gets it."""
        run = self._playing()

        def work(_: Report) -> Asked | Refused:
            try:
                change = read_move(
                    {"do": "look", **change_table(table, texts, before, answers)}, self.library
                )
                assert change.change is not None
                step = preview(run, change.change).step
            except ItbcalcError as error:
                return refused(error)
            return Asked(step.checked, asked_of(step))

        self.view.read_beside("Checking", work, then)

    def program(
        self,
        table: Mapping[str, Any],
        texts: Texts,
        before: Texts,
        answers: Answers,
        then: Callable[[str], None],
    ) -> None:
        """Programs the virtual pump with the change in the fields; `then` gets why not, or nothing."""
        try:
            made = change_table(table, texts, before, answers)
        except ItbcalcError as error:
            then(refused(error).words)
            return
        self._do_asked({"do": "program", **made}, then)

    def look(
        self,
        table: Mapping[str, Any],
        texts: Texts,
        before: Texts,
        answers: Answers,
        then: Callable[[str, str], None],
    ) -> None:
        """Lets the programmer show its page for the change in the fields; `then` gets the page, or why not."""
        try:
            made = change_table(table, texts, before, answers)
        except ItbcalcError as error:
            then("", refused(error).words)
            return

        def told(problem: str) -> None:
            then("" if problem else self._page(), problem)

        self._do_asked({"do": "look", **made}, told)

    def _page(self) -> str:
        decision = self._playing().decisions[-1]
        assert decision.programming is not None
        page = decision.programming.page
        return " · ".join(f"{name.replace('_', ' ')} {text}" for name, text in page.items())

    def _do_asked(self, table: Mapping[str, Any], then: Callable[[str], None]) -> None:
        """Does a move that a dialog asked for: it stays open where the move is refused."""

        def done(outcome: Played | Refused) -> None:
            if isinstance(outcome, Refused):
                then(outcome.words)
                return
            self._on_played(outcome)
            then("")

        work = partial(moved, self._playing(), table, self.library, self._shown_next())
        self.view.read_beside("Playing", lambda _: work(), done)

    # --- afterwards

    def debrief(self) -> None:
        """Ends the run as it is, keeps it, and says what came of it."""
        run, kept, debriefed = self._playing(), self.kept, self._shown.debriefed

        def work(_: Report) -> tuple[Path | None, DebriefState]:
            path = kept
            words = "" if path is None else f"This run stands in {path.name}."
            try:
                if path is None:
                    path = keep_run(run, debriefed)
                    words = f"Kept as {path.name} among your runs."
            except (ItbcalcError, OSError) as error:
                why = refused(error).words if isinstance(error, ItbcalcError) else str(error)
                words = f"Not kept: {why}"
            return path, debrief_state(run, self.library, words, debriefed)

        def done(found: tuple[Path | None, DebriefState]) -> None:
            self.kept, self._debrief_read = found[0], True
            self.view.show_debrief(found[1])

        self.view.read_beside("Scoring", work, done)

    def keep_unfinished(self) -> None:
        """Keeps a run that is left before its debrief, so that it can be opened and gone on with; says nothing."""
        run = self.run
        if run is None or self.kept is not None or not run.decisions:
            return
        with suppress(ItbcalcError, OSError):  # a full disk: the run is lost, as it would have been
            self.kept = keep_run(run, self._shown.debriefed)

    def certificate(self, picture: str, then: Callable[[str], None]) -> None:
        """The certificate as HTML, with a picture of the course as a data address."""
        run, debriefed = self._playing(), self._shown.debriefed
        printed_at = self.now().astimezone()
        self._try(
            "Writing the certificate",
            lambda: certificate(run, self.library, printed_at, picture, debriefed),
            then,
        )

    def proposed_path(self) -> Path:
        """A free name in the folder of runs, which is there then."""
        path = proposed_path(self._playing())
        with suppress(OSError):  # the dialog opens elsewhere then
            path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def save_run(self, path: Path) -> None:
        """Writes the run into a file of its own."""
        run, debriefed = self._playing(), self._shown.debriefed
        self._try(
            "Writing",
            lambda: write_run(run, path, debriefed),
            lambda _: self.view.say(f"Written: {path.name}"),
        )

    def verify(self) -> None:
        """Verifies the run's own log; where it is kept, by playing the file again."""
        run, kept = self._playing(), self.kept
        self._try("Verifying", lambda: verdict_of(run, kept, self.library), self.view.say)

    def open_run(self, path: Path) -> None:
        """Plays a run from its file, and goes on with it where it ended."""
        self._try(
            "Playing it again",
            lambda: read_run(path, self.library, own_scenarios()),
            partial(self._on_opened, path),
        )

    def _on_opened(self, path: Path, found: Replayed) -> None:
        self.run, self.kept = found.run, path
        self._shown = Shown(debriefed=found.debriefed)
        self.debrief()

    def back_to_patient(self) -> None:
        """From the debrief to the run again."""
        self.refresh()

    # --- the class

    def open_class(self, paths: Sequence[Path]) -> None:
        """Reads several runs, one after another, and shows them together; what cannot be read is named."""

        def work(report: Report) -> tuple[Overview, tuple[str, ...]]:
            found, problems = list[Replayed](), list[str]()
            for number, path in enumerate(paths):
                if not report(number, len(paths)):
                    problems.append(f"Stopped after {number} of {len(paths)} files.")
                    break
                try:
                    found.append(read_run(path, self.library, own_scenarios()))
                except ItbcalcError as error:
                    problems.append(f"{path.name}: {refused(error).words}")
            return overview(found), tuple(problems)

        def done(found: tuple[Overview, tuple[str, ...]]) -> None:
            self._overview = found[0]
            self.view.show_overview(overview_state(*found))

        self.view.read_beside("Reading the runs", work, done)

    def class_csv(self) -> str:
        """The class as CSV."""
        return "" if self._overview is None else csv_text(self._overview)

    def close_run(self) -> None:
        """Another person begins, or another scenario is chosen."""
        self.run, self.kept = None, None
        self._shown, self._debrief_read = Shown(), False

    # --- what comes back

    def _try(self, words: str, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Does `work` beside the window; says why where it is refused."""

        def tried(_: Report) -> tuple[T | None, str]:
            try:
                return work(), ""
            except ItbcalcError as error:
                return None, refused(error).words
            except OSError as error:
                return None, f"Not written: {error.strerror or error}"

        def done(found: tuple[T | None, str]) -> None:
            if found[1]:
                self.view.say(found[1], "refused")
                return
            then(found[0])  # type: ignore[arg-type]  # without a refusal there is one

        self.view.read_beside(words, tried, done)

    def _show_list(self, state: ListState) -> None:
        self._list = state
        self.view.show_list(state)

    def _on_begun(self, outcome: Played | Refused) -> None:
        if isinstance(outcome, Refused):
            self.view.show_list(replace(self._list, problem=outcome.words))
            return
        self._on_played(outcome)

    def _on_played(self, outcome: Played | Refused, *, grows: bool = False) -> None:
        if isinstance(outcome, Refused):
            self.view.say(outcome.words, "refused")
            return
        if outcome.run is not self.run:
            self.kept = None
            self._shown, self._debrief_read = self._shown_next(), False
        self.run = outcome.run
        self.view.show_play(outcome.state, outcome.grows_from if grows else None)

    def _shown_next(self) -> Shown:
        """How the run is shown once it went on: that its debrief had been read is counted then."""
        return replace(self._shown, debriefed=self._shown.debriefed + self._debrief_read)

    def _playing(self) -> Run:
        assert self.run is not None
        return self.run
