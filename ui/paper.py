"""The check sheet on a printer or as a PDF file."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog
from PySide6.QtWidgets import QWidget


def preview(parent: QWidget, html: str) -> QPrintPreviewDialog:
    """Opens the preview of a sheet; printing goes on from there."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageMargins(QMarginsF(15, 12, 15, 12), QPageLayout.Unit.Millimeter)
    dialog = QPrintPreviewDialog(printer, parent)
    dialog.setObjectName("printPreview")
    dialog.setWindowTitle("Print the check")
    dialog.paintRequested.connect(partial(_print, html))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def write_pdf(path: Path, html: str) -> None:
    """Writes the sheet as PDF. Raises OSError if nothing arrived."""
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(15, 12, 15, 12), QPageLayout.Unit.Millimeter)
    writer.setTitle("itbcalc check")
    _print(html, writer)
    del writer
    if not path.is_file() or not path.read_bytes().startswith(b"%PDF"):
        raise OSError(f"{path.name} was not written")


def _print(html: str, device: QPrinter | QPdfWriter) -> None:
    """Lays the sheet out for the paper itself: its size, its margins, its resolution."""
    document = QTextDocument()
    document.documentLayout().setPaintDevice(device)
    document.setDocumentMargin(0)
    document.setHtml(html)
    area = device.pageLayout().paintRectPixels(device.resolution())
    document.setPageSize(QSizeF(area.size()))
    document.print_(device)
