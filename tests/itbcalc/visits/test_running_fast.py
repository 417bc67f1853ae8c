"""What a fast pump may have delivered too much is not forgotten at a dose step: only a fill makes the volume known again."""

from copy import deepcopy
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from itbcalc.log.store import MemoryLog
from itbcalc.visits.against_log import against_log
from itbcalc.visits.entry_kinds import EntryKind
from tests.itbcalc.programs import library, table_of
from tests.itbcalc.visits.histories import at, at_dose, checked_step, history, record, state_at
from tests.itbcalc.visits.test_state_by_the_minute import Table, counted, delivered, logged, state_of_history
from tests.itbcalc.visits.test_state_by_the_minute import history as random_history
from tests.itbcalc.visits.test_state_by_the_minute import number as number_of

Step = tuple[datetime, Table, EntryKind]

STRONG = {
    "patient__last_change": None,
    "current__concentration": "2000 mcg/mL",
    "new__concentration": "2000 mcg/mL",
}
SMALL = {"system__pump": "synchromed-ii-20", "reservoir__filled": "20 mL"}  # 14.5 %, 1.4 mL stay in it
FILLED, STEP = "2026-09-20T08:30+02:00", "2026-11-30T11:00+01:00"


def filled_in_september() -> dict[str, Any]:
    return at_dose("400 mcg/day", FILLED, **SMALL, **STRONG)


def raised_in_november(volume: str | None = "5.770 mL", **more: Any) -> dict[str, Any]:
    """From 400 to 440 mcg/day, with the volume that is expected then."""
    return at_dose("440 mcg/day", STEP, **{**SMALL, **STRONG, "reservoir__filled": volume, **more})


def empty_worst(log: MemoryLog, moment: str) -> datetime:
    dates = state_at(log, moment).dates
    assert dates is not None
    assert dates.empty_worst is not None
    return dates.empty_worst


@pytest.mark.parametrize("volume", [None, "5.770 mL", "5.8 mL", "6.2 mL"])
def test_a_dose_step_between_two_fills_forgets_nothing(volume: str | None) -> None:
    """20 mL, 0.2 mL/day for 71 days and 3.5 h: 14.229 mL programmed, up to 16.292 delivered; 3.708 mL less 1.4 at 0.2519 mL/day.

    From 30 Nov 11:00 these last 9 days, 3 h and 51 min. A volume read from a programmer is its count, rounded or not.
    """
    days = 71 + Fraction(7, 48)
    fast = Fraction("1.145")
    left = 20 - fast * Fraction("0.2") * days - Fraction("1.4")
    if volume == "5.770 mL":
        left -= 20 - Fraction("0.2") * days - Fraction("5.77")  # cut, and so a little less
    lasts = left / (Fraction("0.22") * fast)
    assert int(lasts) == 9

    found = empty_worst(history(filled_in_september(), raised_in_november(volume)), STEP)

    assert abs(found - (at(STEP) + timedelta(days=float(lasts)))) < timedelta(seconds=1)
    assert found.isoformat(timespec="hours") == "2026-12-09T14+01:00"


def test_over_any_number_of_steps() -> None:
    """Three steps to the dose there is anyway: as if there had been none. 18.6 mL at 0.229 mL/day last 81.22 days."""
    step = dict(**SMALL, **{**STRONG, "current__daily_dose": "400 mcg/day"})
    steps = [
        at_dose("400 mcg/day", when, **{**step, "reservoir__filled": volume})
        for when, volume in (
            ("2026-10-10T08:30+02:00", "16 mL"),
            ("2026-10-30T07:30+01:00", None),
            ("2026-11-19T07:30+01:00", "8 mL"),
        )
    ]
    log = history(filled_in_september(), *steps)

    lasts = timedelta(days=float(Fraction("18.6") / Fraction("0.229")))
    for moment in (FILLED, "2026-10-10T08:30+02:00", "2026-11-01T08:30+01:00", STEP):
        assert abs(empty_worst(log, moment) - (at(FILLED) + lasts)) < timedelta(seconds=1)


