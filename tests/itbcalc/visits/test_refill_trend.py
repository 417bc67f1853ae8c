"""The ratio of every refill of one pump, against its accuracy, by hand."""

from fractions import Fraction

from itbcalc.log.store import MemoryLog
from itbcalc.visits.history import standings
from itbcalc.visits.refill_trend import Trend, trend_of
from tests.itbcalc.programs import library
from tests.itbcalc.visits.histories import PATIENT, record
from tests.itbcalc.visits.test_refill_visit import DAY_40, drawing_off, fill, log_filled, visit


def trend(log: MemoryLog) -> Trend:
    return trend_of(standings(log.entries(PATIENT)), library())


def test_every_refill_stands_in_it_with_its_interval_and_what_the_last_one_may_mean() -> None:
    """40 mL, 1 mL a day: 20.4 drawn off after 20 days: 19.6 of 20 delivered, 98 % (95.5 to 100.5); then 23: 17 of 20, 85 %."""
    log = log_filled()
    visit(log, drawing_off("20.4 mL"))
    visit(log, drawing_off("23 mL", DAY_40))

    found = trend(log)

    assert [(each.percent, each.interval, each.outside) for each in found.refills] == [
        (98, (Fraction(191, 2), Fraction(201, 2)), ""),
        (85, (Fraction(165, 2), Fraction(175, 2)), "below"),
    ]
    # SynchroMed II: ±14.5 %
    assert (found.lowest, found.highest) == (Fraction(171, 2), Fraction(229, 2))
    assert [message.code for message in found.told] == ["delivered_too_little"]


def test_two_in_a_row_are_told_as_two() -> None:
    log = log_filled()
    visit(log, drawing_off("23 mL"))
    visit(log, drawing_off("23 mL", DAY_40))

    assert [message.code for message in trend(log).told] == [
        "delivered_too_little",
        "delivered_outside_twice",
    ]


def test_the_refills_of_an_earlier_pump_are_not_in_it() -> None:
    """The new pump: 20 mL on 2 Dec, 1 mL a day; on 20 Dec, 18 days later, 2 mL are left as expected."""
    log = log_filled()
    visit(log, drawing_off("20.4 mL"))
    other = {"system__pump": "synchromed-ii-20", "reservoir__filled": "20 mL"}
    record(log, fill("2026-12-02T09:00+01:00", **other), refilled=True)
    visit(log, drawing_off("2 mL", DAY_40, **other))

    assert [each.percent for each in trend(log).refills] == [100]


def test_who_was_never_refilled_has_none() -> None:
    assert trend(log_filled()) == Trend(())
