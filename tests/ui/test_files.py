"""Program files: opened, saved, opened again; what no field shows is kept; nobody's data elsewhere."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from itbcalc.desk.program_files import example_path, examples, open_program, save_program
from itbcalc.desk.texts import Texts
from itbcalc.errors import FieldEntryError, RefusedError
from itbcalc.judge.check import check
from itbcalc.program import complete_program, load_toml, read_program
from itbcalc.say.report import check_results
from tests.ui.conftest import NOW
from tests.ui.pages import child
from ui.engine import Engine
from ui.program.assessment import assess

PLAIN = example_path("06-mistyped-concentration.toml").read_text(encoding="utf-8")
CATHETER = 'catheter = { length = "89 cm", volume_per_length = "0.0022 mL/cm" }'
OWN_PUMP = (
    'pump = { name = "Clinic\'s pump", reservoir_volume = "40 mL", tubing_volume = "0.140 mL",'
    ' residual_volume = "1 mL", lowest_flow_rate = "0.05 mL/day", highest_flow_rate = "24 mL/day",'
    ' accuracy = "14.5 %", steps_per_day = 24 }'
)
SEGMENTS = (
    'catheter = [ { length = "60 cm", volume_per_length = "0.0022 mL/cm" },'
    ' { length = "29 cm", volume_per_length = "0.003 mL/cm" } ]'
)
# Files that hold what the panel has no field for, or write it in another way than the panel does.
SPECIAL = {
    "own pump": PLAIN.replace('pump = "synchromed-ii-40"', OWN_PUMP),
    "own pump and segments": PLAIN.replace('pump = "synchromed-ii-40"', OWN_PUMP).replace(CATHETER, SEGMENTS),
    "segments": PLAIN.replace(CATHETER, SEGMENTS),
    "prime read-outs": PLAIN + 'prime_volume = "0.336 mL"\nprime_dose = "671.6 mcg"\n',
    "native dates": PLAIN.replace('at = "2026-11-22T09:30+02:00"', "at = 2026-11-22T09:30:00+02:00").replace(
        'low_alarm_date = "2027-01-28"', "low_alarm_date = 2027-01-28"
    ),
    "another offset": PLAIN.replace('at = "2026-11-22T09:30+02:00"', 'at = "2026-11-22T07:30+00:00"'),
    "no zone": PLAIN.replace('zone = "Asia/Jerusalem"', ""),
    "age with decimals": PLAIN.replace("age_years = 34", "age_years = 9.5"),
    "another drug": PLAIN.replace('drug = "baclofen"', 'drug = "morphine"'),
    "per hour and in mg": PLAIN.replace('"250 mcg/day"', '"0.25 mg/day"', 1),
    "not aspirated": PLAIN.replace('[bridge]\ndose = "250 mcg/day"', "[bridge]\naspirated = false"),
}
# Wrong in the file, but right in the fields if nobody looked: such a file is not opened.
WRONG = {
    "no unit": ('filled = "40 mL"', 'filled = "40"', "‘40’ has no unit"),
    "a bare number": ('filled = "40 mL"', "filled = 40", "40: write it as text with its unit"),
    "a bare decimal": ('filled = "40 mL"', "filled = 40.5", "40.5: write it as text with its unit"),
    "a key outside": ("[system]", "note = 1\n[system]", "‘note’ is not known here"),
    "an age in quotes": ("age_years = 34", 'age_years = "34"', "34: the age in years is needed"),
    "a pseudonym of digits": ('ref = "P-0147"', "ref = 147", "147: write it as text"),
    "a catheter said twice": (
        'volume_per_length = "0.0022 mL/cm" }',
        'volume_per_length = "0.0022 mL/cm", volume = "0.2 mL" }',
        "two alternatives at once",
    ),
    "an unknown key of the catheter": (
        'volume_per_length = "0.0022 mL/cm" }',
        'volume_per_length = "0.0022 mL/cm", tip = "closed" }',
        "‘tip’ is not known here",
    ),
    "a catheter as text": (CATHETER, 'catheter = "0.2 mL"', "a volume, or a length and a volume per length"),
    "two spaces": ('filled = "40 mL"', 'filled = "40  mL"', "one space at most"),
    "an empty zone": ('zone = "Asia/Jerusalem"', 'zone = ""', "is not a known time zone"),
    "no TOML": ("[system]", "[system", "not valid TOML"),
}


def saved_again(path: Path, again: Path, engine: Engine) -> Texts:
    """Opens a file, saves what the panel then holds, and returns what was opened."""
    texts = open_program(path, engine.library)
    save_program(again, assess(texts, engine).file_table())
    return texts


def document(path: Path, engine: Engine) -> dict[str, object]:
    program = complete_program(read_program(load_toml(path), engine.library))
    return check_results(check(program, engine.library, NOW))


def written(folder: Path, text: str) -> Path:
    path = folder / "case.toml"
    path.write_text(text, encoding="utf-8")
    return path


# --- without a window


@pytest.mark.parametrize("name", [name for name, _ in examples()])
def test_an_example_opened_and_saved_is_the_same_check(name, engine, tmp_path):
    again = tmp_path / "again.toml"

    texts = saved_again(example_path(name), again, engine)

    assert open_program(again, engine.library).typed == texts.typed
    assert document(again, engine) == document(example_path(name), engine)


@pytest.mark.parametrize("name", SPECIAL)
def test_what_the_panel_has_no_field_for_is_kept(name, engine, tmp_path):
    path, again = written(tmp_path, SPECIAL[name]), tmp_path / "again.toml"
    assert SPECIAL[name] != PLAIN

    texts = saved_again(path, again, engine)

    assert open_program(again, engine.library).typed == texts.typed
    assert document(again, engine) == document(path, engine)
    assert load_toml(again)["system"]["pump"] == load_toml(path)["system"]["pump"]


@pytest.mark.parametrize("name", SPECIAL)
def test_the_panel_checks_a_file_as_the_command_line_does(name, engine, tmp_path):
    path = written(tmp_path, SPECIAL[name])
    checked = assess(open_program(path, engine.library), engine).checked

    assert check_results(checked)["new"] == document(path, engine)["new"]
    assert check_results(checked).get("low_alarm_date") == document(path, engine).get("low_alarm_date")


@pytest.mark.parametrize("name", WRONG)
def test_a_file_whose_fault_no_field_could_show_is_not_opened(name, engine, tmp_path):
    good, bad, _ = WRONG[name]
    assert good in PLAIN

    with pytest.raises((RefusedError, FieldEntryError)):
        open_program(written(tmp_path, PLAIN.replace(good, bad, 1)), engine.library)


def test_saving_never_leaves_half_a_file(tmp_path, monkeypatch):
    path = written(tmp_path, "before")
    monkeypatch.setattr("os.fsync", _no_space)

    with pytest.raises(OSError, match="No space"):
        save_program(path, {"system": {"pump": "x"}})

    assert path.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]


def _no_space(_: int) -> None:
    raise OSError(28, "No space left on device")


# --- in the window


@pytest.mark.gui
def test_the_window_says_why_a_file_was_not_opened_and_keeps_what_was_there(main, tmp_path):
    main.check.type_into("new.daily_dose", "460")
    for good, bad, reason in WRONG.values():
        main.owner.program.open_file(written(tmp_path, PLAIN.replace(good, bad, 1)))

        assert "case.toml was not opened" in main.message_box.text()
        assert reason in main.message_box.informativeText()
        assert main.check.texts == {"new.daily_dose": "460"}
        assert main.recent == []
        main.message_box.accept()


@pytest.mark.gui
def test_a_file_that_is_not_there_is_said(main, tmp_path):
    main.owner.program.open_file(tmp_path / "gone.toml")

    assert "gone.toml was not opened" in main.message_box.text()
    assert "cannot be read" in main.message_box.informativeText()


@pytest.mark.gui
def test_a_file_with_a_malformed_value_is_opened_and_the_value_refused_in_its_field(main, tmp_path):
    main.owner.program.open_file(written(tmp_path, PLAIN.replace('"2000 mcg/mL"', '"2,000 mcg/mL"')))

    assert main.check.text_of("new.concentration") == "2,000"
    assert main.check.tone("new.concentration") == "refused"
    assert main.check.result("flow_rate") == ""


@pytest.mark.gui
def test_an_unknown_table_of_a_file_is_shown_and_kept(main, tmp_path):
    main.owner.program.open_file(
        written(tmp_path, PLAIN.replace("[patient]", "[settings]\nx = 1\n[patient]"))
    )

    assert "‘settings’ is not known here" in main.check.all_that_is_read.lower()


@pytest.mark.gui
def test_the_pump_of_a_file_belongs_to_that_file(main, tmp_path):
    main.owner.program.open_file(written(tmp_path, SPECIAL["own pump"]))
    assert main.check.text_of("system.pump") == "of the file"
    assert main.check.tone("system.pump") == ""

    main.owner.program.open_example("06-mistyped-concentration.toml")
    main.check.type_into("system.pump", "of the file")

    assert main.check.tone("system.pump") == "refused"


@pytest.mark.gui
def test_undo_brings_back_the_pump_of_the_file(main, tmp_path):
    main.owner.program.open_file(written(tmp_path, SPECIAL["own pump"]))
    main.check.type_into("system.pump", "SynchroMed II 20 mL")
    assert main.check.finding("filled_above_capacity")

    main.press("Ctrl+Z")

    assert main.check.text_of("system.pump") == "of the file"
    assert main.check.finding("filled_above_capacity") is None


# --- nothing unsaved is lost


@pytest.mark.gui
def test_what_is_in_no_file_is_given_up_only_on_demand(main):
    main.check.type_into("new.daily_dose", "460")

    main.owner.program.open_example("06-mistyped-concentration.toml")
    assert main.asks_to_discard
    assert main.check.texts == {"new.daily_dose": "460"}

    main.close_dialog()
    assert main.check.texts == {"new.daily_dose": "460"}

    main.owner.program.open_example("06-mistyped-concentration.toml")
    main.give_up()
    assert main.check.text_of("new.daily_dose") == "285"


@pytest.mark.gui
def test_the_window_stays_open_while_something_is_in_no_file(main, tmp_path):
    main.check.type_into("new.daily_dose", "460")
    main.window.close()
    assert main.window.isVisible()
    assert main.asks_to_discard
    main.close_dialog()

    main.owner.program.save_to(tmp_path / "case.toml")
    main.window.close()
    assert not main.window.isVisible()


@pytest.mark.gui
def test_giving_up_closes_the_window(main):
    main.check.type_into("new.daily_dose", "460")
    main.window.close()

    main.give_up()

    assert not main.window.isVisible()


@pytest.mark.gui
def test_an_example_that_was_only_looked_at_is_not_asked_for(main):
    main.check.open_example("06-mistyped-concentration.toml")
    main.check.type_into("new.daily_dose", "300")
    main.press("Ctrl+Z")

    main.owner.program.open_example("01-routine-increase.toml")

    assert not main.asks_to_discard
    assert main.check.text_of("patient.ref") == "P-0101"


# --- asking where


@pytest.mark.gui
def test_open_and_save_ask_where_without_blocking(main):
    main.check.open_example("06-mistyped-concentration.toml")
    for keys in ("Ctrl+O", "Ctrl+S"):
        main.press(keys)

        assert main.file_dialog.isVisible()
        main.close_dialog()
        assert main.dialog is None


@pytest.mark.gui
def test_save_as_and_open_again_by_keyboard(main, tmp_path):
    # GIVEN an example, saved under a name typed into the dialog
    main.check.open_example("06-mistyped-concentration.toml")
    before = main.check.texts
    main.press("Ctrl+S")
    main.type_file_name(str(tmp_path / "mine"))
    assert main.message == "Saved mine.toml"

    # WHEN it is opened again after everything was cleared
    main.press("Ctrl+N")
    main.press("Ctrl+O")
    main.type_file_name(str(tmp_path / "mine.toml"))

    # THEN everything is there
    assert main.message == "Opened mine.toml"
    assert main.check.texts == before
    assert main.check.verdict("flow_rate") == "✗ differs"


@pytest.mark.gui
def test_what_cannot_be_saved_is_said(main, tmp_path):
    main.check.open_example("06-mistyped-concentration.toml")

    main.owner.program.save_to(tmp_path / "no such folder" / "case.toml")

    assert "case.toml was not saved" in main.message_box.text()
    assert main.recent == []


# --- recent files


@pytest.mark.gui
def test_files_opened_and_saved_are_offered_again_newest_first(main, tmp_path):
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text(PLAIN, encoding="utf-8")
    main.owner.program.open_file(one)
    main.owner.program.save_to(two)
    assert main.recent == ["two.toml", "one.toml"]

    main.choose_recent("one.toml")

    assert main.message == "Opened one.toml"
    assert main.recent == ["one.toml", "two.toml"]


@pytest.mark.gui
def test_recent_files_are_remembered_and_those_that_are_gone_left_out(open_window, tmp_path):
    first = open_window()
    for name in ("one.toml", "two.toml"):
        path = tmp_path / name
        path.write_text(PLAIN, encoding="utf-8")
        first.owner.program.open_file(path)
    (tmp_path / "two.toml").unlink()

    assert open_window().recent == ["one.toml"]


@pytest.mark.gui
def test_no_more_than_eight_files_are_offered(main, tmp_path):
    for number in range(10):
        path = tmp_path / f"{number}.toml"
        path.write_text(PLAIN, encoding="utf-8")
        main.owner.program.open_file(path)

    assert main.recent == [f"{number}.toml" for number in range(9, 1, -1)]


# --- privacy


@pytest.mark.gui
def test_nothing_typed_is_left_in_the_settings_or_the_title(main, config_folder, tmp_path):
    # GIVEN values and a pseudonym that could not stand there by chance
    typed = {"patient.ref": "ZEBRA-77", "new.daily_dose": "317.25", "new.concentration": "1999.5"}
    for place, text in typed.items():
        main.check.type_into(place, text)

    # WHEN she saves, opens, prints to a file, goes through the panels and closes
    main.owner.program.save_to(tmp_path / "case.toml")
    main.owner.program.open_file(tmp_path / "case.toml")
    main.owner.program.write_pdf_to(tmp_path / "case.pdf")
    dilute = main.question("dilute")
    dilute.type_into("stock", "1888.25")
    main.show_panel("check")
    titles = [main.title]
    main.window.close()
    QApplication.processEvents()  # now the settings reach their file

    # THEN the configuration folder knows the file and nothing that is in it
    kept = b"\n".join(path.read_bytes() for path in config_folder.rglob("*") if path.is_file())
    assert b"case.toml" in kept
    for secret in (*typed.values(), "1888.25"):
        assert secret.encode() not in kept
        assert not any(secret in title for title in titles)


@pytest.mark.gui
def test_an_example_is_marked_as_one_until_something_else_stands_in_the_fields(main, tmp_path):
    chip = child(main.window, QLabel, "exampleChip")
    assert not chip.isVisible()

    main.check.open_example("06-mistyped-concentration.toml")
    assert chip.isVisible()
    assert chip.accessibleName() == (
        "EXAMPLE ‘Mistyped concentration’: its figures are invented, and of no patient"
    )
    main.check.type_into("new.daily_dose", "300")
    assert chip.isVisible()
    main.press("Ctrl+N")

    assert not chip.isVisible()


def test_nothing_is_written_beside_a_saved_file(main, tmp_path):
    main.check.open_example("06-mistyped-concentration.toml")

    main.owner.program.save_to(tmp_path / "case.toml")
    main.owner.program.save_to(tmp_path / "case.toml")

    assert [path.name for path in tmp_path.iterdir()] == ["case.toml"]


@pytest.mark.parametrize("cell", ['duration = "8 min"', 'flow_rate = "2.400 mL/day"'])
def test_a_row_with_a_cell_that_no_field_shows_is_refused_by_name(cell, engine: Engine, tmp_path):
    night = example_path("18-night-flex.toml").read_text(encoding="utf-8")
    rows = '[readouts]\nsteps = [ { start = "22:00", '
    path = tmp_path / "night.toml"
    path.write_text(night.partition("[readouts]")[0] + rows + cell + " } ]\n", encoding="utf-8")

    with pytest.raises(RefusedError) as refused:
        open_program(path, engine.library)

    assert (refused.value.field, refused.value.rule) == (
        f"readouts.steps.1.{cell.partition(' ')[0]}",
        "no_field",
    )


@pytest.mark.gui
def test_an_example_opened_as_a_file_is_marked_too_wherever_it_lies(main, tmp_path):
    chip = child(main.window, QLabel, "exampleChip")
    bundled = example_path("06-mistyped-concentration.toml")
    copy, changed = tmp_path / bundled.name, tmp_path / "changed" / bundled.name
    changed.parent.mkdir()
    copy.write_bytes(bundled.read_bytes())
    changed.write_bytes(bundled.read_bytes().replace(b"P-0147", b"P-0148"))

    seen = []
    for path in (bundled, copy, changed):
        main.owner.program.open_file(path)
        seen.append(chip.isVisible())

    assert seen == [True, True, False]
