"""The program as it is started: a process of its own, its output, its exit status."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.itbcalc.programs import example

ROOT = Path(__file__).parents[3]


def started(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Runs `python -m itbcalc` from `folder`."""
    return subprocess.run(
        [sys.executable, "-m", "itbcalc", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_a_command_answers_from_any_folder(tmp_path: Path) -> None:
    ran = started(
        "flow-rate", "--dose", "350 mcg/day", "--concentration", "2000 mcg/mL", "--json", folder=tmp_path
    )

    assert ran.returncode == 0
    assert ran.stderr == b""
    assert json.loads(ran.stdout)["results"]["flow_rate"]["exact"] == "7/40"


@pytest.mark.parametrize(("name", "status"), [("01", 0), ("03", 1), ("06", 1)])
def test_a_check_ends_with_its_status(tmp_path: Path, name: str, status: int) -> None:
    ran = started("check", str(example(name)), folder=tmp_path)

    assert ran.returncode == status
    assert ran.stderr == b""


def test_a_refusal_ends_with_status_2_and_no_traceback(tmp_path: Path) -> None:
    ran = started("check", "missing.toml", "--json", folder=tmp_path)

    assert ran.returncode == 2
    assert json.loads(ran.stdout)["error"]["field"] == "file"
    assert b"missing.toml" in ran.stderr
    assert b"Traceback" not in ran.stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
def test_a_terminal_of_another_encoding_does_not_end_the_program(tmp_path: Path, encoding: str) -> None:
    ran = started("check", str(example("06")), folder=tmp_path, PYTHONIOENCODING=encoding)

    assert ran.returncode == 1
    assert "✗ differs" in ran.stdout.decode("utf-8")
    assert b"Traceback" not in ran.stderr


@pytest.mark.parametrize("locale", ["C", "de_DE.UTF-8", "tr_TR.UTF-8"])
def test_numbers_are_read_alike_in_every_locale_and_zone(tmp_path: Path, locale: str) -> None:
    line = ["refill", "--volume", "20 mL", "--alarm", "2 mL", "--flow-rate", "0.48 mL/day"]
    start = ["--from", "2026-10-20T12:20+02:00", "--zone", "Europe/Berlin", "--json"]

    ran = started(*line, *start, folder=tmp_path, LC_ALL=locale, LANG=locale, TZ="Pacific/Auckland")

    results = json.loads(ran.stdout)["results"]
    assert results["time_to_alarm"]["exact"] == "75/2"
    assert results["low_alarm_date"]["at"] == "2026-11-26T23:20:00+01:00"


def test_a_command_loads_neither_the_window_nor_what_only_it_needs(tmp_path: Path) -> None:
    line = ["-c", "import sys; from itbcalc.cli.main import run; run(sys.argv[1:]); print(*sys.modules)"]

    ran = subprocess.run(
        [sys.executable, *line, "flow-rate", "--dose", "350 mcg/day", "--concentration", "2000 mcg/mL"],
        cwd=ROOT,
        env={**os.environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    loaded = {name.split(".")[0] for name in ran.stdout.split()}
    assert not loaded & {"PySide6", "shiboken6", "ui", "jinja2", "numpy", "pyqtgraph"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_told_how_to_complete_and_no_window_opens(tmp_path: Path, shell: str) -> None:
    ran = started(folder=tmp_path, _ITBCALC_COMPLETE=f"{shell}_source")

    assert ran.returncode == 0
    assert b"_ITBCALC_COMPLETE" in ran.stdout


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("itbcalc flo", b"flow-rate"),
        ("itbcalc flow-rate --conc", b"--concentration"),
        ("itbcalc log second", b"second-check"),
        ("itbcalc residual --pump synchromed-iii-2", b"synchromed-iii-20"),
    ],
)
def test_what_may_stand_next_is_completed(tmp_path: Path, words: str, completed: bytes) -> None:
    place = str(len(words.split()) - 1)

    ran = started(folder=tmp_path, _ITBCALC_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=place)

    assert ran.stdout.strip() == b"plain," + completed


def test_nothing_is_coloured(tmp_path: Path) -> None:
    ran = started("check", str(example("06")), folder=tmp_path, FORCE_COLOR="1", CLICOLOR_FORCE="1")

    assert b"\x1b" not in ran.stdout


def test_relative_names_are_of_the_callers_folder(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(example("01").read_bytes())

    assert started("check", "mine.toml", folder=tmp_path).returncode == 0
