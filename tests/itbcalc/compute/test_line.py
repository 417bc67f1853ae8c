"""The line between reservoir and tip: by hand, conserved whatever is pushed through, and against slices of 0.001 mL."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itbcalc.compute.line import (
    Line,
    Plug,
    cut,
    leaving_the_tip,
    primed,
    time_leaving,
    volume_before_last,
    volume_of,
)
from itbcalc.compute.profile import Course, Stretch
from itbcalc.quantities.kinds import as_concentration
from itbcalc.quantities.units import ureg

TUBING, CATHETER = Fraction("0.140"), Fraction("0.19")
HOUR, MINUTE = Fraction(1, 24), Fraction(1, 1440)


def line_of(catheter, tubing):
    return (Plug(CATHETER, Fraction(catheter)), Plug(TUBING, Fraction(tubing)))


def plug(volume, concentration):
    return Plug(Fraction(volume), Fraction(concentration))


def steady(flow):
    return [Course((), (Stretch(Fraction(0), Fraction(1), Fraction(flow)),))]


# --- by hand


def test_aspirated_and_not_primed_nothing_comes_and_then_a_quarter_of_the_dose():
    line = line_of(catheter=0, tubing=500)
    flow = Fraction(300, 2000)

    assert time_leaving(line, steady(flow), Fraction(0)) == Fraction(19, 15) == 30 * HOUR + 24 * MINUTE
    assert time_leaving(line, steady(flow), Fraction(500)) == Fraction(14, 15) == 22 * HOUR + 24 * MINUTE
    left = list(
        leaving_the_tip(
            line, [Stretch(Fraction(0), Fraction(3), flow)], as_concentration(ureg.Quantity(2000, "mcg/mL"))
        )
    )
    assert [each.dose_rate for each in left] == [0, 75, 300]
    assert left[-1].start == Fraction("2.2")


def test_a_prime_of_the_catheter_brings_no_drug_and_leaves_the_old_drug_of_the_tubing_at_the_tip():
    after = primed(line_of(catheter=0, tubing=500), plug("0.19", 2000))

    assert after.drug_delivered == 0
    assert after.line == (plug("0.14", 500), plug("0.19", 2000))  # 0.05 in the catheter, 0.14 in the tubing
    assert volume_of(after.line, Fraction(500)) == Fraction("0.14")
    in_catheter = Line(after.line).take(plug(CATHETER, 0))
    assert [each.drug for each in in_catheter] == [70, 100]
    assert volume_of(after.line, Fraction(500)) * 500 / 300 == Fraction(7, 30) == 5 * HOUR + 36 * MINUTE
    assert time_leaving(after.line, steady(Fraction(300, 2000)), Fraction(500)) == 22 * HOUR + 24 * MINUTE


def test_a_dye_study_at_one_concentration_leaves_hours_without_drug():
    line = line_of(catheter=0, tubing=500)
    assert time_leaving(line, steady(Fraction(300, 500)), Fraction(0)) == 7 * HOUR + 36 * MINUTE


@pytest.mark.parametrize(("prime", "delivered"), [("0.19", 0), ("0.33", 280)])
def test_a_purged_system_primed_with_more_than_its_catheter_gives_a_bolus(prime, delivered):
    after = primed(line_of(catheter=0, tubing=2000), plug(prime, 2000))
    assert after.drug_delivered == delivered
    assert after.line == (plug("0.33", 2000),)
    assert time_leaving(after.line, steady("0.15"), Fraction(0)) == 0


def test_a_purged_pump_on_the_catheter_of_before_is_bridged_for_the_catheter():
    line = line_of(catheter=500, tubing=2000)
    assert volume_of(line, Fraction(500)) * 500 / 300 == Fraction(19, 60) == 7 * HOUR + 36 * MINUTE
    assert volume_before_last(line, lambda each: each.concentration != 2000) == Fraction("0.19")


def test_of_a_bridge_forgotten_an_hour_ago_less_is_left():
    line = Line([plug("0.3358", 40_000)])
    list(line.push(Stretch(Fraction(0), HOUR, Fraction(8, 50)), Fraction(50_000)))

    left = volume_of(line.plugs, Fraction(40_000))
    assert left == Fraction("0.3358") - Fraction(1, 150)
    assert round(float(left), 6) == 0.329133
    bridge = left * 40_000 / 8_000
    assert round(float(bridge / MINUTE), 1) == 39 * 60 + 29.8
    assert Fraction(8, 50) * 40_000 == 6_400


def test_a_pump_from_the_box_pauses_between_the_drug_of_before_and_the_new_one():
    line = line_of(catheter=500, tubing=0)
    assert time_leaving(line, steady("0.14"), Fraction(0)) == 1
    assert volume_before_last(line, lambda each: each.concentration == 0) == Fraction("0.33")


def test_a_part_of_no_volume_lies_nowhere():
    assert Line([plug(0, 500), plug("0.19", 2000)]).plugs == (plug("0.19", 2000),)
    assert primed([plug("0.19", 2000)], plug(0, 500)).out == ()


def test_what_stands_still_leaves_at_no_time():
    assert time_leaving(line_of(catheter=0, tubing=500), steady(0), Fraction(0)) is None
    assert time_leaving(line_of(catheter=500, tubing=500), steady(0), Fraction(0)) == 0


# --- drug is conserved


volumes = st.fractions(Fraction(1, 1000), 1, max_denominator=1000)
strengths = st.sampled_from([Fraction(0), *map(Fraction, (50, 500, 2000, 4000))])
plugs = st.builds(Plug, volumes, strengths)
transitions = st.tuples(st.lists(plugs, min_size=1, max_size=4), plugs, plugs, plugs)


def conserves(transition):
    """In = out + held, through a prime, a bridge and the therapy after it."""
    before, prime, bridge, therapy = transition
    after = primed(before, prime)
    line = Line(after.line)
    out = [*after.out, *line.take(bridge), *line.take(therapy)]

    put_in = sum(each.drug for each in (*before, prime, bridge, therapy))
    assert put_in == sum(each.drug for each in out) + line.drug_held
    assert line.volume_held == sum(each.volume for each in before)
    assert sum(each.volume for each in out) == prime.volume + bridge.volume + therapy.volume
    neighbours = zip(line.plugs, line.plugs[1:], strict=False)
    assert all(one.concentration != other.concentration for one, other in neighbours)


@given(transitions)
@settings(max_examples=200, deadline=None)
def test_prime_bridge_and_therapy_conserve_the_drug(transition):
    conserves(transition)


@pytest.mark.slow
@given(transitions)
@settings(max_examples=10_000, deadline=None)
def test_prime_bridge_and_therapy_conserve_the_drug_at_length(transition):
    conserves(transition)


# --- in slices of 0.001 mL, by another way


SLICE = Fraction(1, 1000)


def sliced(contents, entering):
    """What leaves and what is held, as rows of slices that move on one place for each that comes in."""
    row = [strength for volume, strength in contents for _ in range(volume)]
    out = []
    for volume, strength in entering:
        for _ in range(volume):
            row.append(strength)
            out.append(row.pop(0))
    return out, row


parts = st.tuples(st.integers(1, 400), strengths)
filled = st.tuples(st.lists(parts, min_size=1, max_size=3), parts)


def agrees_with_slices(drawn, flow):
    contents, prime = drawn
    as_plugs = [Plug(volume * SLICE, strength) for volume, strength in contents]
    after = primed(as_plugs, Plug(prime[0] * SLICE, prime[1]))
    out, row = sliced(contents, [prime])

    assert after.drug_delivered == sum(out) * SLICE
    for strength in {*out, *row}:
        assert volume_of(after.line, strength) == row.count(strength) * SLICE
    assert time_leaving(after.line, steady(flow), Fraction(0)) == row.count(0) * SLICE / flow


def agrees_off_the_slices(drawn, off):
    """Volumes that are no whole slices agree within what was cut off: a slice for each part, at its strength."""
    contents, prime = drawn
    as_plugs = [Plug((volume + off) * SLICE, strength) for volume, strength in contents]
    after = primed(as_plugs, Plug((prime[0] + off) * SLICE, prime[1]))
    out, row = sliced(contents, [prime])

    within = (len(contents) + 1) * SLICE
    assert abs(after.drug_delivered - sum(out) * SLICE) <= within * 4000
    for strength in {*out, *row}:
        assert abs(volume_of(after.line, strength) - row.count(strength) * SLICE) <= within


flows = st.fractions(Fraction(1, 20), 2, max_denominator=100)
offs = st.fractions(0, 1, max_denominator=97)


@given(filled, flows, offs)
@settings(max_examples=30, deadline=None)
def test_slices_say_the_same(drawn, flow, off):
    agrees_with_slices(drawn, flow)
    agrees_off_the_slices(drawn, off)


@pytest.mark.slow
@given(filled, flows, offs)
@settings(max_examples=500, deadline=None)
def test_slices_say_the_same_at_length(drawn, flow, off):
    agrees_with_slices(drawn, flow)
    agrees_off_the_slices(drawn, off)


@pytest.mark.parametrize(
    ("begin", "end", "found"),
    [
        ("0", "0.33", [("0.19", 500), ("0.14", 2000)]),
        ("0.1", "0.2", [("0.09", 500), ("0.01", 2000)]),
        ("0.19", "0.33", [("0.14", 2000)]),
        ("0", "0.19", [("0.19", 500)]),
        ("0.05", "0.05", []),
        ("0.3", "9", [("0.03", 2000)]),
    ],
)
def test_a_piece_of_the_line_is_what_lies_between_two_volumes(begin, end, found):
    pieces = cut(line_of(500, 2000), Fraction(begin), Fraction(end))

    assert [(each.volume, each.concentration) for each in pieces] == [
        (Fraction(volume), concentration) for volume, concentration in found
    ]
