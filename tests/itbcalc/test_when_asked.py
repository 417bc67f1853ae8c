"""What a package lends out is found by its name, and is what its module holds."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("package", ["itbcalc.program", "itbcalc.say"])
def test_every_name_that_the_type_checker_sees_is_there_when_the_program_runs(package):
    text = (ROOT / package.replace(".", "/") / "__init__.py").read_text(encoding="utf-8")
    seen = [
        (node.module, alias.name)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and node.module.startswith(f"{package}.")
        for alias in node.names
    ]

    assert len(seen) > 10
    for module, name in seen:
        assert getattr(import_module(package), name) is getattr(import_module(module), name)


def test_a_name_that_a_package_does_not_have_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"itbcalc\.say.*no_such_words"):
        import_module("itbcalc.say").no_such_words  # noqa: B018  # asked for, not kept


def test_a_question_does_not_load_what_only_a_check_needs():
    asked = "'flow-rate', '--dose', '350 mcg/day', '--concentration', '2000 mcg/mL'"
    code = f"""
import sys
from itbcalc.cli.main import run
assert run([{asked}]) == 0
check_only = ("judge.explanations", "judge.wrong_input", "program.reading", "say.table", "cli.log", "cli.practice")
print([name for name in check_only if f"itbcalc.{{name}}" in sys.modules])
"""

    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout.splitlines()[-1] == "[]"
