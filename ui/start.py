"""Opens the window: on a display, on the one application, with what goes wrong told by it."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from ui.app import App


def main(arguments: Sequence[str] = ()) -> int:
    """Opens the window, with a program file if one is named; returns when it is closed."""
    if _no_display():
        sys.stderr.write(
            "itbcalc: there is no display for the window. `itbcalc check FILE` checks a file here.\n"
        )
        return 2
    # Fusion as an argument: setStyle() would also make all that Python knows of styles, which nothing here needs.
    app = QApplication.instance() or QApplication([*sys.argv[:1], "-style", "Fusion"])
    assert isinstance(app, QApplication)
    owner = App(app)
    sys.excepthook = owner.broke
    owner.window.show()
    if arguments:
        owner.open_when_ready(Path(arguments[0]))
    return app.exec()


def _no_display() -> bool:
    """Whether Qt would find no screen and abort: on Linux, with neither X11 nor Wayland nor a platform named."""
    named = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    return sys.platform.startswith("linux") and not named
