"""Where does the log of this workstation lie?"""

import functools
import os
from pathlib import Path

import platformdirs

LOG_NAME = "titration.itblog"
SERVER_SUFFIX = ".itbserver"
SERVER_NAME = f"titration{SERVER_SUFFIX}"
BACKUPS = "backups"
PEOPLE_NAME = "people.sqlite"


def data_folder() -> Path:
    """The user's data folder, or the one that ITBCALC_DATA_DIR names."""
    named = os.environ.get("ITBCALC_DATA_DIR")
    return Path(named) if named else Path(platformdirs.user_data_dir("itbcalc", appauthor=False))


def log_path() -> Path:
    """The log of this workstation: the one on a server, where a connection file lies in its data folder."""
    server = data_folder() / SERVER_NAME
    return server if server.exists() else data_folder() / LOG_NAME


def waiting_path(log: Path) -> Path:
    """Where lies what waits to be sent to a log on a server?"""
    return log.with_name(f"{log.name}.waiting")


@functools.lru_cache(maxsize=16)  # asked for at each connection
def key_path(log: Path) -> Path:
    """Where the wrapped key of an encrypted log lies: a log beside which there is one is encrypted."""
    return log.with_name(f"{log.name}.key")


@functools.lru_cache(maxsize=16)
def next_key_path(log: Path) -> Path:
    """Where the key lies that takes the place of the one before, from just before the log is replaced until just after."""
    return log.with_name(f"{log.name}.key.next")


def people_path() -> Path:
    """Who works here: in a file apart from the log, never copied with it."""
    return data_folder() / PEOPLE_NAME
