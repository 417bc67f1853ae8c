"""Which rows and fields does the check panel have, in the order of the programmer's own finish page? No Qt."""

from collections.abc import Iterator

from msgspec import Struct

from itbcalc.desk.fields import SHOWN_UNITS
from itbcalc.desk.schedule_texts import WEEKDAYS
from itbcalc.program.read_out_keys import READ_OUT_KEYS

_SPOKEN_SECTIONS = {"bridge": "Bridge", "prime": "Priming"}


class CheckRow(Struct, frozen=True):
    """One row: its name, and which of its cells are typed.

    `now`, `new` and `programmer` hold the place a cell is typed into; an empty place is a computed cell (taken from
    the row of the same key in `itbcalc.say.table`), or none. A row that `comes_and_goes` is there only while it has
    something to say: a value, or a read-out that the programmer shows at such a change. One that `changes` has a value
    now too. One that is `always` there stands in the table whatever the change needs; what is `detail` is said by
    another row or by the picture too. The value of a `wide` one has the room of all columns, and
    nothing beside it.
    """

    key: str
    label: str
    now: str = ""
    new: str = ""
    programmer: str = ""
    comes_and_goes: bool = False
    changes: bool = False
    always: bool = False
    detail: bool = False
    wide: bool = False
    computed_unit: str = ""  # where nothing is typed that says one

    @property
    def unit(self) -> str:
        """The unit of its columns: that of the cells that are typed."""
        return SHOWN_UNITS.get(self.places[0], "") if self.places else self.computed_unit

    @property
    def spoken(self) -> str:
        """The row's name where its section is not seen: `Bridge flow rate`."""
        name, section = self.label.replace("&", ""), self.key.partition("_")[0]
        if section not in _SPOKEN_SECTIONS or name.startswith(_SPOKEN_SECTIONS[section]):
            return name
        return f"{_SPOKEN_SECTIONS[section]} {name[:1].lower()}{name[1:]}"

    @property
    def places(self) -> tuple[str, ...]:
        """What is typed in this row, from left to right."""
        return tuple(place for place in (self.now, self.new, self.programmer) if place)


class Section(Struct, frozen=True):
    """A heading between rows."""

    title: str
    key: str = ""


_WITH_OTHER_VALUES: tuple[CheckRow | Section, ...] = (
    CheckRow(
        "concentration",
        "&Concentration",
        "current.concentration",
        "new.concentration",
        "readouts.concentration",
        changes=True,
        always=True,
    ),
    CheckRow("reservoir_mixture", "Mixed in the reservoir", comes_and_goes=True, computed_unit="mcg/mL"),
    CheckRow(
        "daily_dose",
        "&Daily dose",
        "current.daily_dose",
        "new.daily_dose",
        "readouts.daily_dose",
        changes=True,
        always=True,
    ),
    CheckRow("label_first_dose", "First dose by the label", comes_and_goes=True, computed_unit="mcg/day"),
    CheckRow(
        "daily_dose_with_patient_boluses",
        "With all patient boluses",
        comes_and_goes=True,
        changes=True,
        computed_unit="mcg/day",
    ),
    CheckRow("mode", "Mod&e", now="current.mode", new="new.mode", changes=True, always=True),
    CheckRow("flow_rate", "Flow rate", programmer="readouts.flow_rate", changes=True, always=True),
    CheckRow("daily_volume", "Daily volume", programmer="readouts.daily_volume", changes=True),
    CheckRow("low_alarm_date", "Low-reservoir alarm date", programmer="readouts.low_alarm_date", always=True),
    CheckRow("low_alarm_date_worst", "Alarm, worst case"),
    CheckRow("empty_date", "Empty date", programmer="readouts.empty_date"),
    CheckRow("empty_date_worst", "Empty, worst case", comes_and_goes=True, detail=True),
    CheckRow("latest_refill_date", "Refill no later than", always=True),
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
    CheckRow("arrival_date_earliest", "At the earliest", comes_and_goes=True, detail=True),
    CheckRow("arrival_date_latest", "At the latest", comes_and_goes=True, detail=True),
    CheckRow("time_without_drug", "Time without drug", comes_and_goes=True),
    CheckRow("line_after_prime", "Line, from the tip", comes_and_goes=True, detail=True, wide=True),
    CheckRow(
        "old_drug_volume", "Old drug left in the line", comes_and_goes=True, detail=True, computed_unit="mL"
    ),
    Section("Priming bolus"),
    CheckRow("prime_volume", "Volume", programmer="readouts.prime_volume"),
    CheckRow("prime_dose", "Dose", programmer="readouts.prime_dose"),
    CheckRow("prime_duration", "Duration", programmer="readouts.prime_duration", comes_and_goes=True),
    CheckRow(
        "prime_drug_delivered", "Priming, drug to the patient", comes_and_goes=True, computed_unit="mcg"
    ),
)


