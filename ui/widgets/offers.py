"""Values that may be meant, to be clicked into a field: offered, and never filled in by themselves."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ui.widgets.basics import role_label


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
