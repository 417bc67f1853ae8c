"""Who unlocked the window signs; while it is locked nothing of a patient can be seen or reached."""

import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLabel, QMenu, QToolButton

import ui.session
from itbcalc.errors import LogUnavailableError
from itbcalc.log.folders import people_path
from itbcalc.visits.people import People
from tests.ui.log_pages import AskingPage
from tests.ui.pages import child, config_files, wait_for
from tests.ui.people_pages import (
    COHEN,
    LEVI,
    WORDS,
    LockPage,
    OperatorsPage,
    PeopleDialogPage,
    add_operators,
    answer,
    words_in_sight,
)
from tests.ui.practice_pages import PracticePage
from ui.settings import Settings

pytestmark = pytest.mark.gui
NEW = "entirely new words"


@pytest.fixture
def operators(config_folder):
    add_operators()


@pytest.fixture
def locked(operators, open_window):
    """The window as it opens where there are operators."""
    return open_window()


@pytest.fixture
def at_work(locked):
    """M. Levi unlocked it and has a check in the fields."""
    LockPage(locked).unlock(LEVI)
    locked.check.open_example(locked.check.examples[0])
    assert locked.chips
    return locked


class Clock:
    """The two clocks of the session, in seconds."""

    def __init__(self):
        self.monotonic, self.wall = 1000.0, 5_000_000.0

    def __call__(self):
        return self.monotonic, self.wall

    def go(self, seconds):
        self.monotonic += seconds
        self.wall += seconds


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(ui.session, "clocks", clock)
    return clock


# --- where nobody was added


def test_without_operators_nothing_locks_and_no_file_is_made(main):
    main.press("Ctrl+L")

    assert not main.owner.session.locked
    assert not main.owner.session.has_operators
    assert "no operator was added" in main.message
    assert not people_path().exists()


def test_a_file_that_holds_identities_alone_does_not_lock(config_folder, open_window):
    People(people_path()).set_identity("P-1", "Moshe Levi")

    main = open_window()

    assert not main.owner.session.locked
    assert main.window.centralWidget().isVisible()


# --- the start


def test_with_operators_it_starts_locked_and_asks_who(locked):
    page = LockPage(locked)

    assert page.covers
    assert page.names == [LEVI, COHEN]
    assert page.chosen == "choose your name"
    assert locked.owner.session.operator is None
    assert locked.title == "itbcalc"


def test_the_right_passphrase_opens_it(locked):
    LockPage(locked).unlock(LEVI)

    assert not LockPage(locked).covers
    assert locked.window.centralWidget().isVisible()
    assert locked.owner.session.operator.name == "M. Levi"
    assert locked.owner.session.operator.role == "pump nurse"


@pytest.mark.parametrize(
    ("passphrase", "words"),
    [(WORDS[COHEN], "This is not the passphrase of M. Levi"), ("", "Passphrase is needed and not given")],
)
def test_a_wrong_passphrase_is_refused_in_place_and_does_not_stay(locked, passphrase, words):
    page = LockPage(locked)

    page.unlock(LEVI, passphrase)

    assert page.covers
    assert page.problem == words
    assert page.passphrase.text() == ""
    assert locked.keyboard is page.passphrase


def test_without_a_name_nothing_is_tried(locked):
    page = LockPage(locked)

    page.type_passphrase(WORDS[LEVI])
    page.press("unlock")

    assert page.covers
    assert page.problem == "Choose your name first."


def test_after_five_wrong_ones_it_asks_to_wait(locked):
    page = LockPage(locked)
    for _ in range(5):
        page.unlock(LEVI, "not this one either")

    page.unlock(LEVI)

    assert page.covers
    assert "wait" in page.problem


def test_the_passphrase_is_not_shown_unless_asked(locked):
    page = LockPage(locked)

    page.type_passphrase("correct horse")

    assert page.passphrase.displayText() == "●" * 13


def test_a_damaged_file_of_operators_keeps_it_locked_and_says_so(config_folder, open_window):
    people_path().parent.mkdir(parents=True, exist_ok=True)
    people_path().write_bytes(b"no file of SQLite " * 100)

    main = open_window()

    assert LockPage(main).covers
    assert "Nobody can unlock this window" in LockPage(main).note


UNTIL_PAINTED = """
import sys
from PySide6.QtWidgets import QApplication
from ui.app import App
app = QApplication(["itbcalc"])
owner = App(app)
loaded = []
owner.load = lambda: (loaded.extend(sys.modules), app.quit())
owner.window.show()
app.exec()
early = [name for name in ("argon2", "sqlite3", "pint", "numpy") if name in loaded]
wrong = owner.session.locked is not LOCKED or owner.window.centralWidget().isHidden() is not LOCKED
sys.exit(f"early: {early}, wrong: {wrong}" if early or wrong or not loaded else 0)
"""


