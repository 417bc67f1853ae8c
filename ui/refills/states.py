"""What the panel of refills shows, as data. No Qt."""

from msgspec import Struct, field


class RefillRow(Struct, frozen=True):
    """One patient: the cells below the headings; `tone` is `overdue`, `unknown`, `soon` or empty.

    `note` is what else is to be known, `refill` the last refill where it stands out.
    `spoken` is the whole row in a sentence, `zone` the patient's time zone, `booked` the entry of the visit that is booked.
    `standing_out` are the columns that are to be seen at once, by their number.
    """

    patient: str
    cells: tuple[str, ...]
    tone: str = ""
    note: str = ""
    refill: str = ""
    spoken: str = ""
    zone: str = ""
    booked: str = ""
    standing_out: frozenset[int] = frozenset()


class WeekBar(Struct, frozen=True):
    """A week: its Monday in words (`begins`), how many visits are booked and how many still to be, and the places; all of it in `words`.

    `places` is None where the clinic has not said so; `closed` is a week without a day on which pumps are refilled.
    """

    begins: str
    booked: int
    to_book: int
    places: int | None
    closed: bool
    too_many: bool
    words: str


class TrendPoint(Struct, frozen=True):
    """A refill: where it lies from 0 (the first) to 1 (the last), the ratio and its interval in percent, and what it told.

    What lies far off is drawn at the edge; `label` says how far.
    """

    x: float
    percent: float
    label: str
    interval: tuple[float, float] | None
    outside: bool
    words: str


class TrendState(Struct, frozen=True):
    """The refills of a patient's pump, the earliest first; `lowest` and `highest` are its accuracy in percent."""

    title: str = ""
    points: tuple[TrendPoint, ...] = ()
    lowest: float | None = None
    highest: float | None = None
    first: str = ""
    last: str = ""


class PatientState(Struct, frozen=True):
    """What is to be known of the patient selected besides the row."""

    note: str = ""
    trend: TrendState = field(default_factory=TrendState)


class RefillsState(Struct, frozen=True):
    """Everything the panel shows.

    `whose` says which log it is and when it was written last, `counts` how many are overdue; `empty` stands in the place of
    the table where there is no row, `trouble` above everything where the log cannot be relied on. `can_be_written`: whether
    there is a list to print or to save. `weeks` are the next ones, `full_weeks` says of all into which more falls than the
    clinic has places, `how_many_full` counts them; `full_later` where one lies behind those that are drawn.
    `without_a_step` names those of whom every step was voided, or whose follow-up ended while a visit is still booked.
    """

    headings: tuple[str, ...] = ()
    rows: tuple[RefillRow, ...] = ()
    whose: str = ""
    counts: str = ""
    tone: str = ""
    trouble: str = ""
    empty: str = ""
    can_be_written: bool = False
    weeks: tuple[WeekBar, ...] = ()
    full_weeks: str = ""
    how_many_full: str = ""
    full_later: bool = False
    without_a_step: str = ""
    filters: tuple[tuple[str, str], ...] = field(default=())
