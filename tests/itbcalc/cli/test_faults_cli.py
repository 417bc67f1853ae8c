"""Everything that is wrong with a file or a call is said at once, with its place; and nothing is waited for."""

import io
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from itbcalc.errors import RefusedError
from itbcalc.program import read_program
from itbcalc.program.toml_file import parse_toml
from itbcalc.program.toml_lines import line_of
from itbcalc.say import refusal_words
from tests.itbcalc.cli.test_cli import Command
from tests.itbcalc.programs import example, library

FAULTY = """\
[system]
pump = "synchromed-2-40"
tubing_volume = "0,140 mL"
catheter = { volume = "0.19 mL" }

[reservoir]
low_alarm = "2 mL"
at = "2026-11-22T09:30+02:00"

[current]
drug = "baclofen"
concentration = "500 mcg/mL"
mode = "simple-continuous"
daily_dose = "250 mcg"

[new]
drug = "baclofen"
concentration = "500 mcg/mL"
mode = "flex"
steps = [
    { start = "06:00", duration = "2 h", dose = "20 mcg" },
    { start = "22:00", duration = "2 hr", dose = "20 mcg" },
]

[readouts]
daily_doze = "20 mcg/day"
"""


@pytest.fixture
def file_of(tmp_path: Path) -> Callable[[str], str]:
    """Writes a program file and gives its name."""

    def written(text: str) -> str:
        path = tmp_path / "program.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return written


