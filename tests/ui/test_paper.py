"""The check on paper: what is on the screen is on the sheet."""

import re
from datetime import datetime, timedelta, timezone
from html import unescape

import pytest
from PySide6.QtGui import QPageRanges, QTextDocument
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog
from PySide6.QtWidgets import QApplication

from itbcalc.desk.program_files import example_path, open_program
from itbcalc.judge.check import check
from itbcalc.log.anchors import Anchor
from itbcalc.program import load_toml, read_program
from itbcalc.say.sheet import check_sheet
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.second_check import settings_of
from itbcalc.visits.visit_sheet import sheet_foot
from tests.itbcalc.log.logs import LOG_ID
from tests.itbcalc.log.qr_reading import modules_in, read_qr
from tests.itbcalc.programs import examples, library
from tests.itbcalc.steps import WRITTEN, recorded, said, sheet_of, standing_of
from tests.ui.conftest import NOW
from tests.ui.pdf_reading import Pdf, read_pdf
from tests.ui.test_check_presenter import EXAMPLES, with_text
from tests.ui.views import RecordingView
from ui import paper
from ui.paper import write_pdf
from ui.program.assessment import assess
from ui.program.check_presenter import CheckPresenter

pytestmark = pytest.mark.gui

EXAMPLE = "06-mistyped-concentration.toml"
# On paper only where the programmer shows a prime: no other patient is primed.
AT_THE_PRIMING_ONLY = ("prime_volume", "prime_dose")


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_the_screen_shows_stands_on_the_sheet(name, engine, qapp):
    view = RecordingView()
    presenter = CheckPresenter(view)
    found = assess(open_program(example_path(name), engine.library), engine)
    presenter.show(found)

    document = QTextDocument()
    document.setHtml(check_sheet(found.checked, engine.library, NOW))
    paper = document.toPlainText()

    # The dose of each day stands with its steps on paper, not once more in a row of its own.
    rows = {
        key: row
        for key, row in view.last.rows.items()
        if key not in AT_THE_PRIMING_ONLY and not key.startswith("days.")
    }
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
        # 0.31 mL at 0.6 mL/day and 14.5 % more: 10 h 49 min; 0.369 mL and 14.5 % less: 17 h 16 min, from 14:00
        (
            "05-2000-to-500-no-bridge.toml",
            ("at the earliest", "14 Oct 2026 00:49", "at the latest", "14 Oct 2026 07:15"),
        ),
    ],
)
def test_a_schedule_is_on_the_sheet_as_it_runs(name, words, engine, qapp):
    found = assess(open_program(example_path(name), engine.library), engine)

    document = QTextDocument()
    document.setHtml(check_sheet(found.checked, engine.library, NOW))

    for each in words:
        assert each in document.toPlainText()


def test_rows_that_differ_are_said_on_the_sheet_and_on_the_screen_alike(engine, qapp):
    view = RecordingView()
    presenter = CheckPresenter(view)
    texts = open_program(example_path("18-night-flex.toml"), engine.library)

    found = assess(with_text(texts, "readouts.steps.2.dose", "99.0"), engine)
    presenter.show(found)

    assert view.last.rows["mode"].verdict == "✗ rows differ"
    assert view.last.rows["mode"].tone == "differs"
    assert "✗ rows differ" in check_sheet(found.checked, engine.library, NOW)


def test_the_pdf_arrives_and_is_said(main, tmp_path):
    main.check.open_example(EXAMPLE)
    path = tmp_path / "check.pdf"

    main.owner.program.write_pdf_to(path)

    assert main.message == "Written check.pdf"
    content = path.read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    assert b"P-0147" not in content  # neither in its title nor in its metadata; the text is drawn


def test_a_pdf_that_cannot_be_written_is_said(main, tmp_path, qtlog):
    main.check.open_example(EXAMPLE)

    with qtlog.disabled():  # Qt's writer has its own words for it
        main.owner.program.write_pdf_to(tmp_path / "no such folder" / "check.pdf")

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


# --- the visit sheet


def visit_pdf(folder, name, written=WRITTEN) -> Pdf:
    """The visit sheet of an example, read back and checked by a second person, as it lies in a file."""
    log, step = recorded(name, written)
    said(log, EntryKind.READ_BACK_RECORDED, step, state="running", note="")
    typed = [
        {"field": place, "typed": text, "recorded": text, "verdict": "agrees"}
        for place, text in settings_of(step).items()
    ]
    said(log, EntryKind.SECOND_CHECK_RECORDED, step, typed=typed, agreed=True, note="")
    path = folder / f"{name}.pdf"
    write_pdf(path, sheet_of(log, step), "itbcalc visit sheet", sheet_foot(standing_of(log, step)))
    return read_pdf(path)


def plain(text: str) -> str:
    """Qt draws blanks as tabs, and two letters as one where the font has them."""
    return text.replace("\t", " ").replace("\ufb00", "ff").replace("\ufb01", "fi")


