"""What lies between pump and tip at the change: chosen by one click, and drawn. Most changes leave it, and need no field here."""

from collections.abc import Container, Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from itbcalc.desk.fields import SCREENING_KEYS, SCREENING_ROWS
from ui.program.fields import show_note
from ui.states import FieldState, PlugState
from ui.widgets.basics import YES_OR_NO, Choice, Field, card, holds_keyboard, role_label, set_tone, speak
from ui.widgets.drawing import ink_of

FILLINGS = (("", "as before"), ("old", "old drug"), ("none", "no drug"), ("new", "new drug"))
REALLY = "current.really.concentration"
_PRIME, _DURATION = "line.prime.volume", "line.prime.duration"
_RAISED = "patient.last_increase"
_FEW_NEED = ("line.tubing", "line.catheter", _PRIME, _DURATION, REALLY, _RAISED)
_BAR_HEIGHT = 16
_NO_BREAK = "\N{NO-BREAK SPACE}"
_NOTCH = 4.0
_PATTERNS = {
    "old": Qt.BrushStyle.SolidPattern,
    "new": Qt.BrushStyle.Dense5Pattern,
    "none": Qt.BrushStyle.NoBrush,
}

# What was done, what tubing and catheter hold then, and what has to be typed next.
BEGINNINGS: tuple[tuple[str, str, str, str, str], ...] = (
    ("nothing", "nothing done", "", "", ""),
    ("aspirated", "aspirated", "old", "none", _PRIME),
    ("revised", "catheter revised", "old", "none", "system.catheter"),
    ("pump", "pump replaced, catheter kept", "none", "old", "system.pump"),
    ("system", "new system", "none", "none", "system.pump"),
    ("really", "wrong concentration put right", "", "", REALLY),
)

# What may be said of tubing and catheter then: a pump may be purged before it is implanted.
_HOLD_THEN = {key: {(tubing, catheter)} for key, _, tubing, catheter, _ in BEGINNINGS}
_HOLD_THEN["pump"].add(("new", "old"))
_HOLD_THEN["system"].add(("new", "none"))


