"""Hides what lies open beside the window while it is locked, and brings it back."""

from functools import partial

import shiboken6
from msgspec import Struct
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget


class _Hidden(Struct, frozen=True):
    """A dialog or another window, and what it kept from the keyboard when it was hidden."""

    widget: QWidget
    modality: Qt.WindowModality


class Curtain(QObject):
    """Closes over everything of the application but the window itself and what belongs to its lock screen."""

    def __init__(self, window: QWidget, screen: QWidget) -> None:
        super().__init__(window)
        self._window, self._screen = window, screen
        self._hidden: list[_Hidden] = []
        self._drawn = False

    def draw(self) -> None:
        """Closes menus and lists, hides dialogs; what opens from now on is hidden too."""
        if self._drawn:
            return
        self._drawn = True
        while (popup := QApplication.activePopupWidget()) is not None and popup.close():
            pass
        for widget in QApplication.topLevelWidgets():
            if widget.isVisible():
                self._hide(widget)
        _application().installEventFilter(self)

    def open(self) -> None:
        """Brings back what was hidden, in the order in which it was opened."""
        self._stop()
        hidden, self._hidden = self._hidden, []
        for each in hidden:
            if shiboken6.isValid(each.widget):
                each.widget.setWindowModality(each.modality)
                each.widget.show()

    def drop(self) -> None:
        """Gives up what was hidden: it was another operator's. The curtain stays closed."""
        hidden, self._hidden = self._hidden, []
        for each in hidden:
            if not shiboken6.isValid(each.widget):
                continue
            if isinstance(each.widget, QDialog):
                each.widget.reject()
            else:
                each.widget.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Whatever appears while it is drawn goes behind it."""
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            QTimer.singleShot(0, self, partial(self._hide, watched))
        return super().eventFilter(watched, event)

    def _hide(self, widget: QWidget) -> None:
        if not self._drawn or not shiboken6.isValid(widget) or self._belongs_here(widget):
            return
        if widget.isVisible():
            self._hidden.append(_Hidden(widget, widget.windowModality()))
            widget.hide()

    def _belongs_here(self, widget: QWidget) -> bool:
        if widget is self._window:
            return True
        holder: QWidget | None = widget
        while holder is not None and holder is not self._screen:
            holder = holder.parentWidget()
        return holder is self._screen

    def _stop(self) -> None:
        self._drawn = False
        _application().removeEventFilter(self)


def _application() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
