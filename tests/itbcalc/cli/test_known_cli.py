"""What the library holds can be listed: every record, every figure with its grade and its source."""

from pathlib import Path

import pytest

from tests.itbcalc.cli.test_cli import Command
from tests.itbcalc.programs import library


@pytest.mark.parametrize("name", ["pumps", "catheters", "drugs", "limits"])
def test_every_record_is_listed_with_every_figure_its_grade_and_its_source(
    itbcalc: Command, name: str
) -> None:
    held = getattr(library(), name)
    records = held.values() if isinstance(held, dict) else held

    document = itbcalc(f"{name} --json").document

    listed = document["results"][name]
    assert [each["id"] for each in listed] == [record.id for record in records]
    for each, record in zip(listed, records, strict=True):
        figures = record.figures if isinstance(record.figures, tuple) else tuple(record.figures())
        assert [(figure["grade"], len(figure["sources"])) for figure in each["figures"]] == [
            (str(figure.grade), len(figure.sources)) for figure in figures
        ]
    assert document["library"]["digest"] == library().digest


def test_a_figure_is_named_with_its_value_and_where_it_was_seen(itbcalc: Command) -> None:
    pumps = itbcalc("pumps --json").results["pumps"]

    prometra = next(
        each for each in itbcalc("catheters --json").results["catheters"] if each["id"] == "prometra-11823"
    )
    length = prometra["figures"][0]
    assert (length["name"], length["value"]["exact"], length["value"]["unit"]) == ("length", "110", "cm")
    assert (length["grade"], length["sources"][0]["key"]) == ("seen", "PRO2")
    assert length["sources"][0]["title"]
    ours = next(each for each in pumps if each["id"] == "synchromed-ii-40")
    assert {figure["name"] for figure in ours["figures"]} >= {"reservoir_volume", "tubing_volume"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pumps", "synchromed-ii-40"),
        ("catheters", "unverified"),
        ("drugs", "Gablofen"),
        ("limits", "seen in print"),
    ],
)
def test_a_list_can_be_read_in_80_columns(itbcalc: Command, name: str, words: str) -> None:
    ran = itbcalc(name)

    assert ran.status == 0
    assert words in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80


def test_a_pump_of_the_clinics_own_is_listed_as_such(itbcalc: Command, config_folder: Path) -> None:
    (config_folder / "pumps").mkdir()
    (config_folder / "pumps" / "own.toml").write_text(
        '[[pump]]\nid = "ours-20"\nname = "Ours 20 mL"\nkind = "programmable"\n'
        'reservoir_volume = { value = "20 mL", grade = "clinic", source = "implant manual, p. 3" }\n',
        encoding="utf-8",
    )

    ran = itbcalc("pumps")
    (ours,) = [each for each in itbcalc("pumps --json").results["pumps"] if each["clinic"]]

    assert "ours-20  Ours 20 mL  the clinic's own" in ran.out
    assert ours["figures"][0]["sources"] == [{"key": "", "title": "implant manual, p. 3", "reference": ""}]


def test_what_is_known_of_a_drug_besides_figures_is_listed_with_its_source(itbcalc: Command) -> None:
    facts = itbcalc("drugs --json").results["drugs"][0]["facts"]

    morphine = next(each for each in facts if "morphine" in each["text"])
    assert morphine["grade"] == "seen"
    assert morphine["sources"][0]["key"] == "SITARAM97"
    assert "H reflex" in " ".join(itbcalc("drugs").out.split())
