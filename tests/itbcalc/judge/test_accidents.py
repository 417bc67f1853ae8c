"""Published accidents and their neighbours, as somebody could have checked them: the one wrong input is named.

Each is a program as it was meant, with what the programmer showed. The arithmetic was done by hand and stands beside it.
"""

from fractions import Fraction
from typing import Any

import pytest

from itbcalc.judge.check import explanations_of
from itbcalc.say.explanations import explanation_words
from tests.itbcalc.programs import Changes, check_of, library

SIMPLE = {
    "system": {
        "pump": "synchromed-ii-40",
        "tubing_volume": "0.140 mL",
        "catheter": {"length": "89 cm", "volume_per_length": "0.0022 mL/cm"},
    },
    "reservoir.at": "2026-03-02T10:00-06:00",
    "reservoir.zone": "America/Chicago",
    "patient.last_change": None,
}
REFILL = {**SIMPLE, "reservoir.at": "2026-11-02T10:00-06:00"}


def of(strength: str, dose: str, before: str = "", old: str = "", **more: Any) -> dict[str, Any]:
    """A therapy by mcg/mL and mcg/day, and what was before where that differs."""
    return {
        "current.concentration": f"{old or strength} mcg/mL",
        "current.daily_dose": f"{before or dose} mcg/day",
        "new.concentration": f"{strength} mcg/mL",
        "new.daily_dose": f"{dose} mcg/day",
        **more,
    }


def shown(**texts: str) -> dict[str, str]:
    return {f"readouts.{name}": text for name, text in texts.items()}


