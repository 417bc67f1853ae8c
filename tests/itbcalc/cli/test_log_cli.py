"""The commands of the log as scripts see them: what is written, what is refused, exit status, documents, copies."""

import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from itbcalc import __version__
from itbcalc.log import sqlite_file, store
from itbcalc.log.store import SqliteLog, make_log
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.entry_words import entry_text
from itbcalc.visits.history import standings
from tests.itbcalc.cli.test_cli import Command, Ran
from tests.itbcalc.log.logs import LOG_ID, draft, entry_id, older_entry, sqlite_log, stand_alone_says
from tests.itbcalc.programs import example, library

NURSE = ("--author", "A. Nurse")
ROUTINE, BRIDGED, MISTYPED, DECREASE = "01", "02", "06", "10"
UNKNOWN_ID = "00000000-0000-4000-8000-00000000ffff"


@pytest.fixture
def log_file(data_folder: Path) -> Path:
    """The log of this workstation, where the commands keep it."""
    return data_folder / "titration.itblog"


def add(itbcalc: Command, name: str, *more: str) -> Ran:
    """Records an example; where it stands in the log already, again, and says why."""
    given = ("log add", str(example(name)), *NURSE, "--yes-an-example", *more)
    ran = itbcalc(*given)
    if "step_recorded_before" not in ran.err:
        return ran
    return itbcalc(*given, "--answer", "step_recorded_before", "once more, for the test")


def entries_of(path: Path) -> list[dict[str, Any]]:
    """What stands in the log, read without our program."""
    with closing(sqlite3.connect(path)) as connection:
        return [json.loads(row[0]) for row in connection.execute("SELECT bytes FROM entry ORDER BY seq")]


def changed_behind_our_back(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for trigger in ("entry_update", "entry_delete"):
            connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        connection.execute(statement)


# --- adding a step


def test_a_step_is_recorded_as_typed_with_results_and_findings(itbcalc: Command, log_file: Path) -> None:
    ran = add(itbcalc, ROUTINE, "--role", "nurse")

    assert (ran.status, ran.err) == (0, "")
    (entry,) = entries_of(log_file)
    assert ran.out.splitlines() == [
        f"Saved: entry 1, dose step, {entry['entry_id']}",
        "Not complete yet: read back that the pump runs (itbcalc log read-back).",
    ]
    assert (entry["kind"], entry["patient"], entry["author"], entry["role"]) == (
        "dose_step_recorded",
        "P-0101",
        "A. Nurse",
        "nurse",
    )
    assert entry["program"] == __version__
    assert entry["library"] == {"version": library().version, "digest": library().digest}
    assert entry["body"]["inputs"]["new"]["daily_dose"] == "368 mcg/day"  # as the file has it
    assert entry["body"]["results"]["new"]["daily_dose"]["exact"] == "368"
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", entry["entry_id"]
    )
    assert abs(datetime.fromisoformat(entry["recorded_at"]) - datetime.now(UTC)).total_seconds() < 60
    assert stand_alone_says(log_file)[0] == 0


def test_kinds_follow_what_was_changed(itbcalc: Command, log_file: Path) -> None:
    add(itbcalc, ROUTINE)
    add(itbcalc, ROUTINE, "--refilled")
    add(itbcalc, BRIDGED)
    add(itbcalc, BRIDGED, "--refilled")

    assert [entry["kind"] for entry in entries_of(log_file)] == [
        "dose_step_recorded",
        "reservoir_refilled",
        "concentration_changed",
        "concentration_changed",
    ]


def test_what_was_found_has_to_be_answered(itbcalc: Command, log_file: Path) -> None:
    ran = add(itbcalc, MISTYPED)

    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "answer: what was found has to be answered with a reason: readout_differs@readouts.flow_rate "
        "(The flow rate on the programmer differs); readout_differs@readouts.low_alarm_date "
        "(The low-reservoir alarm date on the programmer differs) (--answer CODE REASON)\n"
    )
    assert not log_file.exists()


def test_all_that_is_unanswered_is_named(itbcalc: Command, log_file: Path) -> None:
    ran = add(itbcalc, "14", "--answer", "readout_differs@readouts.flow_rate", "read again")

    assert ran.status == 2
    named = ran.err.partition("reason: ")[2].split("; ")
    assert sorted(each.partition(" (")[0] for each in named) == [
        "dose_multiplied",
        "flow_rate_beyond_any_pump",
        "readout_differs@readouts.daily_dose",
    ]
    assert not log_file.exists()


