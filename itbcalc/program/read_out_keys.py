"""What is each read-out called, in which unit is it shown, and when? Loads nothing that computes: the window begins with it.

What should stand there is in `read_outs.py`, by name.
"""

from collections.abc import Mapping
from enum import Enum, auto

from msgspec import Struct

from itbcalc.phrases import N_


class ReadOutForm(Enum):
    """What is typed for a read-out."""

    QUANTITY = auto()
    COUNT = auto()
    """A whole number without a unit."""
    WHOLE_DAYS = auto()
    """A whole number of days."""
    DATE = auto()
    MOMENT = auto()
    TIME = auto()
    """A time of day."""
    ROWS = auto()
    """A list of rows, each with cells."""
    TABLE = auto()
    """A table of cells."""
    WEEK = auto()
    """A table of weekdays, each with a table of cells."""


class ReadOutKey(Struct, frozen=True):
    """A read-out as it is named, in files and in words.

    Attributes:
        name: its whole key in a program file, `patient_bolus.dose`.
        words: what it is called, a template of the catalogue.
        unit: the unit that its field shows beside itself; empty for what says its own, or has none.
        form: what is typed for it, as far as its field has to know: a date or a moment.
        seldom: whether only some changes have it: its row stands in the window only then.
    """

    name: str
    words: str
    unit: str = ""
    form: ReadOutForm = ReadOutForm.QUANTITY
    seldom: bool = False


_KEYS = (
    ReadOutKey("concentration", N_("concentration"), "mcg/mL"),
    ReadOutKey("daily_dose", N_("daily dose"), "mcg/day"),
    ReadOutKey("flow_rate", N_("flow rate"), "mL/day"),
    ReadOutKey("daily_volume", N_("daily volume"), "mL"),
    ReadOutKey("low_alarm_date", N_("low-reservoir alarm date"), form=ReadOutForm.DATE),
    ReadOutKey("empty_date", N_("empty date"), form=ReadOutForm.DATE),
    ReadOutKey("bridge_dose", N_("bridge dose"), "mcg/day"),
    ReadOutKey("bridge_duration", N_("bridge duration")),
    ReadOutKey("bridge_flow_rate", N_("bridge flow rate"), "mL/day"),
    ReadOutKey("bridge_volume", N_("bridge volume"), "mL"),
    ReadOutKey("bridge_drug", N_("bridge drug"), "mcg"),
    ReadOutKey("prime_volume", N_("priming volume"), "mL"),
    ReadOutKey("prime_dose", N_("priming dose"), "mcg"),
    ReadOutKey("prime_duration", N_("priming duration"), seldom=True),
    ReadOutKey("days_to_alarm", N_("days to the alarm"), "day"),
    ReadOutKey("filled", N_("volume after the refill"), "mL"),
    ReadOutKey("low_alarm", N_("low-reservoir alarm volume"), "mL"),
    ReadOutKey("pump_clock", N_("pump's clock"), form=ReadOutForm.MOMENT),
    ReadOutKey("tubing_volume", N_("pump tubing volume"), "mL"),
    ReadOutKey("catheter_length", N_("catheter length"), "cm"),
    ReadOutKey("catheter_volume", N_("catheter volume"), "mL"),
    ReadOutKey("dead_volume", N_("dead volume"), "mL"),
    ReadOutKey("basal", N_("basal"), "mcg/day", seldom=True),
    ReadOutKey("bolus", N_("bolus"), "mcg", seldom=True),
    ReadOutKey("bolus_duration", N_("duration of the bolus"), seldom=True),
    ReadOutKey("every", N_("interval between boluses"), seldom=True),
    ReadOutKey("first", N_("time of the first bolus"), seldom=True),
    ReadOutKey("patient_bolus.dose", N_("dose of a patient bolus"), "mcg", seldom=True),
    ReadOutKey("patient_bolus.duration", N_("duration of a patient bolus"), seldom=True),
    ReadOutKey("patient_bolus.lockout", N_("lockout of the patient bolus"), seldom=True),
    ReadOutKey("patient_bolus.per_day", N_("patient boluses per day"), seldom=True),
)
READ_OUT_KEYS: Mapping[str, ReadOutKey] = {each.name: each for each in _KEYS}
"""In the order of the fields, and of a saved file; those of a weekday are named as that of the whole, `days.sun.daily_dose`."""
