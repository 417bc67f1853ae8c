"""Settings: kept when their field is left, refused beside it, in force at once; the clinic's own pumps and catheters."""

import tomllib
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QPushButton, QScrollArea

from itbcalc.library.workstation import Look
from tests.ui.pages import child
from tests.ui.settings_pages import OwnProfilePage, SettingsPage
from tests.ui.test_accessible import heard
from tests.ui.test_first_look import SCREENS, at, cut, labels_on

pytestmark = pytest.mark.gui

OWN_PUMP = {
    "name": "Ward pump 18 mL",
    "reservoir_volume": "18",
    "tubing_volume": "0.15",
    "reference": "implant manual M1, p. 11",
    "by": "A. Nurse",
}


def kept(folder: Path, name: str = "clinic.toml") -> dict[str, object]:
    file = folder / name
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def test_what_is_typed_is_kept_when_the_field_is_left_and_stands_there_the_next_time(
    main, open_window, config_folder
):
    page = SettingsPage(main)

    page.type_into("zone", "Asia/Jerusalem")
    page.type_into("low_alarm", "2")
    page.choose("date_form", "day first")

    assert kept(config_folder) == {"zone": "Asia/Jerusalem", "low_alarm": "2 mL", "date_form": "day-first"}
    again = SettingsPage(open_window())
    assert (again.text("zone"), again.text("low_alarm")) == ("Asia/Jerusalem", "2 mL")
    assert again.chosen("date_form").startswith("day first")


def test_what_is_refused_is_said_below_its_field_and_changes_nothing(main, config_folder):
    page = SettingsPage(main)
    page.type_into("low_alarm", "2")

    page.type_into("low_alarm", "2,5")

    assert "‘2,5’" in page.note("low_alarm")
    assert page.text("low_alarm") == "2,5"  # to be put right, not typed again
    assert kept(config_folder) == {"low_alarm": "2 mL"}
    page.type_into("low_alarm", "2.5")
    assert page.note("low_alarm") == ""
    assert kept(config_folder) == {"low_alarm": "2.5 mL"}


def test_an_emptied_field_takes_its_setting_out(main, config_folder):
    page = SettingsPage(main)
    page.type_into("phone", "030 1234")

    page.type_into("phone", "")

    assert kept(config_folder) == {}


def test_the_form_of_dates_is_in_force_at_once(main):
    main.check.type_into("readouts.low_alarm_date", "8.9.2027")
    assert "figures alone" in main.check.note("low_alarm_date")
    page = SettingsPage(main)

    page.choose("date_form", "day first")
    main.show_panel("check")

    assert main.check.note("low_alarm_date").endswith("= 8 Sep 2027")


def test_a_lead_time_comes_off_the_latest_refill_day(main):
    main.check.open_example("06-mistyped-concentration.toml")
    assert main.check.result("latest_refill_date") == "21 May 2027"
    page = SettingsPage(main)

    page.type_into("refill_lead_time", "7")
    main.show_panel("check")

    assert main.check.result("latest_refill_date") == "14 May 2027"  # 21 May less 7 days


def test_a_profile_that_is_wrong_is_named_on_top(open_window, config_folder):
    (config_folder / "clinic.toml").write_text('zone = "Nowhere"\n')

    page = SettingsPage(open_window())

    assert "clinic.toml: zone" in page.problem
    page.type_into("zone", "Europe/Berlin")
    assert page.problem == ""


def test_look_and_size_are_of_the_workstation(main, config_folder):
    page = SettingsPage(main)

    page.choose("look", "dark")
    page.choose("text_size", "150 %")

    assert kept(config_folder, "workstation.toml") == {"look": "dark", "text_size": 150}
    assert kept(config_folder) == {}


def test_another_size_is_shown_once_the_window_is_opened_anew(main):
    page = SettingsPage(main)
    page.choose("look", "dark")
    assert not page.can_press("settings:anew")  # a look is shown at once

    page.choose("text_size", "150 %")
    page.press("settings:anew")

    assert main.owner.begins_anew
    assert not main.window.isVisible()
    assert main.owner.settings.panel() == "settings, anew"


