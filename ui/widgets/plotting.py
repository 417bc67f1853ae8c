"""pyqtgraph, loaded without a copy of all of Qt and without what none of our pictures needs.

It copies every class of Qt into modules of its own, and each is made when it is first looked at: 65 ms and 8 MB, for some
four hundred that no picture needs. What it finds in their place passes on what it is asked for. And it loads all that it can draw and
every control it has: 6 MB. Of what lies in the two folders of those it gets what is named here. Everything here takes `pg` from here.
"""

import importlib
import sys
from collections.abc import Sequence
from functools import partial
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from PySide6 import QtCore, QtGui, QtWidgets

_OF_FOLDERS = {
    "pyqtgraph.graphicsItems": (
        *("AxisItem", "BarGraphItem", "InfiniteLine", "LabelItem", "LinearRegionItem", "PlotDataItem"),
        *("ScatterPlotItem", "TextItem"),
        # on which those stand
        *("GraphicsItem", "GraphicsLayout", "GraphicsObject", "GraphicsWidget", "GraphicsWidgetAnchor"),
        *("ItemGroup", "PlotCurveItem", "UIGraphicsItem", "ViewBox"),
    ),
    "pyqtgraph.widgets": ("GraphicsLayoutWidget", "GraphicsView"),
}
_LEFT_OUT = (
    *("pyqtgraph.Qt.OpenGLHelpers", "PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets", "PySide6.QtTest"),
    *("pyqtgraph.graphicsItems.ViewBox.ViewBoxMenu", "pyqtgraph.WidgetGroup", "pyqtgraph.imageview"),
)


class _LeftOut:
    """Stands for each class that is left out: nothing is one, and none can be made."""

    def __init__(self, *_arguments: object, **_options: object) -> None:
        raise NotImplementedError


class _LeavingOut(MetaPathFinder, Loader):
    """Finds an empty module for what is left out; whoever imports such a one later gets it as it is."""

    def __init__(self) -> None:
        self._left_out: list[ModuleType] = []

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        folder, _, name = fullname.rpartition(".")
        known = _OF_FOLDERS.get(folder)
        left_out = fullname in _LEFT_OUT or (known is not None and name not in known)
        return ModuleSpec(fullname, self) if left_out else None

    def exec_module(self, module: ModuleType) -> None:
        module.__getattr__ = _of_left_out  # type: ignore[method-assign]
        self._left_out.append(module)

    def end(self) -> None:
        for module in self._left_out:
            folder, _, name = module.__name__.rpartition(".")
            del sys.modules[module.__name__]
            delattr(sys.modules[folder], name)


def _of_left_out(name: str) -> type[_LeftOut]:
    if name.startswith("__"):
        raise AttributeError(name)
    return _LeftOut


def _load() -> ModuleType:
    originals = (QtCore, QtGui, QtWidgets)
    for original in originals:
        passing_on = ModuleType(original.__name__.replace("PySide6", "pyqtgraph.Qt"))
        passing_on.__getattr__ = partial(getattr, original)  # type: ignore[method-assign]
        sys.modules[passing_on.__name__] = passing_on
        original.__dir__ = list  # type: ignore[method-assign]  # nothing to copy
    leaving_out = _LeavingOut()
    sys.meta_path.insert(0, leaving_out)
    try:
        import pyqtgraph
    finally:
        sys.meta_path.remove(leaving_out)
        leaving_out.end()
        for original in originals:
            del original.__dir__
    loaded: ModuleType = pyqtgraph
    return loaded


pg: Any = _load()  # it ships no types
draw_symbol: Any = importlib.import_module("pyqtgraph.graphicsItems.ScatterPlotItem").drawSymbol
