"""What somebody did to a log afterwards: both verifiers find it, at the same entry, and say what cannot be known.

The number at which a change shows is worked by hand from docs/log-format.md: an entry that is no longer what its
number, log or id says shows itself; one whose content alone was changed shows at the next, which holds its hash.
"""

import hashlib
import json
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from itbcalc.log.anchors import Anchor, AnchorVerdict, anchor_verdict
from itbcalc.log.canonical import NO_HASH
from itbcalc.log.chain import verified
from itbcalc.log.entries import Head
from itbcalc.log.store import MemoryLog
from tests.itbcalc.log.logs import (
    LOG_ID,
    VERIFIER,
    contents,
    draft,
    entry_id,
    filled,
    number_in,
    ours_of_export,
    ours_of_file,
    sqlite_log,
    stand_alone,
    stand_alone_break,
    stand_alone_says,
    write_export,
)

COUNT = 120
POSITIONS = range(10, 110)  # 100 of them, none at an end
WHOLE = contents(COUNT)
OTHER_LOG = list(filled(MemoryLog("f" * 32), COUNT).written())
Contents = list[bytes]


def written(entry: dict[str, Any]) -> bytes:
    """The canonical bytes, made here: what a forger who read the format would do."""
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def edited(log: Contents, number: int, **changes: Any) -> Contents:
    """The log with entry `number` changed and nothing else."""
    entry = json.loads(log[number - 1])
    return [*log[: number - 1], written({**entry, **changes}), *log[number:]]


def chained(log: Contents, first: int) -> Contents:
    """The log with the chain made anew from entry `first` on, as somebody with the program could."""
    made = log[: first - 1]
    for number, content in enumerate(log[first - 1 :], start=first):
        before = hashlib.sha256(b"\x00" + made[-1]).hexdigest() if made else "0" * 64
        made.append(written({**json.loads(content), "seq": number, "prev_hash": before}))
    return made


def flipped(log: Contents, number: int) -> Contents:
    """The log with one bit of entry `number` flipped, another one at each number."""
    content = bytearray(log[number - 1])
    content[number * 7 % len(content)] ^= 1 << number % 8
    return [*log[: number - 1], bytes(content), *log[number:]]


def ours(log: Contents) -> int | None:
    damage = verified(log, LOG_ID).damage
    return None if damage is None else damage.first_bad_entry


def head_of(log: Contents) -> Head:
    last = json.loads(log[-1])
    return Head(LOG_ID, len(log), hashlib.sha256(b"\x00" + log[-1]).hexdigest(), last["recorded_at"])


def swapped(log: Contents, first: int, second: int) -> Contents:
    changed = list(log)
    changed[first - 1], changed[second - 1] = log[second - 1], log[first - 1]
    return changed


def without(log: Contents, number: int) -> Contents:
    return [*log[: number - 1], *log[number:]]


def forged_in(log: Contents, number: int) -> Contents:
    """A new entry in the place of `number`, linked rightly to the one before; the others stand after it."""
    entry = {**json.loads(log[number - 1]), "entry_id": entry_id(5000), "author": "forger"}
    return [*log[: number - 1], written(entry), *log[number - 1 :]]


def patients_swapped(log: Contents, number: int) -> Contents:
    """The patients of an entry and the next, who are two."""
    here, there = json.loads(log[number - 1])["patient"], json.loads(log[number])["patient"]
    return edited(edited(log, number, patient=there), number + 1, patient=here)


