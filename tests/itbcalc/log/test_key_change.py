"""A log that gets a key, or another one when somebody leaves: killed anywhere it opens, with a key that was seen."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from itbcalc.errors import LogError, RefusedError
from itbcalc.log import cipher
from itbcalc.log.encrypting import (
    change_key,
    encrypt_log,
    is_encrypted,
    is_locked,
    unlock,
    unlock_with_recovery_key,
)
from itbcalc.log.folders import key_path, next_key_path
from itbcalc.log.keeping import keep
from itbcalc.log.keys import new_key, read_recovery_key, recovery_key
from itbcalc.log.store import SqliteLog
from tests.itbcalc.cli.test_cli import Command
from tests.itbcalc.log.logs import draft, entry_id, sqlite_log
from tests.itbcalc.log.sweeping import Ended, Sweep, expect_strace, injected

OLD, NEW, THIRD = "correct horse battery", "a new one, longer", "yet another passphrase"
NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_key_is_held() -> Iterator[None]:
    yield
    cipher.let_go()


def encrypted_at(path: Path, count: int = 3) -> str:
    """An encrypted log, locked again; its recovery key."""
    sqlite_log(path, count).close()
    printed, _ = encrypt_log(path, OLD, NOW)
    cipher.let_go()
    return printed


@pytest.fixture
def before(path: Path) -> str:
    """The recovery key of an encrypted log of three entries."""
    return encrypted_at(path)


def count(path: Path) -> int:
    with closing(SqliteLog(path)) as log:
        assert log.verify().whole
        return log.head().count


def test_the_older_key_and_passphrase_open_nothing_any_more(before: str, path: Path) -> None:
    printed, aside = change_key(path, OLD, NEW, NOW)
    cipher.let_go()

    assert printed != before
    with pytest.raises(RefusedError, match="passphrase_wrong"):
        unlock(path, OLD)
    with pytest.raises(RefusedError, match="recovery_key_of_another_log"):
        unlock_with_recovery_key(path, before, THIRD)
    assert not cipher.fits(path, read_recovery_key(before))
    unlock(path, NEW)
    assert count(path) == 3
    assert not next_key_path(path).exists()
    cipher.let_go()
    unlock_with_recovery_key(path, printed, THIRD)
    assert count(path) == 3
    cipher.let_go()
    assert cipher.fits(aside, read_recovery_key(before))  # what was there is opened by the older key alone


def test_the_new_passphrase_is_another_one(before: str, path: Path) -> None:
    for new, why in ((OLD, "passphrase_same"), ("short", "passphrase_short")):
        with pytest.raises(RefusedError, match=why):
            change_key(path, OLD, new, NOW)
    with pytest.raises(RefusedError, match="passphrase_wrong"):
        change_key(path, THIRD, NEW, NOW)

    unlock(path, OLD)
    assert count(path) == 3


def test_the_new_recovery_key_is_typed_back_before_anything_is_changed(before: str, path: Path) -> None:
    content = path.read_bytes(), key_path(path).read_bytes()

    with pytest.raises(RefusedError, match="recovery_key_mistyped"):
        change_key(path, OLD, NEW, NOW, lambda _: recovery_key(new_key()))
    assert (path.read_bytes(), key_path(path).read_bytes()) == content

    change_key(path, OLD, NEW, NOW, str.lower)
    assert path.read_bytes() != content[0]


def test_another_window_that_holds_the_older_key_is_locked_and_writes_nothing(
    before: str, path: Path
) -> None:
    unlock(path, OLD)
    with closing(SqliteLog(path)) as opened:
        subprocess.run([sys.executable, "-c", _CHANGE, str(path), OLD, NEW], check=True, capture_output=True)

        assert is_locked(path)
        with pytest.raises(LogError):
            opened.append(draft(4))
    cipher.let_go()
    unlock(path, NEW)
    assert count(path) == 3


_CHANGE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from itbcalc.log.encrypting import change_key
change_key(Path(sys.argv[1]), sys.argv[2], sys.argv[3], datetime.now(UTC))
"""
_WRITE = """
import sys, time
from pathlib import Path
from itbcalc.errors import LogError
from itbcalc.log.encrypting import unlock
from itbcalc.log.store import SqliteLog
from tests.itbcalc.log.logs import draft
path = Path(sys.argv[1])
if len(sys.argv) > 2:
    unlock(path, sys.argv[2])
log = SqliteLog(path)
print("ready", flush=True)
for number in range(100, 100_000):
    try:
        print(log.append(draft(number)).entry_id, flush=True)
        time.sleep(0.01)
    except LogError:
        break
"""


