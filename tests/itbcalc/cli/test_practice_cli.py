"""The commands of practice as scripts see them: documents, exit status, refusals, files."""

import hashlib
import json
import re
from pathlib import Path

import click
import pytest

from itbcalc.cli import main as cli
from itbcalc.cli.main import run
from itbcalc.practice.parameters import NOT_VALIDATED
from tests.itbcalc.practice.playing import NAMES, SCRIPTS, table_of, written

COMMANDS = (Path(__file__).parents[3] / "docs" / "command-line.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def data_folder(config_folder):
    """Practice keeps its files where the settings are: no folder of a log stands in its way."""
    return config_folder / "data"


@pytest.fixture
def practice(capsys):
    """Runs a command of practice; returns its status, what it printed, and what it printed of errors."""

    def command(*arguments):
        status = run(["practice", *map(str, arguments)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


@pytest.fixture
def script(tmp_path):
    def write(text):
        path = tmp_path / "script.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def play(practice, name, kind, out, *more):
    return practice("run", name, "--script", SCRIPTS / f"{name}-{kind}.toml", "--out", out, *more)


def test_list_names_every_scenario_and_what_it_teaches(practice):
    status, out, _ = practice("list", "--json")
    document = json.loads(out)

    assert status == 0
    assert document["command"] == "practice list"
    assert [each["name"] for each in document["results"]["scenarios"]] == sorted(NAMES)
    assert all(each["goal"] for each in document["results"]["scenarios"])
    assert document["results"]["note"] == NOT_VALIDATED


def test_list_names_the_faults_of_a_scenario_of_ones_own(practice, config_folder):
    folder = config_folder / "data" / "practice" / "scenarios"
    folder.mkdir(parents=True)
    table = table_of("kink")
    del table["goal"]
    written(folder, table, "mine")

    status, out, _ = practice("list")

    assert status == 2
    assert "mine: cannot be used\n    goal: is needed" in out


def test_run_says_what_it_was_worth_and_why(practice, tmp_path):
    status, out, err = play(practice, "bridge-down", "bad", tmp_path / "run.json")

    assert (status, err) == (0, "")
    assert NOT_VALIDATED in out
    assert "40 of 100 points, 40 %" in out
    assert "The concentration was changed without a bridge." in out
    assert (tmp_path / "run.json").exists()


def test_run_as_one_document(practice, tmp_path):
    status, out, _ = play(practice, "bridge-down", "bad", tmp_path / "run.json", "--json", "--trainee", "T")
    results = json.loads(out)["results"]

    assert status == 0
    assert results["percent"] == {"exact": "40", "unit": "%", "text": "40 %"}
    assert results["trainee"] == "T"
    assert results["note"] == NOT_VALIDATED


def test_another_seed_is_said_and_kept(practice, tmp_path):
    status, out, _ = play(practice, "kink", "good", tmp_path / "run.json", "--json", "--seed", "7")

    assert status == 0
    assert json.loads(out)["results"]["seed"] == 7


def test_the_certificate_is_written(practice, tmp_path):
    play(practice, "kink", "good", tmp_path / "run.json", "--certificate", tmp_path / "page.html")

    assert NOT_VALIDATED in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_score_plays_again_and_says_the_same(practice, tmp_path):
    _, first, _ = play(practice, "kink", "bad", tmp_path / "run.json", "--json")

    status, out, _ = practice("score", tmp_path / "run.json", "--json")
    (again,) = json.loads(out)["results"]["runs"]

    assert status == 0
    assert {key: again[key] for key in json.loads(first)["results"]} == json.loads(first)["results"]


def test_score_of_several_is_an_overview(practice, tmp_path):
    play(practice, "bridge-up", "good", tmp_path / "a.json")
    play(practice, "bridge-up", "bad", tmp_path / "b.json")

    status, out, _ = practice(
        "score", tmp_path / "a.json", tmp_path / "b.json", "--csv", tmp_path / "class.csv"
    )

    assert status == 0
    assert "100 of 100 points" in out
    bad = json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))["results"]["points"]
    assert 0 <= bad < 100
    assert f"{bad} of 100 points" in out
    assert (tmp_path / "class.csv").read_text(encoding="utf-8").count(",bridge-up,") == 2
    assert (tmp_path / "class.csv").read_text(encoding="utf-8").count(NOT_VALIDATED) == 2
    assert out.startswith(NOT_VALIDATED)


def test_a_run_that_is_given_twice_is_said(practice, tmp_path):
    play(practice, "bridge-up", "good", tmp_path / "a.json")
    (tmp_path / "b.json").write_bytes((tmp_path / "a.json").read_bytes())

    _, out, _ = practice("score", tmp_path / "a.json", tmp_path / "b.json")

    assert "b.json is the same run as a.json" in out


def test_a_certificate_under_another_ending_is_refused_before_anything_is_written(practice, tmp_path):
    status, out, err = play(
        practice, "kink", "good", tmp_path / "run.json", "--certificate", tmp_path / "page.pdf"
    )

    assert (status, out) == (2, "")
    assert "ends in .html" in err
    assert list(tmp_path.iterdir()) == []


def test_score_refuses_a_run_that_was_changed(practice, tmp_path):
    play(practice, "bridge-up", "bad", tmp_path / "run.json")
    document = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    document["results"]["points"] += 1
    (tmp_path / "other.json").write_text(json.dumps(document), encoding="utf-8")

    status, out, err = practice("score", tmp_path / "other.json", "--json")

    assert status == 2
    assert "its results are others" in json.loads(out)["error"]["reason"]
    assert "its results are others" in err


def test_a_certificate_of_a_scenario_of_ones_own_needs_no_more_than_the_run_file(practice, tmp_path):
    path, run, page = (
        written(tmp_path, table_of("bridge-up"), "mine"),
        tmp_path / "run.json",
        tmp_path / "c.html",
    )
    script = SCRIPTS / "bridge-up-good.toml"
    practice("run", path, "--script", script, "--out", run, "--certificate", page)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()

    assert practice("score", run, "--scenario", path)[0] == 0
    path.unlink()

    status, out, _ = practice("verify", page, run, "--json")
    assert status == 0
    assert digest in json.loads(out)["results"]["remarks"][0]
    assert "is not on this computer" in " ".join(practice("score", run)[1].split())


def test_an_easier_scenario_in_the_run_file_is_no_longer_the_one_of_the_certificate(practice, tmp_path):
    path, run, page = (
        written(tmp_path, table_of("bridge-up"), "mine"),
        tmp_path / "run.json",
        tmp_path / "c.html",
    )
    script = SCRIPTS / "bridge-up-good.toml"
    practice("run", path, "--script", script, "--out", run, "--certificate", page)
    document = json.loads(run.read_text(encoding="utf-8"))
    document["scenario"]["text"] += "# easier"
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(document), encoding="utf-8")
    path.unlink()

    assert practice("verify", page, changed)[0] == 2
    document["scenario"]["digest"] = hashlib.sha256(document["scenario"]["text"].encode()).hexdigest()
    changed.write_text(json.dumps(document), encoding="utf-8")
    assert practice("verify", page, changed)[0] == 2


