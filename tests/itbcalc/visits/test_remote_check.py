"""A second check from afar: asked, typed blind, taken; and every kind of tampering refused by its name."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from itbcalc.errors import FieldEntryError, RefusedError
from itbcalc.log.canonical import canonical_bytes, entry_hash
from itbcalc.log.entries import Entry
from itbcalc.log.store import MemoryLog
from itbcalc.visits.history import standings
from itbcalc.visits.recording import Signature, void_draft
from itbcalc.visits.remote_check import (
    SecondCheckFile,
    answer_to,
    question_of,
    read_check,
    taken_draft,
    write_check,
)
from itbcalc.visits.second_check import settings_of
from tests.itbcalc.every_kind import NURSE
from tests.itbcalc.log.logs import LOG_ID
from tests.itbcalc.programs import library, table_of
from tests.itbcalc.visits.histories import PATIENT, amend, at, at_dose, record

ASKED_AT, ANSWERED_AT, TAKEN_AT = (at(f"2026-11-10T{hour}:00+01:00") for hour in ("10", "11", "12"))
COLLEAGUE = Signature("P. Levi", "physician")
STEP = table_of(at_dose("460 mcg/day"))
TYPED = {"new.concentration": "500 mcg/mL", "new.daily_dose": "0.46 mg/day", "new.mode": "simple continuous"}


class Afar:
    """A log with a step that was asked about, and the answer in a file."""

    def __init__(self, folder: Path) -> None:
        self.log, self.folder = MemoryLog(LOG_ID), folder
        self.step = record(self.log, STEP, refilled=True)
        asked, draft = question_of(self.step, "460 mcg/day of 500 mcg/mL", NURSE, ASKED_AT)
        self.log.append(draft)
        self.question, self.answer = folder / "ask.itbcheck", folder / "answer.itbcheck"
        write_check(self.question, asked)
        write_check(
            self.answer,
            answer_to(read_check(self.question), TYPED, COLLEAGUE, ANSWERED_AT, library=library()),
        )

    def take(self, moment: timedelta = timedelta(0)) -> Entry:
        """Takes the answer in the file."""
        _, draft = taken_draft(
            read_check(self.answer),
            LOG_ID,
            list(self.log.entries(PATIENT)),
            "A. Nurse",
            TAKEN_AT + moment,
            library=library(),
        )
        return self.log.append(draft)

    def rewrite(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Changes the answer and gives it a hash that fits, as somebody with the program could."""
        table = json.loads(self.answer.read_bytes().split(b"\n")[0])
        change(table)
        content = canonical_bytes(table)
        self.answer.write_bytes(content + b"\n" + entry_hash(content).encode() + b"\n")


@pytest.fixture
def afar(tmp_path: Path) -> Afar:
    return Afar(tmp_path)


def test_an_answer_lands_as_the_second_check_with_name_and_version(afar: Afar) -> None:
    entry = afar.take()

    assert (entry.content["author"], entry.content["role"], entry.body["agreed"]) == (
        "P. Levi",
        "physician",
        True,
    )
    assert set(entry.body["remote"]) == {"question", "answered_at", "program", "taken_by"}
    (step,) = (each for each in standings(afar.log.entries(PATIENT)) if each.is_step)
    assert step.second_check == "agreed"


def test_the_question_holds_no_result_and_nothing_that_was_typed(afar: Afar) -> None:
    question = json.loads(afar.question.read_bytes().split(b"\n")[0])

    assert question["settings"] == list(TYPED) or set(question["settings"]) == set(TYPED)
    text = afar.question.read_text(encoding="utf-8").replace(question["order"], "")
    for secret in ("460", "0.92", "results", "daily_volume"):
        assert secret not in text.replace(question["entry_hash"], "")
    assert afar.question.stat().st_size < 1000


def test_another_dose_typed_afar_differs(afar: Afar) -> None:
    afar.answer.unlink()
    typed = {**TYPED, "new.daily_dose": "46 mcg/day"}
    write_check(
        afar.answer, answer_to(read_check(afar.question), typed, COLLEAGUE, ANSWERED_AT, library=library())
    )

    assert afar.take().body["agreed"] is False


def flipped(afar: Afar) -> None:
    afar.answer.write_bytes(afar.answer.read_bytes().replace(b"0.46 mg/day", b"0.47 mg/day"))


def cut_off(afar: Afar) -> None:
    afar.answer.write_bytes(afar.answer.read_bytes()[:-70])


def blanks(afar: Afar) -> None:
    afar.answer.write_bytes(afar.answer.read_bytes().replace(b'"note":', b'"note": '))


def question_instead(afar: Afar) -> None:
    afar.answer.write_bytes(afar.question.read_bytes())


def newer(afar: Afar) -> None:
    afar.rewrite(lambda table: table.update(itbcalc_second_check=2))


def one_key_more(afar: Afar) -> None:
    afar.rewrite(lambda table: table.update(agreed=True))


def other_order(afar: Afar) -> None:
    afar.rewrite(lambda table: table["question"].update(order="46 mcg/day"))


def other_log(afar: Afar) -> None:
    afar.rewrite(lambda table: table["question"].update(log_id="f" * 32))


def other_step(afar: Afar) -> None:
    afar.rewrite(lambda table: table["question"].update(entry_id="00000000-0000-0000-0000-000000000000"))


def by_the_author(afar: Afar) -> None:
    afar.rewrite(lambda table: table.update(answered_by="Nurse, A."))


def setting_left_out(afar: Afar) -> None:
    afar.rewrite(lambda table: table["typed"].pop("new.daily_dose"))


def setting_more(afar: Afar) -> None:
    afar.rewrite(lambda table: table["typed"].update({"new.basal": "1 mcg/day"}))


