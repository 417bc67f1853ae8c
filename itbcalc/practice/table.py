"""Reads the tables of a scenario or a script, value by value, and collects what is refused and what is missing."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from itbcalc.errors import EntryError, FieldEntryError
from itbcalc.program.table_reader import TableReader, as_written
from itbcalc.program.toml_file import BareNumber
from itbcalc.quantities.entry import read_number
from itbcalc.quantities.kinds import DURATION

LONGEST_TEXT = 4000  # characters of a text that a trainee reads
LONGEST_LIST = 200
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_name(text: str) -> bool:
    """Whether `text` is small letters, digits and single hyphens, as the name of a file must be everywhere."""
    return len(text) <= 60 and _NAME.fullmatch(text) is not None


class PracticeReader(TableReader):
    """Reads one table. Unlike in a program file, what is required and not there is refused at once."""

    @property
    def faults(self) -> int:
        """How many faults were found so far."""
        return len(self.refusals) + len(self.missing)

    def misses(self, place: str) -> None:
        """Notes that what is needed at `place` is not there."""
        self.missing.append(place)

    def words(self, place: str, table: Mapping[str, Any], *, required: bool = True) -> str | None:
        """A text for people. Its lines are joined, as where they end is for the writer alone; an empty one parts paragraphs."""
        text = self.text(place, table, required=required)
        if text is None:
            return None
        if not self._can_be_read(place, text):
            return None
        paragraphs = text.strip().split("\n\n")
        return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)

    def _can_be_read(self, place: str, text: str) -> bool:
        """Refuses what is empty, too long, or holds what nobody sees."""
        before = self.faults
        if not text.strip():
            self.refuse(place, text, "practice_empty")
        elif len(text) > LONGEST_TEXT:
            self.refuse(place, f"{text[:40]}…", "too_long", limit=str(LONGEST_TEXT))
        elif not text.replace("\n", "").isprintable():
            self.refuse(place, text, "invisible")
        return self.faults == before

    def name(self, place: str, table: Mapping[str, Any]) -> str | None:
        """A name of small letters, digits and hyphens."""
        text = self.text(place, table, required=True)
        if text is not None and not is_name(text):
            self.refuse(place, text, "practice_name")
            return None
        return text

    def whole(
        self, place: str, table: Mapping[str, Any], least: int, most: int, *, required: bool = True
    ) -> int | None:
        """A whole number, written without quotes."""
        value = self.held(place, table, required=required)
        if value is None:
            return None
        if type(value) is not int or not least <= value <= most:
            self.refuse(place, as_written(value), "practice_whole", least=str(least), most=str(most))
            return None
        return value

    def number(self, place: str, table: Mapping[str, Any]) -> Fraction | None:
        """A bare number, `2` or `2.5`, written without quotes."""
        value = self.held(place, table, required=True)
        if value is None:
            return None
        if not isinstance(value, BareNumber) and type(value) is not int:
            self.refuse(place, as_written(value), "practice_number")
            return None
        try:
            return read_number(value.text if isinstance(value, BareNumber) else str(value)).value
        except EntryError as error:
            self.refusals.append(FieldEntryError(place, error))
            return None

    def duration(self, place: str, table: Mapping[str, Any], *, required: bool) -> Fraction | None:
        """A duration in days; zero is one."""
        quantity = self.quantity(place, table, (DURATION,), required=required, zero_allowed=True)
        return None if quantity is None else Fraction(quantity.magnitude)

    def texts(self, place: str, table: Mapping[str, Any], *, required: bool = True) -> tuple[str, ...]:
        """A list of texts; empty where it is refused or missing."""
        value = self.held(place, table, required=required)
        if value is None:
            return ()
        if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
            self.refuse(place, as_written(value), "practice_texts")
            return ()
        before = self.faults
        for each in value:
            self._can_be_read(place, each)
        return tuple(value) if self.faults == before else ()

    def sources(self, place: str, table: Mapping[str, Any]) -> tuple[str, ...]:
        """Keys of `sources.toml`, at least one: what no source carries is not said here."""
        named = self.texts(place, table)
        for key in named:
            if key not in self.library.sources:
                self.refuse(place, key, "practice_source")
        return named

    def tables(self, place: str, table: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
        """The tables of a list, each with its place, counted from 1; none where there is no list."""
        value = self.held(place, table)
        if value is None:
            return []
        listed = isinstance(value, list) and all(isinstance(each, Mapping) for each in value)
        if not listed or len(value) > LONGEST_LIST:
            self.refuse(place, as_written(value), "practice_tables")
            return []
        return [(f"{place}.{number}", each) for number, each in enumerate(value, start=1)]

    def inner(self, place: str, table: Mapping[str, Any], *, required: bool) -> Mapping[str, Any]:
        """The table at the end of `place`; empty where there is none or it is no table."""
        value = self.held(place, table, required=required)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.refuse(place, as_written(value), "not_a_table")
            return {}
        return value
