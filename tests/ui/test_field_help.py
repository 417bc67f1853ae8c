"""Has every place at which something can be typed or chosen its words, and are they at hand there?"""

import importlib
import pkgutil
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QToolTip, QWidget

import ui
from itbcalc.compute.schedule import InfusionMode
from itbcalc.desk.asked import AskedFinding
from itbcalc.desk.dates import said_plainly
from itbcalc.desk.field_help import field_help, key_of, words_at
from itbcalc.desk.fields import PLACES
from itbcalc.desk.local_time import read_local, read_visit
from itbcalc.desk.own_profiles import FIGURES_OF
from itbcalc.desk.schedule_texts import THERAPIES
from itbcalc.desk.settings import settle
from itbcalc.errors import ItbcalcError
from itbcalc.library.records import Library
from itbcalc.practice.criteria import CriterionKind
from itbcalc.practice.faults import FaultKind
from itbcalc.practice.scenario_draft import SEVERAL, draft_faults, sections, with_text
from itbcalc.program.reading import SECTIONS
from itbcalc.quantities.entry import read_quantity, read_whole_days
from itbcalc.quantities.instants import read_zone
from itbcalc.quantities.kinds import CONCENTRATION, DAILY_DOSE, DURATION
from itbcalc.resources import resource_path
from itbcalc.visits.observations import Goal, Observation, Scored, observation_body
from itbcalc.visits.people import Operator, People
from itbcalc.visits.read_back_words import ToBeShown
from itbcalc.visits.scales import all_scales
from itbcalc.visits.typed import leaves
from tests.ui.pages import child, wait_for
from tests.ui.test_first_look import at
from tests.ui.views import RecordingQuestionView
from ui import rail
from ui.clinic.fields import EVERY_FIELD
from ui.engine import Engine
from ui.log.compare import read_moment
from ui.practice.run_states import read_seed
from ui.questions.presenter import QuestionPresenter
from ui.questions.specs import QUESTIONS, Question
from ui.session import Session
from ui.settings import Settings
from ui.widgets.basics import Choice, Field
from ui.widgets.field_help import place_of
from ui.widgets.who import WhoField

pytestmark = pytest.mark.gui

TYPED_IN = (Field, Choice)
EXAMPLE = re.compile("‘([^’]*)’")
KEYS = {key: words for entries in field_help().values() for key, words in entries.items()}
EXAMPLES = resource_path("examples")


def nothing(*_: object, **__: object) -> Any:  # in the place of whatever a dialog calls
    return None


def dialog_classes() -> dict[str, type[QDialog]]:
    """Every dialog of the window by its name, but what others are made of."""
    for module in pkgutil.walk_packages(ui.__path__, "ui."):
        importlib.import_module(module.name)
    found: dict[str, type[QDialog]] = {}
    waiting = [QDialog]
    while waiting:
        for each in waiting.pop().__subclasses__():
            waiting.append(each)
            if each.__module__.startswith("ui.") and not each.__name__.startswith("_"):
                found[each.__name__] = each
    return found