@pytest.mark.parametrize("with_operators", [True, False])
def test_the_window_is_painted_before_people_are_read(config_folder, with_operators):
    if with_operators:
        add_operators()
    script = UNTIL_PAINTED.replace("LOCKED", str(with_operators))

    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 0, done.stderr


# --- what can be seen and reached


def test_locked_nothing_of_the_patient_is_in_sight(at_work):
    pseudonym = at_work.chips[0]
    assert pseudonym in words_in_sight()

    at_work.press("Ctrl+L")

    assert LockPage(at_work).covers
    assert pseudonym not in words_in_sight()
    assert "mcg" not in words_in_sight()
    assert at_work.title == "itbcalc"


def test_locked_it_looks_the_same_with_and_without_a_patient(locked, qapp):
    qapp.setCursorFlashTime(0)
    size = locked.window.size()
    page = LockPage(locked)
    page.unlock(LEVI)
    locked.press("Ctrl+L")
    empty = locked.window.grab().toImage()
    page.unlock(LEVI)
    locked.check.open_example(locked.check.examples[0])
    QApplication.processEvents()
    assert locked.window.grab().toImage() != empty

    locked.press("Ctrl+L")

    assert locked.window.size() == size
    assert locked.window.grab().toImage() == empty


def test_it_stays_covered_when_the_window_grows(at_work):
    at_work.press("Ctrl+L")

    at_work.window.resize(1500, 900)
    QApplication.processEvents()

    assert LockPage(at_work).covers


DEAD = (
    "Ctrl+N Ctrl+O Ctrl+S Ctrl+P Ctrl+R Ctrl+Shift+P Ctrl+Z Ctrl+Shift+Z Ctrl+Y Ctrl+Shift+C Ctrl+L Alt+M F1"
    " Ctrl+1 Ctrl+2 Ctrl+3 Ctrl+4 Ctrl+5 Ctrl+6 Ctrl+7 Escape"
)


def test_locked_no_shortcut_does_anything(at_work):
    typed, panel = at_work.check.texts, at_work.panel
    for keys in DEAD.split():
        at_work.check.select_row("daily_dose")
        QGuiApplication.clipboard().setText("as it was")
        at_work.press("Ctrl+L")

        at_work.press(keys)
        QApplication.processEvents()

        assert LockPage(at_work).covers, keys
        assert QGuiApplication.clipboard().text() == "as it was", keys
        shown = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
        assert shown == [at_work.window], keys
        LockPage(at_work).unlock(LEVI)
        assert (at_work.check.texts, at_work.panel) == (typed, panel), keys


def test_locked_the_tab_key_stays_on_the_lock_screen(at_work):
    at_work.press("Ctrl+L")
    screen = LockPage(at_work).root

    reached = [at_work.tab() for _ in range(12)]

    assert all(screen.isAncestorOf(each) for each in reached)


def test_unlocked_the_shortcuts_work_again(at_work):
    at_work.press("Ctrl+L")
    LockPage(at_work).unlock(LEVI)

    at_work.press("Ctrl+2")

    assert at_work.panel == "schedule"


def test_actions_of_a_panel_that_is_not_seen_stay_disabled_after_unlocking(at_work):
    at_work.show_panel("help")
    at_work.press("Ctrl+L")
    assert not at_work.action("Lock").isEnabled()

    LockPage(at_work).unlock(LEVI)

    assert not at_work.action("Print").isEnabled()
    assert at_work.action("Lock").isEnabled()


def test_the_keyboard_returns_to_where_it_was(at_work):
    at_work.check.line("new.daily_dose").setFocus()
    at_work.press("Ctrl+L")

    LockPage(at_work).unlock(LEVI)

    assert at_work.keyboard is at_work.check.line("new.daily_dose")


def test_an_open_menu_and_an_open_list_are_closed(at_work):
    menu = child(at_work.window, QToolButton, "menuButton").menu()
    assert isinstance(menu, QMenu)
    menu.popup(at_work.window.pos())
    at_work.owner.session.lock()
    assert not menu.isVisible()
    LockPage(at_work).unlock(LEVI)

    child(at_work.window, QComboBox, "field:new.mode").showPopup()
    at_work.owner.session.lock()

    assert QApplication.activePopupWidget() is None


# --- dialogs


