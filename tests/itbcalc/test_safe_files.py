"""A file is replaced whole or not at all, whichever step fails."""

import errno
import os
import stat
from pathlib import Path

import pytest

from itbcalc import safe_files
from itbcalc.safe_files import put_in_place, replace_file, sync_folder, written_beside

POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows opens no folders and keeps rights otherwise")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "kept.toml"
    path.write_bytes(b"before")
    return path


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_the_new_content_takes_the_place_of_the_old_and_leaves_nothing_beside_it(old):
    replace_file(old, b"after")

    assert old.read_bytes() == b"after"
    assert list(old.parent.iterdir()) == [old]


def test_a_file_is_made_where_there_is_none_for_its_owner_alone(tmp_path):
    replace_file(tmp_path / "new.toml", b"first")

    assert (tmp_path / "new.toml").read_bytes() == b"first"
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "new.toml").stat().st_mode) == 0o600


@POSIX
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_whoever_may_read_and_change_the_old_file_may_the_new_one(old, mode):
    old.chmod(mode)

    replace_file(old, b"after")

    assert stat.S_IMODE(old.stat().st_mode) == mode


@pytest.mark.parametrize(
    ("module", "step"),
    [
        pytest.param("tempfile.mkstemp", full, id="it cannot be made"),
        pytest.param("shutil.copymode", full, id="its rights cannot be set"),
        pytest.param("os.fsync", full, id="it does not reach the disk"),
        pytest.param("pathlib.Path.read_bytes", full, id="it cannot be read back"),
        pytest.param("pathlib.Path.replace", full, id="it cannot be put in place"),
    ],
)
def test_whichever_step_fails_the_old_file_stays_and_nothing_is_left_beside_it(
    old, monkeypatch, module, step
):
    with monkeypatch.context() as broken:
        broken.setattr(module, step)
        with pytest.raises(OSError, match="No space left on device"):
            replace_file(old, b"after")

    assert old.read_bytes() == b"before"
    assert list(old.parent.iterdir()) == [old]


def test_a_disk_that_is_full_while_writing_leaves_the_old_file(old, monkeypatch):
    opened = os.fdopen

    def short(handle, mode):
        file = opened(handle, mode, buffering=0)
        file.close()
        return full_file(file)

    def full_file(file):
        class Full:
            def __enter__(self):
                return self

            def __exit__(self, *_):
                file.close()

            write = staticmethod(full)

        return Full()

    with monkeypatch.context() as broken:
        broken.setattr(os, "fdopen", short)
        with pytest.raises(OSError, match="No space left on device"):
            replace_file(old, b"after")

    assert old.read_bytes() == b"before"
    assert list(old.parent.iterdir()) == [old]


def test_what_reads_back_otherwise_never_takes_the_place(old, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(Path, "read_bytes", lambda path: b"aftfr")
        with pytest.raises(OSError, match="what was read back is not what was written"):
            replace_file(old, b"after")

    assert old.read_bytes() == b"before"
    assert list(old.parent.iterdir()) == [old]


@POSIX
def test_that_a_folder_could_not_be_synced_is_said(old, monkeypatch):
    monkeypatch.setattr(safe_files, "sync_folder", full)

    with pytest.raises(OSError, match="No space left on device"):
        replace_file(old, b"after")

    assert list(old.parent.iterdir()) == [old]


@POSIX
def test_the_file_is_synced_before_it_gets_its_name_and_the_folder_after(old, monkeypatch):
    done, fsync, replace = [], os.fsync, Path.replace

    def synced(handle):
        kind = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
        done.append(f"{kind} synced")
        fsync(handle)

    def replaced(path, target):
        done.append("named")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    replace_file(old, b"after")

    assert done == ["file synced", "named", "folder synced"]


@POSIX
def test_a_share_that_knows_no_syncing_of_folders_is_no_fault(tmp_path, monkeypatch):
    def unknown(_: int) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(os, "fsync", unknown)

    sync_folder(tmp_path)


def test_what_is_not_put_in_place_is_gone_at_the_end(old):
    with written_beside(old, b"tried") as part:
        assert part.read_bytes() == b"tried"

    assert list(old.parent.iterdir()) == [old]
    assert old.read_bytes() == b"before"


def test_what_was_tried_first_is_put_in_place_by_its_own_bytes(old):
    with written_beside(old, b"tried") as part:
        put_in_place(part, old)

    assert old.read_bytes() == b"tried"
    assert list(old.parent.iterdir()) == [old]
