"""A fault holds what its kind needs, and nothing else."""

from fractions import Fraction

import pytest

from itbcalc.errors import RefusedError
from itbcalc.practice.faults import Fault, FaultKind
from itbcalc.say import refusal_words

WITHOUT_VALUE = (
    FaultKind.DISCONNECTION,
    FaultKind.MOTOR_STALL,
    FaultKind.MISSED_REFILL,
    FaultKind.INTERRUPTED_SESSION,
)


@pytest.mark.parametrize(
    ("kind", "accepted", "refused"),
    [
        (FaultKind.KINK, ("0", "0.5", "99/100"), ("1", "-0.1", None)),
        (FaultKind.POCKET_FILL, ("0.01", "1"), ("0", "1.01", None)),
        (FaultKind.OVER_INFUSION, ("1.001", "3"), ("1", "0.5", None)),
        (FaultKind.WRONG_CONCENTRATION, ("50", "2000"), ("0", "-500", None)),
        *((kind, (None,), ("1", "0")) for kind in WITHOUT_VALUE),
    ],
    ids=lambda each: each if isinstance(each, FaultKind) else "",
)
def test_the_value_is_one_of_its_kind(kind, accepted, refused):
    for text in accepted:
        Fault(kind=kind, begins=Fraction(1), value=None if text is None else Fraction(text))

    for text in refused:
        with pytest.raises(RefusedError) as caught:
            Fault(kind=kind, begins=Fraction(1), value=None if text is None else Fraction(text))
        assert caught.value.rule == "fault_value"
        assert kind.words in refusal_words(caught.value)


@pytest.mark.parametrize(("begins", "ends"), [("2", "2"), ("2", "1"), ("-1", "1")])
def test_a_fault_ends_after_it_began_and_begins_within_the_run(begins, ends):
    with pytest.raises(RefusedError) as caught:
        Fault(kind=FaultKind.MISSED_REFILL, begins=Fraction(begins), ends=Fraction(ends))

    assert caught.value.rule == "fault_times"


def test_a_fault_lasts_from_its_beginning_until_just_before_its_end():
    fault = Fault(kind=FaultKind.DISCONNECTION, begins=Fraction(1), ends=Fraction(2))

    assert [fault.lasts_at(Fraction(n, 4)) for n in (3, 4, 7, 8)] == [False, True, True, False]
    assert Fault(kind=FaultKind.DISCONNECTION, begins=Fraction(1)).lasts_at(Fraction(1000))
