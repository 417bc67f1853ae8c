"""Whose log is it, and where does it lie? Said wherever it is shown: two accounts of one machine have two logs."""

import stat
from pathlib import Path

from itbcalc.errors import LogUnavailableError
from itbcalc.log.cipher import is_encrypted
from itbcalc.log.places import is_on_server
from itbcalc.log.server import read_server_file
from itbcalc.say.log import in_file_words, on_server_words, plain_copy_words


def whose_words(path: Path) -> str:
    """Whose log the one at `path` is, and where; nothing where that cannot be told."""
    if is_on_server(path):
        try:
            server = read_server_file(path)
        except LogUnavailableError:
            return ""
        return on_server_words(server.place, server.user)
    try:
        mode, owner = path.stat().st_mode, path.owner()
    except (OSError, KeyError, NotImplementedError):  # no such account any more, or no accounts as here
        return in_file_words(str(path), "", shared=False) if path.exists() else ""
    return in_file_words(str(path), owner, shared=bool(mode & (stat.S_IWGRP | stat.S_IWOTH)))


def plain_copy(path: Path) -> tuple[str, ...]:
    """What is to be said of whatever leaves the log at `path` in plain: that it is, where the log itself is encrypted."""
    return (plain_copy_words(),) if is_encrypted(path) else ()
