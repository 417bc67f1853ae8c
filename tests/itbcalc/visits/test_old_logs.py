"""Logs as earlier versions of the program wrote them: read, verified, and held against today by what was computed alone."""

from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from itbcalc.log.anchors import Anchor
from itbcalc.log.entries import Entry
from itbcalc.log.store import MemoryLog, SqliteLog
from itbcalc.program import load_toml
from itbcalc.say import Message, report
from itbcalc.say.log import look_alike_message
from itbcalc.say.report import check_results
from itbcalc.say.therapy_report import therapy_json
from itbcalc.visits.entry_body import results_of, step_results
from itbcalc.visits.history import standings
from itbcalc.visits.recomputed import checked_again, recomputed
from itbcalc.visits.recording import CheckedStep, step_draft
from itbcalc.visits.refill_visit import refills_seen
from itbcalc.visits.transfer import read_export
from itbcalc.visits.visit import Visit
from itbcalc.visits.visit_sheet import visit_sheet
from tests.itbcalc.every_kind import BEGIN
from tests.itbcalc.log.logs import stand_alone_says
from tests.itbcalc.programs import check_example, example, examples, library
from tests.itbcalc.steps import NURSE, recorded

SIMPLE, MISTYPED = "01", "06"
ONE_DAY_READ = "P-0121"
LONG_BRIDGE = "P-0104"
FIXED_FLOW = "P-0202"  # dates follow the pump's own flow, not the dose typed
OWN_PUMP = ("P-0203", "P-0204")  # its accuracy holds to either side: the new drug may arrive later
OLD_LOGS = Path(__file__).parents[2] / "old_logs"
STORED = sorted(OLD_LOGS.glob("*.itblog"))
CHANGED_SINCE = {"body-0", "body-1"}  # stored before what is named below was changed on purpose


def entries_of(path: Path) -> list[Entry]:
    with closing(SqliteLog(path)) as log:
        return list(log.entries())


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_a_stored_log_is_whole_to_both_verifiers(path: Path) -> None:
    with closing(SqliteLog(path)) as log:
        found = log.verify()

    assert found.whole
    assert stand_alone_says(path)[0] == 0
    assert stand_alone_says(path.with_suffix(".itbexport"))[0] == 0
    assert read_export(path.with_suffix(".itbexport"))[0].hash == found.head.hash


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_every_step_of_a_stored_log_comes_out_as_it_was_recorded(path: Path) -> None:
    """A figure of the library that is changed on purpose is named here, with the steps that follow from it.

    Of the quieter weekends only the dose of a working day was read: once a match, today it cannot be told. A bridge of
    two days and more is warned of.
    """
    steps = [each.entry for each in standings(entries_of(path)) if each.is_step]

    for step in steps:
        if of_an_aspirated_catheter(step) and path.stem in CHANGED_SINCE:
            continue
        checked = checked_again(step, library())
        assert checked is not None
        found = recomputed(step, checked, library())
        if step.patient == FIXED_FLOW:
            assert {"empty_date", "low_alarm_date"} <= {each.field for each in found.figures}
        elif step.patient in OWN_PUMP and found.figures:
            assert [each.field for each in found.figures] == ["arrival_date_latest"]
        elif path.stem not in CHANGED_SINCE:
            assert found.same, step.seq
        elif step.patient == ONE_DAY_READ:
            assert [each.field for each in found.figures] == ["readouts.daily_dose"]
            assert all("daily dose" in text or "schedule was read" in text for text in found.findings_now)
        elif step.patient == LONG_BRIDGE:
            assert not found.figures
            assert not found.findings_then
            assert [text.split(".")[0] for text in found.findings_now] == ["The bridge lasts 2 days 1 h"]
        else:
            assert found.same, step.seq
    assert len(steps) > 20


def of_an_aspirated_catheter(entry: Entry) -> bool:
    """What changed on purpose: an aspirated catheter holds no drug until it is primed, and the tubing what it held.

    Until then such a step counted as cleared of the old drug; today it says for how long nothing comes.
    """
    inputs: dict[str, Any] = entry.body["inputs"]
    return inputs.get("bridge", {}).get("aspirated") is True


@pytest.mark.parametrize(
    "path", [path for path in STORED if path.stem in CHANGED_SINCE], ids=lambda path: path.stem
)
def test_a_stored_step_of_an_aspirated_catheter_says_today_that_nothing_comes(path: Path) -> None:
    (step,) = (
        each.entry
        for each in standings(entries_of(path))
        if each.is_step and of_an_aspirated_catheter(each.entry)
    )

    checked = checked_again(step, library())
    assert checked is not None
    said = " ".join(recomputed(step, checked, library()).findings_now)
    assert "no drug leaves the tip" in said
    assert "Old drug is left in the line" in said


def test_a_stored_refill_is_read_as_it_was_recorded() -> None:
    """460 mcg/day at 500 mcg/mL: 0.92 mL a day. 10 days: 40 − 9.2 = 30.8 left; 5 days more: 40 − 4.6 = 35.4."""
    found = standings(entries_of(OLD_LOGS / "body-2.itblog"))

    first, second = refills_seen([each for each in found if each.entry.patient == "P-0204"], library())

    assert first.visit.expected is not None
    assert second.visit.expected is not None
    assert Fraction(first.visit.expected.magnitude) == Fraction(308, 10)
    assert Fraction(second.visit.expected.magnitude) == Fraction(354, 10)
    assert first.standing.entry.body["body_format"] == 2


