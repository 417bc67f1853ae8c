"""Every JSON document has its schema in docs/schema, and what the commands print on every example keeps to it."""

import json
import shlex
from pathlib import Path

import jsonschema
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from itbcalc.cli.main import run
from itbcalc.cli.questions import QUESTIONS
from tests.itbcalc.cli.test_cli import CASES
from tests.itbcalc.programs import examples

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "schema"
UNITS = json.loads((FOLDER / "units.json").read_text(encoding="utf-8"))["units"]
SCHEMAS = {
    path.name: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.json"))
    if path.name != "units.json"
}
REGISTRY = Registry().with_resources((name, Resource.from_contents(held)) for name, held in SCHEMAS.items())


def closed(held):
    """The same schema, to which a key that it does not name is a fault: today's documents have none, those to come may."""
    if isinstance(held, dict):
        return {
            key: False if key == "additionalProperties" and value is True else closed(value)
            for key, value in held.items()
        }
    return [closed(each) for each in held] if isinstance(held, list) else held


CLOSED = {name: closed(held) for name, held in SCHEMAS.items()}
CLOSED_REGISTRY = Registry().with_resources(
    (name, Resource.from_contents(held)) for name, held in CLOSED.items()
)


@pytest.fixture
def document_of(capsys):
    """The document of a call."""

    def document(line, *more):
        run([*shlex.split(line), *more, "--json"])
        return json.loads(capsys.readouterr().out)

    return document


def keep_to(name, document):
    Draft202012Validator(SCHEMAS[name], registry=REGISTRY).validate(document)
    Draft202012Validator(CLOSED[name], registry=CLOSED_REGISTRY).validate(document)


def units_in(held):
    if isinstance(held, dict):
        if {"exact", "unit"} <= held.keys():
            yield held["unit"]
        for value in held.values():
            yield from units_in(value)
    elif isinstance(held, list):
        for value in held:
            yield from units_in(value)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name):
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["$id"] == name


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.stem)
def test_the_check_and_the_schedule_of_every_example_keep_to_their_schema(document_of, path):
    check, schedule = (document_of(command, str(path)) for command in ("check", "schedule"))

    keep_to("check.json", check)
    keep_to("schedule.json", schedule)
    assert set(units_in([check, schedule])) <= {*UNITS, ""}


@pytest.mark.parametrize("line", [line for line, _ in CASES.values()], ids=CASES)
def test_every_answer_keeps_to_its_schema(document_of, line):
    document = document_of(line)

    keep_to("answer.json", document)
    if not line.startswith("convert"):  # which answers in any unit that is asked for
        assert set(units_in(document)) <= set(UNITS)


def test_the_schema_of_answers_knows_every_quick_question():
    assert set(SCHEMAS["answer.json"]["properties"]["command"]["enum"]) == set(QUESTIONS)


def test_the_working_says_the_date_that_follows(document_of):
    """190 days after 22 Nov 2026 are the 31 May 2027: 8 + 31 + 31 + 28 + 31 + 30 + 31."""
    document = document_of(
        "refill --volume '40 mL' --alarm '2 mL' --flow-rate '0.2 mL/day' --from 2026-11-22T09:30+02:00"
    )

    notes = [step.get("note", "") for step in document["working"]]
    assert "From 22 Nov 2026 09:30 on: 31 May 2027 09:30." in notes


@pytest.mark.parametrize("command", ["pumps", "catheters", "drugs", "limits"])
def test_what_is_known_keeps_to_its_schema(document_of, command):
    keep_to("known.json", document_of(command))


def test_several_files_and_their_faults_keep_to_their_schema(document_of, tmp_path):
    faulty = tmp_path / "faulty.toml"
    faulty.write_text('[system]\npump = "none"\n', encoding="utf-8")
    some = [str(path) for path in examples()[:3]]

    table = tmp_path / "programs.csv"
    table.write_text("system.pump,new.daily_dose\nnone,350 mcg/day\n", encoding="utf-8")

    keep_to("checks.json", document_of("check", *some, str(faulty)))
    keep_to("checks.json", document_of("audit", str(table)))
    keep_to("error.json", document_of("check", str(faulty)))
    keep_to("error.json", document_of("check missing.toml"))
    keep_to("error.json", document_of("flow-rate"))
    keep_to("error.json", document_of("nonsense"))


def test_the_documents_of_log_and_practice_keep_to_their_schema(document_of, tmp_path):
    log = ("--log", str(tmp_path / "titration.itblog"))
    keep_to("log.json", document_of("log add --yes-an-example --author N.Urse", str(examples()[0]), *log))

    for line in ("log list", "log verify", "log show 1", "refills"):
        keep_to("log.json", document_of(line, *log))
    patient = document_of("check", str(examples()[0]))["ref"]
    keep_to("log-state.json", document_of(f"log state {patient}", *log))
    keep_to("log.json", document_of("practice list"))
    keep_to("self-test.json", document_of("self-test"))


def test_a_document_that_lost_a_key_does_not_keep_to_its_schema(document_of):
    document = document_of("check", str(examples()[0]))
    del document["results"]["new"]["daily_dose"]["exact"]

    with pytest.raises(jsonschema.ValidationError):
        keep_to("check.json", document)


def test_the_units_have_codes_of_ucum():
    """Those that differ from what is shown: micro is `u`, a day is `d` (UCUM, c/s column)."""
    differing = {shown: code for shown, code in UNITS.items() if shown != code}

    assert differing == {
        "mcg": "ug",
        "day": "d",
        "mcg/day": "ug/d",
        "mcg/mL": "ug/mL",
        "mL/day": "mL/d",
    }