@pytest.fixture
def standard_input(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Puts bytes on standard input."""
    return lambda raw: monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))


# --- a file


def test_every_fault_of_a_file_is_said_with_file_line_and_field(
    itbcalc: Command, file_of: Callable[[str], str]
) -> None:
    file = file_of(FAULTY)

    ran = itbcalc(shlex.join(["check", file]))

    assert ran.status == 2
    said = [line.removeprefix(f"{file}:").split(": ")[:2] for line in ran.err.splitlines()]
    assert sorted(said, key=lambda each: int(each[0])) == [
        ["2", "system.pump"],
        ["3", "system.tubing_volume"],
        ["6", "reservoir.filled"],
        ["14", "current.daily_dose"],
        ["22", "new.steps.2.duration"],
        ["26", "readouts.daily_doze"],
    ]


def test_the_document_has_the_first_fault_as_ever_and_all_of_them_beside_it(
    itbcalc: Command, file_of: Callable[[str], str]
) -> None:
    file = file_of(FAULTY)

    document = itbcalc(shlex.join(["check", file, "--json"])).document

    assert list(document) == ["error", "errors"]
    assert list(document["error"]) == ["field", "typed", "reason"]
    assert {each["field"]: each["line"] for each in document["errors"]} == {
        "system.pump": 2,
        "system.tubing_volume": 3,
        "reservoir.filled": 6,
        "current.daily_dose": 14,
        "new.steps.2.duration": 22,
        "readouts.daily_doze": 26,
    }
    assert {each["file"] for each in document["errors"]} == {file}
    assert {key: document["errors"][0][key] for key in document["error"]} == document["error"]


def test_a_file_with_one_fault_has_the_document_it_always_had(
    itbcalc: Command, file_of: Callable[[str], str]
) -> None:
    text = example("01").read_text(encoding="utf-8").replace('"368 mcg/day"', '"368 MCG/day"')

    document = itbcalc(shlex.join(["check", file_of(text), "--json"])).document

    assert list(document) == ["error"]


def test_a_key_near_to_a_known_one_is_answered_with_that(
    itbcalc: Command, file_of: Callable[[str], str]
) -> None:
    ran = itbcalc(shlex.join(["check", file_of(FAULTY)]))

    doze = next(line for line in ran.err.splitlines() if "daily_doze" in line)
    assert "daily_dose" in doze
    pump = next(line for line in ran.err.splitlines() if "synchromed-2-40" in line)
    assert "synchromed-ii-40" in pump


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [
        ("[new]\ndaily_dose = 3\n", "new.daily_dose", 2),
        ("new.daily_dose = 3\n", "new.daily_dose", 1),
        ("\n[new]\n# daily_dose = 1\n'daily_dose' = 3\n", "new.daily_dose", 4),
        ("[new]\ndays = { sat = { basal = 1 } }\n", "new.days.sat.basal", 2),
        ("[new.days.sat]\nbasal = 1\n", "new.days.sat.basal", 2),
        (
            "[new]\nsteps = [ { dose = 1 },\n  # { dose = 3 }\n  { start = '}{', dose = 2 } ]\n",
            "new.steps.2.dose",
            4,
        ),
        ("[reservoir]\nat = 3\n[new]\n", "reservoir.filled", 1),
        ("[reservoir]\n", "new", None),
    ],
)
def test_a_place_is_found_in_its_line(text: str, place: str, line: int | None) -> None:
    assert line_of(text, RefusedError(place, "", "missing")) == line


def test_the_line_of_what_is_no_toml_is_the_one_that_toml_names(
    itbcalc: Command, file_of: Callable[[str], str]
) -> None:
    file = file_of('[system]\npump = "synchromed-ii-40\n')

    ran = itbcalc(shlex.join(["check", file]))

    assert ran.err.startswith(f"{file}:2: file: ")


def test_every_fault_of_a_step_is_said_before_it_is_recorded(
    itbcalc: Command, file_of: Callable[[str], str]
) -> None:
    ran = itbcalc(shlex.join(["log", "add", file_of(FAULTY), "--author", "N. Urse"]))

    assert ran.status == 2
    assert len(ran.err.splitlines()) == 6


# --- a call


def test_every_fault_of_a_call_is_said_with_its_option(itbcalc: Command) -> None:
    line = (
        "bridge --old-dose 3 --new-dose --old-concentration '1e3 mcg/mL' --speed 5 --dead-volume '1 cc' more"
    )

    ran = itbcalc(line, "--json")

    assert ran.status == 2
    assert [each["field"] for each in ran.document["errors"]] == [
        "new_dose",
        "speed",
        "",
        "old_concentration",
        "new_concentration",
        "old_dose",
        "dead_volume",
    ]
    assert "old_dose: " in ran.err
    assert "(--old-dose)" in ran.err


def test_both_wrong_parts_of_a_mixture_are_said(itbcalc: Command) -> None:
    ran = itbcalc('mix --part "3 cc" "5 mcg/mL" --part "3 mL" "5 mg"')

    assert len(ran.err.splitlines()) == 2


@pytest.mark.parametrize(
    ("line", "near"),
    [
        ('flow-rate --dose "350 mcg/day" --concentraton "2000 mcg/mL"', "--concentration"),
        ('flow-rate --doze "350 mcg/day"', "--dose"),
        ("flowrate", "flow-rate"),
        ("chek program.toml", "check"),
        ("verify", "log verify"),
        ("log verifi", "verify"),
        ("log ad", "add"),
        ("practice runn", "run"),
        ("help", "itbcalc --help"),
        ("program.tml", "itbcalc check program.tml"),
        ("check --jsn program.toml", "--json"),
        ("check program.toml --wrking", "--working"),
        ("flow-rate --dose 350 mcg/day --concentration 2000 mcg/mL", "in quotes"),
    ],
)
def test_what_is_near_to_what_was_typed_is_named(itbcalc: Command, line: str, near: str) -> None:
    ran = itbcalc(line)

    assert ran.status == 2
    assert near in ran.err


def test_an_unknown_option_without_a_text_does_not_swallow_the_file(itbcalc: Command) -> None:
    ran = itbcalc(shlex.join(["check", "--wrking", str(example("01"))]), "--json")

    assert ran.document["error"]["field"] == "wrking"
    assert "errors" not in ran.document


# --- files that are none


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name are of POSIX")
@pytest.mark.parametrize(
    "command", ["check", "schedule", "log add --author N", "practice run first-dose --script"]
)
def test_a_pipe_nobody_writes_to_is_refused_at_once(itbcalc: Command, tmp_path: Path, command: str) -> None:
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)

    ran = itbcalc(f"{command} {shlex.quote(str(pipe))}")

    assert ran.status == 2
    assert "it is no plain file" in ran.err


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="devices are of POSIX")
def test_a_device_without_end_is_refused_at_once(itbcalc: Command) -> None:
    assert "it is no plain file" in itbcalc("check /dev/zero").err


def test_a_file_of_a_terabyte_of_nothing_is_read_up_to_its_bound(itbcalc: Command, tmp_path: Path) -> None:
    sparse = tmp_path / "sparse.toml"
    with sparse.open("wb") as file:
        file.truncate(10**12)

    ran = itbcalc(shlex.join(["check", str(sparse)]))

    assert ran.status == 2
    assert "more than 100,000 bytes" in ran.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name are of POSIX")
@pytest.mark.parametrize("name", ["pumps/own.toml", "clinic.toml", "confirmed.toml"])
def test_a_pipe_among_the_profiles_stops_no_command(itbcalc: Command, config_folder: Path, name: str) -> None:
    (config_folder / name).parent.mkdir(exist_ok=True)
    os.mkfifo(config_folder / name)

    ran = itbcalc('flow-rate --dose "350 mcg/day" --concentration "500 mcg/mL"', "--json")

    assert ran.status == 0
    assert ran.codes == {"own_profile_refused": "caution"}
    assert "it is no plain file" in ran.err


def test_a_name_that_no_file_can_have_is_refused(itbcalc: Command) -> None:
    assert itbcalc("check", "a\0b", "--json").document["error"]["field"] == "file"


# --- what TOML allows


@pytest.mark.parametrize("steps", [101, 288])
def test_all_steps_of_a_day_may_stand_on_one_line(steps: int) -> None:
    rows = ", ".join(
        f'{{ start = "{5 * n // 60:02}:{5 * n % 60:02}", duration = "5 min", dose = "0.5 mcg" }}'
        for n in range(steps)
    )
    text = FAULTY.partition("[new]")[2].partition("steps")[0]

    table = parse_toml(
        f"[new]{text}basal = '10 mcg/day'\nsteps_replace_basal = true\nsteps = [{rows}]\n".encode()
    )

    reading = read_program(table, library())
    assert len(table["new"]["steps"]) == steps
    assert not [fault for fault in reading.refusals if fault.field.startswith("new")]


@pytest.mark.parametrize("key", ["a." * 200 + "b = 1", '"a".' * 200 + "b = 1", "[" + "a . " * 200 + "b]"])
def test_a_key_of_hundreds_of_parts_is_refused_before_toml_is_read(key: str) -> None:
    with pytest.raises(RefusedError) as raised:
        parse_toml(key.encode())

    assert "nested more deeply" in refusal_words(raised.value)


# --- several files, and standard input


def test_several_files_have_one_summary_and_the_worst_status(
    itbcalc: Command, file_of: Callable[[str], str]
) -> None:
    fine, stopped, refused = str(example("01")), str(example("03")), file_of(FAULTY)

    two = itbcalc(shlex.join(["check", fine, stopped]))
    three = itbcalc(shlex.join(["check", fine, stopped, refused]))

    assert (two.status, three.status) == (1, 2)
    assert two.out.splitlines()[-1].startswith("2 programs: 1 with a stop; ")
    assert three.out.splitlines()[-1].endswith("1 not checked")
    assert f"{refused}:2: system.pump" in three.err
    assert all(len(line) <= 80 for line in three.out.splitlines()[1:] if not line.startswith("/"))


def test_the_document_of_several_files_holds_that_of_each(
    itbcalc: Command, file_of: Callable[[str], str]
) -> None:
    files = [str(example("01")), str(example("03")), file_of(FAULTY)]

    ran = itbcalc(shlex.join(["check", *files, "--json"]))

    alone = [itbcalc(shlex.join(["check", file, "--json"])).document for file in files]
    assert ran.document["command"] == "check"
    assert ran.document["checks"] == [*alone[:2], {"file": files[2], **alone[2]}]
    assert ran.results["files"] == 3
    assert (ran.results["refused"], ran.results["with_stop"]) == (1, 1)
    assert sum(ran.results[each] for each in ("agrees", "differs", "incomplete", "refused")) == 3


def test_the_same_file_twice_is_refused(itbcalc: Command) -> None:
    ran = itbcalc(shlex.join(["check", str(example("01")), str(example("01"))]), "--json")

    assert ran.document["error"]["field"] == "file"


def test_a_program_is_read_from_standard_input(
    itbcalc: Command, standard_input: Callable[[bytes], None]
) -> None:
    standard_input(example("03").read_bytes())

    ran = itbcalc("check - --json")

    assert ran.status == 1
    assert ran.document["file"] == "-"
    assert ran.results == itbcalc(shlex.join(["check", str(example("03")), "--json"])).results


def test_standard_input_without_end_is_read_up_to_its_bound(
    itbcalc: Command, standard_input: Callable[[bytes], None]
) -> None:
    standard_input(b" " * 200_000)

    assert "more than 100,000 bytes" in itbcalc("check -").err
