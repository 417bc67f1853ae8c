"""PySide6, loaded as the window's start needs it."""

import builtins
import gc
import importlib.util
import marshal
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import CodeType

Compiled = dict[bytes, CodeType]  # by what the source comes to, and under which name


def load_pyside() -> None:
    """Loads PySide6.QtCore; from here on nothing looks for rubbish until the window does. Raises ImportError."""
    gc.disable()  # nothing of what is loaded is rubbish
    with _compiled_once(Path(importlib.util.cache_from_source(__file__)).with_suffix(".pyside6")):
        import PySide6.QtCore  # noqa: F401

    # PySide6 looks at each later import whether it asks for other spellings (`__feature__`): here none does.
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)


@contextmanager
def _compiled_once(cache: Path) -> Iterator[None]:
    """PySide6 carries some modules as source inside of a library, where Python keeps no bytecode: here it is kept.

    Each is taken from the cache only for the very source that is to be compiled; whatever is wrong with the cache, Python
    compiles as it always does.
    """
    known, ours = _read(cache), builtins.compile
    before = len(known)
    vars(builtins)["compile"] = _keeping(known, ours)
    try:
        yield
    finally:
        vars(builtins)["compile"] = ours
    if len(known) > before and not sys.dont_write_bytecode:
        _write(cache, known)


def _keeping(known: Compiled, ours: Callable[..., object]) -> Callable[..., object]:
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


def _read(cache: Path) -> Compiled:
    with suppress(OSError):
        content = cache.read_bytes()
        head, kept = content[:_HEAD], content[_HEAD:]
        if head == _head(kept):
            return dict(marshal.loads(kept))  # noqa: S302  # it lies with our own bytecode, and is whole
    return {}


def _write(cache: Path, known: Compiled) -> None:
    """Whole or not at all; only where Python keeps bytecode too."""
    kept = marshal.dumps(known)
    written = cache.with_name(f"{cache.name}.{os.getpid()}")
    with suppress(OSError):
        written.write_bytes(_head(kept) + kept)
        written.replace(cache)


def _head(kept: bytes) -> bytes:
    """Tells another Python's bytecode, and a file that is not whole."""
    return importlib.util.MAGIC_NUMBER + importlib.util.source_hash(kept)


_HEAD = len(_head(b""))