def test_a_bundled_example_is_recorded_only_where_it_is_said_to_be_meant(
    itbcalc: Command, log_file: Path, tmp_path: Path
) -> None:
    text = example(ROUTINE).read_text(encoding="utf-8")
    changed, own = tmp_path / "changed.toml", tmp_path / "own.toml"
    changed.write_text(text.replace("P-0101", "P-0777"), encoding="utf-8")
    assert '"2026-10-06T10:15-05:00"' in text
    own.write_text(text.replace("2026-10-06T10:15-05:00", "2026-10-07T10:15-05:00"), encoding="utf-8")

    for file in (example(ROUTINE), changed):
        ran = itbcalc("log add", str(file), *NURSE)
        assert ran.status == 2
        assert "bundled_example" in ran.err
        assert not log_file.exists()
    ran = itbcalc("log add", str(own), *NURSE)

    assert "bundled_example" not in ran.err


def test_an_answer_stands_beside_its_finding(itbcalc: Command, log_file: Path) -> None:
    flow, day = "typed from the old sheet; corrected on the pump", "follows from the flow"
    ran = add(
        itbcalc,
        MISTYPED,
        *("--answer", "readout_differs@readouts.flow_rate", flow),
        *("--answer", "readout_differs@readouts.low_alarm_date", day),
    )

    assert ran.status == 0
    (entry,) = entries_of(log_file)
    answered = {found["place"]: found["answer"] for found in entry["body"]["findings"] if found["answer"]}
    assert answered == {
        "readouts.flow_rate": flow,
        "readouts.low_alarm_date": day,
        "": "yes, an example",
    }
    (grave,) = {found["severity"] for found in entry["body"]["findings"] if found["code"] == "mismatch"}
    assert grave in ("stop", "warning")


def test_a_code_that_several_stops_share_answers_none_of_them(itbcalc: Command, log_file: Path) -> None:
    ran = add(itbcalc, MISTYPED, "--answer", "readout_differs", "read again")

    assert ran.status == 2
    assert "each needs its own reason" in ran.err
    assert "readout_differs@readouts.flow_rate, readout_differs@readouts.low_alarm_date" in ran.err
    assert not log_file.exists()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(
            ("no_such_code", "because"), "‘no_such_code’ was not found in this check", id="not found"
        ),
        pytest.param(
            ("readout_differs", " "), "a reason of up to 500 visible characters is needed", id="blank"
        ),
        pytest.param(
            ("readout_differs", "x" * 501),
            "a reason of up to 500 visible characters is needed",
            id="too long",
        ),
        pytest.param(
            ("readout_differs", "a\x1b[2Jb"),
            "a reason of up to 500 visible characters is needed",
            id="invisible",
        ),
    ],
)
def test_an_answer_that_is_none_is_refused(
    answer: tuple[str, str], words: str, itbcalc: Command, log_file: Path
) -> None:
    given = dict([("readout_differs@readouts.flow_rate", "read again"), answer])

    ran = add(itbcalc, MISTYPED, *(text for pair in given.items() for text in ("--answer", *pair)))

    assert (ran.status, ran.out) == (2, "")
    assert words in ran.err
    assert not log_file.exists()


WRITING = {
    "add": ("log add", str(example(ROUTINE))),
    "read-back": ("log read-back 1 --state running",),
    "void": ("log void 1 --reason wrong",),
}


