"""Does this copy of the program still reproduce its reference cases?

Run at every start. A case that differs means that nothing computed here can be relied on.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from itbcalc.errors import ItbcalcError, SelfTestError
from itbcalc.form import Form
from itbcalc.quantities.display import fraction_text
from itbcalc.questions import QUESTIONS, Answer, InUnit, Result, catheter, mix
from itbcalc.resources import resource_path


@dataclass(frozen=True, slots=True)
class SelfTest:
    """How many reference cases were recomputed, and which of them differed."""

    cases: int
    failed: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether all cases were reproduced."""
        return self.cases > 0 and not self.failed


def run_self_test(path: Path | None = None) -> SelfTest:
    """Recomputes every reference case; a file that cannot be read counts as failed."""
    try:
        cases = json.loads((path or resource_path("reference_cases.json")).read_text(encoding="utf-8"))[
            "cases"
        ]
    except (OSError, ValueError, KeyError) as error:
        return SelfTest(0, (f"reference cases not readable: {error}",))
    failed = tuple(case["id"] for case in cases if not _reproduced(case))
    return SelfTest(len(cases), failed)


def require(result: SelfTest) -> None:
    """Raises SelfTestError unless the self-test passed."""
    if not result.passed:
        raise SelfTestError(result.failed)


def _reproduced(case: Mapping[str, Any]) -> bool:
    try:
        answer = _answer(case["command"], case["inputs"])
    except ItbcalcError:
        return False
    return all(_exact(answer.results.get(name)) == expected for name, expected in case["expected"].items())


def _answer(command: str, inputs: Mapping[str, Any]) -> Answer:
    if command == "catheter":
        return catheter(Form({}), inputs["length"], inputs["volume_per_length"])
    if command == "mix":
        return mix(Form({}), [(volume, concentration) for volume, concentration in inputs["part"]])
    return QUESTIONS[command](Form(inputs))


def _exact(value: Result | None) -> str | list[str]:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return [fraction_text(each) for each in value]
    if isinstance(value, InUnit):
        return str(value.number)
    return value.isoformat() if hasattr(value, "isoformat") else fraction_text(value)
