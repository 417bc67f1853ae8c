"""Which key opens an encrypted log."""

import sys
from pathlib import Path

import pytest

from itbcalc.errors import LogUnavailableError
from itbcalc.log import cipher
from itbcalc.log.store import make_log
from tests.itbcalc.log.logs import LOG_ID, contents

pytest.importorskip("sqlcipher3")

KEY, OTHER = bytes(range(32)), bytes(32)


def test_before_any_key_is_held_the_right_one_is_told_from_another(path: Path) -> None:
    cipher.hold(KEY)
    make_log(path, LOG_ID, contents(2))
    cipher.let_go()

    assert cipher.fits(path, KEY)
    assert not cipher.fits(path, OTHER)


def test_without_the_library_no_key_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)

    with pytest.raises(LogUnavailableError) as refused:
        cipher.hold(bytes(32))

    assert refused.value.reason == "no_cipher"


def test_while_no_key_is_held_no_log_is_one_of_another_key(path: Path) -> None:
    make_log(path, LOG_ID, contents(1))

    assert not cipher.is_of_another_key(path)
    assert not cipher.is_of_another_key(path.with_name("none"))
