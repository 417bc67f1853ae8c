"""One window in its own process, measured from the start of the process; `run.py` starts it.

    windows.py empty BEGUN        an empty Qt window, until it is painted
    windows.py shown BEGUN        ours, until it is painted
    windows.py answer BEGUN       ours with an example, until its flow rate is painted
    windows.py keystroke BEGUN    the same, then digits are typed
    windows.py log BEGUN          ours, then its log is opened and a patient chosen, whatever the log's length
    windows.py refills BEGUN      ours, then the refills of its log are read, and gone through
    windows.py schedule BEGUN     the schedule with an example, then digits are typed into the dose of a step

BEGUN is the moment when `run.py` started the process, as `time.time()`. Prints one JSON document: `seconds` since
then, `peak` memory in bytes where the system tells it, `keystrokes` in seconds each, `stood_still`: the longest time
in seconds in which the window answered nothing, and `stood_still_busy` how much of the processor it took itself meanwhile,
which a busy machine does not lengthen.
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
SCHEDULE = EXAMPLE.with_name("18-night-flex.toml")
STEP = "field:new.steps.1.dose"
DAY = "day:canvas"
AFTER_THE_CHECK = 0.2  # a person types slower than this; the check of the keystroke before has run by then


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
            if what == "log":
                figures["stood_still"], figures["stood_still_busy"] = stood_still_in_the_log(self.window)
            if what == "refills":
                figures["stood_still"], figures["stood_still_busy"] = stood_still_in_the_refills(self.window)
            if what == "schedule":
                figures["keystrokes"] = keystrokes_in_the_schedule(self.window)
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
            if what in ("shown", "log", "refills"):
                WhenPainted(self.window, self.window, lambda: True)
            else:
                WhenPainted(self.window, result, lambda: bool(result.text()))

    ui.app.App = WatchedApp
    example = SCHEDULE if what == "schedule" else EXAMPLE
    sys.argv = ["itbcalc"] if what in ("shown", "log", "refills") else ["itbcalc", str(example)]
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


def keystrokes_in_the_schedule(window):
    """How long it takes from each of some keystrokes until the day is painted, and how often it was not."""
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    class Painted(QObject):
        """When the picture was painted last."""

        at = None

        def eventFilter(self, watched, event):  # noqa: N802  # Qt's own name
            if event.type() is QEvent.Type.Paint:
                self.at = time.perf_counter()
            return False

    def go_on(until):
        limit = time.perf_counter() + 30
        while not until():
            QApplication.processEvents()
            if time.perf_counter() > limit:
                raise TimeoutError("the day was not painted")

    window.show_panel("schedule")
    go_on(lambda: window.findChild(QObject, DAY) is not None)
    field, painted = window.findChild(QObject, STEP), Painted(window)
    window.findChild(QObject, DAY).viewport().installEventFilter(painted)
    field.setFocus()
    seconds = []
    for key in "\b2\b5\b0" * (
        KEYSTROKES // 6 + 1
    ):  # 100, 10, 102, 10, 105, 10, 100 mcg: another picture each time
        rested = time.perf_counter() + AFTER_THE_CHECK
        go_on(lambda rested=rested: time.perf_counter() > rested)
        field.end(False)
        painted.at, begin = None, time.perf_counter()
        QTest.keyClick(field, key)
        go_on(lambda: painted.at is not None)
        seconds.append(painted.at - begin)
    return seconds


def stood_still_in_the_log(window):
    """The longest time without an answer while the log is opened, patients are gone through, and pictures drawn."""
    from PySide6.QtCore import QObject
    from PySide6.QtTest import QTest

    QTest.qWait(1500)  # what is loaded after the first paint is not of the log
    window.show_panel("log")  # the panel itself is made once, as every panel is
    QTest.qWait(300)
    return longest_silence(lambda: gone_through(window.findChild(QObject, "log:patients"), rest=700))


def stood_still_in_the_refills(window):
    """The same while the refills are read from the first entry on and shown, and patients are gone through."""
    from PySide6.QtCore import QObject
    from PySide6.QtTest import QTest

    QTest.qWait(1500)
    window.show_panel("refills")

    def look():
        panel = window.findChild(QObject, "refillsPanel")
        while panel.reading:
            QTest.qWait(20)
        gone_through(window.findChild(QObject, "refills:table"), rest=200)

    return longest_silence(look)


def gone_through(rows, rest):
    """Down, six times, with a rest in milliseconds after each."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    for _ in range(6):
        QTest.keyClick(rows, Qt.Key.Key_Down)
        QTest.qWait(rest)


def longest_silence(work):
    """The longest time between two turns of the event loop during `work`, and the most of it the window's thread was at work."""
    from PySide6.QtCore import QElapsedTimer, QTimer

    longest, busiest, worked = [0.0], [0.0], [time.thread_time()]
    since, beat = QElapsedTimer(), QTimer()

    def answered():
        longest[0] = max(longest[0], since.restart() / 1000)
        busiest[0] = max(busiest[0], time.thread_time() - worked[0])
        worked[0] = time.thread_time()

    beat.timeout.connect(answered)
    since.start()
    beat.start(1)
    work()
    return longest[0], busiest[0]


def peak_memory():
    """The most memory that this process has held, or None where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
