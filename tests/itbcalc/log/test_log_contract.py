"""What every log does, wherever it is kept."""

import ast
import contextlib
import hashlib
import importlib
import inspect
import pkgutil
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import itbcalc.log
from itbcalc.errors import EntryAlreadyLoggedError, LogUnavailableError, RefusedError
from itbcalc.log import cipher, places
from itbcalc.log.canonical import NO_HASH
from itbcalc.log.store import MemoryLog, PatientSeen, SqliteLog, TitrationLog
from itbcalc.visits.entry_kinds import EntryKind
from tests.itbcalc.log.conftest import STORES
from tests.itbcalc.log.logs import BEGIN, LOG_ID, draft, entry_id, filled, stand_alone_break

DECOMPOSED, COMPOSED = "Zoe\u0308", "Zo\u00eb"


def test_an_empty_log_ends_at_nothing(log: TitrationLog) -> None:
    head = log.head()

    assert (head.log_id, head.count, head.hash, head.recorded_at) == (LOG_ID, 0, NO_HASH, "")
    assert list(log.written()) == list(log.entries()) == []
    assert log.verify().whole


def test_what_is_appended_is_read_back(log: TitrationLog) -> None:
    entry = log.append(draft(1, body={"note": "quiet night", "count": 3, "none": None, "yes": True}))

    (found,) = log.entries()
    assert found == entry
    assert found.body == {"note": "quiet night", "count": 3, "none": None, "yes": True}
    assert (found.seq, found.entry_id, found.kind) == (1, entry_id(1), "dose_step_recorded")
    assert found.content["recorded_at"] == "2026-11-25T12:01:00.000000Z"  # 14:01 at +02:00
    assert found.content["offset"] == "+02:00"
    assert found.content["prev_hash"] == "0" * 64
    assert found.hash == hashlib.sha256(b"\x00" + found.written).hexdigest()


def test_entries_are_numbered_and_chained_in_order(log: TitrationLog) -> None:
    filled(log, 7)

    entries = list(log.entries())
    assert [entry.seq for entry in entries] == [1, 2, 3, 4, 5, 6, 7]
    assert [entry.entry_id for entry in entries] == [entry_id(number) for number in range(1, 8)]
    hashes = [hashlib.sha256(b"\x00" + entry.written).hexdigest() for entry in entries]
    assert [entry.content["prev_hash"] for entry in entries] == ["0" * 64, *hashes[:-1]]
    assert [entry.written for entry in entries] == list(log.written())


def test_the_head_is_the_last_entry(log: TitrationLog) -> None:
    filled(log, 3)

    (*_, last) = log.entries()
    assert log.head() == replace(
        log.head(), count=3, hash=last.hash, recorded_at="2026-11-25T12:03:00.000000Z"
    )


def test_reading_can_begin_anywhere(log: TitrationLog) -> None:
    filled(log, 5)

    everything = list(log.written())
    assert list(log.written(start=4)) == everything[3:]
    assert list(log.written(start=6)) == []


def test_an_id_is_never_written_twice(log: TitrationLog) -> None:
    filled(log, 3)

    with pytest.raises(EntryAlreadyLoggedError) as refused:
        log.append(draft(2, author="somebody else"))

    assert refused.value.entry_id == entry_id(2)
    assert log.head().count == 3
    assert [entry.content["author"] for entry in log.entries()] == ["A. Nurse"] * 3


def test_a_guard_sees_the_log_as_it_is_and_lets_an_entry_through(log: TitrationLog) -> None:
    filled(log, 3)
    seen: list[list[int]] = []

    entry = log.append(draft(4), guard=lambda asked: seen.append([each.seq for each in asked.entries()]))

    assert seen == [[1, 2, 3]]
    assert entry.seq == 4


def test_what_a_guard_raises_leaves_the_log_as_it_is(log: TitrationLog) -> None:
    filled(log, 3)

    def refuse(asked: TitrationLog) -> None:
        raise RefusedError("entry", str(asked.head().count), "voided_already")

    with pytest.raises(RefusedError) as refused:
        log.append(draft(4), guard=refuse)

    assert refused.value.typed == "3"
    assert log.head().count == 3
    assert log.append(draft(4)).seq == 4
    assert log.verify().whole


