"""Colours and the style sheet, light and dark. Colour only ever repeats what a word and a sign already say."""

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QDir, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from itbcalc.library.workstation import Look
from itbcalc.resources import resource_path


class Colours(Struct, frozen=True):
    """One set of colours; each text colour has a contrast of at least 4.5 : 1 on its ground."""

    ground: str
    card: str
    rail: str
    text: str
    quiet: str
    border: str
    field: str
    field_border: str
    accent: str
    on_accent: str
    stop: str
    stop_ground: str
    warning: str
    warning_ground: str
    caution: str
    caution_ground: str
    good: str
    selected: str


RESULT_PX = 14  # a computed value; one for which there is no room is written smaller
HALF_LIGHT = 128
ROW_HEIGHT = 28  # pixels of a row of values

LIGHT = Colours(
    ground="#f3f5f8",
    card="#ffffff",
    rail="#e6ebf1",
    text="#17202a",
    quiet="#51606f",
    border="#d5dce4",
    field="#ffffff",
    field_border="#70859c",
    accent="#0b5a8a",
    on_accent="#ffffff",
    stop="#9d1c1c",
    stop_ground="#fdefed",
    warning="#8a5300",
    warning_ground="#fff6df",
    caution="#3f566d",
    caution_ground="#eff3f7",
    good="#186a3b",
    selected="#e4eef6",
)
DARK = Colours(
    ground="#12181f",
    card="#1a222b",
    rail="#0d1217",
    text="#e8edf2",
    quiet="#a3b1bf",
    border="#2f3a46",
    field="#0f151b",
    field_border="#6d8093",
    accent="#6db6e8",
    on_accent="#08131c",
    stop="#ff9c92",
    stop_ground="#3a1b1b",
    warning="#f3c56c",
    warning_ground="#372a10",
    caution="#b3c6d8",
    caution_ground="#212c37",
    good="#7fd6a1",
    selected="#1f3344",
)


# Each text at least 7 : 1 on its ground, each border as dark as the text.
CONTRAST = Colours(
    ground="#ffffff",
    card="#ffffff",
    rail="#ffffff",
    text="#000000",
    quiet="#1f1f1f",
    border="#000000",
    field="#ffffff",
    field_border="#000000",
    accent="#003a75",
    on_accent="#ffffff",
    stop="#8a0000",
    stop_ground="#ffffff",
    warning="#5a3300",
    warning_ground="#ffffff",
    caution="#14283c",
    caution_ground="#ffffff",
    good="#004d24",
    selected="#ffffcc",
)
CONTRAST_DARK = Colours(
    ground="#000000",
    card="#000000",
    rail="#000000",
    text="#ffffff",
    quiet="#e6e6e6",
    border="#ffffff",
    field="#000000",
    field_border="#ffffff",
    accent="#8fd0ff",
    on_accent="#000000",
    stop="#ffb3ab",
    stop_ground="#000000",
    warning="#ffd58a",
    warning_ground="#000000",
    caution="#cfe2f5",
    caution_ground="#000000",
    good="#9ff0bf",
    selected="#333300",
)


# While a virtual patient is played: every ground and the accent differ, so that it is seen at a glance.
PRACTICE_LIGHT = replace(
    LIGHT,
    ground="#f4ebfa",
    card="#fdf9ff",
    rail="#ddc8ee",
    border="#cbb0e0",
    field_border="#8a6ba5",
    accent="#6a1b9a",
    quiet="#564a63",
    selected="#eadaf6",
)
PRACTICE_DARK = replace(
    DARK,
    ground="#1f1329",
    card="#291a36",
    rail="#3a2150",
    border="#553a6d",
    field_border="#9579ad",
    accent="#d9a6ff",
    quiet="#bdaecb",
    selected="#432a5a",
)


PRACTICE_CONTRAST = replace(CONTRAST, rail="#f0e0ff", accent="#4a0072", selected="#eadaf6")
PRACTICE_CONTRAST_DARK = replace(CONTRAST_DARK, rail="#2a0a40", accent="#d9a6ff", selected="#3a1b50")


def practice_of(colours: Colours) -> Colours:
    """The colours of practice that go with those of a look."""
    practised = (
        (DARK, PRACTICE_DARK),
        (CONTRAST, PRACTICE_CONTRAST),
        (CONTRAST_DARK, PRACTICE_CONTRAST_DARK),
    )
    return next((practice for look, practice in practised if look == colours), PRACTICE_LIGHT)