def test_the_size_of_before_needs_no_other_window(main):
    page = SettingsPage(main)
    page.choose("text_size", "150 %")
    assert page.can_press("settings:anew")

    page.choose("text_size", "100 %")

    assert not page.can_press("settings:anew")


def test_what_was_typed_is_not_lost_to_another_size(main):
    main.check.type_into("new.daily_dose", "368")
    page = SettingsPage(main)
    page.choose("text_size", "150 %")
    page.press("settings:anew")

    assert main.asks_to_discard
    main.close_dialog()
    assert not main.owner.begins_anew
    assert main.window.isVisible()
    assert main.check.text_of("new.daily_dose") == "368"


def test_where_the_log_lies_is_copied_by_a_click(main, config_folder):
    page = SettingsPage(main)

    page.press("copy:log")

    assert QGuiApplication.clipboard().text() == str(config_folder / "data" / "titration.itblog")


# --- what is usual


USUAL = """
zone = "Asia/Jerusalem"
jurisdiction = "uk"
pump = "synchromed-ii-40"
catheter = { length = "89 cm", volume_per_length = "0.0022 mL/cm" }
low_alarm = "2 mL"
"""
OFFERED = {
    "system.pump": ("SynchroMed II 40 mL", "SynchroMed II 40 mL"),
    "system.catheter": ("89 cm × 0.0022 mL/cm", "89 cm × 0.0022 mL/cm"),
    "reservoir.low_alarm": ("2 mL", "2 mL"),
    "reservoir.zone": ("Asia/Jerusalem", "Asia/Jerusalem"),
    "patient.jurisdiction": ("UK label", "UK label"),
}


def stands_in(main, place):
    """What is typed or chosen; nothing for a list in which nothing is."""
    field = main.check.field(place)
    if isinstance(field, QComboBox):
        return field.currentText() if field.currentData() else ""
    return field.text()


def test_what_is_usual_is_offered_in_an_empty_field_and_never_filled_in(open_window, config_folder):
    (config_folder / "clinic.toml").write_text(USUAL, encoding="utf-8")
    main = open_window()
    at(main, 1920, 1080)
    for place, (words, text) in OFFERED.items():
        offer = child(main.check.root, QPushButton, f"usual:{place}")
        assert (offer.text(), offer.isVisible()) == (words, True), place
        assert stands_in(main, place) == ""

        QTest.mouseClick(offer, Qt.MouseButton.LeftButton)

        assert stands_in(main, place) == text
        assert not offer.isVisible()
    main.press("Ctrl+N")
    assert all(child(main.check.root, QPushButton, f"usual:{place}").isVisible() for place in OFFERED)


def test_what_is_usual_is_taken_by_the_keyboard_and_goes_with_the_first_letter(open_window, config_folder):
    (config_folder / "clinic.toml").write_text(USUAL, encoding="utf-8")
    main = open_window()
    at(main, 1280, 800)
    offer = child(main.check.root, QPushButton, "usual:reservoir.low_alarm")
    field = main.check.line("reservoir.low_alarm")
    assert heard(field).endswith("Usual here: 2 mL. Ctrl+Enter takes it.")
    main.check.type_into("reservoir.low_alarm", "3")
    assert not offer.isVisible()
    main.press("Ctrl+Return")
    assert field.text() == "3"
    main.check.type_into("reservoir.low_alarm", "")
    main.press("Ctrl+Return")

    assert field.text() == "2 mL"
    assert main.check.note("reservoir.low_alarm") == ""


def test_where_nothing_is_settled_nothing_is_offered(main):
    assert [
        each for each in main.check.root.findChildren(QPushButton) if each.objectName().startswith("usual:")
    ] == []


# --- what is the clinic's own


