"""How was this value reached? A value together with its formula and the numbers put in."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Generic, TypeVar, overload

from msgspec import Struct

from itbcalc.quantities.display import exact_text, shown, unit_text, with_unit
from itbcalc.quantities.units import Quantity

A = TypeVar("A", bound=Quantity)
B = TypeVar("B", bound=Quantity)
C = TypeVar("C", bound=Quantity)
Q = TypeVar("Q", bound=Quantity)
Q_co = TypeVar("Q_co", bound=Quantity, covariant=True)


class Worked(Struct, Generic[Q_co], frozen=True):
    """A computed value and its working.

    `template` is the formula with each operand in braces by its name, `{daily dose} ÷ {concentration}`;
    `operands` are the (name, quantity) pairs. The formula in words and the formula with the numbers put in
    are two readings of the one template, so they cannot drift apart. What stands in such a text is kept apart in a
    `Phrase`; every word of it is looked up in the catalogue where it is said (`say/working.py`).
    """

    name: str
    value: Q_co
    template: str
    operands: tuple[tuple[str, Quantity], ...]
    note: str = ""

    @property
    def formula(self) -> str:
        """The formula in words."""
        return self.template.replace("{", "").replace("}", "")

    @property
    def numbers(self) -> str:
        """The formula with every operand replaced by its exact value."""
        text = self.template
        for name, quantity in self.operands:
            text = text.replace(f"{{{name}}}", _operand_text(quantity))
        return text

    @property
    def exact(self) -> str:
        """The exact result, as a fraction in lowest terms where it is none of the whole numbers."""
        return with_unit(str(Fraction(self.value.magnitude)), unit_text(self.value))

    @property
    def text(self) -> str:
        """The result as shown."""
        return shown(self.value)


def value_of(worked: Worked[Q] | None) -> Q | None:
    """The value, where there is one."""
    return None if worked is None else worked.value


class Once:
    """Applies a formula to its operands; None where one of them is missing.

    The same formula is applied to the same operands once: a slip varies one input and leaves the others, so
    most of its values are there already. Operands are told apart by identity, which is quick and enough: they
    never change, and they are kept here with the result.
    """

    def __init__(self) -> None:
        self._results: dict[tuple[object, ...], tuple[tuple[object, ...], Any]] = {}

    @overload
    def __call__(self, formula: Callable[[A], Worked[Q]], a: A | None, /) -> Worked[Q] | None: ...

    @overload
    def __call__(
        self, formula: Callable[[A, B], Worked[Q]], a: A | None, b: B | None, /
    ) -> Worked[Q] | None: ...

    @overload
    def __call__(
        self, formula: Callable[[A, B, C], Worked[Q]], a: A | None, b: B | None, c: C | None, /
    ) -> Worked[Q] | None: ...

    def __call__(self, formula: Callable[..., Worked[Q]], *operands: Quantity | None) -> Worked[Q] | None:
        """The result of `formula` for these operands."""
        for operand in operands:
            if operand is None:
                return None
        key = (formula, *map(id, operands))
        if key not in self._results:
            self._results[key] = (operands, formula(*operands))
        result: Worked[Q] = self._results[key][1]
        return result


def _operand_text(quantity: Quantity) -> str:
    """The exact operand; a fraction in brackets, so that the formula can be recomputed as it stands."""
    text = exact_text(quantity)
    return f"({text})" if "/" in text.split(" ", maxsplit=1)[0] or text.startswith("\u2212") else text