def test_an_open_dialog_is_hidden_and_comes_back_to_the_same_operator(at_work):
    at_work.press("Ctrl+R")
    asking = AskingPage(at_work, "recordDialog")
    about = asking.about
    asking.fill(author="typed before")
    modality = asking.root.windowModality()

    at_work.owner.session.lock()
    assert about not in words_in_sight()
    assert at_work.dialog is None
    LockPage(at_work).unlock(LEVI)

    assert AskingPage(at_work, "recordDialog").about == about
    assert asking.root.windowModality() == modality
    assert not LockPage(at_work).question
    asking.cancel()


def test_a_message_that_comes_while_it_is_locked_waits_behind_the_screen(at_work):
    at_work.press("Ctrl+L")

    at_work.owner.door.tell("P-0101.toml was not opened", "why")
    QTest.qWait(20)

    assert "P-0101.toml" not in words_in_sight()
    LockPage(at_work).unlock(LEVI)
    assert at_work.message_box.text() == "P-0101.toml was not opened"
    at_work.close_dialog()


def test_to_another_operator_no_dialog_comes_back(at_work, qtbot):
    at_work.press("Ctrl+R")
    asking = AskingPage(at_work, "recordDialog")
    at_work.owner.session.lock()

    with qtbot.waitSignal(asking.root.destroyed):
        LockPage(at_work).unlock(COHEN)

    LockPage(at_work).press("lock:keep")
    assert at_work.dialog is None


# --- another operator


def test_what_another_typed_is_asked_about_before_it_is_seen(at_work):
    pseudonym = at_work.chips[0]
    at_work.press("Ctrl+L")

    LockPage(at_work).unlock(COHEN)

    page = LockPage(at_work)
    assert page.covers
    assert page.question == "Unlocked by S. Cohen.\nThe check in this window was typed by M. Levi."
    assert pseudonym not in words_in_sight()
    assert at_work.keyboard.objectName() == "lock:clear"
    at_work.press("Ctrl+P")
    assert at_work.dialog is None


def test_what_another_practised_is_called_practice(at_work):
    practice = PracticePage(at_work)
    practice.begin("From 500 to 2000 mcg/mL")
    practice.press("program")
    at_work.press("Ctrl+L")
    page = LockPage(at_work)
    page.unlock(COHEN)

    assert "M. Levi was practising: what is in the fields is PRACTICE" in page.question
    words = child(page.root, QLabel, "lock:keepWords").text()
    assert words.startswith("Nothing of it is recorded in a log or printed.")
    page.press("lock:clear")


def test_a_new_check_leaves_nothing_of_the_other_not_even_for_undo(at_work):
    mixing = at_work.question("mix")
    mixing.type_into(mixing.root.question.asks[0].name, "40")
    at_work.press("Ctrl+L")
    LockPage(at_work).unlock(COHEN)

    LockPage(at_work).press("lock:clear")

    assert at_work.panel == "check"
    assert at_work.check.texts == {}
    assert at_work.chips == []
    at_work.press("Ctrl+Z")
    assert at_work.check.texts == {}
    assert mixing.root.texts() == {}
    assert at_work.owner.session.operator.name == "S. Cohen"


def test_what_another_typed_can_be_kept(at_work):
    typed = at_work.check.texts
    at_work.press("Ctrl+L")
    LockPage(at_work).unlock(COHEN)

    LockPage(at_work).press("lock:keep")

    assert not LockPage(at_work).covers
    assert at_work.check.texts == typed
    assert at_work.owner.session.operator.name == "S. Cohen"


def test_where_nothing_was_typed_another_is_asked_nothing(locked):
    LockPage(locked).unlock(LEVI)
    locked.press("Ctrl+L")

    LockPage(locked).unlock(COHEN)

    assert not LockPage(locked).covers


def test_a_question_left_unanswered_is_asked_again(at_work):
    at_work.press("Ctrl+L")
    LockPage(at_work).unlock(COHEN)

    at_work.owner.session.lock()
    LockPage(at_work).unlock(COHEN)
    assert "typed by M. Levi" in LockPage(at_work).question
    at_work.owner.session.lock()
    LockPage(at_work).unlock(LEVI)

    assert not LockPage(at_work).covers
    assert at_work.chips


# --- by itself


def test_it_locks_by_itself_after_the_time_without_a_key(at_work):
    at_work.owner.session.set_idle_ms(30)

    wait_for(lambda: at_work.owner.session.locked)

    assert LockPage(at_work).covers


