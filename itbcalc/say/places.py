"""What is each field of a program called in front of the clinician?"""

import re
from collections.abc import Sequence

from itbcalc.compute.line import Filling
from itbcalc.compute.schedule import InfusionMode
from itbcalc.library.records import Origin
from itbcalc.program.read_out_keys import READ_OUT_KEYS
from itbcalc.program.read_outs import SINGLE_READ_OUTS
from itbcalc.quantities.clock import Weekday
from itbcalc.say.catalogue import N_, Worded, _

READ_OUT_WORDS = Worded(
    {**{name: key.words for name, key in READ_OUT_KEYS.items()}, "steps": N_("rows of the schedule")}
)
SCHEDULE_WORDS = Worded(
    {
        "mode": N_("mode"),
        "basal": N_("basal"),
        "steps": N_("a list of steps"),
        "steps_replace_basal": N_("whether the steps take the place of the basal or come on top of it"),
        "bolus_replaces_basal": N_("whether the bolus takes the place of the basal or comes on top of it"),
        "days": N_("days that differ"),
        "bolus": N_("bolus"),
        "duration": N_("duration of the bolus"),
        "every": N_("interval between boluses"),
        "first": N_("time of the first bolus"),
        "patient_bolus": N_("patient bolus"),
        "patient_bolus.dose": N_("dose of a patient bolus"),
        "patient_bolus.duration": N_("duration of a patient bolus"),
        "patient_bolus.lockout": N_("lockout of the patient bolus"),
        "patient_bolus.per_day": N_("patient boluses per day"),
        "peak_flow_rate": N_("peak flow rate"),
        "lowest_flow_rate": N_("lowest flow rate"),
    }
)
_PLACES = Worded(
    {
        "file": N_("the file"),
        "program": N_("version of the program"),
        "system": N_("system"),
        "system.pump": N_("pump"),
        "system.tubing_volume": N_("pump tubing volume"),
        "system.catheter": N_("catheter"),
        "system.catheter.length": N_("catheter length"),
        "system.catheter.volume_per_length": N_("catheter volume per length"),
        "system.catheter.volume": N_("catheter volume"),
        "system.fixed_flow_rate": N_("fixed flow rate of this pump"),
        "system.implanted": N_("date of implant"),
        "system.eri_seen": N_("replacement indicator seen"),
        "reservoir": N_("reservoir"),
        "reservoir.filled": N_("volume after the refill"),
        "reservoir.low_alarm": N_("low-reservoir alarm volume"),
        "reservoir.at": N_("time of the change"),
        "reservoir.zone": N_("time zone"),
        "author": N_("name of who records it"),
        "patient.ref": N_("pseudonym of the patient"),
        "patient.last_change": N_("last change"),
        "patient.last_increase": N_("last increase"),
        "patient.first_dose": N_("first dose"),
        "patient.spasticity_origin": N_("origin of the spasticity"),
        "patient.age_years": N_("age"),
        "patient.jurisdiction": N_("jurisdiction"),
        "screening": N_("screening trial"),
        "screening.boluses": N_("boluses of the screening trial"),
        "current": N_("therapy in force"),
        "current.drug": N_("drug now"),
        "current.concentration": N_("concentration now"),
        "current.daily_dose": N_("daily dose now"),
        "new": N_("new therapy"),
        "new.drug": N_("new drug"),
        "new.concentration": N_("new concentration"),
        "new.daily_dose": N_("new daily dose"),
        "new.flow_rate": N_("new flow rate"),
        "line": N_("line between pump and tip"),
        "line.tubing": N_("what the pump tubing holds"),
        "line.catheter": N_("what the catheter holds"),
        "line.prime": N_("priming bolus"),
        "line.prime.volume": N_("volume of the priming bolus"),
        "line.prime.duration": N_("duration of the priming bolus"),
        "current.really": N_("what was really in the pump"),
        "current.really.concentration": N_("concentration really in the pump"),
        "bridge": N_("bridge"),
        "bridge.dose": N_("bridge dose"),
        "bridge.aspirated": N_("aspirated"),
        "refill": N_("refill"),
        "refill.drawn_off": N_("volume drawn off"),
        "refill.withdrawal": N_("withdrawal before the alarm"),
        "refill.lot": N_("lot of the drug"),
        "refill.expiry": N_("expiry of the drug"),
    }
)
# The cells of a row: of a step that is typed, and of a row of the programmer.
CELL_WORDS = Worded(
    {
        "start": N_("start"),
        "end": N_("end"),
        "duration": N_("duration"),
        "dose": N_("dose"),
        "dose_rate": N_("dose rate"),
        "flow_rate": N_("flow rate"),
    }
)
WEEKDAY_WORDS = Worded(
    {
        Weekday.MON: N_("Mon"),
        Weekday.TUE: N_("Tue"),
        Weekday.WED: N_("Wed"),
        Weekday.THU: N_("Thu"),
        Weekday.FRI: N_("Fri"),
        Weekday.SAT: N_("Sat"),
        Weekday.SUN: N_("Sun"),
    }
)
DAY_WORDS = Worded(
    {
        Weekday.MON: N_("Monday"),
        Weekday.TUE: N_("Tuesday"),
        Weekday.WED: N_("Wednesday"),
        Weekday.THU: N_("Thursday"),
        Weekday.FRI: N_("Friday"),
        Weekday.SAT: N_("Saturday"),
        Weekday.SUN: N_("Sunday"),
    }
)
MODE_WORDS = Worded(
    {
        InfusionMode.SIMPLE_CONTINUOUS: N_("simple continuous"),
        InfusionMode.FLEX: N_("flex"),
        InfusionMode.PERIODIC_BOLUS: N_("periodic bolus"),
        InfusionMode.SINGLE_BOLUS: N_("single bolus"),
        InfusionMode.MINIMUM_RATE: N_("minimum rate"),
        InfusionMode.STOPPED: N_("stopped"),
    }
)
_YES_NO = Worded({"true": N_("yes"), "false": N_("no")})
FILLING_WORDS = Worded(
    {Filling.OLD: N_("the old drug"), Filling.NEW: N_("the new drug"), Filling.NONE: N_("no drug")}
)
ORIGIN_WORDS = Worded({Origin.SPINAL: N_("spinal"), Origin.CEREBRAL: N_("cerebral")})