def test_a_fill_makes_the_volume_known_again() -> None:
    """What was drawn off is measured: 20 mL more, all but 1.4 mL at 0.2519 mL/day, last 73 days and 20 h."""
    log = history(filled_in_september())
    filled = raised_in_november("20 mL", refill={"drawn_off": "5.5 mL"})
    record(log, table_of(filled), refilled=True)

    lasts = timedelta(days=float(Fraction("18.6") / Fraction("0.2519")))
    assert abs(empty_worst(log, STEP) - (at(STEP) + lasts)) < timedelta(seconds=1)


def test_a_pump_that_was_over_before_the_step_stays_over_since_then() -> None:
    """81.22 days after 20 Sep 08:30 it is 10 Dec: a step on 15 Dec changes nothing of it."""
    late = {**SMALL, **STRONG, "reservoir__filled": "2.8 mL"}
    log = history(filled_in_september(), at_dose("440 mcg/day", "2026-12-15T08:00+01:00", **late))

    assert empty_worst(log, "2026-12-15T08:00+01:00") == empty_worst(log, STEP)
    assert empty_worst(log, STEP).date().isoformat() == "2026-12-10"


@pytest.mark.parametrize(
    ("said", "believed"), [("5.2 mL", "5.2"), ("18 mL", "5.770833"), ("20 mL", "5.770833")]
)
def test_a_volume_below_the_count_is_believed_and_none_above_it(said: str, believed: str) -> None:
    """14.229 mL were programmed, 5.771 mL are counted: 5.2 mL are believed. 18 or 20 mL, the volume of the last fill left standing, are nowhere: no refill is recorded.

    What the pump may have delivered too much is missing in all: 0.145 × 14.229 = 2.063 mL. Believed, 20 mL would last to 5 Feb, 58 days too long.
    """
    there = (
        Fraction(believed) - Fraction("0.145") * Fraction("0.2") * (71 + Fraction(7, 48)) - Fraction("1.4")
    )
    lasts = timedelta(days=float(there / Fraction("0.2519")))
    found = empty_worst(history(filled_in_september(), raised_in_november(said)), STEP)
    assert abs(found - (at(STEP) + lasts)) < timedelta(seconds=1)


def test_after_a_volume_that_is_nowhere_the_count_goes_on() -> None:
    """A step that says 20 mL and a day later one that says the 5.551 mL there are: as if the first had said 5.771 mL."""
    later = "2026-12-01T11:00+01:00"
    again = at_dose("440 mcg/day", later, **{**SMALL, **STRONG, "current__daily_dose": "440 mcg/day"})
    logs = [
        history(filled_in_september(), raised_in_november(said), {**again, "reservoir.filled": "5.55 mL"})
        for said in ("20 mL", None)
    ]
    wrong, right = (empty_worst(log, later) for log in logs)
    assert abs(wrong - right) < timedelta(minutes=10)  # 5.55083 mL cut to 5.55


def test_a_pump_of_the_same_model_that_was_implanted_full_is_counted_anew() -> None:
    """Its tubing was filled with the new drug: 20 mL, all but 1.4 mL at 0.2519 mL/day, last 73 days and 20 h."""
    new = raised_in_november("20 mL", line={"tubing": "new", "catheter": "old"})

    lasts = timedelta(days=float(Fraction("18.6") / Fraction("0.2519")))
    found = empty_worst(history(filled_in_september(), new), STEP)
    assert abs(found - (at(STEP) + lasts)) < timedelta(seconds=1)


