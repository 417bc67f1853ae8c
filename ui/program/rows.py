"""Which rows and fields does the check panel have, in the order of the programmer's own finish page? No Qt."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from itbcalc.say import read_out_words
from itbcalc.say.table import OTHER_READ_OUTS
from ui.program.places import unit_at

_SPOKEN_SECTIONS = {"bridge": "Bridge", "prime": "Priming"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its name, the units of its columns, and which of its cells are typed.

    `now`, `new` and `programmer` hold the place a cell is typed into; an empty place is a computed cell (taken from
    the row of the same key in `itbcalc.say.table`), or none. A row `where_known` is there only while it has a value.
    """

    key: str
    label: str
    unit: str = ""
    now: str = ""
    new: str = ""
    programmer: str = ""
    where_known: bool = False

    @property
    def spoken(self) -> str:
        """The row's name where its section is not seen: `Bridge flow rate`."""
        name, section = self.label.replace("&", ""), self.key.partition("_")[0]
        if section not in _SPOKEN_SECTIONS or name.startswith(_SPOKEN_SECTIONS[section]):
            return name
        return f"{_SPOKEN_SECTIONS[section]} {name[:1].lower()}{name[1:]}"

    @property
    def typed(self) -> bool:
        """Whether something is typed in this row: then a line below it is kept for readings and refusals."""
        return bool(self.now or self.new or self.programmer)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading between rows."""

    title: str
    key: str = ""


_RESULTS: tuple[Row | Section, ...] = (
    Section("Therapy", "therapy"),
    Row(
        "concentration",
        "&Concentration",
        "mcg/mL",
        "current.concentration",
        "new.concentration",
        "readouts.concentration",
    ),
    Row(
        "daily_dose",
        "&Daily dose",
        "mcg/day",
        "current.daily_dose",
        "new.daily_dose",
        "readouts.daily_dose",
    ),
    Row("daily_dose_with_patient_boluses", "With all patient boluses", "mcg/day", where_known=True),
    Row("mode", "Mod&e", now="current.mode", new="new.mode"),
    Row("flow_rate", "Flow rate", "mL/day", programmer="readouts.flow_rate"),
    Row("daily_volume", "Daily volume", "mL", programmer="readouts.daily_volume"),
    Section("Reservoir"),
    Row("low_alarm_date", "Low-reservoir alarm date", programmer="readouts.low_alarm_date"),
    Row("low_alarm_date_worst", "Alarm, worst case"),
    Row("empty_date", "Empty date", programmer="readouts.empty_date"),
    Row("latest_refill_date", "Refill no later than"),
    Section("Bridge", "bridge"),
    Row(
        "bridge_dose",
        "&Bridge dose",
        "mcg/day",
        new="bridge.dose",
        programmer="readouts.bridge_dose",
    ),
    Row("bridge_duration", "Duration", programmer="readouts.bridge_duration"),
    Row("bridge_flow_rate", "Flow rate", "mL/day", programmer="readouts.bridge_flow_rate"),
    Row("bridge_volume", "Volume", "mL", programmer="readouts.bridge_volume"),
    Row("bridge_drug", "Drug", "mcg", programmer="readouts.bridge_drug"),
    Row("unbridged_dose", "Tip without a bridge", "mcg/day"),
    Row("arrival_date", "New drug at the tip"),
    Row("arrival_date_earliest", "At the earliest", where_known=True),
    Row("arrival_date_latest", "At the latest", where_known=True),
    Section("Priming bolus, if one is given"),
    Row("prime_volume", "Volume", "mL", programmer="readouts.prime_volume"),
    Row("prime_dose", "Dose", "mcg", programmer="readouts.prime_dose"),
)
# Read-outs that are no result of their own: a new one has its row here.
_OTHERS: tuple[Row, ...] = tuple(
    Row(
        each.name,
        read_out_words(each.name).capitalize(),
        each.unit,
        programmer=f"readouts.{each.name}",
    )
    for each in OTHER_READ_OUTS
)
_HEADED: tuple[Row | Section, ...] = (Section("Also on the programmer"), *_OTHERS)
ROWS = (*_RESULTS, *_HEADED) if _OTHERS else _RESULTS
VALUE_ROWS = tuple(row for row in ROWS if isinstance(row, Row))


@dataclass(frozen=True, slots=True)
class SystemField:
    """A field above the table: typed, or chosen where `choice` names what is offered."""

    place: str
    label: str
    unit: str = ""
    example: str = ""
    choice: str = ""


SYSTEM_FIELDS: tuple[tuple[SystemField, ...], ...] = (
    (
        SystemField("system.pump", "&Pump", choice="pumps"),
        SystemField("system.tubing_volume", "Pump &tubing", "mL", "0.140"),
        SystemField("system.catheter", "Cat&heter", "", "89 cm × 0.0022 mL/cm"),
        SystemField("patient.ref", "Patient (pseudonym)", "", "P-0147"),
        SystemField("patient.spasticity_origin", "Spasticit&y", choice="origins"),
    ),
    (
        SystemField("reservoir.filled", "&Reservoir after refill", "mL", "40"),
        SystemField("reservoir.low_alarm", "Low-reservoir &alarm", "mL", "2"),
        SystemField("reservoir.at", "T&ime of the change", "", "22 Nov 2026 09:30"),
        SystemField("patient.last_change", "&Last change", "", "8 Nov 2026 10:00"),
        SystemField("patient.age_years", "A&ge in years", "", "34"),
    ),
    (
        SystemField("patient.jurisdiction", "R&ules of", choice="jurisdictions"),
        SystemField("reservoir.zone", "Time &zone", "", "Asia/Jerusalem"),
        SystemField("system.implanted", "Implanted", "", "3 May 2024 09:00"),
        SystemField("patient.first_dose", "First dose", "", "3 May 2024 14:00"),
    ),
)


class _Units(Mapping[str, str]):
    """The unit that each field shows beside itself, of this panel's and of any row of a schedule."""

    def __init__(self, units: Mapping[str, str]) -> None:
        self._units = units

    def __getitem__(self, place: str) -> str:
        unit = self._units.get(place) or unit_at(place)
        if not unit:
            raise KeyError(place)
        return unit

    def __iter__(self) -> Iterator[str]:
        return iter(self._units)

    def __len__(self) -> int:
        return len(self._units)


# Only where a field shows its unit may the unit be left out.
SHOWN_UNITS: Mapping[str, str] = _Units(
    {
        place: row.unit
        for row in VALUE_ROWS
        for place in (row.now, row.new, row.programmer)
        if place and row.unit
    }
    | {field.place: field.unit for line in SYSTEM_FIELDS for field in line if field.unit}
)
PLACES = tuple(field.place for line in SYSTEM_FIELDS for field in line) + tuple(
    place for row in VALUE_ROWS for place in (row.now, row.new, row.programmer) if place
)
ASPIRATED = "bridge.aspirated"
CHECK_PLACES = frozenset({*PLACES, ASPIRATED})  # all that the check panel has a field for
