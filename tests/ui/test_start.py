"""What may be loaded before the window is painted for the first time, and what is said where it cannot be opened?"""

import os
import subprocess
import sys

import pytest

from dev import QT_PACKAGES
from ui.display import missing_library

UNTIL_PAINTED = """
import sys
from PySide6 import QtGui, QtWidgets
theirs = set(sys.modules)  # Python 3.14 loads dataclasses itself for what PySide6 asks of it
from ui.app import App
app = QtWidgets.QApplication(["itbcalc"])
owner = App(app)
loaded = []
owner.load = lambda: (loaded.extend(set(sys.modules) - theirs), app.quit())
owner.window.show()
app.exec()
late = ("pint", "numpy", "tomllib", "zoneinfo", "itbcalc.quantities.units", "itbcalc.library.records", "ui.engine", "ui.dialogs")
late += ("dataclasses", "html")
early = [name for name in late if name in loaded]
early += [name for part in (QtGui, QtWidgets) for name in ("QAccessible", "QHeaderView", "QTableView") if name in vars(part)]
sys.exit(f"loaded before the first paint: {early}" if early or not loaded else 0)
"""


def test_the_window_is_painted_before_anything_is_loaded_to_compute_with(tmp_path, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setenv("ITBCALC_CONFIG_DIR", str(tmp_path))
    done = subprocess.run([sys.executable, "-c", UNTIL_PAINTED], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


MOST_WIDGETS = (
    240  # twelve dozen of them are in sight, the others wait to be shown; each takes a fifth of a millisecond
)
COUNTED = """
from PySide6.QtWidgets import QApplication, QWidget
from ui.app import App
app = QApplication(["itbcalc"])
owner = App(app)
owner.load = lambda: app.quit()
owner.window.show()
app.exec()
print(len(owner.window.findChildren(QWidget)))
"""


def test_what_this_start_does_not_show_is_not_made_for_it(tmp_path, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setenv("ITBCALC_CONFIG_DIR", str(tmp_path))
    done = subprocess.run([sys.executable, "-c", COUNTED], capture_output=True, text=True, check=True)
    assert int(done.stdout) <= MOST_WIDGETS


def started(variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The program without a command, on a display of these names alone."""
    display = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR")
    kept = {name: value for name, value in os.environ.items() if name not in display}
    command = [sys.executable, "-m", "itbcalc"]
    return subprocess.run(
        command, env=kept | variables, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Qt finds its screen by itself elsewhere")
@pytest.mark.parametrize(
    ("variables", "said"),
    [
        pytest.param({}, "no display", id="none"),
        pytest.param({"DISPLAY": ":7777"}, "':7777' does not answer", id="a dead X11"),
        pytest.param({"DISPLAY": "no display at all"}, "does not answer", id="no name of an X11"),
        pytest.param({"QT_QPA_PLATFORM": "xcb"}, "does not answer", id="X11 wanted and none named"),
        pytest.param({"WAYLAND_DISPLAY": "wayland-77"}, "'wayland-77' does not answer", id="a dead Wayland"),
        pytest.param({"QT_QPA_PLATFORM": "wibble"}, "no platform 'wibble'", id="a misspelt platform"),
    ],
)
def test_without_a_screen_one_line_says_so_and_nothing_aborts(variables, said):
    done = started(variables)

    assert done.returncode == 2
    assert (
        said in done.stderr or "apt-get install" in done.stderr
    )  # a bare machine lacks a library before all else
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("library", "package"),  # packages.debian.org, Debian 12: which package holds the file
    [
        ("libEGL.so.1", "libegl1"),
        ("libGL.so.1", "libgl1"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libfontconfig.so.1", "libfontconfig1"),
        ("libxkbcommon.so.0", "libxkbcommon0"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libwayland-egl.so.1", "libwayland-egl1"),
    ],
)
def test_a_missing_library_is_named_with_its_package(library, package):
    error = ImportError(f"{library}: cannot open shared object file: No such file or directory")

    said = missing_library(error)

    assert said.startswith(library)
    assert said.endswith(f"apt-get install {package}")
    assert package in QT_PACKAGES


def test_another_failure_to_load_is_not_hidden():
    with pytest.raises(ImportError, match="cannot import name"):
        missing_library(ImportError("cannot import name 'QtWidgets'"))


ANEW = """
import os, sys
from PySide6.QtCore import QTimer
from ui import app, start
class Soon(app.App):
    def __init__(self, qt):
        super().__init__(qt)
        self.load = lambda: None
        QTimer.singleShot(0, self._begin_anew)
app.App = Soon
def become(path, command):
    print(path == sys.executable, command[1:2], command[3:], os.environ.get("QT_SCALE_FACTOR"), flush=True)
    os._exit(0)
os.execv = become
start.main(sys.argv[1:])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there another process is begun")
@pytest.mark.parametrize("outside", [None, "1.25"])
def test_opened_anew_it_is_the_same_program_without_its_file_and_in_the_size_from_outside(
    outside, tmp_path, monkeypatch
):
    """The file of then need not be what stands in the window by now; the size of the workstation is read again."""
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setenv("ITBCALC_CONFIG_DIR", str(tmp_path))
    if outside is not None:
        monkeypatch.setenv("QT_SCALE_FACTOR", outside)
    (tmp_path / "workstation.toml").write_text("text_size = 150\n")

    done = subprocess.run(
        [sys.executable, "-c", ANEW, "of-then.toml"], capture_output=True, text=True, check=False, timeout=60
    )

    assert done.stdout == f"True ['-c'] [] {outside}\n", done.stderr
