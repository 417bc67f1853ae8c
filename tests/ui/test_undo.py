"""Undo and redo, without a window."""

from hypothesis import given
from hypothesis import strategies as st

from itbcalc.desk.texts import Texts
from ui.program.undo import Undo


def texts(**typed: str) -> Texts:
    return Texts(dict(typed))


def test_typing_on_in_one_field_is_one_step():
    undo = Undo()
    for text in ("4", "46", "460"):
        undo.changed(texts(dose=text))

    assert undo.undo() == Texts()
    assert undo.undo() is None


def test_another_field_is_another_step():
    undo = Undo()
    undo.changed(texts(dose="460"))
    undo.changed(texts(dose="460", volume="40"))

    assert undo.undo() == texts(dose="460")
    assert undo.undo() == Texts()


def test_typing_on_after_undo_is_a_step_of_its_own():
    undo = Undo()
    undo.changed(texts(dose="460"))
    undo.changed(texts(dose="460", volume="4"))
    undo.undo()
    undo.changed(texts(dose="46"))

    assert undo.redo() is None
    assert undo.undo() == texts(dose="460")


def test_what_does_not_change_is_no_step():
    undo = Undo()
    undo.changed(texts(dose="460"))
    undo.changed(texts(dose="460"))

    undo.undo()

    assert undo.undo() is None


def test_the_same_texts_of_another_file_are_a_step():
    undo = Undo()
    first, second = (
        Texts({"dose": "1"}, {"system": {"pump": "a"}}),
        Texts({"dose": "1"}, {"system": {"pump": "b"}}),
    )
    undo.changed(first)
    undo.changed(second)

    assert undo.undo() == first
    assert undo.redo() == second


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.sampled_from("12"), max_size=3), max_size=12))
def test_redo_undoes_undo(typed):
    undo = Undo()
    for each in typed:
        undo.changed(Texts(each))
    last = Texts(typed[-1]) if typed else Texts()
    steps = 0
    while undo.undo() is not None:
        steps += 1

    forward = [undo.redo() for _ in range(steps)]

    assert undo.redo() is None
    assert not forward or forward[-1] == last