def test_new_writes_a_scenario_that_loads_and_is_listed(practice, config_folder):
    status, out, _ = practice("new", "my-own")

    assert status == 0
    assert str(config_folder / "data" / "practice" / "scenarios" / "my-own.toml") in out
    assert "my-own: not finished" in practice("list")[1]
    assert "A title" not in practice("list")[1]
    assert practice("list")[0] == 0
    script = SCRIPTS / "kink-good.toml"
    assert "not finished" in practice("run", "my-own", "--script", script)[2]


def test_an_own_scenario_that_a_built_in_one_hides_is_said(practice, config_folder):
    folder = config_folder / "data" / "practice" / "scenarios"
    folder.mkdir(parents=True)
    path = written(folder, table_of("kink"), "first-dose")

    status, out, _ = practice("list")

    assert status == 2
    assert f"{path}: ignored: a built-in scenario is called first-dose" in out


def test_new_writes_where_it_is_told_and_never_over_a_file(practice, tmp_path):
    assert practice("new", "mine", "--folder", tmp_path)[0] == 0
    before = (tmp_path / "mine.toml").read_bytes()

    status, _, err = practice("new", "mine", "--folder", tmp_path)

    assert status == 2
    assert "left as it is" in err or "left as it was" in err
    assert (tmp_path / "mine.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run",), "scenario"),
        (("run", "kink"), "script"),
        (("run", "kinks", "--script", "x"), "is not a scenario"),
        (("run", "kink", "--script", "nothing.toml"), "cannot be read"),
        (("run", "kink", "--script", SCRIPTS / "kink-good.toml", "--seed", "x"), "no number"),
        (("run", "kink", "--script", SCRIPTS / "kink-good.toml", "--trainee", "a\u200bb"), "cannot be seen"),
        (("score",), "run"),
        (("score", "nothing.json"), "cannot be read"),
        (("new",), "name"),
        (("new", "My Own"), "small letters"),
        (("new", "kink"), "used already"),
    ],
)
def test_what_is_refused_is_named(practice, arguments, words):
    status, out, err = practice(*arguments)

    assert status == 2
    assert out == ""
    assert words in err


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (
            '[[move]]\ndo = "program"\nnew = { daily_dose = "900 mcg/day" }',
            "move.1.answer",
            "answered with a reason",
        ),
        (
            '[[move]]\ndo = "look"\n\n[[move]]\ndo = "advance"\nby = "99 day"',
            "move.2",
            "not that much time left",
        ),
        ('[[move]]\ndo = "look"\n\n[[move]]\ndo = "advance"\nby = "0 h"', "move.2.by", "zero"),
        ('[[move]]\nwhat = "tone"', "move.1.do", "do of move 1 is needed"),
        ('[[move]]\ndo = "advance"\nby = "1 hour"', "move.1.by", "not accepted"),
        ('[[move]]\ndo = "advance"\nby = "1 day"\n\n[[move]]\ndo = "observe"', "move.2.what", "not given"),
        ("moves = []", "moves", "not known here"),
        ('move = "observe"', "move", "a list of tables"),
    ],
)
def test_what_is_wrong_in_a_script_is_named_with_its_place(practice, script, text, place, words):
    status, out, _ = practice("run", "kink", "--script", script(text), "--json")
    error = json.loads(out)["error"]

    assert status == 2
    assert error["field"] == place
    assert words in error["reason"]


