"""How serious is each kind of finding, and in which words does the clinician meet it?

One table says both. A finding has a title and one sentence with its value and its limit: two in all.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from msgspec.structs import replace

from itbcalc.compute.schedule import InfusionMode
from itbcalc.judge.findings import Finding, FindingCode
from itbcalc.judge.guardrails import lighter
from itbcalc.library.records import (
    PUMP_FIGURES,
    Bound,
    Figure,
    Grade,
    Library,
    LimitQuantity,
    Phase,
    Severity,
)
from itbcalc.quantities.clock import Weekday
from itbcalc.quantities.display import exact_text, moment_text, number_shown, shown, shown_change
from itbcalc.quantities.units import CENTIMETRES_OF_AN_INCH, Quantity
from itbcalc.say.catalogue import N_, Worded, _, plural
from itbcalc.say.message import Message, alternatives
from itbcalc.say.places import MODE_WORDS, ORIGIN_WORDS, WEEKDAY_WORDS

GRADE_WORDS = Worded(
    {
        Grade.SEEN: N_("seen in print"),
        Grade.CLINIC: N_("clinic's own"),
        Grade.OWN: N_("a rule of itbcalc's own"),
        Grade.SECONDARY: N_("secondary source"),
        Grade.UNVERIFIED: N_("unverified"),
    }
)
PHASE_WORDS = Worded({Phase.TITRATION: N_("in titration"), Phase.MAINTENANCE: N_("in maintenance")})
# The figures of the library by the last part of their address that has letters.
FIGURE_WORDS = Worded(
    {
        **{name: figure.words for name, figure in PUMP_FIGURES.items()},
        "absolute_maximum": N_("Absolute maximum"),
        "absolute_minimum": N_("Absolute minimum"),
        "concentration": N_("Concentration"),
        "length": N_("Length"),
        "molar_mass": N_("Molar mass"),
        "recommended_maximum": N_("Recommended maximum"),
        "recommended_minimum": N_("Recommended minimum"),
        "volume_per_length": N_("Volume per length"),
    }
)

Words = tuple[str, str]  # title and detail


def finding_message(finding: Finding, library: Library) -> Message:
    """`finding` in words, with its severity and the source of its limit."""
    title, detail = FINDINGS[finding.code][1](finding)
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
        title=plural(
            "{count} figure used is unverified", "{count} figures used are unverified", len(unverified)
        ),
        detail=_("{figures}: confirm them in the manuals of your models.", figures=subjects),
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
    severity = FINDINGS[finding.code][0]
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
        return f"{limit.title} · {sources_words(limit.sources, limit.grade, library)}"
    return figure_source(finding.figure, library) if finding.figure is not None else ""


def figure_source(figure: Figure, library: Library) -> str:
    """Source and grade of one figure."""
    return sources_words(figure.sources, figure.grade, library)


def figure_name(figure: Figure) -> str:
    """The figure's name from its address: `Residual volume`, `Volume per length`."""
    parts = [part for part in figure.address.split(".") if not part.isdigit()]
    return FIGURE_WORDS.get(parts[-1]) or parts[-1].replace("_", " ").capitalize()


def _subject(finding: Finding) -> str:
    if finding.code is not FindingCode.UNVERIFIED_FIGURE or finding.figure is None:
        return ""
    return f"{figure_name(finding.figure)} {exact_text(finding.figure.quantity)}"


def sources_words(keys: Sequence[str], grade: Grade, library: Library) -> str:
    """The titles of the sources, and the grade."""
    titles = [_source_title(key, library) for key in keys]
    if grade is Grade.OWN and not titles:
        return GRADE_WORDS[grade]
    named = ", ".join(titles) or _("no source")
    return f"{named} · {GRADE_WORDS[grade]}"


def _source_title(key: str, library: Library) -> str:
    """Of a published source its title; a figure of a pump of one's own says its place, a clinic its own words."""
    if key in library.sources:
        return library.sources[key].title
    if key.startswith("system.pump."):
        return _("the pump as this program describes it")
    return key.replace("·", ",")  # behind the sign stands the grade, which is not theirs to write


# --- filling in values


def _filled(title: str, detail: str) -> Callable[[Finding], Words]:
    """Words in which `{name}` stands for a value of the finding, and `{bound}` for that of the figure concerned."""

    def words(finding: Finding) -> Words:
        places = {name: _text(finding, name) for name in finding.values} | {"bound": _bound(finding)}
        return _(title, **places), _(detail, **places)

    return words


def _sided(
    above: Callable[[Finding], Words], below: Callable[[Finding], Words]
) -> Callable[[Finding], Words]:
    """Two wordings of one kind, by the side of the limit on which the value lies."""
    return lambda finding: above(finding) if finding.above else below(finding)


def _text(finding: Finding, name: str) -> str:
    """A value as shown; where rounding would make it look like the limit it crossed, on its side of it."""
    value = finding.values[name]
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return alternatives(value)
    if isinstance(value, datetime):
        return moment_text(value)
    text = shown_change(value) if name == "change" else shown(value)
    limit = finding.figure.quantity if finding.figure is not None else None
    if limit is None or abs(value) == limit or shown(abs(value)) != shown(limit):
        return text
    if abs(value) > limit:
        return _("a little more than {value}", value=text)
    return _("a little less than {value}", value=text)


def _number(finding: Finding, name: str) -> Fraction:
    value = finding.values[name]
    assert isinstance(value, Quantity)
    return Fraction(value.magnitude)


def _bound(finding: Finding) -> str:
    return exact_text(finding.figure.quantity) if finding.figure is not None else _("the limit")


# --- words that take more than filling in


def _step_above(finding: Finding) -> Words:
    places = {name: _text(finding, name) for name in ("old", "new", "change")} | {"bound": _bound(finding)}
    phase = finding.limit.phase if finding.limit is not None else None
    detail = {
        Phase.TITRATION: N_("{old} to {new} is {change}; during titration steps go up to {bound}."),
        Phase.MAINTENANCE: N_("{old} to {new} is {change}; in maintenance steps go up to {bound}."),
        None: N_("{old} to {new} is {change}; steps go up to {bound}."),
    }[phase]
    if finding.place == "bridge.dose":
        return _("The bridge runs above the old dose by more than a usual step"), _(detail, **places)
    return _("The step is larger than usual"), _(detail, **places)


def _maybe_above_label(finding: Finding) -> Words:
    return _("The step may be larger than usual"), _(
        "{change} is above {bound} ({condition}), but within other rules that may apply: enter origin, age, jurisdiction and first dose.",
        change=_text(finding, "change"),
        bound=_bound(finding),
        condition=_condition(finding),
    )


def _condition(finding: Finding) -> str:
    """For whom the rule holds."""
    limit = finding.limit
    assert limit is not None
    parts = [limit.title]
    if limit.origin is not None:
        parts.append(ORIGIN_WORDS[limit.origin])
    if limit.phase is not None:
        parts.append(PHASE_WORDS[limit.phase])
    if limit.age_below is not None:
        parts.append(_("below {age} years", age=limit.age_below))
    return ", ".join(parts)


