"""The program: everything a check needs, as typed in the window or written in a file."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from itbcalc.program.read_outs import (
        READ_OUTS as READ_OUTS,
    )
    from itbcalc.program.reading import (
        ProgramReading as ProgramReading,
        complete_program as complete_program,
        read_program as read_program,
        read_schedule as read_schedule,
    )
    from itbcalc.program.records import (
        Bridge as Bridge,
        Patient as Patient,
        Program as Program,
        ReadOut as ReadOut,
        Reservoir as Reservoir,
        StepRow as StepRow,
        System as System,
        Therapy as Therapy,
    )
    from itbcalc.program.toml_file import (
        load_toml as load_toml,
        parse_toml as parse_toml,
    )
else:
    from itbcalc.when_asked import found_when_asked

    __getattr__ = found_when_asked(
        __name__,
        {
            "read_outs": ("READ_OUTS",),
            "reading": ("ProgramReading", "complete_program", "read_program", "read_schedule"),
            "records": (
                "Bridge",
                "Patient",
                "Program",
                "ReadOut",
                "Reservoir",
                "StepRow",
                "System",
                "Therapy",
            ),
            "toml_file": ("load_toml", "parse_toml"),
        },
    )