def settings_of_every_step() -> dict[str, tuple[str, ...]]:
    """What a second person may be asked for: what the bundled examples program, each weekday too."""
    places: dict[str, tuple[str, ...]] = {"bridge.aspirated": ("yes", "no")}
    for path in sorted(EXAMPLES.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        of_program = {name: table[name] for name in ("new", "bridge") if name in table}
        places |= {place: () for place, _ in leaves(of_program) if place != "new.drug"}
    return places


def dialogs(parent: QWidget, tmp_path: Path, library: Library) -> Mapping[str, Callable[..., list[QDialog]]]:
    """How each dialog is made: with all the fields it may have."""
    asked = (AskedFinding("mismatch:readouts.flow_rate", "stop", "It differs", ""),)
    operator = Operator("id", "M. Levi", "nurse")
    path = tmp_path / "log.sqlite"
    figure = next(figure for pump in library.pumps.values() for figure in pump.figures())
    session = Session(tmp_path / "people.sqlite", 5, parent)
    settings = settings_of_every_step()
    made: dict[str, Callable[..., list[QDialog]]] = {
        "ObservationDialog": lambda of: [of(parent, "P-1", nothing, amends="entry 3")],
        "AskAfarDialog": lambda of: [of(parent, "", nothing)],
        "AnswerAfarDialog": lambda of: [of(parent, "", settings, nothing)],
        "TakeAfarDialog": lambda of: [of(parent, "", nothing)],
        "SecondCheckDialog": lambda of: [of(parent, "", settings, nothing, WhoField(nothing))],
        "RestoreDialog": lambda of: [of(parent, path, nothing)],
        "UnlockDialog": lambda of: [of(parent, path, nothing)],
        "OlderKeyDialog": lambda of: [of(parent, path, nothing)],
        "KeyDialog": lambda of: [of(parent, path, nothing, nothing)],
        "BookVisitDialog": lambda of: [of(parent, "P-1", "", nothing)],
        "CancelVisitDialog": lambda of: [of(parent, "", nothing)],
        "EndFollowUpDialog": lambda of: [of(parent, "P-1", nothing)],
        "ReadBackDialog": lambda of: [of(parent, "", ToBeShown(("285 mcg/day",)), nothing)],
        "VoidDialog": lambda of: [of(parent, "", "", nothing)],
        "ConfirmDialog": lambda of: [of(parent, figure, tmp_path, date(2026, 11, 22), nothing)],
        "BeforeImplantDialog": lambda of: [of(parent, (("us", "US"),), nothing)],
        "JourneyDialog": lambda of: [of(parent, "P-1", "", nothing)],
        "OwnProfileDialog": lambda of: [of(parent, kind, {}, nothing) for kind in FIGURES_OF],
        "WhichFigureDialog": lambda of: [of(parent, (), nothing)],
        "Tour": lambda of: [of(parent, nothing)],
        "ProgramDialog": lambda of: [of(parent, "", asked, nothing)],
        "FaultDialog": lambda of: [of(parent, nothing)],
        "RecordDialog": lambda of: [of(parent, "", asked, nothing, amends="entry 3")],
        "Asking": lambda of: [of(parent, "", "asking", verb="Record")],
        "AddOperatorDialog": lambda of: [of(parent, nothing, first=True)],
        "NameRoleDialog": lambda of: [of(parent, operator, nothing)],
        "PassphraseDialog": lambda of: [of(parent, operator, nothing, own=True)],
        "OperatorsDialog": lambda of: [of(parent, session, Settings(), nothing)],
        "IdentityDialog": lambda of: [of(parent, People(tmp_path / "people.sqlite"), "P-1")],
    }
    return made


def places_in(part: QWidget) -> Iterator[str]:
    for kind in TYPED_IN:
        yield from (place_of(field) for field in part.findChildren(kind))


def places_of_dialogs(parent: QWidget, tmp_path: Path, library: Library) -> set[str]:
    found: set[str] = set()
    makers = dialogs(parent, tmp_path, library)
    for name, kind in dialog_classes().items():
        assert name in makers, f"{name} is not made here: what can be typed there is not looked at"
        for dialog in makers[name](kind):
            found |= set(places_in(dialog))
            dialog.done(QDialog.DialogCode.Rejected)
            dialog.deleteLater()
    return found


def places_of_window(main: Any) -> set[str]:  # the page of the window
    """Of every panel, with what is made late."""
    for place in PLACES:
        main.check.field(place)
    for panel in rail.PANELS:
        main.window.show_panel(panel)
    schedule = main.go_to_schedule()
    for therapy in THERAPIES:
        schedule.show_therapy(therapy)
        schedule.choose_mode("flex", therapy)
        child(schedule.root, QPushButton, f"moreDays:{therapy}").click()
    main.window.show_panel("practice")
    practice = main.window.panel("practice")
    for page in ("list_page", "play_page", "editor_page"):
        assert getattr(practice, page) is not None  # each is made when it is asked for
    return set(places_in(main.window))


def scenario_of_everything(mode: str) -> dict[str, Any]:
    """One of each kind of part, of fault and of criterion."""
    therapy = {"mode": mode}
    return {
        "program": {"current": therapy},
        "hidden": {"faults": [{"kind": str(kind)} for kind in FaultKind]},
        "events": [{}],
        "programmer": [{"makes": {"new": therapy}}],
        "debrief": {"experts": [{}]},
        "criteria": [{"kind": str(kind)} for kind in CriterionKind],
    }


def places_of_scenarios(library: Library) -> set[str]:
    """Those of a scenario that has one of each kind, in every mode."""
    found: set[str] = set()
    for mode in InfusionMode:
        table = scenario_of_everything(mode)
        found |= {f"scenario.{field.place}" for part in sections(table, library) for field in part.fields}
    assert all(any(place.startswith(f"scenario.{several}.1.") for place in found) for several in SEVERAL)
    return found


@pytest.fixture
def every_place(main, tmp_path, engine) -> set[str]:
    return (
        places_of_window(main)
        | places_of_dialogs(main.window, tmp_path, engine.library)
        | places_of_scenarios(engine.library)
    ) - {""}


def test_every_place_where_something_is_typed_has_words_and_no_words_stand_for_a_place_that_is_not_there(
    every_place,
):
    without = sorted(place for place in every_place if not words_at(place))
    meant = {keys_for(place) for place in every_place}
    of_nothing = sorted(key for key in KEYS if key not in meant)

    assert without == []
    assert of_nothing == []


def keys_for(place: str) -> str:
    """The key that answers for a place, as `words_at` finds it."""
    while place and not key_of(place):
        place = place.partition(".")[2]
    return key_of(place)


def test_the_words_of_a_question_and_of_a_setting_begin_with_what_stands_before_the_field():
    labels = {
        f"question.{question.command}.{ask.name}": ask.label
        for question in QUESTIONS
        for ask in question.asks
    }
    labels |= {f"setting.{key}": field.label for key, field in EVERY_FIELD.items()}

    for place, label in labels.items():
        key = key_of(place)
        assert key, place
        if "*" not in key.partition(".")[2].partition(".")[2]:
            assert words_at(place).partition(": ")[0].casefold() == label.casefold(), place


# --- what is given as an example can be typed there


def examples_of_questions() -> list[Any]:
    return [
        pytest.param(question, ask.name, example, id=f"{question.command} {ask.name} {example}")
        for question in QUESTIONS
        for ask in question.asks
        for example in EXAMPLE.findall(words_at(f"question.{question.command}.{ask.name}"))
    ]


# What is given in place of other fields of a question, and what gives a field its meaning there.
EITHER: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "refill": ("flow_rate", ("dose", "concentration", "patient_bolus", "patient_boluses_per_day")),
    "residual": ("flow_rate", ("dose", "concentration")),
    "titrate": ("to", ("percent", "steps")),
    "bridge": ("dead_volume", ("tubing_volume", "catheter_volume", "prime_volume")),
    "prime": ("dead_volume", ("tubing_volume", "catheter_volume", "prime_volume")),
    "convert": ("molar_mass", ("quantity",)),
}
ONLY_THERE: Mapping[str, Mapping[str, str]] = {
    "molar_mass": {"quantity": "2 mmol/L"},
    "tubing_volume": {"tubing": "old", "catheter": "none"},
    "catheter_volume": {"tubing": "old", "catheter": "none"},
    "prime_volume": {"tubing": "old", "catheter": "none"},
}


