"""Which words and which severity does the clinician meet? The one place where they are chosen.

The core states facts as values; the window, the terminal, the sheet and the JSON all take their words here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from itbcalc.crosscheck import Compared, Slip, SlipCode, Value, Verdict
from itbcalc.errors import (
    EntryError,
    FieldEntryError,
    ItbcalcError,
    LibraryError,
    Problem,
    RefusedError,
    SelfTestError,
)
from itbcalc.findings import Finding, FindingCode
from itbcalc.library.records import Bound, Figure, Grade, Library, Severity
from itbcalc.program import Refusal
from itbcalc.quantities.display import date_text, exact_text, moment_text, number_shown, shown, shown_change
from itbcalc.quantities.entry import visible
from itbcalc.quantities.units import Quantity

GRADE_WORDS = {
    Grade.SEEN: "seen in print",
    Grade.CLINIC: "clinic's own",
    Grade.SECONDARY: "secondary source",
    Grade.UNVERIFIED: "unverified",
}

PLACES = {
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
    "readouts.concentration": "concentration on the programmer",
    "readouts.daily_dose": "daily dose on the programmer",
    "readouts.daily_volume": "daily volume on the programmer",
    "readouts.flow_rate": "flow rate on the programmer",
    "readouts.bridge_duration": "bridge duration on the programmer",
    "readouts.bridge_flow_rate": "bridge flow rate on the programmer",
    "readouts.bridge_volume": "bridge volume on the programmer",
    "readouts.bridge_drug": "bridge drug on the programmer",
    "readouts.bridge_dose": "bridge dose on the programmer",
    "readouts.prime_volume": "priming volume on the programmer",
    "readouts.prime_dose": "priming dose on the programmer",
    "readouts.low_alarm_date": "low-reservoir alarm date on the programmer",
    "readouts.empty_date": "empty date on the programmer",
}

READ_OUT_WORDS = {
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

VERDICT_WORDS = {
    Verdict.MATCH: "match",
    Verdict.MATCH_TRUNCATED: "match, cut off",
    Verdict.MISMATCH: "differs",
    Verdict.CANNOT_TELL: "cannot tell",
}


@dataclass(frozen=True, slots=True)
class Message:
    """One finding in words: what it is, why, and where its limit comes from."""

    code: str
    severity: Severity
    title: str
    detail: str
    source: str = ""
    place: str = ""

    @property
    def text(self) -> str:
        """Title and detail as one text."""
        return f"{self.title}. {self.detail}".strip() if self.detail else f"{self.title}."


def place_words(place: str) -> str:
    """A place of the program in the field's words."""
    return PLACES.get(place, place)


# --- refusals


def refusal_words(error: ItbcalcError) -> str:
    """Why input was refused, what was typed and what would be accepted."""
    if isinstance(error, FieldEntryError):
        return entry_words(error.entry)
    if isinstance(error, EntryError):
        return entry_words(error)
    if isinstance(error, RefusedError):
        return _refused_words(error)
    if isinstance(error, LibraryError):
        return f"{error.where}: {error.reason}"
    if isinstance(error, SelfTestError):
        return self_test_words(error)
    return str(error)


def self_test_words(error: SelfTestError) -> str:
    """Why nothing may be saved or relied on."""
    cases = ", ".join(error.failed[:5])
    return f"The self-test failed in {len(error.failed)} reference cases ({cases}). Read-only: do not rely on any value."


def typed_of(refusal: Refusal) -> str:
    """The refused text as it was typed."""
    return refusal.entry.typed if isinstance(refusal, FieldEntryError) else refusal.typed


