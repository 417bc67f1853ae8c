"""A scenario written in the window: fields, what the reader says of them, and its file. No Qt."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct

from itbcalc.errors import ItbcalcError, RefusedError
from itbcalc.library.records import Library
from itbcalc.practice.run_file import own_scenarios, unfinished_words
from itbcalc.practice.scenario_draft import (
    DraftField,
    DraftSection,
    draft_faults,
    draft_of,
    draft_text,
    sections,
    text_at,
    with_another,
    with_text,
    without,
)
from itbcalc.practice.scenario_reading import ENDING, scenario_paths
from itbcalc.practice.table import is_name
from itbcalc.resources import resource_path
from itbcalc.safe_files import replace_file, write_new
from ui.practice.run_states import refused

_MOST_SAID = 6  # faults in the line below


class DraftFieldState(Struct, frozen=True):
    """A field with what stands in it, and what is wrong there."""

    field: DraftField
    text: str
    fault: str = ""


class EditorState(Struct, frozen=True):
    """Everything that the page shows. `rows` are the sections with how much is wrong in each."""

    name: str = ""
    rows: tuple[str, ...] = ()
    current: int = 0
    fields: tuple[DraftFieldState, ...] = ()
    can_take_out: bool = False
    about: str = ""
    whole: bool = False


class EditorView(Protocol):
    """What the presenter asks of the panel."""

    def show_editor(self, state: EditorState) -> None:
        """Shows the scenario being written."""

    def say_of_the_editor(self, words: str, tone: str = "") -> None:
        """Says what came of saving it."""


class EditorPresenter:
    """One scenario at a time; `opened` is the name of the file that it came from, empty for a new one."""

    def __init__(self, view: EditorView, library: Library) -> None:
        self.view, self.library = view, library
        self._table: dict[str, Any] = {}
        self._name, self._opened, self._current = "", "", 0

    @property
    def table(self) -> Mapping[str, Any]:
        """What is written, as a file has it."""
        return self._table

    # --- what is written

    def begin(self, name: str = "") -> None:
        """A scenario of one's own by its name, a built-in one as a copy, or a new one from the template."""
        own, known = own_scenarios() / f"{name}{ENDING}", scenario_paths(own_scenarios())
        path = known.get(name) or resource_path("practice", "template.toml")
        try:
            self._table = draft_of(path)
        except RefusedError as error:
            self.view.say_of_the_editor(refused(error).words, "refused")
            return
        self._opened = name if path == own else ""
        self._name, self._current = self._opened, 0
        self._show()

    def name_typed(self, name: str) -> None:
        """Under which name it is to be kept."""
        self._name = name.strip()
        self._show()

    def typed(self, place: str, text: str) -> None:
        """Another text in a field of the section in front."""
        field = next(each for each in self._section.fields if each.place == place)
        self._table = with_text(self._table, field, text)
        self._show()

    def open_section(self, number: int) -> None:
        """Brings another section to the front, counted from 0."""
        if 0 <= number < len(self._sections):
            self._current = number
            self._show()

    def add(self, place: str) -> None:
        """One more of a list, in front then."""
        self._table = with_another(self._table, place)
        of_list = [number for number, each in enumerate(self._sections) if each.list_place == place]
        self._current = of_list[-1]
        self._show()

    def take_out(self) -> None:
        """Takes the section in front out, where it is one of several."""
        section = self._section
        if section.list_place:
            self._table = without(self._table, section.list_place, section.number)
            self._current = max(self._current - 1, 0)
            self._show()

    # --- its file

    def save(self) -> None:
        """Writes it among the clinic's own scenarios, whole or not yet; another one of that name is never written over."""
        name = self._name
        if not is_name(name):
            self.view.say_of_the_editor(
                "Not saved: give it a name of small letters, digits and single hyphens, as in first-dose.",
                "refused",
            )
            return
        if name != self._opened and name in scenario_paths(own_scenarios()):
            words = f"Not saved: there is a scenario called {name} already. Give this one another name."
            self.view.say_of_the_editor(words, "refused")
            return
        self._write(own_scenarios() / f"{name}{ENDING}", draft_text(self._table).encode("utf-8"))

    def _write(self, path: Path, content: bytes) -> None:
        write: Callable[[Path, bytes], None] = replace_file if self._opened else _write_new
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, content)
        except (ItbcalcError, OSError) as error:
            self.view.say_of_the_editor(f"{path.name} was not written: {error}", "refused")
            return
        self._opened = path.stem
        faults = len(self._faults)
        rest = "" if not faults else f" It cannot be played yet: {_many(faults)} to be put right."
        self.view.say_of_the_editor(f"Saved as {path.name}.{rest}")

    # --- what is shown

    @property
    def _sections(self) -> tuple[DraftSection, ...]:
        return sections(self._table, self.library)

    @property
    def _section(self) -> DraftSection:
        return self._sections[self._current]

    @property
    def _faults(self) -> tuple[tuple[str, str], ...]:
        name = self._name if is_name(self._name) else "new"
        faults = draft_faults(self._table, name, self.library)
        unfinished = unfinished_words(str(self._table.get("title", "")))
        return (("title", unfinished), *faults) if unfinished else faults

    def _show(self) -> None:
        held, faults = self._sections, self._faults
        section = held[self._current]
        self.view.show_editor(
            EditorState(
                name=self._name,
                rows=tuple(_row(each, faults) for each in held),
                current=self._current,
                fields=tuple(
                    DraftFieldState(each, text, _fault_of(each.place, text, section, faults))
                    for each in section.fields
                    for text in (text_at(self._table, each),)
                ),
                can_take_out=bool(section.list_place),
                about=_about(held, faults),
                whole=not faults,
            )
        )


def _write_new(path: Path, content: bytes) -> None:
    write_new(path, [content])


def _row(section: DraftSection, faults: tuple[tuple[str, str], ...]) -> str:
    wrong = sum(section.holds(place) for place, _ in faults)
    return f"✕ {section.title} ({wrong})" if wrong else section.title


def _fault_of(place: str, text: str, section: DraftSection, faults: tuple[tuple[str, str], ...]) -> str:
    """What is wrong in a field; of several fields that do not go together, beside each of them that is filled in."""
    own = f"{section.list_place}.{section.number}"
    return "; ".join(
        why
        for where, why in faults
        if where == place
        or where.startswith(f"{place}.")
        or (text and where != own and place.startswith(f"{where}."))
    )


def _about(held: Sequence[DraftSection], faults: tuple[tuple[str, str], ...]) -> str:
    if not faults:
        return "✓ It can be played."
    said = "; ".join(f"{_named(held, place)}: {why}" for place, why in faults[:_MOST_SAID])
    more = len(faults) - _MOST_SAID
    rest = f"; and {more} more" if more > 0 else ""
    return f"✕ It cannot be played yet, {_many(len(faults))} to be put right. {said}{rest}"


def _named(held: Sequence[DraftSection], place: str) -> str:
    """`Hidden fault 1, Value`: where on the page it is; a place that has no field there as a file calls it."""
    section = next((each for each in held if each.holds(place)), None)
    if section is None:
        return place
    field = next((each for each in section.fields if each.touches(place)), None)
    one_of_all = section.list_place and place == f"{section.list_place}.{section.number}"
    return section.title if field is None or one_of_all else f"{section.title}, {field.words}"


def _many(count: int) -> str:
    return "1 thing is" if count == 1 else f"{count} things are"
