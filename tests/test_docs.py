"""The documents name cases, tests and files that are there, and every formula has its section."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FORMULAS = (ROOT / "docs" / "formulas.md").read_text(encoding="utf-8")
HAZARDS = (ROOT / "docs" / "hazards.md").read_text(encoding="utf-8")


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
    assert re.findall(r"^\| (H\d\d) \|", HAZARDS, flags=re.MULTILINE) == [f"H{n:02}" for n in range(1, 23)]


def modules_with_a_formula():
    """Those that make a working, other than those that only put calculations together."""
    together = ("working.py", "program.py", "report.py", "sheet.py")
    for path in sorted((ROOT / "itbcalc").rglob("*.py")):
        if path.name not in together and " Worked(\n" in path.read_text(encoding="utf-8"):
            yield path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("module", list(modules_with_a_formula()))
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
