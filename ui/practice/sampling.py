"""Points of a line as many as the screen shows, and the value of a line at a time. No Qt."""

import numpy as np

from ui.practice.states import Floats, Trace


def columns_of(
    days: Floats, values: Floats, begin: float, end: float, columns: int
) -> tuple[Floats, Floats, Floats]:
    """A line as the screen can show it: times, and the lowest and highest value at each.

    Where it has more than two points for each of `columns`, one span a column: no peak is lost, neighbours touch, and a
    year is as quick as a day. Else the points themselves: then both values are one array.
    """
    first, last = np.searchsorted(days, (begin, end), side="left")
    first, last = max(int(first) - 1, 0), min(int(last) + 1, len(days))
    days, values = days[first:last], values[first:last]
    if len(days) <= 2 * columns:
        return days, values, values
    starts = np.linspace(0, len(days), columns + 1).astype(int)[:-1]
    lows, highs = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
    joined_lows, joined_highs = lows.copy(), highs.copy()
    joined_lows[1:] = np.minimum(lows[1:], highs[:-1])
    joined_highs[1:] = np.maximum(highs[1:], lows[:-1])
    return days[starts], joined_lows, joined_highs


def value_at(trace: Trace, day: float) -> float:
    """The value that holds at a time: that of the last step before it."""
    number = int(np.searchsorted(trace.days, day, side="right")) - 1
    return float(trace.values[min(max(number, 0), len(trace.values) - 1)])