def test_a_key_or_the_mouse_begins_the_time_anew(clock, at_work):
    session = at_work.owner.session
    line = at_work.check.line("new.daily_dose")
    for act in (
        lambda: QTest.keyClick(line, Qt.Key.Key_Left),
        lambda: QTest.mouseClick(line, Qt.MouseButton.LeftButton),
        lambda: QTest.mouseMove(line),
    ):
        clock.go(299)
        act()
        QApplication.processEvents()
        session.lock_if_idle()
        assert not session.locked

    clock.go(300)
    session.lock_if_idle()

    assert session.locked


def test_the_first_key_after_the_computer_slept_locks_and_types_nothing(clock, at_work):
    line = at_work.check.line("new.daily_dose")
    before = line.text()
    clock.wall += 300  # the other clock stood still

    QTest.keyClick(line, Qt.Key.Key_9)

    assert at_work.owner.session.locked
    assert line.text() == before


def test_a_clock_set_back_does_not_keep_it_open(clock, at_work):
    clock.monotonic += 300
    clock.wall -= 7200

    at_work.owner.session.lock_if_idle()

    assert at_work.owner.session.locked


def test_the_time_is_five_minutes_unless_set_from_one_to_thirty(clock, at_work):
    page = OperatorsPage(at_work)
    assert page.minutes == "5"

    for wrong in ("0", "31", "never", "2.5", "-1"):
        page.set_minutes(wrong)
        assert "from 1 to 30" in page.minutes_note
        assert Settings().lock_minutes() == 5
    page.set_minutes("30")

    assert page.minutes_note == ""
    assert Settings().lock_minutes() == 30
    page.close()
    for seconds, locked in ((30 * 60 - 1, False), (1, True)):
        clock.go(seconds)
        at_work.owner.session.lock_if_idle()
        assert at_work.owner.session.locked is locked


@pytest.mark.parametrize("stored", ["0", "never", "99999", ""])
def test_a_time_that_somebody_wrote_into_the_settings_counts_only_if_it_can_be(config_folder, stored):
    (config_folder / "workstation.toml").write_text(f"lock_minutes = {stored}\n")

    assert Settings().lock_minutes() == 5


# --- closing


def test_locked_it_does_not_close_over_what_is_not_saved(at_work):
    at_work.check.type_into("new.daily_dose", "351")
    at_work.press("Ctrl+L")

    assert not at_work.window.close()

    assert "Unlock it before you close it" in LockPage(at_work).note
    assert at_work.dialog is None


def test_locked_it_closes_where_nothing_is_lost(locked):
    assert locked.window.close()


# --- operators


def test_the_first_operator_is_added_and_works_here_from_then_on(main):
    told = []
    main.owner.people.record = lambda change, author: told.append((change.body["change"], author.name))
    page = OperatorsPage(main)
    assert "nothing locks" in page.about
    adding = page.press("add", "addOperatorDialog")
    adding.fill(name="M. Levi", role="pump nurse", passphrase=NEW, again=NEW)
    adding.write()

    assert page.rows == [("M. Levi", "pump nurse", "at work")]
    assert told == [("added", "M. Levi")]
    assert main.owner.session.operator.name == "M. Levi"
    assert not main.owner.session.locked
    page.close()
    main.press("Ctrl+L")
    assert LockPage(main).covers


def test_a_refusal_stands_below_its_field(at_work):
    adding = OperatorsPage(at_work).press("add", "addOperatorDialog")
    right = {"name": "R. Amsel", "role": "nurse", "passphrase": NEW, "again": NEW}
    for texts, place, words in (
        ({"name": ""}, "name", "Name is needed and not given"),
        ({"name": "s. cohen"}, "name", "‘s. cohen’ is the name of an operator already"),
        ({"role": ""}, "role", "Role is needed and not given"),
        ({"passphrase": "1234", "again": "1234"}, "passphrase", "At least 12 characters are needed"),
        ({"again": "entirely new word"}, "again", "The passphrases differ"),
    ):
        adding.fill(**{**right, **texts})

        adding.write()

        assert adding.note(place).startswith(words), texts
        assert [name for name in right if adding.tone(name) == "refused"] == [place]
        assert at_work.keyboard is adding.field(place), texts
        assert len(at_work.owner.session.operators) == 2
    adding.root.reject()


