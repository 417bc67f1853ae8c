"""Runs of whole scenarios for the tests, written short."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from itbcalc.library.reading import read_library
from itbcalc.practice.moves import read_move, read_script
from itbcalc.practice.play import begin, do, play
from itbcalc.practice.run import Run
from itbcalc.practice.scenario import Scenario
from itbcalc.practice.scenario_reading import read_scenario, scenario_paths
from itbcalc.program import load_toml
from itbcalc.program.toml_file import BareNumber
from itbcalc.resources import resource_path

SCRIPTS = resource_path("practice", "scripts")
NAMES = tuple(scenario_paths())


@functools.cache
def library():
    return read_library(resource_path())


@functools.cache
def scenario(name: str) -> Scenario:
    return read_scenario(scenario_paths()[name], library())


def start(name: str, **known: Any) -> Run:
    return begin(scenario(name), library(), **known)


def move(**table: Any):
    return read_move(table, library())


def after(run: Run, *tables: Mapping[str, Any]) -> Run:
    """`run` after moves, each as its table."""
    for table in tables:
        run = do(run, read_move(table, library()))
    return run


@functools.cache
def scripted(name: str, kind: str) -> Run:
    """The run of a scenario by the script beside it, `good` or `bad`."""
    return play(start(name), read_script(SCRIPTS / f"{name}-{kind}.toml", library()))


def table_of(name: str) -> dict[str, Any]:
    """The tables of a built-in scenario, to be changed and written again."""
    return plain(load_toml(scenario_paths()[name]))


def written(folder: Path, table: Mapping[str, Any], name: str = "changed") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(tomli_w.dumps(table), encoding="utf-8")
    return path


def plain(value: Any) -> Any:
    """A value as TOML writes it: numbers with a point as floats."""
    if isinstance(value, BareNumber):
        return float(value.text)
    if isinstance(value, dict):
        return {key: plain(held) for key, held in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value
