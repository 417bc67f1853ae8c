"""Values are frozen Structs without a dictionary, and of msgspec nothing else is used: why stands in decision 39."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ui.states import Picture

ROOT = Path(__file__).parents[1]
USED = {"msgspec": {"Struct", "field"}, "msgspec.structs": {"asdict", "astuple", "fields", "replace"}}
SOURCES = sorted(path for top in ("itbcalc", "ui") for path in (ROOT / top).rglob("*.py"))


def structs_in(path: Path) -> Iterator[ast.ClassDef]:
    found = {"Struct"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef) and found & {ast.unparse(base) for base in node.bases}:
            found.add(node.name)
            yield node


def taken_from_msgspec(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (("import", held.name) for held in node.names if held.name.startswith("msgspec"))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("msgspec"):
            yield from ((node.module or "", held.name) for held in node.names)


def test_nothing_but_values_is_taken_from_it():
    others = {
        (str(path.relative_to(ROOT)), module, name)
        for path in SOURCES
        for module, name in taken_from_msgspec(path)
        if name not in USED.get(module, ())
    }
    assert others == set()


def test_each_value_that_is_passed_on_is_frozen_and_asks_for_nothing_that_crashed():
    said = {
        (path.name, struct.name): {held.arg: ast.unparse(held.value) for held in struct.keywords}
        for path in SOURCES
        for struct in structs_in(path)
    }
    changing = {struct for (_, struct), options in said.items() if options.get("frozen") != "True"}
    assert {
        struct for struct in changing if not struct.startswith("_")
    } == set()  # one module may keep a thing that changes
    assert {
        where for where, options in said.items() if set(options) - {"frozen", "kw_only", "eq", "order"}
    } == set()


def test_no_value_has_a_dictionary():
    held = {path: [struct.name for struct in structs_in(path)] for path in SOURCES}
    classes = [
        getattr(importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)), name)
        for path, names in held.items()
        for name in names
    ]
    assert len(classes) > 250
    assert [each for each in classes if each.__dictoffset__ or not issubclass(each, msgspec.Struct)] == []


def test_what_is_the_same_is_not_different_too():
    """A Struct says by itself whether it differs: where it is said by hand what is the same, both have to be."""
    same, other = Picture(words="x", rows_of=lambda: (("1",),)), Picture(words="x", rows_of=tuple)

    assert (same == other, same != other) == (True, False)
    assert (same == Picture(words="y"), same != Picture(words="y")) == (False, True)
    by_hand = {
        (path.name, struct.name): {held.name for held in struct.body if isinstance(held, ast.FunctionDef)}
        for path in SOURCES
        for struct in structs_in(path)
    }
    assert {who for who, methods in by_hand.items() if len(methods & {"__eq__", "__ne__"}) == 1} == set()
