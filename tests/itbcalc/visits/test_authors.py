"""Who has a passphrase signs with it: an operator's name cannot be typed by anybody, whatever lies on this machine."""

from pathlib import Path
from typing import Any

import pytest

from itbcalc.errors import RefusedError
from itbcalc.log.store import MemoryLog
from itbcalc.visits.authors import operators_known, own_name
from itbcalc.visits.entry_kinds import EntryKind
from tests.itbcalc.cli.test_cli import Command
from tests.itbcalc.log.logs import LOG_ID, draft, sqlite_log

LEVI = {"operator": {"id": "1", "name": "M. Levi", "role": "pump nurse"}, "change": "added"}


def added(number: int, body: Any = LEVI) -> Any:
    """That an operator was added, as the window writes it."""
    changed = {"kind": EntryKind.OPERATOR_CHANGED, "patient": "", "author": "M. Levi", "signed": "passphrase"}
    return draft(number, body=body, **changed)


@pytest.fixture
def with_levi() -> MemoryLog:
    log = MemoryLog(LOG_ID)
    log.append(added(1))
    return log


def test_the_log_itself_tells_who_has_a_passphrase(with_levi: MemoryLog) -> None:
    with_levi.append(draft(2))
    with_levi.append(added(3, {"operator": {"id": "1", "name": "M. Cohen"}, "change": "name"}))
    with_levi.append(added(4, {"operator": "none"}))

    assert operators_known(with_levi) == ("M. Levi", "M. Cohen")


@pytest.mark.parametrize("typed", ["M. Levi", "m. levi", "Levi M", "M. Lévi"])
def test_an_operators_name_is_not_typed_however_it_is_written(with_levi: MemoryLog, typed: str) -> None:
    step = draft(2, author=typed)

    with pytest.raises(RefusedError) as refused:
        with_levi.append(step, own_name(step))

    assert (refused.value.field, refused.value.rule) == ("author", "operators_name")
    assert with_levi.head().count == 1


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(draft(2, author="M. Levi", signed="passphrase"), id="with her passphrase"),
        pytest.param(draft(2, author="A. Nurse"), id="somebody else"),
        pytest.param(draft(2, author="itbcalc", role="program"), id="the program by itself"),
    ],
)
def test_others_are_let_through(with_levi: MemoryLog, step: Any) -> None:
    assert with_levi.append(step, own_name(step)).seq == 2


def test_what_else_is_asked_is_asked_too(with_levi: MemoryLog) -> None:
    asked: list[int] = []
    step = draft(2, author="A. Nurse")

    with_levi.append(step, own_name(step, lambda log: asked.append(log.head().count)))

    assert asked == [1]


def test_another_data_folder_opens_no_door_and_the_list_tells_who_only_typed(
    itbcalc: Command, path: Path, data_folder: Path
) -> None:
    log = sqlite_log(path)
    log.append(draft(1, author="A. Nurse"))
    log.append(added(2))
    log.close()
    assert not data_folder.exists()  # no operators here

    refused = itbcalc(f"log observe P-1 --score pain_nrs 2 --author 'm. levi' --log {path}")

    assert refused.status == 2
    assert "is the name of an operator of this log" in refused.err
    first, second = itbcalc(f"log list --log {path}").out.splitlines()
    assert first.endswith("signed only by a typed name: A. Nurse")
    assert "typed" not in second
    listed = itbcalc(f"log list --log {path}", "--json").results["entries"]
    assert [each["signed"] for each in listed] == ["typed", "passphrase"]
