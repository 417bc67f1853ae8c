"""Writes docs/safety/README.md: intended use, requirements, residual risks, and the software of others in the program.

python -m release.safety
"""

import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from dev import CONSTRAINTS, ROOT, pins_of

FOLDER = ROOT / "docs" / "safety"
REQUIREMENTS, INTRODUCTION, DOCUMENT = (
    FOLDER / name for name in ("requirements.toml", "introduction.md", "README.md")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One thing that the program must do because of a hazard."""

    id: str
    hazard: str
    must: str
    tests: tuple[str, ...]
    residual_risk: str
    not_yet: str = ""


def requirements() -> list[Requirement]:
    """Every requirement, as the file has them."""
    table = tomllib.loads(REQUIREMENTS.read_text(encoding="utf-8"))
    return [Requirement(**{**each, "tests": tuple(each["tests"])}) for each in table["requirement"]]


def software_of_others() -> list[tuple[str, str]]:
    """Name and version of every package that the program brings, as it is pinned."""
    pins = pins_of(CONSTRAINTS.read_text(encoding="utf-8"), tools=False)
    return [(found[1], found[2]) for pin in pins if (found := re.match(r"([\w.-]+)==([^\s;]+)", pin))]


def document() -> str:
    """The text of docs/safety/README.md."""
    lines = [INTRODUCTION.read_text(encoding="utf-8").rstrip(), "", "## Requirements and what holds them", ""]
    lines += ["| requirement | hazard | the program must | held by |", "| --- | --- | --- | --- |"]
    for each in requirements():
        held = ", ".join(f"`{test}`" for test in each.tests)
        missing = f"**not yet**: {each.not_yet}" if each.not_yet else ""
        held_by = "; ".join(filter(None, (held, missing)))
        lines.append(f"| {each.id} | [{each.hazard}](../hazards.md) | {each.must} | {held_by} |")
    lines += ["", "## Risk that stays", "", "| hazard | in words |", "| --- | --- |"]
    lines += [f"| {each.hazard} | {each.residual_risk} |" for each in requirements()]
    lines += ["", "## Software of others in the program", ""]
    lines += [
        "As constraints.txt pins it; beside it Python, Qt inside of PySide6, SQLCipher and OpenSSL inside of sqlcipher3."
    ]
    lines += ["The `sbom.cdx.json` of a bundle lists them with the system's libraries and every file.", ""]
    lines += ["| package | version |", "| --- | --- |"]
    lines += [f"| {name} | {version} |" for name, version in software_of_others()]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Writes the document."""
    Path(DOCUMENT).write_text(document(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
