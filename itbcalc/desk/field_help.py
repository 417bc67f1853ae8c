"""What is a field for? One text a place, the same in the window and in the user guide. No Qt."""

import functools
import tomllib
from collections.abc import Mapping

from itbcalc.resources import resource_path


@functools.cache
def field_help() -> Mapping[str, str]:
    """The words by the place of the field; not every field has some."""
    found: dict[str, str] = tomllib.loads(resource_path("field_help.toml").read_text(encoding="utf-8"))
    return found
