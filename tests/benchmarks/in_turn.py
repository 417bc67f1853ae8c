"""Two things to do, in turn: how much longer does the one take?"""

import gc
import time
from collections.abc import Callable


def ratio(ours: Callable[[], object], theirs: Callable[[], object], turns: int) -> float:
    """The least processor time of `ours` over that of `theirs`, in turns: what else the machine does only adds to it."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for turn in range(turns + 1):
        for work, taken in zip((ours, theirs), seconds, strict=True):
            gc.collect()
            begin = time.process_time()
            work()
            if turn:  # a first turn warms the caches and does not count
                taken.append(time.process_time() - begin)
    return min(seconds[0]) / min(seconds[1])
