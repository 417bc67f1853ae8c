"""Do the data files say what the published pages say? The expectations were copied from the collected figures by hand."""

import tomllib
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from itbcalc.library.records import Grade, Library, Limit, PumpKind, Severity
from itbcalc.quantities.units import ureg
from itbcalc.resources import resource_path

SM2_40 = "pumps.synchromed-ii-40"
SM2_20 = "pumps.synchromed-ii-20"
PROMETRA = "pumps.prometra-ii-20"
US_STRENGTHS = "drugs.baclofen.marketed"

PUBLISHED = [
    (f"{SM2_20}.reservoir_volume", "20", "mL", "seen Z1338"),
    (f"{SM2_40}.reservoir_volume", "40", "mL", "seen Z1338"),
    (f"{SM2_40}.tubing_volume.0", "0.199", "mL", "seen TGA17"),
    (f"{SM2_40}.tubing_volume.1", "0.140", "mL", "seen TGA17 FDA16"),
    (f"{SM2_20}.tubing_volume.0", "0.199", "mL", "seen TGA17"),
    (f"{SM2_20}.tubing_volume.1", "0.140", "mL", "seen TGA17 FDA16"),
    (f"{SM2_40}.residual_volume", "1.4", "mL", "unverified"),
    (f"{SM2_40}.accuracy", "14.5", "percent", "seen HK14 ECRI14"),
    (f"{SM2_40}.accuracy_lower", "14.5", "percent", "unverified"),
    (f"{SM2_40}.lowest_flow_rate", "0.048", "mL/day", "unverified"),
    (f"{SM2_40}.highest_flow_rate", "24", "mL/day", "unverified"),
    (f"{SM2_40}.minimum_rate", "0.006", "mL/day", "unverified"),
    (f"{SM2_40}.low_alarm_volume.0", "2", "mL", "seen RIG04"),
    (f"{SM2_40}.low_alarm_volume.1", "4", "mL", "seen RIG04"),
    (f"{SM2_40}.refill_interval", "180", "day", "seen STAB23"),
    (f"{SM2_40}.life_years", "7", "", "seen MDTREP"),
    (f"{SM2_40}.end_after_eri", "90", "day", "seen MDTREP"),
    (f"{SM2_40}.plan_ahead_months", "6", "", "seen MDTREP"),
    (f"{SM2_40}.flex_steps_per_day", "13", "", "seen MDTSM2"),
    ("pumps.synchromed-iii-20.reservoir_volume", "20", "mL", "unverified"),
    ("pumps.synchromed-iii-40.reservoir_volume", "40", "mL", "unverified"),
    ("pumps.synchromed-el-10.reservoir_volume", "10", "mL", "seen PT08"),
    ("pumps.synchromed-el-18.reservoir_volume", "18", "mL", "seen PT08"),
    ("pumps.synchromed-el-18.highest_flow_rate", "21.6", "mL/day", "unverified"),
    ("pumps.synchromed-el-18.tubing_volume.0", "0.26", "mL", "unverified"),
    ("pumps.synchromed-el-18.tubing_volume.1", "0.22", "mL", "unverified"),
    ("pumps.synchromed-first-18.lowest_flow_rate", "0.6", "mL/day", "secondary POL91"),
    ("pumps.synchromed-first-18.highest_flow_rate", "21.6", "mL/day", "secondary POL91"),
    ("pumps.prometra-20.reservoir_volume", "20", "mL", "seen PRO1 PROMRI"),
    (f"{PROMETRA}.reservoir_volume", "20", "mL", "seen PROMRI"),
    ("pumps.prometra-ii-40.reservoir_volume", "40", "mL", "seen PROMRI"),
    (f"{PROMETRA}.low_alarm_volume.0", "3", "mL", "seen PTC"),
    (f"{PROMETRA}.stroke_volume", "0.0025", "mL", "secondary ITOAPP"),
    (f"{PROMETRA}.lowest_concentration", "500", "mcg/mL", "seen FLO19 FLO24"),
    (f"{PROMETRA}.highest_concentration", "2000", "mcg/mL", "seen FLO19 FLO24"),
    ("pumps.medstream-40.reservoir_volume", "40", "mL", "seen MEDS"),
    ("pumps.medstream-20.residual_volume", "2", "mL", "seen MEDS"),
    ("pumps.medstream-20.accuracy", "10", "percent", "secondary MEDG"),
    ("pumps.medstream-20.lowest_flow_rate", "0.1", "mL/day", "unverified"),
    ("pumps.medstream-20.highest_flow_rate", "4", "mL/day", "unverified"),
    ("pumps.isomed-35-25.reservoir_volume", "35", "mL", "unverified"),
    ("pumps.isomed-35-25.fixed_flow_rate", "2.5", "mL/day", "unverified"),
    ("pumps.isomed-20-03.fixed_flow_rate", "0.3", "mL/day", "unverified"),
    ("pumps.codman-3000.reservoir_volume", "30", "mL", "seen JNJ"),
    ("pumps.archimedes-60.reservoir_volume", "60", "mL", "unverified"),
    ("catheters.prometra-11823.length", "110", "cm", "seen PRO2"),
    ("catheters.prometra-11823.volume_per_length", "0.0026", "mL/cm", "seen PRO2"),
    ("catheters.8709sc.length", "89", "cm", "seen MDT8709"),
    ("catheters.8709sc.volume_per_length", "0.0022", "mL/cm", "unverified"),
    ("catheters.8709.length", "81.4", "cm", "unverified"),
    ("catheters.8711.length", "104.1", "cm", "unverified"),
    ("catheters.8731.length", "104.1", "cm", "unverified"),
    ("catheters.ascenda-8780.length", "114", "cm", "unverified"),
    ("catheters.ascenda-8781.length", "140", "cm", "unverified"),
    ("limits.all.TIT-GAP.absolute_minimum", "1", "day", "seen BOS16 ROTE"),
    ("limits.all.RNG-SP.recommended_minimum", "300", "mcg/day", "seen ROTE"),
    ("limits.all.RNG-SP.recommended_maximum", "800", "mcg/day", "seen ROTE"),
    ("limits.all.RNG-EXT-SP.recommended_minimum", "12", "mcg/day", "seen ROTE"),
    ("limits.all.RNG-EXT-SP.recommended_maximum", "2003", "mcg/day", "seen ROTE"),
    ("limits.all.RNG-1000.recommended_maximum", "1000", "mcg/day", "seen ROTE"),
    ("limits.all.CONC-MAX.recommended_maximum", "2000", "mcg/mL", "seen GAB16 ODDB"),
    ("limits.all.CONC-COMP.recommended_maximum", "4000", "mcg/mL", "seen RAPM36 PM22322047"),
    ("limits.all.REF-180.recommended_maximum", "180", "day", "seen STAB23"),
    ("limits.all.REF-DISC-20.recommended_maximum", "1", "mL", "seen MAI17"),
    ("limits.all.REF-DISC-40.recommended_maximum", "2", "mL", "seen MAI17"),
    ("limits.all.REF-RATIO-SM2-HIGH.recommended_maximum", "114.5", "percent", "seen HK14"),
    ("limits.all.REF-RATIO-PRO.recommended_minimum", "85", "percent", "seen PRO2"),
    ("limits.all.REF-RATIO-PRO.recommended_maximum", "115", "percent", "seen PRO2"),
    ("limits.all.DRIFT-FROM.recommended_maximum", "548", "day", "seen PM19333246"),
    ("limits.all.OWN-NORESP.recommended_maximum", "2", "", "own ROTE DVO10"),
    ("limits.all.ALARM-EARLY.recommended_minimum", "4", "mL", "seen RIG04"),
    ("limits.all.DRIFT-YEAR.recommended_maximum", "100", "mcg/day", "seen PM19333246"),
    ("limits.all.OWN-MULTIPLE.absolute_minimum", "50", "percent", "own MDR887016 MDR801305 MDR936906"),
    ("limits.all.OWN-MULTIPLE.absolute_maximum", "200", "percent", "own MDR887016 MDR801305 MDR936906"),
    ("limits.all.OWN-DOSE.absolute_maximum", "4006", "mcg/day", "own ROTE"),  # 2 x 2003
    ("limits.all.REF-RATIO-MED.recommended_minimum", "90", "percent", "secondary MEDG"),
    ("limits.all.REF-RATIO-MED.recommended_maximum", "110", "percent", "secondary MEDG"),
    ("limits.all.OWN-RATIO.absolute_minimum", "50", "percent", "own SGO10 PMED11"),
    ("limits.all.OWN-RATIO.absolute_maximum", "200", "percent", "own SGO10 PMED11"),
    ("limits.all.OWN-READING.recommended_maximum", "0.25", "mL", "own"),
    ("limits.all.OWN-STOPPED.recommended_maximum", "1", "day", "own OD91"),
    ("limits.all.OWN-RESTART.absolute_maximum", "200", "mcg/day", "own PM22151522 OD91"),
    ("limits.all.OWN-BOLUSES.recommended_maximum", "100", "percent", "own"),
    ("limits.all.OWN-STEP.recommended_minimum", "1/24", "day", "own FDA04"),
    ("limits.all.OWN-LOCKOUT.recommended_minimum", "1/24", "day", "own FDA04"),
    ("limits.all.OWN-CONC.recommended_maximum", "100000", "mcg/mL", "own"),
    ("limits.all.OWN-MIXTURE.recommended_maximum", "5", "percent", "own LIOWEB"),
    ("limits.all.OWN-STOCK.recommended_minimum", "0.1", "mL", "own"),
    ("limits.all.AGE-MIN.recommended_minimum", "4", "", "seen UKSPC MDTSCR"),
    ("limits.all.AGE-PROMETRA.recommended_minimum", "12", "", "seen FLO22 FLO24"),
    ("limits.all.OWN-BRIDGE-DAY.recommended_maximum", "1", "day", "own"),
    ("limits.all.OWN-BRIDGE-LONG.recommended_maximum", "2", "day", "own"),
    ("limits.all.OWN-CATHETER.recommended_minimum", "40", "cm", "own MDR922809"),
    ("limits.all.OWN-CATHETER.recommended_maximum", "120", "cm", "own MDR922809"),
    ("limits.all.OWN-AGE.recommended_maximum", "7", "day", "own GIP"),
    ("limits.us.TIT-ADULT-SP.recommended_maximum", "30", "percent", "seen BOS16"),
    ("limits.us.TIT-ADULT-CE.recommended_maximum", "15", "percent", "seen BOS16"),
    ("limits.us.TIT-CHILD.recommended_maximum", "15", "percent", "seen BOS16"),
    ("limits.us.MNT-UP-SP.recommended_maximum", "40", "percent", "secondary MINC"),
    ("limits.us.MNT-UP-CE.recommended_maximum", "20", "percent", "secondary MINC"),
    ("limits.uk.MNT-UK-UP-SP.recommended_maximum", "40", "percent", "unverified"),
    ("limits.uk.MNT-UK-UP-CE.recommended_maximum", "20", "percent", "unverified"),
    ("limits.uk.MNT-UK-DOWN.recommended_maximum", "20", "percent", "unverified"),
    ("limits.all.OWN-TITRATION.recommended_minimum", "60", "day", "own"),
    ("limits.us.START-24H.recommended_minimum", "1", "day", "secondary MSC"),
    ("limits.us.MNT-DOWN.recommended_maximum", "20", "percent", "secondary MINC"),
    ("limits.us.RNG-CE.recommended_maximum", "703", "mcg/day", "secondary MPR"),
    ("limits.us.RNG-EXT-CE.recommended_maximum", "1400", "mcg/day", "unverified"),
    ("limits.us.RNG-CHILD.recommended_maximum", "1199", "mcg/day", "secondary MPR"),
    ("limits.de.TIT-DE.recommended_maximum", "30", "percent", "seen ROTE"),
    ("limits.de.START-24H.absolute_minimum", "1", "day", "seen ROTE"),
    ("limits.de.MNT-DOWN.recommended_maximum", "20", "percent", "seen ROTE"),
    ("limits.uk.TIT-UK-ADULT-SP.recommended_maximum", "30", "percent", "unverified"),
]

