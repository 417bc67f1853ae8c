"""Enumerations that PySide6 has made while the window opens are in every way those that Python makes."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Tells all that can be asked of an enumeration: of each of Qt, and of some that no Qt would think of.
TELLING = """
import enum, importlib, itertools, pickle, sys
as_python_does = enum.EnumType._create_
if sys.argv[1] == "as the window":
    from ui.enumerations import leave_to_python
    from ui.pyside import load_pyside
    load_pyside()

def said(work):
    try:
        return work()
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def tell(each):
    print(each.__module__, each.__qualname__, [base.__name__ for base in each.__mro__], sorted(vars(each)))
    print([member.name for member in each], len(each), list(each._value2member_map_), repr(each))
    members = each.__members__
    for name, member in members.items():
        print(name, repr(member), member, type(member.value), list(vars(member)), member._sort_order_)
        print(each[name] is member, getattr(each, name) is member, each(member.value) is member, member.__objclass__ is each)
        print(said(lambda: pickle.loads(pickle.dumps(member)) is member), isinstance(member, int) and member + 1)
    if issubclass(each, enum.Flag):
        print(each._flag_mask_, each._singles_mask_, each._all_bits_, each._boundary_)
        for one in members.values():
            print(said(lambda: ~one), said(lambda: list(one)), bool(one))
            others = itertools.islice(members.values(), 8)
            print([said(lambda: (one | other, one & other, one ^ other, other in one)) for other in others])

def found(owner, depth=0):
    for name in sorted(vars(owner)):
        held = getattr(owner, name)
        if isinstance(held, enum.EnumType):
            yield held
        elif isinstance(held, type) and held.__module__.startswith("PySide6") and held.__qualname__.count(".") == depth < 3:
            yield from found(held, depth + 1)

for part in ("QtCore", "QtGui", "QtWidgets", "QtSvg", "QtPrintSupport"):
    module = importlib.import_module(f"PySide6.{part}")
    for name in dir(module):
        getattr(module, name)
    for each in found(module):
        tell(each)

OWN = (
    [("a", 4), ("b", 1), ("both", 5), ("none", 0), ("again", 4)],
    [("a", 1), ("b", -1)],
    [("name", 1), ("value", 4)],
    [("real", 1), ("imag", 2)],
    [("__doc__", 1), ("b", 2)],
    [("_x", 1), ("b", 2)],
    [("_x_", 1)],
    [("__x__", 1)],
    [("_Own__x", 1)],
    [("mro", 1)],
    [("", 1)],
    [("a", 1), ("a", 2)],
    [("a", "x"), ("b", "y")],
    [("a", True)],
    [(1, 1)],
    [("a",)],
    ["ab", "cd"],
    ["abc"],
    [],
    "ab cd",
    {"a": 1, "b": 2},
)
for kind in (enum.Enum, enum.IntEnum, enum.Flag, enum.IntFlag, enum.StrEnum):
    for names in OWN:
        for more in ({}, {"module": "elsewhere"}, {"qualname": "In.It"}, {"type": int}, {"boundary": enum.KEEP}):
            made = said(lambda: kind("Own", names, **more))
            print(kind, names, more, said(lambda: tell(made)) or "", "" if isinstance(made, type) else made)
if sys.argv[1] == "as the window":
    assert (enum.EnumType._create_ == as_python_does) == (sys.version_info[:2] != (3, 11))
    leave_to_python()
assert enum.EnumType._create_ == as_python_does
"""


def beginning_to_tell(how: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", TELLING, how],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_each_of_them_is_in_every_way_the_one_that_python_makes():
    both = [beginning_to_tell("as the window"), beginning_to_tell("as Python alone")]
    ours, python = (told.communicate()[0].splitlines() for told in both)
    assert [told.returncode for told in both] == [0, 0]
    assert len(python) > 20_000
    assert [pair for pair in zip(ours, python, strict=True) if pair[0] != pair[1]] == []