def practise(part: QWidget, *, practised: bool = True) -> None:
    """Dresses a part of the window, with all that is in it, as practice or as the rest again.

    It has a sheet of its own for that: with the rules of practice in that of the application each widget of the window would be
    held against them, too, where hardly anybody practises.
    """
    if bool(part.property("practised")) is practised:
        return
    part.setProperty("practised", "true" if practised else "")
    part.setStyleSheet(_sheet_of_practice(_worn["colours"]) if practised else "")


_worn: dict[str, Colours] = {}  # those of the present look, once there is one
_COLOURS = {Look.DARK: DARK, Look.CONTRAST: CONTRAST, Look.CONTRAST_DARK: CONTRAST_DARK}


def colours_for(look: Look) -> Colours:
    """The colours of a look; the system's choice where it is left to the system."""
    if look is Look.SYSTEM:
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return DARK if dark else LIGHT
    return _COLOURS.get(look, LIGHT)


def apply(app: QApplication, look: Look) -> Colours:
    """Dresses the application; returns the colours for what is painted by hand."""
    colours = colours_for(look)
    # By a name of its own, since no quoting brings each folder's name (', ", #, %) through a style sheet.
    QDir.setSearchPaths("icons", [str(resource_path("icons"))])
    app.setPalette(_palette(colours))
    app.setStyleSheet(_style_sheet(colours))
    if _worn:
        for part in app.allWidgets():
            if part.property("practised"):
                part.setStyleSheet(_sheet_of_practice(colours))
    _worn["colours"] = colours
    return colours


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: colours.ground,
        QPalette.ColorRole.WindowText: colours.text,
        QPalette.ColorRole.Base: colours.field,
        QPalette.ColorRole.AlternateBase: colours.card,
        QPalette.ColorRole.Text: colours.text,
        QPalette.ColorRole.Button: colours.card,
        QPalette.ColorRole.ButtonText: colours.text,
        QPalette.ColorRole.Highlight: colours.accent,
        QPalette.ColorRole.HighlightedText: colours.on_accent,
        QPalette.ColorRole.PlaceholderText: colours.quiet,
        QPalette.ColorRole.ToolTipBase: colours.card,
        QPalette.ColorRole.ToolTipText: colours.text,
        QPalette.ColorRole.Link: colours.accent,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    return palette


def _sheet_of_practice(colours: Colours) -> str:
    """Of a part that is practised in a look: each rule of that once more, in the colours of practice."""
    practised = practice_of(colours)
    return _style_sheet(practised) + _of_practice(practised)


def _of_practice(c: Colours) -> str:
    """What only practice has, and its parts themselves."""
    return f"""
    QWidget#header[practised="true"], QWidget#rail[practised="true"], QWidget#footer[practised="true"] {{
        background: {c.rail}; border-color: {c.border}; }}
    QWidget#footer[practised="true"] QLabel, QWidget#header[practised="true"] QLabel[role="chip"] {{ color: {c.text}; }}
    QWidget#practicePanel, QDialog[practised="true"], QMessageBox[practised="true"] {{ background: {c.ground}; }}
    QFrame[role="card"] QScrollArea, QFrame[role="card"] QScrollArea > QWidget > QWidget {{
        background: {c.card}; }}
    QPushButton[role="primary"]:disabled {{ background: {c.selected}; color: {c.quiet};
        border-color: {c.border}; }}
    QListWidget, QTableWidget {{ background: {c.card}; color: {c.text}; border: 0;
        selection-background-color: {c.selected}; selection-color: {c.text}; }}
    QListWidget::item {{ padding: 3px 8px; border-left: 3px solid transparent; }}
    QListWidget::item:selected {{ background: {c.selected}; color: {c.text};
        border-left: 3px solid {c.accent}; }}
    QTableWidget::item:selected {{ background: {c.selected}; color: {c.text}; }}
    QHeaderView::section {{ background: {c.card}; color: {c.quiet}; border: 0;
        border-bottom: 1px solid {c.border}; padding: 2px 4px; }}
    QProgressBar {{ border: 1px solid {c.border}; border-radius: 4px; background: {c.field}; }}
    QProgressBar::chunk {{ background: {c.accent}; }}
    QWidget#practiceBand QLabel {{ background: {c.card}; color: {c.text}; font-weight: 600; padding: 2px 8px; }}
    QWidget#practiceBand QLabel[tone="refused"] {{ color: {c.stop}; }}
    QWidget#practiceBand QLabel[role="practice"] {{ background: {c.accent}; color: {c.on_accent}; font-size: 18px;
        font-weight: 800; letter-spacing: 4px; padding: 3px 14px; }}
    """