# Models of which nothing more is published must not inherit a sister's figures.
UNKNOWN = [
    (
        "synchromed-iii-40",
        "tubing_volume residual_volume lowest_flow_rate highest_flow_rate accuracy low_alarm_volume",
    ),
    ("synchromed-el-18", "residual_volume accuracy minimum_rate flex_steps_per_day"),
    ("prometra-ii-40", "tubing_volume residual_volume lowest_flow_rate accuracy"),
    ("medstream-20", "tubing_volume low_alarm_volume"),
    ("codman-3000", "fixed_flow_rate tubing_volume"),
]


@pytest.mark.parametrize(("address", "number", "unit", "origin"), PUBLISHED)
def test_figure_is_as_published(library: Library, address: str, number: str, unit: str, origin: str) -> None:
    figure = library.figure(address)

    assert figure is not None
    assert figure.quantity == ureg.Quantity(Fraction(number), unit)
    assert [figure.grade, *figure.sources] == origin.split()


# What is no figure of a pump or a rule, and is told: by whom, the numbers in it, the grade, the source.
TOLD = [
    ("drugs.baclofen", "90 to 420 mcg/day, in 8 of 39", "seen", "PM26218954"),
    (
        "drugs.baclofen",
        "27 and 55 mcg/h (648 and 1,320 mcg/day): 7 in 43 patients over 2,422",
        "seen",
        "OD91",
    ),
    (
        "drugs.baclofen",
        "X-ray in 35 %, by the side port in 24 %, by dye or CT in 35 %, by indium in 5 %",
        "seen",
        "DVO10",
    ),
    (
        "drugs.baclofen",
        "Five of seven infected pumps that were worn outside were weaned by 20 to 50 % a day over 6.2",
        "seen",
        "PM30325089",
    ),
    ("drugs.baclofen", "(ages 3 to 44, mean 16)", "seen", "ALB07"),
    ("drugs.baclofen", "351 reports, 8 deaths", "seen", "PMED11"),
    ("drugs.baclofen", "lost 14 mL: symptoms 2 h later", "seen", "PERR12"),
    ("drugs.baclofen", "54 to 367 days it lost 0.8 % (25 samples of 19 patients)", "seen", "STAB23"),
    (
        "drugs.baclofen",
        "0.2 to 1.5 mg/mL with morphine 7.5 to 21 mg/mL kept for 30 days",
        "seen",
        "SITARAM97",
    ),
    ("drugs.baclofen", "77 % at 1 h and by 91 % over 1 to 6 h; by pump by 63 and 82 %", "seen", "PM22595326"),
    ("drugs.baclofen", "50, then 75, then 100 mcg (1, 1.5, 2 mL of 50 mcg/mL)", "secondary", "DCOM"),
    ("drugs.morphine", "90 days (94 %), with bupivacaine and clonidine for 90 days (96 %)", "seen", "ADMIX"),
    (
        SM2_40,
        "shuts off at 7 years, 90 days after the replacement indicator: plan 6 months ahead",
        "seen",
        "MDTREP",
    ),
    ("pumps.synchromed-iii-40", "10 Oct 2023. MRI: conditional at 1.5 T and 3 T", "seen", "MDT23"),
]