_MULTIPLIED = {  # by place: above, below
    "bridge.dose": (
        N_("The bridge dose is {times} times the old one"),
        N_("The old dose is {times} times the bridge dose"),
    ),
    "new.patient_bolus": (
        N_("With all patient boluses the new dose is {times} times the old one"),
        N_("With all patient boluses the old dose was {times} times the new one"),
    ),
    "new.bolus": (
        N_("With the bolus the new dose is {times} times the old one"),
        N_("With the bolus the old dose is {times} times the new one"),
    ),
    # of a pump of fixed flow
    "new.concentration": (
        N_("The new mixture gives {times} times the dose of the old one"),
        N_("The old mixture gives {times} times the dose of the new one"),
    ),
    "new.flow_rate": (
        N_("The mixture gives {times} times the dose typed"),
        N_("The dose typed is {times} times what the mixture gives"),
    ),
}
_SLIP_OF_DOSE = (  # by what was found beside it: above, below
    (
        "concentration",
        (
            N_("{old} to {new}: dose and concentration are the same number."),
            N_(
                "{old} to {new}: dose and concentration are the same number; if it is meant, watch for withdrawal."
            ),
        ),
    ),
    (
        "day",
        (
            N_("{old} to {new} on {day}: a decimal point, a unit, or per hour for per day?"),
            N_(
                "{old} to {new} on {day}: a decimal point, a unit, or per hour for per day; if it is meant, watch for withdrawal."
            ),
        ),
    ),
    (
        "",
        (
            N_("{old} to {new}: a decimal point, a unit, or per hour for per day?"),
            N_(
                "{old} to {new}: a decimal point, a unit, or per hour for per day; if it is meant, watch for withdrawal."
            ),
        ),
    ),
)
_BY_MIXTURE = ("new.concentration", "new.flow_rate")
_NEW_DOSE_MULTIPLIED = (
    N_("The new dose is {times} times the old one"),
    N_("The old dose is {times} times the new dose"),
)


def _multiplied(finding: Finding) -> Words:
    old, new = _number(finding, "old"), _number(finding, "new")
    up, down = _MULTIPLIED.get(finding.place, _NEW_DOSE_MULTIPLIED)
    title = _(up if finding.above else down, times=number_shown(max(old, new) / min(old, new)))
    places = {name: _text(finding, name) for name in finding.values}
    if finding.place in _BY_MIXTURE:
        return title, _(
            "{old} to {new}, for the flow of this pump is fixed: another mixture, or another dose was meant.",
            **places,
        )
    if "day" in finding.values:
        places["day"] = WEEKDAY_WORDS[Weekday(places["day"])]
    up, down = next(words for value, words in _SLIP_OF_DOSE if not value or value in finding.values)
    return title, _(up if finding.above else down, **places)


def _too_soon(title: str) -> Callable[[Finding], Words]:
    def words(finding: Finding) -> Words:
        assert finding.figure is not None
        hours = number_shown(Fraction(finding.figure.quantity.magnitude) * 24)
        detail = N_(
            "Allow at least {hours} h between increases: the effect of the last dose cannot be judged yet."
        )
        if finding.place == "patient.last_change":
            detail = N_(
                "Allow at least {hours} h between increases; if the last change was a decrease, "
                "enter when the dose was last raised."
            )
        return _(title, gap=_text(finding, "gap")), _(detail, hours=hours)

    return words


def _increase_too_soon(finding: Finding) -> Words:
    title = N_("Increase {gap} after the last change")
    if finding.place == "patient.last_increase":
        title = N_("Increase {gap} after the last one")
    return _too_soon(title)(finding)


def _restart_high(finding: Finding) -> Words:
    places = {name: _text(finding, name) for name in finding.values} | {"bound": _bound(finding)}
    title = _("Restart above the highest reported starting dose", **places)
    if "stopped" not in finding.values:
        return title, _(
            "{new}; the highest reported starting dose is {bound}, and when the pump was stopped (last change) was not entered.",
            **places,
        )
    return title, _(
        "{new} after {stopped} without drug; the highest reported starting dose is {bound}, and such restarts have led to overdoses.",
        **places,
    )


def _risen(finding: Finding) -> Words:
    title = _("The dose needed has risen within a year: catheter, pump or tolerance?")
    places = {name: _text(finding, name) for name in finding.values} | {"bound": _bound(finding)}
    if finding.certain:
        return title, _(
            "{old} to {new} is {gained} more; more than {bound} within a year counts as tolerance.", **places
        )
    return title, _(
        "{old} to {new} is {gained} more; later than 18 months after the first dose more than {bound} within a year counts as "
        "tolerance: enter when the first dose was.",
        **places,
    )


def _beside_the_label(title: str) -> Callable[[Finding], Words]:
    """A first dose beside what the label makes of the screening bolus: once or twice of it, or either."""

    def words(finding: Finding) -> Words:
        places = {name: _text(finding, name) for name in finding.values}
        least, most, bolus = (_number(finding, name) for name in ("least", "most", "bolus"))
        detail = {
            (1, 1): N_(
                "{new}; as a yardstick the label gives {most}, the screening bolus of {bolus} once: observe the patient for at least 8 h."
            ),
            (2, 2): N_(
                "{new}; as a yardstick the label gives {most}, twice the screening bolus of {bolus}: observe the patient for at least 8 h."
            ),
            (1, 2): N_(
                "{new}; as a yardstick the label gives {least} or {most}, the screening bolus of {bolus} once or twice: enter how long its "
                "effect lasted, and whose label applies."
            ),
        }[int(least / bolus), int(most / bolus)]
        return _(title), _(detail, **places)

    return words


def _outside_reported(finding: Finding) -> Words:
    usual = severity_of(finding) is Severity.INFO
    if not finding.certain:
        above = N_("Daily dose perhaps above what is reported ({condition})")
        below = N_("Daily dose perhaps below what is reported ({condition})")
    elif usual:
        above, below = N_("Daily dose above the usual range"), N_("Daily dose below the usual range")
    else:
        above, below = N_("Daily dose above {bound}"), N_("Daily dose below {bound}")
    places = {"bound": _bound(finding), "dose": _text(finding, "dose")}
    condition = "" if finding.certain else _condition(finding)
    title = _(above if finding.above else below, condition=condition, **places)
    if finding.limit is not None and finding.limit.note:
        return title, _("{dose} against {bound}: {rule}.", rule=finding.limit.note, **places)
    return title, _("{dose} against {bound}: outside what is reported.", **places)


def _below_age(finding: Finding) -> Words:
    limit = finding.limit
    assert limit is not None
    return _("Below the age on the label ({whose})", whose=limit.title), _(
        "{age} years; the label begins at {bound} years: {rule}.",
        age=_text(finding, "age"),
        bound=number_shown(Fraction(finding.figure.quantity.magnitude)) if finding.figure is not None else "",
        rule=limit.note,
    )


def _not_marketed(finding: Finding) -> Words:
    """Only a list that the clinic has confirmed says what is not marketed."""
    confirmed = finding.figure is not None and finding.figure.clinic
    title = _("This concentration is not in the list held here")
    if confirmed:
        title = _("This concentration is not marketed")
    concentration = _text(finding, "concentration")
    if not finding.values.get("marketed"):
        return title, _("{concentration}; no vial for pumps is known here.", concentration=concentration)
    return title, _(
        "{concentration}; the vials for pumps known here hold {marketed} mcg/mL.",
        concentration=concentration,
        marketed=_text(finding, "marketed"),
    )


def _without_bridge(finding: Finding) -> Words:
    title = _("Old drug is left in the line, and no bridge runs it out")
    if "dose" not in finding.values:
        return title, _("The old drug in the line would run on at the new flow rate.")
    ratio, dose = _number(finding, "ratio"), _text(finding, "dose")
    more = ratio > 1
    times = number_shown(ratio if more else ratio * 100)
    if "longest" not in finding.values:
        tip = (
            N_("The patient would receive {dose}, {times} times the new dose, until the line is clear.")
            if more
            else N_("The patient would receive {dose}, {times} % of the new dose, until the line is clear.")
        )
        return title, _(tip, dose=dose, times=times)
    span = _span(finding)
    tip = (
        N_("The patient would receive {dose}, {times} times the new dose, for {span}.")
        if more
        else N_("The patient would receive {dose}, {times} % of the new dose, for {span}.")
    )
    return title, _(tip, dose=dose, times=times, span=span)


