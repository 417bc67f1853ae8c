"""Is what the clinic adds held to the same rules, marked as its own, and unable to take the program down?"""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from itbcalc import safe_files
from itbcalc.errors import FieldEntryError, LibraryError, Problem, RefusedError
from itbcalc.library.own import confirm, own_folder, own_pump, read_library_or_built_in
from itbcalc.library.reading import read_library
from itbcalc.library.records import Figure, Grade, Library
from itbcalc.quantities.units import ureg

WriteOwn = Callable[[str, str], Path]

OWN_PUMP = """
[[pump]]
id = "our-pump"
name = "Our pump"
kind = "programmable"
reservoir_volume = { value = "18 mL", grade = "clinic", source = "implant manual M123, p. 11" }
tubing_volume = [{ value = "0.15 mL", grade = "secondary", source = ["MAN1"] }]
"""
OWN_RULES = """
jurisdiction = "{jurisdiction}"
title = "Our rules"
version = "3"

[[limit]]
id = "{rule}"
quantity = "dose_increase"
recommended_maximum = "20 %"
absolute_maximum = "50 %"
severity_above = "warning"
grade = "clinic"
source = "meeting of 3 Nov 2026"
"""
RESIDUAL = "pumps.pump-20.residual_volume"
STEP = "limits.us.STEP.recommended_maximum"


def figure_of(library: Library, address: str) -> Figure:
    figure = library.figure(address)
    assert figure is not None
    return figure


def confirm_in(small: Path, own: Path, address: str, value: str, reference: str = "manual, p. 11") -> Figure:
    """Confirms the figure as it now stands."""
    return confirm(
        figure_of(read_library(small, own), address),
        value,
        by="A. Nurse",
        on=date(2026, 11, 22),
        reference=reference,
        folder=own,
        built_in=small,
    )


# Where


def test_the_clinics_folder_is_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ITBCALC_CONFIG_DIR", str(tmp_path))

    assert own_folder() == tmp_path


def test_the_clinics_folder_is_otherwise_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ITBCALC_CONFIG_DIR")

    assert own_folder().name == "itbcalc"


def test_no_folder_of_the_clinics_is_no_error(small: Path, own: Path) -> None:
    assert read_library(small, own) == read_library(small)


# Own profiles


def test_an_own_pump_is_marked_as_the_clinics(small: Path, own: Path, write_own: WriteOwn) -> None:
    write_own("pumps/ours.toml", OWN_PUMP)

    library = read_library(small, own)

    pump = library.pumps["our-pump"]
    assert pump.clinic
    assert pump.reservoir_volume is not None
    assert pump.reservoir_volume.clinic
    assert pump.reservoir_volume.grade is Grade.CLINIC
    assert pump.reservoir_volume.sources == ("implant manual M123, p. 11",)
    assert not pump.tubing_volume[0].clinic
    assert not library.pumps["pump-20"].clinic
    assert library.digest != read_library(small).digest


def test_an_own_catheter_and_drug_are_read(small: Path, own: Path, write_own: WriteOwn) -> None:
    figure = '{ value = "0.0025 mL/cm", grade = "clinic", source = "box" }'
    write_own("catheters/c.toml", f'[[catheter]]\nid = "our-c"\nname = "C"\nvolume_per_length = {figure}\n')
    mass = '{ value = "300 g/mol", grade = "clinic", source = "label" }'
    write_own("drugs/d.toml", f'[[drug]]\nid = "d"\nname = "D"\ncovered = false\nmolar_mass = {mass}\n')

    library = read_library(small, own)

    assert library.catheters["our-c"].clinic
    assert library.drugs["d"].molar_mass is not None


@pytest.mark.parametrize(
    "case",
    [
        ("pumps/a.toml", OWN_PUMP.replace("our-pump", "pump-20"), "clinic/pumps/a.toml: pump pump-20: id"),
        (
            "catheters/a.toml",
            '[[catheter]]\nid = "catheter-1"\nname = "C"',
            "clinic/catheters/a.toml: catheter catheter-1: id",
        ),
        (
            "drugs/a.toml",
            '[[drug]]\nid = "baclofen"\nname = "B"\ncovered = true',
            "clinic/drugs/a.toml: drug baclofen: id",
        ),
        (
            "limits/a.toml",
            OWN_RULES.format(jurisdiction="us", rule="STEP"),
            "clinic/limits/a.toml: limit STEP: id",
        ),
        (
            "limits/a.toml",
            OWN_RULES.format(jurisdiction="all", rule="STEP"),
            "clinic/limits/a.toml: limit STEP: id",
        ),
    ],
)
def test_nothing_built_in_is_silently_overridden(
    small: Path, own: Path, write_own: WriteOwn, case: tuple[str, str, str]
) -> None:
    file, text, where = case
    write_own(file, text)

    with pytest.raises(LibraryError, match="is used already") as caught:
        read_library(small, own)

    assert caught.value.where == where


