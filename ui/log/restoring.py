"""Putting a backup in the place of the log: chosen, compared, confirmed by a typed word, and then said."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QThread, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from itbcalc.errors import LogError
from itbcalc.say import refusal_words
from itbcalc.visits.putting_back import put_back
from ui.beside import Beside
from ui.log.put_back import BackupCompared, BackupSeen, backups_of, compared_with_log
from ui.log.unlocking import OlderKeyDialog
from ui.widgets.basics import Field, named_button, role_label, set_tone
from ui.widgets.rows_table import put_text

CONFIRMATION = "restore"


class Comparing(QThread):
    """Follows a backup to its end beside the window, and holds it against the log; may be stopped."""

    progressed = Signal(int)
    ended = Signal(object)  # a BackupCompared

    def __init__(self, path: Path, backup: Path) -> None:
        super().__init__()
        self._path, self._backup = path, backup

    def run(self) -> None:
        """In the thread."""
        self.ended.emit(compared_with_log(self._path, self._backup, self._progress))

    def _progress(self, count: int) -> bool:
        self.progressed.emit(count)
        return not self.isInterruptionRequested()


class RestoreDialog(QDialog):
    """Backups on the left, what putting one back would mean on the right; nothing happens without the typed word."""

    restored = Signal()

    def __init__(self, parent: QWidget, path: Path, now: Callable[[], datetime]) -> None:
        super().__init__(parent)
        self.setObjectName("restoreDialog")
        self.setWindowTitle("Restore a backup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(820, 460)
        self._path, self._now = path, now
        self._compared: Path | None = None  # what may be put back: it was compared, and is whole
        self._comparing: Comparing | None = None
        self._putting_back = False
        self._beside = Beside(self)
        self._paths: list[Path] = []
        self.backups = QListWidget()
        self.backups.setObjectName("restore:backups")
        self.backups.setAccessibleName("backups of this log, the newest first")
        self.other = named_button("Another file…", "restore:other")
        self.compare = named_button("Compare with the log", "restore:compare")
        self.older_key = named_button("Older recovery key…", "restore:olderKey")
        self.older_key.hide()
        self.words = QPlainTextEdit()
        self.words.setObjectName("restore:words")
        self.words.setAccessibleName("what putting it back would mean")
        self.words.setReadOnly(True)
        self.words.setTabChangesFocus(True)
        self.confirmation = Field("restore.confirmation", f"type {CONFIRMATION} to put the backup back")
        self.put_back = named_button("Put it in the place of the log", "restore:putBack")
        self.close_it = named_button("Close", "restore:close")
        self.problem = role_label("", "note", name="restore:problem", wrap=True)
        set_tone(self.problem, "refused")
        self._lay_out()
        self._connect()
        self._show_may()
        self._beside.do(partial(backups_of, path), self._show_backups)

    @property
    def busy(self) -> bool:
        """Whether something is read, compared or put back."""
        return self._beside.busy or self._comparing is not None

    def done(self, result: int) -> None:
        """Ends what still runs with it; while a backup is put back it stays open."""
        if self._putting_back:
            return
        if self._comparing is not None:
            self._comparing.requestInterruption()
            self._comparing.wait()
        self._beside.stop()
        super().done(result)

    # --- building

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addWidget(role_label("Backups, the newest first", "label"))
        left.addWidget(self.backups, 1)
        left.addWidget(self.other)
        right = QVBoxLayout()
        right.addWidget(self.compare)
        right.addWidget(self.older_key)
        right.addWidget(self.words, 1)
        both = QHBoxLayout()
        both.addLayout(left, 2)
        both.addLayout(right, 3)
        foot = QHBoxLayout()
        foot.addWidget(role_label(f"To go on, type  {CONFIRMATION}", "label"))
        foot.addWidget(self.confirmation, 1)
        foot.addWidget(self.put_back)
        foot.addWidget(self.close_it)
        layout = QVBoxLayout(self)
        layout.addLayout(both, 1)
        layout.addWidget(
            role_label("What stands there now is set aside beside it, never overwritten.", "quiet", wrap=True)
        )
        layout.addLayout(foot)
        layout.addWidget(self.problem)
        for button in (self.other, self.compare, self.older_key, self.put_back, self.close_it):
            button.setAutoDefault(False)  # Return in the confirmation does nothing by itself

    def _connect(self) -> None:
        self.backups.currentRowChanged.connect(self._on_chosen)
        self.backups.itemActivated.connect(self._on_compare)
        self.other.clicked.connect(self._ask_file)
        self.compare.clicked.connect(self._on_compare)
        self.confirmation.textChanged.connect(self._show_may)
        self.older_key.clicked.connect(self._ask_older_key)
        self.put_back.clicked.connect(self._on_put_back)
        self.close_it.clicked.connect(self.reject)

    def _show_backups(self, found: list[BackupSeen]) -> None:
        for seen in found:
            self._offer(seen.path, seen.words)
        if found:
            self.backups.setCurrentRow(0)
        else:
            self.words.setPlainText("There is no backup beside this log. Choose another file.")
            self._show_may()

    def _offer(self, path: Path, words: str) -> None:
        self.backups.addItem("")
        put_text(self.backups, self.backups.count() - 1, words, tip=str(path))
        self._paths.append(path)

    # --- reacting

    def _chosen(self) -> Path | None:
        line = self.backups.currentRow()
        return self._paths[line] if line >= 0 else None

    def _on_chosen(self) -> None:
        """What was compared is not what is chosen now."""
        self._compared = None
        self.older_key.hide()
        self.words.setPlainText("Not compared yet.")
        self._show_may()

    def _show_may(self) -> None:
        idle = self._comparing is None and not self._beside.busy
        self.compare.setEnabled(self._chosen() is not None and not self._beside.busy)
        self.compare.setText("Compare with the log" if self._comparing is None else "Stop")
        self.backups.setEnabled(idle)
        self.other.setEnabled(idle)
        self.confirmation.setEnabled(idle and self._compared is not None)
        typed = self.confirmation.text().strip() == CONFIRMATION
        self.put_back.setEnabled(idle and self._compared is not None and typed)
        self.close_it.setEnabled(not self._putting_back)

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, "Choose a backup", str(self._path.parent))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_file)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_file(self, chosen: str) -> None:
        self._offer(Path(chosen), Path(chosen).name)
        self.backups.setCurrentRow(self.backups.count() - 1)

    def _on_compare(self) -> None:
        """Begins, or stops what runs."""
        if self._comparing is not None:
            self._comparing.requestInterruption()
            return
        backup = self._chosen()
        if backup is None:
            return
        self._compared = None
        self.words.setPlainText("Following the backup to its end …")
        self._comparing = Comparing(self._path, backup)
        self._comparing.progressed.connect(self._on_progressed)
        self._comparing.ended.connect(partial(self._on_compared, backup))
        self._comparing.finished.connect(self._on_finished)
        self._show_may()
        self._comparing.start()

    def _on_progressed(self, count: int) -> None:
        self.words.setPlainText(f"Following the backup to its end … {count:,} entries")

    def _on_compared(self, backup: Path, found: BackupCompared) -> None:
        self.words.setPlainText(found.words)
        self._compared = backup if found.usable else None
        self.older_key.setVisible(found.of_another_key)

    def _on_finished(self) -> None:
        self._comparing = None
        self._show_may()
        if self._compared is not None:
            self.confirmation.setFocus()

    def _ask_older_key(self) -> None:
        backup = self._chosen()
        if backup is not None:
            OlderKeyDialog(self, backup, self._on_compare).open()

    def _on_put_back(self) -> None:
        backup = self._compared
        if backup is None:
            return
        self.problem.setText("")
        self._putting_back = True
        self._beside.do(partial(_put_back, backup, self._path, self._now()), self._show_result)
        self.words.setPlainText("Putting it back … it is verified twice; this cannot be stopped.")
        self._show_may()

    def _show_result(self, result: tuple[bool, str]) -> None:
        fine, words = result
        self._compared, self._putting_back = None, False
        self.confirmation.clear()
        self.words.setPlainText(words if fine else "Nothing was changed.")
        self.problem.setText("" if fine else words)
        self._show_may()
        if fine:
            self.restored.emit()


def _put_back(backup: Path, path: Path, at: datetime) -> tuple[bool, str]:
    """In a thread: puts the backup back, and says how it went."""
    try:
        aside, not_written = put_back(backup, path, at)
    except LogError as error:
        return False, refusal_words(error)
    kept = (
        f"What stood there is kept as {aside.name}." if aside is not None else "Nothing stood there before."
    )
    if not_written is not None:
        kept = f"{kept} It is not recorded in the log: {refusal_words(not_written)}"
    return True, f"The backup is now the log: {path.name}. {kept}"