@pytest.mark.parametrize(("of", "numbers", "grade", "source"), TOLD)
def test_what_is_told_is_as_published(
    library: Library, of: str, numbers: str, grade: str, source: str
) -> None:
    kind, _, name = of.partition(".")
    record = library.pumps[name] if kind == "pumps" else library.drugs[name]

    (fact,) = (fact for fact in record.facts if numbers in fact.text)
    assert (fact.grade, source in fact.sources) == (grade, True)


def test_every_pump_of_which_a_figure_was_seen_in_print_is_tried_here(library: Library) -> None:
    pumps = [figure for figure in library.figures() if figure.address.startswith("pumps.")]
    seen = {figure.address.split(".")[1] for figure in pumps if figure.grade is Grade.SEEN}

    assert (
        seen - {address.split(".")[1] for address, *_ in PUBLISHED if address.startswith("pumps.")} == set()
    )


def test_every_figure_that_was_seen_in_print_of_a_pump_is_tried_here_of_some_pump(library: Library) -> None:
    pumps = [figure for figure in library.figures() if figure.address.startswith("pumps.")]
    seen = {figure.address.split(".")[2] for figure in pumps if figure.grade is Grade.SEEN}

    assert (
        seen - {address.split(".")[2] for address, *_ in PUBLISHED if address.startswith("pumps.")} == set()
    )


