"""What is left behind when the program itself fails: a line on the terminal, a report on the disk, a status of its own."""

import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from itbcalc import __version__
from itbcalc.say.catalogue import _

REPORTS = "failures"


def failure_words(error: BaseException) -> str:
    """What the terminal says of an error of ours; the trace of it is in the report that it names."""
    path = _write_report(error)
    if path is None:
        return _("itbcalc made an error of its own; nothing was computed, and no report could be written")
    return _("itbcalc made an error of its own; nothing was computed. The report lies at {path}", path=path)


def _write_report(error: BaseException) -> Path | None:
    """The report of an error beside the user's other data; None where nothing can be written there."""
    from itbcalc.log.folders import data_folder
    from itbcalc.safe_files import replace_file

    now = datetime.now(UTC)
    about = f"itbcalc {__version__}, Python {sys.version.split()[0]}, {sys.platform}, {now.isoformat(timespec='seconds')}"
    trace = "".join(traceback.format_exception(error))
    folder = data_folder() / REPORTS
    path = folder / f"{now:%Y%m%d-%H%M%S-%f}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(path, f"{about}\n\n{trace}".encode("utf-8", "backslashreplace"))
    except OSError:
        return None
    return path
