"""PySide6, loaded without what only its signatures need: it compiles that from its source at every start.

That takes as long as all widgets of our window. The signatures are asked for in error messages and in `help`; what they need
is loaded then. Where PySide6 is made otherwise one day, all of it is loaded at once, as it is by itself.
"""

import builtins
import gc
from typing import Any

_FOLDER = "shibokensupport/signature"
# Not `mapping`: its names are looked up without asking the module, and where they are missing the process is ended.
_WHEN_ASKED = frozenset(
    f"{_FOLDER}/{name}.py"
    for name in ("errorhandler", "layout", "parser", "lib/enum_sig", "lib/pyi_generator", "lib/tool")
)
_IN_ITS_PLACE = """
def __getattr__(name):
    from ui.pyside import load_source
    return load_source(globals(), name)
"""
_compile: Any = builtins.compile
_sources: dict[object, object] = {}


def load_pyside() -> None:
    """Loads PySide6.QtCore; from here on nothing looks for rubbish until the window does. Raises ImportError."""
    gc.disable()  # nothing of what is loaded is rubbish
    builtins.compile = _compile_when_asked  # type: ignore[assignment]
    try:
        import shiboken6  # noqa: F401
    finally:
        builtins.compile = _compile
    import PySide6.QtCore  # noqa: F401

    # PySide6 looks at each later import whether it asks for other spellings (`__feature__`): here none does.
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)


def load_source(module: dict[str, Any], name: str) -> object:
    """What is called `name` in a module of which the source waited."""
    filename = module["__file__"]
    if source := _sources.pop(filename, None):
        exec(_compile(source, filename, "exec"), module)  # noqa: S102  # PySide6's own
    if name not in module:
        message = f"module {module['__name__']!r} has no attribute {name!r}"
        raise AttributeError(message)
    return module[name]


def _compile_when_asked(source: object, filename: object, *arguments: Any, **named: Any) -> object:
    if filename in _WHEN_ASKED:
        _sources[filename] = source
        source = _IN_ITS_PLACE
    return _compile(source, filename, *arguments, **named)
