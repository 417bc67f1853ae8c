"""How serious is each kind of finding, and in which words does the clinician meet it?

One table says both. A finding has a title and one sentence with its value and its limit: two in all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from itbcalc.judge.findings import Finding, FindingCode
from itbcalc.judge.guardrails import lighter
from itbcalc.library.records import Bound, Figure, Grade, Library, Severity
from itbcalc.quantities.display import exact_text, moment_text, number_shown, shown, shown_change
from itbcalc.quantities.units import Quantity
from itbcalc.say.message import Message

GRADE_WORDS: Mapping[Grade, str] = {
    Grade.SEEN: "seen in print",
    Grade.CLINIC: "clinic's own",
    Grade.SECONDARY: "secondary source",
    Grade.UNVERIFIED: "unverified",
}

Words = tuple[str, str]  # title and detail


def finding_message(finding: Finding, library: Library) -> Message:
    """`finding` in words, with its severity and the source of its limit."""
    _, words = _FINDINGS[finding.code]
    title, detail = words(finding)
    return Message(
        code=str(finding.code),
        severity=severity_of(finding),
        title=title,
        detail=detail,
        source=source_words(finding, library),
        place=finding.place,
        subject=_subject(finding),
    )


def folded(messages: Sequence[Message]) -> list[Message]:
    """The messages with all unverified figures in one: they ask for the same act."""
    unverified = [message for message in messages if message.code == str(FindingCode.UNVERIFIED_FIGURE)]
    if len(unverified) < 2:
        return list(messages)
    subjects = "; ".join(message.subject for message in unverified)
    one = replace(
        unverified[0],
        title=f"{len(unverified)} figures used are unverified",
        detail=f"{subjects}: confirm them in the manuals of your models.",
    )
    return [
        one if message is unverified[0] else message for message in messages if message not in unverified[1:]
    ]


def severity_of(finding: Finding) -> Severity:
    """The rule's own severity where a rule was crossed, else that of the kind of finding.

    A figure that nobody has seen in print never stops by itself.
    """
    if finding.limit is not None:
        severity = _rule_severity(finding)
        return severity if finding.certain else lighter(severity)
    severity, _ = _FINDINGS[finding.code]
    if not finding.certain:
        return lighter(severity)
    if severity is Severity.STOP and finding.figure is not None and not finding.figure.grade.can_stop:
        return Severity.WARNING
    return severity


def _rule_severity(finding: Finding) -> Severity:
    assert finding.limit is not None
    absolute = Bound.ABSOLUTE_MAXIMUM if finding.above else Bound.ABSOLUTE_MINIMUM
    if finding.figure is not None and finding.figure.address.endswith(f".{absolute}"):
        return Severity.STOP
    return (finding.limit.severity_above if finding.above else finding.limit.severity_below) or Severity.INFO


def source_words(finding: Finding, library: Library) -> str:
    """Rule, source and grade behind a finding, in one line; nothing where it follows from the input alone."""
    limit = finding.limit
    if limit is not None:
        return f"{limit.title} · {_sources(limit.sources, limit.grade, library)}"
    return figure_source(finding.figure, library) if finding.figure is not None else ""


def figure_source(figure: Figure, library: Library) -> str:
    """Source and grade of one figure."""
    return _sources(figure.sources, figure.grade, library)


def figure_name(figure: Figure) -> str:
    """The figure's name from its address: `Residual volume`, `Volume per length`."""
    parts = [part for part in figure.address.split(".") if not part.isdigit()]
    return parts[-1].replace("_", " ").capitalize()


def _subject(finding: Finding) -> str:
    if finding.code is not FindingCode.UNVERIFIED_FIGURE or finding.figure is None:
        return ""
    return f"{figure_name(finding.figure)} {exact_text(finding.figure.quantity)}"


def _sources(keys: Sequence[str], grade: Grade, library: Library) -> str:
    titles = [library.sources[key].title if key in library.sources else key for key in keys]
    return f"{', '.join(titles) or 'no source'} · {GRADE_WORDS[grade]}"


# --- filling in values


def _filled(title: str, detail: str) -> Callable[[Finding], Words]:
    """Words in which `{name}` stands for a value of the finding.

    Besides these: `{bound}` (of the figure concerned), `{side}` (above, below), `{end}` (highest, lowest).
    """

    def words(finding: Finding) -> Words:
        values = {name: _text(finding, name) for name in finding.values}
        values |= {
            "bound": _bound(finding),
            "side": "above" if finding.above else "below",
            "end": "highest" if finding.above else "lowest",
        }
        return title.format_map(values), detail.format_map(values)

    return words