def _style_sheet(c: Colours) -> str:
    name = "dark" if QColor(c.card).lightness() < HALF_LIGHT else "light"  # which icons are seen on it
    return f"""
    QMainWindow, QScrollArea, QScrollArea > QWidget > QWidget, QStackedWidget {{ background: {c.ground}; }}
    QWidget#header {{ background: {c.card}; border-bottom: 1px solid {c.border}; }}
    QWidget#footer {{ background: {c.card}; border-top: 1px solid {c.border}; }}
    QWidget#footer QLabel {{ color: {c.quiet}; }}
    QWidget#rail {{ background: {c.rail}; border-right: 1px solid {c.border}; }}
    QWidget#side, QWidget#side QWidget#sideBody {{ background: {c.card}; }}
    QWidget#side {{ border-left: 1px solid {c.border}; }}
    QFrame[role="card"] {{ background: {c.card}; border: 1px solid {c.border}; border-radius: 6px; }}
    QLabel[role="title"] {{ font-size: 16px; font-weight: 600; }}
    QLabel[role="workingtitle"] {{ font-weight: 700; }}
    QLabel[role="label"], QLabel[role="heading"], QLabel[role="unit"], QLabel[role="quiet"] {{ color: {c.quiet}; }}
    QLabel[role="label"], QLabel[role="heading"], QLabel[role="quiet"] {{ font-size: 12px; }}
    QLineEdit QLabel[role="unit"] {{ background: transparent; }}
    QLabel[role="section"] {{ color: {c.quiet}; font-size: 12px; background: {c.ground}; padding: 2px 8px; }}
    QLabel[role="rowname"] {{ padding-left: 8px; }}
    QLabel[role="note"] {{ color: {c.quiet}; font-size: 11px; }}
    QLabel[role="note"][tone="refused"] {{ color: {c.stop}; }}
    QLabel[role="result"] {{ font-weight: 700; font-size: {RESULT_PX}px; }}
    QLabel[role="result"][tone="long"] {{ font-weight: 400; font-size: 11px; }}
    QLabel[role="result"]:focus {{ background: {c.selected}; }}
    QLabel[role="verdict"][tone="match"] {{ color: {c.good}; }}
    QLabel[role="verdict"][tone="differs"] {{ color: {c.stop}; font-weight: 700; }}
    QLabel[role="verdict"][tone="open"] {{ color: {c.warning}; font-weight: 700; }}
    QLabel[role="verdict"][tone=""] {{ color: {c.quiet}; }}
    QLabel[role="verdict"][tone="refused"] {{ color: {c.stop}; font-size: 11px; }}
    QLabel[role="chip"] {{ border: 1px solid {c.border}; border-radius: 9px; padding: 1px 8px; color: {c.quiet};
        font-size: 12px; }}
    QPushButton#otherRows {{ padding: 2px 0 3px 11px; }}
    QPushButton[role="count"] {{ border: 0; padding: 1px 2px; background: transparent; font-weight: 700;
        text-align: left; }}
    QPushButton[role="count"][tone="differs"] {{ color: {c.stop}; }}
    QPushButton[role="count"][tone="open"] {{ color: {c.warning}; }}
    QPushButton[role="count"]:hover, QPushButton[role="count"]:focus {{ text-decoration: underline; }}
    QFrame#columnHeads {{ background: {c.card}; border-bottom: 1px solid {c.border}; margin: 1px; }}
    QFrame[role="line"] {{ background: {c.border}; max-height: 1px; min-height: 1px; border: 0; }}
    QFrame[role="rowground"][tone="differs"] {{ background: {c.stop_ground}; }}
    QFrame[role="rowground"][tone="selected"] {{ background: {c.selected}; }}
    QLineEdit {{ background: {c.field}; color: {c.text}; placeholder-text-color: {c.quiet}; border: 1px solid {c.field_border}; border-radius: 4px;
        padding: 2px 6px; selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}
    QLineEdit:focus, QComboBox:focus {{ border: 2px solid {c.accent}; padding: 1px 5px; }}
    QLineEdit[tone="refused"] {{ border: 2px solid {c.stop}; padding: 1px 5px; }}
    QLineEdit[tone="differs"] {{ border: 2px solid {c.stop}; padding: 1px 5px; font-weight: 700; }}
    QLineEdit[pointed="here"] {{ border: 3px solid {c.accent}; padding: 0 4px; background: {c.selected}; }}
    QLineEdit[tone="logged"], QComboBox[tone="logged"] {{ border-style: dashed; background: {c.selected}; }}
    QLineEdit:read-only, QLineEdit:disabled {{ color: {c.quiet}; background: {c.ground}; }}
    QComboBox {{ background: {c.field}; color: {c.text}; border: 1px solid {c.field_border}; border-radius: 4px;
        padding: 2px 6px; combobox-popup: 0; }} /* its list as a list: as a menu the last entry is cut, and none is marked */
    QListWidget#questionList {{ background: transparent; color: {c.text}; border: 0; }}
    QListWidget#questionList::item {{ padding: 3px 8px; border-left: 3px solid transparent; }}
    QListWidget#questionList::item:selected {{ background: {c.selected}; color: {c.text}; border-left: 3px solid {c.accent}; }}
    QComboBox QAbstractItemView {{ background: {c.card}; color: {c.text}; border: 1px solid {c.field_border};
        selection-background-color: {c.accent}; selection-color: {c.on_accent}; outline: 0; }}
    QComboBox QAbstractItemView::item {{ padding: 3px 5px; }}
    QPushButton {{ background: {c.card}; color: {c.text}; border: 1px solid {c.field_border}; border-radius: 5px;
        padding: 5px 12px; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QToolButton#menuButton {{ background: {c.card}; color: {c.text}; border: 1px solid {c.field_border};
        border-radius: 5px; padding: 4px 8px; }}
    QToolButton#menuButton::menu-indicator {{ image: none; }}
    QToolButton#menuButton:hover {{ border-color: {c.accent}; }}
    QToolButton#menuButton:focus {{ border: 2px solid {c.accent}; padding: 3px 7px; }}
    QPushButton:hover {{ border-color: {c.accent}; }}
    QPushButton:focus {{ border: 2px solid {c.accent}; padding: 4px 11px; outline: none; }}
    QPushButton:disabled {{ color: {c.quiet}; border-color: {c.border}; }}
    QPushButton[role="primary"] {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent}; }}
    QPushButton[role="link"] {{ border: 0; padding: 1px 0; color: {c.accent}; background: transparent;
        text-align: left; }}
    QPushButton[role="offer"] {{ border: 0; border-radius: 0; padding: 0 2px; background: {c.field}; color: {c.accent};
        text-decoration: underline; text-align: left; }}
    QPushButton[role="link"]:focus {{ border: 1px dotted {c.accent}; }}
    QPushButton[role="link"]:checked {{ color: {c.text}; border-bottom: 2px solid {c.accent}; }}
    QPushButton[role="example"] {{ text-align: left; padding: 6px 10px; }}
    QPushButton[role="tab"] {{ padding: 4px 12px; border-radius: 4px; }}
    QPushButton[role="tab"]:focus {{ padding: 3px 11px; }}
    QPushButton[role="tab"]:checked {{ background: {c.selected}; border-color: {c.accent}; color: {c.accent}; }}
    QStackedWidget, QStackedWidget > QWidget {{ background: transparent; }}
    QComboBox[role="mode"] {{ font-size: 12px; padding: 2px 3px; }}
    QToolButton[role="rail"] {{ border: 0; border-left: 3px solid transparent; padding: 3px 2px; font-size: 11px;
        color: {c.text}; background: transparent; }}
    QToolButton[role="rail"]:hover {{ background: {c.selected}; }}
    QToolButton[role="rail"]:checked {{ background: {c.card}; border-left: 3px solid {c.accent}; font-weight: 700;
        color: {c.accent}; }}
    QToolButton[role="rail"]:focus {{ border: 1px dotted {c.accent}; }}
    QFrame[role="finding"] {{ border: 0; border-radius: 4px; border-left: 4px solid {c.caution};
        background: {c.caution_ground}; }}
    QFrame[role="finding"][severity="stop"] {{ border-left-color: {c.stop}; background: {c.stop_ground}; }}
    QFrame[role="finding"][severity="warning"] {{ border-left-color: {c.warning}; background: {c.warning_ground}; }}
    QFrame[role="finding"] QLabel {{ background: transparent; }}
    QFrame[role="cover"] {{ background: {c.ground}; border: 0; }}
    QFrame[role="finding"] QLabel[role="findingtitle"] {{ font-weight: 700; }}
    QFrame[role="finding"][severity="stop"] QLabel[role="findingtitle"] {{ color: {c.stop}; }}
    QFrame[role="finding"][severity="warning"] QLabel[role="findingtitle"] {{ color: {c.warning}; }}
    QPlainTextEdit {{ background: {c.ground}; color: {c.text}; border: 1px solid {c.border}; border-radius: 4px; }}
    QPlainTextEdit[role="field"] {{ background: {c.field}; border-color: {c.field_border}; }}
    QPlainTextEdit[role="field"]:focus {{ border: 2px solid {c.accent}; }}
    QTextBrowser {{ background: {c.card}; color: {c.text}; border: 0; }}
    QLabel#banner {{ background: {c.stop_ground}; color: {c.stop}; font-weight: 700; padding: 8px 16px;
        border-bottom: 1px solid {c.stop}; }}
    QLabel[role="outcome"] {{ font-size: 12pt; font-weight: 700; padding: 6px 0; }}
    QLabel[role="outcome"][tone="refused"] {{ color: {c.stop}; }}
    QLabel[role="outcome"][tone="fine"] {{ color: {c.good}; }}
    QLabel[role="problem"] {{ color: {c.stop}; font-weight: 600; }}
    QLabel[role="problem"][tone="warning"] {{ color: {c.warning}; }}
    QLabel[role="noted"] {{ background: {c.warning_ground}; color: {c.warning}; font-weight: 600; padding: 6px 10px;
        border-left: 4px solid {c.warning}; }}
    QLabel[role="example"] {{ background: {c.warning_ground}; color: {c.warning}; font-weight: 700; font-size: 11px;
        border-top: 2px solid {c.warning}; border-bottom: 2px solid {c.warning}; }}
    QLabel[role="mode"] {{ background: {c.warning_ground}; color: {c.warning}; font-weight: 600; padding: 6px 16px; }}
    QScrollBar:vertical {{ background: transparent; width: 11px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 0; }}
    QScrollBar::handle {{ background: {c.field_border}; border-radius: 4px; margin: 2px; min-height: 24px;
        min-width: 24px; }}
    QScrollBar::handle:disabled {{ background: transparent; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QMenu {{ background: {c.card}; color: {c.text}; border: 1px solid {c.border}; }}
    QMenu::item:selected {{ background: {c.selected}; }}
    QToolTip {{ background: {c.card}; color: {c.text}; border: 1px solid {c.border}; }}
    QCheckBox, QRadioButton {{ color: {c.text}; padding: 1px 3px; border: 1px solid transparent; }}
    QCheckBox:focus, QRadioButton:focus {{ border: 1px dotted {c.accent}; }}
    QRadioButton::indicator {{ width: 13px; height: 13px; border: 1px solid {c.field_border}; border-radius: 7px;
        background: {c.field}; }}
    QRadioButton::indicator:checked {{ background: {c.accent}; border: 3px solid {c.field};
        outline: 1px solid {c.field_border}; }}
    QRadioButton::indicator:focus, QRadioButton::indicator:hover {{ border-color: {c.accent}; }}
    QCheckBox::indicator {{ width: 13px; height: 13px; border: 1px solid {c.field_border}; border-radius: 3px;
        background: {c.field}; }}
    QCheckBox::indicator:focus, QCheckBox::indicator:hover {{ border-color: {c.accent}; }}
    QCheckBox::indicator:checked {{ background: {c.accent}; image: url(icons:tick-{name}.svg); }}
    QComboBox::drop-down {{ border: 0; width: 18px; }}
    QComboBox::down-arrow {{ image: url(icons:down-{name}.svg); width: 11px; height: 11px; }}
    """
