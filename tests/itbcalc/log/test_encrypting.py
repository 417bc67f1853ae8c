"""A log that is encrypted: nothing of it can be read without the key, and with it all is as before."""

import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from itbcalc.errors import LogError, LogUnavailableError, RefusedError
from itbcalc.log import cipher
from itbcalc.log.encrypting import (
    change_passphrase,
    encrypt_log,
    is_locked,
    recovery_key_of,
    unlock,
    unlock_with_recovery_key,
)
from itbcalc.log.folders import key_path
from itbcalc.log.keeping import keep
from itbcalc.log.keys import new_key, recovery_key
from itbcalc.log.store import SqliteLog
from itbcalc.say import refusal_words
from itbcalc.visits.people import People, Role
from tests.itbcalc.cli.test_cli import Command
from tests.itbcalc.log.logs import draft, sqlite_log, stand_alone_says
from tests.itbcalc.programs import example

FIRST, SECOND = "correct horse battery", "a new one, longer"
NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_key_is_held() -> Iterator[None]:
    yield
    cipher.let_go()


@pytest.fixture
def encrypted(path: Path) -> str:
    """An encrypted log of three entries, locked again; its recovery key."""
    sqlite_log(path, 3).close()
    printed, _ = encrypt_log(path, FIRST, NOW)
    cipher.let_go()
    return printed


def count(path: Path) -> int:
    with closing(SqliteLog(path)) as log:
        assert log.verify().whole
        return log.head().count


def test_nothing_of_an_encrypted_log_can_be_read_off_the_disk(encrypted: str, path: Path) -> None:
    unlock(path, FIRST)
    with closing(SqliteLog(path)) as log:
        log.append(draft(4, author="Somebody Known"))
        kept = keep(log, path.parent / "backups", NOW, lambda *_: None)

    for file in (path, kept.path):
        content = file.read_bytes()
        assert not content.startswith(b"SQLite format 3")
        for text in (b"A. Nurse", b"Somebody Known", b"mcg/day", b"entry", b"P-1"):
            assert text not in content


def test_it_is_opened_with_its_passphrase_and_not_without(encrypted: str, path: Path) -> None:
    assert is_locked(path)
    with pytest.raises(LogUnavailableError) as refused:
        SqliteLog(path)
    assert "unlock it with its passphrase" in refusal_words(refused.value)
    with pytest.raises(RefusedError):
        unlock(path, SECOND)

    unlock(path, FIRST)

    assert not is_locked(path)
    assert count(path) == 3
    with closing(SqliteLog(path)) as log:
        assert log.append(draft(4)).seq == 4


def test_a_lost_passphrase_is_replaced_by_the_printed_key(encrypted: str, path: Path) -> None:
    unlock_with_recovery_key(path, encrypted, SECOND)
    assert count(path) == 3
    cipher.let_go()

    with pytest.raises(RefusedError):
        unlock(path, FIRST)
    unlock(path, SECOND)
    assert count(path) == 3


def test_the_key_of_another_log_is_refused_and_changes_nothing(encrypted: str, path: Path) -> None:
    before = key_path(path).read_bytes()

    with pytest.raises(RefusedError) as refused:
        unlock_with_recovery_key(path, recovery_key(new_key()), SECOND)

    assert "does not open this log" in refusal_words(refused.value)
    assert key_path(path).read_bytes() == before
    assert is_locked(path)


def test_a_passphrase_is_changed_with_the_old_one_only(encrypted: str, path: Path) -> None:
    with pytest.raises(RefusedError):
        change_passphrase(path, SECOND, "yet another one")
    change_passphrase(path, FIRST, SECOND)

    unlock(path, SECOND)
    assert count(path) == 3


def test_the_plain_log_is_set_aside_whole(path: Path) -> None:
    sqlite_log(path, 3).close()

    _, aside = encrypt_log(path, FIRST, NOW)

    assert stand_alone_says(aside)[0] == 0
    assert count(aside) == count(path) == 3  # both are read while the key is held
    with pytest.raises(RefusedError, match="encrypted_already"):
        encrypt_log(path, FIRST, NOW)


@pytest.mark.parametrize("passphrase", ["", "short", "x" * 300])
def test_an_unfit_passphrase_leaves_the_log_as_it_was(passphrase: str, path: Path) -> None:
    sqlite_log(path, 3).close()
    before = path.read_bytes()

    with pytest.raises(RefusedError):
        encrypt_log(path, passphrase, NOW)

    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir() if each.is_file()] == [path.name]
    assert count(path) == 3


def test_a_log_that_is_not_whole_is_not_encrypted(path: Path) -> None:
    path.write_bytes(b"x" * 9000)

    with pytest.raises(LogError):
        encrypt_log(path, FIRST, NOW)
    assert path.read_bytes() == b"x" * 9000


def entries_in(path: Path) -> list[bytes] | None:
    """What can be read; None where it is refused."""
    try:
        with closing(SqliteLog(path)) as log:
            return list(log.written()) if log.verify().whole else None
    except LogError:
        return None


def test_a_flipped_byte_is_found_or_touched_no_entry(encrypted: str, path: Path) -> None:
    unlock(path, FIRST)
    content, whole = path.read_bytes(), entries_in(path)
    found = []
    for position in range(20, len(content), len(content) // 40):
        path.write_bytes(content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :])
        found.append(entries_in(path))
    path.write_bytes(content)

    assert all(entries is None or entries == whole for entries in found)
    assert found.count(None) > 10  # pages of an index are not read while the chain is followed
    assert entries_in(path) == whole


