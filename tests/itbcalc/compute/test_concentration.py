import pytest

from itbcalc.compute.concentration import (
    concentration_for_dose,
    concentration_of_molar,
    concentration_of_percent,
    conversion,
    diluent_volume,
    diluted,
    diluted_stock_volume,
    drug_in,
    in_another_unit,
    mixed_concentration,
    mixed_drug,
    mixed_drug_of,
    mixed_volume,
    molar_of_concentration,
    percent_of_concentration,
    stock_volume,
)
from itbcalc.compute.continuous import continuous_daily_dose
from itbcalc.errors import RefusedError
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    MOLAR_CONCENTRATION,
    PERCENTAGE,
    as_concentration,
    as_daily_dose,
    as_flow_rate,
    as_molar_concentration,
    as_molar_mass,
    as_percentage,
    as_volume,
)
from tests.vectors.reading import quantity, vectors


@pytest.mark.parametrize("vector", vectors("percent_and_molar"))
def test_percent_weight_in_volume_there_and_back(vector):
    there = percent_of_concentration(as_concentration(vector["concentration"]))
    back = concentration_of_percent(as_percentage(vector["percent"]))

    assert there.exact == vector.expected["percent"]
    assert back.exact == vector.expected["concentration"]
    assert "10 mg/mL" in there.note
    assert "10 mg/mL" in back.note


@pytest.mark.parametrize("vector", vectors("percent_and_molar"))
def test_molar_concentration_there_and_back(vector):
    mass = as_molar_mass(vector["molar_mass"])

    there = molar_of_concentration(as_concentration(vector["concentration"]), mass)
    back = concentration_of_molar(as_molar_concentration(vector["molar"]), mass)

    assert there.exact == vector.expected["molar"]
    assert back.exact == vector.expected["concentration"]


WAYS = {"concentration": CONCENTRATION, "percent": PERCENTAGE, "molar": MOLAR_CONCENTRATION}


@pytest.mark.parametrize("target", WAYS)
@pytest.mark.parametrize("start", WAYS)
@pytest.mark.parametrize("vector", vectors("percent_and_molar"))
def test_every_way_of_writing_a_concentration_leads_to_every_other(vector, start, target):
    mass = as_molar_mass(vector["molar_mass"])

    steps = conversion(WAYS[start](vector[start]), WAYS[start], WAYS[target], mass)

    if start == target == "concentration":
        assert steps == ()
    else:
        assert steps[-1].exact == vector.expected[target]


@pytest.mark.parametrize("vector", vectors("dilution"))
def test_dilution(vector):
    volume, target = as_volume(vector["volume"]), as_concentration(vector["target"])

    stock = stock_volume(as_concentration(vector["stock"]), target, volume)

    assert stock.exact == vector.expected["stock_volume"]
    assert diluent_volume(volume, stock.value).exact == vector.expected["diluent_volume"]
    assert drug_in(volume, target).exact == vector.expected["drug"]


def test_of_a_diluted_stock_as_many_times_as_much_is_drawn_up():
    """2000 mcg/mL ten times diluted are 200; the 1000 mcg of 0.5 mL are in 5 mL of it."""
    stock = as_concentration(quantity("2000 mcg/mL"))

    assert diluted(stock, 10).exact == "200 mcg/mL"
    assert diluted_stock_volume(as_volume(quantity("0.5 mL")), 10).exact == "5 mL"


def test_nothing_can_be_diluted_upwards():
    with pytest.raises(RefusedError) as refused:
        stock_volume(
            as_concentration(quantity("500 mcg/mL")),
            as_concentration(quantity("500.1 mcg/mL")),
            as_volume(quantity("20 mL")),
        )

    assert (refused.value.field, refused.value.rule) == ("target", "target_above_stock")


def parts_of(vector):
    return [
        (as_volume(quantity(volume)), as_concentration(quantity(concentration)))
        for volume, concentration in vector.given["parts"]
    ]


@pytest.mark.parametrize("vector", vectors("mixing"))
def test_mixing(vector):
    parts = parts_of(vector)

    assert mixed_volume(parts).exact == vector.expected["volume"]
    assert mixed_drug(parts).exact == vector.expected["drug"]
    assert mixed_concentration(parts).exact == vector.expected["concentration"]


def test_working_of_a_mixture_names_each_part():
    parts = [
        (as_volume(quantity("2 mL")), as_concentration(quantity("500 mcg/mL"))),
        (as_volume(quantity("18 mL")), as_concentration(quantity("2 mg/mL"))),
    ]

    assert mixed_drug(parts).numbers == "2 mL × 500 mcg/mL + 18 mL × 2,000 mcg/mL"
    assert mixed_volume(parts).formula == "volume 1 + volume 2"
    assert mixed_concentration(parts).numbers == "37,000 mcg ÷ 20 mL"


@pytest.mark.parametrize(
    ("dose", "flow", "needed"),
    [
        pytest.param("150 mcg/day", "0.3 mL/day", "500 mcg/mL", id="a-strength-as-sold"),
        pytest.param("100 mcg/day", "0.3 mL/day", "1000/3 mcg/mL", id="thirds"),
        pytest.param("240 mcg/day", "0.5 mL/day", "480 mcg/mL", id="to-be-diluted"),
        pytest.param("10 mcg/h", "1 mL/day", "240 mcg/mL", id="per-hour"),
        pytest.param("0.9 mg/day", "1.5 mL/day", "600 mcg/mL", id="in-mg"),
    ],
)
def test_where_the_flow_is_fixed_the_mixture_gives_the_dose(dose, flow, needed):
    """Hand arithmetic: 150 / 0.3; 100 / 0.3; 240 / 0.5; 10 x 24 / 1; 900 / 1.5."""
    daily, fixed = as_daily_dose(quantity(dose)), as_flow_rate(quantity(flow))

    worked = concentration_for_dose(daily, fixed)

    assert worked.exact == needed
    assert worked.formula == "daily dose ÷ fixed flow rate"
    assert continuous_daily_dose(fixed, worked.value).value == daily


def test_of_two_drugs_mixed_each_has_its_own_amount_and_strength():
    """2 mL x 10 + 3 mL x 20 mg/mL = 80 mg of morphine in 10 mL: 8 mg/mL."""
    parts = [
        (as_volume(quantity(volume)), as_concentration(quantity(strength)))
        for volume, strength in (("2 mL", "10 mg/mL"), ("5 mL", "2 mg/mL"), ("3 mL", "20 mg/mL"))
    ]

    amount, strength = mixed_drug_of("morphine", ("morphine", "baclofen", "morphine"), parts)

    assert (amount.exact, strength.exact) == ("80000 mcg", "8000 mcg/mL")


@pytest.mark.parametrize(
    ("entered", "unit", "target", "numbers", "exact"),
    [
        ("2.5 mg", "mg", "mcg", "2.5 mg ÷ 1 mg × 1,000 mcg", "2500 mcg"),
        ("2500 mcg", "mcg", "mg", "2,500 mcg ÷ 1,000 mcg × 1 mg", "5/2 mg"),
    ],
)
def test_in_another_unit_it_is_worked_by_what_one_of_the_larger_is_in_the_smaller(
    entered, unit, target, numbers, exact
):
    worked = in_another_unit(quantity(entered), unit, target)

    assert (worked.numbers, worked.exact) == (numbers, exact)