ACCIDENTS = [
    pytest.param(
        # 958 / 4000 = 0.2395; ordered 958 / 2000 = 0.479
        {
            **SIMPLE,
            **of("2000", "958"),
            **shown(concentration="4000 mcg/mL", daily_dose="958 mcg/day", flow_rate="0.240 mL/day"),
        },
        "new.concentration",
        "4000",
        id="4000 for 2000 mcg/mL",
    ),
    pytest.param(
        # without the concentration: 958 / 0.2405 = 3983.4 and more; the whole days from 2 Mar to 7 Aug are 158
        {
            **SIMPLE,
            **of("2000", "958"),
            **shown(daily_dose="958 mcg/day", flow_rate="0.240 mL/day", low_alarm_date="2026-08-07"),
        },
        "new.concentration",
        "4000",
        id="4000 for 2000 mcg/mL, seen by the flow alone",
    ),
    pytest.param(
        # 350 / 500 = 0.7; right 350 / 1100 = 0.318
        {
            **SIMPLE,
            **of("1100", "350", old="500"),
            "bridge.dose": "350 mcg/day",
            **shown(daily_dose="350.0 mcg/day", flow_rate="0.700 mL/day"),
        },
        "new.concentration",
        "500",
        id="a mixture that was never programmed",
    ),
    pytest.param(
        # 10 / 27 = 0.37037 mL/day; (18 - 2) / 0.37037 = 43.2 days after 2 Nov: 15 Dec; right (10 - 2): 21.6 days
        {
            **REFILL,
            "system.pump": "synchromed-ii-20",
            "reservoir.filled": "10 mL",
            **of("500", "185.185"),
            **shown(daily_dose="185.2 mcg/day", flow_rate="0.370 mL/day", low_alarm_date="2026-12-15"),
        },
        "reservoir.filled",
        "18",
        id="18 for 10 mL told",
    ),
    pytest.param(
        {
            **REFILL,
            "system.pump": "synchromed-el-18",
            "system.tubing_volume": "0.26 mL",
            "reservoir.filled": "10 mL",
            **of("500", "185.185"),
            **shown(daily_dose="185.2 mcg/day", flow_rate="0.370 mL/day", low_alarm_date="2026-12-15"),
        },
        "reservoir.filled",
        "18",
        id="18 for 10 mL told, a full reservoir",
    ),
    pytest.param(
        # (38 - 2) / 0.2 = 180 days after 2 Nov: 1 May; right (35 - 2) / 0.2 = 165 days. 40 mL would be 190 days, 11 May.
        {
            **REFILL,
            "reservoir.filled": "35 mL",
            **of("2000", "400"),
            **shown(daily_dose="400.0 mcg/day", flow_rate="0.200 mL/day", low_alarm_date="2027-05-01"),
        },
        "reservoir.filled",
        "38",
        id="38 for 35 mL told",
    ),
    pytest.param(
        # (9 - 2) / 0.3 = 23.3 days: 25 Nov; right (16 - 2) / 0.3 = 46.7 days. 500 mcg/mL would be 0.6 mL/day.
        {
            **REFILL,
            "system.pump": "synchromed-ii-20",
            "reservoir.filled": "16 mL",
            **of("1000", "300"),
            **shown(
                concentration="1000 mcg/mL",
                daily_dose="300.0 mcg/day",
                flow_rate="0.300 mL/day",
                low_alarm_date="2026-11-25",
            ),
        },
        "reservoir.filled",
        "9",
        id="9 for 16 mL told, all else read and right",
    ),
    pytest.param(
        # 1750 / 1750 = 1; right 810 / 1750 = 0.463
        {
            **SIMPLE,
            **of("1750", "810"),
            **shown(concentration="1750 mcg/mL", daily_dose="1750 mcg/day", flow_rate="1.000 mL/day"),
        },
        "new.daily_dose",
        "1750",
        id="the number of the concentration in the dose",
    ),
    pytest.param(
        # 26.5 in = 67.31 cm; 0.140 + 26.5 x 0.0022 = 0.1983; right 0.140 + 67.31 x 0.0022 = 0.288082
        {
            **SIMPLE,
            "system.catheter.length": "67.31 cm",
            **of("2000", "400"),
            **shown(prime_volume="0.198 mL"),
        },
        "system.catheter.length",
        "26.5",
        id="inches as centimetres in a prime",
    ),
    pytest.param(
        # 0.1983 x 500 / 250 = 0.3966 days = 9 h 31.1 min; right 0.288082 x 2 = 0.576164 days
        {
            **SIMPLE,
            "system.catheter.length": "67.31 cm",
            **of("2000", "250", old="500"),
            "bridge.dose": "250 mcg/day",
            **shown(bridge_duration="9 h 31 min", bridge_volume="0.198 mL"),
        },
        "system.catheter.length",
        "26.5",
        id="inches as centimetres in a bridge",
    ),
    pytest.param(
        # 250 / 500 = 0.5; (40 - 2) / 0.5 = 76 days after 2 Mar: 17 May; right 250 / 2000 = 0.125
        {
            **SIMPLE,
            **of("2000", "250"),
            **shown(daily_dose="250.0 mcg/day", flow_rate="0.500 mL/day", low_alarm_date="2026-05-17"),
        },
        "new.concentration",
        "500",
        id="fourfold",
    ),
    pytest.param(
        # the concentration of before left in: nothing changes for the programmer, so it runs no bridge.
        # 310 / 500 = 0.62; (40 - 2) / 0.62 = 61.29 days after 2 Nov 10:00: 2 Jan; right, at 0.155, in July
        {
            **REFILL,
            **of("2000", "310", "300", old="500"),
            "bridge.dose": "300 mcg/day",
            **shown(
                concentration="500 mcg/mL",
                daily_dose="310.0 mcg/day",
                low_alarm_date="2027-01-02",
                bridge_duration="0 min",
            ),
        },
        "new.concentration",
        "500",
        id="the old concentration left in, and no bridge",
    ),
    pytest.param(
        # 295 / 2000 = 0.1475
        {
            **SIMPLE,
            **of("2000", "285", "250"),
            **shown(daily_dose="295.0 mcg/day", flow_rate="0.148 mL/day"),
        },
        "new.daily_dose",
        "295",
        id="a neighbouring key",
    ),
    pytest.param(
        # 2885 / 2000 = 1.4425
        {**SIMPLE, **of("2000", "285", "250"), **shown(daily_dose="2885 mcg/day", flow_rate="1.443 mL/day")},
        "new.daily_dose",
        "2885",
        id="a doubled digit",
    ),
    pytest.param(
        # 250 - 35 = 215; 215 / 2000 = 0.1075
        {
            **SIMPLE,
            **of("2000", "285", "250"),
            **shown(daily_dose="215.0 mcg/day", flow_rate="0.108 mL/day"),
        },
        "new.daily_dose",
        "215",
        id="down for up",
    ),
]
WORDS = {
    "18 for 10 mL told": "The programmer counts from 18 mL (you typed 10 mL).",
    "the number of the concentration in the dose": "The same number stands in another field",
    "inches as centimetres in a prime": "Inches were entered as centimetres.",
    "the old concentration left in, and no bridge": "It is the old concentration.",
    "a neighbouring key": "A neighbouring key was hit.",
    "a doubled digit": "A digit is doubled.",
    "down for up": "It is the same step in the other direction.",
}


@pytest.mark.parametrize(("changes", "place", "value"), ACCIDENTS)
def test_the_wrong_input_of_an_accident_is_named_first(
    changes: Changes, place: str, value: str, request: pytest.FixtureRequest
) -> None:
    checked = check_of(changes)

    first = explanations_of(checked, library()).found[0]

    assert first.offered is not None
    assert (first.offered.place, first.value) == (place, Fraction(value))
    words = WORDS.get(request.node.callspec.id, "")
    assert words in explanation_words(first, checked)


def test_where_the_volume_told_is_wrong_no_concentration_is_named() -> None:
    """All else was read and agrees: what would upset that explains nothing."""
    (case,) = (each for each in ACCIDENTS if each.id == "9 for 16 mL told, all else read and right")

    found = explanations_of(check_of(case.values[0]), library()).found

    places = [each.offered.place for each in found if each.offered is not None]
    assert not [place for place in places if "concentration" in place]
    assert all(not each.contradicts for each in found)
