"""Paper for a patient: what the log holds and was seen to run, and a draft until somebody reviewed it."""

from datetime import date

import pytest
from msgspec.structs import replace

from itbcalc.errors import RefusedError
from itbcalc.library.records import Library
from itbcalc.log.store import MemoryLog
from itbcalc.visits.history import standings
from itbcalc.visits.patient_paper import CARD, LETTER, patient_paper
from itbcalc.visits.recording import read_back_draft
from tests.itbcalc.every_kind import NURSE
from tests.itbcalc.programs import NIGHT, library
from tests.itbcalc.visits.histories import PATIENT, at, at_dose, history

# 500 mcg/day at 500 mcg/mL from 40 mL on 10 Nov: worst case empty, and the last day, 14 Dec; alarm at 2 mL on 18 Dec.
STEADY = at_dose("500 mcg/day", current__daily_dose="500 mcg/day")
NOW = at("2026-11-12T09:00+01:00")


def running(log: MemoryLog, state: str = "running") -> MemoryLog:
    step = log.at(1)
    assert step is not None
    log.append(read_back_draft(step, state, "", NURSE, NOW))
    return log


def reviewed() -> Library:
    clinic = replace(
        library().clinic,
        name="Ward 3",
        phone="+1 555 0100",
        paper_reviewed_by="Dr M. Levi",
        paper_reviewed_on=date(2026, 11, 1),
    )
    return replace(library(), clinic=clinic)


def paper(kind: str, log: MemoryLog, known: Library) -> str:
    return patient_paper(kind, standings(log.entries(PATIENT)), known, NOW)


@pytest.mark.parametrize("kind", [CARD, LETTER])
def test_the_paper_says_pump_dose_dates_phone_and_signs_with_their_sources(kind: str) -> None:
    text = paper(kind, running(history(STEADY)), reviewed())

    for said in (
        PATIENT,
        "Clinic&#39;s pump",
        "baclofen 500 mcg/mL, 500 mcg/day",
        "Refill by 14 Dec 2026",
        "18 Dec 2026",
        "+1 555 0100",
        "itching without a rash",
        "breathing",
        "Gablofen US label",
        "Lioresal label text on overdose",
        "Text reviewed by Dr M. Levi, 1 Nov 2026",
    ):
        assert said in text, said
    assert "DRAFT" not in text


@pytest.mark.parametrize("kind", [CARD, LETTER])
def test_without_a_review_it_is_a_draft_and_the_lines_for_the_clinic_are_left_open(kind: str) -> None:
    text = paper(kind, running(history(STEADY)), library())

    assert "DRAFT, to be reviewed by a clinician" in text
    assert "Phone, day and night: ______________" in text


@pytest.mark.parametrize("kind", [CARD, LETTER])
def test_the_paper_of_a_pump_without_an_alarm_says_when_it_is_empty(kind: str) -> None:
    """1 mL/day, always: 35 mL from 10 Nov last until 15 Dec."""
    fixed = {
        **STEADY,
        "system.pump": "isomed-35-10",
        "system.tubing_volume": "0.1 mL",
        "reservoir.filled": "35 mL",
        "reservoir.low_alarm": "0 mL",
    }
    text = paper(kind, running(history(fixed)), reviewed())

    assert "Empty about 15 Dec 2026: this pump has no alarm" in text
    assert "alarm about" not in text


@pytest.mark.parametrize("kind", [CARD, LETTER])
@pytest.mark.parametrize(
    ("implanted", "said"),
    [
        # 7 years from the implant; to be planned in the last 6 months of them
        ("2020-05-12T09:00+02:00", "lasts to 12 May 2027 at the latest: it is time to plan its replacement"),
        ("2019-11-10T09:00+01:00", "its replacement was due by 10 Nov 2026: ask the clinic"),
        (
            "2020-05-13T09:00+02:00",
            "pump lasts to 13 May 2027 at the latest, plan its replacement from 13 Nov 2026",
        ),
    ],
)
def test_what_a_patient_reads_of_the_pumps_end_is_not_shouted(kind: str, implanted: str, said: str) -> None:
    pump = {
        "system.pump": "synchromed-ii-40",
        "system.tubing_volume": "0.140 mL",
        "system.implanted": implanted,
    }
    text = paper(kind, running(history({**STEADY, **pump})), reviewed())

    assert said in text
    assert "PLAN" not in text
    assert "PAST" not in text


def test_a_card_stands_four_times_on_its_page_with_two_halves() -> None:
    text = paper(CARD, running(history(STEADY)), reviewed())

    assert text.count("I have a baclofen pump") == text.count("Too much (overdose)") == 4


def test_a_schedule_is_on_the_card() -> None:
    text = paper(CARD, running(history({**STEADY, **NIGHT, "new.daily_dose": None})), reviewed())

    assert "22:00" in text


@pytest.mark.parametrize("state", ["stopped", "not_read", ""])
def test_no_paper_is_made_of_what_nobody_saw_run(state: str) -> None:
    log = history(STEADY)
    if state:
        running(log, state)

    with pytest.raises(RefusedError, match="paper_not_read_back"):
        paper(CARD, log, reviewed())


def test_no_paper_is_made_without_a_step_or_of_one_that_cannot_be_read() -> None:
    with pytest.raises(RefusedError, match="no_step_by_then"):
        paper(CARD, MemoryLog(), reviewed())
    log = running(history({**STEADY, "system.pump": "synchromed-ii-40", "system.tubing_volume": "0.140 mL"}))
    with pytest.raises(RefusedError, match="paper_not_known"):
        paper(LETTER, log, replace(reviewed(), pumps={}))