def _old_drug_runs_out(finding: Finding) -> Words:
    title = _("{pump} first delivers what is left of the old drug", pump=_text(finding, "pump"))
    if "longest" not in finding.values:
        return title, _(
            "Until then the dose is that of the old mixture: the flow is fixed, and no bridge is possible."
        )
    return title, _(
        "For {span} the patient receives {dose}: the flow is fixed, and no bridge is possible.",
        span=_span(finding),
        dose=_text(finding, "dose"),
    )


def _span(finding: Finding) -> str:
    """One duration, or from the shortest to the longest."""
    shortest, longest = _text(finding, "shortest"), _text(finding, "longest")
    return (
        longest if shortest == longest else _("{shortest} to {longest}", shortest=shortest, longest=longest)
    )


def _bridge_long(finding: Finding) -> Words:
    title = _("The bridge lasts {duration}", duration=_text(finding, "duration"))
    bound = shown(finding.figure.quantity) if finding.figure is not None else _bound(finding)
    if "until" not in finding.values:
        return title, _(
            "While it runs the dose cannot be changed; beyond {bound} consider aspirating the catheter.",
            bound=bound,
        )
    return title, _(
        "Until {until} the dose cannot be changed; beyond {bound} consider aspirating the catheter.",
        until=_text(finding, "until"),
        bound=bound,
    )


_OF_A_PRIME = ("line.prime.duration", "prime_flow_rate")  # in a program, and of a quick question


def _time_without_drug(finding: Finding) -> Words:
    if finding.place in _OF_A_PRIME:
        return _("Nothing reaches the patient while the prime runs"), _(
            "For {span} of it no drug leaves the tip (plug flow, no mixing): hours typed for minutes?",
            span=_span(finding),
        )
    title = _("Nothing reaches the patient at first")
    if "longest" not in finding.values:
        return title, _("The catheter holds no drug and is not primed; for how long cannot be computed yet.")
    if "ahead" in finding.values:
        return _("Later nothing reaches the patient"), _(
            "After {ahead} of drug have left the catheter no drug leaves the tip for {span} although the pump runs (plug flow, no mixing): "
            "prime, or expect withdrawal.",
            ahead=_text(finding, "ahead"),
            span=_span(finding),
        )
    return title, _(
        "For {span} no drug leaves the tip although the pump runs (plug flow, no mixing): prime, or expect withdrawal.",
        span=_span(finding),
    )


def _in_prime(finding: Finding) -> dict[str, str]:
    """What stands in words on a prime: where there are several drugs, the dose says of which."""
    places = {name: _text(finding, name) for name in finding.values} | {"bound": _bound(finding)}
    return places | ({"dose": _("{dose} of {drug}", **places)} if "drug" in places else {})


def _prime_bolus(finding: Finding) -> Words:
    title, places = _("The prime gives the patient a bolus"), _in_prime(finding)
    if "daily" in places:
        return title, _(
            "{dose} leave the catheter in it, beside a daily dose of {daily}: twice the dose of a day or more (plug flow, no mixing).",
            **places,
        )
    return title, _(
        "{dose} leave the catheter in it; the largest screening bolus is {bound} (plug flow, no mixing).",
        **places,
    )


def _bridge_differs(finding: Finding) -> Words:
    places = {name: _text(finding, name) for name in finding.values}
    if "old" not in places:
        return _("The bridge does not run at the new dose"), _(
            "Bridge {bridge}, new dose {new}: without drug until now the patient begins at the dose of the bridge.",
            **places,
        )
    return _("The bridge does not run at the old dose"), _(
        "Bridge {bridge}, dose until now {old}: the dose already changes with the bridge.", **places
    )


def _line_not_said(finding: Finding) -> Words:
    title = _("What do pump tubing and catheter hold?")
    if "implanted" not in finding.values:
        return title, _(
            "A new catheter holds no drug until it is primed; nothing was entered, so both are assumed to be full."
        )
    return title, _(
        "The pump was implanted on {implanted}, after the last change: its tubing does not hold the drug of before; nothing was "
        "entered, so it is assumed to.",
        implanted=_text(finding, "implanted"),
    )


def _was_empty(finding: Finding) -> Words:
    title = _("Had the reservoir run empty?")
    places = {name: _text(finding, name) for name in finding.values}
    if "residual" not in places:
        return title, _(
            "{drawn} were drawn off: if it was empty, the patient was without drug, and any dose now is a restart.",
            **places,
        )
    return title, _(
        "{drawn} were drawn off, and {residual} cannot be delivered: if it was empty, the patient was without drug, and any dose now "
        "is a restart.",
        **places,
    )


def _prime_large(finding: Finding) -> Words:
    title = _("The prime gives much of a day's dose at once")
    places = _in_prime(finding)
    if "screening" not in places:
        return title, _(
            "{dose} leave the catheter in it, {share} of the daily dose of {daily} and more than {bound} of it (plug flow, no mixing).",
            **places,
        )
    return title, _(
        "{dose} leave the catheter in it, {share} of the daily dose of {daily} and more than {bound} of it; the largest screening bolus is "
        "{screening} (plug flow, no mixing).",
        **places,
    )


def _still_works(finding: Finding) -> Words:
    places = {name: _text(finding, name) for name in finding.values}
    if "effect" not in places:
        return _("The screening bolus may still work"), _(
            "{bolus} were given {since} before the therapy begins: enter how long the effect lasted.",
            **places,
        )
    return _("The therapy begins while the screening bolus still works"), _(
        "{bolus} were given {since} before, and the effect lasts {effect}: both add up until then.", **places
    )


def _short_reservoir(finding: Finding) -> Words:
    title = _("The reservoir would last less than a day")
    places = {name: _text(finding, name) for name in finding.values}
    if "residual" not in places:
        return title, _("{time} to the alarm: check dose, concentration and units.", **places)
    if not _number(finding, "time"):
        return _("Nothing in the reservoir can be delivered"), _(
            "{filled} filled, and {residual} always stay in it: check number and unit.", **places
        )
    return title, _(
        "Of {filled} all but {residual} is delivered in {time}: check volume, dose and units.", **places
    )


def _flow_above(title: str, detail: str) -> Callable[[Finding], Words]:
    """A flow above a range, which may be that of a prime."""

    def words(finding: Finding) -> Words:
        places = {"flow": _text(finding, "flow"), "bound": _bound(finding)}
        if finding.place in _OF_A_PRIME:
            return _("The prime flows faster than the pump can"), _(
                "{flow}; the highest is {bound}: check volume and duration of the prime.", **places
            )
        return _(title, **places), _(detail, **places)

    return words


def _large_bolus(finding: Finding) -> Words:
    title = _("Bolus above {bound}", bound=_bound(finding))
    places = {name: _text(finding, name) for name in finding.values} | {"bound": _bound(finding)}
    if "share" in places:
        return title, _large_for_dose(places)
    if "duration" not in finding.values:
        return title, _("{bolus} in one bolus; the largest screening bolus is {bound}.", **places)
    return title, _(
        "{bolus} in {duration} from {start}: minutes typed for hours? The largest screening bolus is {bound}.",
        **places,
    )


def _large_for_dose(places: Mapping[str, str]) -> str:
    if "start" not in places:
        return _(
            "{bolus} in one bolus, {share} of a daily dose of {daily}; the largest screening bolus is {bound}.",
            **places,
        )
    return _(
        "{bolus} in {duration} from {start}, {share} of a daily dose of {daily}: minutes typed for hours? "
        "The largest screening bolus is {bound}.",
        **places,
    )