def test_every_command_of_practice_is_in_the_docs_with_all_its_options():
    section = COMMANDS.partition("## Practice")[2].partition("\n## ")[0]
    rows = re.findall(
        r"^\| `(list|run|score|verify|sheets|hunt|response|new)` \|([^|]*)\|", section, flags=re.MULTILINE
    )
    group = cli.group().commands["practice"]
    assert isinstance(group, click.Group)

    def options(command):
        return {option for param in command.params for option in param.opts if option.startswith("--")} - {
            "--json"
        }

    assert {name: set(re.findall(r"--[a-z-]+", inputs)) for name, inputs in rows} == {
        name: options(command) for name, command in group.commands.items()
    }


def test_every_move_is_in_the_docs():
    from itbcalc.practice.moves import MoveKind
    from itbcalc.practice.observing import Examination

    section = COMMANDS.partition("## Practice")[2].partition("\n## ")[0]

    assert set(re.findall(r"^\| `(\w+)` \|", section.partition("| `do` |")[2], flags=re.MULTILINE)) == set(
        MoveKind
    )
    for what in Examination:
        assert f"`{what}`" in section


# --- a certificate and its run


def test_a_certificate_is_verified_from_the_file_of_its_run_alone(practice, tmp_path):
    page = tmp_path / "c.html"
    assert play(practice, "bridge-down", "good", tmp_path / "run.json", "--certificate", page)[0] == 0

    status, out, _ = practice("verify", page, tmp_path / "run.json")

    assert status == 0
    assert "c.html is the certificate of run.json, word for word." in out


