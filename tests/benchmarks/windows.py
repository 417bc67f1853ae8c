"""One window in its own process, measured in processor time of that process from its start; `run.py` starts it.

    windows.py empty        an empty Qt window, until it is painted
    windows.py shown        ours, until it is painted
    windows.py answer       ours with an example, until its flow rate is painted
    windows.py keystroke    the same, then digits are typed
    windows.py practice     ours, then practice is entered
    windows.py log          ours, then its log is opened and a patient chosen, whatever the log's length
    windows.py refills      ours, then the refills of its log are read, and gone through
    windows.py schedule     the schedule with an example, then digits are typed into the dose of a step
    windows.py turns FILE   ours with that program, then digits are typed into what was filled

Prints one JSON document: `seconds` of the processor, `memory` in bytes that it holds at rest (with an example: once its
picture is there) where the system tells it, `values` and `keystrokes`: seconds of the processor for each keystroke until
the values are painted, and until all that follows from it is done; `entered`: seconds of the processor until practice
stands there; `turns`: for each keystroke the longest that the processor was at work on one turn of the event loop while all that
follows from it was done; `stood_still`: the longest time in seconds in which the window answered nothing, and `stood_still_busy` how
much of the processor it took itself meanwhile, which a busy machine does not lengthen.
"""

import json
import os
import sys
import time
from functools import partial
from pathlib import Path

SIZE = (1280, 760)
WITHOUT_EXAMPLE = ("shown", "practice", "log", "refills")
EXAMPLE = Path(__file__).resolve().parents[2] / "resources" / "examples" / "06-mistyped-concentration.toml"
RESULT = "result:flow_rate:new"
TYPED = "field:new.daily_dose"
FILLED = "field:reservoir.filled"
KEYSTROKES = 30
SCHEDULE = EXAMPLE.with_name("18-night-flex.toml")
STEP = "field:new.steps.1.dose"
DAY = "day:canvas"
AFTER_A_KEY_MS = 200  # a person types slower than this; what the keystroke before asked for is done by then
AT_REST_MS = 1500  # what is loaded after the first paint is there by then
PICTURE = "tip:canvas"


def main(what):
    if what != "empty":
        from ui.pyside import load_pyside

        load_pyside()  # first, as our window does
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow

    class WhenPainted(QObject):
        """Reports once `widget` has been painted and `ready` says that it shows what it should.

        A part of the window counts up to its own turn to be painted: what a slow machine does before it gets to report,
        such as loading what draws the picture, is no part of the answer.
        """

        def __init__(self, window, widget, ready):
            super().__init__(window)
            self.window, self.widget, self.ready = window, widget, ready
            self.painted = None
            widget.installEventFilter(self)

        def eventFilter(self, watched, event):  # noqa: N802  # Qt's own name
            if event.type() is QEvent.Type.Paint and self.ready():
                self.widget.removeEventFilter(self)
                if self.widget is not self.window:
                    self.painted = time.process_time()
                QTimer.singleShot(0, self.report)
            return False

        def report(self):
            figures = {"seconds": self.painted or time.process_time()}
            if what in ("empty", "answer"):
                figures["memory"] = memory_at_rest(self.window, with_picture=what == "answer")
            if what == "keystroke":
                figures["values"], figures["keystrokes"] = keystrokes(self.window)
            if what == "turns":
                figures["turns"] = turns_of_keystrokes(self.window)
            if what == "practice":
                figures["entered"] = practice_entered(self.window)
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
            if what in WITHOUT_EXAMPLE:
                WhenPainted(self.window, self.window, lambda: True)
            else:
                WhenPainted(self.window, result, lambda: bool(result.text()))

    ui.app.App = WatchedApp
    example = Path(sys.argv[2]) if what == "turns" else SCHEDULE if what == "schedule" else EXAMPLE
    sys.argv = ["itbcalc"] if what in WITHOUT_EXAMPLE else ["itbcalc", str(example)]
    from itbcalc.__main__ import main as itbcalc

    return itbcalc()


