"""A library small enough to be read at a glance, for tests that spoil it; and the real one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from itbcalc.library.reading import read_library
from itbcalc.library.records import Library
from itbcalc.resources import resource_path

SMALL = {
    "sources.toml": """
[MAN1]
title = "A manual"
reference = "https://example.org/manual"
""",
    "pumps/maker.toml": """
[[pump]]
id = "pump-20"
name = "Pump 20 mL"
kind = "programmable"
reservoir_volume = { value = "20 mL", grade = "seen", source = ["MAN1"] }
tubing_volume = [
    { value = "0.2 mL", grade = "seen", source = ["MAN1"], applies = "old" },
    { value = "0.1 mL", grade = "secondary", source = ["MAN1"], applies = "new" },
]
residual_volume = { value = "1.4 mL", grade = "unverified", note = "hearsay" }
lowest_flow_rate = { value = "0.05 mL/day", grade = "seen", source = ["MAN1"] }
highest_flow_rate = { value = "24 mL/day", grade = "seen", source = ["MAN1"] }
flex_steps_per_day = { value = "13", grade = "seen", source = ["MAN1"] }
facts = [{ text = "It ticks.", grade = "seen", source = ["MAN1"] }]
""",
    "catheters/maker.toml": """
[[catheter]]
id = "catheter-1"
name = "Catheter 1"
length = { value = "89 cm", grade = "seen", source = ["MAN1"] }
""",
    "drugs/baclofen.toml": """
[[drug]]
id = "baclofen"
name = "Baclofen"
covered = true

[[drug.marketed]]
concentration = { value = "500 mcg/mL", grade = "seen", source = ["MAN1"] }
product = "Vial"
jurisdictions = ["us"]
pump_fill = true
volumes = ["20 mL"]
""",
    "limits/all.toml": """
jurisdiction = "all"
title = "Everywhere"
version = "1"

[[limit]]
id = "GAP"
quantity = "time_between_increases"
absolute_minimum = "24 h"
grade = "seen"
source = ["MAN1"]
""",
    "limits/us.toml": """
jurisdiction = "us"
title = "US label"
version = "1"

[[limit]]
id = "STEP"
quantity = "dose_increase"
origin = "spinal"
age_from = 18
recommended_minimum = "10 %"
recommended_maximum = "30 %"
severity_below = "info"
severity_above = "warning"
grade = "unverified"
""",
}

WriteOwn = Callable[[str, str], Path]


@pytest.fixture(scope="session")
def library() -> Library:
    """The library as it is built in."""
    return read_library(resource_path())


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The folder of the small library."""
    folder = tmp_path / "built-in"
    for name, text in SMALL.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The clinic's folder, not made yet."""
    return tmp_path / "own"


@pytest.fixture
def write_own(own: Path) -> WriteOwn:
    """Writes one file of the clinic's."""

    def write(name: str, text: str) -> Path:
        path = own / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write
