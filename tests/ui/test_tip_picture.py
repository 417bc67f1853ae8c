"""The picture of what leaves the tip, where the line held no drug: every level worked by hand."""

from pathlib import Path

import pytest

from itbcalc.desk.log_reader import LogReader
from itbcalc.desk.texts import Texts, texts_of
from itbcalc.log.store import SqliteLog
from itbcalc.program import load_toml
from tests.itbcalc.log.logs import LOG_ID
from tests.itbcalc.programs import changed, check_of
from tests.itbcalc.visits.histories import record
from tests.ui.views import RecordingView
from ui.program.assessment import cards_of_log, check_read, read_texts, with_log
from ui.program.check_presenter import CheckPresenter
from ui.program.tip_picture import tip_picture_of
from ui.states import CheckState, Picture

FORGOTTEN = Path(__file__).parents[1] / "cases" / "bridge-forgotten.toml"

# 300 mcg/day of 500, then of 2,000 mcg/mL: 0.15 mL/day. Tubing 0.14 mL, catheter 0.1958 mL, emptied through its port.
EMPTIED = {
    "system.tubing_volume": "0.140 mL",
    "system.catheter": {"length": "89 cm", "volume_per_length": "0.0022 mL/cm"},
    "reservoir.filled": "40 mL",
    "current.concentration": "500 mcg/mL",
    "current.daily_dose": "300 mcg/day",
    "new.concentration": "2000 mcg/mL",
    "new.daily_dose": "300 mcg/day",
    "line": {"tubing": "old", "catheter": "none"},
}
PRIMED = {"line": {"tubing": "old", "catheter": "none", "prime": {"volume": "0.19 mL"}}}
BRIDGED = {**PRIMED, "bridge.dose": "300 mcg/day"}


def picture(changes: dict[str, object]) -> Picture:
    """As it is drawn."""
    picture_of = tip_picture_of(check_of({**EMPTIED, **changes}))
    assert picture_of is not None
    return picture_of()


def levels(changes: dict[str, object]) -> list[tuple[float, float]]:
    """From when on (days), and how much per day; as programmed, from the change on."""
    curve = picture(changes).curves[0]
    return [(start, dose) for start, dose in curve.points if start >= 0]


@pytest.mark.parametrize(
    ("changes", "by_hand"),
    [
        pytest.param(
            {},  # 0.1958 / 0.15 days of nothing, then 0.14 mL of the old drug: 0.15 x 500 = 75; 0.3358 / 0.15
            [(0, 0), (0.1958 / 0.15, 75), (0.3358 / 0.15, 300)],
            id="neither primed nor bridged",
        ),
        pytest.param(
            PRIMED,  # 0.0058 mL of nothing are left at the tip, then 0.14 mL of the old drug
            [(0, 0), (0.0058 / 0.15, 75), (0.1458 / 0.15, 300)],
            id="primed",
        ),
        pytest.param(
            # the bridge runs 0.14 / 0.6 days at 0.6 mL/day; the last 0.0058 mL of old drug leave after it, at 0.15
            BRIDGED,
            [(0, 0), (0.0058 / 0.6, 300), (0.14 / 0.6, 75), (0.14 / 0.6 + 0.0058 / 0.15, 300)],
            id="primed and bridged",
        ),
    ],
)
def test_an_emptied_catheter_is_drawn_as_nothing_at_the_tip(changes, by_hand):
    found = [
        level
        for number, level in enumerate(levels(changes))
        if not number or level[1] != levels(changes)[number - 1][1]
    ]

    assert found == [(pytest.approx(start), pytest.approx(dose)) for start, dose in by_hand]


def test_it_says_that_there_is_no_drug_at_all():
    # 0.1958 mL at 0.15 mL/day: 1.30533 days
    assert "no drug at all for 31 h 20 min" in picture({}).words


# --- one concentration, and what was really in the pump

SAME = {"new.concentration": "500 mcg/mL"}


def test_after_a_dye_study_nothing_leaves_the_tip_at_first_at_one_concentration_too():
    """0.1958 mL of nothing at 300 / 500 = 0.6 mL/day."""
    drawn = picture(SAME)
    tip, intended = drawn.curves

    assert [(round(start, 9), dose) for start, dose in tip.points if start >= 0] == [
        (0, 0),
        (round(0.1958 / 0.6, 9), 300),
    ]
    assert {dose for _, dose in intended.points} == {300}
    assert "no drug at all" in drawn.about
    assert "at once" not in drawn.about


def test_the_same_primed_with_what_was_emptied_has_no_gap():
    drawn = picture({**SAME, "line": {"tubing": "old", "catheter": "none", "prime": {"volume": "0.1958 mL"}}})

    (tip,) = drawn.curves
    assert {dose for _, dose in tip.points} == {300}


def test_while_a_prime_runs_what_it_pushes_out_is_drawn():
    """0.1958 mL of nothing and 0.0042 of 500 mcg/mL leave in 12 h, at 0.4 mL/day; then 300 mcg/day, as intended."""
    prime = {"volume": "0.2 mL", "duration": "12 h"}
    drawn = picture({**SAME, "line": {"tubing": "old", "catheter": "none", "prime": prime}})

    tip, intended = drawn.curves
    assert [(round(start, 9), dose) for start, dose in tip.points if start >= 0] == [
        (0, 0),
        (round(0.1958 / 0.4, 9), 200),
        (0.5, 300),
    ]
    assert {dose for _, dose in intended.points} == {300}