def test_entries_of_one_patient_keep_their_order(log: TitrationLog) -> None:
    filled(log, 8)

    assert [entry.seq for entry in log.entries("P-2")] == [2, 5, 8]  # number % 3 == 2
    assert list(log.entries("P-9")) == []


def test_the_latest_entries_come_first(log: TitrationLog) -> None:
    filled(log, 8)

    def numbers(*arguments: Any, **named: Any) -> list[int]:
        return [entry.seq for entry in log.latest(*arguments, **named)]

    assert numbers(3) == [8, 7, 6]
    assert numbers(3, before=6) == [5, 4, 3]
    assert numbers(100) == [8, 7, 6, 5, 4, 3, 2, 1]
    assert numbers(2, "P-2") == [8, 5]  # number % 3 == 2
    assert numbers(2, "P-2", before=8) == [5, 2]
    assert numbers(5, before=1) == numbers(0) == numbers(5, "P-9") == []


def test_patients_are_listed_with_the_last_written_first(log: TitrationLog) -> None:
    filled(log, 8)
    log.append(draft(9, patient=""))  # what concerns no patient

    assert log.patients() == [
        PatientSeen("P-2", 3, 8, "2026-11-25T12:08:00.000000Z"),  # 2, 5, 8
        PatientSeen("P-1", 3, 7, "2026-11-25T12:07:00.000000Z"),  # 1, 4, 7
        PatientSeen("P-0", 2, 6, "2026-11-25T12:06:00.000000Z"),  # 3, 6
    ]
    assert [seen.patient for seen in log.patients(limit=2)] == ["P-2", "P-1"]


def test_patients_are_found_by_a_part_of_their_pseudonym(log: TitrationLog) -> None:
    for number, patient in enumerate(("Wren 7", "WREN 12", COMPOSED, "100% wren_", "Straße"), start=1):
        log.append(draft(number, patient=patient))

    def found(text: str) -> list[str]:
        return [seen.patient for seen in log.patients(text)]

    assert found("wren") == ["100% wren_", "WREN 12", "Wren 7"]
    assert found(DECOMPOSED) == found("ZO") == [COMPOSED]
    assert found("STRASSE") == ["Straße"]
    assert found("%") == found("_") == ["100% wren_"]
    assert found("x") == []


def test_an_empty_log_has_no_patients_and_can_be_written(log: TitrationLog) -> None:
    assert log.patients() == log.latest(5) == []
    assert not log.read_only


def test_an_entry_is_found_by_its_id_and_by_its_number(log: TitrationLog) -> None:
    filled(log, 4)

    third = list(log.entries())[2]
    assert log.find(entry_id(3)) == third
    assert log.at(3) == third
    assert log.find(entry_id(9)) is None
    assert [log.at(number) for number in (-1, 0, 5, 2**70)] == [None] * 4


def test_once_nothing_can_arrive_any_more_what_was_written_is_found_and_nothing_else(
    log: TitrationLog,
) -> None:
    filled(log, 2)

    assert log.settled(entry_id(2)) == log.find(entry_id(2))
    assert log.settled(entry_id(2)) is not None
    assert log.settled(entry_id(3)) is None


def test_a_new_log_can_be_written_and_is_of_no_newer_version(log: TitrationLog) -> None:
    assert (log.read_only, log.too_new, log.log_id) == (False, None, LOG_ID)


def kinds_of_log() -> Iterator[type]:
    """Every class of `itbcalc/log/` that can be written and followed."""
    for found in pkgutil.iter_modules(itbcalc.log.__path__, "itbcalc.log."):
        module = importlib.import_module(found.name)
        for kind in vars(module).values():
            is_log = isinstance(kind, type) and hasattr(kind, "append") and hasattr(kind, "verify")
            if is_log and kind.__module__ == found.name and not inspect.isabstract(kind):
                yield kind


KINDS_OF_LOG = {kind.__name__: kind for kind in kinds_of_log() if kind is not TitrationLog}


