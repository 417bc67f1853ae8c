"""What was seen of a patient: scores on scales, goals, side effects; checked as they are typed, and drawn over time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from msgspec import Struct, field

from itbcalc.errors import RefusedError
from itbcalc.log.canonical import Json
from itbcalc.log.entries import Entry
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.history import Standing, effective
from itbcalc.visits.scales import Scale, Scales, all_scales

MOST_GOALS = 12
SPASM_FREQUENCY = "penn_spasm_frequency"
_DIGITS = Context(prec=40)  # of the square root; the score is shown with one decimal


class Scored(Struct, frozen=True):
    """A value on a scale, as typed; `site` is the muscle group where the scale has them."""

    scale: str
    value: str
    site: str = ""


class Goal(Struct, frozen=True):
    """A goal as typed: what it is, how important, how difficult, and how far it was reached."""

    goal: str
    importance: str
    difficulty: str
    score: str


class SideEffect(Struct, frozen=True):
    """A side effect, as chosen from the list, and how much of it."""

    effect: str
    severity: str


class Observation(Struct, frozen=True):
    """All that was typed of one observation."""

    scored: Sequence[Scored] = ()
    goals: Sequence[Goal] = ()
    side_effects: Sequence[SideEffect] = ()
    note: str = ""


class Series(Struct, frozen=True):
    """One score over time: `points` are (moment, value as a number, as shown); `coding` says how it became a number."""

    name: str
    coding: str
    points: tuple[tuple[datetime, Fraction, str], ...] = field(default=())


def observation_body(observation: Observation) -> dict[str, Json]:
    """What an entry about an observation holds. Raises RefusedError for a value that its scale does not have.

    Fields are named by where they stand: `scored.2`, `goals.1.score`, `side_effects.1`.
    """
    scales = all_scales()
    if not (observation.scored or observation.goals or observation.side_effects or observation.note.strip()):
        raise RefusedError("observation", "", "nothing_observed")
    scored = _scored(observation.scored, scales)
    goals = _goals(observation.goals, scales)
    gas: dict[str, Json] = {}
    if goals:
        gas = {"version": scales.goals.version, "t_score": t_score(observation.goals)}
    return {
        "scales": scored,
        "goals": goals,
        "gas": gas,
        "side_effects": _side_effects(observation.side_effects, scales),
        "note": observation.note.strip(),
    }


def t_score(goals: Sequence[Goal]) -> str:
    """The GAS T-score of checked goals, with one decimal, rounded half up.

    50 + 10 Σwx / √((1 − ρ) Σw² + ρ (Σw)²), w = importance × difficulty, or 1 for each where all of them are 0
    (Turner-Stokes 2009, erratum). Raises ValueError where there is no goal.
    """
    if not goals:
        raise ValueError("without a goal there is no T-score")
    weights = [int(goal.importance) * int(goal.difficulty) for goal in goals]
    weights = weights if any(weights) else [1] * len(goals)
    rho = Fraction(all_scales().goals.rho)
    weighed = sum(weight * int(goal.score) for weight, goal in zip(weights, goals, strict=True))
    spread = (1 - rho) * sum(weight * weight for weight in weights) + rho * sum(weights) ** 2
    score = _DIGITS.add(Decimal(50), _DIGITS.divide(Decimal(10 * weighed), _DIGITS.sqrt(_decimal(spread))))
    return _one_decimal(score)


def score_series(found: Iterable[Standing]) -> tuple[Series, ...]:
    """Each score over time, of the observations that hold; of one patient. A mean over muscle groups is of ranks."""
    held = _observed(found)
    made = (*_scale_series(held), _gas_series(held))
    return tuple(series for series in made if series.points)


def scale_series(found: Iterable[Standing]) -> tuple[Series, ...]:
    """The same of the scales alone, on each of which a higher rank is a worse state; not of reached goals."""
    return tuple(series for series in _scale_series(_observed(found)) if series.points)


def _observed(found: Iterable[Standing]) -> list[Entry]:
    held = [
        each.entry for each in found if each.holds and each.of_kind == str(EntryKind.OBSERVATION_RECORDED)
    ]
    return sorted(held, key=effective)


def _scale_series(held: Sequence[Entry]) -> list[Series]:
    return [_series(scale, held) for scale in all_scales().scales.values()]


def _decimal(value: Fraction) -> Decimal:
    return _DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))


def _one_decimal(value: Decimal) -> str:
    """A score as it is shown: one decimal, halves up."""
    return str(value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))


def _scored(scored: Sequence[Scored], scales: Scales) -> list[Json]:
    frequency = next((each.value for each in scored if each.scale == SPASM_FREQUENCY), "")
    seen: set[tuple[str, str]] = set()
    made: list[Json] = []
    for number, each in enumerate(scored, start=1):
        place = f"scored.{number}"
        scale = scales.scales.get(each.scale)
        if scale is None:
            raise RefusedError(place, each.scale, "unknown_scale", known=", ".join(scales.scales))
        _check_value(place, each, scale, scales)
        if scale.only_with_spasms and frequency in ("", "0"):
            raise RefusedError(place, each.value, "severity_without_spasms")
        if (each.scale, each.site) in seen:
            raise RefusedError(place, f"{scale.name} {each.site}".strip(), "scored_twice")
        seen.add((each.scale, each.site))
        made.append({"scale": scale.id, "version": scale.version, "site": each.site, "value": each.value})
    return made


def _check_value(place: str, scored: Scored, scale: Scale, scales: Scales) -> None:
    if scale.by_muscle_group and scored.site not in scales.muscle_groups:
        known = ", ".join(scales.muscle_groups)
        raise RefusedError(place, scored.site, "unknown_site" if scored.site else "site_missing", known=known)
    if not scale.by_muscle_group and scored.site:
        raise RefusedError(place, scored.site, "site_not_used")
    if scale.value(scored.value) is None:
        known = ", ".join(value.value for value in scale.values)
        raise RefusedError(place, scored.value, "not_on_scale", scale=scale.name, known=known)


def _goals(goals: Sequence[Goal], scales: Scales) -> list[Json]:
    if len(goals) > MOST_GOALS:
        raise RefusedError("goals", str(len(goals)), "too_many_goals", known=str(MOST_GOALS))
    rules = scales.goals
    made: list[Json] = []
    for number, goal in enumerate(goals, start=1):
        if not goal.goal.strip():
            raise RefusedError(f"goals.{number}.goal", goal.goal, "goal_missing")
        for name, text, known in (
            ("importance", goal.importance, rules.weights),
            ("difficulty", goal.difficulty, rules.weights),
            ("score", goal.score, rules.scores),
        ):
            if text not in known:
                raise RefusedError(
                    f"goals.{number}.{name}", text, "not_on_scale", scale=name, known=", ".join(known)
                )
        made.append(
            {
                "goal": goal.goal.strip(),
                "importance": int(goal.importance),
                "difficulty": int(goal.difficulty),
                "score": int(goal.score),
            }
        )
    return made


def _side_effects(found: Sequence[SideEffect], scales: Scales) -> list[Json]:
    made: list[Json] = []
    for number, each in enumerate(found, start=1):
        place = f"side_effects.{number}"
        for text, known in ((each.effect, scales.side_effects), (each.severity, scales.severities)):
            if text not in known:
                raise RefusedError(place, text, "not_on_list", known=", ".join(known))
        if each.effect in [earlier.effect for earlier in found[: number - 1]]:
            raise RefusedError(place, each.effect, "scored_twice")
        made.append({"effect": each.effect, "severity": each.severity})
    return made


def _series(scale: Scale, held: Iterable[Entry]) -> Series:
    points = []
    for entry in held:
        written = [
            each
            for each in _tables(entry.body, "scales")
            if (each.get("scale"), each.get("version")) == (scale.id, scale.version)
        ]
        values = [value for each in written if (value := scale.value(str(each.get("value")))) is not None]
        if not values:
            continue
        mean = Fraction(sum(value.rank for value in values), len(values))
        text = (
            values[0].value if len(values) == 1 else f"{_one_decimal(_decimal(mean))}, mean of {len(values)}"
        )
        points.append((effective(entry), mean, text))
    return Series(scale.name, scale.coding, tuple(points))


def _gas_series(held: Iterable[Entry]) -> Series:
    points = []
    for entry in held:
        gas = entry.body.get("gas")
        text = str(gas.get("t_score", "")) if isinstance(gas, Mapping) else ""
        if text:
            points.append((effective(entry), Fraction(text), text))
    return Series("GAS T-score", "50 where all goals are reached as expected", tuple(points))


def _tables(body: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    listed = body.get(name)
    return [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
