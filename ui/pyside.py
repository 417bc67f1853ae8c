"""PySide6, and what is computed with, loaded as the window's start needs them."""

import builtins
import enum
import gc
import importlib.util
import marshal
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, reduce
from operator import or_
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

Codes = dict[bytes, CodeType]  # by what the source comes to, and under which name
Patterns = dict[
    tuple[str, int], tuple[object, ...]
]  # by text and flags: what Python's engine makes a pattern of


def load_pyside() -> None:
    """Loads PySide6.QtCore; from here on nothing looks for rubbish until the window does. Raises ImportError."""
    gc.disable()  # nothing of what is loaded is rubbish
    if sys.version_info[:2] == (3, 11):
        _make_enumerations_at_once()
    with _compiled_once(Path(importlib.util.cache_from_source(__file__)).with_suffix(".pyside6")):
        import PySide6.QtCore  # noqa: F401

    # PySide6 looks at each later import whether it asks for other spellings (`__feature__`): here none does.
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)


@contextmanager
def _compiled_once(cache: Path) -> Iterator[None]:
    """PySide6 carries some modules as source inside of a library, where Python keeps no bytecode: here it is kept.

    Each is taken from the cache only for the very source that is to be compiled, and so are their regular expressions, which take
    as long again; whatever is wrong with the cache, Python compiles as it always does.
    """
    with _kept_in(cache) as (codes, patterns):
        of_source = _keeping(codes, builtins.compile)
        of_a_pattern = keeping_patterns(patterns, re.compile)
        with _instead(builtins, "compile", of_source), _instead(re, "compile", of_a_pattern):
            yield


@contextmanager
def data_classes_compiled_once() -> Iterator[None]:
    """The same for the data classes that are made meanwhile: Python writes their methods as text, and compiles it at each start.

    Not for patterns: `tokenize` has one with another order of its parts in each process.
    """
    import dataclasses

    cache = Path(importlib.util.cache_from_source(__file__)).with_suffix(".classes")
    with _kept_in(cache) as (codes, _):
        compiled = _keeping(codes, builtins.compile)

        def executed(text: str, *spaces: dict[str, object]) -> None:
            exec(compiled(text.encode(), "<string>", "exec"), *spaces)  # noqa: S102  # as `dataclasses` does

        with _instead(dataclasses, "exec", executed):
            yield


@contextmanager
def _kept_in(cache: Path) -> Iterator[tuple[Codes, Patterns]]:
    """What was kept; what is added to it meanwhile is kept too."""
    codes, patterns = _read(cache)
    before = len(codes) + len(patterns)
    yield codes, patterns
    if len(codes) + len(patterns) > before and not sys.dont_write_bytecode:
        _write(cache, codes, patterns)


@contextmanager
def _instead(module: ModuleType, name: str, other: Callable[..., object]) -> Iterator[None]:
    """Where the module asks for `name` it finds another for a while."""
    own = vars(module).get(name)
    vars(module)[name] = other
    try:
        yield
    finally:
        if own is None:
            del vars(module)[name]
        else:
            vars(module)[name] = own


def _keeping(known: Codes, ours: Callable[..., object]) -> Callable[..., Any]:
    def compiled(*asked: object, **options: object) -> object:
        match asked:
            case bytes(source), str(filename), "exec" if not options:
                key = importlib.util.source_hash(source) + os.fsencode(filename)
                if key not in known:
                    made = ours(source, filename, "exec")
                    assert isinstance(made, CodeType)
                    known[key] = made
                return known[key]
        return ours(*asked, **options)

    return compiled


def keeping_patterns(known: Patterns, ours: Callable[..., object]) -> Callable[..., object]:
    """`re.compile` that takes what it knows and notes what it does not: `ours` is asked for that alone."""
    engine = sys.modules["_sre"]  # to which `re` gives what it has compiled
    made_of = engine.compile

    def compiled(pattern: object, flags: int = 0) -> object:
        if not isinstance(pattern, str):
            return ours(pattern, flags)
        key = pattern, int(flags)
        if key in known:
            return made_of(*known[key])

        def noting(*given: object) -> object:
            # Its code are numbers, some of them of a class that cannot be kept.
            known[key] = tuple([*map(int, each)] if isinstance(each, list) else each for each in given)
            return made_of(*given)

        with _instead(engine, "compile", noting):
            return ours(pattern, flags)

    return compiled


def _read(cache: Path) -> tuple[Codes, Patterns]:
    with suppress(OSError):
        content = cache.read_bytes()
        head, kept = content[:_HEAD], content[_HEAD:]
        if head == _head(kept):
            codes, patterns = marshal.loads(kept)  # noqa: S302  # it lies with our own bytecode, and is whole
            return codes, patterns
    return {}, {}


def _write(cache: Path, codes: Codes, patterns: Patterns) -> None:
    """Whole or not at all; only where Python keeps bytecode too."""
    kept = marshal.dumps((codes, patterns))
    written = cache.with_name(f"{cache.name}.{os.getpid()}")
    with suppress(OSError):
        written.write_bytes(_head(kept) + kept)
        written.replace(cache)


def _head(kept: bytes) -> bytes:
    """Tells what another Python has compiled, and a file that is not whole."""
    return importlib.util.source_hash(sys.version.encode() + kept)


_HEAD = len(_head(b""))


# What its enumerations are made of, each with the names that mean something to it.
_OF_PYSIDE = {
    cls: frozenset(("", "mro")).union(*map(vars, cls.__mro__))
    for cls in (enum.Enum, enum.IntEnum, enum.Flag, enum.IntFlag)
}


@cache
def _make_enumerations_at_once() -> None:
    """PySide6 has Python make 200 enumerations of 3,000 members before the window is painted: a quarter of all that is done until then.

    Python 3.11 puts each member into its class, takes it out, and puts it in anew. What comes of it is the same here; what is
    not plain is left to Python, and so is all of it in another Python.
    """
    kind: Any = enum.EnumType
    as_ever = kind._create_  # the one place where an enumeration is made of a list

    def create(cls: type[enum.Enum], name: str, names: object, **options: object) -> object:
        if options.get("module") is None:
            with suppress(ValueError):  # who asks, as Python finds it
                options["module"] = sys._getframe(2).f_globals.get("__name__")  # noqa: SLF001
        is_theirs = cls in _OF_PYSIDE and options.get("type") is None
        if is_theirs and isinstance(names, list) and _are_plain(cls, names):
            return _with_members(as_ever(cls, name, (), **options), names)
        return as_ever(cls, name, names, **options)

    kind._create_ = create


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
