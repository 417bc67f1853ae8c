"""Is the quick reading of the flow range the library's own, and does it load and read no more than it needs?"""

import subprocess
import sys
from pathlib import Path

import pytest

from itbcalc.errors import LibraryError
from itbcalc.library.flow_range import published_flow_range
from itbcalc.library.folders import CLINIC_FILE, CONFIRMED_FILE, FOLDERS, has_own_profiles
from itbcalc.library.reading import read_library
from itbcalc.library.records import Library
from itbcalc.resources import resource_path

PUMPS = "pumps/maker.toml"


def range_of(library: Library) -> tuple[object, object]:
    pumps = library.pumps.values()
    lowest = [pump.lowest_flow_rate for pump in pumps if pump.lowest_flow_rate is not None]
    highest = [pump.highest_flow_rate for pump in pumps if pump.highest_flow_rate is not None]
    return (
        min(lowest, key=lambda figure: figure.quantity.magnitude),
        max(highest, key=lambda figure: figure.quantity.magnitude),
    )


def test_the_published_range_is_that_of_the_whole_library(library: Library) -> None:
    assert published_flow_range(resource_path()) == range_of(library)


def test_the_range_spans_all_files(small: Path) -> None:
    other = (small / PUMPS).read_text().replace("pump-20", "other")
    other = other.replace('"24 mL/day"', '"2 mL/h"').replace('source = ["MAN1"]', 'source = "MAN1"')
    (small / "pumps/another.toml").write_text(other)

    lowest, highest = published_flow_range(small)

    assert (lowest, highest) == range_of(read_library(small))
    assert highest.text == "2 mL/h"
    assert highest.sources == ("MAN1",)


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("[[pump]]", "[[pumps]]"),
        ("[[pump]]", "[pump]"),
        ("[[pump]]", "pump = ["),
        ("lowest_flow_rate", "lowest_rate"),
        ('{ value = "0.05 mL/day"', '{ valve = "0.05 mL/day"'),
        ('{ value = "0.05 mL/day"', '{ value = "0.05 mL"'),
        ('{ value = "0.05 mL/day"', "{ value = 0.05"),
        ('{ value = "0.05 mL/day", grade = "seen"', '{ value = "0.05 mL/day", grade = "sure"'),
        ('{ value = "0.05 mL/day", grade = "seen", source = ["MAN1"] }', '"0.05 mL/day"'),
    ],
)
def test_files_without_a_range_are_refused(small: Path, there: str, instead: str) -> None:
    text = (small / PUMPS).read_text()
    assert there in text
    (small / PUMPS).write_text(text.replace(there, instead))

    with pytest.raises(LibraryError) as caught:
        published_flow_range(small)

    assert caught.value.where == "pumps"


def test_no_pumps_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError):
        published_flow_range(tmp_path)


def test_a_file_that_cannot_be_read_is_refused(small: Path) -> None:
    (small / PUMPS).write_bytes(b"\xff")

    with pytest.raises(LibraryError):
        published_flow_range(small)


def test_the_range_needs_neither_the_library_nor_what_it_loads() -> None:
    program = (
        "import sys; from itbcalc.resources import resource_path;"
        "from itbcalc.library.flow_range import published_flow_range; published_flow_range(resource_path());"
        "from itbcalc.library.folders import has_own_profiles, own_folder; has_own_profiles(own_folder());"
        "late = ('itbcalc.library.reading', 'itbcalc.library.files', 'tomli_w');"
        "sys.exit(', '.join(name for name in late if name in sys.modules) or None)"
    )

    subprocess.run([sys.executable, "-c", program], check=True, cwd=resource_path().parent)


def test_a_clinic_without_files_has_no_profiles(own: Path) -> None:
    assert not has_own_profiles(own)

    own.mkdir()
    (own / "settings.ini").write_text("")

    assert not has_own_profiles(own)


@pytest.mark.parametrize(
    "name", [*(f"{folder}/ours.toml" for folder in FOLDERS), CLINIC_FILE, CONFIRMED_FILE]
)
def test_any_file_of_the_clinics_is_a_profile(own: Path, name: str) -> None:
    (own / name).parent.mkdir(parents=True)
    (own / name).write_text("?")

    assert has_own_profiles(own)
