"""What the virtual patient is made of: every parameter with its unit, source, grade and weakness."""

import functools
import math
import tomllib
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from msgspec import Struct

from itbcalc.library.records import Grade
from itbcalc.resources import resource_path
from itbcalc.say.catalogue import N_

NOT_VALIDATED = N_("Teaching model, not validated, never for a decision.")


class Parameter(Struct, frozen=True, kw_only=True):
    """One figure of the model. `value` is exact; `low`, `high` and `spread` say how it differs between patients.

    A parameter that nobody published is `unverified`, has no source, and says in its `note` that it was chosen.
    """

    id: str
    value: Fraction
    unit: str
    grade: Grade
    source: tuple[str, ...]
    note: str
    weakness: str
    low: Fraction | None = None
    high: Fraction | None = None
    spread: Fraction | None = None

    @property
    def deviation(self) -> float:
        """`spread` as a float, 0 where patients do not differ."""
        return 0.0 if self.spread is None else float(self.spread)

    @property
    def bounds_in_spreads(self) -> tuple[float, float]:
        """How many spreads of its logarithm below and above the value a patient may lie."""
        return self._spreads_to(self.low, -math.inf), self._spreads_to(self.high, math.inf)

    def _spreads_to(self, bound: Fraction | None, without: float) -> float:
        return without if bound is None else math.log(bound / self.value) / self.deviation


@functools.cache
def all_parameters() -> Mapping[str, Parameter]:
    """What stands in `resources/practice/model.toml`, by id, in its order."""
    text = resource_path("practice", "model.toml").read_text(encoding="utf-8")
    read = [_parameter(table) for table in tomllib.loads(text)["parameter"]]
    found = {each.id: each for each in read}
    assert len(found) == len(read), "two parameters of one id"
    return MappingProxyType(found)


def parameter(name: str) -> float:
    """The value of a parameter as a float, for the simulation."""
    return float(all_parameters()[name].value)


def exact_parameter(name: str) -> Fraction:
    """The value of a parameter as it stands, for what is exact: drug, volumes and times."""
    return all_parameters()[name].value


def _parameter(table: Mapping[str, object]) -> Parameter:
    numbers = {key: Fraction(str(table[key])) for key in ("value", "low", "high", "spread") if key in table}
    source = table["source"]
    assert isinstance(source, list)
    rest = {"grade": Grade(str(table["grade"])), "source": tuple(source)}
    return Parameter(**{**table, **rest, **numbers})  # type: ignore[arg-type]  # our own file, held by its tests
