"""Nothing of practice can reach the clinical log."""

import ast
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from itbcalc.cli.main import run as command
from itbcalc.errors import EntryError, ItbcalcError, LogUnavailableError, RefusedError
from itbcalc.log.anchors import Anchor, read_anchor
from itbcalc.log.entries import Draft
from itbcalc.log.folders import data_folder, log_path
from itbcalc.log.store import MemoryLog, SqliteLog
from itbcalc.practice import play
from itbcalc.practice.run_file import own_scenarios, practice_folder, runs_folder, write_run
from itbcalc.say import refusal_words
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.transfer import read_export, write_export
from tests.itbcalc.practice.playing import NAMES, SCRIPTS, scripted
from tests.itbcalc.programs import example

MODULES = sorted(Path(play.__file__).parent.glob("*.py"))
# What opens, makes, moves or finds a clinical log.
CLINICAL = {
    "SqliteLog",
    "make_log",
    "log_path",
    "LOG_NAME",
    "make_backup",
    "restore",
    "write_export",
    "read_export",
    "EncryptedLog",
}


@pytest.fixture
def clinical(tmp_path):
    """The log of this workstation, with an entry in it; its bytes are told apart by their digest."""
    data_folder().mkdir(parents=True)
    program = tmp_path / "program.toml"
    program.write_bytes(example("01-routine-increase").read_bytes())
    assert command(["log", "add", str(program), "--author", "Nurse", "--yes-an-example"]) == 0
    return log_path()


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "module", [*MODULES, MODULES[0].parents[1] / "cli" / "practice.py"], ids=lambda path: path.stem
)
def test_no_module_of_practice_knows_what_a_clinical_log_is_opened_with(module):
    tree = ast.parse(module.read_text(encoding="utf-8"))

    names = {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}

    assert names & CLINICAL == set()
    assert not any(name.startswith(("itbcalc.log", "sqlite3")) for name in imported)


def test_what_opens_a_clinical_log_is_known_to_this_test():
    """Where a name above has gone, the test above would pass for nothing."""
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for room in ("log", "visits")
        for path in (MODULES[0].parents[1] / room).glob("*.py")
    )

    for name in CLINICAL - {"EncryptedLog"}:
        assert f"def {name}" in source or f"class {name}" in source or f"{name} =" in source


def test_playing_scoring_and_certifying_leaves_the_clinical_log_as_it_was(clinical, tmp_path, capsys):
    before = digest(clinical)
    folder = {path.name for path in data_folder().iterdir()}

    for name in ("bridge-down", "kink"):
        out, page, table = (tmp_path / f"{name}.{ending}" for ending in ("json", "html", "csv"))
        script = SCRIPTS / f"{name}-bad.toml"
        assert command(["practice", "run", name, "--script", str(script), "--out", str(out)]) == 0
        assert command(["practice", "score", str(out), "--csv", str(table), "--certificate", str(page)]) == 0
    assert command(["practice", "list"]) == 0
    assert command(["practice", "new", "my-own"]) == 0
    capsys.readouterr()

    assert digest(clinical) == before
    assert {path.name for path in data_folder().iterdir()} == folder | {"practice"}


def test_a_run_is_never_written_over_the_clinical_log(clinical, capsys):
    before = digest(clinical)
    script = SCRIPTS / "bridge-up-good.toml"

    status = command(["practice", "run", "bridge-up", "--script", str(script), "--out", str(clinical)])

    assert status == 2
    assert "it was left as it is" in capsys.readouterr().err
    assert digest(clinical) == before


@pytest.mark.parametrize("verb", ["import", "restore"])
def test_a_run_file_is_no_log_to_be_read_in_or_put_back(clinical, tmp_path, capsys, verb):
    write_run(scripted("bridge-up", "good"), tmp_path / "run.json")
    before = digest(clinical)
    target = ["--log", str(tmp_path / "new.itblog")] if verb == "import" else ["--yes"]
    who = ["--author", "Nurse"]

    statuses = [command(["log", verb, str(tmp_path / "run.json"), *target, *more]) for more in ([], who)]
    capsys.readouterr()

    assert statuses == [2, 2]
    assert digest(clinical) == before
    assert not (tmp_path / "new.itblog").exists()


def test_a_run_file_cannot_be_opened_as_a_log(tmp_path):
    path = tmp_path / "run.json"
    write_run(scripted("bridge-up", "good"), path)

    with pytest.raises(ItbcalcError):
        SqliteLog(path)


@pytest.mark.parametrize("name", NAMES)
def test_even_an_export_made_of_a_run_is_refused_by_its_name(name, tmp_path):
    log = scripted(name, "good").log
    write_export(log, log.head(), tmp_path / "export.jsonl", as_csv=False)

    with pytest.raises(RefusedError) as raised:
        read_export(tmp_path / "export.jsonl")

    assert raised.value.rule == "not_an_export"


def test_no_anchor_names_the_log_of_a_run():
    with pytest.raises(EntryError):
        read_anchor(Anchor(scripted("kink", "good").log.head()).line)


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_of_a_run_is_marked_as_practice(name):
    for kind in ("good", "bad"):
        for entry in scripted(name, kind).log.entries():
            assert entry.content["log_id"].startswith("practice-")
            assert entry.patient.startswith("PRACTICE ")
            assert entry.content["workstation"] == "practice"
            assert entry.body["practice"]["scenario"] == name
            assert "never for a decision" in entry.body["practice"]["note"]


def test_the_mark_is_inside_what_is_hashed():
    entry = next(scripted("bridge-up", "good").log.entries())

    assert json.loads(entry.written)["body"]["practice"]["scenario"] == "bridge-up"


def test_practice_lies_in_a_folder_of_its_own():
    assert practice_folder() == data_folder() / "practice"
    assert runs_folder().parent == own_scenarios().parent == practice_folder()
    assert practice_folder() not in log_path().parents


def test_no_log_takes_in_what_belongs_into_the_other_kind(tmp_path):
    run = scripted("kink", "good")
    practised = next(run.log.entries())
    draft = Draft(
        entry_id="00000000-0000-4000-8000-000000000001",
        kind=EntryKind.DOSE_STEP_RECORDED,
        recorded_at=datetime(2026, 11, 25, tzinfo=UTC),
        author="A. Trainee",
        body=practised.body,
    )
    clinical = SqliteLog(tmp_path / "titration.itblog", create=True)

    for log, body in ((clinical, practised.body), (MemoryLog(run.log.head().log_id), {})):
        with pytest.raises(LogUnavailableError) as refused:
            log.append(replace(draft, body=body))
        assert "different logs; nothing was written" in refusal_words(refused.value)
        assert log.head().count == 0
