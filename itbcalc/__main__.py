"""Starts itbcalc: without a command the window, with one the command line."""

import os
import sys


def main() -> int:
    """The exit status of the command, or of the window."""
    arguments = sys.argv[1:]
    if _opens_window(arguments):
        from ui.start import main as open_window

        return open_window(arguments)
    if (
        arguments and arguments[0] == "--try"
    ):  # what `dev.py bundle` asks of the finished program: `--try FOLDER`
        from pathlib import Path

        from ui.trial import main as try_all

        return try_all(Path(*arguments[1:2]))
    for stream in (sys.stdout, sys.stderr):
        # A terminal in another encoding would end the program over a check mark.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    import gc

    gc.set_threshold(200_000)  # what is loaded stays: Python would look for garbage in it over and over
    from itbcalc.cli.main import run

    status = run(arguments)
    gc.freeze()  # nor does it look once more through all that the end of the process gives back anyway
    return status


def _opens_window(arguments: list[str]) -> bool:
    """Without a command, or with a program file alone; not where a shell asks what may stand next."""
    if "_ITBCALC_COMPLETE" in os.environ:
        return False
    return not arguments or arguments[0].endswith(".toml")


if __name__ == "__main__":
    sys.exit(main())