_ENTRY_WORDS: Mapping[Problem, str] = {
    Problem.EMPTY: "nothing is written here; write it as {accepted}",
    Problem.TOO_LONG: "‘{typed}’ is too long for one value; write it as {accepted}",
    Problem.INVISIBLE: "‘{typed}’ holds a character that cannot be seen; type it again, as {accepted}",
    Problem.NO_NUMBER: "‘{typed}’ has no number; write it as {accepted}",
    Problem.UNIT_BEFORE_NUMBER: "‘{typed}’: the number comes first, as in {accepted}",
    Problem.NAKED_POINT: "‘{typed}’: write a digit before the point, as in 0.5",
    Problem.TRAILING_POINT: "‘{typed}’: write a digit after the point, or leave the point out",
    Problem.SEVERAL_POINTS: "‘{typed}’ has more than one point; write it as {accepted}",
    Problem.SIGN: "‘{typed}’: no sign belongs here; write it as {accepted}",
    Problem.EXPONENT: "‘{typed}’: write the number out, without an exponent",
    Problem.NOT_FINITE: "‘{typed}’ is no number; write it as {accepted}",
    Problem.COMMA: "‘{typed}’: a comma can be read two ways; use a point for decimals and no grouping",
    Problem.GROUPING: "‘{typed}’: write the digits together, without gaps between them",
    Problem.LEADING_ZERO: "‘{typed}’ starts with a zero too many; write it as {accepted}",
    Problem.FRACTION: "‘{typed}’: write decimals, not a fraction",
    Problem.NOT_ASCII_DIGIT: "‘{typed}’: use the plain digits 0 to 9",
    Problem.TOO_MANY_DIGITS: "‘{typed}’ has more than 15 digits",
    Problem.MALFORMED_NUMBER: "‘{typed}’ is no plain number; write it as {accepted}",
    Problem.ZERO: "‘{typed}’: zero has no meaning here",
    Problem.NOT_WHOLE: "‘{typed}’: a whole number is needed, as in {accepted}",
    Problem.UNIT_MISSING: "‘{typed}’ has no unit; write it as {accepted}",
    Problem.UNIT_UNKNOWN: "‘{typed}’: this unit is not accepted; write it as {accepted}",
    Problem.UNIT_OF_ANOTHER_KIND: "‘{typed}’: the unit does not belong here; write it as {accepted}",
    Problem.PERCENT_AS_CONCENTRATION: "‘{typed}’: write a concentration as {accepted}",
    Problem.SEVERAL_SPACES: "‘{typed}’: one space at most between number and unit",
    Problem.COMPOUND: "‘{typed}’: write a duration from the large unit to the small, each part below the next"
    " unit, as in 16 h 7 min",
    Problem.DATE: "‘{typed}’ is no date that exists in the calendar; write it as {accepted}",
    Problem.DATE_AMBIGUOUS: "‘{typed}’ can be read two ways (day or month first); write it as {accepted}",
    Problem.DATE_WITHOUT_OFFSET: "‘{typed}’ lacks its offset from UTC; write it as {accepted}",
    Problem.TIME_SKIPPED: "‘{typed}’ does not exist: the clocks go forward over it",
    Problem.TIME_TWICE: "‘{typed}’ happens twice that night; add the offset, as in {accepted}",
    Problem.ZONE_UNKNOWN: "‘{typed}’ is no known time zone; write it as {accepted}",
}


def entry_words(error: EntryError) -> str:
    """Why a text is no value."""
    typed = visible(error.typed)
    if error.problem is Problem.UNIT_UNKNOWN and error.hint:
        return f"‘{typed}’: this unit is not accepted; the nearest accepted one is {error.hint}"
    if error.problem is Problem.PERCENT_AS_CONCENTRATION:
        return f"‘{typed}’: percent is not accepted here; {_percent_reading(error.typed)}"
    return _ENTRY_WORDS[error.problem].format(typed=typed, accepted=error.accepted)


def _percent_reading(typed: str) -> str:
    number = typed.strip(" ").rstrip("%").strip(" ")
    return (
        f"weight in volume it would be {number_shown(Fraction(number) * 10)} mg/mL: write that if you mean it"
    )


_REFUSED_WORDS = {
    "missing": "not given: {field} is needed",
    "unknown_key": "‘{typed}’ is not known here; accepted: {known}",
    "not_a_table": "‘{typed}’: a table is needed here",
    "not_text": '{typed}: write it as text with its unit, in quotes, as in "40 mL"',
    "not_true_or_false": "{typed}: true or false is needed",
    "unknown_pump": "‘{typed}’ is not in the library; known: {known}",
    "unknown_drug": "‘{typed}’ is not in the library; known: {known}",
    "unknown_mode": "‘{typed}’ is no mode; known: {known}",
    "mode_not_computed": "‘{typed}’ is not computed by this version; simple-continuous is",
    "unknown_origin": "‘{typed}’ is not accepted; write spinal or cerebral",
    "unknown_jurisdiction": "‘{typed}’ has no rule set; known: {known}",
    "age": "{typed}: the age in years is needed, from 0 to 130, as a bare number",
    "catheter_shape": "‘{typed}’: give a volume, or a length and a volume per length, or a list of such segments",
    "two_alternatives": "{typed}: two alternatives at once; give one of them",
    "alarm_not_below_filled": "{typed} is not below the volume after the refill ({other_typed}): the alarm would"
    " sound at once",
    "bridge_without_change": "a bridge is given, but the concentration does not change: take it out, or correct"
    " the concentration",
    "dates_out_of_order": "{typed} is later than the {other} ({other_typed})",
    "file_unreadable": "{typed} cannot be read: {detail}",
    "file_too_large": "{typed}: larger than a program file can be",
    "byte_order_mark": "the file begins with a byte order mark; save it as plain UTF-8",
    "not_utf8": "the file is not UTF-8 text ({typed}); save it as plain UTF-8",
    "not_toml": "the file is not valid TOML: {detail}",
    "target_above_stock": "the target is stronger than the stock: diluting cannot make it",
    "one_of": "give {known}",
    "together": "{typed} belongs with {known}",
    "change_below_zero": "{typed}: a dose cannot fall by 100 % or more",
    "needs_molar_mass": "between mass and amount of substance the molar mass is needed, as in 213.66 g/mol",
    "cannot_convert": "{typed} cannot be expressed in {known}",
    "not_used": "{typed}: not needed for this conversion; take it out",
    "zero": "‘{typed}’: zero has no meaning here",
    "pairs": "{known} and this option go in pairs, one of each for every segment",
    "out_of_range": "‘{typed}’: a whole number from 1 to {known} is needed",
}


