"""How is a file made, and how does it get its name, so that it is there whole or not at all?

A file is read from what is a plain file only, and up to a bound. A file that is replaced is written beside the old one, synced, read back, and only then put in its place.
"""

import contextlib
import errno
import os
import shutil
import stat
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from itbcalc.errors import LogUnavailableError

# Opened without waiting for a writer, and never as the terminal of this program; Windows has its own flag for bytes.
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


def read_plain(path: Path, limit: int) -> bytes:
    """What a plain file holds: `limit` bytes and one more at most, so that whoever asked sees that it holds too much.

    A pipe, a device or a folder is refused by name and not waited for. Raises OSError.
    """
    try:
        mode = path.stat().st_mode
    except ValueError as error:
        raise OSError(errno.EINVAL, "no file can have this name", str(path)) from error
    _refuse_strange(path, mode)
    handle = os.open(path, os.O_RDONLY | _AT_ONCE)
    with os.fdopen(handle, "rb") as file:
        _refuse_strange(
            path, os.fstat(handle).st_mode
        )  # what stood there a moment ago may have been another file
        read: bytes | None = file.read(limit + 1)
        if read is None:  # a file of the system that has nothing to say now
            raise OSError(errno.EINVAL, "it is no plain file", str(path))
        return read


def _refuse_strange(path: Path, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is no plain file", str(path))


def private_mode(folder: Path) -> int:
    """For whom a file of a log in `folder` is: for this user alone, or for the group to which whoever made the folder gave it.

    That is a folder in which the group may write, and keeps what is made in it (setgid).
    """
    mode = folder.stat().st_mode
    return 0o660 if mode & stat.S_ISGID and mode & stat.S_IWGRP else 0o600


def make_private(path: Path) -> None:
    """Makes an empty file, for whom its folder says; one that is there stays. Raises OSError where it may not be written."""
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        handle = os.open(path, os.O_WRONLY)
    else:
        if private_mode(path.parent) != 0o600:
            os.fchmod(handle, private_mode(path.parent))  # whatever the umask takes away
    os.close(handle)


def make_folder(folder: Path) -> None:
    """Makes a folder where there is none. Raises LogUnavailableError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "read_only" if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS) else "cannot_open"
        raise LogUnavailableError(reason, f"{folder} ({error.strerror})") from error


def name_finished(part: Path, path: Path) -> None:
    """Gives a finished file its name, where nothing may stand. Raises FileExistsError, OSError."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        part.rename(path)
    sync_folder(path.parent)


def replace_file(path: Path, content: bytes) -> None:
    """Puts `content` in the place of what stands at `path`, or there where nothing stands.

    Raises OSError with the old file untouched and nothing left beside it. Only where the last step fails, making the
    new name last, does the new file stand there already.
    """
    with written_beside(path, content) as part:
        put_in_place(part, path)


@contextlib.contextmanager
def written_beside(path: Path, content: bytes) -> Iterator[Path]:
    """A file beside `path` that holds `content` and has reached the disk; at the end it is gone, or has been put in place.

    It may be read and changed by whoever may read and change what stands at `path`; a new one by its owner alone.
    Raises OSError.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            if path.exists():
                shutil.copymode(path, part)
            file.flush()
            os.fsync(file.fileno())
        if part.read_bytes() != content:
            raise OSError(errno.EIO, "what was read back is not what was written")
        yield part
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def put_in_place(part: Path, path: Path) -> None:
    """Gives a finished file the name of what stands at `path`, which goes, and makes that last. Raises OSError."""
    part.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes a new name in a folder last; not every system, and not every file system, lets a folder be synced."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network shares know no syncing of folders
            raise
    finally:
        os.close(handle)


def remove_quietly(part: Path) -> None:
    """Removes what was half made, with SQLite's own file beside it; what cannot be removed harms nothing."""
    for left in (part, part.with_name(f"{part.name}-journal")):
        with contextlib.suppress(OSError):
            left.unlink()


def written_when(path: Path) -> tuple[int, int] | None:
    """When a file was written and how large it is, without opening it; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def write_new(target: Path, content: Iterable[bytes], *, mode: int = 0o666) -> None:
    """Writes `content` beside `target` under another name, syncs it, and gives it its name.

    `mode` says who may read and write it, less what the system's umask takes away. What stands there is never overwritten. Raises LogUnavailableError.
    """
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as file:
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