@pytest.mark.parametrize(
    ("author", "words"),
    [
        pytest.param(None, "author: name of who records it is needed and not given", id="none"),
        pytest.param(
            "  ", "author: nothing is written here; write what is meant, or leave the option out", id="blank"
        ),
        pytest.param("--log", "author: name of who records it is needed and not given", id="the next option"),
        pytest.param("A\x1b[31m", "holds a character that cannot be seen", id="control character"),
        pytest.param("A\nB", "holds a character that cannot be seen", id="two lines"),
        pytest.param("A\u202eB", "holds a character that cannot be seen", id="right to left"),
        pytest.param("A\u200bB", "holds a character that cannot be seen", id="no width"),
        pytest.param("A\udcff", "holds a character that cannot be seen", id="half a character"),
        pytest.param("A" * 501, "is longer than 500 characters", id="too long"),
    ],
)
@pytest.mark.parametrize("command", WRITING)
def test_an_entry_has_an_author(
    command: str, author: str | None, words: str, itbcalc: Command, log_file: Path
) -> None:
    add(itbcalc, ROUTINE)

    ran = itbcalc(*WRITING[command], *(("--author", author) if author is not None else ()))

    assert (ran.status, ran.out) == (2, "")
    assert words in ran.err
    assert "\x1b" not in ran.err
    assert len(entries_of(log_file)) == 1


@pytest.mark.parametrize("option", ["--role", "--note"])
@pytest.mark.parametrize("text", ["a\x00b", "a\x1b[2J", "a\u202eb", "a\udcffb", "x" * 501])
def test_no_text_of_an_entry_holds_what_cannot_be_seen(
    option: str, text: str, itbcalc: Command, log_file: Path
) -> None:
    add(itbcalc, ROUTINE)

    ran = itbcalc("log read-back 1 --state running", *NURSE, option, text)

    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"{option.removeprefix('--')}: ")
    assert len(entries_of(log_file)) == 1


