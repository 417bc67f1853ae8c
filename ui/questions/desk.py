"""The quick questions: their one panel, and who answers them."""

from pathlib import Path
from typing import TYPE_CHECKING

from ui.room import House, Room

if TYPE_CHECKING:
    from ui.questions.panel import QuestionPanel
    from ui.questions.presenter import QuestionPresenter


class QuestionsDesk(Room):
    """Owns the presenter of every question."""

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self._engine = house.engine
        self._panel: QuestionPanel | None = None
        self._presenters: dict[str, QuestionPresenter] = {}
        house.window.print_requested.connect(self._on_print)
        house.window.pdf_requested.connect(self._on_pdf)

    def make_panel(self, name: str) -> "QuestionPanel":
        """All questions; none is answered where the library could not be read."""
        from ui.questions.panel import QuestionPanel
        from ui.questions.presenter import QuestionPresenter
        from ui.questions.specs import GROUPS

        panel = self._panel = QuestionPanel(name, GROUPS)
        for card in panel.cards if self._engine.loaded else ():
            presenter = QuestionPresenter(card, card.question, self._engine.engine)
            pumps = self._engine.engine.library.pumps.values()
            card.offer_pumps([(pump.id, pump.name) for pump in pumps])
            card.texts_changed.connect(presenter.texts_changed)
            card.setEnabled(self._engine.reliable)
            self._engine.changed.connect(presenter.engine_changed)
            self._presenters[card.question.command] = presenter
        return panel

    def shown(self, name: str) -> None:
        """What stands in the program now can be clicked into the fields; the keyboard is in the first of them."""
        del name
        assert self._panel is not None
        self._panel.offer(self.house.fields.present_values())
        self._panel.focus_first()

    def _on_print(self) -> None:
        sheet = self._sheet()
        if sheet:
            from ui.paper import preview

            preview(self.house.window, sheet, "Print the question")

    def _on_pdf(self) -> None:
        if self._sheet():
            self.house.door.ask_where(
                "Save the question as PDF", "PDF (*.pdf)", ".pdf", self.write_pdf_to, "question.pdf"
            )

    def write_pdf_to(self, path: Path) -> None:
        """Writes the question in front as PDF, and says so once it is there."""
        from ui.paper import write_pdf

        try:
            write_pdf(path, self._sheet(), "itbcalc question")
        except OSError as error:
            self.house.door.tell(f"{path.name} was not written", str(error))
            return
        self.house.window.say(f"Written {path.name}")

    def _sheet(self) -> str:
        """The question in front as paper; empty, with a word of why, where there is no answer, or another panel is in front."""
        if self.house.window.current_panel() != "questions" or self._panel is None:
            return ""
        presenter = self._presenters.get(self._panel.card.question.command)
        sheet = (
            presenter.sheet(self._engine.now().astimezone()) if presenter and self._engine.reliable else ""
        )
        if not sheet:
            self.house.window.say("Nothing to print yet")
        return sheet

    def forget(self) -> None:
        """Empties every field."""
        for card in self._panel.cards if self._panel is not None else ():
            card.clear()
            card.offer({})
