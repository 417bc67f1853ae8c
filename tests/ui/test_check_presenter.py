"""The check panel's presenter, without a window: whole states in, whole states out."""

import re
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from itbcalc.ask.selftest import SelfTest
from itbcalc.desk.fields import PLACES
from itbcalc.desk.program_files import example_path, examples
from itbcalc.desk.texts import Texts, texts_of
from itbcalc.errors import LibraryError
from itbcalc.program import load_toml
from itbcalc.quantities.kinds import VOLUME, as_volume, exactly
from itbcalc.say.log import known_patient_message
from itbcalc.visits.refill_visit import RefillVisit
from itbcalc.visits.refill_visit_words import refill_message
from tests.ui.nasty import NASTY, named
from tests.ui.views import RecordingView
from ui.cards import card_of
from ui.engine import Engine
from ui.program.assessment import CardsOfLog, assess, with_log
from ui.program.check_presenter import CheckPresenter, whole_of
from ui.states import CheckState, RowState

EXAMPLES = [name for name, _ in examples()]
MISTYPED = "06-mistyped-concentration.toml"
# With and without a bridge, aspirated, without a tubing volume.
TELLING = (
    "01-routine-increase.toml",
    "04-2000-to-500-bridged.toml",
    "07-two-tubing-volumes.toml",
    "13-aspirated-and-primed.toml",
)
# Whatever is written there, no value follows from it.
FREE_TEXT = ("patient.ref", "refill.lot")
# Another text that can be read, for finding out what depends on a place.
OTHER = {
    "line.tubing": ("old", "new", "none"),
    "line.catheter": ("old", "new", "none"),
    "system.pump": ("synchromed-ii-20", "synchromed-ii-40", "prometra-ii"),
    "system.catheter": ("0.2 mL", "1 cm × 0.1 mL/cm"),
    "reservoir.at": ("2025-01-01T00:00+00:00",),
    "reservoir.zone": ("Pacific/Auckland", "America/New_York"),
    "patient.last_change": ("2024-01-01T00:00+00:00",),
    "patient.first_dose": ("2024-01-01T00:00+00:00",),
    "system.implanted": ("2024-01-01T00:00+00:00",),
    "system.eri_seen": ("2024-06-01T00:00+00:00",),
    "patient.spasticity_origin": ("spinal", "cerebral"),
    "patient.jurisdiction": ("us", "de", "uk"),
    "patient.age_years": ("9", "70"),
    "new.mode": ("", "stopped", "minimum-rate"),
    "new.steps_replace_basal": ("", "add", "replace"),
    "new.bolus_replaces_basal": ("", "add", "replace"),
    "new.groups.1.days": ("mon", "tue wed"),
    "new.patient_bolus.per_day": ("1", "5"),
}
TIME = re.compile(r"(new\..*|readouts\.steps\.\d+)\.(start|end|first)")


def state_of(texts: Texts, engine: Engine) -> CheckState:
    """The state computed from scratch."""
    view = RecordingView()
    CheckPresenter(view).show(assess(texts, engine))
    return view.last


def example(name: str) -> Texts:
    return texts_of(load_toml(example_path(name)))


def with_text(texts: Texts, place: str, text: str) -> Texts:
    typed = {**texts.typed, place: text}
    return Texts({key: value for key, value in typed.items() if value}, texts.kept)


def values_in(state: CheckState) -> Mapping[str, str]:
    """Every computed value that a state shows, by where it stands."""
    values = {"dead volume": state.dead_volume}
    for key, row in state.rows.items():
        cells = {"now": row.now, "new": row.new, "change": row.change, "copied": row.copy_text}
        values |= {f"{key}, {column}": text for column, text in cells.items()}
    return {where: text for where, text in values.items() if text}


def words_of(state: CheckState) -> str:
    """Everything that explains something."""
    problems = [field.problem for field in state.fields.values()]
    verdicts = [row.verdict for row in state.rows.values()]
    return "\n".join((*problems, *verdicts, *(f"{card.title} {card.detail}" for card in state.cards)))