def problem_of(question: Question, name: str, text: str, engine: Engine) -> str:
    """What is refused at a field of a question, where all that belongs to it is typed as in its examples."""
    view = RecordingQuestionView()
    presenter = QuestionPresenter(view, question, engine)
    one, others = EITHER.get(question.command, ("", ()))
    apart = others if name == one else (one,)
    beside = {ask.name: ask.example for ask in question.asks if ask.example and ask.name not in apart}
    presenter.texts_changed({**beside, **ONLY_THERE.get(name, {}), name: text})
    shown = view.last.fields.get(name)
    return shown.problem if shown else ""


@pytest.mark.parametrize(("question", "name", "example"), examples_of_questions())
def test_an_example_of_a_question_is_accepted_and_anything_else_is_refused(question, name, example, engine):
    assert problem_of(question, name, example, engine) == ""
    assert problem_of(question, name, "half a cup", engine)


@pytest.mark.parametrize(
    ("key", "example"),
    [(key, example) for key in EVERY_FIELD for example in EXAMPLE.findall(words_at(f"setting.{key}"))],
)
def test_an_example_of_a_setting_is_accepted(key, example, engine, tmp_path):
    named = {pump.name: name for name, pump in engine.library.pumps.items()}

    settle(key, named.get(example, example), engine.library, tmp_path)


