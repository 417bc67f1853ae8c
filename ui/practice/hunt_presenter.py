"""The slip hunt: a set gone through against the clock, kept as a file, and the files of a class side by side. No Qt."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Protocol, TypeVar

from msgspec.structs import replace

from itbcalc.errors import ItbcalcError, RefusedError
from itbcalc.library.records import Library
from itbcalc.practice.hunt import SHEETS, sheets
from itbcalc.practice.hunt_score import (
    LARGEST_SEED,
    HuntScore,
    SheetAnswers,
    filled_answers,
    hunt_csv,
    hunt_score,
    read_answers,
)
from itbcalc.practice.run_file import practice_folder
from itbcalc.safe_files import write_new
from ui.practice.hunt_states import Hunt, HuntState, class_state, clock_words, hunting_state, result_state
from ui.practice.run_states import refused
from ui.practice.states import OverviewState

T = TypeVar("T")
ENDING = ".toml"


class HuntView(Protocol):
    """What the presenter asks of the panel."""

    def show_hunt(self, state: HuntState) -> None:
        """Shows the set, or what came of it."""

    def show_hunt_clock(self, words: str) -> None:
        """Shows how much time is left."""

    def show_overview(self, state: OverviewState) -> None:
        """Shows the sets of a class."""

    def say_of_the_hunt(self, words: str) -> None:
        """Says beside the button why no set was begun."""

    def read_beside(
        self, words: str, work: Callable[[Callable[[int, int], bool]], T], then: Callable[[T], None]
    ) -> None:
        """Does `work` beside the window, which says `words` meanwhile and may give it up."""


def hunts_folder() -> Path:
    """Where the window keeps what trainees found."""
    return practice_folder() / "hunts"


class HuntPresenter:
    """One set at a time; `hunt` is None where none is gone through."""

    def __init__(self, view: HuntView, library: Library, now: Callable[[], datetime]) -> None:
        self.view, self.library, self.now = view, library, now
        self.hunt: Hunt | None = None
        self._scores: tuple[HuntScore, ...] = ()

    # --- going through a set

    def begin(self, seed_text: str, trainee: str, *, with_program: bool) -> None:
        """Draws the set of this number; the clock runs from when it is shown."""
        try:
            seed = read_set_number(seed_text)
        except RefusedError as error:
            self.view.say_of_the_hunt(refused(error).words)
            return
        self.view.say_of_the_hunt("")

        def drawn(hunt: Hunt) -> None:
            self.hunt = replace(hunt, begun=self.now())
            self._show()

        self.view.read_beside(
            "Drawing the set",
            lambda _: Hunt(sheets(seed, self.library), seed, trainee.strip(), with_program, self.now()),
            drawn,
        )

    def answer(self, where: str | None) -> None:
        """Says of the open sheet where its slip is, `""` for somewhere, None for nowhere; the next one is opened."""
        if self.hunt is not None:
            self.hunt = self.hunt.answered(where)
            self._show()

    def open_sheet(self, number: int) -> None:
        """Opens another sheet, counted from 0."""
        if self.hunt is not None and 0 <= number < SHEETS and number != self.hunt.current:
            self.hunt = replace(self.hunt, current=number)
            self._show()

    def tick(self) -> None:
        """Another second: the clock, and the end once the time is over."""
        if self.hunt is None:
            return
        left = self.hunt.seconds_left(self.now())
        self.view.show_hunt_clock(clock_words(left))
        if not left:
            self.finish()

    def finish(self) -> None:
        """Holds what was said against what was planted, and keeps it."""
        hunt = self.hunt
        if hunt is None:
            return
        self.hunt = None
        answers = hunt.answers(hunt.minutes_at(self.now()))

        def work(_: object) -> HuntState:
            return result_state(hunt, hunt_score(answers, self.library), kept_words(answers))

        self.view.read_beside("Looking at what you found", work, self.view.show_hunt)

    def leave(self) -> None:
        """The set is left: nothing of it is kept."""
        self.hunt = None

    def _show(self) -> None:
        assert self.hunt is not None
        self.view.show_hunt(hunting_state(self.hunt, self.now(), self.library))

    # --- the class

    def open_class(self, paths: Sequence[Path]) -> None:
        """Reads what trainees found, and shows it together; what cannot be read is named."""

        def work(_: object) -> tuple[tuple[HuntScore, ...], tuple[str, ...]]:
            scores, problems = list[HuntScore](), list[str]()
            for path in paths:
                try:
                    scores.append(hunt_score(read_answers(path, self.library), self.library))
                except ItbcalcError as error:
                    problems.append(f"{path.name}: {refused(error).words}")
            return tuple(scores), tuple(problems)

        self.view.read_beside("Reading the answers", work, self._on_class)

    def _on_class(self, found: tuple[tuple[HuntScore, ...], tuple[str, ...]]) -> None:
        self._scores = found[0]
        self.view.show_overview(class_state(*found))

    def class_csv(self) -> str:
        """The class as CSV."""
        return hunt_csv(self._scores)


def read_set_number(text: str) -> int:
    """The number of a set as typed. Raises RefusedError."""
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and int(plain) <= LARGEST_SEED):
        raise RefusedError("seed", plain, "practice_whole", least="0", most=f"{LARGEST_SEED:,}")
    return int(plain)


def kept_words(answers: SheetAnswers) -> str:
    """Keeps what was found under a name of its own, and says which; or that it was not kept."""
    try:
        hunts_folder().mkdir(parents=True, exist_ok=True)
        path = free_path(answers)
        write_new(path, [filled_answers(answers).encode("utf-8")])
    except (ItbcalcError, OSError) as error:
        return f"Not kept: {error}."
    return f"Kept as {path.name}."


def free_path(answers: SheetAnswers) -> Path:
    """The first name for it in the folder that no file has."""
    how = "with" if answers.with_program else "without"
    names = (hunts_folder() / f"set-{answers.seed}-{how}-{number}{ENDING}" for number in count(1))
    return next(path for path in names if not path.exists())
