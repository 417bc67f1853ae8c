"""A recorded step checked anew: the same where nothing changed, and what comes out otherwise is named."""

from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from msgspec.structs import replace

from itbcalc.library.records import Library, Severity
from itbcalc.quantities.kinds import PERCENTAGE, VOLUME, as_volume, exactly
from itbcalc.say import Message
from itbcalc.say.log import (
    counted_volume_message,
    let_go_message,
    not_filled_message,
    other_system_message,
    other_volume_message,
)
from itbcalc.visits.entry_body import results_of
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.recomputed import checked_again, figures_in, recomputed
from itbcalc.visits.typed import Changed
from tests.itbcalc.programs import examples, library
from tests.itbcalc.steps import recorded, said

SIMPLE, MISTYPED, TWO_TUBINGS = "01", "06", "07"
PUMP = "synchromed-ii-20"
WHEN, MISSING = datetime(2026, 11, 1, 9, tzinfo=UTC), as_volume(exactly(1, VOLUME))


def with_accuracy(percent: int) -> Library:
    """The built-in library with another accuracy of the pump of the simple example."""
    pump = library().pumps[PUMP]
    assert pump.accuracy is not None
    accuracy = replace(pump.accuracy, quantity=exactly(Fraction(percent), PERCENTAGE))
    return replace(library(), pumps={**library().pumps, PUMP: replace(pump, accuracy=accuracy)})


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.stem)
def test_a_step_comes_out_as_it_was_recorded(path: Path) -> None:
    _, step = recorded(path.stem)
    checked = checked_again(step, library())

    assert checked is not None
    assert recomputed(step, checked, library()).same


def test_a_figure_of_the_library_that_changed_changes_what_follows_from_it_alone() -> None:
    _, step = recorded(SIMPLE)
    other = with_accuracy(20)
    checked = checked_again(step, other)
    assert checked is not None

    found = recomputed(step, checked, other)

    # 18 mL / (0.184 mL/day x 1.2) = 1875/23 days = 81 days 12 h 31 min after 6 Oct 10:15 -05:00: 26 Dec 21:46 -06:00
    # 18 mL / (0.184 mL/day x 1.145) = 450000/5267 days = 85 days 10 h 30 min: 30 Dec 19:45 -06:00
    assert set(found.figures) == {
        Changed(
            "time_to_alarm_worst",
            "85 days 10 h (exactly 450000/5267)",
            "81 days 12 h (exactly 1875/23)",
        ),
        Changed("low_alarm_date_worst", "30 Dec 2026 19:45", "26 Dec 2026 21:46"),
    }
    assert (found.findings_then, found.findings_now) == ((), ())
    assert not found.same


def test_a_finding_that_is_no_longer_found_is_named_and_mere_notes_are_not() -> None:
    log, step = recorded(MISTYPED)
    more = {"code": "x", "place": "", "source": "", "answer": ""}
    findings = [
        *step.body["findings"],
        {**more, "severity": "caution", "text": "A caution of then."},
        {**more, "severity": "info", "text": "A note of then."},
    ]
    other = said(log, EntryKind.ENTRY_AMENDED, step, **{**step.body, "findings": findings})
    checked = checked_again(other, library())
    assert checked is not None

    found = recomputed(other, checked, library())

    assert (found.figures, found.findings_then, found.findings_now) == ((), ("A caution of then.",), ())


@pytest.mark.parametrize(
    "message",
    [
        other_system_message(1, "pump"),
        other_volume_message(1, "0 mL", "40 mL", date(2026, 12, 9)),
        not_filled_message(1, "2 mL"),
        let_go_message(1, WHEN, stays_off=True),
        counted_volume_message(1, WHEN, MISSING, WHEN, WHEN, WHEN.date()),
    ],
    ids=lambda message: message.code,
)
def test_what_the_log_said_beside_a_step_is_not_missed_when_it_is_checked_anew(message: Message) -> None:
    """The sheet of a replaced pump said that today another result came out, where the log had told of the other pump."""
    log, step = recorded(SIMPLE)
    told = {
        "code": message.code,
        "severity": str(message.severity),
        "text": message.text,
        "place": message.place,
        "source": "",
        "answer": "known",
    }
    other = said(
        log, EntryKind.ENTRY_AMENDED, step, **{**step.body, "findings": [*step.body["findings"], told]}
    )
    checked = checked_again(other, library())
    assert checked is not None

    assert message.severity is not Severity.INFO
    assert recomputed(other, checked, library()).same


def test_it_is_checked_as_of_when_it_was_written() -> None:
    _, step = recorded(MISTYPED)  # written on 25 Nov 2026, three days after the change
    before = replace(step, content={**step.content, "recorded_at": "2026-11-01T12:00:00.000000Z"})
    checked = checked_again(before, library())
    assert checked is not None

    found = recomputed(before, checked, library())

    words = "The change lies in the future. By this computer's clock 22 Nov 2026 09:30 is still to come."
    assert found.findings_now == (words,)
    assert found.figures == ()


def test_a_pump_that_is_gone_cannot_be_checked_anew() -> None:
    _, step = recorded(SIMPLE)

    assert checked_again(step, replace(library(), pumps={})) is None


def test_figures_have_their_places() -> None:
    _, step = recorded(TWO_TUBINGS)

    figures = figures_in(results_of(step.body))

    # tubing of 0.199 or 0.14 mL, nobody said which, and 0.19 mL of catheter
    assert figures["alternatives.1.dead_volume"] == "0.389 mL (exactly 389/1000)"
    assert figures["alternatives.2.dead_volume"] == "0.33 mL (exactly 33/100)"
    assert figures["new.daily_dose"] == "396 mcg/day"
    # 396 / 2000 = 99/500
    assert figures["readouts.flow_rate"] == "0.198 mL/day (exactly 99/500), match"
