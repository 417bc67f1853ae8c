"""What is a place for at which something is typed or chosen? One text a place, the same at the field and in the help. No Qt."""

import functools
import re
import tomllib
from collections.abc import Mapping

from itbcalc.desk.fields import CHECK_PLACES
from itbcalc.resources import resource_path

_STARS = re.compile(r"\*+")


@functools.cache
def field_help() -> Mapping[str, Mapping[str, str]]:
    """The words by heading, and there by place, or by a pattern of places."""
    found: dict[str, dict[str, str]] = tomllib.loads(
        resource_path("field_help.toml").read_text(encoding="utf-8")
    )
    return found


def key_of(place: str) -> str:
    """Under which key the words of this place stand; empty where there are none."""
    keys = _patterns()
    if place in keys:
        return place
    return next((key for key, pattern in keys.items() if pattern.fullmatch(place)), "")


def words_at(place: str) -> str:
    """`Low-reservoir alarm volume: …`; empty where nothing is said of a place.

    The dialog or room that stands before a place may be left out: what means the same in several has its words once.
    """
    while place:
        key = key_of(place)
        if key:
            return _named(key)
        place = place.partition(".")[2]
    return ""


def as_markdown() -> str:
    """All of it, to be read and searched: headings, and a paragraph for each place."""
    parts = (
        "\n\n".join((f"### {heading}", *map(_paragraph, entries)))
        for heading, entries in field_help().items()
    )
    return "\n\n".join(("## What each field is for", *parts))


@functools.cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    keys = (key for entries in field_help().values() for key in entries)
    return {key: re.compile(_STARS.sub(_part, key.replace(".", r"\."))) for key in keys}


def _part(stars: re.Match[str]) -> str:
    return "[^.]+" if len(stars[0]) == 1 else ".+"


def _paragraph(key: str) -> str:
    name, _, rest = _named(key).partition(": ")
    return f"**{name}:** {rest}"


@functools.cache
def _named(key: str) -> str:
    """The words behind their name: a place of the check has that which it has everywhere."""
    words = next(entries[key] for entries in field_help().values() if key in entries)
    if key not in CHECK_PLACES:
        return words
    from itbcalc.say import place_words  # not above: the window is painted first

    name = place_words(key)
    return f"{name[:1].upper()}{name[1:]}: {words}"