@pytest.mark.parametrize(
    "case",
    [
        ('source = "implant manual M123, p. 11"', 'source = " "', "reservoir_volume: source"),
        (', source = "implant manual M123, p. 11"', "", "reservoir_volume: source"),
        ('["MAN1"]', '["MAN9"]', "tubing_volume: 0: source"),
        ('"18 mL"', '"18 ml/day"', "reservoir_volume"),
        ('"0.15 mL"', '"19 mL"', "tubing_volume"),
    ],
)
def test_an_own_pump_is_checked_as_strictly(
    small: Path, own: Path, write_own: WriteOwn, case: tuple[str, str, str]
) -> None:
    there, instead, field = case
    assert there in OWN_PUMP
    write_own("pumps/ours.toml", OWN_PUMP.replace(there, instead))

    with pytest.raises(LibraryError) as caught:
        read_library(small, own)

    assert caught.value.where == f"clinic/pumps/ours.toml: pump our-pump: {field}"


def test_own_rules_join_a_jurisdiction_and_may_stop(small: Path, own: Path, write_own: WriteOwn) -> None:
    write_own("limits/ours.toml", OWN_RULES.format(jurisdiction="us", rule="OURS"))

    library = read_library(small, own)

    ours = next(limit for limit in library.limits if limit.id == "OURS")
    assert (ours.clinic, ours.grade, ours.title, ours.version) == (True, Grade.CLINIC, "Our rules", "3")
    assert [known.title for known in library.jurisdictions] == ["US label"]


def test_the_clinic_may_add_a_jurisdiction(small: Path, own: Path, write_own: WriteOwn) -> None:
    write_own("limits/ch.toml", OWN_RULES.format(jurisdiction="ch", rule="OURS"))
    write_own("clinic.toml", 'jurisdiction = "ch"')

    library = read_library(small, own)

    assert [known.id for known in library.jurisdictions] == ["us", "ch"]
    assert library.clinic.jurisdiction == "ch"


def test_settings_of_the_clinic(small: Path, own: Path, write_own: WriteOwn) -> None:
    write_own("clinic.toml", 'name = "Ward 3"\njurisdiction = "us"\nrefill_lead_time = "5 day"\n')

    settings = read_library(small, own).clinic

    assert (settings.name, settings.jurisdiction) == ("Ward 3", "us")
    assert settings.refill_lead_time == ureg.Quantity(5, "day")


def test_without_settings_nothing_is_settled(small: Path) -> None:
    settings = read_library(small).clinic

    assert (settings.name, settings.jurisdiction, settings.refill_lead_time) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('refill_lead_time = "5 mL"', "clinic/clinic.toml: refill_lead_time"),
        ('refill_lead_time = "0 day"', "clinic/clinic.toml: refill_lead_time"),
        ("refill_lead_time = 5", "clinic/clinic.toml: refill_lead_time"),
        ('jurisdiction = "fr"', "clinic/clinic.toml: jurisdiction"),
        ('jurisdiction = "all"', "clinic/clinic.toml: jurisdiction"),
        ('nmae = "Ward 3"', "clinic/clinic.toml"),
    ],
)
def test_wrong_settings_are_refused(
    small: Path, own: Path, write_own: WriteOwn, text: str, where: str
) -> None:
    write_own("clinic.toml", text)

    with pytest.raises(LibraryError) as caught:
        read_library(small, own)

    assert caught.value.where == where


def test_a_wrong_own_file_leaves_the_built_in_library(small: Path, own: Path, write_own: WriteOwn) -> None:
    write_own("pumps/ours.toml", "\ufeff" + OWN_PUMP)

    library, errors = read_library_or_built_in(small, own)

    assert library == read_library(small)
    assert [error.where for error in errors] == ["clinic/pumps/ours.toml"]


def test_right_own_files_leave_no_error(small: Path, own: Path, write_own: WriteOwn) -> None:
    write_own("pumps/ours.toml", OWN_PUMP)

    library, errors = read_library_or_built_in(small, own)

    assert "our-pump" in library.pumps
    assert errors == ()


def test_wrong_built_in_files_are_an_error(small: Path, own: Path) -> None:
    (small / "sources.toml").unlink()

    with pytest.raises(LibraryError):
        read_library_or_built_in(small, own)


