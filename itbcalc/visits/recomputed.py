"""Does a recorded step still come out as it was recorded? Its program is read and checked anew, what differs is named."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from itbcalc.errors import ItbcalcError
from itbcalc.judge.check import Checked, check
from itbcalc.library.records import Library, Severity
from itbcalc.log.entries import Entry
from itbcalc.program import complete_program, read_program
from itbcalc.quantities.display import moment_text
from itbcalc.say.report import check_results
from itbcalc.visits.recording import CheckedStep, messages_of
from itbcalc.visits.typed import Changed, changed, table_of


@dataclass(frozen=True, slots=True)
class Recomputed:
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


def checked_again(entry: Entry, library: Library) -> Checked | None:
    """The check of a step's program with `library`, as of when it was recorded.

    None where the program can no longer be read: its pump or its drug is not in this library any more.
    """
    recorded_at = datetime.fromisoformat(str(entry.content["recorded_at"]).replace("Z", "+00:00"))
    try:
        return check(complete_program(read_program(table_of(entry), library)), library, now=recorded_at)
    except ItbcalcError:
        return None


def recomputed(entry: Entry, checked: Checked, library: Library) -> Recomputed:
    """How `checked`, the same program checked anew with `library`, stands to what the entry holds."""
    then = _grave_texts(entry.body.get("findings", []))
    step = CheckedStep(table_of(entry), checked, library)
    now = [message.text for message in messages_of(step) if message.severity is not Severity.INFO]
    return Recomputed(
        changed(figures_in(entry.body.get("results", {})), figures_in(check_results(checked))),
        tuple(text for text in then if text not in now),
        tuple(text for text in now if text not in then),
    )


def figures_in(results: Mapping[str, Any]) -> dict[str, str]:
    """Every figure of a step's results by its place, with its exact fraction; dates with their time of day.

    A read-out stands at `readouts.<name>`: what was computed for it, and the verdict.
    """
    return {place: text for place, text in _figures(results, "") if text}


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


def read_outs_in(results: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The read-outs of the results, those of the schedule cell by cell."""
    for read_out in results.get("readouts", []):
        yield from read_out.get("cells", [read_out])


def _figures(results: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in results.items():
        place = f"{prefix}{key}"
        if place == "readouts":
            for read_out in read_outs_in(results):
                computed, verdict = value_in(read_out.get("computed")), str(read_out.get("verdict", ""))
                yield (
                    f"readouts.{read_out.get('name', '')}",
                    f"{computed}, {verdict}" if computed else verdict,
                )
        elif place == "alternatives":
            for number, each in enumerate(value, start=1):
                yield from _figures(each, f"alternatives.{number}.")
        elif isinstance(value, Mapping) and "text" not in value:
            yield from _figures(value, f"{place}.")
        else:
            yield place, value_in(value)


def _grave_texts(findings: Any) -> list[str]:  # noqa: ANN401  # what a log holds
    return [str(each["text"]) for each in findings if each["severity"] != str(Severity.INFO)]
