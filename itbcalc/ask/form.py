"""Reads the typed fields of one question, and collects what is refused, field by field."""

from collections.abc import Mapping, Sequence

from itbcalc.errors import EntryError, FieldEntryError, ItbcalcError, Problem, Refusal, RefusedError
from itbcalc.quantities.entry import read_count, read_number, read_quantity, refuse_zero
from itbcalc.quantities.kinds import DURATION, Kind, exactly
from itbcalc.quantities.units import Quantity

# Fields whose name says the unit: `--percent 15`.
PERCENT_FIELDS = ("percent",)


class FormRefusedError(ItbcalcError):
    """One or more fields were refused; `.refusals` has each with its field."""

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        super().__init__("; ".join(str(refusal) for refusal in refusals))
        self.refusals = refusals


class Form:
    """The texts of one question by field name; an empty or missing text is a missing field."""

    def __init__(self, texts: Mapping[str, str | None], shown_units: Mapping[str, str] | None = None) -> None:
        self.texts = texts
        self.shown_units = shown_units or {}
        self.refusals: list[Refusal] = []

    def has(self, field: str) -> bool:
        """Whether something stands in the field."""
        return bool((self.texts.get(field) or "").strip(" "))

    def quantity(
        self,
        field: str,
        kind: Kind,
        *,
        required: bool = True,
        zero_allowed: bool = False,
        signed: bool = False,
    ) -> Quantity | None:
        """The quantity in `field`; None where it is refused, or missing and not required."""
        text = self._text(field, required=required)
        if text is None:
            return None
        return self.read(field, text, kind, zero_allowed=zero_allowed, signed=signed)

    def read(
        self, field: str, text: str, kind: Kind, *, zero_allowed: bool = False, signed: bool = False
    ) -> Quantity | None:
        """`text` as a quantity of `kind` for `field`; None where it is refused."""
        try:
            shown_unit = "%" if field in PERCENT_FIELDS else self.shown_units.get(field, "")
            entered = read_quantity(text, kind, shown_unit=shown_unit, signed=signed)
            return (entered if zero_allowed else refuse_zero(entered, kind)).quantity
        except EntryError as error:
            self.refusals.append(FieldEntryError(field, error))
            return None

    def days(self, field: str) -> Quantity | None:
        """A bare number of days, decimals allowed, not zero."""
        text = self._text(field, required=True)
        if text is None:
            return None
        try:
            number = read_number(text, example="92.5")
            if number.value == 0:
                raise EntryError(text, Problem.ZERO, "92.5")
            return exactly(number.value, DURATION)
        except EntryError as error:
            self.refusals.append(FieldEntryError(field, error))
            return None

    def count(self, field: str, *, largest: int) -> int | None:
        """A bare whole number from 1 to `largest`; None where it is missing or refused."""
        text = self._text(field, required=False)
        if text is None:
            return None
        try:
            count = read_count(text)
        except EntryError as error:
            self.refusals.append(FieldEntryError(field, error))
            return None
        if not 1 <= count <= largest:
            self.refuse(field, "out_of_range", known=f"{largest:,}")
            return None
        return count

    def choice(self, field: str, known: Sequence[str], rule: str, *, required: bool) -> str | None:
        """One of the words in `known`; None where it is refused (by `rule`), or missing and not required."""
        text = self._text(field, required=required)
        if text is None or text.strip(" ") in known:
            return None if text is None else text.strip(" ")
        self.refuse(field, rule, known=", ".join(known))
        return None

    def one_of(self, *alternatives: Sequence[str]) -> int | None:
        """Which of several sets of fields is given; refused where none or more than one is."""
        given = [[field for field in fields if self.has(field)] for fields in alternatives]
        chosen = [position for position, fields in enumerate(given) if fields]
        words = " or ".join(" and ".join(fields) for fields in alternatives).replace("_", "-")
        if not chosen:
            self.refuse(alternatives[0][0], "one_of", known=words)
            return None
        if len(chosen) > 1:
            self.refuse(given[chosen[1]][0], "two_alternatives", known=words)
            return None
        return chosen[0]

    def refuse(self, field: str, rule: str, **values: str) -> None:
        """Records a refusal of `field` by a rule between fields."""
        self.refusals.append(RefusedError(field, self.texts.get(field) or "", rule, **values))

    def finish(self) -> None:
        """Raises FormRefusedError if anything was refused."""
        if self.refusals:
            raise FormRefusedError(tuple(self.refusals))

    def known(self, *quantities: Quantity | None) -> tuple[Quantity, ...]:
        """`quantities`, all required and all read; raises FormRefusedError if anything was refused."""
        self.finish()
        known = tuple(quantity for quantity in quantities if quantity is not None)
        assert len(known) == len(quantities), "what is required and missing is refused"
        return known

    def _text(self, field: str, *, required: bool) -> str | None:
        text = self.texts.get(field)
        if text is None or (not text.strip(" ") and self.shown_units):
            if required:
                self.refuse(field, "missing")
            return None
        return text
