"""The documents name cases, tests, files and commands that are there, and what they show can be read."""

import json
import re
import shlex
import textwrap
import tomllib
from pathlib import Path

import click
import pytest

from itbcalc import __version__
from itbcalc.cli import main as cli
from itbcalc.cli.questions import QUESTIONS
from itbcalc.library.reading import read_library
from itbcalc.program import complete_program, load_toml, parse_toml, read_program
from itbcalc.resources import resource_path
from itbcalc.say.table import figure_keys

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FORMULAS = (ROOT / "docs" / "formulas.md").read_text(encoding="utf-8")
HAZARDS = (ROOT / "docs" / "hazards.md").read_text(encoding="utf-8")
COMMANDS = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
PROGRAM_FILE = (ROOT / "docs" / "program-file.md").read_text(encoding="utf-8")
USER_GUIDE = (ROOT / "docs" / "user-guide.md").read_text(encoding="utf-8")


def known_cases():
    cases = json.loads((ROOT / "resources" / "reference_cases.json").read_text(encoding="utf-8"))["cases"]
    found = {case["id"] for case in cases}
    for path in (ROOT / "tests" / "vectors").glob("*.json"):
        vectors = json.loads(path.read_text(encoding="utf-8"))["vectors"]
        found |= {f"{path.stem}/{vector['id']}" for vector in vectors}
    return found


@pytest.mark.parametrize("case", re.findall(r"^Worked `([^`]+)`", FORMULAS, flags=re.MULTILINE))
def test_a_worked_example_is_a_case_that_is_recomputed(case):
    assert case in known_cases()


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(test_\w+\.py::test_\w+)`", HAZARDS))))
def test_the_test_that_holds_a_control_is_there(named):
    file, _, test = named.partition("::")
    paths = list((ROOT / "tests").rglob(file))

    assert any(f"def {test}(" in path.read_text(encoding="utf-8") for path in paths)


def test_every_hazard_has_its_row():
    assert re.findall(r"^\| (H\d\d) \|", HAZARDS, flags=re.MULTILINE) == [f"H{n:02}" for n in range(1, 32)]


@pytest.mark.parametrize(
    "row", re.findall(r"^\| H\d\d \|.*", HAZARDS, flags=re.MULTILINE), ids=lambda row: row[2:5]
)
def test_every_hazard_names_what_holds_its_control_or_says_not_yet(row):
    held_by = row.rstrip("| ").rsplit("|", maxsplit=1)[1]

    assert re.search(r"`test_\w+\.py::test_\w+`|not yet", held_by)


def modules_with_a_formula():
    """Those that make a working."""
    for path in sorted((ROOT / "itbcalc").rglob("*.py")):
        if path.name != "working.py" and "Worked(" in path.read_text(encoding="utf-8"):
            yield path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize(
    "module", [*modules_with_a_formula(), "itbcalc/judge/comparing.py", "itbcalc/quantities/display.py"]
)
def test_every_module_with_a_formula_has_its_section(module):
    assert f"`{module}`" in FORMULAS


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_and_files_named_in_a_document_are_there(document):
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)
    files = re.findall(r"`((?:itbcalc|ui|tests|docs|resources)/[\w./-]+\.\w+)`", text)

    missing = [link for link in links if not (document.parent / link).exists()]
    missing += [file for file in files if not (ROOT / file).exists()]

    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_into_a_document_meet_a_heading(document):
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)", text)

    missing = [
        (file, place)
        for file, place in links
        if place not in headings(document.parent / file if file else document)
    ]

    assert missing == []


def headings(document):
    """The names by which links reach the headings of a document."""
    titles = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_test_that_a_document_names_is_there(document):
    named = set(re.findall(r"`(test_\w+)`", document.read_text(encoding="utf-8")))
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))

    assert [test for test in sorted(named) if f"def {test}(" not in tests] == []


# --- what the documents show


@pytest.mark.parametrize("command", cli.group().commands.values(), ids=lambda command: command.name)
def test_every_command_is_in_the_docs_with_all_its_options(command):
    rows = re.findall(rf"^\| `{command.name}` \|.*", COMMANDS, flags=re.MULTILINE)
    options = {option for param in command.params for option in param.opts if option.startswith("--")}

    _, _, inputs, *_ = re.split(r"(?<!\\)\|", rows[0])

    assert set(re.findall(r"--[a-z-]+", inputs)) == options - {"--json"}


def test_every_command_in_the_docs_is_there():
    table = COMMANDS.partition("## Commands")[2].partition("What to know")[0]

    assert set(re.findall(r"^\| `([\w-]+)` \|", table, flags=re.MULTILINE)) == set(cli.group().commands)


def test_every_result_of_a_check_is_in_the_docs_and_in_its_schema():
    table = COMMANDS.partition("### The results of `check`")[2].partition("A value that cannot be")[0]
    cells = "".join(re.findall(r"^\| (.*?) \|", table, flags=re.MULTILINE))
    documented = set(re.findall(r"`([a-z_]+)`", cells))
    one_therapy = COMMANDS.partition("#### One therapy")[2]
    schema = json.loads((ROOT / "docs" / "schema" / "check.json").read_text(encoding="utf-8"))
    in_schema = set(schema["properties"]["results"]["properties"])
    row_of_two_figures = {"label_first_dose"}  # a row, but no key of the document

    assert [key for key in figure_keys() if key not in documented and f"`{key}`" not in one_therapy] == [
        *row_of_two_figures
    ]
    assert documented <= in_schema


def test_every_command_of_the_log_is_in_the_docs_with_all_its_options():
    section = COMMANDS.partition("## The titration log")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([\w-]+)` \|((?:[^|\\]|\\\|)*)\|", section, flags=re.MULTILINE)
    log = cli.group().commands["log"]
    assert isinstance(log, click.Group)

    def own_options(command):
        options = {option for param in command.params for option in param.opts if option.startswith("--")}
        return options - {"--json", "--log", "--author", "--role"}

    assert {name: set(re.findall(r"--[a-z-]+", inputs)) for name, inputs in rows} == {
        name: own_options(command) for name, command in log.commands.items()
    }


