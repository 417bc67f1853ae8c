"""Program files on disk: read, written safely, and the bundled examples. No Qt."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from itbcalc.desk.fields import MOMENTS, SHOWN_UNITS
from itbcalc.desk.schedule_texts import ROW_KEYS, row_typed
from itbcalc.desk.texts import Texts, table_of, texts_of
from itbcalc.errors import EntryError, RefusedError
from itbcalc.library.records import Library
from itbcalc.program import load_toml, read_program
from itbcalc.program.toml_file import BareNumber
from itbcalc.quantities.display import moment_text
from itbcalc.quantities.instants import read_instant, read_zone
from itbcalc.resources import resource_path
from itbcalc.safe_files import replace_file
from itbcalc.visits.examples import example_title


def open_program(path: Path, library: Library) -> Texts:
    """The texts of a program file. Raises a refusal for what is no TOML file, or what no field could show.

    A moment is shown in the patient's own time where the file names the time zone and both agree.
    """
    table = load_toml(path)
    texts = texts_of(table)
    typed = {place: in_local_time(place, text, texts.typed) for place, text in texts.typed.items()}
    texts = Texts(typed, texts.kept)
    _refuse_unseen(table, texts, library)
    return texts


def _refuse_unseen(table: Mapping[str, Any], texts: Texts, library: Library) -> None:
    """Raises what is wrong in the file but would look right in the fields, and what no field would show or compare."""
    readouts = table.get("readouts")
    listed = readouts.get("steps") if isinstance(readouts, Mapping) else None
    for place, text in row_typed(listed).items():
        if place.rpartition(".")[2] not in ROW_KEYS:
            raise RefusedError(place, text, "no_field")
    shown = read_program(table_of(texts), library, SHOWN_UNITS).refusals
    seen = {refusal.field for refusal in shown}
    for refusal in read_program(table, library).refusals:
        if refusal.field not in seen:
            raise refusal


def save_program(path: Path, table: Mapping[str, Any]) -> None:
    """Writes a program file, whole or not at all. Raises OSError."""
    import tomli_w

    content = tomli_w.dumps({name: _plain(section) for name, section in table.items()}).encode("utf-8")
    replace_file(path, content)


def examples() -> tuple[tuple[str, str], ...]:
    """The bundled examples as (file name, words); the words are those of the file's name."""
    return tuple((path.name, _title(path)) for path in sorted(resource_path("examples").glob("*.toml")))


def example_path(name: str) -> Path:
    """Where a bundled example is."""
    return resource_path("examples", name)


def is_example(path: Path) -> bool:
    """Whether this file is a bundled example, or a copy of one in which nothing was changed, wherever it lies."""
    bundled = example_path(path.name)
    try:
        return bundled.is_file() and bundled.read_bytes() == path.read_bytes()
    except OSError:  # gone since it was opened
        return False


def in_local_time(place: str, text: str, typed: Mapping[str, str]) -> str:
    """`2026-11-22T09:30+02:00` as `22 Nov 2026 09:30`, if that reads as the same moment; else as it stands."""
    if place not in MOMENTS:
        return text
    try:
        zone = read_zone(typed.get("reservoir.zone", ""))
        instant = read_instant(text, zone, local_allowed=True)
        local = moment_text(instant.moment)
        same_offset = read_instant(text).moment.utcoffset() == instant.moment.utcoffset()
        return local if same_offset and read_instant(local, zone, local_allowed=True) == instant else text
    except EntryError:
        return text


def _title(path: Path) -> str:
    """`06-mistyped-concentration.toml` as `6  Mistyped concentration`."""
    return f"{path.stem.partition('-')[0].lstrip('0')}   {example_title(path.stem)}"


def _plain(value: object) -> object:
    """Bare numbers as they were written."""
    if isinstance(value, Mapping):
        return {key: _plain(held) for key, held in value.items()}
    if isinstance(value, list):
        return [_plain(held) for held in value]
    if isinstance(value, BareNumber):
        return Decimal(value.text)
    return value
