"""The key of an encrypted log: wrapped by a passphrase, written for paper, and refused in words where it is wrong."""

import errno
import json
import re
import stat
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itbcalc.errors import ItbcalcError, LogUnavailableError, RefusedError
from itbcalc.log import keys
from itbcalc.log.keys import (
    new_key,
    read_key_file,
    read_recovery_key,
    recovery_key,
    rewrap_key_file,
    write_key_file,
)
from itbcalc.say import refusal_words

PASSPHRASE = "correct horse battery"  # noqa: S105  # of this test


def words_of(error: ItbcalcError) -> str:
    return refusal_words(error)


def test_a_key_is_256_bits_and_never_the_same() -> None:
    made = {new_key() for _ in range(50)}

    assert len(made) == 50
    assert {len(key) for key in made} == {32}


def test_a_key_comes_back_with_its_passphrase_only(tmp_path: Path) -> None:
    path, key = tmp_path / "log.key", new_key()
    write_key_file(path, key, PASSPHRASE)

    assert read_key_file(path, PASSPHRASE) == key
    for wrong in ("", "Correct horse battery", PASSPHRASE + " ", PASSPHRASE[:-1], "x" * 5000, "\ud800" * 12):
        with pytest.raises(RefusedError) as refused:
            read_key_file(path, wrong)
        assert "not the passphrase" in words_of(refused.value)


def test_a_passphrase_is_the_same_however_its_letters_are_composed(tmp_path: Path) -> None:
    path, key = tmp_path / "log.key", new_key()
    write_key_file(path, key, "fu\u0308nf Ko\u0308che kochen")

    assert read_key_file(path, "f\u00fcnf K\u00f6che kochen") == key


def test_the_file_holds_neither_key_nor_passphrase_and_is_derived_slowly(tmp_path: Path) -> None:
    path, key = tmp_path / "log.key", new_key()
    write_key_file(path, key, PASSPHRASE)

    text = path.read_text(encoding="ascii")
    assert key.hex() not in text
    assert PASSPHRASE not in text
    table = json.loads(text)
    # OWASP, password storage: Argon2id with at least 19 MiB and 2 passes
    assert table["memory_kib"] >= 19 * 1024
    assert table["passes"] >= 2