def on_every_scale(text: str) -> None:
    scales = (scale.id for scale in all_scales().scales.values() if not scale.by_muscle_group)
    observation_body(Observation(scored=[Scored(scale, text) for scale in scales]))


def as_goal(**said: str) -> Goal:
    return Goal("walks to the door", **({"importance": "1", "difficulty": "1", "score": "0"} | said))


def goal_read(**said: str) -> None:
    observation_body(Observation(goals=[as_goal(**said)]))


# How what is typed in a dialog is read.
IN_DIALOGS: Mapping[str, Callable[[str], object]] = {
    "bookVisitDialog.at": lambda text: read_visit(said_plainly(text), "Asia/Jerusalem"),
    "endFollowUpDialog.at": read_local,
    "journeyDialog.leaves": lambda text: read_visit(said_plainly(text), "", "leaves"),
    "journeyDialog.returns": lambda text: read_visit(said_plainly(text), "", "returns"),
    "journeyDialog.zone": read_zone,
    "journeyDialog.delay": read_whole_days,
    "beforeImplantDialog.dose": lambda text: read_quantity(text, DAILY_DOSE),
    "vial": lambda text: read_quantity(text, CONCENTRATION),
    "observationDialog.observed_at": read_local,
    "observationDialog.tone.*": lambda text: observation_body(
        Observation(scored=[Scored("modified_ashworth", text, "left hip adductors")])
    ),
    "observationDialog.score.*": on_every_scale,
    "observationDialog.importance.*": lambda text: goal_read(importance=text),
    "observationDialog.difficulty.*": lambda text: goal_read(difficulty=text),
    "observationDialog.reached.*": lambda text: goal_read(score=text),
    "log.then": read_moment,
    "log.now": read_moment,
    "minutes": lambda text: Settings().set_lock_minutes(text),
    "identityDialog.born": date.fromisoformat,
    "seed": read_seed,
    "hunt.seed": read_seed,
    "by": lambda text: read_quantity(text, DURATION),
    "recordDialog.prime": lambda text: read_quantity(text, DURATION),
    "faultDialog.begins": lambda text: read_quantity(text, DURATION),
    "faultDialog.ends": lambda text: read_quantity(text, DURATION),
}
# Where any words may stand.
WORDS_THERE = {
    *("refills.search", "log.patient", "author", "role", "askAfarDialog.order", "observationDialog.patient"),
    *("addOperatorDialog.name", "nameRoleDialog.name", "confirmDialog.by", "confirmDialog.reference"),
    *("ownProfile.own.name", "ownProfile.own.reference", "ownProfile.own.by"),
}
ELSEWHERE = ("question.", "setting.", "scenario.", "(new|current)", "travel", *map("{}.".format, SECTIONS))


def examples_of_dialogs() -> list[tuple[str, str]]:
    return [
        (key, example)
        for key, words in KEYS.items()
        for example in EXAMPLE.findall(words)
        if not key.startswith(ELSEWHERE) and key not in WORDS_THERE
    ]


@pytest.mark.parametrize(("key", "example"), examples_of_dialogs())
def test_an_example_of_a_dialog_is_accepted_and_anything_else_is_refused(key, example, config_folder):
    read = IN_DIALOGS[key]

    read(example)
    with pytest.raises((ItbcalcError, ValueError)):
        read("half a cup")


