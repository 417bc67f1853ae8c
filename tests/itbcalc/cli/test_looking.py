"""Whoever waits at a terminal is told that it is still looked for, and may end it: the verdicts stay."""

import itertools

import pytest

from itbcalc.cli import looking
from itbcalc.cli.main import run
from itbcalc.judge.explanations import Explanations, Search
from tests.itbcalc.programs import check_example, example, library


def looked_for(seconds_a_piece: float) -> Explanations:
    ticks = itertools.count(0, seconds_a_piece)
    return looking.explanations_in(check_example(example("06")), library(), clock=lambda: next(ticks))


def terminal(monkeypatch: pytest.MonkeyPatch, *, is_one: bool) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_one)


def test_after_a_second_a_terminal_says_once_that_it_is_looking(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal(monkeypatch, is_one=True)

    found = looked_for(0.4)

    out, err = capsys.readouterr()
    assert found.found
    assert out == ""
    assert err.count("Looking for what would explain it") == 1


@pytest.mark.parametrize(("is_one", "seconds"), [(True, 0.0001), (False, 0.4)])
def test_what_is_found_at_once_or_goes_into_a_file_needs_no_sign(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], is_one: bool, seconds: float
) -> None:
    terminal(monkeypatch, is_one=is_one)

    looked_for(seconds)

    assert capsys.readouterr() == ("", "")


def test_ctrl_c_ends_the_search_and_shows_the_verdicts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: Search) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Search, "piece", interrupted)

    status = run(["check", str(example("06"))])

    out = capsys.readouterr().out
    assert status == 1
    assert "✗ differs" in out
    assert "The search was ended before it had come to an end" in out
    assert "Looking for" not in out
    assert "read-outs differ" in out.splitlines()[-1]