def test_a_certificate_of_another_run_is_refused(practice, tmp_path):
    page = tmp_path / "c.html"
    assert play(practice, "bridge-down", "bad", tmp_path / "bad.json", "--certificate", page)[0] == 0
    assert play(practice, "bridge-down", "good", tmp_path / "good.json")[0] == 0
    better = page.read_text(encoding="utf-8").replace("40 of 100", "90 of 100")
    (tmp_path / "better.html").write_text(better, encoding="utf-8")

    assert practice("verify", page, tmp_path / "good.json")[0] == 2
    status, _, err = practice("verify", tmp_path / "better.html", tmp_path / "bad.json")
    assert status == 2
    assert "no certificate of it" in err


def test_a_run_by_a_script_cannot_be_passed_off_as_one_by_hand(practice, tmp_path):
    path = tmp_path / "run.json"
    assert "played by a script" in play(practice, "kink", "good", path)[1]
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["script"] is True

    del document["script"]
    path.write_text(json.dumps(document), encoding="utf-8")

    assert practice("score", path)[0] == 2


# --- the slip hunt


def test_a_set_is_written_filled_in_and_counted(practice, tmp_path):
    status, out, _ = practice("sheets", "--seed", 7, "--folder", tmp_path / "class")
    assert status == 0
    assert sorted(path.name for path in (tmp_path / "class").iterdir()) == ["set-7-answers.toml", "set-7.txt"]

    text = (tmp_path / "class" / "set-7-answers.toml").read_text(encoding="utf-8")
    text = text.replace("# minutes = ", "minutes = 8").replace("# slip = false", "slip = false")
    # Planted are 2, 3, 4, 6, 7 and 10: the second is found, and the first taken for one.
    first, second, rest = text.split("slip = false", 2)
    (tmp_path / "a.toml").write_text(
        f'{first}slip = true{second}slip = true\nwhere = "dose"{rest}', encoding="utf-8"
    )

    status, out, _ = practice("hunt", tmp_path / "a.toml", "--csv", tmp_path / "class.csv", "--json")
    results = json.loads(out)["results"]

    assert status == 0
    assert results["trainees"][0]["hits"] == [2]
    assert results["trainees"][0]["named"] == 1
    assert [each["sheet"] for each in results["trainees"][0]["misses"]] == [3, 4, 6, 7, 10]
    assert results["trainees"][0]["false_alarms"] == [1]
    assert results["class"] == [
        {
            "with_program": False,
            "sets": 1,
            "slips": 6,
            "hits": 1,
            "named": 1,
            "false_alarms": 1,
            "clean": 4,
            "minutes": "8",
        }
    ]
    assert (tmp_path / "class.csv").read_text(encoding="utf-8").startswith("note,file,trainee")


def test_with_the_program_each_sheet_can_be_checked(practice, tmp_path, capsys):
    assert practice("sheets", "--seed", 7, "--folder", tmp_path, "--with-program")[0] == 0

    # The second sheet shows the dose before, the fifth what was ordered.
    assert run(["check", str(tmp_path / "set-7-sheet-02.toml")]) == 1
    assert run(["check", str(tmp_path / "set-7-sheet-05.toml")]) == 0


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("sheets", "--folder", "x"), "seed"),
        (("sheets", "--seed", "7"), "folder"),
        (("sheets", "--seed", "99999999999", "--folder", "x"), "seed"),
        (("hunt",), "answers"),
        (("hunt", "nowhere.toml"), "nowhere.toml"),
        (("verify",), "page"),
    ],
)
def test_what_the_hunt_needs_is_asked_for(practice, arguments, named):
    status, _, err = practice(*arguments)

    assert status == 2
    assert named in err