def _text(finding: Finding, name: str) -> str:
    """A value as shown; where rounding would make it look like the limit it crossed, on its side of it."""
    value = finding.values[name]
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return moment_text(value)
    text = shown_change(value) if name == "change" else shown(value)
    limit = finding.figure.quantity if finding.figure is not None else None
    if limit is None or abs(value) == limit or shown(abs(value)) != shown(limit):
        return text
    return f"a little {'more' if abs(value) > limit else 'less'} than {text}"


def _number(finding: Finding, name: str) -> Fraction:
    value = finding.values[name]
    assert isinstance(value, Quantity)
    return Fraction(value.magnitude)


def _bound(finding: Finding) -> str:
    return exact_text(finding.figure.quantity) if finding.figure is not None else "the limit"


# --- words that take more than filling in


def _maybe_above_label(finding: Finding) -> Words:
    return "The step may be above the labelled limit", (
        f"{_text(finding, 'change')} is above {_bound(finding)} ({_condition(finding)}), but not above every rule: "
        "say origin, age and jurisdiction."
    )


def _condition(finding: Finding) -> str:
    """For whom the rule holds."""
    limit = finding.limit
    assert limit is not None
    parts = [limit.title]
    if limit.origin is not None:
        parts.append(str(limit.origin))
    if limit.age_below is not None:
        parts.append(f"below {limit.age_below} years")
    return ", ".join(parts)


def _multiplied(finding: Finding) -> Words:
    old, new = _number(finding, "old"), _number(finding, "new")
    times = number_shown(max(old, new) / min(old, new))
    which = "bridge dose" if finding.place == "bridge.dose" else "new dose"
    title = (
        f"The {which} is {times} times the old one"
        if finding.above
        else f"The old dose is {times} times the {which}"
    )
    return title, (
        f"{_text(finding, 'old')} to {_text(finding, 'new')}: a decimal point, a unit, or per hour for per day?"
    )


def _too_soon(since: str) -> Callable[[Finding], Words]:
    def words(finding: Finding) -> Words:
        assert finding.figure is not None
        hours = number_shown(Fraction(finding.figure.quantity.magnitude) * 24)
        return f"Increase {_text(finding, 'gap')} after the {since}", (
            f"At least {hours} h should lie between increases: the effect of the earlier dose cannot be judged yet."
        )

    return words


def _outside_reported(finding: Finding) -> Words:
    side = "above" if finding.above else "below"
    usual = severity_of(finding) is Severity.INFO
    title = f"Daily dose {side} the usual range" if usual else f"Daily dose {side} {_bound(finding)}"
    if not finding.certain:
        title = f"Daily dose perhaps {side} what is reported ({_condition(finding)})"
    rule = finding.limit.note if finding.limit is not None else ""
    return title, f"{_text(finding, 'dose')} against {_bound(finding)}: {rule or 'outside what is reported'}."


def _not_marketed(finding: Finding) -> Words:
    marketed = finding.values.get("marketed") or "no known strength"
    return "This concentration is not marketed", (
        f"{_text(finding, 'concentration')}; vials for pumps hold {marketed} mcg/mL."
    )


def _without_bridge(finding: Finding) -> Words:
    title = "The concentration changes, without bridge or aspiration"
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


def _unverified(finding: Finding) -> Words:
    assert finding.figure is not None
    return (
        f"{figure_name(finding.figure)} is unverified",
        f"{_bound(finding)}: confirm it in the manual of your model.",
    )


def _zone_not_said(finding: Finding) -> Words:
    at = finding.values["at"]
    assert isinstance(at, datetime)
    offset = at.strftime("%z")
    return "The time zone was not said", (
        f"Dates keep the offset as typed ({offset[:3]}:{offset[3:]}); clock changes are not followed."
    )


def _clock_changes(finding: Finding) -> Words:
    return "The clocks change, the pump's does not", (
        f"From {_text(finding, 'at')} on, what the pump runs at {_text(finding, 'pump')} comes at "
        f"{_text(finding, 'patient')} by the patient's clock: set the pump anew, or say so."
    )


def _constant_flow(finding: Finding) -> Words:
    title = f"{_text(finding, 'pump')} has a fixed flow"
    if "needed" not in finding.values:
        return title, f"The dose changes by the mixture only; {_text(finding, 'flow')} would be needed."
    return title, (
        f"At {_bound(finding)} this mixture gives {_text(finding, 'delivered')}; the dose typed needs "
        f"{_text(finding, 'needed')}."
    )


