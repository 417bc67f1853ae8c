"""The commands are tested on the same logs."""

from tests.itbcalc.log.conftest import data_folder, itbcalc, log, path

__all__ = ["data_folder", "itbcalc", "log", "path"]
