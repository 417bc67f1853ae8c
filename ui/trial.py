"""Does all of the program work on this machine? Each kind of thing is done once, by itself, in a folder of its own."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.app import App

EXAMPLE, PLOTTED = "01-routine-increase.toml", "18-night-flex.toml"
PASSPHRASE = "four plain words together"  # noqa: S105  # of a log that is thrown away


class TrialError(Exception):
    """One of the things does not work here."""


def main(folder: Path) -> int:
    """Tries everything in `folder`, where settings and a log are made; says each thing, and returns 0 where all works."""
    from PySide6.QtWidgets import QApplication

    from ui.app import App
    from ui.start import plugins_found

    os.environ["ITBCALC_CONFIG_DIR"] = str(folder / "config")
    os.environ["ITBCALC_DATA_DIR"] = str(folder / "data")
    plugins_found()
    app = QApplication([*sys.argv[:1], "-style", "Fusion"])
    owner = App(app)
    owner.window.show()
    owner.load()
    for name, trial in TRIALS.items():
        try:
            trial(owner, folder)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is told by name
            sys.stderr.write(f"{name}: {type(error).__name__}: {error}\n")
            return 1
        sys.stdout.write(f"{name}: works\n")
    return 0


def _window(owner: "App", folder: Path) -> None:
    if owner.engine.engine.read_only:
        raise TrialError("the self-test failed")
    owner.program.open_example(EXAMPLE)
    _wait_until_checked(owner)
    _grab(owner, folder / "window.png")


def _plot(owner: "App", folder: Path) -> None:
    owner.program.give_up()
    owner.program.open_example(PLOTTED)
    owner.window.show_panel("schedule")
    _wait_until_checked(owner)
    _grab(owner, folder / "plot.png")


def _pdf(owner: "App", folder: Path) -> None:
    from ui.paper import write_pdf

    write_pdf(folder / "check.pdf", owner.program.sheet())


def _print_dialog(owner: "App", _: Path) -> None:
    from PySide6.QtPrintSupport import QPrintPreviewDialog

    owner.program.print_sheet()
    owner.app.processEvents()
    dialog = owner.window.findChild(QPrintPreviewDialog)
    if dialog is None:
        raise TrialError("no preview was opened")
    dialog.close()


def _append(owner: "App", _: Path) -> None:
    from itbcalc.desk.asked import asked_of
    from itbcalc.desk.program_files import example_path
    from itbcalc.desk.writer import LogWriter
    from itbcalc.judge.check import check
    from itbcalc.log.entries import Entry
    from itbcalc.log.folders import log_path
    from itbcalc.program import complete_program, load_toml, read_program
    from itbcalc.visits.recording import CheckedStep, Signature

    library, table = owner.engine.library, load_toml(example_path(EXAMPLE))
    writer = LogWriter(log_path(), owner.engine.now)
    checked = check(complete_program(read_program(table, library)), library, now=owner.engine.now())
    step = CheckedStep(table, checked, library)
    answers = {asked.key: "tried" for asked in asked_of(step)}
    entry = writer.record(step, answers, Signature("Trial"), refilled=False)
    if not isinstance(entry, Entry) or entry.seq != 1:
        raise TrialError(f"the first entry is {entry}")


def _encryption(owner: "App", _: Path) -> None:
    from itbcalc.log import cipher
    from itbcalc.log.backup import verify_file
    from itbcalc.log.encrypting import encrypt_log, is_locked, unlock
    from itbcalc.log.folders import log_path

    encrypt_log(log_path(), PASSPHRASE, owner.engine.now())
    cipher.let_go()
    if not is_locked(log_path()):
        raise TrialError("the encrypted log is open without its passphrase")
    unlock(log_path(), PASSPHRASE)
    verify_file(log_path())


TRIALS: dict[str, Callable[["App", Path], None]] = {
    "window": _window,
    "plot": _plot,
    "PDF": _pdf,
    "print preview": _print_dialog,
    "log": _append,
    "encryption": _encryption,
}


def _wait_until_checked(owner: "App") -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        owner.app.processEvents()
        found = owner.program.found()
        if found is not None and found.checked is not None:
            return
    raise TrialError("nothing was computed")


def _grab(owner: "App", path: Path) -> None:
    owner.app.processEvents()
    picture = owner.window.grab().toImage()
    tenths = range(1, 10)
    seen = {
        picture.pixel(picture.width() * x // 10, picture.height() * y // 10) for x in tenths for y in tenths
    }
    if len(seen) < 2 or not picture.save(str(path)):
        raise TrialError("the window is empty")
