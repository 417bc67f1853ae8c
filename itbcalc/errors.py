"""What can go wrong, by whose fault it is.

Errors carry what happened as attributes. The words a clinician reads are chosen in
`itbcalc.say`; `str(error)` is for the developer.
"""

from enum import StrEnum


class ItbcalcError(Exception):
    """Everything itbcalc raises on purpose."""


class Problem(StrEnum):
    """Why typed text was refused."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    INVISIBLE = "invisible"
    NO_NUMBER = "no_number"
    UNIT_BEFORE_NUMBER = "unit_before_number"
    NAKED_POINT = "naked_point"
    TRAILING_POINT = "trailing_point"
    SEVERAL_POINTS = "several_points"
    SIGN = "sign"
    EXPONENT = "exponent"
    NOT_FINITE = "not_finite"
    COMMA = "comma"
    GROUPING = "grouping"
    LEADING_ZERO = "leading_zero"
    FRACTION = "fraction"
    NOT_ASCII_DIGIT = "not_ascii_digit"
    TOO_MANY_DIGITS = "too_many_digits"
    MALFORMED_NUMBER = "malformed_number"
    ZERO = "zero"
    NOT_WHOLE = "not_whole"
    UNIT_MISSING = "unit_missing"
    UNIT_UNKNOWN = "unit_unknown"
    INCHES = "inches"
    UNIT_OF_ANOTHER_KIND = "unit_of_another_kind"
    PERCENT_AS_CONCENTRATION = "percent_as_concentration"
    SEVERAL_SPACES = "several_spaces"
    COMPOUND = "compound"
    DATE = "date"
    DATE_AMBIGUOUS = "date_ambiguous"
    DATE_WITHOUT_OFFSET = "date_without_offset"
    DATE_WITHOUT_TIME = "date_without_time"
    TIME_SKIPPED = "time_skipped"
    TIME_TWICE = "time_twice"
    ZONE_UNKNOWN = "zone_unknown"
    TIME_OF_DAY = "time_of_day"
    TIME_AM_PM = "time_am_pm"
    TIME_MIDNIGHT = "time_midnight"
    ANCHOR = "anchor"


class EntryError(ItbcalcError):
    """Typed text is refused: `.typed` as it was typed, `.problem`, `.accepted` an accepted example.

    `.hint` is the nearest accepted spelling, or the same length in centimetres, where there is one.
    """

    def __init__(self, typed: str, problem: Problem, accepted: str, hint: str = "") -> None:
        super().__init__(f"{problem}: {typed!r}")
        self.typed = typed
        self.problem = problem
        self.accepted = accepted
        self.hint = hint


class UnitMismatchError(ItbcalcError):
    """A quantity of another kind than its place needs: an error of ours, never of the typist."""

    def __init__(self, meaning: str, expected: str) -> None:
        super().__init__(f"{meaning} must be convertible to {expected}")
        self.meaning = meaning
        self.expected = expected


class RefusedError(ItbcalcError):
    """Input that was read but cannot stand, at `.field`: `.rule` says which rule, `.typed` what stood there.

    `.values` holds what the words need: other fields, limits, the nearest known name.
    """

    def __init__(self, field: str, typed: str, rule: str, **values: str) -> None:
        super().__init__(f"{field}: {rule}: {typed!r}")
        self.field = field
        self.typed = typed
        self.rule = rule
        self.values = values


class FieldEntryError(ItbcalcError):
    """An entry error together with the `.field` it belongs to."""

    def __init__(self, field: str, entry: EntryError) -> None:
        super().__init__(f"{field}: {entry}")
        self.field = field
        self.entry = entry


Refusal = RefusedError | FieldEntryError


class LibraryError(ItbcalcError):
    """A file of the library or of the clinic's own profiles is wrong, at `.where`."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


class SelfTestError(ItbcalcError):
    """Reference cases were not reproduced; `.failed` names them."""

    def __init__(self, failed: tuple[str, ...]) -> None:
        super().__init__(f"{len(failed)} reference cases differ: {', '.join(failed)}")
        self.failed = failed


class LogError(ItbcalcError):
    """Something about the titration log."""


class LogUnavailableError(LogError):
    """The log cannot be reached or written: locked, full, read-only, moved. `.reason` is a key of the words."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class LogTooNewError(LogError):
    """Written by a newer program: `.found` and `.known` are versions of the format."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(f"format {found}, known is {known}")
        self.found = found
        self.known = known


class LogDamagedError(LogError):
    """The chain does not hold: `.first_bad_entry` is the number at which it breaks, `.what` how."""

    def __init__(self, first_bad_entry: int, what: str) -> None:
        super().__init__(f"entry {first_bad_entry}: {what}")
        self.first_bad_entry = first_bad_entry
        self.what = what


class EntryAlreadyLoggedError(LogError):
    """The same entry again; after a failed write, the log is read before anything is written anew."""

    def __init__(self, entry_id: str) -> None:
        super().__init__(entry_id)
        self.entry_id = entry_id


class PeopleUnavailableError(ItbcalcError):
    """The file of operators and identities cannot be read or written. `.reason` is a key of the words."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
