"""What is implanted, whose it is and when: the fields above the table. What is seldom needed is made when it first is."""

from collections.abc import Container, Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.program.rows import SELDOM_FIELDS, SYSTEM_FIELDS, SystemField
from ui.states import FieldState
from ui.widgets.basics import (
    YES_OR_NO,
    Choice,
    Field,
    NameField,
    PickField,
    ResultLabel,
    holds_keyboard,
    role_label,
    set_tone,
)
from ui.widgets.offers import OfferRow, UsualOffer

OFFERED = ("system.tubing_volume",)  # fields for which several values are published
# Fields for which a clinic may say what is usual there.
USUAL = (
    "system.pump",
    "system.catheter",
    "reservoir.low_alarm",
    "reservoir.zone",
    "patient.jurisdiction",
)
OPTIONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "origins": (("", "not said"), ("spinal", "spinal"), ("cerebral", "cerebral")),
    "yes_or_no": YES_OR_NO,
    "drugs": (("", "Baclofen"),),  # and the others, once the library is there
}
_FLOW = "system.fixed_flow_rate"
_SELDOM = tuple(field.place for line in SELDOM_FIELDS for field in line)
_GAP = 8
_BELOW = 2  # row of what stands below a field; each row after it belongs to one field that is too narrow for its note
AROUND_A_TEXT = 18  # pixels of a field that are border, padding and margin
_MARGIN = 12


