"""Is a setting of the clinic kept as it was typed, refused in words, and never in the way of what stands there?"""

import tomllib
from pathlib import Path

import pytest

from itbcalc.desk.settings import READERS, setting_texts, settle
from itbcalc.errors import FieldEntryError, LibraryError, RefusedError
from itbcalc.library.files import ClinicFile
from itbcalc.library.reading import read_library
from itbcalc.library.records import Library
from itbcalc.quantities.units import ureg
from itbcalc.resources import resource_path
from itbcalc.say import refusal_words


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library(resource_path())


def kept(folder: Path) -> dict[str, object]:
    return tomllib.loads((folder / "clinic.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("key", "typed", "stands"),
    [
        ("name", "Spasticity clinic", "Spasticity clinic"),
        ("zone", "Asia/Jerusalem", "Asia/Jerusalem"),
        ("jurisdiction", "uk", "uk"),
        ("pump", "synchromed-ii-40", "synchromed-ii-40"),
        ("catheter", "89 cm × 0.0022 mL/cm", {"length": "89 cm", "volume_per_length": "0.0022 mL/cm"}),
        ("catheter", "0.19 mL", {"volume": "0.19 mL"}),
        ("low_alarm", "2", "2 mL"),
        ("low_alarm", "2 mL", "2 mL"),
        ("refill_lead_time", "7", "7 day"),
        ("refill_lead_time", "36 h", "36 h"),
        ("refill_places.thu", "3", 3),
        ("closed", "31 Dec 2026, 2026-12-24", ["2026-12-24", "2026-12-31"]),
        ("holidays", "de", "de"),
        ("date_form", "day-first", "day-first"),
        ("paper_reviewed_on", "3 Nov 2026", "2026-11-03"),
    ],
)
def test_what_is_typed_is_kept_and_read_back(
    library: Library, tmp_path: Path, key: str, typed: str, stands: object
) -> None:
    settle(key, typed, library, tmp_path)

    name, _, day = key.partition(".")
    held = kept(tmp_path)[name]
    assert (held[day] if day and isinstance(held, dict) else held) == stands
    settle(key, setting_texts(tmp_path)[key], library, tmp_path)  # as it is shown it may be typed again
    assert (kept(tmp_path)[name]) == held


def test_the_library_has_it_at_once(library: Library, tmp_path: Path) -> None:
    read = settle("low_alarm", "2.5", library, tmp_path)

    assert read.clinic.low_alarm == ureg.Quantity(5, "mL") / 2
    assert settle("low_alarm", "", read, tmp_path).clinic.low_alarm is None
    assert kept(tmp_path) == {}


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("zone", "Jerusalem"),
        ("jurisdiction", "fr"),
        ("pump", "our-pump"),
        ("catheter", "89 cm"),
        ("catheter", "0.1 mL + 0.2 mL"),
        ("low_alarm", "0"),
        ("low_alarm", "2 mg"),
        ("low_alarm", "2,5"),
        ("refill_lead_time", "7 days"),
        ("refill_places.mon", "2.5"),
        ("refill_places.mon", "-1"),
        ("refill_places.mon", "1001"),
        ("closed", "24 Dec 2026, 8.9.2027"),
        ("holidays", "fr"),
        ("date_form", "year-first"),
        ("name", "Ward\u200b3"),
        ("name", "x" * 401),
        ("paper_reviewed_on", "yesterday"),
    ],
)
def test_what_cannot_stand_is_refused_in_words_and_changes_nothing(
    library: Library, tmp_path: Path, key: str, typed: str
) -> None:
    (tmp_path / "clinic.toml").write_text('# ours\nphone = "1"\n')

    with pytest.raises((RefusedError, FieldEntryError)) as caught:
        settle(key, typed, library, tmp_path)

    assert caught.value.field == key
    assert refusal_words(caught.value)
    assert (tmp_path / "clinic.toml").read_text() == '# ours\nphone = "1"\n'


def test_what_was_written_by_hand_stays_with_its_words(library: Library, tmp_path: Path) -> None:
    (tmp_path / "clinic.toml").write_text('# kept by A. Nurse\nphone = "1"  # the ward\n')

    settle("zone", "Europe/Berlin", library, tmp_path)

    assert (tmp_path / "clinic.toml").read_text().startswith('# kept by A. Nurse\nphone = "1"  # the ward\n')


def test_a_profile_that_is_wrong_is_named_and_nothing_is_written_beside_it(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "pumps").mkdir()
    (tmp_path / "pumps" / "ours.toml").write_text("[[pump]]\n")

    with pytest.raises(LibraryError) as caught:
        settle("zone", "Europe/Berlin", library, tmp_path)

    assert "pumps/ours.toml" in caught.value.where
    assert not (tmp_path / "clinic.toml").exists()


def test_places_of_a_week_are_kept_day_by_day(library: Library, tmp_path: Path) -> None:
    settle("refill_places.thu", "3", library, tmp_path)
    settle("refill_places.mon", "2", library, tmp_path)
    read = settle("refill_places.thu", "", library, tmp_path)

    assert read.clinic.days.places == {"mon": 2}


def test_every_key_of_the_file_can_be_set_in_the_window() -> None:
    assert set(READERS) == set(ClinicFile.readers)
