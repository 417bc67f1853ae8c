"""What verifying a log proves, and what it cannot know."""

from collections.abc import Mapping
from datetime import date, datetime

from msgspec.structs import replace

from itbcalc.library.records import Severity
from itbcalc.quantities.display import date_text, moment_text, shown
from itbcalc.quantities.kinds import Volume
from itbcalc.say.catalogue import N_, Worded, _, plural
from itbcalc.say.message import Message

_WITHOUT_ANCHOR = N_(
    "Without an anchor it cannot be known whether entries were cut off at the end, an older copy was put back, "
    "or all was written anew."
)
ANCHOR_PROOF = N_(
    "Held against the log later, this line shows whether all that stands in it up to here is still there, unchanged. "
    "It says nothing of what is written later, and not whether what was written is true."
)
_ANCHOR_WORDS = Worded(
    {
        "agrees": N_("The anchor agrees: nothing before it was changed."),
        "other_log": N_("The anchor is of another log."),
        "cut_off": N_("Entries are missing at the end: the anchor counts more than there are."),
        "rewritten": N_("What stood before the anchor was changed."),
    }
)

_SERVER_FINE: Mapping[str, str] = {
    "reached": N_("reached: {detail}"),
    "encrypted": N_("nobody can listen between here and there {detail}"),
    "guards": N_("the guards that keep the log from being rewritten are at work"),
    "version": N_("its tables are of version {detail}"),
    "may_write": N_("this workstation may add entries"),
    "may_not_change": N_("this workstation may change none, and not say when one was received"),
    "no_administrator": N_("this workstation is no administrator and not the owner"),
    "owner_without_login": N_("nobody can log in as the owner of the tables"),
    "lasting": N_("the server says that something is saved only when it is on its disk"),
    "alone": N_("no other login may change entries"),
}
_SERVER_WRONG: Mapping[str, str] = {
    "encrypted": N_("the connection is not encrypted"),
    "guards": N_("guards that keep the log from being rewritten are missing, switched off or changed"),
    "version": N_("its tables are of version {detail}, which this program does not know"),
    "may_write": N_("this workstation may not add entries"),
    "may_not_change": N_("this workstation may change entries, or say when one was received"),
    "no_administrator": N_("this workstation is an administrator, or the owner of the tables"),
    "owner_without_login": N_("somebody can log in as the owner of the tables"),
    "lasting": N_("the server may say that something is saved before it is on its disk ({detail} is off)"),
    "alone": N_("other logins may change entries: {detail}"),
}

OTHER_THERAPY, LIKE_A_NAME, LOOK_ALIKE = "differs_from_log", "pseudonym_like_a_name", "look_alike_pseudonym"
OLD_DRUG, RECORDED_BEFORE = "old_drug_still_in_line", "step_recorded_before"
NOT_HELD, WAITS = "not_held_against_log", "entries_wait_for_log"
EXAMPLE = "bundled_example"
OTHER_PATIENT = "patient_differs_from_log"
OTHER_SYSTEM, OTHER_VOLUME = "system_differs_from_log", "volume_differs_from_log"
NOT_FILLED, EMPTY_EARLIER = "volume_as_before_the_refill", "worst_case_earlier_by_log"
FOUND_STOPPED = "volume_of_a_pump_found_stopped"
LET_GO = "step_after_followup_ended"
BEFORE_THE_LAST, IN_PLACE_OF_THE_LAST = "step_before_the_last", "step_in_place_of_the_last"
RAISED_EARLIER, RAISED_SINCE = "raised_earlier_by_log", "raised_since_by_log"
OF_A_PSEUDONYM = (LIKE_A_NAME, LOOK_ALIKE)  # a tick is enough: that it is meant as it stands
PSEUDONYM_CONFIRMED = N_("confirmed to be the pseudonym")  # the answer that stands in the entry
# Codes of what was found in the log beside a program: of the program alone it is not found again.
SAID_OF_THE_LOG = (
    OTHER_THERAPY,
    OTHER_PATIENT,
    OTHER_SYSTEM,
    OTHER_VOLUME,
    NOT_FILLED,
    FOUND_STOPPED,
    EMPTY_EARLIER,
    LET_GO,
    BEFORE_THE_LAST,
    IN_PLACE_OF_THE_LAST,
    OLD_DRUG,
    RECORDED_BEFORE,
    RAISED_EARLIER,
    RAISED_SINCE,
    LIKE_A_NAME,
    LOOK_ALIKE,
    NOT_HELD,
    WAITS,
    EXAMPLE,
)


