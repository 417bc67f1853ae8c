"""What is each field of a program called in front of the clinician?"""

import re
from collections.abc import Mapping

READ_OUT_WORDS: Mapping[str, str] = {
    "concentration": "concentration",
    "daily_dose": "daily dose",
    "daily_volume": "daily volume",
    "flow_rate": "flow rate",
    "bridge_duration": "bridge duration",
    "bridge_flow_rate": "bridge flow rate",
    "bridge_volume": "bridge volume",
    "bridge_drug": "bridge drug",
    "bridge_dose": "bridge dose",
    "prime_volume": "priming volume",
    "prime_dose": "priming dose",
    "low_alarm_date": "low-reservoir alarm date",
    "empty_date": "empty date",
}

SCHEDULE_WORDS: Mapping[str, str] = {
    "mode": "mode",
    "basal": "basal",
    "steps": "a list of steps",
    "steps_replace_basal": "whether the steps take the place of the basal or come on top of it",
    "bolus_replaces_basal": "whether the bolus takes the place of the basal or comes on top of it",
    "days": "days that differ",
    "bolus": "bolus",
    "duration": "duration of the bolus",
    "every": "interval between boluses",
    "first": "time of the first bolus",
    "patient_bolus": "patient bolus",
    "patient_bolus.dose": "dose of a patient bolus",
    "patient_bolus.duration": "duration of a patient bolus",
    "patient_bolus.lockout": "lockout of the patient bolus",
    "patient_bolus.per_day": "patient boluses per day",
    "peak_flow_rate": "peak flow rate",
    "lowest_flow_rate": "lowest flow rate",
}

PLACES: Mapping[str, str] = {
    "file": "the file",
    "system": "system",
    "system.pump": "pump",
    "system.tubing_volume": "pump tubing volume",
    "system.catheter": "catheter",
    "system.catheter.length": "catheter length",
    "system.catheter.volume_per_length": "catheter volume per length",
    "system.catheter.volume": "catheter volume",
    "system.implanted": "date of implant",
    "reservoir": "reservoir",
    "reservoir.filled": "volume after the refill",
    "reservoir.low_alarm": "low-reservoir alarm volume",
    "reservoir.at": "time of the change",
    "reservoir.zone": "time zone",
    "patient.last_change": "last change",
    "patient.first_dose": "first dose",
    "patient.spasticity_origin": "origin of the spasticity",
    "patient.age_years": "age",
    "patient.jurisdiction": "jurisdiction",
    "current": "therapy in force",
    "current.drug": "drug now",
    "current.concentration": "concentration now",
    "current.daily_dose": "daily dose now",
    "new": "new therapy",
    "new.drug": "new drug",
    "new.concentration": "new concentration",
    "new.daily_dose": "new daily dose",
    "new.flow_rate": "new flow rate",
    **{
        f"{table}.{key}": f"{words}{suffix}"
        for table, suffix in (("new", ""), ("current", " now"))
        for key, words in SCHEDULE_WORDS.items()
    },
    "bridge": "bridge",
    "bridge.dose": "bridge dose",
    **{f"readouts.{name}": f"{words} on the programmer" for name, words in READ_OUT_WORDS.items()},
}


_MOVE = re.compile(r"move\.(?P<number>[0-9]+)(\.(?P<inside>.+))?")
_DAY = re.compile(r"(?:new|current)\.days\.(?P<day>\w+)(?:\.(?P<key>basal|steps|steps_replace_basal))?")
_STEP = re.compile(
    r"(?P<table>new|current|readouts)\.(?:(?P<group>groups)\.\d+\.|days\.(?P<day>\w+)\.)?(?:steps\.(?P<number>\d+)(?:\.(?P<cell>\w+))?)?"
)


def place_words(place: str) -> str:
    """A place of the program, or a field of a question, in the field's words."""
    if place in PLACES:
        return PLACES[place]
    day = _DAY.fullmatch(place)
    if day is not None:
        name = day["day"].capitalize()
        return f"{SCHEDULE_WORDS[day['key']]} on {name}" if day["key"] else name
    step = _STEP.fullmatch(place)
    if step is not None and (step["day"] or step["number"]):
        return _step_words(step)
    move = _MOVE.fullmatch(place)
    if move is not None:
        inner = (move["inside"] or "").replace(".", " ").replace("_", " ")
        return f"{inner} of move {move['number']}" if inner else f"move {move['number']}"
    _, dot, inside = place.partition(".")
    return (inside if dot else place).replace(".", " ").replace("_", " ")


def read_out_words(name: str) -> str:
    """A read-out in the field's words: `flow rate`, `dose of row 2`."""
    if name in READ_OUT_WORDS:
        return READ_OUT_WORDS[name]
    _, number, cell = name.split(".")
    return f"{cell.replace('_', ' ')} of row {number}"


def _step_words(found: re.Match[str]) -> str:
    """`dose of step 2 on Sat`, `row 2 on the programmer`."""
    table, day, number, cell = found["table"], found["day"], found["number"], found["cell"]
    what = f"{'row' if table == 'readouts' else 'step'} {number}" if number else ""
    parts = [
        f"{cell.replace('_', ' ')} of {what}" if cell else what,
        f"on {day.capitalize()}" if day else "on other days" if found["group"] else "",
        {"new": "", "current": "now", "readouts": "on the programmer"}[table],
    ]
    return " ".join(part for part in parts if part)