_FINDINGS: Mapping[FindingCode, tuple[Severity, Callable[[Finding], Words]]] = {
    # the step
    FindingCode.DOSE_STEP_ABOVE_LABEL: (
        Severity.WARNING,
        _filled("The step is above the labelled limit", "{old} to {new} is {change}; the limit is {bound}."),
    ),
    FindingCode.DOSE_STEP_MAYBE_ABOVE_LABEL: (Severity.CAUTION, _maybe_above_label),
    FindingCode.DOSE_STEP_BELOW_USUAL: (
        Severity.INFO,
        _filled(
            "The step is below the usual range", "{old} to {new} is {change}; usual steps start at {bound}."
        ),
    ),
    FindingCode.STEP_LIMIT_NOT_KNOWN: (
        Severity.CAUTION,
        _filled(
            "The step was not held against a limit",
            "{change}: say origin of the spasticity, age and jurisdiction.",
        ),
    ),
    FindingCode.DOSE_DECREASE_LARGE: (
        Severity.CAUTION,
        _filled("Large decrease: watch for withdrawal", "{old} to {new} is {change}; the limit is {bound}."),
    ),
    FindingCode.DOSE_MULTIPLIED: (Severity.STOP, _multiplied),
    FindingCode.SUDDEN_LARGE_NEED: (
        Severity.WARNING,
        _filled(
            "Sudden large need: catheter or pump fault?",
            "{gained} more in one step; more than {bound} within a year counts as tolerance.",
        ),
    ),
    FindingCode.INCREASE_TOO_SOON: (Severity.STOP, _too_soon("last change")),
    FindingCode.INCREASE_SOON_AFTER_FIRST_DOSE: (Severity.STOP, _too_soon("first dose")),
    FindingCode.RESTART_AFTER_STOP: (
        Severity.WARNING,
        _filled(
            "The pump starts again after a stop",
            "{new} after nothing: how much of the earlier dose is still borne cannot be computed.",
        ),
    ),
    FindingCode.NOTHING_CHANGES: (
        Severity.INFO,
        _filled("Nothing changes", "Dose and concentration are the same before and after ({new})."),
    ),
    # the dose
    FindingCode.DOSE_ABOVE_LIMIT: (Severity.WARNING, _outside_reported),
    FindingCode.DOSE_BELOW_LIMIT: (Severity.WARNING, _outside_reported),
    # the concentration
    FindingCode.CONCENTRATION_ABOVE_LIMIT: (
        Severity.WARNING,
        _filled(
            "Concentration above {bound}",
            "{concentration} is above the strongest labelled or reported strength.",
        ),
    ),
    FindingCode.CONCENTRATION_NOT_MARKETED: (Severity.WARNING, _not_marketed),
    FindingCode.CONCENTRATION_FOR_SCREENING: (
        Severity.STOP,
        _filled(
            "This strength is for screening, not for a pump",
            "{concentration} comes in ampoules for a test dose.",
        ),
    ),
    FindingCode.CONCENTRATION_OUTSIDE_PUMP_LABEL: (
        Severity.WARNING,
        _filled("Concentration outside the label of {pump}", "{concentration}; the label ends at {bound}."),
    ),
    FindingCode.DRUG_NOT_COVERED: (
        Severity.WARNING,
        _filled(
            "{drug} is outside this check",
            "Flow and dates are recomputed; its limits and strengths are not known here.",
        ),
    ),
    # the schedule
    FindingCode.BOLUSES_VERY_OFTEN: (
        Severity.STOP,
        _filled(
            "A bolus every {every}: {count} a day",
            "{bolus} every {every} makes {dose}; once a day it would be {once}.",
        ),
    ),
    FindingCode.SAME_DOSE_EVERY_HOUR: (
        Severity.STOP,
        _filled(
            "{each} every hour, all day",
            "{each} every hour makes {dose}; once a day it would be {once}.",
        ),
    ),
    FindingCode.BOLUS_ABOVE_LIMIT: (
        Severity.WARNING,
        _filled("Bolus above {bound}", "{bolus} in one bolus; the largest of a screening trial is {bound}."),
    ),
    FindingCode.INTERVAL_OFF_THE_DAY: (
        Severity.INFO,
        _filled(
            "The boluses do not come at the same times every day",
            "{every} does not divide the day: {dose} is the mean of 24 h.",
        ),
    ),
    FindingCode.NOTHING_BETWEEN_BOLUSES: (
        Severity.CAUTION,
        _filled(
            "Nothing runs between the boluses",
            "No basal was given: if one is meant, type it; 0 mcg/day says that none is.",
        ),
    ),
    FindingCode.WEEK_DIFFERS: (
        Severity.INFO,
        _filled(
            "The days of the week differ",
            "{mean} is the mean of the week; its days run from {lowest} to {highest}.{only}",
        ),
    ),
    FindingCode.TOO_MANY_FLEX_STEPS: (
        Severity.STOP,
        _filled("More steps than {pump} takes", "{steps} steps in a day; at most: {bound}."),
    ),
    FindingCode.TOO_MANY_RATES: (
        Severity.CAUTION,
        _filled(
            "Perhaps more steps than {pump} takes",
            "With the basal between the steps the flow changes {rates} times a day; steps at most: {bound}.",
        ),
    ),
    FindingCode.SINGLE_BOLUS_COUNTED: (
        Severity.INFO,
        _filled("One bolus at the change", "With {bolus} the first 24 h bring {first}."),
    ),
    FindingCode.PATIENT_BOLUSES_COUNTED: (
        Severity.INFO,
        _filled(
            "Patient boluses count in the dates, all of them",
            "With {count} of {bolus} a day it is {total}; the first is taken as soon as the schedule runs, each next one after {lockout}.",
        ),
    ),
    FindingCode.PATIENT_BOLUSES_NOT_REACHABLE: (
        Severity.CAUTION,
        _filled(
            "The lockout leaves no room for all patient boluses",
            "{count} a day are allotted, with {lockout} between them there can be {fit} a day: all that are allotted are counted.",
        ),
    ),
    FindingCode.MINIMUM_RATE_TREATS_NOTHING: (
        Severity.STOP,
        _filled("The minimum rate is no therapy", "{flow} brings {dose}: watch for withdrawal."),
    ),
    FindingCode.PUMP_WOULD_STOP: (
        Severity.STOP,
        _filled(
            "The pump would deliver nothing",
            "Intrathecal baclofen that ends abruptly can lead to a withdrawal that endangers life.",
        ),
    ),
    FindingCode.CLOCK_CHANGES: (Severity.CAUTION, _clock_changes),
    # the change of concentration
    FindingCode.CHANGE_WITHOUT_BRIDGE: (Severity.STOP, _without_bridge),
    FindingCode.BRIDGE_DOSE_ASSUMED: (
        Severity.CAUTION,
        _filled(
            "The bridge is computed at the old dose",
            "No bridge dose was given; {old} is kept until the new drug arrives.",
        ),
    ),
    FindingCode.BRIDGE_DOSE_DIFFERS: (
        Severity.CAUTION,
        _filled(
            "The bridge does not run at the old dose",
            "Bridge {bridge}, before {old}: the dose changes already with the bridge.",
        ),
    ),
    FindingCode.SYSTEM_ASPIRATED: (
        Severity.INFO,
        _filled(
            "Aspirated: the catheter needs a priming bolus, not a bridge",
            "Until it is primed, no drug leaves the tip.",
        ),
    ),
    FindingCode.BRIDGE_SHOWN_BUT_NOT_NEEDED: (
        Severity.WARNING,
        _filled(
            "The programmer shows a bridge, but the concentration does not change",
            "A needless bridge runs the new drug at the wrong flow.",
        ),
    ),
    # the system
    FindingCode.FLOW_RATE_ABOVE_RANGE: (
        Severity.WARNING,
        _filled("Flow rate {side} the pump's range", "{flow} recomputed; the {end} is {bound}."),
    ),
    FindingCode.FLOW_RATE_BELOW_RANGE: (
        Severity.WARNING,
        _filled("Flow rate {side} the pump's range", "{flow} recomputed; the {end} is {bound}."),
    ),
    FindingCode.FLOW_RATE_BEYOND_ANY_PUMP: (
        Severity.STOP,
        _filled(
            "Flow rate {side} what any pump delivers",
            "{flow} recomputed; no pump in the library goes {side} {bound}: "
            "check dose, concentration and units.",
        ),
    ),
    FindingCode.CONSTANT_FLOW_PUMP: (Severity.WARNING, _constant_flow),
    FindingCode.MODE_NOT_OF_PUMP: (
        Severity.STOP,
        _filled(
            "{pump} has one fixed flow", "It cannot run the mode {mode}: a dose changes by the mixture only."
        ),
    ),
    FindingCode.ACHIEVABLE_DOSE_DIFFERS: (
        Severity.INFO,
        _filled(
            "{pump} delivers in strokes",
            "{asked} was asked for; in whole strokes of {bound} it is {achievable}.",
        ),
    ),
    FindingCode.TUBING_VOLUME_NOT_SAID: (
        Severity.CAUTION,
        _filled(
            "Which tubing volume does the programmer use?",
            "{pump} has more than one published, {published}; both are shown until you say.",
        ),
    ),
    FindingCode.TUBING_VOLUME_NOT_PUBLISHED: (
        Severity.CAUTION,
        _filled(
            "This tubing volume is not published for the pump", "{tubing} was typed; {pump} has {published}."
        ),
    ),
    FindingCode.CATHETER_VOLUME_UNUSUAL: (
        Severity.CAUTION,
        _filled(
            "No catheter has this volume",
            "{volume}; untrimmed catheters hold {smallest} to {largest}: check length, unit and implant record.",
        ),
    ),
    FindingCode.UNVERIFIED_FIGURE: (Severity.INFO, _unverified),
    # the reservoir
    FindingCode.FILLED_ABOVE_CAPACITY: (
        Severity.STOP,
        _filled("Filled above the reservoir's capacity", "{filled} in a reservoir of {capacity}."),
    ),
    FindingCode.RESERVOIR_LASTS_LESS_THAN_A_DAY: (
        Severity.STOP,
        _filled(
            "The reservoir would last less than a day",
            "{time} to the alarm: check dose, concentration and units.",
        ),
    ),
    FindingCode.REFILL_LIMITED_BY_DRUG: (
        Severity.CAUTION,
        _filled(
            "Refill interval limited by the drug, not the volume",
            "The alarm would come after {alarm}; the drug is to be replaced after {limit}.",
        ),
    ),
    FindingCode.REFILL_LIMITED_BY_PUMP: (
        Severity.CAUTION,
        _filled(
            "Refill interval limited by the pump, not the volume",
            "The alarm would come after {alarm}; the pump is to be refilled after {limit}.",
        ),
    ),
    FindingCode.RESIDUAL_NOT_USABLE: (
        Severity.CAUTION,
        _filled(
            "The alarm lies within what cannot be drawn off", "Alarm at {alarm}, residual volume {residual}."
        ),
    ),
    FindingCode.ASPIRATED_ABOVE_FILLED: (
        Severity.STOP,
        _filled(
            "More was aspirated than had been filled",
            "{aspirated} out of {filled}: a volume is mistyped, or something flowed in.",
        ),
    ),
    FindingCode.EXPECTED_BELOW_ZERO: (
        Severity.STOP,
        _filled("The reservoir must have run dry", "At this flow {used} would have been used of {filled}."),
    ),
    FindingCode.REFILL_DISCREPANCY: (
        Severity.WARNING,
        _filled(
            "Aspirated and expected volume differ",
            "{aspirated} aspirated, {expected} expected; more than {bound} is held to matter.",
        ),
    ),
    FindingCode.DELIVERED_TOO_MUCH: (
        Severity.WARNING,
        _filled(
            "More was delivered than programmed", "{ratio} times the programmed volume; the limit is {bound}."
        ),
    ),
    FindingCode.DELIVERED_TOO_LITTLE: (
        Severity.WARNING,
        _filled(
            "Less was delivered than programmed",
            "{ratio} times the programmed volume; the limit is {bound}, and a restart is a human decision.",
        ),
    ),
    # moments
    FindingCode.READ_OUT_TOO_COARSE: (
        Severity.CAUTION,
        _filled(
            "The {name} is printed too coarsely to be compared",
            "{shown} stands for everything from {lowest} to {highest}.",
        ),
    ),
    FindingCode.ZONE_NOT_SAID: (Severity.INFO, _zone_not_said),
    FindingCode.OFFSET_NOT_OF_ZONE: (
        Severity.CAUTION,
        _filled("The offset is not the one of the time zone", "In the patient's zone the change is at {at}."),
    ),
    FindingCode.TIME_OF_CHANGE_IN_FUTURE: (
        Severity.CAUTION,
        _filled("The change lies in the future", "{at} has not come yet on this computer's clock."),
    ),
    FindingCode.BEYOND_CALENDAR: (
        Severity.CAUTION,
        _filled(
            "The alarm lies beyond the calendar", "{time} to the alarm: check dose, concentration and units."
        ),
    ),
    # the program itself
    FindingCode.SELF_TEST_FAILED: (
        Severity.STOP,
        _filled("The self-test failed", "{cases}: do not rely on any value."),
    ),
    FindingCode.OWN_PROFILE_REFUSED: (
        Severity.CAUTION,
        _filled(
            "A profile of the clinic was not read",
            "{where}: {reason}; the built-in library is used alone.",
        ),
    ),
}