def anchor_words(verdict: str | None) -> str:
    """What an anchor says of a log that is whole; without one, what is not known."""
    return _(_WITHOUT_ANCHOR) if verdict is None else _ANCHOR_WORDS[verdict]


def waiting_words(absent: int, not_known: int) -> list[str]:
    """That entries wait: those that are not in the log, and those of which nobody knows; nothing where none does."""
    said = []
    if absent:
        said.append(
            plural(
                "{count} entry is NOT IN THE LOG: it waits to be sent.",
                "{count} entries are NOT IN THE LOG: they wait to be sent.",
                absent,
            )
        )
    if not_known:
        said.append(
            plural(
                "Of {count} entry it is NOT KNOWN whether it is in the log: it is looked for when the server can be reached.",
                "Of {count} entries it is NOT KNOWN whether they are in the log: they are looked for when the server can be reached.",
                not_known,
            )
        )
    return said


def waits_words(*, not_known: bool) -> str:
    """What became of an entry that was to be recorded while the server of the log was away."""
    return f"{_(_NOT_KNOWN) if not_known else _(_NOT_IN_THE_LOG)} {_(_WAITS)}"


def found_words(number: int) -> str:
    """That an entry of which nothing was known stands in the log."""
    return _("It stood in the log already, and was not written again: entry {number}", number=number)


def meanwhile_words(patient: str, numbers: str) -> str:
    """That others wrote of a patient while an entry waited."""
    return _(
        "While it waited others wrote of {patient}: entry {numbers}. They did not see it; look at both.",
        patient=patient,
        numbers=numbers,
    )


def plain_copy_words() -> str:
    """That a copy of an encrypted log is not encrypted itself."""
    return _("NOT ENCRYPTED, other than the log: whoever has this file can read all of it.")


def not_held_message() -> Message:
    """That a check was not held against the log."""
    return Message(
        NOT_HELD,
        Severity.CAUTION,
        _("It was not held against what the log holds of this patient"),
        _(
            "The server of the log cannot be reached: whether another therapy is in force nobody can say here."
        ),
    )


def waiting_message(patient: str, count: int) -> Message:
    """That entries of a patient wait, so that the log does not tell what was done last."""
    return Message(
        WAITS,
        Severity.CAUTION,
        _("The log does not hold all that was recorded here"),
        plural(
            "{count} entry of {patient} waits to be sent: what is said of the log is without it.",
            "{count} entries of {patient} wait to be sent: what is said of the log is without them.",
            count,
            patient=patient,
        ),
    )


def on_server_words(place: str, login: str) -> str:
    """Whose log it is and where, of one on a server."""
    return _("The log of all workstations: {place}; this one writes as {login}", place=place, login=login)


def in_file_words(path: str, owner: str, *, shared: bool) -> str:
    """Whose log it is and where, of one in a file; nobody knows the owner on some systems."""
    if shared:
        return _(
            "The log of several accounts of this machine: {path}, made by {owner}", path=path, owner=owner
        )
    if not owner:
        return _("The log of this machine: {path}", path=path)
    return _("The log of the account {owner} alone: {path}", path=path, owner=owner)


_NOT_IN_THE_LOG = N_("NOT IN THE LOG: its server cannot be reached.")
_NOT_KNOWN = N_(
    "NOT KNOWN whether it is in the log: the connection to its server was lost while it was written."
)
_WAITS = N_(
    "It waits here, with its own moment. Do not write it again: send it when the server is back;"
    " it is looked for then, and never written twice."
)


def server_words(name: str, detail: str, *, fine: bool) -> str:
    """One thing that was looked at on the server of a log, and how it was found."""
    return _((_SERVER_FINE if fine else _SERVER_WRONG)[name], detail=detail).strip()


def anchor_reach_words(anchored: int, entries: int) -> str:
    """How far an anchor that agrees reaches: what was written after it nobody vouches for."""
    after = entries - anchored
    if not after:
        return _("The anchor reaches to the end of the log.")
    return plural(
        "The anchor reaches to entry {anchored}; of the {count} entry after that it says nothing.",
        "The anchor reaches to entry {anchored}; of the {count} entries after that it says nothing.",
        after,
        anchored=anchored,
    )


def other_therapy_message(number: int, at: datetime, recorded: str, typed: str) -> Message:
    """The therapy typed as the one in force is not the one that the log holds as the last."""
    return Message(
        OTHER_THERAPY,
        Severity.CAUTION,
        _("The therapy now is not the one recorded last"),
        _(
            "Entry {number} of {at} left {recorded}; typed as the therapy now is {typed}.",
            number=number,
            at=moment_text(at),
            recorded=recorded,
            typed=typed,
        ),
        place="current.daily_dose",
    )