def test_an_example_of_a_scenario_is_accepted(engine):
    """In a scenario that has one of everything what is wrong is what is missing, and not what was typed."""
    tried = set()
    for mode in ("flex", "simple-continuous"):
        table = scenario_of_everything(mode)
        for field in (field for part in sections(table, engine.library) for field in part.fields):
            place = f"scenario.{field.place}"
            key = keys_for(place)
            for example in EXAMPLE.findall(KEYS[key]) if key.startswith("scenario.") else ():
                typed = with_text(table, field, example)
                said = [
                    why for where, why in draft_faults(typed, "ours", engine.library) if field.touches(where)
                ]
                assert [why for why in said if f"‘{example}’" in why] == [], place
                tried.add(key)

    of_scenarios = {
        key for key, words in KEYS.items() if key.startswith("scenario.") and EXAMPLE.search(words)
    }
    assert of_scenarios - tried == {"scenario.editor.name"}


# --- at the field


def test_in_a_dialog_escape_takes_away_what_f1_said_and_what_was_typed_stays(main, tmp_path, engine):
    dialog = dialogs(main.window, tmp_path, engine.library)["JourneyDialog"](
        dialog_classes()["JourneyDialog"]
    )[0]
    dialog.open()
    field = child(dialog, Field, "field:delay")
    field.setFocus()
    QTest.keyClicks(field, "3")
    QTest.keyClick(field, Qt.Key.Key_F1)
    assert QToolTip.isVisible()

    QTest.keyClick(field, Qt.Key.Key_Escape)

    wait_for(lambda: not QToolTip.isVisible())
    assert dialog.isVisible()
    assert field.text() == "3"

    QTest.keyClick(field, Qt.Key.Key_Escape)

    assert not dialog.isVisible()


def test_in_a_dialog_f1_says_below_the_field_what_it_is_for(main, tmp_path, engine):
    dialog = dialogs(main.window, tmp_path, engine.library)["JourneyDialog"](
        dialog_classes()["JourneyDialog"]
    )[0]
    dialog.open()
    field = child(dialog, Field, "field:delay")
    field.setFocus()

    QTest.keyClick(field, Qt.Key.Key_F1)

    assert QToolTip.isVisible()
    assert "Days by which the return may fail: a missed flight" in QToolTip.text()
    assert main.panel == "check"
    QToolTip.hideText()
    dialog.done(QDialog.DialogCode.Rejected)


def test_ctrl_f1_says_it_below_the_field_without_leaving_it(main):
    field = main.check.line("reservoir.low_alarm")
    field.setFocus()

    QTest.keyClick(field, Qt.Key.Key_F1, Qt.KeyboardModifier.ControlModifier)

    assert QToolTip.isVisible()
    assert "Low-reservoir alarm volume: " in QToolTip.text()
    assert main.panel == "check"
    assert main.keyboard is field
    assert field.text() == ""
    QToolTip.hideText()


def test_the_tip_of_a_field_says_what_it_is_for_beside_what_is_usual(main):
    field = main.check.line("reservoir.low_alarm")
    field.setToolTip("Usual here: 2 mL. Ctrl+Enter takes it.")

    for _ in range(2):
        QApplication.sendEvent(field, QEnterEvent(QPointF(), QPointF(), QPointF()))

    assert field.toolTip().startswith("Usual here: 2 mL.")
    assert field.toolTip().count("Low-reservoir alarm volume: ") == 1


@pytest.mark.parametrize(
    ("panel", "place", "said"),
    [
        ("check", "screening.boluses.2.effect", "Effect of the bolus lasted: how long"),
        ("schedule", "new.steps.1.dose", "Dose of a step: all that it brings"),
        ("questions", "alarm", "Low-reservoir alarm: the volume at which the pump sounds"),
        ("settings", "setting.refill_lead_time", "Lead time for refills: how long before"),
        ("refills", "refills.search", "Search the list: a part of a pseudonym"),
        ("log", "log.patient", "Patient pseudonym: a part of it is enough"),
    ],
)
def test_f1_says_of_a_field_of_each_panel_what_it_is_for(panel, place, said, main):
    at(main, 1280, 800)
    if panel == "check":
        main.check.field(place)
    main.window.show_panel(panel)
    field = child(main.window.panel(panel), QWidget, f"field:{place}")
    field.setFocus(Qt.FocusReason.TabFocusReason)
    assert field.hasFocus()

    main.press("F1")

    shown = child(main.window, QLabel, "help:field")
    assert shown.text().startswith(said)
    assert shown.height() >= shown.heightForWidth(shown.width())
