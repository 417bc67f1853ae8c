"""PySide6's own modules are compiled once on a workstation, and never taken for others than they are."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Counts what Python itself compiles of PySide6, and has PySide6 say with these modules what is wrong with a call.
START = """
import builtins
compiled, ours = [], builtins.compile
def counting(source, filename, *more, **options):
    if "shibokensupport" in str(filename):
        compiled.append(filename)
    return ours(source, filename, *more, **options)
builtins.compile = counting
import pyside
pyside.load_pyside()
assert builtins.compile is counting
from PySide6.QtCore import QObject
try:
    QObject().setObjectName(1, 2)
except TypeError as error:
    assert "setObjectName" in str(error), error
else:
    raise AssertionError("a wrong call was taken")
print(len(compiled))
"""


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """A folder with this one module, which has never been loaded there."""
    shutil.copy(ROOT / "ui" / "pyside.py", tmp_path)
    return tmp_path


def compiled_at_start(folder: Path, *options: str) -> int:
    """How many modules of PySide6 a start compiles."""
    variables = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, *options, "-c", START],
        check=False,
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return int(done.stdout)


def kept(folder: Path) -> list[Path]:
    return list(folder.glob("__pycache__/*.pyside6*"))


def test_the_second_start_compiles_nothing_of_it(alone):
    assert compiled_at_start(alone) > 5
    assert len(kept(alone)) == 1
    assert compiled_at_start(alone) == 0


@pytest.mark.parametrize("part", [slice(0), slice(0, 10), slice(0, -1), slice(1, None)])
def test_what_is_not_whole_is_compiled_anew_and_kept_anew(alone, part):
    whole = compiled_at_start(alone)
    (file,) = kept(alone)
    file.write_bytes(file.read_bytes()[part])
    assert compiled_at_start(alone) == whole
    assert compiled_at_start(alone) == 0


def test_one_wrong_bit_is_not_run(alone):
    whole = compiled_at_start(alone)
    (file,) = kept(alone)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert compiled_at_start(alone) == whole


def test_nothing_is_kept_where_python_is_to_keep_nothing(alone):
    assert compiled_at_start(alone, "-B") > 5
    assert kept(alone) == []


def test_where_nothing_can_be_kept_it_starts_all_the_same(alone):
    (alone / "__pycache__").write_text("a file where the folder would be")
    assert compiled_at_start(alone) > 5
    assert compiled_at_start(alone) > 5