def other_patient_message(number: int, differing: str) -> Message:
    """What is typed of the patient cannot be true of the one of the last step: perhaps it is another."""
    return Message(
        OTHER_PATIENT,
        Severity.CAUTION,
        _("The patient is not as in the last step"),
        _(
            "Entry {number}: {differing}. Is it the same patient, and the right pseudonym?",
            number=number,
            differing=differing,
        ),
        place="patient.ref",
    )


def other_system_message(number: int, differing: str) -> Message:
    """The system typed is not the one that the last step left."""
    return Message(
        OTHER_SYSTEM,
        Severity.CAUTION,
        _("The system is not the one of the last step"),
        _(
            "Entry {number}: {differing}. Right where it was revised or replaced.",
            number=number,
            differing=differing,
        ),
        place="system",
    )


def other_volume_message(number: int, expected: str, typed: str, not_filled: date | None) -> Message:
    """The volume typed is not the one that is expected, and nothing was drawn off.

    `not_filled`: more is typed, as if something was filled; if nothing was, this is the last day for the refill.
    """
    told = _(
        "By entry {number} {expected} are expected in the reservoir; typed is {typed}. At a refill type what was drawn off.",
        number=number,
        expected=expected,
        typed=typed,
    )
    if not_filled is not None:
        told = _(
            "{told} If nothing was filled, refill no later than {date}: counted from the last fill.",
            told=told,
            date=date_text(not_filled),
        )
    return Message(
        OTHER_VOLUME,
        Severity.CAUTION,
        _("Another volume than expected"),
        told,
        place="reservoir.filled",
    )


def let_go_message(number: int, ended: datetime, *, stays_off: bool) -> Message:
    """A step of a patient whom nobody here follows any more; `stays_off`: it took effect before that."""
    told = (
        _("This step took effect before that: the patient stays off the list of refills.")
        if stays_off
        else _("With this step the patient is on the list of refills again.")
    )
    return Message(
        LET_GO,
        Severity.WARNING,
        _("Nobody here follows this patient any more"),
        " ".join((_("So says entry {number}, since {date}.", number=number, date=date_text(ended)), told)),
        place="reservoir.at",
    )


def before_the_last_message(number: int, at: datetime, therapy: str) -> Message:
    """A step that takes effect before one that is recorded already: it will not be the therapy in force."""
    return Message(
        BEFORE_THE_LAST,
        Severity.WARNING,
        _("The change lies before one that is recorded"),
        _(
            "Entry {number} of {at} stays in force after it: {therapy}. Right for a change that is written down late; "
            "otherwise its date or time is mistyped.",
            number=number,
            at=moment_text(at),
            therapy=therapy,
        ),
        place="reservoir.at",
    )


def in_place_of_the_last_message(number: int, at: datetime, therapy: str) -> Message:
    """An amendment that dates a step after one that followed it: the therapy in force becomes that of the step."""
    return Message(
        IN_PLACE_OF_THE_LAST,
        Severity.WARNING,
        _("The change now lies after one that followed it"),
        _(
            "Entry {number} of {at} would no longer be in force: {therapy}. Is the new date or time mistyped?",
            number=number,
            at=moment_text(at),
            therapy=therapy,
        ),
        place="reservoir.at",
    )


def counted_volume_message(  # noqa: PLR0917  # what it says
    number: int, since: datetime, missing: Volume, earlier: datetime, own: datetime, refill_by: date | None
) -> Message:
    """The volume typed is one that was counted: in the worst case the pump is empty before the check says so.

    `refill_by` is the last day for the refill by that, where it comes before the one that the check says: else None.
    """
    title = _("In the worst case empty on {date}", date=date_text(earlier))
    if refill_by is not None:
        title = _("By the log refill no later than {date}", date=date_text(refill_by))
    return Message(
        EMPTY_EARLIER,
        Severity.INFO if refill_by is None else Severity.CAUTION,
        title,
        _(
            "The volume is counted, not measured: since entry {number} of {since} the pump may have delivered up to {volume} "
            "more than programmed. In the worst case it is empty on {moment}; by the volume typed alone on {own}.",
            number=number,
            since=date_text(since),
            volume=shown(missing),
            moment=moment_text(earlier),
            own=moment_text(own),
        ),
        place="reservoir.filled",
    )


