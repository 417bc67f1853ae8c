"""The list of refills as it is kept while a log grows: what was verified is not read again, who has nothing new is not counted again."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.library.records import Library
from itbcalc.log.chain import Chain
from itbcalc.log.entries import Entry, Head, entry_again
from itbcalc.log.store import TitrationLog
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.history import Standing, effective, standings
from itbcalc.visits.refills import OfPatient, Refills, listed, of_patient

Going = Callable[[int, int], bool]  # told how many are done of how many; False stops
_PORTION = 100  # entries read at a time: nobody who writes waits longer
_NEVER_OF_A_PUMP = (EntryKind.OBSERVATION_RECORDED, EntryKind.SECOND_CHECK_ASKED)


class _Counted(Struct, frozen=True):
    """What was counted of a patient: it stays so from `since` until `until` (None: for ever), while no entry comes."""

    told: OfPatient
    since: datetime
    until: datetime | None

    def holds_at(self, moment: datetime) -> bool:
        """Whether it is the same at a moment."""
        return self.since <= moment and (self.until is None or moment < self.until)


class RefillList:
    """What one log tells of everybody's refills, entry after entry.

    Each entry is taken once, after it was verified; held are the bytes of those that say anything of a pump or a visit.
    """

    def __init__(self) -> None:
        self._chain: Chain | None = None
        self._written: dict[str, list[bytes]] = {}
        self._counted: dict[str, _Counted] = {}
        self._library: Library | None = None

    def take(self, entry: Entry) -> None:
        """The next entry, verified."""
        if entry.patient and entry.kind not in _NEVER_OF_A_PUMP:
            self._written.setdefault(entry.patient, []).append(entry.written)
            self._counted.pop(entry.patient, None)

    def follow(self, log: TitrationLog, going: Going) -> bool:
        """Verifies and takes what was written since; false where it was stopped: the next time goes on from there.

        A log in which the last entry taken is no longer the same is read from its beginning. Raises LogError.
        """
        chain, head = self._chain_in(log), log.head()
        while chain.head.count < head.count:
            if not going(chain.head.count, head.count):
                return False
            for content in _portion(log, chain.head.count + 1):
                self.take(chain.follow(content))
        return True

    @property
    def head(self) -> Head:
        """Where the log ends that was followed to its end."""
        assert self._chain is not None
        return self._chain.head

    def refills(self, moment: datetime, library: Library, going: Going) -> Refills | None:
        """The list as of `moment`; None where it was stopped."""
        if library is not self._library:
            self._library, self._counted = library, {}
        for number, patient in enumerate(self._written):
            if not going(number, len(self._written)):
                return None
            counted = self._counted.get(patient)
            if counted is None or not counted.holds_at(moment):
                self._counted[patient] = _count(self.of(patient), moment, library)
        return listed(
            each.told
            if each.told.due is None
            else replace(each.told, due=replace(each.told.due, moment=moment))
            for each in self._counted.values()
        )

    def of(self, patient: str) -> list[Standing]:
        """What the entries taken say of one patient; nothing of somebody who is not known."""
        return standings(map(entry_again, tuple(self._written.get(patient, ()))))

    def _chain_in(self, log: TitrationLog) -> Chain:
        chain = self._chain
        if chain is not None and chain.head.log_id == log.log_id:
            last = log.at(chain.head.count)
            if chain.head.count == 0 or (last is not None and last.hash == chain.head.hash):
                return chain
        self._chain, self._written, self._counted = Chain(log.log_id), {}, {}
        return self._chain


def _portion(log: TitrationLog, start: int) -> Iterable[bytes]:
    """The next entries; nothing is held of the log while they are looked at."""
    written = log.written(start=start)
    return list(itertools.islice(written, _PORTION))


def _count(found: Sequence[Standing], moment: datetime, library: Library) -> _Counted:
    until = min((each for each in _turns(found) if each > moment), default=None)
    return _Counted(of_patient(found, moment, library), moment, until)


def _turns(found: Iterable[Standing]) -> Iterator[datetime]:
    """When something is another, without a new entry: a step or an end takes effect, or the day of a visit is over."""
    for each in found:
        if each.entry.kind == EntryKind.VISIT_BOOKED:
            day = effective(each.entry)
            if day.date() < date.max:
                midnight = datetime.min.time()
                yield datetime.combine(day.date() + timedelta(days=1), midnight, tzinfo=day.tzinfo)
        elif each.is_step or each.of_kind == EntryKind.FOLLOWUP_ENDED:
            yield effective(each.entry)
