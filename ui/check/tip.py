"""The course of the dose at the tip as steps to be drawn. No Qt.

The only floats of the check panel: they are drawn, never computed with.
"""

from fractions import Fraction

from itbcalc.calculation import Calculation
from itbcalc.check import Checked
from itbcalc.quantities.display import moment_text, shown
from itbcalc.quantities.units import Quantity
from ui.states import TipCurve, TipPicture

_MARGIN = Fraction(5, 4)  # how much of the new dose is drawn behind its arrival


def tip_picture(checked: Checked) -> TipPicture:
    """Dose at the tip with and without a bridge; nothing where the concentration stays the same."""
    calculation = checked.calculation
    inputs = calculation.inputs
    old, new, loose = calculation.old_dose, calculation.new_dose, calculation.unbridged_dose
    loose_time = calculation.unbridged_duration
    if old is None or new is None or loose is None or loose_time is None:
        return TipPicture()
    ends = [Fraction(loose_time.value.magnitude)]
    curves = [_without_bridge(calculation, new)]
    levels = {_number(old): shown(old), _number(new): shown(new), _number(loose.value): shown(loose.value)}
    if inputs.bridge_dose is not None and calculation.bridge_duration is not None:
        time = calculation.bridge_duration
        ends.append(Fraction(time.value.magnitude))
        levels[_number(inputs.bridge_dose)] = shown(inputs.bridge_dose)
        steps = ((0.0, _number(inputs.bridge_dose)), (_number(time.value), _number(new)))
        words = f"with the bridge: {shown(inputs.bridge_dose)} for {time.text}, then {shown(new)}"
        curves.insert(0, TipCurve(steps, words))
    start = moment_text(inputs.at.moment) if inputs.at else "the change"
    marks = tuple(sorted(levels.items()))
    return TipPicture(tuple(curves), marks, float(max(ends) * _MARGIN), start)


def _without_bridge(calculation: Calculation, new: Quantity) -> TipCurve:
    loose, time = calculation.unbridged_dose, calculation.unbridged_duration
    assert loose is not None
    assert time is not None
    steps = ((0.0, _number(loose.value)), (_number(time.value), _number(new)))
    return TipCurve(steps, f"without it: {loose.text} for {time.text}, then {shown(new)}", dashed=True)


def _number(quantity: Quantity) -> float:
    return float(Fraction(quantity.magnitude))