class SystemCard(QFrame):
    """Fields with their labels above; below a field, only where there is something to say, how it was read."""

    row_entered = Signal(str)
    fields_made = Signal(object)  # fields by place

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setObjectName("systemCard")
        self.fields: dict[str, Field | Choice] = {}
        self._notes: dict[str, QLabel] = {}
        self._at: dict[str, tuple[QGridLayout, int, QLabel]] = {}
        self._note_rows: dict[str, int] = {}
        self._fixed_flow = False
        self._offers: dict[str, OfferRow] = {}
        self._usual: dict[str, UsualOffer] = {}
        self._opener = QPushButton()
        self._seldom = QWidget()
        self._drugs = OPTIONS["drugs"]
        self._dead_volume = ""
        self._dead_volume_shown: ResultLabel | None = None
        self._lay_out()

    def show_fields(self, fields: Mapping[str, FieldState], *, fixed_flow: bool) -> None:
        """How each field was read, or why it was refused. Of a pump of `fixed_flow` its own flow is asked for."""
        self._fixed_flow = fixed_flow
        self._open()
        for place, widget in self.fields.items():
            shown = fields.get(place, FieldState())
            set_tone(widget, shown.tone)
            if widget.accessibleDescription() != shown.mark:
                widget.setAccessibleDescription(shown.mark)
            self._show_note(place, shown)

    def show_now(self, words: str) -> None:
        """The moment that counts while no other is typed."""
        field = self.fields["reservoir.at"]
        assert isinstance(field, Field)
        field.setPlaceholderText(words or "now")
        if words and not field.text():
            field.setAccessibleDescription(words)

    def show_offers(self, offers: Mapping[str, tuple[str, ...]]) -> None:
        """Exactly these texts can be clicked, each beside its field."""
        for place, row in self._offers.items():
            row.show_offers(offers.get(place, ()), alone=not _text_in(self.fields[place]))

    def offer_usual(self, usual: Mapping[str, tuple[str, str]]) -> None:
        """What is usual in the clinic, as value and words, by field: it can be taken, and stands for nothing by itself."""
        for place in USUAL:
            if place in usual and place not in self._usual:
                self._usual[place] = UsualOffer(self.fields[place])
            if place in self._usual:
                self._usual[place].offer(*usual.get(place, ("", "")))

    def offer_drugs(self, drugs: Sequence[tuple[str, str]]) -> None:
        """The drugs of the library, as value and words."""
        self._drugs = tuple(drugs)
        for place in ("current.drug", "new.drug"):
            field = self.fields.get(place)
            if isinstance(field, Choice):
                field.offer(self._drugs)

    def show_dead_volume(self, text: str) -> None:
        """That of tubing and catheter."""
        self._dead_volume = text
        if self._dead_volume_shown is not None:
            self._dead_volume_shown.show_result(text)

    def make_fields_of(self, places: Container[str]) -> None:
        """Makes what is seldom needed, where one of these places belongs to it."""
        if any(place in places for place in _SELDOM):
            self._make_seldom()

    def fold(self) -> None:
        """The keyboard is elsewhere: what was there for it alone goes."""
        self._open()

    def close_seldom(self) -> None:
        """What is seldom needed is put away, as far as nothing stands there."""
        self._opener.setChecked(False)

    def least_width(self) -> int:
        """Below this the card has to be scrolled sideways."""
        line = SYSTEM_FIELDS[0]
        return sum(map(self._least_width, line)) + _GAP * (len(line) - 1) + 2 * _MARGIN

    # --- building

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, 5, _MARGIN, 7)
        column.setSpacing(3)
        lines = [self._line(fields) for fields in SYSTEM_FIELDS]
        lines[-1].addWidget(self._opener, 1, len(SYSTEM_FIELDS[-1]))
        for line in lines:
            column.addLayout(line)
        column.addWidget(self._seldom)
        self._opener.setObjectName("seldomFields")
        self._opener.setProperty("role", "link")
        self._opener.setCheckable(True)
        self._opener.toggled.connect(self._open)
        self._open()

    def _make_seldom(self) -> None:
        if self._dead_volume_shown is not None:
            return
        result = self._dead_volume_shown = ResultLabel("bridge_volume", "Dead volume")
        result.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        result.entered.connect(self.row_entered)
        result.show_result(self._dead_volume)
        seldom = QVBoxLayout(self._seldom)
        seldom.setContentsMargins(0, 0, 0, 0)
        seldom.setSpacing(3)
        opened = [self._line(fields) for fields in SELDOM_FIELDS]
        opened[-1].addWidget(role_label("Dead volume", "label"), 0, len(SELDOM_FIELDS[-1]))
        opened[-1].addWidget(result, 1, len(SELDOM_FIELDS[-1]))
        for line in opened:
            line.setColumnStretch(line.columnCount(), 40)
            seldom.addLayout(line)
        self.offer_drugs(self._drugs)
        made = {place: self.fields[place] for place in _SELDOM}
        for before, field in pairwise((self._opener, *made.values())):
            QWidget.setTabOrder(before, field)
        self.fields_made.emit(made)

    def _line(self, fields: tuple[SystemField, ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(_GAP)
        grid.setVerticalSpacing(1)
        for column, field in enumerate(fields):
            self._add_field(grid, column, field)
            grid.setColumnMinimumWidth(column, self._least_width(field))
            grid.setColumnStretch(column, len(field.widest))
        return grid

    def _least_width(self, field: SystemField) -> int:
        """What is typed there is never cut, nor what it is called."""
        unit = self.fontMetrics().horizontalAdvance(field.unit) if field.unit else 0
        return max(self.fontMetrics().horizontalAdvance(field.widest) + AROUND_A_TEXT, unit + 60)

    def _add_field(self, grid: QGridLayout, column: int, field: SystemField) -> None:
        widget = self._field(field)
        label = role_label(field.label, "label")
        label.setTextFormat(Qt.TextFormat.AutoText)
        label.setBuddy(widget)
        grid.addWidget(label, 0, column)
        grid.addWidget(widget, 1, column)
        self._at[field.place] = grid, column, label
        if field.place in OFFERED:
            assert isinstance(widget, Field)
            row = self._offers[field.place] = OfferRow(field.place, name=label.text().replace("&", ""))
            row.picked.connect(widget.take)
            grid.addWidget(row, 0, column, Qt.AlignmentFlag.AlignRight)

    def _field(self, field: SystemField) -> Field | Choice:
        name = field.label.replace("&", "")
        widget: Field | Choice
        if field.choice == "pumps":
            widget = NameField(field.place, name)
            widget.setPlaceholderText("type a name")
        elif field.choice == "patients":
            widget = PickField(field.place, name)
            widget.setPlaceholderText(f"e.g. {field.example}")
            widget.setToolTip(
                "Enter begins where the last visit in the log ended (Ctrl+F from anywhere here)"
            )
        elif field.choice == "zones":
            widget = NameField(field.place, name)
            widget.setPlaceholderText("a place")
            widget.offer_when_entered(_zones)
        elif field.choice:
            widget = Choice(field.place, name, OPTIONS.get(field.choice, (("", "not said"),)))
        else:
            widget = Field(field.place, f"{name} {field.unit}".strip(), own_undo=False, unit=field.unit)
            widget.setPlaceholderText(f"e.g. {field.example}" if field.example and not field.unit else "")
        self.fields[field.place] = widget
        return widget

    # --- showing

    def _put_note(self, place: str, note: QLabel, shown: FieldState) -> None:
        """Beside the label where there is room, else below its field; what is longer still has a line of its own.

        Why a text was refused always stands below: what lies above does not move for it.
        """
        grid, column, label = self._at[place]
        room, width = self.fields[place].width(), note.fontMetrics().horizontalAdvance(note.text())
        offered = place in self._offers and self._offers[place].isVisibleTo(self)
        beside = not shown.problem and not offered and label.sizeHint().width() + _GAP + width <= room
        row = 0 if beside else _BELOW if width <= room else _BELOW + 1 + column
        if self._note_rows.get(place) == row:
            return
        self._note_rows[place] = row
        note.setWordWrap(row > _BELOW)
        grid.removeWidget(note)
        if row > _BELOW:
            grid.addWidget(note, row, 0, 1, -1)
        else:
            grid.addWidget(note, row, column, Qt.AlignmentFlag.AlignRight if beside else Qt.AlignmentFlag(0))

    def _open(self) -> None:
        """What is seldom needed is seen when it is asked for, and while something stands there."""
        typed = any(_text_in(self.fields[place]) for place in _SELDOM if place in self.fields)
        shown = typed or self._fixed_flow or self._opener.isChecked() or holds_keyboard(self._seldom)
        if shown:
            self._make_seldom()
        if _FLOW in self.fields:
            field = self.fields[_FLOW]
            asked = self._fixed_flow or bool(_text_in(field)) or holds_keyboard(field)
            for widget in (self._at[_FLOW][2], field):
                widget.setVisible(asked)
        self._seldom.setVisible(shown)
        self._opener.setText("less ▾" if shown else "more ▸")
        self._opener.setAccessibleName(
            "Lot and expiry of the drug, withdrawal, implanted, ERI seen, first dose, dead volume"
        )

    def _show_note(self, place: str, shown: FieldState) -> None:
        text = shown.problem or shown.beside
        note = self._notes.get(place)
        if note is None:
            if not text:
                return
            note = self._notes[place] = role_label("", "note", name=f"note:{place}")
        note.setText(text)
        self._put_note(place, note, shown)
        if self._note_rows[place] > _BELOW and not shown.problem:
            note.setText(f"{self._at[place][2].text().replace('&', '')}: {text}")
        note.setVisible(bool(text))
        set_tone(note, "refused" if shown.problem else "")


def _zones() -> list[tuple[str, str]]:
    from itbcalc.quantities.instants import zone_names

    return [(name, name) for name in zone_names()]


def _text_in(widget: Field | Choice) -> str:
    return widget.value() if isinstance(widget, Choice) else widget.text()