def setting_text(text: str) -> str:
    """A setting as it is read, not as it is kept: a mode in its words, a yes for `true`; anything else as it stands."""
    if text in set(InfusionMode):
        return MODE_WORDS[InfusionMode(text)]
    return _YES_NO.get(text, text)


_SHORTEST_RUN = 2  # days that are named one by one
_MOVE = re.compile(r"move\.(?P<number>[0-9]+)(\.(?P<inside>.+))?")
_DAY = re.compile(r"(?:new|current)\.days\.(?P<day>\w+)(?:\.(?P<key>basal|steps|steps_replace_basal))?")
_SCREENING = re.compile(r"screening\.boluses\.(?P<number>[0-9]+)(?:\.(?P<key>\w+))?")
_SCREENING_WORDS = Worded(
    {
        "dose": N_("dose"),
        "at": N_("time"),
        "effect": N_("how long the effect lasted"),
        "adverse_reaction": N_("adverse reaction"),
    }
)
_GROUP = re.compile(r"(?P<table>new|current)\.groups\.\d+\.(?P<key>days|basal|steps|steps_replace_basal)")
_STEP = re.compile(
    r"(?P<table>new|current|readouts)\.(?:(?P<group>groups)\.\d+\.|days\.(?P<day>\w+)\.)?(?:steps\.(?P<number>\d+)(?:\.(?P<cell>\w+))?)?"
)


