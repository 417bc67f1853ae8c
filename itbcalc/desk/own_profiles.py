"""The clinic's own pumps and catheters, made and changed in the window: each figure with where it stands and who looked. No Qt.

They are kept in a file of their own in each folder; what somebody has written by hand in another is read, and left alone.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct

from itbcalc.errors import EntryError, FieldEntryError, LibraryError, RefusedError
from itbcalc.library.folders import CONFIRMED_FILE
from itbcalc.library.own import OWN_PUMP_FIGURES, OWN_PUMP_REQUIRED, keep_own, own_pump, own_text, plain_words
from itbcalc.library.reading import CATHETER_KINDS, figure_quantity
from itbcalc.library.records import COUNT, Library, figures_named
from itbcalc.quantities.kinds import PERCENTAGE, Kind

PUMPS, CATHETERS = "pump", "catheter"
_KEPT_IN = {PUMPS: "pumps/own.toml", CATHETERS: "catheters/own.toml"}
_CATHETER_FIGURES = {key: kind for key, kind in CATHETER_KINDS.items() if key != "volume"}
FIGURES_OF: Mapping[str, Mapping[str, Kind]] = {
    PUMPS: {name: figure.kind for name, figure in OWN_PUMP_FIGURES.items()},
    CATHETERS: _CATHETER_FIGURES,
}
REQUIRED_OF: Mapping[str, Sequence[str]] = {
    PUMPS: OWN_PUMP_REQUIRED,
    CATHETERS: ("name", "volume_per_length"),
}
_HEAD = "# Written by the window: change it there. Profiles written by hand belong into another file of this folder.\n\n"


class OwnProfile(Struct, frozen=True):
    """A pump or catheter of the clinic: its texts by the name of the figure, and where they stand.

    `changeable` is false where somebody wrote it by hand.
    """

    id: str
    texts: Mapping[str, str]
    sources: tuple[str, ...]
    changeable: bool


class ConfirmedFigure(Struct, frozen=True):
    """A figure that the clinic has looked up, as it was confirmed last."""

    address: str
    value: str
    by: str
    on: str
    reference: str


def own_profiles(kind: str, library: Library, folder: Path) -> tuple[OwnProfile, ...]:
    """Those of the clinic that were read. Raises LibraryError."""
    records: Mapping[str, Any] = library.pumps if kind == PUMPS else library.catheters
    changeable = {table.get("id") for table in _tables(kind, folder)}
    return tuple(
        OwnProfile(
            record.id,
            {"name": record.name}
            | {name: held[0].text for name in FIGURES_OF[kind] if (held := figures_named(record, name))},
            tuple(dict.fromkeys(source for figure in record.figures() for source in figure.sources)),
            record.id in changeable,
        )
        for record in records.values()
        if record.clinic
    )


def confirmed_figures(folder: Path) -> tuple[ConfirmedFigure, ...]:
    """What the clinic has looked up, each once. Raises LibraryError."""
    try:
        rows = tomllib.loads(own_text(CONFIRMED_FILE, folder)).get("confirmed", [])
    except ValueError as error:
        raise LibraryError(f"clinic/{CONFIRMED_FILE}", f"is not TOML: {error}") from error
    known = {
        str(row["figure"]): ConfirmedFigure(
            *(str(row[key]) for key in ("figure", "value", "by", "on", "reference"))
        )
        for row in rows
    }
    return tuple(known.values())


def keep_profile(
    kind: str,
    typed: Mapping[str, str],
    *,
    by: str,
    on: date,
    reference: str,
    library: Library,
    folder: Path,
    changed: str = "",
    built_in: Path | None = None,
) -> Library:
    """The library with a pump or catheter as typed, once that is safely on disk; `changed` is the id of the one it replaces.

    A bare number is read in the unit that its field shows. Each figure says where it stands and who looked. Raises FieldEntryError or RefusedError
    for what was typed, LibraryError for files, its field the last word of `.where`.
    """
    texts = {
        name: _with_its_unit(kind, name, text.strip(" ")) for name, text in typed.items() if text.strip(" ")
    }
    for name in REQUIRED_OF[kind]:
        if name not in texts:
            raise RefusedError(name, "", "missing")
    if kind == PUMPS:
        own_pump(texts, PUMPS)
    source = [
        plain_words("reference", reference),
        f"looked up by {plain_words('by', by)} on {on.isoformat()}",
    ]
    known = library.pumps if kind == PUMPS else library.catheters
    table: dict[str, object] = {
        "id": changed or _new_id(texts["name"], known),
        "name": plain_words("name", texts["name"]),
    }
    if kind == PUMPS:
        table["kind"] = "programmable"
    for name, figure_kind in FIGURES_OF[kind].items():
        if name in texts:
            figure = {"value": _read(name, texts[name], figure_kind), "grade": "clinic", "source": source}
            table[name] = [figure] if _several(name) else figure
    kept = [each for each in _tables(kind, folder) if each.get("id") != changed]
    return _write(kind, [*kept, table], folder, built_in)


def take_out_profile(kind: str, profile: str, folder: Path, *, built_in: Path | None = None) -> Library:
    """The library without one that was made in the window. Raises LibraryError, also where something still names it."""
    kept = [table for table in _tables(kind, folder) if table.get("id") != profile]
    return _write(kind, kept, folder, built_in)


def _read(name: str, text: str, kind: Kind) -> str:
    try:
        figure_quantity(text, kind, name)
    except EntryError as error:
        raise FieldEntryError(name, error) from error
    return text


def unit_of(kind: str, name: str) -> str:
    """The unit that the field of a figure shows: a bare number is read in it."""
    figure = FIGURES_OF[kind].get(name)
    return "" if figure in (None, COUNT) else "%" if figure is PERCENTAGE else figure.unit_text


def _with_its_unit(kind: str, name: str, text: str) -> str:
    unit = unit_of(kind, name)
    return f"{text} {unit}" if unit and re.fullmatch(r"[0-9.]+", text) else text


def _several(name: str) -> bool:
    return name in OWN_PUMP_FIGURES and OWN_PUMP_FIGURES[name].several


def _new_id(name: str, known: Mapping[str, object]) -> str:
    """The name in small letters and digits; with a number behind it where there is one of that id."""
    words = re.findall(r"[a-z0-9]+", name.lower())
    bare = "-".join(["own", *words])
    numbered = (f"{bare}-{number}" for number in range(2, len(known) + 3))
    return next(each for each in (bare, *numbered) if each not in known)


def _tables(kind: str, folder: Path) -> list[dict[str, Any]]:
    name = _KEPT_IN[kind]
    try:
        tables: list[dict[str, Any]] = tomllib.loads(own_text(name, folder)).get(kind, [])
    except ValueError as error:
        raise LibraryError(f"clinic/{name}", f"is not TOML: {error}") from error
    return tables


def _write(kind: str, tables: Sequence[Mapping[str, object]], folder: Path, built_in: Path | None) -> Library:
    import tomli_w

    return keep_own(_KEPT_IN[kind], _HEAD + tomli_w.dumps({kind: list(tables)}), folder, built_in)