# Confirming


def test_a_confirmed_figure_is_the_clinics_and_keeps_what_it_replaced(small: Path, own: Path) -> None:
    figure = confirm_in(small, own, RESIDUAL, "1.5 mL", 'the "SynchroMed" manual, p. 11')

    assert figure == figure_of(read_library(small, own), RESIDUAL)
    assert figure.quantity == ureg.Quantity(3, "mL") / 2
    assert (figure.text, figure.grade, figure.clinic) == ("1.5 mL", Grade.CLINIC, True)
    assert figure.sources == ('the "SynchroMed" manual, p. 11',)
    assert figure.note == "confirmed by A. Nurse on 2026-11-22; replaces 1.4 mL (unverified). hearsay"
    assert not figure.is_unverified


def test_the_same_value_may_be_confirmed(small: Path, own: Path) -> None:
    assert confirm_in(small, own, RESIDUAL, "1.4 mL").grade is Grade.CLINIC


def test_one_of_two_values_is_confirmed_without_touching_the_other(small: Path, own: Path) -> None:
    confirm_in(small, own, "pumps.pump-20.tubing_volume.1", "0.14 mL")

    first, second = read_library(small, own).pumps["pump-20"].tubing_volume
    assert (first.text, first.clinic) == ("0.2 mL", False)
    assert (second.text, second.clinic, second.applies) == ("0.14 mL", True, "new")


def test_a_count_is_confirmed(small: Path, own: Path) -> None:
    assert confirm_in(small, own, "pumps.pump-20.flex_steps_per_day", "12").quantity.magnitude == 12


def test_a_rule_is_the_clinics_once_all_its_bounds_are(small: Path, own: Path) -> None:
    confirm_in(small, own, STEP, "25 %")
    limit = read_library(small, own).limits[1]
    assert limit.guardrail.recommended_maximum == ureg.Quantity(25, "percent")
    assert limit.grade is Grade.UNVERIFIED

    confirm_in(small, own, "limits.us.STEP.recommended_minimum", "10 %")
    assert read_library(small, own).limits[1].grade is Grade.CLINIC


def test_a_later_confirmation_counts_and_the_earlier_one_stays_on_record(small: Path, own: Path) -> None:
    confirm_in(small, own, RESIDUAL, "1.5 mL")
    figure = confirm_in(small, own, RESIDUAL, "1.6 mL")

    assert figure.text == "1.6 mL"
    assert "replaces 1.5 mL (clinic)" in figure.note
    assert "replaces 1.4 mL (unverified)" in figure.note
    assert (own / "confirmed.toml").read_text().count("[[confirmed]]") == 2


def test_what_was_written_by_hand_stays(small: Path, own: Path, write_own: WriteOwn) -> None:
    by_hand = (
        "# ours\n[[confirmed]]\n"
        f'figure = "{STEP}"\nvalue = "25 %"\nby = "B"\non = 2026-11-01\nreference = "label 2.3"'
    )
    path = write_own("confirmed.toml", by_hand)

    confirm_in(small, own, RESIDUAL, "1.5 mL")

    assert path.read_text().startswith(by_hand)
    assert figure_of(read_library(small, own), STEP).text == "25 %"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("1.5", Problem.UNIT_MISSING),
        ("1.5 mL/day", Problem.UNIT_OF_ANOTHER_KIND),
        ("1,5 mL", Problem.COMMA),
        ("", Problem.EMPTY),
        ("-1 mL", Problem.SIGN),
    ],
)
def test_a_value_of_another_kind_is_refused_and_nothing_written(
    small: Path, own: Path, value: str, problem: Problem
) -> None:
    with pytest.raises(FieldEntryError) as caught:
        confirm_in(small, own, RESIDUAL, value)

    assert (caught.value.field, caught.value.entry.problem) == ("value", problem)
    assert not own.exists()


@pytest.mark.parametrize(
    "case",
    [
        (" ", "p. 11", "by", "missing"),
        ("A", "", "reference", "missing"),
        ("A", "p. 11\n[[x]]", "reference", "invisible"),
        ("A\u200b", "p. 11", "by", "invisible"),
        ("A", "x" * 401, "reference", "too_long"),
    ],
)
def test_a_confirmation_without_a_name_or_a_place_is_refused(
    small: Path, own: Path, case: tuple[str, str, str, str]
) -> None:
    by, reference, field, rule = case
    figure = figure_of(read_library(small), RESIDUAL)

    with pytest.raises(RefusedError) as caught:
        confirm(figure, "1 mL", by=by, on=date(2026, 11, 22), reference=reference, folder=own, built_in=small)

    assert (caught.value.field, caught.value.rule) == (field, rule)
    assert not own.exists()