def test_a_first_dose_does_not_leave_the_tip_before_the_prime_is_over():
    """A new system, purged: 0.1958 mL of nothing leave in 18 min, 1/80 day."""
    prime = {"volume": "0.1958 mL", "duration": "18 min"}
    stopped = {"drug": "baclofen", "concentration": "500 mcg/mL", "mode": "stopped"}
    begun = {"current": stopped, "line": {"tubing": "new", "catheter": "none", "prime": prime}}

    tip = picture({**SAME, "current.concentration": None, "current.daily_dose": None, **begun}).curves[0]
    assert [level for level in tip.points if level[1] or level[0] >= 0] == [(0, 0), (0.0125, 300)]


def test_before_a_correction_is_drawn_what_was_really_delivered():
    """958 programmed at 4000 were 958 x 2000 / 4000 = 479; corrected to 472 at 2000."""
    corrected = {
        "line": None,
        "current.concentration": "4000 mcg/mL",
        "current.really": {"concentration": "2000 mcg/mL"},
        "current.daily_dose": "958 mcg/day",
        "new.daily_dose": "472 mcg/day",
    }

    assert {dose for _, dose in picture(corrected).curves[0].points} == {479, 472}


@pytest.mark.parametrize(
    ("place", "text"),
    [("line.prime.volume", "0,19 mL"), ("line.catheter", "drained"), ("system.catheter", "")],
    ids=["prime not readable", "line not readable", "catheter not known"],
)
def test_of_an_emptied_catheter_of_which_not_all_is_known_nothing_is_drawn(engine, place, text):
    """It said that the new dose leaves the tip at once: where nothing leaves it for half a day, or who knows."""
    texts = texts_of(load_toml(FORGOTTEN))
    same = {"system.catheter": "0.1958 mL", "current.concentration": "500", "new.concentration": "500"}
    emptied = {**texts.typed, **same, "line.tubing": "old", "line.catheter": "none"}

    def drawn(typed: dict[str, str]) -> bool:
        view = RecordingView()
        CheckPresenter(view).show(check_read(read_texts(Texts(typed), engine)))
        return view.last.tip_of is not None

    assert drawn(emptied)
    assert not drawn({**emptied, place: text})


def test_of_another_drug_than_before_no_dose_is_drawn():
    assert tip_picture_of(check_of({**EMPTIED, "current.drug": "morphine"})) is None


@pytest.fixture
def an_hour_after(tmp_path, engine) -> CheckState:
    """40 to 50 mg/mL at 8 mg/day, the bridge forgotten; the visit an hour later, with the log at hand."""
    visit, path = load_toml(FORGOTTEN), tmp_path / "titration.itblog"
    log = SqliteLog(path, create=True, log_id=LOG_ID)
    record(
        log,
        changed(visit, {"reservoir.at": "2026-03-02T09:00-06:00", "current.concentration": "40 mg/mL"}),
        refilled=True,
    )
    log.close()
    found = check_read(read_texts(texts_of(visit), engine))
    said = LogReader(path, engine.now).said_of(found.checked, engine.library)
    view = RecordingView()
    presenter = CheckPresenter(view)
    presenter.show(found)
    presenter.show(with_log(found, cards_of_log(said, "", found.checked)))
    return view.last


def test_bar_and_picture_know_the_drug_that_the_log_still_has_in_the_line(an_hour_after):
    """Line 0.14 + 0.1958 = 0.3358 mL. 0.16/24 = 1/150 mL have left: 0.329133 mL of 40 mg/mL lie ahead of 1/150 of 50.

    8 mg/day of 50 are 0.16 mL/day: 6.4 mg/day of 40 for 0.329133/0.16 days, then 8.
    """
    assert [(plug.words, plug.holds) for plug in an_hour_after.line] == [
        ("0.006667 mL of 50,000 mcg/mL", "new"),
        ("0.3291 mL of 40,000 mcg/mL", "old"),
    ]
    drawn = an_hour_after.tip_of()
    changes = {dose: start for start, dose in reversed(drawn.curves[0].points)}  # when each level began
    assert changes == {6400: 0, 8000: pytest.approx(0.3291333 / 0.16)}
    assert "furthest off: 0.8 times the intended dose for 2 days 1 h" in drawn.about


def test_without_the_log_nothing_is_known_of_it(engine):
    view = RecordingView()
    CheckPresenter(view).show(check_read(read_texts(texts_of(load_toml(FORGOTTEN)), engine)))

    assert [plug.words for plug in view.last.line] == ["0.3358 mL of 50,000 mcg/mL"]


def test_an_overfilling_prime_runs_out_of_a_picture_in_which_the_dose_can_be_read():
    """A purged system primed with 0.33 mL in 20 min: 0.14 of 2,000 leave, 280 mcg at 23.76 mL/day; then 100 mcg/day."""
    prime = {"volume": "0.33 mL", "duration": "20 min"}
    drawn = picture(
        {
            "system.catheter": {"volume": "0.19 mL"},
            "current": {"drug": "baclofen", "concentration": "2000 mcg/mL", "mode": "stopped"},
            "current.concentration": "2000 mcg/mL",
            "current.daily_dose": None,
            "new.daily_dose": "100 mcg/day",
            "line": {"tubing": "new", "catheter": "none", "prime": prime},
        }
    )

    assert drawn.end == 0.25  # of 20 minutes nobody would see what they come to
    assert max(dose for _, dose in drawn.curves[0].points) == pytest.approx(23.76 * 2000)
    assert drawn.ceiling == 300
    assert "280 mcg leave the tip in the prime, above what is drawn" in drawn.about
    assert [(x, words.partition(" arrives")[0]) for x, words in drawn.marks] == [(0, "change, drug")]
