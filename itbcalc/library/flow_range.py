"""Between which flows do the published pumps run? For the quick questions, which need nothing else of the library."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from itbcalc.errors import EntryError, LibraryError
from itbcalc.library.records import Figure, Grade
from itbcalc.quantities.entry import read_quantity
from itbcalc.quantities.kinds import FLOW_RATE


def published_flow_range(folder: Path) -> tuple[Figure, Figure]:
    """The lowest flow that any pump in `folder` runs at, and the highest, without the clinic's own profiles.

    Only the pumps' files are read, and only these figures of them: the full reading checks the rest, and a test
    holds the two equal. Raises LibraryError where a file cannot be read so far.
    """
    import tomllib

    try:
        texts = [path.read_text(encoding="utf-8") for path in sorted((folder / "pumps").glob("*.toml"))]
        pumps = [pump for text in texts for pump in tomllib.loads(text)["pump"]]
        lowest = min(_figures(pumps, "lowest_flow_rate"), key=_magnitude)
        highest = max(_figures(pumps, "highest_flow_rate"), key=_magnitude)
    except (OSError, ValueError, LookupError, AttributeError, TypeError, EntryError) as error:
        raise LibraryError("pumps", f"no range of flow rates can be read: {error}") from error
    return lowest, highest


def _figures(pumps: list[dict[str, Any]], name: str) -> list[Figure]:
    return [_figure(pump[name], f"pumps.{pump['id']}.{name}") for pump in pumps if name in pump]


def _figure(table: Mapping[str, Any], address: str) -> Figure:
    source = table.get("source", ())
    return Figure(
        address=address,
        quantity=read_quantity(table["value"], FLOW_RATE).quantity,
        text=table["value"],
        grade=Grade(table["grade"]),
        sources=(source,) if isinstance(source, str) else tuple(source),
        note=table.get("note", ""),
        applies=table.get("applies", ""),
    )


def _magnitude(figure: Figure) -> Fraction:
    return figure.quantity.magnitude
