"""What the body of an entry tells, in words: in the one line of a list, in the lines of the whole entry, in its table cells."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from itbcalc.quantities.display import moment_text
from itbcalc.say import place_words, setting_text
from itbcalc.say.catalogue import N_, Worded, _, plural, said
from itbcalc.visits.entry_body import LATEST_REFILL, moment_in, refill_in, results_of, therapy_of
from itbcalc.visits.scales import all_scales
from itbcalc.visits.typed import leaves

Body = Mapping[str, Any]

STATE_WORDS = Worded({"running": N_("running"), "stopped": N_("STOPPED"), "not_read": N_("not read")})
CHECK_WORDS = Worded({"agreed": N_("agreed"), "differs": N_("DIFFERS")})
ENDING_WORDS = Worded(
    {
        "moved": N_("moved away"),
        "explanted": N_("pump explanted"),
        "died": N_("died"),
        "other_clinic": N_("followed by another clinic"),
    }
)
OUTSIDE_WORDS = Worded(
    {
        "above": N_("MORE than the accuracy of the pump allows"),
        "below": N_("LESS than the accuracy of the pump allows"),
    }
)
# What a refill told, under the keys of its body, in the order in which it is read.
REFILL_WORDS = Worded(
    {
        "drawn_off": N_("volume drawn off"),
        "filled": N_("volume after the refill before"),
        "expected_least": N_("expected, at least"),
        "expected_most": N_("expected, at most"),
        "difference": N_("difference"),
        "delivered_ratio": N_("delivered over programmed"),
        "delivered_ratio_least": N_("the same, at least"),
        "delivered_ratio_most": N_("the same, at most"),
        "outside": N_("against the accuracy"),
        "ran_dry": N_("to be empty on"),
        "time_without_drug": N_("time without drug"),
        "not_known": N_("not known"),
    }
)
_OPERATOR_WORDS = {
    "added": N_("{name} added"),
    "name": N_("{name} has another name"),
    "role": N_("{name} has another role"),
    "passphrase": N_("{name} has another passphrase"),
    "deactivated": N_("{name} may write no longer"),
}


# --- in one line


# By what pump tubing and catheter hold then. That a catheter is emptied or a new one is typed alike.
_DONE_TO_LINE = Worded(
    {
        "none_old": N_("pump replaced, catheter kept"),
        "new_old": N_("pump replaced, catheter kept"),
        "none_none": N_("new system"),
        "new_none": N_("new system"),
        "old_none": N_("catheter emptied or new"),
    }
)


def done_to_line(body: Body) -> str:
    """What was done to pump and catheter at a step, whose dose stands in a column of its own; empty where it was nothing."""
    inputs = body.get("inputs")
    line, bridge = (
        (inputs.get(part, {}) for part in ("line", "bridge")) if isinstance(inputs, Mapping) else ({}, {})
    )
    if not isinstance(line, Mapping) or not isinstance(bridge, Mapping):
        return ""
    aspirated = str(bridge.get("aspirated", "")).lower() == "true"
    holds = "old_none" if aspirated else f"{line.get('tubing', 'old')}_{line.get('catheter', 'old')}"
    return _DONE_TO_LINE.get(holds, "")


def reason(body: Body) -> str:
    """Why."""
    return str(body.get("reason", ""))


def state(body: Body) -> str:
    """How the pump was found."""
    found = str(body.get("state", ""))
    return STATE_WORDS.get(found, found)


def order(body: Body) -> str:
    """The prescription that a colleague was asked to type."""
    return str(body.get("order", ""))


def ending(body: Body) -> str:
    """Why nobody here follows the patient any more."""
    why = str(body.get("reason", ""))
    return ENDING_WORDS.get(why, why)


def booked_for(body: Body) -> str:
    """The day and time of a visit."""
    moment = moment_in(body.get("at"))
    return "?" if moment is None else moment_text(moment)


def agreement(body: Body) -> str:
    """Whether a second person typed the same."""
    return CHECK_WORDS["agreed" if body.get("agreed") is True else "differs"]


def operator_change(body: Body) -> str:
    """Who was added or changed, and how: `M. Levi added`."""
    operator, change = body.get("operator"), str(body.get("change", ""))
    name = str(operator.get("name", "")) if isinstance(operator, Mapping) else ""
    return (
        _(_OPERATOR_WORDS[change], name=name).strip()
        if change in _OPERATOR_WORDS
        else f"{name} {change}".strip()
    )


def filled(template: str) -> Callable[[Body], str]:
    """A line that is a template, its places filled with what the body holds under their names."""
    return lambda body: said(template, _Held(body))


def anchored(body: Body) -> str:
    """How many entries an anchor vouches for, and where it went."""
    held = body.get("count", "?")
    count, where = held if isinstance(held, int) else 2, body.get("where")
    if where == "file":
        return plural("{count} entry, on a file", "{count} entries, on a file", count, count=held)
    if where == "sheet":
        return plural("{count} entry, on a sheet", "{count} entries, on a sheet", count, count=held)
    return plural("{count} entry", "{count} entries", count, count=held)


def observation_words(body: Body) -> str:
    """An observation: `MAS 2 left hip adductors · Penn spasm frequency 1 · GAS 56.2`."""
    parts = []
    for each in _tables(body.get("scales")):
        scale = all_scales().scales.get(str(each.get("scale")))
        name = scale.short if scale is not None else str(each.get("scale"))
        parts.append(" ".join(filter(None, (name, str(each.get("value")), str(each.get("site", ""))))))
    gas = body.get("gas")
    if isinstance(gas, Mapping) and gas.get("t_score"):
        parts.append(_("GAS {score}", score=gas["t_score"]))
    parts += [f"{each.get('severity')} {each.get('effect')}" for each in _tables(body.get("side_effects"))]
    return " · ".join(parts)


class _Held(dict[str, Any]):
    """What a body holds by name; what it lacks is a question mark."""

    def __missing__(self, key: str) -> str:
        return "?"


# --- line by line


def no_lines(_: Body) -> Iterator[str]:
    """One line says it all."""
    yield from ()


def step_lines(body: Body) -> Iterator[str]:
    """What was typed, what was recomputed, what was found and answered."""
    inputs, results = body.get("inputs"), results_of(body)
    if isinstance(inputs, Mapping):
        yield from ("", _("As typed"))
        yield from (
            _(_LINE, what=place_words(place), text=setting_text(text)) for place, text in leaves(inputs)
        )
    if results:
        yield from ("", _("Recomputed"))
        yield from (_(_LINE, what=name, text=text) for name, text in _values(results, ""))
    refill = list(refill_rows(body))
    if refill:
        yield from ("", _("Refill"))
        yield from (_(_LINE, what=words, text=text) for words, text in refill)
    findings = _tables(body.get("findings"))
    if findings:
        yield from ("", _("Findings"))
    for finding in findings:
        source = f" [{finding['source']}]" if finding.get("source") else ""
        yield f"  {str(finding.get('severity', '')).upper()}  {finding.get('text', '')}{source}"
        if finding.get("answer"):
            yield "      " + _("answered: {answer}", answer=finding["answer"])


def refill_rows(body: Body) -> Iterator[tuple[str, str]]:
    """What a refill told, as recorded, and what stood on the vial: words and text; nothing where there is none."""
    refill = refill_in(body)
    for name, words in REFILL_WORDS.items():
        value = refill.get(name)
        if isinstance(value, Mapping):
            yield words, str(value.get("text", ""))
        elif value:
            yield words, OUTSIDE_WORDS.get(str(value), str(value))
    for place, text in (("refill.lot", lot(body)), ("refill.expiry", expiry(body))):
        if text:
            yield place_words(place), text


def goal_lines(body: Body) -> Iterator[str]:
    """The goals of an observation, weighed and scored."""
    goals = _tables(body.get("goals"))
    if goals:
        yield from ("", _("Goals"))
    for goal in goals:
        yield "  " + _(
            "{goal}: {score}  (importance {importance}, difficulty {difficulty})",
            goal=goal.get("goal", ""),
            score=goal.get("score"),
            importance=goal.get("importance"),
            difficulty=goal.get("difficulty"),
        )


def typed_again_lines(body: Body) -> Iterator[str]:
    """What a second person typed, setting by setting."""
    remote = body.get("remote")
    if isinstance(remote, Mapping):
        yield _(
            "From afar: answered {moment} with itbcalc {program}, taken by {taken_by}",
            moment=remote.get("answered_at", "?"),
            program=remote.get("program", "?"),
            taken_by=remote.get("taken_by", "?"),
        )
    typed = _tables(body.get("typed"))
    if typed:
        yield from ("", _("Typed again by a second person"))
    for each in typed:
        words = _AGREES if each.get("verdict") == "agrees" else _DIFFERS
        yield _(
            words,
            what=place_words(str(each.get("field", ""))),
            typed=setting_text(str(each.get("typed", ""))),
            recorded=setting_text(str(each.get("recorded", ""))),
        )


def change_lines(body: Body) -> Iterator[str]:
    """What an amendment changed."""
    changes = _tables(body.get("changes"))
    if changes:
        yield from ("", _("Amended"))
    for change in changes:
        was, now = (_recorded(str(change.get(key, ""))) or _("nothing") for key in ("was", "now"))
        yield _(_CHANGED, what=place_words(str(change.get("field", ""))), was=was, now=now)


def _recorded(text: str) -> str:
    """What was recorded as it is read: a scale by its name, a setting in words, anything else as it stands."""
    scale = all_scales().scales.get(text)
    return setting_text(text) if scale is None else scale.name


def all_lines(body: Body) -> Iterator[str]:
    """Whatever an entry of an unknown kind holds."""
    if body:
        yield ""
    yield from (_(_LINE, what=place, text=text) for place, text in leaves(body))


_LINE = N_("  {what}: {text}")
_CHANGED = N_("  {what}: {was} → {now}")
_AGREES = N_("  {what}: {typed}  agrees")
_DIFFERS = N_("  {what}: {typed}  DIFFERS from {recorded}")
_EXACTLY = N_("{text}  (exactly {exact})")


def _values(results: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    """The values with their exact fractions; lists stand in the export."""
    for key, value in results.items():
        name = f"{prefix}{_called(key)}"
        if not isinstance(value, Mapping):
            continue
        if "text" not in value:
            yield from _values(value, f"{name}, ")
            continue
        text, exact = str(value["text"]), str(value.get("exact", ""))
        yield name, _(_EXACTLY, text=text, exact=exact) if "/" in exact else text


def _called(key: str) -> str:
    return (
        _("latest refill date, the worst case not counted") if key == LATEST_REFILL else key.replace("_", " ")
    )


# --- in the table


def new_daily_dose(body: Body) -> str:
    """The exact number of mcg/day."""
    return _exact_new(body, "daily_dose")


def new_concentration(body: Body) -> str:
    """The exact number of mcg/mL."""
    return _exact_new(body, "concentration")


def drawn_off(body: Body) -> str:
    """The exact number of mL drawn off at a refill."""
    return _exact_text(refill_in(body).get("drawn_off"))


def expected_volume(body: Body) -> str:
    """The exact number of mL that should have been left; empty where patient boluses make a difference."""
    refill = refill_in(body)
    least, most = (_exact_text(refill.get(name)) for name in ("expected_least", "expected_most"))
    return least if least == most else ""


def delivered(body: Body) -> str:
    """The exact ratio of delivered to programmed."""
    return _exact_text(refill_in(body).get("delivered_ratio"))


def lot(body: Body) -> str:
    """The lot of the drug filled in."""
    return _of_the_vial(body, "lot")


def expiry(body: Body) -> str:
    """Its expiry, as typed."""
    return _of_the_vial(body, "expiry")


def _of_the_vial(body: Body, name: str) -> str:
    inputs = body.get("inputs")
    refill = inputs.get("refill") if isinstance(inputs, Mapping) else None
    return str(refill.get(name, "")) if isinstance(refill, Mapping) else ""


def _exact_new(body: Body, name: str) -> str:
    return _exact_text(therapy_of(body, "new").get(name))


def _exact_text(value: object) -> str:
    """As it stands in the log; a fraction as text, which else becomes a date."""
    exact = str(value.get("exact", "")) if isinstance(value, Mapping) else ""
    return f"'{exact}" if "/" in exact else exact


def _tables(listed: object) -> Sequence[Mapping[str, Any]]:
    return [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
