"""The enumerations of PySide6, made without detours while the window opens.

PySide6 has Python make 200 enumerations of 3,000 members before the window is painted: a quarter of all that is done until then.
Python 3.11 puts each member into its class, takes it out, and puts it in anew. What comes of it is the same here, which a test
says of every one of them (decision 40); what is not plain is left to Python, and so is all of it in another Python.
"""

import enum
import sys
from contextlib import suppress
from functools import reduce
from operator import or_
from typing import Any

# What its enumerations are made of, each with the names that mean something to it.
_OF_PYSIDE = {
    cls: frozenset(("", "mro")).union(*map(vars, cls.__mro__))
    for cls in (enum.Enum, enum.IntEnum, enum.Flag, enum.IntFlag)
}


_AS_EVER: Any = vars(enum.EnumType)["_create_"]  # the one place where Python makes an enumeration of a list


def make_at_once() -> None:
    """From here on PySide6's enumerations are made here."""
    if sys.version_info[:2] == (3, 11):
        enum.EnumType._create_ = _made  # type: ignore[attr-defined]


def leave_to_python() -> None:
    """From here on every enumeration is made as ever."""
    enum.EnumType._create_ = _AS_EVER  # type: ignore[attr-defined]


def _made(cls: type[enum.Enum], name: str, names: object, **options: object) -> object:
    if options.get("module") is None:
        with suppress(ValueError):  # who asks, as Python finds it
            options["module"] = sys._getframe(2).f_globals.get("__name__")  # noqa: SLF001
    is_theirs = cls in _OF_PYSIDE and options.get("type") is None
    if is_theirs and isinstance(names, list) and _are_plain(cls, names):
        return _with_members(_AS_EVER(cls, name, (), **options), names)
    return _AS_EVER(cls, name, names, **options)


def _are_plain(cls: type[enum.Enum], names: list[tuple[str, int]]) -> bool:
    """Whether these are pairs of a name and a number, and no name means something to the class already."""
    try:
        pairs = dict(names)
    except (TypeError, ValueError):
        return False
    return (
        len(pairs) == len(names)
        and {*map(type, pairs)} <= {str}
        and {*map(type, pairs.values())} <= {int}
        and not any(name.startswith("_") for name in pairs)
        and _OF_PYSIDE[cls].isdisjoint(pairs)
    )


def _with_members(made: type[enum.Enum], names: list[tuple[str, int]]) -> type[enum.Enum]:
    """Fills an enumeration that has no members; of two names of one value the second means the first."""
    bare: Any = made
    members, in_order, by_value = bare._member_map_, bare._member_names_, bare._value2member_map_
    new, is_number, is_flag = bare._new_member_, issubclass(made, int), issubclass(made, enum.Flag)
    for name, value in names:
        if value not in by_value:
            member = by_value[value] = new(made, value) if is_number else new(made)
            member._value_, member._name_, member.__objclass__ = value, name, made
            member._sort_order_ = len(in_order)
            if not is_flag or (value and not value & (value - 1)):  # of flags those of a single bit
                in_order.append(name)
        members[name] = by_value[value]
        type.__setattr__(made, name, by_value[value])
    if is_flag:
        singles = [members[name]._value_ for name in in_order]
        bare._flag_mask_, bare._singles_mask_ = reduce(or_, by_value, 0), reduce(or_, singles, 0)
        bare._all_bits_ = 2 ** bare._flag_mask_.bit_length() - 1
        if singles != sorted(singles):
            bare._iter_member_ = bare._iter_member_by_def_
    return made