def test_a_program_that_is_refused_is_not_recorded(itbcalc: Command, log_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "program.toml"
    file.write_text(example(ROUTINE).read_text("utf-8").replace('"368 mcg/day"', '"368"'), "utf-8")

    for ran in (
        itbcalc("log add", str(file), *NURSE),
        itbcalc("log add", *NURSE),
        itbcalc("log add", str(tmp_path / "none.toml"), *NURSE),
    ):
        assert (ran.status, ran.out) == (2, "")
    assert not log_file.exists()


# --- nothing is said to be saved that is not


def test_nothing_is_saved_while_another_program_writes(
    itbcalc: Command, log_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(itbcalc, ROUTINE)
    monkeypatch.setattr(sqlite_file, "BUSY_MS", 50)
    with closing(sqlite3.connect(log_file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")

        ran = add(itbcalc, ROUTINE)

    assert (ran.status, ran.out) == (2, "")
    assert "nothing was written, try again" in ran.err
    assert len(entries_of(log_file)) == 1


def test_nothing_is_saved_that_is_not_read_back(
    itbcalc: Command, log_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "blob", lambda value: bytes(value)[:-1])  # one byte is lost on the way back

    ran = add(itbcalc, ROUTINE, "--json")

    assert ran.status == 2
    assert "Saved" not in ran.out + ran.err
    assert "do not rely on it" in ran.document["error"]["reason"]


def test_nothing_is_saved_to_a_full_disk(
    itbcalc: Command, log_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(itbcalc, ROUTINE)
    with closing(sqlite3.connect(log_file)) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    monkeypatch.setattr(store, "SETTINGS", (*store.SETTINGS, ("max_page_count", str(pages), pages)))

    answers = [
        text
        for name in ("flow_rate", "low_alarm_date")
        for text in ("--answer", f"readout_differs@readouts.{name}", "read again")
    ]
    ran = [add(itbcalc, MISTYPED, *answers) for _ in range(3)][-1]

    assert (ran.status, ran.out, ran.err) == (2, "", "the disk is full; nothing was written\n")
    assert stand_alone_says(log_file)[0] == 0


def test_a_log_of_a_newer_program_is_not_touched(itbcalc: Command, log_file: Path) -> None:
    add(itbcalc, ROUTINE)
    changed_behind_our_back(log_file, "PRAGMA user_version = 2")
    before = log_file.read_bytes()

    for ran in (add(itbcalc, ROUTINE), itbcalc("log verify")):
        assert (ran.status, ran.out) == (2, "")
        assert "newer itbcalc (format 2; this one knows 1): it is left as it is" in ran.err
    assert itbcalc("log list").status == 0  # what it holds can be read
    assert log_file.read_bytes() == before


# --- reading back, and voiding


@pytest.mark.parametrize(("state", "status"), [("running", 0), ("stopped", 1), ("not_read", 1)])
def test_a_step_is_read_back(state: str, status: int, itbcalc: Command, log_file: Path) -> None:
    add(itbcalc, ROUTINE)

    ran = itbcalc(f"log read-back 1 --state {state} --note 'seen at 14:05'", *NURSE)

    step, entry = entries_of(log_file)
    assert ran.status == status
    assert ran.out.startswith(f"Saved: entry 2, read-back, {entry['entry_id']}\n")
    assert ("The step is not complete: the pump was not seen running." in ran.out) is (status == 1)
    assert (entry["kind"], entry["patient"]) == ("read_back_recorded", "P-0101")
    assert entry["body"] == {"of": step["entry_id"], "state": state, "note": "seen at 14:05"}


def test_a_step_is_read_back_by_its_id(itbcalc: Command, log_file: Path) -> None:
    add(itbcalc, ROUTINE)
    (step,) = entries_of(log_file)

    assert itbcalc(f"log read-back {step['entry_id']} --state running", *NURSE).status == 0


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("log read-back 1", "state is needed and not given"),
        ("log read-back 1 --state on", "‘on’ is not accepted; write running, stopped, not_read"),
        ("log read-back --state running", "entry is needed and not given"),
        ("log read-back 2 --state running", "‘2’ is not a step"),
        ("log read-back 3 --state running", "‘3’ is not an entry of this log; give its number or its id"),
        ("log read-back 0 --state running", "‘0’ is not an entry of this log"),
        ("log read-back ٣ --state running", "‘٣’ is not an entry of this log"),
        (f"log read-back {UNKNOWN_ID} --state running", "is not an entry of this log"),
        (f"log read-back {'9' * 5000} --state running", "is not an entry of this log"),
        ("log void 1", "reason is needed and not given"),
        ("log void 3 --reason wrong", "‘3’ is not an entry of this log"),
        ("log void --reason wrong", "entry is needed and not given"),
        ("log show 3", "‘3’ is not an entry of this log"),
        ("log show", "entry is needed and not given"),
    ],
)
def test_what_is_no_entry_is_refused(line: str, words: str, itbcalc: Command, log_file: Path) -> None:
    add(itbcalc, ROUTINE)
    itbcalc("log read-back 1 --state running", *NURSE)

    ran = itbcalc(line, *(NURSE if "show" not in line else ()))

    assert (ran.status, ran.out) == (2, "")
    assert words in ran.err
    assert len(entries_of(log_file)) == 2


def test_an_entry_is_voided_once_and_stays(itbcalc: Command, log_file: Path) -> None:
    add(itbcalc, ROUTINE)

    first = itbcalc("log void 1 --reason 'wrong patient'", *NURSE)
    second = itbcalc("log void 1 --reason 'wrong patient'", *NURSE)

    step, void = entries_of(log_file)
    assert (first.status, second.status, second.out) == (0, 2, "")
    assert "‘1’ was voided already" in second.err
    assert void["body"] == {"of": step["entry_id"], "reason": "wrong patient"}
    listed = itbcalc("log list").out.splitlines()
    assert listed[0].endswith("368 mcg/day  VOIDED")
    assert "VOIDED" not in listed[1]
    assert [entry["voided"] for entry in itbcalc("log list --json").results["entries"]] == [True, False]


# --- listing and showing


def test_a_list_has_a_line_for_each_entry(itbcalc: Command) -> None:
    add(itbcalc, ROUTINE)
    add(itbcalc, DECREASE)
    itbcalc("log read-back 1 --state stopped", *NURSE)

    lines = itbcalc("log list").out.splitlines()

    assert [re.sub(r" *\d?\d [A-Z][a-z]{2} \d{4} \d\d:\d\d", "  WHEN", line) for line in lines] == [
        "     1  WHEN  P-0101  dose step  368 mcg/day  pump STOPPED",
        "     2  WHEN  P-0110  dose step  510 mcg/day  NOT READ BACK",
        "     3  WHEN  P-0101  read-back: STOPPED",
    ]
    assert len(itbcalc("log list --patient P-0101").out.splitlines()) == 2
    assert itbcalc("log list --patient nobody").out == "No entries.\n"


def test_documents_are_json_with_what_was_done(itbcalc: Command, log_file: Path) -> None:
    added = add(itbcalc, ROUTINE, "--json")
    listed = itbcalc("log list --json")
    shown = itbcalc("log show 1 --json")

    (entry,) = entries_of(log_file)
    assert {key: added.document[key] for key in ("itbcalc", "command", "working", "findings")} == {
        "itbcalc": __version__,
        "command": "log add",
        "working": [],
        "findings": [],
    }
    assert added.results == {
        "seq": 1,
        "entry_id": entry["entry_id"],
        "kind": "dose_step_recorded",
        "patient": "P-0101",
        "author": "A. Nurse",
        "recorded_at": entry["recorded_at"],
        "hash": shown.results["hash"],
    }
    assert listed.results["entries"] == [
        {**added.results, "signed": "typed", "voided": False, "amended": False}
    ]
    assert listed.results["head"]["count"] == 1
    assert listed.results["head"]["hash"] == added.results["hash"]
    assert shown.results["entry"] == entry


def test_an_entry_is_shown_whole_in_the_words_of_the_window(itbcalc: Command, log_file: Path) -> None:
    add(itbcalc, ROUTINE)
    itbcalc("log read-back 1 --state running", *NURSE)
    with closing(SqliteLog(log_file)) as log:
        first, _ = standings(log.entries())

    shown = itbcalc("log show 1").out

    assert shown == f"{entry_text(first)}\n"
    assert shown.startswith("Entry 1: dose step\nPatient P-0101\nWritten ")
    assert "Read back: running\n" in shown
    assert "  new daily dose: 368 mcg/day\n" in shown  # as the file has it
    assert "  new, flow rate: 0.184 mL/day  (exactly 23/125)\n" in shown  # 368 / 2000
    assert re.fullmatch(r"hash [0-9a-f]{64}", shown.splitlines()[-1])


def test_nothing_of_a_log_reaches_the_terminal_as_a_command(itbcalc: Command, path: Path) -> None:
    first = older_entry(
        author="A\x1b[2J\x9b2J", patient="P\u202e", body={"reason": "\x9b2J", "results": "none"}
    )
    make_log(path, LOG_ID, [first.written])
    log = SqliteLog(path)
    log.append(draft(2, body={"results": {"new": {"daily_dose": "300"}}}))
    log.close()

    for line in ("log list", "log show 1", "log show 2"):
        ran = itbcalc(line, "--log", str(path))
        assert ran.status == 0
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", ran.out)


def test_without_a_log_nothing_is_made(itbcalc: Command, log_file: Path) -> None:
    for line in (
        "list",
        "show 1",
        "verify",
        "anchor",
        "export x",
        "backup",
        "read-back 1 --state running",
        "void 1 --reason x",
    ):
        ran = itbcalc(f"log {line}", *(NURSE if "read-back" in line or "void" in line else ()))

        assert (ran.status, ran.out) == (2, "")
        assert ran.err == f"there is no log at {log_file}\n"
    assert not log_file.exists()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "nothing is written here; write what is meant, or leave the option out"),
        (" ", "nothing is written here; write what is meant, or leave the option out"),
        ("--", "log is needed and not given"),
    ],
)
def test_a_log_named_by_nothing_is_not_the_workstations(value: str, words: str, itbcalc: Command) -> None:
    add(itbcalc, ROUTINE)

    ran = itbcalc("log list", "--log", value)

    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"log: {words}")