def _decrease(finding: Finding) -> Words:
    places = {name: _text(finding, name) for name in finding.values} | {"bound": _bound(finding)}
    if finding.place == "new.patient_bolus":
        return _("Large decrease with all patient boluses: watch for withdrawal"), _(
            "{old} to {new} is {change}, if every bolus allotted was taken; decreases go up to {bound}.",
            **places,
        )
    if finding.place == "bridge.dose":
        return _("The bridge runs below the old dose: watch for withdrawal"), _(
            "{old} to {new} is {change} while the bridge runs; decreases go up to {bound}.", **places
        )
    return _("Large decrease: watch for withdrawal"), _(
        "{old} to {new} is {change}; decreases go up to {bound}.", **places
    )


def _strong_step(finding: Finding) -> Words:
    places = {name: _text(finding, name) for name in finding.values} | {"bound": _bound(finding)}
    title = _("{dose} within {hours}, around {start}", **places)
    if finding.limit is not None and finding.limit.quantity is LimitQuantity.STEP_OF_DAILY_DOSE:
        return title, _(
            "{more} more than a steady flow gives in that time, and more than {bound} of a daily dose of {daily}.",
            **places,
        )
    return title, _(
        "{more} more than a steady flow gives in that time; the largest screening bolus is {bound}.", **places
    )


def _boluses_together(finding: Finding) -> Words:
    places = {name: _text(finding, name) for name in finding.values} | {"bound": _bound(finding)}
    if "two" in finding.values:
        return _("Two patient boluses come to {two}", **places), _(
            "The next may follow after {lockout}; the largest screening bolus is {bound}.",
            **places,
        )
    return _("All patient boluses of a day come to {all}", **places), _(
        "{count} boluses of {bolus} at least double the daily dose of {dose}.", **places
    )


def _catheter_length(finding: Finding) -> Words:
    title = _("Is the catheter {length} long?", length=_text(finding, "length"))
    if finding.above:
        return title, _("Above {bound}: check the implanted length.", bound=_bound(finding))
    length = finding.values["length"]
    assert isinstance(length, Quantity)
    return title, _(
        "Below {bound}: the same number of inches would be {centimetres}.",
        bound=_bound(finding),
        centimetres=exact_text(length * CENTIMETRES_OF_AN_INCH),
    )


def _concentration_above(finding: Finding) -> Words:
    places = {"concentration": _text(finding, "concentration"), "bound": _bound(finding)}
    title = _("Concentration above {bound}", **places)
    if finding.limit is not None and finding.limit.quantity is LimitQuantity.CONCENTRATION_OF_ANY_DRUG:
        return title, _(
            "{concentration} is far above any known strength: is a unit or a digit wrong?", **places
        )
    if not finding.certain:
        return title, _(
            "{concentration} is above any strength of baclofen: another drug, or a wrong unit?", **places
        )
    if "reported" in finding.values:
        return title, _(
            "{concentration} is above the strongest label; up to {reported} is reported.",
            **places,
            reported=_text(finding, "reported"),
        )
    return title, _("{concentration} is above the strongest label and the strongest reported.", **places)


_EVERY_NTH_DAY = Worded(
    {
        2: N_("every second day"),
        3: N_("every third day"),
        4: N_("every fourth day"),
        5: N_("every fifth day"),
        6: N_("every sixth day"),
        7: N_("every seventh day"),
    }
)


def _not_every_day(finding: Finding) -> Words:
    places = {name: _text(finding, name) for name in finding.values}
    days = int(_number(finding, "days"))
    title = _("The bolus comes {often}", often=_EVERY_NTH_DAY.get(days) or _("every {days} days", **places))
    if "basal" in finding.values:
        return title, _(
            "{bolus} at {first}, on the other days the basal of {basal} alone: {dose} is the mean of 24 h.",
            **places,
        )
    return title, _("{bolus} at {first}, on the other days nothing: {dose} is the mean of 24 h.", **places)


def _run_dry(finding: Finding) -> Words:
    places = {name: _text(finding, name) for name in finding.values}
    title = _("The reservoir must have run dry")
    if "without" not in finding.values:
        title = _("By its program the reservoir was empty")
        if "residual" in places:
            return title, _(
                "At this flow {filled} last {empty}; yet {aspirated} were drawn off: look for what was not delivered.",
                **places,
            )
        return title, _(
            "At this flow {filled} last {empty}; yet {aspirated} were drawn off: look for what was not delivered. Where that is no more "
            "than the pump’s residual volume, it may have run dry.",
            **places,
        )
    day = number_shown(Fraction(int(_number(finding, "empty"))))
    if not _number(finding, "aspirated"):
        return title, _("At this flow it was dry on day {day}: {without} without drug.", day=day, **places)
    title = _("The reservoir may have run dry")
    if "residual" not in places:
        return title, _(
            "{aspirated} were drawn off, which may be none: at this flow it was dry on day {day}, {without} without drug.",
            day=day,
            **places,
        )
    return title, _(
        "{aspirated} were drawn off, and {residual} cannot be delivered: if it ran dry, it did so at this flow on day {day}, {without} "
        "without drug.",
        day=day,
        **places,
    )


def _old_drug_after_bridge(finding: Finding) -> Words:
    title = _("Old drug is left when the bridge ends")
    places = {name: _text(finding, name) for name in finding.values}
    if "dose" not in places:
        return title, _(
            "{volume} of it ({drug}) are still in the line, because what lay ahead of it left first (plug flow, no mixing): "
            "prime with all that holds no drug.",
            **places,
        )
    return title, _(
        "{volume} of it ({drug}) are still in the line, because what lay ahead of it left first; it then comes at {dose} for {time} "
        "(plug flow, no mixing): prime with all that holds no drug.",
        **places,
    )


def _pump_interval_not_known(finding: Finding) -> Words:
    title = _("The pump's longest refill interval is not known")
    if "pump" not in finding.values:
        return title, _("No pump was named: it may have to be refilled before these times.")
    places = {name: _text(finding, name) for name in finding.values}
    if "drug" in places:
        return title, _(
            "None is held here for {pump} with {drug}: it may have to be refilled before that day.", **places
        )
    return title, _("None is held here for {pump}: it may have to be refilled before these times.", **places)


_IN_ONE_BOLUS = _filled(
    N_("One bolus gives much of a day's dose at once"),
    N_("{bolus} in one bolus, {share} of a daily dose of {daily} and more than {bound} of it."),
)
_IN_A_STEP = _filled(
    N_("A step of {duration} gives much of a day's dose at once"),
    N_(
        "{bolus} more than a steady flow from {start} on, {share} of a daily dose of {daily} and more than {bound} of it."
    ),
)


def _much_of_a_day(finding: Finding) -> Words:
    return _IN_A_STEP(finding) if "start" in finding.values else _IN_ONE_BOLUS(finding)


def _found_empty(finding: Finding) -> Words:
    names = ("expected", "aspirated", "residual", "without")
    places = _against_accuracy(finding) | {
        name: _text(finding, name) for name in names if name in finding.values
    }
    if "without" in places:
        day = number_shown(Fraction(int(_number(finding, "empty"))))
        if "residual" not in places:
            return _("The reservoir may have run dry"), _(
                "{aspirated} were drawn off, which may be none: if it ran dry, it did so at this flow on day {day}, {without} without drug.",
                day=day,
                **places,
            )
        return _("The reservoir may have run dry"), _(
            "{aspirated} were drawn off, and {residual} cannot be delivered: if it ran dry, it did so at this flow on day {day}, "
            "{without} without drug. Otherwise less was delivered than programmed.",
            day=day,
            **places,
        )
    if "residual" in places:
        return _("The reservoir may have run dry too soon"), _(
            "{expected} should have been left; {aspirated} were, and {residual} cannot be delivered: whether it ran dry, and since when, is "
            "not known. At least {ratio} times the programmed volume left it{accuracy}: a pocket fill or a leak, over-infusion, or a "
            "filled volume other than recorded.",
            **places,
        )
    return _("The reservoir was found empty too soon"), _(
        "{expected} should have been left: since when it is empty, and how long no drug came, is not known. At least {ratio} times "
        "the programmed volume left it{accuracy}: a pocket fill or a leak, over-infusion, or a filled volume other than recorded.",
        **places,
    )


