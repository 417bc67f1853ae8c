"""The program: everything a check needs, as typed in the window or written in a file."""

from itbcalc.program.read_outs import READ_OUTS
from itbcalc.program.reading import (
    ProgramReading,
    complete_program,
    read_program,
    read_schedule,
)
from itbcalc.program.records import (
    Bridge,
    Patient,
    Program,
    ReadOut,
    Reservoir,
    StepRow,
    System,
    Therapy,
)
from itbcalc.program.toml_file import load_toml, parse_toml

__all__ = [
    "READ_OUTS",
    "Bridge",
    "Patient",
    "Program",
    "ProgramReading",
    "ReadOut",
    "Reservoir",
    "StepRow",
    "System",
    "Therapy",
    "complete_program",
    "load_toml",
    "parse_toml",
    "read_program",
    "read_schedule",
]