def before_it_was_asked(afar: Afar) -> None:
    afar.rewrite(lambda table: table.update(answered_at="2026-11-10T09:59:00+01:00"))


def in_the_future(afar: Afar) -> None:
    afar.rewrite(lambda table: table.update(answered_at="2026-11-10T12:00:01+01:00"))


def without_a_version(afar: Afar) -> None:
    afar.rewrite(lambda table: table.update(program=""))


def asked_without_a_version(afar: Afar) -> None:
    afar.rewrite(lambda table: table["question"].update(program=" "))


def taken_already(afar: Afar) -> None:
    afar.take()


def amended_since(afar: Afar) -> None:
    amend(afar.log, afar.step, table_of(at_dose("450 mcg/day")))


def voided_since(afar: Afar) -> None:
    afar.log.append(void_draft(afar.step, "another patient", NURSE, TAKEN_AT))


def asking_voided(afar: Afar) -> None:
    asked = afar.log.at(2)
    assert asked is not None
    afar.log.append(void_draft(asked, "asked of the wrong step", NURSE, TAKEN_AT))


@pytest.mark.parametrize(
    ("tamper", "rule"),
    [
        (flipped, "check_altered"),
        (cut_off, "not_a_second_check"),
        (blanks, "not_a_second_check"),
        (question_instead, "not_an_answer"),
        (newer, "check_of_newer_program"),
        (one_key_more, "not_a_second_check"),
        (other_order, "answer_never_asked"),
        (other_log, "answer_of_another_log"),
        (other_step, "answer_never_asked"),
        (by_the_author, "same_person"),
        (setting_left_out, "missing"),
        (setting_more, "not_a_setting"),
        (before_it_was_asked, "answer_at_no_such_time"),
        (in_the_future, "answer_at_no_such_time"),
        (without_a_version, "check_without_version"),
        (asked_without_a_version, "check_without_version"),
        (taken_already, "answered_already"),
        (amended_since, "amended_already"),
        (voided_since, "voided_already"),
        (asking_voided, "answer_never_asked"),
    ],
)
def test_a_file_that_was_tampered_with_or_is_stale_is_refused_by_name(
    afar: Afar, tamper: Callable[[Afar], None], rule: str
) -> None:
    tamper(afar)
    before = afar.log.head()

    with pytest.raises(RefusedError) as refused:
        afar.take()

    assert refused.value.rule == rule
    assert afar.log.head() == before


def test_an_answer_of_14_days_is_taken_and_an_older_one_is_not(afar: Afar) -> None:
    with pytest.raises(RefusedError, match="answer_too_old"):
        afar.take(timedelta(days=13, hours=22, seconds=1))  # asked two hours before it is taken else
    assert afar.take(timedelta(days=13, hours=22)).body["agreed"] is True


def test_what_cannot_be_answered_is_refused(afar: Afar) -> None:
    asked = read_check(afar.question)
    for typed, rule in (({}, "missing"), ({**TYPED, "new.basal": "1 mcg/day"}, "not_a_setting")):
        with pytest.raises(RefusedError, match=rule):
            answer_to(asked, typed, COLLEAGUE, ANSWERED_AT, library=library())
    with pytest.raises(RefusedError, match="not_a_question"):
        answer_to(read_check(afar.answer), TYPED, COLLEAGUE, ANSWERED_AT, library=library())
    with pytest.raises(RefusedError, match="missing"):
        question_of(afar.step, " ", NURSE, ASKED_AT)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("new.daily_dose", "460 mcg/dya"),
        ("new.daily_dose", "four hundred"),
        ("new.concentration", "500"),
        ("new.mode", "simple continous"),
    ],
)
def test_what_is_no_setting_is_refused_beside_its_field_before_it_is_sent(
    afar: Afar, place: str, text: str
) -> None:
    with pytest.raises((RefusedError, FieldEntryError)) as refused:
        answer_to(
            read_check(afar.question), {**TYPED, place: text}, COLLEAGUE, ANSWERED_AT, library=library()
        )

    assert refused.value.field == place


def test_the_rows_of_a_schedule_are_read_too(tmp_path: Path) -> None:
    """Typed as the second person sees them; a start that is no time is refused at its row."""
    log = MemoryLog(LOG_ID)
    flex = [{"start": "22:00", "duration": "8 h", "dose": "100 mcg"}]
    changes = {
        **at_dose("460 mcg/day"),
        "new.daily_dose": None,
        "new.mode": "flex",
        "new.basal": "15 mcg/h",
        "new.steps": flex,
        "new.steps_replace_basal": True,
    }
    step = record(log, table_of(changes), refilled=True)
    asked, _ = question_of(step, "flex", NURSE, ASKED_AT)
    typed = {**settings_of(step), "new.steps_replace_basal": "yes"}

    answer_to(asked, typed, COLLEAGUE, ANSWERED_AT, library=library())
    with pytest.raises(FieldEntryError) as refused:
        answer_to(asked, {**typed, "new.steps.1.start": "ten pm"}, COLLEAGUE, ANSWERED_AT, library=library())
    assert refused.value.field == "new.steps.1.start"


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    for number, content in enumerate((b"", b"x" * 200_000, b"\xef\xbb\xbf{}", b"{}\n0", b"[1]\n0")):
        path = tmp_path / str(number)
        path.write_bytes(content)
        with pytest.raises(RefusedError):
            read_check(path)
    assert SecondCheckFile({"is": "question"}).question == {"is": "question"}


def test_a_file_whose_lines_a_mail_program_ended_otherwise_is_read(tmp_path: Path) -> None:
    afar = Afar(tmp_path)
    afar.answer.write_bytes(afar.answer.read_bytes().replace(b"\n", b"\r\n"))

    assert afar.take().body["agreed"] is True
