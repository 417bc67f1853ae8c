"""Every figure of the virtual patient has a unit, a source, a grade and a weakness; the published ones are as printed."""

import json
from fractions import Fraction

import pytest

from itbcalc.library.reading import read_library
from itbcalc.library.records import Grade
from itbcalc.practice.parameters import all_parameters, exact_parameter, parameter
from itbcalc.resources import resource_path

PARAMETERS = list(all_parameters().values())


@pytest.mark.parametrize("each", PARAMETERS, ids=lambda each: each.id)
def test_every_source_resolves_and_every_weakness_is_said(each):
    sources = read_library(resource_path()).sources

    assert [key for key in each.source if key not in sources] == []
    assert each.weakness
    assert each.note


@pytest.mark.parametrize("each", PARAMETERS, ids=lambda each: each.id)
def test_what_has_no_source_is_unverified_and_says_that_it_was_chosen(each):
    chosen = each.note.startswith("Chosen for teaching")

    assert each.grade is not Grade.CLINIC
    assert bool(each.source) or chosen
    assert each.grade is Grade.UNVERIFIED or (each.source and not chosen)


# As the sources print them, or as they follow by the arithmetic beside them.
PUBLISHED = {
    "clearance": ("30", "13", "80"),
    "csf_half_life": ("1.51", "0.9", "5"),
    "smallest_volume": ("22", None, None),
    "largest_volume": ("157", None, None),
    "arms_see": ("1/4", None, None),  # lumbar to cisternal 4 to 1
    "ashworth_spinal": ("2.4", None, None),
    "tolerance_lasting_share": ("0.22", None, None),  # 8 of 37 is 0.216
    "x_ray_finds": ("0.35", None, None),
    "port_finds": ("0.24", None, None),
    "dye_finds": ("0.35", None, None),
    "puncture_time": ("1", None, None),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_figures_are_as_printed(name):
    each = all_parameters()[name]

    assert tuple(None if n is None else Fraction(n) for n in PUBLISHED[name]) == (
        each.value,
        each.low,
        each.high,
    )


def test_a_figure_is_exact_where_drug_is_counted_and_a_float_where_it_is_simulated():
    assert exact_parameter("pocket_reaches") == Fraction(1, 100)
    assert json.dumps(parameter("pocket_reaches")) == "0.01"


@pytest.mark.parametrize(
    "names",
    [
        ("drowsy_above", "sedated_above", "slow_breathing_above", "coma_above"),
        ("withdrawal_mild_above", "withdrawal_moderate_above", "withdrawal_severe_above"),
    ],
)
def test_stages_follow_one_another(names):
    bounds = [parameter(name) for name in names]

    assert bounds == sorted(set(bounds))
