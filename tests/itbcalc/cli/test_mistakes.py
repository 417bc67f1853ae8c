"""Natural mistakes on the command line: each is answered with what to type instead; whatever is typed, no traceback."""

import random
import shlex
from pathlib import Path

import pytest

from tests.itbcalc.cli.test_cli import Command
from tests.itbcalc.programs import example

FLOW = '--concentration "2000 mcg/mL"'
REFILL = 'refill --volume "20 mL" --alarm "2 mL" --flow-rate "0.2 mL/day"'

# What was typed, and words of the answer that say what to type instead.
MISTAKES: list[tuple[str, str]] = [
    ("flow-rte --dose 3", "did you mean: flow-rate"),
    ("flow_rate --dose 3", "did you mean: flow-rate"),
    ("Check program.toml", "did you mean: check"),
    ("verify", "did you mean: log verify"),
    ("observe P-0147", "did you mean: log observe"),
    ("help", "itbcalc --help"),
    ("program.tml", "itbcalc check program.tml"),
    ("check", "file is needed"),
    ("check missing.toml", "No such file"),
    ("check .", "Is a directory"),
    ("check --workings program.toml", "did you mean: --working"),
    ("check program.toml --verbose", "known: --log, --json, --working"),
    (f"flow-rate --does '350 mcg/day' {FLOW}", "did you mean: --dose"),
    (f"flow-rate -d '350 mcg/day' {FLOW}", "known: --dose, --concentration"),
    ("flow-rate --dose 350 mcg/day --concentration 2000 mcg/mL", "stands in quotes"),
    (f"flow-rate --dose 350 {FLOW}", "write it as a number and mcg/day"),
    (f"flow-rate --dose '350mg' {FLOW}", "write it as a number and mcg/day"),
    (f"flow-rate --dose '0,35 mg/day' {FLOW}", "use a point for decimals"),
    (f"flow-rate --dose '1,000 mcg/day' {FLOW}", "use a point for decimals"),
    (f"flow-rate --dose '.5 mg/day' {FLOW}", "0.5"),
    (f"flow-rate --dose '3e2 mcg/day' {FLOW}", "write the number out"),
    (f"flow-rate --dose '350 MCG/day' {FLOW}", "the nearest accepted one is mcg/day"),
    (f"flow-rate --dose '350 mcg/d ay' {FLOW}", "the nearest accepted one is mcg/day"),
    ("flow-rate --dose '350 mcg/day' --concentration '0.2 %'", "2 mg/mL"),
    ("flow-rate --dose '350 mcg/day' --concentration '10 mg per 5 mL'", "write it as a number and mcg/mL"),
    ("flow-rate --dose --concentration '2000 mcg/mL'", "dose is needed"),
    (f"flow-rate --dose '' {FLOW}", "leave the option out"),
    (f"flow-rate --dose '350 mcg/day' --dose '360 mcg/day' {FLOW}", "give it once"),
    ("flow-rate --dose '350 mcg/day'", "concentration is needed"),
    (f"{REFILL} --from 22.11.2026", "2026-11-22T09:30+02:00"),
    (f"{REFILL} --from 11/22/2026", "2026-11-22T09:30+02:00"),
    (f"{REFILL} --from 2026-11-22T09:30", "offset"),
    (f"{REFILL} --from 2026-11-22T09:30 --zone Jerusalem", "write it as Asia/Jerusalem"),
    (f"{REFILL} --zone Asia/Jerusalem", "from is needed"),
    (f"{REFILL} --accuracy 14.5", "a number and %"),
    (f"{REFILL} --dose '350 mcg/day' {FLOW}", "give one of them"),
    (f"{REFILL} --patient-bolus '0.02 mL'", "patient boluses per day is needed"),
    ("titrate --dose '100 mcg/day' --percent ten", "a number and %"),
    ("titrate --dose '100 mcg/day' --percent -100", "100 %"),
    ("titrate --dose '100 mcg/day' --percent 15 --steps 1000", "1 to 100"),
    ("residual --filled '20 mL' --aspirated '2 mL' --days '92 days' --flow-rate '0.2 mL/day'", "92.5"),
    (
        "residual --filled '20 mL' --aspirated '2 mL' --days 92 --flow-rate '0.2 mL/day' --pump synchromed-ii",
        "synchromed-ii-20",
    ),
    ("catheter --length '35 in' --volume-per-length '0.0022 mL/cm'", "88.9 cm"),
    ("mix --part '10 mL'", "VOLUME CONCENTRATION"),
    ("convert 500 mcg/mL --to mg/mL", "in quotes"),
    ("convert '500 mcg/mL' --to mmol/L", "molar mass"),
    ("log state", "ref is needed"),
    ("practice run first-dos --script moves.toml", "first-dose"),
    ("flow-rate '350 mcg/day' '2000 mcg/mL'", "one of --dose, --concentration"),
    (f"flow-rate \u2014dose '350 mcg/day' {FLOW}", "did you mean: --dose"),
    (f"flow-rate --dose \u201c350 mcg/day\u201d {FLOW}", 'write straight ones, "350 mcg/day"'),
    (f"flow-rate -dose '350 mcg/day' {FLOW}", "did you mean: --dose"),
    (f"flow-rate --DOSE '350 mcg/day' {FLOW}", "did you mean: --dose"),
    ("flow-rate --dose '350 mcg/day' --conc '2000 mcg/mL'", "did you mean: --concentration"),
    ("convert '0.5 mg/mL' to mcg/mL", "did you mean: --to"),
    ("pumps synchromed", "pumps takes options only"),
    ("schedule one.toml two.toml", "one text too many for schedule [FILE]"),
    ("version", "itbcalc --version"),
    ("practice sheets", "(--seed NUMBER)"),
    ("flow-rate --concentration '2000 mcg/mL'", "(--dose MCG/DAY)"),
    ("log verify titration.itblog", "one of --anchor"),
    ("log add program.toml --author Ann --author Ben", "‘Ben’: given more than once"),
    ("refills before-implant --dose '350 mcg/day' --jurisdiction us --jurisdiction de", "give it once"),
    ("-v", "did you mean: --version"),
    ("-help", "did you mean: --help"),
    ("/?", "itbcalc --help"),
    ("log help", "itbcalc log --help"),
    ("log delete 3", "did you mean: void"),
    ("undo", "did you mean: log void"),
    ("practice start kink", "did you mean: run"),
    (f"{REFILL} --pump 'SynchroMed II 40'", "known: synchromed-ii-40"),
]


