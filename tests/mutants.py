"""Mutants: the code with one small mistake in it, which a test has to notice.

cosmic-ray finds where a mistake can be made and makes it. Here is chosen which mistakes are made, so that the score
means something: none that the first import would notice, none that nothing could.
"""

import ast
import functools
import hashlib
import tomllib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

EQUIVALENT_MUTANTS = Path(__file__).with_name("equivalent_mutants.toml")

OPERATORS = (
    *(
        f"ReplaceComparisonOperator_{pair}"
        for pair in (
            *("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is"),
            *("Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt"),
        )
    ),
    *(
        f"ReplaceBinaryOperator_{pair}"
        for pair in (
            *("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Div", "Mod_Mul", "Pow_Mul"),
            *("BitOr_BitAnd", "BitAnd_BitOr"),
        )
    ),
    *("ReplaceUnaryOperator_Delete_USub", "ReplaceUnaryOperator_Delete_Not", "AddNot"),
    *("ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ExceptionReplacer"),
    *("NumberReplacer", "ZeroIterationForLoop"),
)
"""The mistakes that are made: one or two for each sign, as somebody would make them."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file of the code with one mistake.

    Attributes:
        file: Its path in the project, with `/`.
        line: The line of the mistake, from 1.
        within: The function or class around it; empty for the file itself.
        operator: cosmic-ray's name of the mistake.
        before: The lines that the mistake changes, without the spaces around them.
        after: The same lines with the mistake.
        code: The whole file with the mistake.
    """

    file: str
    line: int
    within: str
    operator: str
    before: str
    after: str
    code: str

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What it is, wherever its line has moved to."""
        return self.file, self.within, self.before, self.after

    @property
    def words(self) -> str:
        """Its place, its operator, and what stands there instead of what."""
        return f"{self.file}:{self.line} {self.operator}\n    - {self.before}\n    + {self.after}"


def sample(root: Path, files: list[str], count: int, seed: str) -> list[Mutant]:
    """Returns `count` mutants of these files, without those listed as equivalent; fewer where there are no more.

    Chosen by chance, but the same for the same seed, and mostly the same after a change of the code: each is drawn by
    what it is and not by its place in a list, so that a line more changes nothing elsewhere.

    Args:
        root: The project's folder.
        files: Files of the code, their paths in it.
        count: How many.
        seed: Any text.
    """
    drawn = []
    for file in files:
        seen: Counter[str] = Counter()
        code = (root / file).read_text(encoding="utf-8")
        lines = code.splitlines()
        for place in _places(code):
            what = f"{seed} {file} {place.operator} {lines[place.line - 1].strip()}"
            seen[what] += 1
            drawn.append((hashlib.sha256(f"{what} {seen[what]}".encode()).hexdigest(), file, code, place))
    drawn.sort(key=lambda each: each[0])
    made = (_made(file, code, place) for _, file, code, place in drawn)
    fit = (each for each in made if each is not None and each.identity not in equivalent_mutants())
    return list(islice(fit, count))


def mutants_of(root: Path, file: str, within: str, changed: Collection[str] = ()) -> list[Mutant]:
    """Returns every mutant of one function or class of a file, those listed as equivalent too.

    Args:
        root: The project's folder.
        file: The path of the file in it.
        within: The function or class; empty for what stands in none.
        changed: What the mistakes change, as `before` has it; without it anything.
    """
    code = (root / file).read_text(encoding="utf-8")
    scopes, lines = _scopes(code), code.splitlines()
    places = [
        place
        for place in _places(code)
        if _scope_at(scopes, place.line) == within
        and (not changed or any(lines[place.line - 1].strip() in before for before in changed))
    ]
    return [made for place in places if (made := _made(file, code, place)) is not None]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a mistake can be made: the how-manieth of its operator in the file, and its line."""

    operator: str
    occurrence: int
    line: int