def test_format_1_is_written_as_it_was_stored() -> None:
    """Frozen: a key that joins or goes, or another unit, is another format. What is said in it is not held here."""
    stored = [entry for entry in entries_of(OLD_LOGS / "body-1.itblog") if "body_format" in entry.body]
    stored = [
        entry
        for entry in stored
        if not of_an_aspirated_catheter(entry) and entry.patient not in (FIXED_FLOW, *OWN_PUMP)
    ]

    for entry in stored:
        checked = checked_again(entry, library())
        assert checked is not None
        assert entry.body["body_format"] == 1
        written, was = without_words(step_results(checked)), without_words(entry.body["results"])
        if entry.patient == ONE_DAY_READ:
            assert [set(each) for each in written["readouts"]] == [set(each) for each in was["readouts"]]
            written, was = {**written, "readouts": []}, {**was, "readouts": []}
        assert written == was
    assert len(stored) > 20


def without_words(value: Any) -> Any:
    """Results without what would explain a difference, which is judged anew; read-outs in order of their names."""
    if isinstance(value, list):
        return sorted(map(without_words, value), key=lambda each: each.get("name", ""))
    if isinstance(value, dict):
        return {key: without_words(held) for key, held in value.items() if key not in ("text", "slips")}
    return value


# --- another program: other words, another document


@pytest.fixture
def reworded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every finding is said in other words."""
    monkeypatch.setattr(Message, "text", property(lambda message: f"In other words: {message.title}"))


@pytest.fixture
def another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The document of a check says one thing more of a therapy."""
    monkeypatch.setattr(report, "therapy_json", lambda therapy: {**therapy_json(therapy), "more": "of it"})


def sheets_of(log: SqliteLog | MemoryLog) -> list[str]:
    """The sheets of all steps of a log."""
    found = standings(log.entries())
    visits = [Visit(step, found, checked_again(step.entry, library())) for step in found if step.is_step]
    anchor = Anchor(log.head())
    return [
        visit_sheet(visit.step, visit.around, visit.checked, library(), anchor, BEGIN) for visit in visits
    ]


def log_of_today() -> MemoryLog:
    """A step as the program writes it today, and one that begins with something found in the log."""
    log, _ = recorded(MISTYPED)
    step = CheckedStep(
        load_toml(example(SIMPLE)),
        check_example(example(SIMPLE)),
        library(),
        beside=(look_alike_message("P-0101", "P-0110", 3),),
    )
    log.append(step_draft(step, {}, NURSE, BEGIN, refilled=False))
    return log


@pytest.mark.usefixtures("reworded", "another_key")
@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_no_sheet_of_a_stored_log_says_otherwise_because_of_words_or_of_a_new_key(path: Path) -> None:
    with closing(SqliteLog(path)) as log:
        sheets = sheets_of(log)

    assert len(sheets) > 20
    otherwise = [sheet for sheet in sheets if "comes out otherwise" in sheet]
    on_purpose = [FIXED_FLOW, OWN_PUMP[0]] + (
        [ONE_DAY_READ, LONG_BRIDGE, "Nothing reaches the patient at first"]
        if path.stem in CHANGED_SINCE
        else [OWN_PUMP[1]]
    )
    assert len(otherwise) == len(on_purpose)
    assert all(any(words in sheet for sheet in otherwise) for words in on_purpose)


def test_no_sheet_of_today_says_otherwise_because_of_words_or_of_a_new_key(
    request: pytest.FixtureRequest,
) -> None:
    log = log_of_today()
    request.getfixturevalue("reworded")
    request.getfixturevalue("another_key")
    assert check_results(check_example(example(SIMPLE)))["new"]["more"] == "of it"

    sheets = sheets_of(log)

    assert len(sheets) == 2
    assert not [sheet for sheet in sheets if "comes out otherwise" in sheet]
    assert "In other words" not in "".join(sheets).partition("Working")[0]  # what was read then stands there


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_an_exact_value_of_a_stored_step_that_is_another_today_is_said(path: Path) -> None:
    step = next(entry for entry in entries_of(path) if entry.patient == "P-0101")
    results = step.body["results"]
    new = {**results["new"], "flow_rate": {**results["new"]["flow_rate"], "exact": "368001/2000000"}}
    other = replace(step, content={**step.content, "body": {**step.body, "results": {**results, "new": new}}})
    checked = checked_again(other, library())
    assert checked is not None

    (figure,) = recomputed(other, checked, library()).figures

    # 368 mcg/day at 2,000 mcg/mL: 368/2000 = 23/125 mL/day
    assert figure.field == "new.flow_rate"
    assert "368001/2000000" in figure.was
    assert "23/125" in figure.now


def test_the_body_of_a_step_says_its_format_and_holds_exact_values() -> None:
    _, step = recorded(SIMPLE)

    assert step.body["body_format"] == 1
    assert set(step.body) == {"body_format", "inputs", "results", "findings"}
    assert step.body["results"]["new"]["flow_rate"] == {"exact": "23/125", "unit": "mL/day"}


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.stem)
def test_a_body_read_again_has_the_words_of_the_check(path: Path) -> None:
    _, step = recorded(path.stem)

    for name, therapy in check_results(check_example(path)).items():
        if name in {"current", "new"}:
            assert results_of(step.body)[name] == therapy
