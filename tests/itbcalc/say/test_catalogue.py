"""Words are ready for another language: whole templates with named places, all of them in one catalogue."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import dev
import itbcalc

ROOT = Path(itbcalc.__file__).parent.parent
CATALOGUE = ROOT / dev.WORDS
MARKS = {"_": 1, "N_": 1, "Phrase": 1, "plural": 2}  # how many templates stand first in each

# Where words are chosen, besides all of `say/`.
CHOOSING = (
    "say",
    "visits/*_words.py",
    "visits/entry_kinds.py",
    "visits/visit_sheet.py",
    "cli",
)
# What looks like words and is none, with the reason.
NO_WORDS = {
    "readouts.": "a place in a program file",
    "new.": "a place in a program file",
    "screening.boluses.": "a place in a program file",
    "steps.": "the name of a read-out",
    "itbcalc check  ": "the command",
    ".html.jinja": "the end of a file name",
    "set-": "a file name",
    ".txt": "the end of a file name",
    "-answers.toml": "the end of a file name",
    "-sheet-": "a file name",
    ".toml": "the end of a file name",
    " mcg": "a quantity in JSON",
    "itbcalc check ": "the command",
    "  --setting ": "an option as it is typed",
    "practice ": "a command, in JSON",
    "log ": "a command",
    "itbcalc ": "a report of a fault, for developers",
    ", Python ": "a report of a fault, for developers",
}


def catalogue(path: Path = CATALOGUE) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def templates(found: Catalog) -> set[str]:
    each = [message.id for message in found if message.id]
    return {template for ids in each for template in ([ids] if isinstance(ids, str) else ids)}


def choosing() -> list[Path]:
    core = ROOT / "itbcalc"
    found = [
        path for name in CHOOSING for path in sorted(core.glob(f"{name}/*.py" if "." not in name else name))
    ]
    return [path for path in found if path.stem != "catalogue"]


def marked(tree: ast.AST) -> Iterator[ast.expr]:
    """The arguments that are templates."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from node.args[: MARKS.get(node.func.id, 0)]
            if node.func.id == "Worked":
                yield from dev.formula_parts(node)


# --- one catalogue, and it is current


def test_the_catalogue_of_words_is_current(tmp_path: Path) -> None:
    made = tmp_path / "itbcalc.pot"
    babel = [sys.executable, "-m", "babel.messages.frontend", "--quiet"]
    subprocess.run([*babel, *dev.extraction(made)], cwd=ROOT, check=True)

    fresh, kept = templates(catalogue(made)), templates(catalogue())
    assert (sorted(fresh - kept), sorted(kept - fresh)) == ([], []), "make it anew: python3 dev.py words"
    assert made.read_text(encoding="utf-8") == CATALOGUE.read_text(encoding="utf-8"), "python3 dev.py words"