@functools.cache
def equivalent_mutants() -> frozenset[tuple[str, str, str, str]]:
    """Returns the mutants that nothing can notice, each with its reason in `equivalent_mutants.toml`."""
    listed = tomllib.loads(EQUIVALENT_MUTANTS.read_text(encoding="utf-8")).get("equivalent", [])
    return frozenset((each["file"], each["within"], each["before"], each["after"]) for each in listed)


@functools.cache
def _operator(name: str):
    return get_operator(f"core/{name}")()


@functools.lru_cache(maxsize=64)
def _dump(code: str) -> str:
    return ast.dump(ast.parse(code))


def _made(file: str, code: str, place: _Place) -> Mutant | None:
    """Makes a mistake; None where Python cannot read it, or reads the same."""
    mistaken = mutate_code(code, _operator(place.operator), place.occurrence)
    try:
        if mistaken is None or ast.dump(ast.parse(mistaken)) == _dump(code):
            return None
    except SyntaxError:
        return None
    before, after = _difference(code, mistaken)
    within = _scope_at(_scopes(code), place.line)
    return Mutant(file, place.line, within, place.operator, before, after, mistaken)


@functools.lru_cache(maxsize=64)
def _places(code: str) -> list[_Place]:
    """Returns every place of the code at which one of the mistakes can be made.

    The star of `name, *, other` is no multiplication sign.
    """
    nodes = list(ast_nodes(get_ast(code)))
    signs = (node for node in nodes if node.type == "operator")
    no_operators = [
        (sign.start_pos, sign.end_pos) for sign in signs if sign.parent.type in ("parameters", "lambdef")
    ]
    passed_over = [*_passed_over(code), *no_operators]
    found = []
    for name in OPERATORS:
        starts = [start for node in nodes for start, _ in _operator(name).mutation_positions(node)]
        for occurrence, start in enumerate(starts):
            if not any(begin <= start < end for begin, end in passed_over):
                found.append(_Place(name, occurrence, start[0]))
    return found


def _passed_over(code: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Returns where no mistakes are made: types, decorators and options of classes, and asserts, which only repeat what the types say."""
    passed: list[ast.expr | ast.stmt] = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Assert):
            passed.append(node)
        elif isinstance(node, ast.AnnAssign) or (isinstance(node, ast.arg) and node.annotation is not None):
            passed.append(node.annotation)
        elif isinstance(node, ast.FunctionDef):
            passed += [*node.decorator_list, *([node.returns] if node.returns is not None else [])]
        elif isinstance(node, ast.ClassDef):
            passed += [*node.decorator_list, *(option.value for option in node.keywords)]
        elif (
            isinstance(node, ast.Assign)
            and ast.unparse(node.targets[0])[0].isupper()
            and _is_type(node.value)
        ):
            passed.append(node)
    return [
        ((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)) for node in passed
    ]


def _is_type(value: ast.expr) -> bool:
    """Tells whether a value is a union of types, given a name: `Answer = Quantity | str`."""
    return (
        isinstance(value, ast.BinOp)
        and isinstance(value.op, ast.BitOr)
        and all(
            isinstance(side, ast.Name | ast.Constant | ast.BinOp | ast.Subscript)
            for side in (value.left, value.right)
        )
    )


def _scope_at(scopes: list[tuple[int, int, str]], line: int) -> str:
    return next((name for first, last, name in scopes if first <= line <= last), "")


@functools.lru_cache(maxsize=64)
def _scopes(code: str) -> list[tuple[int, int, str]]:
    """Returns first line, last line and name of each function and class, the innermost first."""
    found: list[tuple[int, int, str]] = []

    def look(node: ast.AST, outside: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                name = f"{outside}.{child.name}" if outside else child.name
                look(child, name)
                found.append((child.lineno, child.end_lineno or child.lineno, name))
            else:
                look(child, outside)

    look(ast.parse(code), "")
    return found


def _difference(code: str, mistaken: str) -> tuple[str, str]:
    """Returns the lines that a mistake changes, and what they become."""
    ours, theirs = code.splitlines(), mistaken.splitlines()
    pairs = [pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]]
    before, after = (" ".join(line.strip() for line in lines) for lines in zip(*pairs, strict=True))
    return before, after
