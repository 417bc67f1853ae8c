"""Values that may be meant, to be clicked into a field: offered, and never filled in by themselves."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ui.widgets.basics import Choice, Field, NameField, role_label


class OfferRow(QWidget):
    """Links in one line, `0.14 or 0.199`; behind a value that stands there already `or 0.199`.

    They are no stops of the Tab key: whoever types, types the value.
    """

    picked = Signal(str)

    def __init__(self, place: str, *, name: str) -> None:
        super().__init__()
        self.setObjectName(f"offers:{place}")
        self._name = name
        self._shown: tuple[tuple[str, ...], bool] = ((), False)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)

    def show_offers(self, texts: tuple[str, ...], *, alone: bool) -> None:
        """Offers exactly these; `alone` where nothing stands in the field."""
        if (texts, alone) == self._shown:
            return
        self._shown = texts, alone
        while self._row.count():
            item = self._row.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, text in enumerate(texts):
            if number or not alone:
                self._row.addWidget(role_label("or", "quiet"))
            self._row.addWidget(self._link(text))
        self.setVisible(bool(texts))

    def _link(self, text: str) -> QPushButton:
        link = QPushButton(text)
        link.setProperty("role", "link")
        link.setObjectName(f"offer:{text}")
        link.setAccessibleName(f"{self._name}: take {text}")
        link.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        link.clicked.connect(partial(self.picked.emit, text))
        return link


class UsualOffer(QPushButton):
    """What is usual in the clinic, inside a field in which nothing stands: a click or Ctrl+Enter takes it.

    Beside it the field can be clicked and typed into as ever; with the first letter the offer is gone.
    """

    def __init__(self, field: Field | Choice) -> None:
        super().__init__(field)
        self._field = field
        self._value = self._words = ""
        self.setObjectName(f"usual:{field.place}")
        self.setProperty("role", "offer")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self.clicked.connect(self.take)
        field.installEventFilter(self)
        if isinstance(field, Choice):
            field.currentIndexChanged.connect(self._fit)
        else:
            field.textChanged.connect(self._fit)

    def offer(self, value: str, words: str) -> None:
        """Offers `value`, called `words`; nothing where both are empty."""
        self._value, self._words = value, words
        self.setAccessibleName(f"{self._field.accessibleName()}: take {words}")
        self._field.setToolTip(f"Usual here: {words}. Ctrl+Enter takes it." if value else "")
        self.setToolTip(self._field.toolTip())
        self._fit()

    def take(self) -> None:
        """It stands in the field as if it had been typed."""
        if not self._value or not self._is_empty:
            return
        if isinstance(self._field, Choice | NameField):
            self._field.choose(self._value)
            self._field.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._field.take(self._value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """There is more room in the field, or less; or what is offered is taken by its key."""
        if event.type() is QEvent.Type.Resize:
            self._fit()
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and _takes(event):
            self.take()
            return True
        return super().eventFilter(watched, event)

    @property
    def _is_empty(self) -> bool:
        return not (self._field.value() if isinstance(self._field, Choice) else self._field.text())

    def _fit(self) -> None:
        self.setVisible(bool(self._value) and self._is_empty and self._field.isEnabled())
        self.ensurePolished()
        width = self.fontMetrics().horizontalAdvance
        has_room = width(self._words) + 6 <= self._field.width() - (
            24 if isinstance(self._field, Choice) else 8
        )
        words = self._words if has_room else "as usual"  # a cut number is another one
        self.setText(words)
        self.setGeometry(4, 2, width(words) + 6, self._field.height() - 4)


def _takes(event: QKeyEvent) -> bool:
    return event.modifiers() == Qt.KeyboardModifier.ControlModifier and event.key() in (
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
    )
