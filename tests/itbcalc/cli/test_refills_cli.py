"""The list of refills and the end of a follow-up on the command line."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from itbcalc.log.store import SqliteLog
from tests.itbcalc.cli.test_cli import Command
from tests.itbcalc.log.logs import LOG_ID
from tests.itbcalc.programs import table_of
from tests.itbcalc.visits.histories import at_dose, record

IN_DECEMBER = ("--at", "2026-12-01T12:00+01:00")


@pytest.fixture(autouse=True)
def two_patients(data_folder: Path) -> Path:
    """A log of this workstation with a step of each of two patients, both to be refilled by 22 December."""
    data_folder.mkdir()
    path = data_folder / "titration.itblog"
    log = SqliteLog(path, create=True, log_id=LOG_ID)
    for patient in ("A", "B"):
        record(log, table_of({**at_dose("400 mcg/day"), "patient.ref": patient}), refilled=True)
    return path


def test_the_document_lists_who_is_due_and_of_which_log(itbcalc: Command) -> None:
    ran = itbcalc("refills --json", *IN_DECEMBER)

    document = json.loads(ran.out)
    results = document["results"]
    assert (ran.status, document["command"], results["log"]["log_id"]) == (0, "refills", LOG_ID)
    assert results["log"]["entries"] == 2
    first = results["refills"][0]
    assert [each["patient"] for each in results["refills"]] == ["A", "B"]
    assert (first["latest_refill_date"]["date"], first["days_left"], first["overdue"]) == (
        "2026-12-22",
        21,
        False,
    )
    assert (first["latest_refill_limit"], first["read_back"], first["entry"]) == ("empty_worst", "", 1)
    assert first["daily_dose"]["exact"] == "400"


def test_the_words_say_whose_log_it_is(itbcalc: Command, two_patients: Path) -> None:
    lines = itbcalc("refills", *IN_DECEMBER).out.splitlines()

    assert lines[0] == f"Refills at 1 Dec 2026 12:00, by the log {two_patients}"
    assert lines[1].startswith("2 entries, the last written 10 Nov 2026")
    assert lines[2].startswith("A  21 days left  refill by 22 Dec 2026 (empty in the worst case)")


def test_who_is_no_longer_followed_is_said_apart(itbcalc: Command) -> None:
    line = "log end-followup A --reason died --at 2026-11-20T09:00+01:00 --author 'A. Nurse'"
    ended = itbcalc(line)

    assert ended.status == 0, ended.err
    results = json.loads(itbcalc("refills --json", *IN_DECEMBER).out)["results"]
    assert [each["patient"] for each in results["refills"]] == ["B"]
    assert [(each["patient"], each["reason"], each["entry"]) for each in results["ended"]] == [
        ("A", "died", 3)
    ]
    assert "A  follow-up ended: died  20 Nov 2026" in itbcalc("refills", *IN_DECEMBER).out.splitlines()


def test_a_visit_is_booked_by_the_clock_of_the_patient_and_cancelled(itbcalc: Command) -> None:
    who = "--author 'A. Nurse'"
    booked = itbcalc(f"log book A --at '5 Mar 2036 09:30' --zone Europe/Berlin {who}")
    assert booked.status == 0, booked.err
    assert "visit booked: 5 Mar 2036 09:30" in booked.out
    assert booked_of(itbcalc, "A") == "2036-03-05T09:30:00+01:00"

    cancelled = itbcalc(f"log cancel-visit A --reason 'on holiday' {who}")

    assert cancelled.status == 0, cancelled.err
    assert booked_of(itbcalc, "A") is None
    assert itbcalc(f"log cancel-visit A {who}").status == 2


def booked_of(itbcalc: Command, patient: str) -> str | None:
    listed = json.loads(itbcalc("refills --json", *IN_DECEMBER).out)["results"]["refills"]
    (booked,) = (each["booked"] for each in listed if each["patient"] == patient)
    return None if booked is None else str(booked["at"])


def test_filters_leave_somebody_out_and_say_so_and_the_table_is_written(
    itbcalc: Command, tmp_path: Path
) -> None:
    table = tmp_path / "due.csv"

    ran = itbcalc(f"refills --ref B --csv '{table}'", *IN_DECEMBER)

    assert "1 more who is due is left out of this list." in ran.out
    assert [line.partition(",")[0] for line in table.read_text(encoding="utf-8").splitlines()] == [
        "patient",
        "B",
    ]
    assert itbcalc("refills --due-within soon", *IN_DECEMBER).status == 2


def test_a_log_that_is_not_whole_writes_no_calendar(
    itbcalc: Command, two_patients: Path, tmp_path: Path
) -> None:
    """40 mL at 400 mcg/day is due on 22 Dec; with a dose changed behind the chain it would be another day."""
    target = tmp_path / "refills.ics"
    with closing(sqlite3.connect(two_patients)) as log, log:
        log.execute("DROP TRIGGER entry_update")
        log.execute(
            "UPDATE entry SET bytes = CAST(REPLACE(bytes, '400 mcg/day', '300 mcg/day') AS BLOB) WHERE seq = 1"
        )

    ran = itbcalc(f"refills --calendar '{target}'", *IN_DECEMBER)

    assert ran.status == 1
    assert ran.out.startswith("NOT WHOLE")
    assert "No calendar file was written" in ran.out
    assert not target.exists()


def test_days_overdue_are_numbers_to_a_spreadsheet(itbcalc: Command, tmp_path: Path) -> None:
    """22 Dec 2026 is 3 days before the 25th. With an apostrophe it would be text, sorted behind all others."""
    table = tmp_path / "due.csv"
    itbcalc(f"refills --csv '{table}'", "--at", "2026-12-25T12:00+01:00")

    lines = table.read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[:3] for line in lines[1:]] == [
        ["A", "2026-12-22", "-3"],
        ["B", "2026-12-22", "-3"],
    ]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("log book", "ref"),
        ("log book A --author N", "at"),
        ("log book A --at '5 Mar 2036 09:30' --author N", "at"),
        ("log book A --at '5 Mar 2036 09:30' --zone Nowhere --author N", "zone"),
        ("log book NOBODY --at 2036-03-05T09:30+01:00 --author N", "ref"),
        ("log cancel-visit A --author N", "entry"),
        ("refills --due-within soon", "due-within"),
        ("log end-followup", "patient"),
        ("log end-followup A --author N", "reason"),
        ("log end-followup A --reason tired --author N", "reason"),
        ("log end-followup NOBODY --reason died --author N", "patient"),
        ("log end-followup A --reason died", "author"),
        ("log end-followup A --reason died --at 2036-01-01T00:00Z --author N", "at"),
        ("refills --at tomorrow", "at"),
    ],
)
def test_what_cannot_be_recorded_is_refused(itbcalc: Command, line: str, field: str) -> None:
    ran = itbcalc(line, "--json")

    assert ran.status == 2
    assert json.loads(ran.out)["error"]["field"] == field


def test_without_a_log_nothing_is_listed(itbcalc: Command, tmp_path: Path) -> None:
    assert itbcalc(f"refills --log {tmp_path / 'none.itblog'}").status == 2


def test_the_calendar_is_written_once_and_never_over_another_file(itbcalc: Command, tmp_path: Path) -> None:
    target = tmp_path / "refills.ics"

    ran = itbcalc(f"refills --calendar {target}", *IN_DECEMBER)
    assert ran.out.splitlines()[-1] == f"written to {target}"
    assert target.read_bytes().count(b"BEGIN:VEVENT") == 2
    assert itbcalc(f"refills --calendar {target}", *IN_DECEMBER).status == 2


@pytest.mark.parametrize("line", ["refills", "log state A"])
def test_a_log_that_is_not_whole_says_so_first(itbcalc: Command, two_patients: Path, line: str) -> None:
    """A dose was changed behind our back."""
    with closing(sqlite3.connect(two_patients, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER entry_delete")
        connection.execute("DROP TRIGGER entry_update")
        connection.execute(
            "UPDATE entry SET bytes = CAST(REPLACE(CAST(bytes AS TEXT), '400 mcg/day', '390 mcg/day') AS BLOB) WHERE seq = 1"
        )

    ran = itbcalc(line, *IN_DECEMBER)
    assert ran.status == 1
    assert ran.out.startswith("NOT WHOLE: ")
    assert json.loads(itbcalc(f"{line} --json", *IN_DECEMBER).out)["results"]["whole"] is False


def test_a_journey_is_told_on_the_command_line(itbcalc: Command) -> None:
    ran = itbcalc(
        "refills travel A --leaves '1 Dec 2026 08:00' --returns '1 Dec 2036 08:00' --zone Europe/Berlin --json"
    )

    results = json.loads(ran.out)["results"]
    assert (ran.status, results["patient"], results["due_while_away"]) == (1, "A", True)
    for line in (
        "refills travel",
        "refills journey",
        "refills travel NOBODY --leaves 2026-12-01T08:00+01:00 --returns 2026-12-02T08:00+01:00",
    ):
        assert itbcalc(line).status == 2
