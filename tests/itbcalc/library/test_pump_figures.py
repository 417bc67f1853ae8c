"""A figure of a pump is defined once; whatever half of it is forgotten is named here."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import fields

from itbcalc.library.files import PumpTable
from itbcalc.library.records import PUMP_FIGURES, Figure, Grade, Pump, Typed
from itbcalc.quantities.kinds import KINDS
from itbcalc.resources import resource_path

ROOT = Path(__file__).resolve().parents[3]
PROGRAM_FILE = (ROOT / "docs" / "program-file.md").read_text(encoding="utf-8")


def keys_of_published_pumps() -> Iterator[str]:
    for path in resource_path("pumps").glob("*.toml"):
        for pump in tomllib.loads(path.read_text(encoding="utf-8"))["pump"]:
            yield from pump


def code_above_the_library() -> str:
    paths = [path for path in (ROOT / "itbcalc").rglob("*.py") if path.parent.name != "library"]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def test_every_field_of_a_pump_that_holds_figures_is_defined():
    holding = {held.name for held in fields(Pump) if "Figure" in str(held.type)}

    assert holding == set(PUMP_FIGURES)


@pytest.mark.parametrize("figure", PUMP_FIGURES.values(), ids=PUMP_FIGURES)
def test_a_figure_is_of_a_known_kind_and_lies_below_one_of_the_same_kind(figure):
    assert figure.kind in KINDS
    assert not figure.below or PUMP_FIGURES[figure.below].kind is figure.kind


@pytest.mark.parametrize("name", PUMP_FIGURES)
def test_a_figure_may_stand_in_a_profile_but_need_not(name):
    least = {"id": "p", "name": "P", "kind": "programmable"}
    given = [{"value": "1"}] if PUMP_FIGURES[name].several else {"value": "1"}

    assert getattr(PumpTable({**least, name: given}), name) in (given, tuple(given))
    assert getattr(PumpTable(least), name) in ((), None)


@pytest.mark.parametrize("name", PUMP_FIGURES)
def test_a_figure_is_published_of_some_pump_or_typed_of_ones_own(name):
    published = name in set(keys_of_published_pumps())

    assert published or PUMP_FIGURES[name].typed is not Typed.NOT, f"no pump of resources/pumps has `{name}`"


@pytest.mark.parametrize("name", PUMP_FIGURES)
def test_something_is_computed_with_a_figure_or_held_against_it(name):
    assert re.search(rf"\bpump\.{name}\b", code_above_the_library()), f"nothing asks for `pump.{name}`"


@pytest.mark.parametrize(
    "name", [name for name, figure in PUMP_FIGURES.items() if figure.typed is not Typed.NOT]
)
def test_a_figure_typed_of_ones_own_pump_is_in_the_docs(name):
    section = PROGRAM_FILE.partition("## A pump of one's own")[2].partition("\n## ")[0]

    assert f"`{name}`" in section, f"docs/program-file.md, a pump of one's own: `{name}` is missing"


def test_every_figure_that_is_known_of_a_pump_is_among_its_figures(figure_made):
    known = {
        name: (figure_made(name),) if defined.several else figure_made(name)
        for name, defined in PUMP_FIGURES.items()
    }

    assert [figure.address for figure in Pump(id="p", name="P", **known).figures()] == list(PUMP_FIGURES)


@pytest.fixture
def figure_made():
    def made(name: str) -> Figure:
        kind = PUMP_FIGURES[name].kind
        return Figure(name, 1 * kind.unit, "1", Grade.SEEN, ())

    return made
