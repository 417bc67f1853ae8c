"""What must the programmer show after a step? So that who reads it back has something to hold it against."""

from collections.abc import Iterator

from msgspec import Struct

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.working import value_of
from itbcalc.library.records import Library
from itbcalc.log.entries import Entry
from itbcalc.quantities.display import exact_text, shown
from itbcalc.say.catalogue import _
from itbcalc.say.places import MODE_WORDS
from itbcalc.say.therapy_report import schedule_lines
from itbcalc.visits.entry_words import therapy_words
from itbcalc.visits.history import new_therapy
from itbcalc.visits.recomputed import checked_again


class ToBeShown(Struct, frozen=True):
    """Of whom, and what, sentence by sentence; `schedule` are the rows of the day, none where one flow runs."""

    sentences: tuple[str, ...]
    schedule: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Whole, as it would be read out."""
        return "\n".join((*self.sentences, *self.schedule))


def to_be_shown_after(entry: Entry, library: Library) -> ToBeShown:
    """The dose as it was recorded; with its schedule, where the program of the step can be read again."""
    patient, therapy = entry.patient or _("no patient named"), therapy_words(new_therapy(entry))
    checked = checked_again(entry, library)
    schedule = None if checked is None else checked.calculation.inputs.new_schedule
    if checked is None or schedule is None:
        return ToBeShown((_("{patient}: {therapy}.", patient=patient, therapy=therapy),))
    head = _(
        "{patient}: {therapy}, {mode}.", patient=patient, therapy=therapy, mode=MODE_WORDS[schedule.mode]
    )
    calculation = checked.calculation
    return ToBeShown((head, *_beside(calculation)), tuple(schedule_lines(calculation.new_therapy)))


def _beside(calculation: Calculation) -> Iterator[str]:
    inputs, flow = calculation.inputs, calculation.new_therapy.flow_rate
    if calculation.new_therapy.is_simple and flow is not None:
        yield _("Flow rate {flow}.", flow=shown(flow.value))
    if calculation.new_therapy.differs_by_weekday:
        yield _("The daily dose is the mean of the week.")
    bolus = inputs.new_patient_bolus
    if bolus is not None:
        yield _(
            "Patient bolus {dose} in {duration}, lockout {lockout}, {count} per day.",
            dose=exact_text(bolus.dose),
            duration=exact_text(bolus.duration),
            lockout=exact_text(bolus.lockout),
            count=bolus.per_day,
        )
    elif inputs.current_patient_bolus is not None:
        yield _("No patient boluses any more.")
    if inputs.prime_volume is not None:
        yield _("Priming bolus {volume}.", volume=exact_text(inputs.prime_volume))
    duration, rate = value_of(calculation.bridge_duration), value_of(calculation.bridge_flow_rate)
    if duration is not None and rate is not None:
        yield _("Bridge {duration} at {flow}.", duration=shown(duration), flow=shown(rate))
    elif calculation.concentration_changes:
        yield _("No bridge.")
