"""Does a checked step fit what the log holds of its patient: the therapy recorded last, and the pseudonym itself?"""

from collections.abc import Mapping
from datetime import datetime

from itbcalc.judge.check import Checked
from itbcalc.log.store import TitrationLog
from itbcalc.say import Message
from itbcalc.say.log import look_alike_message, named_patient_message, other_therapy_message
from itbcalc.visits.entry_body import results_today
from itbcalc.visits.entry_words import therapy_words
from itbcalc.visits.history import Standing, effective, in_force, new_therapy, standings
from itbcalc.visits.privacy import suspected

_HELD_AGAINST = ("concentration", "daily_dose")


def against_log(checked: Checked, log: TitrationLog, now: datetime) -> tuple[Message, ...]:
    """What does not fit: another therapy in force than the one recorded last, or a pseudonym that is new but looks like one that is not.

    Raises LogError.
    """
    patient = checked.program.patient.ref
    if not patient:
        return ()
    found = standings(log.entries(patient))
    if not found:
        if suspected(patient):
            return (named_patient_message(patient),)
        alike = [seen for seen in log.patients(limit=10_000) if one_slip_apart(seen.patient, patient)]
        return tuple(look_alike_message(patient, seen.patient, seen.entries) for seen in alike[:1])
    last = in_force(found, now)
    return () if last is None else _other_therapy(checked, last)


def one_slip_apart(first: str, second: str) -> bool:
    """Whether one character typed, left out, changed, or two neighbours swapped, makes one of the other."""
    first, second = sorted((first.casefold(), second.casefold()), key=len)
    start = next((n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), len(first))
    ours, theirs = first[start:], second[start:]
    if len(first) == len(second):
        swapped = ours[:2] == theirs[1::-1] and ours[2:] == theirs[2:] and len(ours) > 1
        return bool(ours) and (ours[1:] == theirs[1:] or swapped)
    return ours == theirs[1:]


def _other_therapy(checked: Checked, last: Standing) -> tuple[Message, ...]:
    recorded, typed = new_therapy(last.entry), results_today(checked).get("current", {})
    differing = [name for name in _HELD_AGAINST if _exact(recorded, name) != _exact(typed, name)]
    if not differing:
        return ()
    texts = [therapy_words(each) for each in (recorded, typed)]
    return (other_therapy_message(last.entry.seq, effective(last.entry), *texts),)


def _exact(values: Mapping[str, Mapping[str, str]], name: str) -> tuple[str, str]:
    value = values.get(name, {})
    return value.get("exact", ""), value.get("unit", "")