def test_every_command_takes_another_log(itbcalc: Command, path: Path, log_file: Path) -> None:
    assert (
        itbcalc("log add", str(example(ROUTINE)), *NURSE, "--yes-an-example", "--log", str(path)).status == 0
    )

    assert len(entries_of(path)) == 1
    assert not log_file.exists()


# --- verifying and anchors


def test_a_whole_log_is_said_to_be_whole_and_what_cannot_be_known(itbcalc: Command) -> None:
    add(itbcalc, ROUTINE)

    ran, document = itbcalc("log verify"), itbcalc("log verify --json")

    assert ran.status == document.status == 0
    assert ran.out.startswith("whole: 1 entry, head ")
    assert "Without an anchor it cannot be known" in ran.out
    assert document.results["whole"] is True
    assert document.results["head"]["count"] == 1
    assert "anchor" not in document.results


def test_a_damaged_log_is_said_to_be_damaged(itbcalc: Command, log_file: Path) -> None:
    for _ in range(3):
        add(itbcalc, ROUTINE)
    changed_behind_our_back(log_file, "DELETE FROM entry WHERE seq = 2")

    ran, document = itbcalc("log verify"), itbcalc("log verify --json")

    assert ran.status == document.status == 1
    assert ran.out == "NOT WHOLE: the log is not whole from entry 2 on: not the number that follows\n"
    assert document.results["whole"] is False
    assert document.results["damage"] == "the log is not whole from entry 2 on: not the number that follows"
    assert document.results["head"]["count"] == 1


