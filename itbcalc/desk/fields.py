"""Which fields does a program that is being typed have, and which unit does each show beside itself?"""

from collections.abc import Iterator, Mapping

from itbcalc.desk.schedule_texts import WEEKDAYS, unit_at
from itbcalc.program.read_out_keys import READ_OUT_KEYS, ReadOutForm

SCREENING_ROWS = range(1, 9)  # boluses of a screening trial that can be typed: as many as a file may hold
SCREENING_KEYS: Mapping[str, str] = {"dose": "mcg", "at": "", "effect": "", "adverse_reaction": ""}
# Every field outside the schedule with its unit, in the order in which a saved file holds them.
FIELD_UNITS: Mapping[str, str] = {
    "system.pump": "",
    "system.tubing_volume": "mL",
    "system.catheter": "",
    "system.fixed_flow_rate": "mL/day",
    "patient.ref": "",
    "patient.spasticity_origin": "",
    "reservoir.filled": "mL",
    "reservoir.low_alarm": "mL",
    "reservoir.at": "",
    "patient.last_change": "",
    "patient.last_increase": "",
    "patient.age_years": "",
    "patient.jurisdiction": "",
    "reservoir.zone": "",
    "system.implanted": "",
    "system.eri_seen": "",
    "patient.first_dose": "",
    "refill.drawn_off": "mL",
    "refill.withdrawal": "",
    "refill.lot": "",
    "refill.expiry": "",
    "current.drug": "",
    "new.drug": "",
    "current.concentration": "mcg/mL",
    "new.concentration": "mcg/mL",
    **{f"readouts.{name}": key.unit for name, key in READ_OUT_KEYS.items()},
    "current.daily_dose": "mcg/day",
    "new.daily_dose": "mcg/day",
    "current.mode": "",
    "new.mode": "",
    "bridge.dose": "mcg/day",
    **{
        f"screening.boluses.{number}.{key}": unit
        for number in SCREENING_ROWS
        for key, unit in SCREENING_KEYS.items()
    },
    "line.tubing": "",
    "line.catheter": "",
    "line.prime.volume": "mL",
    "line.prime.duration": "",
    "current.really.concentration": "mcg/mL",
    **{
        f"readouts.days.{day}.{name}": READ_OUT_KEYS[name].unit
        for day in WEEKDAYS
        for name in ("daily_dose", "daily_volume")
    },
}
# Where yes or no is chosen: no text in a file, but true or false.
YES_OR_NO = frozenset(
    {"refill.withdrawal", *(f"screening.boluses.{number}.adverse_reaction" for number in SCREENING_ROWS)}
)


def _read_outs_of(form: ReadOutForm) -> set[str]:
    return {f"readouts.{name}" for name, key in READ_OUT_KEYS.items() if key.form is form}


# Where a moment is typed, and where that or a date is.
MOMENTS = frozenset(
    {
        "reservoir.at",
        "patient.last_change",
        "patient.last_increase",
        "patient.first_dose",
        "system.implanted",
        "system.eri_seen",
        *_read_outs_of(ReadOutForm.MOMENT),
        *(f"screening.boluses.{number}.at" for number in SCREENING_ROWS),
    }
)
DATED = MOMENTS | _read_outs_of(ReadOutForm.DATE)
PLACES = tuple(FIELD_UNITS)
CHECK_PLACES = frozenset(PLACES)  # all that the view of the check has a field for


class _Units(Mapping[str, str]):
    """The unit that each field shows, those of any row of a schedule too."""

    def __getitem__(self, place: str) -> str:
        unit = FIELD_UNITS[place] if place in FIELD_UNITS else unit_at(place)
        if not unit:
            raise KeyError(place)
        return unit

    def __iter__(self) -> Iterator[str]:
        return (place for place, unit in FIELD_UNITS.items() if unit)

    def __len__(self) -> int:
        return len(list(iter(self)))


# Only where a field shows its unit may the unit be left out.
SHOWN_UNITS: Mapping[str, str] = _Units()