def test_a_value_that_cannot_stand_beside_the_others_changes_nothing(small: Path, own: Path) -> None:
    confirm_in(small, own, RESIDUAL, "1.5 mL")
    before = (own / "confirmed.toml").read_bytes()

    with pytest.raises(LibraryError, match="not below reservoir_volume"):
        confirm_in(small, own, RESIDUAL, "21 mL")

    assert (own / "confirmed.toml").read_bytes() == before
    assert [path.name for path in own.iterdir()] == ["confirmed.toml"]


def test_a_figure_that_is_no_longer_as_shown_is_not_confirmed(small: Path, own: Path) -> None:
    shown = figure_of(read_library(small), RESIDUAL)
    confirm_in(small, own, RESIDUAL, "1.5 mL")

    with pytest.raises(LibraryError) as caught:
        confirm(shown, "1.6 mL", by="B", on=date(2026, 11, 23), reference="p. 11", folder=own, built_in=small)

    assert caught.value.where == f"clinic/confirmed.toml: confirmed {RESIDUAL}: replaces"


def test_a_confirmation_does_not_outlive_the_figure_it_replaced(small: Path, own: Path) -> None:
    confirm_in(small, own, RESIDUAL, "1.5 mL")
    path = small / "pumps/maker.toml"
    path.write_text(path.read_text().replace("1.4 mL", "1.3 mL"))

    _, errors = read_library_or_built_in(small, own)

    assert errors[0].where == f"clinic/confirmed.toml: confirmed {RESIDUAL}: replaces"
    assert errors[0].reason == "'1.4 mL' stood here, now '1.3 mL' does"


@pytest.mark.parametrize(
    "case",
    [
        ("figure", '"pumps.pump-21.residual_volume"', "", "there is no such figure"),
        ("value", '"1.5"', ": value", "unit_missing"),
        ("value", "1.5", ": value", "is not text: 1.5"),
        ("on", '"22.11.2026"', ": on", "date_ambiguous"),
        ("on", "2026-11-22T10:00:00", ": on", "date"),
        ("on", "20261122", ": on", "is not a date: 20261122"),
        ("by", '""', ": by", "is blank"),
        ("colour", '"red"', "", "unknown key `colour`"),
    ],
)
def test_a_wrong_confirmation_is_refused_by_name(
    small: Path, own: Path, write_own: WriteOwn, case: tuple[str, str, str, str]
) -> None:
    key, value, where, reason = case
    row = {"figure": f'"{RESIDUAL}"', "value": '"1 mL"', "by": '"B"', "on": "2026-11-01", "reference": '"p"'}
    row[key] = value
    write_own("confirmed.toml", "[[confirmed]]\n" + "\n".join(f"{k} = {v}" for k, v in row.items()))

    with pytest.raises(LibraryError) as caught:
        read_library(small, own)

    assert caught.value.where == f"clinic/confirmed.toml: confirmed {row['figure'][1:-1]}{where}"
    assert reason in caught.value.reason


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_interrupted_write_leaves_the_old_file(
    small: Path, own: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    confirm_in(small, own, RESIDUAL, "1.5 mL")
    before = (own / "confirmed.toml").read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), fail)
        with pytest.raises(LibraryError, match="No space left on device"):
            confirm_in(small, own, RESIDUAL, "1.6 mL")

    assert (own / "confirmed.toml").read_bytes() == before
    assert [path.name for path in own.iterdir()] == ["confirmed.toml"]
    assert figure_of(read_library(small, own), RESIDUAL).text == "1.5 mL"


