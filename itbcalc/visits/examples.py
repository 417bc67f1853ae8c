"""Are these the invented figures of a bundled example? They belong into no clinic's log by habit."""

from itbcalc.errors import EntryError
from itbcalc.library.records import Library
from itbcalc.program import Program, load_toml, read_program
from itbcalc.quantities.instants import read_instant
from itbcalc.resources import resource_path


def example_of(program: Program, library: Library) -> str:
    """The name of the bundled example that has the same system and the same reservoir at the same moment; empty for none.

    A dose that was changed in it, or another pseudonym, makes no patient of it.
    """
    if program.reservoir.at is None:
        return ""
    for path in sorted(resource_path("examples").glob("*.toml")):
        table = load_toml(path)
        if not _same_moment(table["reservoir"]["at"], program):
            continue
        example = read_program(table, library).program
        if (example.system, example.reservoir) == (program.system, program.reservoir):
            return example_title(path.stem)
    return ""


def example_title(stem: str) -> str:
    """`06-mistyped-concentration` as `Mistyped concentration`."""
    return stem.partition("-")[2].replace("-", " ").capitalize()


def _same_moment(text: str, program: Program) -> bool:
    assert program.reservoir.at is not None
    try:
        return read_instant(text).moment == program.reservoir.at.moment
    except EntryError:
        return False