@pytest.mark.parametrize("kind", KINDS_OF_LOG)
def test_every_kind_of_log_is_tried_here(kind: str, tmp_path: Path) -> None:
    def is_made(make: Callable[[Path, Sequence[bytes]], TitrationLog], folder: Path) -> bool:
        with contextlib.closing(make(folder, [])) as made:
            return type(made) is KINDS_OF_LOG[kind]

    folders = {name: tmp_path / name for name in STORES}
    for folder in folders.values():
        folder.mkdir()

    tried = any(is_made(make, folders[name]) for name, make in STORES.items())
    cipher.let_go()

    assert tried, f"{kind} has no line in STORES of tests/itbcalc/log/conftest.py"


@pytest.mark.parametrize("kind", [kind for kind in KINDS_OF_LOG if kind != "MemoryLog"])
def test_a_path_leads_to_every_kind_of_log(kind: str) -> None:
    opening = ast.parse(inspect.getsource(places.open_log))
    called = {
        node.func.id
        for node in ast.walk(opening)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }

    assert kind in called, f"no path opens {kind}: open_log in itbcalc/log/places.py"


@pytest.mark.parametrize("asked", [name for name in vars(TitrationLog) if not name.startswith("_")])
def test_all_that_is_asked_of_a_log_is_asked_here(asked: str) -> None:
    used = {
        node.attr
        for node in ast.walk(ast.parse(Path(__file__).read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "log"
    }

    assert asked in used | {"close"}, (
        "a test of this file has to use it, so that every place of the log has to do it"
    )


@pytest.mark.parametrize(
    ("moments", "marks"),
    [
        pytest.param((10, 5, 6, 11), (False, True, False, False), id="set back by five minutes"),
        pytest.param((10, 10), (False, False), id="the same moment"),
    ],
)
def test_a_clock_set_back_is_marked_and_the_order_stays(
    log: TitrationLog, moments: tuple[int, ...], marks: tuple[bool, ...]
) -> None:
    for number, minutes in enumerate(moments, start=1):
        log.append(draft(number, recorded_at=BEGIN + timedelta(minutes=minutes)))

    entries = list(log.entries())
    assert tuple(entry.content["clock_went_back"] for entry in entries) == marks
    assert [entry.seq for entry in entries] == list(range(1, len(moments) + 1))
    assert log.verify().whole


def test_another_offset_is_no_clock_set_back(log: TitrationLog) -> None:
    log.append(
        draft(1, recorded_at=datetime(2026, 10, 25, 2, 59, tzinfo=timezone(timedelta(hours=2))))
    )  # 0:59 UTC
    log.append(
        draft(2, recorded_at=datetime(2026, 10, 25, 2, 1, tzinfo=timezone(timedelta(hours=1))))
    )  # 1:01 UTC
    log.append(draft(3, recorded_at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC)))

    entries = list(log.entries())
    assert [entry.content["clock_went_back"] for entry in entries] == [False, False, False]
    assert [entry.content["offset"] for entry in entries] == ["+02:00", "+01:00", "+00:00"]


def test_text_is_kept_in_normalization_form_c(log: TitrationLog) -> None:
    entry = log.append(draft(1, patient=DECOMPOSED, author=DECOMPOSED, body={"note": DECOMPOSED}))

    assert (entry.patient, entry.content["author"], entry.body["note"]) == (COMPOSED,) * 3
    assert [found.seq for found in log.entries(COMPOSED)] == [1]
    assert [found.seq for found in log.entries(DECOMPOSED)] == [1]
    assert log.verify().whole


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(0.5, id="float"),
        pytest.param(1.0, id="whole float"),
        pytest.param(float("nan"), id="nan"),
        pytest.param(2**53 + 1, id="larger than a number can be"),
        pytest.param(b"bytes", id="bytes"),
        pytest.param({1: "a"}, id="a key that is no text"),
        pytest.param({"é": "a"}, id="a key outside ASCII"),
        pytest.param("\ud800", id="half a character"),
        pytest.param({1, 2}, id="set"),
        pytest.param(BEGIN, id="moment"),
    ],
)
def test_what_has_no_place_in_an_entry_is_refused(log: TitrationLog, value: Any) -> None:
    log.append(draft(1))

    with pytest.raises(TypeError):
        log.append(draft(2, body={"results": [value]}))

    assert log.head().count == 1
    assert log.append(draft(2)).seq == 2