def _refused_words(error: RefusedError) -> str:
    values = {**error.values, "typed": visible(error.typed, 60), "field": place_words(error.field)}
    if "other" in values:
        values["other"] = place_words(values["other"])
    template = _REFUSED_WORDS.get(error.rule)
    if template is None:
        return f"‘{values['typed']}’: {error.rule.replace('_', ' ')}"
    return template.format_map(_Missing(values))


class _Missing(dict[str, str]):
    """A refusal raised without a value its words name still says the rest."""

    def __missing__(self, key: str) -> str:
        return f"the {key}"


# --- slips


def slip_words(slip: Slip) -> str:
    """The slip in one sentence."""
    return _SLIP_WORDS[slip.code].format(
        place=place_words(slip.place) if slip.place else "",
        quantity=shown(slip.quantity) if slip.quantity is not None else "",
    )


_SLIP_WORDS = {
    SlipCode.OLD_CONCENTRATION: "The programmer may still hold the old concentration, {quantity}",
    SlipCode.PREVIOUS_DOSE: "The programmer may still hold the previous dose, {quantity}",
    SlipCode.PREVIOUS_THERAPY: "The programmer may still hold the previous dose and concentration",
    SlipCode.CONCENTRATIONS_SWAPPED: "Old and new concentration may be swapped",
    SlipCode.MARKETED_CONCENTRATION: "The concentration may be entered as {quantity}",
    SlipCode.DOSE_PER_HOUR_FOR_PER_DAY: "A dose per hour may be taken as per day: it would be {quantity}",
    SlipCode.DOSE_PER_DAY_FOR_PER_HOUR: "A dose per day may be taken as per hour: it would be {quantity}",
    SlipCode.MG_FOR_MCG: "mg may be read as mcg in the {place}: it would be {quantity}",
    SlipCode.MCG_FOR_MG: "mcg may be read as mg in the {place}: it would be {quantity}",
    SlipCode.BRIDGE_LEFT_OUT: "The bridge may have been left out",
    SlipCode.BRIDGE_AT_NEW_DOSE: "The bridge may run at the new dose, {quantity}",
    SlipCode.BRIDGE_AT_OLD_DOSE: "The bridge may run at the old dose, {quantity}",
    SlipCode.COUNTED_AT_NEW_CONCENTRATION: "The programmer counts the bridge at the new concentration: the same volume",
    SlipCode.OTHER_TUBING_VOLUME: "The programmer may use the other tubing volume, {quantity}",
    SlipCode.TUBING_LEFT_OUT: "The pump tubing may have been left out of the dead volume",
    SlipCode.CATHETER_LEFT_OUT: "The catheter may have been left out of the dead volume",
    SlipCode.ALARM_NOT_SUBTRACTED: "The low-reservoir alarm volume may not have been subtracted",
    SlipCode.OTHER_ALARM_VOLUME: "The low-reservoir alarm may be set to {quantity}",
    SlipCode.FILLED_TO_CAPACITY: "The programmer may count from a full reservoir, {quantity}",
    SlipCode.COUNTS_WHOLE_DAYS: "The programmer may count whole days",
    SlipCode.DECIMAL_POINT_MOVED: "The decimal point of the {place} may have moved: {quantity}",
    SlipCode.DIGITS_TRANSPOSED: "Two digits of the {place} may be swapped: {quantity}",
    SlipCode.READ_OUT_DECIMAL_POINT_MOVED: "The decimal point of the read-out may have moved: {quantity}",
    SlipCode.READ_OUT_DIGITS_TRANSPOSED: "Two digits of the read-out may be swapped: {quantity}",
}