def _delivered_too_much(finding: Finding) -> Words:
    places = _against_accuracy(finding)
    if severity_of(finding) is Severity.STOP:
        return _("Far more left the reservoir than programmed"), _(
            "{ratio} times the programmed volume{accuracy}: think of a pocket fill or a leak first, then of over-infusion "
            "or of a filled volume other than recorded.",
            **places,
        )
    return _maybe(finding, N_("More was delivered than programmed")), _(
        "{ratio} times the programmed volume{accuracy}: over-infusion, a leak, a pocket fill, or a filled volume other than recorded.",
        **places,
    )


def _delivered_too_little(finding: Finding) -> Words:
    places = _against_accuracy(finding)
    if severity_of(finding) is Severity.STOP:
        return _("Far less left the reservoir than programmed"), _(
            "{ratio} times the programmed volume{accuracy}: do not restart the pump before the cause is known, be it a stall, a stop, "
            "an occluded catheter, or a filled volume other than recorded.",
            **places,
        )
    return _maybe(finding, N_("Less was delivered than programmed")), _(
        "{ratio} times the programmed volume{accuracy}: a stall, a stopped pump, an occluded catheter, "
        "or a filled volume other than recorded.",
        **places,
    )


def _against_accuracy(finding: Finding) -> dict[str, str]:
    """The ratio, and the accuracy of the pump where one is published."""
    accuracy = ""
    if "accuracy" in finding.values:
        bounds = _text(finding, "accuracy")
        accuracy = _(", where the accuracy allows up to {bounds}", bounds=bounds)
        if not finding.above:
            accuracy = _(", where the accuracy allows down to {bounds}", bounds=bounds)
    return {"ratio": _text(finding, "ratio"), "accuracy": accuracy}


def _maybe(finding: Finding, title: str) -> str:
    """A title that says where it depends on the pump, which is not known."""
    return _(title) if finding.certain else _("{title}, for some pumps", title=_(title))


def _stock_volume(finding: Finding) -> Words:
    places = {name: _text(finding, name) for name in finding.values} | {"bound": _bound(finding)}
    title = _("{volume} of stock cannot be drawn up safely", **places)
    if "needed" not in finding.values:
        return title, _("Below {bound}: make a larger volume instead.", **places)
    return title, _(
        "Below {bound}. Dilute some stock {times} times first, to {diluted}: of that it is {needed}.",
        **places,
    )


def _own_figure(finding: Finding) -> Words:
    assert finding.figure is not None
    return (
        _("A figure of your own pump is far from those of every model known here"),
        _(
            "{figure} {value}, where the models known here have {least} to {most}: are number and unit right?",
            figure=figure_name(finding.figure),
            value=_text(finding, "value"),
            least=_text(finding, "least"),
            most=_text(finding, "most"),
        ),
    )


def _unverified(finding: Finding) -> Words:
    assert finding.figure is not None
    return (
        _("{figure} is unverified", figure=figure_name(finding.figure)),
        _("{value}: confirm it in the manual of your model.", value=_bound(finding)),
    )


def _mode_not_of_pump(finding: Finding) -> Words:
    mode = MODE_WORDS[InfusionMode(_text(finding, "mode"))]
    return _("{pump} has one fixed flow", pump=_text(finding, "pump")), _(
        "It cannot run the mode {mode}: only another mixture changes the dose.", mode=mode
    )


def _zone_not_said(finding: Finding) -> Words:
    at = finding.values["at"]
    assert isinstance(at, datetime)
    digits = at.strftime("%z")
    offset = f"{digits[:3]}:{digits[3:]}"
    if "clock" in finding.values:
        title, zone = _("The patient's time zone was not said"), _text(finding, "clock")
        if zone:
            return title, _(
                "Now is by the clinic's time zone, {zone} ({offset}); clock changes are not followed.",
                zone=zone,
                offset=offset,
            )
        return title, _(
            "Now is by the computer's time zone ({offset}); clock changes are not followed.", offset=offset
        )
    return _("The time zone was not said"), _(
        "Dates keep the offset as typed ({offset}); clock changes are not followed.", offset=offset
    )


def _clock_changes(finding: Finding) -> Words:
    return _("The clocks change, the pump's does not"), _(
        "From {at} on, what the pump runs at {pump} comes at {patient} by the patient's clock: "
        "set the pump anew, or say so.",
        **{name: _text(finding, name) for name in ("at", "pump", "patient")},
    )


def _constant_flow(finding: Finding) -> Words:
    title = _("{pump} has a fixed flow", pump=_text(finding, "pump"))
    if "needed" not in finding.values:
        return title, _(
            "The dose typed needs {flow}, and dates follow it until the pump's own flow is typed from its card: only another mixture "
            "changes the dose.",
            flow=_text(finding, "flow"),
        )
    return title, _(
        "At {fixed}, which dates follow, this mixture gives {delivered}; the dose typed needs {needed}.",
        fixed=_text(finding, "fixed"),
        delivered=_text(finding, "delivered"),
        needed=_text(finding, "needed"),
    )


