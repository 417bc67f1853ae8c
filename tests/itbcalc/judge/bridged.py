"""The quiet program with a bridge, and its compared read-outs, for the tests of comparing and explaining."""

from typing import Any

from tests.itbcalc.programs import check_of, document_of

# Old drug 500, new 2000 mcg/mL; dead volume 0.140 + 0.19 = 0.33 mL; 400, then 460 mcg/day; 40 mL, alarm 2 mL:
# bridge 0.33 x 500 / 400 = 0.4125 day = 9 h 54 min at 400 / 500 = 0.8 mL/day, drug 0.33 x 500 = 165 mcg;
# then 460 / 2000 = 0.23 mL/day; alarm 0.4125 + (38 - 0.33) / 0.23 = 164.195 days after 10 Nov 09:00: 23 Apr 2027.
BRIDGED = {
    "system.pump": "synchromed-ii-40",
    "system.tubing_volume": "0.140 mL",
    "system.catheter": {"volume": "0.19 mL"},
    "new.concentration": "2000 mcg/mL",
    "bridge.dose": "400 mcg/day",
}


def read_outs(changes: dict[str, Any], shown: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The compared read-outs of the quiet program with `changes`, by name."""
    typed = {f"readouts.{name}": text for name, text in shown.items()}
    found = document_of(check_of({**changes, **typed}))["results"]["readouts"]
    return {each["name"]: each for each in found}
