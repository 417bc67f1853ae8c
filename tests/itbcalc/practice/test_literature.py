"""The virtual patient against the literature, and the document that shows it."""

from dataclasses import replace
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


def test_the_figures_of_both_paths_fit_as_well_as_any_near_them():
    # The valley is flat: what is written into the data, to two digits, may lie anywhere on its floor.
    data = fit.Figures(*(float(parameter(name)) for name in fit.NAMES))

    assert fit.sum_of_squares(data) <= 1.01 * fit.sum_of_squares(fit.fitted())
    assert fit.sum_of_squares(replace(data, fast=0.6)) > 1.01 * fit.sum_of_squares(fit.fitted())


def test_the_document_shows_the_fit():
    shown = DOCUMENT.splitlines()
    data = fit.Figures(*(float(parameter(name)) for name in fit.NAMES))

    assert len(fit.PUBLISHED) == 13
    assert [line for line in fit.lines(data) if line not in shown] == []


def test_what_is_not_reproduced_says_why():
    assert [row.what for row in ROWS if not row.reproduced and not row.remark] == []
    assert Fraction(sum(row.reproduced for row in ROWS), len(ROWS)) >= Fraction(36, 40)


def test_the_document_shows_every_parameter_as_it_is():
    shown = [line for line in DOCUMENT.splitlines() if line.startswith("| `")]

    assert shown == list(parameter_lines())
    assert len(shown) == len(all_parameters())


def test_the_document_says_what_the_model_is_not():
    assert NOT_VALIDATED in DOCUMENT