def test_every_template_in_the_source_stands_in_the_catalogue() -> None:
    known = templates(catalogue())

    said = {
        node.value: path.name
        for path in (ROOT / "itbcalc").rglob("*.py")
        for node in marked(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and WORD.search(besides_names(node.value))
    }
    assert len(said) > 100
    assert {text: name for text, name in said.items() if text not in known} == {}


def test_every_language_has_the_places_of_each_template() -> None:
    for path in (ROOT / dev.LANGUAGES).glob("*/LC_MESSAGES/itbcalc.po"):
        assert misplaced(catalogue(path)) == [], path


def test_a_translation_that_loses_a_place_is_found() -> None:
    found = Catalog(locale="de")
    found.add("Bolus above {bound}", "Bolus über {bound}")
    found.add("Concentration above {bound}", "Konzentration zu hoch")
    found.add("Nothing changes", "")

    assert misplaced(found) == ["Concentration above {bound}"]


def misplaced(found: Catalog) -> list[str]:
    """The templates whose translation has other places."""
    pairs = [
        pair
        for message in found
        for pair in product(
            *([each] if isinstance(each, str) else each for each in (message.id, message.string))
        )
    ]
    return [template for template, text in pairs if template and text and places(text) != places(template)]


def places(template: str) -> set[str]:
    return set(re.findall(r"{(\w*)}", template))


# --- no sentence is put together from pieces

PHRASE = re.compile(r"[A-Za-z]{2,}[,;:]? [A-Za-z]{2,}")
WORD = re.compile(r"[A-Za-z]{2,}")


def pieces(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Each line on which words are put together or said past the catalogue, with what is wrong there."""
    quiet = {id(node) for node in not_said(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            fixed = [besides_names(part.value) for part in node.values if isinstance(part, ast.Constant)]
            if any(WORD.search(text) and text not in NO_WORDS for text in fixed):
                yield node.lineno, f"words in an f-string: {fixed}"
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            for side in (node.left, node.right):
                if isinstance(side, ast.Constant) and isinstance(side.value, str) and WORD.search(side.value):
                    yield node.lineno, f"a sentence added together: {side.value!r}"
        elif isinstance(node, ast.IfExp):
            chosen = [each.value for each in (node.body, node.orelse) if isinstance(each, ast.Constant)]
            if {"s", "es", "ies"} & {each for each in chosen if isinstance(each, str)}:
                yield node.lineno, "an English plural by s"
        elif (
            isinstance(node, ast.Constant)
            and id(node) not in quiet
            and PHRASE.search(besides_names(node.value))
        ):
            yield node.lineno, f"words past the catalogue: {node.value!r}"


def besides_names(text: object) -> str:
    """Without the names of operands: each is a word of the catalogue by itself."""
    return re.sub(r"[^{}]*}|{[^{}]*}", "", str(text)) if "}" in str(text) else str(text)


def not_said(tree: ast.Module) -> Iterator[ast.AST]:
    """Texts that are templates, pieces of f-strings (seen apart), docstrings, or what an assertion tells a developer."""
    yield from marked(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield from node.values
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        if isinstance(node, ast.Assert) and node.msg is not None:
            yield node.msg
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "AssertionError"
        ):
            yield from node.args


def unmarked_plurals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Both forms stand in the call itself: marked one by one they are no plural in the catalogue."""
    for node in ast.walk(tree):
        counted = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "plural"
        if counted and not all(isinstance(each, ast.Constant) for each in node.args[:2]):
            yield node.lineno, "a plural whose two forms do not stand in the call"


def too_early(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """What is looked up while the module loads, before the language is known for good."""
    inside = {id(each) for node in ast.walk(tree) if isinstance(node, LATER) for each in ast.walk(node)}
    for node in ast.walk(tree):
        looked_up = (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LOOKED_UP
        )
        if looked_up and id(node) not in inside:
            yield node.lineno, "looked up while the module loads: mark it with N_"


LOOKED_UP = ("_", "plural")
LATER = (ast.FunctionDef, ast.Lambda)


def in_formulas(tree: ast.Module, known: set[str]) -> Iterator[tuple[int, str]]:
    """The same where formulas stand: the name of an operand is a word of the catalogue, looked up with the working."""
    operands = {
        node.lineno for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value in known
    }
    for line, what in pieces(tree):
        if not (line in operands and what.startswith("words past")):
            yield line, what


def test_words_of_formulas_are_whole_templates_of_the_catalogue() -> None:
    known, found = templates(catalogue()), list[str]()
    for path in sorted((ROOT / "itbcalc" / "compute").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [f"{path.name}:{line} {what}" for line, what in in_formulas(tree, known)]
    assert found == []


def said_in(tree: ast.Module) -> ast.Module:
    """Of a file of commands what its functions say: what a command and its options are is declared beside them, in English."""
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    saying = [each for each in functions if not (each.returns and "click." in ast.unparse(each.returns))]
    return ast.Module([statement for each in saying for statement in each.body], [])


@pytest.mark.parametrize("path", choosing(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_words_are_whole_templates_of_the_catalogue(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = said_in(tree) if path.parent.name == "cli" else tree

    name = path.relative_to(ROOT).as_posix()
    found = (*pieces(said), *unmarked_plurals(said), *too_early(tree))
    assert [f"{name}:{line} {what}" for line, what in found] == []


def found_in(line: str) -> list[tuple[int, str]]:
    tree = ast.parse(line)
    return [*pieces(tree), *unmarked_plurals(tree), *too_early(tree)]


@pytest.mark.parametrize(
    "line",
    [
        'title = f"Daily dose {side} the range"',
        'title = "The dose of " + name',
        'title = name + (" is unverified")',
        'words = f"{count} entr" + ("y" if count == 1 else "ies")',
        'words = "s" if count != 1 else ""',
        'words = _("{count} bolus", count=count) + ("es" if count != 1 else "")',
        'title = "Nothing to note."',
        'TITLE = _("Nothing to note.")',
        "def say(): return plural(one, other, 2)",
    ],
)
def test_the_rule_finds_what_cannot_be_translated(line: str) -> None:
    assert found_in(line)


@pytest.mark.parametrize(
    "line",
    [
        '"""What is said here."""',
        'WORDS = {1: N_("Nothing to note.")}',
        'def say(): return _("The dose of {name}", name=name)',
        'text = f"{number} · {unit}"',
        'def say(): return plural("{count} figure used", "{count} figures used", 2)',
    ],
)
def test_the_rule_leaves_templates_alone(line: str) -> None:
    assert found_in(line) == []
