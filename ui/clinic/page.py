"""The page of settings: texts go out one by one as each is finished, what is kept and what was refused comes in."""

import itertools
from collections.abc import Mapping, Sequence
from functools import partial

from msgspec import Struct
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.clinic.fields import (
    CLINIC_CARDS,
    PLACES_OF_THE_WEEK,
    WORKSTATION_CARD,
    Options,
    SettingCard,
    SettingField,
)
from ui.widgets.basics import Choice, Field, NameField, ScrollArea, card, named_button, role_label, set_tone

_TWO_COLUMNS = 900  # width of the page from which cards stand side by side
_LABELS = 132  # width: the fields of all cards begin at one line
_ABOUT = "Each is kept when you leave its field, and each may stay empty. They stand in plain files that may be written by hand too."


class OwnRow(Struct, frozen=True):
    """One of the clinic's own: what it is, what it says, and what the window can do with it."""

    key: str
    title: str
    detail: str
    acts: tuple[tuple[str, str], ...] = ()  # (act, words)


class OwnCard(Struct, frozen=True):
    """The clinic's own of one kind: `add` is what the button below says."""

    kind: str
    title: str
    none: str
    add: str
    rows: tuple[OwnRow, ...] = ()


class SettingsPage(QWidget):
    """Fields in cards; nothing is read or kept here."""

    finished = Signal(str, str)  # key, text
    act_requested = Signal(str, str)  # what is to be done, with what

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("settingsPanel")
        self.fields: dict[str, Field | Choice] = {}
        self._notes: dict[str, QLabel] = {}
        self._shown: dict[str, str] = {}
        self._silent = False
        self._own: dict[str, _OwnOfAKind] = {}
        self._folders = _Folders()
        self._folders.act_requested.connect(self.act_requested)
        self._problem = role_label("", "problem", name="settings:problem", wrap=True)
        self._problem.hide()
        self._cards: list[QWidget] = [self._card(each) for each in CLINIC_CARDS]
        self._cards += [self._workstation(), self._folders]
        self._grid = QGridLayout()
        self._beside = 0
        self._lay_out()

    # --- what other code sees

    def offer(self, key: str, options: Options) -> None:
        """What may be chosen or completed, as (value, words)."""
        widget = self.fields[key]
        self._silent = True
        if isinstance(widget, Choice | NameField):
            widget.offer(options)
        self._silent = False

    def show_texts(self, texts: Mapping[str, str]) -> None:
        """Shows what is kept; a text that was refused stays in its field until it is put right."""
        self._silent = True
        for key, widget in self.fields.items():
            text = texts.get(key, "")
            self._shown[key] = text
            if self._notes[key].isHidden():
                _fill(widget, text)
        self._silent = False

    def show_problem(self, key: str, words: str) -> None:
        """Why what is typed there was refused; none where it was not. What belongs to no field stands on top."""
        note = self._notes.get(key, self._problem)
        note.setText(words)
        note.setVisible(bool(words))
        if key in self.fields:
            set_tone(self.fields[key], "refused" if words else "")
            self.fields[key].setAccessibleDescription(words)

    def show_folders(self, folders: Sequence[tuple[str, str, str]]) -> None:
        """Where things lie, as (name, words, path)."""
        self._folders.show_folders(folders)
        self._order()

    def show_own(self, cards: Sequence[OwnCard]) -> None:
        """The clinic's own pumps, catheters and figures."""
        for each in cards:
            if each.kind not in self._own:
                made = self._own[each.kind] = _OwnOfAKind()
                made.act_requested.connect(self.act_requested)
                self._cards.append(made)
                self._arrange()
            self._own[each.kind].show_card(each)
        self._order()

    def offer_anew(self, *, offered: bool) -> None:
        """Whether the window has to be opened anew for what is chosen."""
        self._anew.setVisible(offered)

    def focus_first(self) -> None:
        """The keyboard goes to the first field."""
        next(iter(self.fields.values())).setFocus(Qt.FocusReason.TabFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cards stand side by side where there is room."""
        super().resizeEvent(event)
        beside = 2 if self.width() >= _TWO_COLUMNS else 1
        if beside != self._beside:
            self._beside = beside
            self._arrange()

    # --- building

    def _lay_out(self) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addWidget(role_label(_ABOUT, "quiet", wrap=True))
        column.addWidget(self._problem)
        column.addLayout(self._grid)
        column.addStretch(1)
        self._grid.setSpacing(10)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ScrollArea(body))

    def _arrange(self) -> None:
        """Column by column, so that the order of the keyboard is the order of reading."""
        beside = max(self._beside, 1)
        columns = [QVBoxLayout() for _ in range(beside)]
        while (item := self._grid.takeAt(0)) is not None:
            _forget(item.layout())
        for number, each in enumerate(self._cards):
            columns[0 if number < len(CLINIC_CARDS) else -1].addWidget(each)
        for number, column in enumerate(columns):
            column.setSpacing(10)
            column.addStretch(1)
            self._grid.addLayout(column, 0, number)
        for number in range(2):
            self._grid.setColumnStretch(number, 1 if number < beside else 0)

    def _card(self, about: SettingCard) -> QFrame:
        frame = card()
        column = QVBoxLayout(frame)
        column.setContentsMargins(12, 8, 12, 10)
        column.addWidget(role_label(about.title, "workingtitle"))
        column.addWidget(role_label(about.about, "quiet", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for field in about.fields:
            if field.key not in PLACES_OF_THE_WEEK:
                self._add(grid, field)
            elif field.key == PLACES_OF_THE_WEEK[0]:
                self._add_week(grid, [each for each in about.fields if each.key in PLACES_OF_THE_WEEK])
        column.addLayout(grid)
        return frame

    def _add(self, grid: QGridLayout, field: SettingField) -> None:
        row = grid.rowCount()
        widget = self.fields[field.key] = _widget(field)
        label = role_label(field.label, "label")
        label.setBuddy(widget)
        label.setMinimumWidth(_LABELS)
        grid.addWidget(label, row, 0)
        grid.addWidget(widget, row, 1)
        grid.addWidget(self._note(field.key), row + 1, 0, 1, 2)
        self._follow(field.key)

    def _add_week(self, grid: QGridLayout, fields: Sequence[SettingField]) -> None:
        """One field a weekday, side by side, with its day above."""
        row = grid.rowCount()
        grid.addWidget(role_label("Pumps refilled on", "label"), row, 0)
        week = QGridLayout()
        week.setSpacing(4)
        for column, field in enumerate(fields):
            widget = self.fields[field.key] = _widget(field)
            widget.setMinimumWidth(34)
            label = role_label(field.label.removeprefix("Places on ")[:2], "quiet")
            label.setBuddy(widget)
            week.addWidget(label, 0, column)
            week.addWidget(widget, 1, column)
            grid.addWidget(self._note(field.key), row + 1 + column, 0, 1, 2)
            self._follow(field.key)
        grid.addLayout(week, row, 1)

    def _note(self, key: str) -> QLabel:
        note = self._notes[key] = role_label("", "note", name=f"note:{key}", wrap=True)
        set_tone(note, "refused")
        note.hide()
        return note

    def _follow(self, key: str) -> None:
        widget, finish = self.fields[key], partial(self._on_finished, key)
        if isinstance(widget, Choice):
            widget.currentIndexChanged.connect(finish)
        else:
            widget.editingFinished.connect(finish)

    def _workstation(self) -> QFrame:
        frame = self._card(WORKSTATION_CARD)
        column = frame.layout()
        assert isinstance(column, QVBoxLayout)
        people = named_button("People and lock…", "settings:people")
        people.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        people.clicked.connect(partial(self.act_requested.emit, "people", ""))
        self._anew = named_button("Open the window anew", "settings:anew")
        self._anew.setProperty("role", "primary")
        self._anew.setToolTip("In the size and language chosen; whoever is at work signs in again")
        self._anew.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._anew.clicked.connect(partial(self.act_requested.emit, "anew", ""))
        self._anew.hide()
        column.addWidget(self._anew)
        column.addWidget(people)
        return frame

    def _order(self) -> None:
        """What was made later is reached by Tab where it stands."""
        last = [*self.fields.values()][-1]
        buttons = [button for each in self._cards for button in each.findChildren(QPushButton)]
        for before, after in itertools.pairwise([last, *(each for each in buttons if each.objectName())]):
            QWidget.setTabOrder(before, after)

    def _on_finished(self, key: str, _: object = None) -> None:
        widget = self.fields[key]
        if isinstance(widget, NameField):
            widget.finish()
        text = _text_in(widget)
        refused = not self._notes[key].isHidden()
        if not self._silent and (text != self._shown.get(key, "") or refused):
            self.finished.emit(key, text)


class _Folders(QFrame):
    """Where things lie: each path can be copied and opened."""

    act_requested = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.addWidget(role_label("Folders", "workingtitle"))
        self._shown: Sequence[tuple[str, str, str]] = ()
        self._grid = QGridLayout()
        self._grid.setColumnStretch(0, 1)
        column.addLayout(self._grid)

    def show_folders(self, folders: Sequence[tuple[str, str, str]]) -> None:
        """Shows exactly these, as (name, words, path)."""
        if folders == self._shown:
            return
        self._shown = folders
        _forget(self._grid, and_widgets=True)
        for number, (name, words, path) in enumerate(folders):
            shown = role_label(f"{words}: {_may_break(path)}", "label", name=f"folder:{name}", wrap=True)
            shown.setAccessibleName(f"{words}: {path}")
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(shown, number, 0)
            for column, (act, verb) in enumerate((("copy", "Copy"), ("open", "Open folder")), start=1):
                button = named_button(verb, f"{act}:{name}")
                button.setAccessibleName(f"{verb}: {words}")
                button.clicked.connect(partial(self.act_requested.emit, act, path))
                self._grid.addWidget(button, number, column)


class _OwnOfAKind(QFrame):
    """What the clinic has of its own of one kind, and a button for one more."""

    act_requested = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._shown: OwnCard | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 12, 10)

    def show_card(self, shown: OwnCard) -> None:
        """Shows exactly this; the keyboard stays on the button it was on."""
        if shown == self._shown:
            return
        self._shown = shown
        focused = QApplication.focusWidget()
        name = focused.objectName() if focused in self.findChildren(QPushButton) else ""
        _forget(self._column, and_widgets=True)
        self._column.addWidget(role_label(shown.title, "workingtitle"))
        if not shown.rows:
            self._column.addWidget(role_label(shown.none, "quiet", wrap=True))
        for row in shown.rows:
            self._column.addLayout(self._row(shown.kind, row))
        add = named_button(shown.add, f"add:{shown.kind}")
        add.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        add.clicked.connect(partial(self.act_requested.emit, f"add:{shown.kind}", ""))
        self._column.addWidget(add)
        again = self.findChild(QPushButton, name) if name else None
        if again is not None:
            again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _row(self, kind: str, row: OwnRow) -> QHBoxLayout:
        line = QHBoxLayout()
        words = role_label(f"{row.title}\n{row.detail}", "label", name=f"own:{kind}:{row.key}", wrap=True)
        line.addWidget(words, 1)
        for act, verb in row.acts:
            button = named_button(verb, f"{act}:{kind}:{row.key}")
            button.setAccessibleName(f"{verb} {row.title}")
            button.clicked.connect(partial(self.act_requested.emit, f"{act}:{kind}", row.key))
            line.addWidget(button)
        return line


def _widget(field: SettingField) -> Field | Choice:
    name = f"setting.{field.key}"
    if field.options or field.library:
        widget: Field | Choice = Choice(name, field.label, field.options or (("", "not said"),))
    elif field.names:
        widget = NameField(name, field.label)
        widget.setPlaceholderText(field.example if field.names == "pumps" else f"e.g. {field.example}")
    else:
        widget = Field(name, f"{field.label} {field.unit}".strip(), unit=field.unit)
        widget.setPlaceholderText(f"e.g. {field.example}" if field.example else "")
    widget.setMinimumWidth(120)
    return widget


def _text_in(widget: Field | Choice) -> str:
    return widget.value() if isinstance(widget, Choice | NameField) else widget.text().strip(" ")


def _fill(widget: Field | Choice, text: str) -> None:
    if isinstance(widget, Choice | NameField):
        widget.choose(text)
    elif widget.text() != text:
        widget.setText(text)
        widget.setCursorPosition(0)


def _may_break(path: str) -> str:
    """A long path goes on in the next line behind any of its folders."""
    return path.replace("/", "/\u200b").replace("\\", "\\\u200b")


def _forget(layout: QLayout | None, *, and_widgets: bool = False) -> None:
    """Takes a layout apart, with what it holds where that is made anew."""
    while layout is not None and layout.count():
        item = layout.takeAt(0)
        assert item is not None
        _forget(item.layout(), and_widgets=and_widgets)
        widget = item.widget()
        if widget is not None and and_widgets:
            widget.hide()
            widget.setObjectName("")
            widget.deleteLater()