def value_text(value: Value) -> str:
    """A recomputed value: a quantity, or a date."""
    return date_text_of(value) if isinstance(value, date) else shown(value)


def date_text_of(day: date) -> str:
    """`4 Mar 2027`."""
    return date_text(datetime(day.year, day.month, day.day))  # noqa: DTZ001  # a bare calendar day


def compared_message(compared: Compared) -> Message | None:
    """The disagreement of one read-out in words; None where it agrees."""
    name = READ_OUT_WORDS[compared.read_out.name]
    place = f"readouts.{compared.read_out.name}"
    if compared.verdict is Verdict.MISMATCH:
        return Message("mismatch", Severity.STOP, *_mismatch_words(compared, name), place=place)
    if compared.verdict is Verdict.CANNOT_TELL:
        values = " or ".join(value_text(value) for value in compared.computed) or "nothing yet"
        detail = f"The programmer shows {compared.read_out.shown}; with what was left open it is {values}."
        return Message(
            "cannot_tell", Severity.CAUTION, f"Cannot tell whether the {name} agrees", detail, place=place
        )
    if compared.verdict is Verdict.MATCH_TRUNCATED:
        detail = f"{value_text(compared.computed[0])} recomputed; the programmer cuts instead of rounding."
        title = f"The {name} agrees, cut off at its last digit"
        return Message("match_truncated", Severity.INFO, title, detail, place=place)
    return None


def _mismatch_words(compared: Compared, name: str) -> tuple[str, str]:
    title = f"The {name} on the programmer differs"
    if not compared.computed:
        return title, f"It shows {compared.read_out.shown}; in this program there is none."
    return title, f"It shows {compared.read_out.shown}, recomputed is {value_text(compared.computed[0])}."


def explanation_message(read_outs: tuple[Compared, ...], tried: int) -> Message | None:
    """The slip that explains most, in words; None where nothing differs."""
    differing = [compared for compared in read_outs if compared.verdict is Verdict.MISMATCH]
    if not differing:
        return None
    best = best_slip(read_outs)
    if best is None:
        title = f"None of {tried} slips tried explains it"
        detail = "Read the values once more, then look for what this program cannot know."
        return Message("no_slip", Severity.INFO, title, detail)
    compared, slip = best
    reproduced = (
        "the differing read-out"
        if len(differing) == 1
        else f"{slip.explains} of {len(differing)} differing read-outs"
    )
    detail = f"{slip_words(slip)}. It reproduces {reproduced}: {READ_OUT_WORDS[compared.read_out.name]} {value_text(slip.value)}, exactly as shown."
    return Message(
        "slip",
        Severity.WARNING,
        "What would explain it",
        detail,
        source=f"{tried} slips tried; you decide",
        place=f"readouts.{compared.read_out.name}",
    )


def best_slip(read_outs: tuple[Compared, ...]) -> tuple[Compared, Slip] | None:
    """The slip that upsets least and explains most, with the first read-out it explains."""
    order = list(SlipCode)
    offered = [(compared, slip) for compared in read_outs for slip in compared.slips]
    if not offered:
        return None
    return min(offered, key=lambda pair: (pair[1].contradicts, -pair[1].explains, order.index(pair[1].code)))


# --- findings


def finding_message(finding: Finding, library: Library) -> Message:
    """`finding` in words, with its severity and the source of its limit."""
    title, detail = _FINDING_WORDS[finding.code](finding)
    return Message(
        code=str(finding.code),
        severity=severity_of(finding),
        title=title,
        detail=detail,
        source=source_words(finding, library),
        place=finding.place,
    )


def severity_of(finding: Finding) -> Severity:
    """The rule's own severity where a rule was crossed, else that of the kind of finding.

    A figure that nobody has seen in print never stops by itself.
    """
    if finding.code in _UNCERTAIN:
        return Severity.CAUTION
    if finding.limit is not None:
        return _rule_severity(finding)
    severity = _SEVERITIES[finding.code]
    if severity is Severity.STOP and finding.figure is not None and not finding.figure.grade.can_stop:
        return Severity.WARNING
    return severity


_UNCERTAIN = (FindingCode.DOSE_STEP_MAYBE_ABOVE_LABEL,)


def _rule_severity(finding: Finding) -> Severity:
    assert finding.limit is not None
    absolute = Bound.ABSOLUTE_MAXIMUM if finding.above else Bound.ABSOLUTE_MINIMUM
    if finding.figure is not None and finding.figure.address.endswith(f".{absolute}"):
        return Severity.STOP
    return (finding.limit.severity_above if finding.above else finding.limit.severity_below) or Severity.INFO


