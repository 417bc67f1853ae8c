"""Has every place of a program its words, and can what they give as an example be typed there as it stands?"""

import re
from collections.abc import Iterator, Mapping

import pytest

from itbcalc.desk.field_help import as_markdown, field_help, key_of, words_at
from itbcalc.desk.fields import PLACES, SHOWN_UNITS
from itbcalc.desk.schedule_texts import field_place, is_schedule_place
from itbcalc.desk.texts import Texts, table_of
from itbcalc.library.reading import read_library
from itbcalc.library.records import Library
from itbcalc.program import read_program
from itbcalc.resources import resource_path

EXAMPLE = re.compile("‘([^’]*)’")
KEYS = {key: words for entries in field_help().values() for key, words in entries.items()}
# What stands for a part of a place that differs.
PARTS = {
    "screening.boluses.*": "screening.boluses.1",
    "readouts.days.*": "readouts.days.sat",
    "(new|current)": "new",
    "(groups|days)": "groups",
    "groups.*": "groups.1",
    "steps.*": "steps.1",
}
CONCENTRATION_CHANGES: Mapping[str, str] = {
    "system.pump": "synchromed-ii-40",
    "system.tubing_volume": "0.140",
    "system.catheter": "89 cm × 0.0022 mL/cm",
    "reservoir.filled": "40",
    "reservoir.low_alarm": "2",
    "reservoir.at": "22 Nov 2026 09:30",
    "reservoir.zone": "Asia/Jerusalem",
    "current.concentration": "500",
    "current.daily_dose": "250",
    "new.concentration": "2000",
    "new.daily_dose": "285",
}
STEP = {"new.steps.1.start": "20:00", "new.steps.1.duration": "1 h", "new.steps.1.dose": "10"}
STEP_OF_DAYS = {
    "new.groups.1.steps.1.start": "20:00",
    "new.groups.1.steps.1.duration": "1 h",
    "new.groups.1.steps.1.dose": "10",
}
BASAL = {"new.basal": "240", "new.steps_replace_basal": "add"}
BASAL_OF_DAYS = {
    "new.groups.1.basal": "240",
    "new.groups.1.steps_replace_basal": "add",
    "new.groups.1.days": "sat",
}
FLEX = {"new.mode": "flex"} | STEP | BASAL
BOLUSES = {
    "new.mode": "periodic-bolus",
    "new.basal": "240",
    "new.bolus_replaces_basal": "add",
    "new.bolus": "10",
    "new.duration": "10 min",
    "new.every": "6 h",
    "new.first": "06:00",
}
PATIENT_BOLUS = {
    "new.patient_bolus.dose": "5",
    "new.patient_bolus.duration": "5 min",
    "new.patient_bolus.lockout": "4 h",
    "new.patient_bolus.per_day": "3",
}
# What has to stand beside a field for it to be read, by how its place begins.
BESIDE: Mapping[str, Mapping[str, str]] = {
    "new.groups.": FLEX | BASAL_OF_DAYS | STEP_OF_DAYS,
    "new.steps.": FLEX,
    "new.basal": FLEX,
    "new.patient_bolus.": PATIENT_BOLUS,
    "new.bolus": BOLUSES,
    "new.duration": BOLUSES,
    "new.every": BOLUSES,
    "new.first": BOLUSES,
    "system.fixed_flow_rate": {"system.pump": "isomed-20-05"},
    "line.prime.": {
        "line.tubing": "none",
        "line.catheter": "none",
        "line.prime.volume": "0.19",
        "line.prime.duration": "20 min",
    },
    "screening.boluses.1.": {
        "screening.boluses.1.dose": "50",
        "screening.boluses.1.at": "9 Nov 2026 09:00",
    },
    "patient.last_increase": {"patient.last_change": "9 Nov 2026 09:00"},
    "readouts.steps.1.": FLEX | {"readouts.steps.1.start": "20:00"},
}
# Any text may stand there.
FREE = ("patient.ref", "refill.lot")


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library(resource_path())


def place_of(key: str) -> str:
    for part, meant in PARTS.items():
        key = key.replace(part, meant)
    return key


def typed_places() -> Iterator[tuple[str, str]]:
    """Each place of a program with an example that its words give."""
    for key, words in KEYS.items():
        place = place_of(key)
        if place in PLACES or is_schedule_place(place):
            yield from ((place, example) for example in EXAMPLE.findall(words))


def refused(place: str, text: str, library: Library) -> list[str]:
    """The fields that are refused once this is typed into one of them, as the window reads it."""
    beside = next((each for begins, each in BESIDE.items() if place.startswith(begins)), {})
    typed = {**CONCENTRATION_CHANGES, **beside, place: text}
    if place == "system.pump":
        typed[place] = {pump.name: name for name, pump in library.pumps.items()}.get(text, text)
    reading = read_program(table_of(Texts(typed)), library, SHOWN_UNITS)
    return [field_place(typed, refusal.field) for refusal in reading.refusals]


@pytest.mark.parametrize(("place", "example"), [*typed_places()])
def test_what_the_words_of_a_field_give_as_an_example_can_be_typed_there(place, example, library):
    assert refused(place, example, library) == []


@pytest.mark.parametrize("place", [*dict.fromkeys(place for place, _ in typed_places() if place not in FREE)])
def test_what_no_field_takes_is_refused_there(place, library):
    """So the test above can fail: each of its places is read."""
    assert any(each.startswith(place) for each in refused(place, "half a cup", library))


def test_every_place_of_the_check_has_words():
    assert [place for place in PLACES if not key_of(place)] == []


def test_the_words_of_a_place_are_a_few_short_sentences_that_a_nurse_can_read():
    for key, words in KEYS.items():
        said = words_at(key) or words
        sentences = re.findall(r"[^.…]\.(?= |$)", words)

        assert 1 <= len(sentences) <= 4, key
        assert len(words) < 300, key
        assert not re.search(r"[a-z]_[a-z]|`|\breadouts?\.", EXAMPLE.sub("", words)), key
        assert said[0].isupper(), key
        assert 2 <= len(said.partition(": ")[0]) <= 50, key


def test_in_a_dialog_a_place_of_the_program_means_the_same():
    assert words_at("secondCheckDialog.setting.new.daily_dose") == words_at("new.daily_dose")
    assert words_at("new.daily_dose").startswith("New daily dose: What is ordered")
    assert words_at("secondCheckDialog.setting.new.days.sat.steps.2.dose") == words_at(
        "new.groups.1.steps.1.dose"
    )


def test_what_nobody_types_has_no_words():
    assert words_at("") == words_at("refills:table") == ""


def test_all_words_stand_in_what_the_help_lists():
    listed = as_markdown()

    for heading, entries in field_help().items():
        assert f"### {heading}\n" in listed
        for key, words in entries.items():
            assert words.partition(": ")[2] in listed or words in listed, key
