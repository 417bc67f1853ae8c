"""One window in its own process, measured from the start of the process; `run.py` starts it.

    windows.py empty BEGUN        an empty Qt window, until it is painted
    windows.py shown BEGUN        ours, until it is painted
    windows.py answer BEGUN       ours with an example, until its flow rate is painted
    windows.py keystroke BEGUN    the same, then digits are typed

BEGUN is the moment when `run.py` started the process, as `time.time()`. Prints one JSON document: `seconds` since
then, `peak` memory in bytes where the system tells it, `keystrokes` in seconds each.
"""

import json
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
        """Calls `then` once `widget` has been painted and `ready` says that it shows what it should."""

        def __init__(self, widget, ready, then):
            super().__init__(widget)
            self.widget, self.ready, self.then = widget, ready, then
            widget.installEventFilter(self)

        def eventFilter(self, watched, event):  # noqa: N802  # Qt's own name
            if event.type() is QEvent.Type.Paint and self.ready():
                self.widget.removeEventFilter(self)
                QTimer.singleShot(0, self.then)
            return False

    def report():
        figures = {"seconds": time.time() - begun, "peak": peak_memory()}
        if what == "keystroke":
            figures["keystrokes"] = keystrokes(app, window)
        print(json.dumps(figures))
        app.quit()

    app = QApplication(sys.argv[:1])
    if what == "empty":
        window = QMainWindow()
        window.resize(*SIZE)
    else:
        from ui.app import App

        owner = App(app)
        window = owner.window
    if what in ("empty", "shown"):
        WhenPainted(window, lambda: True, report)
    else:
        result = window.findChild(QObject, RESULT)
        WhenPainted(result, lambda: bool(result.text()), report)
        owner.open_when_ready(EXAMPLE)
    window.show()
    app.exec()


def keystrokes(app, window):
    """How long each of some keystrokes takes until all that it changes is painted."""
    from PySide6.QtCore import QObject, Qt
    from PySide6.QtTest import QTest

    app.processEvents()
    field = window.findChild(QObject, TYPED)
    last = field.text()[-1]
    field.setFocus()
    field.end(False)
    seconds = []
    for _ in range(KEYSTROKES // 2):
        for key in (Qt.Key.Key_Backspace, last):
            begin = time.perf_counter()
            QTest.keyClick(field, key)
            app.processEvents()
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
    main(sys.argv[1], float(sys.argv[2]))
