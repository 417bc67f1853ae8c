"""PySide6, loaded as the window's start needs it."""

import builtins
import gc


def load_pyside() -> None:
    """Loads PySide6.QtCore; from here on nothing looks for rubbish until the window does. Raises ImportError."""
    gc.disable()  # nothing of what is loaded is rubbish
    import PySide6.QtCore  # noqa: F401

    # PySide6 looks at each later import whether it asks for other spellings (`__feature__`): here none does.
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
