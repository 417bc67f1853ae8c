"""What one reading and one check say of the texts that stand in the fields, for every view of them. No Qt."""

import dataclasses
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from itbcalc.compute.line import Plug
from itbcalc.compute.schedule import InfusionMode
from itbcalc.desk.fields import SHOWN_UNITS
from itbcalc.desk.schedule_texts import field_place, is_schedule_place
from itbcalc.desk.texts import Texts, says_now, table_of, with_moment
from itbcalc.errors import FieldEntryError, Problem, Refusal, RefusedError
from itbcalc.judge.check import Checked, check, explanations_of, search_of
from itbcalc.judge.explanations import Explanations, Search
from itbcalc.judge.figures import used_figures
from itbcalc.judge.findings import profile_refused
from itbcalc.judge.verdicts import Verdict
from itbcalc.library.records import Library
from itbcalc.program import Program, ProgramReading, read_program
from itbcalc.quantities.instants import Instant
from itbcalc.say import (
    figure_name,
    finding_message,
    incomplete_message,
    place_words,
    refusal_words,
    refused_message,
)
from itbcalc.say.explanations import EXPLANATIONS, explanations_message
from itbcalc.say.report import all_messages
from ui.cards import card_of
from ui.engine import Engine
from ui.states import Card

if TYPE_CHECKING:
    from itbcalc.desk.log_reader import SaidOfTheLog

_TOLD = "refill_told"
_OFFSET = re.compile(r"(Z|[+-][0-9]{2}:[0-9]{2})$")


class Assessment(Struct, frozen=True):
    """The texts, how they were read, and what the check has found of them.

    Nothing is read where the engine cannot be relied on; `checked` is None where nothing is typed, and until the check
    is made. While it is still looked for what would explain a difference, the cards say so. `marks` say of a field whose
    text nobody typed where it comes from, `usual_mark` are the words of most of them, `told` what the log says of what was typed there; `line_by_log` is what the log has
    in the line at the change, where that is something else.
    """

    texts: Texts
    engine: Engine
    reading: ProgramReading | None = None
    checked: Checked | None = None
    cards: tuple[Card, ...] = ()
    marks: Mapping[str, str] = field(default_factory=dict)
    usual_mark: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
    line_by_log: tuple[Plug, ...] = ()

    @property
    def program(self) -> Program | None:
        """The program, as far as it could be read."""
        return None if self.reading is None else self.reading.program

    @property
    def problems(self) -> dict[str, str]:
        """Why a text was refused, by its field."""
        return (
            {}
            if self.reading is None
            else problems_of(self.reading.refusals, self.texts.typed, self.engine.library)
        )

    @property
    def now(self) -> datetime | None:
        """The moment at which it was read, where that is the moment of the change."""
        at = None if self.program is None or not says_now(self.texts) else self.program.reservoir.at
        return None if at is None else at.moment

    @property
    def unread(self) -> tuple[str, ...]:
        """What is missing or was refused, in words."""
        missing = () if self.reading is None else self.reading.missing
        return tuple(place_words(place) for place in (*self.problems, *missing))

    def file_table(self) -> dict[str, Any]:
        """The program file of the texts, every quantity with its unit, every moment with its offset."""
        table = table_of(self.texts, with_units=True)
        for place, instant in [] if self.program is None else instants_of(self.program):
            name, key = place.split(".")
            section = table.setdefault(name, {})
            if not _OFFSET.search(section.get(key, "")):  # an offset that was typed is kept as it was typed
                section[key] = instant.moment.isoformat(timespec="minutes")
        return table


class CardsOfLog(Struct, frozen=True):
    """What the log says of a check: as cards, in short beside fields, and of the line of `checked`; `by_log` is that check with the dates of the log."""

    cards: tuple[Card, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)
    line: tuple[Plug, ...] = ()
    checked: Checked | None = None
    by_log: Checked | None = None

    def says_the_same_as(self, before: "CardsOfLog | None") -> bool:
        """Whether nothing has to be shown anew; what the line holds, and the dates of the log, are of one check only."""
        told = before or CardsOfLog()
        of_one_check = any((each.line or each.by_log is not None) for each in (self, told))
        return not of_one_check and (self.cards, self.told) == (told.cards, told.told)