def source_words(finding: Finding, library: Library) -> str:
    """Rule, source and grade behind a finding, in one line; nothing where it follows from the input alone."""
    if finding.limit is not None:
        sources = ", ".join(_source_title(key, library) for key in finding.limit.sources) or "no source"
        where = finding.limit.title
        return f"{where} {finding.limit.id} · {sources} · {GRADE_WORDS[finding.limit.grade]}"
    return figure_source(finding.figure, library) if finding.figure is not None else ""


def figure_source(figure: Figure, library: Library) -> str:
    """Source and grade of one figure."""
    sources = ", ".join(_source_title(key, library) for key in figure.sources) or "no source"
    return f"{sources} · {GRADE_WORDS[figure.grade]}"


def _source_title(key: str, library: Library) -> str:
    source = library.sources.get(key)
    return source.title if source else key


_SEVERITIES: Mapping[FindingCode, Severity] = {
    FindingCode.DOSE_STEP_ABOVE_LABEL: Severity.WARNING,
    FindingCode.DOSE_STEP_MAYBE_ABOVE_LABEL: Severity.CAUTION,
    FindingCode.DOSE_STEP_BELOW_USUAL: Severity.INFO,
    FindingCode.STEP_LIMIT_NOT_KNOWN: Severity.CAUTION,
    FindingCode.DOSE_DECREASE_LARGE: Severity.CAUTION,
    FindingCode.DOSE_MULTIPLIED: Severity.STOP,
    FindingCode.SUDDEN_LARGE_NEED: Severity.WARNING,
    FindingCode.INCREASE_TOO_SOON: Severity.STOP,
    FindingCode.INCREASE_SOON_AFTER_FIRST_DOSE: Severity.STOP,
    FindingCode.NOTHING_CHANGES: Severity.INFO,
    FindingCode.DOSE_ABOVE_LIMIT: Severity.WARNING,
    FindingCode.DOSE_BELOW_LIMIT: Severity.WARNING,
    FindingCode.CONCENTRATION_ABOVE_LIMIT: Severity.WARNING,
    FindingCode.CONCENTRATION_NOT_MARKETED: Severity.WARNING,
    FindingCode.CONCENTRATION_FOR_SCREENING: Severity.STOP,
    FindingCode.CONCENTRATION_OUTSIDE_PUMP_LABEL: Severity.WARNING,
    FindingCode.DRUG_NOT_COVERED: Severity.WARNING,
    FindingCode.CHANGE_WITHOUT_BRIDGE: Severity.STOP,
    FindingCode.BRIDGE_DOSE_ASSUMED: Severity.CAUTION,
    FindingCode.BRIDGE_DOSE_DIFFERS: Severity.CAUTION,
    FindingCode.SYSTEM_ASPIRATED: Severity.INFO,
    FindingCode.BRIDGE_SHOWN_BUT_NOT_NEEDED: Severity.WARNING,
    FindingCode.FLOW_RATE_ABOVE_RANGE: Severity.WARNING,
    FindingCode.FLOW_RATE_BELOW_RANGE: Severity.WARNING,
    FindingCode.FLOW_RATE_BEYOND_ANY_PUMP: Severity.STOP,
    FindingCode.CONSTANT_FLOW_PUMP: Severity.WARNING,
    FindingCode.TUBING_VOLUME_NOT_SAID: Severity.CAUTION,
    FindingCode.TUBING_VOLUME_NOT_PUBLISHED: Severity.CAUTION,
    FindingCode.UNVERIFIED_FIGURE: Severity.INFO,
    FindingCode.FILLED_ABOVE_CAPACITY: Severity.STOP,
    FindingCode.RESERVOIR_LASTS_LESS_THAN_A_DAY: Severity.STOP,
    FindingCode.REFILL_LIMITED_BY_DRUG: Severity.CAUTION,
    FindingCode.RESIDUAL_NOT_USABLE: Severity.CAUTION,
    FindingCode.ASPIRATED_ABOVE_FILLED: Severity.STOP,
    FindingCode.EXPECTED_BELOW_ZERO: Severity.STOP,
    FindingCode.REFILL_DISCREPANCY: Severity.WARNING,
    FindingCode.DELIVERED_TOO_MUCH: Severity.WARNING,
    FindingCode.DELIVERED_TOO_LITTLE: Severity.WARNING,
    FindingCode.ZONE_NOT_SAID: Severity.INFO,
    FindingCode.OFFSET_NOT_OF_ZONE: Severity.CAUTION,
    FindingCode.TIME_OF_CHANGE_IN_FUTURE: Severity.CAUTION,
    FindingCode.BEYOND_CALENDAR: Severity.CAUTION,
    FindingCode.SELF_TEST_FAILED: Severity.STOP,
    FindingCode.OWN_PROFILE_REFUSED: Severity.CAUTION,
}

