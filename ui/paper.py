"""A sheet on a printer or as a PDF file."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt, QTimer
from PySide6.QtGui import (
    QFont,
    QPageLayout,
    QPageRanges,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextTable,
)
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog, QPrintPreviewWidget
from PySide6.QtWidgets import QWidget

Paper = QPrinter | QPdfWriter

_MARGINS = QMarginsF(15, 10, 15, 10)  # mm
_FOOT_HEIGHT = 5  # mm
_FOOT_POINTS = 7
_LEAST_OF_A_PAGE = 0.25  # of its height: the last one holds that much, or is none
_MM_PER_INCH = 25.4
_OF_THE_WINDOW = 0.92


def preview(
    parent: QWidget, html: str, title: str = "Print the check", foot: str = ""
) -> QPrintPreviewDialog:
    """Opens the preview of a sheet; printing goes on from there. `foot` as `write_pdf` has it."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageMargins(_MARGINS, QPageLayout.Unit.Millimeter)
    dialog = QPrintPreviewDialog(printer, parent)
    dialog.setObjectName("printPreview")
    dialog.setWindowTitle(title)
    dialog.paintRequested.connect(partial(draw_pages, html, foot))
    dialog.finished.connect(dialog.deleteLater)
    dialog.resize(parent.window().size() * _OF_THE_WINDOW)
    dialog.open()
    pages = dialog.findChild(QPrintPreviewWidget)
    assert pages is not None
    QTimer.singleShot(0, pages, pages.fitToWidth)  # to be read before it is printed; once it has its size
    return dialog


def write_pdf(path: Path, html: str, title: str = "itbcalc check", foot: str = "") -> None:
    """Writes the sheet as PDF. Raises OSError if nothing arrived.

    `title` stands in the properties of the file, where no patient is named. `foot` stands at the foot of every page
    with its number; without it pages are not numbered.
    """
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(_MARGINS, QPageLayout.Unit.Millimeter)
    writer.setTitle(title)
    printed = draw_pages(html, foot, writer)
    del writer
    if not printed or not _is_whole_pdf(path):
        raise OSError(f"{path.name} was not written")


def _is_whole_pdf(path: Path) -> bool:
    """Whether all arrived: a full disk leaves a beginning without an end."""
    if not path.is_file():
        return False
    content = path.read_bytes()
    return content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")


def draw_pages(html: str, foot: str, device: Paper) -> bool:
    """Lays the sheet out for the paper itself: its size, its margins, its resolution; then draws page by page.

    False where nothing can be drawn there.
    """
    area = QSizeF(device.pageLayout().paintRectPixels(device.resolution()).size())
    body = QSizeF(area.width(), area.height() - (_foot_height(device) if foot else 0))
    document = QTextDocument()
    document.documentLayout().setPaintDevice(device)
    document.setDocumentMargin(0)
    document.setHtml(html)
    document.setPageSize(body)
    keep_together(document)
    count = document.pageCount()
    painter = QPainter()
    if not painter.begin(device):
        return False
    lossless = QPainter.RenderHint.LosslessImageRendering  # a code in black and white is no photograph
    painter.setRenderHint(lossless)
    for turn, number in enumerate(_wanted(device, count)):
        if turn:
            device.newPage()
        _draw_page(painter, document, number)
        if foot:
            place = QRectF(0, body.height(), area.width(), area.height() - body.height())
            _draw_foot(painter, place, foot, f"page {number} of {count}")
    return painter.end()


def keep_together(document: QTextDocument) -> None:
    """Nothing of one row is broken over two pages, and no page has a few lines alone."""
    rows = [
        frame
        for frame in document.rootFrame().childFrames()
        if isinstance(frame, QTextTable) and frame.rows() == 1
    ]
    for row in rows:
        place, height = document.documentLayout().frameBoundingRect(row), document.pageSize().height()
        broken = place.top() // height != (place.bottom() - 1) // height
        if broken and place.height() <= height:
            _begin_page(document, row)
    _fill_last_page(document, rows)


def _fill_last_page(document: QTextDocument, rows: Sequence[QTextTable]) -> None:
    """Where a few lines would stand alone on the last page, some rows before them stand there too."""
    layout, height = document.documentLayout(), document.pageSize().height()
    first = (document.pageCount() - 1) * height
    end = layout.documentSize().height()
    if document.pageCount() == 1 or end - first >= _LEAST_OF_A_PAGE * height:
        return
    before = [row for row in rows if layout.frameBoundingRect(row).bottom() <= first]
    held = 0.0
    for row in reversed(before):
        held += layout.frameBoundingRect(row).height()
        if end - first + held >= _LEAST_OF_A_PAGE * height:
            for after in rows[len(before) :]:
                _break_before(after, QTextFormat.PageBreakFlag.PageBreak_Auto)
            _begin_page(document, row)
            return


def _begin_page(document: QTextDocument, row: QTextTable) -> None:
    """A page begins with this row, or with the heading above it."""
    above = document.findBlock(row.firstPosition() - 1)
    if above.blockFormat().headingLevel():
        heading = above.blockFormat()
        heading.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
        QTextCursor(above).setBlockFormat(heading)
        return
    _break_before(row, QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)


def _break_before(row: QTextTable, policy: QTextFormat.PageBreakFlag) -> None:
    shape = row.format().toTableFormat()
    shape.setPageBreakPolicy(policy)
    row.setFormat(shape)


def _wanted(device: Paper, count: int) -> list[int]:
    """The pages that were asked for, from 1; all where nothing was said."""
    ranges: QPageRanges = device.pageRanges()
    return [number for number in range(1, count + 1) if ranges.isEmpty() or ranges.contains(number)]


def _draw_page(painter: QPainter, document: QTextDocument, number: int) -> None:
    size = document.pageSize()
    top = (number - 1) * size.height()
    painter.save()
    painter.translate(0, -top)
    document.drawContents(painter, QRectF(0, top, size.width(), size.height()))
    painter.restore()


def _draw_foot(painter: QPainter, place: QRectF, whose: str, which: str) -> None:
    font = QFont()
    font.setPointSizeF(_FOOT_POINTS)
    painter.save()
    painter.setFont(font)
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, whose)
    painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, which)
    painter.restore()


def _foot_height(device: Paper) -> float:
    return _FOOT_HEIGHT / _MM_PER_INCH * device.resolution()
