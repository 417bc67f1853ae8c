"""Does a shape take exactly the tables it describes, and say of any other what is wrong where?"""

from datetime import date
from enum import StrEnum
from typing import Annotated

import pytest

from itbcalc.library.shapes import Shape, WrongShapeError


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def small(number: int) -> str:
    return "" if number < 10 else "is not below 10"


class Part(Shape):
    name: str
    colour: Colour = Colour.RED
    number: Annotated[int, small] | None = None
    spare: bool = False
    tags: tuple[str, ...] = ()
    source: str | tuple[str, ...] = ()
    screws: tuple[dict[str, object], ...] = ()
    box: dict[str, object] | None = None
    bought: object = None


FULL = {
    "name": "wheel",
    "colour": "blue",
    "number": 9,
    "spare": True,
    "tags": ["a", "b"],
    "source": "shop",
    "screws": [{"any": 1}],
    "box": {"any": [1]},
    "bought": date(2026, 11, 22),
}


def test_a_full_table_is_read() -> None:
    part = Part(FULL)

    assert vars(part) == {**FULL, "colour": Colour.BLUE, "tags": ("a", "b"), "screws": ({"any": 1},)}
    assert isinstance(part.colour, Colour)


def test_where_nothing_stands_the_shape_says_what_holds() -> None:
    part = Part({"name": "wheel"})

    assert (part.name, part.colour, part.number, part.tags) == ("wheel", Colour.RED, None, ())


def test_one_or_several() -> None:
    assert Part({"name": "", "source": "shop"}).source == "shop"
    assert Part({"name": "", "source": ["shop", "friend"]}).source == ("shop", "friend")


def test_what_was_read_does_not_change() -> None:
    part = Part({"name": "wheel"})

    with pytest.raises(AttributeError):
        part.name = "door"


@pytest.mark.parametrize(
    ("key", "value", "path", "reason"),
    [
        ("name", 1, "name", "is not text: 1"),
        ("name", 1.5, "name", "is not text: 1.5"),
        ("name", True, "name", "is not text: true"),
        ("name", date(2026, 11, 22), "name", "is not text: 2026-11-22"),
        ("name", ["a"], "name", "is not text: a list"),
        ("name", {"a": 1}, "name", "is not text: a table"),
        pytest.param("name", 16**4000, "name", "is not text: a huge number", id="huge number as name"),
        ("colour", "green", "colour", "not accepted: 'green'; accepted is red or blue"),
        ("colour", "RED", "colour", "not accepted: 'RED'; accepted is red or blue"),
        ("colour", ["red"], "colour", "not accepted: a list; accepted is red or blue"),
        pytest.param(
            "colour",
            16**4000,
            "colour",
            "not accepted: a huge number; accepted is red or blue",
            id="huge number as colour",
        ),
        ("colour", "\x1b[31m", "colour", r"not accepted: '\x1b[31m'; accepted is red or blue"),
        ("number", 10, "number", "is not below 10: 10"),
        ("number", 9.0, "number", "is not a whole number: 9.0"),
        ("number", True, "number", "is not a whole number: true"),
        ("number", "9", "number", "is not a whole number: '9'"),
        ("spare", 1, "spare", "is not true or false: 1"),
        ("spare", "true", "spare", "is not true or false: 'true'"),
        ("tags", "a", "tags", "is not a list: 'a'"),
        ("tags", ["a", 2], "tags 1", "is not text: 2"),
        ("source", 1, "source", "is not text: 1"),
        ("source", ["a", ["b"]], "source 1", "is not text: a list"),
        ("screws", {"a": 1}, "screws", "is not a list: a table"),
        ("screws", [{}, "a"], "screws 1", "is not a table: 'a'"),
        ("box", [{}], "box", "is not a table: a list"),
        ("size", 1, "", "unknown key `size`"),
        ("readers", 1, "", "unknown key `readers`"),
        ("\x1b[31m", 1, "", "unknown key `[U+001B][31m`"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place_and_what_stood_there(
    key: str, value: object, path: str, reason: str
) -> None:
    with pytest.raises(WrongShapeError) as caught:
        Part({**FULL, key: value})

    assert (" ".join(caught.value.path), caught.value.reason) == (path, reason)


@pytest.mark.parametrize("table", [[], "wheel", 1, None])
def test_what_is_no_table_is_refused(table: object) -> None:
    with pytest.raises(WrongShapeError, match="is not a table"):
        Part(table)


def test_a_missing_key_is_named() -> None:
    with pytest.raises(WrongShapeError, match="missing key `name`"):
        Part({"colour": "red"})


def test_a_misspelt_key_is_named_before_the_one_that_is_then_missing() -> None:
    with pytest.raises(WrongShapeError, match="unknown key `nmae`"):
        Part({"nmae": "wheel"})


def test_a_long_value_is_cut() -> None:
    with pytest.raises(WrongShapeError) as caught:
        Part({"name": "wheel", "colour": "x" * 10_000})

    assert len(caught.value.reason) < 120
