"""What has the clinic settled, as texts of fields, and how is one of them changed? No Qt.

`clinic.toml` is the one place where they are kept. It may be written by hand as well: only the key that is changed is
written, and the whole library is read with it before it counts.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from itbcalc.desk.dates import said_plainly
from itbcalc.desk.texts import catheter_table, catheter_text
from itbcalc.errors import EntryError, FieldEntryError, LibraryError, RefusedError
from itbcalc.library.clinic_days import WEEKDAYS, public_holidays
from itbcalc.library.folders import CLINIC_FILE
from itbcalc.library.own import keep_own, own_text, plain_words
from itbcalc.library.reading import CATHETER_KINDS, MOST_PLACES
from itbcalc.library.records import Library
from itbcalc.library.toml_edit import with_key
from itbcalc.quantities.date_form import DateForm
from itbcalc.quantities.display import exact_text
from itbcalc.quantities.entry import read_count, read_quantity, refuse_zero
from itbcalc.quantities.instants import read_date, read_zone
from itbcalc.quantities.kinds import DURATION, VOLUME, Kind

FileValue = object  # what a TOML file holds under a key
PLACES = "refill_places"
MOST_NAMES = 8  # in a refusal


def setting_texts(folder: Path) -> dict[str, str]:
    """What is settled, by its key, as it would be typed; the places of a weekday as `refill_places.mon`.

    Raises LibraryError where the file cannot be read.
    """
    texts: dict[str, str] = {}
    for key, value in _table(folder).items():
        if key == PLACES and isinstance(value, Mapping):
            texts |= {f"{PLACES}.{day}": str(number) for day, number in value.items()}
        elif key == "catheter":
            texts[key] = catheter_text(value)
        else:
            texts[key] = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return texts


def usual_texts(library: Library) -> dict[str, tuple[str, str]]:
    """What is usual in the clinic, by the place of a program: what would be typed there, and what it is called."""
    clinic = library.clinic
    rules = {each.id: each.title for each in library.jurisdictions}
    catheter = catheter_text(clinic.catheter) if clinic.catheter else ""
    alarm = "" if clinic.low_alarm is None else exact_text(clinic.low_alarm)
    found = {
        "system.pump": (clinic.pump or "", library.pumps[clinic.pump].name if clinic.pump else ""),
        "system.catheter": (catheter, catheter),
        "reservoir.low_alarm": (alarm, alarm),
        "reservoir.zone": (clinic.zone or "", clinic.zone or ""),
        "patient.jurisdiction": (clinic.jurisdiction or "", rules.get(clinic.jurisdiction or "", "")),
    }
    return {place: offered for place, offered in found.items() if offered[0]}


def settle(key: str, text: str, library: Library, folder: Path, *, built_in: Path | None = None) -> Library:
    """The library with `key` as typed, once that is safely on disk; an empty text takes it out.

    Raises FieldEntryError or RefusedError for what was typed, LibraryError for files.
    """
    name, _, day = key.partition(".")
    try:
        value = READERS[name](key, text.strip(" "), library) if text.strip(" ") else None
    except EntryError as error:
        raise FieldEntryError(key, error) from error
    if day:
        value = _with_day(_table(folder).get(PLACES), day, value)
    try:
        edited = with_key(own_text(CLINIC_FILE, folder), name, value)
    except ValueError as error:
        raise LibraryError(f"clinic/{CLINIC_FILE}", f"is not TOML: {error}") from error
    return keep_own(CLINIC_FILE, edited, folder, built_in)


def _table(folder: Path) -> dict[str, FileValue]:
    try:
        return tomllib.loads(own_text(CLINIC_FILE, folder))
    except ValueError as error:
        raise LibraryError(f"clinic/{CLINIC_FILE}", f"is not TOML: {error}") from error


def _with_day(places: FileValue, day: str, number: FileValue | None) -> FileValue | None:
    """The places of the week with those of one day; in the order of the week."""
    held = {**places} if isinstance(places, Mapping) else {}
    held[day] = number
    return {each: held[each] for each in WEEKDAYS if held.get(each) is not None} or None


# --- how each is read


def _words(key: str, text: str, _: Library) -> FileValue:
    return plain_words(key, text)


def _read_zone(_: str, text: str, __: Library) -> FileValue:
    return str(read_zone(text))


def _jurisdiction(key: str, text: str, library: Library) -> FileValue:
    return _one_of(key, text, {each.id: each.title for each in library.jurisdictions})


def _pump(key: str, text: str, library: Library) -> FileValue:
    return _one_of(key, text, {pump.id: pump.name for pump in library.pumps.values()})


def _holidays(key: str, text: str, _: Library) -> FileValue:
    return _one_of(key, text, {country: known.name for country, known in public_holidays().items()})


def _date_form(key: str, text: str, _: Library) -> FileValue:
    return _one_of(key, text, {form: form for form in DateForm})


def _one_of(key: str, text: str, known: Mapping[str, str]) -> FileValue:
    if text not in known:
        raise RefusedError(key, text, "unknown_key", known=", ".join(near_names(text, [*known.values()])))
    return str(text)


def near_names(text: str, names: Sequence[str]) -> Sequence[str]:
    """All names where they are few, else those that hold `text`, or are spelt alike, or begin the list."""
    if len(names) <= MOST_NAMES:
        return names
    holding = [name for name in names if text.strip().casefold() in name.casefold()]
    if 0 < len(holding) <= MOST_NAMES:
        return holding
    import difflib  # only for what is refused

    return difflib.get_close_matches(text, names, n=4, cutoff=0.3) or [*names[:4], "…"]


def _catheter(key: str, text: str, _: Library) -> FileValue:
    table = catheter_table(text)
    if not isinstance(table, Mapping):
        raise RefusedError(key, text, "catheter_shape")
    return {part: _quantity(held, CATHETER_KINDS[part]) for part, held in table.items()}


def _low_alarm(_: str, text: str, __: Library) -> FileValue:
    return _quantity(text, VOLUME, "mL")


def _lead_time(_: str, text: str, __: Library) -> FileValue:
    return _quantity(text, DURATION, "day")


def _quantity(text: str, kind: Kind, unit: str = "") -> str:
    """The text as it stands in a file: with its unit, where the field alone had shown one."""
    entered = refuse_zero(read_quantity(text, kind, shown_unit=unit), kind)
    return text if any(map(str.isalpha, text)) else f"{entered.number_text} {unit}"


def _places(key: str, text: str, _: Library) -> FileValue:
    number = read_count(text)
    if number > MOST_PLACES:
        raise RefusedError(key, text, "too_many_places", limit=str(MOST_PLACES))
    return number


def _closed(_: str, text: str, __: Library) -> FileValue:
    days = (read_date(said_plainly(each)) for each in text.split(",") if each.strip(" "))
    return [day.isoformat() for day in sorted(set(days))]


def _day(_: str, text: str, __: Library) -> FileValue:
    return read_date(said_plainly(text)).isoformat()


READERS: Mapping[str, Callable[[str, str, Library], FileValue]] = {
    "name": _words,
    "phone": _words,
    "zone": _read_zone,
    "jurisdiction": _jurisdiction,
    "pump": _pump,
    "catheter": _catheter,
    "low_alarm": _low_alarm,
    "date_form": _date_form,
    "refill_lead_time": _lead_time,
    PLACES: _places,
    "closed": _closed,
    "holidays": _holidays,
    "paper_reviewed_by": _words,
    "paper_reviewed_on": _day,
}
