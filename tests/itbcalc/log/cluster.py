"""PostgreSQL for tests: a cluster of its own in a temporary folder, reached over its socket, begun when first asked for."""

import atexit
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import psycopg
import pytest

from itbcalc.log.postgres import PostgresLog, begin
from itbcalc.log.seen import seen_path
from itbcalc.log.server import read_server_file
from itbcalc.log.server_tables import server_script
from tests.itbcalc.log.logs import LOG_ID

ROOM = "room_1"  # the login of the workstation of the tests
_ABSENT = "PostgreSQL is not installed, so the log on a server was NOT tested here; on Debian: apt-get install postgresql"


class Cluster:
    """A server that somebody may stop and start in the midst of work."""

    def __init__(self, programs: Path, *, namespace: str = "") -> None:
        """In a `namespace` of the network it is only reached over what is laid to there, and over its socket."""
        self.programs, self._namespace = programs, namespace
        self.folder = Path(tempfile.mkdtemp(prefix="itbpg", dir="/tmp"))  # a socket's path has to be short
        self._user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
        if self._user:
            shutil.chown(self.folder, "postgres", "postgres")
        self._run(
            "initdb", "-D", "data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync"
        )
        self.start()

    def start(self, *options: str) -> None:
        told = f"-k {self.folder} -c listen_addresses='' -c shared_buffers=16MB {' '.join(options)}"
        self._run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", told, "start")

    def stop(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        self._run("pg_ctl", "-D", "data", "-w", "-m", mode, "stop")

    def give(self, path: Path) -> Path:
        """A copy of a file that belongs to the server."""
        copy = shutil.copy(path, self.folder / path.name)
        copy.chmod(0o600)
        if self._user:
            shutil.chown(copy, "postgres", "postgres")
        return copy

    def end(self) -> None:
        if (self.folder / "data" / "postmaster.pid").exists():
            self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def administrator(self, database: str = "postgres", port: int = 5432) -> "psycopg.Connection[Any]":
        """Somebody who may do anything, each statement by itself."""
        return psycopg.connect(
            host=str(self.folder), port=port, user="postgres", dbname=database, autocommit=True
        )

    def room(self, user: str = ROOM) -> "psycopg.Connection[Any]":
        """A workstation with a program of its own, each statement by itself."""
        return psycopg.connect(host=str(self.folder), user=user, dbname="postgres", autocommit=True)

    def empty(self, path: Path, user: str = ROOM) -> Path:
        """A connection file at `path`, for tables in which no log was begun yet."""
        with self.administrator() as administrator:
            administrator.execute("SET client_min_messages = warning; DROP SCHEMA IF EXISTS itbcalc CASCADE")
            administrator.execute(server_script([ROOM, "room_2"]))
        return self.named(path, user)

    def named(self, path: Path, user: str = ROOM, database: str = "postgres") -> Path:
        """A connection file at `path`."""
        text = f'[server]\nhost = "{self.folder}"\ndatabase = "{database}"\nuser = "{user}"\n'
        path.write_text(text, encoding="utf-8")
        return path

    def log(self, folder: Path, written: Sequence[bytes] = ()) -> PostgresLog:
        """A log with these entries, and nothing of the one before."""
        path = self.empty(folder / "titration.itbserver")
        begin(read_server_file(path), LOG_ID, written)
        seen_path(path).unlink(missing_ok=True)
        return PostgresLog(path)

    def _run(self, program: str, *arguments: str) -> None:
        command, user = [str(self.programs / program), *arguments], self._user
        if self._namespace:
            become = ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")
            command, user = ["ip", "netns", "exec", self._namespace, *become, *command], {}
        subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL, **user)


@functools.cache
def _programs() -> Path | None:
    """Where the newest PostgreSQL of this machine lies."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    named = found[-1] if found else shutil.which("initdb")
    return None if named is None else Path(named).parent


def new_cluster(namespace: str = "") -> Cluster:
    """One to be stopped, or set up otherwise. Where PostgreSQL is not installed the test is skipped, and says so; CI fails."""
    programs = _programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail(_ABSENT)
        pytest.skip(_ABSENT)
    made = Cluster(programs, namespace=namespace)
    atexit.register(made.end)
    return made


@functools.cache
def cluster() -> Cluster:
    """The one that the tests of a run share, each with tables of its own."""
    return new_cluster()
