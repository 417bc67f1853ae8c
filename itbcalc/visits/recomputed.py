"""Does a recorded step still come out as it was recorded? Its program is read and checked anew, what differs is named."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, TypeGuard, TypeVar

from msgspec import Struct

from itbcalc.errors import ItbcalcError
from itbcalc.judge.check import Checked, check
from itbcalc.judge.findings import FindingCode
from itbcalc.library.records import Library, Severity
from itbcalc.log.entries import Entry
from itbcalc.program import complete_program, read_program
from itbcalc.quantities.display import moment_text
from itbcalc.say.log import SAID_OF_THE_LOG
from itbcalc.visits.entry_body import by_log_in, read_outs_in, results_of, results_today, written_code
from itbcalc.visits.recording import CheckedStep, messages_of
from itbcalc.visits.typed import Changed, table_of

Found = TypeVar("Found")


class Recomputed(Struct, frozen=True):
    """What comes out otherwise today.

    `figures`: by their place in the results, as recorded and as today. `findings_then` and `findings_now`: the texts of
    the stops, warnings and cautions that only the record has, and that only today has.
    """

    figures: tuple[Changed, ...] = ()
    findings_then: tuple[str, ...] = ()
    findings_now: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether all came out as recorded."""
        return not (self.figures or self.findings_then or self.findings_now)


# What was found beside the step: in the log, or because it was recorded late. The entry has both moments itself.
_NOT_OF_THE_STEP = (
    *SAID_OF_THE_LOG,
    str(FindingCode.SUDDEN_LARGE_NEED),
    str(FindingCode.INCREASES_WITHOUT_EFFECT),
    str(FindingCode.TIME_OF_CHANGE_LONG_AGO),
    str(FindingCode.ASPIRATED_ABOVE_FILLED),
    str(FindingCode.EXPECTED_BELOW_ZERO),
    str(FindingCode.FOUND_EMPTY),
    str(FindingCode.DELIVERED_TOO_MUCH),
    str(FindingCode.DELIVERED_TOO_LITTLE),
    str(FindingCode.ACCURACY_NOT_KNOWN),
    str(FindingCode.DELIVERED_OUTSIDE_TWICE),
)
# A multiplied dose is one finding; until 0.2 the size of the step was said of it once more.
_SIZES_OF_A_STEP = (
    str(FindingCode.DOSE_STEP_ABOVE_LABEL),
    str(FindingCode.DOSE_STEP_MAYBE_ABOVE_LABEL),
    str(FindingCode.DOSE_DECREASE_LARGE),
    str(FindingCode.SUDDEN_LARGE_NEED),
)


def checked_again(entry: Entry, library: Library) -> Checked | None:
    """The check of a step's program with `library`, as of when it was recorded.

    None where the program can no longer be read: its pump or its drug is not in this library any more.
    """
    recorded_at = datetime.fromisoformat(str(entry.content["recorded_at"]).replace("Z", "+00:00"))
    try:
        program = complete_program(read_program(table_of(entry), library))
        return check(program, library, now=recorded_at, by_log=by_log_in(entry.body))
    except ItbcalcError:
        return None


def recomputed(entry: Entry, checked: Checked, library: Library) -> Recomputed:
    """How `checked`, the same program checked anew with `library`, stands to what the entry holds.

    Held against each other are the exact values that the entry holds, and codes and places of the findings: no words,
    and nothing that is computed today and was not then.
    """
    then_found: Sequence[Mapping[str, str]] = entry.body.get("findings", [])
    found = messages_of(CheckedStep(table_of(entry), checked, library))
    then = [(each["code"], each["place"]) for each in then_found]
    now = [(written_code(message), message.place) for message in found]
    return Recomputed(
        tuple(_differing(results_of(entry.body), results_today(checked))),
        tuple(
            str(each["text"])
            for each in _left_over(zip(then, then_found, strict=True), now)
            if each["severity"] != str(Severity.INFO)
            and each["code"] not in _NOT_OF_THE_STEP
            and not (each["code"] in _SIZES_OF_A_STEP and _is_multiplied(now, each["place"]))
        ),
        tuple(
            message.text
            for message in _left_over(zip(now, found, strict=True), then)
            if message.severity is not Severity.INFO and message.code not in _NOT_OF_THE_STEP
        ),
    )


def figures_in(results: Mapping[str, Any]) -> dict[str, str]:
    """Every figure of a step's results by its place, with its exact fraction; dates with their time of day.

    A read-out stands at `readouts.<name>`: what was computed for it, and the verdict.
    """
    return {place: text for place, value in _values(results, "") if (text := _figure_text(value))}


def value_in(value: object) -> str:
    """One value of the results in words: a quantity, a date, a time, several as alternatives; empty where there is none."""
    if isinstance(value, list):
        return " or ".join(dict.fromkeys(filter(None, map(value_in, value))))
    if not isinstance(value, Mapping):
        return "" if value is None else str(value)
    if "at" in value:
        return moment_text(datetime.fromisoformat(str(value["at"])))
    text, exact = str(value.get("text", "")), str(value.get("exact", ""))
    return f"{text} (exactly {exact})" if "/" in exact else text


def _is_multiplied(found: Iterable[tuple[str, str]], place: str) -> bool:
    return (str(FindingCode.DOSE_MULTIPLIED), place) in found


def _left_over(
    found: Iterable[tuple[tuple[str, str], Found]], others: Iterable[tuple[str, str]]
) -> Iterator[Found]:
    """What is found under a code and place more often than the others have it."""
    left = Counter(others)
    for place, each in found:
        if left[place]:
            left[place] -= 1
        else:
            yield each


def _differing(then: Mapping[str, Any], today: Mapping[str, Any]) -> Iterator[Changed]:
    """The figures of then that have another exact value today, or none."""
    now = dict(_values(today, ""))
    for place, value in _values(then, ""):
        if _exact(value) != _exact(now.get(place)):
            was, is_now = _figure_text(value), _figure_text(now.get(place))
            if was == is_now:  # two moments in one minute
                was, is_now = _exact_text(value), _exact_text(now.get(place))
            yield Changed(place, was, is_now)


def _values(results: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    """Every value by its place, as the entry holds it; a read-out whole."""
    for key, value in results.items():
        place = f"{prefix}{key}"
        if place == "readouts":
            for read_out in read_outs_in(results):
                yield f"readouts.{read_out.get('name', '')}", read_out
        elif place == "alternatives":
            for number, each in enumerate(value, start=1):
                yield from _values(each, f"alternatives.{number}.")
        elif isinstance(value, Mapping) and "text" not in value:
            yield from _values(value, f"{place}.")
        else:
            yield place, value


def _is_read_out(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping) and "verdict" in value


def _figure_text(value: object) -> str:
    if not _is_read_out(value):
        return value_in(value)
    computed, verdict = value_in(value.get("computed")), str(value.get("verdict", ""))
    return f"{computed}, {verdict}" if computed else verdict


def _exact(value: object) -> object:
    """What is held against another value: numbers with their units, moments, codes; never words."""
    if _is_read_out(value):
        computed = value.get("computed")
        several = computed if isinstance(computed, list) else [] if computed is None else [computed]
        return str(value["verdict"]), [_exact(each) for each in several]
    if not isinstance(value, Mapping):
        return value
    if "exact" in value:
        return Fraction(str(value["exact"])), value.get("unit")
    if "at" in value:
        return datetime.fromisoformat(str(value["at"]))
    return value.get("date") or value.get("time")


def _exact_text(value: object) -> str:
    return str(value.get("at", "")) if isinstance(value, Mapping) else value_in(value)
