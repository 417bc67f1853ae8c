"""What is set of one workstation, and what of its file is not accepted?"""

import tomllib
from pathlib import Path

import pytest

from itbcalc.library.workstation import Look, keep_on_workstation, read_workstation


def test_nothing_set_is_the_systems_look_at_its_own_size(tmp_path: Path) -> None:
    found = read_workstation(tmp_path)

    assert (found.look, found.text_size, found.language, found.lock_minutes) == (Look.SYSTEM, 100, "", 5)
    assert not found.introduced
    assert found.refused == ""


def test_what_is_kept_is_read_back_and_what_was_written_by_hand_stays(tmp_path: Path) -> None:
    file = tmp_path / "workstation.toml"
    file.write_text("# room 3, dark\nlock_minutes = 10\n")

    keep_on_workstation(tmp_path, {"look": "dark", "text_size": 150})

    found = read_workstation(tmp_path)
    assert (found.look, found.text_size, found.lock_minutes) == (Look.DARK, 150, 10)
    assert file.read_text().startswith("# room 3, dark\n")


@pytest.mark.parametrize(
    "line", ['look = "pink"', "text_size = 120", "lock_minutes = 0", "lock_minutes = true", 'lok = "dark"']
)
def test_what_is_not_accepted_counts_as_not_set_and_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "workstation.toml").write_text(f'{line}\nlanguage = "de"\n')

    found = read_workstation(tmp_path)

    assert (found.look, found.text_size, found.lock_minutes) == (Look.SYSTEM, 100, 5)
    assert found.language == "de"
    assert line.partition(" ")[0] in found.refused


def test_a_file_that_is_no_toml_is_named_and_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "workstation.toml"
    file.write_text("look = dark")

    assert "workstation.toml" in read_workstation(tmp_path).refused
    with pytest.raises(OSError, match=r"workstation\.toml"):
        keep_on_workstation(tmp_path, {"text_size": 150})
    assert file.read_text() == "look = dark"


def test_every_kept_value_is_plain_toml(tmp_path: Path) -> None:
    keep_on_workstation(tmp_path, {"look": Look.CONTRAST, "introduced": True})

    assert tomllib.loads((tmp_path / "workstation.toml").read_text()) == {
        "look": "contrast",
        "introduced": True,
    }
