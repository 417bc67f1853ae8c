"""What waits for its turn, and whoever is gone before it comes."""

import shiboken6
from PySide6.QtCore import QObject, QTimer

from tests.ui.pages import wait_for
from ui.widgets.in_turn import InTurn


def test_what_waits_for_somebody_who_is_gone_is_not_done_and_the_others_are(qapp):
    turns, gone, stays = InTurn(), QObject(), QObject()
    done = []
    turns.add(gone, lambda: done.append("gone"))
    turns.add(stays, lambda: done.append("stays"))

    shiboken6.delete(gone)

    wait_for(lambda: bool(done))
    assert done == ["stays"]


def test_nothing_comes_again_and_again_once_all_who_waited_are_gone(qapp):
    turns, gone = InTurn(), QObject()
    turns.add(gone, lambda: None)

    shiboken6.delete(gone)

    assert not turns.findChild(QTimer).isActive()


def test_at_the_end_of_the_program_whoever_goes_last_finds_no_timer_and_asks_for_none(qapp):
    """Qt deletes what is left in any order; an error then (pytest-qt fails the test) was once said on the terminal."""
    turns, waits, waited = InTurn(), QObject(), QObject()
    turns.add(waits, lambda: None)
    turns.add(waited, lambda: None)
    turns.drop(waited)

    for each in (turns, waited, waits):
        shiboken6.delete(each)

    assert not shiboken6.isValid(turns)
