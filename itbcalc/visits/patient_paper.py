"""Paper for a patient: a card to be carried, and a letter to a colleague who meets the patient elsewhere.

What stands on it is what the log holds and what was seen to run; it is a draft until the clinic's profile says who reviewed
what it says, and when.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from itbcalc.errors import RefusedError
from itbcalc.library.records import ClinicSettings, Library
from itbcalc.quantities.display import date_text, moment_text, shown
from itbcalc.say.catalogue import N_, _
from itbcalc.say.paper import page
from itbcalc.say.therapy_report import schedule_lines
from itbcalc.visits.following import Dates, Followed, NotKnownError
from itbcalc.visits.history import Standing, effective
from itbcalc.visits.refill_words import life_words
from itbcalc.visits.refills import Due, due_of

# As the labels and the maker's emergency card have them; the sources are named beside.
WITHDRAWAL_SIGNS = N_(
    "Spasticity that returns or becomes stiffness, itching without a rash, low blood pressure, tingling; later high fever and "
    "confusion. It can kill: do not wait."
)
OVERDOSE_SIGNS = N_(
    "Drowsiness, dizziness, slow or shallow breathing, limpness that spreads upward, low temperature, seizures, loss of "
    "consciousness."
)
WITHDRAWAL_SOURCES, OVERDOSE_SOURCES = ("GABDM", "CARD"), ("DLIB",)
CARD, LETTER = "card", "letter"


def patient_paper(kind: str, found: Sequence[Standing], library: Library, printed: datetime) -> str:
    """The page of a patient, `card` or `letter`, by the standings of all that patient's entries.

    Raises RefusedError where the log holds no step, where nobody has seen that the pump runs, or where the program of the
    step in force can no longer be read: no paper says what may not be true.
    """
    followed = Followed(found, printed, library)
    step, due = followed.in_force, due_of(found, printed, library)
    if step is None or due is None:
        raise RefusedError("ref", "", "no_step_by_then", known="")
    if step.read_back != "running":
        raise RefusedError("ref", step.entry.patient, "paper_not_read_back", known=str(step.entry.seq))
    try:
        read = followed.step
    except NotKnownError as unknown:
        raise RefusedError("ref", step.entry.patient, "paper_not_known", known=unknown.reason) from unknown
    therapy, system = read.calculation.new_therapy, read.program.system
    if therapy.dose is None or therapy.concentration is None or read.program.new is None:
        raise RefusedError("ref", step.entry.patient, "paper_not_known", known="")
    return page(
        kind,
        patient=step.entry.patient,
        pump="" if system.pump is None else system.pump.name,
        implanted="" if system.implanted is None else date_text(system.implanted.moment),
        life=_life_words(due),
        drug=read.program.new.drug,
        strength=shown(therapy.concentration),
        dose=shown(therapy.dose),
        schedule=schedule_lines(therapy),
        since=date_text(effective(step.entry)),
        refill_by=_("not known: ask the clinic") if due.refill_by is None else date_text(due.refill_by),
        reservoir=_reservoir_words(due.dates, has_alarm=not read.inputs.constant_flow),
        entry=step.entry.seq,
        printed=moment_text(printed),
        withdrawal=_(WITHDRAWAL_SIGNS),
        overdose=_(OVERDOSE_SIGNS),
        withdrawal_source=_sources(WITHDRAWAL_SOURCES, library),
        overdose_source=_sources(OVERDOSE_SOURCES, library),
        **_of_the_clinic(library.clinic),
    )


def _life_words(due: Due) -> str:
    """Until when the pump lasts, in words that a patient may read."""
    life, day = due.life, due.moment.date()
    if life is None or not life.to_be_planned(day):
        return ", ".join(life_words(due))
    if life.latest_end is None:
        return _("it is time to plan its replacement")
    date = date_text(life.latest_end)
    if life.over(day):
        return _("its replacement was due by {date}: ask the clinic", date=date)
    return _("lasts to {date} at the latest: it is time to plan its replacement", date=date)


def _reservoir_words(dates: Dates | None, *, has_alarm: bool) -> str:
    """When the alarm comes; of a pump that has none, when it is empty."""
    moment = None if dates is None else dates.low_alarm if has_alarm else dates.empty
    date = _("not known: ask the clinic") if moment is None else date_text(moment)
    if has_alarm:
        return _("Low-reservoir alarm about {date}", date=date)
    return _("Empty about {date}: this pump has no alarm", date=date)


def _of_the_clinic(clinic: ClinicSettings) -> Mapping[str, str]:
    """Its name and phone, and who reviewed what the paper says; a draft where nobody did."""
    by, on = clinic.paper_reviewed_by, clinic.paper_reviewed_on
    reviewed = (
        "" if by is None or on is None else _("Text reviewed by {who}, {date}", who=by, date=date_text(on))
    )
    return {"clinic": clinic.name or "", "phone": clinic.phone or "", "reviewed": reviewed}


def _sources(names: Sequence[str], library: Library) -> str:
    return "; ".join(library.sources[name].title for name in names)
