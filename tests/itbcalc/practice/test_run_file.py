"""Run files: played again they come out the same; what was changed in one is found."""

import json
import re

import pytest

from itbcalc import __version__
from itbcalc.errors import ItbcalcError, LogDamagedError, LogUnavailableError, RefusedError
from itbcalc.practice.moves import read_script
from itbcalc.practice.play import begin, play
from itbcalc.practice.run_file import (
    read_document,
    read_header,
    read_run,
    replayed,
    run_document,
    runs_folder,
    scenario_name,
    write_run,
)
from itbcalc.practice.scenario_reading import read_scenario
from itbcalc.practice.score import score
from itbcalc.say import refusal_words
from tests.itbcalc.practice.playing import NAMES, after, library, scenario, scripted, start, table_of, written


@pytest.fixture
def kept(tmp_path):
    """A run with everything in it, in its file."""
    run = after(
        start("kink", trainee="T. Rainee"),
        {"do": "hint"},
        {"do": "observe", "what": "tone"},
        {"do": "program", "new": {"daily_dose": "325 mcg/day"}},
        {"do": "back", "to": 2},
        {"do": "fault", "kind": "over-infusion", "begins": "1 h", "value": 2},
        {"do": "observe", "what": "x-ray"},
        {"do": "advance", "by": "2 day"},
    )
    path = tmp_path / "run.json"
    write_run(run, path)
    return run, path


def changed(path, change):
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_a_run_played_again_is_the_same_run(kept):
    run, path = kept

    again = read_run(path, library())

    assert again.version == __version__
    assert again.run.log.head() == run.log.head()
    assert again.run.at == run.at
    assert score(again.run) == score(run)
    assert again.run.hints == run.hints
    assert len(again.run.branches) == 1
    assert again.run.instructed


@pytest.mark.parametrize("name", NAMES)
def test_every_scripted_run_survives_its_file(name, tmp_path):
    write_run(scripted(name, "good"), tmp_path / "run.json")

    again = read_run(tmp_path / "run.json", library()).run

    assert score(again) == score(scripted(name, "good"))


def test_the_file_says_what_it_is(kept):
    _, path = kept
    document = read_document(path)

    assert document["note"] == "Teaching model, not validated, never for a decision."
    assert document["results"]["note"] == document["note"]
    assert scenario_name(document) == "kink"
    assert document["seed"] == 109


def test_the_header_is_read_without_playing(kept):
    _, path = kept

    header = read_header(path)

    assert (header.scenario, header.trainee, header.seed) == ("kink", "T. Rainee", 109)
    assert header.percent == 25  # found, and not mended
    assert (header.hints, header.instructed, header.over) == (1, True, False)


def test_a_date_in_a_script_is_kept_as_text(tmp_path):
    script = tmp_path / "s.toml"
    script.write_text(
        '[[move]]\ndo = "look"\nnew = { daily_dose = "300 mcg/day" }\nreadouts = { low_alarm_date = 2026-08-12 }\n',
        encoding="utf-8",
    )
    write_run(play(start("kink"), read_script(script, library())), tmp_path / "run.json")

    change = read_run(tmp_path / "run.json", library()).run.decisions[0].move.change

    assert change.tables["readouts"] == {"low_alarm_date": "2026-08-12"}


def test_a_fraction_in_a_script_keeps_its_value(tmp_path):
    run = start("kink")
    script = tmp_path / "s.toml"
    script.write_text(
        '[[move]]\ndo = "fault"\nkind = "catheter-kink"\nbegins = "0 h"\nvalue = 0.1\n', encoding="utf-8"
    )
    write_run(play(run, read_script(script, library())), tmp_path / "run.json")

    assert read_run(tmp_path / "run.json", library()).run.faults[-1].value * 10 == 1


def test_a_file_is_never_written_over(kept):
    run, path = kept
    before = path.read_bytes()

    with pytest.raises(LogUnavailableError):
        write_run(run, path)

    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d["moves"].pop(), "its results are others"),
        (lambda d: d["results"].update(points=100), "its results are others"),
        (lambda d: d["moves"].pop(1), "there is no such decision"),
        (lambda d: d["moves"].pop(5), "of another run"),
        (lambda d: d.update(seed=110), "of another run"),
        (lambda d: d.update(trainee="Somebody Else"), "of another run"),
        (lambda d: d["log"].update(head="0" * 64), "ends elsewhere"),
        (lambda d: d["log"]["entries"].pop(), "ends elsewhere"),
        (lambda d: d["scenario"].update(digest="0" * 64), "has changed since"),
        (lambda d: d["scenario"].update(name="nothing"), "is not a scenario"),
        (lambda d: d.update(seed="109"), "no whole number"),
        (lambda d: d.pop("log"), "without log"),
        (lambda d: d.update(format="another"), "does not begin with"),
        (lambda d: d.update(moves="none"), "a list of tables"),
        (lambda d: d["log"].update(entries=[1]), "no list of entries"),
        (lambda d: d.update(log=[]), "a table is needed"),
        (lambda d: d["log"].update(log_id=7), "write it as text"),
        (lambda d: d.update(note="Validated. Use for decisions."), "its note is another"),
        (lambda d: d["results"].update(note="Validated."), "its results are others"),
        (lambda d: d["results"].update(instructed=1), "its results are others"),
        (lambda d: d["scenario"].update(title="Another"), "name or title of its scenario"),
        (lambda d: d["scenario"].update(more=1), "name or title of its scenario"),
        (lambda d: d.update(approved=True), "'approved', which no run has"),
        (lambda d: d["log"].update(approved=True), "'approved', which no run has"),
        (lambda d: d.update(itbcalc="9.9.9 <b>approved</b>"), "its version is none"),
        (lambda d: d.update(itbcalc="9.9.9"), "its log is of another version"),
        (lambda d: d.update(debriefed=1), "its results are others"),
        (lambda d: d.update(debriefed=-1), "how often its debrief was read"),
        (lambda d: d.update(debriefed=True), "how often its debrief was read"),
    ],
)
def test_what_was_changed_is_found(kept, change, words):
    _, path = kept
    changed(path, change)

    with pytest.raises(RefusedError) as raised:
        read_run(path, library())
    assert re.search(words, refusal_words(raised.value))