# What is done at entry k, and at which entry it shows.
ATTACKS: dict[str, tuple[Callable[[Contents, int], Contents], Callable[[int], int]]] = {
    "edit the dose": (lambda log, k: edited(log, k, body={"dose": "9 mcg/day"}), lambda k: k + 1),
    "edit the author": (lambda log, k: edited(log, k, author="B. Nurse"), lambda k: k + 1),
    "edit the time": (
        lambda log, k: edited(log, k, recorded_at="2026-11-25T12:00:00.000000Z"),
        lambda k: k + 1,
    ),
    "edit the id": (lambda log, k: edited(log, k, entry_id=entry_id(7000)), lambda k: k + 1),
    "add a key": (lambda log, k: edited(log, k, more="more"), lambda k: k + 1),
    "the id of an earlier entry": (lambda log, k: edited(log, k, entry_id=entry_id(k - 1)), lambda k: k),
    "swap two patients": (patients_swapped, lambda k: k + 1),
    "edit the link": (lambda log, k: edited(log, k, prev_hash="0" * 64), lambda k: k),
    "edit the number": (lambda log, k: edited(log, k, seq=k + 1), lambda k: k),
    "edit the number to a text": (lambda log, k: edited(log, k, seq=str(k)), lambda k: k),
    "edit the format": (lambda log, k: edited(log, k, format=2), lambda k: k),
    "edit the format to true": (lambda log, k: edited(log, k, format=True), lambda k: k),
    "edit the log": (lambda log, k: edited(log, k, log_id="f" * 32), lambda k: k),
    "take the body out": (lambda log, k: edited(log, k, body=None), lambda k: k),
    "delete": (without, lambda k: k),
    "delete, and number the rest anew": (
        lambda log, k: [
            written({**json.loads(each), "seq": number})
            for number, each in enumerate(without(log, k), start=1)
        ],
        lambda k: k,
    ),
    "insert": (forged_in, lambda k: k + 1),
    "insert an entry again": (lambda log, k: [*log[:k], log[k - 1], *log[k:]], lambda k: k + 1),
    "insert one of another log": (
        lambda log, k: [*log[: k - 1], OTHER_LOG[k - 1], *log[k - 1 :]],
        lambda k: k,
    ),
    "replace with one of another log": (
        lambda log, k: [*log[: k - 1], OTHER_LOG[k - 1], *log[k:]],
        lambda k: k,
    ),
    "swap with the next": (lambda log, k: swapped(log, k, k + 1), lambda k: k),
    "swap with the last": (lambda log, k: swapped(log, k, COUNT), lambda k: k),
    "move to the end": (lambda log, k: [*without(log, k), log[k - 1]], lambda k: k),
    "move to the beginning": (lambda log, k: [log[k - 1], *without(log, k)], lambda k: 1),
    "blank out": (lambda log, k: [*log[: k - 1], b"", *log[k:]], lambda k: k),
    "a blank in the text": (lambda log, k: [*log[: k - 1], log[k - 1] + b" ", *log[k:]], lambda k: k),
}


def test_the_log_itself_is_whole() -> None:
    assert ours(WHOLE) is None
    assert stand_alone_break(WHOLE) is None
    assert verified(WHOLE, LOG_ID).head == head_of(WHOLE)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_change_is_found_by_both_verifiers_at_the_same_entry(attack: str) -> None:
    change, shows_at = ATTACKS[attack]

    found = {}
    for position in POSITIONS:
        changed = change(WHOLE, position)
        found[position] = (ours(changed), stand_alone_break(changed))

    assert found == {position: (shows_at(position), shows_at(position)) for position in POSITIONS}


def test_a_flipped_bit_is_found_by_both_verifiers_at_the_same_entry() -> None:
    for position in POSITIONS:
        changed = flipped(WHOLE, position)

        assert ours(changed) in (position, position + 1)
        assert stand_alone_break(changed) == ours(changed)


# --- what cannot be known without an anchor


def verdicts(log: Contents, anchor: Anchor) -> tuple[AnchorVerdict, bool]:
    """Ours, and whether the stand-alone verifier agrees with the anchor."""
    head, count = head_of(log), anchor.head.count
    at = hashlib.sha256(b"\x00" + log[count - 1]).hexdigest() if 0 < count <= len(log) else NO_HASH
    hashes = [NO_HASH, *(hashlib.sha256(b"\x00" + content).hexdigest() for content in log)]
    try:
        stand_alone.check_anchor(anchor.line, LOG_ID, hashes)
    except stand_alone.BrokenError:
        return anchor_verdict(anchor, head, at), False
    return anchor_verdict(anchor, head, at), True


TAKEN = Anchor(head_of(WHOLE))


@pytest.mark.parametrize(
    ("attack", "verdict"),
    [
        pytest.param(lambda k: WHOLE[:k], AnchorVerdict.CUT_OFF, id="truncate"),
        pytest.param(
            lambda k: chained([*WHOLE[:k], *OTHER_LOG[k:]], 1)[:k],
            AnchorVerdict.CUT_OFF,
            id="an older copy put back",
        ),
        pytest.param(
            lambda k: chained([*WHOLE[: k - 1], *WHOLE[k:], WHOLE[k - 1]], k),
            AnchorVerdict.REWRITTEN,
            id="moved, and the chain made anew",
        ),
        pytest.param(
            lambda k: chained(edited(WHOLE, k, author="forger"), k),
            AnchorVerdict.REWRITTEN,
            id="edited, and the chain made anew",
        ),
        pytest.param(
            lambda k: chained(without(WHOLE, k), k),
            AnchorVerdict.CUT_OFF,
            id="deleted, and the chain made anew",
        ),
        pytest.param(
            lambda k: chained(forged_in(WHOLE, k), k),
            AnchorVerdict.REWRITTEN,
            id="inserted, and the chain made anew",
        ),
    ],
)
def test_what_cannot_be_known_without_an_anchor_is_found_with_one(
    attack: Callable[[int], Contents], verdict: AnchorVerdict
) -> None:
    for position in POSITIONS:
        changed = [
            written({**json.loads(each), "log_id": LOG_ID}) if b'"' + b"f" * 32 in each else each
            for each in attack(position)
        ]

        assert (ours(changed), stand_alone_break(changed)) == (None, None)  # each by itself is a whole log
        assert verdicts(changed, TAKEN) == (verdict, False)