def test_role_name_and_passphrase_are_changed_and_told(at_work):
    told = []
    at_work.owner.people.record = lambda change, author: told.append(
        (change.change, change.operator.name, author.name)
    )
    page = OperatorsPage(at_work)
    page.select(1)
    asking = page.press("role", "nameRoleDialog")
    asking.fill(name="S. Cohen-Katz", role="pharmacist")
    asking.write()
    page.select(0)
    asking = page.press("passphrase", "passphraseDialog")
    asking.fill(old="not the old one", passphrase=NEW, again=NEW)
    asking.write()
    assert asking.note("old") == "This is not the passphrase of M. Levi"
    asking.fill(old=WORDS[LEVI])
    asking.write()
    page.close()

    assert told == [
        ("role", "S. Cohen", "M. Levi"),
        ("name", "S. Cohen-Katz", "M. Levi"),
        ("passphrase", "M. Levi", "M. Levi"),
    ]
    at_work.press("Ctrl+L")
    LockPage(at_work).unlock(LEVI, WORDS[LEVI])
    assert LockPage(at_work).covers
    LockPage(at_work).unlock(LEVI, NEW)
    assert not LockPage(at_work).covers


def test_a_colleague_who_forgot_gets_a_new_passphrase_without_the_old(at_work):
    page = OperatorsPage(at_work)
    page.select(1)
    asking = page.press("passphrase", "passphraseDialog")
    assert "The log says that you let it be replaced" in asking.about

    asking.fill(passphrase=NEW, again=NEW)
    asking.write()

    assert page.said == "S. Cohen has a new passphrase"
    assert at_work.owner.session.people.check(at_work.owner.session.operators[1].id, NEW)
    page.close()


def test_who_is_deactivated_is_not_on_the_lock_screen_any_more(at_work):
    page = OperatorsPage(at_work)
    page.select(1)
    page.ask_to_deactivate()
    answer(page.root, "deactivate", go=False)
    assert page.rows[1][2] == "active"
    page.ask_to_deactivate()
    answer(page.root, "deactivate", go=True)

    assert page.rows[1] == ("S. Cohen", "physician", "deactivated")
    assert not page.can_press("role")
    page.select(0)
    page.ask_to_deactivate()
    answer(page.root, "deactivate", go=True)
    assert "is the last operator" in page.said
    page.close()
    at_work.press("Ctrl+L")
    assert LockPage(at_work).names == [LEVI]


def test_who_deactivates_themself_is_locked_out_at_once(at_work):
    page = OperatorsPage(at_work)
    page.select(0)
    page.ask_to_deactivate()

    answer(page.root, "deactivate", go=True)

    assert LockPage(at_work).covers
    assert LockPage(at_work).names == [COHEN]


def test_a_change_that_the_log_could_not_take_is_said(at_work):
    def full(_change, _author):
        raise LogUnavailableError("full")

    at_work.owner.people.record = full
    page = OperatorsPage(at_work)
    page.select(1)
    asking = page.press("role", "nameRoleDialog")
    asking.fill(role="trainee")
    asking.write()

    assert page.rows[1][1] == "trainee"
    assert page.said == "Role changed, but the log does not say so: the disk is full; nothing was written"
    page.close()


# --- identities


def test_a_name_is_only_kept_where_the_window_locks(main):
    main.check.open_example(main.check.examples[0])
    main.action("Identity").trigger()

    assert main.message_box.text() == "No names without a lock"
    main.close_dialog()


def test_without_a_pseudonym_nobody_can_be_named(at_work):
    at_work.press("Ctrl+N")

    at_work.action("Identity").trigger()

    assert at_work.dialog is None
    assert "pseudonym" in at_work.message


def identity_of(main):
    main.action("Identity").trigger()
    QApplication.processEvents()
    return PeopleDialogPage(child(main.window, QDialog, "identityDialog"))


def test_an_identity_is_kept_apart_and_erased_for_good(at_work, config_folder):
    asking = identity_of(at_work)
    assert asking.about == f"{at_work.chips[0]} stands for"
    asking.fill(name="Zebulon Quartermaine", born="4/12/88")
    asking.write()
    assert asking.note("born").startswith("‘4/12/88’: a date in figures alone")
    asking.fill(born="12 Apr 1988")
    asking.write()
    at_work.back_to_the_window()
    kept = [name for name, held in config_files(config_folder).items() if b"Zebulon" in held]
    assert kept == ["data/people.sqlite"]
    assert "Zebulon" not in words_in_sight()

    asking = identity_of(at_work)
    assert (asking.text_of("name"), asking.text_of("born")) == ("Zebulon Quartermaine", "1988-04-12")
    assert asking.root.windowTitle() == "Identity"
    asking.ask_to_erase()
    asking.confirm("eraseIdentity", go=False)
    asking.ask_to_erase()
    asking.confirm("eraseIdentity", go=True)

    assert not [name for name, held in config_files(config_folder).items() if b"Zebulon" in held]
    assert at_work.owner.session.people.identities() == []