def test_a_volume_says_how_many_patient_boluses_were_taken() -> None:
    """0.2 mL/day and up to 0.02 mL of boluses: at the most 4.4 mL in 20 days. 16 mL left say that none was taken.

    So 4 mL were programmed: 20 − 1.145 × 4 − 1.4 = 14.02 mL, then at (0.2 + 0.02) mL/day from the step on.
    """
    bolus = {"dose": "40 mcg", "duration": "5 min", "lockout": "4 h", "per_day": 1}
    filled = {**filled_in_september(), "new.patient_bolus": bolus}
    step = at_dose(
        "400 mcg/day",
        "2026-10-10T08:30+02:00",
        **{
            **SMALL,
            **STRONG,
            "reservoir__filled": "16 mL",
            "current__patient_bolus": bolus,
            "new__patient_bolus": bolus,
        },
    )
    log = history(filled, step)

    lasts = (empty_worst(log, "2026-10-10T08:30+02:00") - at("2026-10-10T08:30+02:00")) / timedelta(days=1)
    assert lasts == pytest.approx(14.02 / (1.145 * 0.22), abs=0.6)  # boluses come as early as they may


# --- minute by minute, over histories made at random

FAST, RESIDUAL = Fraction("1.145"), Fraction(1)  # of the quiet program's pump


def small_history(dice: Random) -> list[Step]:
    """A history with little in the reservoir; a dose step says the volume that is expected then, cut, or none."""
    steps = random_history(dice)
    for number, (moment, table, kind) in enumerate(steps):
        reservoir = table["reservoir"]
        reservoir["low_alarm"] = "0.5 mL"
        if number == 0 or kind is EntryKind.CONCENTRATION_CHANGED:
            steps[number] = (moment, table, kind if number else EntryKind.RESERVOIR_REFILLED)
            reservoir["filled"] = f"{dice.randint(3, 12)} mL"
            continue
        reservoir.pop("filled", None)
        least, most = (counted(steps[:number], moment, all_boluses=taken)[0] for taken in (True, False))
        if least == most and most > Fraction("0.6") and dice.random() < 0.6:
            reservoir["filled"] = f"{int(most * 1000) / 1000} mL"
    return steps


def fast_left(steps: list[Step], until: datetime) -> Fraction:
    """What is left where all since the last fill was delivered 1.145 times, counted minute by minute."""
    taken = [each for each in steps if each[0] <= until]
    fills = [number for number, (_, _, kind) in enumerate(taken) if kind is not EntryKind.DOSE_STEP_RECORDED]
    since = taken[fills[-1] :]
    ends = [*(moment for moment, _, _ in since[1:]), until]
    programmed = sum(
        delivered(moment, table, end, all_boluses=True)
        for (moment, table, _), end in zip(since, ends, strict=True)
    )
    return number_of(since[0][1]["reservoir"]["filled"]) - cut_away(since) - FAST * programmed


def cut_away(since: list[Step]) -> Fraction:
    """How much less than the count the last step that says a volume says."""
    for number in range(len(since) - 1, 0, -1):
        moment, table, _ = since[number]
        if "filled" in table["reservoir"]:
            whole = [
                (*since[0],),
                *((at_, without_volume(each), kind) for at_, each, kind in since[1:number]),
            ]
            return counted(whole, moment, all_boluses=False)[0] - number_of(table["reservoir"]["filled"])
    return Fraction(0)


def without_volume(table: dict[str, Any]) -> dict[str, Any]:
    return {
        **table,
        "reservoir": {key: value for key, value in table["reservoir"].items() if key != "filled"},
    }


@pytest.mark.parametrize(
    "tenth", [0, *(pytest.param(tenth, marks=pytest.mark.slow) for tenth in range(1, 10))]
)
def test_the_worst_case_is_that_of_a_count_minute_by_minute(tenth: int) -> None:
    """A minute before it more than 1 mL is left, and a minute after it no more."""
    for seed in range(tenth * 10, tenth * 10 + 10):
        steps = small_history(Random(seed))  # noqa: S311
        state = state_of_history(logged(steps), steps[-1][0])
        assert state.dates is not None, (seed, state.not_known)
        found = state.dates.empty_worst
        if found is None:
            assert steps[-1][1]["new"]["mode"] == "stopped", seed
            assert fast_left(steps, steps[-1][0]) > RESIDUAL, seed
            continue
        minute = found.replace(second=0, microsecond=0)
        fill = max(moment for moment, _, kind in steps if kind is not EntryKind.DOSE_STEP_RECORDED)
        if minute > fill:
            assert fast_left(steps, minute) > RESIDUAL or found == minute, seed
        assert fast_left(steps, minute + timedelta(minutes=1)) <= RESIDUAL, seed


