"""Reads one nested table of texts, value by value, and collects what is refused and what is missing."""

import itertools
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct

from itbcalc.errors import EntryError, FieldEntryError, Problem, Refusal, RefusedError
from itbcalc.library.records import Library
from itbcalc.program.toml_file import BareNumber
from itbcalc.quantities.clock import TimeOfDay, read_time_of_day
from itbcalc.quantities.entry import Entered, read_quantity, refuse_zero, visible
from itbcalc.quantities.instants import (
    DATE_EXAMPLE,
    INSTANT_EXAMPLE,
    Instant,
    instant_of,
    read_date,
    read_instant,
)
from itbcalc.quantities.kinds import Kind
from itbcalc.quantities.units import Quantity

_SHORT_LIST = 10  # names that still fit into a refusal
_LONGEST_INTEGER_BITS = 64


T = TypeVar("T")


class ReadPart(Struct, frozen=True):
    """What a part of a table was read from, and what came of it: the same comes to the same again."""

    origin: object
    value: Any
    entries: Mapping[str, Entered]
    refusals: tuple[Refusal, ...]
    missing: tuple[str, ...]


class TableReader:
    """Reads one table; `refusals`, `missing` and `entries` grow as it goes. Places are written with dots.

    `parts` holds by place what was read before, and is what was read now once all has been read.
    """

    def __init__(
        self,
        table: Mapping[str, Any],
        library: Library,
        shown_units: Mapping[str, str],
        parts: Mapping[str, ReadPart] | None = None,
    ) -> None:
        self.table = table
        self.parts = dict(parts or {})
        self.shown_units = shown_units
        self.library = library
        self.refusals: list[Refusal] = []
        self.missing: list[str] = []
        self.entries: dict[str, Entered] = {}
        self.zone: ZoneInfo | None = None

    def section(self, name: str, keys: Iterable[str] | None = None) -> Mapping[str, Any]:
        """The table `name`; empty where there is none or it is no table. Other keys than `keys` are refused."""
        section = self.table.get(name, {})
        if not isinstance(section, Mapping):
            self.refuse(name, as_written(section), "not_a_table")
            return {}
        if keys is not None:
            self.refuse_unknown(name, section, keys)
        return section

    def part(self, place: str, origin: object, read: Callable[[], T]) -> T:
        """What `read` makes of `origin` at a place: taken from before, where the same stood there."""
        before = self.parts.get(place)
        if before is not None and before.origin == origin:
            self.entries |= before.entries
            self.refusals += before.refusals
            self.missing += before.missing
            known: T = before.value
            return known
        refused, missed, places = len(self.refusals), len(self.missing), len(self.entries)
        value = read()
        entries = dict(itertools.islice(self.entries.items(), places, None))
        self.parts[place] = ReadPart(
            origin, value, entries, tuple(self.refusals[refused:]), tuple(self.missing[missed:])
        )
        return value

    def refuse(self, place: str, typed: str, rule: str, **values: str) -> None:
        """Records a refusal by a rule between values."""
        self.refusals.append(RefusedError(place, typed, rule, **values))

    def refused_places(self) -> set[str]:
        """Where something was refused."""
        return {refusal.field for refusal in self.refusals}

    def refuse_unknown(self, place: str, table: Mapping[str, Any], known: Iterable[str]) -> None:
        """Refuses every key of `table` that is none of `known`, by its name."""
        known = tuple(known)
        for key in table:
            if key not in known:
                where = f"{place}.{visible(key)}" if place else visible(key)
                self.refusals.append(RefusedError(where, key, "unknown_key", known=", ".join(known)))

    def held(self, place: str, table: Mapping[str, Any], *, required: bool = False) -> Any:  # noqa: ANN401  # TOML
        """What stands at the end of `place`, whatever it is; None where nothing does, which is noted if `required`."""
        value = table.get(_key(place))
        if value is None and required:
            self.misses(place)
        return value

    def misses(self, place: str) -> None:
        """Notes that what is needed at `place` is not there: in a section that somebody began, as each may be left out."""
        if self.table.get(place.split(".", 1)[0]) is not None:
            self.missing.append(place)

    def text(self, place: str, table: Mapping[str, Any], *, required: bool) -> str | None:
        """The text at the end of `place`; None where there is none or it is no text."""
        there = _key(place) in table  # the null of a run's file is there, and no text
        value = self.held(place, table, required=required and not there)
        if there and not isinstance(value, str):
            self.refuse(place, as_written(value), "not_text")
            return None
        return None if value is None else str(value)

    def quantity(
        self,
        place: str,
        table: Mapping[str, Any],
        kinds: tuple[Kind, ...],
        *,
        required: bool = False,
        zero_allowed: bool = False,
    ) -> Quantity | None:
        """The quantity at `place`, of the first of `kinds` that fits; None where it is refused or missing."""
        text = self.text(place, table, required=required)
        if text is None:
            return None
        try:
            entered = _first_kind(text, kinds, self.shown_units.get(place, ""))
            if not zero_allowed:
                refuse_zero(entered, kinds[0])
        except EntryError as error:
            self.refusals.append(FieldEntryError(place, error))
            return None
        self.entries[place] = entered
        return entered.quantity

    def instant(self, place: str, table: Mapping[str, Any], *, required: bool = False) -> Instant | None:
        """The moment at `place`."""
        value = self.held(place, table)
        try:
            if isinstance(value, datetime):
                return instant_of(value, self.zone, value.isoformat())
            if isinstance(value, date):
                raise EntryError(value.isoformat(), Problem.DATE, INSTANT_EXAMPLE)
            text = self.text(place, table, required=required)
            return (
                None if text is None else read_instant(text, self.zone, local_allowed=self.zone is not None)
            )
        except EntryError as error:
            self.refusals.append(FieldEntryError(place, error))
            return None

    def day(
        self, place: str, table: Mapping[str, Any], read: Callable[[str], date] = read_date
    ) -> date | None:
        """The date at `place`, native or as `read` takes it from a text."""
        value = self.held(place, table)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            if isinstance(value, datetime):
                raise EntryError(value.isoformat(), Problem.DATE, DATE_EXAMPLE)
            text = self.text(place, table, required=False)
            return None if text is None else read(text)
        except EntryError as error:
            self.refusals.append(FieldEntryError(place, error))
            return None

    def moment_shown(self, place: str, table: Mapping[str, Any]) -> Instant | None:
        """The moment that a clock shows at `place`: where the zone is known, a date and time of TOML needs no offset."""
        value = self.held(place, table)
        if isinstance(value, datetime) and value.tzinfo is None:
            table = {_key(place): value.isoformat()}
        return self.instant(place, table)

    def whole_number(
        self, place: str, table: Mapping[str, Any], read: Callable[[str], Entered]
    ) -> Entered | None:
        """A whole number, bare as files have it or as the text that was typed, read by `read`."""
        value = self.held(place, table)
        bare = isinstance(value, BareNumber) or (isinstance(value, int) and not isinstance(value, bool))
        text = as_written(value) if bare else self.text(place, table, required=False)
        if text is None:
            return None
        try:
            self.entries[place] = read(text)
        except EntryError as error:
            self.refusals.append(FieldEntryError(place, error))
            return None
        return self.entries[place]

    def choice(
        self, place: str, table: Mapping[str, Any], known: Iterable[str], rule: str, *, required: bool = False
    ) -> str | None:
        """One of the names `known`; any other is refused by `rule`."""
        text = self.text(place, table, required=required)
        known = tuple(known)
        if text is not None and text not in known:
            self.refusals.append(RefusedError(place, text, rule, known=", ".join(nearest_of(text, known))))
            return None
        return text

    def time_of_day(
        self, place: str, table: Mapping[str, Any], *, required: bool = False
    ) -> TimeOfDay | None:
        """A time on a clock of 24 hours."""
        value = self.held(place, table)
        if value is not None and not isinstance(value, str):
            self.refuse(place, as_written(value), "time_not_text")
            return None
        text = self.text(place, table, required=required)
        if text is None:
            return None
        try:
            return read_time_of_day(text)
        except EntryError as error:
            self.refusals.append(FieldEntryError(place, error))
            return None

    def yes_or_no(self, place: str, table: Mapping[str, Any]) -> bool | None:
        """`true` or `false`; None where nothing is said."""
        value = self.held(place, table)
        if value is not None and not isinstance(value, bool):
            self.refuse(place, as_written(value), "not_true_or_false")
            return None
        return value