def place_words(place: str) -> str:
    """A place of the program, or a field of a question, in the field's words."""
    if place in _PLACES:
        return _PLACES[place]
    table, dot, inside = place.partition(".")
    if table == "readouts" and inside in SINGLE_READ_OUTS:
        return _of_table(read_out_words(inside), table)
    if table in ("new", "current", "readouts") and inside in SCHEDULE_WORDS:
        return _of_table(SCHEDULE_WORDS[inside], table)
    day = _DAY.fullmatch(place)
    if day is not None:
        weekday = _weekday(day["day"])
        return _("{place} on {day}", place=SCHEDULE_WORDS[day["key"]], day=weekday) if day["key"] else weekday
    group = _GROUP.fullmatch(place)
    if group is not None:
        own = _("weekdays") if group["key"] == "days" else SCHEDULE_WORDS[group["key"]]
        return _of_table(_("{place} on other days", place=own), group["table"])
    step = _STEP.fullmatch(place)
    if step is not None and (step["day"] or step["number"]):
        return _step_words(step)
    bolus = _SCREENING.fullmatch(place)
    if bolus is not None:
        return _screening_words(bolus["number"], bolus["key"] or "")
    move = _MOVE.fullmatch(place)
    if move is not None:
        if not move["inside"]:
            return _("move {number}", number=move["number"])
        return _("{place} of move {number}", place=_spelled(move["inside"]), number=move["number"])
    return _spelled(inside if dot else place)


def _screening_words(number: str, key: str) -> str:
    if key not in _SCREENING_WORDS:
        return _("screening bolus {number}", number=number)
    return _("screening bolus {number}: {what}", number=number, what=_SCREENING_WORDS[key])


def read_out_words(name: str) -> str:
    """A read-out in the field's words: `flow rate`, `daily dose on Sun`, `dose of row 2`."""
    if name in READ_OUT_WORDS or "." not in name:
        return READ_OUT_WORDS[name]
    number, cell = name.split(".")[1:]
    if name in SINGLE_READ_OUTS:
        return _("{place} on {day}", place=READ_OUT_WORDS[cell], day=_weekday(number))
    return _("{cell} of row {number}", cell=_cell(cell), number=number)


def days_words(days: Sequence[Weekday]) -> str:
    """Days of the week, three or more in a row from the first to the last: `Monday to Friday, Sunday`."""
    runs: list[list[Weekday]] = []
    for day in sorted(days, key=lambda each: each.number):
        if runs and day.number == runs[-1][-1].number + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(
        _("{first} to {last}", first=DAY_WORDS[run[0]], last=DAY_WORDS[run[-1]])
        if len(run) > _SHORTEST_RUN
        else ", ".join(DAY_WORDS[day] for day in run)
        for run in runs
    )


def _of_table(words: str, table: str) -> str:
    """Of which therapy it is, or that the programmer shows it; what is new goes without saying."""
    if table == "current":
        return _("{place} now", place=words)
    return _("{place} on the programmer", place=words) if table == "readouts" else words


def _step_words(found: re.Match[str]) -> str:
    """`dose of step 2 on Sat`, `row 2 on the programmer`."""
    table, day, number, cell = found["table"], found["day"], found["number"], found["cell"]
    if not number:
        words = ""
    elif table == "readouts":
        words = read_out_words(f"steps.{number}.{cell}") if cell else _("row {number}", number=number)
    elif cell:
        words = _("{cell} of step {number}", cell=_cell(cell), number=number)
    else:
        words = _("step {number}", number=number)
    if day:
        weekday = _weekday(day)
        words = _("{place} on {day}", place=words, day=weekday) if words else _("on {day}", day=weekday)
    elif found["group"]:
        words = _("{place} on other days", place=words)
    return _of_table(words, table)


def _cell(name: str) -> str:
    return CELL_WORDS[name] if name in CELL_WORDS else _spelled(name)


def _weekday(name: str) -> str:
    return WEEKDAY_WORDS[Weekday(name)] if name in set(Weekday) else name.capitalize()


def _spelled(name: str) -> str:
    """A name that has no words here, as it is written in files."""
    return name.replace(".", " ").replace("_", " ")
