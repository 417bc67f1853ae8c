"""Nobody reads an id, a key of a file or a code word: every sentence of catalogue, presenters and log, over examples and faults."""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec
import pytest
from babel.messages.pofile import read_po

from itbcalc.compute.schedule import InfusionMode
from itbcalc.desk.fields import PLACES
from itbcalc.desk.program_files import example_path, open_program
from itbcalc.desk.texts import Texts
from itbcalc.log.store import MemoryLog
from itbcalc.visits.entry_words import cell_words, entry_text, list_line
from itbcalc.visits.history import standings
from tests.itbcalc.every_kind import write_every_kind
from tests.itbcalc.programs import examples
from tests.itbcalc.say.test_catalogue import CATALOGUE
from tests.ui.test_question_presenter import FILLED, state_of
from tests.ui.views import RecordingView
from ui.engine import Engine
from ui.program.assessment import assess, read_texts
from ui.program.check_presenter import CheckPresenter
from ui.states import Picture

# What the parts of a state are known by in the program; it is not shown.
UNSEEN = {"code", "place", "severity", "tone", "style", "shape", "holds", "acts", "start"}
# Sentences about files and commands name what has to be typed there.
OF_COMMANDS = (
    "add --working",
    "say when_mode",
    "--entry {known}",
    "--yes-a-pseudonym",
    "not a column of a table of programs",
    "‘{typed}’ is no field of a program file",
)
FAULTS = ("5 kg", "x", "0")
A_KEY = re.compile(
    r"(?<![\w./-])[a-z]+(?:_[a-z0-9]+)+(?![\w.])|\b(?:system|reservoir|current|new|readouts|bridge|patient|line)\.[a-z]\w*"
)


def sentences(shown: object) -> Iterator[str]:
    """Every text in what is shown."""
    if isinstance(shown, str):
        yield shown
    elif isinstance(shown, Mapping):
        for value in shown.values():
            yield from sentences(value)
    elif isinstance(shown, msgspec.Struct) or dataclasses.is_dataclass(shown):
        names = (
            shown.__struct_fields__
            if isinstance(shown, msgspec.Struct)
            else [field.name for field in dataclasses.fields(shown)]
        )
        for name in names:
            if name not in UNSEEN:
                yield from sentences(getattr(shown, name))
    elif isinstance(shown, tuple | list):
        for value in shown:
            yield from sentences(value)


def codes_in(texts: Iterable[str], engine: Engine, allowed: str = "") -> set[tuple[str, str]]:
    """Each code word found, with the sentence in which it stands; what somebody typed is no code of ours."""
    library = engine.library
    ids = {*library.pumps, *library.sources, *(limit.id for limit in library.limits), *InfusionMode}
    codes = [each for each in ids if "-" in each or each.isupper() or any(map(str.isdigit, each))]
    known = re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, codes)) + r")(?![\w-])")
    found = set()
    for text in set(texts):
        bare = text.replace(allowed, "") if allowed else text
        found |= {(hit[0], text) for pattern in (known, A_KEY) for hit in pattern.finditer(bare)}
    return found


def typed_of(name: str, engine: Engine) -> Texts:
    return open_program(example_path(name), engine.library)


def shown_of(texts: Texts, engine: Engine) -> Iterator[str]:
    view = RecordingView()
    CheckPresenter(view).show(assess(texts, engine))
    yield from sentences(view.last)
    tip = view.last.tip_of() if view.last.tip_of is not None else Picture()
    yield from (*sentences(tip), *sentences(tip.rows))


def test_no_template_of_the_catalogue_holds_a_code(engine):
    with CATALOGUE.open("rb") as file:
        found = read_po(file)
    ids = (message.id for message in found if message.id)
    templates = [template for each in ids for template in ([each] if isinstance(each, str) else each)]
    bare = [
        re.sub(r"\{[^}]*\}", "…", text) for text in templates if not any(part in text for part in OF_COMMANDS)
    ]

    assert codes_in(bare, engine) == set()


def test_it_is_looked_into_fields_rows_cards_working_and_picture(engine):
    shown = "\n".join(shown_of(typed_of("01-routine-increase.toml", engine), engine))

    for said in ("84 days ago", "✓ match", "4 figures used are unverified", "÷ 2,000 mcg/mL", "at the tip"):
        assert said in shown


@pytest.mark.parametrize("name", [path.name for path in examples()])
def test_no_example_shows_a_code(name, engine):
    assert codes_in(shown_of(typed_of(name, engine), engine), engine) == set()


@pytest.mark.parametrize("fault", FAULTS)
def test_no_refusal_shows_a_code(fault, engine):
    """In each field in turn something that cannot stand there; and nothing at all."""
    whole = typed_of("13-aspirated-and-primed.toml", engine)
    shown: set[str] = set()
    for place in PLACES:
        for typed in (fault, ""):
            texts = Texts({**whole.typed, place: typed}, whole.kept)
            read = read_texts(texts, engine)
            shown |= {*read.problems.values(), *read.unread}

    assert codes_in(shown, engine) == set()


@pytest.mark.parametrize("command", list(FILLED))
def test_no_question_shows_a_code(command, engine):
    texts, _ = FILLED[command]
    shown = set(sentences(state_of(command, texts, engine)))
    for name in texts:
        for typed in (*FAULTS, ""):
            shown |= set(sentences(state_of(command, {**texts, name: typed}, engine)))

    assert codes_in(shown, engine) == set()


def test_no_entry_of_the_log_shows_a_code(engine):
    log = MemoryLog()
    write_every_kind(log)

    shown: set[str] = set()
    for standing in standings(log.entries()):
        shown |= {list_line(standing), *entry_text(standing).splitlines(), *cell_words(standing)}

    # An entry is read without the library: it says which pump as it was typed into the file.
    found = {(code, line) for code, line in codes_in(shown, engine) if not line.startswith("  pump: ")}
    assert found == set()
