"""What is this program, of which version, under which licences, and where does it keep what it writes?"""

import importlib.metadata
import platform
import sys
from pathlib import Path

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from itbcalc import __version__
from itbcalc.library.folders import own_folder
from itbcalc.log.folders import data_folder, log_path


def open_about(parent: QWidget, library: str, settings: Path) -> QDialog:
    """Opens the page over the window.

    Args:
        parent: The window.
        library: The version of the library; empty while it is not loaded.
        settings: The file in which the window keeps its settings.
    """
    dialog = QDialog(parent)
    dialog.setObjectName("about")
    dialog.setWindowTitle("About itbcalc")
    page = QTextBrowser()
    page.setObjectName("aboutPage")
    page.setAccessibleName("About itbcalc")
    page.setOpenLinks(False)
    page.setMarkdown(about_text(library, settings))
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.addWidget(page)
    column.addWidget(buttons)
    dialog.resize(620, 520)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def about_text(library: str, settings: Path) -> str:
    """The page in Markdown."""
    folders = {
        "The log": log_path(),
        "Backups and operators": data_folder(),
        "The clinic's profiles": own_folder(),
        "Settings of the window": settings,
    }
    versions = {
        "itbcalc": __version__,
        "Library of pumps and limits": library or "not loaded",
        "Python": platform.python_version(),
        "Qt": qVersion(),
    }
    return "\n\n".join(
        [
            f"## itbcalc {__version__}",
            "An independent check beside the vendor's programmer. It programs no pump and proposes no dose. "
            "It is not a medical device.",
            "### Where it writes",
            _table(("what", "where"), {name: f"`{path}`" for name, path in folders.items()}),
            "It opens no network connection.",
            "### Versions",
            _table(("", ""), versions),
            "### Licences",
            "itbcalc: Apache-2.0. It uses Qt and PySide6 under the LGPL 3: their libraries are files of their own, "
            f"which may be replaced. {_texts()}",
            _table(("package", "version"), _packages()),
        ]
    )


def _texts() -> str:
    """Where the texts of the licences lie."""
    if hasattr(sys, "_MEIPASS"):
        return f"All texts: `{Path(sys.executable).parent / 'licenses'}`."
    return "All texts lie with the installed packages."


def _packages() -> dict[str, str]:
    """Every package of Python's that is loaded, and its version, as far as it says one."""
    owners = importlib.metadata.packages_distributions()
    loaded = {name.partition(".")[0] for name in sys.modules}
    names = sorted({owner for module in loaded for owner in owners.get(module, ())}, key=str.lower)
    return {name: importlib.metadata.version(name) for name in names}


def _table(heads: tuple[str, str], rows: dict[str, str]) -> str:
    lines = [f"| {heads[0]} | {heads[1]} |", "| --- | --- |"]
    return "\n".join([*lines, *(f"| {name} | {value} |" for name, value in rows.items())])