def acknowledged_while(path: Path, change: list[str], *passphrase: str) -> set[str]:
    """The entries that another process was told to be saved, until it could write no more."""
    with subprocess.Popen(
        [sys.executable, "-c", _WRITE, str(path), *passphrase], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        for _ in range(3):
            writer.stdout.readline()
        subprocess.run(change, check=True, capture_output=True)
        return set(writer.stdout.read().split())


def test_nothing_that_others_write_while_the_key_is_changed_is_lost(before: str, path: Path) -> None:
    told = acknowledged_while(path, [sys.executable, "-c", _CHANGE, str(path), OLD, NEW], OLD)

    unlock(path, NEW)
    with closing(SqliteLog(path)) as log:
        assert log.verify().whole
        assert told <= {entry.entry_id for entry in log.entries()}


def test_nothing_that_others_write_while_the_log_is_encrypted_is_lost(path: Path) -> None:
    sqlite_log(path, 3).close()
    encrypt = (
        "import sys; from datetime import UTC, datetime; from pathlib import Path;"
        "from itbcalc.log.encrypting import encrypt_log; encrypt_log(Path(sys.argv[1]), sys.argv[2], datetime.now(UTC))"
    )

    told = acknowledged_while(path, [sys.executable, "-c", encrypt, str(path), NEW])

    unlock(path, NEW)
    with closing(SqliteLog(path)) as log:
        assert told <= {entry.entry_id for entry in log.entries()}


@pytest.fixture
def older_backup(before: str, path: Path) -> Path:
    """A backup of the log of three entries, which has another key and a fourth entry since; everything is locked."""
    unlock(path, OLD)
    with closing(SqliteLog(path)) as log:
        kept = keep(log, path.parent / "backups", NOW, lambda *_: None)
    change_key(path, OLD, NEW, NOW)
    with closing(SqliteLog(path)) as log:
        log.append(draft(4))
    cipher.let_go()
    return kept.path


def test_a_backup_older_than_the_key_is_put_back_with_its_recovery_key_under_the_key_of_today(
    itbcalc: Command, monkeypatch: pytest.MonkeyPatch, before: str, path: Path, older_backup: Path
) -> None:
    monkeypatch.setenv("ITBCALC_LOG_PASSPHRASE", NEW)
    asked = f"log restore {older_backup} --log {path} --yes"

    refused = itbcalc(asked)
    wrong = itbcalc(f"{asked} --recovery-key {recovery_key(new_key())}")

    assert "an encrypted one whose key is not here" in refused.err
    assert "this recovery key does not open" in wrong.err
    assert count(path) == 4
    cipher.let_go()

    ran = itbcalc(f"{asked} --recovery-key {before}")

    assert (ran.status, ran.out.splitlines()[0][:17]) == (0, "backup: 3 entries")
    cipher.let_go()
    unlock(path, NEW)
    assert count(path) == 4  # three, and that it was put back
    cipher.let_go()
    cipher.hold(read_recovery_key(before))
    with pytest.raises(LogError):
        count(path)  # who left opens nothing that is written from now on


def test_where_the_log_is_gone_an_older_backup_gets_a_passphrase_by_its_recovery_key(
    itbcalc: Command, monkeypatch: pytest.MonkeyPatch, before: str, tmp_path: Path, older_backup: Path
) -> None:
    monkeypatch.setenv("ITBCALC_LOG_NEW_PASSPHRASE", THIRD)
    path = tmp_path / "elsewhere" / "titration.itblog"

    assert itbcalc(f"log restore {older_backup} --log {path} --yes --recovery-key {before}").status == 0
    cipher.let_go()
    assert itbcalc(f"log passphrase --log {path} --recovery-key {before}").status == 0

    cipher.let_go()
    unlock(path, THIRD)
    assert count(path) == 4


def test_by_command(
    itbcalc: Command, data_folder: Path, monkeypatch: pytest.MonkeyPatch, before: str, path: Path
) -> None:
    monkeypatch.setenv("ITBCALC_LOG_PASSPHRASE", OLD)
    monkeypatch.setenv("ITBCALC_LOG_NEW_PASSPHRASE", NEW)

    ran = itbcalc(f"log new-key --log {path}")

    assert ran.status == 0
    (shown,) = [line.split(": ")[1] for line in ran.err.splitlines() if line.startswith("Recovery key")]
    assert shown in ran.out  # it was shown before, and again
    assert "opened by the older key alone" in ran.out
    cipher.let_go()
    assert itbcalc(f"log list --log {path}").status == 2
    monkeypatch.setenv("ITBCALC_LOG_PASSPHRASE", NEW)
    assert itbcalc(f"log list --log {path}").status == 0
    plain = path.with_name("plain.itblog")
    sqlite_log(plain, 1).close()
    assert "is not encrypted" in itbcalc(f"log new-key --log {plain}").err


# --- a fault at each call to the system

# As `itbcalc log encrypt` and `new-key` do it, with a cheaper derivation of the key.
WORK = """
from datetime import UTC, datetime
from itbcalc.log import keys
from itbcalc.log.encrypting import change_key, encrypt_log
keys.MEMORY_KIB, keys.PASSES = 19_456, 1
AT = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
def shown(printed):
    print("Shown", printed, flush=True)
    return printed
def work(path):
    {call}
    print("Done", flush=True)
"""
CALLS = {
    "encrypt": f"encrypt_log(path, {NEW!r}, AT, shown)",
    "new-key": f"change_key(path, {OLD!r}, {NEW!r}, AT, shown)",
}


def opens(path: Path) -> bool:
    """Whether the log is there, whole, with its two entries, as it stands open now."""
    with closing(SqliteLog(path)) as log:
        return log.verify().whole and [each.entry_id for each in log.entries()] == [entry_id(1), entry_id(2)]


def check(what: str, ended: Ended, path: Path, older: str) -> None:
    """The log opens by a passphrase that somebody typed, by a recovery key that was shown, and what was said is true."""
    shown = [line.removeprefix("Shown ") for line in ended.all_said if line.startswith("Shown")]
    copy = shutil.copytree(path.parent, path.parent.with_name("copy")) / path.name
    if not is_locked(path):
        assert what == "encrypt"
        assert ended.said != "Done"
        assert opens(path)
        encrypt_log(path, THIRD, NOW)  # what somebody does who is told to try again
        assert opens(path)
        cipher.let_go()
        return
    opened = []
    for passphrase in (OLD, NEW):
        with suppress(RefusedError):
            unlock(path, passphrase)
            opened.append(passphrase)
        cipher.let_go()
    assert len(opened) == 1
    assert opened == [NEW] or ended.said != "Done"
    unlock(path, opened[0])
    assert opens(path)
    cipher.let_go()
    printed = shown[-1] if opened == [NEW] else older
    unlock_with_recovery_key(copy, printed, THIRD)
    assert opens(copy)
    cipher.let_go()
    unlock(copy, THIRD)
    change_key(copy, THIRD, "and again another one", NOW)
    assert opens(copy)
    cipher.let_go()


@pytest.mark.parametrize(
    ("what", "each"),
    [("encrypt", 25), ("new-key", 41), *(pytest.param(what, 1, marks=pytest.mark.slow) for what in CALLS)],
)
def test_no_fault_anywhere_leaves_a_log_that_does_not_open_with_what_was_seen(
    what: str, each: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expect_strace()
    monkeypatch.setattr("itbcalc.log.keys.MEMORY_KIB", 19_456)
    monkeypatch.setattr("itbcalc.log.keys.PASSES", 1)
    older: list[str] = []

    def begin(path: Path) -> None:
        if what == "new-key":
            older.append(encrypted_at(path, 2))
        else:
            sqlite_log(path, 2).close()

    sweep = Sweep(tmp_path, begin, WORK.format(call=CALLS[what]))
    try:
        points = sweep.points()
        assert len(points) > 40
        for point in points[::each]:
            for fault in ("killed", "EIO"):
                path, ended, seen = sweep.run(*injected(point, fault))
                assert "(INJECTED)" in seen or ended.signal == signal.SIGKILL
                check(what, ended, path, "".join(older))
    finally:
        sweep.close()
    assert not is_encrypted(tmp_path / "nothing here")