def test_a_step_of_the_dose_there_is_never_makes_the_worst_case_later() -> None:
    """Whether it says no volume, the one expected, cut, or that one as a programmer rounds it.

    Where patient boluses may have been taken a volume above the least says that some were not: then it may be later.
    """
    told = set()
    for seed in range(50):
        dice = Random(seed)  # noqa: S311
        steps = small_history(dice)[:1]
        first = steps[0][1]
        if "bridge" in first or "line" in first or first["new"]["mode"] == "stopped":
            continue
        worst = empty_worst(logged(steps), steps[0][0].isoformat())
        for _ in range(3):
            moment = steps[-1][0] + timedelta(minutes=dice.randint(1, 5 * 1440))
            left = state_of_history(logged(steps), moment).volume_left
            assert left is not None
            again = deepcopy(first)
            again["current"] = again["new"]
            again["reservoir"] |= {"at": moment.isoformat()}
            places = dice.choice((None, 3, 3 if "patient_bolus" in first["new"] else 1))
            expected = left.least.magnitude  # every patient bolus taken
            text = (
                None if places is None else f"{round(float(expected), places) - (places == 3) / 1000:.3f} mL"
            )
            del again["reservoir"]["filled"]
            if text is not None and number_of(text) > Fraction("0.6"):
                again["reservoir"]["filled"] = text
                told.add(places)
            steps.append((moment, again, EntryKind.DOSE_STEP_RECORDED))
            after = empty_worst(logged(steps), moment.isoformat())
            assert after <= worst, (seed, text)
            worst = after
    assert told == {1, 3}


# --- what the check says of it


def said_of(log: MemoryLog, step: dict[str, Any]) -> dict[str, tuple[str, str]]:
    found = against_log(checked_step(table_of(step)).checked, log, at(STEP), library())
    return {message.code: (str(message.severity), f"{message.title}. {message.detail}") for message in found}


def test_the_check_of_a_counted_volume_says_the_earlier_day() -> None:
    found = said_of(history(filled_in_september()), raised_in_november("5.770 mL"))

    severity, words = found["worst_case_earlier_by_log"]
    assert severity == "caution"
    assert words == (
        "By the log refill no later than 9 Dec 2026. The volume is counted, not measured: since entry 1 of 20 Sep 2026 the pump "
        "may have delivered up to 2.063 mL more than programmed. In the worst case it is empty on 9 Dec 2026 14:46; by the "
        "volume typed alone on 17 Dec 2026 19:21."
    )


@pytest.mark.parametrize(
    "step",
    [
        raised_in_november("20 mL", refill={"drawn_off": "5.5 mL"}),  # measured
        raised_in_november("20 mL"),  # far above the count: something was filled
        raised_in_november(None),  # nothing is counted from it
    ],
)
def test_the_check_of_a_fill_says_nothing_of_it(step: dict[str, Any]) -> None:
    assert "worst_case_earlier_by_log" not in said_of(history(filled_in_september()), step)


def test_the_day_the_check_says_is_the_one_of_the_list_after_recording() -> None:
    log = history(filled_in_september())
    _severity, words = said_of(log, raised_in_november("5.770 mL"))["worst_case_earlier_by_log"]
    record(log, table_of(raised_in_november("5.770 mL")))

    assert f"{empty_worst(log, STEP):%-d %b %Y %H:%M}" in words
