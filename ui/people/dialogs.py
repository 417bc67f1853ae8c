"""What is asked about operators and about the person behind a pseudonym."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)

from itbcalc.errors import FieldEntryError, ItbcalcError, RefusedError
from itbcalc.library.workstation import LONGEST_LOCK_MINUTES
from itbcalc.say import refusal_words
from itbcalc.visits.people import Identity, Operator, OperatorChange, People, Role
from ui.dialogs import ask
from ui.session import Session
from ui.settings import Settings
from ui.widgets.basics import Choice, Field, role_label, set_tone
from ui.widgets.rows_table import put_text
from ui.widgets.who import PassphraseField

Record = Callable[[OperatorChange, Operator], None]
ROLES = (("", "choose a role"), *((str(role), str(role)) for role in Role))
HOW_TO_CHOOSE = "At least 12 characters: some words you will remember. It cannot be looked up, only replaced."


class _Asking(QDialog):
    """Fields, below each why it was refused, and two buttons. It stays open until what it asks for is done."""

    def __init__(self, parent: QWidget, title: str, name: str, *, verb: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(460)
        self.fields: dict[str, Field | Choice] = {}
        self._notes: dict[str, QLabel] = {}
        self._hints: dict[str, str] = {}
        self._problem = role_label("", "note", name=f"{name}:problem", wrap=True)
        set_tone(self._problem, "refused")
        self.form = QFormLayout()
        self._buttons = QDialogButtonBox()
        self._buttons.addButton(verb, QDialogButtonBox.ButtonRole.AcceptRole).setObjectName("write")
        self._buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)

    def add(self, words: str, field: Field | Choice, hint: str = "") -> None:
        """A field under its name, with a line below it."""
        note = role_label(hint, "note", name=f"note:{field.place}", wrap=True)
        self.fields[field.place], self._notes[field.place], self._hints[field.place] = field, note, hint
        self.form.addRow(words, field)
        self.form.addRow("", note)

    def finish(self, about: str) -> None:
        """Puts it together."""
        layout = QVBoxLayout(self)
        if about:
            layout.addWidget(role_label(about, "workingtitle", name=f"{self.objectName()}:about", wrap=True))
        layout.addLayout(self.form)
        layout.addWidget(self._problem)
        layout.addWidget(self._buttons)

    def accept(self) -> None:
        """Does it; stays open, with the reason beside the field, where it is refused."""
        for place in self.fields:
            self._note(place, "")
        self._problem.setText("")
        try:
            self.write()
        except (RefusedError, FieldEntryError) as error:
            self._refuse(error.field, refusal_words(error))
            return
        except (ItbcalcError, OSError) as error:
            self._refuse("", refusal_words(error) if isinstance(error, ItbcalcError) else str(error))
            return
        super().accept()

    def write(self) -> None:
        """What the button does."""
        raise NotImplementedError

    def typed(self, place: str) -> str:
        """What stands in a field."""
        field = self.fields[place]
        return field.value() if isinstance(field, Choice) else field.text()

    def _refuse(self, place: str, words: str) -> None:
        if place not in self.fields:
            self._problem.setText(f"Not done: {words}")
            return
        self._note(place, words[:1].upper() + words[1:])
        self.fields[place].setFocus()

    def _note(self, place: str, refused: str) -> None:
        self._notes[place].setText(refused or self._hints[place])
        set_tone(self._notes[place], "refused" if refused else "")
        set_tone(self.fields[place], "refused" if refused else "")


class _NewPassphrase(_Asking):
    """Asks for a passphrase twice: it cannot be looked up later."""

    def ask_passphrase(self) -> None:
        """Adds the two fields."""
        self.add("&Passphrase", PassphraseField("passphrase", "new passphrase"), HOW_TO_CHOOSE)
        self.add("A&gain", PassphraseField("again", "the same passphrase again"))

    def passphrase(self) -> str:
        """What was typed twice. Raises RefusedError where the two differ."""
        if self.typed("passphrase") != self.typed("again"):
            raise RefusedError("again", "", "passphrases_differ")
        return self.typed("passphrase")


class AddOperatorDialog(_NewPassphrase):
    """Somebody who may unlock the window from now on."""

    def __init__(self, parent: QWidget, write: Callable[[str, str, str], None], *, first: bool) -> None:
        """`write(name, role, passphrase)`; may raise ItbcalcError."""
        super().__init__(parent, "Add an operator", "addOperatorDialog", verb="Add")
        self._write = write
        self.add("&Name", Field("name", "name"), "As it will stand under every entry: M. Levi")
        self.add("&Role", Choice("role", "role", ROLES))
        self.ask_passphrase()
        words = (
            "From now on this window locks after some minutes without a key or the mouse, and whoever unlocked it "
            "signs what is written. If every passphrase is forgotten nobody can unlock it."
        )
        self.finish(words if first else "")

    def write(self) -> None:
        """Adds the operator."""
        self._write(self.typed("name"), self.typed("role"), self.passphrase())


class NameRoleDialog(_Asking):
    """Another name or role. What was written before keeps those of its day."""

    def __init__(self, parent: QWidget, operator: Operator, write: Callable[[str, str], None]) -> None:
        """`write(name, role)`; may raise ItbcalcError."""
        super().__init__(parent, "Name and role", "nameRoleDialog", verb="Change")
        self._write = write
        name = Field("name", "name")
        name.setText(operator.name)
        role = Choice("role", "role", ROLES)
        role.choose(operator.role)
        self.add("&Name", name)
        self.add("&Role", role)
        self.finish("")

    def write(self) -> None:
        """Changes what differs."""
        self._write(self.typed("name"), self.typed("role"))


class PassphraseDialog(_NewPassphrase):
    """A new passphrase: one's own needs the old one, a colleague's who forgot it does not."""

    def __init__(
        self, parent: QWidget, operator: Operator, write: Callable[[str, str], None], *, own: bool
    ) -> None:
        """`write(passphrase, old)`; may raise ItbcalcError."""
        super().__init__(parent, "Change a passphrase", "passphraseDialog", verb="Change")
        self._write = write
        self._own = own
        if own:
            self.add("&Old passphrase", PassphraseField("old", "old passphrase"))
        self.ask_passphrase()
        others = f"{operator.name} chooses a new passphrase. The log says that you let it be replaced."
        self.finish(operator.name if own else others)

    def write(self) -> None:
        """Replaces it."""
        self._write(self.passphrase(), self.typed("old") if self._own else "")


class OperatorsDialog(QDialog):
    """Who may unlock the window, and after how many minutes it locks."""

    def __init__(self, parent: QWidget, session: Session, settings: Settings, record: Record) -> None:
        """`record(change, author)` writes a change into the log; may raise ItbcalcError, OSError."""
        super().__init__(parent)
        self.setObjectName("operatorsDialog")
        self.setWindowTitle("Operators")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 420)
        self._session, self._settings, self._record = session, settings, record
        self._shown: list[Operator] = []
        self._about = role_label("", "quiet", name="operators:about", wrap=True)
        self._table = QTableWidget(0, 3)
        self._said = role_label("", "note", name="operators:said", wrap=True)
        self._minutes = Field("minutes", "minutes until it locks")
        self._minutes_note = role_label("", "note", name="note:minutes", wrap=True)
        self._buttons = {
            name: self._button(name, words, slot)
            for name, words, slot in (
                ("add", "&Add…", self._on_add),
                ("role", "&Name and role…", self._on_name_role),
                ("passphrase", "Pass&phrase…", self._on_passphrase),
                ("deactivate", "&Deactivate…", self._on_deactivate),
            )
        }
        self._lay_out()
        self._table.itemSelectionChanged.connect(self._on_selected)
        self._minutes.editingFinished.connect(self._on_minutes)
        self._session.changed.connect(self._show)
        self._show()

    # --- what is done

    def _on_add(self) -> None:
        AddOperatorDialog(self, self._add, first=not self._session.operators).open()

    def _add(self, name: str, role: str, passphrase: str) -> None:
        first = not self._session.operators
        change = self._people.add(name, role, passphrase, acting=self._session.operator)
        if first:
            self._session.begin(change.operator)
        self._done(change, f"{change.operator.name} was added")

    def _on_name_role(self) -> None:
        operator = self._selected()
        if operator is not None:
            NameRoleDialog(
                self, operator, lambda name, role: self._change_name_role(operator, name, role)
            ).open()

    def _change_name_role(self, operator: Operator, name: str, role: str) -> None:
        if role != operator.role:
            self._done(
                self._people.change_role(operator.id, role, acting=self._session.operator), "Role changed"
            )
        if name.strip() != operator.name:
            self._done(
                self._people.change_name(operator.id, name, acting=self._session.operator), "Name changed"
            )

    def _on_passphrase(self) -> None:
        operator, at_work = self._selected(), self._session.operator
        if operator is None or at_work is None:
            return
        PassphraseDialog(
            self,
            operator,
            lambda passphrase, old: self._change_passphrase(operator, passphrase, old),
            own=operator.id == at_work.id,
        ).open()

    def _change_passphrase(self, operator: Operator, passphrase: str, old: str) -> None:
        change = self._people.change_passphrase(
            operator.id, passphrase, acting=self._session.operator, old=old
        )
        self._done(change, f"{operator.name} has a new passphrase")

    def _on_deactivate(self) -> None:
        operator = self._selected()
        if operator is None:
            return
        ask(
            self,
            "deactivate",
            f"Deactivate {operator.name}?",
            "No more unlocking and signing with this name. It stays in the list, because entries name it, and cannot "
            "be taken back.",
            yes=("Deactivate", "confirm"),
            no="Go back",
            then=lambda: self._deactivate(operator),
        )

    def _deactivate(self, operator: Operator) -> None:
        try:
            change = self._people.deactivate(operator.id, acting=self._session.operator)
        except ItbcalcError as error:
            self._say(refusal_words(error), "refused")
            return
        self._done(change, f"{operator.name} is deactivated")

    def _on_minutes(self) -> None:
        try:
            self._session.set_minutes(self._settings.set_lock_minutes(self._minutes.text()))
        except (RefusedError, OSError) as error:
            why = refusal_words(error) if isinstance(error, RefusedError) else f"not kept: {error.strerror}"
            self._minutes_note.setText(why)
            set_tone(self._minutes_note, "refused")
            set_tone(self._minutes, "refused")
            return
        self._minutes_note.setText("")
        set_tone(self._minutes, "")

    def _done(self, change: OperatorChange, words: str) -> None:
        """Reads the list anew, and writes the change into the log; says where that could not be done."""
        author = self._session.operator or change.operator
        try:
            self._record(change, author)
        except (ItbcalcError, OSError) as error:
            why = refusal_words(error) if isinstance(error, ItbcalcError) else str(error)
            self._say(f"{words}, but the log does not say so: {why}", "refused")
        else:
            self._say(words, "")
        self._session.refresh()

    @property
    def _people(self) -> People:
        return self._session.people

    # --- what is shown

    def _show(self) -> None:
        """The list as it is now."""
        chosen = self._selected()
        self._shown = self._people.operators()
        self._table.setRowCount(len(self._shown))
        for line, operator in enumerate(self._shown):
            at_work = self._session.operator is not None and operator.id == self._session.operator.id
            state = "at work" if at_work else "active" if operator.active else "deactivated"
            for column, text in enumerate((operator.name, operator.role, state)):
                put_text(self._table, line, text, column)
            if chosen is not None and chosen.id == operator.id:
                self._table.selectRow(line)
        words = "Whoever unlocks the window signs what is written. Nobody is ever removed: entries name them."
        nobody = "No operator yet: authors are typed, and nothing locks. Add the first one to change that."
        self._about.setText(words if self._shown else nobody)
        self._on_selected()

    def _on_selected(self) -> None:
        operator = self._selected()
        for name in ("role", "passphrase", "deactivate"):
            self._buttons[name].setEnabled(operator is not None and operator.active)

    def _selected(self) -> Operator | None:
        line = self._table.currentRow()
        return self._shown[line] if 0 <= line < len(self._shown) else None

    def _say(self, words: str, tone: str) -> None:
        self._said.setText(words[:1].upper() + words[1:])
        set_tone(self._said, tone)

    # --- building

    def _button(self, name: str, words: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(f"operators:{name}")
        button.clicked.connect(slot)
        return button

    def _lay_out(self) -> None:
        self._table.setObjectName("operators:table")
        self._table.setAccessibleName("Operators")
        self._table.setHorizontalHeaderLabels(["name", "role", "state"])
        self._table.verticalHeader().hide()
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setTabKeyNavigation(False)
        self._minutes.setText(str(self._settings.lock_minutes()))
        self._minutes.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._minutes.setFixedWidth(60)
        acts, wait = QHBoxLayout(), QHBoxLayout()
        for button in self._buttons.values():
            button.setAutoDefault(False)
            acts.addWidget(button)
        acts.addStretch(1)
        lock = role_label("&Lock after", "label")
        lock.setBuddy(self._minutes)
        wait.addWidget(lock)
        wait.addWidget(self._minutes)
        wait.addWidget(
            role_label(f"minutes without a key or the mouse (1 to {LONGEST_LOCK_MINUTES})", "label")
        )
        wait.addWidget(self._minutes_note, 1)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(
            False
        )  # Enter in the minutes sets them
        close.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self._about)
        layout.addWidget(self._table, 1)
        layout.addLayout(acts)
        layout.addWidget(self._said)
        layout.addLayout(wait)
        layout.addWidget(close)


class IdentityDialog(_Asking):
    """Whom a pseudonym stands for. It is kept apart from the log and can be erased for good."""

    def __init__(self, parent: QWidget, people: People, pseudonym: str) -> None:
        """Raises PeopleUnavailableError where what is known cannot be read."""
        super().__init__(parent, "Identity", "identityDialog", verb="Keep")  # the title names nobody
        self._people, self._pseudonym = people, pseudonym
        known = people.identity(pseudonym) or Identity(pseudonym, "")
        for place, words, text, hint in (
            ("name", "&Name", known.name, ""),
            ("born", "&Born", known.born, "1988-04-12, or nothing"),
            ("note", "N&ote", known.note, ""),
        ):
            field = Field(place, words.replace("&", ""))
            field.setText(text)
            self.add(words, field, hint)
        erase = self._buttons.addButton("&Erase…", QDialogButtonBox.ButtonRole.DestructiveRole)
        erase.setObjectName("erase")
        erase.setEnabled(bool(known.name))
        erase.clicked.connect(self._on_erase)
        self.finish(f"{pseudonym} stands for")

    def write(self) -> None:
        """Keeps it, in the file of people and nowhere else."""
        self._people.set_identity(self._pseudonym, self.typed("name"), self.typed("born"), self.typed("note"))

    def _on_erase(self) -> None:
        ask(
            self,
            "eraseIdentity",
            f"Erase whom {self._pseudonym} stands for?",
            "Name, date and note are gone for good; the log keeps the pseudonym. Copies of the file made by others, "
            "in a backup of this computer, are not reached.",
            yes=("Erase", "confirm"),
            no="Go back",
            then=self._erase,
        )

    def _erase(self) -> None:
        try:
            self._people.erase_identity(self._pseudonym)
        except ItbcalcError as error:
            self._refuse("", refusal_words(error))
            return
        self.reject()
