"""Does this copy of the program still reproduce its reference cases?

Run at every start; a command that answers one question recomputes those of its own question. A case that differs means
that nothing computed here can be relied on.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from itbcalc.ask.form import Form
from itbcalc.ask.questions import QUESTIONS, Answer, InUnit, Result, catheter, mix
from itbcalc.compute.calculation import HeldInLine
from itbcalc.errors import SelfTestError
from itbcalc.quantities.display import fraction_text
from itbcalc.resources import resource_path


class SelfTest(Struct, frozen=True):
    """How many reference cases were recomputed, and which of them differed."""

    cases: int
    failed: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether all cases were reproduced."""
        return self.cases > 0 and not self.failed


def run_self_test(path: Path | None = None, *, command: str = "") -> SelfTest:
    """Recomputes every reference case, or those of one `command`; a file that cannot be read or holds none counts as failed."""
    try:
        document = json.loads((path or resource_path("reference_cases.json")).read_text(encoding="utf-8"))
        cases = [
            (str(case["id"]), case) for case in document["cases"] if not command or case["command"] == command
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return SelfTest(0, (f"reference cases not readable: {type(error).__name__}: {error}",))
    if not cases:
        return SelfTest(0, ("no reference cases",))
    return SelfTest(len(cases), tuple(name for name, case in cases if not _reproduced(case)))


def require(result: SelfTest) -> None:
    """Raises SelfTestError unless the self-test passed."""
    if not result.passed:
        raise SelfTestError(result.failed)


def _reproduced(case: Mapping[str, Any]) -> bool:
    try:
        results = answered(case["command"], case["inputs"]).results
        expected = case["expected"]
        return bool(expected) and all(
            name in results and _exact(results[name]) == value for name, value in expected.items()
        )
    except Exception:  # noqa: BLE001  # whatever goes wrong in it, this case was not reproduced
        return False


def answered(command: str, inputs: Mapping[str, Any]) -> Answer:
    """The answer to a case of `command`, with its `inputs` as the file of reference cases has them."""
    if command == "catheter":
        return catheter(Form({}), inputs["length"], inputs["volume_per_length"])
    if command == "mix":
        return mix(Form({}), [(volume, concentration) for volume, concentration in inputs["part"]])
    return QUESTIONS[command](Form(inputs))


def _exact(value: Result) -> str | list[str]:
    if isinstance(value, tuple):
        return [
            _exact_of_plug(each) if isinstance(each, HeldInLine) else fraction_text(each) for each in value
        ]
    if isinstance(value, InUnit):
        return str(value.number)
    return value.isoformat() if isinstance(value, datetime) else fraction_text(value)


def _exact_of_plug(held: HeldInLine) -> str:
    """`7/50 at 500`: mL and mcg/mL."""
    return f"{fraction_text(held.volume)} at {fraction_text(held.concentration)}"
