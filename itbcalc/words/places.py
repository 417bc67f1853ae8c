"""What is each field of a program called in front of the clinician?"""

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
    "bridge": "bridge",
    "bridge.dose": "bridge dose",
    **{f"readouts.{name}": f"{words} on the programmer" for name, words in READ_OUT_WORDS.items()},
}


def place_words(place: str) -> str:
    """A place of the program, or a field of a question, in the field's words."""
    if place in PLACES:
        return PLACES[place]
    _, dot, inside = place.partition(".")
    return (inside if dot else place).replace(".", " ").replace("_", " ")
