"""Opens the window: on a display, on the one application, with what goes wrong told by it."""

import contextlib
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from itbcalc.library.folders import own_folder
from itbcalc.library.workstation import read_workstation
from ui.display import missing_library, window_problem
from ui.enumerations import leave_to_python
from ui.pyside import load_pyside


def main(arguments: Sequence[str] = ()) -> int:
    """Opens the window, with a program file if one is named; returns when it is closed."""
    if problem := _problem():
        sys.stderr.write(f"itbcalc: {problem}. `itbcalc check FILE` checks a file here.\n")
        return 2
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from ui.app import App

    plugins_found()
    outside = os.environ.get(_SCALE)
    _size_of_text(outside)
    # Fusion as an argument: setStyle() would also make all that Python knows of styles, which nothing here needs.
    app = QApplication.instance() or QApplication([*sys.argv[:1], "-style", "Fusion"])
    assert isinstance(app, QApplication)
    owner = App(app)
    sys.excepthook = owner.broke
    owner.engine.changed.connect(_is_there)
    owner.window.show()
    if arguments:
        owner.open_when_ready(Path(arguments[0]))
    else:
        QTimer.singleShot(0, owner.window, owner.welcome_if_new)
    status = app.exec()
    if not owner.begins_anew:
        return status
    os.environ.pop(_SCALE, None)
    if outside is not None:
        os.environ[_SCALE] = outside
    return _begin_anew(sys.orig_argv[: len(sys.orig_argv) - len(arguments)])


def _begin_anew(command: Sequence[str]) -> int:
    """The same program once more, with no file: what was in the window need not be what is in the file by now."""
    sys.stdout.flush()
    sys.stderr.flush()
    again = [sys.executable, *command[1:]]
    if os.name != "nt":
        os.execv(sys.executable, again)  # noqa: S606  # it is this program
    import subprocess

    # There a process cannot become another: who waits for this one does so no longer.
    subprocess.Popen(again)  # noqa: S603  # as above
    return 0


def _is_there(_: object) -> None:
    """What has been loaded stays: to look through it for rubbish again and again takes longer than a frame each time."""
    leave_to_python()
    gc.freeze()


_SCALE = "QT_SCALE_FACTOR"


def _size_of_text(outside: str | None) -> None:
    """All is drawn larger as the workstation is set to, on top of a scale from `outside`; before the application is made."""
    percent = read_workstation(own_folder()).text_size
    if percent != 100:
        with contextlib.suppress(ValueError):  # what is no number is Qt's to judge
            os.environ[_SCALE] = str(float(outside or 1) * percent / 100)


def plugins_found() -> None:
    """Lets Qt find its plugins in every folder; before the application is made.

    PySide6 tells Qt its own folder through an INI file, in which some names (a quotation mark, a comma) become others.
    """
    from PySide6.QtCore import QCoreApplication

    QCoreApplication.addLibraryPath(str(_plugins()))


def _problem() -> str:
    """What keeps the window from opening: on Linux asked beforehand, since Qt would abort."""
    try:
        load_pyside()
        for part in ("QtWidgets", "QtSvg", "QtPrintSupport"):
            importlib.import_module(f"PySide6.{part}")
    except ImportError as error:
        return missing_library(error)
    if not sys.platform.startswith("linux"):
        return ""
    return window_problem(os.environ, _plugins() / "platforms")


def _plugins() -> Path:
    import PySide6

    inside = ("plugins",) if sys.platform == "win32" else ("Qt", "plugins")
    return Path(PySide6.__path__[0], *inside)