def test_the_program_file_shown_is_the_example_of_the_user_guide():
    blocks = [
        block
        for block in re.findall(r"(?:^    .*\n|^\n)+", PROGRAM_FILE, flags=re.MULTILINE)
        if "[reservoir]" in block
    ]
    library = read_library(resource_path())
    shown = parse_toml(textwrap.dedent(blocks[0]).encode())

    assert shown == load_toml(resource_path("examples", "06-mistyped-concentration.toml"))
    assert complete_program(read_program(shown, library)).system.pump is not None


def test_the_profiles_shown_are_read(tmp_path):
    shown = re.findall(r"`([\w/]+\.toml)`[^`]*```toml\n(.*?)```", USER_GUIDE, flags=re.DOTALL)
    for name, text in shown:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    library = read_library(resource_path(), tmp_path)

    assert [name for name, _ in shown] == ["pumps/ours.toml", "limits/ours.toml", "clinic.toml"]
    assert library.pumps["our-pump"].clinic
    assert any(limit.id == "OUR-STEP" for limit in library.limits if limit.jurisdiction == "us")
    assert library.clinic.refill_lead_time is not None


def test_the_version_is_said_once_and_the_changes_begin_with_it():
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.findall(r"^## (\S+)", changes, flags=re.MULTILINE)[0]

    assert __version__ in (newest, f"{newest}.dev0")
    assert __version__ not in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


# --- calls and answers shown in the documents


def calls_shown():
    """Every call of the program that stands in a block of a document, a continued line with what follows it."""
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8").replace("\\\n", " ")
        for line in re.findall(r"^    (?:\.venv/bin/)?itbcalc (.+)$", text, flags=re.MULTILINE):
            yield pytest.param(line, id=f"{document.name}: {line:.40}")


