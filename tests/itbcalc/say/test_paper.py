"""Paper: what people typed is text on every page, and a page's markup stands in its template alone."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, UndefinedError, nodes

from itbcalc.log.store import MemoryLog
from itbcalc.practice.certificate import certificate
from itbcalc.program import load_toml
from itbcalc.resources import resource_path
from itbcalc.say.paper import page
from itbcalc.say.sheet import check_sheet, question_sheet
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.recording import (
    CheckedStep,
    Signature,
    keyed,
    messages_of,
    needs_an_answer,
    step_draft,
    void_draft,
)
from tests.itbcalc.log.logs import LOG_ID
from tests.itbcalc.practice.playing import after, start
from tests.itbcalc.programs import NOW, OWN_PUMP, changed, check_table, example, library
from tests.itbcalc.steps import WRITTEN, said, sheet_of

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted(resource_path("paper").iterdir())
# What is part of other pages.
NO_PAGES = ("base", "parts")

TAG = re.compile(
    r"(?<!\?P)</?(?:a|b|body|br|code|div|h[1-6]|html|i|img|li|p|pre|s|span|style|t[dhr]|table|ul)\b[^<>]*>"
)
# Python files that hold a tag, each with its reason.
TAGS_ALLOWED = {
    "itbcalc/practice/certificate.py": "it leaves out of a certificate what another machine may draw otherwise",
    "ui/widgets/axes.py": "pyqtgraph breaks the lines of a title and of an axis by <br> only",
}


# --- what is typed is text


def hostile(what: str) -> str:
    """A text that would be markup, and breaks out of an attribute in either kind of quotes."""
    return f"""{what} <script>alert("x")</script> '><img src=x> & &amp;"""


class Page(HTMLParser):
    """What is read of a page, and the elements and attributes it is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words, self.elements = "", set[str]()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements |= {tag, *(f"{tag} {name}" for name, _ in attrs)}

    def handle_data(self, data):
        self.words += data


def a_stop_overridden(table: dict) -> tuple[MemoryLog, object]:
    """A log that holds the step of `table`, all questions answered; written by one whose name is hostile."""
    log, step = MemoryLog(LOG_ID), CheckedStep(table, check_table(table), library())
    answers = {
        key: hostile("answer")
        for key, message in keyed(messages_of(step)).items()
        if needs_an_answer(message)
    }
    signature = Signature(hostile("author"), hostile("role"))
    return log, log.append(step_draft(step, answers, signature, WRITTEN, refilled=False))


def mistyped_program() -> dict:
    """A program with a stop, of a pump and a patient with hostile names."""
    named = {
        "patient.ref": hostile("patient"),
        "system.pump": {**OWN_PUMP, "name": hostile("pump")},
        "system.tubing_volume": None,
    }
    return changed(load_toml(example("06")), named)


def the_check() -> str:
    return check_sheet(check_table(mistyped_program()), library(), NOW, (hostile("unread"),))


def the_visit() -> str:
    log, step = a_stop_overridden(mistyped_program())
    change = {"field": hostile("field"), "was": hostile("was"), "now": hostile("now")}
    typed = {**change, "typed": hostile("typed"), "recorded": hostile("recorded"), "verdict": "differs"}
    seen = said(log, EntryKind.READ_BACK_RECORDED, step, state=hostile("state"), note=hostile("note"))
    log.append(void_draft(seen, hostile("voided"), Signature(hostile("voider")), WRITTEN))
    said(log, EntryKind.SECOND_CHECK_RECORDED, step, typed=[typed], agreed=False, note=hostile("second"))
    said(
        log,
        EntryKind.ENTRY_AMENDED,
        step,
        **{**step.body, "of_kind": step.kind, "reason": hostile("amended"), "changes": [change]},
    )
    return sheet_of(log, step)


def the_certificate() -> str:
    overridden = {
        "do": "program",
        "new": {"concentration": "2000 mcg/mL", "daily_dose": "400 mcg/day"},
        "refill": {"filled": "40 mL", "vial": "2000 mcg/mL"},
        "reasons": {"concentration_change_without_bridge": hostile("reason")},
    }
    run = after(start("bridge-up", trainee=hostile("trainee")), overridden, {"do": "read_back"})
    return certificate(run, library(), NOW, picture=hostile("picture"))


def the_recovery_key() -> str:
    return page("recovery", lines=[hostile("line")])


def for_the_patient(kind: str) -> str:
    """The card and the letter: what the clinic, the log and the makers' names put into them."""
    said = (
        "patient",
        "pump",
        "drug",
        "strength",
        "dose",
        "since",
        "refill_by",
        "reservoir",
        "clinic",
        "phone",
        "life",
    )
    sources = ("withdrawal", "overdose", "withdrawal_source", "overdose_source")
    texts = {place: hostile(place) for place in (*said, *sources, "reviewed")}
    schedule = [hostile("schedule")]
    return page(kind, **texts, implanted="", schedule=schedule, entry=7, printed="22 Nov 2026 09:30")


def the_refills() -> str:
    rows = [(True, (hostile("overdue"),)), (False, (hostile("cell"),))]
    return page(
        "refills",
        printed=NOW,
        whose=hostile("whose"),
        trouble=hostile("trouble"),
        shown="",
        headings=("patient",),
        rows=rows,
        of_this_log="",
    )


def the_question() -> str:
    return question_sheet(
        "Dilute",
        asked=[("Stock", hostile("typed"))],
        answered=[("diluent", hostile("answer"))],
        messages=[],
        working=[],
        library=library(),
        printed_at=NOW,
    )


