"""The program: everything a check needs, as typed in the window or written in a file."""

from itbcalc.program.reading import (
    ProgramReading,
    complete_program,
    read_program,
    read_program_file,
    read_schedule_file,
)
from itbcalc.program.records import (
    DATE_READ_OUTS,
    READ_OUT_KINDS,
    READ_OUT_NAMES,
    STEP_READ_OUT_KINDS,
    STEP_READ_OUTS,
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
    "DATE_READ_OUTS",
    "READ_OUT_KINDS",
    "READ_OUT_NAMES",
    "STEP_READ_OUTS",
    "STEP_READ_OUT_KINDS",
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
    "read_program_file",
    "read_schedule_file",
]