@pytest.mark.parametrize(("pump", "names"), UNKNOWN)
def test_what_is_not_published_is_absent(library: Library, pump: str, names: str) -> None:
    for name in names.split():
        assert not getattr(library.pumps[pump], name)


def test_every_figure_has_a_grade_and_a_source_that_resolves(library: Library) -> None:
    for figure in library.figures():
        assert figure.sources or figure.grade in (Grade.UNVERIFIED, Grade.OWN), figure.address
        assert set(figure.sources) <= set(library.sources), figure.address
        assert not figure.clinic
    for record in (*library.pumps.values(), *library.drugs.values()):
        for fact in record.facts:
            assert fact.sources
            assert set(fact.sources) <= set(library.sources)


def test_every_figure_of_the_files_reaches_the_library(library: Library) -> None:
    assert sum(1 for _ in library.figures()) == sum(1 for _ in _figures_in_files())


def test_addresses_are_unique(library: Library) -> None:
    addresses = [figure.address for figure in library.figures()]

    assert len(addresses) == len(set(addresses))


def test_no_published_limit_below_seen_is_a_stop(library: Library) -> None:
    for limit in library.limits:
        rail = limit.guardrail
        stops = rail.absolute_minimum is not None or rail.absolute_maximum is not None
        stops = stops or Severity.STOP in (limit.severity_below, limit.severity_above)
        assert limit.grade in (Grade.SEEN, Grade.OWN) or not stops, limit.id


