"""Small widgets: labels with a role, a typed field, a choice that the mouse wheel cannot change."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QObject,
    QRect,
    QSignalBlocker,
    QStringListModel,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QValidator,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QCompleter,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.theme import RESULT_PX
from ui.widgets.field_help import tell_in_tip, tell_on_key

_NOWHERE = QRect(0, 0, 0, 0)


def role_label(text: str, role: str, *, name: str = "", wrap: bool = False) -> QLabel:
    """A label that the style sheet knows by its role."""
    label = QLabel(text)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    if name:
        label.setObjectName(name)
    return label


def card() -> QFrame:
    """A framed ground for things that belong together."""
    frame = QFrame()
    frame.setProperty("role", "card")
    return frame


class Cover(QFrame):
    """Lies over a widget while what that says is not what is to be said; the widget keeps its room.

    It comes and goes by its size alone: whatever is shown or hidden has all around it laid out anew.
    """

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.setProperty("role", "cover")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # what lies below is not painted
        self.setGeometry(_NOWHERE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """All of it: of what says that it is opaque, Qt paints no ground."""
        QPainter(self).fillRect(event.rect(), self.palette().window())

    def lay(self, *, covered: bool) -> None:
        """Over all of the widget, or away."""
        self.setGeometry(self._over.rect() if covered else _NOWHERE)


def named_button(words: str, name: str) -> QPushButton:
    """A button that says `words`, known by `name`."""
    made = QPushButton(words)
    made.setObjectName(name)
    return made


def stop_banner(label: QLabel) -> QFrame:
    """What is wrong with a log as a whole, above everything; hidden until there is something."""
    frame = QFrame()
    frame.setProperty("role", "finding")
    frame.setProperty("severity", "stop")
    column = QVBoxLayout(frame)
    column.addWidget(label)
    frame.hide()
    return frame


def speak(widget: QWidget, name: str) -> None:
    """Says what a widget is to whoever listens; telling that again would be heard again."""
    if widget.accessibleName() != name:
        widget.setAccessibleName(name)


def unseen_buddy(widget: QWidget, words: str, parent: QWidget) -> None:
    """A label that is not seen: on Linux a screen reader knows what a list is only by its label."""
    label = role_label(words, "label")
    label.setParent(parent)
    label.setBuddy(widget)
    label.hide()


def holds_keyboard(part: QWidget) -> bool:
    """Whether one types in a part that is there: it stays until the keyboard leaves it.

    Where a part went as soon as its field was empty, what is typed anew would go into the field that comes next.
    """
    typed_in = part.window().focusWidget()  # while a dialog is in front, too
    return not part.isHidden() and (typed_in is part or part.isAncestorOf(typed_in))


def unseen_width(widget: QWidget) -> None:
    """What stands in a widget does not widen its column: the column is as wide as it will ever have to be."""
    widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)


def settle(widget: QWidget, changed: Sequence[QWidget]) -> None:
    """Gives a widget, and what has `changed` in it, their room at once, up to what is scrolled.

    Qt does it in several turns, and paints what was written in the room of before in between: its words are cut.
    """
    layouts = [layout for each in changed if (layout := each.layout()) is not None]
    for each in changed:
        each.updateGeometry()
    scrolled: QWidget | None = widget
    while scrolled is not None and (layout := scrolled.layout()) is not None:
        scrolled.updateGeometry()
        layouts.insert(0, layout)
        scrolled = scrolled.parentWidget()
    if scrolled is not None:
        QCoreApplication.sendEvent(scrolled, QEvent(QEvent.Type.LayoutRequest))
    for layout in layouts:
        layout.activate()


class FittingLabel(QLabel):
    """One line that is said at several lengths, and shows the longest for which there is room."""

    def __init__(self, role: str, name: str) -> None:
        super().__init__("")
        self.setProperty("role", role)
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        unseen_width(self)
        self._lines: tuple[str, ...] = ()

    def show_lines(self, lines: tuple[str, ...]) -> None:
        """Shows one of these, the longest first; all of it is in the name and in the tip."""
        if lines != self._lines:
            self._lines = lines
            self.setAccessibleName(lines[0] if lines else "")
            self.setToolTip(lines[0] if lines else "")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is more room, or less."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room, metrics = self.contentsRect().width(), self.fontMetrics()
        fits = (line for line in self._lines if metrics.horizontalAdvance(line) <= room)
        shortest = self._lines[-1] if self._lines else ""
        self.setText(next(fits, metrics.elidedText(shortest, Qt.TextElideMode.ElideRight, room)))


class ScrollArea(QScrollArea):
    """What is larger than the window. It scrolls to whatever gets the keyboard, however it got there."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.setViewport(QWidget())  # one of Qt's own is looked up among all classes of widgets: 9 ms
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.covered = 0  # height of what stands over its upper edge
        self.setWidget(widget)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, _: QWidget | None, now: QWidget | None) -> None:
        held = self.widget()
        if now is not None and held is not None and held.isAncestorOf(now):
            shown = now.rect()
            room = self.viewport().height() - 16 - self.covered
            if shown.height() > room:  # of what is taller its beginning
                shown.setHeight(room // 2)
            middle = now.mapTo(held, shown.center())
            self.ensureVisible(
                middle.x(), middle.y(), shown.width() // 2 + 8, shown.height() // 2 + 8 + self.covered
            )


def set_tone(widget: QWidget, tone: str) -> None:
    """Changes what the style sheet says of a widget."""
    set_said(widget, "tone", tone)


def set_said(widget: QWidget, name: str, value: str) -> None:
    """The same by a property of another name."""
    if (widget.property(name) or "") != value:
        widget.setProperty(name, value)
        # Dressed anew as Qt does it; `widget.style()` would make all that Python knows of styles before it answers.
        QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.Polish))