def _key(place: str) -> str:
    """The key at which a place ends: `dose` of `new.single.dose`."""
    return place.rsplit(".", 1)[-1]


def nearest_of(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Of a long list of names the few that are nearest to `text`; a short list whole."""
    import difflib  # only for what is refused

    close = difflib.get_close_matches(text.lower().replace(" ", "-"), known, n=4, cutoff=0.5)
    return tuple(close) if close and len(known) > _SHORT_LIST else known


def _first_kind(text: str, kinds: tuple[Kind, ...], shown_unit: str) -> Entered:
    """`text` as the first of `kinds` that takes its unit; the unit shown beside the field is of the first kind."""
    for kind in kinds[:-1]:
        try:
            return read_quantity(text, kind, shown_unit=shown_unit if kind is kinds[0] else "")
        except EntryError:
            continue
    return read_quantity(text, kinds[-1], shown_unit=shown_unit if len(kinds) == 1 else "")


def as_written(value: object) -> str:
    """A value of a TOML file for showing back."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {as_written(held)}" for key, held in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(as_written(held) for held in value)}]"
    if isinstance(value, BareNumber):
        return value.text
    if isinstance(value, int) and value.bit_length() > _LONGEST_INTEGER_BITS:
        return hex(value)  # Python refuses to write integers of thousands of digits in decimals
    return str(value)