def test_a_write_that_does_not_read_back_is_an_error(
    small: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damage(folder: Path) -> None:
        (folder / "confirmed.toml").write_bytes(b"")

    monkeypatch.setattr(safe_files, "sync_folder", damage)

    with pytest.raises(LibraryError, match="does not read back"):
        confirm_in(small, own, RESIDUAL, "1.5 mL")


def test_a_file_left_by_a_crash_is_not_read(small: Path, own: Path, write_own: WriteOwn) -> None:
    write_own(".confirmed.toml.abc", "[[confirmed]]\n?")

    assert confirm_in(small, own, RESIDUAL, "1.5 mL").text == "1.5 mL"


# A pump in a program file

LEAST = {"name": "Ours", "reservoir_volume": "18 mL", "tubing_volume": "0.15 mL"}


def test_an_own_pump_in_a_program_file() -> None:
    pump = own_pump(
        LEAST
        | {
            "residual_volume": "0 mL",
            "lowest_flow_rate": "0.05 mL/day",
            "highest_flow_rate": "1 mL/h",
            "accuracy": "14.5 %",
            "stroke_volume": "2.5 uL",
            "steps_per_day": 24,
        },
        "system.pump",
    )

    assert (pump.id, pump.name, pump.clinic) == ("", "Ours", True)
    assert [figure.address for figure in pump.tubing_volume] == ["system.pump.tubing_volume"]
    assert pump.highest_flow_rate is not None
    assert pump.highest_flow_rate.quantity == ureg.Quantity(24, "mL/day")
    assert pump.steps_per_day is not None
    assert pump.steps_per_day.quantity.magnitude == 24
    assert all(figure.clinic and figure.grade is Grade.CLINIC for figure in pump.figures())


def test_an_own_pump_needs_only_name_reservoir_and_tubing() -> None:
    pump = own_pump(LEAST, "system.pump")

    assert pump.residual_volume is None
    assert pump.accuracy is None


def test_a_count_may_be_text() -> None:
    pump = own_pump(LEAST | {"steps_per_day": "24"}, "system.pump")

    assert pump.steps_per_day is not None
    assert pump.steps_per_day.quantity.magnitude == 24


@pytest.mark.parametrize("key", LEAST)
def test_an_own_pump_without_what_it_needs_is_refused(key: str) -> None:
    with pytest.raises(RefusedError) as caught:
        own_pump({name: text for name, text in LEAST.items() if name != key}, "system.pump")

    assert (caught.value.field, caught.value.rule) == (f"system.pump.{key}", "missing")


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("colour", "red", "unknown_key"),
        ("id", "ours", "unknown_key"),
        ("accuracy", 14.5, "not_text"),
        ("reservoir_volume", 18, "not_text"),
        ("steps_per_day", True, "not_text"),
        ("steps_per_day", 24.0, "not_text"),
        ("name", " ", "missing"),
        ("name", "a\tb", "invisible"),
        ("residual_volume", "18 mL", "not_below"),
        ("tubing_volume", "18.5 mL", "not_below"),
    ],
)
def test_an_own_pump_that_cannot_stand_is_refused(key: str, value: object, rule: str) -> None:
    with pytest.raises(RefusedError) as caught:
        own_pump(LEAST | {key: value}, "system.pump")

    assert (caught.value.field, caught.value.rule) == (f"system.pump.{key}", rule)


@pytest.mark.parametrize(
    ("key", "text", "problem"),
    [
        ("reservoir_volume", "18", Problem.UNIT_MISSING),
        ("reservoir_volume", "0 mL", Problem.ZERO),
        ("tubing_volume", "0 mL", Problem.ZERO),
        ("accuracy", "14.5", Problem.UNIT_MISSING),
        ("accuracy", "14.5 mL", Problem.UNIT_OF_ANOTHER_KIND),
        ("lowest_flow_rate", "0 mL/day", Problem.ZERO),
        ("stroke_volume", ".5 uL", Problem.NAKED_POINT),
        ("steps_per_day", "2.5", Problem.NOT_WHOLE),
        ("steps_per_day", "0", Problem.ZERO),
    ],
)
def test_an_own_pump_with_a_malformed_figure_is_refused(key: str, text: str, problem: Problem) -> None:
    with pytest.raises(FieldEntryError) as caught:
        own_pump(LEAST | {key: text}, "system.pump")

    assert (caught.value.field, caught.value.entry.problem) == (f"system.pump.{key}", problem)


# --- what a clinic's file may not say of itself


@pytest.mark.parametrize("grade", ["seen", "own"])
def test_a_profile_of_the_clinic_cannot_call_itself_seen_in_print(
    small: Path, own: Path, write_own: WriteOwn, grade: str
) -> None:
    write_own("pumps/ours.toml", OWN_PUMP.replace('grade = "clinic"', f'grade = "{grade}"'))

    with pytest.raises(LibraryError, match="what you have looked up has the grade clinic"):
        read_library(small, own)


@pytest.mark.parametrize(
    "name", ["Pump 20 mL", "PUMP-20 ML", "pump 20mL", "\N{CYRILLIC CAPITAL LETTER ER}ump 20 mL"]
)
def test_a_pump_of_the_clinic_cannot_bear_the_name_of_a_built_in_one(
    small: Path, own: Path, write_own: WriteOwn, name: str
) -> None:
    write_own("pumps/ours.toml", OWN_PUMP.replace('"Our pump"', f'"{name}"'))

    with pytest.raises(LibraryError, match="is the name of a built-in one"):
        read_library(small, own)
