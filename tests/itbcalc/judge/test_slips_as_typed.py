"""A law of slips: none is offered whose inputs nobody could have typed.

Programs are drawn and the programmer is drawn to show something else. What a slip says of a field is then typed into
this field: it must be read as any other text, and lead to exactly what the programmer shows.
"""

import itertools
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from itbcalc.judge.check import check, explanations_of
from itbcalc.judge.explanations import Explanation
from itbcalc.judge.reasons import Reason
from itbcalc.program import read_program
from itbcalc.program.read_outs import Value
from tests.itbcalc.judge.bridged import BRIDGED
from tests.itbcalc.programs import NOW, changed, library, table_of

# Sold for filling a pump in the United States, of the drug's own label: the 50 mcg/mL ampoule is for screening.
PUMP_FILLS = {500, 1000, 2000}
OF_FINGERS = {Reason.DECIMAL_POINT_MOVED, Reason.DIGITS_TRANSPOSED}
# Those that say another value stands in a field; the others take a value in another way.
OF_A_FIELD = {
    *OF_FINGERS,
    Reason.OLD_CONCENTRATION,
    Reason.MARKETED_CONCENTRATION,
    Reason.PREVIOUS_DOSE,
    Reason.BRIDGE_AT_NEW_DOSE,
    Reason.BRIDGE_AT_OLD_DOSE,
    Reason.OTHER_TUBING_VOLUME,
    Reason.OTHER_ALARM_VOLUME,
    Reason.FILLED_TO_CAPACITY,
}

DOSES = ["20", "96", "200", "240.5", "406", "460", "1050"]
STRENGTHS = ["500", "1000", "2000"]


def texts_of_fingers(number: str, code: Reason) -> set[str]:
    """What a slip of the fingers makes of a number: two neighbours swapped, or the point by one or two places."""
    if code is Reason.DECIMAL_POINT_MOVED:
        return {decimal(Fraction(number) * Fraction(10) ** places) for places in (-2, -1, 1, 2)}
    digits = [place for place, each in enumerate(number) if each != "."]
    return set(swapped_at(number, digits))


def swapped_at(number: str, digits: list[int]) -> Iterator[str]:
    for left, right in itertools.pairwise(digits):
        each = list(number)
        each[left], each[right] = each[right], each[left]
        text = "".join(each)
        if text[0] != "0" or text[1] == ".":
            yield text


def decimal(value: Fraction) -> str:
    """A number with a finite decimal expansion, as it is typed."""
    scaled, places = value, 0
    while scaled.denominator != 1:
        scaled, places = scaled * 10, places + 1
        assert places < 12, "no finite decimal"
    digits = str(scaled.numerator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def printed(value: Fraction, places: int = 4) -> str:
    """Rounded as a programmer prints it."""
    return decimal(Fraction(round(value * 10**places), 10**places))


@st.composite
def programs(draw: Any) -> dict[str, Any]:
    """A program with a bridge, simple or stopped, and read-outs of another one."""
    dose, old = draw(st.sampled_from(DOSES)), draw(st.sampled_from(STRENGTHS))
    new = draw(st.sampled_from([each for each in STRENGTHS if each != old]))
    bridge = draw(st.sampled_from(DOSES))
    table = table_of(
        {
            **BRIDGED,
            "current.concentration": f"{old} mcg/mL",
            "current.daily_dose": f"{draw(st.sampled_from(DOSES))} mcg/day",
            "new.concentration": f"{new} mcg/mL",
            "new.daily_dose": f"{dose} mcg/day",
            "bridge.dose": f"{bridge} mcg/day",
        }
    )
    if draw(st.sampled_from([False, False, True])):
        table["new"] = {"drug": "baclofen", "concentration": f"{new} mcg/mL", "mode": "stopped"}
    shown_strength = Fraction(draw(st.sampled_from(["50", *STRENGTHS, *misread(new)])))
    shown_dose = Fraction(draw(st.sampled_from(["0", *DOSES, *misread(dose)])))
    shown_bridge = Fraction(draw(st.sampled_from(["0", *DOSES, *misread(bridge)])))
    read_outs = {
        "concentration": f"{printed(shown_strength)} mcg/mL",
        "daily_dose": f"{printed(shown_dose)} mcg/day",
        "flow_rate": f"{printed(shown_dose / shown_strength)} mL/day",
        "bridge_dose": f"{printed(shown_bridge)} mcg/day",
        "bridge_flow_rate": f"{printed(shown_bridge / Fraction(old))} mL/day",
    }
    names = draw(st.sets(st.sampled_from(sorted(read_outs)), min_size=1, max_size=3))
    table["readouts"] = {name: read_outs[name] for name in sorted(names)}
    return table


def misread(number: str) -> list[str]:
    """A number with its point moved or its digits in another order, also as nobody would type it."""
    digits = number.replace(".", "")
    turned = [digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :] for at in range(len(digits) - 1)]
    moved = [decimal(Fraction(number) * Fraction(10) ** places) for places in (-2, -1, 1, 2)]
    return [each for each in (*turned, *moved) if Fraction(each)]


def no_slip_is_offered_that_could_not_have_been_typed(table: dict[str, Any]) -> None:
    reading = read_program(table, library())
    assert not reading.refusals
    checked = check(reading.program, library(), NOW)
    explanations = explanations_of(checked, library())
    assume(explanations.found)

    for each in checked.read_outs:
        for slip, value in explanations.slips_in(each.read_out.name):
            if slip.reason in OF_A_FIELD and slip.offered is not None and not slip.convention.cut_off:
                assert_typed(slip, value, table, each.read_out.name)


def assert_typed(slip: Explanation, shown: Value, table: Mapping[str, Any], name: str) -> None:
    assert slip.offered is not None
    assert slip.value is not None
    place, value = slip.offered.place, slip.value
    if slip.reason is Reason.MARKETED_CONCENTRATION:
        assert value in PUMP_FILLS
    assert slip.offered.kind is not None
    *path, key = place.split(".")
    section: Any = table
    for each in path:
        section = section[each]
    if slip.reason in OF_FINGERS:
        number = str(section[key]).split(" ", maxsplit=1)[0]
        assert value in {Fraction(text) for text in texts_of_fingers(number, slip.reason)}, (number, value)
    typed = {place: f"{decimal(value)} {slip.offered.kind.unit_text}"}
    reading = read_program(changed(table, typed), library())
    # between two equal strengths no bridge is accepted; on the programmer it may stand for all that
    assert {refusal.field for refusal in reading.refusals} <= {"bridge"}
    if not reading.refusals:
        again = check(reading.program, library(), NOW).read_outs
        (read_out,) = (each for each in again if each.read_out.name == name)
        assert read_out.verdict == "match" or read_out.doubt in ("coarse", "one_of_several")
        assert shown in read_out.computed


def run(examples: int) -> None:
    settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )(given(table=programs())(no_slip_is_offered_that_could_not_have_been_typed))()


def test_no_slip_is_offered_that_could_not_have_been_typed() -> None:
    run(60)


@pytest.mark.slow
def test_no_slip_is_offered_that_could_not_have_been_typed_at_length() -> None:
    run(400)
