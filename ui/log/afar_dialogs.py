"""A second check from afar: asking for it, answering it, and taking the answer."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from ui.log.second_check_dialog import SecondCheckDialog
from ui.widgets.asking import Asking
from ui.widgets.basics import Field, role_label

_TO_ANSWER = (
    "Type each setting from the prescription above, in the unit beside it or with its own. "
    "The answer becomes a file beside the question: send it back."
)
_TO_TAKE = (
    "It becomes the second check of the step, with the name of the colleague. Both are shown afterwards."
)


class AskAfarDialog(Asking):
    """The prescription as it was written: what the colleague will type from."""

    def __init__(self, parent: QWidget, about: str, write: Callable[["AskAfarDialog"], None]) -> None:
        super().__init__(parent, "Ask a colleague elsewhere", "askAfarDialog", verb="Save the question…")
        self._write = write
        self.order = Field("order", "the prescription as it was written")
        self.order.setPlaceholderText("e.g. 350 mcg/day, 2000 mcg/mL, simple continuous")
        form = QFormLayout()
        form.addRow("&Prescription", self.order)
        self.who(form)
        words = (
            "A small file with the prescription and the places to type, without what was typed here and without results. "
            "The colleague opens it in the log of another itbcalc (From afar), and sends a file back."
        )
        layout = QVBoxLayout(self)
        layout.addWidget(role_label(about, "workingtitle", name="askAfarDialog:about", wrap=True))
        layout.addWidget(role_label(words, "quiet", wrap=True))
        layout.addLayout(form)
        self.finish(layout)

    def write(self) -> None:
        """The question."""
        self._write(self)

    def refused(self, error: Exception) -> None:
        """The prescription is what may be missing."""
        (self.author if getattr(error, "field", "") == "author" else self.order).setFocus()

    def free_texts(self) -> Iterable[str]:
        """The prescription."""
        return [self.order.text()]


class AnswerAfarDialog(SecondCheckDialog):
    """The same fields as beside the pump; what the first person typed is not even here."""

    def __init__(
        self,
        parent: QWidget,
        about: str,
        settings: Mapping[str, Sequence[str]],
        write: Callable[["AnswerAfarDialog"], None],
    ) -> None:
        super().__init__(
            parent,
            about,
            settings,
            lambda _: (),
            name="answerAfarDialog",
            title="Second check for a colleague",
            hint=_TO_ANSWER,
        )
        self._answer = write

    def write(self) -> None:
        """The answer."""
        self._answer(self)

    def done_writing(self) -> None:
        """Nothing is compared here: the answer is a file now."""
        self.close_written()


class TakeAfarDialog(SecondCheckDialog):
    """Who takes the answer; then both side by side."""

    def __init__(
        self,
        parent: QWidget,
        about: str,
        write: Callable[["TakeAfarDialog"], Sequence[Mapping[str, str]]],
    ) -> None:
        super().__init__(
            parent,
            about,
            {},
            lambda _: write(self),
            name="takeAfarDialog",
            title="Second check from afar",
            hint=_TO_TAKE,
        )
        self.hide_note()
