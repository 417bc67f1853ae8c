"""The response to a screening bolus: the shares are those of the literature's table, and stand in the docs."""

import re
from pathlib import Path

import pytest

from itbcalc.practice.model import Sedation
from itbcalc.practice.response import DOSES, PEOPLE, STAGES, response, response_lines
from tests.itbcalc.practice.literature import share_after_a_bolus
from tests.itbcalc.practice.playing import library

DOCS = (Path(__file__).parents[3] / "docs" / "practice-model.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def found():
    return tuple(response(mcg) for mcg in DOSES)


def test_the_shares_are_those_of_the_table_of_model_against_literature(found):
    for each in found:
        for stage in (Sedation.DROWSY, Sedation.SLOW_BREATHING, Sedation.COMA):
            assert float(each.share(stage)) == share_after_a_bolus(each.mcg, stage)


def test_who_came_to_worse_came_to_it_by_way_of_the_milder(found):
    for each in found:
        counted = [each.came_to[stage] for stage in STAGES]
        assert counted == sorted(counted, reverse=True)
        assert counted[0] <= PEOPLE


def test_the_more_is_given_the_more_come_to_it_and_the_lower_falls_the_reflex(found):
    assert [each.came_to[Sedation.DROWSY] for each in found] == sorted(
        each.came_to[Sedation.DROWSY] for each in found
    )
    lowest = [each.reflex[1].min() for each in found]
    assert lowest == sorted(lowest, reverse=True)
    for each in found:
        low, middle, high = each.reflex
        assert (low <= middle).all()
        assert (middle <= high).all()


def test_the_docs_print_what_the_command_says(found):
    lines = list(response_lines(found, library()))
    for stage, line in zip(STAGES, lines[2:6], strict=True):
        words = stage.words if stage is Sedation.COMA else f"{stage.words} or worse"
        shares = re.findall(r"[0-9.]+ %", line.partition("at most")[0])
        assert f"| {words} | {' | '.join(shares)} |" in DOCS