class LineStrip(QFrame):
    """Buttons for what was done, a bar from pump to tip, and below them only the fields that this needs."""

    focus_wanted = Signal(str)  # the place of the field that comes next
    fields_made = Signal(
        object
    )  # fields by place, when they are first asked for: each bolus of the screening trial by itself

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("lineStrip")
        self.fields: dict[str, Field | Choice] = {}
        self._notes: dict[str, QLabel] = {}
        self._buttons: dict[str, QPushButton] = {}
        self._bar = LineBar()
        self._words = role_label("", "quiet", name="lineWords", wrap=True)
        self._ends = [role_label(end, "label") for end in ("pump", "tip")]
        self._more = QWidget()
        self._holders: dict[str, QWidget] = {}
        self._screening = QVBoxLayout()
        self._boluses: dict[int, QWidget] = {}
        self._raised = QWidget()
        self._shown: dict[str, FieldState] = {}
        self._done = "nothing"
        self._begins = self._too_soon = False
        self._chosen = QPushButton()  # what was done, while the others are put away
        self._chosen.setObjectName("lineChosen")
        self._chosen.setProperty("role", "link")
        self._chosen.setCheckable(True)
        self._chosen.toggled.connect(self._show_choices)
        frame = card()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        column = QVBoxLayout(frame)
        column.setContentsMargins(12, 3, 12, 3)
        column.setSpacing(2)
        column.addLayout(self._picture())
        self._choices = self._beginnings()
        column.addWidget(self._choices)
        column.addWidget(self._more)
        self._screening.addWidget(self._raised)
        column.addLayout(self._screening)
        self.catch_up()

    def catch_up(self) -> None:
        """Marks what was done, as the fields say it, and shows the fields that belong to it."""
        said = (self._said("line.tubing"), self._said("line.catheter"))
        rest = [place for place in (_PRIME, _DURATION, REALLY) if self._said(place)]
        fitting = [key for key, *_ in BEGINNINGS if said in _HOLD_THEN[key]]
        if REALLY in rest and said == ("", ""):
            fitting = ["really"]
        elif self._done == "really" and said == ("", "") and not rest:
            fitting = ["really"]  # it was pressed, and nothing is typed yet
        elif fitting and fitting[0] == "nothing":
            fitting = ["nothing"]
        self._done = self._done if self._done in fitting else fitting[0] if fitting else ""
        for key, button in self._buttons.items():
            button.setChecked(key == self._done)
        self._show_choices()
        asked = self._done != "nothing" or bool(rest) or holds_keyboard(self._more)
        if asked:
            self._make_fields()
        self._more.setVisible(asked)
        for place, holder in self._holders.items():
            belongs = (place == REALLY) is (self._done == "really")
            holder.setVisible(place in rest or belongs or holds_keyboard(holder))
        self._catch_up_screening()

    def show_line(self, plugs: Sequence[PlugState], *, tubing: float, begins: bool, too_soon: bool) -> None:
        """Draws what lies in the line, and says it; `tubing` is the share of the pump tubing in it.

        Where a therapy `begins`, the screening trial is asked for; where an increase seems `too_soon` after the last
        change, when the dose was last raised.
        """
        self._begins, self._too_soon = begins, too_soon
        self._bar.show_plugs(plugs, tubing)
        self._words.setText(" · ".join(_unbroken(plug.words) for plug in plugs))
        for widget in (self._bar, *self._ends):
            widget.setVisible(bool(plugs))
        self._catch_up_screening()

    def _catch_up_screening(self) -> None:
        """The boluses of the trial are asked for where a therapy begins, one row after the other."""
        said = [number for number in self._boluses if any(map(self._said, _places_of(number)))]
        if self._too_soon:
            self._make_fields()
        self._raised.setVisible(self._too_soon or bool(self._said(_RAISED)) or holds_keyboard(self._raised))
        asked = max(said, default=0) + 1 if self._begins or said else 0
        asked = max(asked, *(number for number, row in self._boluses.items() if holds_keyboard(row)), 0)
        self._make_boluses(asked)
        for number, row in self._boluses.items():
            row.setVisible(number <= asked)

    def make_fields_of(self, places: Container[str]) -> None:
        """Makes the fields of these places, and of a bolus all."""
        if any(place in places for place in _FEW_NEED):
            self._make_fields()
        given = [number for number in SCREENING_ROWS if any(place in places for place in _places_of(number))]
        self._make_boluses(max(given, default=0))

    def _said(self, place: str) -> str:
        """What stands in a field; nothing in one that nobody asked for."""
        field = self.fields.get(place)
        if field is None:
            return ""
        return field.value() if isinstance(field, Choice) else field.text()

    def show_fields(self, fields: Mapping[str, FieldState]) -> None:
        """How each field was read, or why it was refused."""
        for place, field in self.fields.items():
            shown = fields.get(place, FieldState())
            if self._shown.get(place) != shown:
                self._shown[place] = shown
                set_tone(field, shown.tone)
                show_note(self._notes[place], [shown])

    # --- building

    def _picture(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(role_label("Line at the change", "label"))
        pump, tip = self._ends
        for widget in (pump, self._bar, tip):
            row.addWidget(widget)
        row.addWidget(self._words, 1)
        row.addWidget(self._chosen)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        return row

    def _beginnings(self) -> QWidget:
        choices = QWidget()
        row = QHBoxLayout(choices)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        for key, words, *_ in BEGINNINGS:
            button = QPushButton(words)
            button.setCheckable(True)
            button.setProperty("role", "link")
            button.setObjectName(f"line:{key}")
            button.clicked.connect(lambda _=False, key=key: self._begin(key))
            self._buttons[key] = button
            row.addWidget(button)
        row.addStretch(1)
        return choices

    def _make_fields(self) -> None:
        if self.fields:
            return
        self._lay_out_fields()
        self._lay_out_screening()
        made = dict(self.fields)
        for before, field in pairwise((list(self._buttons.values())[-1], *made.values())):
            QWidget.setTabOrder(before, field)
        self.fields_made.emit(made)

    def _lay_out_fields(self) -> None:
        row = QHBoxLayout(self._more)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        offered: tuple[tuple[str, Field | Choice, str], ...] = (
            ("tubing holds", Choice("line.tubing", "Pump tubing holds", FILLINGS), ""),
            ("catheter holds", Choice("line.catheter", "Catheter holds", FILLINGS), ""),
            ("prime with", Field(_PRIME, "Priming volume mL", align_right=True, own_undo=False), "mL"),
            ("in", Field(_DURATION, "Duration of the prime", own_undo=False), ""),
            (
                "really in the pump until now",
                Field(REALLY, "Really in the pump until now mcg/mL", align_right=True, own_undo=False),
                "mcg/mL",
            ),
        )
        for words, field, unit in offered:
            field.setFixedWidth(104 if isinstance(field, Choice) else 76)
            holder = self._holders[field.place] = self._cell(words, field, unit)
            row.addWidget(holder)
        row.addStretch(1)

    def _lay_out_screening(self) -> None:
        raised = Field(_RAISED, "When the dose was last raised", own_undo=False)
        raised.setPlaceholderText("8 Nov 2026 10:00")
        raised.setFixedWidth(150)
        row_of_it = QHBoxLayout(self._raised)
        row_of_it.setContentsMargins(0, 0, 0, 0)
        row_of_it.addWidget(self._cell("if the last change lowered it: dose last raised", raised, ""))
        row_of_it.addStretch(1)

    def _make_boluses(self, last: int) -> None:
        """The rows up to the bolus `last`: most programs need none, and all of them were a quarter of the window."""
        if last:
            self._make_fields()  # they stand before them
        for number in SCREENING_ROWS[len(self._boluses) : last]:
            before = list(self.fields.values())[-1]
            row = self._boluses[number] = self._row_of_bolus(number)
            row.hide()
            self._screening.addWidget(row)
            made = {place: self.fields[place] for place in _places_of(number)}
            for field in made.values():
                QWidget.setTabOrder(before, field)
                before = field
            self.fields_made.emit(made)

    def _row_of_bolus(self, number: int) -> QWidget:
        row = QWidget()
        cells = QHBoxLayout(row)
        cells.setContentsMargins(0, 0, 0, 0)
        cells.setSpacing(8)
        place, named = f"screening.boluses.{number}", f"screening bolus {number}"
        dose = Field(f"{place}.dose", f"Dose of {named} mcg", align_right=True, own_undo=False)
        at = Field(f"{place}.at", f"Time of {named}", own_undo=False)
        at.setPlaceholderText("10 Nov 2026 09:00")
        effect = Field(f"{place}.effect", f"How long the effect of {named} lasted", own_undo=False)
        effect.setPlaceholderText("6 h")
        adverse = Choice(f"{place}.adverse_reaction", f"Adverse reaction to {named}", YES_OR_NO)
        offered: tuple[tuple[str, Field | Choice, str, int], ...] = (
            (f"screening bolus {number}", dose, "mcg", 60),
            ("given", at, "", 150),
            ("effect lasted", effect, "", 84),
            ("adverse reaction", adverse, "", 84),
        )
        for words, field, unit, width in offered:
            field.setFixedWidth(width)
            cells.addWidget(self._cell(words, field, unit))
        cells.addStretch(1)
        return row

    def _cell(self, words: str, field: Field | Choice, unit: str) -> QWidget:
        """A field with its words before and its unit behind it, and below it how it was read."""
        field.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.fields[field.place] = field
        note = self._notes[field.place] = role_label("", "note", name=f"note:{field.place}", wrap=True)
        note.hide()
        holder = QWidget()
        cell = QVBoxLayout(holder)
        cell.setContentsMargins(0, 0, 0, 0)
        cell.setSpacing(0)
        line = QHBoxLayout()
        line.setSpacing(4)
        label = role_label(words, "label")
        label.setBuddy(field)
        for widget in (label, field, *([role_label(unit, "quiet")] if unit else [])):
            line.addWidget(widget)
        cell.addLayout(line)
        cell.addWidget(note)
        return holder

    # --- reacting

    def _show_choices(self) -> None:
        """All that can have been done, until something of it was chosen: then that one, and the others one click away."""
        chosen = self._buttons.get(self._done)
        is_settled = chosen is not None and self._done != "nothing"
        self._choices.setVisible(not is_settled or self._chosen.isChecked())
        self._chosen.setVisible(is_settled)
        if is_settled:
            assert chosen is not None
            self._chosen.setText(f"{chosen.text()} · {'keep ▾' if self._chosen.isChecked() else 'change ▸'}")
            speak(self._chosen, f"Done to the line: {chosen.text()}. Choose another")

    def _begin(self, key: str) -> None:
        """Fills in what was done; the keyboard goes on where something has to be typed."""
        self._done = key
        self._make_fields()
        self._chosen.setChecked(False)
        _, _, tubing, catheter, place = next(each for each in BEGINNINGS if each[0] == key)
        for part, holds in (("tubing", tubing), ("catheter", catheter)):
            field = self.fields[f"line.{part}"]
            assert isinstance(field, Choice)
            field.choose(holds)
        if key == "nothing":
            for field in self.fields.values():
                if isinstance(field, Field):
                    field.clear()
        self.catch_up()
        if place:
            self.focus_wanted.emit(place)


def _places_of(number: int) -> list[str]:
    """The fields of a bolus of the screening trial."""
    return [f"screening.boluses.{number}.{key}" for key in SCREENING_KEYS]


def _unbroken(words: str) -> str:
    """The same, never parted at the end of a line: a number stays beside its unit."""
    return words.replace(" ", _NO_BREAK)


class LineBar(QWidget):
    """A bar from the pump, left, to the tip, right: each part in the colour of what it holds, a notch where the catheter begins."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("lineBar")
        self.setFixedSize(180, _BAR_HEIGHT)
        self._plugs: tuple[PlugState, ...] = ()
        self._tubing = 0.0

    def show_plugs(self, plugs: Sequence[PlugState], tubing: float) -> None:
        """Shows exactly these, from the pump to the tip; the pump tubing is so much of it."""
        self._plugs, self._tubing = tuple(plugs), tubing
        words = ", ".join(plug.words for plug in plugs)
        self.setAccessibleName(f"Line from the pump to the tip: {words}" if words else "Line: not known yet")
        self.setToolTip(
            f"{words}. The notch: where the pump tubing ends and the catheter begins" if words else ""
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Colour repeats what the words beside the bar say."""
        super().paintEvent(event)
        ink = ink_of(self.palette(), 1.0)
        painter = QPainter(self)
        painter.setPen(ink.quiet)
        left, room, height = 0.5, self.width() - 1.0, self.height() - 3.0
        for plug in self._plugs:
            part = QRectF(left, 1.0, room * plug.share, height)
            painter.setBrush(QBrush(ink.lines["solid"], _PATTERNS[plug.holds]))
            painter.drawRect(part)
            left += room * plug.share
        if self._plugs and 0 < self._tubing < 1:
            at = room * self._tubing
            painter.setBrush(QBrush(ink.text))
            for tip, foot in ((1.0 + _NOTCH, 1.0), (height + 1.0 - _NOTCH, height + 1.0)):
                painter.drawPolygon(
                    [QPointF(at, tip), QPointF(at - _NOTCH, foot), QPointF(at + _NOTCH, foot)]
                )
        painter.end()
