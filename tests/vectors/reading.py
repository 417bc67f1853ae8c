"""Reads the worked vectors: each is worked by hand from its source, and pytest shows its id."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from itbcalc.quantities.units import Quantity, ureg

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Vector:
    """What is given, as texts, and what must come out."""

    id: str
    source: str
    given: Mapping[str, Any]
    expected: Any

    def __getitem__(self, name: str) -> Quantity:
        return quantity(self.given[name])

    def get(self, name: str) -> Quantity | None:
        return quantity(self.given[name]) if name in self.given else None


def all_vectors(name: str) -> list[Vector]:
    """The vectors of one file."""
    return [Vector(**row) for row in json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["vectors"]]


def vectors(name: str) -> list[Any]:
    """The vectors of one file, for `parametrize`."""
    return [pytest.param(vector, id=vector.id) for vector in all_vectors(name)]


def quantity(text: str) -> Quantity:
    """`7/40 mL/day` as a quantity, without the program's own reading."""
    number, _, unit = text.partition(" ")
    return ureg.Quantity(Fraction(number), ureg.Unit("percent" if unit == "%" else unit))