def test_commands_take_the_passphrase_from_the_environment(
    itbcalc: Command, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    itbcalc("log add", str(example("01")), "--author", "A. Nurse", "--yes-an-example")
    monkeypatch.setenv("ITBCALC_LOG_NEW_PASSPHRASE", FIRST)
    made = itbcalc("log encrypt --json")
    assert made.status == 0
    cipher.let_go()

    refused = itbcalc("log list")
    assert (refused.status, "ITBCALC_LOG_PASSPHRASE may hold it" in refused.err) == (2, True)
    monkeypatch.setenv("ITBCALC_LOG_PASSPHRASE", "not the right one")
    assert "not the passphrase" in itbcalc("log list").err
    monkeypatch.setenv("ITBCALC_LOG_PASSPHRASE", FIRST)
    assert "368 mcg/day" in itbcalc("log list").out
    copied = itbcalc(f"log export {data_folder / 'out'}")
    assert (copied.status, "NOT ENCRYPTED" in copied.out) == (0, True)
    for number, words in enumerate(("log sheet 1 {}", "refills --csv {}", "refills --calendar {}")):
        assert "NOT ENCRYPTED" in itbcalc(words.format(data_folder / f"out{number}")).out, words
    assert itbcalc("log backup").status == 0
    cipher.let_go()

    monkeypatch.setenv("ITBCALC_LOG_NEW_PASSPHRASE", SECOND)
    changed = itbcalc("log passphrase --recovery-key", made.results["recovery_key"])
    assert (changed.status, "was changed" in changed.out) == (0, True)
    cipher.let_go()
    monkeypatch.setenv("ITBCALC_LOG_PASSPHRASE", SECOND)
    assert "whole: 2 entries" in itbcalc("log verify").out


def test_wrong_passphrases_are_counted_over_processes(encrypted: str, path: Path) -> None:
    """Twelve in a row, each in a process of its own, as somebody with a list of words would."""
    tried = "from pathlib import Path; from itbcalc.log.encrypting import unlock; unlock(Path({!r}), 'not the right one')"

    said = [
        subprocess.run(
            [sys.executable, "-c", tried.format(str(path))], stderr=subprocess.PIPE, text=True, check=False
        ).stderr.splitlines()[-1]
        for _ in range(7)
    ]

    assert ["passphrase_wrong" in line for line in said] == [True] * 5 + [False] * 2
    assert ["passphrase_wait" in line for line in said] == [False] * 5 + [True] * 2
    with pytest.raises(RefusedError, match="passphrase_wait"):
        unlock(path, FIRST)
    assert stat.S_IMODE(path.with_name(f"{path.name}.key.tries").stat().st_mode) == 0o600


def test_the_recovery_key_is_typed_back_before_anything_is_changed(path: Path) -> None:
    sqlite_log(path, 3).close()
    before, shown = path.read_bytes(), []

    def slip(printed: str) -> str:
        shown.append(printed)
        return printed[:-1] + ("A" if printed[-1] != "A" else "B")

    def off_the_paper(printed: str) -> str:
        assert path.read_bytes() == before
        return printed.lower()

    with pytest.raises(RefusedError):
        encrypt_log(path, FIRST, NOW, slip)
    assert path.read_bytes() == before
    assert not key_path(path).exists()
    assert count(path) == 3

    printed, _ = encrypt_log(path, FIRST, NOW, off_the_paper)

    assert printed != shown[0]
    assert count(path) == 3


def test_the_key_of_another_log_typed_back_encrypts_nothing(path: Path) -> None:
    sqlite_log(path, 3).close()

    with pytest.raises(RefusedError, match="recovery_key_mistyped"):
        encrypt_log(path, FIRST, NOW, lambda _: recovery_key(new_key()))

    assert not key_path(path).exists()


def test_the_recovery_key_is_shown_again_to_who_knows_the_passphrase(
    encrypted: str, path: Path, itbcalc: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ITBCALC_LOG_PASSPHRASE", SECOND)
    assert itbcalc(f"log passphrase --show-recovery-key --log {path}").status == 2
    monkeypatch.setenv("ITBCALC_LOG_PASSPHRASE", FIRST)

    assert itbcalc(f"log passphrase --show-recovery-key --log {path}", "--json").results == {
        "recovery_key": encrypted
    }


def test_what_is_begun_beside_an_unlocked_log_is_read_without_its_key(encrypted: str, path: Path) -> None:
    """Operators and wrong passphrases are asked for before the log is unlocked."""
    unlock(path, FIRST)
    people = People(path.with_name("people.sqlite"))
    added = people.add("A. Nurse", Role.NURSE, FIRST)
    recovery_key_of(path, FIRST)
    cipher.let_go()

    assert people.check(added.operator.id, FIRST).name == "A. Nurse"
    unlock(path, FIRST)


def test_a_key_file_is_its_owners_alone(encrypted: str, path: Path) -> None:
    assert stat.S_IMODE(key_path(path).stat().st_mode) == 0o600
    key_path(path).chmod(0o644)  # as an earlier program left it

    change_passphrase(path, FIRST, SECOND)

    assert stat.S_IMODE(key_path(path).stat().st_mode) == 0o600


def test_in_a_folder_of_a_group_its_files_are_the_groups_and_nobody_elses(path: Path) -> None:
    path.parent.chmod(0o2770)
    sqlite_log(path, 3).close()
    encrypt_log(path, FIRST, NOW)
    with closing(SqliteLog(path)) as log:
        kept = keep(log, path.parent / "backups", NOW, lambda *_: None)
    change_passphrase(path, FIRST, SECOND)
    people = People(path.with_name("people.sqlite"))
    people.add("A. Nurse", Role.NURSE, FIRST)

    tries = path.with_name(f"{path.name}.key.tries")
    assert {stat.S_IMODE(each.stat().st_mode) for each in (path, key_path(path), tries, people.path)} == {
        0o660
    }
    assert (
        stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    )  # the folder of backups was made with another umask