def the_visits_a_year() -> str:
    return page(
        "before_implant",
        printed=NOW,
        dose=hostile("dose"),
        where=hostile("where"),
        headings=("pump",),
        rows=[(hostile("cell"),)],
        how="",
        not_a_programmer="",
    )


FOR_THE_PATIENT = ("patient", "pump", "schedule", "clinic", "phone", "reviewed", "overdose_source")
PAGES = {
    "card": (lambda: for_the_patient("card"), FOR_THE_PATIENT),
    "letter": (lambda: for_the_patient("letter"), FOR_THE_PATIENT),
    "question": (the_question, ("typed", "answer")),
    "before_implant": (the_visits_a_year, ("dose", "where", "cell")),
    "refills": (the_refills, ("overdue", "cell", "whose", "trouble")),
    "check": (the_check, ("patient", "pump", "unread")),
    "visit": (
        the_visit,
        (
            *("patient", "pump", "answer", "author", "role", "state", "note", "voided", "voider"),
            *("field", "was", "now", "typed", "recorded", "second", "amended"),
        ),
    ),
    "certificate": (the_certificate, ("trainee", "reason")),
    "recovery": (the_recovery_key, ("line",)),
}
OUR_OWN = {
    *(
        "html",
        "head",
        "style",
        "body",
        "body class",
        "h1",
        "h2",
        "p",
        "p class",
        "b",
        "s",
        "br",
        "code",
        "pre",
    ),
    *(
        "span",
        "span class",
        "table",
        "table cellpadding",
        "table cellspacing",
        "table class",
        "table width",
        "tr",
        "th",
    ),
    *(
        "th align",
        "th width",
        "td",
        "td align",
        "td class",
        "td width",
        "td valign",
        "table border",
        "img",
        "img src",
        "img width",
        "img height",
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_what_people_type_is_text_on_every_page(name: str) -> None:
    make, places = PAGES[name]

    read = Page(make())

    for place in places:
        assert hostile(place) in read.words or hostile(place).replace("_", " ") in read.words, place
    assert read.elements <= OUR_OWN


def test_every_page_is_among_those_that_are_tried() -> None:
    names = {path.name.removesuffix(".html.jinja") for path in TEMPLATES if path.name.endswith(".html.jinja")}

    assert names - set(NO_PAGES) == set(PAGES)


def test_a_value_that_was_forgotten_is_no_blank_on_paper() -> None:
    with pytest.raises(UndefinedError, match="lines"):
        page("recovery")


# --- markup stands in templates, and nothing goes around the escaping


def sources() -> list[Path]:
    return sorted(path for folder in ("itbcalc", "ui") for path in (ROOT / folder).rglob("*.py"))


def texts_in(path: Path) -> Iterator[str]:
    """Every text of a Python file, the fixed parts of f-strings among them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_no_python_file_holds_a_tag() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): text
        for path in sources()
        for text in texts_in(path)
        if TAG.search(text)
    }

    assert set(found) == set(TAGS_ALLOWED), found


@pytest.mark.parametrize("text", ["<p>", "</td>", "<img src='", "<br>", "<span class='q'>"])
def test_a_tag_is_known_as_one(text: str) -> None:
    assert TAG.search(f"{text}'>" if text.endswith("'") else text)


def test_nothing_goes_around_the_escaping() -> None:
    for path in TEMPLATES:
        assert not re.search(r"\|\s*safe\b|\bautoescape\b|\bMarkup\b", path.read_text(encoding="utf-8")), path
    for path in sources():
        if path.name != "paper.py":  # where sentences of the catalogue are escaped
            assert not re.search(r"\bmarkupsafe\b|\bfrom html import", path.read_text(encoding="utf-8")), path


# --- words are ready for another language

PHRASE = re.compile(r"[A-Za-z]{2,}[,;:]? [A-Za-z]{2,}")
NO_WORDS = (
    r"{% block kind %}\w+{% endblock %}",
    r"{#.*?#}",
    r"{%.*?%}",
    r"{{.*?}}",
    r"<code>.*?</code>",
    r"<[^<>]*>",
    r"&\w+;",
)


def words_past_the_catalogue(source: str) -> Iterator[str]:
    """What a template says that is no sentence of the catalogue: letters beside its tags, phrases in its expressions."""
    beside = source
    for pattern in NO_WORDS:
        beside = re.sub(pattern, "", beside, flags=re.DOTALL)
    yield from re.findall(r"[A-Za-z]+.*", beside)
    tree = Environment(autoescape=True).parse(source)
    said = {
        id(argument)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in ("_", "plural")
        for argument in call.args
    }
    for text in tree.find_all(nodes.Const):
        if id(text) not in said and isinstance(text.value, str) and PHRASE.search(text.value):
            yield text.value


@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if path.suffix == ".jinja"], ids=lambda path: path.name
)
def test_every_word_of_a_page_is_of_the_catalogue(path: Path) -> None:
    assert list(words_past_the_catalogue(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Written</p>",
        '{{ "no daily dose" if dose else "" }}',
        '{{ "Found today: " ~ _("nothing else") ~ " to see" }}',
    ],
)
def test_a_word_past_the_catalogue_is_found(source: str) -> None:
    assert [*words_past_the_catalogue(f"{source}{{{{ _('No other word.') }}}}")]


def test_a_place_of_a_sentence_takes_markup_of_its_template_and_no_other() -> None:
    read = Page(page("recovery", lines=["<b>{command}</b>"]))

    assert "<b>{command}</b>" in read.words
    assert "code" in read.elements
    assert "b" not in read.elements