def test_the_last_entry_edited_is_found_with_an_anchor_only() -> None:
    changed = edited(WHOLE, COUNT, author="forger")

    assert (ours(changed), stand_alone_break(changed)) == (None, None)
    assert verdicts(changed, TAKEN) == (AnchorVerdict.REWRITTEN, False)


def test_an_anchor_says_nothing_of_what_came_after_it() -> None:
    for position in POSITIONS:
        before = Anchor(head_of(WHOLE[: position - 1]))
        changed = chained(edited(WHOLE, position, author="forger"), position)

        assert verdicts(changed, before) == (AnchorVerdict.AGREES, True)


def test_a_log_that_went_on_agrees_with_its_anchors() -> None:
    for position in POSITIONS:
        assert verdicts(WHOLE, Anchor(head_of(WHOLE[:position]))) == (AnchorVerdict.AGREES, True)
    assert verdicts(WHOLE, Anchor(Head(LOG_ID, 0, NO_HASH))) == (AnchorVerdict.AGREES, True)


def test_an_anchor_of_another_log_is_said_to_be_one() -> None:
    assert verdicts(WHOLE, Anchor(replace(TAKEN.head, log_id="f" * 32))) == (AnchorVerdict.OTHER_LOG, False)


# --- in a file of SQLite, by whoever owns it


