"""The log could keep anything: no word of it is clinical, but for the pseudonym by which entries are looked up."""

import re
from pathlib import Path

import pytest

from itbcalc import log

CLINICAL = re.compile(
    r"\b(baclofen|bolus|bridge|catheter|concentration|dose|drug|flow|nurse|observ\w*|physician|pump|refill\w*|reservoir|"
    r"second.check|therapy|titration step)\b",
    re.IGNORECASE,
)
MODULES = sorted(Path(log.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_a_module_of_the_log_has_no_clinical_word(module: Path) -> None:
    assert CLINICAL.findall(module.read_text(encoding="utf-8")) == []