def test_an_entry_that_was_changed_breaks_the_chain(kept):
    _, path = kept
    changed(
        path,
        lambda d: d["log"]["entries"].__setitem__(
            0, d["log"]["entries"][0].replace("T. Rainee", "X. Rainee")
        ),
    )

    with pytest.raises((LogDamagedError, RefusedError)):
        read_run(path, library())


@pytest.mark.parametrize(
    ("change", "same", "words"),
    [
        (lambda d: None, True, "the results are the same"),
        (lambda d: d["results"].update(points=1), False, "the results in it are others, and do not count"),
    ],
)
def test_a_run_of_another_version_is_played_again_and_says_so(monkeypatch, tmp_path, change, same, words):
    monkeypatch.setattr("itbcalc.practice.run_file.__version__", "0.0.9")
    monkeypatch.setattr("itbcalc.practice.run_log.__version__", "0.0.9")
    write_run(after(start("kink"), {"do": "observe", "what": "tone"}), tmp_path / "run.json")
    monkeypatch.undo()
    changed(tmp_path / "run.json", change)

    found = read_run(tmp_path / "run.json", library())

    assert (found.version, found.same) == ("0.0.9", same)
    assert (
        found.about_version == f"Written by itbcalc 0.0.9, played again with itbcalc {__version__}: {words}."
    )


def test_a_key_that_stands_twice_is_refused(kept):
    _, path = kept
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"points"', '"points": 100,\n"points"', 1), encoding="utf-8")

    with pytest.raises(RefusedError) as raised:
        read_run(path, library())
    assert "'points' stands twice" in refusal_words(raised.value)


def test_that_the_debrief_was_read_before_is_kept(kept, tmp_path):
    run, _ = kept
    write_run(run, tmp_path / "again.json", debriefed=2)

    again = read_run(tmp_path / "again.json", library())

    assert (again.debriefed, again.file) == (2, "again.json")


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"\xff\xfe", b'{"format": 1}', b"[" * 100_000])
def test_what_is_no_run_is_refused(tmp_path, raw):
    path = tmp_path / "x.json"
    path.write_bytes(raw)

    with pytest.raises(RefusedError) as raised:
        read_document(path)

    assert "no run of practice" in refusal_words(raised.value)


def test_a_file_too_large_to_be_a_run_is_not_read(tmp_path):
    path = tmp_path / "x.json"
    path.write_bytes(b" " * 20_000_001)

    with pytest.raises(RefusedError):
        read_document(path)


def test_an_entry_of_another_run_in_its_place_is_found(kept):
    """Chain and head made anew, as somebody with the program could: but it is not what the moves bring."""
    run, path = kept
    other = after(
        start("kink", trainee="T. Rainee"),
        *[{"do": "observe", "what": "pain"}] * len(list(run.log.written())),
    )
    lines = [written_.decode() for written_ in other.log.written()]
    changed(path, lambda d: d["log"].update(entries=lines, head=other.log.head().hash))

    with pytest.raises(RefusedError) as raised:
        read_run(path, library())

    assert "entry 1 is another" in refusal_words(raised.value)


@pytest.mark.parametrize("results", [{}, {"title": "x"}, {"title": "x", "percent": {"exact": "many"}}, 7])
def test_a_header_that_is_not_whole_is_refused(kept, results):
    _, path = kept
    changed(path, lambda d: d.update(results=results))

    with pytest.raises(RefusedError):
        read_header(path)


def test_a_scenario_of_ones_own_is_found_in_its_folder(tmp_path):
    path = written(tmp_path, table_of("kink"), "mine")
    write_run(begin(read_scenario(path, library()), library()), tmp_path / "run.json")

    assert read_run(tmp_path / "run.json", library(), tmp_path).run.scenario.name == "mine"
    with pytest.raises(ItbcalcError):
        replayed(read_document(tmp_path / "run.json"), scenario("kink"), library())


def test_the_document_holds_everything_a_reader_needs():
    document = run_document(scripted("bridge-down", "bad"))

    assert document["results"]["points"] == 40
    assert document["results"]["worst"] == {"sedation": "sedated", "withdrawal": "none"}
    criterion = document["results"]["criteria"][1]
    assert criterion["points"] == 0
    assert criterion["source"] == ["BOS16"]
    assert document["results"]["decisions"][0]["findings"][0]["severity"] == "stop"


def test_runs_are_kept_in_the_folder_of_practice():
    assert runs_folder().parent.name == "practice"