def _shown(name: str, label: str, *, seldom: bool) -> CheckRow:
    return CheckRow(name, label, programmer=f"readouts.{name}", comes_and_goes=seldom)


def _read_outs_alone() -> Iterator[CheckRow]:
    """The rows of the read-outs that stand in no row beside other values, in their order."""
    taken = {row.programmer for row in _WITH_OTHER_VALUES if isinstance(row, CheckRow)}
    for name, key in READ_OUT_KEYS.items():
        if f"readouts.{name}" not in taken:
            yield _shown(name, _begun(key.words), seldom=key.seldom)
    for day in WEEKDAYS:
        for name in ("daily_dose", "daily_volume"):
            label = f"{_begun(READ_OUT_KEYS[name].words)} on {day.capitalize()}"
            yield _shown(f"days.{day}.{name}", label, seldom=True)


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


ROWS = (*_WITH_OTHER_VALUES, Section("Also on the programmer"), *_read_outs_alone())
VALUE_ROWS = tuple(row for row in ROWS if isinstance(row, CheckRow))


class SystemField(Struct, frozen=True):
    """A field above the table: typed, or chosen where `choice` names what is offered. It has room for its `widest`."""

    place: str
    label: str
    example: str = ""
    choice: str = ""
    widest: str = ""

    @property
    def unit(self) -> str:
        """The unit that it shows beside itself."""
        return SHOWN_UNITS.get(self.place, "")


SYSTEM_FIELDS: tuple[tuple[SystemField, ...], ...] = (
    (
        SystemField("system.pump", "&Pump", choice="pumps", widest="SynchroMed III 40 mL"),
        SystemField("system.tubing_volume", "&Tubing", "0.140", widest="Tubing 0.14 or 0.1"),
        SystemField("system.catheter", "Cat&heter", "0.17 mL", widest="89 cm × 0.0022 mL/cm"),
        SystemField(
            "patient.ref", "Patient (pseudonym)", "P-0147", choice="patients", widest="Patient (pseudon"
        ),
        SystemField("patient.spasticity_origin", "Spasticit&y", choice="origins", widest="cerebral ▾▾"),
        SystemField("patient.age_years", "A&ge, y", "34", widest="e.g. 34"),
        SystemField("patient.jurisdiction", "R&ules of", choice="jurisdictions", widest="Germany ▾"),
    ),
    (
        SystemField("refill.drawn_off", "Dra&wn off", "4.1", widest="Drawn off"),
        SystemField("reservoir.filled", "&Reservoir after refill", "40", widest="After refill"),
        SystemField("reservoir.low_alarm", "Low-reservoir &alarm", "2", widest="Low alarm"),
        SystemField("reservoir.at", "T&ime of the change", "22 Nov 2026 09:30", widest="22 Nov 2026 09:30"),
        SystemField(
            "reservoir.zone", "Time &zone", "Asia/Jerusalem", choice="zones", widest="America/New_York"
        ),
        SystemField(
            "patient.last_change", "&Last change", "8 Nov 2026 10:00", widest="e.g. 8 Nov 2026 10:00"
        ),
    ),
)
# What only some changes need: lines that open.
SELDOM_FIELDS: tuple[tuple[SystemField, ...], ...] = (
    (
        SystemField("refill.lot", "Lot of the drug", "A1234", widest="Lot of the drug"),
        SystemField("refill.expiry", "Expiry of the drug", "2027-08", widest="Expiry of the drug"),
        SystemField(
            "refill.withdrawal",
            "Withdrawal before the alarm",
            choice="yes_or_no",
            widest="Withdrawal before the",
        ),
        SystemField("system.fixed_flow_rate", "Flow of this pump", widest="Flow of this pump"),
    ),
    (
        SystemField("current.drug", "Drug now", choice="drugs", widest="Hydromorphone ▾"),
        SystemField("new.drug", "New drug", choice="drugs", widest="Hydromorphone ▾"),
    ),
    (
        SystemField("system.implanted", "Implanted", "3 May 2024 09:00", widest="e.g. 22 Nov 2026 09:30"),
        SystemField("system.eri_seen", "ERI seen", "3 May 2026 09:00", widest="e.g. 22 Nov 2026 09:30"),
        SystemField("patient.first_dose", "First dose", "3 May 2024 14:00", widest="e.g. 22 Nov 2026 09:30"),
    ),
)