@pytest.mark.parametrize(("typed", "answer"), MISTAKES)
def test_a_natural_mistake_is_answered_with_what_to_type_instead(
    itbcalc: Command, typed: str, answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    ran = itbcalc(typed)

    assert (ran.status, ran.out) == (2, "")
    assert answer in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("typed", ["program", "Program.TOML", "programm.toml"])
def test_a_file_that_is_nearly_called_so_is_named(
    itbcalc: Command, typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "program.toml").write_text("", encoding="utf-8")
    (tmp_path / "other.txt").write_text("", encoding="utf-8")

    for command in ("check", "schedule", "audit"):
        ran = itbcalc(f"{command} {typed}")

        assert ran.status == 2
        assert f"there is no file \u2018{typed}\u2019; did you mean: program.toml" in ran.err


def test_a_note_may_begin_with_a_printed_quotation_mark(itbcalc: Command) -> None:
    ran = itbcalc("log observe P-1 --note '\u201cbetter\u201d' --author N")

    assert "quotation" not in ran.err


def test_what_is_two_hours_ahead_is_not_answered_with_a_zone_two_hours_behind(itbcalc: Command) -> None:
    """`Etc/GMT+2` is UTC-2: signs there are those of POSIX."""
    ran = itbcalc(f"{REFILL} --from '2026-11-22 09:30' --zone GMT+2")

    assert ran.status == 2
    assert "Etc/" not in ran.err


def test_there_are_40_mistakes_and_no_two_alike() -> None:
    assert len({typed for typed, _ in MISTAKES}) == len(MISTAKES) >= 40


# --- any call

COMMANDS = [
    "flow-rate",
    "daily-dose",
    "constant-flow",
    "refill",
    "residual",
    "catheter",
    "bridge",
    "prime",
    "convert",
    "dilute",
    "mix",
    "titrate",
    "check",
    "schedule",
    "log list",
    "log show",
    "log state",
    "log compare",
    "refills",
    "practice list",
    "pumps",
    "limits",
    "nonsense",
]
OPTIONS = [
    "--dose",
    "--concentration",
    "--flow-rate",
    "--volume",
    "--alarm",
    "--from",
    "--zone",
    "--accuracy",
    "--percent",
    "--steps",
    "--to",
    "--part",
    "--length",
    "--volume-per-length",
    "--dead-volume",
    "--old-dose",
    "--new-dose",
    "--old-concentration",
    "--new-concentration",
    "--days",
    "--filled",
    "--aspirated",
    "--stock",
    "--target",
    "--working",
    "--elsewhere",
    "--patient",
    "--at",
    "--pump",
    "--molar-mass",
    "--tubing",
    "--nonsense",
    "--",
    "-x",
]
TEXTS = [
    "350 mcg/day",
    "2000 mcg/mL",
    "0.2 mL/day",
    "20 mL",
    "2 mL",
    "89 cm",
    "0.0022 mL/cm",
    "15",
    "-15 %",
    "+20",
    "0",
    "",
    " ",
    "1e9 mcg/day",
    "99999999999999 mcg/day",
    "0.00000000000001 mL/day",
    "2026-11-22T09:30+02:00",
    "9999-12-31T23:59Z",
    "Asia/Jerusalem",
    "old",
    "mg/mL",
    "\u200b",
    "½ mL",
    "P-0147",
    "synchromed-ii-20",
    "\udcff",
    "-",
    "a\x00b",
    "x" * 5000,
]


def generated_call(draw: random.Random) -> list[str]:
    """A command with some of the options and texts there are, in any order."""
    files = [str(path) for path in (example("01"), example("06"), example("18"))]
    call = draw.choice(COMMANDS).split()
    for _ in range(draw.randrange(7)):
        call += draw.choice(
            [
                [draw.choice(OPTIONS), draw.choice(TEXTS)],
                [draw.choice(OPTIONS)],
                [draw.choice([*TEXTS, *files])],
            ]
        )
    return [*call, *draw.choice([[], ["--json"]])]


@pytest.mark.parametrize(
    "seed",
    [*range(4), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 60))],
)
def test_whatever_is_typed_ends_with_a_status_and_without_a_traceback(
    itbcalc: Command, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """50 calls a seed: 200 at once, 3,000 with the slow ones."""
    monkeypatch.setattr(
        "sys.stdin", type("Empty", (), {"buffer": type("None", (), {"read": lambda *_: b""})()})()
    )
    draw = random.Random(seed)  # noqa: S311  # no secret hangs on it

    for _ in range(50):
        call = generated_call(draw)
        ran = itbcalc("", *call)

        said = shlex.join(text.encode("utf-8", "replace").decode() for text in call)
        assert ran.status in (0, 1, 2), said
        assert "Traceback" not in ran.err + ran.out, said
        if ran.status == 2 and "--json" in call and "--" not in call and ran.out:
            assert {"error", "checks"} & set(ran.document), said
        if ran.status != 2:
            assert ran.out, said
