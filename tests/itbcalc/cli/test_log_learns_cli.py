"""What the log does not let pass unasked: a vanished log, a name for a pseudonym, a step twice, and what is not whole."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from itbcalc.look_alikes import shape_of_name, shape_of_pseudonym
from itbcalc.visits.authors import same_name
from itbcalc.visits.begun import BEGUN_FILE
from tests.itbcalc.cli.test_cli import Command
from tests.itbcalc.cli.test_log_cli import NURSE, ROUTINE, add, changed_behind_our_back
from tests.itbcalc.programs import example

SEEN = "--score pain_nrs 3 --author 'A. Nurse'"
CYRILLIC_P, CYRILLIC_O = "\N{CYRILLIC CAPITAL LETTER ER}", "\N{CYRILLIC CAPITAL LETTER O}"


@pytest.fixture
def log_file(data_folder: Path) -> Path:
    return data_folder / "titration.itblog"


def test_a_log_that_vanished_is_not_begun_anew_until_its_line_is_taken_out(
    itbcalc: Command, log_file: Path, config_folder: Path
) -> None:
    assert add(itbcalc, ROUTINE).status == 0
    log_file.unlink()
    log_file.parent.rmdir()  # as a share that is not there

    for ran in (add(itbcalc, ROUTINE), itbcalc(f"log observe P-0101 {SEEN}")):
        assert ran.status == 2
        assert "a log was begun here before, and it is gone" in ran.err
    assert not log_file.exists()

    (config_folder / BEGUN_FILE).unlink()
    assert add(itbcalc, ROUTINE).status == 0


def test_a_name_as_pseudonym_is_refused_until_it_is_confirmed(itbcalc: Command) -> None:
    for patient in ("Maria Gonzales", "+49 30 1234567"):
        refused = itbcalc(f"log observe '{patient}' {SEEN}")
        confirmed = itbcalc(f"log observe '{patient}' --yes-a-pseudonym {SEEN}")
        again = itbcalc(f"log observe '{patient}' {SEEN}")

        assert refused.status == 2
        assert "add --yes-a-pseudonym" in refused.err
        assert (confirmed.status, again.status) == (0, 0)


@pytest.mark.parametrize(
    "alike", [f"{CYRILLIC_P}-0301", f"{CYRILLIC_P}-{CYRILLIC_O}3{CYRILLIC_O}1", "P-O3O1", "p-o30l"]
)
def test_a_pseudonym_drawn_like_a_known_one_is_asked_about(itbcalc: Command, alike: str) -> None:
    assert itbcalc(f"log observe P-0301 {SEEN}").status == 0

    ran = itbcalc(f"log observe {alike} {SEEN}")

    assert ran.status == 2
    assert "P-0301" in ran.err
    assert itbcalc(f"log observe P-0999 {SEEN}").status == 0


def test_names_of_one_shape_are_one_person_and_others_are_not() -> None:
    greek_a = "\N{GREEK CAPITAL LETTER ALPHA}"

    assert same_name(f"{greek_a}. Nurse", "A. Nurse")
    assert not same_name("A. Nurse", "B. Nurse")
    assert not same_name("Анна", "Maya")  # as long, and nothing alike but the length
    assert shape_of_name("Ali") != shape_of_name("All")
    assert shape_of_pseudonym("P-1O") == shape_of_pseudonym("P-l0")
    for drawn in (
        "P\N{NON-BREAKING HYPHEN}1",
        "P\N{EN DASH}1",
        "P\N{MINUS SIGN}1",
        "P-1 ",
        "\N{NO-BREAK SPACE}P-1",
    ):
        assert shape_of_pseudonym(drawn) == shape_of_pseudonym("P-1")
    assert shape_of_pseudonym("P1") != shape_of_pseudonym("P-1")


def test_a_step_recorded_twice_needs_an_answer(itbcalc: Command) -> None:
    """Whoever presses twice, or records what a colleague has recorded, is asked: the dose would count as given twice."""
    given = ("log add", str(example(ROUTINE)), *NURSE, "--yes-an-example")
    assert itbcalc(*given).status == 0

    refused = itbcalc(*given)
    meant = itbcalc(*given, "--answer", "step_recorded_before", "the pump was reset in between")

    assert refused.status == 2
    assert "Is this step in the log already?" in refused.err
    assert meant.status == 0
    assert "Entry 1 holds the same program at the same moment." in meant.out
    assert len(itbcalc("log list --json").results["entries"]) == 2


@pytest.mark.parametrize(
    "line",
    ["log list", "log show 1", "log compare P-0101 2027-01-01 2027-06-01", f"log observe P-0101 {SEEN}"],
)
def test_a_log_that_is_not_whole_says_so_wherever_it_is_shown(
    itbcalc: Command, log_file: Path, line: str
) -> None:
    for _ in range(3):
        add(itbcalc, ROUTINE)
    assert itbcalc(line).status == 0
    with closing(sqlite3.connect(log_file)) as connection:
        guards = [
            sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
        ]
    changed_behind_our_back(log_file, "DELETE FROM entry WHERE seq = 2")
    with closing(sqlite3.connect(log_file, isolation_level=None)) as connection:
        for sql in guards:
            with suppress(sqlite3.OperationalError):  # those that were not taken out
                connection.execute(sql)

    ran = itbcalc(line)

    assert ran.status == 1
    assert any(each.startswith("NOT WHOLE") for each in ran.out.splitlines())
    assert itbcalc(line, "--json").results["whole"] is False


def test_an_anchor_says_how_far_it_reaches(itbcalc: Command, tmp_path: Path) -> None:
    add(itbcalc, ROUTINE)
    anchor = itbcalc("log anchor").out.splitlines()[0]
    at_the_end = itbcalc("log verify --anchor", anchor)
    for _ in range(2):
        add(itbcalc, ROUTINE)

    later = itbcalc("log verify --anchor", anchor)

    assert "The anchor reaches to the end of the log." in at_the_end.out
    assert "The anchor reaches to entry 1; of the 2 entries after that it says nothing." in later.out
    assert itbcalc("log verify --json --anchor", anchor).results["anchor_reaches"] == 1
