"""Has a table of a file the shape it must have - and if not, what is wrong with it, and where?

A shape is a class: an annotation says what may stand under a key, a value beside it what holds where nothing stands.
Shapes are no dataclasses, because making those takes as long as reading all files.
"""

import functools
from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, ClassVar, NoReturn, Union, get_args, get_origin

from itbcalc.quantities.entry import visible

# TOML's text and our annotations are known only at run time: what a reader returns is whatever its annotation says.
Reader = Callable[[object], Any]
Limit = Callable[[Any], str]

MAX_SHOWN = 60
MAX_SHOWN_BITS = 64  # TOML's whole numbers; longer ones, Python may refuse to write out
_WORDS = {str: "text", int: "a whole number", bool: "true or false", list: "a list", dict: "a table"}


class WrongShapeError(Exception):
    """What is wrong, `.reason`, and where in the table, `.path`."""

    def __init__(self, reason: str, *path: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path


class Shape:
    """A table that was read. What may stand in it is said by annotations.

    - `str`, `int`, `bool`, a StrEnum; `dict[str, object]` for a table to be read later; `object` for anything
    - `tuple[X, ...]` for a list, `X | tuple[X, ...]` for one or a list, `X | None = None` for what may be missing
    - `Annotated[X, limit]`, where `limit(value)` says what is wrong with a value, or nothing

    What is defined elsewhere is not said again: `class PumpTable(Shape, besides={key: (annotation, default)})`.
    """

    readers: ClassVar[dict[str, Reader]]
    required: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls, *, besides: Mapping[str, tuple[Any, object]] = MappingProxyType({})) -> None:
        cls.readers = {key: _reader(kind) for key, kind in cls.__annotations__.items()}
        for key, (kind, default) in besides.items():
            cls.readers[key] = _reader(kind)
            setattr(cls, key, default)
        cls.required = tuple(key for key in cls.readers if key not in vars(cls))

    def __init__(self, table: object) -> None:
        """Every key known, every needed key there, every value of its type; otherwise a WrongShapeError."""
        given: dict[str, object] = _exactly(dict, table)
        for key in given:
            if key not in self.readers:
                raise WrongShapeError(f"unknown key `{visible(key)}`")
        for key in self.required:
            if key not in given:
                raise WrongShapeError(f"missing key `{key}`")
        for key, value in given.items():
            vars(self)[key] = _read_at(key, self.readers[key], value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{name}: what a file says is not changed")


def shown(value: object) -> str:
    """A value of a file, short enough for a message."""
    if isinstance(value, dict | list):
        return _WORDS[type(value)]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and value.bit_length() > MAX_SHOWN_BITS:
        return "a huge number"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def _reader(kind: Any) -> Reader:  # noqa: ANN401  # an annotation may be anything
    """What reads a value of the annotation `kind`."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        readers = [_reader(each) for each in inner if each is not NoneType]
        return readers[0] if len(readers) == 1 else functools.partial(_one_or_several, *readers)
    if origin is Annotated:
        return functools.partial(_limited, _reader(inner[0]), *inner[1:])
    if origin is tuple:
        return functools.partial(_list, _reader(inner[0]))
    if kind is object:
        return _anything
    if origin is None and issubclass(kind, StrEnum):
        return functools.partial(_member, {str(member): member for member in kind})
    return functools.partial(_exactly, origin or kind)


def _read_at(word: str, reader: Reader, value: object) -> Any:  # noqa: ANN401
    try:
        return reader(value)
    except WrongShapeError as error:
        raise WrongShapeError(error.reason, word, *error.path) from None


def _exactly(kind: type, value: object) -> Any:  # noqa: ANN401
    """A `true` is no number and `1.0` is not `1`."""
    if type(value) is not kind:
        raise WrongShapeError(f"is not {_WORDS[kind]}: {shown(value)}")
    return value


def _anything(value: object) -> object:
    return value


def _limited(reader: Reader, limit: Limit, value: object) -> Any:  # noqa: ANN401
    read = reader(value)
    wrong = limit(read)
    if wrong:
        raise WrongShapeError(f"{wrong}: {shown(value)}")
    return read


def _list(reader: Reader, value: object) -> tuple[Any, ...]:
    held: list[object] = _exactly(list, value)
    return tuple(_read_at(str(number), reader, each) for number, each in enumerate(held))


def _one_or_several(one: Reader, several: Reader, value: object) -> Any:  # noqa: ANN401
    return several(value) if isinstance(value, list) else one(value)


def _member(members: Mapping[str, StrEnum], value: object) -> StrEnum:
    if not isinstance(value, str) or value not in members:
        raise WrongShapeError(f"not accepted: {shown(value)}; accepted is {' or '.join(members)}")
    return members[value]