Words = tuple[str, str]


def _text(finding: Finding, name: str) -> str:
    value = finding.values[name]
    if isinstance(value, str):
        return value
    return moment_text(value) if isinstance(value, datetime) else shown(value)


def _bound(finding: Finding) -> str:
    return exact_text(finding.figure.quantity) if finding.figure is not None else "the limit"


def _number(finding: Finding, name: str) -> Fraction:
    value = finding.values[name]
    assert isinstance(value, Quantity)
    return Fraction(value.magnitude)


def _step_words(title: str) -> Callable[[Finding], Words]:
    def words(finding: Finding) -> Words:
        change = shown_change(finding.values["change"])
        return title, (
            f"{_text(finding, 'old')} to {_text(finding, 'new')} is {change}; the limit is {_bound(finding)}."
        )

    return words


def _maybe_words(finding: Finding) -> Words:
    change = shown_change(finding.values["change"])
    return "The step may be above the labelled limit", (
        f"{change} is above {_bound(finding)} ({_condition(finding)}), but not above every rule. "
        "Say origin, age and jurisdiction."
    )


def _condition(finding: Finding) -> str:
    limit = finding.limit
    if limit is None:
        return ""
    parts = [limit.title]
    if limit.origin is not None:
        parts.append(str(limit.origin))
    if limit.age_below is not None:
        parts.append(f"below {limit.age_below} years")
    return ", ".join(parts)


def _multiplied_words(finding: Finding) -> Words:
    old, new = _number(finding, "old"), _number(finding, "new")
    times = number_shown(new / old if finding.above else old / new)
    title = (
        f"The new dose is {times} times the old one"
        if finding.above
        else f"The new dose is 1/{times} of the old one"
    )
    return title, (
        f"{_text(finding, 'old')} to {_text(finding, 'new')}: a decimal point, a unit, or per hour for per day?"
    )


def _too_soon_words(since: str) -> Callable[[Finding], Words]:
    def words(finding: Finding) -> Words:
        return f"Increase {_text(finding, 'gap')} after the {since}", (
            f"At least {_hours(finding)} lie between; the effect of the earlier dose cannot be judged yet."
        )

    return words


def _hours(finding: Finding) -> str:
    assert finding.figure is not None
    return f"{number_shown(Fraction(finding.figure.quantity.magnitude) * 24)} h"


def _unbridged_words(finding: Finding) -> Words:
    title = "Stop: the concentration changes, without bridge or aspiration"
    if "dose" not in finding.values:
        return title, "The old drug in tubing and catheter would run on at the new flow rate."
    ratio = _number(finding, "ratio")
    times = f"{number_shown(ratio)} times" if ratio > 1 else f"{number_shown(ratio * 100)} % of"
    detail = f"The tip would receive {_text(finding, 'dose')}, {times} the new dose"
    if "longest" not in finding.values:
        return title, f"{detail}, until tubing and catheter are clear."
    shortest, longest = _text(finding, "shortest"), _text(finding, "longest")
    span = longest if shortest == longest else f"{shortest} to {longest}"
    return title, f"{detail}, for {span}."


def _range_words(finding: Finding) -> Words:
    side = "above" if finding.above else "below"
    return f"Flow rate {side} the pump's range", (
        f"{_text(finding, 'flow')} recomputed; the {'highest' if finding.above else 'lowest'} is {_text(finding, 'bound')}."
    )


def _beyond_words(finding: Finding) -> Words:
    side = "above" if finding.above else "below"
    return f"Flow rate {side} what any pump delivers", (
        f"{_text(finding, 'flow')} recomputed; no pump in the library goes "
        f"{'above' if finding.above else 'below'} {_text(finding, 'bound')}. Check dose, concentration and units."
    )


def _unverified_words(finding: Finding) -> Words:
    assert finding.figure is not None
    name = figure_name(finding.figure)
    return (
        f"{name} is unverified",
        f"{exact_text(finding.figure.quantity)}: confirm it in the manual of your model.",
    )


def figure_name(figure: Figure) -> str:
    """The figure's name from its address: `Residual volume`, `Volume per length`."""
    parts = [part for part in figure.address.split(".") if not part.isdigit()]
    return parts[-1].replace("_", " ").capitalize()


