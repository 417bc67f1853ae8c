"""A check that follows another one, of which it keeps what has not changed, finds what it would find by itself."""

import random

import pytest

from itbcalc.judge.check import Checked, check
from itbcalc.program import read_program
from itbcalc.say.table import result_rows
from tests.itbcalc.judge.generated import MODES, program
from tests.itbcalc.programs import NOW, changed, document_of, library

TYPED = (
    {"reservoir.filled": "7 mL"},
    {"new.concentration": "1500 mcg/mL"},
    {"current.concentration": "1500 mcg/mL"},
    {"current.daily_dose": "77 mcg/day"},
    {"new.patient_bolus": {"dose": "9 mcg", "duration": "5 min", "lockout": "4 h", "per_day": 2}},
    {"reservoir.low_alarm": "3 mL"},
)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("seed", range(3))
def test_what_is_kept_of_the_check_before_changes_nothing_of_what_is_found(seed, mode):
    table = program(random.Random(seed), mode)  # noqa: S311  # no secret
    reading = read_program(table, library())
    before = check(reading.program, library(), NOW)
    said(before)

    for typed in TYPED:
        table = changed(table, typed)
        reading = read_program(table, library(), {}, reading)
        after = check(reading.program, library(), NOW, before)

        assert said(after) == said(check(read_program(table, library()).program, library(), NOW))
        before = after


def said(checked: Checked) -> tuple[object, ...]:
    """All that a check says, with its working."""
    return (
        document_of(checked),
        checked.findings,
        checked.whole,
        [row.working for row in result_rows(checked)],
    )