def test_a_simple_step_is_one_page_of_a4(qapp, tmp_path):
    on_the_spot = datetime(2026, 10, 6, 10, 30, tzinfo=timezone(-timedelta(hours=5)))
    (page,) = visit_pdf(tmp_path, "01", on_the_spot).pages

    assert plain(page).startswith("Visit sheet · P-0101")
    assert "320 mcg/day → 368 mcg/day" in plain(page)
    assert "time to the latest refill" in plain(page)  # the last of the working
    raw = (tmp_path / "01.pdf").read_bytes()
    assert re.findall(rb"/MediaBox \[0 0 (\d+)\S* (\d+)", raw) == [
        (b"595", b"842")
    ]  # 210 x 297 mm at 72 to the inch
    assert b"P-0101" not in raw  # neither in its title nor in its metadata; the text is drawn


def test_every_page_says_whose_it_is(qapp, tmp_path):
    pages = visit_pdf(tmp_path, "18").pages

    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        foot = rf"P-0118 · entry 1 \([0-9a-f]{{8}}\) of log {LOG_ID[:8]}page {number} of {len(pages)}$"
        assert re.search(foot, plain(page))
    assert "Checked by" in plain(pages[0])  # who signs has the dose before her


def test_the_code_on_the_paper_reads_as_the_anchor(qapp, tmp_path):
    log, step = recorded("02")
    path = tmp_path / "sheet.pdf"

    write_pdf(path, sheet_of(log, step), foot="foot")

    (code,) = read_pdf(path).pictures
    assert read_qr(modules_in(code, quiet=4)) == (Anchor(log.head()).line, "8-M")


@pytest.mark.slow
@pytest.mark.parametrize("path", examples(), ids=lambda path: path.stem)
def test_every_example_is_on_three_pages_at_most_and_ends_with_its_working(path, qapp, tmp_path):
    pages = visit_pdf(tmp_path, path.stem).pages

    assert len(pages) <= 3
    assert "Anchor of the log" in plain("".join(pages[:2]))  # its code is beside the dose, on the first


HARD = ("02", "07", "13", "14", "16")  # their working ends just behind a page, or is long


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.stem, marks=() if path.stem[:2] in HARD else pytest.mark.slow)
        for path in examples()
    ],
)
def test_no_derivation_is_broken_over_two_pages_and_none_has_a_few_lines(path, qapp, tmp_path):
    checked = check(read_program(load_toml(path), library()).program, library(), NOW)
    html = check_sheet(checked, library(), NOW)
    write_pdf(tmp_path / "check.pdf", html)

    pages = [plain(page) for page in read_pdf(tmp_path / "check.pdf").pages]
    assert len(pages) <= 3
    assert len(pages) == 1 or len(pages[-1]) > 400, pages[-1]
    shown = re.findall(r"<td width=\"50%\"><pre>(.*?)</pre>", html, re.DOTALL)
    steps = [plain(unescape(step)).splitlines() for step in shown if step.strip()]
    assert len(steps) > 5
    for step in steps:
        assert any(all(line in page for line in step) for page in pages), step


def test_a_sheet_without_a_foot_has_no_page_numbers(qapp, tmp_path):
    write_pdf(tmp_path / "check.pdf", "<p>one</p>")

    assert read_pdf(tmp_path / "check.pdf").pages == ["one"]


def test_the_pages_that_were_asked_for_are_printed_alone(qapp, tmp_path):
    log, step = recorded("18")
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "part.pdf"))
    ranges = QPageRanges()
    ranges.addPage(2)
    printer.setPageRanges(ranges)

    assert paper.draw_pages(sheet_of(log, step), "foot", printer)

    (page,) = read_pdf(tmp_path / "part.pdf").pages
    assert re.search(r"footpage 2 of \d$", plain(page))


def test_an_older_file_that_could_not_be_replaced_is_no_success(qapp, tmp_path, monkeypatch):
    path = tmp_path / "sheet.pdf"
    write_pdf(path, "<p>older</p>")
    monkeypatch.setattr(paper, "draw_pages", lambda *_: False)

    with pytest.raises(OSError, match=r"sheet\.pdf was not written"):
        write_pdf(path, "<p>newer</p>")


def test_a_file_that_ends_in_the_middle_is_no_success(qapp, tmp_path, monkeypatch):
    whole = tmp_path / "whole.pdf"
    write_pdf(whole, "<p>text</p>")
    cut = whole.read_bytes()[:-100]
    monkeypatch.setattr(
        paper, "draw_pages", lambda _, __, device: bool((tmp_path / "cut.pdf").write_bytes(cut))
    )

    with pytest.raises(OSError, match=r"cut\.pdf was not written"):
        write_pdf(tmp_path / "cut.pdf", "<p>text</p>")
