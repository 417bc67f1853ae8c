"""Which part does a file of the bundle come from, of which version, under which licence, with which texts?"""

import functools
import importlib.metadata
import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from itbcalc import __version__

ROOT = Path(__file__).resolve().parent.parent
TEXTS = Path(__file__).parent / "texts"
_DEBIAN_COPYRIGHTS = Path("/usr/share/doc")

# Wheels that bring no text of their licence, or libraries of others inside: their texts lie in `texts/`.
_QT = ("LGPL-3.txt", "GPL-3.txt", "GPL-2.txt", "qt.txt", "qt-svg.txt", "icu.txt")
_MORE_TEXTS = {
    "pyside6-essentials": _QT,
    "shiboken6": _QT[:3],
    "sqlcipher3": ("sqlcipher.txt", "Apache-2.0.txt"),  # built with SQLCipher and OpenSSL inside
}
# Where the metadata names none, or not by an SPDX expression; read in the licence texts themselves.
_LICENCES = {
    "colorama": "BSD-3-Clause",
    "flexcache": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "pint": "BSD-3-Clause",
    "pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception",
    "segno": "BSD-3-Clause",
    "sqlcipher3": "Zlib",
    "tomli-w": "MIT",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that somebody made: what it is called, and what may be done with it."""

    name: str
    version: str
    kind: str  # of its package URL: pypi, deb, generic
    licence: str
    texts: tuple[Path, ...]

    @property
    def folder(self) -> str:
        """Where its texts lie under `licenses/`."""
        return f"{self.name}-{self.version}".replace(":", "_").replace("/", "_")


ITBCALC = Part("itbcalc", __version__, "generic", "Apache-2.0", (ROOT / "LICENSE",))


class NoOwnerError(Exception):
    """A file of the bundle that no part is known for."""


def part_of(source: Path) -> Part:
    """Returns the part that a file was taken from. Raises NoOwnerError."""
    if found := _wheels().get(os.path.realpath(source)):
        return wheel(found)
    if (packaged := _debian_package(source)) is not None:
        return packaged
    prefix = Path(sys.base_prefix).resolve()
    if source.name == "base_library.zip" or source.resolve().is_relative_to(prefix):
        return python()
    if source.resolve().is_relative_to(ROOT):
        return ITBCALC
    raise NoOwnerError(str(source))


@functools.cache
def wheel(name: str) -> Part:
    """A package of Python's, as it is installed beside this program."""
    distribution = importlib.metadata.distribution(name)
    metadata = distribution.metadata.json
    key = name.lower().replace("_", "-")
    licence = _LICENCES.get(key) or str(metadata.get("license_expression") or metadata.get("license") or "")
    files = [
        Path(str(distribution.locate_file(file))) for file in distribution.files or () if _is_text(str(file))
    ]
    texts = [*files, *(TEXTS / text for text in _MORE_TEXTS.get(key, ()))]
    return Part(key, distribution.version, "pypi", licence.splitlines()[0] if licence else "", tuple(texts))


def python() -> Part:
    """The Python that the program brings, where no package of the system holds it."""
    text = Path(sysconfig.get_path("stdlib"), "LICENSE.txt")
    return Part("python", sys.version.split()[0], "generic", "PSF-2.0", (text,) if text.exists() else ())


def _is_text(file: str) -> bool:
    folder, _, name = file.partition("/")
    words = ("licen", "copying", "notice", "authors")
    return folder.endswith(".dist-info") and any(word in name.lower() for word in words)


@functools.cache
def _wheels() -> dict[str, str]:
    """Every file that an installed package lists as its own, and whose it is."""
    owners = {}
    for distribution in importlib.metadata.distributions():
        name = distribution.name  # read anew at each asking
        for file in distribution.files or ():
            owners[os.path.realpath(str(distribution.locate_file(file)))] = name
    return owners


@functools.cache
def _debian_package(source: Path) -> Part | None:
    real = os.path.realpath(source)
    names = (real, real.removeprefix("/usr"), f"/usr{real}")  # /lib may be a link to /usr/lib
    package = next((_debian_files()[name] for name in names if name in _debian_files()), None)
    return None if package is None else _debian_part(package)


@functools.cache
def _debian_files() -> dict[str, str]:
    """Every file of every package of the system; none where it is no Debian."""
    return {
        line: listing.stem.partition(":")[0]
        for listing in Path("/var/lib/dpkg/info").glob("*.list")
        for line in listing.read_text(encoding="utf-8").splitlines()
    }


@functools.cache
def _debian_part(package: str) -> Part:
    version = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}\\n", package], capture_output=True, text=True, check=True
    ).stdout.splitlines()[0]
    text = _DEBIAN_COPYRIGHTS / package / "copyright"
    return Part(package, version, "deb", "", (text,) if text.exists() else ())
