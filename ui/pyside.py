"""PySide6, loaded as the window's start needs it."""

import builtins
import gc
import importlib.util
import marshal
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import CodeType, ModuleType

from ui.enumerations import make_at_once

Codes = dict[bytes, CodeType]  # by what the source comes to, and under which name
Patterns = dict[tuple[str, int], tuple[object, ...]]  # by text and flags: what a pattern is made of


def load_pyside() -> None:
    """Loads PySide6.QtCore; from here on nothing looks for rubbish until the window does. Raises ImportError."""
    gc.disable()  # nothing of what is loaded is rubbish
    make_at_once()
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
    codes, patterns = _read(cache)
    before = len(codes) + len(patterns)
    of_a_pattern = keeping_patterns(patterns, re.compile)
    with _instead(builtins, _keeping(codes, builtins.compile)), _instead(re, of_a_pattern):
        yield
    if len(codes) + len(patterns) > before and not sys.dont_write_bytecode:
        _write(cache, codes, patterns)


@contextmanager
def _instead(module: ModuleType, compiled: Callable[..., object]) -> Iterator[None]:
    """What asks the module to compile is answered by another for a while."""
    ours = vars(module)["compile"]
    vars(module)["compile"] = compiled
    try:
        yield
    finally:
        vars(module)["compile"] = ours


def _keeping(known: Codes, ours: Callable[..., object]) -> Callable[..., object]:
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

        with _instead(engine, noting):
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
