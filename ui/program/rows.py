"""Which rows and fields does the check panel have, in the order of the programmer's own finish page? No Qt."""

from dataclasses import dataclass

from itbcalc.desk.fields import SHOWN_UNITS

_SPOKEN_SECTIONS = {"bridge": "Bridge", "prime": "Priming"}


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One row: its name, and which of its cells are typed.

    `now`, `new` and `programmer` hold the place a cell is typed into; an empty place is a computed cell (taken from
    the row of the same key in `itbcalc.say.table`), or none. A row `where_known` is there only while it has a value.
    """

    key: str
    label: str
    now: str = ""
    new: str = ""
    programmer: str = ""
    where_known: bool = False
    computed_unit: str = ""  # where nothing is typed that says one

    @property
    def unit(self) -> str:
        """The unit of its columns: that of the cells that are typed."""
        typed = [each for each in (self.now, self.new, self.programmer) if each]
        return SHOWN_UNITS.get(typed[0], "") if typed else self.computed_unit

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


ROWS: tuple[CheckRow | Section, ...] = (
    Section("Therapy", "therapy"),
    CheckRow(
        "concentration",
        "&Concentration",
        "current.concentration",
        "new.concentration",
        "readouts.concentration",
    ),
    CheckRow(
        "daily_dose",
        "&Daily dose",
        "current.daily_dose",
        "new.daily_dose",
        "readouts.daily_dose",
    ),
    CheckRow(
        "daily_dose_with_patient_boluses",
        "With all patient boluses",
        where_known=True,
        computed_unit="mcg/day",
    ),
    CheckRow("mode", "Mod&e", now="current.mode", new="new.mode"),
    CheckRow("flow_rate", "Flow rate", programmer="readouts.flow_rate"),
    CheckRow("daily_volume", "Daily volume", programmer="readouts.daily_volume"),
    Section("Reservoir"),
    CheckRow("low_alarm_date", "Low-reservoir alarm date", programmer="readouts.low_alarm_date"),
    CheckRow("low_alarm_date_worst", "Alarm, worst case"),
    CheckRow("empty_date", "Empty date", programmer="readouts.empty_date"),
    CheckRow("empty_date_worst", "Empty, worst case", where_known=True),
    CheckRow("latest_refill_date", "Refill no later than"),
    Section("Bridge", "bridge"),
    CheckRow(
        "bridge_dose",
        "&Bridge dose",
        new="bridge.dose",
        programmer="readouts.bridge_dose",
    ),
    CheckRow("bridge_duration", "Duration", programmer="readouts.bridge_duration"),
    CheckRow("bridge_flow_rate", "Flow rate", programmer="readouts.bridge_flow_rate"),
    CheckRow("bridge_volume", "Volume", programmer="readouts.bridge_volume"),
    CheckRow("bridge_drug", "Drug", programmer="readouts.bridge_drug"),
    CheckRow("unbridged_dose", "Tip without a bridge", computed_unit="mcg/day"),
    CheckRow("arrival_date", "New drug at the tip"),
    CheckRow("arrival_date_earliest", "At the earliest", where_known=True),
    CheckRow("arrival_date_latest", "At the latest", where_known=True),
    CheckRow("time_without_drug", "Time without drug", where_known=True),
    CheckRow("prime_drug_delivered", "Priming, drug to the patient", where_known=True, computed_unit="mcg"),
    CheckRow("line_after_prime", "Line, from the tip", where_known=True),
    CheckRow("old_drug_volume", "Old drug left in the line", where_known=True, computed_unit="mL"),
    Section("Priming bolus, if one is given"),
    CheckRow("prime_volume", "Volume", programmer="readouts.prime_volume"),
    CheckRow("prime_dose", "Dose", programmer="readouts.prime_dose"),
)
VALUE_ROWS = tuple(row for row in ROWS if isinstance(row, CheckRow))


@dataclass(frozen=True, slots=True)
class SystemField:
    """A field above the table: typed, or chosen where `choice` names what is offered."""

    place: str
    label: str
    example: str = ""
    choice: str = ""

    @property
    def unit(self) -> str:
        """The unit that it shows beside itself."""
        return SHOWN_UNITS.get(self.place, "")


SYSTEM_FIELDS: tuple[tuple[SystemField, ...], ...] = (
    (
        SystemField("system.pump", "&Pump", choice="pumps"),
        SystemField("system.tubing_volume", "Pump &tubing", "0.140"),
        SystemField("system.catheter", "Cat&heter", "89 cm × 0.0022 mL/cm"),
        SystemField("patient.ref", "Patient (pseudonym)", "P-0147"),
        SystemField("patient.spasticity_origin", "Spasticit&y", choice="origins"),
    ),
    (
        SystemField("reservoir.filled", "&Reservoir after refill", "40"),
        SystemField("reservoir.low_alarm", "Low-reservoir &alarm", "2"),
        SystemField("reservoir.at", "T&ime of the change", "22 Nov 2026 09:30"),
        SystemField("patient.last_change", "&Last change", "8 Nov 2026 10:00"),
        SystemField("patient.age_years", "A&ge in years", "34"),
    ),
    (
        SystemField("patient.jurisdiction", "R&ules of", choice="jurisdictions"),
        SystemField("reservoir.zone", "Time &zone", "Asia/Jerusalem"),
        SystemField("system.implanted", "Implanted", "3 May 2024 09:00"),
        SystemField("patient.first_dose", "First dose", "3 May 2024 14:00"),
    ),
)
