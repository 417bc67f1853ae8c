"""Which key opens an encrypted log."""

from pathlib import Path

import pytest

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