def _dose_words(finding: Finding) -> Words:
    side = "above" if finding.above else "below"
    usual = severity_of(finding) is Severity.INFO
    title = f"Daily dose {side} the usual range" if usual else f"Daily dose {side} {_bound(finding)}"
    rule = finding.limit.note if finding.limit is not None else ""
    return title, f"{_text(finding, 'dose')} against {_bound(finding)}: {rule or 'outside what is reported'}."


def _refill_words(finding: Finding) -> Words:
    return "Refill interval limited by the drug, not the volume", (
        f"The alarm would come after {_text(finding, 'alarm')}; the drug is to be replaced after {_text(finding, 'limit')}."
    )


_FINDING_WORDS: Mapping[FindingCode, Callable[[Finding], Words]] = {
    FindingCode.DOSE_STEP_ABOVE_LABEL: _step_words("The step is above the labelled limit"),
    FindingCode.DOSE_STEP_MAYBE_ABOVE_LABEL: _maybe_words,
    FindingCode.DOSE_STEP_BELOW_USUAL: _step_words("The step is below the usual range"),
    FindingCode.STEP_LIMIT_NOT_KNOWN: lambda f: (
        "The step was not held against a limit",
        f"{shown_change(f.values['change'])}: say origin of the spasticity, age and jurisdiction.",
    ),
    FindingCode.DOSE_DECREASE_LARGE: lambda f: (
        "Large decrease: watch for withdrawal",
        f"{_text(f, 'old')} to {_text(f, 'new')} is {shown_change(f.values['change'])}; the limit is {_bound(f)}.",
    ),
    FindingCode.DOSE_MULTIPLIED: _multiplied_words,
    FindingCode.SUDDEN_LARGE_NEED: lambda f: (
        "Sudden large need: catheter or pump fault?",
        f"{_text(f, 'gained')} more in one step; more than {_bound(f)} within a year counts as tolerance.",
    ),
    FindingCode.INCREASE_TOO_SOON: _too_soon_words("last change"),
    FindingCode.INCREASE_SOON_AFTER_FIRST_DOSE: _too_soon_words("first dose"),
    FindingCode.NOTHING_CHANGES: lambda f: (
        "Nothing changes",
        f"Dose and concentration are the same before and after ({_text(f, 'new')}).",
    ),
    FindingCode.DOSE_ABOVE_LIMIT: _dose_words,
    FindingCode.DOSE_BELOW_LIMIT: _dose_words,
    FindingCode.CONCENTRATION_ABOVE_LIMIT: lambda f: (
        f"Concentration above {_bound(f)}",
        f"{_text(f, 'concentration')} is above the strongest labelled or reported strength.",
    ),
    FindingCode.CONCENTRATION_NOT_MARKETED: lambda f: (
        "This concentration is not marketed",
        f"{_text(f, 'concentration')}; vials for pumps hold {f.values.get('marketed') or 'no known strength'} mcg/mL.",
    ),
    FindingCode.CONCENTRATION_FOR_SCREENING: lambda f: (
        "This strength is for screening, not for a pump",
        f"{_text(f, 'concentration')} comes in ampoules for a test dose.",
    ),
    FindingCode.CONCENTRATION_OUTSIDE_PUMP_LABEL: lambda f: (
        f"Concentration outside the label of {_text(f, 'pump')}",
        f"{_text(f, 'concentration')}; the label ends at {_text(f, 'bound')}.",
    ),
    FindingCode.DRUG_NOT_COVERED: lambda f: (
        f"{_text(f, 'drug')} is outside this check",
        "Flow and dates are recomputed; its limits and strengths are not known here.",
    ),
    FindingCode.CHANGE_WITHOUT_BRIDGE: _unbridged_words,
    FindingCode.BRIDGE_DOSE_ASSUMED: lambda f: (
        "The bridge is computed at the old dose",
        f"No bridge dose was given; {_text(f, 'old')} is kept until the new drug arrives.",
    ),
    FindingCode.BRIDGE_DOSE_DIFFERS: lambda f: (
        "The bridge does not run at the old dose",
        f"Bridge {_text(f, 'bridge')}, before {_text(f, 'old')}: the dose changes already with the bridge.",
    ),
    FindingCode.SYSTEM_ASPIRATED: lambda f: (
        "Aspirated: the catheter needs a priming bolus, not a bridge",
        f"Until it is primed, no drug leaves the tip.",
    ),
    FindingCode.BRIDGE_SHOWN_BUT_NOT_NEEDED: lambda f: (
        "The programmer shows a bridge, but the concentration does not change",
        f"A needless bridge runs the new drug at the wrong flow.",
    ),
    FindingCode.FLOW_RATE_ABOVE_RANGE: _range_words,
    FindingCode.FLOW_RATE_BELOW_RANGE: _range_words,
    FindingCode.FLOW_RATE_BEYOND_ANY_PUMP: _beyond_words,
    FindingCode.CONSTANT_FLOW_PUMP: lambda f: (
        f"{_text(f, 'pump')} has a fixed flow",
        f"The dose changes by the mixture only; {_text(f, 'flow')} would be needed.",
    ),
    FindingCode.TUBING_VOLUME_NOT_SAID: lambda f: (
        "Which tubing volume does the programmer use?",
        f"{_text(f, 'pump')} has more than one published: {_text(f, 'published')}. Both are shown until you say.",
    ),
    FindingCode.TUBING_VOLUME_NOT_PUBLISHED: lambda f: (
        "This tubing volume is not published for the pump",
        f"{_text(f, 'tubing')} was typed; {_text(f, 'pump')} has {_text(f, 'published')}.",
    ),
    FindingCode.UNVERIFIED_FIGURE: _unverified_words,
    FindingCode.FILLED_ABOVE_CAPACITY: lambda f: (
        "Filled above the reservoir's capacity",
        f"{_text(f, 'filled')} in a reservoir of {_text(f, 'capacity')}.",
    ),
    FindingCode.RESERVOIR_LASTS_LESS_THAN_A_DAY: lambda f: (
        "The reservoir would last less than a day",
        f"{_text(f, 'time')} to the alarm: check dose, concentration and units.",
    ),
    FindingCode.REFILL_LIMITED_BY_DRUG: _refill_words,
    FindingCode.RESIDUAL_NOT_USABLE: lambda f: (
        "The alarm lies within what cannot be drawn off",
        f"Alarm at {_text(f, 'alarm')}, residual volume {_text(f, 'residual')}.",
    ),
    FindingCode.ASPIRATED_ABOVE_FILLED: lambda f: (
        "More was aspirated than had been filled",
        f"{_text(f, 'aspirated')} out of {_text(f, 'filled')}: a volume is mistyped, or something flowed in.",
    ),
    FindingCode.EXPECTED_BELOW_ZERO: lambda f: (
        "The reservoir must have run dry",
        f"At this flow {_text(f, 'used')} would have been used of {_text(f, 'filled')}.",
    ),
    FindingCode.REFILL_DISCREPANCY: lambda f: (
        "Aspirated and expected volume differ",
        f"{_text(f, 'aspirated')} aspirated, {_text(f, 'expected')} expected; more than {_bound(f)} is held to matter.",
    ),
    FindingCode.DELIVERED_TOO_MUCH: lambda f: (
        "More was delivered than programmed",
        f"{_text(f, 'ratio')} times the programmed volume; the limit is {_bound(f)}.",
    ),
    FindingCode.DELIVERED_TOO_LITTLE: lambda f: (
        "Less was delivered than programmed",
        f"{_text(f, 'ratio')} times the programmed volume; the limit is {_bound(f)}. A restart is a human decision.",
    ),
    FindingCode.ZONE_NOT_SAID: lambda f: (
        "The time zone was not said",
        f"Dates keep the offset as typed ({f.values['at'].strftime('%z')[:3]}:{f.values['at'].strftime('%z')[3:]}); clock changes are not followed.",  # type: ignore[union-attr]
    ),
    FindingCode.OFFSET_NOT_OF_ZONE: lambda f: (
        "The offset is not the one of the time zone",
        f"In the patient's zone the change is at {_text(f, 'at')}.",
    ),
    FindingCode.TIME_OF_CHANGE_IN_FUTURE: lambda f: (
        "The change lies in the future",
        f"{_text(f, 'at')} has not come yet on this computer's clock.",
    ),
    FindingCode.BEYOND_CALENDAR: lambda f: (
        "The alarm lies beyond the calendar",
        f"{_text(f, 'time')} to the alarm: check dose, concentration and units.",
    ),
    FindingCode.SELF_TEST_FAILED: lambda f: (
        "The self-test failed",
        f"{_text(f, 'cases')}: do not rely on any value.",
    ),
    FindingCode.OWN_PROFILE_REFUSED: lambda f: (
        "A profile of the clinic was not read",
        f"{_text(f, 'where')}: {_text(f, 'reason')}. The built-in library is used alone.",
    ),
}


def by_severity(messages: list[Message]) -> list[Message]:
    """The worst first, otherwise in the order found."""
    return sorted(messages, key=lambda message: -message.severity.rank)