@pytest.mark.parametrize("line", ["log anchor", "log backup", "log export {out}", "log export {out} --csv"])
def test_a_damaged_log_is_not_passed_on(line: str, itbcalc: Command, log_file: Path, tmp_path: Path) -> None:
    for _ in range(3):
        add(itbcalc, ROUTINE)
    changed_behind_our_back(log_file, "UPDATE entry SET hash = 'ff' WHERE seq = 2")

    ran = itbcalc(line.format(out=tmp_path / "out"))

    assert (ran.status, ran.out) == (2, "")
    assert "the log is not whole from entry 2 on: its column hash is not what the entry holds" in ran.err
    assert not (tmp_path / "out").exists()


def test_an_anchor_is_taken_and_agrees_later(itbcalc: Command, log_file: Path) -> None:
    add(itbcalc, ROUTINE)
    anchor = itbcalc("log anchor").out.strip()
    assert itbcalc("log anchor --json").results == {"anchor": anchor}
    add(itbcalc, ROUTINE)

    ran = itbcalc("log verify", "--anchor", anchor)

    assert ran.status == 0
    assert ran.out.endswith("The anchor agrees: nothing before it was changed.\n")
    assert "cannot be known" not in ran.out
    assert itbcalc("log verify --json", "--anchor", anchor).results["anchor"] == "agrees"
    assert stand_alone_says(log_file, anchor)[0] == 0
    head = itbcalc("log list --json").results
    assert anchor.split()[2:5] == [head["head"]["log_id"], "1", head["entries"][0]["hash"]]


def test_an_anchor_tells_what_was_done(itbcalc: Command, log_file: Path, path: Path) -> None:
    for _ in range(2):
        add(itbcalc, ROUTINE)
    anchor = itbcalc("log anchor").out.strip()
    sqlite_log(path, 3).close()
    changed_behind_our_back(log_file, "DELETE FROM entry WHERE seq = 2")

    cut, other = (
        itbcalc("log verify", "--anchor", anchor),
        itbcalc(f"log verify --log {path}", "--anchor", anchor),
    )

    assert (cut.status, other.status) == (1, 1)
    assert cut.out.endswith("Entries are missing at the end: the anchor counts more than there are.\n")
    assert other.out.endswith("The anchor is of another log.\n")


NO_ANCHOR = "is not an anchor; write the whole line as it was printed"


@pytest.mark.parametrize(
    ("anchor", "words"),
    [
        ("", "nothing is written here; write what is meant, or leave the option out"),
        (" ", "nothing is written here; write what is meant, or leave the option out"),
        ("itbcalc-anchor 1 abc", NO_ANCHOR),
        ("x\x1b[2J", NO_ANCHOR),
    ],
)
def test_an_anchor_that_is_none_is_refused(anchor: str, words: str, itbcalc: Command) -> None:
    add(itbcalc, ROUTINE)

    ran = itbcalc("log verify", "--anchor", anchor)

    assert (ran.status, ran.out) == (2, "")
    assert words in ran.err
    assert "\x1b" not in ran.err


# --- copies


def test_an_export_can_be_read_in_elsewhere(itbcalc: Command, log_file: Path, tmp_path: Path) -> None:
    for name in (ROUTINE, BRIDGED):
        add(itbcalc, name)
    out, elsewhere = tmp_path / "log export.jsonl", tmp_path / "new" / "log"

    written = itbcalc("log export", str(out))
    read = itbcalc("log import", str(out), "--log", str(elsewhere), "--json")

    assert (written.status, written.out) == (0, f"2 entries written to {out}\n")
    assert read.status == 0
    *copied, recorded = entries_of(elsewhere)
    assert copied == entries_of(log_file)
    head = itbcalc("log list --json").results["head"]
    assert (recorded["kind"], recorded["author"]) == ("log_imported", "itbcalc")
    assert recorded["body"] == {"file": "log export.jsonl", "entries": 2, "head": head["hash"]}
    assert stand_alone_says(out)[0] == stand_alone_says(elsewhere)[0] == 0


