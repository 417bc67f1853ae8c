"""A key that was being changed when the program was killed: two key files lie beside the log, and the log tells which is its own."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from itbcalc.errors import LogUnavailableError, RefusedError
from itbcalc.log import cipher, encrypting, keys, sqlite_file
from itbcalc.log.encrypting import (
    change_key,
    encrypt_log,
    read_older,
    recovery_key_of,
    unlock,
    unlock_with_recovery_key,
)
from itbcalc.log.folders import key_path, next_key_path
from itbcalc.log.keys import read_key_file, recovery_key, write_key_file
from itbcalc.log.store import SqliteLog, make_log
from tests.itbcalc.log.logs import LOG_ID, contents

pytest.importorskip("sqlcipher3")

KEY, NEXT, OTHER = bytes(range(32)), bytes(range(1, 33)), bytes(range(2, 34))
FIRST, SECOND = "correct horse battery", "a new one, longer"
NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def keys_cost_little_and_none_is_held(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(keys, "MEMORY_KIB", 19_456)
    monkeypatch.setattr(keys, "PASSES", 1)
    yield
    cipher.let_go()


def lies(path: Path, under: bytes, first: str = FIRST, second: str | None = SECOND) -> None:
    """A log under one of the two keys; the key file of one is opened by `first`, that of the next by `second`."""
    cipher.hold(under)
    make_log(path, LOG_ID, contents(1))
    cipher.let_go()
    write_key_file(key_path(path), KEY, first)
    if second is not None:
        write_key_file(next_key_path(path), NEXT, second)


def opens(path: Path) -> bool:
    with closing(SqliteLog(path)) as log:
        return log.head().count == 1


@pytest.mark.parametrize("second", [SECOND, FIRST])
def test_before_the_log_was_replaced_the_older_passphrase_opens_it(second: str, path: Path) -> None:
    lies(path, KEY, FIRST, second)

    assert recovery_key_of(path, FIRST) == recovery_key(KEY)
    unlock(path, FIRST)

    assert opens(path)
    assert next_key_path(path).exists()  # nobody knows yet whether it will be needed


def test_before_the_log_was_replaced_the_new_passphrase_is_said_to_be_that_of_another_key(path: Path) -> None:
    lies(path, KEY)

    with pytest.raises(RefusedError) as refused:
        unlock(path, SECOND)

    assert refused.value.rule == "passphrase_of_other_key"
    assert not cipher.holds_a_key()


@pytest.mark.parametrize("first", [FIRST, SECOND])
def test_after_the_log_was_replaced_the_new_passphrase_opens_it_and_ends_the_change(
    first: str, path: Path
) -> None:
    lies(path, NEXT, first)

    unlock(path, SECOND)

    assert opens(path)
    assert not next_key_path(path).exists()
    assert read_key_file(key_path(path), SECOND) == NEXT


def test_after_the_log_was_replaced_the_older_passphrase_is_said_to_be_that_of_another_key(
    path: Path,
) -> None:
    lies(path, NEXT)

    with pytest.raises(RefusedError) as refused:
        unlock(path, FIRST)

    assert refused.value.rule == "passphrase_of_other_key"
    assert next_key_path(path).exists()


def test_the_recovery_key_ends_the_change_too(path: Path) -> None:
    lies(path, NEXT)

    unlock_with_recovery_key(path, recovery_key(NEXT), "yet another one")

    assert not next_key_path(path).exists()
    assert read_key_file(key_path(path), "yet another one") == NEXT
    assert opens(path)


@pytest.mark.parametrize("second", [None, FIRST])
def test_where_the_log_is_gone_the_passphrase_gives_the_key_of_the_log_all_the_same(
    second: str | None, path: Path
) -> None:
    lies(path, KEY, FIRST, second)
    path.unlink()

    assert recovery_key_of(path, FIRST) == recovery_key(KEY)


def test_a_log_without_any_key_file_has_none_to_be_unlocked_by(path: Path) -> None:
    with pytest.raises(LogUnavailableError) as refused:
        unlock(path, FIRST)

    assert refused.value.reason == "key_file"


def test_a_wrong_passphrase_is_said_to_be_wrong(path: Path) -> None:
    lies(path, KEY, FIRST, None)

    with pytest.raises(RefusedError) as refused:
        unlock(path, SECOND)

    assert refused.value.rule == "passphrase_wrong"


def test_that_the_key_file_cannot_be_read_is_nobodys_try(path: Path) -> None:
    key_path(path).write_bytes(b"no key file")

    for _ in range(8):  # the sixth wrong passphrase in a row would have to wait
        with pytest.raises(LogUnavailableError):
            unlock(path, FIRST)


def test_a_recovery_key_that_opens_nothing_is_not_held(path: Path) -> None:
    lies(path, KEY, FIRST, None)

    with pytest.raises(RefusedError) as refused:
        unlock_with_recovery_key(path, recovery_key(OTHER), SECOND)

    assert refused.value.rule == "recovery_key_of_another_log"
    assert not cipher.holds_a_key()
    assert read_key_file(key_path(path), FIRST) == KEY


def test_an_older_backup_is_read_with_its_own_key_only(path: Path) -> None:
    lies(path, KEY, FIRST, None)

    with pytest.raises(RefusedError) as refused:
        read_older(path, recovery_key(OTHER))
    assert refused.value.rule == "recovery_key_of_another_log"
    assert not cipher.holds_a_key()

    read_older(path, recovery_key(KEY))
    assert opens(path)


def test_the_key_of_a_backup_that_is_not_there_yet_is_held(path: Path) -> None:
    read_older(path, recovery_key(KEY))

    assert cipher.holds_a_key()


# --- what goes wrong while it is changed


def full(*_: object) -> Path:
    raise LogUnavailableError("full", "the disk")


def test_where_the_log_could_not_be_replaced_nothing_is_left_of_the_new_key(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_log(path, LOG_ID, contents(1))
    monkeypatch.setattr(encrypting, "restore", full)

    with pytest.raises(LogUnavailableError, match="full"):
        encrypt_log(path, FIRST, NOW)

    assert not cipher.holds_a_key()
    assert [each.name for each in path.parent.iterdir() if each.is_file()] == [path.name]


def test_where_only_that_could_not_be_made_to_last_the_new_key_stays(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_log(path, LOG_ID, contents(1))
    restore = encrypting.restore

    def restored(backup: Path, to: Path, at: datetime) -> Path:
        restore(backup, to, at)
        return full()

    monkeypatch.setattr(encrypting, "restore", restored)
    with pytest.raises(LogUnavailableError, match="full"):
        encrypt_log(path, FIRST, NOW, key=KEY)
    cipher.let_go()

    unlock(path, FIRST)
    assert opens(path)


@pytest.mark.parametrize("passphrase", ["short", "x" * 300])
def test_an_unfit_passphrase_leaves_no_key_behind(passphrase: str, path: Path) -> None:
    make_log(path, LOG_ID, contents(1))

    with pytest.raises(RefusedError):
        encrypt_log(path, passphrase, NOW)

    assert not cipher.holds_a_key()
    assert not next_key_path(path).exists()


def test_while_somebody_writes_nothing_is_changed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_log(path, LOG_ID, contents(1))
    monkeypatch.setattr(sqlite_file, "BUSY_MS", 20)
    cipher.hold(OTHER)  # so that both are opened by one library
    with closing(cipher.opened(path, mode="rw", timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LogUnavailableError) as refused:
            encrypt_log(path, FIRST, NOW)

    assert refused.value.reason == "locked"
    assert not next_key_path(path).exists()


def test_the_same_passphrase_is_no_new_one(path: Path) -> None:
    lies(path, KEY, FIRST, None)

    with pytest.raises(RefusedError) as refused:
        change_key(path, FIRST, FIRST, NOW)

    assert refused.value.rule == "passphrase_same"
