"""What a search leaves behind goes by itself: rings go only while all of a program stands still to look for them."""

import gc
from collections.abc import Iterator

import pytest

from itbcalc.judge.check import check, search_of
from itbcalc.judge.explanations import Explanations, Search
from itbcalc.library.reading import read_library
from itbcalc.program import read_program
from itbcalc.resources import resource_path
from tests.benchmarks.bench_schedule import table

RINGS = 50  # objects; of one key into this program there were 15,000


@pytest.fixture
def nothing_collected() -> Iterator[None]:
    """Nothing goes but by itself."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("nothing_collected")
@pytest.mark.parametrize("is_given_up", [False, True])
def test_neither_a_search_nor_what_it_tried_is_left_in_a_ring(is_given_up):
    library = read_library(resource_path())
    found(library, 2)  # what is kept from the first on
    gc.collect()

    found(library, 10_000 if not is_given_up else 500)

    assert gc.collect() < RINGS


def found(library, pieces: int) -> Explanations | None:
    """What would explain two read-outs of a long schedule, if so many pieces suffice."""
    program = read_program(
        {**table(13, 7, differs=False), "readouts": {"daily_dose": "777.7 mcg/day"}}, library
    )
    search: Search = search_of(check(program.program, library), library)
    pieces_made = (search.piece() for _ in range(pieces))
    return next((each for each in pieces_made if each is not None), None)
