"""The wait after wrong passphrases: how long, for whom, and what ends it. Five are free, then 5 s, 10 s, 20 s, up to 5 min."""

import errno
import os
from pathlib import Path

import pytest

from itbcalc.errors import LogUnavailableError, RefusedError
from itbcalc.log.tries import Patience


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    return tmp_path / "log.key"


def seconds_to_wait(patience: Patience, who: str = "levi") -> str:
    """The seconds that are said where nothing may be tried yet; empty where it may be."""
    try:
        patience.attempt(who)
    except RefusedError as refused:
        return refused.values["seconds"]
    return ""


def test_five_are_free_and_each_further_one_doubles_the_wait_up_to_five_minutes(
    beside: Path, clock: Clock
) -> None:
    patience = Patience(beside, clock)

    assert [seconds_to_wait(patience) for _ in range(5)] == [""] * 5
    for wait in (5, 10, 20, 40, 80, 160, 300, 300, 300):
        assert seconds_to_wait(patience) == str(wait + 1)
        clock.now += wait - 0.5
        assert seconds_to_wait(patience) == "1"
        clock.now += 0.5
        assert seconds_to_wait(patience) == ""


def test_the_right_passphrase_ends_the_row(beside: Path, clock: Clock) -> None:
    patience = Patience(beside, clock)
    for _ in range(4):
        patience.attempt("levi")

    patience.succeeded("levi")

    assert [seconds_to_wait(patience) for _ in range(6)] == ["", "", "", "", "", "6"]


def test_another_process_counts_on_and_another_person_is_not_kept_waiting(beside: Path, clock: Clock) -> None:
    for _ in range(5):
        Patience(beside, clock).attempt("levi")

    assert seconds_to_wait(Patience(beside, clock)) == "6"
    assert seconds_to_wait(Patience(beside, clock), "maier") == ""


def test_a_clock_that_was_set_back_makes_nobody_wait_longer_than_five_minutes(
    beside: Path, clock: Clock
) -> None:
    patience = Patience(beside, clock)
    for _ in range(5):
        patience.attempt("levi")

    clock.now -= 86_400

    assert seconds_to_wait(patience) == "301"


def test_the_file_lies_beside_what_the_passphrase_opens_and_is_its_owners_alone(
    beside: Path, clock: Clock
) -> None:
    Patience(beside, clock).attempt("levi")

    assert (beside.parent / "log.key.tries").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("number", "reason"), [(errno.EACCES, ""), (errno.EROFS, ""), (errno.ENOSPC, "full")]
)
def test_where_nothing_may_be_written_nobody_is_kept_out_and_a_full_disk_is_said(
    number: int, reason: str, beside: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr("itbcalc.log.tries.for_nobody_else", refuse)
    said = ""
    try:
        Patience(beside, clock).attempt("levi")
    except LogUnavailableError as error:
        said = error.reason

    assert said == reason
