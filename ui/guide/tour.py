"""A short tour through an open example: one sentence a step, beside the window; Esc leaves it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ui.widgets.basics import named_button, role_label

# What is said, and the field that has the keyboard's mark meanwhile.
STEPS = (
    (
        "Above: what is implanted, what was filled, and when. Each field says below it how it was read, or why not.",
        "system.pump",
    ),
    (
        "The table goes row by row in the order of the programmer's own page. Now and New are what you type.",
        "new.daily_dose",
    ),
    (
        "Under Programmer shows, type each value with every digit, as it stands on its screen.",
        "readouts.flow_rate",
    ),
    (
        "Bold values are recomputed. Here the flow differs: 0.1425 is right, 0.570 stands on the programmer.",
        "readouts.flow_rate",
    ),
    (
        "On the right the worst stands first, and what would explain it: the old concentration was left in the programmer.",
        "new.concentration",
    ),
    (
        "When all agrees, Record writes the step into the log. An example comes into it only if you type that it is meant.",
        "system.pump",
    ),
)


class Tour(QDialog):
    """Steps forward and back; nothing in the window is closed meanwhile."""

    def __init__(self, window: QWidget, show_field: Callable[[str], None]) -> None:
        super().__init__(window)
        self.setObjectName("tour")
        self.setWindowTitle("Tour")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(440)
        self._window, self._show_field = window, show_field
        self.step = 0
        self._words = role_label("", "outcome", name="tour:words", wrap=True)
        self._where = role_label("", "quiet", name="tour:where")
        self._back = named_button("Back", "tour:back")
        self._next = named_button("Next", "tour:next")
        self._next.setDefault(True)
        leave = named_button("Leave (Esc)", "tour:leave")
        self._back.clicked.connect(lambda: self._go(-1))
        self._next.clicked.connect(lambda: self._go(1))
        leave.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(self._where, 1)
        for button in (leave, self._back, self._next):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.addWidget(self._words, 1)
        column.addLayout(row)
        self._show()

    def begin(self) -> None:
        """Stands at the foot of the window, over nothing that it speaks of."""
        self.show()
        corner = self._window.mapToGlobal(self._window.rect().bottomLeft())
        self.move(corner.x() + 90, corner.y() - self.height() - 50)
        self.activateWindow()
        self._next.setFocus(Qt.FocusReason.OtherFocusReason)

    def done(self, result: int) -> None:
        """Nothing stays marked."""
        self._show_field("")
        super().done(result)

    def _go(self, by: int) -> None:
        if self.step + by >= len(STEPS):
            self.accept()
            return
        self.step = max(self.step + by, 0)
        self._show()

    def _show(self) -> None:
        words, field = STEPS[self.step]
        self._show_field(field)
        self._words.setText(words)
        self._where.setText(f"{self.step + 1} of {len(STEPS)}")
        self._back.setEnabled(self.step > 0)
        self._next.setText("Done" if self.step + 1 == len(STEPS) else "Next")