def others_at(place: str, text: str) -> tuple[str, ...]:
    """Other texts that can be read at `place`, where `text` stands now."""
    if place in OTHER:
        return tuple(other for other in OTHER[place] if other != text)
    if TIME.fullmatch(place) or place == "new.first":
        return "03:10", "17:40"
    if place.endswith(".day"):
        return ("fri",)
    number = re.match("[0-9.]+", text)
    assert number is not None, f"no number in {text!r} at {place}"
    unit = text[number.end() :]
    return f"3{unit}", f"1{number.group()}{unit}"


# --- what is shown


def test_the_mistyped_concentration_is_told_and_explained(engine):
    state = state_of(example(MISTYPED), engine)

    assert state.rows["flow_rate"] == RowState(
        now="0.5 mL/day",
        new="0.1425 mL/day",
        change="\N{MINUS SIGN}71.5 %",
        verdict="✗ differs",
        tone="differs",
        copy_text="0.1425 mL/day",
    )
    assert "flow_rate" in state.needed
    slip = next(card for card in state.cards if card.code == "slip")
    assert "500 mcg/mL" in slip.detail
    assert "old concentration" in slip.detail


def test_nothing_typed_shows_the_empty_state(engine):
    assert state_of(Texts(), engine) == CheckState()


def test_blanks_count_as_nothing_typed(engine):
    assert state_of(Texts({"new.daily_dose": "  "}), engine) == CheckState()


def test_each_change_is_answered_with_one_whole_state(engine):
    view = RecordingView()
    presenter = CheckPresenter(view)

    for count, text in enumerate(("4", "46", "460"), start=1):
        presenter.show(assess(Texts({"new.daily_dose": text, "new.concentration": "500"}), engine))

        assert len(view.states) == count
        assert view.last.rows["flow_rate"].new

    assert view.last.rows["flow_rate"].new == "0.92 mL/day"


def test_a_value_appears_with_the_last_thing_it_needs(engine):
    view = RecordingView()
    presenter = CheckPresenter(view)

    presenter.show(assess(Texts({"new.daily_dose": "460"}), engine))
    assert view.last.rows["flow_rate"].new == ""

    presenter.show(assess(Texts({"new.daily_dose": "460", "new.concentration": "500"}), engine))
    assert view.last.rows["flow_rate"].new == "0.92 mL/day"

    presenter.show(assess(Texts({"new.daily_dose": "460", "new.concentration": ""}), engine))
    assert view.last.rows["flow_rate"].new == ""


def test_an_unread_read_out_is_not_read_and_no_match(engine):
    texts = with_text(example(MISTYPED), "readouts.flow_rate", "")

    assert state_of(texts, engine).rows["flow_rate"].verdict == "– not read"


@pytest.mark.parametrize("vial", ["10 mg/5 mL", "40000 mcg/20 mL"])
def test_a_strength_as_on_a_vial_is_read_back(vial, engine):
    state = state_of(Texts({"new.concentration": vial}), engine)

    assert state.fields["new.concentration"].reading == "= 2 mg/mL, 2,000 mcg/mL"


def test_a_unit_typed_is_read_back_in_the_units_of_the_field(engine):
    state = state_of(Texts({"new.daily_dose": "0.46 mg/day"}), engine)

    assert state.fields["new.daily_dose"].reading == "= 460 mcg/day"


@pytest.mark.parametrize("name", EXAMPLES)
def test_clearing_leaves_nothing_of_an_example(name, engine):
    view = RecordingView()
    presenter = CheckPresenter(view)

    presenter.show(assess(example(name), engine))
    nothing = assess(Texts(), engine)
    presenter.show(nothing)

    assert view.last == CheckState()
    assert nothing.checked is None


# --- nothing stale


@pytest.mark.parametrize(
    "name", [name if name in TELLING else pytest.param(name, marks=pytest.mark.slow) for name in EXAMPLES]
)
def test_what_depends_on_a_malformed_field_disappears_and_nothing_else_changes(name, engine):
    """What depends on a field is found out by typing something else that can be read there."""
    texts = example(name)
    before = values_in(state_of(texts, engine))
    for place in set(texts.typed) - set(FREE_TEXT):
        others = [
            values_in(state_of(with_text(texts, place, other), engine))
            for other in others_at(place, texts.typed[place])
        ]
        dependent = {where for where, text in before.items() if any(v.get(where) != text for v in others)}

        after = values_in(state_of(with_text(texts, place, ".5"), engine))
        if place.startswith(
            "readouts."
        ):  # its row is said in the unit in which it was read: 49 h 36 min, else 2 days 1 h
            row = place.removeprefix("readouts.")
            after = {where: text for where, text in after.items() if not where.startswith(row)}

        assert {where: after[where] for where in after if after[where] != before.get(where)} == {}, place
        assert dependent & set(after) == set(), place