FINDINGS: Mapping[FindingCode, tuple[Severity, Callable[[Finding], Words]]] = {
    # the step
    FindingCode.DOSE_STEP_ABOVE_LABEL: (Severity.WARNING, _step_above),
    FindingCode.DOSE_STEP_MAYBE_ABOVE_LABEL: (Severity.CAUTION, _maybe_above_label),
    FindingCode.DOSE_STEP_BELOW_USUAL: (
        Severity.INFO,
        _filled(
            N_("The step is below the usual range"),
            N_("{old} to {new} is {change}; usual steps start at {bound}."),
        ),
    ),
    FindingCode.STEP_LIMIT_NOT_KNOWN: (
        Severity.CAUTION,
        _filled(
            N_("The step was not checked against a limit"),
            N_("{change}: enter the origin of the spasticity, age and jurisdiction."),
        ),
    ),
    FindingCode.DOSE_DECREASE_LARGE: (Severity.WARNING, _decrease),
    FindingCode.DOSE_MULTIPLIED: (Severity.STOP, _multiplied),
    FindingCode.DOSE_IS_CONCENTRATION: (
        Severity.INFO,
        _filled(
            N_("Dose and concentration are the same number"),
            N_("{dose} at {concentration}: the ordered dose, or the concentration typed twice?"),
        ),
    ),
    FindingCode.SUDDEN_LARGE_NEED: (Severity.WARNING, _risen),
    FindingCode.INCREASES_WITHOUT_EFFECT: (
        Severity.WARNING,
        _filled(
            N_("{count} increases within a year without a better score: think of the catheter"),
            N_("{old} to {new}: X-ray, aspiration through the side port, then dye or CT find most faults."),
        ),
    ),
    FindingCode.INCREASE_TOO_SOON: (Severity.STOP, _increase_too_soon),
    FindingCode.INCREASE_SOON_AFTER_FIRST_DOSE: (
        Severity.STOP,
        _too_soon(N_("Increase {gap} after the first dose")),
    ),
    FindingCode.RESTART_AFTER_STOP: (
        Severity.WARNING,
        _filled(
            N_("The pump starts again after a stop"),
            N_(
                "{new} after no drug: how much of the earlier dose the patient still tolerates cannot be computed."
            ),
        ),
    ),
    FindingCode.RESTART_ABOVE_STARTING_DOSE: (Severity.STOP, _restart_high),
    FindingCode.FIRST_DOSE: (
        Severity.INFO,
        _filled(
            N_("Therapy begins"),
            N_(
                "{new} is the first dose: compare it with the screening bolus, and observe the patient for at least 8 h."
            ),
        ),
    ),
    FindingCode.FIRST_DOSE_BY_LABEL: (Severity.INFO, _beside_the_label(N_("Therapy begins"))),
    FindingCode.FIRST_DOSE_ABOVE_LABEL: (
        Severity.WARNING,
        _beside_the_label(N_("First dose above what the label gives")),
    ),
    FindingCode.SCREENING_WITHOUT_EFFECT: (
        Severity.WARNING,
        _filled(
            N_("No screening bolus had an effect"),
            N_("{new} is the first dose; the label starts from a bolus that worked, and none was entered."),
        ),
    ),
    FindingCode.SCREENING_STILL_WORKS: (Severity.WARNING, _still_works),
    FindingCode.SCREENING_BOLUSES_CLOSE: (
        Severity.CAUTION,
        _filled(
            N_("Screening boluses {gap} apart"),
            N_(
                "Allow at least {bound} between them: the effect of the earlier one may add to that of the later."
            ),
        ),
    ),
    FindingCode.FIRST_DOSE_HIGH: (
        Severity.WARNING,
        _filled(
            N_("First dose above any reported starting dose"),
            N_("{new}; starting doses of up to {bound} are reported."),
        ),
    ),
    FindingCode.FIRST_DOSE_OF_RUNNING_THERAPY: (
        Severity.WARNING,
        _filled(
            N_("A first dose, although a therapy is running?"),
            N_(
                "By what was entered the therapy begins now, yet {old} is entered as the therapy until now: enter it as stopped, "
                "or the true day of the first dose."
            ),
        ),
    ),
    FindingCode.NOTHING_CHANGES: (
        Severity.INFO,
        _filled(N_("Nothing changes"), N_("Dose and concentration are the same before and after ({new}).")),
    ),
    # the dose
    FindingCode.DOSE_ABOVE_LIMIT: (Severity.WARNING, _outside_reported),
    FindingCode.DOSE_BELOW_LIMIT: (Severity.WARNING, _outside_reported),
    # the patient
    FindingCode.AGE_BELOW_LABEL: (Severity.WARNING, _below_age),
    # the concentration
    FindingCode.OTHER_DRUG_IN_LINE: (
        Severity.STOP,
        _filled(
            N_("{old} is still in the line, and {new} follows"),
            N_(
                "What is in pump tubing and catheter leaves first: dose, bridge and times are counted here as of one drug "
                "and do not hold."
            ),
        ),
    ),
    FindingCode.DRUG_CHANGES: (
        Severity.WARNING,
        _filled(
            N_("The drug changes from {old} to {new}"),
            N_("A dose of one cannot be compared with a dose of the other: the change shown says nothing."),
        ),
    ),
    FindingCode.CONCENTRATION_ABOVE_LIMIT: (Severity.WARNING, _concentration_above),
    FindingCode.CONCENTRATION_NOT_MARKETED: (Severity.WARNING, _not_marketed),
    FindingCode.CONCENTRATION_FOR_SCREENING: (
        Severity.STOP,
        _filled(
            N_("This strength is for screening, not for a pump"),
            N_("{concentration} comes in ampoules for a test dose."),
        ),
    ),
    FindingCode.CONCENTRATION_OUTSIDE_PUMP_LABEL: (
        Severity.WARNING,
        _filled(
            N_("Concentration outside the label of {pump}"),
            N_("{concentration}; the limit of the label is {bound}."),
        ),
    ),
    FindingCode.RESERVOIR_MIXES: (
        Severity.INFO,
        _filled(
            N_("What is left in the reservoir mixes with the new drug"),
            N_("{residual} of {old} that cannot be drawn off make the mixture {mixture}, {change}."),
        ),
    ),
    FindingCode.OLD_DRUG_NOT_DRAWN_OFF: (
        Severity.WARNING,
        _filled(
            N_("Where is the old drug of the reservoir?"),
            N_(
                "{drawn} were drawn off before {filled} of another concentration went in: what was left mixes with it; if it had "
                "run empty, the patient was without drug."
            ),
        ),
    ),
    FindingCode.OTHER_DRUG_IN_RESERVOIR: (
        Severity.WARNING,
        _filled(
            N_("{old} stays in the reservoir, beside {new}"),
            N_(
                "{residual} that cannot be drawn off make {of_old} of {old} and {of_new} of {new}: rinse, or reckon with both."
            ),
        ),
    ),
    FindingCode.RESERVOIR_WAS_EMPTY: (Severity.WARNING, _was_empty),
    FindingCode.DRUG_NOT_COVERED: (
        Severity.WARNING,
        _filled(
            N_("{drug} is outside this check"),
            N_("Flow and dates are recomputed; its limits and strengths are not known here."),
        ),
    ),
    # the schedule
    FindingCode.BOLUSES_VERY_OFTEN: (
        Severity.STOP,
        _filled(
            N_("A bolus every {every}: {count} a day"),
            N_("{bolus} every {every} makes {dose}; once a day it would be {once}."),
        ),
    ),
    FindingCode.SAME_DOSE_EVERY_HOUR: (
        Severity.STOP,
        _filled(
            N_("{each} every hour, all day"),
            N_("{each} every hour makes {dose}; once a day it would be {once}."),
        ),
    ),
    FindingCode.BOLUS_ABOVE_LIMIT: (Severity.STOP, _large_bolus),
    FindingCode.BOLUS_LARGE_FOR_DOSE: (Severity.WARNING, _much_of_a_day),
    FindingCode.STEP_BELOW_AN_HOUR: (
        Severity.WARNING,
        _filled(
            N_("A step of {duration} is a bolus"),
            N_("{bolus} in {duration} from {start}: minutes typed for hours?"),
        ),
    ),
    FindingCode.STRONG_STEP: (
        Severity.STOP,
        _strong_step,
    ),
    FindingCode.PATIENT_BOLUSES_TOGETHER: (Severity.WARNING, _boluses_together),
    FindingCode.LOCKOUT_BELOW_AN_HOUR: (
        Severity.WARNING,
        _filled(
            N_("A lockout of {lockout}"),
            N_("{count} boluses of {bolus}, {lockout} apart: minutes typed for hours?"),
        ),
    ),
    FindingCode.BOLUS_NOT_EVERY_DAY: (Severity.CAUTION, _not_every_day),
    FindingCode.INTERVAL_OFF_THE_DAY: (
        Severity.INFO,
        _filled(
            N_("The boluses do not come at the same times every day"),
            N_("{every} does not divide the day: {dose} is the mean of 24 h."),
        ),
    ),
    FindingCode.NOTHING_BETWEEN_BOLUSES: (
        Severity.CAUTION,
        _filled(
            N_("Nothing runs between the boluses"),
            N_("No basal rate was entered: enter it if there is one, or 0 mcg/day if there is none."),
        ),
    ),
    FindingCode.NOTHING_FOR_HOURS: (
        Severity.CAUTION,
        _filled(
            N_("Nothing is delivered for {hours} on end"),
            N_("More than {bound} at a flow of 0: was the basal left out?"),
        ),
    ),
    FindingCode.WEEK_DIFFERS: (
        Severity.INFO,
        _filled(
            N_("The days of the week differ"),
            N_("{mean} is the mean of the week; its days run from {lowest} to {highest}."),
        ),
    ),
    FindingCode.TOO_MANY_FLEX_STEPS: (
        Severity.STOP,
        _filled(N_("More steps than {pump} takes"), N_("{steps} steps in a day; at most: {bound}.")),
    ),
    FindingCode.TOO_MANY_RATES: (
        Severity.CAUTION,
        _filled(
            N_("Perhaps more steps than {pump} takes"),
            N_(
                "With the basal between the steps the flow changes {rates} times a day; steps at most: {bound}."
            ),
        ),
    ),
    FindingCode.SINGLE_BOLUS_COUNTED: (
        Severity.INFO,
        _filled(N_("One bolus at the change"), N_("With {bolus} the first 24 h come to {first}.")),
    ),
    FindingCode.PATIENT_BOLUSES_COUNTED: (
        Severity.INFO,
        _filled(
            N_("Patient boluses count in the dates, all of them"),
            N_(
                "With {count} of {bolus} a day it is {total}; the first is taken as soon as the schedule runs, each next one after {lockout}."
            ),
        ),
    ),
    FindingCode.PATIENT_BOLUSES_NOT_REACHABLE: (
        Severity.CAUTION,
        _filled(
            N_("The lockout leaves no room for all patient boluses"),
            N_(
                "{count} a day are allotted, with {lockout} between them there can be {fit} a day: all that are allotted are counted."
            ),
        ),
    ),
    FindingCode.MINIMUM_RATE_TREATS_NOTHING: (
        Severity.STOP,
        _filled(N_("The minimum rate is no therapy"), N_("{flow} delivers {dose}: watch for withdrawal.")),
    ),
    FindingCode.PUMP_WOULD_STOP: (
        Severity.STOP,
        _filled(
            N_("The pump would deliver nothing"),
            N_("Stopping intrathecal baclofen abruptly can cause life-threatening withdrawal."),
        ),
    ),
    FindingCode.CLOCK_CHANGES: (Severity.CAUTION, _clock_changes),
    # the change of concentration
    FindingCode.CHANGE_WITHOUT_BRIDGE: (Severity.STOP, _without_bridge),
    FindingCode.OLD_DRUG_RUNS_OUT: (Severity.INFO, _old_drug_runs_out),
    FindingCode.BRIDGE_NOT_OF_PUMP: (
        Severity.STOP,
        _filled(
            N_("{pump} cannot run a bridge"),
            N_("Its flow is fixed: the old drug runs out at its own dose, whatever is typed here."),
        ),
    ),
    FindingCode.BRIDGE_LONG: (Severity.CAUTION, _bridge_long),
    FindingCode.BRIDGE_DOSE_ASSUMED: (
        Severity.CAUTION,
        _filled(
            N_("The bridge is computed at the old dose"),
            N_("No bridge dose was given; {old} is kept until the new drug arrives."),
        ),
    ),
    FindingCode.BRIDGE_DOSE_DIFFERS: (Severity.CAUTION, _bridge_differs),
    FindingCode.SYSTEM_ASPIRATED: (
        Severity.INFO,
        _filled(
            N_("Catheter emptied: the pump tubing is assumed to keep its drug"),
            N_(
                "The catheter access port empties the catheter alone; this is unverified in the pump's manual, "
                "so correct the line if it is not so."
            ),
        ),
    ),
    FindingCode.DOES_THE_DRUG_CHANGE: (
        Severity.INFO,
        _filled(
            N_("Does the drug in the line really change?"),
            N_(
                "If nothing was refilled and only the number is corrected, enter what was really in the pump."
            ),
        ),
    ),
    FindingCode.BRIDGE_WITHOUT_OLD_DRUG: (
        Severity.WARNING,
        _filled(
            N_("A bridge is given, but no old drug is left in the line"),
            N_("There is nothing to bridge, and no bridge is counted (plug flow, no mixing)."),
        ),
    ),
    FindingCode.OLD_DRUG_AFTER_BRIDGE: (Severity.WARNING, _old_drug_after_bridge),
    FindingCode.BRIDGE_NOT_AT_THE_TIP: (
        Severity.STOP,
        _filled(
            N_("The bridge would first push out a drug other than the old one"),
            N_("{ahead} lies at the tip and leaves at the flow of the bridge (plug flow, no mixing)."),
        ),
    ),
    FindingCode.TIME_WITHOUT_DRUG: (Severity.STOP, _time_without_drug),
    FindingCode.PRIME_DELIVERS_BOLUS: (Severity.STOP, _prime_bolus),
    FindingCode.PRIME_LARGE_FOR_DOSE: (Severity.WARNING, _prime_large),
    FindingCode.PRIME_LONG: (
        Severity.WARNING,
        _filled(
            N_("The prime lasts {duration}"),
            N_("While it runs the therapy does not; beyond {bound} think of hours typed for minutes."),
        ),
    ),
    FindingCode.PRIME_NOT_OF_PUMP: (
        Severity.STOP,
        _filled(
            N_("{pump} cannot run a prime"),
            N_("Its flow is fixed: enter what pump tubing and catheter hold once they were filled by hand."),
        ),
    ),
    FindingCode.PRIME_OF_FULL_CATHETER: (
        Severity.WARNING,
        _filled(
            N_("A prime although the catheter is full of drug"),
            N_(
                "{dose} leave the catheter in it as a bolus (plug flow, no mixing): only a new or emptied catheter "
                "needs a prime."
            ),
        ),
    ),
    FindingCode.LINE_NOT_SAID: (Severity.CAUTION, _line_not_said),
    FindingCode.BRIDGE_SHOWN_BUT_NOT_NEEDED: (
        Severity.WARNING,
        _filled(
            N_("The programmer shows a bridge, but there is no old drug to run out"),
            N_("A needless bridge runs the new drug at the wrong flow."),
        ),
    ),
    # the system
    FindingCode.FLOW_RATE_ABOVE_RANGE: (
        Severity.WARNING,
        _flow_above(N_("Flow rate above the pump's range"), N_("{flow} recomputed; the highest is {bound}.")),
    ),
    FindingCode.FLOW_RATE_BELOW_RANGE: (
        Severity.WARNING,
        _filled(N_("Flow rate below the pump's range"), N_("{flow} recomputed; the lowest is {bound}.")),
    ),
    FindingCode.FLOW_RATE_BEYOND_ANY_PUMP: (
        Severity.STOP,
        _sided(
            above=_flow_above(
                N_("Flow rate above what any pump delivers"),
                N_(
                    "{flow} recomputed; no pump in the library goes above {bound}: "
                    "check dose, concentration and units."
                ),
            ),
            below=_filled(
                N_("Flow rate below what any pump delivers"),
                N_(
                    "{flow} recomputed; no pump in the library goes below {bound}: "
                    "check dose, concentration and units."
                ),
            ),
        ),
    ),
    FindingCode.CONSTANT_FLOW_PUMP: (Severity.WARNING, _constant_flow),
    FindingCode.MODE_NOT_OF_PUMP: (Severity.STOP, _mode_not_of_pump),
    FindingCode.ACHIEVABLE_DOSE_DIFFERS: (
        Severity.INFO,
        _filled(
            N_("{pump} delivers in strokes"),
            N_("{asked} was asked for; in whole strokes of {bound} it is {achievable}."),
        ),
    ),
    FindingCode.TUBING_VOLUME_NOT_SAID: (
        Severity.CAUTION,
        _filled(
            N_("Which tubing volume does the programmer use?"),
            N_("{pump} has more than one published, {published}; both are shown until you say which."),
        ),
    ),
    FindingCode.TUBING_VOLUME_NOT_PUBLISHED: (
        Severity.CAUTION,
        _filled(
            N_("This tubing volume is not published for the pump"),
            N_("{tubing} was typed; {pump} has {published}."),
        ),
    ),
    FindingCode.CATHETER_LENGTH_UNUSUAL: (Severity.CAUTION, _catheter_length),
    FindingCode.CATHETER_VOLUME_UNUSUAL: (
        Severity.CAUTION,
        _filled(
            N_("No catheter has this volume"),
            N_(
                "{volume}; untrimmed catheters hold {smallest} to {largest}: check length, unit and implant record."
            ),
        ),
    ),
    FindingCode.UNVERIFIED_FIGURE: (Severity.INFO, _unverified),
    FindingCode.OWN_FIGURE_UNUSUAL: (Severity.CAUTION, _own_figure),
    # the reservoir
    FindingCode.FILLED_ABOVE_CAPACITY: (
        Severity.STOP,
        _filled(N_("Filled above the reservoir's capacity"), N_("{filled} in a reservoir of {capacity}.")),
    ),
    FindingCode.DRAWN_OFF_ABOVE_CAPACITY: (
        Severity.STOP,
        _filled(
            N_("More was drawn off than the reservoir holds"),
            N_("{drawn} out of a reservoir of {capacity}: check number and unit."),
        ),
    ),
    FindingCode.RESERVOIR_LASTS_LESS_THAN_A_DAY: (
        Severity.STOP,
        _short_reservoir,
    ),
    FindingCode.REFILL_LIMITED_BY_DRUG: (
        Severity.CAUTION,
        _filled(
            N_("Refill interval limited by the drug, not the volume"),
            N_("The alarm would come after {alarm}; the drug is to be replaced after {limit}."),
        ),
    ),
    FindingCode.REFILL_LIMITED_BY_PUMP: (
        Severity.CAUTION,
        _filled(
            N_("Refill interval limited by the pump, not the volume"),
            N_("The alarm would come after {alarm}; the pump is to be refilled after {limit}."),
        ),
    ),
    FindingCode.PUMP_INTERVAL: (
        Severity.INFO,
        _filled(
            N_("The pump's own refill interval"), N_("{pump} is to be refilled after {limit} at the latest.")
        ),
    ),
    FindingCode.PUMP_INTERVAL_NOT_KNOWN: (Severity.INFO, _pump_interval_not_known),
    FindingCode.WORST_CASE_NOT_KNOWN: (
        Severity.INFO,
        _filled(
            N_("When it is empty in the worst case is not known"),
            N_(
                "How exactly {pump} runs, or what always stays in it, is not held here: it may be empty before the day of the refill."
            ),
        ),
    ),
    FindingCode.ALARM_AFTER_EARLY_WITHDRAWAL: (
        Severity.INFO,
        _filled(
            N_("Withdrawal came before the alarm"),
            N_(
                "{left} were left then, and the alarm is set at {alarm}: in one series 21 of 88 patients were in withdrawal before it, "
                "none with the alarm at {bound}."
            ),
        ),
    ),
    FindingCode.RESIDUAL_NOT_USABLE: (
        Severity.CAUTION,
        _filled(
            N_("The alarm is set within what cannot be drawn off"),
            N_("Alarm at {alarm}, residual volume {residual}."),
        ),
    ),
    FindingCode.ASPIRATED_ABOVE_FILLED: (
        Severity.STOP,
        _filled(
            N_("More was aspirated than had been filled"),
            N_("{aspirated} out of {filled}: a volume is mistyped, or something flowed in."),
        ),
    ),
    FindingCode.EXPECTED_BELOW_ZERO: (Severity.STOP, _run_dry),
    FindingCode.FOUND_EMPTY: (Severity.WARNING, _found_empty),
    FindingCode.DELIVERED_TOO_MUCH: (Severity.WARNING, _delivered_too_much),
    FindingCode.DELIVERED_TOO_LITTLE: (Severity.WARNING, _delivered_too_little),
    FindingCode.ACCURACY_NOT_KNOWN: (
        Severity.CAUTION,
        _sided(
            _filled(
                N_("How exact this pump is, is not known here"),
                N_(
                    "{ratio} times the programmed volume: look up in its manual ({pump}) whether it may be that far off; "
                    "else think of over-infusion, a leak, a pocket fill, or a filled volume other than recorded."
                ),
            ),
            _filled(
                N_("How exact this pump is, is not known here"),
                N_(
                    "{ratio} times the programmed volume: look up in its manual ({pump}) whether it may be that far off; "
                    "else think of a stall, a stopped pump, an occluded catheter, or a filled volume other than recorded."
                ),
            ),
        ),
    ),
    FindingCode.DELIVERED_OUTSIDE_TWICE: (
        Severity.CAUTION,
        _sided(
            _filled(
                N_("More than programmed at two refills in a row"),
                N_(
                    "{before} times at the last refill, {ratio} times now: beyond the accuracy of the pump both times."
                ),
            ),
            _filled(
                N_("Less than programmed at two refills in a row"),
                N_(
                    "{before} times at the last refill, {ratio} times now: beyond the accuracy of the pump both times."
                ),
            ),
        ),
    ),
    FindingCode.DRUG_EXPIRED: (
        Severity.WARNING,
        _filled(
            N_("The drug filled in has expired"),
            N_("It expired on {expiry}; the change is on {day}."),
        ),
    ),
    FindingCode.POCKET_FILL: (
        Severity.WARNING,
        _filled(
            N_("Less is in the reservoir than was injected"),
            N_(
                "{missing} of {injected} are missing; right after a refill up to {bound} is usual: think of a pocket fill, "
                "and watch for overdose over the next hours."
            ),
        ),
    ),
    FindingCode.MORE_THAN_INJECTED: (
        Severity.WARNING,
        _filled(
            N_("More is in the reservoir than was injected"),
            N_("{measured} where {injected} was injected: it was not empty before, or a volume is mistyped."),
        ),
    ),
    FindingCode.DRUGS_MIXED: (
        Severity.CAUTION,
        _filled(
            N_("Several drugs in one mixture"),
            N_("{drugs}: whether they are compatible, and stable in this pump, cannot be computed."),
        ),
    ),
    FindingCode.STOCK_VOLUME_TOO_SMALL: (Severity.WARNING, _stock_volume),
    # moments
    FindingCode.ZONE_NOT_SAID: (Severity.INFO, _zone_not_said),
    FindingCode.OFFSET_NOT_OF_ZONE: (
        Severity.CAUTION,
        _filled(
            N_("The offset is not the one of the time zone"),
            N_("In the patient's zone the change is at {at}."),
        ),
    ),
    FindingCode.TIME_OF_CHANGE_IN_FUTURE: (
        Severity.CAUTION,
        _filled(N_("The change lies in the future"), N_("By this computer's clock {at} is still to come.")),
    ),
    FindingCode.TIME_OF_CHANGE_LONG_AGO: (
        Severity.CAUTION,
        _filled(N_("The change was {age} ago"), N_("{at}: an old program, or a mistyped date?")),
    ),
    FindingCode.BEYOND_CALENDAR: (
        Severity.CAUTION,
        _filled(
            N_("The alarm lies beyond the calendar"),
            N_("{time} to the alarm: check dose, concentration and units."),
        ),
    ),
    # the program itself
    FindingCode.SELF_TEST_FAILED: (
        Severity.STOP,
        _filled(
            N_("The self-test failed"),
            N_("{failed} of {cases} reference cases differ: do not rely on any value."),
        ),
    ),
    FindingCode.OWN_PROFILE_REFUSED: (
        Severity.CAUTION,
        _filled(
            N_("A profile of the clinic was not read"),
            N_("{where}: {reason}; only the built-in library is used."),
        ),
    ),
}
