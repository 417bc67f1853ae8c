"""Between the log and the panel of refills: who is shown, in which words. No Qt."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct, field

from itbcalc.desk.journey import JourneyShown, JourneyTyped, journey_of
from itbcalc.errors import ItbcalcError, LogDamagedError, LogTooNewError
from itbcalc.library.records import Library
from itbcalc.log.chain import whole_head
from itbcalc.log.encrypting import is_locked
from itbcalc.log.entries import Head
from itbcalc.log.places import open_log, place_of
from itbcalc.log.store import TitrationLog
from itbcalc.quantities.display import MONTHS, date_text, decimal_text, moment_text
from itbcalc.say import SEVERITY_SIGNS, refusal_words
from itbcalc.say.catalogue import N_, Worded, _, plural
from itbcalc.visits.history import Standing, standings
from itbcalc.visits.refill_list import RefillList
from itbcalc.visits.refill_table import (
    SOON,
    cells_that_stand_out,
    headings,
    refill_cells,
    refill_sheet,
    whose_log,
)
from itbcalc.visits.refill_trend import Trend, trend_of
from itbcalc.visits.refill_visit_words import seen_line
from itbcalc.visits.refill_weeks import WeekOfRefills, weeks_of
from itbcalc.visits.refill_words import (
    due_line,
    ended_line,
    life_words,
    refills_csv,
    week_line,
    without_a_step_line,
)
from itbcalc.visits.refills import Due, Refills, chosen, refills
from itbcalc.visits.typed import table_of
from ui.refills.states import PatientState, RefillRow, RefillsState, TrendPoint, TrendState, WeekBar

EVERYBODY, OVERDUE, WITHIN_SOON, WITHIN_MONTH = "everybody", "overdue", "soon", "month"
NOT_BOOKED, NOT_READ_BACK, ENDED = "not_booked", "not_read_back", "ended"
FILTER_WORDS = Worded(
    {
        EVERYBODY: N_("everybody"),
        OVERDUE: N_("overdue"),
        WITHIN_SOON: N_("due within 14 days"),
        WITHIN_MONTH: N_("due within 31 days"),
        NOT_BOOKED: N_("not booked, or too late"),
        NOT_READ_BACK: N_("not read back"),
        ENDED: N_("follow-up ended"),
    }
)
Going = Callable[[str], bool]  # told how far it is, in words; false stops
_WITHIN = {WITHIN_SOON: SOON, WITHIN_MONTH: 31}
_NO_LOG = N_(
    "Nobody is on this list yet. Check a dose change, then press Record: from that step on the patient stands here, "
    "with the day of the refill, until a later step or the end of the follow-up."
)
_LOCKED = N_("The log is encrypted and locked: open Log and unlock it first.")
_NOBODY = N_("Nobody is due by this log.")
_NOT_FOUND = N_("Nobody on this list fits the search and the filter.")


_NOBODY_LISTED = N_("{problem}. Nobody is listed: a list with holes would be worse than none.")
_NOT_WHOLE = N_("NOT WHOLE: {problem} What is listed was read from it all the same.")
_AWAY = N_(
    "The server of the log cannot be reached. Nobody is listed. As soon as it answers, open this list again; until then the "
    "day on the patient's last sheet or card holds, unless the pump was changed since."
)
_AS_READ_LAST = N_(
    "The server of the log cannot be reached. Shown is the list as it was read at {moment}: what was recorded since, here or "
    "in another room, is not in it."
)
_STOPPED = N_("Reading was stopped. Nobody is listed: a list with holes would be worse than none.")
_READING = N_("reading the log… {done} of {all} entries")
_COUNTING = N_("counting… {done} of {all} patients")
_TREND = N_("{patient}: what the pump delivered, refill by refill")
_THIS_WEEK = N_("this week")
_NO_ONE = Refills((), ())
_MOST_PERCENT, _MOST_WRITTEN = Fraction(200), Fraction(1000)  # of what was programmed
_WEEKS = 13  # shown: a quarter of a year


class ReadRefills(Struct, frozen=True):
    """What one look at the log found: the list, and where the log ends; or in `trouble` why there is none.

    `rows` are those of everybody by pseudonym: the words of hundreds take long, and are made beside the window too.
    """

    found: Refills = _NO_ONE
    head: Head | None = None
    rows: Mapping[str, RefillRow] = field(default_factory=dict)
    counts: str = ""
    weeks: tuple[WeekOfRefills, ...] = ()
    trouble: str = ""
    empty: str = ""
    stopped: bool = False


class RefillsView(Protocol):
    """What the presenter asks of the panel."""

    def show_state(self, state: RefillsState) -> None:
        """Shows exactly this state."""

    def read_beside(self, work: Callable[[Going], ReadRefills], then: Callable[[ReadRefills], None]) -> None:
        """Does `work` beside the window and gives what it returns to `then`; only of what was asked last."""

    def offer_to_read_on(self) -> None:
        """Reading was stopped: it can be gone on with."""

    def show_patient(self, state: PatientState) -> None:
        """Shows what is to be known of the patient selected."""


class RefillsPresenter:
    """Reads the log anew for every look at it, and shows of it who fits the search and the filter."""

    def __init__(
        self, view: RefillsView, path: Path, now: Callable[[], datetime], library: Callable[[], Library]
    ) -> None:
        self.view = view
        self.path = path
        self.now = now
        self.library = library
        self._text = ""
        self._filter = EVERYBODY
        self._read = ReadRefills()
        self._reader = RefillsReader(path)

    def refresh(self) -> None:
        """Shows the log as it is now."""
        work = partial(self._reader.read, self.now(), self.library())
        self.view.read_beside(work, self._on_read)

    def search_typed(self, text: str) -> None:
        """Shows whose row holds this text."""
        self._text = text.strip()
        self._show()

    def filter_chosen(self, chosen: str) -> None:
        """Shows only some of them."""
        self._filter = chosen
        self._show()

    def patient_selected(self, patient: str) -> None:
        """Shows what is to be known of one patient; of nobody, where it is empty."""
        row = self._read.rows.get(patient)
        if row is None:
            self.view.show_patient(PatientState())
            return
        trend = trend_of(self._reader.standings_of(patient), self.library())
        told = [
            f"{SEVERITY_SIGNS[each.severity]} {' '.join(filter(None, (each.text, each.source)))}"
            for each in trend.told
        ]
        self.view.show_patient(
            PatientState("\n".join(filter(None, (row.note, *told))), _trend(patient, trend))
        )

    # --- what leaves the window

    def sheet(self) -> str:
        """The rows that are shown, on paper."""
        head = self._read.head
        assert head is not None
        read, printed_at = self._read, self.now().astimezone()
        whose = whose_log(place_of(self.path), head)
        return refill_sheet(self._shown(), read.found, whose, printed_at, read.trouble)

    def csv(self) -> bytes:
        """The rows that are shown, for a spreadsheet."""
        return refills_csv(Refills(tuple(self._shown()), ())).encode("utf-8")

    def calendar(self) -> bytes:
        """The calendar of all of them: of a part only, a calendar that reads it would believe the others gone."""
        from itbcalc.visits.refill_calendar import calendar_file

        head = self._read.head
        assert head is not None
        return calendar_file(self._read.found, head, self.path, self.now())

    @property
    def no_calendar(self) -> str:
        """Why there is none to be written: a log that is not whole must move nobody's day. Empty where there is one."""
        return self._read.trouble

    def not_in_calendar(self) -> tuple[str, ...]:
        """Who has no day and so no event."""
        return tuple(due.patient for due in self._read.found.without_a_day)

    # --- of one patient

    def patient_paper(self, patient: str, kind: str) -> str:
        """The page of a patient, `card` or `letter`. Raises RefusedError, LogError."""
        from itbcalc.visits.patient_paper import patient_paper

        with closing(open_log(self.path)) as log:
            whole_head(log.verify())
            found = standings(log.entries(patient))
        return patient_paper(kind, found, self.library(), self.now().astimezone())

    def journey(self, patient: str, typed: JourneyTyped) -> JourneyShown:
        """What a journey means for the pump. Raises FieldEntryError, RefusedError, LogError."""
        with closing(open_log(self.path)) as log:
            found = standings(log.entries(patient))
        return journey_of(found, typed, self.library())

    # --- of nobody in the log

    def jurisdictions(self) -> tuple[tuple[str, str], ...]:
        """Where the drug may be bought: the id and its words."""
        return tuple((each.id, each.title) for each in self.library().jurisdictions)

    def before_implant(self, dose: str, jurisdiction: str) -> str:
        """The page of the visits a year. Raises FieldEntryError, RefusedError."""
        from itbcalc.visits.before_implant_words import before_implant_page, read_before_implant

        daily, rows = read_before_implant(dose, jurisdiction, self.library(), "mcg/day")
        where = dict(self.jurisdictions())[jurisdiction]
        return before_implant_page(daily, rows, where, self.now().astimezone())

    # --- showing

    def _on_read(self, read: ReadRefills) -> None:
        self._read = read
        self._show()
        if read.stopped:
            self.view.offer_to_read_on()

    def _show(self) -> None:
        read = self._read
        rows = tuple(read.rows[due.patient] for due in self._shown())
        self.view.show_state(
            RefillsState(
                headings=headings(),
                rows=rows,
                whose="" if read.head is None else whose_log(place_of(self.path), read.head),
                counts=read.counts,
                tone="differs" if any(due.overdue for due in read.found.due) else "",
                trouble=read.trouble,
                empty="" if rows or read.trouble else self._why_empty(),
                can_be_written=read.head is not None and bool(read.found.due or read.found.ended),
                without_a_step="\n".join(
                    [
                        *map(without_a_step_line, read.found.without_a_step),
                        *map(ended_line, read.found.ended_but_booked),
                    ]
                ),
                **_shown_weeks(read.weeks),
                filters=tuple((key, FILTER_WORDS[key]) for key in FILTER_WORDS),
            )
        )

    def _why_empty(self) -> str:
        read = self._read
        if read.empty:
            return read.empty
        return _(_NOT_FOUND) if read.found.due or read.found.ended else _(_NOBODY)

    def _shown(self) -> list[Due]:
        found = self._read.found
        if self._filter == ENDED:
            listed = [each.due for each in found.ended]
        else:
            within, overdue = _WITHIN.get(self._filter), self._filter == OVERDUE
            listed = list(chosen(found, within=within, overdue=overdue).due)
        return [due for due in listed if self._is_wanted(due)]

    def _is_wanted(self, due: Due) -> bool:
        text = self._text.casefold()
        if text and not any(text in cell.casefold() for cell in self._read.rows[due.patient].cells):
            return False
        if self._filter == NOT_BOOKED:
            return not due.booked_in_time
        return self._filter != NOT_READ_BACK or due.standing.incomplete