@pytest.mark.parametrize("character", ["\0", "\a", "\t", "\n", "\r", "\x1b", "\x7f", "\x9b"])
@pytest.mark.parametrize(
    "place",
    [
        pytest.param(lambda text: {"author": text}, id="beside the body"),
        pytest.param(lambda text: {"patient": text}, id="in a column"),
        pytest.param(lambda text: {"body": {"list": [{"note": text}]}}, id="deep in the body"),
    ],
)
def test_a_control_character_is_in_no_entry(log: TitrationLog, character: str, place: Any) -> None:
    log.append(draft(1))

    with pytest.raises(LogUnavailableError) as refused:
        log.append(draft(2, **place(f"quiet{character}night \u00e9 \\ n")))

    assert refused.value.reason == "control_character"
    assert log.head().count == 1
    assert log.append(draft(2, **place("a line \\n that is none, \u00e9"))).seq == 2


def test_a_moment_without_its_offset_is_refused(log: TitrationLog) -> None:
    with pytest.raises(TypeError):
        log.append(draft(1, recorded_at=datetime(2026, 11, 25, 14, 0)))  # noqa: DTZ001  # that is the point

    assert log.head().count == 0


def test_an_entry_larger_than_one_can_be_is_refused_before_it_is_written(log: TitrationLog) -> None:
    log.append(draft(1))

    with pytest.raises(LogUnavailableError) as refused:
        log.append(draft(2, body={"note": "x" * 1_000_000}))

    assert refused.value.reason == "too_large"
    assert log.head().count == 1
    assert log.verify().whole


def test_nested_as_deeply_as_an_entry_can_be(log: TitrationLog) -> None:
    def nested(depth: int) -> Any:
        return [] if depth == 0 else [nested(depth - 1)]

    log.append(
        draft(1, body={"list": nested(18)})
    )  # entry, body, then 19 lists: the innermost is 20 below the entry

    with pytest.raises(TypeError):
        log.append(draft(2, body={"list": nested(19)}))
    assert log.verify().whole
    assert stand_alone_break(log.written()) is None


def test_every_kind_can_be_written(log: TitrationLog) -> None:
    for number, kind in enumerate(EntryKind, start=1):
        log.append(draft(number, kind=kind))

    assert [entry.kind for entry in log.entries()] == [str(kind) for kind in EntryKind]
    assert log.verify().head.count == len(EntryKind)


def test_verifying_tells_how_far_it_is_and_can_be_stopped(long_log: TitrationLog) -> None:
    told: list[int] = []

    stopped = long_log.verify(lambda count: bool(told.append(count)))

    assert told == [500]
    assert stopped.stopped
    assert not stopped.whole
    assert stopped.damage is None
    assert stopped.head.count == 500
    assert long_log.verify(lambda _: True).whole


def test_the_same_entries_are_the_same_bytes_wherever_they_are_kept(tmp_path: Any) -> None:
    in_memory = filled(MemoryLog(LOG_ID), 5)
    in_a_file = SqliteLog(tmp_path / "log", create=True, log_id=LOG_ID)
    filled(in_a_file, 5)

    assert list(in_a_file.written()) == list(in_memory.written())
    assert in_a_file.head() == in_memory.head()


TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc")), max_size=20
)  # no half and no control characters
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc_19 ", max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(st.text("abc", max_size=3), JSON, max_size=4), patient=TEXT, author=TEXT)
def test_anything_an_entry_can_hold_survives_and_both_verifiers_agree(
    log: TitrationLog, body: dict[str, Any], patient: str, author: str
) -> None:
    number = log.head().count + 1

    log.append(draft(number, body=body, patient=patient, author=author))

    found = log.at(number)
    assert found is not None
    assert found.patient == unicodedata.normalize("NFC", patient)
    assert found.content["author"] == unicodedata.normalize("NFC", author)
    assert found.body == _composed(body)
    assert log.verify().whole
    assert stand_alone_break(log.written()) is None


def _composed(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [_composed(each) for each in value]
    if isinstance(value, dict):
        return {key: _composed(each) for key, each in value.items()}
    return value
