"""Navigation, actions and the lines that are always there. No calculation."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from itbcalc.library.workstation import Look
from ui.icons import icon
from ui.room import PanelEntry
from ui.settings import Settings
from ui.theme import Colours, practise
from ui.widgets.basics import FittingLabel, role_label, set_tone
from ui.widgets.field_help import place_of

NOT_A_PROGRAMMER = (
    "Independent check beside the vendor's programmer. It does not program a pump and proposes no dose."
)
# Widths of the window below which the header has no room for whom it is about, and for the group and the rules.
ROOM_FOR_CHIPS = 800, 1100, 1100
ROOM_FOR_RAIL_WORDS = 520  # height of the window below which the rail shows its icons alone
ROOM_FOR_PRINT, ROOM_FOR_SAVE = 900, 1400  # and for buttons of what is in the menu too


PROGRAM_PANELS = ("check", "schedule")  # two views of the one program
OF_A_PROGRAM = ("save", "print", "pdf", "record", "undo", "redo", "summary")  # actions that need one in sight


class MainWindow(QMainWindow):
    """The rail, the header, the panels, the line at the foot."""

    new_requested = Signal()
    open_requested = Signal()
    save_requested = Signal()
    print_requested = Signal()
    record_requested = Signal()
    pdf_requested = Signal()
    undo_requested = Signal()
    redo_requested = Signal()
    copy_requested = Signal()
    copy_summary_requested = Signal()
    recent_requested = Signal(object)  # Path
    example_requested = Signal(str)
    look_requested = Signal(object)  # Look
    lock_requested = Signal()
    operators_requested = Signal()
    identity_requested = Signal()
    encrypt_requested = Signal()
    about_requested = Signal()
    gravest_requested = Signal()
    panel_shown = Signal(str)
    closing = Signal()

    def __init__(
        self,
        settings: Settings,
        colours: Colours,
        rail: Sequence[PanelEntry],
        in_menu: Sequence[PanelEntry] = (),
    ) -> None:
        super().__init__()
        self._entries = {panel.name: panel for panel in (*rail, *in_menu)}
        self._on_rail = rail
        self.setObjectName("mainWindow")
        self.setWindowTitle("itbcalc")  # never a file name: it may name a patient
        self.setMinimumSize(560, 380)
        self._settings = settings
        self.may_close: Callable[[], bool] = lambda: True  # set by the owner of what could be lost
        self._makers: dict[str, Callable[[], QWidget]] = {}
        self._panels: dict[str, QWidget] = {}
        self._left = "", ""
        self._locked = False
        self._buttons: dict[str, QToolButton] = {}
        self._banner = QLabel()
        self._banner.setObjectName("banner")
        self._banner.setWordWrap(True)
        self._banner.hide()
        self._mode = role_label("", "mode", name="mode", wrap=True)
        self._mode.hide()
        self._whole = FittingLabel("verdict", "whole")
        self._summary = QPushButton()
        self._summary.setObjectName("summary")
        self._summary.setProperty("role", "count")
        self._summary.setToolTip("Shows the gravest")
        self._summary.clicked.connect(self.gravest_requested)
        self._title = role_label(rail[0].title, "title", name="panelTitle")
        self._chips = [role_label("", "chip", name=f"chip{n}") for n in range(3)]
        self._operator = role_label("", "chip", name="operator")
        self._operator.hide()
        self._practice_chip = role_label("PRACTICE", "chip", name="practiceChip")
        self._practice_chip.hide()
        self._example_chip = role_label("EXAMPLE", "example", name="exampleChip")
        self._example_chip.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._room = QWidget()
        self._stack = QStackedWidget()
        self._everything = QWidget()  # all that a lock hides
        self._foot = role_label("", "quiet", name="footStatus", wrap=True)
        self._message = role_label("", "quiet", name="footMessage", wrap=True)
        self._recent_menu = QMenu("Open recent", self)
        self._example_menu = QMenu("Examples", self)
        self._actions = self._make_actions()
        self._save_button = self._header_button(self._actions["save"])
        self._print_button = self._header_button(self._actions["print"])
        self._lay_out()
        self.dress(colours)

    # --- what other code sees

    def add_panel(self, name: str, maker: Callable[[], QWidget]) -> None:
        """A panel, made when it is first shown."""
        self._makers[name] = maker

    def show_panel(self, name: str) -> None:
        """Brings a panel to the front."""
        focused = QApplication.focusWidget()
        if name != self.current_panel():
            self._left = self.current_panel(), place_of(focused)
        if name not in self._panels:
            self._panels[name] = self._makers[name]()
            self._stack.addWidget(self._panels[name])
        self._stack.setCurrentWidget(self._panels[name])
        self._mark_on_rail(name)
        self._title.setText(self._entries[name].title)
        self._show_chips()
        self.show_mode(self.mode())
        self._enable_actions()
        self._settings.set_panel(name)
        self.panel_shown.emit(name)

    def _mark_on_rail(self, name: str) -> None:
        """The panel in front, or none where it is reached by the menu."""
        self._rail_group.setExclusive(False)
        for each, button in self._buttons.items():
            button.setChecked(each == name)
        self._rail_group.setExclusive(True)

    def current_panel(self) -> str:
        """The panel in front."""
        current = self._stack.currentWidget()
        return next((name for name, panel in self._panels.items() if panel is current), "")

    def left_behind(self) -> tuple[str, str]:
        """The panel that was in front before, and the place of the field that had the keyboard there."""
        return self._left

    def panel(self, name: str) -> QWidget | None:
        """A panel that has been made."""
        return self._panels.get(name)

    def set_locked(self, *, locked: bool) -> None:
        """Hides everything in the window and takes its keys away, all but those to quit; or brings both back."""
        self._locked = locked
        self._everything.setVisible(not locked)
        self._enable_actions()

    def _enable_actions(self) -> None:
        """Nothing of a panel that is not seen, and nothing while it is locked."""
        panel = self.current_panel()
        panels: dict[str, tuple[str, ...]] = dict.fromkeys(OF_A_PROGRAM, PROGRAM_PANELS)
        panels["copy"] = ("check",)  # its row is selected there
        panels["print"] = panels["pdf"] = (*PROGRAM_PANELS, "questions")
        for key, action in self._actions.items():
            of_this_panel = panel in panels.get(key, (panel,))
            action.setEnabled(key == "quit" or (of_this_panel and not self._locked))

    def show_chips(self, texts: tuple[str, ...]) -> None:
        """Who it is about, as pseudonym, group and rule set."""
        for chip, text in zip(self._chips, (*texts, "", "", "")[:3], strict=True):
            chip.setText(text)
        self._show_chips()

    def _show_chips(self) -> None:
        shown = self.current_panel() in PROGRAM_PANELS
        self._example_chip.setVisible(shown and bool(self._example_chip.accessibleName()))
        for chip, room in zip(self._chips, ROOM_FOR_CHIPS, strict=True):
            chip.setVisible(shown and self.width() >= room and bool(chip.text()))
        self._whole.setVisible(self.current_panel() in PROGRAM_PANELS)
        self._room.setVisible(self.current_panel() not in PROGRAM_PANELS)
        self._summary.setVisible(self.current_panel() in PROGRAM_PANELS and bool(self._summary.text()))

    def show_whole(self, lines: tuple[str, ...], tone: str) -> None:
        """What all read-outs come to, at several lengths: the longest for which there is room."""
        set_tone(self._whole, tone)
        self._whole.show_lines(lines)

    def show_summary(self, text: str, tone: str) -> None:
        """How many findings of which weight there are, always in sight."""
        self._summary.setText(text)
        set_tone(self._summary, tone)
        self._summary.setVisible(bool(text) and self.current_panel() in PROGRAM_PANELS)

    def show_operator(self, text: str) -> None:
        """Who is at work, and when the window locks by itself; none where the text is empty."""
        self._operator.setText(text)
        self._operator.setVisible(bool(text))

    def show_banner(self, text: str) -> None:
        """A line across the top that cannot be overlooked; none where the text is empty."""
        self._banner.setText(text)
        self._banner.setVisible(bool(text))

    def show_mode(self, text: str) -> None:
        """What the fields are for just now, where it is not a plain check: beside them, and over nothing else."""
        self._mode.setText(text)
        self._mode.setVisible(bool(text) and self.current_panel() in PROGRAM_PANELS)

    def place_band(self, band: QWidget) -> None:
        """Puts a band under the header, above all else; it shows and hides itself."""
        self._column.insertWidget(1, band)

    def show_practice(self, *, practised: bool) -> None:
        """Whether what is in front is practice: a chip, the title of the window and the colours around say so."""
        self.setWindowTitle("itbcalc: PRACTICE" if practised else "itbcalc")
        self._practice_chip.setVisible(practised)
        for part in self._around:
            practise(part, practised=practised)

    def mode(self) -> str:
        """What the fields are for just now; empty for a plain check."""
        return self._mode.text()

    def show_example(self, title: str) -> None:
        """That what stands in the fields was opened as a bundled example; not where the title is empty."""
        words = f"‘{title}’: its figures are invented, and of no patient" if title else ""
        self._example_chip.setToolTip(words)
        self._example_chip.setAccessibleName(f"EXAMPLE {words}" if words else "")
        self._show_chips()

    def show_status(self, text: str) -> None:
        """Versions and self-test, at the foot."""
        self._foot.setText(text)

    def say(self, text: str) -> None:
        """What just happened, at the foot."""
        self._message.setText(text)

    def offer_examples(self, examples: tuple[tuple[str, str], ...]) -> None:
        """The bundled examples, in the menu."""
        self._example_menu.clear()
        for name, words in examples:
            action = self._example_menu.addAction(words.replace("&", "&&"))
            action.triggered.connect(lambda _=False, chosen=name: self.example_requested.emit(chosen))

    def offer_recent(self, paths: list[Path]) -> None:
        """The files opened last, in the menu."""
        self._recent_menu.clear()
        self._recent_menu.setEnabled(bool(paths))
        for path in paths:
            action = self._recent_menu.addAction(path.name.replace("&", "&&"))
            action.setToolTip(str(path))
            action.triggered.connect(lambda _=False, chosen=path: self.recent_requested.emit(chosen))

    def dress(self, colours: Colours) -> None:
        """Draws the icons in the colours of the look."""
        self._colours = colours
        for name in self._buttons:
            self._draw_icon(name)

    def _draw_icon(self, name: str) -> None:
        """In another colour while its panel is in front."""
        button, colours = self._buttons[name], self._colours
        button.setIcon(icon(name, colours.accent if button.isChecked() else colours.text))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room chips, words and buttons give way that are said or reached elsewhere too."""
        super().resizeEvent(event)
        self._show_chips()
        self._save_button.setVisible(self.width() >= ROOM_FOR_SAVE)
        self._print_button.setVisible(self.width() >= ROOM_FOR_PRINT)
        self._fit_rail(words=self.height() >= ROOM_FOR_RAIL_WORDS)

    def _fit_rail(self, *, words: bool) -> None:
        """Icons with their words beneath; where the window is low, icons alone: the tips still say the words."""
        style = Qt.ToolButtonStyle.ToolButtonTextUnderIcon if words else Qt.ToolButtonStyle.ToolButtonIconOnly
        for button in self._buttons.values():
            button.setToolButtonStyle(style)
            button.setFixedHeight(48 if words else 34)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remembers where the window stood; stays open while something would be lost."""
        if not self.may_close():
            event.ignore()
            return
        self._settings.set_geometry(self.saveGeometry())
        self.closing.emit()
        super().closeEvent(event)

    # --- building

    def _make_actions(self) -> Mapping[str, QAction]:
        keys = QKeySequence.StandardKey
        made = {
            "new": self._action("New check", QKeySequence(keys.New), self.new_requested),
            "open": self._action("Open…", QKeySequence(keys.Open), self.open_requested),
            "save": self._action("Save…", QKeySequence(keys.Save), self.save_requested),
            "print": self._action("Print…", QKeySequence(keys.Print), self.print_requested),
            "record": self._action("Record…", QKeySequence("Ctrl+R"), self.record_requested),
            "pdf": self._action("Save as PDF…", QKeySequence("Ctrl+Shift+P"), self.pdf_requested),
            "undo": self._action("Undo", QKeySequence(keys.Undo), self.undo_requested),
            "redo": self._action("Redo", QKeySequence(keys.Redo), self.redo_requested),
            "copy": self._action("Copy result", QKeySequence("Ctrl+Shift+C"), self.copy_requested),
            "summary": self._action(
                "Copy summary", QKeySequence("Ctrl+Shift+S"), self.copy_summary_requested
            ),
            "operators": self._action("Operators…", QKeySequence(), self.operators_requested),
            "identity": self._action("Identity…", QKeySequence(), self.identity_requested),
            "encrypt": self._action("Encrypt the log…", QKeySequence(), self.encrypt_requested),
            "lock": self._action("Lock", QKeySequence("Ctrl+L"), self.lock_requested),
            "about": self._action("About itbcalc…", QKeySequence(), self.about_requested),
            "quit": self._action("Quit", QKeySequence(keys.Quit), None),
        }
        made["redo"].setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        made["quit"].triggered.connect(self.close)
        for number, panel in enumerate(self._entries.values(), start=1):
            key = panel.key or f"Ctrl+{number}"
            action = self._action(panel.word, QKeySequence(key), None)
            action.triggered.connect(lambda _=False, chosen=panel.name: self.show_panel(chosen))
            made[f"panel:{panel.name}"] = action
        return made

    def _action(self, words: str, key: QKeySequence, signal: object) -> QAction:
        action = QAction(words, self)
        action.setShortcut(key)
        action.setObjectName(f"action:{words.rstrip('…')}")
        if signal is not None:
            action.triggered.connect(lambda _=False: signal.emit())  # type: ignore[attr-defined]  # a Signal
        self.addAction(action)
        return action

    def _lay_out(self) -> None:
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        header, rail, footer = self._around = (self._header(), self._rail(), self._footer())
        row.addWidget(rail)
        row.addWidget(self._stack, 1)
        column = self._column = QVBoxLayout(self._everything)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self._banner)
        column.addWidget(self._mode)
        column.addWidget(body, 1)
        column.addWidget(footer)
        self.setCentralWidget(self._everything)

    def _header(self) -> QWidget:
        header = QWidget()
        header.setObjectName("header")
        header.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(header)
        row.setContentsMargins(14, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(self._title)
        row.addWidget(self._practice_chip)
        for chip in self._chips:
            row.addWidget(chip)
        row.addWidget(self._summary)
        row.addWidget(self._whole, 1)
        row.addWidget(self._room, 1)
        row.addWidget(self._header_button(self._actions["open"]))
        row.addWidget(self._save_button)
        row.addWidget(self._print_button)
        row.addWidget(self._header_button(self._actions["record"]))
        row.addWidget(self._operator)
        row.addWidget(self._menu_button())
        return header

    def _header_button(self, action: QAction) -> QPushButton:
        button = QPushButton(action.text())
        button.setObjectName(f"button:{action.text().rstrip('…')}")
        button.setToolTip(f"{action.text()} ({action.shortcut().toString()})")
        button.clicked.connect(action.trigger)
        action.changed.connect(lambda: button.setEnabled(action.isEnabled()))
        return button

    def _menu_button(self) -> QToolButton:
        menu = QMenu(self)
        for key in ("new", "open"):
            menu.addAction(self._actions[key])
        menu.addMenu(self._recent_menu)
        menu.addMenu(self._example_menu)
        menu.addSeparator()
        for key in ("save", "print", "pdf", "record"):
            menu.addAction(self._actions[key])
        menu.addSeparator()
        for key in ("undo", "redo", "copy", "summary"):
            menu.addAction(self._actions[key])
        menu.addSeparator()
        looks = menu.addMenu("Look")
        for look, words in (
            (Look.SYSTEM, "As the system"),
            (Look.LIGHT, "Light"),
            (Look.DARK, "Dark"),
            (Look.CONTRAST, "High contrast"),
            (Look.CONTRAST_DARK, "High contrast, dark"),
        ):
            action = looks.addAction(words)
            action.triggered.connect(lambda _=False, chosen=look: self.look_requested.emit(chosen))
        menu.addSeparator()
        for key in ("panel:settings", "identity", "operators", "encrypt", "lock"):
            menu.addAction(self._actions[key])
        menu.addSeparator()
        menu.addAction(self._actions["panel:welcome"])
        menu.addAction(self._actions["about"])
        menu.addAction(self._actions["quit"])
        button = QToolButton()
        button.setObjectName("menuButton")
        button.setText("☰")
        button.setToolTip("Menu (Alt+M)")
        button.setAccessibleName("Menu")
        button.setShortcut(QKeySequence("Alt+M"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(menu)
        return button

    def _rail(self) -> QWidget:
        rail = QWidget()
        rail.setObjectName("rail")
        rail.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        rail.setFixedWidth(74)
        column = QVBoxLayout(rail)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(1)
        group = self._rail_group = QButtonGroup(self)
        for panel in self._on_rail:
            button = QToolButton()
            button.setText(panel.word)
            button.setObjectName(f"rail:{panel.name}")
            button.setAccessibleName(panel.title)
            key = self._actions[f"panel:{panel.name}"].shortcut().toString()
            button.setToolTip(f"{panel.title} ({key})")
            button.setProperty("role", "rail")
            button.setCheckable(True)
            button.setIconSize(QSize(22, 22))
            button.setFixedWidth(74)
            button.clicked.connect(lambda _=False, chosen=panel.name: self.show_panel(chosen))
            button.toggled.connect(lambda _=False, toggled=panel.name: self._draw_icon(toggled))
            group.addButton(button)
            self._buttons[panel.name] = button
            column.addWidget(button)
        column.addStretch(1)
        column.addWidget(self._example_chip)  # always in sight, and in the way of nothing
        return rail

    def _footer(self) -> QWidget:
        footer = QWidget()
        footer.setObjectName("footer")
        footer.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(footer)
        row.setContentsMargins(14, 4, 14, 4)
        notice = role_label(NOT_A_PROGRAMMER, "quiet", name="notice", wrap=True)
        notice.setMinimumWidth(120)
        row.addWidget(notice, 5)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row.addWidget(self._message, 2)
        self._foot.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._foot, 2)
        return footer
