"""Writes a file where there is none: whole and synced to the disk, or not at all."""

import os
import uuid
from collections.abc import Iterable
from pathlib import Path

from itbcalc.errors import LogUnavailableError
from itbcalc.titration.files import name_finished, remove_quietly


def write_new(target: Path, content: Iterable[bytes]) -> None:
    """Writes `content` beside `target` under another name, syncs it, and gives it its name.

    What stands there is never overwritten. Raises LogUnavailableError.
    """
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        with part.open("xb") as file:
            file.writelines(content)
            file.flush()
            os.fsync(file.fileno())
        name_finished(part, target)
    except FileExistsError as error:
        raise LogUnavailableError("exists", str(target)) from error
    except OSError as error:
        raise LogUnavailableError("not_written", error.strerror or str(error)) from error
    finally:
        remove_quietly(part)
