"""Finishes the bundle: licences, list of parts, README, sums; an archive of it, and a package for Debian.

    python -m release.bundle INVENTORY FOLDER

INVENTORY is what build.spec wrote, FOLDER what PyInstaller collected. SOURCE_DATE_EPOCH says when it was made.
"""

import gzip
import hashlib
import json
import lzma
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Mapping
from email.utils import formatdate
from pathlib import Path

from itbcalc import __version__
from release.manpage import write_manual_page
from release.parts import ITBCALC, Part, part_of, python, wheel
from release.sbom import sbom

HERE = Path(__file__).parent
SUMS, SBOM, LICENCES = "SHA256SUMS", "sbom.cdx.json", "licenses"
ARCHITECTURE = "amd64"
# Symbols that only a debugger reads, where the file came so from its linker: what auditwheel has rewritten stays.
STRIPPED = ("libpython*", "sqlcipher3/*.so", "cryptography/**/_rust.abi3.so", "python*/lib-dynload/*.so")
# What the program loads of the machine, as a bare Debian shows: PyInstaller leaves the graphics driver's side out.
NEEDS = "libc6, fontconfig-config, libegl1, libgl1, libx11-6, libxcb1, fonts-dejavu-core | fonts-liberation"


def main(inventory: Path, folder: Path) -> int:
    """Finishes `folder` and puts the archive and the package beside it."""
    epoch = int(os.environ["SOURCE_DATE_EPOCH"])
    found = json.loads(inventory.read_text(encoding="utf-8"))
    strip(folder)
    sources = {
        path: Path(source) for path, source in found["files"].items() if not (folder / path).is_symlink()
    }
    owners = {path: part_of(source) for path, source in sources.items()}
    for link in (path for path in files_in(folder) if (folder / path).is_symlink()):
        owners[link] = owners[(folder / link).resolve().relative_to(folder).as_posix()]
    within = sorted(
        {python(), wheel("pyinstaller"), *(part_of(Path(source)) for source in found["modules"])},
        key=lambda part: part.name,
    )
    owners |= dict.fromkeys(write_licences(folder, {*owners.values(), *within}), ITBCALC)
    owners |= dict.fromkeys(write_own_files(folder), ITBCALC)
    if unowned := sorted(set(files_in(folder)) - set(owners)):
        sys.exit(f"nobody owns {', '.join(unowned)}")
    (folder / SBOM).write_text(sbom(folder, owners, within, epoch), encoding="utf-8")
    write_sums(folder)
    settle(folder, epoch, program=folder / "itbcalc")
    archive = write_archive(folder, epoch)
    made = [archive]
    if shutil.which("dpkg-deb"):
        made.append(write_package(folder, epoch))
    sums = "".join(f"{sha256(path)}  {path.name}\n" for path in made)
    (folder.parent / SUMS).write_text(sums, encoding="utf-8")
    return 0


def files_in(folder: Path) -> list[str]:
    """Returns every file of the bundle by its path in it, links among them."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    )


def strip(folder: Path) -> None:
    """Takes the debugger's symbols out of the files that are known to bear it."""
    if shutil.which("strip") is None:
        return
    inside = folder / "_internal"
    for path in sorted(
        {path for pattern in STRIPPED for path in inside.glob(pattern) if not path.is_symlink()}
    ):
        subprocess.run(["strip", "--strip-unneeded", str(path)], check=True)


def write_licences(folder: Path, parts: Iterable[Part]) -> list[str]:
    """Puts the texts of every part under `licenses/`, with an index; returns what it wrote."""
    written, index = [], ["Every part of this bundle, its version, its licence, and where its texts lie.", ""]
    for part in sorted(parts, key=lambda part: part.name):
        if not part.texts:
            sys.exit(f"no licence text of {part.name} was found on this machine")
        place = folder / LICENCES / part.folder
        place.mkdir(parents=True, exist_ok=True)
        for text in part.texts:
            # Several texts of one wheel may have one name in several folders.
            name = "-".join(text.parts[-3:]) if (place / text.name).exists() else text.name
            shutil.copyfile(text, place / name)
            written.append((place / name).relative_to(folder).as_posix())
        index.append(f"{part.name} {part.version}: {part.licence or 'see the text'}: {part.folder}/")
    (folder / LICENCES / "INDEX.txt").write_text("\n".join(index) + "\n", encoding="utf-8")
    return [*written, f"{LICENCES}/INDEX.txt"]