@pytest.mark.parametrize("place", [place for place in PLACES if place not in FREE_TEXT])
def test_a_malformed_field_is_refused_by_name_and_takes_its_own_answer_along(place, engine):
    texts = example("02-500-to-2000-bridged.toml")
    for nasty in NASTY[PLACES.index(place) % 2 :: 2]:
        state = state_of(with_text(texts, place, nasty), engine)

        assert state.fields[place].problem, nasty
        assert named(nasty) in words_of(state), nasty
        if place.startswith("readouts."):
            assert state.rows[place.removeprefix("readouts.")].tone == "refused", nasty


edits = st.lists(
    st.tuples(
        st.sampled_from(PLACES),
        st.sampled_from(["", "5", "500", "0.2 mL", "spinal", "22 Nov 2026 09:30", "Europe/Berlin", *NASTY]),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(["", *EXAMPLES]), changes=edits)
def test_a_state_depends_on_the_texts_alone_and_not_on_what_was_typed_before(name, changes, engine):
    view = RecordingView()
    presenter = CheckPresenter(view)
    texts = example(name) if name else Texts()
    for place, text in changes:
        texts = with_text(texts, place, text)
        presenter.show(assess(texts, engine))
    presenter.show(assess(texts, engine))

    assert view.last == state_of(texts, engine)


# --- when nothing may be computed


def test_after_a_failed_self_test_no_text_brings_a_value(engine):
    failed = replace(engine, self_test=SelfTest(90, ("flow-100-at-500",)))

    for name in EXAMPLES:
        state = state_of(example(name), failed)

        assert state == CheckState(empty=False)


def test_a_refused_profile_of_the_clinic_is_said_with_and_without_texts(engine):
    with_error = replace(engine, profile_errors=(LibraryError("clinic/pumps/own.toml", "no name"),))

    for texts in (Texts(), example(MISTYPED)):
        card = state_of(texts, with_error).cards[0]

        assert (card.code, card.severity) == ("own_profile_refused", "caution")  # as the command line says it
        assert "clinic/pumps/own.toml" in card.detail


def test_an_engine_that_cannot_be_relied_on_any_more_takes_every_answer_away(engine):
    view = RecordingView()
    presenter = CheckPresenter(view)
    presenter.show(assess(example(MISTYPED), engine))

    found = assess(example(MISTYPED), replace(engine, self_test=SelfTest(90, ("case",))))
    presenter.show(found)

    assert view.last == CheckState(empty=False)
    assert found.checked is None


def test_what_would_explain_a_difference_stands_before_what_the_log_says(engine):
    offered = card_of(known_patient_message("P-0147"))

    shown = with_log(assess(example("06-mistyped-concentration.toml"), engine), CardsOfLog((offered,)))

    codes = [card.code for card in shown.cards]
    assert codes[:3] == ["readout_differs", "readout_differs", "slip"]
    assert shown.cards[3] == offered
    assert len(codes) == len(set(shown.cards)) > 4


def test_what_a_refill_tells_stands_behind_what_is_warned_of(engine):
    told = card_of(refill_message(RefillVisit(drawn_off=as_volume(exactly(0, VOLUME)))))
    shown = with_log(assess(example("15-second-increase-too-soon.toml"), engine), CardsOfLog((told,)))

    assert shown.cards[-1] == told


def test_the_header_is_not_green_while_a_stop_stands(engine):
    routine = example("01-routine-increase.toml")
    too_soon = with_text(routine, "patient.last_change", "2026-10-06T03:15-05:00")  # 7 h before an increase

    (said, *shorter), tone = whole_of(assess(too_soon, engine))

    assert whole_of(assess(routine, engine)) == (("✓ everything needed was read and agrees",), "match")
    assert (said, tone) == ("✗ everything needed was read and agrees, but 1 stop stands", "differs")
    assert shorter == [
        "✗ 1 stop stands; all that was needed agrees"
    ]  # cut, it never says alone that all agrees