def read_texts(texts: Texts, engine: Engine, before: Assessment | None = None) -> Assessment:
    """The texts, read once; what a check would find is not known yet.

    `before` is what was found of the texts that stood there before: what has not changed is not read again.
    """
    cards = tuple(profile_cards(engine))
    if engine.read_only:
        return Assessment(texts, engine, cards=cards)
    known = before.reading if before is not None and before.engine.library is engine.library else None
    table = table_of(texts)
    if says_now(texts):
        table = with_moment(table, engine.now(), engine.library.clinic.zone)
    reading = read_program(table, engine.library, SHOWN_UNITS, known)
    if says_now(texts):
        reading = _without_offset(reading)
    return Assessment(texts, engine, reading, cards=cards)


def _without_offset(reading: ProgramReading) -> ProgramReading:
    """Nobody typed the offset of *now*: it is that of the clock it was read from."""
    program = reading.program
    reservoir = replace(program.reservoir, typed_offset=None)
    return dataclasses.replace(reading, program=replace(program, reservoir=reservoir))


def check_read(read: Assessment, before: Checked | None = None) -> Assessment:
    """The same texts with their check, of the reading that was made; what would explain a difference is not known yet.

    `before` is the check of the texts that stood there before: what has not changed is not computed again.
    """
    if read.reading is None or read.texts.empty:
        return read
    checked = check(read.reading.program, read.engine.library, read.engine.now(), before)
    return replace(read, checked=checked, cards=_all_cards(checked, read))


def search_in(found: Assessment) -> Search | None:
    """The search for what would explain a difference; None where nothing differs."""
    checked = found.checked
    if checked is None or not any(each.verdict is Verdict.MISMATCH for each in checked.read_outs):
        return None
    return search_of(checked, found.engine.library)


def with_log(found: Assessment, of_log: CardsOfLog) -> Assessment:
    """The same with what does not fit the log, and beside the fields what it tells.

    Before it stand the stops and what would explain a difference, behind it the rest; what a refill tells is a note, the last.
    The check with the dates of the log is that of the same check alone: another read-out has another verdict.
    """
    first = tuple(card for card in found.cards if card.severity == "stop" or card.code in EXPLANATIONS)
    told = tuple(card for card in of_log.cards if card.code == _TOLD)
    of_the_log = tuple(card for card in of_log.cards if card not in told)
    rest = tuple(card for card in found.cards if card not in first)
    asked, now = of_log.checked, found.checked
    same = asked is not None and now is not None and asked.calculation is now.calculation
    return replace(
        found,
        checked=of_log.by_log or now if asked is now else now,
        cards=(*first, *of_the_log, *rest, *told),
        told=of_log.told,
        line_by_log=of_log.line if same else (),
    )


def cards_of_log(said: "SaidOfTheLog", offered: str, checked: Checked | None = None) -> CardsOfLog:
    """What does not fit the log of what was `checked`, and what a refill tells; and that the fields can be filled, where it knows `offered`."""
    from itbcalc.say.log import known_patient_message  # here: the first answer waits for nothing of the log
    from itbcalc.visits.refill_visit_words import refill_message, short_words

    cards = [card_of(message) for message in said.messages]
    told: dict[str, str] = {}
    if said.refill is not None:
        cards.append(card_of(refill_message(said.refill)))
        told["refill.drawn_off"] = short_words(said.refill)
    if offered and said.knows_patient:
        act = (f"begin:{offered}", "Fill from the last step")
        cards.append(card_of(known_patient_message(offered), (act,)))
    return CardsOfLog(tuple(cards), told, said.line, checked, said.checked)


def explained(found: Assessment, explanations: Explanations) -> Assessment:
    """The same with what would explain a difference, where the cards say that it is looked for: no other card speaks of it."""
    assert found.checked is not None
    message = explanations_message(explanations, found.checked)
    instead = () if message is None else (card_of(message),)
    cards = (instead if card.code == "looking" else (card,) for card in found.cards)
    return replace(found, cards=tuple(itertools.chain.from_iterable(cards)))


def assess(texts: Texts, engine: Engine) -> Assessment:
    """The texts, read and checked, with what would explain a difference."""
    found = check_read(read_texts(texts, engine))
    if found.checked is None:
        return found
    return explained(found, explanations_of(found.checked, engine.library))