def without_triggers(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    return connection


FORGED = written({**json.loads(WHOLE[6]), "author": "forger"})
SQL_ATTACKS: dict[str, tuple[str, int]] = {
    "edit the bytes": (
        "UPDATE entry SET bytes = :forged WHERE seq = 7",
        7,
    ),  # the column beside it tells at once
    "edit the bytes and the hash": ("UPDATE entry SET bytes = :forged, hash = :hash WHERE seq = 7", 8),
    "edit the column of the patient": ("UPDATE entry SET patient = 'P-X' WHERE seq = 7", 7),
    "edit the column of the kind": ("UPDATE entry SET kind = 'entry_voided' WHERE seq = 7", 7),
    "edit the column of the id": ("UPDATE entry SET entry_id = 'other' WHERE seq = 7", 7),
    "edit the column of the time": ("UPDATE entry SET recorded_at = '2020' WHERE seq = 7", 7),
    "edit the column of the hash": ("UPDATE entry SET hash = :hash WHERE seq = 7", 7),
    "edit the hash of the last": ("UPDATE entry SET hash = :hash WHERE seq = 30", 30),
    "delete": ("DELETE FROM entry WHERE seq = 7", 7),
    "delete and number anew": (
        "DELETE FROM entry WHERE seq = 7; UPDATE entry SET seq = -seq WHERE seq > 7;"
        " UPDATE entry SET seq = -seq - 1 WHERE seq < 0",
        7,
    ),
    "swap": (
        "UPDATE entry SET seq = -1 WHERE seq = 7; UPDATE entry SET seq = 7 WHERE seq = 8;"
        " UPDATE entry SET seq = 8 WHERE seq = -1",
        7,
    ),
    "insert before the first": (
        "INSERT INTO entry SELECT 0, 'new', patient, kind, recorded_at, hash, bytes FROM entry WHERE seq = 7",
        1,
    ),
    "insert after the last": (
        "INSERT INTO entry SELECT 31, 'new', patient, kind, recorded_at, hash, bytes FROM entry WHERE seq = 7",
        31,
    ),
    "another id of the log": ("UPDATE log SET log_id = 'ffffffffffffffffffffffffffffffff'", 1),
    "text for bytes": (
        "CREATE TABLE other AS SELECT * FROM entry; DROP TABLE entry; ALTER TABLE other RENAME TO entry;"
        " UPDATE entry SET bytes = 'text' WHERE seq = 7",
        7,
    ),
    "no bytes": (
        "CREATE TABLE other AS SELECT * FROM entry; DROP TABLE entry; ALTER TABLE other RENAME TO entry;"
        " UPDATE entry SET bytes = NULL WHERE seq = 7",
        7,
    ),
    "a row twice": (
        "CREATE TABLE other AS SELECT * FROM entry; DROP TABLE entry; ALTER TABLE other RENAME TO entry;"
        " INSERT INTO entry SELECT * FROM entry WHERE seq = 7",
        8,
    ),
}


@pytest.mark.parametrize("attack", SQL_ATTACKS)
def test_a_change_in_the_file_is_found_by_both_programs(attack: str, path: Path, itbcalc: Any) -> None:
    statements, shows_at = SQL_ATTACKS[attack]
    sqlite_log(path, 30).close()
    with closing(without_triggers(path)) as connection:
        for statement in statements.split(";"):
            values = {"forged": FORGED, "hash": hashlib.sha256(b"\x00" + FORGED).hexdigest()}
            connection.execute(statement, values)

    ran = itbcalc(f"log verify --log {path}")
    status, words = stand_alone_says(path)

    assert (ran.status, status) == (1, 1)
    assert ran.out.startswith("NOT WHOLE: ")
    assert words.startswith("NOT WHOLE: ")
    assert int(ran.out.partition("from entry ")[2].partition(" ")[0]) == shows_at
    assert number_in(words) == shows_at


UNREADABLE = {
    "another application": "PRAGMA application_id = 1",
    "a newer format": "PRAGMA user_version = 2",
    "no format": "PRAGMA user_version = 0",
    "no table of entries": "DROP TABLE entry",
    "no id": "DELETE FROM log",
    "two ids": "INSERT INTO log VALUES (2, 'ffffffffffffffffffffffffffffffff')",
}


@pytest.mark.parametrize("attack", UNREADABLE)
def test_what_is_no_log_any_more_is_refused_by_both_programs(attack: str, path: Path, itbcalc: Any) -> None:
    sqlite_log(path, 5).close()
    with closing(without_triggers(path)) as connection:
        connection.execute(UNREADABLE[attack])

    ran = itbcalc(f"log verify --log {path}")
    status, words = stand_alone_says(path)

    assert (ran.status, status) == (2, 2)
    assert ran.out == ""
    assert words.startswith("cannot be read as a log: ")


def test_an_anchor_finds_a_file_cut_off_or_written_anew(path: Path, tmp_path: Path, itbcalc: Any) -> None:
    log = sqlite_log(path, 30)
    anchor = Anchor(log.head()).line
    log.close()
    anew = tmp_path / "anew"
    forged = sqlite_log(anew, 29)
    forged.append(draft(30, author="forger"))
    forged.close()
    with closing(without_triggers(path)) as connection:
        connection.execute("DELETE FROM entry WHERE seq > 20")

    for file, words in ((path, "Entries are missing at the end"), (anew, "was changed")):
        alone, with_anchor = (
            itbcalc(f"log verify --log {file}"),
            itbcalc(f"log verify --log {file}", "--anchor", anchor),
        )

        assert alone.status == stand_alone_says(file)[0] == 0
        assert "cannot be known" in alone.out
        assert "cannot be known" in stand_alone_says(file)[1]
        assert with_anchor.status == stand_alone_says(file, anchor)[0] == 1
        assert words in with_anchor.out
        assert "cannot be known" not in with_anchor.out


# --- bits flipped anywhere


def flips(whole: bytes, seed: int, count: int) -> list[bytes]:
    choose = random.Random(seed)  # noqa: S311  # the same flips at every run
    found = []
    for _ in range(count):
        content = bytearray(whole)
        content[choose.randrange(len(content))] ^= 1 << choose.randrange(8)
        found.append(bytes(content))
    return found


def check_flips_of_an_export(folder: Path, count: int) -> None:
    file = write_export(folder / "export", filled(MemoryLog(LOG_ID), 40))
    for changed in flips(file.read_bytes(), 1, count):
        file.write_bytes(changed)

        assert ours_of_export(file) != 0
        assert stand_alone_says(file)[0] == ours_of_export(file)


def check_flips_of_a_file(folder: Path, count: int) -> None:
    file = folder / "log"
    sqlite_log(file, 40).close()
    whole, missed = file.read_bytes(), 0
    for changed in flips(whole, 2, count):
        file.write_bytes(changed)
        statuses = ours_of_file(file), stand_alone_says(file)[0]

        if 0 in statuses:  # then it is the same log: the flip hit what holds no entry
            with closing(sqlite3.connect(file)) as connection:
                rows = [row[0] for row in connection.execute("SELECT bytes FROM entry ORDER BY seq")]
            assert rows == WHOLE[:40]
            missed += 1
        if 2 not in statuses:
            assert statuses[0] == statuses[1]
    assert missed < count // 2


def test_no_flipped_bit_of_an_export_passes(tmp_path: Path) -> None:
    check_flips_of_an_export(tmp_path, 150)


def test_no_flipped_bit_of_a_file_changes_an_entry_unseen(tmp_path: Path) -> None:
    check_flips_of_a_file(tmp_path, 150)


@pytest.mark.slow
def test_no_flipped_bit_passes_of_many(tmp_path: Path) -> None:
    check_flips_of_an_export(tmp_path, 1500)
    check_flips_of_a_file(tmp_path, 1500)


def test_an_export_cut_anywhere_is_refused_by_both(tmp_path: Path) -> None:
    file = write_export(tmp_path / "export", filled(MemoryLog(LOG_ID), 2))
    whole = file.read_bytes()
    for length in range(len(whole) - 1):  # the very last byte is a line end that may be missing
        file.write_bytes(whole[:length])

        assert ours_of_export(file) != 0
        assert stand_alone_says(file)[0] == ours_of_export(file)


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]", id="list"),
        pytest.param(b"1", id="number"),
        pytest.param(b'{"entries":0}', id="keys missing"),
        pytest.param(b'{"entries":"0","format":1,"head":"%s","log_id":"%s"}', id="count as text"),
        pytest.param(b'{"entries":false,"format":1,"head":"%s","log_id":"%s"}', id="count as false"),
        pytest.param(b'{"entries":0,"format":true,"head":"%s","log_id":"%s"}', id="format as true"),
        pytest.param(b'{"entries":0,"format":2,"head":"%s","log_id":"%s"}', id="newer format"),
        pytest.param(b'{"entries":0,"format":1,"head":"%s","log_id":"x%s"}', id="no log id"),
        pytest.param(b'\xef\xbb\xbf{"entries":0,"format":1,"head":"%s","log_id":"%s"}', id="byte order mark"),
    ],
)
def test_a_first_line_that_is_none_is_refused_by_both(first: bytes, tmp_path: Path) -> None:
    file = tmp_path / "export"
    file.write_bytes(first.replace(b"%s", b"0" * 64, 1).replace(b"%s", LOG_ID.encode()) + b"\n")

    assert ours_of_export(file) == 2
    assert stand_alone_says(file)[0] == 2


