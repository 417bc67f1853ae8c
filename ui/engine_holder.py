"""The one place that holds what the window computes with, before it is loaded, after, and when it cannot be relied on any more."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from itbcalc.library.records import Library
    from ui.engine import Engine


class EngineHolder(QObject):
    """Holds the engine. Whoever computes with it is connected to `changed` and never keeps one that was replaced."""

    changed = Signal(object)  # Engine: loaded, read anew, or not to be relied on any more

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine: Engine | None = None

    @property
    def loaded(self) -> bool:
        """Whether there is one: not before the first paint, and not where the library cannot be read."""
        return self._engine is not None

    @property
    def engine(self) -> "Engine":
        """What is computed with; only once it is loaded."""
        assert self._engine is not None
        return self._engine

    @property
    def reliable(self) -> bool:
        """Whether what is computed may be shown and kept."""
        return self._engine is not None and not self._engine.read_only

    @property
    def library(self) -> "Library":
        """The figures; only once they are loaded."""
        return self.engine.library

    def now(self) -> datetime:
        """The clock of the workstation."""
        return datetime.now(UTC) if self._engine is None else self._engine.now()

    def load(self) -> None:
        """Reads the library (anew) and recomputes the reference cases. Raises LibraryError."""
        from ui.engine import load_engine

        self.replace(load_engine())

    def replace(self, engine: "Engine") -> None:
        """Computes with another engine from now on."""
        self._engine = engine
        self.changed.emit(engine)

    def distrust(self) -> None:
        """The program made an error of its own: nothing of this session can be relied on, whatever is typed later."""
        if self._engine is not None and self.reliable:  # said once: an error on the way would come back here
            failed = replace(self._engine.self_test, failed=("this session",))
            self.replace(replace(self._engine, self_test=failed))
