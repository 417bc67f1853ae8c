"""PySide6's own modules, and their regular expressions, are compiled once on a workstation, and never taken for others than they are."""

import marshal
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ui import pyside

ROOT = Path(__file__).parents[2]
# Counts what Python itself compiles for PySide6, and has PySide6 say with it what is wrong with a call.
START = """
import builtins
import re
compiled, ours = [], builtins.compile
def counting(source, filename, *more, **options):
    if "shibokensupport" in str(filename):
        compiled.append(filename)
    return ours(source, filename, *more, **options)
builtins.compile = counting
parse = re._parser.parse
def counting_patterns(text, *more):
    if len(text) > 100:  # Python's own modules have short ones too
        compiled.append(text)
    return parse(text, *more)
from ui import pyside
re._parser.parse, compile_pattern = counting_patterns, re.compile
pyside.load_pyside()
re._parser.parse = parse
assert builtins.compile is counting
assert re.compile is compile_pattern
assert re.compile("a(?P<b>.)").fullmatch("ac")["b"] == "c"
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
    """A folder with this module and the one it needs, which have never been loaded there."""
    (tmp_path / "ui").mkdir()
    for name in ("__init__.py", "enumerations.py", "pyside.py"):
        shutil.copy(ROOT / "ui" / name, tmp_path / "ui")
    return tmp_path


def compiled_at_start(folder: Path, *options: str) -> int:
    """How many modules and patterns a start compiles for PySide6."""
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
    return list(folder.glob("ui/__pycache__/*.pyside6*"))


def test_the_second_start_compiles_nothing_of_it(alone):
    assert compiled_at_start(alone) > 10
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
    assert compiled_at_start(alone, "-B") > 10
    assert kept(alone) == []


def test_where_nothing_can_be_kept_it_starts_all_the_same(alone):
    (alone / "ui" / "__pycache__").write_text("a file where the folder would be")
    assert compiled_at_start(alone) > 10
    assert compiled_at_start(alone) > 10


@pytest.mark.parametrize(
    ("pattern", "flags", "text"),
    [
        (r"(?P<day>[0-9]{1,2})([./-])(\w+)\2", 0, "22.Nov."),
        ("grüße[a-zß-ü]*", re.IGNORECASE, "GRÜßEN"),
        (r"  ( a | b )+  # either", re.VERBOSE, "abba"),
    ],
)
def test_a_pattern_taken_from_what_was_kept_is_the_same(pattern, flags, text):
    kept: dict[tuple[str, int], tuple[object, ...]] = {}
    re.purge()
    made = pyside.keeping_patterns(kept, re.compile)(pattern, flags)
    as_read = marshal.loads(marshal.dumps(kept))  # noqa: S302  # written just now
    again = pyside.keeping_patterns(as_read, refused)(pattern, flags)
    assert (made, again) == (re.compile(pattern, flags),) * 2
    assert again.fullmatch(text).groupdict() == re.fullmatch(pattern, text, flags).groupdict()
    assert again.fullmatch(text).groups() == re.fullmatch(pattern, text, flags).groups()
    assert again.fullmatch("22.Nov-") is None


def refused(pattern: object, flags: int) -> object:
    raise AssertionError(f"{pattern!r} was compiled anew")
