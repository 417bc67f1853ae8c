"""The check on paper: what is on the screen is on the sheet."""

import pytest
from PySide6.QtGui import QTextDocument
from PySide6.QtPrintSupport import QPrintPreviewDialog
from PySide6.QtWidgets import QApplication

from itbcalc.sheet import check_sheet
from tests.ui.conftest import NOW
from tests.ui.test_check_presenter import EXAMPLES, with_text
from tests.ui.views import RecordingView
from ui.check.presenter import CheckPresenter
from ui.files import example_path, open_program

pytestmark = pytest.mark.gui

EXAMPLE = "06-mistyped-concentration.toml"
# On paper only where the programmer shows a prime: no other patient is primed.
AT_THE_PRIMING_ONLY = ("prime_volume", "prime_dose")


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_the_screen_shows_stands_on_the_sheet(name, engine, qapp):
    view = RecordingView()
    presenter = CheckPresenter(view, engine)
    presenter.texts_changed(open_program(example_path(name), engine.library))

    document = QTextDocument()
    document.setHtml(check_sheet(presenter.checked, engine.library, NOW))
    paper = document.toPlainText()

    rows = {key: row for key, row in view.last.rows.items() if key not in AT_THE_PRIMING_ONLY}
    for key, row in rows.items():
        for value in filter(None, (row.now, *row.new.split(" or "))):
            assert value in paper, key
    for row in view.last.rows.values():
        assert row.verdict in ("", "– not read") or row.verdict in paper
    for card in view.last.cards:
        assert card.title in paper
        assert card.detail in paper


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "18-night-flex.toml",
            ("flex", "✓ rows match", "22:00 to 24:00", "12.5 mcg/h", "0.48 to 0.6 mL/day"),
        ),
        ("19-periodic-bolus.toml", ("periodic bolus", "06:00 to 06:10", "246.7 mcg/h")),
        ("20-patient-bolus.toml", ("with all patient boluses", "375 mcg/day")),
        ("21-quieter-weekends.toml", ("Sat Sun  300 mcg", "Mon Tue Wed Thu Fri  360 mcg")),
        # 0.31 mL at 0.15 mL/day with tubing from 0.14 to 0.199 mL: the range is on paper too
        ("05-2000-to-500-no-bridge.toml", ("at the earliest, at the latest",)),
    ],
)
def test_a_schedule_is_on_the_sheet_as_it_runs(name, words, engine, qapp):
    presenter = CheckPresenter(RecordingView(), engine)
    presenter.texts_changed(open_program(example_path(name), engine.library))

    document = QTextDocument()
    document.setHtml(check_sheet(presenter.checked, engine.library, NOW))

    for each in words:
        assert each in document.toPlainText()


def test_rows_that_differ_are_said_on_the_sheet_and_on_the_screen_alike(engine, qapp):
    view = RecordingView()
    presenter = CheckPresenter(view, engine)
    texts = open_program(example_path("18-night-flex.toml"), engine.library)

    presenter.texts_changed(with_text(texts, "readouts.steps.2.dose", "99.0"))

    assert view.last.rows["mode"].verdict == "✗ rows differ"
    assert view.last.rows["mode"].tone == "differs"
    assert "✗ rows differ" in check_sheet(presenter.checked, engine.library, NOW)


def test_the_pdf_arrives_and_is_said(main, tmp_path):
    main.check.open_example(EXAMPLE)
    path = tmp_path / "check.pdf"

    main.owner.write_pdf_to(path)

    assert main.message == "Written check.pdf"
    content = path.read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    assert b"P-0147" not in content  # neither in its title nor in its metadata; the text is drawn


def test_a_pdf_that_cannot_be_written_is_said(main, tmp_path, qtlog):
    main.check.open_example(EXAMPLE)

    with qtlog.disabled():  # Qt's writer has its own words for it
        main.owner.write_pdf_to(tmp_path / "no such folder" / "check.pdf")

    assert "check.pdf was not written" in main.message_box.text()


def test_nothing_typed_is_nothing_to_print(main):
    for keys in ("Ctrl+P", "Ctrl+Shift+P"):
        main.press(keys)

        assert main.message == "Nothing to print yet"
        assert main.dialog is None


def test_the_print_key_opens_a_preview(main, qtlog):
    main.check.open_example(EXAMPLE)

    main.press("Ctrl+P")
    QApplication.processEvents()

    assert isinstance(main.dialog, QPrintPreviewDialog)
    main.close_dialog()
    assert main.dialog is None


def test_the_pdf_key_asks_where(main, tmp_path):
    main.check.open_example(EXAMPLE)

    main.press("Ctrl+Shift+P")
    main.type_file_name(str(tmp_path / "sheet"))

    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF-")