class Field(QLineEdit):
    """One line in which a value is typed, with the unit it is read in. The wheel does nothing here.

    Undo may belong to the whole panel.
    """

    entered = Signal(str)  # the place whose field has the keyboard

    def __init__(
        self,
        place: str,
        accessible_name: str,
        *,
        align_right: bool = False,
        own_undo: bool = True,
        unit: str = "",
    ) -> None:
        super().__init__()
        self.place = place
        self._own_undo = own_undo
        self.setObjectName(f"field:{place}")
        self.setAccessibleName(accessible_name)
        self.setProperty("tone", "")
        self.setMaxLength(1000)
        self.setValidator(_LINE_ENDS)
        self._arrives = False
        self.setMinimumWidth(46)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # the grid gives the room
        if align_right:
            self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._unit: QLabel | None = None
        if unit:
            self._show_unit(unit)

    def _show_unit(self, unit: str) -> None:
        """Inside the field, so that a column of fields has one width; it gives way to a unit that is typed."""
        label = self._unit = role_label(unit, "unit")
        label.setParent(self)
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        label.adjustSize()
        self._make_room()
        self.textChanged.connect(self._make_room)

    def _make_room(self) -> None:
        assert self._unit is not None
        typed = any(character.isalpha() for character in self.text())
        self._unit.setVisible(not typed)
        room = 0 if typed else self._unit.width() + 3
        if self.textMargins().right() != room:
            self.setTextMargins(0, 0, room, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The unit stands at the end."""
        super().resizeEvent(event)
        if self._unit is not None:
            top = (self.height() - self._unit.height()) // 2
            self._unit.move(self.width() - self._unit.width() - 7, top)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo and redo go on to the window, a key says what the field is for; everything else is typed."""
        if not self._own_undo and _is_undo_or_redo(event):
            event.ignore()
            return
        if tell_on_key(self, event):
            return
        super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Whoever rests there is told what the field is for."""
        tell_in_tip(self)
        super().enterEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tells the panel which row the clinician looks at."""
        super().focusInEvent(event)
        if not self._own_undo:
            self.installEventFilter(_UNDO_IS_LEFT)
        self._arrives = event.reason() is Qt.FocusReason.MouseFocusReason
        self.entered.emit(self.place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The click that comes to a field selects what stands there: what is typed then takes its place."""
        super().mouseReleaseEvent(event)
        if self._arrives and not self.hasSelectedText():
            self.selectAll()
        self._arrives = False

    def take(self, text: str) -> None:
        """A text that was offered beside the field and clicked; the keyboard goes on from here. Nothing where nothing can be typed."""
        if not self.isEnabled():
            return
        self.setText(text)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel never changes a clinical value; it scrolls the panel."""
        event.ignore()


class _WithoutLineEnds(QValidator):
    """What is copied out of a list ends with the end of its line: that is no part of a value."""

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Every text may stand there; an end of line behind it is dropped."""
        kept = text.rstrip("\r\n\u2028\u2029")
        return QValidator.State.Acceptable, kept, min(place, len(kept))


_LINE_ENDS = _WithoutLineEnds()


class _UndoIsLeft(QObject):
    """Leaves undo and redo to the window, where they belong to the whole panel.

    It listens to fields that have had the keyboard: of all of them it would be asked hundreds of times at the start.
    """

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The field does not say that these keys are its own."""
        overrides = event.type() is QEvent.Type.ShortcutOverride
        if overrides and isinstance(event, QKeyEvent) and _is_undo_or_redo(event):
            event.ignore()
            return True
        return super().eventFilter(watched, event)


_UNDO_IS_LEFT = _UndoIsLeft()


def _is_undo_or_redo(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)


_MOST_ENTRIES = 30  # of a list that are seen at once
YES_OR_NO = (("", "not said"), ("no", "no"), ("yes", "yes"))


class Choice(QComboBox):
    """One of a closed list, chosen by keyboard or click; the first entry is not said. The wheel scrolls on."""

    entered = Signal(str)

    def __init__(self, place: str, accessible_name: str, options: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self.place = place
        self.setObjectName(f"field:{place}")
        self.setAccessibleName(accessible_name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(60)
        self.setMaxVisibleItems(_MOST_ENTRIES)
        self.offer(options)

    def offer(self, options: tuple[tuple[str, str], ...]) -> None:
        """Sets the (value, words) pairs on offer; keeps what is chosen where it is still among them."""
        chosen = self.value()
        self._offered = len(options)
        blocker = QSignalBlocker(self)  # offering is not choosing
        self.clear()
        for value, words in options:
            self.addItem(words, value)
        self.choose(chosen)
        blocker.unblock()

    def value(self) -> str:
        """What is chosen; empty where nothing is."""
        return str(self.currentData() or "")

    def choose(self, value: str) -> None:
        """Chooses by value; a value that is not on offer is added and shown as it is, never dropped.

        It leaves again with the next value: what one file held is not on offer for another.
        """
        for foreign in range(self.count() - 1, self._offered - 1, -1):
            if self.itemData(foreign) != value:
                self.removeItem(foreign)
        index = self.findData(value)
        if index < 0 and value:
            self.addItem(value, value)
            index = self.count() - 1
        self.setCurrentIndex(max(index, 0))

    def showPopup(self) -> None:
        """No entry of the list is cut, however narrow the field is."""
        view = self.view()
        view.setMinimumWidth(view.sizeHintForColumn(0) + 2 * view.frameWidth())
        super().showPopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key says what is chosen here; everything else chooses."""
        if tell_on_key(self, event):
            return
        super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Whoever rests there is told what is chosen here."""
        tell_in_tip(self)
        super().enterEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tells the panel which row the clinician looks at."""
        super().focusInEvent(event)
        self.entered.emit(self.place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel never changes a choice; it scrolls the panel."""
        event.ignore()


class NameField(Field):
    """A name of a closed list, typed: what fits is offered below while one types. Holds the name's value."""

    def __init__(self, place: str, accessible_name: str) -> None:
        super().__init__(place, accessible_name, own_undo=False)
        self._values: dict[str, str] = {}
        self._names: QStringListModel | None = None
        self._options: Callable[[], Sequence[tuple[str, str]]] | None = None
        self.returnPressed.connect(self.finish)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(
            self._on_focus_changed
        )  # the list of what fits keeps that event from the field

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """Sets the (value, name) pairs on offer; keeps what is chosen where it is still among them."""
        held = self.value()
        self._values = {name: value for value, name in options}
        if self._names is None:
            self._names = _completed_by(self)
        self._names.setStringList([*self._values])
        self.choose(held)

    def offer_when_entered(self, options: Callable[[], Sequence[tuple[str, str]]]) -> None:
        """The same for a long list, which is made when the keyboard first comes here."""
        self._options = options

    def focusInEvent(self, event: QFocusEvent) -> None:
        """What fits is offered from now on."""
        if self._options is not None:
            options, self._options = self._options, None
            self.offer(options())
        super().focusInEvent(event)

    def _on_focus_changed(self, before: QWidget | None, _: QWidget | None) -> None:
        if before is self:
            self.finish()

    def finish(self) -> None:
        """What was half typed means the one name that holds it; where several or none do, it is meant as it stands."""
        if self.isModified():
            self.setModified(False)
            self._complete()
            self.textChanged.emit(self.text())

    def value(self) -> str:
        """The value of the name typed; the text itself where it is no name on offer.

        A name half typed is nothing yet, while it is being typed.
        """
        typed = self.text().strip(" ")
        same = (value for name, value in self._values.items() if name.casefold() == typed.casefold())
        return next(same, "" if self._half_typed(typed) else typed)

    def _complete(self) -> None:
        typed = self.text().strip(" ").casefold()
        holding = [name for name in self._values if typed in name.casefold()]
        if typed and len(holding) == 1:
            self.setText(holding[0])

    def _half_typed(self, typed: str) -> bool:
        begun = any(typed.casefold() in name.casefold() for name in self._values)
        return self.isModified() and self.hasFocus() and begun

    def choose(self, value: str) -> None:
        """Writes the name of a value; a value that is not on offer is shown as it is."""
        names = {held: name for name, held in self._values.items()}
        self.setText(names.get(value, value))
        self.setCursorPosition(0)


_BESIDE_NAMES = 30  # pixels: the bar of a long list, and the edges
_WIDEST_LIST = 420


def _completed_by(field: Field) -> QStringListModel:
    """What is offered below the field while one types: that which holds what is typed. Made once, and filled anew."""
    names = QStringListModel(field)
    completer = QCompleter(names, field)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    field.setCompleter(completer)
    field.textEdited.connect(lambda: _widen(completer, names))  # before the list opens
    return names


def _widen(completer: QCompleter, names: QStringListModel) -> None:
    """The list below a field is as wide as what it offers: of two names that begin alike none is cut."""
    popup = completer.popup()
    assert popup is not None
    widest = max(map(popup.fontMetrics().horizontalAdvance, names.stringList()), default=0)
    popup.setMinimumWidth(min(widest + _BESIDE_NAMES, _WIDEST_LIST))


class PickField(Field):
    """A text of which some are known: those that hold what is typed are offered below, and Enter picks."""

    picked = Signal(str)

    def __init__(self, place: str, accessible_name: str) -> None:
        super().__init__(place, accessible_name, own_undo=False)
        self._known = _completed_by(self)
        self.completer().activated.connect(self._on_picked)
        self.returnPressed.connect(lambda: self._on_picked(self.text()))

    def offer(self, known: Sequence[str]) -> None:
        """What is offered while one types; anything else may be typed too. Where one types already it opens at once."""
        if self._known.stringList() == list(known):
            return
        self._known.setStringList(list(known))
        if self.hasFocus() and self.isModified() and self.text().strip():
            _widen(self.completer(), self._known)
            self.completer().setCompletionPrefix(self.text())
            self.completer().complete()

    def _on_picked(self, text: str) -> None:
        if text.strip():
            self.picked.emit(text.strip())


class ResultLabel(QLabel):
    """A computed value: bold, without a box; selects its row and can be copied with its unit."""

    entered = Signal(str)
    copied = Signal(str)

    def __init__(self, row: str, accessible_name: str) -> None:
        super().__init__("")
        self.row = row
        self.copy_text = ""
        self._name = accessible_name
        self.setProperty("role", "result")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAccessibleName(accessible_name)
        self.setObjectName(f"result:{row}")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def show_result(self, text: str, copy_text: str = "", *, spoken_beside: str = "") -> None:
        """Shows a value; `copy_text` is what goes to the clipboard (no grouping, so that it can be typed again).

        A screen reader hears what the value is, the value, and what is `spoken_beside` it.
        """
        self.setText(text)
        self._fit()
        self.copy_text = copy_text or text
        speak(self, f"{self._name} {text}{spoken_beside}" if text else self._name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is more room for the value, or less."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """A value for which there is no room is written smaller, on two lines if need be: a cut number is another one."""
        if self.sizePolicy().horizontalPolicy() is not QSizePolicy.Policy.Ignored:
            return  # it is as wide as its value
        font = QFont(self.font())
        font.setPixelSize(RESULT_PX)
        font.setBold(True)
        long = QFontMetrics(font).horizontalAdvance(self.text()) > self.contentsRect().width()
        if long is not self.wordWrap():
            self.setWordWrap(long)
            set_tone(self, "long" if long else "")

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tells the panel which row the clinician looks at."""
        super().focusInEvent(event)
        self.entered.emit(self.row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies the value with its unit."""
        if event.matches(QKeySequence.StandardKey.Copy) and self.copy_text:
            QGuiApplication.clipboard().setText(self.copy_text)
            self.copied.emit(self.copy_text)
            return
        super().keyPressEvent(event)
