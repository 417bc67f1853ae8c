"""What has a place in an entry, and how it is written there."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from itbcalc.errors import LogDamagedError, LogUnavailableError
from itbcalc.log.canonical import LARGEST_ENTRY, canonical_bytes
from itbcalc.log.entries import PRACTICE, entry_in
from itbcalc.log.store import MemoryLog
from tests.itbcalc.log.logs import LOG_ID, draft


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog(LOG_ID)


def test_an_entry_is_a_million_bytes_at_most(log: MemoryLog) -> None:
    without = len(MemoryLog(LOG_ID).append(draft(1, body={"note": ""})).written)

    log.append(draft(1, body={"note": "x" * (1_000_000 - without)}))

    assert len(next(log.written())) == LARGEST_ENTRY == 1_000_000
    assert log.verify().whole
    with pytest.raises(LogUnavailableError) as refused:
        MemoryLog(LOG_ID).append(draft(1, body={"note": "x" * (1_000_001 - without)}))
    assert (refused.value.reason, refused.value.detail) == ("too_large", "1,000,001 bytes")


@pytest.mark.parametrize(
    "changes",
    [
        {"author": "a\x01"},
        {"body": {"notes": ["a", "b\x01"]}},
        {"body": {"note": {"deeper": "\x01"}}},
        {"body": {"note\x01": ""}},
        {"body": {"note": "\x01", "next": "é"}},
    ],
)
def test_no_control_character_is_hidden_anywhere_in_an_entry(changes: dict[str, Any], log: MemoryLog) -> None:
    with pytest.raises(LogUnavailableError) as refused:
        log.append(draft(1, **changes))

    assert (refused.value.reason, refused.value.detail) == ("control_character", "U+0001")


def test_what_only_looks_like_one_is_no_control_character(log: MemoryLog) -> None:
    log.append(draft(1, body={"note": 'C:\\new "é" …', "lines": ["\\n", "\u00a0"]}))

    assert next(log.entries()).body["note"] == 'C:\\new "é" …'


def test_the_clock_went_back_where_the_moment_lies_before_that_of_the_entry_before(log: MemoryLog) -> None:
    moment = draft(5).recorded_at
    for number, seconds in enumerate((0, 0, 1, 0), start=1):
        log.append(draft(number, recorded_at=moment + timedelta(seconds=seconds)))

    assert [entry.content["clock_went_back"] for entry in log.entries()] == [False, False, False, True]


@pytest.mark.parametrize(
    ("minutes", "offset", "utc"),
    [(90, "+01:30", "2026-03-01T06:30:00.000000Z"), (-300, "-05:00", "2026-03-01T13:00:00.000000Z")],
)
def test_a_moment_is_written_in_utc_with_its_offset_beside_it(
    minutes: int, offset: str, utc: str, log: MemoryLog
) -> None:
    here = datetime(2026, 3, 1, 8, 0, tzinfo=timezone(timedelta(minutes=minutes)))

    content = log.append(draft(1, recorded_at=here)).content

    assert (content["recorded_at"], content["offset"]) == (utc, offset)


def test_a_moment_without_its_offset_has_no_place(log: MemoryLog) -> None:
    with pytest.raises(TypeError):
        log.append(draft(1, recorded_at=datetime(2026, 3, 1, 8, 0)))  # noqa: DTZ001  # what is refused
    assert log.head().count == 0


@pytest.mark.parametrize("log_id", [LOG_ID, f"{PRACTICE}-1"])
def test_what_was_practised_and_what_was_done_never_stand_in_one_log(log_id: str) -> None:
    real, practised = draft(1), draft(2, body={PRACTICE: True})
    fits, does_not = (practised, real) if log_id.startswith(PRACTICE) else (real, practised)
    log = MemoryLog(log_id)

    assert log.append(fits).seq == 1
    with pytest.raises(LogUnavailableError) as refused:
        log.append(does_not)
    assert refused.value.reason == "practice"


@pytest.mark.parametrize(
    ("key", "value"), [("patient", 7), ("seq", True), ("seq", "1"), ("body", []), ("author", None)]
)
def test_what_lacks_something_that_every_entry_has_is_none(key: str, value: object, log: MemoryLog) -> None:
    content = {**log.append(draft(1)).content, key: value}

    with pytest.raises(LogDamagedError) as refused:
        entry_in(canonical_bytes(content), 4)

    assert (refused.value.first_bad_entry, refused.value.what) == (4, f"without {key}")
