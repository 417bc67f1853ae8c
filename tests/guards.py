"""Which tests guard a file of the code: those that mirror it, and those that import it themselves.

Read from the source alone: nothing is imported, so a file that cannot even be loaded still finds its tests.
"""

import ast
import functools
from collections.abc import Iterable, Iterator
from pathlib import Path

TESTS = Path("tests")
"""Where the tests stand, in the project's folder."""


def is_code(root: Path, name: str) -> bool:
    """Tells whether an argument names a file or folder of the code (and is no test, and none of pytest's options).

    Args:
        root: The project's folder.
        name: The argument as it was typed, relative to the project's folder or whole.
    """
    path = _inside(root, name)
    if path is None or path.is_relative_to(TESTS):
        return False
    return path.suffix == ".py" or any((root / path).rglob("*.py"))


def guarding_tests(root: Path, names: Iterable[str]) -> list[str]:
    """Returns the tests that guard these files of the code, each once, in the order in which they say most.

    First come the tests that mirror a file (`tests/itbcalc/log/test_chain.py`, `test_chain_again.py` for
    `itbcalc/log/chain.py`), then those that import it, or a name that its package passes on from it. Without a mirror
    those of its folder join that import what uses it there. A folder is guarded by the tests that mirror it and by what
    guards each of its files. Where a file has none of these, the tests of its room stand for it (`tests/ui/test_log_*.py`
    for `ui/log/`), and at last those of the folder around it.

    Args:
        root: The project's folder.
        names: Files and folders of the code, relative to the project's folder or whole.

    Returns:
        Paths of test files, relative to the project's folder, with `/`.
    """
    importers = _importers(root)
    found: dict[str, None] = {}
    for name in names:
        path = _inside(root, name)
        if path is not None:
            found |= dict.fromkeys(_guards(root, path, importers))
    return list(found)


def _guards(root: Path, path: Path, importers: dict[str, list[str]]) -> list[str]:
    if path.suffix != ".py":
        files = sorted((root / path).rglob("*.py"))
        own = [test for file in files for test in _guards(root, file.relative_to(root), importers)]
        return _tests_in(root, TESTS / path) + own
    mirrored = [
        *_tests_in(root, TESTS / path.parent, f"test_{path.stem}.py"),
        *_tests_in(root, TESTS / path.parent, f"test_{path.stem}_*.py"),
    ]
    named = mirrored + importers.get(_module_name(path), [])
    if path.stem == "__init__":
        return named
    if not mirrored:
        used = [test for module in _users(root, path) for test in importers.get(module, [])]
        named += [test for test in used if Path(test).parent == TESTS / path.parent]
    return named or next(filter(None, _around(root, path.parent)), [])


def _around(root: Path, room: Path) -> Iterator[list[str]]:
    """Yields the tests that stand for a room, from the nearest on."""
    while room.name:
        yield _tests_in(root, TESTS / room)
        yield _tests_in(root, TESTS / room.parent, f"test_{room.name}*.py")
        room = room.parent


def _users(root: Path, path: Path) -> list[str]:
    """Returns the modules beside a file of the code that import it."""
    others = sorted((root / path.parent).glob("*.py"))
    name = _module_name(path)
    return [
        _module_name(other.relative_to(root))
        for other in others
        if name in set(_imported(ast.parse(other.read_text(encoding="utf-8"))))
    ]


def _tests_in(root: Path, folder: Path, pattern: str = "test_*.py") -> list[str]:
    return [path.relative_to(root).as_posix() for path in sorted((root / folder).glob(pattern))]


def _inside(root: Path, name: str) -> Path | None:
    path = (root / name).resolve()
    if name.startswith("-") or not path.exists() or not path.is_relative_to(root.resolve()):
        return None
    return path.relative_to(root.resolve())


def _module_name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache
def _importers(root: Path) -> dict[str, list[str]]:
    """Returns the test files that import a module, for every name that stands in an import."""
    found: dict[str, list[str]] = {}
    passed_on = _passed_on(root)
    for path in sorted((root / TESTS).rglob("test_*.py")):
        named = set(_imported(ast.parse(path.read_text(encoding="utf-8"))))
        for module in named | {passed_on[name] for name in named if name in passed_on}:
            found.setdefault(module, []).append(path.relative_to(root).as_posix())
    return found


def _passed_on(root: Path) -> dict[str, str]:
    """Returns, for each name that a package passes on as its own, the module in which it is made."""
    found: dict[str, str] = {}
    for path in root.glob("*/*/__init__.py"):
        package = _module_name(path.relative_to(root))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                found |= {f"{package}.{each.asname}": node.module for each in node.names if each.asname}
    return found


def _imported(tree: ast.Module) -> Iterator[str]:
    """Yields what the imports of a file name; `from a import b` may mean the module a or the module a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