def test_a_short_passphrase_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as refused:
        write_key_file(tmp_path / "log.key", new_key(), "1234")

    assert "at least 12 characters" in words_of(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path, key = tmp_path / "log.key", new_key()
    write_key_file(path, key, PASSPHRASE)

    with pytest.raises(LogUnavailableError, match="exists"):
        write_key_file(path, new_key(), PASSPHRASE)
    assert read_key_file(path, PASSPHRASE) == key


@pytest.mark.parametrize("name", ["salt", "nonce", "wrapped"])
def test_a_changed_key_file_gives_no_key(name: str, tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    write_key_file(path, new_key(), PASSPHRASE)
    table = json.loads(path.read_bytes())
    first = table[name][0]
    path.write_text(json.dumps({**table, name: ("0" if first != "0" else "1") + table[name][1:]}))

    with pytest.raises(RefusedError) as refused:
        read_key_file(path, PASSPHRASE)
    assert "not the passphrase" in words_of(refused.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"not json",
        b"\xff\xfe",
        b"{" * 5000,
        b'{"format": 2, "salt": "00", "nonce": "00", "wrapped": "00", "memory_kib": 65536, "passes": 3, "lanes": 1}',
        b'{"format": 1, "salt": "00", "nonce": "00", "wrapped": "00", "memory_kib": 8, "passes": 1, "lanes": 1}',
        b'{"format": 1, "salt": "00", "nonce": "00", "wrapped": "00", "memory_kib": 99999999, "passes": 1, "lanes": 1}',
        b'{"format": 1, "salt": 7, "nonce": "00", "wrapped": "00", "memory_kib": 65536, "passes": 3, "lanes": 1}',
    ],
)
def test_what_is_no_key_file_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    path.write_bytes(content)

    with pytest.raises(LogUnavailableError) as refused:
        read_key_file(path, PASSPHRASE)
    assert words_of(refused.value).startswith("the key file of the log cannot be used")


def test_a_missing_key_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(LogUnavailableError) as refused:
        read_key_file(tmp_path / "none", PASSPHRASE)
    assert "cannot be used" in words_of(refused.value)
    assert refused.value.detail == "No such file or directory"


@pytest.fixture
def cheap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key file of the least cost that is read."""
    monkeypatch.setattr(keys, "MEMORY_KIB", 19_456)
    monkeypatch.setattr(keys, "PASSES", 1)
    path = tmp_path / "log.key"
    write_key_file(path, bytes(range(32)), PASSPHRASE)
    return path


def test_a_key_file_of_the_least_cost_is_read(cheap: Path) -> None:
    assert read_key_file(cheap, PASSPHRASE) == bytes(range(32))


def test_the_longest_passphrase_is_taken_whole_however_it_is_composed(cheap: Path) -> None:
    longest = "f\u00fcnf K\u00f6che" * 20  # 200 characters, 240 where the letters are taken apart
    rewrap_key_file(cheap, bytes(range(32)), longest)

    assert read_key_file(cheap, unicodedata.normalize("NFD", longest)) == bytes(range(32))
    for wrong in (longest + "x", longest[:-1], longest[:-1] + "x"):
        with pytest.raises(RefusedError):
            read_key_file(cheap, wrong)


def test_a_key_file_has_a_salt_of_16_bytes_and_a_nonce_of_12(cheap: Path) -> None:
    table = json.loads(cheap.read_bytes())

    assert {name: len(bytes.fromhex(table[name])) for name in ("salt", "nonce")} == {"salt": 16, "nonce": 12}


@pytest.mark.parametrize(("folder", "file"), [(0o755, 0o600), (0o700, 0o600), (0o2770, 0o660)])
def test_a_key_file_is_its_owners_or_its_groups_and_stays_so(
    folder: int, file: int, cheap: Path, tmp_path: Path
) -> None:
    tmp_path.chmod(folder)
    write_key_file(tmp_path / "new", bytes(32), PASSPHRASE)
    cheap.chmod(0o644)  # as an earlier program left it
    rewrap_key_file(cheap, bytes(32), "a new one, longer")
    rewrap_key_file(tmp_path / "lost", bytes(32), PASSPHRASE)

    made = (tmp_path / "new", cheap, tmp_path / "lost")
    assert {stat.S_IMODE(each.stat().st_mode) for each in made} == {file}
    assert read_key_file(cheap, "a new one, longer") == bytes(32)


def test_a_full_disk_is_said_and_leaves_the_key_file(cheap: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "a name")

    monkeypatch.setattr(keys, "replace_file", full)
    with pytest.raises(LogUnavailableError) as refused:
        rewrap_key_file(cheap, bytes(32), "a new one, longer")

    assert (refused.value.reason, refused.value.detail) == ("not_written", "No space left on device")
    assert read_key_file(cheap, PASSPHRASE) == bytes(range(32))


@pytest.mark.parametrize(("name", "value"), [("memory_kib", 2**21), ("passes", 64)])
def test_a_key_file_of_the_highest_cost_is_tried(
    name: str, value: int, cheap: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would take minutes: a derivation that takes none gives no key, and that is said of the passphrase."""
    cheap.write_text(json.dumps({**json.loads(cheap.read_bytes()), name: value}), encoding="ascii")
    monkeypatch.setattr("argon2.low_level.hash_secret_raw", lambda *_: bytes(32))

    with pytest.raises(RefusedError) as refused:
        read_key_file(cheap, PASSPHRASE)
    assert "not the passphrase" in words_of(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("memory_kib", 19_455),
        ("memory_kib", 2**21 + 1),
        ("passes", 0),
        ("passes", 65),
        ("lanes", 2),
        ("format", 2),
    ],
)
def test_a_key_file_of_less_cost_or_of_one_without_end_is_none(cheap: Path, name: str, value: int) -> None:
    cheap.write_text(json.dumps({**json.loads(cheap.read_bytes()), name: value}), encoding="ascii")

    with pytest.raises(LogUnavailableError) as refused:
        read_key_file(cheap, PASSPHRASE)
    assert "another format" in words_of(refused.value)


# --- the recovery key

KEYS = st.binary(min_size=32, max_size=32)


@given(KEYS)
def test_a_printed_recovery_key_reads_as_the_key(key: bytes) -> None:
    printed = recovery_key(key)

    assert re.fullmatch("[A-Z2-7]{4}(-[A-Z2-7]{4}){13}", printed)
    assert read_recovery_key(printed) == key
    assert read_recovery_key(f"  {printed.lower().replace('-', ' ')}\n") == key


@given(KEYS, st.data())
def test_a_slip_of_the_pen_is_found(key: bytes, data: st.DataObject) -> None:
    printed = recovery_key(key)
    at = data.draw(st.sampled_from([n for n, letter in enumerate(printed) if letter != "-"]))
    other = data.draw(st.sampled_from(sorted(set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") - {printed[at]})))

    with pytest.raises(RefusedError) as refused:
        read_recovery_key(printed[:at] + other + printed[at + 1 :])
    assert "slip" in words_of(refused.value)


@pytest.mark.parametrize("text", ["", "AAAA", "0" * 56, "A" * 55, "A" * 57, "Ａ" * 56, "AAAA-" * 14])
def test_what_is_no_recovery_key_is_refused_and_never_shown_back(text: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_recovery_key(text)

    assert refused.value.typed == ""
    assert "recovery key" in words_of(refused.value)


def test_keys_are_derived_as_slowly_as_passphrases_are_kept() -> None:
    assert (keys.MEMORY_KIB, keys.PASSES) >= (32 * 1024, 2)