def keystrokes(window):
    """What each of some keystrokes takes until the values that it changes are painted, and until nothing follows any more."""
    from PySide6.QtCore import QObject, Qt
    from PySide6.QtTest import QTest

    wait_for_picture(window)
    rest(AT_REST_MS)
    field, painted = window.findChild(QObject, TYPED), last_painted(window.findChild(QObject, RESULT))
    last = field.text()[-1]
    field.setFocus()
    field.end(False)
    values, whole = [], []
    for _ in range(KEYSTROKES // 2):
        for key in (Qt.Key.Key_Backspace, last):
            painted.at, begin = None, time.process_time()
            QTest.keyClick(field, key)
            go_on(lambda: painted.at is not None)
            values.append(painted.at - begin)
            rest(AFTER_A_KEY_MS)
            whole.append(time.process_time() - begin)
    return values, whole


def turns_of_keystrokes(window):
    """The longest turn of the event loop after each of some keystrokes, of the processor: what a person might feel as sticking."""
    from PySide6.QtCore import QObject, Qt
    from PySide6.QtTest import QTest

    wait_for_picture(window)
    rest(AT_REST_MS)
    field = window.findChild(QObject, FILLED)
    last = field.text()[-1]
    field.setFocus()
    field.end(False)

    def typed(key):
        QTest.keyClick(field, key)
        rest(AFTER_A_KEY_MS)

    keys = (Qt.Key.Key_Backspace, last) * (KEYSTROKES // 2)
    return [longest_silence(partial(typed, key))[1] for key in keys]


def practice_entered(window):
    """Of the processor, from the wish until its panel stands there; what its pages are made of is loaded afterwards."""
    rest(AT_REST_MS)
    begin = time.process_time()
    window.show_panel("practice")
    painted = last_painted(window.panel("practice"))
    go_on(lambda: painted.at is not None)
    return painted.at - begin


def last_painted(widget):
    """When it was painted last, on the clock of the processor; `None` where it has not been since that was set."""
    from PySide6.QtCore import QEvent, QObject

    class Painted(QObject):
        at = None

        def eventFilter(self, watched, event):  # noqa: N802  # Qt's own name
            if event.type() is QEvent.Type.Paint:
                self.at = time.process_time()
            return False

    painted = Painted(widget)
    widget.installEventFilter(painted)
    return painted


def go_on(until):
    """Does what is waiting, and sleeps while nothing is: to look again and again would count."""
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    limit, awake = time.monotonic() + 30, QTimer()
    awake.start(50)
    while not until():
        QApplication.processEvents(
            QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
        )
        if time.monotonic() > limit:
            raise TimeoutError


def rest(milliseconds):
    """Lets the window do whatever it still has to do."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_for_picture(window):
    from PySide6.QtCore import QObject

    go_on(lambda: window.findChild(QObject, PICTURE) is not None)


def keystrokes_in_the_schedule(window):
    """How long it takes from each of some keystrokes until the day is painted, and how often it was not."""
    from PySide6.QtCore import QObject
    from PySide6.QtTest import QTest

    window.show_panel("schedule")
    go_on(lambda: window.findChild(QObject, DAY) is not None)
    field, painted = window.findChild(QObject, STEP), last_painted(window.findChild(QObject, DAY).viewport())
    field.setFocus()
    seconds = []
    for key in "\b2\b5\b0" * (
        KEYSTROKES // 6 + 1
    ):  # 100, 10, 102, 10, 105, 10, 100 mcg: another picture each time
        rest(AFTER_A_KEY_MS)
        field.end(False)
        painted.at, begin = None, time.process_time()
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


def memory_at_rest(window, *, with_picture):
    """What this process holds when nothing is left to do, or None where the system does not tell."""
    if with_picture:
        wait_for_picture(window)
    rest(AT_REST_MS)
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