class RefillsReader:
    """Reads the log for the window: what it has read and verified it does not read again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._held = RefillList()
        self._rows: dict[str, tuple[Due, RefillRow]] = {}
        self._last: tuple[Head, datetime] | None = (
            None  # where a whole log ended when it was read last, and when that was
        )

    def read(self, moment: datetime, library: Library, going: Going) -> ReadRefills:
        """Everybody of the log; what is wrong with it is said, not raised."""
        if not self.path.exists():
            return ReadRefills(empty=_(_NO_LOG))
        if is_locked(self.path):
            return ReadRefills(trouble=_(_LOCKED))
        try:
            with closing(open_log(self.path)) as log:
                return self._read(log, moment, library, going)
        except ItbcalcError as error:
            if getattr(error, "reason", "") == "missing":  # on a server: nobody wrote yet
                return ReadRefills(empty=_(_NO_LOG))
            if getattr(error, "reason", "") == "server_away":
                return self._as_read_last(moment, library, going)
            words = refusal_words(error)
            problem = f"{words[:1].upper()}{words[1:]}".rstrip(".")
            return ReadRefills(trouble=_(_NOBODY_LISTED, problem=problem))

    def standings_of(self, patient: str) -> list[Standing]:
        """What was read of one patient: nothing where the log is not whole."""
        return self._held.of(patient)

    def _read(self, log: TitrationLog, moment: datetime, library: Library, going: Going) -> ReadRefills:
        """Raises LogError where an entry cannot be read."""
        trouble = ""
        try:
            found = self._verified(log, moment, library, going)
        except LogDamagedError as damage:
            trouble = _(_NOT_WHOLE, problem=refusal_words(damage))
            found = refills(log, moment, library)
        except LogTooNewError:
            found = refills(log, moment, library)
        rows = None if found is None else self._rows_of(found, going)
        if found is None or rows is None:
            return ReadRefills(trouble=_(_STOPPED), stopped=True)
        return ReadRefills(
            found, log.head(), rows, _counts(found.due), _weeks(found.due, moment, library), trouble
        )

    def _as_read_last(self, moment: datetime, library: Library, going: Going) -> ReadRefills:
        """What was verified last, counted to this moment: said to be so. Nothing where nothing was."""
        found = None if self._last is None else self._counted(moment, library, going)
        rows = None if found is None else self._rows_of(found, going)
        if self._last is None or found is None or rows is None:
            return ReadRefills(trouble=_(_AWAY))
        head, read_at = self._last
        trouble = _(_AS_READ_LAST, moment=moment_text(read_at.astimezone()))
        return ReadRefills(found, head, rows, _counts(found.due), _weeks(found.due, moment, library), trouble)

    def _counted(self, moment: datetime, library: Library, going: Going) -> Refills | None:
        return self._held.refills(
            moment, library, lambda done, all_: going(_(_COUNTING, done=done, all=all_))
        )

    def _verified(
        self, log: TitrationLog, moment: datetime, library: Library, going: Going
    ) -> Refills | None:
        """The list of a log of which every entry was verified, now or before; None where it was stopped. Raises LogError."""
        self._last = None
        if log.too_new is not None:
            raise log.too_new
        if not self._held.follow(log, lambda done, all_: going(_(_READING, done=done, all=all_))):
            return None
        self._last = self._held.head, moment
        return self._counted(moment, library, going)

    def _rows_of(self, found: Refills, going: Going) -> Mapping[str, RefillRow] | None:
        """The rows of everybody by pseudonym; None where it was stopped."""
        known, self._rows = self._rows, {}
        everybody = (*found.due, *(each.due for each in found.ended))
        for number, due in enumerate(everybody):
            if not going(_(_COUNTING, done=number, all=len(everybody))):
                return None
            was = known.get(due.patient)
            self._rows[due.patient] = was if was is not None and _same(due, was[0]) else (due, _row(due))
        return {patient: row for patient, (_due, row) in self._rows.items()}


def _same(due: Due, was: Due) -> bool:
    """Whether nothing was counted of a patient since, and it is still the same day."""
    return due.standing is was.standing and due.days_left == was.days_left


def _weeks(due: Sequence[Due], moment: datetime, library: Library) -> tuple[WeekOfRefills, ...]:
    """The weeks into which refills or visits fall, by the days of this computer; none where nobody is due."""
    return weeks_of(due, moment.astimezone(), library.clinic.days) if due else ()


def _shown_weeks(weeks: Sequence[WeekOfRefills]) -> Mapping[str, Any]:
    """The next weeks as bars; of all of them, which are too full."""
    full = [week for week in weeks if week.too_many]
    return {
        "weeks": tuple(_bar(week, _(_THIS_WEEK) if week is weeks[0] else "") for week in weeks[:_WEEKS]),
        "full_weeks": " · ".join(map(week_line, full)),
        "how_many_full": plural("▲ {count} week is too full", "▲ {count} weeks are too full", len(full))
        if full
        else "",
        "full_later": any(week.too_many for week in weeks[_WEEKS:]),
    }


def _bar(week: WeekOfRefills, named: str) -> WeekBar:
    return WeekBar(
        begins=named or f"{week.monday.day} {MONTHS[week.monday.month - 1]}",
        booked=week.booked,
        to_book=week.to_book,
        places=week.places,
        closed=week.places == 0 and bool(week.closed),
        too_many=week.too_many,
        words=week_line(week),
    )


def _drawn(percent: Fraction) -> float:
    """What is far off, or what nobody can have measured, stands at the edge: the accuracy can still be seen."""
    return float(min(max(percent, Fraction(0)), _MOST_PERCENT))


def _percent_words(percent: Fraction) -> str:
    if percent > _MOST_WRITTEN:
        return _("> {percent} %", percent=decimal_text(_MOST_WRITTEN, 0))
    return _("{percent} %", percent=decimal_text(percent, 0))


def _trend(patient: str, trend: Trend) -> TrendState:
    """The ratios as they are drawn; nothing where no refill told one."""
    refills = trend.refills
    if not refills:
        return TrendState()
    begin, length = refills[0].at, (refills[-1].at - refills[0].at) or timedelta(days=1)
    points = tuple(
        TrendPoint(
            (each.at - begin) / length,
            _drawn(each.percent),
            _percent_words(each.percent),
            None if each.interval is None else (_drawn(each.interval[0]), _drawn(each.interval[1])),
            bool(each.outside),
            seen_line(each.seen),
        )
        for each in refills
    )
    return TrendState(
        title=_(_TREND, patient=patient),
        points=points,
        lowest=None if trend.lowest is None else float(trend.lowest),
        highest=None if trend.highest is None else float(trend.highest),
        first=date_text(begin),
        last=date_text(refills[-1].at),
    )


def _row(due: Due) -> RefillRow:
    days = due.days_left
    tone = "overdue" if due.overdue else "unknown" if days is None else "soon" if days <= SOON else ""
    return RefillRow(
        due.patient,
        refill_cells(due),
        tone,
        _note(due),
        _refill(due),
        spoken=due_line(due),
        zone=_zone_of(due),
        booked="" if due.booked is None else due.booked.entry.entry_id,
        standing_out=cells_that_stand_out(due),
    )


def _note(due: Due) -> str:
    """What is to be seen of a patient besides the row: why the day is not known, and how long the pump lasts."""
    return "\n".join(filter(None, (due.not_known, ", ".join(life_words(due)))))


def _refill(due: Due) -> str:
    """The last refill, where it stands out."""
    last = due.last_refill
    return seen_line(last) if last is not None and (last.visit.outside or last.visit.ran_dry) else ""


def _zone_of(due: Due) -> str:
    """The patient's time zone by name; empty where the log names none."""
    reservoir = table_of(due.standing.entry).get("reservoir")
    return str(reservoir.get("zone", "")) if isinstance(reservoir, Mapping) else ""


def _counts(due: Sequence[Due]) -> str:
    return "   ".join(_count_words(due))


def _count_words(due: Sequence[Due]) -> Iterator[str]:
    overdue = sum(each.overdue for each in due)
    unknown = sum(each.refill_by is None for each in due)
    soon = sum(each.days_left is not None and 0 <= each.days_left <= SOON for each in due)
    to_book = sum(
        each.days_left is not None and 0 <= each.days_left <= SOON and not each.booked_in_time for each in due
    )
    if overdue:
        yield plural("✗ {count} overdue", "✗ {count} overdue", overdue)
    if unknown:
        yield plural("▲ {count} without a known day", "▲ {count} without a known day", unknown)
    if soon:
        yield plural("{count} within 14 days", "{count} within 14 days", soon)
    if to_book:
        yield plural("▲ {count} of them to book", "▲ {count} of them to book", to_book)
