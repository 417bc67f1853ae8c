"""What is asked before a visit is booked or cancelled, or a follow-up ends."""

from collections.abc import Callable, Iterable

from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from itbcalc.visits.body_words import ENDING_WORDS
from ui.widgets.asking import Asking
from ui.widgets.basics import Choice, Field, role_label


class BookVisitDialog(Asking):
    """When the visit is, on the clocks of the patient."""

    def __init__(
        self, parent: QWidget, patient: str, zone: str, write: Callable[["BookVisitDialog"], None]
    ) -> None:
        """`zone` is the patient's time zone; empty where the log names none: then it is that of this computer."""
        super().__init__(parent, "Book a visit", "bookVisitDialog", verb="Book")
        self._write = write
        self.at = Field("at", "when the visit is")
        self.at.setPlaceholderText("e.g. 2 Dec 2026 10:00")
        self.note = Field("note", "note")
        about = f"{patient}: a visit for the refill, times of {zone or 'this computer'}"
        form = QFormLayout()
        form.addRow("W&hen", self.at)
        form.addRow("&Note", self.note)
        self.who(form)
        layout = QVBoxLayout(self)
        layout.addWidget(role_label(about, "workingtitle", name="bookVisitDialog:about", wrap=True))
        layout.addLayout(form)
        self.finish(layout)

    def write(self) -> None:
        """The booking."""
        self._write(self)

    def refused(self, error: Exception) -> None:
        """The moment is what may be wrong."""
        if getattr(error, "field", "") == "at":
            self.at.setFocus()

    def free_texts(self) -> Iterable[str]:
        """The note."""
        return [self.note.text()]


class CancelVisitDialog(Asking):
    """Why a booked visit does not take place; that may be left out."""

    def __init__(self, parent: QWidget, about: str, write: Callable[["CancelVisitDialog"], None]) -> None:
        super().__init__(parent, "Cancel a visit", "cancelVisitDialog", verb="Cancel the visit")
        self._write = write
        self.reason = Field("reason", "why it does not take place")
        form = QFormLayout()
        form.addRow("&Why", self.reason)
        self.who(form)
        layout = QVBoxLayout(self)
        layout.addWidget(role_label(about, "workingtitle", name="cancelVisitDialog:about", wrap=True))
        layout.addWidget(role_label("The patient stays on the list, not booked.", "quiet", wrap=True))
        layout.addLayout(form)
        self.finish(layout)

    def write(self) -> None:
        """The cancelling."""
        self._write(self)

    def free_texts(self) -> Iterable[str]:
        """The reason."""
        return [self.reason.text()]


class EndFollowUpDialog(Asking):
    """Why nobody here follows a patient any more, and since when."""

    def __init__(self, parent: QWidget, patient: str, write: Callable[["EndFollowUpDialog"], None]) -> None:
        super().__init__(parent, "End of follow-up", "endFollowUpDialog", verb="Record")
        self._write = write
        self.reason = Choice("reason", "why the follow-up ends", (("", "choose"), *ENDING_WORDS.items()))
        self.at = Field("at", "since when; now where left empty")
        self.at.setPlaceholderText("now, or e.g. 22 Nov 2026 09:30")
        self.note = Field("note", "note")
        form = QFormLayout()
        form.addRow("W&hy", self.reason)
        form.addRow("&Since", self.at)
        form.addRow("&Note", self.note)
        self.who(form)
        layout = QVBoxLayout(self)
        layout.addWidget(
            role_label(f"{patient}: nobody here follows this patient any more", "workingtitle", wrap=True)
        )
        layout.addWidget(
            role_label(
                "The patient leaves the list of refills. A step that is recorded later brings the patient back.",
                "quiet",
                wrap=True,
            )
        )
        layout.addLayout(form)
        self.finish(layout)

    def write(self) -> None:
        """The end."""
        self._write(self)

    def free_texts(self) -> Iterable[str]:
        """The note."""
        return [self.note.text()]
