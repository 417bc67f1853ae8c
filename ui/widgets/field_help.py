"""What a field is for, said at the field: as its tip, on Ctrl+F1, and on F1 where the help cannot be opened."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QToolTip, QWidget

_SCOPE = "help"  # the property of a part of the window that stands before the places in it
_LINE_WIDTH = 56  # letters: Qt breaks no line of a plain text by itself
_SHOWN_FOR_MS = 120_000  # to be read in peace; a click or another field ends it


def set_scope(part: QWidget, scope: str) -> None:
    """The fields in this part mean something of their own: their places begin with `scope`."""
    part.setProperty(_SCOPE, scope)


def place_of(widget: QWidget | None) -> str:
    """The place of a field with the dialog or part of the window it is in; empty for what is no field."""
    name = "" if widget is None else widget.objectName()
    if widget is None or not name.startswith("field:"):
        return ""
    place = name.removeprefix("field:")
    part = widget.parentWidget()
    while part is not None:
        scope = part.property(_SCOPE) or (part.objectName() if isinstance(part, QDialog) else "")
        if scope:
            return f"{scope}.{place}"
        part = part.parentWidget()
    return place


def tell_in_tip(field: QWidget) -> None:
    """Adds what the field is for to its tip, where that does not say it yet."""
    words, tip = _paragraph(field), field.toolTip()
    if words and words not in tip:
        field.setToolTip(f"{tip}\n{words}" if tip else words)


def tell_on_key(field: QWidget, event: QKeyEvent) -> bool:
    """Whether it was the key that asks what the field is for: then that is shown below it, and told to whoever listens.

    It is Ctrl+F1; in a dialog F1 alone too, which opens the help of the window elsewhere, and nothing while it is locked.
    Escape takes away what is shown, and nothing else: what was typed in the dialog stays.
    """
    if event.key() == Qt.Key.Key_Escape and QToolTip.isVisible() and QToolTip.text() == _paragraph(field):
        QToolTip.hideText()
        return True
    controlled = event.modifiers() == Qt.KeyboardModifier.ControlModifier
    asked = event.key() == Qt.Key.Key_F1 and (controlled or isinstance(field.window(), QDialog))
    words = _paragraph(field) if asked else ""
    if words:
        _show_below(field, words)
    return asked


def _show_below(field: QWidget, words: str) -> None:
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    below = field.mapToGlobal(QPoint(0, field.height()))
    QToolTip.showText(below, words, field, QRect(), _SHOWN_FOR_MS)
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(field, _words(field)))


def _words(field: QWidget) -> str:
    from itbcalc.desk.field_help import words_at  # not above: the window is painted first

    return words_at(place_of(field))


def _paragraph(field: QWidget) -> str:
    """In lines that can be read."""
    from textwrap import fill

    return fill(_words(field), _LINE_WIDTH)
