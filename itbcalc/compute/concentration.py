"""Converting, diluting and mixing: which concentration results, and from what?"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from itbcalc.compute.working import Worked
from itbcalc.errors import RefusedError
from itbcalc.phrases import N_, Phrase
from itbcalc.quantities.entry import pint_unit
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    MOLAR_CONCENTRATION,
    PERCENTAGE,
    RATIO,
    Concentration,
    DailyDose,
    Dose,
    FlowRate,
    Kind,
    MolarConcentration,
    MolarMass,
    Percentage,
    Volume,
    as_concentration,
    as_dose,
    as_molar_concentration,
    as_percentage,
    as_volume,
    exactly,
)
from itbcalc.quantities.units import Quantity, ureg

# Percent weight in volume: 1 % is 1 g in 100 mL (definition).
_ONE_PERCENT = as_concentration(ureg.Quantity(10, "mg/mL"))


def concentration_of_percent(percent: Percentage) -> Worked[Concentration]:
    """Percent weight in volume as a concentration."""
    return Worked(
        "concentration",
        as_concentration(percent.magnitude * _ONE_PERCENT),
        "{percent} ÷ 1 % × {1 % w/v}",
        (("percent", percent), ("1 % w/v", _ONE_PERCENT)),
        note="1 % w/v = 1 g in 100 mL = 10 mg/mL.",
    )


def percent_of_concentration(concentration: Concentration) -> Worked[Percentage]:
    """A concentration as percent weight in volume."""
    return Worked(
        "percent w/v",
        Percentage(ureg.Quantity((concentration / _ONE_PERCENT).magnitude, "percent")),
        "{concentration} ÷ {1 % w/v} × 1 %",
        (("concentration", concentration), ("1 % w/v", _ONE_PERCENT)),
        note="1 % w/v = 1 g in 100 mL = 10 mg/mL.",
    )


def concentration_of_molar(molar: MolarConcentration, molar_mass: MolarMass) -> Worked[Concentration]:
    """A molar concentration as mass per volume."""
    return Worked(
        "concentration",
        as_concentration(molar * molar_mass),
        "{molar concentration} × {molar mass}",
        (("molar concentration", molar), ("molar mass", molar_mass)),
    )


def molar_of_concentration(concentration: Concentration, molar_mass: MolarMass) -> Worked[MolarConcentration]:
    """A concentration as amount of substance per volume."""
    return Worked(
        "molar concentration",
        as_molar_concentration(concentration / molar_mass),
        "{concentration} ÷ {molar mass}",
        (("concentration", concentration), ("molar mass", molar_mass)),
    )


# A concentration can be written in three ways; everything passes through mass per volume.
NEEDED_CONCENTRATION = N_("concentration needed")
WAYS_OF_WRITING = (PERCENTAGE, CONCENTRATION, MOLAR_CONCENTRATION)


def conversion(
    quantity: Quantity, kind: Kind, target: Kind, molar_mass: MolarMass | None
) -> tuple[Worked[Quantity], ...]:
    """The steps from one way of writing a concentration to another; molar ones need the molar mass."""
    steps: list[Worked[Quantity]] = []
    if kind is PERCENTAGE:
        steps.append(concentration_of_percent(as_percentage(quantity)))
    elif kind is MOLAR_CONCENTRATION and molar_mass is not None:
        steps.append(concentration_of_molar(as_molar_concentration(quantity), molar_mass))
    mass_per_volume = as_concentration(steps[-1].value if steps else quantity)
    if target is PERCENTAGE:
        steps.append(percent_of_concentration(mass_per_volume))
    elif target is MOLAR_CONCENTRATION and molar_mass is not None:
        steps.append(molar_of_concentration(mass_per_volume, molar_mass))
    return tuple(steps)


def in_another_unit(quantity: Quantity, unit: str, target: str) -> Worked[Quantity]:
    """A quantity in `unit` in another unit: by what one unit of the larger of both is in the smaller."""
    present, other = (
        ureg.Quantity(Fraction(1), pint_unit(unit)),
        ureg.Quantity(Fraction(1), pint_unit(target)),
    )
    factor = (present / other).to("").magnitude
    above, below = (other * factor, present) if factor >= 1 else (other, present / factor)
    amount, same = Phrase("an amount in {unit}", unit=unit), Phrase("the same in {unit}", unit=target)
    return Worked(
        "converted",
        quantity.to(other.units),
        f"{{quantity}} ÷ {{{amount}}} × {{{same}}}",
        (
            ("quantity", quantity.to(present.units)),
            (amount, below),
            (same, above),
        ),
    )


def reservoir_mixture(
    residual: Volume, old: Concentration, filled: Volume, new: Concentration
) -> Worked[Concentration]:
    """What a refill makes of what cannot be drawn off: `filled` counts both; it must not lie below `residual`."""
    return Worked(
        "concentration in the reservoir",
        as_concentration((residual * old + (filled - residual) * new) / filled),
        "({residual volume} × {old concentration} + ({filled volume} − {residual volume}) × {new concentration}) ÷ {filled volume}",
        (
            ("residual volume", residual),
            ("old concentration", old),
            ("filled volume", filled),
            ("new concentration", new),
        ),
    )


def mixture_deviation(mixture: Concentration, new: Concentration) -> Worked[Percentage]:
    """How far the mixture in the reservoir is from what was filled."""
    return Worked(
        "deviation of the concentration in the reservoir",
        as_percentage((mixture - new) / new),
        "({concentration in the reservoir} − {new concentration}) ÷ {new concentration} × 100 %",
        (("concentration in the reservoir", mixture), ("new concentration", new)),
    )


def stock_volume(stock: Concentration, target: Concentration, volume: Volume) -> Worked[Volume]:
    """How much stock makes `volume` at the target concentration; a target above the stock is refused."""
    if target > stock:
        raise RefusedError("target", "", "target_above_stock")
    return Worked(
        "stock volume",
        as_volume(volume * target / stock),
        "{volume} × {target concentration} ÷ {stock concentration}",
        (("volume", volume), ("target concentration", target), ("stock concentration", stock)),
    )


def diluted(stock: Concentration, times: int) -> Worked[Concentration]:
    """The stock diluted so many times, so that more of it is drawn up."""
    number = exactly(times, RATIO)
    return Worked(
        "concentration of the diluted stock",
        as_concentration(stock / times),
        "{stock concentration} ÷ {times diluted}",
        (("stock concentration", stock), ("times diluted", number)),
    )


def diluted_stock_volume(stock: Volume, times: int) -> Worked[Volume]:
    """How much of the diluted stock holds the drug of `stock`."""
    return Worked(
        "volume of the diluted stock",
        as_volume(stock * times),
        "{stock volume} × {times diluted}",
        (("stock volume", stock), ("times diluted", exactly(times, RATIO))),
    )


def diluent_volume(volume: Volume, stock: Volume) -> Worked[Volume]:
    """What fills the stock up to the volume."""
    return Worked(
        "diluent volume",
        as_volume(volume - stock),
        "{volume} − {stock volume}",
        (("volume", volume), ("stock volume", stock)),
    )


def drug_in(volume: Volume, concentration: Concentration) -> Worked[Dose]:
    """The drug in a volume at a concentration."""
    return Worked(
        "drug",
        as_dose(volume * concentration),
        "{volume} × {concentration}",
        (("volume", volume), ("concentration", concentration)),
    )


def numbered_part(number: int) -> tuple[str, str]:
    """What volume and concentration of one part among several are called."""
    return Phrase("volume {number}", number=str(number)), Phrase("concentration {number}", number=str(number))


def mixed_volume(parts: Sequence[tuple[Volume, Concentration]]) -> Worked[Volume]:
    """The volume of all parts together."""
    names = [numbered_part(number)[0] for number in range(1, len(parts) + 1)]
    return Worked(
        "volume",
        as_volume(_sum([volume for volume, _ in parts])),
        " + ".join(f"{{{name}}}" for name in names),
        tuple(zip(names, (volume for volume, _ in parts), strict=True)),
    )


def mixed_drug(parts: Sequence[tuple[Volume, Concentration]]) -> Worked[Dose]:
    """The drug of all parts together."""
    template, operands = _products(parts)
    return Worked("drug", as_dose(_sum([volume * c for volume, c in parts])), template, operands)


def mixed_concentration(parts: Sequence[tuple[Volume, Concentration]]) -> Worked[Concentration]:
    """The concentration after mixing: all drug over all volume."""
    drug, volume = mixed_drug(parts).value, mixed_volume(parts).value
    return Worked(
        "concentration",
        as_concentration(drug / volume),
        "{drug} ÷ {volume}",
        (("drug", drug), ("volume", volume)),
    )


def mixed_drug_of(
    name: str, names: Sequence[str], parts: Sequence[tuple[Volume, Concentration]]
) -> tuple[Worked[Dose], Worked[Concentration]]:
    """Of several drugs mixed, one: how much of it, and its concentration in the whole volume. `names` are those of the parts."""
    its = [
        (n, *part) for n, (each, part) in enumerate(zip(names, parts, strict=True), start=1) if each == name
    ]
    drug = as_dose(_sum([volume * strength for _, volume, strength in its]))
    amount = Worked(
        name,
        drug,
        _sum_of_products([n for n, *_ in its]),
        tuple(
            pair
            for n, volume, strength in its
            for pair in zip(numbered_part(n), (volume, strength), strict=True)
        ),
    )
    total = mixed_volume(parts).value
    strength = Worked(
        Phrase("concentration of {name}", name=name),
        as_concentration(drug / total),
        f"{{{name}}} ÷ {{volume}}",
        ((name, drug), ("volume", total)),
    )
    return amount, strength


def _sum(quantities: Sequence[Quantity]) -> Quantity:
    total = quantities[0]
    for quantity in quantities[1:]:
        total = total + quantity
    return total


def _products(parts: Sequence[tuple[Volume, Concentration]]) -> tuple[str, tuple[tuple[str, Quantity], ...]]:
    numbers = range(1, len(parts) + 1)
    template = _sum_of_products(numbers)
    operands = [
        pair
        for n, (volume, concentration) in zip(numbers, parts, strict=True)
        for pair in zip(numbered_part(n), (volume, concentration), strict=True)
    ]
    return template, tuple(operands)


def _sum_of_products(numbers: Iterable[int]) -> str:
    return " + ".join(f"{{{volume}}} × {{{strength}}}" for volume, strength in map(numbered_part, numbers))


def concentration_for_dose(daily_dose: DailyDose, fixed_flow_rate: FlowRate) -> Worked[Concentration]:
    """The mixture with which a pump of fixed flow gives a daily dose."""
    return Worked(
        NEEDED_CONCENTRATION,
        as_concentration(daily_dose / fixed_flow_rate),
        "{daily dose} ÷ {fixed flow rate}",
        (("daily dose", daily_dose), ("fixed flow rate", fixed_flow_rate)),
    )
