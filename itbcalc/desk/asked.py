"""What has to be answered before a step is recorded?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AskedFinding:
    """A finding that needs an answer before the step is recorded."""

    code: str
    severity: str
    text: str
    source: str
