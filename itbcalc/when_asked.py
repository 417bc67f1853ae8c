"""Names of a package whose modules are loaded when a name is first asked for.

A command that answers one question does not load what only a check needs.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module


def found_when_asked(package: str, places: Mapping[str, Sequence[str]]) -> Callable[[str], object]:
    """The `__getattr__` of `package`, whose names are told by the module that holds them."""
    module_of = {name: module for module, names in places.items() for name in names}

    def found(name: str) -> object:
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{module_of[name]}"), name)

    return found