def test_a_pump_of_ones_own_says_where_its_figures_stand_and_is_offered_in_the_check(main, config_folder):
    page = SettingsPage(main)
    page.press("add:pump")
    dialog = OwnProfilePage(main)

    dialog.fill(**OWN_PUMP)
    dialog.keep()

    assert not dialog.is_open
    (words,) = page.own("pump")
    for part in ("Ward pump 18 mL", "18 mL", "implant manual M1, p. 11", "A. Nurse on 2026-11-22"):
        assert part in words
    pump = main.owner.engine.library.pumps["own-ward-pump-18-ml"]
    assert pump.clinic
    assert pump.reservoir_volume is not None
    assert pump.reservoir_volume.grade == "clinic"
    main.show_panel("check")
    main.check.type_into("system.pump", "Ward pump 18 mL")
    assert main.check.note("system.pump") == ""


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("reservoir_volume", "18,5", "‘18,5’"),
        ("tubing_volume", "19", "19 mL"),  # not below the reservoir of 18 mL
        ("residual_volume", "1 mg", "‘1 mg’"),
        ("name", "SynchroMed II 40 mL", "built-in"),
        ("by", " ", "needed"),
    ],
)
def test_what_a_profile_cannot_be_is_said_below_its_field(main, config_folder, name, typed, words):
    page = SettingsPage(main)
    page.press("add:pump")
    dialog = OwnProfilePage(main)

    dialog.fill(**{**OWN_PUMP, name: typed})
    dialog.keep()

    assert dialog.is_open
    assert words in dialog.note(name)
    assert not (config_folder / "pumps" / "own.toml").exists()
    dialog.root.reject()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_profile_is_changed_and_taken_out_and_one_written_by_hand_is_left_alone(main, config_folder):
    (config_folder / "catheters").mkdir()
    figure = '{ value = "0.0025 mL/cm", grade = "clinic", source = "box" }'
    (config_folder / "catheters" / "ours.toml").write_text(
        f'[[catheter]]\nid = "ours"\nname = "By hand"\nvolume_per_length = {figure}\n'
    )
    main.owner.engine.load()
    page = SettingsPage(main)
    page.press("add:catheter")
    OwnProfilePage(main).fill(name="Ours", volume_per_length="0.0024", reference="box", by="A. Nurse")
    OwnProfilePage(main).keep()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    page.press("change:catheter:own-ours")
    dialog = OwnProfilePage(main)
    assert dialog.typed("volume_per_length") == "0.0024 mL/cm"
    assert dialog.typed("reference") == ""  # who looks again says where
    dialog.fill(volume_per_length="0.0026", reference="box, 2027", by="B. Nurse")
    dialog.keep()

    by_hand, changed = page.own("catheter")
    assert "change it in its file" in by_hand
    assert "0.0026 mL/cm" in changed
    assert "B. Nurse" in changed
    assert child(page.root, QAbstractButton, "change:catheter:own-ours").isVisible()
    assert page.root.findChild(QAbstractButton, "change:catheter:ours") is None


# --- how it fits and how it is heard


@pytest.mark.parametrize("look", [Look.LIGHT, Look.DARK, Look.CONTRAST_DARK])
def test_nothing_is_clipped(look, main):
    main.window.look_requested.emit(look)
    page = SettingsPage(main)
    for size in SCREENS:
        at(main, *size)

        assert page.root.findChild(QScrollArea).horizontalScrollBar().maximum() == 0, size
        assert [words for label in labels_on(main.window) if (words := cut(label))] == [], size


def test_every_field_has_a_name_of_its_own_and_a_label(main):
    page = SettingsPage(main)
    fields = [
        each for kind in (QLineEdit, QComboBox, QAbstractButton) for each in page.root.findChildren(kind)
    ]
    fields = [field for field in fields if field.isVisible() and field.focusPolicy()]
    names = [field.accessibleName() or heard(field).strip() for field in fields]

    assert all(names)
    assert len(set(names)) == len(names)
    labelled = {label.buddy() for label in page.root.findChildren(QLabel) if label.buddy() is not None}
    boxes = set(page.root.findChildren(QComboBox))
    assert boxes <= labelled


def test_every_setting_is_reached_by_the_keyboard_in_the_order_of_reading(main):
    main.press("Ctrl+,")
    assert main.panel == "settings"
    page = SettingsPage(main)
    met = [main.keyboard.objectName()]
    while (name := main.tab().objectName()) not in met:
        met.append(name)

    settings = [f"field:setting.{key}" for key in page.root.fields]
    assert [name for name in met if name.startswith("field:setting.")] == settings
    behind = met[met.index(settings[-1]) + 1 :]
    assert behind[:8] == [
        *("settings:people", "copy:log", "open:log", "copy:profiles", "open:profiles"),
        *("add:pump", "add:catheter", "add:figure"),
    ]
