"""The check on paper: what is on the screen is on the sheet."""

import pytest
from PySide6.QtGui import QTextDocument
from PySide6.QtPrintSupport import QPrintPreviewDialog
from PySide6.QtWidgets import QApplication

from itbcalc.sheet import check_sheet
from tests.ui.conftest import NOW
from tests.ui.test_check_presenter import EXAMPLES
from tests.ui.views import RecordingView
from ui.check.presenter import CheckPresenter
from ui.files import example_path, open_program

pytestmark = pytest.mark.gui

EXAMPLE = "06-mistyped-concentration.toml"


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_the_screen_shows_stands_on_the_sheet(name, engine, qapp):
    view = RecordingView()
    presenter = CheckPresenter(view, engine)
    presenter.texts_changed(open_program(example_path(name), engine.library))

    document = QTextDocument()
    document.setHtml(check_sheet(presenter.checked, engine.library, NOW))
    paper = document.toPlainText()

    for key in (
        "flow_rate",
        "low_alarm_date",
        "empty_date",
        "latest_refill_date",
        "bridge_duration",
        "bridge_drug",
    ):
        for value in filter(None, view.last.rows[key].new.split(" or ")):
            assert value in paper, key
    for row in view.last.rows.values():
        assert row.verdict in ("", "– not read") or row.verdict in paper
    for card in view.last.cards:
        assert card.title in paper
        assert card.detail in paper


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