def not_filled_message(number: int, typed: str) -> Message:
    """Something was drawn off, and the volume after the refill is still the one expected before it."""
    return Message(
        NOT_FILLED,
        Severity.CAUTION,
        _("The volume after the refill is the one of before it"),
        _(
            "By entry {number} as much was expected before the refill: {typed}. Type what is in the reservoir now; all dates are "
            "counted from it.",
            number=number,
            typed=typed,
        ),
        place="reservoir.filled",
    )


def found_stopped_message(number: int, least: str, most: str, typed: str) -> Message:
    """Nothing was drawn off, and a volume is typed of which nobody can know that it is there."""
    return Message(
        FOUND_STOPPED,
        Severity.CAUTION,
        _("The pump was found stopped: what is in the reservoir is not known"),
        _(
            "After entry {number} it was found stopped, nobody knows since when: {least} to {most} may be in the reservoir. "
            "All dates are counted from the {typed} typed; only what is drawn off shows whether it is there.",
            number=number,
            least=least,
            most=most,
            typed=typed,
        ),
        place="reservoir.filled",
    )


def old_drug_message(number: int, held: str, leaves_in: str, bridge: tuple[str, str]) -> Message:
    """The line holds something else than the step takes it to hold; `bridge` is a dose and how long a bridge at it lasts."""
    dose, lasts = bridge
    told = [_("After entry {number} the line still holds {held}.", number=number, held=held)]
    if leaves_in:
        told.append(_("If nothing is done it has left after {time}.", time=leaves_in))
    if lasts:
        told.append(_("A bridge for it at {dose} lasts {time}.", dose=dose, time=lasts))
    return Message(
        OLD_DRUG,
        Severity.WARNING,
        _("Something else is still in the line"),
        " ".join(told),
        place="line",
    )


def named_patient_message(patient: str) -> Message:
    """A new pseudonym that looks like the name of somebody."""
    return Message(
        LIKE_A_NAME,
        Severity.WARNING,
        _("Is this a pseudonym?"),
        _("‘{patient}’ looks like a name: what is written in the log stays.", patient=patient),
        place="patient.ref",
    )


def example_message(title: str) -> Message:
    """The figures are those of a bundled example: an entry of them is of nobody."""
    return Message(
        EXAMPLE,
        Severity.WARNING,
        _("This is an example, of no patient"),
        _(
            "Its system, reservoir and moment are those of the example ‘{title}’. What is written in the log stays: type yes "
            "if it is to stand there all the same.",
            title=title,
        ),
    )


def known_patient_message(patient: str) -> Message:
    """The log holds entries of the patient: nothing of it need be typed again."""
    return Message(
        "known_patient",
        Severity.INFO,
        _("{patient} is in the log", patient=patient),
        _("System, reservoir and the therapy now can be filled from the last step that holds."),
        place="patient.ref",
    )


def recorded_before_message(number: int) -> Message:
    """A step that stands in the log already, word for word."""
    return Message(
        RECORDED_BEFORE,
        Severity.WARNING,
        _("Is this step in the log already?"),
        _("Entry {number} holds the same program at the same moment.", number=number),
        place="reservoir.at",
    )


def raised_earlier_message(lowered: int, number: int, raised: datetime) -> Message:
    """Beside an increase soon after the last change: by the log that change was a decrease, and the dose was raised earlier."""
    return Message(
        RAISED_EARLIER,
        Severity.INFO,
        _("By the log the last change was a decrease"),
        _(
            "Entry {lowered} lowered the dose; it was last raised on {raised} (entry {number}): after a decrease the interval between "
            "increases counts from there. If that is so, enter it as the last increase.",
            lowered=lowered,
            raised=moment_text(raised),
            number=number,
        ),
        place="patient.last_increase",
    )


def raised_since_message(too_soon: Message, number: int, raised: datetime) -> Message:
    """An increase that is `too_soon` after one that the log knows, and that was not typed."""
    detail = _(
        "By the log the dose was raised on {raised} (entry {number}). {rule}",
        raised=moment_text(raised),
        number=number,
        rule=too_soon.detail,
    )
    return replace(too_soon, code=RAISED_SINCE, detail=detail)


def look_alike_message(patient: str, other: str, entries: int, *, drawn_alike: bool = False) -> Message:
    """A pseudonym without entries that is one slip away from one that has some, or is drawn like it."""
    return Message(
        LOOK_ALIKE,
        Severity.WARNING if drawn_alike else Severity.CAUTION,
        _("Is this the right patient?"),
        plural(
            "{patient} has no entry in this log; {other}, which looks like it, has {count}.",
            "{patient} has no entry in this log; {other}, which looks like it, has {count}.",
            entries,
            patient=patient,
            other=other,
        ),
        place="patient.ref",
    )
