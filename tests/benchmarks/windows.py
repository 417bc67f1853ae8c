"""One window in its own process, measured from the start of the process; `run.py` starts it.

    windows.py empty BEGUN        an empty Qt window, until it is painted
    windows.py shown BEGUN        ours, until it is painted
    windows.py answer BEGUN       ours with an example, until its flow rate is painted
    windows.py keystroke BEGUN    the same, then digits are typed

BEGUN is the moment when `run.py` started the process, as `time.time()`. Prints one JSON document: `seconds` since
then, `peak` memory in bytes where the system tells it, `keystrokes` in seconds each.
"""

import json
import os
import sys
import time
from pathlib import Path

SIZE = (1280, 760)
EXAMPLE = Path(__file__).resolve().parents[2] / "resources" / "examples" / "06-mistyped-concentration.toml"
RESULT = "result:flow_rate:new"
TYPED = "field:new.daily_dose"
KEYSTROKES = 30


def main(what, begun):
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow

    class WhenPainted(QObject):
        """Reports once `widget` has been painted and `ready` says that it shows what it should."""

        def __init__(self, window, widget, ready):
            super().__init__(window)
            self.window, self.widget, self.ready = window, widget, ready
            widget.installEventFilter(self)

        def eventFilter(self, watched, event):  # noqa: N802  # Qt's own name
            if event.type() is QEvent.Type.Paint and self.ready():
                self.widget.removeEventFilter(self)
                QTimer.singleShot(0, self.report)
            return False

        def report(self):
            figures = {"seconds": time.time() - begun, "peak": peak_memory()}
            if what == "keystroke":
                figures["keystrokes"] = keystrokes(self.window)
            print(json.dumps(figures), flush=True)
            os._exit(0)

    if what == "empty":
        app = QApplication(sys.argv[:1])
        window = QMainWindow()
        window.resize(*SIZE)
        WhenPainted(window, window, lambda: True)
        window.show()
        return app.exec()

    import ui.app

    class WatchedApp(ui.app.App):
        """Ours, watched."""

        def __init__(self, *arguments):
            super().__init__(*arguments)
            result = self.window.findChild(QObject, RESULT)
            if what == "shown":
                WhenPainted(self.window, self.window, lambda: True)
            else:
                WhenPainted(self.window, result, lambda: bool(result.text()))

    ui.app.App = WatchedApp
    sys.argv = ["itbcalc"] if what == "shown" else ["itbcalc", str(EXAMPLE)]
    from itbcalc.__main__ import main as itbcalc

    return itbcalc()


def keystrokes(window):
    """How long each of some keystrokes takes until all that it changes is painted."""
    from PySide6.QtCore import QObject, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    QApplication.processEvents()
    field = window.findChild(QObject, TYPED)
    last = field.text()[-1]
    field.setFocus()
    field.end(False)
    seconds = []
    for _ in range(KEYSTROKES // 2):
        for key in (Qt.Key.Key_Backspace, last):
            begin = time.perf_counter()
            QTest.keyClick(field, key)
            QApplication.processEvents()
            seconds.append(time.perf_counter() - begin)
    return seconds


def peak_memory():
    """The most memory that this process has held, or None where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
