"""pyqtgraph, loaded without a copy of all of Qt.

It copies every class of Qt into modules of its own, and each is made when it is first looked at: 65 ms and 8 MB, for some
four hundred that no picture needs. What it finds in their place passes on what it is asked for. Everything here takes `pg` from here.
"""

import importlib
import sys
from functools import partial
from types import ModuleType
from typing import Any

from PySide6 import QtCore, QtGui, QtWidgets


def _load() -> ModuleType:
    originals = (QtCore, QtGui, QtWidgets)
    for original in originals:
        passing_on = ModuleType(original.__name__.replace("PySide6", "pyqtgraph.Qt"))
        passing_on.__getattr__ = partial(getattr, original)  # type: ignore[method-assign]
        sys.modules[passing_on.__name__] = passing_on
        original.__dir__ = list  # type: ignore[method-assign]  # nothing to copy
    try:
        import pyqtgraph
    finally:
        for original in originals:
            del original.__dir__
    loaded: ModuleType = pyqtgraph
    return loaded


pg: Any = _load()  # it ships no types
draw_symbol: Any = importlib.import_module("pyqtgraph.graphicsItems.ScatterPlotItem").drawSymbol
