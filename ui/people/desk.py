"""The lock over the window, and the dialogs about people."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from ui.main_window import MainWindow
from ui.session import Session
from ui.settings import Settings

if TYPE_CHECKING:
    from itbcalc.visits.people import Operator, OperatorChange
    from ui.people.curtain import Curtain
    from ui.people.lock_screen import LockScreen

_LOOK_AGAIN_MS = 15_000


class PeopleDesk(QObject):
    """Covers the window while its session is locked, and opens what is asked about operators and identities."""

    def __init__(
        self,
        window: MainWindow,
        session: Session,
        settings: Settings,
        *,
        has_typed: Callable[[], bool],
        clear_typed: Callable[[], None],
    ) -> None:
        """`has_typed` says whether a check stands in the fields, `clear_typed` empties them for another operator."""
        super().__init__(window)
        # Writes a change of operators, and by whom, into the log; set by who owns it. May raise ItbcalcError, OSError.
        self.record: Callable[[OperatorChange, Operator], None] = lambda _change, _author: None
        self._window, self._session, self._settings = window, session, settings
        self._has_typed, self._clear_typed = has_typed, clear_typed
        self._screen: LockScreen | None = None
        self._curtain: Curtain | None = None
        self.practised: Callable[[], bool] = lambda: False  # whether what is in the fields is practice
        self._typed_by: Operator | None = None  # who worked here when the window was covered
        self._keyboard: QWidget | None = None
        session.changed.connect(self._on_session_changed)
        self._clock = QTimer(self)  # only while somebody is at work
        self._clock.setInterval(_LOOK_AGAIN_MS)
        self._clock.timeout.connect(self._show_operator)
        window.lock_requested.connect(self.lock)
        window.operators_requested.connect(self.ask_operators)
        if session.locked:
            self._cover()

    @property
    def covered(self) -> bool:
        """Whether nothing of the window can be seen or reached."""
        return self._screen is not None and self._screen.isVisibleTo(self._window)

    @property
    def in_front(self) -> QWidget:
        """What is painted: the window, or what covers it."""
        return self._screen if self._screen is not None and self.covered else self._window

    def load(self) -> None:
        """Reads who may unlock the window; what keeps it from being read keeps the window locked, and is said."""
        from itbcalc.errors import PeopleUnavailableError
        from itbcalc.say import refusal_words

        try:
            self._session.refresh()
        except PeopleUnavailableError as error:
            self.say(f"Nobody can unlock this window: {refusal_words(error)}")

    def lock(self) -> None:
        """Locks at once, or says why not."""
        if not self._session.has_operators:
            self._window.say("Nothing locks here: no operator was added (menu, Operators…)")
        self._session.lock()

    def say(self, words: str) -> None:
        """Says something on the lock screen, where it covers the window."""
        if self._screen is not None:
            self._screen.say(words)

    # --- what is asked

    def ask_operators(self) -> None:
        """Who may unlock the window: add, change, deactivate."""
        from ui.people.dialogs import OperatorsDialog

        OperatorsDialog(self._window, self._session, self._settings, self.record).open()

    def ask_identity(self, pseudonym: str) -> None:
        """Whom a pseudonym stands for: enter, change, erase. Only behind a lock."""
        from ui.dialogs import tell
        from ui.people.dialogs import IdentityDialog

        if self._session.operator is None:
            tell(self._window, "No names without a lock", "Add an operator first (menu, Operators…).")
            return
        IdentityDialog(self._window, self._session.people, pseudonym).open()

    # --- the lock

    def _show_operator(self) -> None:
        """Who is at work, and when it locks: in the header, as long as somebody is."""
        operator = self._session.operator
        if operator is None:
            self._clock.stop()
            self._window.show_operator("")
            return
        self._window.show_operator(f"{operator.name} · locks in {self._session.minutes_left} min")
        if not self._clock.isActive():
            self._clock.start()

    def _on_session_changed(self) -> None:
        self._show_operator()
        if self._session.locked:
            self._cover()
        elif not self._session.has_operators and self.covered:
            self._uncover()

    def _cover(self) -> None:
        screen, curtain = self._made()
        if not self.covered:
            self._typed_by = self._session.before
            self._keyboard = QApplication.focusWidget()
            curtain.draw()
            self._window.set_locked(locked=True)
        before = self._session.before
        screen.ask_who(self._session.operators, before.id if before else "")

    def _on_unlocked(self, operator: "Operator") -> None:
        """What lay open comes back to whoever left it; to another it does not, and what was typed is asked about."""
        screen, curtain = self._made()
        if self._typed_by is None or self._typed_by.id == operator.id:
            self._uncover()
            return
        curtain.drop()
        self._keyboard = None
        if self._has_typed():
            screen.ask_keep(operator.name, self._typed_by.name, practised=self.practised())
        else:
            self._uncover()

    def _on_clear_chosen(self) -> None:
        self._clear_typed()
        self._uncover()

    def _uncover(self) -> None:
        screen, curtain = self._made()
        self._window.set_locked(locked=False)
        screen.hide()
        curtain.open()
        keyboard, self._keyboard = self._keyboard, None
        if keyboard is not None and shiboken6.isValid(keyboard):
            keyboard.setFocus()

    def _made(self) -> "tuple[LockScreen, Curtain]":
        """Made when it locks for the first time: most windows never do."""
        if self._screen is None or self._curtain is None:
            from ui.people.curtain import Curtain
            from ui.people.lock_screen import LockScreen

            self._screen = LockScreen(self._window, self._session.unlock)
            self._curtain = Curtain(self._window, self._screen)
            self._screen.unlocked.connect(self._on_unlocked)
            self._screen.keep_chosen.connect(self._uncover)
            self._screen.clear_chosen.connect(self._on_clear_chosen)
        return self._screen, self._curtain