def test_a_table_whose_description_is_no_text_is_a_damaged_file(path: Path, itbcalc: Any) -> None:
    sqlite_log(path, 3).close()
    # In SQLite's words about it stands the broken text, which Python then cannot read.
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE entry (", b"CREATE TA\xcele entry ("))

    ran = itbcalc(f"log verify --log {path}")

    assert (ran.status, ran.out) == (2, "")
    assert "the file of the log is damaged" in ran.err
    assert stand_alone_says(path)[0] == 2


# --- the stand-alone verifier by itself


def test_the_stand_alone_verifier_needs_nothing_but_python(path: Path, tmp_path: Path) -> None:
    log = sqlite_log(path, 3)
    export = write_export(tmp_path / "export", log)
    anchor = Anchor(log.head()).line
    log.close()
    script = tmp_path / "verify_log.py"
    script.write_bytes(VERIFIER.read_bytes())

    for file in (path, export):
        command = [sys.executable, "-I", "-S", str(script), str(file), "--anchor", anchor]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == f"whole: 3 entries of log {LOG_ID}, head {head_of(WHOLE[:3]).hash}\n"


def test_the_stand_alone_verifier_is_short() -> None:
    assert len(VERIFIER.read_text(encoding="utf-8").splitlines()) < 200


@pytest.mark.parametrize(
    "anchor", ["", " ", "itbcalc-anchor 1", TAKEN.line[:-40], TAKEN.line.replace(" 120 ", " -1 ")]
)
def test_an_anchor_that_is_none_is_refused_by_both(anchor: str, path: Path, itbcalc: Any) -> None:
    sqlite_log(path, 3).close()

    ran = itbcalc(f"log verify --log {path}", "--anchor", anchor)

    assert ran.status == stand_alone_says(path, anchor)[0] == 2
    assert "whole" not in ran.out
