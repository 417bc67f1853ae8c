"""In a language that puts every template into brackets, nothing but numbers, units and names stands outside them."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import dev
from itbcalc.ask.selftest import answered
from itbcalc.errors import (
    EntryError,
    FieldEntryError,
    LogUnavailableError,
    PeopleUnavailableError,
    Problem,
    RefusedError,
    SelfTestError,
)
from itbcalc.judge.check import Checked
from itbcalc.log.entries import Entry
from itbcalc.log.store import SqliteLog
from itbcalc.resources import resource_path
from itbcalc.say import anchor_words, figure_name, refusal_words
from itbcalc.say.answer_report import answer_text
from itbcalc.say.catalogue import use_language
from itbcalc.say.refusals import LOG_WORDS, PEOPLE_WORDS, REFUSED_WORDS
from itbcalc.say.report import check_text
from itbcalc.say.working import working_lines
from itbcalc.visits.entry_words import list_line
from itbcalc.visits.history import standings
from itbcalc.visits.scales import all_scales
from itbcalc.visits.typed import leaves
from tests.itbcalc.programs import check_example, examples, library

OPENS, CLOSES = "⟦", "⟧"
GIVEN = ("typed", "field", "rule")  # by every refusal
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
UNITS = ["mcg", "mg", "g", "mL", "uL", "L", "day", "days", "h", "min", "s", "cm", "umol", "mmol", "mol"]


@pytest.fixture(autouse=True)
def bracketed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The language in which each template of the catalogue stands in brackets, but for what is put in its places."""
    folder = tmp_path_factory.mktemp("languages")
    (folder / "qps" / "LC_MESSAGES").mkdir(parents=True)
    with Path(dev.ROOT, dev.WORDS).open("rb") as file:
        templates = read_po(file)
    said = Catalog()
    for message in templates:
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            strings = tuple(in_brackets(each) for each in ids)
            said.add(message.id, strings if len(strings) > 1 else strings[0])
    with (folder / "qps" / "LC_MESSAGES" / "itbcalc.mo").open("wb") as file:
        write_mo(file, said)
    use_language("qps", folder)
    yield
    use_language("")


def in_brackets(template: str) -> str:
    """`⟦The dose of ⟧{name}⟦ is unverified⟧`: what is put in the place has to bring its own brackets."""
    parts = re.split(r"({[^{}]*})", template)
    return "".join(part if part.startswith("{") else f"{OPENS}{part}{CLOSES}" for part in parts if part)


def outside(text: str, names: Sequence[str] = ()) -> list[str]:
    """The words that stand outside all brackets, apart from these whole names, units and months."""
    text = " ".join(text.split())
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    text = re.sub(f"{OPENS}[^{OPENS}{CLOSES}]*{CLOSES}", " ", text)
    assert OPENS not in text
    assert CLOSES not in text
    return [word for word in re.findall(r"[A-Za-z][A-Za-z'-]*", text) if word not in (*UNITS, *MONTHS)]


def names_of(checked: Checked) -> list[str]:
    """What is not translated: titles of the library's records, and what was typed."""
    held, pump = library(), checked.program.system.pump
    return [
        *(record.name for record in (*held.pumps.values(), *held.drugs.values())),
        *(source.title for source in held.sources.values()),
        *(limit.title for limit in held.limits),
        *(limit.note for limit in held.limits if limit.note),
        checked.program.patient.ref,
        pump.name if pump else "",
        "itbcalc check",
    ]


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.stem)
def test_everything_that_a_check_says_is_of_the_catalogue(path: Path) -> None:
    checked = check_example(path)

    text = check_text(checked, library(), working=True)

    assert OPENS in text
    assert outside(text, names_of(checked)) == []


def test_the_working_of_every_quick_question_is_of_the_catalogue() -> None:
    cases = json.loads(resource_path("reference_cases.json").read_text(encoding="utf-8"))["cases"]
    said = [
        (case["id"], line)
        for case in cases
        for step in answered(case["command"], case["inputs"]).working
        for line in working_lines(step)
    ]

    assert len(said) > 300
    assert [(name, line) for name, line in said if outside(line)] == []


def test_what_the_terminal_answers_to_a_quick_question_is_of_the_catalogue() -> None:
    for case in json.loads(resource_path("reference_cases.json").read_text(encoding="utf-8"))["cases"]:
        text = answer_text(answered(case["command"], case["inputs"]), library())

        assert outside(text) == [], case["id"]


def test_every_refusal_is_of_the_catalogue() -> None:
    for rule, template in REFUSED_WORDS.items():
        values = dict.fromkeys(re.findall(r"{(\w+)}", template), "1") | {"other": "reservoir.filled"}
        refused = RefusedError(
            "new.daily_dose", "1", rule, **{k: v for k, v in values.items() if k not in GIVEN}
        )

        words = refusal_words(refused)

        assert outside(words) == [], rule


@pytest.mark.parametrize("problem", Problem)
def test_every_refused_text_is_answered_from_the_catalogue(problem: Problem) -> None:
    refused = EntryError("5 %", problem, "350 mcg/day", "mcg/day")

    assert outside(refusal_words(FieldEntryError("new.daily_dose", refused))) == []


def test_what_happens_with_a_log_is_said_from_the_catalogue() -> None:
    said = [
        *(refusal_words(LogUnavailableError(reason, "12")) for reason in LOG_WORDS),
        *(refusal_words(PeopleUnavailableError(reason, "12")) for reason in PEOPLE_WORDS),
        refusal_words(SelfTestError(("1", "2"))),
        *(anchor_words(verdict) for verdict in (None, "agrees", "other_log", "cut_off", "rewritten")),
    ]

    assert [words for words in said if outside(words)] == []


def test_every_figure_of_the_library_has_its_name_in_the_catalogue() -> None:
    names = {figure_name(figure) for figure in library().figures()}

    assert {name for name in names if outside(name)} == set()


def test_a_word_that_is_put_into_a_sentence_past_the_catalogue_is_found() -> None:
    assert outside(f"{OPENS}The dose of {CLOSES}another word{OPENS} is {CLOSES}12 mcg/day") == [
        "another",
        "word",
    ]


@pytest.mark.parametrize(
    "path", sorted((Path(dev.ROOT) / "tests" / "old_logs").glob("*.itblog")), ids=lambda path: path.stem
)
def test_the_entries_of_a_log_are_listed_from_the_catalogue(path: Path) -> None:
    with closing(SqliteLog(path)) as log:
        listed = [(standing.entry, list_line(standing)) for standing in standings(log.entries())]

    assert [line for entry, line in listed if outside(line, written_in(entry))] == []


def written_in(entry: Entry) -> list[str]:
    """The texts that stand in an entry, as they were typed."""
    return [
        entry.patient,
        *(text for _, text in leaves(entry.body)),
        *(scale.short for scale in all_scales().scales.values()),
    ]
