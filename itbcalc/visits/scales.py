"""The outcome scales of an observation: which values each may hold, in which version, from which source."""

import functools
import tomllib
from collections.abc import Mapping

from msgspec import Struct

from itbcalc.resources import resource_path


class ScaleValue(Struct, frozen=True):
    """A value as it is written, its rank for means and pictures, and what it means (may be empty)."""

    value: str
    rank: int
    words: str


class Scale(Struct, frozen=True):
    """One scale in one version. `coding` says how its values are drawn as numbers.

    `by_muscle_group`: it is written once for each muscle group. `only_with_spasms`: it is asked only where the
    spasm frequency is above 0.
    """

    id: str
    name: str
    short: str
    version: str
    values: tuple[ScaleValue, ...]
    coding: str
    grade: str
    source: tuple[str, ...]
    by_muscle_group: bool = False
    only_with_spasms: bool = False

    def value(self, text: str) -> ScaleValue | None:
        """The value that is written so, or None."""
        return next((each for each in self.values if each.value == text), None)


class GoalRules(Struct, frozen=True):
    """How goals are scored and weighed, and the correlation that the T-score assumes between them."""

    version: str
    rho: str
    scores: tuple[str, ...]
    weights: tuple[str, ...]
    grade: str
    source: tuple[str, ...]


class Scales(Struct, frozen=True):
    """All that an observation may hold, in the order in which it is asked."""

    scales: Mapping[str, Scale]
    goals: GoalRules
    muscle_groups: tuple[str, ...]
    side_effects: tuple[str, ...]
    severities: tuple[str, ...]


@functools.cache
def all_scales() -> Scales:
    """What stands in `resources/scales.toml`. Raises KeyError, TypeError where that file is not as it must be."""
    table = tomllib.loads(resource_path("scales.toml").read_text(encoding="utf-8"))
    goals, groups, effects = table["goals"], table["muscle_groups"], table["side_effects"]
    return Scales(
        scales={each["id"]: _scale(each) for each in table["scale"]},
        goals=GoalRules(
            version=goals["version"],
            rho=goals["rho"],
            scores=tuple(goals["scores"]),
            weights=tuple(goals["weights"]),
            grade=goals["grade"],
            source=tuple(goals["source"]),
        ),
        muscle_groups=tuple(f"{side} {group}" for group in groups["groups"] for side in groups["sides"]),
        side_effects=tuple(each["effect"] for each in effects["effects"]),
        severities=tuple(effects["severities"]),
    )


def _scale(table: Mapping[str, object]) -> Scale:
    values = table["values"]
    assert isinstance(values, list)
    made = tuple(ScaleValue(each["value"], each["rank"], each.get("words", "")) for each in values)
    source = table["source"]
    assert isinstance(source, list)
    return Scale(**{**table, "values": made, "source": tuple(source)})  # type: ignore[arg-type]  # our own file