def write_own_files(folder: Path) -> list[str]:
    """Puts README, starter and icon beside the program; returns their names."""
    readme = (HERE / "README.txt").read_text(encoding="utf-8")
    (folder / "README.txt").write_text(readme.replace("{version}", __version__), encoding="utf-8")
    for name in ("itbcalc.desktop", "itbcalc.svg"):
        shutil.copyfile(HERE / name, folder / name)
    return ["README.txt", "itbcalc.desktop", "itbcalc.svg"]


def write_sums(folder: Path) -> None:
    """Lists the sum of every file, as `sha256sum -c` reads it."""
    paths = [path for path in files_in(folder) if path != SUMS]
    lines = [f"{sha256(folder / path)}  {path}\n" for path in paths]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def sha256(path: Path) -> str:
    """The sum of one file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def settle(folder: Path, epoch: int, *, program: Path) -> None:
    """Gives every file the same time, and rights that do not depend on who built it: one program, which runs."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path == program else 0o644)
        os.utime(path, (epoch, epoch), follow_symlinks=False)


def write_archive(folder: Path, epoch: int) -> Path:
    """Packs the bundle in an order, with times and owners that are always the same."""

    def settled(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = "root"
        member.mtime = epoch
        return member

    archive = folder.parent / f"{folder.name}-linux-x86_64.tar.xz"
    with lzma.open(archive, "wb", preset=2) as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        tar.add(folder, folder.name, recursive=False, filter=settled)
        for path in sorted(folder.rglob("*")):
            tar.add(
                path, f"{folder.name}/{path.relative_to(folder).as_posix()}", recursive=False, filter=settled
            )
    return archive


def write_package(folder: Path, epoch: int) -> Path:
    """Makes the package for Debian and Ubuntu of the same files."""
    version = __version__.replace(".dev", "~dev")
    root = folder.parent / "deb"
    shutil.rmtree(root, ignore_errors=True)
    inside = root / "usr" / "lib" / "itbcalc"
    shutil.copytree(folder, inside, symlinks=True)
    places: Mapping[str, Path] = {
        "usr/share/applications/itbcalc.desktop": HERE / "itbcalc.desktop",
        "usr/share/icons/hicolor/scalable/apps/itbcalc.svg": HERE / "itbcalc.svg",
        "usr/share/lintian/overrides/itbcalc": HERE / "debian" / "lintian-overrides",
    }
    for place, source in places.items():
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, root / place)
    (root / "usr" / "bin").mkdir()
    (root / "usr" / "bin" / "itbcalc").symlink_to("../lib/itbcalc/itbcalc")
    write_manual_page(root / "usr" / "share" / "man" / "man1" / "itbcalc.1.gz", epoch)
    documents = root / "usr" / "share" / "doc" / "itbcalc"
    documents.mkdir(parents=True)
    filled = {"version": version, "size": str(_kilobytes(root)), "needs": NEEDS, "date": formatdate(epoch)}
    _fill(HERE / "debian" / "copyright", documents / "copyright", filled)
    changes = (HERE / "debian" / "changelog").read_text(encoding="utf-8").format(**filled)
    with gzip.GzipFile(documents / "changelog.gz", "wb", mtime=epoch) as packed:
        packed.write(changes.encode())
    (root / "DEBIAN").mkdir()
    _fill(HERE / "debian" / "control", root / "DEBIAN" / "control", filled)
    md5 = [
        f"{_md5(root / path)}  {path}\n"
        for path in files_in(root)
        if path.startswith("usr/") and not (root / path).is_symlink()
    ]
    (root / "DEBIAN" / "md5sums").write_text("".join(md5), encoding="utf-8")
    settle(root, epoch, program=inside / "itbcalc")
    package = folder.parent / f"itbcalc_{version}_{ARCHITECTURE}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z2", "--build", str(root), str(package)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(root)
    return package


def _fill(template: Path, target: Path, filled: Mapping[str, str]) -> None:
    target.write_text(template.read_text(encoding="utf-8").format(**filled), encoding="utf-8")


def _kilobytes(root: Path) -> int:
    return sum(path.lstat().st_size for path in root.rglob("*") if path.is_file()) // 1024


def _md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]).resolve()))