@pytest.mark.parametrize("line", [*calls_shown(), *(each.example for each in QUESTIONS.values())])
def test_a_call_that_is_shown_is_answered(line, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("ITBCALC_DATA_DIR", str(tmp_path))

    status = cli.run(shlex.split(line))

    assert status in (0, 1), capsys.readouterr().err
    assert capsys.readouterr().out


@pytest.mark.parametrize(
    ("begins", "figures"),
    [
        (
            "check resources/examples/06-",
            "0.1425 mL/day|+14 %|14 Aug 2027|28 Jan 2027|16 h 7 min|21 May 2027|71.25 mcg/day",
        ),
        ("check resources/examples/02-", "10 h 4 min|100 mcg/day"),
        ("residual ", "0.4583|5.5 mL"),
        ('refill --volume "20 mL" --alarm "2 mL" --dose "100', "low-reservoir alarm, worst case|8 Feb"),
        (
            'bridge --old-concentration "500 mcg/mL" --new-concentration "2000 mcg/mL" --old-dose "300',
            "7 h 36 min",
        ),
    ],
)
def test_what_the_user_guide_says_of_an_answer_is_printed(begins, figures, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    line = next(call.values[0] for call in calls_shown() if call.values[0].startswith(begins))

    cli.run(shlex.split(line))

    printed, guide = (
        " ".join(text.split()).replace("*", "") for text in (capsys.readouterr().out, USER_GUIDE)
    )
    assert [figure for figure in figures.split("|") if figure not in printed] == []
    assert [figure for figure in figures.split("|") if figure not in guide] == []


def test_the_night_comes_at_noon_in_tokyo_as_the_user_guide_says(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)

    cli.run(["schedule", "resources/examples/18-night-flex.toml", "--elsewhere", "Asia/Tokyo"])

    assert "comes at noon in Tokyo" in " ".join(USER_GUIDE.split())
    assert re.search(r"22:00.*12:00", capsys.readouterr().out)


def documents_shown():
    blocks = re.findall(r"(?:^    .*\n)+", COMMANDS, flags=re.MULTILINE)
    return [json.loads(block) for block in blocks if block.lstrip().startswith("{")]


def test_the_documents_shown_are_what_is_printed(capsys):
    answer, refusal = documents_shown()
    flow_rate = ["flow-rate", "--concentration", "2000 mcg/mL", "--json", "--dose"]

    cli.run([*flow_rate, "350 mcg/day"])
    printed = json.loads(capsys.readouterr().out)
    cli.run([*flow_rate, refusal["error"]["typed"]])
    refused = json.loads(capsys.readouterr().out)

    assert printed == {**answer, "itbcalc": __version__}
    assert answer["itbcalc"] == __version__.removesuffix(".dev0")
    assert refused == refusal


# --- the drawing of the rooms


def test_the_drawing_of_the_rooms_has_the_floors_of_the_contract():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    lines = re.search(r"(?:^    .*\n)+", text, re.MULTILINE)[0].splitlines()
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = next(each["layers"] for each in settings["contracts"] if each["type"] == "layers")

    drawn = [set(re.match(r"    ((?:\w+/? {0,3})+)", line)[1].replace("/", "").split()) for line in lines]
    contract = [set(re.findall(r"\w+", layer)) for layer in layers]
    assert [floor - {"ui"} for floor in drawn] == contract
    assert "ui" in drawn[contract.index({"cli"})]


# --- the recipes


def test_every_test_and_file_that_a_recipe_names_is_there():
    tests = list((ROOT / "tests").rglob("*.py"))
    functions = {name for path in tests for name in re.findall(r"def (test_\w+)\(", path.read_text("utf-8"))}
    for document in ("CONTRIBUTING.md", "docs/architecture.md"):
        named = set(re.findall(r"`([\w/.-]+)`", (ROOT / document).read_text("utf-8")))
        files = {each for each in named if each.endswith((".py", ".json", ".toml", ".md")) and "/" in each}

        assert files, document
        assert {each for each in named if each.startswith("test_") and "." not in each} - functions == set()
        assert {each for each in files if not any((ROOT / below / each).exists() for below in BELOW)} == set()
        assert {each for each in named if re.fullmatch(r"test_\w+\.py", each)} <= {
            each.name for each in tests
        }


BELOW = ("", "itbcalc", "ui", "tests")  # where what a recipe names may begin
