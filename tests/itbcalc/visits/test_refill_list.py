"""The list as it is kept while the log grows: always what a fresh look at the log would say, and nothing is done twice."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itbcalc.errors import LogDamagedError
from itbcalc.log.entries import Head
from itbcalc.log.store import MemoryLog, TitrationLog
from itbcalc.quantities.instants import read_instant
from itbcalc.visits import refill_list
from itbcalc.visits.recording import visit_booked_draft
from itbcalc.visits.refill_list import RefillList
from itbcalc.visits.refills import Refills, refills
from tests.benchmarks.bench_refills import LIMIT, made_store, measured
from tests.itbcalc.every_kind import NURSE
from tests.itbcalc.log.logs import LOG_ID
from tests.itbcalc.programs import library, table_of
from tests.itbcalc.visits.histories import at, at_dose, record
from tests.itbcalc.visits.test_refills import ACTS, Act


def always(_done: int, _of: int) -> bool:
    return True


def looked_at(held: RefillList, log: TitrationLog, day: int = 0) -> Refills | None:
    held.follow(log, always)
    return held.refills(at() + timedelta(days=day), library(), always)


def of(patient: str) -> dict[str, object]:
    return table_of({**at_dose("400 mcg/day"), "patient.ref": patient})


def log_of(*patients: str) -> MemoryLog:
    log = MemoryLog(LOG_ID)
    for patient in patients:
        record(log, of(patient), refilled=True)
    return log


def _books(log: TitrationLog, patient: str, moment: object) -> None:
    visit = read_instant("2026-12-20T09:00+01:00")
    log.append(visit_booked_draft(patient, visit, NURSE, at()))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from((*ACTS, _books)),
            st.sampled_from("ABC"),
            st.integers(0, 60),
            st.none() | st.integers(-5, 90),
        ),
        max_size=6,
    )
)
def test_it_is_always_what_a_fresh_look_says(acts: list[tuple[Act, str, int, int | None]]) -> None:
    """Entries come and days pass, forward and back; it is looked at in between or not."""
    log, held = MemoryLog(LOG_ID), RefillList()
    for act, patient, days, look in (*acts, (lambda *_: None, "A", 0, 30), (lambda *_: None, "A", 0, 50)):
        act(log, patient, at() + timedelta(days=days))
        if look is not None:
            assert looked_at(held, log, look) == refills(log, at() + timedelta(days=look), library())


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many entries of a patient were counted anew, each time."""
    told: list[int] = []
    count = refill_list.standings

    def telling(entries: object) -> object:
        found = count(entries)  # type: ignore[arg-type]
        told.append(len(found))
        return found

    monkeypatch.setattr(refill_list, "standings", telling)
    return told


def test_only_who_has_a_new_entry_is_counted_again(counted: list[int]) -> None:
    log, held = log_of("A", "B"), RefillList()
    looked_at(held, log)
    assert counted == [1, 1]

    looked_at(held, log, day=40)
    assert counted == [1, 1]  # later no step begins: nothing is another but the days left
    record(log, of("A"), refilled=True)
    looked_at(held, log, day=40)
    assert counted == [1, 1, 2]


def test_what_was_verified_is_not_read_again() -> None:
    class Read(MemoryLog):
        begins: list[int]

        def written(self, *, start: int = 1) -> Iterator[bytes]:
            self.begins.append(start)
            return super().written(start=start)

    log = Read(LOG_ID)
    log.begins = []
    record(log, of("A"))
    held = RefillList()
    looked_at(held, log)
    looked_at(held, log)
    record(log, of("B"))
    looked_at(held, log)

    assert log.begins == [1, 2]


def test_a_later_entry_that_does_not_follow_is_never_taken() -> None:
    log, held = log_of("A"), RefillList()
    looked_at(held, log)
    other = log_of("A", "B")

    class Grown(MemoryLog):
        def head(self) -> Head:
            return other.head()

        def at(self, seq: int) -> object:
            return log.at(seq)

        def written(self, *, start: int = 1) -> Iterator[bytes]:
            (second,) = other.written(start=2)
            return iter([second.replace(b'"prev_hash":"', b'"prev_hash":"0')])

    with pytest.raises(LogDamagedError):
        held.follow(Grown(LOG_ID), always)
    found = held.refills(at(), library(), always)
    assert found is not None
    assert [each.patient for each in found.due] == ["A"]


def test_another_log_in_the_same_place_is_read_from_its_beginning() -> None:
    """A backup was put back: the last entry that was taken is no longer there, or is another one."""
    held = RefillList()
    looked_at(held, log_of("A", "B"))

    for put_back in (log_of("A"), log_of("A", "C")):
        found = looked_at(held, put_back)
        assert found == refills(put_back, at(), library())


def test_it_is_stopped_and_goes_on_from_there() -> None:
    log, held = log_of("A", "B", "C"), RefillList()
    asked: list[int] = []

    assert not held.follow(log, lambda *_: False)
    assert held.follow(log, always)
    assert held.refills(at(), library(), lambda done, of: not asked.append(done) and done < 2) is None  # type: ignore[func-returns-value]
    assert asked == [0, 1, 2]
    assert held.refills(at(), library(), always) == refills(log, at(), library())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("refills") / "titration.itblog"
    made_store(path, patients=8, entries=20)
    return path


def test_what_it_costs(store: Path) -> None:
    """Processor time, generous: 2 ms a patient and 60 µs an entry were measured; looked at again, next to nothing."""
    begun, again = measured(store)

    assert begun.ours < 8 * 0.04 + 160 * 0.001
    assert again.ours < begun.ours / 5


@pytest.mark.slow
def test_what_it_costs_of_three_hundred(tmp_path: Path) -> None:
    """20,100 entries: read and verified once; looked at again within so many times one grouped query."""
    path = tmp_path / "titration.itblog"
    made_store(path)
    begun, again = measured(path)

    assert begun.ours < 12
    assert again.ratio < LIMIT