def test_nothing_is_written_over(itbcalc: Command, log_file: Path, tmp_path: Path) -> None:
    add(itbcalc, ROUTINE)
    out = tmp_path / "out"
    out.write_text("somebody's")

    exported = itbcalc("log export", str(out))
    out.unlink()
    itbcalc("log export", str(out))
    before = log_file.read_bytes()
    imported = itbcalc("log import", str(out))

    assert (exported.status, exported.err) == (2, f"there is a file already at {out}: it was left as it is\n")
    assert imported.status == 2
    assert imported.err.startswith("log: there is a log already at ")
    assert imported.err.endswith(": nothing is read in over it\n")
    assert log_file.read_bytes() == before


def test_an_export_that_cannot_be_written_is_said(itbcalc: Command, tmp_path: Path) -> None:
    add(itbcalc, ROUTINE)

    ran = itbcalc("log export", str(tmp_path / "no folder" / "out"))

    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("the file was not written: ")


@pytest.mark.parametrize("change", ["Nurse", "dose_step", '"entries":2'])
def test_an_export_that_was_changed_is_not_read_in(
    change: str, itbcalc: Command, tmp_path: Path, path: Path
) -> None:
    for _ in range(2):
        add(itbcalc, ROUTINE)
    out = tmp_path / "out"
    itbcalc("log export", str(out))
    text = out.read_text("utf-8")
    assert change in text
    out.write_text(
        text.replace(change, change.replace("u", "o").replace("2", "1").replace("step", "stop"), 1), "utf-8"
    )

    ran = itbcalc("log import", str(out), "--log", str(path))

    assert (ran.status, ran.out) == (2, "")
    assert "the log is not whole from entry" in ran.err
    assert not path.exists()


def test_a_table_is_written_and_cannot_be_read_in(itbcalc: Command, tmp_path: Path, path: Path) -> None:
    add(itbcalc, ROUTINE)
    out = tmp_path / "out.csv"

    assert itbcalc("log export --csv", str(out)).status == 0
    read = itbcalc("log import", str(out), "--log", str(path))

    heading, row = out.read_text("utf-8").splitlines()
    assert heading.startswith("seq,recorded_at,")
    assert ",P-0101,dose_step_recorded,A. Nurse,,368,2000," in row
    assert (read.status, read.err) == (2, "file: the file is not an export of a titration log\n")
    assert not path.exists()


def test_a_backup_lies_beside_the_log_and_is_put_back(itbcalc: Command, log_file: Path) -> None:
    add(itbcalc, ROUTINE)

    made = itbcalc("log backup --json")
    add(itbcalc, ROUTINE)
    copy = Path(made.results["backup"])
    looked_at = itbcalc("log restore", str(copy))
    still = len(entries_of(log_file))
    put_back = itbcalc("log restore --yes --json", str(copy))

    assert (made.status, copy.parent, made.results["removed"]) == (0, log_file.parent / "backups", [])
    assert (looked_at.status, still) == (0, 3)
    assert looked_at.out.splitlines()[-2:] == [
        "The backup lacks the last 2 entries.",  # that it was made, and the step after it
        "Nothing was changed. Add --yes to put the backup back.",
    ]
    assert put_back.results["restored"] is True
    assert [entry["kind"] for entry in entries_of(log_file)] == ["dose_step_recorded", "log_restored"]
    told = entries_of(log_file)[1]["body"]
    with closing(sqlite3.connect(put_back.results["aside"])) as connection:
        ((was_head,),) = connection.execute("SELECT hash FROM entry WHERE seq = 3")
    assert (told["file"], told["entries"], told["was_entries"]) == (copy.name, 1, 3)
    assert told["was_head"] == was_head
    aside = entries_of(Path(put_back.results["aside"]))
    assert [entry["kind"] for entry in aside] == ["dose_step_recorded", "backup_made", "dose_step_recorded"]
    assert (aside[1]["author"], aside[1]["body"]["file"]) == ("itbcalc", copy.name)


