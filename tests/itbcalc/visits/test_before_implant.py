"""The visits a year before an implant, by hand from what is published of SynchroMed II: 1.4 mL residual, 14.5 %, alarm at 4 mL at most.

20 mL at 350 / 2,000 = 0.175 mL/day: alarm (20 − 4) / 0.175 = 640/7 = 91.4 days; empty at worst 18.6 / 0.175 / 1.145 = 92.8
20 mL at 350 / 500 = 0.7 mL/day: alarm 160/7 = 22.9 days; empty at worst 23.2
40 mL at 0.7 mL/day: alarm 36 / 0.7 = 51.4 days; empty at worst 38.6 / 0.7 / 1.145 = 48.2
40 mL at 0.175 mL/day: alarm 205.7 days, empty at worst 192.6: the drug is kept 180 days
"""

from pathlib import Path

import pytest
from msgspec.structs import replace

from itbcalc.ask.before_implant import VisitsAYear, visits_a_year
from itbcalc.compute.reservoir import RefillLimit
from itbcalc.quantities.entry import read_quantity
from itbcalc.quantities.kinds import DAILY_DOSE, DURATION, as_daily_dose
from tests.itbcalc.cli.test_cli import Command
from tests.itbcalc.programs import library


def rows(dose: str, jurisdiction: str = "us", lead: str = "") -> dict[tuple[str, int], VisitsAYear]:
    known = library()
    if lead:
        days = read_quantity(lead, DURATION).quantity
        known = replace(known, clinic=replace(known.clinic, refill_lead_time=days))
    daily = as_daily_dose(read_quantity(dose, DAILY_DOSE).quantity)
    found = visits_a_year(daily, jurisdiction, known)
    return {(row.pump.id, int(row.concentration.magnitude)): row for row in found}


@pytest.mark.parametrize(
    ("pump", "strength", "days", "visits", "limit"),
    [
        ("synchromed-ii-20", 2000, 91, 5, RefillLimit.ALARM),  # 4 × 91 = 364: a day is left over
        ("synchromed-ii-20", 500, 22, 17, RefillLimit.ALARM),
        ("synchromed-ii-40", 500, 48, 8, RefillLimit.EMPTY_WORST),
        ("synchromed-ii-40", 2000, 180, 3, RefillLimit.STABILITY),
    ],
)
def test_the_days_and_visits_of_a_pump_and_a_strength(
    pump: str, strength: int, days: int, visits: int, limit: RefillLimit
) -> None:
    row = rows("350 mcg/day")[pump, strength]

    assert (row.days, row.visits, row.limit) == (days, visits, limit)


def test_the_lead_time_of_the_clinic_makes_it_more() -> None:
    """91.4 − 7 = 84.4 days: 365 / 84 = 4.3."""
    row = rows("350 mcg/day", lead="7 day")["synchromed-ii-20", 2000]

    assert (row.days, row.visits) == (84, 5)


def test_only_strengths_that_fill_pumps_there_are_counted() -> None:
    """50 mcg/mL belongs in a syringe; 1,000 mcg/mL is on no German list."""
    assert {strength for _, strength in rows("350 mcg/day")} == {500, 1000, 2000}
    assert {strength for _, strength in rows("350 mcg/day", "de")} == {500, 2000}


def test_what_cannot_be_or_is_not_known_has_no_days() -> None:
    """75 mcg/day at 2,000 mcg/mL are 0.0375 mL/day, below 0.048; of SynchroMed III nothing is published."""
    slow, unknown = (
        rows("75 mcg/day")["synchromed-ii-20", 2000],
        rows("350 mcg/day")["synchromed-iii-40", 500],
    )

    assert (slow.days, slow.visits, slow.why_not) == (None, None, "too_slow")
    assert (unknown.days, unknown.visits, unknown.why_not) == (None, None, "not_known")


def test_the_command_says_it_and_writes_one_page(itbcalc: Command, tmp_path: Path) -> None:
    page = tmp_path / "visits.html"
    ran = itbcalc(
        "refills before-implant", "--dose", "350 mcg/day", "--jurisdiction", "us", "--html", str(page)
    )

    assert ran.status == 0
    said = (
        "SynchroMed II 20 mL 2,000 mcg/mL 0.175 mL/day every 91 days 5 visits a year the low-reservoir alarm"
    )
    assert said in " ".join(ran.out.split())
    assert max(map(len, ran.out.partition("written to")[0].splitlines())) <= 80
    assert "every 91 days" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (("--dose", "350", "--jurisdiction", "us"), "dose"),
        (("--dose", "0 mcg/day", "--jurisdiction", "us"), "dose"),
        (("--dose", "350 mcg/day"), "jurisdiction"),
        (("--dose", "350 mcg/day", "--jurisdiction", "mars"), "jurisdiction"),
        (("--jurisdiction", "us"), "dose"),
    ],
)
def test_what_is_no_dose_or_no_rule_set_is_refused_at_its_option(
    itbcalc: Command, given: tuple[str, ...], field: str
) -> None:
    ran = itbcalc("refills before-implant", *given)

    assert ran.status == 2
    assert ran.err.startswith(field)
