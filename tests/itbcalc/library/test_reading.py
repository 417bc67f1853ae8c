"""Is every wrong file refused, and does the refusal name the place?"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from itbcalc.errors import LibraryError
from itbcalc.library.reading import MAX_BYTES, read_library
from itbcalc.library.records import PumpKind
from itbcalc.quantities.units import ureg
from itbcalc.resources import resource_path

PUMPS, CATHETERS, DRUGS = "pumps/maker.toml", "catheters/maker.toml", "drugs/baclofen.toml"
ALL, US, SOURCES = "limits/all.toml", "limits/us.toml", "sources.toml"
PUMP = f"{PUMPS}: pump pump-20"
FLEX = 'flex_steps_per_day = { value = "13"'
RESIDUAL = 'value = "1.4 mL", grade = "unverified"'


class Spoiled(NamedTuple):
    """A file spoiled at one place, where the error must point, and a word of its reason."""

    file: str
    there: str
    instead: str
    where: str
    reason: str


SPOILED = [
    pytest.param(
        Spoiled(PUMPS, "residual_volume", "resdual_volume", PUMP, "unknown key `resdual_volume`"),
        id="misspelt figure",
    ),
    pytest.param(Spoiled(PUMPS, "[[pump]]", "[[pumps]]", PUMPS, "unknown key `pumps`"), id="misspelt table"),
    pytest.param(
        Spoiled(PUMPS, "[[pump]]", "[pump]", f"{PUMPS}: pump", "is not a list: a table"),
        id="table instead of list",
    ),
    pytest.param(
        Spoiled(PUMPS, "[[pump]]", "x = 1\n[[pump]]", PUMPS, "unknown key `x`"), id="unknown key of a file"
    ),
    pytest.param(
        Spoiled(PUMPS, 'id = "pump-20"\n', "", f"{PUMPS}: pump no. 1", "missing key `id`"), id="no id"
    ),
    pytest.param(Spoiled(PUMPS, 'name = "Pump 20 mL"\n', "", PUMP, "missing key `name`"), id="no name"),
    pytest.param(Spoiled(PUMPS, '"Pump 20 mL"', '" "', f"{PUMP}: name", "is blank"), id="blank name"),
    pytest.param(
        Spoiled(PUMPS, '"pump-20"', '"Pump 20"', f"{PUMPS}: pump Pump 20: id", "small letters and digits"),
        id="id with blanks",
    ),
    pytest.param(Spoiled(PUMPS, 'kind = "programmable"\n', "", PUMP, "missing key `kind`"), id="no kind"),
    pytest.param(
        Spoiled(PUMPS, '"programmable"', '"programable"', f"{PUMP}: kind", "not accepted: 'programable'"),
        id="misspelt kind",
    ),
    pytest.param(
        Spoiled(PUMPS, RESIDUAL, 'value = "1.4 mL"', f"{PUMP}: residual_volume", "missing key `grade`"),
        id="no grade",
    ),
    pytest.param(
        Spoiled(
            PUMPS,
            RESIDUAL,
            'value = "1.4 mL", grade = "sure"',
            f"{PUMP}: residual_volume: grade",
            "not accepted: 'sure'",
        ),
        id="unknown grade",
    ),
    pytest.param(
        Spoiled(
            PUMPS,
            RESIDUAL,
            'value = 1.4, grade = "unverified"',
            f"{PUMP}: residual_volume: value",
            "is not text: 1.4",
        ),
        id="bare number",
    ),
    pytest.param(
        Spoiled(
            PUMPS,
            RESIDUAL,
            'value = "1.4", grade = "unverified"',
            f"{PUMP}: residual_volume",
            "unit_missing: '1.4'",
        ),
        id="no unit",
    ),
    pytest.param(
        Spoiled(
            PUMPS,
            RESIDUAL,
            'value = "1,4 mL", grade = "unverified"',
            f"{PUMP}: residual_volume",
            "comma: '1,4 mL'",
        ),
        id="decimal comma",
    ),
    pytest.param(
        Spoiled(
            PUMPS,
            RESIDUAL,
            'value = "1.4 mL/day", grade = "unverified"',
            f"{PUMP}: residual_volume",
            "unit_of_another_kind",
        ),
        id="flow as volume",
    ),
    pytest.param(
        Spoiled(
            PUMPS,
            RESIDUAL,
            'value = "1.4 ML", grade = "unverified"',
            f"{PUMP}: residual_volume",
            "unit_unknown",
        ),
        id="megalitres",
    ),
    pytest.param(
        Spoiled(
            PUMPS,
            RESIDUAL,
            'value = "1.4 mL", grade = "seen"',
            f"{PUMP}: residual_volume: source",
            "needs one",
        ),
        id="seen without a source",
    ),
    pytest.param(
        Spoiled(
            PUMPS,
            RESIDUAL,
            'value = "1.4 mL", grade = "clinic", source = "x"',
            f"{PUMP}: residual_volume: source",
            "clinic's own files",
        ),
        id="clinic's grade built in",
    ),
    pytest.param(
        Spoiled(
            PUMPS,
            RESIDUAL,
            'value = "1.4 mL", grade = "seen", source = ["MAN2"]',
            f"{PUMP}: residual_volume: source",
            "no source 'MAN2'",
        ),
        id="unknown source",
    ),
    pytest.param(
        Spoiled(
            PUMPS,
            RESIDUAL,
            'value = "1.4 mL", grade = "seen", source = [1]',
            f"{PUMP}: residual_volume: source: 0",
            "is not text: 1",
        ),
        id="source is no text",
    ),
    pytest.param(
        Spoiled(
            PUMPS,
            RESIDUAL,
            'value = "1.4 mL", gade = "seen", grade = "seen"',
            f"{PUMP}: residual_volume",
            "unknown key `gade`",
        ),
        id="misspelt key of a figure",
    ),
    pytest.param(
        Spoiled(
            PUMPS,
            RESIDUAL,
            'value = "20 mL", grade = "unverified"',
            f"{PUMP}: residual_volume",
            "20 mL is not below reservoir_volume 20 mL",
        ),
        id="residual of a full reservoir",
    ),
    pytest.param(
        Spoiled(PUMPS, '"0.1 mL"', '"0 mL"', f"{PUMP}: tubing_volume: 1", "zero: '0 mL'"), id="zero tubing"
    ),
    pytest.param(
        Spoiled(PUMPS, '"0.1 mL"', '"100 mL"', f"{PUMP}: tubing_volume", "not below reservoir_volume"),
        id="tubing above reservoir",
    ),
    pytest.param(
        Spoiled(
            PUMPS,
            '"0.05 mL/day"',
            '"25 mL/day"',
            f"{PUMP}: lowest_flow_rate",
            "not below highest_flow_rate 24 mL/day",
        ),
        id="flow rates crossed",
    ),
    pytest.param(
        Spoiled(
            PUMPS,
            '"20 mL", grade = "seen"',
            '"0 mL", grade = "seen"',
            f"{PUMP}: reservoir_volume",
            "zero: '0 mL'",
        ),
        id="zero reservoir",
    ),
    pytest.param(
        Spoiled(
            PUMPS,
            FLEX,
            'flex_steps_per_day = { value = "13.5"',
            f"{PUMP}: flex_steps_per_day",
            "not_whole: '13.5'",
        ),
        id="count with decimals",
    ),
    pytest.param(
        Spoiled(
            PUMPS, FLEX, 'flex_steps_per_day = { value = "0"', f"{PUMP}: flex_steps_per_day", "zero: '0'"
        ),
        id="zero count",
    ),
    pytest.param(
        Spoiled(
            PUMPS, "flex_steps_per_day", "fixed_flow_rate", f"{PUMP}: fixed_flow_rate", "unit_missing: '13'"
        ),
        id="count as flow",
    ),
    pytest.param(Spoiled(PUMPS, '"It ticks."', '""', f"{PUMP}: facts: 0: text", "is blank"), id="empty fact"),
    pytest.param(
        Spoiled(PUMPS, 'name = "Pump 20 mL"', 'name = "A"\nname = "B"', PUMPS, "is not TOML"), id="key twice"
    ),
    pytest.param(
        Spoiled(PUMPS, "reservoir_volume = {", "reservoir_volume = [", PUMPS, "is not TOML"), id="not TOML"
    ),
    pytest.param(
        Spoiled(SOURCES, 'title = "A manual"\n', "", f"{SOURCES}: MAN1", "missing key `title`"),
        id="source without a title",
    ),
    pytest.param(
        Spoiled(SOURCES, "[MAN1]", "[MAN2]", f"{PUMP}: reservoir_volume: source", "no source 'MAN1'"),
        id="source renamed",
    ),
    pytest.param(
        Spoiled(
            CATHETERS,
            '"89 cm"',
            '"89 mL"',
            f"{CATHETERS}: catheter catheter-1: length",
            "unit_of_another_kind",
        ),
        id="length in mL",
    ),
    pytest.param(
        Spoiled(
            CATHETERS,
            '"89 cm", grade',
            '"89 cm", colour = "red", grade',
            f"{CATHETERS}: catheter catheter-1: length",
            "unknown key `colour`",
        ),
        id="unknown key of a catheter's figure",
    ),
    pytest.param(
        Spoiled(
            DRUGS,
            '"500 mcg/mL"',
            '"0.05 %"',
            f"{DRUGS}: drug baclofen: marketed: 0: concentration",
            "percent_as_concentration",
        ),
        id="percent on a vial",
    ),
    pytest.param(
        Spoiled(
            DRUGS,
            '["us"]',
            '["fr"]',
            f"{DRUGS}: drug baclofen: marketed: 0: jurisdictions",
            "no jurisdiction 'fr'",
        ),
        id="unknown jurisdiction",
    ),
    pytest.param(
        Spoiled(
            DRUGS, "pump_fill = true\n", "", f"{DRUGS}: drug baclofen: marketed: 0", "missing key `pump_fill`"
        ),
        id="fill not said",
    ),
    pytest.param(
        Spoiled(
            DRUGS, '["20 mL"]', '["20"]', f"{DRUGS}: drug baclofen: marketed: 0: volumes", "unit_missing"
        ),
        id="volume without unit",
    ),
    pytest.param(
        Spoiled(ALL, '"all"', '"us"', f"{US}: jurisdiction", "'us' has a file already"),
        id="two files for a jurisdiction",
    ),
    pytest.param(
        Spoiled(ALL, '"all"', '"de"', "limits", "no file for jurisdiction 'all'"), id="no rules for all"
    ),
    pytest.param(
        Spoiled(ALL, 'version = "1"\n', "", ALL, "missing key `version`"), id="rules without a version"
    ),
    pytest.param(
        Spoiled(
            ALL,
            'grade = "seen"',
            'grade = "secondary"',
            f"{ALL}: limit GAP: absolute_minimum",
            "grade secondary may not stop",
        ),
        id="stop on a secondary page",
    ),
    pytest.param(
        Spoiled(ALL, 'absolute_minimum = "24 h"\n', "", f"{ALL}: limit GAP", "no bound"),
        id="rule without a bound",
    ),
    pytest.param(
        Spoiled(ALL, '"24 h"', '"24 mL"', f"{ALL}: limit GAP: absolute_minimum", "unit_of_another_kind"),
        id="gap in mL",
    ),
    pytest.param(
        Spoiled(ALL, '"24 h"', '"24 h"\nabsolute_maximum = "23 h"', f"{ALL}: limit GAP", "not in order"),
        id="bounds crossed",
    ),
    pytest.param(
        Spoiled(ALL, '"GAP"', '"STEP"', f"{US}: limit STEP: id", "is used already, in limits/all.toml"),
        id="rule of all repeated",
    ),
    pytest.param(
        Spoiled(
            ALL,
            "time_between_increases",
            "time_between",
            f"{ALL}: limit GAP: quantity",
            "not accepted: 'time_between'",
        ),
        id="unknown quantity",
    ),
    pytest.param(
        Spoiled(
            US, 'severity_above = "warning"\n', "", f"{US}: limit STEP: severity_above", "belong together"
        ),
        id="bound without severity",
    ),
    pytest.param(
        Spoiled(
            US, 'recommended_minimum = "10 %"\n', "", f"{US}: limit STEP: severity_below", "belong together"
        ),
        id="severity without bound",
    ),
    pytest.param(
        Spoiled(
            US, '"warning"', '"stop"', f"{US}: limit STEP: severity_above", "grade unverified may not stop"
        ),
        id="stop on hearsay",
    ),
    pytest.param(
        Spoiled(US, '"10 %"', '"31 %"', f"{US}: limit STEP", "not in order"), id="usual range crossed"
    ),
    pytest.param(
        Spoiled(US, '"10 %"', '"-10 %"', f"{US}: limit STEP: recommended_minimum", "sign: '-10 %'"),
        id="negative bound",
    ),
    pytest.param(
        Spoiled(
            US, "age_from = 18", "age_from = 18\nage_below = 18", f"{US}: limit STEP: age_from", "not below"
        ),
        id="no age left",
    ),
    pytest.param(
        Spoiled(
            US,
            "age_from = 18",
            "age_from = -1",
            f"{US}: limit STEP: age_from",
            "not between 0 and 120 years: -1",
        ),
        id="negative age",
    ),
    pytest.param(
        Spoiled(US, '"spinal"', '"brain"', f"{US}: limit STEP: origin", "not accepted: 'brain'"),
        id="unknown origin",
    ),
    pytest.param(
        Spoiled(US, "age_from = 18", 'pumps = ["pump-21"]', f"{US}: limit STEP: pumps", "no pump 'pump-21'"),
        id="rule for an unknown pump",
    ),
    pytest.param(
        Spoiled(
            US, "age_from = 18", 'reservoir_up_to = "0 mL"', f"{US}: limit STEP: reservoir_up_to", "zero"
        ),
        id="rule for no reservoir",
    ),
    pytest.param(
        Spoiled(PUMPS, '"pump-20"', "0x" + "f" * 5_000, f"{PUMPS}: pump no. 1: id", "a huge number"),
        id="huge number as id",
    ),
    pytest.param(
        Spoiled(US, '"STEP"', '"step"', f"{US}: limit step: id", "capital letters and digits"),
        id="rule id in small letters",
    ),
]


def spoil(folder: Path, file: str, change: Callable[[bytes], bytes]) -> None:
    path = folder / file
    path.write_bytes(change(path.read_bytes()))


def refusal_of(folder: Path, own: Path | None = None) -> LibraryError:
    with pytest.raises(LibraryError) as caught:
        read_library(folder, own)
    return caught.value


def test_the_small_library_is_read(small: Path) -> None:
    library = read_library(small)

    pump = library.pumps["pump-20"]
    assert pump.kind is PumpKind.PROGRAMMABLE
    assert pump.residual_volume is not None
    assert pump.residual_volume.is_unverified
    assert [figure.applies for figure in pump.tubing_volume] == ["old", "new"]
    assert pump.flex_steps_per_day is not None
    assert pump.flex_steps_per_day.quantity.magnitude == 13
    assert pump.facts[0].text == "It ticks."
    assert library.catheters["catheter-1"].length is not None
    assert [limit.id for limit in library.limits] == ["GAP", "STEP"]


@pytest.mark.parametrize("case", SPOILED)
def test_spoiled_file_is_refused_by_name(small: Path, case: Spoiled) -> None:
    there, instead = case.there.encode(), case.instead.encode()
    assert there in (small / case.file).read_bytes()
    spoil(small, case.file, lambda content: content.replace(there, instead, 1))

    error = refusal_of(small)

    assert error.where == case.where
    assert case.reason in error.reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(lambda content: b"\xef\xbb\xbf" + content, "byte order mark", id="UTF-8 mark"),
        pytest.param(lambda content: content.decode().encode("utf-16"), "byte order mark", id="UTF-16"),
        pytest.param(lambda content: content + "# Größe".encode("latin-1"), "not UTF-8", id="Latin-1"),
        pytest.param(lambda content: content + b"\0", "is not TOML", id="NUL"),
        pytest.param(lambda content: content + b"x = " + b"[" * 100_000, "is not TOML", id="deeply nested"),
        pytest.param(lambda content: content + b"x = " + b"9" * 5_000, "is not TOML", id="huge number"),
        pytest.param(lambda content: content + b"# " * MAX_BYTES, "larger than", id="huge file"),
        pytest.param(lambda content: content[:100], "is not TOML", id="cut"),
        pytest.param(lambda _: b"", "missing key `pump`", id="empty"),
    ],
)
def test_broken_bytes_are_refused(small: Path, change: Callable[[bytes], bytes], reason: str) -> None:
    spoil(small, PUMPS, change)

    error = refusal_of(small)

    assert error.where == PUMPS
    assert reason in error.reason


@pytest.mark.parametrize("file", [PUMPS, DRUGS, US, SOURCES])
def test_a_file_cut_anywhere_is_read_or_refused_by_name(small: Path, file: str) -> None:
    whole = (small / file).read_bytes()

    for end in range(0, len(whole), 11):
        (small / file).write_bytes(whole[:end])
        try:
            read_library(small)
        except LibraryError as error:
            assert error.where  # noqa: PT017  # most cuts are refused, some leave a shorter file that is right


def test_a_pump_twice_is_refused_with_the_file_of_the_first(small: Path) -> None:
    (small / "pumps/z.toml").write_text((small / PUMPS).read_text())

    error = refusal_of(small)

    assert (error.where, error.reason) == ("pumps/z.toml: pump pump-20: id", f"is used already, in {PUMPS}")


def test_a_pump_twice_in_one_file_is_refused(small: Path) -> None:
    spoil(small, PUMPS, lambda content: content + content)

    assert refusal_of(small).where == f"{PUMP}: id"


def test_a_rule_twice_is_refused(small: Path) -> None:
    spoil(small, US, lambda content: content + b"[[limit]]" + content.split(b"[[limit]]")[1])

    assert refusal_of(small).where == f"{US}: limit STEP: id"


def test_a_rule_may_stand_in_two_jurisdictions(small: Path) -> None:
    (small / "limits/de.toml").write_text((small / US).read_text().replace('"us"', '"de"'))

    library = read_library(small)

    assert [limit.jurisdiction for limit in library.limits] == ["all", "de", "us"]


@pytest.mark.parametrize("kind", ["pumps", "catheters", "drugs", "limits"])
def test_a_folder_without_files_is_refused(small: Path, kind: str) -> None:
    for path in (small / kind).iterdir():
        path.unlink()

    assert refusal_of(small).where == kind


def test_missing_sources_are_refused(small: Path) -> None:
    (small / SOURCES).unlink()

    error = refusal_of(small)

    assert error.where == SOURCES
    assert "cannot be read" in error.reason


def test_files_that_are_no_data_are_left_alone(small: Path) -> None:
    (small / "pumps/.hidden.toml").write_text("?")
    (small / "pumps/maker.toml~").write_text("?")

    assert list(read_library(small).pumps) == ["pump-20"]


def test_only_a_constant_flow_pump_has_a_fixed_flow(small: Path) -> None:
    fixed = b'fixed_flow_rate = { value = "1 mL/day", grade = "unverified" }\n'
    spoil(small, PUMPS, lambda content: content.replace(b"facts =", fixed + b"facts ="))

    assert refusal_of(small).where == f"{PUMP}: fixed_flow_rate"

    spoil(small, PUMPS, lambda content: content.replace(b'"programmable"', b'"constant-flow"'))

    assert read_library(small).pumps["pump-20"].fixed_flow_rate is not None


def test_a_residual_volume_may_be_zero(small: Path) -> None:
    spoil(small, PUMPS, lambda content: content.replace(b"1.4 mL", b"0 mL"))

    residual = read_library(small).pumps["pump-20"].residual_volume

    assert residual is not None
    assert residual.quantity == ureg.Quantity(0, "mL")


def test_the_digest_changes_with_any_file_and_not_with_line_ends(small: Path) -> None:
    digest = read_library(small).digest

    spoil(small, PUMPS, lambda content: content.replace(b"\n", b"\r\n"))
    assert read_library(small).digest == digest

    spoil(small, SOURCES, lambda content: content.replace(b"A manual", b"B manual"))
    assert read_library(small).digest != digest


def test_reading_twice_gives_the_same(small: Path) -> None:
    assert read_library(small) == read_library(small)


def test_what_reads_toml_waits_until_files_are_read() -> None:
    program = (
        "import sys, itbcalc.library.own; late = ('tomllib', 'tomli_w');"
        "sys.exit(', '.join(name for name in late if name in sys.modules) or None)"
    )

    subprocess.run([sys.executable, "-c", program], check=True, cwd=resource_path().parent)


def test_the_whole_library_is_read_quickly() -> None:
    read_library(resource_path())
    durations = []
    for _ in range(5):
        start = time.process_time()  # a machine that others keep busy is no slower by it
        read_library(resource_path())
        durations.append(time.process_time() - start)

    assert min(durations) < 0.1  # 0.018 s when written; the bound only catches a change of kind
