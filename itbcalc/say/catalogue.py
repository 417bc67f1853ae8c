"""In whose language is it said? Every sentence is one whole template with named places; English is the template itself.

It is looked up when it is said, never while a module loads: tables hold what `N_` marks, `Worded` looks it up when asked.
"""

import os
from collections import UserDict
from collections.abc import Mapping
from gettext import NullTranslations, translation
from pathlib import Path
from typing import TypeVar

from itbcalc.library.folders import own_folder
from itbcalc.library.workstation import read_workstation
from itbcalc.phrases import N_
from itbcalc.resources import resource_path

__all__ = [
    "N_",
    "Worded",
    "_",
    "in_language",
    "plural",
    "said",
    "use_language",
]  # whoever says words marks them too

K = TypeVar("K")
_reader = {"translations": NullTranslations()}


def use_language(language: str, folder: Path | None = None) -> None:
    """From now on all is said in `language`, as `folder` has it; in English where it is empty or not known there."""
    folder = folder or resource_path("languages")
    known = language in {path.name for path in folder.iterdir()} if language else False
    chosen = translation("itbcalc", folder, [language], fallback=True) if known else NullTranslations()
    _reader["translations"] = chosen


def in_language(template: str, /) -> str:
    """`template` in the reader's language, its places still open."""
    return _reader["translations"].gettext(template)


def said(template: str, places: Mapping[str, object], /) -> str:
    """`template` in the reader's language, with what belongs in its places."""
    return in_language(template).format_map(places)


def _(template: str, /, **places: object) -> str:
    """`said` with the places by name: `_("dose of step {number}", number=2)`."""
    return said(template, places)


def plural(one: str, other: str, count: int, /, **places: object) -> str:
    """Of two templates that of `count`, which stands in `{count}`; a language may have more than two."""
    template = _reader["translations"].ngettext(one, other, count)
    return template.format_map({"count": f"{count:,}", **places})


class Worded(UserDict[K, str]):
    """A table of words without places: each in the reader's language when it is asked for."""

    def __getitem__(self, key: K) -> str:
        return _(self.data[key])


use_language(os.environ.get("ITBCALC_LANGUAGE") or read_workstation(own_folder()).language)
