"""Points of a line as many as the screen shows, and the value of a line at a time. No Qt."""

import numpy as np

from ui.practice.states import Floats, Trace


def columns_of(days: Floats, values: Floats, begin: float, end: float, columns: int) -> tuple[Floats, Floats]:
    """A line with at most four points for each of `columns` of the screen: no peak is lost, and a year is as quick as a day."""
    first, last = np.searchsorted(days, (begin, end), side="left")
    first, last = max(int(first) - 1, 0), min(int(last) + 1, len(days))
    days, values = days[first:last], values[first:last]
    if len(days) <= 4 * columns:
        return days, values
    edges = np.linspace(0, len(days), columns + 1).astype(int)
    starts, ends = edges[:-1], edges[1:] - 1
    lows = np.minimum.reduceat(values, starts)
    highs = np.maximum.reduceat(values, starts)
    x = np.stack([days[starts], days[starts], days[ends], days[ends]], axis=1)
    y = np.stack([values[starts], lows, highs, values[ends]], axis=1)
    return x.ravel(), y.ravel()


def value_at(trace: Trace, day: float) -> float:
    """The value that holds at a time: that of the last step before it."""
    number = int(np.searchsorted(trace.days, day, side="right")) - 1
    return float(trace.values[min(max(number, 0), len(trace.values) - 1)])
