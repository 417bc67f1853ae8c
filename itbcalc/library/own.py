"""What does the clinic add: its own profiles, the figures it has confirmed, a pump in a program file?"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from itbcalc import safe_files
from itbcalc.errors import EntryError, FieldEntryError, LibraryError, RefusedError
from itbcalc.library.files import MAX_WORDS
from itbcalc.library.folders import CONFIRMED_FILE, own_folder
from itbcalc.library.reading import figure_quantity, first_disorder, read_library
from itbcalc.library.records import COUNT, PUMP_FIGURES, Figure, Grade, Library, Pump, Typed
from itbcalc.quantities.kinds import KINDS, Kind
from itbcalc.resources import resource_path

__all__ = ["confirm", "own_folder", "own_pump", "read_library_or_built_in"]

OWN_PUMP_FIGURES = {name: figure for name, figure in PUMP_FIGURES.items() if figure.typed is not Typed.NOT}
OWN_PUMP_REQUIRED = ("name", *(name for name in OWN_PUMP_FIGURES if PUMP_FIGURES[name].typed is Typed.ALWAYS))
OWN_PUMP_KEYS = ("name", *OWN_PUMP_FIGURES)


def read_library_or_built_in(folder: Path, own: Path | None) -> tuple[Library, tuple[LibraryError, ...]]:
    """The library with the clinic's own profiles; where those are wrong, the built-in one and what is wrong.

    Raises LibraryError only where the built-in files themselves are wrong.
    """
    try:
        return read_library(folder, own), ()
    except LibraryError as error:
        return read_library(folder), (error,)


def confirm(
    figure: Figure,
    value_text: str,
    *,
    by: str,
    on: date,
    reference: str,
    folder: Path,
    built_in: Path | None = None,
) -> Figure:
    """Writes that the clinic has looked `figure` up, and returns it as it now stands in the library.

    `reference` says where: "SynchroMed II implant manual, p. 11". The new `confirmed.toml` in `folder` is read
    with the whole library before it takes the place of the old one, so a refused value changes nothing.
    Raises FieldEntryError or RefusedError for what was typed, LibraryError for files.
    """
    _refuse_value(figure, value_text)
    row = {
        "figure": figure.address,
        "value": value_text.strip(" "),
        "by": plain_words("by", by),
        "on": on.isoformat(),
        "reference": plain_words("reference", reference),
        "replaces": figure.text,
    }
    library = _append_confirmation(row, folder, built_in)
    confirmed = library.figure(figure.address)
    assert confirmed is not None, "an address that is not in the library is refused when it is read"
    return confirmed


def own_pump(table: Mapping[str, object], where: str) -> Pump:
    """A pump described in a program file, all quantities as text with their unit.

    Raises RefusedError or FieldEntryError with the field as `where.key`.
    """
    for key, value in table.items():
        if key not in OWN_PUMP_KEYS:
            raise RefusedError(f"{where}.{key}", key, "unknown_key", known=", ".join(OWN_PUMP_KEYS))
        if not isinstance(value, str) and not _is_count(key, value):
            raise RefusedError(f"{where}.{key}", str(value), "not_text")
    for key in OWN_PUMP_REQUIRED:
        if key not in table:
            raise RefusedError(f"{where}.{key}", "", "missing")
    known: dict[str, Any] = {
        key: _typed_figure(str(table[key]), key, f"{where}.{key}") for key in OWN_PUMP_FIGURES if key in table
    }
    found = first_disorder(known)
    if found is not None:
        lower, figure, higher, above = found
        raise RefusedError(f"{where}.{lower}", figure.text, "not_below", other=higher, limit=above.text)
    for key, typed in known.items():
        if PUMP_FIGURES[key].several:
            known[key] = (typed,)
    return Pump(id="", name=plain_words(f"{where}.name", str(table["name"])), clinic=True, **known)


def _is_count(key: str, value: object) -> bool:
    """A count may be written as a bare number: `steps_per_day = 24`."""
    counted = key in PUMP_FIGURES and PUMP_FIGURES[key].kind is COUNT
    return counted and isinstance(value, int) and not isinstance(value, bool)


def _typed_figure(text: str, name: str, field: str) -> Figure:
    try:
        quantity = figure_quantity(text, PUMP_FIGURES[name].kind, name)
    except EntryError as error:
        raise FieldEntryError(field, error) from error
    return Figure(field, quantity, text, Grade.CLINIC, (field,), clinic=True)


def _refuse_value(figure: Figure, value_text: str) -> None:
    try:
        figure_quantity(value_text, _kind(figure), figure.address.rsplit(".", 1)[-1])
    except EntryError as error:
        raise FieldEntryError("value", error) from error


def _kind(figure: Figure) -> Kind:
    return next(kind for kind in KINDS if kind.unit == figure.quantity.units)


def plain_words(field: str, text: str) -> str:
    """`text` without the blanks around it; refused if empty, too long, or holding what cannot be seen."""
    trimmed = text.strip(" ")
    if not trimmed:
        raise RefusedError(field, text, "missing")
    if len(trimmed) > MAX_WORDS:
        raise RefusedError(field, text, "too_long", limit=f"{MAX_WORDS}")
    if not trimmed.isprintable():
        raise RefusedError(field, text, "invisible")
    return trimmed


def _append_confirmation(row: Mapping[str, str], folder: Path, built_in: Path | None) -> Library:
    """The library with `row` in force, once that is safely on disk."""
    import tomli_w

    before = own_text(CONFIRMED_FILE, folder)
    end = "\n" if before and not before.endswith("\n") else ""
    return keep_own(CONFIRMED_FILE, f"{before}{end}\n[[confirmed]]\n{tomli_w.dumps(row)}", folder, built_in)


def own_text(name: str, folder: Path) -> str:
    """What stands in a file of the clinic's own; empty where there is none. Raises LibraryError."""
    path = folder / name
    try:
        return path.read_text(encoding="utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError(f"clinic/{name}", f"cannot be read: {error}") from error


def keep_own(name: str, text: str, folder: Path, built_in: Path | None = None) -> Library:
    """The library with `text` as the clinic's own file `name`, once that is safely on disk.

    The whole library is read with it before it takes the place of the old one, so what is refused changes nothing. Raises
    LibraryError.
    """
    path, content = folder / name, text.encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with safe_files.written_beside(path, content) as candidate:
            library = read_library(built_in or resource_path(), folder, instead={name: candidate})
            safe_files.put_in_place(candidate, path)
        if path.read_bytes() != content:
            raise LibraryError(f"clinic/{name}", "does not read back as it was written")
    except OSError as error:
        raise LibraryError(f"clinic/{name}", f"cannot be written: {error.strerror}") from error
    return library
