"""What the panel of refills shows, as data. No Qt."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RefillRow:
    """One patient: the cells below the headings; `tone` is `overdue`, `unknown`, `soon` or empty, `note` what else is to be known.

    `spoken` is the whole row in a sentence, `zone` the patient's time zone, `booked` the entry of the visit that is booked.
    """

    patient: str
    cells: tuple[str, ...]
    tone: str = ""
    note: str = ""
    spoken: str = ""
    zone: str = ""
    booked: str = ""


@dataclass(frozen=True, slots=True)
class RefillsState:
    """Everything the panel shows.

    `whose` says which log it is and when it was written last, `counts` how many are overdue; `empty` stands in the place of
    the table where there is no row, `trouble` above everything where the log cannot be relied on. `can_be_written`: whether
    there is a list to print or to save. `full_weeks`: into which more falls than the clinic has places.
    """

    headings: tuple[str, ...] = ()
    rows: tuple[RefillRow, ...] = ()
    whose: str = ""
    counts: str = ""
    tone: str = ""
    trouble: str = ""
    empty: str = ""
    can_be_written: bool = False
    full_weeks: tuple[str, ...] = ()
    filters: tuple[tuple[str, str], ...] = field(default=())
