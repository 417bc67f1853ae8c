"""Undo and redo, without a window."""

from hypothesis import given
from hypothesis import strategies as st

from ui.program.texts import Texts
from ui.program.undo import History


def texts(**typed: str) -> Texts:
    return Texts(dict(typed))


def test_typing_on_in_one_field_is_one_step():
    history = History()
    for text in ("4", "46", "460"):
        history.changed(texts(dose=text))

    assert history.undo() == Texts()
    assert history.undo() is None


def test_another_field_is_another_step():
    history = History()
    history.changed(texts(dose="460"))
    history.changed(texts(dose="460", volume="40"))

    assert history.undo() == texts(dose="460")
    assert history.undo() == Texts()


def test_typing_on_after_undo_is_a_step_of_its_own():
    history = History()
    history.changed(texts(dose="460"))
    history.changed(texts(dose="460", volume="4"))
    history.undo()
    history.changed(texts(dose="46"))

    assert history.redo() is None
    assert history.undo() == texts(dose="460")


def test_what_does_not_change_is_no_step():
    history = History()
    history.changed(texts(dose="460"))
    history.changed(texts(dose="460"))

    history.undo()

    assert history.undo() is None


def test_the_same_texts_of_another_file_are_a_step():
    history = History()
    first, second = (
        Texts({"dose": "1"}, {"system": {"pump": "a"}}),
        Texts({"dose": "1"}, {"system": {"pump": "b"}}),
    )
    history.changed(first)
    history.changed(second)

    assert history.undo() == first
    assert history.redo() == second


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.sampled_from("12"), max_size=3), max_size=12))
def test_redo_undoes_undo(typed):
    history = History()
    for each in typed:
        history.changed(Texts(each))
    last = Texts(typed[-1]) if typed else Texts()
    steps = 0
    while history.undo() is not None:
        steps += 1

    forward = [history.redo() for _ in range(steps)]

    assert history.redo() is None
    assert not forward or forward[-1] == last
