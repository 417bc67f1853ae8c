"""The visit sheet: what was recorded stands on it as it was recorded, with what became of it."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from itbcalc.errors import RefusedError
from itbcalc.log.anchors import Anchor, read_anchor
from itbcalc.log.entries import Draft, Entry
from itbcalc.log.store import MemoryLog
from itbcalc.program import load_toml
from itbcalc.say import ANCHOR_PROOF
from itbcalc.say.sheet import check_rows
from itbcalc.say.therapy_report import schedule_lines
from itbcalc.visits.against_log import held_against_log
from itbcalc.visits.entry_body import step_results
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.entry_words import what_happened
from itbcalc.visits.history import standings
from itbcalc.visits.recomputed import checked_again
from itbcalc.visits.recording import step_draft, void_draft
from itbcalc.visits.visit_sheet import sheet_foot, visit_sheet
from tests.itbcalc.every_kind import answers_to
from tests.itbcalc.log.logs import LOG_ID, entry_id
from tests.itbcalc.programs import check_table, examples, library, table_of
from tests.itbcalc.steps import ANSWER, NURSE, WRITTEN, recorded, said, sheet_of, standing_of
from tests.itbcalc.visits.histories import at, at_dose, checked_step, history

SIMPLE, BRIDGED, MISTYPED, NIGHT, WEEKENDS = "01", "02", "06", "18", "21"


def text_of(page: str) -> str:
    """What is read of a page."""
    body = page.partition("</head>")[2].replace("</p>", "\n").replace("</td>", " ").replace("</h2>", "\n")
    return unescape(re.sub(r"<[^>]*>", "", body)).replace("\xa0", " ")


def struck_in(page: str) -> list[str]:
    """Every text that is struck through."""
    return [
        unescape(re.sub(r"<[^>]*>", "", each)).replace("\xa0", " ")
        for each in re.findall(r"<s>(.*?)</s>", page)
    ]


def amended(log: MemoryLog, step: Entry, **body: Any) -> Entry:
    """An amendment of a step that says the same again, for a reason."""
    return said(
        log,
        EntryKind.ENTRY_AMENDED,
        step,
        **{**step.body, "of_kind": step.kind, "reason": "typed from the old order", "changes": [], **body},
    )


# --- what stands on it, in which order


def test_a_simple_step_reads_from_who_to_why() -> None:
    log, step = recorded(SIMPLE)

    text = text_of(sheet_of(log, step))

    places = [
        "Visit sheet · P-0101",
        f"Entry 1 ({step.entry_id[:8]}): dose step, takes effect 6 Oct 2026 10:15 (−05:00)",
        "51 years · spinal · US rules · times of America/Chicago",
        "by A. Nurse, nurse (name typed, no passphrase)",
        "320 mcg/day → 368 mcg/day",
        "+15 %",
        "2,000 mcg/mL, unchanged · simple continuous, unchanged",
        "NOT READ BACK",
        "Second check",
        "None written.",
        "Findings and answers",
        "Recomputed and compared",
        "0.184 mL/day",  # 368 / 2000
        "12 Jan 2027",  # the example has the arithmetic
        "23 Jan 2027",
        "System and reservoir",
        "Checked by ____",
        Anchor(log.head()).line,
        "1 entry.",
        ANCHOR_PROOF,
        "It does not program a pump",
        "printed 25 Nov 2026 14:00",
        "Working",
        "= 23/125 mL/day",
    ]
    found = [text.find(place) for place in places]
    assert -1 not in found, places[found.index(-1)]
    assert found == sorted(found)


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.stem)
def test_everything_the_check_showed_stands_on_it(path: Path) -> None:
    log, step = recorded(path.stem)
    checked = check_table(load_toml(path), WRITTEN)

    text = text_of(sheet_of(log, step))

    assert "comes out otherwise" not in text
    for row in check_rows(checked):
        for cell in (row.label, row.now, row.new, row.programmer, row.verdict):
            assert cell in text
    for therapy in (checked.calculation.current_therapy, checked.calculation.new_therapy):
        assert "\n".join(schedule_lines(therapy)) in text
    for finding in step.body["findings"]:
        assert finding["text"] in text
    assert text.count(f"Answered: {ANSWER}") == sum(bool(each["answer"]) for each in step.body["findings"])


def test_what_would_explain_a_difference_stands_beside_it() -> None:
    lines = text_of(sheet_of(*recorded(MISTYPED))).splitlines()

    (line,) = [line for line in lines if "The flow rate on the programmer differs." in line]
    # the programmer was left at 500 mcg/mL: 285 / 500 = 0.57 mL/day
    assert "What would explain it: With 500 mcg/mL as new concentration" in line


def test_a_change_of_concentration_at_the_same_dose_says_so() -> None:
    text = text_of(sheet_of(*recorded(BRIDGED)))

    assert "concentration change" in text
    assert "400 mcg/day, unchanged" in text
    assert "500 mcg/mL → 2,000 mcg/mL" in text


@pytest.mark.parametrize(
    ("tubing", "catheter", "named"),
    [
        ("new", "old", "pump replaced, catheter kept (concentration change)"),
        ("none", "old", "pump replaced, catheter kept (concentration change)"),
        ("new", "none", "new system (concentration change)"),
        ("old", "none", "catheter emptied or new (concentration change)"),
        ("old", "old", "concentration change"),
    ],
)
def test_what_was_done_to_pump_and_catheter_is_named_first(tubing: str, catheter: str, named: str) -> None:
    log, step = recorded(BRIDGED)
    inputs = {**step.body["inputs"], "line": {"tubing": tubing, "catheter": catheter}}
    replaced = said(log, step.kind, step, **{**step.body, "inputs": inputs})

    assert f"): {named}" in text_of(sheet_of(log, replaced))
    assert named.partition(" (")[0] in what_happened(replaced)


def test_the_dose_of_a_week_that_differs_is_said_to_be_its_mean() -> None:
    # (5 x 360 + 2 x 300) / 7 = 342.86 mcg/day, which nobody programs
    assert "300 mcg/day → 342.9 mcg/day (mean of the week)" in text_of(sheet_of(*recorded(WEEKENDS)))
    assert "mean of the week" not in text_of(sheet_of(*recorded(NIGHT)))


def test_the_anchor_can_be_read_off_the_paper() -> None:
    log, step = recorded(SIMPLE)
    said(log, EntryKind.READ_BACK_RECORDED, step, state="running", note="")

    (line,) = re.findall(r"itbcalc-anchor 1 \S+ \S+ \S+ \S+Z", text_of(sheet_of(log, step)))

    assert read_anchor(line).head == log.head()
    assert log.head().count == 2


# --- read-backs and second checks


def test_who_saw_the_pump_running_is_named() -> None:
    log, step = recorded(SIMPLE)
    said(log, EntryKind.READ_BACK_RECORDED, step, state="running", note="0.184 on the screen")

    text = text_of(sheet_of(log, step))

    assert (
        "pump running, entry 2, 25 Nov 2026 15:00 (+02:00) by M. Levi, physician (signed by passphrase) on ward-3: "
        "0.184 on the screen"
    ) in text
    assert "NOT READ BACK" not in text


@pytest.mark.parametrize(("state", "words"), [("stopped", "pump STOPPED"), ("not_read", "pump not read")])
def test_a_pump_that_was_not_seen_running_is_not_read_back(state: str, words: str) -> None:
    log, step = recorded(SIMPLE)
    said(log, EntryKind.READ_BACK_RECORDED, step, state=state, note="")

    page = sheet_of(log, step)

    assert words in text_of(page)
    assert "<b>NOT READ BACK" in page


def test_a_voided_read_back_is_struck_through_and_counts_no_more() -> None:
    log, step = recorded(SIMPLE)
    seen = said(log, EntryKind.READ_BACK_RECORDED, step, state="running", note="")
    log.append(void_draft(seen, "the pump of another patient", NURSE, WRITTEN))

    page = sheet_of(log, step)

    assert [text.partition(",")[0] for text in struck_in(page)] == ["pump running"]
    assert "VOIDED by entry 3: the pump of another patient" in text_of(page)
    assert "<b>NOT READ BACK" in page


def test_what_is_said_of_another_step_stays_off_the_sheet() -> None:
    log, step = recorded(SIMPLE)
    other = log.append(void_draft(step, "for this test", NURSE, WRITTEN))
    said(log, EntryKind.READ_BACK_RECORDED, other, state="running", note="of something else")
    said(log, EntryKind.SECOND_CHECK_RECORDED, other, typed=[], agreed=True, note="of something else")

    assert "of something else" not in text_of(sheet_of(log, step))


def test_a_second_check_is_shown_field_by_field() -> None:
    log, step = recorded(SIMPLE)
    typed = [
        {"field": "new.daily_dose", "typed": "360 mcg/day", "recorded": "368 mcg/day", "verdict": "differs"},
        {"field": "new.concentration", "typed": "2 mg/mL", "recorded": "2000 mcg/mL", "verdict": "agrees"},
    ]
    said(log, EntryKind.SECOND_CHECK_RECORDED, step, typed=typed, agreed=False, note="read again")

    lines = [re.sub(r" +", " ", line).strip() for line in text_of(sheet_of(log, step)).splitlines()]

    assert (
        "IT DIFFERS, entry 2, 25 Nov 2026 15:00 (+02:00) by M. Levi, physician (signed by passphrase) on ward-3: "
        "read again"
    ) in lines
    assert any(
        "new daily dose 360 mcg/day 368 mcg/day ✗ DIFFERS new concentration 2 mg/mL 2000 mcg/mL ✓ agrees"
        in line
        for line in lines
    )
    assert "None written." not in lines


# --- what does not hold


def test_a_step_that_holds_has_nothing_struck_through() -> None:
    assert struck_in(sheet_of(*recorded(SIMPLE))) == []


def test_a_voided_step_says_so_above_all_and_on_every_page() -> None:
    log, step = recorded(SIMPLE)
    log.append(void_draft(step, "wrong <patient>", NURSE, WRITTEN))

    page = sheet_of(log, step)

    assert "VOIDED by entry 2: THIS STEP DOES NOT HOLD. wrong <patient>" in text_of(page)
    assert page.index("DOES NOT HOLD") < page.index("Read back")
    assert any("320 mcg/day → 368 mcg/day" in text for text in struck_in(page))
    assert sheet_foot(standing_of(log, step)).startswith("VOIDED · P-0101 · entry 1 ")


def test_an_amended_step_names_what_stands_in_its_place() -> None:
    log, step = recorded(SIMPLE)
    changes = [{"field": "new.daily_dose", "was": "368 mcg/day", "now": "360 mcg/day"}]
    amended(log, step, changes=changes)

    page = sheet_of(log, step)

    assert "AMENDED by entry 2: THIS STEP DOES NOT HOLD. typed from the old order" in text_of(page)
    assert "new daily dose: 368 mcg/day → 360 mcg/day" in text_of(page)
    assert "368 mcg/day" in struck_in(page)
    assert sheet_foot(standing_of(log, step)).startswith("AMENDED · ")


def test_an_amendment_has_a_sheet_of_its_own_with_the_read_back_of_the_pump_that_was_seen() -> None:
    log, step = recorded(SIMPLE)
    said(log, EntryKind.READ_BACK_RECORDED, step, state="running", note="")
    said(log, EntryKind.SECOND_CHECK_RECORDED, step, typed=[], agreed=True, note="of what stood there before")
    again = amended(log, step)

    page = sheet_of(log, again)

    assert "Entry 4" in text_of(page)
    assert "dose step, as amended" in text_of(page)
    assert "Amends entry 1: typed from the old order" in text_of(page)
    assert "pump running, entry 2" in text_of(page)
    assert "of what stood there before" not in text_of(page)  # the settings that were checked are others now
    assert struck_in(page) == []


# --- what comes out otherwise today


def test_figures_that_come_out_otherwise_are_named_and_the_recorded_ones_shown() -> None:
    log, step = recorded(SIMPLE)
    new = {
        **step.body["results"]["new"],
        "flow_rate": {"exact": "19/100", "unit": "mL/day", "text": "0.19 mL/day"},
    }
    other = amended(log, step, results={**step.body["results"], "new": new})

    text = text_of(sheet_of(log, other))

    assert "Recomputed today, this comes out otherwise" in text
    assert (
        "new flow rate: recorded 0.19 mL/day (exactly 19/100), today 0.184 mL/day (exactly 23/125)\n"
    ) in text
    (row,) = re.findall(r"flow rate +0\.16 mL/day.*", text)
    assert "0.19 mL/day (exactly 19/100)" in row
    assert "Recomputed and compared" not in text
    assert "Working as of today, not as recorded" in text


def test_findings_that_come_out_otherwise_are_named() -> None:
    log, step = recorded(MISTYPED)
    kept = [each for each in step.body["findings"] if each["severity"] != "stop"]
    more = {
        "code": "x",
        "severity": "warning",
        "place": "",
        "text": "So it was then.",
        "source": "",
        "answer": "yes",
    }
    other = amended(log, step, findings=[*kept, more])

    text = text_of(sheet_of(log, other))

    assert "Found then, not today: So it was then." in text
    assert "Found today, not then: The flow rate on the programmer differs." in text
    assert "Recomputed and compared" in text  # the figures are the same


def test_a_step_whose_pump_is_in_the_library_no_more_keeps_its_figures() -> None:
    log, step = recorded(NIGHT)

    text = text_of(sheet_of(log, step, replace(library(), pumps={})))

    assert "Not recomputed" in text
    assert "240 mcg/day → 260 mcg/day" in text
    assert "pump: synchromed-ii-40" in text
    assert re.search(
        r"daily volume +0\.48 mL \(exactly 12/25\) +0\.52 mL \(exactly 13/25\) +0\.520 mL/day +✓ match", text
    )
    assert re.search(r"low-reservoir alarm date +22 Jan 2027 11:00", text)
    assert "Working" not in text


# --- what is no sheet


def test_an_entry_that_is_no_step_is_refused() -> None:
    log, step = recorded(SIMPLE)
    seen = said(log, EntryKind.READ_BACK_RECORDED, step, state="running", note="")

    with pytest.raises(RefusedError) as refused:
        sheet_of(log, seen)

    assert refused.value.rule == "not_a_step"


def test_an_anchor_that_does_not_reach_the_step_is_never_printed() -> None:
    log, step = recorded(SIMPLE)
    checked, found = checked_again(step, library()), standings(log.entries())

    for head in (replace(log.head(), log_id="f" * 32), replace(log.head(), count=0)):
        with pytest.raises(AssertionError):
            visit_sheet(found[0], found, checked, library(), Anchor(head), WRITTEN)


def test_what_people_type_is_text_on_the_page() -> None:
    log, step = recorded(MISTYPED)
    amended(log, step, reason="<img src='x'> & <b>bold</b>")
    said(log, EntryKind.READ_BACK_RECORDED, step, state="running", note="<script>")

    page = sheet_of(log, step)

    assert page.count("<img") == 1  # the code of the anchor
    assert "<script>" not in page
    assert "<img src='x'> & <b>bold</b>" in text_of(page)


def test_a_day_that_the_log_has_earlier_is_not_left_alone_on_the_sheet() -> None:
    """16.8 mL programmed, up to 2.436 more delivered: (22.2 − 2.436) / (1.145 × 0.88) = 19.61 days from 1 Dec: 20 Dec. By the count 22.03: 23 Dec."""
    later = "2026-12-01T09:00+01:00"
    log = history(at_dose("400 mcg/day"))
    step = at_dose("440 mcg/day", later, current__daily_dose="400 mcg/day", reservoir__filled="23.2 mL")
    held = held_against_log(checked_step(table_of(step)), log, at(later))
    entry = log.append(
        replace(step_draft(held, answers_to(held), NURSE, at(later), refilled=False), entry_id=entry_id(2))
    )

    text = " ".join(text_of(sheet_of(log, entry)).split())
    assert "By the log refill no later than 20 Dec 2026" in text
    assert re.search(r"refill no later than 20 Dec 2026 19 days 14 h, worst case", text)
    assert re.search(r"empty, worst case 20 Dec 2026 flow \+14.5 % since 10 Nov 2026", text)
    assert (
        "Counted by the log from 10 Nov 2026 09:00 on; the volume is counted since 10 Nov 2026 09:00" in text
    )

    old = {key: value for key, value in entry.body.items() if key != "reservoir_by_log"}
    bare = step_results(checked_step(table_of(step)).checked)
    written = {**entry.content, "body": {**old, "body_format": 1, "results": bare}}
    before, again = log_of_an_earlier_program(written)
    text = " ".join(text_of(sheet_of(before, again)).split())
    assert re.search("refill no later than 23 Dec 2026 EARLIER by the log: see the findings", text)
    assert re.search("empty, worst case 23 Dec 2026 EARLIER by the log: see the findings", text)


def log_of_an_earlier_program(content: dict[str, Any]) -> tuple[MemoryLog, Entry]:
    """With this step alone, as a program wrote it that did not keep what the log knew of the reservoir."""
    log = MemoryLog(LOG_ID)
    entry = log.append(
        Draft(
            entry_id=content["entry_id"],
            kind=content["kind"],
            recorded_at=WRITTEN,
            author=content["author"],
            patient=content["patient"],
            effective_at=content["effective_at"],
            library=content["library"],
            body=content["body"],
        )
    )
    return log, entry
