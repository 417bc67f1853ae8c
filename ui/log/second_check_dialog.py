"""A second person types the settings from the prescription, without seeing what the first typed."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFormLayout,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)

from itbcalc.desk.fields import SHOWN_UNITS
from itbcalc.desk.schedule_texts import STEP_EXAMPLES
from itbcalc.errors import RefusedError
from itbcalc.say import place_words, setting_text
from itbcalc.visits.recording import Signature
from ui.widgets.asking import Asking
from ui.widgets.basics import Choice, Field, ScrollArea, role_label, set_tone
from ui.widgets.rows_table import put_text
from ui.widgets.who import WhoField

_HINT = (
    "Type each setting from the prescription, in the unit beside it or with its own. "
    "What was recorded is shown afterwards."
)
HEADINGS = ("setting", "typed now", "recorded", "")


class SecondCheckDialog(Asking):
    """One field for each setting of the step, empty. Only when all is written are the two put side by side."""

    def __init__(
        self,
        parent: QWidget,
        about: str,
        settings: Mapping[str, Sequence[str]],
        write: Callable[["SecondCheckDialog"], Sequence[Mapping[str, str]]],
        who: WhoField | None = None,
        *,
        name: str = "secondCheckDialog",
        title: str = "Second check",
        hint: str = _HINT,
    ) -> None:
        """`settings`: by place, what may be chosen there; nothing where it is typed. `write` returns what was recorded.

        `who` asks the second person for a passphrase.
        """
        super().__init__(parent, title, name, verb="Record")
        self._write = write
        self.settings = {place: _setting(place, choices) for place, choices in settings.items()}
        self.note = Field("note", "note")
        self._who = who
        self._signed_by: Signature | None = None
        self._compared: Sequence[Mapping[str, str]] = ()
        self._form = QWidget()
        self._layout = QVBoxLayout(self)
        self._layout.addWidget(role_label(about, "workingtitle", name=f"{name}:about", wrap=True))
        self._hint = role_label(hint, "quiet", wrap=True)
        self.verdict = role_label("", "outcome", name=f"{name}:verdict", wrap=True)
        self.verdict.hide()
        self._layout.addWidget(self._hint)
        self._layout.addWidget(self.verdict)
        form = self._fields = QFormLayout(self._form)
        for place, field in self.settings.items():
            label = role_label(place_words(place).capitalize(), "label")
            label.setBuddy(field)
            form.addRow(label, field)
        form.addRow("&Note", self.note)
        if who is None:
            self.who(form)
        else:
            form.addRow(who)
        self._scrolled = ScrollArea(self._form)
        self._layout.addWidget(self._scrolled, 1)
        self.finish(self._layout)
        self.resize(640, min(640, 260 + 34 * len(self.settings)))

    def write(self) -> None:
        """The settings, compared."""
        self._compared = self._write(self)

    def typed(self) -> dict[str, str]:
        """What was typed and chosen, by place; a number alone has the unit that stands beside it."""
        return {place: _typed_in(field) for place, field in self.settings.items()}

    def signature(self) -> Signature:
        """The second person, who signs with a passphrase where operators have one. Raises RefusedError."""
        if self._who is None:
            return super().signature()
        if self._signed_by is None:
            operator = self._who.authenticate()
            if operator is None:
                raise RefusedError("author", "", "not_signed")
            self._signed_by = Signature(operator.name, str(operator.role), "passphrase")
        return self._signed_by

    def hide_note(self) -> None:
        """Where the note is in what is taken already."""
        self._fields.setRowVisible(self.note, False)  # noqa: FBT003  # Qt's

    def close_written(self) -> None:
        """Where nothing is put side by side."""
        super().done_writing()

    def free_texts(self) -> Iterable[str]:
        """The note."""
        return [self.note.text()]

    def refused(self, error: Exception) -> None:
        """Brings the keyboard to the setting that was refused; another person may sign the next attempt."""
        self._signed_by = None if getattr(error, "field", "") == "author" else self._signed_by
        field = self.settings.get(str(getattr(error, "field", "")))
        if field is not None:
            field.setFocus()

    def done_writing(self) -> None:
        """Puts both side by side; the dialog goes when that was seen."""
        for gone in (self._scrolled, self._hint, self.problem):
            gone.hide()
        differing = [each for each in self._compared if each["verdict"] != "agrees"]
        words = (
            "Both are recorded, and agree."
            if not differing
            else "Both are recorded, and DIFFER. Do not program before it is clear which is right."
        )
        self.verdict.setText(words)
        set_tone(self.verdict, "refused" if differing else "fine")
        self.verdict.show()
        self._layout.insertWidget(3, self._table(), 1)
        self.buttons.clear()
        close = self.buttons.addButton(QDialogButtonBox.StandardButton.Close)
        close.setObjectName("close")
        close.setFocus()

    def _table(self) -> QTableWidget:
        table = QTableWidget(len(self._compared), len(HEADINGS))
        table.setObjectName(f"{self.objectName()}:table")
        table.setAccessibleName("the settings as both typed them")
        table.setHorizontalHeaderLabels(list(HEADINGS))
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.verticalHeader().hide()
        for line, each in enumerate(self._compared):
            verdict = "✓ agrees" if each["verdict"] == "agrees" else "✗ DIFFERS"
            said = (setting_text(each[key]) for key in ("typed", "recorded"))
            cells = (place_words(each["field"]), *said, verdict)
            for column, text in enumerate(cells):
                put_text(table, line, text, column)
        table.resizeColumnsToContents()
        table.horizontalHeader().setStretchLastSection(True)
        return table


def _setting(place: str, choices: Sequence[str]) -> Field | Choice:
    name, words = f"setting.{place}", place_words(place)
    if choices:
        return Choice(name, words, (("", "choose"), *((each, each) for each in choices)))
    field = Field(name, words, unit=SHOWN_UNITS.get(place, ""))
    example = STEP_EXAMPLES.get(place.rpartition(".")[2])
    if example is not None:
        field.setPlaceholderText(f"e.g. {example}")
    return field


def _typed_in(field: Field | Choice) -> str:
    if isinstance(field, Choice):
        return field.value()
    text = field.text().strip(" ")
    unit = SHOWN_UNITS.get(field.place.removeprefix("setting."), "")
    return f"{text} {unit}" if unit and re.fullmatch(r"[0-9.]+", text) else text
