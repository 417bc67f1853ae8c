"""Who may know whom in the window, beside the contracts that the linter of imports holds; names that mean one thing."""

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
from grimp import ImportGraph

from itbcalc.desk.fields import PLACES
from itbcalc.program.read_outs import SINGLE_READ_OUTS
from tests.rooms import RoomsContract
from ui.program.rows import VALUE_ROWS
from ui.rail import RAIL

HERE = Path(__file__).resolve().parents[2]
QT = ("PySide6", "shiboken6", "pyqtgraph")
QT_FREE_CONTRACT = "What needs no Qt in the window stays without it"


def modules(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    for package in packages:
        for path in sorted((HERE / package).rglob("*.py")):
            if path.name != "__init__.py":
                name = ".".join(path.relative_to(HERE).with_suffix("").parts)
                yield name, ast.parse(path.read_text(encoding="utf-8"))


def imported_by(tree: ast.Module) -> set[str]:
    """Every module that is imported anywhere in it, late and for the types alone too."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def without_qt() -> set[str]:
    """The modules of the window that need no Qt, neither themselves nor through another of them."""
    imports = {name: imported_by(tree) for name, tree in modules("ui")}
    free = {
        name for name, found in imports.items() if not any(each.partition(".")[0] in QT for each in found)
    }
    while True:
        still = {name for name in free if not (imports[name] & imports.keys()) - free}
        if still == free:
            return free
        free = still


def contract(name: str) -> dict[str, list[str]]:
    settings = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    return next(each for each in settings["contracts"] if each["name"] == name)


def listed() -> list[str]:
    return contract(QT_FREE_CONTRACT)["source_modules"]


def named_by(listed: list[str]) -> set[str]:
    """The modules that a list of the contract means, with `*` for any one name."""
    names = [name for name, _ in modules("ui")]
    return {
        name
        for each in listed
        for name in names
        if fnmatch(name, each) and name.count(".") == each.count(".")
    }


def test_every_module_of_the_window_that_needs_no_qt_is_held_to_that():
    assert sorted(without_qt() - named_by(listed())) == [], "add them to the contract in pyproject.toml"
    assert sorted(named_by(listed()) - without_qt()) == []
    assert listed() == sorted(listed())


@pytest.mark.parametrize(
    ("importer", "imported", "kept"),
    [
        ("ui.log.desk", "ui.log.panel", True),
        ("ui.app", "ui.log.desk", True),
        ("ui.refills.panel", "ui.log.panel", False),
        ("ui.widgets.basics", "ui.log.panel", False),
        ("ui.session", "ui.log", False),
    ],
)
def test_a_room_is_known_by_nobody_but_those_who_let_rooms_meet(importer, imported, kept):
    graph = ImportGraph()
    for module in ("ui", "ui.log", "ui.log.desk", "ui.log.panel", "ui.refills", "ui.refills.desk", importer):
        graph.add_module(module)
    graph.add_import(importer=importer, imported=imported)
    said = contract("The rooms of the window know one another only through ui.app")
    rule = RoomsContract(said["name"], {}, {**said, "may_know_rooms": said["may_know_rooms"]})

    assert rule.check(graph, verbose=False).kept is kept


def test_every_panel_stands_with_its_key_in_the_guide():
    guide = (HERE / "docs" / "user-guide.md").read_text(encoding="utf-8")
    keys = {entry.word: entry.key or f"Ctrl+{place}" for place, entry in enumerate(RAIL, start=1)}
    *words, last = keys
    span = f"| {keys[words[0]]} to {keys[words[-1]]}, {keys[last]} |"

    assert f"{span} {', '.join(words)}; {last.lower()} |" in guide
    said = re.findall(r"\*\*(\w+)\*\* \((Ctrl\+\d)", guide)
    assert said
    assert {word: keys[word] for word, _ in said} == dict(said)


@pytest.mark.parametrize("entry", RAIL, ids=lambda entry: entry.name)
def test_every_panel_of_the_rail_has_its_icon(entry):
    assert (HERE / "resources" / "icons" / f"{entry.name}.svg").is_file()


def test_every_read_out_that_is_typed_alone_has_a_field_and_a_row_in_the_check():
    typed = {f"readouts.{name}" for name in SINGLE_READ_OUTS}

    assert typed <= set(PLACES)
    assert {place for place in PLACES if place.startswith("readouts.")} == {
        row.programmer for row in VALUE_ROWS if row.programmer
    }


def test_no_class_name_stands_for_two_things():
    names = Counter(
        node.name
        for _, tree in modules("itbcalc", "ui")
        for node in tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )

    assert {name for name, count in names.items() if count > 1} == set()


def test_a_card_is_made_of_a_message_of_the_core_and_nowhere_else():
    made = {
        name
        for name, tree in modules("ui")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Card"
    }

    assert made == {"ui.cards"}


@pytest.mark.gui
def test_every_panel_of_the_rail_opens(main):
    for entry in (*RAIL[1:], RAIL[0]):
        main.show_panel(entry.name)

        assert main.window.current_panel() == entry.name
        assert main.heading == entry.title