def test_a_backup_goes_where_it_is_told(itbcalc: Command, tmp_path: Path) -> None:
    add(itbcalc, ROUTINE)

    ran = itbcalc("log backup", str(tmp_path / "stick"))

    (made,) = (tmp_path / "stick").iterdir()
    assert (ran.status, ran.out) == (0, f"copied and verified: {made}\n")


@pytest.mark.parametrize("fault", ["damaged", "cut off", "empty", "no log", "missing", "folder"])
def test_a_backup_takes_the_place_of_a_log_that_is_not_whole(
    fault: str, itbcalc: Command, log_file: Path
) -> None:
    for _ in range(3):
        add(itbcalc, ROUTINE)
    whole = entries_of(log_file)
    copy = itbcalc("log backup --json").results["backup"]
    if fault == "damaged":
        changed_behind_our_back(log_file, "DELETE FROM entry WHERE seq = 2")
    elif fault in ("missing", "folder"):
        log_file.unlink()
        if fault == "folder":
            log_file.mkdir()
    else:
        content = log_file.read_bytes()
        log_file.write_bytes({"cut off": content[:-4096], "empty": b"", "no log": b"x" * 9000}[fault])

    ran = itbcalc("log restore --yes", copy)

    assert ran.status == 0
    assert entries_of(log_file)[:-1] == whole
    assert entries_of(log_file)[-1]["kind"] == "log_restored"
    asides = list(log_file.parent.glob("*.aside-*"))
    assert len(asides) == (0 if fault == "missing" else 1)
    assert ("log in use: " in ran.out) is (fault != "missing")
    if asides:
        assert ran.out.endswith(f"Put back; what was there is kept as {asides[0].name}.\n")


def test_a_log_in_use_that_is_locked_or_newer_is_not_set_aside(
    itbcalc: Command, log_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(itbcalc, ROUTINE)
    copy = itbcalc("log backup --json").results["backup"]
    monkeypatch.setattr(sqlite_file, "BUSY_MS", 50)
    with closing(sqlite3.connect(log_file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        locked = itbcalc("log restore --yes", copy)
    changed_behind_our_back(log_file, "PRAGMA user_version = 2")
    newer = itbcalc("log restore --yes", copy)

    assert (locked.status, newer.status) == (2, 2)
    assert "being written by another window" in locked.err
    assert "newer itbcalc" in newer.err
    assert list(log_file.parent.glob("*.aside-*")) == []


def test_a_backup_of_another_log_is_said_to_be_one(itbcalc: Command, path: Path) -> None:
    add(itbcalc, ROUTINE)
    sqlite_log(path, 2).close()

    ran = itbcalc("log restore", str(path))

    assert ran.status == 0
    assert "They are different logs." in ran.out


@pytest.mark.parametrize("content", [None, b"", b"x" * 9000])
def test_what_is_no_backup_is_not_put_back(
    content: bytes | None, itbcalc: Command, log_file: Path, path: Path
) -> None:
    add(itbcalc, ROUTINE)
    before = log_file.read_bytes()
    if content is not None:
        path.write_bytes(content)

    ran = itbcalc("log restore --yes", str(path))

    assert (ran.status, ran.out) == (2, "")
    assert log_file.read_bytes() == before


def test_a_kind_of_a_newer_program_is_shown_by_its_name(itbcalc: Command, path: Path) -> None:
    log = sqlite_log(path)
    unknown: Any = "pump_replaced"
    log.append(draft(1, kind=unknown))
    log.append(draft(2, kind=EntryKind.OPERATOR_CHANGED, patient=""))
    log.close()

    listed = itbcalc("log list", "--log", str(path)).out.splitlines()

    assert listed[0].split("  ")[-1] == "pump replaced"
    assert listed[1].split("  ")[-1] == "operator"
    assert itbcalc("log verify", "--log", str(path)).status == 0
    assert itbcalc("log show", entry_id(1), "--log", str(path), "--json").results["entry"]["log_id"] == LOG_ID


def test_verifying_can_be_stopped_with_the_keyboard(
    itbcalc: Command, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_log(path, 3).close()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(SqliteLog, "verify", interrupted)
    ran = itbcalc("log verify --log", str(path))

    assert ran.status == 1
    assert ran.out == "Stopped: of what follows the last number above nothing is known.\n"
