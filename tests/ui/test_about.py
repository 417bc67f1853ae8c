"""About: the versions, the licences, and where everything lies."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QTextBrowser

from itbcalc import __version__
from itbcalc.log.folders import log_path
from tests.ui.pages import MainPage


def test_the_menu_tells_versions_licences_and_where_the_log_lies(main: MainPage, qtbot):
    main.window.findChild(QAction, "action:About itbcalc").trigger()

    dialog = main.window.findChild(QDialog, "about")
    text = dialog.findChild(QTextBrowser, "aboutPage").toPlainText()
    dialog.reject()
    assert f"itbcalc {__version__}" in text
    assert "2026-11" in text  # the library's version, as its files have it
    assert str(log_path()) in text
    assert "window.ini" in text
    assert "LGPL" in text
    assert "Pint" in text
    assert "no network connection" in text
