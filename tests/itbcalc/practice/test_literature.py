"""The virtual patient against the literature, and the document that shows it."""

from fractions import Fraction

import pytest

from itbcalc.practice.parameters import NOT_VALIDATED, all_parameters, parameter
from itbcalc.resources import resource_path
from tests.itbcalc.practice import fit
from tests.itbcalc.practice.literature import HEAD, ROWS
from tests.itbcalc.practice.parameter_table import parameter_lines

DOCUMENT = (resource_path().parent / "docs" / "practice-model.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_the_model_lies_in_the_band_or_is_said_not_to(row):
    assert (row.low <= row.model() <= row.high) is row.reproduced


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_the_document_shows_what_the_model_says_now(row):
    assert row.line() in DOCUMENT.splitlines()


def test_the_document_shows_no_row_that_is_not_held():
    shown = DOCUMENT.splitlines()
    begin = shown.index(HEAD[0]) + len(HEAD)
    rows = shown[begin : shown.index("", begin)]

    assert len(rows) == len(ROWS)


def test_the_figures_of_both_paths_are_those_of_the_fit():
    # To two digits: what is written into the data is rounded.
    for name, figure in fit.fitted().items():
        assert parameter(name) == pytest.approx(figure, rel=0.01), name


def test_the_document_shows_the_fit():
    shown = DOCUMENT.splitlines()

    assert len(fit.PUBLISHED) == 13
    assert [line for line in fit.lines() if line not in shown] == []


def test_what_is_not_reproduced_says_why():
    assert [row.what for row in ROWS if not row.reproduced and not row.remark] == []
    assert Fraction(sum(row.reproduced for row in ROWS), len(ROWS)) >= Fraction(36, 40)


def test_the_document_shows_every_parameter_as_it_is():
    shown = [line for line in DOCUMENT.splitlines() if line.startswith("| `")]

    assert shown == list(parameter_lines())
    assert len(shown) == len(all_parameters())


def test_the_document_says_what_the_model_is_not():
    assert NOT_VALIDATED in DOCUMENT