def test_both_tubing_volumes_say_when_they_apply(library: Library) -> None:
    for name in ("synchromed-ii-20", "synchromed-ii-40"):
        assert all("8870" in figure.applies for figure in library.pumps[name].tubing_volume)


@pytest.mark.parametrize(
    ("jurisdiction", "strengths"),
    [("us", "50 500 1000 2000"), ("de", "50 500 2000"), ("uk", "50 500 1000 2000")],
)
def test_marketed_strengths_of_a_jurisdiction(library: Library, jurisdiction: str, strengths: str) -> None:
    marketed = library.drugs["baclofen"].strengths(jurisdiction)

    assert {strength.concentration.quantity.magnitude for strength in marketed} == {
        int(number) for number in strengths.split()
    }


def test_screening_strength_is_never_a_pump_fill(library: Library) -> None:
    for strength in library.drugs["baclofen"].marketed:
        assert strength.pump_fill is (strength.concentration.quantity.magnitude != 50)


def test_constant_flow_pumps_are_marked(library: Library) -> None:
    constant = {
        pump.id.split("-")[0] for pump in library.pumps.values() if pump.kind is PumpKind.CONSTANT_FLOW
    }

    assert constant == {"isomed", "codman", "archimedes", "tricumed", "accurx", "infusaid"}


def test_only_baclofen_is_covered(library: Library) -> None:
    assert [drug.id for drug in library.drugs.values() if drug.covered] == ["baclofen"]


def test_jurisdictions_and_versions(library: Library) -> None:
    assert {(known.id, known.version) for known in library.jurisdictions} == {
        ("us", "2026-11"),
        ("de", "2026-11"),
        ("uk", "2026-11"),
    }
    assert library.version == "2026-11"
    assert all(limit.version == "2026-11" and limit.title for limit in library.limits)


@pytest.mark.parametrize(
    ("jurisdiction", "rule", "severities"),
    [
        ("us", "TIT-ADULT-SP", (None, "warning")),
        ("us", "MNT-DOWN", (None, "warning")),
        ("us", "START-24H", ("warning", None)),
        ("us", "RNG-EXT-CE", ("warning", "warning")),
        ("us", "RNG-CE", ("info", "info")),
        ("all", "CONC-MAX", (None, "warning")),
        ("all", "TIT-GAP", (None, None)),
        ("all", "RNG-1000", (None, "warning")),
    ],
)
def test_severity_of_crossing(
    library: Library, jurisdiction: str, rule: str, severities: tuple[str | None, str | None]
) -> None:
    limit = _limit(library, jurisdiction, rule)

    assert (limit.severity_below, limit.severity_above) == severities


def test_titration_steps_of_a_child_hold_below_18_and_the_daily_dose_below_12(library: Library) -> None:
    assert _limit(library, "us", "TIT-CHILD").age_below == 18
    assert _limit(library, "us", "TIT-ADULT-SP").age_from == 18
    assert _limit(library, "us", "RNG-CHILD").age_below == 12


def _limit(library: Library, jurisdiction: str, rule: str) -> Limit:
    return next(limit for limit in library.limits if (limit.jurisdiction, limit.id) == (jurisdiction, rule))


def _figures_in_files() -> Iterator[dict[str, Any]]:
    """Whatever looks like a figure in any data file, counted without our reader."""
    for folder in ("pumps", "catheters", "drugs", "limits"):
        for path in resource_path(folder).glob("*.toml"):
            yield from _figures_in(tomllib.loads(path.read_text(encoding="utf-8")))


def _figures_in(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "value" in value:
            yield value
        yield from ({} for key in value if key.endswith(("_minimum", "_maximum")))
    for held in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _figures_in(held)
