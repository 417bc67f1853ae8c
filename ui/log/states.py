"""What the log panel shows, as data."""

from dataclasses import dataclass, field

from ui.states import Picture

HEADINGS = ("no.", "written", "patient", "what", "daily dose", "concentration", "by", "read back")


@dataclass(frozen=True, slots=True)
class LogRow:
    """One entry: the cells below `HEADINGS`. `voided` ones stay, struck through; `warned` ones lack their read-back."""

    entry_id: str
    cells: tuple[str, ...]
    voided: bool = False
    warned: bool = False
    is_step: bool = False


@dataclass(frozen=True, slots=True)
class LogState:
    """Everything the log panel shows."""

    rows: tuple[LogRow, ...] = ()
    patients: tuple[str, ...] = ()
    about: str = ""
    tone: str = ""
    dose: Picture = field(default_factory=Picture)


@dataclass(frozen=True, slots=True)
class AskedFinding:
    """A finding that needs an answer before the step is recorded."""

    code: str
    severity: str
    text: str
    source: str