def problems_of(refusals: Sequence[Refusal], typed: Mapping[str, str], library: Library) -> dict[str, str]:
    """The first refusal of each field; parts of the catheter stand at its one field, rows of a schedule at theirs."""
    problems: dict[str, str] = {}
    for refusal in refusals:
        place = "system.catheter" if refusal.field.startswith("system.catheter") else refusal.field
        place = "bridge.dose" if place == "bridge" else place
        place = "system.pump" if place.startswith("system.pump.") else place
        place = field_place(typed, place) if is_schedule_place(place) or ".days." in place else place
        problems.setdefault(place, refusal_words(_in_field(_in_names(refusal, library))))
    return problems


def _in_field(refusal: Refusal) -> Refusal:
    """The same, of the one field of the catheter: a length alone is no volume, and needs its volume per length."""
    if (
        isinstance(refusal, FieldEntryError)
        and refusal.field == "system.catheter.volume"
        and refusal.entry.problem is Problem.UNIT_OF_ANOTHER_KIND
    ):
        return RefusedError("system.catheter", refusal.entry.typed, "catheter_typed")
    return refusal


def _in_names(refusal: Refusal, library: Library) -> Refusal:
    """The same, what is accepted by its name: a field takes that, where a file takes an id."""
    if not isinstance(refusal, RefusedError) or "known" not in refusal.values:
        return refusal
    names = {
        **{pump.id: pump.name for pump in library.pumps.values()},
        **{drug.id: drug.name for drug in library.drugs.values()},
        **{each.id: each.title for each in library.jurisdictions},
        **{str(mode): mode.words for mode in InfusionMode},
    }
    known = ", ".join(names.get(each, each) for each in refusal.values["known"].split(", "))
    if refusal.rule == "unknown_pump":  # the nearest of the names that one types, not of the ids of files
        from itbcalc.desk.settings import near_names

        known = ", ".join(near_names(refusal.typed, [pump.name for pump in library.pumps.values()]))
    return RefusedError(refusal.field, refusal.typed, refusal.rule, **{**refusal.values, "known": known})


def instants_of(program: Program) -> list[tuple[str, Instant]]:
    """The moments that could be read, by place."""
    offered = (
        ("reservoir.at", program.reservoir.at),
        ("patient.last_change", program.patient.last_change),
        ("patient.first_dose", program.patient.first_dose),
        ("system.implanted", program.system.implanted),
        ("system.eri_seen", program.system.eri_seen),
    )
    shown = ((f"readouts.{each.name}", each.moment) for each in program.read_outs)
    return [(place, instant) for place, instant in (*offered, *shown) if instant is not None]


# --- what is found


def profile_cards(engine: Engine) -> Iterator[Card]:
    """What was refused of the clinic's own profiles."""
    for error in engine.profile_errors:
        yield card_of(finding_message(profile_refused(error), engine.library))


def _all_cards(checked: Checked, read: Assessment) -> tuple[Card, ...]:
    """The worst first; what cannot be read stands behind the stops, what is still missing at the end."""
    problems = read.problems
    found = tuple(_cards(checked, problems, read.engine.library))
    stops = [card for card in found if card.severity == "stop"]
    rest = [card for card in found if card.severity != "stop"]
    # In full: beside a narrow field there is room for the beginning of a refusal only.
    refused = [card_of(refused_message(place, problem)) for place, problem in problems.items()]
    missing = () if read.reading is None else read.reading.missing
    still = [card_of(incomplete_message(missing))] if missing else []
    return (*profile_cards(read.engine), *stops, *refused, *rest, *still)


def _cards(checked: Checked, problems: Mapping[str, str], library: Library) -> Iterator[Card]:
    """What the check says, one after another; what would explain a difference is not known yet."""
    addresses = [
        (figure.address, figure_name(figure).lower())
        for _, figure in used_figures(checked.program, library)
        if figure.is_unverified
    ]
    waiting = {
        f"readouts.{c.read_out.name}"
        for c in checked.read_outs
        if c.verdict is Verdict.CANNOT_TELL and not c.computed
    }
    for message in all_messages(checked, library, Explanations(complete=False)):
        if message.code == "cannot_tell" and message.place in waiting:
            continue  # its row says that it cannot tell: something it needs is still being typed
        if message.code == "concentration_change_without_bridge" and "bridge.dose" in problems:
            continue  # a bridge is typed, but not readable: that is what is said
        acts: tuple[tuple[str, str], ...] = ()
        if message.code == "unverified_figure":
            acts = tuple((f"confirm:{address}", f"Confirm {text}…") for address, text in addresses)
        yield card_of(message, acts)
